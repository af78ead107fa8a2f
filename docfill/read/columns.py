"""Columns: which column of a document each header of the form stands over, and what stands there instead.

A value is its header's, by what that says, wherever somebody moved it.  A header that says
something else is a doubt on all that stands below it; so is one that stands there twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from docfill.read.plan import agrees
from docfill.read.shape import DocCell, DocRow
from docfill.template.units import FormCell, FormRow, covers
from docfill.text import dated, gist, year_in
from docfill.word.document import Element

SEVERAL = 2
"""From so many years on that a form does not ask they are those of another edition."""

Pair = tuple[FormCell, DocCell]


class Columns(Struct, frozen=True):
    """What heads the columns of a table from some row on, as far as it is not the form's own.

    `altered` are the headers that say something else, each with what stands there; `moved` those that stand over
    another column: that one, or None for none, or several.  `table` is the document's that they stand in;
    `is_short` where a row of them has fewer cells than the form's.
    """

    altered: tuple[tuple[FormCell, str], ...] = ()
    moved: Mapping[FormCell, int | None] = {}
    table: Element | None = None
    is_short: bool = False

    def lack_one_over(self, wanted: FormRow, row: DocRow) -> bool:
        """Whether a header is gone, and nothing of a row below it: the other headers may stand a column out."""
        if not self.is_short or not self.moved or self.may_not_head(wanted, row):
            return False
        return len(row.own) >= sum(not cell.continues for cell in wanted.cells)

    def altered_over(self, cell: FormCell, row: FormRow) -> list[tuple[FormCell, str]]:
        """The headers over a cell that say something else; those that name its row, too, where that has no words."""
        named = [cell] if any(words for _, words in row.labels) else [cell, *(c for c in row.cells if not c.has_slots)]
        return [(head, shown) for head, shown in self.altered if any(covers(head, c) for c in named)]

    def moved_over(self, cell: FormCell) -> FormCell | None:
        """The header over a cell that stands over another column, if one does: the narrowest."""
        return next((head for head in self.moved if covers(head, cell)), None)

    def may_not_head(self, wanted: FormRow, row: DocRow) -> bool:
        """Whether the headers may not be those of a row: it has labels of its own, or stands in another table."""
        return is_labelled_within(wanted) or (self.table is not None and self.table is not row.table)

    @property
    def is_in_order(self) -> bool:
        """Whether all headers stand in the form's order, with other columns among them at most."""
        at = [column for _, column in sorted(self.moved.items(), key=lambda pair: pair[0].column)]
        return all(a is not None and b is not None and a <= b for a, b in zip(at, at[1:] or at, strict=False))

    def pairs(self, wanted: FormRow, pairs: list[Pair], row: DocRow) -> list[Pair]:
        """The pairs with the cells under moved headers taken from their columns, those that have no pair, too; without
        those whose column is not there.
        """
        if not self.moved or is_labelled_within(wanted) or (self.is_in_order and self.may_not_head(wanted, row)):
            return pairs
        is_divided = not any(_crosses(head, cell) for head in self.moved for cell, _ in pairs)
        below = (cell for cell in wanted.cells if is_divided or cell.has_slots)
        heads = {id(cell): head for cell in below if (head := self.moved_over(cell))}
        paired = {id(cell) for cell, _ in pairs}
        alone = (c for c in wanted.cells if is_divided and c.has_slots and id(c) in heads and id(c) not in paired)
        at = {doc.column: doc for doc in row.cells}
        kept = []
        for cell, doc in [*pairs, *((c, None) for c in alone)]:
            head = heads.get(id(cell))
            column = self.moved[head] if head is not None else None
            stands = doc if head is None else None if column is None else at.get(column + cell.column - head.column)
            if stands is not None:
                kept.append((cell, stands))
        return kept

    def headed(
        self,
        wanted: FormRow,
        altered: Sequence[tuple[FormCell, str]],
        moved: Mapping[FormCell, int | None],
        row: DocRow | None,
    ) -> Columns:
        """The columns below a further header; one that parts those above it leaves these, too."""
        words = [cell for cell in wanted.cells if cell.literal.strip()]

        def stays(head: FormCell) -> bool:
            return not any(covers(cell, head) for cell in words)

        above = [(head, shown) for head, shown in self.altered if stays(head)]
        kept = {head: at for head, at in self.moved.items() if stays(head)}
        is_short = row is not None and len(row.own) < sum(not cell.continues for cell in wanted.cells)
        table = None if row is None else row.table
        return Columns((*above, *altered), {**moved, **kept}, table, self.is_short or is_short)


def moved_heads(
    wanted: FormRow, row: DocRow, pairs: Sequence[Pair], above: Mapping[FormCell, int | None]
) -> dict[FormCell, int | None]:
    """The columns of a header whose words stand over another column: that column, or None for nowhere or several.

    The parts of a header `above` that stands nowhere stand nowhere either.  One other year alone may be what somebody
    wrote over; a header of several others is of another edition.  Where there are more or fewer columns, each is where
    its words are.
    """
    gone = [head for head, column in above.items() if column is None]
    labels = [cell for cell in wanted.cells if not cell.continues and gist(cell.literal)]
    labels = [cell for cell in labels if not any(covers(head, cell) for head in gone)]
    docs = [doc for doc in row.own if doc.lines]
    partner = {id(cell): doc for cell, doc in pairs}
    kept = {id(cell): doc for cell in labels if (doc := partner.get(id(cell))) is not None and agrees(cell, doc)}
    is_uneven = len(row.own) != sum(not cell.continues for cell in wanted.cells)
    if len(kept) == len(labels) and not is_uneven and len(docs) <= len(labels):
        return {}
    moved: dict[FormCell, int | None] = {
        cell: kept[id(cell)].column for cell in labels if is_uneven and id(cell) in kept
    }
    taken = {id(doc) for doc in kept.values()}
    free: dict[str, list[DocCell]] = defaultdict(list)
    for doc in docs:
        if id(doc) not in taken:
            free[_name(doc.text)].append(doc)
    asked: dict[str, list[FormCell]] = defaultdict(list)
    for cell in labels:
        asked[_name(cell.literal)].append(cell)
    times = Counter(_name(doc.text) for doc in docs)
    for name, cells in asked.items():
        if is_uneven and 0 < times[name] < len(cells):  # nothing tells which of these went
            moved |= dict.fromkeys(cells)
            continue
        lost, there = [cell for cell in cells if id(cell) not in kept], free.get(name, [])
        lost.sort(key=lambda cell: partner[id(cell)].column if id(cell) in partner else cell.column)
        if len(lost) == len(there):  # parts of headers are in the order of these
            moved |= {cell: doc.column for cell, doc in zip(lost, there, strict=True) if _is_head(cell, doc)}
        elif there and (lost or not above):  # one may be a part of a header that the form has not
            moved |= dict.fromkeys(lost or cells)
    claimed = {column for column in moved.values() if column is not None}
    years = {_name(cell.literal) for cell in labels if dated(cell.literal)}
    shown = {_name(doc.text) for doc in docs if dated(doc.text)}
    is_other_edition = not shown.isdisjoint(years) or len(shown) >= SEVERAL
    for cell in labels:
        if cell not in moved and id(cell) not in kept:
            stands = partner.get(id(cell))
            if (dated(cell.literal) and is_other_edition) or (stands is not None and stands.column in claimed):
                moved[cell] = None
    return moved


def is_labelled_within(row: FormRow) -> bool:
    """Whether words stand behind an answer of a row and before another, so that they and no header may name that."""
    at = [n for n, cell in enumerate(row.cells) if cell.has_slots]
    return any(at[0] < n < at[-1] for n, words in row.labels if words) if at else False


def _name(label: str) -> str:
    """What a header is found by: its year, where that is all that it says, or what it says."""
    return year_in(label) or gist(label)


def _is_head(cell: FormCell, doc: DocCell) -> bool:
    """Whether a cell of the document plainly says what a header of the form does."""
    return agrees(cell, doc) or year_in(cell.literal) == year_in(doc.text) != ""


def _crosses(head: FormCell, cell: FormCell) -> bool:
    """Whether a cell lies in the grid columns of a header and beyond them, so that its row is divided otherwise."""
    meets = head.column < cell.column + cell.span and cell.column < head.column + head.span
    return meets and not covers(head, cell)
