"""Puts: values into many returned files, each change at its place; see `Form.corrected`."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

from docfill.batch import crew_for, lost_source, pool
from docfill.batch.work import Outcome, read_as, unexpected
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
        problems: why nothing was put, everything at once.
    """

    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Putting:
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
            return Put(source, error=error)
        except Exception as error:
            return Put(source, error=unexpected(source.name, error))
        result = Result(form.name, source.name, {}, [], [])
        suffix = ".docx" if done.is_converted else suffix_of(document)
        return Put(source, result, None, digest, None, done.document, suffix, done.changes)


def put_many(
    orders: Sequence[tuple[Source, Mapping[str, Any]]],
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
    crew = crew_for(len(orders), executor, jobs)
    putting = Putting(tuple(forms), timeout, tuple(rewrite), track)
    items = ((order[0], order) for order in orders)
    for source, done in pool.in_order(putting, items, crew, _lost, 1):
        yield replace(done, source=source)


def _lost(source: Source) -> Put:
    return Put(source, error=lost_source(source).error)
