"""A document in the shape of a skeleton: lines and rows in reading order, folded for comparison."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from docfill.text import fold
from docfill.word.document import Block, Element, Paragraph, unframed


@dataclass(slots=True, eq=False)
class DocLine:
    """One line of the document: part of a paragraph between line breaks."""

    text: str
    folded: str
    paragraph: Paragraph
    start: int = 0

    def element(self, index: int = 0) -> Element:
        """The element that shows the character at `index` of the line, or the paragraph's own."""
        return self.paragraph.owner(self.start + index) if self.paragraph.owners else self.paragraph.element


@dataclass(eq=False)
class DocCell:
    """One cell; `origin` is the top of its vertical merge, itself where it continues none.

    `lines` are those that show something, nested tables' included.
    """

    column: int
    continues: bool
    units: list[DocLine | DocRow]
    lines: list[DocLine] = field(default_factory=list)
    origin: DocCell | None = None

    @cached_property
    def text(self) -> str:
        """What it shows, a line each."""
        return "\n".join([line.text.strip() for line in self.lines])

    @cached_property
    def folded(self) -> str:
        """What it shows, as it is compared."""
        return self.lines[0].folded if len(self.lines) == 1 else fold(self.text)


@dataclass(eq=False)
class DocRow:
    """One row."""

    cells: list[DocCell]

    @cached_property
    def own(self) -> list[DocCell]:
        """Its cells that continue none above."""
        return [c for c in self.cells if not c.continues]

    @cached_property
    def lines(self) -> list[DocLine]:
        """All its lines that show something."""
        return [line for cell in self.cells for line in cell.lines]

    @cached_property
    def texts(self) -> set[str]:
        """What each of its lines shows, and each of its cells."""
        return {line.text for line in self.lines} | {c.text for c in self.own if len(c.lines) > 1}

    @cached_property
    def as_line(self) -> DocLine | None:
        """The row as one line "label：value", as a line of the form looks that somebody put in a table."""
        cells = [c for c in self.own if c.lines] or self.own[:1]
        cells += self.own[-1:] if len(cells) == 1 else []
        if len(cells) != 2 or len(cells[0].lines) != 1:
            return None
        label = cells[0].lines[0]
        text = label.text.rstrip(" :：\u3000") + "：" + cells[1].text
        return DocLine(text, fold(text), next((line.paragraph for line in cells[1].lines), label.paragraph))


DocUnit = DocLine | DocRow


def units_of(blocks: list[Block]) -> list[DocUnit]:
    """The lines and rows of some blocks, the rows of all tables in one list."""
    units: list[DocUnit] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            at = 0
            for part in block.text.split("\n") if "\n" in block.text else (block.text,):
                units.append(DocLine(part, fold(part), block, at))
                at += len(part) + 1
            continue
        above: dict[int, DocCell] = {}
        for row in block.rows:
            if (framed := unframed(row)) is not None:
                units += units_of(framed)
                continue
            cells = []
            for c in row.cells:
                inner = units_of(c.blocks)
                cell = DocCell(c.column, c.continues, inner, [line for line in lines_of(inner) if line.folded])
                cell.origin = above.get(c.column, cell) if c.continues else cell
                above[c.column] = cell.origin
                cells.append(cell)
            units.append(DocRow(cells))
    return units


def lines_of(units: list[DocUnit]) -> Iterator[DocLine]:
    """All lines in reading order, those of nested tables included."""
    for unit in units:
        if isinstance(unit, DocLine):
            yield unit
        else:
            for cell in unit.cells:
                yield from lines_of(cell.units)


class DocText:
    """Some lines as one text, in which every character knows its element."""

    def __init__(self, lines: list[DocLine]) -> None:
        self.text = "\n".join(line.text for line in lines)
        self._lines = lines
        self._starts = [0, *itertools.accumulate(len(line.text) + 1 for line in lines)]

    def element(self, index: int) -> Element | None:
        """The element that shows the character at `index`."""
        if not self._lines:
            return None
        at = min(bisect.bisect_right(self._starts, index), len(self._lines)) - 1
        return self._lines[at].element(index - self._starts[at])
