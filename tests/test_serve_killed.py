"""A server that is killed in the middle: nothing is lost, nothing is there twice."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from docfill.serve import run
from docfill.serve.server import Settings
from tests.serving import Served, returns, served, settled

COUNT = 12


def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    files = returns(COUNT)
    first = Served(tmp_path)
    with closing(first.client()) as client:
        form = next(f for f in client.get("/api/forms").json()["forms"] if f["bundled"] == "shanghai")
        made = client.post("/api/collections", json={"title": "收表", "form": form["id"]}).json()["id"]
        drop = client.post(f"/api/collections/{made}/drops", json={"announced": COUNT}).json()["id"]
        for name, data in files.items():
            assert client.put(f"/api/drops/{drop}/files", params={"name": name}, content=data).status_code == 201
        for _ in range(600):
            states = client.get(f"/api/collections/{made}").json()["progress"]["states"]
            if states.get("read"):
                break
            time.sleep(0.05)
    first.kill()
    assert states.get("waiting"), "it was killed too late to tell"
    with served(tmp_path) as second, closing(second.client()) as client:
        progress = settled(client, made)
        assert progress["states"] == {"read": COUNT}
        listed = client.get(f"/api/collections/{made}/returns").json()["returns"]
        assert sorted(r["name"] for r in listed) == sorted(files)
        assert [r["newer"] for r in listed] == [None] * COUNT
        name = next(iter(files))
        again = client.put(f"/api/drops/{drop}/files", params={"name": name}, content=files[name])
        assert again.status_code == 200 and not again.json()["is_new"]


def test_a_server_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    """Python's tracker of what processes share writes to the same stream after the end, if something was left."""
    running = Served(tmp_path)
    running.client().close()  # it answers, so that it is under way
    running.process.terminate()
    assert running.process.stderr is not None
    said = running.process.stderr.read()  # not communicate(), which leaves out what reading the first line took along
    running.close()
    assert running.process.returncode == 130
    assert [line for line in said.splitlines() if "Ctrl-C" not in line] == []


def test_an_answer_does_not_wait_for_the_browsers_word(tmp_path: Path) -> None:
    """asyncio switches Nagle's algorithm off for sockets that are named as TCP, and leaves it on for all others."""
    bound = run._bound(Settings(tmp_path, port=0))
    try:
        assert bound.proto == socket.IPPROTO_TCP
    finally:
        bound.close()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="no limit can be set from outside")
def test_a_server_whose_disk_is_full_says_so_at_each_door_and_can_be_stopped(tmp_path: Path) -> None:
    with served(tmp_path / "data", "--jobs", "1") as server, closing(server.client()) as client:
        form = client.get("/api/forms").json()["forms"][0]["id"]
        collection = client.post("/api/collections", json={"title": "收", "form": form}).json()["id"]
        drop = client.post(f"/api/collections/{collection}/drops", json={}).json()["id"]
        (document,) = returns(1).values()
        for number in range(4):
            client.put(f"/api/drops/{drop}/files?name={number}.docx", content=document + b"0" * number)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        answers = [
            client.put(f"/api/drops/{drop}/files?name=a.docx", content=document),
            client.post("/api/collections", json={"title": "又", "form": form}),
            client.delete(f"/api/collections/{collection}"),
        ]
        assert {a.status_code for a in answers} == {507}, [a.text for a in answers]
        assert all("磁盘已满" in a.json()["zh"] for a in answers)
        assert client.get("/api/collections").status_code == 200
        server.stop()
