"""Schedules: charts in which a line is drawn below the weeks or days that a piece of work takes.

Below a row that counts them, 1 2 3 … 17, each row is a label and a cell for each of them.  What is drawn there is no
answer in words, and dozens of fields of one name tell nobody anything: the chart is listed, and has no tags.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from docfill import late
from docfill.tag.cells import is_empty, squeezed
from docfill.tag.grid import GridRow

_LEAST, _SCALE = 6, 10
"""Counted columns of a chart, at least, and those that may be the marks of a scale as well."""
_OF_TIME = late.pattern(r"[周月旬]|日期?|天|\b(?:weeks?|months?|days?)\b", re.I)
"""What stands over columns that are weeks or days."""
_DRAWN = frozenset("-—–―_－＿")


def rows_of_schedule(rows: Sequence[GridRow], number: int) -> int:
    """How many rows of a chart begin at a row: those below one that counts weeks or days; 0 where none does."""
    columns = _counted(rows, number - 1) if number else []
    return len([*itertools.takewhile(lambda r: _is_of_chart(r, columns), rows[number:])]) if columns else 0


def _counted(rows: Sequence[GridRow], number: int) -> list[int]:
    """The columns of the cells of a row that count from 1 on, perhaps anew for the next term; [] for any other row."""
    cells = [c for c in rows[number].row.cells if not c.continues]
    said = [squeezed(c.text) for c in cells]
    figures = [(c.column, int(x)) for c, x in zip(cells, said, strict=True) if x.isascii() and x.isdecimal()]
    counts = [n for _, n in figures]
    is_counted = len(counts) >= max(_LEAST, len(cells) - 1) and counts[0] == 1
    is_counted = is_counted and all(b in (a + 1, 1) for a, b in itertools.pairwise(counts))
    over = "".join(c.text for r in rows[max(0, number - 2) : number] for c in r.cells)
    is_of_time = _OF_TIME.search(over) is not None or len(counts) > _SCALE
    return [column for column, _ in figures] if is_counted and is_of_time else []


def _is_of_chart(row: GridRow, columns: list[int]) -> bool:
    """Whether a row is a label and a cell for each counted column, empty or with a line that is drawn already."""
    under = [row.at(column) for column in columns]
    own = [c for c in under if c is not None and not c.continues]
    is_drawn = all(is_empty(c) or {*squeezed(c.text)} <= _DRAWN for c in own)
    return len({id(c) for c in own}) == len(columns) and is_drawn and row.row.cells[0].column < columns[0]
