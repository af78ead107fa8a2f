"""What a cell shows of a number: format codes as spreadsheet programs apply them (ECMA-376 part 1, 18.8.31).

A number is rendered digit by digit from its code, exactly or not at all: a
fraction, an exponent, a condition, or a format that shows nothing is `None`,
and whoever wants a text of it is told so.  Dates are not rendered here, and
colours, gaps and fillings leave no trace in a text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from docfill import late, limits

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0 ;(#,##0)", 38: "#,##0 ;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 48: "##0.0E+0",
}  # fmt: skip
"""The codes of formats that need none (clause 18.8.30), as far as they show numbers."""
DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

_WHOLE = 10**DIGITS
_TOKEN = late.pattern(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<gap>.)|\*(?P<fill>.)|\[(?P<bracketed>[^\[\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>E[+-])|(?P<digit>[0#?])|(?P<plain>.)",
    re.I | re.S,
)
_EXACT = Context(prec=2_000)
"""For the digits of the largest number (309) and as many behind the point as a code may ask for."""
_SILENT = late.pattern(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s?\d+|黑色?|蓝色?|红色?|绿色?)", re.I)
_CONDITION = late.pattern(r"\[[<>=]")
"""What a section begins with that is for some numbers only, so that the others can't be told either."""
_CURRENCY = late.pattern(r"\$([^-]*)(?:-.*)?")


_NOT_SHOWN = late.pattern(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_DIGIT = late.pattern(r'^(?:[^0#?@GN"\\_*\[!]|"[^"]*"|[\\_*!].|\[[^\[\]]*\])*+(?:[0#?@]|G)', re.S)
"""A place for a digit, or for all of a number or text, in a section."""
_SCALES = frozenset("万亿")
_RATIOS = _SCALES | frozenset("%‰")
"""What a unit says that is itself so many of another, or a part: 12.3万 may be 12.3万元 where the unit is 万元."""
_STEPS_A_CHARACTER = 3


class _Piece(NamedTuple):
    """A literal, or a place for a digit or a sign of its own: "0", "#", "?", ".", ",", "%", "@", "general"."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class Format:
    """One number format.

    Attributes:
        code: as it stands in the file.
        sections: what is shown of positive numbers, negative ones, zero, and texts; None for what can't be told.
    """

    code: str
    sections: tuple[tuple[_Piece, ...] | None, ...]

    def number(self, number: float) -> str | None:
        """What a cell shows of a number; None where that cannot be told, or is nothing."""
        index = self._index_for(number)
        section = self.sections[index]
        limits.spend(len(section or ()))
        if section is None or any(piece.kind == "@" for piece in section):
            return plainly(number) if section is not None and len(section) == 1 else None
        shown = _rendered(section, Decimal(f"{number:.{DIGITS}g}"), is_signed=index == 0)
        return shown.strip() or None if shown is not None else None

    def is_telling(self, number: float, unit: str = "") -> bool:
        """Whether what a cell shows of a number may be that number, in a unit: not where it shows thousands and says no
        such unit, or ten thousands and the unit says so, too.

        Nor where it shows nothing, unless that is how it shows 0.
        """
        section = self.sections[self._index_for(number)]
        if section is None:
            limits.spend(_STEPS_A_CHARACTER * len(self.code))
            is_scaled = not _SCALES.isdisjoint(self.code) and not _RATIOS.isdisjoint(unit)
            return not is_scaled and all(map(_DIGIT.search, _parted(self.code)))
        if not number:
            return True
        limits.spend(len(section))
        kinds = [piece.kind for piece in section]
        if {*"0#?@", "general"}.isdisjoint(kinds):
            return False
        named = {c for piece in section for c in piece.text if c.isalpha()}
        return not _thousands(kinds) or (bool(named) and (named.isdisjoint(_SCALES) or _RATIOS.isdisjoint(unit)))

    def _index_for(self, number: float) -> int:
        """Which section is for a number."""
        count = min(len(self.sections), 3)
        return 1 if number < 0 and count > 1 else 2 if number == 0 and count > 2 else 0

    def in_words(self, number: float) -> str:
        """A number in full, between the words that the format puts beside it: 5, shown as 5万元, or as 5.0 万元."""
        section = self.sections[0]
        if section is None:
            return _in_full(number, _NOT_SHOWN.sub("", self.code.partition(";")[0]).count("%"))
        limits.spend(len(section))
        places = [at for at, piece in enumerate(section) if piece.kind in "0#?" or piece.kind == "general"]
        percents = sum(piece.kind == "%" for piece in section)
        is_scaled = bool(places) and any(p.kind == "," for p in section[places[-1] + 1 :])
        if not places or is_scaled or not any(c.isalpha() or c in "%‰" for p in section for c in p.text):
            return _in_full(number, percents)
        before, behind = ("".join(p.text for p in part) for part in (section[: places[0]], section[places[-1] + 1 :]))
        return f"{before}{_in_full(number, percents)}{behind}".strip()

    @property
    def adds_to_texts(self) -> bool:
        """Whether a cell that holds a text shows more than it."""
        own = self._of_texts
        return own is not None and len(own) > 1 and sum(piece.kind == "@" for piece in own) == 1

    def text(self, text: str) -> str:
        """What a cell shows of a text, where the format adds to it."""
        limits.spend(len(self._of_texts or ()) // 2)
        return "".join(text if piece.kind == "@" else piece.text for piece in self._of_texts or ())

    @property
    def _of_texts(self) -> tuple[_Piece, ...] | None:
        return self.sections[3] if len(self.sections) > 3 else self.sections[-1]


UNSHOWN = Format("", (None,))
"""The format of a number that a cell cannot show, as one of days before the first."""


def format_of(code: str) -> Format | None:
    """The format of a code; None where it shows a number as it is."""
    limits.spend(_STEPS_A_CHARACTER * len(code))
    sections = tuple(_section(part) for part in _parted(code))
    if _CONDITION.search(code):
        return Format(code, (None,) * len(sections))
    return (
        None
        if len(sections) == 1 and sections[0] in ((_Piece("general"),), (_Piece("@"),), ())
        else (Format(code, sections))
    )


def plainly(number: float | Decimal) -> str:
    """A number without any format: no more digits than a spreadsheet keeps, no exponent."""
    if number and -_WHOLE < number < _WHOLE and number == (whole := int(number)):
        return str(whole)
    shown = format(Decimal(f"{number if isinstance(number, float) else Decimal(number):.{DIGITS}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _in_full(number: float, percents: int) -> str:
    """A number without any format, as a percentage where it is shown so."""
    scaled = Decimal(f"{number:.{DIGITS}g}").scaleb(2 * percents, _EXACT) if percents else number
    return plainly(scaled) + "%" * percents


def _parted(code: str) -> list[str]:
    """The sections of a code."""
    parts = [""]
    for token in _TOKEN.finditer(code):
        if token[0] == ";":
            parts.append("")
        else:
            parts[-1] += token[0]
    return parts


def _section(code: str) -> tuple[_Piece, ...] | None:
    """The pieces of one section; None where it has what is not rendered."""
    pieces: list[_Piece] = []
    for token in _TOKEN.finditer(code):
        kind, said = token.lastgroup, token[token.lastgroup or 0]
        if kind in ("quoted", "escaped"):
            pieces.append(_Piece("literal", said))
        elif kind == "gap":
            pieces.append(_Piece("literal", " "))
        elif kind == "general":
            pieces.append(_Piece("general"))
        elif kind == "digit":
            pieces.append(_Piece(said))
        elif kind == "bracketed":
            currency = _CURRENCY.fullmatch(said)
            if currency and currency[1]:
                pieces.append(_Piece("literal", currency[1]))
            elif not (currency or _SILENT.fullmatch(said)):
                return None
        elif kind == "exponent" or said in "/!" or (kind == "plain" and said.isascii() and said.isalpha()):
            return None
        elif kind == "plain":
            pieces.append(_Piece(said) if said in ".,%@" else _Piece("literal", said))
    return tuple(pieces)


def _rendered(section: Sequence[_Piece], number: Decimal, is_signed: bool) -> str | None:
    """A number in the pieces of a section."""
    kinds = [piece.kind for piece in section]
    sign = "-" if number < 0 and is_signed else ""
    if "general" in kinds:
        return sign + "".join(plainly(abs(float(number))) if p.kind == "general" else p.text for p in section)
    places = [at for at, kind in enumerate(kinds) if kind in "0#?"]
    if not places:
        return sign + "".join(piece.text for piece in section)
    point = kinds.index(".") if "." in kinds else len(kinds)
    if kinds.count(".") > 1:
        return None
    whole, broken = [at for at in places if at < point], [at for at in places if at > point]
    commas = [at for at, kind in enumerate(kinds) if kind == ","]
    is_grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    number = number.scaleb(2 * kinds.count("%") - 3 * _thousands(kinds))
    said = format(abs(number).quantize(Decimal(1).scaleb(-len(broken)), ROUND_HALF_UP, _EXACT), "f")
    limits.spend(len(said) // 4)
    sign = sign if said.strip("0.") else ""
    before, _, behind = said.partition(".")
    shown: dict[int, str] = dict(zip(reversed(whole), _from_the_right(before, kinds, whole, is_grouped), strict=True))
    shown |= dict(zip(broken, _from_the_left(behind, [kinds[at] for at in broken]), strict=True))
    if not whole and before != "0":
        return None
    return sign + "".join(
        shown[at] if at in shown else {"literal": piece.text, ".": ".", "%": "%"}.get(piece.kind, "")
        for at, piece in enumerate(section)
    )


def _thousands(kinds: Sequence[str]) -> int:
    """How often a section divides a number by a thousand: by a comma behind its last digit, or before the point."""
    places = [at for at, kind in enumerate(kinds) if kind in "0#?"]
    point = kinds.index(".") if "." in kinds else len(kinds)
    whole = [at for at in places if at < point]
    commas = [at for at, kind in enumerate(kinds) if kind == "," and places]
    return sum(places[-1] < at or (bool(whole) and whole[-1] < at < point) for at in commas)


def _from_the_right(digits: str, kinds: Sequence[str], places: Sequence[int], is_grouped: bool) -> list[str]:
    """What stands at each place before the point, the last first; the first one has what is left."""
    digits = digits.lstrip("0")
    needed = sum(1 for _ in itertools.dropwhile(lambda at: kinds[at] != "0", places))
    padded = digits.rjust(needed, "0")
    spaced = sum(1 for _ in itertools.dropwhile(lambda at: kinds[at] == "#", places))
    padded = padded.rjust(spaced)
    signs = [
        sign + ("," if is_grouped and at and at % 3 == 0 and sign != " " else "")
        for at, sign in enumerate(padded[::-1])
    ]
    signs += [""] * (len(places) - len(signs))
    last = len(places) - 1
    return [*signs[:last], "".join(reversed(signs[last:]))] if places else []


def _from_the_left(digits: str, kinds: Sequence[str]) -> list[str]:
    """What stands at each place behind the point."""
    shown = list(digits)
    for at in reversed(range(len(shown))):
        if shown[at] != "0" or kinds[at] == "0":
            break
        shown[at] = "" if kinds[at] == "#" else " "
    return shown
