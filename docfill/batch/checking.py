"""Checks: many returned files over cores, as `batch.extract_many` reads them; see `docfill.check`.

A module of its own, since reading needs none of what checking does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct, field

from docfill import remote
from docfill.batch.flow import Job, of_sources, run
from docfill.batch.handed import Settled
from docfill.batch.outlets import Documents, Kept
from docfill.batch.work import Outcome, read_as, save, unexpected
from docfill.check import AUTHOR, Report, Unread, check
from docfill.check.rules import Rulebook, rules_of
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.recognise import check_likeness, remark
from docfill.sources import Met, Source
from docfill.word import office
from docfill.word.comments import suffix_of
from docfill.word.edit import check_maker

SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")
"""What files with comments end in."""


@dataclass(frozen=True, slots=True)
class Remarking:
    """By whom and when comments are written; the date as in ISO 8601, or none.

    Raises:
        DocfillError: Word takes no such name or date.
    """

    author: str = AUTHOR
    date: str = ""

    def __post_init__(self) -> None:
        check_maker(self.author, self.date)


class Checking(Struct, frozen=True):
    """Checks a source as one of some forms.

    Attributes:
        forms: which it may be; where there are several, it is recognised.
        timeout: seconds that one conversion by LibreOffice may take.
        by: who remarks, and when, where the file is wanted back with comments.
        rules: the rules of the forms, by name, read when they are needed first: what they are compiled to cannot be
            sent to another process.
    """

    forms: tuple[Form, ...]
    timeout: float
    by: Remarking | None
    rules: dict[str, Rulebook] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return Checking, (self.forms, self.timeout, self.by)

    def __call__(self, source: Source) -> Outcome:
        try:
            document, form, digest = read_as(source, self.forms, self.timeout)
            if form.name not in self.rules:
                self.rules[form.name] = rules_of(form)
            checked = check(form, document, rules=self.rules[form.name])
            check_likeness(document, form, checked.result)
            remark(document, form, self.forms, checked.groups["reading"])
        except DocfillError as error:
            return Outcome(source, error=error.kept())
        except Exception as error:
            return Outcome(source, error=unexpected(source.name, error))
        report = checked.plain()
        outcome = Outcome(source, report.result, digest=digest, report=report)
        if self.by is None:
            return outcome
        try:
            return replace(
                outcome, document=checked.commented(self.by.author, self.by.date), suffix=suffix_of(document)
            )
        except DocfillError as error:
            return replace(outcome, error=error.kept())


def checking(
    forms: Sequence[Form], timeout: float = office.TIMEOUT, by: Remarking | None = None
) -> Job[Source, Source, Outcome]:
    """The job of checking returned files as some forms; see `check_many`.

    Raises:
        DocfillError: the rules of a form cannot be used.
    """
    return of_sources(Checking(tuple(forms), timeout, by, {form.name: rules_of(form) for form in forms}), 1)


def check_many(
    sources: Sequence[Source],
    forms: Sequence[Form],
    executor: Executor | None = None,
    jobs: int | None = None,
    timeout: float = office.TIMEOUT,
    by: Remarking | None = None,
) -> Generator[Outcome, None, None]:
    """What is to be said about each returned file, in the order of the files.

    The iterator holds workers until it is exhausted or closed.

    Args:
        sources: the files, from `sources.collect`.
        forms: the forms they may be; where there are several, each file's is recognised.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        timeout: seconds that LibreOffice may take over one file.
        by: who remarks, and when, where the files are wanted back with comments.

    Raises:
        DocfillError: the rules of a form cannot be used.
    """
    yield from run(checking(forms, timeout, by), sources, executor=executor, jobs=jobs)


class Comments(Documents):
    """A file with comments for each source.

    Args:
        output: a folder, or the one file, by path.
        stems: what the files in the folder are called, by source; "" where `output` is the file.
        inputs: the files that are read, which are never written over.
        is_resumed: whether a file that is there, newer than its source, counts as done.
        force: whether a file that is there may be replaced.
    """

    def __init__(
        self, output: str, stems: Mapping[Source, str], inputs: Sequence[Path], is_resumed: bool, force: bool
    ) -> None:
        super().__init__(output, stems, inputs, force=force)
        self._is_resumed = is_resumed

    def known(self, source: Source) -> Outcome | None:
        """A source of which there is a file with comments, newer than it; what is said of it, another outlet knows."""
        targets = [Path(self.target(source, suffix)) for suffix in SUFFIXES]
        is_done = self._is_resumed and any(t.is_file() and t.stat().st_mtime > source.changed for t in targets)
        return Outcome(source) if is_done else None


class Reports(Kept):
    """The reports of all sources, kept until the end and then written as pages, workbooks or JSON.

    Args:
        outputs: the files, .html, .xlsx or .json; none where only the journal is wanted, beside `beside`.
        beside: what the journal stands beside where there is no output.
        sources: all sources of the batch.
        forms: the forms they may be.
        templates: the templates of these forms.
        is_resumed: whether what the journal holds counts as done.
        force: whether the files, and a journal, may be replaced.
    """

    def __init__(
        self,
        outputs: Sequence[str],
        beside: str,
        sources: Sequence[Source],
        forms: Sequence[Form],
        templates: Collection[Path],
        is_resumed: bool = False,
        force: bool = False,
    ) -> None:
        super().__init__((*outputs, beside)[0], sources, forms, templates, is_resumed, force)
        self._outputs = outputs

    def settle(self, settled: Settled, latest: bool) -> Iterable[Outcome]:
        """Writes the files."""
        from docfill.check import report

        again = _Again(lambda: self._entries(settled, latest))
        is_single = len(self._sources) == 1 and not settled.missing
        aside = self._sources.aside if isinstance(self._sources, Met) else ()
        for output in self._outputs:
            if not any(True for _ in again):
                break
            target = None if remote.is_url(output) else Path(output)
            made = report.make_report(again, PurePath(output).suffix.lower(), is_single, target, aside)
            save(output, made, is_resumed=False)
        return ()

    def _entries(self, settled: Settled, latest: bool) -> Iterator[Report | Unread]:
        for outcome in self.outcomes(settled, latest):
            if outcome.report is not None:
                outcome.report.groups["reading"] += settled.remarks.get(outcome.source, ())
                yield outcome.report
            elif outcome.error is not None:
                yield Unread(outcome.source.name, settled.reason(outcome.source, outcome.error))
        yield from (Unread("", problem) for problem in settled.missing)


class _Again:
    """What can be gone through again and again: each time it is made anew."""

    def __init__(self, make: Callable[[], Iterator[Report | Unread]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Report | Unread]:
        return self._make()
