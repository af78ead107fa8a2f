"""The nouns of the document model: paragraphs of text, tables as true grids.

What stands in them is told by `story`, which reads a part once; docs/document-model.md
lists what that is.  Every character of a paragraph knows the element that shows it.
"""

from __future__ import annotations

import bisect
import enum
import operator
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree
from msgspec import Struct, field

from docfill.word import symbols
from docfill.word.looks import PLAIN, Formats, Look, around, settings_of
from docfill.word.xml import W

Element = etree._Element

_RUN = W + "r"
_start, _end = operator.itemgetter(0), operator.itemgetter(1)


class Kind(enum.Enum):
    """What may stand on a page beside text, or be made of it.

    BLUR is text on itself or far from its line, UNSET an entry of a list that nobody chose, CROSS a line across a cell,
    CAPITALS are small letters that are shown as large ones.
    """

    PICTURE = "picture"
    SHAPE = "shape"
    INK = "ink"
    CHART = "chart"
    DIAGRAM = "diagram"
    WORD_ART = "word art"
    OBJECT = "object"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    RING = "ring"
    BLUR = "blur"
    UNSET = "unset"
    CROSS = "cross"
    CAPITALS = "capitals"


class Anchored(NamedTuple):
    """Something that is no text and stands before the character `at`."""

    at: int
    kind: Kind
    element: Element


class Paragraph(Struct, gc=False):
    """One w:p: what it shows, and for each stretch of text the element that holds it.

    `aside` is in the file, too, but nobody's answer: what was struck out, what no
    reader of the page sees, and the prompt of an empty content control.  `raised` are
    the stretches above (1) or below (-1) the line, `anchored` is what is drawn here
    or refers to somewhere else; `box` is the text box that it stands in.
    """

    element: Element
    text: str = ""
    owners: list[tuple[int, Element]] = field(default_factory=list)
    aside: Sequence[tuple[str, Element]] = ()
    raised: Sequence[tuple[int, int, int]] = ()
    anchored: Sequence[Anchored] = ()
    formats: Formats = PLAIN
    box: Element | None = None

    def owner(self, index: int) -> Element:
        """The element (a w:r's child) that shows the character at `index`."""
        return self.owners[bisect.bisect_right(self.owners, index, key=_start) - 1][1]

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int, Element]]:
        """(start, end, the w:r) of each stretch of the characters from `start` to `end`."""
        at = max(bisect.bisect_right(self.owners, start, key=_start) - 1, 0)
        for number in range(at, len(self.owners)):
            first, owner = self.owners[number]
            if first >= end:
                return
            last = self.owners[number + 1][0] if number + 1 < len(self.owners) else len(self.text)
            yield max(first, start), min(last, end), _run_around(owner)

    def looks(self, start: int, end: int) -> Iterator[tuple[int, int, Look]]:
        """(start, end, how it looks) of each stretch of the characters from `start` to `end`."""
        styles = around(self.element)
        for first, last, run in self.runs(start, end):
            yield first, last, self.formats.look(run, styles if run.getparent() is self.element else None)

    def look_alike(self, start: int, end: int) -> bool:
        """Whether some characters plainly look alike; told without working out how."""
        return not self.starts(start, end) or len({*map(settings_of, self.runs_in(start, end))}) < 2

    def runs_in(self, start: int, end: int) -> dict[Element, None]:
        """The runs that show the characters from `start` to `end`, each once."""
        at = max(bisect.bisect_right(self.owners, start, key=_start) - 1, 0)
        last = bisect.bisect_left(self.owners, end, at, key=_start)
        return dict.fromkeys([_run_around(owner) for _, owner in self.owners[at:last]])

    def starts(self, start: int, end: int) -> list[int]:
        """Where another element begins to show the text between two characters."""
        first, last = (bisect.bisect_right(self.owners, at, key=_start) for at in (start, end - 1))
        return [at for at, _ in self.owners[first:last]]

    def anchored_in(self, start: int, end: int) -> list[Anchored]:
        """What is anchored from before one character to behind another."""
        first = bisect.bisect_left(self.anchored, start, key=_start)
        return [*self.anchored[first : bisect.bisect_right(self.anchored, end, key=_start)]]

    def said(self, start: int, end: int) -> str:
        """What the characters from `start` to `end` say: 10 with a raised 4 is 10⁴.

        What is raised as a whole is only formatted so, as by a tag that stands raised in its template.
        """
        text = self.text[start:end]
        begins, ends = len(text) - len(text.lstrip()), len(text.rstrip())
        said, at = list[str](), 0
        for first, last, side in self.raised[bisect.bisect_left(self.raised, start, key=_end) :]:
            if first >= end:
                break
            first, last = max(first, start) - start, min(last, end) - start
            if first < last and (begins < first or last < ends):
                said += [text[at:first], symbols.beside_the_line(text[first:last], side)]
                at = last
        return "".join([*said, text[at:]])

    @property
    def bullet(self) -> str:
        """What the list draws before it, where that is one character; "" if none."""
        return self.formats.bullet(self.element)


def _run_around(owner: Element) -> Element:
    """The run that an owner of characters is or stands in; itself where it stands in none."""
    if owner.tag == _RUN:
        return owner
    around = owner.getparent()
    return around if around is not None and around.tag == _RUN else next(owner.iterancestors(_RUN), owner)


class Cell(Struct, eq=False, gc=False):
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


class Row(Struct, eq=False, gc=False):
    """One w:tr: its cells from left to right, each knowing its grid column; `after` columns behind them stay empty."""

    element: Element
    cells: list[Cell] = field(default_factory=list)
    after: int = 0

    @property
    def end(self) -> int:
        """The grid column at which it ends, with what it leaves out."""
        return self.after + (self.cells[-1].column + self.cells[-1].span if self.cells else 0)


class Table(Struct, eq=False, gc=False):
    """One w:tbl; `holds_tables` tells whether others stand in it."""

    element: Element
    rows: list[Row] = field(default_factory=list)
    holds_tables: bool = False


Block = Paragraph | Table


def unframed(table: Table) -> list[list[Block] | None]:
    """For each row of a table, the blocks of one that only frames a table: a cell with a table in it and nothing else.

    Beside that cell there may be empty ones where no row of the table has words in several cells: there, an empty cell
    stands for something.
    """
    if not table.holds_tables:
        return [None] * len(table.rows)
    is_layout: bool | None = None
    found: list[list[Block] | None] = []
    for row in table.rows:
        inner = _framed(row)
        if inner is not None and len(row.cells) > 1 and is_layout is None:
            is_layout = all(sum(bool(c.text.strip()) for c in r.cells) < 2 for r in table.rows)
        found.append(inner if inner is not None and (len(row.cells) == 1 or is_layout) else None)
    return found


def _framed(row: Row) -> list[Block] | None:
    """The blocks of the one cell of a row that holds a table and no words, where the others are empty; else None."""
    if not any(isinstance(b, Table) for c in row.cells for b in c.blocks):
        return None
    filled = [c for c in row.cells if c.text.strip() or any(isinstance(b, Table) for b in c.blocks)]
    if len(filled) != 1 or filled[0].text.strip():
        return None
    return filled[0].blocks


def paragraphs_of(blocks: list[Block]) -> Iterator[Paragraph]:
    """Every paragraph, those in tables included, in reading order."""
    found: list[Paragraph] = []
    _gather(blocks, found)
    return iter(found)


def _gather(blocks: list[Block], found: list[Paragraph]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block)
        else:
            for row in block.rows:
                for cell in row.cells:
                    if len(cell.blocks) == 1 and isinstance(only := cell.blocks[0], Paragraph):
                        found.append(only)
                    else:
                        _gather(cell.blocks, found)
