"""The queue: what is claimed, by whom, how often; and a job that kills whoever does it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from docfill.serve import server
from docfill.serve.jobs import KINDS, STRIKES, Kind
from docfill.serve.server import Server, Settings
from docfill.serve.store import Store
from docfill.serve.store.jobs import DRAW, KEPT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def claimed(store: Store, worker: str, most: int = 10, *, is_alone: bool = True, is_idle: bool = True) -> list[str]:
    return [job["unique_key"] for job in store.jobs.claim(worker, most, is_alone=is_alone, is_idle=is_idle)]


def test_what_somebody_waits_for_comes_before_reading(store: Store) -> None:
    for kind in ("take", "export", "take"):
        store.jobs.add(kind, f"{kind} {len(store.database.all('SELECT id FROM jobs'))}", {}, "x")
    assert claimed(store, "a") == ["export 1", "take 0", "take 2"]


def test_what_nobody_waits_for_is_done_while_nothing_else_is_and_one_at_a_time(store: Store) -> None:
    for kind, name in ((DRAW, "a"), (DRAW, "b"), ("take", "c")):
        store.jobs.add(kind, name, {}, "x")
    assert claimed(store, "it") == ["c"]
    assert claimed(store, "it", is_alone=False) == []
    assert claimed(store, "it", is_idle=False) == [], "somebody has opened a page"
    assert claimed(store, "it") == ["a"]
    store.jobs.add("export", "d", {}, "x")
    assert claimed(store, "it", is_alone=False) == ["d"], "that is begun beside it"
    assert claimed(store, "it") == ["b"]


def test_the_same_job_is_not_queued_twice_but_may_be_done_again(store: Store) -> None:
    first = store.jobs.add("take", "take x", {}, "x")
    assert store.jobs.add("take", "take x", {}, "x") == first
    (job,) = store.jobs.claim("a", 9, is_alone=True)
    assert store.jobs.add("take", "take x", {}, "x") == first
    store.jobs.end(job, None)
    assert store.jobs.add("take", "take x", {}, "x") != first


def test_a_job_that_was_begun_before_is_done_alone(store: Store) -> None:
    for name in "abc":
        store.jobs.add("take", name, {}, "x")
    assert claimed(store, "first", 1) == ["a"]
    store.jobs.release("first")
    assert claimed(store, "second", is_alone=False) == []
    assert claimed(store, "second") == ["a"]
    assert claimed(store, "second", is_alone=False) == ["b", "c"]


def test_the_jobs_of_a_server_that_is_not_heard_of_are_given_back(store: Store) -> None:
    store.jobs.add("take", "a", {}, "x")
    (job,) = store.jobs.claim("dead", 9, is_alone=True)
    store.jobs.release(expired=True)
    assert store.jobs.holds(job, "dead")
    store.database.run("UPDATE jobs SET leased_until = 1")
    store.jobs.prolong("dead")
    store.jobs.release(expired=True)
    assert store.jobs.holds(job, "dead"), "it said that it lives"
    store.database.run("UPDATE jobs SET leased_until = 1")
    store.jobs.release(expired=True)
    assert not store.jobs.holds(job, "dead")
    assert claimed(store, "other") == ["a"]


def test_what_was_over_long_ago_is_forgotten(store: Store) -> None:
    store.jobs.add("take", "a", {"blob": "0" * 64}, "x")
    (job,) = store.jobs.claim("a", 9, is_alone=True)
    store.jobs.end(job, {"blob": "1" * 64})
    assert store.blobs_in_use() == {"0" * 64, "1" * 64}
    store.database.run("UPDATE jobs SET finished = finished - ?", KEPT + 1)
    store.jobs.forget()
    assert store.blobs_in_use() == set()


def test_a_transaction_is_whole_or_never_was(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.database.transaction():
        store.jobs.add("take", "a", {}, "x")
        raise ZeroDivisionError
    assert store.database.all("SELECT id FROM jobs") == []


def test_a_job_that_kills_its_process_is_given_up_and_its_neighbours_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    keep = Kind(lambda _, job: (str.upper, (job["payload"]["word"],)), lambda _s, _j, found: {"found": found})
    kill = Kind(lambda _, __: (os._exit, (1,)), lambda *_: None, lambda _s, job, error: lost.append(error.zh))
    monkeypatch.setitem(KINDS, "keep", keep)
    monkeypatch.setitem(KINDS, "kill", kill)
    monkeypatch.setattr(server, "bundled", dict)
    made = Server(Settings(tmp_path))
    names = [made.jobs.add("kill" if n == 2 else "keep", f"{n}", {"word": f"w{n}"}, "x") for n in range(6)]
    made.queued()
    for _ in range(600):
        jobs = [made.jobs.one(name) for name in names]
        if all(job["state"] in ("done", "failed") for job in jobs):
            break
        time.sleep(0.1)
    made.close()
    assert [job["state"] for job in jobs] == ["done", "done", "failed", "done", "done", "done"]
    assert [job["result"]["found"] for job in jobs if job["result"]] == ["W0", "W1", "W3", "W4", "W5"]
    assert jobs[2]["attempts"] == STRIKES + 1 and len(lost) == 1 and "意外中止" in lost[0]
