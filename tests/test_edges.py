"""Edges of reading, templates and kinds, sentence by sentence: what holds just here, and what does not a step beyond.

Each was a change of one guard that no test noticed (`tests.mutants`); the sentence says what the guard is for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from docfill import DocfillError, Form, Result, kinds
from docfill.kinds import numerals
from docfill.kinds.kind import Standing
from docfill.pictures import UNSIZED
from docfill.read import anchored, blanks, controls, kept, match, signs
from docfill.read.assignment import Assignment, Found, Held, Mark, is_answered
from docfill.read.columns import Columns
from docfill.read.gaps import behind_labels
from docfill.read.hints import Hints
from docfill.read.plan import ContainerPlan, LinePlan
from docfill.read.reader import Reader
from docfill.read.records import records_of
from docfill.read.shape import DocLine, DocRow, DocText, DocUnit, lines_of, units_of
from docfill.read.slots import Slots
from docfill.template import columns, language, meaning, oneway, pattern, rendering, sandbox
from docfill.template.skeleton import Skeleton, skeleton_of
from docfill.template.tree import Answer, Words
from docfill.template.units import FormCell, FormRow, Line, Lines, Rows
from docfill.word.document import Document, Paragraph
from docfill.word.package import Package
from docfill.word.span import Span
from docfill.word.xml import W
from tests.disturb import MAIN, changed, parts_of
from tests.small_form import Xml, cell, loaded, p, package, r, row, table
from tests.strategies import filled_everywhere, record_of
from tests.test_anchored import FLOATING
from tests.test_document import frame, vml


def _units(body: str) -> list[DocUnit]:
    return units_of(Document(package(body)).blocks)


def _doc_lines(body: str) -> Iterator[DocLine]:
    return lines_of(_units(body))


def _plan(body: str) -> ContainerPlan:
    return ContainerPlan(skeleton_of(Document(package(body)).blocks).units)


def _lines(body: str) -> list[Line]:
    return [unit for unit in _plan(body).units if isinstance(unit, Line)]


def _read(body: str, document: str) -> Result:
    return loaded(package(body)).extract(package(document), by_meaning=True)


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
    assert parsed("number", "14.8个亿", "亿元").suggested == 14.8
    assert (
        parsed("number", "百分之七十一点二五", "%").suggested == parsed("number", "百分之71.25", "%").suggested == 71.25
    )
    assert parsed("number", "71.25﹪", "%").value == 71.25


@pytest.mark.parametrize(
    ("words", "unit", "number"),
    [("十四亿", "亿元", 14), ("十四亿元", "亿元", 14), ("一千二百万", "亿元", 0.12), ("一千二百万元", "亿元", 0.12),
     ("一亿二千万", "亿元", 1.2), ("三点二亿", "亿元", 3.2), ("十四", "亿元", 14), ("十四元", "亿元", None),
     ("一千二百", "万元", 1200), ("一万二千", "万元", None), ("一百万元", "元", 1_000_000), ("三点二万", None, 32_000),
     ("一万二千家", "家", 12_000), ("壹拾肆亿捌仟万", "亿元", 14.8), ("貳佰伍拾陸", "家", 256)],
)  # fmt: skip
def test_a_number_in_words_is_suggested_in_the_units_of_the_form(words: str, unit: str, number: float | None) -> None:
    assert parsed("number", words, unit).suggested == number
    assert parsed("number", "约12（预计）").problem in ("approximate", "not-a-number")


@pytest.mark.parametrize("words", ["1.000", "1.500", "-12.340", "１．０００", "820.000"])
def test_one_point_before_three_digits_may_part_thousands(words: str) -> None:
    assert parsed("number", words).problem == parsed("integer", "1.000").problem == "too-many-decimals"


@pytest.mark.parametrize(("words", "value"), [("0.500", 0.5), ("1.50", 1.5), ("1,000.00", 1000), ("1.0000", 1)])
def test_decimals_that_part_no_thousands_are_read(words: str, value: float) -> None:
    assert (parsed("number", words).value, parsed("number", words).problem) == (value, "")


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
    box = sandbox.Sandbox()
    assert box.call_binop(None, "+", 10**18 - 1, 1) == 10**18
    assert box.call_binop(None, "+", 10**18, 1) is None
    assert box.call_binop(None, "+", "a", "b") == "ab" and box.call_binop(None, "+", "a", 1) is None


def test_a_box_is_ticked_for_its_own_option_only() -> None:
    choice, choices = kinds.kind_named("choice"), kinds.kind_named("choices")
    assert [sandbox._box(choice, "甲", o) for o in ("甲", "乙")] == ["☑", "□"]
    assert [sandbox._box(choices, v, "甲") for v in (["甲", "乙"], ["乙"], None, [])] == ["☑", "□", "□", "□"]


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
    first, second, _ = signs.signs_of("意见：同意☑ 不同意□\n□可")
    assert signs.with_words(first, "意见：同意☑ 不同意□\n□可") == "意见：同意☑"
    assert signs.with_words(second, "意见：同意☑ 不同意□\n□可") == "不同意□"


# --- kinds, asked by reading ---


def test_what_is_shown_at_a_place_is_asked_of_its_kind() -> None:
    rows, picture = kinds.kind_named("rows"), kinds.kind_named("picture")
    (asked,) = loaded(package(p("{%p for r in 清 %}") + p("名：{{ r.名 }}") + p("{%p endfor %}"))).fields
    assert rows.standing([{"名": Standing("甲")}], asked).records == [{"名": Standing("甲")}]
    assert rows.standing(None, asked).records == ()
    assert picture.is_missing(Standing(), asked) and not picture.is_missing(Standing(pictures=()), asked)


# --- the document in the shape of the form ---


def test_a_place_in_a_line_of_two_cells_is_in_the_cell_that_it_stands_in() -> None:
    (unit,) = _units(table(2, row("名称", "甲公司")))
    assert isinstance(unit, DocRow)
    line = unit.as_line
    assert line is not None and line.text == "名称：甲公司"
    places = [(s.paragraph.text, s.start, s.end) for at in (1, 2, 3, 5, 6, 9) for s in line.spans(at, at)]
    assert places == [("名称", 1, 1), ("名称", 2, 2), *(("甲公司", n, n) for n in (0, 2, 3, 3))]
    assert [(s.paragraph.text, s.start, s.end) for s in line.spans(1, 5)] == [("名称", 1, 2), ("甲公司", 0, 2)]


def test_lines_of_a_paragraph_are_one_where_only_together_they_are_words_of_the_form() -> None:
    (line,) = match.mended(_plan(p("甲表 乙表")), _units(p("甲表⏎乙表")))
    assert isinstance(line, DocLine) and line.text == "甲表 乙表"
    assert len(match.mended(_plan(p("甲表 乙表") + p("乙表")), _units(p("甲表⏎乙表")))) == 2
    assert len(match.mended(_plan(p("甲表 乙表")), _units(p("甲表⏎丙表")))) == 2


# --- plans ---


def test_of_lines_that_mean_the_same_a_document_has_the_one_that_it_spells() -> None:
    plan = _plan(p("1.说明") + p("2.说明"))
    assert [a for a, _ in plan.of("2.说明")] == [1]
    assert [a for a, _ in plan.of("说明")] == [0, 1]


def test_a_box_alone_is_no_answer_that_takes_any_text() -> None:
    (tick,) = _lines(p('{{ 类 | choice("甲") }}'))
    (text,) = _lines(p("{{ 类 }}"))
    assert not LinePlan(tick).is_owner and LinePlan(text).is_owner


def test_a_row_of_two_names_is_a_header_and_one_of_one_is_none() -> None:
    rows = _plan(table(2, row("名称", "数量"), row("名称", ""), row("名称", "{{ 名 }}"))).units
    assert [unit.is_header for unit in rows if isinstance(unit, FormRow)] == [True, False, False]


def test_a_blank_to_sign_in_is_apart_from_the_words_and_none_stands_before_an_answer() -> None:
    (sealed,) = _lines(p("（盖章）{{ 名 }}"))
    assert [type(piece) for piece in blanks.parted(sealed)] == [str, Answer]
    (dated,) = _lines(p("    年    月    日"))
    assert any(isinstance(piece, blanks.Blank) and piece.is_date for piece in blanks.parted(dated))


# --- matching ---


def test_answers_are_no_reason_to_look_for_other_pairs() -> None:
    form = table(2, row("名称", "{{ 名 }}"), row("数量", "{{ 数 }}"))
    document = table(2, row("名称", "甲公司"), row("数量", "5"))
    assert match.in_step(_plan(form), _units(document)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("document", "pairs"),
    [
        (p("名称：甲") + p("数量：5"), [(1, 0), (2, 1)]),
        (p("申报表") + p("名称：甲") + p("数量：5"), [(0, 0), (1, 1), (2, 2)]),
        (p("名称：甲") + p("申报表") + p("数量：5"), None),
        (p("名称：甲") + p("数量：5") + p("申报表"), None),
        (p("申报表") + p("数量：5"), None),
    ],
)
def test_a_title_that_stands_nowhere_is_no_reason_to_look_for_other_pairs(document: str, pairs: Any) -> None:
    form = p("申报表") + p("名称：{{ 名 }}") + p("数量：{{ 数 }}")
    assert match.in_step(_plan(form), _units(document)) == pairs


def test_where_many_lines_are_missing_other_pairs_are_looked_for() -> None:
    titles = [p(f"第{n}行说明") for n in range(match.ABSENT + 1)]
    form, body = "".join(titles) + p("名称：{{ 名 }}"), p("名称：甲")
    assert match.in_step(_plan(form), _units(titles[0] + body)) is not None
    assert match.in_step(_plan(form), _units(body)) is None


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_pairs_in_step_are_those_that_a_search_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form.load(name)
    document = form.fill(record_of(filled_everywhere(form)))
    count = len(
        [0 for e in etree.fromstring(parts_of(document)[MAIN])[0] if e.tag == W + "p" and "".join(e.itertext())]
    )
    in_step = match.in_step
    for at in range(0, count, 3):
        lacking = changed(document, lambda root, at=at: _without_a_line(root, at))
        monkeypatch.setattr(match, "in_step", in_step)
        quick = form.extract(lacking, by_meaning=True)
        monkeypatch.setattr(match, "in_step", lambda plan, units: None)
        searched = form.extract(lacking, by_meaning=True)
        assert quick.to_dict() == searched.to_dict()


def _without_a_line(root: etree._Element, at: int) -> None:
    """Without the paragraph with this number of those between the tables that have words."""
    lines = [e for e in root[0] if e.tag == W + "p" and "".join(e.itertext())]
    root[0].remove(lines[at])


def test_what_moved_is_of_what_no_pair_has() -> None:
    found = {(0, 1): 1.0, (1, 0): 1.0, (2, 1): 1.0, (0, 0): 1.0}
    assert match._moved(found, [(0, 1)], set()) == [(1, 0)]
    assert match._moved(found, [(0, 1)], {0}) == []


def test_years_are_those_of_the_rows_that_begin_with_one_label() -> None:
    rows = [row("产值", "2021年", "1"), row("产值", "2022年", "2"), row("税收", "2021年", "3")]
    beside = match._years_beside(_units(table(3, *rows)))
    assert beside[0] is beside[1] and beside[0] == {year: n for n, year in enumerate(beside[0])}
    assert len(beside[0]) == 2 and [*beside[2].values()] == [2]


def test_what_is_written_behind_a_title_belongs_below_it() -> None:
    body = p("主要任务：") + p("{%p for 段 in 任务 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    remaining, (line,), cuts = behind_labels(_plan(body), [0], [*_doc_lines(p("主要任务：做事"))])
    assert (remaining, line.text, cuts) == ([], "做事", [(0, line)])


def test_records_of_one_line_each_are_as_many_as_there_are_lines() -> None:
    units = _units(p("一⏎二") + p("三"))
    assert records_of(_plan(p("{{ 甲 }}")), units) == ([[unit] for unit in units], [])


def test_lines_before_records_are_the_answers_before_them() -> None:
    body = p("{{ 说明 }}") + p("{%p for r in 清 %}") + p("名称：{{ r.名 }}") + p("数：{{ r.数 }}") + p("{%p endfor %}")
    result = _read(body, p("一段话") + p("名称：甲") + p("数：1") + p("名称：乙") + p("数：2"))
    assert result.data == {"说明": "一段话", "清": [{"名": "甲", "数": "1"}, {"名": "乙", "数": "2"}]}
    assert not result.problems


# --- the reader ---


def test_an_answer_that_is_all_of_a_part_knows_its_slot() -> None:
    found = Reader(skeleton_of(Document(package(p("{{ 名 }}"))).blocks)).read(Document(package(p("张三"))).blocks)
    assert (text := found.text_at("名")) is not None and text.slot is not None and text.text == "张三"


def test_a_new_header_takes_the_place_of_the_one_above_it_in_its_columns() -> None:
    def cell_at(column: int) -> FormCell:
        return FormCell(column, 1, False, [Line(["甲"])])

    first, second, third = cell_at(0), cell_at(1), cell_at(1)
    above = Columns().headed(FormRow([first, second], 1), [(first, "一"), (second, "二")], {}, None)
    assert above.headed(FormRow([third], 1), [(third, "三")], {}, None).altered == ((first, "一"), (third, "三"))


def test_a_part_at_the_end_of_which_words_are_missing_is_doubted() -> None:
    body = p("名称：{{ 名 }}") + p("{%p if 有 %}") + p("甲说明") + p("乙说明") + p("{%p endif %}")
    result = _read(body, p("名称：某") + p("甲说明"))
    assert {("place-missing", "名"), ("place-missing", "有")} <= {(x.code, x.path) for x in result.problems}


def test_a_row_whose_words_are_not_the_forms_is_left_over_with_the_cell_that_goes_on_below() -> None:
    body = table(3, row(cell("甲类", merge="restart"), "产值", "{{ 值 }}"),
                 row(cell("", merge="continue"), "税收总额", "{{ 税 }}"))  # fmt: skip
    document = table(3, row(cell("完全两样", merge="restart"), "别的东西", "7"),
                     row(cell("", merge="continue"), "税收总额", "8"))  # fmt: skip
    result = _read(body, document)
    assert result.data == {"值": None, "税": "8"}
    assert "完全两样" in [x.text for x in result.leftovers]


def test_what_belongs_to_nothing_stands_near_the_field_of_its_line() -> None:
    result = _read(p("名称：{{ 名 }}") + p("数量：{{ 数 }} 签字：____"), p("名称：某") + p("数量：5 签字：李四"))
    assert result.assignment is not None
    assert [(x.text, x.near) for x in result.assignment.leftovers] == [("李四", "数")]


def test_an_answer_behind_its_label_is_that_of_the_cell_beside_it_and_alters_nothing() -> None:
    result = _read(table(2, row("单位名称", "{{ 名 }}")), table(2, row("单位名称：甲公司", "")))
    assert result.data == {"名": "甲公司"} and not result.problems and not result.leftovers


@pytest.mark.parametrize(("cells", "codes"), [(("甲", "乙"), ["table-in-answer"]), (("甲", ""), [])])
def test_a_table_in_an_answer_of_lines_is_told_where_it_has_columns(cells: tuple[str, str], codes: list[str]) -> None:
    body = p("任务：") + p("{%p for 段 in 任务 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    result = _read(body, p("任务：") + p("如下") + table(2, row(*cells)) + p("完"))
    assert [x.code for x in result.problems] == codes


# --- slots ---


def test_a_line_below_options_is_no_doubt_on_what_is_not_read() -> None:
    body = p('类：{{ 类 | choice("甲") }}甲 {{ 类 | choice("乙") }}乙{{ f(x) }}')
    result = _read(table(2, row("类别", cell(body))), table(2, row("类别", cell("类：☑甲 □乙", "另有说明"))))
    assert result.data["类"] == "甲"


def test_an_answer_that_repeats_the_words_behind_it_is_the_same_answer() -> None:
    for other, doubts in ((3, 0), (4, 1)):
        slots = Slots(Assignment(), Hints(Skeleton([])))
        text = DocText([*_doc_lines(p("青岛市区市"))])
        slots._doubt([Answer("名")], text, (0, 2), (0, other), ["市"])
        assert len(slots.found.problems) == doubts


def test_what_stands_beside_a_tag_that_is_not_read_is_doubted_whatever_it_says() -> None:
    result = _read(p("甲：{{ 甲 }}") + p("乙：{{ 甲 }}{{ f(甲) }}"), p("甲：某") + p("乙：某"))
    assert ("ambiguous", "甲") in [(x.code, x.path) for x in result.problems]


@pytest.mark.parametrize("said", ["（已核）", "（未核）"])
def test_words_that_are_printed_behind_an_answer_are_parted_from_it(said: str) -> None:
    body = p('姓名：{{ 名 }}{{ "（已核）" if 核 == "是" else "（未核）" }}')
    result = _read(body, p(f"姓名：张三{said}"))
    assert result.data == {"名": "张三", "核": "是" if said == "（已核）" else None} and not result.problems


def test_records_in_a_line_are_records() -> None:
    body = p("清单：{% for r in 清 %}{{ r.名 }}:{{ r.数 }}；{% endfor %}")
    result = _read(body, p("清单：甲:1；乙:2；"))
    assert result.data == {"清": [{"名": "甲", "数": "1"}, {"名": "乙", "数": "2"}]} and not result.problems


def test_a_tick_between_boxes_behind_their_options_is_of_the_one_before() -> None:
    body = p("类：" + " ".join(f'{o}{{{{ 类 | choices("{o}") }}}}' for o in "甲乙丙"))
    result = _read(body, p("类：甲 √ 乙 √ □丙 □"))
    assert "甲" in result.data["类"] and "甲" not in [x.expected for x in result.problems]


def test_a_tick_that_touches_an_option_is_none_of_the_next() -> None:
    body = p('类：{{ 类 | choice("甲") }}甲 {{ 类 | choice("乙") }}乙')
    result = _read(body, p("类：□甲√ 乙"))
    assert result.data["类"] != "乙"


# --- the assignment ---


def _span(text: str, start: int, end: int) -> Span:
    (line,) = _doc_lines(p(text))
    return Span(line.paragraph, start, end)


def test_a_list_stays_where_another_part_has_none() -> None:
    found, other = Assignment(), Assignment()
    found.places["清"].items = [Found("甲")]
    other.places["清"].marks = []
    found.add(other)
    assert found.at("清").items == [Found("甲")]
    other.add(found)
    assert other.at("清").items == [Found("甲")]


def test_no_character_has_two_owners_and_none_is_owned_in_an_empty_stretch() -> None:
    (line,) = _doc_lines(p("名称：甲乙"))
    found = Assignment()
    span = Span(line.paragraph, 3, 5)
    found.places["一"].text, found.places["二"].text = Found("甲乙", (span,)), Found("甲乙", (span,))
    owned = [(o.span.text, o.owner, o.path) for o in found.owners([line.paragraph])]
    assert owned == [("名称：", "form", ""), ("甲乙", "value", "一")]


def test_the_characters_of_records_are_those_of_their_places() -> None:
    record, span = Assignment(), _span("甲", 0, 1)
    record.places["名"].text = Found("甲", (span,))
    assert [*Held(records=[record]).spans()] == [span]


@pytest.mark.parametrize(("shown", "is_said"), [("2024年1月2日", True), ("  年  月  日", False), ("", False)])
def test_a_record_of_a_blank_date_says_nothing(shown: str, is_said: bool) -> None:
    record = Assignment()
    record.places["日"].text = Found(shown)
    assert is_answered(record, "", {"日": kinds.DATE}) is is_said


# --- drawings ---


def test_a_drawing_floats_where_its_xml_says_so() -> None:
    for drawn, floats in (
        (frame("picture"), False), (FLOATING, True), (vml("<v:oval/>"), False),
        (vml('<v:oval style="position: absolute"/>'), True),
    ):  # fmt: skip
        (paragraph,) = (line.paragraph for line in _doc_lines(p("甲", drawn)))
        assert anchored._is_floating(paragraph.anchored[0].element) is floats


@pytest.mark.parametrize(("behind", "places"), [("", ["名"]), ("（盖章）", [])])
def test_a_picture_below_a_line_is_at_the_answer_that_ends_it(behind: str, places: list[str]) -> None:
    blocks = Document(package(p(f"姓名：张三{behind}") + p(frame("picture")))).blocks
    form = skeleton_of(Document(package(p(f"姓名：{{{{ 名 }}}}{behind}"))).blocks)
    assert [at.path for at in anchored.drawn_at(Reader(form).read(blocks), blocks)] == places


@pytest.mark.parametrize("style", ["粗", "常"])
def test_options_of_several_paragraphs_look_otherwise_where_their_styles_do(style: str) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="粗"><w:rPr><w:b/></w:rPr></w:style>'
    options = (Xml(f'<w:p><w:pPr><w:pStyle w:val="{s}"/></w:pPr><w:r><w:t>{o}</w:t></w:r></w:p>')
               for s, o in (("常", "□甲"), ("常", "□乙"), (style, "□丙")))  # fmt: skip
    form = loaded(package(table(2, row("类", cell(*(p(f'{{{{ 类 | choice("{o}") }}}}{o}') for o in "甲乙丙"))))))
    result = form.extract(package(table(2, row("类", cell(*options))), styles=styles), by_meaning=True)
    assert [x.code for x in result.problems] == (["looks-chosen"] if style == "粗" else [])


# --- controls that are called as fields ---


def _said(text: str) -> controls._Said:
    """A control of a field in which a text stands."""
    (asked,) = loaded(package(p("名：{{ 名 }}"))).fields
    (line,) = _doc_lines(p(text))
    return controls._Said(line.paragraph.element, controls.Place(asked, "名"), [*line.spans()])


def test_characters_of_a_control_are_one_stretch_where_they_touch() -> None:
    spans = [_span("甲乙丙丁", 0, 1)]
    for start, end in ((1, 2), (3, 4)):
        controls._add(spans, Span(spans[0].paragraph, start, end))
    assert [span.text for span in spans] == ["甲乙", "丁"]


@pytest.mark.parametrize(("said", "ticked", "doubts"), [("甲", [True, False], 0), ("乙", [False, True], 1),
                                                        ("丙", [True, False], 0)])  # fmt: skip
def test_a_control_of_words_is_believed_where_it_says_one_of_them(said: str, ticked: list[bool], doubts: int) -> None:
    words = Words(kinds.CHOICE, ("甲", "乙"), ("一", "二"))
    marks = [Mark("一", True, "甲", words=words), Mark("二", False, "甲", words=words)]
    found = Assignment()
    controls._hold_words(found, "类", marks, _said(said))
    assert [mark.is_ticked for mark in marks] == ticked and len(found.problems) == doubts


@pytest.mark.parametrize(("said", "doubts"), [("甲", 0), ("乙", 1)])
def test_a_control_of_a_text_is_believed_and_doubted_where_the_words_differ(said: str, doubts: int) -> None:
    found, held = Assignment(), Held(Found("甲"))
    controls._hold_text(found, "名", held, [_said(said)])
    assert held.text is not None and held.text.text == said and len(found.problems) == doubts


def test_a_control_in_a_row_is_of_the_record_of_that_row() -> None:
    rows = [unit for unit in _units(table(1, row("甲"), row("乙"))) if isinstance(unit, DocRow)]
    found, records = Assignment(), [Assignment(), Assignment()]
    found.places["清"].rows = [*zip(rows, records, strict=True)]
    (asked,) = loaded(package(p("名：{{ 名 }}"))).fields
    said = controls._Said(rows[1].lines[0].paragraph.element, controls.Place(asked, "清[].名"))
    ((path, record, own),) = controls._homes(found, "清[].名", [said])
    assert path == "名" and record is records[1] and own == [said]


# --- cells that repeat along a row ---


def test_records_along_a_row_are_as_many_as_its_cells_have_room_for() -> None:
    rows = row("项", cell("{%tc for r in 清 %}"), "{{ r.名 }}", "{{ r.数 }}", cell("{%tc endfor %}"), "计")
    (unit,) = _skeleton(table(6, rows)).units
    assert isinstance(unit, FormRow) and [unit.records_in(n) for n in (2, 3, 4, 6)] == [0, None, 1, 2]
    result = _read(table(6, rows), table(6, row("项", "甲", "1", "乙", "2", "计")))
    assert result.data == {"清": [{"名": "甲", "数": "1"}, {"名": "乙", "数": "2"}]} and not result.problems
    refused = _read(table(6, rows), table(6, row("项", "甲", "1", "乙", "计")))
    assert "cells-differ" in [x.code for x in refused.problems] and refused.data == {"清": []}


def test_the_grid_of_a_table_follows_the_cells_that_repeat_in_it() -> None:
    rows = row("项", cell("{%tc for r in 清 %}"), "{{ r.名 }}", cell("{%tc endfor %}"), "计")
    form = loaded(package(table(5, rows)))
    filled = form.fill({"清": [{"名": n} for n in "甲乙丙丁"]})
    assert Package(filled, "甲").read("word/document.xml").count(b"<w:gridCol") == 6


# --- what tags say ---


def _node(source: str) -> Any:
    return language.parse(source).node


def test_a_condition_on_how_much_there_is_asks_whether_there_is_anything() -> None:
    for source, is_negated in (("x | length == 0", True), ("x | length > 0", False), ("x | count", False)):
        node = _node(f"{{% if {source} %}}")
        assert node.condition == meaning.Present(("x",)) and node.is_negated is is_negated
    assert not isinstance(_node("{% if x | upper %}").condition, meaning.Present)


def test_a_tag_of_an_option_is_of_one_kind() -> None:
    assert isinstance(_node('{{ x | choice("甲") }}'), meaning.Ticked)
    assert not isinstance(_node('{{ x | choice("甲") | number }}'), meaning.Ticked)
    assert not isinstance(_node("{{ x | choice }}"), meaning.Value)


def test_what_is_printed_without_an_answer_is_the_default_of_its_tag() -> None:
    assert _node('{{ x or "无" }}') == meaning.Value(("x",), default="无")


def test_the_room_of_a_picture_is_named() -> None:
    assert _node('{{ x | picture(width="2cm") }}').frame != UNSIZED
    with pytest.raises(DocfillError, match="图片大小"):
        language.parse('{{ x | picture("2cm") }}')


def test_an_expression_names_so_many_paths_and_places_in_lists() -> None:
    assert language.expression("x[0]").paths == (("x", "0"),)
    language.expression(" + ".join(f"x{n}" for n in range(100)))
    with pytest.raises(DocfillError, match="过于复杂"):
        language.expression(" + ".join(f"x{n}" for n in range(101)))


def test_quotes_are_written_as_they_stand() -> None:
    assert pattern.encoded("\"<'") == b"\"&lt;'"


# --- the skeleton ---


def _skeleton(*body: str) -> Skeleton:
    return skeleton_of(Document(package("".join(body))).blocks)


def test_a_long_answer_alone_in_a_paragraph_takes_any_number_of_lines() -> None:
    assert isinstance(_skeleton(p("{{ x | longtext }}")).units[0], Lines)
    assert isinstance(_skeleton(p("甲{{ x | longtext }}")).units[0], Line)


def test_the_hint_of_an_answer_is_no_part_that_may_be_missing() -> None:
    for body in ("{% if x %}{{ x }}{% else %}请填{% endif %}", "{% if x %}名：{{ x }}{% else %}名：____{% endif %}"):
        assert not _skeleton(p(body)).sections
    assert _skeleton(p("{% if x %}{{ x }}{% else %}请填{% endif %}")).hints == {"x": ["请填"]}
    (section,) = _skeleton(p("{% if x %}名：{{ x }}{% endif %}")).sections
    assert not section.is_otherwise


def test_paragraphs_of_an_answer_and_of_its_hint_are_one_part() -> None:
    held = _skeleton(p("{%p if x %}"), p("名：{{ x }}"), p("{%p else %}"), p("请填"), p("{%p endif %}"))
    assert [(s.path, s.is_otherwise) for s in held.sections] == [("x", False)] and held.hints == {"x": ["请填"]}
    for inner in ((p("名：{{ y }}"),), (p("{%p if x %}"), p("有"), p("{%p endif %}"))):
        asked = _skeleton(p("{%p if x %}"), *inner, p("{%p else %}"), p("请填"), p("{%p endif %}"))
        assert [s.is_otherwise for s in asked.sections][-2:] == [False, True] and not asked.hints


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        (("{% for r in 清 %}{{ r.名 }}", "{{ r.数 }}{% endfor %}"), True),
        (("{% for r in 清 %}{{ r.名 }}", "{{ r.数 }}", "{% endfor %}"), False),
        (("前{% for r in 清 %}{{ r.名 }}", "{% endfor %}"), False),
    ],
)
def test_lines_that_repetition_joins_are_told(body: tuple[str, ...], is_told: bool) -> None:
    assert [code for code, _ in _skeleton(*map(p, body)).told] == (["lines-joined"] if is_told else [])


def test_a_group_holds_one_inner_loop_and_nothing_else() -> None:
    opened, inner = p('{%p for g in 清 | runs("类") %}'), (p("{%p for r in g %}"), p("{{ r.名 }}"), p("{%p endfor %}"))
    _skeleton(opened, *inner, p("{%p endfor %}"))
    with pytest.raises(DocfillError, match="只有一个内层循环"):
        _skeleton(opened, *inner, p("别的"), p("{%p endfor %}"))


def test_a_cell_of_rich_text_is_a_cell() -> None:
    (unit,) = _skeleton(table(2, row("甲", "{{tc x }}"))).units
    assert isinstance(unit, FormRow) and len(unit.cells) == 2 and unit.paths == ["x"]


def test_a_row_of_a_record_is_plain_where_each_cell_is_one_text_or_blank() -> None:
    for shown, is_plain in (("{{ r.数 }}", True), ("", True), ("{{ r.数 }}{{ r.价 }}", False)):
        rows = row("{%tr for r in 清 %}"), row("{{ r.名 }}", shown), row("{%tr endfor %}")
        (unit,) = _skeleton(table(2, *rows)).units
        assert isinstance(unit, Rows) and (unit.row is not None) is is_plain


# --- writing ---


def test_a_part_for_the_contrary_is_printed_where_there_is_no_answer() -> None:
    form = loaded(package(p("{%p if not x %}") + p("无") + p("{%p else %}") + p("有：{{ x }}") + p("{%p endif %}")))
    assert [[b.text for b in Document(form.fill(data)).blocks if isinstance(b, Paragraph)]
            for data in ({"x": "甲"}, {})] == [["有：甲"], ["无"]]  # fmt: skip


def test_a_merged_cell_says_its_value_once() -> None:
    rows = (row(cell('{%tr for g in 清 | runs("类") %}', span=2)), row(cell("{%tr for r in g %}", span=2)),
            row("{% vm %}{{ r.类 }}", "{{ r.名 }}"), row(cell("{%tr endfor %}", span=2)),
            row(cell("{%tr endfor %}", span=2)))  # fmt: skip
    form = loaded(package(table(2, *rows)))
    filled = form.fill({"清": [{"类": "甲", "名": "一"}, {"类": "甲", "名": "二"}]})
    rows_filled = [unit for unit in units_of(Document(filled).blocks) if isinstance(unit, DocRow)]
    assert [line.text for unit in rows_filled for line in unit.lines] == ["甲", "一", "二"]


def test_a_tag_that_trims_joins_the_paragraph_that_the_tag_before_it_joined() -> None:
    form = loaded(package(p("甲{% if x -%}") + p("{%- endif %}乙")))
    assert [b.text for b in Document(form.fill({})).blocks if isinstance(b, Paragraph)] == ["甲乙"]


@pytest.mark.parametrize(("tag", "home"), [("{%tr for r in 清 %}", "表格行"), ("{%tc for r in 清 %}", "单元格")])
def test_a_tag_that_stands_outside_of_what_it_replaces_is_told_where_it_belongs(tag: str, home: str) -> None:
    with pytest.raises(DocfillError, match=f"应放在{home}内"):
        loaded(package(p(tag) + p("{% endfor %}")))


_CONTROL, _LINK = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:hyperlink>{}</w:hyperlink>"
_WRAPPED = _CONTROL.format(cell("{%tc for r in 清 %}"))


@pytest.mark.parametrize(
    "blocks",
    [
        Xml(_CONTROL.format(p("{%p if x %}") + p("{{ x }}")) + p("{%p endif %}")),
        Xml(_CONTROL.format(p("{%p for x in 清 | lines %}") + p("{{ x }}") + p("{%p else %}")) + p("{%p endfor %}")),
        p(Xml(_LINK.format(r("{% if x %}{{ x }}"))), "{% endif %}"),
        p("{% if x %}", Xml(_LINK.format(r("{{ x }}{% else %}"))), "无{% endif %}"),
        Xml(f"{p('{%p if x %}')}{p('{{ x }}{% endif %}')}"),
        table(3, Xml(f"<w:tr>{_WRAPPED}{cell('{{ r.名 }}')}{cell('{%tc endfor %}')}</w:tr>")),
    ],
)
def test_tags_that_belong_together_stand_in_the_same_elements(blocks: str) -> None:
    with pytest.raises(DocfillError, match="不在同一层"):
        loaded(package(blocks))


@pytest.mark.parametrize(
    "blocks",
    [
        Xml(_CONTROL.format(p("{%p if x %}") + p("{{ x }}") + p("{%p endif %}"))),
        p(Xml(_LINK.format(r("{% if x %}{{ x }}{% else %}") + r("无{% endif %}")))),
        p("{% if x %}", Xml(_LINK.format(r("{{ x }}"))), "{% endif %}"),
        p(Xml(_LINK.format(r("{% if x %}"))), Xml(_LINK.format(r("{{ x }}{% endif %}")))),
    ],
)
@pytest.mark.parametrize("record", [{}, {"x": "甲"}])
def test_what_is_filled_is_well_formed_wherever_tags_that_belong_together_stand(
    blocks: str, record: dict[str, str]
) -> None:
    form = loaded(package(blocks))
    assert form.extract(Document(form.fill(record)).package.data).data == form.context(record)


def test_a_picture_among_several_values_tells_its_template() -> None:
    from docxtpl import DocxTemplate

    template = DocxTemplate(io.BytesIO(package(p("甲"))))
    picture = template.new_subdoc()
    assert oneway._template_in({"图": [1, picture]}) is template and oneway._template_in({"图": [1]}) is None


# --- a record that a line far off takes ---

_TEAM = row("姓名", "单位", "电话")
_FAR = "".join(p(f"第{number}段说明文字。") for number in range(6))
_RECORDS = table(
    3,
    _TEAM,
    row("{%tr for 人 in 成员 %}"),
    row("{{ 人.姓名 }}", "{{ 人.单位 }}", "{{ 人.电话 }}"),
    row("{%tr endfor %}"),
)


@pytest.mark.parametrize("taken", [row("单位：甲厂", "电话：9", ""), row("单位：甲厂", "", "")])
def test_a_row_that_a_line_far_off_takes_is_doubted_as_a_record_too(taken: Xml) -> None:
    form = loaded(
        package(p("申报书") + p("单位：{{ 单位 }}") + _FAR + p("一、成员") + _RECORDS + p("备注：{{ 备注 }}"))
    )
    members = table(3, _TEAM, taken, row("李", "丙厂", "3"))
    result = form.extract(package(p("申报书") + _FAR + p("一、成员") + members + p("备注：无")))
    assert result.data["成员"] == [{"姓名": "李", "单位": "丙厂", "电话": "3"}]
    assert {(x.code, x.path) for x in result.problems} >= {("place-ambiguous", "单位"), ("cells-differ", "成员")}


def test_a_row_of_several_lines_far_off_is_doubted_as_a_record_too() -> None:
    cover = "".join(p(f"{name}：{{{{ {name} }}}}") for name in ("姓名", "单位", "电话"))
    form = loaded(package(p("申报书") + cover + _FAR + p("一、成员") + _RECORDS + p("备注：{{ 备注 }}")))
    members = table(3, _TEAM, row("姓名：张", "单位：乙厂", "电话：2"), row("李", "丙厂", "3"))
    result = form.extract(package(p("申报书") + _FAR + p("一、成员") + members + p("备注：无")))
    assert {"姓名", "单位", "电话", "成员"} <= {x.path for x in result.problems}


def test_a_line_that_stands_elsewhere_is_no_doubt_of_a_table_of_records() -> None:
    form = loaded(
        package(p("申报书") + p("单位：{{ 单位 }}") + _FAR + p("一、成员") + _RECORDS + p("备注：{{ 备注 }}"))
    )
    members = table(3, _TEAM, row("李", "丙厂", "3"))
    result = form.extract(package(p("申报书") + _FAR + p("一、成员") + members + p("单位：甲厂") + p("备注：无")))
    assert (result.data["单位"], result.data["成员"]) == ("甲厂", [{"姓名": "李", "单位": "丙厂", "电话": "3"}])
    assert "成员" not in {x.path for x in result.problems}


@pytest.mark.parametrize("said", ["甲厂", "乙厂"])
@pytest.mark.parametrize("at", [0, 2])
def test_a_row_that_stands_twice_is_doubted_at_its_own_field_where_a_line_far_off_takes_one(said: str, at: int) -> None:
    rows = [row("单位", "甲厂"), row("电话", "5566"), row("地址", "港东路")]
    tags = [row(name, f"{{{{ 情况.{name} }}}}") for name in ("单位", "电话", "地址")]
    form = loaded(package(p("申报书") + p("单位：{{ 封面.单位 }}") + _FAR + p("一、情况") + table(2, *tags)))
    twice = [*rows[: at + 1], row("单位", said), *rows[at + 1 :]]
    result = form.extract(package(p("申报书") + _FAR + p("一、情况") + table(2, *twice)))
    doubts = {x.path: x.code for x in result.problems if x.code.endswith("ambiguous")}
    assert doubts == dict.fromkeys(("封面.单位", "情况.单位"), "place-ambiguous")
    assert result.data["情况"]["单位"] == "甲厂"
