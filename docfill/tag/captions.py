"""Tables whose names stand under the room for their answers: rows of empty cells, each with a row of captions below.

One such pair of rows may be chance, but where it is the whole table; several in one table are its way, and then a
title under an empty row is a caption, too.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from docfill.tag import lines, words
from docfill.tag.asking import tells_how
from docfill.tag.cells import controls, has_boxes, has_drawn, is_empty, line_spans
from docfill.tag.found import Found, Where
from docfill.tag.grid import FARTHEST_OWNER, GridRow
from docfill.tag.spots import CAPTIONED, CAPTIONED_CELL, NOT_NAMED, SIGNATURE, Fill
from docfill.word.document import Cell, Table

_SEVERAL = 2
_PAIR = 3
"""Cells of the smallest row of captions: two, and the gap between."""


def captioned_line(cell: Cell) -> tuple[str, Fill] | None:
    """The name below the line that is drawn in a cell, and that line, where nothing else stands there."""
    said = [(p, s, e) for p in cell.paragraphs for s, e in line_spans(p.text)]
    if len(said) != _SEVERAL or any(isinstance(b, Table) for b in cell.blocks):
        return None
    (drawn, start, end), (below, first, last) = said
    label = below.text[first:last].strip()
    is_name = _is_note_of_name(label) or (words.is_title(label) and _is_plain(label))
    if not lines.is_drawn_line(drawn.text[start:end]) or not is_name:
        return None
    return label.strip("（()）"), Fill(drawn, start, start + len(drawn.text[start:end].rstrip()))


def _is_plain(label: str) -> bool:
    """Whether a title asks nothing itself, tells nothing and has no room of its own."""
    is_asking = label.endswith((":", "：", "?", "？")) or lines.looks_like_a_place(label)
    return not (is_asking or words.is_bracketed(label) or words.is_hint(label) or tells_how(label))


def add_captioned_line(found: Found, cell: Cell, where: Where) -> bool:
    """Whether a cell is a line to write on and its name in brackets below; it is added, or told of, then."""
    if (captioned := captioned_line(cell)) is None:
        return False
    label, fill = captioned
    if words.SIGNED.search(label):
        found.leave(label, where.at, SIGNATURE)
    else:
        found.add(words.kind_of(label, ""), where, [label], [fill], CAPTIONED)
    return True


def captions_of(rows: Sequence[GridRow]) -> frozenset[int]:
    """The numbers of the rows that name the empty cells right above them; none where only one may."""
    sure = frozenset(n for n in range(1, len(rows)) if _is_pair(rows, n))
    if len(sure) < _SEVERAL and not (sure and len(rows) == _SEVERAL):
        return frozenset()
    return sure | {n for n in range(1, len(rows)) if n not in sure and _may_be_pair(rows, n, sure)}


def noted_captions(rows: Sequence[GridRow]) -> frozenset[int]:
    """The numbers of the rows whose words, all of them in brackets, name the empty cells right above them."""
    return frozenset(n for n in range(1, len(rows)) if _is_noted_pair(rows, n))


def _is_noted_pair(rows: Sequence[GridRow], number: int) -> bool:
    """Whether notes in brackets that tell nothing stand under empty cells as wide, which no title or header names."""
    row, above = rows[number], rows[number - 1]
    said = [c for c in row.row.cells if c.text.strip()]
    is_noted = bool(said) and all(_is_caption(c) and _is_note_of_name(c.text) for c in said)
    if not is_noted or not all(map(is_empty, above.row.cells)) or any(room_over(above, c) is None for c in said):
        return False
    over = rows[number - 2] if number > 1 else None
    is_titled = over is not None and (over.is_full and over.is_title and not words.is_latin(row.row.cells[0].text))
    return over is None or not (over.is_header or (is_titled and not _is_noted_row(over)))


def _is_noted_row(row: GridRow) -> bool:
    return all(_is_note_of_name(c.text) for c in row.row.cells if c.text.strip())


def _is_note_of_name(text: str) -> bool:
    """Whether a text is one note in brackets, and no hint of how to answer."""
    shown = text.strip()
    inner = shown[1:-1].strip()
    is_note = words.is_bracketed(shown) and shown[0] in "（(" and not set(inner) & {*"（(：:。"}
    return is_note and words.is_title(inner) and not words.is_hint(inner) and not tells_how(inner)


def _is_pair(rows: Sequence[GridRow], number: int) -> bool:
    """Whether labels, with nothing but gaps between, stand under empty cells one by one, which no header names."""
    row, above = rows[number], rows[number - 1]
    names, gaps = row.row.cells[::2], row.row.cells[1::2]
    is_apart = len(row.cells) >= _PAIR and len(names) > len(gaps) and all(map(is_empty, gaps))
    is_apart = is_apart and not any(controls(p) for c in gaps for p in c.paragraphs)  # to write in, and so no gaps
    is_named = is_apart and all(map(_is_caption, names)) and not (number > 1 and rows[number - 2].is_header)
    return is_named and row.has_shape_of(above) and all(map(is_empty, above.row.cells))


def _may_be_pair(rows: Sequence[GridRow], number: int, sure: Set[int]) -> bool:
    """Whether a row is a pair with the one above in a table of such pairs: its first label has its room there."""
    row, above = rows[number], rows[number - 1]
    if number - 1 in sure or not (_is_caption(row.cells[0]) and _is_caption(row.cells[-1])):
        return False
    return words.is_title(row.cells[0].text) and room_over(above, row.cells[0]) is not None


def _is_caption(cell: Cell) -> bool:
    return bool(cell.text.strip()) and words.is_label(cell.text) and not has_boxes(cell) and not has_drawn(cell)


def room_over(above: GridRow, caption: Cell) -> Cell | None:
    """The empty cell over a caption, as wide as it is."""
    over = above.covering(caption)
    is_room = over is not None and is_empty(over) and (over.column, over.span) == (caption.column, caption.span)
    return over if is_room else None


def add_captioned(found: Found, rows: Sequence[GridRow], number: int, captions: Set[int], at: str) -> None:
    """The empty cells of the row above one of `captions`, at a position: what has no room there is left alone."""
    row, above = rows[number], rows[number - 1]
    for caption in filter(_is_caption, row.cells):
        room, label = room_over(above, caption), caption.text.strip()
        label = label.strip("（()）") if _is_note_of_name(label) else label
        where = f"{at}/{number - 1}/{caption.column}"
        paragraph = None if room is None else next(iter(room.paragraphs), None)
        if words.SIGNED.search(label) or paragraph is None:
            found.leave(label, where, SIGNATURE if words.SIGNED.search(label) else NOT_NAMED)
            continue
        higher = (rows[n] for n in range(number - 1, max(0, number - FARTHEST_OWNER), -1) if n in captions)
        owners = [o.text for r in higher if (o := r.covering(caption)) is not None and words.is_owner(o.text)]
        fill = Fill(paragraph, 0, len(paragraph.text))
        found.add(words.kind_of(label, ""), Where(where, [], owners), [label], [fill], CAPTIONED_CELL)
