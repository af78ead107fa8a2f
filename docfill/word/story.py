"""A part of a document, read once into blocks, with Word's habits undone on the way.

Tracked changes are accepted, content controls are looked through (the prompt of
an empty one is no text), fields show their result, one branch of AlternateContent
is taken, text boxes follow the paragraph they are anchored in, and every drawing
of a tick becomes the character □ or ☑ (see `ticks`).  An element that nothing here
names is looked through, so that its text can't get lost.  What is read is counted
as it comes, and the work is in proportion to it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lxml import etree
from msgspec import Struct, field

from docfill import late, limits
from docfill.word import codes, controls, drawings, symbols, ticks, xml
from docfill.word.blocks import Anchored, Block, Cell, Element, Kind, Paragraph, Row, Table, paragraphs_of
from docfill.word.glance import UNKNOWN, Glance
from docfill.word.looks import NOTED, PLAIN, SIZE, Formats
from docfill.word.xml import MC, W14, M, W

Control = Element | None
"""The content control (w:sdt) that something stands in, the nearest."""


def _names(*names: str) -> frozenset[str]:
    return frozenset(W + name for name in names)


_BLOCKS = _names("p", "tbl", "altChunk")
_ROW, _CELL, _BOX = _names("tr"), _names("tc"), _names("txbxContent")
_SKIPPED = _names("pPr", "rPr", "sdtPr", "rt", "del", "moveFrom", "trPr", "tcPr", "tblPr", "tblGrid")
_UNTOLD = _names("subDoc", "pgNum", *(unit + size for unit in ("day", "month", "year") for size in ("Short", "Long")))
"""What shows something that stands nowhere in the part: another file, the number of the page, the day of printing."""
_SHOWN: dict[str, str] = {
    **{W + n: "\t" for n in ("tab", "ptab")},
    **{W + n: "\n" for n in ("br", "cr")},
    W + "noBreakHyphen": "-",
    **dict.fromkeys(_UNTOLD, ticks.UNKNOWN),
}
_P, _R, _T, _TC, _TC_PR, _FONTS, _DEL, _CELL_DEL = (
    W + n for n in ("p", "r", "t", "tc", "tcPr", "rFonts", "del", "cellDel")
)
_GRID_BEFORE, _GRID_AFTER, _GRID_SPAN, _H_MERGE, _V_MERGE = (
    W + n for n in ("gridBefore", "gridAfter", "gridSpan", "hMerge", "vMerge")
)
_CHECK_BOX = W14 + "checkbox"
_ALTERNATE, _SDT, _TBL, _VAL, _CODE = MC + "AlternateContent", W + "sdt", W + "tbl", W + "val", W + "instrText"
_WORD = late.pattern(r"[^\W_]+")
_STEPS_A_WORD = 4
_PLAIN = _names("t", "tab", "ptab", "br", "cr", "noBreakHyphen") | {M + "t"}
"""What shows text in a paragraph that has nothing of `_ODD`."""
_FORMULAS = (
    *("f", "sup", "sub", "d", "rad", "nary", "lim", "m", "eqArr", "acc", "bar", "groupChr", "borderBox", "phant"),
)
"""What of a formula is more than its texts in their order."""
_NOTES: dict[str, Kind] = {
    W + "footnoteReference": Kind.FOOTNOTE,
    W + "endnoteReference": Kind.ENDNOTE,
    W + "commentReference": Kind.COMMENT,
}
_DRAWN = _names("drawing", "pict", "object", "movie", "contentPart")
"""What is drawn on the page."""
_ODD = _names("rt", "del", "moveFrom", "sym", "sdt", "fldChar", "fldSimple", "instrText", "bdo") | {
    *_UNTOLD,
    *(M + n for n in _FORMULAS),
    *_DRAWN,
    *_NOTES,
    MC + "AlternateContent",
}
"""What asks for more than reading the texts in their order; symbol fonts, and runs that look odd, do, too."""
_LISTS = (W + "dropDownList", W + "comboBox")
_PROPERTIES = _names("trPr", "tcPr")
_CROSSING = _names("tl2br", "tr2bl")
"""The lines that cross a cell out (17.4.73, 17.4.79)."""
_SETTINGS = frozenset({_DEL, _CELL_DEL, _GRID_BEFORE, _GRID_AFTER, _GRID_SPAN, _H_MERGE, _V_MERGE})
"""What changes the grid, in the properties of a row or cell."""
_ALOUD = late.pattern(
    r"(?=.*[aeiouüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜêɑɡ\u3040-\u30ff\u3100-\u312f])[\s\u0061-\u024f\u0300-\u036f\u3040-\u30ff\u3100-\u312f·ˊˇˋ˙'0-5]+",
    re.I,
)
"""How a word is read aloud: Pinyin with its tones, Zhuyin, Kana."""
_HOMES = _names("body", "tc", "hdr", "ftr", "sdtContent", "txbxContent")
"""Where paragraphs stand, except by mistake."""
_ASCII, _H_ANSI = W + "ascii", W + "hAnsi"


class Read(NamedTuple):
    """The blocks of a part, and the names of what it has of `_ODD` and of what its runs and paragraphs say."""

    blocks: list[Block]
    names: frozenset[str]


def read(root: Element, formats: Formats = PLAIN, known: Glance = UNKNOWN) -> Read:
    """The blocks of a part (w:document, w:hdr, w:ftr) in reading order, and what is odd in it.

    Args:
        root: the part.
        formats: the styles and lists of its package.
        known: what its bytes tell of it.
    """
    length = 0 if xml.is_small(known.size) else xml.length_of(root)
    body = root.find(W + "body")
    survey = _Survey(root, formats, known)
    limits.spend(max(length, survey.length) // _CHARACTERS_A_STEP)
    return Read(_Story(survey).blocks(root if body is None else body), frozenset(survey.odd_ones).union(survey.noted))


def blocks_of(root: Element, formats: Formats = PLAIN) -> list[Block]:
    """The blocks of a part beside the body, as `read`; there may be many that say next to nothing."""
    limits.spend(_STEPS_A_PART)
    return read(root, formats).blocks


def _shown(parent: Element, wanted: frozenset[str], control: Control = None) -> list[tuple[Element, Control]]:
    """The wanted elements that are shown, at any depth of wrappers, each with the content control it stands in."""
    shown: list[tuple[Element, Control]] = []
    for child in parent:
        tag = child.tag
        if tag in wanted:
            shown.append((child, control))
        elif tag == _ALTERNATE:
            shown += _shown(_branch(child), wanted, control)
        elif tag not in _SKIPPED:
            shown += _shown(child, wanted, child if tag == _SDT else control)
    return shown


def _branch(alternate: Element) -> Element:
    """The alternative that is read: the first, unless it is empty and there is a fallback."""
    choice, fallback = alternate.find(MC + "Choice"), alternate.find(MC + "Fallback")
    taken = choice if choice is not None and (len(choice) or fallback is None) else fallback
    return alternate if taken is None else taken


def _words(element: Element) -> str:
    """The texts in an element, whatever they are."""
    return "".join(e.text or "" for e in element.iter(W + "t", M + "t"))


def _is_prompt(properties: Element | None) -> bool:
    """Whether a content control's properties say that it shows its placeholder, which is no answer (17.5.2.39).

    One of ours shows the form's own blank or hint, and LibreOffice says so still when something else was typed.
    """
    if properties is None or not xml.is_on(xml.child(properties, W + "showingPlcHdr")):
        return False
    return not controls.is_own(properties)


def _is_unchosen(properties: Element | None, content: Element) -> bool:
    """Whether a list shows the entry that stands for none, whose value is empty (17.5.2.21): 选择一项。"""
    listed = () if properties is None else properties.iterchildren(*_LISTS)
    entries = [e for choices in listed for e in choices.iterchildren(W + "listItem") if e.get(W + "value") == ""]
    shown = _words(content) if entries else ""
    return any(e.get(W + "displayText") == shown for e in entries)


def _is_unanswered(properties: Element | None, content: Element) -> bool:
    """Whether a content control shows what is no answer: its prompt, or the entry that stands for none."""
    return _is_prompt(properties) or _is_unchosen(properties, content)


def _is_as_it_stands(sdt: Element, content: Element) -> bool:
    """Whether a content control shows what stands in it, and that is no prompt: most do."""
    properties = xml.child(sdt, W + "sdtPr")
    return xml.child(properties, _CHECK_BOX) is None and not _is_unanswered(properties, content)


def _ended_fields(root: Element) -> set[Element]:
    """The w:fldChar that begin a field which ends in the same story; any other would hide all that follows."""
    begun: dict[Element | None, list[Element]] = {}
    ended: set[Element] = set()
    stories: dict[Element, Element | None] = {}
    for mark in root.iter(W + "fldChar"):
        around = next(mark.iterancestors(), mark)
        home = next(around.iterancestors(), around)
        if home not in stories:
            stories[home] = next((a for a in (home, *home.iterancestors()) if a.tag in _BOX or _is_left_out(a)), None)
        story = around if around.tag in _BOX or _is_left_out(around) else stories[home]
        if story is not None and story.tag not in _BOX:
            continue
        open_ones = begun.setdefault(story, [])
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            open_ones.append(mark)
        elif kind == "end" and open_ones:
            ended.add(open_ones.pop())
    return ended


def _is_left_out(element: Element) -> bool:
    """Whether it is nothing that is shown: properties, or what a tracked change took away."""
    tag = element.tag
    if tag in _ROW or tag in _CELL:
        return any(element.find(W + path) is not None for path in (f"trPr/{W}del", f"tcPr/{W}cellDel"))
    return tag in _SKIPPED


def _continues(merge: Element | None) -> bool:
    return merge is not None and merge.get(_VAL, "continue") != "restart"


_NONE: dict[str, Element] = {}
_STEPS_A_PIECE, _STEPS_A_PARAGRAPH, _STEPS_A_CELL, _STEPS_AN_ODD_PIECE = 8, 14, 16, 30
_STEPS_A_PART = 200
_CHARACTERS_A_STEP = 2
_SETTLED = 10_000
"""So many steps are taken from the budget at once."""


class _Survey:
    """What one pass over a part finds out before its blocks are read.

    Attributes:
        plain: the paragraphs that are nothing but texts in their order, as they are read.
        crossed: the cells with a line across.
        settings: what changes the grid, by row or cell and then by tag.
        ended_fields: see `_ended_fields`.
        odd_ones: the names of what was met of `_ODD`.
        noted: what runs and paragraphs say that may make them look odd, by its names.
        length: the characters of all texts that are shown, and of the codes of fields.
        tables: how many were read so far.
        looks: the runs that are not simply read.
    """

    def __init__(self, root: Element, formats: Formats, known: Glance) -> None:
        self.formats = formats
        self.odd_ones: set[str] = set()
        self.noted: dict[str, list[Element]] = {}
        self.tables = self.length = 0
        self.plain: dict[Element, Paragraph] = {}
        self.crossed: set[Element] = set()
        self.settings: dict[Element, dict[str, Element]] = {}
        odd: set[Element] = set()
        for fonts in root.iter(_FONTS) if known.may_have_symbols else ():
            if symbols.symbol_font(fonts.get(_ASCII), fonts.get(_H_ANSI)):
                odd.update(fonts.iterancestors(_P))
        paragraph, home, shown, at = None, None, Paragraph(root), 0
        owners, parts = shown.owners, list[str]()
        pieces = steps = 0
        sizes = (SIZE,) if known.may_be_tiny else ()
        for element in root.iter(_P, *_PLAIN, *_ODD, *_SETTINGS, *_CROSSING, *NOTED, *sizes):
            tag, parent = element.tag, element.getparent()
            if steps > _SETTLED:
                _settle(root, steps, pieces)
                steps = 0
            if tag in _PLAIN:
                pieces += 1
                steps += _STEPS_A_PIECE
                if parent is None or parent.getparent() is not paragraph or parent.tag != _R:
                    around = [*element.iterancestors(_P)]
                    if paragraph not in around:
                        odd.update(around)
                        self.length += len(element.text or "")
                        continue
                    if any(a.tag in _SKIPPED for a in element.iterancestors()):
                        continue
                text = element.text if tag == _T else _SHOWN.get(tag) or element.text
                if text:
                    owners.append((at, element))
                    parts.append(text)
                    at += len(text)
            elif tag == _P:
                steps += _STEPS_A_PARAGRAPH
                if parent is not home:
                    home = parent
                    if parent is not None and parent.tag not in _HOMES:
                        odd.update(element.iterancestors(_P))
                shown.text = "".join(parts)
                self.length += at
                paragraph, at, owners, parts = element, 0, [], []
                shown = self.plain[element] = Paragraph(element, "", owners, formats=formats)
            elif tag in _CROSSING:
                self.crossed.update(element.iterancestors(_TC) if element.get(_VAL) not in ("nil", "none") else ())
            elif tag in NOTED or tag == SIZE:
                self.noted.setdefault(tag, []).append(element)
            else:
                if tag in _ODD:
                    pieces += 1
                    steps += _STEPS_AN_ODD_PIECE
                    self.odd_ones.add(tag)
                    self.length += len(element.text or "") if tag == _CODE else 0
                    odd.update(element.iterancestors(_P))
                if tag in _SETTINGS and parent is not None and parent.tag in _PROPERTIES:
                    steps += _STEPS_A_PIECE
                    owner = parent.getparent()
                    if owner is not None:
                        self.settings.setdefault(owner, {})[tag] = element
        shown.text = "".join(parts)
        self.length += at
        _settle(root, steps, pieces)
        self.looks = looks = formats.odd(root, self.noted)
        odd |= {
            p for run in (*looks.void, *looks.raised, *looks.blurred, *looks.capital) for p in run.iterancestors(_P)
        }
        self.ended_fields = _ended_fields(root) if W + "fldChar" in self.odd_ones else set()
        for element in odd:
            self.plain.pop(element, None)


def _settle(root: Element, steps: int, pieces: int) -> None:
    """Takes steps from the budget; DocfillError where the part has had too many pieces of text so far."""
    limits.spend(steps)
    if pieces > limits.current().pieces:
        raise limits.exceeded(limits.called(xml.local(root)), "文字片段过多", "too many pieces of text", "pieces")


class _Field(Struct):
    """A complex field being read (17.16.18): its code, and whether its result has begun.

    `drawn` is what a legacy form field shows, whatever its result holds, and `is_unset` whether nobody chose it;
    `begun` is how many texts had been shown when it began.
    """

    drawn: str
    begun: int
    is_unset: bool = False
    code: list[str] = field(default_factory=list)
    in_result: bool = False


class _Story:
    """Reads one flow of text (a body, a text box); a field of it may begin in one paragraph and end in another."""

    def __init__(self, survey: _Survey) -> None:
        self.survey = survey
        self.fields: list[_Field] = []
        self.hiding = 0
        self.shows = 0
        self.boxes: list[Element] = []
        self.is_aside = False
        self.parts: list[str] = []
        self.owners: list[tuple[int, Element]] = []
        self.aside: list[tuple[str, Element]] = []
        self.raised: list[tuple[int, int, int]] = []
        self.anchored: list[Anchored] = []
        self.length = 0

    # --- blocks and tables ---

    def blocks(self, parent: Element, control: Control = None) -> list[Block]:
        """The blocks in `parent`, which stands in `control`; where a paragraph mark was deleted, two are one."""
        blocks: list[Block] = []
        joined: Paragraph | None = None
        if control is None and not self.fields and len(parent) == 2 and parent[0].tag == _TC_PR:
            only = self.survey.plain.get(parent[1])
            if only is not None:
                return [only]
        for element, inner in _shown(parent, _BLOCKS, control):
            plain = self.survey.plain.get(element)
            is_plain = plain is not None and joined is None and not self.fields
            if plain is not None and is_plain and (inner is None or _is_as_it_stands(inner, element)):
                blocks.append(plain)
                continue
            if element.tag == _P:
                paragraph = joined or Paragraph(element, formats=self.survey.formats)
                if joined is None:
                    blocks.append(paragraph)
                self._paragraph(paragraph, element, inner)
                boxes, self.boxes = self.boxes, []
                for box in boxes:
                    inside = _Story(self.survey).blocks(box)
                    for boxed in paragraphs_of(inside):
                        boxed.box = box
                    blocks.extend(inside)
                mark = xml.child(xml.child(element, W + "pPr"), W + "rPr")
                is_deleted = mark is not None and any(child.tag in _SKIPPED for child in mark)
                joined = paragraph if is_deleted else None
                continue
            joined = None
            if element.tag == _TBL:
                blocks.append(self._table(element, inner))
            else:
                blocks.append(Paragraph(element, ticks.UNKNOWN, [(0, element)]))
        return blocks

    def _table(self, element: Element, control: Control) -> Table:
        table = Table(element)
        self.survey.tables += 1
        before, settings, steps = self.survey.tables, self.survey.settings, 0
        for tr, around in _shown(element, _ROW, control):
            of_row = settings.get(tr, _NONE)
            if _DEL in of_row:
                continue
            row = Row(tr)
            column = 0
            if of_row:
                row.after, column = (codes.number_of(of_row.get(tag), 0) for tag in (_GRID_AFTER, _GRID_BEFORE))
            for tc, inner in _shown(tr, _CELL, around):
                of_cell = settings.get(tc, _NONE)
                if _CELL_DEL in of_cell:
                    continue
                span = max(1, codes.number_of(of_cell.get(_GRID_SPAN), 1)) if of_cell else 1
                blocks = self.blocks(tc, inner)
                is_crossed = bool(self.survey.crossed) and tc in self.survey.crossed
                for crossed in paragraphs_of(blocks) if is_crossed else ():
                    crossed.anchored = [Anchored(0, Kind.CROSS, tc), *crossed.anchored]
                if of_cell and row.cells and _continues(of_cell.get(_H_MERGE)):
                    row.cells[-1].span += span
                    row.cells[-1].blocks += blocks
                else:
                    continues = bool(of_cell) and _continues(of_cell.get(_V_MERGE))
                    row.cells.append(Cell(tc, column, span, continues, blocks))
                column += span
            table.rows.append(row)
            steps += _STEPS_A_CELL * (1 + len(row.cells))
            if steps > _SETTLED:
                limits.spend(steps)
                steps = 0
        limits.spend(steps)
        table.holds_tables = self.survey.tables > before
        return table

    # --- text ---

    def _paragraph(self, paragraph: Paragraph, element: Element, control: Control) -> None:
        """Adds what `element` shows to the paragraph."""
        self.parts, self.owners, self.length = [paragraph.text], paragraph.owners, len(paragraph.text)
        self.aside, self.raised, self.anchored = [*paragraph.aside], [*paragraph.raised], [*paragraph.anchored]
        if control is None:
            self._inline(element)
        else:
            self._control(control, element)
        paragraph.text = "".join(self.parts)
        paragraph.aside, paragraph.raised, paragraph.anchored = self.aside, self.raised, self.anchored

    def _is_shown(self) -> bool:
        """Whether text that stands here is no code of a field."""
        return not self.hiding

    def _show(self, text: str, owner: Element) -> None:
        if text and self.is_aside and self._is_shown():
            self.aside.append((text, owner))
        elif text and self._is_shown():
            self.shows += 1
            self.owners.append((self.length, owner))
            self.parts.append(text)
            self.length += len(text)

    def _inline(self, parent: Element, font: str = "") -> None:
        for child in parent:
            tag = child.tag
            if (read := _READERS.get(tag)) is not None:
                read(self, child, font)
            elif tag in _SHOWN:
                self._show(_SHOWN[tag], child)
            elif tag not in _SKIPPED:
                self._inline(child, font)

    def _text(self, element: Element, font: str) -> None:
        text = element.text or ""
        if font:
            text = symbols.text_from_font(font, text)
        self._show(text, element)
        self._inline(element, font)

    def _symbol(self, element: Element, _: str) -> None:
        self._show(symbols.character_from_element(element), element)

    def _run(self, run: Element, _: str) -> None:
        outer, start = self.is_aside, self.length
        self.is_aside |= run in self.survey.looks.void
        font = ""
        for properties in run.iterchildren(W + "rPr"):
            for fonts in properties.iterchildren(_FONTS):
                font = symbols.symbol_font(fonts.get(_ASCII), fonts.get(_H_ANSI))
        before, parts = len(self.anchored), len(self.parts)
        self._inline(run, font)
        if run in self.survey.looks.blurred and self._is_shown() and not self.is_aside:
            words = [m.start() for m in _WORD.finditer("".join(self.parts[parts:]))] or [0]
            limits.spend(_STEPS_A_WORD * len(words))
            blurred = [Anchored(start + at, Kind.BLUR, run) for at in words]  # any of them may begin an answer
            self.anchored[before:] = sorted([*blurred, *self.anchored[before:]], key=operator.attrgetter("at"))
        if run in self.survey.looks.capital and self.length > start and not self.is_aside:
            self.anchored.insert(before, Anchored(start, Kind.CAPITALS, run))
        self.is_aside = outer
        self._rise(self.survey.looks.raised.get(run, 0), start)

    def _rise(self, side: int, start: int) -> None:
        """Notes that what was shown from `start` on stands above or below the line."""
        if side and self.length > start:
            self.raised.append((start, self.length, side))

    def _alternate(self, alternate: Element, font: str) -> None:
        self._inline(_branch(alternate), font)

    def _drawing(self, drawing: Element, _: str) -> None:
        """A drawing or picture: its text boxes are read after the paragraph."""
        if not self._is_shown():
            return
        boxes = [box for box, _ in _shown(drawing, _BOX)]
        if self.is_aside or (boxes and drawings.is_out_of_sight(drawing)):
            self.aside += [(text, box) for box in boxes if (text := _words(box))]
        else:
            self.boxes += boxes
            self._anchor(drawings.kind_of(drawing), drawing)

    def _note(self, reference: Element, _: str) -> None:
        self._anchor(_NOTES[reference.tag], reference)

    def _anchor(self, kind: Kind | None, element: Element) -> None:
        if kind is not None and self._is_shown() and not self.is_aside:
            self.anchored.append(Anchored(self.length, kind, element))

    def _ruby(self, reading: Element, _: str) -> None:
        """What stands over a text (17.3.3.25): how it is read aloud, or else something that somebody put there."""
        if (text := _words(reading)) and not _ALOUD.fullmatch(text):
            self._anchor(Kind.BLUR, reading)
            self.aside.append((text, reading))

    # --- formulas ---

    def _fraction(self, element: Element, font: str) -> None:
        """A fraction (22.1.2.36), in one line; behind a digit a blank parts it, as 3 1/2 is not 31/2.

        Without a bar it is none: what stands one above the other there is parted as lines are.
        """
        kind = xml.child(xml.child(element, M + "fPr"), M + "type")
        sign = "; " if kind is not None and kind.get(M + "val") == "noBar" else "/"
        if self.length and (before := self.parts[-1][-1:]).isascii() and before.isalnum():
            self._show(" ", element)
        for part in element.iterchildren(M + "num", M + "den"):
            if part.tag == M + "den":
                self._show(sign, element)
            is_long = len(_words(part)) > 1 and not _words(part).replace(".", "").isalnum()
            self._enclosed(part, ("(", ")") if is_long else ("", ""), font)

    def _enclosed(self, element: Element, pair: tuple[str, str], font: str) -> None:
        self._show(pair[0], element)
        self._inline(element, font)
        self._show(pair[1], element)

    def _script(self, element: Element, font: str) -> None:
        """What stands above or below the line of a formula (22.1.2.105, 22.1.2.101)."""
        start, around = self.length, element.getparent()
        is_above = element.tag == M + "sup" or (around is not None and around.tag == M + "limUpp")
        self._inline(element, font)
        self._rise(1 if is_above else -1, start)

    def _delimited(self, element: Element, font: str) -> None:
        """What stands in brackets (22.1.2.24); they are properties."""
        signs = {}
        for properties in element.iterchildren(M + "dPr"):
            signs = {sign.tag: sign.get(M + "val", "") for sign in properties}
        self._show(signs.get(M + "begChr", "("), element)
        self._parted(element.iterchildren(M + "e"), signs.get(M + "sepChr", "|"), font)
        self._show(signs.get(M + "endChr", ")"), element)

    def _parted(self, parts: Iterable[Element], sign: str, font: str) -> None:
        """Parts with a sign between them."""
        for number, part in enumerate(parts):
            self._show(sign if number else "", part)
            self._inline(part, font)

    def _listed(self, element: Element, font: str) -> None:
        """A matrix or lines of formulas (22.1.2.60, 22.1.2.34): what stands apart is not one number."""
        if element.tag == M + "eqArr":
            self._parted(element.iterchildren(M + "e"), "; ", font)
        for number, row in enumerate(element.iterchildren(M + "mr")):
            self._show("; " if number else "", row)
            self._parted(row.iterchildren(M + "e"), " ", font)

    def _accented(self, element: Element, font: str) -> None:
        """A letter with a sign over or under it (22.1.2.1, 22.1.2.7, 22.1.2.41); the sign is a property."""
        own = xml.child(element, element.tag + "Pr")
        char, side = (xml.child(own, M + n) for n in ("chr", "pos"))
        self._inline(element, font)
        is_above = element.tag != M + "bar" or (side is not None and side.get(M + "val") == "top")
        self._show(
            "\u0305" if is_above and char is None else "\u0332" if char is None else char.get(M + "val", ""), element
        )

    def _boxed(self, element: Element, font: str) -> None:
        """What a box stands around, or what is struck by the lines of one (22.1.2.11)."""
        own = xml.child(element, M + "borderBoxPr")
        is_struck = own is not None and any(etree.QName(e).localname.startswith("strike") and xml.is_on(e) for e in own)
        if not is_struck:
            self._anchor(Kind.RING, element)
        self._aside(element, font, is_struck)

    def _phantom(self, element: Element, font: str) -> None:
        """What takes room and may not be shown (22.1.2.81)."""
        own = xml.child(element, M + "phantPr")
        shown = xml.child(own, M + "show")
        self._aside(element, font, shown is not None and not xml.is_on(shown))

    def _aside(self, element: Element, font: str, is_aside: bool) -> None:
        """What is inside, which nobody sees if it `is_aside`."""
        outer = self.is_aside
        self.is_aside |= is_aside
        self._inline(element, font)
        self.is_aside = outer

    def _turned(self, element: Element, font: str) -> None:
        """What is shown from right to left, whatever it is (17.3.2.3), in signs that say so (UAX 9)."""
        is_turned = element.get(W + "val") == "rtl"
        self._enclosed(element, ("\u202e", "\u202c") if is_turned else ("", ""), font)

    def _root(self, element: Element, font: str) -> None:
        """A root (22.1.2.88), with no sign that could be a tick."""
        for part in element.iterchildren(M + "deg", M + "e"):
            self._enclosed(part, ("root(", ")") if part.tag == M + "e" else ("", ""), font)

    def _sum(self, element: Element, font: str) -> None:
        """A sum, a product, an integral (22.1.2.70); its sign is a property."""
        sign = xml.child(element, M + "naryPr")
        char = xml.child(sign, M + "chr")
        self._show("∫" if char is None else char.get(M + "val", ""), element)
        self._inline(element, font)

    # --- content controls ---

    def _inline_control(self, sdt: Element, font: str) -> None:
        for content in sdt.iterchildren(W + "sdtContent"):
            self._control(sdt, content, font)

    def _control(self, sdt: Element, content: Element, font: str = "") -> None:
        """What a content control shows: a check box its state (w14:checkbox, [MS-DOCX] 2.6.1), any other its content.

        The glyph of a check box tells its state; the property only where the glyph is none that is known, nor a tag
        that draws one.
        """
        properties = xml.child(sdt, W + "sdtPr")
        box = xml.child(properties, _CHECK_BOX)
        is_prompt = box is None and _is_unanswered(properties, content)
        outer, self.is_aside = self.is_aside, is_prompt
        before, owned, start = len(self.parts), len(self.owners), self.length
        self._inline(content, font)
        drawn = "" if box is None else "".join(self.parts[before:])
        if box is not None and "{{" not in drawn and not any(c in ticks.MARKS for c in drawn):
            if not any(c.isalnum() for c in drawn):
                del self.parts[before:], self.owners[owned:]
                self.length = start
            self._show(ticks.TICKED if xml.is_on(xml.child(box, W14 + "checked")) else ticks.EMPTY, sdt)
        self.is_aside = outer

    # --- fields ---

    def _simple_field(self, element: Element, font: str) -> None:
        """A field in one element (17.16.19): its result, or what its code draws."""
        before, code = self.shows, element.get(W + "instr", "")
        if not codes.is_laid(code):
            self._inline(element, font)
        if before == self.shows:
            self._drawn_by_code(code, element)

    def _drawn_by_code(self, code: str, element: Element) -> None:
        """What a field draws whose result is not there, or not asked."""
        if codes.is_ringed(code):
            self._anchor(Kind.RING, element)
        outer = self.is_aside
        self.is_aside |= codes.is_struck(code)
        self._show(codes.text_from(code), element)
        self.is_aside = outer

    def _code(self, element: Element, _: str) -> None:
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].code.append(element.text or "")

    def _field_mark(self, mark: Element, _: str) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin" and mark in self.survey.ended_fields:
            self.fields.append(_Field(codes.drawn_by(mark), self.shows, codes.is_unset(mark)))
            self.hiding += 1
        elif kind == "separate" and self.fields:
            inner = self.fields[-1]
            if not inner.drawn and not inner.in_result and not codes.is_laid("".join(inner.code)):
                inner.in_result = True
                self.hiding -= 1
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            self.hiding -= not ended.in_result
            if ended.begun == self.shows and ended.drawn:
                self._anchor(Kind.UNSET if ended.is_unset else None, mark)
                self._show(ended.drawn, mark)
            elif ended.begun == self.shows:
                self._drawn_by_code("".join(ended.code), mark)


_READERS: dict[str, Callable[[_Story, Element, str], None]] = {
    W + "r": _Story._run,
    W + "t": _Story._text,
    M + "t": _Story._text,
    W + "sym": _Story._symbol,
    W + "sdt": _Story._inline_control,
    W + "fldChar": _Story._field_mark,
    W + "instrText": _Story._code,
    MC + "AlternateContent": _Story._alternate,
    W + "rt": _Story._ruby,
    M + "f": _Story._fraction,
    M + "d": _Story._delimited,
    M + "rad": _Story._root,
    M + "nary": _Story._sum,
    **{M + n: _Story._script for n in ("sup", "sub")},
    **dict.fromkeys(_NOTES, _Story._note),
    **dict.fromkeys(_DRAWN, _Story._drawing),
    W + "fldSimple": _Story._simple_field,
    W + "bdo": _Story._turned,
    M + "lim": _Story._script,
    **{M + n: _Story._listed for n in ("m", "eqArr")},
    **{M + n: _Story._accented for n in ("acc", "bar", "groupChr")},
    M + "borderBox": _Story._boxed,
    M + "phant": _Story._phantom,
}
