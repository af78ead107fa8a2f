"""Options in English without boxes, in a line, in lines of their own, in cells: what is one and what is none."""

from __future__ import annotations

import pytest

from docfill.tag.circled import boxes_circled_in
from tests.small_form import Xml, cell, p, package, row, table
from tests.test_tag_kinds import form_of, left, proposed

NAME = p("Name: ________")


def options(line: str, **known: bool | str | tuple[str, ...]) -> list[tuple[str | None, str]]:
    return [(b.group, b.option) for b in boxes_circled_in(line, **known)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "group", "said"),
    [
        ("Do you feel depressed? Yes/no", "Do you feel depressed?", ["Yes", "no"]),
        ("Gender :\t\tM / F       ", "Gender", ["M", "F"]),
        ("First aid certified?    Yes/No    If not you will have to be", "First aid certified?", ["Yes", "No"]),
        ("Member: Yes / No (delete one)", "Member", ["Yes", "No"]),
        ("Marital status: Single/Married/Widowed", "Marital status", ["Single", "Married", "Widowed"]),
        ("Battery Life\t\t\t\t1\t2\t3\t4\t5     ", "Battery Life", [*"12345"]),
        ("1: Battery Life\t\t\t\t1\t2\t3\t4\t5     ", "Battery Life", [*"12345"]),
        ("Location [a] Epe [b] Ikorodu [c] Badagry", "Location", ["Epe", "Ikorodu", "Badagry"]),
        ("What is your gender?  a. Female   b. Male", "What is your gender?", ["Female", "Male"]),
        ("Are you a smoker?\t\tYes\t\tNo", "Are you a smoker?", ["Yes", "No"]),
        ("Ever convicted?\tYes\tNo\tIf yes, give the county", "Ever convicted?", ["Yes", "No"]),
    ],
)
def test_options_behind_what_asks_for_them(line: str, group: str, said: list[str]) -> None:
    assert options(line) == [(group, x) for x in said]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("<5\t10\t>20", ["<5", "10", ">20"]),
        ("Yes / No", ["Yes", "No"]),
        ("1. Asian American                2. African American", ["Asian American", "African American"]),
        ("1 2 3 4 5", [*"12345"]),
    ],
)
def test_options_on_a_line_below_a_question(line: str, said: list[str]) -> None:
    assert options(line, is_asked=True) == [(None, x) for x in said]
    assert options(line) == []


def test_numbered_options_go_on_from_the_line_above() -> None:
    assert options("3. Junior    4. Senior", after=("Freshman", "Sophomore")) == [(None, "Junior"), (None, "Senior")]
    assert options("4. Junior    5. Senior", after=("Freshman", "Sophomore")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Name/Surname: ",
        "Tel: home/office",
        "<p>Want more inspiration? Browse</p>",
        "Frequency: 2013/14 only",
        "Not at all likely\t\t\t\t\t\tExtremely likely",
        "Name of Participant\t\tDate\t\t\t\tSignature",
        "Parker, CO 80134\t875-7843",
        "1. Missing Coursework   \t_______\t\t2. Missing Exam _______",
        "PARTIES : 1. The Landlord",
        "Approved / Not Approved\nNote:",
    ],
)
def test_other_words_are_no_options(line: str) -> None:
    assert options(line) == []
    assert options(line, is_asked=True) == []


def test_yes_and_no_over_lines_to_write_on_are_a_header() -> None:
    blocks = (NAME, p("Other information\t\tYes\t\t\tNo"), p("Eczema\t\t\t…………\t\t…………"), p("Asthma\t\t\t…………\t\t…………"))
    assert "choice" not in [x.kind for x in proposed(*blocks).proposed]


def asked(question: str, *said: str, behind: str = "") -> list[tuple[str, ...]]:
    """The options that a question has whose lines stand below it."""
    blocks = (NAME, p(question), *map(p, said), p(behind), p("Comments: ________"))
    return [x.options for x in proposed(*blocks).proposed if x.options]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is the article sound?", ("Yes", "No")),
        ("Which design do you like?", ("Plain paper", "Ruled paper", "Other")),
        ("How old are you? (Please choose only one.)", ("18-40 years", "40-60 years", "Prefer not to say")),
        ("Please tick all that apply:", ("Interviews", "Observation")),
        ("您家的住房是？", ("自有", "租住", "其他")),
    ],
)
def test_lines_below_a_question_are_its_options(question: str, said: tuple[str, ...]) -> None:
    assert asked(question, *said) == [said]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How do you plan your classes?", ("Freshman year first", "The hardest class last")),
        ("密码忘了怎么办？", ("停止服务", "重新启动")),
        ("In case of a change please tick the box in the margin.", ("Treasury", "Department")),
        ("Which class do you like?", ("- Requirements", "- Schedule builder")),
        ("Which of these ran?", ("Len=len(Str)", "I=0")),
        ("When should it start?", ("Day", "Month", "Year")),
        ("Which one would you take?", ("Provide the date", "State the reason")),
        ("Which one would you take?", ("Only this",)),
    ],
)
def test_other_lines_below_a_question_are_none(question: str, said: tuple[str, ...]) -> None:
    assert asked(question, *said) == []


def test_lines_that_go_on_into_something_else_are_told_and_no_options() -> None:
    question, said = "Which one would you take?", ("The first", "The second")
    assert asked(question, *said, behind="We thank you for your time in this survey, and wish you well.") == []
    assert f"{question} {' / '.join(said)}" in left(
        NAME, p(question), *map(p, said), p("We thank you for your time in this survey; and wish you well.")
    )


def test_the_option_that_is_written_in_is_one_and_has_its_place() -> None:
    blocks = (
        NAME,
        p("Which one would you take?"),
        p("The first"),
        p("Other: ________"),
        p(""),
        p("Comments: ________"),
    )
    assert [(x.kind, x.options) for x in proposed(*blocks).proposed[1:]] == [
        *(("choices", ("The first", "Other")), ("text", ()), ("text", ())),
    ]


def test_a_list_is_options_as_far_as_its_lines_are_set_alike() -> None:
    head = Xml(p("Hearing").replace("<w:b/>", "<w:i/>"))
    blocks = (NAME, p("Is it binding?"), p("Yes"), p("No"), head, p("Comments: ________"))
    assert [x.options for x in proposed(*blocks).proposed if x.options] == [("Yes", "No")]


def test_figures_in_cells_behind_a_statement_are_its_scale() -> None:
    rows = [row("A1", x, "1", "2", "3", "4", "5") for x in ("They know it well", "They help you often")]
    assert [(x.path, x.options) for x in proposed(NAME, table(7, *rows)).proposed[1:]] == [
        ("they_know_it_well", tuple("12345")),
        ("they_help_you_often", tuple("12345")),
    ]


def test_lines_of_two_languages_in_a_cell_are_no_options() -> None:
    rows = [row(x, cell("Yes", "ஆம்", "No", "இல்லை")) for x in ("Do you have one?", "Do you want one?")]
    assert [x.options for x in proposed(NAME, table(2, *rows)).proposed if x.options] == []


@pytest.mark.parametrize(
    ("returned", "value", "doubts"),
    [
        ("Do you agree? Yes/No", None, []),
        ("Do you agree? √Yes/No", "Yes", []),
        ("Do you agree? Yes√/No", "Yes", []),
        ("Do you agree? Yes/√No", "No", []),
        ("Do you agree? Yes/No√", "No", []),
        ("Do you agree? No", "No", ["label-altered"]),
        ("Do you agree? Yes/No maybe", None, ["label-altered", "unclear-tick"]),
    ],
)
def test_such_options_are_read_as_people_mark_them(returned: str, value: str | None, doubts: list[str]) -> None:
    form = form_of(proposed(NAME, p("Do you agree? Yes/No"), p("Comments: ________")))
    result = form.extract(package(NAME + p(returned) + p("Comments: ________")))
    assert result.data["do_you_agree"] == value
    assert sorted({x.code for x in result.problems}) == doubts


def test_a_note_below_options_is_read_in_the_line_that_its_label_heads() -> None:
    blocks = (NAME, table(2, row("Is it sound?", cell("□Yes □No", "Note:", "")), row("Who?", "")))
    proposal = proposed(*blocks)
    assert [x for x in proposal.left if "extra" in x.reason[1]] == []
    form = form_of(proposal)
    document = form.fill({x.path: "Yes" if x.options else "Well" for x in proposal.proposed})
    result = form.extract(document, by_meaning=True)
    assert [x.code for x in result.problems] == []


def test_boxes_behind_a_semicolon_and_a_label_are_of_that() -> None:
    line = p("特困供养学生：□是 □否；孤残学生：□是 □否；烈士子女：□是 □否；")
    assert [(x.path, x.options) for x in proposed(NAME, line).proposed[1:]] == [
        (x, ("是", "否")) for x in ("特困供养学生", "孤残学生", "烈士子女")
    ]


def test_brackets_behind_lettered_options_are_boxes() -> None:
    proposal = proposed(NAME, p("Gender:"), p("A. Male (  )   B. Female (  ) "), p("Comments: ________"))
    assert [(x.path, x.options) for x in proposal.proposed[1:]] == [("gender", ("Male", "Female")), ("comments", ())]


def test_columns_of_boxes_below_their_titles_are_a_field_each() -> None:
    rows = [row("Mode 1", "Mode 2"), *(row(f"□ {x}", f"□ {x}") for x in ("Under 5 minutes", "5-20 minutes", "More"))]
    blocks = (NAME, p("Estimated playtime"), table(2, *rows), p("Comments: ________"))
    assert [(x.path, x.options) for x in proposed(*blocks).proposed[1:-1]] == [
        (f"estimated_playtime.mode_{n}", ("Under 5 minutes", "5-20 minutes", "More")) for n in "12"
    ]
