"""Check: everything an official must know before accepting a form.

checked = check(Form.load("shanghai"), "returned.docx")

What was doubtful in reading, what is missing or over its limit, which rules of
the form do not hold, which of its words were changed, what must be attached, and
the proof that data and document say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from docfill import limits
from docfill.check import answers
from docfill.check.expression import Unanswered
from docfill.check.pictured import pictures_of
from docfill.check.proof import Proof, prove
from docfill.check.remarks import remarks
from docfill.check.rules import Answers, Due, Rulebook, rules_of
from docfill.check.tampering import compared, most_shown, tampering
from docfill.check.wording import letters
from docfill.extract import Result
from docfill.form import Form
from docfill.notebook import as_html
from docfill.problems import Problem, edition_of, explained, say, section_of, told
from docfill.read.anchored import drawn_beside
from docfill.word.comments import commented
from docfill.word.document import Document
from docfill.word.edit import check_maker
from docfill.word.package import File

AUTHOR = "docfill"
_STEPS_A_RECORD, _FIELDS_A_STEP = 15, 5
STEPS_A_PROBLEM = 150
"""For what is made of each afterwards: a line, a row, a note, and what a run keeps of it until it is done."""

GROUPS = {
    "answers": ("填写", "answers"),
    "rules": ("核对", "rules"),
    "wording": ("原表文字", "words of the form"),
    "reading": ("读取", "reading"),
    "proof": ("重填比对", "filled again"),
}
"""The kinds of problem, in the order in which they are shown, with their titles."""


@dataclass(repr=False)
class Report:
    """What is to be said about one returned document: plain data, without the document.

    Attributes:
        title: the form's title.
        result: what was read from it.
        groups: the problems by kind, the kinds as in `GROUPS`.
        due: what must be attached, section by section.
        proof: that data and document say the same; None where there is no document.
        pictures: those that stand where words are due, by path, drawn anew as data URLs for the page.
        work: the steps that checking a record took, see `limits`; 0 where it was a document that was checked.
    """

    title: str
    result: Result
    groups: Mapping[str, list[Problem]]
    due: list[Due]
    proof: Proof | None
    pictures: dict[str, list[str]]
    work: int = field(default=0, kw_only=True, compare=False)

    @property
    def problems(self) -> list[Problem]:
        """All problems, kind by kind."""
        return [p for group in self.groups.values() for p in group]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many problems there are of each severity, but for those that another explains."""
        severities = [p.severity for p in told(self._said())]
        return {s: severities.count(s) for s in ("error", "warning", "note")}

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing but notes."""
        return all(p.severity == "note" for p in told(self._said()))

    def _said(self) -> list[Problem]:
        """All problems, wherever they stand."""
        return self.problems

    def __repr__(self) -> str:
        errors, warnings, name = self.counts["error"], self.counts["warning"], self.result.source or self.result.form
        said = say(f"{errors} 处错误，{warnings} 处请核实", f"{errors} errors, {warnings} warnings")
        return f"<{type(self).__name__} {name!r}: {said}>"

    def _repr_html_(self) -> str:
        """The report in a notebook: its problems."""
        headers = (say("程度", "severity"), say("类别", "kind"), say("位置", "place"), say("问题", "problem"))
        rows = [
            (p.severity, say(*GROUPS[kind]), str(p.place) or p.path, p.message)
            for kind, group in self.groups.items()
            for p in told(group)
        ]
        return as_html(f"{self.result.source or self.title}：{self.title}", headers, rows)

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the result of extract, with every problem, its kind, the attachments due and the proof."""
        listed = [{"kind": kind, **p.to_dict()} for kind, group in self.groups.items() for p in group]
        return {
            **self.result.to_dict(),
            "problems": listed,
            "due": [d.to_dict() for d in self.due],
            "proof": self.proof.to_dict() if self.proof is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, or that nobody handed in, in the place of a report."""

    source: str
    problem: Problem

    def to_dict(self) -> dict[str, Any]:
        """As JSON: a result without form and data."""
        return {"form": None, "source": self.source, "data": None, "problems": [self.problem.to_dict()]}


@dataclass(repr=False)
class Checked(Report):
    """A report with the document that it is about.

    Attributes:
        form: the form.
        document: the file.
        drawn: what rules were told to be drawn beside words of the form; see `drawn_again`.
    """

    groups: Located
    form: Form
    document: Document
    drawn: Mapping[str, int | None]

    def _said(self) -> list[Problem]:
        return self.groups.anywhere()

    def commented(self, author: str = AUTHOR, date: str = "") -> bytes:
        """The returned file with a remark to the applicant at each error and warning, otherwise as it was.

        Of a file in another format it is the .docx that it was converted to.

        Args:
            author: who remarks.
            date: when, as in ISO 8601; none, so that the same file gives the same bytes.

        Raises:
            DocfillError: Word takes no such name or date.
        """
        check_maker(author, date)
        doubts = [p for p in told(self.problems) if p.severity != "note"]
        return commented(self.document, remarks(self.document, self.result, doubts), author, date)

    def plain(self) -> Report:
        """The report without the document."""
        return Report(self.title, self.result.plain(), dict(self.groups), self.due, self.proof, self.pictures)


class Located(Mapping[str, list[Problem]]):
    """Problems by kind, each with the position of its field in the document; looked for when first asked for a kind.

    Args:
        groups: the problems.
        result: what was read from the document.
    """

    def __init__(self, groups: dict[str, list[Problem]], result: Result) -> None:
        self._groups, self._result = groups, result
        self._located: set[str] = set()

    def __getitem__(self, kind: str) -> list[Problem]:
        if kind not in self._located:
            self._groups[kind] = [*map(self._with_position, self._groups[kind])]
            self._located.add(kind)
        return self._groups[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def anywhere(self) -> list[Problem]:
        """All problems, as far as their positions are known."""
        return [p for group in self._groups.values() for p in group]

    def _with_position(self, problem: Problem) -> Problem:
        known = self._result.places.get(problem.path) if not problem.place.xml else None
        return replace(problem, place=known) if known is not None else problem


def check(form: Form, source: File | Document, name: str = "", rules: Rulebook | None = None) -> Checked:
    """What is to be said about a returned document.

    Args:
        form: the form.
        source: a path, the bytes of the file, an open file, or an opened document.
        name: how results and messages call the file; its path if not given.
        rules: the form's rules; its own if not given.

    Raises:
        DocfillError: the file cannot be read, or the rules cannot be used.
    """
    book = rules_of(form) if rules is None else rules
    document = source if isinstance(source, Document) else Document(source, name)
    with document.budget():
        return _checked(form, document, form.extract(document), book)


def _checked(form: Form, document: Document, result: Result, book: Rulebook) -> Checked:
    limits.spend(most_shown(document, result))
    values = form.records.values(result.data)
    drawn = Drawn(form, document)
    seen = Answers(form.fields, values, result.texts, {"drawn": drawn})
    both = compared(form.skeleton, document, result)
    proof = prove(form, document, result, both)
    words = tampering(both, form.fields, document, result, book.exact)
    is_compared = not any(p.code == "too-long-to-compare" for p in words)
    reading = [p for p in result.problems if not (is_compared and p.code == "template-text-missing")]
    limits.spend(STEPS_A_PROBLEM * (len(reading) + len(words) + len(result.leftovers)))
    altered = {letters(str(p.found)) for p in words if p.found}
    strays = [x for x in result.leftovers if letters(x.text) not in altered or not letters(x.text)]
    reading += [Problem("leftover", found=x.text, place=x.place) for x in strays]
    doubted = {p.path for p in reading if p.severity != "note"}
    renamed = {letters(str(p.expected)) for p in words if p.severity == "error"}
    reading = [p for p in reading if p.code != "label-altered" or letters(str(p.expected)) not in renamed]
    groups: dict[str, list[Problem]] = {
        "answers": list(answers.problems_of(form.records, values, book.by_hand, doubted)),
        "rules": [*book.broken(seen)],
        "wording": words,
        "reading": reading,
        "proof": [p for p in proof.problems if p.path not in doubted],
    }
    limits.spend(STEPS_A_PROBLEM * len(groups["rules"]))
    if edition := edition_of(reading):
        groups = {kind: explained(group, edition) for kind, group in groups.items()}
    due = _by_section(book.due(seen), form)
    pictures = pictures_of(document, result, [p for group in groups.values() for p in group])
    return Checked(form.title, result, Located(groups, result), due, proof, pictures, form, document, drawn.counts)


class Drawn:
    """The function `drawn` of rules for one document.

    Attributes:
        counts: what it told of each words that were asked for; None where they are not in the document.
    """

    def __init__(self, form: Form, document: Document) -> None:
        self._form, self._document = form, document
        self.counts: dict[str, int | None] = {}

    def __call__(self, words: str) -> int:
        if words not in self.counts:
            there = drawn_beside(self._document.blocks, words)
            printed = drawn_beside(Document(self._form.blank(), self._form.name).blocks, words) if there else 0
            self.counts[words] = there if there is None else max(there - (printed or 0), 0)
        return drawn_again(self.counts)(words)


def drawn_again(counts: Mapping[str, int | None]) -> Callable[[str], int]:
    """The function `drawn` by what it told before, where the document is not at hand."""

    def drawn(words: str) -> int:
        count = counts.get(words)
        if count is None:
            raise Unanswered
        return count

    return drawn


def check_record(
    form: Form,
    data: Mapping[str, Any],
    source: str = "",
    problems: Sequence[Problem] = (),
    rules: Rulebook | None = None,
) -> Report:
    """What is to be said about a record without its document: a row of a workbook that people have corrected.

    Args:
        form: the form.
        data: a record in the shape of the contract.
        source: how the report calls it.
        problems: what is in doubt already, as `Record.problems` has it.
        rules: the form's rules; its own if not given.

    Raises:
        DocfillError: the rules cannot be used.
    """
    book = rules_of(form) if rules is None else rules
    limits.spend(_STEPS_A_RECORD + len(form.fields) // _FIELDS_A_STEP)
    values = form.records.values(data)
    wrong = form.records.refusals(data)
    reading = [*problems, *wrong]
    seen = Answers(form.fields, values, {})
    groups: dict[str, list[Problem]] = {kind: [] for kind in GROUPS}
    groups |= {
        "answers": list(answers.problems_of(form.records, values, book.by_hand, {p.path for p in reading})),
        "rules": [*book.broken(seen)],
        "reading": reading,
    }
    result = Result(form.name, source, form.records.nested(values), reading, [])
    return Report(form.title, result, groups, _by_section(book.due(seen), form), None, {})


def _by_section(due: Iterable[Due], form: Form) -> list[Due]:
    """What must be attached, in the order of the form's sections; within one, of the rules."""
    found = list(due)
    order: dict[str, int] = {}
    for f in form.fields if found else ():
        order.setdefault(section_of(f.place, f.path), len(order))
    return sorted(found, key=lambda d: order[d.section])
