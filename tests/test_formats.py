"""Any kind of Word file is read: the same answers come out whatever it was saved as, and what cannot be read is named.

Formats that are packages in another coat are made here in code.  The others need
LibreOffice; without it those tests are skipped, unless
DOCFILL_TEST_LIBREOFFICE=required says that they must run.
"""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree
from typer.testing import CliRunner

from docfill import DocfillError, Form, files, limits
from docfill.word import xml
from docfill.word.document import Document, paragraphs_of
from docfill.word.office import opened
from docfill.word.package import Package
from tests.commands import app
from tests.disturb import MAIN, package_of, parts_of
from tests.small_form import NAMES, form_named, p, package, r, template_of
from tests.strategies import filled_everywhere, record_of
from tests.test_laws import assert_same, every_form, silent

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None and os.environ.get("DOCFILL_TEST_LIBREOFFICE") != "required",
    reason="not installed: soffice",
)
needs_scripts = pytest.mark.skipif(os.name == "nt", reason="the converters of these tests are shell scripts")

RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
RTF = rb"{\rtf1 x}"

Disguise = Callable[[bytes], bytes]


# --- packages in another coat ---


def strict(document: bytes) -> bytes:
    """As Word saves "Strict Open XML Document" (ISO/IEC 29500-1, annex A)."""

    def part(content: bytes) -> bytes:
        content = re.sub(rb"http://schemas\.openxmlformats\.org/(officeDocument)/2006/(relationships/)",
                         rb"http://purl.oclc.org/ooxml/\1/\2", content)  # fmt: skip
        return re.sub(
            rb'(xmlns(?::\w+)?="http://)schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml)/2006/',
            rb"\1purl.oclc.org/ooxml/\2/",
            content,
        )

    made = {name: part(content) for name, content in parts_of(document).items()}
    assert b"purl.oclc.org/ooxml/wordprocessingml/main" in made[MAIN]
    assert b"purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" in made["_rels/.rels"]
    return package_of(made)


def recoded(document: bytes, encoding: str) -> bytes:
    """With every XML part of the body in another encoding."""

    def part(content: bytes) -> bytes:
        return etree.tostring(etree.fromstring(content), encoding=encoding, xml_declaration=True)

    return package_of({n: part(c) if n.endswith(".xml") else c for n, c in parts_of(document).items()})


def in_utf_16(document: bytes) -> bytes:
    """In UTF-16, which every XML reader must know."""
    return recoded(document, "UTF-16")


def in_gb18030(document: bytes) -> bytes:
    """In the encoding that Chinese law asks of software."""
    return recoded(document, "GB18030")


def strict_in_utf_16(document: bytes) -> bytes:
    """Strict, and in UTF-16."""
    return in_utf_16(strict(document))


def with_another_main_part(document: bytes) -> bytes:
    """The main part has the name that SharePoint and some writers give it."""
    return _renamed(document, "word/document2.xml", "/word/document2.xml")


def with_names_in_other_case(document: bytes) -> bytes:
    """Relationships name parts in other letter case, and with escapes (ECMA-376 part 2, 6.2.2)."""
    return _renamed(document, "word/Main Part.xml", "word/main%20part.XML")


def _renamed(document: bytes, name: str, target: str) -> bytes:
    parts = parts_of(document)
    parts[name] = parts.pop(MAIN)
    parts[f"word/_rels/{name[5:]}.rels"] = parts.pop("word/_rels/document.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"word/document.xml", target.encode())
    return package_of(parts)


def flat(document: bytes) -> bytes:
    """As Word saves "Word XML Document": one file, XML parts as they are, others in base64."""
    pkg = "http://schemas.microsoft.com/office/2006/xmlPackage"
    root = etree.Element(f"{{{pkg}}}package", nsmap={"pkg": pkg})
    root.addprevious(etree.ProcessingInstruction("mso-application", 'progid="Word.Document"'))
    listed = etree.fromstring(parts_of(document)["[Content_Types].xml"])
    kinds = {k.get("PartName"): k.get("ContentType") for k in listed if k.get("PartName")}
    for name, content in {**parts_of(document), "word/media/image1.png": b"\x89PNG" * 3_000_000}.items():
        if name == "[Content_Types].xml":
            continue
        kind = kinds.get(f"/{name}", RELATIONSHIPS if name.endswith(".rels") else "image/png")
        attributes = {f"{{{pkg}}}name": f"/{name}", f"{{{pkg}}}contentType": kind}
        part = etree.SubElement(root, f"{{{pkg}}}part", attributes)
        if name.endswith((".xml", ".rels")):
            etree.SubElement(part, f"{{{pkg}}}xmlData").append(etree.fromstring(content))
        else:
            etree.SubElement(part, f"{{{pkg}}}binaryData").text = base64.encodebytes(content).decode()
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)


def _typed(document: bytes, kind: str) -> bytes:
    parts = parts_of(document)
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = parts["[Content_Types].xml"]
    assert plain in types
    return package_of({**parts, "[Content_Types].xml": types.replace(plain, kind.encode())})


def with_macros(document: bytes) -> bytes:
    """A .docm."""
    return _typed(document, "application/vnd.ms-word.document.macroEnabled.main+xml")


def as_a_template(document: bytes) -> bytes:
    """A .dotx."""
    return _typed(document, "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml")


def as_a_template_with_macros(document: bytes) -> bytes:
    """A .dotm."""
    return _typed(document, "application/vnd.ms-word.template.macroEnabledTemplate.main+xml")


DISGUISES: tuple[Disguise, ...] = (
    strict,
    in_utf_16,
    in_gb18030,
    strict_in_utf_16,
    with_another_main_part,
    with_names_in_other_case,
    flat,
    with_macros,
    as_a_template,
    as_a_template_with_macros,
)


@every_form
@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda f: f.__name__)
def test_a_package_in_another_coat_says_the_same(form: Form, disguise: Disguise) -> None:
    record = record_of(filled_everywhere(form))
    assert_same(form.extract(disguise(form.fill(record))), form.context(record))


@every_form
def test_a_template_may_be_flat_and_gives_a_whole_package(form: Form) -> None:
    made = Form(Package(flat(template_of(form.name)), form.name), form.name)
    record = record_of(filled_everywhere(form))
    document = made.fill(record)
    assert_same(made.extract(document), form.context(record))
    docx.Document(io.BytesIO(document))


def test_an_address_in_an_answer_is_no_namespace() -> None:
    said = 'xmlns="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    document = Document(strict(package(p(said))))
    assert [x.text for x in document.blocks] == [said]  # type: ignore[union-attr]


def test_every_strict_namespace_becomes_the_transitional_one() -> None:
    names = ("drawingml/wordprocessingDrawing", "officeDocument/extendedProperties", "officeDocument/math")
    declared = " ".join(f'xmlns:n{n}="http://purl.oclc.org/ooxml/{name}"' for n, name in enumerate(names))
    root = xml.parse(f"<a {declared}><n0:b n2:c='1'/></a>".encode(), "a")
    base = "http://schemas.openxmlformats.org"
    assert list(root.nsmap.values()) == [
        f"{base}/drawingml/2006/wordprocessingDrawing",
        f"{base}/officeDocument/2006/extended-properties",
        f"{base}/officeDocument/2006/math",
    ]
    assert root[0].tag == f"{{{root.nsmap['n0']}}}b" and list(root[0].attrib) == [f"{xml.M}c"]


@pytest.mark.parametrize(
    "written",
    [
        '<w:p {w}><w:t>{text}</w:t></w:p>',
        '<?xml version="1.0" encoding="UTF-8"?>\n<w:p {w}><w:t>{text}</w:t></w:p>',
        "<?xml version='1.0'?><w:p {single}><w:t>{text}</w:t></w:p>",
        '<w:p a=">" {w}><w:t>{text}</w:t></w:p>',
        '<!-- <a {w}> --><w:p {w}><w:t>{text}</w:t></w:p>',
        '<?a <a {w}> ?><w:p {w}><w:t>{text}</w:t></w:p>',
        '<w:p a=\' {w}\' {w}><w:t>{text}</w:t></w:p>',
        '<w:p {w}><w:t>{text}</w:t><w:t {w} b=">">{text}</w:t></w:p>',
        '<w:p {w}><w:t><![CDATA[<a {w}>]]></w:t></w:p>',
        '<w:p {w}><w:t>&lt;a {w}&gt;</w:t></w:p>',
    ],
)  # fmt: skip
def test_a_strict_namespace_is_declared_by_tags_alone_however_they_are_written(written: str) -> None:
    strict_one, own = "http://purl.oclc.org/ooxml/wordprocessingml/main", xml.W[1:-1]
    said = f'xmlns:w="{strict_one}"'
    known = {"w": said, "single": f"xmlns:w='{strict_one}'", "text": f"又 {said}"}
    root = xml.parse(written.format(**known).encode(), "a")
    assert root.tag == f"{xml.W}p" and {e.tag for e in root} == {f"{xml.W}t"}
    assert {e.text for e in root} <= {known["text"], f"<a {said}>"}
    assert set(root.attrib.values()) <= {">", f" {said}"}
    assert own in root.nsmap.values()


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_doctype_is_refused_in_a_flat_file_too(encoding: str) -> None:
    pkg = "http://schemas.microsoft.com/office/2006/xmlPackage"
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><pkg:package xmlns:pkg="{pkg}"/>'
    with pytest.raises(DocfillError, match="DOCTYPE"):
        opened(text.encode(encoding))


@pytest.mark.parametrize("inside", ["", '<pkg:part pkg:name="../x"/>', "<pkg:part", '<pkg:part pkg:name="/a/"/>'])
def test_a_flat_file_that_is_none_is_refused(inside: str) -> None:
    pkg = "http://schemas.microsoft.com/office/2006/xmlPackage"
    with pytest.raises(DocfillError):
        Document(f'<pkg:package xmlns:pkg="{pkg}">{inside}</pkg:package>'.encode())


# --- files that are refused by name ---


def compound(stream: str, content: bytes = b"", begins: int = 0) -> bytes:
    """A compound file with one stream, as far as docfill looks into it ([MS-CFB] 2.2, 2.6.1)."""
    header = bytearray(512)
    header[:8], header[30] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 9
    entry = bytearray(512)
    named = f"{stream}\0".encode("utf-16-le")
    entry[: len(named)], entry[64] = named, len(named)
    entry[116:120] = begins.to_bytes(4, "little")
    return bytes(header + content.ljust(512, b"\0") + entry)


def open_document(manifest: str = "", kind: str = "text") -> bytes:
    """The beginning of an OpenDocument file."""
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "META-INF/manifest.xml": manifest}
    return package_of({name: content.encode() for name, content in parts.items()})


REFUSED: dict[str, tuple[bytes, str]] = {
    "a .docx with a password": (compound("EncryptedPackage"), "已加密"),
    "a .doc with a password": (compound("WordDocument", b"\xec\xa5\xc1\0" + bytes(7) + b"\1"), "已加密"),
    "an .odt with a password": (open_document("<manifest:encryption-data/>"), "已加密"),
    "an Excel file": (compound("Workbook"), "这是 Excel 文件"),
    "an OpenDocument table": (open_document(kind="spreadsheet"), "不是文字文档"),
    "a PDF": (b"%PDF-1.7", "这是 PDF 文件"),
    "a web page": (b"<!doctype html><HTML></HTML>", "这是网页"),
    "nothing": (b"", "文件是空的"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_named_whatever_its_suffix(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    data, words = REFUSED[what]
    with pytest.raises(DocfillError) as refused:
        opened(data, "甲/表.docx", 1)
    assert str(refused.value).startswith("甲/表.docx：") and words in str(refused.value)


@pytest.mark.parametrize("name", ["~$报表.docx", ".~lock.报表.docx#"])
def test_a_lock_file_is_passed_over_in_a_folder_and_named_if_given(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x06docfil".ljust(162, b"\0"))
    (tmp_path / "报表.docx").write_bytes(form_named("small").blank())
    assert files.collect([tmp_path], files.WORD) == [tmp_path / "报表.docx"]
    with pytest.raises(DocfillError, match="锁文件"):
        Document(tmp_path / name)


# --- LibreOffice ---


def saved_as(kind: str, documents: dict[str, bytes], folder: Path) -> dict[str, Path]:
    """The documents as LibreOffice saves them in one of its formats."""
    for name, document in documents.items():
        (folder / f"{name}.docx").write_bytes(document)
    options = (f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind)
    sources = [str(folder / f"{name}.docx") for name in documents]
    command = ["soffice", *options, "--outdir", str(folder / "saved"), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=150)
    return {name: folder / "saved" / f"{name}.{kind}" for name in documents}


@needs_libreoffice
@pytest.mark.parametrize("kind", ["doc", "odt", "rtf"])
def test_what_libreoffice_converts_says_the_same_or_is_doubted(kind: str, tmp_path: Path) -> None:
    records = {name: record_of(filled_everywhere(form_named(name))) for name in NAMES}
    made = saved_as(kind, {name: form_named(name).fill(record) for name, record in records.items()}, tmp_path)
    with ThreadPoolExecutor(len(made)) as several:
        results = dict(zip(made, several.map(lambda name: form_named(name).extract(made[name]), made), strict=True))
    for name, result in results.items():
        assert silent(result, form_named(name).context(records[name])) == {}, name
    for name in set(NAMES) - {"small"}:
        assert_same(results[name], form_named(name).context(records[name]))


@needs_libreoffice
def test_a_folder_of_mixed_formats_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    document = form_named("shanghai").fill(record_of(filled_everywhere(form_named("shanghai"))))
    folder = tmp_path / "交回"
    folder.mkdir()
    (folder / "一.doc").write_bytes(document)  # a .docx inside
    (folder / "二.xml").write_bytes(flat(document))
    (folder / "三.wps").write_bytes(saved_as("doc", {"a": document}, tmp_path)["a"].read_bytes())
    (folder / "四.docx").write_bytes(strict(document))
    (folder / "~$四.docx").write_bytes(b"\x06docfil".ljust(162, b"\0"))
    (folder / "五.rtf").write_bytes(compound("EncryptedPackage"))
    done = CliRunner().invoke(app, ["extract", str(folder), "-o", str(tmp_path / "out")])
    assert f"{folder}/五.rtf：文件已加密，请取消密码后重新保存\n" in done.output
    assert "共 5 份：4 份无疑问，0 份有疑问，1 份无法读取\n" in done.output
    data = {str(files.load_json(path)["data"]) for path in (tmp_path / "out").iterdir()}
    assert len(data - {"None"}) == 1 and done.exit_code == 1


@needs_libreoffice
@pytest.mark.parametrize(
    "text",
    [
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
        "<w:t>甲乙</w:t></w:r></w:p></w:body></w:wordDocument>",
        '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>甲乙</text:p>'
        "</office:text></office:body></office:document>",
    ],
    ids=["Word 2003 XML", "flat OpenDocument"],
)
def test_older_xml_is_converted(text: str) -> None:
    document = Document(f'<?xml version="1.0"?>{text}'.encode())
    assert [x.text for x in paragraphs_of(document.blocks)] == ["甲乙"]


@needs_libreoffice
def test_an_input_field_is_read_once() -> None:
    text = (
        '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>名称：'
        '<text:text-input text:description="请填写">甲乙</text:text-input>。</text:p></office:text></office:body>'
        "</office:document>"
    )
    assert [x.text for x in paragraphs_of(Document(text.encode()).blocks)] == ["名称：甲乙。"]


# --- converters that fail ---


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of soffice."""
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def script(text: str) -> None:
        path = tmp_path / "soffice"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return script


def _is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(said.strip()) and not said.startswith("Z")


@needs_scripts
def test_a_converter_that_hangs_is_ended_with_its_children(tmp_path: Path, converter: Callable[[str], None]) -> None:
    converter(f'sleep 300 &\necho $$ $! > "{tmp_path}/pids"\nwait')
    begun = time.monotonic()
    with pytest.raises(DocfillError) as refused:
        Document(RTF, "表.doc", timeout=1.5)
    assert str(refused.value) == "表.doc：LibreOffice 转换超过 1.5 秒，已中止；请在 Word 中另存为 .docx 再试"
    assert time.monotonic() - begun < 20
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2 and [pid for pid in pids if _is_running(pid)] == []


@needs_scripts
def test_the_limit_can_be_set_on_the_command_line(tmp_path: Path, converter: Callable[[str], None]) -> None:
    converter("sleep 300")
    (tmp_path / "表.doc").write_bytes(RTF)
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "表.doc"), "--timeout", "1"])
    assert done.output.splitlines()[0].endswith(
        "表.doc：LibreOffice 转换超过 1 秒，已中止；请在 Word 中另存为 .docx 再试"
    )
    assert done.exit_code == 1


@needs_scripts
@pytest.mark.parametrize("script", ["echo 缺少库文件 >&2; exit 127", "echo 缺少库文件", "echo 缺少库文件; kill -9 $$"])
def test_a_converter_that_fails_is_one_message(script: str, converter: Callable[[str], None]) -> None:
    converter(script)
    with pytest.raises(DocfillError) as refused:
        Document(RTF, "表.doc")
    assert str(refused.value).startswith("表.doc：LibreOffice 无法转换（缺少库文件）")
    assert "表.doc: LibreOffice cannot convert it" in refused.value.en
    assert "office" not in str(refused.value)
    # somebody has set a smaller limit of memory, which may be why
    with limits.within(office=2**20), pytest.raises(DocfillError, match="内存限额 office=1048576 太小，可用 --limits"):
        Document(RTF, "表.doc")


@needs_scripts
def test_a_converter_works_on_a_copy_with_a_neutral_name_and_leaves_nothing(
    tmp_path: Path, converter: Callable[[str], None]
) -> None:
    (tmp_path / "made.docx").write_bytes(package(p(r("甲"))))
    converter(
        f'for last; do :; done\necho "$PWD" "$last" "$@" > "{tmp_path}/said"\n'
        f'while [ "$1" != --outdir ]; do shift; done; mkdir "$2"; cp "{tmp_path}/made.docx" "$2/form.docx"'
    )
    source = tmp_path / "$(touch x) 表.wps"
    source.write_bytes(RTF)
    assert [x.text for x in paragraphs_of(Document(source).blocks)] == ["甲"]
    folder, last, *arguments = (tmp_path / "said").read_text().split()
    assert last == f"{folder}/0/form.rtf" and f"-env:UserInstallation=file://{folder}/profile" in arguments
    assert not Path(folder).exists() and source.read_bytes() == RTF


def test_without_libreoffice_the_message_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("docfill.word.cage.PROGRAMS", ("soffice",))
    with pytest.raises(DocfillError) as refused:
        Document(RTF, "表.doc")
    for said in (refused.value.zh, refused.value.en):
        assert said.startswith("表.doc")
        for command in ("sudo apt install libreoffice-writer", "brew install", "winget install"):
            assert command in said


def test_every_kind_of_word_file_counts_in_a_folder() -> None:
    asked: Any = {".docx", ".docm", ".dotx", ".dotm", ".doc", ".wps", ".odt", ".rtf", ".xml"}
    assert asked <= set(files.WORD)
