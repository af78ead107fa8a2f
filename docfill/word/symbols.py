"""Symbol fonts: what they draw at the codes of Latin letters (ECMA-376 17.3.3.30 w:sym, and text in such a font).

The drawings of ticks in Wingdings and its brothers are in `ticks`; the font
Symbol, which draws Greek letters and mathematics, is here.
"""

from __future__ import annotations

import contextlib
import functools

from lxml import etree

from docfill.word import ticks
from docfill.word.xml import W

_NUMERALS = "0123456789+-=()"
_RAISED = str.maketrans(_NUMERALS + "ni−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻")
_LOWERED = str.maketrans(_NUMERALS + "−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")

_SYMBOL_CODES = (*range(0x21, 0x7F), *range(0xA0, 0xFF))
_SYMBOL_CHARACTERS = (
    "!∀#∃%&∋()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffc〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_SYMBOL = {
    code + area: char for code, char in zip(_SYMBOL_CODES, _SYMBOL_CHARACTERS, strict=True) for area in (0, 0xF000)
}
"""The font Symbol, which draws Greek letters and mathematics at the codes of Latin ones."""
_FONTS = ticks.SYMBOL_FONTS | {"symbol"}
NAMED_AS = (b"dings", b"symbol")
"""What the name of each of them has in it."""


def beside_the_line(text: str, side: int) -> str:
    """Text above (1) or below (-1) the line, in characters that can't be taken for digits of a number beside it.

    Words stay as they are: only a numeral or an exponent has such characters.
    """
    table = _RAISED if side > 0 else _LOWERED
    return text.translate(table) if all(ord(c) in table or c.isspace() for c in text) else text


@functools.lru_cache(maxsize=1024)
def symbol_font(ascii_font: str | None, h_ansi: str | None) -> str:
    """The symbol font that a w:rFonts sets for Latin letters, in lower case; "" if none."""
    return next((name.lower() for name in (ascii_font, h_ansi) if name and name.lower() in _FONTS), "")


def text_from_font(font: str, text: str) -> str:
    """Text whose run has a symbol font, as it is drawn."""
    return text.translate(_SYMBOL) if font == "symbol" else ticks.text_from_symbols(font, text)


def character_from_element(symbol: etree._Element) -> str:
    """What a w:sym draws."""
    with contextlib.suppress(ValueError):
        return character_at(symbol.get(W + "font", ""), int(symbol.get(W + "char", ""), 16))
    return ticks.UNKNOWN


def character_at(font: str, code: int) -> str:
    """What a font draws at a code; one of the private area means nothing but in the tables' fonts."""
    font = font.strip().lower()
    if font == "symbol":
        return _SYMBOL.get(code, ticks.UNKNOWN)
    if font in ticks.SYMBOL_FONTS or not (0xE000 <= code < 0xF900 or "dings" in font):
        return ticks.character_from_symbol(font, code)
    return ticks.UNKNOWN
