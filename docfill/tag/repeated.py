"""Rows to be repeated: empty rows of one shape under a header."""

from __future__ import annotations

import re

from docfill.tag import words
from docfill.tag.cells import is_empty, squeezed, unique
from docfill.tag.grid import GridRow
from docfill.tag.spots import Repeat
from docfill.word.document import Cell

_MORE = re.compile(r"(?:自行|可).{0,6}(?:添加|增加|增删|续)|同样格式|可另?附页|add (?:more )?rows", re.I)


def asks_for_more(text: str) -> bool:
    """Whether words under some rows say that more of them may be added."""
    return _MORE.search(text) is not None


def repeated_at(rows: list[GridRow], number: int) -> tuple[Repeat, list[str], int] | None:
    """The block of repeated rows that begins at `number`, the labels merged at its left, and its first column.

    None where no such block begins there.
    """
    header = rows[number - 1] if number else None
    if header is None or not header.is_header_of(rows[number]):
        return None
    end = number
    while end < len(rows) and header.has_shape_of(rows[end]) and rows[end].is_record:
        end += 1
    printed = rows[number:end]
    is_more = end < len(rows) and rows[end].is_full and asks_for_more(rows[end].cells[0].text)
    if len(printed) < (1 if is_more else 2) or not _is_list(header, printed):
        return None
    left = [c for c in printed[0].row.cells if _is_merged_beside(c, printed)]
    columns = _columns(header, printed[0], left)
    first = next(c for c in printed[0].row.cells if c not in left)
    repeat = Repeat([r.row for r in printed], columns, _group(printed, columns))
    return repeat, [printed[0].top(c) for c in left], first.column


def _is_list(header: GridRow, printed: list[GridRow]) -> bool:
    """Whether the rows say nothing but numbers or an ellipsis, and the header names more than years."""
    texts = [squeezed(c.text) for r in printed for c in r.row.cells if not c.continues and not is_empty(c)]
    has_ellipsis = any(words.ELLIPSIS.fullmatch(t) for t in texts)
    if not has_ellipsis and not all(words.ORDINAL.fullmatch(t) for t in texts):
        return False
    if not texts and all(words.YEAR.fullmatch(c.text.strip()) for c in header.row.cells[1:]):
        return False
    return len([c for c in printed[0].row.cells if is_empty(c) and not c.continues]) >= 2


def _is_merged_beside(cell: Cell, printed: list[GridRow]) -> bool:
    """Whether a cell of the first row belongs to a label that is merged over all of them."""
    return (
        cell.continues
        and bool(printed[0].top(cell).strip())
        and all(any(o.column == cell.column and o.continues for o in r.row.cells) for r in printed)
    )


def _columns(header: GridRow, first: GridRow, left: list[Cell]) -> list[str]:
    """The key of each column; "" for those merged at the left."""
    columns: list[str] = []
    for cell in first.row.cells:
        head = "" if cell in left else header.over(cell)
        name = words.label_key(head) if head.strip() else f"第{len(columns) + 1}列"
        columns.append("" if cell in left else unique(name, columns))
    return columns


def _group(printed: list[GridRow], columns: list[str]) -> str:
    """The key of the first column whose cells are merged over several of the rows; "" for none."""
    merged = {c.column for r in printed[1:] for c in r.row.cells if c.continues}
    cells = zip(printed[0].row.cells, columns, strict=True)
    return next((key for c, key in cells if key and not c.continues and c.column in merged), "")
