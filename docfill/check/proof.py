"""The round-trip proof: the form is filled again with what was read, and both documents are compared.

For a file that fill made it is equality, byte for byte.  For any other, the
filled document is read again and must give the same data, and its lines are
compared with those of the returned file; how a number is written or a box drawn
may differ, and every difference is listed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from docfill.check import wording
from docfill.check.tampering import shown_lines
from docfill.check.wording import Change, Piece
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import InvalidData, Place, Problem
from docfill.word.document import Document


@dataclass(frozen=True, slots=True)
class Difference:
    """A line as it is filled in again and as it was returned ("" where it is not), with the field nearest to it."""

    filled: str
    returned: str
    place: Place


@dataclass(slots=True)
class Proof:
    """What came of filling the form again.

    Attributes:
        is_identical: whether the filled document is the returned file, byte for byte.
        problems: fields that read back otherwise, or could not be filled in.
        differences: each line of words or answers that differs.
    """

    is_identical: bool
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_same_data(self) -> bool:
        """Whether the filled document says what was read from the returned one."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "identical": self.is_identical,
            "same_data": self.is_same_data,
            "differences": [
                {"filled": d.filled, "returned": d.returned, "place": d.place.to_dict()} for d in self.differences
            ],
        }


def prove(form: Form, document: Document, result: Result) -> Proof:
    """The proof for one returned document."""
    data, problems = _fillable(form, result.data)
    filled = form.fill(data)
    if filled == document.package.data:
        return Proof(True, problems)
    again = form.extract(filled)
    expected = form.records.nested(form.records.flatten(data))
    for f in form.fields:
        read, wanted = value_at(again.data, f.steps), value_at(expected, f.steps)
        if read != wanted:
            problems.append(Problem("reads-otherwise", f.path, read, wanted, f.place))
    ours, theirs = shown_lines(Document(filled)), shown_lines(document)
    if sum(len(line.text) for line in theirs) > wording.LONGEST:
        return Proof(False, problems)
    changes = wording.changes([Piece(line.text) for line in ours], theirs)
    return Proof(False, problems, _differences(changes, document, result))


def _differences(changes: Iterable[Change], document: Document, result: Result) -> list[Difference]:
    """The changes, each at the place of the answer that stands on its line, or in its cell."""
    known = {place.xml: place for place in result.places.values() if place.xml}
    found = []
    for change in changes:
        element = change.line.element if change.line is not None else None
        at = document.where(element)
        above = (path for path in _upwards(at) if path in known)
        place = known.get(next(above, ""), Place())
        found.append(Difference(change.piece.text.strip(), change.after, replace(place, xml=at)))
    return found


def _upwards(path: str) -> Iterator[str]:
    """A position in a document and those around it, up to the cell that it is in."""
    while path:
        yield path
        if path.rpartition("/")[2].startswith("w:tc"):
            return
        path = path.rpartition("/")[0]


def value_at(record: Any, steps: tuple[str, ...]) -> Any:
    """The value of a field in a nested record."""
    for step in steps:
        record = record[step]
    return record


def _fillable(form: Form, data: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The record without what the form refuses, and a problem for each such field."""
    try:
        form.records.flatten(data)
    except InvalidData as refused:
        kept = copy.deepcopy(data)
        problems: dict[str, Problem] = {}
        places = {f.path: f for f in form.fields}
        for problem in refused.problems:
            path = problem.path.partition("[")[0]
            f = places[path]
            *groups, last = f.steps
            value_at(kept, tuple(groups))[last] = None
            problems.setdefault(path, Problem("not-fillable", path, problem.message, None, f.place))
        return kept, list(problems.values())
    return data, []
