"""The view: a document as HTML in which nothing is lost, everything is addressed, and nothing runs.

The HTML is read back by an independent parser (html.parser) and compared with the
document model, over the bundled forms, messy returns of them, and the documents
of ../shared where they are.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from docfill import DocfillError, speaking
from docfill.view import Mark, Owner, View, base_css, draw
from docfill.view.numbering import chinese, formatted
from docfill.word.document import Document, paragraphs_of
from tests.small_form import NAMES, Xml, cell, form_named, p, package, r, row, symbol, table, template_of
from tests.test_document import SHARED

VOID = ("img", "br", "col")


class Read(HTMLParser):
    """What a browser would see: the addressed text by paragraph, and what stands beside it by kind.

    Attributes:
        text: the addressed text of each paragraph.
        order: the paragraphs as they come.
        beside: (kind, text) of what has no address.
        tags: every start tag with its attributes.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: dict[int, str] = {}
        self.order: list[int] = []
        self.beside: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open: list[tuple[str, str]] = []
        self._paragraph: list[int] = []
        self.feed(html)
        assert self._open == []

    @property
    def words(self) -> dict[int, str]:
        """The text of the paragraphs that show any."""
        return {number: text for number, text in self.text.items() if text}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.tags.append((tag, given))
        if tag in VOID:
            return
        kind = self._open[-1][1] if self._open else ""
        if "data-p" in given:
            self._paragraph.append(int(given["data-p"]))
            self.order.append(self._paragraph[-1])
            assert self.text.setdefault(self._paragraph[-1], "") == "", "a paragraph is drawn twice"
        if "data-s" in given:
            assert int(given["data-s"]) == len(self.text[self._paragraph[-1]]), "an offset is wrong"
            kind = "text"
        elif "data-beside" in given and not kind:
            kind = "beside"
            self.beside.append([given["data-beside"], ""])
        self._open.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag
        if tag == "p" and self._paragraph:
            self._paragraph.pop()

    def handle_data(self, data: str) -> None:
        kind = self._open[-1][1] if self._open else ""
        if kind == "text":
            self.text[self._paragraph[-1]] += data
        elif kind == "beside":
            self.beside[-1][1] += data
        else:
            assert not data.strip(), f"text without an address: {data!r}"


def view(*body: str, **parts: str) -> tuple[View, Read]:
    """The view of a document with this body, and what a browser would see."""
    data = package("".join(body))
    drawn = View(Document(with_parts(data, parts) if parts else data))
    return drawn, Read(drawn.html)


def with_parts(data: bytes, parts: dict[str, str]) -> bytes:
    """A document with more parts in word/, each related to as its name says."""
    relations = "".join(
        f'<Relationship Id="x{name}" Target="{name}.xml" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"/>'
        for name in parts
        if name != "styles"
    )
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("document.xml.rels"):
                content = content.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            if name != "word/styles.xml" or "styles" not in parts:
                new.writestr(name, content)
        for name, content_of in parts.items():
            new.writestr(f"word/{name}.xml", content_of.replace("<w:", "<w:", 1))
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(text: str, properties: str) -> Xml:
    """A run with these properties."""
    return Xml(f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


# --- nothing is lost ---


def assert_whole(document: Document) -> None:
    """Every character of the model is in the HTML, once and in order."""
    drawn = View(document)
    read = Read(drawn.html)
    for number, paragraph in enumerate(drawn.paragraphs):
        assert read.text.get(number, "") == paragraph.text
    body = len(drawn.paragraphs) - sum(1 for _ in _margins(document))
    assert [n for n in read.order if n < body] == sorted(n for n in read.order if n < body)
    assert set(read.text) <= set(range(len(drawn.paragraphs)))


def _margins(document: Document) -> list[object]:
    return [q for kind in ("header", "footer") for blocks in document.related(kind) for q in paragraphs_of(blocks)]


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_every_character_of_a_document_is_on_the_page_once_and_in_order(path: Path) -> None:
    try:
        document = Document(path)
        _ = document.blocks, [document.related(kind) for kind in ("header", "footer")]
    except DocfillError:
        pytest.skip("refused by the door")
    assert_whole(document)


@pytest.mark.parametrize("name", NAMES)
def test_every_character_of_a_form_is_on_the_page_once_and_in_order(name: str) -> None:
    assert_whole(Document(template_of(name)))
    assert_whole(Document(form_named(name).blank()))


def test_a_page_that_loses_a_character_is_found_out() -> None:
    drawn = View(Document(package(p("联系人"))))
    assert Read(drawn.html.replace("联", "")).words != {0: "联系人"}


def test_runs_that_look_alike_are_one_span() -> None:
    _, read = view(p("联¦系¦人"))
    assert [given["data-s"] for tag, given in read.tags if "data-s" in given] == ["0"]


def test_a_look_that_changes_begins_a_span_that_knows_its_offset() -> None:
    _, read = view(p("甲乙", Xml(run("丙丁", '<w:sz w:val="40"/>')), "戊"))
    assert [given["data-s"] for tag, given in read.tags if "data-s" in given] == ["0", "2", "4"]


def test_offsets_count_characters_and_not_code_units() -> None:
    _, read = view(p("𠮷野", Xml(run("家", "<w:i/>"))))
    assert [given["data-s"] for tag, given in read.tags if "data-s" in given] == ["0", "2"]


def test_a_merged_cell_that_hides_text_keeps_it() -> None:
    rows = (row(cell("甲", merge="restart"), "1"), row(cell("藏", merge="continue"), "2"))
    _, read = view(table(2, *rows))
    assert "".join(read.text.values()) == "甲1藏2"
    assert not [given for tag, given in read.tags if "rowspan" in given]


def test_merged_cells_are_one() -> None:
    rows = (row(cell("甲", merge="restart"), "1"), row(cell(p(), merge="continue"), "2"), row(cell("宽", span=2)))
    _, read = view(table(2, *rows))
    assert [(g.get("rowspan"), g.get("colspan")) for t, g in read.tags if t == "td"] == [
        ("2", None), (None, None), (None, None), (None, "2"),
    ]  # fmt: skip


# --- what stands beside the text ---


def test_a_tracked_deletion_is_shown_as_one_and_has_no_address() -> None:
    deleted = Xml('<w:del w:author="李"><w:r><w:delText>旧</w:delText></w:r></w:del>')
    drawn, read = view(p("甲", deleted, "乙"))
    assert (read.words, read.beside) == ({0: "甲乙"}, [["deleted", "旧"]])
    assert "<del " in drawn.html
    assert "李" in drawn.html


def test_a_deleted_row_is_told_below_its_table() -> None:
    gone = row("旧", "行").replace("<w:tr>", '<w:tr><w:trPr><w:del w:author="李"/></w:trPr>')
    drawn, read = view(table(2, row("甲", "乙"), gone))
    assert "".join(read.text.values()) == "甲乙"
    assert read.beside == [["deleted", "旧 │ 行"]]
    assert "李" in drawn.html


def test_a_tracked_insertion_says_whose_it_is() -> None:
    drawn, read = view(p("甲", Xml(f'<w:ins w:author="王" w:date="2024-05-01T08:00:00Z">{r("新")}</w:ins>')))
    assert read.words == {0: "甲新"}
    assert "王 2024-05-01" in drawn.html


def test_struck_and_hidden_text_is_shown_as_such() -> None:
    _, read = view(p("甲", run("划", "<w:strike/>"), run("隐", "<w:vanish/>"), "乙"))
    assert (read.words, read.beside) == ({0: "甲乙"}, [["struck", "划"], ["hidden", "隐"]])


def test_white_text_is_shown_and_says_that_nobody_sees_it() -> None:
    drawn, read = view(p("甲", run("白", '<w:color w:val="FFFFFF"/>')))
    assert (read.words, read.beside) == ({0: "甲"}, [["white", "白"]])
    assert "color:#ffffff" not in drawn.css


def test_the_prompt_of_a_control_is_no_answer() -> None:
    prompt = Xml(f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r('单击输入')}</w:sdtContent></w:sdt>")
    _, read = view(p("甲：", prompt))
    assert (read.words, read.beside) == ({0: "甲："}, [["prompt", "单击输入"]])


def test_white_text_on_a_dark_ground_is_plainly_seen() -> None:
    drawn, _ = view(p(run("白", '<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>')))
    assert not re.search(r'class="[^"]*\bwhite\b', drawn.html)
    assert "color:#ffffff" in drawn.css


def test_white_text_in_a_dark_cell_is_plainly_seen() -> None:
    dark = cell(p(run("白", '<w:color w:val="FFFFFF"/>'))).replace("</w:tcPr>", '<w:shd w:fill="1F3864"/></w:tcPr>', 1)
    drawn, _ = view(table(1, Xml(f"<w:tr>{dark}</w:tr>")))
    assert "color:#ffffff" in drawn.css


def test_a_comment_stands_at_its_place_and_at_the_foot() -> None:
    comments = f'<w:comments {W}><w:comment w:id="3" w:author="张"><w:p>{r("请核对")}</w:p></w:comment></w:comments>'
    mark = Xml('<w:r><w:commentReference w:id="3"/></w:r>')
    drawn, read = view(p("甲", mark), comments=comments)
    assert read.beside[0] == ["comment", "批1"]
    assert "张</b> 请核对" in drawn.html


def test_boxes_are_drawn_as_the_model_reads_them() -> None:
    _, read = view(p(symbol("F052"), "是", symbol("F0A3"), "否"))
    assert read.words == {0: "☑是□否"}


def test_list_numbers_are_drawn_and_are_no_text() -> None:
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    listed = [
        Xml(p(word).replace("<w:pPr>", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'))
        for word in ("甲", "乙")
    ]
    _, read = view(*listed, numbering=numbering)
    assert (read.words, read.beside) == ({0: "甲", 1: "乙"}, [["number", "一、"], ["number", "二、"]])


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [(3, "upperRoman", "III"), (27, "lowerLetter", "aa"), (5, "decimalEnclosedCircle", "⑤"), (7, "unknown", "7")],
)
def test_numbers_are_written_as_the_list_says(number: int, form: str, words: str) -> None:
    assert formatted(number, form) == words


@pytest.mark.parametrize(("number", "words"), [(10, "十"), (12, "十二"), (105, "一百零五"), (2000, "二千"), (0, "〇")])
def test_numbers_are_counted_in_chinese(number: int, words: str) -> None:
    assert chinese(number) == words


# --- looks ---


def test_styles_are_laid_over_one_another() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="a"><w:rPr><w:sz w:val="32"/><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/><w:pPr><w:jc w:val="center"/></w:pPr>'
        '<w:rPr><w:b w:val="0"/></w:rPr></w:style></w:styles>'
    )
    styled = Xml('<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:t>题</w:t></w:r></w:p>')
    drawn, _ = view(styled, styles=styles)
    assert "font-size:16pt" in drawn.css
    assert "text-align:center" in drawn.css
    assert "font-weight" not in drawn.css


def test_a_style_that_is_based_on_itself_adds_nothing_more() -> None:
    styles = f'<w:styles {W}><w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="a"/></w:style></w:styles>'
    _, read = view(Xml('<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>题</w:t></w:r></w:p>'), styles=styles)
    assert read.words == {0: "题"}


def test_a_table_has_the_widths_and_borders_that_it_says() -> None:
    bordered = table(2, row("甲", "乙")).replace(
        "</w:tblPr>", '<w:tblBorders><w:top w:val="single" w:sz="12"/></w:tblBorders></w:tblPr>'
    )
    drawn, _ = view(bordered)
    assert "width:100pt" in drawn.css
    assert "border-top:1.5pt solid #000" in drawn.css


# --- marks ---


def marked(*marks: Mark) -> str:
    return View(Document(package(p("联系人：王芳", run("　", "<w:u w:val='single'/>")))), marks).html


def test_a_mark_is_a_span_of_its_own() -> None:
    html = marked(Mark(0, 4, 6, Owner.VALUE, "联系人"))
    assert re.search(r'<span data-s="4" class="[^"]*own-value" data-path="联系人">王芳</span>', html)
    assert "".join(Read(html).text.values()) == "联系人：王芳　"


def test_a_mark_over_two_looks_is_two_spans_of_one_path() -> None:
    html = marked(Mark(0, 4, 7, Owner.VALUE, "联系人"))
    assert len(re.findall('data-path="联系人"', html)) == 2


def test_an_empty_mark_is_a_position() -> None:
    for at in (0, 4, 7):
        html = marked(Mark(0, at, at, Owner.BLANK, "x"))
        assert re.search(rf'<span data-s="{at}" class="position own-blank" data-path="x" data-name="x"></span>', html)
        assert "".join(Read(html).text.values()) == "联系人：王芳　"


def test_marks_that_overlap_lose_no_text() -> None:
    html = marked(Mark(0, 1, 5, Owner.VALUE, "a"), Mark(0, 3, 6, Owner.LEFTOVER, "b"), Mark(0, 2, 9, Owner.FORM))
    assert "".join(Read(html).text.values()) == "联系人：王芳　"


def test_an_empty_paragraph_can_be_marked() -> None:
    drawn = View(Document(package(p())), [Mark(0, 0, 0, Owner.BLANK, "空")])
    assert 'data-path="空"' in drawn.html


# --- hostile documents ---

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
ALLOWED = {"section", "div", "p", "span", "table", "colgroup", "col", "tr", "td", "img", "del", "s", "sup", "bdi", "i",
           "aside", "b", "ol", "li"}  # fmt: skip
ATTRIBUTES = {"class", "id", "dir", "title", "colspan", "rowspan", "src", "alt", "loading", "data-p", "data-s",
              "data-path", "data-name", "data-beside"}  # fmt: skip


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


HOSTILE: dict[str, Callable[[], str]] = {
    "text": lambda: p(EVIL),
    "author": lambda: p("甲", Xml(f'<w:ins w:author="{escaped(EVIL)}">{r("x")}</w:ins>')),
    "font": lambda: p(run("甲", f'<w:rFonts w:ascii="x&quot;;}} * {{background:url(//evil)}} {escaped(EVIL)}"/>')),
    "colour": lambda: p(run("甲", '<w:color w:val="000;background:url(//evil)"/><w:sz w:val="9}evil"/>')),
    "border": lambda: table(1, row("甲")).replace(
        "</w:tblPr>", '<w:tblBorders><w:top w:val="x;evil" w:color="evil"/></w:tblBorders></w:tblPr>'
    ),
    "link": lambda: p(Xml(f'<w:hyperlink r:id="rId9" w:tooltip="{escaped(EVIL)}">{r("甲")}</w:hyperlink>')),
    "field": lambda: p(Xml(f'<w:fldSimple w:instr="HYPERLINK javascript:alert(1)">{r("甲")}</w:fldSimple>')),
    "altChunk": lambda: p("甲") + '<w:altChunk r:id="rId9"/>',
    "bidi": lambda: p("\u202egnp.exe"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_a_hostile_document_is_more_than_text(name: str) -> None:
    drawn, read = view(HOSTILE[name]())
    assert {tag for tag, _ in read.tags} <= ALLOWED
    assert {key for _, given in read.tags for key in given} <= ATTRIBUTES
    assert "evil" not in drawn.css
    assert not re.search(r"url\(|@import|expression|</", drawn.css)


def test_a_character_that_turns_the_order_round_is_shut_in_and_shown() -> None:
    drawn, _ = view(HOSTILE["bidi"]())
    assert '<bdi class="turn">\u202e</bdi>gnp.exe' in drawn.html


def picture(data: bytes) -> View:
    """A document that shows these bytes as word/media/x."""
    shown = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="rId9"/>'
        "</w:drawing></w:r>"
    )
    relation = (
        '<Relationship Id="rId9" Target="media/x" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    made = package(p("甲", Xml(shown)))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("document.xml.rels"):
                content = content.replace(b"</Relationships>", relation.encode())
            new.writestr(name, content)
        new.writestr("word/media/x", data)
    return View(Document(out.getvalue()), pictures="/pictures")


def test_a_picture_is_drawn_anew() -> None:
    raw = BytesIO()
    Image.new("RGB", (3000, 100), "red").save(raw, "PNG")
    drawn = picture(raw.getvalue() + b"<script>")
    assert 'src="/pictures/rId9"' in drawn.html
    shown = drawn.picture("rId9")
    assert shown is not None
    assert shown.media_type == "image/png"
    assert b"<script>" not in shown.data
    assert Image.open(BytesIO(shown.data)).size == (1600, 53)


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)></svg>", b"", b"\xd7\xcd\xc6\x9a", b"\x89PNG\r\n\x1a\nxxxx"])
def test_what_is_no_picture_is_not_sent(data: bytes) -> None:
    assert picture(data).picture("rId9") is None


def test_a_picture_of_too_many_pixels_is_not_sent() -> None:
    raw = BytesIO()
    Image.new("1", (10000, 10000)).save(raw, "PNG")
    assert picture(raw.getvalue()).picture("rId9") is None


def test_html_grows_with_the_document() -> None:
    once, twice = (len(view(*[p("联系人：王芳")] * many)[0].html) for many in (500, 1000))
    assert twice < 2.1 * once


def test_of_a_table_of_very_many_cells_the_first_rows_are_drawn_and_the_rest_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draw, "_CELLS", 40)
    long = table(2, *[row(f"甲{n}", f"乙{n}") for n in range(30)])
    drawn, read = view(long, p("中"), table(2, row("丙", "丁")), table(1, row(table(1, *[row("戊")] * 12))))
    assert read.words[19] == "乙9" and 20 not in read.words
    assert [words for kind, words in read.beside if kind == "more"] == [
        "这里还有 20 行没有画出来，都在原文件里",
        "这里还有 4 行没有画出来，都在原文件里",
    ]
    assert {"中", "丙", "丁"} < set(read.words.values()), "what stands below is drawn"
    with speaking("en"):
        assert "20 more rows are not drawn; the original has them" in drawn.html


def test_a_list_of_thousands_of_rows_is_drawn() -> None:
    cells = (str(n * 7919 % 40009) for n in range(20_000))
    rows = [row(*islice(cells, 10)) for _ in range(2000)]
    html = View(Document(package(table(10, *rows)))).html
    assert html.count("<tr") == 1000
    assert "这里还有 1000 行没有画出来" in html


def test_the_shared_rules_ask_for_nothing_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|http", base_css())
