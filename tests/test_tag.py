"""Tagging: a blank form becomes a template, with the fields that a person would see in it.

Small forms, one drawing of a blank each; the two official blanks, which must
give exactly the contract; and real forms beside the checkout, against places
that were listed by hand (`tag_truth`).  Those forms are nobody's to publish, so
these tests are skipped where the folder is not there.
"""

from __future__ import annotations

import cProfile
import io
import pickle
import pstats
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from docfill import DocfillError, Form, bundled
from docfill.fields import describe
from docfill.lint import differences, lint, place_of
from docfill.tag import names
from docfill.tag.learn import learn
from docfill.tag.places import places_of
from docfill.tag.proposal import Proposal, propose
from docfill.tag.review import page
from docfill.word.document import Document, Element, paragraphs_of
from docfill.word.package import Package
from docfill.word.part import Part
from docfill.word.xml import MC, W
from tests.commands import app
from tests.disturb import MAIN, package_of, parts_of
from tests.small_form import BOXES, SYMBOLS, Xml, cell, form_named, p, package, row, symbol, table
from tests.strategies import filled_everywhere, record_of

TRUTH = Path(__file__).parent / "tag_truth"
REAL = Path(__file__).parent.parent.parent / "shared" / "forms" / "real"


def proposed(*blocks: str) -> Proposal:
    return propose(package("".join(blocks)), "表.docx")


def fields(*blocks: str) -> list[tuple[str, str]]:
    """(path, kind) of what is proposed for a form with these blocks."""
    return [(f.path, f.kind.name) for f in proposed(*blocks).fields]


def form_of(proposal: Proposal) -> Form:
    return Form(Package.open(proposal.template, "表.docx"), "表")


def text_of(document: bytes) -> list[str]:
    return [x.text for x in paragraphs_of(Document(document).blocks)]


def underlined(spaces: str) -> Xml:
    return Xml(f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{spaces}</w:t></w:r>')


# --- one drawing of a blank each ---


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("姓名：          ", [("姓名", "text")]),
        ("姓名：__________", [("姓名", "text")]),
        ("姓名：＿＿＿＿", [("姓名", "text")]),
        ("姓名：", [("姓名", "text")]),
        ("姓  名：        电  话：        ", [("姓名", "text"), ("电话", "text")]),
        ("Name: ____________  Date of birth: ____________", [("name", "text"), ("date_of_birth", "text")]),
        ("填表日期：    年    月    日", [("填表日期", "date")]),
        ("填表日期：  年 月 日", [("填表日期", "date")]),
        ("总投资（        ）万元", [("总投资", "number")]),
        ("职工数：     人", [("职工数", "integer")]),
        ("所属地区：    市    县", [("所属地区.市", "text"), ("所属地区.县", "text")]),
        ("是否上市：□是  □否", [("是否上市", "choice")]),
        ("是否上市：是□  否□", [("是否上市", "choice")]),
        ("主营（可多选）：□研发 □生产 □其他：________", [("主营", "choices"), ("主营_其他", "text")]),
        ("填表日期：__年__月__日", [("填表日期", "date")]),
        ("起始时间：    年   月          完成时间：    年   月", [("起始时间", "text"), ("完成时间", "text")]),
        ("有无亲属在本公司？ 有（  ） 没有（  ）", [("有无亲属在本公司", "choice")]),
        ("类型：（  ）创新训练  （  ）创业训练", [("类型", "choice")]),
        ("是否上市：〇是 〇否", [("是否上市", "choice")]),
        ("Urgent? [ ] Yes [ ] No", [("urgent", "choice")]),
        ("姓名（    ）性别（    ）", [("姓名", "text"), ("性别", "text")]),
        ("How soon can you start?", [("how_soon_can_you_start", "text")]),
        ("评语：（请说明是否同意）", [("评语", "text")]),
        ("年   月   日    至    月   日", [("开始日期", "date"), ("结束日期", "text")]),
        ("本人接受                    的推荐，并对填写的内容负责，特此说明。", [("本人接受", "text")]),
    ],
)
def test_a_line_has_the_blanks_that_are_drawn_in_it(line: str, expected: list[tuple[str, str]]) -> None:
    assert fields(p("登记表"), p(line)) == expected


def test_an_underlined_space_is_a_blank_however_short() -> None:
    assert fields(p("登记表"), p("经办", underlined("    "), "联系", underlined("    "))) == [
        ("经办", "text"),
        ("联系", "text"),
    ]


def test_a_tab_is_a_blank_that_stays_behind_the_answer() -> None:
    tab = Xml("<w:r><w:tab/></w:r>")
    proposal = proposed(p("登记表"), p("姓名：", tab))
    assert form_of(proposal).extract(form_of(proposal).fill({"姓名": "王芳"})).data == {"姓名": "王芳"}
    assert text_of(form_of(proposal).fill({"姓名": "王芳"}))[1] == "姓名：王芳\t"


def test_a_cell_takes_its_name_from_the_label_at_its_left_and_the_headers_above() -> None:
    assert fields(
        table(4, row("企业名称", cell("", span=3)), row("法人", "", "电话", "")),
        table(3, row("指标", "2021年", "2022年"), row("营业收入（万元）", "", ""), row("职工人数", "", "")),
    ) == [
        ("企业名称", "text"),
        ("法人", "text"),
        ("电话", "text"),
        ("营业收入.2021年", "number"),
        ("营业收入.2022年", "number"),
        ("职工人数.2021年", "integer"),
        ("职工人数.2022年", "integer"),
    ]


def test_a_label_that_repeats_takes_the_name_of_its_owner() -> None:
    assert [path for path, _ in fields(table(4, row("法人", "", "电话", ""), row("经办人", "", "电话", "")))] == [
        "法人",
        "法人电话",
        "经办人",
        "经办人电话",
    ]


def test_a_group_merged_at_the_left_comes_first() -> None:
    rows = (
        row(cell("单位", merge="restart"), "名称", ""),
        row(cell("", merge="continue"), "地址", ""),
    )
    assert [path for path, _ in fields(table(3, *rows))] == ["单位.名称", "单位.地址"]


def test_sections_and_the_cover_nest() -> None:
    blocks = (
        p("申报表"),
        p("单位：      "),
        p("一、概况"),
        table(2, row("地址", "")),
        p("二、其他"),
        table(2, row("备注", "")),
    )
    assert [path for path, _ in fields(*blocks)] == ["封面.单位", "概况.地址", "其他.备注"]


def test_empty_rows_of_one_shape_under_a_header_are_repeated() -> None:
    rows = (row("序号", "姓名", "职务"), row("1", "", ""), row("2", "", ""))
    proposal = proposed(p("成员"), p("一、名单"), table(3, *rows))
    (only,) = proposal.fields
    assert (only.path, only.kind.name, only.columns) == ("名单", "rows", ("序号", "姓名", "职务"))
    form, data = form_of(proposal), {"名单": [{"序号": str(n), "姓名": f"张{n}", "职务": "员"} for n in range(4)]}
    assert form.extract(form.fill(data)).data == data
    assert form.extract(package(p("成员") + p("一、名单") + table(3, *rows)), by_meaning=True).data == {"名单": []}


def test_rows_with_words_of_their_own_are_no_repetition() -> None:
    rows = (row("项目", "金额", "说明"), row("设备", "", ""), row("材料", "", ""))
    assert [path for path, _ in fields(table(3, *rows))] == ["设备.金额", "设备.说明", "材料.金额", "材料.说明"]


def test_a_row_of_one_cell_names_the_empty_row_below() -> None:
    assert fields(table(2, row("一级", ""), row(cell("企业简介（500字以内）", span=2)), row(cell("", span=2)))) == [
        ("一级", "text"),
        ("企业简介", "text"),
    ]


def test_a_cell_with_its_label_and_room_for_the_answer() -> None:
    assert fields(table(1, row(cell("实验过程（简要描述）：", "", "", "")), row(cell("What is needed?", "", "")))) == [
        ("实验过程", "text"),
        ("what_is_needed", "text"),
    ]


def test_one_option_a_cell_is_one_group() -> None:
    proposal = proposed(table(4, row("性质", "内资□", "外资□", "国有（含控股）□")))
    (only,) = proposal.fields
    assert (only.path, only.options) == ("性质", ("内资", "外资", "国有"))
    returned = package(table(4, row("性质", "内资□", "外资☑", "国有（含控股）□")))
    assert form_of(proposal).extract(returned).data in ({"性质": ["外资"]}, {"性质": "外资"})


@pytest.mark.parametrize(("on", "off"), [SYMBOLS, BOXES, (symbol("0052"), symbol("00A3"))])
def test_boxes_that_are_no_characters_keep_their_drawing(on: Xml, off: Xml) -> None:
    blank = package(p("登记表") + p("加急：", off, "是  ", off, "否"))
    proposal = propose(blank)
    form = form_of(proposal)
    assert [(f.path, f.kind.name, f.options) for f in form.fields] == [("加急", "choice", ("是", "否"))]
    assert text_of(form.blank()) == text_of(blank)
    assert form.extract(package(p("登记表") + p("加急：", off, "是  ", on, "否"))).data == {"加急": "否"}
    assert form.extract(form.fill({"加急": "是"})).data == {"加急": "是"}


def test_a_legacy_check_box_is_drawn_with_its_state() -> None:
    def legacy(state: str) -> Xml:
        return Xml(
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/>'
            f'<w:default w:val="{state}"/></w:checkBox></w:ffData></w:fldChar></w:r>'
            '<w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    blank = package(p("Form") + p("Express: ", legacy("0"), " Yes  ", legacy("0"), " No"))
    form = form_of(propose(blank))
    (only,) = form.fields
    assert (only.path, only.options) == ("express", ("Yes", "No"))
    assert text_of(form.blank()) == text_of(blank)
    assert form.extract(form.fill({"express": "No"}), by_meaning=True).data == {"express": "No"}


def test_the_prompt_of_a_content_control_gives_way_to_the_answer() -> None:
    control = Xml(
        '<w:sdt><w:sdtPr><w:alias w:val="Applicant"/><w:showingPlcHdr/><w:text/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>Click here to enter text.</w:t></w:r></w:sdtContent></w:sdt>"
    )
    plain = Xml(control.replace("<w:showingPlcHdr/>", "").replace("Click here to enter text.", "Mr. X"))
    form = form_of(proposed(p("Form"), p("Name: ", plain)))
    assert [f.path for f in form.fields] == ["name"]
    assert form.extract(form.fill({"name": "Ann"})).data == {"name": "Ann"}
    assert form.extract(package(p("Form") + p("Name: ", control))).data == {"name": None}


def test_numbered_headings_in_a_cell_have_room_for_paragraphs() -> None:
    inside = cell("（2000字以内）", "一、现状", "包括规模、结构等。", "二、目标", "三、措施", span=1)
    proposal = proposed(p("规划"), p("四、规划内容"), table(1, row(inside)))
    assert [(f.path, f.kind.name) for f in proposal.fields] == [
        ("规划内容.现状", "longtext"),
        ("规划内容.目标", "longtext"),
        ("规划内容.措施", "longtext"),
    ]
    form, data = form_of(proposal), {"规划内容": {"现状": "甲\n乙", "目标": "丙", "措施": None}}
    assert form.extract(form.fill(data)).data == data


def test_a_unit_alone_has_its_blank_in_front() -> None:
    assert fields(table(2, row("新增设备", "台（套）"), row("新增利润", "万元"), row("合格率", "从%提高至%")))[:2] == [
        ("新增设备", "integer"),
        ("新增利润", "number"),
    ]


def test_brackets_around_nothing_are_boxes_and_read_back() -> None:
    form = form_of(proposed(p("登记表"), p("有无亲属：有（  ）  没有（  ）"), p("[ ] Day  [ ] Night")))
    data = {"有无亲属": "没有", "选项": ["Night"]}
    assert text_of(form.fill(data))[1:] == ["有无亲属：有（  ）  没有（√）", "[ ] Day  [√] Night"]
    assert form.extract(form.fill(data), by_meaning=True).data == data
    returned = package(p("登记表") + p("有无亲属：有（√）  没有（  ）") + p("[ ] Day  [ ] Night"))
    assert form.extract(returned).data == {"有无亲属": "有", "选项": []}


def test_a_box_alone_in_a_cell_is_named_by_its_row_or_by_the_header_over_it() -> None:
    fees = table(
        3,
        row(cell("费用", span=3)),
        row("正式代表（会员）", "500元", "□"),
        row("正式代表（非会员）", "600元", "□"),
        row("学生", "免费", "□"),
    )
    marks = table(4, row("项目", "优", "良", "差"), row("态度", "□", "□", "□"), row("质量", "□", "□", "□"))
    proposal = proposed(p("登记表"), fees, p("评价"), marks)
    assert [(f.path, f.options) for f in proposal.fields] == [
        ("费用", ("正式代表（会员）", "正式代表（非会员）", "学生")),
        ("评价.态度", ("优", "良", "差")),
        ("评价.质量", ("优", "良", "差")),
    ]
    form = form_of(proposal)
    assert lint(form) == []
    ticked = {f.path: f.options[1] for f in proposal.fields}
    kinds = {f.path: f.kind.name for f in proposal.fields}
    flat = {path: [x] if kinds[path] == "choices" else x for path, x in ticked.items()}
    data = {"费用": flat["费用"], "评价": {"态度": flat["评价.态度"], "质量": flat["评价.质量"]}}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_a_label_merged_over_empty_rows_has_them_repeated_beside_it() -> None:
    rows = (
        row("", "姓名", "电话"),
        row("主持人", "", ""),
        row(cell("成员", merge="restart"), "", ""),
        row(cell("", merge="continue"), "", ""),
    )
    proposal = proposed(p("登记表"), table(3, *rows))
    assert [(f.path, f.columns) for f in proposal.fields] == [
        ("主持人.姓名", ()),
        ("主持人.电话", ()),
        ("成员", ("姓名", "电话")),
    ]
    form = form_of(proposal)
    people = [{"姓名": f"张{n}", "电话": str(n)} for n in range(3)]
    data = {"主持人": {"姓名": "王芳", "电话": "1"}, "成员": people}
    assert form.extract(form.fill(data), by_meaning=True).data == data
    merges = [[c.continues for c in r.cells] for r in Document(form.fill(data)).blocks[1].rows]  # type: ignore[union-attr]
    assert [m[0] for m in merges] == [False, False, False, True, True]


@pytest.mark.parametrize("answer", [("很好", "同意", ""), ("", "很好", "同意")])
def test_empty_paragraphs_under_a_colon_are_the_room_for_its_answer(answer: tuple[str, ...]) -> None:
    form = form_of(proposed(p("考核表"), table(1, row(cell("指导教师评语：", "", "", "", "教师       （签名）")))))
    returned = package(p("考核表") + table(1, row(cell("指导教师评语：", *answer, "教师       （签名）"))))
    result = form.extract(returned)
    assert (result.data, result.leftovers) == ({"指导教师评语": "很好\n同意"}, [])


def test_what_is_written_behind_a_colon_belongs_to_the_room_below() -> None:
    form = form_of(proposed(p("考核表"), table(1, row(cell("评语：", "", "", "", "教师       （签名）")))))
    result = form.extract(
        package(p("考核表") + table(1, row(cell("评语：很好", "同意", "", "", "教师       （签名）"))))
    )
    assert (result.data, result.problems, result.leftovers) == ({"评语": "很好\n同意"}, [], [])


def test_a_numbered_heading_that_fills_a_row_has_its_room_below() -> None:
    rows = (row(cell("一、简介（200字以内）")), row(cell("二、现状（不少于300字）")), row(cell("三、意见", "签名：")))
    form = form_of(proposed(p("申报表"), table(1, *rows)))
    assert [(f.path, f.kind.name) for f in form.fields] == [("简介", "longtext"), ("现状", "longtext")]
    returned = package(p("申报表") + table(1, row(cell("一、简介（200字以内）", "甲", "乙")), *rows[1:]))
    assert form.extract(returned).data == {"简介": "甲\n乙", "现状": None}


def test_a_table_of_one_empty_cell_is_named_by_the_words_above_it() -> None:
    assert fields(p("Form"), p("Name: ____"), p("Other skills (please specify):"), table(1, row(""), row(""))) == [
        ("name", "text"),
        ("other_skills", "text"),
    ]


def test_drawn_lines_under_a_question_are_one_answer() -> None:
    line = "_" * 40
    form = form_of(proposed(p("Form"), p("State your duties:"), p(line), p(line), p(""), p("Name: ____")))
    assert [(f.path, f.kind.name) for f in form.fields] == [("state_your_duties", "longtext"), ("name", "text")]
    returned = package(p("Form") + p("State your duties:") + p("I write code") + p(line) + p("") + p("Name: Ann"))
    assert form.extract(returned).data == {"state_your_duties": "I write code", "name": "Ann"}


def test_what_the_blank_itself_cannot_be_read_with_is_dropped() -> None:
    proposal = proposed(
        p("协议"), p("地址：____"), p("甲方："), p("____年____月____日"), p("乙方："), p("____年____月____日")
    )
    result = form_of(proposal).extract(form_of(proposal).blank(), by_meaning=True)
    assert [x for x in result.problems if x.severity != "note"] == []
    assert "地址" in [f.path for f in proposal.fields]


def test_a_title_with_a_colon_is_the_section_of_the_questions_below() -> None:
    assert fields(p("Form"), p("Personal Information:"), p("Full Name:"), p("Gender:")) == [
        ("personal_information.full_name", "text"),
        ("personal_information.gender", "text"),
    ]


def test_a_box_in_front_of_the_cell_of_its_option_is_named_by_that_cell() -> None:
    rows = (row("有无亲属任职？", "□", "有", "□", "无"), row("有无处分？", "□", "有", "□", "无"))
    assert [(f.path, f.kind.name, f.options) for f in proposed(p("登记表"), table(5, *rows)).fields] == [
        ("有无亲属任职", "choice", ("有", "无")),
        ("有无处分", "choice", ("有", "无")),
    ]


def test_a_table_of_labels_alone_asks_in_every_cell() -> None:
    rows = (row("中文姓名", "英文姓名"), row("住址", "电话号码"), row(cell("离职原因", span=2)))
    form = form_of(proposed(p("职位申请表"), table(2, *rows)))
    assert [f.path for f in form.fields] == ["中文姓名", "英文姓名", "住址", "电话号码", "离职原因"]
    filled = (row("中文姓名 王芳", "英文姓名"), row("住址  东路", "电话号码"), row(cell("离职原因", span=2)))
    data = form.extract(package(p("职位申请表") + table(2, *filled))).data
    assert (data["中文姓名"], data["住址"], data["电话号码"]) == ("王芳", "东路", None)
    prices = table(2, row("项目", "价格"), row("培训", "500元"))
    assert fields(p("姓名：______"), prices) == [("姓名", "text")]


def test_a_mark_beside_a_signature_and_the_room_under_a_hint_are_places() -> None:
    inside = cell(
        "（从选题、内容等方面考核）", "", "", "评分（百分制）：        指导教师（签字）：            年   月   日"
    )
    assert fields(p("评定表"), table(2, row("指导教师意见", inside))) == [
        ("指导教师意见", "text"),
        ("指导教师意见_评分", "text"),
    ]


def test_a_printed_figure_names_nothing_where_other_words_do() -> None:
    rows = (row("项目", "满分", "得分"), row("选题正确", "15分", ""), row(cell("合计", span=2), ""))
    assert [path for path, _ in fields(table(3, *rows))] == ["选题正确.得分", "合计"]


def test_a_high_row_under_its_label_alone_is_the_room_for_the_answer() -> None:
    high = Xml(row(cell("工作思路（怎么做）", span=2)).replace("<w:tr>", _HIGH))
    assert fields(p("报告"), table(2, row("题目", ""), high, high.replace("工作思路", "要解决的问题"))) == [
        ("题目", "text"),
        ("工作思路", "longtext"),
        ("要解决的问题", "longtext"),
    ]


_HIGH = '<w:tr><w:trPr><w:trHeight w:val="2325"/></w:trPr>'


# --- left alone ---


@pytest.mark.parametrize(
    "block",
    [
        p("请在“□”内打√。"),
        p("填表说明：请如实填写，不得空缺。本表一式两份，由申请单位盖章后报送。"),
        p("附件二："),
        table(2, row("本人签名", "")),
        table(1, row(cell("本人承诺以上内容属实。", "", "本人签名：     年    月   日"))),
        table(2, row(cell("以下由主管部门填写", span=2)), row("编号", "")),
        table(2, row("For office use only", ""), row("", "")),
        table(2, row(cell("人力资源部门填写事项", span=2)), row("入司日期", "")),
        table(2, row(cell("董事长审核事项", span=2)), row(cell("意见：", "", "", span=2))),
        p("申    请    人    情    况"),
        p("有关年月日等日期，一律用阿拉伯数字。"),
        p("在上述原则指导下，订立本协议书，各方共同遵守："),
        p("") + p("_" * 60),
        p("Signature of the student\t\t\t\tSignature & Seal of HOD"),
    ],
)
def test_what_no_applicant_fills_is_left_alone(block: str) -> None:
    assert fields(p("登记表"), p("姓名：      "), block) == [("姓名", "text")]


def test_what_was_left_alone_is_told_with_the_reason() -> None:
    (left,) = proposed(p("姓名：      "), table(2, row("本人签名", ""))).left
    assert (left.text, left.reason[0][:4]) == ("本人签名", "签字盖章")


def test_a_form_without_places_is_refused() -> None:
    with pytest.raises(DocfillError) as refused:
        proposed(p("通知"), p("兹定于下周三开会。"))
    assert "没有找到可以填写的地方" in refused.value.zh


def test_of_a_form_without_places_what_was_left_alone_is_told_too() -> None:
    with pytest.raises(DocfillError) as refused:
        proposed(p("通知"), table(2, row("本人签名", "")), *[table(2, row(f"第{n}人签名", "")) for n in range(60)])
    first, one, *others, last = refused.value.zh.split("\n")
    assert "没有找到可以填写的地方" in first and one.startswith("未加标签“本人签名”：签字盖章")
    assert len(others) < 60 and last == "……共 61 处"
    assert 'left alone "本人签名"' in refused.value.en and refused.value.en.endswith("… 61 in all")


# --- the look ---


def test_nothing_but_the_tagged_part_changes_and_the_blank_is_the_form() -> None:
    blank = package(p("登记表") + p("姓名：______") + table(2, row("地址", ""), row("邮编", "   ")))
    proposal = propose(blank)
    before, after = (zipfile.ZipFile(io.BytesIO(x)) for x in (blank, proposal.template))
    assert before.namelist() == after.namelist()
    assert {n for n in before.namelist() if before.read(n) != after.read(n)} == {"word/document.xml"}
    assert text_of(form_of(proposal).blank()) == text_of(blank)
    assert differences(form_of(proposal), Document(blank)) == []


_BORDERS = re.compile(rb"(?=<w:(?:p|tr|sdt)[ >])|(?<=</w:p>)|(?<=</w:tr>)|(?<=</w:sdt>)")


def drawn_again(paragraph: Element) -> list[Element]:
    """The content of the same text box for old readers."""
    for alternate in paragraph.iterancestors(MC + "AlternateContent"):
        boxes, others = ([*alternate.iterfind(f"{MC}{name}//{W}txbxContent")] for name in ("Choice", "Fallback"))
        return [other for box, other in zip(boxes, others, strict=False) if box in paragraph.iterancestors()]
    return []


def changed_elsewhere(blank: Document, proposal: Proposal) -> list[bytes]:
    """The bytes of a blank's main part that no place is at and that its template has otherwise, or something beside.

    What stands between two paragraphs may have lines with tags put in; rows that repeat stand behind such lines
    as they were; a text box that is stored twice is one place; nothing else may differ.
    """
    part = Part(blank.main, blank.root, blank.package.read(blank.main))
    paragraphs = [x.element for x in paragraphs_of(blank.blocks)]
    taken = {paragraphs[mark.paragraph] for x in proposal.proposed if x.kind != "rows" for mark in x.marks}
    repeated = {paragraphs[mark.paragraph] for x in proposal.proposed if x.kind == "rows" for mark in x.marks}
    rows = [part.bytes_of(next(x.iterancestors(W + "tr"))) for x in repeated]
    places = [(where.start, where.end) for where in map(part.where, taken)]
    places += [(where.inside, where.outside) for x in taken for where in map(part.where, drawn_again(x))]
    places.sort()
    tagged = parts_of(proposal.template)[blank.main]
    found, at, before = [row for row in rows if row not in tagged], 0, 0
    for start, end in [*places, (len(part.data), 0)]:
        stretches = filter(bytes.strip, _BORDERS.split(part.data[before:start]))
        for number, stretch in enumerate(stretches):
            here = tagged.find(stretch, at)
            if here < 0 or (tagged[at:here].strip() and number + (not before) and b"{%" not in tagged[at:here]):
                found.append(stretch)
            at = max(at, here + len(stretch))
        before = max(before, end)
    return found


def test_a_template_is_the_blank_byte_for_byte_but_for_the_places() -> None:
    odd = Xml("<w:p  w:rsidR='00'><!-- a > b --><w:pPr/><w:r ><w:t>甲&#x4e59;&gt;</w:t ></w:r></w:p>")
    rows = table(2, row("名称", "数量"), row("", ""), row("", ""))
    blank = package(odd + p("姓名：______") + odd + rows + odd + table(2, row("地址", ""), row("邮编", "   ")) + odd)
    proposal = propose(blank)
    assert len(proposal.proposed) == 4
    assert changed_elsewhere(Document(blank), proposal) == []
    parts = parts_of(proposal.template)
    for said in ("&#x4e59;", "<!-- a > b -->", "邮编", "w:rsidR='00'"):
        spoilt = package_of({**parts, MAIN: parts[MAIN].replace(said.encode(), b"", 1)})
        assert changed_elsewhere(Document(blank), replace(proposal, template=spoilt)) != [], said


def test_a_tag_takes_the_look_of_the_blank_it_stands_in() -> None:
    mark = Xml('<w:p><w:pPr><w:rPr><w:i/><w:sz w:val="30"/></w:rPr></w:pPr></w:p>')
    template = proposed(p("经办", underlined("      ")), table(2, row("地址", cell(mark)))).template
    body = zipfile.ZipFile(io.BytesIO(template)).read("word/document.xml").decode()
    assert re.search(r'<w:rPr><w:u w:val="single"/></w:rPr><w:t[^>]*>\{\{ 经办 \| blank\(6\) \}\}', body)
    assert re.search(r'<w:rPr><w:i/><w:sz w:val="30"/></w:rPr><w:t[^>]*>\{\{ 地址 \}\}', body)


def test_tagging_is_deterministic_and_keeps_tags_that_are_there() -> None:
    blank = package(p("登记表") + p("姓名：______") + p("编号：{{ 编号 }}"))
    assert propose(blank).template == propose(blank).template
    assert [f.path for f in propose(blank).fields] == ["姓名", "编号"]


# --- the official forms ---


@pytest.mark.parametrize("name", bundled())
def test_the_blank_of_a_bundled_form_gives_its_fields(name: str) -> None:
    proposal = propose(form_named(name).blank(), f"{name}.docx")
    assert changed_elsewhere(Document(form_named(name).blank()), proposal) == []
    assert describe(proposal.fields) == describe(form_named(name).fields)
    assert lint(form_of(proposal)) == []
    assert differences(form_of(proposal), Document(form_named(name).blank())) == []


# --- real forms ---


def truths(held_out: bool) -> list[Path]:
    return [f for f in sorted(TRUTH.glob("*.tsv")) if ("# held-out" in f.read_text(encoding="utf-8")) == held_out]


def sort_of(kind: str) -> str:
    return "tick" if kind in ("choice", "choices") else "rows" if kind == "rows" else "blank"


@cache
def real(name: str) -> Proposal:
    """What is proposed for a real form."""
    return propose(REAL / name)


def counts(truth: Path) -> tuple[int, int, int]:
    """(found, missed, too many) of the places of one real form; those marked "no" count neither way."""
    lines = [x.split("\t") for x in truth.read_text(encoding="utf-8").splitlines()[3:]]
    wanted = Counter((at, sort_of(kind)) for at, kind, _, counted in lines if counted == "yes")
    allowed = Counter((at, sort_of(kind)) for at, kind, _, counted in lines if counted == "no")
    found = Counter((x.at, sort_of(x.kind)) for x in real(f"{truth.stem}.docx").proposed)
    extra = (found - wanted) - allowed
    return (found & wanted).total(), (wanted - found).total(), extra.total()


def test_the_truth_is_of_fifteen_forms() -> None:
    assert (len(truths(False)), len(truths(True))) == (11, 4)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real forms are not beside this checkout")
def test_proposals_for_real_forms_are_precise_and_complete() -> None:
    found, missed, extra = (sum(x) for x in zip(*map(counts, truths(False)), strict=True))
    assert found / (found + extra) >= 0.95
    assert found / (found + missed) >= 0.95


@pytest.mark.skipif(not REAL.is_dir(), reason="the real forms are not beside this checkout")
def test_every_real_blank_gives_a_template_that_reads_its_blank_back() -> None:
    for truth in [*truths(False), *truths(True)]:
        source = REAL / f"{truth.stem}.docx"
        form = form_of(real(source.name))
        result = form.extract(source, by_meaning=True)
        doubts = [(x.code, x.found) for x in result.problems if x.severity != "note"]
        own = re.findall(r"\{\{.*?\}\}", " ".join(p.text for p in Document(source.read_bytes(), "").paragraphs))
        assert doubts == [("placeholder", tag) for tag in own], truth.stem  # one is a template of its makers


@pytest.mark.skipif(not REAL.is_dir(), reason="the real forms are not beside this checkout")
@pytest.mark.parametrize("name", sorted(path.name for path in REAL.glob("*.docx")))
def test_a_template_is_a_real_blank_byte_for_byte_but_for_the_places(name: str) -> None:
    assert changed_elsewhere(Document(REAL / name), real(name)) == []
    parts, tagged = parts_of((REAL / name).read_bytes()), parts_of(real(name).template)
    assert {n for n in parts if tagged[n] != parts[n]} <= {MAIN}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real forms are not beside this checkout")
def test_everything_in_a_filled_form_is_read_with_its_tagged_blank() -> None:
    for blank in sorted(REAL.glob("*_blank__*.docx")):
        filled = next(REAL.glob(blank.name.split("_blank__")[0] + "_fill__*.docx"))
        form = form_of(learn(Document(blank), [Document(filled)], real(blank.name)))
        result = form.extract(filled)
        assert result.leftovers == []
        assert {x.code for x in result.problems} <= {"not-a-number", "not-an-integer", "write-in-unticked"}
        text = "\n".join(x.text for x in paragraphs_of(Document(filled).blocks))
        assert [v for v in re.findall(r"填_\w*[A-Za-z0-9]", text) if v not in str(result.data)] == []


# --- learning from returns ---


def test_places_that_people_filled_are_proposed_too() -> None:
    blank = p("申请表") + p("姓名：______") + p("项目情况") + table(2, row("地址", ""))
    returned = [
        Document(
            package(p("申请表") + p("姓名：王芳") + p(f"项目{name}情况") + table(2, row("地址", "东路"))), "交回.docx"
        )
        for name in ("甲", "乙")
    ]
    plain = propose(package(blank))
    learnt = learn(Document(package(blank), "表.docx"), returned, plain)
    assert [f.path for f in plain.fields] == ["姓名", "地址"]
    assert [f.path for f in learnt.fields] == ["姓名", "项目", "地址"]
    result = form_of(learnt).extract(returned[1])
    assert (result.data["项目"], result.leftovers) == ("乙", [])
    assert learn(Document(package(blank), "表.docx"), [Document(package(blank), "空.docx")], plain) is plain


def test_one_return_alone_makes_an_unsure_place() -> None:
    blank = package(p("姓名：______") + p("项目情况"))
    returned = Document(package(p("姓名：王芳") + p("项目甲情况")), "交回.docx")
    learnt = learn(Document(blank, "表.docx"), [returned], propose(blank))
    assert [x.path for x in learnt.unsure] == ["项目"]


# --- the review page, the form in one step, lint ---


def reviewed(name: str, *blocks: str) -> tuple[Proposal, str]:
    """A proposal and the page for it."""
    blank = Document(package("".join(blocks)), name)
    proposal = propose(blank)
    return proposal, page(blank, name, proposal)


def test_the_review_page_shows_every_place_on_the_form_and_escapes_it() -> None:
    rows = table(2, row("是否", "□是 □否"), row("备注", "台（套）"))
    proposal, shown = reviewed("表<1>", p("登记表 <script>"), p("姓名：______"), rows)
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "表&lt;1&gt;" in shown
    marks = {q.path: len(q.marks) for q in proposal.proposed}
    assert {path: shown.count(f'data-path="{path}"') for path in marks} == marks
    assert "own-unsure" in shown.partition("</style>")[2] and "own-proposed" in shown.partition("</style>")[2]


def test_the_review_page_leads_from_a_name_to_its_place_and_says_where_one_was_left() -> None:
    office = table(2, row("办理意见：", ""), row(cell("以下由主管部门填写", span=2)))
    boxes = p("加急：", SYMBOLS[1], "是  ", SYMBOLS[1], "否")
    proposal, shown = reviewed("表", p("登记表"), boxes, p("本人签名："), office)
    assert "<td>第 3 段</td><td>本人签名：</td>" in shown
    assert "<td>第 1 个表格第 2 行</td><td>以下由主管部门填写</td>" in shown
    (urgent,) = (q for q in proposal.proposed if q.path == "加急")
    assert f'href="#p{urgent.marks[0].paragraph}">加急</a>' in shown
    assert shown.count(f'id="p{urgent.marks[0].paragraph}"') == 1


def test_an_untagged_blank_is_tagged_when_it_is_loaded(tmp_path: Path) -> None:
    blank = tmp_path / "登记.docx"
    blank.write_bytes(package(p("登记表") + p("姓名：______")))
    form = Form.load(blank)
    result = form.extract(package(p("登记表") + p("姓名：王芳")))
    assert result.data == {"姓名": "王芳"}
    assert [(x.code, x.severity) for x in result.problems] == [("form-proposed", "warning")]
    assert form_of(propose(blank)).extract(package(p("登记表") + p("姓名：王芳"))).problems == []


def test_lint_shows_where_a_template_s_blank_differs_from_the_official_one() -> None:
    form = form_of(proposed(p("登记表"), p("姓名：______")))
    (problem,) = differences(form, Document(package(p("登记表（2024年）") + p("姓名：______")), "官方.docx"))
    assert (problem.code, problem.expected, problem.found) == ("blank-differs", "登记表（2024年）", "登记表")


def test_a_refused_tag_is_found_in_its_table() -> None:
    data = package(p("表") + table(2, row("数量", "{{ 数量 * }}")))
    with pytest.raises(DocfillError) as refused:
        Form(Package.open(data, "表.docx"), "表")
    assert place_of(refused.value, Document(data)) == "第 1 个表格第 1 行“数量”"


# --- a box behind its option ---


@pytest.mark.parametrize(
    ("drawn", "expected"), [("是☑否□", "是"), ("是□否☑", "否"), ("是□否√", "否"), ("是√否□", "是"), ("是 □ 否 ☑", "否")]
)
def test_a_box_behind_its_option_is_that_option_s(drawn: str, expected: str) -> None:
    form = form_of(proposed(p("表"), table(2, row("是否涉及", "是□否□"))))
    result = form.extract(package(p("表") + table(2, row("是否涉及", drawn))))
    assert (result.data, result.problems) == ({"是否涉及": expected}, [])


# --- the command ---


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a blank form and two returned ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCFILL_LANG", "zh")
    (tmp_path / "空白表.docx").write_bytes(package(p("申请表") + p("姓名：______") + p("项目情况")))
    (tmp_path / "交回").mkdir()
    for name in ("甲", "乙"):
        filled = package(p("申请表") + p(f"姓名：王{name}") + p(f"项目{name}情况"))
        (tmp_path / "交回" / f"{name}.docx").write_bytes(filled)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_the_page_for_authors_shows_what_the_command_really_prints(office: Path) -> None:
    docs = Path(__file__).parent.parent / "docs"
    shutil.copy(docs / "your-own-form" / "借用表.docx", office)
    shown = re.search(r"```text\n(.*?)```", (docs / "your-own-form.md").read_text(encoding="utf-8"), re.S)
    assert shown is not None
    assert run("tag", "借用表.docx", "-o", "借用表模板.docx", "--review", "核对.html").output == shown[1]


def test_the_command_writes_a_template_and_a_page(office: Path) -> None:
    done = run("tag", "空白表.docx", "-o", "模板.docx", "--review", "核对.html")
    assert (done.exit_code, "已生成 模板.docx：1 项，0 项请核对" in done.output) == (0, True)
    assert [f.path for f in Form.load(office / "模板.docx").fields] == ["姓名"]
    assert "标签建议：空白表" in (office / "核对.html").read_text(encoding="utf-8")


def test_the_command_learns_from_returns_given_as_files_or_a_folder(office: Path) -> None:
    assert run("tag", "空白表.docx", "-o", "甲.docx", "--from", "交回/甲.docx", "交回/乙.docx").exit_code == 0
    assert run("tag", "空白表.docx", "-o", "乙.docx", "--from", "交回").exit_code == 0
    for name in ("甲", "乙"):
        assert [f.path for f in Form.load(office / f"{name}.docx").fields] == ["姓名", "项目"]


def test_what_is_unsure_is_told_and_makes_the_status_1(office: Path) -> None:
    done = run("tag", "空白表.docx", "-o", "模板.docx", "--from", "交回/甲.docx")
    assert done.exit_code == 1
    assert "请核对 项目（text，45%）：交回的表中有人填写" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("空白表.docx", "-o", "空白表.docx"), "就是输入文件"),
        (("空白表.docx", "交回/甲.docx", "-o", "模板.docx"), "请写在 --from 后面"),
        (("空白表.docx", "-o", "模板.docx", "--review", "核对"), "应为 .html 文件"),
        (("没有.docx", "-o", "模板.docx"), "没有.docx"),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(office: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run("tag", *arguments)
    assert (done.exit_code, words in done.output) == (2, True)
    assert not (office / "模板.docx").exists()


def test_lint_says_where_a_wrong_tag_stands_and_asks_for_tags(office: Path) -> None:
    (office / "错.docx").write_bytes(package(p("表") + table(2, row("数量", "{{ 数量 * }}"))))
    assert "第 1 个表格第 1 行“数量”" in run("lint", "错.docx").output
    assert "可先用 docfill tag 生成模板" in run("lint", "空白表.docx").output
    run("tag", "空白表.docx", "-o", "模板.docx")
    assert run("lint", "模板.docx", "--blank", "空白表.docx").exit_code == 0
    assert run("lint", "模板.docx", "--blank", "交回/甲.docx").exit_code == 1


# --- long forms ---


def _many(count: int) -> list[str]:
    """Forms of so many rows or paragraphs, of every kind that is walked in its own way."""
    boxes = table(4, row("项目", "优", "良", "差"), *(row(f"指标{i}", "□", "□", "□") for i in range(count)))
    years = table(3, row("项目", "2021年", "2022年"), *(row(f"指标{i}", "", "") for i in range(count)))
    records = table(3, row("序号", "姓名", "电话"), *(row("1", "", "") for _ in range(count)))
    lines = "".join(p(f"项目{i}：____") + p("") + p("说明文字。") for i in range(count))
    return [p("表") + blocks for blocks in (boxes, years, records, lines)]


@pytest.mark.parametrize("form", range(4))
def test_the_work_grows_with_the_form_and_no_faster(form: int) -> None:
    calls = []
    for count in (60, 120):
        document = Document(package(_many(count)[form]))
        profile = cProfile.Profile()
        profile.runcall(lambda d: names.name(places_of(d).spots), document)
        calls.append(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]
    assert calls[1] < 2.2 * calls[0]


# --- framing, samples, seals ---


def test_spaces_that_frame_underlined_words_are_no_blank() -> None:
    words = Xml('<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>平头杯</w:t></w:r>')
    assert fields(p(underlined("    "), words, underlined("   "), "申请表"), p("姓名：______")) == [("姓名", "text")]


@pytest.mark.parametrize("sample", ["XXXX", "请输入姓名", "Click here to enter text", "Name Placeholder"])
def test_a_sample_behind_a_colon_gives_way_to_the_answer(sample: str) -> None:
    blank = package(p("登记表") + p(f"姓名：{sample}"))
    form = form_of(propose(blank))
    assert text_of(form.blank()) == text_of(blank)
    assert form.extract(package(p("登记表") + p("姓名：王芳"))).data == {"姓名": "王芳"}
    assert form.extract(blank).data == {"姓名": None}


def test_a_blank_keeps_its_width_beside_other_blanks_of_the_line() -> None:
    line = p("单位：", underlined("          "), "  日期：    年    月    日")
    form = form_of(proposed(p("登记表"), line))
    assert text_of(form.fill({"单位": "材料系"}))[1] == "单位：材料系      日期：    年    月    日"


@pytest.mark.parametrize("drawn", ["--------------", "…………………", ".............", "＿＿＿＿＿"])
def test_a_line_may_be_drawn_with_any_character(drawn: str) -> None:
    blank = package(p("Form") + p(f"Address: {drawn} Code: {drawn}"))
    form = form_of(propose(blank))
    assert [f.path for f in form.fields] == ["address", "code"]
    assert text_of(form.blank()) == text_of(blank)
    data = {"address": "12 Oak St", "code": "0181"}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_a_row_that_only_continues_merges_belongs_to_the_row_above() -> None:
    rows = (
        row(cell("简介", merge="restart"), cell("（必填，100字以内）", merge="restart")),
        row(cell("", merge="continue"), cell("", merge="continue")),
        row(cell("注意事项：请如实填写。", span=2, merge="restart")),
        row(cell("", span=2, merge="continue")),
    )
    assert fields(p("表"), table(2, *rows)) == [("简介", "text")]


def test_the_corner_of_a_grid_is_no_place() -> None:
    rows = (
        row(cell("教师", merge="restart"), "", "姓名", "电话"),
        row(cell("", merge="continue"), "第一", "", ""),
        row(cell("", merge="continue"), "第二", "", ""),
    )
    assert [path for path, _ in fields(table(4, *rows))] == [
        "教师.第一.姓名",
        "教师.第一.电话",
        "教师.第二.姓名",
        "教师.第二.电话",
    ]


def test_a_colon_that_leads_on_to_a_list_asks_nothing() -> None:
    assert fields(p("姓名：______"), p("运行环境要求如下："), p("内存 8GB"), p("附件三：")) == [("姓名", "text")]


def test_options_set_apart_by_wide_gaps_are_no_blanks() -> None:
    line = "新开户          更改资料          注销账户          重置密码"
    assert fields(p("姓名：______"), p(line)) == [("姓名", "text")]


def test_an_option_may_hold_quotes_and_backslashes() -> None:
    blank = package(p("表") + p("目录：□C:\\new\\t  □D:\\data") + p("方式（可多选）：□“一站式”服务 □'自助'"))
    form = form_of(propose(blank))
    assert text_of(form.blank()) == text_of(blank)
    assert lint(form) == []
    (line,) = (f for f in form.fields if f.path == "方式")
    assert form.extract(form.fill({"方式": list(line.options)})).data["方式"] == list(line.options)


def test_a_proposed_form_stays_one_in_a_worker(tmp_path: Path) -> None:
    path = tmp_path / "登记表.docx"
    path.write_bytes(package(p("登记表") + table(2, row("姓名", ""), row("电话", ""))))
    form = pickle.loads(pickle.dumps(Form.load(path)))
    assert "form-proposed" in [x.code for x in form.extract(path).problems]
    assert form.path == path


# --- a form that has tags already ---

_DRAWN = (
    p("租房合同"),
    p("出租方：________________ （甲方）身份证：__________________"),
    p("一、甲方将位于___________的房屋出租给乙方，租期自    年   月   日起"),
    p("签订日期：_______ 年 ______ 月 ______ 日"),
    p("是否续租：□是 □否 □其他：________"),
    p("总体思路"),
    p("（包括总体情况等，200字以内）"),
    p(""),
    table(3, row(cell("序号"), cell("姓名"), cell("电话")), row(cell("1"), cell(""), cell(""))),
)


@pytest.mark.parametrize("name", ["drawn", *bundled()])
def test_what_a_form_has_tags_for_is_left_as_it_is_when_it_is_tagged_again(name: str) -> None:
    template = proposed(*_DRAWN).template if name == "drawn" else Path(Form.load(name).path).read_bytes()
    before, again = form_of(proposed(*_DRAWN)) if name == "drawn" else Form.load(name), propose(template, "表.docx")
    tagged = form_of(again)
    assert {f.path for f in before.fields} <= {f.path for f in tagged.fields}
    assert not [x for x in again.left if "{%" in x.text or "{{" in x.text or "{#" in x.text]
    record = record_of(filled_everywhere(before))
    filled = tagged.fill(record)
    assert tagged.extract(filled).data == tagged.context(record)
    assert before.extract(filled).data == before.context(record)


def test_a_place_beside_a_tag_is_tagged_and_gets_another_name() -> None:
    again = proposed(p("登记表"), p("姓名：{{ 姓名 }}      电话：________"), p("姓名：________"))
    assert [(f.path, f.kind.name) for f in again.fields] == [("姓名", "text"), ("电话", "text"), ("姓名2", "text")]


def test_a_tag_that_has_no_partner_is_named_when_the_form_is_tagged() -> None:
    with pytest.raises(DocfillError, match="没有配对"):
        proposed(p("登记表"), p("{% endif %}"), p("姓名：________"), p("{% if 甲 %}"), p("电话：________"))
