"""The third sample, data/培训班报名表: a photograph, a signature and a table of ten rows, both ways."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from typer.testing import CliRunner

from docfill import Form
from docfill.check import check
from docfill.pictures import plain
from docfill.serve import work
from docfill.serve.blobs import Blobs
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import p, package

DATA = Path(__file__).parents[1] / "data"
TEMPLATE = DATA / "培训班报名表.docx"


@functools.cache
def form() -> Form:
    return Form.load(TEMPLATE)


def record() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "培训班报名表.json").read_text(encoding="utf-8"))
    for group, name in (("基本情况", "照片"), ("承诺", "签名")):
        data[group][name] = (DATA / data[group][name]).read_bytes()
    return data


def without_names(data: dict[str, Any]) -> dict[str, Any]:
    """A record whose pictures are told by their content."""
    shown: dict[str, Any] = json.loads(json.dumps(data))
    for group, name in (("基本情况", "照片"), ("承诺", "签名")):
        if shown[group][name]:
            shown[group][name] = shown[group][name]["sha256"]
    return shown


def test_it_reads_back_both_ways_its_pictures_byte_for_byte() -> None:
    filled = form().fill(record())
    for by_meaning in (False, True):
        result = form().extract(filled, by_meaning=by_meaning)
        assert (result.problems, result.leftovers) == ([], [])
        assert len(result.data["培训经历"]) == 10
        assert result.data["基本情况"]["照片"].data == (DATA / "王芳-照片.png").read_bytes()
        assert form().fill(result.data) == filled


def test_a_fillable_blank_has_room_for_its_pictures_and_takes_them() -> None:
    blank = form().blank(fillable=True)
    assert b"<w:picture/>" in parts_of(blank)["word/document.xml"]
    result = form().extract(blank)
    assert (result.problems, result.data["基本情况"]["照片"]) == ([], None)
    filled = form().put(blank, record())
    again = form().extract(filled)
    assert (again.problems, again.leftovers) == ([], [])
    assert without_names(again.data) == without_names(form().extract(form().fill(record())).data)
    assert form().put(filled, again.data) == filled


def test_the_command_line_fills_and_extracts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["fill", str(TEMPLATE), str(DATA / "培训班报名表.json"), "-o", "报名.docx"])
    assert made.exit_code == 0, made.output
    read = CliRunner().invoke(app, ["extract", "报名.docx", "--form", str(TEMPLATE), "-o", "出/"])
    assert read.exit_code == 0, read.output
    (photo,) = (f for f in (tmp_path / "出").rglob("*照片*") if f.is_file())
    assert hashlib.sha256(photo.read_bytes()).hexdigest() == record_sha("照片")


def record_sha(name: str) -> str:
    return hashlib.sha256((DATA / f"王芳-{name}.png").read_bytes()).hexdigest()


def test_it_is_a_document_of_python_docx_to_be_changed_further() -> None:
    document = form().document(record())
    assert document.tables[0].cell(0, 1).text == "王芳"
    document.add_paragraph("附页")
    changed = io.BytesIO()
    document.save(changed)
    result = form().extract(changed.getvalue())
    assert without_names(result.data) == without_names(form().extract(form().fill(record())).data)
    assert [x.text for x in result.leftovers] == ["附页"]


def test_python_docx_reads_the_comments_that_check_writes() -> None:
    data = record()
    data["承诺"]["签名"] = data["基本情况"]["姓名"] = None
    checked = check(form(), form().fill(data))
    read = docx.Document(io.BytesIO(checked.commented("审核人"))).comments
    said = "\n".join(comment.text for comment in read)
    assert {comment.author for comment in read} == {"审核人"}
    assert "没有申请人的签名" in said
    assert len(list(read)) >= 2


# --- signatures as rules ---


def broken(signature: bytes | None) -> list[str]:
    data = record()
    data["承诺"]["签名"] = signature
    return [x.sentence("zh") for x in check(form(), form().fill(data)).groups["rules"]]  # type: ignore[attr-defined]


def test_a_rule_asks_for_a_signature() -> None:
    assert broken(plain((0, 0, 0), 9, 3)) == []
    assert broken(None) == ["没有申请人的签名"]


def seal(where: str, require: str) -> list[str]:
    """The rules that a document with a picture behind some words breaks."""
    template = package(p("登记表") + p("单位：{{ 单位 }}") + p("审核（盖章）：") + p("备注：{{ 备注 }}"))
    said = 'name = "印章"\nfor = "单位"\nmessage = "印章"\nseverity = "error"\nsource = "x"'
    rules = f"[[rule]]\n{said}\nrequire = {require!r}\n"
    made = Form.load(template, name="登记表", rules=rules.encode())
    parts = parts_of(made.fill({"单位": "东港厂", "备注": "略"}))
    picture = (
        '</w:t></w:r><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:imagedata/></v:shape></w:pict>'
    )
    body = parts["word/document.xml"].decode()
    parts["word/document.xml"] = body.replace(where, f"{where}{picture}</w:r><w:r><w:t>", 1).encode() if where else b""
    if not where:
        parts["word/document.xml"] = body.encode()
    return [x.path for x in check(made, package_of(parts)).groups["rules"]]


def test_a_rule_forbids_or_asks_for_a_seal_beside_words_of_the_form() -> None:
    asked, forbidden = 'drawn("审核（盖章）") > 0', 'drawn("审核（盖章）") == 0'
    assert seal("审核（盖章）：", asked) == seal("", forbidden) == []
    assert seal("", asked) == seal("审核（盖章）：", forbidden) == ["单位"]
    assert seal("登记表", asked) == ["单位"]
    assert seal("", 'drawn("没有这些字") > 0') == []


def test_the_service_asks_for_a_signature_also_where_something_was_corrected(tmp_path: Path) -> None:
    data = record()
    data["承诺"]["签名"] = None
    blobs = Blobs(tmp_path)
    edition = work.Edition("1", "培训班报名表", str(TEMPLATE))
    read = work.take(work.Order("报名.docx", blobs.put(form().fill(data)), str(tmp_path), edition))
    machine = json.loads(json.dumps(read["machine"]))
    assert machine["drawn"] == {"申请人（签字）": 0}
    for corrections in ({}, {"基本情况.姓名": "李明"}):
        told = work.corrected(edition, machine, corrections)["problems"]
        assert [p["path"] for p in told if p["kind"] == "rules"] != [], corrections
