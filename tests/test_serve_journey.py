"""The official's journey in a real Chromium: collect, look, hand over, fill, and the applicant's own check.

python -m tests.test_serve_journey        # the same, with pictures of the pages written to docs/serve

The page calls nothing but its own server, which every test here holds against the browser's own log.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

pytest.importorskip("starlette")
pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from tests.browser import unfit
from tests.serving import Served, returns, served
from tests.test_cli import DATA, ROOT, with_text

PICTURES = ROOT / "docs" / "serve"
LIST = re.compile(r"/collections/[a-z0-9]+(\?.*)?$")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("data"), "--public") as made:
        yield made


@pytest.fixture(scope="module")
def page(browser: Browser, server: Served) -> Iterator[Page]:
    """The page of one official, from the start; what it asked of others, and what went wrong in it, fails the test."""
    size = {"width": 1366, "height": 768}
    context = browser.new_context(viewport=size, locale="zh-CN", accept_downloads=True, reduced_motion="reduce")
    made = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    made.goto(server.address)
    yield made
    assert {url for url in asked if not url.startswith((server.base, "blob:", "data:"))} == set()
    assert wrong == []
    context.close()


def follow(page: Page, link: str, to: str) -> None:
    """Follows a link; when this ends the other page is there with its scripts."""
    page.get_by_role("link", name=link).click()
    page.wait_for_url(to)


def pictured(page: Page, name: str) -> None:
    """Writes a picture of the page, where pictures are wanted."""
    if os.environ.get("DOCFILL_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        taken = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
        taken.convert("RGB").quantize(64).save(PICTURES / f"{name}.png", optimize=True)


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What came back: forms, one with a doubt, a scan, a broken file, and a zip that Windows named in GBK."""
    folder = tmp_path_factory.mktemp("交回")
    files = {Path(name).name: data for name, data in returns(8).items()}
    doubtful = with_text(files["上海市松江区第003产业集群.docx"], ">231<", ">二百余<")
    files |= {"上海市松江区第003产业集群.docx": doubtful, "扫描件.pdf": b"%PDF-1.7", "坏文件.docx": b"PK"}
    packed = files.pop("上海市松江区第007产业集群.docx")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    name = "闵行/上海市松江区第007产业集群.docx"
    with zipfile.ZipFile(folder / "补交.zip", "w") as archive:
        archive.writestr("x" * len(name.encode("gbk")), packed)
    path = folder / "补交.zip"  # zipfile writes no GBK, Windows nothing else
    path.write_bytes(path.read_bytes().replace(b"x" * len(name.encode("gbk")), name.encode("gbk")))
    return sorted(folder.iterdir())


def test_1_the_first_page_says_what_to_do(page: Page) -> None:
    expect(page.get_by_role("heading", name="从这里开始收表")).to_be_visible()
    assert "start=" not in page.url
    pictured(page, "1-start")


def test_2_files_are_dropped_and_each_is_accounted_for(page: Page, dropped: list[Path]) -> None:
    follow(page, "新建收表任务", "**/collections/new")
    page.get_by_label("上海市中小企业特色产业集群申报表").check()
    page.get_by_label("任务名称").fill("2024年第二批申报")
    page.get_by_label("应交名单").fill("\n".join(f"上海市松江区第{n:03}产业集群" for n in range(9)))
    pictured(page, "2-new")
    page.get_by_role("button", name="建好，去投入文件").click()
    page.wait_for_url("**/collections/*/in")
    page.locator("#files").set_input_files(dropped)
    expect(page.locator("#upload-title")).to_have_text(f"传完了：{len(dropped)} 个", timeout=60_000)
    expect(page.locator("#reading")).to_be_hidden(timeout=120_000)
    rows = page.locator("#accounts tbody tr")
    expect(rows).to_have_count(len(dropped) + 1, timeout=20_000)
    expect(rows.filter(has_text="扫描件.pdf")).to_contain_text("读不了")
    expect(rows.filter(has_text="扫描件.pdf")).to_contain_text("请改交 Word 文件")
    expect(rows.filter(has_text="补交.zip/闵行/上海市松江区第007产业集群.docx")).to_contain_text("读出")
    pictured(page, "2-in")


def test_3_the_list_is_filtered_sorted_and_linked(page: Page, server: Served) -> None:
    follow(page, "交回的表", LIST)
    rows = page.locator("#list tbody tr:not(.pad)")
    expect(rows).to_have_count(8)
    expect(rows.first).to_contain_text("上海市松江区第003产业集群")  # what is doubtful comes first
    page.get_by_role("button", name="列…").click()
    page.locator("#chooser input[value='封面.集群名称']").check()
    expect(page.get_by_role("columnheader", name="封面 集群名称")).to_be_visible()
    page.get_by_role("button", name="列…").click()
    pictured(page, "3-list")
    page.get_by_role("button", name="存疑").first.click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("上海市松江区第003产业集群")
    assert "show=doubtful" in page.url
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="全部").click()
    page.keyboard.press("/")
    page.keyboard.type("005")
    expect(rows).to_have_count(1)
    expect(page.get_by_text("1 家未交")).to_be_visible()
    page.get_by_text("1 家未交").click()
    page.wait_for_url("**/roster")
    expect(page.get_by_text("上海市松江区第008产业集群", exact=True)).to_be_visible()


def test_4_a_return_is_reviewed_beside_its_document(page: Page) -> None:
    follow(page, "交回的表", LIST)
    page.get_by_role("button", name="存疑").first.click()
    page.locator("#list tbody tr:not(.pad) a").first.click()
    page.wait_for_url("**/returns/*")
    expect(page.locator("main[data-ready]")).to_be_visible(timeout=20_000)
    doubtful = page.locator(".entry", has_text="二百余")
    expect(doubtful).to_have_class("entry current")
    expect(page.locator(".doc .own-value.lit")).to_have_text("二百余")
    expect(page.locator(".doc .own-value.lit")).to_be_in_viewport()
    pictured(page, "4-review")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("231")
    page.keyboard.press("Enter")
    expect(doubtful.locator(".state")).to_contain_text("已改正")
    expect(page.locator("#left")).to_have_text("没有存疑了")
    page.keyboard.press("z")
    expect(doubtful.locator(".state")).to_contain_text("有误")
    follow(page, "2024年第二批申报", LIST)


def test_5_it_is_handed_over(page: Page, tmp_path: Path) -> None:
    follow(page, "汇总与发回", "**/out")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel").click()
    path = tmp_path / download.value.suggested_filename
    assert path.name == "2024年第二批申报-汇总.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    text = {str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row}
    assert {f"上海市松江区第{n:03}产业集群" for n in range(8)} <= text
    pictured(page, "5-out")
    follow(page, "一页汇总", "**/summary")
    expect(page.locator("svg.bars").first).to_be_visible()
    pictured(page, "5-summary")


def test_6_a_workbook_is_filled(page: Page, tmp_path: Path) -> None:
    follow(page, "填表", "**/fill")
    page.get_by_label("填哪张表").select_option(label="上海市中小企业特色产业集群申报表")
    page.get_by_label("文件怎么命名").fill("{封面.集群名称}")
    with page.expect_download() as download:
        page.locator("#file").set_input_files(DATA / "shanghai.xlsx")
    download.value.save_as(tmp_path / "filled.zip")
    assert zipfile.ZipFile(tmp_path / "filled.zip").namelist() == ["上海市松江区工业机器人产业集群.docx"]
    expect(page.get_by_text("1 条记录：填好 1 份")).to_be_visible()
    pictured(page, "6-fill")


def test_7_a_new_form_is_made_of_a_blank(page: Page, server: Served, tmp_path: Path) -> None:
    blank = tmp_path / "借用表.docx"
    blank.write_bytes((ROOT / "docs" / "your-own-form" / "借用表.docx").read_bytes())
    page.goto(f"{server.base}/forms")
    follow(page, "用空白表新建", "**/forms/new")
    page.locator("#file").set_input_files(blank)
    page.wait_for_url("**/forms/drafts/*")
    expect(page.locator("main[data-ready]")).to_be_visible(timeout=30_000)
    expect(page.locator(".doc [data-path]").first).to_be_visible()
    pictured(page, "7-new-form")
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#lint .verdict")).to_contain_text("每一处都能", timeout=20_000)
    page.get_by_role("button", name="存为一版").click()
    page.wait_for_url(re.compile(r"/forms/(?!drafts/)[^/]+$"))
    expect(page.get_by_role("heading", name="设备借用申请表", exact=True)).to_be_visible()


def test_8_an_applicant_checks_before_handing_in(page: Page, server: Served, dropped: list[Path]) -> None:
    page.goto(f"{server.base}/check")
    page.locator("#file").set_input_files(next(p for p in dropped if p.name == "上海市松江区第003产业集群.docx"))
    expect(page.locator("#result")).to_contain_text("二百余", timeout=30_000)
    pictured(page, "8-check")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带批注的表").click()
    assert download.value.suggested_filename == "上海市松江区第003产业集群-意见.docx"


def test_everything_is_reached_by_keyboard_and_has_a_name(page: Page, server: Served) -> None:
    for path in pages(page, server):
        page.goto(server.base + path)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
            .filter((e) => e.checkVisibility() && !(e.labels?.length || e.innerText.trim() || e.ariaLabel || e.title))
            .map((e) => e.outerHTML)"""
        )
        assert nameless == [], path
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", path


def test_axe_finds_nothing_on_any_page(page: Page, server: Served) -> None:
    page.emulate_media(reduced_motion="reduce")
    found = {}
    for path in pages(page, server):
        page.goto(server.base + path)
        if page.locator("#list").count():
            expect(page.locator("#list tbody a").first).to_be_visible()
        found[path] = unfit(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def pages(page: Page, server: Served) -> list[str]:
    """The address of every page that the journey went through; the review and the new form have tests of their own."""
    (known,) = page.request.get(f"{server.base}/api/collections").json()["collections"]
    form = page.request.get(f"{server.base}/api/forms").json()["forms"][0]
    own = [f"/collections/{known['id']}{tab}" for tab in ("", "/in", "/roster", "/out", "/summary", "/settings")]
    return [
        "/",
        "/collections/new",
        "/forms",
        "/forms/new",
        f"/forms/{form['id']}",
        "/fill",
        "/account",
        "/check",
        *own,
    ]


if __name__ == "__main__":
    os.environ["DOCFILL_PICTURES"] = "1"
    sys.exit(pytest.main(["-q", "-n", "0", __file__]))
