"""Plans: what to look for in a line of a returned form, prepared once from the form's skeleton."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docfill.template.skeleton import FormRow, Line
from docfill.template.tree import Answer, Computed, Tick
from docfill.text import fold
from docfill.values import CODECS, DATE_SKELETON
from docfill.word import ticks

Slot = Answer | Tick | Computed


@dataclass(slots=True, eq=False)
class LinePlan:
    """Lines of the form as folded literals with slots in the gaps before, between and after them.

    `sources[i]` is the line that literal i comes from.
    """

    lines: list[Line]
    literals: list[str] = field(default_factory=list)
    sources: list[Line] = field(default_factory=list)
    gaps: list[list[Slot]] = field(default_factory=lambda: [[]])
    shape: re.Pattern[str] | None = None

    @property
    def words(self) -> str:
        """Its words as the form prints them."""
        return " ".join(line.literal.strip() for line in self.lines).strip()

    @property
    def is_optional(self) -> bool:
        """Whether a returned form may lack it."""
        return all(line.optional for line in self.lines)

    @property
    def weight(self) -> int:
        """How much of a folded line the literals are."""
        return sum(map(len, self.literals))

    @property
    def slots(self) -> list[Slot]:
        """Its slots, in order."""
        return [s for gap in self.gaps for s in gap]

    @property
    def typed(self) -> str:
        """The kind by which a line without words can be told: "date", or ""."""
        slots = self.slots
        return (
            "date"
            if not self.literals and len(slots) == 1 and isinstance(slots[0], Answer) and slots[0].kind == "date"
            else ""
        )

    @property
    def is_owner(self) -> bool:
        """Whether it is one answer and nothing else, so that any text may be it."""
        return not self.literals and len(self.slots) == 1 and isinstance(self.slots[0], Answer) and not self.typed

    @property
    def has_ticks(self) -> bool:
        """Whether it has boxes, so that marks anywhere in it are no words."""
        return any(isinstance(s, Tick) for s in self.slots)

    @property
    def is_empty(self) -> bool:
        """Whether it has neither words nor slots."""
        return not self.literals and not self.slots

    def fits(self, folded: str) -> bool:
        """Whether a folded line has these words in this order, with something only where a slot is."""
        if self.shape is None:
            return False
        return self.shape.fullmatch(ticks.TOKEN.sub("", folded) if self.has_ticks else folded) is not None


def plan_of(*lines: Line) -> LinePlan:
    """The plan of a line of the skeleton, or of several lines that are read as one."""
    plan = LinePlan(list(lines))
    shape = ""
    for line in lines:
        is_first = True
        for token in line.tokens:
            if not isinstance(token, str):
                plan.gaps[-1].append(token)
                shape += "" if isinstance(token, Tick) else ".*"
            elif folded := fold(token):
                if plan.literals and not plan.gaps[-1] and not is_first:
                    plan.literals[-1] += folded
                else:
                    plan.literals.append(folded)
                    plan.sources.append(line)
                    plan.gaps.append([])
                is_first = False
                shape += re.escape(folded)
    if plan.literals:
        plan.shape = re.compile(shape, re.S)
    return plan


def looks_like(kind: str, shown: str) -> bool:
    """Whether a line is an answer of `kind`, or its empty blank."""
    if DATE_SKELETON.fullmatch(shown):
        return True
    reading = CODECS[kind].parse(shown, None)
    return reading.value is not None and not reading.problem


def without_marks(folded: str) -> str:
    """A folded line without the drawings of boxes at its beginning."""
    while drawn := ticks.TOKEN.match(folded):
        folded = folded[drawn.end() :]
    return folded


def opening_of(plan: LinePlan) -> str:
    """The first character by which a line that fits is looked up; "" where any may stand first."""
    starts_with_words = plan.literals and not any(isinstance(s, Answer | Computed) for s in plan.gaps[0])
    return plan.literals[0][0] if starts_with_words else ""


def anchors_of(row: FormRow) -> list[LinePlan]:
    """The lines of a row by which it is found: those with words, in cells that don't continue another."""
    return [
        plan
        for cell in row.cells
        if not cell.continues
        for unit in cell.units
        if isinstance(unit, Line) and (plan := plan_of(unit)).literals
    ]
