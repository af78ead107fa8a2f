"""Receipts: what was checked can be recognised later, and anything else cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docfill import DocfillError
from docfill.check.receipt import differing, digest_of_blank, digest_of_data, receipt
from tests.disturb import package_of, parts_of
from tests.small_form import form_named
from tests.test_cli import Run, run  # noqa: F401  (a fixture)
from tests.test_rules import changed

FORM = form_named("shanghai")


def test_a_receipt_is_kept_by_the_same_file_only() -> None:
    document = changed("shanghai", {})
    data = FORM.extract(document).data
    kept = receipt(FORM, "甲.docx", document, data)
    assert set(kept) == {"kind", "version", "form", "blank", "source", "file", "data"}
    assert differing(kept, FORM, document, data) == []
    saved = package_of(parts_of(document))
    assert differing(kept, FORM, saved, FORM.extract(saved).data) == ["file"]
    other = changed("shanghai", {"封面.所属区": "青浦区"})
    assert differing(kept, FORM, other, FORM.extract(other).data) == ["file", "data"]
    assert differing(kept, form_named("shandong"), document, data) == ["form", "blank"]


def test_the_digest_of_data_knows_no_order_of_keys_but_every_value() -> None:
    assert digest_of_data({"a": 1, "b": ["x", "y"]}) == digest_of_data({"b": ["x", "y"], "a": 1})
    assert len({digest_of_data(d) for d in ({"a": 1}, {"a": 2}, {"a": "1"}, {"a": None}, {"b": ["y", "x"]})}) == 5


def test_the_digest_of_the_blank_is_of_its_content() -> None:
    assert digest_of_blank(FORM) == digest_of_blank(FORM) != digest_of_blank(form_named("shandong"))


@pytest.mark.parametrize("kept", [[], {}, {"kind": "docfill receipt 1"}, {**dict.fromkeys("abc", "x")}, "x", 7])
def test_what_is_no_receipt_is_refused(kept: object) -> None:
    with pytest.raises(DocfillError, match="核对凭证"):
        differing(kept, FORM, b"", {})


def test_the_command_verifies_and_tells_what_differs(run: Run) -> None:  # noqa: F811
    Path("a.docx").write_bytes(changed("shanghai", {}))
    Path("b.docx").write_bytes(changed("shanghai", {"封面.所属区": "松江"}))
    assert run("check", "a.docx", "--receipt", "k.json").exit_code == 0
    done = run("verify", "k.json", "a.docx")
    assert (done.exit_code, done.stdout) == (0, "表单：相同\n空白表：相同\n文件：相同\n读出的数据：相同\n")
    done = run("verify", "k.json", "b.docx")
    assert (done.exit_code, done.stdout) == (1, "表单：相同\n空白表：相同\n文件：不同\n读出的数据：不同\n")
    Path("k.json").write_text(json.dumps({"kind": "x"}), encoding="utf-8")
    assert run("verify", "k.json", "a.docx").exit_code == 2


def test_a_receipt_behind_its_file_is_told_to_stand_before_it(run: Run) -> None:  # noqa: F811
    Path("a.docx").write_bytes(changed("shanghai", {}))
    Path("k.json").write_text("{}", encoding="utf-8")
    done = run("verify", "a.docx", "k.json")
    assert (done.exit_code, done.stderr) == (2, "a.docx 是 Word 文件；请先写凭证，再写交回的文件\n")
