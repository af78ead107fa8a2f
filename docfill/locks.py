"""Locks on files and folders, which tell that a process has them in use: they end with it, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ARE_KNOWN = fcntl is not None
"""Whether this system has such locks."""
SETTLED = 60
"""Seconds after which something new is locked by whoever made it, or by nobody."""


_looked_through: set[tuple[str, re.Pattern[str]]] = set()
"""The folders that were looked through for what dead processes have left, and for which names."""


def may_be_left(folder: str | Path, named: re.Pattern[str]) -> Iterator[os.DirEntry[str]]:
    """What has such a name in a folder, once in a process; nothing where no lock tells what somebody has in use."""
    if not ARE_KNOWN or (asked := (str(folder), named)) in _looked_through:
        return
    _looked_through.add(asked)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        yield from (entry for entry in entries if named.fullmatch(entry.name))


def lock(held: IO[Any] | int) -> bool:
    """Whether an open file or folder may count as this process's alone, until it is closed or the process ends.

    A system or disk that has no such locks gives everything to everybody.
    """
    return _tried(held) is not False


def is_left(held: IO[Any] | int) -> bool:
    """Whether an open file or folder was in nobody's use, which is sure, and now is in this process's."""
    return _tried(held) is True


def _tried(held: IO[Any] | int) -> bool | None:
    """Whether a lock was got; None where there are none (folders on a disk of the network have none, say)."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else None
    return True


def wait_for(held: IO[Any]) -> None:
    """Locks an open file, once nobody else does; where locks are unknown, nothing is waited for."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
