"""Reads an .xls by calamine, as a program of its own: the file on its input, its sheets on its output.

python held.py CELLS BYTES SECONDS

What an .xls says of its own size is believed by calamine: 5 KB may ask for a hundred gigabytes, or for a chain of
sectors without end, and what asks for too much ends the process that it is in.  So that is none of docfill's own, and
may have so many bytes of memory and seconds of the processor.  The output is a list of the sheets, each its name, its
rows (None where it has more than so many cells) and its merged cells; the status is one of those below where there is
none.
"""

from __future__ import annotations

import io
import pickle
import sys

PASSWORD, DAMAGED, LARGE = 3, 4, 5


def main(cells: int, memory: int, seconds: int) -> int:
    """Reads the file; the exit status."""
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    found = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            is_wide = sheet.total_height * sheet.total_width > cells
            rows = None if is_wide else sheet.to_python(skip_empty_area=False)
            found.append((name, rows, list(sheet.merged_cell_ranges or ())))
        pickle.dump(found, sys.stdout.buffer)
    except PasswordError:
        return PASSWORD
    except CalamineError:
        return DAMAGED
    except MemoryError:
        return LARGE
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
