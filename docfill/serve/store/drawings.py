"""Drawings: how a return looks, kept beside what was read of it, so that a review opens with a look-up.

A drawing follows from the file, the form's edition and what was read (`asked`, a digest of all that); one that was
made of anything else is not there.  It may be thrown away at any time, and backups are without.
"""

from __future__ import annotations

import zlib

from docfill.serve.blobs import Blobs
from docfill.serve.database import Database


class Drawings:
    """The drawings, one a return.

    Args:
        database: where it is kept which they are.
        blobs: the files.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._db, self._blobs = database, blobs

    def of(self, return_id: str, asked: str) -> bytes | None:
        """A drawing as JSON; None where there is none of what is asked."""
        known = self._db.one("SELECT blob FROM drawings WHERE return_id = ? AND asked = ?", return_id, asked)
        try:
            return zlib.decompress(self._blobs.read(known["blob"])) if known else None
        except OSError:  # another return had the same, and was deleted
            return None

    def keep(self, return_id: str, asked: str, drawn: bytes) -> None:
        """Keeps a drawing, in the place of one that was made before; nothing where the return is not there any more."""
        with self._db.transaction():
            if not self._db.one("SELECT id FROM returns WHERE id = ?", return_id):
                return
            before = self._db.one("SELECT blob FROM drawings WHERE return_id = ?", return_id)
            self._db.run("DELETE FROM drawings WHERE return_id = ?", return_id)
            blob = self._blobs.put(zlib.compress(drawn))
            self._db.run("INSERT INTO drawings VALUES (?, ?, ?)", return_id, asked, blob)
            if before and not self._db.one("SELECT blob FROM drawings WHERE blob = ?", before["blob"]):
                self._blobs.remove([before["blob"]])
