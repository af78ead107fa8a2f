"""What every form asks of its answers, from the fields alone: that they are there, within their limit, and that a
write-in goes with its option.  What only one form asks is in its rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from docfill.data import Records
from docfill.fields import WriteIn
from docfill.kinds import Written
from docfill.problems import Problem


def problems_of(
    records: Records, values: Mapping[str, Any], by_hand: Collection[str], told: Collection[str]
) -> Iterator[Problem]:
    """What is missing, too long, or written beside an option that is not ticked, in form order.

    Args:
        records: the records of the form.
        values: the answers by path, absent ones left out.
        by_hand: paths of what is written on paper, and so may be absent.
        told: paths of which something is wrong already, so that their absence need not be told.
    """
    unanswered = records.unanswered
    for f in records.fields:
        path = f.path
        value = values.get(path)
        if (beside := records.beside.get(path)) is not None:
            yield from _write_in(beside, value, values, told)
        elif (value is None or value == []) and f.required and path not in by_hand and path not in told:
            yield unanswered[path]
        if value is not None and isinstance(f.kind, Written) and (too_long := f.kind.too_long(f, value)) is not None:
            yield too_long


def _write_in(beside: WriteIn, value: Any, values: Mapping[str, Any], told: Collection[str]) -> Iterator[Problem]:
    f, is_ticked = beside.field, beside.is_ticked(values.get(beside.group.path))
    if is_ticked and value is None:
        yield Problem("write-in-missing", f.path, None, beside.option, f.place)
    if value is not None and not is_ticked and f.path not in told:
        yield Problem("write-in-unticked", f.path, value, beside.option, f.place)
