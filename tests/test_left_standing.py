"""What is left standing in a return, and is no answer: the end of a hint, a sample's name, the rest of a table.

Each sentence is tried beside its opposite, which is an answer.
"""

from __future__ import annotations

from typing import Any

import pytest

from docfill.extract import Result
from docfill.kinds import DATE, TEXT, TIME
from docfill.problems import Problem
from docfill.read.ditto import said_once
from tests.small_form import Xml, cell, loaded, p, package, r, row, table

HINT = "（请写明地点和措施，不超过三百字）"
_GOAL = "试点示范建设或应用情况（200字以内）"
FORM = loaded(
    package(
        p("登记表")
        + p("集群名称：{{ 名称 | blank(20) }}")
        + p("（XX市XX县特色产业集群）")
        + p("单位：{{ 单位 | blank(12) }}  日期：{{ 日期 | date }}")
        + table(
            2,
            row("说明", cell("{%p for x in 说明 | lines %}", "{{ x }}", "{%p else %}", HINT, "{%p endfor %}")),
            row("推广", cell(_GOAL, "{%p for x in 推广 | lines %}", "{{ x }}", "{%p endfor %}")),
            row(
                "附件", '{{ 附件 | choices("图纸") }}图纸 {{ 附件 | choices("其他") }}其他：{{ 附件_其他 | blank(8) }}'
            ),
            row("意见", cell("{{ 意见 }}", "单位（公章）：{{ 公章 | blank(8) }}", "{{ 签署日期 | date }}")),
        )
        + table(
            3,
            row("名称", "型号", "数量"),
            row(cell("{%tr for 行 in 清单 %}", span=3)),
            row("{{ 行.名称 }}", "{{ 行.型号 }}", "{{ 行.数量 | integer }}"),
            row(cell("{%tr endfor %}", span=3)),
        )
    )
)
NAME = (p("集群名称：甲集群"), p("（XX市XX县特色产业集群）"))
UNIT = p("单位：甲厂  日期：2024年5月6日")
OPINION = ("同意推荐。", "单位（公章）：乙局", "2024年5月6日")
ITEM = row("铣刀", "3", "5")


def read(
    name: tuple[Xml, ...] = NAME,
    unit: Xml = UNIT,
    said: tuple[str, ...] = ("在东楼使用。",),
    spread: tuple[str, ...] = (_GOAL, "已建成两个。"),
    files: str = "☑图纸 □其他：",
    opinion: tuple[str, ...] = OPINION,
    items: tuple[Xml, ...] = (ITEM,),
) -> Result:
    """A return with these answers."""
    rows = (("说明", said), ("推广", spread), ("附件", (files,)), ("意见", opinion))
    answers = table(2, *(row(label, cell(*lines)) for label, lines in rows))
    listed = table(3, row("名称", "型号", "数量"), *items)
    return FORM.extract(package(p("登记表") + "".join(name) + unit + answers + listed), by_meaning=True)


def doubts(result: Result) -> list[tuple[str, str]]:
    return [(x.path, x.code) for x in result.problems if x.severity != "note"]


def test_a_return_as_it_should_be_has_no_doubt() -> None:
    result = read()
    assert doubts(result) == []
    assert (result.data["推广"], result.data["意见"]) == ("已建成两个。", "同意推荐。")


@pytest.mark.parametrize(
    "said",
    [
        "在东楼使用。不超过三百字",
        "在东楼使用。不超过三百字）",
        "在东楼使用，不超过三百字",
        "在东楼使用。字）",
        "（请在东楼使用。",
    ],
)
def test_the_end_of_a_hint_behind_an_answer_is_doubted(said: str) -> None:
    assert doubts(read(said=(said,))) == [("说明", "ambiguous")]


@pytest.mark.parametrize("said", ["全文不超过三百字", "共三百字。", "在东楼使用（含地点和措施）"])
def test_an_answer_that_shares_words_with_its_hint_is_none_of_it(said: str) -> None:
    assert (read(said=(said,)).data["说明"], doubts(read(said=(said,)))) == (said, [])


@pytest.mark.parametrize(
    "said", ["（200字以内）在东楼使用。", "在东楼使用。（限300字）", "（不超过500字）\n在东楼使用。"]
)
def test_how_long_an_answer_may_be_is_none_of_it(said: str) -> None:
    assert doubts(read(said=(*said.split("\n"),))) == [("说明", "ambiguous")]
    assert doubts(read(said=("写了一篇文章（800字）",))) == []


def test_a_line_of_the_form_that_was_joined_to_the_answer_before_it_is_doubted() -> None:
    assert ("名称", "ambiguous") in doubts(read(name=(p("集群名称：甲集群（XX市XX县特色产业集群）"),)))


@pytest.mark.parametrize("said", ["烟台市XX县特色产业集群", "××市蓬莱县", "某某县船舶集群"])
def test_a_sample_s_name_of_a_place_is_a_placeholder(said: str) -> None:
    assert doubts(read(name=(p(f"集群名称：{said}"), NAME[1]))) == [("名称", "placeholder")]


def test_a_name_with_such_a_sign_is_none() -> None:
    assert doubts(read(name=(p("集群名称：数控XX型机床集群"), NAME[1]))) == []


@pytest.mark.parametrize("line", [f"{_GOAL[:-8]}已建成两个。（200字以内）", f"{_GOAL[:-8]}（200字）：建成两个。"])
def test_a_line_of_the_form_that_took_in_the_answer_below_it_is_doubted(line: str) -> None:
    assert ("推广", "label-altered") in doubts(read(spread=(line,)))


def test_a_box_before_what_is_written_in_beside_options_may_be_another_option() -> None:
    assert doubts(read(files="☑图纸 □其他：□合同")) == [("附件_其他", "ambiguous")]
    assert doubts(read(files="☑图纸 ☑其他：合同")) == []


@pytest.mark.parametrize(
    "said",
    [
        "同意推荐。王强",
        "同意推荐。2024年5月6日",
        "同意推荐。 李四 2024年5月6日",
        "同意推荐。二〇二四年五月六日",
        "同意推荐 2024年5月6日",
    ],
)
def test_a_name_or_a_day_behind_a_sentence_is_doubted(said: str) -> None:
    assert ("意见", "ambiguous") in doubts(read(opinion=(said, *OPINION[1:])))


def test_ticks_that_only_stand_where_something_is_written_in_may_be_a_part_of_that() -> None:
    lines = ('{{ x | choices("甲") }}甲：{{ x_甲 | blank(8) }}', '{{ x | choices("丙") }}丙：{{ x_丙 | blank(8) }}')
    form = loaded(package(p("登记表") + table(2, row("工作", cell(*lines)))))
    result = form.extract(package(p("登记表") + table(2, row("工作", cell("甲：☑一 □二", "丙：☑三 □四")))))
    assert {("x_甲", "unclear-tick"), ("x_丙", "unclear-tick")} <= {*doubts(result)}


def test_an_opinion_below_its_signature_is_doubted_though_a_text_stands_before_it() -> None:
    result = read(opinion=(OPINION[1], OPINION[0], OPINION[2]))
    assert result.data["意见"] is None
    assert ("意见", "extra-lines") in doubts(result)


@pytest.mark.parametrize(
    "said",
    ["以下空白", "（以下空白）", "—— 以下空白 ——", "以下无正文", "合计", "本页合计", "过次页", "总 数", "/", "……"],
)
def test_a_row_that_says_that_there_is_nothing_is_no_record(said: str) -> None:
    assert doubts(read(items=(ITEM, row(said, "", "")))) == [("清单[1].名称", "no-record")]


def test_records_that_stand_where_the_form_has_none_are_doubted() -> None:
    heads, total = row("名称", "型号", "数量"), row("合计", "", "{{ 合计 | integer }}")
    repeated = (row(cell("{%tr for x in 单 %}", span=3)), row("{{ x.名称 }}", "{{ x.型号 }}", "{{ x.数量 | integer }}"))
    ended = row(cell("{%tr endfor %}", span=3))
    form = loaded(package(p("登记表") + table(3, heads, *repeated, ended, total)))
    above = form.extract(package(p("登记表") + table(3, heads, row("合计", "", "5"), ITEM)), by_meaning=True)
    assert ("单", "cells-differ") in doubts(above)
    below = form.extract(package(p("登记表") + table(3, heads, ITEM, row("合计", "", "5"))), by_meaning=True)
    assert (len(below.data["单"]), doubts(below)) == (1, [])


@pytest.mark.parametrize("said", ["以上共2种", "合计12台", "（可加行）", "填写说明：如实填写", "制表人：王强"])
def test_one_column_alone_that_says_what_stands_below_a_table_is_no_record(said: str) -> None:
    assert doubts(read(items=(ITEM, row(said, "", "")))) == [("清单[1].名称", "no-record")]
    assert doubts(read(items=(ITEM, row(said, "M1", "2")))) == []


@pytest.mark.parametrize(
    "said", ["同上", "〃", "″", '"', "↑", "（同上）", "“同上”", "同上。", "同左", "as above", "同上行"]
)
def test_a_column_as_in_the_row_above_is_doubted_with_that(said: str) -> None:
    result = read(items=(ITEM, row(said, "4", "2")))
    assert [(x.path, x.code, x.expected) for x in result.problems] == [("清单[1].名称", "ambiguous", "铣刀")]


def test_the_first_record_may_say_so_too() -> None:
    assert doubts(read(items=(row("〃", "4", "2"),))) == [("清单[0].名称", "ambiguous")]


_BESIDE = loaded(
    package(
        p("登记表")
        + p("名称：{{ 名称 | blank(20) }}")
        + table(
            4,
            row("联系人", "{{ 联系人 }}", "电话", "{{ 电话 }}"),
            row("法人", "{{ 法人 }}", "住址", "{{ 住址 }}"),
            row("人数", "{{ 人数 | integer }}", "意见", "{{ 意见 }}"),
        )
    )
)


def _beside(legal: str, home: str, opinion: str = "同意") -> Result:
    rows = (row("联系人", "张三", "电话", "6577"), row("法人", legal, "住址", home), row("人数", "3", "意见", opinion))
    return _BESIDE.extract(package(p("登记表") + p("名称：甲厂") + table(4, *rows)), by_meaning=True)


@pytest.mark.parametrize("said", ["同上", "〃", "（同上）", "同前", "如上", "same as above", "同上栏", "“ 同上 ”"])
def test_an_answer_as_above_is_doubted_with_the_one_in_its_column(said: str) -> None:
    told = [(x.path, x.code, x.expected) for x in _beside(said, said).problems]
    assert told == [("法人", "ambiguous", "张三"), ("住址", "ambiguous", "6577")]


def test_an_answer_as_at_its_side_is_doubted_with_the_one_that_was_read_before() -> None:
    told = [
        (x.path, x.expected)
        for x in _BESIDE.extract(
            package(p("登记表") + p("名称：甲厂") + table(4, row("联系人", "同上", "电话", "6577"))), by_meaning=True
        ).problems
        if x.code == "ambiguous"
    ]
    assert told == [("联系人", "甲厂")]
    assert [(x.path, x.expected) for x in _beside("李四", "同右").problems] == [("住址", "")]


@pytest.mark.parametrize("said", ["同意", "同济大学", "如皋市", "见附件", "同上海厂", "上前村"])
def test_words_that_begin_so_are_an_answer(said: str) -> None:
    assert doubts(_beside("李四", said, said)) == []


@pytest.mark.parametrize("label", ["联系人张三", "联系人为张三"])
def test_a_label_that_runs_into_the_answer_is_doubted(label: str) -> None:
    rows = (row(label, "", "电话", "6577"), row("法人", "李四", "住址", "乙路"), row("人数", "3", "意见", "同意"))
    result = _BESIDE.extract(package(p("登记表") + p("名称：甲厂") + table(4, *rows)), by_meaning=True)
    assert ("联系人", "label-altered") in doubts(result)


@pytest.mark.parametrize(
    "last", ["（公章）", "签字：张三", "2024年5月6日", "张三  2024年5月6日", "李四（签字）", "负责人签名：王五"]
)
def test_a_signed_line_below_an_answer_is_doubted_however_that_ends(last: str) -> None:
    assert doubts(read(said=("已在东楼使用两年", last))) == [("说明", "ambiguous")]


@pytest.mark.parametrize(
    "lines", [("东楼", "西楼", "高楼"), ("2021年5月6日", "2022年5月6日"), ("分三步：", "已签字盖章，存档")]
)
def test_lines_that_only_look_so_are_an_answer(lines: tuple[str, ...]) -> None:
    assert doubts(read(said=lines)) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("甲厂（盖章）", "甲厂"),
        ("（公章）", ""),
        ("已建成两个。（甲厂公章）", "已建成两个。"),
        ("同意。2024年5月8日 王强", "同意。"),
        ("意见：同意", "同意"),
        ("同名称", "甲厂"),
        ("同法人", "李四"),
    ],
)
def test_what_an_answer_has_besides_is_doubted_with_what_it_may_mean(said: str, meant: str) -> None:
    told = [(x.path, x.code, x.expected) for x in _beside("李四", "乙路", said).problems]
    assert told == [("意见", "ambiguous", meant)]


@pytest.mark.parametrize("said", ["合同（已盖章）", "同名单所列", "意见不一", "张三：同意", "同意见"])
def test_words_that_only_look_so_are_the_answer(said: str) -> None:
    assert doubts(_beside("李四", "乙路", said)) == []


@pytest.mark.parametrize("last", ["申请人：赵敏　2024年5月6日", "申请人：赵敏", "经手：王强 2024年5月6日"])
def test_who_says_it_below_an_answer_is_none_of_it(last: str) -> None:
    assert doubts(read(said=("在东楼使用两年。", last))) == [("说明", "ambiguous")]
    assert doubts(read(said=("在东楼使用两年。", "联系人：赵敏"))) == []


def test_a_day_before_the_blank_of_one_may_be_that_one_s() -> None:
    said = p("单位：甲厂2024年5月6日  日期：    年    月    日")
    assert sorted(doubts(read(unit=said))) == [("单位", "ambiguous"), ("日期", "ambiguous")]
    assert doubts(read(unit=p("单位：甲厂2024年5月6日  日期：2024年5月7日"))) == []


def test_a_label_with_a_sign_behind_it_holds_that() -> None:
    rows = (
        row("联系人：同上", "", "电话", "6577"),
        row("法人", "李四", "住址", "乙路"),
        row("人数", "3", "意见", "〃"),
    )
    result = _BESIDE.extract(package(p("登记表") + p("名称：甲厂") + table(4, *rows)), by_meaning=True)
    assert [(x.path, x.expected) for x in result.problems if x.code == "ambiguous"] == [
        ("联系人", "甲厂"),
        ("意见", "乙路"),
    ]
    rows = (row("联系人：〃", "", "电话", "6577"), *rows[1:2], row("人数", "3", "意见", "同意"))
    result = _BESIDE.extract(package(p("登记表") + p("名称：甲厂") + table(4, *rows)), by_meaning=True)
    assert ("联系人", "ambiguous") in doubts(result)


def test_what_is_written_before_the_colon_of_an_option_is_doubted() -> None:
    assert {"附件", "附件_其他"} <= {path for path, _ in doubts(read(files="☑图纸 ☑其他（专利证书）："))}


@pytest.mark.parametrize(("said", "told"), [("设备处", [("联系人", "ambiguous")]), ("单击此处输入文字。", [])])
def test_words_that_a_control_calls_its_placeholder_and_are_no_prompt_are_doubted(
    said: str, told: list[tuple[str, str]]
) -> None:
    control = Xml(f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r(said)}</w:sdtContent></w:sdt>")
    rows = (
        row("联系人", cell(p(control)), "电话", "6577"),
        row("法人", "李四", "住址", "乙路"),
        row("人数", "3", "意见", "好"),
    )
    result = _BESIDE.extract(package(p("登记表") + p("名称：甲厂") + table(4, *rows)), by_meaning=True)
    assert (result.data["联系人"], doubts(result)) == (None, told)


def test_a_name_below_a_sentence_is_doubted() -> None:
    assert doubts(read(said=("已在东楼使用两年", "张三"))) == [("说明", "ambiguous")]


@pytest.mark.parametrize(
    "note",
    [
        "（共198字）",
        "（共计 198 字）",
        "[字数：198]",
        "（8字）",
        "（约8字）",
        "（8/200字）",
        "字数：198",
        "\n以上共198字",
    ],
)
def test_how_long_an_answer_is_is_none_of_it(note: str) -> None:
    assert doubts(read(said=(*f"已在东楼使用两年{note}".split("\n"),))) == [("说明", "ambiguous")]


def test_what_is_written_in_beside_an_option_that_is_not_ticked_is_doubted() -> None:
    assert doubts(read(files="☑图纸 □其他：合同")) == [("附件_其他", "write-in-unticked")]
    assert doubts(read(files="□图纸 ☑其他：合同")) == []


@pytest.mark.parametrize("said", ["合同 口", "口 合同", "合同　囗"])
def test_a_character_like_a_box_apart_from_what_is_written_in_is_doubted(said: str) -> None:
    assert doubts(read(files=f"☑图纸 ☑其他：{said}")) == [("附件_其他", "ambiguous")]
    assert doubts(read(files="☑图纸 ☑其他：进出口")) == []


@pytest.mark.parametrize("said", ["制表人（签字）：张三", "注：以上设备均已验收", "※", "以下空白", "合计：12台"])
def test_a_cell_below_records_that_is_plainly_none_of_them_is_left_over(said: str) -> None:
    result = read(items=(ITEM, row(cell(said, span=3))))
    assert (len(result.data["清单"]), doubts(result)) == (1, [])
    assert [x.text for x in result.leftovers] == [said]


@pytest.mark.parametrize("said", ["钻头 4 2", "（另有钻头4只）", "①"])
def test_any_other_cell_below_records_may_be_one(said: str) -> None:
    assert doubts(read(items=(ITEM, row(cell(said, span=3))))) == [("清单", "cells-differ")]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：甲厂__________⏎________  日期：2024年5月6日", "甲厂"),
        ("单位：甲厂⏎日期：2024年5月6日", "甲厂"),
        ("单位：甲厂____⏎二分厂____  日期：2024年5月6日", "甲厂\n二分厂"),
    ],
)
def test_a_line_of_the_form_may_be_broken_anywhere(line: str, unit: str) -> None:
    result = read(unit=p(line))
    assert (result.data["单位"], result.data["日期"], doubts(result)) == (unit, "2024-05-06", [])


def test_a_line_that_stands_twice_in_one_row_is_not_read_as_one() -> None:
    twice = table(2, row("集群名称：甲集群", "集群名称：甲集群"))
    assert ("名称", "place-missing") in doubts(read(name=(twice, NAME[1])))


@pytest.mark.parametrize("said", ["«日期»", "«»"])
def test_a_field_that_was_never_filled_is_one_line(said: str) -> None:
    assert doubts(read(unit=p(f"单位：甲厂  日期：{said}"))) == [("日期", "placeholder")]


@pytest.mark.parametrize(
    ("said", "day"),
    [("____年__月__日", None), ("__2024_年_5_月_6_日", "2024-05-06"), ("2024年5⽉6⽇", "2024-05-06")],
)
def test_a_day_is_read_on_the_lines_that_a_form_draws(said: str, day: str | None) -> None:
    assert (DATE.parse(said).value, DATE.parse(said).problem) == (day, "")


def test_so_is_a_time() -> None:
    assert (TIME.parse("__9_时_30_分").value, TIME.parse("___时___分").value) == ("09:30", None)


# --- the same again and again, as LibreOffice writes what a control is around ---


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("甲乙厂甲乙厂甲乙厂甲乙厂", "甲乙厂"),
        ("甲乙厂甲乙厂甲乙厂0甲乙厂", "甲乙厂"),
        ("甲乙厂\n甲乙厂甲乙厂\n甲乙厂\n第二段", "甲乙厂\n第二段"),
        ("甲甲乙甲甲乙甲甲乙甲甲乙", "甲甲乙"),
        ("某3厂某某3厂3某3厂厂某3厂某3厂", "某3厂"),
        ("男男男男", "男"),
        ("甲乙厂甲乙厂甲乙厂", None),
        ("甲乙厂，甲乙厂，甲乙厂，甲乙厂", None),
        ("我们说：我们，我们，我们，我们都说", None),
        ("8888", None),
        ("上上下下", None),
        ("", None),
    ],
)
def test_what_is_said_four_times_over_is_said_once(shown: str, said: str | None) -> None:
    assert said_once(shown) == said


def test_an_answer_that_says_the_same_four_times_over_is_doubted() -> None:
    control = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    runs = "".join(control.format("".join(r(x) for x in texts)) for texts in (["甲乙厂"], ["甲乙厂"] * 2, ["甲乙厂"]))
    form = loaded(package(p("登记表") + table(2, row("名称", "{{ 名称 }}"))))
    result = form.extract(package(p("登记表") + table(2, row("名称", cell(p(Xml(runs)))))))
    assert [(x.code, x.path) for x in result.problems] == [("ambiguous", "名称")]


# --- rows of records whose label is merged over them ---


def _beginning(at: int) -> str:
    return "restart" if at == 0 else "continue"


_TEAM_HEAD = row(cell("团队", merge="restart"), "成员", "姓名", "学号")
_TEAM_END = row(cell("指导", merge="restart"), "姓名", "{{ 导师 }}", "院系")
_TEAM = loaded(
    package(
        p("登记表")
        + table(
            4,
            _TEAM_HEAD,
            row(cell("{%tr for 行 in 预备 %}", span=4)),
            row(
                cell("", merge="continue"),
                cell("{% vm %}预备", merge="restart"),
                "{{ 行.姓名 }}",
                "{{ 行.学号 | integer }}",
            ),
            row(cell("{%tr endfor %}", span=4)),
            _TEAM_END,
        )
    )
)
_MEMBERS = [{"姓名": name, "学号": number} for number, name in enumerate("甲乙丙", 1)]


def _team(*rows: str) -> Result:
    return _TEAM.extract(package(p("登记表") + table(4, _TEAM_HEAD, *rows, _TEAM_END.replace("{{ 导师 }}", "丁"))))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_below_a_label_that_is_merged_over_them_are_records_each(count: int) -> None:
    above = cell("", merge="continue")
    result = _team(
        *(
            row(above, cell("" if at else "预备", merge=_beginning(at)), person["姓名"], str(person["学号"]))
            for at, person in enumerate(_MEMBERS[:count])
        )
    )
    assert result.data == {"预备": _MEMBERS[:count], "导师": "丁"}
    assert (result.problems, result.leftovers) == ([], [])


@pytest.mark.parametrize("label", ["", "替补"])
def test_a_row_below_a_record_that_lacks_its_label_is_told(label: str) -> None:
    above = cell("", merge="continue")
    result = _team(row(above, "预备", "甲", "1"), row(above, label, "乙", "2"))
    assert result.data["预备"] == _MEMBERS[:1]
    assert any(problem.path.startswith("预备") for problem in result.problems)
    assert {"乙", "2"} <= {left.text for left in result.leftovers}


def test_a_row_with_a_cell_too_many_beside_a_blank_one_is_doubted_where_one_row_is_due() -> None:
    head = row("姓名", "学号", "学院")
    form = loaded(package(p("登记表") + table(3, head, row("{{ 姓名 }}", "{{ 学号 }}", "{{ 学院 }}")) + p("完")))
    rows = row("", "", ""), row("甲", "插入", "1", "文学院")
    result = form.extract(package(p("登记表") + table(4, head, *rows) + p("完")))
    assert result.data == {"姓名": None, "学号": None, "学院": None}
    assert {(x.code, x.path) for x in result.problems} == {("cells-differ", path) for path in result.data}
    assert [left.text for left in result.leftovers] == ["甲", "插入", "1", "文学院"]


# --- prompts of controls that became text ---


def _prompting(said: str) -> Xml:
    """A control with its placeholder, as a blank form has it."""
    return Xml(
        "<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr>"
        f"<w:sdtContent><w:r><w:t>{said}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _asking(path: str, said: str) -> Xml:
    return p(f"{{% if {path} %}}{{{{ {path} }}}}{{% else %}}", _prompting(said), "{% endif %}")


PROMPTED = loaded(
    package(
        p("登记表")
        + table(2, row("单位", cell(_asking("单位", "营业执照上的全称"))), row("备注", cell(_asking("备注", "无"))))
    ),
    "表",
)


@pytest.mark.parametrize(
    ("unit", "note", "doubted"),
    [
        (p("营业执照上的全称"), p("无"), ["单位", "备注"]),
        (p("东港厂"), p("见营业执照上的全称"), []),
        (p("无"), p("营业执照上的全称"), []),
        (p(_prompting("营业执照上的全称")), p(_prompting("无")), []),
    ],
    ids=["both", "neither", "each at the other's place", "controls still"],
)
def test_the_forms_own_prompt_as_text_is_no_answer(unit: Xml, note: Xml, doubted: list[str]) -> None:
    answered = table(2, row("单位", cell(unit)), row("备注", cell(note)))
    result = PROMPTED.extract(package(p("登记表") + answered), by_meaning=True)
    assert [(x.code, x.path) for x in result.problems] == [("placeholder", path) for path in doubted]


@pytest.mark.parametrize(
    "said", ["${单位}东港厂", "<单位> 东港厂", "东港厂{单位}", "[Client Name] 东港厂", "东港厂 ${unit}"]
)
def test_a_placeholder_that_was_left_beside_an_answer_is_doubted(said: str) -> None:
    result = PROMPTED.extract(
        package(
            p("登记表")
            + table(2, row("单位", cell(said)), row("备注", cell("见[1]、[美]B. Stroustrup 和 List<String>")))
        ),
        by_meaning=True,
    )
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "单位", "东港厂")]


# --- what is another place's: a hint, a label, the first line of a second copy ---

ROWS = loaded(
    package(
        p("登记表")
        + p("单位：{{ 单位 }}")
        + table(
            2,
            row("姓名", "{% if 姓名 %}{{ 姓名 }}{% else %}（与证件一致）{% endif %}"),
            row("电话", "{% if 电话 %}{{ 电话 }}{% else %}（区号-号码）{% endif %}"),
            row("备注", "{{ 备注 }}"),
        )
    )
)


def in_rows(*rows: tuple[str, str], below: str = "") -> Result:
    """A return of that form, with lines parted by \\n in the cells."""
    made = (row(label, cell(*said.split("\n"))) for label, said in rows)
    return ROWS.extract(package(p("登记表") + p("单位：东港厂") + table(2, *made) + below), by_meaning=True)


def test_a_hint_of_another_place_is_no_answer_and_no_part_of_one() -> None:
    result = in_rows(("姓名", "（区号-号码）"), ("电话", "62（与证件一致）"), ("备注", "见附件（一）"))
    told = [(x.code, x.path, x.expected) for x in result.problems]
    assert told == [("placeholder", "姓名", None), ("ambiguous", "电话", "62")]
    plain = in_rows(("姓名", "李明"), ("电话", "（区号-号码）"), ("备注", "（无）"))
    assert (plain.data["电话"], plain.problems) == (None, [])


def _hinted(path: str, hint: str) -> Xml:
    return cell(p(f"{{% if {path} %}}{{{{ {path} }}}}{{% else %}}{hint}{{% endif %}}"))


_HINTED = loaded(
    package(
        p("登记表")
        + table(
            2,
            row("理由", _hinted("理由", "（说明主要理由，不超过200字，可另附图纸，并注明数据来源）")),
            row("产业", _hinted("产业", "如集成电路、生物医药、人工智能等")),
            row("Name", _hinted("Name", "(please print in block letters, no initials)")),
            row("Price", _hinted("Price", "(in USD)")),
            row("备注", "{{ 备注 }}"),
        )
        + p("完")
    )
)


def remarked(said: str) -> list[tuple[str, Any]]:
    answers = {"理由": "技术领先", "产业": "生物医药", "Name": "Ann Lee", "Price": "12", "备注": said}
    given = table(2, *(row(label, answer) for label, answer in answers.items()))
    result = _HINTED.extract(package(p("登记表") + given + p("完")), by_meaning=True)
    assert {x.path for x in result.problems} <= {"备注"}
    return [(x.code, x.expected) for x in result.problems]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        *((said, ("placeholder", None)) for said in ("不超过200字", "不超过200字，可另附图纸", "并注明数据来源")),
        *((said, ("ambiguous", "东港厂")) for said in ("东港厂，不超过200字", "东港厂 可另附图纸，并注明")),
        ("Ann Lee (please print in block letters)", ("ambiguous", "Ann Lee")),
    ],
)
def test_a_piece_from_the_middle_of_another_places_hint_is_no_answer(said: str, told: tuple[str, Any]) -> None:
    assert remarked(said) == [told]


@pytest.mark.parametrize(
    "said",
    [
        *("生物医药、人工智能", "主要理由如下", "数据来源：统计局", "请见附件", "图纸另附"),
        *("Equipment (in USD)", "Print shop (letters)", "Prices (no initials)", "Smith (Kent)", "b) block letters"),
    ],
)
def test_an_answer_that_shares_words_with_the_hint_of_another_place_is_one(said: str) -> None:
    assert remarked(said) == []


@pytest.mark.parametrize("said", ["李明\n电话", "李明\n电话\n62", "李明\n电话：62"])
def test_a_label_that_was_joined_to_the_answer_above_it_is_a_doubt_on_this(said: str) -> None:
    result = in_rows(("姓名", said), ("备注", "好"))
    assert {x.path: x.expected for x in result.problems if x.code == "ambiguous"} == {"姓名": "李明"}


def test_a_line_of_a_second_copy_that_says_something_else_is_a_doubt() -> None:
    rows = ("姓名", "李明"), ("电话", "62"), ("备注", "好")
    other = in_rows(*rows, below=p("登记表") + p("单位：西港厂"))
    assert [(x.code, x.path, x.found, x.expected) for x in other.problems] == [
        ("place-ambiguous", "单位", "东港厂", "单位：西港厂")
    ]
    assert in_rows(*rows, below=p("登记表") + p("单位：东港厂")).problems == []


@pytest.mark.parametrize(
    "note", ["（请填全称）", "（请如实填写，不得空缺）", "[请注明数据来源]", "（请附营业执照复印件）"]
)
def test_a_request_behind_an_answer_that_the_form_does_not_print_is_doubted(note: str) -> None:
    told = [
        (x.code, x.path, x.expected)
        for x in in_rows(("姓名", "李明"), ("电话", "62"), ("备注", f"东港厂{note}")).problems
    ]
    assert told == [("ambiguous", "备注", "东港厂")]
    assert in_rows(("姓名", "李明"), ("电话", "62"), ("备注", "东港厂（请见附件）")).problems == []


def test_a_day_that_stands_where_a_seal_is_due_beside_the_blank_of_a_day_is_doubted() -> None:
    form = loaded(package(p("登记表") + p("填报单位（盖章）：        填报日期：{{ 日期 | date }}") + p("完")))
    said = "填报单位（盖章）：东港厂2024年5月6日  填报日期：", "填报单位（盖章）：东港厂  填报日期：2024年5月6日"
    dated, plain = (form.extract(package(p("登记表") + p(x) + p("完")), by_meaning=True) for x in said)
    assert [(x.code, x.path, x.expected) for x in dated.problems] == [("ambiguous", "日期", "2024年5月6日")]
    assert (plain.data["日期"], plain.problems) == ("2024-05-06", [])


_LABELLED = loaded(
    package(
        p("登记表")
        + table(
            4,
            row("姓    名", "{{ 姓名 }}", "联系地址", "{{ 地址 }}"),
            row("国籍 Nationality", "{{ 国籍 }}", "主要产品", "{{ 产品 }}"),
        )
        + table(2, row("名称", "型号"), row("{%tr for 行 in 清单 %}", ""), row("{{ 行.名称 }}", "{{ 行.型号 }}"))[:-8]
        + row("{%tr endfor %}", "")
        + Xml("</w:tbl>")
    )
)


def _labelled(
    name: str = "王芳",
    address: str = "东路8号",
    nation: str = "中国",
    product: str = "车床",
    item: tuple[str, str] = ("铣刀", "3"),
) -> list[tuple[str, object]]:
    given = table(4, row("姓    名", name, "联系地址", address), row("国籍 Nationality", nation, "主要产品", product))
    given = Xml(given + table(2, row("名称", "型号"), row(*item)))
    result = _LABELLED.extract(package(p("登记表") + given), by_meaning=True)
    return [(x.path, x.expected) for x in result.problems if x.code == "ambiguous"]


def test_an_answer_that_begins_with_its_own_label_however_it_was_typed_is_doubted() -> None:
    assert _labelled(name="姓名：王芳") == [("姓名", "王芳")]
    assert _labelled(address="联系地址东路8号") == [("地址", "东路8号")]
    assert _labelled(nation="Nationality: China") == [("国籍", "China")]
    assert _labelled(nation="国籍：中国") == [("国籍", "中国")]
    assert _labelled(item=("名称：铣刀", "3")) == [("清单[0].名称", "铣刀")]
    assert _labelled(name="姓名学会", address="联系地址", product="产品：车床") == []


@pytest.mark.parametrize(
    "said",
    [
        "(required)",
        "Required",
        "（必填）",
        "必填",
        "[选填]",
        "待填",
        "（未填）",
        "？",
        "???",
        "########",
        "□",
        "上海**公司",
        "138****5678",
    ],
)
def test_what_only_holds_a_place_or_was_masked_is_no_answer(said: str) -> None:
    assert [(x.code, x.path) for x in _product(said)] == [("placeholder", "产品")]


@pytest.mark.parametrize("said", ["数控\ue001床", "\uf0fc", "锟斤拷锟斤拷"])
def test_a_character_that_no_font_or_coding_tells_is_doubted(said: str) -> None:
    assert [(x.code, x.path) for x in _product(said)] == [("look-here", "产品")]


@pytest.mark.parametrize(
    "said", ["必填项目系统", "车床？", "√", "C#语言", "3**2", "产品**重点**介绍", "#3车床", "未填充材料"]
)
def test_what_has_such_signs_among_its_words_is_one(said: str) -> None:
    assert _product(said) == []


def _product(said: str) -> list[Problem]:
    given = table(4, row("姓    名", "王芳", "联系地址", "东路8号"), row("国籍 Nationality", "中国", "主要产品", said))
    given = Xml(given + table(2, row("名称", "型号"), row("铣刀", "3")))
    return _LABELLED.extract(package(p("登记表") + given), by_meaning=True).problems


@pytest.mark.parametrize("sign", ["；", ";", "．", "，", "=", "—"])
def test_a_sign_that_stands_for_the_colon_of_a_label_is_doubted(sign: str) -> None:
    assert doubts(read(unit=p(f"单位{sign}甲厂  日期：2024年5月6日"))) == [("单位", "ambiguous")]
    assert doubts(read(unit=p("单位：-甲厂  日期：2024年5月6日"))) == []


@pytest.mark.parametrize("said", ["请写明地点和措置办法的函", "请写明地点和时间"])
def test_words_that_go_on_otherwise_than_a_hint_of_another_place_are_an_answer(said: str) -> None:
    assert doubts(read(opinion=(said, *OPINION[1:]))) == []
    assert doubts(read(opinion=(f"{said}。不超过三百字", *OPINION[1:]))) == [("意见", "ambiguous")]


# --- pieces of the hint of the place itself, and guidance typed again ---

_LONG_HINT = "（应描述集群新兴信息基础设施建设情况、数字化装备和系统应用情况）"
_SAID = "建成公共检测平台1个，年服务企业超过300家次。"


def _told(printed: tuple[str, ...], shown: tuple[str, ...]) -> tuple[Any, list[str]]:
    """What is read of an answer of paragraphs at a place, and the doubts."""
    form, returned = (
        package(p("申报书") + table(2, row("单位", "甲厂"), row("总体情况", cell(*lines))) + p("以上属实。"))
        for lines in (printed, shown)
    )
    result = loaded(form).extract(returned, by_meaning=True)
    assert {path for path, _ in doubts(result)} <= {"总体"}
    return result.data["总体"], [code for _, code in doubts(result)]


def _hinted(*hints: str) -> tuple[str, ...]:
    return ("{%p for 段 in 总体 | lines %}", "{{ 段 }}", "{%p else %}", *hints, "{%p endfor %}")


@pytest.mark.parametrize(
    "shown",
    [
        (_LONG_HINT[3:15] + _SAID,),
        (_SAID + _LONG_HINT[3:15],),
        (_SAID[:10] + _LONG_HINT[3:15] + _SAID[10:],),
        (_SAID + "（应描述",),
        ("用情况）" + _SAID,),
        (_SAID + _LONG_HINT[8:20],),
        ("应描述集群" + _SAID,),
        ("应描述：" + _SAID,),
        (_SAID, _LONG_HINT[3:15]),
    ],
)
def test_a_piece_of_its_own_hint_in_an_answer_is_doubted(shown: tuple[str, ...]) -> None:
    assert _told(_hinted(_LONG_HINT), shown)[1] == ["ambiguous"]


@pytest.mark.parametrize(
    "said",
    [
        "集群新兴信息基础设施建设成效显著，已建成平台。",
        "新兴信息基础设施建设情况：建成基站30座。数字化装备和系统应用情况：覆盖率80%。",
        "已完成数字化装备和系统应用",
        "说明：无。",
    ],
)
def test_an_answer_in_the_words_of_its_hint_is_plain(said: str) -> None:
    assert _told(_hinted(_LONG_HINT), (said,)) == (said, [])


_GUIDING = ("简述集群主导产业、规模、龙头企业情况。", "说明近三年增长率及主要做法。")


def test_hints_that_were_joined_in_one_paragraph_are_no_answer() -> None:
    assert _told(_hinted(*_GUIDING), ("".join(_GUIDING),)) == (None, [])
    assert _told(_hinted(*_GUIDING), ("".join(_GUIDING) + _SAID,)) == (_SAID, [])


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (_GUIDING[:1], "placeholder"),
        (("".join(_GUIDING),), "placeholder"),
        ((_GUIDING[0] + _SAID,), "ambiguous"),
        ((_SAID, _GUIDING[0]), "ambiguous"),
    ],
)
def test_guidance_of_the_form_that_was_typed_again_is_doubted(shown: tuple[str, ...], code: str) -> None:
    place = "{{ 总体 | longtext }}"
    assert code in _told((*_GUIDING, place), (*_GUIDING, *shown))[1]
    assert _told((*_GUIDING, place), (*_GUIDING, _SAID)) == (_SAID, [])


@pytest.mark.parametrize("typed", ["（{}，不超过500字）", "{}，不超过500字", "{}"])
def test_guidance_in_brackets_behind_a_label_is_known_again_without_them(typed: str) -> None:
    label, told = "总体情况（应描述集群信息基础设施建设情况，不超过500字）", "应描述集群信息基础设施建设情况"
    form, returned = (
        package(p("申报书") + table(2, row(label, cell(*lines))) + p("以上属实。"))
        for lines in (("{{ 总体 | longtext }}",), (typed.format(told), _SAID))
    )
    result = loaded(form).extract(returned, by_meaning=True)
    assert [(x.path, x.code, x.expected) for x in result.problems] == [("总体", "ambiguous", _SAID)]


# --- what a form prints where an answer is due ---

_ASKED = loaded(
    package(
        p("登记表")
        + p("合同日期：{{ 日期 }}")
        + table(2, row("主要产品", "{{ 产品 }}"), row("产量", "{{ 产量 | number }}"))
    )
)


def _answered(day: str = "5/6/2024", product: str = "铣刀", amount: str = "5") -> Result:
    answers = table(2, row("主要产品", product), row("产量", amount))
    return _ASKED.extract(package(p("登记表") + p(f"合同日期：{day}") + answers), by_meaning=True)


@pytest.mark.parametrize("blank", ["__/__/____", "____.__.__", "____-__-__", "__:__", "___、___", "__（ ）", "（  ）"])
def test_a_blank_that_is_drawn_in_parts_is_no_answer(blank: str) -> None:
    result = _answered(blank, blank, blank)
    assert (result.data["日期"], result.data["产品"], result.data["产量"], doubts(result)) == (None, None, None, [])


@pytest.mark.parametrize("said", ["/", "5/6/2024", "（一）", "A_B/C"])
def test_what_is_written_on_a_blank_is_the_answer(said: str) -> None:
    assert _answered(said).data["日期"] == said


def test_a_blank_in_parts_is_no_value_to_fill_in() -> None:
    assert TEXT.refusal("/__/") == ("blank-ends", "/__/")
    assert TEXT.refusal("A_B/C") is None


@pytest.mark.parametrize(
    "said",
    ["填写主要产品名称", "请输入主要产品", "（填写主要产品名称）", "注明产品", "列出主要产品", "请如实填写。"],
)
def test_a_prompt_that_a_form_prints_is_no_answer(said: str) -> None:
    assert doubts(_answered(product=said)) == [("产品", "placeholder")]


@pytest.mark.parametrize("said", ["填料塔", "选择性激光烧结设备", "输入法软件", "提供主要产品检测服务平台", "提供产品"])
def test_an_answer_that_begins_as_prompts_do_is_plain(said: str) -> None:
    result = _answered(product=said)
    assert (result.data["产品"], doubts(result)) == (said, [])


@pytest.mark.parametrize(
    "said", ["本人承诺所填写内容真实、准确。", "项目资金使用情况说明", "见附件《请填写项目资金情况》。"]
)
def test_a_heading_or_a_declaration_that_is_quoted_is_plain(said: str) -> None:
    printed = p("本人承诺所填写内容真实、准确。") + p("项目资金使用情况说明") + p("请填写项目资金情况")
    form, returned = (package(p("申报书") + table(2, row("承诺", x)) + printed) for x in ("{{ 承诺 }}", said))
    assert doubts(loaded(form).extract(returned, by_meaning=True)) == []
