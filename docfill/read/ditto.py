"""Answers that say another answer (同上, 〃, as above), and those that say the same again and again.

One of the former is doubted, with what it may mean: in a record the same column of the one before it; elsewhere the
answer in the same column of the row above, or else the one that was read before it.  The latter are what LibreOffice
7.4 makes of a control around a whole paragraph or cell: it writes its text four times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docfill import late
from docfill.read.assignment import Assignment, Found
from docfill.text import CLOSING, OPENING, fold
from docfill.word.codes import number_of
from docfill.word.document import Element
from docfill.word.xml import W

_SIGNS = ("〃", "″", "〞", "”", '"', "''", "↑", "←")
_AROUND = OPENING + CLOSING + "“”\"'‘’「」。.，, \u3000\u00a0"
_WORDS = late.pattern(
    r"(?:[同如]\s*[上前左]|同\s*[下右]|与\s*[上前左]\s*相?同|[上前]\s*同|见[上前])\s*[行列栏项条述格面表年]?|ditto|(?:same\s)?as\s(?:above|before)|see\sabove|idem",
    re.I,
)
"""What says that an answer is as another one, in words."""
_BEGINNINGS = frozenset((*_AROUND, *"同如与上前见dDaAsSiI", *(sign[0] for sign in _SIGNS)))
_BEHIND = frozenset("下右")
"""What says that it is as one that stands behind it."""
_LONGEST = 16
_NEAR = 48
"""Answers among which the one that is meant is looked for."""

_TIMES, _TRIED = 4, 8
"""How often such words are said, and how many beginnings are held against it."""
_BETWEEN = "0"
"""What stands before the last of them where LibreOffice wrote .rtf."""


def is_ditto(said: str) -> bool:
    """Whether an answer says that it is as another one."""
    if not said or said[0] not in _BEGINNINGS or len(said) > _LONGEST:
        return False
    return said in _SIGNS or _WORDS.fullmatch(said.strip(_AROUND)) is not None


def said_once(shown: str) -> str | None:
    """What an answer says that begins with the same words four times over, in a line or several, or has the same in all
    of its lines; None for any other.

    That is no chance, whatever shows it; of fewer times the controls that show the same must tell (`word.echoes`).
    """
    begun = shown[:1]
    if "\n" in shown[:_LONGEST] and begun.isalpha() and len(lines := {*map(str.strip, shown.split("\n"))}) == 1:
        return lines.pop()
    if not begun.isalpha() or shown.count(begun) < _TIMES:
        return None
    said = shown.replace("\n", "")
    at = 0
    for _ in range(_TRIED):
        if (at := said.find(begun, at + 1)) < 0:
            break
        unit, again = said[:at], said[at:]
        if again.startswith(unit * 2) and (last := again[2 * at :].removeprefix(_BETWEEN)).startswith(unit):
            return "\n".join(filter(None, (unit, last[at:].strip())))
        if again.startswith(begun + unit) and not again.replace(unit, "").replace(unit, ""):
            return unit  # written into itself
    return None


def named_by(said: str, path: str, found: Assignment) -> str | None:
    """What the answer says that the one at a path names as the same: 同申请单位; None where it names none."""
    if not said.startswith("同") or not 2 < len(said) <= _LONGEST:
        return None
    named = fold(said[1:].strip(_AROUND))
    texts = {at: held.text for at, held in found.places.items() if held.text and fold(at.rpartition(".")[2]) == named}
    return next((text.text.strip() for at, text in texts.items() if at != path), None)


def meant_by(found: Found, before: Sequence[Found]) -> str:
    """What an answer that is as another one may mean, `before` being those that were read before it."""
    if not _BEHIND.isdisjoint(found.text):
        return ""
    own, before = _cell_of(found), before[-_NEAR:]
    above = [other for other in before if _is_above(_cell_of(other), own)]
    meant = next(reversed(above or before), None)
    return meant.text.strip() if meant is not None else ""


def _cell_of(found: Found) -> Element | None:
    element = found.element
    return None if element is None else next(element.iterancestors(W + "tc"), None)


def _is_above(cell: Element | None, own: Element | None) -> bool:
    """Whether a cell stands in the column of another, in another row of its table."""
    if cell is None or own is None or cell.getparent() is own.getparent():
        return False
    return _table_of(cell) is _table_of(own) and _column_of(cell) == _column_of(own)


def _table_of(cell: Element) -> Element | None:
    return next(cell.iterancestors(W + "tbl"), None)


def _column_of(cell: Element) -> int:
    """The column of the grid that a cell begins in."""
    spans = (before.find(f"{W}tcPr/{W}gridSpan") for before in cell.itersiblings(W + "tc", preceding=True))
    return sum(number_of(span, 1) for span in spans)
