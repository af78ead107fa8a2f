"""The tags and rules that Jinja's own parser has to read, and what is worked out from a record.

Templates and rules may come from strangers (law 6), so `expression`, the one place
that evaluates, takes a list of what is harmless and refuses the rest: a step of a
path is a key of the data, never an attribute of an object; nothing can be called;
no text or number can be made to grow.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import jinja2.nodes as jn

from docfill import late, text
from docfill.kinds import CHOICE, CHOICES, Kind
from docfill.problems import DocfillError
from docfill.template.meaning import (
    CALLER,
    OBJECTS,
    ONE_WAY,
    WORDS,
    Condition,
    Derived,
    Either,
    Elif,
    Filter,
    For,
    If,
    Joined,
    Path,
    Present,
    Said,
    Set,
    Ticked,
    Unread,
    Value,
    check_length,
    repeated,
    short,
    shown,
    width_of,
)
from docfill.template.sandbox import FILTERS, TESTS, environment

_MOST_PATHS = 100
_PARSER = environment()

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


def said(source: str, opening: str, inner: str) -> Said:
    """What a tag says that is none of the usual ones; DocfillError with Jinja's reason where that is nothing.

    Args:
        source: the tag, for messages.
        opening: its first two characters.
        inner: what stands between the braces, without a scope.
    """
    if opening == "{{":
        return _expression(_output(source, "{{ " + inner + " }}"), inner)
    word, *rest = inner.split(None, 1) if inner else [""]
    if word == "for":
        return _for(source, inner)
    if word in ("if", "elif"):
        node = _parsed(source, "{% if " + "".join(rest) + " %}{% endif %}").body[0]
        assert isinstance(node, jn.If)
        kind = If if word == "if" else Elif
        return kind(*_condition(node.test, "".join(rest)))
    if word == "set":
        return _set(source, inner)
    if word.partition("(")[0] in ONE_WAY:
        block = _parsed(source, "{% " + inner + " %}{% end" + word.partition("(")[0] + " %}").body[0]
        return _unread(block, inner, is_shown=False)
    if inner == "hm" or word in ("cellbg", "colspan"):
        given = _output(source, "{{ " + "".join(rest) + " }}") if rest else jn.Const(None)
        return _unread(given, inner, is_shown=False)
    raise DocfillError(
        f"模板标签 {source} 使用了不支持的语句“{word}”，可用：for、if、elif、else、endfor、endif、set、vm、"
        "macro、call、with、filter",
        f'the template tag {source} uses the statement "{word}"; use for, if, elif, else, endfor, endif, set, vm, '
        "macro, call, with or filter",
        "bad-template",
    )


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
            width_of(_filter(node), source)
    elif isinstance(node, jn.Const):
        if isinstance(node.value, float) and not math.isfinite(node.value):  # 1e999: Jinja would write a name, inf
            raise _refused(source)
    elif not isinstance(node, _HARMLESS):
        raise _refused(source)
    for child in node.iter_child_nodes():
        _check_harmless(child, source, paths)


class _NotAllowed(DocfillError):
    """An expression uses what is not among the harmless."""


def _refused(source: str) -> DocfillError:
    return _NotAllowed(
        f"模板标签“{short(source)}”使用了不允许的写法；可用：路径、文字、数字、比较、四则运算、and or not in if else，"
        f"过滤器 {'、'.join(FILTERS)}，测试 {'、'.join(TESTS)}",
        f'the template tag "{short(source)}" uses what is not allowed; there are paths, texts, numbers, comparisons, '
        f"arithmetic, and or not in if else, the filters {', '.join(FILTERS)} and the tests {', '.join(TESTS)}",
        "bad-template",
    )


def _too_complex(source: str) -> DocfillError:
    return DocfillError(
        f"模板标签“{short(source)}”过于复杂，请拆开写",
        f'the template tag "{short(source)}" is too complex; split it',
        "bad-template",
    )


_FAULTS = (
    (late.pattern(r"""unexpected char ['"](.+)['"] at \d+"""), "不能有{0}"),
    (late.pattern(r"unexpected '(.+)', expected '(.+)'"), "{0}处应为{1}"),
    (late.pattern(r"unexpected '(.+)'"), "多了{0}"),
    (late.pattern(r"expected token '(.+)', got '(.+)'"), "{1}处应为{0}"),
    (late.pattern(r"Expected an expression, got '(.+)'"), "{0}处缺少内容"),
)
"""What Jinja's parser says of a fault, and how that is said in Chinese."""
_TOKENS = {
    "name": "名称",
    "string": "文字",
    "integer": "整数",
    **dict.fromkeys(("end of print statement", "end of statement block"), "结尾"),
}
_NAME = late.pattern(r"\s*([\w ]*\w)\s*(?:\|.*)?")


def _in_chinese(message: str) -> str:
    """What Jinja's parser says of a fault."""
    for fault, said in _FAULTS:
        if found := fault.fullmatch(message):
            return said.format(*(_TOKENS.get(word, f"“{word}”") for word in found.groups()))
    return "写法有误"


def _syntax(source: str, error: jinja2.TemplateSyntaxError) -> DocfillError:
    named = _NAME.fullmatch(source[2:-2]) if source.startswith("{{") else None
    if named is not None and not WORDS & set(named[1].split()) and not named[1].isidentifier():
        name = "_".join(named[1].split())
        meant = f"{{{{ {name} }}}}" if name.isidentifier() else f'{{{{ 数据["{named[1]}"] }}}}'
        return DocfillError(
            f"模板标签 {short(source)} 中的名称“{named[1]}”不能含空格、不能以数字开头；请写成 {meant}",
            f'the template tag {short(source)}: "{named[1]}" is no name, which holds no space and '
            f"begins with no digit; write {meant}",
            "bad-template",
        )
    return DocfillError(
        f"模板标签 {short(source)} 有语法错误：{_in_chinese(error.message or '')}",
        f"the template tag {short(source)} has a syntax error: {error.message}",
        "bad-template",
    )


def _parsed(source: str, code: str) -> jn.Template:
    try:
        try:
            return _PARSER.parse(code)
        except jinja2.TemplateSyntaxError:
            return _PARSER.parse(text.same_quotes(code))  # Word curls quotes; docxtpl makes those in tags straight
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


def _for(source: str, inner: str) -> For | Unread:
    node = _parsed(source, "{% " + inner + " %}{% endfor %}").body[0]
    assert isinstance(node, jn.For)
    iterated, filters = node.iter, list[Filter]()
    while isinstance(iterated, jn.Filter) and iterated.node is not None:
        filters.append(_filter(iterated))
        iterated = iterated.node
    path = _path(iterated)
    is_plain = isinstance(node.target, jn.Name) and node.test is None and not node.recursive
    loop = repeated(node.target.name, path, filters) if path and isinstance(node.target, jn.Name) and is_plain else None
    return _unread(node.iter, inner) if loop is None else loop


def _filter(node: jn.Filter) -> Filter:
    named = {str(pair.key): _constant(pair.value) for pair in node.kwargs} | ({"*": None} if node.dyn_args else {})
    return Filter(node.name, tuple(_constant(a) for a in node.args), named)


def _set(source: str, inner: str) -> Set | Unread:
    node = _parsed(source, "{% " + inner + " %}").body[0]
    if isinstance(node, jn.Assign) and isinstance(node.target, jn.Name):
        value = _expression(node.node, inner.partition("=")[2].strip())
        if isinstance(value, Value):
            return Set(node.target.name, value)
        return _unread(node.node, inner, is_shown=False)
    raise DocfillError(
        f"模板标签 {source}：set 只能写成“名称 = 值”",
        f"the template tag {source}: a set must be “name = value”",
        "bad-template",
    )


def _paths(node: jn.Node) -> Iterator[Path]:
    """The paths that an expression names, whatever it does with them."""
    if isinstance(node, jn.Call):
        for argument in node.args:
            yield from _paths(argument)
        if isinstance(node.node, jn.Getattr | jn.Getitem):
            yield from _paths(node.node.node)
        return
    if (path := _path(node)) is not None:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


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


def _comparison(node: jn.Node) -> tuple[Path, Kind, str] | None:
    """(path, kind, option) of `path == "option"` or `"option" in path`."""
    if not isinstance(node, jn.Compare) or len(node.ops) != 1:
        return None
    left, op, right = node.expr, node.ops[0].op, node.ops[0].expr
    if op == "eq":
        for path, option in ((_path(left), _constant(right)), (_path(right), _constant(left))):
            if path and isinstance(option, str):
                return path, CHOICE, option
    path, option = _path(right), _constant(left)
    return (path, CHOICES, option) if op == "in" and path and isinstance(option, str) else None


_HIDDEN = late.pattern(r"^__|__\w+__")
"""Names of what Python keeps in its objects."""
_EMPTY_VALUES = ("", None, False, 0)


def _condition(node: jn.Node, source: str) -> tuple[Condition, bool]:
    """What a condition asks, and whether for the contrary."""
    if isinstance(node, jn.Not):
        condition, is_negated = _condition(node.node, f"({source})")
        if isinstance(condition, Derived | Unread):
            return _derived(node, source), False
        return condition, not is_negated
    if compared := _comparison(node):
        return Ticked(*compared), False
    if (path := _path(node)) is not None and path[0] != "loop":
        return Present(path), False
    if isinstance(node, jn.Filter) and node.name in ("length", "count") and node.node is not None:
        return _condition(node.node, source)
    if isinstance(node, jn.Test) and node.name in ("defined", "none", "undefined") and (path := _path(node.node)):
        return Present(path), node.name != "defined"
    if isinstance(node, jn.Compare) and len(node.ops) == 1:
        return _compared_to_nothing(node, source)
    return _derived(node, source), False


def _compared_to_nothing(node: jn.Compare, source: str) -> tuple[Condition, bool]:
    """`path != "option"`, and comparisons that ask whether there is anything: `path != ""`, `path|length > 0`."""
    op, other = node.ops[0].op, node.ops[0].expr
    path, option = _path(node.expr), _constant(other)
    if path and isinstance(other, jn.Const) and op in ("eq", "ne"):
        if option in _EMPTY_VALUES or option is True:
            return Present(path), (op == "eq") == (option is not True)
        if isinstance(option, str):
            return Ticked(path, CHOICE, option), op == "ne"
    counted = node.expr.node if isinstance(node.expr, jn.Filter) and node.expr.name in ("length", "count") else None
    if counted is not None and (path := _path(counted)) and (op, option) in (("gt", 0), ("ne", 0), ("eq", 0)):
        return Present(path), op == "eq"
    return _derived(node, source), False


def _either(node: jn.CondExpr, source: str) -> Either | None:
    """`"A" if … else "B"`, also in a chain."""
    on = _constant(node.expr1)
    off: Any = "" if node.expr2 is None else _constant(node.expr2)
    if isinstance(node.expr2, jn.CondExpr):
        off = _either(node.expr2, source)
    condition, is_negated = _condition(node.test, source)
    if not isinstance(on, str) or not isinstance(off, str | Either) or isinstance(condition, Derived | Unread):
        return None
    return Either(condition, is_negated, on, off)


def _or_default(node: jn.Node) -> tuple[jn.Node, str] | None:
    """`x or "无"` and `x if x else "无"`, as the value and what is printed without one."""
    if isinstance(node, jn.Or) and isinstance(default := _constant(node.right), str):
        return node.left, default
    if isinstance(node, jn.CondExpr) and _path(node.expr1) is not None and _path(node.expr1) == _path(node.test):
        default = "" if node.expr2 is None else _constant(node.expr2)
        return (node.expr1, default) if isinstance(default, str) else None
    return None


def _expression(node: jn.Node, source: str) -> Value | Ticked | Either | Joined | Derived | Unread:
    if (chosen := _chosen(node, source)) is not None:
        return chosen
    inner, filters = node, list[Filter]()
    while True:
        if (otherwise := _or_default(inner)) is not None:
            inner, default = otherwise
            filters.append(Filter("default", (default,)))
        elif isinstance(inner, jn.Filter) and inner.node is not None:
            filters.append(_filter(inner))
            inner = inner.node
        else:
            break
    path = _path(inner)
    meant = shown(path or ("",), filters, source)
    return _derived(node, source) if path is None or meant is None else meant


def _chosen(node: jn.Node, source: str) -> Ticked | Either | None:
    """What is shown by whether an option is chosen, or else by another condition; None for what stands by itself."""
    if compared := _comparison(node):
        return Ticked(*compared)
    either = _either(node, source) if isinstance(node, jn.CondExpr) else None
    if either is None or not isinstance(known := either.condition, Ticked):
        return either
    if either.is_negated or not isinstance(either.off, str) or either.on == either.off:
        return either
    return Ticked(known.path, known.kind, known.option, either.on, either.off)


def _derived(node: jn.Node, source: str) -> Derived | Unread:
    """What can only be recomputed; what isn't harmless is not even that, and refused where it reaches for objects."""
    try:
        expression(source)
    except _NotAllowed:
        return _unread(node, source)
    return Derived(source)


def _unread(node: jn.Node, source: str, is_shown: bool = True) -> Unread:
    may_call = {CALLER} if isinstance(node, jn.Call) and getattr(node.node, "name", "") == CALLER else set()
    for inner in (node, *node.find_all((jn.Name, jn.Getattr, jn.Const))):
        name = inner.value if isinstance(inner, jn.Const) else getattr(inner, "name", getattr(inner, "attr", ""))
        if isinstance(name, str) and (_HIDDEN.search(name) or name in OBJECTS - may_call):
            raise _refused(source)
    inside = (node, *node.find_all((jn.Call, jn.Concat, jn.Filter, jn.Test)))
    named = {found.name for found in inside if isinstance(found, jn.Filter | jn.Test)}
    needs = named | {
        sign for sign, kind in (("()", jn.Call), ("~", jn.Concat)) if any(isinstance(n, kind) for n in inside)
    }
    paths = () if isinstance(node, jn.Macro) else tuple(dict.fromkeys(_paths(node)))
    return Unread(source, paths, is_shown, tuple(sorted(needs)))
