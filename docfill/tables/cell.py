"""A value and its cell: what stands in one cell of a spreadsheet, and what a cell that a person typed says.

`value_from_cell(f, cell_from_value(f, v)) == v` for every value that the form
accepts.  A cell that cannot be read for certain (a date where a text was due,
more than 15 digits, a formula that fails or was never worked out, a mark that
may mean yes or no) is a problem and never a value (law 5).
"""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from typing import Any

from docfill.fields import Field
from docfill.problems import Problem, say
from docfill.text import fold
from docfill.values import BLANK, CODECS
from docfill.word.ticks import CROSSES, EMPTY_MARKS, TICKED_MARKS

SEPARATOR = "；"
"""Between the options in one cell."""

TICK = "√"
"""What a chosen option is marked with in a column of its own."""

YES = "是"
"""What stands in the cell of a boolean that is true."""

DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

_NAMES_A_DAY = re.compile("时间|日期|年月")
"""A text whose label says so is a day or a month, whatever the spreadsheet made of it."""
_MIDNIGHT_SHOWN = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(?::00(?:\.0+)?)?")
"""A date as programs write it that know only dates with a time."""
_LINE_END = re.compile(r"\r\n?")
_SEPARATORS = re.compile(r"[；;\r\n]")
_LOOSELY = re.compile(r"[；;、，,/|\s]+")
_YES = frozenset("是 对 有 选 已选 y yes t true v 1".split()) | frozenset(TICKED_MARKS) - CROSSES  # noqa: SIM905
_NO = frozenset("否 无 不 没有 未选 n no f false 0 -".split()) | frozenset(EMPTY_MARKS)  # noqa: SIM905
_MIDNIGHT = datetime.time()
_MOST_READINGS = 64


class Faulty(str):
    """What a cell shows whose formula fails: "#DIV/0!"."""

    __slots__ = ()


class Uncomputed(str):
    """The formula of a cell for which the file holds no result."""

    __slots__ = ()


class PartOfDate(str):
    """What a cell shows that holds a date, and shows only the month or only the day of it: "2023年8月", "8月18日"."""

    __slots__ = ()


def cell_from_value(f: Field, value: Any) -> str | int | float | None:
    """What stands in the cell of a field: a text, a number, or None for an empty cell."""
    if value is None or value == []:
        return None
    if f.kind == "choices" and isinstance(value, list):
        return SEPARATOR.join(value)
    if f.kind == "rows":
        return json.dumps(value, ensure_ascii=False)
    if f.kind == "boolean":
        return YES if value else None
    if f.kind == "texts" and isinstance(value, list):
        return "\n".join(value)
    assert isinstance(value, str | int | float)
    return value


def value_from_cell(f: Field, cell: Any) -> tuple[Any, Problem | None]:
    """The value that a cell holds, and what is wrong with it; its place is the caller's to add.

    A cell is a text, or what a typed one holds: a number, a truth value, a date
    or a time.
    """
    if problem := _unusable(f.path, cell):
        return None, problem
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta | PartOfDate):
        return _value_from_date(f, cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if f.kind not in ("number", "integer") and abs(cell) >= 10**DIGITS:
            return None, Problem("digits-lost", f.path, text_from_number(cell))
        cell = text_from_number(cell)
    text = _LINE_END.sub("\n", str(cell)).strip()
    if BLANK.fullmatch(text):
        return None, None
    if f.kind == "choice":
        option = _options_by_text(f).get(fold(text))
        return option, None if option else Problem("not-an-option", f.path, text, _choices(f))
    if f.kind == "choices":
        return _options_from_text(f, text)
    if f.kind == "rows":
        try:
            return json.loads(text), None
        except ValueError:
            return None, Problem("wrong-type", f.path, text, "JSON [{…}]")
    if f.kind == "boolean":
        said = fold(text)
        problem = None if said in _YES | _NO else Problem("unclear-tick", f.path, text, f.path)
        return (None, problem) if problem else (said in _YES, None)
    if f.kind == "texts":
        return [line.strip() for line in text.split("\n") if not BLANK.fullmatch(line)], None
    if f.kind == "longtext":
        text = "\n".join(line.strip() for line in text.split("\n") if not BLANK.fullmatch(line))
    if f.kind == "date" and (matched := _MIDNIGHT_SHOWN.fullmatch(text)):
        text = matched[1]
    reading = CODECS[f.kind].parse(text, f.unit or None)
    if not reading.problem:
        return reading.value, None
    code = reading.problem if reading.problem in ("too-many-decimals", "out-of-range") else "wrong-type"
    return None, Problem(code, f.path, text, _expectation(f))


def tick_from_cell(f: Field, option: str, cell: Any) -> tuple[bool, Problem | None]:
    """Whether the cell of an option's own column says that it is chosen, and what is wrong with it."""
    if problem := _unusable(f.path, cell):
        return False, problem
    said = fold(text_from_number(cell) if isinstance(cell, float | int) and not isinstance(cell, bool) else str(cell))
    if said in _YES or said == fold(option):
        return True, None
    if said in _NO or BLANK.fullmatch(said):
        return False, None
    return False, Problem("unclear-tick", f.path, str(cell), option)


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return isinstance(cell, str) and not isinstance(cell, Uncomputed) and not cell.strip()


def text_from_number(number: float) -> str:
    """A number as the spreadsheet shows it: no more digits than it keeps, no exponent."""
    shown = format(Decimal(f"{number:.{DIGITS}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _unusable(path: str, cell: Any) -> Problem | None:
    if isinstance(cell, Uncomputed):
        return Problem("no-result", path, f"={cell}")
    return Problem("cell-error", path, str(cell)) if isinstance(cell, Faulty) else None


def _expectation(f: Field) -> str:
    codec = CODECS.get(f.kind)
    return say(codec.zh, codec.en) if codec else _choices(f)


def _value_from_date(f: Field, cell: Any) -> tuple[Any, Problem | None]:
    """The value of a cell that holds a date or a time: any text but one of a day was altered by the spreadsheet."""
    day = _day_of(cell)
    if day and f.kind == "date":
        return day, None
    if f.kind == "text" and _NAMES_A_DAY.search(f.label or f.steps[-1]):
        if day:
            return CODECS["date"].format(day), None
        if isinstance(cell, PartOfDate) and "年" in cell:
            return str(cell), None
    return None, Problem("date-cell", f.path, str(cell), _expectation(f))


def _day_of(cell: Any) -> str | None:
    """YYYY-MM-DD of a date, or of a date and time at midnight."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else None
    return cell.isoformat() if isinstance(cell, datetime.date) else None


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
            loosely = _options_loosely(f, text)
            return (loosely, None) if loosely else (None, Problem("not-an-option", f.path, parts[start], _choices(f)))
        chosen.add(known[fold(SEPARATOR.join(parts[start:end]))])
        start = end
    return [o for o in f.options if o in chosen], None


def _options_loosely(f: Field, text: str) -> list[str] | None:
    """The options in one cell, whatever stands between them; None where it can be read in no way, or in several.

    An option may hold what stands between options, and another may be a part of it.
    """
    known = {_LOOSELY.sub("", fold(option)): option for option in f.options}
    parts = [fold(p) for p in _LOOSELY.split(text) if p]
    longest = max(len(_LOOSELY.split(fold(option))) for option in f.options)
    readings: list[set[frozenset[str]]] = [{frozenset()}, *(set() for _ in parts)]
    for end in range(1, len(parts) + 1):
        for start in range(max(end - longest, 0), end):
            if option := known.get("".join(parts[start:end])):
                readings[end] |= {chosen | {option} for chosen in readings[start]}
        if len(readings[end]) > _MOST_READINGS:
            return None
    if len(known) < len(f.options) or len(readings[-1]) != 1:
        return None
    [chosen] = readings[-1]
    return [o for o in f.options if o in chosen]


def _choices(f: Field) -> str:
    return " | ".join(f.options)
