"""Marks: stretches of a document's text that belong to somebody, or that are being looked at.

A mark names its paragraph by number in reading order (body, then headers, then
footers) and its characters by offset, which is how a page says a span back.
An empty mark is a position: the blank of an answer that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Whose a character is; what has no mark is the form's own.  Of a blank form: where an answer is to stand."""

    FORM = "form"
    VALUE = "value"
    BLANK = "blank"
    LEFTOVER = "leftover"
    ALTERED = "altered"
    PROPOSED = "proposed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Mark:
    """The characters `start` to `end` of a paragraph, and whose they are.

    Attributes:
        paragraph: its number in reading order.
        start: the first character.
        end: the one behind the last; the first again for a position.
        owner: whose they are.
        path: the field's path, or "".
        says: what a reader is told who points at it.
    """

    paragraph: int
    start: int
    end: int
    owner: Owner
    path: str = ""
    says: str = ""


def by_paragraph(marks: Iterable[Mark]) -> dict[int, list[Mark]]:
    """The marks of each paragraph in their order."""
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.paragraph, []).append(mark)
    for own in found.values():
        own.sort(key=lambda m: (m.start, m.end))
    return found


class Cut:
    """Cuts the text of one paragraph at its marks, once from left to right; of two that overlap, the first holds."""

    def __init__(self, marks: list[Mark]) -> None:
        self._marks, self._next = marks, 0

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, Mark | None]]:
        """The pieces of `start` to `end`, and the positions there; each call goes on where the last ended."""
        at = start
        while at < end:
            mark = self._marks[self._next] if self._next < len(self._marks) else None
            if mark is None or mark.start >= end:
                yield at, end, None
                return
            if mark.start > at:
                yield at, mark.start, None
                at = mark.start
            if mark.start == mark.end:
                yield at, at, mark
                self._next += 1
            elif mark.end <= at:
                self._next += 1
            else:
                stop = min(mark.end, end)
                yield at, stop, mark
                at = stop
                if mark.end <= at:
                    self._next += 1

    def rest(self) -> Iterator[Mark]:
        """The positions behind the last character."""
        yield from (m for m in self._marks[self._next :] if m.start == m.end)
        self._next = len(self._marks)
