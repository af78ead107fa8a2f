"""Words of the form that were changed are told, each as before and after; and nothing where they were left alone.

The corpus of returned forms beside the checkout (../shared/returned) is swept where it is there: what is missing there
is found by counting the words of the form in the document's text, without the comparison that is tested.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from docfill import Problem
from docfill.check import check
from docfill.check.rules import Rulebook
from docfill.check.wording import letters
from docfill.template.units import FormRow, Line, Unit
from docfill.word.document import Document, paragraphs_of
from tests.disturb import HARMLESS, Element, W, changed, with_revision_ids
from tests.small_form import form_named
from tests.test_doubts import put, row_of, shown
from tests.test_rules import loaded

CORPUS = Path(__file__).parent.parent.parent / "shared" / "returned"
ALTERING = ("struct_reword", "struct_notes_deleted", "struct_drop_rows")
"""The habits of the corpus that change words of the form."""


def told(form: str, change: Callable[[Element], None]) -> list[Problem]:
    """What is said about the words of the form in a filled document after a change."""
    document = changed(form_named(form).fill(loaded(form)), change)
    return check(form_named(form), document).groups["wording"]


def said(form: str, change: Callable[[Element], None]) -> list[tuple[str, str, str | None]]:
    """(code, before, after) of each."""
    return [(p.code, p.expected, p.found) for p in told(form, change)]


def paragraph_of(root: Element, text: str) -> Element:
    """The first paragraph that says `text`, spaces aside."""
    return next(p for p in root.iter(W + "p") if shown(p).strip() == text)


@pytest.mark.parametrize("form", ["shanghai", "shandong"])
@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_nothing_is_told_where_nothing_was_changed(form: str, change: Callable[[Element], None]) -> None:
    assert said(form, change) == []


@pytest.mark.parametrize("form", ["shanghai", "shandong"])
def test_nothing_is_told_of_a_blank_form(form: str) -> None:
    blank = changed(form_named(form).blank(), with_revision_ids)
    assert check(form_named(form), blank).groups["wording"] == []


def test_an_altered_label_is_shown_as_before_and_after() -> None:
    def change(root: Element) -> None:
        put(row_of(root, "集群企业数量")[1], "规模以上企业数量")

    (problem,) = [p for p in told("shanghai", change) if p.code == "words-altered"]
    assert (problem.expected, problem.found, problem.place.row) == ("集群企业数量", "规模以上企业数量", "集群企业数量")
    assert problem.place.xml


def test_an_altered_unit_is_shown() -> None:
    def change(root: Element) -> None:
        put(row_of(root, "集群总产值（营业收入）（亿元）")[1], "集群总产值（营业收入）（万元）")

    assert said("shanghai", change) == [
        ("words-altered", "集群总产值（营业收入）（亿元）", "集群总产值（营业收入）（万元）")
    ]


def test_an_altered_year_is_shown() -> None:
    def change(root: Element) -> None:
        put(list(row_of(root, "年度").iter(W + "tc"))[1], "2019年")

    assert said("shanghai", change) == [("words-altered", "2020年", "2019年")]


def test_a_year_without_its_word_means_the_same() -> None:
    def change(root: Element) -> None:
        put(list(row_of(root, "年度").iter(W + "tc"))[1], "2020")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.severity) == ("words-respelt", "note")


def test_a_deleted_note_is_told_at_its_field() -> None:
    def change(root: Element) -> None:
        put(paragraph_of(root, "（注：单位产值二氧化碳排放量需提供计算公式）"), "")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.expected) == ("words-removed", "（注：单位产值二氧化碳排放量需提供计算公式）")
    assert problem.place.section == "五、绿色化转型情况"


def test_each_of_several_equal_notes_is_missed_at_its_own_field() -> None:
    def change(root: Element) -> None:
        notes = [p for p in root.iter(W + "p") if shown(p) == "（注：勾选需提供佐证材料）"]
        for note in (notes[1], notes[4]):
            put(note, "")

    problems = told("shanghai", change)
    assert [p.code for p in problems] == ["words-removed"] * 2
    assert problems[0].place.row == "集群已开展的产业链资源协同协作工作"
    assert problems[0].place.row != problems[1].place.row


def test_a_deleted_limit_is_told() -> None:
    def change(root: Element) -> None:
        put(paragraph_of(root, "（200字以内）"), "")

    assert said("shanghai", change)[0][:2] == ("words-removed", "（200字以内）")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("真实、合法", "基本真实、合法"),
        ("愿意负相应责任", "不负责任"),
        ("并承担由此产生的一切后果", ""),
        ("如有不实之处，", "如有不实之处"),
    ],
)
@pytest.mark.parametrize("form", ["shanghai", "shandong"])
def test_the_declaration_stands_word_for_word(form: str, old: str, new: str) -> None:
    def change(root: Element) -> None:
        paragraph = next(p for p in root.iter(W + "p") if shown(p).strip().startswith("本单位承诺"))
        assert old in shown(paragraph)
        put(paragraph, shown(paragraph).replace(old, new))

    (problem,) = told(form, change)
    assert (problem.code, problem.severity) == ("exact-words-altered", "error")
    assert "如有不实之处，" in problem.expected


def test_a_deleted_declaration_is_told() -> None:
    def change(root: Element) -> None:
        put(next(p for p in root.iter(W + "p") if shown(p).strip().startswith("本单位承诺")), "")

    assert [p.code for p in told("shanghai", change)] == ["exact-words-altered"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("信息服务", "信息等服务"),
        ("集群已提供的中小企业公共服务：", "集群已提供的各类中小企业公共服务："),
        ("（2） 发展目标", "（2） 发展的目标"),
        ("（2） 发展目标", "（2）目标"),
        ("上海市中小企业特色产业集群申报表", "上海市中小企业产业集群申报表"),
        ("上海市中小企业特色产业集群申报表", "北京市中小企业特色产业集群申报表"),
    ],
)
def test_words_with_more_or_fewer_of_them_are_shown_though_reading_takes_them_for_others(old: str, new: str) -> None:
    def change(root: Element) -> None:
        next(t for t in root.iter(W + "t") if t.text == old).text = new

    document = changed(form_named("shanghai").fill(loaded("shanghai")), change)
    checked = check(form_named("shanghai"), document, rules=Rulebook())
    [problem] = checked.groups["wording"]
    assert (str(problem.expected).strip(), letters(str(problem.found))) == (old, letters(new))
    assert all(p.found != new for p in checked.groups["reading"])


def test_an_altered_option_is_shown() -> None:
    def change(root: Element) -> None:
        paragraph = next(p for p in root.iter(W + "p") if "开展了质量诊断服务" in shown(p))
        put(paragraph, shown(paragraph).replace("质量诊断", "能耗诊断"))

    assert ("words-altered", "开展了质量诊断服务", "开展了能耗诊断服务") in said("shanghai", change)


def test_a_deleted_option_is_told() -> None:
    def change(root: Element) -> None:
        paragraph = next(p for p in root.iter(W + "p") if "开展了质量诊断服务" in shown(p))
        put(paragraph, "")

    assert ("words-removed", "开展了质量诊断服务", None) in said("shanghai", change)


def test_an_option_that_was_added_is_text_of_no_field() -> None:
    def change(root: Element) -> None:
        paragraph = next(p for p in root.iter(W + "p") if "开展了质量诊断服务" in shown(p))
        twin = copy.deepcopy(paragraph)
        put(twin, "☑获得了国家级质量奖")
        paragraph.addnext(twin)

    document = changed(form_named("shanghai").fill(loaded("shanghai")), change)
    assert "国家级质量奖" in " ".join(str(p.found) for p in check(form_named("shanghai"), document).problems)


def test_words_added_to_a_label_are_shown() -> None:
    def change(root: Element) -> None:
        put(row_of(root, "集群企业数量")[1], "集群重点企业数量")

    assert said("shanghai", change) == [("words-added", "集群企业数量", "集群重点企业数量")]


def test_options_that_were_not_chosen_may_be_struck() -> None:
    def change(root: Element) -> None:
        cell = row_of(root, "近三年是否发生较大及以上安全、质量、环境污染等事故，重大及以上网络安全事件和数据安全事件")
        for paragraph in cell.iter(W + "p"):
            if "□是" in shown(paragraph):
                put(paragraph, "")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.expected, problem.severity) == ("options-struck", "是", "note")


def test_a_deleted_heading_is_told_with_the_field_below_it() -> None:
    def change(root: Element) -> None:
        put(paragraph_of(root, "二、主导产业情况"), "")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.expected.strip(), problem.place.section) == (
        "words-removed",
        "二、主导产业情况",
        "二、主导产业情况",
    )


def test_an_answer_that_quotes_a_label_does_not_stand_for_it() -> None:
    record = loaded("shanghai")
    record["主导产业情况"]["集群产业链强链补链情况"] = "集群企业数量逐年增加，（注：勾选需提供佐证材料）"

    def change(root: Element) -> None:
        put(row_of(root, "集群企业数量")[1], "户数")

    document = changed(form_named("shanghai").fill(record), change)
    problems = check(form_named("shanghai"), document).groups["wording"]
    assert [(p.code, p.expected) for p in problems] == [("words-altered", "集群企业数量")] or [
        p.code for p in problems
    ] == ["words-removed"]


def test_years_that_changed_places_are_told() -> None:
    def change(root: Element) -> None:
        cells = list(row_of(root, "年度").iter(W + "tc"))
        put(cells[1], "2022年")
        put(cells[3], "2020年")

    checked = check(form_named("shanghai"), changed(form_named("shanghai").fill(loaded("shanghai")), change))
    assert {p.code for p in checked.groups["wording"]} <= {"words-moved", "words-altered"}
    assert len(checked.groups["wording"]) == 2


def test_words_added_to_a_heading_are_shown() -> None:
    def change(root: Element) -> None:
        put(paragraph_of(root, "二、主导产业情况"), "二、主导产业情况（含规上企业）")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.found) == ("words-added", "二、主导产业情况（含规上企业）")


def test_an_option_that_became_the_other_is_no_struck_option() -> None:
    def change(root: Element) -> None:
        put(next(p for p in root.iter(W + "p") if shown(p).strip() == "□是"), "□否")

    (problem,) = told("shanghai", change)
    assert (problem.code, problem.expected) == ("words-removed", "是")


def test_rows_and_lines_that_were_moved_are_not_missed() -> None:
    def change(root: Element) -> None:
        row_of(root, "主导产业相关的国家级高新技术企业数量").addnext(row_of(root, "集群企业数量"))

    assert {p.severity for p in told("shanghai", change)} == {"note"}
    assert ("words-moved", "集群企业数量", None) in said("shanghai", change)


@pytest.mark.parametrize("form", ["shanghai", "shandong"])
def test_one_other_letter_in_any_printed_word_is_told(form: str) -> None:
    filled = form_named(form).fill(loaded(form))
    blank = changed(form_named(form).blank(), with_revision_ids)
    printed = Counter(p.text for p in paragraphs_of(Document(blank).blocks))
    missed = []
    texts = [t for t in _texts(filled) if len(letters(t)) > 3 and any(t.strip() in line for line in printed)]
    rows = {letters(cell) for f in form_named(form).fields for texts in f.printed for cell in texts}
    optional = rows | {letters(line.literal) for line in _lines(form_named(form).skeleton.units) if line.optional}
    assert len(texts) > 100
    for text in texts[::6]:
        if letters(text) in optional:
            continue
        at = next(i for i in range(len(text) // 2, len(text)) if letters(text[i]))

        def change(root: Element, text: str = text, at: int = at) -> None:
            found = next(t for t in root.iter(W + "t") if t.text == text)
            found.text = text[:at] + "龘" + text[at + 1 :]

        problems = check(form_named(form), changed(filled, change), rules=Rulebook()).groups["wording"]
        if not any(p.severity != "note" and (p.found is None or "龘" in p.found) for p in problems):
            missed.append(text)
    assert missed == []


def _texts(document: bytes) -> list[str]:
    return [t.text for t in Document(document).root.iter(W + "t") if t.text]


def _lines(units: list[Unit]) -> list[Line]:
    """The lines of the form, those in cells included."""
    found = [u for u in units if isinstance(u, Line)]
    return found + [x for u in units if isinstance(u, FormRow) for c in u.cells for x in _lines(c.units)]


# --- the corpus ---


def _recipe(path: Path) -> list[str]:
    recipe: list[str] = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))["recipe"]
    return recipe


RETURNED = sorted(p for p in CORPUS.glob("*/*") if p.suffix in (".docx", ".docm"))


@pytest.mark.skipif(not RETURNED, reason="the corpus lies beside the project's own checkout only")
def test_the_corpus_is_told_of_where_its_words_were_changed_and_only_there() -> None:
    false, silent, altered = [], [], 0
    for path in RETURNED:
        form = form_named(path.name.split("-")[0])
        document = Document(path)
        problems = check(form, document, rules=Rulebook()).groups["wording"]
        found = [p for p in problems if p.severity != "note"]
        is_altering = any(habit.startswith(ALTERING) for habit in _recipe(path))
        altered += is_altering
        if found and not is_altering:
            false.append((path.name, [str(p) for p in found]))
        text = "\n".join(letters(p.text) for p in paragraphs_of(document.blocks))
        printed = Counter(
            w for line in _lines(form.skeleton.units) if not line.optional and (w := letters(line.literal))
        )
        gone = [w for w, count in printed.items() if len(w) > 3 and text.count(w) < count and not _has_slots(form, w)]
        seen = [letters(str(p.expected)) for p in problems]
        silent += [(path.name, w) for w in gone if is_altering and not any(s and (s in w or w in s) for s in seen)]
    assert false == []
    assert silent == []
    assert altered > 15


def _has_slots(form: object, words: str) -> bool:
    """Whether a line of the form has answers among its words, so that they do not stand together."""
    lines = _lines(form.skeleton.units)  # type: ignore[attr-defined]
    return any(letters(x.literal) == words and any(not isinstance(t, str) for t in x.tokens) for x in lines)
