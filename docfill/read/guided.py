"""Guidance that the form prints beside a place, and that somebody typed again as the answer, or into it.

A line of the form that tells what to write, or a clause of one, is in no answer word for word; what is found of it
is doubted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from docfill import late, limits
from docfill.kinds import TEXT, Written
from docfill.read.assignment import Assignment, Found
from docfill.template.units import Line, Unit, walk
from docfill.text import CLOSING, OPENING, TELLING, fold, fold_with_map

_TELLS = late.pattern(
    r"请|(?<!所)填[写报]|[描简概阐论]述|(?:[说注]明|介绍)(?!$)|列出|列举|不[超少][过于]|字以内|字左右|另附|例如"
    r"|\b(?:please|describe|indicate|specify|attach|if any|at most|no more than)\b",
)
"""What tells what to write, folded."""
_BRACKET, _CLAUSE = late.pattern(f"[{re.escape(OPENING + CLOSING)}]"), late.pattern("[。；;！!，,]")
_ENDS = "。;,!"
_ENDING = frozenset(_ENDS)
_QUOTING = frozenset('《"“「')
"""What stands before the title of something that an answer speaks of."""
_EMPTIED = late.pattern(rf"[{re.escape(OPENING)}][{re.escape(CLOSING)}]")
"""Brackets of which all was such words."""
_SHORTEST = 10
"""Characters of a line that is known again."""
_STEPS = 64
"""Characters looked through in a step of work."""


class Guidance:
    """The lines of one form that tell what to write."""

    def __init__(self, units: list[Unit]) -> None:
        lines = {piece for line in _printed(units) for piece in (line, *_BRACKET.split(line))}
        parts = {fold(part).rstrip(_ENDS) for line in lines for part in (line, *_CLAUSE.split(line))}
        self._begun: dict[str, list[str]] = defaultdict(list)
        for said in sorted(filter(_tells, parts), key=lambda said: (-len(said), said)):
            self._begun[said[:TELLING]].append(said)
        self._beginning = re.compile("|".join(map(re.escape, self._begun)))

    def doubt(self, found: Assignment) -> None:
        """Doubts the answers in words that have such a line in them."""
        for path, held in found.everywhere() if self._begun else ():
            for text in held.texts:
                if len(text.text) >= _SHORTEST and _is_prose(text) and (left := self._left_by(text.text)) is not None:
                    found.doubt("ambiguous" if left else "placeholder", path, text.text.strip(), left or None)

    def _left_by(self, text: str) -> str | None:
        """What remains of an answer without these lines; None where it has none."""
        folded, origin = fold_with_map(text)
        limits.spend(1 + len(folded) // _STEPS)
        if self._beginning.search(folded) is None:
            return None
        kept, at, end = [], 0, len(folded)
        while at < end:
            begun = self._begun.get(folded[at : at + TELLING], ()) if folded[at - 1 : at] not in _QUOTING else ()
            said = next((s for s in begun if folded.startswith(s, at)), "")
            kept += [] if said else [text[origin[at] : origin[at + 1]]]
            at += len(said) or 1
            at += said != "" and folded[at : at + 1] in _ENDING
        return _EMPTIED.sub("", "".join(kept)).strip() if len(kept) < end else None


def _tells(said: str) -> bool:
    """Whether words of a form, folded, tell what to write, at a length that is known again."""
    return len(said) >= _SHORTEST and _TELLS.search(said) is not None


def _printed(units: list[Unit]) -> Iterator[str]:
    """The lines of words that the form prints."""
    for unit, _, _ in walk(units):
        for token in unit.tokens if isinstance(unit, Line) else ():
            yield from token.split("\n") if isinstance(token, str) else ()


def _is_prose(text: Found) -> bool:
    kind = (text.slot.kind if text.slot is not None else None) or TEXT
    return isinstance(kind, Written) and kind.is_prose
