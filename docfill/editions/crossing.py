"""Which field of one edition is which of another: by the words around it, its path, and last by likeness.

The years that a field's words speak of are part of what it is: a column of 2020 is
the column of 2020 wherever it moved, and no other year's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz

from docfill import late
from docfill.fields import Field
from docfill.form import Form
from docfill.text import fold, gist

ALIKE = 60
"""Per cent of likeness from which two names may be one; a person decides."""
_FAINTLY = 40
"""The same for a name that is only offered, in a table to look through."""

_YEAR = late.pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
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
    """The fields of two editions side by side."""
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

    def likeness(o: Field, n: Field) -> float:
        if o.kind is not n.kind or _years(o) != _years(n):
            return 0.0
        (section, *ours), (other, *theirs) = _words(o), _words(n)
        faint = min(fuzz.ratio(a, b) if a or b else 100.0 for a, b in zip(ours, theirs, strict=True))
        if here[n.path] == there[o.path]:
            return 100.0 + faint
        return faint if section == other else 0.0

    return {n.path: o for o, n in _best(dropped, added, likeness, _FAINTLY)}


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
        Change.UNIT: bool(old.unit and new.unit) and fold(old.unit) != fold(new.unit),
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
        return _best(self.old, self.new, _likeness)

    def shifted(self, likely: Sequence[tuple[Field, Field]]) -> list[tuple[Field, Field]]:
        """The pairs of what is left that say the same of other years, in the order of both forms."""
        told = {id(f) for pair in likely for f in pair}
        waiting = [o for o in self.old if id(o) not in told and _years(o)]
        pairs = []
        for n in (f for f in self.new if id(f) not in told and _years(f)):
            same = next((o for o in waiting if _yearless(o) == _yearless(n)), None)
            if same is not None:
                waiting.remove(same)
                pairs.append((same, n))
        return pairs

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
    old: Iterable[_T], new: Iterable[_T], likeness: Callable[[_T, _T], float], least: float = ALIKE
) -> list[tuple[_T, _T]]:
    """The pairs in which each is alike to the other more than to any else, from so many per cent on."""
    scores = [(s, i, j) for i, o in enumerate(old) for j, n in enumerate(new) if (s := likeness(o, n)) >= least]
    ours, theirs = [*old], [*new]
    rows = _tops((i, s) for s, i, _ in scores)
    columns = _tops((j, s) for s, _, j in scores)
    return [(ours[i], theirs[j]) for s, i, j in scores if rows[i] == s and columns[j] == s]


def _tops(scores: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The best score of each, which nobody reaches where two have it alike."""
    listed: dict[int, list[float]] = {}
    for index, score in scores:
        listed.setdefault(index, []).append(score)
    return {index: max(all_) if all_.count(max(all_)) == 1 else 101.0 for index, all_ in listed.items()}


def _likeness(one: Field, other: Field) -> float:
    """How alike the words of two fields are, per cent, as the least alike of them; 0 of other years or kinds.

    Where two pairs are alike the one whose sections are more so is the better by a little: a form asks on its cover,
    too, what it asks inside.
    """
    if _years(one) != _years(other) or one.kind is not other.kind:
        return 0.0
    section, *words = (fuzz.ratio(a, b) if a or b else 100.0 for a, b in zip(_words(one), _words(other), strict=True))
    least = min(words)
    return least + section / 1000 if least >= ALIKE else 0.0


def _options(old: Sequence[str], new: Sequence[str]) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """The options that are called otherwise, those that may be, and those that went."""
    kept = {o for o in old if o in new}
    ours, theirs = [o for o in old if o not in kept], [n for n in new if n not in kept]
    named = {gist(n): n for n in theirs if sum(gist(n) == gist(other) for other in theirs) == 1}
    options = {o: named[gist(o)] for o in ours if gist(o) in named and sum(gist(o) == gist(x) for x in ours) == 1}
    rest = [o for o in ours if o not in options]
    maybe = dict(_best(rest, [n for n in theirs if n not in options.values()], fuzz.ratio))
    return options, maybe, tuple(o for o in rest if o not in maybe)


def _words(f: Field) -> tuple[str, ...]:
    return gist(f.place.section), gist(f.place.row), gist(f.place.column), gist(f.label)


def _years(f: Field) -> tuple[str, ...]:
    """The years that a field is of, as its path and the words around it say."""
    said = (f.path, f.place.row, f.place.column, f.label)
    return tuple(sorted({y for text in said for y in _YEAR.findall(text)}))


def _yearless(f: Field) -> tuple[str, ...]:
    return tuple(_YEAR.sub("", word) for word in _words(f))
