"""A fillable blank: the official one for eyes and laws, in which LibreOffice lets one type in the places only."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import Form
from docfill.data import value_at
from docfill.fields import Field
from docfill.kinds import DATE
from docfill.problems import InvalidData
from docfill.template.units import Line, walk
from docfill.word.controls import name_of, name_of_path
from docfill.word.document import Document
from docfill.word.protection import old_hash
from docfill.word.xml import W15, W
from tests import typist
from tests.disturb import package_of, parts_of
from tests.small_form import NAMES, cell, form_named, loaded, p, package, row, table
from tests.strategies import filled_everywhere, plain, record_of, records
from tests.test_docxtpl import few
from tests.test_laws import assert_same

OFFICE = pytest.mark.skipif(
    not typist.is_there() and os.environ.get("DOCFILL_TEST_LIBREOFFICE") != "required",
    reason="not installed: soffice with python3-uno",
)


@pytest.fixture(scope="module", params=NAMES)
def form(request: pytest.FixtureRequest) -> Form:
    return form_named(request.param)


def small() -> Form:
    """A form with every sort of control."""
    body = (
        p("登记表")
        + p("单位：{{ 单位 | blank(12) }}")
        + table(
            2,
            row("姓名", "{{ 姓名 }}"),
            row("人数（人）", "{{ 人数 | integer }}"),
            row("日期", "{{ 日期 | date }}"),
            row("性质", '{{ 性质 | choice("国有") }}国有 {{ 性质 | choice("民营") }}民营'),
            row("是否新办", '{{ "新办" if 新办 == "是" else "原有" }}'),
            row("名称", "数量"),
            row(cell("{%tr for 项 in 清单 %}", span=2)),
            row("{{ 项.名称 }}", "{{ 项.数量 | number }}"),
            row(cell("{%tr else %}", span=2)),
            row("", ""),
            row("", ""),
            row(cell("{%tr endfor %}", span=2)),
        )
        + p("说明")
        + p("{%p for 段 in 说明 | lines %}")
        + p("{{ 段 }}")
        + p("{%p else %}")
        + p("（请写明来由，200字以内）")
        + p("{%p endfor %}")
    )
    return loaded(package(body), "登记表")


RECORD = {
    "单位": "东港厂",
    "姓名": "王芳",
    "人数": 12,
    "日期": "2026-05-06",
    "性质": "民营",
    "新办": "是",
    "清单": [{"名称": "泵", "数量": 2.5}, {"名称": "阀", "数量": 3}],
    "说明": "甲地新建，二期。\n乙地扩建。",
}


# --- the blank itself ---


def test_nothing_is_answered_in_it_and_it_reads_as_the_blank_does(form: Form) -> None:
    blank = form.blank(fillable=True)
    assert blank == form.blank(fillable=True)
    plain, result = form.extract(form.blank(), by_meaning=True), form.extract(blank)
    assert result.data == plain.data
    assert ([x.text for x in result.leftovers], result.problems) == ([], plain.problems)


def test_each_place_has_a_control_with_its_path_as_tag_and_title(form: Form) -> None:
    controls = [c for c in Document(form.blank(fillable=True), "x").root.iter(W + "sdt") if name_of(c)]
    for control in controls:
        tag, title = (control.find(f"{W}sdtPr/{W}{name}") for name in ("tag", "alias"))
        assert tag is not None and title is not None
        assert tag.get(W + "val") == title.get(W + "val") == name_of(control)
        assert len(name_of(control)) <= 64
    assert len({c.find(f"{W}sdtPr/{W}id").get(W + "val") for c in controls}) == len(controls)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_no_place_of_the_official_forms_lacks_its_control(name: str) -> None:
    form = form_named(name)
    there = {name_of(c) for c in Document(form.blank(fillable=True), "x").root.iter(W + "sdt")}
    due = [f for f in form.fields if not f.fields]
    named = {name_of_path(f"{f.path}={o}") for f in due for o in f.options}
    assert named | {name_of_path(f.path) for f in due if not f.options} <= there


def test_all_else_is_protected_and_as_it_was(form: Form) -> None:
    made, blank = parts_of(form.blank(fillable=True)), parts_of(form.blank())
    assert {n for n in made if made[n] != blank.get(n)} <= {
        "[Content_Types].xml", "word/document.xml", "word/header1.xml", "word/settings.xml",
        "word/_rels/document.xml.rels", "word/glossary/document.xml",
    }  # fmt: skip
    assert b'<w:documentProtection w:edit="forms" w:enforcement="1"/>' in made["word/settings.xml"]
    assert b'w:formProt w:val="0"' not in made["word/document.xml"]
    for part in made:
        if part.endswith((".xml", ".rels")):
            etree.fromstring(made[part])


def test_a_placeholder_is_the_form_s_own_blank_or_hint_and_word_can_restore_it() -> None:
    form = small()
    parts = parts_of(form.blank(fillable=True))
    shown = re.findall(r'w:name w:val="docfill:([^"]*)".*?<w:docPartBody>.*?<w:t[^>]*>([^<]*)<', parts[
        "word/glossary/document.xml"].decode())  # fmt: skip
    placeholders = dict(shown)
    assert placeholders["单位"].strip() == "" and len(placeholders["单位"]) >= 11
    assert placeholders["说明"] == "（请写明来由，200字以内）"
    assert re.sub(r"\s", "", placeholders["日期"]) == "年月日"


def test_an_old_password_hash_is_that_of_the_standard() -> None:
    assert f"{old_hash('Example'):08X}" == "7EEDCE64"  # ECMA-376 part 4, 14.8.1


def test_a_password_is_kept_as_a_salted_hash_only() -> None:
    made, other = (small().blank(fillable=True, password=word) for word in ("东港2026", "x"))
    assert made == small().blank(fillable=True, password="东港2026") != other
    said = parts_of(made)["word/settings.xml"].decode()
    assert re.search(r'w:cryptAlgorithmSid="14" w:cryptSpinCount="100000" w:hash="[^"]{88}" w:salt="[^"]{24}"', said)
    assert "2026" not in said


def test_a_section_that_is_excepted_from_protection_is_no_more() -> None:
    body = p("登记表") + p("单位：{{ 单位 | blank(8) }}") + '<w:sectPr><w:formProt w:val="false"/></w:sectPr>'
    data = package(body).replace(b"", b"")
    assert b"formProt" not in parts_of(loaded(data).blank(fillable=True))["word/document.xml"]


# --- what comes back ---


def placed(form: Form) -> dict[str, Any]:
    """An answer at every field that has its place on the blank form as it is."""
    values = filled_everywhere(form)
    try:
        form.put(form.blank(), record_of(values))
    except InvalidData as refused:
        values = {path: v for path, v in values.items() if path not in {x.path for x in refused.problems}}
    return values


def test_what_is_put_into_it_reads_back_and_stands_in_its_controls(form: Form) -> None:
    record = form.extract(form.fill(record_of(placed(form)))).data
    filled = form.put(form.blank(fillable=True), record)
    result = form.extract(filled)
    assert (result.data, result.problems, result.leftovers) == (record, [], [])
    assert form.put(filled, record) == filled


SMALL = small()


@few
@given(data=st.data())
def test_records_of_every_sort_read_back_from_its_controls_and_stand_nowhere_else(data: st.DataObject) -> None:
    """PutGet, GetPut and PutPut; what is no place stays as it is in the blank (law 3)."""
    record = SMALL.context(data.draw(records(SMALL, plain)))
    blank = SMALL.blank(fillable=True)
    filled = SMALL.put(blank, record)
    assert_same(SMALL.extract(filled), record)
    assert SMALL.put(filled, SMALL.extract(filled).data) == filled
    assert outside(filled) == outside(blank)
    other = SMALL.context(data.draw(records(SMALL, plain)))
    assert_same(SMALL.extract(SMALL.put(filled, other)), other)


def outside(document: bytes) -> list[str]:
    """The words of the form that stand in no control."""
    root = etree.fromstring(parts_of(document)["word/document.xml"])
    return [t.text or "" for t in root.iter(W + "t") if not any(name_of(c) for c in t.iterancestors(W + "sdt"))]


def typed(form: Form, path: str, text: str, *, elsewhere: str = "", nth: int = 0) -> bytes:
    """The fillable blank with a text typed into the control of a path, as LibreOffice leaves it: still a prompt."""
    parts = parts_of(form.blank(fillable=True))
    root = etree.fromstring(parts["word/document.xml"])
    control = [c for c in root.iter(W + "sdt") if name_of(c) == path][nth]
    first, *others = control.iter(W + "t")
    first.text = text
    for other in others:
        other.text = ""
    for shown in root.iter(W + "t") if elsewhere else ():
        if shown.text == elsewhere.partition("=")[0]:
            shown.text = elsewhere.partition("=")[2]
    parts["word/document.xml"] = etree.tostring(root)
    return package_of(parts)


def test_what_is_typed_over_a_placeholder_is_an_answer() -> None:
    form = small()
    for path, text, value in (
        ("单位", "东港厂", "东港厂"),
        ("姓名", "王芳", "王芳"),
        ("人数", "12", 12),
        ("日期", "2026年5月6日", "2026-05-06"),
        ("说明", "新建。", "新建。"),
    ):
        result = form.extract(typed(form, path, text))
        assert (result.data[path], result.problems, result.leftovers) == (value, [], [])
    assert form.extract(typed(form, "清单[].名称", "泵", nth=1)).data["清单"] == [{"名称": "泵", "数量": None}]
    assert form.extract(typed(form, "性质=民营", "☑")).data["性质"] == "民营"


def test_an_answer_that_quotes_the_form_is_known_by_its_control() -> None:
    form = small()
    result = form.extract(typed(form, "姓名", "人数（人）"))
    assert result.data["姓名"] == "人数（人）"


def test_where_words_and_control_differ_the_control_is_taken_and_doubted() -> None:
    form = small()
    parts = parts_of(form.blank(fillable=True))
    root = etree.fromstring(parts["word/document.xml"])
    moved = next(c for c in root.iter(W + "sdt") if name_of(c) == "姓名")
    next(moved.iter(W + "t")).text = "王芳"
    home = next(c for c in root.iter(W + "sdt") if name_of(c) == "人数").getparent()
    home.insert(0, moved)
    parts["word/document.xml"] = etree.tostring(root)
    result = form.extract(package_of(parts))
    assert result.data["姓名"] == "王芳"
    assert "control-differs" in {x.code for x in result.problems if x.path == "姓名"}


def test_a_rows_section_grows_by_its_items() -> None:
    form = small()
    filled = form.put(form.blank(fillable=True), {"清单": [{"名称": n} for n in "甲乙丙丁"]})
    root = Document(filled, "x").root
    items = [c for c in root.iter(W + "sdt") if c.find(f"{W}sdtPr/{W15}repeatingSectionItem") is not None]
    assert [len(list(i.iter(W + "tr"))) for i in items] == [1, 1, 1, 1]
    assert form.extract(filled).data["清单"] == [{"名称": n, "数量": None} for n in "甲乙丙丁"]


# --- LibreOffice ---


def texts_for(form: Form, record: dict[str, Any]) -> list[str | None]:
    """What is to be typed into each control of the fillable blank so that it says a record; a day is picked."""
    printed = {
        n.path: n.words for u, _, _ in walk(form.skeleton.units) if isinstance(u, Line) for n in u.slots if n.words
    }
    due: dict[str, list[str]] = defaultdict(list)

    def add(fields: list[Field] | tuple[Field, ...], said: dict[str, Any], before: str) -> None:
        for f in fields:
            value, path = value_at(said, f.steps), before + f.path
            if path in printed:
                words = dict(zip(printed[path].options, printed[path].texts, strict=True))
                due[name_of_path(path)].append(words[value])
                continue
            for option in f.options:
                if f.kind.is_chosen(value, option):
                    due[name_of_path(f"{path}={option}")].append("☑")
            for each in value or [] if f.fields else []:
                add(f.fields, each, f"{path}[].")
            if f.kind.is_written and value is not None:
                shown = value if f.kind is DATE and "[]" not in path else f.kind.format(value)  # type: ignore[attr-defined]
                due[name_of_path(path)].append(shown)

    add(form.fields, record, "")
    controls = [c for c in Document(form.blank(fillable=True), "x").root.iter(W + "sdt") if not _repeats(c)]
    return [(due[name_of(c)] or [None]).pop(0) for c in controls]


def _repeats(control: Any) -> bool:
    return any(control.find(f"{W}sdtPr/{W15}{n}") is not None for n in ("repeatingSection", "repeatingSectionItem"))


@OFFICE
def test_libreoffice_fills_it_in_and_cannot_change_anything_else(tmp_path: Path) -> None:
    form = small()
    saved = typist.typed(form.blank(fillable=True), texts_for(form, RECORD), "登记表", tmp_path)
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        document = archive.read("word/document.xml").decode()
    assert "XXXX" not in document
    assert 'w:docPart w:val="docfill:姓名"' in document
    result = form.extract(saved)
    assert {k: v for k, v in result.data.items() if k in RECORD} == RECORD
    assert (result.problems, result.leftovers) == ([], [])
