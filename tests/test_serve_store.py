"""The store: brought from version to version, what of its files is in use, which return comes next, what is drawn."""

from __future__ import annotations

import datetime
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from docfill.serve import clock, keeping, schema
from docfill.serve.database import Sqlite
from docfill.serve.store import DATABASE, Store

DESCRIBED = {"title": "表", "name": "表", "fields": []}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "data")
    yield made
    made.close()


def collected(store: Store, *names: str) -> tuple[str, list[str]]:
    """A collection with so many returns that were read; its id and theirs."""
    edition = store.forms.add_edition(store.forms.add("表", "王"), DESCRIBED, b"template", None, "", "王")
    collection = store.collections.add("收表", edition, "", "", [], "王")
    drop = store.collections.drop(store.collections.add_drop(collection, len(names), "王"))
    made = [store.returns.add(drop, name, store.blobs.put(name.encode()), 1)[0] for name in names]
    for return_id in made:
        settle(store, collection, return_id)
    return collection, made


def settle(store: Store, collection: str, return_id: str, doubts: int = 0, **machine: Any) -> None:
    """Has a return read, with so many doubts."""
    problem = {"code": "x", "path": "", "kind": "reading", "severity": "error", "found": None}
    problems = [{**problem, "id": str(n)} for n in range(doubts)]
    read = {"data": {}, "texts": {}, "problems": problems, "due": [], **machine}
    found = {"state": "read", "machine": read, "record": {}, "problems": problems}
    known = store.collections.one(collection)
    store.returns.settle(return_id, found, known["edition"], known)


def test_a_folder_of_each_version_is_brought_up_to_date_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(1, len(schema.VERSIONS)):
        folder = tmp_path / str(version)
        with monkeypatch.context() as older:
            older.setattr(schema, "VERSIONS", schema.VERSIONS[:version])
            first = Store(folder)
            collection, made = collected(first, "甲.docx", "乙.docx")
            first.returns.decide(made[0], "accepted", "王")
            first.close()
        later = Store(folder)
        assert [(r["name"], r["verdict"]) for r in later.returns.listed(collection)] == [
            ("甲.docx", "accepted"),
            ("乙.docx", ""),
        ]
        assert tables_of(folder) == tables_of(tmp_path / "new")
        later.drawings.keep(made[0], "asked", b"{}")
        later.close()


def tables_of(folder: Path) -> list[str]:
    """How the tables of a folder are made."""
    if not folder.exists():
        Store(folder).close()
    database = sqlite3.connect(folder / DATABASE)
    try:
        return sorted(sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    finally:
        database.close()


def test_what_an_old_file_was_converted_to_is_in_use(store: Store) -> None:
    collection, (made,) = collected(store, "甲.doc")
    converted = store.blobs.put(b"converted")
    settle(store, collection, made, docx=converted)
    assert converted in store.blobs_in_use()
    store.delete_collection(collection)
    assert not store.blobs.path(converted).exists()


def asked_by_threads(database: Any, count: int) -> int:
    """How many connections are open after so many threads, one behind another, have asked and ended."""
    for _ in range(count):
        thread = threading.Thread(target=database.one, args=("SELECT 1 AS one",))
        thread.start()
        thread.join()
    return len(database._connections)


def test_a_connection_is_closed_with_the_thread_that_it_was_for(tmp_path: Path) -> None:
    """The threads of a server's pool end whenever they have been idle, so there are ever new ones."""
    database = Sqlite(tmp_path / DATABASE)
    assert asked_by_threads(database, 5) == 1
    assert database.one("SELECT 1 AS one") == {"one": 1}
    database.close()
    assert len(database._connections) == 0


def test_the_next_return_is_the_next_doubtful_one_and_then_the_first_again(store: Store) -> None:
    collection, made = collected(store, *(f"{n}.docx" for n in range(5)))
    for number in (1, 3):
        settle(store, collection, made[number], doubts=2)
    store.returns.decide(made[0], "accepted", "王")

    def round_(at: int) -> tuple[Any, ...]:
        found = store.returns.following(collection, made[at])
        return tuple(found[k] for k in ("previous", "next", "doubtful", "position", "checked", "all"))

    assert round_(0) == (None, made[1], made[1], 1, 1, 5)
    assert round_(1) == (made[0], made[2], made[3], 2, 1, 5)
    assert round_(3) == (made[2], made[4], made[1], 4, 1, 5)
    assert round_(4) == (made[3], None, made[1], 5, 1, 5)
    store.returns.decide(made[1], "returned", "王")
    assert store.returns.following(collection, made[4])["doubtful"] == made[3]
    assert store.returns.following(collection, "none")["next"] == made[0]


def test_a_drawing_is_of_what_was_asked_and_of_nothing_else(store: Store) -> None:
    _, (made,) = collected(store, "甲.docx")
    files = set(store.blobs.names())
    store.drawings.keep(made, "first", b"1")
    assert store.drawings.of(made, "first") == b"1"
    assert store.drawings.of(made, "second") is None
    store.drawings.keep(made, "second", b"2")
    assert store.drawings.of(made, "first") is None
    assert store.drawings.of(made, "second") == b"2"
    assert len(set(store.blobs.names()) - files) == 1, "the first is gone"


def test_a_drawing_goes_with_its_return_and_its_loss_is_none(store: Store) -> None:
    collection, (made,) = collected(store, "甲.docx")
    files = set(store.blobs.names())
    store.drawings.keep(made, "asked", b"1")
    store.blobs.remove(set(store.blobs.names()) - files)
    assert store.drawings.of(made, "asked") is None
    store.drawings.keep(made, "asked", b"1")
    store.delete_collection(collection)
    store.drawings.keep(made, "asked", b"1")  # it was being drawn meanwhile
    assert store.drawings.of(made, "asked") is None
    assert len(set(store.blobs.names())) == 1, "the form's template"


def test_a_backup_is_without_drawings(store: Store, tmp_path: Path) -> None:
    _, (made,) = collected(store, "甲.docx")
    files = set(store.blobs.names())
    store.drawings.keep(made, "asked", b"1")
    keeping.backup(store.data, tmp_path / "backup.zip")
    keeping.restore(tmp_path / "backup.zip", tmp_path / "again")
    again = Store(tmp_path / "again")
    assert again.drawings.of(made, "asked") is None
    assert set(again.blobs.names()) == files
    again.close()


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that is an hour ahead in summer."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has one clock a process")
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        clock._ahead_of_utc.cache_clear()
        yield
    time.tzset()
    clock._ahead_of_utc.cache_clear()


def test_pages_have_the_clock_along_with_its_summers(zone: None) -> None:
    known = [tuple(map(int, part.split(":"))) for part in clock.ahead_of_utc().split()]
    since = int(datetime.datetime(2024, 3, 31, 1, tzinfo=datetime.UTC).timestamp())
    assert (since, 7200) in known and known[0][0] == 0
    for seconds in (since - 1, since, since + 150 * 86400, since + 250 * 86400):
        ahead = next(ahead for begun, ahead in reversed(known) if begun <= seconds)
        told = datetime.datetime.fromtimestamp(seconds + ahead, datetime.UTC)
        assert told.strftime("%Y-%m-%d %H:%M") == clock.moment(seconds)


def test_whoever_logs_out_lets_go_of_what_they_claimed(store: Store) -> None:
    _, (one, other) = collected(store, "甲.docx", "乙.docx")
    store.returns.claim(one, "王")
    store.returns.claim(other, "李")
    store.returns.release_all("王")
    assert [store.returns.one(r)["claimed_by"] for r in (one, other)] == ["", "李"]


def test_a_disk_that_is_full_under_a_backup_is_told_as_any_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(sqlite3.Connection):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            self.execute("PRAGMA max_page_count = 1")

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, factory=Small))
    assert isinstance(store.database, Sqlite)
    with pytest.raises(OSError, match="No space left"):
        store.database.backup(tmp_path / "copy")


def test_what_a_full_disk_refuses_is_kept_wholly_or_not_at_all_and_the_next_is_kept(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "x.sqlite3")
    database.run("CREATE TABLE a (b TEXT)")
    own = database._connections.own()
    own.execute("PRAGMA max_page_count=1")  # as many as there are now
    with pytest.raises(OSError, match="No space left"):
        database.run("INSERT INTO a VALUES (?)", "x" * 100_000)
    assert not own.in_transaction
    own.execute("PRAGMA max_page_count=100000")
    database.run("INSERT INTO a VALUES (?)", "y")
    assert sqlite3.connect(tmp_path / "x.sqlite3").execute("SELECT b FROM a").fetchall() == [("y",)]
    database.close()


def test_what_cannot_be_committed_is_taken_back(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "x.sqlite3")
    database.run("CREATE TABLE a (b TEXT PRIMARY KEY)")
    database.run("CREATE TABLE c (d TEXT REFERENCES a(b) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError):
        database.run("INSERT INTO c VALUES ('nowhere')")  # which is seen at the end
    database.run("INSERT INTO a VALUES ('y')")
    with sqlite3.connect(tmp_path / "x.sqlite3") as other:
        assert other.execute("SELECT b FROM a").fetchall() == [("y",)]
    database.close()
