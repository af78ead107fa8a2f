"""Tables: a record of a form ↔ a row of a spreadsheet, and the formats in which records are kept.

A column is a field, headed by its dotted path.  `load(dump(records)) == records`
for every record that the form accepts and that has an answer: a text stays a text whatever it looks
like (no formula, no link, no number), a number a number, and an empty row is
no record.  A cell that cannot be
read for certain (a date where a text was due, more than 15 digits, a formula
that fails) is a problem at its sheet, row and column, and never a value.

The repeated rows of a field are a sheet of their own in .xlsx (ECMA-376 part 1,
chapter 18), whose first column numbers the record, and JSON in a cell of .csv
(RFC 4180).
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from rapidfuzz import fuzz, process

from docfill import limits
from docfill.extract import Result
from docfill.fields import Field
from docfill.files import dump_json, dump_jsonl, load_json, load_jsonl
from docfill.form import Form
from docfill.problems import DocfillError, Place, Problem, say
from docfill.text import fold, width
from docfill.values import BLANK, CODECS
from docfill.word import workbook

SOURCE, RECORD = "文件", "记录"
"""The headers of the columns that are no fields: where a record was read, and which record a repeated row is of."""

SEPARATOR = "；"
"""Between the options in one cell."""

DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

LONGEST_CELL = 32767
"""UTF-16 units of text that a cell of .xlsx holds."""

_RESERVED_SHEETS = ("问题", "未归入")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LINE_END = re.compile(r"\r\n?")
_SEPARATORS = re.compile(r"[；;\r\n]")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@＝＋－＠\t\r]")
_MIDNIGHT = datetime.time()
_CREATED = datetime.datetime(2000, 1, 1)


class Faulty(str):
    """What a cell shows whose formula fails: "#DIV/0!"."""

    __slots__ = ()


class Uncomputed(str):
    """The formula of a cell whose value is not in the file: "=A1+1"."""

    __slots__ = ()


@dataclass(slots=True)
class Record:
    """One record of a data file.

    Attributes:
        data: the record, in the shape of the contract; not yet checked.
        number: which one it is in its file, from 1; empty rows of a spreadsheet count.
        place: where it stands, in words: "第 2 条", "工作表“shanghai”第 3 行".
        problems: the cells that could not be read; their fields are absent from `data`.
    """

    data: Any
    number: int
    place: str
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """The records of a data file, and the problems that belong to none of them."""

    records: list[Record]
    problems: list[Problem] = field(default_factory=list)


# --- a value and its cell ---


def cell_from_value(f: Field, value: Any) -> str | int | float | None:
    """What stands in the cell of a field: a text, a number, or None for an empty cell."""
    if value is None or value == []:
        return None
    if f.kind == "choices":
        return SEPARATOR.join(value)
    if f.kind == "rows":
        return json.dumps(value, ensure_ascii=False)
    assert isinstance(value, str | int | float)
    return value


def value_from_cell(f: Field, cell: Any) -> tuple[Any, Problem | None]:
    """The value that a cell holds, and what is wrong with it; its place is the caller's to add.

    A cell is a text, or what calamine makes of a typed one: a number, a truth
    value, a date or a time.
    """
    expected = _expectation(f)
    if isinstance(cell, Faulty):
        return None, Problem("cell-error", f.path, str(cell))
    if isinstance(cell, Uncomputed):
        return None, Problem("no-cached-value", f.path, str(cell))
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        day = _day_of(cell)
        if f.kind == "date" and day:
            return day, None
        return None, Problem("date-cell", f.path, str(cell), expected)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if f.kind not in ("number", "integer") and abs(cell) >= 10**DIGITS:
            return None, Problem("digits-lost", f.path, _text_from_number(cell))
        cell = _text_from_number(cell)
    text = _LINE_END.sub("\n", str(cell)).strip()
    if BLANK.fullmatch(text):
        return None, None
    if f.kind == "choice":
        option = _options_by_text(f).get(fold(text))
        return option, None if option else Problem("not-an-option", f.path, text, " | ".join(f.options))
    if f.kind == "choices":
        return _options_from_text(f, text)
    if f.kind == "rows":
        try:
            return json.loads(text), None
        except ValueError:
            return None, Problem("wrong-type", f.path, text, "JSON [{…}]")
    if f.kind == "longtext":
        text = "\n".join(line.strip() for line in text.split("\n") if not BLANK.fullmatch(line))
    reading = CODECS[f.kind].parse(text, f.unit or None)
    if not reading.problem:
        return reading.value, None
    code = reading.problem if reading.problem in ("too-many-decimals", "out-of-range") else "wrong-type"
    return None, Problem(code, f.path, text, expected)


def _expectation(f: Field) -> str:
    codec = CODECS.get(f.kind)
    return say(codec.zh, codec.en) if codec else " | ".join(f.options)


def _day_of(cell: datetime.date | datetime.time | datetime.timedelta) -> str | None:
    """YYYY-MM-DD of a date, or of a date and time at midnight."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else None
    return cell.isoformat() if isinstance(cell, datetime.date) else None


def _text_from_number(number: float) -> str:
    """A number as the spreadsheet shows it: no more digits than it keeps, no exponent."""
    shown = format(Decimal(f"{number:.{DIGITS}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _options_by_text(f: Field) -> dict[str, str]:
    return {fold(option): option for option in f.options}


def _options_from_text(f: Field, text: str) -> tuple[list[str] | None, Problem | None]:
    """The options in one cell, in form order; an option may hold the separator itself."""
    known = _options_by_text(f)
    parts = [p for p in map(str.strip, _SEPARATORS.split(text)) if p]
    chosen: set[str] = set()
    start = 0
    while start < len(parts):
        ends = range(len(parts), start, -1)
        end = next((e for e in ends if fold(SEPARATOR.join(parts[start:e])) in known), None)
        if end is None:
            return None, Problem("not-an-option", f.path, parts[start], " | ".join(f.options))
        chosen.add(known[fold(SEPARATOR.join(parts[start:end]))])
        start = end
    return [o for o in f.options if o in chosen], None


# --- a header ---


def header_of(fields: Iterable[Field], has_source: bool = False) -> list[str]:
    """The header row: the dotted paths, after the column of the file where there is one."""
    return [*([SOURCE] if has_source else ()), *(f.path for f in fields)]


def fields_from_header(header: Sequence[Any], form: Form, where: str) -> tuple[list[Field | None], list[Problem]]:
    """The field of each column (None where there is none), and the columns that cannot be placed.

    Args:
        header: the cells of the header row.
        form: the form whose fields they name.
        where: the file and sheet, for messages.

    Raises:
        DocfillError: no column is a field of the form, or two are the same.
    """
    by_name = {_squeezed(f.path): f for f in form.fields}
    names = [_squeezed(cell) for cell in header]
    columns = [by_name.get(name) for name in names]
    if not any(columns):
        example = form.fields[0].path if form.fields else ""
        raise DocfillError(
            f"{where}：表头中没有表单“{form.name}”的任何一项；表头应为各项的路径，例如“{example}”，"
            f"见 docfill fields {form.name}",
            f'{where}: the header names no field of the form "{form.name}"; it should hold paths such as "{example}", '
            f"see docfill fields {form.name}",
        )
    problems = []
    first: dict[str, int] = {}
    for index, (name, column) in enumerate(zip(names, columns, strict=True)):
        if column and first.setdefault(name, index) != index:
            letters = letter_of(first[name]), letter_of(index)
            raise DocfillError(
                f"{where}：{letters[0]} 列和 {letters[1]} 列的表头都是“{name}”，请删去一列",
                f'{where}: columns {letters[0]} and {letters[1]} are both headed "{name}"; delete one',
            )
        if name and name != SOURCE and not column:
            nearest = process.extractOne(name, list(by_name), scorer=fuzz.ratio)
            problems.append(
                Problem("unknown-column", "", name, nearest[0] if nearest else None, Place(column=letter_of(index)))
            )
    return columns, problems


def _squeezed(header: Any) -> str:
    """A header without the white space that people put in to break a long one."""
    return "".join(str(header).split())


def letter_of(index: int) -> str:
    """The letters of a column, as spreadsheets name them: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(ord("A") + rest) + letters, index - 1
    return letters


# --- rows of cells ---


def _row_from_record(record: Mapping[str, Any] | Result, fields: Sequence[Field], has_source: bool) -> list[Any]:
    data = record.data if isinstance(record, Result) else record
    source = [record.source if isinstance(record, Result) else None] if has_source else []
    return [*source, *(cell_from_value(f, value_at(data, f)) for f in fields)]


def _table_from_rows(rows: Sequence[Sequence[Any]], form: Form, where: str, sheet: str) -> Table:
    """The records of a sheet; `sheet` is how places name it, "" in a file that has only one."""
    columns, problems = fields_from_header(rows[0] if rows else [], form, where)
    table = Table([], [replace(p, place=replace(p.place, section=sheet)) for p in problems])
    for number, cells in enumerate(rows[1:], 2):
        if all(isinstance(c, str) and not c.strip() for c in cells):
            continue
        values: dict[str, Any] = {}
        record = Record(None, number - 1, say(f"{sheet}第 {number} 行", f"{sheet} row {number}".lstrip()))
        for index, cell in enumerate(cells):
            column = columns[index] if index < len(columns) else None
            place = Place(sheet, str(number), letter_of(index))
            if column:
                values[column.path], problem = value_from_cell(column, cell)
                if problem:
                    record.problems.append(replace(problem, place=place))
            elif (index >= len(columns) or not str(rows[0][index]).strip()) and str(cell).strip():
                record.problems.append(Problem("no-header", "", str(cell), None, place))
        record.data = form.records.nested(values)
        table.records.append(record)
    return table


def value_at(data: Mapping[str, Any], f: Field) -> Any:
    """The value of a field in a record, or None."""
    node: Any = data
    for step in f.steps:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


# --- .csv ---


def dump_csv(form: Form, records: Sequence[Mapping[str, Any] | Result]) -> bytes:
    """The records as a .csv that spreadsheets open: UTF-8 with a mark, a line a record.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    has_source = any(isinstance(r, Result) for r in records)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header_of(form.fields, has_source))
    for record in records:
        cells = _row_from_record(record, form.fields, has_source)
        writer.writerow([_csv_from_cell(c) for c in cells])
    return stream.getvalue().encode("utf-8-sig")


def load_csv(path: Path, form: Form) -> Table:
    """The records in a .csv, in UTF-8 or GB 18030; the apostrophe before a seeming formula is taken off."""
    data = limits.bytes_of(path, str(path))
    limits.check_values(data, str(path), b",\n\r")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            rows = [[_cell_from_csv(c) for c in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
            return _table_from_rows(rows, form, str(path), "")
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise DocfillError(f"{path}：不是 .csv（{error}）", f"{path}: not a .csv ({error})") from None
    raise DocfillError(
        f"{path}：既不是 UTF-8 也不是 GB 18030 编码，请另存为“CSV UTF-8”",
        f"{path}: neither UTF-8 nor GB 18030; save it as CSV UTF-8",
    )


def _csv_from_cell(cell: Any) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if _FORMULA.match(cell) else cell
    return "" if cell is None else _text_from_number(cell)


def _cell_from_csv(text: str) -> str:
    return text[1:] if _ESCAPED_FORMULA.match(text) else text


# --- .xlsx ---


def sheet_names(form: Form) -> tuple[str, dict[str, str]]:
    """The names of the sheet of records, and of the sheet of each field of repeated rows by path."""
    taken = {name.casefold() for name in (*_RESERVED_SHEETS, "history")}

    def free(wish: str) -> str:
        base = _SHEET_NAME.sub("_", wish).strip("'")[:28] or "_"
        candidate = next(c for n in range(1, 10**6) if (c := base if n == 1 else f"{base}{n}").casefold() not in taken)
        taken.add(candidate.casefold())
        return candidate

    main = free(form.name)
    return main, {f.path: free(f.steps[-1]) for f in form.fields if f.kind == "rows"}


def dump_xlsx(form: Form, records: Sequence[Mapping[str, Any] | Result]) -> bytes:
    """The records as a workbook: one row a record, a sheet for each field of repeated rows.

    Results of extract also give the file of each record, and the sheets 问题 and 未归入.

    Raises:
        DocfillError: a text is longer than a cell can hold (32767 characters).
    """
    results = [r for r in records if isinstance(r, Result)]
    plain = [f for f in form.fields if f.kind != "rows"]
    main, children = sheet_names(form)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        rows = [_row_from_record(r, plain, bool(results)) for r in records]
        _write_sheet(book, main, header_of(plain, bool(results)), rows, {f.path for f in plain if _is_numeric(f)})
        for f in form.fields:
            if f.kind == "rows":
                listed = [
                    [number, *(row.get(c) for c in f.columns)]
                    for number, record in enumerate(records, 1)
                    for row in value_at(record.data if isinstance(record, Result) else record, f) or ()
                ]
                _write_sheet(book, children[f.path], [RECORD, *f.columns], listed, {RECORD})
        if results:
            doubts = [[r.source, p.path, str(p.place), p.severity, p.message] for r in results for p in r.problems]
            others = [[r.source, str(x.place), x.text] for r in results for x in r.leftovers]
            _write_sheet(book, _RESERVED_SHEETS[0], [SOURCE, "路径", "位置", "程度", "说明"], doubts)
            _write_sheet(book, _RESERVED_SHEETS[1], [SOURCE, "位置", "文字"], others)
    return buffer.getvalue()


def load_xlsx(path: Path, form: Form) -> Table:
    """The records in a workbook: the sheet named after the form, or else the first."""
    checked = workbook.opened(path)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(checked.data))
        main, children = sheet_names(form)
        main = main if main in book.sheet_names else book.sheet_names[0]
        grids = {
            name: _grid(book.get_sheet_by_name(name).to_python(skip_empty_area=False), checked, name)
            for name in (main, *children.values())
            if name in book.sheet_names
        }
    except CalamineError:
        raise DocfillError(
            f"{path}：不是 .xlsx 文件，或文件已损坏，请打开后另存为 .xlsx",
            f"{path}: not an .xlsx file, or a damaged one; open it and save it as .xlsx",
        ) from None
    table = _table_from_rows(grids[main], form, f"{path} {_sheet(main)}", _sheet(main))
    for f in form.fields:
        name = children.get(f.path, main)
        if name != main and name in grids:
            if f.path in map(str, grids[main][0]):
                raise DocfillError(
                    f"{path}：“{f.path}”在{_sheet(main)}和{_sheet(name)}中各有一份，请删去一份",
                    f'{path}: "{f.path}" is given in both {_sheet(main)} and {_sheet(name)}; delete one',
                )
            _add_rows(table, grids[name], f, _sheet(name))
    return table


def _is_numeric(f: Field) -> bool:
    return f.kind in ("number", "integer")


def _sheet(name: str) -> str:
    return say(f"工作表“{name}”", f'sheet "{name}"')


def _write_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    header: list[str],
    rows: Iterable[Sequence[Any]],
    numeric: Collection[str] = (),
) -> None:
    """A sheet with a bold header; columns that aren't numeric have the text format, so that what is typed stays."""
    sheet = book.add_worksheet(name)
    as_text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.set_column(column, column, min(width(title) + 2, 40), None if title in numeric else as_text)
    for number, row in enumerate([header, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                _write_text(sheet, number, column, cell, as_text if number else bold)
            elif cell is not None:
                sheet.write_number(number, column, cell)


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        place = f"{sheet.get_name()}!{letter_of(column)}{row + 1}"
        raise DocfillError(
            f"{place}：文字超过一个单元格的上限 {LONGEST_CELL} 字，请改用 .csv 或 .jsonl",
            f"{place}: the text is over the {LONGEST_CELL} characters that a cell can hold; use .csv or .jsonl",
        )
    if text.startswith("<r>") and text.endswith("</r>"):  # XlsxWriter would put it into the XML as it is
        sheet.write_rich_string(row, column, "<", style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


def _grid(rows: list[list[Any]], book: workbook.Workbook, name: str) -> list[list[Any]]:
    """The cells of a sheet, with what calamine leaves empty put in: formulas that failed or were never computed."""
    for kind, cells in ((Faulty, book.failed), (Uncomputed, book.uncomputed)):
        for (row, column), shown in cells.get(name, {}).items():
            while len(rows) <= row:
                rows.append([])
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = kind(shown)
    return rows


def _add_rows(table: Table, grid: list[list[Any]], f: Field, sheet: str) -> None:
    """Gives each record its repeated rows of one field; what cannot be placed is a problem."""
    header = [_squeezed(cell) for cell in (grid[0] if grid else [])]
    by_name = {_squeezed(c): c for c in f.columns}
    columns = {index: by_name[name] for index, name in enumerate(header) if index and name in by_name}
    for index, name in enumerate(header):
        if name and index not in columns and (index or name != RECORD):
            place = Place(section=sheet, column=letter_of(index))
            table.problems.append(Problem("unknown-column", f.path, name, " | ".join((RECORD, *f.columns)), place))
    by_number = {r.number: r for r in table.records}
    for number, cells in enumerate(grid[1:], 2):
        row: dict[str, Any] = dict.fromkeys(f.columns)
        problems = []
        for index, name in columns.items():
            column = replace(f, path=f"{f.path}.{name}", kind="text")
            row[name], problem = value_from_cell(column, cells[index])
            if problem:
                problems.append(replace(problem, place=Place(sheet, str(number), letter_of(index))))
        if not problems and not any(row.values()):
            continue
        record = by_number.get(value_from_cell(Field(RECORD, "integer"), cells[0])[0])
        if record is None:
            last = max(by_number, default=0)
            table.problems.append(
                Problem("no-such-record", f.path, str(cells[0]), last, Place(sheet, str(number), "A"))
            )
            continue
        record.problems += problems
        node = record.data
        for step in f.steps[:-1]:
            node = node[step]
        node[f.steps[-1]].append(row)


# --- the formats ---


def _load_json(path: Path, form: Form) -> Table:
    value = load_json(path)
    values = value if isinstance(value, list) else [value]
    return Table([_record(v, n, say(f"第 {n} 条", f"record {n}")) for n, v in enumerate(values, 1)])


def _load_jsonl(path: Path, form: Form) -> Table:
    lines = enumerate(load_jsonl(path), 1)
    return Table([_record(v, n, say(f"第 {line} 行", f"line {line}")) for n, (line, v) in lines])


def _record(value: Any, number: int, place: str) -> Record:
    """A record, given as it is or as a result of extract."""
    is_result = isinstance(value, dict) and isinstance(value.get("data"), dict) and "form" in value
    return Record(value["data"] if is_result else value, number, place)


def _plain(record: Mapping[str, Any] | Result) -> Mapping[str, Any]:
    return record.to_dict() if isinstance(record, Result) else record


@dataclass(frozen=True, slots=True)
class Format:
    """One format of data files: `load` and `dump` are each other's inverse."""

    load: Callable[[Path, Form], Table]
    dump: Callable[[Form, Sequence[Mapping[str, Any] | Result]], bytes]
    holds_several_forms: bool = False


FORMATS = {
    ".json": Format(_load_json, lambda form, records: dump_json([_plain(r) for r in records]), True),
    ".jsonl": Format(_load_jsonl, lambda form, records: dump_jsonl(map(_plain, records)), True),
    ".csv": Format(load_csv, dump_csv),
    ".xlsx": Format(load_xlsx, dump_xlsx),
}
"""The formats by suffix."""


def load(path: Path, form: Form) -> Table:
    """The records in a data file of any format.

    Raises:
        DocfillError: the file is none of the formats, or cannot be read at all.
    """
    check_format(path)
    return FORMATS[path.suffix.lower()].load(path, form)


def check_format(path: Path) -> None:
    """DocfillError where the suffix of a data file is none of `FORMATS`."""
    if path.suffix.lower() not in FORMATS:
        listed = " ".join(FORMATS)
        raise DocfillError(f"{path}：数据文件的后缀应为 {listed} 之一", f"{path}: a data file ends in one of {listed}")


def dump(forms: Sequence[Form], records: Sequence[Mapping[str, Any] | Result], suffix: str) -> bytes:
    """The records as a data file.

    Args:
        forms: the form of each record.
        records: records, or results of extract, which also keep their file, problems and leftovers.
        suffix: a key of `FORMATS`.

    Raises:
        DocfillError: the format holds one form only and there are several, or a text is too long for it.
    """
    names = sorted({form.name for form in forms})
    if len(names) > 1 and not FORMATS[suffix].holds_several_forms:
        listed = "、".join(names)
        raise DocfillError(
            f"一个 {suffix} 文件只能存放一种表，这里有：{listed}；请用 --form 分次读取，或输出到文件夹或 .jsonl",
            f"one {suffix} file holds one form, and here are {listed}; give --form, or write to a folder or .jsonl",
        )
    return FORMATS[suffix].dump(forms[0], records)
