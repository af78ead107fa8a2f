"""A third form, small and unlike the bundled ones, that uses every kind and every idiom of the tag language.

It is built in code, one line a paragraph, so that a test can say what it needs:
`p("{{ 申请.部¦门 }}")` is a paragraph of two runs (with the proofErr that Word
puts between them), `row("部门", p(…))` a table row, `tick(…)` a pair of pieces.
`template()` is the form that reads back exactly; `template(derived=True)` has
also a place that is worked out from two answers, which cannot.
"""

from __future__ import annotations

import functools
import io
import zipfile
from xml.sax.saxutils import escape

from docfill import Form, bundled

NAMES = (*bundled(), "small")
"""The forms that the laws run over."""

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPELLING = '<w:proofErr w:type="spellStart"/>'


class Xml(str):
    """A piece of XML that is put in as it stands."""

    __slots__ = ()


def r(text: str) -> Xml:
    """A run."""
    return Xml(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>')


def p(*pieces: str) -> Xml:
    """A paragraph: text becomes runs, split at "¦"; "⏎" is a line break; Xml stays."""
    runs: list[str] = []
    for piece in pieces:
        if isinstance(piece, Xml):
            runs.append(piece)
        else:
            split = _SPELLING.join(r(part) for part in piece.split("¦"))
            runs.append(split.replace("⏎", '</w:t><w:br/><w:t xml:space="preserve">'))
    return Xml(f'<w:p><w:pPr><w:spacing w:after="0"/></w:pPr>{"".join(runs)}</w:p>')


def cell(*paragraphs: str, span: int = 1, merge: str = "") -> Xml:
    """A table cell; `merge` is "restart" or "continue" of a vertical merge."""
    content = "".join(x if isinstance(x, Xml) else p(x) for x in paragraphs)
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return Xml(f'<w:tc><w:tcPr><w:tcW w:w="{span * 2000}" w:type="dxa"/>{spanned}{merged}</w:tcPr>{content}</w:tc>')


def row(*cells: str) -> Xml:
    """A table row."""
    return Xml("<w:tr>" + "".join(c if c.startswith("<w:tc>") else cell(c) for c in cells) + "</w:tr>")


def table(columns: int, *rows: str) -> Xml:
    """A table whose grid has `columns` columns."""
    grid = '<w:gridCol w:w="2000"/>' * columns
    return Xml(
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def symbol(char: str) -> Xml:
    """A tick drawn by a symbol font: F052 is a ticked box of Wingdings 2, F0A3 an empty one."""
    return Xml(f'<w:r><w:sym w:font="Wingdings 2" w:char="{char}"/></w:r>')


def check_box(is_on: bool) -> Xml:
    """A tick as a content control, state and glyph in step."""
    state, glyph = ("1", "☒") if is_on else ("0", "☐")
    return Xml(
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
        f"</w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def tick(condition: str, on: Xml, off: Xml) -> tuple[str, Xml, str, Xml, str]:
    """The pieces of a paragraph that draw `on` if the condition holds, and `off` if not."""
    return (f"{{% if {condition} %}}", on, "{% else %}", off, "{% endif %}")


SYMBOLS = (symbol("F052"), symbol("F0A3"))
BOXES = (check_box(True), check_box(False))

_PARTICULARS = (
    row("部门", "{{ 申请.部¦门 }}", "数量（件）", "{{ 申请.数¦量 | inte¦ger }}"),
    row("单价（元）", "{{ 申请.单价 | number }}", "经办", "{{ 申请.经办 }}"),
    row(
        "用途",
        cell(
            '{{ 申请.用途 | choice("生产") }}生产  {{ 申请.用途 | choice("研发") }}研发  '
            '{{ 申请.用途 | choice("转让，需附协议") }}转让，需附协议（需盖章）',
            span=3,
        ),
    ),
    row(
        "急件",
        cell('{{ "☑" if 申请.急件 == "急" else "□" }}急', '{{ "☑" if 申请.急件 == "缓" else "□" }}缓', span=3),
    ),
    row(
        "附件",
        cell(
            '{% if "图纸" in 申请.附件 %}☑{% else %}□{% endif %}图纸  '
            '{% if "样品" in 申请.附件 %}☑{% else %}□{% endif %}样品  '
            '{{ 申请.附件 | choices("另附") }}另附：{{ 申请.附件_另附 | blank(10) }}',
            span=3,
        ),
    ),
    row(
        "包装",
        cell(
            p(*tick('申请.包装 == "木箱"', *SYMBOLS), "木箱  ", *tick('申请.包装 == "纸箱"', *SYMBOLS), "纸箱"),
            span=3,
        ),
    ),
    row(
        "检验",
        cell(
            p(*tick('"外观" in 申请.检验', *BOXES), "外观  ", *tick('"强度" in 申请.检验', *BOXES), "强度"),
            span=3,
        ),
    ),
    row("附言", cell("{% if 申请.附言 %}{{ 申请.附言 }}{% else %}（可不填，不超过两行）{% endif %}", span=3)),
    row(
        cell("理由（60字以内）"),
        cell(
            "{%p for 段 in 申请.理由 | lines %}",
            "{{ 段 }}",
            "{%p else %}",
            "请说明领用的理由。",
            "{%p endfor %}",
            span=3,
        ),
    ),
    row("经过", cell("{%p for 段 in 申请.经过 | lines %}", "{{ 段 }}", "{%p endfor %}", span=3)),
    row("审批", cell("审批人（签字）：{{ 申请.审批人 | blank(9) }}", "{{ 申请.审批日期 | date }}", span=3)),
)
_DERIVED = row("摘要", cell('{{ (申请.部门 or "") ~ "，" ~ (申请.经办 or "") }}', span=3))
_ITEMS = (
    row("类别", "名称", "规格"),
    row(cell('{%tr for 组 in 清单 | runs("类别") %}', span=3)),
    row(cell("{%tr for 行 in 组 %}", span=3)),
    row("{% vm %}{{ 行.类别 }}", "{{ 行.名¦称 }}", "{{ 行.规格 }}"),
    row(cell("{%tr endfor %}", span=3)),
    row(cell("{%tr else %}", span=3)),
    row(cell("刀具", merge="restart"), "铣刀", ""),
    row(cell(p(), merge="continue"), "……", ""),
    row(cell("{%tr endfor %}", span=3)),
)
_NOTES = (
    row("时刻", "事项"),
    row(cell("{%tr for 条 in 附记 %}", span=2)),
    row("{{ 条.时刻 }}", "{{ 条.事项 }}"),
    row(cell("{%tr endfor %}", span=2)),
)


def template(derived: bool = False) -> bytes:
    """The small form's template."""
    body = (
        p("领用登记表{# optional #}"),
        p("申请人：{{ 申请.申请人 | blank(12) }}  申请日期：{{ 申请.日期 | date }}"),
        table(4, *_PARTICULARS, *((_DERIVED,) if derived else ())),
        p("一、清单"),
        table(3, *_ITEMS),
        p("二、附记"),
        table(2, *_NOTES),
        p("以上属实。"),
    )
    return package("".join(body), header=p("登记编号：{{ 编¦号 }}"))


def package(body: str, header: str = "", styles: str = "", lists: str = "") -> bytes:
    """A .docx with this body, this header if there is one, these styles and lists."""
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>' if header else "<w:sectPr/>"
    parts = {
        "[Content_Types].xml": f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>\
<Override PartName="/word/header1.xml" ContentType="{_WORD}.header+xml"/></Types>""",
        "_rels/.rels": _relationships(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            ("header", "header1.xml"), ("styles", "styles.xml"), *([("numbering", "numbering.xml")] if lists else [])
        ),
        "word/header1.xml": f"<w:hdr {_NAMESPACES}>{header or p()}</w:hdr>",
        "word/styles.xml": f"<w:styles {_NAMESPACES}>{styles}</w:styles>",
        **({"word/numbering.xml": f"<w:numbering {_NAMESPACES}>{lists}</w:numbering>"} if lists else {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relationships(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listed}</Relationships>'
    )


def loaded(data: bytes, name: str = "small") -> Form:
    """The form of a template in memory."""
    return Form.load(data, name=name)


@functools.cache
def form_named(name: str) -> Form:
    """A bundled form, "small", or "derived"."""
    if name in bundled():
        return Form.load(name)
    return loaded(template(derived=name == "derived"), name)


@functools.cache
def template_of(name: str) -> bytes:
    """The bytes of that form's template."""
    return bundled()[name].read_bytes() if name in bundled() else template(derived=name == "derived")
