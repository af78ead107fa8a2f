"""Tagging of boxes and lines that stand in columns, and how their returns are read."""

from __future__ import annotations

import pytest

from docfill.form import Form
from docfill.lint import lint
from tests.small_form import Xml, cell, p, package, r, row, table
from tests.test_tag_kinds import control, fields, form_of, left, proposed, text_of

LINE = "_" * 20
YES_OR_NO = (p("Form"), p(f"Name: {LINE}"), p("\tYES\tNO"), p("Have you: \t"))
ASKED = (p("Have you been given information?\t□\t□"), p("Had a chance to ask?\t□\t     □"))


def test_boxes_below_yes_and_no_are_told_by_their_order() -> None:
    assert fields(*YES_OR_NO, *ASKED) == [
        ("name", "text"),
        ("have_you_been_given_information", "choice"),
        ("had_a_chance_to_ask", "choice"),
    ]
    assert proposed(*YES_OR_NO, *ASKED).fields[1].options == ("YES", "NO")
    assert not [x for x in left(*YES_OR_NO, *ASKED) if "□" in x or "YES" in x]


def test_the_words_of_boxes_below_yes_and_no_may_begin_in_the_line_above() -> None:
    lines = (p("Have you received enough information to decide"), p("about your participation?\t□\t□"))
    assert fields(*YES_OR_NO, *lines)[1:] == [("have_you_received_enough_information_to_decide", "choice")]


@pytest.mark.parametrize("line", ["□\t□", "Have you been told? □ □"])
def test_boxes_below_yes_and_no_that_cannot_be_told_are_listed(line: str) -> None:
    assert any(x == line for x in left(*YES_OR_NO, p(line)))


def asked() -> Form:
    return form_of(proposed(*YES_OR_NO, *ASKED))


def returned(line: str) -> tuple[object, list[str]]:
    """What is read where somebody filled the first line of boxes as this, and the doubts."""
    blocks = (*YES_OR_NO, p(f"Have you been given information?{line}"), ASKED[1].replace("□", "☑", 1))
    result = asked().extract(package("".join(blocks)), name="a.docx")
    assert result.data["had_a_chance_to_ask"] == "YES"
    doubts = [x.code for x in result.problems if x.severity != "note" and x.path == "have_you_been_given_information"]
    return result.data["have_you_been_given_information"], doubts


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\t☑\t□", "YES"),
        ("\t□\t☒", "NO"),
        ("\t√\t□", "YES"),
        ("\t□\t√□", "NO"),
        ("\t■  \t   ☐", "YES"),
        ("\t[x]\t[ ]", "YES"),
        ("\t□\t□", None),
    ],
)
def test_a_mark_in_a_column_is_its_option(line: str, said: str | None) -> None:
    assert returned(line) == (said, [])


@pytest.mark.parametrize(
    "line",
    ["\t☑", "\t\t☑", "\t√\t", "\tX\t□", "\t□ √\t", "\t√√", "\t□\t□\t☑", "\tyes", "", "\t☑ but later\t□"],
)
def test_marks_that_do_not_stand_as_the_boxes_do_are_doubts(line: str) -> None:
    value, doubts = returned(line)
    assert value is None
    assert "unclear-tick" in doubts


def test_both_boxes_ticked_are_a_doubt() -> None:
    assert returned("\t☑\t☑")[1] == ["several-ticks"]


def test_boxes_in_columns_are_filled_and_read_back() -> None:
    form = asked()
    data = {"name": "Ann", "have_you_been_given_information": "NO", "had_a_chance_to_ask": "YES"}
    document = form.fill(data)
    assert [x for x in text_of(document) if "?" in x] == [
        "Have you been given information?\t□\t☑",
        "Had a chance to ask?\t☑\t     □",
    ]
    for by_meaning in (False, True):
        assert form.extract(document, by_meaning=by_meaning).data == data


# --- short lines as boxes ---


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Have you ever been convicted? Yes____ No____", ["have_you_ever_been_convicted"]),
        ("Convicted? ____ Yes ____ No", ["convicted"]),
        ("Allergies: Yes __ No __   Asthma: Yes __ No __", ["allergies", "asthma"]),
        (f"Citizen? YES_____ NO_____  If no, explain: {LINE}", ["citizen", "explain"]),
        ("Gender: Male ____ / Female ____", ["gender"]),
        ("Are you over 18? Yes ___ or No ___", ["are_you_over_18"]),
    ],
)
def test_short_lines_beside_yes_and_no_are_boxes(line: str, named: list[str]) -> None:
    found = fields(p("Form"), p(f"Name: {LINE}"), p(line))[1:]
    assert found == [(x, "text" if x == "explain" else "choice") for x in named]


def test_a_question_may_stand_above_the_lines_for_yes_and_no() -> None:
    assert fields(p("Form"), p(f"Name: {LINE}"), p("Are you a student?"), p("____ Yes   ____ No"))[1:] == [
        ("are_you_a_student", "choice")
    ]


def test_lines_beside_other_words_are_no_boxes() -> None:
    assert fields(p("Form"), p("Men ____ Women ____"), p("Age ____ Sex ____"))[2:] == [("age", "text"), ("sex", "text")]


MARKED = (p("Form"), p(f"Name: {LINE}"))
QUESTION = "Have you ever been convicted? "


def on_line(said: str) -> tuple[object, list[str]]:
    form = form_of(proposed(*MARKED, p(QUESTION + "Yes____ No____")))
    result = form.extract(package("".join((*MARKED, p(QUESTION + said)))), name="a.docx")
    return result.data["have_you_ever_been_convicted"], [x.code for x in result.problems if x.severity != "note"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Yes_X__ No____", "Yes"),
        ("Yes____ No__x_", "No"),
        ("Yes X No", "Yes"),
        ("Yes__√__ No____", "Yes"),
        ("Yes____ No ✓", "No"),
        ("Yes____ No____", None),
        ("Yes__ No______", None),
    ],
)
def test_a_mark_on_a_line_is_its_option(said: str, value: str | None) -> None:
    assert on_line(said) == (value, [])


@pytest.mark.parametrize(
    "said", ["Yes_JS_ No____", "Yes____ No_n/a_", "Yes_no_ No____", "Yes_X_ No_X_", "Yes____ No____ never", "Yes"]
)
def test_what_is_no_mark_on_a_line_is_a_doubt(said: str) -> None:
    value, codes = on_line(said)
    assert codes
    assert value in (None, "Yes")


def test_a_marked_line_is_as_long_as_the_blank_one_and_reads_back() -> None:
    form = form_of(proposed(*MARKED, p(QUESTION + "Yes____ No______")))
    data = {"name": "Ann", "have_you_ever_been_convicted": "No"}
    document = form.fill(data)
    assert text_of(document)[-1] == QUESTION + "Yes____ No___√__"
    for by_meaning in (False, True):
        assert form.extract(document, by_meaning=by_meaning).data == data


@pytest.mark.parametrize("said", ["Yes_X__ No____", "Yes____ No____", "Yes____ No__√_"])
@pytest.mark.parametrize("value", ["Yes", "No", None])
def test_a_mark_is_put_on_a_line(said: str, value: str | None) -> None:
    form = form_of(proposed(*MARKED, p(QUESTION + "Yes____ No____")))
    document = form.put(package("".join((*MARKED, p(QUESTION + said)))), {"have_you_ever_been_convicted": value})
    result = form.extract(document)
    assert (result.data["have_you_ever_been_convicted"], result.problems) == (value, [])


@pytest.mark.parametrize("line", ["\t☑\t□", "\t□\t√□", "\t□\t□"])
@pytest.mark.parametrize("value", ["YES", "NO", None])
def test_a_mark_is_put_in_a_column(line: str, value: str | None) -> None:
    blocks = (*YES_OR_NO, p(f"Have you been given information?{line}"), ASKED[1])
    document = asked().put(package("".join(blocks)), {"have_you_been_given_information": value})
    result = asked().extract(document)
    assert (result.data["have_you_been_given_information"], result.problems) == (value, [])


# --- columns of tables, and labels over their rooms ---

NAMED = (p("Form"), p(f"Name: {LINE}"))


def paths(*blocks: str) -> list[str]:
    return [x for x, _ in fields(*NAMED, *blocks)][1:]


def test_cells_before_their_rows_words_are_called_by_the_words_that_tell_the_rows_apart() -> None:
    said = [("Start", "Project Request Form"), ("Plan", "Budget"), ("Plan", "High-Level Technical Design Template")]
    rows = [row("Check", "Phase", "Document", "Comments"), *(row("", phase, x, "") for phase, x in said)]
    assert [x for x in paths(table(4, *rows)) if x.endswith("check")] == [
        *("project_request_form.check", "budget.check", "high_level_technical_design_template.check"),
    ]


def test_the_sums_of_a_row_are_called_by_headers_merged_over_two_rows() -> None:
    rows = (
        row(
            *(cell(x, merge="restart") for x in ("Day", "Date")),
            *(cell("Hours", span=2), cell("Meals", merge="restart")),
        ),
        row(
            *(cell("", merge="continue") for _ in range(2)),
            *("Normal", "Overtime", cell("", merge="continue")),
        ),
        row("Monday", "", "", "", ""),
        row("Tuesday", "", "", "", ""),
        row(cell("Alterations must be initialled"), "Weekly total", "", "", ""),
    )
    assert paths(table(5, *rows))[-3:] == ["weekly_total.normal", "weekly_total.overtime", "weekly_total.meals"]


def test_white_space_behind_the_colon_of_a_label_is_no_room_beside_an_empty_cell() -> None:
    rows = (row(cell("", "FULL NAME: \t", "(in capital letters)"), ""), row("DOMICILE:", ""))
    assert paths(table(2, *rows)) == ["full_name", "domicile"]


def test_a_label_that_forms_ask_for_may_stand_a_line_above_its_room() -> None:
    assert paths(p("Date approved:"), p(""), p(LINE * 2)) == ["date_approved"]
    assert paths(p("Signature of reviewer:"), p(""), p(LINE * 2), p(f"Phone: {LINE}")) == ["phone"]
    assert paths(p("Part one:"), p(""), p(LINE * 2), p(f"Phone: {LINE}")) == ["phone"]


def test_a_heading_below_a_label_is_not_what_it_leads_on_to() -> None:
    heading = "Identity Details of Government Servant"
    assert paths(p("Servant (in capital letters): "), p(""), p(heading), p("Cadre :  ")) == ["servant", "cadre"]
    assert paths(p("Events:"), p(""), p("1. PIXEL PEEPING AND OTHER CONTESTS"), p(f"Phone: {LINE}")) == ["phone"]


def test_options_to_circle_behind_a_colon_leave_no_room() -> None:
    proposal = proposed(p("Gender :\t\tM / F      "), p(f"Phone: {LINE}"))
    assert [(x.path, x.options) for x in proposal.proposed] == [("gender", ("M", "F")), ("phone", ())]


def test_a_cell_that_tells_what_marks_stand_for_has_no_room() -> None:
    told = "Do you agree? Please select accordingly:⏎1 - Totally disagree; 2 - Disagree; 3 -- Completely agree"
    rows = (row(cell(told, span=5)), row(cell("Professional", span=5)), row("A1", "They know it", "1", "2", "3"))
    assert paths(table(5, *rows), p(f"Phone: {LINE}")) == ["professional.they_know_it", "phone"]


def test_a_cell_that_sends_to_an_annex_has_no_room() -> None:
    told = "COMBINED AUDITS: kindly fill in the details required in the annexure"
    assert paths(table(2, row(cell(told, "", "", "", span=2)), row("City:", ""))) == ["city"]


def test_answers_on_the_lines_drawn_for_them_show_a_filled_copy() -> None:
    blocks = (p(f"Client Name:\t  __NewsCorp{LINE}"), p(f"Contractor:\t__Ann Lee{LINE}"), p(f"Phone: {LINE}"))
    proposal = proposed(*blocks)
    assert [x.path for x in proposal.proposed] == ["phone"]
    assert "NewsCorp" in proposal.doubts[0][1]


def test_somebody_addressed_in_a_sentence_is_called_name_and_the_last_word_of_a_long_one_may_be_asked() -> None:
    said = f"I Mr/Ms{LINE}hereby acknowledge that I have received my token with all terms of its usage on date :____"
    assert [x for x, _ in fields(p("Form"), p(said))] == ["name", "date"]
    noted = f"This is to certify that Sri/Smt/Dr{LINE} (full name in capital letters) is presently working as{LINE}."
    assert [x for x, _ in fields(p("Form"), p(noted))] == ["full_name_in_capital_letters", "presently_working_as"]


def test_a_section_in_english_with_a_chinese_number_keeps_its_words() -> None:
    assert fields(p("一、 Basic Information"), p(f"Phone number: {LINE}")) == [
        ("basic_information.phone_number", "text")
    ]


def test_numbers_without_words_are_no_headings_with_room() -> None:
    assert paths(p("1."), p(""), p(""), p("2."), p(""), p(""), p(f"Phone: {LINE}")) == ["phone"]


def test_a_table_without_cells_asks_nothing() -> None:
    assert paths(Xml("<w:tbl><w:tblPr/><w:tblGrid/><w:tr></w:tr></w:tbl>"), p(f"Phone: {LINE}")) == ["phone"]
    assert not left(*NAMED, p("Below:"), Xml("<w:tbl><w:tblPr/><w:tblGrid/><w:tr></w:tr></w:tbl>"))[1:]


# --- more lines to write on, and what is none ---


def led(said: str = "") -> Xml:
    """A paragraph with a tab that is drawn as a line, and words before it."""
    tabs = '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="5400"/></w:tabs>'
    return Xml(f"<w:p><w:pPr>{tabs}</w:pPr>{r(said) if said else ''}<w:r><w:tab/></w:r></w:p>")


def test_a_tab_drawn_as_a_line_is_named_by_the_caption_below() -> None:
    blocks = (p("You agree to take part in this study of ours."), p(""), led(), p("Printed Name of the Representative"))
    assert paths(*blocks) == ["printed_name_of_the_representative"]
    form = form_of(proposed(*NAMED, *blocks))
    filled = form.fill({"name": "Ann", "printed_name_of_the_representative": "Bo Lee"})
    assert text_of(filled)[-2] == "Bo Lee\t"
    assert "" in left(*NAMED, p("You agree to take part in this study of ours."), led(), p("As we know: it is so."))


def test_short_lines_beside_options_are_boxes_where_words_say_to_mark_them() -> None:
    asked = "What is your political affiliation (please check)?"
    line = " Democrat____     Republican____     No party ____      Other_________________"
    assert fields(*NAMED, p(asked), p(line))[1:] == [
        ("what_is_your_political_affiliation", "choices"),
        ("other", "text"),
    ]
    assert proposed(*NAMED, p(asked), p(line)).fields[1].options == ("Democrat", "Republican", "No party")
    days = (p("Desired days (check all that apply):"), p("___ Monday\t___ Tuesday\t___ Wednesday"))
    assert fields(*NAMED, *days)[1:] == [("desired_days", "choices")]


def test_a_hard_space_behind_a_colon_is_no_room() -> None:
    said = "To voluntarily agree to take part in this study, you must be 18 years of age or older."
    assert paths(p("Consent to Participate in Research:\u00a0"), p(said), p(f"Phone: {LINE}")) == ["phone"]


def test_a_sign_of_money_begins_no_blank_of_its_own() -> None:
    assert paths(p(f"Most that you would pay: __${LINE}")) == ["most_that_you_would_pay"]


def test_the_title_of_questions_below_asks_nothing() -> None:
    assert paths(p("DEMOGRAPHIC INFORMATION:"), p(""), p(""), p(f"AGE: {LINE}")) == ["age"]


def test_a_bracket_that_nothing_opens_ends_no_blank() -> None:
    assert paths(p("In the presence of: )"), p(")"), p(f"Phone: {LINE}")) == ["phone"]


def test_a_question_names_its_boxes_whatever_its_words_end_with() -> None:
    asked = "18. If you were to give an overall evaluation of the technical level, which grade would it fall into?"
    assert paths(p(asked), p("□ Excellent"), p("□ Good"), p("□ Poor")) == ["which_grade_would_it_fall_into"]


def test_a_numbered_label_a_line_above_its_room_asks() -> None:
    assert paths(p("53. Remarks (special circumstances):"), p(""), p(LINE * 3), p(""), p(LINE * 3)) == ["remarks"]


def test_the_answer_below_a_question_is_called_by_it() -> None:
    asked = "Are there specific dates for the hearing?"
    assert paths(p(asked), p("Response:"), p("Hearing Format")) == ["are_there_specific_dates_for_the_hearing"]


def test_words_behind_the_blanks_of_a_label_say_which_part_each_is() -> None:
    assert paths(p("Survey Date: ______ Year ______ Month ______ Day")) == [
        *("survey_date_year", "survey_date_month", "survey_date_day"),
    ]
    assert paths(p("Place: ______ Province ______ City")) == ["place_province", "place_city"]


def test_a_dash_behind_a_colon_leaves_a_label_one() -> None:
    said = (
        f"Explain the whole process, from the time that a body is brought in until it is taken for burial:- {LINE * 9}"
    )
    (named,) = paths(p(said))
    assert named.startswith("explain_the_whole_process")


def test_what_a_contract_asks_for_in_brackets_is_told() -> None:
    said = "RENT (FIRST YEAR) Rent payable is (amount in words)"
    assert said in left(*NAMED, p(said))
    assert not [x for x in left(*NAMED, p("Rent payable is ______ (amount in words)")) if "amount" in x]


def test_how_much_help_somebody_needs_is_a_scale() -> None:
    rows = (row("Activities", "Independent", "Require assistance", "Dependent"), row("Walking", "", "", ""))
    assert fields(*NAMED, table(4, *rows, row("Eating", "", "", "")))[1:] == [
        *(("walking", "choice"), ("eating", "choice")),
    ]


def test_boxes_right_behind_a_placeholder_are_listed() -> None:
    line = "You will fill in [Details Of Questionnaire]\t□\t□"
    assert fields(*YES_OR_NO, p(line))[1:] == [("details_of_questionnaire", "text")]
    assert any(x.startswith("You will fill in") for x in left(*YES_OR_NO, p(line)))


# --- content controls ---


def test_a_prompt_below_a_note_or_an_empty_line_is_the_place() -> None:
    prompt = p(control("Click or tap here to enter text."))
    rows = (row("Catalogue:", cell("Y/N", prompt)), row("Details:", cell("", prompt)))
    assert paths(table(2, *rows)) == ["catalogue", "details"]
    filled = form_of(proposed(*NAMED, table(2, *rows))).fill({"name": "Ann", "catalogue": "Yes", "details": "None"})
    assert "Click or tap here to enter text." not in "".join(text_of(filled))


def check_box() -> Xml:
    """A check box that shows its sign as a character."""
    state = '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'
    return Xml(f"<w:sdt><w:sdtPr>{state}</w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>")


def test_the_state_of_a_check_box_is_in_step_with_its_sign() -> None:
    blocks = (*NAMED, p("Gender: ", check_box(), "Male ", check_box(), "Female"))
    form = form_of(proposed(*blocks))
    assert [f.path for f in form.fields] == ["name", "gender"]
    document = form.fill({"name": "Ann", "gender": "Female"})
    result = form.extract(document, by_meaning=True)
    assert (result.data, result.problems) == ({"name": "Ann", "gender": "Female"}, [])
    assert [x.code for x in lint(form)] == []


# --- labels among labels, and what leads on ---


def test_a_label_among_others_is_one_whatever_stands_below() -> None:
    blocks = (p("Name of your start up: "), p("Date of Incorporation:"), p("Revenue generated – provide the structure"))
    assert paths(*blocks) == ["name_of_your_start_up", "date_of_incorporation"]


@pytest.mark.parametrize(
    "said",
    [
        "Declaration when patient has no insurance policy:",
        "3) In case, policyholder wishes to avail better facility:",
        "After each round, rate from 1-10:",
    ],
)
def test_a_heading_with_a_colon_leads_on(said: str) -> None:
    assert paths(p(said), p("I declare it."), p(f"Phone: {LINE}")) == ["phone"]


def test_the_score_below_a_question_is_called_by_it() -> None:
    assert paths(p("Q1: How intuitive was the robot?"), p("Score (1-10): _____")) == ["how_intuitive_was_the_robot"]


def test_a_long_label_that_forms_ask_for_is_told() -> None:
    said = (
        "Name & Address of the Institution/Organization (applicable in case of Innovator in Employment / Students with "
        "any R&D organisation / Academic Institution:"
    )
    assert said in left(*NAMED, p(said), p("For them attach NOC from Head of Institute."))


def family(*records: tuple[str, str, str]) -> tuple[Xml | str, ...]:
    """A form with rows beside a label that is merged down from the row of their headers, and their answers."""
    head = row(cell(p("家庭主要成员"), merge="restart"), "关系", "姓名", "年龄")
    rows = [row(cell(p(), merge="continue"), *record) for record in records]
    return p("登记表"), table(4, row("姓名", "", "专业", ""), head, *rows)


def test_the_label_beside_rows_may_be_merged_down_from_that_of_their_headers() -> None:
    blank = family(*[("", "", "")] * 3)
    assert fields(*blank) == [("姓名", "text"), ("专业", "text"), ("家庭主要成员", "rows")]
    assert left(*blank) == []
    answered = package("".join(family(("父亲", "张三", "50"), ("母亲", "李四", "49"), ("", "", ""))))
    result = form_of(proposed(*blank)).extract(answered, name="a.docx")
    assert [r["姓名"] for r in result.data["家庭主要成员"]] == ["张三", "李四"]
    assert [x.code for x in result.problems if x.severity != "note"] == []


OPTIONS = ("□工业", "□农业", "□服务业")


@pytest.mark.parametrize(
    "form",
    [
        table(2, row("类别", ""), *(row(x, "") for x in OPTIONS)),
        table(1, row("类别"), *(row(x) for x in OPTIONS)),
        table(2, row("类别", OPTIONS[0]), *(row("", x) for x in OPTIONS[1:])),
        table(
            2,
            row(cell("类别", merge="restart"), OPTIONS[0]),
            *(row(cell("", merge="continue"), x) for x in OPTIONS[1:]),
        ),
    ],
)
def test_options_one_a_row_are_one_group(form: str) -> None:
    (only,) = proposed(p("登记表"), form).proposed
    assert (only.path, only.kind, only.options) == ("类别", "choices", ("工业", "农业", "服务业"))


def test_a_title_over_rows_of_several_options_is_none_of_these() -> None:
    form = table(1, row("基本情况"), row("□男 □女"), row("□已婚 □未婚"))
    assert [x.options for x in proposed(p("登记表"), form).proposed] == [("男", "女"), ("已婚", "未婚")]


def test_what_is_written_in_beside_one_of_the_rows_is_of_the_group() -> None:
    form = table(1, row("类别"), row("□工业"), row("□农业"), row("□其他：________"))
    assert [x.path for x in proposed(p("登记表"), form).proposed] == ["类别", "类别_其他"]
