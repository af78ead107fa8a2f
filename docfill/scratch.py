"""Folders for temporary files, and files without a name: gone when they are not needed, however their process ended.

Each folder is locked while it is in use.  One that a killed process has left is removed by the next one that makes
any: it has such a name, belongs to the same user, and nobody holds its lock.  Windows locks no folders; they stay.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
import weakref
from pathlib import Path
from typing import Any

from docfill import late, locks

_OWN = late.pattern(r"docfill-[0-9a-f]{16}")


class Scratch:
    """A folder of its own, removed when it is closed or forgotten; in a with statement, its path.

    Args:
        is_forgotten_at_end: whether it goes where the process ends, too; not where something works in it that whoever
            closes it has to end before.

    Raises:
        OSError: the disk refuses.

    Attributes:
        path: where it is.
    """

    def __init__(self, *, is_forgotten_at_end: bool = True) -> None:
        import tempfile  # what only reads needs none

        parent = tempfile.gettempdir()
        for entry in locks.may_be_left(parent, _OWN):
            _remove_if_dead(entry)
        self.path = Path(parent, f"docfill-{os.urandom(8).hex()}")
        self.path.mkdir(mode=0o700)
        self._held = _held(self.path)
        self._forgotten = weakref.finalize(self, _remove, self.path, self._held)
        self._forgotten.atexit = is_forgotten_at_end

    def close(self) -> None:
        """Removes it with all that it holds."""
        if self._forgotten.detach() is not None:  # at the very end, nothing comes of calling it
            _remove(self.path, self._held)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def _held(path: Path) -> int | None:
    """A folder that is open and locked; None where folders cannot be (Windows)."""
    if not locks.ARE_KNOWN:
        return None
    number = os.open(path, os.O_RDONLY)
    locks.lock(number)
    return number


def _remove(path: Path, held: int | None) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)
    if held is not None:
        os.close(held)


def _remove_if_dead(entry: os.DirEntry[str]) -> None:
    """Removes a folder of ours that nobody holds; a new one may not be locked yet."""
    with contextlib.suppress(OSError):
        known = entry.stat(follow_symlinks=False)
        is_old = time.time() - known.st_mtime > locks.SETTLED
        if not (is_old and entry.is_dir(follow_symlinks=False) and known.st_uid == os.geteuid()):
            return
        held = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW)
        if locks.is_left(held):
            _remove(Path(entry.path), held)
        else:
            os.close(held)


class _Raw(io.FileIO):
    """A file whose errors tell the folder that it is in, or its own name."""

    def __init__(self, file: int | Path, where: str) -> None:
        super().__init__(file, "r+b")
        self._where = where

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            error.filename = self._where
            raise


class Stream(io.BufferedRandom):
    """A temporary file that is open for bytes: what the disk refuses is told with the folder, once and no more."""

    def __init__(self, file: int | Path, where: str) -> None:
        super().__init__(_Raw(file, where))

    def close(self) -> None:
        """Closes it; what a full disk did not take is not told again."""
        with contextlib.suppress(OSError):
            super().close()

    def __del__(self) -> None:
        self.close()


def stream() -> Stream:
    """A temporary file without a name, which goes when it is closed or forgotten."""
    import tempfile

    with tempfile.TemporaryFile(buffering=0) as made:
        return Stream(os.dup(made.fileno()), tempfile.gettempdir())
