"""The document model: blocks, tables as true grids, and text in which every character knows its run.

Read from the XML once, with Word's habits undone on the way: tracked changes
are accepted, content controls are looked through (the prompt of an empty one is
no text), fields show their result, one branch of AlternateContent is taken,
text boxes follow the paragraph they are anchored in, and every drawing of a
tick becomes the character □ or ☑ (see `ticks`).  What a reader of the page
sees, and nothing else, is in the text; docs/document-model.md lists what is
left out and why.  An element that nothing here names is looked through, so that
its text can't get lost.
"""

from __future__ import annotations

import bisect
import contextlib
import functools
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lxml import etree

from docfill.problems import DocfillError
from docfill.word import office, ticks, xml
from docfill.word.xml import MC, W14, M, W

Element = etree._Element
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
_PROPERTIES = _names("trPr", "tcPr")
_SETTINGS = frozenset({_DEL, _CELL_DEL, _GRID_BEFORE, _GRID_SPAN, _H_MERGE, _V_MERGE})
"""What changes the grid, in the properties of a row or cell."""
_RUN_SETTINGS = (_VANISH, W + "strike", W + "dstrike", _FONTS)
_HOMES = _names("body", "tc", "hdr", "ftr", "sdtContent", "txbxContent")
"""Where paragraphs stand, except by mistake."""
_EQ = re.compile(r'\\([(),;\\])|\\\*\s*(?:"[^"]*"|\w+)|\\[a-z]+(?:\s*-?\d+)?(?=\s*[\\(])|[(),;]', re.I)
_SYMBOL_CODES = (*range(0x21, 0x7F), *range(0xA0, 0xFF))
_SYMBOL_CHARACTERS = (
    "!∀#∃%&∋()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffc〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_SYMBOL = {
    code + area: char for code, char in zip(_SYMBOL_CODES, _SYMBOL_CHARACTERS, strict=True) for area in (0, 0xF000)
}
"""The font Symbol, which draws Greek letters and mathematics at the codes of Latin ones."""
_SYMBOL_FONTS = ticks.SYMBOL_FONTS | {"symbol"}
_ASCII, _H_ANSI = W + "ascii", W + "hAnsi"


_start = operator.itemgetter(0)


@dataclass(slots=True)
class Paragraph:
    """One w:p: what it shows, and for each stretch of text the element that holds it.

    `aside` is on the page, too, but nobody's answer: what was struck out by hand,
    and the prompt of an empty content control.
    """

    element: Element
    text: str = ""
    owners: list[tuple[int, Element]] = field(default_factory=list)
    aside: list[tuple[str, Element]] = field(default_factory=list)

    def owner(self, index: int) -> Element:
        """The element (a w:r's child) that shows the character at `index`."""
        return self.owners[bisect.bisect_right(self.owners, index, key=_start) - 1][1]


@dataclass(slots=True, eq=False)
class Cell:
    """One w:tc, or what stands for it; `continues` tells a lower part of a vertical merge."""

    element: Element
    column: int
    span: int
    continues: bool
    blocks: list[Block] = field(default_factory=list)

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """Its own paragraphs, without those of nested tables."""
        return (b for b in self.blocks if isinstance(b, Paragraph))

    @property
    def text(self) -> str:
        """Its own paragraphs' text, a line each."""
        return "\n".join(p.text for p in self.paragraphs)


@dataclass(slots=True, eq=False)
class Row:
    """One w:tr: its cells from left to right, each knowing its grid column."""

    element: Element
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Table:
    """One w:tbl."""

    element: Element
    rows: list[Row] = field(default_factory=list)


Block = Paragraph | Table


_UPDATED = re.compile(r"\s*(?:DATE|TIME|FILENAME|SAVEDATE|PRINTDATE|EDITTIME)\b", re.I)


class Document:
    """A returned file, opened once: its package, and its body's blocks when first asked for.

    Args:
        source: a path, or the file's bytes.
        name: how messages call the file; its path if not given.
        timeout: seconds that LibreOffice may take over a file that is no .docx (see `office`).

    Raises:
        DocfillError: the file cannot be read; the message says why and what next.
    """

    def __init__(self, source: str | Path | bytes, name: str = "", timeout: float = office.TIMEOUT) -> None:
        self.name = name or ("" if isinstance(source, bytes) else str(source))
        self.package = office.opened(source, name or None, timeout)
        self.main = self.package.main

    @cached_property
    def root(self) -> Element:
        """The root of the main part."""
        return xml.parse(self.package.read(self.main), self.main)

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the body."""
        try:
            return blocks_of(self.root)
        except RecursionError:
            raise DocfillError(
                f"{self.package.name}：表格嵌套过深，无法读取",
                f"{self.package.name}: tables are nested too deeply",
                "too-large",
            ) from None

    @cached_property
    def recomputed(self) -> frozenset[Element]:
        """The paragraphs whose text a conversion may have replaced: LibreOffice updates dates and file names."""
        if not self.package.is_converted:
            return frozenset()
        codes = [(e, e.text or "") for e in self.root.iter(W + "instrText")]
        codes += [(e, e.get(W + "instr", "")) for e in self.root.iter(W + "fldSimple")]
        return frozenset(p for e, code in codes if _UPDATED.match(code) for p in e.iterancestors(W + "p"))

    def related(self, kind: str) -> list[list[Block]]:
        """The blocks of each header ("header") or footer ("footer")."""
        parts = self.package.related(self.main, kind)
        return [blocks_of(xml.parse(self.package.read(p), p)) for p in dict.fromkeys(parts)]

    def where(self, element: Element | None) -> str:
        """The position of an element of the main part: "part#path"; "" for none."""
        if element is None:
            return ""
        tree = element.getroottree()
        inside = tree.getroot() is self.root
        return f"{self.main if inside else xml.local(tree.getroot())}#{tree.getpath(element)}"


def blocks_of(root: Element) -> list[Block]:
    """The blocks of a part (w:document, w:hdr, w:ftr) in reading order."""
    xml.check_document(root)
    body = root.find(W + "body")
    return _Story(_Survey(root)).blocks(root if body is None else body)


def unframed(row: Row) -> list[Block] | None:
    """The blocks of a row that only frames a table: one cell with a table in it and nothing else; else None."""
    if not any(isinstance(b, Table) for c in row.cells for b in c.blocks):
        return None
    filled = [c for c in row.cells if c.text.strip() or any(isinstance(b, Table) for b in c.blocks)]
    if len(filled) != 1 or filled[0].text.strip():
        return None
    return filled[0].blocks


def paragraphs_of(blocks: list[Block]) -> Iterator[Paragraph]:
    """Every paragraph, those in tables included, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs_of(cell.blocks)


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


def _is_prompt(control: Control) -> bool:
    """Whether a content control shows its placeholder, which asks for an answer and is none (17.5.2.39)."""
    return control is not None and xml.is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


@functools.lru_cache(maxsize=1024)
def _symbol_font(ascii_font: str | None, h_ansi: str | None) -> str:
    """The symbol font that a w:rFonts sets for Latin letters, in lower case; "" if none."""
    return next((name.lower() for name in (ascii_font, h_ansi) if name and name.lower() in _SYMBOL_FONTS), "")


def _ended_fields(root: Element) -> set[Element]:
    """The w:fldChar that begin a field which ends in the same story; any other would hide all that follows."""
    begun: dict[Element | None, list[Element]] = {}
    ended: set[Element] = set()
    for mark in root.iter(W + "fldChar"):
        story = next((a for a in mark.iterancestors() if a.tag in _BOX or _is_left_out(a)), None)
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


def _number(element: Element | None, default: int) -> int:
    value = "" if element is None else element.get(W + "val", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


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
        paragraph, shown, at = None, Paragraph(root), 0
        for element in root.iter(_P, _FONTS, *_PLAIN, *_ODD, *_SETTINGS):
            tag = element.tag
            if tag == _FONTS:
                if _symbol_font(element.get(_ASCII), element.get(_H_ANSI)):
                    odd.update(element.iterancestors(_P))
                continue
            parent = element.getparent()
            if tag == _P:
                if parent is not None and parent.tag not in _HOMES:
                    odd.update(element.iterancestors(_P))
                paragraph, at = element, 0
                shown = self.plain[element] = Paragraph(element)
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
                    shown.text += text
                    at += len(text)
            else:
                if tag in _ODD:
                    odd.update(element.iterancestors(_P))
                if tag in _SETTINGS and parent is not None and parent.tag in _PROPERTIES:
                    self.settings.setdefault(next(parent.iterancestors()), {})[tag] = element
        for element in odd:
            self.plain.pop(element, None)


@dataclass(slots=True)
class _Field:
    """A complex field being read (17.16.18): its code, and whether its result has begun.

    `drawn` is what a legacy form field shows, whatever its result holds.
    """

    code: str = ""
    in_result: bool = False
    is_shown: bool = False
    drawn: str = ""


class _Story:
    """Reads one flow of text (a body, a text box); a field of it may begin in one paragraph and end in another."""

    def __init__(self, survey: _Survey) -> None:
        self.survey = survey
        self.fields: list[_Field] = []
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
            column = _number(of_row.get(_GRID_BEFORE), 0)
            for tc, inner in _shown(tr, _CELL, around):
                of_cell = self.survey.settings.get(tc, _NONE)
                if _CELL_DEL in of_cell:
                    continue
                span = max(1, _number(of_cell.get(_GRID_SPAN), 1))
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
        return not self.is_silent and all(f.in_result for f in self.fields)

    def _show(self, text: str, owner: Element) -> None:
        if text and self.is_aside and self._is_shown():
            self.aside.append((text, owner))
        elif text and self._is_shown():
            for f in self.fields:
                f.is_shown = True
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
            text = text.translate(_SYMBOL) if font == "symbol" else ticks.text_from_symbols(font, text)
        self._show(text, element)
        self._inline(element, font)

    def _symbol(self, element: Element, _: str) -> None:
        """A symbol (17.3.3.30); a code of the private area means nothing but in the tables' fonts."""
        font, char = element.get(W + "font", "").strip().lower(), ticks.UNKNOWN
        with contextlib.suppress(ValueError):
            code = int(element.get(W + "char", ""), 16)
            if font == "symbol":
                char = _SYMBOL.get(code, char)
            elif font in ticks.SYMBOL_FONTS or not (0xE000 <= code < 0xF900 or "dings" in font):
                char = ticks.character_from_symbol(font, code)
        self._show(char, element)

    def _run(self, run: Element, _: str) -> None:
        outer = self.is_silent, self.is_aside
        font = ""
        for properties in run.iterchildren(W + "rPr"):
            for setting in properties.iterchildren(*_RUN_SETTINGS):
                if setting.tag == _FONTS:
                    font = _symbol_font(setting.get(_ASCII), setting.get(_H_ANSI))
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
        for content in sdt.findall(W + "sdtContent"):
            self._control(sdt, content, font)

    def _control(self, sdt: Element, content: Element, font: str = "") -> None:
        """What a content control shows: a check box its state (w14:checkbox, [MS-DOCX] 2.6.1), any other its content.

        The glyph of a check box tells its state; the property only where the glyph is none that is known.
        """
        box = sdt.find(f"{W}sdtPr/{W14}checkbox")
        outer, self.is_aside = self.is_aside, box is None and _is_prompt(sdt)
        before, start = len(self.parts), self.length
        self._inline(content, font)
        drawn = "".join(self.parts[before:])
        if box is not None and not any(c in ticks.MARKS for c in drawn):
            if not any(c.isalnum() for c in drawn):
                del self.parts[before:]
                self.owners[:] = [o for o in self.owners if o[0] < start]
                self.length = start
            self._show(ticks.TICKED if xml.is_on(box.find(W14 + "checked")) else ticks.EMPTY, sdt)
        self.is_aside = outer

    # --- fields ---

    def _code(self, element: Element, _: str) -> None:
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].code += element.text or ""

    def _field_mark(self, mark: Element, _: str) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin" and mark in self.survey.ended_fields:
            self.fields.append(_Field(drawn=_drawn(mark)))
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = not self.fields[-1].drawn
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if not ended.is_shown:
                self._show(ended.drawn or _text_from_eq(ended.code), mark)


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


def _drawn(mark: Element) -> str:
    """What a legacy form field shows: a check box its state, a list the entry chosen (17.16.7, 17.16.9)."""
    box, choice = mark.find(f"{W}ffData/{W}checkBox"), mark.find(f"{W}ffData/{W}ddList")
    if box is not None:
        checked = box.find(W + "checked")
        return ticks.TICKED if xml.is_on(box.find(W + "default") if checked is None else checked) else ticks.EMPTY
    entries = [] if choice is None else [e.get(W + "val", "") for e in choice.iterfind(W + "listEntry")]
    result, default = (None if choice is None else choice.find(W + n) for n in ("result", "default"))
    chosen = _number(result, _number(default, 0))
    return entries[chosen] if chosen < len(entries) else ""


def _text_from_eq(code: str) -> str:
    """What an EQ field without a result draws: its arguments.

    Those of \\o lie on one another: a tick on a box is a tick, a letter in a ring the letter.
    """
    name, _, arguments = code.strip().partition(" ")
    if name.lower() != "eq":
        return ""
    overlaid = "\\o" in arguments.lower()
    between = "" if overlaid else " "
    text = _EQ.sub(lambda m: m[1] or (between if m[0] in "(),;" else ""), arguments).strip()
    letters = "".join(c for c in text if c not in ticks.MARKS).strip()
    if letters or not text:
        return letters if overlaid else text
    return ticks.TICKED if any(ticks.MARKS[c] for c in text if c in ticks.MARKS) else ticks.EMPTY
