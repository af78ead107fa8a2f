"""What the tags mean to Jinja: docfill's filters, and the sandbox that stock docxtpl renders a docfill template with.

Templates may come from strangers (law 6): a step of a path is a key of the data,
never an attribute of an object; nothing can be called; no text or number can grow.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from jinja2 import filters as jinja_filters
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from docfill import text
from docfill.kinds import KINDS, WRITTEN, Kind, Written
from docfill.template import rendering
from docfill.template.meaning import SHOWN_AS_IT_IS
from docfill.word import ticks

_LARGEST, _LONGEST = 10**18, 10**6


def _empty(value: Any) -> bool:
    return isinstance(value, jinja2.Undefined) or rendering.is_empty(value)


def _of_answer(draw: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of an answer, which may be none."""
    return lambda value, *given, **named: draw(None if _empty(value) else value, *given, **named)


def _formatted(kind: Written, value: Any) -> str:
    return kind.blank if _empty(value) else kind.format(value)


def _picture(value: Any, **_: str) -> Any:
    """A picture of docxtpl's own (InlineImage) as it is; one of docfill's is drawn by docfill alone."""
    return "" if _empty(value) or isinstance(value, Mapping | list) else value


def _box(kind: Kind, value: Any, option: str) -> str:
    """The box of one option; quotation marks within a tag are straight."""
    straight = [text.same_quotes(v) for v in value or ()] if kind.is_many else text.same_quotes(value or "")
    is_chosen = not _empty(value) and kind.is_chosen(straight, text.same_quotes(option))
    return ticks.TICKED if is_chosen else ticks.EMPTY


def default(value: Any, shown: str = "", *_: Any) -> Any:
    """`value`, or `shown` where there is none."""
    return shown if _empty(value) else value


def join(items: Any, between: str = "") -> str:
    """The items of a list as one text."""
    return between.join(str(item) for item in items or ())


def length(value: Any) -> int:
    """How many rows, items or characters there are; 0 where there is nothing."""
    return 0 if _empty(value) else len(value)


def _of_text(change: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: "" if _empty(value) else change(str(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "blank": _of_answer(rendering.blank),
    **{name: functools.partial(_formatted, kind) for name, kind in WRITTEN.items()},
    **{name: functools.partial(_box, kind) for name, kind in KINDS.items() if kind.has_options},
    **{name: _picture for name, kind in KINDS.items() if kind.is_drawn},
    "lines": _of_answer(rendering.lines),
    "runs": _of_answer(rendering.runs),
    "optional": lambda value: value,
    "unit": lambda value, *_: value,
    "limit": lambda value, *_: value,
    "key": _of_answer(rendering.keyed),
    "default": default,
    "d": default,
    "join": join,
    "length": length,
    "count": length,
    "upper": _of_text(str.upper),
    "lower": _of_text(str.lower),
    "title": _of_text(str.title),
    "capitalize": _of_text(str.capitalize),
    "trim": _of_text(str.strip),
    "round": lambda value, places=0: round(value, places) if _is_number(value) else value,
    "int": lambda value: int(value) if _is_number(value) else value,
    "float": lambda value: float(value) if _is_number(value) else value,
    **{name: jinja_filters.FILTERS[name] for name in SHOWN_AS_IT_IS if name != "safe"},
    "safe": lambda value: value,
}
"""Docfill's filters, and those of Jinja that can't make a text grow."""


TESTS = {name: JINJA_TESTS[name] for name in ("defined", "undefined", "none", "number", "string")}
"""What may stand behind `is`."""


def _shown(value: Any) -> Any:
    return "" if value is None else value


_ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Sandbox(ImmutableSandboxedEnvironment):
    """Keys of mappings and places of lists are all that can be reached, and nothing can be called or grow."""

    intercepted_binops = frozenset({*_ARITHMETIC, "**"})

    def getitem(self, obj: Any, argument: Any) -> Any:
        is_there = isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj
        if is_there or (isinstance(obj, list) and type(argument) is int and -len(obj) <= argument < len(obj)):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, jinja2.runtime.LoopContext) and attribute in ("first", "last", "index", "index0", "length"):
            return getattr(obj, attribute)  # docxtpl makes its {% vm %} of loop.first
        return self.getitem(obj, attribute)

    def call(self, *_: Any, **__: Any) -> Any:
        raise SecurityError("nothing can be called")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Two numbers computed, two texts joined; None for anything else, so that what lacks an operand is empty."""
        compute = _ARITHMETIC.get(operator)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right if len(left) + len(right) <= _LONGEST else None
        if compute is None or not _is_number(left) or not _is_number(right):
            return None
        try:
            result = compute(left, right)
        except ArithmeticError:
            return None
        return result if abs(result) <= _LARGEST else None


def environment(kind: type[Sandbox] = Sandbox) -> jinja2.Environment:
    """A sandboxed, autoescaping Jinja environment with docfill's filters and tests and nothing else.

    Give it to stock docxtpl: `DocxTemplate(path).render(form.context(data), form.environment)`.
    """
    env = kind(autoescape=True, undefined=jinja2.ChainableUndefined, finalize=_shown, keep_trailing_newline=True)
    env.filters = dict(FILTERS)
    env.tests = dict(TESTS)
    env.globals = {}
    return env
