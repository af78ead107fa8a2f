"""Tagging of forms in English by kind: what sentences, headers and lines to write on call their blanks."""

from __future__ import annotations

import pytest

from docfill.lint import lint
from docfill.problems import DocfillError
from docfill.tag.lines import blanks_in, options_printed_in
from docfill.tag.words import kind_of
from tests.small_form import Xml, cell, p, package, row, table
from tests.test_tag_kinds import control, fields, form_of, left, proposed, text_box, text_of, underlined

LINE = "_" * 20


def names(*blocks: str) -> list[str]:
    return [x for x, _ in fields(*blocks)]


# --- sentences with blanks ---


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (
            f"I, {LINE} (full name), of {LINE} (address), appoint {LINE} as my proxy",
            ["full name", "address", "appoint"],
        ),
        (f"I, {LINE}, wish to enter my name.", ["name"]),
        (f"Executed on this {LINE} day of {LINE}, 2019 by and between the parties", ["day", "month"]),
        (f"That the tenant hereby agrees to pay to the landlord the sum of Rs. {LINE} only", ["sum of Rs"]),
        (
            f"The landlord has offered the house, with effect from {LINE} to {LINE}.",
            ["with effect from", "with effect to"],
        ),
        (
            f"It ends at the option of either party giving to the other party {LINE} months notice in writing.",
            ["months notice in writing"],
        ),
        (f"As the nominee is a minor on this date, I appoint (Name and Address) {LINE}", ["Name and Address"]),
        (
            f"I have read the information sheet dated {LINE} (version ....) for the study",
            ["information sheet dated", "version"],
        ),
        (f"My income is ${LINE} and I have {LINE} dependents.", ["My income is $", "dependents"]),
        (f"SMITH {LINE}, aged about {LINE} years, Occ: {LINE}", ["SMITH", "aged about", "Occ"]),
        ("Phone: (___) ___-____ Fax: (___) ___-____", ["Phone", "Fax"]),
        ("Size YS___,YM___,YL___", ["Size YS", "Size YM", "Size YL"]),
        (f"Full name {LINE} Age ____ Sex ____", ["Full name", "Age", "Sex"]),
        (f"Accommodation needed\t: (YES/NO){LINE}", ["Accommodation needed"]),
        (f"Name, address and phone: {LINE}", ["Name, address and phone"]),
    ],
)
def test_a_blank_in_a_sentence_is_called_by_the_words_around_it(said: str, named: list[str]) -> None:
    assert [b.label for b in blanks_in(said)] == named


def test_yes_or_no_in_brackets_is_no_unit() -> None:
    assert [kind_of(f"Accommodation needed ({x})", "") for x in ("YES/NO", "Y/N", "M/F", "kg/m")] == [
        *["text"] * 3,
        "number",
    ]


def test_letters_parted_by_a_stroke_stay_apart() -> None:
    assert names(p("Form"), p(f"SRI {LINE}, S/o {LINE}, D.O.B. {LINE}")) == ["sri", "s_o", "DOB"]


def test_long_labels_that_begin_alike_are_called_by_what_they_go_on_with() -> None:
    said = "I would be interested in using programs similar to this one"
    rows = (row(f"{said} for teaching purposes.", ""), row(f"{said} for visits to patients.", ""))
    assert names(p("Form"), table(2, *rows)) == ["teaching_purposes", "visits_to_patients"]


def test_a_form_on_one_page_has_no_cover() -> None:
    blocks = (p("Form"), p(f"Name: {LINE}"), p("Passport details"), table(2, row("Number", ""), row("Place", "")))
    assert names(*blocks)[0] == "name"


def test_comments_belong_to_the_row_above() -> None:
    rows = (row("Rotate tool", ""), row("Suggestions", ""), row("Move tool", ""), row("Suggestions", ""))
    assert names(p("Form"), table(2, *rows)) == [
        *("rotate_tool", "rotate_tool_suggestions", "move_tool", "move_tool_suggestions"),
    ]


@pytest.mark.parametrize("title", ["IN STRICT CONFIDENCE", "DISCLOSURE DECLARATION"])
def test_the_title_of_a_form_owns_no_name(title: str) -> None:
    blocks = (p(title), p(f"Name: {LINE}"), p(f"Address: {LINE}"), p(f"Signature: {LINE}"), p(f"Name: {LINE}"))
    assert names(*blocks) == ["name", "address", "signature", "signature_name"]


# --- cells to tick, headers set apart ---


@pytest.mark.parametrize("told", ["give tick mark", "X the appropriate box below", "check all that apply"])
def test_cells_beside_options_are_ticked_where_the_words_over_the_table_say_so(told: str) -> None:
    rows = (row("Solo dance", "", "Quiz", ""), row("Choir", "", "Workshop", ""))
    blocks = (p("Form"), p(f"Type of event (please {told}):"), table(4, *rows))
    assert fields(*blocks) == [("type_of_event", "choices")]
    form = form_of(proposed(*blocks))
    assert form.fields[0].options == ("Solo dance", "Quiz", "Choir", "Workshop")
    assert form.extract(form.fill({"type_of_event": ["Quiz"]})).data == {"type_of_event": ["Quiz"]}
    before = (row("", "Solo dance", "", "Quiz"), row("", "Choir", "", ""))
    assert fields(p("Form"), p(f"Type of event (please {told}):"), table(4, *before)) == [("type_of_event", "choices")]


def test_columns_that_only_keep_headers_apart_are_none() -> None:
    empty = [row("", "", "", "", "") for _ in range(4)]
    blocks = (p("Form"), p(f"Term: {LINE}"), table(5, row("Name", "", "ID", "", "Signature"), *empty))
    form = form_of(proposed(*blocks))
    assert [(f.path, f.kind.name) for f in form.fields] == [("term", "text"), ("list", "rows")]
    data = {
        "term": "1",
        "list": [{"name": "A", "id": "7", "signature": None}, {"name": "B", "id": "8", "signature": None}],
    }
    assert form.extract(form.fill(data)).data == data
    assert text_of(form.blank()) == text_of(package("".join(blocks)))


# --- lines ---


def test_a_clause_of_a_contract_with_room_below_is_no_question() -> None:
    clause = "{}. That the tenant shall not transfer the rights to any third party."
    body = [x for n in range(1, 4) for x in (p(clause.format(n)), p(""), p(""))]
    assert names(p("Agreement"), p(f"Tenant: {LINE}"), *body) == ["tenant"]


def test_a_label_that_leads_on_to_labels_with_their_lines_asks_nothing() -> None:
    blocks = (p("Order"), p("Products to order:"), p(f"Product one: {LINE}"), p(f"Product two: {LINE}"))
    assert names(*blocks) == ["product_one", "product_two"]


def test_yes_and_no_apart_below_a_question_are_its_options() -> None:
    blocks = (p("Form"), p(f"Name: {LINE}"), p("Have you ever been convicted?"), p(""), p(" YES\t\t\tNO"))
    assert fields(*blocks) == [("name", "text"), ("have_you_ever_been_convicted", "choice")]


def test_lines_to_write_on_with_room_between_belong_to_the_words_that_ask() -> None:
    lines = [x for _ in range(3) for x in (p(""), p("_" * 60))]
    blocks = (p("Form"), p(f"Name: {LINE}"), p("If yes – please provide details:-"), *lines, p(""), p(f"Date: {LINE}"))
    assert fields(*blocks) == [("name", "text"), ("if_yes_please_provide_details", "longtext"), ("date", "text")]


def test_a_rule_under_lines_of_the_same_paragraph_is_no_place() -> None:
    blocks = (
        p("Camp"),
        p("July 18th 3-6pm"),
        p("Free!\nQuestions? Call 740-304-2996\n" + "_" * 40),
        p(f"Name: {LINE}"),
    )
    assert names(*blocks) == ["name"]


# --- scales, columns of boxes, lists ---


def listed(text: str) -> str:
    """A paragraph that Word numbers."""
    return p(text).replace("<w:p>", '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>', 1)


def test_a_mark_that_nobody_knows_stands_among_others_of_a_scale() -> None:
    rows = [row(x, "", "", "", "") for x in ("Cleanliness", "Service")]
    blocks = (p("Feedback"), table(5, row("", "Excellent", "Alright", "Poor", "Extremely poor"), *rows))
    form = form_of(proposed(*blocks))
    assert [f.path for f in form.fields] == ["cleanliness", "service"]
    assert form.fields[0].options == ("Excellent", "Alright", "Poor", "Extremely poor")


def test_a_header_that_says_to_tick_has_cells_to_tick_below() -> None:
    rows = [row(x, "") for x in ("I have read the sheet", "I take part")]
    blocks = (p("Form"), table(2, row("Statement", "Tick box"), *rows))
    assert fields(*blocks) == [("i_have_read_the_sheet", "choices"), ("i_take_part", "choices")]


def test_a_list_below_a_question_is_its_options() -> None:
    options = [listed(x) for x in ("Female", "Male", "Prefer not to say")]
    blocks = (p("Survey"), p(f"Name: {LINE}"), p("What’s your gender? (Choose one.)"), *options, p(""), p("Thank you."))
    assert fields(*blocks) == [("name", "text"), ("whats_your_gender", "choice")]
    assert proposed(*blocks).proposed[1].options == ("Female", "Male", "Prefer not to say")


def test_figures_in_a_table_of_one_row_are_a_scale() -> None:
    scale = table(5, row(*"12345"))
    ends = p("Not at all likely\t\t\tExtremely likely")
    for between in ((), (ends,)):
        blocks = (p("Survey"), p(f"Name: {LINE}"), p("How likely is it?"), *between, scale)
        assert fields(*blocks) == [("name", "text"), ("how_likely_is_it", "choice")]
        assert proposed(*blocks).proposed[1].options == tuple("12345")


def test_marks_in_words_in_a_table_of_one_row_are_told() -> None:
    blocks = (p("Survey"), p(f"Name: {LINE}"), p("How is it?"), table(3, row("Good", "Fair", "Poor")))
    assert names(*blocks) == ["name"]
    assert "How is it? Good / Fair / Poor" in left(*blocks)


def test_words_over_a_list_or_a_question_are_a_heading() -> None:
    blocks = (p("Review"), p(f"Title: {LINE}"), p("Methodology:"), p("Are the methods sound?"), p(f"Comments: {LINE}"))
    assert names(*blocks) == ["title", "comments"]
    listing = (p("Review"), p(f"Title: {LINE}"), p("By signing you agree:"), listed("To cite it"), listed("To keep it"))
    assert names(*listing) == ["title"]


def test_quotes_of_a_typesetter_leave_a_line_in_english() -> None:
    question = "How well did the chatbot understand the client’s expression in the end?"
    body = [x for n in "12" for x in (p(f"{n}. {question} {n}"), p(""))]
    assert [kind for _, kind in fields(p("Survey"), *body)] == ["longtext", "longtext"]


def test_the_example_over_a_table_and_the_row_that_ends_a_list_are_no_records() -> None:
    example = table(2, row("Name", "Marks"), row("Fred", "3"), row("Total:", ""))
    empty = [row("", "") for _ in range(4)]
    form = table(2, row("Name:", "Group:"), row("Member", "Marks"), *empty, row("Total:", ""))
    assert fields(p("Peer review"), p("An example:"), example, p("Review"), form) == [
        *(("review.name", "text"), ("review.group", "text"), ("review.list", "rows"), ("review.total.marks", "text")),
    ]


def test_the_blank_of_a_legacy_field_is_one_behind_a_box_too() -> None:
    field = "\u2002" * 5
    blocks = (
        p("Form"),
        p(f"Will it cost? □ No □ Yes. Please say what will be paid. {field}"),
        p(f"Name of app: {field}"),
    )
    assert "name_of_app" in names(*blocks)
    assert len(names(*blocks)) == 3


# --- captions, what goes on, placeholders ---


def test_a_title_below_a_line_to_write_on_names_it_where_the_last_of_a_run_does() -> None:
    run = (p("By: ________"), p("Signature"), p(LINE), p("Printed name"), p(LINE), p("Title"))
    assert names(p("Agreement"), *run) == ["by", "printed_name", "title"]
    assert names(p(LINE), p("Date"), p(""), p(f"Landlord: {LINE}")) == ["date", "landlord"]
    assert names(p("Form"), p(f"Name: {LINE}"), p("Hobbies?"), p(LINE)) == ["name", "hobbies"]


def test_a_label_may_begin_in_the_paragraph_above() -> None:
    blocks = (
        *(p("First and last name of guardian "), p(f"(if participant is less than 18): {LINE} Phone: {LINE}")),
        *(p("Address of participant, if "), p(f"known to you: {LINE}")),
    )
    assert names(p("Waiver"), *blocks) == [
        *("first_and_last_name_of_guardian", "phone", "address_of_participant_if_known_to_you"),
    ]


def test_words_in_square_brackets_that_stand_for_an_answer_are_its_place() -> None:
    blocks = (
        p("Agreement"),
        p("The intern: [Intern Name], residing at [Intern Address]."),
        p("On [insert date] (Tick [x])"),
    )
    assert names(*blocks) == ["intern_name", "intern_address", "date"]
    form = form_of(proposed(*blocks))
    filled = form.fill({"intern_name": "Ann Lee", "intern_address": "1 High Street", "date": "May 6"})
    assert text_of(filled)[1] == "The intern: Ann Lee, residing at 1 High Street."


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (f"Military: Yes{LINE} No{LINE}", ["Military Yes", "Military No"]),
        (f"Experience: (e.g. where, how long, and what levels you taught)  {LINE}", ["Experience"]),
        (f"This agreement dated {LINE}, 20___ , by", ["agreement dated", "year"]),
        (f"who has been a tenant in a {LINE} bedroom, since May", ["bedroom"]),
        (f"1. {LINE} I looked at the teacher interface", ["I looked at the teacher interface"]),
    ],
)
def test_more_blanks_of_sentences(said: str, named: list[str]) -> None:
    assert [b.label for b in blanks_in(said)] == named


def test_notes_behind_the_marks_of_a_scale_are_none_of_them() -> None:
    rows = [row(x, "", "", "") for x in ("Communication", "Technical")]
    heads = row("Areas", "Exceeds expectations**", "Meets expectations**", "Below expectations**")
    assert fields(p("Interview"), table(4, heads, *rows)) == [("communication", "choice"), ("technical", "choice")]


def test_boxes_over_the_figures_of_a_scale_are_one_group() -> None:
    scale = table(4, row("□", "□", "□", "□"), row(*"1234"))
    form = form_of(proposed(p("Form"), p("Overall grade"), scale))
    assert [(f.path, f.options) for f in form.fields] == [("overall_grade", ("1", "2", "3", "4"))]


def test_yes_and_no_in_a_cell_of_their_own_are_the_options_of_the_words_beside_it() -> None:
    rows = [row(x, "Yes\t\tNo") for x in ("I take part.", "I agree to be recorded.")]
    blocks = (p("Consent"), p(f"Name: {LINE}"), table(2, *rows))
    assert fields(*blocks) == [("name", "text"), ("i_take_part", "choice"), ("i_agree_to_be_recorded", "choice")]


# --- questionnaires ---


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("____1. Is talkative\t\t ____2. Tends to be lazy", ["Is talkative", "Tends to be lazy"]),
        (f"between {LINE}(Artist and) {LINE}(Company).", ["Artist", "Company"]),
        (f"in {LINE}(city) {LINE}(State), commencing on {LINE}", ["city", "State", "commencing on"]),
    ],
)
def test_what_stands_behind_a_blank_names_it(said: str, named: list[str]) -> None:
    assert [b.label for b in blanks_in(said)] == named


def test_lettered_options_in_a_line_are_ticked_in_front_of_their_letters() -> None:
    blocks = (
        p("Survey"),
        p(f"Name: {LINE}"),
        p("Location [a] Epe [b] Ikorodu [c] Badagry"),
        p("If so, how? (a) Radio (b) Friends"),
    )
    proposal = proposed(*blocks)
    assert [(x.path, x.options) for x in proposal.proposed[1:]] == [
        ("location", ("Epe", "Ikorodu", "Badagry")),
        ("if_so_how", ("Radio", "Friends")),
    ]


def test_cells_under_a_direction_are_ticked() -> None:
    rows = [row(f"{n}.", x, "", "", "") for n, x in zip("ab", ("Rainfall", "Harmattan"), strict=True)]
    heads = row("S/N", "Variables", "INCREASING", "DECREASING", "NO CHANGES")
    assert fields(p("Survey"), table(5, heads, *rows)) == [("rainfall", "choice"), ("harmattan", "choice")]


def test_a_line_that_says_to_choose_from_the_list_below_names_its_options() -> None:
    options = [listed(x) for x in ("18-24", "25-44", "I do not wish to answer")]
    blocks = (p("Survey"), p(f"Name: {LINE}"), p("Please select your age group:"), *options)
    assert fields(*blocks) == [("name", "text"), ("please_select_your_age_group", "choices")]


# --- headers, bars, labels over their lines ---


def whys(*blocks: str) -> list[tuple[str, str]]:
    return [(x.text, x.reason[1]) for x in proposed(*blocks).left]


def shaded(said: str) -> Xml:
    return Xml(cell(said).replace("</w:tcPr>", '<w:shd w:val="clear" w:color="auto" w:fill="C0C0C0"/></w:tcPr>', 1))


def low(content: Xml) -> Xml:
    return Xml(content.replace("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="170" w:hRule="exact"/></w:trPr>', 1))


def test_a_table_that_goes_on_without_its_header_has_the_one_above() -> None:
    first = table(4, row("AREA", "Good", "Poor", "Comments"), row("Walls", "", "", ""), row("Floor", "", "", ""))
    second = table(4, row("Doors", "", "", ""), row("Shelves", "", "", ""))
    blocks = (p("Check list"), first, p(""), second)
    assert fields(*blocks)[4:] == [
        *(("doors", "choice"), ("doors_comments", "text"), ("shelves", "choice"), ("shelves_comments", "text")),
    ]
    other = (p("Check list"), first, p("Keys"), second)
    assert ("doors_comments", "text") not in fields(*other)


def test_a_shaded_bar_is_the_title_of_the_rows_below_and_no_place() -> None:
    bar = row(shaded("Kitchen"), shaded(""), shaded(""))
    rows = (row("Area", "Good", "Poor"), row("Walls", "", ""), bar, row("Walls", "", ""))
    assert fields(p("Check list"), table(3, *rows)) == [("walls", "choice"), ("kitchen.walls", "choice")]


def test_a_row_too_low_to_write_in_is_no_place() -> None:
    rows = (row("Name:", cell("", span=2)), low(row(cell("", span=3))), row("Course:", cell("", span=2)))
    blocks = (p("Form"), table(3, *rows))
    assert names(*blocks) == ["name", "course"]
    assert left(*blocks) == []


def test_a_label_over_its_line_in_the_same_paragraph_names_it() -> None:
    blocks = (p("Delivery address"), p(f"Line 1:⏎{LINE}"), p(f"Town:⏎{LINE}⏎{LINE}"))
    assert names(p("Order"), p(f"Name: {LINE}"), *blocks) == ["name", "line_1", "town"]


def test_lines_below_a_label_in_a_cell_are_its_room() -> None:
    asking = cell(p("Names of your children:"), p(""), p(LINE), p("Please list your pets:"), p(LINE), p(LINE))
    blocks = (p("Form"), table(1, row(asking)))
    assert names(*blocks) == ["names_of_your_children", "pets"]


def test_a_control_around_a_label_is_no_answer() -> None:
    held = [p(control("", shows_prompt=False, said=f"{x}: ")) for x in ("First name", "Last name")]
    assert names(p("Form"), p("Personal details"), *held) == ["first_name", "last_name"]


def test_room_that_begins_in_a_control_and_ends_behind_it_is_filled_in_the_control() -> None:
    tab = Xml("<w:r><w:tab/></w:r>")
    form = form_of(proposed(p("Form"), p(control("", shows_prompt=False, said="Email: "), tab), p(f"Phone: {LINE}")))
    filled = form.fill({"email": "a@b.org", "phone": "1"})
    assert text_of(filled)[1] == "Email:a@b.org \t"
    assert form.extract(filled).data == {"email": "a@b.org", "phone": "1"}


def test_short_lines_in_front_of_options_are_called_by_them() -> None:
    blocks = (p("Desired days:"), p("___ Monday\t___ Tuesday\t___ Wednesday"))
    assert names(p("Form"), p(f"Name: {LINE}"), *blocks) == ["name", "monday", "tuesday", "wednesday"]


def test_a_label_over_a_line_of_several_labels_leads_on() -> None:
    blocks = (p("Start date requested:"), p("Month: ______\tYear: ______"), p("Please check your choice:"))
    assert names(p("Form"), p(f"Year: {LINE} Month: {LINE}"), *blocks, p("□ Full time □ Part time"))[2:4] == [
        *("start_date_requested_month", "start_date_requested_year"),
    ]


def test_labels_of_a_list_stand_side_by_side_and_over_questions_too() -> None:
    said = ("Source of funds:", "How soon do you open?", "Preferred city: ", "Any debts? If yes, please list them:")
    assert names(p("Form"), *(listed(x) for x in said)) == [
        *("source_of_funds", "how_soon_do_you_open", "preferred_city", "any_debts"),
    ]


def test_a_question_beside_a_label_is_no_printed_answer() -> None:
    assert names(p("Form"), table(2, row("Employer address:", "How long?"))) == ["employer_address", "how_long"]


def test_a_long_title_in_a_row_of_its_own_heads_the_rows_below() -> None:
    title = "Employment of the applicant, if less than two years"
    titles = [row(cell(x, span=2)) for x in ("Application", "Home", title)]
    rows = (*titles[:2], row("City:", ""), titles[2], row("City:", ""))
    assert names(p("Form"), table(2, *rows)) == ["home.city", "employment_of_the_applicant_if_less_than_two.city"]


def test_a_bar_between_labels_ends_the_room_of_the_first() -> None:
    assert [b.label for b in blanks_in("Name:          | Relationship: ")] == ["Name", "Relationship"]


def test_an_answer_printed_on_its_line_is_told_and_no_place() -> None:
    blocks = (p("Form"), p(f"Keys issued:{LINE}"), p("Manager:__Susan Hall____________"))
    assert names(*blocks) == ["keys_issued"]
    assert "Manager:__Susan Hall____________" in left(*blocks)
    assert [b.label for b in blanks_in("Name:____ Age____")] == ["Name", "Age"]


def test_numbered_cells_are_called_by_the_title_over_them() -> None:
    rows = (row(cell("Audio files", span=4)), row("1", "", "3", ""), row("2", "", "4", ""))
    assert names(p("Form"), table(2, row("Surveyor", "")), p(""), table(4, *rows))[1:] == [
        *(f"audio_files_{n}" for n in "1324"),
    ]


def test_cells_beside_options_of_a_merged_row_that_says_to_mark_them_are_ticked() -> None:
    told = "DECISION (please mark relevant box with an X)"
    rows = (
        row(cell(told, merge="restart"), "Offer a place", "", "Reject", ""),
        row(cell("", merge="continue"), "Waiting list", "", "Not suitable", ""),
    )
    form = form_of(proposed(p("Form"), table(5, *rows)))
    assert [(f.path, f.kind.name) for f in form.fields] == [("decision", "choices")]
    assert form.fields[0].options == ("Offer a place", "Reject", "Waiting list", "Not suitable")


def test_a_head_alone_over_spare_cells_names_them() -> None:
    rows = (row("", "% split", ""), row("Supervisor:", "", ""), row("Adviser:", "", ""))
    shifted = (row(cell("", span=2), "% split", cell("")), *(row(x, "", "", "") for x in ("Supervisor:", "Adviser:")))
    assert names(p("Form"), table(4, *shifted)) == [
        *("supervisor", "supervisor_split", "adviser", "adviser_split"),
    ]
    assert "supervisor_split" not in names(p("Form"), table(3, *rows))


def test_titles_set_apart_over_equal_labels_own_them() -> None:
    blocks = (p("Proposer                Seconder"), p("Name:________\tName:________"))
    assert names(p("Form"), p(f"Name:{LINE}"), *blocks)[1:] == ["proposer_name", "seconder_name"]


def test_points_of_the_compass_are_no_unit() -> None:
    assert [kind_of(f"Latitude ({x})", "") for x in ("n/s", "w/e", "m/s")] == ["text", "text", "number"]


def test_a_box_behind_the_colon_of_its_option_is_one() -> None:
    form = form_of(proposed(p("Form"), table(3, row("Fee", "One-off: □", "Monthly: □"))))
    assert [f.options for f in form.fields] == [("One-off", "Monthly")]


@pytest.mark.parametrize(
    "said",
    [
        "Own\tRent\t(Please circle)",
        "1  /  2  /  3  Course",
        "Genre\tHomme\t\tFemme",
    ],
)
def test_more_options_without_boxes_are_told(said: str) -> None:
    assert said in left(p("Form"), p(f"Name: {LINE}"), p(said))


def test_a_heading_that_asks_is_told_though_it_owns_labels() -> None:
    blocks = (p("Relationship to child:"), p("First name:______ Last name:______"))
    assert "Relationship to child:" in left(p("Form"), p(f"Name: {LINE}"), *blocks)


# --- scales in letters, options to mark, owners of lines ---


def test_letters_that_stand_for_marks_are_a_scale() -> None:
    rows = [row(x, "", "", "", "") for x in ("I can work at home", "I have enough time")]
    form = form_of(proposed(p("Survey"), table(5, row("", "SA⏎(4)", "A⏎(3)", "D⏎(2)", "SD⏎(1)"), *rows)))
    assert [(f.path, f.kind.name) for f in form.fields] == [
        *(("i_can_work_at_home", "choice"), ("i_have_enough_time", "choice")),
    ]
    plain = [row(x, "", "", "") for x in ("Cable", "Fibre")]
    assert "choice" not in [k for _, k in fields(p("Log"), table(4, row("", "NO", "ID", "GPA"), *plain))]


def test_headers_that_the_lines_above_explain_are_a_scale() -> None:
    rows = [row(x, "", "") for x in ("Easy to use", "Easy to read")]
    keys = (p("New = the interactive style"), p("Old = the traditional style"))
    blocks = (p("Survey"), p("Please put “X” for the style:"), *keys, table(3, row("", "New", "Old"), *rows))
    assert fields(*blocks) == [("easy_to_use", "choices"), ("easy_to_read", "choices")]


def test_options_beside_empty_cells_below_a_question_are_marked_where_the_form_says_so() -> None:
    rows = table(2, row("Under 20", ""), row("20 - 29", ""), row("Other, please specify:", ""))
    questions = (p("In what age group are you?"), rows, p("Gender:"), table(2, row("Male", ""), row("Female", "")))
    told = p("Instructions: Please put ‘X’ on the answers for each question.")
    assert fields(p("Survey"), told, *questions) == [("in_what_age_group_are_you", "choices"), ("gender", "choice")]
    assert len(fields(p("Survey"), p("How many of you are there?"), table(2, row("Men", ""), row("Women", "")))) == 2


def test_a_row_of_options_to_tick_is_called_by_its_first_cell() -> None:
    rows = [row(x, "Good", "", "Fair", "", "Poor", "") for x in ("English", "German")]
    blocks = (p("Form"), p("Languages spoken – please tick the box"), table(7, *rows, row(*[""] * 7)))
    assert fields(*blocks) == [("languages_spoken.english", "choice"), ("languages_spoken.german", "choice")]


def test_a_label_over_boxes_for_characters_is_told_and_no_place() -> None:
    comb = table(10, row(*[""] * 10))
    blocks = (p("Form"), p(f"Place: {LINE}"), p("Email:"), comb)
    assert names(*blocks) == ["place"]
    assert "Email:" in left(*blocks)


def test_a_repeated_label_is_called_after_the_label_that_its_line_or_the_one_above_begins_with() -> None:
    home = [p(f"{x} address: {LINE} City: {LINE}") for x in ("Current", "Former")]
    work = [x for n in ("Present", "Former") for x in (p(f"{n} employer{LINE}"), p(f"Phone#{LINE} Position{LINE}"))]
    bank = p(f"Name of bank: {LINE} Phone#{LINE}")
    assert names(p("Form"), *home, *work, bank) == [
        *("current_address", "current_address_city", "former_address", "former_address_city"),
        *("present_employer", "present_employer_phone", "present_employer_position"),
        *("former_employer", "former_employer_phone", "former_employer_position", "name_of_bank", "name_of_bank_phone"),
    ]


def test_a_repeated_label_is_numbered_where_its_line_has_a_name_of_its_own() -> None:
    people = [x for _ in "12" for x in (p(f"Name: {LINE} Address: {LINE}"), p(f"How known: {LINE}"))]
    assert names(p("Form"), p(f"Account type: {LINE}"), *people)[1:] == [
        *("name", "address", "how_known", "name2", "address2", "how_known2"),
    ]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (f"Did you find that the strategy you used was good or acceptable? {LINE}", "Did you find that the strategy"),
        (f"Some cards show. What percentage would it be? (Respond with a number.) {LINE}", "What percentage would it"),
    ],
)
def test_a_question_names_the_blank_behind_it(said: str, named: str) -> None:
    assert [b.label[: len(named)] for b in blanks_in(said)] == [named]


def test_a_note_in_brackets_below_what_a_row_asks_is_the_room_for_it() -> None:
    asking = "Please write a statement of no more than 400 words. Please note that a concise one is more helpful."
    rows = (row(asking), row("(Please continue on the next page as needed)"))
    assert fields(p("Form"), table(1, *rows)) == [("a_statement_of_no_more_than_400_words", "text")]


def test_an_empty_box_below_the_title_of_the_form_is_told_and_no_place() -> None:
    blocks = (p(f"Name: {LINE}"), p("Summer School Application Form"), table(1, row("")))
    assert names(*blocks) == ["name"]
    assert len(left(*blocks)) == 1


def test_a_column_without_a_header_parts_two_lists() -> None:
    rows = [row(*[""] * 5) for _ in range(3)]
    blocks = (p("Form"), p(f"Name: {LINE}"), table(5, row("Name", "Age", "", "Pet", "Breed"), *rows))
    assert fields(*blocks) == [("name", "text"), ("list", "rows")]


def test_the_number_of_a_section_is_no_label() -> None:
    assert names(p("Form"), p(f"Name: {LINE}"), p("II.	Instructions: Please read the statements.")) == ["name"]


# --- questions of several sentences, numbered lines, letters of other languages ---


@pytest.mark.parametrize(
    "said",
    [
        "Imagine you have never seen our mission statement. If a stranger asked you to explain it, what would you tell "
        "him or her in your own words, and why would you tell him or her just that?",
        "What are your strengths in a group setting? Please explain.",
        "We met many challenges this year, (1) and (2) among them. Choose one of them and describe what you would do.",
    ],
)
def test_a_question_of_several_sentences_with_room_below_is_a_place(said: str) -> None:
    blocks = (p("Application"), p(f"Name: {LINE}"), p(said), *(p("") for _ in range(4)), p(f"Date: {LINE}"))
    assert len(names(*blocks)) == 3


def test_numbered_lines_below_what_asks_are_one_long_answer() -> None:
    numbered = [p(f"{n}. {LINE}") for n in (1, 2, 3)]
    blocks = (p("Form"), p(f"Name: {LINE}"), p("Please list your hobbies:"), *numbered, p(f"Date: {LINE}"))
    assert fields(*blocks) == [("name", "text"), ("hobbies", "longtext"), ("date", "text")]
    inside = table(1, row(cell(p("Were you convicted? If yes, please list all."), *numbered)))
    assert fields(p("Form"), inside) == [("were_you_convicted", "longtext")]
    form = form_of(proposed(*blocks))
    data = {"name": "Ann", "hobbies": "chess\ngolf", "date": "May 6"}
    assert form.extract(form.fill(data)).data == data


def test_lines_that_explain_marks_are_no_title_of_the_table_below() -> None:
    rows = [row(x, "", "", "") for x in ("I can work at home", "I have enough time")]
    other = table(2, row("Room", "Size"), row("1", ""))
    blocks = (p("Survey"), other, p("3 – Agree"), p("1 – Disagree"), table(4, row("", "SA", "A", "D"), *rows))
    assert [x for x in names(*blocks) if "disagree" in x] == []


def test_cells_that_are_drawn_unlike_are_no_boxes_for_characters() -> None:
    cells = "".join(cell("").replace('w:w="2000"', f'w:w="{w}"') for w in (900, 2400, 600, 1800, 700, 2000, 500))
    uneven = Xml(f"<w:tr>{cell('Diploma')}{cells}</w:tr>")
    assert names(p("Form"), table(2, row("Name", "")), p(""), table(8, uneven)) == ["name", "diploma"]


def test_what_somebody_certifies_names_no_cell() -> None:
    blocks = (p("Form"), p(f"Name: {LINE}"), table(9, row("I certify that:", *[""] * 8)))
    assert names(*blocks) == ["name"]
    assert left(*blocks) == ["I certify that:"]


def test_letters_of_every_alphabet_stay_in_names() -> None:
    assert names(p("Formular"), p(f"Numărul: {LINE}"), p(f"Größe: {LINE}"), p(f"Дата: {LINE}")) == [
        *("numărul", "größe", "дата"),
    ]


def test_a_label_over_short_lines_in_front_of_options_leads_on() -> None:
    blocks = (p("Race/Ethnicity:"), p("__White"), p("__Hispanic"))
    assert names(p("Form"), p(f"Name: {LINE}"), *blocks) == ["name", "race_ethnicity"]


def test_a_tall_cell_below_the_last_label_of_a_row_is_its_room() -> None:
    rows = (
        row("Air temperature", "", "Photographs taken"),
        row("Rain", "", cell("", merge="restart")),
        row("Clouds", "", cell("", merge="continue")),
    )
    assert "photographs_taken" in names(p("Form"), table(3, *rows))


# --- figures and drawn boxes as scales, lists below questions, prompts ---


def test_figures_over_statements_are_a_scale() -> None:
    rows = [row(f"{n}", x, *[""] * 5) for n, x in enumerate(("Customer satisfaction", "Cost optimization"), 1)]
    blocks = (p("Survey"), table(7, row("", "Indicator", *"12345"), *rows))
    assert fields(*blocks) == [("customer_satisfaction", "choice"), ("cost_optimization", "choice")]
    form = form_of(proposed(*blocks))
    data = {"customer_satisfaction": "4", "cost_optimization": None}
    assert form.extract(form.fill(data)).data == data
    plain = [row(x, *[""] * 5) for x in ("Width", "Height")]
    assert "choice" not in [k for _, k in fields(p("Log"), table(6, row("", *"12345"), *plain))]


def test_a_cell_with_a_table_drawn_as_a_box_is_ticked() -> None:
    boxed = cell(table(1, row("")), p(""))
    rows = [row(x, boxed, boxed, boxed) for x in ("Interest on reserves", "Cash flow")]
    form = form_of(proposed(p("Survey"), table(4, row("", "Not effective", "Effective", "Very effective"), *rows)))
    assert [(f.path, f.kind.name) for f in form.fields] == [("interest_on_reserves", "choice"), ("cash_flow", "choice")]
    data = {"interest_on_reserves": "Effective", "cash_flow": "Not effective"}
    assert form.extract(form.fill(data)).data == data


def test_a_list_below_a_question_and_an_empty_line_is_its_options() -> None:
    options = [listed(x) for x in ("Comedia", "Drama", "Romance")]
    blocks = (p("Encuesta"), p(f"Edad: {LINE}"), p("¿Qué tipo de historia disfrutas más?"), p(""), *options)
    assert fields(*blocks) == [("edad", "text"), ("qué_tipo_de_historia_disfrutas_más", "choices")]


def test_an_option_of_a_list_owns_no_label() -> None:
    lists = [x for n in "12" for x in (p(f"{n}. ¿Qué?"), listed("Drama"), listed(f"Otro: {LINE}"))]
    assert names(p("Encuesta"), p(f"Edad: {LINE}"), *lists)[1:] == ["qué", "otro", "qué2", "otro2"]


def test_dashes_below_a_title_are_a_rule() -> None:
    blocks = (p("Survey"), p(f"Name: {LINE}"), p("Section B: Aspects of policy"), p("-" * 40), p(f"Date: {LINE}"))
    assert names(*blocks) == ["name", "date"]


def test_wide_brackets_behind_yes_and_no_are_boxes() -> None:
    form = form_of(proposed(p("Form"), table(2, row("Feasible", "Yes(         ),     No(         )"))))
    assert [(f.path, f.options) for f in form.fields] == [("feasible", ("Yes", "No"))]


def test_circles_before_figures_are_boxes_beside_others() -> None:
    said = "Years of work: ○ Less than 5 years ○ 5-10 years  ○10-15 years ○ Over 15 years"
    form = form_of(proposed(p("Survey"), p(said)))
    assert form.fields[0].options == ("Less than 5 years", "5-10 years", "10-15 years", "Over 15 years")


def test_prompts_in_square_brackets_are_places_but_for_those_of_pictures() -> None:
    prompt = "[Why is the project undertaken? Describe a problem that it is to address.]"
    assert names(p("Charter"), p(f"Name: {LINE}"), p("Background"), p(prompt)) == ["name", "background"]
    picture = "[The logo of the company goes here]"
    assert picture in left(p("Charter"), p(f"Name: {LINE}"), p(picture))


def test_a_tab_drawn_as_dots_is_told() -> None:
    led = p("Budapest, ", Xml("<w:r><w:tab/></w:r>")).replace(
        "<w:pPr>", '<w:pPr><w:tabs><w:tab w:val="left" w:leader="dot" w:pos="4000"/></w:tabs>', 1
    )
    assert "Budapest," in left(p("Form"), p(f"Name: {LINE}"), Xml(led))


def test_what_somebody_confirms_asks_nothing() -> None:
    said = "I confirm that I allow the clinic to use my data in order to:"
    assert names(p("Form"), p(f"Name: {LINE}"), p(said), p(""), listed("prescribe medication")) == ["name"]


def test_prompts_one_below_the_other_without_words_are_not_told_apart() -> None:
    prompts = [p(control("Choose an item.")) for _ in range(3)]
    proposal = proposed(p("Form"), p("Subjects taught:"), *prompts, p(f"Date: {LINE}"))
    assert [f.path for f in proposal.fields] == ["subjects_taught", "date"]
    assert lint(form_of(proposal)) == []
    assert sum("side by side" in x.reason[1] for x in proposal.left) >= 1


# --- consents and their questionnaires ---


def test_boxes_behind_the_figures_of_a_scale_are_one_group() -> None:
    blocks = (p("Survey"), p("How easy is it to find?"), p("1.☐   2.☐   3.☐  4.☐  5.☐"))
    form = form_of(proposed(*blocks))
    assert [(f.path, f.options) for f in form.fields] == [("how_easy_is_it_to_find", tuple("12345"))]
    data = {"how_easy_is_it_to_find": "4"}
    assert form.extract(form.fill(data)).data == data


def test_a_question_in_the_style_of_a_heading_over_words_asks_nothing() -> None:
    styled = p("What will happen?").replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Heading2"/>', 1)
    blocks = (p("Consent"), Xml(styled), p("If you agree to take part:"), p(f"Name: {LINE}"))
    assert [x for x in names(*blocks) if "happen" in x] == []


def test_a_declaration_and_a_rule_over_a_title_are_no_places() -> None:
    told = "I have read the above information, and agree to take part in this study."
    blocks = (p("Consent"), p("DECLARATION: "), p(""), p(LINE), p("CONSENT"), p(told), p(f"Name: {LINE}"))
    assert names(*blocks) == ["name"]


def test_words_that_lead_on_to_a_link_ask_nothing() -> None:
    said = "If you agree to complete the survey, please follow the link here:"
    assert names(p("Consent"), p(f"Name: {LINE}"), p(said), p(""), p("https://example.org/survey")) == ["name"]


def test_a_label_with_a_colon_leads_to_no_boxes_beside_another_label() -> None:
    blocks = table(
        2,
        row(cell("Scheme applied", merge="restart"), cell("□ ISO 9001 □ ISO 14001")),
        row(cell("", merge="continue"), cell("Accreditation: ")),
        row(cell("Certified in others"), cell("□ Yes □ No")),
    )
    assert names(blocks) == ["scheme_applied", "accreditation", "certified_in_others"]


def test_a_colon_with_a_dash_behind_it_asks() -> None:
    said = ["SPECIMEN", "NAME:-", "OFFICE :-", "DATE:-\t\t\tSeal and signature of the Head"]
    assert names(*map(p, said)) == ["name", "office", "date"]


@pytest.mark.parametrize("room", ["\t\t\t", " " * 20])
def test_a_date_apart_from_the_caption_of_a_signature_is_a_place(room: str) -> None:
    assert names(p(f"Name: {LINE}"), p(f"Date:{room}Signature of the Head")) == ["name", "date"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Witnesses:\t\t\tSignature of the Owner", ["Signature of the Owner"]),
        ("Signature (with date) Head of the Office", ["Signature (with date) Head of the Office"]),
        ("\tRequisitioner\t\t\tParent Signature", ["Parent Signature"]),
        ("The signature of the agreement is due by noon.", []),
        (f"Signature of Applicant {LINE}", []),
    ],
)
def test_a_caption_for_a_signature_without_a_blank_is_told(said: str, told: list[str]) -> None:
    assert left(p(f"Name: {LINE}"), p(said)) == told


@pytest.mark.parametrize(
    "said",
    [
        "       Mrs. Abiola –        0805-6668991, 0702-5242245",
        "Jane Godhani\t\t\t      <jane@example.org>",
        "Written by the members of the club          www.example.org",
    ],
)
def test_room_before_the_number_of_somebody_is_no_place(said: str) -> None:
    assert names(p(f"Name: {LINE}"), p(said)) == ["name"]


def test_clauses_behind_letters_below_a_title_are_no_options() -> None:
    clauses = [p("5. The tenant shall"), p("a. pay the rent;"), p("b. keep the house clean.")]
    assert left(p(f"Name: {LINE}"), *clauses) == []


@pytest.mark.parametrize(
    ("said", "named"),
    [("2(a) Gender: ", "gender"), ("3b. Postal address: ", "postal_address"), ("Q4. Sector: ", "sector")],
)
def test_the_number_of_a_part_of_a_question_is_no_word_of_its_name(said: str, named: str) -> None:
    assert names(p(f"{said}{LINE}")) == [named]


def test_a_question_names_the_boxes_on_the_next_line_of_its_paragraph() -> None:
    blocks = [p("Section A"), p("A1. Which university?⏎□ North   □ South"), p("A2. Gender⏎□ Male⏎□ Female")]
    assert names(*blocks) == ["which_university", "gender"]
    assert left(*blocks) == []


def test_two_signs_of_an_ellipsis_are_dots_to_write_on_in_english() -> None:
    said = ["P. O. Box ……", "situated in the …….. of that piece of land", "Shillings (KShs. …..) a month"]
    assert names(*map(p, said)) == ["p_o_box", "situated_in_the", "kshs"]
    assert names(p(f"Name: {LINE}"), p("He said… that all is well.")) == ["name"]


def test_a_question_over_the_rows_of_a_list_is_a_header_though_the_first_is_filled() -> None:
    blocks = table(
        3,
        row("Number", "Character", "What can it do?"),
        row("1", "Player", "It can jump."),
        row("2", "", ""),
        row("3", "", ""),
    )
    assert fields(p("Game"), blocks) == [("game", "rows")]


def test_words_that_lead_on_to_what_somebody_understands_ask_nothing() -> None:
    said = [
        "Do you understand:",
        "That you are free to leave the study and to withdraw your data prior to final consent:",
    ]
    assert "do_you_understand" not in names(p(f"Name: {LINE}"), *map(p, said))


def test_words_apart_on_the_line_below_a_question_are_its_options() -> None:
    proposal = proposed(p(f"Name: {LINE}"), p("How many do you register a week?"), p("<5\t10\t>20"))
    assert proposal.proposed[1].options == ("<5", "10", ">20")


def test_labels_one_below_the_other_without_room_are_told_in_one_line() -> None:
    labels = ["Title", "First Name", "Email", "Phone Number", "Hobbies and interests"]
    assert left(p(f"Name: {LINE}"), p(""), *map(p, labels)) == [" / ".join(labels)]


def test_what_asks_anew_below_the_room_of_a_question_is_no_hint_of_it() -> None:
    style = Xml('<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>')
    item = [Xml(p(x).replace('<w:pPr><w:spacing w:after="0"/></w:pPr>', style)) for x in ("Which?", "How many?")]
    more = [p(""), p(""), p("Please give the following: your name, title and address."), p("")]
    template = proposed(p("Survey"), item[0], p(""), p(""), item[1], *more).template
    shown = text_of(template)
    assert shown.index("Please give the following: your name, title and address.") > shown.index("{%p endfor %}")
    assert shown[-2].startswith("Please give")


def test_a_label_may_end_in_a_dash() -> None:
    said = ["New Employee", "Name –", "Total Experience –", "Designation - ", "Part A –", "the well-"]
    assert names(*map(p, said)) == ["name", "total_experience", "designation"]
    assert names(table(2, row(cell("Meetings -", "Attendance"), "5"), row("Name", ""))) == ["name"]


def test_a_header_on_two_lines_is_no_pair_of_options() -> None:
    head = row("Category", cell("Beginning", "Level one"), cell("Developing", "Level two"))
    assert left(p(f"Name: {LINE}"), table(3, head, row("Style", "Plain words", "Good words"))) == []
    pair = row("Mean index", cell("Normal", "Abnormal"))
    assert fields(p("Sheet"), table(2, row("Name", ""), row("Age", ""), pair))[2:] == [("mean_index", "choice")]


def test_the_title_of_a_counted_section_in_english_may_be_long() -> None:
    titles = ["Section A - Alerts", "Section B — What You Think of the Emergency Alert System"]
    blocks = [x for t in titles for x in (p(t), table(2, row("Name", ""), row("Age", "")))]
    sections = ["section_a_alerts", "section_b_what_you_think_of_the_emergency"]
    assert names(p("Please tell us about the crisis."), *blocks) == [
        f"{s}.{x}" for s in sections for x in ("name", "age")
    ]


@pytest.mark.parametrize(("label", "name"), [("सजावट", "सजावट"), ("किनारा बीच", "किनारा_बीच"), ("ชื่อ", "ชื่อ")])
def test_names_keep_the_marks_that_are_vowels(label: str, name: str) -> None:
    assert fields(p("Form"), p(f"{label}: ____________")) == [(name, "text")]


def test_a_list_is_called_after_the_title_over_its_table() -> None:
    records = table(3, row("Award", "Body", "Date"), *[row("", "", "")] * 2)
    title = table(1, row("AWARDS AND RECOGNITION"))
    assert fields(p("Form"), p("Full Name: ______"), title, p(), records)[1:] == [("awards_and_recognition", "rows")]
    assert fields(p("Form"), p("Name: ____"), p("Work Related Award / Citation"), records)[1:] == [
        ("work_related_award_citation", "rows")
    ]
    assert fields(p("Form"), p("Name: ____"), p("Award: ____  Body: ____"), records)[-1] == ("list", "rows")
    assert fields(p("Form"), p("Name: ____"), p("Products:"), records)[1:] == [("products", "rows")]
    told = p("All entries should be supported by copies of the certificates that were obtained.")
    assert fields(p("Form"), p("Name: ____"), told, records)[1:] == [("list", "rows")]


def test_a_capital_i_with_a_dot_is_an_i_in_names() -> None:
    assert fields(p("Form"), p("FİRMA İSMİ: ____________")) == [("firma_ismi", "text")]


@pytest.mark.parametrize("closing", ["Yours sincerely,", "Kind regards,", "Respectfully,"])
def test_what_a_letter_ends_with_is_no_part_of_a_name(closing: str) -> None:
    assert fields(p("Form"), p("Place: ____"), p(closing), p("Name: ____"))[1:] == [("name", "text")]


DOTS = "…" * 20


def test_notes_in_brackets_below_a_label_go_on_from_it() -> None:
    said = ["E-mail:", f"(1st Parent){DOTS}", f"(2nd Parent){DOTS}", f"Mobile: (Home){DOTS}", f"(Work){DOTS}"]
    assert names(*map(p, said), p(f"Occupation{DOTS}")) == [
        *("e_mail_1st_parent", "e_mail_2nd_parent", "mobile", "mobile_work", "occupation"),
    ]


def test_more_of_the_line_above_is_told_and_the_next_label_is_of_it() -> None:
    said = [f"Home address{DOTS}", f"{DOTS}Post code{DOTS}", f"Surgery address{DOTS}", f"{DOTS}Post code{DOTS}"]
    named = ["home_address", "home_address_post_code", "surgery_address", "surgery_address_post_code"]
    assert names(*map(p, said)) == named
    assert len(left(*map(p, said))) == 2


@pytest.mark.parametrize(
    ("lead", "below"),
    [
        ("If part time, which days would you prefer:", "\t\tAm\t\tPm"),
        ("CO-MAKERS:", "\tNAMES\t\tSIGNATURE"),
        ("With my consent:", f"{LINE}\t\t{LINE}"),
        ("E-mail:", f"(Home){LINE}"),
    ],
)
def test_a_label_over_columns_or_notes_only_leads_on_to_them(lead: str, below: str) -> None:
    assert [x for x in names(p(f"Name: {LINE}"), p(lead), p(below)) if "home" not in x] == ["name"]


def test_a_request_leads_on_to_options_below_an_empty_paragraph() -> None:
    blocks = [p(f"Name: {LINE}"), p("Please provide your level of certification:"), p(), p("Achieved ☐   Studying ☐")]
    assert names(*blocks) == ["name", "level_of_certification"]


def test_dashes_over_a_title_are_no_place() -> None:
    told = p("You will also need to provide a recent photograph of your child.")
    blocks = [p(f"Name: {LINE}"), told, p("-" * 40), p("OFFICE USE ONLY"), p(f"Paid: {LINE}")]
    assert names(*blocks) == ["name", "paid"]


def test_names_begin_with_ordinals_in_words() -> None:
    said = [f"1st contact Name: {LINE}", f"Home No: {LINE}", f"Work No: {LINE}"]
    said += [f"2nd contact Name: {LINE}", f"Home No: {LINE}", f"Work No: {LINE}"]
    assert names(*map(p, said)) == [
        f"{x}_contact_{y}" for x in ("first", "second") for y in ("name", "home_no", "work_no")
    ]


def test_a_statement_ends_what_a_title_owns() -> None:
    blocks = [p(f"Signed: {LINE}"), p("School teacher"), p("I/We agree to abide by the terms"), p(f"Signed: {LINE}")]
    assert names(*blocks) == ["signed", "signed2"]


def test_a_title_in_capitals_with_a_colon_is_the_section_of_what_stands_below() -> None:
    said = ["CREDIT INFORMATION:", f"Date needed: {LINE}", "ROLE IN SOCIETY:", f"Position: {LINE}"]
    assert names(*map(p, said)) == ["credit_information.date_needed", "role_in_society.position"]


def test_captions_below_lines_to_sign_name_them_though_the_last_lines_stand_side_by_side() -> None:
    said = ["It is waived against each and all.", LINE, "Signature of Borrower", f"{LINE}\t\t{LINE}", "Left\t\tRight"]
    assert names(p(f"Name: {LINE}"), *map(p, said)) == ["name", "signature_of_borrower"]


@pytest.mark.parametrize("hint", ["(For example: names, case numbers)", "Please describe the events with their dates."])
def test_a_question_is_answered_below_its_hint(hint: str) -> None:
    blocks = [p("What happened?"), p(hint), *[p()] * 4, p("What do you want?"), *[p()] * 4, p(f"Name: {LINE}")]
    assert names(*blocks) == ["what_happened", "what_do_you_want", "name"]
    assert left(*blocks) == []


def test_a_line_to_sign_on_in_a_cell_is_a_place() -> None:
    blocks = table(2, row("Full name", LINE), row("Signature", LINE), row("Date", LINE))
    assert names(p("Form"), blocks) == ["full_name", "signature", "date"]


def test_what_stands_over_the_labels_of_a_table_is_none() -> None:
    blocks = table(2, row("Field", ""), row("Full name", LINE), row("Gender", "☐ Male ☐ Female"))
    assert names(p("Form"), blocks) == ["full_name", "gender"]


def test_a_column_without_header_is_called_in_english_on_such_a_form() -> None:
    blocks = table(3, row("", "Student ID", "Name"), row("1", "", ""), row("2", "", ""))
    assert fields(p("Form"), blocks) == [("list", "rows")]


def test_options_without_boxes_own_nothing() -> None:
    note = cell("Approved / Not Approved", "Note:", "", "")
    heads = (cell(f"{x}:", "", "", "") for x in ("Head of Department", "Dean of Students"))
    blocks = table(2, *(row(x, note) for x in heads))
    assert [x for x in names(p(f"Name: {LINE}"), blocks) if "note" in x] == [
        "head_of_department_note",
        "dean_of_students_note",
    ]
    assert "Approved / Not Approved" in left(p(f"Name: {LINE}"), p("Approved / Not Approved"))


def rooms(*titles: str, empty: int = 3) -> list[str]:
    return [x for title in titles for x in (p(title), *[p()] * empty)]


def test_titles_one_below_the_room_of_the_other_have_their_places_there() -> None:
    blocks = [p(f"Name: {LINE}"), *rooms("Background and Objectives", "Expected outcomes", "3. Why this position")]
    assert names(*blocks) == ["name", "background_and_objectives", "expected_outcomes", "why_this_position"]
    assert left(*blocks) == []
    assert names(p(f"Name: {LINE}"), *rooms("Background and Objectives"), p("Thank you for it.")) == ["name"]
    assert names(p(f"Name: {LINE}"), *rooms("Application Form", "Signature of Applicant")) == ["name"]


def test_lines_a_little_below_a_title_are_its_room() -> None:
    blocks = [
        p("Reason for Request"),
        p(LINE * 3),
        p(LINE * 3),
        p("Additional Comments"),
        p(),
        p(LINE * 3),
        p(LINE * 3),
    ]
    assert names(*blocks) == ["reason_for_request", "additional_comments"]
    assert left(*blocks) == []
    one = [p(f"Name: {LINE}"), p("Additional Comments"), p(), p(LINE * 3)]
    assert names(*one) == ["name"]


def test_a_row_counted_above_those_below_it_is_their_section() -> None:
    rows = [("1", "Company"), ("1.1", "What is its name?"), ("2", "Data Security"), ("2.1", "Are data encrypted?")]
    blocks = table(3, row("#", "Question", "Response"), *(row(*x, "") for x in rows))
    assert names(p("Questionnaire"), blocks) == ["company.what_is_its_name", "data_security.are_data_encrypted"]


def test_statements_below_the_marks_of_a_scale_are_told() -> None:
    key = p("1 = Disagree, 2 = Neutral, 3 = Agree")
    blocks = [p(f"Name: {LINE}"), key, p("1. I feel valued at work"), p("2. My manager listens"), p("Thank you")]
    assert "1. I feel valued at work / 2. My manager listens" in left(*blocks)


def test_required_is_the_title_of_a_column_among_titles() -> None:
    blocks = table(3, row("Equipment", "Required", "Supplied"), row("Hard hat", "", ""), row("Gloves", "", ""))
    assert names(p("Form"), blocks) == [f"{x}.{y}" for x in ("hard_hat", "gloves") for y in ("required", "supplied")]


def test_an_underlined_tab_in_front_of_an_option_is_told() -> None:
    blocks = [p(f"Name: {LINE}"), p(underlined("\t"), "Full-time"), p(underlined("\t"), "Part-time")]
    assert [x.strip() for x in left(*blocks)] == ["Full-time", "Part-time"]


def test_the_sign_of_money_leaves_a_cell_empty() -> None:
    blocks = table(3, row("Item", "Cost", "Notes"), row("Rent", "$", ""), row("Food", "$ ______", ""))
    form = form_of(proposed(p("Budget"), blocks, table(2, row("Salary", "€"), row("Bonus", "€"))))
    named = [f"{x}.{y}" for x in ("rent", "food") for y in ("cost", "notes")]
    assert [f.path for f in form.fields] == [*named, "salary", "bonus"]
    data = {"rent": {"cost": "5", "notes": None}, "food": {"cost": None, "notes": "n"}, "salary": "7", "bonus": None}
    assert "$5" in text_of(form.fill(data))
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_the_sign_of_money_stays_in_rows_that_repeat() -> None:
    blocks = table(3, row("Item", "Date", "Amount"), row("", "", "$"), row("", "", "$"), row("", "", "$"))
    form = form_of(proposed(p(f"Name: {LINE}"), blocks))
    assert [f.path for f in form.fields] == ["name", "list"]
    data = {"name": "Ann", "list": [{"item": "a", "date": None, "amount": "12"}]}
    assert "$12" in text_of(form.fill(data))
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_the_sign_of_money_behind_a_colon_is_no_label() -> None:
    said = ["Income\t\tExpenses", f"Wages:      $ {LINE}  \t\tRent:\t$ {LINE}", f"Total: $ {LINE}"]
    assert names(*map(p, said)) == ["wages", "rent", "total"]


def test_the_number_of_a_page_is_no_section() -> None:
    rows = [table(2, row("Name", ""), row("Age", "")), p("2"), table(2, row("Phone", ""), row("Fax", ""))]
    told = p("Please fill in all of it, and send it back to us within a week of the day.")
    assert names(told, *rows) == ["name", "age", "phone", "fax"]


def test_a_line_to_initial_is_called_so() -> None:
    assert [b.label for b in blanks_in(f"designed to assist me becoming employed. {LINE}(initial)")] == ["initial"]


def test_a_mark_out_of_so_many_is_called_by_its_column() -> None:
    said = ["Income, earning at or near my ceiling in a stable team", "Location, living where I actually want to live"]
    blocks = table(3, row("Rank", "Priority", "Score (1-10)"), *(row("___", x, "___ / 10") for x in said))
    assert [x.rsplit(".")[-1] for x in names(p("Sheet"), blocks)] == ["rank", "score"] * 2


def test_words_in_square_brackets_below_a_title_are_its_place() -> None:
    blocks = [
        p("Description of Change"),
        p("[Describe the proposed change]"),
        p(),
        p("Impact on Scope"),
        p("[Say it all]"),
    ]
    assert names(p("Form"), *blocks) == ["description_of_change", "impact_on_scope"]
    told = table(2, row("Name", ""), row("Remarks", "[One paragraph on what is enclosed.]"), row("By", "[Name, Title]"))
    assert names(p("Form"), told) == ["name", "remarks", "by"]
    assert names(p(f"Name: {LINE}"), p("[Placeholder for figure 3]"), p("[To be sent by e-mail]")) == ["name"]


def test_cells_in_front_of_options_of_which_some_are_crossed_are_told() -> None:
    rows = [
        ("Item:", "", "Drawings", "", "Letters"),
        ("", "", "Prints", "", "Plans"),
        ("", "x", "Samples", "", "Others"),
    ]
    assert names(p("Form"), p(f"Name: {LINE}"), table(5, *(row(*x) for x in rows))) == ["name"]
    assert "Prints / Plans" in left(p("Form"), p(f"Name: {LINE}"), table(5, *(row(*x) for x in rows)))


def test_two_tables_side_by_side_have_their_headers_over_them() -> None:
    head, said = (
        row("Expense", "Amount", "", "Income", "Amount"),
        [("Rent", "Wages"), ("Gas", "Gifts"), ("Food", "Rents")],
    )
    blocks = table(5, head, *(row(x, "", "", y, "") for x, y in said))
    assert names(p("Sheet"), blocks) == [f"{x.lower()}.amount" for pair in said for x in pair]


def test_an_empty_row_below_rows_with_labels_is_told() -> None:
    rows = [
        row("Question", "Yes", "No"),
        row("Have you a car?", "", ""),
        row("Is it insured?", "", ""),
        row("", "", ""),
    ]
    assert names(p("Form"), table(3, *rows)) == ["have_you_a_car", "is_it_insured"]
    assert [x.at for x in proposed(p("Form"), table(3, *rows)).left] == ["1/3/0"]


def test_the_same_label_twice_in_a_row_is_of_the_labels_above() -> None:
    blocks = table(2, row("Handed over by:", "Taken over by:"), row("Name:", "Name:"))
    assert names(p("Form"), blocks) == ["handed_over_by", "taken_over_by", "handed_over_by_name", "taken_over_by_name"]


def test_an_empty_row_below_prose_is_no_room() -> None:
    rows = row("it was related by marriage to the Customer in Section 1 above."), row("")
    assert names(p("Form"), p(f"Name: {LINE}"), table(1, *rows)) == ["name"]
    title = table(1, row("Section 3: Supervisor – Statement:"), row(f"I, {LINE}, am a relative"))
    assert names(p("Form"), title) == ["name"]


def test_words_in_square_brackets_behind_a_label_are_its_place() -> None:
    said = ["Goal: [State the project goal]", "Strategic Objectives:", "SO 1: [Objective 1]", "SO 2: [Objective 2]"]
    form = form_of(proposed(p("Charter"), *map(p, said)))
    assert [f.path for f in form.fields] == ["goal", "so_1", "so_2"]
    data = {"goal": "To help.", "so_1": None, "so_2": "x"}
    assert form.extract(form.fill(data), by_meaning=True).data == data


def test_prompts_in_cells_are_named_by_their_labels_and_headers() -> None:
    parties = [
        table(2, row("Firm:", "[A/E Firm]"), row("Address:", "[Street, City, State ZIP]")),
        table(2, row("Firm:", "[Prime Contractor]"), row("Address:", "[Street, City, State ZIP]")),
    ]
    blocks = [p("Please fill in all of this sheet."), p("ENGINEER"), parties[0], p("CONTRACTOR"), parties[1]]
    assert names(*blocks) == [f"{x}.{y}" for x in ("engineer", "contractor") for y in ("firm", "address")]
    rows = (
        row("Type", "Timeframe", "Action"),
        row("Complaint", "[Time]", "[Action]"),
        row("Query", "[Time]", "[Action]"),
    )
    assert names(p("Form"), table(3, *rows)) == [
        f"{x}.{y}" for x in ("complaint", "query") for y in ("timeframe", "action")
    ]


def test_notes_between_options_part_them_not() -> None:
    note = Xml("<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>Signed and dated by the owner</w:t></w:r></w:p>")
    blocks = [
        p("What is enclosed?"),
        p("☐ Annual fee"),
        note,
        p("☐ Capacity: as determined on the form"),
        note,
        p("☐ Plan"),
    ]
    form = form_of(proposed(*blocks))
    options = ("Annual fee", "Capacity: as determined on the form", "Plan")
    assert [(f.path, f.options) for f in form.fields] == [("what_is_enclosed", options)]


def test_a_label_beside_a_cell_with_a_title_of_its_own_is_the_room_for_its_answer() -> None:
    phones = cell("Telephone where you can be reached", f"(   ) {LINE}", f"(   ) {LINE}")
    blocks = table(2, row("Name of Applicant", phones))
    assert names(p(f"Case: {LINE}"), blocks) == ["case", "name_of_applicant"]
    assert left(p(f"Case: {LINE}"), blocks) == [f"(   ) {LINE}"]
    one = table(2, row("Name of Applicant", cell("Telephone where you can be reached", f"(   ) {LINE}")))
    assert names(p(f"Case: {LINE}"), one) == ["case", "name_of_applicant", "telephone_where_you_can_be_reached"]


def test_options_of_an_approval_and_signs_of_a_number_are_told() -> None:
    said = ["APPROVED          APPROVED AS NOTED          REJECTED", "Division [## ## ##] of the book"]
    assert left(p(f"Name: {LINE}"), *map(p, said)) == said


def test_prompts_one_right_below_the_other_are_told_but_for_the_first() -> None:
    said = ["[Company Name]", "[Street Address]", "[City, State ZIP]"]
    assert names(*map(p, said), p(f"Name: {LINE}")) == ["company_name", "name"]
    assert left(*map(p, said), p(f"Name: {LINE}")) == said[1:]


def test_the_parts_of_a_day_between_strokes_are_one_blank() -> None:
    form = form_of(proposed(p("Form"), p("Date of Birth : _____/___________/______ Gender : _______")))
    assert [f.path for f in form.fields] == ["date_of_birth", "gender"]
    assert form.extract(form.blank(), by_meaning=True).problems == []


def test_a_title_in_capitals_on_two_lines_is_no_section() -> None:
    blocks = [p("Department of Services"), p("APPLICATION FOR THE STATE"), p("MODEL"), table(2, row("Name", ""))]
    assert names(*blocks, p("Thank you."), table(2, row("Age", ""))) == ["name", "thank_you.age"]


def test_a_note_below_a_counted_title_names_nothing() -> None:
    note = Xml("<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>Core documents required of all</w:t></w:r></w:p>")
    blocks = [p("1. FORMS, FEES AND PROGRAM DETAILS OF THE APPLICATION"), note, p("☐ Annual fee"), p("☐ Floor plan")]
    assert names(p(f"Name: {LINE}"), *blocks) == ["name", "forms_fees_and_program_details"]


def test_many_prompts_that_say_the_same_are_charged_what_reading_them_takes() -> None:
    assert proposed(p(f"Name: {LINE}"), *[p("[Say it all]")] * 100).proposed[0].path == "name"
    with pytest.raises(DocfillError, match="安全限额"):
        proposed(p(f"Name: {LINE}"), *[p("[Say it all]")] * 1000)


def test_a_placeholder_that_ends_as_the_prompt_of_another_place_is_one_all_the_same() -> None:
    """What it says was held for a hint that somebody moved, and the place was dropped."""
    asked = {"Project Name:": "[Project Name]", "Attention:": "[Reviewer Name]", "Contact:": "[Name, Title]"}
    blocks = [p("[Company Name]"), p("SUBMITTAL COVER SHEET"), table(2, *(row(*both) for both in asked.items()))]
    assert [path for path, _ in fields(*blocks)] == ["company_name", "project_name", "attention", "contact"]


# --- labels among others, and room in sentences ---


def boxed(label: str) -> Xml:
    """A label with an empty text box behind it, and one with words in another."""
    words = text_box(300).replace("<w:p/>", "<w:p><w:r><w:t>Month</w:t></w:r></w:p>")
    return p(label, Xml(words))


def test_a_label_over_a_line_that_words_in_a_text_box_go_with_has_its_own_room() -> None:
    lines = (p("First names:"), boxed("Birth date: \t"), p("Address:"))
    assert names(p("Form"), p("Surname:"), *lines) == ["surname", "first_names", "birth_date", "address"]


def test_a_tab_behind_a_colon_is_room_where_the_lines_above_have_it_so() -> None:
    lines = [p(f"{x}:\t") for x in ("Birth place", "Civil status", "Languages")]
    assert names(p("Form"), *lines[:2], p("Sex:\tNationality:\t"), lines[2])[:2] == ["birth_place", "civil_status"]


def test_a_short_label_that_forms_ask_for_has_its_answer_though_something_is_told_below() -> None:
    told = p("Write the name of each of the members in a column of its own, and say how far you agree.")
    assert names(p("Evaluation"), p("Your name:"), told) == ["your_name"]


def test_what_says_by_whom_a_part_is_filled_in_is_no_place() -> None:
    lines = (p("TO BE COMPLETED BY THE VOLUNTEER:"), p("I have read the rules of this house and keep them."))
    assert names(p("Form"), p(f"Address: {LINE}"), *lines) == ["address"]


@pytest.mark.parametrize(
    "said",
    [
        "Your form was received on  \t. The above must be paid.",
        "it must be received by  \tor your form will be denied.",
        "My need for\t is a contingency that threatens my living.",
        "I confirm that I received         on the day of my arrival.",
        "She, aged about  --- years, lives in -------------------- with her family.",
    ],
)
def test_a_tab_or_much_room_in_a_sentence_is_a_place(said: str) -> None:
    assert len([b for b in blanks_in(said) if b.is_drawn]) == 1 + ("-----" in said)


@pytest.mark.parametrize(
    "said", ["Personal protective\tequipment will be provided to all of them.", "see  this --- or that"]
)
def test_a_slip_in_a_sentence_is_no_place(said: str) -> None:
    assert not blanks_in(said)


def test_an_empty_field_of_two_characters_is_a_place() -> None:
    assert [b.label for b in blanks_in("Country code: (Required) \u2002\u2002 (see the list)")] == ["Country code"]


@pytest.mark.parametrize("gap", [0, 1])
def test_a_label_over_counted_lines_that_ask_heads_them(gap: int) -> None:
    lines = (p(f"1. Title: {LINE}"), p(f"2. Company: {LINE}"))
    assert names(p("Form"), p(f"Name: {LINE}"), p("Work:"), *[p("")] * gap, *lines) == [
        "name",
        "work.title",
        "work.company",
    ]
    lettered = (p("a. Language:"), p(f"Reading: {LINE}"))
    assert "work.reading" in names(p("Form"), p(f"Name: {LINE}"), p("Work:"), *lettered)


def test_room_before_a_label_of_several_words_is_the_one_before() -> None:
    said = "Name:                              Date of birth: "
    assert [b.label for b in blanks_in(said)] == ["Name", "Date of birth"]
    assert [b.label for b in blanks_in(f"Address:          Street {LINE} City: {LINE}")] == ["Street", "City"]


@pytest.mark.parametrize(
    "said",
    [
        "email:                    Gender:   Male       /    Female      /   Other",
        "Employment status: Full-time/Contractual/Part-time     Salary: ____",
        "Do you have a passport?   Yes         No         Passport no: \t",
    ],
)
def test_options_among_the_labels_of_a_line_are_told(said: str) -> None:
    assert options_printed_in(said)


def test_labels_that_differ_in_their_figure_ask_alike() -> None:
    told = p("List any experience with machines that you have, at home or at school.")
    assert names(p("Club"), p("Name:"), p("Course 1:"), p("Course 2:"), told)[1:] == ["course_1", "course_2"]


def test_lines_that_are_only_counted_are_told_of() -> None:
    blocks = (p("Form"), p(f"Name: {LINE}"), p("Awards and grants"), p("1. "), p("2."), p("3."))
    assert "1." in left(*blocks)
