"""Days that stand in the answer beside their own place, which is blank: 张三 2024年5月6日, above a blank 日期.

A short answer that begins or ends with a day may all be its own field's, so that both are doubted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from docfill import late
from docfill.fields import Field
from docfill.kinds import Written
from docfill.read.assignment import Assignment, Held
from docfill.read.signing import DAY
from docfill.values import DRAWN

_BEFORE, _BEHIND = 1, 2
"""Fields that the place of a day may stand before and behind an answer."""
_LONGEST = 24
"""Characters that stand beside a day which is the signature's; more says something about it."""
_APART = DRAWN + "，,、；;（(/／|"
_LAST = late.pattern(rf"[（(]?{DAY}[)）]?$")
_FIRST = late.pattern(rf"^{DAY}(?:(?<=\s)|(?=[，,、；;/／|]))")
_ASKS = late.pattern(r"日期|时间|年月|何时|\bdates?\b|\btime\b|\bwhen\b", re.I)
"""The label of an answer that has a day of its own."""
_OF_IT = late.pattern(r"[。；;！!\n]|(?:于|至|到|自|从|在|截止?|[-–—~～年月日\d])$")
"""What says that a day is a part of what stands before it."""


class Days:
    """The fields of one form that ask for a day, each with those around it that ask for words."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._asked = _asked(fields)
        self._columns = {f.path: asked for f in fields if f.fields and (asked := _asked(f.fields))}

    def doubt(self, found: Assignment) -> None:
        """Doubts short answers that begin or end with a day where the place of one beside theirs is blank."""
        _doubt(found, found.places, self._asked, "")
        for path, asked in self._columns.items():
            held = found.places.get(path)
            for index, record in enumerate((held.records or ()) if held is not None else ()):
                _doubt(found, record.places, asked, f"{path}[{index}].")


def _asked(fields: Sequence[Field]) -> list[tuple[str, list[str]]]:
    """The path of each field of a day, and those of the words around it."""
    written = [f for f in fields if isinstance(f.kind, Written)]
    return [
        (f.path, [o.path for o in around if o.kind.is_prose and not _ASKS.search(o.label or o.path)])
        for at, f in enumerate(written)
        if f.kind.is_day
        for around in [(*written[max(0, at - _BEHIND) : at], *written[at + 1 : at + 1 + _BEFORE])]
    ]


def _doubt(
    found: Assignment, places: Mapping[str, Held], asked: Sequence[tuple[str, Sequence[str]]], before: str
) -> None:
    for path, around in asked:
        own = places.get(path)
        if own is None or (own.text is not None and not own.text.is_blank):
            continue
        for other in around:
            held = places.get(other)
            said = held.text.text.strip(DRAWN) if held is not None and held.text is not None else ""
            if (parted := _parted(said)) is not None:
                found.doubt("ambiguous", before + other, said, parted[0])
                found.doubt("ambiguous", before + path, None, parted[1])


def _parted(said: str) -> tuple[str, str] | None:
    """A short answer without the day that it begins or ends with, and that day; None for any other."""
    if len(said) > 2 * _LONGEST or (day := _LAST.search(said) or _FIRST.search(said)) is None:
        return None
    rest = (said[: day.start()] + said[day.end() :]).strip(_APART)
    is_of_it = _OF_IT.search(rest) is not None
    return None if len(rest) > _LONGEST or is_of_it else (rest, day[0].strip("（()） "))
