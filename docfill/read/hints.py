"""The hints that a form prints where answers are due: what of them tells, in an answer, that it is none of it.

An answer takes up words of the hint of its own place; in another place's, what a hint begins or ends with, a clause of
it in brackets, and any piece of it that tells what to write, is what somebody put there by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from docfill import late
from docfill.template.skeleton import Skeleton
from docfill.text import CLOSING, OPENING, TELLING, fold
from docfill.values import BLANK

CLAUSE = late.pattern("[。；;，,、！!？?：:]")
"""What ends a clause."""
_CLOSED = tuple(CLOSING)
_WITHOUT_BRACKETS = 8
"""So many Chinese characters of a hint, or as much in letters, tell where it is without its brackets."""
_IN_BRACKETS = 4
"""And a clause of so many, with brackets of its own."""
_INSTRUCTS = late.pattern(
    r"请|填[写报]|不[超少][过于]|字以内|字左右|注明|附上|勾选|如[有无]|不填|另附|例如|[简概]述|限\d+字"
    r"|\b(?:please|describe|indicate|specify|attach|if any|at most|no more than)\b",
    re.I,
)
"""What tells what to write, and is no answer."""
_LONGEST = 128
"""Characters of a piece of a hint that are looked at."""
_APART = late.pattern(rf"[\0\s{re.escape(OPENING + CLOSING)}。；;，,、！!？?：:]")
"""What stands between a piece of a hint and the rest of it: 不超过200 is none where the hint says 不超过200字."""
_LETTERS = 3
"""Letters that say as much as one Chinese character."""


class Hints:
    """The hints of one form: those of each place, and what tells those of others."""

    def __init__(self, skeleton: Skeleton) -> None:
        hints = {p: [h for h in hint if not BLANK.fullmatch(h)] for p, hint in skeleton.hints.items()}
        self.own: Mapping[str, set[str]] = {p: {fold(h) for h in hint} for p, hint in hints.items() if hint}
        """By path, folded; a blank that is drawn is none."""
        printed = {h.strip() for hint in hints.values() for h in hint}
        bracketed = (h for h in printed if h.startswith(tuple(OPENING)))
        self._whole = {fold(h) for h in bracketed if not h.isascii() or _begun(h, _IN_BRACKETS)}
        self._said = "\0".join(sorted(printed))
        begins = {part for hint in printed for part in _beginnings(hint)}
        ends = {part for hint in printed for part in _ends(hint)}
        self._begins = tuple(sorted(begins, key=len, reverse=True))
        self._ends = (*sorted(ends, key=len, reverse=True), *_CLOSED) if self.own else ()

    def left_by(self, shown: str, own: Collection[str]) -> str | None:
        """What remains of an answer without the hint of another place; None where it holds none.

        `own` are the hints of its own place.
        """
        if not (shown.endswith(self._ends) or shown.startswith(self._begins)):
            return self._without_piece(shown, own)
        if shown.endswith(_CLOSED):
            starts = [at for at, char in enumerate(shown) if char in OPENING]
            for at in dict.fromkeys((*starts[:1], *starts[-1:])):
                if (hint := fold(shown[at:])) in self._whole and hint not in own:
                    return shown[:at].strip()
        for part in (p for p in self._ends[: -len(_CLOSED)] if shown.endswith(p) and not _is_in(p, own)):
            return shown.removesuffix(part).strip()
        for part in (p for p in self._begins if shown.startswith(p) and not _is_in(p, own)):
            return shown.removeprefix(part).strip()
        return self._without_piece(shown, own)

    def _without_piece(self, shown: str, own: Collection[str]) -> str | None:
        """What remains of an answer without a piece of a hint that it begins or ends with and that tells what to do."""
        for is_last, end in ((True, shown[-TELLING:]), (False, shown[:TELLING])):
            if end not in self._said:
                continue
            whole = min(len(shown), _LONGEST)
            sizes = range(TELLING, whole + 1)
            size = next((n - 1 for n in sizes if _end(shown, n, is_last) not in self._said), whole)
            piece = _end(shown, size, is_last)
            rest = (shown[:-size] if is_last else shown[size:]).strip()
            if (
                (not rest or self._is_apart(piece, is_last))
                and _INSTRUCTS.search(piece) is not None
                and not _is_in(piece, own)
                and _begun(piece, _IN_BRACKETS)
            ):
                return rest
        return None

    def _is_apart(self, piece: str, is_last: bool) -> bool:
        """Whether a piece of a hint that an answer ends with begins where a clause of the hint does; of one that an
        answer begins with, whether it ends so.
        """
        own, said = (piece[0] if is_last else piece[-1]), f"\0{self._said}\0"
        if _APART.match(own):
            return True
        at = said.find(piece)
        while at >= 0:
            if _APART.match(said, at - 1 if is_last else at + len(piece)):
                return True
            at = said.find(piece, at + 1)
        return False


def _end(text: str, size: int, is_last: bool) -> str:
    return text[-size:] if is_last else text[:size]


def _is_in(part: str, own: Collection[str]) -> bool:
    said = fold(part).strip("()[]")
    return any(said in hint for hint in own)


def _beginnings(hint: str) -> Iterator[str]:
    bare = hint.strip(OPENING + CLOSING + " ")
    yield from filter(None, [_begun(bare, _WITHOUT_BRACKETS)])
    yield from _bracketed(hint, bare)
    if hint[:1] in OPENING and len(hint) > TELLING:
        yield from filter(None, [_begun(hint, TELLING + 1)])


def _ends(hint: str) -> Iterator[str]:
    bare = hint.strip(OPENING + CLOSING + " ")
    yield from filter(None, [_ended(bare, _WITHOUT_BRACKETS)])
    yield from _bracketed(hint, bare)


def _bracketed(hint: str, bare: str) -> Iterator[str]:
    """The clauses of a hint in its brackets, and how it ends where the first of these is gone."""
    if hint[:1] not in OPENING or hint[-1:] not in CLOSING or not bare:
        return
    clauses = [clause for clause in CLAUSE.split(bare) if _begun(clause, _IN_BRACKETS)]
    yield from (f"{hint[0]}{clause}{hint[-1]}" for clause in clauses)
    if len(hint) > TELLING:
        yield from filter(None, [_ended(hint, TELLING)])


def _begun(text: str, least: int) -> str:
    """How a text begins, in whole words that say as much as so many Chinese characters; "" where it says less."""
    return text[: _reach(text, least)]


def _ended(text: str, least: int) -> str:
    """How it ends."""
    reach = _reach(text[::-1], least)
    return text[len(text) - reach :]


def _reach(text: str, least: int) -> int:
    """How many characters from the beginning say as much as so many Chinese ones; 0 where all of them say less."""
    said = 0
    for at, char in enumerate(text, 1):
        said += 1 if char.isascii() else _LETTERS
        is_in_word = text[at - 1 : at + 1].isascii() and text[at - 1 : at + 1].isalnum() and at < len(text)
        if said >= _LETTERS * least and not is_in_word:
            return at
    return 0
