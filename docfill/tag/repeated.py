"""Rows to be repeated: empty rows of one shape under a header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docfill import late
from docfill.tag import words
from docfill.tag.cells import is_empty, squeezed, unique
from docfill.tag.grid import GridRow
from docfill.tag.spots import Repeat
from docfill.word.document import Cell

_MORE = late.pattern(r"(?:自行|可).{0,6}(?:添加|增加|增删|续)|同样格式|可另?附页|add (?:more )?rows", re.I)


def asks_for_more(text: str) -> bool:
    """Whether words under some rows say that more of them may be added."""
    return _MORE.search(text) is not None


@dataclass(frozen=True, slots=True)
class Block:
    """Repeated rows, the labels merged at their left, and their first column; `is_open`, where a further such row
    stands right below the end of these labels, so that which row is whose would not be known again.
    """

    repeat: Repeat
    labels: list[str]
    column: int
    is_open: bool


def repeated_at(rows: list[GridRow], number: int) -> Block | None:
    """The block of repeated rows that begins at `number`; None where no such block begins there."""
    header = _header_of(rows, number) or _header_over_sample(rows, number)
    if header is None:
        return None
    end, is_open = number + 1, False
    tops = {c.column for c in rows[number].row.cells if not c.continues and not is_empty(c)}
    beside = rows[number].continued if rows[number].row.cells[0].continues else frozenset[int]()
    while end < len(rows) and header.has_shape_of(rows[end]) and rows[end].is_record and not rows[end].is_total:
        if any(c.column in tops and not c.continues and header is not rows[number - 1] for c in rows[end].row.cells):
            break
        is_open = bool(beside - rows[end].continued)
        if is_open:
            break
        end += 1
    printed = rows[number:end]
    is_more = end < len(rows) and rows[end].is_full and asks_for_more(rows[end].cells[0].text)
    left = [c for c in printed[0].row.cells if _is_merged_beside(c, printed)]
    is_sample = not any(map(is_empty, printed[0].cells))
    if len(printed) < (1 if is_more else 2) or not _is_list(header, printed[is_sample:], left):
        return None
    columns = _columns(header, printed[0], left)
    first = next(c for c in printed[0].row.cells if c not in left)
    repeat = Repeat([r.row for r in printed], columns, _group(printed, columns))
    labels = [printed[0].top(c) if c.continues else c.text for c in left]
    return Block(repeat, labels, first.column, is_open)


def _header_of(rows: list[GridRow], number: int) -> GridRow | None:
    """The header right above some records; or one further up, where a label is merged over the records."""
    row = rows[number]
    if number and rows[number - 1].is_header_of(row) and not rows[number - 1].is_full:
        return rows[number - 1]
    if (
        number > 1
        and row.continued == rows[number - 1].continued
        and _is_noted(rows[number - 1])
        and rows[number - 1].has_shape_of(row)
        and row.is_record
    ):
        return rows[number - 2] if rows[number - 2].is_header_of(rows[number - 1]) else None
    header = row.above[-1] if row.above else None
    if header is None or number + 1 >= len(rows) or not row.is_record or not header.has_shape_of(row):
        return None
    below = rows[number + 1].continued
    is_named = any(c.column in below and not c.continues and not is_empty(c) for c in row.row.cells)
    return header if is_named and any(r.is_record for r in rows[number + 1 : number + 2]) else None


def _is_noted(row: GridRow) -> bool:
    """Whether the first record of a list says in brackets, and nothing else, whose it is: （主席）."""
    said = [c.text.strip() for c in row.row.cells if not c.continues and not is_empty(c)]
    return len(said) == 1 and words.is_bracketed(said[0])


def _header_over_sample(rows: list[GridRow], number: int) -> GridRow | None:
    """The header over a row that shows how to fill in the empty ones below it; None where there is none."""
    below = rows[number + 1 : number + 3]
    if (
        not number
        or len(below) < 2
        or any(map(is_empty, rows[number].cells))
        or rows[number].is_total
        or rows[number].has_boxes
    ):
        return None
    header, own = rows[number - 1], rows[number]
    is_like = all(own.has_shape_of(r) and r.is_record and not r.is_total for r in below)
    if any(squeezed(c.text).endswith((":", "：")) for c in header.row.cells):
        return None  # it asks itself
    is_headed = header.has_shape_of(own) and not header.is_full and header.is_header_of(below[0])
    is_filled = all(c.text.strip() and not c.continues for c in own.row.cells)
    is_empty_below = all(is_empty(c) or words.ORDINAL.fullmatch(squeezed(c.text)) for r in below for c in r.row.cells)
    return header if is_like and is_headed and is_filled and is_empty_below else None


def _is_list(header: GridRow, printed: list[GridRow], left: list[Cell]) -> bool:
    """Whether the rows say nothing but numbers or an ellipsis, and the header names more than years."""
    own = [c for r in printed for c in r.row.cells if not c.continues and c not in left]
    texts = [squeezed(c.text) for c in own if not is_empty(c)]
    has_ellipsis = any(words.ELLIPSIS.fullmatch(t) for t in texts)
    if not has_ellipsis and not all(words.ORDINAL.fullmatch(t) for t in texts):
        return False
    if not texts and all(words.YEAR.fullmatch(c.text.strip()) for c in header.row.cells[1:]):
        return False
    return len([c for c in printed[0].row.cells if is_empty(c) and not c.continues]) >= 2


def _is_merged_beside(cell: Cell, printed: list[GridRow]) -> bool:
    """Whether a cell of the first row is of a label that is merged over all of them."""
    label = printed[0].top(cell) if cell.continues else cell.text
    rows = printed if cell.continues else printed[1:]
    is_merged = all(cell.column in r.continued for r in rows)
    return bool(label.strip()) and bool(rows) and is_merged


def _columns(header: GridRow, first: GridRow, left: list[Cell]) -> list[str]:
    """The key of each column; "" for those merged at the left."""
    columns: list[str] = []
    is_latin = words.is_latin("".join(c.text for c in header.row.cells))
    for cell in first.row.cells:
        head = "" if cell in left else header.over(cell)
        name = words.label_key(head) if head.strip() else words.numbered_column(len(columns) + 1, is_latin=is_latin)
        if name in columns and cell not in left:
            wide = next((w for r in reversed(first.above[:-1]) if (w := r.over(cell)) and w != head), "")
            name = words.label_key(wide) + ("_" if is_latin else "") + name if wide else name
        columns.append("" if cell in left else unique(name, columns))
    return columns


def _group(printed: list[GridRow], columns: list[str]) -> str:
    """The key of the first column whose cells are merged over several of the rows; "" for none."""
    merged = {c.column for r in printed[1:] for c in r.row.cells if c.continues}
    cells = zip(printed[0].row.cells, columns, strict=True)
    return next((key for c, key in cells if key and not c.continues and c.column in merged), "")
