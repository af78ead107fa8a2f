"""Tagging of tables by kind: bands, bars, labels with their room, scales in other letters, rows without an end."""

from __future__ import annotations

import pytest

from tests.small_form import Xml, cell, p, row, table
from tests.test_tag_english import shaded
from tests.test_tag_kinds import control, fields, left, proposed, text_box

STATEMENTS = (
    "Attends meetings regularly and in time.",
    "Contributes ideas.",
    "Completes what was assigned to them in time.",
    "Works well.",
)


def banded(*rows: tuple[str, ...]) -> list[Xml]:
    """Rows of which every other is shaded."""
    return [row(*(shaded(x) if n % 2 == 0 else cell(x) for x in said)) for n, said in enumerate(rows)]


def test_rows_that_are_shaded_in_turn_are_no_titles() -> None:
    rows = banded(("Criteria", "First", "Second"), *((x, "", "") for x in STATEMENTS))
    assert [x for x, _ in fields(p("Evaluation"), table(3, *rows))] == [
        f"{x}.{who}"
        for x in (
            "attends_meetings_regularly_and_in_time",
            "contributes_ideas",
            "completes_what_was_assigned_to_them_in_time",
            "works_well",
        )
        for who in ("first", "second")
    ]


def test_a_shaded_label_with_its_shaded_room_is_a_place() -> None:
    rows = (row(cell("All that is said here is true.", span=2)), row(shaded("Name of the member"), shaded("")))
    assert fields(p("Form"), table(2, *rows, row(cell("Date: ____", span=2)))) == [
        ("name_of_the_member", "text"),
        ("date", "text"),
    ]


def test_a_label_with_a_colon_has_the_room_that_the_same_label_has_elsewhere() -> None:
    meals = [row("Breakfast", "Time:  ", "Place:  "), row("Lunch", "Time: ", "Place:  ")]
    assert [x for x, _ in fields(p("Order"), table(3, *meals))] == [
        "breakfast.time",
        "breakfast.place",
        "lunch.time",
        "lunch.place",
    ]


SCALE = ("Excellent", "Good", "Poor")


def scale(heads: tuple[str, ...], *said: str) -> Xml:
    return table(4, row("", *heads), *(row(x, "", "", "") for x in said))


def test_a_scale_in_letters_that_nobody_knows_is_told_by_the_same_table_above() -> None:
    known, other = scale(SCALE, "Rooms", "Service"), scale(("उत्कृष्ट", "चांगले", "खराब"), "सजावट", "स्वच्छता")
    proposal = proposed(p("Feedback"), known, p("अभिप्राय"), other)
    assert [str(f.kind) for f in proposal.fields] == ["choice", "choice", "choices", "choices"]
    assert proposal.fields[2].options == ("उत्कृष्ट", "चांगले", "खराब")


def test_columns_in_letters_that_nobody_knows_are_no_scale_by_themselves() -> None:
    other = scale(("नाव", "तारीख", "पत्ता"), "एक", "दोन")
    assert {x for _, x in fields(p("अर्ज"), other)} == {"text"}


def test_figures_of_other_scripts_are_a_scale() -> None:
    blocks = (p("Form"), p("Name: ______"), p("Likely?"), table(5, row(*"१२३४५")))
    assert fields(*blocks) == [("name", "text"), ("likely", "choice")]


def test_marks_of_a_scale_of_which_two_are_alike_are_told_once() -> None:
    alike = scale(("High positive", "High negative", "High negative"), "Rain", "Wind")
    assert fields(p("Survey"), p("Name: ______"), p("How does it change?"), alike) == [("name", "text")]
    told = [x for x in left(p("Survey"), p("Name: ______"), p("How does it change?"), alike) if "High" in x]
    assert told == ["How does it change? High positive / High negative / High negative"]


def test_rows_of_which_the_last_stands_beside_no_label_are_told_once() -> None:
    rows = [row(cell("", merge="continue"), "", "") for _ in range(3)]
    head = row(cell("By the panel", merge="restart"), "Skill", "Rating")
    blocks = (p("Interview"), p("Name: ______"), table(3, head, *rows, row("", "", "")))
    assert fields(*blocks) == [("name", "text")]
    assert left(*blocks) == ["By the panel"]


def test_a_title_over_a_grid_may_have_a_note_with_a_colon_behind_its_own() -> None:
    title = row(cell("Persons never to collect your child: (only by order of a court):", span=4))
    grid = table(4, title, row("Name:", "", "Relationship to child:", ""))
    assert [x.rsplit(".")[-1] for x, _ in fields(p("Form"), grid)] == ["name", "relationship_to_child"]


@pytest.mark.parametrize("gap", [0, 2, 4])
def test_a_text_box_below_a_question_is_its_room_wherever_it_hangs(gap: int) -> None:
    blocks = (
        p("Form"),
        p("How often do you travel?"),
        *[p("")] * gap,
        Xml(f"<w:p>{text_box(5000)}</w:p>"),
        p(""),
        p(""),
        p(""),
    )
    assert fields(*blocks) == [("how_often_do_you_travel", "text")]


def test_a_label_behind_the_room_of_another_is_called_by_itself() -> None:
    cells = table(4, row("Zip code:", "", cell("Country code: ____", span=2)))
    assert fields(p("Form"), cells) == [("zip_code", "text"), ("country_code", "text")]


def test_an_empty_row_below_a_title_and_labels_is_the_room_of_the_title() -> None:
    meals = (row("Lunch", "Time: ____", "Place: ____"), row(cell("", span=3)))
    assert fields(p("Order"), table(3, *meals))[-1] == ("lunch", "text")


def test_a_note_on_one_item_leaves_the_rows_below_to_who_fills_in() -> None:
    rows = (row(cell("Patient information          Dose 1 or 2 (office use)")), row("Address:"), row("Phone:"))
    assert [x for x, _ in fields(p("Consent"), table(1, *rows))] == ["address", "phone"]
    office = (row(cell("Part B (for office use only)")), row("Checked by:"), row("Date:"))
    assert fields(p("Consent"), p("Name: ______"), table(1, *office)) == [("name", "text")]


def test_names_below_the_cells_of_a_table_of_two_rows_are_theirs() -> None:
    rows = (row("", "", "", "", ""), row("Name", "", "Student ID", "", "Phone number"))
    assert [x.at for x in proposed(p("Form"), table(5, *rows)).proposed] == ["1/0/0", "1/0/2", "1/0/4"]


def test_a_cell_with_a_control_is_no_gap_between_names() -> None:
    rows = [x for label in ("Title of the paper:", "Full name:") for x in (row("", "", ""), named(label))]
    assert [x for x, _ in fields(p("Licence"), table(3, *rows))] == ["title_of_the_paper", "full_name"]


def named(label: str) -> Xml:
    """A row of a label, a control with its prompt, and a note."""
    return row(label, Xml(f"<w:tc><w:tcPr/>{p(control('Click here to enter text.'))}</w:tc>"), "(the work)")


QUESTIONS = ("Have you had it before?", "Do you take any medicine?")


def test_statements_behind_the_cells_of_a_scale_name_them() -> None:
    more = (row(cell("Only for the second vaccine:", span=3)), row("", "", "Have you ever had clots?"))
    rows = (row("Yes", "No", ""), *(row("", "", x) for x in QUESTIONS), *more)
    proposal = proposed(p("Consent"), table(3, *rows))
    assert [(f.path, f.options) for f in proposal.fields] == [
        ("have_you_had_it_before", ("Yes", "No")),
        ("do_you_take_any_medicine", ("Yes", "No")),
        ("only_for_the_second_vaccine.have_you_ever_had_clots", ("Yes", "No")),
    ]
    assert not [x for x in proposal.left if x.at.count("/") == 2]


def test_cells_before_the_options_of_a_question_are_ticked() -> None:
    rows = (
        row("Gender?", "", "", "Female", "", "", "Male", "", "", "Other:", ""),
        row("", "", "", "Not said", "", "", "Both", "", "", "None", ""),
    )
    form = proposed(p("Form"), p("Name: ______"), table(11, rows[0]))
    assert [(f.path, str(f.kind), f.options) for f in form.fields][1:] == [
        ("gender", "choice", ("Female", "Male", "Other")),
        ("other", "text", ()),
    ]
    assert not [x for x in form.left if x.at.startswith("2/")]


def test_cells_behind_labels_are_their_room_though_the_first_asks() -> None:
    labels = row("Who calls?", "", "Name", "", "Phone number", "")
    assert {x for _, x in fields(p("Form"), table(6, labels))} == {"text"}


def test_a_question_beside_its_printed_options_is_no_place_of_its_own() -> None:
    asked = (row("Name:", ""), row("Are you an islander?", "YES       NO"))
    assert fields(p("Form"), table(2, *asked)) == [("name", "text"), ("are_you_an_islander", "choice")]


def test_names_over_the_cells_of_a_table_of_two_rows_are_theirs() -> None:
    rows = (row("Signed for the author", "", "Print name:", "", "Date:"), row("", "", "", "", ""))
    below = (row("Address:", "", "\u2002\u2002\u2002\u2002\u2002"), row("Email:", "", "\u2002\u2002\u2002\u2002\u2002"))
    blocks = (p("Licence"), table(5, *rows), p(""), table(3, *below))
    assert [(x.at, x.path) for x in proposed(*blocks).proposed] == [
        ("1/1/2", "print_name"),
        ("1/1/4", "date"),
        ("3/0/2", "address"),
        ("3/1/2", "email"),
    ]


def test_cells_behind_the_options_of_a_kind_are_ticked() -> None:
    asked = row("题目类型", "硬件设计", "", "软件设计", "", "论文", "")
    more = (row("联系方式", "电话", "", "邮箱", "", "微信号", ""), row("项目来源", "名称", "", "编号", "", "金额", ""))
    form = proposed(p("审批表"), table(7, asked, *more))
    assert [(x.at, x.path, str(x.kind), x.options) for x in form.proposed][:1] == [
        ("1/0/2", "题目类型", "choice", ("硬件设计", "软件设计", "论文"))
    ]
    assert {str(x.kind) for x in form.proposed[1:]} == {"text"}
    assert len(form.proposed) == 1 + 6


def test_a_chart_below_counted_weeks_is_listed_and_not_tagged() -> None:
    weeks = [str(n) for n in (*range(1, 8), *range(1, 5))]
    rows = (row("内容", cell("进度安排周次", span=11)), row("", *weeks), row("查阅文献", "-", "-", *[""] * 9))
    form = proposed(p("任务书"), p("姓名：________"), table(12, *rows, row("撰写论文", *[""] * 11)))
    assert [x.path for x in form.proposed] == ["姓名"]
    assert [(x.at, x.reason[0]) for x in form.left] == [("2/2", "此表 2 行共 20 个空单元格没有加标签")]


def test_few_figures_that_count_no_weeks_head_no_chart() -> None:
    rows = (row("项目", *map(str, range(1, 8))), row("服务态度", *[""] * 7), row("办事效率", *[""] * 7))
    form = proposed(p("满意度评价"), table(8, *rows))
    assert [(x.path, str(x.kind)) for x in form.proposed] == [("服务态度", "choice"), ("办事效率", "choice")]
    assert not form.left


def test_done_and_not_done_are_marks_and_what_stands_beside_them_is_no_mark() -> None:
    rows = (row("完成情况", "完成", "未完成", "字数"), row("开题报告", "", "", ""), row("外文翻译", "", "", ""))
    form = proposed(p("答辩申请表"), table(4, *rows))
    assert [(x.at, str(x.kind), x.options) for x in form.proposed][:2] == [
        ("1/1/1", "choice", ("完成", "未完成")),
        ("1/1/3", "integer", ()),
    ]


def test_a_cell_that_is_a_unit_is_called_by_its_header() -> None:
    rows = (row("评分项目", "评分", "权数"), row("指导教师", "", "％"), row("评阅人", "", "％"))
    assert [path for path, _ in fields(p("总评表"), table(3, *rows))] == [
        "指导教师.评分",
        "指导教师.权数",
        "评阅人.评分",
        "评阅人.权数",
    ]


@pytest.mark.parametrize("head", ["须缴费用", "简要说明", "如有疾病", "请假天数", "应填项目"])
def test_a_head_that_begins_as_hints_do_heads_its_column(head: str) -> None:
    numbered = table(3, row("序号", head, "备注"), *(row(str(n), "", "") for n in (1, 2, 3)))
    assert [kind for _, kind in fields(p("登记表"), numbered)] == ["rows"]
    if not head.startswith("请"):
        pair = table(2, row("项目", head), row("", ""), row("", ""))
        assert [kind for _, kind in fields(p("登记表"), pair)] == ["rows"]
    named = table(3, row("项目", head, "备注"), row("报名费", "", ""), row("会费", "", ""))
    assert [path.split(".")[0] for path, _ in fields(p("登记表"), named)] == ["报名费"] * 2 + ["会费"] * 2


def test_a_hint_beside_a_label_is_no_head() -> None:
    named = table(2, row("姓名", "请填写全名"), row("", ""))
    assert [path for path, _ in fields(p("登记表"), named)] == ["姓名"]
    asked = table(4, row("姓名", "请填写", "电话", "选填"), row("单位", "", "地址", ""))
    assert [path for path, _ in fields(p("登记表"), asked)] == ["姓名", "电话", "单位", "地址"]


LINED = p("____________________")


def test_notes_in_brackets_name_the_cells_right_above_them() -> None:
    pair = table(2, row("", cell(LINED)), row("(State of Incorporation)", "(IRS Employer No.)"))
    assert [path for path, _ in fields(p("Form"), pair)] == ["state_of_incorporation", "irs_employer_no"]
    alone = (cell(LINED), "(Full name of the registrant)", cell(LINED), "(Address of principal offices)")
    paths = [path for path, _ in fields(p("Form"), table(1, *map(row, alone)))]
    assert paths == ["full_name_of_the_registrant", "address_of_principal_offices"]
    signed = table(2, row("", ""), row("（单位名称）", "（签字盖章处）"))
    assert [path for path, _ in fields(p("登记表"), signed)] == ["单位名称"]
    assert left(p("登记表"), signed) == ["签字盖章处"]


def test_a_hint_below_the_room_of_a_title_names_nothing() -> None:
    for hint in ("（不超过500字）", "（可附页）"):
        form = table(1, row("申请理由"), row(""), row(hint))
        assert [path for path, _ in fields(p("登记表"), form)] == ["申请理由"]


@pytest.mark.parametrize("names", [("(State)", "(Address)"), ("State", "Address")])
def test_the_name_below_the_line_of_a_cell_is_that_line_s(names: tuple[str, str]) -> None:
    for drawn in ([cell(LINED, x) for x in names], [cell(f"____________⏎{x}") for x in names]):
        form = table(2, row(*drawn))
        assert [path for path, _ in fields(p("Form"), form)] == ["state", "address"]
    assert left(p("Form"), p("Name: ______"), table(1, row(cell(LINED, "(Signature)"))))[0] == "Signature"


def test_a_group_over_heads_whose_last_one_is_open_heads_nothing_else() -> None:
    labels = [cell(x, merge="restart") for x in ("基本情况", "负责人")]
    below = [cell("", merge="continue")] * 2
    form = table(5, row(*labels, "姓名", "性别", ""), row(*below, "", "", ""))
    assert [path.rpartition(".")[2] for path, _ in fields(p("登记表"), form)] == ["姓名", "性别"]
