"""Stock docxtpl renders the same templates: the same page, cell by cell, and one that reads back the same."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st

from docfill import Form
from docfill.lint import lint
from tests import idioms
from tests.disturb import package_of, parts_of
from tests.idioms import IDIOMS, Idiom
from tests.page import page
from tests.small_form import NAMES, form_named, loaded, p, package, template_of
from tests.strategies import filled_everywhere, plain, record_of, records, tricky
from tests.test_laws import assert_same
from tests.test_problems import document_of

every_form = pytest.mark.parametrize("form", [form_named(name) for name in (*NAMES, "derived")], ids=lambda f: f.name)
few = settings(max_examples=max(4, settings.default.max_examples // 10))


def rendered(form: Form, record: dict[str, Any], source: bytes | None = None) -> bytes:
    """What stock docxtpl makes of the form's template."""
    template = DocxTemplate(io.BytesIO(source or template_of(form.name)))
    template.render(form.context(record), form.environment)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@every_form
@few
@given(data=st.data())
def test_docxtpl_shows_the_page_that_fill_shows(form: Form, data: st.DataObject) -> None:
    record = data.draw(records(form, tricky, most=40))
    assert page(rendered(form, record)) == page(form.fill(record))


@every_form
def test_docxtpl_shows_the_same_page_filled_everywhere_and_blank(form: Form) -> None:
    for record in (record_of(filled_everywhere(form)), {}):
        assert page(rendered(form, record)) == page(form.fill(record))


def test_docxtpl_shows_the_same_header() -> None:
    form, record = form_named("small"), {"编号": "领-07"}
    theirs, ours = rendered(form, record), form.fill(record)
    assert page(theirs, "word/header1.xml") == page(ours, "word/header1.xml") == ["登记编号：领-07"]


@every_form
@few
@given(data=st.data())
def test_what_docxtpl_made_is_read_back(form: Form, data: st.DataObject) -> None:
    record = data.draw(records(form, plain, most=40))
    assert_same(form.extract(rendered(form, record)), form.context(record))


def test_the_comparison_sees_an_answer_in_another_cell() -> None:
    record = {"甲": "一", "乙": "二"}
    source, other = (package(p(f"甲：{{{{ {a} }}}}") + p(f"乙：{{{{ {b} }}}}")) for a, b in ("甲乙", "乙甲"))
    assert page(rendered(loaded(source), record, source)) != page(loaded(other).fill(record))


# --- the idioms of others ---


def rendered_as_theirs(source: bytes, given: dict[str, Any]) -> bytes:
    """What docxtpl makes of a template whose author has never heard of docfill."""
    template = DocxTemplate(io.BytesIO(source))
    template.render(given, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@pytest.mark.parametrize("idiom", IDIOMS, ids=lambda idiom: idiom.spelling.replace("`", ""))
def test_an_idiom_reads_back_as_the_table_says(idiom: Idiom) -> None:
    source = document_of(idiom.template)
    form = loaded(source)
    document = rendered_as_theirs(source, idiom.given)
    for by_meaning in (False, True):
        result = form.extract(document, by_meaning=by_meaning)
        assert (result.data, {x.code for x in result.problems}) == (idiom.expected, idiom.told)
    assert {x.code for x in lint(form)} == idiom.linted


@pytest.mark.parametrize(
    "idiom", [i for i in IDIOMS if not i.told and i.read is None], ids=lambda idiom: idiom.spelling.replace("`", "")
)
def test_an_idiom_is_filled_in_as_docxtpl_does(idiom: Idiom) -> None:
    source = document_of(idiom.template)
    filled = loaded(source).fill(idiom.given)
    assert page(filled) == page(rendered_as_theirs(source, idiom.given))
    assert loaded(source).fill(loaded(source).extract(filled).data) == filled


def test_the_table_of_idioms_is_that_of_the_tests() -> None:
    text = idioms.PAGE.read_text(encoding="utf-8")
    assert text == idioms.page(text), "refresh it: python -m tests.idioms"


def test_what_stands_in_one_of_several_footers_is_read() -> None:
    source = package(p("表"), header=p("编号：{{ 编号 }}"))
    parts = parts_of(source)
    blank = parts["word/header1.xml"].replace("编号：{{ 编号 }}".encode(), b"")
    tagged = parts["word/header1.xml"].replace("编号：".encode(), b"")
    parts |= {"word/header1.xml": blank, "word/header2.xml": tagged}
    extra = (
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" '
    )
    relationships = "word/_rels/document.xml.rels"
    closing = b'Target="header2.xml"/></Relationships>'
    parts[relationships] = parts[relationships].replace(b"</Relationships>", extra + closing)
    form = loaded(package_of(parts))
    assert form.extract(form.fill({"编号": "领-07"}), by_meaning=True).data == {"编号": "领-07"}


def test_records_of_one_paragraph_each_hold_lines() -> None:
    lines = [
        "著作",
        "{%p for 人 in 作者 %}",
        "{% for 书 in 人.书 %}《{{ 书.题 }}》⏎{% endfor %}",
        "{%p endfor %}",
        "完",
    ]
    source = document_of(lines)
    given = {"作者": [{"书": [{"题": "上"}, {"题": "下"}]}, {"书": [{"题": "中"}]}]}
    result = loaded(source).extract(rendered_as_theirs(source, given))
    assert (result.data, result.problems) == (given, [])


def test_a_tag_that_goes_on_in_the_next_paragraph_is_one() -> None:
    source = document_of(["表", "姓名：{{ 姓", "名 }}，", "完"])
    filled = loaded(source).fill({"姓名": "王芳"})
    assert page(filled) == page(rendered_as_theirs(source, {"姓名": "王芳"}))
    assert loaded(source).extract(filled).data == {"姓名": "王芳"}
