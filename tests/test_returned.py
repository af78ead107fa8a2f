"""Returned forms, written by hand: what people do to a form, one habit a test.

`returned(answer=…)` is a small filled form as somebody else's Word wrote it;
each test changes one line of it.  The corpus of returned forms beside the
checkout (../shared/returned) is swept as well where it is there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docfill import Result, bundled
from tests.disturb import changed, with_revision_ids
from tests.small_form import Xml, cell, form_named, loaded, p, package, row, table
from tests.test_laws import assert_same, leaves, silent

CORPUS = Path(__file__).parent.parent.parent / "shared" / "returned" / "clean"

FORM = loaded(
    package(
        p("送审单")
        + p("联系人：{{ 联系人 | blank(10) }}")
        + table(
            4,
            row("单位", cell("{{ 单位 }}", span=3)),
            row("性质", cell('{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营', span=3)),
            row("资质", cell('{{ 资质 | choices("甲级") }}甲级', '{{ 资质 | choices("乙级") }}乙级', span=3)),
            row("年度", "2021年", "2022年", "2023年"),
            row("产量（吨）", *(f'{{{{ 产量["{year}年"] | number }}}}' for year in (2021, 2022, 2023))),
            row("人数", *(f'{{{{ 人数["{year}年"] | integer }}}}' for year in (2021, 2022, 2023))),
            row(
                "说明",
                cell(
                    "{%p for 段 in 说明 | lines %}",
                    "{{ 段 }}",
                    "{%p else %}",
                    "（请写明来源）",
                    "{%p endfor %}",
                    span=3,
                ),
            ),
        )
        + p("日期：{{ 日期 | date }}")
    ),
    "送审单",
)

PARTS: dict[str, Xml] = {
    "title": p("送审单"),
    "contact": p("联系人：王芳"),
    "unit": row("单位", cell("东港仪表厂", span=3)),
    "kind": row("性质", cell("□国有  ☑民营", span=3)),
    "grade": row("资质", cell("☑甲级", "☑乙级", span=3)),
    "years": row("年度", "2021年", "2022年", "2023年"),
    "output": row("产量（吨）", "10", "20.5", "无"),
    "people": row("人数", "7", "8", "9"),
    "note": row("说明", cell("取自年报。", "已核对。", span=3)),
    "date": p("日期：2024年5月6日"),
}

TRUTH: dict[str, Any] = {
    "联系人": "王芳",
    "单位": "东港仪表厂",
    "性质": "民营",
    "资质": ["甲级", "乙级"],
    "产量": {"2021年": 10, "2022年": 20.5, "2023年": "无"},
    "人数": {"2021年": 7, "2022年": 8, "2023年": 9},
    "说明": "取自年报。\n已核对。",
    "日期": "2024-05-06",
}

IN_TABLE = ("unit", "kind", "grade", "years", "output", "people", "note")


def written(**changes: str) -> bytes:
    """The filled form with some of its parts changed; "" leaves a part out."""
    parts = {**PARTS, **changes}
    inside = table(4, *(parts[name] for name in IN_TABLE))
    return package(parts["title"] + parts["contact"] + inside + parts["date"])


def returned(**changes: str) -> Result:
    """Its reading, saved once by somebody's Word, so that it is not docfill's own bytes."""
    return FORM.extract(changed(written(**changes), with_revision_ids))


def codes(result: Result) -> set[tuple[str, str]]:
    """(path, code) of every error and warning."""
    return {(x.path, x.code) for x in result.problems if x.severity != "note"}


def truth(**changes: Any) -> dict[str, Any]:
    """What the form says, but for some answers."""
    return {**TRUTH, **changes}


def test_the_form_as_it_is_returned_reads_plainly() -> None:
    assert_same(returned(), TRUTH)


# --- clear, if messy ---


def test_a_hint_that_was_left_standing_is_no_answer() -> None:
    assert_same(returned(note=row("说明", cell("（请写明来源）", span=3))), truth(说明=None))


def test_a_hint_above_the_answer_is_not_part_of_it() -> None:
    note = row("说明", cell("（请写明来源）", "取自年报。", span=3))
    assert_same(returned(note=note), truth(说明="取自年报。"))
    assert_same(FORM.extract(written(note=note)), truth(说明="取自年报。"))


def test_line_breaks_do_for_paragraphs() -> None:
    assert_same(returned(note=row("说明", cell("取自年报。⏎已核对。", span=3))), TRUTH)


def test_a_label_with_spaces_is_the_label() -> None:
    result = returned(contact=p("联 系 人 ： 王芳"), unit=row("单　位", cell("东港仪表厂", span=3)))
    assert_same(result, TRUTH)


def test_a_label_with_a_half_width_colon_is_the_label() -> None:
    assert_same(returned(contact=p("联系人: 王芳")), TRUTH)


@pytest.mark.parametrize("answer", ["联系人", "联系人：2021年", "□国有", "日期：2024年5月6日", "性质", "送审单"])
def test_an_answer_that_quotes_the_form_is_an_answer(answer: str) -> None:
    assert_same(returned(unit=row("单位", cell(answer, span=3))), truth(单位=answer))
    assert_same(returned(note=row("说明", cell(answer, "完", span=3))), truth(说明=f"{answer}\n完"))


@pytest.mark.parametrize("drawn", ["□国有  √民营", "☐国有  ☒民营", "□国有  ■民营", "□国有  □√民营", "○国有  ●民营"])
def test_a_tick_may_be_drawn_in_many_ways(drawn: str) -> None:
    result = returned(kind=row("性质", cell(drawn, span=3)))
    assert (result.data, codes(result)) == (TRUTH, set())


@pytest.mark.parametrize("said", ["20.5", "２０．５", "20.50", " 20.5 ", "20.5吨"])
def test_a_number_may_be_written_in_many_ways(said: str) -> None:
    result = returned(output=row("产量（吨）", "10", said, "无"))
    assert (result.data, codes(result)) == (TRUTH, set())


@pytest.mark.parametrize(
    "said", ["2024年5月6日", "2024-05-06", "2024.5.6", "2024/5/6", "二〇二四年五月六日", "2024 年5月6日"]
)
def test_a_date_may_be_written_in_many_ways(said: str) -> None:
    result = returned(date=p(f"日期：{said}"))
    assert (result.data, codes(result)) == (TRUTH, set())


# --- doubtful: said, never guessed ---


def test_two_ticks_in_a_single_choice_give_no_value() -> None:
    result = returned(kind=row("性质", cell("☑国有  ☑民营", span=3)))
    assert result.data == truth(性质=None)
    assert codes(result) == {("性质", "several-ticks")}
    assert "国有" in result.problems[0].message and "民营" in result.problems[0].message


def test_a_number_that_is_none_stays_as_it_was_written() -> None:
    result = returned(people=row("人数", "七", "约八人", "9"))
    assert result.data["人数"]["2022年"] in ("约八人", 8)
    assert ("人数.2022年" in {path for path, _ in codes(result)}) and result.data["人数"]["2023年"] == 9


def test_a_whole_number_with_a_fraction_is_doubted() -> None:
    result = returned(people=row("人数", "7", "8.5", "9"))
    assert codes(result) == {("人数.2022年", "not-an-integer")}


def test_a_date_without_its_day_is_doubted() -> None:
    result = returned(date=p("日期：2024年5月"))
    assert codes(result) == {("日期", "not-a-date")}
    assert result.data["日期"] == "2024年5月"


def test_text_that_belongs_nowhere_is_left_over() -> None:
    result = returned(title=p("送审单") + p("请尽快办理，谢谢！"))
    assert result.data == TRUTH
    assert [x.text for x in result.leftovers] == ["请尽快办理，谢谢！"]


def test_a_row_that_was_deleted_is_missed() -> None:
    result = returned(people="")
    missed = {path for path, code in codes(result) if code == "place-missing"}
    assert missed == {"人数.2021年", "人数.2022年", "人数.2023年"}
    assert silent(result, TRUTH) == {}


def test_swapped_year_columns_are_doubted() -> None:
    result = returned(
        years=row("年度", "2022年", "2021年", "2023年"),
        output=row("产量（吨）", "20.5", "10", "无"),
        people=row("人数", "8", "7", "9"),
    )
    assert silent(result, TRUTH) == {}


def test_a_label_that_says_something_else_is_doubted() -> None:
    result = returned(people=row("户数", "7", "8", "9"))
    doubted = {path for path, _ in codes(result)}
    assert doubted >= {f"人数.{y}年" for y in (2021, 2022, 2023)}


def test_another_document_altogether_is_nothing_but_doubts() -> None:
    result = FORM.extract(package(p("会议通知") + p("兹定于下周三开会。")))
    assert {path for path, _ in codes(result)} == {f.path for f in FORM.fields}
    assert [x.text for x in result.leftovers] == ["会议通知", "兹定于下周三开会。"]


# --- the corpus ---


def corpus() -> list[Path]:
    """The returned forms beside the checkout; none in a checkout that stands alone."""
    return sorted(CORPUS.glob("*.docx"))


def test_the_corpus_is_swept_where_it_is_there() -> None:
    assert bool(corpus()) == CORPUS.is_dir()


@pytest.mark.parametrize("stem", [path.stem for path in corpus()] or ["none"])
def test_a_clean_returned_form_reads_plainly(stem: str) -> None:
    for path in (x for x in corpus() if x.stem == stem):
        told = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
        assert told["form"] in bundled()
        result = form_named(told["form"]).extract(path)
        accepted = {where.replace("/", "."): values for where, values in told.get("accept", {}).items()}
        read = dict(leaves(result.data))
        wrong = {
            where: (value, read.get(where))
            for where, value in leaves(told["data"])
            if (read.get(where) or None) not in (value or None, *accepted.get(where, ()))
        }
        assert (wrong, codes(result)) == ({}, set())
