"""Words of a form in other characters, and units by other names, are the same words; said once, as a note."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from docfill.extract import Result
from docfill.hanzi import SAME
from docfill.text import fold
from tests.small_form import loaded, p, package

FORM = loaded(package(p("登记表") + p("联系人及电话：{{ 联系人 }}") + p("车辆长度：{{ 长度 | number }}米")))


def read(contact: str, length: str = "车辆长度：5米") -> Result:
    return FORM.extract(package(p("登记表") + p(contact) + p(length)))


@pytest.mark.parametrize(
    ("contact", "length"),
    [
        ("聯繫人及電話：陳大文", "車輛長度：5米"),
        ("联系⼈及电话：陳大文", "⻋辆⻓度：5米"),
        ("联\U000e0100系人\U000e0101及电话\U000e0100：陳大文", "车\U000e0100辆长度\U000e0100：5米"),
        ("联\ufe00系人\ufe01及电话：陳大文", "\uf902辆长度：5米"),
    ],
)
def test_other_characters_are_the_same_words_and_told_once(contact: str, length: str) -> None:
    result = read(contact, length)
    assert result.data == {"联系人": "陳大文", "长度": 5}
    assert [(x.code, x.severity) for x in result.problems] == [("written-otherwise", "note")]


@pytest.mark.parametrize("words", ["營業收入與辦公系統證件", "繼續教育項目獎懲", "儲備勢頭參數噸位"])
def test_usual_words_of_forms_are_known_in_traditional_characters(words: str) -> None:
    assert fold(words) in ("营业收入与办公系统证件", "继续教育项目奖惩", "储备势头参数吨位")


def test_an_answer_in_other_characters_is_no_matter() -> None:
    result = read("联系人及电话：陳電話")
    assert (result.data["联系人"], result.problems) == ("陳電話", [])


def test_every_character_has_one_plain_form() -> None:
    assert all(fold(chr(code)) == fold(plain) for code, plain in SAME.items())
    assert not {ord(plain) for plain in SAME.values()} & SAME.keys()


@pytest.mark.parametrize(
    ("printed", "said", "value"),
    [
        ("面积：{{ n | number }}平方公里", "面积：12.5km²", 12.5),
        ("增长：{{ n | number }}个百分点", "增长：2.5百分点", 2.5),
        ("增长：{{ n | number }}百分点", "增长：2.5个百分点", 2.5),
        ("宽：{{ n | number }}米", "宽：2.5m", 2.5),
    ],
)
def test_a_unit_by_another_name_is_the_unit(printed: str, said: str, value: float) -> None:
    result = loaded(package(p("登记表") + p(printed))).extract(package(p("登记表") + p(said)))
    assert (result.data["n"], result.problems, result.leftovers) == (value, [], [])


def test_a_note_behind_the_unit_is_left_over_and_the_number_read() -> None:
    form = loaded(package(p("登记表") + p("人员：{{ n | integer }}人")))
    result = form.extract(package(p("登记表") + p("人员：662人（其中国家级2个）")))
    assert (result.data["n"], result.problems) == (662, [])
    assert [x.text for x in result.leftovers] == ["（其中国家级2个）"]


@pytest.mark.parametrize("printed", ["Prénom et qualité:", "Pre\u0301nom et qualite\u0301:", "성명과 직위:"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_that_are_written_with_marks_are_the_same_whole_or_apart(
    printed: str, form: Literal["NFC", "NFD"]
) -> None:
    """macOS takes them apart in names, and text copied from there has them so."""
    known = loaded(package(p("Formulaire") + p(printed + " {{ a }}") + p("Fin")))
    returned = package(p("Formulaire") + p(unicodedata.normalize(form, printed) + " Zoe, e\u0301le\u0300ve") + p("Fin"))
    result = known.extract(returned, by_meaning=True)
    assert (result.data, result.leftovers) == ({"a": "Zoe, e\u0301le\u0300ve"}, [])
    assert not [x for x in result.problems if x.severity != "note"]


@pytest.mark.parametrize("word", ["อายุ", "ที่อยู่", "हिन्दी", "ភាសា", "qualite\u0301", "이름", "名\u3099"])
@pytest.mark.parametrize("between", ["", " ", "：", "⏎"])
def test_the_marks_of_a_label_s_last_letter_are_none_of_the_answer(word: str, between: str) -> None:
    body = f'{{{{ 问 | choice("{word}") }}}}{word} {{{{ 问 | choice("{word}z") }}}}{word}z'
    form = loaded(package(p(f"{word}{between}{{{{ 甲 }}}}") + p(body) + p(f"{{{{ 数 | integer }}}}{word}")))
    result = form.extract(package(p(f"{word}{between}35 a") + p(f"☑{word} □{word}z") + p(f"7{word}")), by_meaning=True)
    assert result.data == {"甲": "35 a", "问": word, "数": 7}
    assert (result.problems, result.leftovers) == ([], [])
