"""Records put into the rows of a table: changed, added and taken out, each row keeping its own look.

Records pair by their key where the form has one, else by the longest run of equal
ones.  A record more takes a blank row, or a copy of the row beside it; one less
takes its row with it, but the last row stays, blank as the form prints it.
"""

from __future__ import annotations

import difflib
import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from docfill import limits
from docfill.data import value_at
from docfill.fields import Field
from docfill.put.texts import without_ids
from docfill.read.assignment import Assignment, Held
from docfill.read.shape import DocLine, DocRow
from docfill.text import equal_pairs
from docfill.word.controls import item_of
from docfill.word.document import Element
from docfill.word.edit import Editor
from docfill.word.part import Edits, Unplaceable, prefixed, tag_end
from docfill.word.xml import W

Record = Mapping[str, Any]
PutCell = Callable[[Field, Held, Any, Any], None]
"""Puts one column of a record: the field, where it stands, its old value and its new one."""


_STEPS_A_COPY = 60


def put_rows(editor: Editor, f: Field, held: Held, old: Sequence[Record], new: Sequence[Record], put: PutCell) -> None:
    """Writes records where the old ones stand.

    Raises:
        Unplaceable: they stand in no rows of a table, or a row can't be told.
    """
    records = held.records or []
    if len(records) != len(old):
        raise Unplaceable("交回的表里各行无法一一对应", "the records can't be told apart")
    if f.keys:
        _by_key(f, held, new, put)
        return
    pairs = paired(f, old, new)
    rows = {id(record): row for row, record in held.rows}
    if all(id(record) in rows for record in records) and held.rows:
        _Rows(editor, f, held, put).change(old, new, pairs)
    elif len(pairs) == len(old) == len(new):
        for a, b in pairs.items():
            _cells(f, records[a], old[a], new[b], put)
    else:
        raise Unplaceable("这一项不是表格中的行，不能增减", "its records are no rows of a table")


def paired(f: Field, old: Sequence[Record], new: Sequence[Record]) -> dict[int, int]:
    """Which old record is which new one, in order."""
    if f.key:
        by_key = {record.get(f.key): b for b, record in enumerate(new)}
        found = {a: by_key[r.get(f.key)] for a, r in enumerate(old) if r.get(f.key) in by_key}
        return found if [*found.values()] == sorted(found.values()) else {}
    before, after = ([_said(record) for record in records] for records in (old, new))
    same = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(old), len(new)))
    found = {n: n for n in range(same)}  # nearly all stay as a rule, and of rows that are alike any might be any
    before, after = before[same:], after[same:]
    limits.spend(equal_pairs(before, after) // 8)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag in ("equal", "replace"):
            found.update(zip(range(same + a, same + b), range(same + c, same + d), strict=False))
    return found


def _said(record: Record) -> str:
    return json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)


def _cells(f: Field, record: Assignment, old: Record, new: Record, put: PutCell) -> None:
    for column in f.fields:
        before, after = value_at(old, column.steps), value_at(new, column.steps)
        if before != after:
            put(column, record.at(column.path), before, after)


def _by_key(f: Field, held: Held, new: Sequence[Record], put: PutCell) -> None:
    """Records whose keys the form prints: each has its row, which stays."""
    by_key = {record.get(f.key): record for record in new}
    there = {key: record for _, record in held.rows if (key := _key(f, record)) is not None}
    if missing := [key for key in by_key if key not in there]:
        raise Unplaceable(f"交回的表里没有“{missing[0]}”一行", f'there is no row "{missing[0]}"')
    for key, record in there.items():
        wanted = by_key.get(key, {})
        for column in f.fields:
            if column.path != f.key:
                at = record.at(column.path)
                after = value_at(wanted, column.steps)
                if _shown(at) != _written(column, after):
                    put(column, at, _shown(at), after)


def _key(f: Field, record: Assignment) -> str | None:
    found = record.text_at(f.key)
    said = "".join(found.text.split()) if found is not None else ""
    return next((key for key in f.keys if "".join(key.split()) == said), None)


def _shown(held: Held) -> str:
    return "".join(span.text for span in held.spans())


def _written(column: Field, value: Any) -> str:
    return "" if value is None else column.kind.format(value) if column.kind.is_written else str(value)


class _Rows:
    """The rows of one repetition, which become those of its new records.

    A column may be merged downwards over several rows: it stays so where all of them
    say the same afterwards, else each row gets a cell of its own.
    """

    def __init__(self, editor: Editor, f: Field, held: Held, put: PutCell) -> None:
        self._editor, self._f, self._put = editor, f, put
        self._rows = held.rows
        self._records = held.records or []
        self._number = {id(record): n for n, (_, record) in enumerate(held.rows)}
        own = {id(record) for record in self._records}
        self._blank = [n for n, (_, record) in enumerate(held.rows) if id(record) not in own]
        self._merged = {column.path: self._groups(column) for column in f.fields}
        self._in_groups = {path: {n for group in groups for n in group} for path, groups in self._merged.items()}

    def _groups(self, column: Field) -> list[list[int]]:
        """The rows of each merged cell of a column."""
        groups: dict[int, list[int]] = {}
        for n, (_, record) in enumerate(self._rows):
            cell = record.at(column.path).cell
            groups.setdefault(id(cell.origin if cell is not None else record), []).append(n)
        return [group for group in groups.values() if len(group) > 1]

    def _is_merged(self, column: Field, row: int) -> bool:
        return row in self._in_groups[column.path]

    def change(self, old: Sequence[Record], new: Sequence[Record], pairs: dict[int, int]) -> None:
        """Changes, adds and takes out rows until they are those of the new records."""
        placed = {b: self._number[id(self._records[a])] for a, b in pairs.items()}
        for a, b in pairs.items():
            self._write(placed[b], old[a], new[b])
        free = [self._number[id(record)] for a, record in enumerate(self._records) if a not in pairs]
        copies = self._added(new, placed, free)
        said = {row: new[b] for b, row in placed.items()}
        gone = {*free} if placed or copies or self._blank_left(placed) else self._printed(free)
        if not old and new:
            gone |= {n for n in self._blank if n not in said and _shows(self._rows[n][1])}
        self._settle_merged(said, gone)
        for row in gone:
            self._remove(row)

    def _blank_left(self, placed: Mapping[int, int]) -> bool:
        return not set(placed.values()).issuperset(self._blank)

    def _added(self, new: Sequence[Record], placed: dict[int, int], free: list[int]) -> bool:
        """A row for each new record: one that is left where nothing stands between, a blank one, or a copy."""
        before: int | None = None
        copies = False
        behind = self._next_placed(len(new), placed)
        there = sorted({*free, *self._blank}.difference(placed.values()))
        for b, record in enumerate(new):
            if b in placed:
                before = placed[b]
                continue
            at = bisect_right(there, -1 if before is None else before)
            if at < len(there) and there[at] < behind[b]:
                placed[b] = before = there.pop(at)
                self._write(before, None, record)
            else:
                self._copy(before, behind[b], record)
                copies = True
        free[:] = sorted({*free}.difference(placed.values()))
        return copies

    def _next_placed(self, count: int, placed: Mapping[int, int]) -> list[int]:
        """For each new record the row of the first one behind it that has a row; behind all rows where none has."""
        found, row = [len(self._rows)] * count, len(self._rows)
        for b in reversed(range(count)):
            found[b] = row
            row = placed.get(b, row)
        return found

    def _write(self, row: int, old: Record | None, new: Record) -> None:
        """One row's cells, but for merged ones; where its old record is not known, what stands there tells."""
        _, standing = self._rows[row]
        for column in self._f.fields:
            after = value_at(new, column.steps)
            at = standing.at(column.path)
            is_same = value_at(old, column.steps) == after if old is not None else _shown(at) == _written(column, after)
            if not is_same and not self._is_merged(column, row):
                self._put(column, at, None, after)

    def _settle_merged(self, said: Mapping[int, Record], gone: Collection[int]) -> None:
        """The merged cells: one text for all their rows, or a cell for each."""
        for column in self._f.fields:
            for group in self._merged[column.path]:
                rows = [row for row in group if row in said]
                values = [_written(column, value_at(said[row], column.steps)) for row in rows]
                first = self._rows[group[0]][1].at(column.path)
                if not rows and not any(row in gone for row in group):
                    continue
                if len(set(values)) == 1 and len(rows) == len(group):
                    if values[0] != _shown(first):
                        self._put(column, first, None, value_at(said[rows[0]], column.steps))
                    continue
                for row in group:
                    if row not in gone:
                        self._part(column, row, said.get(row), is_first=row == group[0])

    def _part(self, column: Field, row: int, record: Record | None, *, is_first: bool) -> None:
        """A cell of its own for one row of a merged cell."""
        at = self._rows[row][1].at(column.path)
        cell = at.cell
        merge = cell.element.find(f"{W}tcPr/{W}vMerge") if cell is not None and cell.element is not None else None
        if cell is None or merge is None or at.text is None:
            raise Unplaceable("合并的单元格不能分开", "a merged cell can't be parted")
        self._editor.edits.remove(self._editor.part_of(merge), merge)
        value = value_at(record, column.steps) if record is not None else None
        if is_first:
            if _written(column, value) != _shown(at):
                self._put(column, at, None, value)
            return
        line = next((u for u in cell.units if isinstance(u, DocLine)), None)
        if line is None:
            raise Unplaceable("合并的单元格里没有段落", "a merged cell has no paragraph")
        self._put(column, Held(replace(at.text, text="", spans=line.spans(0, 0))), None, value)

    def _copy(self, before: int | None, behind: int, record: Record) -> None:
        """A row more, as the one beside it is, with other answers in its cells."""
        like = before if before is not None else behind
        if like >= len(self._rows):
            raise Unplaceable("没有可以照样增加的行", "there is no row to copy")
        limits.spend(_STEPS_A_COPY)
        element = _element(self._rows[like][0])
        part = self._editor.part_of(element)
        edits, self._editor.edits = self._editor.edits, Edits()
        track, self._editor.track = self._editor.track, None  # the row is the change, not what stands in it
        try:
            self._write(like, None, record)
            for column in self._f.fields:
                if self._is_merged(column, like):
                    cell = self._rows[like][1].at(column.path).cell
                    self._part(column, like, record, is_first=cell is not None and not cell.continues)
            whole = item_of(element)
            where = part.where(whole)
            copy = without_ids(part.applied(self._editor.edits, where.start, where.end))
        finally:
            self._editor.edits, self._editor.track = edits, track
        copy = _with_mark(self._editor, element, copy, "ins")
        at = where.end if before is not None else where.start
        edits.put(part, at, at, copy)

    def _printed(self, free: Sequence[int]) -> set[int]:
        """The last rows stay, blank, or as the form prints them; gives those that go."""
        printed = self._f.printed or ((),)
        for number, row in enumerate(free[: len(printed)]):
            texts = dict(zip(self._f.columns, printed[number], strict=False))
            self._write(row, None, {c: texts.get(c) or None for c in self._f.columns})
        return {*free[len(printed) :]}

    def _remove(self, row: int) -> None:
        element = _element(self._rows[row][0])
        part = self._editor.part_of(element)
        if self._editor.track is None:
            self._editor.edits.remove(part, item_of(element))
        else:
            where = part.where(element)
            struck = _with_mark(self._editor, element, part.data[where.start : where.end], "del")
            self._editor.edits.put(part, where.start, where.end, struck)


def _with_mark(editor: Editor, row: Element, data: bytes, change: str) -> bytes:
    """The bytes of a row, marked as a tracked change where they are tracked (17.13.5.12, 17.13.5.16)."""
    mark = editor.mark(change, row)
    name = prefixed(row, "trPr").encode()
    if not mark:
        return data
    if row.find(W + "trPr") is not None and (at := data.find(b"</" + name + b">")) >= 0:
        return data[:at] + mark + data[at:]
    inside = tag_end(data, 0)
    own = row.find(W + "tblPrEx")
    if own is not None or row.find(W + "trPr") is not None:
        raise Unplaceable("这一行不能作为修订改动", "this row can't be a tracked change")
    return data[:inside] + b"<" + name + b">" + mark + b"</" + name + b">" + data[inside:]


def _shows(record: Assignment) -> bool:
    """Whether anything stands in a row."""
    return any(held.text is not None and held.text.text.strip() for held in record.places.values())


def _element(row: DocRow) -> Element:
    if row.element is None:
        raise Unplaceable("找不到这一行", "the row is not there")
    return row.element
