"""The store: what the database keeps, noun by noun; every statement of the server stands here.

Each noun takes the database and gives plain dicts; what must happen together happens in one transaction.
"""

from __future__ import annotations

import json
from pathlib import Path

from docfill.serve import records
from docfill.serve.blobs import Blobs
from docfill.serve.database import Database, Sqlite
from docfill.serve.store.collections import Collections
from docfill.serve.store.drafts import Drafts
from docfill.serve.store.drawings import Drawings
from docfill.serve.store.forms import Forms
from docfill.serve.store.jobs import Jobs
from docfill.serve.store.returns import Returns
from docfill.serve.store.users import Users

DATABASE = "docfill.sqlite"


class Store:
    """What is kept in a folder, for whoever works on it: the server, a process of the crew, the command line.

    Args:
        data: the folder; made if it is not there.
        database: the address of a PostgreSQL database that is used instead of the folder's own, or "".

    Raises:
        DocfillError: a newer docfill wrote it, or it is damaged.
    """

    def __init__(self, data: Path, database: str = "") -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.address = data, database
        self.blobs = Blobs(data / "files")
        self.database: Database = _database(data, database)
        self.forms = Forms(self.database, self.blobs, data / "editions")
        self.collections = Collections(self.database)
        self.returns = Returns(self.database)
        self.drafts = Drafts(self.database)
        self.drawings = Drawings(self.database, self.blobs)
        self.users = Users(self.database)
        self.jobs = Jobs(self.database)

    def delete_collection(self, collection: str) -> None:
        """Deletes a collection and every file that nothing else names; what waits for the disk may take longer."""
        with self.database.transaction():
            before = self.blobs_in_use()
            self.collections.delete(collection)
            self.blobs.remove(before - self.blobs_in_use())

    def blobs_in_use(self, *, is_drawn: bool = True) -> set[str]:
        """The files that something still names, with or without drawings."""
        named = (
            "SELECT template AS blob FROM editions UNION SELECT rules FROM editions UNION SELECT blob FROM returns "
            "UNION SELECT blob_before FROM corrections UNION SELECT blob_after FROM corrections "
            "UNION SELECT blank FROM drafts UNION SELECT blob FROM jobs UNION SELECT input FROM jobs"
        ) + (" UNION SELECT blob FROM drawings" if is_drawn else "")
        told = self.database.all(
            "SELECT new AS told FROM corrections WHERE new LIKE ? "
            "UNION ALL SELECT machine FROM readings WHERE machine LIKE ? OR machine LIKE ?",
            *('%"sha256"%', '%"sha256"%', '%"docx"%'),
        )
        known = [json.loads(row["told"]) for row in told]
        pictures = {name for value in known for name in records.pictures(value)}
        readings = [value for value in known if isinstance(value, dict) and "data" in value]
        converted = {reading.get("docx", "") for reading in readings}
        return ({row["blob"] for row in self.database.all(named)} | pictures | converted) - {""}

    def close(self) -> None:
        """Lets go of the database."""
        self.database.close()


def _database(data: Path, address: str) -> Database:
    if not address:
        return Sqlite(data / DATABASE)
    from docfill.serve.postgres import Postgres  # who has SQLite needs no driver

    return Postgres(address)
