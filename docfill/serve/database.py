"""The database: SQLite in WAL mode, one file, one writer at a time.

A transaction is whole or it never was, a power cut included (`synchronous=FULL`).  Rows are dicts.  The statements
of the store are written so that PostgreSQL takes them, too: no type or function that only one of them has.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from docfill.problems import DocfillError

PATIENCE = 30.0
"""Seconds that a writer waits for another."""

Row = dict[str, Any]


class Database(Protocol):
    """What the store needs of a database."""

    def all(self, statement: str, *values: Any) -> list[Row]:
        """Every row that a query gives."""
        ...

    def one(self, statement: str, *values: Any) -> Row | None:
        """The first row that a query gives, if any."""
        ...

    is_shared: bool
    """Whether other servers may work on it, too."""
    locking: str
    """What is added to a query so that two servers get different rows."""

    def transaction(self, *, alone: bool = True) -> Any:
        """A block in which `run` writes; all of it is kept at its end, or nothing if it raises.

        While one that is `alone` lasts, no other such block writes anything, so what was read in it stays true.
        """
        ...

    def run(self, statement: str, *values: Any) -> int:
        """Writes, inside a transaction or as one; how many rows were touched."""
        ...

    def close(self) -> None:
        """Lets go of it."""
        ...


class _Connection(Protocol):
    def close(self) -> None: ...


_C = TypeVar("_C", bound=_Connection)


class _Held(Generic[_C]):
    """The connection of one thread; nothing else holds it."""

    def __init__(self, connection: _C) -> None:
        self.connection = connection
        weakref.finalize(self, connection.close)


class Connections(Generic[_C]):
    """A connection for each thread, closed when the thread ends: those of a pool end whenever they have been idle.

    Args:
        connect: makes one.
        is_usable: whether one can go on being used.
    """

    def __init__(self, connect: Callable[[], _C], is_usable: Callable[[_C], bool] = lambda _: True) -> None:
        self._connect, self._is_usable = connect, is_usable
        self._local = threading.local()
        self._open = weakref.WeakSet[_Held[_C]]()

    def __len__(self) -> int:
        return len(self._open)

    def own(self) -> _C:
        """That of this thread."""
        held: _Held[_C] | None = getattr(self._local, "held", None)
        if held is None or not self._is_usable(held.connection):
            held = self._local.held = _Held(self._connect())
            self._open.add(held)
        return held.connection

    def close(self) -> None:
        """Closes all of them."""
        for held in [*self._open]:
            held.connection.close()
        self._open.clear()
        self._local = threading.local()


class Sqlite:
    """An SQLite file, made and brought up to date as need be.

    Args:
        path: the file.

    Raises:
        DocfillError: a newer docfill wrote it, or it is no database.
    """

    is_shared = False
    locking = ""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections = Connections(self._connected)
        self._writing = threading.RLock()
        try:
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise DocfillError(
                f"{path}：数据库已损坏或不是数据库；请用备份恢复", f"{path}: unusable ({error}); restore a backup"
            ) from None

    def _connected(self) -> sqlite3.Connection:
        made = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        made.row_factory = _row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            made.execute(f"PRAGMA {pragma}")
        return made

    def all(self, statement: str, *values: Any) -> list[Row]:
        return self._connections.own().execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Row | None:
        found: Row | None = self._connections.own().execute(statement, values).fetchone()
        return found

    def run(self, statement: str, *values: Any) -> int:
        with self.transaction():
            return self._connections.own().execute(statement, values).rowcount

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[None]:
        with self._writing:
            connection = self._connections.own()
            if connection.in_transaction:
                yield
                return
            with _told():
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:  # SQLite itself may have gone back, as on a full disk
                        connection.execute("ROLLBACK")
                    raise

    def backup(self, target: Path) -> None:
        """Copies all that is kept at this moment into a new file, while others may write."""
        copy = sqlite3.connect(target)
        try:
            with _told(str(target)):
                self._connections.own().backup(copy)
        finally:
            copy.close()

    def _migrate(self) -> None:
        from docfill.serve.schema import VERSIONS

        with self.transaction():
            connection = self._connections.own()
            (version,) = connection.execute("PRAGMA user_version").fetchone().values()
            if version > len(VERSIONS):
                raise DocfillError(
                    f"{self._path} 由更新版本的 docfill 写成，请升级 docfill",
                    f"{self._path} was written by a newer docfill; upgrade docfill",
                )
            for script in VERSIONS[version:]:
                for statement in statements(script, serial="INTEGER PRIMARY KEY AUTOINCREMENT"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={len(VERSIONS)}")

    def close(self) -> None:
        self._connections.close()


_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
"""What SQLite says where the disk is full, or a quota used up."""


@contextmanager
def _told(name: str | None = None) -> Iterator[None]:
    """A full disk is an OSError, as it is of any other file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _FULL:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name) from None


def statements(script: str, serial: str) -> Iterator[str]:
    """The statements of a version, with a database's own way to number rows."""
    yield from (s.strip() for s in script.replace("{serial}", serial).split(";") if s.strip())


def _row(cursor: sqlite3.Cursor, values: Iterable[Any]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


def dumped(value: Any) -> str:
    """A value as it is kept in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
