"""In a real Chromium: a picture is replaced by mouse; a template mended meanwhile, and what that changed is shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("starlette")
from PIL import Image

from docfill import Form
from docfill.serve import work
from docfill.serve.store import Store
from tests.browser import Desk, wait_until
from tests.serving import served
from tests.small_form import p, package


def template(people: str) -> bytes:
    photo = p('照片：{{ 照片 | picture(width="2cm") }}')
    return package(p("登记表") + p("姓名：{{ 姓名 | blank(8) }}") + p(f"人数：{people}") + photo)


FIRST, MENDED = template("{{ 人数 }}"), template("{{ 人数 | integer }}人")


def photograph(grey: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (30, 40), grey).save(stream, "PNG")
    return stream.getvalue()


def furnished(data: Path) -> tuple[str, str]:
    """A folder of the server with a form of two editions: its id, and that of the first."""
    store = Store(data)
    form = store.forms.add("登记表", "测试")
    made = []
    for given in (FIRST, MENDED):
        described = work.describe_bytes(str(store.blobs.folder), store.blobs.put(given), "登记表", None)
        made.append(store.forms.add_edition(form, described, given, None, "", "测试"))
    store.close()
    return form, made[0]


def all_read(desk: Desk, collection: str) -> None:
    """Waits until nothing is queued."""
    wait_until(
        desk.page,
        f"fetch('/api/collections/{collection}').then((a) => a.json()).then((c) => c.progress.queued === 0)",
    )


def test_a_picture_is_replaced_by_mouse_and_stays_when_a_mended_template_reads_again(
    browser: Any, tmp_path: Path
) -> None:
    form, first = furnished(tmp_path)
    filled = Form.load(FIRST).fill({"姓名": "王芳", "人数": "12人", "照片": photograph(10)})
    with served(tmp_path) as server:
        desk = Desk(browser, server)
        page = desk.page
        collection = desk.api("POST", "/api/collections", {"title": "登记", "form": form})["id"]
        desk.api("PATCH", f"/api/collections/{collection}", {"edition": first})
        drop = desk.api("POST", f"/api/collections/{collection}/drops", {"announced": 1})["id"]
        desk.api("PUT", f"/api/drops/{drop}/files?name={quote('王芳.docx')}", data=filled)
        all_read(desk, collection)
        (known,) = desk.api("GET", f"/api/collections/{collection}/returns")["returns"]
        review = f"/collections/{collection}/returns/{known['id']}"
        # the picture
        desk.open(review).wait_for_selector("main[data-ready=whole]")
        page.click("[data-list=all]")
        page.click('.entry[data-key="照片"] .pick')
        page.click('.entry[data-key="照片"] .tools-of button:has-text("改")')
        with page.expect_file_chooser() as chooser:
            page.click(".editor label:has-text('换一张图片')")
        chooser.value.set_files({"name": "新.png", "mimeType": "image/png", "buffer": photograph(200)})
        page.wait_for_selector('.entry[data-key="照片"][data-standing="corrected"]')
        assert "新.png" in page.inner_text('.entry[data-key="照片"]')
        # the template
        desk.open(f"/collections/{collection}/settings")
        page.select_option("[name=edition]", index=0)
        page.click("form:has([name=edition]) button.primary")
        page.wait_for_url(f"**/collections/{collection}")
        all_read(desk, collection)
        desk.open(review).wait_for_selector("main[data-ready=whole]")
        assert "按第 2 版重读后，1 项读出的值变了" in page.inner_text("#said")
        page.click("#said button:has-text('人数')")
        page.wait_for_selector('.entry.current[data-key="人数"]')
        assert "重读前读出：12人" in page.inner_text('.entry[data-key="人数"]')
        state = desk.api("GET", f"/api{review}")
        assert (state["record"]["人数"], state["record"]["照片"]["file"]) == (12, "新.png")
        assert [c["is_conflict"] for c in state["corrections"]] == [False]
        assert desk.faults == [] and desk.stayed_home()
        desk.close()
