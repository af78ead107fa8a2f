"""Options that a form prints without boxes become ticks in front of their words, which draw nothing before."""

from __future__ import annotations

import pytest

from docfill import DocfillError
from docfill.tag.printed import boxes_printed_in
from docfill.tag.proposal import propose
from tests.small_form import Xml, cell, p, package, r, row, table
from tests.test_tag_kinds import fields, form_of, left, proposed, text_of, underlined


def options(line: str, label: str = "", *, is_answer: bool = False) -> list[tuple[str | None, str]]:
    return [(b.group, b.option) for b in boxes_printed_in(line, label=label, is_answer=is_answer)]


@pytest.mark.parametrize(
    ("line", "group", "said"),
    [
        ("②是否有专用教室：是/否", "②是否有专用教室", ["是", "否"]),
        ("学院是否审核（有无记录）：是/否；", "学院是否审核（有无记录）", ["是", "否"]),
        ("通知方式：网站公布/书面通知/电话通知", "通知方式", ["网站公布", "书面通知", "电话通知"]),
        ("报告会的时间：          ；是否都参加：是/否", "是否都参加", ["是", "否"]),
        ("总体质量：好/较好/一般/较差 ", "总体质量", ["好", "较好", "一般", "较差"]),
        ("Q2. 您的性别：男 / 女 / 其他 / 不愿透露", "Q2. 您的性别", ["男", "女", "其他", "不愿透露"]),
        ("申请类型：新增/变更", "申请类型", ["新增", "变更"]),
    ],
)
def test_words_parted_by_strokes_behind_a_label_are_options(line: str, group: str, said: list[str]) -> None:
    assert options(line) == [(group, x) for x in said]


@pytest.mark.parametrize(
    "line",
    [
        "日期：年/月/日",
        "单价：元/吨",
        "联系人：张三/李四",
        "功能：手机能在WiFi/3G/4G下通信",
        "差旅：178元/人×5人×2次=2400元",
        "http：//a/b/c",
        "车次/航班",
        "详见：附件/第三章/第四节说明的全部内容以及其他有关的若干规定",
    ],
)
def test_other_strokes_are_no_options(line: str) -> None:
    assert options(line) == []


def test_options_alone_in_the_cell_beside_their_label() -> None:
    assert options("男/女", "性别", is_answer=True) == [(None, "男"), (None, "女")]
    assert options("第二轮/第三轮", "申请答辩轮次", is_answer=True) == [(None, "第二轮"), (None, "第三轮")]
    assert options("1、通过      2、 不通过", "学分核查", is_answer=True) == [(None, "通过"), (None, "不通过")]
    assert (
        options("男/女") == options("1、通过  2、不通过") == options("1、通过  3、不通过", "核查", is_answer=True) == []
    )


BLANK = (
    p("检查表")
    + table(
        4,
        row("姓名", "", "性别", "男/女"),
        row("课题", "", "类别", "结合生产/ 结合科研/ 教师自拟/ 其它"),
        row("学分核查", "1、通过      2、 不通过", "班级", ""),
    )
    + p("是否开始撰写（对照任务书）：是/否；")
)


def test_printed_options_are_ticked_in_front_and_read_back_from_any_hand() -> None:
    assert fields(BLANK) == [
        ("姓名", "text"),
        ("性别", "choice"),
        ("课题", "text"),
        ("类别", "choice"),
        ("学分核查", "choice"),
        ("班级", "text"),
        ("是否开始撰写", "choice"),
    ]
    proposal = proposed(BLANK)
    assert not left(BLANK)
    form = form_of(proposal)
    assert text_of(form.blank()) == text_of(package(BLANK))
    data = {
        "姓名": "甲",
        "性别": "女",
        "课题": "乙",
        "类别": "结合科研",
        "学分核查": "通过",
        "班级": "丙",
        "是否开始撰写": "否",
    }
    filled = form.fill(data)
    shown = " ".join(text_of(filled))
    assert "男/√女" in shown
    assert "结合生产/ √结合科研/" in shown
    assert "√1、通过" in shown
    assert "是/√否；" in shown
    read = form.extract(filled, by_meaning=True)
    assert (read.data, read.problems) == (data, [])


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("√男/女", "男"),
        ("男√/女", "男"),
        ("男/女√", "女"),
        ("男", "男"),
        ("女", "女"),
        ("☑男/女", "男"),
        ("男（√）/女", "男"),
        ("男/女", None),
    ],
)
def test_what_a_hand_did_to_printed_options_is_read(said: str, read: str | None) -> None:
    found = form_of(proposed(BLANK)).extract(package(BLANK.replace("男/女", said)))
    assert (found.data["性别"], found.problems) == (read, [])


@pytest.mark.parametrize("said", ["男√女", "√男/√女", "×男/女", "男/女 男", "保密", "男 女", "√"])
def test_what_a_hand_did_to_printed_options_otherwise_is_a_doubt(said: str) -> None:
    found = form_of(proposed(BLANK)).extract(package(BLANK.replace("男/女", said)))
    assert any(x.path == "性别" and x.severity != "note" for x in found.problems)


def test_put_changes_what_is_ticked_in_front_and_refuses_where_options_were_deleted() -> None:
    form = form_of(proposed(BLANK))
    ticked, left_alone = (package(BLANK.replace("男/女", said)) for said in ("√男/女", "男"))
    assert form.extract(form.put(ticked, {"性别": "女"})).data["性别"] == "女"
    assert form.put(left_alone, {"性别": "男"}) == left_alone
    with pytest.raises(DocfillError):
        form.put(left_alone, {"性别": "女"})


def round_trip(blank: str, data: dict[str, object]) -> str:
    """What a form filled with some data says; it is read back without a doubt, and the blank comes out as it was."""
    form = form_of(proposed(blank))
    assert text_of(form.blank()) == text_of(package(blank))
    record = {f.path: None for f in form.fields} | data
    filled = form.fill(record)
    read = form.extract(filled, by_meaning=True)
    assert ({k: v for k, v in read.data.items() if v not in (None, [])}, read.problems) == (data, [])
    return "\n".join(text_of(filled))


# --- options behind letters or figures, with a line to mark in front, in cells of their own ---


def test_options_behind_letters_below_a_question_are_ticked_in_front_of_the_letter() -> None:
    asked = p("问卷") + p("1、您用过网站吗？") + p("A.用过  B.没用过  C.不清楚")
    lines = p("2、您常去哪里？（多选）") + p("A．图书馆") + p("B．教学楼") + p("C．食堂") + p("3、您的学校：________")
    assert fields(asked + lines) == [("用过网站", "choice"), ("常去哪里", "choices"), ("学校", "text")]
    said = round_trip(asked + lines, {"用过网站": "没用过", "常去哪里": ["图书馆", "食堂"]})
    assert "A.用过  √B.没用过" in said
    assert "√A．图书馆\nB．教学楼\n√C．食堂" in said


def test_brackets_behind_a_question_hold_the_letter_and_its_options_are_no_other_place() -> None:
    for brackets in ("（）", "（ ）", "(\u00a0)", "（　）。"):
        asked = p("问卷") + p(f"1、您的性别是{brackets}") + p("A. 男  B. 女") + p("2、姓名：________")
        assert fields(asked) == [("性别", "text"), ("姓名", "text")]
        assert not left(asked)
        round_trip(asked, {"性别": "A"})


def test_letters_that_head_no_options_are_none() -> None:
    assert [k for k, _ in fields(p("说明"), p("A. 总则"), p("B. 附则"), p("姓名：________"))] == ["姓名"]
    assert options("A.甲：  B.乙：") == options("B.乙  C.丙") == []


def test_a_short_line_in_front_of_each_option_is_where_it_is_marked() -> None:
    blank = (
        p("问卷") + p("婚姻状况  ______已婚     _____未婚") + p("入市几年？ ____小于1年 ____1-3年") + p("____超过3年")
    )
    blank += p("您来自____学院____专业____班")
    assert fields(blank)[:2] == [("婚姻状况", "choice"), ("入市几年", "choices")]
    assert all(kind == "text" for _, kind in fields(blank)[2:])
    said = round_trip(blank, {"婚姻状况": "未婚", "入市几年": ["超过3年"]})
    assert "√" in said.split("已婚")[1].split("未婚")[0]


def test_figures_and_words_of_a_scale_in_cells_are_one_choice_a_row() -> None:
    figures = table(
        5,
        row("", "", "不符合", "一般", "符合"),
        row("1", "我会制定计划。", "1", "2", "3"),
        row("2", "我会总结经验。", "1", "2", "3"),
    )
    assert fields(p("量表"), figures) == [("我会制定计划", "choice"), ("我会总结经验", "choice")]
    assert "√3" in round_trip(p("量表") + figures, {"我会总结经验": "3"})
    words = table(
        5,
        row("项目", "A", "B", "C", "D"),
        row("1教学条件", "很高", "适用", "一般", "较差"),
        row("2完成时间", "15年12月", "16年1月", "16年2月", "16年3月"),
    )
    assert fields(p("检查表"), words)[:2] == [("教学条件", "choice"), ("完成时间", "choice")]
    assert "√16年2月" in round_trip(p("检查表") + words, {"完成时间": "16年2月"})


def test_cells_below_the_options_of_a_label_that_says_to_tick_are_one_choice() -> None:
    grid = table(4, row("申报类别（√）", "新产品", "标准化", "企业培训"), row("", "", "", ""))
    merged = grid.replace(cell("申报类别（√）"), cell("申报类别（√）", merge="restart"))
    below = merged.replace(row("", "", "", ""), row(cell("", merge="continue"), "", "", ""))
    assert fields(p("申请表"), below) == [("申报类别", "choice")]


# --- blanks without a line, and names ---


def test_a_line_of_labels_with_room_between_them_is_their_blanks() -> None:
    blank = p("请假单") + p("姓名                 班级                 日期") + table(2, row("所去地点", ""))
    assert [path for path, _ in fields(blank)][:3] == ["姓名", "班级", "日期"]
    round_trip(blank, {"姓名": "甲", "班级": "一班", "日期": "6月5日"})
    heads = p("姓名        班级        日期") + p("张三        一班        6月") + table(2, row("地点", ""))
    assert [path for path, _ in fields(p("单"), heads)] == ["地点"]


def test_days_without_a_year_are_the_two_ends_of_a_stretch() -> None:
    blank = p("请假单") + table(2, row("请假时间", "月       日 至           月         日"), row("地点", ""))
    assert [path for path, _ in fields(blank)] == ["请假时间.开始日期", "请假时间.结束日期", "地点"]
    line = underlined("          ")
    said = table(2, row("实习", cell(p("①毕业实习的时间：", line, "～", line), "②方式：      ")))
    assert [path for path, _ in fields(p("检查表"), said)][:2] == ["实习.毕业实习的时间开始", "实习.毕业实习的时间结束"]


def test_the_room_of_a_school_year_and_of_a_class_in_a_title_needs_no_line() -> None:
    blank = (
        p("补修申请表") + p("20   －20   学年第   学期") + p("某学院     届毕业生申请表") + table(2, row("姓名", ""))
    )
    assert [path for path, _ in fields(blank)] == ["学年开始", "学年结束", "学期", "届", "姓名"] or [
        path for path, _ in fields(blank)
    ] == ["封面.学年开始", "封面.学年结束", "封面.学期", "封面.届", "姓名"]


def test_a_label_or_an_opinion_in_a_high_row_has_its_room_there() -> None:
    def high(content: str) -> str:
        return f'<w:tr><w:trPr><w:trHeight w:val="2000"/></w:trPr>{content}</w:tr>'

    asked = table(
        2, high(cell("原因：", span=2)), row("地点", ""), high(cell("街道意见", "（盖章）  年  月  日", span=2))
    )
    assert [path for path, _ in fields(p("请假单"), asked)] == ["原因", "地点", "街道意见"]


def test_the_same_asked_twice_in_a_row_is_called_after_what_stands_at_its_left() -> None:
    grid = table(3, row("学分", "必修课应修学分：", "已修学分："), row("课外", "实践环节应修学分：", "已修学分："))
    assert [path for path, _ in fields(p("申请表"), grid)] == [
        "必修课应修学分",
        "必修课已修学分",
        "实践环节应修学分",
        "实践环节已修学分",
    ]


# --- what reports, questionnaires and checks have beside places ---


def test_what_is_written_in_a_cell_whose_mark_is_white_or_tiny_is_seen() -> None:
    for look in ('<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'):
        unseen = cell(Xml(f"<w:p><w:pPr><w:rPr>{look}</w:rPr></w:pPr></w:p>"))
        blank = p("申请表") + table(2, row("姓名", unseen), row("学号", ""))
        assert fields(blank) == [("姓名", "text"), ("学号", "text")]
        round_trip(blank, {"姓名": "甲", "学号": "1"})
    rows = [row(cell(Xml(f"<w:p><w:pPr><w:rPr>{look}</w:rPr></w:pPr></w:p>")), "", "") for _ in range(3)]
    assert [f.path for f in form_of(proposed(p("表"), table(3, row("名次", "姓名", "学分"), *rows))).fields] == ["清单"]


def test_boxes_behind_their_options_before_a_stop_and_another_label() -> None:
    line = "任务书的填写情况：好 □；    较好 □；    差 □， 下达日期：          。"
    counted = p("文献资料：好 □；    差 □， 共查阅相关文献", underlined("       "), "篇。")
    assert fields(p("检查表"), p(line), counted, p("是否执行：  是 □；   否 □。")) == [
        ("任务书的填写情况", "choice"),
        ("下达日期", "text"),
        ("文献资料", "choice"),
        ("共查阅相关文献", "integer"),
        ("是否执行", "choice"),
    ]


def test_the_line_under_a_day_may_begin_in_front_of_it() -> None:
    line, gap = underlined("        "), underlined("    ")
    assert fields(p("检查表"), p("姓名：______"), p(line, "年", gap, "月", gap, "日"))[-1] == ("日期", "date")


def test_a_chinese_numeral_over_an_arabic_one_is_a_title() -> None:
    blank = p("检查表") + p("三、文献查阅情况：") + p("1、文献综述质量：好 □  差 □") + p("2、翻译质量：好 □  差 □")
    assert fields(blank) == [("文献查阅情况.文献综述质量", "choice"), ("文献查阅情况.翻译质量", "choice")]


def test_circles_before_figures_and_what_is_written_in_behind_one() -> None:
    asked = [p("2、年龄段 (单选题 *必答)"), p(" ○ 18以下 "), p(" ○ 18-22 "), p(" ○ 其他 ____________")]
    assert fields(p("问卷"), *asked) == [("年龄段", "choice"), ("年龄段_其他", "text")]


def test_options_behind_letters_may_stand_in_the_line_of_their_question() -> None:
    asked = [p("A1.请问您的性别？【单选】 A男   B女"), p("S1.是否购买过（以后）？A是【继续访问】  B否【终止】")]
    assert fields(p("问卷"), *asked) == [("性别", "choice"), ("是否购买过", "choice")]
    assert proposed(p("问卷"), *asked).fields[1].options == ("是", "否")
    assert not fields(p("问卷"), p("姓名：____"), p("请看A级和B级：A级  B级"))[1:]


def test_the_last_option_behind_a_letter_may_ask_for_more() -> None:
    asked = [
        p("A3.您所在的城市？【单选】"),
        p("   A北京   B上海    H其他"),
        p("A4.您的职业？【单选】"),
        p("A工人   B军人   C其他____【请注明】"),
    ]
    assert fields(p("问卷"), p("姓名：____"), *asked)[1:] == [
        ("职业", "choice"),
        ("职业_其他", "text"),
    ]
    assert proposed(p("问卷"), *asked[2:]).fields[0].options == ("工人", "军人", "其他")


def test_options_behind_wide_letters_are_some_and_the_room_between_them_is_none() -> None:
    said = p("Ａ、喜欢\u3000\u3000\u3000\u3000\u3000\u3000Ｂ、\u00a0一般\u3000\u3000\u3000Ｃ、\u00a0不喜欢")
    assert fields(p("问卷"), p("1、你喜欢数学吗？"), said) == [("喜欢数学", "choice")]
    said = p(
        "Ａ、 会有选择有重点的记\u3000\u3000\u3000\u3000\u3000\u3000\u3000Ｂ、\u00a0老师写在黑板上的会照抄\u3000\u3000"
    )
    assert fields(p("问卷"), p("８、数学课会记笔记吗？（\u3000）"), said) == [("数学课会记笔记", "text")]


def test_grades_behind_letters_need_no_question() -> None:
    said = [p("诚实守信、为人正派（A到C分别是20,15,10分）"), p("A．优秀     B.良好         C.一般")]
    assert fields(p("问卷"), *said) == [("诚实守信为人正派", "choice")]


def test_a_table_of_figures_under_its_caption_is_no_form() -> None:
    figures = table(3, row("属性", "数量", "百分比"), *[row(x, "12", "34.5%" if x != "丁" else "") for x in "甲乙丙丁"])
    told = proposed(p("姓名：______"), p("表2  使用情况统计表"), figures)
    assert [f.path for f in told.fields] == ["姓名"]
    assert any("表2" in x.text for x in told.left)


def test_a_label_and_one_english_word_for_it_are_called_by_the_label() -> None:
    grid = table(4, row("姓名Name", "", "学科Discipline", ""))
    assert [path for path, _ in fields(p("申请表"), grid)] == ["姓名", "学科"]


def test_what_tells_to_fill_in_where_nothing_is_drawn_is_told() -> None:
    assert "用空格填写分数，满分10分" in left(
        p("问卷"), p("姓名：______"), p("卫生习惯良好"), p("用空格填写分数，满分10分")
    )


# --- more of what questionnaires, task books and checks do ---


def test_the_kind_of_a_question_below_it_is_no_question() -> None:
    options = table(1, row("○A.大专以下"), row("○B.本科"))
    assert fields(p("问卷"), p("您认为合适的学历？"), p("[单选题] *"), options) == [("合适的学历", "choice")]


def test_what_is_written_in_behind_one_option_is_told_apart() -> None:
    won = table(1, row("□学科竞赛获奖（国家级__项/省部级__项/校级_项）"), row("□其他（请注明） _________"))
    assert [path for path, _ in fields(p("问卷"), p("近两年的成果: [多选题] *"), won)] == [
        "近两年的成果",
        "近两年的成果_学科竞赛获奖",
        "近两年的成果_学科竞赛获奖_省部级",
        "近两年的成果_学科竞赛获奖_校级",
        "近两年的成果_其他",
    ]


def test_marks_behind_letters_head_cells_to_tick() -> None:
    grid = table(4, row("检查内容", "A:符合要求", "B：基本符合", "C:不符合要求"), row("开题报告", "", "", ""))
    assert [(f.path, f.kind.name, list(f.options)) for f in form_of(proposed(p("检查表"), grid)).fields] == [
        ("开题报告", "choice", ["符合要求", "基本符合", "不符合要求"])
    ]


def test_statements_one_a_line_beside_their_rows_of_figures() -> None:
    said = Xml("<w:p><w:r><w:t>A．遵守制度。</w:t><w:br/><w:t>B．积极工作。</w:t></w:r></w:p>")
    rows = (
        row("因素", "要点", "优", "良", "差"),
        row(cell("勤务", merge="restart"), cell(said, merge="restart"), "3", "2", "1"),
        row(cell("", merge="continue"), cell("", merge="continue"), "3", "2", "1"),
    )
    assert fields(p("考核表"), table(5, *rows)) == [("遵守制度", "choice"), ("积极工作", "choice")]


def test_the_parts_of_a_day_in_cells_of_their_own() -> None:
    printed = table(7, row("日期：", "2015", "年", "12", "月", "1", "日"))
    assert fields(p("任务书"), table(2, row("专业", "")), p(""), printed) == [("专业", "text")]
    empty = table(7, row("签订日期", "", "年", "", "月", "", "日"))
    assert [path for path, _ in fields(p("任务书"), empty)] == ["签订日期年", "签订日期月", "签订日期日"]


def test_the_room_below_a_numbered_title_and_the_notes_on_it() -> None:
    noted = cell("二、国内外现状", "备注：着重说明国内、国外现状与主要问题。", "格式：宋体，小四。", "", "", "", span=2)
    opinion = cell("七、教学系审查意见", "", "", "", "负 责 人： ", span=2)
    asked = table(2, row("姓名", ""), row(noted), row(opinion))
    assert [path for path, _ in fields(p("开题报告"), asked)][:3] == ["姓名", "国内外现状", "教学系审查意见"]


def test_days_of_a_stretch_are_called_by_its_beginning_and_end() -> None:
    said = p("起止日期：   年  月  日—    年  月  日 ")
    assert [path for path, _ in fields(p("任务书"), said)] == ["开始日期", "结束日期"]


def test_words_with_strokes_in_a_cell_with_boxes_are_no_options() -> None:
    kinds = table(2, row("项目类型", cell("管理（校长培训）□", "师德/心态（教师团队培训）", "课程（教材编写）□")))
    assert [list(f.options) for f in form_of(proposed(p("验收单"), kinds)).fields] == [["管理", "课程"]]


def test_each_question_of_a_cell_has_the_room_below_it() -> None:
    asked = cell("你遇到的最大困难是什么？", "", "", "", "学校存在的主要问题是什么，有何建议？", "", "", "", span=2)
    blank = p("问卷") + table(2, row("专业", ""), row(asked))
    assert [path for path, _ in fields(blank)] == ["专业", "遇到的最大困难", "学校存在的主要问题建议"]
    round_trip(blank, {"遇到的最大困难": "时间", "学校存在的主要问题建议": "设备"})


def test_a_label_with_the_number_before_the_next_question_asks() -> None:
    blank = [p("问卷"), p("1. 你的姓名（可选）:"), p(""), p("2. 你觉得课程内容如何？（1-不满意，3-满意）")]
    boxes = [p("- [  ] 1"), p("- [  ] 2"), p("- [  ] 3")]
    assert [path for path, _ in fields(*blank, *boxes)] == ["姓名", "课程内容"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A.用过√  B.没用过  C.不清楚", "用过"),
        ("A.用过  √B.没用过  C.不清楚", "没用过"),
        ("A.用过  B.没用过  C.不清楚√", "不清楚"),
        ("A.√用过  B.没用过  C.不清楚", None),
        ("A.用过 √ B.没用过  C.不清楚", None),
        ("B.没用过", None),
    ],
)
def test_a_mark_is_that_of_the_option_it_touches(line: str, said: str | None) -> None:
    blank = p("问卷") + p("1、您用过网站吗？") + p("A.用过  B.没用过  C.不清楚")
    read = form_of(proposed(blank)).extract(package(p("问卷") + p("1、您用过网站吗？") + p(line)))
    assert read.data == {"用过网站": said} or read.problems
    assert (said is None) == bool(read.problems)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("婚姻状况  __√___已婚     _____未婚", "已婚"),
        ("婚姻状况  √已婚     _____未婚", "已婚"),
        ("婚姻状况  ______已婚     __√___未婚", "未婚"),
        ("婚姻状况  ______已婚√     _____未婚", None),
    ],
)
def test_a_mark_on_the_line_in_front_of_an_option_is_its_and_no_other_is(line: str, said: str | None) -> None:
    form = form_of(proposed(p("问卷") + p("婚姻状况  ______已婚     _____未婚")))
    read = form.extract(package(p("问卷") + p(line)))
    assert (read.data["婚姻状况"], bool(read.problems)) == (said, said is None)


def test_the_first_of_the_options_may_have_its_letter_from_word() -> None:
    lists = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{}</w:p>'
    asked = p("目前的游玩时长:") + numbered.format(r("10小时以下  B. 10~50小时 C. 50小时以上"))
    proposal = propose(package(p("问卷") + asked, lists=lists))
    assert [(x.path, x.options) for x in proposal.fields] == [
        ("目前的游玩时长", ("10小时以下", "10~50小时", "50小时以上"))
    ]
    unnumbered = p("目前的游玩时长:") + p("10小时以下  B. 10~50小时 C. 50小时以上")
    assert not fields(p("问卷"), p("姓名：____"), unnumbered)[1:]


def test_marks_of_a_scale_may_be_counted() -> None:
    rows = [row(str(n), said, *[""] * 5) for n, said in enumerate(("感兴趣的", "苦恼的"), 1)]
    grid = table(7, row("题号", "情绪词", "1非常少", "2有一点", "3中等", "4较强", "5非常强"), *rows)
    assert fields(p("量表"), grid) == [("感兴趣的", "choice"), ("苦恼的", "choice")]
    columns = table(4, row("1姓名", "2性别", "3年龄", "4备注"), row(*[""] * 4), row(*[""] * 4))
    assert [kind for _, kind in fields(p("登记表"), columns)] == ["rows"]


@pytest.mark.parametrize("words", ["从不 偶尔 有时 经常 总是", "非常低 比较低 一般 比较高 非常高"])
def test_words_for_how_often_and_how_much_head_cells_to_tick(words: str) -> None:
    grid = table(6, row("项目", *words.split()), row("我感到紧张", *[""] * 5), row("我睡得不好", *[""] * 5))
    assert fields(p("量表"), grid) == [("我感到紧张", "choice"), ("我睡得不好", "choice")]


@pytest.mark.parametrize(
    "line",
    ["口A, 作者：提交全文", "职称：Prof. 口 Assoc. Prof. 口  Dr.口", "是口否口", "午餐口     晚餐口", "口是  口否"],
)
def test_boxes_written_with_a_character_are_told_of(line: str) -> None:
    assert line in [x.text for x in proposed(p("登记表"), p("姓名：____"), p(line)).left if "“口”" in x.reason[0]]


@pytest.mark.parametrize("line", ["户口所在地及人口数", "出口     进口     人口", "口令", "请在窗口办理", "接口 A"])
def test_the_character_in_words_is_no_box(line: str) -> None:
    assert not [x for x in proposed(p("登记表"), p("姓名：____"), p(line)).left if "“口”" in x.reason[0]]


def test_each_row_of_prices_has_its_own_empty_cell() -> None:
    rows = [row(x, "3600RMB", "￥4000", "") for x in ("作者", "学生", "听众")]
    grid = table(4, row("项目", "优惠", "现场", "您的金额"), *rows)
    assert [at for at, _ in fields(p("注册表"), grid)] == ["作者.金额", "学生.金额", "听众.金额"]


def test_a_row_for_the_office_with_room_of_its_own_is_all_that_the_office_fills() -> None:
    meals = [
        x
        for meal in ("Breakfast", "Lunch")
        for x in (
            row(meal, "Time:", "Location:"),
            row(cell(p("Office use:  Prep by _______  Final Temp _______"), span=3)),
        )
    ]
    proposal = proposed(p("Request"), table(3, row("Name:", "Phone:", "Day:"), *meals))
    assert [x.at for x in proposal.proposed] == ["1/0/0", "1/0/1", "1/0/2", "1/1/1", "1/1/2", "1/3/1", "1/3/2"]
    assert [x.at for x in proposal.left] == ["1/2", "1/4"]


def test_a_label_over_a_table_that_is_full_leads_to_what_it_prints() -> None:
    account = table(2, row("户名", "李玲"), row("账号", "6217"))
    assert fields(p("注册表"), p("姓名：____"), p("账户一（私人账户）："), account) == [("姓名", "text")]


def test_options_below_brackets_for_their_letter_are_none_of_their_own() -> None:
    asked = p("４、上课时是否举手（  ）"), p(" A、经常   B、很少    C、偶尔   D、从不")
    assert fields(p("问卷"), *asked) == [("上课时是否举手", "text")]


def test_a_label_over_boxes_written_with_a_character_leads_to_them() -> None:
    asked = p("1, 请选择注册身份类型："), p("口A, 作者：提交全文"), p("口B, 听众：只参会")
    proposal = proposed(p("注册表"), p("姓名：____"), *asked)
    assert [x.path for x in proposal.fields] == ["姓名"]
    assert [x.at for x in proposal.left] == ["2", "3", "4"]
