"""The functions of rules: small, pure, and named after what an official asks.

Each takes answers as a rule sees them.  One that is given an answer which is not
there makes the rule silent, but for `answered` and `given`, which ask just that.
"""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from docfill import late
from docfill.check.expression import SaidNone, Unanswered
from docfill.kinds import DATE, NUMBER
from docfill.text import COUNTERS, counted, gist, normal, without_brackets

_PHONE = late.pattern(
    r"(?<!\d)(?:(?:\+?86-?)?1[3-9]\d-?\d{4}-?\d{4}|\(?0\d{2,3}\)?-?[2-9]\d{2,3}-?\d{4}(?:(?:-|转)\d{1,6})?"
    r"|[48]00-?\d{3}-?\d{4}|[2-9]\d{2,3}-?\d{4})(?!\d)"
)
_APART = late.pattern(r"[、;；\n]+")
_NUMBERED = late.pattern(r"(?:^|(?<=[\s、;；，,。]))(?:\d{1,2}[.．、)）](?!\d)|[(（]\d{1,2}[)）])|[①-⑳]")
_PERHAPS_APART = late.pattern(
    r"(?<=\w)[\s/|／]+(?=\w)|(?:中心|实验室|平台|基地|工作站|研究院|研究所)(?:和|及|与|以及)(?=\w)"
)
_COMMAS = late.pattern(r"[,，]+")
_AMONG_OTHERS = late.pattern(rf"等(?:\s*\d+\s*[{COUNTERS}]?)?[。.]?$")
_DECIMALS = late.pattern(r"(?<=[\d,，])[.．](\d+)")
"""From the point on: what begins with the first digit would be tried anew from each of a long number's."""
_QUANTITY = late.pattern(r"[^\d，。；、]{0,6}?([-−－]?\d[\d,]*(?:[.．]\d+)?)[^\d，。；、]{0,16}")
_MONTH = late.pattern(r"(\d{4})(?:年|[-./])(\d{1,2})月?")
_DAYS_TOGETHER = late.pattern(r"(\d{4})(\d{2})(\d{2})")
_YEAR = late.pattern(r"(\d{4})(?:年|[-./]|\d{4}$)")
_CHINESE_YEAR = late.pattern(r"[〇零○0OoＯ一二三四五六七八九]{4}(?=年)")
_DIGITS = str.maketrans("〇零○OoＯ一二三四五六七八九", "000000123456789")


def answered(value: Any) -> bool:
    """Whether there is an answer, 无 included."""
    return isinstance(value, SaidNone) or given(value)


def given(value: Any) -> bool:
    """Whether there is an answer other than 无; for a list, whether it holds anything."""
    return not isinstance(value, jinja2.Undefined) and value != []


def growth(first: float, last: float, years: float) -> float:
    """The mean yearly growth from `first` to `last` in per cent: a geometric mean."""
    if first <= 0 or last < 0 or years <= 0:
        raise Unanswered
    return (math.pow(last / first, 1 / years) - 1) * 100


def near(value: float, other: float, tolerance: float) -> bool:
    """Whether two numbers differ by no more than the tolerance."""
    return abs(value - other) <= tolerance + 1e-9


def words(text: Any) -> int:
    """字数, as Word counts it, of a text or of all texts in a section."""
    if isinstance(text, Mapping):
        return sum(words(inner) for inner in text.values() if not isinstance(inner, jinja2.Undefined))
    return counted(text) if isinstance(text, str) else 0


def listed(text: str) -> int:
    """How many names a text lists: numbered, or between 、 ； or line ends, or else ，; notes in brackets do not count.

    Nothing is said of a text that ends in 等, and so does not list all, or that may be read as more names or fewer
    (between spaces, or 中心和…中心).
    """
    if _AMONG_OTHERS.search(text.strip()):
        raise Unanswered
    numbered = len(_NUMBERED.findall(text))
    parts = [p for p in _APART.split(_NUMBERED.sub("\n", without_brackets(text))) if gist(p)]
    if len(parts) == 1 and not numbered:
        parts = [p for p in _COMMAS.split(without_brackets(text)) if gist(p)]
    if any(_PERHAPS_APART.search(p.strip()) for p in parts) or (numbered > 1 and numbered != len(parts)):
        raise Unanswered
    return len(parts)


def has_phone(text: str) -> bool:
    """Whether a plausible telephone number stands in a text: mobile, landline with or without area code, 400."""
    plain = normal("NFKC", text)
    return _PHONE.search(re.sub(r"(?<=[\d()-])\s+(?=[\d()-])", "", plain)) is not None


def decimals(text: str) -> int:
    """How many decimals a number was written with."""
    matched = _DECIMALS.search(text)
    return len(matched[1]) if matched else 0


def number(text: Any) -> float:
    """The number in a quantity ("不超过152千克标准煤/万元"); a text that says more or less makes the rule silent."""
    matched = _QUANTITY.fullmatch(str(text).strip())
    reading = NUMBER.parse(matched[1], None) if matched else None
    if reading is None or not isinstance(reading.value, int | float):
        raise Unanswered
    return reading.value


def has(text: str, part: str) -> bool:
    """Whether a text holds another, however either is spaced and punctuated."""
    return gist(part) in gist(text)


def same(text: str, other: str) -> bool:
    """Whether two texts say the same, however they are spaced and punctuated."""
    return gist(text) == gist(other)


def is_date(text: str) -> bool:
    """Whether a text is a day or a month that exists, the month's 上旬 … 底 included."""
    plain = re.sub(r"(?<=月)(?:[上中下]旬|初|底)$", "", _with_year(text).replace("号", "日"))
    if matched := _DAYS_TOGETHER.fullmatch(plain):
        plain = "-".join(matched.groups())
    elif plain.endswith("月"):
        plain += "1日"
    if not DATE.parse(plain, None).problem:
        return True
    matched = _MONTH.fullmatch(plain)
    return matched is not None and 1 <= int(matched[2]) <= 12 and int(matched[1]) >= datetime.MINYEAR


def year(text: str) -> int:
    """The year that a date begins with."""
    matched = _YEAR.match(_with_year(text))
    if matched is None:
        raise Unanswered
    return int(matched[1])


def _with_year(text: str) -> str:
    """A date without spaces, its year in digits, also where it is 二〇二三年 or typed with the letter O."""
    plain = "".join(normal("NFKC", text).split())
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), plain)


def drawn(words: str) -> int:
    """How many pictures, shapes and strokes of ink stand beside some words of the form that it does not print itself.

    This one knows no document, as of a record alone: what it is asked for cannot be told (see `check`).
    """
    raise Unanswered


def _sure(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes its rule silent where an argument is not there or of another kind."""

    @functools.wraps(function)
    def asked(*arguments: Any) -> Any:
        for argument in arguments:
            if isinstance(argument, jinja2.Undefined):
                raise Unanswered
        return function(*arguments)

    return asked


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "answered": answered,
    "given": given,
    **{f.__name__: _sure(f) for f in (growth, near, words, listed, has_phone, decimals, number, has, same, is_date)},
    "year": _sure(year),
    "drawn": _sure(drawn),
}
"""By the names that rules call them."""
