"""Signs among the words of the form itself, where no field asks for them: a tick in a box that no tag names, a 👍.

Words are compared without them, so a line that is plainly the form's may hold one more, or a box in another state.
That is neither the form's nor a field's, and so left over.
"""

from __future__ import annotations

import bisect
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
_STARS = frozenset("*※")
"""What may be a sign beside a box, and elsewhere refers to a note."""
_ENDING = frozenset("、,;。.:_")
"""What ends an option, or is a blank behind it."""
_ITEMS = frozenset("·•-–—")
"""What makes a line an item and is punctuation."""
_RING = "○"
_PRINTED_RINGS = frozenset(ticks.CIRCLES) - {"⭕"}
"""Rings that forms print for boxes."""
_AROUND = 24
"""Characters of the form beside a sign with which it is told."""


class Sign(Struct, frozen=True):
    """A sign: what it says, a box's state or the sign itself, and where it stands."""

    says: bool | str
    start: int
    end: int

    @property
    def is_empty_box(self) -> bool:
        """Whether it is an empty box, or a ring that may stand for one."""
        return self.says in (False, _RING)


def signs_of(text: str, start: int = 0, end: int | None = None) -> list[Sign]:
    """The boxes, ticks and other signs that are no letters, digits or punctuation, and letters and digits in rings."""
    end = len(text) if end is None else end
    if not any(map(_may_be_one, set(text[start:end]))):
        return []
    drawn = [Sign(_state(ticks.mark_of(m)), *m.span()) for m in ticks.TOKEN.finditer(text, start, end)]
    taken = {at for sign in drawn for at in range(sign.start, sign.end)}
    folded, origin = fold_with_map(text[start:end])
    for char, at in zip(folded, origin, strict=False):
        if not char.isalnum() and start + at not in taken and _is_sign(char):
            drawn.append(Sign(char, start + at, start + at + 1))
    ringed = RINGED.finditer(text, start, end)
    drawn += [Sign(m[0], *m.span()) for m in ringed if m.start() not in taken and fold(m[0]).isalnum()]
    return sorted(drawn, key=lambda sign: sign.start)


@functools.lru_cache(maxsize=KEPT)
def _may_be_one(char: str) -> bool:
    """Whether a character may be a sign, or a part of one."""
    is_drawn = ticks.may_draw(char) or RINGED.match(char) is not None
    return is_drawn or any(map(_is_sign, fold(char)))


def _is_sign(char: str) -> bool:
    return char in _STARS or unicodedata.category(char) in _SIGNS


def _state(mark: str) -> bool | str:
    """What a mark says; an empty ring is no empty box, beside which it may be a tick."""
    return _RING if mark in _PRINTED_RINGS else mark if mark in ticks.CIRCLES else ticks.MARKS.get(mark, mark)


def otherwise(printed: Sequence[Sign], text: str, start: int = 0, end: int | None = None) -> Iterator[Sign]:
    """The signs of a stretch of a line that the form has not, or has in another state."""
    there = signs_of(text, start, end)
    if there and len(there) != len(printed) and _is_bullet(there[0], text):
        there = there[1:]
    due = [sign.says for sign in printed]
    said_elsewhere = {False, _RING} if False not in due else {False}
    there = [sign for sign in there if sign.says not in _STARS or False in due]
    if False in due and len(there) < len(due):
        typed = ticks.typed_in(text, start, len(text) if end is None else end)
        yield from (Sign(m[0], *m.span()) for m in typed if m[0] in ticks.LETTERS)
    if len(there) == len(due):
        yield from (s for s, says in zip(there, due, strict=True) if s.says != says and not _is_same_blank(s, says))
        return
    for sign in there:
        if sign.says in due:
            due.remove(sign.says)
        elif sign.says not in said_elsewhere:
            yield sign


def _is_bullet(sign: Sign, text: str) -> bool:
    """Whether a sign stands before a line to make it an item, or one that must be filled in."""
    is_at_box = sign.says in _STARS and ticks.BOXED.match(text, sign.end) is not None
    return not text[: sign.start].strip() and text[sign.start] in _BULLETS and not is_at_box


def unboxed(printed: Sequence[Sign], line: str, text: str) -> Iterator[Sign]:
    """Where boxes of a line of the form are gone in a text that says the same and has others still: nothing, there."""
    there = signs_of(text)
    if len(there) >= len(printed) or not any(sign.is_empty_box for sign in there):
        return
    (own, due), (said, origin) = _bare(line, printed), _bare(text, there)
    if fold("".join(line[at] for at in own)) != fold("".join(text[at] for at in said)):
        return
    for before in (n for n in due if n not in origin and n < len(said)):
        yield Sign(False, said[before], said[before])


def beside_boxes(line: str, text: str) -> Iterator[Sign]:
    """The punctuation that stands at boxes of a line of the form, before or behind them or their options, and that the
    form has not there; what ends an option means nothing, nor what makes a line an item.
    """
    printed, there = _around_boxes(line), _around_boxes(text)
    for (own, _), (at, end) in zip(printed, there, strict=True) if len(printed) == len(there) else ():
        said = fold(text[at:end])
        is_item = at == 0 and said in _ITEMS
        if said != fold(line[own : own + 1]) and not is_item and any(map(_is_punctuation, said)):
            yield Sign(said, at, end)


def _is_punctuation(char: str) -> bool:
    """Whether a folded character is none of a word, no sign that is told wherever it stands, and ends no option."""
    return not char.isalnum() and not _is_sign(char) and char not in _ENDING


def _around_boxes(text: str) -> list[tuple[int, int]]:
    """The characters before and behind each box of a text, and the last one; empty stretches where there is none."""
    boxes = [m.span() for m in ticks.TOKEN.finditer(text) if ticks.MARKS.get(ticks.mark_of(m)) is False]
    ends = [len(text[:at].rstrip()) for at, _ in boxes] + [len(text.rstrip())] * bool(boxes)
    behind = [(at, at + (text[at : at + 1].strip() != "")) for _, at in boxes]
    return [*((max(at - 1, 0), at) for at in ends), *behind]


def _bare(text: str, signs: Sequence[Sign]) -> tuple[list[int], list[int]]:
    """The characters of a text that are in no sign and show, and how many of them stand before each sign."""
    drawn = {at for sign in signs for at in range(sign.start, sign.end)}
    shown = [at for at, char in enumerate(text) if at not in drawn and not char.isspace()]
    return shown, [bisect.bisect(shown, sign.start) for sign in signs]


def _is_same_blank(sign: Sign, says: bool | str) -> bool:
    """Whether an empty box stands where the form prints an empty ring."""
    return sign.says is False and says == _RING


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
