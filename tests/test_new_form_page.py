"""A new form in a real Chromium: a blank dropped, its places looked through and mended, tried, saved as an edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Desk, unfit, wait_until
from tests.small_form import Xml, cell, p, package, row, table

BLANK = package(
    p("领用登记表")
    + p("申请人：__________  申请日期：    年    月    日")
    + table(
        4, row("部门", "", "数量（件）", ""), row("用途", cell("□生产  □研发", span=3)), row("备注", cell("", span=3))
    )
)


@pytest.fixture
def draft(desk: Desk, tmp_path: Path) -> Iterator[Any]:
    """The page of a draft that was just begun; nothing may go wrong in it."""
    blank = tmp_path / "领用登记表.docx"
    blank.write_bytes(BLANK)
    desk.faults.clear()
    page = desk.open("/forms/new")
    page.set_input_files("#file", blank)
    page.wait_for_url("**/forms/drafts/*")
    page.wait_for_selector("main[data-ready]")
    yield page
    assert desk.faults == []
    assert desk.stayed_home()


def places(page: Any) -> list[str]:
    """The paths of the places, as they are listed."""
    return list(page.evaluate("[...document.querySelectorAll('#places .entry[data-key]')].map((e) => e.dataset.key)"))


def chosen(page: Any, end: str) -> str:
    """The place whose path ends so, chosen."""
    path = next(path for path in places(page) if path.endswith(end))
    page.click(f'.entry[data-key="{path}"] .pick')
    return path


def test_places_are_marked_on_the_blank_and_lead_there_and_back(draft: Any) -> None:
    found = places(draft)
    assert [path.rpartition(".")[2] for path in found] == ["申请人", "申请日期", "部门", "数量", "用途", "备注"]
    marked = draft.locator(".doc [data-path]").evaluate_all("all => [...new Set(all.map((e) => e.dataset.path))]")
    assert set(marked) == set(found)
    path = chosen(draft, "部门")
    assert draft.locator(f'.doc [data-path="{path}"].lit').count() == 1
    draft.locator(".doc [data-path]").last.click()
    assert draft.get_attribute(".entry.current", "data-key") == found[-1]


def test_a_place_is_renamed_and_turned_into_a_number_and_back(draft: Any) -> None:
    path = chosen(draft, "备注")
    draft.keyboard.press("e")
    draft.keyboard.press("Control+a")
    draft.keyboard.type(path.replace("备注", "件数"))
    draft.locator(".editor select").select_option("integer")
    draft.click(".editor .primary")
    wait_until(draft, "[...document.querySelectorAll('.entry')].some((e) => e.dataset.key?.endsWith('件数'))")
    assert "备注" not in draft.inner_text("#places")
    draft.click("#undo")  # a disabled button is not clicked
    wait_until(
        draft,
        "document.querySelector('.entry.current, .entry')?.textContent && !document.querySelector('#redo').disabled",
    )
    draft.click("#undo")
    wait_until(draft, "[...document.querySelectorAll('.entry')].some((e) => e.dataset.key?.endsWith('备注'))")
    wait_until(draft, "document.querySelector('#undo').disabled && !document.querySelector('#redo').disabled")


def test_an_option_is_renamed(draft: Any) -> None:
    chosen(draft, "用途")
    draft.keyboard.press("e")
    draft.fill(".editor fieldset input >> nth=1", "科研")
    draft.click(".editor .primary")
    wait_until(draft, "document.querySelector('.entry.current')?.textContent.includes('科研')")


def test_unit_limit_and_whether_it_is_required_are_edited(draft: Any) -> None:
    chosen(draft, "数量")
    draft.keyboard.press("e")
    draft.get_by_label("单位").fill("千件")
    draft.click(".editor .primary")
    wait_until(draft, "document.querySelector('.entry.current')?.textContent.includes('单位 千件')")
    chosen(draft, "备注")
    draft.keyboard.press("e")
    draft.get_by_label("限字").fill("30")
    draft.keyboard.press("Enter")
    wait_until(draft, "document.querySelector('.entry.current')?.textContent.includes('限 30 字')")
    draft.get_by_label("可以不填").check()
    wait_until(draft, "document.querySelector('.entry.current input[type=checkbox]')?.checked")
    draft.reload()
    draft.wait_for_selector("main[data-ready]")
    assert "限 30 字" in draft.inner_text("#places") and "单位 千件" in draft.inner_text("#places")


def test_rows_are_split_and_joined_by_key(desk: Desk, tmp_path: Path) -> None:
    blank = tmp_path / "清单.docx"
    head, empty = row("名称", "型号", "数量", "备注"), row("", "", "", "")
    blank.write_bytes(package(p("设备清单") + table(4, head, empty, empty, empty)))
    page = desk.open("/forms/new")
    page.set_input_files("#file", blank)
    page.wait_for_url("**/forms/drafts/*")
    page.wait_for_selector("main[data-ready]")
    (rows,) = places(page)
    page.click(f'.entry[data-key="{rows}"] .pick')
    page.keyboard.press("s")
    wait_until(page, "document.querySelectorAll('#places .entry[data-key]').length === 12")
    wait_until(page, "document.querySelector('.entry.current')?.dataset.key.includes('第1行')")
    page.keyboard.press("l")
    page.fill("#join-rows", "3")
    page.fill("#join-name", "设备")
    page.keyboard.press("Enter")
    wait_until(page, "document.querySelectorAll('#places .entry[data-key]').length === 1")
    assert places(page)[0].endswith("设备")
    assert "名称、型号、数量、备注" in page.inner_text(".entry.current")


def test_a_place_is_removed_and_added_again_by_marking_text(draft: Any) -> None:
    path = chosen(draft, "申请人")
    draft.keyboard.press("d")
    wait_until(draft, f"""!document.querySelector('.entry[data-key="{path}"]')""")
    wait_until(draft, f"""!document.querySelector('.doc [data-path="{path}"]')""")
    draft.evaluate(
        """async () => {
            const { rangeOf } = await import("/static/x/review/place.js");
            const p = [...document.querySelectorAll(".doc [data-p]")].find((e) => e.textContent.startsWith("申请人"));
            getSelection().removeAllRanges();
            getSelection().addRange(rangeOf(document.querySelector(".doc"), Number(p.dataset.p), 4, 14));
        }"""
    )
    draft.keyboard.press("a")
    draft.fill("#add-name", path)
    draft.keyboard.press("Enter")
    wait_until(draft, f"""!!document.querySelector('.entry[data-key="{path}"]')""")
    wait_until(draft, f"""!!document.querySelector('.doc [data-path="{path}"]')""")
    assert places(draft)[0] == path, "where it stands on the blank"


def test_a_step_that_cannot_be_is_refused_in_words(draft: Any) -> None:
    taken = chosen(draft, "部门")
    chosen(draft, "备注")
    draft.keyboard.press("e")
    draft.keyboard.press("Control+a")
    draft.keyboard.type(taken)
    draft.click(".editor .primary")
    draft.wait_for_selector(".toast.error")
    assert "冲突" in draft.inner_text(".toast.error")


def test_it_is_checked_tried_ruled_and_saved(draft: Any, desk: Desk) -> None:
    draft.click("[data-tab=lint]")
    draft.wait_for_selector("#lint .verdict")
    assert "每一处都能" in draft.inner_text("#lint .verdict")
    path = draft.evaluate(
        "[...document.querySelectorAll('.entry[data-key]')].find((e) => e.dataset.key.endsWith('数量')).dataset.key"
    )
    draft.click("[data-tab=trial]")
    draft.wait_for_selector("#trial-said .verdict")
    assert "处处一致" in draft.inner_text("#trial-said .verdict")
    assert draft.locator("#trial-sheet .own-value").count() >= 5
    draft.click("[data-tab=places]")
    chosen(draft, "数量")
    draft.click("[data-tab=trial]")
    draft.click("#add-rule")
    rule = draft.input_value("#rules").replace('"value"', '"value < 0"').replace("不对", "太多")
    assert path in rule
    draft.fill("#rules", rule)
    wait_until(draft, "document.querySelector('#rules-said').textContent.includes('太多')")
    draft.fill("#rules", rule.replace("value < 0", "值 <"))
    wait_until(draft, "document.querySelector('#rules-said').textContent.includes('规则写得不对')")
    draft.fill("#rules", rule)
    draft.fill("#title", "领用登记表（新）")
    draft.click("#save button")
    draft.wait_for_url(re.compile(r"/forms/[a-z0-9]+$"))
    assert "领用登记表（新）" in draft.inner_text("h1")
    assert any(f["title"] == "领用登记表（新）" for f in desk.api("GET", "/api/forms")["forms"])


@pytest.mark.parametrize("width", [390, 1000, 1366])
def test_places_and_saving_are_within_reach_on_a_narrow_screen(draft: Any, width: int) -> None:
    draft.set_viewport_size({"width": width, "height": 768})
    wait_until(draft, f"innerWidth === {width} && document.documentElement.scrollWidth <= innerWidth")
    if width <= 1000:
        draft.click("[data-pane=fields]")
    draft.click("[data-tab=trial]")
    draft.wait_for_selector("#trial-said .verdict")
    wait_until(draft, "((p) => p.scrollWidth <= p.clientWidth + 1)(document.getElementById('trial-pane'))")
    assert draft.locator("#save button").is_visible()
    draft.set_viewport_size({"width": 1366, "height": 768})


def test_a_form_is_called_by_its_own_heading(desk: Desk, tmp_path: Path) -> None:
    blank = tmp_path / "附件2（终稿）.docx"
    heading = Xml('<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="36"/></w:rPr>'
                  "<w:t>设备领用登记表</w:t></w:r></w:p>")  # fmt: skip
    blank.write_bytes(package(heading + p("申请人：__________")))
    page = desk.open("/forms/new")
    page.set_input_files("#file", blank)
    page.wait_for_selector("main[data-ready]")
    assert page.input_value("#title") == "设备领用登记表"


def test_what_is_no_word_file_is_refused_on_the_page(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "图.docx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n")
    page = desk.open("/forms/new")
    page.set_input_files("#file", wrong)
    page.wait_for_selector(".toast.error")


@pytest.mark.parametrize(("tab", "there"), [("places", ".entry.current"), ("trial", "#trial-said .verdict")])
def test_axe_finds_nothing(draft: Any, tab: str, there: str) -> None:
    draft.click(f"[data-tab={tab}]")
    draft.wait_for_selector(there)
    assert unfit(draft) == {}
