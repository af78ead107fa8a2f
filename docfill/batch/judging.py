"""Records checked without their documents, by the one run: rows of data files, as people corrected them."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct, field

from docfill import remote, tables
from docfill.batch.filling import FEW
from docfill.batch.flow import Job, run
from docfill.batch.handed import Settled
from docfill.batch.work import save
from docfill.check import Report, Unread, check_record
from docfill.check.report import make_report
from docfill.check.rules import Rulebook, rules_of
from docfill.form import Form
from docfill.problems import DocfillError, Problem
from docfill.tables import Record
from docfill.tables.load import readable
from docfill.tables.revised import doubted, forms_in
from docfill.word.package import File


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, its form, and how reports call it."""

    form: Form
    record: Record
    name: str


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
            yield Entry(form, record, f"{path} {record.source or record.place}")


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
    rules: dict[str, Rulebook] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return Judging, (self.forms,)

    def __call__(self, sent: Sent) -> Report | Unread:
        name, called, data, problems = sent
        form = next(form for form in self.forms if form.name == name)
        if name not in self.rules:
            self.rules[name] = rules_of(form)
        return check_record(form, data, called, problems, self.rules[name])


def judging(forms: Sequence[Form]) -> Job[Entry, Sent, Report | Unread]:
    """The job of checking records of some forms; see `check_records`."""
    return Job(Judging(tuple(forms)), _sent, _placed, _lost, few=FEW)


def check_records(
    entries: Iterable[Entry], forms: Sequence[Form], executor: Executor | None = None, jobs: int | None = None
) -> Generator[Report | Unread, None, None]:
    """What is to be said about each record, in their order; of one whose workers died, why there is nothing.

    The iterator holds workers until it is exhausted or closed.

    Args:
        entries: the records, from `load_entries`; they may be a stream.
        forms: the forms that they are of.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default one a core; 1 is this process itself.

    Raises:
        DocfillError: the rules of a form cannot be used.
    """
    return run(judging(forms), entries, executor=executor, jobs=jobs)


def _sent(entry: Entry) -> Sent:
    return entry.form.name, entry.name, entry.record.data, entry.record.problems


def _placed(report: Report | Unread, entry: Entry) -> Report | Unread:
    return report


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
    """The reports of records, kept in a temporary file until the end and then written.

    Args:
        outputs: the files, .html, .xlsx or .json, by path or URL.
    """

    def __init__(self, outputs: Sequence[str]) -> None:
        self._outputs = outputs
        self._count = 0

    def __enter__(self) -> Judged:
        self._kept = tempfile.TemporaryFile()
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def known(self, entry: Entry) -> None:
        """Nothing: checking a record again costs less than keeping what was said of it."""

    def add(self, report: Report | Unread) -> Report | Unread:
        """Keeps a report."""
        pickle.dump(report, self._kept)
        self._count += 1
        return report

    def __iter__(self) -> Iterator[Report | Unread]:
        at = 0
        for _ in range(self._count):
            self._kept.seek(at)
            yield pickle.load(self._kept)
            at = self._kept.tell()

    def settle(self, settled: Settled, latest: bool) -> tuple[()]:
        """Writes the files."""
        for output in self._outputs:
            target = None if remote.is_url(output) else Path(output)
            save(output, make_report(self, PurePath(output).suffix.lower(), self._count == 1, target), False)
        return ()
