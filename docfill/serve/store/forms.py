"""Forms and their editions: a form is mended by a new edition, and what was collected with an old one says so.

An edition's template and rules are kept as files like all others, and stand under their names in a folder of the
edition, where the engine finds the rules beside the template.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docfill import __version__, files
from docfill.serve.blobs import Blobs
from docfill.serve.database import Database, Row, dumped
from docfill.serve.doors import not_there
from docfill.serve.ids import new_id, now
from docfill.serve.work import Edition


class Forms:
    """The forms that may be collected.

    Args:
        database: where they are kept.
        blobs: the files.
        folder: where templates stand under their names.
    """

    def __init__(self, database: Database, blobs: Blobs, folder: Path) -> None:
        self._db, self._blobs, self._folder = database, blobs, folder

    def all(self) -> list[Row]:
        """Every form with its latest edition's id and number, and how many fields that has."""
        return self._db.all(
            """SELECT f.id, f.title, f.bundled, f.created, e.id AS edition, e.number, e.name, e.note,
            (SELECT COUNT(*) FROM collections c JOIN editions o ON o.id = c.edition WHERE o.form = f.id) AS collections
            FROM forms f JOIN editions e ON e.form = f.id
            WHERE e.number = (SELECT MAX(number) FROM editions WHERE form = f.id) ORDER BY f.created, f.id"""
        )

    def one(self, form: str) -> Row:
        """A form with its editions, the latest first; Refusal (404) where there is none."""
        known = self._db.one("SELECT * FROM forms WHERE id = ?", form)
        if known is None:
            raise not_there("没有这张表", "there is no such form")
        editions = self._db.all(
            "SELECT id, number, name, note, created, made_by FROM editions WHERE form = ? ORDER BY number DESC", form
        )
        return {**known, "editions": editions}

    def bundled(self, name: str) -> Row | None:
        """The form that came with docfill under a name, with its latest edition's files."""
        return self._db.one(
            """SELECT f.id, e.template, e.rules FROM forms f JOIN editions e ON e.form = f.id WHERE f.bundled = ?
            ORDER BY e.number DESC LIMIT 1""",
            name,
        )

    def add(self, title: str, made_by: str, bundled: str = "") -> str:
        """A new form, without an edition yet; its id."""
        form = new_id()
        self._db.run("INSERT INTO forms VALUES (?, ?, ?, ?, ?)", form, title, bundled, now(), made_by)
        return form

    def add_edition(
        self, form: str, described: dict[str, Any], template: bytes, rules: bytes | None, note: str, made_by: str
    ) -> str:
        """A new edition of a form, as `work.describe` describes it; its id."""
        edition = new_id()
        blob, rules_blob = self._blobs.put(template), self._blobs.put(rules) if rules else ""
        with self._db.transaction():
            last = self._db.one("SELECT MAX(number) AS number FROM editions WHERE form = ?", form)
            number = ((last or {}).get("number") or 0) + 1
            self._db.run(
                """INSERT INTO editions
                (id, form, number, name, template, rules, fields, described, note, created, made_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                *(edition, form, number, described["name"], blob, rules_blob, dumped(described["fields"])),
                *(__version__, note, now(), made_by),
            )
            self._db.run("UPDATE forms SET title = ? WHERE id = ?", described["title"], form)
        return edition

    def described_before(self) -> list[Row]:
        """The editions whose fields another version of docfill described."""
        return self._db.all("SELECT id, name FROM editions WHERE described <> ?", __version__)

    def describe_again(self, edition: str, fields: list[Row]) -> None:
        """Keeps the fields of an edition as this docfill describes them."""
        self._db.run("UPDATE editions SET fields = ?, described = ? WHERE id = ?", dumped(fields), __version__, edition)

    def edition(self, edition: str) -> Row:
        """An edition, with its fields and its form's title; Refusal (404) where there is none."""
        known = self._db.one(
            "SELECT e.*, f.title, f.bundled FROM editions e JOIN forms f ON f.id = e.form WHERE e.id = ?", edition
        )
        if known is None:
            raise not_there("没有这一版", "there is no such edition")
        return {**known, "fields": json.loads(known["fields"])}

    def latest(self, form: str) -> Row:
        """The latest edition of a form."""
        return self.edition(self.one(form)["editions"][0]["id"])

    def for_work(self, edition: str) -> Edition:
        """An edition as the crew takes it: its template's file is there."""
        known = self.edition(edition)
        return Edition(edition, known["name"], str(self.standing(known)))

    def standing(self, known: Row) -> Path:
        """The template's file of an edition under its name, its rules beside it; written if it is not there."""
        folder = self._folder / str(known["id"])
        path = folder / f"{files.safe_name(known['name']) or 'form'}.docx"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            if known["rules"]:
                files.write(path.with_suffix(".toml"), self._blobs.read(known["rules"]))
            files.write(path, self._blobs.read(known["template"]))
        return path
