"""Kinds of value: how each is written on a form, and read from one.

Each kind is one codec: `parse` (text → value, liberal) and `format` (value →
text, canonical) stand next to each other, with `refusal`, the rule for what may
be given.  `parse(format(v)) == v` for every value that is not refused.  A text
that a codec cannot read stays text, with a problem's code (law 5).
"""

from __future__ import annotations

import contextlib
import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docfill.text import COUNTERS, when_needed

NONE = "无"
LARGEST = 10**13
"""Beyond this a binary64 number can't keep two decimals."""

LONGEST = 200
"""Characters that a number or a date may have, however freely written; the patterns below are slow on more."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WRITTEN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
"""A number as docfill itself writes it."""
_TORN = re.compile(r"\d\s+[\d.,]|[.,]\s+\d")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\s]*\d)")
_DATE = re.compile(r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?")
_COUNTERS = frozenset(COUNTERS)
_SAYS_NONE = re.compile(r"[（(]?(?:暂?无|没有|n/?a|none|/|-+|—+)[)）]?[。.]?", re.I)
_HEDGE = "左右|上下|[（(](?:预计|估计|估算|约)[）)]"
_ABOUT = re.compile(rf"(?:大约|约为|约|近|≈|~|～)\s*([^约近≈]+?)(?:{_HEDGE})?|([^约近≈]+?)\s*(?:{_HEDGE})", re.S)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_CHINESE_DAY = re.compile(r"(?<=[年月])[一二三四五六七八九十]{1,3}(?=[月日])")
_DAYS = {
    tens + "一二三四五六七八九"[ones - 1 : ones]: f"{10 * many + ones}"
    for many, tens in enumerate(("", "十", "二十", "三十"))
    for ones in range(10)
}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MINUS = str.maketrans("−－–—﹣", "-----")
DATE_SKELETON = re.compile(r"\s*年\s*月\s*日\s*")
DATE_LIKE = re.compile(
    r"[\s\d〇零○一二三四五六七八九十]*年[\s\d一二三四五六七八九十]*(?:月[\s\d一二三四五六七八九十]*日?)?\s*"
)
"""A date or a part of one, as far as it was filled in."""
_UNFILLED = re.compile(r"(?<!\d)[月日]|(?<=[年月])[月日]")
DRAWN = "_＿" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
"""What a blank is drawn with, and so no answer begins or ends with."""
BLANK = re.compile(f"[{re.escape(DRAWN)}]*")
_INSIDE = " -~·—‘’“”…\u3001-\u301f\u4e00-\u9fff\uff01-\uff3e\uff40-\uff60"
_LINE = f"(?![ _])[{_INSIDE}]+(?<![ _])"
_ORDINARY = f"{_LINE}(?:\n{_LINE})*"
"""Lines of letters, digits and punctuation as most answers are: nothing in them can be refused."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: the value, and the code of the problem if there is a doubt."""

    value: Any
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Codec:
    """One kind: parse and format are each other's inverse; refusal gives (code, found) or None."""

    kind: str
    zh: str
    en: str
    parse: Callable[[str, str | None], Reading]
    format: Callable[[Any], str]
    refusal: Callable[[Any], tuple[str, str] | None]


def _refusal_of_line(value: str) -> tuple[str, str] | None:
    """Why `value` cannot be kept exactly in a Word file, or None."""
    if bad := _CONTROL.search(value):
        return "control-character", f"U+{ord(bad[0]):04X}"
    if value != value.strip(DRAWN) or BLANK.fullmatch(_INVISIBLE.sub("", value)):
        return "blank-ends", value
    return None


def _visible(text: str) -> str:
    """`text` without invisible characters and the blank that is drawn around it."""
    return _INVISIBLE.sub("", text).strip(DRAWN)


def _text_from(text: str, unit: str | None = None) -> Reading:
    return Reading(text.strip(DRAWN) or None)


def _refusal_of_lines(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return "wrong-type", repr(value)
    if when_needed(_ORDINARY).fullmatch(value):
        return None
    if not value.strip(DRAWN):
        return "blank-ends", value
    for number, line in enumerate(value.split("\n"), 1):
        if not line:
            return "empty-line", str(number)
        if refused := _refusal_of_line(line):
            return refused
    return None


def _plain(text: str, unit: str | None) -> str:
    """`text` in half-width form, without a repeated unit or the measure word of a count."""
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_MINUS)).split()).rstrip("。.;,、")
    if unit and plain.endswith(folded := unicodedata.normalize("NFKC", unit)):
        return plain.removesuffix(folded)
    is_count = not unit or unit in _COUNTERS
    return plain[:-1] if is_count and plain[-1:] in _COUNTERS else plain


def _number_from(text: str, unit: str | None = None, code: str = "not-a-number") -> Reading:
    plain = _visible(text)
    if _WRITTEN.fullmatch(plain):
        return _number_from_digits(plain, plain)
    if BLANK.fullmatch(plain) or _SAYS_NONE.fullmatch(plain):
        return Reading(None if BLANK.fullmatch(plain) else NONE)
    if len(plain) > LONGEST:
        return Reading(plain, code)
    hedged = _ABOUT.fullmatch(plain)
    if hedged:
        sure = _number_from(hedged[1] or hedged[2], unit, code)
        return Reading(plain, code) if sure.problem or sure.value == NONE else Reading(sure.value, "approximate")
    matched = _NUMBER.fullmatch(_plain(plain, unit))
    if not matched or (_TORN.search(plain) and not _SPACED.search(plain)):
        return Reading(plain, code)
    return _number_from_digits(matched[0].replace(",", ""), plain)


def _number_from_digits(digits: str, plain: str) -> Reading:
    if len(digits.partition(".")[0].lstrip("+-0")) > len(str(LARGEST)):  # Python itself converts 4300 digits at most
        return Reading(plain, "out-of-range")
    number = float(digits) if "." in digits else int(digits)
    decimals = len(digits.partition(".")[2].rstrip("0"))
    if abs(number) > LARGEST:
        return Reading(plain, "out-of-range")
    return Reading(number, "too-many-decimals" if decimals > 2 else "")


def _text_from_number(value: float) -> str:
    return f"{int(value)}" if value == int(value) else f"{value:.2f}"


def _refusal_of_number(value: Any) -> tuple[str, str] | None:
    if type(value) is not int and type(value) is not float:
        return None if value == NONE else ("wrong-type", repr(value))
    if not -LARGEST <= value <= LARGEST:
        return "out-of-range", repr(value)
    return None if round(value, 2) == value else ("too-precise", repr(value))


def _integer_from(text: str, unit: str | None = None) -> Reading:
    reading = _number_from(text, unit, "not-an-integer")
    if isinstance(reading.value, float):
        if reading.value.is_integer():
            return Reading(int(reading.value), reading.problem)
        return Reading(text.strip(), "not-an-integer")
    return reading


def _refusal_of_integer(value: Any) -> tuple[str, str] | None:
    if type(value) is float and not value.is_integer():
        return "wrong-type", repr(value)
    return _refusal_of_number(value)


def _date_from(text: str, unit: str | None = None) -> Reading:
    plain = _visible(text)
    if BLANK.fullmatch(plain) or DATE_SKELETON.fullmatch(plain):
        return Reading(None)
    if _SAYS_NONE.fullmatch(plain):
        return Reading(NONE)
    if len(plain) > LONGEST:
        return Reading(plain, "not-a-date")
    shown = _CHINESE_DAY.sub(lambda m: _DAYS.get(m[0], m[0]), _plain(plain, None)).translate(_DIGITS)
    if matched := _DATE.fullmatch(shown):
        with contextlib.suppress(ValueError):
            return Reading(datetime.date(*map(int, matched.groups())).isoformat())
    elif DATE_LIKE.fullmatch(plain):
        plain = _UNFILLED.sub("", "".join(plain.split()))
    return Reading(plain, "not-a-date")


def _text_from_date(value: str) -> str:
    if value == NONE:
        return value
    year, month, day = value.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _refusal_of_date(value: Any) -> tuple[str, str] | None:
    if value == NONE:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return "wrong-type", repr(value)
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return "wrong-type", repr(value)
    return None


def _number_or_none(value: Any) -> str:
    return value if isinstance(value, str) else _text_from_number(value)


CODECS: dict[str, Codec] = {
    codec.kind: codec
    for codec in (
        Codec("text", "文字", "text", _text_from, str, _refusal_of_lines),
        Codec("longtext", "多段文字", "paragraphs of text", _text_from, str, _refusal_of_lines),
        Codec("number", "数字或“无”", 'a number or "无"', _number_from, _number_or_none, _refusal_of_number),
        Codec("integer", "整数或“无”", 'a whole number or "无"', _integer_from, _number_or_none, _refusal_of_integer),
        Codec(
            "date",
            "日期（YYYY-MM-DD）或“无”",
            'a date (YYYY-MM-DD) or "无"',
            _date_from,
            _text_from_date,
            _refusal_of_date,
        ),
    )
}
"""The kinds that are written as text.  choice, choices and rows are drawn by the template."""
