"""What stands around a number and only repeats its field: 256家企业 where 企业数量 is asked, 产值148.75亿元, 增长12.5%.

Nothing is left out but words of the field's own path, its own year, and words that lead on to a number and say nothing
of their own; what narrows the number (规上128家企业, 2021年 under 2022年, 以上) stays, so that it is read as no number.
"""

from __future__ import annotations

from collections.abc import Iterable

from docfill import late

_YEAR = late.pattern(r"((?:19|20)[0-9]{2})年?度?")
_FIRST = late.pattern(r"(?:截至|截止|到)?((?:19|20)[0-9]{2})年度?[末底]?")
_LAST = late.pattern(r"\((?:截至|截止|到)?((?:19|20)[0-9]{2})年度?[末底]?\)")
"""A year at the beginning, and in brackets at the end."""
_LINKS = ("实现", "达到", "共有", "现有", "拥有", "总数", "总量", "达", "为", "有", "共", ":", ",")
_NO_WORDS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿几半多余第")
"""What the words around a number have nothing of, since it may be a part of the number."""
_LONGEST, _SHORTEST, _STEPS = 20, 2, 6
"""Characters of such words, and how often there are some before a number."""
_CHANGED = late.pattern(r"(增长|下降|降低|减少)了?(?=[0-9.]{1,12}%\Z)")
_GROWS, _FALLS = "增", "降减"
"""What a field is called by that asks how much something grew, or fell."""


def without(said: str, path: str) -> str:
    """A text without what repeats the field at a path; the text itself where nothing does.

    Args:
        said: the text, in half-width form.
        path: the path of the field.
    """
    steps = path.split(".")
    years = {found[1] for step in steps if (found := _YEAR.fullmatch(step))}
    own = ".".join(step for step in (steps[1:] or steps) if not _YEAR.fullmatch(step))
    before, bare = "", _without_change(said, own)
    for _ in range(_STEPS):
        if bare == before:
            break
        before, bare = bare, _without_head(bare, own, years)
    last = _LAST.search(bare)
    bare = bare[: last.start()] if last is not None and last.end() == len(bare) and {last[1]} == years else bare
    return bare.removesuffix(_shared(own, (bare[-n:] for n in range(_most(bare), _SHORTEST - 1, -1))))


def _without_head(said: str, own: str, years: set[str]) -> str:
    """A text without the field's own year or words, or what leads on to a number, at its beginning."""
    first = _FIRST.match(said)
    if first is not None and {first[1]} == years:
        return said[first.end() :]
    words = _shared(own, (said[:n] for n in range(_most(said), _SHORTEST - 1, -1)))
    return said.removeprefix(words or next((link for link in _LINKS if said.startswith(link)), "")).lstrip()


def _without_change(said: str, own: str) -> str:
    """A percentage without the word for the change that its field asks: how much something grew, or fell."""
    changed = _CHANGED.search(said)
    if changed is None:
        return said
    grows, falls = _GROWS in own, not {*_FALLS}.isdisjoint(own)
    is_asked = grows and not falls if changed[1] == "增长" else falls and not grows
    return said[: changed.start()] + said[changed.end() :] if is_asked else said


def _most(said: str) -> int:
    return min(_LONGEST, len(said) - 1)


def _shared(own: str, parts: Iterable[str]) -> str:
    """The first of some parts of a text that stands in the field's words, too, and is no part of a number; or ""."""
    return next((part for part in parts if part in own and _NO_WORDS.isdisjoint(part)), "")
