"""The numbered small inputs of ../shared/faults, where they are: each fails with what its README says of it no more."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from docfill import Form, tables
from docfill.lint import lint_template
from docfill.tag.proposal import Proposal, propose

FAULTS = Path(__file__).parent.parent.parent / "shared" / "faults"


def at(number: str) -> Path:
    """The folder of a fault; the test is skipped where it is not."""
    found = next(FAULTS.glob(f"{number}-*"), None)
    if found is None:
        pytest.skip("../shared/faults is not here")
    return found


def tagged(number: str, name: str = "blank.docx") -> tuple[Proposal, Form]:
    """What is proposed for a blank, and the form of the template."""
    proposal = propose(at(number) / name)
    assert lint_template(proposal.template) == []
    return proposal, Form.load(proposal.template)


def read(form: Form, number: str, name: str = "returned.docx") -> tuple[dict[str, Any], list[tuple[str, str]]]:
    result = form.extract(at(number) / name)
    return result.data, [(x.code, x.path) for x in result.problems]


def rows(number: str) -> list[dict[str, Any]]:
    """The records of a spreadsheet, of which nothing is said."""
    known = tables.load(at(number) / "data.xlsx", Form.load(at(number) / "form.docx"))
    records = [*known.records]
    assert [*known.problems, *(x for r in records for x in r.problems)] == []
    return [r.data for r in records]


def filled(number: str, form: str, data: str) -> zipfile.ZipFile:
    """The parts of a form that was filled with its data."""
    record = json.loads((at(number) / data).read_text(encoding="utf-8"))
    return zipfile.ZipFile(io.BytesIO(Form.load(at(number) / form).fill(record)))


def test_01_a_control_that_shows_its_prompt_is_a_place() -> None:
    proposal, form = tagged("01")
    assert [x.path for x in proposal.proposed] == ["姓名", "单位"] and not proposal.left
    assert read(form, "01")[0]["单位"] == "甲公司"


def test_02_a_prompt_becomes_no_words_of_the_form() -> None:
    _, form = tagged("02")
    assert read(form, "02") == (json.loads((at("02") / "data.json").read_text(encoding="utf-8")), [])
    document = io.BytesIO(form.fill({"部门": "甲部", "单位": "乙公司"}))
    assert "单击" not in zipfile.ZipFile(document).read("word/document.xml").decode()


def test_03_raised_figures_and_fractions_are_doubts() -> None:
    data, doubts = read(Form.load(at("03") / "form.docx"), "03")
    assert data == {"总量": "10⁴", "面积": "1/2", "备注": "占地10⁴平方米"}
    assert doubts == [("not-a-number", "总量"), ("not-a-number", "面积")]


def test_04_half_typed_tags_are_named() -> None:
    found = [(x.code, x.found) for x in lint_template(at("04") / "form.docx")]
    assert found == [("half-typed-tag", said) for said in ("{{甲}", "{乙}}", "｛｛丁｝｝", "{{戊｝｝", "{%p if 己 ％}")]


@pytest.mark.parametrize(("name", "part"), [("footnote", "word/footnotes.xml"), ("title", "docProps/core.xml")])
def test_05_tags_beside_the_text_are_filled(name: str, part: str) -> None:
    form = Form.load(at("05") / f"{name}.docx")
    document = form.fill({f.path: f.kind.sample(f, 1) for f in form.fields})
    assert b"{{" not in zipfile.ZipFile(io.BytesIO(document)).read(part)


def test_05_tags_of_an_equation_are_filled() -> None:
    document = filled("05", "equation.docx", "equation.json").read("word/document.xml")
    assert b"{{" not in document and b"3.16" in document


def test_06_what_a_control_is_bound_to_is_filled_too() -> None:
    assert b"NEW-1" in filled("06", "form.docx", "data.json").read("customXml/item1.xml")
    dated = filled("06", "date.docx", "date.json").read("word/document.xml")
    assert re.findall(rb'fullDate="([^"]*)"', dated) == [b"2024-12-13T00:00:00Z"]


def test_07_numbers_are_what_the_sheet_shows() -> None:
    assert [x["编号"] for x in rows("07")] == ["03766", "A012", "2024-06-05", "TRUE"]


def test_08_a_merged_cell_says_something_of_each_of_its_rows() -> None:
    assert [x["单位"] for x in rows("08")] == ["甲公司", "甲公司", "乙公司"]


@pytest.mark.parametrize("name", ["mailmerge.docx", "braces.docx"])
def test_10_the_placeholders_of_others_are_the_places(name: str) -> None:
    proposal, form = tagged("10", name)
    blank = re.sub(r"<[^>]*>", "", zipfile.ZipFile(io.BytesIO(form.blank())).read("word/document.xml").decode())
    held = set(re.findall(r"«[^»]*»|\$\{[^}]*\}|\{[^}]*\}", blank))
    assert all(any(said in line.text for line in proposal.left) for said in held), "or are listed"


def test_11_a_column_of_boxes_is_one_group() -> None:
    [group] = [x for x in tagged("11")[0].proposed if x.kind == "choices"]
    assert group.path == "项目类型" and len(group.marks) > 2


def test_13_the_place_of_a_mark_in_the_template_decides() -> None:
    assert read(tagged("13")[1], "13", "re-saved.docx")[0]["我方单位"] == ["甲研究院"]


def test_15_empty_text_boxes_are_no_fields_that_change_places() -> None:
    proposal, form = tagged("15")
    assert [x.path for x in proposal.proposed] == ["name"] and any("Radio" in x.text for x in proposal.left)
    assert read(form, "15") == read(form, "15", "returned-reordered.docx")
