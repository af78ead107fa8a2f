"""Extract: from a returned document to values, problems and leftovers.

A document that fill made, untouched since, is undone exactly by the pattern; any
other is aligned with the skeleton.  Both give raw text at each field, of which
the codecs make values here, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docfill.data import nested
from docfill.fields import Field
from docfill.problems import Place, Problem
from docfill.read.reader import Found, Mark, Raw
from docfill.text import fold
from docfill.values import CODECS, Reading
from docfill.word.document import Element


@dataclass(slots=True)
class Leftover:
    """Text of the document that neither the form nor any field accounts for."""

    text: str
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """In the shape of the JSON contract."""
        return {"text": self.text, "place": self.place.to_dict()}


@dataclass(slots=True)
class Result:
    """What one returned document says.

    Attributes:
        form: the form's name.
        source: the file it was read from, or "".
        data: the record, in the shape of the contract.
        problems: the doubts, in form order.
        leftovers: text that belongs to nothing.
        places: where each field's value stands, by path.
    """

    form: str
    source: str
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """In the shape of the JSON contract."""
        return {
            "form": self.form,
            "source": self.source,
            "data": self.data,
            "problems": [p.to_dict() for p in self.problems],
            "leftovers": [x.to_dict() for x in self.leftovers],
        }


def raw_from_pattern(values: dict[str, Any], fields: Sequence[Field]) -> Raw:
    """What the pattern read, in the reader's shape."""
    raw = Raw()
    for f in fields:
        shown = values.get(f.path)
        if f.kind in ("choice", "choices"):
            ticked = [shown] if isinstance(shown, str) else shown or []
            raw.marks[f.path] = [Mark(o, o in ticked, "") for o in f.options]
        elif f.kind == "rows":
            raw.rows[f.path] = [{c: Found(row.get(c, "")) for c in f.columns} for row in shown or ()]
        else:
            raw.answers[f.path] = Found("\n".join(shown) if isinstance(shown, list) else shown or "")
    return raw


def result_from_raw(
    name: str, source: str, raw: Raw, fields: Sequence[Field], compute: Callable[[str, Any], str], where: Callable[[Element | None], str]
) -> Result:
    """The values, problems and places that the raw text amounts to.

    `where` gives an element's position in the XML; `compute` what a derived
    expression gives for the data that was read.
    """
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for f in fields:
        element: Element | None = None
        if f.kind in ("choice", "choices"):
            marks = raw.marks.get(f.path, [])
            element = next((m.element for m in marks if m.element is not None), None)
            values[f.path] = _ticked(f, marks, problems)
        elif f.kind == "rows":
            records = raw.rows.get(f.path, [])
            element = next((x.element for r in records for x in r.values()), None)
            values[f.path] = [{c: _value(f, r.get(c, Found("")).text, "text").value for c in f.columns} for r in records]
        elif f.path in raw.answers:
            found = raw.answers[f.path]
            element = found.element
            reading = _value(f, found.text, f.kind)
            values[f.path] = reading.value
            if reading.problem:
                problems.append(Problem(reading.problem, f.path, found.text.strip(), CODECS[f.kind].zh))
        places[f.path] = replace(f.place, xml=where(element))
    record = nested(values, fields)
    for expression, found in raw.computed:
        expected = compute(expression, record)
        if fold(expected) != fold(found.text):
            problems.append(Problem("derived-differs", "", found.text.strip(), expected, Place(xml=where(found.element))))
    order = {f.path: index for index, f in enumerate(fields)}
    located = [replace(p, place=places[p.path]) if p.path in places else p for p in [*problems, *raw.problems]]
    located.sort(key=lambda p: order.get(p.path, len(order)))
    leftovers = [Leftover(text, Place(xml=where(element))) for text, element in raw.leftovers]
    return Result(name, source, record, located, leftovers, places)


def _value(f: Field, shown: str, kind: str) -> Reading:
    return CODECS[kind].parse(shown, f.unit or None)


def _ticked(f: Field, marks: list[Mark], problems: list[Problem]) -> Any:
    """The chosen options; a mark that says neither yes nor no is a problem, not a guess."""
    chosen = [m.option for m in marks if m.is_ticked]
    for mark in marks:
        if mark.is_ticked is None:
            problems.append(Problem("unclear-tick", f.path, mark.drawn, mark.option))
    if f.kind == "choices":
        return [o for o in f.options if o in chosen]
    if len(set(chosen)) > 1:
        problems.append(Problem("several-ticks", f.path, " | ".join(chosen), None))
        return None
    return chosen[0] if chosen else None
