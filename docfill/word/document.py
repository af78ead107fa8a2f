"""The document model: blocks, tables as true grids, and text in which every character knows its run.

Read from the XML once, with Word's habits undone on the way: tracked insertions
are read and deletions left out, content controls are looked through, fields
show their result, one branch of AlternateContent is taken, text boxes follow
the paragraph they are anchored in, and every drawing of a tick becomes the
character □ or ☑ (see `ticks`).  What a reader of the page sees, and nothing
else, is in the text.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lxml import etree

from docfill.problems import DocfillError
from docfill.word import ticks, xml
from docfill.word.package import Package
from docfill.word.xml import MC, W14, M, W

Element = etree._Element

_SKIPPED = frozenset(
    {
        *(W + n for n in ("pPr", "rPr", "sdtPr", "sdtEndPr", "rubyPr", "rt")),
        *(W + n for n in ("del", "moveFrom", "instrText", "delText", "delInstrText", "softHyphen")),
        *(W + n for n in ("footnoteReference", "endnoteReference", "commentReference", "annotationRef")),
        *(W + n for n in ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")),
        *(W + n for n in ("lastRenderedPageBreak", "proofErr")),
    }
)
_WRAPPERS = frozenset(
    W + n for n in ("customXml", "smartTag", "ins", "moveTo", "dir", "bdo", "hyperlink", "sdtContent")
)
_EQ_BOX = re.compile(r"^\s*eq\s*\\o\s*(?:\\a[clr])?\s*\((.*)\)\s*$", re.I | re.S)


@dataclass(slots=True)
class Paragraph:
    """One w:p: what it shows, and for each stretch of text the element that holds it."""

    element: Element
    text: str = ""
    owners: list[tuple[int, Element]] = field(default_factory=list)

    def owner(self, index: int) -> Element:
        """The element (a w:r's child) that shows the character at `index`."""
        starts = [start for start, _ in self.owners]
        return self.owners[bisect.bisect_right(starts, index) - 1][1]


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


class Document:
    """A returned file, opened once: its package, and its body's blocks when first asked for.

    Args:
        source: a path, or the file's bytes.
        name: how messages call the file; its path if not given.

    Raises:
        DocfillError: the file cannot be read; the message says why and what next.
    """

    def __init__(self, source: str | Path | bytes, name: str = "") -> None:
        self.name = name or ("" if isinstance(source, bytes) else str(source))
        self.package = Package.open(source, name or None)
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
                f"{self.package.name}：表格嵌套过深，无法读取", f"{self.package.name}: tables are nested too deeply"
            ) from None

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
    body = root.find(W + "body")
    return _blocks(root if body is None else body)


def paragraphs_of(blocks: list[Block]) -> Iterator[Paragraph]:
    """Every paragraph, those in tables included, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs_of(cell.blocks)


def _children(parent: Element) -> Iterator[Element]:
    """The children that are shown, seen through wrappers that show their content."""
    for child in parent:
        tag = child.tag
        if tag == W + "sdt":
            content = child.find(W + "sdtContent")
            if content is not None:
                yield from _children(content)
        elif tag in _WRAPPERS:
            yield from _children(child)
        elif tag == MC + "AlternateContent":
            branch = _branch(child)
            if branch is not None:
                yield from _children(branch)
        elif tag not in _SKIPPED:
            yield child


def _branch(alternate: Element) -> Element | None:
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None and len(choice) else alternate.find(MC + "Fallback")


def _blocks(parent: Element) -> list[Block]:
    blocks: list[Block] = []
    for child in _children(parent):
        if child.tag == W + "p":
            paragraph, boxes = _Reader().paragraph(child)
            blocks.append(paragraph)
            for box in boxes:
                blocks.extend(_blocks(box))
        elif child.tag == W + "tbl":
            blocks.append(_table(child))
    return blocks


def _table(element: Element) -> Table:
    table = Table(element)
    for tr in _children(element):
        if tr.tag != W + "tr":
            continue
        properties = tr.find(W + "trPr")
        if properties is not None and properties.find(W + "del") is not None:
            continue
        row = Row(tr)
        column = _number(properties, "gridBefore", 0)
        for tc in _children(tr):
            if tc.tag != W + "tc":
                continue
            tc_pr = tc.find(W + "tcPr")
            span = max(1, _number(tc_pr, "gridSpan", 1))
            merge = None if tc_pr is None else tc_pr.find(W + "vMerge")
            continues = merge is not None and merge.get(W + "val", "continue") != "restart"
            row.cells.append(Cell(tc, column, span, continues, _blocks(tc)))
            column += span
        table.rows.append(row)
    return table


def _number(properties: Element | None, name: str, default: int) -> int:
    element = None if properties is None else properties.find(W + name)
    value = "" if element is None else element.get(W + "val", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


@dataclass(slots=True)
class _Field:
    """A complex field being read: its code, and whether its result has begun."""

    code: str = ""
    in_result: bool = False
    shown: bool = False
    checkbox: str = ""


class _Reader:
    """Reads one paragraph; holds the state of its complex fields."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.owners: list[tuple[int, Element]] = []
        self.length = 0
        self.fields: list[_Field] = []
        self.boxes: list[Element] = []

    def paragraph(self, element: Element) -> tuple[Paragraph, list[Element]]:
        self._inline(element)
        return Paragraph(element, "".join(self.parts), self.owners), self.boxes

    def _show(self, text: str, owner: Element) -> None:
        if not text or any(not f.in_result for f in self.fields):
            return
        for f in self.fields:
            f.shown = True
        self.owners.append((self.length, owner))
        self.parts.append(text)
        self.length += len(text)

    def _inline(self, parent: Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == W + "r":
                self._run(child)
            elif tag == W + "sdt":
                self._control(child)
            elif tag in _SKIPPED:
                continue
            elif tag == W + "ruby":
                base = child.find(W + "rubyBase")
                if base is not None:
                    self._inline(base)
            elif tag == MC + "AlternateContent":
                branch = _branch(child)
                if branch is not None:
                    self._inline(branch)
            elif tag in _WRAPPERS or tag == W + "fldSimple":
                self._inline(child)
            elif isinstance(tag, str) and tag.startswith(M):
                for t in child.iter(M + "t"):
                    self._show(t.text or "", t)

    def _control(self, sdt: Element) -> None:
        """A content control: a check box shows its state, any other its content (w14:checkbox, [MS-DOCX] 2.6.1)."""
        content = sdt.find(W + "sdtContent")
        box = sdt.find(f"{W}sdtPr/{W14}checkbox")
        if box is None:
            if content is not None:
                self._inline(content)
            return
        before = len(self.parts)
        if content is not None:
            self._inline(content)
        drawn = "".join(self.parts[before:]).strip()
        if drawn not in ticks.MARKS:
            state = xml.is_on(box.find(W14 + "checked"))
            self._show(ticks.TICKED if state else ticks.EMPTY, sdt)

    def _run(self, run: Element) -> None:
        properties = run.find(W + "rPr")
        if properties is not None and xml.is_on(properties.find(W + "vanish")):
            return
        font = ""
        fonts = None if properties is None else properties.find(W + "rFonts")
        if fonts is not None:
            names = (fonts.get(W + "ascii", ""), fonts.get(W + "hAnsi", ""))
            font = next((n for n in names if n.lower() in ticks.SYMBOL_FONTS), "")
        for child in run:
            self._in_run(child, font)

    def _in_run(self, child: Element, font: str) -> None:
        tag = child.tag
        if tag == W + "t":
            text = child.text or ""
            self._show(ticks.text_from_symbols(font, text) if font else text, child)
        elif tag == W + "tab" or tag == W + "ptab":
            self._show("\t", child)
        elif tag == W + "br" or tag == W + "cr":
            self._show("\n", child)
        elif tag == W + "noBreakHyphen":
            self._show("-", child)
        elif tag == W + "sym":
            code = child.get(W + "char", "")
            try:
                self._show(ticks.character_from_symbol(child.get(W + "font", ""), int(code, 16)), child)
            except ValueError:
                self._show(ticks.UNKNOWN, child)
        elif tag == W + "fldChar":
            self._field_character(child)
        elif tag == W + "instrText":
            if self.fields and not self.fields[-1].in_result:
                self.fields[-1].code += child.text or ""
        elif tag == W + "ruby":
            base = child.find(W + "rubyBase")
            if base is not None:
                self._inline(base)
        elif tag == MC + "AlternateContent":
            branch = _branch(child)
            for grandchild in () if branch is None else branch:
                self._in_run(grandchild, font)
        elif tag == W + "drawing" or tag == W + "pict" or tag == W + "object":
            self.boxes.extend(_outermost(child, W + "txbxContent"))

    def _field_character(self, mark: Element) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            begun = _Field()
            box = mark.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                checked = box.find(W + "checked")
                state = xml.is_on(box.find(W + "default") if checked is None else checked)
                begun.checkbox = ticks.TICKED if state else ticks.EMPTY
            self.fields.append(begun)
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if ended.checkbox:
                self._show(ended.checkbox, mark)
            elif not ended.shown and (overlaid := _EQ_BOX.match(ended.code)):
                states = {ticks.MARKS[c] for c in overlaid[1] if c in ticks.MARKS}
                if states:
                    self._show(ticks.TICKED if True in states else ticks.EMPTY, mark)


def _outermost(element: Element, tag: str) -> Iterator[Element]:
    """The nearest descendants with `tag`, not those inside one another, one branch of each alternative."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == MC + "AlternateContent":
            branch = _branch(child)
            if branch is not None:
                yield from _outermost(branch, tag)
        else:
            yield from _outermost(child, tag)
