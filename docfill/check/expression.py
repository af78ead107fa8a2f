"""The expressions of rules: Jinja's, over the answers of a form, with what a rule may need besides.

A rule must be silent where an answer that it needs is not there, and must be
able to ask for that; so an absent answer is a value of its own, `Blank`, and
whatever is done with it ends the evaluation.  Nothing else is reached than in
the tags of a template (see `template.language`), and nothing called but the
functions that rules have.

Jinja parses an expression; what it means is told here, operation by operation, as
functions of what the names mean: there are few of them, and a form is held against
hundreds of expressions, each of which would else be a module of Python to compile.
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

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARING: dict[str, Callable[[Any, Any], Any]] = {
    **{name: getattr(operator, name) for name in ("eq", "ne", "gt", "lt")},
    **{"gteq": operator.ge, "lteq": operator.le},
    **{"in": lambda left, right: left in right, "notin": lambda left, right: left not in right},
}
_DEEPEST = 150
"""Operations in one another: what is deeper could be more than Python's own calls may be."""


class _Rules(sandbox.Sandbox):
    """The sandbox of tags, in which the functions of rules can be called and an absent answer ends all.

    Arithmetic is for numbers: a text times a number would fill the memory.
    """

    intercepted_binops = frozenset(_ARITHMETIC)

    def call(self, _: Any, function: Any, *args: Any) -> Any:
        """What a function gives; `Expression` lets nothing else be called, and none is told of the context."""
        if not self.is_safe_callable(function):
            raise SecurityError(f"{function!r} is not safely callable")
        return function(*args)

    def call_binop(self, _: Any, operator: str, left: Any, right: Any) -> Any:
        """The sum, product … of two numbers."""
        for side in (left, right):
            if isinstance(side, jinja2.Undefined):
                raise Unanswered
            if isinstance(side, bool) or not isinstance(side, int | float):
                raise TypeError(f"{operator} takes numbers, not {side!r}")
        return _ARITHMETIC[operator](left, right)


_UNUSABLE = (*(jinja2.TemplateSyntaxError, ValueError, RecursionError),)
"""What Jinja raises over an expression; ValueError of a number of more digits than Python converts."""


def _not_allowed(what: str) -> jinja2.TemplateSyntaxError:
    return jinja2.TemplateSyntaxError(Said(f"这里不能用 {what}", f"{what} is not allowed here"), 1)


_RULES = _Rules(undefined=Blank)
_RULES.globals = {}


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
            for node in (tree, *tree.find_all(jn.Node)):
                if isinstance(node, jn.Const) and isinstance(node.value, float) and not math.isfinite(node.value):
                    raise jinja2.TemplateSyntaxError(Said("有的数过大", "a number is too large"), 1)
                if isinstance(node, jn.Name) and node.name in meaning.OBJECTS:
                    raise _not_allowed(node.name)
                if isinstance(node, jn.Getattr) and node.attr.startswith("_"):
                    raise _not_allowed(node.attr)
                if isinstance(node, jn.Call) and not (isinstance(node.node, jn.Name) and _is_plain(node)):
                    raise jinja2.TemplateSyntaxError(Said("只能调用函数", "only functions can be called"), 1)
            self._evaluated = _meaning(tree)
        except _UNUSABLE as error:
            fault = fault_of(error)
            raise DocfillError(
                f"“{source}”不是可用的式子（{fault}）", f'"{source}" is no expression ({fault.en})', "bad-rules"
            ) from None
        calls = [node for node in (tree, *tree.find_all(jn.Call)) if isinstance(node, jn.Call)]
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
            value = self._evaluated(context)
        except (jinja2.UndefinedError, ArithmeticError, ValueError):
            raise Unanswered from None
        if isinstance(value, jinja2.Undefined):
            raise Unanswered
        return value


def _is_plain(call: jn.Call) -> bool:
    """Whether a call gives its arguments one by one, by their places."""
    return not (call.kwargs or call.dyn_args or call.dyn_kwargs)


_Meaning = Callable[[Mapping[str, Any]], Any]
"""What gives the value of an expression for what the names mean."""


def _meaning(node: jn.Node, depth: int = 0) -> _Meaning:
    """What an operation means.

    Raises:
        TemplateSyntaxError: it is none of those that are allowed, or too many are in one another.
    """
    told = _MEANINGS.get(type(node))
    if told is None:
        raise _not_allowed(type(node).__name__)
    if depth > _DEEPEST:
        raise jinja2.TemplateSyntaxError(Said("嵌套过深", "nested too deeply"), 1)
    return told(node, lambda inner: _meaning(inner, depth + 1))


_Inside = Callable[[jn.Node], _Meaning]


def _of_name(node: jn.Name, _: _Inside) -> _Meaning:
    name = node.name
    return lambda names: names[name] if name in names else Blank(name=name)


def _of_const(node: jn.Const, _: _Inside) -> _Meaning:
    value = node.value
    return lambda names: value


def _of_attribute(node: jn.Getattr, inside: _Inside) -> _Meaning:
    return _item(inside(node.node), node.attr)


def _of_item(node: jn.Getitem, inside: _Inside) -> _Meaning:
    if isinstance(node.arg, jn.Const):
        return _item(inside(node.node), node.arg.value)
    owner, which = inside(node.node), inside(node.arg)
    return lambda names: _RULES.getitem(owner(names), which(names))


def _item(owner: _Meaning, which: Any) -> _Meaning:
    if not isinstance(which, str):
        return lambda names: _RULES.getitem(owner(names), which)

    def item(names: Mapping[str, Any]) -> Any:
        there = owner(names)
        return there[which] if type(there) is dict and which in there else _RULES.getitem(there, which)

    return item


def _of_call(node: jn.Call, inside: _Inside) -> _Meaning:
    function, arguments = inside(node.node), [inside(argument) for argument in node.args]
    return lambda names: _RULES.call(None, function(names), *[argument(names) for argument in arguments])


def _of_condition(node: jn.CondExpr, inside: _Inside) -> _Meaning:
    test, then = inside(node.test), inside(node.expr1)
    other = inside(node.expr2) if node.expr2 is not None else lambda _: Blank()
    return lambda names: then(names) if test(names) else other(names)


def _of_list(node: jn.List, inside: _Inside) -> _Meaning:
    items = [inside(item) for item in node.items]
    return lambda names: [item(names) for item in items]


def _of_comparison(node: jn.Compare, inside: _Inside) -> _Meaning:
    first = inside(node.expr)
    following = [(_COMPARING[operand.op], inside(operand.expr)) for operand in node.ops]
    if len(following) == 1:
        compare_both, second = following[0]
        return lambda names: compare_both(first(names), second(names))

    def compared(names: Mapping[str, Any]) -> Any:
        left, held = first(names), True
        for compare, other in following:
            right = other(names)
            held = compare(left, right)
            if not held:
                return held
            left = right
        return held

    return compared


def _of_and(node: jn.And, inside: _Inside) -> _Meaning:
    left, right = inside(node.left), inside(node.right)
    return lambda names: left(names) and right(names)


def _of_or(node: jn.Or, inside: _Inside) -> _Meaning:
    left, right = inside(node.left), inside(node.right)
    return lambda names: left(names) or right(names)


def _of_not(node: jn.Not, inside: _Inside) -> _Meaning:
    said = inside(node.node)
    return lambda names: not said(names)


def _of_negation(node: jn.Neg, inside: _Inside) -> _Meaning:
    said = inside(node.node)
    return lambda names: -said(names)


def _of_arithmetic(node: jn.BinExpr, inside: _Inside) -> _Meaning:
    left, right, sign = inside(node.left), inside(node.right), str(node.operator)
    return lambda names: _RULES.call_binop(None, sign, left(names), right(names))


_MEANINGS: dict[type[jn.Node], Callable[[Any, _Inside], _Meaning]] = {
    **{jn.Name: _of_name, jn.Const: _of_const, jn.Getattr: _of_attribute, jn.Getitem: _of_item},
    **{jn.Call: _of_call, jn.CondExpr: _of_condition, jn.List: _of_list, jn.Compare: _of_comparison},
    **{jn.And: _of_and, jn.Or: _of_or, jn.Not: _of_not, jn.Neg: _of_negation},
    **dict.fromkeys((jn.Add, jn.Sub, jn.Mul, jn.Div), _of_arithmetic),
}
"""The operations of an expression: none of them takes long, and none makes something large of something small."""


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
