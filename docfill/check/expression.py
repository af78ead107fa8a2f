"""The expressions of rules: Jinja's, over the answers of a form, with what a rule may need besides.

A rule must be silent where an answer that it needs is not there, and must be
able to ask for that; so an absent answer is a value of its own, `Blank`, and
whatever is done with it ends the evaluation.  Nothing else is reached than in
the tags of a template (see `template.language`), and nothing called but the
functions that rules have.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.nodes as jn
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser
from jinja2.runtime import Context

from docfill.problems import DocfillError, Said, fault_of
from docfill.template import meaning, sandbox


class Unanswered(Exception):
    """An expression needs an answer that is not there, so nothing can be said."""


class Blank(jinja2.StrictUndefined):
    """Stands for an answer that is not there, or cannot be read: whatever is done with it raises `Unanswered`."""


class SaidNone(Blank):
    """Stands for the answer 无."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A step of a path that is a name: `a.b[年]`."""

    name: str


Steps = tuple[str | Variable, ...]

_ALLOWED = (
    *(jn.Name, jn.Getattr, jn.Getitem, jn.Const, jn.Call, jn.CondExpr, jn.List),
    *(jn.Compare, jn.Operand, jn.And, jn.Or, jn.Not, jn.Add, jn.Sub, jn.Mul, jn.Div, jn.Neg),
)
"""The operations of an expression: none of them takes long, and none makes something large of something small."""

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class _Rules(sandbox.Sandbox):
    """The sandbox of tags, in which the functions of rules can be called and an absent answer ends all.

    Arithmetic is for numbers: a text times a number would fill the memory.
    """

    intercepted_binops = frozenset(_ARITHMETIC)

    def call(self, context: Any, function: Any, *args: Any) -> Any:
        """What a function gives; `Expression` lets nothing else be called, and none is told of the context."""
        if not self.is_safe_callable(function):
            raise SecurityError(f"{function!r} is not safely callable")
        return function(*args)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The sum, product … of two numbers."""
        for side in (left, right):
            if isinstance(side, jinja2.Undefined):
                raise Unanswered
            if isinstance(side, bool) or not isinstance(side, int | float):
                raise TypeError(f"{operator} takes numbers, not {side!r}")
        return _ARITHMETIC[operator](left, right)


_UNUSABLE = (
    *(jinja2.TemplateSyntaxError, jinja2.UndefinedError, Unanswered, TypeError, ArithmeticError),
    *(SyntaxError, ValueError, RecursionError, MemoryError),
)
"""What Jinja and Python raise over an expression; Jinja works out what is constant before there are any answers."""


def _not_allowed(what: str) -> jinja2.TemplateSyntaxError:
    return jinja2.TemplateSyntaxError(Said(f"这里不能用 {what}", f"{what} is not allowed here"), 1)


_RULES = _Rules(undefined=Blank)
_RULES.globals = {}


class _Names(Context):
    """The names of one evaluation: of Jinja's context what an expression needs, which has no globals and blocks."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.parent = names  # type: ignore[assignment]  # it is only read
        self.vars = {}
        self.exported_vars = set()


_SAID = "said"
"""What the value of an expression is called where it is evaluated."""


class Expression:
    """A condition or value over the answers of a form, compiled.

    Attributes:
        source: how it is spelled.
        paths: the paths that it names, each a tuple of steps.
        calls: the functions that it calls, each with how many arguments it gives.

    Raises:
        DocfillError: it is no expression, or does something else than compare, count and call.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        meaning.check_length(source)
        try:
            parser = Parser(_RULES, source, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise jinja2.TemplateSyntaxError(
                    Said("后面还有多余的内容", "chunk after expression"), parser.stream.current.lineno
                )
            tree.set_environment(_RULES)
            for node in (tree, *tree.find_all(jn.Node)):
                if not isinstance(node, _ALLOWED):
                    raise _not_allowed(type(node).__name__)
                if isinstance(node, jn.Const) and isinstance(node.value, float) and not math.isfinite(node.value):
                    raise jinja2.TemplateSyntaxError(Said("有的数过大", "a number is too large"), 1)
                if isinstance(node, jn.Name) and node.name in meaning.OBJECTS:
                    raise _not_allowed(node.name)
                if isinstance(node, jn.Getattr) and node.attr.startswith("_"):
                    raise _not_allowed(node.attr)
                if isinstance(node, jn.Call) and not (isinstance(node.node, jn.Name) and not node.kwargs):
                    raise jinja2.TemplateSyntaxError(Said("只能调用函数", "only functions can be called"), 1)
            said = jn.Assign(jn.Name(_SAID, "store"), tree, lineno=1)
            self._compiled = _RULES.from_string(jn.Template([said], lineno=1))
        except _UNUSABLE as error:
            fault = fault_of(error)
            raise DocfillError(
                f"“{source}”不是可用的式子（{fault}）", f'"{source}" is no expression ({fault.en})', "bad-rules"
            ) from None
        calls = [node for node in (tree, *tree.find_all(jn.Call)) if isinstance(node, jn.Call)]
        self._path: Steps | None = _steps(tree)
        self.calls = frozenset((n.node.name, len(n.args)) for n in calls if isinstance(n.node, jn.Name))
        self.paths = tuple(dict.fromkeys(_outermost(tree, {id(node.node) for node in calls})))

    def __call__(self, context: Mapping[str, Any]) -> Any:
        """Its value.

        Args:
            context: what the names mean; answers that are not there are `Blank`.

        Raises:
            Unanswered: an answer that it needs is not there, or it divides by zero.
            TypeError: it compares what cannot be compared.
        """
        try:
            value = self._looked_up(self._path, context) if self._path is not None else self._evaluated(context)
        except (jinja2.UndefinedError, ArithmeticError, ValueError):
            raise Unanswered from None
        if isinstance(value, jinja2.Undefined):
            raise Unanswered
        return value

    @staticmethod
    def _looked_up(path: Steps, context: Mapping[str, Any]) -> Any:
        """What is no more than a path."""
        value: Any = context
        for step in path:
            value = _RULES.getitem(value, context.get(step.name) if isinstance(step, Variable) else step)
        return value

    def _evaluated(self, context: Mapping[str, Any]) -> Any:
        names = _Names(context)
        for _ in self._compiled.root_render_func(names):
            pass
        return names.vars[_SAID]


def _outermost(node: jn.Node, skipped: set[int]) -> Iterable[Steps]:
    """The paths in a tree, each as long as it is spelled."""
    if id(node) in skipped:
        return
    steps = _steps(node)
    if steps is not None:
        yield steps
        return
    for child in node.iter_child_nodes():
        yield from _outermost(child, skipped)


def _steps(node: jn.Node) -> Steps | None:
    if isinstance(node, jn.Name):
        return (node.name,)
    if isinstance(node, jn.Getattr | jn.Getitem) and (owner := _steps(node.node)) is not None:
        if isinstance(node, jn.Getattr):
            return (*owner, node.attr)
        if isinstance(node.arg, jn.Name):
            return (*owner, Variable(node.arg.name))
        if isinstance(node.arg, jn.Const) and isinstance(node.arg.value, str):
            return (*owner, node.arg.value)
    return None
