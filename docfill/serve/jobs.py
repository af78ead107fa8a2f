"""The queue: what takes long, done in order by the crew, once each, whatever dies meanwhile.

A job is a row.  It is claimed for a time that is prolonged while its holder lives; what it changes and that it is
done are one transaction, and a result that comes after the claim was lost is thrown away.  So a job may be begun
twice and has its effect once.  A job whose process died is done again alone, with nothing beside it, so that a file
that kills its process is told from its neighbours, and given up after `STRIKES` deaths.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docfill.batch import pool
from docfill.problems import DocfillError
from docfill.serve.database import Row
from docfill.serve.ids import new_id
from docfill.serve.store.jobs import LEASE
from docfill.serve.work import apply, apply_behind

if TYPE_CHECKING:
    from docfill.serve.server import Server

STRIKES = 3
"""So many times a job is begun before it is given up."""

log = logging.getLogger("docfill.serve")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        prepare: the call that a process makes: a function of `work` and what it is given.
        finish: keeps what the call gave, in the transaction that ends the job; what it gives is the job's result.
        lost: the same for a job that is given up, with the reason.
    """

    prepare: Callable[[Server, Row], tuple[Callable[..., Any], tuple[Any, ...]]]
    finish: Callable[[Server, Row, Any], Any]
    lost: Callable[[Server, Row, DocfillError], None] = lambda *_: None


KINDS: dict[str, Kind] = {}
"""The kinds of job by name."""


class Foreman:
    """Takes jobs from the queue, hands them to the crew, and keeps what comes back; a thread of the server.

    Args:
        server: whose queue it is.
        crew: who does the work.
        is_behind: whether it steps back for whoever waits for a page.
    """

    def __init__(self, server: Server, crew: pool.Crew, *, is_behind: bool = True) -> None:
        self._server, self._crew, self.name = server, crew, new_id()
        self._window = crew.jobs * 2
        self._apply = apply_behind if is_behind else apply
        self._under_way: dict[Future[Any], Row] = {}
        self._bell: queue.SimpleQueue[Future[Any] | None] = queue.SimpleQueue()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="foreman", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def ring(self) -> None:
        """Says that there is something new in the queue."""
        self._bell.put(None)

    def stop(self) -> None:
        """Ends, once what is under way is kept; what waits stays in the queue."""
        self._is_over.set()
        self.ring()
        self._thread.join()
        self._crew.dismiss()

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                self._take()
                self._keep(self._heard())
                self._server.jobs.prolong(self.name)
                self._server.jobs.release(expired=True)
            except Exception:
                log.exception("the queue stumbled")
                self._is_over.wait(1)
        try:
            self._end()
        except Exception:  # the disk is full, say: what was under way is begun anew by whoever starts next
            log.exception("what was under way could not be kept")

    def _heard(self) -> list[Future[Any]]:
        """The calls that have come back, when there are some or the bell rings."""
        heard: list[Future[Any] | None] = []
        try:
            heard.append(self._bell.get(timeout=LEASE / 3))
            while not self._bell.empty():
                heard.append(self._bell.get())
        except queue.Empty:
            pass
        if self._under_way and not heard and self._crew.is_broken():
            return list(self._under_way)
        return [f for f in heard if f is not None and f in self._under_way]

    def _take(self) -> None:
        room = self._window - len(self._under_way)
        if room <= 0 or any(job["attempts"] > 1 for job in self._under_way.values()):
            return
        is_alone, is_idle = not self._under_way, self._server.is_idle()
        for job in self._server.jobs.claim(self.name, room, is_alone=is_alone, is_idle=is_idle):
            if job["attempts"] > STRIKES:
                self._give_up(job)
                continue
            try:
                function, given = KINDS[job["kind"]].prepare(self._server, _opened(job))
            except DocfillError as error:
                self._server.jobs.fail(job, error)
                continue
            future: Future[Any] = self._crew.submit(self._apply, [(function, given)])
            self._under_way[future] = job
            future.add_done_callback(self._bell.put)

    def _keep(self, done: list[Future[Any]]) -> None:
        lost = [f for f in done if not f.done() or f.cancelled() or self._crew.has_lost(f.exception())]
        if lost:
            self._server.jobs.release(self.name)
            self._under_way.clear()
            self._crew.settle(())
            self.ring()
            return
        for future in done:
            job = self._under_way.pop(future)
            with self._server.database.transaction():
                if self._server.jobs.holds(job, self.name):
                    self._finish(future, job)
        if done:
            self._server.changed()

    def _finish(self, future: Future[Any], job: Row) -> None:
        error = future.exception()
        if error is None:
            kept = KINDS[job["kind"]].finish(self._server, _opened(job), future.result()[0])
            self._server.jobs.end(job, kept)
        elif isinstance(error, DocfillError):
            KINDS[job["kind"]].lost(self._server, _opened(job), error)
            self._server.jobs.fail(job, error)
        else:
            log.error("%s failed", job["kind"], exc_info=error)
            reason = DocfillError(f"处理时出错（{error!r}）", f"docfill failed ({error!r})")
            KINDS[job["kind"]].lost(self._server, _opened(job), reason)
            self._server.jobs.fail(job, reason)

    def _give_up(self, job: Row) -> None:
        reason = DocfillError(
            "处理它的进程几次意外中止（可能内存不足），未处理",
            "the process that did it died again and again (for want of memory, perhaps)",
        )
        with self._server.database.transaction():
            KINDS[job["kind"]].lost(self._server, _opened(job), reason)
            self._server.jobs.fail(job, reason)

    def _end(self) -> None:
        waiting = {f for f in self._under_way if not f.cancel()}
        for future in waiting:
            try:
                future.result(timeout=LEASE)
            except Exception:
                continue
        self._keep([f for f in waiting if f.done() and not f.cancelled()])
        self._server.jobs.release(self.name)


def _opened(job: Row) -> Row:
    return {**job, "payload": json.loads(job["payload"])}
