"""A part of a document, read once into blocks, with Word's habits undone on the way.

Tracked changes are accepted, content controls are looked through (the prompt of
an empty one is no text), fields show their result, one branch of AlternateContent
is taken, text boxes follow the paragraph they are anchored in, and every drawing
of a tick becomes the character □ or ☑ (see `ticks`).  An element that nothing here
names is looked through, so that its text can't get lost.  What is read is counted
as it comes, and the work is in proportion to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docfill import limits
from docfill.word import codes, symbols, ticks, xml
from docfill.word.blocks import Block, Cell, Element, Paragraph, Row, Table
from docfill.word.xml import MC, W14, M, W

Control = Element | None
"""The content control (w:sdt) that something stands in, the nearest."""


def _names(*names: str) -> frozenset[str]:
    return frozenset(W + name for name in names)


_BLOCKS = _names("p", "tbl", "altChunk")
_ROW, _CELL, _BOX = _names("tr"), _names("tc"), _names("txbxContent")
_SKIPPED = _names("pPr", "rPr", "sdtPr", "rt", "del", "moveFrom", "trPr", "tcPr", "tblPr", "tblGrid")
_SHOWN: dict[str, str] = {
    **{W + n: "\t" for n in ("tab", "ptab")},
    **{W + n: "\n" for n in ("br", "cr")},
    W + "noBreakHyphen": "-",
    W + "subDoc": ticks.UNKNOWN,
}
_P, _R, _FONTS, _DEL, _CELL_DEL, _GRID_BEFORE, _GRID_SPAN, _H_MERGE, _V_MERGE, _VANISH = (
    W + n for n in ("p", "r", "rFonts", "del", "cellDel", "gridBefore", "gridSpan", "hMerge", "vMerge", "vanish")
)
_PLAIN = _names("t", "tab", "ptab", "br", "cr", "noBreakHyphen") | {M + "t"}
"""What shows text in a paragraph that has nothing of `_ODD`."""
_ODD = _names("rt", "del", "moveFrom", "subDoc", "sym", "sdt", "fldChar", "instrText", "drawing", "pict", "object") | {
    *(_VANISH, W + "strike", W + "dstrike"),
    MC + "AlternateContent",
}
"""What asks for more than reading the texts in their order; symbol fonts do, too."""
_COUNTED = _PLAIN | _ODD
_PROPERTIES = _names("trPr", "tcPr")
_SETTINGS = frozenset({_DEL, _CELL_DEL, _GRID_BEFORE, _GRID_SPAN, _H_MERGE, _V_MERGE})
"""What changes the grid, in the properties of a row or cell."""
_RUN_SETTINGS = (_VANISH, W + "strike", W + "dstrike", _FONTS)
_HOMES = _names("body", "tc", "hdr", "ftr", "sdtContent", "txbxContent")
"""Where paragraphs stand, except by mistake."""
_ASCII, _H_ANSI = W + "ascii", W + "hAnsi"


def blocks_of(root: Element) -> list[Block]:
    """The blocks of a part (w:document, w:hdr, w:ftr) in reading order."""
    xml.check_document(root)
    body = root.find(W + "body")
    return _Story(_Survey(root)).blocks(root if body is None else body)


def _shown(parent: Element, wanted: frozenset[str], control: Control = None) -> Iterator[tuple[Element, Control]]:
    """The wanted elements that are shown, at any depth of wrappers, each with the content control it stands in."""
    for child in parent:
        tag = child.tag
        if tag in wanted:
            yield child, control
        elif tag == MC + "AlternateContent":
            yield from _shown(_branch(child), wanted, control)
        elif tag not in _SKIPPED:
            yield from _shown(child, wanted, child if tag == W + "sdt" else control)


def _branch(alternate: Element) -> Element:
    """The alternative that is read: the first, unless it is empty and there is a fallback."""
    choice, fallback = alternate.find(MC + "Choice"), alternate.find(MC + "Fallback")
    taken = choice if choice is not None and (len(choice) or fallback is None) else fallback
    return alternate if taken is None else taken


def _child(parent: Element, tag: str) -> Element | None:
    """Its first child with a tag."""
    return next(parent.iterchildren(tag), None)


def _is_prompt(properties: Element | None) -> bool:
    """Whether a content control's properties say that it shows its placeholder, which is no answer (17.5.2.39)."""
    return properties is not None and xml.is_on(_child(properties, W + "showingPlcHdr"))


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
    return merge is not None and merge.get(W + "val", "continue") != "restart"


_NONE: dict[str, Element] = {}


class _Survey:
    """What one pass over a part finds out before its blocks are read.

    Attributes:
        plain: the paragraphs that are nothing but texts in their order, as they are read.
        settings: what changes the grid, by row or cell and then by tag.
        ended_fields: see `_ended_fields`.
    """

    def __init__(self, root: Element) -> None:
        self.plain: dict[Element, Paragraph] = {}
        self.settings: dict[Element, dict[str, Element]] = {}
        self.ended_fields = _ended_fields(root)
        odd: set[Element] = set()
        texts: dict[Element, list[str]] = {}
        paragraph, shown, at = None, Paragraph(root), 0
        parts: list[str] = []
        pieces, most = 0, limits.current().pieces
        for element in root.iter(_P, _FONTS, *_PLAIN, *_ODD, *_SETTINGS):
            tag = element.tag
            if tag == _FONTS:
                if symbols.symbol_font(element.get(_ASCII), element.get(_H_ANSI)):
                    odd.update(element.iterancestors(_P))
                continue
            parent = element.getparent()
            if tag in _COUNTED and (pieces := pieces + 1) > most:
                raise limits.exceeded(xml.local(root), "文字片段过多", "too many pieces of text", "pieces")
            if tag == _P:
                if parent is not None and parent.tag not in _HOMES:
                    odd.update(element.iterancestors(_P))
                paragraph, at = element, 0
                shown = self.plain[element] = Paragraph(element)
                parts = texts[element] = []
            elif tag in _PLAIN:
                if parent is None or parent.getparent() is not paragraph or parent.tag != _R:
                    around = [*element.iterancestors(_P)]
                    if paragraph not in around:
                        odd.update(around)
                        continue
                    if any(a.tag in _SKIPPED for a in element.iterancestors()):
                        continue
                text = _SHOWN.get(tag) or element.text
                if text:
                    shown.owners.append((at, element))
                    parts.append(text)
                    at += len(text)
            else:
                if tag in _ODD:
                    odd.update(element.iterancestors(_P))
                if tag in _SETTINGS and parent is not None and parent.tag in _PROPERTIES:
                    self.settings.setdefault(next(parent.iterancestors()), {})[tag] = element
        for element in odd:
            self.plain.pop(element, None)
        for element, plain in self.plain.items():
            plain.text = "".join(texts[element])


@dataclass(slots=True)
class _Field:
    """A complex field being read (17.16.18): its code, and whether its result has begun.

    `drawn` is what a legacy form field shows, whatever its result holds; `begun` is
    how many texts had been shown when it began.
    """

    drawn: str
    begun: int
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
        self.is_silent = False
        self.is_aside = False
        self.aside: list[tuple[str, Element]] = []
        self.parts: list[str] = []
        self.owners: list[tuple[int, Element]] = []
        self.length = 0

    # --- blocks and tables ---

    def blocks(self, parent: Element, control: Control = None) -> list[Block]:
        """The blocks in `parent`, which stands in `control`; where a paragraph mark was deleted, two are one."""
        blocks: list[Block] = []
        joined: Paragraph | None = None
        for element, inner in _shown(parent, _BLOCKS, control):
            if element.tag == W + "p":
                plain = self.survey.plain.get(element)
                if plain is not None and joined is None and inner is None and not self.fields:
                    blocks.append(plain)
                    continue
                paragraph = joined or Paragraph(element)
                if joined is None:
                    blocks.append(paragraph)
                self._paragraph(paragraph, element, inner)
                boxes, self.boxes = self.boxes, []
                for box in boxes:
                    blocks.extend(_Story(self.survey).blocks(box))
                mark = element.find(f"{W}pPr/{W}rPr")
                is_deleted = mark is not None and any(child.tag in _SKIPPED for child in mark)
                joined = paragraph if is_deleted else None
                continue
            joined = None
            if element.tag == W + "tbl":
                blocks.append(self._table(element, inner))
            else:
                blocks.append(Paragraph(element, ticks.UNKNOWN, [(0, element)]))
        return blocks

    def _table(self, element: Element, control: Control) -> Table:
        table = Table(element)
        for tr, around in _shown(element, _ROW, control):
            of_row = self.survey.settings.get(tr, _NONE)
            if _DEL in of_row:
                continue
            row = Row(tr)
            column = codes.number_of(of_row.get(_GRID_BEFORE), 0)
            for tc, inner in _shown(tr, _CELL, around):
                of_cell = self.survey.settings.get(tc, _NONE)
                if _CELL_DEL in of_cell:
                    continue
                span = max(1, codes.number_of(of_cell.get(_GRID_SPAN), 1))
                blocks = self.blocks(tc, inner)
                if row.cells and _continues(of_cell.get(_H_MERGE)):
                    row.cells[-1].span += span
                    row.cells[-1].blocks += blocks
                else:
                    row.cells.append(Cell(tc, column, span, _continues(of_cell.get(_V_MERGE)), blocks))
                column += span
            table.rows.append(row)
        return table

    # --- text ---

    def _paragraph(self, paragraph: Paragraph, element: Element, control: Control) -> None:
        """Adds what `element` shows to the paragraph."""
        self.parts, self.owners, self.length = [paragraph.text], paragraph.owners, len(paragraph.text)
        self.aside = paragraph.aside
        if control is None:
            self._inline(element)
        else:
            self._control(control, element)
        paragraph.text = "".join(self.parts)

    def _is_shown(self) -> bool:
        """Whether text that stands here is on the page: not hidden, no code of a field."""
        return not self.is_silent and not self.hiding

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
            if tag in _SKIPPED:
                continue
            if tag in _SHOWN:
                self._show(_SHOWN[tag], child)
            elif (read := _READERS.get(tag)) is not None:
                read(self, child, font)
            else:
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
        outer = self.is_silent, self.is_aside
        font = ""
        for properties in run.iterchildren(W + "rPr"):
            for setting in properties.iterchildren(*_RUN_SETTINGS):
                if setting.tag == _FONTS:
                    font = symbols.symbol_font(setting.get(_ASCII), setting.get(_H_ANSI))
                elif setting.tag == _VANISH:
                    self.is_silent |= xml.is_on(setting)
                else:
                    self.is_aside |= xml.is_on(setting)
        self._inline(run, font)
        self.is_silent, self.is_aside = outer

    def _alternate(self, alternate: Element, font: str) -> None:
        self._inline(_branch(alternate), font)

    def _drawing(self, drawing: Element, _: str) -> None:
        """A drawing or picture: its text boxes are read after the paragraph."""
        if self._is_shown():
            self.boxes.extend(box for box, _ in _shown(drawing, _BOX))

    def _inline_control(self, sdt: Element, font: str) -> None:
        for content in sdt.iterchildren(W + "sdtContent"):
            self._control(sdt, content, font)

    def _control(self, sdt: Element, content: Element, font: str = "") -> None:
        """What a content control shows: a check box its state (w14:checkbox, [MS-DOCX] 2.6.1), any other its content.

        The glyph of a check box tells its state; the property only where the glyph is none that is known.
        """
        properties = _child(sdt, W + "sdtPr")
        box = None if properties is None else _child(properties, W14 + "checkbox")
        outer, self.is_aside = self.is_aside, box is None and _is_prompt(properties)
        before, owned, start = len(self.parts), len(self.owners), self.length
        self._inline(content, font)
        drawn = "" if box is None else "".join(self.parts[before:])
        if box is not None and not any(c in ticks.MARKS for c in drawn):
            if not any(c.isalnum() for c in drawn):
                del self.parts[before:], self.owners[owned:]
                self.length = start
            self._show(ticks.TICKED if xml.is_on(_child(box, W14 + "checked")) else ticks.EMPTY, sdt)
        self.is_aside = outer

    # --- fields ---

    def _code(self, element: Element, _: str) -> None:
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].code.append(element.text or "")

    def _field_mark(self, mark: Element, _: str) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin" and mark in self.survey.ended_fields:
            self.fields.append(_Field(codes.drawn_by(mark), self.shows))
            self.hiding += 1
        elif kind == "separate" and self.fields:
            inner = self.fields[-1]
            if not inner.drawn and not inner.in_result:
                inner.in_result = True
                self.hiding -= 1
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            self.hiding -= not ended.in_result
            if ended.begun == self.shows:
                self._show(ended.drawn or codes.text_from_eq("".join(ended.code)), mark)


_READERS: dict[str, Callable[[_Story, Element, str], None]] = {
    W + "r": _Story._run,
    W + "t": _Story._text,
    M + "t": _Story._text,
    W + "sym": _Story._symbol,
    W + "sdt": _Story._inline_control,
    W + "fldChar": _Story._field_mark,
    W + "instrText": _Story._code,
    MC + "AlternateContent": _Story._alternate,
    **{W + n: _Story._drawing for n in ("drawing", "pict", "object")},
}
