"""What says nothing: the blank that a form draws, and the words for no answer.  The kinds of value are in `kinds`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docfill import late

NONE = "无"

INVISIBLE = late.pattern("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
DRAWN = "_＿" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
"""What a blank is drawn with, and so no answer begins or ends with."""
BLANK = late.pattern(f"[{re.escape(DRAWN)}]*")

LONGEST = 200
"""Characters that a number, a date or a time may have, however freely written; nothing is looked for in more."""

_SAYS_NONE = late.pattern(r"[（(]?(?:暂?无|没有|n/?a|none|/|-+|—+)[)）]?[。.]?", re.I)
_HALF: dict[int, int] = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_HALF |= {0x3000: ord(" "), **dict.fromkeys(map(ord, "−–—﹣"), ord("-"))}
_TURNING = late.pattern("[\u202d\u202e]")


_PARTED = late.pattern(
    f"(?=.*[_＿])[{re.escape(DRAWN)}]*(?:[/／.\\-:：—–、，,；;()（）][{re.escape(DRAWN)}]*)+|\\s*[（(]\\s*[)）]\\s*"
)
"""A blank that is drawn in parts, with signs between them: __/__/____; brackets around nothing."""


def is_blank(text: str) -> bool:
    """Whether a text is nothing but a blank as it is drawn, in one part or several; a / alone on a line says 无."""
    if BLANK.fullmatch(text) is not None:
        return True
    return len(text) <= LONGEST and _PARTED.fullmatch(text) is not None and not says_none(text)


def visible(text: str) -> str:
    """`text` without invisible characters and the blank that is drawn around it."""
    return INVISIBLE.sub("", text).strip(DRAWN)


def says_none(text: str) -> bool:
    """Whether a text says 无, in one of the many ways of saying so: 暂无, /, ——, N/A."""
    plain = visible(text)
    return len(plain) <= LONGEST and _SAYS_NONE.fullmatch(plain) is not None


def half_width(text: str) -> str:
    """`text` in half-width form, with one kind of minus; signs with another meaning (①, ², ¾) stay what they are."""
    return text.translate(_HALF)


def is_turned(text: str) -> bool:
    """Whether a part of a text is shown in another order than it is written in."""
    return _TURNING.search(text) is not None


_SCALARS = frozenset({str, int, float, bool, type(None)})
"""What draws nothing, told without asking each: most of a record."""


def is_plain(value: Any) -> bool:
    """Whether a value is data, to any depth, and nothing that draws itself, as a picture or rich text of docxtpl's."""
    try:
        return _is_plain(value)
    except RecursionError:  # a ring of data, which draws nothing and has no shape of a record
        return True


def _is_plain(value: Any) -> bool:
    if type(value) is dict or isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return isinstance(value, str) or not hasattr(value, "__html__")
    return all(map(_is_plain, [inner for inner in value if type(inner) not in _SCALARS]))
