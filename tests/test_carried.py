"""What LibreOffice does not carry over from OpenDocument, or shows though it is hidden, is told at its place.

The first tests hold a file against what was made of it; the last one lets LibreOffice make it and is skipped where that
is not installed.
"""

from __future__ import annotations

import os
import shutil

import pytest
from lxml import etree

from docfill import Form
from docfill.word.carried import Uncarried, uncarried
from docfill.word.document import Document
from docfill.word.package import Package
from tests.small_form import cell, p, package, row, table

required = os.environ.get("DOCFILL_TEST_LIBREOFFICE") == "required"
_NAMES = ("office", "style", "text", "table", "drawing", "form")
_SPACES = " ".join(
    f'xmlns:{"draw" if n == "drawing" else n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in _NAMES
)


def odt(body: str, controls: str = "") -> bytes:
    """A flat OpenDocument text."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
        f"<office:forms><form:form>{controls}</form:form></office:forms>{body}"
        "</office:text></office:body></office:document>"
    ).encode()


def line(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def rows(*texts: tuple[str, ...], at: str = "", last: str = "") -> str:
    """A table of two columns, the last row with other attributes and one more cell."""
    made = [
        f"<table:table-row{at if r is texts[-1] else ''}>"
        + "".join(f"<table:table-cell>{line(c)}</table:table-cell>" for c in r)
        + (last if r is texts[-1] else "")
        + "</table:table-row>"
        for r in texts
    ]
    return f'<table:table><table:table-column table:number-columns-repeated="2"/>{"".join(made)}</table:table>'


def told(file: bytes, made: str) -> list[Uncarried]:
    return uncarried(etree.fromstring(file), [Document(package(made), "表.docx").root])


NAMED = p("姓名：李明")
TABLE = table(2, row("姓名", "李明"), row("电话", "62"))


def test_of_what_is_carried_over_nothing_is_told() -> None:
    assert (
        told(odt(line("姓名：<text:span>李明</text:span>") + rows(("姓名", "李明"), ("电话", "62"))), NAMED + TABLE)
        == []
    )


def test_paragraphs_that_are_cut_or_joined_are_no_losses() -> None:
    assert told(odt(line("姓名：李明") + line("电话：62")), p("姓名：李明电话：62")) == []


@pytest.mark.parametrize(
    ("file", "made", "expected"),
    [
        (
            odt(
                rows(
                    ("姓名", "李明"),
                    ("电话", "62"),
                    last=f"<table:covered-table-cell>{line('内线 7')}</table:covered-table-cell>",
                )
            ),
            TABLE,
            Uncarried("内线 7", row="电话"),
        ),
        (
            odt(rows(("姓名", "李明"), ("电话", "62"), last=f"<table:table-cell>{line('内线 7')}</table:table-cell>")),
            TABLE,
            Uncarried("内线 7", row="电话"),
        ),
        (odt(line("姓名：<text:author-name>王芳</text:author-name>李明")), NAMED, Uncarried("王芳", line="姓名：李明")),
        (odt(line("姓名：李明") + line("另注：病假")), NAMED, Uncarried("另注：病假")),
        (
            odt(
                line('姓名：<draw:control draw:control="k"/>'),
                '<form:text form:id="k" form:current-value="李明"/>',
            ),
            p("姓名："),
            Uncarried("李明", line="姓名："),
        ),
        (
            odt(
                line('会员：<draw:control draw:control="k"/>'),
                '<form:checkbox form:id="k" form:label="是" form:current-state="checked"/>',
            ),
            p("会员："),
            Uncarried("☑是", line="会员："),
        ),
    ],
    ids=["covered cell", "cell behind the last column", "field", "paragraph", "text control", "check box control"],
)
def test_what_is_lost_is_told_with_what_stands_beside_it(file: bytes, made: str, expected: Uncarried) -> None:
    assert told(file, made) == [expected]


@pytest.mark.parametrize(
    "file",
    [
        odt(line("电话：1") + f'<text:section text:display="none">{line("姓名：李明")}</text:section>'),
        odt(line("电话：1") + line('<text:hidden-paragraph text:is-hidden="true"/>姓名：李明')),
        odt(line("电话：1") + rows(("姓名：李明",), at=' table:visibility="collapse"')),
    ],
    ids=["section", "paragraph", "row"],
)
def test_what_is_hidden_and_shown_is_told(file: bytes) -> None:
    assert told(file, p("电话：1") + NAMED) == [Uncarried("姓名：李明", line="姓名：李明", is_hidden=True)]
    assert told(file, p("电话：1")) == []


def test_the_same_words_lost_in_many_places_are_told_once() -> None:
    file = odt("".join(line("无") for _ in range(50)))
    assert told(file, "".join(p("无") for _ in range(49))) == [Uncarried("无")]


@pytest.mark.skipif(shutil.which("soffice") is None and not required, reason="not installed: soffice")
def test_an_answer_that_conversion_loses_is_doubted_and_no_other() -> None:
    template = package(table(2, row("姓名", cell(p("{{ 姓名 }}"))), row("电话", cell(p("{{ 电话 }}")))) + p("完"))
    form = Form(Package.open(template, "表.docx"), "表")
    extra = f"<table:table-cell>{line('内线 7')}</table:table-cell>"
    result = form.extract(Document(odt(rows(("姓名", "李明"), ("电话", "62"), last=extra) + line("完")), "表.fodt"))
    assert result.data == {"姓名": "李明", "电话": "62"}
    assert [(x.code, x.path, x.found) for x in result.problems] == [("lost-by-conversion", "电话", "内线 7")]
