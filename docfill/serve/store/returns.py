"""Returns: every dropped thing and what became of it; what was read, corrected, confirmed, remarked and decided.

States: `waiting`, `read`, `refused` (with the reason), `duplicate` (of `same_as`), `opened` (a mail or archive, whose
contents are returns of their own), `aside` (knowingly no form).  A read return that the same applicant has handed in
anew has the newer one's id in `newer`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from docfill.batch.handed import beside_forms
from docfill.files import WORD
from docfill.serve import records
from docfill.serve.database import Database, Row, dumped
from docfill.serve.doors import Refusal, not_there
from docfill.serve.ids import new_id, now
from docfill.serve.store.jobs import DRAW
from docfill.text import fold

CLAIMED = 150.0
"""Seconds that a claim lasts after its holder was last heard of: a page that is open says so every minute."""


class Returns:
    """What was handed in.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- what came ---

    def add(self, drop: Row, name: str, blob: str, size: int, inside: str | None = None) -> tuple[str, bool]:
        """Notes a file; its id, and whether it has to be looked at: the same file under the same name of the same
        drop is there already, the same content elsewhere is a duplicate.
        """
        with self._db.transaction():
            known = self._db.one("SELECT id, blob FROM returns WHERE dropped = ? AND name = ?", drop["id"], name)
            if known and known["blob"] == blob:
                return known["id"], False
            if known:
                name = self._free(drop["id"], name)
            same = self._db.one(
                """SELECT id FROM returns WHERE collection = ? AND blob = ? AND state IN ('waiting', 'read', 'refused')
                ORDER BY number LIMIT 1""",
                *(drop["collection"], blob),
            )
            made = new_id()
            state = "duplicate" if same else "waiting"
            self._insert(made, drop, inside, name, blob, size, state, same["id"] if same else None)
            return made, not same

    def add_told(self, drop: Row, inside: str, told: Mapping[str, Any]) -> None:
        """Notes a member of an archive or mail that is not looked at: `refused` with the reason, or set `aside`."""
        with self._db.transaction():
            if not self._db.one("SELECT id FROM returns WHERE dropped = ? AND name = ?", drop["id"], told["name"]):
                made = new_id()
                self._insert(made, drop, inside, told["name"], "", 0, told["state"], None)
                self._db.run(
                    "UPDATE returns SET reason_zh = ?, reason_en = ? WHERE id = ?",
                    *(told.get("zh", ""), told.get("en", ""), made),
                )

    def _insert(
        self, made: str, drop: Row, inside: str | None, name: str, blob: str, size: int, state: str, same: str | None
    ) -> None:
        last = self._db.one("SELECT MAX(number) AS number FROM returns WHERE collection = ?", drop["collection"])
        number = ((last or {}).get("number") or 0) + 1
        self._db.run(
            """INSERT INTO returns (id, collection, dropped, inside, number, name, blob, size, received, state, same_as)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            *(made, drop["collection"], drop["id"], inside, number, name, blob, size, now(), state, same),
        )

    def _free(self, drop: str, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        number = 2
        while self._db.one(
            "SELECT id FROM returns WHERE dropped = ? AND name = ?",
            *(drop, candidate := f"{stem}-{number}{dot}{suffix}"),
        ):
            number += 1
        return candidate

    # --- what was read ---

    def settle(self, return_id: str, found: Mapping[str, Any], edition: str, collection: Row) -> None:
        """Keeps what a return is, as `work.take` tells it; what was read before is compared with."""
        with self._db.transaction():
            if found["state"] != "read":
                self._db.run(
                    "UPDATE returns SET state = ?, reason_zh = ?, reason_en = ?, edition = ?, read_at = ? WHERE id = ?",
                    *(found["state"], found.get("zh", ""), found.get("en", ""), edition, now(), return_id),
                )
                return
            before = self._db.one("SELECT machine FROM readings WHERE return_id = ?", return_id)
            changes = _changes(json.loads(before["machine"]), found["machine"]) if before else {}
            self._db.run("DELETE FROM readings WHERE return_id = ?", return_id)
            self._db.run(
                "INSERT INTO readings VALUES (?, ?, ?, ?, ?)",
                *(return_id, dumped(found["machine"]), dumped(found["record"]), dumped(found["problems"])),
                dumped(changes),
            )
            self._db.run(
                """UPDATE returns SET state = 'read', reason_zh = '', reason_en = '', edition = ?, read_at = ?,
                changed = ? WHERE id = ?""",
                *(edition, now(), len(changes), return_id),
            )
            self._sum_up(return_id, found["record"], found["problems"], collection)

    def restate(self, return_id: str, record: Mapping[str, Any], problems: list[Any], collection: Row) -> None:
        """Keeps the record and problems as they are after a correction."""
        with self._db.transaction():
            self._db.run(
                "UPDATE readings SET record = ?, problems = ? WHERE return_id = ?",
                *(dumped(record), dumped(problems), return_id),
            )
            self._sum_up(return_id, record, problems, collection)

    def _sum_up(self, return_id: str, record: Mapping[str, Any], problems: list[Any], collection: Row) -> None:
        """The columns of the list, which follow from the record, the problems and the confirmations."""
        confirmed = self.confirmed(return_id)
        open_ = [p for p in problems if is_open(p, confirmed)]
        name = self._db.one("SELECT name FROM returns WHERE id = ?", return_id)
        key = collection["key_path"]
        who = records.shown(records.value_at(record, key)) if key else ""
        shown = {path: records.value_at(record, path) for path in collection["shown"]}
        stem = (name or {}).get("name", "").rpartition("/")[2].rpartition(".")[0]
        counts = {
            "doubts": _counted(p for p in open_ if p["kind"] in ("reading", "proof", "answers")),
            "errors": _counted(p for p in open_ if p["kind"] == "rules"),
            "altered": _counted(p for p in open_ if p["kind"] == "wording"),
        }
        self._db.run(
            """UPDATE returns SET who = ?, who_key = ?, cells = ?, doubts = ?, errors = ?, altered = ?, confirmed = ?,
            corrected = (SELECT COUNT(DISTINCT path) FROM corrections WHERE return_id = returns.id AND undone_by = '')
            WHERE id = ?""",
            *(who or stem, fold(who), dumped(shown), *counts.values(), len(confirmed), return_id),
        )
        self._order_versions(collection["id"], fold(who))

    def _order_versions(self, collection: str, who_key: str) -> None:
        """Of the returns of one applicant, all but the latest have a newer one."""
        if not who_key:
            return
        own = self._db.all(
            "SELECT id FROM returns WHERE collection = ? AND who_key = ? AND state = 'read' ORDER BY number",
            *(collection, who_key),
        )
        for version in own:
            newer = own[-1]["id"] if version["id"] != own[-1]["id"] else None
            self._db.run("UPDATE returns SET newer = ? WHERE id = ?", newer, version["id"])

    def sum_up_all(self, collection: Row) -> None:
        """The columns of the list anew, after other ones or another key were chosen."""
        with self._db.transaction():
            for found in self._db.all(
                """SELECT r.id, d.record, d.problems FROM returns r JOIN readings d ON d.return_id = r.id
                WHERE r.collection = ? ORDER BY r.number""",
                collection["id"],
            ):
                self._db.run("UPDATE returns SET newer = NULL WHERE id = ?", found["id"])
                self._sum_up(found["id"], json.loads(found["record"]), json.loads(found["problems"]), collection)

    # --- what there is ---

    def listed(self, collection: str) -> list[Row]:
        """A row for each return that was read or has to be, in the order in which they came.

        What is no Word file and came in one mail with one form is `beside` that, by its name.
        """
        found = self._db.all(
            """SELECT id, number, name, size, state, reason_zh, reason_en, same_as, newer, who, cells, doubts, errors,
            altered, corrected, confirmed, changed, verdict, verdict_by, received, claimed_by, claimed_until, dropped,
            inside FROM returns WHERE collection = ? ORDER BY number""",
            collection,
        )
        moment = now()
        for row in found:
            row["cells"] = json.loads(row["cells"])
            if row.pop("claimed_until") < moment:
                row["claimed_by"] = ""
        foreign = [
            r["name"] for r in found if r["state"] == "refused" and PurePosixPath(r["name"]).suffix.lower() not in WORD
        ]
        beside = beside_forms([r["name"] for r in found if r["state"] == "read"], foreign)
        for row in found:
            row["beside"] = beside.get(row["name"], "") if row["state"] == "refused" else ""
        return found

    def one(self, return_id: str, collection: str = "") -> Row:
        """A return as it is listed, with its blob; Refusal (404) where there is none in the collection."""
        known = self._db.one("SELECT * FROM returns WHERE id = ?", return_id)
        if known is None or (collection and known["collection"] != collection):
            raise not_there("没有这份表，或已删除", "there is no such return, or it was deleted")
        if known["claimed_until"] < now():
            known["claimed_by"] = ""
        return {**known, "cells": json.loads(known["cells"])}

    def reading(self, return_id: str) -> dict[str, Any]:
        """What was read: `machine` (data, texts, problems, due), `record` and `problems` with corrections, `changes`.

        Refusal (409) where it is not read yet, or cannot be.
        """
        known = self._db.one("SELECT * FROM readings WHERE return_id = ?", return_id)
        if known is None:
            raise Refusal(409, "这份表还没有读出，或无法读取", "this return is not read yet, or cannot be")
        return {name: json.loads(known[name]) for name in ("machine", "record", "problems", "changes")}

    def following(self, collection: str, after: str) -> Row:
        """The returns round one of those that count: `previous`, `next`, the next `doubtful` one, from the first on
        where none is left; how many there are (`all`), how many are decided (`checked`), which it is (`position`).
        """
        counted = "FROM returns WHERE collection = ? AND state = 'read' AND newer IS NULL"
        here = self._db.one(f"SELECT number {counted} AND id = ?", collection, after)
        number = here["number"] if here else 0
        found = self._db.one(
            f"""SELECT COUNT(*) AS all_, COALESCE(SUM(CASE WHEN verdict <> '' THEN 1 ELSE 0 END), 0) AS checked,
            COALESCE(SUM(CASE WHEN number <= ? THEN 1 ELSE 0 END), 0) AS position {counted}""",
            *(number, collection),
        )

        def first(condition: str, *values: Any) -> str | None:
            row = self._db.one(f"SELECT id {counted} AND {condition} LIMIT 1", collection, *values)
            return row["id"] if row else None

        is_doubtful = "doubts + errors + altered > 0 AND verdict = ''"
        return {
            "doubtful": first(f"{is_doubtful} ORDER BY CASE WHEN number > ? THEN 0 ELSE 1 END, number", number),
            "next": first("number > ? ORDER BY number", number),
            "previous": first("number < ? ORDER BY number DESC", number),
            **{k.rstrip("_"): int(v) for k, v in (found or {}).items()},
        }

    def records(self, collection: str) -> list[Row]:
        """The record, as JSON, of the newest return of each applicant."""
        return self._db.all(
            """SELECT d.record FROM returns r JOIN readings d ON d.return_id = r.id
            WHERE r.collection = ? AND r.state = 'read' AND r.newer IS NULL ORDER BY r.number""",
            collection,
        )

    def progress(self, collection: str) -> dict[str, Any]:
        """How many returns are in each state, and of those read how many have doubts, are decided, are outdated."""
        # first: where nothing is queued any more, what is counted afterwards is how it ended
        queued = self._db.one(
            "SELECT COUNT(*) AS times FROM jobs WHERE collection = ? AND state IN ('queued', 'running') AND kind <> ?",
            *(collection, DRAW),
        )
        found = self._db.all(
            "SELECT state, COUNT(*) AS times FROM returns WHERE collection = ? GROUP BY state", collection
        )
        read = self._db.one(
            """SELECT COUNT(*) AS current_, SUM(CASE WHEN verdict = 'accepted' THEN 1 ELSE 0 END) AS accepted,
            SUM(CASE WHEN verdict = 'returned' THEN 1 ELSE 0 END) AS returned,
            SUM(CASE WHEN verdict = '' AND doubts + errors + altered > 0 THEN 1 ELSE 0 END) AS doubtful
            FROM returns WHERE collection = ? AND state = 'read' AND newer IS NULL""",
            collection,
        )
        counts = {k.rstrip("_"): int(v or 0) for k, v in (read or {}).items()}
        return {"states": {r["state"]: r["times"] for r in found}, "queued": (queued or {})["times"], **counts}

    def cancel(self, drop: str) -> None:
        """What of a drop has not been looked at never will."""
        self._db.run(
            """UPDATE returns SET state = 'refused', reason_zh = '投入时取消，没有读', reason_en = 'cancelled, not read'
            WHERE dropped = ? AND state = 'waiting' AND id NOT IN
            (SELECT subject FROM jobs WHERE kind = 'take' AND state = 'running')""",
            drop,
        )

    def alike(self, collection: str, problem: Mapping[str, Any]) -> list[Row]:
        """The returns in which the same is told of the same field and not settled, each with its own words: `found`,
        and what is `suggested`.
        """
        found = []
        for row in self._db.all(
            """SELECT r.id, r.who, r.name, d.problems FROM returns r JOIN readings d ON d.return_id = r.id
            WHERE r.collection = ? AND r.state = 'read' AND r.newer IS NULL ORDER BY r.number""",
            collection,
        ):
            problems = json.loads(row.pop("problems"))
            same = [p for p in problems if is_alike(p, problem)]
            if same and is_open(same[0], self.confirmed(row["id"])):
                found.append({**row, **{k: same[0].get(k) for k in ("found", "suggested", "zh", "en")}})
        return found

    def versions(self, known: Row) -> list[Row]:
        """All that one applicant handed in, in the order in which it came; the last is the one that counts."""
        if not known["who_key"]:
            return []
        return self._db.all(
            """SELECT id, name, received FROM returns WHERE collection = ? AND who_key = ? AND state = 'read'
            ORDER BY number""",
            *(known["collection"], known["who_key"]),
        )

    # --- what a person says of it ---

    def corrections(self, return_id: str) -> list[Row]:
        """Every correction, also those undone, the first first."""
        found = self._db.all("SELECT * FROM corrections WHERE return_id = ? ORDER BY number", return_id)
        return [{**c, **{k: json.loads(c[k]) for k in ("machine", "old", "new")}} for c in found]

    def standing(self, return_id: str) -> dict[str, Any]:
        """The values that corrections have set, by path: the last one not undone."""
        return {c["path"]: c["new"] for c in self.corrections(return_id) if not c["undone_by"]}

    def correct(self, return_id: str, path: str, new: Any, why: str, who: str, machine: Any, when: float) -> int:
        """Notes a correction of what the machine had read; its number.

        The record is restated by who calls, in the same transaction.
        """
        reading, known = self.reading(return_id), self.one(return_id)
        with self._db.transaction():
            self._db.run(
                """INSERT INTO corrections (return_id, path, machine, old, new, why, blob_before, made_by, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                *(return_id, path, dumped(machine), dumped(records.value_at(reading["record"], path))),
                *(dumped(new), why, known["blob"], who, when),
            )
            made = self._db.one("SELECT MAX(number) AS number FROM corrections WHERE return_id = ?", return_id)
        return int(made["number"]) if made else 0

    def undo(self, return_id: str, number: int, who: str) -> Row:
        """Takes a correction back; Refusal (404) where there is none, (409) where a later one of its path stands."""
        own = [c for c in self.corrections(return_id) if not c["undone_by"]]
        undone = next((c for c in own if c["number"] == number), None)
        if undone is None:
            raise not_there("没有这处改正，或已撤销", "there is no such correction, or it was undone")
        if any(c["path"] == undone["path"] and c["number"] > number for c in own):
            raise Refusal(409, "这一项后来又改过，请先撤销后来的", "it was corrected again since; undo that first")
        self._db.run("UPDATE corrections SET undone_by = ?, undone_at = ? WHERE number = ?", who, now(), number)
        return undone

    def confirmed(self, return_id: str) -> dict[str, Row]:
        """What a person confirmed, by the path of a field or the id of a problem."""
        found = self._db.all("SELECT subject, made_by, created FROM confirmations WHERE return_id = ?", return_id)
        return {c["subject"]: c for c in found}

    def confirm(self, return_id: str, subject: str, who: str) -> None:
        """Notes that a person holds the value at a path, or what a problem tells of, to be right."""
        self._db.run(
            "INSERT INTO confirmations VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", return_id, subject, who, now()
        )

    def unconfirm(self, return_id: str, subject: str) -> None:
        """Takes a confirmation back."""
        self._db.run("DELETE FROM confirmations WHERE return_id = ? AND subject = ?", return_id, subject)

    def remarks(self, return_id: str) -> list[Row]:
        """What the applicant is to be told."""
        return self._db.all("SELECT * FROM remarks WHERE return_id = ? ORDER BY number", return_id)

    def remark(self, return_id: str, path: str, words: str, who: str) -> int:
        """Notes a remark for the applicant, about a field or the whole; its number."""
        with self._db.transaction():
            self._db.run(
                "INSERT INTO remarks (return_id, path, words, made_by, created) VALUES (?, ?, ?, ?, ?)",
                *(return_id, path, words, who, now()),
            )
            made = self._db.one("SELECT MAX(number) AS number FROM remarks WHERE return_id = ?", return_id)
        return int(made["number"]) if made else 0

    def unremark(self, return_id: str, number: int) -> None:
        """Takes a remark back."""
        self._db.run("DELETE FROM remarks WHERE return_id = ? AND number = ?", return_id, number)

    def decide(self, return_id: str, verdict: str, who: str) -> None:
        """`accepted` (核对无误), `returned` (退回修改), or "" (not decided)."""
        self._db.run(
            "UPDATE returns SET verdict = ?, verdict_by = ?, verdict_at = ? WHERE id = ?",
            *(verdict, who if verdict else "", now() if verdict else None, return_id),
        )

    def claim(self, return_id: str, who: str) -> None:
        """Notes who is at work on a return; Refusal (409) where somebody else is."""
        taken = self._db.run(
            """UPDATE returns SET claimed_by = ?, claimed_until = ? WHERE id = ?
            AND (claimed_by IN ('', ?) OR claimed_until < ?)""",
            *(who, now() + CLAIMED, return_id, who, now()),
        )
        if not taken:
            other = self.one(return_id)["claimed_by"]
            raise Refusal(409, f"{other}正在核对这份表", f"{other} is at work on this return", claimed_by=other)

    def release(self, return_id: str, who: str) -> None:
        """Lets go of a claim."""
        self._db.run(
            "UPDATE returns SET claimed_by = '', claimed_until = 0 WHERE id = ? AND claimed_by = ?", return_id, who
        )

    def release_all(self, who: str) -> None:
        """Lets go of all that somebody has claimed."""
        self._db.run("UPDATE returns SET claimed_by = '', claimed_until = 0 WHERE claimed_by = ?", who)


def is_open(problem: Mapping[str, Any], confirmed: Mapping[str, Any]) -> bool:
    """Whether a person still has to look at a problem; one that came after a value was confirmed is open.

    What another problem explains is not looked at by itself.
    """
    return problem["severity"] != "note" and not problem.get("within") and problem["id"] not in confirmed


def _counted(problems: Iterable[Mapping[str, Any]]) -> int:
    """How many problems the review lists: the same words left over at many places are one."""
    return len({p["id"] for p in problems})


def is_alike(problem: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two problems say the same of the same field, whatever stands there."""
    return all(problem.get(k, "") == other.get(k, "") for k in ("code", "path", "kind", "rule"))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The values that another reading gave, by path: [before, after]."""
    old, new = dict(_leaves(before["data"], "")), dict(_leaves(after["data"], ""))
    return {p: [old.get(p), new.get(p)] for p in {**old, **new} if old.get(p) != new.get(p)}


def _leaves(node: Any, path: str) -> Any:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path, node
