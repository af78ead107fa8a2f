"""Tagging by kind: each thing that real forms do, as a small form of its own.

What is proposed is always proven by lint, and nothing that looks like a place is
left without a line in the list.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docfill import Form
from docfill.lint import lint
from docfill.pictures import plain
from docfill.problems import DocfillError
from docfill.tag import lines, marks, words
from docfill.tag.proposal import Proposal, propose
from docfill.tag.spots import BULLETS, LOOP, PHOTO, PRINTED
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import Package
from docfill.word.xml import W
from tests.commands import app
from tests.small_form import Xml, cell, check_box, p, package, r, row, symbol, table


def proposed(*blocks: str) -> Proposal:
    return propose(package("".join(blocks)), "表.docx")


def fields(*blocks: str) -> list[tuple[str, str]]:
    """(path, kind) of what is proposed for a form with these blocks, which lint accepts."""
    proposal = proposed(*blocks)
    assert [x.code for x in lint(form_of(proposal)) if x.severity != "note"] == []
    return [(f.path, f.kind.name) for f in proposal.fields]


def form_of(proposal: Proposal) -> Form:
    return Form(Package.open(proposal.template, "表.docx"), "表")


def text_of(document: bytes) -> list[str]:
    return [x.text for x in paragraphs_of(Document(document).blocks)]


def left(*blocks: str) -> list[str]:
    """The words of what was left alone."""
    return [x.text for x in proposed(*blocks).left]


def control(prompt: str, *, shows_prompt: bool = True, said: str = "", alias: str = "") -> Xml:
    """A content control inside a line, which shows its prompt or what somebody typed."""
    flags = f'<w:alias w:val="{alias}"/>' * bool(alias) + "<w:showingPlcHdr/>" * shows_prompt
    shown = f'<w:r><w:rPr><w:rStyle w:val="a3"/></w:rPr><w:t>{prompt}</w:t></w:r>' if shows_prompt else r(said)
    return Xml(f"<w:sdt><w:sdtPr>{flags}<w:text/></w:sdtPr><w:sdtContent>{shown}</w:sdtContent></w:sdt>")


def underlined(spaces: str) -> Xml:
    return Xml(f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{spaces}</w:t></w:r>')


# --- content controls ---


@pytest.mark.parametrize("prompt", ["单击或点击此处输入文字。", "Cliquez ici pour taper.", "ここをクリック"])
def test_a_control_with_its_prompt_is_a_place_in_any_language(prompt: str) -> None:
    blank = p("登记表") + table(2, row("部门", cell(p(control(prompt)))), row("电话", ""))
    form = form_of(propose(package(blank)))
    assert [f.path for f in form.fields] == ["部门", "电话"]
    assert text_of(form.blank()) == text_of(package(blank))
    assert prompt not in "".join(text_of(form.fill({"部门": "甲部", "电话": None})))
    typed = control("", shows_prompt=False, said="乙部")
    returned = package(p("登记表") + table(2, row("部门", cell(p(typed))), row("电话", "1")))
    assert (form.extract(returned).data, form.extract(returned).problems) == ({"部门": "乙部", "电话": "1"}, [])
    unanswered = form.extract(package(blank))
    assert (unanswered.data, unanswered.leftovers) == ({"部门": None, "电话": None}, [])


def test_a_control_around_a_cell_is_a_place() -> None:
    inner = cell(p(Xml("<w:r><w:t>Click here</w:t></w:r>")))
    sdt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    blank = package(p("Form") + table(2, f"<w:tr>{cell('Main contact')}{sdt}</w:tr>", row("Phone", "")))
    form = form_of(propose(blank))
    assert [f.path for f in form.fields] == ["main_contact", "phone"]
    data = {"main_contact": "Ann", "phone": None}
    assert form.extract(form.fill(data), by_meaning=True).data == data
    assert text_of(form.blank()) == text_of(blank)


def test_a_control_hides_no_other_blank_of_its_line() -> None:
    assert fields(p("登记表"), p("姓名：", control("请输入"), "  电话：__________")) == [
        ("姓名", "text"),
        ("电话", "text"),
    ]


# --- placeholders of other systems ---


@pytest.mark.parametrize("drawn", ["{name}", "${name}", "«name»", "<name>", "{ name }"])
def test_a_placeholder_is_the_place_and_gives_the_name(drawn: str) -> None:
    form = form_of(proposed(p("登记表"), table(2, row("姓名", drawn)), p("备注：______")))
    assert [f.path for f in form.fields] == ["name", "备注"]
    assert "name" not in "".join(text_of(form.blank()))
    data = {"name": "王芳", "备注": None}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_a_placeholder_that_stands_twice_is_one_field() -> None:
    assert fields(p("尊敬的«姓名»："), p("应缴金额：«金额»元"), p("签收人：«姓名»")) == [
        ("姓名", "text"),
        ("金额", "number"),
    ]


def test_a_merge_field_gives_way_to_its_answer() -> None:
    merged = Xml(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> MERGEFIELD 姓名 </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>«姓名»</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = Xml('<w:fldSimple w:instr=" MERGEFIELD 地址 "><w:r><w:t>«地址»</w:t></w:r></w:fldSimple>')
    proposal = proposed(p("登记表"), p("姓名：", merged), p("地址：", simple))
    assert [f.path for f in proposal.fields] == ["姓名", "地址"]
    filled = form_of(proposal).fill({"姓名": "王芳", "地址": "东路"})
    assert text_of(filled)[1:] == ["姓名：王芳", "地址：东路"]
    assert b"MERGEFIELD" not in Package(filled, "表.docx").read("word/document.xml")


def test_tags_of_another_system_in_double_braces_are_words_and_listed() -> None:
    blocks = (
        p("简历：{{@头像}}"),
        p("{{?经历}}"),
        p("单位：{{单位}}，{{/经历}}"),
        p("附件：{{+附件}}"),
        p("电话：________"),
    )
    proposal = proposed(*blocks)
    assert [f.path for f in proposal.fields] == ["单位", "电话"]
    assert [x.text for x in proposal.left] == ["{{@头像}}", "{{?经历}}", "{{/经历}}", "{{+附件}}"]
    form = form_of(proposal)
    assert text_of(form.fill({"单位": "甲", "电话": "1"}))[:4] == [
        *("简历：{{@头像}}", "{{?经历}}"),
        *("单位：甲，{{/经历}}", "附件：{{+附件}}"),
    ]


def test_a_picture_of_another_system_begins_no_loop() -> None:
    blocks = (p("登记表"), p("照片：{@photo}"), p("姓名：{name}"), p("备注：______"))
    assert [path for path, _ in fields(*blocks)] == ["name", "备注"]


def test_loops_of_another_system_are_listed() -> None:
    blocks = (p("清单"), p("{#items}"), p("{name} {price}"), p("{/items}"), p("经办：{clerk}"))
    assert fields(*blocks) == [("clerk", "text")]
    assert [x for x in left(*blocks) if "items" in x] == ["{#items}", "{/items}"]


# --- boxes ---


@pytest.mark.parametrize(
    "drawn",
    [
        p("是否同意：☑同意 ☐不同意"),
        table(2, row("是否同意", "■同意 □不同意")),
        table(2, row("是否同意", "●同意 ○不同意")),
        table(2, row("是否同意", cell(p(check_box(True), "同意 ", check_box(False), "不同意")))),
        table(2, row("是否同意", cell(p(symbol("F052"), "同意 ", symbol("F0A3"), "不同意")))),
        table(2, row("是否同意", "√同意 □不同意")),
        table(2, row("是否同意", "同意✓ 不同意□")),
        table(2, row("是否同意", "[x] 同意 [ ] 不同意")),
        table(2, row("是否同意", "（√）同意 （ ）不同意")),
        table(2, row("是否同意", cell(p("■同意"), p("□不同意")))),
    ],
)
def test_a_box_that_is_ticked_in_the_blank_is_one_of_its_group(drawn: str) -> None:
    proposal = proposed(p("登记表"), drawn, p("备注：______"))
    form = form_of(proposal)
    (group, _) = form.fields
    assert (group.path, group.kind.name, group.options) == ("是否同意", "choice", ("同意", "不同意"))
    assert [x.path for x in proposal.unsure] == ["是否同意"]
    for answer in ("同意", "不同意", None):
        data = {"是否同意": answer, "备注": None}
        assert form.extract(form.fill(data), by_meaning=True).data == data


def test_a_tick_that_is_only_talked_about_is_no_box() -> None:
    assert fields(table(2, row("符合条件的打√：", "□甲 □乙"))) == [("符合条件的打", "choices")]
    assert fields(p("请在□内打√"), p("姓名：______")) == [("姓名", "text")]
    assert [b.option for b in marks.boxes_in("选中的打√ □甲 □乙")] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("drawn", "kind"),
    [
        ("☑甲类　□乙类　☑丙类", "choices"),
        ("☑甲类　□乙类　□丙类", "choice"),
        ("□甲类　□乙类　□丙类", "choice"),
    ],
)
def test_several_boxes_that_are_ticked_in_the_blank_may_be_ticked(drawn: str, kind: str) -> None:
    assert fields(p("登记表"), table(2, row("类别", drawn)))[0] == ("类别", kind)


@pytest.mark.parametrize("box", ["▯", "【 】", "〔 〕", "☐"])
def test_a_box_may_be_drawn_in_any_way_that_reading_knows(box: str) -> None:
    line = f"是否上市：{box}是 {box}否"
    form = form_of(proposed(p("登记表"), p(line)))
    assert [(f.path, f.options) for f in form.fields] == [("是否上市", ("是", "否"))]
    assert form.extract(form.fill({"是否上市": "否"}), by_meaning=True).data == {"是否上市": "否"}


@pytest.mark.parametrize(
    ("font", "letter", "ticked"), [("Wingdings", "o", "\u00fe"), ("Wingdings 2", "\uf0a3", "\uf052")]
)
def test_a_box_that_is_a_letter_in_a_symbol_font_keeps_its_font(font: str, letter: str, ticked: str) -> None:
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    box = Xml(f"<w:r>{fonts}<w:t>{letter}</w:t></w:r>")
    proposal = proposed(p("登记表"), p("加急：", box, "是  ", box, "否"))
    form = form_of(proposal)
    assert [(f.path, f.options) for f in form.fields] == [("加急", ("是", "否"))]
    filled = form.fill({"加急": "否"})
    body = Package(filled, "表.docx").read("word/document.xml").decode()
    assert f'{fonts}<w:t xml:space="preserve">{ticked}</w:t>' in body
    assert text_of(filled)[1] == "加急：□是  ☑否"


def test_a_symbol_inside_a_text_by_mistake_stops_nothing() -> None:
    def box(char: str) -> Xml:
        return Xml(f'<w:r><w:t><w:sym w:font="Wingdings 2" w:char="{char}"/></w:t></w:r>')

    form = form_of(proposed(p("登记表"), p("加急：", box("F052"), "是  ", box("F0A3"), "否"), p("姓名：____")))
    assert [f.path for f in form.fields] == ["加急", "姓名"]


def test_options_one_a_row_are_one_group_named_by_their_header() -> None:
    rows = [row("项目类型", "执行金额"), *(row(f"{x}□", "") for x in ("学校文化", "发展规划", "课程构建"))]
    proposal = proposed(p("登记表"), table(2, *rows))
    first = proposal.fields[0]
    assert (first.path, first.kind.name) == ("项目类型", "choices")
    assert first.options == ("学校文化", "发展规划", "课程构建")
    assert [f.path for f in proposal.fields[1:]] == ["学校文化.执行金额", "发展规划.执行金额", "课程构建.执行金额"]


def test_a_box_that_is_only_talked_about_is_none() -> None:
    form = form_of(
        proposed(p("单位：甲□  乙□"), p("丙□  丁□"), p("备注：填写完整。有 □ 请用“√”形式代表。"), p("姓名：____"))
    )
    assert lint(form) == []


def text_box(width: int) -> Xml:
    return Xml(
        f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:{width}pt;height:14pt"><v:textbox>'
        "<w:txbxContent><w:p/></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def test_empty_text_boxes_among_the_words_of_a_cell_are_no_text() -> None:
    said = cell(p(text_box(14), "男  ", text_box(14), "女"))
    proposal = proposed(table(2, row("性别", said), row("姓名", "")))
    assert [f.path for f in proposal.fields] == ["姓名"]
    assert [(x.text, x.reason[0][:8]) for x in proposal.left] == [("性别 男  女", "空文本框画的勾选")]


def test_empty_text_boxes_that_are_drawn_as_boxes_are_refused_in_words() -> None:
    proposal = proposed(p("Name: ______"), p("Radio   ", text_box(14), "TV   ", text_box(14), "Friend", text_box(14)))
    assert [f.path for f in proposal.fields] == ["name"]
    assert [x.reason[0][:8] for x in proposal.left] == ["空文本框画的勾选"]
    wide = proposed(p("Name: ______"), p("Team", text_box(300)))
    assert [f.path for f in wide.fields] == ["name", "team"]


# --- words ---


@pytest.mark.parametrize("header", ["应对措施", "应发工资", "应到人数", "简要经历", "请购物品", "应用场景", "主要用途"])
def test_a_header_that_begins_like_a_hint_is_a_header(header: str) -> None:
    rows = (row("姓名", header, "备注"), row("", "", ""), row("", "", ""))
    (only,) = proposed(p("登记表"), table(3, *rows)).fields
    assert only.columns == ("姓名", header, "备注")


@pytest.mark.parametrize(
    "hint",
    [
        "请如实填写",
        "应包括规模、结构",
        "须加盖公章",
        "简要说明原因",
        "主要包括三个方面",
        "（选填）",
        "If available",
        "如有",
    ],
)
def test_what_tells_how_to_answer_is_a_hint(hint: str) -> None:
    assert words.is_hint(hint)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("系（所）", "text"),
        ("班级（组）", "text"),
        ("地址（户）", "text"),
        ("数量（个）", "integer"),
        ("职工人数（人）", "integer"),
        ("规模以上企业（家）", "integer"),
        ("集群内企业总数", "integer"),
        ("授权专利（项）", "integer"),
        ("单位（个人）", "text"),
        ("项目（项）", "text"),
        ("课题（个）", "text"),
        ("科室（个）", "text"),
        ("承担课题（个）", "integer"),
        ("国家级项目（项）", "integer"),
        ("参加会议（人次）", "integer"),
        ("面积（平方米）", "number"),
        ("金额（万元）", "number"),
        ("设备（台、套）", "text"),
        ("设备（台）", "integer"),
    ],
)
def test_a_measure_word_in_brackets_counts_only_what_can_be_counted(label: str, kind: str) -> None:
    assert words.kind_of(label, "") == kind


def test_a_label_whose_characters_are_set_apart_is_one() -> None:
    lines = (p("专    业：________  性        别：________"), p("备     注：________"))
    assert [path for path, _ in fields(p("登记表"), *lines)] == ["专业", "性别", "备注"]


@pytest.mark.parametrize(
    ("shown", "width"),
    [
        ("（贴小一寸彩色近照）", "2.2"),
        ("照片", "2.5"),
        ("1寸免冠照片", "2.5"),
        ("贴 照 片 处", "2.5"),
        ("两寸证件照", "3.5"),
    ],
)
def test_a_cell_for_a_photograph_is_a_picture_and_takes_nobody_s_name(shown: str, width: str) -> None:
    blocks = (p("登记表"), table(3, row("姓名", "", shown)))
    assert fields(*blocks) == [("姓名", "text"), ("照片", "picture")]
    assert shown not in left(*blocks)
    form = form_of(proposed(*blocks))
    assert f'picture(width="{width}cm"' in "".join(Document(form.template, "x").root.itertext())
    photo = plain((9, 9, 9), 20, 28)
    filled = form.extract(form.fill({"姓名": "王芳", "照片": photo}), by_meaning=True)
    assert (filled.data["照片"].data, filled.problems, filled.leftovers) == (photo, [], [])
    assert shown in "".join(Document(form.blank(), "x").root.itertext())


def test_a_reason_without_a_colon_over_a_signature_is_a_place() -> None:
    inside = cell("申请理由（不少于200字）", "", "", "", "申请人签字：          年   月   日", span=2)
    blocks = (p("申请表"), table(2, row("姓名", ""), row(inside)))
    assert fields(*blocks) == [("姓名", "text"), ("申请理由", "text")]


def test_a_cell_to_sign_in_names_no_other() -> None:
    signs = (cell("指导教师签字：", "", "年   月   日"), cell("单位负责人签字（公章）：", "", "年   月   日"))
    assert fields(p("登记表"), table(2, row("姓名", ""), row(*signs))) == [("姓名", "text")]


# --- names ---


def test_names_in_english_keep_their_words() -> None:
    names = [
        path for path, _ in fields(p("Form"), p("Date of Birth: ____"), p("E-mail: ____"), p("State/Province: ____"))
    ]
    assert names == ["date_of_birth", "e_mail", "state_province"]
    asked = "How did you get to know about our school and the teachers in it?"
    (long,) = (path for path, _ in fields(p("Form"), p(asked)))
    assert long == "how_did_you_get_to_know" and len(long) <= 48


def test_what_is_called_nothing_is_called_so_in_the_form_s_language() -> None:
    assert [path for path, _ in fields(p("[ ] Day  [ ] Night"), p("Name: ____"))] == ["options", "name"]


def test_an_owner_is_no_neighbour_s_property() -> None:
    rows = (row("姓名", "", "籍贯", ""), row("配偶姓名", "", "籍贯", ""), row("单位名称", "", "电话", ""))
    rows += (row("联系人", "", "电话", ""),)
    assert [path for path, _ in fields(table(4, *rows))] == [
        *("姓名", "籍贯", "配偶姓名", "配偶籍贯"),
        *("单位名称", "单位电话", "联系人", "联系人电话"),
    ]


def test_a_range_of_figures_is_no_name() -> None:
    rows = (row("项目", "85～100", "得分"), row("选题", "15分", ""), row("写作", "60-85", ""))
    assert [path for path, _ in fields(table(3, *rows))] == ["选题.得分", "写作.得分"]


def test_a_form_s_title_is_its_own_heading() -> None:
    assert form_of(proposed(p("附件1"), p("职工 登记表"), p("姓名：____"))).title == "职工登记表"
    assert form_of(proposed(p("姓名：____"))).title == "表"


# --- room below, captions, rows ---


def test_numbered_questions_with_one_empty_paragraph_each_have_their_room_there() -> None:
    asked = [
        f"{n}. Describe how your organisation keeps the records of its suppliers and who may read them" for n in "123"
    ]
    form = form_of(proposed(p("Vendor questionnaire"), *[block for q in asked for block in (p(q), p(""))]))
    assert [f.kind.name for f in form.fields] == ["longtext"] * 3
    data = {f.path: f"answer {n}" for n, f in enumerate(form.fields)}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_one_heading_over_an_empty_paragraph_is_only_set_apart() -> None:
    assert fields(p("须知"), p("一、总则"), p(""), p("本办法适用于全体职工。"), p("姓名：____")) == [
        ("总则.姓名", "text")
    ]


@pytest.mark.parametrize(
    ("line", "captions", "expected"),
    [
        ("______________", "(State of Incorporation)", ["state_of_incorporation"]),
        ("____________      ____________", "(Name)            (Title)", []),
        ("____________      ____________", "(Signature)       (Date)", ["date"]),
    ],
)
def test_a_line_takes_its_name_from_the_caption_below(line: str, captions: str, expected: list[str]) -> None:
    blocks = (p("Agreement"), p("Company: ______"), p(""), p(line), p(captions))
    assert [path for path, _ in fields(*blocks)] == ["company", *expected]


def test_a_sample_in_the_first_of_the_empty_rows_is_one_of_the_rows() -> None:
    rows = (row("姓名", "职务", "电话"), row("张三", "经理", "13800138000"), row("", "", ""), row("", "", ""))
    form = form_of(proposed(p("一、名单"), table(3, *rows)))
    assert [(f.path, f.columns) for f in form.fields] == [("名单", ("姓名", "职务", "电话"))]
    data = {"名单": [{"姓名": "王芳", "职务": "员", "电话": "1"}]}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_an_empty_row_below_an_answer_is_more_room_for_it() -> None:
    proposal = proposed(p("Form"), table(2, row("Residential address", ""), row(cell("", span=2)), row("Phone", "")))
    assert [f.path for f in proposal.fields] == ["residential_address", "residential_address2", "phone"]
    assert [x.path for x in proposal.unsure] == ["residential_address2"]


def test_what_a_middle_column_prints_names_the_row() -> None:
    rows = (row("教师", "课程", "成绩"), row("", "数学", ""), row("", "语文", ""))
    assert [path for path, _ in fields(table(3, *rows))] == ["数学.教师", "数学.成绩", "语文.教师", "语文.成绩"]


def test_columns_under_two_headers_are_named_by_both() -> None:
    rows = (
        row(cell("序号", merge="restart"), cell("项目", merge="restart"), cell("起止时间", span=2)),
        row(cell("", merge="continue"), cell("", merge="continue"), "起", "止"),
        row("1", "", "", ""),
        row("2", "", "", ""),
    )
    (only,) = proposed(p("登记表"), table(4, *rows)).fields
    assert only.columns == ("序号", "项目", "起", "止")


# --- nothing is dropped in silence ---


def test_empty_cells_that_no_words_name_are_listed() -> None:
    proposal = proposed(p("登记表"), p("姓名：______"), table(2, row("", ""), row("", "")))
    assert [(x.at, x.reason[0][:6]) for x in proposal.left] != []


def test_a_line_to_write_on_is_tagged_or_listed() -> None:
    blocks = (p("登记表"), p("姓名：______"), p(""), p("________"))
    assert (fields(*blocks), left(*blocks)) == ([("姓名", "text")], ["________"])


def test_a_filled_copy_and_a_letter_are_told() -> None:
    filled = table(4, row("姓名", "王芳", "电话", "13800138000"), row("邮箱", "a@b.cn", "备注", ""))
    assert "像是填过的" in proposed(p("登记表"), filled).doubts[0][0]
    prose = (
        "本单位定于下周召开年度工作会议，请各部门按照要求做好准备，届时由负责人汇报本年度工作情况以及下一年度的计划，不得缺席。"
        * 2
    )
    assert "成段的文字" in proposed(p("通知"), *[p(prose + str(n)) for n in range(5)], p("联系人：____")).doubts[0][0]
    assert proposed(p("登记表"), p("姓名：____")).doubts == []


def test_tag_runs_lint_and_ends_otherwise_than_zero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCFILL_LANG", "zh")
    (tmp_path / "甲.docx").write_bytes(package(p("登记表") + p("甲：{a}{b}")))
    done = CliRunner().invoke(app, ["tag", "甲.docx", "-o", "乙.docx"])
    assert (done.exit_code, "处读不回" in done.output) == (1, True)


# --- last year's template ---


def test_last_year_s_names_kinds_and_rules_are_kept_for_what_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCFILL_LANG", "zh")
    old = (
        p("登记表")
        + p("单位：{{ 单位名称 }}")
        + table(2, row("职工", "{{ 人数 | integer }}"), row("备注", "{{ 备注 }}"))
    )
    new = p("登记表") + p("单位：______") + table(2, row("职工", ""), row("地址", ""))
    (tmp_path / "去年.docx").write_bytes(package(old))
    (tmp_path / "去年.toml").write_text('exact = ["登记表"]\n', encoding="utf-8")
    (tmp_path / "今年.docx").write_bytes(package(new))
    done = CliRunner().invoke(app, ["tag", "今年.docx", "-o", "模板.docx", "--like", "去年.docx"])
    assert done.exit_code == 0, done.output
    assert [(f.path, f.kind.name) for f in Form.load(tmp_path / "模板.docx").fields] == [
        ("单位名称", "text"),
        ("人数", "integer"),
        ("地址", "text"),
    ]
    assert (tmp_path / "模板.toml").read_bytes() == (tmp_path / "去年.toml").read_bytes()
    # what has no namesake is told: nothing of last year's is gone without a line
    assert "去年的 1 项在新模板里没有同名的：备注；" in done.stderr


def test_last_year_s_kinds_of_boxes_and_answers_that_may_be_left_out_are_kept_and_new_years_stand_beside_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def made(years: tuple[str, str], is_blank: bool) -> bytes:
        def cells(label: str) -> list[str]:
            return ["" if is_blank else f'{{{{ 经济.{label}["{year}"] | number }}}}' for year in years]

        def box(option: str) -> str:
            return f"□{option}" if is_blank else f'{{{{ 职称 | choice("{option}") }}}}{option}'

        return package(
            p("登记表")
            + p("经济指标")
            + table(3, row("指标", *years), row("产值", *cells("产值")), row("利润", *cells("利润")))
            + table(2, row("职称", " ".join(map(box, ("正高", "副高"))))
            , row("备注", "" if is_blank else "{{ 备注 | optional }}"))
        )  # fmt: skip

    (tmp_path / "去年.docx").write_bytes(made(("2023年", "2024年"), is_blank=False))
    (tmp_path / "今年.docx").write_bytes(made(("2024年", "2025年"), is_blank=True))
    done = CliRunner().invoke(app, ["tag", "今年.docx", "-o", "模板.docx", "--like", "去年.docx"])
    assert done.exit_code == 0, done.output
    assert [(f.path, f.kind.name, f.required) for f in Form.load(tmp_path / "模板.docx").fields] == [
        *((f"经济.{label}.{year}", "number", True) for label in ("产值", "利润") for year in ("2024年", "2025年")),
        ("职称", "choice", True),
        ("备注", "text", False),
    ]


# --- what forms of strangers showed ---


def test_a_header_row_that_tells_its_columns_apart_starts_anew() -> None:
    rows = (
        row(cell("试验", merge="restart"), "准备做（个）", "已做（个）"),
        row(cell("", merge="continue"), "", ""),
        row(cell("进展", merge="restart"), "按时", "延迟"),
        row(cell("", merge="continue"), "", ""),
    )
    assert [path for path, _ in fields(p("检查表"), table(3, *rows))] == [
        *("试验.准备做", "试验.已做"),
        *("进展.按时", "进展.延迟"),
    ]


def test_a_label_merged_down_names_what_stands_next_to_it_only() -> None:
    rows = (
        row(cell("变动", merge="restart"), "有", "无", cell("要求", merge="restart"), "明确", "不明确"),
        row(cell("", merge="continue"), "", "", cell("", merge="continue"), "", ""),
    )
    assert fields(p("检查表"), table(6, *rows)) == [("变动", "choice"), ("要求", "choice")]
    rows = (
        row(cell("变动", merge="restart"), "次数", "人数", cell("要求", merge="restart"), "条数", "页数"),
        row(cell("", merge="continue"), "", "", cell("", merge="continue"), "", ""),
    )
    assert [path for path, _ in fields(p("检查表"), table(6, *rows))] == [
        *("变动.次数", "变动.人数"),
        *("要求.条数", "要求.页数"),
    ]


def test_one_answer_for_several_rows_is_none_of_theirs() -> None:
    rows = (
        row("内容", "得分", "总成绩"),
        row("自述", "", cell("", merge="restart")),
        row("质量", "", cell("", merge="continue")),
    )
    assert [path for path, _ in fields(p("评分表"), table(3, *rows))] == ["自述.得分", "总成绩", "质量.得分"]


def test_a_label_over_its_room_is_one_place_beside_a_merged_label_too() -> None:
    rows = (
        row(cell("学生", merge="restart"), cell("工作小结：", span=2)),
        row(cell("", merge="continue"), cell("", span=2)),
        row(cell("", merge="continue"), cell("下阶段计划：", span=2)),
        row(cell("", merge="continue"), cell("", span=2)),
    )
    assert [path for path, _ in fields(p("检查表"), table(3, *rows))] == ["学生.工作小结", "学生.下阶段计划"]


def test_a_group_of_rows_is_no_place_itself() -> None:
    rows = (
        row(cell("个人简介", "", merge="restart"), "特长", ""),
        row(cell("", merge="continue"), "经历", ""),
    )
    assert [path for path, _ in fields(p("申请表"), table(3, *rows))] == ["个人简介.特长", "个人简介.经历"]


def test_a_title_over_a_grid_names_the_grid_and_nothing_below_it() -> None:
    rows = (row(cell("工作经历（倒序填写）", span=2)), row("起止年月", "单位名称"), row("", ""), row("", ""))
    below = row(cell("有无亲属在本公司？ 有（  ） 没有（  ）", span=2))
    assert [path for path, _ in fields(p("登记表"), table(2, row("姓名", ""), *rows, below))] == [
        *("姓名", "工作经历"),
        "有无亲属在本公司",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("任务起止日期：    年   月   日至    年   月   日", ["任务日期开始", "任务日期结束"]),
        ("    年   月   日——    年   月   日", ["开始日期", "结束日期"]),
        ("院（系）：________  专业：________", ["院系", "专业"]),
        ("答辩记录（内容：1、阐述要点（论文）    2、提问与回答）：________", ["答辩记录"]),
        ("专业共（    ）人", ["专业人数"]),
        ("第（    ）名", ["名次"]),
    ],
)
def test_the_blanks_of_a_line_have_names_that_say_what_is_asked(line: str, expected: list[str]) -> None:
    assert [path for path, _ in fields(p("登记表"), p(line))] == expected


def test_a_repeated_label_is_not_its_own_owner() -> None:
    rows = (row("联系电话", "", "邮箱", ""), row("紧急联系人", "", "联系电话", ""))
    assert [path for path, _ in fields(table(4, *rows))] == ["联系电话", "邮箱", "紧急联系人", "紧急联系人联系电话"]


@pytest.mark.parametrize(
    "said", [("1910400639", "√"), ("202310300029Z", "2023.04-2023.06"), ("2023年4月—6月", "19104341")]
)
def test_numbers_ticks_and_stretches_of_time_in_cells_of_their_own_are_somebody_s_answers(
    said: tuple[str, str],
) -> None:
    rows = (row("姓名", "", "备注", ""), row("学号", said[0], "其他", said[1]))
    assert "像是填过的" in proposed(p("登记表"), table(4, *rows)).doubts[0][0]
    office = (p("登记表"), p("咨询电话：62323865"), p("传真：62323866"), table(4, *rows[:1]))
    assert proposed(*office).doubts == []


def test_words_in_two_columns_from_top_to_bottom_are_read_column_by_column() -> None:
    heading = cell("实 化", "验 验", "室 单", "检 附", "查 后", merge="restart")
    rows = (row(heading, "大便培养", ""), row(cell("", merge="continue"), "肝功能", ""))
    assert [path for path, _ in fields(p("检查表"), table(3, *rows))] == [
        *("实验室检查化验单附后.大便培养", "实验室检查化验单附后.肝功能"),
    ]


def legacy_text(longest: int = 0) -> Xml:
    """A legacy text field that takes so many characters."""
    most = f'<w:maxLength w:val="{longest}"/>' if longest else ""
    return Xml(
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput>{most}</w:textInput></w:ffData></w:fldChar>'
        "</w:r>"
        '<w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{chr(0x2002) * 5}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_the_length_that_a_legacy_field_takes_is_the_limit_of_its_answer() -> None:
    lines = (p("姓名：", legacy_text(4), "  电话：", legacy_text()), table(2, row("部门", cell(p(legacy_text(8))))))
    form = form_of(proposed(p("登记表"), *lines))
    assert [(f.path.rpartition(".")[2], f.longest) for f in form.fields] == [("姓名", 4), ("电话", None), ("部门", 8)]


# --- names and places that a further round of strangers' forms showed ---


def paths(*blocks: str) -> list[str]:
    return [path for path, _ in fields(*blocks)]


def reasons(*blocks: str) -> dict[str, str]:
    """Of everything that was left alone: its words, and why in English."""
    return {x.text: x.reason[1] for x in proposed(*blocks).left}


SCORE = row(cell("建议成绩"), "")


def test_a_repeated_label_is_called_after_whose_opinion_stands_above() -> None:
    opinions = [row(cell(f"{who}对论文的评语：", "", "", span=2)) for who in ("指导教师", "评阅小组")]
    assert paths(p("考核表"), table(2, opinions[0], SCORE, opinions[1], SCORE)) == [
        *("指导教师对论文的评语", "指导教师建议成绩", "评阅小组对论文的评语", "评阅小组建议成绩"),
    ]


def test_a_repeated_label_is_not_called_after_a_row_that_names_nobody() -> None:
    rows = (row("申请原因", cell("", "")), row(cell("所在学院意见"), "", ""), row(cell("教务处意见"), "", ""))
    assert paths(table(3, *rows)) == ["申请原因", "所在学院意见", "教务处意见"]
    people = [row(x, "") for x in ("负责人姓名", "电话", "经办人姓名", "电话")]
    assert paths(table(2, *people)) == ["负责人姓名", "负责人电话", "经办人姓名", "经办人电话"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Name (English)", "Name (Chinese)"), ["name_english", "name_chinese"]),
        (("姓名（中文）", "姓名（英文）"), ["姓名中文", "姓名英文"]),
        (("产值（万元）", "税收（万元）"), ["产值", "税收"]),
        (("所在院（系）意见", "首台（套）产品"), ["所在院系意见", "首台套产品"]),
        (("毕业设计（论文）题目", "备注（可不填）"), ["毕业设计题目", "备注"]),
    ],
)
def test_brackets_are_part_of_a_name_where_they_part_two_or_are_a_part_of_a_word(
    labels: tuple[str, str], expected: list[str]
) -> None:
    assert paths(table(2, *(row(x, "") for x in labels))) == expected


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("From (Month/Year)", "text"),
        ("起止（年/月）", "text"),
        ("首台（套）产品", "text"),
        ("能耗（吨/万元）", "number"),
    ],
)
def test_how_a_day_is_written_is_no_unit(label: str, kind: str) -> None:
    assert [k for _, k in fields(table(2, row(label, "")))] == [kind]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("拟编入____级____专业____班跟班学习。", ["级", "专业", "班"]),
        ("Fees: Yes / No | Degree : ________ | Year : ________", ["fees", "degree", "year"]),
        ("姓名____，来自________", ["姓名", "来自"]),
    ],
)
def test_the_blanks_of_a_sentence_are_called_by_what_stands_next_to_them(line: str, expected: list[str]) -> None:
    assert [x.rpartition(".")[2] for x in paths(p("登记表"), p(line))] == expected


def test_what_is_counted_is_part_of_a_name_and_a_clause_begins_anew() -> None:
    line = "指导____次数（到今天），每次指导时间____小时。"
    assert paths(table(2, row("指导情况", line))) == ["指导情况.指导次数", "指导情况.每次指导时间"]


def test_a_cover_with_the_names_of_people_is_a_filled_copy() -> None:
    blank = p("姓名：______")
    filled = p("学生姓名：      王 祥    "), p("指导教师：      徐 珞    ")
    assert "像是填过的（有“王祥”" in proposed(*filled, blank).doubts[0][0]
    assert proposed(p("联系人：王祥"), p("负责人：______"), blank).doubts == []


def test_the_label_in_front_of_a_row_of_labels_is_their_group() -> None:
    led = (row("指导情况", "面谈", "", "邮件", ""), row("完成情况", "论文", "", "设计", ""))
    assert paths(table(5, *led)) == ["指导情况.面谈", "指导情况.邮件", "完成情况.论文", "完成情况.设计"]
    assert paths(table(5, row("1", "论文", "", "设计", ""))) == ["论文", "设计"]


def test_a_header_may_leave_its_last_column_without_a_name() -> None:
    under = row(cell("", merge="continue"), *[""] * 4)
    head = row(cell("类别", merge="restart"), "产品", "安全", "培训", "")
    assert paths(table(5, head, under))[:3] == ["类别.产品", "类别.安全", "类别.培训"]


def test_a_unit_between_two_empty_cells_names_the_one_behind_it() -> None:
    assert paths(table(6, row("课程性质", "", "学时", "", "学分", ""))) == ["课程性质", "学时", "学分"]


def test_a_tall_label_names_what_is_next_to_it_and_nothing_behind_another_label() -> None:
    tall = [cell(x, merge=m) for m in ("restart", "continue") for x in (["住址", ""] if m == "restart" else ["", ""])]
    rows = (row(*tall[:2], "联系电话", ""), row(*tall[2:], "紧急电话", ""))
    assert paths(table(4, *rows)) == ["住址", "联系电话", "紧急电话"]


def test_a_title_and_its_first_question_may_share_a_line() -> None:
    lines = ("Personal Information:", "Full Name:", "Financial Information: 14. Liquid Assets (in USD):", "Net Worth:")
    end = ("Declaration: I hereby declare that all of this is true.", "Date:")
    assert paths(*map(p, (*lines, *end))) == [
        *("personal_information.full_name", "financial_information.liquid_assets"),
        *("financial_information.net_worth", "date"),
    ]


def test_a_school_year_over_a_table_is_no_section() -> None:
    lines = (p("考评表"), table(2, row("班级", "")), p("2017 —2018 学年 第（ 一 ）学期"), table(2, row("姓名", "")))
    assert paths(*lines) == ["班级", "姓名"]


def test_write_ins_of_english_options_are_called_as_the_other_fields_are() -> None:
    line = p("*Source : ☐ Direct Walk-in _______  ☐ Job Portal _________")
    assert paths(p("Form"), line) == ["source", "source_direct_walk_in", "source_job_portal"]


def test_an_option_before_its_box_may_hold_a_colon_and_a_star_is_no_part_of_one() -> None:
    line = p("Documents:  SSLC ☐  |  Grad : All mark sheets ☐  |  Certificate ☐")
    (documents, state) = proposed(p("Form"), line, p("State: *Fresher ☐  | Experienced ☐")).proposed
    assert documents.options == ("SSLC", "Grad : All mark sheets", "Certificate")
    assert state.options == ("Fresher", "Experienced")


def test_the_last_label_of_a_row_asks_where_it_has_no_cell_for_its_answer() -> None:
    rows = (row("Name", "", "Sex : "), row("Home tel no.", "", "Mobile no."), row("Email", "", ""))
    assert "mobile_no" in paths(p("Form"), table(3, *rows))


def test_a_label_with_its_own_room_is_none_of_the_labelled_cell_beside_it() -> None:
    reason = cell(p("Reason for Leaving: "), p("\u2002\u2002\u2002\u2002\u2002"))
    assert "reason_for_leaving" in paths(p("Form"), table(2, row(reason, "Ref.: □Yes  □No")))


def test_lines_around_a_table_in_a_cell_are_tagged_with_it() -> None:
    inner = table(2, row("评价", ""))
    held = cell(p("姓名：          岗位：          "), inner, p(""))
    assert paths(p("考核表"), table(1, row(held))) == ["姓名", "岗位", "评价"]


def test_a_grid_for_single_characters_is_one_line_of_the_list() -> None:
    combs = (p("Full Name:"), table(12, row(*[""] * 12), row(*[""] * 12)), p("Phone: ________"))
    said = reasons(p("Form"), *combs)
    assert [x for x in said.values() if "character" in x] == [
        "a box for each character, without a name: merge them into one cell in Word, or draw a line"
    ]
    assert len(said) == 1


def test_a_question_without_room_is_a_line_of_the_list() -> None:
    held = cell("主要产品及产量：", "1.胶囊 88667个", "2.橡胶 8094吨")
    said = reasons(p("登记表"), table(2, row("姓名", ""), row("产品", held)))
    assert any("no place for an answer was found" in x for x in said.values())
    quiet = reasons(p("登记表"), p("注意事项："), p("一、请用钢笔填写。"), table(2, row("姓名", "")), p("附件2："))
    assert quiet == {}


def test_a_photograph_may_have_a_table_of_its_own() -> None:
    assert fields(p("Form"), table(1, row(cell("", "Photo", ""))), table(2, row("Name", "")))[0] == ("photo", "picture")


# --- names ---


def test_a_form_printed_twice_on_its_page_has_no_owners_from_neighbours() -> None:
    copy = table(4, row("协议书编号", "", "姓  名", ""), row("家庭详细地址", "", "家庭电话", ""))
    named = [path for path, _ in fields(p("毕业生登记表"), copy, p(""), copy.replace("协议书编号", "协议书号"))]
    assert named[:4] == ["协议书编号", "姓名", "家庭详细地址", "家庭电话"]
    assert named[4:] == ["协议书号", "姓名2", "家庭详细地址2", "家庭电话2"]
    owned = table(4, row("联系电话", "", "电子邮箱", ""), row("紧急联系人", "", "联系电话", ""))
    assert [path for path, _ in fields(p("登记表"), owned)][-1] == "紧急联系人联系电话"


def test_a_blank_in_a_title_is_named_by_what_is_counted_there() -> None:
    line = Xml('<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">      </w:t></w:r>')
    assert fields(p("某某大学", line, "届毕业生登记表"), table(2, row("姓名", "")))[0][0] == "届"


def test_a_day_under_a_label_that_asks_for_it_is_that_label() -> None:
    assert fields(p("记录表"), table(2, row("答辩时间", "    年    月    日"), row("地点", ""))) == [
        ("答辩时间", "date"),
        ("地点", "text"),
    ]


def test_who_only_signs_beside_an_opinion_has_none_of_their_own() -> None:
    signed = row("学院意见", cell("负责人签字（公章）：", "年  月  日"), cell("经办人签字：", "年  月  日"))
    assert [path for path, _ in fields(p("申请表"), table(3, row("姓名", cell("", span=2)), signed))] == [
        "姓名",
        "学院意见",
    ]


def test_blanks_of_a_sentence_are_named_by_the_words_behind_them() -> None:
    said = "拟安排该生在第____周至第____周在____楼____室参加补修"
    assert [path for path, _ in fields(p("申请表"), p(said))][-4:] == ["周", "周2", "楼", "室"]


# --- school years, captions behind, amounts twice, signatures with a line to sign on ---


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("（20__—20__学年 第__学期）", ["学年开始", "学年结束", "学期"]),
        ("____至____学年第____学期课程缓考申请", ["学年开始", "学年结束", "学期"]),
        ("____学年第____学期", ["学年", "学期"]),
        ("联系电话：________（办公）________（手机）", ["联系电话办公", "联系电话手机"]),
        ("第__周 星期__ 第__节", ["周次", "星期", "节次"]),
    ],
)
def test_blanks_among_words_are_named_by_what_they_count_or_are_called_behind(line: str, names: list[str]) -> None:
    found = [path.rpartition(".")[2] for path, _ in fields(p("登记表"), p(line))]
    assert found == names


def test_an_amount_in_words_is_a_text_and_in_figures_a_number() -> None:
    line = "合计金额（大写）：________元（小写：¥________）"
    assert fields(p("申请单"), table(1, row(line))) == [("合计金额大写", "text"), ("合计金额小写", "number")]


def test_a_line_to_sign_on_is_a_place_and_a_day_right_behind_it_is_listed() -> None:
    rows = row("导师意见", cell("", "签字：________  ____年__月__日")), row("备注", "")
    proposal = proposed(p("审批表"), table(2, *rows))
    assert [f.path for f in proposal.fields] == ["导师意见.意见", "导师意见.签字", "备注"]
    assert ["读回时分不清" in x.reason[0] for x in proposal.left] == [True]
    apart = row("导师意见", cell("", "签字：________ 日期：____年__月__日")), row("备注", "")
    assert fields(p("审批表"), table(2, *apart))[2] == ("导师意见.日期", "date")


def test_signatures_under_headings_take_the_names_of_who_signs() -> None:
    headings = ("一、指导教师意见", "二、院系意见", "三、研究生院意见")
    body = [p(x) for h in headings for x in (h, "", "", "签字：________  ____年__月__日")]
    paths = [path for path, _ in fields(p("审核表"), *body)]
    assert paths == ["指导教师意见", "指导教师签字", "院系意见", "院系签字", "研究生院意见", "研究生院签字"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("□同意 □不同意  签字：________ 日期：____年__月__日", ["审核", "审核_签字", "审核_日期"]),
        ("□调课 □停课 □代课（代课教师：________）", ["审核", "审核_代课"]),
        ("☐ Yes ☐ No   If yes, since when? ________", ["licence", "licence_if_yes_since_when"]),
    ],
)
def test_what_stands_behind_options_is_a_place_of_its_own(line: str, names: list[str]) -> None:
    label = "Licence" if line.isascii() or "Yes" in line else "审核"
    found = fields(p("Form" if label == "Licence" else "登记表"), table(2, row(label, line), row("E", "")))
    assert [path.rpartition(".")[2] for path, _ in found if path.lower() not in ("e", "表.e")] == names


def test_days_behind_signatures_are_named_by_them() -> None:
    body = p("Signature: ____________    Date: ____________"), p("Parent signature: ____________    Date: ____________")
    paths = [path for path, _ in fields(p("Form"), *body)]
    assert paths == ["signature", "signature_date", "parent_signature", "parent_signature_date"]


def test_a_question_has_its_room_at_the_line_below_an_empty_paragraph() -> None:
    asked = p("Name: ________"), p("Why do you want to join us?"), p(""), p("________________")
    assert fields(p("Form"), *asked)[1] == ("why_do_you_want_to_join_us", "longtext")


def test_two_days_from_and_to_are_named_as_such_and_a_number_before_its_clause_is_a_place() -> None:
    days = fields(p("审批表"), table(2, row("会议时间", "自____年__月__日至____年__月__日"), row("备注", "")))
    assert days[:2] == [("会议时间.开始日期", "date"), ("会议时间.结束日期", "date")]
    staff = fields(p("采集表"), table(2, row("职工人数", "    人，其中研发人员    人"), row("备注", "")))
    assert [kind for path, kind in staff if path.startswith("职工人数")] == ["integer", "integer"]


def test_a_question_numbered_as_the_heading_before_stands_in_its_section_no_more() -> None:
    company, listed = table(2, row("Tel.", "")), table(2, row("Product", "Price"), row("", ""), row("", ""))
    asked = p("3. Do you export?  ☐ Yes  ☐ No"), p("Signature: ____________")
    found = fields(p("Form"), p("1. Company details"), company, p("2. Products"), listed, *asked)
    assert [path for path, _ in found][-2:] == ["do_you_export", "signature"]


# --- names under their room, options without boxes, lines in columns ---


def test_empty_cells_take_their_names_from_the_row_below_where_the_table_goes_on_so() -> None:
    room, names = row("", "", ""), ("Child's name", "", "Date of birth")
    pairs = room, row(*names), room, row("Address", "", "Home phone")
    more = row(cell("", span=3)), row(cell("Allergies", span=3)), room, row("Parent's signature", "", "Date")
    proposal = proposed(table(3, row(cell("Agility 101", span=3)), *pairs, *more))
    paths = ["childs_name", "date_of_birth", "address", "home_phone", "allergies", "date"]
    assert [(x.path, x.at) for x in proposal.proposed] == list(
        zip(paths, ["0/1/0", "0/1/2", "0/3/0", "0/3/2", "0/5/0", "0/7/2"], strict=True)
    )
    assert [x.text for x in proposal.left] == ["Parent's signature"]
    form = form_of(proposal)
    data = dict.fromkeys(paths, "x")
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_one_row_of_captions_may_be_chance() -> None:
    found = fields(p("Form"), table(3, row("Name", "", ""), row("", "", ""), row("City", "", "Photo")))
    assert "city" in [path for path, _ in found]


@pytest.mark.parametrize(
    "line",
    [
        "Score ______ | Select / Reject",
    ],
)
def test_options_printed_without_boxes_are_told(line: str) -> None:
    assert line in left(p("Form"), p("Name: ________"), p(line))


@pytest.mark.parametrize("line", ["性别（男/女）：______", "City / State: ______", "Yes/No questions are below."])
def test_strokes_between_other_words_are_no_options(line: str) -> None:
    assert line not in left(p("Form"), p("Name: ________"), p(line))


def test_options_above_the_room_of_a_cell_are_told() -> None:
    told = left(p("Form"), table(2, row("Catalogue", cell(p("Y/N"), p("Details: ________"))), row("Member (Y/N)", "")))
    assert told == ["Y/N"]


def test_lines_in_columns_under_a_heading_are_told_and_the_heading_asks_nothing() -> None:
    rules = "_____________\t\t___________"
    proposal = proposed(
        p("Form"), p("School: ______"), p("Name of participant:\t\t            \tClass"), p(rules), p(rules)
    )
    assert [x.path for x in proposal.proposed] == ["school"]
    assert [x.text for x in proposal.left] == [rules, rules]


def test_room_before_a_colon_is_no_place() -> None:
    assert fields(p("Form"), p("Contact Nos.          \t\t: _____________")) == [("contact_nos", "text")]


def test_underlined_room_for_the_year_is_part_of_the_date() -> None:
    underlined = '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">      </w:t></w:r>'
    line = p(Xml(r("担任职位：") + underlined * 3 + r("报到日期：") + "".join(underlined + r(x) for x in "年月日")))
    assert fields(p("登记表"), line)[-1][1] == "date"


def test_a_term_behind_the_room_of_another_label_is_told() -> None:
    line = f"学生姓名：{' ' * 40}届"
    assert line in left(p("答辩记录表"), p(line))


def test_every_line_of_the_office_with_room_is_told() -> None:
    lines = ["入司日期：      年    月    日", "试用期薪资：            元/月"]
    office = table(1, row("人力资源部门填写事项"), row(cell(p(lines[0]), p(lines[1]))))
    assert left(p("入职登记表"), p("姓名：________"), office)[-2:] == lines


def test_options_below_one_another_that_their_notes_tell_apart_are_one_group() -> None:
    options = "课程构建（特色课程）□", "课程构建（校本教材）□", "课堂教学□"
    proposal = proposed(p("验收单"), table(2, row("类型", "金额"), *(row(o, "") for o in options)))
    assert next(x.options for x in proposal.proposed if x.kind == "choices") == (
        *("课程构建", "课程构建（校本教材）", "课堂教学"),
    )


def test_a_rule_of_stars_ends_the_room_and_the_line_above_names_a_blank() -> None:
    asked = p("WHY DO YOU APPLY: (Please Print)"), p(""), p(""), p(""), p("*" * 60)
    custody = Xml(r("CUSTODY OF YOUR CHILDREN") + "<w:r><w:br/></w:r>" + r("__________ PHONE ______"))
    found = [path for path, _ in fields(p("Form"), p(custody), *asked)]
    assert found == ["custody_of_your_children", "phone", "why_do_you_apply"]


def test_options_one_a_line_beside_a_question_are_its_own() -> None:
    options = cell(p("Fundal"), p("Anterior"), p("If other, please specify: ________"))
    proposal = proposed(p("Form"), table(2, row("Where is it?", options), row("Where was it?", ""), row("Name", "")))
    assert [(x.at, x.kind) for x in proposal.proposed] == [
        *(("1/0/1", "choices"), ("1/0/1", "text"), ("1/1/1", "text"), ("1/2/1", "text")),
    ]
    assert proposal.proposed[0].options == ("Fundal", "Anterior")
    assert proposal.left == []


def test_a_line_drawn_in_a_cell_is_its_place() -> None:
    proposal = proposed(p("Form"), table(2, row("Weight?", cell(p(""), p("___________"))), row("Name", "")))
    assert [x.path for x in proposal.proposed] == ["weight", "name"]
    assert proposal.left == []
    assert proposal.proposed[0].marks[0].end == len("___________")


def test_a_line_that_lists_what_to_write_names_its_room_whole() -> None:
    asked = "预期工作完成情况、原因分析及改进措施、下一步的工作计划："
    proposal = proposed(p("检查表"), table(1, row(cell(p(asked), p(""), p("")))))
    assert [x.path for x in proposal.proposed] == ["预期工作完成情况原因分析及改进措施下一步的工作计划"]
    assert proposal.left == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Are you applying as an individual or a company?", "are_you_applying_as_an_individual"),
        ("How soon are you looking to open a location?", "how_soon_are_you_looking_to_open"),
        ("Which office do you apply to", "which_office_do_you_apply_to"),
    ],
)
def test_a_shortened_name_ends_in_a_word_that_says_something(label: str, name: str) -> None:
    assert words.label_key(label) == name


_GOODS = (row("品名", "数量", "单价", "金额"), row("", "", "", ""), row("", "", "", ""))


@pytest.mark.parametrize("total", [(), (row("合计", "", "", ""),)])
def test_a_header_over_records_names_nothing_in_a_row_of_labels_below_them(total: tuple[str, ...]) -> None:
    named = fields(p("采购单"), table(4, *_GOODS, *total, row("经办人", "", "日期", ""), row("部门", "", "电话", "")))
    assert [x for x in named if "合计" not in x[0]][1:] == [
        ("经办人", "text"),
        ("日期", "text"),
        ("部门", "text"),
        ("电话", "text"),
    ]


def test_a_header_over_rows_with_labels_names_the_columns_of_all() -> None:
    named = fields(
        p("预算表"),
        table(4, row("项目", "金额", "说明", "备注"), row("场地", "", "含水电", ""), row("差旅", "", "", "")),
    )
    assert {"场地.金额", "差旅.金额", "差旅.说明", "差旅.备注"} < {x for x, _ in named}


# --- names from what stands around ---


def test_titles_of_the_body_own_the_labels_that_are_repeated_below_them() -> None:
    asked = (p("Name: ______"), p("Home phone: ______"))
    assert [x for x, _ in fields(p("Form"), p("Date: ____"), p("Mother"), *asked, p("Father"), *asked)] == [
        *("date", "mother_name", "mother_home_phone", "father_name", "father_home_phone")
    ]
    asked = (p("____________"), p("PIN: ______"))
    named = fields(p("Form"), p("Present Address:"), *asked, p("Permanent Address:"), *asked)
    assert [x for x, _ in named][1::2] == ["present_address_pin", "permanent_address_pin"]


def test_what_stands_with_options_is_called_after_them() -> None:
    named = fields(p("登记表"), table(2, row("是否获奖", cell(p("□是 □否"), p("获奖名称：______"))), row("姓名", "")))
    assert [x for x, _ in named] == ["是否获奖", "是否获奖_获奖名称", "姓名"]


def test_options_go_on_in_the_next_paragraph_but_not_behind_yes_and_no() -> None:
    form = form_of(proposed(p("登记表"), p("项目类别：□新建 □改建"), p("□扩建 □其他"), p("姓名：____")))
    assert [(f.path, f.options) for f in form.fields] == [
        *(("项目类别", ("新建", "改建", "扩建", "其他")), ("姓名", ())),
    ]
    form = form_of(proposed(p("登记表"), p("党员：□是 □否"), p("□同意 □不同意"), p("姓名：____")))
    assert [f.options for f in form.fields] == [("是", "否"), ("同意", "不同意"), ()]


def test_an_option_that_goes_on_below_its_box_stays_with_its_group() -> None:
    rows = [
        row("类型", "金额"),
        row("甲类□", ""),
        row(cell(p("管理（评估）□"), p("师德（培训）")), ""),
        row("乙类□", ""),
    ]
    form = form_of(proposed(p("登记表"), table(2, *rows)))
    assert form.fields[0].options == ("甲类", "管理", "乙类")


def test_options_in_lines_beside_any_label_are_told() -> None:
    blank = (p("Form"), table(2, row("Location", cell(p("Fundal"), p("Anterior"))), row("Name", "")))
    assert left(*blank) == ["Location Fundal / Anterior"]


def test_a_title_in_the_series_of_titles_is_one_though_a_cell_stands_behind_it() -> None:
    rows = (row("a) Mother"), row("Age?", ""), row("b) Child", ""), row("Weight?", ""))
    named = fields(p("Form"), table(2, row("Questions", "Responses"), *rows))
    assert [x for x, _ in named] == ["mother.age", "child.weight"]
    named = fields(p("登记表"), table(2, row("一、基本情况"), row("姓名", ""), row("二、简介", "")))
    assert [x for x, _ in named][-1].endswith("简介")


def test_the_name_of_the_form_is_no_section_and_names_no_options() -> None:
    more = table(2, row("签收人", ""))
    cover = (p("附件"), p("编号：____"), p("项目合同书"))
    named = fields(*cover, table(2, row("项目名称", "")), p("说明"), more)
    assert [x for x, _ in named] == ["封面.编号", "项目名称", "说明.签收人"]
    named = fields(*cover, p("□训练项目 □实践项目"), table(2, row("名称", "")), p("说明"), more)
    assert [x for x, _ in named] == ["封面.编号", "封面.项目类别", "名称", "说明.签收人"]


def test_a_title_over_a_table_is_no_section_of_the_paragraphs_below_it() -> None:
    named = fields(
        *(p("Form"), p("Name: ____"), p("Passport details"), table(2, row("Number", ""))),
        *(p("Phone: ____"), table(2, row("Place", ""))),
    )
    assert [x for x, _ in named] == ["name", "passport_details.number", "phone", "place"]


def test_a_first_table_that_asks_the_same_as_a_later_one_is_the_cover() -> None:
    named = fields(
        *(p("申请表"), p("编号：______"), table(2, row("项目名称：", ""), row("负责人：", ""), row("学院：", ""))),
        *(p("填写说明如下，请逐项认真填写。"), table(4, row("项目名称", "", "起止时间", ""))),
    )
    assert [x for x, _ in named] == [
        *("封面.编号", "封面.项目名称", "封面.负责人", "封面.学院", "项目名称", "起止时间")
    ]


def test_a_day_under_a_signature_takes_its_name() -> None:
    rows = (row("甲方签字：", "乙方签字："), row("年  月  日", "年  月  日"))
    named = fields(p("合同"), table(2, row("名称", "")), p(""), table(2, *rows))
    assert [x for x, _ in named] == ["名称", "甲方签字日期", "乙方签字日期"]
    named = fields(p("验收单"), table(1, *(row(cell(f"{x}（签字）：", "", "日期：")) for x in ("验收组", "开发方"))))
    assert [x for x, _ in named] == ["验收组日期", "开发方日期"]


def test_numbered_rows_with_a_printed_role_are_named_by_it() -> None:
    rows = (row(f"{i}", "", x) for i, x in enumerate(("Night shift", "Day shift"), 1))
    named = fields(p("Form"), table(3, row("No.", "Reason", "Shift"), *rows))
    assert [x for x, _ in named] == ["night_shift.reason", "day_shift.reason"]
    head, roles = row("序号", "姓名", "工号", "角色", "电话"), ("负责人", "成员", "成员")
    named = fields(p("报名表"), table(5, head, *(row(f"{i}", "", "", x, "") for i, x in enumerate(roles, 1))))
    assert [x for x, _ in named] == [
        f"{role}.{column}" for role in ("负责人", "成员2", "成员3") for column in ("姓名", "工号", "电话")
    ]


def test_rows_of_one_merged_label_are_numbered_where_others_follow() -> None:
    head = row("成员", "姓名", "学号")
    first = (row(cell("核心", merge="restart"), "", ""), row(cell("", merge="continue"), "", ""))
    other = (row(cell("预备", merge="restart"), "", ""), row(cell("", merge="continue"), "", ""))
    named = fields(p("申请表"), table(3, head, *first, *other))
    assert [x for x, _ in named][:4] == ["核心1.姓名", "核心1.学号", "核心2.姓名", "核心2.学号"]


# --- places that were missed ---


def test_room_over_a_signature_under_a_title_is_the_titles() -> None:
    opinion = cell("", "", "签字：", "年  月  日")
    named = fields(p("申请表"), table(1, row("六、指导教师意见"), row(opinion), row("七、学院意见"), row(opinion)))
    assert [x for x, _ in named] == ["指导教师意见", "学院意见"]
    plan = cell("", "内容提示：写进展。", "", "", "", "项目负责人：      ", "年  月  日")
    named = fields(p("申请表"), table(1, row("五、研究计划"), row(plan)))
    assert [x for x, _ in named] == ["研究计划", "研究计划_项目负责人", "研究计划_日期"]
    assert "八、学院意见" in left(
        p("申请表"),
        table(1, row("七、计划"), row(""), row("八、学院意见"), row(cell("进展较快或缓慢。", "签字：", "年  月  日"))),
    )


def test_a_title_with_its_room_below_ends_the_section_before_it() -> None:
    rows = (
        row("八、学院意见"),
        row(cell("", "", "签字：____")),
        row("九、学校意见"),
        row(cell("", "")),
        row("备注：____"),
    )
    named = fields(p("申请表"), table(1, *rows))
    assert [x for x, _ in named] == ["学院意见", "学院意见_签字", "学校意见", "学校意见_备注"]


def test_what_tells_how_to_answer_gives_way_to_the_answer_without_brackets_too() -> None:
    told = "请简要描述当前业务中存在的问题、受影响的岗位和业务流程，150字以内。"
    form = form_of(proposed(p("报名表"), table(2, row("业务痛点", told), row("成果", "如原型、样例、测试报告等。"))))
    assert [f.path for f in form.fields] == ["业务痛点", "成果"]
    assert fields(p("报名表"), table(2, row("姓名", ""), row("填表说明", told))) == [("姓名", "text")]


def test_a_note_that_photographs_may_be_added_is_no_room_for_one() -> None:
    named = fields(p("检查表"), table(1, row("一、研究进展情况说明（条文列述，可附照片）"), row("")))
    assert named == [("研究进展情况说明", "text")]
    assert fields(p("检查表"), table(1, row("三、运作情况（项目的组织管理，成员合作的填写等）"), row(""))) == [
        ("运作情况", "text")
    ]


def test_an_issue_between_its_words_is_a_place() -> None:
    assert fields(p("申请表"), p("编号：第      号"), table(2, row("名称", ""))) == [("编号", "text"), ("名称", "text")]


# --- what is no place ---


def test_a_cell_for_each_character_of_a_day_is_told_once() -> None:
    letters = row("Date", *"DD/MM/YYYY")
    proposal = proposed(p("Form"), table(2, row("Name", "")), p("Signed"), table(11, letters, row("", *[""] * 10)))
    assert ([f.path for f in proposal.fields], [x.text for x in proposal.left]) == (["name"], ["Date"])


def test_a_merged_cell_behind_a_pair_is_told_and_a_note_beside_an_answer_is_none() -> None:
    rows = (
        row("姓名", "", "生日", "", cell("", merge="restart")),
        row("性别", "", "学历", "", cell("", merge="continue")),
    )
    assert [x for x, _ in fields(p("报名表"), table(5, *rows))] == ["姓名", "生日", "性别", "学历"]
    assert left(p("报名表"), table(5, *rows)) == [""]
    named = fields(p("报名表"), table(3, row("作品编号", "", "（由组委会提供）"), row("名称", "", "（必填）")))
    assert [x for x, _ in named] == ["作品编号", "名称"]


def test_cells_beside_a_note_are_told() -> None:
    noted = row("NOTE: at most two adults", "", "")
    rows = (row("Member", "Born", "Phone"), row("1.", "", ""), row("2.", "", ""), noted)
    named = fields(p("Form"), table(3, *rows), p(""), table(2, row("Club", "")))
    assert [x for x, _ in named][-1] == "club" and not any("note" in x for x, _ in named)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("注册公司____个,收入____万元，其他____项。", ["注册公司", "收入", "其他"]),
        ("授权专利____项；研究报告____份；", ["授权专利", "研究报告"]),
    ],
)
def test_a_label_begins_behind_the_unit_of_the_blank_before(line: str, names: list[str]) -> None:
    assert [x.label for x in lines.blanks_in(line)] == names


def test_brackets_behind_several_words_are_their_boxes() -> None:
    form = form_of(proposed(p("Form"), p("New (  ) Old (  ) Family (  )"), p("Name: ____")))
    assert form.fields[0].options == ("New", "Old", "Family")


def test_letters_that_are_set_apart_are_one_name() -> None:
    assert words.label_key("Q  Q") == "QQ"


def test_options_that_are_signs_alone_are_no_fault() -> None:
    assert words.tick_kind("项", "", ["…", "……"], has_write_in=False) == "choices"


def test_a_title_of_a_form_ends_the_section_before_it_and_owns_nothing() -> None:
    rules = (p("一、总则"), p("本办法由学校负责解释。"), p("毕业设计申请表"))
    assert [x for x, _ in fields(p("办法"), *rules, table(2, row("姓名", "")))] == ["姓名"]
    asked = (p("Name: ______"), p("Phone: ______"), p("Grace house application"), p("Phone: ______"))
    assert [x for x, _ in fields(p("Form"), *asked)] == ["name", "phone", "phone2"]


def test_a_placeholder_keeps_its_name_and_the_question_above_it_asks_nothing_more() -> None:
    named = fields(p("Report"), table(1, row(cell("Audit findings:", "{audit_findings}")), row("Date: {audit_date}")))
    assert [x for x, _ in named] == ["audit_findings", "audit_date"]


def test_a_sentence_names_no_cell_beside_it() -> None:
    level = "能够在各个环节使用软件工具；技术运用不熟练。"
    blank = (p("评价表"), table(3, row("姓名", cell("", span=2)), row("使用工具", level, ""), row(level, "", "")))
    assert [x for x, _ in fields(*blank)] == ["姓名", "使用工具"]
    assert level in left(*blank)


def test_brackets_of_a_label_beside_boxes_hold_no_answer() -> None:
    named = fields(p("申报表"), table(2, row("是否重点项目（  ）", "〇是 〇否"), row("名称", "")))
    assert named == [("是否重点项目", "choice"), ("名称", "text")]


def test_a_cell_numbered_as_its_section_stands_in_it_no_more() -> None:
    money = (row(cell("科目", span=2), "用途"), row(cell("", span=2), ""), row(cell("", span=2), ""))
    own = row(cell("十四、导师推荐意见", "", "", "签名：", "年   月    日", span=3))
    named = fields(p("申报表"), table(3, row(cell("十三、经费预算", span=3)), *money, own))
    assert [x for x, _ in named] == ["经费预算", "导师推荐意见"]


def test_sentences_and_numbers_of_papers_own_no_labels() -> None:
    body = (
        p("众律民字(2023)第   号"),
        p("甲方：____"),
        p("双方就上述事宜的目的商定具体服务内容与范围"),
        p("甲方：____"),
    )
    assert [x for x, _ in fields(p("合同"), *body)] == ["甲方", "甲方2"]


def test_options_parted_by_commas_in_a_column_are_told() -> None:
    rows = (
        row("1、针对性如何", "好、较好、一般、差"),
        row("2、效果如何", "好、较好、一般、差"),
        row("3、能否完成", "能（较好）、否"),
    )
    assert left(p("反馈表"), table(2, row("单位名称", ""), row("条款", "评议情况"), *rows)) == [
        *("1、针对性如何 好、较好、一般、差", "2、效果如何 好、较好、一般、差", "3、能否完成 能（较好）、否"),
    ]
    notes = (cell("注：划勾", merge="restart"), *(cell("", merge="continue") for _ in "12"))
    beside = (row(f"{i}、效果如何", "好、一般、差", note) for i, note in enumerate(notes, 1))
    assert len(left(p("反馈表"), table(3, *beside), table(2, row("单位", "")))) == len(notes)
    printed = proposed(p("反馈表"), table(2, row("课程", "语文、数学、英语"), row("姓名", ""))).left
    assert [(x.text, x.reason) for x in printed] == [("课程 语文、数学、英语", PRINTED)]


# --- marks, headers and lines that were missed ---


def test_empty_cells_under_the_marks_of_a_scale_are_ticked_one_a_row() -> None:
    head = (
        row(cell("序号", merge="restart"), cell("评价项目", merge="restart"), cell("评价等级", span=4)),
        row(cell("", merge="continue"), cell("", merge="continue"), "A", "B", "C", "D"),
    )
    form = form_of(proposed(p("评分表"), table(6, *head, row("1", "写作", *[""] * 4), row("2", "态度", *[""] * 4))))
    assert [(f.path, f.kind.name, f.options) for f in form.fields] == [
        ("写作", "choice", ("A", "B", "C", "D")),
        ("态度", "choice", ("A", "B", "C", "D")),
    ]
    data = {"写作": "B", "态度": "D"}
    assert form.extract(form.fill(data)).data == data
    by_hand = package(p("评分表") + table(6, *head, row("1", "写作", "", "✓", "", ""), row("2", "态度", *"   √")))
    assert form.extract(by_hand).data == data


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        (("优", "良", "中", "差"), "choice"),
        (("Yes", "No"), "choice"),
        (("完全同意", "同意", "不同意"), "choice"),
        (("明确", "不明确"), "choice"),
        (("姓名", "用途"), "text"),
        (("1", "2", "3"), "text"),
    ],
)
def test_words_over_cells_are_marks_only_where_they_are_one_scale(heads: tuple[str, ...], kind: str) -> None:
    rows = (row(name, *[""] * len(heads)) for name in ("质量", "态度"))
    found = fields(p("表"), table(1 + len(heads), row("项目", *heads), *rows))
    assert {k for _, k in found} == {kind} and len(found) == 2 * (1 if kind == "choice" else len(heads))


def test_a_header_over_several_labels_names_the_columns_behind_them() -> None:
    head = row(cell("指标", span=2), "2004年", "2005年")
    rows = (
        row(cell("市场", merge="restart"), "销售额（万元）", "", ""),
        row(cell("", merge="continue"), "出口额（万元）", "", ""),
    )
    assert [x for x, _ in fields(p("表"), table(4, head, *rows))] == [
        *("市场.销售额.2004年", "市场.销售额.2005年", "市场.出口额.2004年", "市场.出口额.2005年"),
    ]


def test_cells_left_over_behind_an_answer_are_told_once() -> None:
    blank = (p("报名表"), table(6, row("学校", "", "年级", "", "", ""), row("专业", "", "班级", cell("", span=3))))
    assert [x for x, _ in fields(*blank)] == ["学校", "年级", "专业", "班级"]
    assert left(*blank) == ["年级"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("任务日期：    年  月  日  至    年  月  日  共  周", ["任务日期开始", "任务日期结束", "周数"]),
        ("开户行\t账号：\t", ["开户行", "账号"]),
        ("主  管  院  长：                  年  月  日", ["主管院长日期"]),
        ("学    院              ", ["学院"]),
        ("b)  State any ambitions: ______", ["state_any_ambitions"]),
    ],
)
def test_more_kinds_of_lines_have_their_blanks(line: str, names: list[str]) -> None:
    shown = [Xml("<w:r><w:tab/></w:r>") if x == "\t" else x for x in re.split("(\t)", line) if x]
    assert [x for x, _ in fields(p("表"), p(*shown))] == names


@pytest.mark.parametrize("said", ["服务满意度：1 2 3 4 5", "总体评价：好、较好、一般、差", "是否参加：是；否"])
def test_scales_and_options_of_a_line_without_boxes_are_told(said: str) -> None:
    assert left(p("表"), p("姓名：____"), p(said)) == [said]


def test_lines_behind_a_table_are_no_cover() -> None:
    body = (p("汇报表"), table(2, row("姓名", "")), p("填表日期：____"), p("说明如下，请填写。"), p("中期检查表"))
    assert [x for x, _ in fields(*body, table(2, row("学院", ""), row("地点", "")))][:2] == ["姓名", "填表日期"]


# --- options on lines of their own, rows of figures, hints in room ---


def test_brackets_that_begin_several_lines_are_boxes() -> None:
    said = ("（  ）创新训练项目", "（  ）创新区项目  所属创新区：          ", "（  ）校企项目")
    for blocks in (
        (table(2, row("项目类型", cell(*said)), row("名称", "")),),
        (p("项目类型："), *map(p, said), table(2, row("名称", ""))),
    ):
        form = form_of(proposed(p("检查表"), *blocks))
        assert [(f.path, f.kind.name, f.options) for f in form.fields] == [
            ("项目类型", "choice", ("创新训练项目", "创新区项目", "校企项目")),
            (("项目类型_" if len(blocks) == 1 else "") + "所属创新区", "text", ()),
            ("名称", "text", ()),
        ]


def test_a_numbered_row_with_a_full_mark_heads_no_other() -> None:
    rows = (row(f"{i}", f"内容{x}", "25", "") for i, x in enumerate("甲乙丙", 1))
    named = fields(
        p("评分表"), table(4, row("序号", "项目", "满分", "评分"), *rows, row(cell("合计", span=2), "100", ""))
    )
    assert [x for x, _ in named] == ["内容甲.评分", "内容乙.评分", "内容丙.评分", "合计"]


def test_words_among_empty_paragraphs_of_an_answer_only_tell_what_to_write() -> None:
    rows = (
        row("项目简介", cell("", "简洁概括，突出项目特点", "", "", "")),
        row("项目分工", cell("", "", "叙述项目成员的分工。", "")),
        row("实施条件", cell("描述已有的研究基础和条件，例如已有的设备等。", "", "", "")),
    )
    assert [x for x, _ in fields(p("检查表"), table(2, *rows))] == ["项目简介", "项目分工", "实施条件"]


def test_a_table_of_nothing_but_options_is_one_group_called_as_its_title() -> None:
    options = table(2, row("□ 中止", "□ 整改"), row(cell("□ 推荐参赛  ________", span=2)))
    inner = Xml(f"<w:tc><w:p>{r('评审意见：')}</w:p>{options}<w:p/></w:tc>")
    form = form_of(proposed(p("检查表"), table(1, row(inner), row(cell("学校意见：", "", "")))))
    assert [(f.path, f.options) for f in form.fields] == [
        ("评审意见", ("中止", "整改", "推荐参赛")),
        ("评审意见_推荐参赛", ()),
        ("学校意见", ()),
    ]


def test_letters_number_options_and_are_no_part_of_them() -> None:
    form = form_of(proposed(p("问卷"), p("您的性别是"), p("A.男 □        B.女 □"), p("姓名：____")))
    assert [(f.path, f.kind.name, f.options) for f in form.fields[:1]] == [("性别", "choice", ("男", "女"))]


def test_boxes_in_a_row_or_beside_dots_are_no_boxes_to_tick() -> None:
    assert marks.boxes_in("1.1 □□……□") == []
    assert [b.group for b in marks.boxes_in("邮编：□□□□□□ 性别：□男 □女")] == ["性别：", "性别："]


def test_titles_over_blanks_in_english_are_sections() -> None:
    body = (
        *(p("Account Details:"), p("NAME: ______  TIN: ______")),
        *(p("Representative Information:"), p("NAME: ______  PHONE: ______")),
    )
    assert [x for x, _ in fields(p("Form"), *body)] == [
        *("account_details.name", "account_details.tin"),
        *("representative_information.name", "representative_information.phone"),
    ]


def test_words_to_sign_at_are_known_though_they_are_set_apart() -> None:
    opinion = cell("导师意见：", "", "", "签    字：                 年   月   日")
    assert [x for x, _ in fields(p("申诉表"), table(1, row(opinion)))] == ["导师意见"]


def test_options_of_a_cell_parted_by_spaces_are_told() -> None:
    said = "手癣 指甲癣 湿疹 皮肤病"
    assert left(p("检查表"), table(2, row("皮肤", said), row("心", ""))) == ["皮肤 手癣 / 指甲癣 / 湿疹 / 皮肤病"]


# --- headers of three levels, samples, marks behind their words ---


def test_a_header_row_that_only_goes_on_from_above_is_a_header() -> None:
    down = [cell("", merge="continue") for _ in range(4)]
    head = (
        row(cell("学院", merge="restart"), cell("支撑材料", span=2), cell("形式", merge="restart")),
        row(down[0], cell("报道", merge="restart"), cell("文章", merge="restart"), down[3]),
        row(*down),
    )
    form = form_of(proposed(p("推进表"), table(4, *head, *(row("", "", "", "") for _ in "123"))))
    assert [(f.kind.name, f.columns) for f in form.fields] == [("rows", ("学院", "报道", "文章", "形式"))]


def test_marks_in_brackets_behind_their_words_are_one_group() -> None:
    named = fields(
        p("检查表"), table(2, row("检查组意见", cell("优秀（  ）      通过（  ）     中止（  ）")), row("备注", ""))
    )
    assert named[0] == ("检查组意见", "choices")


def test_a_figure_behind_the_last_option_is_a_place_of_its_own() -> None:
    line = p("是否可达到目标：[  ]是  [  ]否            已完成     %")
    assert fields(p("检查表"), line, table(2, row("名称", "")))[:2] == [
        ("是否可达到目标", "choice"),
        ("已完成", "number"),
    ]


def test_samples_and_rules_of_a_paper_are_no_places() -> None:
    body = (p("1.1.1   ××××"), p(""), p(""), p("1.1.2   ××××"), p(""), p(""), p("参考文献的格式为："), p("序号 作者"))
    assert fields(p("模板"), p("姓名：____"), *body) == [("姓名", "text")]
    assert fields(p("封面"), p("专业：", underlined("   "), "比如：电子信息工程", underlined("    "))) == [
        ("专业", "text")
    ]


def test_a_unit_in_front_of_room_is_no_label() -> None:
    assert fields(p("申请表"), table(2, row("建筑面积", "M2            "), row("地址", ""))) == [
        ("建筑面积", "number"),
        ("地址", "text"),
    ]


def test_a_table_right_below_another_is_no_form_behind_a_cover() -> None:
    first = table(4, row("评语：", "", "建议成绩", ""), row("导师", "", "学院", ""))
    named = fields(p("考核表"), first, table(4, row("验收意见：", "", "建议成绩", "")))
    assert not any(x.startswith("封面") for x, _ in named)


# --- what is said to be ticked, owners, sections ---


def test_cells_behind_options_are_ticked_where_the_form_says_so() -> None:
    rows = (
        row(cell("专家意见：", "", "", "签名：", merge="restart"), cell("结果类别（请打√）", span=2)),
        row(cell("", merge="continue"), "按期完成", ""),
        row(cell("", merge="continue"), "终    止", ""),
    )
    form = form_of(proposed(p("检查表"), table(3, *rows)))
    assert [(f.path, f.kind.name, f.options) for f in form.fields] == [
        ("专家意见", "text", ()),
        ("结果类别", "choice", ("按期完成", "终止")),
    ]
    beside = row("来源（打√）", "科研", "", "教学", "")
    form = form_of(proposed(p("审批表"), table(5, beside, row("题目", cell("", span=4)))))
    assert [(f.path, f.options) for f in form.fields] == [("来源", ("科研", "教学")), ("题目", ())]


def test_brackets_before_the_words_to_tick_are_behind_their_options() -> None:
    said = "提前完成（  ） 按时完成 （  ）  可能无法完成（  ）      请打“√”"
    form = form_of(proposed(p("检查表"), table(2, row("执行情况", said), row("名称", ""))))
    assert [(f.path, f.options) for f in form.fields] == [
        ("执行情况", ("提前完成", "按时完成", "可能无法完成")),
        ("名称", ()),
    ]


def test_an_underline_that_begins_before_the_boxes_is_no_blank() -> None:
    line = p("项目级别：", underlined("    "), "□国家级  □校级", underlined("   "))
    assert fields(p("申报书"), line, p("名称：____")) == [("项目级别", "choice"), ("名称", "text")]


def test_a_label_that_repeats_itself_owns_none() -> None:
    rows = [(row(who, "", "学院", ""), row("联系电话", "", "E-mail", "")) for who in ("项目负责人", "指导教师")]
    named = fields(p("检查表"), table(4, *(r for pair in rows for r in pair)))
    assert [x for x, _ in named if "电话" in x or "mail" in x] == [
        *("项目负责人联系电话", "项目负责人e_mail", "指导教师联系电话", "指导教师e_mail"),
    ]


def test_a_year_begun_with_20_is_of_its_date() -> None:
    named = fields(p("检查表"), p("预计完成时间：20    年  月  日"), table(2, row("名称", "")))
    assert named == [("预计完成时间", "date"), ("名称", "text")]
    times = row("出差时间", "年　　月　　日至　　年　　月　　日")
    assert [x for x, _ in fields(p("审批单"), table(2, times, row("事由", "")))][:2] == [
        *("出差时间.开始日期", "出差时间.结束日期"),
    ]


def test_promises_and_titles_without_numbers_end_the_section_before_them() -> None:
    rows = (
        row("名称", "", "学院", ""),
        *(row(cell("导师简况", span=4)), row("姓名", "", "性别", "")),
        *(row(cell("项目简介", span=4)), row(cell("", "", span=4))),
        *(row(cell("四、项目承诺", span=4)), row(cell("1.不存在学术不端行为，严格遵照执行。", span=4))),
        row(cell("学院意见：", "", "", span=4)),
    )
    assert [x for x, _ in fields(p("申报书"), table(4, *rows))] == [
        *("名称", "学院", "导师简况.姓名", "导师简况.性别", "项目简介", "学院意见"),
    ]


# --- marks beside sentences, a day below an opinion, prefilled answers ---


def test_marks_beside_what_they_are_for_in_sentences_are_called_by_its_title() -> None:
    head = row(cell("项目", span=3), "权重", "得分")
    rows = (
        row(cell("质量", merge="restart"), "选题", "选题有意义；难易适度。", "10", ""),
        row(cell("", merge="continue"), "创新", "有独特见解。", "15", ""),
        row("答辩成绩", cell("陈述清楚；回答正确", span=2), "30", ""),
    )
    assert [x for x, _ in fields(p("评分表"), table(5, head, *rows))] == ["质量.选题", "质量.创新", "答辩成绩"]


def test_a_day_alone_below_an_opinion_is_of_who_signs() -> None:
    blocks = (p("请假单"), table(2, row("姓名", ""), row("班主任意见", cell("", "", "        年     月     日"))))
    assert fields(*blocks) == [("姓名", "text"), ("班主任意见", "text")]
    assert [x.strip() for x in left(*blocks)] == ["年     月     日"]


def test_an_answer_that_the_form_prints_behind_a_label_asks_nothing() -> None:
    rows = (row("导师Ⅰ：", ""), row("单位：", "上海大学"), row("导师Ⅱ：", ""), row("单位：", ""))
    assert [x for x, _ in fields(p("登记表"), table(2, *rows))] == ["导师Ⅰ", "导师Ⅱ", "单位"]
    assert left(p("登记表"), table(2, *rows)) == ["单位： 上海大学"]


def test_a_date_whose_parts_are_drawn_apart_keeps_its_lines() -> None:
    blank = p("报到日期：", underlined("    "), "年", underlined("  "), "月", underlined("  "), "日")
    proposal = proposed(p("登记表"), blank, table(2, row("姓名", "")))
    form = form_of(proposal)
    assert form.extract(form.fill({"报到日期": "2024-05-06"})).data["报到日期"] == "2024-05-06"
    runs = [r for x in paragraphs_of(Document(form.blank()).blocks) for r in x.element.iter(f"{W}r")]
    lined = {"".join(r.itertext()) for r in runs if r.find(f"{W}rPr/{W}u") is not None}
    assert lined == {"    ", "  "}


# --- sentences that ask, lines that go on, totals ---


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Please list any relevant course or lab work.", "relevant_course_or_lab_work"),
        ("In the space below, please list days that you are available.", "days_that_you_are_available"),
        ("Describe the risks that you see.", "describe_the_risks_that_you_see"),
        ("What do you hope to gain? Are there skills you hope to learn?", "what_do_you_hope_to_gain"),
    ],
)
def test_a_sentence_that_asks_has_its_answer_in_the_room_below(said: str, name: str) -> None:
    body = (p("Name: ____"), p(said), *[p("") for _ in range(4)], p("Please send this form to the office of the lab."))
    assert [x for x, _ in fields(p("Form"), *body)] == ["name", name]


def test_a_line_below_a_label_with_its_line_goes_on_with_it() -> None:
    line = "_" * 30
    body = (p(f"Children's names: {line}"), p(line), p(line), p(f"Date: {line}"))
    assert [x for x, _ in fields(p("Form"), *body)] == ["childrens_names", "date"]
    assert left(p("Form"), *body) == [line, line]


def test_cells_in_front_of_a_total_are_no_places() -> None:
    rows = (
        row("1", "态度认真、遵守纪律", "10", ""),
        row("2", "设计正确、可行", "20", ""),
        row("", "", "总得分/等级", ""),
    )
    blocks = (p("评定表"), table(4, row("序号", "评分项目", "满分", "得分"), *rows))
    assert [x for x, _ in fields(*blocks)] == ["态度认真遵守纪律.得分", "设计正确可行.得分", "总得分等级.得分"]
    assert left(*blocks) == []


def test_a_label_without_room_before_another_with_its_room_is_told() -> None:
    rows = (row("Email", "", "Tel", ""), row(cell("Course date", span=2), "Time", ""))
    assert left(p("Form"), table(4, *rows)) == ["Course date"]
    assert left(
        p("登记表"), table(4, row(cell("联系人", merge="restart"), "姓名", cell("", span=2)), row("", "电话", "", ""))
    ) != ["联系人"]


def test_options_behind_a_colon_in_a_cell_of_their_own_are_told() -> None:
    blocks = (p("Form"), table(2, row("Gender:  M / F / Other", "E-mail:"), row("City:", "Country:")))
    assert "Gender:  M / F / Other" in left(*blocks)


def drawn(text: str, color: str) -> Xml:
    """A run in a colour."""
    return Xml(f'<w:r><w:rPr><w:color w:val="{color}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


@pytest.mark.parametrize("color", ["808080", "A6A6A6", "FF0000"])
def test_words_drawn_as_a_prompt_beside_a_label_give_way_to_the_answer(color: str) -> None:
    asked = [("联系人", "姓名或称呼"), ("背景", "为什么准备做这个项目？"), ("负责人", "由客户提供，或需要协助")]
    form = table(2, *(row(label, cell(p(drawn(prompt, color)))) for label, prompt in asked))
    assert fields(p("申请表"), form) == [("联系人", "text"), ("背景", "text"), ("负责人", "text")]
    assert text_of(form_of(proposed(p("申请表"), form)).fill({"联系人": "张三"}))[1:3] == ["联系人", "张三"]


def test_headers_and_labels_in_grey_or_in_colours_are_no_prompts() -> None:
    head = row(*(cell(p(drawn(x, c))) for x, c in [("姓名", "808080"), ("电话", "808080"), ("住址", "FF0000")]))
    assert fields(table(3, head, row("", "", ""), row("", "", ""))) == [("清单", "rows")]
    pairs = row("姓名", "", cell(p(drawn("学号", "FF0000"))), "")
    assert fields(table(4, pairs)) == [("姓名", "text"), ("学号", "text")]


def test_samples_of_an_answer_give_way_to_it() -> None:
    form = table(2, row("角色", "例如：管理员、普通用户、审核人员和其他可以登录系统的人"), row("姓名", ""))
    assert fields(form) == [("角色", "text"), ("姓名", "text")]


def test_a_label_that_says_the_same_in_english_is_called_by_its_chinese_words() -> None:
    form = table(2, row("联系人 / Contact", ""), row("学 号⏎Student Card Number", ""), row("E-mail / 邮箱", ""))
    asked = fields(p("需求表"), p("01  基本信息"), form, p("02  其他"), form)
    assert [path for path, _ in asked][:2] == ["基本信息.联系人", "基本信息.学号"]
    assert words.label_key("书号 ISBN") == "书号ISBN"


def test_a_cell_that_is_only_signed_has_no_room_for_an_opinion() -> None:
    signed = table(4, row("客户确认", "签字：________", "技术确认", "签字：________"), row("名称", "", "编号", ""))
    assert "longtext" not in [kind for _, kind in fields(signed)]
    opinion = table(2, row("单位意见", cell("签字：", "年  月  日")), row("名称", ""))
    assert fields(opinion) == [("单位意见", "longtext"), ("名称", "text")]


def test_boxes_under_titles_of_their_own_are_groups_of_their_own() -> None:
    titles = row(cell("职务", merge="restart"), "竞选岗位", "服从调剂")
    boxes = row(cell("", merge="continue"), cell("社长□", "部长□", "理事□"), "是□  否□")
    assert fields(table(3, titles, boxes)) == [("职务.竞选岗位", "choices"), ("职务.服从调剂", "choice")]


def test_a_line_in_the_row_above_leads_on_to_the_boxes_below() -> None:
    tall = [cell("情况", merge="restart"), *(cell("", merge="continue") for _ in range(3))]
    said = ["大论文完成情况：", "□已经完成", "□没有完成", cell("小论文发表情况：", "", "□已发表", "□未发表")]
    assert fields(table(2, *map(row, tall, said))) == [
        ("情况.大论文完成情况", "choices"),
        ("情况.小论文发表情况", "choices"),
    ]
    assert left(table(2, *map(row, tall, said))) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("□会议  □其他 目的地：        项目名称:", ["事由", "事由_目的地", "事由_项目名称"]),
        ("□会议  □其他 请说明：        ", ["事由", "事由_其他"]),
        ("最低：____  最高：____  □由实验室定", ["事由_最低", "事由_最高", "事由"]),
    ],
)
def test_labels_in_a_line_of_boxes_are_their_own(line: str, expected: list[str]) -> None:
    assert [path for path, _ in fields(table(2, row("事由", line)))] == expected


def test_what_to_write_is_told_in_brackets_behind_a_colon() -> None:
    lines = [
        "XXX，您好：",
        "模型名称：（请写明申请许可的模型名称）",
        "姓名：（请写明申请人的姓名，与证件一致）",
        "谢谢。",
    ]
    proposal = proposed(*map(p, lines))
    assert [f.path for f in proposal.fields] == ["模型名称", "姓名"]
    assert proposal.left == []
    assert text_of(form_of(proposal).fill({"姓名": "张三"}))[1:3] == [lines[1], "姓名：张三"]


def test_a_list_is_called_by_the_title_over_its_header() -> None:
    title = row(cell("团队成员（共   人）", span=3))
    form = table(3, row("学校", cell("", span=2)), title, row("姓名", "性别", "电话"), row("", "", ""), row("", "", ""))
    assert ("团队成员", "rows") in fields(form)


def test_a_cell_merged_over_several_questions_is_of_none_of_them() -> None:
    rows = [
        row(
            cell("审核", merge="restart"),
            "是否符合大纲",
            "□是 □否",
            cell("教研室意见：", "", "签名：", merge="restart"),
        ),
        row(cell("", merge="continue"), "是否先进", "□是 □否", cell("", merge="continue")),
    ]
    assert [path for path, _ in fields(table(4, *rows))] == ["审核.是否符合大纲", "教研室意见", "审核.是否先进"]


def test_headings_with_hints_in_a_colour_have_the_room_below() -> None:
    hint = [p(drawn("重点介绍想达到什么目的", "FF0000")), p(""), p("")]
    blocks = [
        p("一、目的:（如机理）"),
        *hint,
        p("二、信息:（如数据）"),
        *hint,
        p("三、其他要求"),
        p("如图片格式、是否协助"),
        p(""),
    ]
    assert fields(p("计算要求"), *blocks) == [("目的", "longtext"), ("信息", "longtext")]
    assert left(p("计算要求"), *blocks) == ["三、其他要求"]


def test_a_list_below_a_line_that_says_to_choose_is_its_options() -> None:
    blocks = [
        p("姓名：________"),
        p("情况：（请从如下的选项中选择一项确认）"),
        p("用户数未超过3亿；"),
        p("用户数超过3亿。"),
    ]
    assert proposed(*blocks).proposed[1].options == ("用户数未超过3亿", "用户数超过3亿")


def test_a_picture_goes_where_its_word_stands_set_apart() -> None:
    tall = cell(p("图"), p("片"), merge="restart")
    proposal = proposed(table(3, row("姓名", "", tall), row("电话", "", cell("", merge="continue"))))
    assert [x.reason for x in proposal.left] == [PHOTO]


def test_grades_in_two_languages_are_ticked_and_named_in_chinese() -> None:
    head = row("评价要素⏎Evaluation Factors", "优秀⏎Excellent", "良好⏎Good", "不合格⏎Fail")
    form = table(4, head, row("研究结果Research results so far", "", "", ""), row("后续计划⏎Plan", "", "", ""))
    assert fields(form) == [("研究结果", "choice"), ("后续计划", "choice")]
    assert form_of(proposed(form)).fields[0].options == ("优秀", "良好", "不合格")


def test_boxes_in_columns_with_headers_of_their_own_are_groups_of_their_own() -> None:
    form = table(3, row("专家姓名", "职称", "是否硕导"), *(row("", "□教授  □副教授  □讲师", "□是  □否") for _ in "12"))
    kinds = [kind for _, kind in fields(form)]
    assert kinds == ["text", "choices", "choice"] * 2


def test_room_for_an_opinion_under_its_header_is_a_place() -> None:
    heads = row("指导教师意见", "教研室主任意见", "教学院长意见")
    form = table(3, heads, row(*(cell("", "", "签字：", "", "年    月    日") for _ in "123")))
    assert fields(p("审批表"), form) == [(x, "text") for x in ("指导教师意见", "教研室主任意见", "教学院长意见")]


def test_rows_that_another_system_repeats_are_told_once() -> None:
    rows = row("序号", "船型", "船厂"), row("{#ships}{index}", "{shipType}", "{shipyard}{/ships}")
    proposal = proposed(table(2, row("所有人", "{owner}")), table(3, *rows))
    assert [f.path for f in proposal.fields] == ["owner"]
    assert [x.text for x in proposal.left] == ["{#ships}{index} {shipType} {shipyard}{/ships}"]
    alone = table(3, row("部门", "编号", "受理人"), row("{org}", "{code}", "{by}"))
    assert [path for path, _ in fields(alone)] == ["org", "code", "by"]


def test_a_list_is_called_by_the_title_beside_its_numbers() -> None:
    heads = [
        row(cell("序号", merge="restart"), cell("队员信息", span=2)),
        row(cell("", merge="continue"), "姓名", "学院"),
    ]
    assert fields(table(3, *heads, row("1", "", ""), row("2", "", ""))) == [("队员信息", "rows")]


def test_notes_behind_a_label_and_names_of_forms_are_no_other_places() -> None:
    rows = [row(x) for x in ("报名表：", "昵称：", "特长：（加分项：熟练使用Word等办公软件）")]
    assert [path for path, _ in fields(table(1, *rows))] == ["昵称", "特长"]
    upright = cell("备", "", "注", "")
    form = table(2, row("姓名", ""), row(upright, "1、本表一式两份；"), row(cell("视", "力"), ""))
    assert fields(form) == [("姓名", "text"), ("视力", "text")]
    assert left(form) == []


def test_a_blank_is_called_by_the_clause_that_the_line_above_ends_with() -> None:
    blocks = [p("領款人：________"), p("茲領到公司之勞務費用，共計新台幣"), p("             元整。"), p("領款人簽章：")]
    assert fields(*blocks) == [("領款人", "text"), ("共計新台幣", "number")]


def test_a_note_in_brackets_below_a_title_gives_way_to_the_titles_answer() -> None:
    rows = [
        row("一、申请理由"),
        row(cell("（研究基础、已有成果）", "", "")),
        row("二、意义"),
        row("（通过分析现状来论述）"),
    ]
    form = table(1, *rows, row("三、预期成果"), row(""))
    assert fields(form) == [("申请理由", "text"), ("意义", "text"), ("预期成果", "text")]
    filled = text_of(form_of(proposed(form)).fill({"意义": "很大"}))
    assert "很大" in filled
    assert "（通过分析现状来论述）" not in filled


def test_the_day_of_the_week_behind_a_date_is_a_place() -> None:
    assert fields(p("教案"), p("授课日期      年    月    日  星期      ")) == [("授课日期", "date"), ("星期", "text")]


def test_coloured_notes_and_printed_answers_with_spaces_behind_are_no_places() -> None:
    note = cell(p(drawn("注：项目经费包含发表论文和专利、软件著作权申请费用", "FF0000")))
    form = table(
        2,
        row("项目名称", "基于五级流水处理器的设计与实现        "),
        row("经费", note),
        row("单位", ""),
        row("电话", ""),
    )
    assert fields(form) == [("单位", "text"), ("电话", "text")]
    assert left(form) == ["项目名称 基于五级流水处理器的设计与实现"]


def test_a_group_of_boxes_is_called_by_the_end_that_its_options_share() -> None:
    assert fields(p("□产品类项目  □学术研究类项目"), p("姓名："))[0][0] == "项目类别"


def test_a_label_behind_others_in_the_line_of_a_seal_is_a_place() -> None:
    line = p("学院名称(盖章):              制表人:            制表日期:")
    form = table(2, row("姓名", "学号"), row("", ""), row("", ""))
    assert [path for path, _ in fields(p("汇总表"), line, form)][:3] == ["学院名称", "制表人", "制表日期"]
    assert left(p("汇总表"), p("单位（盖章）：        负责人签字：        日期："), form) != []


def test_a_label_behind_the_semicolon_of_an_option_is_its_own() -> None:
    line = "格式：□TIFF  □PNG；分辨率：______ dpi；□文章撰写  □审稿协助"
    form = table(2, row("文稿要求", line), row("项目名称", "请填写课题中的名称：________"))
    asked = {path for path, _ in fields(form)}
    assert asked == {"文稿要求", "文稿要求_格式", "文稿要求_分辨率", "项目名称"}
    groups = [f.options for f in form_of(proposed(form)).fields if f.options]
    assert groups == [("TIFF", "PNG"), ("文章撰写", "审稿协助")]


def test_a_sentence_printed_where_an_answer_goes_is_told() -> None:
    said = [
        ("专项内容", "明确分析对象、探针半径及时间区间。"),
        ("报告", "本项目提交研究报告。"),
        ("类型", "创新；创业"),
    ]
    form = table(
        2,
        row("名称", ""),
        *(row(*x) for x in said),
        row("经费", "注：包含发表论文的费用和专利申请的费用"),
        row("其他", ""),
    )
    assert left(form) == [" ".join(x) for x in said]


def test_what_the_figures_of_a_scale_stand_for_is_told_and_no_heading() -> None:
    scale = [p("1 = 从不使用              2 = 很少使用（每月1-2次）"), p(""), p("3 = 偶尔使用"), p("")]
    blocks = [p("年龄：_______ 周岁"), p("5、您平时使用的频率是？"), p(""), *scale, p("6、您信任吗？"), p(""), *scale]
    proposal = proposed(*blocks)
    assert [f.path for f in proposal.fields if "从不" in f.path or "偶尔" in f.path] == []
    told = [x.text for x in proposal.left]
    assert [sum(x.startswith(key) for x in told) for key in ("1 = ", "3 = ")] == [2, 2]


def test_a_label_whose_characters_stand_far_apart_is_one() -> None:
    form = table(2, row("意见", cell("", "", "负责人（签名）：", "时                 间：")), row("姓名", ""))
    assert [path for path, _ in fields(form)] == ["意见", "意见_时间", "姓名"]


# --- kinds of questionnaires and certificates ---


@pytest.mark.parametrize("bullet", ["• ", "- ", "·  "])
def test_a_bullet_in_front_of_a_box_names_no_group(bullet: str) -> None:
    asked = [p("1. Time limits"), p(f"{bullet}[ ] Strict: in ten days."), p(f"{bullet}[ ] Flexible: agreed later.")]
    proposal = proposed(p("Questionnaire"), *asked)
    assert [(x.path, x.options) for x in proposal.proposed] == [("time_limits", ("Strict", "Flexible"))]


@pytest.mark.parametrize("label", ["地址", "地址："])
def test_each_row_beside_a_label_merged_downwards_is_a_place(label: str) -> None:
    rows = [row(cell(p(label), merge="restart"), ""), row(cell(p(), merge="continue"), "")]
    assert [name for name, _ in fields(p("登记表"), table(2, *rows, row("专业", "")))] == ["地址", "地址2", "专业"]
    assert left(p("登记表"), table(2, *rows, row("专业", ""))) == []


def test_options_behind_letters_that_no_question_asks_for_are_told_of() -> None:
    asked = ["请注意：A男   B女", "A.北京   B.上海   C.其他______", "A<7000元  B 7000-10000元"]
    said = left(p("问卷"), p("姓名：____"), *map(p, asked))
    assert [x for x in said if x in asked] == asked
    assert left(p("问卷"), p("姓名：____"), p("学历（  ）A大专  B本科  C硕士")) == []


def test_a_scale_of_figures_and_dashes_is_told_of() -> None:
    asked = ["Pop music: Not at all 1-2-3-4-5 Very much", "Service: 1-2-3-4-5-6-7-8-9-10"]
    assert left(p("Questionnaire"), p("Name: ______"), *map(p, asked)) == asked
    assert left(p("Form"), p("Name: ______"), p("Printed on 1-2-34, call 1-2-3-44 or 555-1-2-3-4")) == []


def test_a_scale_in_cells_behind_a_statement_in_english_is_told_of() -> None:
    rows = [row("One-stop service", "1", "2", "3", "4", "5"), row("Online service", "1", "2", "3", "4", "5")]
    told = [f"{x} 1 / 2 / 3 / 4 / 5" for x in ("One-stop service", "Online service")]
    assert left(p("Survey"), p("Name: ____"), table(6, *rows)) == told


def test_a_colon_with_a_dash_asks() -> None:
    assert fields(p("Specimen"), p("Place:–  ________"), p("NAME:-"), p("OFFICE :-")) == [
        ("place", "text"),
        ("name", "text"),
        ("office", "text"),
    ]
    signed = f"DATE:-{' ' * 12}Seal and signature of the head"
    assert left(p("Specimen"), p("NAME:-"), p(signed)) == ["Seal and signature of the head"]
    assert fields(p("Specimen"), p("NAME:-"), p(signed)) == [("name", "text"), ("date", "text")]


def test_dots_that_lead_to_a_printed_figure_are_no_place() -> None:
    assert fields(p("Form"), p("Name............................"), p("Registration fee..............25,000.00")) == [
        ("name", "text")
    ]


def test_a_text_box_to_glue_a_paper_into_is_no_text() -> None:
    box = Xml(
        "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent><w:p/>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    assert fields(p("登记表"), p("姓名：____"), p("汇款凭证扫描件粘贴处"), p(box)) == [("姓名", "text")]


@pytest.mark.parametrize("line", ["问卷说明：", "We would like to know the following about your requirements:"])
def test_a_line_that_leads_on_asks_nothing(line: str) -> None:
    assert [name for name, _ in fields(p("Form"), p("Name: ______"), p(line), p())] == ["name"]


def test_an_entry_of_a_list_of_references_is_no_heading() -> None:
    cited = [p(x) for n in (1, 2, 3) for x in (f"{n}. 李明. 一种方法的研究[J]. 大学学报, 2018", "")]
    assert fields(p("开题报告"), p("姓名：____"), *cited) == [("姓名", "text")]


def test_boxes_that_are_bullets_of_word_are_told_of() -> None:
    lists = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0a8"/>'
        '<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    listed = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    options = "".join(f"<w:p>{listed}<w:r><w:t>{x}</w:t></w:r></w:p>" for x in ("Certificate", "Report"))
    proposal = propose(package(p("Form") + p("Name: ______") + p("Attachments") + options, lists=lists))
    assert [(x.text, x.reason) for x in proposal.left] == [("Certificate", BULLETS), ("Report", BULLETS)]


@pytest.mark.parametrize("kind", ["dropDownList", "comboBox", "date"])
def test_a_chosen_answer_in_a_control_around_a_cell_is_its_place(kind: str) -> None:
    inner = cell(p("未婚"))
    sdt = f"<w:sdt><w:sdtPr><w:{kind}/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    blank = p("登记表") + table(2, row("姓名", ""), f"<w:tr>{cell(p('婚姻状况'))}{sdt}</w:tr>")
    assert [f.path for f in propose(package(blank)).fields] == ["姓名", "婚姻状况"]


def test_a_label_over_boxes_that_have_one_of_their_own_asks_itself() -> None:
    rows = [
        row(cell(p("Scheme"), merge="restart"), "□ ISO 9001  □ ISO 14001"),
        row(cell(p(), merge="continue"), "Accreditation: "),
        row("Certified", "□ Yes   □ No"),
    ]
    assert [name for name, _ in fields(p("Form"), table(2, *rows))] == ["scheme", "accreditation", "certified"]


# --- questionnaires made by programs, and names ---


def test_a_circle_in_each_row_below_a_question_is_one_of_its_options() -> None:
    first = p("1. 您的性别是： [单选题] *") + table(1, row("○男"), row("○女"))
    second = p("2. 您的程度是： [单选题] *") + table(3, row("○从不(1)", "○2", "○总是(3)"))
    third = "".join(map(p, ("3. 您的年级是： [单选题] *", "○大一", "○大二", "○其他")))
    proposal = proposed(p("问卷"), first, second, third)
    assert [(x.path, x.kind, x.options) for x in proposal.proposed] == [
        ("性别", "choice", ("男", "女")),
        ("程度", "choice", ("从不", "2", "总是")),
        ("年级", "choice", ("大一", "大二", "其他")),
    ]
    form = form_of(proposal)
    data = {"性别": "女", "程度": "2", "年级": "大一"}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_circles_that_are_bullets_are_no_boxes() -> None:
    assert fields(p("通知"), p("姓名：____"), p("申请条件"), p("○ 身体健康"), p("○ 品行端正")) == [("姓名", "text")]


def test_a_printed_scale_may_stand_behind_a_code_and_a_statement() -> None:
    told = left(p("Survey"), p("Name: ______"), table(5, row("A1", "Good service", "1", "2", "3")))
    assert told == ["A1 Good service 1 / 2 / 3"]


def test_a_question_may_end_in_a_note() -> None:
    asked = "Q2) What is your birth year? (ex. 1998)"
    assert fields(p("Survey"), p("Name: ______"), p(asked)) == [
        ("name", "text"),
        ("what_is_your_birth_year", "text"),
    ]
    asked = "If you answered yes, how many years did you extend your university studies? (use dots)"
    assert left(p("Survey"), p("Name: ______"), p(asked), p("This is what follows, and is prose."))[0] == asked


def test_a_question_or_a_property_owns_nothing() -> None:
    asked = ["你觉得品牌还有什么需要改进的地方？", "", "流程是否繁琐？", "", "有什么可优化？", "", "流程是否繁琐？", ""]
    assert [name for name, _ in fields(p("问卷"), *map(p, asked))] == [
        "品牌还有什么需要改进的地方",
        "流程是否繁琐",
        "有什么可优化",
        "流程是否繁琐2",
    ]
    rows = [row("Student number", ""), row("ID No.", ""), row("Address", "")]
    names = [name for name, _ in fields(p("Form"), table(2, *rows), p("ID No.: ______"))]
    assert names == ["student_number", "id_no", "address", "id_no2"]


def test_a_caption_below_its_line_owns_nothing() -> None:
    signed = [p("_" * 24), p("Authorized Signature"), p(), p("_" * 24), p("Position/Status"), p()]
    lines_below = [*signed, p("Fee paid: ______"), p("Enquiries"), p("Fee paid: ______")]
    names = [name for name, _ in fields(p("Form"), p("Name: ______"), *lines_below)]
    assert names == ["name", "authorized_signature", "position_status", "fee_paid", "enquiries_fee_paid"]
    signed = [x for who in ("Participant", "Researcher") for x in (p("_" * 24), p(f"{who}’s Signature"), p("Date:"))]
    names = [name for name, _ in fields(p("Consent"), *signed)]
    assert [x for x in names if "date" in x] == ["participants_signature_date", "researchers_signature_date"]


def test_marks_whose_characters_stand_apart_are_marks() -> None:
    heads = row("检查项目", "优 秀", "良 好", "通 过", "较 差")
    assert fields(p("检查表"), table(5, heads, row("进度", *[""] * 4), row("质量", *[""] * 4))) == [
        ("进度", "choice"),
        ("质量", "choice"),
    ]


@pytest.mark.parametrize(("label", "signed"), [("存在问题", "教师签名："), ("建议与意见", "领导小组组长：")])
def test_what_is_found_goes_above_the_signature(label: str, signed: str) -> None:
    signs = cell(p(signed), p("年   月   日"))
    assert fields(p("检查表"), table(2, row("姓名", ""), row(label, signs)))[1] == (label, "longtext")


def test_brackets_at_the_end_of_a_question_take_the_letter_of_an_option() -> None:
    asked = ["５、数学课前是否做好预习工作（　）", "Ａ、 经常预习　　　　　　Ｂ、很少预习　　　　　Ｃ、从不"]
    assert fields(p("问卷"), *map(p, asked)) == [("数学课前是否做好预习工作", "text")]
    assert fields(p("说明"), p("姓名：____"), p("Call main()")) == [("姓名", "text")]


def test_options_whose_first_letter_word_draws_are_told_of() -> None:
    asked = "黑市商人； B. 自主研发； C.记不得了"
    assert asked in left(p("问卷"), p("姓名：____"), p("选择的装备方案是："), p(asked), p())


def test_the_last_column_of_a_header_may_be_named_above_it() -> None:
    heads = row(cell(p("项目"), merge="restart"), cell(p("评定情况"), span=3), "备注")
    marks_of = row(cell(p(), merge="continue"), "优秀", "合格", "不合格", "")
    assert fields(p("检查表"), table(5, heads, marks_of, row("进度", *[""] * 4), row("质量", *[""] * 4))) == [
        ("进度", "choice"),
        ("进度_备注", "text"),
        ("质量", "choice"),
        ("质量_备注", "text"),
    ]


def test_headings_may_be_numbered_without_a_stop() -> None:
    headings = ["2  研究的目的与意义", "3  发展现状与问题", "4　研究的主要内容"]
    assert [name for name, _ in fields(p("开题报告"), table(1, row(cell(*map(p, headings)))))] == [
        "研究的目的与意义",
        "发展现状与问题",
        "研究的主要内容",
    ]


def test_letters_that_are_printed_as_circles_are_told_of() -> None:
    rows = [row("1", "I like it.", "O", "O", "O"), row("2", "It is slow.", "O", "O", "O")]
    assert left(p("Survey"), p("Name: ______"), table(5, *rows)) == [
        "1 I like it. O / O / O",
        "2 It is slow. O / O / O",
    ]


def test_the_ends_of_a_scale_may_be_named_beside_its_circles() -> None:
    asked = p("1. 您认为影响程度是 [单选题] *") + table(5, row("不重要", "○1", "○2", "○3", "重要"))
    assert [(x.path, x.options) for x in proposed(p("问卷"), asked).proposed] == [("影响程度", ("1", "2", "3"))]


def test_dots_between_the_figures_of_a_scale_are_no_place() -> None:
    asked = [p("How pleasant was it?"), p("0 ………1 …… 2… ………………. 9"), p("(unpleasant)……………………(agreeable)")]
    assert fields(p("Survey"), p("Name: ______"), *asked) == [("name", "text")]
    assert "0 ………1 …… 2… ………………. 9" in left(p("Survey"), p("Name: ______"), *asked)


@pytest.mark.parametrize("drawn", ["<<name>>", "[[name]]", "%name%", "@name@", "#name#", "$name$", "$!{name}"])
def test_a_placeholder_between_other_signs_is_the_place(drawn: str) -> None:
    form = form_of(proposed(p("登记表"), p(f"To: {drawn} of us"), p("备注：______")))
    assert [f.path for f in form.fields] == ["name", "备注"]
    assert text_of(form.blank())[1] == "To:  of us"


@pytest.mark.parametrize("said", ["a@b.com and c@d.com", "50% to 60%", "#1 and #2", "$5 or $6", "{1}", "#end of it"])
def test_signs_around_other_words_are_no_placeholders(said: str) -> None:
    assert [x for x, _ in fields(p("登记表"), p(said), p("备注：______"))] == ["备注"]


@pytest.mark.parametrize(
    "said",
    ["{if vip}Welcome{end if}", "Total: {=sum}", "{name | upper}", "+++INS name+++", "#foreach($x in $y)", "«else»"],
)
def test_conditions_and_expressions_of_other_systems_are_told(said: str) -> None:
    blocks = p("登记表"), p(said), p("备注：______")
    assert [x for x, _ in fields(*blocks)] == ["备注"]
    assert [x.reason for x in proposed(*blocks).left] == [LOOP]


def test_placeholders_with_nothing_between_them_are_told() -> None:
    blocks = p("Dear {first_name} {last_name},"), p("Of: {company}")
    assert fields(*blocks) == [("company", "text")]
    assert left(*blocks) == ["{first_name}", "{last_name}"]


def test_placeholders_become_places_beside_tags_that_the_form_has() -> None:
    form = form_of(proposed(p("Name: {{ name }}"), p("Of: {company}"), p("Remarks: ______")))
    assert [f.path for f in form.fields] == ["name", "company", "remarks"]


@pytest.mark.parametrize("typed", ["【姓名】", "#姓名#", "＃姓名＃", "%姓名%", "@姓名@", "$姓名$"])
def test_a_name_in_chinese_between_signs_is_the_place(typed: str) -> None:
    for form in ([p(f"姓名：{typed}"), p("编号：______")], [table(2, row("姓名", typed), row("编号", ""))]):
        assert fields(*form) == [("姓名", "text"), ("编号", "text")]
        assert typed not in "".join(text_of(form_of(proposed(*form)).fill({"姓名": "王甲", "编号": "1"})))


@pytest.mark.parametrize("said", ["题型：【单选题】", "意见：【同意】", "【基本信息】", "1#楼2#楼", "姓名：【必填】"])
def test_other_words_between_such_signs_are_no_names(said: str) -> None:
    found = [path for path, _ in fields(p("登记表"), p(said), p("编号：______"))]
    assert not {"单选题", "同意", "基本信息", "楼2", "必填"} & {*found}


def test_the_keys_of_a_record_below_the_tag_of_its_list_are_listed() -> None:
    form = table(3, row("品名{{goods}}", "价格", "数量"), row("[name]", "[price]", "[count]"))
    proposal = proposed(p("编号：______"), form)
    assert [x.path for x in proposal.proposed] == ["编号"]
    assert [x.text for x in proposal.left] == ["[name] [price] [count]"]


def test_conditions_of_other_systems_and_of_word_are_listed() -> None:
    coded = Xml(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF 1 = 1 "甲" "乙" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>甲</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert left(p("姓名：______"), coded) == ['IF 1 = 1 "甲" "乙"']
    assert left(p("姓名：{name}"), p("{paid == 1}"), p("{sum > 3 && open}")) == ["{paid == 1}", "{sum > 3 && open}"]


def test_a_section_of_another_system_hides_no_place_and_is_named_by_lint() -> None:
    blocks = (p("姓名：______"), p("{{?person}}成员{{/person}}"))
    proposal = proposed(*blocks)
    assert [x.path for x in proposal.proposed] == ["姓名"]
    assert [x.text for x in proposal.left] == ["{{?person}}", "{{/person}}"]
    told = [(x.code, x.found) for x in lint(form_of(proposal))]
    assert told == [("foreign-placeholder", "{{?person}}"), ("foreign-placeholder", "{{/person}}")]


def test_the_label_of_a_cell_for_a_photograph_is_none_itself() -> None:
    for form in (
        table(2, row("照片", "（贴小一寸彩色近照）"), row("姓名", "")),
        table(4, row("姓名", "", "照片", "（贴小一寸彩色近照）")),
        table(2, row("照片", "贴照片处"), row("姓名", "")),
    ):
        assert [(f.path, f.kind.name) for f in proposed(form).fields if f.kind.name == "picture"] == [
            ("照片", "picture")
        ]


BLANK = p("经办：______")


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ((table(2, row("姓名", "单位"), row("张三", "复旦大学"), row("李四", "南京大学")),), "张三"),
        ((p("申请人：张三"), p("单位：复旦大学")), "张三"),
        ((p("申请人：张 三"), p("电话：13800138000")), "13800138000"),
        ((p("Name: John Smith"), p("e-mail: js@x.org"), p("phone: 555 123 4567")), "js@x.org"),
        ((p("Name: John Smith"), p("Phone: 555 123 4567")), "John Smith"),
        ((p("Applicant: Mary Brown"), p("Address: 12 High Street")), "Mary Brown"),
        ((p("学生：李明"), p("学校：南京市第一中学")), "李明"),
        ((p("姓名：张伟    性别：男    学号：20190101"),), "张伟"),
    ],
)
def test_a_copy_with_what_one_person_answers_is_told(filled: tuple[str, ...], said: str) -> None:
    assert f"像是填过的（有“{said}”" in proposed(*filled, BLANK).doubts[0][0]


@pytest.mark.parametrize(
    "printed",
    [
        (table(3, row("姓名", "单位", "备注"), row("张三", "复旦大学", "示例"), *[row("", "", "")] * 2),),
        (
            table(
                3, row("联系人", "部门", "电话"), row("张三", "教务处", "65642222"), row("李四", "人事处", "65642223")
            ),
        ),
        (p("甲方：上海某某有限公司"), p("法定代表人：王强"), p("电话：021-12345678")),
        (p("主办单位：复旦大学"), p("联系人：张三"), p("联系电话：021-65642222")),
        (p("Contact: Jane Doe"), p("Phone: 555-123-4567"), p("Email: office@x.org")),
        (p("Name: Dr Jane Doe"), p("Name: Mr John Doe"), p("Phone: 555-123-4567")),
    ],
)
def test_samples_and_what_an_office_prints_are_no_filled_copy(printed: tuple[str, ...]) -> None:
    assert proposed(*printed, BLANK).doubts == []


def test_an_agreement_with_a_day_alone_is_no_form() -> None:
    said = "甲乙双方经友好协商，就房屋租赁达成如下协议，双方共同遵守，违约方应当承担相应的法律责任并赔偿损失。"
    day = "乙方应当于____月____日前付清全部租金，逾期按日加收滞纳金，滞纳金按照国家有关规定计算并由乙方承担。"
    proposal = proposed(p(said), p(day), p(said + "各执一份。"))
    assert "成段的文字" in proposal.doubts[0][0]
    assert [x.path for x in proposal.proposed] == ["付清全部租金日期"]


@pytest.mark.parametrize(
    "line", ["某某公司工会委员会:", "中共某某学院党支部：", "敬爱的党组织：", "问卷调查：", "调查问卷："]
)
def test_whom_a_letter_is_to_and_what_a_form_is_called_ask_nothing(line: str) -> None:
    for below in ((), (p(),)):
        assert [path for path, _ in fields(p(line), *below, p("姓名：________"))] == ["姓名"]


def test_a_copy_that_is_filled_in_throughout_says_so() -> None:
    rows = (row("姓名", "张伟", "性别", "男"), row("学号", "20190101", "专业", "软件工程"))
    with pytest.raises(DocfillError, match="像是填过的"):
        proposed(table(4, *rows))
