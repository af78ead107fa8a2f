"""Tagging forms of schools and companies in Chinese: reviews, travel, contracts and certificates."""

from __future__ import annotations

import pytest

from tests.small_form import cell, p, package, r, row, table
from tests.test_tag_kinds import fields, form_of, left, proposed, underlined
from tests.test_tag_office import HEADING

SIGNED = "主任(签字)：\u3000\u3000\u3000\u3000            年   月   日"


def paths(*blocks: str) -> list[str]:
    return [path for path, _ in fields(*blocks)]


def test_a_numbered_opinion_with_a_colon_among_headings_with_room_has_its_room() -> None:
    asked = ["1、选题理由", "2、工作量有何要求", "3、需要哪些条件", "4、教研室意见"]
    held = [x for a in asked for x in (p(a), p(""), p(""), p(""))]
    cells = cell(*held, p(SIGNED), p("5、院(系)审核意见："), p(""), p(""), p(SIGNED), span=2)
    assert len(paths(HEADING, table(2, row("姓名", ""), row(cells)))) == 6


@pytest.mark.parametrize("behind", ["②超标准自理金额：", "②超标准自理金额：____"])
def test_a_counted_item_behind_the_box_of_another_is_its_own(behind: str) -> None:
    found = fields(HEADING, table(2, row("住宿费", f"①按标准据实报销□  {behind}"), row("姓名", "")))
    assert found == [("住宿费", "choices"), ("住宿费_超标准自理金额", "text"), ("姓名", "text")]


def test_what_is_written_beside_an_option_is_called_without_the_circled_figure_before_it() -> None:
    asked = table(2, row("住宿费", "①按标准据实报销□  ②其他方式□______"), row("姓名", ""))
    assert fields(HEADING, asked)[1] == ("住宿费_其他方式", "text")


def test_an_opinion_with_a_label_and_room_in_front_of_the_signature_is_one_place() -> None:
    found = paths(HEADING, table(2, row("姓名", ""), row("负责人审核意见", "意见：                   签名：")))
    assert found == ["姓名", "负责人审核意见.意见"]


@pytest.mark.parametrize("line", ["（       —       学年）", "          ～          学年"])
def test_both_years_of_a_school_year_are_places(line: str) -> None:
    assert [x.split(".")[-1] for x in paths(HEADING, p(line), p("姓名：____"))] == ["学年开始", "学年结束", "姓名"]


def test_a_label_apart_from_what_it_is_called_too_is_one_word() -> None:
    assert paths(HEADING, p("院   （系）____________"), p("专业：____")) == ["院系", "专业"]


def test_two_lines_to_write_on_are_the_ends_of_a_stretch_of_time() -> None:
    assert paths(HEADING, p("时    间：_______________至________________")) == ["时间开始", "时间结束"]


def test_a_label_with_a_colon_beside_a_printed_name_of_a_company_is_answered() -> None:
    rows = [row("开户名：", "南京潜牛文化传媒有限公司"), row("帐  号：", "125908818810801")]
    assert paths(HEADING, p("姓名：____"), table(2, *rows)) == ["姓名"]


def test_days_that_are_counted_at_the_end_of_a_clause_are_places() -> None:
    rows = [row("出勤情况", cell("应出勤     天；", "实际出勤     天，其中事假       天、病假        天"))]
    assert len(paths(HEADING, table(2, row("姓名", ""), *rows))) == 5


def test_a_mark_drawn_in_a_title_is_the_place_and_not_the_empty_row_below() -> None:
    rows = [row("姓名", ""), row(cell("三、对答辩成绩的评定（百分制）：_______分", span=2)), row(cell("", span=2))]
    found = proposed(HEADING, table(2, *rows)).proposed
    assert [x.at for x in found] == ["1/0/1", "1/1/0"]


def test_a_row_that_asks_for_a_title_over_labels_with_their_room_is_a_place() -> None:
    rows = [row(cell("论文题目：", span=4)), row("学生姓名", "", "学号", "")]
    assert paths(HEADING, table(4, *rows)) == ["论文题目", "学生姓名", "学号"]


def test_a_day_with_words_of_its_own_beside_a_signature_is_a_place() -> None:
    found = fields(HEADING, p("任务书批准日期       年   月   日 教研室主任(签字)      "), p("姓名：____"))
    assert ("任务书批准日期", "date") in found


def test_the_name_of_a_school_owns_nothing_below_the_title_of_the_next_form() -> None:
    lines = [p("题目名称______________"), p("学生姓名______________")]
    found = paths(p("论文封面"), *lines, p("某某大学"), p("开题报告"), *lines)
    assert not any("大学" in x for x in found)


def test_more_room_in_a_section_that_has_places_is_told_of() -> None:
    rows = [row("学生姓名", ""), row("等级：_____", "日期：______"), row(cell("", span=2))]
    blocks = [HEADING, table(2, row("姓名", "")), p("以上由学生填写。"), p("答辩成绩评定"), table(2, *rows)]
    assert paths(*blocks)[1:] == [f"答辩成绩评定.{x}" for x in ("学生姓名", "等级", "日期")]
    assert left(*blocks) == [""]


def test_boxes_below_the_room_for_a_comment_are_not_called_after_it() -> None:
    asked = cell("评语（工作态度等）：", "", "", "", "□推荐转正       □辞 退")
    assert proposed(HEADING, table(2, row("姓名", ""), row("导师评价", asked))).proposed[-1].path == "导师评价"


def test_the_lines_of_two_parties_that_sign_side_by_side_are_each_ones() -> None:
    gap = " " * 24
    lines = [p(f"甲方（手印）{gap}乙方（手印）{gap}"), p(f"电 话：{gap}电 话：{gap}")]
    assert paths(p("协议书"), p("甲方：____"), p("乙方：____"), *lines)[-2:] == ["甲方电话", "乙方电话"]


def test_a_unit_over_a_column_of_its_own_is_called_after_what_it_counts() -> None:
    head = row("姓名", cell("", span=4))
    rows = [row(cell("进度", merge="restart"), "已完成的内容", "%", "待完成的内容", "%")]
    rows += [row(cell("", merge="continue"), "", "", "", "")]
    blocks = [HEADING, table(5, head, *rows)]
    assert [x.split(".")[-1] for x in paths(*blocks)] == [
        "姓名",
        "已完成的内容",
        "已完成的内容百分比",
        "待完成的内容",
        "待完成的内容百分比",
    ]
    assert left(*blocks) == []


def test_somebody_in_a_certificate_is_called_by_name_and_post() -> None:
    line = "兹有________同志于____年____月____日至今在我公司担任________职务，工作努力，无不良表现。"
    assert [x.split(".")[-1] for x in paths(p("离职证明"), p(line))] == ["姓名", "日期", "职务"]


def test_lines_below_a_heading_of_a_cell_that_ask_themselves_are_places_and_none_of_its_room() -> None:
    plan = [p(f"（{x}）：   年  月至    年  月") for x in ("文献查阅", "方案设计")]
    held = [p("1、研究目标"), p(""), p(""), p("2、研究方法"), p(""), p(""), p("3、进度安排"), p(""), *plan]
    assert [x.removeprefix("进度安排.") for x in paths(HEADING, table(1, row(cell(*held))))] == [
        "研究目标",
        "研究方法",
        "文献查阅开始",
        "文献查阅结束",
        "方案设计开始",
        "方案设计结束",
    ]


def test_a_heading_over_a_table_of_one_cell_that_ends_signed_names_its_room() -> None:
    signed = table(1, row(cell("", "", "", "指导教师签字：", "年     月     日")))
    blocks = [p("申请表"), table(2, row("姓名", "")), p("六、指导教师审查推荐意见"), signed]
    assert paths(*blocks)[-1] == "指导教师审查推荐意见"


def test_what_is_said_to_be_filled_in_above_is_no_title_of_what_stands_below() -> None:
    rows = [row("题目", ""), row(cell("以上内容由指导教师填写", span=2)), row("学生接受任务时间", "")]
    assert paths(HEADING, table(2, *rows)) == ["题目", "学生接受任务时间"]


@pytest.mark.parametrize("day", ["20    年    月    日", "    年    月    日"])
def test_a_day_that_stands_alone_is_a_place(day: str) -> None:
    assert fields(p("任务书"), table(2, row("姓名", "")), p(""), p(day), p("")) == [("姓名", "text"), ("日期", "date")]


def test_the_year_and_the_season_of_a_term_and_the_day_of_the_week_are_places() -> None:
    found = paths(HEADING, p("(20  年   季学期)"), table(2, row("指导日期", "        年      月      日  星期")))
    assert [x.split(".")[-1] for x in found] == ["年份", "学期", "日期", "星期"]


def test_an_option_in_quotes_behind_empty_brackets_is_one_of_them() -> None:
    options = ("（  ）竞赛种子项目", "（  ）“国家级创新训练”培育项目", "（  ）一般项目")
    (asked,) = proposed(HEADING, table(2, row("类别", cell(*options)))).proposed
    assert len(asked.options) == 3


def test_placeholders_in_two_kinds_of_brackets_give_the_names_and_are_no_labels() -> None:
    rows = [row("品牌", "姓名", "证号"), row("[<carBrand>]", "[<name>]", "[<idNo>]")]
    assert paths(HEADING, table(3, *rows)) == ["carBrand", "name", "idNo"]


def test_the_number_of_an_attachment_is_no_label() -> None:
    assert paths(p("附件二：             租赁物明细表"), p("姓名：____")) == ["姓名"]


def test_a_label_in_two_languages_on_two_lines_is_called_in_chinese() -> None:
    held = cell("第1次检查（First Check-up）:", "", "学生总结", "Student Self-summary：", "", "", "", span=2)
    rows = [row(cell("论文（设计）题目", "Thesis（Design） Title"), ""), row(held)]
    assert paths(HEADING, table(2, *rows)) == ["论文题目", "学生总结"]


def test_short_titles_behind_figures_in_a_cell_have_their_room() -> None:
    held = cell("主要内容和要求", "1.主要内容", "", "", "", "2.要求：", "", "", span=2)
    assert paths(HEADING, table(2, row("姓名", ""), row(held))) == ["姓名", "主要内容", "要求"]


def test_boxes_typed_as_characters_make_no_name_and_are_told_of() -> None:
    held = cell("*是否参会?", "是口否口", "", "*报告形式?", "口头报告口       海报报告口", "", span=2)
    blocks = [
        HEADING,
        table(2, row("姓名", ""), row(held), row(cell("*用餐:", "", "素食口     穆斯林口       其他口", span=2))),
    ]
    assert paths(*blocks) == ["姓名"]
    assert "是口否口" in left(*blocks)


def test_notes_on_anything_ask_nothing() -> None:
    assert paths(p("回执"), p("姓名：____"), p("退款须知："), p("取消需发送电子邮件通知会务组；")) == ["姓名"]


def test_the_code_of_a_page_is_no_placeholder() -> None:
    assert paths(HEADING, p("姓名：____"), p("<html>"), p("<body>"), p("<carBrand>")) == ["姓名", "carBrand"]


def test_places_of_numbered_rows_have_the_numbers_that_the_form_prints() -> None:
    rows = [row("序号", "工作任务", "序号", "工作任务"), row("1", "", "3", ""), row("2", "", "4", "")]
    assert paths(HEADING, table(4, *rows)) == ["工作任务1", "工作任务3", "工作任务2", "工作任务4"]


def test_a_wide_cell_merged_down_with_a_colon_and_room_owns_nothing_beside_it() -> None:
    asked = cell(p("题目名称:"), p(""), merge="restart", span=3)
    rows = [row(asked, "课题性质", "学生人数"), row(cell("", merge="continue", span=3), "", "")]
    blocks = [HEADING, table(5, row("姓名", cell("", span=4)), *rows)]
    assert paths(*blocks) == ["姓名", "题目名称", "课题性质", "学生人数"]


def test_notes_that_are_numbered_right_below_their_title_are_no_answer() -> None:
    assert paths(HEADING, p("姓名：____"), p("备注："), p("1、“性质”一栏用字母表达，分别为："), p("A 设计")) == ["姓名"]


def test_square_brackets_that_a_sentence_talks_about_are_no_boxes() -> None:
    line = "参考文献应在引用处的右上角用［］标明，［］中序号应与文后的序号一致。"
    assert paths(HEADING, p("姓名：____"), p(line)) == ["姓名"]


def test_a_title_with_a_colon_right_over_the_first_item_of_a_list_asks_nothing() -> None:
    assert paths(HEADING, p("姓名：____"), p("9．正文(以理工类为例)："), p("⑴ 前言"), p("⑵ 选题背景")) == ["姓名"]


def test_both_ends_of_a_stretch_of_time_on_drawn_lines_are_called_so() -> None:
    rooms = [underlined(" " * n) for n in (8, 4, 8, 5)]
    drawn = [x for pair in zip(rooms, map(r, ("年", "月至", "年", "月")), strict=True) for x in pair]
    assert [x.split(".")[-1] for x in paths(p("手册"), p(*drawn), p("姓名：____"))] == ["开始日期", "结束日期", "姓名"]


def test_headings_above_the_title_of_a_form_own_no_room_below_it() -> None:
    prose = [p("二、工作量要求"), p("学生在毕业设计期间应按时完成的基本工作量如下，并接受检查。")]
    asked = [x for n in ("1．所需资料", "2．主要内容") for x in (p(n), p(""), p(""), p(""))]
    assert paths(p("手册"), *prose, p("毕业设计任务书"), *asked) == ["所需资料", "主要内容"]


def _committee(*names: str) -> list[str]:
    beside = cell("", merge="continue")
    rows = [row(cell("委员会成员", merge="restart"), "姓名", "职称"), *(row(beside, x, "") for x in names)]
    return [HEADING, table(3, row("题目", cell("", span=2)), *rows)]


def test_the_head_of_a_list_beside_a_merged_label_is_read_apart_from_its_members() -> None:
    form = form_of(proposed(*_committee("(主席)", "", "", "")))
    assert [f.path for f in form.fields][1:3] == ["委员会成员.姓名", "委员会成员.职称"]
    read = form.extract(package("".join(_committee("(主席)王一", "李二", "张三", "赵四"))))
    assert read.data["委员会成员"]["姓名"] == "王一"
    assert [x["姓名"] for x in read.data["委员会成员"]["清单"]] == ["李二", "张三", "赵四"]
    assert [x for x in read.problems if x.severity != "note"] == []


@pytest.mark.parametrize("names", [("李二", "张三", "赵四"), ("李二", "(主席)王一", "张三")])
def test_a_list_without_its_head_in_the_first_row_is_doubted(names: tuple[str, ...]) -> None:
    form = form_of(proposed(*_committee("(主席)", "", "", "")))
    read = form.extract(package("".join(_committee(*names))))
    assert [x for x in read.problems if x.severity != "note"] != []


def test_conditions_that_are_to_be_guaranteed_are_asked_for() -> None:
    held = cell(
        "（1）资助金额：              元",
        "（2）学院保证研究所必须的基本条件：",
        "",
        "负责人签字：",
        "    年    月    日",
        span=2,
    )
    found = paths(HEADING, table(2, row("姓名", ""), row(held)))
    assert found == ["姓名", "资助金额", "学院保证研究所必须的基本条件"]
