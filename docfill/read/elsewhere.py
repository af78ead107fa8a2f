"""Answers that stand somewhere else than in their places: in lines that somebody added, in a table that was pasted.

What belongs to nothing is left over as it is; the blank fields that it may be for are doubted, each by its label.  A
column of texts without labels may be for any of them, where most of the form is blank.
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
from docfill.word import ticks
from docfill.word.document import Element
from docfill.word.xml import W

_LED = late.pattern(r"\s*([^:：\n]{2,40})[:：]\s*\S")
"""A label with something behind it."""
_Rows = Sequence[Sequence[str]]
"""What the cells of a table say, by row."""
_HEADED = 2
"""Rows of a table that has its labels in the first one, and one answer below each; with more, it lists things."""
_COPIED = 2
"""Labels with answers behind them that a table has which may be a copy of the form, or of a part of it."""
_TABLE = 3
"""Texts that a column has which holds answers, and blank fields which they may be of."""


class Elsewhere:
    """Where else the answers of one form may stand: told by the labels of its fields."""

    def __init__(self, fields: Sequence[Field], units: Sequence[Unit]) -> None:
        self._fields, self._units = fields, units

    def doubt(self, found: Assignment) -> None:
        """Doubts blank answers whose label is nobody's, with something behind it; where words that the form alone has
        are left over, too, as of a second copy, others as well.
        """
        for label, shown in _led(found):
            paths = self._labelled.get(label, [])
            for path in paths if len(paths) < 2 or ticks.TOKEN.search(shown) else ():
                held = found.places.get(path)
                said = held.text.text.strip() if held is not None and held.text is not None else ""
                if held is not None and _is_blank(held):
                    found.doubt("place-ambiguous", path, None, shown)
                elif said and not fold(shown).endswith(fold(said)) and self._is_begun_again(found):
                    found.doubt("place-ambiguous", path, said, shown)
        tables = _tables(found.leftovers)
        within = [[str(p.found).split(" | ")] for p in found.problems if p.code == "table-in-answer"]
        if not tables and not within:
            return
        asked = {f.path: h for f in self._fields if _is_asked(f) and (h := found.places.get(f.path)) is not None}
        told = {problem.path for problem in found.problems if problem.severity != "note"}
        blank = [path for path, at in asked.items() if _is_blank(at) and path not in told]
        for rows in (*tables.values(), *within):
            blank = [*self._without_labelled(found, rows, blank)]
        if len(blank) >= _TABLE and 2 * len(blank) >= len(asked):
            listed = next((said for table, rows in tables.items() if (said := _listed(table, rows))), "")
            for path in blank if listed else ():
                found.doubt("place-ambiguous", path, None, listed)

    def _without_labelled(self, found: Assignment, rows: _Rows, blank: Sequence[str]) -> Iterator[str]:
        """Doubts the blank fields whose label is in a table that is nobody's, and where several of its labels have
        another answer, those, too; gives the other blank ones.
        """
        told = {path: said for label, said in self._paired(rows) for path in self._labelled[gist(label)]}
        for path in blank:
            if path in told:
                found.doubt("place-ambiguous", path, None, told[path])
            else:
                yield path
        for path, said in told.items() if len(told) >= _COPIED else ():
            known = found.text_at(path)
            if known is not None and not known.is_blank and fold(said) not in fold(known.text):
                found.doubt("place-ambiguous", path, known.text.strip(), said)

    def _paired(self, rows: _Rows) -> Iterator[tuple[str, str]]:
        """The labels in a table and what stands behind each in its row, or below them in the only row behind theirs."""
        is_head = len(rows) == _HEADED and len(rows[0]) > 1 and all(gist(cell) in self._labelled for cell in rows[0])
        if is_head:
            below = rows[1] if len(rows[0]) == len(rows[1]) else [" | ".join(rows[1])] * len(rows[0])
            yield from zip(rows[0], below, strict=True)
            return
        for label, said in (pair for row in rows for pair in itertools.pairwise(row)):
            if gist(label) in self._labelled and gist(said) not in self._labelled:
                yield label, said

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


def _tables(leftovers: Iterable[Stray]) -> dict[Element, _Rows]:
    """What belongs to nothing and stands in tables, by table and row."""
    tables: dict[Element, dict[Element, list[str]]] = defaultdict(lambda: defaultdict(list))
    for stray in leftovers:
        row = next(stray.element.iterancestors(W + "tr"), None) if stray.element is not None else None
        table = row.getparent() if row is not None else None
        if row is not None and table is not None:
            tables[table][row].append(stray.text)
    return {table: [*rows.values()] for table, rows in tables.items()}


def _listed(table: Element, rows: _Rows) -> str:
    """What a table of one column says that is all nobody's, in one line; "" for others."""
    texts = sum(any((t.text or "").strip() for t in p.iter(W + "t")) for p in table.iter(W + "p"))
    is_listed = all(len(row) == 1 for row in rows) and _TABLE <= len(rows) >= texts
    return " | ".join(row[0] for row in rows) if is_listed else ""


def _is_asked(f: Field) -> bool:
    return isinstance(f.kind, Written) or f.kind.has_options


def _is_blank(held: Held) -> bool:
    """Whether nothing is written at a place, and nothing ticked."""
    if held.text is not None:
        return held.text.is_blank
    return bool(held.marks) and not any(mark.is_ticked for mark in held.marks)
