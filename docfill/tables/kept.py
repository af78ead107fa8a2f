"""The records of data files, each read to its end once and then as often as they are asked for.

Nothing is told or made of a file before it is known that it can be read whole, and how much
work that is.  The records wait in a temporary file: what a workbook's row took to read, reading
it again would take again, and a file may be another by then.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from docfill import scratch
from docfill.tables.rows import Record

_TOGETHER = 64
"""Records that are kept together, so that what they share is kept once."""


class Places(NamedTuple):
    """Where some records are kept, and how many they are."""

    offsets: list[int]
    number: int


class Kept:
    """Records in a temporary file, which goes when it is forgotten."""

    def __init__(self) -> None:
        self._file = scratch.stream()

    def keep(self, records: Iterator[Record]) -> Places:
        """Keeps records to the last one; the places at which `records` finds them."""
        offsets, number = [], 0
        while together := list(islice(records, _TOGETHER)):
            offsets.append(self._file.seek(0, 2))
            number += len(together)
            pickle.dump(together, self._file, pickle.HIGHEST_PROTOCOL)
        return Places(offsets, number)

    def records(self, places: Places) -> Iterator[Record]:
        """What was kept at some places."""
        for offset in places.offsets:
            self._file.seek(offset)
            yield from pickle.load(self._file)
