"""Puts: values into many returned files, each change at its place; see `Form.corrected`."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import Struct

from docfill.batch.flow import Job, lost_source, run
from docfill.batch.handed import Settled
from docfill.batch.outlets import Documents
from docfill.batch.work import Outcome, read_as, unexpected
from docfill.corrections import Log, of_put
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError, InvalidData, Problem
from docfill.put import Track
from docfill.put.changes import Change
from docfill.sources import Source
from docfill.word import office
from docfill.word.comments import suffix_of


@dataclass(frozen=True, slots=True)
class Put(Outcome):
    """What became of one returned file.

    Attributes:
        changes: what it says otherwise than before.
        problems: why nothing was put, everything at once; or what is doubtful about what was.
    """

    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = field(default_factory=list)


class Putting(Struct, frozen=True):
    """Puts into a source what is given with it.

    Attributes:
        forms: which it may be; where there are several, it is recognised.
        timeout: seconds that one conversion by LibreOffice may take.
        rewrite: the paths of fields to be written anew though their value stays.
        track: who changes them, where the changes are to be tracked ones.
    """

    forms: tuple[Form, ...]
    timeout: float
    rewrite: tuple[str, ...]
    track: Track | None = None

    def __call__(self, order: tuple[Source, Mapping[str, Any]]) -> Put:
        source, given = order
        try:
            document, form, digest = read_as(source, self.forms, self.timeout)
            done = form.corrected(document, given, rewrite=self.rewrite, track=self.track)
        except InvalidData as refused:
            return Put(source, error=refused, problems=refused.problems)
        except DocfillError as error:
            return Put(source, error=error.kept())
        except Exception as error:
            return Put(source, error=unexpected(source.name, error))
        result = Result(form.name, source.name, {}, [], [])
        suffix = ".docx" if done.is_converted else suffix_of(document)
        return Put(source, result, None, digest, None, done.document, suffix, done.changes)


Order = tuple[Source, Mapping[str, Any]]
"""A returned file, and the part of a record that is put into it."""


def putting(
    forms: Sequence[Form],
    timeout: float = office.TIMEOUT,
    rewrite: Collection[str] = (),
    track: Track | None = None,
) -> Job[Order, Order, Put]:
    """The job of putting values into returned files; see `put_many`."""
    return Job(Putting(tuple(forms), timeout, tuple(rewrite), track), _itself, _placed, _lost, chunk=1)


def put_many(
    orders: Sequence[Order],
    forms: Sequence[Form],
    executor: Executor | None = None,
    jobs: int | None = None,
    timeout: float = office.TIMEOUT,
    rewrite: Collection[str] = (),
    track: Track | None = None,
) -> Generator[Put, None, None]:
    """What becomes of each returned file, in the order of the files.

    Args:
        orders: the files, each with the part of a record that is put into it.
        forms: the forms they may be; where there are several, each file's is recognised.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        timeout: seconds that LibreOffice may take over one file.
        rewrite: the paths of fields to be written anew though their value stays.
        track: by whom and when, where the changes are to be tracked ones.
    """
    return run(putting(forms, timeout, rewrite, track), orders, executor=executor, jobs=jobs)


def _itself(order: Order) -> Order:
    return order


def _placed(done: Put, order: Order) -> Put:
    return replace(done, source=order[0])


def _lost(order: Order) -> Put:
    return Put(order[0], error=lost_source(order[0]).error)


class Corrected(Documents):
    """A file with its changes for each source; what was put before is put again and compared, being the same."""

    def known(self, order: Order) -> Put | None:
        """Nothing: what a file becomes is known when it is made."""
        return None


class Noted:
    """The file of corrections: each change that was put and written, with who, when and why.

    Args:
        log: where they are noted.
        said: who, when and why.
        forms: the forms that the files may be of.
    """

    def __init__(self, log: Log, said: Mapping[str, str], forms: Sequence[Form]) -> None:
        self._log, self._said, self._forms = log, said, forms

    def known(self, order: Order) -> Put | None:
        """Nothing: what is noted again is known."""
        return None

    def add(self, done: Put) -> Put:
        """Takes note of what was put."""
        if done.error is None and done.result is not None and done.document is not None:
            said, form = done.source.name, done.result.form
            made = of_put(said, form, done.digest, done.document, done.changes, **self._said)
            is_new = {one.path for one in made if self._log.add(one)}
            doubts = [p for p in self._log.doubts(self._forms, [said]).get(said, ()) if p.path in is_new]
            return replace(done, problems=[*done.problems, *doubts])
        return done

    def settle(self, settled: Settled, latest: bool) -> tuple[()]:
        """Writes the file."""
        self._log.save()
        return ()

    def __enter__(self) -> Noted:
        return self

    def __exit__(self, *_: object) -> None:
        return None
