"""The queue: what is claimed, by whom, how often; and a job that kills whoever does it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from docfill import DocfillError
from docfill.serve import crew, jobs, server
from docfill.serve.database import Row
from docfill.serve.jobs import KINDS, STRIKES, Kind
from docfill.serve.server import Server, Settings
from docfill.serve.store import Store
from docfill.serve.store import jobs as rows
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
        found = [made.jobs.one(name) for name in names]
        if all(job["state"] in ("done", "failed") for job in found):
            break
        time.sleep(0.1)
    made.close()
    assert [job["state"] for job in found] == ["done", "done", "failed", "done", "done", "done"]
    assert [job["result"]["found"] for job in found if job["result"]] == ["W0", "W1", "W3", "W4", "W5"]
    assert found[2]["attempts"] == STRIKES + 1 == 4 and len(lost) == 1 and "意外中止" in lost[0]


# --- the foreman ---


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims that last for a moment."""
    for module in (jobs, rows):
        monkeypatch.setattr(module, "LEASE", 0.9)


@pytest.fixture
def told() -> list[str]:
    """When jobs that `nap` were begun and kept."""
    return []


@pytest.fixture
def working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]) -> Iterator[Server]:
    """A server whose jobs `nap` for so many seconds."""
    monkeypatch.setattr(server, "bundled", dict)

    def begun(_: Server, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        told.append(f"begun {job['unique_key']}")
        return time.sleep, (job["payload"]["seconds"],)

    nap = Kind(begun, lambda _, job, __: told.append(f"kept {job['unique_key']}"))
    monkeypatch.setitem(KINDS, "nap", nap)
    made = Server(Settings(tmp_path))
    yield made
    made.close()


def nap(made: Server, name: str, seconds: float) -> str:
    job = made.jobs.add("nap", name, {"seconds": seconds}, "x")
    made.queued()
    return job


def until(made: Server, job: str, *states: str) -> str:
    """The state of a job, once it is one of some, or after half a minute."""
    for _ in range(600):
        if made.jobs.one(job)["state"] in states:
            break
        time.sleep(0.05)
    return str(made.jobs.one(job)["state"])


def test_a_job_is_held_by_who_claimed_it_last(store: Store) -> None:
    store.jobs.add("take", "a", {}, "x")
    (job,) = store.jobs.claim("first", 9, is_alone=True)
    store.jobs.release("first")
    (again,) = store.jobs.claim("second", 9, is_alone=True)
    assert (store.jobs.holds(job, "first"), store.jobs.holds(again, "second")) == (False, True)


def test_what_was_just_done_is_remembered(store: Store) -> None:
    name = store.jobs.add("take", "a", {}, "x")
    (job,) = store.jobs.claim("a", 9, is_alone=True)
    store.jobs.end(job, {"blob": "1" * 64})
    store.jobs.forget()
    assert store.jobs.one(name)["state"] == "done" and store.blobs_in_use() == {"1" * 64}


def test_what_comes_after_the_claim_was_lost_is_thrown_away(working: Server, told: list[str]) -> None:
    job = nap(working, "a", 0.6)
    assert until(working, job, "running") == "running"
    working.database.run("UPDATE jobs SET worker = 'other'")
    time.sleep(1.5)
    assert (told, working.jobs.one(job)["state"]) == (["begun a"], "running")


def test_a_claim_lasts_while_the_work_goes_on(short: None, working: Server, told: list[str]) -> None:
    job = nap(working, "a", 3)
    assert until(working, job, "done") == "done"
    assert (told, working.jobs.one(job)["attempts"]) == (["begun a", "kept a"], 1)


def test_the_jobs_of_a_server_that_died_are_done_by_another(short: None, working: Server) -> None:
    with working.database.transaction():
        job = working.jobs.add("nap", "a", {"seconds": 0}, "x")
        working.database.run("UPDATE jobs SET state = 'running', worker = 'dead', leased_until = 1")
    assert until(working, job, "done") == "done"


def test_nothing_is_begun_beside_a_job_that_was_begun_before(working: Server, told: list[str]) -> None:
    with working.database.transaction():
        first = working.jobs.add("nap", "a", {"seconds": 1}, "x")
        working.database.run("UPDATE jobs SET attempts = 1")
    working.queued()
    assert until(working, first, "running") == "running"
    assert until(working, nap(working, "b", 0), "done") == "done"
    assert told == ["begun a", "kept a", "begun b", "kept b"]


def test_a_job_that_goes_wrong_is_told_with_the_reason(working: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[str] = []

    def refused(_: Server, __: Row) -> Any:
        raise DocfillError("没有了", "it is gone")

    wrong = Kind(lambda *_: (divmod, (1, 0)), lambda *_: None, lambda _s, _j, error: lost.append(error.en))
    monkeypatch.setitem(KINDS, "wrong", wrong)
    monkeypatch.setitem(KINDS, "refused", Kind(refused, lambda *_: None))
    names = [working.jobs.add(kind, kind, {}, "x") for kind in ("wrong", "refused")]
    working.queued()
    assert [until(working, name, "failed", "done") for name in names] == ["failed", "failed"]
    assert working.jobs.one(names[1])["reason_zh"] == "没有了"
    assert len(lost) == 1 and "ZeroDivisionError" in lost[0]


def test_the_desk_tries_again_where_a_process_died_and_waits_for_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, mark = crew.Desk(), tmp_path / "once"
    once = f"import os\nif not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w').close()\n    os._exit(1)"
    try:
        assert desk.call(exec, once) is None and mark.exists()
        monkeypatch.setattr(crew, "WAIT", 0.2)
        with pytest.raises(TimeoutError):
            desk.call(time.sleep, 3)
    finally:
        desk.close()
