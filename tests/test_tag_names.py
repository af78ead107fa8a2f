"""What the places of a blank form in Chinese are called: names that somebody who works with the data keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill.tag.questions import is_question, subject_of
from docfill.tag.words import label_key
from tests.small_form import cell, p, row, table
from tests.test_tag_kinds import fields, proposed


def names(*blocks: str) -> list[str]:
    return [path for path, _ in fields(*blocks)]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("您的性别是？", "性别"),
        ("1. 您目前的职业是（  ）", "职业"),
        ("您平时获取校园信息的主要途径有哪些？（多选）", "平时获取校园信息的主要途径"),
        ("课堂参与：你在课堂上的表现如何？", "课堂参与"),
        ("Q3：请问您的教育程度", "教育程度"),
        ("一般情况下，您一个月看的偶像剧（未看完的也算）的部数是：", "一个月看的偶像剧的部数"),
        ("对于今后，你有怎样的打算？", "对于今后的打算"),
        ("它吸引你的原因是？", "它吸引的原因"),
        ("你更喜欢传统视频网站中的哪一种？", "更喜欢传统视频网站中的哪一种"),
        (
            "您现实中的另一半与您受网络信息影响而憧憬的形象可能存在差异，您因这种差异而产生的心理落差程度为",
            "因这种差异而产生的心理落差程度",
        ),
        ("您是否了解人工智能？", "是否了解人工智能"),
    ],
)
def test_a_question_is_called_by_what_it_asks_for(question: str, name: str) -> None:
    assert label_key(question) == name


@pytest.mark.parametrize(
    "label", ["近三年是否发生较大及以上安全、质量和环境污染等事故", "主导产业情况", "是否高于行业平均水平"]
)
def test_a_label_that_asks_nobody_keeps_all_its_words(label: str) -> None:
    assert not is_question(label)
    assert label_key(label) == "".join(c for c in label if c not in "、")


@given(st.text("您你是的有哪些什么如何对，。？：姓名年龄职业AB 12（）", max_size=60))
def test_a_question_has_a_name_that_can_be_typed(text: str) -> None:
    assert len(subject_of(text)) <= max(24, len(text) if len(text) <= 24 else 24)
    assert not is_question(text) or subject_of(text) or not text.strip()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("5.1任务分工", "任务分工"),
        ("1．1房屋位于", "房屋位于"),
        ("Part I：通讯作者信息", "通讯作者信息"),
        ("A5、家庭月收入", "家庭月收入"),
    ],
)
def test_what_numbers_a_label_below_its_section_is_no_part_of_its_name(label: str, name: str) -> None:
    assert label_key(label) == name


@pytest.mark.parametrize("label", ["2.5万元以上", "B2车型", "5.1版", "H1检测"])
def test_a_figure_that_a_label_begins_with_stays(label: str) -> None:
    assert label_key(label)[0] == label[0]


def test_fields_stand_in_the_order_of_the_form() -> None:
    blocks = [
        p("报名表"),
        table(2, row("姓名", "")),
        p("一、项目简介"),
        p(),
        p(),
        p(),
        p("二、经费预算"),
        p(),
        p(),
        p(),
    ]
    assert names(*blocks) == ["姓名", "项目简介", "经费预算"]


def test_the_headings_of_a_contract_are_no_places_and_its_blanks_are_named_by_what_is_agreed() -> None:
    blocks = [
        p("房屋转让合同"),
        p("1、房屋基本状况：    ‘"),
        p("1．1房屋位于：                      。"),
        p("2．成交方式及成交价格：    。"),
        p("2．1双方协商该房屋成交价为人民币      万元(大写)                   ；"),
        p("3．付款方式："),
        p("3．1乙方在合同签订之日支付甲方定金人民币          元(大写)          。"),
        p("3．2双方约定在             前办理更名过户手续。"),
        p("4．附则：    "),
        p("4．1本合同一式二份；    、"),
    ]
    assert names(*blocks) == [
        "房屋基本状况.房屋位于",
        "成交方式及成交价格",
        "房屋成交价",
        "房屋成交价大写",
        "付款方式.支付甲方定金",
        "付款方式.支付甲方定金大写",
        "付款方式.办理更名过户手续日期",
    ]


def test_dashes_to_write_on_and_counted_floors_are_places() -> None:
    blocks = [
        p("合同"),
        p("土地使用权面积：——平方米；土地性质：——"),
        p("楼房：共     层第       层；"),
        p("类别——说明"),
    ]
    assert fields(*blocks) == [
        ("土地使用权面积", "number"),
        ("土地性质", "text"),
        ("楼房层数", "text"),
        ("层次", "text"),
    ]


def test_room_amid_a_sentence_is_a_place_or_told() -> None:
    assert names(p("协议"), p("甲方同意在            前腾空房屋。")) == ["腾空房屋日期"]
    proposal = proposed(p("协议"), p("姓名：____"), p("本协议由          负责解释，双方遵守。"))
    assert any("负责解释" in x.text for x in proposal.left) or len(proposal.fields) > 1


def test_an_agent_is_of_the_side_above_and_what_stands_beside_the_agent_is_the_agent_s() -> None:
    line = "证件号码：                "
    blocks = [
        p("合同"),
        p(f"转让方(以下简称甲方)：              {line}"),
        p(f"共有人：              {line}"),
        p(f"委托代理人：              {line}"),
        p(f"受让方(以下简称乙方)：              {line}"),
        p(f"委托代理人：              {line}"),
        p("代理人：                    代理人：                "),
    ]
    assert names(*blocks[:-1]) == [
        "转让方",
        "转让方证件号码",
        "共有人",
        "共有人证件号码",
        "转让方委托代理人",
        "转让方委托代理人证件号码",
        "受让方",
        "受让方证件号码",
        "受让方委托代理人",
        "受让方委托代理人证件号码",
    ]
    signed = p("甲方：                    乙方：                ")
    assert names(p("合同"), signed, blocks[-1])[2:] == ["甲方代理人", "乙方代理人"]


@pytest.mark.parametrize("box", ["□", "( ) ", "- ( ) ", "（ ）"])
@pytest.mark.parametrize("note", ["（请说明）", ""])
def test_the_line_behind_the_note_of_the_last_option_is_its_write_in(box: str, note: str) -> None:
    options = p(f"{box}学生"), p(f"{box}教师"), p(f"{box}其他{note}__________")
    assert fields(p("问卷"), p("1. 您的职业是？"), *options) == [("职业", "choices"), ("职业_其他", "text")]


def test_options_of_figures_and_prompts_behind_bullets_belong_to_their_question() -> None:
    blocks = [
        p("1. 您的年龄？"),
        p("- ( ) 18-24"),
        p("- ( ) 25-34"),
        p("2. 您的建议是什么？"),
        p("- [开放式问题]"),
        p(""),
    ]
    assert fields(p("问卷"), *blocks) == [("年龄", "choices"), ("建议", "longtext")]


def test_degrees_of_one_quality_are_a_scale_whatever_it_is() -> None:
    options = [p(f"( ) {x}") for x in ("非常透明", "比较透明", "一般", "比较不透明", "非常不透明")]
    assert fields(p("问卷"), p("1. 您认为透明度如何？"), *options) == [("透明度", "choice")]


def test_a_table_below_a_heading_in_capitals_and_a_sentence_stands_under_it() -> None:
    told = "Complete the table below in respect of all of them and the subjects that they teach, see the standards."
    heads = ("TEACHING STAFF: GENERAL", "6.4 SUPPORT STAFF")
    records = [x for head in heads for x in (p(head), p(told), table(2, row("Name", "Rank"), row("", "")), p(""))]
    proposal = proposed(p("Form"), p("College: ________"), *records)
    assert [x.path for x in proposal.proposed] == [
        *("college", "teaching_staff_general.name", "teaching_staff_general.rank", "support_staff.name"),
        "support_staff.rank",
    ]


def test_what_letters_stand_for_names_nothing() -> None:
    key = p("F/T = FULL TIME, P/T = PART TIME")
    proposal = proposed(
        p("Form"), p("College: ________"), p("STAFF LIST"), key, table(2, row("Name", "Rank"), row("", ""))
    )
    assert not [x.path for x in proposal.proposed if "time" in x.path]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("某某大学2018-2019学年家庭经济困难学生汇总表", "家庭经济困难学生"),
        ("项目合作分工表", "项目合作分工"),
        ("附件2：大学生创新项目汇总表", "大学生创新项目"),
        ("志愿者花名册", "志愿者"),
    ],
)
def test_a_list_that_nothing_else_names_is_called_by_the_title_of_its_form(title: str, name: str) -> None:
    rows = table(3, row("姓名", "学号", "备注"), row("", "", ""), row("", "", ""))
    assert names(p(title), p("制表人：________"), rows) == ["制表人", name]


def test_the_title_of_a_form_that_is_no_list_names_none_below_its_other_rows() -> None:
    rows = (row("姓名", "", "电话", ""), row("地址", "", "邮编", ""), row("甲", "乙", "丙", "丁"))
    assert names(p("奖学金申请表"), table(4, *rows, *[row("", "", "", "")] * 2))[-1] == "清单"


def test_a_label_that_says_to_write_is_called_by_what_is_written() -> None:
    cells = cell(
        "亲属情况：是否有亲属？  有（  ） 没有（  ）", "如有，请填写其姓名：________ 任职岗位：________", span=4
    )
    asked = table(4, row("姓名", "", "电话", ""), row(cells))
    assert names(p("登记表"), asked)[2:] == ["亲属情况", "亲属情况姓名", "任职岗位"]


def test_a_label_right_behind_another_is_of_it_where_it_repeats() -> None:
    first = row(cell("规范检查", merge="restart"), "中文参考文献", "篇数", "")
    rows = (first, row(cell("", merge="continue"), "英文参考文献", "篇数", ""))
    assert names(p("申请表"), table(4, *rows)) == ["规范检查.中文参考文献篇数", "规范检查.英文参考文献篇数"]


def test_boxes_that_are_all_of_their_section_are_called_after_it() -> None:
    rows = (
        row("姓名", ""),
        row(cell("小组意见（由负责人填写）", span=2)),
        row(cell("□ 同意参加  □ 不同意参加", span=2)),
    )
    assert names(p("申请表"), table(2, *rows))[-1] == "小组意见"


def test_an_opinion_that_says_whose_it_is_is_called_after_nobody_else() -> None:
    inner = table(2, row("□ 建议发表", "□ 建议推广"))
    asked = row("检查组意见", cell("优秀（  ）   通过（  ）   中止（  ）", inner, "", "签字：       "))
    rows = (row("指导教师意见", cell("", "", "签字：")), asked)
    assert names(p("检查表"), table(2, *rows)) == [
        "指导教师意见",
        "检查组意见",
        "检查组意见_优秀通过中止",
        "检查组意见_签字",
    ]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("学习态度20%", "学习态度"),
        ("论文质量60分", "论文质量"),
        ("平时成绩占30%", "平时成绩"),
        ("答辩成绩×40%", "答辩成绩"),
        ("成绩前10%", "成绩前10"),
        ("100分制成绩", "100分制成绩"),
    ],
)
def test_how_much_a_mark_counts_is_no_part_of_its_name(label: str, name: str) -> None:
    assert label_key(label) == name


def test_a_mark_is_called_by_what_is_judged_and_not_by_what_is_required() -> None:
    heads = row("评分内容", "具体要求", "分值", "评分")
    rows = (row("选题", "符合教学基本要求", "20", ""), row("综合能力", "有检索文献的能力", "20", ""))
    assert names(p("评阅表"), table(4, heads, *rows)) == ["选题.评分", "综合能力.评分"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("优 90-100", "优"),
        ("良70-84", "良"),
        ("中等 60～69分", "中等"),
        ("优秀90分以上", "优秀"),
        ("附件1-3", "附件13"),
    ],
)
def test_the_points_of_a_mark_are_no_part_of_its_name(label: str, name: str) -> None:
    assert label_key(label) == name


def test_figures_from_one_to_another_call_nothing() -> None:
    found = [path for path, _ in fields(p("Survey"), table(2, row("85～100", ""), row("Name", "")))]
    assert not any("85" in path for path in found) and "name" in found


def test_a_label_whose_characters_a_tab_sets_apart_is_one() -> None:
    for line in ("姓\t名：__________\t性\t别：________", "姓\t名：\t\t\t性\t别：\t\t"):
        assert [path for path, _ in fields(p("登记表"), p(line))] == ["姓名", "性别"]


def test_what_is_asked_of_a_person_is_of_no_thing_beside() -> None:
    form = table(4, row("人民币", "", "姓名", ""), row("经办人", "", "姓名", ""))
    assert [path for path, _ in fields(p("登记表"), form)] == ["人民币", "姓名", "经办人", "经办人姓名"]
    titles = (row("法定代表人", "", "手机", ""), row("董事长", "", "手机", ""))
    assert [path for path, _ in fields(p("登记表"), table(4, *titles))][3] == "董事长手机"
    dated = table(4, row("论文题目", "", "时间", ""), row("专著名称", "", "时间", ""))
    assert [path for path, _ in fields(p("登记表"), dated)][1] == "论文题目时间"


def test_rows_of_one_name_are_told_apart_by_what_they_say_in_brackets() -> None:
    heads, first = row("项目类型", "金额", "部门"), row("课程（特色课程）□   ", "", "")
    other = row("课程（校本教材）□", "", "")
    assert names(p("验收表"), table(3, heads, first, other, row("教研□", "", "")))[1:5] == [
        *("课程特色课程.金额", "课程特色课程.部门", "课程校本教材.金额", "课程校本教材.部门")
    ]
    assert names(p("验收表"), table(3, heads, first, row("教研□", "", "")))[1:3] == ["课程.金额", "课程.部门"]
