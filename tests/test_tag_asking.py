"""Headings without a number of a section, and questions: what asks for what is written in the room under it."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from docfill.word.looks import Formats
from docfill.word.xml import W
from tests.small_form import Xml, cell, row, table
from tests.test_tag_kinds import fields, left


def plain(text: str = "", style: str = "", *, bold: bool = False, centred: bool = False) -> Xml:
    """A paragraph with one run."""
    set_so = f'<w:pStyle w:val="{style}"/>' * bool(style) + '<w:jc w:val="center"/>' * centred
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    run = f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return Xml(f"<w:p><w:pPr>{set_so}</w:pPr>{run}</w:p>")


TITLE = plain("项目申报书")
ROOM = [plain(), plain()]


def under(*lines: str) -> list[tuple[str, str]]:
    """The fields of a form that says these lines, each empty one a paragraph."""
    return fields(TITLE, *map(plain, lines))


@pytest.mark.parametrize("drawn", [{"style": "Heading1"}, {"bold": True}])
@pytest.mark.parametrize("hints", [("（简述项目的背景，500字以内）", "说明实施的步骤和方法"), ("", "")])
def test_titles_that_are_drawn_as_some_have_their_room_below(
    drawn: dict[str, str | bool], hints: tuple[str, str]
) -> None:
    first, second = (plain(x) for x in hints)
    one, other = plain("项目背景", **drawn), plain("实施方案", **drawn)  # type: ignore[arg-type]
    assert fields(TITLE, one, first, *ROOM, other, second, *ROOM) == [
        ("项目背景", "longtext"),
        ("实施方案", "longtext"),
    ]


def test_a_title_alone_over_room_that_nothing_tells_of_is_none() -> None:
    name = plain("姓名：________")
    assert fields(TITLE, plain("某某学院", bold=True), *ROOM, name) == [("姓名", "text")]
    cover = (plain("项目背景", bold=True, centred=True), *ROOM, plain("实施方案", bold=True, centred=True), *ROOM)
    assert fields(TITLE, *cover, name) == [("姓名", "text")]


def test_a_form_in_bold_throughout_marks_no_titles_so() -> None:
    lines = [plain(x, bold=True) for x in ("申请表", "姓名：________", "项目背景", "", "", "实施方案", "", "")]
    assert fields(*lines) == [("姓名", "text")]


def test_notes_in_brackets_under_titles_of_one_style_stand_over_their_room() -> None:
    titles = ("研究现状", "课题的重点", "课题的难点")
    told = ("［请说明国内外的研究现状］", "[具体做了哪些工作]", "[技术上比较难解决的部分]")
    blocks = [x for a, b in zip(titles, told, strict=True) for x in (plain(a, "Heading2"), plain(b), plain())]
    assert [path for path, _ in fields(TITLE, *blocks)] == ["研究现状", "课题的重点", "课题的难点"]


@pytest.mark.parametrize("hint", ["不超过300字", "（300字以内）", "说明今年的工作安排和时间"])
def test_what_tells_how_to_answer_a_heading_needs_no_brackets(hint: str) -> None:
    assert under("四、工作计划", hint, "") == [("工作计划", "longtext")]


def test_a_sentence_that_asks_is_one_of_the_questions_beside() -> None:
    asked = ("1. 您对课程满意吗？", "", "2. 请说明您的理由。", "", "3. 您有何建议？", "")
    assert [path for path, _ in under(*asked)] == ["对课程满意", "理由", "建议"]


@pytest.mark.parametrize("number", ["a) ", "b. ", "Q2. ", "Q7: "])
def test_questions_that_letters_count_have_their_room_below(number: str) -> None:
    next_one = number.replace("2", "3").replace("7", "8").replace("a", "b", 1)
    lines = (f"{number}Describe your experience with it.", "", f"{next_one}Explain why you chose it.", "")
    found = fields(plain("Survey"), *map(plain, lines))
    assert found == [("describe_your_experience_with_it", "longtext"), ("explain_why_you_chose_it", "longtext")]


def test_letters_that_count_options_ask_nothing() -> None:
    lines = ("1. Where do you live?", "", "a) In a town", "", "b) In a village", "", "2. Where do you work?", "")
    assert all("town" not in path for path, _ in fields(plain("Survey"), *map(plain, lines)))


def test_a_question_that_its_number_tells_is_listed_where_it_has_no_room() -> None:
    lines = ("Q1. What is your main goal?", "Q2. Describe your experience with the tool.", "Name: ______")
    assert "Q2. Describe your experience with the tool." in left(plain("Survey"), *map(plain, lines))


def test_each_answer_below_a_question_is_called_by_it() -> None:
    lines = (
        "1. What is your goal?",
        "Answer:",
        "2. Describe your experience.",
        "Answer:",
        "3. Where do you live",
        "Answer:",
    )
    paths = [path for path, _ in fields(plain("Survey"), *map(plain, lines))]
    assert paths == ["what_is_your_goal", "describe_your_experience", "where_do_you_live"]
    assert [x for x, _ in under("1. 你的主要目标是什么？", "答：", "2. 请描述你的经验。", "答：", "")] == [
        "主要目标",
        "经验",
    ]


@pytest.mark.parametrize("signed", [("签字：________", "日期：________"), ("申请人签字：          年   月   日",)])
def test_the_room_under_a_reason_goes_down_to_who_signs(signed: tuple[str, ...]) -> None:
    assert ("申请理由", "longtext") in under("姓名：________", "申请理由（可附页）", "", "", "", *signed)
    assert "承诺" not in "".join(x for x, _ in under("姓名：________", "本人承诺", "", "", "", *signed))


def test_labels_merged_down_before_a_label_leave_it_its_cell() -> None:
    def beside(*labels: str, merge: str) -> list[Xml]:
        return [cell(x if merge == "restart" else "", merge=merge) for x in labels]

    for groups in (("甲方", "联系人"), ("甲方", "联系人", "本人")):
        first = row(*beside(*groups, merge="restart"), "名称", "")
        second = row(*beside(*groups, merge="continue"), "电话", "")
        found = [path for path, _ in fields(table(len(groups) + 2, first, second))]
        assert found == [".".join((*groups, x)) for x in ("名称", "电话")]


@pytest.mark.parametrize(
    ("first", "second"),
    [("a）", "b）"), ("Q1：", "Q2："), ("问题1：", "问题2："), ("1）", "2）"), ("第1题 ", "第2题 ")],
)
def test_questions_in_chinese_may_be_counted_otherwise_than_sections(first: str, second: str) -> None:
    asked = under(f"{first}你的目标是什么？", "", f"{second}请说明理由。", "")
    assert asked == [("目标", "longtext"), ("理由", "longtext")]


def test_weeks_and_days_that_are_counted_ask_nothing() -> None:
    plan = ("第1周：需求调研", "第2周：系统设计", "问题1：程序运行速度较慢", "姓名：________")
    assert left(TITLE, *map(plain, plan)) == []


@pytest.mark.parametrize("numbers", [("A. ", "B. "), ("(a) ", "(b) "), ("i) ", "ii) ")])
def test_questions_in_english_may_be_counted_by_any_letters(numbers: tuple[str, str]) -> None:
    lines = (f"{numbers[0]}What is your goal?", "", f"{numbers[1]}Explain why.", "")
    assert [path for path, _ in fields(plain("Survey"), *map(plain, lines))] == ["what_is_your_goal", "explain_why"]


def test_titles_between_signs_or_behind_a_bare_number_have_their_room_below() -> None:
    for titles in (("【项目背景】", "【实施方案】"), ("1 项目背景", "2 实施方案")):
        found = under(titles[0], "", "", titles[1], "", "")
        assert found == [("项目背景", "longtext"), ("实施方案", "longtext")]


def test_how_long_an_answer_may_be_makes_a_title_one_that_asks() -> None:
    assert ("主要事迹", "longtext") in under("姓名：____", "主要事迹（不少于500字）", "", "推荐单位（盖章）")


def test_the_room_under_what_is_asked_goes_down_to_a_day() -> None:
    assert ("自我鉴定", "longtext") in under("姓名：____", "自我鉴定", "", "", "", "年   月   日")


def test_what_is_asked_at_some_length_and_has_no_room_is_listed() -> None:
    asked = ("一、工作计划（不超过300字）", "二、预算（不超过300字）", "姓名：____")
    assert "一、工作计划（不超过300字）" in left(TITLE, *map(plain, asked))
    drawn = table(2, row("姓名", ""), row("备注", ""))
    assert left(TITLE, drawn, plain("（不超过300字）"), plain("目录（标题用2字居中）")) == []


def test_titles_in_a_cell_have_their_room_below_as_in_the_body() -> None:
    titles = [(plain(x, bold=True), plain("（500字以内）"), *ROOM) for x in ("项目背景", "实施方案")]
    form = table(1, row(cell(*titles[0], *titles[1])))
    assert fields(TITLE, form) == [("项目背景", "longtext"), ("实施方案", "longtext")]


def test_a_style_is_a_heading_by_its_name() -> None:
    style = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    formats = Formats(f'<w:styles xmlns:w="{W.strip("{}")}">{style}</w:styles>'.encode())
    assert [formats.is_heading(x) for x in ("1", "Heading2", "2", "")] == [True, True, False, False]
