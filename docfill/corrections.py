"""Corrections: what a person says that a return means, where the machine read something else; data that live on.

A correction is a line of JSON beside the results (`汇总.corrections.jsonl` beside `汇总.xlsx`):
the file and its hash, the field, what the machine had read, what stood there before, what
it is to be, who, when and why, and the hash of the file with it, where it was put into
one.  Lines are only added.  Of one field of one file the last line counts; where it was
written without the one before being known, or the machine reads something else by now,
a doubt says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from docfill import files
from docfill.data import set_value, value_at
from docfill.extract import Result
from docfill.fields import Field
from docfill.form import Form
from docfill.kinds import shown
from docfill.problems import DocfillError, Problem, say
from docfill.put.changes import Change
from docfill.tables.cell import cell_from_value, value_from_cell

SUFFIX = ".corrections.jsonl"
"""What the name of a file of corrections ends in."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one return, corrected.

    Attributes:
        source: the file, as results name it.
        path: the field.
        read: what the machine had read.
        old: what stood there before: that, or an earlier correction.
        new: what it is to be; None where the answer is taken out.
        form: the form's name.
        sha256_before: of the file that was read; "" where it could not be read.
        sha256_after: of the file with the correction in it; "" where it was put into none.
        who: the person.
        when: as in ISO 8601.
        why: in their words.
    """

    source: str
    path: str
    read: Any
    old: Any
    new: Any
    form: str = ""
    sha256_before: str = ""
    sha256_after: str = ""
    who: str = ""
    when: str = ""
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As a line of the file has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, known: Mapping[str, Any]) -> Correction:
        """What `to_dict` gave; KeyError or TypeError of anything else."""
        words = {name: str(known.get(name) or "") for name in _WORDS}
        return cls(str(known["source"]), str(known["path"]), known["read"], known["old"], known["new"], **words)


_WORDS = ("form", "sha256_before", "sha256_after", "who", "when", "why")


@dataclass(frozen=True, slots=True)
class Revised:
    """What became of a result by hand.

    Attributes:
        result: the result with the corrections in it.
        read: the record as the machine had read it; None where it could read nothing.
        digest: the SHA-256 of the file.
        corrections: those that count, by path.
        notes: what a person wrote beside the record, by heading.
    """

    result: Result
    read: Mapping[str, Any] | None
    digest: str
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


class Log:
    """The corrections beside some results.

    Args:
        path: the file; there need be none yet.

    Raises:
        DocfillError: a line of it is no correction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._of: dict[str, dict[str, list[Correction]]] = {}
        self._names: dict[str, set[str]] = {}
        self._of_bytes: dict[str, list[Correction]] = {}
        self._added: list[Correction] = []
        for number, line in files.load_jsonl(path) if isinstance(path, files.Held) or path.exists() else ():
            try:
                self._take(Correction.from_dict(line))
            except (KeyError, TypeError, AttributeError):
                raise DocfillError(
                    f"{path}：第 {number} 行不是改正记录",
                    f"{path}: line {number} is no correction",
                    "bad-data",
                ) from None

    def _take(self, one: Correction) -> None:
        self._of.setdefault(one.source, {}).setdefault(one.path, []).append(one)
        for digest in filter(None, (one.sha256_before, one.sha256_after)):
            self._names.setdefault(digest, set()).add(one.source)
        self._of_bytes.setdefault(one.sha256_before, []).append(one)

    def add(self, one: Correction, is_confirmed: bool = False) -> bool:
        """Adds a correction, if it says what the last one of the field did not, or somebody confirmed it; whether it
        did.
        """
        self._adopt(one.source, one.sha256_before)
        last = self._of.get(one.source, {}).get(one.path, [None])[-1]
        said = last is not None and (last.new, last.read, last.sha256_after) == (one.new, one.read, one.sha256_after)
        if said and not is_confirmed:
            return False
        self._take(one)
        self._added.append(one)
        return True

    def _adopt(self, source: str, digest: str) -> None:
        """Says anew, by the name that a file has now, who corrected it under another one."""
        for lines in [] if source in self._of else [*self.history(source, digest).values()]:
            for one in lines:
                self._take(one)
                self._added.append(one)

    def save(self) -> None:
        """Writes what was added, behind whatever others have added meanwhile; nothing where nothing was."""
        if self._added:
            files.append(self.path, files.dump_jsonl(one.to_dict() for one in self._added))
            self._added = []

    def history(
        self, source: str, digest: str = "", others: Collection[str] | None = None
    ) -> dict[str, list[Correction]]:
        """All corrections of a file by path, the last of each counts: by its name, or else by its hash, where one file
        only had it; by both, where the names of all `others` are given, which may have the same bytes.
        """
        if source in self._of:
            return self._of[source] if others is None else self._merged(source, digest, others)
        names = self._names.get(digest, set()) if digest else set()
        if len(names) != 1:
            return {}
        [name] = names
        return {path: [replace(one, source=source) for one in lines] for path, lines in self._of[name].items()}

    def _merged(self, source: str, digest: str, others: Collection[str]) -> dict[str, list[Correction]]:
        """The corrections of a file by path, and those of its bytes under a name that none of the others has."""
        of_bytes = self._of_bytes.get(digest, ()) if digest else ()
        known = [one for one in of_bytes if one.source == source or one.source not in others]
        if all(one.source == source for one in known):
            return self._of[source]
        older = [one for lines in self._of[source].values() for one in lines if one.sha256_before != digest]
        found: dict[str, list[Correction]] = {}
        for one in [*older, *known]:
            found.setdefault(one.path, []).append(replace(one, source=source))
        return found

    def of(self, source: str, digest: str = "") -> dict[str, Correction]:
        """The corrections of a file that count, by path; see `history`."""
        return {path: lines[-1] for path, lines in self.history(source, digest).items()}

    def of_bytes(self, digest: str) -> dict[str, Correction]:
        """The corrections that count of a file by its hash, under whatever names it had them, by path."""
        return {one.path: one for one in self._of_bytes.get(digest, ())} if digest else {}

    def sources(self) -> dict[str, list[Correction]]:
        """The corrections that count, by file."""
        return {source: [lines[-1] for lines in by_path.values()] for source, by_path in self._of.items()}

    def doubts(self, forms: Iterable[Form], sources: Iterable[str] | None = None) -> dict[str, list[Problem]]:
        """By file, of those that are named or else of all, the doubts about corrections of one field that differ; see
        `unaware`.
        """
        fields = {(form.name, f.path): f for form in forms for f in form.fields}
        found: dict[str, list[Problem]] = {}
        for source in self._of if sources is None else sources:
            for path, lines in self._of.get(source, {}).items():
                f = fields.get((lines[-1].form, path))
                if f is not None and (doubt := unaware(f, lines)) is not None:
                    found.setdefault(source, []).append(doubt)
        return found


def beside(output: Path) -> Path:
    """The file of corrections beside a file or in a folder of results."""
    is_folder = output.is_dir() or not output.suffix
    return output / SUFFIX.removeprefix(".") if is_folder else output.with_name(output.stem + SUFFIX)


def is_log(path: Path) -> bool:
    """Whether a file is one of corrections, by its name."""
    return path.name.endswith(SUFFIX.removeprefix("."))


def has_shape(f: Field, value: Any) -> bool:
    """Whether a value is shaped as those of a field are, whether or not the field takes it; lines may say anything."""
    if value is None:
        return True
    if f.kind.has_records:
        rows = value if isinstance(value, list) and all(isinstance(row, dict) for row in value) else None
        return rows is not None and all(has_shape(c, value_at(row, c.steps)) for row in rows for c in f.fields)
    ones = value if isinstance(value, list) and f.kind.absent == [] else [value]
    if f.kind.is_drawn:
        return all(isinstance(one, str) or (isinstance(one, dict) and isinstance(one.get("file"), str)) for one in ones)
    return all(isinstance(one, str if ones is value else str | int | float) for one in ones)


def as_written(f: Field, value: Any) -> Any:
    """A value as a table has it, to be compared with one that a table was read for; what none could have, as it is."""
    if value in (None, []) or value is False:
        return None
    if not has_shape(f, value):
        return value
    if f.kind.has_records:
        return [{c.path: as_written(c, value_at(row, c.steps)) for c in f.fields} for row in value]
    cell = cell_from_value(f, value)
    read, problem = value_from_cell(f, cell)
    return str(cell).strip() if problem is not None else None if read in ([], False) else read


def log_beside(output: Path) -> Log | None:
    """The corrections beside a file of results; None where there are none."""
    kept = beside(output)
    return Log(kept) if kept.is_file() else None


def conflict(f: Field, one: Correction, now: Any) -> Problem | None:
    """The doubt about a correction of what is read otherwise by now than when it was made."""
    if as_written(f, now) == as_written(f, one.read):
        return None
    return Problem("correction-conflict", f.path, shown(now), shown(one.read), f.place)


def unaware(f: Field, lines: Sequence[Correction]) -> Problem | None:
    """The doubt about a field that was corrected by somebody who did not know what another one had made of it.

    Who knew wrote down what stood there, the other's value, as what was there before.  Nobody is unaware of what they
    wrote themselves: a file that was returned is corrected again from what it says.
    """
    others: list[Correction] = []
    for before, one in pairwise(lines):
        if as_written(f, one.old) == as_written(f, before.new):
            others = []
        else:
            others.append(before)
    last = lines[-1]
    others = [one for one in others if not (last.who and one.who == last.who)]
    others = [one for one in others if as_written(f, one.new) != as_written(f, last.new)]
    if not others:
        return None
    told = say("、", ", ").join(_made(one) for one in [*others, last])
    return Problem("corrections-differ", f.path, shown(last.new), told, f.place)


def _made(one: Correction) -> str:
    """Who made a value of it, and when."""
    value = say("（空）", "(nothing)") if one.new in (None, []) else shown(one.new)
    return say(f"{_whose(one)} 改为“{value}”", f'"{value}" by {_whose(one)}')


def revised(form: Form, result: Result, digest: str, history: Mapping[str, Sequence[Correction]]) -> Revised:
    """A result with corrections in it: their values, a note for each, and a doubt where the reading has changed, or
    where two people corrected a field otherwise.

    Args:
        form: the form.
        result: as it was read.
        digest: the SHA-256 of the file.
        history: the corrections of each field, as `Log.history` gives them.
    """
    fields = {f.path: f for f in form.fields}
    data = form.records.nested(form.records.values(result.data))
    problems = list(result.problems)
    applied: dict[str, Correction] = {}
    for path, lines in history.items():
        one, f = lines[-1], fields.get(path)
        if f is None:
            problems.append(Problem("correction-lost", path, shown(one.new), one.source))
            continue
        if not has_shape(f, one.new):
            problems.append(Problem("wrong-type", path, shown(one.new), f.kind.expectation(f), f.place))
            continue
        now, new = value_at(result.data, f.steps), as_written(f, one.new)
        differing = unaware(f, lines)
        is_withdrawn = new == as_written(f, one.read)
        if is_withdrawn or new == as_written(f, now):
            problems += [differing] if differing is not None and is_withdrawn else []
            continue
        set_value(data, f.steps, one.new)
        applied[path] = one
        doubts = [p for p in problems if p.path.partition("[")[0] == path]
        place = next((p.place for p in doubts), f.place)
        problems = [p for p in problems if p not in doubts]
        problems.append(Problem("corrected", path, shown(now), _by(f, lines), place))
        problems += [replace(differing, place=place)] if differing is not None else []
        if (changed := conflict(f, one, now)) is not None:
            problems.append(replace(changed, place=place))
        if one.new is not None:
            problems += [replace(p, place=place) for p in f.kind.refusals(f, one.new)]
    made = replace(result, data=data, problems=problems)
    return Revised(made, result.data, digest, applied)


def typed_in(form: Form, source: str, reason: Problem | None, history: Mapping[str, Sequence[Correction]]) -> Revised:
    """A record that a person typed in for a file that could not be read, for the `reason`, or that came on paper."""
    told = [] if reason is None else [Problem("filled-by-hand", "", reason.message)]
    empty = Result(form.name, source, form.records.nested({}), told, [])
    return replace(revised(form, empty, "", history), read=None)


def _by(f: Field, lines: Sequence[Correction]) -> str:
    """Who corrected a field, when and why; and what somebody else had made of it before."""
    one = lines[-1]
    by = "：".join(filter(None, (_whose(one), one.why))) or "—"
    others = (o for o in reversed(lines) if o.who != one.who and as_written(f, o.new) != as_written(f, one.new))
    other = next(others, None)
    return by if other is None else by + say("；此前 ", "; before, ") + _made(other)


def _whose(one: Correction) -> str:
    return " ".join(filter(None, (one.who, one.when[:10])))


def merged(found: Iterable[Correction]) -> dict[str, Any]:
    """The part of a record that some corrections say."""
    part: dict[str, Any] = {}
    for one in found:
        set_value(part, one.path.split("."), one.new)
    return part


def of_put(
    source: str, form: str, before: str, document: bytes, changes: Sequence[Change], **said: str
) -> list[Correction]:
    """The corrections that putting changes into a file amounts to; `said` are who, when and why."""
    after = hashlib.sha256(document).hexdigest()
    return [Correction(source, c.path, c.old, c.old, c.new, form, before, after, **said) for c in changes]
