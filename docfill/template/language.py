"""The tag language: docxtpl's, with docfill's filters; each tag parsed by Jinja's own parser.

`environment` is what stock docxtpl renders a docfill template with.  `parse`
turns the source of one tag (`{{ … }}`, `{% … %}`, `{# … #}`) into a `Tag`: an
expression that can be run backwards (a field's value, a tick, a repetition) or
a `Derived` one, which is only recomputed.  Nothing of the tag is evaluated here.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.nodes as jn
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docfill import text
from docfill.problems import DocfillError
from docfill.values import CODECS
from docfill.word import ticks

Path = tuple[str, ...]

BLANK_DATE = "    年    月    日"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)


# --- what the tags mean to Jinja (stock docxtpl renders with these) ---


def _empty(value: Any) -> bool:
    return value is None or value == "" or isinstance(value, jinja2.Undefined)


def blank(value: Any, columns: int = 0) -> str:
    """`value`, followed by spaces up to the drawn width (a full-width character is two columns)."""
    shown = "" if _empty(value) else str(value)
    return shown + " " * (columns - text.width(shown))


def _formatted(kind: str, when_empty: str, value: Any) -> str:
    return when_empty if _empty(value) else CODECS[kind].format(value)


def choice(value: Any, option: str) -> str:
    """The box of one option of a single choice."""
    same = not _empty(value) and text.same_quotes(value) == text.same_quotes(option)
    return ticks.TICKED if same else ticks.EMPTY


def choices(value: Any, option: str) -> str:
    """The box of one option of a multiple choice."""
    same = any(text.same_quotes(v) == text.same_quotes(option) for v in value or ())
    return ticks.TICKED if same else ticks.EMPTY


def lines(value: Any) -> list[str]:
    """The paragraphs of a long answer; none for no answer."""
    return [] if _empty(value) else str(value).split("\n")


def runs(rows: Any, column: str) -> list[list[dict[str, Any]]]:
    """The rows in groups of neighbours that agree in `column`, for cells merged downwards."""
    return [list(group) for _, group in itertools.groupby(rows or (), lambda row: row.get(column))]


FILTERS = {
    "blank": blank,
    "text": functools.partial(_formatted, "text", ""),
    "number": functools.partial(_formatted, "number", ""),
    "integer": functools.partial(_formatted, "integer", ""),
    "date": functools.partial(_formatted, "date", BLANK_DATE),
    "choice": choice,
    "choices": choices,
    "lines": lines,
    "runs": runs,
    "optional": lambda value: value,
}


def _shown(value: Any) -> Any:
    return "" if value is None else value


def environment() -> jinja2.Environment:
    """A sandboxed, autoescaping Jinja environment with docfill's filters and nothing else.

    Give it to stock docxtpl: `DocxTemplate(path).render(form.context(data), form.environment)`.
    """
    env = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=jinja2.ChainableUndefined, finalize=_shown, keep_trailing_newline=True
    )
    env.filters = dict(FILTERS)
    env.globals = {}
    return env


_PARSER = environment()


# --- what the tags mean to docfill ---


@dataclass(frozen=True, slots=True)
class Value:
    """An answer written as text: `{{ path | kind | blank(width) }}`."""

    path: Path
    kind: str = ""
    width: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Ticked:
    """Whether an option is chosen; `on` and `off` are what is drawn where the tag itself says so."""

    path: Path
    kind: str
    option: str
    on: str = ticks.TICKED
    off: str = ticks.EMPTY


@dataclass(frozen=True, slots=True)
class Present:
    """Whether there is an answer: `{% if path %}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Derived:
    """An expression that cannot be run backwards."""

    source: str


@dataclass(frozen=True, slots=True)
class For:
    """`{% for name in path | lines %}`, `… | runs("column")` or `{% for name in path %}`."""

    name: str
    path: Path
    over: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """`{% if condition %}`."""

    condition: Ticked | Present | Derived


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: else, endfor, endif, vm; or a comment's text."""

    name: str


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: where it acts ("" in the text, or on the whole p, tr, tc, r around it), and what it says."""

    source: str
    scope: str
    node: Value | Ticked | Derived | For | If | Word


@functools.lru_cache(maxsize=4096)
def parse(source: str) -> Tag:
    """The tag that `source` spells; DocfillError with Jinja's reason where it spells none."""
    opening, inner = source[:2], source[2:-2]
    scope = ""
    if scoped := re.match(r"(tr|tc|p|r)\s", inner):
        scope, inner = scoped[1], inner[scoped.end() :]
    inner = inner.strip("-+ \t\n\u00a0\u3000")
    if opening == "{#":
        return Tag(source, scope, Word("# " + inner))
    if opening == "{{":
        return Tag(source, scope, _expression(_output(source, "{{ " + inner + " }}"), inner))
    word = inner.split(None, 1)[0] if inner else ""
    if inner in ("else", "endfor", "endif", "vm"):
        return Tag(source, scope, Word(inner))
    if word == "for":
        return Tag(source, scope, _for(source, inner))
    if word == "if":
        node = _parsed(source, "{% " + inner + " %}{% endif %}").body[0]
        assert isinstance(node, jn.If)
        tested = _expression(node.test, inner)
        return Tag(source, scope, If(Present(tested.path) if isinstance(tested, Value) else tested))
    raise DocfillError(
        f"模板标签 {source} 使用了不支持的语句“{word}”，可用：for、if、else、endfor、endif、vm",
        f'the template tag {source} uses the statement "{word}"; use for, if, else, endfor, endif or vm',
    )


def _parsed(source: str, code: str) -> jn.Template:
    try:
        return _PARSER.parse(code)
    except jinja2.TemplateSyntaxError as error:
        raise DocfillError(
            f"模板标签 {source} 有语法错误：{error.message}",
            f"the template tag {source} has a syntax error: {error.message}",
        ) from None


def _output(source: str, code: str) -> jn.Expr:
    output = _parsed(source, code).body[0]
    assert isinstance(output, jn.Output)
    node = output.nodes[0]
    assert isinstance(node, jn.Expr)
    return node


def _for(source: str, inner: str) -> For:
    node = _parsed(source, "{% " + inner + " %}{% endfor %}").body[0]
    assert isinstance(node, jn.For)
    over, column, iterated = "rows", "", node.iter
    if isinstance(iterated, jn.Filter) and iterated.name in ("lines", "runs") and iterated.node is not None:
        over = iterated.name
        column = str(_constant(iterated.args[0])) if iterated.args else ""
        iterated = iterated.node
    path = _path(iterated)
    if path is None or not isinstance(node.target, jn.Name) or node.test is not None or node.recursive:
        raise DocfillError(
            f"模板标签 {source} 不能反向读取：for 后面应是“名称 in 路径”",
            f"the template tag {source} cannot be read back: after for comes “name in path”",
        )
    return For(node.target.name, path, over, column)


def _constant(node: jn.Node) -> Any:
    return node.value if isinstance(node, jn.Const) else None


def _path(node: jn.Node) -> Path | None:
    """The steps of `a.b["c"]`; None for anything else."""
    if isinstance(node, jn.Name):
        return (node.name,)
    if isinstance(node, jn.Getattr | jn.Getitem):
        owner = _path(node.node)
        step = node.attr if isinstance(node, jn.Getattr) else _constant(node.arg)
        return None if owner is None or not isinstance(step, str) else (*owner, step)
    return None


def _comparison(node: jn.Node) -> tuple[Path, str, str] | None:
    """(path, kind, option) of `path == "option"` or `"option" in path`."""
    if not isinstance(node, jn.Compare) or len(node.ops) != 1:
        return None
    left, op, right = node.expr, node.ops[0].op, node.ops[0].expr
    if op == "eq":
        for path, option in ((_path(left), _constant(right)), (_path(right), _constant(left))):
            if path and isinstance(option, str):
                return path, "choice", option
    path, option = _path(right), _constant(left)
    return (path, "choices", option) if op == "in" and path and isinstance(option, str) else None


def _expression(node: jn.Node, source: str) -> Value | Ticked | Derived:
    if compared := _comparison(node):
        return Ticked(*compared)
    if isinstance(node, jn.CondExpr) and (compared := _comparison(node.test)):
        on, off = _constant(node.expr1), "" if node.expr2 is None else _constant(node.expr2)
        if isinstance(on, str) and isinstance(off, str) and on != off:
            return Ticked(*compared, on, off)
    kind, width, optional = "", 0, False
    while isinstance(node, jn.Filter) and node.node is not None:
        arguments = [_constant(a) for a in node.args]
        if node.name in ("choice", "choices") and len(arguments) == 1 and isinstance(arguments[0], str):
            path = _path(node.node)
            return Ticked(path, node.name, arguments[0]) if path and not kind else Derived(source)
        if node.name == "blank" and len(arguments) == 1 and isinstance(arguments[0], int):
            width = arguments[0]
        elif node.name == "optional":
            optional = True
        elif node.name in CODECS and not kind:
            kind = node.name
        elif node.name in FILTERS:
            return Derived(source)
        else:
            raise DocfillError(
                f"模板标签“{source}”使用了未知的过滤器“{node.name}”，可用：{'、'.join(FILTERS)}",
                f'the template tag "{source}" uses the unknown filter "{node.name}"; there are {", ".join(FILTERS)}',
            )
        node = node.node
    path = _path(node)
    return Derived(source) if path is None else Value(path, kind, width, optional)


def tags_in(shown: str) -> Iterable[tuple[int, int, str]]:
    """(start, end, source) of each tag in a paragraph's text."""
    return ((m.start(), m.end(), m[0]) for m in TAG.finditer(shown))


# --- expressions that are evaluated: the conditions of rules ---


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


class _Sums(ImmutableSandboxedEnvironment):
    """Arithmetic is for numbers: a text times a number would fill the memory."""

    intercepted_binops = frozenset(_ARITHMETIC)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The sum, product … of two numbers."""
        for side in (left, right):
            if isinstance(side, jinja2.Undefined):
                raise Unanswered
            if isinstance(side, bool) or not isinstance(side, int | float):
                raise TypeError(f"{operator} takes numbers, not {side!r}")
        return _ARITHMETIC[operator](left, right)


_SUMS = _Sums(undefined=Blank)
_SUMS.globals = {}


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
        try:
            parser = Parser(_SUMS, source, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise jinja2.TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
            tree.set_environment(_SUMS)
            for node in (tree, *tree.find_all(jn.Node)):
                if not isinstance(node, _ALLOWED):
                    raise jinja2.TemplateSyntaxError(f"{type(node).__name__} is not allowed here", 1)
                if isinstance(node, jn.Getattr) and node.attr.startswith("_"):
                    raise jinja2.TemplateSyntaxError(f"{node.attr} is not allowed here", 1)
                if isinstance(node, jn.Call) and not (isinstance(node.node, jn.Name) and not node.kwargs):
                    raise jinja2.TemplateSyntaxError("only functions can be called", 1)
            self._compiled = _SUMS.compile_expression(source, undefined_to_none=False)
        except (jinja2.TemplateSyntaxError, RecursionError) as error:
            raise DocfillError(
                f"“{source}”不是可用的式子（{error}）", f'"{source}" is no expression ({error})'
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
            value = self._compiled(**context)
        except (jinja2.UndefinedError, ZeroDivisionError, OverflowError):
            raise Unanswered from None
        if isinstance(value, jinja2.Undefined):
            raise Unanswered
        return value


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
        step = _constant(node.arg)
        return (*owner, step) if isinstance(step, str) else None
    return None
