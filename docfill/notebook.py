"""What a notebook shows of a form, a result or a report: one small table in which everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from docfill.problems import say
from docfill.text import shown

MOST = 30
"""So many rows are shown."""
LONGEST = 120
"""Characters of a cell."""


def as_html(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table with a title; of many rows the first, and how many more there are."""
    cells = "".join(f"<tr>{''.join(f'<td>{_cell(c)}</td>' for c in row)}</tr>" for row in rows[:MOST])
    heads = "".join(f"<th>{_cell(h)}</th>" for h in headers)
    rest = len(rows) - MOST
    more = f"<p>{say(f'另有 {rest} 行', f'and {rest} more')}</p>" if rest > 0 else ""
    return f"<p><b>{_cell(title)}</b></p><table><tr>{heads}</tr>{cells}</table>{more}"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return escape(shown(text if len(text) <= LONGEST else f"{text[:LONGEST]}…"))
