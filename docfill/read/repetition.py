"""Repetitions: the records that the rows or lines of a document hold, each read as a small form of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from docfill import late
from docfill.read import match
from docfill.read.assignment import Assignment, Found, Held, Stray, is_answered
from docfill.read.columns import Columns, Pair
from docfill.read.gaps import Gap
from docfill.read.plan import ContainerPlan
from docfill.read.records import by_paragraph, is_beside_records, records_of
from docfill.read.shape import DocCell, DocLine, DocRow, DocUnit
from docfill.template.tree import EACH, Answer
from docfill.template.units import FormCell, FormRow, Line, Rows
from docfill.text import fold, gist, says_the_same

if TYPE_CHECKING:
    from docfill.read.reader import Reading

_NUMBERED = late.pattern(r"[0-9０-９一二三四五六七八九十.．、()（）\s]*")
"""The number of a row, or nothing."""


class Repetitions:
    """What repeats, read for one reading."""

    def __init__(self, reading: Reading) -> None:
        self._reading, self._slots, self._found = reading, reading.slots, reading.found
        self._across: dict[str, Rows] = {}

    def blocks(self, plan: ContainerPlan, gap: Gap) -> None:
        """Repetitions of several lines or rows a record: one takes all, and several can't be told apart."""
        shown = [u for u in gap.units if isinstance(u, DocRow) or u.folded]
        others = [*gap.line_owners, *gap.row_owners]
        unit = plan.units[gap.blocks[0]]
        assert isinstance(unit, Rows)
        gap.missing = [a for a in gap.missing if a not in others]
        if len(gap.blocks) == 1 and not others:
            self._records(unit, shown)
            return
        if len(gap.blocks) == 1 and self._heads(plan, others, gap.blocks[0], shown):
            self._records(unit, shown[len(others) :])
            return
        if len(gap.blocks) == 1 and max(others) < gap.blocks[0] and all(plan.is_owner(a) for a in others):
            body = self._reading.plans.container(unit.body)
            parts, strays = records_of(body, shown)
            lines = [u for u in strays if isinstance(u, DocLine)]
            if len(lines) == len(strays) and any(body.has_words(a) for a in range(len(unit.body))):
                owners = [plan.plans[a] for a in others]
                self._reading.own_lines([plan.units[a].paths[0] for a in others], lines, [], owners=owners)
                self._records(unit, [u for part in parts for u in part])
                return
        for a in gap.blocks:
            path = plan.units[a].paths[0]
            self._slots.empty(path)
            if any(not isinstance(u, DocRow) or u.lines for u in shown):
                self._found.doubt("place-missing", path, None, path)
        for a in others:
            self._reading.missing(plan.units[a])
        self._slots.left_over([line for u in shown for line in (u.lines if isinstance(u, DocRow) else [u])])

    def _heads(self, plan: ContainerPlan, heads: list[int], behind: int, shown: list[DocUnit]) -> bool:
        """Reads rows without words that stand before a repetition, if all that are due stand there."""
        pairs = [(plan.units[a], doc) for a, doc in zip(heads, shown, strict=False)]
        rows = [(unit, doc) for unit, doc in pairs if isinstance(unit, FormRow) and isinstance(doc, DocRow)]
        if len(rows) < len(heads) or max(heads) > behind or not all(match.is_alike(*pair) for pair in rows):
            return False
        for pair in rows:
            self._reading.row(*pair)
        return True

    def _records(self, wanted: Rows, units: list[DocUnit]) -> None:
        """The records that some lines and rows hold, each read as a small form of its own."""
        path = wanted.path
        plan = self._reading.plans.container(wanted.body)
        if plan.owner is not None and (wanted.path + EACH) in plan.owner.paths:
            items = [[u] for u in units] if wanted.is_inline else by_paragraph(units)
            self._slots.keep_items(path, [_item(item) for item in items if any(True for _ in _lines(item))])
            return
        records: list[Assignment] = []
        rows: list[tuple[DocRow, Assignment]] = []
        is_row = len(wanted.body) == 1 and isinstance(wanted.body[0], FormRow)
        if is_row:  # each has the label that is merged down over them
            units = [_unmerged(u) if isinstance(u, DocRow) else u for u in units]
        parts, strays = ([[u] for u in units], []) if wanted.is_inline else records_of(plan, units)
        if is_row:  # what stands below a record's row is no other one
            strays += [u for part in parts for u in part[1:]]
            parts = [part[:1] for part in parts]
        if strays:
            self._found.doubt("cells-differ", path, " ".join(shown_by(u) for u in strays))
            self._slots.left_over(_lines(strays))
        for part in parts:
            record = self._record(wanted, plan, part)
            records.append(record)
            rows += [(part[0], record)] if len(part) == 1 and isinstance(part[0], DocRow) else []
        self._take(path, records, wanted, rows)

    def _record(self, wanted: Rows, plan: ContainerPlan, part: list[DocUnit]) -> Assignment:
        """The assignment of one record, by column; what it says of answers outside of it is kept."""
        path, start = wanted.path, wanted.path + EACH
        reading = type(self._reading)(self._reading.plans, self._slots.for_record(path))
        if (columns := self._reading.over(wanted)) is not None:
            reading.under(wanted.table, columns)
        merged = [_unmerged(u) if isinstance(u, DocRow) else u for u in part]
        if len(wanted.body) == 1 and isinstance(row := wanted.body[0], FormRow) and isinstance(merged[0], DocRow):
            reading.row(row, merged[0])
        else:
            reading.sequence(plan, merged)
        record = reading.finish()
        for known in [*record.places]:
            held = record.places.pop(known)
            if known.startswith(start):
                record.places[known.removeprefix(start).lstrip(".")] = held
            elif held.text is not None:
                self._slots.answer(known, held.text)
        return record

    def _take(self, path: str, records: list[Assignment], wanted: Rows, rows: list[tuple[DocRow, Assignment]]) -> None:
        """Keeps the records in which something is answered; their doubts are the form's, too."""
        kept = [r for r in records if is_answered(r, wanted.key if wanted.keys else "", wanted.drawn)]
        if wanted.key:
            kept = self._keyed(path, kept, records, wanted)
        own = {id(record) for record in kept}
        for record in records:
            if record.problems and id(record) not in own:
                self._found.doubt("cells-differ", path, record.problems[0].found, record.problems[0].expected)
                self._found.leftovers += record.leftovers
            if id(record) not in own:  # what stands where the form numbers its rows, say
                said = [found for _, found in record.computed if not _NUMBERED.fullmatch(found.text)]
                self._found.leftovers += [Stray(found.text.strip(), found.spans, path) for found in said]
        for index, record in enumerate(kept):
            self._tell(path, index, record)
        self._slots.keep_records(path, kept)
        held = self._found.places[path]
        held.rows = [*held.rows, *rows]

    def _tell(self, path: str, index: int, record: Assignment) -> None:
        """What is told of a record is told of the form."""
        for problem in record.problems:
            where = f"{path}[{index}].{_column(problem.path, path)}" if problem.path else path
            self._found.doubt(problem.code, where, problem.found, problem.expected)
        record.problems = []
        self._found.leftovers += [replace(stray, near=path) for stray in record.leftovers]
        self._found.lost += [(problem, path) for problem, _ in record.lost]

    # --- along a row ---

    def across(self, wanted: FormRow, at: int, row: DocRow) -> tuple[FormRow, DocRow]:
        """Reads what repeats along a row; the rest of the row of the form, and of the document's."""
        cell, behind = wanted.cells[at], len(wanted.cells) - at - 1
        [unit] = cell.units
        assert isinstance(unit, Rows)
        end = len(row.cells) - behind
        count = wanted.records_in(len(row.cells))
        if count is None:
            self._found.doubt("cells-differ", unit.path, " | ".join(c.text for c in row.cells))
            self._slots.empty(unit.path)
        else:
            groups = [row.cells[n : n + cell.across] for n in range(at, end, cell.across)]
            self._groups(unit, groups)
        kept = [*row.cells[:at], *row.cells[end:]] if count is not None else row.cells
        rest = [*wanted.cells[:at], *wanted.cells[at + 1 :]]
        return FormRow(rest, wanted.table, wanted.optional, wanted.sections), DocRow(kept, row.element)

    def _groups(self, unit: Rows, groups: list[list[DocCell]]) -> None:
        """The records that stand beside one another, each in so many cells."""
        plan = self._reading.plans.container(unit.body)
        [body] = plan.units
        assert isinstance(body, FormRow)
        owner = self._reading.plans.container(body.cells[0].units).owner
        if owner is not None and len(body.cells) == 1 and unit.path + EACH in owner.paths:
            shown = [bool(cell.lines) for [cell] in groups]
            if True in shown and False in shown[: len(shown) - shown[::-1].index(True)]:
                self._found.doubt("cells-differ", unit.path, " | ".join(cell.text for [cell] in groups))
            self._slots.keep_items(unit.path, [_item(cell.units) for [cell] in groups if cell.lines])
            return
        records = [
            self._record(unit, plan, [DocRow(cells)]) if any(c.lines for c in cells) else Assignment()
            for cells in groups
        ]
        for index, record in enumerate(records):
            self._tell(unit.path, index, record)
        self._slots.keep_records(unit.path, records)
        self._across[unit.path] = unit

    def settle(self) -> None:
        """Of what repeats along rows, only the records in which something is answered stay."""
        for path, unit in self._across.items():
            held = self._found.places[path]
            held.records = [r for r in held.records or [] if is_answered(r, "", unit.drawn)]

    def _keyed(self, path: str, kept: list[Assignment], records: list[Assignment], wanted: Rows) -> list[Assignment]:
        """The records in the order of the keys that the form prints; a doubt where keys are strange."""

        def key_of(record: Assignment) -> str:
            shown = record.text_at(wanted.key)
            said = shown.text.strip() if shown is not None else ""
            return next((k for k in wanted.keys if says_the_same(k, said) or gist(k) == gist(said) != ""), said)

        order = {key: index for index, key in enumerate(wanted.keys)}
        for record in kept:
            shown = record.text_at(wanted.key)
            if shown is not None and key_of(record) in order:
                shown.text = key_of(record)
        kept = sorted(kept, key=lambda r: order.get(key_of(r), len(order)))
        seen: set[str] = set()
        for index, record in enumerate(kept):
            said = key_of(record)
            if said in seen:
                self._found.doubt("duplicate-key", f"{path}[{index}]", said, wanted.key)
            if order and said not in order:
                self._found.doubt("unknown-key", f"{path}[{index}]", said, " | ".join(wanted.keys))
            seen.add(said)
        present = {key_of(record) for record in records}
        for key in wanted.keys:
            if key not in present:
                self._slots.lost(key)
        return kept

    def rows(self, wanted: Rows, rows: list[DocRow]) -> None:
        """Rows that repeat: each row of the document is one record, unless all are as printed."""
        path, row_of_form = wanted.path, wanted.row
        assert row_of_form is not None
        printed = {tuple(fold(cell) for cell in row) for row in wanted.printed_texts}
        slots = {id(cell): next(iter(_slots(cell)), None) for cell in row_of_form.cells}
        asked = [slot.column for slot in slots.values() if slot is not None]
        records: list[Assignment] = []
        standing: list[tuple[DocRow, Assignment]] = []
        columns = self._reading.over(wanted) or Columns()
        is_astray = not columns.is_in_order and any(columns.may_not_head(row_of_form, row) for row in rows)
        if is_astray or any(columns.lack_one_over(row_of_form, row) for row in rows):
            self._found.doubt("cells-differ", path, None, wanted.path)  # the header may be that of another table
        own = {id(doc) for row in rows for doc in row.cells}
        for row in rows:
            pairs = columns.pairs(row_of_form, match.side_by_side(row_of_form, row), row)
            if row.is_long and row.lines and len(row.cells) > len(row_of_form.cells):  # somebody put a cell in
                self._found.doubt("cells-differ", path, " ".join(line.text for line in row.lines))
            if not pairs:
                if row.lines and not is_beside_records(row):
                    self._found.doubt("cells-differ", path, " ".join(line.text for line in row.lines))
                self._slots.left_over(row.lines)
                continue
            record = Assignment()
            for cell, doc in pairs:
                slot, source = slots[id(cell)], doc.origin if doc.continues else doc
                if slot is not None and id(source) not in own and source.lines:
                    # merged down from the heading, whose words are no answer
                    self._found.doubt("cells-joined", path, source.text)
                    source = doc
                if source is not doc and doc.lines and not says_the_same(source.text, doc.text):
                    self._slots.left_over(doc.lines)
                if slot is not None:
                    for inner in source.units if len(source.units) > 1 else ():
                        if isinstance(inner, DocRow) and inner.parted:
                            record.doubt("table-in-answer", slot.column, inner.parted)
                    spans = tuple([span for line in source.lines for span in line.spans()])
                    if not spans:
                        spans = next((line.spans(0, 0) for line in _lines(source.units)), ())
                    record.places[slot.column] = Held(Found(source.text, spans, slot), cell=doc)
                elif source is doc:
                    self._slots.left_over(doc.lines)
            if columns.moved:
                self._not_below(path, columns, row_of_form, row, pairs)
            records.append(record)
            standing.append((row, record))
        answered = [r for r in records if any(s.text is not None and s.text.text for s in r.places.values())]
        as_printed = all(tuple(fold(_said(r, c)) for c in asked) in printed for r in answered)
        if not (as_printed or wanted.group):
            _doubt_shared(standing)
        self._take(path, [] if as_printed else records, wanted, standing)
        for label, shown in columns.altered if answered and not as_printed else ():
            self._found.doubt("label-altered", path, shown, label.literal.strip())

    def _not_below(self, path: str, columns: Columns, wanted: FormRow, row: DocRow, pairs: list[Pair]) -> None:
        """Answers whose header stands nowhere for certain are not read; what stands below no header is left over."""
        taken, paired = {id(doc) for _, doc in pairs}, {id(cell) for cell, _ in pairs}
        for head in (columns.moved_over(cell) for cell in wanted.cells if id(cell) not in paired and cell.has_slots):
            self._found.doubt("place-missing", path, None, head.literal.strip() if head is not None else path)
        self._slots.left_over([line for doc in row.own if id(doc) not in taken for line in doc.lines])


def _doubt_shared(rows: list[tuple[DocRow, Assignment]]) -> None:
    """Doubts the numbers that several records share in a merged cell: each may have that many, or all together."""
    shared = {id(cell.origin) for row, _ in rows for cell in row.cells if cell.continues}
    for _, record in rows if shared else ():
        for column, held in [*record.places.items()]:
            slot = held.text.slot if held.text is not None else None
            is_number = slot is not None and slot.kind is not None and slot.kind.has_unit
            if is_number and held.cell is not None and id(held.cell.origin) in shared and _said(record, column):
                record.doubt("cells-joined", column, _said(record, column))


def _said(record: Assignment, column: str) -> str:
    found = record.text_at(column)
    return found.text if found is not None else ""


def _item(units: list[DocUnit]) -> Found:
    """The lines of one item of a list."""
    lines = [*_lines(units)]
    return Found("\n".join(x.text.strip() for x in lines), tuple(span for x in lines for span in x.spans()))


def _lines(units: list[DocUnit]) -> Iterator[DocLine]:
    """The lines among some units, of rows those that show something."""
    for unit in units:
        yield from unit.lines if isinstance(unit, DocRow) else [unit]


def _slots(cell: FormCell) -> Iterator[Answer]:
    """The answers in a cell."""
    return (slot for u in cell.units if isinstance(u, Line) for slot in u.slots)


def shown_by(unit: DocUnit) -> str:
    """What a line or row shows."""
    return unit.text if isinstance(unit, DocLine) else " ".join(line.text for line in unit.lines)


def _unmerged(row: DocRow) -> DocRow:
    """A row in which a cell that continues a merge shows what stands at its top."""
    if not any(c.continues for c in row.cells):
        return row
    shown = ((c.origin if c.continues and not c.lines else c, c.above) for c in row.cells)
    return DocRow([replace(c, continues=False, above=top) for c, top in shown], row.element)


def _column(path: str, repetition: str) -> str:
    """A path as the records of a repetition know it."""
    return path.removeprefix(repetition + EACH).lstrip(".")
