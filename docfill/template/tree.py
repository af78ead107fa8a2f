"""What a sequence of pieces and tags says: answers, ticks, repetitions and choices between pieces.

The same nesting serves the pattern (pieces are bytes of the XML) and the
skeleton (pieces are text, lines or rows of the form): `nest` turns a flat
sequence into nodes, resolving the names that loops introduce.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docfill.problems import DocfillError
from docfill.template.language import Derived, For, If, Path, Present, Tag, Ticked, Value, Word


@dataclass(slots=True)
class Answer:
    """The place of a field's value; `path` is dotted, as everywhere above the tags.

    `column` is set inside a repeated row, and `is_line` inside a repeated
    paragraph; `merged` says that neighbours with the same value share one cell.
    """

    path: str
    kind: str = ""
    width: int = 0
    optional: bool = False
    column: str = ""
    is_line: bool = False


@dataclass(slots=True)
class Tick:
    """The box of one option, with what is drawn when it is ticked and when not."""

    path: str
    kind: str
    option: str
    on: list[Node]
    off: list[Node]


@dataclass(slots=True)
class Loop:
    """A part repeated for each line or row; `otherwise` is printed when there is none.

    `group` is the column whose equal neighbours form an inner loop.
    """

    path: str
    over: str
    body: list[Node]
    otherwise: list[Node]
    group: str = ""


@dataclass(slots=True)
class Branch:
    """A part printed only if there is an answer to `path`; `otherwise` only if there is none."""

    path: str
    body: list[Node]
    otherwise: list[Node]


@dataclass(slots=True)
class Computed:
    """A part that is worked out from other fields, and never read."""

    source: str


@dataclass(slots=True)
class Mark:
    """A word that acts at its place: `vm`, or a comment ("# …")."""

    name: str


Node = Answer | Tick | Loop | Branch | Computed | Mark | Any


@dataclass(slots=True)
class _Open:
    """A for or if that has not ended yet."""

    tag: Tag
    body: list[Node]
    otherwise: list[Node]
    names: dict[str, For] = field(default_factory=dict)
    has_else: bool = False

    @property
    def target(self) -> list[Node]:
        return self.otherwise if self.has_else else self.body


def nest(items: Iterable[Any], names: dict[str, For] | None = None) -> list[Node]:
    """The nodes of `items`, where each Tag becomes what it says and anything else stays a piece."""
    root: list[Node] = []
    stack: list[_Open] = []
    scope = dict(names or {})
    for item in items:
        target = stack[-1].target if stack else root
        if not isinstance(item, Tag):
            target.append(item)
            continue
        node = item.node
        if isinstance(node, For | If):
            stack.append(_Open(item, [], [], dict(scope)))
            if isinstance(node, For):
                scope[node.name] = _outer(node, scope, item)
        elif isinstance(node, Word) and node.name in ("else", "endfor", "endif"):
            if not stack or (node.name == "else" and stack[-1].has_else):
                raise _unpaired(item)
            if node.name == "else":
                stack[-1].has_else = True
                scope = dict(stack[-1].names)
                continue
            opened = stack.pop()
            if (node.name == "endfor") != isinstance(opened.tag.node, For):
                raise _unpaired(item)
            scope = opened.names
            (stack[-1].target if stack else root).append(_closed(opened, scope))
        else:
            target.append(_leaf(item, scope))
    if stack:
        raise _unpaired(stack[-1].tag)
    return root


def _unpaired(tag: Tag) -> DocfillError:
    return DocfillError(
        f"模板标签 {tag.source} 没有配对（段落内的 if/for 应在该段落内结束；"
        "跨段落请用 {%p … %}，跨行请用 {%tr … %}）",
        f"the template tag {tag.source} has no partner (an if/for inside a paragraph must end in it; "
        "use {%p … %} across paragraphs and {%tr … %} across rows)",
    )


def _outer(node: For, scope: dict[str, For], tag: Tag) -> For:
    """A loop over the group of an outer loop belongs to the outer loop's field."""
    outer = scope.get(node.path[0])
    if outer is None:
        return node
    if outer.over == "runs" and len(node.path) == 1 and node.over == "rows":
        return For(node.name, outer.path, "rows")
    raise DocfillError(
        f"模板标签 {tag.source} 中的循环不能嵌套", f"the loop of the template tag {tag.source} cannot be nested"
    )


def _closed(opened: _Open, scope: dict[str, For]) -> Node:
    node = opened.tag.node
    if isinstance(node, For):
        if node.path[0] in scope:
            return Loop(_dotted(_outer(node, scope, opened.tag).path), "group", opened.body, opened.otherwise)
        group = node.column if node.over == "runs" else ""
        return Loop(
            _dotted(node.path), "lines" if node.over == "lines" else "rows", opened.body, opened.otherwise, group
        )
    assert isinstance(node, If)
    condition = node.condition
    if isinstance(condition, Ticked):
        return Tick(_dotted(condition.path), condition.kind, condition.option, opened.body, opened.otherwise)
    if isinstance(condition, Present) and condition.path[0] not in scope:
        return Branch(_dotted(condition.path), opened.body, opened.otherwise)
    raise DocfillError(
        f"模板标签 {opened.tag.source} 的条件不能反向读取",
        f"the condition of the template tag {opened.tag.source} cannot be read back",
    )


def _leaf(tag: Tag, scope: dict[str, For]) -> Node:
    node = tag.node
    if isinstance(node, Word):
        return Mark(node.name)
    if isinstance(node, Derived):
        return Computed(node.source)
    assert isinstance(node, Value | Ticked)
    loop = scope.get(node.path[0])
    if isinstance(node, Ticked):
        if loop is not None:
            raise DocfillError(
                f"模板标签 {tag.source}：重复的行内暂不支持勾选框",
                f"the template tag {tag.source}: no ticks in repeated rows",
            )
        return Tick(_dotted(node.path), node.kind, node.option, [node.on], [node.off])
    if loop is None:
        return Answer(_dotted(node.path), node.kind, node.width, node.optional)
    if loop.over == "lines" and len(node.path) == 1:
        return Answer(_dotted(loop.path), "longtext", is_line=True)
    if loop.over == "rows" and len(node.path) == 2:
        return Answer(_dotted(loop.path), node.kind or "text", node.width, node.optional, column=node.path[1])
    raise DocfillError(f"模板标签 {tag.source} 不能反向读取", f"the template tag {tag.source} cannot be read back")


def _dotted(path: Path) -> str:
    if any("." in step for step in path):
        raise DocfillError(f"字段名不能含点号：{'.'.join(path)}", f"a key may not hold a dot: {'.'.join(path)}")
    return ".".join(path)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, depth first, in order."""
    for node in nodes:
        yield node
        if isinstance(node, Tick):
            yield from walk(node.on)
            yield from walk(node.off)
        elif isinstance(node, Loop | Branch):
            yield from walk(node.body)
            yield from walk(node.otherwise)
