"""Boxes that are cells: those in front of words where the form crosses one, or leaves a column of them empty.

They cannot be ticked as they are drawn, and are told of with their options.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from docfill.tag import placeholders, words
from docfill.tag.cells import is_empty, squeezed
from docfill.tag.found import Found
from docfill.tag.grid import GridRow
from docfill.tag.spots import NO_BOXES
from docfill.word.document import Cell

_CROSSES = frozenset({"x", "×", "✓", "√", "✔"})
"""What stands in the cell in front of an option that is chosen."""


def crossed_in(rows: Sequence[GridRow]) -> frozenset[int]:
    """The columns in which a cross stands in front of words, and empty cells in front of others: they are boxes."""
    held = [(c.column, squeezed(c.text).lower() in _CROSSES) for r in rows for c in _before_words(r)]
    beside = Counter(column for column, _ in held)
    crossed = {column for column, is_crossed in held if is_crossed and beside[column] > 1}
    words_of = Counter(c.column for r in rows for c in r.cells if not is_empty(c))
    return frozenset(x for x, n in beside.items() if crossed and n > 1 and (x in crossed or not words_of[x]))


def tell_of_crossed(found: Found, row: GridRow, crossed: frozenset[int], at: str) -> frozenset[int]:
    """The columns of a row's boxes that are cells, of their options and of what names them; they are told of."""
    pairs = [*itertools.pairwise(row.row.cells)]
    boxes = {c.column for c in _before_words(row) if c.column in crossed}
    led = {a.column for a, _ in pairs if a.column in crossed and squeezed(a.text).endswith(":")}
    options = [b for a, b in pairs if a.column in boxes | led]
    columns = {b.column for b in options}
    labels = {a.column for a, b in pairs if b.column in boxes and not placeholders.placeholders_in(a.text)}
    if options:
        said = " / ".join(c.text.strip() for c in options)
        first = min(boxes) if boxes else options[0].column
        found.leave(f"{row.first_label.strip()} {said}", f"{at}/{first}", NO_BOXES)
        found.spoken.update(f"{at}/{column}" for column in boxes)
    return frozenset(boxes | led | columns | labels)


def _before_words(row: GridRow) -> list[Cell]:
    """The cells of a row that are empty or crossed, each right in front of a title."""
    pairs = itertools.pairwise(row.row.cells)
    named = [(a, b) for a, b in pairs if not a.continues and words.is_title(b.text) and b.text.strip()[-1:] != ":"]
    are_words = (len(squeezed(b.text)) > 1 for _, b in named)
    return [
        a
        for (a, _), is_word in zip(named, are_words, strict=True)
        if is_word and (is_empty(a) or squeezed(a.text).lower() in _CROSSES)
    ]
