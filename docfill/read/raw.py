"""What is read from a document before values are made of it: texts, marks, records, doubts and leftovers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from docfill.problems import Problem
from docfill.template.skeleton import Section
from docfill.template.tree import Computed
from docfill.values import BLANK, DATE_SKELETON
from docfill.word.document import Element


@dataclass(slots=True)
class Found:
    """The text at a slot, as it stands, with the element that shows it."""

    text: str
    element: Element | None = None


@dataclass(slots=True)
class Mark:
    """What is drawn at one option: ticked or not, or None where that can't be told."""

    option: str
    is_ticked: bool | None
    drawn: str
    element: Element | None = None


@dataclass(slots=True)
class Stray:
    """Text that belongs to nothing, and the path of the field that it stands nearest to ("" if none)."""

    text: str
    element: Element | None
    near: str = ""


@dataclass(slots=True)
class Raw:
    """Everything read from one document, or for one record of it, before values are made of it.

    `sections` are the parts of the form that may be missing, each with whether it
    stands there.  `lost` are words of the form that the document lacks, each with the path of
    the field that they stood nearest to.
    """

    answers: dict[str, Found] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[Raw]] = field(default_factory=dict)
    texts: dict[str, list[Found]] = field(default_factory=dict)
    computed: list[tuple[Computed, Found]] = field(default_factory=list)
    sections: list[tuple[Section, bool]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Stray] = field(default_factory=list)
    lost: list[tuple[Problem, str]] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many places show anything."""
        return sum(bool(found.text.strip()) for found in self.answers.values())

    def doubt(self, code: str, path: str = "", found: object = None, expected: object = None) -> None:
        """Adds a problem, once."""
        problem = Problem(code, path, found, expected)
        if problem not in self.problems:
            self.problems.append(problem)

    def add(self, other: Raw) -> None:
        """Takes in what was read from another part."""
        self.answers.update(other.answers)
        self.marks.update(other.marks)
        self.rows.update(other.rows)
        self.texts.update(other.texts)
        self.sections += other.sections
        self.computed += other.computed
        self.problems += other.problems
        self.lost += other.lost
        self.leftovers += other.leftovers


def is_answered(record: Raw, printed: str, dates: Container[str]) -> bool:
    """Whether anything is said in a record, besides the column that the form prints itself.

    `dates` are the columns whose blank is drawn as 年 月 日.
    """
    texts = ((column, found.text) for column, found in record.answers.items() if column != printed)
    for column, text in texts:
        if not BLANK.fullmatch(text) and not (column in dates and DATE_SKELETON.fullmatch(text)):
            return True
    ticked = (mark.is_ticked is not False for marks in record.marks.values() for mark in marks)
    return any(ticked) or any(record.rows.values()) or any(record.texts.values())
