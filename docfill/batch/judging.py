"""Records checked without their documents, by the one run: rows of data files, as people corrected them."""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

import msgspec
from msgspec import Struct

from docfill import limits, remote, scratch, tables
from docfill.batch.flow import Job, run
from docfill.batch.work import save
from docfill.beside import rules_file
from docfill.check import Report, Unread, check_record
from docfill.check.report import make_report
from docfill.check.rules import Rulebook, rules_of
from docfill.form import Form
from docfill.problems import DocfillError, Problem
from docfill.tables import Record
from docfill.tables.load import readable
from docfill.tables.revised import doubted, forms_in
from docfill.word.package import File

FEW = 1_000
"""Up to so many records, starting processes costs more than it saves."""
CHUNK = 64
"""Records that are handed over together."""
STEPS_A_REPORT, STEPS_A_LINE, STEPS_KEPT, STEPS_A_ROW = 10, 3, 12, 20
"""What a report costs to be told, and each of its problems: as a line, besides in a page or in JSON, in a workbook."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, its form, how reports call it, and the work that its file may still ask for."""

    form: Form
    record: Record
    name: str
    work: limits.Budget = field(default_factory=lambda: limits.Budget("", 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """The records of data files, read as they are asked for, and by file the problems that are of none of them."""

    records: Iterator[Entry]
    problems: Mapping[str, Sequence[Problem]]


def load_entries(sources: Sequence[File], forms: Sequence[Form], visible: bool = False) -> Entries:
    """The records of some data files, each with its form.

    Args:
        sources: paths, the bytes of files, or open files.
        forms: which they may be of.
        visible: leaves out what is hidden; see `tables.load`.

    Raises:
        DocfillError: one cannot be read, or it does not say which of several forms its records are of; what turns
            out to be damaged further on raises it while the records are read.
    """
    paths = [readable(source) for source in sources]
    for path in paths:
        tables.check_format(path)
    read = [(path, form, tables.load(path, form, visible=visible)) for path in paths for form in _forms_of(path, forms)]
    problems: dict[str, list[Problem]] = {}
    for path, _, table in read:
        problems.setdefault(str(path), []).extend(table.problems)
    return Entries(_entries(read), problems)


def _entries(read: Iterable[tuple[Path, Form, tables.Table]]) -> Iterator[Entry]:
    """The records of files that were begun to be read."""
    for path, form, table in read:
        for record in doubted(table.records, path, form):
            yield Entry(form, record, f"{path} {record.source or record.place}", table.work)


def _forms_of(path: Path, forms: Sequence[Form]) -> Sequence[Form]:
    named = forms_in(path, forms) if len(forms) > 1 else forms
    if not named:
        raise DocfillError(
            f"{path}：请用 --form 指明是哪一种表的数据",
            f"{path}: name the form of the data with --form",
            "bad-argument",
        )
    return named


Sent = tuple[str, str, Any, Sequence[Problem]]


class Judging(Struct, frozen=True):
    """Checks a record as one of some forms; their rules, which no other process can be sent, are read once there."""

    forms: tuple[Form, ...]
    rules: dict[str, Rulebook] = msgspec.field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return Judging, (self.forms,)

    def __call__(self, sent: Sent) -> Report | Unread:
        name, called, data, problems = sent
        form = next(form for form in self.forms if form.name == name)
        if name not in self.rules:
            self.rules[name] = rules_of(form)
        with limits.Budget(called, 0) as work:
            before = work.left
            report = check_record(form, data, called, problems, self.rules[name])
        return replace(report, work=before - work.left)


def judging(forms: Sequence[Form], steps_a_problem: int = STEPS_A_LINE) -> Job[Entry, Sent, Report | Unread]:
    """The job of checking records of some forms, each problem of which costs so many steps to be told; see
    `check_records`.
    """

    def placed(report: Report | Unread, entry: Entry) -> Report | Unread:
        """A report, whose work was done for the file of its record."""
        if isinstance(report, Report):
            entry.work.spend(report.work + STEPS_A_REPORT + steps_a_problem * len(report.problems))
        return report

    return Job(Judging(tuple(forms)), _sent, placed, _lost, FEW, CHUNK, is_quick=True)


def jobs_for(forms: Sequence[Form]) -> int | None:
    """How many should work at once, where nobody says: one a core, or 1 where no form has rules, and a record is
    checked in the time that it takes to hand it over.
    """
    return None if any(rules_file(form) for form in forms) else 1


def check_records(
    entries: Iterable[Entry], forms: Sequence[Form], executor: Executor | None = None, jobs: int | None = None
) -> Generator[Report | Unread, None, None]:
    """What is to be said about each record, in their order; of one whose workers died, why there is nothing.

    The iterator holds workers until it is exhausted or closed.

    Args:
        entries: the records, from `load_entries`; they may be a stream.
        forms: the forms that they are of.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default as `jobs_for` has it; 1 is this process itself.

    Raises:
        DocfillError: the rules of a form cannot be used, or a file asks for more work than it may.
    """
    return run(judging(forms), entries, executor=executor, jobs=jobs or jobs_for(forms))


def _sent(entry: Entry) -> Sent:
    return entry.form.name, entry.name, entry.record.data, entry.record.problems


def _lost(entry: Entry) -> Unread:
    return Unread(
        entry.name,
        DocfillError(
            f"{entry.name}：核对它的进程两次意外中止（可能内存不足），未核对",
            f"{entry.name}: the process that checked it died twice (for want of memory, perhaps); it was not checked",
            "worker-lost",
        ).problem(),
    )


class Judged:
    """The reports of the records of some files, kept in a temporary file until the end and then written.

    Args:
        outputs: the files, .html, .xlsx or .json, by path or URL.
    """

    def __init__(self, outputs: Sequence[str]) -> None:
        self._outputs = outputs
        self._count = 0

    def __enter__(self) -> Judged:
        self._kept = scratch.stream()
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    @property
    def steps_a_problem(self) -> int:
        """What a problem costs here."""
        is_in_workbook = any(o.lower().endswith(".xlsx") for o in self._outputs)
        return STEPS_A_ROW if is_in_workbook else STEPS_KEPT if self._outputs else STEPS_A_LINE

    def add(self, report: Report | Unread) -> None:
        """Keeps a report, where there is an output that tells it."""
        if self._outputs:
            pickle.dump(report, self._kept)
            self._count += 1

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is added inside is kept if nothing is raised there."""
        count, end = self._count, self._kept.tell()
        try:
            yield
        except DocfillError:
            self._count = count
            self._kept.seek(end)
            self._kept.truncate()
            raise

    def __iter__(self) -> Iterator[Report | Unread]:
        at = 0
        for _ in range(self._count):
            self._kept.seek(at)
            yield pickle.load(self._kept)
            at = self._kept.tell()

    def write(self) -> None:
        """Writes the outputs."""
        for output in self._outputs:
            target = None if remote.is_url(output) else Path(output)
            save(output, make_report(self, PurePath(output).suffix.lower(), self._count == 1, target), False)
