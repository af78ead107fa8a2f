"""Dates, YYYY-MM-DD or 无: read from 年月日 in any digits, with dots, dashes or slashes, in any width, or 20240506.

A time behind the date is told and left out; a day of the week that is not the date's is a doubt.  A year of the
Republic is suggested (民国112年5月6日), and other points (2023、5、6), never taken.  A year before 1800 or after 2100
is a doubt in a document.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import Any

from docfill import hanzi, late
from docfill.kinds.kind import Asked, Reading, Standing, shown
from docfill.kinds.moment import Moment
from docfill.kinds.numerals import TO_DIGITS, number_in_words
from docfill.problems import Problem
from docfill.values import NONE, half_width

_DATE = late.pattern(r"([0-9]{4})(?:年|[-./])([0-9]{1,2})(?:月|[-./])([0-9]{1,2})日?")
_RUN = late.pattern(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
"""A date in eight digits."""
_TIME = late.pattern(
    r"(?:(?<=日)|(?<!\s)\s|T)\s*+((?:(?:星期|周)[一二三四五六日天])?\s*+(?:上午|下午|早上|晚上|中午)?\s*+"
    r"[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?|[时点](?:半|[0-9]{1,2}分?)?))$"
)
"""A time behind a date, 星期 and all."""
_ZONE = late.pattern(r"(?<=:[0-9]{2})(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})$", re.I)
"""A time zone behind a time."""
_WEEKDAY = late.pattern(r"(?<=日)\s*[(（]?(?:星期|周)([一二三四五六日天])[)）]?$")
_DAYS = "一二三四五六日"
_MIDNIGHT = late.pattern(r"0{1,2}:00(?::00(?:\.0{1,9})?)?")
_REPUBLIC = late.pattern(r"(?:中[华華])?民[国國]([0-9〇零○一二三四五六七八九十百元]{1,6})(年|[./-])(.{3,12})")
_LEADING = late.pattern(r"\A(?:公元|(?:日期|时间):?|于)\s*")
"""What stands before a date and says no more than that it is one."""
_POINTS = str.maketrans("。、,，", "....")
"""What is typed for the points of a date."""
_CHINESE_DAY = late.pattern(r"(?<=[年月])[一二三四五六七八九十]{1,3}(?=[月日])")
_DAY = late.pattern(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST, _LAST = 1800, 2100
"""The years that forms ask for; one outside of them was mistyped (0210), or counts otherwise (佛历2567年)."""
_DRAWN = late.pattern(r"[\s_＿]*年[\s_＿]*月[\s_＿]*日[\s_＿]*")
_PARTIAL = late.pattern(
    r"[\s\d〇零○一二三四五六七八九十]*年[\s\d一二三四五六七八九十元]*+(?:月[\s\d一二三四五六七八九十]*+日?)?\s*"
)
"""A date or a part of one, as far as it was filled in."""
_UNFILLED = late.pattern(r"(?<![\d〇零○一二三四五六七八九十元])[月日]|(?<=[年月])[月日]")


class Date(Moment):
    """A day, or 无."""

    name = "date"
    is_day = True
    label = ("日期", "date")
    words = ("日期（YYYY-MM-DD）或“无”", 'a date (YYYY-MM-DD) or "无"')
    blank = "    年    月    日"
    picked = "yyyy年M月d日"
    samples = ("2024-02-29", "2023-11-05")
    more = ("2024-07-01", "2026-07-01", "2022-07-01")
    edges = ("1900-01-01", "2000-02-29", "2100-12-31", NONE)
    doubtful = ("2024年春", "spring 2024")
    unread = "not-a-date"

    drawn, partial = _DRAWN, _PARTIAL

    def moment(self, plain: str) -> Reading:
        written = half_width(hanzi.plain(plain)).replace("_", " ").rstrip(" 。.;,、")
        weekday = _WEEKDAY.search(written)
        written = written[: weekday.start()] if weekday else written
        zone = _ZONE.search(written)
        if zone is not None:  # the day may be another one where the form was filled in
            told = self.moment(written[: zone.start()])
            return Reading(plain, self.unread, None if told.problem else told.value)
        timed = _TIME.search(written)
        time = timed[1] if timed else ""
        day = _day_of(written[: timed.start()] if timed else written)
        if day is not None and weekday is not None and not _is_on(day, weekday[1]):
            return Reading(plain, self.unread, day)  # the one or the other is wrong
        if day is not None:
            rest = "" if _MIDNIGHT.fullmatch(time) else time
            return Reading(day, rest=rest, beside="time-left-out")
        suggested = _day_of_republic(written) or _day_of(_LEADING.sub("", written, count=1).translate(_POINTS))
        if suggested is None and _PARTIAL.fullmatch(plain) and not _DATE.fullmatch(_in_digits(written)):
            plain = _UNFILLED.sub("", "".join(plain.split()))
        return Reading(plain, self.unread, suggested)

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        value, problems = super().read(found, f, path)
        if isinstance(value, str) and _DAY.fullmatch(value) and not _FIRST <= int(value[:4]) <= _LAST:
            problems = [*problems, Problem("year-unlikely", path, value, f"{_FIRST}–{_LAST}")]
        return value, problems

    def nth(self, number: int) -> Any:
        return datetime.date.fromordinal(700_000 + number * 37 % 60_000).isoformat()

    def format(self, value: Any) -> str:
        if value == NONE:
            return NONE
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if value == NONE:
            return None
        if isinstance(value, str) and _DAY.fullmatch(value):
            with contextlib.suppress(ValueError):
                datetime.date.fromisoformat(value)
                return None
        return "wrong-type", shown(value)

    def shape(self, f: Asked) -> dict[str, Any]:
        day = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        return {"anyOf": [day, {"const": NONE}, {"type": "null"}]}


def _day_of(written: str) -> str | None:
    """YYYY-MM-DD of a date that is all there, or None."""
    digits = _in_digits(written)
    matched = _DATE.fullmatch(digits) or _RUN.fullmatch(digits)
    with contextlib.suppress(ValueError):
        return datetime.date(*map(int, matched.groups())).isoformat() if matched else None
    return None


def _is_on(day: str, weekday: str) -> bool:
    """Whether a day is one of the week's."""
    return datetime.date.fromisoformat(day).weekday() == _DAYS.index(weekday.replace("天", "日"))


def _in_digits(written: str) -> str:
    """A date without white space, its year, month and day in digits."""
    bare = "".join(written.split()).replace("年元月", "年1月")
    bare = bare[:-1] + "日" if bare.endswith("号") and "月" in bare else bare
    return _CHINESE_DAY.sub(_number_of, bare).translate(TO_DIGITS)


def _number_of(matched: re.Match[str]) -> str:
    number = number_in_words(matched[0])
    return matched[0] if number is None else str(number)


def _day_of_republic(written: str) -> str | None:
    """The day of a full date in a year of the Republic of China."""
    matched = _REPUBLIC.fullmatch("".join(written.split()))
    if matched is None:
        return None
    said = matched[1].translate(TO_DIGITS)
    year = 1 if said == "元" else int(said) if said.isascii() and said.isdigit() else number_in_words(matched[1])
    if not isinstance(year, int) or year < 1:
        return None
    return _day_of(f"{1911 + year}{matched[2]}{matched[3]}")
