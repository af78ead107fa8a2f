"""Outcomes as JSON and back, for what a run keeps until it is done: from a fixed list of classes, never code.

Each object is its class's name with its values; a field of a form travels as its path
and is found again in the form.  What no class of the list has made is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from docfill.fields import Field

_CLASSES = {
    "Result": "docfill.extract",
    "Leftover": "docfill.extract",
    "Problem": "docfill.problems",
    "Place": "docfill.problems",
    "Report": "docfill.check",
    "Broken": "docfill.check.rules",
    "Due": "docfill.check.rules",
    "Proof": "docfill.check.proof",
    "Difference": "docfill.check.proof",
}
"""The classes by name, with the modules they are imported from when one is met."""

_TYPE = "\0"
"""The key of the class's name, which no record has."""


def plain(value: Any) -> Any:
    """A value of the classes above, in what JSON has."""
    if value is None or isinstance(value, _SIMPLE):
        return value
    if isinstance(value, Field):
        return {_TYPE: "Field", "path": value.path}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {_TYPE: type(value).__name__, **{n: plain(getattr(value, n)) for n in _names(type(value))}}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list | tuple | set | frozenset) else value


_SIMPLE = (str, int, float, bool)
_LEFT_BEHIND = ("standing", "texts")
"""What only serves while the document is at hand."""


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    """The names of what an object of a class is kept by."""
    return tuple(f.name for f in dataclasses.fields(kind) if f.init and f.name not in _LEFT_BEHIND)


@cache
def _class(name: str) -> Any:
    return getattr(import_module(_CLASSES[name]), name)


def built(value: Any, fields: Mapping[str, Field]) -> Any:
    """What `plain` was given.

    Args:
        value: what JSON gave.
        fields: the fields of the form, by path.

    Raises:
        KeyError, TypeError: it is of no class of the list, or lacks something.
    """
    if isinstance(value, list):
        return [built(v, fields) for v in value]
    if not isinstance(value, dict):
        return value
    if _TYPE not in value:
        return {k: built(v, fields) for k, v in value.items()}
    name = value[_TYPE]
    if name == "Field":
        return fields[value["path"]]
    return _class(name)(**{k: built(v, fields) for k, v in value.items() if k != _TYPE})
