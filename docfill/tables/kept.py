"""The records of data files, each read to its end once and then as often as they are asked for.

Nothing is told or made of a file before it is known that it can be read whole, and how much
work that is.  The records wait in a temporary file: what a workbook's row took to read, reading
it again would take again, and a file may be another by then.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import islice

from docfill import scratch
from docfill.tables.rows import Record

_TOGETHER = 64
"""Records that are kept together, so that what they share is kept once."""


class Kept:
    """Records in a temporary file, which goes when it is forgotten."""

    def __init__(self) -> None:
        self._file = scratch.stream()

    def keep(self, records: Iterator[Record]) -> list[int]:
        """Keeps records to the last one; the places at which `records` finds them."""
        places = []
        while together := list(islice(records, _TOGETHER)):
            places.append(self._file.seek(0, 2))
            pickle.dump(together, self._file, pickle.HIGHEST_PROTOCOL)
        return places

    def records(self, places: list[int]) -> Iterator[Record]:
        """What was kept at some places."""
        for place in places:
            self._file.seek(place)
            yield from pickle.load(self._file)
