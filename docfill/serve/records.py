"""Values in a record by path: `主要产品[2].产量`, the steps as the record nests, numbers for rows."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docfill import late

_STEP = late.pattern(r"([^.\[\]]+)|\[(\d{1,6})\]")

Step = str | int


def steps_of(path: str) -> list[Step]:
    """The steps of a path, numbers for rows."""
    return [name or int(number) for name, number in _STEP.findall(path)]


def value_at(record: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    node = record
    for step in steps_of(path):
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and step < len(node) else None
        else:
            node = node.get(step) if isinstance(node, Mapping) else None
    return node


def has(record: Any, path: str) -> bool:
    """Whether a path leads somewhere in a record."""
    *before, last = steps_of(path) or [""]
    node = record
    for step in before:
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and step < len(node) else None
        else:
            node = node.get(step) if isinstance(node, Mapping) else None
    if isinstance(last, int):
        return isinstance(node, list) and last < len(node)
    return isinstance(node, Mapping) and last in node


def changed(record: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with other values at some paths, all of which lead somewhere."""
    made: dict[str, Any] = copy.deepcopy(dict(record))
    for path, value in changes.items():
        *before, last = steps_of(path)
        node: Any = made
        for step in before:
            node = node[step]
        node[last] = value
    return made


def alone(steps: Sequence[Step], value: Any) -> Any:
    """A record with nothing but one value; a row is the only one of its list."""
    for step in reversed(steps):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def part(record: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The part of a record that has the fields in which some paths lie; of rows, all of them."""
    made: dict[str, Any] = {}
    for path in paths:
        field = path.partition("[")[0]
        *groups, last = field.split(".")
        node = made
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = value_at(record, field)
    return made


def pictures(value: Any) -> Iterator[str]:
    """The SHA-256 of each picture in a value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("sha256"), str) and isinstance(value.get("file"), str):
            yield value["sha256"]
        else:
            yield from (name for inner in value.values() for name in pictures(inner))
    elif isinstance(value, list):
        yield from (name for inner in value for name in pictures(inner))


def shown(value: Any) -> str:
    """A value in a cell of a list."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, list):
        return "；".join(v for v in map(shown, value) if v)
    if isinstance(value, Mapping):
        return " ".join(v for v in map(shown, value.values()) if v) if "sha256" not in value else str(value["file"])
    return str(value)
