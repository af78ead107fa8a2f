"""The skeleton: the template as a person reads it, lines and rows of text with slots between.

It is built from the same document model as every returned form, so that the
two can be aligned on meaning.  A *container* (the body, or a cell) is a list of
units in reading order: lines, table rows (of containers), and repeated parts.
Rows of all tables of a container stand in one list, so a table that somebody
split or joined still aligns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from docfill.problems import DocfillError
from docfill.template import language, tree
from docfill.template.language import Tag
from docfill.template.tree import Answer, Branch, Computed, Loop, Mark, Tick
from docfill.text import fold
from docfill.word.document import Block, Cell, Paragraph, Row, unframed

OPTIONAL = "# optional"

Token = str | Answer | Tick | Computed


@dataclass(eq=False)
class Line:
    """One line of the form: literal text (str), slots (Answer, Computed) and boxes (Tick).

    `optional` lines are not missed when a returned form lacks them.
    """

    tokens: list[Token]
    optional: bool = False

    @cached_property
    def literal(self) -> str:
        """Its literal text, without the slots."""
        return "".join(t for t in self.tokens if isinstance(t, str))

    @property
    def slots(self) -> list[Answer]:
        return [t for t in self.tokens if isinstance(t, Answer)]

    @cached_property
    def paths(self) -> list[str]:
        """The dotted paths of its fields."""
        return list(dict.fromkeys(t.path for t in self.tokens if isinstance(t, Answer | Tick)))


@dataclass(slots=True, eq=False)
class Lines:
    """A long answer: any number of lines; `hint` stands on the blank form."""

    path: str
    hint: list[str]

    @property
    def paths(self) -> list[str]:
        """The dotted path of its field."""
        return [self.path]


@dataclass(eq=False)
class FormCell:
    """A cell of the form; one that continues a vertical merge knows the words at its top."""

    column: int
    span: int
    continues: bool
    units: list[Unit]
    top: str = ""

    @cached_property
    def literal(self) -> str:
        """Its literal text, a line each."""
        return "\n".join(u.literal for u in self.units if isinstance(u, Line))

    @cached_property
    def folded(self) -> str:
        """Its literal text as it is compared."""
        return fold(self.literal)

    @cached_property
    def has_slots(self) -> bool:
        """Whether anything but words stands in it."""
        return any(not isinstance(u, Line) or any(not isinstance(t, str) for t in u.tokens) for u in self.units)

    @cached_property
    def paths(self) -> list[str]:
        """The dotted paths of its fields."""
        return paths_of(self.units)


@dataclass(eq=False)
class FormRow:
    """A row of the form; `table` numbers its table in the container."""

    cells: list[FormCell]
    table: int = 0

    @cached_property
    def paths(self) -> list[str]:
        """The dotted paths of its fields."""
        return list(dict.fromkeys(path for cell in self.cells for path in cell.paths))


@dataclass(slots=True, eq=False)
class Rows:
    """Repeated rows: `row` has the columns' slots, `printed` are the rows of the blank form."""

    path: str
    row: FormRow
    printed: list[FormRow]
    group: str

    @property
    def printed_texts(self) -> list[tuple[str, ...]]:
        """The text of each printed row, cell by cell; a cell that continues a merge has the text above."""
        texts: list[tuple[str, ...]] = []
        for row in self.printed:
            above = texts[-1] if texts else ("",) * len(row.cells)
            texts.append(tuple(above[i] if c.continues else c.literal.strip() for i, c in enumerate(row.cells)))
        return texts

    @property
    def paths(self) -> list[str]:
        """The dotted path of its field."""
        return [self.path]

    @property
    def columns(self) -> list[str]:
        return [a.column for cell in self.row.cells for u in cell.units if isinstance(u, Line) for a in u.slots]


Unit = Line | Lines | FormRow | Rows


@dataclass(slots=True)
class Skeleton:
    """A part of the template for reading: its units, and the hints by dotted path."""

    units: list[Unit]
    hints: dict[str, list[str]] = field(default_factory=dict)


def skeleton_of(blocks: list[Block]) -> Skeleton:
    """The skeleton of a template's blocks; DocfillError where a tag is used in a way that can't be read back."""
    builder = _Builder()
    return Skeleton(builder.container(blocks), builder.hints)


class _Builder:
    def __init__(self) -> None:
        self.hints: dict[str, list[str]] = {}
        self._tables = 0

    def container(self, blocks: list[Block], names: dict[str, language.For] | None = None) -> list[Unit]:
        units: list[Unit] = []
        for node in tree.nest(self._items(blocks), names):
            units.extend(self._units(node, names or {}))
        tops: dict[tuple[int, int], str] = {}
        for row in (u for u in units if isinstance(u, FormRow)):
            for cell in row.cells:
                at = (row.table, cell.column)
                cell.top = tops.get(at, "") if cell.continues else cell.literal.strip()
                tops[at] = cell.top
        return units

    def _items(self, blocks: list[Block]) -> list[Any]:
        """The paragraphs, (table, row) pairs and scoped tags of some blocks."""
        items: list[Any] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                items.extend(self._scoped(block.text, "p") or [block])
            else:
                self._tables += 1
                number = self._tables
                for row in block.rows:
                    if (framed := unframed(row)) is not None:
                        items.extend(self._items(framed))
                        continue
                    tags = [t for c in row.cells for p in c.paragraphs for t in self._scoped(p.text, "tr")]
                    items.extend(tags or [(number, row)])
        return items

    @staticmethod
    def _scoped(shown: str, scope: str) -> list[Tag]:
        tags = [language.parse(source) for _, _, source in language.tags_in(shown)]
        return [t for t in tags if t.scope == scope]

    def _units(self, node: Any, names: dict[str, language.For]) -> list[Unit]:
        if isinstance(node, Paragraph):
            return list(self._lines(node.text, names))
        if isinstance(node, tuple):
            return [self._row(node[0], node[1], names)]
        if isinstance(node, Branch):
            body = [u for n in node.body for u in self._units(n, names)]
            for unit in body:
                if isinstance(unit, Line):
                    unit.optional = True
            self._hint(node.path, [n.text for n in node.otherwise if isinstance(n, Paragraph)])
            return body
        if isinstance(node, Loop) and node.over == "lines":
            hint = [n.text for n in node.otherwise if isinstance(n, Paragraph)]
            self._hint(node.path, hint)
            return [Lines(node.path, hint)]
        if isinstance(node, Loop):
            return [self._rows(node, names)]
        raise DocfillError(
            "模板标签的位置不能反向读取（带 p 或 tr 的标签里应是 for 或 if）",
            "a {%p or {%tr tag must be a for or an if to be read back",
        )

    def _rows(self, loop: Loop, names: dict[str, language.For]) -> Rows:
        body, scope = loop.body, dict(names)
        if loop.group:
            inner = [n for n in body if isinstance(n, Loop)]
            body = inner[0].body if len(inner) == 1 else []
        rows = [n for n in body if isinstance(n, tuple)]
        if len(rows) != 1 or len(rows) != len(body):
            raise DocfillError(
                f"重复的表格行（{loop.path}）目前只支持每条记录一行",
                f"the repeated rows of {loop.path} must be one row for each record",
            )
        for name in _row_names(rows[0][1]):
            scope[name] = language.For(name, tuple(loop.path.split(".")), "rows")
        printed = [self._row(n[0], n[1], names) for n in loop.otherwise if isinstance(n, tuple)]
        return Rows(loop.path, self._row(rows[0][0], rows[0][1], scope), printed, loop.group)

    def _row(self, table: int, row: Row, names: dict[str, language.For]) -> FormRow:
        return FormRow([self._cell(cell, names) for cell in row.cells], table)

    def _cell(self, cell: Cell, names: dict[str, language.For]) -> FormCell:
        return FormCell(cell.column, cell.span, cell.continues, self.container(cell.blocks, names))

    def _lines(self, shown: str, names: dict[str, language.For]) -> Iterator[Line]:
        items: list[Any] = []
        at = 0
        for start, end, source in language.tags_in(shown):
            items += [shown[at:start], language.parse(source)]
            at = end
        items.append(shown[at:])
        optional = False
        line = Line([])
        for node in self._inline(tree.nest([i for i in items if i != ""], names)):
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
            if isinstance(node, Branch):
                self._hint(node.path, ["".join(n for n in node.otherwise if isinstance(n, str))])
                yield from self._inline(node.body)
            elif isinstance(node, Loop):
                raise DocfillError(
                    "段落内的 for 不能反向读取，请用 {%p for … %}",
                    "a for inside a paragraph cannot be read back; use {%p for … %}",
                )
            else:
                yield node

    def _hint(self, path: str, hint: list[str]) -> None:
        shown = [line for h in hint for line in h.split("\n") if line.strip()]
        if shown:
            self.hints[path] = shown


_NAME = re.compile(r"\{\{\s*(\w+)\s*[.\[]")


def _row_names(row: Row) -> set[str]:
    """The loop variable that the cells of a repeated row use."""
    sources = [m[1] for c in row.cells for p in c.paragraphs for m in _NAME.finditer(p.text)]
    return {max(sources, key=sources.count)} if sources else set()


def walk(units: list[Unit]) -> Iterator[tuple[Unit, FormRow | None, FormCell | None]]:
    """Every line, long answer and repetition with its row and cell, in reading order."""
    for unit in units:
        if isinstance(unit, FormRow):
            for cell in unit.cells:
                for inner, row, owner in walk(cell.units):
                    yield inner, row or unit, owner or cell
        else:
            yield unit, None, None


def paths_of(units: list[Unit]) -> list[str]:
    """The dotted paths of all fields in some units."""
    return list(dict.fromkeys(path for unit in units for path in unit.paths))


def covers(header: FormCell, cell: FormCell) -> bool:
    """Whether all of `cell` lies in the grid columns of `header`."""
    return header.column <= cell.column and cell.column + cell.span <= header.column + header.span


def label_of(shown: str) -> str:
    """A label as a title: its first line of words, without colons and outer spaces."""
    return " ".join(shown.split()).strip(" :：")
