"""Records of one edition carried into another; what stays behind is told, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docfill.data import Records, set_value, value_at
from docfill.editions.crossing import Change, Crossing, Match
from docfill.fields import Field
from docfill.kinds import shown
from docfill.kinds.kind import Written
from docfill.problems import InvalidData, Problem, Said

_WHY = {
    Change.DROPPED: ("新表没有这一项", "the new form does not ask it"),
    Change.SHIFTED: ("新表问的是另一年", "the new form asks it of another year"),
    Change.UNIT: ("单位变了", "the unit is another"),
}
_NEVER_ASKED = "去年的表也没有这一项", "last year's form did not ask it either"
_NO_OPTION = "新表没有这个选项", "the new form has no such option"
_UNSURE = "对照表中这一项还没有确认", "nobody confirmed this line of the map"


@dataclass(frozen=True, slots=True)
class Moved:
    """A record in the new form.

    Attributes:
        data: the record, in the shape of the contract.
        problems: each value that was not carried, with the reason, in the order of the new form, then of the old.
    """

    data: dict[str, Any]
    problems: list[Problem]


class Left:
    """What was not carried of many records: of one field for one reason it is told once, with of how many it is."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], tuple[str, Problem]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self.count = 0
        """How many problems there are."""

    def add(self, whose: str, problem: Problem) -> None:
        """Takes note of a problem of somebody's record; what else it is told as it is."""
        is_left = problem.code == "not-carried"
        same = problem.path, str(problem.expected) if is_left else f"#{self.count}"
        self._first.setdefault(same, (whose, problem))
        self._counts[same] += 1
        self.count += 1

    def told(self) -> Iterator[tuple[str, Problem]]:
        """What there is to say, each with whose it is; "" of several."""
        for same, (whose, first) in self._first.items():
            count = self._counts[same]
            yield (whose, first) if count == 1 else ("", Problem("not-carried-all", first.path, count, first.expected))


def carried(record: Mapping[str, Any], crossing: Crossing) -> Moved:
    """A record of the old edition as one of the new; of what is no record, nothing."""
    if not isinstance(record, Mapping):
        return Moved(crossing.new.records.nested({}), crossing.old.records.refusals(record))
    values, problems = _values(record, crossing.matches, "")
    known = {f.path for f in crossing.old.fields}
    problems += [_left("", path, value, _NEVER_ASKED) for path, value in _unknown(record, known)]
    kept: dict[str, Any] = {}
    for match, value in values:
        assert match.new is not None and match.old is not None
        if _is_nothing(value):
            continue
        taken, refused = _fitting(crossing.new.records, match, value)
        if refused:
            problems.append(_left("", match.old.path, value, refused))
        else:
            kept[match.new.path] = taken
    return Moved(crossing.new.records.nested(kept), problems)


def _values(
    record: Mapping[str, Any], matches: Sequence[Match], before: str
) -> tuple[list[tuple[Match, Any]], list[Problem]]:
    """The values that have a place in the new form, as it calls them, and what is not carried."""
    values: list[tuple[Match, Any]] = []
    problems: list[Problem] = []
    for match in matches:
        value = value_at(record, match.old.steps) if match.old is not None else None
        if match.old is None or _is_nothing(value):
            continue
        if not match.is_carried:
            reason = next((_WHY[c] for c in match.changes if c in _WHY), _UNSURE)
            problems.append(_left(before, match.old.path, value, reason))
            continue
        taken, told = _translated(value, match, before)
        values.append((match, taken))
        problems += told
    return values, problems


def _translated(value: Any, match: Match, before: str) -> tuple[Any, list[Problem]]:
    """A value with the options and columns of the new form."""
    assert match.old is not None and match.new is not None
    path = before + match.old.path
    if match.columns and isinstance(value, list):
        problems: list[Problem] = []
        rows = []
        for number, row in enumerate(value):
            found, told = _values(row, match.columns, f"{path}[{number}].")
            problems += told
            made: dict[str, Any] = {}
            for column, x in found:
                assert column.new is not None
                set_value(made, column.new.steps, x)
            rows.append(made)
        return rows, problems
    if not match.old.kind.has_options:
        return value, []
    chosen = value if isinstance(value, list) else [value]
    lost = [(o, _UNSURE if o in match.maybe else _NO_OPTION) for o in chosen if o in match.maybe or o in match.gone]
    kept = [match.options.get(o, o) for o in chosen if o not in {o for o, _ in lost}]
    told = [_left("", path, o, reason) for o, reason in lost]
    return (kept if isinstance(value, list) else kept[0] if kept else None), told


def _fitting(records: Records, match: Match, value: Any) -> tuple[Any, tuple[str, str] | None]:
    """A value as the new field takes it, or why it does not."""
    assert match.new is not None
    told: list[Problem] = []
    for offered in _offered(match, value):
        try:
            return _checked(records, match.new, offered), None
        except InvalidData as refused:
            told = told or refused.problems
    return None, ("；".join(p.sentence("zh") for p in told), "; ".join(p.sentence("en") for p in told))


def _offered(match: Match, value: Any) -> Iterator[Any]:
    """A value as it is, and then as a field of another kind would say the same."""
    assert match.old is not None and match.new is not None
    old, new = match.old, match.new
    yield value
    if new.kind.is_many and isinstance(value, str):
        yield [value]
    elif old.kind.is_many and new.kind.has_options and isinstance(value, list) and len(value) == 1:
        yield value[0]
    elif isinstance(old.kind, Written) and isinstance(new.kind, Written):
        text = value if isinstance(value, str) else old.kind.format(value)
        reading = new.kind.parse(text, new.unit or None)
        if not (reading.problem or reading.rest):
            yield reading.value


def _checked(records: Records, f: Field, value: Any) -> Any:
    part: dict[str, Any] = {}
    set_value(part, f.steps, value)
    return records.flatten(part)[f.path]


def _unknown(record: Mapping[str, Any], known: set[str], before: str = "") -> list[tuple[str, Any]]:
    """What a record holds that the old form never asked."""
    found: list[tuple[str, Any]] = []
    for step, value in record.items():
        path = f"{before}{step}"
        if path in known or _is_nothing(value):
            continue
        holds = isinstance(value, Mapping) and any(k.startswith(f"{path}.") for k in known)
        found += _unknown(value, known, f"{path}.") if holds else [(path, value)]
    return found


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value == [] or value == ""


def _left(before: str, path: str, value: Any, reason: tuple[str, str]) -> Problem:
    return Problem("not-carried", before + path, shown(value), Said(*reason))
