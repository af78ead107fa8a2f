"""Questionnaires in English: options with a line in front, figures and letters printed in cells, pairs compared."""

from __future__ import annotations

import pytest

from docfill.tag.words import label_key
from tests.small_form import cell, p, row, table
from tests.test_tag_english import listed
from tests.test_tag_kinds import form_of, proposed

NAME = p("Name: ________")
Said = list[tuple[str, tuple[str, ...]]]


def asked(*blocks: str) -> Said:
    """What is proposed below a name, after each of it was filled with its last option and read back."""
    proposal = proposed(NAME, *blocks)
    form = form_of(proposal)
    data = {x.path: x.options[-1] if x.options else "Well" for x in proposal.proposed}
    result = form.extract(form.fill(data), by_meaning=True)
    assert [x for x in result.problems if x.severity != "note"] == []
    return [(x.path, x.options) for x in proposal.proposed[1:]]


def test_options_with_a_short_line_in_front_are_one_field() -> None:
    lines = [p(f"__{x}") for x in ("Female", "Male", "Prefer not to say")]
    ages = [p(f"____ {x}") for x in ("Under 18", "18-24", "Other: ________")]
    assert asked(p("Sex/Gender"), *lines, p(""), p("Age group:"), *ages) == [
        ("sex_gender", ("Female", "Male", "Prefer not to say")),
        ("age_group", ("Under 18", "18-24", "Other")),
        ("age_group_other", ()),
    ]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Rank these from first to last", ("Price", "Quality", "Service")),
        ("Please initial each", ("I have read it", "I agree to it")),
        ("About you", ("Name", "Address", "Phone")),
        ("How many of each?", ("Cats", "Dogs")),
    ],
)
def test_lines_for_more_than_a_mark_are_no_options(above: str, said: tuple[str, ...]) -> None:
    proposal = proposed(NAME, p(above), *(p(f"_____ {x}") for x in said))
    assert not any(x.options for x in proposal.proposed)


def test_options_behind_letters_below_a_title_are_one_field_whatever_they_say() -> None:
    ages = [p(x) for x in ("a. <20", "b. 20 to <40", "c. >40")]
    work = [p(x) for x in ("a. Student", "b. A few hours a week", "c. Other")]
    assert asked(p("2) Select Your Age Group"), *ages, p(""), p("3) Occupation"), *work, p("")) == [
        ("select_your_age_group", ("<20", "20 to <40", ">40")),
        ("occupation", ("Student", "A few hours a week", "Other")),
    ]


def test_yes_and_no_below_any_words_answer_them() -> None:
    lead = p("Does it apply to you? Sounds that others believe are moderately loud are too loud to me.")
    assert asked(lead, p("Yes"), p("No"), p("")) == [("does_it_apply_to_you", ("Yes", "No"))]


def test_an_item_of_a_list_is_one_option_whatever_strokes_it_has() -> None:
    items = [listed(x) for x in ("Baby crying/children squealing", "Crowds", "TV/radio")]
    assert asked(p("Which of these are too loud (select all that apply)?"), *items, p("")) == [
        ("which_of_these_are_too_loud", ("Baby crying/children squealing", "Crowds", "TV/radio"))
    ]


def test_a_question_with_a_colon_or_a_long_note_asks_for_what_is_listed_below() -> None:
    note = (
        "(Notice: " + "this study is about people who are not of this kind and for whom it is no use, " * 3 + "sorry)"
    )
    ears = [listed(x) for x in ("Left ear", "Right ear")]
    assert asked(
        p("Which ear is affected by this:"), *ears, p(""), p(f"Are you over 18? {note}"), p("Yes"), p("No")
    ) == [
        ("which_ear_is_affected_by_this", ("Left ear", "Right ear")),
        ("are_you_over_18", ("Yes", "No")),
    ]


def test_the_letter_o_below_the_marks_of_a_scale_is_a_circle() -> None:
    rows = [row(x, "O", "O", "O") for x in ("It is easy to use", "Price")]
    assert asked(table(4, row("", "Good", "Fair", "Poor"), *rows)) == [
        ("it_is_easy_to_use", ("Good", "Fair", "Poor")),
        ("price", ("Good", "Fair", "Poor")),
    ]


def test_two_names_at_the_ends_of_figures_are_compared() -> None:
    figures = [*"32123"]
    heads = [row("", *(cell(x, merge="restart") if x else "" for x in ("Stronger", "", "Equal", "", "Stronger")), "")]
    heads += [row("", *(cell("", merge="continue") if i % 2 else "" for i in range(1, 6)), "")]
    blocks = table(7, *heads, row("PRICE", *figures, "QUALITY"), row("PRICE", *figures, "SERVICE"))
    assert asked(blocks) == [
        ("price_quality", ("PRICE 3", "PRICE 2", "1", "QUALITY 2", "QUALITY 3")),
        ("price_service", ("PRICE 3", "PRICE 2", "1", "SERVICE 2", "SERVICE 3")),
    ]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("3) For how many years have you been using the services of this", "for_how_many_years_have_you_been_using"),
        ("I believe I should work on improving my study habits", "i_believe_i_should_work_on_improving"),
        ("Please write down the name of the medication", "name_of_the_medication"),
        ("What do you want it for", "what_do_you_want_it_for"),
        ("I observe that my son or daughter is not at ease", "i_observe_that_my_son_or_daughter"),
    ],
)
def test_a_name_is_cut_behind_a_word_that_says_something(label: str, name: str) -> None:
    assert label_key(label) == name


def test_what_no_words_name_below_a_heading_is_no_owner_of_the_rest_of_it() -> None:
    rows = [row(x, "□", "□") for x in ("It is fast", "It is good", "")]
    title = (
        p("Survey"),
        table(2, row("Name", "")),
        p("Use of the tool"),
        table(3, row("", "Agree", "Disagree"), *rows),
    )
    paths = [x.path for x in proposed(*title).proposed]
    assert paths == ["name", "use_of_the_tool.it_is_fast", "use_of_the_tool.it_is_good", "use_of_the_tool.content"]


def test_what_follows_a_yes_is_called_after_its_question_where_it_repeats() -> None:
    details = p("If yes, kindly furnish details: ________")
    blocks = (p("Have you ever been dismissed?"), details, p("Have you ever been convicted?"), details)
    assert [path for path, _ in asked(*blocks)] == [
        "have_you_ever_been_dismissed_if_yes_kindly_furnish_details",
        "have_you_ever_been_convicted_if_yes_kindly_furnish_details",
    ]


def test_options_beside_boxes_or_another_label_are_those_of_their_own_label() -> None:
    blocks = (p("Source: ☐ Web ☐ Mail"), p("Arrears : Yes / No"), p("Graduate: Yes / No | Degree : ________"))
    assert asked(*blocks) == [
        ("source", ("Web", "Mail")),
        ("arrears", ("Yes", "No")),
        ("graduate", ("Yes", "No")),
        ("degree", ()),
    ]


def test_a_line_that_goes_on_in_front_of_a_label_is_no_place_of_its_own() -> None:
    address = (p("Present address:"), p("_" * 40), p("_" * 30 + "PIN: ________"))
    assert [path for path, _ in asked(*address)] == ["present_address", "pin"]


def test_a_title_owns_no_signature_of_somebody_who_is_named() -> None:
    sign = p("Signature of the Applicant: ________ Date: ________")
    blocks = (p("Emergency Contact"), p("Phone: ________"), sign, p(""), p("Employment"), p("Title: ________"), sign)
    assert [x.path for x in proposed(NAME, *blocks).proposed] == [
        *("name", "phone", "signature_of_the_applicant", "date", "title", "signature_of_the_applicant2", "date2")
    ]


def test_a_line_that_goes_on_below_owns_nothing() -> None:
    line = "_" * 20
    landlord = p(f"NAGESH, aged about ___ years, R/o {line}")
    tenant = p(f"SRI {line}, S/o {line}, aged about ___ years, R/o {line}")
    paths = [x.path for x in proposed(NAME, landlord, p("IN FAVOUR OF"), tenant).proposed]
    assert not any("favour" in x for x in paths)


def test_a_question_that_words_lead_up_to_is_called_by_itself() -> None:
    asked_for = "According to the previous and current records of the clinic, does the mother have diabetes?"
    assert label_key(asked_for) == "does_the_mother_have_diabetes"
    assert label_key("In your view, how useful is it?") == "in_your_view_how_useful_is_it"


def test_a_question_that_goes_on_in_what_stands_below_is_no_place() -> None:
    assert asked(p("To what extent was it …?"), p(""), p("HAPPY: ________")) == [("happy", ())]


def test_yes_and_no_that_go_on_behind_a_comma_exclude_each_other() -> None:
    lines = (p("Have you been told so?"), p("Yes, I have been told so."), p("No, I have not."), p(""))
    assert [x.kind for x in proposed(NAME, *lines).proposed] == ["text", "choice"]


@pytest.mark.parametrize("drawn", ["", "◯ ", "( ) "])
def test_what_tells_to_choose_below_a_question_names_nothing(drawn: str) -> None:
    ages = [p(drawn + x) for x in ("18-24", "25-34")]
    sexes = [p(drawn + x) for x in ("Male", "Female")]
    told = p("Mark only one oval.")
    first, other = (p("1. What is your age? *"), told, *ages, p("")), (p("2. Gender *"), told, *sexes, p(""))
    proposal = proposed(NAME, *first, *other)
    assert [(x.path, x.kind, x.options) for x in proposal.proposed[1:]] == [
        ("what_is_your_age", "choice", ("18-24", "25-34")),
        ("gender", "choice", ("Male", "Female")),
    ]
