"""The assignment: every character of a document has one owner, and a value knows its own."""

from __future__ import annotations

import pytest

from docfill.read.assignment import Owned
from docfill.read.gaps import Before, Gap, decided
from docfill.read.plan import ContainerPlan
from docfill.read.shape import DocLine, DocRow, units_of
from docfill.template.skeleton import skeleton_of
from docfill.word import xml
from docfill.word.document import Document, blocks_of, paragraphs_of
from docfill.word.span import Span
from tests.small_form import NAMES, cell, form_named, loaded, p, package, row, table
from tests.strategies import filled_everywhere, record_of


def _owned(template: str, returned: str) -> list[tuple[str, str, str]]:
    """(text, owner, path) of the characters of a returned body, read with the form of a template's body."""
    result = loaded(package(template)).extract(package(returned), by_meaning=True)
    return [(o.span.text, o.owner, o.path) for o in result.owners()]


@pytest.mark.parametrize("name", NAMES)
def test_every_character_has_one_owner(name: str) -> None:
    form = form_named(name)
    document = Document(form.fill(record_of(filled_everywhere(form))))
    result = form.extract(document, by_meaning=True)
    owned = [*result.owners()]
    for paragraph in paragraphs_of(document.blocks):
        mine = [o.span for o in owned if o.span.paragraph is paragraph]
        assert "".join(span.text for span in mine) == paragraph.text
        assert [s.start for s in mine] == [0, *(s.end for s in mine[:-1])][: len(mine)]
    assert {o.owner for o in owned} == {"form", "value", "blank"}


def test_an_answer_is_told_from_its_label_its_blank_and_its_unit() -> None:
    owned = _owned(p("产值：{{ 甲.产值 | number | blank(8) }}万元"), p("产值：¦12", "¦.5  ", "万元"))
    assert owned == [
        ("产值：", "form", ""),
        ("12.5", "value", "甲.产值"),
        ("  ", "blank", "甲.产值"),
        ("万元", "form", ""),
    ]


def test_marks_are_values_and_options_are_the_forms() -> None:
    template = p('{{ 甲.选 | choice("是") }}是 {{ 甲.选 | choice("否") }}否')
    assert _owned(template, p("☑是 □否")) == [
        ("☑", "value", "甲.选"),
        ("是 ", "form", ""),
        ("□", "value", "甲.选"),
        ("否", "form", ""),
    ]


def test_what_belongs_to_nothing_is_left_over_to_the_character() -> None:
    owned = _owned(p("姓名：{{ 甲.名 }}") + p("完"), p("姓名：张三") + p("完") + p(" 加急 "))
    assert ("姓名：", "form", "") in owned and ("张三", "value", "甲.名") in owned
    assert [o for o in owned if o[1] == "leftover"] == [(" 加急 ", "leftover", "甲.名")]


def test_a_record_owns_its_cells() -> None:
    head = row(cell(p("名称")), cell(p("数量")))
    body = row(cell(p("{%tr for 行 in 甲.清单 %}"))) + row(cell(p("{{ 行.名称 }}")), cell(p("{{ 行.数量 }}")))
    template = table(2, head, body, row(cell(p("{%tr endfor %}"))))
    returned = table(2, head, row(cell(p("铁")), cell(p("3"))), row(cell(p("铜")), cell(p("4"))))
    owned = _owned(template, returned)
    assert [o for o in owned if o[1] == "value"] == [
        ("铁", "value", "甲.清单[0].名称"),
        ("3", "value", "甲.清单[0].数量"),
        ("铜", "value", "甲.清单[1].名称"),
        ("4", "value", "甲.清单[1].数量"),
    ]


def test_an_answer_in_two_places_owns_both() -> None:
    template = p("姓名：{{ 甲.名 }}") + p("申请人：{{ 甲.名 }}")
    owned = _owned(template, p("姓名：张三") + p("申请人：张三"))
    assert [o[0] for o in owned if o[1] == "value"] == ["张三", "张三"]


# --- rows read as lines ---


def _row(*cells: str) -> DocRow:
    (unit,) = units_of(blocks_of(xml.parse(_part(table(len(cells), row(*(cell(p(c)) for c in cells)))), "x")))
    assert isinstance(unit, DocRow)
    return unit


def _part(body: str) -> bytes:
    return Document(package(body)).package.read("word/document.xml")


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (("集群名称：X",), "集群名称：X"),
        (("集群名称：X", ""), "集群名称：X"),
        (("集群名称：", "X"), "集群名称：X"),
        (("集群名称", ""), "集群名称："),
        (("集群名称", "X"), "集群名称：X"),
    ],
)
def test_a_row_read_as_a_line_says_nothing_that_is_not_there(cells: tuple[str, ...], shown: str) -> None:
    line = _row(*cells).as_line
    assert line is not None and line.text == shown


def test_a_label_and_its_answer_make_one_line_with_one_colon_whatever_stands_behind_it() -> None:
    line = _row("集群名称：\ufe00", "第一").as_line
    assert line is not None and line.text == "集群名称：第一"


def test_a_row_read_as_a_line_knows_its_characters() -> None:
    line = _row("集群名称", "第一").as_line
    assert line is not None
    assert [s.text for s in line.spans(5, 7)] == ["第一"]
    assert [s.text for s in line.spans(0, 7)] == ["集群名称", "第一"]
    assert [s.text for s in line.spans(6, 7)] == ["一"]


# --- gaps ---


def _gap(template: str, absent: range, returned: str, before: int | None) -> tuple[ContainerPlan, Gap]:
    skeleton = skeleton_of(Document(package(template)).blocks)
    plan = ContainerPlan(skeleton.units)
    units = units_of(Document(package(returned)).blocks)
    first = Before(before, units[0]) if before is not None else None
    return plan, decided(plan, list(absent), units[0 if before is None else 1 :], first)


def test_lines_joined_to_the_one_before_are_read_with_it_once() -> None:
    template = p("姓名：{{ 甲.名 }}") + p("电话：{{ 甲.电话 }}")
    _, gap = _gap(template, range(1, 2), p("姓名：张三 电话：123"), 0)
    assert gap.joined is not None and gap.missing == []
    result = loaded(package(template)).extract(package(p("姓名：张三 电话：123")), by_meaning=True)
    assert result.data == {"甲": {"名": "张三", "电话": "123"}}


def test_a_line_break_in_an_answers_paragraph_is_its_tail_and_a_new_paragraph_is_left() -> None:
    _, gap = _gap(p("姓名：{{ 甲.名 }}"), range(0), p("姓名：张三⏎字子明") + p("又"), 0)
    assert [line.text for line in gap.tail] == ["字子明"]
    assert [line.text for line in gap.lines] == ["又"]


def test_a_label_is_reworded_only_where_it_is_alike_enough() -> None:
    template = p("申请单位联系电话号码") + p("{{ 甲.号 }}")
    _, alike = _gap(template, range(2), p("申请单位联系电话号") + p("123"), None)
    assert [r.index for r in alike.reworded] == [0]
    _, other = _gap(template, range(2), p("备案单位通信地址号") + p("123"), None)
    assert other.reworded == [] and other.missing == [0]


# --- spans ---


def test_a_span_is_stripped_of_the_drawn_blank() -> None:
    (paragraph,) = paragraphs_of(Document(package(p("__张三__"))).blocks)
    assert isinstance(paragraph.text, str)
    assert Span(paragraph, 0, 6).stripped("_").text == "张三"
    assert Span(paragraph, 0, 2).stripped("_") == Span(paragraph, 0, 0)
    assert Owned(Span(paragraph, 2, 4), "value", "甲").span.text == "张三"


def test_a_line_without_characters_is_a_position() -> None:
    (unit,) = units_of(Document(package(p(""))).blocks)
    assert isinstance(unit, DocLine)
    assert [(s.start, s.end) for s in unit.spans()] == [(0, 0)]
