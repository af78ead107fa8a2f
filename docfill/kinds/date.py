"""Dates, YYYY-MM-DD or 无: read from 年月日 in any digits, with dots, dashes or slashes, in any width."""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import Any

from docfill.kinds.kind import Asked, Reading, Written, shown
from docfill.values import BLANK, LONGEST, NONE, plain_form, says_none, visible

_DATE = re.compile(r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?")
_CHINESE_DAY = re.compile(r"(?<=[年月])[一二三四五六七八九十]{1,3}(?=[月日])")
_DAYS = {
    tens + "一二三四五六七八九"[ones - 1 : ones]: f"{10 * many + ones}"
    for many, tens in enumerate(("", "十", "二十", "三十"))
    for ones in range(10)
}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DRAWN = re.compile(r"\s*年\s*月\s*日\s*")
_PARTIAL = re.compile(
    r"[\s\d〇零○一二三四五六七八九十]*年[\s\d一二三四五六七八九十]*(?:月[\s\d一二三四五六七八九十]*日?)?\s*"
)
"""A date or a part of one, as far as it was filled in."""
_UNFILLED = re.compile(r"(?<!\d)[月日]|(?<=[年月])[月日]")
_MIDNIGHT_SHOWN = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(?::00(?:\.0+)?)?")
"""A date as programs write it that know only dates with a time."""


class Date(Written):
    """A day, or 无."""

    name = "date"
    words = ("日期（YYYY-MM-DD）或“无”", 'a date (YYYY-MM-DD) or "无"')
    blank = "    年    月    日"
    samples = ("2024-02-29", "2023-11-05")

    def parse(self, text: str, unit: str | None = None) -> Reading:
        plain = visible(text)
        if self.is_blank(plain):
            return Reading(None)
        if says_none(plain):
            return Reading(NONE)
        if len(plain) > LONGEST:
            return Reading(plain, "not-a-date")
        written = _CHINESE_DAY.sub(lambda m: _DAYS.get(m[0], m[0]), plain_form(plain, None)).translate(_DIGITS)
        if matched := _DATE.fullmatch(written):
            with contextlib.suppress(ValueError):
                return Reading(datetime.date(*map(int, matched.groups())).isoformat())
        elif _PARTIAL.fullmatch(plain):
            plain = _UNFILLED.sub("", "".join(plain.split()))
        return Reading(plain, "not-a-date")

    def parse_cell(self, text: str, unit: str | None = None) -> Reading:
        matched = _MIDNIGHT_SHOWN.fullmatch(text)
        return self.parse(matched[1] if matched else text, unit)

    def format(self, value: Any) -> str:
        if value == NONE:
            return NONE
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if value == NONE:
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            with contextlib.suppress(ValueError):
                datetime.date.fromisoformat(value)
                return None
        return "wrong-type", shown(value)

    def is_blank(self, text: str) -> bool:
        return BLANK.fullmatch(text) is not None or _DRAWN.fullmatch(text) is not None

    def looks_like(self, text: str) -> bool:
        return _PARTIAL.fullmatch(text) is not None or super().looks_like(text)

    def shape(self, f: Asked) -> dict[str, Any]:
        day = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        return {"anyOf": [day, {"const": NONE}, {"type": "null"}]}
