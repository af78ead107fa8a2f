"""Options that a form prints without boxes become ticks in front of their words, which draw nothing before."""

from __future__ import annotations

import pytest

from docfill.tag.printed import boxes_printed_in
from tests.small_form import p, package, row, table
from tests.test_tag_kinds import fields, form_of, left, proposed, text_of


def options(line: str, label: str = "", *, is_answer: bool = False) -> list[tuple[str | None, str]]:
    return [(b.group, b.option) for b in boxes_printed_in(line, label=label, is_answer=is_answer)]


@pytest.mark.parametrize(
    ("line", "group", "said"),
    [
        ("②是否有专用教室：是/否", "②是否有专用教室", ["是", "否"]),
        ("学院是否审核（有无记录）：是/否；", "学院是否审核（有无记录）", ["是", "否"]),
        ("通知方式：网站公布/书面通知/电话通知", "通知方式", ["网站公布", "书面通知", "电话通知"]),
        ("报告会的时间：          ；是否都参加：是/否", "是否都参加", ["是", "否"]),
        ("总体质量：好/较好/一般/较差 ", "总体质量", ["好", "较好", "一般", "较差"]),
        ("Q2. 您的性别：男 / 女 / 其他 / 不愿透露", "Q2. 您的性别", ["男", "女", "其他", "不愿透露"]),
        ("申请类型：新增/变更", "申请类型", ["新增", "变更"]),
    ],
)
def test_words_parted_by_strokes_behind_a_label_are_options(line: str, group: str, said: list[str]) -> None:
    assert options(line) == [(group, x) for x in said]


@pytest.mark.parametrize(
    "line",
    [
        "日期：年/月/日",
        "单价：元/吨",
        "联系人：张三/李四",
        "功能：手机能在WiFi/3G/4G下通信",
        "差旅：178元/人×5人×2次=2400元",
        "http：//a/b/c",
        "车次/航班",
        "详见：附件/第三章/第四节说明的全部内容以及其他有关的若干规定",
        "Sex: male/female",
    ],
)
def test_other_strokes_are_no_options(line: str) -> None:
    assert options(line) == []


def test_options_alone_in_the_cell_beside_their_label() -> None:
    assert options("男/女", "性别", is_answer=True) == [(None, "男"), (None, "女")]
    assert options("第二轮/第三轮", "申请答辩轮次", is_answer=True) == [(None, "第二轮"), (None, "第三轮")]
    assert options("1、通过      2、 不通过", "学分核查", is_answer=True) == [(None, "通过"), (None, "不通过")]
    assert (
        options("男/女") == options("1、通过  2、不通过") == options("1、通过  3、不通过", "核查", is_answer=True) == []
    )


BLANK = (
    p("检查表")
    + table(
        4,
        row("姓名", "", "性别", "男/女"),
        row("课题", "", "类别", "结合生产/ 结合科研/ 教师自拟/ 其它"),
        row("学分核查", "1、通过      2、 不通过", "班级", ""),
    )
    + p("是否开始撰写（对照任务书）：是/否；")
)


def test_printed_options_are_ticked_in_front_and_read_back_from_any_hand() -> None:
    assert fields(BLANK) == [
        ("姓名", "text"),
        ("性别", "choice"),
        ("课题", "text"),
        ("类别", "choice"),
        ("学分核查", "choice"),
        ("班级", "text"),
        ("是否开始撰写", "choice"),
    ]
    proposal = proposed(BLANK)
    assert not left(BLANK)
    form = form_of(proposal)
    assert text_of(form.blank()) == text_of(package(BLANK))
    data = {
        "姓名": "甲",
        "性别": "女",
        "课题": "乙",
        "类别": "结合科研",
        "学分核查": "通过",
        "班级": "丙",
        "是否开始撰写": "否",
    }
    filled = form.fill(data)
    shown = " ".join(text_of(filled))
    assert "男/√女" in shown
    assert "结合生产/ √结合科研/" in shown
    assert "√1、通过" in shown
    assert "是/√否；" in shown
    read = form.extract(filled, by_meaning=True)
    assert (read.data, read.problems) == (data, [])


@pytest.mark.parametrize("said", ["√男/女", "男", "男√/女", "男（√）/女"])
def test_what_a_hand_did_to_printed_options_is_read_or_doubted(said: str) -> None:
    form = form_of(proposed(BLANK))
    returned = package(BLANK.replace("男/女", said))
    read = form.extract(returned)
    assert read.data["性别"] == "男" or any(x.path == "性别" for x in read.problems)
    assert read.data["性别"] in ("男", None)
