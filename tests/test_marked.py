"""Choices in the form's own words, where no field is: whatever marks one of 是 / 否 is told, and nothing else."""

from __future__ import annotations

import pytest

from docfill.extract import Result
from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_askew import drawn

LOOKS = (
    '<w:color w:val="FF0000"/>', '<w:u w:val="single"/>', '<w:highlight w:val="yellow"/>',
    '<w:shd w:val="clear" w:fill="FFFF00"/>', '<w:bdr w:val="single" w:sz="4"/>', '<w:em w:val="dot"/>',
    '<w:b/>', '<w:sz w:val="44"/>',
)  # fmt: skip
OVAL = drawn('<v:oval style="position:absolute;width:20pt;height:20pt"/>')


def run(text: str, look: str = "") -> Xml:
    return Xml(f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


def document(line: Xml, inside: Xml, said: str = "甲厂") -> bytes:
    own = table(2, row("单位", said), row("是否参保", cell(inside)))
    return package(p("登记表") + own + line + p("以上属实"))


LINE, INSIDE = p(run("是否同意公示：是 / 否")), p(run("是、否、不清楚"))
FORM = loaded(document(LINE, INSIDE, "{{ 单位 }}"))


def read(line: Xml = LINE, inside: Xml = INSIDE) -> Result:
    return FORM.extract(document(line, inside), by_meaning=True)


def told(result: Result) -> tuple[list[str], list[str]]:
    return [x.text for x in result.leftovers], [x.code for x in result.problems if x.severity != "note"]


@pytest.mark.parametrize("look", LOOKS)
def test_a_word_that_is_marked_among_others_is_a_leftover(look: str) -> None:
    assert told(read(p(run("是否同意公示："), run("是", look), run(" / 否")))) == (["是"], [])
    assert told(read(p(run("是否同意公示：是 / "), run("否", look)))) == (["否"], [])
    assert told(read(inside=p(run("是、"), run("否", look), run("、不清楚")))) == (["否"], [])


def test_what_is_drawn_around_one_is_told() -> None:
    assert told(read(p(run("是否同意公示："), OVAL, run("是 / 否")))) == ([], ["look-here"])


@pytest.mark.parametrize("look", LOOKS)
def test_a_line_that_is_set_otherwise_as_a_whole_or_that_the_form_marks_so_is_no_choice(look: str) -> None:
    assert told(read(p(run("是否同意公示：是 / 否", look)))) == ([], [])
    assert told(read(p(run("是否同意公示：", look), run("是 / 否")))) == ([], [])
    marked = p(run("是否同意公示："), run("是", look), run(" / 否"))
    form = loaded(document(marked, INSIDE, "{{ 单位 }}"))
    assert told(form.extract(document(marked, INSIDE), by_meaning=True)) == ([], [])
    assert form.extract(document(LINE, INSIDE), by_meaning=True).data == {"单位": "甲厂"}


@pytest.mark.parametrize(
    "line",
    [("一、", "基本情况"), ("Date of", " birth"), ("Last ", "name:"), ("  二、", "发展成效")],
)
def test_headings_and_phrases_are_no_choices(line: tuple[str, str]) -> None:
    form = loaded(document(p(run("".join(line))), INSIDE, "{{ 单位 }}"))
    marked = p(*(run(part, look) for part, look in zip(line, ("", LOOKS[0]), strict=True)))
    assert told(form.extract(document(marked, INSIDE), by_meaning=True)) == ([], [])


@pytest.mark.parametrize(
    ("line", "word"),
    [("（是 / 否）", "否"), ("Agreed: Yes No", "No"), ("Agreed: yes  or/ no", "no"), ("一、二、三", "三")],
)
def test_words_are_choices_whatever_the_line_begins_with(line: str, word: str) -> None:
    form = loaded(document(p(run(line)), INSIDE, "{{ 单位 }}"))
    before, _, behind = line.rpartition(word)
    marked = p(run(before), run(word, LOOKS[0]), run(behind))
    assert told(form.extract(document(marked, INSIDE), by_meaning=True)) == ([word], [])
