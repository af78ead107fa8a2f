"""What people remark on an answer beside it, in a comment or a note: whether that says another one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docfill import late
from docfill.text import fold

_CORRECTING = late.pattern(
    r"应[为是该当]|应改|改[为成回]|更正|更改|修[改正]|[调变][整更][为成到至]|(?<!如)实[为是]|实际[为是]|不是|[错误]了?$|[有写填打]错|有误|错误"
    r"|不[对符确实准]|作废|^删|删[除去掉]|漏[了填写]|[多少漏重][了算计填写报]|重复[计算填]|^[加减]去?\s*\d|^[?？]+$|才对"
    r"|[:：填写报算按据得]\s*+[+-]?\d[\d,，.]*+[^\W\d年月日页条款号]{0,3}[。.]?$"
    r"|单位[是为应]|→|->|\bshould\b|\bwrong\b|\bincorrect\b|\binstead\b|\bchange|\bnot\b|\bdelete\b",
    re.I,
)
"""How a comment or a note says that an answer is another one."""
_NUMBER = late.pattern(r"\s*[+-]?[\d０-９](?:[,，.]?[\d０-９])*+\s*[^\W\d]{0,3}[。.]?")


def corrects(said: str, shown: str, options: Sequence[str]) -> bool:
    """Whether a remark on an answer says another one: in such words, or as nothing but a number or an option."""
    is_number = not options and _NUMBER.fullmatch(said) is not None and any(map(str.isdecimal, shown))
    is_other = is_number or (bool(said) and fold(said) in map(fold, options))
    return (is_other and fold(said) != fold(shown)) or _CORRECTING.search(said) is not None
