"""Classes with slots: what `@dataclass(slots=True)` says, made in a sixth of the time.

dataclasses compiles up to six methods for each class, almost a millisecond; one command meets a hundred classes, a
fifth of its start.  Here `__init__` alone is compiled; what compares, hashes, shows and pickles is shared.
`dataclasses.replace` and `fields`, `copy`, `pickle` and `match` take these classes as they take dataclasses.  None
inherits from another, and of `dataclasses.field` only `default_factory` is heard.  The classes that docfill names to
its users stay dataclasses, as tools of theirs expect; so do those that no start meets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from copy import copy
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

C = TypeVar("C")
_REQUIRED = object()


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[C]) -> type[C]:
    """As `@dataclass(frozen=True, slots=True)`; its fields are set faster."""
    return _slotted(cls, lambda names: _hashed(names) | _FROZEN)


@dataclass_transform(field_specifiers=(dataclasses.field,))
def mutable(cls: type[C]) -> type[C]:
    """As `@dataclass(slots=True)`."""
    return _slotted(cls, lambda names: _hashed(names) | {"__hash__": None})


@dataclass_transform(eq_default=False, field_specifiers=(dataclasses.field,))
def entity(cls: type[C]) -> type[C]:
    """As `@dataclass(slots=True, eq=False)`: equal to itself alone."""
    return _slotted(cls, lambda _: {})


def _slotted(cls: type[C], methods: Callable[[tuple[str, ...]], dict[str, Any]]) -> type[C]:
    contents = dict(cls.__dict__)
    kinds = contents.get("__annotations__", {})
    fields = {name: contents.pop(name, _REQUIRED) for name, kind in kinds.items() if not kind.startswith("ClassVar")}
    names = tuple(fields)
    for attribute in ("__dict__", "__weakref__"):
        contents.pop(attribute, None)
    contents |= {"__slots__": names, "__match_args__": names, "__dataclass_fields__": _Fields(fields)}
    made: Any = type(cls)  # the class's own metaclass
    made = made(cls.__name__, cls.__bases__, {"__repr__": _repr} | methods(names) | contents)
    made.__init__ = _init(made, fields)
    return cast("type[C]", made)


def _init(cls: type[Any], fields: dict[str, Any]) -> Callable[..., None]:
    """The `__init__`; where setting is refused, each slot is set by its descriptor."""
    setting = " _set_{0}(self, {1})\n" if cls.__setattr__ is _refuse else " self.{0} = {1}\n"
    known: dict[str, Any] = {"_REQUIRED": _REQUIRED}
    parameters, lines = [], []
    for name, default in fields.items():
        known[f"_set_{name}"] = getattr(cls, name).__set__
        known[f"_default_{name}"] = default
        value = name
        if isinstance(default, dataclasses.Field):
            known[f"_default_{name}"] = _REQUIRED
            known[f"_make_{name}"] = default.default_factory
            value = f"_make_{name}() if {name} is _REQUIRED else {name}"
        parameters.append(name if default is _REQUIRED else f"{name}=_default_{name}")
        lines.append(setting.format(name, value))
    exec(f"def __init__(self, {', '.join(parameters)}):\n{''.join(lines) or ' pass'}", known)
    made: Callable[..., None] = known["__init__"]
    return made


def _hashed(names: tuple[str, ...]) -> dict[str, Any]:
    """What compares and hashes by these fields."""
    values: Callable[[Any], Any] = attrgetter(*names) if names else _nothing

    def __eq__(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _nothing(_: object) -> None:
    return None


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"a {type(self).__name__} does not change: {name}")


def _repr(self: Any) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({told})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), tuple(getattr(self, name) for name in self.__match_args__)


_FROZEN = {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}


class _Fields:
    """The fields as `dataclasses` knows them, made by the first that asks for them."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def __get__(self, _: object, cls: type[Any]) -> dict[str, dataclasses.Field[Any]]:
        known = {name: _field(name, cls.__annotations__[name], given) for name, given in self._fields.items()}
        type.__setattr__(cls, "__dataclass_fields__", known)
        return known


@dataclasses.dataclass
class _Model:
    field: Any


def _field(name: str, kind: Any, default: Any) -> dataclasses.Field[Any]:
    made: Any = copy(dataclasses.fields(_Model)[0])
    made.name, made.type = name, kind
    if isinstance(default, dataclasses.Field):
        made.default_factory = default.default_factory
    elif default is not _REQUIRED:
        made.default = default
    return cast("dataclasses.Field[Any]", made)
