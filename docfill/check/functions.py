"""The functions of rules: small, pure, and named after what an official asks.

Each takes answers as a rule sees them.  One that is given an answer which is not
there makes the rule silent, but for `answered` and `given`, which ask just that.
"""

from __future__ import annotations

import datetime
import functools
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from docfill.check.expression import SaidNone, Unanswered
from docfill.text import NUMBERING, counted, gist
from docfill.values import CODECS

_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86)?1[3-9]\d{9}|\(?0\d{2,3}\)?-?[2-9]\d{6,7}(?:(?:-|转)\d{1,6})?|[48]00-?\d{3}-?\d{4}|[2-9]\d{6,7})(?!\d)"
)
_APART = re.compile(r"[、;；\n]+")
_COMMAS = re.compile(r"[,，]+")
_AMONG_OTHERS = re.compile(r"等(?:\s*\d+\s*[个家项所]?)?[。.]?$")
_DECIMALS = re.compile(r"\d[\d,，]*[.．](\d+)")
_QUANTITY = re.compile(r"[^\d，。；、]{0,6}?([-−－]?\d[\d,]*(?:[.．]\d+)?)[^\d，。；、]{0,16}")
_MONTH = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})月?")


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
    """How many names a text lists, between 、 ； or line ends; a text that ends in 等 does not list all."""
    if _AMONG_OTHERS.search(text.strip()):
        raise Unanswered
    parts = [p for p in _APART.split(text) if gist(NUMBERING.sub("", p))]
    if len(parts) == 1:
        parts = [p for p in _COMMAS.split(text) if gist(p)]
    return len(parts)


def has_phone(text: str) -> bool:
    """Whether a plausible telephone number stands in a text: mobile, landline with or without area code, 400."""
    plain = unicodedata.normalize("NFKC", text)
    return _PHONE.search(re.sub(r"(?<=[\d()-])\s+(?=[\d()-])", "", plain)) is not None


def decimals(text: str) -> int:
    """How many decimals a number was written with."""
    matched = _DECIMALS.search(text)
    return len(matched[1]) if matched else 0


def number(text: Any) -> float:
    """The number in a quantity ("不超过152千克标准煤/万元"); a text that says more or less makes the rule silent."""
    matched = _QUANTITY.fullmatch(str(text).strip())
    reading = CODECS["number"].parse(matched[1], None) if matched else None
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
    """Whether a text is a day or a month that exists."""
    if not CODECS["date"].parse(text, None).problem:
        return True
    matched = _MONTH.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    return matched is not None and 1 <= int(matched[2]) <= 12 and int(matched[1]) >= datetime.MINYEAR


def year(text: str) -> int:
    """The year that a date begins with."""
    matched = re.match(r"\s*(\d{4})(?:年|[-./])", unicodedata.normalize("NFKC", text))
    if matched is None:
        raise Unanswered
    return int(matched[1])


def _sure(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes its rule silent where an argument is not there or of another kind."""

    @functools.wraps(function)
    def asked(*arguments: Any) -> Any:
        if any(isinstance(a, jinja2.Undefined) for a in arguments):
            raise Unanswered
        return function(*arguments)

    return asked


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "answered": answered,
    "given": given,
    **{f.__name__: _sure(f) for f in (growth, near, words, listed, has_phone, decimals, number, has, same, is_date)},
    "year": _sure(year),
}
"""By the names that rules call them."""
