"""Plans: what to look for in a line of a returned form, prepared once from the form's skeleton."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docfill.template.skeleton import FormRow, Line
from docfill.template.tree import Answer, Computed, Tick
from docfill.text import fold, gist, says_the_same, undecorated, without_brackets
from docfill.values import CODECS, DATE_LIKE
from docfill.word import ticks

Slot = Answer | Tick | Computed


@dataclass(slots=True, eq=False)
class LinePlan:
    """Lines of the form as literals with slots in the gaps before, between and after them.

    A literal is the folded spellings that are plainly the same; `sources[i]` is the line that literal i comes from.
    """

    lines: list[Line]
    literals: list[list[str]] = field(default_factory=list)
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
        return sum(len(spellings[0]) for spellings in self.literals)

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
        return not self.literals and len(self.slots) == 1 and not isinstance(self.slots[0], Tick) and not self.typed

    @property
    def has_ticks(self) -> bool:
        """Whether it has boxes, so that marks anywhere in it are no words."""
        return any(isinstance(s, Tick) for s in self.slots)

    @property
    def opening(self) -> str:
        """The first character of a line that fits; "" where an answer stands first."""
        has_answer = not self.literals or any(not isinstance(s, Tick) for s in self.gaps[0])
        return "" if has_answer else opening_of(self.literals[0][0])

    @property
    def is_empty(self) -> bool:
        """Whether it has neither words nor slots."""
        return not self.literals and not self.slots

    @property
    def gist(self) -> str:
        """What it says, if it is words and nothing else."""
        return "" if self.slots else gist(self.words)

    def fits(self, line: str) -> bool:
        """Whether a line has these words in this order, with something only where a slot is."""
        if not self.slots:
            return says_the_same(self.words, line)
        folded = fold(undecorated(line))
        return bool(self.shape and self.shape.fullmatch(ticks.TOKEN.sub("", folded) if self.has_ticks else folded))


def plan_of(*lines: Line) -> LinePlan:
    """The plan of a line of the skeleton, or of several lines that are read as one."""
    plan = LinePlan(list(lines))
    for line in lines:
        is_first = True
        for token in line.tokens:
            if not isinstance(token, str):
                plan.gaps[-1].append(token)
            elif folded := fold(token):
                if plan.literals and not plan.gaps[-1] and not is_first:
                    plan.literals[-1] = _spellings(plan.literals[-1][0] + folded)
                else:
                    plan.literals.append(_spellings(folded))
                    plan.sources.append(line)
                    plan.gaps.append([])
                is_first = False
    if plan.literals:
        plan.shape = re.compile(
            "".join(
                _gap_shape(gap) + _literal_shape(spellings)
                for gap, spellings in zip(plan.gaps, plan.literals, strict=False)
            )
            + _gap_shape(plan.gaps[-1]),
            re.S,
        )
    return plan


def _spellings(folded: str) -> list[str]:
    """A literal, then what is plainly the same: without numbering, final colon, bracketed notes."""
    spellings = [folded]
    for shorter in (
        undecorated(folded),
        folded.rstrip(":"),
        without_brackets(folded),
        without_brackets(folded).rstrip(":"),
    ):
        if shorter and shorter not in spellings:
            spellings.append(shorter)
    return spellings


def _gap_shape(gap: list[Slot]) -> str:
    return ".*" if any(isinstance(s, Answer | Computed) for s in gap) else ""


def _literal_shape(spellings: list[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, spellings))})"


def looks_like(kind: str, shown: str) -> bool:
    """Whether a line is an answer of `kind`, or its empty blank."""
    if kind == "date" and DATE_LIKE.fullmatch(shown):
        return True
    reading = CODECS[kind].parse(shown, None)
    return reading.value is not None and not reading.problem


def opening_of(line: str) -> str:
    """The first character of what a line says, by which it is looked up; "" if it says nothing."""
    folded = fold(undecorated(line))
    while drawn := ticks.TOKEN.match(folded):
        folded = folded[drawn.end() :]
    return folded[:1]


def anchors_of(row: FormRow) -> list[LinePlan]:
    """The lines of a row by which it is found: those with words, in cells that don't continue another.

    Bracketed notes, which people delete, count only where there is nothing else.
    """
    plans = [
        plan
        for cell in row.cells
        if not cell.continues
        for unit in cell.units
        if isinstance(unit, Line) and (plan := plan_of(unit)).literals
    ]
    return [p for p in plans if gist(p.words)] or plans
