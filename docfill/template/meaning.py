"""What a tag can say: the answers, loops and conditions that can be run backwards, and the rest by its source.

A path with filters is made into what it means here, whoever read it: `language`, which reads
the usual tags, or `parsing`, which has Jinja read the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from docfill import limits
from docfill.kinds import KINDS, Kind
from docfill.pictures import UNSIZED, Frame, frame_of
from docfill.problems import DocfillError
from docfill.word import ticks

Path = tuple[str, ...]

WIDEST = 1000
"""Columns that a blank may be drawn over."""

FLAT = "flat"
"""The scope of a tag in a text that holds no elements (m:t, a property)."""
SHOWN_AS_IT_IS = ("e", "escape", "safe", "string")
"""Filters of Jinja that do not change what a reader sees."""
_LONGEST = 100_000
"""字 that a limit may allow."""


CALLER = "caller"
"""What a macro calls for the text between `call` and `endcall`."""
OBJECTS = frozenset({"self", "super", CALLER, "varargs", "kwargs"})
"""Names that Jinja gives to objects of its own."""
ONE_WAY = ("macro", "call", "with", "filter")
"""Statements with an end that docxtpl has and that are not run backwards."""
_BLOCKS = ("for", *ONE_WAY)
ENDS = ("endif", *(f"end{word}" for word in _BLOCKS))
"""The words that end a part."""
WORDS = frozenset({"if", "else", "and", "or", "not", "in", "is", "for", "elif", "set"})
"""Words of the language, which are no names."""


def short(source: str) -> str:
    """A tag as messages show it."""
    return source if len(source) <= 120 else f"{source[:120]}…"


class Value(Struct, frozen=True):
    """An answer written as text: `{{ path | kind | blank(width) }}`; `default` is printed where there is none.

    `unit` and `limit` say what the words beside it do not, and `longest` how many characters a legacy field around it
    takes.
    """

    path: Path
    kind: Kind | None = None
    width: int = 0
    optional: bool = False
    default: str = ""
    frame: Frame = UNSIZED
    unit: str = ""
    limit: int = 0
    longest: int = 0


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


def check_length(source: str) -> None:
    """Nothing, where a tag or expression is no longer than the limit `tag`; else DocfillError."""
    if len(source) > limits.current().tag:
        raise limits.exceeded(short(source), "模板标签过长", "the template tag is too long", "tag")


class Filter(Struct, frozen=True):
    """One step of `path | name("given", named="…")`; None stands for what is no constant."""

    name: str
    given: tuple[Any, ...] = ()
    named: Mapping[str, Any] = {}


def shown(path: Path, filters: Sequence[Filter], source: str) -> Value | Ticked | Joined | None:
    """What is shown of the value at `path`, by its filters, the last one first; None where that can't be run backwards.

    Raises:
        DocfillError: the width of a blank or the size of a picture is none.
    """
    kind: Kind | None = None
    width, is_optional, default, frame, unit, limit = 0, False, "", UNSIZED, "", 0
    for step in filters:
        named, said = KINDS.get(step.name), step.given[0] if step.given else ""
        is_alone = len(step.given) == 1 and isinstance(said, str)
        if step.name in ("default", "d") and isinstance(said, str) and not default:
            default = said
        elif named and named.has_options and is_alone:
            return Ticked(path, named, said) if step is filters[-1] and not kind else None
        elif step.name == "join" and step is filters[-1] and len(step.given) <= 1:
            return Joined(path, str(said or ""))
        elif step.name == "blank":
            width = width_of(step, source)
        elif step.name == "optional":
            is_optional = True
        elif step.name == "unit" and is_alone:
            unit = said.strip()
        elif step.name == "limit" and _limit(step):
            limit = _limit(step)
        elif named and named.is_written and not kind:
            kind = named
        elif named and named.is_drawn and not kind:
            kind, frame = named, _frame(step, source)
        elif step.name not in SHOWN_AS_IT_IS:
            return None
    return None if path[0] == "loop" else Value(path, kind, width, is_optional, default, frame, unit, limit)


def repeated(name: str, path: Path, filters: Sequence[Filter]) -> For | None:
    """A loop over the value at `path`, by its filters, the last one first; None where that can't be run backwards."""
    over, column, limit, left = "rows", "", 0, [*filters]
    keys: list[str] = []
    if left and left[0].name in ("lines", "runs", "key"):
        step = left.pop(0)
        over = step.name
        column, *keys = [str(given) for given in step.given] or [""]
    if over == "lines" and left and left[0].name == "limit":
        limit = _limit(left.pop(0))
    return None if left else For(name, path, over, column, tuple(keys), limit)


def width_of(step: Filter, source: str) -> int:
    """The columns that a `blank` draws; DocfillError where they are no number, or too many."""
    width = step.given[0] if len(step.given) == 1 else None if step.given else 0
    if type(width) is not int or not 0 <= width <= WIDEST:
        raise DocfillError(
            f"模板标签“{short(source)}”中 blank 的宽度应为 0 到 {WIDEST} 的整数",
            f'the width of blank in the template tag "{short(source)}" should be a whole number up to {WIDEST}',
            "bad-template",
        )
    return width


def _frame(step: Filter, source: str) -> Frame:
    """The room that a tag gives to a picture."""
    frame = None if step.given else frame_of(dict(step.named))
    if frame is None:
        raise DocfillError(
            f'模板标签“{short(source)}”的图片大小应写作 width="2.5cm", height="3.5cm"（单位 cm、mm、in、pt、px），'
            "fit 为 contain（完整放入，默认）或 cover（铺满并裁去多余，须写明宽和高）",
            f'the picture in the template tag "{short(source)}" is given as width="2.5cm", height="3.5cm" (cm, mm, '
            "in, pt, px); fit is contain (shown whole) or cover (cropped to fill both)",
            "bad-template",
        )
    return frame


def _limit(step: Filter) -> int:
    """The characters that an answer may have at most; 0 where the tag says no such number."""
    limit = step.given[0] if len(step.given) == 1 else 0
    return limit if type(limit) is int and 0 < limit <= _LONGEST else 0
