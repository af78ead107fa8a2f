"""Reads an .xls by xlrd, as a program of its own: the file on its input, what is in it on its output.

python held.py CELLS BYTES SECONDS TEXT

What an .xls says of its own size is not to be believed: a few KB may ask for gigabytes, or for a chain of sectors
without end.  So the process that reads it is none of docfill's own, and may have so many bytes of memory and seconds of
the processor.  The output is lines of JSON, since nothing is to be believed that comes out of such a process, no more
than so many bytes in all.  The first has what holds for the workbook: whether its days count from 1904, whether it
holds pictures, and of each format of cells the number and the code of how numbers are shown, whether it is struck out,
the colours of letters and ground ("" for one that can't be told, None for no ground).  Then of each sheet a line: its
name, whether it is hidden, its merged cells (first and last row, first and last column, from 0), its hidden rows and
columns, its comments (row, column, words), and how many rows follow (None where it has more cells than are left of so
many for all); then the rows, a line each: "" for an empty cell, else its format, what kind of thing it holds (below),
and that.  The status is one of those below where there is no output.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Iterator
from typing import Any

PASSWORD, DAMAGED, LARGE = 3, 4, 5

WORDS, STRUCK, FIGURE, FLAG, ERROR = "words", "struck", "figure", "flag", "error"
"""What a cell holds; a text of which a part is struck out is a kind of its own."""

_IS_TEXT, _ARE_NUMBERS, _IS_FLAG, _IS_ERROR = 1, (2, 3), 4, 5
"""The types of cells as xlrd numbers them; the second of numbers is that of dates."""
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
"""What cells show of errors ([MS-XLS] 2.5.10), of which any other is #N/A."""
_DRAWN, _STORE, _HEAD_OF_DRAWN = 0xEB, 0xF001, 8
"""The record of what is drawn in a workbook, the one of its pictures in it, and where those in it begin
([MS-XLS] 2.4.171, [MS-ODRAW] 2.2.12)."""
_LAST_OF_A_BOOK = 0x0A
"""The record that ends those of the workbook itself."""
_WITHOUT_NUMBERS = 50
"""Versions below this one number their formats otherwise."""
_SOLID = 1
_PLAIN = (0x40, 0x7FFF)
"""The numbers of the colour that letters have where none is chosen."""


def _rgb(colour: tuple[int, int, int] | None) -> str:
    return "".join(f"{part:02X}" for part in colour or ())


def _look(book: Any, xf: Any) -> list[Any]:
    """How a format of cells shows numbers, and what it looks like."""
    font, fill = book.font_list[xf.font_index], xf.background
    ink = "000000" if font.colour_index in _PLAIN else _rgb(book.colour_map.get(font.colour_index))
    ground = _rgb(book.colour_map.get(fill.pattern_colour_index)) if fill.fill_pattern == _SOLID else ""
    number = xf.format_key if book.biff_version >= _WITHOUT_NUMBERS else -1
    code = book.format_map[xf.format_key].format_str or ""
    return [number, code, bool(font.struck_out), ink, ground if fill.fill_pattern else None]


def _records(data: bytes, at: int, end: int, shape: str) -> Iterator[tuple[int, int, int]]:
    """The kind of each record in a part of some data whose heads are of a shape, and where its content is."""
    head = struct.calcsize(shape)
    while at + head <= end:
        *_, kind, length = struct.unpack_from(shape, data, at)
        at += head
        yield kind, at, min(at + length, end)
        at += length


def _has_pictures(book: Any) -> bool:
    """Whether the records of the workbook itself have a list of pictures."""
    for kind, begin, end in _records(book.mem, book.base, book.base + book.stream_len, "<HH"):
        if kind == _LAST_OF_A_BOOK:
            break
        if kind == _DRAWN:
            drawn = _records(book.mem, begin + _HEAD_OF_DRAWN, end, "<HHI")
            return any(inner == _STORE for inner, _, _ in drawn)
    return False


def _has_struck(book: Any, sheet: Any, row: int, column: int, text: str) -> bool:
    """Whether some of the text in a cell is struck out that is not so as a whole."""
    runs = sheet.rich_text_runlist_map.get((row, column), ())
    return any(book.font_list[font].struck_out for offset, font in runs if offset < len(text))


def _cells(book: Any, sheet: Any, row: int) -> Iterator[Any]:
    for column, cell in enumerate(sheet.row(row)):
        kind, value, look = cell.ctype, cell.value, cell.xf_index
        if kind == _IS_TEXT:
            yield [look, STRUCK if _has_struck(book, sheet, row, column, value) else WORDS, value] if value else ""
        elif kind in _ARE_NUMBERS:
            yield [look, FIGURE, value]
        elif kind == _IS_FLAG:
            yield [look, FLAG, bool(value)]
        elif kind == _IS_ERROR:
            yield [look, ERROR, _ERRORS.get(value, "#N/A")]
        else:
            yield ""


def _lines(book: Any, cells: int) -> Iterator[str]:
    say = json.JSONEncoder(ensure_ascii=False).encode
    yield say([bool(book.datemode), _has_pictures(book), [_look(book, xf) for xf in book.xf_list]])
    for number, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(number)
        area = sheet.nrows + sum(map(sheet.row_len, range(sheet.nrows)))
        count = sheet.nrows if area <= cells else None
        cells -= area if count is not None else 0
        rows = sorted(n for n, row in sheet.rowinfo_map.items() if row.hidden or row.height == 0)
        columns = sorted(n for n, column in sheet.colinfo_map.items() if column.hidden or column.width == 0)
        merged = [(top, below - 1, left, beyond - 1) for top, below, left, beyond in sheet.merged_cells]
        comments = [(*at, note.text) for at, note in sorted(sheet.cell_note_map.items())]
        yield say([name, bool(sheet.visibility), merged, rows, columns, comments, count])
        for row in range(count or 0):
            yield say([*_cells(book, sheet, row)]) if sheet.row_len(row) else "[]"
        book.unload_sheet(number)


def main(cells: int, memory: int, seconds: int, text: int) -> int:
    """Reads the file; the exit status."""
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    import xlrd

    options = {"formatting_info": True, "on_demand": True, "ragged_rows": True, "ignore_workbook_corruption": True}
    try:
        book = xlrd.open_workbook(file_contents=sys.stdin.buffer.read(), logfile=io.StringIO(), **options)
        for line in _lines(book, cells):
            data = f"{line}\n".encode(errors="replace")
            text -= len(data)
            if text < 0:
                return LARGE
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except MemoryError:
        return LARGE
    except Exception as error:  # xlrd takes a file at its word, and any lie may be any error
        return PASSWORD if "encrypted" in str(error) else DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
