"""What still stands of a workbook of results that somebody saved: which fields have columns, which rows are returns.

A column or a sheet that was taken away empties no answer, a row of totals is no return,
and repeated rows belong to a file only as long as the number that they name is its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from docfill.fields import Field
from docfill.form import Form
from docfill.read.records import is_no_record
from docfill.tables.cell import words_of
from docfill.tables.columns import RECORD, SOURCE, columns_of
from docfill.tables.headers import Header
from docfill.tables.load import Sheets, repeated_sheets
from docfill.tables.rows import record_name, source_of
from docfill.text import fold


@dataclass(frozen=True, slots=True)
class Standing:
    """What still stands of a sheet of records, and of those of its repeated rows.

    Attributes:
        gone: the paths of the fields of which a column, or the sheet, is not there any more.
        sums: what rows say that are no returns, by their number as records count.
        unclear: the numbers of the rows whose repeated rows cannot be told from those of others.
    """

    gone: frozenset[str]
    sums: Mapping[int, str]
    unclear: frozenset[int]


def standing_of(
    book: Sheets, sheet: str, header: Header, form: Form, written: Collection[str], file_of: Callable[[str], str]
) -> Standing:
    """What still stands of a workbook.

    Args:
        book: the workbook.
        sheet: the name of the sheet of records.
        header: its header.
        form: the form of the records.
        written: the files that docfill had written rows of.
        file_of: gives the file that a row is of by what it calls it.
    """
    at, numbered = header.service.get(SOURCE, -1), header.service.get(RECORD)
    below = book.rows(sheet)
    *_, (start, _) = itertools.islice(below, header.last + 1)
    sums: dict[int, str] = {}
    owners: dict[str, dict[str, list[int]]] = {}
    for number, cells in below:
        source = file_of(source_of(cells[at]) if 0 <= at < len(cells) else "")
        if source not in written:
            first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
            if is_no_record(first):
                sums[number - start] = first.strip()
                continue
        name = record_name(cells[numbered]) if numbered is not None and numbered < len(cells) else ""
        owners.setdefault(name, {}).setdefault(source or f"#{number}", []).append(number - start)
    unclear = (
        row for name, files in owners.items() if not name or len(files) > 1 for rows in files.values() for row in rows
    )
    return Standing(_gone(book, sheet, header, form), sums, frozenset(unclear))


def _gone(book: Sheets, sheet: str, header: Header, form: Form) -> frozenset[str]:
    """The paths of the fields that are not read from the workbook, or not in full."""
    columns = {column for column in header.columns if column}
    whole = {column.field.path for column in columns if not column.option}
    gone = {c.field.path for c in columns_of(form.fields) if c not in columns} - whole
    beside = dict(repeated_sheets(book, form, sheet))
    for f in form.fields:
        if f.kind.has_records and f.path not in whole and not (f in beside and _has_all(book, beside[f], f)):
            gone.add(f.path)
    return frozenset(gone)


def _has_all(book: Sheets, sheet: str, f: Field) -> bool:
    """Whether a sheet of repeated rows has all of their columns."""
    heads = {fold(words_of(cell)) for cell in next((cells for _, cells in book.rows(sheet)), [])}
    return all(fold(c.path) in heads for c in f.fields)
