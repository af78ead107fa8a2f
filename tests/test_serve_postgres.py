"""Several servers on one PostgreSQL: what they do is done once, and one that is killed loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("psycopg")

from docfill.serve.postgres import Postgres
from docfill.serve.store import Store
from tests.serving import Served, returns, served, settled
from tests.test_serve_store import asked_by_threads

COUNT = 10


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


if _program("initdb") is None:
    pytest.skip("no PostgreSQL", allow_module_level=True)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A cluster of its own in a folder that goes with it; PostgreSQL will not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="docfill-pg-"))
    user = "nobody" if os.name != "nt" and os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    options = f"-k {folder} -h '' -c fsync=off"
    runs = [
        [_program("initdb"), "-D", folder / "data", "-A", "trust", "-U", "docfill", "-E", "UTF8", "--no-locale"],
        [_program("pg_ctl"), "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"],
    ]
    for command in runs:
        subprocess.run([str(c) for c in command], user=user, check=True, capture_output=True, cwd=folder)
    yield f"postgresql://docfill@/postgres?host={folder}"
    stop = [_program("pg_ctl"), "-D", folder / "data", "-m", "immediate", "stop"]
    subprocess.run([str(c) for c in stop], user=user, check=True, capture_output=True, cwd=folder)
    shutil.rmtree(folder)


def test_writers_that_read_first_do_not_pass_each_other(url: str, tmp_path: Path) -> None:
    store = Store(tmp_path, url)
    form = store.forms.add("表", "x")

    def add(number: int) -> None:
        store.forms.add_edition(form, {"title": "表", "name": "x", "fields": []}, b"t", None, str(number), "x")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(16)))
    assert sorted(e["number"] for e in store.forms.one(form)["editions"]) == list(range(1, 17))
    store.database.run("DELETE FROM editions")
    store.database.run("DELETE FROM forms")
    store.close()


def test_a_connection_is_closed_with_the_thread_that_it_was_for(url: str) -> None:
    with closing(Postgres(url)) as database:
        assert asked_by_threads(database, 5) == 1


def test_a_job_is_claimed_by_one_only(url: str, tmp_path: Path) -> None:
    store = Store(tmp_path, url)
    for number in range(20):
        store.jobs.add("nothing", f"nothing {number}", {}, "x")

    def claim(worker: str) -> list[str]:
        return [job["id"] for _ in range(10) for job in store.jobs.claim(worker, 2, is_alone=False)]

    with ThreadPoolExecutor(4) as threads:
        claimed = [job for jobs in threads.map(claim, "abcd") for job in jobs]
    assert len(claimed) == len(set(claimed)) == 20
    store.database.run("DELETE FROM jobs")
    store.close()


def test_of_two_servers_one_is_killed_and_the_other_finishes(url: str, tmp_path: Path) -> None:
    files = returns(COUNT)
    first = Served(tmp_path, "--database", url)
    with served(tmp_path, "--database", url) as second:
        with closing(first.client()) as client:
            form = next(f for f in client.get("/api/forms").json()["forms"] if f["bundled"] == "shanghai")
            made = client.post("/api/collections", json={"title": "收表", "form": form["id"]}).json()["id"]
            drop = client.post(f"/api/collections/{made}/drops", json={"announced": COUNT}).json()["id"]
            for name, data in files.items():
                assert client.put(f"/api/drops/{drop}/files", params={"name": name}, content=data).status_code == 201
        first.kill()
        with closing(second.client()) as client:
            assert settled(client, made)["states"] == {"read": COUNT}
            listed = client.get(f"/api/collections/{made}/returns").json()["returns"]
            assert sorted(r["name"] for r in listed) == sorted(files)
