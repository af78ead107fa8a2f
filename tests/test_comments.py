"""Comments in a returned file: at their places, seen by a word processor, and nothing else touched."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from docfill.check import check
from docfill.check.rules import Rulebook
from docfill.word import xml
from docfill.word.comments import Comment, commented, suffix_of
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import Package
from docfill.word.span import Span
from tests.disturb import MAIN, W, package_of, parts_of
from tests.small_form import Xml, form_named, loaded, p, package, row, table
from tests.test_rules import changed
from tests.test_tampering import RETURNED, _recipe

XML = {"w": W[1:-1]}
PARAGRAPH = Xml("<w:p><w:pPr><w:jc w:val='left'/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>")
EMPTY = Xml("<w:p/>")
ONLY_PROPERTIES = Xml("<w:p><w:pPr/></w:p>")
BOX = Xml("<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>")


def remarked(document: bytes, *places: str) -> bytes:
    """The document with a comment at each element that an XPath finds."""
    opened = Document(document, "表.docx")
    found = [e for place in places for e in opened.root.xpath(place, namespaces=XML)]
    return commented(opened, [Comment(f"意见{n}\n第二行", opened.where(e)) for n, e in enumerate(found, 1)], "审核")


def commented_texts(document: bytes) -> dict[str, tuple[str, str]]:
    """By the comment's number: its text, and what stands between its marks."""
    parts = parts_of(document)
    main = etree.fromstring(parts[MAIN])
    comments = etree.fromstring(parts["word/comments.xml"])
    said = {c.get(W + "id"): "|".join(p.xpath("string()") for p in c) for c in comments}
    spans = {}
    for start in main.iter(W + "commentRangeStart"):
        number, between = start.get(W + "id"), start.itersiblings()
        content = itertools.takewhile(lambda e: e.tag != W + "commentRangeEnd", between)
        spans[number] = "".join(e.xpath("string()") for e in content)
    assert {e.get(W + "id") for e in main.iter(W + "commentReference")} == set(spans)
    return {n: (said[n], spans[n]) for n in spans}


def test_a_comment_stands_around_the_paragraph_of_its_place() -> None:
    document = remarked(package(PARAGRAPH), "//w:t")
    assert commented_texts(document) == {"0": ("意见1|第二行", "甲")}
    paragraph = etree.fromstring(parts_of(document)[MAIN])[0][0]
    assert [xml.local(e) for e in paragraph] == ["pPr", "commentRangeStart", "r", "commentRangeEnd", "r"]


@pytest.mark.parametrize("blank", [EMPTY, ONLY_PROPERTIES])
def test_an_empty_paragraph_can_be_commented(blank: Xml) -> None:
    document = remarked(package(PARAGRAPH + blank + PARAGRAPH), "//w:body/w:p[2]")
    assert commented_texts(document) == {"0": ("意见1|第二行", "")}
    assert [p.xpath("string()") for p in etree.fromstring(parts_of(document)[MAIN])[0].iter(W + "p")] == [
        "甲",
        "",
        "甲",
    ]


def test_several_comments_at_one_place_and_a_cell() -> None:
    document = remarked(package(table(2, row("甲", "乙"))), "//w:tc[1]", "//w:tc[2]//w:t", "//w:tc[2]")
    assert [text for _, text in commented_texts(document).values()] == ["甲", "乙", "乙"]


def test_a_text_box_is_commented_where_it_is_anchored() -> None:
    document = remarked(package(PARAGRAPH + BOX), "//w:txbxContent//w:t")
    root = etree.fromstring(parts_of(document)[MAIN])
    assert root.find(f"{W}body/{W}p[2]/{W}commentRangeStart") is not None
    assert next(root.iter(W + "txbxContent")).find(f".//{W}commentRangeStart") is None


def test_what_has_no_place_is_said_at_the_beginning() -> None:
    opened = Document(package(PARAGRAPH), "表.docx")
    for where in ("", "hdr#/w:hdr/w:p", "word/document.xml#/w:document/w:body/w:p[9]"):
        assert commented_texts(commented(opened, [Comment("意见", where)], "审核")) == {"0": ("意见", "甲")}


_MARKS = rb"<w:commentRange(?:Start|End)[^<>]*/>|<w:r [^<>]*><w:commentReference[^<>]*/></w:r>"
_PARTED = rb"(<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>|)<w:t>[^<]*)</w:t></w:r><w:r>\2<w:t>"


def without_marks(main: bytes) -> bytes:
    """A main part without the marks of comments; runs side by side that look alike, which marks part, are one.

    An attribute is left out that a parted w:t needs for its blanks.
    """
    joined = re.sub(_MARKS, b"", main).replace(b' xml:space="preserve"', b"")
    while joined != (joined := re.sub(_PARTED, rb"\1", joined, flags=re.S)):
        pass
    return joined


def test_all_else_is_byte_for_byte_the_same() -> None:
    before = changed("shanghai", {"封面.集群名称": "别的", "主导产业情况.集群企业数量.2020年": None})
    checked = check(form_named("shanghai"), before)
    after = checked.commented()
    old, new = parts_of(before), parts_of(after)
    touched = {MAIN, "word/_rels/document.xml.rels", "[Content_Types].xml", "word/comments.xml"}
    assert set(new) - set(old) == {"word/comments.xml"}
    assert {name for name in old if old[name] != new[name]} == touched - {"word/comments.xml"}
    assert without_marks(new[MAIN]) == without_marks(old[MAIN])
    for name in touched - {MAIN, "word/comments.xml"}:
        assert re.sub(rb"<(?:Relationship|Override) xmlns=[^<>]*comments[^<>]*/>", b"", new[name]) == old[name]
    assert len(commented_texts(after)) == len([p for p in checked.problems if p.severity != "note"]) >= 2


def test_a_file_with_nothing_to_say_stays_as_it_is() -> None:
    document = changed("shanghai", {})
    assert check(form_named("shanghai"), document).commented() == document


@pytest.mark.parametrize(
    "existing",
    [
        '<w:comments xmlns:w="{}"><w:comment w:id="7" w:author="甲"><w:p/></w:comment></w:comments>',
        '<w:comments xmlns:w="{}"/>',
        '<x:comments xmlns:x="{}"><x:comment x:id="7" x:author="甲"><x:p/></x:comment></x:comments>',
        '<comments xmlns="{}"></comments>',
        '<w:comments xmlns:w="{}"><!-- </w:comments> --></w:comments ><!-- </w:comments> -->',
    ],
)
def test_comments_are_added_to_those_that_are_there(existing: str) -> None:
    parts = parts_of(package(PARAGRAPH))
    parts["word/comments.xml"] = existing.format(W[1:-1]).encode()
    rels = "word/_rels/document.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    line = f'<Relationship Id="rId77" Type="{kind}" Target="comments.xml"/></Relationships>'
    parts[rels] = parts[rels].replace(b"</Relationships>", line.encode())
    after = parts_of(remarked(package_of(parts), "//w:t"))
    comments = etree.fromstring(after["word/comments.xml"])
    numbers = [c.get(W + "id") for c in comments.iterchildren(W + "comment")]
    assert numbers == (["7", "8"] if "7" in existing else ["0"])
    assert after[rels] == parts[rels]
    written, before = after["word/comments.xml"], existing.format(W[1:-1])
    added = re.search(rb'<w:comment xmlns:w="[^"]*" w:id="%s".*?</w:comment>' % numbers[-1].encode(), written)
    assert added is not None and written.replace(added[0], b"").decode() in (
        before,
        before.replace("/>", "></w:comments>"),
    )
    assert f'w:id="{numbers[-1]}"'.encode() in after[MAIN]


def test_two_laps_number_on() -> None:
    twice = remarked(remarked(package(PARAGRAPH), "//w:t"), "//w:p")
    assert list(commented_texts(twice)) == ["1", "0"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (
            lambda x: x.replace(b"<w:", b"<ns7:").replace(b"</w:", b"</ns7:").replace(b"xmlns:w=", b"xmlns:ns7="),
            "prefix",
        ),
        (lambda x: x.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16"), "utf-16"),
        (lambda x: b"\xef\xbb\xbf" + x, "bom"),
        (lambda x: x.replace(b"<w:body>", b"<!-- a > b --><?x y?><w:body>"), "comment"),
        (lambda x: x.replace(b"<w:p>", b"<w:p w:rsidR='a>b/'>"), "attribute"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_main_part_may_be_spelt_otherwise(change: object, name: str) -> None:
    parts = parts_of(package(PARAGRAPH + Xml("<w:p/>")))
    parts[MAIN] = re.sub(rb"w:(val|rsidR|id)=", rb"w:\1=", parts[MAIN])
    if name == "prefix":
        parts[MAIN] = parts[MAIN].replace(b" w:val", b" ns7:val")
    parts[MAIN] = change(parts[MAIN])  # type: ignore[operator]
    document = remarked(package_of(parts), "//w:t", "//w:body/w:p[2]")
    assert [text for _, text in commented_texts(document).values()] == ["甲", ""]


def test_a_strict_document_gets_strict_comments() -> None:
    parts = parts_of(package(PARAGRAPH))
    pattern = rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument)/2006/(main|relationships)"
    for part in (MAIN, "_rels/.rels", "word/_rels/document.xml.rels"):
        parts[part] = re.sub(pattern, rb"http://purl.oclc.org/ooxml/\1/\2", parts[part])
    after = parts_of(remarked(package_of(parts), "//w:t"))
    assert b"purl.oclc.org/ooxml/wordprocessingml/main" in after["word/comments.xml"]
    assert b"purl.oclc.org/ooxml/officeDocument/relationships/comments" in after["word/_rels/document.xml.rels"]
    assert b"schemas.openxmlformats.org/wordprocessingml" not in after[MAIN] + after["word/comments.xml"]


def test_a_converted_file_gets_its_comments_as_a_docx() -> None:
    document = Document(package(PARAGRAPH), "表.doc")
    document.package = Package(document.package.data, "表.doc", is_converted=True)
    said = commented_texts(commented(document, [Comment("意见", "")], "审核"))
    assert said == {"0": ("意见", "甲")}


def test_a_comment_stands_on_just_the_characters_that_it_is_about() -> None:
    document = Document(package(p("姓名：¦张三，", "¦男"), ""), "表.docx")
    (paragraph,) = paragraphs_of(document.blocks)
    spans = [Span(paragraph, 3, 5), Span(paragraph, 6, 7), Span(paragraph, 0, 2)]
    marked = commented(
        document, [Comment(f"意见{n}", "", s) for n, s in enumerate(spans)], "审核", "2026-01-02T00:00:00Z"
    )
    assert {shown for _, shown in commented_texts(marked).values()} == {"张三", "男", "姓名"}
    assert b'w:date="2026-01-02T00:00:00Z"' in parts_of(marked)["word/comments.xml"]
    assert [x.text for x in paragraphs_of(Document(marked).blocks)] == ["姓名：张三，男"]


def test_what_a_comment_parts_is_spelt_as_before() -> None:
    spelt = "a&quot;b &gt; c&#x4e2d;>"
    told = Xml(f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{spelt}张三，\n{spelt}</w:t></w:r></w:p>")
    document = Document(package(told), "表.docx")
    (paragraph,) = paragraphs_of(document.blocks)
    at = paragraph.text.index("张三")
    marked = commented(document, [Comment("意见", "", Span(paragraph, at, at + 2))], "审核")
    assert commented_texts(marked) == {"0": ("意见", "张三")}
    assert without_marks(parts_of(marked)[MAIN]) == parts_of(package(told))[MAIN]


def test_a_remark_stands_on_the_value_and_says_what_to_do() -> None:
    form = loaded(package(p("产值：{{ 甲.产值 | number }}万元")))
    marked = check(form, package(p("产值：很多万元"))).commented()
    assert commented_texts(marked) == {"0": ("请改正：产值：请填数字，现在是“很多”", "很多")}


def test_control_characters_in_a_remark_do_no_harm() -> None:
    opened = Document(package(PARAGRAPH), "表.docx")
    document = commented(opened, [Comment("a\x00<b>&\ud800", "")], "审核")
    assert commented_texts(document)["0"][0] == "a\ufffd<b>&\ufffd"


def test_the_suffix_is_what_the_content_asks_for() -> None:
    parts = parts_of(package(PARAGRAPH))
    assert suffix_of(Document(package_of(parts))) == ".docx"
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert suffix_of(Document(package_of({**parts, "[Content_Types].xml": types}))) == ".docm"


@pytest.mark.skipif(not RETURNED, reason="the corpus lies beside the project's own checkout only")
def test_a_commented_file_gives_the_same_data() -> None:
    differing = []
    for path in RETURNED[::4]:
        form = form_named(path.name.split("-")[0])
        checked = check(form, path, rules=Rulebook())
        again = form.extract(checked.commented())
        same = [
            again.data == checked.result.data,
            [str(p) for p in again.problems] == [str(p) for p in checked.result.problems],
            [x.text for x in again.leftovers] == [x.text for x in checked.result.leftovers],
        ]
        if not all(same):
            differing.append((path.name, _recipe(path), same))
    assert differing == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="not installed: soffice")
def test_libreoffice_shows_the_comments_where_they_belong(tmp_path: Path) -> None:
    document = changed("shanghai", {"封面.集群名称": "别的", "主导产业情况.集群企业数量.2020年": None})
    checked = check(form_named("shanghai"), document)
    (tmp_path / "表.docx").write_bytes(checked.commented())
    options = [f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "fodt"]
    subprocess.run(["soffice", *options, "--outdir", tmp_path, tmp_path / "表.docx"], check=True, capture_output=True)
    root = etree.parse(tmp_path / "表.fodt").getroot()
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    notes = [" ".join(n.itertext()) for n in root.iter(office + "annotation")]
    assert len(notes) == len([p for p in checked.problems if p.severity != "note"])
    assert any("集群名称" in n and "不一致" in n for n in notes)
    ends = [n.getparent().xpath("string()") for n in root.iter(office + "annotation-end")]
    assert any("别的" in text for text in ends)
