"""Dropping files in a real Chromium: cancelled, refused by a full disk, and more than a thousand at once in folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import Desk, wait_until
from tests.serving import returns
from tests.test_archives import letter


@pytest.fixture
def intake(desk: Desk) -> Any:
    """The page where files are dropped into a new collection."""
    form = next(f["id"] for f in desk.api("GET", "/api/forms")["forms"] if f["bundled"] == "shanghai")
    made = desk.api("POST", "/api/collections", {"title": "收表", "form": form})["id"]
    return desk.open(f"/collections/{made}/in")


def files(folder: Path, count: int) -> list[Path]:
    made = [folder / f"第{n:03}份.pdf" for n in range(count)]
    for path in made:
        path.write_bytes(b"%PDF-1.7 " + path.name.encode())
    return made


@pytest.mark.parametrize("tab", ["", "/in", "/roster", "/out", "/summary", "/settings"])
def test_no_page_of_a_collection_is_wider_than_a_telephone(intake: Any, desk: Desk, tmp_path: Path, tab: str) -> None:
    intake.set_input_files("#files", files(tmp_path, 2))
    intake.wait_for_selector("#upload-title:has-text('传完了')")
    wait_until(intake, "document.querySelector('#accounts')?.textContent.includes('请改交 Word 文件')")
    collection = intake.url.removesuffix("/in")
    intake.set_viewport_size({"width": 390, "height": 780})
    intake.goto(collection + tab)
    wait_until(intake, "innerWidth === 390 && document.documentElement.scrollWidth <= innerWidth")
    intake.set_viewport_size({"width": 1366, "height": 768})
    intake.goto(collection + "/in")


def test_a_scan_that_came_with_a_form_is_told_apart(intake: Any, desk: Desk, tmp_path: Path) -> None:
    scan = b"%PDF-1.7"
    for name, parts in (
        ("甲", {"表.docx": next(iter(returns(1).values())), "执照.pdf": scan}),
        ("乙", {"表.pdf": scan + b"\n"}),
    ):
        (tmp_path / f"{name}.eml").write_bytes(letter(parts).as_bytes())
    intake.set_input_files("#files", [tmp_path / "甲.eml", tmp_path / "乙.eml"])
    intake.wait_for_selector("#accounts:has-text('随表交来，没有读')", timeout=60_000)
    row = intake.locator("#accounts tbody tr", has_text="执照.pdf")
    assert "同一封邮件里的“表.docx”已读出，是它的附件就不必管" in row.inner_text()
    assert "读不了" in intake.locator("#accounts tbody tr", has_text="乙.eml → 表.pdf").inner_text()
    intake.goto(intake.url.removesuffix("/in"))
    intake.wait_for_selector("main:has-text('1 个文件读不了')")


def test_a_cancelled_drop_says_what_was_sent_and_what_was_not(intake: Any, tmp_path: Path) -> None:
    intake.route("**/api/drops/*/files?*", lambda _: None)  # nothing arrives
    intake.set_input_files("#files", files(tmp_path, 9))
    intake.wait_for_selector("#upload-title:has-text('0 / 9')")
    intake.click("#cancel")
    intake.wait_for_selector("#upload-title:has-text('已取消')")
    assert "9 个没有传" in intake.inner_text("#upload-title")
    wait_until(intake, "document.querySelector('#accounts')?.textContent.includes('已取消')")
    assert "没有传到" in intake.inner_text("#accounts")
    intake.unroute_all(behavior="ignoreErrors")


def test_a_full_disk_stops_the_drop_and_is_said(intake: Any, tmp_path: Path) -> None:
    full = '{"status": 507, "zh": "磁盘已满，没有收下", "en": "full", "message": "full"}'
    answer = {"status": 507, "content_type": "application/json", "body": full}
    intake.route("**/api/drops/*/files?*", lambda route: route.fulfill(**answer))
    intake.set_input_files("#files", files(tmp_path, 40))
    intake.wait_for_selector("#upload-failed:has-text('磁盘已满')")
    intake.wait_for_selector("#upload-title:has-text('已取消')")
    assert intake.locator("#upload-failed li").count() < 40, "it went on against a full disk"
    intake.unroute_all(behavior="ignoreErrors")


def test_more_than_a_thousand_files_are_dropped_at_once_with_their_folders(
    intake: Any, desk: Desk, tmp_path: Path
) -> None:
    """Servers stop at a thousand files a request: each comes by itself, and each is accounted for once."""
    names = {
        f"交回/{district}/~$第{n:03}份.docx" for district, count in (("浦东", 500), ("静安", 501)) for n in range(count)
    }
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    intake.set_input_files("#folder", tmp_path / "交回")
    intake.wait_for_selector("#upload-title:has-text('传完了：1001 个')", timeout=120_000)
    collection = intake.url.split("/")[-2]
    listed = desk.api("GET", f"/api/collections/{collection}/returns")["returns"]
    assert sorted(r["name"] for r in listed) == sorted(names)
    intake.get_by_role("button", name="再列出 701 个").click()
    assert intake.locator("#accounts tbody tr").count() == 1001
