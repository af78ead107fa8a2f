"""An .xls, held in memory: read by a process of its own, which may fail as it likes; see `tables.held`."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docfill import limits
from docfill.container import encrypted, has_password
from docfill.problems import Said
from docfill.tables import held
from docfill.tables.cell import STRUCK, Faulty, Voided
from docfill.tables.looks import shown_as, style_of, void_look
from docfill.tables.rows import Row
from docfill.tables.shown import Format
from docfill.tables.xlsx import Merged, damaged

_BYTES_A_CELL, _TIMES = 290, 40
"""Bytes of address space for the process by the cells that there may be, and by the file's size where that is more."""
_SECONDS, _BYTES_A_SECOND = 2, 2**20
"""Of the processor; where nothing else runs, xlrd takes a quarter of a second for a mebibyte, Python a tenth."""

_TYPES = {held.WORDS: str, held.STRUCK: str, held.FIGURE: float, held.FLAG: bool, held.ERROR: Faulty}


class _Look(NamedTuple):
    """What a format of cells shows of a number (`looks.style_of`), and how it looks where that voids a cell."""

    style: Format | str | None
    void: Said | None

    @classmethod
    def of(cls, number: int, code: str, is_struck: bool, ink: str, ground: str | None) -> _Look:
        return cls(style_of(number, code), void_look(is_struck, ink, ground))

    def cell(self, named: str, held_there: Any, is_1904: bool) -> Any:
        """What a cell of this look holds."""
        value: Any = _TYPES[named](held_there)
        if named == held.FIGURE and self.style is not None:
            value = shown_as(value, self.style, is_1904)
        elif named == held.STRUCK:
            value = Voided.by(STRUCK, value)
        elif named == held.WORDS and isinstance(self.style, Format) and self.style.adds_to_texts:
            value = self.style.text(value)
        return value if self.void is None else Voided.by(self.void, value)


_PLAIN = _Look(None, None)
"""Of a cell whose format the file does not have, as some programs write it."""


class _Sheet(NamedTuple):
    """What is in a sheet; its rows are None where there are too many cells."""

    is_hidden: bool
    merged: list[Merged]
    hidden: frozenset[int]
    columns: frozenset[int]
    comments: dict[int, list[tuple[int, str]]]
    rows: list[list[Any]] | None


class _Held(NamedTuple):
    """What is in a workbook: its sheets by their names, and whether it has pictures."""

    sheets: dict[str, _Sheet]
    has_pictures: bool

    @classmethod
    def of(cls, output: bytes) -> _Held:
        """What the process says of it; some error where it says anything else."""
        lines = map(json.loads, io.TextIOWrapper(io.BytesIO(output), "utf-8"))
        is_1904, has_pictures, listed = next(lines)
        looks = [_Look.of(*look) for look in listed]

        def cell(said: Any) -> Any:
            if said == "":
                return said
            look, named, held_there = said
            return (looks[look] if look < len(looks) else _PLAIN).cell(named, held_there, is_1904)

        sheets = {}
        for name, is_hidden, merged, hidden, columns, comments, count in lines:
            rows = None if count is None else [[*map(cell, row)] for row in itertools.islice(lines, count)]
            of_rows: dict[int, list[tuple[int, str]]] = {}
            for row, column, words in comments:
                of_rows.setdefault(row + 1, []).append((column, words.strip()))
            ranges = sorted(Merged(top + 1, bottom + 1, left, right) for top, bottom, left, right in merged)
            numbers = frozenset(row + 1 for row in hidden)
            sheets[name] = _Sheet(is_hidden, ranges, numbers, frozenset(columns), of_rows, rows)
        return cls(sheets, has_pictures)


class OldBook:
    """An .xls, read by xlrd; it is held in memory, and has at most 65536 rows.

    Its pictures are not read.

    Args:
        path: the file.

    Raises:
        DocfillError: it is damaged, asks for more memory or time than such a file may, or has a password.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        data = limits.bytes_of(path, str(path))
        if has_password(data):
            raise encrypted(path.name)
        self._sheets, self.has_pictures = self._read(data)

    def _read(self, data: bytes) -> _Held:
        bound = limits.current()
        memory = max(_BYTES_A_CELL * bound.cells, _TIMES * len(data))
        asked = (bound.cells, memory, _SECONDS + len(data) // _BYTES_A_SECOND, bound.sheet)
        done = subprocess.run(
            [sys.executable, held.__file__, *map(str, asked)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        if done.returncode == held.PASSWORD:
            raise encrypted(str(self._path))
        if done.returncode == held.DAMAGED:
            raise damaged(self._path)
        if done.returncode != 0:
            zh, en = "内容过多或文件已损坏", "too much is in it, or it is damaged"
            raise limits.exceeded(str(self._path), zh, en, "cells")
        try:
            return _Held.of(done.stdout)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, StopIteration):
            raise damaged(self._path) from None  # the process was made to say something else

    @property
    def sheets(self) -> list[str]:
        """The names of its sheets, in their order."""
        return [*self._sheets]

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """The names of those that are hidden."""
        return frozenset(name for name, sheet in self._sheets.items() if sheet.is_hidden)

    def rows(self, sheet: str) -> Iterator[Row]:
        """The number of each row, from 1, and its cells; an empty cell is "".

        Raises:
            DocfillError: the sheet reaches too far for the cells between to be held.
        """
        rows = self._sheets[sheet].rows
        if rows is None:
            raise limits.exceeded(f"{self._path} {sheet}", "单元格过多", "too many cells", "cells")
        yield from enumerate(rows, 1)

    def merged(self, sheet: str) -> list[Merged]:
        """The cells of a sheet that are merged, from top to bottom."""
        return self._sheets[sheet].merged

    def hidden(self, sheet: str) -> frozenset[int]:
        """The numbers of the rows of a sheet that are hidden, by hand or by a filter."""
        return self._sheets[sheet].hidden

    def hidden_columns(self, sheet: str) -> frozenset[int]:
        """The indexes of the columns of a sheet that are hidden."""
        return self._sheets[sheet].columns

    def comments(self, sheet: str) -> dict[int, list[tuple[int, str]]]:
        """The comments on the cells of a sheet, by the number of the row: the index of the column, and the words."""
        return self._sheets[sheet].comments

    def close(self) -> None:
        """Lets go of the cells."""
        self._sheets = {}
