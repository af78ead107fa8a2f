"""A return as a page over REST, without a browser: whose each character is, where each doubt stands."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")

from docfill.serve import assets, drawings
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

    def draw() -> bytes:
        begun.append("drawn")
        may_end.wait()
        if len(begun) == 1:
            raise OSError("the process died")
        return b"<p>"

    under_way = drawings.UnderWay()
    first, second = under_way.get("a", draw), under_way.get("a", draw)
    assert first is second
    may_end.set()
    with pytest.raises(OSError):
        first.result()
    assert under_way.get("a", draw).result() == b"<p>"
    assert begun == ["drawn"] * 2


def test_a_return_is_drawn_when_it_has_been_read_and_a_correction_leaves_its_drawing(
    official: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = official.collection()
    (made,) = official.drop(collection, {"浦东.docx": returned((">231<", ">二百余<"))}).values()
    asked = "SELECT return_id FROM drawings WHERE return_id = ?"
    while not official.server.database.one(asked, made["id"]):
        time.sleep(0.05)
    at = f"/collections/{collection}/returns/{made['id']}"
    with monkeypatch.context() as patched:
        patched.setattr(official.server.desk, "call", never)
        before = official.ask("GET", f"{at}/view")
        assert "二百余" in before["html"]
    (doubt,) = [p for p in official.ask("GET", at)["problems"] if p["found"] == "二百余"]
    official.ask("POST", f"{at}/corrections", json={"path": doubt["path"], "old": "二百余", "new": 231})
    monkeypatch.setattr(official.server.desk, "call", never)
    assert official.ask("GET", f"{at}/view") == before


def test_a_server_is_not_idle_where_a_return_was_just_opened(
    official: Official, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, long = official.server, 3600.0  # a busy machine may take its time to show the page
    monkeypatch.setattr("docfill.serve.server.AT_A_PAGE", long)
    server._looked -= long
    official.ask("GET", one)
    assert server.is_idle(), "a program waits for nothing that is drawn ahead"
    assert official.client.get(one).status_code == 200
    assert not server.is_idle()
    server._looked -= long
    assert server.is_idle()


def test_a_return_is_drawn_once_for_readers_of_both_languages(
    official: Official, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese = official.ask("GET", f"{one}/view?lang=zh")
    monkeypatch.setattr(official.server.desk, "call", never)
    english = official.ask("GET", f"{one}/view?lang=en")
    assert 'title="原表文字为“所属区：”"' in chinese["html"]
    assert 'title="the form says &quot;所属区：&quot;"' in english["html"]
    for drawn in (chinese, english):
        assert {"\ufffe", "\uffff"}.isdisjoint(drawn["html"])


def test_only_what_is_drawn_already_is_shown_without_a_page_that_says_to_wait(
    official: Official, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that is still to be made may take a while: the page before would stand there as if nothing was done."""
    official.ask("GET", f"{one}/view")
    assert 'blocking="render"' in official.client.get(one).text
    monkeypatch.setattr(official.server.drawings, "of", lambda *_: None)
    assert 'blocking="render"' not in official.client.get(one).text


def never(*_: Any) -> None:
    raise AssertionError("drawn again")


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
    assert {path.split("[")[0] for path in paths} == fields, "one of them is read under another label"
    placed = {p["id"] for p in state["problems"] if p["place"].get("xml")}
    assert placed
    assert placed <= set(drawn["places"])


def test_what_is_beside_the_form_is_marked(official: Official, one: str) -> None:
    html = official.ask("GET", f"{one}/view")["html"]
    assert re.search(r'own-leftover"[^>]*>多写的话<', html)


def test_a_view_is_drawn_once(official: Official, one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = official.ask("GET", f"{one}/view")
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


def test_our_own_files_are_kept_by_the_browser_until_there_are_others(official: Official) -> None:
    for name, holds in ((assets.DOCUMENT, ".doc "), ("page.js", "export"), ("review/review.js", "import")):
        answer = official.client.get(assets.address(name))
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
        assert holds in answer.text
    of_another = official.client.get("/static/before/page.js")
    assert of_another.headers["cache-control"] == "no-cache"
    page = official.client.get("/").text
    assert set(re.findall(r"/static/([^/]+)/", page)) == {assets.edition()}


def test_the_modules_of_the_page_load_nothing_from_elsewhere() -> None:
    static = Path(__file__).parent.parent / "docfill" / "serve" / "static" / "review"
    for path in static.iterdir():
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path
