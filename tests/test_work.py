"""What a plain return does not ask for is not worked out: counted by calls, never by the clock."""

from __future__ import annotations

import gc
import tomllib
from collections import Counter
from collections.abc import Callable
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import Form, limits
from docfill import text as text_
from docfill.beside import _top_of
from docfill.check.expression import Expression, Unanswered
from docfill.check.rules import Message, pieces_of
from docfill.check.wording import Letters, letters
from docfill.data import Records
from docfill.exact import Exact
from docfill.read import signs
from docfill.read.drawings import Drawings
from docfill.read.plan import LinePlan
from docfill.read.reader import Reader
from docfill.template.units import Line
from docfill.text import LABEL, fold, fold_with_map
from docfill.word import looks, symbols, ticks, xml
from docfill.word.document import Document
from docfill.word.xml import W
from tests.small_form import form_named, loaded, p, package


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], Counter[str]]:
    """Counts the calls of a function of a class or module, by the last of its arguments that is a text."""

    def count(owner: Any, name: str) -> Counter[str]:
        calls: Counter[str] = Counter()
        function = getattr(owner, name)

        def told(*args: Any, **named: Any) -> Any:
            calls[next((a for a in reversed(args) if isinstance(a, str)), "")] += 1
            return function(*args, **named)

        monkeypatch.setattr(owner, name, told)
        return calls

    return count


@pytest.fixture(scope="module")
def form() -> Form:
    return form_named("small").compiled()


@pytest.fixture(scope="module")
def filled(form: Form) -> bytes:
    return form.fill({})


def test_no_look_is_worked_out_for_a_plain_return(
    form: Form, filled: bytes, counted: Callable[[Any, str], Counter[str]]
) -> None:
    form.extract(filled, by_meaning=True)  # what the blank form itself shows is worked out once
    worked_out = counted(looks.Formats, "_worked_out")
    form.extract(filled, by_meaning=True)
    assert not worked_out


def test_a_look_is_worked_out_where_it_decides(counted: Callable[[Any, str], Counter[str]]) -> None:
    worked_out = counted(looks.Formats, "_worked_out")
    struck = '<w:r><w:rPr><w:strike/><w:sz w:val="37"/></w:rPr><w:t>旧</w:t></w:r>'  # of a size of its own
    assert [q.text for q in Document(package(p("新") + f"<w:p>{struck}</w:p>")).paragraphs][:2] == ["新", ""]
    assert worked_out.total() == 1


def test_words_as_the_form_prints_them_are_not_searched_for_signs(
    form: Form, filled: bytes, counted: Callable[[Any, str], Counter[str]]
) -> None:
    form.extract(filled, by_meaning=True)
    searched = counted(signs, "_state")
    form.extract(filled, by_meaning=True)
    assert not searched


def test_each_part_of_a_package_is_parsed_once_by_a_reading(
    form: Form, filled: bytes, counted: Callable[[Any, str], Counter[str]]
) -> None:
    parsed = counted(xml, "_parsed")
    form.extract(filled, by_meaning=True)
    times = {name.rpartition(" ")[2]: count for name, count in parsed.items()}
    assert times["word/document.xml"] == 1
    others = (times.get(name, 0) for name in ("word/_rels/document.xml.rels", "_rels/.rels"))
    assert max(others) <= 1, "those of another file may be alike"


def test_the_words_of_a_long_line_that_is_gone_are_not_gone_through_for_each_of_its_places(
    counted: Callable[[Any, str], Counter[str]],
) -> None:
    form = loaded(package(p("".join(f"第{n}项：{{{{ 组.项{n} }}}}，" for n in range(200)))))
    gone_through = counted(text_, "_key")
    assert len(form.extract(package(p("另一份文件"))).problems) == 200
    assert sum(len(text) > LABEL for text in gone_through.elements()) <= 1


def test_fonts_are_looked_at_one_by_one_only_where_one_draws_symbols(
    counted: Callable[[Any, str], Counter[str]],
) -> None:
    looked = counted(symbols, "symbol_font")
    run = '<w:p><w:r><w:rPr><w:rFonts w:ascii="{}"/></w:rPr><w:t>R</w:t></w:r></w:p>'
    assert Document(package(run.format("Arial"))).paragraphs[0].text == "R"
    assert not looked
    assert Document(package(run.format("WINGDINGS 2"))).paragraphs[0].text == "☑"
    assert looked.total() > 0


def test_a_value_in_a_message_is_worked_out_once_for_both_languages(
    counted: Callable[[Any, str], Counter[str]],
) -> None:
    asked = counted(Expression, "__call__")
    zh, en = pieces_of("现为 {a}，{a}"), pieces_of("is {a}")
    said = Message(zh, en, {"a": Expression("甲")}).say({"甲": 3})
    assert said == ("现为 3，3", "is 3")
    assert asked.total() == 1


@pytest.mark.parametrize("rows", [0, 3])
def test_what_was_read_goes_when_nobody_holds_it(form: Form, rows: int) -> None:
    filled = form.fill({"清单": [{"类别": "甲", "名称": f"乙{n}"} for n in range(rows)]})
    form.extract(filled, by_meaning=True)
    gc.collect()
    gc.disable()
    try:
        result = form.extract(filled, by_meaning=True)
        del result
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_what_was_just_read_is_not_searched_for_rings_at_once(form: Form) -> None:
    saved = form.fill({"清单": [{"类别": "甲", "名称": f"乙{n}"} for n in range(60)]})
    before, searched = gc.get_threshold(), Counter[str]()
    gc.set_threshold(700, 10, 10)
    try:
        form.extract(saved, by_meaning=True)
        gc.collect()
        gc.callbacks.append(lambda phase, _: searched.update([phase]))
        for _ in range(3):
            form.extract(saved, by_meaning=True)
        assert not searched
        first, *others = gc.get_threshold()
        assert 700 <= first <= 700 + limits._Collecting._MOST_YOUNG and others == [10, 10]
        gc.set_threshold(5, 6, 7)
        form.extract(saved, by_meaning=True)
        first, *others = gc.get_threshold()
        assert 5 <= first <= 5 + limits._Collecting._MOST_YOUNG and others == [6, 7]
        gc.set_threshold(0, 1, 1)
        form.extract(saved, by_meaning=True)
        assert gc.get_threshold() == (0, 1, 1)
    finally:
        gc.callbacks.pop()
        gc.set_threshold(*before)


def test_a_check_of_what_fill_made_looks_for_positions_only_when_it_is_asked_for_them(
    form: Form, filled: bytes, counted: Callable[[Any, str], Counter[str]]
) -> None:
    aligned, written, flattened = counted(Reader, "read"), counted(Exact, "write"), counted(Records, "flatten")
    checked = form.check(filled)
    assert checked.proof is not None and checked.proof.is_identical and written.total() == 1
    assert flattened.total() == 1
    assert checked.counts["error"] and not aligned
    assert any(problem.place.xml for problem in checked.problems) and aligned


def test_an_expression_is_no_module_for_python_to_compile(counted: Callable[[Any, str], Counter[str]]) -> None:
    compiled = counted(jinja2.Environment, "compile")
    names = {"甲": {"乙": 3}, "年": "乙"}
    assert [Expression(said)(names) for said in ("甲.乙", "甲[年]", '甲["乙"]')] == [3, 3, 3]
    for absent in ("丙", "甲.丙", "甲[月]", "甲.乙.丙"):
        with pytest.raises(Unanswered):
            Expression(absent)(names)
    assert Expression("甲.乙 + 1 > 3 and 年 in [年]")(names) is True
    assert not compiled


@given(st.text(st.sampled_from("甲A Ａ\u3000㎡…\u200b\ufe0f№é體\n(（"), max_size=LABEL + 20))
def test_a_text_folds_character_by_character_and_each_knows_where_it_comes_from(text: str) -> None:
    folded, origin = fold_with_map(text)
    assert folded == "".join(map(fold, text))
    assert [*origin] == [at for at, char in enumerate(text) for _ in fold(char)] + [len(text)]


@given(
    st.text(
        st.sampled_from("甲Aeéc\u0301\u0327か\u3099가\u1100\u1161\u11a8\u09c7\u09be ㎡…\ufe0f\u200b"),
        max_size=LABEL + 20,
    )
)
def test_letters_with_marks_upon_them_fold_as_the_whole_text_does(text: str) -> None:
    folded, origin = fold_with_map(text)
    assert folded == fold(text)
    assert len(origin) == len(folded) + 1
    assert [*origin] == sorted(origin)
    assert origin[-1] == len(text)


@given(st.lists(st.text(st.sampled_from("甲聯⻓ａAa1é\u0301がか\u3099 。\u200b")), min_size=2, max_size=9))
def test_what_a_text_folds_to_is_the_same_whatever_was_folded_before(texts: list[str]) -> None:
    folded = [fold(text) for text in texts]
    assert folded == [text_._fold(text) for text in texts]


@given(st.lists(st.text(st.sampled_from("甲乙a1 、()（）√□"), max_size=9), max_size=6))
def test_every_letter_knows_its_text_and_where_it_stands_there(texts: list[str]) -> None:
    told = Letters.of(texts)
    assert told.text == "".join(map(letters, texts))
    owners = [told.owner(at) for at in range(len(told.text))]
    assert owners == sorted(owners)
    assert [letters(texts[n][at]) or fold(texts[n][at]) for n, at in owners] == [*told.text]


@given(st.text(st.sampled_from("甲V1ａ □☑√(（)）[]×●👍±_"), max_size=12))
def test_where_no_character_may_be_a_sign_there_is_none(text: str) -> None:
    assert any(map(signs._may_be_one, text)) or not ticks.TOKEN.search(text)
    behind = signs.signs_of("👍" + text, 1)
    assert [(s.says, s.start + 1) for s in signs.signs_of(text)] == [(s.says, s.start) for s in behind]


def test_a_line_that_says_otherwise_is_searched() -> None:
    plan = LinePlan(Line(["□ 甲项工作"]))
    assert plan.text == "□ 甲项工作" and [s.says for s in plan.signs] == [False]


@pytest.mark.parametrize(
    "rules",
    [
        'key = ["甲.乙"]\n[[rule]]\nname = "a"\n',
        'key = [\n  "甲.乙",\n]\n\n  [[rule]]\nkey = "b"\n',
        'by_hand = """\n[[no table]]\n"""\nkey = ["甲.乙"]\n[[rule]]\n',
        '[[rule]]\nkey = ["b"]\n',
        '"key" = ["甲.乙"]\n',
    ],
)
def test_the_top_of_a_rules_file_has_the_keys_of_the_whole(rules: str) -> None:
    assert _top_of(rules.encode()).get("key") == tomllib.loads(rules).get("key")


def test_rules_that_cannot_be_read_have_no_keys() -> None:
    assert _top_of(b"key = [") == {}
    assert _top_of(b"\xff key") == {}


@pytest.mark.parametrize(
    "said", ["39", "40", " 12 ", "1e1", "+5", "0x10", "-12001", "-41", "", " ", "3.5", "-.5", "٣", "9" * 30]
)
@pytest.mark.parametrize(
    ("name", "attribute"), [("trHeight", "val"), ("spacing", "line"), ("ind", "start"), ("sz", "val")]
)
def test_a_measure_is_the_number_that_xpath_reads(name: str, attribute: str, said: str) -> None:
    element = etree.Element(W + name, {W + attribute: said})
    for bound in (-12_000, -40, 4, 40):
        told = element.xpath(f"@w:{attribute} < {bound}", namespaces={"w": W[1:-1]})
        assert (looks._measure(element, attribute) < bound) is told
    assert not looks._measure(element, "nothing") <= 0


def test_marks_are_shared_out_only_in_lines_with_boxes(counted: Callable[[Any, str], Counter[str]]) -> None:
    shared = counted(Drawings, "_share")
    plain = loaded(package(p("名称：{{ 名称 }}，电话：{{ 电话 }}")))
    assert plain.extract(plain.fill({"名称": "甲", "电话": "1"}), by_meaning=True).data == {"名称": "甲", "电话": "1"}
    assert not shared
    boxed = loaded(package(p('是否：{{ 是否 | choice("是") }}是 {{ 是否 | choice("否") }}否')))
    assert boxed.extract(boxed.fill({"是否": "否"}), by_meaning=True).data == {"是否": "否"}
    assert shared
