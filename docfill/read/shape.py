"""A document in the shape of a skeleton: lines and rows in reading order, folded for comparison."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from docfill import late
from docfill.text import fold, year_in
from docfill.word.document import Block, Cell, Element, Paragraph, unframed
from docfill.word.span import Span
from docfill.word.xml import W


class DocLine(Struct, eq=False, gc=False):
    """One line of the document: part of a paragraph between line breaks.

    `behind` are further lines that are read as the rest of it, as the cells of a row
    are; between them and what is before them stands one sign that nobody wrote.
    """

    text: str
    folded: str
    paragraph: Paragraph
    start: int = 0
    behind: tuple[tuple[int, DocLine], ...] = ()

    def element(self, index: int = 0) -> Element:
        """The element that shows the character at `index` of the line, or the paragraph's own."""
        return self.spans(index, index)[0].element

    def part(self, start: int, end: int | None = None) -> DocLine:
        """A part of it, of which nothing is read `behind`."""
        text = self.text[start:end]
        return DocLine(text, fold(text), self.paragraph, self.start + start)

    def spans(self, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
        """The spans of `text[start:end]`; one, empty, for a stretch without characters."""
        end = len(self.text) if end is None else end
        if not self.behind:
            return (Span(self.paragraph, self.start + start, self.start + end),)
        own = self.behind[0][0] - 1
        parts = [(0, own, self.paragraph, self.start)]
        parts += [(at, at + len(line.text), line.paragraph, line.start) for at, line in self.behind]
        found = [
            Span(paragraph, first + max(start, at) - at, first + min(end, stop) - at)
            for at, stop, paragraph, first in parts
            if max(start, at) < min(end, stop)
        ]
        if found:
            return tuple(found)
        at, stop, paragraph, first = next((p for p in parts if start <= p[1]), parts[-1])
        where = first + min(start, stop) - at
        return (Span(paragraph, where, where),)


class DocCell(Struct, eq=False, gc=False):
    """One cell, `span` columns wide, and what it continues, if it does: the top of its vertical merge.

    `lines` are those that show something, nested tables' included.
    """

    column: int
    continues: bool
    units: list[DocLine | DocRow]
    lines: list[DocLine]
    element: Element
    span: int = 1
    above: DocCell | None = None

    @property
    def origin(self) -> DocCell:
        """The top of its vertical merge, itself where it continues none."""
        return self.above or self

    @property
    def text(self) -> str:
        """What it shows, a line each."""
        return self.lines[0].text.strip() if len(self.lines) == 1 else "\n".join([n.text.strip() for n in self.lines])

    @property
    def folded(self) -> str:
        """What it shows, as it is compared."""
        return self.lines[0].folded if len(self.lines) == 1 else "".join([line.folded for line in self.lines])


class DocRow(Struct, eq=False, dict=True):
    """One row, with the element (w:tr) that is it; `is_long` if it reaches beyond most rows of its table."""

    cells: list[DocCell]
    element: Element | None = None
    is_long: bool = False

    @cached_property
    def own(self) -> list[DocCell]:
        """Its cells that continue none above."""
        return [c for c in self.cells if not c.continues]

    @cached_property
    def lines(self) -> list[DocLine]:
        """All its lines that show something."""
        return [line for cell in self.cells for line in cell.lines]

    @cached_property
    def table(self) -> Element | None:
        """The table (w:tbl) that it stands in."""
        return next(self.element.iterancestors(W + "tbl"), None) if self.element is not None else None

    @property
    def parted(self) -> str:
        """What its cells say, where several say anything, as those of a table do; "" elsewhere."""
        return " | ".join(c.text for c in self.own) if sum(bool(c.lines) for c in self.own) > 1 else ""

    @cached_property
    def texts(self) -> dict[str, str]:
        """What each of its lines shows, and each of its cells, with how it is compared."""
        texts = {line.text: line.folded for line in self.lines}
        return texts | {c.text: c.folded for c in self.own if len(c.lines) > 1}

    @cached_property
    def year(self) -> str:
        """The year that it is of; "" where it names none, or several."""
        years = [year for cell in self.own if (year := year_in(cell.text))]
        return years[0] if len(years) == 1 else ""

    @cached_property
    def as_line(self) -> DocLine | None:
        """The row as one line "label：value", as a line of the form looks that somebody put in a table."""
        if len(self.own) == 1:
            return self.lines[0] if len(self.lines) == 1 else None
        cells = [c for c in self.own if c.lines] or self.own[:1]
        if len(cells) not in (1, 2) or len(cells[0].lines) != 1:
            return None
        label, beside = cells[0].lines[0], cells[1] if len(cells) == 2 else None
        if _COLON.search(label.text.rstrip(_LABEL_END)):  # the answer stands behind its label
            return label if beside is None else _as_one(label, beside, "\u3000") if _is_another(label, beside) else None
        if beside is None and self.own[-1] is cells[0]:
            return label
        return _as_one(label, beside or self.own[-1])

    @cached_property
    def as_lines(self) -> list[DocLine]:
        """The row as several lines "label：value", each in a cell or with its value in the next; none of other rows."""
        if len(self.own) == 1:
            own = self.own[0].lines
            return own if len(own) > 1 and _COLON.search(own[0].text) else []
        cells = [c for c in self.own if c.lines]
        if len(cells) <= _OF_ONE_LINE or any(len(c.lines) > 1 for c in cells) or not _COLON.search(cells[0].text):
            return []
        lines: list[DocLine] = []
        is_open = False
        for cell in self.own:
            line = cell.lines[0] if cell.lines else None
            if is_open and (line is None or not _COLON.search(line.text)) and (one := _as_one(lines[-1], cell)):
                lines[-1], is_open = one, False
            elif line is not None:
                lines.append(line)
                is_open = line.text.rstrip().endswith((":", "："))
        return lines

    @cached_property
    def in_pairs(self) -> list[DocLine]:
        """The row as several lines, each a cell with a label and the one beside it; none where a label is missing."""
        pairs = [*zip(self.own[::2], self.own[1::2], strict=False)]
        if len(self.own) <= _OF_ONE_LINE or len(self.own) % 2 or any(len(label.lines) != 1 for label, _ in pairs):
            return []
        return [line for label, cell in pairs if (line := _as_one(label.lines[0], cell)) is not None]


def _is_another(label: DocLine, beside: DocCell) -> bool:
    """Whether a cell goes on with another label behind a line "label：value", and not with the same one again."""
    second = beside.lines[0] if len(beside.lines) == 1 else None
    if second is None or not _COLON.search(second.text):
        return False
    return second.folded.partition(":")[0] != label.folded.partition(":")[0]


_OF_ONE_LINE = 2
"""Cells with words of a row that may be one line of the form."""
_COLON = late.pattern("[:：]")
_LABEL_END = " :：\u3000\u00a0" + "".join(map(chr, range(0xFE00, 0xFE10)))
"""What may stand behind the words of a label: its colon, blanks, and the selectors of how a sign is drawn."""


def _as_one(label: DocLine, cell: DocCell, sign: str = "：") -> DocLine | None:
    """A label and the cell beside it as one line, with a sign between them."""
    text = label.text.rstrip(_LABEL_END) + sign
    behind: list[tuple[int, DocLine]] = []
    for line in cell.lines or [*lines_of(cell.units)][:1]:
        shown = line.text.strip()
        text += "\n" if behind else ""
        start = line.start + line.text.find(shown)
        behind.append((len(text), DocLine(shown, line.folded, line.paragraph, start)))
        text += shown
    return DocLine(text, fold(text), label.paragraph, label.start, tuple(behind)) if behind else None


DocUnit = DocLine | DocRow


def units_of(blocks: list[Block]) -> list[DocUnit]:
    """The lines and rows of some blocks, the rows of all tables in one list."""
    units: list[DocUnit] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            at = 0
            for part in block.text.split("\n"):
                units.append(DocLine(part, fold(part), block, at))
                at += len(part) + 1
            continue
        above: dict[int, DocCell] = {}
        ends = [row.end for row in block.rows]
        usual = _usual(ends)
        for row, end, framed in zip(block.rows, ends, unframed(block), strict=True):
            if framed is not None:
                units += units_of(framed)
                continue
            cells = []
            for c in row.cells:
                inner, lines = _inside(c)
                top = above.get(c.column) if c.continues else None
                cell = DocCell(c.column, c.continues, inner, lines, c.element, c.span, top)
                above[c.column] = top or cell
                cells.append(cell)
            units.append(DocRow(cells, row.element, end > usual))
    return units


def _usual(ends: list[int]) -> int:
    """The grid column at which most rows of a table end; of several, the first."""
    if len({*ends}) < 2:
        return ends[0] if ends else 0
    counted = Counter(ends)
    return max(counted, key=lambda end: (counted[end], -end))


def _inside(cell: Cell) -> tuple[list[DocUnit], list[DocLine]]:
    """The lines and rows of a cell, and those lines that show something."""
    if len(cell.blocks) == 1 and isinstance(only := cell.blocks[0], Paragraph) and "\n" not in only.text:
        line = DocLine(only.text, fold(only.text), only)
        return [line], [line] if line.folded else []
    units = units_of(cell.blocks)
    return units, [line for line in lines_of(units) if line.folded]


def lines_of(units: list[DocUnit]) -> Iterator[DocLine]:
    """All lines in reading order, those of nested tables included."""
    for unit in units:
        if isinstance(unit, DocLine):
            yield unit
        else:
            for cell in unit.cells:
                yield from lines_of(cell.units)


class Stretches(Struct, frozen=True, gc=False):
    """Stretches of some lines, whose spans are worked out once they are asked for, as of few options."""

    text: DocText
    at: Sequence[tuple[int, int]]

    def __iter__(self) -> Iterator[Span]:
        return (span for stretch in self.at for span in self.text.spans(*stretch))


class DocText:
    """Some lines as one text, in which every character knows its element."""

    def __init__(self, lines: list[DocLine]) -> None:
        self.text = lines[0].text if len(lines) == 1 else "\n".join([line.text for line in lines])
        self._lines = lines

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *itertools.accumulate(len(line.text) + 1 for line in self._lines)]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans of `text[start:end]`, a line each; one, empty, for a stretch without characters."""
        if len(self._lines) < 2:
            only = self._lines[0] if self._lines else None
            if only is not None and not only.behind:
                return (Span(only.paragraph, only.start + start, only.start + end),)
            return only.spans(start, end) if only is not None else ()
        first = bisect.bisect_right(self._starts, start, 0, len(self._lines)) - 1
        line, before = self._lines[first], self._starts[first]
        if end - before <= len(line.text) or first == len(self._lines) - 1:
            return line.spans(start - before, min(end - before, len(line.text)))
        last = bisect.bisect_right(self._starts, end, 0, len(self._lines)) - 1
        found: list[Span] = []
        for at in range(first, last + 1):
            line, before = self._lines[at], self._starts[at]
            found += line.spans(max(start - before, 0), min(end - before, len(line.text)))
        return tuple(found)
