"""The review of a return in a real Chromium: by keyboard alone, over messy and hostile documents."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from docfill import Form
from docfill.serve import clock
from docfill.serve.doors import Role
from docfill.serve.store import Store
from docfill.view import View
from docfill.word.document import Document, paragraphs_of
from tests.browser import Desk, unfit, wait_until
from tests.disturb import package_of, parts_of
from tests.messy import HABITS, spoilt
from tests.serving import served
from tests.small_form import Xml, p, package
from tests.test_cli import DATA, loaded, with_text

SHARED = Path(__file__).parent.parent.parent / "shared" / "returned" / "hard"
EVIL = '<img src=x onerror=alert(1)><script>alert(2)</script>"onmouseover="alert(3)'


def messy() -> bytes:
    """A filled form after some habits: about numbers, units, hidden and struck text, runs cut to pieces."""
    wanted = ("about", "unit repeated", "hidden text beside answers", "runs cut at every third")
    habits = [(habit, pick) for habit in HABITS if habit.name in wanted for pick in (1, 8, 15, 22)]
    return spoilt(Form.load("shanghai"), loaded(DATA / "shanghai.json"), habits).document()


def returned_with(amount: str, who: str = "甲集群") -> bytes:
    """A filled form of one applicant in which a number of 亿元 is written so."""
    form, record = Form.load("shanghai"), loaded(DATA / "shanghai.json")
    record["封面"]["集群名称"] = record["基本情况"]["集群名称"] = who
    path = next(f.path for f in form.fields if f.unit == "亿元")
    node = record
    *outer, last = path.split(".")
    for step in outer:
        node = node[step]
    node[last] = 98765.43
    return with_text(form.fill(record), "98765.43", amount)


def hostile() -> bytes:
    """A filled form with what a browser might run in its text, its authors and its links."""
    document = Form.load("shanghai").fill(loaded(DATA / "shanghai.json"))
    escaped = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    attribute = escaped.replace('"', "&quot;")
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = '<w:r><w:instrText>HYPERLINK "javascript:alert(5)"</w:instrText></w:r>'
    link = f'<w:hyperlink w:anchor="x" w:tooltip="{attribute}"><w:r><w:t>javascript:alert(4)</w:t></w:r></w:hyperlink>'
    rel = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r'
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    drawn = (
        f'<wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/>'
        f'<wp:docPr id="99" name="{attribute}" descr="{attribute}"/><a:graphic xmlns:a="{drawing}/main"><a:graphicData '
        f'uri="{drawing}/picture"><pic:pic xmlns:pic="{drawing}/picture"><pic:blipFill><a:blip {rel}:embed="rIdSvg"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
    )
    script = (
        f'<w:p><w:ins w:author="{attribute}"><w:r><w:t>{escaped}\u202e</w:t></w:r></w:ins></w:p><w:p>{link}</w:p>'
        f"<w:p>{mark.format('begin')}{code}{mark.format('separate')}<w:r><w:t>点</w:t></w:r>{mark.format('end')}</w:p>"
        f'<w:altChunk {rel}:id="rIdEvil"/><w:p><w:r><w:drawing>{drawn}</w:drawing></w:r></w:p></w:body>'
    )
    parts = parts_of(with_text(document, "</w:body>", script))
    relations = "word/_rels/document.xml.rels"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = (
        f'<Relationship Id="rIdEvil" Type="{office}/aFChunk" Target="evil.html"/>'
        f'<Relationship Id="rIdSvg" Type="{office}/image" Target="media/evil.svg"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", more.encode())
    kinds = "".join(
        f'<Default Extension="{e}" ContentType="{t}"/>' for e, t in (("html", "text/html"), ("svg", "image/svg+xml"))
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", f"{kinds}</Types>".encode())
    parts["word/evil.html"] = b"<script>alert(6)</script><p>altchunk</p>"
    parts["word/media/evil.svg"] = (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7)"><script>alert(8)</script></svg>'
    )
    return package_of(parts)


def returns_of(desk: Desk, files: dict[str, bytes]) -> tuple[str, dict[str, str]]:
    """A new collection with some files: its id, and those of the returns by name."""
    form = next(f["id"] for f in desk.api("GET", "/api/forms")["forms"] if f["bundled"] == "shanghai")
    collection = desk.api("POST", "/api/collections", {"title": "收表", "form": form})["id"]
    drop = desk.api("POST", f"/api/collections/{collection}/drops", {"announced": len(files)})["id"]
    for name, data in files.items():
        desk.api("PUT", f"/api/drops/{drop}/files?name={quote(name)}", data=data)
    desk.api("POST", f"/api/drops/{drop}/end", {"ended": "whole"})
    for _ in range(300):
        if not desk.api("GET", f"/api/collections/{collection}")["progress"]["queued"]:
            break
        desk.page.wait_for_timeout(100)
    listed = desk.api("GET", f"/api/collections/{collection}/returns")["returns"]
    assert all(r["state"] == "read" for r in listed), listed
    return collection, {r["name"]: r["id"] for r in listed}


@pytest.fixture(scope="module")
def returned(desk: Desk) -> tuple[str, dict[str, str]]:
    """A collection with three returns."""
    blank = Form.load("shanghai").blank()
    return returns_of(desk, {"甲.docx": messy(), "乙.docx": hostile(), f"丙{EVIL.replace('/', '')}.docx": blank})


@pytest.fixture
def open_review(desk: Desk, returned: tuple[str, dict[str, str]]) -> Iterator[Any]:
    """Opens the review of a return by its name; afterwards nothing may have gone wrong in the page."""
    collection, ids = returned

    def opened(name: str) -> Any:
        page = desk.open(f"/collections/{collection}/returns/{ids[name]}")
        page.wait_for_selector("main[data-ready=whole]")
        return page

    desk.faults.clear()
    yield opened
    assert desk.faults == []
    assert desk.stayed_home()


def left(page: Any) -> int:
    """How many doubts are left, as the page says."""
    said = re.search(r"\d+", page.inner_text("#left"))
    return int(said[0]) if said else 0


def current(page: Any) -> str:
    """The field or problem that is being looked at."""
    return str(page.get_attribute(".entry.current", "data-key"))


def key_of(page: Any, test: str) -> str:
    """The field or problem of the first entry `e` that passes a test in JavaScript."""
    found = "[...document.querySelectorAll('.entry')].find((e) => " + test + ").dataset.key"
    return str(page.evaluate(found))


# --- the journey ---


def test_a_return_is_reviewed_by_keyboard_alone(open_review: Any) -> None:
    page = open_review("甲.docx")
    before, first = left(page), current(page)
    assert before > 2
    assert page.locator(".doc .lit").count() > 0, "the place of the first doubt is not lit"
    page.keyboard.press("j")
    second = current(page)
    assert second != first
    page.keyboard.press("k")
    assert current(page) == first
    page.keyboard.press("c")
    wait_until(page, f"document.getElementById('left').textContent.includes('{before - 1}')")
    assert page.get_attribute(f'[data-key="{first}"]', "data-standing") == "confirmed"
    page.keyboard.press("z")
    wait_until(page, f"document.getElementById('left').textContent.includes('{before}')")


def test_a_review_asks_for_what_it_needs_once_and_for_no_file_that_the_browser_has(
    open_review: Any, desk: Desk, returned: tuple[str, dict[str, str]]
) -> None:
    """What is seen after the click is as far away as these: the page brings the return and its drawing along."""
    collection, ids = returned
    open_review("甲.docx")
    before = len(desk.asked)
    with desk.page.expect_request("**/claim"):
        open_review("乙.docx")
    home = desk.page.url.partition("/collections/")[0]
    asked = [url.removeprefix(home) for url in desk.asked[before:] if "/static/" not in url]
    one = f"/collections/{collection}/returns/{ids['乙.docx']}"
    edition = next(url for url in asked if "/editions/" in url)
    assert set(asked) - {url for url in asked if "/view" in url} == {one, edition, f"/api{one}/claim"}
    assert asked.count(one) == 1
    assert f"/api{one}/view" not in asked, "the page brings its document along"
    loaded = "performance.getEntriesByType('resource').filter((e) => e.name.includes('/static/'))"
    sizes = desk.page.evaluate(f"{loaded}.map((e) => e.transferSize)")
    assert sizes and not any(sizes)


def test_what_is_undone_is_what_was_done_last_also_while_it_is_still_being_kept(open_review: Any) -> None:
    page = open_review("甲.docx")
    before = left(page)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/confirmations", hold)
    page.keyboard.press("c")
    page.keyboard.press("z")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.unroute("**/confirmations", hold)
    page.wait_for_selector("#toasts:has-text('已撤销')")
    assert left(page) == before


def test_a_long_document_is_laid_out_where_it_is_seen_first_and_whole_soon(
    desk: Desk, returned: tuple[str, dict[str, str]]
) -> None:
    """What nobody sees yet costs nothing before the page is there; nothing is left out of it afterwards."""
    collection, ids = returned
    context = desk.page.context.browser.new_context(storage_state=desk.page.context.storage_state())
    page = context.new_page()
    page.add_init_script(
        "const waiting = []; window.requestIdleCallback = (does) => waiting.push(does);"
        "window.goOn = () => waiting.splice(0).forEach((does) => does());"
    )
    page.goto(f"{desk.page.url.partition('/collections/')[0]}/collections/{collection}/returns/{ids['甲.docx']}")
    page.wait_for_selector("main[data-ready]")
    is_seen = "p.checkVisibility({ contentVisibilityAuto: true })"
    unseen = f"[...document.querySelectorAll('.doc p')].filter((p) => !{is_seen}).length"
    assert page.evaluate(unseen) > 50
    assert page.evaluate("document.querySelectorAll('.doc .lit, .doc p').length") > 300, "it is all there"
    wait_until(page, "goOn(), !document.querySelector('.doc .later')")
    assert page.evaluate(unseen) == 0
    context.close()


def test_a_return_that_cannot_be_drawn_is_reviewed_all_the_same(
    desk: Desk, returned: tuple[str, dict[str, str]]
) -> None:
    collection, ids = returned

    def without(route: Any) -> None:
        whole = route.fetch().text()
        start = whole.index('id="data-drawn">') + len('id="data-drawn">')
        told = '{"zh": "处理它的进程没有了", "en": "its process is gone"}'
        route.fulfill(body=whole[:start] + told + whole[whole.index("</script>", start) :], content_type="text/html")

    address = f"**/returns/{ids['甲.docx']}"
    desk.page.route(address, without)
    page = desk.open(f"/collections/{collection}/returns/{ids['甲.docx']}")
    page.wait_for_selector("main[data-ready=whole]")
    desk.page.unroute(address)
    assert page.inner_text("#sheet") == "画不出这份表：处理它的进程没有了"
    assert left(page) > 0
    assert page.locator(".entry.current").count() == 1


def test_a_number_is_corrected_in_its_editor_and_the_correction_undone(open_review: Any) -> None:
    page = open_review("甲.docx")
    key = key_of(page, "e.querySelector('.original q')?.textContent.includes('约')")
    page.click(f'[data-key="{key}"] .pick')
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("321")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-key="{key}"][data-standing="corrected"], [data-key="{key}"][data-standing="rule"]')
    assert page.inner_text(f'[data-key="{key}"] .value').startswith("321")
    assert page.inner_text("#trail-count") == "1"
    assert "约" in page.inner_text(f'[data-key="{key}"]'), "the original is not shown"
    page.keyboard.press("z")
    wait_until(page, f"""!document.querySelector('[data-key="{key}"] .value').textContent.startsWith('321')""")
    assert page.locator("#trail .undone").count() == 1


def test_enter_opens_what_cannot_be_read_instead_of_calling_it_right(desk: Desk) -> None:
    collection, ids = returns_of(desk, {"一.docx": returned_with("许多")})
    page = desk.open(f"/collections/{collection}/returns/{ids['一.docx']}")
    page.wait_for_selector("main[data-ready=whole]")
    key = key_of(page, "e.querySelector('.value')?.textContent === '许多'")
    page.click(f'[data-key="{key}"] .pick')
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-key="{key}"] form input')
    assert page.get_attribute(f'[data-key="{key}"]', "data-standing") == "wrong"
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_selector(f'[data-key="{key}"][data-standing="confirmed"]')


def test_what_no_number_can_be_is_refused_with_the_reason(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.click("[data-list=all]")
    key = key_of(page, "/\\\\d 个|亿元|家/.test(e.querySelector('.value')?.textContent)")
    page.click(f'[data-key="{key}"] .pick')
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("许多")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-key="{key}"] form [role=alert]')
    assert "许多" in page.inner_text(f'[data-key="{key}"] form [role=alert]')
    assert page.input_value(f'[data-key="{key}"] form input') == "许多", "what was typed is gone"
    page.keyboard.press("Escape")
    assert page.locator(f'[data-key="{key}"] form').count() == 0


def test_a_click_in_the_document_leads_to_its_field_and_back(open_review: Any) -> None:
    page = open_review("甲.docx")
    place = page.locator(".doc .own-value").nth(3)
    path = place.get_attribute("data-path")
    place.click()
    assert current(page) == path
    assert "lit" in place.get_attribute("class")
    page.click("[data-list=all]")
    other = page.locator(".entry .pick").nth(1)
    other.click()
    assert current(page) != path
    assert page.locator(f'.doc [data-path="{current(page)}"].lit').count() > 0


def test_marked_text_becomes_the_value(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.locator(".doc .own-value").nth(1).click()
    field = current(page)
    page.evaluate(
        "() => { const s = document.querySelectorAll('.doc .own-value')[0]; getSelection().selectAllChildren(s); }"
    )
    wanted = page.evaluate("getSelection().toString()")
    page.keyboard.press("v")
    page.wait_for_selector(f'[data-key="{field}"] form')
    assert page.input_value(f'[data-key="{field}"] form input, [data-key="{field}"] form textarea') == wanted
    page.keyboard.press("Escape")


def test_a_remark_is_drafted_from_the_problem(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.keyboard.press("m")
    drafted = page.input_value("form textarea")
    assert "：请" in drafted, "it is said as to the applicant"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".entry.current .remark")
    page.click(".entry.current .remark button")
    wait_until(page, "!document.querySelector('.entry.current .remark')")


def test_keys_are_shown_and_each_is_a_button(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.keyboard.press("?")
    told = page.inner_text("#help dl")
    page.keyboard.press("Escape")
    shown = page.locator(".keys kbd").all_inner_texts()
    assert set(shown) == {"J", "K", "Enter", "E", "C", "V", "M", "Z", "N", "Esc", "/", "?"}
    assert all(key in told for key in shown)
    page.click("[data-does=next]")
    page.click("[data-does=help]")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")


def test_letters_can_be_letters_again(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.keyboard.press("?")
    page.click("#keys-on")
    page.keyboard.press("Escape")
    before = current(page)
    page.keyboard.press("j")
    assert current(page) == before
    page.click("[data-does=help]")
    page.click("#keys-on")
    page.keyboard.press("Escape")


def test_n_leads_to_the_next_file(open_review: Any) -> None:
    page = open_review("甲.docx")
    before = page.url.split("#")[0]
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url.split("#")[0] != before)
    page.wait_for_selector("main[data-ready=whole]")


def test_what_is_looked_for_is_found(open_review: Any) -> None:
    page = open_review("甲.docx")
    page.keyboard.press("/")
    page.keyboard.type("联系人")
    names = page.locator(".entry").all_inner_texts()
    assert names
    assert all("联系人" in name for name in names)
    page.keyboard.press("Escape")
    assert page.input_value("#find") == ""


def test_two_people_at_once_are_told_and_nothing_is_overwritten(
    desk: Desk, open_review: Any, returned: tuple[str, dict[str, str]]
) -> None:
    page = open_review("甲.docx")
    page.locator(".doc .own-value").nth(2).click()
    path = current(page)
    collection, ids = returned
    one = f"/api/collections/{collection}/returns/{ids['甲.docx']}"
    old = page.inner_text(f'[data-key="{path}"] .value')
    state = desk.api("POST", f"{one}/corrections", {"path": path, "new": "别人改的", "old": old})
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("我改的")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conflict[open]")
    assert "别人改的" in page.inner_text("#conflict")
    page.click("#conflict-theirs")
    assert page.inner_text(f'[data-key="{path}"] .value') == "别人改的"
    number = next(c["number"] for c in state["corrections"] if not c["undone_by"] and c["new"] == "别人改的")
    desk.api("DELETE", f"{one}/corrections/{number}")


def test_two_officials_at_one_return_see_each_other_and_overwrite_nothing(browser: Any, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for who in ("王芳", "李明"):
        store.users.add(who, Role.official, "correct horse")
    store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(tmp_path, "--port", str(port), "--origin", f"http://127.0.0.1:{port}") as server:
        first, second = Desk(browser, server), Desk(browser, server)
        for desk, who in ((first, "王芳"), (second, "李明")):
            desk.page.fill("[name=name]", who)
            desk.page.fill("[name=password]", "correct horse")
            desk.page.keyboard.press("Enter")
            desk.page.wait_for_url(f"{server.base}/")
        collection, ids = returns_of(first, {"一.docx": returned_with("1")})
        for desk in (first, second):
            desk.open(f"/collections/{collection}/returns/{ids['一.docx']}")
            desk.page.wait_for_selector("main[data-ready=whole]")
            if desk is first:
                wait_until(
                    first.page,
                    f"""fetch('/api/collections/{collection}/returns').then((a) => a.json())
                    .then((all) => all.returns[0].claimed_by === '王芳')""",
                )
        second.page.wait_for_selector("#claimed:has-text('王芳正在核对这份表')")
        path = "封面.所属区"
        for desk, value in ((first, "浦东新区"), (second, "静安区")):
            desk.page.click("[data-list=all]")
            desk.page.click(f'[data-key="{path}"] .pick')
            desk.page.keyboard.press("e")
            desk.page.keyboard.press("Control+a")
            desk.page.keyboard.type(value)
            desk.page.keyboard.press("Enter")
            if desk is first:
                first.page.wait_for_selector(f'[data-key="{path}"] .value:has-text("浦东新区")')
        second.page.wait_for_selector("#conflict[open]:has-text('浦东新区')")
        second.page.click("#conflict-theirs")
        assert second.page.inner_text(f'[data-key="{path}"] .value') == "浦东新区"
        state = first.api("GET", f"/api/collections/{collection}/returns/{ids['一.docx']}")
        first.page.close(run_before_unload=True)
        free = f"""fetch('/api/collections/{collection}/returns').then((a) => a.json())
        .then((all) => all.returns[0].claimed_by === '')"""
        wait_until(second.page, free)
        assert [(c["made_by"], c["new"]) for c in state["corrections"]] == [("王芳", "浦东新区")]
        first.close()
        second.close()


def test_a_suggestion_is_taken_by_one_key(desk: Desk) -> None:
    collection, ids = returns_of(desk, {"一.docx": returned_with("14.8亿")})
    page = desk.open(f"/collections/{collection}/returns/{ids['一.docx']}")
    page.wait_for_selector("main[data-ready=whole]")
    key = key_of(page, "e.querySelector('.value')?.textContent === '14.8亿'")
    page.click(f'[data-key="{key}"] .pick')
    assert "14.8 亿元" in page.inner_text(f'[data-key="{key}"] .tools-of .primary')
    page.keyboard.press("Enter")
    wait_until(page, f"""document.querySelector('[data-key="{key}"] .value').textContent === '14.8 亿元'""")
    page.keyboard.press("z")
    wait_until(page, f"""document.querySelector('[data-key="{key}"] .value').textContent !== '14.8 亿元'""")


def test_the_list_and_the_review_tell_the_time_of_the_server(desk: Desk) -> None:
    collection, ids = returns_of(desk, {"一.docx": returned_with("14.8亿")})
    page = desk.open(f"/collections/{collection}")
    page.wait_for_selector("#list tbody a")
    known = desk.api("GET", f"/api/collections/{collection}/returns/{ids['一.docx']}")
    assert clock.moment(known["return"]["received"]) in page.inner_text("#list tbody")
    path = "封面.所属区"
    given = {"path": path, "old": valued(known["record"], path), "new": "静安区"}
    at = f"/collections/{collection}/returns/{ids['一.docx']}"
    (made,) = desk.api("POST", f"/api{at}/corrections", given)["corrections"]
    page = desk.open(at)
    page.wait_for_selector("main[data-ready=whole]")
    assert clock.moment(made["created"]) in page.text_content("#trail li")


def valued(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record[step]
    return record


def test_the_same_doubt_is_settled_in_all_returns_at_once(desk: Desk) -> None:
    files = {f"{who}.docx": returned_with("14.9亿", who) for who in ("一集群", "二集群")}
    other = returned_with("若干亿", "三集群")  # nothing is suggested for it: it is no part of the same decision
    collection, ids = returns_of(desk, {**files, "三集群.docx": other})
    page = desk.open(f"/collections/{collection}/returns/{ids['一集群.docx']}")
    page.wait_for_selector("main[data-ready=whole]")
    key = key_of(page, "e.querySelector('.value')?.textContent === '14.9亿'")
    page.click(f'[data-key="{key}"] .pick')
    page.click(f'[data-key="{key}"] .alike button')
    page.wait_for_selector("#alike[open]")
    assert page.locator("#alike-returns input").count() == 2
    page.click("#alike-go")
    wait_until(page, f"""document.querySelector('[data-key="{key}"] .value').textContent === '14.9 亿元'""")
    states = {name: desk.api("GET", f"/api/collections/{collection}/returns/{one}") for name, one in ids.items()}
    assert [[c["new"] for c in states[name]["corrections"]] for name in files] == [[14.9], [14.9]]
    assert not states["三集群.docx"]["corrections"] and key not in states["三集群.docx"]["confirmed"]
    page.keyboard.press("z")
    page.wait_for_selector("#toasts:has-text('已撤销')")
    assert page.get_attribute(".entry.current", "data-key") == key, "what was undone is looked at again"
    assert page.locator(f'[data-key="{key}"] .value').inner_text() == "14.9亿"
    states = {name: desk.api("GET", f"/api/collections/{collection}/returns/{one}") for name, one in ids.items()}
    assert all(states[name]["corrections"][0]["undone_by"] for name in files), "in all of them"
    page = desk.open(f"/collections/{collection}/returns/{ids['三集群.docx']}")
    page.wait_for_selector("main[data-ready=whole]")
    page.click(f'[data-key="{key}"] .pick')
    leads = page.locator(f'[data-key="{key}"] .tools-of button').all_inner_texts()
    assert [text.split() for text in leads if "改" in text] == [["改正", "Enter"]], "two buttons that do the same"


# --- the document ---


def test_the_page_loses_nothing_of_the_document(open_review: Any) -> None:
    page = open_review("甲.docx")
    shown = page.evaluate(
        "[...document.querySelectorAll('.doc [data-p]')].map((p) => [...p.querySelectorAll('[data-s]')]"
        ".map((s) => s.textContent).join(''))"
    )
    document = Document(messy())
    stories = [document.blocks, *document.related("header"), *document.related("footer")]
    assert [text for text in shown if text] == [p.text for s in stories for p in paragraphs_of(s) if p.text]


def test_nothing_of_a_hostile_document_runs(open_review: Any, desk: Desk) -> None:
    page = open_review("乙.docx")
    assert page.locator(".doc script, .doc a, .doc iframe, .doc svg, .doc [onerror]").count() == 0
    assert page.locator(".doc [style]:not(.later, [style=''])").count() == 0
    assert "altchunk" not in page.inner_text(".doc")
    shown = page.evaluate("[...document.querySelectorAll('.doc img')].map((i) => i.src)")
    answers = [desk.get(url) for url in shown]
    assert all(a.status == 404 or a.headers["content-type"] in ("image/png", "image/jpeg") for a in answers)
    assert EVIL in page.inner_text(".doc")
    page.locator(".doc").get_by_text("javascript:alert(4)").click()
    page.wait_for_timeout(100)
    assert desk.faults == []
    desk.open("/")


def test_a_hostile_name_is_a_name(open_review: Any, returned: tuple[str, dict[str, str]]) -> None:
    name = next(n for n in returned[1] if n.startswith("丙"))
    page = open_review(name)
    assert "onerror=" in page.title() or "onerror=" in page.inner_text(".crumbs")


def test_a_span_leads_to_its_characters_and_back(desk: Desk) -> None:
    page = desk.open("/")
    deleted = Xml("<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>")
    html = View(Document(package(p("甲𠮷乙", deleted, "丙") + p("丁")))).html
    there_and_back = """async (html) => {
        const { rangeOf, marked } = await import("/static/x/review/place.js");
        const root = document.createElement("div");
        root.innerHTML = html;
        document.body.append(root);
        const seen = [];
        for (const [start, end] of [[0, 1], [1, 2], [2, 4], [3, 4], [0, 4]]) {
            getSelection().removeAllRanges();
            getSelection().addRange(rangeOf(root, 0, start, end));
            const found = marked(root);
            seen.push([found.spans[0].paragraph, found.spans[0].start, found.spans[0].end, found.text]);
        }
        getSelection().selectAllChildren(root);
        seen.push(marked(root).text);
        root.remove();
        return seen;
    }"""
    assert page.evaluate(there_and_back, html) == [
        [0, 0, 1, "甲"],
        [0, 1, 2, "𠮷"],
        [0, 2, 4, "乙丙"],
        [0, 3, 4, "丙"],
        [0, 0, 4, "甲𠮷乙丙"],
        "甲𠮷乙丙\n丁",
    ]


def test_a_problem_without_value_is_lit_where_it_stands(open_review: Any) -> None:
    page = open_review("乙.docx")
    key = key_of(page, "e.textContent.includes('javascript:alert(4)')")
    page.click(f'[data-key="{key}"] .pick')
    assert page.is_hidden("#nowhere")


# --- everybody can use it ---


@pytest.mark.parametrize("shown", ["doubts", "all", "edit", "help"])
def test_axe_finds_nothing(open_review: Any, shown: str) -> None:
    page = open_review("甲.docx")
    if shown == "all":
        page.click("[data-list=all]")
    elif shown != "doubts":
        page.keyboard.press({"edit": "e", "help": "?"}[shown])
    page.evaluate("document.querySelectorAll('.doc [data-p], .entry').forEach((e, n) => n % 9 && e.remove())")  # slow
    assert unfit(page) == {}
    page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [390, 1000, 1024, 1366, 1920])
def test_nothing_is_cut_off(open_review: Any, desk: Desk, width: int) -> None:
    page = open_review("甲.docx")
    page.set_viewport_size({"width": width, "height": 768})
    wait_until(page, f"innerWidth === {width} && document.documentElement.scrollWidth <= innerWidth")
    wait_until(page, "((p) => p.scrollWidth <= p.clientWidth + 1)(document.querySelector('.pane'))")
    beside = page.locator(".paper").is_visible() and page.locator(".data").is_visible()
    assert beside == (width > 1000), "a screen of 1366 pixels at 125 % has room for both"
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.skipif(not SHARED.is_dir(), reason="no returned forms beside the checkout")
def test_a_return_of_eight_and_more_habits_is_reviewed_doubt_by_doubt(desk: Desk) -> None:
    path = min(SHARED.glob("shanghai*.docx"))
    collection, ids = returns_of(desk, {path.name: path.read_bytes()})
    page = desk.open(f"/collections/{collection}/returns/{ids[path.name]}")
    page.wait_for_selector("main[data-ready=whole]")
    for _ in range(12):
        remaining = left(page)
        page.keyboard.press("c")
        wait_until(page, f"(parseInt(document.getElementById('left').textContent.match(/\\d+/)) || 0) < {remaining}")
    page.click("[data-verdict=accepted]")
    wait_until(page, "document.getElementById('checked').textContent.includes('1/1')")
    assert desk.faults == []
