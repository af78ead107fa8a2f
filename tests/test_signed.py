"""Signed cells: an opinion, and under it lines for a name, a seal and a day that no tag asks for.

Whoever signs writes into words of the form.  That is no part of the opinion, and is told.
"""

from __future__ import annotations

import itertools

import pytest

from docfill import Form
from docfill.extract import Result
from docfill.lint import lint
from docfill.tag.proposal import propose
from docfill.word.document import Document
from tests.small_form import Xml, cell, loaded, p, package, row, table

HOW = ("paragraphs", "breaks")


def signed(lines: tuple[str, ...], how: str) -> Xml:
    """A cell with these lines, as paragraphs or with breaks between them."""
    return cell(*lines) if how == "paragraphs" else cell("⏎".join(lines))


def tagged(lines: tuple[str, ...], how: str) -> Form:
    """The form that tagging makes of a cell with a label beside it."""
    blank = package(p("审批表") + table(2, row("单位", ""), row("学院意见", signed(lines, how))))
    return loaded(propose(Document(blank, "blank.docx")).template)


def read(form: Form, lines: tuple[str, ...], how: str) -> Result:
    return form.extract(package(p("审批表") + table(2, row("单位", "甲厂"), row("学院意见", signed(lines, how)))))


def opinion(result: Result) -> object:
    said = result.data["学院意见"]
    return next(iter(said.values())) if isinstance(said, dict) else said


CELLS = [
    (
        ("评语：", "", "", "教师（签名）____    年   月   日"),
        ("评语：", "同意。", "优。", "教师（签名）张三    2024年5月6日"),
    ),
    (("", "", "签名：        年   月   日"), ("同意。", "优。", "签名：张三  2024年 5月 6日")),
    (("签字：          年   月   日",), ("同意。", "优。", "签字：张三    2024.5.6")),
    (("（公章）", "年  月  日"), ("同意。", "优。", "（公章）", "2024年5月6日")),
    (("（盖章）", "年  月  日"), ("同意。", "优。", "东港大学（盖章）", "2024年5月6日")),
    (("", "", "负责人（签字）："), ("同意。", "优。", "负责人（签字）：张三 2024年5月6日")),
]


@pytest.mark.parametrize(("blank", "returned"), CELLS)
@pytest.mark.parametrize(("how", "back"), [*itertools.product(HOW, HOW)])
def test_a_signature_its_name_and_its_day_are_no_part_of_the_opinion(
    blank: tuple[str, ...], returned: tuple[str, ...], how: str, back: str
) -> None:
    form = tagged(blank, how)
    assert [x for x in lint(form) if x.severity == "error"] == []
    result = read(form, returned, back)
    assert opinion(result) == "同意。\n优。"
    assert [x for x in result.problems if x.severity != "note"] == []
    assert "".join(x.text for x in result.leftovers).count("张三") == ("张三" in "".join(returned))
    assert opinion(read(form, blank, back)) is None


@pytest.mark.parametrize("how", HOW)
def test_a_signature_in_other_words_is_no_part_of_the_opinion_either(how: str) -> None:
    result = read(tagged(CELLS[1][0], how), ("同意。", "负责人签字：张三", "日期：2024年5月6日"), how)
    assert opinion(result) == "同意。"
    assert [x.text for x in result.leftovers] == ["负责人签字：张三", "日期：2024年5月6日"]
    assert "label-altered" in {x.code for x in result.problems}


def test_a_signature_in_a_cell_of_its_own_alters_no_label() -> None:
    rows = row("意见", "{{ 意见 }}", "签字：        年   月   日"), row("意见", "同意", "签字：张三  2024年5月6日")
    form = loaded(package(p("审批表") + table(3, rows[0])))
    result = form.extract(package(p("审批表") + table(3, rows[1])))
    assert (result.data["意见"], result.problems) == ("同意", [])
    assert [x.text for x in result.leftovers] == ["张三  2024年5月6日"]


@pytest.mark.parametrize("said", ["同意推荐，加盖公章后报送。", "请张三签字，2024年5月6日前报送"])
def test_an_opinion_that_speaks_of_seals_is_an_opinion(said: str) -> None:
    form = tagged(CELLS[1][0], "paragraphs")
    assert opinion(read(form, (said, "", "签名：        年   月   日"), "paragraphs")) == said


_SIGN = "评阅人（签名）：____    年  月  日"
_REVIEWED = loaded(
    package(
        p("登记单") + table(2, row("评语", cell("{%p for 段 in 评语 | lines %}", "{{ 段 }}", "{%p endfor %}", _SIGN)))
    )
)


@pytest.mark.parametrize(
    "lines",
    [
        ("很好  李四  2023年5月6日", _SIGN),
        ("很好", "2023年5月6日", "评阅人（签名）：李四"),
        ("很好", "（公章）", "评阅人（签名）：李四  2023年5月6日"),
        ("很好评阅人（签名）：李四    2023年5月6日",),
        ("评阅人（签名）：李四    2023年5月6日", "很好"),
    ],
)
def test_a_signature_in_the_opinion_and_an_opinion_in_the_signature_are_doubted(lines: tuple[str, ...]) -> None:
    result = _REVIEWED.extract(package(p("登记单") + table(2, row("评语", cell(*lines)))), by_meaning=True)
    assert "评语" in {x.path for x in result.problems if x.severity != "note"}


@pytest.mark.parametrize(
    "said", [("很好，2021年起实行。",), ("很好", "2021年"), ("见2023年5月6日来函",), ("已报公章管理处", "很好")]
)
def test_an_opinion_that_speaks_of_days_and_seals_is_one(said: tuple[str, ...]) -> None:
    result = _REVIEWED.extract(package(p("登记单") + table(2, row("评语", cell(*said, _SIGN)))), by_meaning=True)
    assert (result.data["评语"], [x.code for x in result.problems]) == ("\n".join(said), [])


# --- what stands below the signature ---

SIGNED_BELOW = loaded(
    package(
        p("登记表")
        + table(1, row(cell("{{ 意见 }}", "负责人签名：{{ 签名 | blank(8) }}", "{{ 日 | date }}")))
        + p("评语：")
        + p("{%p for x in 评语 | lines %}")
        + p("{{ x }}")
        + p("{%p endfor %}")
        + p("教师（签名）：________ 年 月 日")
        + p("完")
    )
)


@pytest.mark.parametrize(
    ("opinion", "remark", "doubted"),
    [
        (("王五", "2024年5月6日"), (), []),
        (("王五", "2024年5月6日", "但需补充材料。"), (), ["意见"]),
        (("王五", "2024年5月6日", "（盖章）"), (), []),
        (("王五", "2024年5月6日", "电话：62"), (), []),
        (("王五", "2024年5月6日"), ("但仍需努力。",), ["评语"]),
    ],
    ids=["nothing", "more words", "a seal", "a label of its own", "more words in the body"],
)
def test_more_words_below_the_signature_are_a_doubt_on_the_answer_above_it(
    opinion: tuple[str, ...], remark: tuple[str, ...], doubted: list[str]
) -> None:
    name, *more = opinion
    answers = table(1, row(cell("同意。", f"负责人签名：{name}", *more)))
    signed = p("教师（签名）：李明 2024年5月6日")
    below = "".join(map(p, remark))
    result = SIGNED_BELOW.extract(package(p("登记表") + answers + p("评语：") + p("良好。") + signed + below + p("完")))
    assert (result.data["意见"], result.data["评语"]) == ("同意。", "良好。")
    assert [(x.code, x.path) for x in result.problems if x.path in ("意见", "评语")] == [
        ("extra-lines", path) for path in doubted
    ]
