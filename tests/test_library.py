"""The doors of the library: what a form is loaded from, what every reader takes, and what a notebook shows."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docfill import (
    DocfillError,
    Form,
    check_document,
    compare_documents,
    lint_template,
    load_records,
    make_entry_sheet,
    make_receipt,
    make_report,
    propose_tags,
    recognise_form,
    verify_receipt,
    within,
    write_results,
)
from tests.small_form import p, package

TEMPLATE = package(p("领用登记表") + p("部门：{{ 申请.部门 | blank(20) }}") + p("数量：{{ 申请.数量 | integer }}个"))
BLANK = package(p("领用登记表") + p("部门：________") + p("数量：________个"))
RECORD = {"申请": {"部门": "一科", "数量": 7}}


def ruled(path: str) -> bytes:
    """Rules with one, which is about a field."""
    said = ('name = "a"', f'for = "{path}"', 'require = "value < 3"', 'message = "多"', 'severity = "error"')
    return "\n".join(("[[rule]]", *said, 'source = "注"')).encode()


DRESSES: dict[str, Callable[[bytes, Path], Any]] = {
    "path": lambda data, path: path,
    "str": lambda data, path: str(path),
    "bytes": lambda data, path: data,
    "bytearray": lambda data, path: bytearray(data),
    "memoryview": lambda data, path: memoryview(data),
    "BytesIO": lambda data, path: io.BytesIO(data),
    "open file": lambda data, path: path.open("rb"),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_every_reader_takes_a_file_in_every_dress(dress: str, tmp_path: Path) -> None:
    form = Form.load(TEMPLATE, name="领用")
    document = form.fill(RECORD)

    def dressed(data: bytes, name: str) -> Any:
        path = tmp_path / name
        path.write_bytes(data)
        return DRESSES[dress](data, path)

    assert Form.load(dressed(TEMPLATE, "领用.docx")).fill(RECORD) == document
    assert form.extract(dressed(document, "a.docx")).data == RECORD
    more = form.put(dressed(document, "a.docx"), {"申请": {"数量": 8}})
    assert form.extract(more).data == {"申请": {"部门": "一科", "数量": 8}}
    assert form.extract(form.fill(RECORD, into=dressed(form.blank(), "b.docx"))).data == RECORD
    assert check_document(form, dressed(document, "a.docx")).is_fine
    assert compare_documents(form, dressed(document, "a.docx"), document).is_same
    assert recognise_form(dressed(document, "a.docx"), [form]) is form
    assert verify_receipt(make_receipt(form, document, "a.docx"), dressed(document, "a.docx"), form) == []
    assert lint_template(dressed(TEMPLATE, "t.docx")) == []
    assert len(propose_tags(dressed(BLANK, "c.docx")).fields) == 2
    for name, data in (
        ("d.json", json.dumps(RECORD).encode()),
        ("d.jsonl", (json.dumps(RECORD) + "\n" + json.dumps(RECORD)).encode()),
        ("d.csv", "部门,数量\n一科,7\n".encode("gb18030")),
        ("d.xlsx", make_entry_sheet(form, [RECORD])),
    ):
        records = list(load_records(dressed(data, name), form).records)
        assert records and all(r.data == RECORD for r in records), name


def test_a_file_that_is_open_for_text_or_closed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    with path.open() as text, pytest.raises(DocfillError, match="rb") as told:
        Form.load(TEMPLATE).extract(text)  # type: ignore[arg-type]
    assert told.value.code == "bad-argument"
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(DocfillError) as told:
        Form.load(closed)
    assert told.value.code == "no-access"
    with within(file=10), pytest.raises(DocfillError, match="file=10"):
        Form.load(io.BytesIO(TEMPLATE))


def test_the_same_template_is_compiled_once_and_another_is_another(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(TEMPLATE)
    first = Form.load(path)
    assert Form.load(path) is first and Form.load(str(path)) is first
    assert Form.load(TEMPLATE, name="表") is not first  # it has no folder with rules
    path.write_bytes(package(p("部门：{{ 部门 }}")))
    assert [f.path for f in Form.load(path).fields] == ["部门"]
    with within(part=100), pytest.raises(DocfillError, match="part=100"):
        Form.load(TEMPLATE, name="表")


def test_an_untagged_blank_is_tagged_from_bytes_too() -> None:
    form = Form.load(BLANK)
    assert form.is_proposed and form.name == "form" and len(form.fields) == 2


def test_rules_are_given_beside_bytes_and_travel_by_pickle(tmp_path: Path) -> None:
    rules = ruled("申请.数量")
    for given in (rules, io.BytesIO(rules)):
        form = Form.load(TEMPLATE, rules=given)
        for known in (form, pickle.loads(pickle.dumps(form)), form.marked()):
            assert [p.message for p in check_document(known, form.fill(RECORD)).problems] == ["多"]
    assert check_document(Form.load(TEMPLATE), form.fill(RECORD)).is_fine
    with pytest.raises(DocfillError) as told:
        check_document(Form.load(TEMPLATE, rules=ruled("没有")), form.fill(RECORD))
    assert told.value.code == "bad-rules"
    with within(rules=10), pytest.raises(DocfillError, match="rules=10"):
        Form.load(TEMPLATE, rules=rules)


def test_a_notebook_shows_small_escaped_tables() -> None:
    form = Form.load(TEMPLATE, name="<b>")
    result = form.extract(form.fill({"申请": {"部门": "<script>" + "长" * 500, "数量": 7}}))
    checked = check_document(Form.load(TEMPLATE, name="<b>", rules=ruled("申请.数量")), form.fill(RECORD))
    assert repr(form) == "<Form '<b>': 领用登记表, 2 项>"
    for shown, words in ((form, "申请.部门"), (result, "申请.部门"), (checked, "多")):
        html = shown._repr_html_()
        assert words in html and "<script>" not in html and "<b><b>" not in html and len(html) < 2000


def test_results_are_rows_for_a_data_frame(tmp_path: Path) -> None:
    form = Form.load(TEMPLATE, name="领用")
    result = form.extract(form.fill(RECORD), "a.docx")
    row = {"form": "领用", "source": "a.docx", "申请.部门": "一科", "申请.数量": 7}
    assert result.row() == row
    assert [(r["path"], r["value"], r["problem"]) for r in result.rows()] == [
        ("申请.部门", "一科", None),
        ("申请.数量", 7, None),
    ]
    write_results(tmp_path / "a.csv", [result], [form])
    assert "一科,7" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_a_report_of_no_such_kind_is_refused() -> None:
    with pytest.raises(DocfillError) as told:
        make_report([], ".pdf")
    assert told.value.code == "bad-output"
