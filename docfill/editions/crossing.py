"""Which field of one edition is which of another: by the words around it, its path, and last by likeness.

The years that a field's words speak of are part of what it is: a column of 2020 is
the column of 2020 wherever it moved, and no other year's.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct
from rapidfuzz import fuzz

from docfill import late, limits
from docfill.fields import Field
from docfill.form import Form
from docfill.kinds import Kind, is_one_unit
from docfill.text import gist

ALIKE = 60
"""Per cent of likeness from which two names may be one; a person decides."""
_FAINTLY = 40
"""The same for a name that is only offered, in a table to look through."""

_YEAR = late.pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_STEPS_A_PAIR, _STEPS_A_LIKENESS = 2, 1
_T = TypeVar("_T")


class Change(StrEnum):
    """What became of a field."""

    SAME = "same"
    RENAMED = "renamed"
    REWORDED = "reworded"
    OPTIONS = "options"
    KIND = "kind"
    UNIT = "unit"
    SHIFTED = "shifted"
    DROPPED = "dropped"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Match:
    """One field in the two editions.

    Attributes:
        old: its field in the old edition; None where it was added.
        new: its field in the new edition; None where it was dropped.
        changes: what is otherwise.
        is_sure: whether words or path say that they are one; else they are only alike.
        options: for each option of the old field that is called otherwise now, its name.
        maybe: the same where the options are only alike.
        gone: the options that the new field has not.
        columns: the matches of the columns of repeated rows.
    """

    old: Field | None
    new: Field | None
    changes: tuple[Change, ...]
    is_sure: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    maybe: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    columns: tuple[Match, ...] = ()

    @property
    def is_carried(self) -> bool:
        """Whether values go from the one to the other."""
        both = self.old is not None and self.new is not None
        return both and self.is_sure and not {Change.SHIFTED, Change.UNIT} & {*self.changes}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two editions of a form, and their fields side by side: those of the new edition in its order, then what went."""

    old: Form
    new: Form
    matches: tuple[Match, ...]


def compared(old: Form, new: Form) -> Crossing:
    """The fields of two editions side by side.

    Raises:
        DocfillError: it is too much work to compare all of them with one another.
    """
    with limits.within_one(lambda: limits.Budget(new.name, len(old.template) + len(new.template))):
        return Crossing(old, new, matched(old.fields, new.fields))


def perhaps(crossing: Crossing) -> dict[str, Field]:
    """By the path of what was added, the field that was dropped which it may be under another name: of its kind and
    years, and either between the same fields, or in its section and faintly alike.

    Nothing is carried by it: a person has to write the two into the map as one.
    """
    added = [m.new for m in crossing.matches if m.old is None and m.new is not None]
    dropped = [m.old for m in crossing.matches if m.new is None and m.old is not None]
    if not (added and dropped):
        return {}
    pairs = {m.new.path: m.old.path for m in crossing.matches if m.new is not None and m.old is not None}
    here = _around([(f.path, pairs.get(f.path)) for f in crossing.new.fields])
    there = _around([(f.path, f.path if f.path in pairs.values() else None) for f in crossing.old.fields])

    def likeness(o: _Said, n: _Said) -> float:
        if o.kind is not n.kind or o.years != n.years:
            return 0.0
        is_between = here[n.field.path] == there[o.field.path]
        if not is_between and o.words[0] != n.words[0]:
            return 0.0
        faint = min(_ratio(a, b) for a, b in zip(o.words[1:], n.words[1:], strict=True))
        return 100.0 + faint if is_between else faint

    with limits.within_one(lambda: limits.Budget(crossing.new.name, len(crossing.new.template))):
        found = _best([*map(_said, dropped)], [*map(_said, added)], likeness, _FAINTLY)
    return {n.field.path: o.field for o, n in found}


def _around(listed: Sequence[tuple[str, str | None]]) -> dict[str, tuple[str | None, str | None]]:
    """For each path of a form, what the nearest fields before and behind it that have a pair are in the old form."""
    before, behind = _last_before(listed), _last_before(listed[::-1])
    return {path: (before[path], behind[path]) for path, _ in listed}


def _last_before(listed: Sequence[tuple[str, str | None]]) -> dict[str, str | None]:
    """For each path the last pair that stands before it."""
    found: dict[str, str | None] = {}
    last: str | None = None
    for path, pair in listed:
        found[path] = last
        last = pair if pair is not None else last
    return found


def matched(old: Sequence[Field], new: Sequence[Field]) -> tuple[Match, ...]:
    """The fields of two records side by side; see `Crossing`."""
    pairs = _Pairs(old, new)
    pairs.take(lambda f: (f.path, _words(f)))
    pairs.take(_words)
    pairs.take(lambda f: (f.path, _years(f)))
    likely = pairs.alike()
    shifted = pairs.shifted(likely)
    by_new = {n.path: match_of(o, n) for o, n in pairs.found}
    by_new |= {n.path: match_of(o, n, is_sure=False) for o, n in likely}
    by_new |= {n.path: Match(o, n, (Change.SHIFTED,)) for o, n in shifted}
    gone = {o.path for o in old} - {m.old.path for m in by_new.values() if m.old}
    here = [by_new.get(n.path) or Match(None, n, (Change.ADDED,)) for n in new]
    return (*here, *(Match(o, None, (Change.DROPPED,)) for o in old if o.path in gone))


def match_of(old: Field, new: Field, is_sure: bool = True) -> Match:
    """Two fields that are one, with what is otherwise."""
    columns = matched(old.fields, new.fields) if old.kind.has_records and new.kind.has_records else ()
    options, maybe, gone = _options(old.options, new.options)
    is_reoptioned = old.kind.has_options and new.kind.has_options and {*old.options} != {*new.options}
    told = {
        Change.RENAMED: old.path != new.path,
        Change.REWORDED: _words(old) != _words(new),
        Change.KIND: old.kind is not new.kind,
        Change.UNIT: bool(old.unit and new.unit) and not is_one_unit(old.unit, new.unit),
        Change.OPTIONS: is_reoptioned or any(m.changes != (Change.SAME,) for m in columns),
    }
    changes = tuple(change for change, holds in told.items() if holds) or (Change.SAME,)
    return Match(old, new, changes, is_sure, options, maybe, gone, columns)


class _Pairs:
    """The pairs that were found, and what is left on both sides."""

    def __init__(self, old: Sequence[Field], new: Sequence[Field]) -> None:
        self.old, self.new = list(old), list(new)
        self.found: list[tuple[Field, Field]] = []

    def take(self, named: Callable[[Field], object]) -> None:
        """Pairs what has the same name, and no other field of its side."""
        ours, theirs = _by(named, self.old), _by(named, self.new)
        self._add([(ours[name], theirs[name]) for name in ours if name in theirs])

    def alike(self) -> list[tuple[Field, Field]]:
        """The pairs that are only alike, each the other's best."""
        found = _best([*map(_said, self.old)], [*map(_said, self.new)], _likeness)
        return [(o.field, n.field) for o, n in found]

    def shifted(self, likely: Sequence[tuple[Field, Field]]) -> list[tuple[Field, Field]]:
        """The pairs of what is left that say the same of other years, in the order of both forms."""
        told = {id(f) for pair in likely for f in pair}
        waiting: dict[tuple[str, ...], deque[Field]] = defaultdict(deque)
        for o in (f for f in self.old if id(f) not in told and _years(f)):
            waiting[_yearless(o)].append(o)
        later = (f for f in self.new if id(f) not in told and _years(f))
        return [(waiting[said].popleft(), n) for n in later if waiting[said := _yearless(n)]]

    def _add(self, pairs: Sequence[tuple[Field, Field]]) -> None:
        self.found += pairs
        taken = {id(f) for pair in pairs for f in pair}
        self.old = [f for f in self.old if id(f) not in taken]
        self.new = [f for f in self.new if id(f) not in taken]


def _by(named: Callable[[Field], object], fields: Sequence[Field]) -> dict[object, Field]:
    """The fields by a name that no other of them has."""
    names = [named(f) for f in fields]
    counts = Counter(names)
    return {name: f for name, f in zip(names, fields, strict=True) if counts[name] == 1}


def _best(
    old: Sequence[_T], new: Sequence[_T], likeness: Callable[[_T, _T], float], least: float = ALIKE
) -> list[tuple[_T, _T]]:
    """The pairs in which each is alike to the other more than to any else, from so many per cent on."""
    scores = []
    for i, o in enumerate(old):
        limits.spend(_STEPS_A_PAIR * len(new))
        like = [(s, i, j) for j, n in enumerate(new) if (s := likeness(o, n)) >= least]
        limits.spend(_STEPS_A_LIKENESS * len(like))
        scores += like
    rows = _tops((i, s) for s, i, _ in scores)
    columns = _tops((j, s) for s, _, j in scores)
    return [(old[i], new[j]) for s, i, j in scores if rows[i] == s and columns[j] == s]


def _tops(scores: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The best score of each, which nobody reaches where two have it alike."""
    listed: dict[int, list[float]] = {}
    for index, score in scores:
        listed.setdefault(index, []).append(score)
    return {index: max(all_) if all_.count(max(all_)) == 1 else 101.0 for index, all_ in listed.items()}


class _Said(Struct, frozen=True):
    """What a field says, as it is compared with every other one."""

    field: Field
    kind: Kind
    years: tuple[str, ...]
    words: tuple[str, ...]


def _said(f: Field) -> _Said:
    return _Said(f, f.kind, _years(f), _words(f))


def _ratio(one: str, other: str) -> float:
    """How alike two texts are, per cent; two that say nothing are."""
    return fuzz.ratio(one, other) if one or other else 100.0


def _likeness(one: _Said, other: _Said) -> float:
    """How alike the words of two fields are, per cent, as the least alike of them; 0 of other years or kinds.

    Where two pairs are alike the one whose sections are more so is the better by a little: a form asks on its cover,
    too, what it asks inside.
    """
    if one.years != other.years or one.kind is not other.kind:
        return 0.0
    least = min(_ratio(a, b) for a, b in zip(one.words[1:], other.words[1:], strict=True))
    return least + _ratio(one.words[0], other.words[0]) / 1000 if least >= ALIKE else 0.0


def _options(old: Sequence[str], new: Sequence[str]) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """The options that are called otherwise, those that may be, and those that went."""
    kept = {*old} & {*new}
    ours, theirs = [o for o in old if o not in kept], [n for n in new if n not in kept]
    named, known = _by_gist(theirs), _by_gist(ours)
    options = {o: named[said] for said, o in known.items() if said in named}
    rest, taken = [o for o in ours if o not in options], {*options.values()}
    maybe = dict(_best(rest, [n for n in theirs if n not in taken], fuzz.ratio))
    return options, maybe, tuple(o for o in rest if o not in maybe)


def _by_gist(options: Sequence[str]) -> dict[str, str]:
    """The options by what they say, those that none of the others says."""
    counts = Counter(map(gist, options))
    return {said: option for option in options if counts[said := gist(option)] == 1}


def _words(f: Field) -> tuple[str, ...]:
    return gist(f.place.section), gist(f.place.row), gist(f.place.column), gist(f.label)


def _years(f: Field) -> tuple[str, ...]:
    """The years that a field is of, as its path and the words around it say."""
    said = (f.path, f.place.row, f.place.column, f.label)
    return tuple(sorted({y for text in said for y in _YEAR.findall(text)}))


def _yearless(f: Field) -> tuple[str, ...]:
    return tuple(_YEAR.sub("", word) for word in _words(f))
