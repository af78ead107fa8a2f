"""What repeats: a list of texts, and a list of records with values of other kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from docfill.kinds.kind import LIST, NOTHING, RECORDS, Asked, Kind, Standing, shown
from docfill.kinds.text import Text
from docfill.problems import Problem

_TEXT = Text()


class Texts(Kind):
    """Texts, one after another."""

    name = "texts"
    label = ("多个短语", "list")
    words = ("若干文字", "any number of texts")
    absent: ClassVar[Any] = []

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        values = (_TEXT.parse(item).value for item in found.items or ())
        return [text for text in values if text is not None], []

    def is_missing(self, found: Standing, f: Asked) -> bool:
        return found.items is None

    def standing(self, shown: Any, f: Asked) -> Standing:
        return Standing(items=[item[""] for item in shown or ()])

    def refusals(self, f: Asked, value: Any) -> list[Problem]:
        if not isinstance(value, list):
            return [Problem("wrong-type", f.path, shown(value), LIST, f.place)]
        found = []
        for index, item in enumerate(value):
            path = f"{f.path}[{index}]"
            separator = next((t for t in (*f.separators, "\n") if isinstance(item, str) and t in item), "")
            if refused := _TEXT.refusal(item):
                found.append(Problem(refused[0], path, refused[1], _TEXT.expectation(f), f.place))
            elif separator:
                found.append(Problem("holds-separator", path, item, separator, f.place))
        return found

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "minLength": 1}}

    def sample(self, f: Asked, turn: int) -> Any:
        return [f"试填{n}" for n in range(turn)] if turn else None


class Rows(Kind):
    """Records, each with a value for every column."""

    name = "rows"
    label = ("多行表格", "rows")
    words = ("若干行", "any number of rows")
    absent: ClassVar[Any] = []
    has_records = True

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        values, problems = [], []
        for number, record in enumerate(found.records or ()):
            row = {}
            for column in f.fields:
                at = f"{path}[{number}].{column.path}"
                row[column.path], doubts = column.kind.read(record.get(column.path, NOTHING), column, at)
                problems += doubts
            values.append(row)
        if summed := _summed_in(values):
            last = len(values) - 1
            shown_there = (found.records or ())[last].get(summed, NOTHING).text
            problems.append(Problem("no-record", f"{path}[{last}].{summed}", shown_there))
        return values, problems

    def is_missing(self, found: Standing, f: Asked) -> bool:
        return found.records is None

    def standing(self, shown: Any, f: Asked) -> Standing:
        return Standing(records=shown or ())

    def refusals(self, f: Asked, value: Any) -> list[Problem]:
        is_right = isinstance(value, list)
        return [] if is_right else [Problem("wrong-type", f.path, shown(value), RECORDS, f.place)]

    def canonical(self, f: Asked, value: Any) -> Any:
        return sorted(value, key=lambda row: f.keys.index(row[f.key])) if f.keys else value

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"type": "array", "items": object_schema(f.fields)}

    def sample(self, f: Asked, turn: int) -> Any:
        if not turn:
            return None
        return [self._record(f, number, turn) for number in range(min(turn, len(f.keys) or turn))]

    def _record(self, f: Asked, number: int, turn: int) -> dict[str, Any]:
        """The values of one record by column, unlike those of the others."""
        row = {c.path: c.kind.sample_in_row(c, number, turn) for c in f.fields if c.is_readable}
        if f.keys:
            row[f.key] = f.keys[number]
        return row


_FEWEST = 3
"""Records of which the last may be the sum of the others."""


def _summed_in(records: Sequence[Mapping[str, Any]]) -> str:
    """The first column with a number of a last record that says nothing but the sums of those above; "" of any other.

    That is a row of totals whose label was left out; the records above have more to say than numbers.
    """
    if len(records) < _FEWEST:
        return ""
    *above, last = records
    sums = {column: value for column, value in last.items() if value not in (None, [], False)}
    if not sums or any(not sums.keys() < {c for c, v in record.items() if v is not None} for record in above):
        return ""
    are_sums = all(
        _is_number(value)
        and all(_is_number(record[column]) for record in above)
        and math.isclose(value, sum(record[column] for record in above), abs_tol=_ALMOST)
        for column, value in sums.items()
    )
    return next(iter(sums)) if are_sums else ""


_ALMOST = 1e-6


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def object_schema(fields: Sequence[Asked]) -> dict[str, Any]:
    """The JSON Schema of an object with these fields."""
    root: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    for f in fields:
        node = root
        *groups, last = f.steps
        for group in groups:
            node = node["properties"].setdefault(
                group, {"title": group, "type": "object", "properties": {}, "additionalProperties": False}
            )
        node["properties"][last] = f.schema()
    return root
