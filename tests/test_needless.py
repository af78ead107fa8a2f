"""Needless doubts: what is plain to a reader of the page has none, or one on the field that it is about.

Each sentence is tried beside its opposite, which stays a doubt.
"""

from __future__ import annotations

from typing import Any

import pytest

from docfill import Form, Result
from docfill.check import check
from docfill.tag.proposal import propose
from docfill.word import ticks
from tests.disturb import Element, changed
from tests.small_form import Xml, cell, form_named, loaded, p, package, row, table
from tests.test_doubts import put, row_of
from tests.test_rules import loaded as record_named

FORM = loaded(
    package(
        p("申报书")
        + p("集群名称：{{ 集群名称 | blank(10) }}")
        + p("联系人及联系电话：{{ 联系人 | blank(10) }}")
        + p("地址：{{ 省 | blank(4) }}省{{ 市 | blank(4) }}市{{ 区 | blank(4) }}区")
        + p('是否同意：{{ 是否同意 | choice("是") }}是  {{ 是否同意 | choice("否") }}否')
        + p('性质：{{ 性质 | choices("国有") }}国有 {{ 性质 | choices("民营") }}民营 {{ 性质 | choices("外资") }}外资')
    )
)
LINES = {
    "集群名称": "集群名称：甲集群",
    "联系人": "联系人及联系电话：王芳13800000000",
    "地址": "地址：山东省青岛市黄岛区",
    "是否同意": "是否同意：☑是  □否",
    "性质": "性质：□国有 ☑民营 □外资",
}
DATA = {
    **{"集群名称": "甲集群", "联系人": "王芳13800000000", "省": "山东", "市": "青岛", "区": "黄岛"},
    **{"是否同意": "是", "性质": ["民营"]},
}


def read(*told: str, before: str = "", **lines: Xml | str) -> Result:
    """A return with some other lines, and further ones `before` one of them."""
    blocks = [p("申报书")]
    for name, line in {**LINES, **lines}.items():
        blocks += [p(text) for text in told if name == before]
        blocks.append(line if isinstance(line, Xml) else p(line))
    return FORM.extract(package("".join(blocks)), by_meaning=True)


def doubts(result: Result) -> list[tuple[str, str]]:
    return [(x.code, x.path) for x in result.problems if x.severity != "note"]


def changed_in(result: Result) -> dict[str, Any]:
    """The answers that are not those of `DATA`."""
    return {k: v for k, v in result.data.items() if v != DATA[k]}


@pytest.mark.parametrize("place", ["市南", "市北", "市中"])
def test_a_name_made_of_a_label_s_words_is_read_and_no_other_field_is_doubted(place: str) -> None:
    result = read(地址=f"地址：山东省青岛市{place}区")
    assert changed_in(result) == {"区": place}
    assert doubts(result) == [("ambiguous", "区")]


def test_two_answers_that_may_be_parted_in_two_ways_are_both_doubted() -> None:
    assert doubts(read(地址="地址：山东省南市口市黄岛区")) == [("ambiguous", "市"), ("ambiguous", "区")]


def test_a_line_that_cannot_be_read_is_no_doubt_on_the_answer_before_it() -> None:
    result = read(地址="地址：山东省青岛市黄岛区，另有一处在外省")
    assert doubts(result) == [("place-missing", path) for path in ("省", "市", "区")]


@pytest.mark.parametrize("before", ["联系人", "地址"])
@pytest.mark.parametrize(
    "told",
    [
        "（以下由申报单位如实填写）",
        "注：须加盖公章",
        "填报说明：联系人应为在职人员。",
        "联系人请填写部门负责人，联系电话请填写手机。",
        "请于3月1日前报送",
        "填写联系人时，请同时填写联系电话",
        "（由受理单位填写）",
        "收件编号：2024-001",
        "受理日期：2024年5月6日",
        "受理人：王五",
        "流水号: 20240506001",
        "（填写前请认真阅读填表说明）",
        "（一式三份）",
        "温馨提示：请于5月前提交。",
        "（此页由主管部门填写）",
        "*为必填项",
        "（带※号的为必填项）",
        "本表一式2份，一份存档",
        "密级：内部",
        "第 1 页 / 共 3 页",
        "——————————",
    ],
)
def test_what_the_office_says_between_two_lines_is_nobody_s_answer(told: str, before: str) -> None:
    result = read(told, before=before)
    assert (changed_in(result), doubts(result)) == ({}, [])
    assert [x.text for x in result.leftovers] == [told]


def test_the_points_below_a_heading_of_instructions_are_nobody_s_answer() -> None:
    told = ["填表说明：", "1、用黑色笔填写。", "2．一式三份", "（3）不得涂改"]
    result = read(*told, before="地址")
    assert (changed_in(result), doubts(result)) == ({}, [])
    assert [x.text for x in result.leftovers] == told
    assert doubts(read(*told[1:], before="地址")) == [("extra-lines", "联系人")], "without it they may be"
    assert doubts(read("说明：", *told[1:], before="地址")) == [("extra-lines", "联系人")], "nor is that one for sure"


@pytest.mark.parametrize(
    "more",
    [
        *("李明13900000000", "收件人：李明", "编号：", "附件1", "注意事项", "重要提示：做好防护"),
        *("★必须按期完成", "*必填项漏报已补", "此项由我公司填报并获奖"),
    ],
)
def test_any_other_line_may_be_the_rest_of_the_answer_before_it(more: str) -> None:
    assert doubts(read(more, before="地址")) == [("extra-lines", "联系人")]


_PAIRS = loaded(
    package(
        table(4, row("姓名", "{{ 姓名 }}", "人数", "{{ 人数 | integer }}"), row("甲", "{{ 甲 }}", "乙", "{{ 乙 }}"))
    )
)


@pytest.mark.parametrize(
    ("cells", "doubted"),
    [
        (("姓名", "李", "四", "人数", "35"), ["姓名"]),
        (("姓名", "", "李四", "人数", "35"), ["姓名"]),
        (("姓名", "李四", "人数", "35", "人"), ["人数"]),
        (("姓名", "李四", "人数", "", "35"), ["人数"]),
        (("姓名", "李四", "人数", "35", ""), []),
        (("姓名", "李四", "", "人数", "35"), ["姓名"]),
    ],
)
def test_a_cell_that_was_split_is_no_doubt_of_another_label_s_answer(
    cells: tuple[str, ...], doubted: list[str]
) -> None:
    result = _PAIRS.extract(package(table(5, row(*cells), row("甲", "a", "乙", "b"))), by_meaning=True)
    assert [path for _, path in doubts(result)] == doubted
    told = {"姓名": "李四", "人数": 35, "甲": "a", "乙": "b"}
    assert result.data == {path: value if path not in doubted else result.data[path] for path, value in told.items()}


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("是否同意：□否  ☑是", {}),
        ("是否同意：☑否 □是", {"是否同意": "否"}),
        ("是否同意：否□  是☑", {}),
        ("性质：☑外资 □国有 ☑民营", {"性质": ["民营", "外资"]}),
    ],
)
def test_options_in_another_order_are_read(line: str, data: dict[str, Any]) -> None:
    result = read(**{line.partition("：")[0]: line})
    assert (changed_in(result), doubts(result), result.leftovers) == (data, [], [])


_BOXLESS = {
    "behind": '是{% if 密 == "是" %}√{% endif %}  否{% if 密 == "否" %}√{% endif %}',
    "before": '{% if 密 == "是" %}√{% endif %}是  {% if 密 == "否" %}√{% endif %}否',
}


@pytest.mark.parametrize("side", _BOXLESS)
@pytest.mark.parametrize(
    ("said", "value"),
    [("是√  否", "是"), ("是  否🗸", "否"), ("是  否✔️", "否"), ("是☑  否", "是"), ("是  否", None)],
)
def test_where_the_form_draws_no_boxes_an_option_without_a_mark_is_not_ticked(side: str, said: str, value: Any) -> None:
    form = loaded(package(p("审批表") + p("是否涉密：" + _BOXLESS[side])))
    result = form.extract(package(p("审批表") + p("是否涉密：" + said)), by_meaning=True)
    assert (result.data, doubts(result)) == ({"密": value}, [])
    again = form.extract(form.fill(result.data), by_meaning=True)
    assert (again.data, doubts(again)) == ({"密": value}, [])


@pytest.mark.parametrize("asked", ["是否涉密?", "是否涉密？", "涉密?"])
def test_a_question_mark_before_an_option_is_the_form_s_own(asked: str) -> None:
    form = loaded(package(p("审批表") + p(asked + _BOXLESS["before"])))
    result = form.extract(package(p("审批表") + p(asked + "√是  否")), by_meaning=True)
    assert (result.data, doubts(result)) == ({"密": "是"}, [])


def test_the_only_option_that_was_left_there_is_the_choice() -> None:
    gone, left = ticks.Option("是", False, has_box=False), ticks.Option("否", True, has_box=False)
    assert ticks.states_of([gone, left]) == [False, True]
    assert ticks.states_of([left, left]) == [False, False]


@pytest.mark.parametrize("said", ["是√否", "是 √ 否", "是  ×否", "是  否○", "是  否？"])
def test_a_mark_there_that_may_mean_either_is_doubted(said: str) -> None:
    form = loaded(package(p("审批表") + p("是否涉密：" + _BOXLESS["behind"])))
    result = form.extract(package(p("审批表") + p("是否涉密：" + said)), by_meaning=True)
    assert ("unclear-tick", "密") in doubts(result)


def bold(text: str, more: str = "") -> Xml:
    return Xml(f'<w:r><w:rPr><w:b/>{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


@pytest.mark.parametrize(
    "look", ["<w:color w:val='FF0000'/>", "<w:u w:val='single'/>", "<w:highlight w:val='yellow'/>"]
)
def test_an_option_that_looks_otherwise_in_a_bold_group_is_named(look: str) -> None:
    result = read(性质=p(bold("性质：□国有 □"), bold("民营", look), bold(" □外资")))
    assert doubts(result) == [("looks-chosen", "性质")]
    assert [x.expected for x in result.problems] == ["民营"]


def test_an_option_that_is_bold_as_all_the_others_is_not_named() -> None:
    assert doubts(read(性质=p(bold("性质：□国有 □民营 □外资")))) == []


@pytest.mark.parametrize(
    ("label", "reworded"),
    [
        ("集群企业数量", "集群内企业数量"),
        ("集群总产值（营业收入）（亿元）", "集群总产值（营业收入）（万元）"),
    ],
)
def test_one_altered_label_is_one_line_of_check(label: str, reworded: str) -> None:
    def change(root: Element) -> None:
        put(row_of(root, label)[1], reworded)

    form: Form = form_named("shanghai")
    report = check(form, changed(form.fill(record_named("shanghai")), change))
    before = check(form, changed(form.fill(record_named("shanghai")), lambda _: None))
    assert len(report.problems) - len(before.problems) == 1


def test_boxes_ticked_in_the_blank_are_read_the_other_way_round() -> None:
    def drawn(line: str, cell: str) -> bytes:
        return package(p("登记表") + p(line) + table(2, row("是否上市", cell), row("备注", "")))

    blank = drawn("是否同意：☑同意 ☐不同意", "■是 □否")
    form = loaded(propose(blank, "表.docx").template)
    returned = drawn("是否同意：☐同意 ☑不同意", "□是 ■否")
    assert form.extract(returned).data == {"是否同意": "不同意", "是否上市": "否", "备注": None}
    assert form.extract(blank).data == {"是否同意": "同意", "是否上市": "是", "备注": None}


_HEADED = loaded(
    package(
        table(
            3,
            row("占地（亩）", "数量（台）", "金额（2023年）"),
            row("{{ 占 | number }}", "{{ 数 | integer }}", "{{ 额 | number }}"),
        )
        + table(
            2,
            row("名称", "单价（万元）"),
            row("{%tr for 行 in 表 %}", ""),
            row("{{ 行.名 }}", "{{ 行.价 | number }}"),
            row("{%tr endfor %}", ""),
        )
    )
)


@pytest.mark.parametrize(
    ("area", "count", "price", "doubted"),
    [
        ("42.5亩", "3台", "210万元", []),
        ("42.5 亩", "3个", "210", []),
        ("42.5公顷", "3套", "210元", ["占", "数", "表[0].价"]),
    ],
)
def test_a_unit_of_the_header_may_be_repeated_below_it(area: str, count: str, price: str, doubted: list[str]) -> None:
    headed = table(3, row("占地（亩）", "数量（台）", "金额（2023年）"), row(area, count, "5个"))
    records = table(2, row("名称", "单价（万元）"), row("车床", price), row("铣床", "5"))
    result = _HEADED.extract(package(headed + records), by_meaning=True)
    assert [path for _, path in doubts(result)] == doubted
    assert doubted or result.data == {
        "占": 42.5,
        "数": 3,
        "额": 5,
        "表": [{"名": "车床", "价": 210}, {"名": "铣床", "价": 5}],
    }


@pytest.mark.parametrize(
    "line",
    [
        "现有设备48台、其中进口7台、原值1260万元",
        "现有设备48台；其中进口7台；原值1260万元。",
        "现有设备48台其中进口7台原值1260万元",
        "现有设备 48 台，其中进口 7 台，原值 1260 万元，",
    ],
)
def test_behind_an_answer_one_sign_that_parts_clauses_is_as_good_as_another(line: str) -> None:
    said = "现有设备{{ 台 | integer | blank(4) }}台，其中进口{{ 进 | integer }}台，原值{{ 值 | number }}万元。"
    result = loaded(package(p("表") + p(said))).extract(package(p("表") + p(line)), by_meaning=True)
    assert (result.data, doubts(result)) == ({"台": 48, "进": 7, "值": 1260}, [])


def test_a_sign_that_is_all_that_parts_two_answers_is_as_good_as_no_other() -> None:
    form = loaded(package(p("表") + p("成员：{{ 甲 | blank(6) }}，{{ 乙 | blank(6) }}") + p("完")))
    result = form.extract(package(p("表") + p("成员：张三、李四") + p("完")), by_meaning=True)
    assert {path for _, path in doubts(result)} == {"甲", "乙"}


_TWO = loaded(
    package(
        p("登记表")
        + p("单位：{{ 单位 | blank(10) }}  联系电话：{{ 话 | blank(8) }}  填表日期：{{ 日 | date }}")
        + p("完")
    )
)


@pytest.mark.parametrize(
    ("line", "altered"),
    [
        ("单位：甲厂  手机号：139  填表日期：2024年5月6日", "话"),
        ("单位：甲厂 联系电话：139 日期：2024年5月6日", "日"),
        ("单位：甲厂，联系方式:139  填表日期：2024年5月6日", "话"),
        ("申报单位：甲厂  联系电话：139  填表日期：2024年5月6日", "单位"),
    ],
)
def test_where_one_label_of_a_line_says_something_else_all_its_answers_are_read(line: str, altered: str) -> None:
    result = _TWO.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)
    assert {k: str(v).strip("，") for k, v in result.data.items()} == {"单位": "甲厂", "话": "139", "日": "2024-05-06"}
    assert ("label-altered", altered) in doubts(result)


@pytest.mark.parametrize(
    "line", ["单位：甲厂  139  填表日期：2024年5月6日", "单位：甲厂  电话：139  日期：2024年5月6日"]
)
def test_where_more_of_a_line_says_something_else_nothing_is_read_unsaid(line: str) -> None:
    result = _TWO.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)
    told = {path for _, path in doubts(result)}
    assert all(path in told for path, said in (("话", "139"), ("单位", "甲厂")) if result.data[path] != said)


# --- notes in brackets among the words of a line ---

_LINE = loaded(
    package(
        p("登记表")
        + p("现有设备{{ 设备 | integer | blank(4) }}台，其中进口{{ 进口 | integer | blank(4) }}台。")
        + p("完")
    )
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("现有设备662台（其中国家级2台），其中进口3台。", ["（其中国家级2台）"]),
        ("现有设备662台(含租赁)，其中进口3台（德国）。", ["(含租赁)", "（德国）"]),
        ("（截至年底）现有设备662台，其中进口3台。", ["（截至年底）"]),
    ],
)
def test_a_note_among_the_words_of_a_line_is_left_over_and_hides_no_answer(said: str, left: list[str]) -> None:
    result = _LINE.extract(package(p("登记表") + p(said) + p("完")), by_meaning=True)
    assert (result.data, [x.text for x in result.leftovers], result.problems) == ({"设备": 662, "进口": 3}, left, [])


@pytest.mark.parametrize(
    "said", ["现有设备（662）台（含租赁），其中进口3台。", "现有设备（约662台）（含租赁），其中进口3台。"]
)
def test_a_note_where_an_answer_is_due_may_be_that(said: str) -> None:
    result = _LINE.extract(package(p("登记表") + p(said) + p("完")), by_meaning=True)
    assert "设备" in {problem.path for problem in result.problems}


# --- a colon that somebody put ---


@pytest.mark.parametrize("sign", ["：", ":", " ： "])
def test_a_colon_between_the_words_of_a_line_and_an_answer_is_none_of_it(sign: str) -> None:
    form = loaded(package(p("登记表") + p("本人{{ 姓名 | blank(6) }}，性别{{ 性别 | blank(2) }}。") + p("完")))
    result = form.extract(package(p("登记表") + p(f"本人{sign}王芳，性别{sign}女。") + p("完")), by_meaning=True)
    assert (result.data, result.problems, result.leftovers) == ({"姓名": "王芳", "性别": "女"}, [], [])


_ALONE = loaded(
    package(p("登记表") + table(4, row("人口", "{{ 人口 | integer | blank(4) }}人", "姓名", "{{ 姓名 }}")) + p("完"))
)


@pytest.mark.parametrize(("said", "read", "told"), [("3", 3, []), ("三口", "三口", ["not-an-integer"])])
def test_a_number_alone_in_its_cell_is_read_where_somebody_deleted_its_unit(
    said: str, read: object, told: list[str]
) -> None:
    given = package(p("登记表") + table(4, row("人口", said, "姓名", "王芳")) + p("完"))
    result = _ALONE.extract(given, by_meaning=True)
    assert (result.data, [code for code, _ in doubts(result)]) == ({"人口": read, "姓名": "王芳"}, told)


# --- an answer below its label, or behind it, in a cell that asks for nothing else ---


def in_cell(*lines: str) -> bytes:
    return package(table(1, row(cell("申请表")), row(cell(*lines)), row(cell("完"))))


_BEHIND = loaded(in_cell("一、内容：{{ 内容 }}", ""))
_BELOW = loaded(in_cell("一、内容：", "{{ 内容 }}", ""))


@pytest.mark.parametrize("form", [_BEHIND, _BELOW], ids=["tag behind", "tag below"])
@pytest.mark.parametrize(
    "lines",
    [
        ("一、内容：", "研究甲。", "研究乙。"),
        ("一、内容：", "", "研究甲。", "", "研究乙。", ""),
        ("内容：", "研究甲。", "研究乙。"),
    ],
)
def test_an_answer_may_stand_below_its_label(form: Form, lines: tuple[str, ...]) -> None:
    returned = in_cell(*lines)
    result = form.extract(returned, by_meaning=True)
    assert (result.data, result.problems, result.leftovers) == ({"内容": "研究甲。\n研究乙。"}, [], [])
    mended = form.put(returned, {"内容": "研究丙。"})
    assert form.extract(mended, by_meaning=True).data == {"内容": "研究丙。"}
    assert form.put(mended, {"内容": "研究丙。"}) == mended


def test_an_answer_may_begin_behind_the_label_above_its_room() -> None:
    result = _BELOW.extract(in_cell("一、内容：研究甲。", "研究乙。"), by_meaning=True)
    assert (result.data, result.problems, result.leftovers) == ({"内容": "研究甲。\n研究乙。"}, [], [])


@pytest.mark.parametrize(
    "lines",
    [
        ("一、内容：研究甲。", "研究乙。"),
        ("一、内容：研究甲。", "联系电话：123"),
        ("一、内容：研究甲。", "经办人签字：张三"),
        ("一、内容：研究甲。", "2024年5月6日"),
        ("一、内容：研究甲。", "二、方法：调查。"),
        ("一、内容：", "同意。", "张三"),
        ("一、内容：", "负责人：", "日期："),
        ("一、内容：", "（二）方法", "调查。"),
        ("一、内容：", "单位意见：", "同意。"),
        ("一、内容：", "研究甲。", "2.方法：调查。"),
    ],
)
def test_what_may_be_another_s_below_an_answer_is_doubted(lines: tuple[str, ...]) -> None:
    result = _BEHIND.extract(in_cell(*lines), by_meaning=True)
    assert doubts(result)


_TEACHER = loaded(package(p("任务书") + p("指导教师：{{ 教师 }}") + p("完")))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("张三     年  月  日", "张三"),
        ("     年  月  日", ""),
        ("张三 ____年__月__日", "张三"),
        ("合同期至     年  月  日", "合同期至"),
    ],
)
def test_the_blank_of_a_day_that_somebody_drew_is_doubted(said: str, expected: str) -> None:
    returned = package(p("任务书") + p(f"指导教师：{said}") + p("完"))
    result = _TEACHER.extract(returned, by_meaning=True)
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "教师", expected)]
    assert _TEACHER.put(returned, result.data) == returned


def test_a_day_far_behind_an_answer_in_its_line_may_be_somebody_s_who_signed() -> None:
    said = "指导教师：张三            2022年 12 月 19 日"
    result = _TEACHER.extract(package(p("任务书") + p(said) + p("完")), by_meaning=True)
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "教师", "张三")]
    said = "指导教师：张三（自2022年12月19日）"
    assert _TEACHER.extract(package(p("任务书") + p(said) + p("完")), by_meaning=True).problems == []


_LABELS = loaded(in_cell("1.内容：{{ 内容 }}", "2.方法：{{ 方法 }}"))


def test_below_a_bare_label_of_a_cell_stands_its_answer() -> None:
    result = _LABELS.extract(in_cell("1.内容：", "研究甲。", "研究乙。", "2.方法：", "调查"), by_meaning=True)
    assert (result.data, result.problems) == ({"内容": "研究甲。\n研究乙。", "方法": "调查"}, [])
    result = _LABELS.extract(in_cell("1.内容：研究甲。", "研究乙。", "2.方法：调查"), by_meaning=True)
    assert doubts(result) == [("extra-lines", "内容")]


@pytest.mark.parametrize(
    "said", ["甲厂", "甲厂________", "甲厂   ____", "__甲厂__", "甲厂____________________", "________"]
)
def test_what_is_left_of_a_drawn_line_around_an_answer_is_no_doubt(said: str) -> None:
    form = loaded(propose(package(p("登记表") + p("单位名称：________") + p("完"))).template)
    result = form.extract(package(p("登记表") + p(f"单位名称：{said}") + p("完")), by_meaning=True)
    assert (result.data, doubts(result)) == ({"单位名称": said.strip("_ ") or None}, [])


_BILINGUAL = loaded(
    package(
        p("申请表")
        + table(
            4,
            row(
                "性别 Sex",
                '{{ 性别 | choice("男 Male") }}男 Male  {{ 性别 | choice("女 Female") }}女 Female',
                "月薪 Salary (CNY)",
                "{{ 月薪 | number }}",
            ),
            row(
                "首次 First?",
                '{{ 首次 | choice("是 Yes") }}是 Yes  {{ 首次 | choice("否 No") }}否 No',
                "职务 Title",
                "{{ 职务 }}",
            ),
        )
    )
)


def _bilingual(
    sex: str, salary: str = "8000", first: str = "☑是 Yes  □否 No", label: str = "月薪 Salary (CNY)"
) -> Result:
    given = table(4, row("性别 Sex", sex, label, salary), row("首次 First?", first, "职务 Title", "厂长"))
    return _BILINGUAL.extract(package(p("申请表") + given), by_meaning=True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *(("☑男  □女", "男 Male"), ("□Male  ☑Female", "女 Female"), ("Female", "女 Female"), ("男", "男 Male")),
        *(
            ("FEMALE", "女 Female"),
            ("√女", "女 Female"),
            ("□男 Male  ☑女 Female", "女 Female"),
        ),
    ],
)
def test_options_in_two_languages_are_read_in_either(said: str, meant: str) -> None:
    result = _bilingual(said)
    assert (result.data["性别"], doubts(result)) == (meant, [])


@pytest.mark.parametrize("said", ["None", "Not yet", "是 No", "☑Yes ☑No", "Y", "☑否 Yes  □是 No"])
def test_what_is_no_option_in_either_language_is_a_doubt(said: str) -> None:
    assert {path for _, path in doubts(_bilingual("男 Male", first=said))} == {"首次"}


_COUNT = loaded(
    package(p("申报书") + p("数量：{{ 数量 | integer }}个") + p("重量：{{ 重量 | number }}吨") + p("以上属实。"))
)


@pytest.mark.parametrize(
    ("said", "value", "told"),
    [
        ("662家", 662, ["label-altered"]),
        ("662", 662, ["label-altered"]),
        ("662家（其中国家级2家）", 662, ["label-altered", "leftover"]),
        ("662（其中国家级2个）", 662, ["label-altered", "leftover"]),
        ("662人", "662人", ["label-altered", "not-an-integer"]),
        ("见附件", "见附件", ["label-altered", "not-an-integer"]),
    ],
)
def test_behind_its_label_a_number_is_read_whatever_became_of_its_unit(said: str, value: Any, told: list[str]) -> None:
    result = _COUNT.extract(package(p("申报书") + p(f"数量：{said}") + p("重量：3吨") + p("以上属实。")))
    assert (result.data, sorted(x.code for x in result.problems)) == ({"数量": value, "重量": 3}, told)


@pytest.mark.parametrize(("unit", "said"), [("万元", "1000000"), ("%", "0.5")])
def test_a_number_without_its_unit_is_doubted(unit: str, said: str) -> None:
    form = loaded(package(p("申报书") + p(f"投资：{{{{ 投资 | number }}}}{unit}") + p("以上属实。")))
    result = form.extract(package(p("申报书") + p(f"投资：{said}") + p("以上属实。")))
    assert {x.path for x in result.problems} == {"投资"} or result.data["投资"] is None


@pytest.mark.parametrize(
    ("lines", "returned", "doubted"),
    [
        (["其中：{{ 甲 | integer }}人", "其中：{{ 乙 | integer }}家"], "其中：5", {"甲", "乙"}),
        (["联系人：{{ 甲 }}（必填）", "联系人：{{ 乙 }}（选填）"], "联系人：李四（选填项）", {"甲", "乙"}),
        (["姓名：{{ 甲 }}（签字）", "单位：{{ 乙 }}"], "姓名：张三 2024年5月6日", {"甲", "乙"}),
        (["负责人：{{ 甲 }}（全称）", "单位：{{ 乙 }}"], "负责人：张三 电话：135", {"甲", "乙"}),
    ],
)
def test_what_may_be_another_s_is_not_read_behind_a_label_alone(
    lines: list[str], returned: str, doubted: set[str]
) -> None:
    form = loaded(package(p("申报书") + "".join(map(p, lines)) + p("以上属实。")))
    result = form.extract(package(p("申报书") + p(returned) + p("以上属实。")))
    assert {x.path for x in result.problems if x.severity != "note"} == doubted


def test_of_two_lines_with_the_label_of_an_answer_none_is_taken_for_it_unsaid() -> None:
    result = _COUNT.extract(package(p("申报书") + p("数量：66家") + p("数量：77家") + p("重量：3吨") + p("以上属实。")))
    assert result.data["数量"] is None and ("place-missing", "数量") in doubts(result)


@pytest.mark.parametrize("printed", ["是否上市", "工作总结（不超过200字）"])
def test_what_was_altered_is_told_once(printed: str) -> None:
    def made(label: str, *answers: str) -> bytes:
        lines = table(2, row("单位", answers[0])) + table(1, row(label), row(answers[1])) + p("以上属实。")
        return package(p("申报书") + lines)

    form = loaded(made(printed, "{{ 单位 }}", "{{ 答 }}"))
    altered = printed.replace("200", "300").replace("上市", "已上市")
    told = [x for x in form.extract(made(altered, "甲厂", "好"), by_meaning=True).problems if x.found == altered]
    assert len(told) == 1


def test_one_altered_label_of_a_row_is_a_doubt_on_its_own_answer() -> None:
    assert doubts(_bilingual("男 Male", label="年薪 Annual salary (CNY)")) == [("label-altered", "月薪")]
    assert _bilingual("男 Male", salary="8000元").data["月薪"] == 8000
