"""A return as a page over REST, without a browser: whose each character is, where each doubt stands."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from docfill.serve.api.views import Kept
from docfill.serve.server import Server, Settings
from tests.test_serve import PORT, Official, returned


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Official]:
    server = Server(Settings(tmp_path_factory.mktemp("data"), port=PORT))
    yield Official(server)
    server.close()


@pytest.fixture(scope="module")
def one(official: Official) -> str:
    """The address of a return with a label that was changed, and something beside."""
    collection = official.collection()
    document = returned(("所属区：", "所在区："), ("</w:body>", "<w:p><w:r><w:t>多写的话</w:t></w:r></w:p></w:body>"))
    (made,) = official.drop(collection, {"交回/浦东.docx": document}).values()
    assert made["state"] == "read"
    return f"/collections/{collection}/returns/{made['id']}"


def test_what_is_being_drawn_is_not_drawn_twice_and_what_failed_is() -> None:
    begun: list[str] = []
    may_end = threading.Event()

    def draw() -> str:
        begun.append("drawn")
        may_end.wait()
        if len(begun) == 1:
            raise OSError("the process died")
        return "<p>"

    kept = Kept(2)
    first, second = kept.get("a", draw), kept.get("a", draw)
    assert first is second
    may_end.set()
    with pytest.raises(OSError):
        first.result()
    assert kept.get("a", draw).result() == kept.get("a", draw).result() == "<p>"
    assert begun == ["drawn"] * 2
    for other in "bc":
        kept.get(other, draw).result()
    kept.get("a", draw).result()  # two are kept, and this was the third last
    assert len(begun) == 5


def test_a_return_is_drawn_while_its_page_is_on_the_way(official: Official, one: str) -> None:
    official.client.get(f"{one}?lang=en")
    asked: list[str] = []
    call = official.server.desk.call
    official.server.desk.call = lambda function, *given: asked.append(function.__name__) or call(function, *given)  # type: ignore[method-assign,func-returns-value]
    try:
        assert official.ask("GET", f"{one}/view?lang=en")["html"]
    finally:
        official.server.desk.call = call  # type: ignore[method-assign]
    assert "returned" not in asked


def test_every_value_has_its_path_and_every_doubt_its_place(official: Official, one: str) -> None:
    state, drawn = official.ask("GET", one), official.ask("GET", f"{one}/view")
    paths = set(re.findall(r'class="[^"]*own-(?:value|blank)" data-path="([^"]+)"', drawn["html"]))
    edition = official.ask("GET", f"/editions/{state['edition']['id']}")
    fields = {f["path"] for f in edition["fields"]}
    assert {path.split("[")[0] for path in paths} == fields - {"封面.所属区"}, "its label is another one"
    placed = {p["id"] for p in state["problems"] if p["place"].get("xml")}
    assert placed
    assert placed <= set(drawn["places"])


def test_what_is_beside_the_form_is_marked(official: Official, one: str) -> None:
    html = official.ask("GET", f"{one}/view")["html"]
    assert re.search(r'own-leftover"[^>]*>多写的话<', html)


def test_a_view_is_drawn_once(official: Official, one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = official.ask("GET", f"{one}/view")

    def never(*_: Any) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(official.server.desk, "call", never)
    assert official.ask("GET", f"{one}/view") == before


def test_what_is_no_picture_of_the_document_is_not_there(official: Official, one: str) -> None:
    for name in ("rId9999", "..%2f..%2fx", "rId1"):
        official.ask("GET", f"{one}/view/pictures/{name}", 404)


def test_a_text_means_what_its_field_s_kind_reads(official: Official, one: str) -> None:
    edition = official.ask("GET", one)["edition"]["id"]
    fields = official.ask("GET", f"/editions/{edition}")["fields"]
    amount = next(f["path"] for f in fields if f["unit"] == "亿元")
    boxed = next(f["path"] for f in fields if f["kind"] == "choices")

    def meant(path: str, text: str, status: int = 200) -> Any:
        return official.ask("POST", f"/editions/{edition}/meaning", status, json={"path": path, "text": text})

    assert meant(amount, "１,２３４.5 亿元")["value"] == 1234.5
    assert (meant(amount, "14.8亿")["suggested"], meant(amount, "14.8亿")["is_read"]) == (14.8, False)
    assert meant(amount, "许多")["value"] == "许多"
    meant(boxed, "是", 422)
    meant("没有", "是", 422)


def test_the_rules_of_documents_are_there_for_everybody(official: Official) -> None:
    answer = official.client.get("/document.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert ".doc " in answer.text


def test_the_modules_of_the_page_load_nothing_from_elsewhere() -> None:
    static = Path(__file__).parent.parent / "docfill" / "serve" / "static" / "review"
    for path in static.iterdir():
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path
