"""Signs that stand in no field: a box whose state changed, a tick or another sign among the form's own words.

Each sentence is a returned form of which somebody's tick would be lost without a trace.
"""

from __future__ import annotations

import pytest

from docfill import Form, check_document
from docfill.extract import Result
from tests.small_form import BOXES, SYMBOLS, Xml, cell, loaded, p, package, row, table


def body(*middle: Xml | str, answered: bool = False) -> str:
    """A form's body, or that of a return, with these blocks in the middle."""
    unit, date = ("甲厂", "2024年5月6日") if answered else ("{{ 单位 }}", "{{ 日期 | date }}")
    return "".join(
        (p("审批表"), p(f"单位：{unit}"), *(x if isinstance(x, Xml) else p(x) for x in middle), p(f"日期：{date}"))
    )


def read(printed: Xml | str, returned: Xml | str) -> Result:
    """What a return says that has `returned` where the form prints `printed`."""
    return loaded(package(body(printed))).extract(package(body(returned, answered=True)))


def left(result: Result) -> list[str]:
    """What is left over; no value is doubted for it."""
    assert [x for x in result.problems if x.severity != "note"] == []
    return [x.text for x in result.leftovers]


OPINION = "意见：□同意 □不同意"


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (OPINION, []),
        ("意见：☐同意 ☐不同意", []),
        ("意见：☑同意 □不同意", ["☑同意"]),
        ("意见：■同意 □不同意", ["■同意"]),
        ("意见：√同意 □不同意", ["√同意"]),
        ("意见：[√]同意 □不同意", ["[√]同意"]),
        ("意见：□同意 □×不同意", ["×不同意"]),
        ("意见：□同意√ □不同意", ["意见：□同意√"]),
        ("意见：○同意 □不同意", ["○同意"]),
        ("意见：□同意⭕ □不同意", ["意见：□同意⭕"]),
        ("意见：V同意 □不同意", ["V同意"]),
        ("意见：同意√ □不同意", ["意见：同意√"]),
        ("意见：同意 □不同意", ["同意"]),
        ("意见：□同意 不同意", ["不同意"]),
        ("意见：□同意* □不同意", ["意见：□同意*"]),
        ("*意见：□同意 □不同意", []),
        ("意见：/□同意 □不同意", ["意见：/"]),
        ("意见：□同意# □不同意", ["意见：□同意#"]),
        ("意见：□同意 □不同意\\", ["意见：□同意 □不同意\\"]),
        ("意见：「□同意」 □不同意", ["意见：「", "意见：「□同意」"]),
        ("意见：□同意； □不同意。", []),
        ("-意见：□同意 □不同意", []),
        ("意见：同意 不同意", []),
        (p("意见：", BOXES[0], "同意 ", BOXES[1], "不同意"), ["☒同意"]),
        (p("意见：", SYMBOLS[1], "同意 ", SYMBOLS[0], "不同意"), ["☑不同意"]),
    ],
)
def test_a_box_outside_of_fields_that_changed_its_state_is_left_over(returned: Xml | str, told: list[str]) -> None:
    assert left(read(OPINION, returned)) == told


@pytest.mark.parametrize(
    ("printed", "returned", "told"),
    [
        ("■是 □否", "□是 ■否", ["□是", "■否"]),
        ("（ ）同意 （ ）不同意", "（ ）同意 （√）不同意", ["（√）不同意"]),
        ("○同意 ○不同意", "●同意 ○不同意", ["●同意"]),
        ("○同意 ○不同意", "□同意 □不同意", []),
        ("同意□ 不同意□", "同意 不同意□", ["同意"]),
        ("同意 不同意", "同意√ 不同意", ["√ 不同意"]),
        ("同意 不同意", "同意👍 不同意", ["👍 不同意"]),
        ("□其他：{{ 其他 }}", "☑其他：电缆", ["☑其他：电缆"]),
        ("联系人：{{ 联系人 }} □加急 □普通", "联系人：王芳 ☑加急 □普通", ["☑加急"]),
        ("联系人：{{ 联系人 }} □加急 □普通", "联系人：王芳 ○加急 □普通", ["○加急"]),
        ("联系人：{{ 联系人 }} □加急 □普通", "联系人：王芳 加急 □普通", ["加急"]),
        ("□加急 □普通 联系人：{{ 联系人 }}", "□加急 普通 联系人：王芳", ["普通 联系人：王芳"]),
        ("○同意 ○不同意", "⭕同意 ○不同意", ["⭕同意"]),
    ],
)
def test_signs_are_told_wherever_they_stand_in_a_line(printed: str, returned: str, told: list[str]) -> None:
    result = read(printed, returned)
    assert left(result) == told
    assert result.data.get("联系人") in (None, "王芳") and result.data.get("其他") in (None, "电缆")


def test_a_letter_where_the_box_behind_an_answer_was_is_no_part_of_it_for_certain() -> None:
    result = read("联系人：{{ 联系人 }} □加急 □普通", "联系人：王芳 V加急 □普通")
    assert [(x.path, x.code, x.expected) for x in result.problems] == [("联系人", "ambiguous", "王芳")]


@pytest.mark.parametrize(
    "line", ["请在□内打“√”", "二〇二四年○○公司", "●一、基本情况", "温度（℃）±5", "联系人（请在□内打√）：{{ 联系人 }}"]
)
def test_what_the_form_prints_itself_is_not_told(line: str) -> None:
    assert left(read(line, line.replace("{{ 联系人 }}", "王芳"))) == []
    assert left(read(line, "●" + line.removeprefix("●").replace("{{ 联系人 }}", "王芳"))) == []


@pytest.mark.parametrize(
    ("printed", "returned", "told"),
    [
        (row("联网", "□", "□"), row("联网", "☑", "□"), ["☑"]),
        (row("联网", "是", "否"), row("联网", "是√", "否"), ["是√"]),
        (row("联网", "", ""), row("联网", "√", ""), ["√"]),
        (row("意见", "□同意 □不同意", "{{ 备注 }}"), row("意见", "☑同意 □不同意", "略"), ["☑同意"]),
        (
            row("意见", cell("□同意", "□不同意"), "{{ 备注 }}"),
            row("意见", cell("□同意", "☑不同意"), "略"),
            ["☑不同意"],
        ),
        (row("意见", "", cell("□同意", "签名：{{ 签名 }}")), row("意见", "", cell("☑同意", "签名：张三")), ["☑同意"]),
    ],
)
def test_signs_are_told_in_tables(printed: Xml, returned: Xml, told: list[str]) -> None:
    head = row("项目", "甲", "乙")
    assert left(read(table(3, head, printed), table(3, head, returned))) == told


def test_signs_are_told_in_headers() -> None:
    for header, returned in (("□加急", "☑加急"), ("□加急 编号：{{ 编号 }}", "☑加急 编号：12")):
        form = loaded(package(body(), header=p(header)))
        assert left(form.extract(package(body(answered=True), header=p(returned)))) == [returned]


def test_check_tells_a_tick_that_no_field_asks_for() -> None:
    form = loaded(package(body(OPINION)))
    codes = [x.code for x in check_document(form, package(body("意见：☑同意 □不同意", answered=True))).problems]
    assert "leftover" in codes


def test_a_line_is_found_by_its_words_whatever_its_boxes_are_drawn_as() -> None:
    form: Form = loaded(package(body("□加急", "（ ）急 （ ）缓")))
    assert left(form.extract(package(body("☑加急", "（√）急 （ ）缓", answered=True)))) == ["☑加急", "（√）急"]


@pytest.mark.parametrize(
    ("printed", "returned", "told"),
    [
        ("等级：A/B/C", "等级：A/Ⓑ/C", ["Ⓑ/C"]),
        ("评分：1 2 3", "评分：1 2 ③", ["评分：1 2 ③"]),
        ("① 同意 ② 不同意", "1 同意 2 不同意", []),
        ("① 同意 ② 不同意", "① 同意 ② 不同意", []),
    ],
)
def test_a_letter_or_figure_of_the_form_in_a_ring_is_left_over(printed: str, returned: str, told: list[str]) -> None:
    assert left(read(printed, returned)) == told


def test_an_option_whose_figure_is_in_a_ring_looks_chosen() -> None:
    form = loaded(package(body('评分：{{ 分 | choice("1") }}1 {{ 分 | choice("2") }}2 {{ 分 | choice("3") }}3')))
    result = form.extract(package(body("评分：□1 □② □3", answered=True)))
    assert result.data["分"] is None
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("looks-chosen", "分", "2")]
