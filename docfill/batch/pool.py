"""The order of work: many tasks on any executor, few at a time, in order, and none lost when a worker dies.

At most `Crew.window` chunks are under way, so memory does not grow with the
number of items.  When a worker dies, what was under way with it is done again:
the chunk that is due item by item and alone, so that an item that kills its
worker `STRIKES` times is told from its neighbours and given up, and no other.
An item's result is yielded once, whatever happened on the way to it.  Wherever an
item is worked on, the language of messages and the limits are those of the caller.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from docfill import limits
from docfill.problems import DocfillError, Language, language, speaking

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Event

CHUNK = 8
"""Items of a task: enough that handing it over costs little beside it, few enough that none waits long."""
AHEAD = 4
"""Tasks under way for each worker, so that none waits for the one whose result is due."""
PATIENCE = 5.0
"""Seconds after which it is looked whether those who work are still there."""
_LONGEST_FOLDER = 107 - len("/pymp-12345678/listener-12345678")
"""Bytes of a temporary folder's path that leave room for what multiprocessing calls its socket (unix(7))."""
STRIKES = 2
"""So many workers may die over one item alone."""

S = TypeVar("S")
R = TypeVar("R")
K = TypeVar("K")


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Setting(Struct, frozen=True):
    """What holds where a task is submitted, and so where it is done: neither processes nor threads inherit it."""

    language: Language
    limits: limits.Limits

    @classmethod
    def here(cls) -> Setting:
        """The setting of this thread or task."""
        return cls(language(), limits.current())


class Crew:
    """Those who do the work: processes of our own, renewed when one dies, or somebody's executor.

    Args:
        jobs: how many work at once; 1 is this process itself.
        executor: who works, instead of processes of our own.
    """

    def __init__(self, jobs: int, executor: Executor | None = None) -> None:
        if executor is None and jobs > 1 and not self._may_hire():
            jobs = 1
        self.jobs = jobs
        self.window = 1 if jobs == 1 and executor is None else jobs * AHEAD
        self._own = executor is None
        self._stop: Event | None = None
        self._leash: Connection | None = None
        self._executor = executor or self._hired()

    def _hired(self) -> Executor:
        if self.jobs == 1:
            return _Here()
        # a single file waits for none of these
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import util

        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if "forkserver" in methods:
            context.set_forkserver_preload(["docfill.batch.work"])
        self._stop = context.Event()
        leash, self._leash = context.Pipe(duplex=False)
        self._held = leash  # until every worker has its copy
        pool = ProcessPoolExecutor(self.jobs, context, _begin, (self._stop, leash, util.get_temp_dir()))
        # all processes before the first task: CPython up to 3.12 waits for ever for one that is
        # started while another dies (gh-90622 has the switch)
        pool._safe_to_dynamically_spawn_children = False  # type: ignore[attr-defined]
        with _without_main():
            pool.submit(_each, str, [], Setting.here())
        return pool

    @staticmethod
    def _may_hire() -> bool:
        """Whether this process may have children.

        One that is a daemon (of Celery, say) may not, nor may one whose temporary folder has too long a path for the
        socket in it by which they are asked for.
        """
        import multiprocessing
        import tempfile

        is_short = len(os.fsencode(tempfile.gettempdir())) <= _LONGEST_FOLDER
        return is_short and not multiprocessing.current_process().daemon

    def submit(self, work: Callable[[S], R], items: list[S]) -> Future[list[R]]:
        """A task under way: the results of the items, in their order."""
        try:
            return self._executor.submit(_each, work, items, Setting.here())
        except BrokenExecutor as error:
            failed: Future[list[R]] = Future()
            failed.set_exception(error)
            return failed
        except RuntimeError:
            if self.is_gone():
                raise _disconnected() from None
            raise

    def has_lost(self, error: BaseException | None) -> bool:
        """Whether a task failed because its worker died, and there are workers to try it again."""
        if self._own:
            return isinstance(error, BrokenExecutor)
        # Dask's own error for it is known by name, so that Dask need not be installed
        return type(error).__name__ == "KilledWorker"

    def is_broken(self) -> bool:
        """Whether workers of our own have died; a task that was handed over at that moment is never heard of again."""
        try:
            if self._own:
                self._executor.submit(_each, str, [], Setting.here())
        except BrokenExecutor:
            return True
        return False

    def is_gone(self) -> bool:
        """Whether Dask has lost its scheduler: a task may then never be heard of again."""
        client = None if self._own else getattr(self._executor, "_client", None)
        return getattr(client, "status", "running") != "running"

    def settle(self, under_way: Iterable[Future[Any]]) -> None:
        """After a death: no task is under way any more, and there are workers again.

        Those of our own are all replaced; a cluster sees to that itself, and its tasks are waited
        for, so that one of them that kills workers is not taken for the next that is tried alone.
        """
        if self._own:
            self._release()
            self._executor = self._hired()
        else:
            waiting = [*under_way]
            while wait(waiting, PATIENCE).not_done and not self.is_gone():
                pass

    def _release(self) -> None:
        if self._leash is not None:
            self._leash.close()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def dismiss(self, under_way: Iterable[Future[Any]] = ()) -> None:
        """Lets our workers finish the item at hand and go; of a cluster, what is still under way is called off.

        The executor calls off its own: cancelled here, a task of workers that just died would be told of that by
        its thread, which takes that for a fault (Python 3.11).
        """
        if not self._own:
            for future in under_way:
                future.cancel()
        else:
            if self._stop is not None:
                self._stop.set()
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._release()


def in_order(
    work: Callable[[S], R],
    items: Iterable[tuple[K, S]],
    crew: Crew,
    lost: Callable[[K], R],
    chunk: int = CHUNK,
) -> Iterator[tuple[K, R]]:
    """The result of each item, in the order of the items.

    Args:
        work: what is done with an item; it can be pickled, and raises only what ends everything.
        items: what the caller wants back with the result, and what the worker is given.
        crew: who works; dismissed at the end.
        lost: the result of an item whose workers die.
        chunk: items of a task.

    Raises:
        DocfillError: the executor is gone, or a worker cannot run docfill.
        OSError: what `work` raised.
    """
    pending = iter(items)
    under_way: deque[tuple[list[tuple[K, S]], Future[list[R]]]] = deque()

    def submitted(batch: list[tuple[K, S]]) -> tuple[list[tuple[K, S]], Future[list[R]]]:
        return batch, crew.submit(work, [sent for _, sent in batch])

    def died(future: Future[list[R]]) -> bool:
        return future.cancelled() or not future.done() or crew.has_lost(future.exception())

    def alone(item: tuple[K, S]) -> R:
        for _ in range(STRIKES):
            result = _result_of(submitted([item])[1], crew)
            if result is not None:
                return result[0]
            crew.settle(())
        return lost(item[0])

    try:
        while True:
            while len(under_way) < crew.window and (batch := list(islice(pending, chunk))):
                under_way.append(submitted(batch))
            if not under_way:
                return
            batch, future = under_way.popleft()
            results = _result_of(future, crew)
            if results is not None:
                yield from zip((kept for kept, _ in batch), results, strict=True)
                continue
            crew.settle([f for _, f in under_way])
            for item in batch:
                yield item[0], alone(item)
            under_way = deque(submitted(b) if died(f) else (b, f) for b, f in under_way)
    finally:
        crew.dismiss(future for _, future in under_way)


def _result_of(future: Future[list[R]], crew: Crew) -> list[R] | None:
    """What a task gave; None where its worker died."""
    while not (future.done() or wait([future], PATIENCE).done):
        if crew.is_gone():
            raise _disconnected()
        if crew.is_broken():
            return None
    try:
        return future.result()
    except (CancelledError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _disconnected() from error
    except Exception as error:
        if crew.has_lost(error):
            return None
        raise DocfillError(
            f"工作进程无法运行（{type(error).__name__}: {error}）；集群中的每台机器须装有同一版本的 docfill",
            f"a worker cannot run ({type(error).__name__}: {error}); each machine needs the same version of docfill",
            "worker-lost",
        ) from error


def _disconnected() -> DocfillError:
    return DocfillError(
        "与集群的连接已断开；已完成的都已保存，加 --resume 可以接着做",
        "the connection to the cluster is lost; what was done is kept, go on with --resume",
        "unreachable",
    )


_one_at_a_time = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Processes that are started meanwhile do not run the caller's script again, whether it has a guard or not.

    A child imports the main module, so that what is defined there can be sent to it; ours are sent nothing of it.
    """
    with _one_at_a_time:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


# --- in the worker ---

_stopping: Event | None = None


def _begin(stop: Event, leash: Connection, folder: str) -> None:
    """Readies a process of our own: it leaves Ctrl-C to its parent, and never outlives it or its release.

    Args:
        stop: is set when no more is to be begun.
        leash: is closed at the other end to release it.
        folder: where its parent keeps the socket by which it starts processes, and what is left of one that was killed.
    """
    global _stopping
    _stopping = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(leash, folder), daemon=True).start()


def _follow(leash: Connection, folder: str) -> None:
    import shutil
    from multiprocessing import parent_process
    from multiprocessing.connection import wait as wait_for

    parent = parent_process()
    wait_for([leash, *([parent.sentinel] if parent is not None else ())])
    if parent is not None and not parent.is_alive():
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _each(work: Callable[[S], R], items: list[S], setting: Setting) -> list[R]:
    results = []
    with speaking(setting.language), limits.holding(setting.limits):
        for item in items:
            if _stopping is not None and _stopping.is_set():
                break
            results.append(work(item))
    return results


class _Here(Executor):
    """Works at once, in this process: results come one by one, and nothing needs to be pickled."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
