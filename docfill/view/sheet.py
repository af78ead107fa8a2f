"""A style sheet made while a document is drawn: a class for each set of declarations, never an inline style.

A strict Content-Security-Policy blocks style attributes, so whatever a document
asks for becomes a rule of a sheet that the server sends.  Values are made here
from numbers, colours of six digits, and names of letters: nothing of a document
gets into the sheet as it stands.
"""

from __future__ import annotations

from docfill import late

_FONT = late.pattern(r"[\w][\w .+-]{0,39}")
_COLOUR = late.pattern(r"[0-9A-Fa-f]{6}")
_NUMBER = late.pattern(r"\s*(-?\d{1,9})(?:\.\d+)?\s*")


class Sheet:
    """The rules of one document."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, ...], str] = {}

    def name(self, declarations: tuple[str, ...]) -> str:
        """The class of some declarations; "" for none."""
        return self._classes.setdefault(declarations, f"d{len(self._classes)}") if declarations else ""

    @property
    def css(self) -> str:
        """All rules, each under `.doc`."""
        return "".join(f".doc .{name}{{{';'.join(rules)}}}\n" for rules, name in self._classes.items())


def integer(text: str | None, low: int = -31680, high: int = 31680) -> int | None:
    """A whole number of a setting, held within bounds; None for what is none."""
    if not text:
        return None
    matched = _NUMBER.fullmatch(text)
    return None if matched is None else max(low, min(high, int(matched[1])))


def points(twips: int) -> str:
    """A length in points of so many twentieths."""
    return f"{twips / 20:g}pt"


def colour(text: str | None) -> str:
    """A colour of six digits; "" for "auto" and all else."""
    return f"#{text.lower()}" if text and _COLOUR.fullmatch(text) else ""


def luminance(shade: str) -> float:
    """How light a colour is, from 0 to 1."""
    red, green, blue = (int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def font(text: str | None) -> str:
    """The name of a font as a string of CSS; "" where it is no plain name."""
    plain = (text or "").strip().removeprefix("@").removesuffix("_GB2312").removesuffix("_GBK")
    return f'"{plain}"' if _FONT.fullmatch(plain) else ""
