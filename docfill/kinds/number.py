"""Numbers, whole or with two decimals, or 无: read from full-width digits, thousands, a repeated unit, a hedge."""

from __future__ import annotations

import re
from typing import Any

from docfill.kinds.kind import Asked, Reading, Written, shown
from docfill.values import BLANK, LONGEST, NONE, plain_form, says_none, visible

LARGEST = 10**13
"""Beyond this a binary64 number can't keep two decimals."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WRITTEN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
"""A number as docfill itself writes it."""
_TORN = re.compile(r"\d\s+[\d.,]|[.,]\s+\d")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\s]*\d)")
_HEDGE = "左右|上下|[（(](?:预计|估计|估算|约)[）)]"
_ABOUT = re.compile(rf"(?:大约|约为|约|近|≈|~|～)\s*([^约近≈]+?)(?:{_HEDGE})?|([^约近≈]+?)\s*(?:{_HEDGE})", re.S)


class Number(Written):
    """A number with at most two decimals, or 无."""

    name = "number"
    words = ("数字或“无”", 'a number or "无"')
    has_unit = True
    samples = (12.5, -3)
    unread = "not-a-number"
    json_type = "number"

    def parse(self, text: str, unit: str | None = None) -> Reading:
        plain = visible(text)
        if _WRITTEN.fullmatch(plain):
            return self._of_digits(plain, plain)
        if BLANK.fullmatch(plain) or says_none(plain):
            return Reading(None if BLANK.fullmatch(plain) else NONE)
        if len(plain) > LONGEST:
            return Reading(plain, self.unread)
        if hedged := _ABOUT.fullmatch(plain):
            sure = self.parse(hedged[1] or hedged[2], unit)
            return (
                Reading(plain, self.unread)
                if sure.problem or sure.value == NONE
                else Reading(sure.value, "approximate")
            )
        matched = _NUMBER.fullmatch(plain_form(plain, unit))
        if not matched or (_TORN.search(plain) and not _SPACED.search(plain)):
            return Reading(plain, self.unread)
        return self._of_digits(matched[0].replace(",", ""), plain)

    def _of_digits(self, digits: str, plain: str) -> Reading:
        if len(digits.partition(".")[0].lstrip("+-0")) > len(
            str(LARGEST)
        ):  # Python itself converts 4300 digits at most
            return Reading(plain, "out-of-range")
        number = float(digits) if "." in digits else int(digits)
        decimals = len(digits.partition(".")[2].rstrip("0"))
        if abs(number) > LARGEST:
            return Reading(plain, "out-of-range")
        return Reading(number, "too-many-decimals" if decimals > 2 else "")

    def format(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return f"{int(value)}" if value == int(value) else f"{value:.2f}"

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if type(value) is not int and type(value) is not float:
            return None if value == NONE else ("wrong-type", shown(value))
        if not -LARGEST <= value <= LARGEST:
            return "out-of-range", shown(value)
        return None if round(value, 2) == value else ("too-precise", shown(value))

    def is_usable(self, value: Any) -> bool:
        refused = self.refusal(value)
        return refused is None or refused[0] == "too-precise"

    def shape(self, f: Asked) -> dict[str, Any]:
        number = {"type": self.json_type, "minimum": -LARGEST, "maximum": LARGEST}
        return {"anyOf": [number, {"const": NONE}, {"type": "null"}]}


class Integer(Number):
    """A whole number, or 无."""

    name = "integer"
    words = ("整数或“无”", 'a whole number or "无"')
    samples = (7, 120)
    unread = "not-an-integer"
    json_type = "integer"

    def _of_digits(self, digits: str, plain: str) -> Reading:
        reading = super()._of_digits(digits, plain)
        if not isinstance(reading.value, float):
            return reading
        return (
            Reading(int(reading.value), reading.problem) if reading.value.is_integer() else Reading(plain, self.unread)
        )

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if type(value) is float and not value.is_integer():
            return "wrong-type", shown(value)
        return super().refusal(value)
