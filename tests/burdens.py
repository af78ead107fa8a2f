"""Small files that ask for much work: each a kind of thing that can be many, as a generator of any size.

`BURDENS` is data: the door, the maker of a file with `n` of the thing, and the `n`
that once took a minute.  tests/test_growth.py tries whether work grows in
proportion, tests/test_attacks.py whether the whole ends within the promise.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import py7zr
from PIL import Image

from tests.attacks import SHEET, Member, book_parts, form_with, zip_of
from tests.disturb import MAIN, parts_of
from tests.small_form import p, package

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}" xmlns:w14="{_W14}"><w:body>'
_TAIL = "</w:body></w:document>"


@dataclass(frozen=True)
class Burden:
    """A kind of file that asks for work.

    Attributes:
        door: where it comes in.
        suffix: of its name.
        make: the file with so many of the thing.
        size: how many once hung the reader.
        few: how many show how work grows, where each is much of it.
    """

    door: str
    suffix: str
    make: Callable[[int], bytes]
    size: int
    few: int = 40


def tight(name: str, content: str) -> Member:
    """A member packed loosely enough for the limit of the ratio, whatever repeats in it."""
    data = content.encode()
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
    quick = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = quick.compress(data) + quick.flush()
    if len(data) > max(2**20, 350 * len(packed)):
        packed = deflate.compress(data) + deflate.flush()
    return Member(name.encode(), packed, len(data), zlib.crc32(data))


def _document(body: str) -> bytes:
    return form_with(tight(MAIN, _HEAD + body + _TAIL))


def _in_paragraph(piece: str) -> Callable[[int], bytes]:
    return lambda n: _document(f"<w:p><w:r><w:t>甲</w:t></w:r>{piece * n}</w:p>")


def _in_answer(piece: str) -> Callable[[int], bytes]:
    """Pieces in the place of the form's one number."""
    return lambda n: _document(f"<w:p><w:r><w:t>数量：</w:t></w:r>{piece * n}</w:p>")


def _in_run(piece: str) -> Callable[[int], bytes]:
    return lambda n: _document(f"<w:p><w:r><w:t>甲</w:t>{piece * n}</w:r></w:p>")


def _in_body(piece: str) -> Callable[[int], bytes]:
    return lambda n: _document(piece * n)


def _in_cell(piece: str) -> Callable[[int], bytes]:
    return lambda n: _document(f"<w:tbl><w:tr><w:tc>{piece * n}</w:tc></w:tr></w:tbl>")


def _in_table(piece: str) -> Callable[[int], bytes]:
    return lambda n: _document(f"<w:tbl>{piece * n}</w:tbl>")


def _numbered(piece: str, around: str = "{}") -> Callable[[int], bytes]:
    """Pieces that are told apart by a number, so that nothing can be remembered of them."""
    return lambda n: _document(around.format("".join(piece.replace("#", str(i)) for i in range(n))))


_TEXT = "<w:t>字#</w:t>"
_SHAPE = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>'
    f"<w:r>{_TEXT}</w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
_PICTURE = (
    "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:pic><a:fill><a:blip/></a:fill></a:pic></a:graphicData>"
    "</a:graphic></wp:inline></w:drawing></w:r>"
)
_DRAWN = (
    '<w:p xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{}</w:p>'
)
_LISTED = (
    "<w:p><w:sdt><w:sdtPr><w:dropDownList>"
    + '<w:listItem w:displayText="项" w:value="项"/>' * 300
    + "</w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt></w:p>"
)
_PROMPT = (
    '<w:p><w:sdt><w:sdtPr><w:placeholder><w:docPart w:val="n"/></w:placeholder><w:showingPlcHdr/></w:sdtPr>'
    "<w:sdtContent><w:r><w:t>字#</w:t></w:r></w:sdtContent></w:sdt></w:p>"
)
_BOX = "<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent/></w:sdt>"
_INSTRUCTION = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>{}</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
_ROW = "<w:tr>" + "<w:tc><w:p><w:r><w:t>格#</w:t></w:r></w:p></w:tc>" * 10 + "</w:tr>"


_CELL = "<w:tr><w:tc><w:p/></w:tc></w:tr>"
_DEEP = 230


_TIGHT = '<w:r><w:rPr><w:spacing w:val="-900"/></w:rPr><w:t>甲 乙</w:t></w:r>'


_COMMENTED = (
    '<w:commentRangeStart w:id="1"/><w:r><w:t>7</w:t></w:r><w:commentRangeEnd w:id="1"/>'
    '<w:r><w:commentReference w:id="1"/></w:r>'
)


def _digit(look: str) -> str:
    """A digit that looks otherwise than the plain one behind it."""
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>7</w:t></w:r><w:r><w:t>7</w:t></w:r>"


def _seven_zip(n: int) -> bytes:
    """An archive of empty files, as py7zr writes it."""
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as archive:
        for number in range(n):
            archive.writestr(b"", f"{number}.docx")
    return packed.getvalue()


def _deep_runs(n: int) -> bytes:
    """Runs as deep as the parser lets in: what they stand in is looked up from each."""
    runs = "".join(f"<w:r><w:t>字{i}</w:t></w:r>" for i in range(n))
    return _document(f"<w:p>{'<w:smartTag>' * _DEEP}{runs}{'</w:smartTag>' * _DEEP}</w:p>")


def _instructions(n: int) -> bytes:
    letters = "<w:instrText>A</w:instrText>" * n
    return _document(f"<w:p>{_INSTRUCTION.format(letters)}<w:r><w:t>甲</w:t></w:r></w:p>")


def _nested_fields(n: int) -> bytes:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return _document(f"<w:p>{begin * n}<w:r><w:t>甲</w:t></w:r>{end * n}</w:p>")


def long_number(n: int) -> bytes:
    """A form whose answer to every number is one of `n` digits."""
    return package(p("数量：" + "9" * n))


_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _relationships(kind: str, target: str) -> bytes:
    relationship = f'<Relationship Id="r1" Type="{_RELATED}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{relationship}</Relationships>'.encode()


def bound_controls(n: int) -> bytes:
    """So many controls, each bound to a node of its own of one store."""
    control = (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a/b[#]" w:storeItemID="{0}"/></w:sdtPr>'
        f"<w:sdtContent><w:p><w:r>{_TEXT}</w:r></w:p></w:sdtContent></w:sdt>"
    )
    item = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    return form_with(
        tight(MAIN, _HEAD + "".join(control.replace("#", str(i)) for i in range(1, n + 1)) + _TAIL),
        Member.of("word/_rels/document.xml.rels", _relationships("customXml", "../customXml/item1.xml")),
        tight("customXml/item1.xml", f"<a>{''.join(f'<b>甲{i}</b>' for i in range(n))}</a>"),
        tight("customXml/itemProps1.xml", f'<d:datastoreItem d:itemID="{{0}}" xmlns:d="{item}"/>'),
        Member.of("customXml/_rels/item1.xml.rels", _relationships("customXmlProps", "itemProps1.xml")),
    )


def long_chain(n: int) -> bytes:
    """So many styles, each based on the next, and a paragraph of each."""
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:basedOn w:val="s{}"/></w:style>'
    styles = "".join(style.format(i, i + 1) for i in range(n))
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="s{i}"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>' for i in range(n))
    return form_with(
        tight(MAIN, _HEAD + body + _TAIL),
        Member.of("word/_rels/document.xml.rels", _relationships("styles", "styles.xml")),
        tight("word/styles.xml", f'<w:styles xmlns:w="{_W}">{styles}</w:styles>'),
    )


def own_lists(n: int) -> bytes:
    """So many paragraphs, each of a list of its own."""
    abstract = '<w:abstractNum w:abstractNumId="{0}"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    number = '<w:num w:numId="{0}"><w:abstractNumId w:val="{0}"/></w:num>'
    return _numbered_by("".join(part.format(i) for part in (abstract, number) for i in range(n)), range(n))


def long_numbers_of_a_list(n: int) -> bytes:
    """So many paragraphs of one list, whose numbers are as long as may be."""
    level = f'<w:lvl w:ilvl="0"><w:lvlText w:val="{"%1" * 20_000}"/></w:lvl>'
    abstract = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    return _numbered_by(f'{abstract}<w:num w:numId="0"><w:abstractNumId w:val="0"/></w:num>', [0] * n)


def _numbered_by(lists: str, numbers: Sequence[int]) -> bytes:
    paragraph = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
    return form_with(
        tight(MAIN, _HEAD + "".join(map(paragraph.format, numbers)) + _TAIL),
        Member.of("word/_rels/document.xml.rels", _relationships("numbering", "numbering.xml")),
        tight("word/numbering.xml", f'<w:numbering xmlns:w="{_W}">{lists}</w:numbering>'),
    )


def marks_upon_a_letter(n: int) -> bytes:
    """Marks in an order that Unicode changes."""
    marks = "\u0301\u0323" * (n // 2)
    return _document(f"<w:p><w:r><w:t>a{marks}</w:t></w:r></w:p>")


def relations(n: int) -> bytes:
    """A document whose main part is related to so many pictures that are not there."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    more = "".join(f'<Relationship Id="r{i}" Type="{kind}" Target="{i}.png"/>' for i in range(n))
    parts = parts_of(package(p("姓名：____")))
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", f"{more}</Relationships>".encode())
    return zip_of([tight(name, data.decode()) for name, data in parts.items()])


def page_headers(n: int) -> bytes:
    """A document of so many headers, each with a label and room."""
    parts = parts_of(package(p("姓名：____")))
    rels = "word/_rels/document.xml.rels"
    more = "".join(f'<Relationship Id="h{i}" Type="{_RELATED}/header" Target="h{i}.xml"/>' for i in range(n))
    parts[rels] = parts[rels].replace(b"</Relationships>", f"{more}</Relationships>".encode())
    said = f'<w:hdr xmlns:w="{_W}"><w:p><w:r><w:t>编号{{}}：____</w:t></w:r></w:p></w:hdr>'
    parts |= {f"word/h{i}.xml": said.format(i).encode() for i in range(n)}
    return zip_of([tight(name, data.decode()) for name, data in parts.items()])


# --- tables ---


def book_of(**parts: str) -> bytes:
    """A workbook with these parts in the place of its own, by the last step of their names."""
    own = book_parts()
    named = {next((n for n in own if n.endswith(f"/{k}.xml")), f"xl/{k}.xml"): v for k, v in parts.items()}
    honest = [Member.of(n, c) for n, c in own.items() if n not in named]
    return zip_of([*honest, *(tight(n, c) for n, c in named.items())])


def _sheet(rows: str) -> str:
    head, _, tail = book_parts()[SHEET].decode().partition("</sheetData>")
    return f"{head}{rows}</sheetData>{tail}"


def _inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def shared_strings(n: int) -> bytes:
    own = book_parts()["xl/sharedStrings.xml"].decode()
    return book_of(sharedStrings=own.replace("</sst>", "<si><t/></si>" * n + "</sst>"))


def format_codes(n: int) -> bytes:
    """One long format code, which every style uses."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    code = '<numFmts><numFmt numFmtId="200" formatCode="' + "[x" * (n // 4) + '"/></numFmts>'
    styles = '<cellXfs><xf numFmtId="200"/>' + '<xf numFmtId="200"/>' * n + "</cellXfs>"
    return book_of(styles=f'<styleSheet xmlns="{main}">{code}{styles}</styleSheet>')


def format_codes_told_apart(n: int) -> bytes:
    """So many long format codes, each of a style of its own."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    codes = "".join(f'<numFmt numFmtId="{i}" formatCode="{"0.0;" * 250}{i}"/>' for i in range(200, n + 200))
    styles = "".join(f'<xf numFmtId="{i}"/>' for i in range(200, n + 200))
    return book_of(
        styles=f'<styleSheet xmlns="{main}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'
    )


def _formatted(code: str, row: str, n: int) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    formats = f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
    styles = f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
    return book_of(sheet1=_sheet(row * n), styles=f'<styleSheet xmlns="{main}">{styles}</styleSheet>')


def huge_numbers(n: int) -> bytes:
    """So many rows of numbers of 309 digits, as a format shows them."""
    return _formatted("0.00", "<row>" + '<c s="1"><v>1e308</v></c>' * 50 + "</row>", n)


def numbers_nobody_asked_for(n: int) -> bytes:
    """So many rows of numbers under no heading."""
    return book_of(sheet1=_sheet(f"<row>{'<c><v>1.5</v></c>' * 100}</row>" * n))


def merged_downwards(n: int) -> bytes:
    """So many rows, and as many cells that are merged over all of them."""
    rows = "".join(f'<row r="{i}">{_inline(f"A{i}", f"甲{i}")}</row>' for i in range(3, n + 3))
    cells = '<mergeCell ref="A3:B1048576"/>' * n
    return book_of(sheet1=_sheet(rows).replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>"))


def runs_of_a_cell(n: int) -> bytes:
    runs = "<r><rPr><b/></rPr><t>甲</t></r>" * n
    return book_of(sheet1=_sheet(f'<row r="3"><c r="A3" t="inlineStr"><is>{runs}</is></c></row>'))


def long_reference(n: int) -> bytes:
    return book_of(sheet1=_sheet(f'<row r="3">{_inline("A" * n + "3", "甲")}</row>'))


def long_row_number(n: int) -> bytes:
    return book_of(sheet1=_sheet(f'<row r="{"9" * n}">{_inline("A3", "甲")}</row>'))


def wide_headers(n: int) -> bytes:
    """Forty rows of so many different headings."""
    rows = "".join(
        f'<row r="{row}">{"".join(f"<c t={chr(34)}str{chr(34)}><v>项{row}之{i}</v></c>" for i in range(n))}</row>'
        for row in range(3, 43)
    )
    return book_of(sheet1=_sheet(rows))


def many_sheets(n: int) -> bytes:
    """So many sheets that are the same part."""
    own = book_parts()["xl/workbook.xml"].decode()
    at, end = own.index("<sheet "), own.index("/>", own.index("<sheet "))
    sheet = own[at : end + 2]
    more = "".join(sheet.replace('name="shanghai"', f'name="s{i}"') for i in range(n))
    return book_of(workbook=own.replace(sheet, sheet + more))


def empty_rows(n: int) -> bytes:
    return book_of(sheet1=_sheet("<row/>" * n))


def empty_cells(n: int) -> bytes:
    return book_of(sheet1=_sheet("".join(f"<row>{'<c/>' * 100}</row>" for _ in range(n // 100))))


def commas(n: int) -> bytes:
    return ("," * (n // 10) + "\n").encode() * 10


def headers(n: int) -> bytes:
    return ("封面.集群名称," + ",".join(f"项目{i}" for i in range(n)) + "\n甲\n").encode()


def csv_rows(n: int) -> bytes:
    return ("封面.集群名称\n" + "甲\n" * n).encode()


def csv_cell(text: str) -> bytes:
    """A .csv with a text in the cell of a field of rows."""
    out = io.StringIO()
    csv.writer(out).writerows([["表.甲", "表.行"], ["一", text]])
    return out.getvalue().encode()


# --- templates, rules ---


def many_tags(n: int) -> bytes:
    return package("".join(p(f"标签{i}：{{{{ 组.项{i} }}}}") for i in range(n)))


def one_tag_often(n: int) -> bytes:
    return package(p("甲：" + "{{ a }}" * n))


def tags_in_one_paragraph(n: int) -> bytes:
    return package(p("".join(f"项{i}：{{{{ 组.项{i} }}}}，" for i in range(n))))


def long_label(n: int) -> bytes:
    return package(p("标" * n + "：{{ 甲 }}"))


def nested_parts(n: int) -> bytes:
    return package(p("甲：{{ 甲 }}") + p("{%p if 甲 %}") * n + p("乙") + p("{%p endif %}") * n)


def parts_in_a_row(n: int) -> bytes:
    parts = "".join(p("{%p if 甲# %}".replace("#", str(i))) + p(f"乙{i}") + p("{%p endif %}") for i in range(n))
    return package(p("甲：{{ 甲 }}") + parts)


def options_in_a_line(n: int) -> bytes:
    return package(p("".join(f'{{{{ 甲 | choices("项{i}") }}}}项{i}　' for i in range(n))))


def dotted_keys(n: int) -> bytes:
    return (".".join(["a"] * n) + " = 1\n").encode()


def many_rules(n: int) -> bytes:
    rule = '[[rule]]\nname = "规则{}"\nrequire = "数量 > {}"\nmessage = "超出"\nseverity = "error"\nsource = "注"\n'
    return "".join(rule.format(i, i) for i in range(n)).encode()


def about_all(n: int, message: str) -> bytes:
    """So many rules about all fields, none of which holds."""
    rule = '[[rule]]\nname = "规则{}"\nfor = "*"\nrequire = "false"\nmessage = "{}"\nseverity = "note"\nsource = "注"\n'
    return "".join(rule.format(i, message) for i in range(n)).encode()


def long_array(n: int) -> bytes:
    return ("exact = [" + '"甲",' * n + "]\n").encode()


def one_rule(require: str) -> bytes:
    """A rules file with one rule."""
    stated = json.dumps(require, ensure_ascii=False)
    return (
        f'[[rule]]\nname = "规则"\nfor = "数量"\nrequire = {stated}\n'
        'message = "超出"\nseverity = "error"\nsource = "注"\n'
    ).encode()


# --- tagging ---


def blanks_of(character: str) -> Callable[[int], bytes]:
    return lambda n: package(p("姓名：" + character * n))


def labels_in_a_line(n: int) -> bytes:
    return package(p("甲：" * n))


def empty_grid(n: int) -> bytes:
    """So many cells, as many rows as columns, but ten columns of few; the first row has words."""
    return _grid(n, int(n**0.5) if n > 1000 else 10)


def wide_grid(n: int) -> bytes:
    """So many cells in four rows."""
    return _grid(n, n // 4)


def _grid(n: int, columns: int) -> bytes:
    row = "<w:tr>" + "<w:tc><w:p/></w:tc>" * columns + "</w:tr>"
    head = "<w:tr>" + "".join(f"<w:tc>{p(f'栏{i}')}</w:tc>" for i in range(columns)) + "</w:tr>"
    return _document(f"<w:tbl>{head}{row * (n // columns - 1)}</w:tbl>")


def small_tables(n: int) -> bytes:
    """So many tables of one cell with words, between paragraphs of them."""
    return _document("".join(f"<w:tbl><w:tr><w:tc>{p(f'格{i}')}</w:tc></w:tr></w:tbl>{p(f'段{i}')}" for i in range(n)))


def boxes_in_a_line(n: int) -> bytes:
    return package(p("领域：" + "".join(f"□项{i}　" for i in range(n))))


# --- mails and zips of returned files ---


_MAIL = "From: a@b.c\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b{}\n\n--b\n{}\n--b--\n"


def attachments(n: int) -> bytes:
    """A mail with so many attachments that hold nothing."""
    attached = 'Content-Disposition: attachment; filename="{}.docx"\n\n'
    return _MAIL.format("", "\n--b\n".join(map(attached.format, range(n)))).encode()


def scans_of_a_jpeg(n: int) -> bytes:
    """A picture of 36 million pixels that goes over all of them so many times more than it has to."""
    made = io.BytesIO()
    Image.new("L", (6_000, 6_000)).save(made, "JPEG", progressive=True)
    data = made.getvalue()
    starts = [found.start() for found in re.finditer(rb"\xff(?:\xc4|\xda)", data)] + [len(data) - 2]
    scans = [data[table:end] for table, _, end in zip(starts[::2], starts[1::2], starts[2::2], strict=False)]
    return data[:-2] + min(scans, key=len) * n + data[-2:]


def side_of_a_webp(n: int) -> bytes:
    """A picture of one colour, so many pixels wide and high."""
    made = io.BytesIO()
    Image.new("RGBA", (n, n), (1, 2, 3, 4)).save(made, "WEBP", lossless=True)
    return made.getvalue()


def parameters_of_a_header(n: int) -> bytes:
    """A mail whose header has so many parameters."""
    return _MAIL.format("".join(f"; p{i}=v" for i in range(n)), "\nx").encode()


def tar_of(members: Iterable[tuple[str, int]]) -> bytes:
    """A .tar.gz of files of blanks, by their names and sizes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, size in members:
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    return out.getvalue()


def pieces_of_a_sparse_file(n: int, *, goes_on: bool = True) -> bytes:
    """A .tar.gz of a file of 8 GB, nearly all of it blank, whose map of pieces goes on for so many blocks."""
    head = bytearray(tarfile.TarInfo("a.docx").tobuf(tarfile.GNU_FORMAT))
    head[156:157], head[482:495] = b"S", bytes([goes_on]) + b"77777777777\0"
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    block = (b"00000000001\0" + b"00000000000\0") * 21 + b"\x01" + bytes(7)
    return gzip.compress(bytes(head) + block * n + bytes(1024 * (not goes_on)))


def zip_of_returns(n: int) -> bytes:
    """So many returned files that are empty."""
    return zip_of(Member(f"{i}.docx".encode(), b"", 0, 0, 0) for i in range(n))


def zip_of_nothing(n: int) -> bytes:
    """So many files that are no forms."""
    return zip_of(Member.of(f"{i:05}.docx", f"x{i}".encode()) for i in range(n))


def zip_of_mails(n: int) -> bytes:
    """So many mails, each with an attachment that is no form."""
    attached = 'Content-Disposition: attachment; filename="{}.docx"\n\nx'
    return zip_of(Member.of(f"{i:05}.eml", _MAIL.format("", attached.format(i)).encode()) for i in range(n))


BURDENS: dict[str, Burden] = {
    # a returned .docx
    "line breaks in a paragraph": Burden("form", ".docx", _in_run("<w:br/>"), 1_400_000),
    "tabs in a paragraph": Burden("form", ".docx", _in_run("<w:tab/>"), 1_400_000),
    "hyphens in a paragraph": Burden("form", ".docx", _in_run("<w:noBreakHyphen/>"), 700_000),
    "symbols in a paragraph": Burden("form", ".docx", _in_run('<w:sym w:font="Wingdings 2" w:char="F052"/>'), 200_000),
    "empty check boxes in a paragraph": Burden("form", ".docx", _in_paragraph(_BOX), 200_000),
    "letters of a field's instruction": Burden("form", ".docx", _instructions, 700_000),
    "runs of one letter": Burden("form", ".docx", _in_paragraph("<w:r><w:t>字</w:t></w:r>"), 370_000),
    "runs that are told apart": Burden("form", ".docx", _numbered(f"<w:r>{_TEXT}</w:r>", "<w:p>{}</w:p>"), 150_000),
    "runs of letters on one another": Burden("form", ".docx", _in_paragraph(_TIGHT), 100_000),
    "runs that stand 230 deep": Burden("form", ".docx", _deep_runs, 150_000),
    "paragraphs": Burden("form", ".docx", _in_body("<w:p><w:r><w:t>甲</w:t></w:r></w:p>"), 140_000),
    "paragraphs that are told apart": Burden("form", ".docx", _numbered(f"<w:p><w:r>{_TEXT}</w:r></w:p>"), 100_000),
    "empty paragraphs": Burden("form", ".docx", _in_body("<w:p/>"), 140_000),
    "paragraphs of one cell": Burden("form", ".docx", _in_cell("<w:p><w:r><w:t>甲</w:t></w:r></w:p>"), 140_000),
    "rows": Burden("form", ".docx", _in_table("<w:tr><w:tc><w:p/></w:tc></w:tr>"), 70_000),
    "rows without cells": Burden("form", ".docx", _in_table("<w:tr/>"), 700_000),
    "rows of ten cells": Burden("form", ".docx", _numbered(_ROW, "<w:tbl>{}</w:tbl>"), 7_000),
    "nested fields": Burden("form", ".docx", _nested_fields, 180_000),
    "bookmarks in a paragraph": Burden("form", ".docx", _in_paragraph('<w:bookmarkStart w:id="1"/>'), 400_000),
    "content controls in a paragraph": Burden(
        "form", ".docx", _in_paragraph("<w:sdt><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>"), 100_000
    ),
    "insertions in a paragraph": Burden(
        "form", ".docx", _in_paragraph("<w:ins><w:r><w:t>甲</w:t></w:r></w:ins>"), 150_000
    ),
    "paragraphs that check has no place for": Burden(
        "check", ".docx", _numbered(f"<w:p><w:r>{_TEXT}</w:r></w:p>"), 15_000
    ),
    "paragraphs that diff has no place for": Burden(
        "diff", ".docx", _numbered(f"<w:p><w:r>{_TEXT}</w:r></w:p>"), 15_000
    ),
    "shapes with words": Burden("view", ".docx", _numbered(_SHAPE, "<w:p>{}</w:p>"), 40_000),
    "pictures in a paragraph": Burden("view", ".docx", _numbered(_PICTURE, _DRAWN), 50_000),
    "controls bound to one store": Burden("form", ".docx", bound_controls, 20_000),
    "styles based on one another": Burden("view", ".docx", long_chain, 40_000),
    "notes in a paragraph": Burden(
        "form", ".docx", _numbered(f'<w:r>{_TEXT}<w:footnoteReference w:id="#"/></w:r>', "<w:p>{}</w:p>"), 30_000
    ),
    "columns of a grid": Burden(
        "tag",
        ".docx",
        lambda n: _document(f"<w:tbl><w:tblGrid>{'<w:gridCol/>' * n}</w:tblGrid>{_CELL}</w:tbl>"),
        600_000,
    ),
    "relations of a part": Burden("tag", ".docx", relations, 100_000),
    "headers that are tagged": Burden("tag", ".docx", page_headers, 2_600),
    "chunks of other files": Burden("template", ".docx", _in_body("<w:altChunk/>"), 60_000),
    "boxes in one text": Burden(
        "tag", ".docx", lambda n: _document(f"<w:p><w:r><w:t>{'□是' * n}</w:t></w:r></w:p>"), 1_000_000
    ),
    "marks upon a letter": Burden("form", ".docx", marks_upon_a_letter, 3_900_000),
    "digits of a text": Burden(
        "check", ".docx", lambda n: _document(f"<w:p><w:r><w:t>集群名称：{'1' * n}</w:t></w:r></w:p>"), 1_300_000
    ),
    "lists with 300 items": Burden("form", ".docx", _in_body(_LISTED), 1_500),
    "lists of one paragraph": Burden("view", ".docx", own_lists, 20_000),
    "long numbers of a list": Burden("view", ".docx", long_numbers_of_a_list, 30_000),
    "prompts of controls": Burden("tag", ".docx", _numbered(_PROMPT), 8_000),
    "lines of a number": Burden("number", ".docx", _in_answer("<w:r><w:br/><w:t>7</w:t></w:r>"), 100_000),
    "digits of two colours": Burden("number", ".docx", _in_answer(_digit('<w:color w:val="FF0000"/>')), 25_000),
    "digits above the line": Burden("number", ".docx", _in_answer(_digit('<w:position w:val="60"/>')), 25_000),
    "digits that were inserted": Burden(
        "number", ".docx", _in_answer('<w:ins w:id="1"><w:r><w:t>7</w:t></w:r></w:ins><w:r><w:t>7</w:t></w:r>'), 50_000
    ),
    "digits that were retyped": Burden(
        "number",
        ".docx",
        _in_answer('<w:del w:id="1"/><w:ins w:id="1"><w:r><w:t>7</w:t></w:r></w:ins><w:r><w:t>7</w:t></w:r>'),
        50_000,
    ),
    "comments on a number": Burden("number", ".docx", _in_answer(_COMMENTED), 25_000),
    "letters on one another in a number": Burden("number", ".docx", _in_answer(_TIGHT), 100_000),
    "digits of a number": Burden("number", ".docx", long_number, 60_000),
    "crosses of an answer": Burden(
        "number", ".docx", lambda n: _document(f"<w:p><w:r><w:t>数量：{'X' * n}</w:t></w:r></w:p>"), 300_000
    ),
    # tables
    "shared strings": Burden("data", ".xlsx", shared_strings, 2_000_000),
    "styles with one long format": Burden("data", ".xlsx", format_codes, 100_000),
    "format codes that are told apart": Burden("data", ".xlsx", format_codes_told_apart, 20_000),
    "rows of huge numbers": Burden("data", ".xlsx", huge_numbers, 3_000),
    "rows of numbers under no heading": Burden("data", ".xlsx", numbers_nobody_asked_for, 6_000),
    "cells merged over all rows": Burden("data", ".xlsx", merged_downwards, 20_000),
    "letters of a cell's reference": Burden("data", ".xlsx", long_reference, 300_000),
    "digits of a row's number": Burden("data", ".xlsx", long_row_number, 4_001),
    "headings in forty rows": Burden("data", ".xlsx", wide_headers, 16_000),
    "sheets": Burden("data", ".xlsx", many_sheets, 5_000),
    "rows of a sheet without cells": Burden("data", ".xlsx", empty_rows, 3_000_000),
    "cells of a sheet without values": Burden("data", ".xlsx", empty_cells, 3_000_000),
    "runs of a cell": Burden("data", ".xlsx", runs_of_a_cell, 50_000),
    "commas": Burden("data", ".csv", commas, 39_000_000),
    "headings of a .csv": Burden("data", ".csv", headers, 500_000),
    "records of a .csv": Burden("data", ".csv", csv_rows, 100_000),
    "records of one letter that are checked": Burden(
        "records", ".csv", lambda n: ("数量\n" + "1\n" * n).encode(), 500_000
    ),
    "records that are refused": Burden("records", ".csv", lambda n: ("数量\n" + "约\n" * n).encode(), 60_000),
    **{
        f"records of {what} that are {door.partition(' ')[2]}": Burden(
            door, ".jsonl", make, size, few=2 if door == "records reported" else 8
        )
        for door in ("records told", "records reported", "records filled", "records migrated", "records compared")
        for what, make, size in (
            ("a wide form", lambda n: b"{}\n" * n, 340_000),
            ("what nobody asks", lambda n: b'{"a":1}\n' * n, 130_000),
        )
    },
    "records of a wide form that are put": Burden("records put", ".jsonl", lambda n: b"{}\n" * n, 340_000, few=8),
    "records of nothing that are checked": Burden("records", ".jsonl", lambda n: b"{}\n" * n, 340_000),
    "rows that are put": Burden(
        "put rows", ".json", lambda n: json.dumps({"表": {"行": [{"列": f"格{i}"} for i in range(n)]}}).encode(), 20_000
    ),
    # templates and rules
    "tags": Burden("template", ".docx", many_tags, 10_000),
    "tags under lint": Burden("lint", ".docx", many_tags, 10_000),
    "one tag many times": Burden("template", ".docx", one_tag_often, 100_000),
    "tags in one paragraph under lint": Burden("lint", ".docx", tags_in_one_paragraph, 1_000),
    "characters of a label": Burden("template", ".docx", long_label, 3_000_000),
    "tags of a template that is compared": Burden("edition", ".docx", many_tags, 1_200),
    "parts inside each other": Burden("template", ".docx", nested_parts, 300),
    "parts in a row under lint": Burden("lint", ".docx", parts_in_a_row, 1_000),
    "options in one line": Burden("template", ".docx", options_in_a_line, 1_000),
    "steps of a key in a rules file": Burden("rules", ".toml", dotted_keys, 20_000),
    "quotation marks of a rules file": Burden(
        "rules", ".toml", lambda n: ('a = "' + '\\"' * n + "." * 70).encode(), 200_000
    ),
    "rules": Burden("rules", ".toml", many_rules, 5_000),
    "keys of a rules file": Burden("ruled", ".toml", lambda n: b"key = [" + b'"a",' * n + b"]\n", 120_000),
    "patterns of a rules file": Burden("ruled", ".toml", lambda n: b"by_hand = [" + b'"*",' * n + b"]\n", 120_000),
    "rules about every field": Burden("ruled", ".toml", lambda n: about_all(n, "甲"), 3_000),
    "times that a message quotes": Burden("ruled", ".toml", lambda n: about_all(1, "{项1}" * n), 80_000),
    "items of a list in a rules file": Burden("rules", ".toml", long_array, 300_000),
    # untagged forms
    "underscores that are read": Burden("tag", ".docx", blanks_of("_"), 20_000),
    "underscores of a template": Burden("lint", ".docx", lambda n: package(p("{{ 甲 }}" + "_" * n)), 60_000),
    "lines of a paragraph": Burden("tag", ".docx", lambda n: package(p("⏎".join(["姓名："] * n))), 3_000),
    "underscores of a blank": Burden("tag", ".docx", blanks_of("_"), 200_000),
    "spaces of a blank": Burden("tag", ".docx", blanks_of(" "), 200_000),
    "placeholders that say the same": Burden("tag", ".docx", lambda n: package(p("[Company Name]") * n), 2_000),
    "questions over options without boxes": Burden(
        "tag", ".docx", lambda n: package((p("Is it new?") + p("Yes") + p("No")) * n), 2_000
    ),
    "labels in a line": Burden("tag", ".docx", labels_in_a_line, 20_000),
    "cells of an empty grid": Burden("tag", ".docx", empty_grid, 10_000),
    "cells of an empty grid of four rows": Burden("tag", ".docx", wide_grid, 10_000),
    "tables of one cell": Burden("tag", ".docx", small_tables, 4_000),
    "boxes in a line without ends": Burden("tag", ".docx", lambda n: package(p("□是" * n)), 30_000),
    "boxes in a line": Burden("tag", ".docx", boxes_in_a_line, 3_000),
    # pictures
    "scans of a JPEG": Burden("picture", ".jpg", scans_of_a_jpeg, 10_000),
    "pixels of a side of a WebP": Burden("picture", ".webp", side_of_a_webp, 6_300),
    # mails and zips
    "empty members of a 7-Zip archive": Burden("mail", ".7z", _seven_zip, 4_900),
    "attachments of a mail": Burden("mail", ".eml", attachments, 10_000),
    "parameters of a header": Burden("mail", ".eml", parameters_of_a_header, 80_000),
    "megabytes of blanks in a .tar.gz": Burden(
        "zip", ".tar.gz", lambda n: tar_of((f"{i}.docx", 2**20) for i in range(n)), 300
    ),
    "members of a .tar.gz": Burden("zip", ".tar.gz", lambda n: tar_of((f"{i}.docx", 0) for i in range(n)), 20_000),
    "pieces of a sparse file in a .tar.gz": Burden("zip", ".tar.gz", pieces_of_a_sparse_file, 100_000),
    "files of a zip that are none": Burden("zip", ".zip", zip_of_nothing, 2_500),
    "mails of a zip": Burden("zip", ".zip", zip_of_mails, 2_500),
    "members of a zip of returned files": Burden("zip", ".zip", zip_of_returns, 99_000),
}
