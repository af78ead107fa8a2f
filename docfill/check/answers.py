"""What every form asks of its answers, from the fields alone: that they are there, within their limit, and that a
write-in goes with its option.  What only one form asks is in its rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from docfill.fields import Field
from docfill.problems import Problem
from docfill.text import counted, key


def problems_of(
    fields: Sequence[Field], values: Mapping[str, Any], by_hand: Collection[str], told: Collection[str]
) -> Iterator[Problem]:
    """What is missing, too long, or written beside an option that is not ticked, in form order.

    Args:
        fields: the form's fields.
        values: the answers by path, absent ones left out.
        by_hand: paths of what is written on paper, and so may be absent.
        told: paths of which something is wrong already, so that their absence need not be told.
    """
    known = {f.path: f for f in fields}
    for f in fields:
        value = values.get(f.path)
        owner, option = _option_of(f, known)
        if owner is not None:
            yield from _write_in(f, value, option, values.get(owner.path))
        elif value in (None, []) and f.required and f.path not in by_hand and f.path not in told:
            yield Problem(f.kind.unanswered, f.path, None, None, f.place)
        if f.limit is not None and isinstance(value, str) and counted(value) > f.limit:
            yield Problem("over-limit", f.path, counted(value), f.limit, f.place)


def _option_of(f: Field, known: Mapping[str, Field]) -> tuple[Field | None, str]:
    """The field and the option that a write-in stands beside; (None, "") of any other field."""
    group, underscore, name = f.path.rpartition("_")
    owner = known.get(group) if underscore else None
    option = next((o for o in owner.options if key(o) == name), "") if owner is not None else ""
    return (owner, option) if option else (None, "")


def _write_in(f: Field, value: Any, option: str, chosen: Any) -> Iterator[Problem]:
    is_ticked = option in (chosen if isinstance(chosen, list) else [chosen])
    if is_ticked and value is None:
        yield Problem("write-in-missing", f.path, None, option, f.place)
    if value is not None and not is_ticked:
        yield Problem("write-in-unticked", f.path, value, option, f.place)
