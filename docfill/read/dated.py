"""Days that stand in the answer beside their own place, which is blank: 张三 2024年5月6日, above a blank 日期.

A short answer that begins or ends with a day may all be its own field's, so that both are doubted; a name with a day
is doubted wherever a name is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from docfill import late
from docfill.fields import Field
from docfill.kinds import Written
from docfill.read.assignment import Assignment, Held
from docfill.read.signing import DAY, NAME
from docfill.values import DRAWN

_BEFORE, _BEHIND = 1, 4
"""Fields that the place of a day may stand before and behind an answer."""
_LONGEST = 24
"""Characters that stand beside a day which is the signature's; more says something about it."""
_APART = DRAWN + "，,、；;（(/／|"
_NAME = late.pattern(NAME)
_LAST = late.pattern(rf"[（(]?{DAY}[)）]?$")
_FIRST = late.pattern(rf"^{DAY}(?:(?<=\s)|(?=[，,、；;/／|]))")
_ASKS = late.pattern(r"日期|时间|年月|何时|\bdates?\b|\btime\b|\bwhen\b", re.I)
"""The label of an answer that has a day of its own."""
_NAMED = late.pattern(
    r"(?:人|代表|长|经办|导师|教师|主任)(?:[(（]?(?:签[字名章]|盖章)[)）]?)?$"
    r"|姓名|签[字名章]|\b(?:name|signature)\b",
    re.I,
)
"""The label of an answer that is somebody's name."""
_OF_IT = late.pattern(rf"[。；;！!\n]|{DAY}|(?:于|至|到|自|从|在|截止?|[-–—~～年月日号天届期次奖证级\d])$")
"""What says that a day is a part of what stands before it: the day of an award, of a document with a number."""


class Days:
    """The fields of one form that ask for a day, each with those around it that ask for words."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._asked = _asked(fields)
        self._names = [f.path for f in fields if f.kind.is_prose and _is_named(f)]
        self._columns = {f.path: asked for f in fields if f.fields and (asked := _asked(f.fields))}

    def doubt(self, found: Assignment) -> None:
        """Doubts short answers that begin or end with a day where the place of one beside theirs is blank."""
        _doubt(found, found.places, self._asked, "")
        for path in self._names:
            if (parted := _parted(said := _said(found.places.get(path)))) is not None and _NAME.fullmatch(parted[0]):
                found.doubt("ambiguous", path, said, parted[0])
        for path, asked in self._columns.items():
            held = found.places.get(path)
            for index, record in enumerate((held.records or ()) if held is not None else ()):
                _doubt(found, record.places, asked, f"{path}[{index}].")


def _asked(fields: Sequence[Field]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The path of each field of a day, and those of the words around it, with whether they are somebody's name."""
    written = [f for f in fields if isinstance(f.kind, Written)]
    return [
        (f.path, [(o.path, _is_named(o)) for o in around if o.kind.is_prose and not _ASKS.search(o.label or o.path)])
        for at, f in enumerate(written)
        if f.kind.is_day
        for around in [(*written[max(0, at - _BEHIND) : at], *written[at + 1 : at + 1 + _BEFORE])]
    ]


def _doubt(
    found: Assignment, places: Mapping[str, Held], asked: Sequence[tuple[str, Sequence[tuple[str, bool]]]], before: str
) -> None:
    for path, around in asked:
        own = places.get(path)
        if own is None or (own.text is not None and not own.text.is_blank):
            continue
        for other, is_name in around:
            if (parted := _parted(said := _said(places.get(other)))) is not None and (parted[0] or is_name):
                found.doubt("ambiguous", before + other, said, parted[0])
                found.doubt("ambiguous", before + path, None, parted[1])


def _is_named(f: Field) -> bool:
    """Whether a field asks for a name, and no day with it."""
    label = f.label or f.path.rpartition(".")[2]
    return _NAMED.search(label) is not None and _ASKS.search(label) is None


def _said(held: Held | None) -> str:
    """What an answer says; "" for none."""
    return held.text.text.strip(DRAWN) if held is not None and held.text is not None else ""


def _parted(said: str) -> tuple[str, str] | None:
    """A short answer without the day that it begins or ends with, and that day; None for any other."""
    if len(said) > 2 * _LONGEST or (day := _LAST.search(said) or _FIRST.search(said)) is None:
        return None
    rest = (said[: day.start()] + said[day.end() :]).strip(_APART)
    is_of_it = _OF_IT.search(rest) is not None
    return None if len(rest) > _LONGEST or is_of_it else (rest, day[0].strip("（()） "))
