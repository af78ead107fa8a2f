"""A record of a form: nested data ↔ values by path, and everything wrong with data that is given.

`Records.flatten` checks a whole record against the fields and lists every problem,
so a record is either filled as it is given or not at all.  `nested` is its inverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias, Union

from rapidfuzz import fuzz, process

from docfill.fields import Field, write_ins
from docfill.kinds import shown
from docfill.problems import InvalidData, Problem, Said
from docfill.text import fold


def value_at(record: Any, steps: Iterable[str]) -> Any:
    """What a record has at some keys; None where they lead nowhere."""
    for step in steps:
        record = record.get(step) if type(record) is dict or isinstance(record, Mapping) else None
    return record


def set_value(record: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    """Gives a record a value under some keys; what they lead through is made if need be."""
    *groups, last = steps
    for group in groups:
        record = record.setdefault(group, {})
    record[last] = value


def record_of(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path in the shape of a record, each as it is."""
    record: dict[str, Any] = {}
    for f in fields:
        set_value(record, f.steps, values[f.path])
    return record


def _spelt_out(steps: Sequence[str]) -> str:
    """How data has a value at some keys, one within the other."""
    return "".join(f'{{"{step}": ' for step in steps) + "…" + "}" * len(steps)


class _Blank:
    """A record without answers, of which each copy has lists and parts of its own."""

    __slots__ = ("_lists", "_parts", "_record")

    def __init__(self, record: dict[str, Any]) -> None:
        self._record = record
        self._parts = [(k, _Blank(v)) for k, v in record.items() if isinstance(v, dict)]
        self._lists = [k for k, v in record.items() if isinstance(v, list)]

    def copy(self) -> dict[str, Any]:
        """One to be filled in."""
        made = self._record.copy()
        for key, part in self._parts:
            made[key] = part.copy()
        for key in self._lists:
            made[key] = []
        return made


_RECORD = Said("一条记录（{…}）", "a record ({…})")
_SECTION = Said("这一部分的各项（{…}）", "the fields of this section ({…})")

_Tree: TypeAlias = dict[str, Union[Field, "_Tree"]]


class Records:
    """Checks and shapes the records of one form.

    Args:
        fields: the form's fields, in form order.

    Attributes:
        inner: what shapes the records within a record, by the paths of their fields.
        fields: the form's fields.
        beside: those of them that are written in beside options, by path.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self._fields = {f.path: f for f in fields}
        self._places = {f.path: (f.steps, f.kind) for f in fields}
        self._absent: dict[str, Any] = dict.fromkeys(self._places)
        self._blank = _Blank(record_of(fields, {f.path: f.kind.absent for f in fields}))
        self._tree = _tree(fields)
        self.inner = {f.path: Records(f.fields) for f in fields if f.kind.has_records}
        self.beside = {written.field.path: written for written in write_ins(fields)}

    @cached_property
    def unanswered(self) -> dict[str, Problem]:
        """By path, that nothing is answered there."""
        return {f.path: Problem(f.kind.unanswered, f.path, None, None, f.place) for f in self.fields}

    def nested(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The record in the shape of the JSON contract: every field present, null, [] or false where absent."""
        record = self._blank.copy()
        for path, value in values.items():
            if value is not None and path in self._places:
                steps, kind = self._places[path]
                value = [self.inner[path].nested(row) for row in value] if kind.has_records else value
                set_value(record, steps, value)
        return record

    def values(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """What a record has for each field, by path, unchecked; None where it has nothing."""
        found: dict[str, Any] = self._absent.copy()
        _gather(record, self._tree, found)
        return found

    def flatten(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The values by path, absent ones left out.

        Args:
            data: a record in the shape of the contract; any field may be missing.

        Raises:
            InvalidData: with every problem of the record, in its order.
        """
        values, problems = self._flattened(data, "")
        if problems:
            raise InvalidData(problems)
        return values

    def refusals(self, data: Any) -> list[Problem]:
        """Everything that is wrong with a record, in its order; `flatten` raises the same."""
        return self._flattened(data, "")[1]

    def unknown(self, path: str, key: Any, before: str = "") -> Problem:
        """That a path, or its last key, is no field, with the nearest that is; `before` is put in front of the path."""
        if path in self._fields:  # the key is a whole path, where each step should be a key of its own
            return Problem("unknown-field", before + path, key, _spelt_out(self._fields[path].steps))
        nearest = process.extractOne(path, list(self._fields), scorer=fuzz.ratio)
        return Problem("unknown-field", before + path, key, nearest[0] if nearest else "—")

    def _flattened(self, data: Any, before: str) -> tuple[dict[str, Any], list[Problem]]:
        """The values by path, and what is wrong with them; `before` stands in front of the paths that problems name."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        if isinstance(data, Mapping):
            self._visit(data, self._tree, "", before, values, problems)
        else:
            problems.append(Problem("wrong-type", before.rstrip("."), shown(data), _RECORD))
        return values, problems

    def _visit(
        self,
        node: Mapping[str, Any],
        expected: _Tree,
        prefix: str,
        before: str,
        values: dict[str, Any],
        problems: list[Problem],
    ) -> None:
        for key, value in node.items():
            known = expected.get(key)
            if known is None:
                problems.append(self.unknown(f"{prefix}{key}", key, before))
            elif value is None:
                continue
            elif isinstance(known, Field):
                found: Sequence[Problem]
                found = known.kind.refusals(known, value)
                found = [replace(p, path=before + p.path) for p in found] if before else found
                if known.kind.has_records and not found:
                    value, found = self._rows(known, value, before)
                if found:
                    problems.extend(found)
                elif value != [] and value is not False:
                    values[known.path] = known.kind.canonical(known, value)
            elif type(value) is dict or isinstance(value, Mapping):
                self._visit(value, known, f"{prefix}{key}.", before, values, problems)
            else:
                problems.append(Problem("wrong-type", f"{before}{prefix}{key}", shown(value), _SECTION))

    def _rows(self, f: Field, value: list[Any], before: str) -> tuple[list[dict[str, Any]], list[Problem]]:
        """The records of a repetition by column, each with every column, and what is wrong with them."""
        path = before + f.path
        rows: list[dict[str, Any]] = []
        found: list[Problem] = []
        for index, given in enumerate(value):
            row, problems = self.inner[f.path]._flattened(given, f"{path}[{index}].")
            rows.append({c.path: row.get(c.path) for c in f.fields})
            found += problems
            if not problems and not any(v is not None for column, v in row.items() if column != f.key or not f.keys):
                found.append(Problem("empty-row", f"{path}[{index}]", None, None, f.place))
        if value and not found and all(is_printed(f.printed, [_text(row[c]) for c in f.columns]) for row in rows):
            printed = " | ".join(c for row in f.printed for c in row if c)
            found.append(Problem("same-as-hint", path, printed, None, f.place))
        found += _refusals_of_keys(f, path, rows)
        return rows, [replace(p, place=f.place) for p in found]


def _gather(node: Any, expected: _Tree, found: dict[str, Any]) -> None:
    """Puts what a record has into the values by path: in work that goes with what it has, not with what it may have."""
    for key, value in node.items() if type(node) is dict or isinstance(node, Mapping) else ():
        known = expected.get(key)
        if isinstance(known, Field):
            found[known.path] = value
        elif known is not None:
            _gather(value, known, found)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _refusals_of_keys(f: Field, path: str, rows: list[dict[str, Any]]) -> list[Problem]:
    """Rows of the same key, and of keys that the form does not print."""
    seen: set[Any] = set()
    found = []
    for index, row in enumerate(rows if f.key else ()):
        key, where = row.get(f.key), f"{path}[{index}].{f.key}"
        if key in seen:
            found.append(Problem("duplicate-key", where, key, f.key))
        if f.keys and key not in f.keys:
            found.append(Problem("unknown-key", where, key, " | ".join(f.keys)))
        seen.add(key)
    return found


def _tree(fields: Sequence[Field]) -> _Tree:
    """The fields by the steps of their paths."""
    tree: _Tree = {}
    for f in fields:
        node = tree
        for step in f.steps[:-1]:
            inner = node.setdefault(step, {})
            assert isinstance(inner, dict)
            node = inner
        node[f.steps[-1]] = f
    return tree


def is_printed(printed: Sequence[Sequence[str]], row: Sequence[str | None]) -> bool:
    """Whether a row is one that the blank form prints, with nothing added."""
    return [fold(cell or "") for cell in row] in [[fold(cell) for cell in texts] for texts in printed]
