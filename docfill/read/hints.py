"""The hints that a form prints where answers are due: what of them tells, in an answer, that it is none of it.

An answer takes up words of the hint of its own place; in another place's, what a hint begins or ends with, and a
clause of it in brackets, is what somebody put there by mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from docfill import late
from docfill.template.skeleton import Skeleton
from docfill.text import CLOSING, OPENING, TELLING, fold

CLAUSE = late.pattern("[。；;，,、！!？?：:]")
"""What ends a clause."""
_CLOSED = tuple(CLOSING)
_WITHOUT_BRACKETS = 8
"""So many characters of a hint tell where it is without its brackets."""
_IN_BRACKETS = 4
"""And a clause of so many, with brackets of its own."""


class Hints:
    """The hints of one form: those of each place, and what tells those of others."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.own: Mapping[str, set[str]] = {p: {fold(h) for h in hint} for p, hint in skeleton.hints.items()}
        """By path, folded."""
        printed = {h.strip() for hint in skeleton.hints.values() for h in hint}
        self._whole = {fold(h) for h in printed if h.startswith(tuple(OPENING))}
        begins = {part for hint in printed for part in _beginnings(hint)}
        ends = {part for hint in printed for part in _ends(hint)}
        self._begins = tuple(sorted(begins, key=len, reverse=True))
        self._ends = (*sorted(ends, key=len, reverse=True), *_CLOSED) if self.own else ()

    def left_by(self, shown: str, own: Collection[str]) -> str | None:
        """What remains of an answer without the hint of another place; None where it holds none.

        `own` are the hints of its own place.
        """
        if not (shown.endswith(self._ends) or shown.startswith(self._begins)):
            return None
        if shown.endswith(_CLOSED):
            starts = [at for at, char in enumerate(shown) if char in OPENING]
            for at in dict.fromkeys((*starts[:1], *starts[-1:])):
                if (hint := fold(shown[at:])) in self._whole and hint not in own:
                    return shown[:at].strip()
        for part in (p for p in self._ends[: -len(_CLOSED)] if shown.endswith(p) and not _is_in(p, own)):
            return shown.removesuffix(part).strip()
        for part in (p for p in self._begins if shown.startswith(p) and not _is_in(p, own)):
            return shown.removeprefix(part).strip()
        return None


def _is_in(part: str, own: Collection[str]) -> bool:
    said = fold(part).strip("()[]")
    return any(said in hint for hint in own)


def _beginnings(hint: str) -> Iterator[str]:
    bare = hint.strip(OPENING + CLOSING + " ")
    if len(bare) >= _WITHOUT_BRACKETS:
        yield bare[:_WITHOUT_BRACKETS]
    yield from _bracketed(hint, bare)
    if hint[:1] in OPENING and len(hint) > TELLING:
        yield hint[: TELLING + 1]


def _ends(hint: str) -> Iterator[str]:
    bare = hint.strip(OPENING + CLOSING + " ")
    if len(bare) >= _WITHOUT_BRACKETS:
        yield bare[-_WITHOUT_BRACKETS:]
    yield from _bracketed(hint, bare)


def _bracketed(hint: str, bare: str) -> Iterator[str]:
    """The clauses of a hint in its brackets, and how it ends where the first of these is gone."""
    if hint[:1] not in OPENING or hint[-1:] not in CLOSING or not bare:
        return
    clauses = [clause for clause in CLAUSE.split(bare) if len(clause) >= _IN_BRACKETS]
    yield from (f"{hint[0]}{clause}{hint[-1]}" for clause in clauses)
    if len(hint) > TELLING:
        yield hint[-TELLING:]
