"""Answers that somebody left in a table of another shape, or in lines of their own: the blank places are doubted."""

from __future__ import annotations

import pytest

from docfill.extract import Result
from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_sight import doubts

_LABELS = ("单位", "件数", "面积", "性质", "说明")
_TAGS = ("{{ 单位 }}", "{{ 件数 | integer }}", "{{ 面积 | number }}", '{{ 性质 | choice("国有") }}国有', "{{ 说明 }}")
_SAID = ("甲厂", "7", "8.5", "☑国有", "无误")
_BLANK = ("", "", "", "□国有", "")


def _form(*answers: str | Xml) -> Xml:
    return table(2, *(row(*pair) for pair in zip(_LABELS, answers, strict=True)))


FORM = loaded(package(p("登记表") + _form(*_TAGS) + p("日期：{{ 日期 | date }}")))


def read(*blocks: str) -> Result:
    return FORM.extract(package(p("登记表") + "".join(blocks) + p("日期：2024年5月6日")), by_meaning=True)


_PASTED = {
    "with other columns": table(3, row("序", "项目", "内容"), row("1", "单位", "甲厂"), row("2", "件数", "7")),
    "along its head": table(5, row(*_LABELS), row(*_SAID)),
    "without labels": table(1, *map(row, _SAID)),
    "two pairs a row": table(4, row("单位", "甲厂", "件数", "7"), row("面积", "8.5", "说明", "无误")),
}


@pytest.mark.parametrize("pasted", _PASTED)
@pytest.mark.parametrize("is_first", [False, True])
def test_the_blank_places_of_a_form_beside_a_pasted_table_are_doubted(pasted: str, is_first: bool) -> None:
    blocks = (_form(*_BLANK), p(""), _PASTED[pasted])
    result = read(*(blocks[::-1] if is_first else blocks))
    held = _LABELS[:2] if pasted == "with other columns" else _LABELS
    assert {*held} <= {path for path, _ in doubts(result)}
    assert result.leftovers


def test_a_table_in_an_answer_holds_those_of_the_labels_that_it_has() -> None:
    result = read(_form("", "", "8.5", "☑国有", cell(table(4, row("单位", "甲厂", "件数", "7")))))
    assert [*doubts(result)] == [("单位", "place-ambiguous"), ("件数", "place-ambiguous"), ("说明", "table-in-answer")]
    assert [x.expected for x in result.problems][:2] == ["甲厂", "7"]


def test_a_table_that_somebody_added_to_a_form_which_is_filled_in_is_left_over_alone() -> None:
    result = read(_form(*_SAID), table(3, row("序", "附件", "页数"), row("1", "图纸", "3")))
    assert doubts(result) == []
    assert [x.text for x in result.leftovers] == ["序", "附件", "页数", "1", "图纸", "3"]
    one = read(_form("甲厂", "7", "", "☑国有", ""), table(3, row("序", "附件", "页数"), row("1", "图纸", "3")))
    assert doubts(one) == []


def test_a_second_table_with_labels_of_the_form_and_other_answers_is_a_doubt_on_these() -> None:
    second = table(4, row("单位", "乙厂", "件数", "7"))
    result = read(_form(*_SAID), p(""), second)
    assert [(x.path, x.found, x.expected) for x in result.problems if x.code == "place-ambiguous"] == [
        ("单位", "甲厂", "乙厂")
    ]
    assert doubts(read(_form(*_SAID), p(""), table(2, row("序", "单位"), row("1", "乙厂")))) == []
