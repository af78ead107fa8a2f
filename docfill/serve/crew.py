"""Who does the work: processes beside the server, those of batches (`batch.pool`) or of a Dask cluster.

A call that a page waits for goes to the desk, two processes that no batch occupies; what takes long goes through
the queue (`jobs`) to the crew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from docfill.batch import pool
from docfill.problems import DocfillError
from docfill.serve.work import apply

_AT_THE_DESK = 2
WAIT = 120.0
"""Seconds that a page waits for the desk."""


class Desk:
    """Calls that somebody waits for, one process dying or not."""

    def __init__(self) -> None:
        self._crew = pool.Crew(_AT_THE_DESK)
        self._lock = threading.Lock()
        self._expected: set[tuple[Any, ...]] = set()

    def expect(self, function: Callable[..., Any], *given: Any) -> None:
        """Has each process do something once that makes the calls to come quick; nobody waits for it."""
        with self._lock:
            if (function, *given) in self._expected:
                return
            self._expected.add((function, *given))
        for _ in range(_AT_THE_DESK):
            self._crew.submit(apply, [(function, given)])

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """What a function of `work` gives; DocfillError it raises, or where its process died twice over it."""
        for _ in range(pool.STRIKES):
            crew = self._crew
            future: Future[list[Any]] = crew.submit(apply, [(function, given)])
            try:
                (result,) = future.result(timeout=WAIT)
                return result
            except DocfillError:
                raise
            except Exception as error:
                if not crew.has_lost(error):
                    raise
                with self._lock:
                    if self._crew.is_broken():
                        self._crew.settle(())
        raise DocfillError("处理时进程两次意外中止，未处理", "the process that did it died twice; nothing was done")

    def close(self) -> None:
        """Sends the processes home."""
        self._crew.dismiss()


def hired(jobs: int | None, executor: Executor | None) -> pool.Crew:
    """The crew of the queue: always other processes than the server's own."""
    return pool.Crew(max(2, jobs or pool.cores()), executor)
