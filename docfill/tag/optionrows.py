"""Options that stand one a row below their label, or below the first of them beside it, with no label of their own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from docfill.tag import lines, marks, words
from docfill.tag.cells import has_boxes, is_empty
from docfill.tag.grid import GridRow
from docfill.word.document import Cell

_SEVERAL = 2
_LONGEST = 60
"""Characters of an option at most."""


@dataclass(frozen=True, slots=True)
class OptionRows:
    """The label of some options, the cells that hold one each, how many rows they take with their label, and an empty
    cell beside it.
    """

    label: str
    cells: list[Cell]
    count: int
    spare: Cell | None


def option_rows(rows: Sequence[GridRow], number: int) -> OptionRows | None:
    """The options that begin at a row; None where none do."""
    head = rows[number]
    first, *others = head.row.cells
    label = first.text.strip()
    is_label = words.is_title(label) and not has_boxes(first) and not first.continues and not lines.blanks_in(label)
    if head.is_header or not is_label or words.SIGNED.search(label) or words.is_hint(label):
        return None
    below = rows[number + 1 :]
    if all(map(is_empty, others)):
        held = [*itertools.takewhile(lambda r: _is_option(r.row.cells[0]) and _has_rest_empty(r), below)]
        cells = [r.row.cells[0] for r in held]
        least = _SEVERAL
    elif len(others) == 1 and _is_option(others[0]):
        held = [*itertools.takewhile(lambda r: r.has_shape_of(head) and _is_beside_nothing(r), below)]
        cells = [others[0], *(r.row.cells[1] for r in held)]
        least = _SEVERAL - 1
    else:
        return None
    if len(held) < least:
        return None
    return OptionRows(label, cells, 1 + len(held), next(filter(is_empty, others), None))


def _is_option(cell: Cell) -> bool:
    """Whether a cell is one option with its box, and nothing else."""
    boxes = marks.boxes_in(cell.text.strip()) if not cell.continues else []
    return len(boxes) == 1 and boxes[0].group is None and words.is_title(boxes[0].option, _LONGEST)


def _has_rest_empty(row: GridRow) -> bool:
    return all(is_empty(c) for c in row.row.cells[1:])


def _is_beside_nothing(row: GridRow) -> bool:
    """Whether a row is one option behind an empty cell."""
    first, *others = row.row.cells
    return is_empty(first) and len(others) == 1 and _is_option(others[0])
