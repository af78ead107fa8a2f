"""This year's records beside last year's: what changed for whom, and which changes want a second look.

comparison = compare_records(form, last, this, key="集群名称")

Records are one applicant's by the fields of the key, however they are spaced or spelt in
width; what has no key, or shares it with another, is told and not compared.  A number is
looked at again where it changed sign, where it stands at about 10, 100 or 10,000 times
what it was (a slip of the unit), or where it grew by more than a limit, or fell as much.  Where
each year of a question has a field of its own, the latest year of this form is held
against the latest of last year's form, besides each year against itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from docfill import late
from docfill.beside import applicant_paths
from docfill.data import value_at
from docfill.editions import Crossing, Left, carried
from docfill.fields import Field
from docfill.form import Form
from docfill.kinds import said_of
from docfill.problems import DocfillError, Place, Problem, Said, listed, say
from docfill.tables.canvas import Canvas, Cell, Marked, draw_list
from docfill.tables.kinds import face_of
from docfill.tables.rows import Record
from docfill.tables.shown import plainly
from docfill.text import fold, gist

GROWTH = 100.0
"""Percent by which a number may grow or fall before it is looked at again, unless somebody says another limit."""
SLIPS = (10_000, 100, 10)
"""What a number is multiplied by where somebody mistook its unit."""
NEAR = 1.25
"""A number is about so many times another one where it is that within this factor."""

_YEAR = late.pattern(r"(?:19|20)\d\d年?度?")


@dataclass(frozen=True, slots=True)
class Shift:
    """One answer of one applicant, last year and this.

    Attributes:
        key: who.
        field: this year's field.
        before, after: the answers.
        years: the years that are compared, where they are two.
        growth: percent by which a number grew; None where that says nothing.
        doubt: why it wants a second look, or None.
    """

    key: str
    field: Field
    before: Any
    after: Any
    years: tuple[str, str] | None = None
    growth: float | None = None
    doubt: Problem | None = None

    @property
    def path(self) -> str:
        """The path of the field, with both years where there are two."""
        return f"{self.field.path}（{self.years[0]}→{self.years[1]}）" if self.years else self.field.path

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        told = {"key": self.key, "path": self.field.path, "before": self.before, "after": self.after}
        doubt = self.doubt.to_dict() if self.doubt is not None else None
        return {**told, "years": list(self.years) if self.years else None, "growth": self.growth, "doubt": doubt}


@dataclass(slots=True)
class Comparison:
    """What came of two years of records.

    Attributes:
        shifts: the answers that differ, applicant by applicant, in form order.
        problems: who is new or missing, what could not be compared, what was not carried over.
        count: how many applicants there are in both.
    """

    shifts: list[Shift] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    @property
    def doubts(self) -> list[Problem]:
        """The changes that want a second look, as problems."""
        return [shift.doubt for shift in self.shifts if shift.doubt is not None]

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "count": self.count,
            "shifts": [s.to_dict() for s in self.shifts],
            "problems": [p.to_dict() for p in self.problems],
        }


def compare_records(
    form: Form,
    before: Iterable[Record],
    after: Iterable[Record],
    key: Sequence[str] = (),
    growth: float = GROWTH,
    crossing: Crossing | None = None,
) -> Comparison:
    """Last year's records beside this year's.

    Args:
        form: this year's form.
        before: last year's records, as `load_records` gives them.
        after: this year's.
        key: the fields that say whose a record is, by path or by a last step that only one field has, or one of those
            that the rules of the form name; these if not given.
        growth: percent by which a number may grow or fall.
        crossing: last year's form beside this year's, where they are two; see `compare_editions`.

    Raises:
        DocfillError: no field is called so, or none is named as the key.
    """
    paths = key_paths(form, key)
    comparison = Comparison()
    were, old = _by_key(before, paths, comparison, crossing)
    are, new = _by_key(after, paths, comparison, None)
    comparison.problems += [Problem("only-last-year", "", old[who].called) for who in old if who not in are]
    comparison.problems += [Problem("only-this-year", "", new[who].called) for who in new if who not in were]
    left = Left()
    for problem in comparison.problems:
        left.add("", problem)
    comparison.problems = [problem for _, problem in left.told()]
    comparison.problems.sort(key=lambda p: (p.code, str(p.found)))
    latest = list(_latest(crossing.old if crossing else form, form))
    for who, record in new.items():
        if who in old:
            comparison.count += 1
            comparison.shifts += _shifts(form, old[who], record, latest, growth)
    return comparison


def key_paths(form: Form, named: Sequence[str]) -> tuple[str, ...]:
    """The paths of the fields that say whose a record is.

    Raises:
        DocfillError: as `compare_records`.
    """
    found = []
    for name in named or applicant_paths(form):
        called = (
            [f.path for f in form.fields if f.path == name],
            [f.path for f in form.fields if f.steps[-1] == name],
            [f.path for f in form.fields if gist(f.label) == gist(name)],
        )
        fitting = next(filter(None, called), [])
        # a form asks on its cover, too, what it asks inside: its rules say by which of the two applicants are known
        fitting = [path for path in fitting if path in applicant_paths(form)] or fitting
        if len(fitting) != 1:
            fit = listed(fitting)
            zh = f"“{name}”应指明一项，符合的有：{fit}" if fitting else f"“{name}”不是表中的项"
            en = f'"{name}" has to name one field; there are: {fit.en}' if fitting else f'"{name}" is no field'
            raise DocfillError(
                f"{zh}；见 docfill fields {form.name}",
                f"{en}; see docfill fields {form.name}",
                "bad-argument",
            )
        found += fitting
    if not found:
        raise DocfillError(
            "请用 --key 指明按哪一项认人，如 --key 集群名称",
            "say by --key which field says whose a record is",
            "bad-argument",
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _One:
    """One applicant's record: as this year's form has it, and as it was given."""

    called: str
    data: Mapping[str, Any]
    given: Mapping[str, Any]


def _by_key(
    records: Iterable[Record], paths: Sequence[str], comparison: Comparison, crossing: Crossing | None
) -> tuple[Collection[str], dict[str, _One]]:
    """All keys, and the records by those that one record only has; without one, or sharing one, they are told."""
    found: dict[str, list[_One]] = defaultdict(list)
    for record in records:
        data: Mapping[str, Any] = record.data
        if crossing is not None:
            moved = carried(data, crossing)
            data, known = moved.data, {p.path for p in record.problems}
            comparison.problems += [p for p in moved.problems if p.path not in known]
        names = [value_at(data, path.split(".")) for path in paths]
        called = " ".join(str(name) for name in names if name is not None)
        whose = Place(called or record.source or record.place)
        comparison.problems += [replace(p, place=whose) for p in record.problems if p.severity != "note"]
        one = _One(called, data, record.data)
        if all(name not in (None, "") for name in names):
            found["\0".join(fold(str(name)) for name in names)].append(one)
        else:
            comparison.problems.append(Problem("no-key", paths[0], record.source or record.place))
    twice = [who for who, ones in found.items() if len(ones) > 1]
    comparison.problems += [Problem("key-twice", paths[0], found[who][0].called, len(found[who])) for who in twice]
    return found.keys(), {who: ones[0] for who, ones in found.items() if len(ones) == 1}


def _shifts(form: Form, old: _One, new: _One, latest: Sequence[tuple[Field, Field]], growth: float) -> Iterator[Shift]:
    """What one applicant says otherwise than last year."""
    newest = {f.path: was for was, f in latest}
    for f in form.fields:
        before, after = value_at(old.data, f.steps), value_at(new.data, f.steps)
        if not _is_same(before, after):
            yield _judged(Shift(new.called, f, before, after), growth)
        if (was := newest.get(f.path)) is not None:
            shift = Shift(new.called, f, value_at(old.given, was.steps), after, (_year_of(was), _year_of(f)))
            if not _is_same(shift.before, shift.after):
                yield _judged(shift, growth)


def _is_same(before: Any, after: Any) -> bool:
    nothing: tuple[Any, ...] = (None, [], False)
    return before == after or (before in nothing and after in nothing)


def _judged(shift: Shift, limit: float) -> Shift:
    """A change of a number with how much it grew and whether that wants a second look."""
    before, after = shift.before, shift.after
    is_numeric = face_of(shift.field.kind).is_numeric and all(_is_number(v) for v in (before, after))
    if not is_numeric or not before:
        return shift
    growth = round((after - before) / abs(before) * 100, 1)
    code, expected = _doubt(before, after, growth, limit)
    said = f"{plainly(before)} → {plainly(after)}"
    doubt = Problem(code, shift.path, f"{shift.key}：{said}", expected, shift.field.place) if code else None
    return Shift(shift.key, shift.field, before, after, shift.years, growth, doubt)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _doubt(before: float, after: float, growth: float, limit: float) -> tuple[str, str | Said]:
    """The code of a doubt about a change, and what it is measured by; ("", "") where there is none.

    A fall is as much as the growth that would undo it: to less than half where a number may grow to twice as much.
    """
    if before * after < 0:
        return "sign-changed", ""
    larger, smaller = sorted((abs(before), abs(after)), reverse=True)
    slip = next((times for times in SLIPS if smaller and times / NEAR <= larger / smaller <= times * NEAR), 0)
    if slip:
        is_more = abs(after) > abs(before)
        return "unit-slip", Said(f"{slip} 倍", f"{slip} times") if is_more else Said(f"1/{slip}", f"1/{slip} of")
    is_much = larger > smaller * (1 + limit / 100)
    return ("grown-much", f"{growth:+g}%") if is_much else ("", "")


def _latest(old: Form, new: Form) -> Iterator[tuple[Field, Field]]:
    """The latest year of each question with a field a year, in both forms, where they differ."""
    were = dict(_by_question(old))
    for question, f in _by_question(new):
        was = were.get(question)
        if was is not None and _year_of(was) != _year_of(f):
            yield was, f


def _by_question(form: Form) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Each question with a field a year, and the field of its latest year."""
    yearly = (f for f in form.fields if len(f.steps) > 1 and _YEAR.fullmatch(f.steps[-1]))
    for question, fields in groupby(yearly, lambda f: f.steps[:-1]):
        yield question, max(fields, key=_year_of)


def _year_of(f: Field) -> str:
    """The year that a field is about: what the form prints there, or else its name says."""
    return next(said for said in (f.place.column, f.place.row, f.steps[-1]) if _YEAR.fullmatch(said.strip()))


# --- the workbook ---


def workbook(comparison: Comparison, path: Path) -> None:
    """Writes a comparison as an .xlsx: what wants a second look, all that changed, who is new or gone."""
    canvas = Canvas(path)
    heads = say("谁|项|去年|今年|增减（%）|请核对", "who|field|last year|this year|growth (%)|look again").split("|")
    doubtful = [s for s in comparison.shifts if s.doubt is not None]
    for name, shifts in ((say("请核对", "look again"), doubtful), (say("变化", "changes"), comparison.shifts)):
        draw_list(canvas, name, heads, (26, 48, 34, 34, 11, 40), map(_cells, shifts))
    told = ((_about(p), p.message) for p in comparison.problems)
    draw_list(
        canvas,
        say("增减", "new and gone"),
        say("谁或哪一项|说明", "who or which field|remark").split("|"),
        (40, 100),
        told,
    )
    canvas.close()


def _about(problem: Problem) -> str:
    """Who or which field a problem is about."""
    return say("：", ": ").join(filter(None, (problem.place.section, problem.path))) or str(problem.found)


def _cells(shift: Shift) -> Sequence[Cell]:
    before, after = (v if _is_number(v) else "" if v in (None, []) else said_of(v) for v in (shift.before, shift.after))
    doubt = Marked(shift.doubt.message if shift.doubt is not None else "")
    return shift.key, shift.path, before, after, shift.growth, doubt
