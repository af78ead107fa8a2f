"""The skeleton: the template as a person reads it, lines and rows of text with slots between (`units`).

It is built from the same document model as every returned form, so that the
two can be aligned on meaning: first the paragraphs, rows and the tags between them,
in order; then what the tags make of these, a unit each, and what repeats or may be
missing with its units inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from docfill import limits
from docfill.kinds import BOOLEAN, ROWS, TEXTS, Kind
from docfill.problems import DocfillError
from docfill.template import language, tree
from docfill.template.meaning import ENDS, Elif, For, If, Joined, Tag, Ticked, Unread, Value, Word
from docfill.template.tree import (
    Answer,
    Branch,
    Computed,
    Foreign,
    Given,
    Loop,
    Mark,
    Meaning,
    Names,
    Part,
    Series,
    Tick,
    Words,
)
from docfill.template.units import FormCell, FormRow, Line, Lines, Rows, Section, Unit, walk
from docfill.text import fold
from docfill.word import ticks
from docfill.word.codes import longest_in
from docfill.word.document import Block, Cell, Paragraph, Row, unframed

OPTIONAL = "# optional"

_STEPS_A_TAG = 60
_Held: TypeAlias = tuple[Cell, Paragraph, int, Tag]
"""A tag of a row: the cell and the paragraph that it stands in, and its number there."""


class Skeleton(Struct, eq=False):
    """A part of the template for reading: its units, and the hints by dotted path.

    `sections` are the parts that may be missing; `unread` the tags that docfill
    neither fills in nor reads, `told` those whose place docxtpl treats otherwise
    than their author can have meant, each with a code of the catalogue.
    """

    units: list[Unit]
    hints: dict[str, list[str]] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    unread: list[Foreign] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)


def skeleton_of(blocks: list[Block]) -> Skeleton:
    """The skeleton of a template's blocks; DocfillError where a tag is used in a way that can't be read back."""
    builder = _Builder()
    units = builder.container(blocks)
    return Skeleton(units, builder.hints, builder.sections, builder.unread, builder.told, builder.computed)


class _Part(Struct, eq=False):
    """A stretch of a paragraph's text beside a tag that opens or closes in another paragraph."""

    text: str


class _Builder:
    def __init__(self) -> None:
        self.hints: dict[str, list[str]] = {}
        self.sections: list[Section] = []
        self.unread: list[Foreign] = []
        self.told: list[tuple[str, str]] = []
        self.computed: list[Computed] = []
        self._tables = 0
        self._aliases: dict[str, Meaning] = {}

    def container(self, blocks: list[Block], names: Names | None = None) -> list[Unit]:
        items = self._items(blocks)
        units = self._units(tree.nest(items, {**self._aliases, **(names or {})}), names or {})
        tops: dict[tuple[int, int], str] = {}
        for row in (u for u in units if isinstance(u, FormRow)):
            for cell in row.cells:
                at = (row.table, cell.column)
                cell.top = tops.get(at, "") if cell.continues else cell.literal.strip()
                tops[at] = cell.top
        return units

    def _items(self, blocks: list[Block]) -> list[Any]:
        """The paragraphs, (table, row) pairs and the tags between them, of some blocks."""
        items: list[Any] = []
        for block in _joined(blocks):
            if isinstance(block, Paragraph):
                tags = _tags(block.text)
                self._aliases.update(tree.aliases(tags, self._aliases))
                if scoped := [t for t in tags if t.replaces_element and t.scope == "p"]:
                    items.extend(scoped)
                else:
                    items.extend(self._parted(block, tags))
                continue
            self._tables += 1
            number = self._tables
            for row, framed in zip(block.rows, unframed(block), strict=True):
                if framed is not None:
                    items.extend(self._items(framed))
                    continue
                row = Row(row.element, [replace(c, blocks=_joined(c.blocks)) for c in row.cells])
                held = [(c, p, i, t) for c in row.cells for p in c.paragraphs for i, t in enumerate(_tags(p.text))]
                tags = [t for *_, t in held]
                if scoped := [t for t in tags if t.replaces_element and t.scope == "tr"]:
                    items.extend(scoped)
                elif dynamic := [t for t in tags if t.scope == "tc" and isinstance(t.node, For | If | Unread)]:
                    if _repeats_across(row, dynamic):
                        items.append((number, row))
                    else:
                        self.unread += [Foreign(t.source) for t in dynamic]
                else:
                    items.extend(self._hoisted(number, row, held))
        return items

    @staticmethod
    def _parted(paragraph: Paragraph, tags: list[Tag]) -> list[Any]:
        """A paragraph, cut at the tags whose partner stands in another one."""
        alone = set(_unpaired(tags))
        if not alone:
            return [paragraph]
        items: list[Any] = []
        at = 0
        for index, (start, end, _) in enumerate(language.tags_in(paragraph.text)):
            if index in alone:
                items += [_Part(paragraph.text[at:start]), tags[index]]
                at = end
        items.append(_Part(paragraph.text[at:]))
        return [i for i in items if not isinstance(i, _Part) or i.text.strip()]

    def _hoisted(self, number: int, row: Row, held: list[_Held]) -> list[Any]:
        """A row, with the tags that it holds in front of and behind it whose partner stands in another row or cell."""
        per_cell = {id(cell): {id(t) for t in _alone([t for c, _, _, t in held if c is cell])} for cell in row.cells}
        alone = [entry for entry in held if id(entry[3]) in per_cell[id(entry[0])]]
        if not alone:
            return [(number, row)]
        cut = {(id(p), i) for _, p, i, _ in alone}
        cells = [replace(c, blocks=[_without(b, cut) for b in c.blocks]) for c in row.cells]
        bare = Row(row.element, cells)
        kept = [(number, bare)] if any(c.text.strip() or len(c.blocks) > len([*c.paragraphs]) for c in cells) else []
        tags = [t for _, _, _, t in alone]
        inside = len(set(_unpaired(tags))) < len(tags)
        before, behind = _sides(row, alone)
        if inside or len(before) + len(behind) < len(tags):
            self.told.append(("cells-repeated", tags[0].source))
            opening = [t for t in tags if isinstance(t.node, For | If)]
            return [*opening, *kept, *(t for t in tags if t not in opening)]
        return [*before, *kept, *behind]

    def _units(self, nodes: list[Any], names: Names) -> list[Unit]:
        units: list[Unit] = []
        for index, node in enumerate(nodes):
            if isinstance(node, Paragraph | _Part):
                units += self._paragraph(node, names)
            elif isinstance(node, tuple):
                units += self._rows(node[0], node[1], names)
            elif isinstance(node, Loop):
                units += self._loop(node, names, _beside(nodes, index))
            elif isinstance(node, Branch | Tick | Given):
                units += self._section(node, names)
            elif isinstance(node, Foreign):
                self._not_read(node)
        return units

    def _not_read(self, node: Foreign) -> None:
        self.unread.append(node)

    def _section(self, node: Branch | Tick | Given, names: Names) -> list[Unit]:
        if isinstance(node, Branch) and _holds(node.body, node.path) and not _has_tags(node.otherwise):
            body = self._units(node.body, names)
            self._hint(node.path, [n.text for n in node.otherwise if isinstance(n, Paragraph | _Part)])
            return self._maybe(Section(node.path, BOOLEAN, "", False, body))
        return self._sides(node, lambda side: self._units(side, names))

    def _sides(self, node: Branch | Tick | Given, read: Callable[[list[Any]], list[Unit]]) -> list[Unit]:
        """What `read` makes of both sides of a choice, each in a part that may be missing."""
        sides = (node.on, node.off) if isinstance(node, Tick) else (node.body, node.otherwise)
        path, kind, option, condition = _condition_of(node)
        if condition is not None:
            self.computed.append(condition)
        units: list[Unit] = []
        for is_otherwise, side in enumerate(sides):
            if side:
                units += self._maybe(Section(path, kind, option, bool(is_otherwise), read(side), condition))
        return units

    def _maybe(self, section: Section) -> list[Unit]:
        """The units of a section, which may be missing."""
        for unit in section.units:
            unit.sections.append(section)
            if not isinstance(unit, Lines):
                unit.optional = True
            for inner, _, _ in walk([unit]):
                if isinstance(inner, Line):
                    inner.optional = True
        self.sections.append(section)
        return section.units

    def _loop(self, loop: Loop, names: Names, beside: tuple[str, str]) -> list[Unit]:
        if loop.over == "lines":
            hint = [n.text for n in loop.otherwise if isinstance(n, Paragraph | _Part)]
            self._hint(loop.path, hint)
            return [Lines(loop.path, hint, limit=loop.limit)]
        ends = [*loop.body[:1], *loop.body[-1:]] or [None, None]
        first, last = (n.text.strip() if isinstance(n, _Part) else "" for n in ends)
        before, behind = beside
        if len(loop.body) > 1 and ((first and (before or last)) or (last and behind)):
            self.told.append(("lines-joined", _source_of(loop)))
        body = self._bodies(loop, names)
        printed = [row for n in loop.otherwise if isinstance(n, tuple) for row in self._rows(n[0], n[1], names)]
        return [Rows(loop.path, body, printed, loop.group, loop.key, loop.keys)] if body else []

    def _bodies(self, loop: Loop, names: Names) -> list[Unit]:
        """What is repeated for each record."""
        nodes = loop.body
        if loop.group:
            inner = [n for n in nodes if isinstance(n, Loop)]
            if len(inner) != 1 or len(nodes) != 1:
                raise DocfillError(
                    f"按“{loop.group}”分组的行（{loop.path}）里应只有一个内层循环",
                    f"the groups of {loop.path} by {loop.group} must hold one inner loop and nothing else",
                    "bad-template",
                )
            return self._bodies(inner[0], {**names, loop.name: Meaning(loop.path, Part.GROUP)})
        units = self._units(nodes, {**names, loop.name: Meaning(loop.path + tree.EACH)})
        return [u for u in units if not (isinstance(u, Line) and not u.tokens)]

    def _rows(self, table: int, row: Row, names: Names) -> list[FormRow]:
        """A row; none where what repeats along it can't be read."""
        if not any("tc" in cell.text and _across_in(cell) for cell in row.cells):
            return [FormRow([self._cell(cell, names) for cell in row.cells], table)]
        parts = [next(iter(_across_in(cell)), cell) for cell in row.cells]
        cells: list[FormCell] = []
        for node in tree.nest(parts, {**self._aliases, **names}):
            if isinstance(node, Foreign):
                self._not_read(node)
                return []
            if isinstance(node, Loop):
                cells.append(self._across(table, node, names))
            elif isinstance(node, Cell):
                cells.append(self._cell(node, names))
        return [FormRow(cells, table)]

    def _across(self, table: int, loop: Loop, names: Names) -> FormCell:
        """The cell that stands for those that repeat along a row."""
        inner = {**names, loop.name: Meaning(loop.path + tree.EACH)}
        cells = [self._cell(cell, inner) for cell in loop.body if isinstance(cell, Cell)]
        first, last = cells[0], cells[-1]
        body = Rows(loop.path, [FormRow(cells, table)], [])
        return FormCell(first.column - 1, last.column + last.span + 2 - first.column, False, [body], across=len(cells))

    def _cell(self, cell: Cell, names: Names) -> FormCell:
        return FormCell(cell.column, cell.span, cell.continues, self.container(cell.blocks, names))

    # --- inside a paragraph ---

    def _paragraph(self, paragraph: Paragraph | _Part, names: Names) -> list[Unit]:
        nodes = _nodes_of(paragraph, {**self._aliases, **names})
        words = [n for n in nodes if not isinstance(n, str) or n.strip()]
        if (
            len(words) == 1
            and isinstance(only := words[0], Answer)
            and only.kind
            and only.kind.is_long
            and not only.is_line
        ):
            return [Lines(only.path, [], limit=only.limit, longest=only.longest)]
        if len(words) == 1 and isinstance(part := words[0], Branch | Tick | Given) and self._is_section(part):
            return self._line_section(part)
        if len(words) == 1 and isinstance(loop := words[0], Loop) and _ends_line(loop.body):
            body = [line for line in self._lines(loop.body) if line.tokens]
            return [Rows(loop.path, list(body), [], is_inline=True)]
        return list(self._lines(nodes))

    @staticmethod
    def _is_section(node: Branch | Tick | Given) -> bool:
        """Whether a line is printed as a whole or not at all, and so can be missing."""
        if isinstance(node, Given):
            return True
        if isinstance(node, Tick):
            return not _is_box(node) and _words_of(node) is None and not _has_elements(node)
        is_hint = _text_of(node.otherwise) is not None and any(getattr(n, "path", "") == node.path for n in node.body)
        has_words = any(isinstance(n, str) and fold(n) for n in node.body)
        return _words_of(node) is None and (not is_hint or (has_words and not node.otherwise))

    def _line_section(self, node: Branch | Tick | Given) -> list[Unit]:
        return self._sides(node, lambda side: [*self._lines(side)])

    def _lines(self, nodes: list[Any]) -> Iterator[Line]:
        optional = False
        line = Line([])
        for node in self._inline(nodes):
            if isinstance(node, Mark):
                optional = optional or node.name == OPTIONAL
            elif isinstance(node, str):
                first, *others = node.split("\n")
                line.tokens += [first] if first else []
                for other in others:
                    line.optional = optional
                    yield line
                    line = Line([other] if other else [])
            else:
                line.tokens.append(node)
        line.optional = optional
        yield line

    def _inline(self, nodes: list[Any]) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, Tick | Branch) and (words := _words_of(node)) is not None:
                yield words
            elif isinstance(node, Branch):
                self._hint(node.path, ["".join(n for n in node.otherwise if isinstance(n, str))])
                yield from self._inline(node.body)
            elif isinstance(node, Given):
                self._not_read(Foreign(node.condition.source, node.condition.paths))
                yield Foreign(node.condition.source)
            elif isinstance(node, Loop):
                series = _series_of(node)
                if series is None:
                    self._not_read(Foreign(_source_of(node), (node.path,)))
                    yield Foreign(_source_of(node))
                else:
                    yield series
            elif isinstance(node, Foreign):
                self._not_read(node)
                if node.is_shown:
                    yield node
            elif isinstance(node, Tick) and not _is_drawing(node):
                self._not_read(Foreign(f"if {node.path}", (node.path,)))
                yield Foreign(node.path)
            else:
                if isinstance(node, Computed):
                    self.computed.append(node)
                yield node

    def _hint(self, path: str, hint: list[str]) -> None:
        shown = [line for h in hint for line in h.split("\n") if line.strip()]
        if shown:
            self.hints[path] = shown


def _joined(blocks: list[Block]) -> list[Block]:
    """The blocks, with paragraphs that are one to docxtpl as one."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        texts = [x.text for x in (before, block) if isinstance(x, Paragraph)]
        if before is not None and len(texts) == 2 and "{" in "".join(texts) and language.goes_on(*texts):
            joined[-1] = Paragraph(before.element, "".join(texts))
        else:
            joined.append(block)
    return joined


def _tags(shown: str) -> list[Tag]:
    return [_parsed(source) for _, _, source in language.tags_in(shown)] if "{" in shown else []


def _parsed(source: str) -> Tag:
    """A tag of the template; one that another file had is no cheaper, as nothing may depend on what was before."""
    limits.spend_once(source, _STEPS_A_TAG + len(source) // 2)
    return language.parse(source)


def _unpaired(tags: Sequence[Tag]) -> Iterator[int]:
    """The indexes of the tags of a for or if that neither begins nor ends among `tags`."""
    stack: list[list[int]] = []
    for index, tag in enumerate(tags):
        node = tag.node
        if isinstance(node, For | If) or (isinstance(node, Unread) and node.end):
            stack.append([index])
        elif isinstance(node, Elif) or (isinstance(node, Word) and node.name == "else"):
            if stack:
                stack[-1].append(index)
            else:
                yield index
        elif isinstance(node, Word) and node.name in ENDS:
            if stack:
                stack.pop()
            else:
                yield index
    yield from (index for opened in stack for index in opened)


def _repeats_across(row: Row, dynamic: Sequence[Tag]) -> bool:
    """Whether the cells between two cells of a row, each with a tag alone, repeat along it, and nothing else does."""
    scoped = [*map(_across_in, row.cells)]
    held = [index for index, tags in enumerate(scoped) if tags]
    if len(held) != 2 or held[1] - held[0] < 2 or len(dynamic) != 1:
        return False
    opening, closing = (scoped[index] for index in held)
    are_alone = all(row.cells[i].text.strip() == scoped[i][0].source for i in held)
    loop, end = opening[0].node, closing[0].node
    is_plain = isinstance(loop, For) and loop.over == "rows" and not loop.limit
    return are_alone and is_plain and isinstance(end, Word) and end.name == "endfor"


def _across_in(cell: Cell) -> list[Tag]:
    """The tags in a cell that take the cell's place."""
    return [tag for tag in _tags(cell.text) if tag.scope == "tc" and tag.replaces_element]


def _alone(tags: list[Tag]) -> list[Tag]:
    return [tags[index] for index in _unpaired(tags)]


def _without(block: Block, cut: set[tuple[int, int]]) -> Block:
    """A block without the tags at (paragraph, index) in `cut`."""
    if not isinstance(block, Paragraph):
        return block
    shown, at = "", 0
    for index, (start, end, _) in enumerate(language.tags_in(block.text)):
        if (id(block), index) in cut:
            shown, at = shown + block.text[at:start], end
    return Paragraph(block.element, shown + block.text[at:]) if at else block


def _sides(row: Row, alone: list[_Held]) -> tuple[list[Tag], list[Tag]]:
    """Those of some tags before which a row shows nothing, and those behind which it shows nothing."""
    texts = [(p, p.text) for c in row.cells for p in c.paragraphs]
    before: list[Tag] = []
    behind: list[Tag] = []
    for _, paragraph, index, tag in alone:
        at = next(i for i, (p, _) in enumerate(texts) if p is paragraph)
        start, end, _ = list(language.tags_in(paragraph.text))[index]
        front = "".join(t for _, t in texts[:at]) + paragraph.text[:start]
        rest = paragraph.text[end:] + "".join(t for _, t in texts[at + 1 :])
        for other in (*before, *behind, *(t for _, _, _, t in alone)):
            front, rest = front.replace(other.source, ""), rest.replace(other.source, "")
        if not front.strip():
            before.append(tag)
        elif not rest.strip():
            behind.append(tag)
    return before, behind


def _beside(nodes: list[Any], index: int) -> tuple[str, str]:
    """What stands in the paragraphs in which a loop begins and ends, before and behind it."""
    before, behind = (nodes[i] if 0 <= i < len(nodes) else None for i in (index - 1, index + 1))
    return tuple(n.text.strip() if isinstance(n, _Part) else "" for n in (before, behind))  # type: ignore[return-value]


def _nodes_of(paragraph: Paragraph | _Part, names: Names) -> list[Any]:
    shown = paragraph.text
    items: list[Any] = []
    at = 0
    for start, end, source in language.tags_in(shown):
        items += [language.as_printed(shown[at:start]), _within_its_field(_parsed(source), paragraph, start)]
        at = end
    items.append(language.as_printed(shown[at:]))
    return tree.nest([i for i in items if i != ""], names)


def _within_its_field(tag: Tag, paragraph: Paragraph | _Part, at: int) -> Tag:
    """A tag that stands at a character, with what the legacy field takes in whose result it does."""
    if not isinstance(tag.node, Value) or not isinstance(paragraph, Paragraph) or not paragraph.owners:
        return tag
    longest = longest_in(paragraph.owner(at))
    return replace(tag, node=replace(tag.node, longest=longest)) if longest else tag


def _has_tags(nodes: list[Any]) -> bool:
    return any(not isinstance(n, Paragraph | _Part) or _tags(n.text) for n in nodes)


def _holds(nodes: list[Any], path: str) -> bool:
    """Whether the value at a path itself stands somewhere in some paragraphs and rows."""
    for node in nodes:
        if isinstance(node, Paragraph | _Part):
            texts = [node.text]
        elif isinstance(node, tuple):
            texts = [p.text for c in node[1].cells for p in c.paragraphs]
        else:
            if getattr(node, "path", "") == path and not isinstance(node, Branch):
                return True
            inner = [getattr(node, side, []) for side in ("body", "otherwise", "on", "off")]
            if any(_holds(side, path) for side in inner):
                return True
            continue
        named = (
            t.node.path for text in texts for t in _tags(text) if isinstance(t.node, Value | Ticked | For | Joined)
        )
        if any(".".join(p) == path for p in named):
            return True
    return False


def _condition_of(node: Branch | Tick | Given) -> tuple[str, Kind, str, Computed | None]:
    """The path, kind and option on which a part depends, or the condition that is worked out."""
    if isinstance(node, Tick):
        return node.path, node.kind, node.option, None
    return (node.path, BOOLEAN, "", None) if isinstance(node, Branch) else ("", BOOLEAN, "", node.condition)


def _has_elements(tick: Tick) -> bool:
    """Whether one of the drawings of a box shows nothing as text."""
    return any(not side for side in (tick.on, tick.off))


def _source_of(loop: Loop) -> str:
    return f"for {loop.name} in {loop.path}" if loop.name else loop.path


def _is_drawing(tick: Tick) -> bool:
    """Whether a tick is drawn by characters alone."""
    return all(isinstance(node, str) for node in (*tick.on, *tick.off))


def _text_of(nodes: list[Any]) -> str | None:
    return "".join(nodes) if all(isinstance(n, str) for n in nodes) else None


def _words_of(node: Tick | Branch) -> Answer | None:
    """The place of an answer that is printed as one of several texts, none of which is a box alone."""
    path, kind = node.path, node.kind if isinstance(node, Tick) else BOOLEAN
    if isinstance(node, Tick) and _is_box(node):
        return None
    texts: list[str] = []
    options: list[str | None] = []
    rest: list[Any] = [node]
    while len(rest) == 1 and isinstance(rest[0], type(node)) and rest[0].path == path:
        first = rest[0]
        on, rest = (first.on, first.off) if isinstance(first, Tick) else (first.body, first.otherwise)
        if (text := _text_of(on)) is None:
            return None
        texts.append(text)
        options.append(first.option if isinstance(first, Tick) else "")
        if kind.is_many or kind.is_flag:
            break
    if (text := _text_of(rest)) is None:
        return None
    return Answer(path, kind, words=Words(kind, (*texts, text), (*options, None)))


def _is_box(tick: Tick) -> bool:
    """Whether all that is drawn is marks, so that its option is printed beside it."""
    drawn = [_text_of(side) for side in (tick.on, tick.off)]
    return all(d is not None and not ticks.TOKEN.sub("", d).strip() for d in drawn) and any(drawn)


def _ends_line(body: list[Any]) -> bool:
    """Whether each turn of a loop inside a paragraph begins or ends a line."""
    words = [n for n in body if not isinstance(n, str) or n.strip(" ") != ""]
    ends = [n for n in (*words[:1], *words[-1:]) if isinstance(n, str)]
    return any(n.startswith("\n") or n.rstrip(" ").endswith("\n") for n in ends)


def _series_of(loop: Loop) -> Answer | None:
    """The place of items that follow one another in a line, if there are words to tell them apart."""
    columns: list[str] = []
    texts, between = [""], ""
    for node in loop.body:
        if isinstance(node, str):
            texts[-1] += node
        elif isinstance(node, Answer) and node.path.startswith(loop.path + tree.EACH) and not node.kind:
            columns.append(node.column)
            texts.append("")
        elif isinstance(node, Given) and node.condition.source in ("loop.last", "not loop.last"):
            said = _text_of(node.otherwise if node.condition.source == "loop.last" else node.body)
            if said is None or node is not loop.body[-1]:
                return None
            between = said
        else:
            return None
    is_told = all(texts[1:-1]) and bool((texts[-1] + between + texts[0]).strip())
    if not columns or not is_told or loop.otherwise or (columns != [""] and "" in columns):
        return None
    return Answer(loop.path, TEXTS if columns == [""] else ROWS, series=Series(tuple(columns), tuple(texts), between))
