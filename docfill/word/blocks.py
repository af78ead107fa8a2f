"""The nouns of the document model: paragraphs of text, tables as true grids.

What stands in them is told by `story`, which reads a part once; docs/document-model.md
lists what that is.  Every character of a paragraph knows the element that shows it.
"""

from __future__ import annotations

import bisect
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

Element = etree._Element

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
