"""Moments: a day or a time of day, drawn as a blank between signs (年 月 日), or 无."""

from __future__ import annotations

import re
from typing import ClassVar

from docfill import hanzi, late
from docfill.kinds.kind import Reading, Written
from docfill.values import LONGEST, NONE, is_blank, is_turned, says_none, visible

_MEANT = late.pattern(
    r"(?=.*[0-9〇零一二三四五六七八九十今昨明])"
    r"[0-9A-Za-z〇零○一二三四五六七八九十百廿元年月日号时点分秒上中下旬初末底春夏秋冬今昨明天周星期午早晚半整至约"
    r"\s:：/／\\.．,，、()（）~～—–-]{1,40}",
    re.S,
)
"""What a day or a time is written with, however oddly."""


class Moment(Written):
    """A kind whose blank has signs of its own.

    Attributes:
        drawn: the blank, however wide.
        partial: a moment or a part of one, as far as it was filled in.
    """

    drawn: ClassVar[re.Pattern[str]]
    partial: ClassVar[re.Pattern[str]]

    def parse(self, text: str, unit: str | None = None) -> Reading:
        plain = visible(text)
        if not plain or is_blank(text):
            return Reading(None)
        if len(plain) > LONGEST or is_turned(text):
            return Reading(plain, self.unread)
        if self.is_blank(plain):
            return Reading(None)
        return Reading(NONE) if says_none(plain) else self.moment(plain)

    def moment(self, plain: str) -> Reading:
        """What a text says that is no blank and not 无, of at most so many characters as one may have."""
        raise NotImplementedError

    def is_blank(self, text: str) -> bool:
        return is_blank(text) or self.drawn.fullmatch(hanzi.plain(text)) is not None

    def looks_like(self, text: str) -> bool:
        return self.partial.fullmatch(hanzi.plain(text)) is not None or super().looks_like(text)

    def may_be_meant(self, text: str) -> bool:
        return _MEANT.fullmatch(text) is not None
