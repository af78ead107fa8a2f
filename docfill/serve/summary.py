"""The summary of a collection on one page: counts, who is missing, sums and averages, distributions.

Plain counting over the records; the charts are drawn by the page's template from the numbers given here.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docfill.serve import records
from docfill.serve.database import Row
from docfill.serve.store import Store

BARS = 8
"""Bars of the chart of a number."""
MOST = 12
"""Fields that one page has room for."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: what it is called, how many, and which part of the longest."""

    label: str
    count: int
    part: float


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said of one field: of numbers, the sum and so on; of any, how many answered, and the bars."""

    path: str
    unit: str
    answered: int
    unread: int
    bars: list[Bar]
    total: float | None = None
    mean: float | None = None
    median: float | None = None
    least: float | None = None
    most: float | None = None


def figures(store: Store, collection: Row, fields: Sequence[Row], paths: Iterable[str]) -> list[Figure]:
    """What is said of some fields, over the newest return of each applicant."""
    wanted = set(paths)
    chosen = [f for f in fields if f["path"] in wanted][:MOST]
    values: dict[str, list[Any]] = {f["path"]: [] for f in chosen}
    for row in store.returns.records(collection["id"]):
        record = json.loads(row["record"])
        for path, held in values.items():
            held.append(records.value_at(record, path))
    return [_figure(f, values[f["path"]]) for f in chosen]


def suggested(fields: Sequence[Row], shown: Sequence[str]) -> list[str]:
    """The fields that a summary begins with: the numbers and options among the columns chosen, or the form's first."""
    known = [f["path"] for f in countable(fields)]
    return [p for p in shown if p in known] or known[:4]


def countable(fields: Sequence[Row]) -> list[Row]:
    """The fields of which something can be counted."""
    return [f for f in fields if f["is_numeric"] or f["is_choice"]]


def _figure(f: Row, values: list[Any]) -> Figure:
    there = [v for v in values if v is not None and v != []]
    if not f["is_numeric"]:
        counts = Counter(o for v in there for o in (v if isinstance(v, list) else [v]))
        options = f["options"] or sorted(counts, key=str)
        return Figure(f["path"], "", len(there), 0, _bars([(str(o), counts.get(o, 0)) for o in options]))
    numbers = [float(v) for v in there if isinstance(v, int | float) and not isinstance(v, bool)]
    figure = {
        "total": math.fsum(numbers),
        "mean": statistics.fmean(numbers),
        "median": statistics.median(numbers),
        "least": min(numbers),
        "most": max(numbers),
    }
    known = figure if numbers else {}
    return Figure(f["path"], f["unit"], len(numbers), len(there) - len(numbers), _histogram(numbers), **known)


def _histogram(numbers: list[float]) -> list[Bar]:
    """How many numbers lie in each of a few stretches of round width."""
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    if low == high:
        return _bars([(shown(low), len(numbers))])
    step = _round_up((high - low) / BARS)
    first = math.floor(low / step)
    counts = Counter(math.floor(n / step) - first for n in numbers)
    return _bars(
        [(f"{shown((first + i) * step)} – {shown((first + i + 1) * step)}", counts[i]) for i in range(max(counts) + 1)]
    )


def _round_up(width: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    power: float = 10.0 ** math.floor(math.log10(width))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= width * 0.999)


def _bars(counted: list[tuple[str, int]]) -> list[Bar]:
    longest = max((n for _, n in counted), default=0) or 1
    return [Bar(label, n, n / longest) for label, n in counted]


def shown(number: float | None) -> str:
    """A number as a leader reads it: two decimals at most, thousands apart."""
    if number is None:
        return ""
    return f"{number:,.2f}".rstrip("0").rstrip(".")
