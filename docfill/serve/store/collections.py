"""Collections: what is collected, from whom, until when; and what was dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from docfill.serve.database import Database, Row, dumped
from docfill.serve.doors import not_there
from docfill.serve.ids import new_id, now
from docfill.text import fold

SETTABLE = ("title", "due", "key_path", "shown")


class Collections:
    """What is collected.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Row]:
        """Every collection with its form's title and how it stands, the latest first."""
        return self._db.all(
            """SELECT c.id, c.title, c.due, c.created, c.made_by, f.title AS form,
            (SELECT COUNT(*) FROM roster r WHERE r.collection = c.id) AS expected,
            (SELECT COUNT(*) FROM returns r WHERE r.collection = c.id AND r.state = 'read'
                AND r.newer IS NULL) AS read_,
            (SELECT COUNT(*) FROM returns r WHERE r.collection = c.id AND r.state = 'read' AND r.newer IS NULL
                AND r.doubts + r.errors > 0 AND r.verdict = '') AS doubtful,
            (SELECT COUNT(*) FROM returns r WHERE r.collection = c.id AND r.state = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM returns r WHERE r.collection = c.id AND r.verdict = 'accepted'
                AND r.newer IS NULL) AS accepted
            FROM collections c JOIN editions e ON e.id = c.edition JOIN forms f ON f.id = e.form
            ORDER BY c.created DESC"""
        )

    def one(self, collection: str) -> Row:
        """A collection; Refusal (404) where there is none."""
        known = self._db.one(
            """SELECT c.*, e.form AS form_id, e.number AS edition_number, f.title AS form FROM collections c
            JOIN editions e ON e.id = c.edition JOIN forms f ON f.id = e.form WHERE c.id = ?""",
            collection,
        )
        if known is None:
            raise not_there("没有这个收表任务，或已删除", "there is no such collection, or it was deleted")
        return {**known, "shown": json.loads(known["shown"])}

    def add(self, title: str, edition: str, due: str, key_path: str, shown: Sequence[str], made_by: str) -> str:
        """A new collection; its id."""
        collection = new_id()
        self._db.run(
            "INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(collection, title, edition, due, key_path, dumped(list(shown)), now(), made_by),
        )
        return collection

    def change(self, collection: str, changes: Mapping[str, Any]) -> None:
        """Other settings, those of `SETTABLE`."""
        with self._db.transaction():
            for name in SETTABLE:
                if name in changes:
                    value = dumped(changes[name]) if name == "shown" else changes[name]
                    self._db.run(f"UPDATE collections SET {name} = ? WHERE id = ?", value, collection)

    def set_edition(self, collection: str, edition: str) -> None:
        """Collects with another edition of the form from now on."""
        self._db.run("UPDATE collections SET edition = ? WHERE id = ?", edition, collection)

    def delete(self, collection: str) -> None:
        """Deletes a collection with everything in it, and what the audit trail says of whose data it was."""
        with self._db.transaction():
            self._db.run("DELETE FROM jobs WHERE collection = ?", collection)
            self._db.run("DELETE FROM collections WHERE id = ?", collection)
            self._db.run("UPDATE audit SET subject = '', detail = '' WHERE collection = ?", collection)

    # --- who has to hand in ---

    def roster(self, collection: str) -> list[str]:
        """The names of those who must hand in, in their order."""
        return [
            r["name"] for r in self._db.all("SELECT name FROM roster WHERE collection = ? ORDER BY number", collection)
        ]

    def set_roster(self, collection: str, names: Sequence[str]) -> None:
        """Another list of those who must hand in."""
        with self._db.transaction():
            self._db.run("DELETE FROM roster WHERE collection = ?", collection)
            for number, name in enumerate(dict.fromkeys(n.strip() for n in names if n.strip())):
                self._db.run("INSERT INTO roster VALUES (?, ?, ?)", collection, number, name)

    def missing(self, collection: str) -> list[str]:
        """Those of the roster of whom nothing was read."""
        there = {
            fold(r["who"])
            for r in self._db.all(
                "SELECT DISTINCT who FROM returns WHERE collection = ? AND state = 'read' AND who_key <> ''", collection
            )
        }
        return [name for name in self.roster(collection) if fold(name) not in there]

    # --- drops ---

    def add_drop(self, collection: str, announced: int, made_by: str) -> str:
        """Notes that so many files will come; the drop's id."""
        drop = new_id()
        self._db.run("INSERT INTO drops VALUES (?, ?, ?, '', ?, ?)", drop, collection, announced, made_by, now())
        return drop

    def drop(self, drop: str) -> Row:
        """A drop; Refusal (404) where there is none."""
        known = self._db.one("SELECT * FROM drops WHERE id = ?", drop)
        if known is None:
            raise not_there("没有这一批", "there is no such drop")
        return known

    def end_drop(self, drop: str, ended: str) -> None:
        """Notes that a drop is over: `whole` or `cancelled`."""
        self._db.run("UPDATE drops SET ended = ? WHERE id = ?", ended, drop)

    def drops(self, collection: str) -> list[Row]:
        """What was dropped, the latest first, each with how much of it came and what became of that."""
        found = self._db.all("SELECT * FROM drops WHERE collection = ? ORDER BY created DESC", collection)
        counted = self._db.all(
            """SELECT dropped, state, COUNT(*) AS times, SUM(CASE WHEN inside IS NULL THEN 1 ELSE 0 END) AS arrived
            FROM returns WHERE collection = ? GROUP BY dropped, state""",
            collection,
        )
        for drop in found:
            own = [c for c in counted if c["dropped"] == drop["id"]]
            drop["arrived"] = sum(int(c["arrived"]) for c in own)
            drop["states"] = {c["state"]: c["times"] for c in own}
        return found
