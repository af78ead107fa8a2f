"""Changes: what a data file, a corrected workbook or a file of corrections would put into which returned file.

A file is meant by its whole name or by its own; where nothing names one, the change is
for all of them.  Two changes of one file are laid over each other, the later one on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from docfill import corrections, files, tables
from docfill.batch.putting import Order, Put
from docfill.corrections import Correction, Log, as_written
from docfill.data import set_value, value_at
from docfill.form import Form
from docfill.kinds import shown
from docfill.problems import DocfillError, Problem
from docfill.sources import Source
from docfill.tables.load import readable
from docfill.tables.revised import Edited, edits_in, is_revisable
from docfill.word.package import File

_STEPS_A_DIFFERENCE = 15
"""What two rows that say different things of one field cost to be compared, and told."""


@dataclass(frozen=True)
class Changes:
    """What is put into returned files, as `put_many` takes it once the files are known.

    Attributes:
        parts: the part of a record for each file, by its name; "" is for all of them.
        problems: what is wrong with the rows of files, by name; with the data as a whole, by theirs.
        made: the corrections that the parts are made of, where they are such, by name and path.
    """

    parts: Mapping[str, Mapping[str, Any]]
    problems: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    made: Mapping[str, Mapping[str, Correction]] = field(default_factory=dict)

    def conflicts(self, done: Put, forms: Sequence[Form]) -> list[Problem]:
        """The doubts about what was put into a file that is read otherwise than when it was corrected.

        Args:
            done: what became of the file.
            forms: the forms that it may be of.
        """
        if done.error is not None or done.result is None:
            return []
        form = done.result.form
        fields = {f.path: f for known in forms if known.name == form for f in known.fields}
        named = [self.made[name] for name in self._by_own_name.get(PurePath(done.source.name).name, ())]
        made = {path: one for of in named for path, one in of.items() if path in fields}
        found = (corrections.conflict(fields[c.path], made[c.path], c.old) for c in done.changes if c.path in made)
        return [problem for problem in found if problem is not None]

    @cached_property
    def _by_own_name(self) -> Mapping[str, Sequence[str]]:
        """The names of files of corrections, by the last step of each."""
        found: dict[str, list[str]] = {}
        for name in filter(None, self.made):
            found.setdefault(PurePath(name).name, []).append(name)
        return found

    def orders(self, sources: Sequence[Source], common: Mapping[str, Any] | None = None) -> list[Order]:
        """What is put into which of some files, in their order; `common` is put into each of them, too."""
        found: dict[Source, Mapping[str, Any]] = {}
        named = _Named(sources)
        for name, part in self.parts.items():
            for source in named.meant(name):
                found[source] = _laid_over(_laid_over(found.get(source, {}), part), common or {})
        return [(source, found[source]) for source in sources if source in found]

    def unmatched(self, sources: Sequence[Source]) -> list[str]:
        """The names that are none of some files."""
        named = _Named(sources)
        return [name for name in self.parts if name and not named.meant(name)]


def load_changes(source: File, forms: Sequence[Form], visible: bool = False, name: str = "") -> Changes:
    """The changes that a file asks for.

    Args:
        source: a data file, a workbook of extract that people corrected, or a file of corrections: a path, the bytes of
            the file, or an open file.
        forms: the forms that they may be of; of a data file, the one.
        visible: leaves out what is hidden in a data file; see `tables.load`.
        name: what a file without a path is called; one of corrections is known by it ("汇总.corrections.jsonl").

    Raises:
        DocfillError: it cannot be read, or is a data file of nobody knows which form.
    """
    path = readable(source, name)
    if corrections.is_log(path):
        log = corrections.Log(path)
        merged = {name: corrections.merged(listed) for name, listed in log.sources().items()}
        return Changes(merged, log.doubts(forms), {name: log.of(name) for name in merged})
    if is_revisable(path):
        return _corrected(path, forms)
    if len(forms) > 1:
        raise DocfillError(
            "请用 --form 指明改动是哪一种表的", "name the form of the changes with --form", "bad-argument"
        )
    parts: dict[str, Mapping[str, Any]] = {}
    table = tables.load(path, forms[0], visible=visible)
    problems: dict[str, list[Problem]] = {str(path): [*table.problems]} if table.problems else {}
    steps = len(forms[0].fields)
    for record in table.records:
        table.work.spend(steps)
        wrong = record.problems or ([] if isinstance(record.part, Mapping) else forms[0].records.refusals(record.data))
        if wrong:
            problems.setdefault(record.source or record.place, []).extend(wrong)
        else:
            before = parts.get(record.source, {})
            differing = [*_differing(forms[0], before, record.part)] if before else []
            table.work.spend(_STEPS_A_DIFFERENCE * len(differing))
            problems.setdefault(record.source or str(path), []).extend(differing)
            parts[record.source] = _laid_over(before, record.part)
    return Changes(parts, {name: told for name, told in problems.items() if told})


def _differing(form: Form, before: Mapping[str, Any], part: Mapping[str, Any]) -> Iterator[Problem]:
    """What two rows of one file put into a field that they both have, where it is not the same."""
    for f in form.fields:
        one, other = value_at(before, f.steps), value_at(part, f.steps)
        if one is not None and other is not None and as_written(f, one) != as_written(f, other):
            yield Problem("rows-differ", f.path, shown(other), shown(one))


def _corrected(path: Path, forms: Sequence[Form]) -> Changes:
    """What people changed in a workbook of extract, also in the rows of files that could not be read."""
    edited = edits_in(path, forms)
    names = (name for name in dict.fromkeys(one.source for one in edited.corrections) if name not in edited.problems)
    made = {name: corrections.merged(one for one in edited.corrections if one.source == name) for name in names}
    log = None if isinstance(path, files.Held) else corrections.log_beside(path)
    doubts = log.doubts(forms, made) if log is not None else {}
    known: dict[str, dict[str, Correction]] = {}
    for one in edited.corrections:
        known.setdefault(one.source, {})[one.path] = _as_made(one, edited, log)
    return Changes(made, {**doubts, **edited.problems}, known)


def _as_made(one: Correction, edited: Edited, log: Log | None) -> Correction:
    """A correction of a workbook as it was first made, unless somebody confirmed or changed it since."""
    before = log.of(one.source, one.sha256_before).get(one.path) if log is not None else None
    is_that = before is not None and before.new == one.new and (one.source, one.path) not in edited.confirmed
    return before if before is not None and is_that else one


def part_of(settings: Sequence[tuple[str, str | None]], forms: Sequence[Form]) -> dict[str, Any]:
    """The part of a record that some paths with what is typed for them make; None clears one.

    Raises:
        DocfillError: a path is no field of the forms, or the kind cannot read what is typed.
    """
    known = {f.path: f for form in forms for f in form.fields}
    part: dict[str, Any] = {}
    for path, text in settings:
        if path not in known:
            raise DocfillError(
                f"“{path}”不是表中的项，见 docfill fields", f'"{path}" is no field; see docfill fields', "bad-argument"
            )
        value, problem = (None, None) if text is None else tables.value_from_cell(known[path], text)
        if problem is not None:
            raise DocfillError(f"--set {path}：{problem.message}", f"--set {path}: {problem.message}", "invalid-data")
        set_value(part, known[path].steps, value)
    return part


class _Named:
    """Some files, by their names."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._all = [*sources]
        self._whole: dict[str, list[Source]] = {}
        self._own: dict[str, list[Source]] = {}
        for source in sources:
            self._whole.setdefault(source.name, []).append(source)
            self._own.setdefault(PurePath(source.name).name, []).append(source)

    def meant(self, name: str) -> list[Source]:
        """The files that a name in the changes means: the whole name, or the file's own; all where there is none."""
        return (self._whole.get(name) or self._own.get(PurePath(name).name, [])) if name else self._all


def _laid_over(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a record with another one laid over it."""
    laid = dict(one)
    for key, value in other.items():
        before = laid.get(key)
        laid[key] = _laid_over(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return laid
