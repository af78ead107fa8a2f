"""The rows that failed, as a copy of the sheet with the reason beside them.

Header and cells stay as they were, so that what is wrong can be mended there
and the copy filled again.  The records keep their numbers, by which the rows
in other sheets name them; those rows are copied, too.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docfill.form import Form
from docfill.pictures import Picture
from docfill.problems import DocfillError
from docfill.tables import flat
from docfill.tables.canvas import LAST_COLUMN, Canvas, DoesNotFit
from docfill.tables.cell import Drawing, Faulty, Formatted, Illustrated, Joined, Uncomputed
from docfill.tables.columns import REASON, RECORD, SHEETS, sheet_names
from docfill.tables.headers import Header
from docfill.tables.load import main_sheet, open_book, repeated_sheets, rows_under
from docfill.tables.merged import spread
from docfill.tables.rows import Row, is_answered, name_of, record_name

_WIDE, _PICTURE_HIGH = 18, 90.0
_REASON_WIDE = 60
_LONGEST_REASON = 16_000


def has_rows(path: Path) -> bool:
    """Whether a data file is one whose rows can be copied: a spreadsheet, not JSON."""
    return path.suffix.lower() not in (".json", ".jsonl")


def write_refused(path: Path | str, form: Form, reasons: Mapping[int, Sequence[str]], target: Path | str) -> None:
    """Writes a workbook with the rows of `path` that failed.

    Args:
        path: the spreadsheet that they stand in.
        form: the form that it was read for.
        reasons: what is wrong with each record, by `Record.number`.
        target: the file to write; see `files.replacing` for one that appears whole.

    Raises:
        DocfillError: the spreadsheet cannot be read (any more).
    """
    path, target = Path(path), Path(target)
    if path.suffix.lower() == ".csv":
        header, rows = flat.rows_of(path, form)
        canvas = Canvas(target)
        _copy(canvas, sheet_names(form)[0][0], header, rows, reasons)
        canvas.close()
        return
    book = open_book(path)
    try:
        header, name, _ = main_sheet(book, path, form)
        canvas = Canvas(target)
        head = [*itertools.islice(book.rows(name), header.last + 1)]
        named = _copy(canvas, name, header, itertools.chain(head, rows_under(book, name, header)[1]), reasons)
        for _, child in repeated_sheets(book, form, name):
            _copy_lines(canvas, child, spread(book.rows(child), book.merged(child), 1), named)
        canvas.close()
    finally:
        book.close()


def _copy(
    canvas: Canvas, name: str, header: Header, rows: Iterator[Row], reasons: Mapping[int, Sequence[str]]
) -> set[str]:
    """Copies the header and the rows that failed, and returns how rows in other sheets name these records."""
    sheet = canvas.sheet(name if name not in SHEETS else f"{name}2")
    numbered = RECORD in header.service
    shift = 0 if numbered else 1
    wide = min(len(header.titles) + shift, LAST_COLUMN)
    sheet.set_column(0, wide - 1, _WIDE)
    sheet.set_column(wide, wide, _REASON_WIDE)
    named: set[str] = set()
    start, row = 0, 0
    for index, (number, cells) in enumerate(rows):
        kept = [c for i, c in enumerate(cells) if i != header.service.get(REASON)]
        if index <= header.last:
            if index >= header.first:
                is_lowest = index == header.last
                above = [RECORD if is_lowest else ""] * shift
                _write(canvas, sheet, row, [*above, *kept], "leaf")
                if is_lowest:
                    canvas.write(sheet, row, wide, REASON, canvas.look("leaf"))
                    sheet.freeze_panes(row + 1, 1)
                row, start = row + 1, number
            continue
        reason = reasons.get(number - start)
        if reason is None or not is_answered(cells, header):
            continue
        record = name_of(cells, header, number - start)
        named.add(record)
        missing = _write(canvas, sheet, row, [*([number - start] * shift), *kept], "text")
        words = "\n".join([*missing, *reason])
        shown = words if len(words) <= _LONGEST_REASON else words[:_LONGEST_REASON] + "……"
        canvas.write(sheet, row, wide, shown, canvas.look("reason"))
        row += 1
    return named


def _copy_lines(canvas: Canvas, name: str, rows: Iterator[Row], named: Iterable[str]) -> None:
    """Copies the repeated rows of the records that failed."""
    sheet = canvas.sheet(name)
    row = 0
    for index, (_, cells) in enumerate(rows):
        if index == 0 or (cells and record_name(cells[0]) in named):
            _write(canvas, sheet, row, cells, "leaf" if index == 0 else "text")
            row += 1


def _write(canvas: Canvas, sheet: Any, row: int, cells: Sequence[Any], look: str) -> list[str]:
    """Writes cells as they were; what a cell cannot hold is left out and said."""
    missing: list[str] = []
    for column, cell in enumerate(cells):
        if isinstance(cell, Illustrated):
            missing += _draw(canvas, sheet, row, column, cell.drawings)
            cell = cell.under
        if isinstance(cell, Uncomputed):
            cell = f"={cell}"
        if isinstance(cell, Joined):
            cell = ""
        if isinstance(cell, datetime.timedelta):
            cell = str(cell)
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        if cell != "" or isinstance(cell, Faulty):
            drawn = "number" if is_number else "date" if isinstance(cell, datetime.date | datetime.time) else look
            try:
                code = cell.format.code if isinstance(cell, Formatted) else ""
                canvas.write(sheet, row, column, cell, canvas.look(drawn, code=code))
            except DoesNotFit as error:
                missing.append(str(error))
    return missing


def _draw(canvas: Canvas, sheet: Any, row: int, column: int, drawings: Sequence[Drawing]) -> list[str]:
    """Draws the pictures of a cell as far as they can be used; why the others can't."""
    shown: list[Picture] = []
    missing: list[str] = []
    for drawing in drawings:
        try:
            if drawing.opened is not None:
                shown.append(drawing.opened().called(drawing.said))
        except DocfillError as error:
            missing.append(str(error))
    if shown:
        sheet.set_row(row, _PICTURE_HIGH)
        canvas.pictures(sheet, row, column, shown, (_WIDE, _PICTURE_HIGH))
    return missing
