"""Loading: the records in a data file of any format, one at a time.

In a workbook the sheet is meant whose header names most of the form; another
sheet that has fields, too, is reported.  Repeated rows are looked for in sheets
called after their field.
"""

from __future__ import annotations

import codecs
import itertools
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from docfill import files, late, limits, sources
from docfill.container import OLE
from docfill.fields import Field
from docfill.form import Form
from docfill.problems import DocfillError, Problem, SheetPlace, reason_of, say
from docfill.tables import flat
from docfill.tables.cell import is_empty, words_of
from docfill.tables.columns import BESIDE, CORRECTED, DOUBTS, READ, SHEETS, Column, letter_of, names_beside, sheet_names
from docfill.tables.headers import LOOKED_AT, Header, check_columns, header_of, names_of, no_header
from docfill.tables.merged import spread
from docfill.tables.old import OldBook
from docfill.tables.paper import typed_over
from docfill.tables.pictures import has_pictures, with_pictures
from docfill.tables.rows import Record, Remarks, Repeated, Row, Table, is_answered, keep_rows, name_of, records_of
from docfill.tables.xlsx import Book, Merged, damaged
from docfill.word import foreign
from docfill.word.package import File, contents, named

_STEPS_A_PROBLEM, _STEPS_A_RECORD, _FIELDS_A_STEP = 20, 10, 2
"""What is wrong with a record; a record besides its cells, which have cost their own; fields, for each
of which it has room (some 60 bytes where nothing is answered).
"""
_LED = late.pattern(rf"'(?:{DOUBTS}|{CORRECTED})'![A-Z]+\d+")
"""Where a cell of a summary leads."""


class Sheets(Protocol):
    """A workbook: its sheets by name, and the rows of each."""

    @property
    def sheets(self) -> list[str]: ...

    @property
    def hidden_sheets(self) -> Collection[str]: ...

    def rows(self, sheet: str) -> Iterator[Row]: ...

    def merged(self, sheet: str) -> Sequence[Merged]: ...

    def hidden(self, sheet: str) -> Collection[int]: ...

    def hidden_columns(self, sheet: str) -> Collection[int]: ...

    def comments(self, sheet: str) -> Mapping[int, Sequence[tuple[int, str]]]: ...

    def close(self) -> None: ...


def open_book(path: Path) -> Sheets:
    """A workbook by what the file is, whatever its suffix says; DocfillError where it is none."""
    with path.open("rb") as stream:
        head = stream.read(len(OLE))
    if not head:
        raise damaged(path)
    return OldBook(path) if head == OLE else Book(path)


def unread_in(path: Path) -> list[Problem]:
    """What of a list of names wants to be known: rows that nobody sees, and sheets that are not read."""
    with path.open("rb") as stream:
        head = stream.read(len(OLE))
    if head != OLE and not head.startswith(b"PK"):
        return []
    with closing(open_book(path)) as book:
        first = _first_sheet(book)
        others = [sheet for sheet in book.sheets if sheet != first and sheet not in book.hidden_sheets]
        hidden = [problem.found for problem in _of_hidden(book, first, 0)]
        found = [Problem("roster-hidden", "", count, sheet_words(first)) for count in hidden]
        filled = [s for s in others if any(not is_empty(cell) for _, row in book.rows(s) for cell in row)]
        return [*found, *(Problem("roster-sheet", "", sheet_words(s), sheet_words(first)) for s in filled)]


def _first_sheet(book: Sheets) -> str:
    """The first sheet that a person sees."""
    return next((sheet for sheet in book.sheets if sheet not in book.hidden_sheets), book.sheets[0])


def rows_of_any(source: File) -> Iterator[list[str]]:
    """The rows of the first sheet of a workbook, of a .csv or of a plain list, as a person sees them.

    Raises:
        DocfillError: it cannot be read.
    """
    path = path_of(source, "")
    if not isinstance(path, files.Held) and not path.is_file():
        raise DocfillError(f"没有这个文件：{path}", f"there is no such file: {path}", "no-such-file")
    with path.open("rb") as stream:
        head = stream.read(foreign.HEAD)
    if head.startswith((OLE, b"PK")):
        book = open_book(path)
        try:
            yield from ([*map(words_of, row)] for _, row in book.rows(_first_sheet(book)))
        finally:
            book.close()
    elif foreign.refusal(head, str(path)) is not None:
        raise DocfillError(
            f"{path}：名单应为 .xlsx、.xls、.csv，或一行一个名称的 .txt",
            f"{path}: a roster is an .xlsx, .xls or .csv, or a .txt with a name a line",
            "bad-data",
        )
    else:
        yield from (row for _, row in flat.plain_rows(path))


def load_book(path: Path, form: Form, visible: bool = False) -> Table:
    """The records in a workbook, of all rows or the `visible` ones; DocfillError where no header is the form's."""
    book = open_book(path)
    header, sheet, problems = main_sheet(book, path, form, visible)
    where = sheet_words(sheet)
    if isinstance(book, OldBook) and book.has_pictures:
        problems.append(Problem("old-workbook"))
    elif isinstance(book, Book) and {READ, BESIDE} <= {*book.sheets}:
        problems += typed_over(book.typed(BESIDE), sheet_words(BESIDE))
    problems += _without_hidden(header, book.hidden_columns(sheet), where, visible)
    check_columns(header, f"{path} {where}")
    repeated = Repeated()
    for f, name in repeated_sheets(book, form, sheet):
        if Column(f) in header.columns:
            raise DocfillError(
                f"{path}：“{f.path}”在{where}和{sheet_words(name)}中各有一份，请删去一份",
                f'{path}: "{f.path}" is given in both {where} and {sheet_words(name)}; delete one',
                "bad-data",
            )
        lines = spread(book.rows(name), book.merged(name), 1, apart=_behind_the_number(book))
        remarks = _remarks(book, name)
        problems += keep_rows(_seen(book, name, lines, visible), f, sheet_words(name), repeated, remarks)
        problems += [] if visible else _of_hidden(book, name, 1)

    if not repeated.is_empty:
        start, below = rows_under(book, sheet, header)
        below = _seen(book, sheet, below, visible)
        names = (name_of(cells, header, number - start) for number, cells in below if is_answered(cells, header))
        problems += repeated.check(names, where)
    start, below = rows_under(book, sheet, header)
    problems += [] if visible else _of_hidden(book, sheet, start)
    seen = _seen(book, sheet, below, visible)
    return Table(
        _closing(records_of(seen, header, start, form, where, repeated, _remarks(book, sheet)), book, repeated),
        [*_located(header.problems, where), *problems],
    )


def rows_under(book: Sheets, sheet: str, header: Header) -> tuple[int, Iterator[Row]]:
    """The number of a header's last row, and the rows below it, each with what is merged down into it."""
    found = book.rows(sheet)
    *_, (start, _) = itertools.islice(found, header.last + 1)
    read = {index for index, column in enumerate(header.columns) if column}
    return start, spread(found, book.merged(sheet), start, header.unread, read, read if READ in book.sheets else ())


def _behind_the_number(book: Sheets) -> Collection[int]:
    """The columns of a sheet of repeated rows in which each says what is its own: in results, all but the record's."""
    return range(1, limits.current().columns) if READ in book.sheets else ()


def _seen(book: Sheets, sheet: str, rows: Iterator[Row], visible: bool) -> Iterator[Row]:
    """Rows of a sheet, but for those that are hidden where only the `visible` ones are wanted."""
    hidden = book.hidden(sheet) if visible else ()
    seen = (row for row in rows if row[0] not in hidden) if hidden else rows
    return ((number, [*map(_unlinked, cells)]) for number, cells in seen) if READ in book.sheets else seen


def _remarks(book: Sheets, sheet: str) -> Remarks:
    """The comments on the cells of a sheet; those of a summary `revised` tells."""
    return {} if READ in book.sheets else book.comments(sheet)


def _unlinked(cell: Any) -> Any:
    """A cell of a summary; an empty one that leads to its doubt says where to, once openpyxl has saved it."""
    return "" if isinstance(cell, str) and _LED.fullmatch(cell) else cell


def _of_hidden(book: Sheets, sheet: str, start: int) -> list[Problem]:
    """That rows below a header are read though nobody sees them."""
    hidden = book.hidden(sheet)
    below = (row for row in book.rows(sheet) if row[0] > start) if hidden else ()
    held = [number for number, cells in below if number in hidden and not all(map(is_empty, cells))]
    return [Problem("hidden-rows", "", len(held), held[0], SheetPlace(sheet_words(sheet)))] if held else []


def _without_hidden(header: Header, hidden: Collection[int], sheet: str, visible: bool) -> list[Problem]:
    """That columns are read though nobody sees them; of the `visible` ones alone they are read no more."""
    found = [index for index, column in enumerate(header.columns) if column and index in hidden]
    if visible:
        for index in found:
            header.columns[index] = None
            header.unread.add(index)
        return []
    letters = "、".join(map(letter_of, found))
    return [Problem("hidden-columns", "", len(found), letters, SheetPlace(sheet))] if found else []


def main_sheet(book: Sheets, path: Path, form: Form, visible: bool = False) -> tuple[Header, str, list[Problem]]:
    """The header and name of the sheet of records, and the other sheets that have fields of the form.

    A hidden one is meant only where no other has fields of the form, and never where the `visible` ones are.
    """
    names = names_of(form)
    mains, children = sheet_names(form)
    aside = {*SHEETS, *(name for listed in children.values() for name in listed)}
    headers: dict[str, Header] = {}
    for sheet in book.sheets:
        head = [cells for _, cells in itertools.islice(book.rows(sheet), LOOKED_AT)]
        if sheet not in aside and (header := header_of(head, names)):
            headers[sheet] = header
    headers = _seen_first(headers, book.hidden_sheets, visible)
    if not headers:
        raise no_header(str(path), form)
    own = {name: rank for rank, name in enumerate(mains, 1)}
    best = max(headers, key=lambda sheet: (headers[sheet].weight, own.get(sheet, 0)))
    others = [s for s, header in headers.items() if s != best and header.weight * 2 > headers[best].weight]
    told = [Problem("sheet-not-read", "", s, best) for s in others]
    told += [Problem("hidden-sheet", "", best)] if best in book.hidden_sheets else []
    return headers[best], best, told


def _seen_first(headers: dict[str, Header], hidden: Collection[str], visible: bool) -> dict[str, Header]:
    """The headers of the sheets that a person sees; of the hidden ones where there are none, and they may be read."""
    seen = {sheet: header for sheet, header in headers.items() if sheet not in hidden}
    return seen if seen or visible else headers


def repeated_sheets(book: Sheets, form: Form, main: str) -> Iterator[tuple[Field, str]]:
    """The fields of repeated rows that have a sheet beside that of records, with its name."""
    listed = names_beside(form, main)
    for f in form.fields:
        name = next((n for n in reversed(listed.get(f.path, ())) if n in book.sheets), None)
        if name:
            yield f, name


def sheet_words(name: str) -> str:
    """How places call a sheet."""
    return say(f"工作表“{name}”", f'sheet "{name}"')


def _located(problems: list[Problem], sheet: str) -> list[Problem]:
    return [
        Problem(p.code, p.path, p.found, p.expected, SheetPlace(sheet, p.place.row, p.place.column)) for p in problems
    ]


def _closing(records: Iterator[Record], book: Sheets, repeated: Repeated) -> Iterator[Record]:
    try:
        yield from records
    finally:
        book.close()
        repeated.close()


_FLAT: dict[str, Callable[[Path, Form], Table]] = {
    ".json": flat.load_json_records,
    ".jsonl": flat.load_jsonl_records,
    ".csv": flat.load_csv,
}
_BOOKS = (".xlsx", ".xlsm", ".xls")
SOURCES = (*_FLAT, *_BOOKS)
"""The suffixes of the files that records are read from."""
_OTHER_BOOKS = (".ods", ".fods", ".ots", ".et", ".ett", ".xlsb", ".xlt", ".xltx", ".xltm", ".numbers", ".tsv", ".dbf")
"""Those of files that may well hold some, and are not read."""
FORMER = ".previous"
"""Behind the stem of the workbook of the last run, which is kept."""


class DataFiles(NamedTuple):
    """The data files that are meant.

    Attributes:
        paths: those that are read.
        refused: spreadsheets that are not, each with the reason.
        aside: the names of what else there is in the folders.
    """

    paths: list[Path]
    refused: list[tuple[str, DocfillError]]
    aside: list[str]


def is_table(name: str) -> bool:
    """Whether a file is one of data by its name, or another table, which is refused with what to do."""
    return Path(name).suffix.lower() in (*SOURCES, *_OTHER_BOOKS)


def data_files(arguments: Sequence[Path]) -> DataFiles:
    """The data files that some paths mean: files as given, and of folders all there are.

    Raises:
        DocfillError: a path does not exist, or a folder holds none.
    """
    made = DataFiles(files.collect(arguments, SOURCES), [], [])
    for folder in (a for a in arguments if a.is_dir()):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            if any(map(sources.is_aside, path.relative_to(folder).parts)) or _is_former(path):
                made.paths[:] = [p for p in made.paths if p != path]
                made.aside.append(str(path))
            elif path.suffix.lower() in _OTHER_BOOKS:
                made.refused.append((str(path), _other_format(path)))
            elif path.suffix.lower() not in SOURCES:
                made.aside.append(str(path))
    return made


def _is_former(path: Path) -> bool:
    """Whether a workbook is the one of the last run, kept beside that of this one."""
    stem = path.stem.removesuffix(FORMER)
    return stem != path.stem and path.with_stem(stem).exists()


def load(source: File, form: Form, name: str = "", visible: bool = False) -> Table:
    """The records in a data file of any format.

    Args:
        source: a path, the bytes of the file, or an open file.
        form: the form that they are of.
        name: how messages call a file that has no path; its suffix names the format, which else its content tells.
        visible: leaves out the rows and columns of a workbook that are hidden or filtered away; else they are read,
            and told.

    Raises:
        DocfillError: the file is none of the formats, or cannot be read at all; a file that turns out to be
            damaged further on raises it while its records are read.
    """
    path = readable(source, name)
    check_format(path)
    with _Work(str(path), files.size_of(path)) as budget:
        suffix = path.suffix.lower()
        table = load_book(path, form, visible) if suffix in _BOOKS else _FLAT[suffix](path, form)
    records = with_pictures(table.records, form.fields, path) if has_pictures(form.fields) else table.records
    steps = _STEPS_A_RECORD + len(form.fields) // _FIELDS_A_STEP
    return Table(_counted(records, budget, steps), table.problems, budget)


def readable(source: File, name: str = "") -> Path:
    """A file of records by its path, as `path_of`; DocfillError where there is none, or it may not be read."""
    path = path_of(source, name)
    try:
        files.size_of(path)
    except OSError as error:
        why = reason_of(error)
        raise DocfillError(f"无法读取 {path}（{why}）", f"cannot read {path} ({why.en})", "no-access") from None
    return path


def path_of(source: File, name: str) -> Path:
    """The file of records by its path; what has none is held in memory."""
    if isinstance(source, Path):
        return source
    if isinstance(source, str | os.PathLike):
        return Path(source)
    data, called = contents(source, name or named(source) or None)
    is_named = Path(called).suffix.lower() in SOURCES
    return files.Held(called if is_named else f"{name or 'data'}{_suffix_from(data)}", data)


def _suffix_from(data: bytes) -> str:
    """The suffix for what some bytes are."""
    if data.startswith((OLE, b"PK")):
        return ".xls" if data.startswith(OLE) else ".xlsx"
    begun = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if begun[:1] not in (b"{", b"["):
        return ".csv"
    line, _, rest = begun.partition(b"\n")
    is_whole = begun[:1] == b"{" and line.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{"
    return ".jsonl" if is_whole else ".json"


class _Work(limits.Budget):
    """The work that a data file may ask for, with how far it was read.

    Attributes:
        at: the record that was read last, as places call it.
    """

    at = ""

    def refusal(self) -> DocfillError:
        zh, en = limits.TOO_MUCH_WORK
        reached = (f"到{self.at}时{zh}", f"{en} at {self.at}") if self.at else (zh, en)
        first = "请核对是不是这种表的数据，或拆成几个文件", "see whether it is data of this form, or divide it"
        return limits.exceeded(self.name, *reached, "work", first)


def _counted(records: Iterator[Record], budget: _Work, steps: int) -> Iterator[Record]:
    """The records, each of which costs so many steps, and more for what is wrong."""
    for record in budget.each(records):
        budget.at = record.place
        budget.spend(steps + _STEPS_A_PROBLEM * len(record.problems))
        yield record


def check_format(path: Path) -> None:
    """DocfillError where the suffix of a data file is none of `SOURCES`."""
    if path.suffix.lower() not in SOURCES:
        raise _other_format(path)


def _other_format(path: Path) -> DocfillError:
    listed = " ".join(SOURCES)
    return DocfillError(
        f"{path}：数据文件的后缀应为 {listed} 之一；.et、.ods 等别的表格，请打开后另存为 .xlsx",
        f"{path}: a data file ends in one of {listed}; open any other spreadsheet (.et, .ods) and save it as .xlsx",
        "bad-data",
    )
