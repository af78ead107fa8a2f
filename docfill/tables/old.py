"""An .xls, held in memory: read by a process of its own, which may fail as it likes; see `tables.held`."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from docfill import limits
from docfill.container import encrypted, has_password
from docfill.tables import held
from docfill.tables.rows import Row
from docfill.tables.xlsx import Merged, damaged

_BYTES_A_CELL, _TIMES = 290, 40
"""Bytes of address space for the process by the cells that there may be, and by the file's size where that is more."""
_SECONDS, _BYTES_A_SECOND = 1, 2**20
"""Of the processor, of which calamine needs a sixtieth of a second for a mebibyte, and Python a tenth to begin."""


class _Sheet(NamedTuple):
    """The rows of a sheet, None where there are too many cells, and its merged cells as calamine has them."""

    rows: list[list[Any]] | None
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def _sheets(output: bytes) -> Iterator[tuple[str, _Sheet]]:
    """The sheets in what `held` says, by their names."""
    lines = map(json.JSONDecoder(object_hook=held.moment_from).decode, io.TextIOWrapper(io.BytesIO(output), "utf-8"))
    for name, merged, count in lines:
        yield name, _Sheet(None if count is None else [*itertools.islice(lines, count)], merged)


class OldBook:
    """An .xls, read by calamine; it is held in memory, and has at most 65536 rows.

    A failed formula is an empty cell, and a percentage the number behind it, as is any number of
    another format; which rows are hidden it does not tell.

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
        self._sheets = self._read(data)

    def _read(self, data: bytes) -> dict[str, _Sheet]:
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
            return dict(_sheets(done.stdout))
        except (ValueError, TypeError, KeyError):  # the process was made to say something else
            raise damaged(self._path) from None

    @cached_property
    def sheets(self) -> list[str]:
        """The names of its sheets, in their order."""
        return [*self._sheets]

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
        ranges = self._sheets[sheet].merged
        return sorted(Merged(top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in ranges)

    def hidden(self, sheet: str) -> Collection[int]:
        """Nothing is known of them."""
        return ()

    hidden_columns = hidden

    def comments(self, sheet: str) -> Mapping[int, Sequence[tuple[int, str]]]:
        """Nothing is known of them."""
        return {}

    def close(self) -> None:
        """Lets go of the cells."""
        self._sheets = {}
