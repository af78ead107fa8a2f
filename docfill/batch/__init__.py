"""Batches: many returned files or many records, over cores or a cluster, in order, in bounded memory.

for outcome in extract_many(sources.collect(["returned/"]), [form]):
    ...                                  # outcome.result, or outcome.error

The executor is any of `concurrent.futures`: processes of our own by default,
`dask.distributed.Client(…).get_executor()` for a cluster.  Forms travel as their
templates and are compiled once in each process.  One file can't stop the others:
not by what it holds, not by vanishing, not by killing the worker that reads it.
What comes out does not depend on who worked: same input, same outcomes, in the
order of the input (law 7).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import Executor

from docfill.batch.flow import Job, of_sources, run
from docfill.batch.work import Outcome, Reading
from docfill.form import Form
from docfill.sources import Source
from docfill.word import office

__all__ = ["Outcome", "extract_many", "reading"]


def reading(forms: Sequence[Form], timeout: float = office.TIMEOUT) -> Job[Source, Source, Outcome]:
    """The job of reading returned files as some forms; see `extract_many`."""
    return of_sources(Reading(tuple(forms), timeout))


def extract_many(
    sources: Sequence[Source],
    forms: Sequence[Form],
    executor: Executor | None = None,
    jobs: int | None = None,
    timeout: float = office.TIMEOUT,
) -> Generator[Outcome, None, None]:
    """What each returned file says, in the order of the files.

    The iterator holds workers until it is exhausted or closed.  A script needs no
    `if __name__ == "__main__":`; a process that may have no children (a daemon, as
    of Celery) reads by itself.

    Args:
        sources: the files, from `sources.collect`.
        forms: the forms they may be; where there are several, each file's is recognised.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        timeout: seconds that LibreOffice may take over one file.

    Raises:
        DocfillError: the executor is gone, or its workers cannot run docfill.
        OSError: the disk is full.
    """
    return run(reading(forms, timeout), sources, executor=executor, jobs=jobs)
