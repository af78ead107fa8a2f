"""Forms that are being made: the blank, and the steps of a person (`tag.mend`), of which the first `at` count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from docfill.serve.database import Database, Row, dumped
from docfill.serve.doors import Refusal, not_there
from docfill.serve.ids import new_id, now


class Drafts:
    """What is being made.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Row]:
        """Every draft, the latest first, without its steps."""
        return self._db.all("SELECT id, title, form, created, made_by FROM drafts ORDER BY created DESC")

    def add(self, title: str, blank: str, made_by: str, form: str = "") -> str:
        """A new draft, of a new edition of `form` if that is given; its id."""
        made = new_id()
        self._db.run("INSERT INTO drafts VALUES (?, ?, ?, ?, '[]', 0, ?, ?)", made, title, blank, form, now(), made_by)
        return made

    def one(self, draft: str) -> Row:
        """A draft; `steps` are those that count, `undone` those that were taken back and may come again."""
        known = self._db.one("SELECT * FROM drafts WHERE id = ?", draft)
        if known is None:
            raise not_there("没有这份草稿，或已删除", "there is no such draft, or it was deleted")
        steps = json.loads(known["steps"])
        return {**known, "steps": steps[: known["at"]], "undone": steps[known["at"] :]}

    def add_step(self, draft: str, step: Mapping[str, Any], after: int) -> None:
        """One more step, after the `after` steps that whoever made it saw; what was undone is forgotten."""
        with self._db.transaction():
            known = self.one(draft)
            if known["at"] != after:
                raise changed_meanwhile()
            steps = [*known["steps"], step]
            self._db.run("UPDATE drafts SET steps = ?, at = ? WHERE id = ?", dumped(steps), len(steps), draft)

    def move(self, draft: str, by: int) -> None:
        """Undoes the last step (-1), or does it again (1)."""
        with self._db.transaction():
            known = self.one(draft)
            at = known["at"] + by
            if not 0 <= at <= len(known["steps"]) + len(known["undone"]):
                raise Refusal(409, "没有可以撤销或重做的了", "there is nothing to undo or redo")
            self._db.run("UPDATE drafts SET at = ? WHERE id = ?", at, draft)

    def rename(self, draft: str, title: str) -> None:
        """Another title."""
        self._db.run("UPDATE drafts SET title = ? WHERE id = ?", title, draft)

    def remove(self, draft: str) -> None:
        """Throws a draft away."""
        self._db.run("DELETE FROM drafts WHERE id = ?", draft)


def changed_meanwhile() -> Refusal:
    """409: a step was made for a draft as it is not any more."""
    return Refusal(409, "别人刚改过这份草稿，请刷新", "somebody has just changed this draft; reload it")
