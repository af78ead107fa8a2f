"""All of docxtpl, one way: the same page as docxtpl alone gives, docfill's own fields as ever, no answer executed."""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
import zlib
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
from tests.page import page
from tests.small_form import form_named, loaded, p, package
from tests.test_problems import document_of

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


ONE_WAY: dict[str, tuple[list[str | tuple[str, ...]], dict[str, Any]]] = {
    "columns": (
        [HEAD, "姓名：{{ 姓名 }}", ("项", "{%tc for 年 in 年度[:] %}", "{{ 年 }}", "{%tc endfor %}")],
        {"姓名": "王芳", "年度": ["2023", "2024", "2025"]},
    ),
    "a colour and a span": (
        [("{% cellbg 颜色 %}{{ 级别 }}", "{% colspan 列数 %}{{ 说明 }}", "")],
        {"级别": "甲", "颜色": "FF0000", "列数": 2, "说明": "略"},
    ),
    "a macro": (
        [
            HEAD,
            "{% macro 称呼(人, 后='先生') %}{{ 人.姓 }}{{ 后 }}{% endmacro %}",
            "{{ 称呼(甲) }}和{{ 称呼(乙, '女士') }}",
        ],
        {"甲": {"姓": "王"}, "乙": {"姓": "李"}},
    ),
    "with": ([HEAD, "{% with 人 = 甲.乙 %}{{ 人.名 }}{% endwith %}"], {"甲": {"乙": {"名": "王芳"}}}),
    "lists": (
        [HEAD, '{{ 名单 | map(attribute="姓") | sort | join("、") }}，{{ 名单 | first | length }}'],
        {"名单": [{"姓": "乙"}, {"姓": "甲"}]},
    ),
    "a loop over what is selected": (
        [HEAD, "{%p for 人 in 名单 if 人.在职 %}", "{{ 人.姓名 }}", "{%p endfor %}", "编号：{{ 编号 }}"],
        {"名单": [{"姓名": "甲", "在职": True}, {"姓名": "乙", "在职": False}], "编号": "7"},
    ),
}


@pytest.mark.parametrize("what", ONE_WAY)
def test_what_docxtpl_alone_shows_is_shown(what: str) -> None:
    lines, data = ONE_WAY[what]
    source = document_of(lines)
    assert page(loaded(source).fill(data)) == page(stock(source, data))


@pytest.mark.parametrize("what", ONE_WAY)
def test_the_same_input_gives_the_same_bytes(what: str) -> None:
    lines, data = ONE_WAY[what]
    form = loaded(document_of(lines))
    assert form.fill(data) == form.fill(data)


def test_what_is_docfills_reads_back_beside_it() -> None:
    lines, data = ONE_WAY["columns"]
    form = loaded(document_of(lines))
    assert form.extract(form.fill(data), by_meaning=True).data == {"姓名": "王芳"}


@pytest.mark.parametrize("answer", ["{{ 年度 }}", "{% if 1 %}", "{{ 7*7 }}", "{", "}}", "\U000f0000\U000f0001"])
@pytest.mark.parametrize("where", ["own", "docxtpl's"])
def test_no_answer_is_executed(answer: str, where: str) -> None:
    lines, data = ONE_WAY["columns"]
    given = {"姓名": answer, "年度": ["甲"]} if where == "own" else {"姓名": "甲", "年度": [answer, "乙"]}
    shown = texts(loaded(document_of(lines)).fill(data | given))
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


def test_a_bare_tag_of_a_template_without_docfills_filters_takes_a_number() -> None:
    form = loaded(document_of([HEAD, "年龄：{{ 年龄 }}"]))
    assert form.extract(form.fill({"年龄": 40})).data == {"年龄": "40"}
    with pytest.raises(InvalidData):
        form.fill({"年龄": " 40 "})
    with pytest.raises(InvalidData):
        form_named("small").fill({"申请": {"部门": 7}})


@pytest.mark.parametrize(
    "tag",
    ["{{ 姓名.strip() }}", "{{ 姓名 | 简称 }}", "{{ 姓名.__class__ }}", "{{ 甲 | map('attr', '__class__') | list }}"],
)
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


def test_a_document_of_python_docx_is_given_for_further_editing() -> None:
    document = loaded(document_of([HEAD, "姓名：{{ 姓名 }}"])).document({"姓名": "王芳"})
    assert [paragraph.text for paragraph in document.paragraphs][:2] == [HEAD, "姓名：王芳"]


def test_docxtpl_is_imported_only_where_it_is_needed() -> None:
    program = (
        "import sys; from docfill import Form; form = Form.load('shanghai'); form.extract(form.fill({}));"
        "assert not {'docx', 'docxtpl'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
