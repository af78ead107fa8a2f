"""What the bytes of a part tell before its elements are looked at: what cannot be in it need not be looked for.

A tag is written with the prefix under which its namespace is declared.  Where that of Word's main namespace is
declared once, at the root, as "w", and no character is written by its number, what the bytes don't have the
elements don't have; of any other part nothing is told.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from docfill import late
from docfill.word.symbols import NAMED_AS
from docfill.word.xml import W

_MAIN = W[1:-1].encode()
_TINY = late.pattern(rb"""z(?<=<w:sz)(?!Cs)(?! w:val="(?:[5-9]|[1-9][0-9]{1,3})" ?/?>)""")
"""A size at which nobody may read a text, or not written as Word writes it; found by the rarest of its letters."""
_BY_NUMBER = late.pattern(rb"&#")
"""A character written by its number; in a part with other entities a pattern finds it sooner than `in` does."""
_NAMING = (b"w:ascii", b"w:hAnsi")
_NAMED = tuple(
    (sign, late.pattern(rb"%b(?<=(?i:%b)%b)(?i:%b)" % (sign, before, sign, behind)))
    for name, rare in zip(NAMED_AS, (b"g", b"y"), strict=True)
    for before, _, behind in (name.partition(rare),)
    for sign in (rare, rare.upper())
)
"""What the names of symbol fonts have in them, in either case: found by the rarest of its letters."""


class Glance(NamedTuple):
    """What is known of a part: whether it may say of a text that it is tiny, and whether it may name a symbol font.

    `size` is the bytes that it is written in, None where that is not known.
    """

    size: int | None = None
    may_be_tiny: bool = True
    may_have_symbols: bool = True


UNKNOWN = Glance()
"""Of a part whose bytes are not at hand."""


def glance(root: etree._Element, data: bytes) -> Glance:
    """What is told of a part by the bytes that it was parsed from."""
    has_numbers = b"&" in data and _BY_NUMBER.search(data) is not None
    if data.count(_MAIN) != 1 or root.nsmap.get("w") != W[1:-1] or has_numbers:
        return Glance(len(data))
    names_fonts = any(naming in data for naming in _NAMING)
    may_have_symbols = names_fonts and any(sign in data and name.search(data) is not None for sign, name in _NAMED)
    return Glance(len(data), _TINY.search(data) is not None, may_have_symbols)
