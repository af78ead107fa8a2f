"""Results into one data file, as `docfill.tables` will have it when results are streamed into it.

`Writer(path, forms)` is a context manager with `add` and `refuse`; the file appears
whole at the end, or not at all where an exception ends the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docfill import files, tables
from docfill.extract import Result
from docfill.form import Form


class Writer:
    """Writes results to a data file in the format of its suffix.

    Args:
        path: the file.
        forms: the forms of the results.
    """

    def __init__(self, path: Path, forms: Sequence[Form]) -> None:
        self._path = path
        self._read: list[tuple[Form, Result]] = []

    def __enter__(self) -> Writer:
        return self

    def add(self, form: Form, result: Result) -> None:
        """Takes the result of a file."""
        self._read.append((form, result))

    def refuse(self, source: str, message: str) -> None:
        """Takes note that a file could not be read."""

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and self._read:
            forms, results = zip(*self._read, strict=True)
            files.write(self._path, tables.dump(forms, results, self._path.suffix.lower()))
