"""Reads an .xls by calamine, as a program of its own: the file on its input, its sheets on its output.

python held.py CELLS BYTES SECONDS TEXT

What an .xls says of its own size is believed by calamine: 5 KB may ask for a hundred gigabytes, or for a chain of
sectors without end, and what asks for too much ends the process that it is in.  So that is none of docfill's own, and
may have so many bytes of memory and seconds of the processor.  The output is lines of JSON, since nothing is to be
believed that comes out of such a process: of each sheet its name, its merged cells, and how many rows follow (None
where it has more cells than are left of so many for all), then the rows, a line each, no more than so many bytes in
all; a date or a time is an object (`moment_from`).  The status is one of those below where there is no output.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from collections.abc import Iterator
from typing import Any

PASSWORD, DAMAGED, LARGE = 3, 4, 5

_MOMENTS: dict[str, Any] = {
    **{moment.__name__: moment.fromisoformat for moment in (datetime.datetime, datetime.date, datetime.time)},
    datetime.timedelta.__name__: lambda seconds: datetime.timedelta(seconds=float(seconds)),
}


def moment_from(said: dict[str, str]) -> Any:
    """The date, time or span of time that an object of the output stands for."""
    [(kind, text)] = said.items()
    return _MOMENTS[kind](text)


def _said(moment: Any) -> dict[str, str]:
    """The object for a date, a time or a span of time."""
    is_span = isinstance(moment, datetime.timedelta)
    return {type(moment).__name__: str(moment.total_seconds()) if is_span else moment.isoformat()}


def _lines(book: Any, cells: int) -> Iterator[str]:
    say = json.JSONEncoder(ensure_ascii=False, default=_said).encode
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        area = sheet.total_height * sheet.total_width
        rows = sheet.to_python(skip_empty_area=False) if area <= cells else None
        cells -= area if rows is not None else 0
        yield say([name, sheet.merged_cell_ranges or [], None if rows is None else len(rows)])
        yield from map(say, rows or ())


def main(cells: int, memory: int, seconds: int, text: int) -> int:
    """Reads the file; the exit status."""
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for line in _lines(book, cells):
            data = f"{line}\n".encode()
            text -= len(data)
            if text < 0:
                return LARGE
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except PasswordError:
        return PASSWORD
    except CalamineError:
        return DAMAGED
    except MemoryError:
        return LARGE
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
