"""What people sign below an opinion, and what only looks so."""

from __future__ import annotations

import pytest

from docfill.read.signing import above_signature
from tests.small_form import cell, loaded, p, package, row, table

_FORM = loaded(package(p("登记表") + table(2, row("单位意见", cell(p("{{ 意见 }}"), p("签字：      年  月  日"))))))

_SIGNED = (
    *(
        "同意\n代签：王某",
        "同意 代签：王某",
        "同意\n签批：王某",
        "同意\n局长：王某",
        "同意\n局长 王某",
        "同意\n经办 王某",
    ),
    *(
        "同意\n王某（代）",
        "同意 王某（代签）",
        "同意 王某代签",
        "同意\n王某代",
        "同意 王某印",
        "同意\n王某 代 2024.5.6",
    ),
    *("同意\n区工信局", "同意。\n区工信局（章） 2024年5月6日", "情况属实  东港市工信局", "同意\n受委托人：王某"),
    *("同意 王某", "情况属实，同意。申请人：王芳", "同意支持该项目\n王芳", "同意。经办人：王芳 2024年5月6日"),
    *("同意采购，王芳", "同意采购（王芳）"),
    *("同意\n5月6日", "同意 5.6", "同意\n王某 即日", "同意\n/s/ 王某", "同意（代）", "同意\n（印）", "同意 [签章]"),
)
_NOT_SIGNED = (
    *(
        "同意推荐该集群申报",
        "同意立项\n经费由区财政承担",
        "同意上报 市工信局审批",
        "同意聘任\n王芳为主任",
        "同意  见附件",
    ),
    *("产品合格率99%，通过率 95.5", "项目通过验收\n建成研发中心", "质量优秀 服务良好", "组长：王芳\n成员：李明"),
    *("王芳\n李明\n张伟（组长）", "该项目批准文号 沪发改3-5", "属实\n附件：营业执照", "同意。请市局给予支持"),
    *("东港厂\n王芳", "王芳\n李明", "同意上报 方案另附", "项目组：王芳"),
)


@pytest.mark.parametrize("said", _SIGNED)
def test_who_signed_below_an_opinion_is_doubted(said: str) -> None:
    lines = [p(line) for line in said.split("\n")]
    given = table(2, row("单位意见", cell(*lines, p("签字：      年  月  日"))))
    result = _FORM.extract(package(p("登记表") + given), by_meaning=True)
    [problem] = result.problems
    assert (problem.code, problem.path, problem.found) == ("ambiguous", "意见", said)
    assert str(problem.expected).startswith(("同意", "情况属实"))


@pytest.mark.parametrize("said", _NOT_SIGNED)
def test_words_behind_an_opinion_that_nobody_signed_are_part_of_it(said: str) -> None:
    assert above_signature(said) is None


def test_a_name_behind_a_line_break_below_an_opinion_in_a_line_is_doubted() -> None:
    form = loaded(package(p("登记表") + p("审批意见：{{ 意见 | blank(20) }}") + p("完")))
    result = form.extract(package(p("登记表") + p("审批意见：同意采购⏎王芳") + p("完")), by_meaning=True)
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "意见", "同意采购")]


_LINE = loaded(
    package(
        p("登记表")
        + p("期限：{{ 期限 | blank(8) }}")
        + p("以上属实。")
        + p("申请人签名：{{ 签名 | blank(10) }}        日期：{{ 日期 | date }}")
    )
)
_BLANK = "申请人签名：          日期：    年    月    日"


def _signed_on(*lines: str) -> list[tuple[str, str]]:
    given = package(p("登记表") + p("期限：一年") + "".join(p(line) for line in ("以上属实。", *lines)))
    return [(x.path, x.code) for x in _LINE.extract(given, by_meaning=True).problems if x.severity != "note"]


@pytest.mark.parametrize("lines", [("王芳  2024年5月6日", _BLANK), (_BLANK, "王芳  2024年5月6日"), (_BLANK, "王芳")])
def test_who_signs_above_or_below_a_line_that_is_blank_is_doubted(lines: tuple[str, ...]) -> None:
    assert _signed_on(*lines) == [("签名", "extra-lines"), ("日期", "extra-lines")]


@pytest.mark.parametrize(
    "lines",
    [("注：请签全名。", _BLANK), (_BLANK, "第 1 页 共 2 页"), ("（以下由受理处填写）", _BLANK), (_BLANK,)],
)
def test_what_nobody_signs_with_beside_a_blank_line_is_no_doubt(lines: tuple[str, ...]) -> None:
    assert _signed_on(*lines) == []


def test_a_line_beside_one_that_is_signed_is_no_doubt_on_it() -> None:
    assert ("签名", "extra-lines") not in _signed_on("王芳", "申请人签名：李四        日期：2024年5月6日")


def test_an_opinion_behind_who_signs_it_is_doubted_where_its_own_place_is_blank() -> None:
    def told(*lines: str) -> list[tuple[str, str, object]]:
        given = table(2, row("单位意见", cell(*(p(line) for line in lines))))
        result = _FORM.extract(package(p("登记表") + given), by_meaning=True)
        return [(x.path, x.code, x.found) for x in result.problems]

    signed = "签字：王某 同意      2024年5月6日"
    assert told("", signed) == [("意见", "extra-lines", signed)]
    assert told("同意推荐", "签字：王某      2024年5月6日") == told("", "签字：王某      2024年5月6日") == []
