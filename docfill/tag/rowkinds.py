"""Kinds of rows: what a row of a table, or its one cell, is as a whole, whatever the rows around it are.

Combs are drawn to write a character into each cell; high rows have room under their titles; columns that only keep
others apart are left out; a cell may print a label with its answer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from docfill import late
from docfill.tag import lines, placeholders, words
from docfill.tag.cells import has_boxes, has_drawn, is_empty, shade_of, squeezed, takes_answer, trailing_blanks
from docfill.tag.grid import GridRow
from docfill.text import NUMBERING, fold
from docfill.word.blocks import Row
from docfill.word.document import Cell, Table

_COMB = 8
"""A table whose rows have so many cells or more, all of them empty, is drawn to write a character into each."""
TALL = 1000
"""A row that is drawn at least this high (w:trHeight, twentieths of a point: five lines) has room for an answer."""

LEAST_COMB = 6
"""Cells of a row, at least, that are for a character each."""
_LETTERS = "ABCD"
"""Columns with these names are columns."""
_GAPS = 2
"""Empty columns between headers from which they only keep them apart."""
_LEAST_OPEN = 3
"""Rows of a table, and headers, from which a column between may only keep others apart."""


def heads_comb(row: GridRow, below: GridRow) -> bool:
    """Whether a row says of each of many cells below which character of an answer goes there: D D / M M."""
    heads = [squeezed(c.text) for c in row.cells if not c.continues]
    alone = [x for x in heads if len(x) == 1]
    if below.first_label and all(map(str.isdecimal, alone)):
        return False  # they count the columns of its rows: the marks of a scale, weeks
    return (
        len(alone) >= LEAST_COMB and len(alone) >= len(heads) - 1 and not set(alone) >= {*_LETTERS} and below.has_empty
    )


def has_own_room(row: GridRow, following: GridRow | None) -> bool:
    """Whether a numbered heading that fills a row leaves room for its answer under itself: no grid follows."""
    shown = row.cells[0].text.strip()
    if following is not None and (not following.is_full or is_empty(following.cells[0])):
        return False
    if words.SIGNED.search(shown) or words.STATEMENT.search(shown) or words.is_hint(shown):
        return False
    if row.height >= TALL:
        return following is None or following.height >= TALL or bool(NUMBERING.match(shown))
    return bool(words.LIMIT.search(shown)) and bool(NUMBERING.match(shown) or shown.endswith(("：", ":")))


def told_in_room(row: GridRow) -> str:
    """The numbered title of a high row whose other words only tell what to write in it; "" for any other row."""
    title, *told = [p.text.strip() for p in row.cells[0].paragraphs if p.text.strip()] or [""]
    is_titled = bool(told) and NUMBERING.match(title) is not None and words.is_title(title) and row.height >= TALL
    shown = row.cells[0].text
    is_plain = not row.has_boxes and not has_drawn(row.cells[0]) and not any(map(lines.asks_in_vain, told))
    is_own = words.SIGNED.search(shown) or words.STATEMENT.search(shown) or placeholders.placeholders_in(shown)
    return title if is_titled and is_plain and not is_own else ""


def has_room_of_its_own(cell: Cell) -> bool:
    """Whether a label with a colon has its answer's room below itself in its cell, and so names nothing beside it."""
    return squeezed(cell.text).endswith((":", "：")) and trailing_blanks(cell) > 0


def is_of_labels(rows: list[GridRow]) -> bool:
    """Whether every cell of a table holds a label that forms ask for, and is the room for its answer, too."""
    cells = [c for r in rows for c in r.cells]
    if any(takes_answer(c) or has_boxes(c) or has_drawn(c) or placeholders.placeholders_in(c.text) for c in cells):
        return False
    if any(c.text.strip().startswith("[") for c in cells):
        return False  # prompts, which stand where the answers go
    if any(not words.is_label(c.text) or len(squeezed(c.text)) > 80 or ":" in fold(c.text) for c in cells):
        return False
    return 2 * sum(words.ASKED.search(c.text) is not None for c in cells) > len(cells) > 0


def is_comb(table: Table) -> bool:
    """Whether a table is nothing but many empty cells a row, one for each character of an answer."""
    rows = [[c for c in r.cells if not c.continues] for r in table.rows if r.cells]
    return bool(rows) and all(len(cells) >= _COMB and all(map(is_empty, cells)) for cells in rows)


def is_section(text: str) -> bool:
    """Whether a cell is the counted title of a section in English, with a colon behind it: Section 3: Supervisor:."""
    shown = text.strip()
    return words.SECTION_TITLE.match(shown) is not None and shown.endswith(":") and words.is_latin(shown)


_ANSWERED = late.pattern(r"\s*[一-鿿（）()]{2,10}[：:][ \u3000]*[^\s：:（(_＿][^：:\n_＿]+")


def is_answered(text: str) -> bool:
    """Whether a cell prints a label and its answer, so that it names nothing beside it: 开户行：建设银行."""
    if _ANSWERED.fullmatch(text) is None or words.SIGNED.search(text):
        return False
    label, answer = re.split("[：:]", text, maxsplit=1)
    is_asked = words.ASKED.search(label) is not None or _ACCOUNT.search(label) is not None
    return is_asked and not words.is_hint(answer.strip())


_ACCOUNT = late.pattern(r"开户|账户|帐户|户名|[账帐税]号|抬头")
"""What the details of somebody's account are called."""


def said_over(cell: Cell, index: int) -> str:
    """The words of the paragraph right over a block of a cell; "" for none."""
    above = cell.blocks[index - 1] if index else None
    return "" if above is None or isinstance(above, Table) else above.text.strip()


def without_gaps(rows: list[Row]) -> list[Row]:
    """The rows of a table without the columns that are empty throughout and only keep its headers apart."""
    if not rows:
        return rows
    shapes = {tuple((c.column, c.span) for c in row.cells) for row in rows}
    is_bare = all(is_empty(c) for row in rows[1:] for c in row.cells)
    heads = rows[0].cells if len(shapes) == 1 and (len(rows) > _LEAST_OPEN or (is_bare and len(rows) > 1)) else []
    gaps = {c.column for i, c in enumerate(heads) if all(is_empty(row.cells[i]) for row in rows)}
    is_between = all(not is_empty(c) for c in heads[::2]) and gaps == {c.column for c in heads[1::2]}
    is_between = is_between and len(gaps) >= _GAPS and len(heads) % 2 == 1
    if not is_between and not (len(rows) > _LEAST_OPEN and _is_parted(rows, gaps)):
        return rows
    return [Row(row.element, [c for c in row.cells if c.column not in gaps], row.after) for row in rows]


def are_banded(rows: Sequence[GridRow]) -> bool:
    """Whether every other row of a table is shaded, which so only tells the rows apart, and makes no row a title."""
    drawn = [{shade_of(c) for c in r.row.cells} for r in rows]
    shaded = [len(shades) == 1 and "" not in shades for shades in drawn]
    return len(rows) >= _BANDS and all(a != b for a, b in itertools.pairwise(shaded[1:]))


_BANDS = 5
"""Rows of a table of which every other is shaded only to tell them apart, at least: its header and four more."""


def _is_parted(rows: list[Row], gaps: set[int]) -> bool:
    """Whether one of the columns of a table of empty rows stands without a header between several that have one."""
    heads = [c for c in rows[0].cells if c.column not in gaps]
    is_inner = len(gaps) == 1 and rows[0].cells[0].column not in gaps and rows[0].cells[-1].column not in gaps
    is_headed = is_inner and len(heads) > _LEAST_OPEN and not any(map(is_empty, heads))
    return is_headed and all(is_empty(c) for row in rows[1:] for c in row.cells)
