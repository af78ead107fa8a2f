"""Tagging office forms in Chinese: what their tables, lines and letters do, as a small form of its own each."""

from __future__ import annotations

import pytest

from tests.small_form import Xml, cell, p, r, row, table
from tests.test_tag_kinds import control, fields, form_of, left, proposed, text_of, underlined

TAB = Xml("<w:r><w:tab/></w:r>")
HEADING = p("申请表")


def high(*cells: str) -> Xml:
    """A row drawn so high that there is room for an answer."""
    return Xml(row(*cells).replace("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="3000"/></w:trPr>', 1))


def test_a_number_before_a_box_is_no_label_of_it() -> None:
    lines = [p("四、成果形式：")] + [p(f"{n}、 □{x}   （   ）份；") for n, x in enumerate(("论文", "图纸", "报告"), 1)]
    found = fields(HEADING, table(1, row(cell(*lines))))
    assert [path for path, kind in found if kind.startswith("choice")] == ["成果形式"]
    assert [path.split("_")[-1] for path, kind in found if kind == "integer"] == ["论文", "图纸", "报告"]


def test_a_question_that_ends_as_the_title_of_a_form_does_names_its_options() -> None:
    blocks = [p("问卷"), p("您是否在APP上购买过电子书？（单选）"), p("□是"), p("□否"), p("姓名：____")]
    assert fields(*blocks)[0] == ("是否在APP上购买过电子书", "choice")


def test_options_with_boxes_are_no_hint_below_a_question() -> None:
    grey = Xml('<w:r><w:rPr><w:color w:val="999999"/></w:rPr><w:t>')
    options = [Xml(f"<w:p>{grey}□{x}</w:t></w:r></w:p>") for x in ("护眼功能", "免费阅读")]
    found = fields(p("问卷"), p("1. 您希望在哪些方面改进？（多选）"), *options, p(""), p(""))
    assert found == [("希望在哪些方面改进", "choices")]


def test_a_heading_over_a_sentence_is_no_place() -> None:
    blocks = [p("知情同意书"), p("五、替代治疗："), p("本研究不涉及治疗。"), p("姓名：____")]
    assert [path.split(".")[-1] for path, _ in fields(*blocks)] == ["姓名"]


def test_no_section_goes_on_into_the_form_below_and_who_signs_owns_what_is_asked_of_them() -> None:
    blocks = [
        p("一、联系方式"),
        p("如有问题，请与研究者联系，我们会及时答复您的任何疑问并提供帮助。"),
        p("知情同意书"),
        p("受试者姓名（正楷）：________"),
        p("联系方式：________"),
        p("法定代理人签名（正楷）：________"),
        p("同受试者关系：________"),
        p("联系方式：________"),
    ]
    paths = [path.removeprefix("封面.") for path, _ in fields(*blocks)]
    assert paths == ["受试者姓名", "受试者联系方式", "法定代理人签名", "同受试者关系", "法定代理人联系方式"]


def test_room_over_a_signature_is_not_named_after_the_opinion_in_the_row_above() -> None:
    signed = ("", "", "主任签名：          年   月   日")
    rows = [
        row("答辩情况", cell("答辩评语：", "", "", "答辩成绩：          负责人：        年   月   日")),
        row("总评成绩", cell(*signed)),
    ]
    assert "总评成绩" in [path for path, _ in fields(HEADING, table(2, *rows))]


def test_a_high_row_with_a_title_and_what_tells_to_write_has_room() -> None:
    told = "一般运用文献法、问卷调查法，要结合具体内容来确定研究方法。"
    assert fields(HEADING, table(1, high(cell("4.研究方法（200字）", told)))) == [("研究方法", "longtext")]


def test_a_note_that_speaks_of_a_signature_makes_its_label_none() -> None:
    opinion = cell(
        "指导教师对论文的审定意见（含是否同意定稿，在修改后签字）：", "", "", "", "签字：        年   月   日"
    )
    assert fields(HEADING, table(1, row(opinion)))[0][0] == "指导教师对论文的审定意见"


def test_labels_that_tabs_set_apart_are_places() -> None:
    assert fields(HEADING, p("姓名", TAB, TAB, "电话", TAB, TAB)) == [("姓名", "text"), ("电话", "text")]
    assert [x for x, _ in fields(HEADING, p("班级", TAB, "姓名", TAB, "学号", TAB))] == ["班级", "姓名", "学号"]


def test_a_day_in_three_controls_is_three_places_with_its_name() -> None:
    day = p("日期：", control("年份"), "年", control("月份"), "月", control("几号"), "日")
    assert [path for path, _ in fields(HEADING, day)] == ["日期年", "日期月", "日期日"]


def test_a_printed_label_and_answer_name_nothing_beside_them() -> None:
    accounts = table(2, row("账户名：某某公司", "账号：51001479"), row("开户行：建设银行", ""))
    assert fields(HEADING, accounts, table(2, row("姓名", ""))) == [("姓名", "text")]
    assert "开户行：建设银行" in left(HEADING, accounts, table(2, row("姓名", "")))


def test_a_term_at_the_beginning_of_a_title_names_its_blank() -> None:
    assert fields(p("__________ 届毕业论文题目审批表"), p("学院：          "))[0] == ("届", "text")


def test_an_empty_cell_before_a_note_is_no_place_and_notes_of_a_cell_are_none() -> None:
    rows = [
        row("姓名", "", "性别", ""),
        row("", cell("注：如有多位，请复制上面的空白行。", span=3)),
        row(cell("备注：", "1学科分类：A.理工类；B.社科类；", span=4)),
    ]
    assert fields(HEADING, table(4, *rows)) == [("姓名", "text"), ("性别", "text")]


def test_letters_that_keep_a_place_are_it() -> None:
    assert fields(HEADING, table(4, row("姓 名", "XXX", "班 级", "XX"))) == [("姓名", "text"), ("班级", "text")]


@pytest.mark.parametrize(
    "blocks",
    [
        [p("尊敬的王先生："), p("诚邀您参加。"), p("签发人：____")],
        [p("通知"), p("各单位："), p("请按时上报。"), p("联系人：____")],
        [p("证明"), p("特此证明。"), p("日期：____")],
    ],
)
def test_a_letter_with_a_blank_is_said_to_be_no_form(blocks: list[str]) -> None:
    assert len(proposed(*blocks).doubts) == 1


def test_names_of_people_beside_their_labels_say_that_a_form_is_filled() -> None:
    rows = [row("经理", "王小明", "电话", "13900001111"), row("备注", "", "意见", "")]
    assert "填过" in proposed(HEADING, table(4, *rows)).doubts[0][0]
    assert proposed(HEADING, table(4, row("经理", "", "电话", ""), row("负责人", "意见", "备注", ""))).doubts == []


@pytest.mark.parametrize("item", ["1）符合以下条件的：", "①观察建筑特色", "A地图或线路图", "地点：县北部老祠堂"])
def test_what_leads_on_to_a_list_or_to_printed_answers_is_no_place(item: str) -> None:
    assert [x for x, _ in fields(HEADING, p("考察方式："), p(item), p("姓名：____"))] == ["姓名"]


def test_a_label_that_is_set_apart_behind_spaces_is_one_place() -> None:
    blocks = [p("承诺书"), p("                 法人代表签字："), p("                      日  期："), p("电话：____")]
    assert len([x for x, _ in fields(*blocks) if "日期" in x]) <= 1


def test_a_part_that_is_only_signed_is_in_no_section() -> None:
    blocks = [
        p("一、如有疑问，与谁联系"),
        p("如有问题，请与研究者联系，我们会及时答复您的任何疑问并提供帮助。"),
        p("受试者同意声明"),
        p("联系电话：________"),
    ]
    assert fields(*blocks) == [("联系电话", "text")]


def test_a_header_is_over_no_row_that_prints_a_label_where_others_have_room() -> None:
    rows = [
        row("阶段", "时间", "任务"),
        row("准备阶段", "", ""),
        row("实施阶段", "", ""),
        row(cell("所需条件", merge="restart"), "图书资料", ""),
        row(cell("", merge="continue"), "实验室", ""),
    ]
    assert [x for x, _ in fields(HEADING, table(3, *rows))] == [
        "准备阶段.时间",
        "准备阶段.任务",
        "实施阶段.时间",
        "实施阶段.任务",
        "所需条件.图书资料",
        "所需条件.实验室",
    ]


def test_a_line_before_the_note_that_it_is_signed_is_a_place() -> None:
    drawn = cell("指导教师评语：", "", "", "", p("指导教师 ", underlined("        "), "（签名）"), "年  月  日")
    assert [path for path, _ in fields(p("考核表"), table(1, row(drawn)))] == ["指导教师评语", "指导教师", "日期"]
    bare = cell("指导教师评语：", "", "", "", "指导教师         （签名）", "年  月  日")
    assert [path for path, _ in fields(p("考核表"), table(1, row(bare)))] == ["指导教师评语"]


def test_a_prompt_in_square_brackets_is_the_place_of_the_answer() -> None:
    pairs = (row("指导教师", "[指导教师]"), row("电话", "[电话]"))
    form = proposed(p("任务书"), p("姓    名        [姓名]        "), table(2, *pairs))
    assert [x.path for x in form.proposed] == ["姓名", "指导教师", "电话"]
    filled = form_of(form).fill({"姓名": "甲", "指导教师": "乙", "电话": "123"})
    assert not [x for x in text_of(filled) if "[" in x]


def test_a_prompt_that_says_to_write_is_a_place_and_the_label_above_it_names_it() -> None:
    told = cell("主要内容：", "[单击此处输入主要内容]", "2、要求", "[单击此处输入具体要求]", "引用[EB/OL]。")
    assert [path for path, _ in fields(p("任务书"), table(1, row(told)))] == ["主要内容", "具体要求"]


def test_whom_a_letter_is_to_is_no_place_though_it_ends_in_a_colon() -> None:
    assert fields(p("承诺书"), p("致某某设计大奖评选组委会："), p("承诺人：________")) == [("承诺人", "text")]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("地  址：    省    市    县（市、区）    ", ["省", "市", "县", "详细地址"]),
        ("地址：____省____市____县（区）____乡（镇）____村", ["省", "市", "县", "乡", "村"]),
        ("地址：      省      市（县）", ["省", "市"]),
        ("地址：    省（自治区、直辖市）    市    区    街道（乡镇）    居委会", ["省", "市", "区", "街道", "居委会"]),
    ],
)
def test_each_part_of_an_address_has_its_blank(line: str, parts: list[str]) -> None:
    assert [path for path, _ in fields(HEADING, p(line))] == [f"地址.{part}" for part in parts]
    assert [path for path, _ in fields(HEADING, table(2, row("地址", line.partition("：")[2])))] == [
        f"地址.{part}" for part in parts
    ]


def test_a_label_behind_an_address_has_its_own_blank() -> None:
    paths = [path for path, _ in fields(HEADING, p("地址：____省____市____县____  邮编：______"))]
    assert paths == ["地址.省", "地址.市", "地址.县", "地址.详细地址", "邮编"]


@pytest.mark.parametrize("label", ["代理人签字", "代理人签字：", "签字日期：", "联系人："])
def test_a_note_behind_a_blank_that_is_underlined_with_it_is_no_word_in_it(label: str) -> None:
    line = p(Xml(r(label) + underlined("         （必要时）") + r("   电话：") + underlined("       ")))
    assert [path for path, _ in fields(p("同意书"), line)] == [label.rstrip("："), "电话"]
    form = form_of(proposed(p("同意书"), line))
    record = {label.rstrip("："): "王芳", "电话": "66-01"}
    result = form.extract(form.fill(record), by_meaning=True)
    assert (result.data, result.problems) == (record, [])
