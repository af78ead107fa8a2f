"""A record of a form: nested data ↔ values by path, and everything wrong with data that is given.

`Records.flatten` checks a whole record against the fields and lists every problem,
so a record is either filled as it is given or not at all.  `nested` is its inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, Union

from rapidfuzz import fuzz, process

from docfill.fields import Field
from docfill.problems import InvalidData, Problem
from docfill.text import counted, fold
from docfill.values import CODECS

_Tree: TypeAlias = dict[str, Union[Field, "_Tree"]]


class Records:
    """Checks and shapes the records of one form.

    Args:
        fields: the form's fields, in form order.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = {f.path: f for f in fields}
        self._places = [(f.steps, f.path, f.kind in ("choices", "rows")) for f in fields]
        self._tree = _tree(fields)

    def nested(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The record in the shape of the JSON contract: every field present, null or [] where absent."""
        record: dict[str, Any] = {}
        for (*groups, last), path, is_list in self._places:
            node = record
            for group in groups:
                node = node.setdefault(group, {})
            value = values.get(path)
            node[last] = [] if value is None and is_list else value
        return record

    def flatten(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The values by path, absent ones left out.

        Args:
            data: a record in the shape of the contract; any field may be missing.

        Raises:
            InvalidData: with every problem of the record, in its order.
        """
        if not isinstance(data, Mapping):
            raise InvalidData([Problem("wrong-type", "", repr(data), "{…}")])
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        self._visit(data, self._tree, "", values, problems)
        if problems:
            raise InvalidData(problems)
        return values

    def _visit(
        self, node: Mapping[str, Any], expected: _Tree, prefix: str, values: dict[str, Any], problems: list[Problem]
    ) -> None:
        for key, value in node.items():
            known = expected.get(key)
            if known is None:
                path = f"{prefix}{key}"
                nearest = process.extractOne(path, list(self._fields), scorer=fuzz.ratio)
                problems.append(Problem("unknown-field", path, key, nearest[0] if nearest else None))
            elif value is None:
                continue
            elif isinstance(known, Field):
                if found := _refusals(known, value):
                    problems.extend(found)
                elif value != []:
                    values[known.path] = _canonical(known, value) if isinstance(value, list) else value
            elif isinstance(value, Mapping):
                self._visit(value, known, f"{prefix}{key}.", values, problems)
            else:
                problems.append(Problem("wrong-type", f"{prefix}{key}", repr(value), "{…}"))


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


def _canonical(f: Field, value: list[Any]) -> list[Any]:
    """Ticks in form order, rows with every column."""
    if f.kind == "choices":
        return [o for o in f.options if o in value]
    return [{c: row.get(c) for c in f.columns} for row in value]


def _refusals(f: Field, value: Any) -> Sequence[Problem]:
    codec = CODECS.get(f.kind)
    if codec is None:
        return _REFUSALS[f.kind](f, value)
    if refused := codec.refusal(value):
        return [Problem(refused[0], f.path, refused[1], f"{codec.zh} / {codec.en}", f.place)]
    if not isinstance(value, str):
        return ()
    if f.limit is not None and len(value) > f.limit < counted(value):
        return [Problem("over-limit", f.path, counted(value), f.limit, f.place)]
    if f.hint and {fold(v) for v in value.split("\n")} & set(map(fold, f.hint)):
        return [Problem("same-as-hint", f.path, value, None, f.place)]
    return ()


def _refusals_of_choice(f: Field, value: Any) -> list[Problem]:
    return [] if value in f.options else [_not_an_option(f, value)]


def _refusals_of_choices(f: Field, value: Any) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem("wrong-type", f.path, repr(value), "[…]", f.place)]
    found = [_not_an_option(f, v) for v in value if v not in f.options]
    twice = {repr(v): v for v in value if value.count(v) > 1}.values()
    return found + [Problem("duplicate-option", f.path, v, None, f.place) for v in twice]


def _refusals_of_rows(f: Field, value: Any) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem("wrong-type", f.path, repr(value), "[{…}]", f.place)]
    found = []
    for index, row in enumerate(value):
        path = f"{f.path}[{index}]"
        if not isinstance(row, Mapping):
            found.append(Problem("wrong-type", path, repr(row), "{…}", f.place))
            continue
        for column, cell in row.items():
            if column not in f.columns:
                found.append(Problem("unknown-field", f"{path}.{column}", column, " | ".join(f.columns), f.place))
            elif cell is not None and (refused := CODECS["text"].refusal(cell)):
                found.append(Problem(refused[0], f"{path}.{column}", refused[1], CODECS["text"].zh, f.place))
        if not any(cell is not None for cell in row.values()):
            found.append(Problem("empty-row", path, None, None, f.place))
    if value and not found and all(is_printed(f.printed, [row.get(c) for c in f.columns]) for row in value):
        found.append(
            Problem("same-as-hint", f.path, " | ".join(c for row in f.printed for c in row if c), None, f.place)
        )
    return found


def is_printed(printed: Sequence[Sequence[str]], row: Sequence[str | None]) -> bool:
    """Whether a row is one that the blank form prints, with nothing added."""
    return [fold(cell or "") for cell in row] in [[fold(cell) for cell in texts] for texts in printed]


_REFUSALS: dict[str, Callable[[Field, Any], list[Problem]]] = {
    "choice": _refusals_of_choice,
    "choices": _refusals_of_choices,
    "rows": _refusals_of_rows,
}


def _not_an_option(f: Field, value: Any) -> Problem:
    return Problem("not-an-option", f.path, value, " | ".join(f.options), f.place)
