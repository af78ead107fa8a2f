"""The one run: items → a job on many cores or a cluster → outlets, for extract, check, put and fill.

Items are returned files or records; they may come from a stream, and no more of them
are taken than are under way.  What an outlet knows of an earlier run is not done again.
Outcomes come in the order of the items, each once it is kept in every outlet.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import chain, islice, tee
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from msgspec import Struct

from docfill.batch import pool
from docfill.batch.work import Outcome
from docfill.problems import DocfillError
from docfill.sources import Source

if TYPE_CHECKING:
    from docfill.batch.handed import Settled

FEW = 8
"""Up to so many files, starting processes costs more than it saves."""

I = TypeVar("I")  # noqa: E741
S = TypeVar("S")
R = TypeVar("R")
O = TypeVar("O", bound=Outcome)  # noqa: E741
_Item = TypeVar("_Item", contravariant=True)
_Taken = TypeVar("_Taken", contravariant=True)


class Outlet(Protocol[_Item, R]):
    """Where outcomes go; used in a with statement."""

    def known(self, item: _Item) -> R | None:
        """What became of an item in an earlier run, if that counts."""
        ...

    def add(self, outcome: R) -> R:
        """Takes an outcome, and gives what became of it. OSError or DocfillError where it cannot be kept."""
        ...

    def settle(self, settled: Settled, latest: bool) -> Iterable[R]:
        """Takes what is known at the end; gives the outcomes that the format refuses."""
        ...

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class Witness(Protocol[_Taken]):
    """What takes note of every outcome, and knows at the end what they are to one another."""

    def add(self, outcome: _Taken) -> None:
        """Takes note of one outcome."""
        ...

    @property
    def settled(self) -> Settled:
        """What there is to say of all that was taken note of."""
        ...


class Job(Struct, Generic[I, S, R], frozen=True):
    """What is done with each item of a run.

    Attributes:
        work: what a worker does with what it is sent, which both can be pickled; it raises what ends everything.
        sent: what of an item a worker is sent.
        placed: an outcome that has come back, with its item.
        lost: the outcome of an item whose workers died.
        few: up to so many items, this process itself does them.
        chunk: so many items go to a worker together where there are many.
        is_quick: whether an item takes hardly longer than it takes to hand it over, so that they go together also where
            this process itself does them.
    """

    work: Callable[[S], R]
    sent: Callable[[I], S]
    placed: Callable[[R, I], R]
    lost: Callable[[I], R]
    few: int = FEW
    chunk: int = pool.CHUNK
    is_quick: bool = False


def run(
    job: Job[I, S, R],
    items: Iterable[I],
    outlets: Sequence[Outlet[I, R]] = (),
    executor: Executor | None = None,
    jobs: int | None = None,
    register: Witness[R] | None = None,
    latest: bool = False,
) -> Generator[R, None, None]:
    """Each outcome in order once it is kept, also of what was done in an earlier run.

    An outcome that comes a second time, at the end, takes the place of the first: the
    format of an outlet cannot hold it.  The outlets are whole when the iterator is
    exhausted; closed before, the run can be resumed.  The iterator holds workers until
    it is exhausted or closed.

    Args:
        job: what is done with those that are not done yet.
        items: all items.
        outlets: where the outcomes go.
        executor: who works, instead of processes of our own; not shut down.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        register: what takes note of all outcomes.
        latest: whether the outlets hold the newest version only of what was handed in more than once.

    Raises:
        DocfillError: the executor is gone, or its workers cannot run docfill.
        OSError: the disk is full.
    """
    with ExitStack() as stack:
        for outlet in outlets:
            stack.enter_context(outlet)
        coming, listed = tee(items)
        due = (item for item in coming if _known(outlets, item) is None)
        fresh = stack.enter_context(closing(_done(job, due, executor, jobs)))
        for item in listed:
            kept = _known(outlets, item)
            outcome = kept if kept is not None else next(fresh)
            for outlet in outlets:
                outcome = outlet.add(outcome)
            if register is not None:
                register.add(outcome)
            yield outcome
        if outlets:
            yield from _settled(outlets, register, latest)


def _settled(outlets: Sequence[Outlet[I, R]], register: Witness[R] | None, latest: bool) -> Iterator[R]:
    """What the outlets give once it is known what the outcomes are to one another."""
    from docfill.batch.handed import Settled  # one file by itself needs nobody to tell

    settled = register.settled if register is not None else Settled()
    for outlet in outlets:
        yield from outlet.settle(settled, latest)


def _done(
    job: Job[I, S, R], items: Iterator[I], executor: Executor | None, jobs: int | None
) -> Generator[R, None, None]:
    """The outcome of each item, in their order, by as many workers as it is worth."""
    most = jobs or pool.cores()
    head = list(islice(items, max(job.few, most * pool.AHEAD * job.chunk) + 1))
    is_few = executor is None and len(head) <= job.few
    crew = pool.Crew(1 if is_few else min(most, max(len(head), 1)), executor)
    share = len(head) // (crew.jobs * pool.AHEAD)
    chunk = min(job.chunk, max(1, share)) if crew.window > 1 else job.chunk if job.is_quick else 1
    sent = ((item, job.sent(item)) for item in chain(head, items))
    for item, outcome in pool.in_order(job.work, sent, crew, job.lost, chunk):
        yield job.placed(outcome, item)


def _known(outlets: Sequence[Outlet[I, R]], item: I) -> R | None:
    """What became of an item, where each outlet knows it: as the first of them tells it that has a result."""
    found = [outlet.known(item) for outlet in outlets]
    told = [outcome for outcome in found if outcome is not None]
    if not found or len(told) < len(found):
        return None
    return next((outcome for outcome in told if getattr(outcome, "result", None) is not None), told[0])


# --- jobs whose items are returned files ---


def of_sources(work: Callable[[Source], O], chunk: int = pool.CHUNK) -> Job[Source, Source, Outcome]:
    """A job that is done with each returned file."""
    return Job(work, _itself, _of_source, lost_source, chunk=chunk)


def _itself(source: Source) -> Source:
    return source


def _of_source(outcome: Outcome, source: Source) -> Outcome:
    return replace(outcome, source=source)


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
