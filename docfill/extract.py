"""Extract: from a returned document to values, problems and leftovers.

A document that fill made, untouched since, is undone exactly by the pattern; any
other is aligned with the skeleton.  Both give raw text at each field, of which
the kinds make values here, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from docfill import limits
from docfill.data import Records, set_value, value_at
from docfill.fields import Field
from docfill.kinds import Kind, Standing
from docfill.notebook import as_html
from docfill.problems import DocfillError, Place, Problem, Said, edition_of, explained, say, told
from docfill.read import labelled
from docfill.read.assignment import Assignment, Found, Mark, Owned
from docfill.read.columns import SEVERAL
from docfill.template import rendering
from docfill.template.pattern import Printed, Raw
from docfill.template.rendering import loop_at
from docfill.template.tree import EACH, Computed, level_of, within
from docfill.template.units import Section, paths_of
from docfill.text import fold, undecorated, year_in, year_named
from docfill.word.document import Block, Document, Element, Table, paragraphs_of
from docfill.word.media import paper_of

_STEPS_A_LEFTOVER = 30


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


class InDocument:
    """Where a result's values stand in the document that it was read from; worked out when first asked for."""

    def __init__(
        self, document: Document, fields: Sequence[Field], align: Callable[[], Assignment], is_undone: bool = False
    ) -> None:
        self.document, self._fields, self._align = document, fields, align
        self.is_undone = is_undone
        """Whether the document is what fill writes, to the byte, so that all words of the form stand in it."""
        self.written: Mapping[str, Any] | None = None
        """The values by path that fill writes it with, where that is known."""

    @cached_property
    def assignment(self) -> Assignment:
        """Which characters are which place's."""
        return self._align()

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each field's value stands, by path."""
        return _Places(self._fields, self.assignment, self.document)


class _Places(Mapping[str, Place]):
    """Where each field's value stands, by path; each worked out when first asked for."""

    def __init__(self, fields: Sequence[Field], found: Assignment, document: Document) -> None:
        self._fields = {f.path: f for f in fields}
        self._found, self._document = found, document
        self._known: dict[str, Place] = {}

    def __getitem__(self, path: str) -> Place:
        if path not in self._known:
            self._known[path] = _place(self._fields[path], self._found, self._document)
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(repr=False)
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
        standing: the way to the document, which it keeps alive; None where that is gone.
    """

    form: str
    source: str
    data: dict[str, Any]
    problems: list[Problem]
    leftovers: list[Leftover]
    texts: dict[str, str] = field(default_factory=dict, compare=False)
    standing: InDocument | None = field(default=None, compare=False)

    @property
    def places(self) -> Mapping[str, Place]:
        """Where each field's value stands, by path; worked out when first asked for.

        Raises:
            DocfillError: the result came from another process or a file, without its document.
        """
        return self.in_document.places

    @property
    def assignment(self) -> Assignment:
        """Which characters of the document are which place's; worked out when first asked for.

        Raises:
            DocfillError: as `places`.
        """
        return self.in_document.assignment

    def owners(self) -> Iterator[Owned]:
        """Every character of the document's body with its owner, in reading order.

        Raises:
            DocfillError: as `places`.
        """
        there = self.in_document
        return there.assignment.owners(paragraphs_of(there.document.blocks))

    @property
    def in_document(self) -> InDocument:
        """The way to the document that was read."""
        if self.standing is None:
            raise DocfillError(
                f"{self.source}：这个结果不带原文件，查不到位置；请直接用 Form.extract 读取",
                f"{self.source}: this result has no document to find places in; read the file with Form.extract",
                "bad-argument",
            )
        return self.standing

    def told(self) -> list[Problem]:
        """What is told of the document one by one: its doubts and leftovers, but for those that another explains."""
        doubts = [p for p in self.problems if p.severity != "note"]
        if not edition_of(self.problems):
            doubts += [Problem("leftover", found=x.text, place=x.place) for x in self.leftovers]
        return told(doubts)

    def row(self) -> dict[str, Any]:
        """All answers side by side, by path, behind `form` and `source`: a row of a data frame of results."""
        return {"form": self.form, "source": self.source, **dict(_answers(self.data, ""))}

    def rows(self) -> list[dict[str, Any]]:
        """An answer a row, for a data frame: form, source, path, value, and what is doubtful in it (or None)."""
        told: dict[str, list[str]] = {}
        for problem in self.problems:
            if problem.severity != "note":
                told.setdefault(problem.path.partition("[")[0], []).append(problem.message)
        return [
            {
                "form": self.form,
                "source": self.source,
                "path": path,
                "value": value,
                "problem": "\n".join(told[path]) if path in told else None,
            }
            for path, value in _answers(self.data, "")
        ]

    def __repr__(self) -> str:
        return f"<Result {self.source or self.form!r}: {self._in_numbers(len(list(self._said())))}>"

    def _repr_html_(self) -> str:
        """The result in a notebook: its doubts, then what was answered."""
        headers = (say("项", "field"), say("答案", "answer"), say("疑问", "doubt"))
        said = sorted(self._said(), key=lambda r: r["problem"] is None)
        rows = [(r["path"], r["value"], r["problem"]) for r in said]
        return as_html(f"{self.source or self.form}：{self._in_numbers(len(rows))}", headers, rows)

    def _said(self) -> Iterator[dict[str, Any]]:
        """The rows of what was answered or is in doubt."""
        return (r for r in self.rows() if r["value"] not in (None, []) or r["problem"])

    def _in_numbers(self, count: int) -> str:
        doubts, strays = len(self.problems), len(self.leftovers)
        return say(
            f"{count} 项，{doubts} 条疑问，{strays} 处未归入", f"{count} fields, {doubts} doubts, {strays} left over"
        )

    def plain(self) -> Result:
        """The result without the document."""
        return replace(self, standing=None)

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


def _answers(data: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    """The path and value of every answer in a record."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _answers(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def result_by_pattern(
    name: str,
    document: Document,
    values: Raw,
    fields: Sequence[Field],
    records: Records,
    align: Callable[[], Assignment],
) -> Result | None:
    """What the pattern read, as if it had been found; None where a kind doubts any of it.

    The arguments are those of `result_of`, and the answers by path.
    """
    problems: list[Problem] = []
    standing = _shown(values, fields)
    record = records.nested(_values(standing, fields, problems))
    written = dict(_written(standing, fields, ""))
    there = InDocument(document, fields, align, is_undone=True)
    return Result(name, document.name, record, [], [], written, there) if not problems else None


def record_by_pattern(values: Raw, fields: Sequence[Field], records: Records) -> dict[str, Any] | None:
    """The record of `result_by_pattern`; None where a kind doubts any of it."""
    problems: list[Problem] = []
    record = records.nested(_values(_shown(values, fields), fields, problems))
    return record if not problems else None


def _shown(values: Raw, fields: Sequence[Field]) -> dict[str, Standing]:
    """What stands at the places of fields, as the pattern read it."""
    standing = {}
    for f in fields:
        shown = values.get(Printed(f.path) if f.kind.is_flag else f.path)
        if f.kind.has_records:
            rows = [_shown(row, f.fields) for row in shown or ()]
            shown = [row for row in rows if not f.keys or _says_more(row, f)]
        standing[f.path] = f.kind.standing(shown, f)
    return standing


def _says_more(row: Mapping[str, Standing], f: Field) -> bool:
    """Whether anything is said in a record, besides the key that the form prints itself."""
    said = (c.kind.read(row[c.path], c, c.path)[0] for c in f.fields if c.path != f.key)
    return any(value is not None and value != [] and value is not False for value in said)


def result_of(
    name: str,
    document: Document,
    found: Assignment,
    fields: Sequence[Field],
    records: Records,
    compute: Callable[[str, Any], str],
    unread: Sequence[str],
) -> Result:
    """The values, problems and places that what was found amounts to.

    Args:
        name: the form's name.
        document: what was read.
        found: what stands at each field.
        fields: the form's fields.
        records: what shapes its records.
        compute: what a derived expression gives for the data that was read.
        unread: the paths of the fields that cannot be read (see `unread_in`).
    """
    problems: list[Problem] = []
    standing = _standing(fields, found)
    values = _values(standing, fields, problems)
    unfilled = {p.path for p in found.problems if p.code == "placeholder"}
    problems = [p for p in problems if p.path not in unfilled]  # what is no answer is no wrong one either
    problems += labelled.doubts(fields, found)
    told = {(p.path, p.code in _OF_TICKS) for p in (*problems, *found.problems)}
    problems += _unticked(records, values, told)
    record = records.nested(values)
    recomputing = _Recomputing(compute, set(unread), document)
    recomputing.record(found, fields, [record])
    problems += recomputing.problems
    doubted = {p.path for p in (*problems, *found.problems)}
    problems += [
        Problem("place-missing", f.path, None, f.path)
        for f in fields
        if f.is_readable and f.path not in doubted and f.kind.is_missing(standing[f.path], f)
    ]
    shown_otherwise = (path.replace(EACH, "") for path in unread)
    problems += [Problem("not-read", path) for path in shown_otherwise if path not in doubted]
    is_told = problems or found.problems or found.lost or found.leftovers
    by_path = {f.path: (index, f) for index, f in enumerate(fields)} if is_told else {}
    located = []
    for problem in [*problems, *found.problems]:
        if (path := _owner(problem.path, by_path)) in by_path and not problem.place.xml:
            problem = replace(problem, place=_place(by_path[path][1], found, document))
        located.append(problem)
    for problem, near in found.lost:
        located.append(replace(problem, place=by_path[near][1].place) if near in by_path else problem)
    located.sort(key=lambda p: by_path[path][0] if (path := _owner(p.path, by_path)) in by_path else len(by_path))
    limits.spend(_STEPS_A_LEFTOVER * len(found.leftovers))
    leftovers = [
        Leftover(
            stray.text,
            replace(
                by_path[stray.near][1].place if stray.near in by_path else Place(), xml=document.where(stray.element)
            ),
        )
        for stray in found.leftovers
    ]

    written = dict(_written(standing, fields, ""))
    answered = [f for f in fields if f.path in written]
    for f in _of_no_year(located, leftovers, answered, written, found, document):
        set_value(record, f.steps, None)
        leftovers.append(Leftover(written.pop(f.path), f.place))
        located = [p for p in located if p.path != f.path]
        located.append(Problem("place-missing", f.path, None, _year_at(f.place), f.place))
    located += _under_other_headings(located, fields, written)
    located = _of_other_years(located, leftovers, fields, written)
    if leftovers:
        located += _records_of_other_years(fields, leftovers)
    located = [*_each_change_once(located)]
    return Result(name, document.name, record, located, leftovers, written, InDocument(document, fields, lambda: found))


def _records_of_other_years(fields: Sequence[Field], leftovers: Sequence[Leftover]) -> list[Problem]:
    """The doubts about records a column of which has another year in its heading: 2022年基准值 for 2023年基准值."""
    there = dict.fromkeys(undecorated(x.text.strip()) for x in leftovers)
    others = [(year, label) for label in there if (year := year_named(label))]
    found = []
    for f in (f for f in fields if f.kind.has_records) if others else ():
        for column in f.columns:
            own = year_named(column)
            same = (label for year, label in others if year != own and label.replace(year, own) == column)
            found += [Problem("label-altered", f.path, label, column, f.place) for label in same if own]
    return found


_WORDS_LOST = "template-text-missing"


def _each_change_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems but those on words of the form that stand there otherwise, of which another one tells already."""
    ordered = [*problems]
    told = {(p.found, p.expected) for p in ordered if p.code == "label-altered"}
    for problem in ordered:
        change = problem.found, problem.expected
        if problem.code != _WORDS_LOST or problem.found is None or change not in told:
            yield problem
        if problem.code == _WORDS_LOST:
            told.add(change)


def _of_other_years(
    problems: list[Problem], leftovers: Sequence[Leftover], fields: Sequence[Field], written: Mapping[str, str]
) -> list[Problem]:
    """Problems behind the one that explains them, where a file has columns of other years than the form.

    It is such a file where years that the form asks are missing, and others, which it does not
    print, are left over.  A year of which some rows only are missing is named where no year is missing altogether.
    """
    lost = _lost_years(problems) | _misplaced_years(problems, fields, written)
    if not lost:
        return problems
    asked = {year_named(label): label for label in lost.values()}
    read = {label for f in fields if f.path not in lost and (label := _year_at(f.place))}
    asked = {year: label for year, label in asked.items() if label not in read} or asked
    there = _other_years(lost, leftovers, problems)
    if not there or not asked:
        return problems
    found, missing = ("、".join(known[year] for year in sorted(known)) for known in (there, asked))
    said = Said(f"{missing}（{len(lost)} 项）", f"{missing} ({len(lost)} fields)")
    code = "older-years" if min(there) < min(asked) else "later-years"
    return [Problem(code, "", found, said), *explained(problems, code, _contradicted(problems, fields, written))]


def _lost_years(problems: Iterable[Problem]) -> dict[str, str]:
    """The years that are missing, as the form calls them, by the paths of the fields that they head."""
    return {p.path: label for p in problems if p.code == "place-missing" and (label := _year_of(p))}


def _misplaced_years(
    problems: Iterable[Problem], fields: Sequence[Field], written: Mapping[str, str]
) -> dict[str, str]:
    """The same of fields without an answer whose row or column is laid out otherwise: in rows of years, say, where the
    form has columns.
    """
    otherwise = {p.path for p in problems if p.code == "cells-differ" and p.found is None}
    unread = (f for f in fields if f.path in otherwise and not written.get(f.path, "").strip())
    return {f.path: label for f in unread if year_named(label := _year_at(f.place))}


def _contradicted(problems: Iterable[Problem], fields: Sequence[Field], written: Mapping[str, str]) -> list[Problem]:
    """The doubts about a place where the other one has the label, too, and says something else."""
    labels = {f.path: fold(f.label.rpartition(" / ")[2]) for f in fields}
    of_places = ((p, fold(str(p.expected))) for p in problems if p.code == "place-ambiguous")
    return [
        p
        for p, there in of_places
        if (label := labels.get(p.path)) and label in there and fold(written.get(p.path, "")) not in there
    ]


def _other_years(lost: Mapping[str, str], leftovers: Iterable[Leftover], problems: Iterable[Problem]) -> dict[str, str]:
    """The years that are left over where others are missing, or stand in their place, as the file calls them."""
    signs = {label[4:] for label in lost.values()}
    standing = [undecorated(x.text.strip()) for x in leftovers]
    standing += [undecorated(str(p.found)) for p in problems if p.code == _WORDS_LOST]
    return {year: label for label in standing if label[4:] in signs and (year := year_named(label))}


def _under_other_headings(
    problems: Sequence[Problem], fields: Sequence[Field], written: Mapping[str, str]
) -> list[Problem]:
    """The doubts about what stands below a heading that is none of the form's: of another year, missing, or one more
    inside of the answer.
    """
    headings = dict(_headings_lost(problems))
    if not headings:
        return []
    found, lost = [], _lost_years(problems)
    for f in (f for f in fields if year_in(_year_at(f.place))):
        label, said = _year_at(f.place), written.get(f.path, "")
        lines = said.split("\n")
        inside = next((n for n, line in enumerate(lines) if n and year_in(line)), 0)
        if inside:
            found.append(Problem("ambiguous", f.path, "\n".join(lines[:inside]), said, f.place))
        if (own := year_in(label)) in headings and f.path not in lost:
            if not said and headings[own] is None:
                found.append(Problem("place-missing", f.path, None, label, f.place))
            elif said and _is_headed_otherwise(own, headings[own]):
                found.append(Problem("label-altered", f.path, headings[own], label, f.place))
    return found


def _headings_lost(problems: Iterable[Problem]) -> Iterator[tuple[str, Any]]:
    """The year of each heading of the form that is not there, with what stands in its place."""
    return ((year, p.found) for p in problems if p.code == _WORDS_LOST and (year := year_in(str(p.expected))))


def _is_headed_otherwise(year: str, found: Any) -> bool:
    """Whether what stands in the place of a year's heading is that of another year."""
    return year_in(str(found)) not in ("", year)


def _of_no_year(
    problems: Sequence[Problem],
    leftovers: Sequence[Leftover],
    fields: Sequence[Field],
    written: Mapping[str, str],
    assigned: Assignment,
    document: Document,
) -> list[Field]:
    """The fields, in a file that has columns of other years, whose answers are of none of the form's: of a year that
    heads nothing in the file, or a year itself, from a row of years that stands where the form has the answers; or they
    stand in a column of another year, as in a row without words, which is read from left to right.
    """
    lost = _lost_years(problems)
    otherwise = {year for year, found in _headings_lost(problems) if _is_headed_otherwise(year, found)}
    there = set(_other_years(lost, leftovers, problems).values()) if lost else ()
    if not there and len(otherwise) < SEVERAL:
        return []
    heads = {year_in(p.text) for p in paragraphs_of(document.blocks)}
    yearly = [(f, year_in(_year_at(f.place))) for f in fields]
    headings = {*there, *(_year_at(f.place) for f, year in yearly if year)}
    columns = _years_over(document)
    return [
        f
        for f, year in yearly
        if year
        and (
            year not in heads
            or written[f.path].strip() in headings
            or _is_in_a_column_of_another_year(f, year, assigned, columns)
        )
    ]


def _is_in_a_column_of_another_year(f: Field, year: str, assigned: Assignment, columns: Mapping[Element, str]) -> bool:
    """Whether what was found for a field that a year heads in its column stands in a cell below another year."""
    text = assigned.text_at(f.path)
    if text is None or text.element is None or not any(map(year_in, f.place.column.split(" / "))):
        return False
    there = next((columns[e] for e in text.element.iterancestors() if e in columns), "")
    return there not in ("", year)


def _years_over(document: Document) -> dict[Element, str]:
    """The year that stands nearest above each cell, in its column, where there is one."""
    found: dict[Element, str] = {}
    waiting: list[Sequence[Block]] = [document.blocks]
    while waiting:
        for table in (block for block in waiting.pop() if isinstance(block, Table)):
            above: dict[tuple[int, int], str] = {}
            for cell in (cell for row in table.rows for cell in row.cells):
                at = cell.column, cell.span
                if year := year_in(cell.text.strip()):
                    above[at] = year
                elif at in above:
                    found[cell.element] = above[at]
                waiting.append(cell.blocks)
    return found


def _year_of(problem: Problem) -> str:
    """The label, of those that name a problem's place, that is a year; "" where none is."""
    expected = str(problem.expected)
    return expected if year_named(expected) else _year_at(problem.place)


def _year_at(place: Place) -> str:
    labels = (*place.row.split(" / "), *place.column.split(" / "))
    return next((label for label in labels if year_in(label)), "")


def _values(standing: Mapping[str, Standing], fields: Sequence[Field], problems: list[Problem]) -> dict[str, Any]:
    """The values by path of what stands there; the doubts are added to `problems`."""
    values: dict[str, Any] = {}
    for f in fields:
        values[f.path], doubts = f.kind.read(standing[f.path], f, f.path)
        problems += doubts
    return values


_OF_TICKS = ("unclear-tick", "several-ticks")


def _unticked(
    records: Records, values: Mapping[str, Any], told: Collection[tuple[str, bool]], before: str = ""
) -> Iterator[Problem]:
    """The doubts on what is written in beside options that are not ticked, in records, too.

    One doubt on each is enough: `told` are the paths of others, and whether these are of ticks.
    """
    for beside in records.beside.values():
        path, group = before + beside.field.path, before + beside.group.path
        said, chosen = values[beside.field.path], values[beside.group.path]
        is_told = (path, False) in told or (path, True) in told or (group, True) in told
        if said is not None and not is_told and not beside.is_ticked(chosen):
            yield Problem("write-in-unticked", path, said, beside.option)
    for column, inner in records.inner.items():
        for index, record in enumerate(values[column]):
            yield from _unticked(inner, record, told, f"{before}{column}[{index}].")


def _standing(fields: Sequence[Field], found: Assignment) -> dict[str, Standing]:
    """What stands at the places of fields: of their marks, also what the sections say that depend on them."""
    told: dict[tuple[str, Kind], list[Mark]] = {}
    for section, stands in found.sections:
        mark = Mark(section.option, stands != section.is_otherwise, "")
        told.setdefault((within(section.path), section.kind), []).append(mark)
    standing = {}
    for f in fields:
        held = found.at(f.path)
        standing[f.path] = Standing(
            None if held.text is None else held.text.text,
            [*held.marks, *told.get((f.path.rpartition(EACH)[2], f.kind), ())] if told else held.marks,
            None if held.items is None else [item.text for item in held.items],
            None if held.records is None else [_standing(f.fields, row) for row in held.records],
            [p.picture for p in held.pictures] or None,
        )
    return standing


def _written(standing: Mapping[str, Standing], fields: Sequence[Field], before: str) -> Iterator[tuple[str, str]]:
    """The answers as they were written; in records, those that are no texts."""
    for f in fields:
        stands = standing[f.path]
        if stands.text is not None and (not before or (f.kind.is_written and not f.kind.is_prose)):
            yield before + f.path, stands.text
        for index, row in enumerate(stands.records or ()):
            yield from _written(row, f.fields, f"{before}{f.path}[{index}].")


class _Recomputing:
    """Holds what was read against itself: derived values, and the parts that depend on an answer."""

    def __init__(self, compute: Callable[[str, Any], str], unread: set[str], document: Document) -> None:
        self._compute, self._unread, self._document = compute, unread, document
        self.problems: list[Problem] = []

    def record(
        self, found: Assignment, fields: Sequence[Field], records: list[dict[str, Any]], loop: Any = None
    ) -> None:
        """Adds what differs in one record; `records` are those around it, and it."""
        for node, shown in found.computed:
            expected = self._value(node, records, loop)
            if expected is not None and fold(expected) != fold(shown.text):
                place = Place(xml=self._document.where(shown.element))
                self.problems.append(Problem("derived-differs", "", shown.text.strip(), expected, place))
        kinds = {f.path: f.kind for f in fields} if found.sections else {}
        for section, stands in found.sections:
            is_flag = section.kind.is_flag and kinds.get(within(section.path)) is section.kind
            due = None if is_flag else self._is_due(section, records, loop, stands)
            if due is not None and due != stands:
                path = "" if EACH in section.path else section.path
                self.problems.append(Problem("section-differs", path, None, section.words))
        for f in fields if any(held.records for held in found.places.values()) else ():
            for index, row in enumerate(found.at(f.path).records or ()):
                rows = value_at(records[-1], f.steps)
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
        is_chosen = section.kind.is_chosen(value, section.option)
        if section.kind.is_flag and stands and not is_chosen and section.path in paths_of(section.units):
            return None  # its blank stands there
        return is_chosen != section.is_otherwise


def _at(records: list[dict[str, Any]], path: str) -> Any:
    """What the records have at a path."""
    steps = within(path)
    return value_at(records[level_of(path)], steps.split(".") if steps else ())


def unread_in(fields: Sequence[Field], inside: str = "") -> Iterator[str]:
    """The paths of the fields that cannot be read, those of repeated records too."""
    for f in fields:
        path = f"{inside}.{f.path}" if inside else f.path
        if not f.is_readable:
            yield path
        yield from unread_in(f.fields, path + EACH)


def _owner(path: str, known: Mapping[str, Any]) -> str:
    """The field that a problem's path is in: `清单` of `清单[2].数量`."""
    return path if path in known else path.partition("[")[0]


def _place(f: Field, found: Assignment, document: Document) -> Place:
    """The form's words for a field's place, and the XML position of what stands there."""
    held = found.at(f.path)
    shown: list[Found | Mark] = [*held.marks, *(held.items or ())]
    shown += [cell.text for row in held.records or () for cell in row.places.values() if cell.text is not None]
    if held.text is not None:
        shown.append(held.text)
    drawn = [p.element for p in held.pictures if p.element is not None]
    element = next((e for e in (*(x.element for x in shown), *drawn) if e is not None), None)
    return replace(f.place, xml=document.where(element), paper=paper_of(drawn[0]) if drawn else None)
