"""Extract: from a returned document to values, problems and leftovers.

A document that fill made, untouched since, is undone exactly by the pattern; any
other is aligned with the skeleton.  Both give raw text at each field, of which
the codecs make values here, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from docfill.data import Records
from docfill.fields import Field
from docfill.problems import DocfillError, Place, Problem
from docfill.read.reader import Found, Mark, Raw
from docfill.text import fold
from docfill.values import CODECS
from docfill.word.document import Document


@dataclass(slots=True)
class Leftover:
    """Text of the document that neither the form nor any field accounts for."""

    text: str
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """In the shape of the JSON contract."""
        return {"text": self.text, "place": self.place.to_dict()}

    @classmethod
    def from_dict(cls, known: Mapping[str, Any]) -> Leftover:
        """What `to_dict` gave; KeyError or TypeError of anything else."""
        return cls(known["text"], Place(**known["place"]))


@dataclass
class Result:
    """What one returned document says: plain data, but for the way to its places.

    A pickle or a copy by `plain` leaves the document, and so the places, behind.

    Attributes:
        form: the form's name.
        source: the file it was read from, or "".
        data: the record, in the shape of the contract.
        problems: the doubts, in form order.
        leftovers: text that belongs to nothing.
        texts: the answers as they were written, by path; of ticks and rows there are none.
        locate: finds the places in the document, which it keeps alive; None where that is gone.
    """

    form: str
    source: str
    data: dict[str, Any]
    problems: list[Problem]
    leftovers: list[Leftover]
    texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    locate: Callable[[], dict[str, Place]] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each field's value stands, by path; worked out when first asked for.

        Raises:
            DocfillError: the result came from another process or a file, without its document.
        """
        if self.locate is None:
            raise DocfillError(
                f"{self.source}：这个结果不带原文件，查不到位置；请直接用 Form.extract 读取",
                f"{self.source}: this result has no document to find places in; read the file with Form.extract",
            )
        return self.locate()

    def plain(self) -> Result:
        """The result without the document."""
        return replace(self, locate=None)

    def __reduce__(self) -> tuple[Any, ...]:
        return Result, (self.form, self.source, self.data, self.problems, self.leftovers)

    def to_dict(self) -> dict[str, Any]:
        """In the shape of the JSON contract."""
        return {
            "form": self.form,
            "source": self.source,
            "data": self.data,
            "problems": [p.to_dict() for p in self.problems],
            "leftovers": [x.to_dict() for x in self.leftovers],
        }

    @classmethod
    def from_dict(cls, known: Mapping[str, Any]) -> Result:
        """What `to_dict` gave; KeyError or TypeError of anything else."""
        problems = [Problem.from_dict(p) for p in known["problems"]]
        leftovers = [Leftover.from_dict(x) for x in known["leftovers"]]
        return cls(known["form"], known["source"], known["data"], problems, leftovers)


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
    name: str,
    document: Document,
    raw: Raw,
    fields: Sequence[Field],
    records: Records,
    compute: Callable[[str, Any], str],
    align: Callable[[], Raw],
) -> Result:
    """The values, problems and places that the raw text amounts to.

    Args:
        name: the form's name.
        document: what was read.
        raw: the text at each field.
        fields: the form's fields.
        records: what shapes its records.
        compute: what a derived expression gives for the data that was read.
        align: the reading that knows where everything stands, for the places.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for f in fields:
        if f.kind in ("choice", "choices"):
            values[f.path] = _ticked(f, raw.marks.get(f.path, []), problems)
        elif f.kind == "rows":
            texts = [{c: r[c].text if c in r else "" for c in f.columns} for r in raw.rows.get(f.path, [])]
            values[f.path] = [{c: CODECS["text"].parse(t, None).value for c, t in row.items()} for row in texts]
        elif f.path in raw.answers:
            found = raw.answers[f.path]
            reading = CODECS[f.kind].parse(found.text, f.unit or None)
            values[f.path] = reading.value
            if reading.problem:
                problems.append(Problem(reading.problem, f.path, found.text.strip(), CODECS[f.kind].zh))
    record = records.nested(values)
    for expression, found in raw.computed:
        expected = compute(expression, record)
        if fold(expected) != fold(found.text):
            place = Place(xml=document.where(found.element))
            problems.append(Problem("derived-differs", "", found.text.strip(), expected, place))
    doubted = {p.path for p in (*problems, *raw.problems)}
    problems += [
        Problem("place-missing", f.path, None, f.path) for f in fields if f.path not in doubted and _is_unread(f, raw)
    ]
    by_path = {f.path: (index, f) for index, f in enumerate(fields)}
    located = []
    for problem in [*problems, *raw.problems]:
        if problem.path in by_path:
            problem = replace(problem, place=_place(by_path[problem.path][1], raw, document))
        located.append(problem)
    for problem, near in raw.lost:
        located.append(replace(problem, place=by_path[near][1].place) if near in by_path else problem)
    located.sort(key=lambda p: by_path[p.path][0] if p.path in by_path else len(by_path))
    leftovers = [
        Leftover(
            stray.text,
            replace(
                by_path[stray.near][1].place if stray.near in by_path else Place(), xml=document.where(stray.element)
            ),
        )
        for stray in raw.leftovers
    ]

    def locate() -> dict[str, Place]:
        known = align()
        return {f.path: _place(f, known, document) for f in fields}

    written = {path: found.text for path, found in raw.answers.items()}
    return Result(name, document.name, record, located, leftovers, written, locate)


def _place(f: Field, raw: Raw, document: Document) -> Place:
    """The form's words for a field's place, and the XML position of what stands there."""
    shown: list[Found | Mark] = [*raw.marks.get(f.path, []), *(x for r in raw.rows.get(f.path, []) for x in r.values())]
    if f.path in raw.answers:
        shown.append(raw.answers[f.path])
    element = next((x.element for x in shown if x.element is not None), None)
    return replace(f.place, xml=document.where(element))


def _is_unread(f: Field, raw: Raw) -> bool:
    """Whether nothing was read at a field's place, not even a blank."""
    if f.kind in ("choice", "choices"):
        marks = raw.marks.get(f.path, ())
        return len(marks) < len(f.options) and {m.option for m in marks} < set(f.options)
    return f.path not in (raw.rows if f.kind == "rows" else raw.answers)


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
