"""Records in plain files: .csv in the encodings and separators that spreadsheets write, .json and .jsonl.

A .csv says nowhere how it is encoded.  The whole file must decode, and the
encoding and separator are those under which its header names fields of the
form; where two readings of the bytes both fit, the file is refused with both
shown, never guessed (law 5).  A text that a spreadsheet would take for a
formula, or the part of one behind another separator, has an apostrophe in front,
which is taken off.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docfill import late, limits
from docfill.files import load_json, load_jsonl, size_of
from docfill.form import Form
from docfill.kinds import tidied
from docfill.problems import DocfillError, Problem, listed, say
from docfill.tables.headers import LOOKED_AT, Header, check_columns, header_of, names_of, no_header
from docfill.tables.rows import Record, Row, Table, records_of

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16-le", "utf-16-be")
"""The encodings that are tried where no byte order mark names one; GBK is a part of GB 18030."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATORS = (",", "\t", ";")
_LONGEST = 2**24
_CHUNK = 2**20
_SAMPLE = 40
_STEPS_A_ROW, _STEPS_AN_ANSWER = 3, 2
_BEGINS = r"[=+\-@＝＋－＠\t\r]"
_FORMULA = late.pattern(rf"(^)(?='*{_BEGINS})|([;\t\r\n])(?=['\"]*{_BEGINS})")
"""Before what a spreadsheet may take for a formula, or apostrophes before such a one: at the beginning of a text, and
behind what it may take for the end of a cell or row, where the separator of lists is not a comma.  There quotation
marks, which a .csv doubles, may stand before it: to such a spreadsheet they are the whole of what is quoted.
"""
_ESCAPED_FORMULA = late.pattern(rf"(^)'(?='*{_BEGINS})|([;\t\r\n])'(?=['\"]*{_BEGINS})")


def load_csv(path: Path, form: Form) -> Table:
    """The records in a .csv.

    Raises:
        DocfillError: its encoding cannot be told, it is no .csv, or its header names no field.
    """
    names = names_of(form)
    readings = [
        (header, encoding, separator)
        for encoding in _possible_encodings(path)
        for separator in _SEPARATORS
        if (header := header_of([cells for _, cells in _head(path, encoding, separator)], names))
    ]
    if not readings:
        _head(path, next(iter(_possible_encodings(path))), ",", is_strict=True)
        raise no_header(str(path), form)
    best = max(header.weight for header, _, _ in readings)
    header, encoding, separator = next(r for r in readings if r[0].weight == best)
    others = {e for h, e, s in readings if h.weight == best and e != encoding and s == separator}
    for other in others:
        _check_encoding(path, encoding, other)
    check_columns(header, str(path))
    rows = _rows(path, encoding, separator)
    above = list(itertools.islice(rows, header.last + 1))
    return Table(records_of(rows, header, above[-1][0], form, ""), header.problems)


def escaped(text: str) -> str:
    """A text as it stands in a .csv: an apostrophe keeps a spreadsheet from taking any of it for a formula."""
    return _FORMULA.sub(r"\1\2'", text)


def rows_of(path: Path, form: Form) -> tuple[Header, Iterator[Row]]:
    """The header of a .csv and all its rows, for a copy of some of them; DocfillError as `load_csv`."""
    names = names_of(form)
    for encoding, separator in itertools.product(_possible_encodings(path), _SEPARATORS):
        if header := header_of([cells for _, cells in _head(path, encoding, separator)], names):
            return header, _rows(path, encoding, separator)
    raise no_header(str(path), form)


def plain_rows(path: Path) -> Iterator[Row]:
    """The rows of a .csv whose columns are not a form's: in the first encoding that reads, split at tabs or commas."""
    encoding = _possible_encodings(path)[0]
    rows = itertools.islice(_rows(path, encoding, "\t"), 1)
    separator = "\t" if any(len(row) > 1 for _, row in rows) else ","
    return _rows(path, encoding, separator)


def load_json_records(path: Path, form: Form) -> Table:
    """The records in a .json: one, or a list of them; DocfillError as `files.load_json`."""
    value = load_json(path)
    values = value if isinstance(value, list) else [value]
    found = ((n, v) for n, v in enumerate(values, 1) if not _is_nobodys(v))
    return Table(_record(v, n, say(f"第 {n} 条", f"record {n}")) for n, v in found)


def load_jsonl_records(path: Path, form: Form) -> Table:
    """The records in a .jsonl, one a line; while they are read, DocfillError as `files.load_jsonl`."""
    lines = ((n, found) for n, found in enumerate(load_jsonl(path), 1) if not _is_nobodys(found[1]))
    return Table(_record(v, n, say(f"第 {line} 行", f"line {line}")) for n, (line, v) in lines)


def _is_nobodys(value: Any) -> bool:
    """Whether what extract has written is of no file that anybody handed in as a form."""
    problems = value.get("problems") if isinstance(value, dict) and value.get("data", 0) is None else None
    codes = {p.get("code") for p in problems if isinstance(p, dict)} if isinstance(problems, list) else set()
    return bool(codes & {"set-aside", "not-handed-in"})


def _record(value: Any, number: int, place: str) -> Record:
    """A record, given as it is or as a result of extract; of a file that extract could not read there is none."""
    if not (isinstance(value, dict) and "form" in value and "data" in value):
        return Record(_tidied(value), number, place)
    if isinstance(value["data"], dict):
        return Record(_tidied(value["data"]), number, place, source=str(value.get("source") or ""))
    return Record({}, number, place, [Problem("unreadable", "", value.get("source"))])


def _tidied(value: Any) -> Any:
    """A value with the lines of its texts as those of a cell are."""
    if isinstance(value, dict):
        return {key: _tidied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_tidied(inner) for inner in value]
    return tidied(value) if isinstance(value, str) else value


def _possible_encodings(path: Path) -> list[str]:
    """The encodings in which the whole file can be read.

    Raises:
        DocfillError: there is none, or the file breaks the one that its byte order mark names.
    """
    limits.check_lines(path)
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    tried = [marked] if marked else [e for e in ENCODINGS if (b"\0" in head) == e.startswith("utf-16")]
    broken = {encoding: line for encoding in tried if (line := _broken_line(path, encoding))}
    possible = [e for e in tried if e not in broken]
    if not possible:
        tries = listed(e.removesuffix("-sig").upper() for e in tried)
        line = max(broken.values())
        raise DocfillError(
            f"{path}：第 {line} 行起不是 {tries} 编码，请另存为“CSV UTF-8”",
            f"{path}: from line {line} on it is not in {tries.en}; save it as CSV UTF-8",
            "bad-data",
        )
    return possible


def _broken_line(path: Path, encoding: str) -> int:
    """The line at which a file cannot be decoded, 0 where all of it can."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as stream:
        try:
            while data := stream.read(_CHUNK):
                line += decoder.decode(data).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return 0


def _check_encoding(path: Path, one: str, other: str) -> None:
    """Nothing, where the bytes say the same in two encodings, or make sense in the first only.

    Chinese in UTF-8 takes three bytes a character, which no other encoding has by
    chance for long; a file whose characters all take two may be GBK as well.

    Raises:
        DocfillError: both readings make sense.
    """
    samples: tuple[str, ...] = ("", "")
    with path.open(encoding=one, newline="") as first, path.open(encoding=other, newline="") as second:
        for line, same in zip(first, second, strict=False):
            if line != same:
                samples = samples if samples[0] else (line.strip()[:_SAMPLE], same.strip()[:_SAMPLE])
                if any(unicodedata.name(c, "").startswith("CJK") for c in line):
                    return
    if samples[0]:
        raise DocfillError(
            f"{path}：分不清编码，可能是“{samples[0]}”，也可能是“{samples[1]}”；请另存为“CSV UTF-8”",
            f'{path}: the encoding cannot be told: it may say "{samples[0]}" or "{samples[1]}"; save it as CSV UTF-8',
            "bad-data",
        )


_FAULTS = {
    "end of data": "引号不成对",
    "expected after": "引号不成对",
    "field larger than": "有一格过长",
    "NUL": "含有空字符",
    "new-line character": "换行有误",
}
"""What Python's reader says of a .csv, in Chinese."""


def _head(path: Path, encoding: str, separator: str, *, is_strict: bool = False) -> list[Row]:
    """The first rows of a .csv under one reading; none where it is no .csv under that."""
    try:
        return list(itertools.islice(_rows(path, encoding, separator), LOOKED_AT))
    except DocfillError:
        if is_strict:
            raise
        return []


def _rows(path: Path, encoding: str, separator: str) -> Iterator[Row]:
    """The rows of a .csv by number; DocfillError where it turns out to be none."""
    columns = limits.current().columns
    budget = limits.held(lambda: limits.Budget(str(path), size_of(path)))
    csv.field_size_limit(_LONGEST)  # the default, 131072, is less than a long answer may have
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for number, row in enumerate(reader, 1):
                if len(row) > columns:
                    raise limits.exceeded(str(path), "列过多", "too many columns", "columns")
                budget.spend(_STEPS_A_ROW + _STEPS_AN_ANSWER * sum(map(bool, row)) + len(row) // 8)
                yield number, [_ESCAPED_FORMULA.sub(r"\1\2", c) if "'" in c else c for c in row]
        except csv.Error as error:
            fault = next((zh for said, zh in _FAULTS.items() if said in str(error)), "写法有误")
            raise DocfillError(
                f"{path}：第 {reader.line_num} 行起不是 .csv（{fault}）",
                f"{path}: not a .csv from line {reader.line_num} on ({error})",
                "bad-data",
            ) from None


class Flat:
    """A format without sheets beside the results, in which what was set aside has a row as what was refused."""

    def refuse(self, source: str, problem: Problem) -> None:
        """A row of a file without answers, and why."""
        raise NotImplementedError

    def set_aside(self, name: str) -> None:
        """A row of what was met and is no form."""
        self.refuse(name, Problem("set-aside"))


def check_one_form(first: Form | None, form: Form, suffix: str) -> None:
    """DocfillError where a format that holds one form gets a second."""
    if first is not None and first.name != form.name:
        both = listed(sorted((first.name, form.name)))
        raise DocfillError(
            f"一个 {suffix} 文件只能存放一种表，这里有：{both}；请用 --form 分次读取，或输出到 .xlsx、.jsonl",
            f"one {suffix} file holds one form, and here are {both.en}; give --form, or write to a folder, "
            ".xlsx or .jsonl",
            "bad-output",
        )
