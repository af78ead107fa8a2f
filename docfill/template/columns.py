"""Cells that repeat along a row: the grid of their table, as wide as the row that has most of them.

A table's grid (ECMA-376 part 1, 17.4.48) stands before its rows and follows from them, so
it is worked out from the bytes of the table behind it: when a part is written, and
when it is read back.  The columns that do not repeat keep their widths, the others
share the room that they have in the template.
"""

from __future__ import annotations

from msgspec import Struct

from docfill import late

_COLUMN = late.pattern(rb'<w:gridCol\b[^>]*?w:w="(\d{1,6})"[^>]*?/>')
_MARK = late.pattern(rb'<(/?)w:(tbl|tr|tc|gridSpan|gridBefore|gridAfter)(?=[\s/>])(?:[^>]*?w:val="(\d{1,5})")?[^>]*>')
ANY = late.pattern(rb"<w:tblGrid>(?:<w:gridCol\b[^>]*/>)*</w:tblGrid>")
"""A grid, whatever its columns."""
CELL = b"<w:tc><w:p/></w:tc>"
"""What a row has that would be left without any cell, which no row may be (17.4.78)."""


class Grid(Struct, frozen=True):
    """The grid of a table along whose rows cells repeat.

    Attributes:
        source: its bytes in the template.
        before, behind: so many columns stand before those that repeat, and behind.
    """

    source: bytes
    before: int
    behind: int

    def drawn(self, rows: bytes) -> bytes:
        """The grid that fits the rows behind it, and whatever follows them."""
        widths = [int(width) for width in _COLUMN.findall(self.source)]
        count = columns_in(rows)
        if len(widths) in (0, count) or len(widths) < self.before + self.behind:
            return self.source
        start, end = widths[: self.before], widths[len(widths) - self.behind :]
        repeated = count - len(start) - len(end)
        room = sum(widths) - sum(start) - sum(end)
        shown = [*start, *[room // max(repeated, 1)] * repeated, *end]
        return b"<w:tblGrid>" + b"".join(b'<w:gridCol w:w="%d"/>' % width for width in shown) + b"</w:tblGrid>"


def columns_in(rows: bytes) -> int:
    """The columns that the longest row has of the table whose rows begin some bytes, without tables in its cells."""
    depth, most, own = 1, 0, 0
    for mark in _MARK.finditer(rows):
        is_end, name, number = mark[1] == b"/", mark[2], int(mark[3] or 0)
        if name == b"tbl":
            depth += -1 if is_end else 1
            if not depth:
                break
        elif depth > 1 or is_end:
            continue
        elif name == b"tr":
            own = 0
        else:
            own += 1 if name == b"tc" else number - 1 if name == b"gridSpan" else number
            most = max(most, own)
    return most


def records_left(data: bytes, at: int, across: int, behind: int) -> int:
    """How many records of so many cells stand in a row from an offset on, before the last cells.

    Cells that repeat and those behind them may begin alike, so they are counted; what is over begins no record.
    """
    depth, cells = 1, 0
    for mark in _MARK.finditer(data, at):
        name, is_end = mark[2], mark[1] == b"/"
        if name == b"tbl":
            depth += -1 if is_end else 1
        elif depth == 1 and name == b"tr":
            break
        elif depth == 1 and name == b"tc" and not is_end:
            cells += 1
    return max(cells - behind, 0) // across
