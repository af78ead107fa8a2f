"""What the format of a cell makes of what it holds: dates of serial numbers, numbers as shown, looks that void.

Formats are those of both kinds of workbook (ECMA-376 part 1, 18.8.30 and 18.8.31; [MS-XLS] 2.4.126).
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from docfill import late
from docfill.problems import Said
from docfill.tables.cell import STRUCK, UNSEEN, Formatted, PartOfDate
from docfill.tables.shown import BUILT_IN, UNSHOWN, Format, format_of

BLACK, WHITE = "000000", "FFFFFF"

_LONGEST_CODE = 1024
"""Characters of a number format; Excel itself takes 255."""
_NO_DAY = 60
_EPOCHS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in number formats that show a date or time, also those of Chinese Excel (clause 18.8.30)."""
_MONTHS, _DAYS = frozenset((17, 27, 36, 50, 52, 57)), frozenset((16, 28, 29, 51, 53, 54, 58))
"""Those of them that show no day, and no year."""
_NOT_SHOWN = late.pattern(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]|General|e[+-]', re.I)
_UNIT_OF = {"y": "y", "e": "y", "m": "m", "d": "d", "h": "h", "s": "h"}
"""What the letters of a format stand for in dates: e is a year, too, where it is no exponent."""
_ELAPSED = late.pattern(r"\[(?:h{1,9}|m{1,9}|s{1,9})\]", re.I)
_DAY_NAMES = late.pattern(r"d{1,99}|a{3,4}")
_SHOWN_OF = {
    "month": ("year", "month"),
    "day": ("month", "day"),
    **{f"only {part}": (part,) for part in ("year", "month", "day", "weekday")},
}
"""What of a date some formats show."""
_PARTS = {
    frozenset("ym"): "month",
    frozenset("md"): "day",
    frozenset({"m", "d", "weekday"}): "day",
    **{frozenset({unit}): f"only {part}" for unit, part in (("y", "year"), ("m", "month"), ("d", "day"))},
    frozenset({"weekday"}): "only weekday",
}
"""The name of what a format shows that shows these units, where that is not a whole date."""


def shown_as(number: float, style: Format | str, is_1904: bool) -> Any:
    """What a cell of a style holds that has a number: a date or time, a part of one, or the number in its format."""
    if isinstance(style, Format):
        return Formatted(number, style)
    moment = _moment(number, is_1904)
    return _as_shown(moment, style) if moment is not number else Formatted(number, UNSHOWN)


def void_look(is_struck: bool, ink: str, ground: str | None) -> Said | None:
    """How a cell looks that voids what stands in it, or None.

    Args:
        is_struck: whether it is struck out.
        ink: the colour of its letters, RRGGBB; "" where that can't be told.
        ground: that behind them, the same; None for a cell without any.
    """
    if is_struck:
        return STRUCK
    return UNSEEN if ink and ink == (WHITE if ground is None else ground) else None


def _moment(serial: float, is_1904: bool) -> Any:
    """The date, date and time, or time of day that a serial number shows; a number that none has stays one.

    So do a negative one, of which Excel shows signs alone, and 60 where days count from 1900: there was no such day.
    """
    if serial < 0 or (not is_1904 and int(serial) == _NO_DAY):
        return serial
    try:
        moment = _EPOCHS[is_1904] + datetime.timedelta(seconds=round(serial * 86400))
    except OverflowError:
        return serial
    if 0 <= serial < 1:
        return moment.time()
    return moment + datetime.timedelta(days=1) if not is_1904 and serial < _NO_DAY else moment


def style_of_code(code: str) -> Format | str | None:
    """What a format code shows: "date", a part of one (see `_PARTS`); else its format, if any."""
    if len(code) > _LONGEST_CODE:
        raise ValueError(code[:_LONGEST_CODE])
    shown = _NOT_SHOWN.sub("", code).lower()
    units = {_UNIT_OF[c] for c in shown if c in _UNIT_OF} | ({"h"} if _ELAPSED.search(code) else set())
    days = {"d" if len(said) < 3 else "weekday" for said in _DAY_NAMES.findall(shown)}
    if not units and not days:
        return format_of(code)
    return "date" if "h" in units else _PARTS.get(frozenset(units - {"d"} | days), "date")


def built_in_style(number: int) -> Format | str | None:
    """The same for a format that needs no code (clause 18.8.30)."""
    if number in _MONTHS:
        return "month"
    if number in _DAYS:
        return "day"
    return "date" if number in _DATES else format_of(BUILT_IN.get(number, "General"))


def style_of(number: int, code: str) -> Format | str | None:
    """The same for a format with a number, and a code where its file has one for it."""
    return style_of_code(code) if code and number not in _DATES else built_in_style(number)


def _as_shown(moment: Any, style: str) -> Any:
    """A date, or of one that is not shown whole the part that is."""
    if style == "date" or not isinstance(moment, datetime.date):
        return moment
    of_week = f"星期{'一二三四五六日'[moment.weekday()]}"
    parts = {"year": f"{moment.year}年", "month": f"{moment.month}月", "day": f"{moment.day}日", "weekday": of_week}
    return PartOfDate("".join(parts[part] for part in _SHOWN_OF[style]))
