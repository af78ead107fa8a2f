"""The streams of the command: where they are closed or full, what is to be written is written all the same.

A report that nobody can see must not cost the results: what a stream refuses is let
go, the command goes on, and ends with the status `UNREPORTED`, so that whoever started it
knows.  A reader of the output that has seen enough (`| head`) ends the command, as
everywhere.  A descriptor that is closed is taken, lest the next file that is opened get
its number, and the reports of some library.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable
from typing import IO, Any, cast

UNREPORTED = 3
"""The exit status where results stand but a stream would not take all that was to be said."""


class _Nowhere(io.RawIOBase):
    """What stands for a stream that is closed: it takes everything, and remembers whether there was anything."""

    has_taken = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.has_taken |= len(data) > 0
        return len(data)


class _Patient:
    """A stream whose writes do not fail; `has_failed` tells whether one would have."""

    def __init__(self, inner: IO[str] | None) -> None:
        self._nowhere = _Nowhere()
        self._inner = inner or io.TextIOWrapper(self._nowhere, "utf-8", write_through=True)  # type: ignore[type-var]
        self._has_failed = False

    @property
    def has_failed(self) -> bool:
        return self._has_failed or self._nowhere.has_taken

    def write(self, text: str) -> int:
        self._try(lambda: self._inner.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._inner.flush)

    def _try(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            self._has_failed = True
            with contextlib.suppress(OSError, ValueError):  # what is held back must not be tried again at the end
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._inner.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def run(command: Callable[[], Any]) -> None:
    """Runs a command that ends by SystemExit; the status is `UNREPORTED` where all was well but what it had to say."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
    has_no_reports = sys.stderr is None
    streams = [_Patient(s) for s in (sys.stdout, sys.stderr)]
    sys.stdout, sys.stderr = (cast("Any", s) for s in streams)
    status: Any = 0
    try:
        command()
    except SystemExit as ended:
        status = ended.code
    finally:
        for stream in streams:
            stream.flush()
    has_lost = any(s.has_failed for s in streams) or has_no_reports
    sys.exit(UNREPORTED if has_lost and status in (0, 1, None) else status)
