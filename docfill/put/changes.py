"""Changes: which fields of a document are to say something else, and what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docfill.data import Records, set_value, value_at
from docfill.fields import Field
from docfill.problems import InvalidData, Place, Problem

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One field's value in a document, before and after.

    `old` is what was read (the text that stands there, where it could not be read),
    `new` the value as data, None where the answer is taken out.
    """

    path: str
    old: Any
    new: Any
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"path": self.path, "old": self.old, "new": self.new, "place": self.place.to_dict()}


def _found(record: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if not isinstance(record, Mapping) or step not in record:
            return _MISSING
        record = record[step]
    return record


def changes_of(
    fields: Sequence[Field],
    records: Records,
    read: Mapping[str, Any],
    given: Mapping[str, Any],
    rewritten: Collection[str] = (),
) -> list[Change]:
    """The fields whose value in `given` is another one than was read, in form order, and those to be written anew.

    Args:
        fields: the form's fields.
        records: what checks its records.
        read: what the document says.
        given: a part of a record; null takes an answer out, a field that is not there is left alone.
        rewritten: the paths of fields to be written as docfill writes them, though their value stays.

    Raises:
        InvalidData: the form's schema refuses what is given, or there is no such field; everything is listed.
    """
    known = {f.path for f in fields}
    problems = [*_unknown(records, given, known)]
    problems += [records.unknown(path, path) for path in rewritten if path not in known]
    found = []
    for f in fields:
        old, new = value_at(read, f.steps), _found(given, f.steps)
        is_rewritten = f.path in rewritten
        if new is _MISSING and not is_rewritten:
            continue
        new = old if new is _MISSING else new
        if _is_same(old, new) and not is_rewritten:
            continue
        try:
            value = _canonical(f, records, new, old)
        except InvalidData as refused:
            problems += refused.problems
            continue
        if _is_same(old, value) and not is_rewritten:
            continue
        found.append(Change(f.path, old, value, f.place))
    if problems:
        raise InvalidData(problems)
    return found


def _is_same(old: Any, new: Any) -> bool:
    """Whether two values are one: nothing, an empty list and false are."""
    return bool(old == new) or (_is_absent(old) and _is_absent(new))


def _is_absent(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _unknown(records: Records, given: Mapping[str, Any], known: Collection[str]) -> Iterator[Problem]:
    """The problems of what is given that are of no field: keys that name none, and groups that are none."""
    try:
        records.flatten(given)
    except InvalidData as refused:
        yield from (
            p
            for p in refused.problems
            if p.path.partition("[")[0] not in known or (p.code == "unknown-field" and p.path in known)
        )


def _canonical(f: Field, records: Records, value: Any, old: Any) -> Any:
    """A value as it will be read back; texts in records that could not be read stay as they are."""
    given: dict[str, Any] = {}
    set_value(given, f.steps, value)
    try:
        return value_at(records.nested(records.flatten(given)), f.steps)
    except InvalidData as refused:
        own = [p for p in refused.problems if not _is_unread(f, p, value, old)]
        if own:
            raise InvalidData(own) from None
        return [{c.path: record.get(c.path) for c in f.fields} for record in value]


def _is_unread(f: Field, problem: Problem, value: Any, old: Any) -> bool:
    """Whether a problem is about a text of a record that stands so in the document."""
    if not f.kind.has_records or not isinstance(value, list):
        return False
    number, _, column = problem.path.removeprefix(f"{f.path}[").partition("].")
    if not number.isdigit() or not column or not isinstance(value[int(number)], Mapping):
        return False
    return any(record.get(column) == value[int(number)].get(column) for record in old or ())
