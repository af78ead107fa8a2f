"""Lint: a template that cannot be read back is told so, with the place and both readings."""

from __future__ import annotations

from pathlib import Path

import pytest

from docfill import DocfillError, Form, limits
from docfill.lint import lint, lint_template
from docfill.word.package import Package
from tests.burdens import BURDENS
from tests.small_form import NAMES, cell, form_named, p, package, row, table, template


def form_of(*blocks: str) -> Form:
    return Form(Package.open(package("".join(blocks)), "试.docx"), "试")


def told(form: Form) -> list[tuple[str, str]]:
    return [(x.path, x.code) for x in lint(form)]


@pytest.mark.parametrize("name", NAMES)
def test_a_form_that_reads_back_has_no_faults(name: str) -> None:
    assert lint(form_named(name)) == []


def test_what_is_computed_is_named() -> None:
    assert {code for _, code in told(form_named("derived"))} == {"derived"}


def test_two_answers_with_nothing_between_cannot_be_told_apart() -> None:
    form = form_of(p("姓名：{{ 甲 }}{{ 乙 }}"))
    assert told(form)[0] == ("乙", "no-words-between")
    assert "“甲”" in lint(form)[0].sentence("zh")


def test_two_long_answers_need_words_between() -> None:
    answer = ("{%p for 段 in NAME | lines %}", "{{ 段 }}", "{%p endfor %}")
    blocks = [p(x.replace("NAME", name)) for name in ("甲", "乙") for x in answer]
    assert told(form_of(p("说明"), *blocks, p("完")))[0] == ("乙", "no-words-between")


def test_an_option_unlike_the_text_beside_it_is_shown() -> None:
    line = row("用途", cell('{{ 用途 | choice("生产") }}研发  {{ 用途 | choice("其他") }}其他（注明）'))
    form = form_of(p("表"), table(2, line))
    assert told(form) == [("用途", "option-differs")]
    assert "“生产”" in lint(form)[0].sentence("zh")


def test_a_place_that_reads_back_otherwise_is_shown_with_both_readings() -> None:
    form = form_of(p("{{ 甲 }}填{{ 乙 }}"))
    faults = lint(form)
    assert {x.code for x in faults} & {"reads-back-otherwise", "ambiguous", "place-missing"}


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{{ 甲 * }}", "语法错误"),
        ("{% include 甲 %}", "不支持的语句“include”"),
        ("{% if 甲 %}有", "没有配对"),
        ("{{ }}", "语法错误"),
    ],
)
def test_a_tag_that_cannot_be_parsed_is_named(tag: str, words: str) -> None:
    with pytest.raises(DocfillError) as refused:
        form_of(p(tag))
    assert words in refused.value.zh


def test_a_key_cannot_be_both_a_field_and_a_group() -> None:
    with pytest.raises(DocfillError, match="既是一项，又是"):
        form_of(p("甲：{{ 甲 }}"), p("乙：{{ 甲.乙 }}"))


def test_the_small_template_on_disk_is_linted_like_any(tmp_path: Path) -> None:
    path = tmp_path / "小表.docx"
    path.write_bytes(template())
    assert lint(Form.load(path)) == []


def test_a_blank_of_many_lines_alike_is_refused_since_all_pairs_would_be_compared() -> None:
    template, blank = (package(p(first) + p("乙") * 300) for first in ("甲：{{ 甲 }}", "甲："))
    assert lint_template(template, official=blank) == []
    with limits.within(work=11_000), pytest.raises(DocfillError, match="work=11000"):
        lint_template(template, official=blank)


@pytest.mark.parametrize(
    ("many", "count"), [("one tag many times", 40_000), ("tags in one paragraph under lint", 1_000)]
)
def test_the_server_lints_with_the_work_that_a_file_may_ask_for(tmp_path: Path, many: str, count: int) -> None:
    pytest.importorskip("starlette")
    from docfill.serve import stateless

    template = BURDENS[many].make(count)
    (tmp_path / "x").write_bytes(template)
    with pytest.raises(DocfillError, match=r"^模\.docx：.*(?:work=|嵌套过深)"):
        stateless.linted(str(tmp_path / "x"), "模.docx")
