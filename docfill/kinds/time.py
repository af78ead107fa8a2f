"""Times of day, HH:MM or 无: read from 9:30, 09时30分, 上午9点半, 下午3:05; what may be another time is refused.

12 of the night and a minute of one digit (9:3) may be two times, and a form's blank that is filled by half is none.
"""

from __future__ import annotations

import re
from typing import Any

from docfill import hanzi, late
from docfill.kinds.kind import Asked, Reading, shown
from docfill.kinds.moment import Moment
from docfill.kinds.numerals import number_in_words
from docfill.values import NONE, half_width

_TIME = late.pattern(
    r"(上午|早上|早晨|清晨|中午|下午|傍晚|晚上|夜里|am|pm)?"
    r"([0-9]{1,2}|[零一二两三四五六七八九十]{1,3})"
    r"(?::([0-9]{2})(?::00)?|[时点](?:(半|整)|([0-9]{1,2}|[零一二三四五六七八九十]{1,3})分)?)"
    r"(am|pm)?",
    re.I,
)
_VALUE = late.pattern(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DRAWN = late.pattern(r"[\s_＿]*时[\s_＿]*分[\s_＿]*")
_PARTIAL = late.pattern(r"[0-9一二三四五六七八九十\s]*[时点][0-9零一二三四五六七八九十\s]*+分?\s*")
"""A time or a part of one, as far as it was filled in."""
_HOURS = {
    "上午": range(12),
    "早上": range(12),
    "早晨": range(4, 12),
    "清晨": range(4, 12),
    "中午": range(11, 14),
    "下午": range(12, 19),
    "傍晚": range(16, 21),
    "晚上": range(17, 24),
    "夜里": range(19, 24),
    "am": range(12),
    "pm": range(12, 24),
}
"""The hours that a part of the day has."""


class Time(Moment):
    """A time of day, or 无."""

    name = "time"
    label = ("时间", "time")
    words = ("时间（HH:MM）或“无”", 'a time (HH:MM) or "无"')
    blank = "    时    分"
    doubtful = ("午饭后", "after lunch")
    samples = ("09:30", "15:05")
    edges = ("00:00", "12:00", "23:59", NONE)

    drawn, partial = _DRAWN, _PARTIAL

    def moment(self, plain: str) -> Reading:
        matched = _TIME.fullmatch("".join(half_width(hanzi.plain(plain)).replace("_", " ").split()).rstrip("。.;,、"))
        time = _time_of(matched) if matched else None
        return Reading(plain, self.unread) if time is None else Reading(time)

    def nth(self, number: int) -> Any:
        minute = number * 37 % 1440
        return f"{minute // 60:02}:{minute % 60:02}"

    def format(self, value: Any) -> str:
        if value == NONE:
            return NONE
        hour, minute = value.split(":")
        return f"{int(hour)}时{int(minute)}分"

    def refusal(self, value: Any) -> tuple[str, str] | None:
        is_right = value == NONE or (isinstance(value, str) and _VALUE.fullmatch(value))
        return None if is_right else ("wrong-type", shown(value))

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "pattern": f"^{_VALUE.pattern}$"}, {"const": NONE}, {"type": "null"}]}


def _time_of(matched: re.Match[str]) -> str | None:
    """HH:MM, or None where the hour or the minute is none, or not that part of the day's."""
    before, said_hour, digits, word, said_minute, behind = matched.groups()
    hour, minute = _whole(said_hour), 30 if word == "半" else _whole(digits or said_minute or "0")
    if hour is None or minute is None or hour > 23 or minute > 59 or (before and behind):
        return None
    part = _HOURS.get((before or behind or "").lower())
    if part is not None:
        fitting = [h for h in {hour, (hour + 12) % 24} if h in part]
        if len(fitting) != 1 or (hour > 12 and fitting != [hour]):
            return None
        hour = fitting[0]
    return f"{hour:02}:{minute:02}"


def _whole(said: str) -> int | None:
    number = int(said) if said.isdigit() else number_in_words(said.removeprefix("零") or said)
    return number if isinstance(number, int) else None
