"""Guidance: words in another colour than the form's own that tell how to answer, and give way to the answer.

Each form is tagged, filled in as people do (the words typed over, or left standing above the answer) and read.
"""

from __future__ import annotations

import cProfile
import pstats

import pytest

from docfill.data import value_at
from docfill.tag.guidance import put_aside, take_up
from docfill.tag.proposal import Proposal, propose
from docfill.tag.spots import HINTED, Fill, Spot
from docfill.word.document import Document, Paragraph, paragraphs_of
from tests.small_form import Xml, cell, loaded, p, package, row, table

RED, GREY, BLUE = "FF0000", "808080", "0070C0"
GOAL, FOCUS = "写明拟达到的目标，不要写过程。", "突出重点，分条叙述。"


def drawn(text: str, color: str = RED) -> Xml:
    return Xml(f'<w:r><w:rPr><w:color w:val="{color}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


def proposed(form: str) -> Proposal:
    return propose(package(form), "表.docx")


def told(lines: tuple[str | Xml, ...]) -> tuple[Xml, ...]:
    """Paragraphs: words in a colour stand for themselves, others as they are."""
    return tuple(p(line) for line in lines)


def form(*lines: str | Xml) -> str:
    """A form with these lines in a cell, and a label before and below it."""
    return table(2, row("研究方案", cell(*told(lines))), row("姓名", ""))


CELLS = [
    (("目标：", "", "", drawn(GOAL), "", ""), "目标"),
    (("目标：", "", drawn("可分条目列出")), "目标"),
    (("目标：", drawn(GOAL), "", "", ""), "目标"),
    (("目标：", drawn(GOAL)), "目标"),
    (("1.研究目标", drawn(GOAL, GREY), "", ""), "研究目标"),
    (("目标：", drawn(GOAL, BLUE), drawn(FOCUS, BLUE), ""), "目标"),
    ((drawn(GOAL), drawn(FOCUS), "", ""), "研究方案"),
    ((drawn("姓名、学号、分工"),), "研究方案"),
]


@pytest.mark.parametrize(("lines", "path"), CELLS)
def test_the_room_where_words_in_a_colour_tell_how_to_answer_is_the_answer_s(
    lines: tuple[str | Xml, ...], path: str
) -> None:
    proposal = proposed(form(*lines))
    assert [f.path.rpartition(".")[2] for f in proposal.fields] == [path, "姓名"]
    assert not proposal.left
    template = loaded(proposal.template)
    filled = template.fill(template.records.nested({proposal.fields[0].path: "甲"}))
    shown = paragraphs_of(Document(filled, "").blocks)
    (answer,) = (x for x in shown if "甲" in x.text)
    at = answer.text.index("甲")
    assert [look.color for _, _, look in answer.looks(at, at + 1)] == [""]  # as the form's own words are drawn
    said = "".join(x.text for x in shown)
    assert not any(words in said for words in (GOAL, FOCUS, "可分条目列出", "姓名、学号、分工"))


@pytest.mark.parametrize(("lines", "path"), CELLS)
def test_what_is_typed_over_such_words_is_the_answer_and_nothing_else_is(
    lines: tuple[str | Xml, ...], path: str
) -> None:
    template = loaded(proposed(form(*lines)).template)
    steps = template.fields[0].steps
    at = next(i for i, line in enumerate(lines) if isinstance(line, Xml))
    rest = tuple(line for line in lines[at + 1 :] if not isinstance(line, Xml))
    for said in (("甲",), ("甲", "乙")):
        returned = template.extract(package(form(*lines[:at], *said, *rest)))
        assert (value_at(returned.data, steps), returned.problems) == ("\n".join(said), [])
    untouched = template.extract(package(form(*lines)), by_meaning=True)
    assert (value_at(untouched.data, steps), untouched.problems) == (None, [])


def test_such_words_may_be_left_standing_above_the_answer() -> None:
    template = loaded(proposed(form("目标：", drawn(GOAL), "", "")).template)
    returned = template.extract(package(form("目标：", drawn(GOAL), "甲", "")))
    assert (returned.data["目标"], returned.problems) == ("甲", [])


@pytest.mark.parametrize("color", [RED, GREY, BLUE])
def test_words_in_a_colour_behind_a_colon_are_where_the_answer_goes(color: str) -> None:
    proposal = proposed(p("项目名称：", drawn("填写全称，与合同一致", color)) + p("电话：______"))
    assert [(f.path, f.kind.name) for f in proposal.fields] == [("项目名称", "text"), ("电话", "text")]
    template = loaded(proposal.template)
    returned = template.extract(package(p("项目名称：甲") + p("电话：1")))
    assert (returned.data, returned.problems) == ({"项目名称": "甲", "电话": "1"}, [])


def test_headings_have_their_answers_where_such_words_stand_below_them() -> None:
    lines = [("一、项目背景", "说明国内外现状。"), ("二、项目目标", "说明要达到的目标。"), ("三、进度", "分年度说明。")]
    proposal = proposed("".join(p(title) + p(drawn(said)) + p("") for title, said in lines))
    assert [f.path.rpartition(".")[2] for f in proposal.fields] == ["项目背景", "项目目标", "进度"]


KEPT = {
    "a note": p("姓名：______") + p(drawn("注：红色为必填项，请如实填写。")),
    "instructions": table(1, row(cell(p("填表说明："), p(drawn("一律用黑色水笔填写。"))))) + p("姓名：______"),
    "a heading": p(drawn("一、基本情况")) + p("姓名：______"),
    "labels": table(2, row(cell(p(drawn("姓名"))), ""), row(cell(p(drawn("电话"))), "")),
    "whom to ask": p("联系电话：", drawn("010-12345678")) + p("姓名：______"),
    "by when": p("截止日期：", drawn("2024年5月1日")) + p("姓名：______"),
    "a form in one colour": table(
        2, row(cell(p(drawn("姓名："))), ""), row(cell(p(drawn("目标：")), p(drawn(GOAL))), "")
    ),
    "where": p("报名地点：", drawn("行政楼三层大厅")) + p("姓名：______"),
    "a warning": p("姓名：", drawn("（必填）")) + p("电话：______"),
    "conditions": p("一、申报条件") + p(drawn("依法登记满三年，信用良好。")) + p("二、姓名：______"),
    "a price": table(3, row("项目", "单价", "备注"), row("设备费", cell(p(drawn("贰佰元整"))), "")),
    "a sample row": table(3, row("姓名", "职务", "分工"), row("张三", *(cell(p(drawn(x))) for x in ("工程师", "设计"))))
    + p("姓名：______"),
    "what a law says": table(
        2, row("法律依据", cell(p(drawn("《中华人民共和国行政许可法》第十二条")))), row("姓名", "")
    ),
    "a statement": table(2, row("声明", cell(p(drawn("本人保证以上内容真实")))), row("姓名", "")),
    "an account": table(2, row("开户行", cell(p(drawn("中国银行上海分行")))), row("姓名", "")),
    "charges": table(2, row("收费标准", cell(p(drawn("每件收取工本费十元")))), row("姓名", "")),
    "options": table(2, row("性别", cell(p(drawn("□男  □女"))))) + p("姓名：______"),
}


@pytest.mark.parametrize("what", KEPT)
def test_other_words_in_a_colour_stay_the_form_s(what: str) -> None:
    proposal = proposed(KEPT[what])
    blank = package(KEPT[what])
    kept = [x.text for x in paragraphs_of(Document(blank, "").blocks) if x.text.strip("：_ ")]
    template = loaded(proposal.template)
    record = template.records.nested({f.path: "甲" for f in proposal.fields if f.kind.name == "text"})
    said = "".join(x.text for x in paragraphs_of(Document(template.fill(record), "").blocks))
    assert all(words.rstrip("_") in said.replace("☑", "□") for words in kept)


def test_what_tells_how_to_answer_beside_an_account_gives_way_to_the_answer() -> None:
    for label, said in (("开户行", "请填写开户行全称"), ("姓名", "张三")):
        assert [f.path for f in proposed(table(2, row(label, cell(p(drawn(said)))), row("电话", ""))).fields] == [
            label,
            "电话",
        ]


def test_words_in_a_colour_below_the_head_of_a_column_give_way_to_the_answer() -> None:
    said = cell(p(drawn("说明用途")))
    rows = (row("项目", "金额（万元）", "说明"), row("设备费", "", said), row("材料费", "", said))
    assert [f.path for f in proposed(table(3, *rows)).fields] == [
        "设备费.金额",
        "设备费.说明",
        "材料费.金额",
        "材料费.说明",
    ]
    priced = (row("项目", "单价", "备注"), row("设备费", cell(p(drawn("每台20元"))), ""))
    assert [f.path.rpartition(".")[2] for f in proposed(table(3, *priced)).fields] == ["备注"]


def test_each_of_many_rooms_is_looked_at_once() -> None:
    def steps(count: int) -> int:
        form = "".join(p(f"目标{n}：") + p(drawn(GOAL)) for n in range(count))
        document = Document(package(form), "")
        with document.budget(), put_aside(document.blocks) as found:
            labels = [block for block in document.blocks if isinstance(block, Paragraph)][::2]
            places = [Spot("text", [], [], "", [Fill(x, len(x.text), len(x.text))], HINTED) for x in labels]
            profile = cProfile.Profile()
            profile.runcall(take_up, places, found)
        assert all(isinstance(e, Fill) and e.is_soft for spot in places for e in spot.edits)
        return sum(calls for _, calls, *_ in pstats.Stats(profile).stats.values())  # type: ignore[attr-defined]

    assert steps(400) < 2.5 * steps(200)
