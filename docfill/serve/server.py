"""The server: what the doors ask, put together from a folder; starts and stops whatever works beside it."""

from __future__ import annotations

import contextlib
import getpass
import os
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from docfill import files
from docfill.form import bundled
from docfill.problems import DocfillError
from docfill.serve import crew, work
from docfill.serve.auth import LOOPBACK, Guard
from docfill.serve.jobs import Foreman
from docfill.serve.store import Store

ITSELF = "docfill"
"""Who made what nobody did."""
AT_A_PAGE = 2.0
"""Seconds for which what nobody waits for is put off when a return is opened."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is run.

    Attributes:
        data: the folder that holds everything.
        host: the address to listen at.
        port: the port; 0 for any that is free.
        jobs: how many files are read at once; None for one a core.
        is_public: whether the applicant's door is open.
        is_secure: whether it is reached by TLS.
        database: the address of a PostgreSQL database instead of the folder's own, or "".
        origin: the address under which others reach it by a proxy ("https://docfill.example"), or "".
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    jobs: int | None = None
    is_public: bool = False
    is_secure: bool = False
    origin: str = ""
    database: str = ""

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK and not self.origin

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which it may be asked; none where any will do."""
        if self.origin:
            return frozenset({urlsplit(self.origin).netloc})
        names = ("127.0.0.1", "localhost", "[::1]") if self.is_local else ()
        return frozenset(f"{name}:{self.port}" for name in names)


class Server(Store):
    """A store with those who work on it.

    Args:
        settings: how it is run.
        executor: who does the work of the queue, instead of processes of our own.
        is_working: whether there is a crew at all; the tests of pages do without.

    Raises:
        DocfillError: another server has the folder.
    """

    def __init__(self, settings: Settings, executor: Executor | None = None, *, is_working: bool = True) -> None:
        self.settings = settings
        self._lock = None if settings.database else locked(settings.data)
        super().__init__(settings.data, settings.database)
        if not self.database.is_shared:  # the folder is ours: whoever held or received something is dead
            self.blobs.clear_arriving()
            self.jobs.release()
            self.jobs.forget()
            self.blobs.remove(set(self.blobs.names()) - self.blobs_in_use())
        user = _user() if settings.is_local else ""
        is_secure = settings.is_secure or settings.origin.startswith("https:")
        self.guard = Guard(self.users, settings.hosts, user, is_secure=is_secure)
        self.version = 0
        """Grows with every change that pages may show."""
        self._looked = -AT_A_PAGE
        self.desk = crew.Desk()
        hired = crew.hired(settings.jobs, executor) if is_working else None
        self.foreman = Foreman(self, hired, is_behind=executor is None) if hired else None
        self._bring_forms()
        self._describe_again()
        if self.foreman:
            self.foreman.start()

    def looked(self) -> None:
        """Says that somebody opens a return."""
        self._looked = time.monotonic()

    def is_idle(self) -> bool:
        """Whether nobody has opened a return just now: a browser on this machine wants its processors, too."""
        return time.monotonic() - self._looked >= AT_A_PAGE

    def changed(self) -> None:
        """Says that pages have something new to show."""
        self.version += 1

    def queued(self) -> None:
        """Says that the queue has something new."""
        if self.foreman:
            self.foreman.ring()
        self.changed()

    def _bring_forms(self) -> None:
        """Has the bundled forms, each in an edition of its own where it has changed with docfill."""
        changed = [(name, path) for name, path in bundled().items() if not self._is_there(name, path)]
        with ThreadPoolExecutor() as waiting:
            found = waiting.map(lambda form: self.desk.call(work.describe, str(form[1]), form[0]), changed)
            for (name, path), described in zip(changed, found, strict=True):
                with self.database.transaction():
                    if not self._is_there(name, path):  # another server may have brought it meanwhile
                        self._bring(name, path, described)

    def _describe_again(self) -> None:
        """Has the fields of every edition as this docfill describes them; what it cannot read stays as it was."""
        for known in self.forms.described_before():
            with contextlib.suppress(DocfillError):
                path = self.forms.for_work(known["id"]).template
                self.forms.describe_again(known["id"], self.desk.call(work.describe, path, known["name"])["fields"])

    def _bring(self, name: str, path: Path, described: dict[str, Any]) -> None:
        known, rules = self.forms.bundled(name), path.with_suffix(".toml")
        form = known["id"] if known else self.forms.add(described["title"], ITSELF, name)
        ruled = rules.read_bytes() if rules.exists() else None
        self.forms.add_edition(form, described, path.read_bytes(), ruled, "", ITSELF)

    def _is_there(self, name: str, path: Path) -> bool:
        """Whether the latest edition of a bundled form is what this docfill brings."""
        known, rules = self.forms.bundled(name), path.with_suffix(".toml")
        ruled = rules.read_bytes() if rules.exists() else None
        return (
            known is not None
            and self._is_same(known["template"], path.read_bytes())
            and self._is_same(known["rules"], ruled)
        )

    def _is_same(self, blob: str, data: bytes | None) -> bool:
        return bool(blob) == (data is not None) and (not blob or self.blobs.read(blob) == data)

    def close(self) -> None:
        """Stops those who work, and lets go of the folder."""
        if self.foreman:
            self.foreman.stop()
        self.desk.close()
        super().close()
        if self._lock:
            self._lock.close()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "user"


def locked(data: Path) -> IO[Any]:
    """The folder's lock, held until it is closed or the process dies."""
    data.mkdir(parents=True, exist_ok=True)
    stream: IO[Any] = files.opened(data / "lock", "a+b", -1)
    try:
        if os.name == "nt":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        raise DocfillError(
            f"{data} 正由另一个 docfill serve 使用；请用它显示的地址，或用 --data 另选文件夹",
            f"{data} is in use by another docfill serve; use the address it shows, or choose another --data",
        ) from None
    return stream
