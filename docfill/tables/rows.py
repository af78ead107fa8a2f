"""Rows and records: the rows under a header become records, one at a time.

Rows in which nothing is answered are no records, but count.  A cell that
cannot be read is a problem of its record, at its sheet, row and column in the
spreadsheet's own terms.  Repeated rows stand in sheets of their own and name
their record; they are kept in a temporary file, so that their order is free
and memory does not grow with them.
"""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docfill import late, limits
from docfill.data import Records
from docfill.fields import Field
from docfill.form import Form
from docfill.problems import Problem, SheetPlace, say
from docfill.read.remarked import corrects
from docfill.tables.cell import (
    Illustrated,
    Uncomputed,
    is_empty,
    plain,
    tick_from_cell,
    value_from_cell,
    words_of,
)
from docfill.tables.columns import RECORD, SOURCE, Column, letter_of
from docfill.tables.headers import Header
from docfill.tables.shown import plainly
from docfill.text import fold

Row = tuple[int, list[Any]]
"""The number of a row as the spreadsheet counts, and its cells."""
Remarks = Mapping[int, Sequence[tuple[int, str]]]
"""The comments on cells by the number of their row, each with the index of its column."""
_REMARKED = late.pattern(r"(?s:\[.{1,40}?\].{1,400}?linkid=\d{1,12}\s*)?(?:[^\n:：]{1,32}[:：]\n\s*)?")
"""Before what a comment says: what older programs are told of those with replies, and who wrote it."""


@dataclass(slots=True)
class Record:
    """One record of a data file.

    Attributes:
        data: the record, in the shape of the contract; not yet checked.
        number: which one it is in its file, from 1; empty rows of a spreadsheet count.
        place: where it stands, in words: "第 2 条", "工作表“shanghai”第 3 行".
        problems: the cells that could not be read; their fields are absent from `data`.
        cells: where the cell of each field is, by path, in a spreadsheet.
        source: the file that it was read from or is for, as the column 文件 or a result says; "" where nothing does.
        answered: the part of the record that the data file has something for.
    """

    data: Any
    number: int
    place: str
    problems: list[Problem] = field(default_factory=list)
    cells: Mapping[str, SheetPlace] = field(default_factory=dict)
    source: str = ""
    answered: Mapping[str, Any] | None = None

    @property
    def part(self) -> Any:
        """What the record says, without what an empty cell leaves open."""
        return self.data if self.answered is None else self.answered

    def located(self, problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
        """Problems of the record, apart: those with a cell of the spreadsheet, and those without."""
        known = [replace(p, place=self.cells[p.path]) if p.path in self.cells else p for p in problems]
        return [p for p in known if p.path in self.cells], [p for p in known if p.path not in self.cells]


@dataclass(slots=True)
class Table:
    """The records of a data file, read as they are asked for, and the problems that belong to none of them.

    Attributes:
        work: what is left of the work that the file may ask for; what is made of its records draws on it, too.
    """

    records: Iterator[Record]
    problems: list[Problem] = field(default_factory=list)
    work: limits.Budget = field(default_factory=lambda: limits.Budget("", 0), repr=False)


class Repeated:
    """The repeated rows of all fields and records of a workbook, in a temporary file."""

    def __init__(self) -> None:
        import sqlite3  # few workbooks have records that repeat

        self._file = sqlite3.connect("")
        weakref.finalize(self, self._file.close)
        self._file.execute("create table line (path text, record text, data blob)")
        self._file.execute("create index by_record on line (record, path)")
        self._file.execute("create table record (name text primary key, times int)")

    def add(self, path: str, record: str, sheet: str, number: int, row: Any, problems: Sequence[Problem]) -> None:
        """Keeps one row of the field at `path`, which names its record."""
        located = [replace(p, place=SheetPlace(sheet, str(number), p.place.column)) for p in problems]
        kept = pickle.dumps((sheet, number, row, located))  # a picture keeps its bytes; nobody else has the file
        self._file.execute("insert into line values (?, ?, ?)", (path, record, kept))

    def of(self, record: str) -> Iterator[tuple[str, Any, list[Problem]]]:
        """The field, row and problems of each row of one record, in the order of the sheets."""
        for path, kept in self._file.execute(
            "select path, data from line where record = ? order by path, rowid", (record,)
        ):
            _, _, row, problems = pickle.loads(kept)
            yield path, row, problems

    def check(self, records: Iterable[str], sheet: str) -> list[Problem]:
        """The rows of no record, and the records of a sheet that repeated rows cannot be told between."""
        for name in records:
            self._file.execute("insert into record values (?, 1) on conflict do update set times = times + 1", (name,))
        [(count,)] = self._file.execute("select count(*) from record")
        lost = self._file.execute(
            "select path, record, data from line where record not in (select name from record) order by path, rowid"
        )
        problems = []
        for path, name, kept in lost:
            child, number, *_ = pickle.loads(kept)
            problems.append(Problem("no-such-record", path, name, count, SheetPlace(child, str(number), "A")))
        twice = self._file.execute(
            "select distinct name from record join line on record.name = line.record where times > 1 order by name"
        )
        return problems + [Problem("record-twice", "", name, None, SheetPlace(sheet)) for (name,) in twice]

    @property
    def is_empty(self) -> bool:
        return self._file.execute("select 1 from line limit 1").fetchone() is None

    def close(self) -> None:
        self._file.close()


def records_of(
    rows: Iterable[Row],
    header: Header,
    start: int,
    form: Form,
    sheet: str,
    repeated: Repeated | None = None,
    remarks: Remarks | None = None,
) -> Iterator[Record]:
    """The records in the rows under a header.

    Args:
        rows: the rows below the header.
        header: what their columns are.
        start: the number of the header's last row.
        form: the form.
        sheet: how places name the sheet, "" in a file that has only one.
        repeated: the repeated rows, if there are sheets of them.
        remarks: the comments on cells.
    """
    named = header.titles.index(SOURCE) if SOURCE in header.titles else -1
    letters = {c.field.path: letter_of(i) for i, c in enumerate(header.columns) if c and not c.option}
    known = {f.path: (rank, f.steps) for rank, f in enumerate(form.fields)}
    for number, cells in rows:
        if not is_answered(cells, header):
            continue
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for index, cell in enumerate(cells):
            if cell == "" and not isinstance(cell, Uncomputed | Illustrated):
                continue
            column = header.columns[index] if index < len(header.columns) else None
            if column:
                if problem := _read(column, cell, values):
                    problems.append(replace(problem, place=SheetPlace(sheet, str(number), letter_of(index))))
            elif not is_empty(plain(cell)) and (index >= len(header.titles) or not header.titles[index]):
                at = SheetPlace(sheet, str(number), letter_of(index))
                problems.append(Problem("no-header", "", words_of(cell), None, at))
        for index, said in (remarks or {}).get(number, ()):
            column = header.columns[index] if index < len(header.columns) else None
            if column:
                at = SheetPlace(sheet, str(number), letter_of(index))
                problems.append(_remarked(column.field, cells[index] if index < len(cells) else "", said, at))
        for path, row, doubts in repeated.of(name_of(cells, header, number - start)) if repeated else ():
            values.setdefault(path, []).append(row)
            problems += doubts
        where = say(f"{sheet}第 {number} 行", f"{sheet} row {number}".lstrip())
        located = _Cells(sheet, str(number), letters)
        source = source_of(cells[named]) if 0 <= named < len(cells) else ""
        given = _part(known, values)
        yield Record(form.records.nested(values), number - start, where, problems, located, source, given)


def _remarked(f: Field, cell: Any, remark: str, place: SheetPlace) -> Problem:
    """What a comment on a cell makes of it: it may be the answer, or another one; else it is only told."""
    said, shown = _REMARKED.sub("", remark.strip(), 1), "" if is_empty(plain(cell)) else words_of(cell)
    if not shown or corrects(said, shown, f.options):
        return Problem("ambiguous", f.path, shown, said, place)
    return Problem("cell-remark", f.path, said, None, place)


def source_of(cell: Any) -> str:
    """The file that a cell of the column of files names; below it may stand why it could not be read."""
    return words_of(cell).partition("\n")[0].strip()


def _part(known: Mapping[str, tuple[int, tuple[str, ...]]], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as a part of a record, in form order; `known` has the rank and the steps of each path."""
    part: dict[str, Any] = {}
    said = (path for path, value in values.items() if path in known and value not in (None, []))
    for path in sorted(said, key=known.__getitem__):
        steps = known[path][1]
        inside = part
        for step in steps[:-1]:
            inside = inside.setdefault(step, {})
        inside[steps[-1]] = values[path]
    return part


@dataclass(frozen=True, slots=True)
class _Cells(Mapping[str, SheetPlace]):
    """The places of the cells of one row, by path."""

    sheet: str
    row: str
    letters: Mapping[str, str]

    def __getitem__(self, path: str) -> SheetPlace:
        return SheetPlace(self.sheet, self.row, self.letters[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self.letters)

    def __len__(self) -> int:
        return len(self.letters)


def is_answered(cells: Sequence[Any], header: Header) -> bool:
    """Whether a row has anything in a column of a field, or where no heading is; a serial number alone is no record.

    A picture is something only in the column of a field.
    """
    columns = header.columns
    return any(
        not is_empty(cell if index < len(columns) and columns[index] else plain(cell))
        for index, cell in enumerate(cells)
        if index not in header.unread
    )


def name_of(cells: Sequence[Any], header: Header, number: int) -> str:
    """By what repeated rows name the record in a row: its number in the column of that, or else its own."""
    index = header.service.get(RECORD)
    return str(number) if index is None else record_name(cells[index] if index < len(cells) else "")


def record_name(cell: Any) -> str:
    """The number of a record as it is compared, however it is typed."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return plainly(cell) if is_number else fold(str(cell))


def keep_rows(
    rows: Iterator[Row], f: Field, sheet: str, repeated: Repeated, remarks: Remarks | None = None
) -> list[Problem]:
    """Keeps the repeated rows in a sheet of one field; the problems with its header."""
    names = {fold(c.path): c for c in f.fields}
    header: list[str] = []
    columns: dict[int, Field] = {}
    problems: list[Problem] = []
    inner = Records(f.fields)
    for number, cells in rows:
        if not header:
            header = [fold(words_of(cell)) for cell in cells]
            columns = {index: names[name] for index, name in enumerate(header) if index and name in names}
            for index, name in enumerate(header):
                if name and index not in columns and (index or name != RECORD):
                    place = SheetPlace(sheet, "", letter_of(index))
                    listed = " | ".join((RECORD, *f.columns))
                    problems.append(Problem("unknown-column", f.path, str(cells[index]), listed, place))
            continue
        values: dict[str, Any] = {}
        doubts = []
        for index, cell in enumerate(cells):
            if column := columns.get(index):
                values[column.path], problem = value_from_cell(replace(column, path=f"{f.path}.{column.path}"), cell)
                if problem:
                    doubts.append(replace(problem, place=SheetPlace(column=letter_of(index))))
            elif index and not is_empty(plain(cell)) and not any(header[index : index + 1]):
                problems.append(
                    Problem("no-header", "", words_of(cell), None, SheetPlace(sheet, str(number), letter_of(index)))
                )
        for index, said in (remarks or {}).get(number, ()):
            if column := columns.get(index):
                at = SheetPlace(column=letter_of(index))
                of_row = replace(column, path=f"{f.path}.{column.path}")
                doubts.append(_remarked(of_row, cells[index] if index < len(cells) else "", said, at))
        if doubts or any(value is not None for value in values.values()):
            repeated.add(f.path, record_name(cells[0]), sheet, number, inner.nested(values), doubts)
    return problems


def _read(column: Column, cell: Any, values: dict[str, Any]) -> Problem | None:
    """Puts what a cell says into the values by path."""
    f = column.field
    if not column.option:
        values[f.path], problem = value_from_cell(f, cell)
        return problem
    is_ticked, problem = tick_from_cell(f, column.option, cell)
    chosen = values.setdefault(f.path, [])
    if is_ticked:
        chosen.append(column.option)
        chosen.sort(key=f.options.index)
    return problem
