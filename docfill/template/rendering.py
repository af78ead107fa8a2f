"""What the filters that draw and repeat give."""

from __future__ import annotations

import itertools
from typing import Any

from docfill import text


def is_empty(value: Any) -> bool:
    """Whether there is no answer."""
    return value is None or value == ""


def blank(value: Any, columns: int = 0) -> str:
    """`value`, followed by spaces up to the drawn width (a full-width character is two columns)."""
    shown = "" if is_empty(value) else str(value)
    return shown + " " * (columns - text.width(shown))


def lines(value: Any) -> list[str]:
    """The paragraphs of a long answer; none for no answer."""
    return [] if is_empty(value) else str(value).split("\n")


def runs(rows: Any, column: str) -> list[list[dict[str, Any]]]:
    """The rows in groups of neighbours that agree in `column`, for cells merged downwards."""
    return [list(group) for _, group in itertools.groupby(rows or (), lambda row: row.get(column))]


def keyed(rows: Any, column: str, *keys: str) -> list[dict[str, Any]]:
    """The rows in the order of `keys`, with a row for each key that has none; then those of other keys."""
    found = list(rows or ())
    known = {row.get(column): row for row in found}
    return [known.get(key, {column: key}) for key in keys] + [r for r in found if r.get(column) not in keys]


FALSE = ("", "False", "0", "0.0", "[]")
"""What a condition gives as text where it does not hold."""


def loop_at(index: int, size: int) -> dict[str, Any]:
    """What Jinja calls `loop` in one turn of several."""
    return {
        "index": index + 1,
        "index0": index,
        "revindex": size - index,
        "first": index == 0,
        "last": index == size - 1,
        "length": size,
    }
