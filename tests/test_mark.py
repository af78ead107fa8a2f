"""The mark of an edition: it changes nothing else, comes back through other programs, and is a witness only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docfill.form import Form
from docfill.word.document import Document
from docfill.word.mark import Mark, mark_in, mark_of, marked
from docfill.word.package import Package
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import form_named, loaded
from tests.test_formats import needs_libreoffice, saved_as
from tests.test_problems import document_of

CONTROL = re.compile(
    rb'<w:sdt><w:sdtPr><w:tag w:val="docfill [^"]*"/><w:lock w:val="sdtContentLocked"/></w:sdtPr><w:sdtContent>'
    rb"(.*?)</w:sdtContent></w:sdt>",
    re.S,
)


@pytest.mark.parametrize("name", ["small", "shanghai"])
def test_a_marked_document_says_its_form_and_differs_in_nothing_else(name: str) -> None:
    form = form_named(name)
    blank, plain = form.marked().blank(), form.blank()
    assert mark_of(Package(blank, "a")) == Mark(name, form.fingerprint) and mark_of(Package(plain, "a")) is None
    changed = {part for part, content in parts_of(blank).items() if parts_of(plain).get(part) != content}
    assert changed == {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels", "word/document.xml"}
    main = parts_of(blank)["word/document.xml"]
    assert CONTROL.sub(rb"\1", main) == parts_of(plain)["word/document.xml"] != main
    for by_meaning in (False, True):
        result = form.extract(blank, by_meaning=by_meaning)
        assert (result.data, result.problems) == (form.extract(plain).data, [])
    assert form.marked().fill(form.extract(blank).data) == blank
    assert form.marked().marked() is form.marked()


def test_a_mark_of_another_edition_is_told_and_decides_nothing() -> None:
    lines = ["登记表", "姓名：{{ 姓名 }}", "电话：{{ 电话 }}"]
    form, other = loaded(document_of(lines)), loaded(document_of([*lines, "备注：{{ 备注 }}"]))
    document = other.marked().fill({"姓名": "王芳"})
    result = form.extract(document)
    assert result.data["姓名"] == "王芳"
    assert "marked-otherwise" in {problem.code for problem in result.problems}
    assert "marked-otherwise" not in {problem.code for problem in other.extract(document).problems}


def test_the_control_is_a_witness_where_the_property_is_gone() -> None:
    lines = ["登记表", "姓名：{{ 姓名 }}"]
    form, other = loaded(document_of(lines)), loaded(document_of([*lines, "备注：{{ 备注 }}"]))
    for made, told in ((form, set()), (other, {"marked-otherwise"})):
        parts = parts_of(made.marked().fill({"姓名": "王芳"}))
        del parts["docProps/custom.xml"]
        document = package_of(parts)
        assert mark_of(Package(document, "a")) is None
        witness = mark_in(Document(document, "a").root)
        assert witness is not None and witness.is_of(Mark(made.name, made.fingerprint))
        result = form.extract(document)
        assert result.data["姓名"] == "王芳"
        assert {x.code for x in result.problems} & {"marked-otherwise"} == told


def test_a_marked_blank_that_is_fillable_stays_so() -> None:
    form = form_named("small")
    result = form.extract(form.marked().blank(fillable=True))
    assert (result.data, result.problems) == (form.extract(form.blank()).data, [])


def test_what_a_stranger_wrote_there_is_no_mark() -> None:
    document = form_named("small").marked().blank()
    parts = parts_of(document)
    parts["docProps/custom.xml"] = parts["docProps/custom.xml"].replace(b" small<", b"<")
    assert mark_of(Package(package_of(parts), "a")) is None


def test_a_package_with_properties_of_its_own_keeps_them() -> None:
    first = marked(Package(form_named("small").template, "a"), Mark("甲&乙", "0" * 64))
    parts = parts_of(first)
    parts["docProps/custom.xml"] = parts["docProps/custom.xml"].replace(b'"docfill"', '"别的"'.encode())
    again = Package(marked(Package(package_of(parts), "a"), Mark("丙", "1" * 64)), "a")
    assert mark_of(again) == Mark("丙", "1" * 64)
    assert "别的" in again.read("docProps/custom.xml").decode() and b'pid="3"' in again.read("docProps/custom.xml")


@needs_libreoffice
def test_the_mark_comes_back_through_libreoffice(tmp_path: Path) -> None:
    form = form_named("small")
    saved = saved_as("docx", {"a": form.marked().blank()}, tmp_path)["a"]
    assert mark_of(Package(saved.read_bytes(), "a")) == Mark("small", form.fingerprint)


def test_the_command_line_marks(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["blank", "shanghai", "-o", str(tmp_path / "a.docx"), "--mark"])
    assert done.exit_code == 0
    assert mark_of(Package((tmp_path / "a.docx").read_bytes(), "a")) == Mark(
        "shanghai", Form.load("shanghai").fingerprint
    )
