"""Units: what a form is made of for its reader, in reading order: lines, long answers, rows, and what repeats.

A container (the body, or a cell) is a list of units.  Rows of all tables of a container
stand in one list, each with the number of its table, so a table that somebody split or
joined still aligns.  A unit knows its words, the fields that it asks for, and the parts
that may be missing which it stands in; nothing of Word or of the tags that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from docfill.kinds import Kind, Written
from docfill.template.tree import Answer, Computed, Foreign, Tick
from docfill.text import fold

Token = str | Answer | Tick | Computed | Foreign


class Line(msgspec.Struct, eq=False, dict=True):
    """One line of the form: literal text (str), slots (Answer, Computed) and boxes (Tick).

    `optional` lines are not missed when a returned form lacks them.
    """

    tokens: list[Token]
    optional: bool = False
    sections: list[Section] = msgspec.field(default_factory=list)

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


class Lines(msgspec.Struct, eq=False):
    """A long answer: any number of lines; `hint` stands on the blank form."""

    path: str
    hint: list[str]
    sections: list[Section] = msgspec.field(default_factory=list)
    limit: int = 0
    longest: int = 0

    @property
    def paths(self) -> list[str]:
        """The dotted path of its field."""
        return [self.path]


class FormCell(msgspec.Struct, eq=False, dict=True):
    """A cell of the form; one that continues a vertical merge knows the words at its top.

    Where cells repeat along a row, one stands for all of them: its only unit is what is
    repeated, and `across` how many cells each record has.
    """

    column: int
    span: int
    continues: bool
    units: list[Unit]
    top: str = ""
    across: int = 0

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


class FormRow(msgspec.Struct, eq=False, dict=True):
    """A row of the form; `table` numbers its table in the container.

    `optional` rows are not missed when a returned form lacks them.
    """

    cells: list[FormCell]
    table: int = 0
    optional: bool = False
    sections: list[Section] = msgspec.field(default_factory=list)

    @cached_property
    def paths(self) -> list[str]:
        """The dotted paths of its fields."""
        return list(dict.fromkeys(path for cell in self.cells for path in cell.paths))

    @cached_property
    def going_on(self) -> list[bool]:
        """Of each cell, whether it goes on with one above."""
        return [c.continues for c in self.cells]

    @cached_property
    def labels(self) -> list[tuple[int, str]]:
        """Which of its cells have the form's words alone, with those words as they are compared."""
        return [(n, c.folded) for n, c in enumerate(self.cells) if not (c.has_slots or c.continues)]

    @cached_property
    def repeated(self) -> int | None:
        """The index of the cell that stands for all that repeat along the row."""
        return next((i for i, cell in enumerate(self.cells) if cell.across), None)

    @cached_property
    def is_header(self) -> bool:
        """Whether it names the columns below it."""
        return not any(c.has_slots for c in self.cells) and sum(bool(c.literal.strip()) for c in self.cells) > 1

    def records_in(self, count: int) -> int | None:
        """How many records repeat along a row of so many cells; None where they can't be those of this row."""
        if self.repeated is None:
            return 0 if count == len(self.cells) else None
        records, rest = divmod(count - len(self.cells) + 1, self.cells[self.repeated].across)
        return records if records >= 0 and not rest else None


class Rows(msgspec.Struct, eq=False, dict=True):
    """What is repeated for each record: `body` has the slots, `printed` are the rows of the blank form.

    `group` is the column by which neighbours are merged, `key` the one that tells
    records apart, `keys` those of it that the form prints.  `is_inline` says that
    the records follow one another in one paragraph, between line breaks.
    """

    path: str
    body: list[Unit]
    printed: list[FormRow]
    group: str = ""
    key: str = ""
    keys: tuple[str, ...] = ()
    is_inline: bool = False
    optional: bool = False
    sections: list[Section] = msgspec.field(default_factory=list)

    @property
    def table(self) -> int:
        """The number of its table; 0 where it repeats no rows."""
        return next((u.table for u in self.body if isinstance(u, FormRow)), 0)

    @cached_property
    def drawn(self) -> dict[str, Written]:
        """The columns whose blank is drawn with words of its own, as 年 月 日, each with its kind."""
        lines = (unit for unit, _, _ in walk(self.body) if isinstance(unit, Line))
        kinds = {slot.column: slot.kind for line in lines for slot in line.slots}
        return {column: kind for column, kind in kinds.items() if isinstance(kind, Written) and kind.blank}

    @cached_property
    def row(self) -> FormRow | None:
        """The row of each record, where that is all and has no words of its own."""
        only = self.body[0] if len(self.body) == 1 else None
        return only if isinstance(only, FormRow) and all(map(_is_plain, only.cells)) else None

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


def _is_plain(cell: FormCell) -> bool:
    """Whether a cell is a text, or blank."""
    tokens = [t for u in cell.units if isinstance(u, Line) for t in u.tokens]
    only = tokens[0] if len(tokens) == 1 and all(isinstance(u, Line) for u in cell.units) else None
    is_text = isinstance(only, Answer) and only.level > 0 and only.words is None and only.series is None
    return is_text or (not tokens and all(isinstance(u, Line) for u in cell.units))


Unit = Line | Lines | FormRow | Rows


class Section(msgspec.Struct, eq=False):
    """Units that are printed together or not at all.

    They depend on whether there is an answer to `path` (`kind` is a flag), on
    whether `option` of it is chosen, or on a `condition` that
    is worked out; `is_otherwise` says that they are printed where that is not so.
    """

    path: str
    kind: Kind
    option: str
    is_otherwise: bool
    units: list[Unit]
    condition: Computed | None = None

    @property
    def paths(self) -> list[str]:
        """The path of what it tells, if it is told by a place in the form."""
        return [self.path] if self.path else []

    @property
    def words(self) -> str:
        """The first words of it."""
        lines = (unit for unit, _, _ in walk(self.units) if isinstance(unit, Line))
        return next((line.literal.strip() for line in lines if line.literal.strip()), self.path)

    @property
    def has_words(self) -> bool:
        """Whether a person sees that it is there, whatever its answers are."""
        return any(_has_words(unit) for unit in self.units)


def _has_words(unit: Unit) -> bool:
    if isinstance(unit, FormRow):
        return any(_has_words(inner) for cell in unit.cells for inner in cell.units)
    return isinstance(unit, Line) and bool(fold(unit.literal))


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
