"""Cells to tick in front of the options of a question, in a row of a table: Gender? | | Female | | Male.

Each option has an empty cell right before it, the last one none behind it, so that these name no room.  Further rows
of options below, which begin with empty cells, go on with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docfill.tag import words
from docfill.tag.cells import is_empty, squeezed
from docfill.tag.grid import GridRow
from docfill.word.document import Cell

_LEAST = 2
"""Options of a question, at least."""
_OPTION = 40
"""Characters of an option at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a cell is to a question: the cell to tick for an option, or one that only sets others apart (`option` "");
    `at` is the number of the row of the question.
    """

    question: str
    option: str
    at: int


def asked_in(rows: Sequence[GridRow]) -> dict[tuple[int, int], Asked]:
    """The empty cells of a table that stand before the options of its questions, by row and column."""
    found: dict[tuple[int, int], Asked] = {}
    question, at = "", 0
    for number, row in enumerate(rows):
        first, *others = row.row.cells
        if any(c.continues for c in row.row.cells):
            question = ""
            continue
        if squeezed(first.text).endswith("?"):
            question, at = first.text.strip(), number
        elif is_empty(first):
            others = row.row.cells
        else:
            question = ""
        if not question:
            continue
        options = _options(others)
        if options is None or (at == number and len(options) < _LEAST):
            question = ""
            continue
        found.update({(number, c.column): Asked(question, options.get(c.column, ""), at) for c in _before(others)})
    return found


def _before(cells: Sequence[Cell]) -> list[Cell]:
    """The empty cells of a row of options but one behind the last of them, where something else is written in."""
    last = max((n for n, c in enumerate(cells) if not is_empty(c)), default=len(cells))
    return [c for c in cells[:last] if is_empty(c)]


def _options(cells: Sequence[Cell]) -> dict[int, str] | None:
    """The options of a row, by the column of the empty cell before each; None where it is any other row."""
    found: dict[int, str] = {}
    for before, cell in zip([None, *cells], cells, strict=False):
        if is_empty(cell):
            continue
        shown = cell.text.strip()
        is_write_in = _is_other(shown) and cell in cells[-_LEAST:]
        is_plain = words.is_title(shown, _OPTION) and (words.ASKED.search(shown) is None or words.is_mark(shown))
        is_plain = is_plain and words.is_latin(shown) and shown[-1] not in ":?"
        if before is None or not is_empty(before) or not (is_plain or is_write_in):
            return None
        found[before.column] = shown.rstrip(" :")
    is_open = bool(found) and is_empty(cells[-1]) and not _is_other(cells[-_LEAST].text.strip())
    return None if is_open else found


def _is_other(said: str) -> bool:
    """Whether an option asks to write in another one."""
    return said.rstrip(" :").lower() in ("other", "others")
