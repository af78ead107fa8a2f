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

from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain, islice
from typing import Any, TypeVar

from docfill import remote
from docfill.batch import pool
from docfill.batch.work import Filled, Filling, Outcome, Reading, saved
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.sources import Source
from docfill.word import office

__all__ = ["Filled", "Outcome", "extract_many", "fill_many"]

FEW, FEW_RECORDS = 8, 100
"""Up to so many files to read, or records to fill, starting processes costs more than it saves."""

K = TypeVar("K")


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
    crew = crew_for(len(sources), executor, jobs)
    share = len(sources) // (crew.jobs * pool.AHEAD)
    chunk = 1 if crew.window == 1 else min(pool.CHUNK, max(1, share))
    reading = Reading(tuple(forms), timeout)
    for source, outcome in pool.in_order(reading, ((s, s) for s in sources), crew, lost_source, chunk):
        yield replace(outcome, source=source)


def crew_for(count: int, executor: Executor | None, jobs: int | None) -> pool.Crew:
    """Who reads so many files: this process itself where they are few."""
    few = executor is None and count <= FEW
    return pool.Crew(1 if few else min(jobs or pool.cores(), max(count, 1)), executor)


def fill_many(
    form: Form,
    orders: Iterable[tuple[K, Mapping[str, Any], str]],
    executor: Executor | None = None,
    jobs: int | None = None,
    is_resumed: bool = False,
    into: bytes | None = None,
) -> Generator[tuple[K, Filled], None, None]:
    """What becomes of each record, in the order of the records.

    Records may come from a stream: no more are taken than are under way.

    Args:
        form: the form to fill.
        orders: for each record what is to come back with it, the record, and where its file is
            written, a path or URL; "" for a document in the result.
        executor: as for `extract_many`.
        jobs: as for `extract_many`.
        is_resumed: whether a file that is there and the same counts as done; another is an error.
        into: anybody's document of the form to write each record into, instead of the template.

    Raises:
        DocfillError: the executor is gone, or its workers cannot run docfill.
        OSError: the disk is full.
    """
    orders = iter(orders)
    head = list(islice(orders, FEW_RECORDS + 1))
    few = executor is None and len(head) <= FEW_RECORDS
    crew = pool.Crew(1 if few else jobs or pool.cores(), executor)
    chunk = 1 if crew.window == 1 else pool.CHUNK
    # the workers of an executor may be on other machines, whose disks are not this one's
    is_sent = [executor is None, True]
    items = (
        ((kept, target), (data, target if is_sent[remote.is_url(target)] else ""))
        for kept, data, target in chain(head, orders)
    )
    for (kept, target), filled in pool.in_order(Filling(form, is_resumed, into), items, crew, _lost_record, chunk):
        if target and filled.document is not None:
            filled = saved(target, filled.document, is_resumed)
        yield kept, filled


def lost_source(source: Source) -> Outcome:
    """The outcome of a file whose workers died."""
    return Outcome(
        source,
        error=DocfillError(
            f"{source.name}：读取它的进程两次意外中止（可能内存不足），未读取",
            f"{source.name}: the process that read it died twice (for want of memory, perhaps); it was not read",
            "worker-lost",
        ),
    )


def _lost_record(_: object) -> Filled:
    return Filled(
        error=DocfillError(
            "填写这条记录的进程两次意外中止（可能内存不足），未生成",
            "the process that filled it died twice (for want of memory, perhaps); nothing was written",
            "worker-lost",
        )
    )
