"""The tag language: docxtpl's, with docfill's filters; each tag parsed as Jinja's own parser does it.

`parse` turns the source of one tag (`{{ … }}`, `{% … %}`, `{# … #}`) into a `Tag`: an
expression that can be run backwards (a field's value, a tick, a repetition) or
a `Derived` one, which is only recomputed.  Nothing of the tag is evaluated there.

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
from msgspec import Struct

from docfill import late, limits, text
from docfill.kinds import CHOICE, CHOICES, KINDS, Kind
from docfill.pictures import UNSIZED, Frame, frame_of
from docfill.problems import DocfillError
from docfill.template.rendering import FILTERS, SHOWN_AS_IT_IS, TESTS, environment
from docfill.word import ticks

Path = tuple[str, ...]

WIDEST = 1000
"""Columns that a blank may be drawn over."""

_CONTROL = late.pattern(r"^[-+]|[-+]$")
"""The signs beside a tag's braces, which tell Jinja about white space; elsewhere they compute."""
_SCOPED = late.pattern(r"(tr|tc|p|r)\s")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
LITERALS = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
"""How a template prints braces that are no tag's, as docxtpl has it."""
FLAT = "flat"
"""The scope of a tag in a text that holds no elements (m:t, a property)."""
_MOST_PATHS = 100
_LONGEST = 100_000
"""字 that a limit may allow."""


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
CALLER = "caller"
"""What a macro calls for the text between `call` and `endcall`."""
OBJECTS = frozenset({"self", "super", CALLER, "varargs", "kwargs"})
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
            "bad-template",
        )
    return width


def _frame(node: jn.Filter, source: str) -> Frame:
    """The room that a tag gives to a picture."""
    frame = None if node.args or node.dyn_args else frame_of({str(k.key): _constant(k.value) for k in node.kwargs})
    if frame is None:
        raise DocfillError(
            f'模板标签“{_short(source)}”的图片大小应写作 width="2.5cm", height="3.5cm"（单位 cm、mm、in、pt、px），'
            "fit 为 contain（完整放入，默认）或 cover（铺满并裁去多余，须写明宽和高）",
            f'the picture in the template tag "{_short(source)}" is given as width="2.5cm", height="3.5cm" (cm, mm, '
            "in, pt, px); fit is contain (shown whole) or cover (cropped to fill both)",
            "bad-template",
        )
    return frame


def _short(source: str) -> str:
    return source if len(source) <= 120 else f"{source[:120]}…"


class _NotAllowed(DocfillError):
    """An expression uses what is not among the harmless."""


def _refused(source: str) -> DocfillError:
    return _NotAllowed(
        f"模板标签“{_short(source)}”使用了不允许的写法；可用：路径、文字、数字、比较、四则运算、and or not in if else，"
        f"过滤器 {'、'.join(FILTERS)}，测试 {'、'.join(TESTS)}",
        f'the template tag "{_short(source)}" uses what is not allowed; there are paths, texts, numbers, comparisons, '
        f"arithmetic, and or not in if else, the filters {', '.join(FILTERS)} and the tests {', '.join(TESTS)}",
        "bad-template",
    )


def _too_complex(source: str) -> DocfillError:
    return DocfillError(
        f"模板标签“{_short(source)}”过于复杂，请拆开写",
        f'the template tag "{_short(source)}" is too complex; split it',
        "bad-template",
    )


_NAME = late.pattern(r"\s*([\w ]*\w)\s*(?:\|.*)?")
_WORDS = frozenset({"if", "else", "and", "or", "not", "in", "is", "for", "elif", "set"})


def _syntax(source: str, error: jinja2.TemplateSyntaxError) -> DocfillError:
    named = _NAME.fullmatch(source[2:-2]) if source.startswith("{{") else None
    if named is not None and not _WORDS & set(named[1].split()) and not named[1].isidentifier():
        name = "_".join(named[1].split())
        meant = f"{{{{ {name} }}}}" if name.isidentifier() else f'{{{{ 数据["{named[1]}"] }}}}'
        return DocfillError(
            f"模板标签 {_short(source)} 中的名称“{named[1]}”不能含空格、不能以数字开头；请写成 {meant}",
            f'the template tag {_short(source)}: "{named[1]}" is no name, which holds no space and '
            f"begins with no digit; write {meant}",
            "bad-template",
        )
    return DocfillError(
        f"模板标签 {_short(source)} 有语法错误：{error.message}",
        f"the template tag {_short(source)} has a syntax error: {error.message}",
        "bad-template",
    )


# --- what the tags mean to docfill ---


class Value(Struct, frozen=True):
    """An answer written as text: `{{ path | kind | blank(width) }}`; `default` is printed where there is none.

    `unit` and `limit` say what the words beside it do not.
    """

    path: Path
    kind: Kind | None = None
    width: int = 0
    optional: bool = False
    default: str = ""
    frame: Frame = UNSIZED
    unit: str = ""
    limit: int = 0


class Ticked(Struct, frozen=True):
    """Whether an option is chosen; `on` and `off` are what is drawn where the tag itself says so."""

    path: Path
    kind: Kind
    option: str
    on: str = ticks.TICKED
    off: str = ticks.EMPTY


class Present(Struct, frozen=True):
    """Whether there is an answer: `{% if path %}`."""

    path: Path


class Derived(Struct, frozen=True):
    """An expression that cannot be run backwards."""

    source: str


class Unread(Struct, frozen=True):
    """What stock docxtpl may render and docfill neither runs backwards nor works out; `paths` are those it names.

    `is_shown` tells a text ({{ f(x) }}) from what draws none ({% cellbg x %}); `needs` are the filters and tests
    that it uses, and "()" where it calls something.
    """

    source: str
    paths: tuple[Path, ...]
    is_shown: bool = True
    needs: tuple[str, ...] = ()

    @property
    def end(self) -> str:
        """The word that ends the part which this begins; "" where it begins none."""
        word = self.source.partition(" ")[0].partition("(")[0]
        return f"end{word}" if word in _BLOCKS else ""


class Joined(Struct, frozen=True):
    """`{{ path | join("、") }}`: the items of a list with a text between them."""

    path: Path
    between: str


class For(Struct, frozen=True):
    """`{% for name in path | lines %}`, `… | runs("column")`, `… | key("column")` or `{% for name in path %}`.

    Where it repeats cells along a row, `across` is how many each time, and `behind` how many stand behind them all.
    """

    name: str
    path: Path
    over: str
    column: str = ""
    keys: tuple[str, ...] = ()
    limit: int = 0
    across: int = 0
    behind: int = 0


Condition = Ticked | Present | Derived | Unread


class If(Struct, frozen=True):
    """`{% if condition %}`, or `{% if not condition %}`."""

    condition: Condition
    is_negated: bool = False


class Elif(Struct, frozen=True):
    """`{% elif condition %}`."""

    condition: Condition
    is_negated: bool = False


class Either(Struct, frozen=True):
    """`{{ on if condition else off }}`, with two texts."""

    condition: Condition
    is_negated: bool
    on: str
    off: str | Either


class Set(Struct, frozen=True):
    """`{% set name = path %}`: another name for a value."""

    name: str
    node: Value


class Word(Struct, frozen=True):
    """A bare word: else, vm, one that ends a part (`ENDS`); or a comment's text."""

    name: str


Said = Value | Ticked | Derived | Unread | Joined | For | If | Elif | Either | Set | Word


class Tag(Struct, frozen=True):
    """One tag: where it acts ("" in the text, or on the whole p, tr, tc, r around it; `FLAT`), and what it says."""

    source: str
    scope: str
    node: Said

    @property
    def replaces_element(self) -> bool:
        """Whether it takes the place of the paragraph, row or cell around it.

        A rich text ({{r x}}, {{p x}}) is docxtpl's to draw; docfill puts its text where the tag stands.
        """
        return self.scope in ("p", "tr", "tc") and not self.source.startswith("{{")


@functools.lru_cache(maxsize=4096)
def parse(source: str) -> Tag:
    """The tag that `source` spells; DocfillError with Jinja's reason where it spells none."""
    check_length(source)
    opening, inner = source[:2], _CONTROL.sub("", source[2:-2])
    scope = ""
    if scoped := _SCOPED.match(inner):
        scope, inner = scoped[1], inner[scoped.end() :]
    inner = inner.strip()
    if opening == "{#":
        return Tag(source, scope, Word("# " + inner))
    if opening == "{{":
        return Tag(source, scope, _expression(_output(source, "{{ " + inner + " }}"), inner))
    word, *rest = inner.split(None, 1) if inner else [""]
    if inner in ("else", "vm") or inner in ENDS:
        return Tag(source, scope, Word(inner))
    if word == "for":
        return Tag(source, scope, _for(source, inner))
    if word in ("if", "elif"):
        node = _parsed(source, "{% if " + "".join(rest) + " %}{% endif %}").body[0]
        assert isinstance(node, jn.If)
        kind = If if word == "if" else Elif
        return Tag(source, scope, kind(*_condition(node.test, "".join(rest))))
    if word == "set":
        return Tag(source, scope, _set(source, inner))
    if word.partition("(")[0] in _ONE_WAY:
        block = _parsed(source, "{% " + inner + " %}{% end" + word.partition("(")[0] + " %}").body[0]
        return Tag(source, scope, _unread(block, inner, is_shown=False))
    if inner == "hm" or word in ("cellbg", "colspan"):
        given = _output(source, "{{ " + "".join(rest) + " }}") if rest else jn.Const(None)
        return Tag(source, scope, _unread(given, inner, is_shown=False))
    raise DocfillError(
        f"模板标签 {source} 使用了不支持的语句“{word}”，可用：for、if、elif、else、endfor、endif、set、vm、"
        "macro、call、with、filter",
        f'the template tag {source} uses the statement "{word}"; use for, if, elif, else, endfor, endif, set, vm, '
        "macro, call, with or filter",
        "bad-template",
    )


def check_length(source: str) -> None:
    """Nothing, where a tag or expression is no longer than the limit `tag`; else DocfillError."""
    if len(source) > limits.current().tag:
        raise limits.exceeded(_short(source), "模板标签过长", "the template tag is too long", "tag")


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
    if (simple := _simple(code)) is not None:
        return simple
    output = _parsed(source, code).body[0]
    assert isinstance(output, jn.Output)
    node = output.nodes[0]
    assert isinstance(node, jn.Expr)
    return node


_SIMPLE = late.pattern(
    r"""\{\{\s*+([^\W\d]\w*+)((?:\s*+\.\s*+[^\W\d]\w*+|\s*+\["[^"\\\r\n]*+"\])*+)"""
    r"""((?:\s*+\|\s*+[^\W\d]\w*+(?:\((?:"[^"\\\r\n]*+"|0|[1-9][0-9]{0,8})\))?+)*+)\s*+\}\}"""
)
"""A path and filters with at most one text or number each: nearly every tag that there is."""
_STEP = late.pattern(r'\.\s*+(\w++)|\["([^"]*+)"\]')
_FILTER = late.pattern(r'\|\s*+(\w++)(?:\((?:"([^"]*+)"|([0-9]++))\))?')
_NO_NAMES = _WORDS | {"true", "false", "none", "True", "False", "None"}


def _simple(code: str) -> jn.Expr | None:
    """What Jinja's parser makes of an output, in a fiftieth of its time; None of any but the simplest."""
    found = _SIMPLE.fullmatch(code)
    if found is None:
        return None
    node: jn.Expr = jn.Name(found[1], "load")
    names = [found[1]]
    for name, key in _STEP.findall(found[2]):
        node = jn.Getattr(node, name, "load") if name else jn.Getitem(node, jn.Const(key), "load")
        names += [name] * bool(name)
    for step in _FILTER.finditer(found[3]):
        given = [int(step[3])] if step[3] else [] if step[2] is None else [step[2]]
        node = jn.Filter(node, step[1], [*map(jn.Const, given)], [], None, None)
        names.append(step[1])
    return node if all(name.isidentifier() and name not in _NO_NAMES for name in names) else None


def _for(source: str, inner: str) -> For | Unread:
    node = _parsed(source, "{% " + inner + " %}{% endfor %}").body[0]
    assert isinstance(node, jn.For)
    over, column, iterated = "rows", "", node.iter
    keys: list[str] = []
    if isinstance(iterated, jn.Filter) and iterated.name in ("lines", "runs", "key") and iterated.node is not None:
        over = iterated.name
        column, *keys = [str(_constant(argument)) for argument in iterated.args] or [""]
        iterated = iterated.node
    limit = 0
    if over == "lines" and isinstance(iterated, jn.Filter) and iterated.name == "limit" and iterated.node is not None:
        limit, iterated = _limit(iterated), iterated.node
    path = _path(iterated)
    if path is None or not isinstance(node.target, jn.Name) or node.test is not None or node.recursive:
        return _unread(node.iter, inner)
    return For(node.target.name, path, over, column, tuple(keys), limit)


def _limit(node: jn.Filter) -> int:
    """The characters that an answer may have at most; 0 where the tag says no such number."""
    limit = _constant(node.args[0]) if len(node.args) == 1 else 0
    return limit if type(limit) is int and 0 < limit <= _LONGEST else 0


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

_ONE_WAY = ("macro", "call", "with", "filter")
"""Statements with an end that docxtpl has and that are not run backwards."""
_BLOCKS = ("for", *_ONE_WAY)
ENDS = ("endif", *(f"end{word}" for word in _BLOCKS))
"""The words that end a part."""

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
    """`x or "无"`, `x if x else "无"` and `x | default("无")` as the value and what is printed without one."""
    if isinstance(node, jn.Or) and isinstance(text := _constant(node.right), str):
        return node.left, text
    if isinstance(node, jn.CondExpr) and _path(node.expr1) is not None and _path(node.expr1) == _path(node.test):
        text = "" if node.expr2 is None else _constant(node.expr2)
        return (node.expr1, text) if isinstance(text, str) else None
    if isinstance(node, jn.Filter) and node.name in ("default", "d") and node.node is not None:
        text = _constant(node.args[0]) if node.args else ""
        return (node.node, text) if isinstance(text, str) else None
    return None


def _expression(node: jn.Node, source: str) -> Value | Ticked | Either | Joined | Derived | Unread:
    if (chosen := _chosen(node, source)) is not None:
        return chosen
    kind: Kind | None = None
    whole, width, optional, default_text, frame = node, 0, False, "", UNSIZED
    unit, limit = "", 0
    while True:
        if (otherwise := _or_default(node)) is not None and not default_text:
            node, default_text = otherwise
            continue
        if not isinstance(node, jn.Filter) or node.node is None:
            break
        arguments = [_constant(a) for a in node.args]
        named = KINDS.get(node.name)
        if named and named.has_options and len(arguments) == 1 and isinstance(arguments[0], str):
            path = _path(node.node)
            return Ticked(path, named, arguments[0]) if path and not kind else _derived(whole, source)
        if node.name == "join" and (path := _path(node.node)) and len(arguments) <= 1:
            return Joined(path, str(arguments[0] or "") if arguments else "")
        if node.name == "blank":
            width = _width(node, source)
        elif node.name == "optional":
            optional = True
        elif node.name == "unit" and len(arguments) == 1 and isinstance(arguments[0], str):
            unit = arguments[0].strip()
        elif node.name == "limit" and _limit(node):
            limit = _limit(node)
        elif named and named.is_written and not kind:
            kind = named
        elif named and named.is_drawn and not kind:
            kind, frame = named, _frame(node, source)
        elif node.name not in SHOWN_AS_IT_IS:
            return _derived(whole, source)
        node = node.node
    path = _path(node)
    if path is None or path[0] == "loop":
        return _derived(whole, source)
    return Value(path, kind, width, optional, default_text, frame, unit, limit)


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


_OPENING = late.pattern(r"\{[{%#]")


def goes_on(shown: str, following: str) -> bool:
    """Whether two paragraphs are one to docxtpl: a tag goes on in the second, or a {%- or -%} joins them."""
    end = following.partition("{")[0]
    if "}" in end:
        ends = [end for _, end, _ in tags_in(shown)]
        opened = _OPENING.search(shown, ends[-1] if ends else 0)
        if opened is not None and _CLOSING[opened[0]] in end:
            return True
    return shown.rstrip().endswith("-%}") or following.lstrip().startswith("{%-")


def tags_in(shown: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, source) of each tag in a paragraph's text."""
    at, unclosed = 0, set[str]()
    while "{" in shown and (opened := _OPENING.search(shown, at)) is not None:
        kind = opened[0]
        end = shown.find(_CLOSING[kind], opened.end()) if kind not in unclosed else -1
        if end < 0:
            unclosed.add(kind)  # nor will any later one of the kind be closed
            at = opened.start() + 1
            continue
        at = end + 2
        yield opened.start(), at, shown[opened.start() : at]


def as_printed(words: str) -> str:
    """The words between tags as they are printed."""
    for typed, shown in LITERALS.items():
        words = words.replace(typed, shown)
    return words
