"""Letters: small Word files of our own, headings, lines and tables, for what goes with a returned form."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docfill import late

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_INVALID = late.pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a line of headings."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Line | Grid


def document(blocks: Sequence[Block]) -> bytes:
    """A .docx of some blocks, A4, the same bytes for the same blocks."""
    body = "".join(map(_drawn, blocks))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" '
    )
    page += 'w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    main = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_W}"><w:body>{body}{page}'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONSHIPS),
            ("word/document.xml", f"{main}</w:body></w:document>"),
        ):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DATE), part)
    return stream.getvalue()


def _drawn(block: Block) -> str:
    if isinstance(block, Heading):
        return _paragraph(block.text, '<w:jc w:val="center"/>', '<w:b/><w:sz w:val="32"/>')
    if isinstance(block, Line):
        return _paragraph(block.text)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    widths = "".join(f'<w:gridCol w:w="{width}"/>' for width in _widths(len(block.heads)))
    rows = [_row(block.heads, '<w:b/><w:sz w:val="22"/>', is_head=True), *(_row(r) for r in block.rows)]
    looks = f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{looks}<w:tblGrid>{widths}</w:tblGrid>{''.join(rows)}</w:tbl>{_paragraph('')}"


def _widths(columns: int) -> list[int]:
    """The first column a third of the page, the others what is left."""
    return [3000, *([6000 // max(1, columns - 1)] * (columns - 1))]


def _row(cells: Sequence[str], looks: str = '<w:sz w:val="22"/>', *, is_head: bool = False) -> str:
    head = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
    drawn = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{''.join(_paragraph(line, '', looks) for line in text.splitlines() or [''])}</w:tc>"
        for text, width in zip(cells, _widths(len(cells)), strict=True)
    )
    return f"<w:tr>{head}{drawn}</w:tr>"


def _paragraph(text: str, place: str = "", looks: str = '<w:sz w:val="24"/>') -> str:
    fonts = '<w:rFonts w:eastAsia="宋体"/>'
    shown = escape(_INVALID.sub("", text))
    run = f'<w:r><w:rPr>{fonts}{looks}</w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r>' if shown else ""
    return f"<w:p><w:pPr>{place}</w:pPr>{run}</w:p>"
