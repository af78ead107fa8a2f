"""The server without a network: what comes in is accounted for, corrected, decided; who may do what."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from docfill import Form
from docfill.serve.app import application
from docfill.serve.server import Server, Settings
from tests.test_cli import DATA, loaded, with_text

PORT = 8765


class Official:
    """Somebody at the page of a server on this machine."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = TestClient(application(server), base_url=f"http://127.0.0.1:{PORT}")
        page = self.client.get(f"/?start={server.guard.start_token}").text
        csrf = re.search(r'data-csrf="([^"]+)"', page)
        assert csrf
        self.client.headers["x-csrf"] = csrf[1]

    def ask(self, method: str, path: str, status: int = 200, **given: Any) -> Any:
        """Asks the API; the answer must have the status."""
        answer = self.client.request(method, f"/api{path}", **given)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def collection(self, **given: Any) -> str:
        """A new collection of the Shanghai form."""
        form = next(f for f in self.ask("GET", "/forms")["forms"] if f["bundled"] == "shanghai")
        made = self.ask("POST", "/collections", 201, json={"title": "收表", "form": form["id"], **given})
        return str(made["id"])

    def drop(self, collection: str, files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
        """Drops files and waits for them to be looked at: what became of each, by name."""
        made = self.ask("POST", f"/collections/{collection}/drops", 201, json={"announced": len(files)})["id"]
        for name, data in files.items():
            answer = self.client.put(f"/api/drops/{made}/files", params={"name": name}, content=data)
            assert answer.status_code in (200, 201), answer.text
        self.ask("POST", f"/drops/{made}/end", json={"ended": "whole"})
        self.settled(collection)
        return {r["name"]: r for r in self.ask("GET", f"/collections/{collection}/returns")["returns"]}

    def settled(self, collection: str) -> dict[str, Any]:
        """How a collection stands when nothing is under way any more."""
        for _ in range(600):
            progress: dict[str, Any] = self.ask("GET", f"/collections/{collection}")["progress"]
            if not progress["queued"]:
                return progress
            time.sleep(0.1)
        raise AssertionError("the queue does not end")


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Official]:
    server = Server(Settings(tmp_path_factory.mktemp("data"), port=PORT))
    yield Official(server)
    server.close()


def returned(*changes: tuple[str, str]) -> bytes:
    """A returned Shanghai form, with some words of its text otherwise."""
    document = Form.load("shanghai").fill(loaded(DATA / "shanghai.json"))
    for old, new in changes:
        document = with_text(document, old, new)
    return document


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_everything_that_is_dropped_is_accounted_for(official: Official) -> None:
    collection = official.collection()
    good = returned()
    found = official.drop(
        collection,
        {
            "交回/松江.docx": good,
            "交回/又一份.docx": good,
            "交回/扫描.pdf": b"%PDF-1.7 ...",
            "交回/~$松江.docx": b"lock",
            "全部.zip": zipped({"浦东/浦东.docx": returned((">231<", ">二百余<"))}),
        },
    )
    assert {name: r["state"] for name, r in found.items()} == {
        "交回/松江.docx": "read",
        "交回/又一份.docx": "duplicate",
        "交回/扫描.pdf": "refused",
        "交回/~$松江.docx": "aside",
        "全部.zip": "opened",
        "全部.zip/浦东/浦东.docx": "read",
    }
    assert found["交回/又一份.docx"]["same_as"] == found["交回/松江.docx"]["id"]
    assert "PDF" in found["交回/扫描.pdf"]["reason_zh"]
    assert found["全部.zip/浦东/浦东.docx"]["doubts"] == 1
