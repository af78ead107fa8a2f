"""A batch on a real cluster: a Dask scheduler and two worker processes, of which one is killed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from docfill import DocfillError, Form, sources
from docfill.batch import extract_many, pool
from docfill.batch.cluster import cluster
from docfill.batch.filling import fill_many
from tests.test_batch import EXPECTED, MANY, deadly, form, names, record, returned
from tests.test_cli import ROOT, Run, listing, run

__all__ = ["form", "returned", "run"]

pytestmark = [
    # Dask leaves its sockets to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


class Running:
    """A scheduler and its two workers."""

    def __init__(self, folder: Path, stack: ExitStack, *options: str) -> None:
        from distributed import Client

        known = folder / "scheduler.json"
        self._stack, self._folder = stack, folder
        self.scheduler = self._started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        with Client(scheduler_file=str(known), timeout="60s", set_as_default=False) as client:
            self.address = json.loads(known.read_text())["address"]
            self.workers = [self._started("worker", "--nthreads", "1", "--no-dashboard", *options) for _ in range(2)]
            client.wait_for_workers(2, timeout=60)

    def _started(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(self._folder / "scheduler.json")],
            env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "dask"
    folder.mkdir()
    with ExitStack() as stack:
        yield Running(folder, stack, "--no-nanny")


def test_a_cluster_reads_what_one_machine_reads(
    running: Running, run: Run, form: Form, returned: Path, tmp_path: Path
) -> None:
    Path("人.docx").write_bytes(form._package.data)
    arguments = ("extract", returned, "--form", "人.docx")
    here = run(*arguments, "-o", "这里.jsonl", "--jobs", "1")
    there = run(*arguments, "-o", "那里.jsonl", "--scheduler", running.address)
    assert (here.exit_code, there.exit_code) == (0, 0)
    assert there.stderr.startswith(f"共 {MANY} 份：{MANY} 份无疑问")
    assert Path("那里.jsonl").read_bytes() == Path("这里.jsonl").read_bytes()

    filled = run("fill", "人.docx", "这里.jsonl", "-o", "好", "--scheduler", running.address)
    assert (filled.exit_code, len(listing("好"))) == (0, MANY)
    assert Path("好/006.docx").read_bytes() == (returned / "006.docx").read_bytes()


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    running: Running, form: Form, returned: Path
) -> None:
    with cluster(running.address) as (executor, jobs):
        assert jobs == 2
        outcomes = extract_many([*sources.collect([str(returned)])] * 10, [form], executor, jobs)
        seen = [next(outcomes)]
        running.workers[0].kill()
        seen += outcomes
        assert names(seen) == EXPECTED * 10
        orders = ((n, record(n), "") for n in range(30))
        assert [f.document for _, f in fill_many(form, orders, executor, jobs)] == [
            form.fill(record(n)) for n in range(30)
        ]


def test_an_item_that_kills_its_workers_is_lost_and_no_other(tmp_path: Path) -> None:
    items = [f"i{n}" for n in range(30)]
    items[10] = "always"
    with ExitStack() as stack:
        restarting = Running(tmp_path, stack, "--nanny")
        with cluster(restarting.address) as (executor, jobs):
            crew = pool.Crew(jobs, executor)
            done = list(pool.in_order(deadly, ((i, i) for i in items), crew, lambda i: f"lost {i}", chunk=4))
    assert done == [(i, "lost always" if i == "always" else i.upper()) for i in items]


def slowly(item: int) -> int:
    time.sleep(0.2)
    return item


@pytest.mark.parametrize("heard", [True, False])
def test_a_scheduler_that_dies_is_one_message(running: Running, monkeypatch: pytest.MonkeyPatch, heard: bool) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 0.5)
    with (
        pytest.raises(DocfillError, match="与集群的连接已断开；已完成的都已保存"),
        cluster(running.address) as (executor, jobs),
    ):
        if not heard:  # Dask may forget to tell of a task that was handed over in that moment
            monkeypatch.setattr(type(executor), "submit", lambda *_: Future())
        crew = pool.Crew(jobs, executor)
        done = pool.in_order(slowly, ((n, n) for n in range(200)), crew, str, chunk=1)
        if heard:
            next(done)
        running.scheduler.kill()
        list(done)


def test_no_scheduler_is_one_message(run: Run, returned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docfill.batch.cluster.PATIENCE", "1s")
    done = run("extract", returned, "--form", "shanghai", "-o", "全.jsonl", "--scheduler", "tcp://127.0.0.1:9")
    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
    assert list(Path().glob("全*")) == []
    with pytest.raises(DocfillError, match=r"无法连接集群 tcp://127\.0\.0\.1:9"), cluster("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(DocfillError, match="地址应如 tcp://主机:8786"), cluster("nonsense://x"):
        pass


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DocfillError, match=r'pip install "docfill-forms\[cluster\]"'), cluster("tcp://127.0.0.1:9"):
        pass


def test_a_server_has_its_returns_read_by_the_cluster(running: Running, tmp_path: Path) -> None:
    pytest.importorskip("starlette")
    from tests.serving import returns, served, settled

    with served(tmp_path / "data", "--scheduler", running.address) as server, closing(server.client()) as client:
        form = next(f["id"] for f in client.get("/api/forms").json()["forms"] if f["bundled"] == "shanghai")
        made = client.post("/api/collections", json={"title": "收表", "form": form}).json()["id"]
        drop = client.post(f"/api/collections/{made}/drops", json={"announced": 3}).json()["id"]
        for name, data in returns(3).items():
            client.put(f"/api/drops/{drop}/files", params={"name": name}, content=data)
        assert settled(client, made)["states"] == {"read": 3}
