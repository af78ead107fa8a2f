"""The round-trip proof: the form is filled again with what was read, and both documents are compared.

For a file that fill made it is equality, byte for byte.  For any other, the
filled document is read again and must give the same data; what of the answers and
of the form's words stands otherwise in the returned file is listed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from docfill.check.tampering import Compared
from docfill.check.wording import letters
from docfill.data import value_at
from docfill.extract import Result
from docfill.form import Form
from docfill.kinds import Written
from docfill.problems import InvalidData, Place, Problem
from docfill.word.document import Document


@dataclass(frozen=True, slots=True)
class Difference:
    """Text as it is filled in again and as it was returned ("" where it is not), with the field nearest to it."""

    filled: str
    returned: str
    place: Place


@dataclass(slots=True)
class Proof:
    """What came of filling the form again.

    Attributes:
        is_identical: whether the filled document is the returned file, byte for byte.
        problems: fields that read back otherwise, or could not be filled in.
        differences: the answers and words that stand otherwise in the returned file.
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


def prove(form: Form, document: Document, result: Result, words: Compared) -> Proof:
    """The proof for one returned document, whose words were compared with the form's."""
    written = result.in_document.written
    data, values, problems = (result.data, written, []) if written is not None else _fillable(form, result.data)
    parts = form.exact.parts_for(values)
    if document.package.data == (form.fill(data) if parts is None else form.exact.made_of(parts, document.package)):
        return Proof(True, problems)
    expected = form.records.nested(values)
    if parts is None or form.exact.record_in(parts) != expected:  # only the document itself can tell
        problems += _read_otherwise(form, data, expected)
    differences = [*_written_otherwise(form, document, result, values)]
    known = {f.path: f.place for f in form.fields}
    for change in words.changes or ():
        element = change.line.element if change.line is not None else None
        place = known.get(change.piece.path, Place())
        where = replace(place, xml=document.where(element))
        differences.append(Difference(change.piece.text.strip(), change.after, where))
    return Proof(False, problems, differences)


def _read_otherwise(form: Form, data: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Problem]:
    """The fields that a filled document says otherwise than is expected."""
    again = form.extract(form.fill(data))
    for f in form.fields:
        read, wanted = value_at(again.data, f.steps), value_at(expected, f.steps)
        if read != wanted:
            yield Problem("reads-otherwise", f.path, read, wanted, f.place)


def _written_otherwise(
    form: Form, document: Document, result: Result, values: Mapping[str, Any]
) -> Iterator[Difference]:
    """The answers whose letters stand otherwise in the document than fill writes them for some values by path."""
    found_at = result.assignment.at
    for f in form.fields:
        held = found_at(f.path) if isinstance(f.kind, Written) else None
        if held is None or held.text is None:
            continue
        value = values.get(f.path)
        ours = "" if value is None else f.kind.format(value)
        for found in (held.text, *held.also):
            if ours != found.text and letters(ours) != letters(found.text):
                place = replace(f.place, xml=document.where(found.element))
                yield Difference(ours, found.text.strip(), place)


def _fillable(form: Form, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """The record without what the form refuses, its values by path, and a problem for each such field."""
    try:
        return data, form.records.flatten(data), []
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
        return kept, form.records.flatten(kept), list(problems.values())
