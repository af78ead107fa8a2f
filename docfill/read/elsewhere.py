"""Answers that stand somewhere else than in their places: in lines that somebody added, in a table that was pasted.

What belongs to nothing is left over as it is; the blank fields that it may be for are doubted, each by its label.  A
whole table without labels may be for any of them, where most of the form is blank.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from docfill import late
from docfill.fields import Field
from docfill.kinds import Written
from docfill.read.assignment import Assignment, Held, Stray
from docfill.template.units import Line, Unit
from docfill.text import fold, gist
from docfill.word.document import Element
from docfill.word.xml import W

_LED = late.pattern(r"\s*([^:：\n]{2,40})[:：]\s*\S")
"""A label with something behind it."""
_COPIED = 2
"""Labels with answers behind them that a table has which may be a copy of the form, or of a part of it."""
_TABLE = 3
"""Texts that a table has which holds answers, and blank fields which they may be of."""


class Elsewhere:
    """Where else the answers of one form may stand: told by the labels of its fields."""

    def __init__(self, fields: Sequence[Field], units: Sequence[Unit]) -> None:
        self._fields, self._units = fields, units

    def doubt(self, found: Assignment) -> None:
        """Doubts blank answers whose label is nobody's, with something behind it; where words that the form alone has
        are left over, too, as of a second copy, others as well.
        """
        for label, shown in _led(found):
            for path in self._labelled.get(label, ()):
                held = found.places.get(path)
                said = held.text.text.strip() if held is not None and held.text is not None else ""
                if held is not None and _is_blank(held):
                    found.doubt("place-ambiguous", path, None, shown)
                elif said and not fold(shown).endswith(fold(said)) and self._is_begun_again(found):
                    found.doubt("place-ambiguous", path, said, shown)
        tables = _tables(found.leftovers)
        asked = {f.path: h for f in self._fields if _is_asked(f) and (h := found.places.get(f.path)) is not None}
        told = {problem.path for problem in found.problems if problem.severity != "note"}
        blank = [path for path, at in asked.items() if _is_blank(at) and path not in told]
        within = [str(p.found).split(" | ") for p in found.problems if p.code == "table-in-answer"]
        for cells in (*tables.values(), *within):
            blank = [*self._without_labelled(found, cells, blank)]
        several = next((cells for table, cells in tables.items() if _TABLE <= len(cells) >= _texts_in(table)), [])
        if len(blank) >= _TABLE and 2 * len(blank) >= len(asked):
            for path in blank if several else ():
                found.doubt("place-ambiguous", path, None, " | ".join(several))

    def _without_labelled(self, found: Assignment, cells: Sequence[str], blank: Sequence[str]) -> Iterator[str]:
        """Doubts the blank fields whose label is a cell of a table that is nobody's, and where several of its labels
        have another answer behind them, those, too; gives the other blank ones.
        """
        beside = {gist(cell): said for cell, said in itertools.pairwise((*cells, "")) if gist(cell) in self._labelled}
        told = {path: said for label, said in beside.items() for path in self._labelled[label]}
        for path in blank:
            if path in told:
                said = told[path] if gist(told[path]) not in self._labelled else " | ".join(cells)
                found.doubt("place-ambiguous", path, None, said)
            else:
                yield path
        others = {path: said for path, said in told.items() if said and gist(said) not in self._labelled}
        if len(others) < _COPIED:
            return
        for path, said in others.items():
            known = found.text_at(path)
            if known is not None and not known.is_blank and fold(known.text) != fold(said):
                found.doubt("place-ambiguous", path, known.text.strip(), said)

    def _is_begun_again(self, found: Assignment) -> bool:
        """Whether whole lines of the form's words are left over, each of which it has."""
        return any(fold(stray.text) in self._lines for stray in found.leftovers)

    @cached_property
    def _lines(self) -> frozenset[str]:
        """The lines of the form that are mere words, folded."""
        units = (u for u in self._units if isinstance(u, Line) and not u.paths)
        return frozenset(said for u in units if (said := fold(u.literal)))

    @cached_property
    def _labelled(self) -> Mapping[str, list[str]]:
        """The path of the field that a label names, where it names one alone, and of what is written in beside it."""
        named: dict[str, list[str]] = defaultdict(list)
        for f in self._fields:
            for label in {gist(f.label), gist(f.place.row)} - {""}:
                named[label].append(f.path)
        return {label: paths for label, paths in named.items() if all(path.startswith(paths[0]) for path in paths)}


def _led(found: Assignment) -> Iterator[tuple[str, str]]:
    """The labels that begin lines which are nobody's, with the whole line."""
    for stray in found.leftovers:
        if (led := _LED.match(stray.text)) is not None:
            yield gist(led[1]), stray.text


def _tables(leftovers: Iterable[Stray]) -> dict[Element, list[str]]:
    """What belongs to nothing and stands in tables, by table."""
    tables: dict[Element, list[str]] = defaultdict(list)
    for stray in leftovers:
        element = stray.element
        table = next(element.iterancestors(W + "tbl"), None) if element is not None else None
        if table is not None:
            tables[table].append(stray.text)
    return tables


def _texts_in(table: Element) -> int:
    """How many paragraphs of a table say anything."""
    return sum(any((t.text or "").strip() for t in p.iter(W + "t")) for p in table.iter(W + "p"))


def _is_asked(f: Field) -> bool:
    return isinstance(f.kind, Written) or f.kind.has_options


def _is_blank(held: Held) -> bool:
    """Whether nothing is written at a place, and nothing ticked."""
    if held.text is not None:
        return held.text.is_blank
    return bool(held.marks) and not any(mark.is_ticked for mark in held.marks)
