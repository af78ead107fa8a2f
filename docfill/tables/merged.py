"""Merged cells: downwards, what they say is said of every row that they span; across, nobody can tell.  Nor downwards
where each row is another file's, as in a workbook of results: merging them took away what the lower ones said.

A spreadsheet keeps the value in the uppermost cell at the left only.  A row that has
nothing of its own is the lower half of the one above where all that this has goes on
in it, and a record of its own where not.  Of the further columns that a cell is merged
over, each holds a `Joined`, which is no value; so does a lower one of another file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from docfill import limits
from docfill.tables.cell import Below, Joined, is_empty, words_of
from docfill.tables.xlsx import Merged

Row = tuple[int, list[Any]]
_STEPS_A_MERGED = 3


def spread(
    rows: Iterable[Row],
    merged: Sequence[Merged],
    above: int,
    aside: Collection[int] = (),
    read: Collection[int] = (),
    apart: Collection[int] = (),
) -> Iterator[Row]:
    """Rows with the values of the cells that are merged down into them, and with what is merged across told.

    Args:
        rows: by number, in order.
        merged: the merged cells of their sheet, from top to bottom.
        above: the last row of the header, in which and from which nothing is spread.
        aside: the indexes of columns that do not count as an answer.
        read: those of the columns that are read; where the header is among the rows, those that it names.
        apart: those in which each row says what is its own.
    """
    coming = iter([m for m in merged if m.first > above])
    following = next(coming, None)
    going: dict[Merged, Any] = {}
    before: set[int] = set()
    for number, cells in rows:
        read = _answered(cells, ()) if number <= above else read
        limits.spend(_STEPS_A_MERGED * len(going))
        going = {m: value for m, value in going.items() if number <= m.last}
        own = _answered(cells, aside)
        reaching = {m.column for m in going}
        if own or not before <= reaching or (apart and not all(map(is_empty, cells))):
            for m, value in going.items():
                cells.extend([""] * (m.column + 1 - len(cells)))
                if is_empty(cells[m.column]):
                    is_apart = m.column in apart and not is_empty(value)
                    cells[m.column] = Below(words_of(value)) if is_apart else value
                _join(cells, m, read)
            before = _answered(cells, aside)
        while following is not None and following.first <= number:
            if following.first == number and following.column < len(cells):
                going[following] = cells[following.column]
                _join(cells, following, read)
            following = next(coming, None)
        yield number, cells


def _join(cells: list[Any], merged: Merged, read: Collection[int]) -> None:
    """Tells of the columns that are read, and that a cell is merged over, that theirs is none of their own."""
    if merged.column == merged.until or is_empty(cells[merged.column]):
        return
    said = words_of(cells[merged.column])
    for index in read:
        if merged.column < index <= merged.until:
            cells.extend([""] * (index + 1 - len(cells)))
            cells[index] = Joined(said)


def _answered(cells: Sequence[Any], aside: Collection[int]) -> set[int]:
    """The indexes of the cells that hold something, but for some columns."""
    return {index for index, cell in enumerate(cells) if index not in aside and not is_empty(cell)}
