"""Signs among the words of the form itself, where no field asks for them: a tick in a box that no tag names, a 👍.

Words are compared without them, so a line that is plainly the form's may hold one more, or a box in another state.
That is neither the form's nor a field's, and so left over.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from docfill.text import KEPT, RINGED, fold, fold_with_map
from docfill.word import ticks

_BULLETS = frozenset("●◆◇■□▲△▶►▷➢➤➣★☆◎▪▫•*※")
"""What people put before a line to make it an item."""
_SIGNS = frozenset(("So", "Sm"))
"""The categories of signs: pictures, arrows, circles; signs of mathematics."""
_AROUND = 24
"""Characters of the form beside a sign with which it is told."""


class Sign(Struct, frozen=True):
    """A sign: what it says, a box's state or the sign itself, and where it stands."""

    says: bool | str
    start: int
    end: int


def signs_of(text: str, start: int = 0, end: int | None = None) -> list[Sign]:
    """The boxes, ticks and other signs that are no letters, digits or punctuation, and letters and digits in rings."""
    end = len(text) if end is None else end
    if not any(map(_may_be_one, set(text[start:end]))):
        return []
    drawn = [Sign(_state(ticks.mark_of(m)), *m.span()) for m in ticks.TOKEN.finditer(text, start, end)]
    taken = {at for sign in drawn for at in range(sign.start, sign.end)}
    folded, origin = fold_with_map(text[start:end])
    for char, at in zip(folded, origin, strict=False):
        if not char.isalnum() and start + at not in taken and unicodedata.category(char) in _SIGNS:
            drawn.append(Sign(char, start + at, start + at + 1))
    ringed = RINGED.finditer(text, start, end)
    drawn += [Sign(m[0], *m.span()) for m in ringed if m.start() not in taken and fold(m[0]).isalnum()]
    return sorted(drawn, key=lambda sign: sign.start)


@functools.lru_cache(maxsize=KEPT)
def _may_be_one(char: str) -> bool:
    """Whether a character may be a sign, or a part of one."""
    is_drawn = ticks.may_draw(char) or RINGED.match(char) is not None
    return is_drawn or any(unicodedata.category(c) in _SIGNS for c in fold(char))


def _state(mark: str) -> bool | str:
    return ticks.MARKS.get(mark, mark)


def otherwise(printed: Sequence[Sign], text: str, start: int = 0, end: int | None = None) -> Iterator[Sign]:
    """The signs of a stretch of a line that the form has not, or has in another state."""
    there = signs_of(text, start, end)
    if there and not text[: there[0].start].strip() and text[there[0].start] in _BULLETS and len(there) != len(printed):
        there = there[1:]
    due = [sign.says for sign in printed]
    if len(there) == len(due):
        yield from (sign for sign, says in zip(there, due, strict=True) if sign.says != says)
        return
    for sign in there:
        if sign.says in due:
            due.remove(sign.says)
        elif sign.says is not False:
            yield sign


def with_words(sign: Sign, text: str) -> str:
    """A sign with the words behind it, up to the next sign or wide blank; or those before it, where its line ends in a
    sign, as where boxes stand behind their options.
    """
    start, line_end = text.rfind("\n", 0, sign.start) + 1, text.find("\n", sign.end)
    line_end = line_end if line_end >= 0 else len(text)
    others = signs_of(text, start, line_end)
    is_behind = bool(others) and not text[others[-1].end : line_end].strip()
    end = min([*(s.start for s in others if s.start >= sign.end), line_end, sign.end + _AROUND])
    if not is_behind and (said := text[sign.start : end].strip()) and len(said) > sign.end - sign.start:
        return said
    before = [s.end for s in others if s.end <= sign.start] if is_behind else []
    return text[max(start, sign.start - _AROUND, *before) : sign.end].strip()
