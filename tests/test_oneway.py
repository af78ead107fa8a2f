"""All of docxtpl, one way: the same page as docxtpl alone gives, docfill's own fields as ever, no answer executed."""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import jinja2
import pytest
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, Listing, RichText

from docfill.form import Form
from docfill.problems import DocfillError, InvalidData
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import Package
from tests.disturb import parts_of
from tests.idioms import OTHERS
from tests.page import page
from tests.small_form import form_named, loaded, p, package
from tests.test_problems import document_of
from tests.test_strays import with_part

HEAD = "登记表"


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


_CHUNKS = {b"IHDR": struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), b"IDAT": zlib.compress(b"\0\0"), b"IEND": b""}
PIXEL = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in _CHUNKS.items())


def stock(source: bytes, data: dict[str, Any], environment: jinja2.Environment | None = None) -> bytes:
    """What docxtpl alone makes of a template."""
    template = DocxTemplate(io.BytesIO(source))
    template.render(data, environment or jinja2.Environment(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def texts(document: bytes) -> list[str]:
    return [x.text for x in paragraphs_of(Document(document).blocks)]


COLUMNS: list[str | tuple[str, ...]] = [
    HEAD,
    "姓名：{{ 姓名 }}",
    ("项", "{%tc for 年 in 年度[:] %}", "{{ 年 }}", "{%tc endfor %}"),
]
"""docfill's own tag beside one that docxtpl renders."""
RENDERED = [case for other in OTHERS for case in other.rendered]
REFUSED = [case for other in OTHERS for case in other.refused]


@pytest.mark.parametrize(("lines", "data"), RENDERED)
def test_what_docxtpl_alone_shows_is_shown(lines: list[str | tuple[str, ...]], data: dict[str, Any]) -> None:
    source = document_of(lines)
    assert page(loaded(source).fill(data)) == page(stock(source, data))


@pytest.mark.parametrize(("tag", "reason"), REFUSED)
def test_what_goes_neither_way_is_refused_with_its_reason(tag: str, reason: str) -> None:
    with pytest.raises(DocfillError, match=reason):
        loaded(document_of([HEAD, f"姓名：{tag}"])).fill({"姓名": "王芳"})


@pytest.mark.parametrize(("lines", "data"), RENDERED[::4])
def test_the_same_input_gives_the_same_bytes(lines: list[str | tuple[str, ...]], data: dict[str, Any]) -> None:
    form = loaded(document_of(lines))
    assert form.fill(data) == form.fill(data)


def test_what_is_docfills_reads_back_beside_it() -> None:
    form = loaded(document_of(COLUMNS))
    assert form.extract(form.fill({"姓名": "王芳", "年度": ["2023"]}), by_meaning=True).data == {"姓名": "王芳"}


@pytest.mark.parametrize("answer", ["{{ 年度 }}", "{% if 1 %}", "{{ 7*7 }}", "{", "}}", "\U000f0000\U000f0001"])
@pytest.mark.parametrize("where", ["own", "docxtpl's"])
def test_no_answer_is_executed(answer: str, where: str) -> None:
    given = {"姓名": answer, "年度": ["甲"]} if where == "own" else {"姓名": "甲", "年度": [answer, "乙"]}
    shown = texts(loaded(document_of(COLUMNS)).fill(given))
    assert answer in "\n".join(shown).replace("姓名：", "")


def test_rich_text_a_listing_and_a_picture_are_values() -> None:
    source = document_of([HEAD, "说明：{{r 说明 }}", "清单：{{ 清单 }}", "照片：{{ 照片 }}", "编号：{{ 编号 }}"])
    form = loaded(source)
    template = form.docxtpl()
    picture = InlineImage(template, io.BytesIO(PIXEL), width=Mm(10))
    data = {"说明": RichText("加急", bold=True), "清单": Listing("甲\n乙"), "照片": picture, "编号": "领-07"}
    filled = form.fill(data)
    assert [text for text in texts(filled) if text] == [HEAD, "说明：加急", "清单：甲\n乙", "照片：", "编号：领-07"]
    parts = parts_of(filled)
    assert b"<w:drawing>" in parts["word/document.xml"] and PIXEL in parts.values()
    assert form.extract(filled, by_meaning=True).data["编号"] == "领-07"


def test_a_header_is_filled_by_both() -> None:
    source = package(p("表：{{ 甲 }}"), header=p("编号：{{ 编号 }}{% set 乙 = 丙 %}，{{ 丁 | map('upper') | join }}"))
    filled = loaded(source).fill({"甲": "一", "编号": "7", "丁": ["a", "b"]})
    assert page(filled, "word/header1.xml") == ["编号：7，AB"] and page(filled) == ["表：一"]


def test_a_bare_tag_of_a_template_without_docfills_filters_takes_what_docxtpl_takes() -> None:
    form = loaded(document_of([HEAD, "年龄：{{ 年龄 }}"]))
    for given, read in ((40, "40"), (" 40 ", "40"), (True, "True"), (["甲"], "['甲']")):
        assert form.extract(form.fill({"年龄": given})).data == {"年龄": read}
    with pytest.raises(InvalidData):
        form.fill({"年龄": "\x07"})
    with pytest.raises(InvalidData):
        form_named("small").fill({"申请": {"部门": 7}})


def test_pictures_are_replaced_and_parts_added_afterwards() -> None:
    form = loaded(document_of([HEAD, "姓名：{{ 姓名 }}", "照片：{{ 照片 }}"]))
    picture = InlineImage(form.docxtpl(), io.BytesIO(PIXEL), width=Mm(10))
    template = DocxTemplate(io.BytesIO(form.fill({"姓名": "王芳", "照片": picture})))
    other = bytearray(PIXEL)
    other[-5] ^= 1
    template.replace_media(io.BytesIO(PIXEL), io.BytesIO(bytes(other)))
    out = io.BytesIO()
    template.save(out)
    assert bytes(other) in parts_of(out.getvalue()).values()


def test_an_embedded_file_stays_and_is_replaced_afterwards(tmp_path: Path) -> None:
    source = with_part(document_of([HEAD, "姓名：{{ 姓名 }}"]), "word/embeddings/a.xml", "<old/>", "package")
    filled = loaded(source).fill({"姓名": "王芳"})
    assert parts_of(filled)["word/embeddings/a.xml"] == b"<old/>"
    template, out = DocxTemplate(io.BytesIO(filled)), io.BytesIO()
    (tmp_path / "new.xml").write_bytes(b"<new/>")
    template.replace_embedded(io.BytesIO(b"<old/>"), tmp_path / "new.xml")
    template.save(out)
    assert parts_of(out.getvalue())["word/embeddings/a.xml"] == b"<new/>"


def test_a_document_that_is_put_into_another_is_a_value() -> None:
    form = loaded(document_of([HEAD, "编号：{{ 编号 }}", "{{p 附 }}"]))
    inside = form.docxtpl().new_subdoc()
    inside.add_paragraph("附文")
    filled = form.fill({"编号": "7", "附": inside})
    assert [t for t in texts(filled) if t] == [HEAD, "编号：7", "附文"]


@pytest.mark.parametrize("tag", ["{{ 姓名.__class__ }}", "{{ 甲 | map('attr', '__class__') | list }}"])
def test_what_reaches_beyond_data_is_refused(tag: str) -> None:
    with pytest.raises(DocfillError):
        loaded(document_of([HEAD, f"姓名：{tag}"])).fill({"姓名": "王芳", "甲": ["乙"]})


def test_a_trusted_template_has_its_own_filters_and_takes_what_it_is_given() -> None:
    environment = jinja2.Environment()
    environment.filters["简称"] = lambda value: value[:1]
    source = document_of([HEAD, "姓名：{{ 姓名 | 简称 }}{{ 姓名.strip() }}", "年龄：{{ 年龄 }}"])
    form = Form(Package(source, "a"), "a", trusted=environment)
    assert texts(form.fill({"姓名": "王芳", "年龄": " 4 "}))[1:3] == ["姓名：王王芳", "年龄： 4 "]
    with pytest.raises(DocfillError, match="jobs=1"):
        pickle.dumps(form)


def test_a_trusted_template_calls_functions_that_are_given_with_the_data() -> None:
    source = document_of([HEAD, "{% for 键, 值 in 成对(表) %}{{ 键 }}：{{ 值 }}；{% endfor %}"])
    data = {"表": {"甲": "一", "乙": "二"}, "成对": dict.items}
    with pytest.raises(DocfillError):
        loaded(source).fill(data)
    trusted = Form(Package(source, "a"), "a", trusted=jinja2.Environment())
    assert "甲：一；乙：二；" in texts(trusted.fill(data))


def test_a_document_of_python_docx_is_given_for_further_editing() -> None:
    document = loaded(document_of([HEAD, "姓名：{{ 姓名 }}"])).document({"姓名": "王芳"})
    assert [paragraph.text for paragraph in document.paragraphs][:2] == [HEAD, "姓名：王芳"]


def test_docxtpl_is_imported_only_where_it_is_needed() -> None:
    program = (
        "import sys; from docfill import Form; form = Form.load('shanghai'); form.extract(form.fill({}));"
        "assert not {'docx', 'docxtpl'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
