"""Printing: one PDF of many with an outline, pages counted, and fonts that are not there named."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter
from typer.testing import CliRunner

from docfill import sources
from docfill.printing import Album, Printing
from docfill.word import fonts, office
from docfill.word.xml import W
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import form_named, p, package, r
from tests.test_formats import needs_libreoffice

INVENTED = "没有这种字体甲"


def pdf(pages: int) -> bytes:
    """A PDF of empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def outline(album: Album, path: Path) -> list[tuple[str, int]]:
    """(name, page) of each entry of the outline, and that the file has the pages that the album says."""
    album.write(path)
    reader = PdfReader(path)
    assert len(reader.pages) == album.pages
    return [(str(entry.title), reader.get_destination_page_number(entry) + 1) for entry in reader.outline]  # type: ignore


@pytest.mark.parametrize(("is_odd", "begins"), [(False, [1, 4, 6]), (True, [1, 5, 7])])
def test_an_album_has_an_outline_and_odd_pages_where_asked(is_odd: bool, begins: list[int], tmp_path: Path) -> None:
    album = Album(is_odd)
    for name, pages in (("甲", 3), ("乙", 2), ("丙", 1)):
        album.add(name, pdf(pages))
    assert outline(album, tmp_path / "all.pdf") == list(zip("甲乙丙", begins, strict=True))
    assert {tuple(page.mediabox[2:]) for page in PdfReader(tmp_path / "all.pdf").pages} == {(200, 300)}


def styled(run: str, style: str = "") -> bytes:
    """A document with a paragraph of a style, and that style."""
    parts = parts_of(package(f'<w:p><w:pPr><w:pStyle w:val="甲"/></w:pPr>{run}</w:p>'))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts["word/styles.xml"] = (
        f"<w:styles {space}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="默认西" w:eastAsia="默认中"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="底"><w:rPr><w:rFonts w:eastAsia="底中"/></w:rPr></w:style>'
        f'<w:style w:type="paragraph" w:styleId="甲"><w:basedOn w:val="底"/><w:rPr>{style}</w:rPr></w:style>'
        "</w:styles>"
    ).encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    relationships = parts.get("word/_rels/document.xml.rels") or (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    added = f'<Relationship Id="rIdS" Type="{kind}" Target="styles.xml"/></Relationships>'.encode()
    parts["word/_rels/document.xml.rels"] = relationships.replace(b"</Relationships>", added)
    return package_of(parts)


@pytest.mark.parametrize(
    ("run", "style", "wanted"),
    [
        ("<w:r><w:t>字</w:t></w:r>", "", ["底中"]),
        ("<w:r><w:t>字 a</w:t></w:r>", "", ["底中", "默认西"]),
        ("<w:r><w:t>字</w:t></w:r>", '<w:rFonts w:eastAsia="甲中"/>', ["甲中"]),
        ('<w:r><w:rPr><w:rFonts w:eastAsia="自"/></w:rPr><w:t>字</w:t></w:r>', '<w:rFonts w:eastAsia="甲中"/>', ["自"]),
        ('<w:r><w:rPr><w:rFonts w:ascii="自"/></w:rPr><w:t> </w:t></w:r>', "", []),
    ],
    ids=["its style's base", "two kinds of letters", "its style", "its own", "blanks only"],
)
def test_the_fonts_that_a_text_asks_for(run: str, style: str, wanted: list[str]) -> None:
    assert fonts.asked(office.opened(styled(run, style))) == wanted


def test_a_font_that_is_in_the_pdf_is_there_under_either_name() -> None:
    assert fonts.replaced(["方正小标宋简体", INVENTED], ["ABCDEF+FZXiaoBiaoSong-B05S"]) == {
        INVENTED: "FZXiaoBiaoSong-B05S"
    }


def test_what_took_the_place_is_not_guessed_where_it_may_be_several() -> None:
    assert fonts.replaced([INVENTED], ["ABCDEF+Qaaaaaaa", "ABCDEF+Qbbbbbbb"]) == {INVENTED: ""}


@needs_libreoffice
def test_a_folder_is_printed_into_one_file_and_what_cannot_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    folder = tmp_path / "填好"
    folder.mkdir()
    (folder / "1甲.docx").write_bytes(package(p(r("甲"))))
    (folder / "2坏.docx").write_bytes(b"PK")
    run = f'<w:r><w:rPr><w:rFonts w:eastAsia="{INVENTED}"/></w:rPr><w:t>乙</w:t></w:r>'
    (folder / "3乙.docx").write_bytes(package(f"<w:p>{run}</w:p>"))
    command = ["print", str(folder), "-o", str(tmp_path / "all.pdf"), "--odd"]
    done = CliRunner().invoke(app, command)
    lines = done.output.splitlines()
    assert lines[0].startswith(f"{folder}/2坏.docx：不是 .docx 文件") and done.exit_code == 1
    assert lines[1] == "共 3 份：已打印 2 份，3 页；1 份无法打印"
    assert any(line.startswith(f"没有字体“{INVENTED}”") for line in lines[2:])
    reader = PdfReader(tmp_path / "all.pdf")
    assert [reader.pages[n].extract_text().strip() for n in range(3)] == ["甲", "", "乙"]
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2 and "--force" in again.output
    each = CliRunner().invoke(app, ["print", str(folder / "1甲.docx"), "-o", f"{tmp_path}/out/"])
    assert each.exit_code == 0 and [path.name for path in (tmp_path / "out").iterdir()] == ["1甲.pdf"]


@needs_libreoffice
def test_any_kind_of_word_file_is_printed(tmp_path: Path) -> None:
    (tmp_path / "甲.doc").write_bytes(rb"{\rtf1 abc}")
    [source] = sources.collect([str(tmp_path)])
    printed = Printing()(source)
    assert (printed.error, printed.pages) == (None, 1) and printed.pdf.startswith(b"%PDF")


@needs_libreoffice
def test_a_filled_form_is_printed_with_its_answers() -> None:
    pages = PdfReader(io.BytesIO(office.pdf_of(form_named("small").fill({"编号": "领-07"})))).pages
    assert "领-07" in pages[0].extract_text()


# --- the two templates ---


def paragraphs(name: str) -> list[etree._Element]:
    """The paragraphs of a bundled template."""
    path = Path(__file__).parent.parent / "templates" / f"{name}.docx"
    return [*etree.fromstring(parts_of(path.read_bytes())["word/document.xml"]).iter(W + "p")]


def shown(paragraph: etree._Element) -> str:
    return "".join(t.text or "" for t in paragraph.iter(W + "t"))


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_lines_of_a_cover_end_together(name: str) -> None:
    """In full-width characters, of a font in which a blank is half as wide; one label is drawn narrower."""
    ends = {}
    for paragraph in paragraphs(name):
        if (found := re.fullmatch(r" ?([^{]+：)\{\{ 封面\.[^|]+ \| blank\((\d+)\) \}\}", shown(paragraph))) is not None:
            scale = next((int(w.get(W + "val")) for w in paragraph.iter(W + "w")), 100)
            ends[found[1]] = len(found[1]) * scale / 100 + int(found[2]) / 2
    assert len(ends) >= 5 and max(ends.values()) - min(ends.values()) <= 0.5, ends


def test_the_headings_of_the_shanghai_form_are_indented_alike() -> None:
    """By the same blanks in the same style, whatever font takes its place."""
    headings = [p for p in paragraphs("shanghai") if p.find(f"{W}pPr/{W}pStyle[@{W}val='Heading1']") is not None]
    assert len(headings) == 9
    assert {shown(p)[:4].isspace() and shown(p)[4] != " " for p in headings} == {True}
    assert {p.find(f"{W}pPr/{W}ind") is None for p in headings} == {True}
    assert {p.find(f"{W}r/{W}rPr/{W}rStyle").get(W + "val") for p in headings} == {"Space"}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_there_is_room_for_the_name_of_a_recommending_body(name: str) -> None:
    """27 characters of 12 points: the label, and a name of 18."""
    line = next(p for p in paragraphs(name) if shown(p).lstrip().startswith("推荐单位（公章）"))
    cell = next(line.iterancestors(W + "tc"))
    wide = int(cell.find(f"{W}tcPr/{W}tcW").get(W + "w"))  # type: ignore[union-attr, arg-type]
    assert wide - int(line.find(f"{W}pPr/{W}ind").get(W + "right")) - 2 * 108 >= 27 * 240  # type: ignore[union-attr, arg-type]
