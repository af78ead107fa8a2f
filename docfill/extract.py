"""Extract: from a returned document to values, problems and leftovers.

A document that fill made, untouched since, is undone exactly by the pattern; any
other is aligned with the skeleton.  Both give raw text at each field, of which
the codecs make values here, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from docfill.data import Records
from docfill.fields import Field
from docfill.problems import DocfillError, Place, Problem
from docfill.read.raw import Found, Mark, Raw, is_answered
from docfill.template import rendering
from docfill.template.pattern import FLAG
from docfill.template.rendering import loop_at
from docfill.template.skeleton import Section, paths_of
from docfill.template.tree import EACH, Computed, level_of, within
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
        texts: the answers as they were written, by path; of ticks, and of texts in repeated rows, there are none.
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
                "bad-argument",
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
        elif f.kind == "boolean":
            raw.marks[f.path] = [Mark("", bool(values.get(FLAG + f.path)), "")]
        elif f.kind == "rows":
            rows = [raw_from_pattern(row, f.fields) for row in shown or ()]
            dates = {c.path for c in f.fields if c.kind == "date"}
            raw.rows[f.path] = [row for row in rows if not f.keys or is_answered(row, f.key, dates)]
        elif f.kind == "texts":
            raw.texts[f.path] = [Found(item[""]) for item in shown or ()]
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
    problems: list[Problem] = []
    values = _values(raw, fields, "", problems)
    record = records.nested(values)
    unread = [path for path, f in _all(fields, "") if not f.is_readable]
    recomputing = _Recomputing(compute, set(unread), document)
    recomputing.record(raw, fields, [record])
    problems += recomputing.problems
    doubted = {p.path for p in (*problems, *raw.problems)}
    problems += [
        Problem("place-missing", f.path, None, f.path)
        for f in fields
        if f.is_readable and f.path not in doubted and _is_unread(f, raw)
    ]
    shown_otherwise = (path.replace(EACH, "") for path in unread)
    problems += [Problem("not-read", path) for path in shown_otherwise if path not in doubted]
    by_path = {f.path: (index, f) for index, f in enumerate(fields)}
    located = []
    for problem in [*problems, *raw.problems]:
        if (path := _owner(problem.path, by_path)) in by_path and not problem.place.xml:
            problem = replace(problem, place=_place(by_path[path][1], raw, document))
        located.append(problem)
    for problem, near in raw.lost:
        located.append(replace(problem, place=by_path[near][1].place) if near in by_path else problem)
    located.sort(key=lambda p: by_path[path][0] if (path := _owner(p.path, by_path)) in by_path else len(by_path))
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
    written.update(_written(raw, fields, ""))
    return Result(name, document.name, record, located, leftovers, written, locate)


def _values(raw: Raw, fields: Sequence[Field], before: str, problems: list[Problem]) -> dict[str, Any]:
    """The values by path, or by column of one record; the problems' paths begin with `before`."""
    values: dict[str, Any] = {}
    for f in fields:
        path = before + f.path
        if f.kind in ("choice", "choices", "boolean"):
            values[f.path] = _ticked(f, path, _marks(f, raw), problems)
        elif f.kind == "rows":
            rows = raw.rows.get(f.path, [])
            values[f.path] = [_values(row, f.fields, f"{path}[{n}].", problems) for n, row in enumerate(rows)]
        elif f.kind == "texts":
            shown = (CODECS["text"].parse(found.text, None).value for found in raw.texts.get(f.path, ()))
            values[f.path] = [text for text in shown if text is not None]
        elif f.path in raw.answers:
            found = raw.answers[f.path]
            reading = CODECS[f.kind].parse(found.text, f.unit or None)
            values[f.path] = reading.value
            if reading.problem:
                problems.append(Problem(reading.problem, path, found.text.strip(), CODECS[f.kind].zh))
        else:
            values[f.path] = None
    return values


def _written(raw: Raw, fields: Sequence[Field], before: str) -> Iterator[tuple[str, str]]:
    """The answers in records that are no texts, as they were written."""
    for f in fields:
        for index, row in enumerate(raw.rows.get(f.path, ()) if f.kind == "rows" else ()):
            here = f"{before}{f.path}[{index}]."
            typed = (c for c in f.fields if c.kind in ("number", "integer", "date") and c.path in row.answers)
            yield from ((here + c.path, row.answers[c.path].text) for c in typed)
            yield from _written(row, f.fields, here)


def _marks(f: Field, raw: Raw) -> list[Mark]:
    """What is drawn at the options of a field, and what the sections say that depend on it."""
    told = [
        Mark(section.option, stands != section.is_otherwise, "")
        for section, stands in raw.sections
        if within(section.path) == f.path.rpartition(EACH)[2] and section.kind == f.kind
    ]
    return [*raw.marks.get(f.path, []), *(told if f.kind == "boolean" else [m for m in told if m.is_ticked])]


class _Recomputing:
    """Holds what was read against itself: derived values, and the parts that depend on an answer."""

    def __init__(self, compute: Callable[[str, Any], str], unread: set[str], document: Document) -> None:
        self._compute, self._unread, self._document = compute, unread, document
        self.problems: list[Problem] = []

    def record(self, raw: Raw, fields: Sequence[Field], records: list[dict[str, Any]], loop: Any = None) -> None:
        """Adds what differs in one record; `records` are those around it, and it."""
        for node, found in raw.computed:
            expected = self._value(node, records, loop)
            if expected is not None and fold(expected) != fold(found.text):
                place = Place(xml=self._document.where(found.element))
                self.problems.append(Problem("derived-differs", "", found.text.strip(), expected, place))
        kinds = {f.path: f.kind for f in fields}
        for section, stands in raw.sections:
            is_flag = section.kind == "boolean" and kinds.get(within(section.path)) == "boolean"
            due = None if is_flag else self._is_due(section, records, loop, stands)
            if due is not None and due != stands:
                path = "" if EACH in section.path else section.path
                self.problems.append(Problem("section-differs", path, None, section.words))
        for f in fields:
            for index, row in enumerate(raw.rows.get(f.path, ()) if f.kind == "rows" else ()):
                rows = _step_into(records[-1], f.steps)
                self.record(row, f.fields, [*records, rows[index]], loop_at(index, len(rows)))

    def _value(self, node: Computed, records: list[dict[str, Any]], loop: Any) -> str | None:
        """What a derived expression gives; None where it reads what can't be read."""
        if not self._unread.isdisjoint(node.paths):
            return None
        names = {name: _at(records, path) for name, path in node.names}
        return self._compute(node.source, {**records[0], "loop": loop, **names})

    def _is_due(self, section: Section, records: list[dict[str, Any]], loop: Any, stands: bool) -> bool | None:
        """Whether a part should stand there; None where that can't be told."""
        if section.condition is not None:
            value = self._value(section.condition, records, loop)
            return None if value is None else (value not in rendering.FALSE) != section.is_otherwise
        if section.path in self._unread:
            return None
        value = _at(records, section.path)
        if section.kind == "boolean":
            is_answered = value not in (None, "", [], False)
            is_blank_there = stands and not is_answered and section.path in paths_of(section.units)
            return None if is_blank_there else is_answered != section.is_otherwise
        return (section.option in (value or ()) if section.kind == "choices" else value == section.option) != (
            section.is_otherwise
        )


def _at(records: list[dict[str, Any]], path: str) -> Any:
    """What the records have at a path."""
    steps = within(path)
    return _step_into(records[level_of(path)], steps.split(".") if steps else ())


def _step_into(record: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def _all(fields: Sequence[Field], inside: str) -> Iterator[tuple[str, Field]]:
    """Every field with its path, those of repeated records too."""
    for f in fields:
        path = f"{inside}.{f.path}" if inside else f.path
        yield path, f
        yield from _all(f.fields, path + EACH)


def _owner(path: str, known: Mapping[str, Any]) -> str:
    """The field that a problem's path is in: `清单` of `清单[2].数量`."""
    return path if path in known else path.partition("[")[0]


def _place(f: Field, raw: Raw, document: Document) -> Place:
    """The form's words for a field's place, and the XML position of what stands there."""
    shown: list[Found | Mark] = [*raw.marks.get(f.path, []), *raw.texts.get(f.path, [])]
    shown += [found for row in raw.rows.get(f.path, []) for found in row.answers.values()]
    if f.path in raw.answers:
        shown.append(raw.answers[f.path])
    element = next((x.element for x in shown if x.element is not None), None)
    return replace(f.place, xml=document.where(element))


def _is_unread(f: Field, raw: Raw) -> bool:
    """Whether nothing was read at a field's place, not even a blank."""
    if f.kind in ("choice", "choices"):
        told = {s.option for s, _ in raw.sections if s.path == f.path}
        marks = raw.marks.get(f.path, ())
        return len(marks) + len(told) < len(f.options) and {m.option for m in marks} | told < set(f.options)
    if f.kind == "boolean":
        return not raw.marks.get(f.path) and not any(s.path == f.path for s, _ in raw.sections)
    return f.path not in {"rows": raw.rows, "texts": raw.texts}.get(f.kind, raw.answers)  # type: ignore[operator]


def _ticked(f: Field, path: str, marks: list[Mark], problems: list[Problem]) -> Any:
    """The chosen options; a mark that says neither yes nor no is a problem, not a guess."""
    chosen = [m.option for m in marks if m.is_ticked]
    for mark in marks:
        if mark.is_ticked is None:
            problems.append(Problem("unclear-tick", path, mark.drawn, mark.option))
    if f.kind == "boolean":
        if len({m.is_ticked for m in marks}) > 1:
            problems.append(Problem("ambiguous", path, True, False))
        return bool(chosen)
    if f.kind == "choices":
        return [o for o in f.options if o in chosen]
    if len(set(chosen)) > 1:
        problems.append(Problem("several-ticks", path, " | ".join(chosen), None))
        return None
    return chosen[0] if chosen else None
