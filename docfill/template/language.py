"""The tag language: docxtpl's, with docfill's filters; each tag parsed by Jinja's own parser.

`environment` is what stock docxtpl renders a docfill template with.  `parse`
turns the source of one tag (`{{ … }}`, `{% … %}`, `{# … #}`) into a `Tag`: an
expression that can be run backwards (a field's value, a tick, a repetition) or
a `Derived` one, which is only recomputed.  Nothing of the tag is evaluated there.

Templates and rules may come from strangers (law 6), so `expression`, the one place
that evaluates, takes a list of what is harmless and refuses the rest: a step of a
path is a key of the data, never an attribute of an object; nothing can be called;
no text or number can be made to grow.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.nodes as jn
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from docfill import limits, text
from docfill.problems import DocfillError
from docfill.values import CODECS
from docfill.word import ticks

Path = tuple[str, ...]

BLANK_DATE = "    年    月    日"
WIDEST = 1000
"""Columns that a blank may be drawn over."""

_CONTROL = re.compile(r"^[-+]|[-+]$")
"""The signs beside a tag's braces, which tell Jinja about white space; elsewhere they compute."""
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LARGEST, _LONGEST, _MOST_PATHS = 10**18, 10**6, 100


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


def environment() -> jinja2.Environment:
    """A sandboxed, autoescaping Jinja environment with docfill's filters and tests and nothing else.

    Give it to stock docxtpl: `DocxTemplate(path).render(form.context(data), form.environment)`.
    """
    env = Sandbox(autoescape=True, undefined=jinja2.ChainableUndefined, finalize=_shown, keep_trailing_newline=True)
    env.filters = dict(FILTERS)
    env.tests = dict(TESTS)
    env.globals = {}
    return env


_PARSER = environment()


# --- expressions that are evaluated ---

_HARMLESS = (
    jn.And,
    jn.Or,
    jn.Not,
    jn.Compare,
    jn.Operand,
    jn.Concat,
    jn.CondExpr,
    jn.Add,
    jn.Sub,
    jn.Mul,
    jn.Div,
    jn.FloorDiv,
    jn.Mod,
    jn.Neg,
    jn.Pos,
    jn.List,
    jn.Tuple,
)
OBJECTS = frozenset({"self", "super", "caller", "varargs", "kwargs"})
"""Names that Jinja gives to objects of its own."""


class Expression:
    """What is worked out from a record: `Expression(record)` gives the value.

    Attributes:
        source: the expression as it is written.
        paths: the paths that it reads, in order.
    """

    def __init__(self, source: str, paths: tuple[Path, ...], compiled: Any) -> None:
        self.source, self.paths, self._compiled = source, paths, compiled

    def __call__(self, record: Mapping[str, Any]) -> Any:
        """The value for a record in the shape of the contract; None where an operand is missing or of another kind."""
        try:
            return self._compiled(dict(record))
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, jinja2.TemplateError):
            return None


@functools.lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """A derived value or a rule, from anybody, made ready to be evaluated over records.

    It may use paths (`a.b`, `a["b"]`, `a[0]`), texts, numbers and lists of them, `+ - * / // % ~`, comparisons,
    `in`, `and`, `or`, `not`, `x if y else z`, and docfill's filters (`FILTERS`) and tests (`TESTS`).

    Refused are calls, slices, `**`, keys that begin with two underscores, computed keys, any other filter or test,
    what reads more than a hundred paths, and what is longer than the limit `tag`.  A path is looked up among the
    record's keys only: no attribute of a Python object is reached.  Arithmetic is for two numbers, and gives nothing
    beyond 10**18; `+` also joins two texts, up to a million characters; so time and memory are bounded by the
    record's own size.

    Raises:
        DocfillError: the expression uses anything else, or is wrongly spelt.
    """
    check_length(source)
    node = _output(source, "{{ " + source + " }}")
    paths: list[Path] = []
    try:
        _check_harmless(node, source, paths)
        compiled = _PARSER.compile_expression(source)
    except jinja2.TemplateSyntaxError as error:
        raise _syntax(source, error) from None
    except (RecursionError, MemoryError, SyntaxError):  # Python's own limits on nested parentheses
        raise _too_complex(source) from None
    return Expression(source, tuple(paths), compiled)


def _check_harmless(node: jn.Node, source: str, paths: list[Path]) -> None:
    """Nothing, where an expression consists of what `expression` allows; the paths it reads are added to `paths`."""
    if isinstance(node, jn.Name | jn.Getattr | jn.Getitem):
        path = _path(node, with_places=True)
        if path is None:
            raise _refused(source)
        paths.append(path)
        if len(paths) > _MOST_PATHS:
            raise _too_complex(source)
        return
    if isinstance(node, jn.Filter | jn.Test):
        offered: Mapping[str, Any] = FILTERS if isinstance(node, jn.Filter) else TESTS
        if node.name not in offered or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
            raise _refused(source)
        if isinstance(node, jn.Filter) and node.name == "blank":
            _width(node, source)
    elif isinstance(node, jn.Const):
        if isinstance(node.value, float) and not math.isfinite(node.value):  # 1e999: Jinja would write a name, inf
            raise _refused(source)
    elif not isinstance(node, _HARMLESS):
        raise _refused(source)
    for child in node.iter_child_nodes():
        _check_harmless(child, source, paths)


def _width(node: jn.Filter, source: str) -> int:
    """The columns that a `blank` draws."""
    width = _constant(node.args[0]) if len(node.args) == 1 else 0 if not node.args else None
    if type(width) is not int or not 0 <= width <= WIDEST:
        raise DocfillError(
            f"模板标签“{_short(source)}”中 blank 的宽度应为 0 到 {WIDEST} 的整数",
            f'the width of blank in the template tag "{_short(source)}" should be a whole number up to {WIDEST}',
        )
    return width


def _short(source: str) -> str:
    return source if len(source) <= 120 else f"{source[:120]}…"


def _refused(source: str) -> DocfillError:
    return DocfillError(
        f"模板标签“{_short(source)}”使用了不允许的写法；可用：路径、文字、数字、比较、四则运算、and or not in if else，"
        f"过滤器 {'、'.join(FILTERS)}，测试 {'、'.join(TESTS)}",
        f'the template tag "{_short(source)}" uses what is not allowed; there are paths, texts, numbers, comparisons, '
        f"arithmetic, and or not in if else, the filters {', '.join(FILTERS)} and the tests {', '.join(TESTS)}",
    )


def _too_complex(source: str) -> DocfillError:
    return DocfillError(
        f"模板标签“{_short(source)}”过于复杂，请拆开写",
        f'the template tag "{_short(source)}" is too complex; split it',
    )


def _syntax(source: str, error: jinja2.TemplateSyntaxError) -> DocfillError:
    return DocfillError(
        f"模板标签 {_short(source)} 有语法错误：{error.message}",
        f"the template tag {_short(source)} has a syntax error: {error.message}",
    )


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
    check_length(source)
    opening, inner = source[:2], _CONTROL.sub("", source[2:-2])
    scope = ""
    if scoped := re.match(r"(tr|tc|p|r)\s", inner):
        scope, inner = scoped[1], inner[scoped.end() :]
    inner = inner.strip()
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
        tested = _expression(node.test, inner[2:].strip())
        return Tag(source, scope, If(Present(tested.path) if isinstance(tested, Value) else tested))
    raise DocfillError(
        f"模板标签 {source} 使用了不支持的语句“{word}”，可用：for、if、else、endfor、endif、vm",
        f'the template tag {source} uses the statement "{word}"; use for, if, else, endfor, endif or vm',
    )


def check_length(source: str) -> None:
    """Nothing, where a tag or expression is no longer than the limit `tag`; else DocfillError."""
    if len(source) > limits.current().tag:
        raise limits.exceeded(_short(source), "模板标签过长", "the template tag is too long", "tag")


def _parsed(source: str, code: str) -> jn.Template:
    try:
        return _PARSER.parse(code)
    except jinja2.TemplateSyntaxError as error:
        raise _syntax(source, error) from None
    except (RecursionError, ValueError):  # ValueError: a number of more digits than Python converts
        raise _too_complex(source) from None


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


def _path(node: jn.Node, with_places: bool = False) -> Path | None:
    """The steps of `a.b["c"]`, with places in lists (`a[0]`) where those are allowed; None for anything else."""
    steps: list[str] = []
    while isinstance(node, jn.Getattr | jn.Getitem):
        step = node.attr if isinstance(node, jn.Getattr) else _constant(node.arg)
        if with_places and type(step) is int:
            step = str(step)
        if not isinstance(step, str) or step.startswith("__"):
            return None
        steps.append(step)
        node = node.node
    if not isinstance(node, jn.Name) or node.name.startswith("__") or node.name in OBJECTS:
        return None
    return (node.name, *reversed(steps))


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
            return Ticked(path, node.name, arguments[0]) if path and not kind else _derived(source)
        if node.name == "blank":
            width = _width(node, source)
        elif node.name == "optional":
            optional = True
        elif node.name in CODECS and not kind:
            kind = node.name
        elif node.name in FILTERS:
            return _derived(source)
        else:
            raise DocfillError(
                f"模板标签“{source}”使用了未知的过滤器“{node.name}”，可用：{'、'.join(FILTERS)}",
                f'the template tag "{source}" uses the unknown filter "{node.name}"; there are {", ".join(FILTERS)}',
            )
        node = node.node
    path = _path(node)
    return _derived(source) if path is None else Value(path, kind, width, optional)


def _derived(source: str) -> Derived:
    """What can only be recomputed; DocfillError where that is not safe."""
    expression(source)
    return Derived(source)


def tags_in(shown: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, source) of each tag in a paragraph's text."""
    at = 0
    kinds = "{%#"
    while kinds and (opened := re.compile(rf"\{{[{kinds}]").search(shown, at)) is not None:
        end = shown.find(_CLOSING[opened[0]], opened.end())
        if end < 0:
            kinds = kinds.replace(opened[0][1], "")  # nor will any later one of the kind be closed
            continue
        at = end + 2
        yield opened.start(), at, shown[opened.start() : at]
