"""What the places of a blank form in Chinese are called: names that somebody who works with the data keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill.tag.questions import is_question, subject_of
from docfill.tag.words import label_key
from tests.small_form import p, row, table
from tests.test_tag_kinds import fields


def names(*blocks: str) -> list[str]:
    return [path for path, _ in fields(*blocks)]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("您的性别是？", "性别"),
        ("1. 您目前的职业是（  ）", "职业"),
        ("您平时获取校园信息的主要途径有哪些？（多选）", "平时获取校园信息的主要途径"),
        ("课堂参与：你在课堂上的表现如何？", "课堂参与"),
        ("Q3：请问您的教育程度", "教育程度"),
        ("一般情况下，您一个月看的偶像剧（未看完的也算）的部数是：", "一个月看的偶像剧的部数"),
        ("对于今后，你有怎样的打算？", "对于今后的打算"),
        ("它吸引你的原因是？", "它吸引的原因"),
        ("你更喜欢传统视频网站中的哪一种？", "更喜欢传统视频网站中的哪一种"),
        (
            "您现实中的另一半与您受网络信息影响而憧憬的形象可能存在差异，您因这种差异而产生的心理落差程度为",
            "因这种差异而产生的心理落差程度",
        ),
        ("您是否了解人工智能？", "是否了解人工智能"),
    ],
)
def test_a_question_is_called_by_what_it_asks_for(question: str, name: str) -> None:
    assert label_key(question) == name


@pytest.mark.parametrize(
    "label", ["近三年是否发生较大及以上安全、质量和环境污染等事故", "主导产业情况", "是否高于行业平均水平"]
)
def test_a_label_that_asks_nobody_keeps_all_its_words(label: str) -> None:
    assert not is_question(label)
    assert label_key(label) == "".join(c for c in label if c not in "、")


@given(st.text("您你是的有哪些什么如何对，。？：姓名年龄职业AB 12（）", max_size=60))
def test_a_question_has_a_name_that_can_be_typed(text: str) -> None:
    assert len(subject_of(text)) <= max(24, len(text) if len(text) <= 24 else 24)
    assert not is_question(text) or subject_of(text) or not text.strip()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("5.1任务分工", "任务分工"),
        ("1．1房屋位于", "房屋位于"),
        ("Part I：通讯作者信息", "通讯作者信息"),
        ("A5、家庭月收入", "家庭月收入"),
    ],
)
def test_what_numbers_a_label_below_its_section_is_no_part_of_its_name(label: str, name: str) -> None:
    assert label_key(label) == name


@pytest.mark.parametrize("label", ["2.5万元以上", "B2车型", "5.1版", "H1检测"])
def test_a_figure_that_a_label_begins_with_stays(label: str) -> None:
    assert label_key(label)[0] == label[0]


def test_fields_stand_in_the_order_of_the_form() -> None:
    blocks = [
        p("报名表"),
        table(2, row("姓名", "")),
        p("一、项目简介"),
        p(),
        p(),
        p(),
        p("二、经费预算"),
        p(),
        p(),
        p(),
    ]
    assert names(*blocks) == ["姓名", "项目简介", "经费预算"]
