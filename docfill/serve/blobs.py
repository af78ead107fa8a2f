"""The files: each once, named by its SHA-256, whole or not there at all.

A file is written beside the others, synced, and takes its name last; who writes the same content again changes
nothing.  Names of users never reach the file system.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from docfill import files


class Blobs:
    """A folder of files.

    Args:
        folder: the folder; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._arriving = folder / "arriving"
        self._arriving.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where the file with a SHA-256 is."""
        return self.folder / name[:2] / name

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self.path(name).read_bytes()

    def put(self, data: bytes) -> str:
        """Keeps some bytes; their name."""
        name = hashlib.sha256(data).hexdigest()
        if not self.path(name).exists():
            with self.arriving() as arrival:
                arrival.write(data)
                return arrival.keep()
        return name

    @contextlib.contextmanager
    def arriving(self) -> Iterator[Arrival]:
        """A file that comes piece by piece; gone at the end of the block unless it was kept."""
        path = self._arriving / os.urandom(8).hex()
        with files.opened(path, "xb", -1) as stream:
            arrival = Arrival(self, path, stream)
            try:
                yield arrival
            finally:
                path.unlink(missing_ok=True)

    def clear_arriving(self) -> None:
        """Removes what a server that died was receiving."""
        for path in self._arriving.iterdir():
            path.unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """The names of all files."""
        yield from (p.name for p in self.folder.glob("??/*"))

    def remove(self, names: Iterable[str]) -> None:
        """Removes files."""
        for name in names:
            self.path(name).unlink(missing_ok=True)


class Arrival:
    """A file on its way: written piece by piece, then kept under the name of its content."""

    def __init__(self, blobs: Blobs, path: Path, stream: IO[bytes]) -> None:
        self._blobs, self.path, self._stream = blobs, path, stream
        self._digest = hashlib.sha256()
        self.size = 0
        """Bytes so far."""

    def write(self, piece: bytes) -> None:
        """Takes the next piece; OSError where the disk is full."""
        self._stream.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def flush(self) -> None:
        """Has everything so far in the file, for others to read."""
        self._stream.flush()

    def keep(self) -> str:
        """The name of the file, which is on the disk from now on."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        name = self._digest.hexdigest()
        target = self._blobs.path(name)
        target.parent.mkdir(exist_ok=True)
        self._stream.close()  # Windows renames no open file
        self.path.replace(target)
        return name
