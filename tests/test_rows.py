"""Records that take several rows or paragraphs, with ticks, numbers and records of their own; keys; optional parts.

The laws are those of `test_laws`, over a form that repeats in every way.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill import Form, InvalidData, tables
from docfill.check import check
from docfill.lint import lint
from tests.small_form import cell, loaded, p, package, row, table
from tests.strategies import filled_everywhere, plain, record_of, records, tricky
from tests.test_docxtpl import few, rendered
from tests.test_laws import assert_same, silent
from tests.test_problems import document_of, form_of

MANY = package(
    p("年度汇总表")
    + table(
        4,
        row("设备", "数量（台）", "购置日期", "状态"),
        row(cell("{%tr for 台 in 设备 %}", span=4)),
        row(
            "{{ 台.名称 }}",
            "{{ 台.数量 | integer }}",
            "{{ 台.购置 | date }}",
            '{{ 台.状态 | choice("新") }}新 {{ 台.状态 | choice("旧") }}旧',
        ),
        row(cell("用途：{{ 台.用途 }}", span=2), cell("单价：{{ 台.单价 | number }}元", span=2)),
        row(cell("{%tr endfor %}", span=4)),
    )
    + p("一、合作单位")
    + p("{%p for 家 in 单位 %}")
    + p("单位名称：{{ 家.名称 }}，联系电话：{{ 家.电话 }}")
    + p("成员名单：")
    + table(
        2,
        row("姓名", "职务"),
        row(cell("{%tr for 员 in 家.成员 %}", span=2)),
        row("{{ 员.姓名 }}", "{{ 员.职务 }}"),
        row(cell("{%tr endfor %}", span=2)),
    )
    + p('合作方式：{{ 家.方式 | choices("研发") }}研发 {{ 家.方式 | choices("采购") }}采购')
    + p("{%p endfor %}")
    + p("二、历年产值")
    + table(
        2,
        row("年度", "产值（万元）"),
        row(cell('{%tr for 年 in 产值 | key("年度", "2021年", "2022年", "2023年") %}', span=2)),
        row("{{ 年.年度 }}", "{{ 年.产值 | number }}"),
        row(cell("{%tr endfor %}", span=2)),
    )
    + p("{%p if 担保 %}")
    + p("三、担保情况")
    + table(2, row("担保人", "{{ 担保人 }}"), row("金额（元）", "{{ 担保金额 | number }}"))
    + p("{%p endif %}")
    + p("以上属实。")
)


def many() -> Form:
    return loaded(MANY, "汇总")


FORM = many()


def printed(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the answers that stand in a part which is not printed."""
    return record if record.get("担保") else {**record, "担保人": None, "担保金额": None}


@few
@given(data=st.data())
def test_records_of_every_shape_are_read_back_both_ways(data: st.DataObject) -> None:
    record = printed(data.draw(records(FORM, plain)))
    document = FORM.fill(record)
    for by_meaning in (False, True):
        assert_same(FORM.extract(document, by_meaning=by_meaning), FORM.context(record))


@few
@given(data=st.data())
def test_records_that_quote_the_form_are_read_back_or_doubted(data: st.DataObject) -> None:
    record = printed(data.draw(records(FORM, tricky)))
    document = FORM.fill(record)
    assert_same(FORM.extract(document), FORM.context(record))
    assert FORM.fill(FORM.extract(document).data) == document
    assert silent(FORM.extract(document, by_meaning=True), FORM.context(record)) == {}


@few
@given(data=st.data())
def test_records_that_docxtpl_renders_are_read_back(data: st.DataObject) -> None:
    record = printed(data.draw(records(FORM, plain)))
    assert_same(FORM.extract(rendered(FORM, record, MANY)), FORM.context(record))


def test_a_form_of_records_has_no_faults() -> None:
    assert lint(FORM) == []


KEYED = [
    ("年度", "产值"),
    ('{%tr for 行 in 清单 | key("年度", "2021年", "2022年") %}', ""),
    ("{{ 行.年度 }}", "{{ 行.产值 }}"),
    ("{%tr endfor %}", ""),
]


def read(*rows: tuple[str, str]) -> tuple[list[dict[str, Any]], list[str]]:
    result = form_of(KEYED).extract(document_of([("年度", "产值"), *rows]))
    return result.data["清单"], [f"{x.code} {x.path}" for x in result.problems]


def test_rows_are_found_by_their_key_whatever_their_order() -> None:
    assert read(("2022", "8"), ("2021年度", "7")) == (
        [{"年度": "2021年", "产值": "7"}, {"年度": "2022年", "产值": "8"}],
        [],
    )


def test_a_key_without_an_answer_is_no_record() -> None:
    assert read(("2021年", ""), ("2022年", "8")) == ([{"年度": "2022年", "产值": "8"}], [])


def test_strange_missing_and_repeated_keys_are_told() -> None:
    assert read(("2021年", "7"), ("2020年", "6"), ("2022年", "")) == (
        [{"年度": "2021年", "产值": "7"}, {"年度": "2020年", "产值": "6"}],
        ["unknown-key 清单[1]"],
    )
    assert read(("2021年", "7"), ("2021年", "8")) == (
        [{"年度": "2021年", "产值": "7"}, {"年度": "2021年", "产值": "8"}],
        ["duplicate-key 清单[1]", "template-text-missing "],
    )


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"年度": "2020年", "产值": "1"}], "unknown-key"),
        ([{"年度": "2021年", "产值": "1"}, {"年度": "2021年", "产值": "2"}], "duplicate-key"),
        ([{"年度": "2021年", "产值": None}], "empty-row"),
        ([{"年度": "2021年", "产值": " 一"}], "blank-ends"),
    ],
)
def test_rows_that_the_form_cannot_hold_are_refused(rows: list[dict[str, Any]], code: str) -> None:
    with pytest.raises(InvalidData) as refused:
        form_of(KEYED).fill({"清单": rows})
    assert [x.code for x in refused.value.problems] == [code]
    assert refused.value.problems[0].path.startswith("清单[")


def test_an_item_that_holds_the_separator_is_refused() -> None:
    with pytest.raises(InvalidData) as refused:
        form_of(["名单", '人员：{{ 人员 | join("、") }}。']).fill({"人员": ["王芳", "李、强"]})
    assert [(x.code, x.path) for x in refused.value.problems] == [("holds-separator", "人员[1]")]


def test_a_doubt_in_a_record_names_its_place() -> None:
    result = form_of(
        [("数量",), ("{%tr for 行 in 清单 %}",), ("{{ 行.数量 | integer }}",), ("{%tr endfor %}",)]
    ).extract(document_of([("数量",), ("3",), ("若干",)]))
    assert result.data == {"清单": [{"数量": 3}, {"数量": "若干"}]}
    assert [(x.code, x.path) for x in result.problems] == [("not-an-integer", "清单[1].数量")]


def test_a_part_that_should_not_be_there_is_told() -> None:
    form = form_of(["表", "单位：{{ 单位 }}", "{%p if 单位 %}", "附证明。", "{%p endif %}", "完"])
    assert form.extract(document_of(["表", "单位：", "完"])).problems == []
    told = form.extract(document_of(["表", "单位：", "附证明。", "完"])).problems
    assert [(x.code, x.path) for x in told] == [("section-differs", "单位")]


def test_two_tags_with_nothing_between_are_told_apart_by_another_place() -> None:
    form = form_of(["表", "{{ 单位 }}{{ 部门 }}：", "单位名称：{{ 单位 }}"])
    result = form.extract(form.fill({"单位": "东港厂", "部门": "财务科"}), by_meaning=True)
    assert (result.data, result.problems) == ({"单位": "东港厂", "部门": "财务科"}, [])
    alone = form_of(["表", "{{ 单位 }}{{ 部门 }}：", "完"])
    result = alone.extract(alone.fill({"单位": "东港厂", "部门": "财务科"}), by_meaning=True)
    assert [(x.code, x.path) for x in result.problems] == [("ambiguous", "单位"), ("ambiguous", "部门")]


@pytest.mark.parametrize("record", [{}, record_of(filled_everywhere(FORM))], ids=["blank", "filled"])
def test_words_and_answers_of_records_are_no_alarm(record: dict[str, Any]) -> None:
    told = {x.code for x in check(FORM, FORM.fill(record)).problems}
    assert told <= {"unanswered", "nothing-ticked"}


def test_records_of_every_shape_go_through_spreadsheets(tmp_path: Path) -> None:
    form = form_of(
        [
            ("数量", "购置", "状态"),
            ("{%tr for 台 in 设备 %}", "", ""),
            ("{{ 台.数量 | integer }}", "{{ 台.购置 | date }}", '{{ 台.状态 | choice("新") }}新'),
            ("{%tr endfor %}", "", ""),
            "{%p for 条 in 条款 %}",
            "{{ 条 }}",
            "{%p endfor %}",
            "{%p if 担保 %}",
            "有担保",
            "{%p endif %}",
        ]
    )
    record = {
        "设备": [{"数量": 3, "购置": "2024-05-06", "状态": "新"}, {"数量": 4, "购置": None, "状态": None}],
        "条款": ["按期交货", "货到付款"],
        "担保": True,
    }
    path = tmp_path / "数据.xlsx"
    tables.write_entry(form, path, [record])
    (read_back,) = tables.load(path, form).records
    assert (form.context(read_back.data), read_back.problems) == (record, [])


def test_a_table_of_thousands_of_rows_with_short_words_is_read() -> None:
    columns = [f"列{n}" for n in range(1, 11)]
    tags = row(*(f"{{{{ 行.{name} }}}}" for name in columns))
    around = (row(cell("{%tr for 行 in 清单 %}", span=10)), tags, row(cell("{%tr endfor %}", span=10)))
    form = loaded(package(table(10, row(*columns), *around)))
    given = random.Random(5)
    short = ["".join(given.choices("张王李赵陈一二三伟芳娜静明华强", k=3)) for _ in range(500)] + [
        *map(str, range(500))
    ]
    record = {"清单": [dict(zip(columns, given.choices(short, k=10), strict=True)) for _ in range(5000)]}
    result = form.extract(form.fill(record), by_meaning=True)
    assert result.data == record
    assert not result.problems
