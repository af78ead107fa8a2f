"""Boxes as other forms set them: before or after their labels, behind words, and alone in a cell.

Every choice is filled and read by meaning; there is no problem and nothing is left over.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from docfill import Form
from docfill.word import ticks
from tests.small_form import Xml, cell, loaded, p, package, row, table

OPTIONS = ("电子", "机械", "化工")
LEADS = ("", "类型", "类型：", "（一）请选择类型（可多选）： ")
GAPS = ("", " ", "　", "    ", "；")


def box(option: str, kind: str) -> str:
    return f'{{{{ 甲.类型 | {kind}("{option}") }}}}'


def form_of(body: str) -> Form:
    return loaded(package(p("登记表") + body + p("备注：{{ 甲.备注 }}")))


def choices(kind: str) -> Iterator[list[str] | str | None]:
    if kind == "choice":
        yield from (None, *OPTIONS)
    else:
        yield from (list(c) for n in range(len(OPTIONS) + 1) for c in itertools.combinations(OPTIONS, n))


def assert_reads_back(form: Form, kind: str) -> None:
    for chosen in choices(kind):
        record = {"甲": {"类型": chosen, "备注": "略"}}
        for by_meaning in (False, True):
            result = form.extract(form.fill(record), by_meaning=by_meaning)
            assert (result.data, result.problems, result.leftovers) == (record, [], [])


@pytest.mark.parametrize("kind", ["choice", "choices"])
@pytest.mark.parametrize("in_cell", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("gap", GAPS)
def test_boxes_on_one_line_are_read(gap: str, lead: str, after: bool, in_cell: bool, kind: str) -> None:
    pairs = [(o, box(o, kind)) if after else (box(o, kind), o) for o in OPTIONS]
    line = p(lead + gap.join("".join(pair) for pair in pairs))
    assert_reads_back(form_of(table(2, row("产品", cell(line))) if in_cell else line), kind)


@pytest.mark.parametrize("kind", ["choice", "choices"])
@pytest.mark.parametrize("after", [False, True])
def test_boxes_line_by_line_are_read(after: bool, kind: str) -> None:
    lines = [p(*((o, box(o, kind)) if after else (box(o, kind), o))) for o in OPTIONS]
    assert_reads_back(form_of(table(2, row("产品", cell(*lines)))), kind)


def mark(option: str, kind: str) -> str:
    """A tick where the form draws no box."""
    return f'{{% if "{option}" {"==" if kind == "choice" else "in"} 甲.类型 %}}√{{% endif %}}'


@pytest.mark.parametrize("kind", ["choice", "choices"])
@pytest.mark.parametrize("draw", [box, mark])
def test_a_box_alone_in_its_cell_is_read(draw: Callable[[str, str], str], kind: str) -> None:
    beside = table(6, row(*(x for o in OPTIONS for x in (o, draw(o, kind)))))
    below = table(4, row("项目", *OPTIONS), row("类型", *(draw(o, kind) for o in OPTIONS)))
    assert_reads_back(form_of(beside), kind)
    assert_reads_back(form_of(below), kind)


@pytest.mark.parametrize(("shown", "chosen", "codes"), [("√", "电子", []), ("○", "电子", ["unclear-tick"])])
def test_a_mark_where_the_form_draws_no_box_is_read_or_doubted(
    shown: str, chosen: str | None, codes: list[str]
) -> None:
    form = form_of(table(4, row("项目", *OPTIONS), row("类型", *(mark(o, "choice") for o in OPTIONS))))
    returned = form_of(table(4, row("项目", *OPTIONS), row("类型", shown, "", ""))).fill({"甲": {"备注": "略"}})
    result = form.extract(returned)
    assert (result.data["甲"]["类型"], [x.code for x in result.problems]) == (chosen, codes)


def test_words_where_only_a_tick_was_due_are_left_over_and_doubted() -> None:
    form = form_of(table(4, row("项目", *OPTIONS), row("类型", *(mark(o, "choice") for o in OPTIONS))))
    returned = form_of(table(4, row("项目", *OPTIONS), row("类型", "", "同意", ""))).fill({"甲": {"备注": "略"}})
    result = form.extract(returned)
    assert "unclear-tick" in [x.code for x in result.problems]
    assert [x.text for x in result.leftovers] == ["同意"]


def test_a_field_that_was_never_looked_at_is_no_blank_answer() -> None:
    """Two boxes and an answer in one cell without a word between them: nobody can say which is which."""
    form = form_of(table(2, row("产品", cell("".join(box(o, "choice") for o in OPTIONS)))))
    result = form.extract(form.fill({"甲": {"类型": "机械", "备注": "略"}}), by_meaning=True)
    assert result.data["甲"]["类型"] is None
    assert [x.code for x in result.problems] == ["place-missing"]


@pytest.mark.parametrize("drawn", ticks.BOXES + ticks.TICKED_BOXES)
def test_a_box_behind_a_number_is_no_part_of_its_unit(drawn: str) -> None:
    (count,) = loaded(package(p("登记表") + p("数量：{{ 数量 | number }}" + f"{drawn}万 件"))).fields
    assert count.unit == ""


# --- signs at options without a tick ---

_SITS = {
    "a cell": lambda *options: table(2, row("产品", cell("  ".join(options)))),
    "a line": lambda *options: p("产品：" + "  ".join(options)),
    "lines": lambda *options: "".join(map(p, options)),
}


def _doubted(where: str, *returned: str) -> list[tuple[str, str | None]]:
    """What is said of the options of a return that stand in a cell, in a line or one a line, and the option named."""
    sits = _SITS[where]
    form = form_of(sits(*(box(o, "choice") + o for o in OPTIONS)))
    document = package(p("登记表") + sits(*returned) + p("备注：略"))
    result = form.extract(document, by_meaning=True)
    assert result.data["甲"]["类型"] is None
    return [(x.code, x.expected) for x in result.problems]


@pytest.mark.parametrize("where", _SITS)
@pytest.mark.parametrize("drawn", ["{}~", "~{}", "|{}|", "/{}", "-{}", "{}*", "·{}", "※{}"])
def test_a_sign_at_one_option_of_a_group_without_a_tick_may_choose_it(drawn: str, where: str) -> None:
    first, second, third = (f"□{o}" for o in OPTIONS)
    assert set(_doubted(where, drawn.format(first), second, third)) == {("unclear-tick", OPTIONS[0])}


@pytest.mark.parametrize(
    ("where", "returned"),
    [
        ("a cell", ("□电子、", "□机械、", "□化工。")),
        ("a line", ("□电子；", "□机械；", "□化工")),
        ("a line", ("□电子 /", "□机械 /", "□化工")),
        ("a cell", ("□电子|", "□机械|", "□化工")),
        ("lines", ("□电子；", "□机械；", "□化工。")),
        ("lines", ("·□电子", "·□机械", "·□化工")),
        ("lines", ("*□电子", "*□机械", "*□化工")),
        ("lines", ("□电子~", "□机械~", "□化工~")),
    ],
)
def test_signs_that_part_options_or_stand_at_each_choose_none(where: str, returned: tuple[str, ...]) -> None:
    assert _doubted(where, *returned) == []


def test_a_sign_at_an_option_beside_a_tick_is_no_doubt() -> None:
    form = form_of(p("产品：" + "  ".join(box(o, "choice") + o for o in OPTIONS)))
    result = form.extract(package(p("登记表") + p("产品：☑电子、□机械～  □化工") + p("备注：略")))
    assert (result.data["甲"]["类型"], result.problems) == ("电子", [])


@pytest.mark.parametrize("drawn", ["□是 □√", "□√ □否", "□是 √", "□是 □☑", "□是 □V"])
def test_a_tick_where_the_words_of_an_option_were_is_of_none_for_certain(drawn: str) -> None:
    form = form_of(table(2, row("产品", "  ".join(box(o, "choice") + o for o in "是否"))))
    result = form.extract(package(p("登记表") + table(2, row("产品", drawn)) + p("备注：略")))
    assert [x.code for x in result.problems] == ["unclear-tick"]


@pytest.mark.parametrize("drawn", ["是/√", "是/V", "是/●", "是、√"])
def test_a_tick_behind_what_parts_options_is_not_of_the_one_before(drawn: str) -> None:
    part = drawn[1]
    tagged = part.join(f'{{% if 甲.类型 == "{o}" %}}√{{% endif %}}{o}' for o in "是否")
    form = form_of(table(2, row("产品", tagged)))
    result = form.extract(package(p("登记表") + table(2, row("产品", drawn)) + p("备注：略")))
    assert [x.code for x in result.problems] == ["unclear-tick"]


@pytest.mark.parametrize(("shown", "chosen", "codes"), [("□*", None, ["unclear-tick"]), ("☑*", "电子", [])])
def test_a_sign_beside_a_box_alone_in_its_cell_may_tick_it(shown: str, chosen: str | None, codes: list[str]) -> None:
    form = form_of(table(4, row("项目", *OPTIONS), row("类型", *(box(o, "choice") for o in OPTIONS))))
    returned = form_of(table(4, row("项目", *OPTIONS), row("类型", shown, "□", "□"))).fill({"甲": {"备注": "略"}})
    result = form.extract(returned)
    assert (result.data["甲"]["类型"], [x.code for x in result.problems]) == (chosen, codes)
    assert [x.text for x in result.leftovers] == ["*"]


def test_a_sign_between_options_is_of_the_one_that_it_touches() -> None:
    assert _doubted("a cell", "□电子", "~□机械", "□化工") == [("unclear-tick", "机械")]


@pytest.mark.parametrize("code", ["F0FB", "00FB"])
@pytest.mark.parametrize(
    ("drawn", "chosen", "codes"), [("{}电子 √机械", "机械", []), ("{}电子 □机械", None, ["unclear-tick"])]
)
def test_a_cross_without_a_box_in_a_symbol_font_is_a_cross(
    drawn: str, chosen: str | None, codes: list[str], code: str
) -> None:
    cross = Xml(f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>')
    form = form_of(p("产品：" + "  ".join(box(o, "choice") + o for o in OPTIONS[:2])))
    before, behind = drawn.split("{}")
    result = form.extract(package(p("登记表") + p(f"产品：{before}", cross, behind) + p("备注：略")))
    assert (result.data["甲"]["类型"], [x.code for x in result.problems]) == (chosen, codes)


@pytest.mark.parametrize(("shown", "chosen"), [("☒外观 ○强度", "外观"), ("○外观 ☒强度", "强度"), ("○外观 ○强度", None)])
def test_a_ring_is_an_empty_box_where_the_form_draws_it_for_one(shown: str, chosen: str | None) -> None:
    def box(option: str) -> str:
        return f'{{% if 检验 == "{option}" %}}☒{{% else %}}○{{% endif %}}{option}'

    form = loaded(package(p("登记表") + p(f"检验：{box('外观')} {box('强度')}")))
    result = form.extract(package(p("登记表") + p(f"检验：{shown}")), by_meaning=True)
    assert (result.data["检验"], result.problems) == (chosen, [])
