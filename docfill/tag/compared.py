"""Pairs that are compared in a row: a name at each end, between them the figures of a scale that falls to 1 and rises.

One figure is marked: DISCIPLINE 9 8 … 2 1 2 … 8 9 ASSIDUITY.  A figure is told by the name that it speaks for.
"""

from __future__ import annotations

from collections.abc import Sequence

from docfill.tag import words
from docfill.tag.cells import is_empty
from docfill.tag.grid import GridRow
from docfill.word.document import Cell

_LEAST = 5
"""Figures of such a scale, at least."""


def compared_in(row: GridRow) -> tuple[str, Sequence[Cell], list[str]] | None:
    """What is compared in a row, the cells with its figures, and the option that each is; None for any other row."""
    first, *between = row.row.cells
    said = [c.text.strip() for c in between[:-1]]
    half = len(said) // 2
    if len(said) < _LEAST or len(said) != 2 * half + 1 or said != said[::-1] or any(c.continues for c in row.row.cells):
        return None
    if said[half:] != [str(n + 1) for n in range(half + 1)]:
        return None
    one, other = first.text.strip(), between[-1].text.strip()
    if one == other or not all(words.is_label(x) and words.is_title(x) for x in (one, other)):
        return None
    options = [f"{one} {x}" for x in said[:half]] + ["1"] + [f"{other} {x}" for x in said[half + 1 :]]
    return f"{one} / {other}", between[:-1], options


def rows_of_header(rows: Sequence[GridRow]) -> int:
    """How many first rows are one header over rows that print all their cells.

    Its titles are merged down beside an empty corner, and all else in them is empty.
    """
    top = rows[0].row.cells
    merged = {c.column for c in top if not is_empty(c)}
    count = 1
    while (
        count < len(rows)
        and merged <= rows[count].continued
        and all(is_empty(c) or c.continues for c in rows[count].row.cells)
    ):
        count += 1
    is_header = count > 1 and is_empty(top[0]) and len(merged) > 1 and count < len(rows)
    return count if is_header and not any(is_empty(c) for r in rows[count:] for c in r.row.cells) else 0
