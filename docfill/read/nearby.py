"""What stands beside the place that it is for: names above a blank line to sign on, an opinion behind who signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docfill.read.assignment import Assignment
from docfill.read.gaps import Gap
from docfill.read.plan import ContainerPlan
from docfill.read.shape import DocLine, DocUnit
from docfill.read.signing import says_opinion
from docfill.template.tree import Answer, Tick
from docfill.text import OPENING

_LONGEST = 64
"""Characters of what somebody writes beside its line; more is a text of its own."""


def blank_around(found: Assignment, plan: ContainerPlan, gap: Gap, said: Sequence[str]) -> Iterator[str]:
    """The answers of the lines right before and behind some lines that are nobody's, where the whole line is blank."""
    if len(said) != 1 or len(said[0]) > _LONGEST or said[0].startswith(tuple(OPENING)):
        return
    at = gap.before.index if gap.before is not None else -1
    for a in (at, at + 1):
        line = plan.plans[a] if 0 <= a < len(plan.plans) else None
        slots = line.slots if line is not None and line.literals else []
        known = [found.text_at(slot.path) for slot in slots if isinstance(slot, Answer)]
        if len(known) == len(slots) and all(text is not None and text.is_blank for text in known):
            yield from (slot.path for slot in slots if isinstance(slot, Answer))


def options_around(plan: ContainerPlan, gap: Gap, said: Sequence[str]) -> tuple[Tick, str] | None:
    """An option of the line right before lines that are nobody's, else right behind, with what these say."""
    short = [line for line in said if len(line) <= _LONGEST]
    if not short:
        return None
    at = gap.before.index if gap.before is not None else -1
    skipped = {*gap.missing, *(a for a, _ in gap.cuts), *(pair.index for pair in gap.reworded)}
    behind = next((a for a in range(at + 1, len(plan.plans)) if a not in skipped), -1)
    for line in (plan.plans[a] for a in ((behind, at) if gap.cuts else (at, behind)) if a >= 0):
        tick = next((slot for slot in line.slots if isinstance(slot, Tick)), None) if line is not None else None
        if tick is not None:
            return tick, " ".join(short)
    return None


def opinion_below(
    found: Assignment, plan: ContainerPlan, units: Sequence[DocUnit], partner: Mapping[int, int]
) -> tuple[str, str] | None:
    """The path of the blank answer above the line that people sign on, and what that says of an opinion."""
    signed = [units[b] for a, b in partner.items() if (line := plan.plans[a]) is not None and line.is_signature]
    opined = [unit.text.strip() for unit in signed if isinstance(unit, DocLine) and says_opinion(unit.text)]
    path = plan.only_owner if opined else None
    known = found.text_at(path) if path is not None else None
    return (path, opined[0]) if path is not None and (known is None or known.is_blank) else None
