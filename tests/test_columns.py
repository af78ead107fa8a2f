"""Columns, rows and whole tables that somebody moved: each answer is its header's and its label's, or it is doubted."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docfill import Form
from docfill.extract import Result
from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_laws import silent

Cells = tuple[str, ...]
Part = list[Cells]

WIDTH = 4
HEADERS = (("2021年", "2022年", "2023年"), ("数量（个）", "金额（万元）", "占比（%）"), ("甲", "乙", "丙"))


# --- parts of tables: their first row heads the others; "{" begins a place ---


def labelled(n: int, heads: Cells) -> Part:
    return [(f"指标{n}", *heads), *((f"项{n}之{x}", *(f"{{{{ {x}{n}.c{c} }}}}" for c in range(3))) for x in "一二")]


def unlabelled(n: int, heads: Cells) -> Part:
    return [(f"采购{n}", *heads), ("", *(f"{{{{ 无{n}.c{c} }}}}" for c in range(3)))]


def without_corner(n: int, heads: Cells) -> Part:
    return [("", *heads), ("", *(f"{{{{ 空{n}.c{c} }}}}" for c in range(3)))]


def of_records(n: int, heads: Cells) -> Part:
    loop = (f"{{%tr for 行 in 表{n} %}}",)
    return [(f"序{n}", *heads), loop, ("{{ 行.n }}", *(f"{{{{ 行.c{c} }}}}" for c in range(3))), ("{%tr endfor %}",)]


PARTS = (labelled, unlabelled, without_corner, of_records)


def written(parts: Sequence[Part], is_apart: bool) -> bytes:
    """A document of these parts, in one table or each in its own."""
    tables = ["".join(row(cell(c[0], span=WIDTH)) if len(c) == 1 else row(*c) for c in part) for part in parts]
    if not is_apart:
        tables = ["".join(tables)]
    width = max(len(c) for part in parts for c in part)
    apart = "".join(p(f"{'一二三四'[n]}、表") + table(width, Xml(rows)) for n, rows in enumerate(tables))
    return package(p("登记表") + apart + p("以上属实。"))


@functools.cache
def form_of(kinds: tuple[tuple[int, int], ...], is_apart: bool) -> tuple[Form, tuple[Part, ...]]:
    parts = tuple(PARTS[kind](n, HEADERS[heads]) for n, (kind, heads) in enumerate(kinds))
    return loaded(written(parts, is_apart)), parts


def answered(parts: Sequence[Part], numbers: itertools.count[int]) -> tuple[list[Part], dict[str, Any]]:
    """The parts with an answer in each place, two records each, and what they are."""
    truth: dict[str, Any] = {}
    filled: list[Part] = []
    for n, part in enumerate(parts):
        own: Part = []
        for cells in part if len(part[1]) > 1 else (part[0], part[2], part[2]):
            said = tuple(f"答{next(numbers)}" if c.startswith("{") else c for c in cells)
            held = {c.strip("{} "): x for c, x in zip(cells, said, strict=True) if c.startswith("{")}
            if "行.n" in held:
                truth.setdefault(f"表{n}", []).append({path[2:]: x for path, x in held.items()})
            else:
                for path, x in held.items():
                    truth.setdefault(path.split(".")[0], {})[path.split(".")[1]] = x
            own.append(said)
        filled.append(own)
    return filled, truth


def read(
    kinds: tuple[tuple[int, int], ...], is_apart: bool, at: int, columns: Sequence[int], rows: Sequence[int] = ()
) -> tuple[Result, dict[str, Any]]:
    """What is read where the columns (by their places, or fewer, or one twice) and rows of a part were moved."""
    form, parts = form_of(kinds, is_apart)
    numbers = itertools.count(100)
    filled, truth = answered(parts, numbers)
    at %= len(filled)
    moved = [tuple(cells[c] for c in columns) for cells in filled[at]]
    if len({*columns}) < len(columns):  # whatever stands there twice says two things
        moved = [tuple(f"{x}其{n}" if x[0:1] == "答" else x for n, x in enumerate(cells)) for cells in moved]
    filled[at] = [moved[n] for n in rows] if rows else moved
    return form.extract(written(filled, is_apart), by_meaning=True), truth


KINDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=3).map(tuple)


@settings(max_examples=150, deadline=None)
@given(kinds=KINDS, is_apart=st.booleans(), at=st.integers(0, 2), order=st.permutations(range(1, WIDTH)))
def test_columns_in_another_order_are_read_by_what_heads_them(
    kinds: Any, is_apart: bool, at: int, order: list[int]
) -> None:
    result, truth = read(kinds, is_apart, at, [0, *order])
    assert silent(result, truth) == {}


@settings(max_examples=100, deadline=None)
@given(kinds=KINDS, is_apart=st.booleans(), at=st.integers(0, 2), gone=st.integers(1, WIDTH - 1))
def test_a_column_that_is_gone_moves_no_other(kinds: Any, is_apart: bool, at: int, gone: int) -> None:
    result, truth = read(kinds, is_apart, at, [c for c in range(WIDTH) if c != gone])
    wrong = {path: x for path, x in silent(result, truth).items() if x[1] is not None}
    assert wrong == {}


@settings(max_examples=100, deadline=None)
@given(kinds=KINDS, is_apart=st.booleans(), at=st.integers(0, 2), twice=st.integers(1, 3), where=st.integers(1, 4))
def test_a_column_that_stands_there_twice_is_doubted(
    kinds: Any, is_apart: bool, at: int, twice: int, where: int
) -> None:
    columns = [*range(WIDTH)]
    columns.insert(where, twice)
    result, truth = read(kinds, is_apart, at, columns)
    due = json.loads(json.dumps(truth))
    assert {path: x for path, x in silent(result, due).items() if not _is_one_of(x)} == {}


def _is_one_of(found: tuple[Any, Any]) -> bool:
    """Whether what was read is the answer of its column, which `read` marks with its place."""
    due, said = found
    if isinstance(due, list) and isinstance(said, list):
        return len(due) == len(said) and all(
            str(b[c]).startswith(x) for a, b in zip(due, said, strict=True) for c, x in a.items()
        )
    return str(said).startswith(str(due))


@settings(max_examples=100, deadline=None)
@given(
    heads=st.integers(0, 2),
    is_apart=st.booleans(),
    rows=st.permutations(range(3)),
    other=st.tuples(st.integers(1, 3), st.integers(0, 2)),
)
def test_rows_in_another_order_are_read_by_their_labels(
    heads: int, is_apart: bool, rows: list[int], other: tuple[int, int]
) -> None:
    result, truth = read(((0, heads), other), is_apart, 0, range(WIDTH), rows)
    assert silent(result, truth) == {}


@pytest.mark.parametrize("is_apart", [False, True])
def test_a_table_that_was_moved_before_another_is_read(is_apart: bool) -> None:
    form, parts = form_of(((0, 0), (3, 1), (1, 2)), is_apart)
    filled, truth = answered(parts, itertools.count(100))
    for order in itertools.permutations(range(3)):
        result = form.extract(written([filled[n] for n in order], is_apart), by_meaning=True)
        assert silent(result, truth) == {}


def test_a_row_that_stands_there_twice_is_doubted_wherever_it_stands() -> None:
    form, parts = form_of(((0, 0),), False)
    [part], _ = answered(parts, itertools.count(100))
    again = (part[2][0], "甲", "乙", "丙")
    result = form.extract(written([[part[0], again, *part[1:]]], False), by_meaning=True)
    assert {x.path for x in result.problems if x.code == "place-ambiguous"} >= {"二0.c0", "二0.c1", "二0.c2"}


def test_headers_as_printed_give_no_doubt() -> None:
    for kinds in itertools.product(range(4), repeat=2):
        result, truth = read(tuple((kind, n) for n, kind in enumerate(kinds)), False, 0, range(WIDTH))
        assert (result.data, [x for x in result.problems if x.severity != "note"]) == (truth, [])


@pytest.mark.parametrize("at", [0, -1])
def test_blank_cells_that_a_program_puts_at_the_ends_of_rows_give_no_doubt(at: int) -> None:
    def document(is_wide: bool, *said: str) -> bytes:
        rows = [("年度", "2021年", "2022年"), ("产值", *said[:2]), ("甲", said[2], "乙", said[3])]
        wide = [(("", *cells) if at == 0 else (*cells, "")) if is_wide else cells for cells in rows]
        return package(p("登记表") + table(5, *(row(*cells) for cells in wide)) + p("完"))

    form = loaded(document(False, "{{ 值.a }}", "{{ 值.b }}", "{{ 值.c }}", "{{ 值.d }}"))
    result = form.extract(document(True, "答a", "", "答c", "答d"), by_meaning=True)
    assert result.data == {"值": {"a": "答a", "b": None, "c": "答c", "d": "答d"}}
    assert [x.code for x in result.problems if x.severity != "note"] == []


def test_a_label_of_its_row_where_an_answer_is_due_is_no_answer_for_certain() -> None:
    def document(*cells: str) -> bytes:
        return package(p("登记表") + table(4, row("单位", "甲厂", "电话", "1"), row(*cells)) + p("完"))

    form = loaded(document("手机", "{{ 手机 }}", "邮箱", "{{ 邮箱 }}"))
    moved = form.extract(document("邮箱", "手机", "", "2"), by_meaning=True)
    assert {"手机", "邮箱"} <= {x.path for x in moved.problems if x.severity != "note"}
    quoted = form.extract(document("手机", "邮箱", "邮箱", "2"), by_meaning=True)
    assert (quoted.data, quoted.problems) == ({"手机": "邮箱", "邮箱": "2"}, [])


def test_a_cell_put_into_a_record_is_doubted_even_where_its_last_cell_is_blank() -> None:
    loop = row(cell("{%tr for 行 in 表 %}", span=3)), row("{{ 行.甲 }}", "{{ 行.乙 }}", "{{ 行.丙 }}")
    rows = [row("甲", "乙", "丙"), *loop, row(cell("{%tr endfor %}", span=3))]
    form = loaded(package(p("登记表") + table(3, *rows) + p("完")))
    records = [row("1", "2", "3"), row("4", "", "5", ""), row("7", "8", "9")]
    result = form.extract(package(p("登记表") + table(4, rows[0], *records) + p("完")), by_meaning=True)
    assert ("表", "cells-differ") in [(x.path, x.code) for x in result.problems]


def test_a_heading_that_is_merged_down_into_a_record_is_no_answer() -> None:
    loop = row(cell("{%tr for 行 in 表 %}", span=2)), row("{{ 行.甲 }}", "{{ 行.乙 }}")
    heads = row("职务", cell("单位"))
    form = loaded(package(p("登记表") + table(2, heads, *loop, row(cell("{%tr endfor %}", span=2))) + p("完")))
    merged = row(cell("职务", merge="restart"), "单位"), row(cell("", merge="continue"), "甲厂")
    result = form.extract(package(p("登记表") + table(2, *merged) + p("完")), by_meaning=True)
    assert result.data == {"表": [{"甲": None, "乙": "甲厂"}]}
    assert ("表", "cells-joined") in [(x.path, x.code) for x in result.problems]


def test_an_answer_in_the_cell_behind_its_blank_one_is_told() -> None:
    photo = cell("照片", merge="restart"), cell("", merge="continue")
    form = loaded(package(table(3, row("姓名", "{{ 姓名 }}", photo[0]), row("籍贯", "{{ 籍贯 }}", photo[1])) + p("完")))
    moved = table(3, row("姓名", "张三", photo[0]), row("籍贯", "", "东港")) + p("完")
    result = form.extract(package(moved), by_meaning=True)
    assert "籍贯" in {x.path for x in result.problems if x.severity != "note"}


def two_levels(order: str) -> Xml:
    """Two years of two columns each, in this order: each letter is a column."""
    year, part = (
        {"a": "2021年", "b": "2021年", "c": "2022年", "d": "2022年"},
        {"a": "主持", "b": "参与", "c": "主持", "d": "参与"},
    )
    years = [next(year[x] for x in pair) for pair in (order[:2], order[2:])]
    top = row(cell("类", merge="restart"), *(cell(y, span=2) for y in years))
    below = row(cell("", merge="continue"), *(part[x] for x in order))
    return Xml(top + below)


@pytest.mark.parametrize("order", ["cdab", "bacd", "badc", "dcba", "cdba", "abcd"])
@pytest.mark.parametrize("label", ["项目", ""])
def test_headers_of_two_levels_are_read_by_both(order: str, label: str) -> None:
    def document(columns: str, *cells: str) -> bytes:
        return package(p("登记表") + table(5, two_levels(columns), row(label, *cells)) + p("完"))

    form = loaded(document("abcd", *(f"{{{{ 值.{x} }}}}" for x in "abcd")))
    result = form.extract(document(order, *(f"答{x}" for x in order)), by_meaning=True)
    assert silent(result, {"值": {x: f"答{x}" for x in "abcd"}}) == {}


@given(st.permutations(["法定代表人", "董事长", "总经理"]))
def test_rows_that_changed_places_with_labels_alike_behind_their_heads_are_right_or_doubted(heads: list[str]) -> None:
    def line(who: str, *said: str) -> Xml:
        return row(who, said[0], "手机", said[1], "电子邮箱", said[2])

    named = ("法定代表人", "董事长", "总经理")
    parts = ("姓名", "手机", "邮箱")
    body = table(6, row("单位", "{{ 单位 }}"), *(line(w, *(f"{{{{ {w}.{k} }}}}" for k in parts)) for w in named))
    form = loaded(package(body))
    said = {who: {k: f"{who[:1]}{k}值" for k in parts} for who in named}
    handed = package(table(6, row("单位", "东港厂"), *(line(w, *said[w].values()) for w in heads)))
    result = form.extract(handed)
    doubted = {problem.path for problem in result.problems}
    unsaid = [f"{w}.{k}" for w in named for k in parts if result.data[w][k] != said[w][k] and f"{w}.{k}" not in doubted]
    assert unsaid == []


@pytest.mark.parametrize("between", ["", "⏎"])
def test_rows_that_changed_places_and_begin_with_words_and_answers_are_right_or_doubted(between: str) -> None:
    def line(weeks: str, *said: str) -> Xml:
        work = cell(f"学生主要工作：{said[2]}", f"指导教师审查意见：{said[3]}")
        return row(cell(p(f"第{weeks}周{between}（{said[0]}至{said[1]}）")), work)

    weeks = ("一、二", "三、四", "五、六")
    body = (line(w, *(f"{{{{ 第{n}组.项{k} }}}}" for k in range(4))) for n, w in enumerate(weeks))
    form = loaded(package(table(2, row("时间", "内容"), *body)))
    said = {f"第{n}组": {f"项{k}": f"值{n}之{k}" for k in range(4)} for n in range(3)}
    for order in itertools.permutations(range(3)):
        lines = (line(weeks[n], *said[f"第{n}组"].values()) for n in order)
        result = form.extract(package(table(2, row("时间", "内容"), *lines)))
        assert silent(result, said) == {}
        assert order != (0, 1, 2) or not result.problems


# --- headers that say the same several times ---


def test_where_one_of_several_headers_of_the_same_words_is_gone_none_of_their_columns_is_taken_for_another() -> None:
    names = ("内容", "纪律", "任务", "纪律", "任务", "纪律", "任务")
    paths = [f"记录{n}" for n in range(1, 7)]
    form = loaded(package(table(7, row(*names), row("检查", *(f"{{{{ {path} }}}}" for path in paths)))))
    values = row("检查", *paths)
    joined = row("内容", cell("纪律任务", span=2), *names[3:])
    result = form.extract(package(table(7, joined, values)))
    doubted = {x.path for x in result.problems}
    assert [path for path in paths if result.data[path] != path and path not in doubted] == []
    assert form.extract(package(table(7, row(*names), values)), by_meaning=True).problems == []


_ABOVE = loaded(
    package(
        p("登记表")
        + table(
            4, row("人数", "占地（亩）", "年产值（万元）", "注册地"), row(*(f"{{{{ 列.c{c} }}}}" for c in range(4)))
        )
        + p("一、清单")
        + table(
            4,
            row("序号", "名称", "数量", "单价"),
            row(cell("{%tr for 行 in 表 %}", span=4)),
            row("{{ loop.index }}", "{{ 行.名 }}", "{{ 行.数 }}", "{{ 行.价 }}"),
            row(cell("{%tr endfor %}", span=4)),
        )
        + p("以上属实。")
    )
)
_NAMES, _SAID = ["人数", "占地（亩）", "年产值（万元）", "注册地"], ["356", "42.5", "8800", "鄞州区"]
_LIST = [["序号", "名称", "数量", "单价"], ["1", "车床", "3", "210"], ["2", "铣床", "2", "55"]]


def above(*rows: Sequence[str], listed: Sequence[Sequence[str]] = _LIST) -> Result:
    tables = table(4, *(row(*r) for r in rows)) + p("一、清单") + table(4, *(row(*r) for r in listed))
    return _ABOVE.extract(package(p("登记表") + tables + p("以上属实。")), by_meaning=True)


@pytest.mark.parametrize("span", [1, 2])
@pytest.mark.parametrize("gone", range(4))
def test_where_a_header_alone_is_gone_nothing_tells_what_stands_below_the_others(gone: int, span: int) -> None:
    """LibreOffice draws the last of them out to the end of the table."""

    def left(names: Sequence[str]) -> list[str]:
        *others, last = (name for at, name in enumerate(names) if at != gone)
        return [*others, cell(last, span=span)]

    result = above(left(_NAMES), _SAID)
    assert {x.path for x in result.problems} == {f"列.c{c}" for c in range(4)}
    listed = [left(_LIST[0]), *_LIST[1:]]
    assert any(x.path.startswith("表") for x in above(_NAMES, _SAID, listed=listed).problems)


@pytest.mark.parametrize("at", [1, 2])
def test_a_blank_row_beside_one_without_words_is_none_of_the_answers(at: int) -> None:
    rows = [_NAMES, _SAID]
    rows.insert(at, ["", "", "", ""])
    result = above(*rows)
    assert (list(result.data["列"].values()), result.problems) == (_SAID, [])


def test_what_stands_where_the_rows_of_records_are_numbered_is_told() -> None:
    result = above(_NAMES, _SAID, listed=[*_LIST, ["3", "", "", ""], ["制表人：李", "", "", ""]])
    assert len(result.data["表"]) == 2
    assert [x.text for x in result.leftovers] == ["制表人：李"]


_MERGED = loaded(
    package(
        p("自评表")
        + table(
            5,
            row(cell("资金（万元）", merge="restart"), "来源", "预算", "分值", "执行率（%）"),
            row(
                cell(p(), merge="continue"),
                "总额",
                "{{ 总额 | number }}",
                "{{ 分值 | integer }}",
                "{{ 总率 | number }}",
            ),
            row(cell(p(), merge="continue"), "其中：拨款", "{{ 拨款 | number }}", "—", "{{ 拨款率 | number }}"),
        )
        + p("填表人：{{ 填表人 | blank(6) }}  电话：{{ 电话 | blank(8) }}  日期：{{ 日期 | date }}")
    )
)
_FOOT = "填表人：王芳  电话：88123456  日期：2024年1月20日"


def _merged(top: str = "资金（万元）", own: str = "其中：拨款", *rows: Xml, foot: str = _FOOT) -> Result:
    below = cell(p(), merge="continue")
    return _MERGED.extract(
        package(
            p("自评表")
            + table(
                5,
                row(cell(top, merge="restart"), "来源", "预算", "分值", "执行率（%）"),
                row(below, "总额", "100", "10", "95"),
                row(below, own, "80", "—", "97"),
                *rows,
            )
            + p(foot)
        ),
        by_meaning=True,
    )


def _told(result: Result) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for problem in result.problems:
        told.setdefault(problem.code, set()).add(problem.path)
    return told


def test_a_label_merged_down_over_rows_is_a_doubt_on_all_of_them_where_it_is_another_one() -> None:
    assert _told(_merged()) == {}
    told = _told(_merged("资金（元）"))["label-altered"]
    assert told == {"总额", "分值", "总率", "拨款", "拨款率"}


def test_a_dash_between_the_answers_of_a_row_is_no_label() -> None:
    assert _told(_merged(own="其中：中央拨款"))["label-altered"] == {"拨款", "拨款率"}


def test_a_row_with_its_own_label_below_one_merged_down_is_none_of_the_row_above() -> None:
    further = row(cell(p(), merge="continue"), "上年结转", "5", "—", "80")
    assert _told(_merged("资金（万元）", "其中：拨款", further)) == {}
    without = row(cell(p(), merge="continue"), "", "5", "", "")
    assert "拨款" in _told(_merged("资金（万元）", "其中：拨款", without))["extra-lines"]


def test_a_day_behind_any_answer_of_a_line_whose_own_day_is_blank_is_doubted() -> None:
    told = _told(_merged(foot="填表人：王芳 2024年1月20日  电话：88123456  日期：    年    月    日"))
    assert told == {"ambiguous": {"填表人", "日期"}}
