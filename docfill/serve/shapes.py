"""Shapes: a dataclass says what a door takes; here it is checked against JSON, and becomes JSON Schema.

Types are str, int, float, bool, Any, lists and dicts of these, `X | None`, Literals and other such dataclasses.
What is not declared is refused by name, as everywhere in docfill.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from docfill.serve.doors import Refusal

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Nothing:
    """What a page's form sends that has only a button."""


MOST = 10_000
"""Characters of a text that nothing else limits."""

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def parsed(shape: type[T], given: Any) -> T:
    """What was sent, as an object of a shape; Refusal (422) names everything that does not fit."""
    faults: list[str] = []
    made = _value(shape, given, "", faults)
    if faults:
        listed = "；".join(faults)
        raise Refusal(422, f"发来的数据不合要求：{listed}", f"the data sent do not fit: {listed}", faults=faults)
    return typing.cast(T, made)


def _value(kind: Any, given: Any, at: str, faults: list[str]) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return given
    if origin in (typing.Union, types.UnionType):
        (inner,) = (a for a in args if a is not type(None))
        return None if given is None else _value(inner, given, at, faults)
    if origin is typing.Literal:
        if given not in args or type(given) is not type(args[0]):
            faults.append(f"{at}: {' | '.join(map(str, args))}")
        return given
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind), given, at, faults)
    if origin is list:
        if not isinstance(given, list):
            faults.append(f"{at}: […]")
            return []
        return [_value(args[0], item, f"{at}[{n}]", faults) for n, item in enumerate(given)]
    if origin is dict:
        if not isinstance(given, Mapping):
            faults.append(f"{at}: {{…}}")
            return {}
        return {str(k): _value(args[1], item, f"{at}.{k}", faults) for k, item in given.items()}
    is_fit = type(given) is kind or (kind is float and type(given) is int)
    if not is_fit:
        faults.append(f"{at}: {_PLAIN[kind]}")
    elif isinstance(given, str) and (len(given) > MOST or "\0" in given or not _is_text(given)):
        faults.append(f"{at}: ≤ {MOST}, U+0000 / surrogates")
    elif isinstance(given, int) and not -(2**53) <= given <= 2**53:
        faults.append(f"{at}: ±2^53")
    return given


def _is_text(given: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in given)


def _object(shape: type, given: Any, at: str, faults: list[str]) -> Any:
    if not isinstance(given, Mapping):
        faults.append(f"{at or '.'}: {{…}}")
        return None
    kinds = typing.get_type_hints(shape)
    known = {f.name: f for f in dataclasses.fields(shape)}
    faults += [f"{at}.{name}".lstrip(".") + ": ?" for name in given if name not in known]
    values: dict[str, Any] = {}
    for name, f in known.items():
        where = f"{at}.{name}".lstrip(".")
        if name in given:
            values[name] = _value(kinds[name], given[name], where, faults)
        elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            faults.append(f"{where}: !")
    return None if faults else shape(**values)


def from_form(shape: type, given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a page's form as JSON would have them: a checkbox that is sent is true, a number a number."""
    kinds = typing.get_type_hints(shape)
    made: dict[str, Any] = {}
    for name, value in given.items():
        kind = kinds.get(name)
        if kind is bool:
            made[name] = value in ("on", "true", "1")
        elif kind is int and value.lstrip("-").isdecimal():
            made[name] = int(value)
        else:
            made[name] = value
    return made


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a shape."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return {}
    if origin in (typing.Union, types.UnionType):
        (inner,) = (a for a in args if a is not type(None))
        return {"anyOf": [schema_of(inner), {"type": "null"}]}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin is list:
        return {"type": "array", "items": schema_of(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(args[1])}
    if dataclasses.is_dataclass(kind):
        kinds = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        needed = [
            f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        ]
        properties = {f.name: schema_of(kinds[f.name]) for f in fields}
        shape = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**shape, "required": needed} if needed else shape
    plain: dict[str, Any] = {"type": _PLAIN[kind]}
    return {**plain, "maxLength": MOST} if kind is str else plain
