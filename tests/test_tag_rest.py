"""Nothing is dropped in silence: whatever a blank form has room in is a place, or has a line in the list.

Forms are made up of lines and tables of all kinds, so that it is known where each has room.  A spot of room is a
place, is told of where it stands (its row, its table), is spoken for, or is no room by a rule that `rest` names.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill.tag.cells import is_empty
from docfill.tag.grid import GridRow, gaps_of, inherit_tops
from docfill.tag.places import places_of
from docfill.tag.proposal import Proposal, Proposed, propose
from docfill.tag.rooms import rooms_in
from docfill.tag.spots import Left
from docfill.word.document import Block, Document, Paragraph, Table, paragraphs_of
from tests.small_form import Xml, cell, p, package, r, row, table

SURE = p("联系人：________")
"""A line that is tagged whatever stands beside it, so that there is a proposal."""


def lined(spaces: int) -> Xml:
    return Xml(f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{" " * spaces}</w:t></w:r>')


def prompt(said: str) -> Xml:
    return Xml(f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r(said)}</w:sdtContent></w:sdt>")


TAB = Xml("<w:r><w:tab/></w:r>")
LINES: dict[str, tuple[str, ...]] = {
    "a colon and spaces": ("{}：        ",),
    "a colon and a line": ("{}：______",),
    "a colon and a tab": ("{}：", TAB),
    "a line": ("{} ______ 。",),
    "underlined": ("{}", lined(8), "止"),
    "only underlined": (lined(40),),
    "brackets": ("{}（    ）",),
    "narrow brackets": ("{}（ ）",),
    "black brackets": ("{}【    】",),
    "boxes": ("{}：□甲  □乙",),
    "boxes without a label": ("□甲  □乙",),
    "a date": ("{}：    年  月  日",),
    "a bare date": ("年   月   日",),
    "a day": ("  {}    月   日",),
    "a colon": ("{}：",),
    "dots": ("{}………………………",),
    "tabs in a sentence": ("{}", TAB, TAB, TAB, TAB, "出租给乙方使用"),
    "a unit": ("{}为        万元。",),
    "a prompt": ("{}：", prompt("单击此处输入文字")),
    "placeholder": ("{}：${{值}}",),
}
WORDS = st.sampled_from(
    [
        "姓名",
        "单位名称",
        "本单位上年度申请数",
        "项目简介",
        "说明",
        "经审查后乙方应付押金",
        "签字",
        "承诺",
        "甲",
        "共",
        "其他",
    ]
)


def line(kind: str, said: str) -> Xml:
    return p(*(x if isinstance(x, Xml) else x.format(said) for x in LINES[kind]))


def proposed_in(proposal: Proposal, block: str) -> list[Proposed]:
    """The places in a table."""
    return [x for x in proposal.proposed if x.at.startswith(f"{block}/")]


def told_at(proposal: Proposal, at: str) -> list[Left]:
    return [x for x in proposal.left if x.at == at or x.at.startswith(f"{at}/")]


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("said", ["姓名", "经审查后乙方应付押金", "签字", "备用"])
def test_room_in_a_line_is_a_place_or_told(kind: str, said: str) -> None:
    proposal = propose(package("".join([p("登记表"), SURE, line(kind, said)])), "表.docx")
    assert told_at(proposal, "2") or any(m.paragraph == 2 for x in proposal.proposed for m in x.marks)


@pytest.mark.parametrize("kind", LINES)
def test_room_in_a_cell_is_a_place_or_told(kind: str) -> None:
    rows = (row("编号", cell(p("甲方提供的材料"), line(kind, "材料齐全"))), row("备注", ""))
    proposal = propose(package("".join([p("登记表"), SURE, table(2, *rows)])), "表.docx")
    assert told_at(proposal, "2/0") or any(m.paragraph == 4 for x in proposal.proposed for m in x.marks)


def test_a_second_room_of_a_line_of_which_the_first_is_a_place_is_told() -> None:
    proposal = propose(package("".join([p("协议"), p("甲方：________  乙方将\t\t\t\t出租给甲方使用")])), "表.docx")
    assert [x.path for x in proposal.proposed] == ["甲方"]
    assert [x.text.strip() for x in proposal.left] != []


CELLS = [
    *(
        "",
        "",
        "",
        "姓名",
        "电话",
        "单位名称：",
        "项目简介（500字以内）",
        "1",
        "2",
        "合计",
        "%",
        "％",
        "元",
        "□是 □否",
        "□",
    ),
    *(
        "（  ）",
        "优",
        "良",
        "是",
        "否",
        "2024年",
        "签字：",
        "年  月  日",
        "评审意见",
        "情况属实。",
        "办公室填写",
        "照片",
    ),
    *("在相应的栏内打“√”", "现场检查施工记录，符合设计要求；材料齐全。", "…", "A", "100", "其他____", "备注"),
]


@st.composite
def tables(draw: st.DrawFn) -> Xml:
    """A table of up to seven rows and five columns, with cells merged both ways."""
    columns = draw(st.integers(1, 5))
    rows, merged = list[str](), set[int]()
    for _ in range(draw(st.integers(1, 7))):
        cells, at = list[str](), 0
        for_next = set[int]()
        while at < columns:
            span = draw(st.sampled_from([1, 1, 1, 2])) if at + 1 < columns and at not in merged else 1
            goes_on = at in merged and draw(st.booleans())
            begins = not goes_on and span == 1 and draw(st.integers(0, 5)) == 0
            for_next |= {at} if goes_on or begins else set()
            said = "" if goes_on else draw(st.sampled_from(CELLS))
            empty = [""] * draw(st.sampled_from([0, 0, 0, 0, 3]))
            cells.append(cell(said, *empty, span=span, merge="continue" if goes_on else "restart" if begins else ""))
            at += span
        merged = for_next
        rows.append(row(*cells))
    return table(columns, *rows)


@dataclass
class Spot:
    """An empty cell: where it is, its paragraphs, and the rule by which it is no room, if one is."""

    at: str
    paragraphs: list[Paragraph]
    rule: str


def empty_cells(blocks: list[Block]) -> list[Spot]:
    found = []
    for number, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        rows = [GridRow(x) for x in block.rows if x.cells]
        inherit_tops(rows)
        gaps = gaps_of(rows)
        for index, grid in enumerate(rows):
            for c in filter(is_empty, grid.row.cells):
                is_first = not any(x.text.strip() for x in grid.row.cells if x.column < c.column)
                rule = "corner" if grid.is_header and is_first else "gap" if c.column in gaps else ""
                found.append(Spot(f"{number}/{index}/{c.column}", list(c.paragraphs), rule))
    return found


@given(st.lists(st.one_of(tables(), st.builds(line, st.sampled_from([*LINES]), WORDS)), min_size=1, max_size=4))
def test_every_empty_cell_is_a_place_or_told_or_no_room_by_a_rule(blocks: list[Xml]) -> None:
    document = Document(package("".join([p("登记表"), SURE, *blocks])), "表.docx")
    found = places_of(document)
    proposal = propose(document)
    numbers = {id(x): n for n, x in enumerate(paragraphs_of(document.blocks))}
    marked = {m.paragraph for x in proposal.proposed for m in x.marks}
    told = {x.at for x in proposal.left}
    several = {x.at.split("/")[0] for x in proposal.left if "此表" in x.reason[0]}
    for spot in empty_cells(document.blocks):
        block, index, _ = spot.at.split("/")
        is_place = any(numbers[id(x)] in marked for x in spot.paragraphs)
        is_told = spot.at in told or any(x.startswith(f"{block}/{index}/") for x in told) or block in several
        is_spoken = bool(found.spoken & {spot.at, f"{block}/{index}", block}) and (
            {x.at.split("/")[1] for x in proposed_in(proposal, block)} | {x.split("/")[1] for x in told if "/" in x}
        ) >= ({index} if spot.at in found.spoken else set())
        assert is_place or is_told or is_spoken or spot.rule, (spot.at, proposal.proposed, proposal.left)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "姓    名",
            "申    请    人    情    况",
            "姓名：  王芳",
            "日    期：2020年6月5日",
            "参加人数 3 人",
            "第一章……………………3",
        ),
        *("在（ ）内打“√”", "以下简称“甲方”", "任    务    书", "2024年5月6日", "电话：010-8888  传真：010-8889"),
    ],
)
def test_what_is_no_room_is_none(said: str) -> None:
    assert rooms_in(said) == []


def test_a_table_with_many_empty_cells_that_nothing_names_is_one_line() -> None:
    grid = table(3, *(row("", "", "") for _ in range(9)))
    proposal = propose(package("".join([p("登记表"), SURE, grid])), "表.docx")
    assert [x.reason for x in proposal.left] == [
        ("此表 9 行共 27 个空单元格没有加标签", "27 empty cells in 9 rows of this table were left alone")
    ]


def test_the_room_for_an_opinion_over_a_day_alone_is_a_place() -> None:
    proposal = propose(package("".join([p("登记表"), table(2, row("评审意见", cell("年  月  日")))])), "表.docx")
    assert "评审意见" in [x.path for x in proposal.proposed]


def test_words_where_other_rows_have_their_answers_are_told() -> None:
    asked = [("姓名", ""), ("内容负责人", "由客户提供、共同整理"), ("填表说明", "用黑色笔填写"), ("电话", "")]
    form = table(2, *(row(*pair) for pair in asked))
    assert [x.text for x in propose(package(form), "表.docx").left] == ["内容负责人 由客户提供、共同整理"]


def test_empty_lines_below_words_that_ask_are_told() -> None:
    room = [p()] * 3
    asked = p("In case of self-employment, name three (3) reference persons:")
    told = propose(package("".join([p("登记表"), SURE, asked, *room, p("Note: Use another sheet if necessary.")])))
    assert [(x.at, x.text) for x in told.left] == [
        ("2", "In case of self-employment, name three (3) reference persons:")
    ]
    titles = ["Please describe your goals for the course", "Please describe your work experience"]
    blocks = [x for title in titles for x in (p(title), *room)]
    alone = [p("I declare that all this is true."), p("Post/ Designation"), *room, p("It was received by us.")]
    proposal = propose(package("".join([p("Form"), p("Name: ____"), *blocks, *alone])))
    assert len(proposal.proposed) == 3
    assert [(x.at, x.text) for x in proposal.left] == [("11", "Post/ Designation")]


@pytest.mark.parametrize("title", ["《########》", "《》", "《×××》"])
def test_a_title_that_is_not_written_yet_is_told_of(title: str) -> None:
    line = f"本人所写的毕业论文{title}均系本人独立完成，没有抄袭行为。"
    told = propose(package("".join([p("诚信承诺"), p(line), p("承诺人：________")])))
    assert [x.at for x in told.left] == ["1"]
