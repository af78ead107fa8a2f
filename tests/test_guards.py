"""The guards and thresholds of matching, one by one: what holds at the very edge, and what does not a step beyond."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docfill import DocfillError, Form, kinds
from docfill.batch import extract_many
from docfill.batch.outlets import Folder
from docfill.check.wording import Piece, Shown, changes
from docfill.read import align, match
from docfill.read.gaps import SIMILAR
from docfill.read.plan import ContainerPlan
from docfill.read.shape import DocLine, DocText, units_of
from docfill.read.variants import words_of
from docfill.recognise import CLEAR, ENOUGH, recognise
from docfill.sources import collect
from docfill.template.pattern import Pattern
from docfill.template.skeleton import skeleton_of
from docfill.template.units import FormRow
from docfill.values import LONGEST
from docfill.word.document import Document
from docfill.word.package import Package
from tests.small_form import cell, loaded, p, package, row, table


def _plan(body: str) -> ContainerPlan:
    return ContainerPlan(skeleton_of(Document(package(body)).blocks).units)


# --- chains ---


def test_of_chains_as_heavy_the_one_that_ends_earlier_in_the_document_is_taken() -> None:
    assert align.chain([(0, 0, 1.0), (0, 1, 1.0)]) == [(0, 0)]
    assert align.chain([(0, 1, 1.0), (1, 0, 1.0)]) == [(1, 0)]


def test_a_heavier_chain_is_taken_though_it_comes_later() -> None:
    assert align.chain([(0, 0, 1.0), (0, 1, 1.5)]) == [(0, 1)]
    assert align.chain([(0, 2, 1.0), (1, 0, 0.7), (2, 1, 0.7)]) == [(1, 0), (2, 1)]


def test_a_chain_never_uses_one_place_twice() -> None:
    assert align.chain([(0, 0, 1.0), (1, 0, 1.0), (2, 1, 1.0)]) in ([(0, 0), (2, 1)], [(1, 0), (2, 1)])


# --- rows by their words ---


def test_a_row_is_found_where_half_of_its_words_stand_and_not_by_less() -> None:
    plan = _plan(table(3, row(cell(p("名称规格")), cell(p("单位数量")), cell(p("{{ 甲.注 }}")))))
    half = units_of(Document(package(table(3, row(cell(p("名称规格")), cell(p("别的")), cell(p("x")))))).blocks)
    assert (0, 0) in match.candidates(plan, half)
    uneven = _plan(table(3, row(cell(p("名称")), cell(p("单位数量合计")), cell(p("{{ 甲.注 }}")))))
    less = units_of(Document(package(table(3, row(cell(p("名称")), cell(p("别的")), cell(p("x")))))).blocks)
    assert (0, 0) not in match.candidates(uneven, less)


def test_a_line_that_begins_as_it_is_printed_outweighs_the_same_words_undecorated() -> None:
    plan = _plan(p("一、名称：{{ 甲.名 }}") + p("完"))
    units = units_of(Document(package(p("名称：某") + p("一、名称：某") + p("完"))).blocks)
    found = match.candidates(plan, units)
    assert found[0, 1] > found[0, 0]
    assert found[0, 1] - found[0, 0] == pytest.approx(match.AS_PRINTED + match.NEIGHBOUR)


# --- answers that take what stands there ---


def test_several_answers_of_whole_lines_take_one_each_only_where_there_are_as_many() -> None:
    form = loaded(package(p("甲乙：") + p("{{ 甲 }}") + p("{{ 乙 }}") + p("完")))
    both = form.extract(package(p("甲乙：") + p("一") + p("二") + p("完")), by_meaning=True)
    assert both.data == {"甲": "一", "乙": "二"} and both.problems == []
    three = form.extract(package(p("甲乙：") + p("一") + p("二") + p("三") + p("完")), by_meaning=True)
    assert three.data == {"甲": None, "乙": None}
    assert {x.path for x in three.problems} >= {"甲", "乙"}


def test_a_label_as_alike_as_the_threshold_is_taken_and_one_below_is_not() -> None:
    from rapidfuzz import fuzz

    assert fuzz.ratio("甲乙丙丁戊", "甲乙丙丁己") == SIMILAR
    assert fuzz.ratio("甲乙丙丁", "甲乙丙戊") < SIMILAR
    form = loaded(package(table(2, row(cell(p("甲乙丙丁戊")), cell(p("{{ 名 }}"))))))
    taken = form.extract(package(table(2, row(cell(p("甲乙丙丁己")), cell(p("张三"))))), by_meaning=True)
    assert taken.data == {"名": "张三"} and "label-altered" in {x.code for x in taken.problems}
    other = loaded(package(table(2, row(cell(p("甲乙丙丁")), cell(p("{{ 名 }}"))))))
    rows = row(cell(p("甲乙丙戊")), cell(p("张三"))), row(cell(p("丁己")), cell(p("李四")))
    left = other.extract(package(table(2, *rows)), by_meaning=True)
    assert left.data == {"名": None} and "place-missing" in {x.code for x in left.problems}
    only = other.extract(package(table(2, rows[1])), by_meaning=True)
    assert only.data == {"名": "李四"} and [x.code for x in only.problems if x.path == "名"] == ["label-altered"]


# --- the exact reading ---


def test_a_repetition_that_what_follows_it_could_begin_is_not_undone_exactly() -> None:
    body = p("{%p for 段 in 文 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    form = loaded(package(p("文：") + body))
    document = form.fill({"文": "甲\n完"})
    result = form.extract(document)
    assert result.data == {"文": "甲\n完"} or result.problems


def test_a_tag_in_a_cell_that_holds_its_row_is_hoisted_out_of_it() -> None:
    opening, closing = cell(p("{% for 行 in 甲.清单 %}{{ 行.名 }}")), cell(p("{{ 行.数 }}{% endfor %}"))
    ((unit, *_),) = [skeleton_of(Document(package(table(2, row(opening, closing)))).blocks).units]
    assert not isinstance(unit, FormRow) and unit.paths == ["甲.清单"]


# --- words of the form ---


def test_of_words_that_overlap_in_a_document_the_longer_ones_stand_there() -> None:
    pieces = [Piece("申请单位盖章"), Piece("单位盖章日期栏")]
    found = changes(pieces, [Shown("申请单位盖章日期栏")])
    assert [c.piece.text for c in found if not c.is_addition] == ["申请单位盖章"]


# --- which form ---


def _forms(*bodies: str) -> list[Form]:
    return [loaded(package(body), name) for name, body in zip("甲乙", bodies, strict=False)]


def test_a_form_is_recognised_only_where_it_fits_clearly_better() -> None:
    shared = "".join(p(f"共同的第{n}行文字") for n in range(5))
    own = ["".join(p(f"{who}表自己的第{n}行") for n in range(5)) for who in "甲乙"]
    forms = _forms(shared + own[0] + p("{{ 名 }}"), shared + own[1] + p("{{ 名 }}"))
    assert recognise(package(shared + own[0]), forms).name == "甲"
    with pytest.raises(DocfillError) as alike:
        recognise(package(shared + own[0] + own[1]), forms)
    assert alike.value.code == "ambiguous-form"
    with pytest.raises(DocfillError) as unknown:
        recognise(package(p("别的文字")), forms)
    assert unknown.value.code == "unknown-form"
    assert CLEAR > 1 and 0 < ENOUGH < 1


# --- resuming ---


def test_a_result_older_than_its_template_is_made_again(tmp_path: Path) -> None:
    template = tmp_path / "表.docx"
    template.write_bytes(package(p("名称：{{ 名 }}")))
    form = Form.load(template)
    (tmp_path / "收").mkdir()
    (tmp_path / "收/甲.docx").write_bytes(form.fill({"名": "一"}))
    (source,) = sources = collect([str(tmp_path / "收")])
    target = str(tmp_path / "甲.json")

    def folder() -> Folder:
        return Folder([target], [*sources], [form], [template], is_resumed=True)

    for outcome in extract_many([source], [form], jobs=1):
        folder().add(outcome)
    later = Path(target).stat().st_mtime + 100
    os.utime(target, (later, later))
    assert folder().known(source) is not None
    os.utime(template, (later + 100, later + 100))
    assert folder().known(source) is None


# --- what random mutants of reading, templates and kinds lived on ---


def test_of_two_units_of_the_form_that_fit_one_place_as_well_the_first_has_it() -> None:
    assert align.chain([(0, 0, 1.0), (1, 0, 1.0)]) == [(0, 0)]


def test_a_line_as_it_is_printed_outweighs_both_neighbours_of_another() -> None:
    assert match.AS_PRINTED > 2 * match.NEIGHBOUR


def test_a_word_that_stands_twice_side_by_side_has_no_only_place() -> None:
    assert align._only_path([["元"]], "一元") == (1,)
    assert align._only_path([["元"]], "一元元") is None


def test_a_number_of_more_characters_than_are_looked_at_stays_text() -> None:
    longest = "0." + "0" * (LONGEST - 2)
    assert kinds.kind_named("number").parse(longest).problem == ""
    assert kinds.kind_named("number").parse(longest + "0") == kinds.Reading(longest + "0", "not-a-number")


def test_a_kind_is_said_in_a_tag_but_for_text() -> None:
    assert kinds.kind_named("number").as_filter == " | number"
    assert kinds.kind_named("text").as_filter == ""


@pytest.mark.parametrize("step", ["乙.丙", "乙[]"])
def test_a_name_that_paths_could_not_be_told_by_is_refused(step: str) -> None:
    with pytest.raises(DocfillError, match="字段名不能含点号"):
        loaded(package(p(f'{{{{ 甲["{step}"] }}}}')))


def test_words_of_two_characters_are_looked_for_in_other_characters_and_single_ones_not() -> None:
    units = skeleton_of(Document(package(p("名称{{ 甲 }}元{{ 乙 }}"))).blocks).units
    assert [*words_of(units)] == ["名称"]


def test_the_exact_reading_is_of_all_bytes_and_of_one_value_for_one_path() -> None:
    part = Package(package(p("{{ 甲 }}") + p("{{ 甲 }}")), "表").read("word/document.xml")
    pattern = Pattern(part, lambda _, __: "")
    written = pattern.write({"甲": "一"}, None)
    assert pattern.read(written) == {"甲": "一"}
    assert pattern.read(written + b"\n") is None
    assert pattern.read(written.replace("一".encode(), "二".encode(), 1)) is None


def test_a_stretch_of_a_cell_is_found_in_the_line_that_it_stands_in() -> None:
    units = units_of(Document(package(p("甲乙") + p("丙丁"))).blocks)
    text = DocText([line for line in units if isinstance(line, DocLine)])
    assert text.text == "甲乙\n丙丁"
    assert [s.text for s in text.spans(3, 5)] == ["丙丁"]
    assert [s.text for s in text.spans(1, 4)] == ["乙", "丙"]


def test_what_two_records_print_alike_is_not_undone_exactly() -> None:
    lines = [p(f"{{%p for 段 in {name} | lines %}}") + p("{{ 段 }}", last) + p("{%p endfor %}") for name, last in
             (("甲", ""), ("乙", "尾"))]  # fmt: skip
    between = p("完{{ 名 }}", '{{ "尾" if 选 == "是" else "" }}')
    part = Package(package(lines[0] + between + lines[1]), "表").read("word/document.xml")
    pattern = Pattern(part, lambda _, __: "")
    one, other = {"甲": "一\n完二", "名": "三", "选": "是"}, {"甲": "一", "名": "二", "乙": "完三"}
    written = pattern.write(one)
    assert written == pattern.write(other) and pattern.read(written) is None
    plain = pattern.write({"甲": "一\n二", "名": "三", "选": "是"})
    assert pattern.read(plain) == {"甲": ["一", "二"], "名": "三", "选": "是", "乙": []}


def test_labels_with_answers_behind_them_weigh_half_of_labels_as_they_are_printed() -> None:
    plan = _plan(table(4, row(cell(p("名称")), cell(p("{{ 甲.名 }}")), cell(p("规格")), cell(p("{{ 甲.规 }}")))))
    behind = row(cell(p("名称：甲厂")), cell(p("")), cell(p("规格：大")), cell(p("")))
    printed = row(cell(p("名称")), cell(p("乙厂")), cell(p("别的")), cell(p("小")))
    found = match.candidates(plan, units_of(Document(package(table(4, behind, printed))).blocks))
    assert found[0, 0] < found[0, 1]
    longer = _plan(table(4, row(cell(p("名称规格")), cell(p("{{ 甲.名 }}")), cell(p("单位")), cell(p("{{ 甲.单 }}")))))
    shorter = row(cell(p("别的")), cell(p("")), cell(p("单位：甲厂")), cell(p("")))
    assert match.candidates(longer, units_of(Document(package(table(4, shorter))).blocks)) == {}
