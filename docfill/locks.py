"""Locks on files and folders, which tell that a process has them in use: they end with it, however it ends."""

from __future__ import annotations

import contextlib
import errno
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ARE_KNOWN = fcntl is not None
"""Whether this system has such locks."""
SETTLED = 60
"""Seconds after which something new is locked by whoever made it, or by nobody."""


def lock(held: IO[Any] | int) -> bool:
    """Whether an open file or folder is from now on this process's alone, until it is closed or the process ends.

    A system that has no such locks gives everything to everybody.
    """
    try:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def wait_for(held: IO[Any]) -> None:
    """Locks an open file, once nobody else does; where locks are unknown, nothing is waited for."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
