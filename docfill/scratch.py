"""Folders for temporary files: gone when they are not needed any more, however the process that made them has ended.

Each is locked while it is in use.  One that a killed process has left is removed by the next one that makes any: it
has such a name, belongs to the same user, and nobody holds its lock.  Windows locks no folders; there they stay.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from pathlib import Path

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
