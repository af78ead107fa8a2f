"""What says nothing: the blank that a form draws, and the words for no answer.  The kinds of value are in `kinds`."""

from __future__ import annotations

import re
import unicodedata

from docfill.text import COUNTERS

NONE = "无"

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
DRAWN = "_＿" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
"""What a blank is drawn with, and so no answer begins or ends with."""
BLANK = re.compile(f"[{re.escape(DRAWN)}]*")

LONGEST = 200
"""Characters that a number, a date or a time may have, however freely written; nothing is looked for in more."""

_SAYS_NONE = re.compile(r"[（(]?(?:暂?无|没有|n/?a|none|/|-+|—+)[)）]?[。.]?", re.I)
_COUNTERS = frozenset(COUNTERS)
_MINUS = str.maketrans("−－–—﹣", "-----")


def visible(text: str) -> str:
    """`text` without invisible characters and the blank that is drawn around it."""
    return INVISIBLE.sub("", text).strip(DRAWN)


def says_none(text: str) -> bool:
    """Whether a text says 无, in one of the many ways of saying so: 暂无, /, ——, N/A."""
    plain = visible(text)
    return len(plain) <= LONGEST and _SAYS_NONE.fullmatch(plain) is not None


def plain_form(text: str, unit: str | None) -> str:
    """`text` in half-width form, without white space, a repeated unit or the measure word of a count."""
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_MINUS)).split()).rstrip("。.;,、")
    if unit and plain.endswith(folded := unicodedata.normalize("NFKC", unit)):
        return plain.removesuffix(folded)
    is_count = not unit or unit in _COUNTERS
    return plain[:-1] if is_count and plain[-1:] in _COUNTERS else plain
