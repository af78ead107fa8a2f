"""One value put at its place: by its kind as characters, ticks, items or records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from docfill.fields import Field
from docfill.kinds import Written
from docfill.put.boxes import put_ticks
from docfill.put.pictures import put_pictures
from docfill.put.rows import put_rows
from docfill.put.texts import put_text
from docfill.read.assignment import Found, Held
from docfill.template.tree import Series
from docfill.word.edit import Editor
from docfill.word.part import Unplaceable

Hints = Mapping[str, Sequence[str]]
"""What the blank form prints at a place, by path."""


def put_value(editor: Editor, f: Field, held: Held, old: Any, new: Any, hints: Hints) -> None:
    """Writes a value where the old one stands; None, or what is absent of its kind, brings back the blank.

    Raises:
        Unplaceable: there is no certain place, or none that can be written to.
    """
    if f.kind.has_options or f.kind.is_flag:
        options = {mark.option for mark in held.marks}
        chosen = {o for o in options if (bool(new) if f.kind.is_flag else f.kind.is_chosen(new, o))}
        if not f.kind.is_flag and new and not (set(new) if f.kind.is_many else {new}) <= chosen:
            raise Unplaceable("交回的表里没有所选的选项", "the chosen option is not there")
        put_ticks(editor, held.marks, chosen)
    elif held.series is not None and (series := _series_of(held.series)) is not None:
        put_text(editor, held.series, _in_line(series, new or []))
    elif f.kind.has_records:

        def put_cell(cell: Field, at: Held, before: Any, after: Any) -> None:
            put_value(editor, cell, at, before, after, hints)

        put_rows(editor, f, held, old or [], new or [], put_cell)
    elif f.kind.is_drawn:
        shown_ones = new if isinstance(new, list) else [new] if new else []
        put_pictures(editor, f.path, held, shown_ones, hints.get(f.path, ()))
    elif isinstance(f.kind, Written):
        shown = "" if new is None else f.kind.format(new)
        if held.text is None:
            raise Unplaceable("交回的表里没有这一处", "its place is not there")
        for found in (held.text, *held.also):
            put_text(editor, found, shown, hints.get(f.path, ()))
    else:
        _put_items(editor, held, new or [])


def _put_items(editor: Editor, held: Held, new: Sequence[str]) -> None:
    """A list of texts, each a paragraph."""
    if not held.items:
        raise Unplaceable("交回的表里没有这一处", "its place is not there")
    whole = replace(held.items[0], spans=tuple(span for item in held.items for span in item.spans))
    put_text(editor, whole, "\n".join(new))


def _series_of(found: Found) -> Series | None:
    return found.slot.series if found.slot is not None else None


def _in_line(series: Series, items: Sequence[Any]) -> str:
    """Items as they follow one another in a line."""
    shown = []
    for item in items:
        columns = [item.get(c) or "" for c in series.columns] if isinstance(item, Mapping) else [item]
        parts = [series.texts[0]]
        for column, behind in zip(columns, series.texts[1:], strict=True):
            parts += [str(column), behind]
        shown.append("".join(parts))
    return series.between.join(shown)
