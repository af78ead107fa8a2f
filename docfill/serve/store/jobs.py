"""The rows of the queue; what they are for, and who does them, is in `serve.jobs`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from docfill.problems import DocfillError
from docfill.serve.database import Database, Row, dumped
from docfill.serve.doors import not_there
from docfill.serve.ids import new_id, now

KEPT = 7 * 86400.0
"""Seconds that a finished job is remembered, and what it made can be had."""
LEASE = 10.0
"""Seconds that a claim lasts; it is prolonged every third of them."""
TAKE, DRAW = "take", "draw"
"""The kinds of job for which nobody waits at a page: looking at what was dropped, and drawing what was read."""


class Jobs:
    """The rows of the queue.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(
        self, kind: str, unique_key: str, payload: Mapping[str, Any], made_by: str, collection: str | None = None
    ) -> str:
        """A new job, or the one with the same key that is not over yet; its id."""
        with self._db.transaction():
            known = self._db.one("SELECT id, state FROM jobs WHERE unique_key = ?", unique_key)
            if known and known["state"] in ("queued", "running"):
                return str(known["id"])
            self._db.run("DELETE FROM jobs WHERE unique_key = ?", unique_key)
            made = new_id()
            self._db.run(
                """INSERT INTO jobs (id, kind, subject, input, unique_key, collection, payload, state, made_by, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)""",
                *(made, kind, payload.get("subject", ""), payload.get("blob", ""), unique_key, collection),
                *(dumped(payload), made_by, now()),
            )
        return made

    def one(self, job: str) -> Row:
        """A job; Refusal (404) where there is none."""
        known = self._db.one("SELECT * FROM jobs WHERE id = ?", job)
        if known is None:
            raise not_there("没有这项工作", "there is no such job")
        return {**known, "payload": json.loads(known["payload"]), "result": json.loads(known["result"] or "null")}

    def of_collection(self, collection: str, kind: str) -> list[Row]:
        """The jobs of a kind in a collection, the latest first."""
        found = self._db.all(
            "SELECT * FROM jobs WHERE collection = ? AND kind = ? ORDER BY number DESC LIMIT 50", collection, kind
        )
        return [{**j, "payload": json.loads(j["payload"]), "result": json.loads(j["result"] or "null")} for j in found]

    def claim(self, worker: str, most: int, *, is_alone: bool, is_idle: bool = False) -> list[Row]:
        """Up to so many jobs, held by a worker from now on; one begun before alone, while nothing is under way.

        What others wait for on a page comes first.  What nobody waits for is done while nothing else is, if the server
        is idle, too, and one at a time: whoever comes to a page meanwhile has the other processors.
        """
        with self._db.transaction(alone=False):
            again = self._db.one("SELECT number FROM jobs WHERE state = 'queued' AND attempts > 0 LIMIT 1")
            if again and not is_alone:
                return []  # until it can be done alone
            found = self._db.all(
                f"""SELECT number FROM jobs WHERE state = 'queued' AND (attempts > 0 OR kind <> ?)
                ORDER BY CASE WHEN attempts > 0 THEN 0 WHEN kind = ? THEN 2 ELSE 1 END, number
                LIMIT ? {self._db.locking}""",
                *(DRAW, TAKE, 1 if again else most),
            )
            if not found and is_alone and is_idle:
                found = self._db.all(
                    f"SELECT number FROM jobs WHERE state = 'queued' ORDER BY number LIMIT 1 {self._db.locking}"
                )
            for job in found:
                self._db.run(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = ?, leased_until = ? "
                    "WHERE number = ?",
                    *(worker, now() + LEASE, job["number"]),
                )
            claimed = (self._db.one("SELECT * FROM jobs WHERE number = ?", job["number"]) for job in found)
            return [job for job in claimed if job]

    def prolong(self, worker: str) -> None:
        """Says that a worker lives."""
        self._db.run("UPDATE jobs SET leased_until = ? WHERE worker = ? AND state = 'running'", now() + LEASE, worker)

    def holds(self, job: Row, worker: str) -> bool:
        """Whether a worker still holds a job."""
        return bool(
            self._db.one(
                "SELECT id FROM jobs WHERE number = ? AND worker = ? AND state = 'running'", job["number"], worker
            )
        )

    def end(self, job: Row, result: Any) -> None:
        """Notes that a job is done; a file that it made stands in its result as `blob`."""
        blob = result.get("blob", "") if isinstance(result, dict) else ""
        self._db.run(
            "UPDATE jobs SET state = 'done', result = ?, blob = ?, finished = ? WHERE number = ?",
            *(dumped(result), blob, now(), job["number"]),
        )

    def fail(self, job: Row, error: DocfillError) -> None:
        """Notes that a job cannot be done."""
        self._db.run(
            "UPDATE jobs SET state = 'failed', reason_zh = ?, reason_en = ?, finished = ? WHERE number = ?",
            *(error.zh, error.en, now(), job["number"]),
        )

    def release(self, worker: str = "", *, expired: bool = False) -> None:
        """Gives back what a worker held, or what the dead held longest."""
        if expired:
            self._db.run("UPDATE jobs SET state = 'queued' WHERE state = 'running' AND leased_until < ?", now())
        elif worker:
            self._db.run("UPDATE jobs SET state = 'queued' WHERE state = 'running' AND worker = ?", worker)
        else:
            self._db.run("UPDATE jobs SET state = 'queued' WHERE state = 'running'")

    def forget(self) -> None:
        """Removes what was over long ago, and with it the way to the files that were made."""
        self._db.run("DELETE FROM jobs WHERE finished < ?", now() - KEPT)

    def cancel(self, collection: str, dropped: str) -> None:
        """Forgets the waiting jobs of a drop."""
        self._db.run(
            """DELETE FROM jobs WHERE collection = ? AND state = 'queued' AND kind = 'take'
            AND subject IN (SELECT id FROM returns WHERE dropped = ?)""",
            *(collection, dropped),
        )
