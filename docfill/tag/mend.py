"""Mending: what a person changes of a proposal, as steps that are applied to the places found, in their order.

    {"do": "rename", "path": "封面.名称", "to": "封面.单位名称"}
    {"do": "kind", "path": …, "kind": "number"}    of boxes: choice or choices
    {"do": "option", "path": …, "option": "是", "to": "有"}
    {"do": "optional", "path": …, "optional": true}    an answer that is not missed where there is none
    {"do": "unit", "path": …, "unit": "万元"}      "" for the one that the form prints
    {"do": "limit", "path": …, "limit": 200}       0 likewise
    {"do": "split", "path": …}                     rows that repeat into a place for each of their cells
    {"do": "join", "path": …, "rows": 3, "to": "清单"}    so many rows, from that of a place, into rows that repeat
    {"do": "remove", "path": …}
    {"do": "add", "paragraph": 12, "start": 5, "end": 9, "path": …, "kind": "text"}

Undo is leaving the last step out.  A step that fits nothing is refused in words, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docfill.kinds import KINDS, WRITTEN, kind_named
from docfill.problems import DocfillError, listed
from docfill.tag import words
from docfill.tag.cells import squeezed, unique
from docfill.tag.names import speakable
from docfill.tag.spots import BY_HAND, Fill, Repeat, Room, Spot, TickBox
from docfill.word.document import Block, Document, Paragraph, Row, Table, paragraphs_of

Step = Mapping[str, Any]

_LONGEST_UNIT = 12
_MOST = 100_000
"""字 that a limit may allow."""

TICKED = tuple(kind.name for kind in KINDS.values() if kind.has_options)


def mended(document: Document, spots: Sequence[Spot], steps: Sequence[Step]) -> list[Spot]:
    """The places as the steps leave them.

    Raises:
        DocfillError: a step names a place that is not there, a name that is taken, or a kind that cannot be.
    """
    made = list(spots)
    for step in steps:
        if step["do"] == "add":
            made.append(_added(document, made, step))
            continue
        spot = next((s for s in made if s.path == step["path"]), None)
        if spot is None:
            raise DocfillError(f"没有“{step['path']}”这一处", f'there is no place "{step["path"]}"')
        if step["do"] == "remove":
            made = [s for s in made if s is not spot and not (s.host and s.host[0] is spot)]
        elif step["do"] == "split":
            made = _split(spot, made)
        elif step["do"] == "join":
            made = _joined(document, spot, step, made)
        else:
            _CHANGES[step["do"]](spot, step, made)
    return made


def _added(document: Document, spots: Sequence[Spot], step: Step) -> Spot:
    paragraphs = paragraphs_of(document.blocks)
    found = next((p for n, p in enumerate(paragraphs) if n == step["paragraph"]), None)
    start, end = step["start"], step["end"]
    if found is None or not 0 <= start <= end <= len(found.text):
        raise DocfillError("要加填写处的文字不在表上", "the words that a place was to be added at are not on the form")
    if step["kind"] not in WRITTEN:
        raise _not_of_kind(step["kind"], tuple(WRITTEN))
    for spot in spots:
        for edit in spot.edits:
            if isinstance(edit, Fill) and edit.paragraph is found and edit.start < end and start < edit.end:
                raise DocfillError(f"这里已经是“{spot.path}”的填写处", f'this is the place of "{spot.path}" already')
    spot = Spot(step["kind"], [], [], "0", [Fill(found, start, end)], BY_HAND)
    spot.path = _name(step["path"], spots)
    return spot


def _rename(spot: Spot, step: Step, spots: Sequence[Spot]) -> None:
    spot.path = _name(step["to"], [s for s in spots if s is not spot])


def _name(wanted: str, others: Sequence[Spot]) -> str:
    """A path that no other place has, holds or is held by; DocfillError where there is none such."""
    steps = tuple(s.strip() for s in wanted.split("."))
    if not all(steps) or any(c in wanted for c in "[]{}\"'|\\\n"):
        raise DocfillError(
            f"“{wanted}”不能作名称：用点隔开各级，不用引号和括号",
            f'"{wanted}" cannot be a name: dots between its steps, no quotes or brackets',
        )
    path = ".".join(speakable(steps))
    for other in others:
        if path == other.path or path.startswith(f"{other.path}.") or other.path.startswith(f"{path}."):
            raise DocfillError(f"名称“{path}”与“{other.path}”相冲突", f'the name "{path}" clashes with "{other.path}"')
    return path


def _kind(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    allowed: tuple[str, ...] = TICKED if any(isinstance(e, TickBox) for e in spot.edits) else tuple(WRITTEN)
    if kind_named(spot.kind).has_records or any(isinstance(e, Room) for e in spot.edits):
        allowed = (spot.kind,)
    if step["kind"] not in allowed:
        raise _not_of_kind(step["kind"], allowed)
    spot.kind = step["kind"]


def _not_of_kind(kind: str, allowed: Sequence[str]) -> DocfillError:
    kinds = listed(allowed)
    return DocfillError(f"这里不能是“{kind}”，可以是：{kinds}", f'this cannot be "{kind}"; it may be: {kinds.en}')


def _option(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    boxes = [e for e in spot.edits if isinstance(e, TickBox) and e.option == step["option"]]
    if not boxes:
        raise DocfillError(f"没有选项“{step['option']}”", f'there is no option "{step["option"]}"')
    if not step["to"].strip() or step["to"] in spot.options:
        raise DocfillError(f"选项“{step['to']}”已有，或是空的", f'the option "{step["to"]}" is there already, or empty')
    for box in boxes:
        box.option = step["to"].strip()


def _optional(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    spot.is_optional = bool(step["optional"])


def _unit(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    unit = step["unit"].strip()
    if not kind_named(spot.kind).has_unit or not any(isinstance(e, Fill) for e in spot.edits):
        raise DocfillError("只有数字有单位", "numbers only have a unit")
    if len(unit) > _LONGEST_UNIT or any(c in unit for c in "{}\"'|\\\n"):
        raise DocfillError(f"“{unit}”不能作单位", f'"{unit}" cannot be a unit')
    spot.unit = unit


def _limit(spot: Spot, step: Step, _: Sequence[Spot]) -> None:
    if not kind_named(spot.kind).is_prose or not any(isinstance(e, Fill | Room) for e in spot.edits):
        raise DocfillError("只有文字能限字数", "texts only have a limit")
    if not 0 <= step["limit"] <= _MOST:
        raise DocfillError(f"限字数应为 0 到 {_MOST}", f"a limit is a number up to {_MOST}")
    spot.limit = step["limit"]


_CHANGES = {
    "rename": _rename, "kind": _kind, "option": _option, "optional": _optional, "unit": _unit, "limit": _limit,
}  # fmt: skip


# --- rows ---


def _split(spot: Spot, spots: Sequence[Spot]) -> list[Spot]:
    """Every empty cell of rows that repeated as a place of its own, named by its row's number and its column."""
    repeats = [e for e in spot.edits if isinstance(e, Repeat)]
    if not repeats:
        raise DocfillError(f"“{spot.path}”不是多行表格", f'"{spot.path}" is no table of rows')
    others = [s for s in spots if s is not spot]
    made: list[Spot] = []
    for number, row in enumerate(repeats[0].rows, 1):
        for cell, column in zip(row.cells, repeats[0].columns, strict=False):
            paragraph = next(cell.paragraphs, None)
            if column and not cell.continues and paragraph is not None and not cell.text.strip():
                own = Spot("text", [], [], spot.at, [Fill(paragraph, 0, len(paragraph.text))], BY_HAND)
                own.path = _name(f"{spot.path}.第{number}行.{column}", [*others, *made])
                made.append(own)
    at = list(spots).index(spot)
    return [*spots[:at], *made, *spots[at + 1 :]]


def _joined(document: Document, spot: Spot, step: Step, spots: Sequence[Spot]) -> list[Spot]:
    """The rows from that of a place on as rows that repeat; the places in them go."""
    held = {id(e.paragraph.element) for e in spot.edits if isinstance(e, Fill | TickBox)}
    found = next(
        ((t, n) for t in _tables(document.blocks) for n, r in enumerate(t.rows) if held & _elements(r)), None
    )  # fmt: skip
    if found is None:
        raise DocfillError(f"“{spot.path}”不在表格里", f'"{spot.path}" is in no table')
    table, first = found
    rows = table.rows[first : first + step["rows"]]
    if step["rows"] < 1 or len(rows) < step["rows"] or len({tuple(_shape(r)) for r in rows}) > 1:
        raise DocfillError("这几行的格子不一样，不能并成多行表格", "these rows are not alike, or there are not so many")
    for row in rows:
        for cell in row.cells:
            if cell.text.strip() and not words.ORDINAL.fullmatch(squeezed(cell.text)):
                raise DocfillError(
                    f"行里印有“{cell.text.strip()}”，不能并成多行表格", f'"{cell.text.strip()}" is printed'
                )
    inside = {e for row in rows for e in _elements(row)}
    rest = [s for s in spots if not any(id(p.element) in inside for p in _paragraphs(s))]
    joined = Spot("rows", [], [], spot.at, [Repeat(rows, _columns(table.rows[:first], rows[0]))], BY_HAND)
    joined.path = _name(step["to"], rest)
    at = sum(1 for s in spots[: list(spots).index(spot)] if s in rest)
    return [*rest[:at], joined, *rest[at:]]


def _tables(blocks: Sequence[Block]) -> Iterator[Table]:
    """Every table, those inside others first."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _tables(cell.blocks)
            yield block


def _shape(row: Row) -> Iterator[tuple[int, int]]:
    return ((c.column, c.span) for c in row.cells)


def _elements(row: Row) -> set[int]:
    return {id(p.element) for c in row.cells for p in paragraphs_of(c.blocks)}


def _paragraphs(spot: Spot) -> Iterator[Paragraph]:
    """The paragraphs that a place is in."""
    for edit in spot.edits:
        if isinstance(edit, Fill | TickBox):
            yield edit.paragraph
        elif isinstance(edit, Room):
            yield from edit.hints
        else:
            yield from (p for row in edit.rows for cell in row.cells for p in paragraphs_of(cell.blocks))


def _columns(above: Sequence[Row], row: Row) -> list[str]:
    """The key of each cell: what the nearest header says over it."""
    columns: list[str] = []
    is_latin = bool(above) and words.is_latin("".join(c.text for r in above for c in r.cells))
    for cell in row.cells:
        over = (c.text for r in reversed(above) for c in r.cells if c.column == cell.column and c.text.strip())
        numbered = words.numbered_column(len(columns) + 1, is_latin=is_latin)
        columns.append(unique(words.label_key(next(over, "")) or numbered, columns))
    return columns
