"""Edges of reading, templates and kinds, sentence by sentence: what holds just here, and what does not a step beyond.

Each was a change of one guard that no test noticed (`tests.mutants`); the sentence says what the guard is for.
"""

from __future__ import annotations

from typing import Any

import pytest

from docfill import kinds
from docfill.kinds import numerals
from docfill.read import kept, signs
from docfill.template import columns, rendering


def parsed(name: str, text: str, unit: str | None = None) -> Any:
    return kinds.kind_named(name).parse(text, unit)


# --- kinds ---


@pytest.mark.parametrize(
    ("number", "words"),
    [(100_000_005, "一亿零五"), (100_002_000, "一亿零二千"), (12_000, "一万二千"), (120_003_000, "一亿二千万三千"),
     (100_050_000, "一亿零五万"), (10_000, "一万"), (100_000_000, "一亿"), (0, "零"), (12, "十二")],
)  # fmt: skip
def test_numbers_in_words_leave_a_gap_where_one_is_spoken(number: int, words: str) -> None:
    assert numerals.words_of(number) == words
    assert numerals.number_in_words(words) == number or number == 0


@pytest.mark.parametrize(
    ("words", "number"), [("三点一四", 3.14), ("三点一四一", None), ("三点", None), ("三点万", None)]
)
def test_decimals_in_words_are_one_or_two_digits(words: str, number: float | None) -> None:
    assert numerals.number_in_words(words) == number


def test_an_hour_has_sixty_minutes() -> None:
    time = kinds.kind_named("time")
    assert time.parse("10:59").value == "10:59" and time.parse("10:60").problem == "wrong-type"
    assert time.refusal("10:59") is None and time.refusal("10:60") is not None
    assert [time.nth(n) for n in (0, 1, 39)] == ["00:00", "00:37", "00:03"]


def test_sample_numbers_lie_around_nothing_in_hundredths() -> None:
    number = kinds.kind_named("number")
    assert [number.nth(n) for n in (0, 1)] == [-10000.01, -9999.64]


def test_a_number_says_its_unit_or_a_measure_word_and_nothing_else() -> None:
    assert parsed("number", "12万元", "万元").value == 12
    assert parsed("number", "12家", None).value == 12
    assert parsed("number", "12吨", None).problem == "not-a-number"
    assert parsed("number", "12吨", "万元").problem == "not-a-number"


def test_a_number_in_another_scale_is_suggested_in_the_units_of_the_form() -> None:
    assert parsed("number", "12500万元", "亿元").suggested == 1.25
    assert parsed("number", "3万", None).suggested == 30000
    assert parsed("number", "约12（预计）").problem in ("approximate", "not-a-number")


def test_a_hedge_inside_a_hedge_is_no_number() -> None:
    assert parsed("number", "约120").problem == "approximate"
    assert parsed("number", "约120左右").problem == "approximate"
    assert parsed("number", "约1约20").problem == "not-a-number"


def test_a_year_of_the_republic_is_suggested_and_other_texts_are_not() -> None:
    assert parsed("date", "民国112年3月4日").suggested == "2023-03-04"
    assert parsed("date", "春天").suggested is None
    assert parsed("date", "民国百年3月4日").suggested in (None, "2011-03-04")


def test_a_moment_is_blank_where_only_its_own_signs_stand_and_is_read_otherwise() -> None:
    date = kinds.kind_named("date")
    assert date.is_blank("  年  月  日") and date.is_blank("____") and not date.is_blank("2023年")
    assert parsed("date", "  年  月  日").value is None
    assert parsed("date", "2023年4月20日").value == "2023-04-20"
    assert parsed("date", "2023年4月20日" + "日" * 3000).problem == "not-a-date"


# --- what the tags mean to Jinja ---


def test_a_blank_is_as_wide_as_it_is_drawn_and_nothing_without_a_width() -> None:
    assert rendering.blank("甲") == "甲" and rendering.blank("") == "" and rendering.blank("甲", 4) == "甲  "


def test_a_result_as_large_as_is_allowed_is_shown_and_a_larger_one_is_nothing() -> None:
    box = rendering.Sandbox()
    assert box.call_binop(None, "+", 10**18 - 1, 1) == 10**18
    assert box.call_binop(None, "+", 10**18, 1) is None
    assert box.call_binop(None, "+", "a", "b") == "ab" and box.call_binop(None, "+", "a", 1) is None


def test_a_box_is_ticked_for_its_own_option_only() -> None:
    choice, choices = kinds.kind_named("choice"), kinds.kind_named("choices")
    assert [rendering._box(choice, "甲", o) for o in ("甲", "乙")] == ["☑", "□"]
    assert [rendering._box(choices, v, "甲") for v in (["甲", "乙"], ["乙"], None, [])] == ["☑", "□", "□", "□"]


# --- the grid of a table along whose rows cells repeat ---

_ROW = b'<w:tr><w:tc/><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>%s</w:tc></w:tr>'
_INNER = b"<w:tbl><w:tr><w:tc></w:tc><w:tc/><w:tc/><w:tc/><w:tc/><w:tc/></w:tr></w:tbl>"


def test_the_columns_of_a_table_are_those_of_its_longest_row_without_tables_in_its_cells() -> None:
    short = b"<w:tr><w:tc></w:tc></w:tr>"
    assert columns.columns_in(_ROW % b"" + short + b"</w:tbl>" + _INNER) == 4
    assert columns.columns_in(_ROW % _INNER + short + b"</w:tbl>") == 4


def test_the_records_left_in_a_row_are_counted_to_its_end() -> None:
    cells = b"<w:tc></w:tc>" * 5
    assert columns.records_left(cells + b"</w:tr><w:tr>" + cells, 0, 2, 1) == 2
    nested = b"<w:tc>" + _INNER + b"</w:tc>" + b"<w:tc></w:tc>" * 4
    assert columns.records_left(nested + b"</w:tr>", 0, 2, 1) == 2
    assert columns.records_left(cells + b"</w:tr>", 0, 1, 0) == 5


# --- what a place shows, against what Word keeps ---


@pytest.mark.parametrize(
    ("shown", "is_said"),
    [("13. Dezember 2024", True), ("13 December 2024", True), ("12/13/2024", True), ("14. Dezember 2024", False),
     ("13. November 2024", False), ("13. Dezember 2023", False), ("13/11/2024", False)],
)  # fmt: skip
def test_a_text_in_another_language_says_a_day_where_all_its_parts_do(shown: str, is_said: bool) -> None:
    assert kept._may_say(shown, "2024-12-13") is is_said


# --- signs ---


def _odd(printed: str, text: str) -> list[Any]:
    return [sign.says for sign in signs.otherwise(signs.signs_of(printed), text)]


def test_a_bullet_before_a_line_is_no_sign_of_it_and_signs_elsewhere_are() -> None:
    assert _odd("说明", "●说明") == []
    assert _odd("说明", "说明★") == ["★"]
    assert _odd("说明", "👍说明") == ["👍"]
    assert _odd("●说明", "说明") == [] and _odd("●说明", "★说明") == ["★"]


def test_a_sign_is_told_with_the_words_behind_it_on_its_own_line() -> None:
    text = "甲👍乙\n丙"
    (sign,) = signs.signs_of(text)
    assert signs.with_words(sign, text) == "👍乙"
    last = "甲乙👍\n丙"
    (sign,) = signs.signs_of(last)
    assert signs.with_words(sign, last) == "甲乙👍"
