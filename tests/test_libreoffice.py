"""A second word processor opens what fill makes: the same pages, every answer to be seen, and still read back.

Needs LibreOffice and poppler; without them the tests are skipped, unless
DOCFILL_TEST_LIBREOFFICE=required says that they must run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from docfill import Form, bundled
from docfill.fields import ticked
from docfill.word.package import Package
from tests.small_form import Xml, cell, form_named, p, package, row, table
from tests.strategies import record_of

TOOLS = ("soffice", "pdfinfo", "pdftotext")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
required = os.environ.get("DOCFILL_TEST_LIBREOFFICE") == "required"

pytestmark = [
    pytest.mark.skipif(bool(missing) and not required, reason=f"not installed: {', '.join(missing)}"),
]


def short_answers(form: Form) -> dict[str, Any]:
    """A record with a short, unmistakable answer at every field."""
    values: dict[str, Any] = {}
    for n, f in enumerate(form.fields):
        values[f.path] = {
            "number": n + 1000.5,
            "integer": n + 2000,
            "date": f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}",
            "choice": f.options[n % len(f.options)] if f.options else None,
            "choices": [o for i, o in enumerate(f.options) if i % 2],
            "rows": [{c: f"列{i}行{r}" if i else "同" for i, c in enumerate(f.columns)} for r in range(4)],
        }.get(f.kind.name, f"答{n}")
    return record_of(ticked(form.fields, values))


def shown(value: Any) -> list[str]:
    """How a value is seen on the page, for what is seen as text."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in shown(inner)]
    if isinstance(value, list):
        return [text for inner in value if isinstance(inner, dict) for text in shown(inner)]
    if isinstance(value, float):
        return [f"{value:.2f}"]
    return [] if value is None else [str(value)]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


def converted(document: bytes, kind: str, folder: Path, profile: Path) -> Path:
    """The document as LibreOffice saves it."""
    (folder / "form.docx").write_bytes(document)
    out = folder / "out"
    options = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", kind)
    subprocess.run(
        ["soffice", *options, "--outdir", str(out), str(folder / "form.docx")],
        check=True,
        capture_output=True,
        timeout=150,
    )
    return out / f"form.{kind}"


def pages(pdf: Path) -> int:
    """How many pages a PDF has."""
    said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    return next(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pages:"))


def text(pdf: Path) -> str:
    """The text of a PDF without white space."""
    said = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return "".join(said.split())


@pytest.mark.parametrize("name", bundled())
def test_short_answers_are_seen_and_move_no_page(name: str, tmp_path: Path, profile: Path) -> None:
    form = form_named(name)
    record = short_answers(form)
    (tmp_path / "blank").mkdir()
    blank = converted(form.blank(), "pdf", tmp_path / "blank", profile)
    filled = converted(form.fill(record), "pdf", tmp_path, profile)
    seen = text(filled)
    dates = {f.path for f in form.fields if f.kind.name == "date"}
    answers = [a for a in shown(record) if not a.startswith("2024-")]
    assert len(dates) > 0 and [a for a in answers if a not in seen] == []
    assert pages(filled) == pages(blank)


@pytest.mark.parametrize("name", bundled())
def test_what_libreoffice_saved_again_reads_the_same(name: str, tmp_path: Path, profile: Path) -> None:
    form = form_named(name)
    record = short_answers(form)
    result = form.extract(converted(form.fill(record), "docx", tmp_path, profile))
    assert result.data == form.context(record)
    assert [str(x) for x in result.problems if x.severity != "note"] == []
    assert result.leftovers == []


def controlled(*content: str) -> Xml:
    """A content control around paragraphs or a cell, as Word puts one."""
    return Xml(f"<w:sdt><w:sdtPr/><w:sdtContent>{''.join(content)}</w:sdtContent></w:sdt>")


@pytest.mark.parametrize("kind", ["docx", "doc", "rtf"])
def test_what_libreoffice_writes_of_a_control_around_a_paragraph_or_cell_is_right_or_doubted(
    kind: str, tmp_path: Path, profile: Path
) -> None:
    said = controlled(p("{%p for 段 in 简介 | lines %}"), p("{{ 段 }}"), p("{%p endfor %}"))
    rows = (
        f"<w:tr>{cell('名称')}{controlled(cell('{{ 名称 }}'))}</w:tr>",
        row("性别", cell(controlled(p("{{ 性别 }}")))),
        row("简介", cell(said)),
        row("人数", cell(controlled(p("{{ 人数 | integer }}")))),
    )
    template = package(p("登记表") + table(2, *rows) + p("完"))
    form = Form(Package.open(template, "表.docx"), "表")
    record = {"名称": "某某厂", "性别": "男", "简介": "第一段\n第二段", "人数": 300}
    result = form.extract(converted(form.fill(record), kind, tmp_path, profile))
    doubted = {problem.path for problem in result.problems}
    assert {path: value for path, value in result.data.items() if path not in doubted}.items() <= record.items()
    assert result.data.keys() == record.keys()
