"""What a sequence of pieces and tags says: answers, ticks, repetitions and choices between pieces.

The same nesting serves the pattern (pieces are bytes of the XML) and the
skeleton (pieces are text, lines or rows of the form): `nest` turns a flat
sequence into nodes, resolving the names that loops introduce.

Paths are dotted, as everywhere above the tags.  What belongs to one record of a
repetition has `[]` behind the repetition's own path: `清单[].名称`,
`作者[].书[].题名`; an item that is a text itself is `技能[]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec

from docfill.kinds import LONGTEXT, Kind
from docfill.pictures import UNSIZED, Frame
from docfill.problems import DocfillError
from docfill.template import language
from docfill.template.meaning import (
    ENDS,
    FLAT,
    Condition,
    Derived,
    Either,
    Elif,
    For,
    If,
    Joined,
    Path,
    Said,
    Set,
    Tag,
    Ticked,
    Unread,
    Value,
    Word,
)
from docfill.word.ticks import CIRCLES

EACH = "[]"
"""Behind the path of a repetition: one of its records."""


class Part(Enum):
    """Which part of a value a name stands for."""

    WHOLE = "whole"
    LINE = "line"
    GROUP = "group"


class Meaning(msgspec.Struct, frozen=True):
    """What a name that a loop or set gives stands for: a value, one line of it, or one group of its records.

    `path` is "" where that can't be told.
    """

    path: str
    part: Part = Part.WHOLE

    @property
    def is_value(self) -> bool:
        """Whether it is a value that a path leads to."""
        return bool(self.path) and self.part is Part.WHOLE


_UNKNOWN = Meaning("")
Names = Mapping[str, Meaning]
"""What loops and sets call a value."""


def level_of(path: str) -> int:
    """How many repetitions a path is in."""
    return path.count(EACH)


def within(path: str) -> str:
    """A path as the record that it is in knows it: `清单[].名称` is `名称`, `技能[]` is ""."""
    return path.rpartition(EACH)[2].lstrip(".")


class Answer(msgspec.Struct):
    """The place of a field's value.

    `is_line` is one paragraph of a long answer.  `words` are the texts that are
    printed for some values (see `Words`), for an answer that is not written itself.
    `is_flat` says that it stands in a text that holds no elements.
    """

    path: str
    kind: Kind | None = None
    width: int = 0
    optional: bool = False
    is_line: bool = False
    words: Words | None = None
    series: Series | None = None
    is_flat: bool = False
    frame: Frame = UNSIZED
    unit: str = ""
    limit: int = 0
    longest: int = 0
    level: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        self.level, self.column = level_of(self.path), within(self.path)


class Words(msgspec.Struct, frozen=True):
    """The texts that a form prints for some options of a field; the last one for all other values.

    `options[i]` is what `texts[i]` says; None says no option.  A flag has one option, which is "".
    """

    kind: Kind
    texts: tuple[str, ...]
    options: tuple[str | None, ...]


class Series(msgspec.Struct, frozen=True):
    """Items that follow one another in a line: what stands before, between and behind the columns of each.

    `texts` has one more than `columns`; `between` stands between two items only.
    """

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    between: str = ""


class Tick(msgspec.Struct):
    """The box of one option, with what is drawn when it is ticked and when not."""

    path: str
    kind: Kind
    option: str
    on: list[Node]
    off: list[Node]
    level: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        self.level, self.column = level_of(self.path), within(self.path)

    @property
    def is_blank_when_off(self) -> bool:
        """Whether nothing is drawn where the option is not ticked."""
        return not any(isinstance(node, str) and node.strip() for node in self.off)

    @property
    def is_ring_when_off(self) -> bool:
        """Whether a ring is drawn where the option is not ticked."""
        return any(isinstance(node, str) and node.strip() in {*CIRCLES} for node in self.off)


class Loop(msgspec.Struct):
    """A part repeated for each line or row; `otherwise` is printed when there is none.

    `group` is the column whose equal neighbours form an inner loop; `key` the
    column that tells records apart, and `keys` those that the form prints.  `across`
    and `behind` are those of `For`.
    """

    path: str
    over: str
    body: list[Node]
    otherwise: list[Node]
    group: str = ""
    key: str = ""
    keys: tuple[str, ...] = ()
    name: str = ""
    limit: int = 0
    across: int = 0
    behind: int = 0
    level: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        self.level, self.column = level_of(self.path), within(self.path)


class Branch(msgspec.Struct):
    """A part printed only if there is an answer to `path`; `otherwise` only if there is none."""

    path: str
    body: list[Node]
    otherwise: list[Node]
    level: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        self.level, self.column = level_of(self.path), within(self.path)


class Computed(msgspec.Struct):
    """A part that is worked out from other fields, and never read.

    `paths` are those that it reads; `names` what loops and sets call some of them.
    """

    source: str
    paths: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


class Given(msgspec.Struct):
    """A part printed only if a condition holds that is worked out from other fields."""

    condition: Computed
    body: list[Node]
    otherwise: list[Node]


class Foreign(msgspec.Struct):
    """What stock docxtpl may render and docfill does not: it fills nothing in there, and reads nothing."""

    source: str
    paths: tuple[str, ...] = ()
    is_shown: bool = True


class Mark(msgspec.Struct):
    """A word that acts at its place: `vm`, or a comment ("# …")."""

    name: str


Node = Answer | Tick | Loop | Branch | Computed | Given | Foreign | Mark | Any


class _Open(msgspec.Struct):
    """A for or if that has not ended yet."""

    tag: Tag
    body: list[Node]
    otherwise: list[Node]
    names: Names = msgspec.field(default_factory=dict)
    has_else: bool = False

    @property
    def target(self) -> list[Node]:
        return self.otherwise if self.has_else else self.body


DEEPEST = 50
"""So many parts may stand in one another."""


def nest(items: Iterable[Any], names: Names | None = None) -> list[Node]:
    """The nodes of `items`, where each Tag becomes what it says and anything else stays a piece."""
    return _Nesting(dict(names or {})).nest(items)


class _Nesting:
    def __init__(self, scope: dict[str, Meaning]) -> None:
        self._root: list[Node] = []
        self._stack: list[_Open] = []
        self._scope = scope

    def nest(self, items: Iterable[Any]) -> list[Node]:
        for item in items:
            if isinstance(item, Tag):
                self._tag(item)
            else:
                self._target.append(item)
        if self._stack:
            raise _unpaired(self._stack[-1].tag)
        return self._root

    @property
    def _target(self) -> list[Node]:
        return self._stack[-1].target if self._stack else self._root

    def _tag(self, tag: Tag) -> None:
        node = tag.node
        if isinstance(node, For | If) or (isinstance(node, Unread) and node.end):
            self._open(tag)
            if isinstance(node, For):
                self._scope[node.name] = _item_of(node, self._scope)
        elif isinstance(node, Elif):
            self._otherwise(tag)
            self._open(tag)
        elif isinstance(node, Word) and (node.name == "else" or node.name in ENDS):
            self._word(node.name, tag)
        elif isinstance(node, Set):
            self._scope.update(aliases([tag], self._scope))
        else:
            self._scope.update(aliases([tag], self._scope))
            self._target.append(_leaf(tag, self._scope))

    def _open(self, tag: Tag) -> None:
        if len(self._stack) >= DEEPEST:
            raise DocfillError(
                f"{tag.source}：标签嵌套过深（超过 {DEEPEST} 层）",
                f"{tag.source}: tags are nested too deeply (more than {DEEPEST})",
                "bad-template",
            )
        self._stack.append(_Open(tag, [], [], dict(self._scope)))

    def _otherwise(self, tag: Tag) -> None:
        if not self._stack or self._stack[-1].has_else:
            raise _unpaired(tag)
        self._stack[-1].has_else = True
        self._scope = dict(self._stack[-1].names)

    def _word(self, word: str, tag: Tag) -> None:
        if word == "else":
            self._otherwise(tag)
            return
        while True:
            opened = self._stack.pop() if self._stack else None
            if opened is None or word != _end_of(opened.tag.node):
                raise _unpaired(tag)
            self._scope = dict(opened.names)
            self._target.append(_closed(opened, self._scope))
            if not isinstance(opened.tag.node, Elif):
                return


def _end_of(node: Said) -> str:
    """The word that ends what a tag begins."""
    return "endfor" if isinstance(node, For) else node.end if isinstance(node, Unread) else "endif"


def aliases(tags: Iterable[Tag], known: Names) -> dict[str, Meaning]:
    """What the sets among some tags call a value."""
    found: dict[str, Meaning] = {}
    for tag in tags:
        if isinstance(tag.node, Set):
            found[tag.node.name] = _resolved(tag.node.node.path, {**known, **found})
        elif isinstance(tag.node, Unread) and tag.node.source.startswith("set "):
            found[tag.node.source[4:].partition("=")[0].strip()] = _UNKNOWN
    return found


def _unpaired(tag: Tag) -> DocfillError:
    return DocfillError(
        f"模板标签 {tag.source} 没有配对：每个 if、for 要有自己的 endif、endfor，else 要在其中",
        f"the template tag {tag.source} has no partner: an if needs its endif, a for its endfor",
        "bad-template",
    )


def _resolved(path: Path, scope: Names) -> Meaning:
    """What a path means where some names are known."""
    if path[0] not in scope:
        return Meaning(_dotted(path))
    known = scope[path[0]]
    if len(path) == 1:
        return known
    return Meaning(f"{known.path}.{_dotted(path[1:])}") if known.is_value else _UNKNOWN


def _item_of(node: For, scope: Names) -> Meaning:
    """What the name of a loop stands for."""
    over = _resolved(node.path, scope)
    if node.over == "lines":
        return Meaning(over.path, Part.LINE)
    if node.over == "runs":
        return Meaning(over.path, Part.GROUP)
    return Meaning(over.path + EACH) if over.path else _UNKNOWN


def _closed(opened: _Open, scope: Names) -> Node:
    node = opened.tag.node
    if isinstance(node, Unread):
        return _foreign(node, scope)
    if isinstance(node, For):
        over = _resolved(node.path, scope)
        is_own = level_of(over.path) > 0 or over.part is Part.GROUP
        is_inside = any(known.part is not Part.WHOLE or EACH in known.path for known in scope.values())
        if not over.path or over.part is Part.LINE or (is_inside and not is_own):
            return Foreign(opened.tag.source, ())  # the same rows for every row: n times n
        if over.part is Part.GROUP:
            return Loop(over.path, "group", opened.body, opened.otherwise, name=node.name)
        way = "lines" if node.over == "lines" else "rows"
        group, key = (node.column if node.over == what else "" for what in ("runs", "key"))
        cells = node.across, node.behind
        return Loop(over.path, way, opened.body, opened.otherwise, group, key, node.keys, node.name, node.limit, *cells)
    assert isinstance(node, If | Elif)
    return _chosen(node.condition, node.is_negated, opened.body, opened.otherwise, scope)


def _chosen(condition: Condition, is_negated: bool, body: list[Node], otherwise: list[Node], scope: Names) -> Node:
    """One of two parts, as a condition tells."""
    if is_negated:
        body, otherwise = otherwise, body
    if isinstance(condition, Derived | Unread):
        leaf = _foreign(condition, scope) if isinstance(condition, Unread) else _computed(condition, scope)
        return leaf if isinstance(leaf, Foreign) else Given(leaf, body, otherwise)
    meant = _resolved(condition.path, scope)
    if not meant.is_value:
        return Foreign(".".join(condition.path))
    if isinstance(condition, Ticked):
        return Tick(meant.path, condition.kind, condition.option, body, otherwise)
    return Branch(meant.path, body, otherwise)


def _leaf(tag: Tag, scope: Names) -> Node:
    node = tag.node
    if isinstance(node, Word):
        return Mark(node.name)
    if isinstance(node, Derived):
        return _computed(node, scope)
    if isinstance(node, Unread):
        return _foreign(node, scope)
    if isinstance(node, Either):
        return _either(node, scope)
    assert isinstance(node, Value | Ticked | Joined)
    meant = _resolved(node.path, scope)
    path = meant.path
    if not path or meant.part is Part.GROUP:
        return Foreign(tag.source)
    if isinstance(node, Ticked):
        return Tick(path, node.kind, node.option, [node.on], [node.off])
    if meant.part is Part.LINE:
        return Answer(path, LONGTEXT, is_line=True)
    if isinstance(node, Joined):
        item = Answer(path + EACH)
        return Loop(path, "rows", [item, Given(_last(), [], [node.between])] if node.between else [item], [])
    kind = LONGTEXT if tag.scope == "p" and not node.kind else node.kind
    answer = Answer(path, kind, node.width, node.optional, is_flat=tag.scope == FLAT, frame=node.frame)
    answer.unit, answer.limit, answer.longest = node.unit, node.limit, node.longest
    return Branch(path, [answer], [node.default]) if node.default else answer


def _last() -> Computed:
    return Computed("loop.last")


def _either(node: Either, scope: Names) -> Node:
    off = node.off if isinstance(node.off, str) else _either(node.off, scope)
    return _chosen(node.condition, node.is_negated, [node.on] if node.on else [], [off] if off else [], scope)


def _computed(node: Derived, scope: Names) -> Computed | Foreign:
    read = language.expression(node.source).paths
    meant = [_resolved(path, scope) for path in read if path[0] != "loop"]
    if not all(m.is_value for m in meant):
        return Foreign(node.source)
    used = {path[0] for path in read} & set(scope)
    paths = tuple(dict.fromkeys(m.path for m in meant))
    return Computed(node.source, paths, tuple((name, scope[name].path) for name in sorted(used)))


def _foreign(node: Unread, scope: Names) -> Foreign:
    meant = (_resolved(path, scope) for path in node.paths if path[0] != "loop")
    return Foreign(node.source, tuple(dict.fromkeys(m.path for m in meant if m.is_value)), node.is_shown)


def _dotted(path: Path) -> str:
    if any("." in step or EACH in step for step in path):
        raise DocfillError(
            f"字段名不能含点号和 []：{'.'.join(path)}",
            f"a key may hold neither a dot nor []: {'.'.join(path)}",
            "bad-template",
        )
    return ".".join(path)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, depth first, in order."""
    for node in nodes:
        yield node
        if isinstance(node, Tick):
            yield from walk(node.on)
            yield from walk(node.off)
        elif isinstance(node, Loop | Branch | Given):
            yield from walk(node.body)
            yield from walk(node.otherwise)
