"""Tables: records of a form ↔ rows of a spreadsheet, and the formats in which records are kept.

Read with `load`, one record at a time; written with `Writer`, one result at a
time; `write_entry` makes a workbook to fill in, `write_refused` a copy of the
rows that failed.  What is written reads back: a text stays a text whatever it
looks like (no formula, no link, no number), a number a number, an empty row is
no record.  docs/spreadsheets.md says what is understood in anybody's sheet.
"""

from __future__ import annotations

from docfill.tables.canvas import LONGEST_CELL, DoesNotFit
from docfill.tables.cell import (
    Faulty,
    PartOfDate,
    Uncomputed,
    cell_from_value,
    tick_from_cell,
    value_from_cell,
)
from docfill.tables.columns import RECORD, SOURCE, Column, columns_of, letter_of, sheet_names
from docfill.tables.entry import notes_of, write_entry
from docfill.tables.kinds import SEPARATOR, TICK
from docfill.tables.load import SOURCES, DataFiles, check_format, data_files, is_table, load, rows_of_any
from docfill.tables.refused import has_rows, write_refused
from docfill.tables.rows import Record, Table
from docfill.tables.shown import DIGITS
from docfill.tables.writer import FORMATS, Writer

__all__ = [
    "DIGITS",
    "FORMATS",
    "LONGEST_CELL",
    "RECORD",
    "SEPARATOR",
    "SOURCE",
    "SOURCES",
    "TICK",
    "Column",
    "DataFiles",
    "DoesNotFit",
    "Faulty",
    "PartOfDate",
    "Record",
    "Table",
    "Uncomputed",
    "Writer",
    "cell_from_value",
    "check_format",
    "columns_of",
    "data_files",
    "has_rows",
    "is_table",
    "letter_of",
    "load",
    "notes_of",
    "rows_of_any",
    "sheet_names",
    "tick_from_cell",
    "value_from_cell",
    "write_entry",
    "write_refused",
]
