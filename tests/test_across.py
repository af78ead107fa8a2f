"""Cells that repeat along a row, `{%tc for … %}`: in one row, in several, and in rows that repeat themselves.

The laws are those of `test_laws`, over a form that repeats both ways.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import DocfillError, Form
from docfill.lint import lint
from docfill.template.columns import columns_in
from docfill.word.package import Package
from docfill.word.xml import W
from tests.disturb import HARMLESS, changed, package_of, parts_of
from tests.page import page
from tests.small_form import cell, loaded, p, package, row, table
from tests.strategies import plain, records, tricky
from tests.test_docxtpl import few, rendered
from tests.test_laws import assert_same, silent
from tests.test_problems import document_of

BOTH = package(
    p("年度情况表")
    + table(5, row("科目", "{%tc for 年 in 年度 %}", "{{ 年 }}", "{%tc endfor %}", "备注"),
            row(cell("{%tr for 行 in 收支 %}", span=5)),
            row("{{ 行.科目 }}", "{%tc for 额 in 行.金额 %}", "{{ 额 }}", "{%tc endfor %}", "{{ 行.备注 }}"),
            row(cell("{%tr endfor %}", span=5)))
    + p("人员情况")
    + table(5, row("姓名", "{%tc for 人 in 人员 %}", "{{ 人.姓名 }}", cell("{{ 人.编号 }}"), "{%tc endfor %}"),
            row("年龄及在编", "{%tc for 人 in 人员 %}", "{{ 人.年龄 | integer }}岁",
                cell('{{ 人.在编 | choice("是") }}是 {{ 人.在编 | choice("否") }}否'), "{%tc endfor %}"))
    + table(3, row("{%tc for 项 in 附件 %}", "{{ 项.名称 }}（{{ 项.页数 | number }}页）", "{%tc endfor %}"))
    + p("以上属实。")
)  # fmt: skip
FORM = loaded(BOTH, "年度")
DATA = {
    "年度": ["2023", "2024", "2025"],
    "收支": [
        {"科目": "收入", "金额": ["1", "2", "3"], "备注": None},
        {"科目": "支出", "金额": ["4", "5", "6"], "备注": "含税"},
    ],
    "人员": [
        {"姓名": "王芳", "编号": None, "年龄": 40, "在编": "是"},
        {"姓名": "李明", "编号": "07", "年龄": None, "在编": None},
        {"姓名": None, "编号": None, "年龄": 31, "在编": "否"},
    ],
    "附件": [{"名称": "甲", "页数": 2}],
}


@few
@given(data=st.data())
def test_columns_of_every_number_are_read_back_both_ways(data: st.DataObject) -> None:
    record = data.draw(records(FORM, plain))
    document = FORM.fill(record)
    for by_meaning in (False, True):
        assert_same(FORM.extract(document, by_meaning=by_meaning), FORM.context(record))


@few
@given(data=st.data())
def test_columns_that_quote_the_form_are_read_back_or_doubted(data: st.DataObject) -> None:
    record = data.draw(records(FORM, tricky))
    document = FORM.fill(record)
    assert_same(FORM.extract(document), FORM.context(record))
    assert FORM.fill(FORM.extract(document).data) == document
    assert silent(FORM.extract(document, by_meaning=True), FORM.context(record)) == {}


@few
@given(data=st.data())
def test_columns_that_docxtpl_renders_are_read_back(data: st.DataObject) -> None:
    record = {**DATA, **data.draw(records(FORM, plain))}
    theirs = rendered(FORM, record, BOTH)
    assert_same(FORM.extract(theirs), FORM.context(record))
    if all(
        record[path] for path in ("年度", "人员", "附件")
    ):  # where nothing repeats docxtpl leaves rows without a cell
        assert page(theirs) == page(FORM.fill(record))


def test_the_reading_is_exact() -> None:
    main = Package(FORM.fill(DATA), "x").read("word/document.xml")
    read = FORM.exact.patterns["word/document.xml"].read(main)
    assert read is not None and [one["姓名"] for one in read["人员"]] == ["王芳", "李明", ""]


def test_a_form_of_columns_has_no_faults_and_names_its_fields_by_their_rows() -> None:
    assert lint(FORM) == []
    labels = {f.path: f.label for f in FORM.fields}
    assert (labels["年度"], labels["人员"]) == ("科目", "姓名")


@pytest.mark.parametrize("disturb", HARMLESS, ids=lambda d: getattr(d, "__name__", str(d)))
def test_columns_are_read_from_a_document_that_somebody_saved_again(disturb: Any) -> None:
    result = FORM.extract(changed(FORM.fill(DATA), disturb))
    assert (result.data, result.problems, result.leftovers) == (DATA, [], [])


def grids(document: bytes) -> list[tuple[list[int], int]]:
    """The widths of each table's columns, and how many cells its longest row has."""
    root = etree.fromstring(Package(document, "x").read("word/document.xml"))
    return [
        ([int(c.get(W + "w")) for c in t.iter(W + "gridCol")], max(len(r.findall(W + "tc")) for r in t.iter(W + "tr")))
        for t in root.iter(W + "tbl")
    ]


@pytest.mark.parametrize("data", [DATA, {}, {"年度": ["1"] * 9}])
def test_the_grid_of_a_table_has_as_many_columns_as_its_longest_row(data: dict[str, Any]) -> None:
    for widths, cells in grids(FORM.fill(data)):
        assert len(widths) == cells > 0
    assert grids(FORM.fill(DATA))[0] == ([2000, 2000, 2000, 2000, 2000], 5)
    assert grids(FORM.fill({"年度": ["1"] * 6}))[0][0] == [2000, *[1000] * 6, 2000]


def test_a_grid_that_is_not_the_one_of_its_rows_is_not_read_as_docfills_own() -> None:
    main = Package(FORM.fill({"年度": ["1"] * 6}), "x").read("word/document.xml")
    other = main.replace(b'w:w="1000"', b'w:w="1001"', 1)
    pattern = FORM.exact.patterns["word/document.xml"]
    assert pattern.read(main) is not None and pattern.read(other) is None


def test_columns_of_tables_in_cells_are_not_counted() -> None:
    inner = "<w:tbl><w:tblGrid/><w:tr><w:tc/><w:tc/><w:tc/></w:tr></w:tbl>"
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{inner}</w:tc>'
    rows = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{wide}</w:tr>'
    assert columns_in(f"{rows}</w:tbl><w:tbl><w:tr><w:tc/><w:tc/><w:tc/><w:tc/></w:tr></w:tbl>".encode()) == 3


def read(form: Form, *lines: Any) -> tuple[dict[str, Any], list[str]]:
    result = form.extract(document_of(["表", *lines]))
    return result.data, [x.code for x in result.problems]


ONE = loaded(document_of(["表", ("年度", "{%tc for 年 in 年度 %}", "{{ 年 }}", "{%tc endfor %}", "备注")]))
PAIRS = loaded(document_of(["表", ("年度", "{%tc for 年 in 年度 %}", "{{ 年.名 }}", "{{ 年.值 }}", "{%tc endfor %}")]))


def test_a_blank_column_before_others_is_told() -> None:
    assert read(ONE, ("年度", "2023", "", "2024", "备注")) == ({"年度": ["2023", "2024"]}, ["cells-differ"])
    assert read(ONE, ("年度", "2023", "", "备注")) == ({"年度": ["2023"]}, [])


def test_a_column_in_which_nothing_is_answered_is_no_record() -> None:
    parts = parts_of(FORM.fill(DATA))
    main = parts["word/document.xml"]
    parts["word/document.xml"] = main.replace("李明".encode(), b"").replace(b"07<", b"<")
    for by_meaning in (False, True):
        result = FORM.extract(package_of(parts), by_meaning=by_meaning)
        assert (result.data["人员"], result.problems) == ([DATA["人员"][0], DATA["人员"][2]], [])


def test_a_row_whose_cells_do_not_come_out_even_is_told() -> None:
    data, codes = read(PAIRS, ("年度", "2023", "1", "2024"))
    assert (data, codes) == ({"年度": []}, ["cells-differ"])


def test_rows_that_hold_different_numbers_of_the_same_columns_are_told() -> None:
    two = loaded(document_of(["表", ("姓名", "{%tc for 人 in 人员 %}", "{{ 人.名 }}", "{%tc endfor %}"),
                              ("年龄", "{%tc for 人 in 人员 %}", "{{ 人.龄 }}", "{%tc endfor %}")]))  # fmt: skip
    data, codes = read(two, ("姓名", "甲", "乙"), ("年龄", "1"))
    assert [one["名"] for one in data["人员"]] == ["甲", "乙"]
    assert codes == ["ambiguous"]


def test_what_stands_in_a_column_is_put_where_it_stands() -> None:
    document = FORM.fill(DATA)
    assert FORM.put(document, DATA) == document
    people = [{**DATA["人员"][0], "年龄": 41}, *DATA["人员"][1:]]
    for change in ({"年度": ["2022", "2024", "2025"]}, {"人员": people}):
        assert FORM.extract(FORM.put(document, change)).data == {**DATA, **change}
    with pytest.raises(DocfillError, match="人员"):
        FORM.put(document, {"人员": DATA["人员"][:2]})


NOT_READ = {
    "a cell that may be missing": [("级别", "{%tc if 甲 %}", "{{ 甲 }}", "{%tc endif %}")],
    "the same columns for each row": [
        ("{%tr for 行 in 表 %}",),
        ("{{ 行.名 }}", "{%tc for 年 in 年度 %}", "{{ 行[年] }}", "{%tc endfor %}"),
        ("{%tr endfor %}",),
    ],
    "two lists in one row": [
        ("{%tc for 甲 in 子 %}", "{{ 甲 }}", "{%tc endfor %}", "{%tc for 乙 in 丑 %}", "{{ 乙 }}", "{%tc endfor %}")
    ],
    "a list that is worked out": [("年度", "{%tc for 年 in 年度[1:] %}", "{{ 年 }}", "{%tc endfor %}")],
}


@pytest.mark.parametrize("lines", NOT_READ.values(), ids=NOT_READ)
def test_columns_that_cannot_be_told_apart_go_one_way_and_are_named(lines: list[Any]) -> None:
    form = loaded(document_of(["表", *lines, "姓名：{{ 姓名 }}"]))
    assert {x.code for x in lint(form)} == {"unread-tag"}
    assert form.extract(form.fill({"姓名": "王芳"})).data["姓名"] == "王芳"
