"""Answers that begin with the label of their own field: 姓名：张小红 where 姓名 is asked; prompts of that: 填写姓名.

Somebody typed, or pasted, the label along with the answer.  It may be a part of the answer all the same, so it is
doubted and never taken away.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from docfill import late
from docfill.fields import Field
from docfill.problems import Problem
from docfill.read import prompts
from docfill.read.assignment import Assignment, Held
from docfill.text import CLOSING, LABEL, OPENING, key

_IN_LANGUAGES = late.pattern(r"^([\u4e00-\u9fff、，/]{2,})[ /]+([A-Za-z][A-Za-z .'-]*[A-Za-z])$")
"""A label in Chinese, and again in English."""
_PROMPTS = late.pattern(
    r"(?:[（(【\[]?(?:请|须|需|应)(?:如实|准确|完整|简要|在?此处?)?|[（(【\[])(?:填[写报入]?|输入|录入|选择|点选|[写注标]明|列[出明]|提供)(?:本?单位|企业)?"
    r"|(?:如实|准确|完整|简要|在?此处)?(?:填[写入]|[写注标]明|列[出明])(?:本?单位|企业)?"
)
"""How a prompt begins that a form prints, or a control shows, where an answer is due."""
_MORE = 4
"""Characters of a prompt beside the label of its field: 名称, 等信息."""
_COLONS = ("：", ":")
_PLAIN = 4
"""Chinese characters of a label by which it is known without a colon behind it."""


def doubts(fields: Sequence[Field], found: Assignment) -> Iterator[Problem]:
    """The doubts on answers that begin with their own label, as when both were typed anew."""
    yield from _doubts(fields, found.places, "")
    for f in fields:
        held = found.places.get(f.path) if f.fields else None
        for index, record in enumerate((held.records or ()) if held is not None else ()):
            yield from _doubts(f.fields, record.places, f"{f.path}[{index}].")


def _doubts(fields: Sequence[Field], places: Mapping[str, Held], before: str) -> Iterator[Problem]:
    for f in fields:
        held = places.get(f.path) if f.kind.is_prose else None
        said = held.text.text.strip() if held is not None and held.text is not None else ""
        if said and _PROMPTS.match(said) and _is_prompt(said, f.label or f.path.rpartition(".")[2]):
            yield Problem("placeholder", before + f.path, said)
        elif (
            said
            and said.startswith(spelled := _spelled(f.label or f.path.rpartition(".")[2]))
            and (rest := _behind(said, spelled, f.kind.is_long))
        ):
            yield Problem("ambiguous", before + f.path, said, rest)


def _is_prompt(said: str, label: str) -> bool:
    """Whether an answer only tells to write what its label asks for: 填写主要产品名称, where 主要产品 is asked."""
    asked = _PROMPTS.sub("", said, count=1).strip(OPENING + CLOSING + "。.…")
    own = key(label.rpartition(" / ")[2])
    is_more = own in asked and len(asked) - len(own) <= _MORE
    return min(len(own), len(asked)) > 1 and (is_more or asked in own) and not prompts.is_prompt(said)


@functools.lru_cache(maxsize=LABEL)
def _spelled(label: str) -> tuple[str, ...]:
    """How people spell a label that they type anew: the last of its lines, without blanks, in one of its languages."""
    last = label.rpartition(" / ")[2]
    both = _IN_LANGUAGES.match(last)
    return tuple(dict.fromkeys((last, "".join(last.split()), *(both.groups() if both is not None else ()))))


def _behind(said: str, spelled: Sequence[str], is_long: bool) -> str:
    """What an answer says behind its label and a colon, or right behind a label that is plainly one; "" for nothing."""
    for label in (s for s in spelled if said.startswith(s)):
        rest = said[len(label) :].lstrip()
        if rest.startswith(_COLONS):
            return rest[1:].strip()
        if not is_long and sum(not char.isascii() for char in label) >= _PLAIN and len(rest) > 1:
            return rest
    return ""
