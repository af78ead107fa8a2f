"""The document model: what a reader of the page sees, and nothing else; docs/document-model.md gives the reasons.

Each document here is one paragraph or table of small_form's words; the last
tests run over every document at hand, those of ../shared included where they are.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from lxml import etree

from docfill import DocfillError, limits
from docfill.word import looks, story, ticks
from docfill.word.blocks import Kind
from docfill.word.document import Document, Paragraph, Table, paragraphs_of
from docfill.word.xml import MC, W14, M, W
from tests.small_form import NAMES, Xml, cell, p, package, r, row, symbol, table, template_of

ROOT = Path(__file__).parent.parent
SHARED = sorted(
    path
    for folder in ("forms/*", "returned/*")
    for path in (ROOT.parent / "shared").glob(f"{folder}/*")
    if path.suffix in (".docx", ".docm", ".dotx")
)

_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_VML = "urn:schemas-microsoft-com:vml"


def lines(*body: str) -> list[str]:
    """The paragraphs that a document with this body shows."""
    return [paragraph.text for paragraph in paragraphs_of(Document(package("".join(body))).blocks)]


def grid(*rows: str) -> list[list[tuple[int, int, str]]]:
    """For each row of the one table its cells: column, span, text."""
    (read,) = Document(package(table(3, *rows))).blocks
    assert isinstance(read, Table)
    return [[(c.column, c.span, c.text) for c in row.cells] for row in read.rows]


def marked(paragraph: Xml, mark: str) -> Xml:
    """The paragraph with a tracked change of its mark."""
    return Xml(paragraph.replace("</w:pPr>", f"<w:rPr><w:{mark}/></w:rPr></w:pPr>", 1))


def changed(element: Xml, name: str, change: str) -> Xml:
    """A row ("trPr") or cell ("tcPr") with a tracked change."""
    if f"<w:{name}>" in element:
        return Xml(element.replace(f"</w:{name}>", f"<w:{change}/></w:{name}>", 1))
    return Xml(element.replace(">", f"><w:{name}><w:{change}/></w:{name}>", 1))


def wrapped(name: str, *pieces: str) -> Xml:
    """The pieces inside an element."""
    return Xml(f"<w:{name}>{''.join(pieces)}</w:{name}>")


def control(properties: str, *content: str) -> Xml:
    """A content control."""
    return Xml(f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{''.join(content)}</w:sdtContent></w:sdt>")


def mark(kind: str, data: str = "") -> Xml:
    """A run that begins, separates or ends a field."""
    return Xml(f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>')


def code(text: str) -> Xml:
    """A run of a field's code."""
    return Xml(f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>')


def a_field(instruction: str, *result: str, data: str = "") -> Xml:
    """A whole field; without a result it has no separator either."""
    shown = (mark("separate"), *result) if result else ()
    return Xml("".join((mark("begin", data), code(instruction), *shown, mark("end"))))


def text_box(*content: str) -> Xml:
    """A text box as Word writes it: for new readers, and the same again for old ones."""
    box = f"<w:txbxContent>{''.join(content)}</w:txbxContent>"
    old = f'<w:pict><v:shape xmlns:v="{_VML}"><v:textbox>{box}</v:textbox></v:shape></w:pict>'
    return Xml(
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        "</mc:AlternateContent></w:r>"
    )


# --- tracked changes: as if they were all accepted ---


def test_an_insertion_is_read_and_a_deletion_left_out() -> None:
    deleted = Xml('<w:del><w:r><w:delText>乙</w:delText></w:r><w:r><w:t xml:space="preserve">丙</w:t></w:r></w:del>')
    assert lines(p(wrapped("ins", r("甲")), deleted, "丁")) == ["甲丁"]


@pytest.mark.parametrize("change", ["del", "moveFrom"])
def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next(change: str) -> None:
    document = Document(package(marked(p("申请"), change) + marked(p("单"), change) + p("位") + p("甲")))
    first, second = document.blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (first.text, second.text) == ("申请单位", "甲")
    assert [first.owner(index).text for index in range(4)] == ["申请", "申请", "单", "位"]


def test_a_paragraph_never_goes_on_behind_a_table_or_outside_its_cell() -> None:
    kept = marked(p("甲"), "del")
    assert lines(kept, table(1, row(cell(kept))), p("乙")) == ["甲", "甲", "乙"]


def test_a_deleted_row_is_left_out_and_an_inserted_one_read() -> None:
    rows = row("甲", "乙"), changed(row("丙", "丁"), "trPr", "del"), changed(row("戊", "己"), "trPr", "ins")
    assert grid(*rows) == [[(0, 1, "甲"), (1, 1, "乙")], [(0, 1, "戊"), (1, 1, "己")]]


def test_a_deleted_cell_is_left_out_and_an_inserted_one_read() -> None:
    cells = cell("甲"), changed(cell("乙"), "tcPr", "cellDel"), changed(cell("丙"), "tcPr", "cellIns")
    assert grid(row(*cells)) == [[(0, 1, "甲"), (1, 1, "丙")]]


def test_what_was_deleted_inside_a_cell_or_row_leaves_the_rest_of_it() -> None:
    gone = Xml("<w:del><w:r><w:delText>丙</w:delText></w:r></w:del>")
    assert grid(row(cell("甲", gone), "乙")) == [[(0, 1, "甲"), (1, 1, "乙")]]
    assert grid(row("甲", "乙").replace("<w:tc>", f"{gone}<w:tc>", 1)) == [[(0, 1, "甲"), (1, 1, "乙")]]


def test_text_that_was_moved_stands_where_it_went() -> None:
    start, end = Xml('<w:moveFromRangeStart w:id="1" w:name="m"/>'), Xml('<w:moveFromRangeEnd w:id="1"/>')
    gone = marked(p(start, wrapped("moveFrom", r("甲"))), "moveFrom")
    assert lines(gone, end, p("乙"), marked(p(wrapped("moveTo", r("甲"))), "moveTo"), p("丙")) == ["乙", "甲", "丙"]


# --- fields: their result ---


def test_a_field_shows_its_result_and_not_its_code() -> None:
    assert lines(p("共", a_field("NUMPAGES", r("3")), "页")) == ["共3页"]
    assert lines(p(Xml('<w:fldSimple w:instr="AUTHOR"><w:r><w:t>甲</w:t></w:r></w:fldSimple>'), "乙")) == ["甲乙"]


def test_a_field_may_end_in_another_paragraph() -> None:
    first = p(mark("begin"), code("TOC"))
    second = p(code(" \\o"), mark("separate"), "目录")
    assert lines(first, second, p("第一章"), p("第二章", mark("end")), p("正文")) == [
        "",
        "目录",
        "第一章",
        "第二章",
        "正文",
    ]


def test_a_field_may_stand_in_the_code_or_the_result_of_another() -> None:
    inner = a_field("MERGEFIELD 甲", r("乙"))
    condition = Xml(mark("begin") + code("IF ") + inner + code("= 丙") + mark("separate") + r("丁") + mark("end"))
    assert lines(p(condition)) == ["丁"]
    assert lines(p(a_field("HYPERLINK", r("见"), inner, r("处")))) == ["见乙处"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (p(mark("begin"), code("DATE"), "甲") + p("乙"), ["甲", "乙"]),
        (p("甲", mark("end"), mark("separate")) + p("乙"), ["甲", "乙"]),
        (p(mark("begin"), code("DATE"), mark("begin"), code("DATE"), mark("end"), "甲"), ["甲"]),
        (p(mark("begin"), wrapped("del", mark("end")), "甲"), ["甲"]),
        (p(mark("begin"), text_box(p(mark("end"))), "甲"), ["甲", ""]),
        (p(mark("begin")) + table(1, changed(row(cell(p(mark("end")))), "trPr", "del")) + p("甲"), ["", "甲"]),
    ],
    ids=["not ended", "not begun", "nested", "end deleted", "end in a text box", "end in a deleted row"],
)
def test_half_a_field_hides_nothing(body: str, shown: list[str]) -> None:
    assert lines(body) == shown


def test_hidden_text_is_not_read_and_a_hidden_field_still_ends() -> None:
    hidden = Xml(a_field("TC 甲", r("乙")).replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>"))
    half = Xml(mark("begin").replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>") + mark("separate") + mark("end"))
    assert lines(p("丙", hidden, half, "丁")) == ["丙丁"]
    assert lines(p(Xml('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>甲</w:t></w:r>'))) == ["甲"]


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r"eq \o\ac(□,√)", "☑"),
        (r"EQ \o\ac(○, )", "□"),
        (r"eq \o\ac(○,1)", "1"),
        (r"eq \o\ad(姓名,        )", "姓名"),
        (r'EQ \* jc0 \* "Font:宋体" \* hps10 \o(\s\up 5(甲乙),\s\do 2(丙丁))', "甲乙丙丁"),
        (r"eq \f(1,2)", "1/2"),
        (r"eq \f(1\,5,2)", "1,5/2"),
        (r"eq 10\s\up 5(4)", "10⁴"),
        (r"eq x\s\do2(1)", "x₁"),
        ("DATE", ""),
    ],
)
def test_an_eq_field_without_a_result_shows_its_arguments(instruction: str, shown: str) -> None:
    assert lines(p(a_field(instruction)))[0].strip() == shown


@pytest.mark.parametrize(
    ("instruction", "kept", "shown"),
    [
        (r"eq \o\ac(□,√)", "□", "☑"),
        (r"eq \o\ac(○,是)", "○是", "是"),
        (r"eq \x\to(甲)", "甲", "甲"),
        (r"eq \f(1,2)", "½", "½"),
        (r"eq \o", "甲", "甲"),
    ],
)
def test_what_lies_over_one_another_is_drawn_by_its_code_whatever_is_kept_of_it(
    instruction: str, kept: str, shown: str
) -> None:
    assert lines(p(a_field(instruction, r(kept)))) == [shown]
    assert lines(p(Xml(f'<w:fldSimple w:instr="{instruction}">{r(kept)}</w:fldSimple>'))) == [shown]


def test_an_eq_field_whose_code_is_split_over_runs_is_one() -> None:
    split = Xml(mark("begin") + code(r"eq \o\ac(") + code("□") + code(",√)") + mark("end"))
    assert lines(p("男", split)) == ["男☑"]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("<w:checkBox><w:default/></w:checkBox>", "☑"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "□"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList>', "乙"),
        ('<w:ddList><w:default w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList>', "乙"),
        ('<w:ddList><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList>', "甲"),
        ('<w:ddList><w:result w:val="9"/><w:listEntry w:val="甲"/></w:ddList>', ""),
        ("<w:textInput/>", ""),
    ],
)
def test_a_form_field_shows_what_was_chosen(data: str, shown: str) -> None:
    assert lines(p("是", a_field("FORM", data=f"<w:ffData>{data}</w:ffData>"), "否")) == [f"是{shown}否"]


def test_a_form_field_shows_what_was_typed_or_chosen_and_not_both() -> None:
    assert lines(p(a_field("FORMTEXT", r("甲"), data="<w:ffData><w:textInput/></w:ffData>"))) == ["甲"]
    listed = '<w:ffData><w:ddList><w:listEntry w:val="乙"/></w:ddList></w:ffData>'
    assert lines(p(a_field("FORMDROPDOWN", r("乙"), data=listed))) == ["乙"]


# --- content controls: their content ---


@pytest.mark.parametrize("kind", ["dropDownList", "comboBox", "date", "text", "richText"])
def test_a_content_control_shows_its_content_and_no_list_item(kind: str) -> None:
    listed = f'<w:{kind}><w:listItem w:displayText="乙" w:value="乙"/></w:{kind}>'
    assert lines(p("选：", control(listed, r("甲")))) == ["选：甲"]


def test_a_content_control_is_looked_through_wherever_it_stands() -> None:
    inside = cell(control("", p(control("", control("", r("甲"))))))
    assert lines(control("", p("乙"))) == ["乙"]
    rows = control("", row(control("", inside), cell("丙")))
    assert [[text for *_, text in cells] for cells in grid(rows)] == [["甲", "丙"]]


def test_a_repeating_section_gives_all_its_rows() -> None:
    item = f'<w15:repeatingSectionItem xmlns:w15="{_W15}"/>'
    rows = (control(item, row(name, "甲")) for name in "乙丙")
    section = control(f'<w15:repeatingSection xmlns:w15="{_W15}"/>', *rows)
    assert [[text for *_, text in cells] for cells in grid(section)] == [["乙", "甲"], ["丙", "甲"]]


def test_the_prompt_of_a_content_control_is_no_text() -> None:
    prompt = "<w:showingPlcHdr/>"
    assert lines(p("单位：", control(prompt, r("单击输入")), "。")) == ["单位：。"]
    assert lines(control(prompt, p("单击输入"))) == [""]
    assert grid(control(prompt, row("单击输入", "甲")), row(control(prompt, cell("单击输入")), "乙")) == [
        [(0, 1, ""), (1, 1, "")],
        [(0, 1, ""), (1, 1, "乙")],
    ]


def test_an_answer_inside_a_control_that_shows_its_prompt_is_read() -> None:
    outer = control("<w:showingPlcHdr/>", p("单击", control("", r("甲")), "输入"))
    assert lines(outer) == ["甲"]
    assert lines(p(control('<w:showingPlcHdr w:val="0"/>', r("甲")))) == ["甲"]


@pytest.mark.parametrize(("state", "shown"), [("1", "☑"), ("0", "□")])
@pytest.mark.parametrize("glyph", [r("✗"), symbol("F0E0"), ""], ids=["unknown", "unknown symbol", "none"])
def test_a_check_box_whose_glyph_is_not_known_shows_its_state(glyph: str, state: str, shown: str) -> None:
    box = f'<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>'
    document = Document(package(p("甲", control(box, glyph), "乙") + control(box, p(glyph))))
    assert [paragraph.text for paragraph in paragraphs_of(document.blocks)] == [f"甲{shown}乙", shown]
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert [first.owner(index).tag for index in range(3)] == [W + "t", W + "sdt", W + "t"]


def test_a_check_box_shows_what_is_drawn_even_against_its_state() -> None:
    box = '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'
    assert lines(p(control(box, symbol("F052"), r("是")))) == ["☑是"]
    assert lines(p(control(box, r("是")))) == ["是□"]


# --- text boxes, alternatives, pieces of other files ---


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    assert lines(p("甲", text_box(p("乙"), p("丙")), "丁"), p("戊")) == ["甲丁", "乙", "丙", "戊"]


def test_a_text_box_of_an_old_document_or_inside_another_is_read() -> None:
    box = wrapped("txbxContent", p("乙", text_box(p("丙"))))
    old = Xml(f'<w:r><w:pict><v:shape xmlns:v="{_VML}"><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r>')
    assert lines(p("甲", old)) == ["甲", "乙", "丙"]


def test_the_fallback_is_read_where_the_choice_is_empty() -> None:
    choice = '<mc:Choice Requires="wps"/>'
    fallback = "<mc:Fallback><w:t>甲</w:t></mc:Fallback>"
    assert lines(p(Xml(f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"))) == ["甲"]
    assert lines(p(Xml(f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"))) == [""]


def test_another_file_that_is_put_in_stands_as_a_character_that_nobody_typed() -> None:
    assert lines(p("甲"), Xml('<w:altChunk r:id="rId9"/>'), p(Xml('<w:subDoc r:id="rId9"/>'))) == [
        "甲",
        ticks.UNKNOWN,
        ticks.UNKNOWN,
    ]


@pytest.mark.parametrize("name", ["customXml", "smartTag", "hyperlink", "bdo", "nobody"])
def test_an_element_that_nothing_names_is_looked_through(name: str) -> None:
    assert lines(p("甲", wrapped(name, r("乙"))), wrapped(name, p("丙"), table(1, wrapped(name, row("丁"))))) == [
        "甲乙",
        "丙",
        "丁",
    ]


def test_what_a_program_put_in_the_wrong_place_is_read() -> None:
    assert lines(p("甲", Xml(f"<w:r><w:t>乙{symbol('F052')}</w:t></w:r>"))) == ["甲乙☑"]
    assert lines(p("甲"), wrapped("body", p("乙", wrapped("p", r("丙"))))) == ["甲", "乙丙"]


# --- characters ---


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        ("<w:tab/>", "\t"),
        ('<w:ptab w:alignment="right"/>', "\t"),
        ("<w:br/>", "\n"),
        ('<w:br w:type="page"/>', "\n"),
        ("<w:cr/>", "\n"),
        ("<w:noBreakHyphen/>", "-"),
        ("<w:softHyphen/>", ""),
        ("<w:pgNum/>", "\ufffc"),
        ("<w:dayShort/>", "\ufffc"),
        ('<w:footnoteReference w:id="1"/>', ""),
        ("<w:lastRenderedPageBreak/>", ""),
        (
            "<w:ruby><w:rt><w:r><w:t>han</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby>",
            "汉",
        ),
    ],
)
def test_what_a_run_holds_beside_text(piece: str, shown: str) -> None:
    assert lines(p("甲", wrapped("r", piece), "乙")) == [f"甲{shown}乙"]


def test_a_tab_stop_is_no_tab() -> None:
    tabs = '<w:tabs><w:tab w:val="left" w:pos="978"/></w:tabs></w:pPr>'
    assert lines(p("甲").replace("</w:pPr>", tabs)) == ["甲"]


def test_a_formula_shows_its_letters() -> None:
    formula = "<m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f>"
    assert lines(p("设", Xml(f'<m:oMath xmlns:m="{M[1:-1]}">{formula}</m:oMath>'))) == ["设x=1"]


@pytest.mark.parametrize(
    ("font", "char", "shown"),
    [
        ("Wingdings 2", "0052", "☑"),
        ("Wingdings", "F0A8", "□"),
        ("Symbol", "F0B3", "≥"),
        ("symbol", "006D", "μ"),
        ("Symbol", "F02D", "−"),
        ("宋体", "25A1", "□"),
        ("宋体", "F0A1", ticks.UNKNOWN),
        ("Wingdings 3", "0070", ticks.UNKNOWN),
        ("Webdings", "F045", ticks.UNKNOWN),
        ("Symbol", "", ticks.UNKNOWN),
    ],
)
def test_a_symbol_is_what_its_font_draws(font: str, char: str, shown: str) -> None:
    assert lines(p(Xml(f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'))) == [shown]


@pytest.mark.parametrize(
    ("font", "text", "shown"), [("Wingdings 2", "R是", "☑是"), ("Symbol", "m\uf06d 米", "μμ 米"), ("宋体", "R", "R")]
)
def test_text_in_a_symbol_font_is_what_the_font_draws(font: str, text: str, shown: str) -> None:
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    assert lines(p(Xml(f"<w:r>{fonts}<w:t>{text}</w:t></w:r>"))) == [shown]


# --- tables ---


def test_cells_merged_in_the_old_way_are_one() -> None:
    start, rest = (
        changed(cell(text), "tcPr", f'hMerge w:val="{v}"') for text, v in (("甲", "restart"), ("乙", "continue"))
    )
    assert grid(row(start, rest, cell("丙"))) == [[(0, 2, "甲\n乙"), (2, 1, "丙")]]


def test_a_row_that_begins_late_keeps_its_columns() -> None:
    late = row("甲", "乙").replace("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>')
    assert grid(late) == [[(1, 1, "甲"), (2, 1, "乙")]]


# --- what nobody sees, and what stands off the line ---


def run(properties: str, text: str) -> Xml:
    """A run with properties of its own."""
    return Xml(f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")


def style(kind: str, name: str, properties: str, based_on: str = "", more: str = "") -> str:
    """A style."""
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}" {more}>{based}<w:rPr>{properties}</w:rPr></w:style>'


def only(body: str, styles: str = "") -> Paragraph:
    """The first paragraph of a document."""
    return next(paragraphs_of(Document(package(body, styles=styles)).blocks))


_OLD_AND_NEW = {
    "struck": run("<w:strike/>", "旧"),
    "struck twice": run("<w:dstrike/>", "旧"),
    "struck, and not twice": run('<w:strike/><w:dstrike w:val="0"/>', "旧"),
    "hidden": run("<w:vanish/>", "旧"),
    "white": run('<w:color w:val="FFFFFF"/>', "旧"),
    "nearly white": run('<w:color w:val="FDFEFC"/>', "旧"),
    "white by the theme": run('<w:color w:val="auto" w:themeColor="background1"/>', "旧"),
    "black on black": run('<w:shd w:val="clear" w:fill="000000"/>', "旧"),
    "black on solid black": run('<w:shd w:val="solid" w:color="000000" w:fill="auto"/>', "旧"),
    "yellow marked yellow": run('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>', "旧"),
    "one point": run('<w:sz w:val="2"/>', "旧"),
    "pressed together": run('<w:w w:val="1"/>', "旧"),
    "without a filling": run("<w14:textFill><w14:noFill/></w14:textFill>", "旧"),
    "struck by a style": run('<w:rStyle w:val="Gone"/>', "旧"),
    "struck by the style of a style": run('<w:rStyle w:val="GoneToo"/>', "旧"),
    "hidden by a style": run('<w:rStyle w:val="Hidden"/>', "旧"),
    "white by a style": run('<w:rStyle w:val="White"/>', "旧"),
    "tiny by a style": run('<w:rStyle w:val="Tiny"/>', "旧"),
}
_STYLES = (
    style("character", "Gone", "<w:strike/>")
    + style("character", "GoneToo", "<w:b/>", "Gone")
    + style("character", "Hidden", "<w:vanish/>")
    + style("character", "White", '<w:color w:val="FFFFFF"/>')
    + style("character", "Tiny", '<w:sz w:val="2"/>')
    + style("paragraph", "Struck", "<w:strike/>")
    + style("character", "Word", '<w:color w:val="0563C1"/><w:u w:val="single"/>')
)


@pytest.mark.parametrize("kind", _OLD_AND_NEW)
def test_what_is_struck_out_or_nobody_sees_is_set_aside(kind: str) -> None:
    paragraph = only(p(_OLD_AND_NEW[kind], "新"), _STYLES)
    assert paragraph.text == "新"
    assert [text for text, _ in paragraph.aside] == ["旧"]


def test_what_a_paragraph_style_strikes_is_set_aside_but_where_a_run_says_otherwise() -> None:
    struck = p(r("旧"), run('<w:strike w:val="0"/>', "新"), run('<w:rStyle w:val="Gone"/>', "也"))
    paragraph = only(struck.replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Struck"/>'), _STYLES)
    assert (paragraph.text, [text for text, _ in paragraph.aside]) == ("新也", ["旧"])  # two styles undo one another


def test_the_style_of_all_that_names_none_may_hide() -> None:
    hidden = style("paragraph", "Normal", "<w:vanish/>", more='w:default="1"')
    assert only(p("旧", run('<w:vanish w:val="0"/>', "新")), hidden).text == "新"


def test_a_hidden_row_is_on_no_page() -> None:
    hidden = row("旧", "年").replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")
    assert lines(table(2, hidden, row("新", "年"))) == ["", "", "新", "年"]


_SEEN = {
    "white on a dark ground": run('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>', "甲"),
    "white on dots": run('<w:color w:val="FFFFFF"/><w:shd w:val="pct80" w:color="auto" w:fill="FFFFFF"/>', "甲"),
    "white marked red": run('<w:color w:val="FFFFFF"/><w:highlight w:val="red"/>', "甲"),
    "red": run('<w:color w:val="FF0000"/>', "甲"),
    "grey": run('<w:color w:val="A6A6A6"/>', "甲"),
    "not struck": run('<w:strike w:val="false"/><w:dstrike w:val="0"/>', "甲"),
    "small": run('<w:sz w:val="10"/>', "甲"),
    "narrow": run('<w:w w:val="50"/>', "甲"),
    "a link": run('<w:rStyle w:val="Word"/>', "甲"),
}


@pytest.mark.parametrize("kind", _SEEN)
def test_what_can_be_seen_is_read(kind: str) -> None:
    assert only(p(_SEEN[kind]), _STYLES).text == "甲"


def test_white_words_in_a_dark_cell_are_read_and_black_ones_are() -> None:
    dark = '<w:tc><w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr>'
    cells = cell(p(run('<w:color w:val="FFFFFF"/>', "甲")), p("乙")).replace("<w:tc>", dark)
    assert lines(table(1, row(Xml(cells)))) == ["甲", "乙"]


def test_white_words_under_a_table_style_that_shades_are_read() -> None:
    shaded = (
        '<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr>'
        '<w:shd w:val="clear" w:fill="1F3864"/></w:tcPr></w:tblStylePr></w:style>'
    )
    words = table(1, row(cell(p(run('<w:color w:val="FFFFFF"/>', "甲"))))).replace(
        "<w:tblPr>", '<w:tblPr><w:tblStyle w:val="Dark"/>'
    )
    assert only(words, shaded).text == "甲"


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ((r("10"), run('<w:vertAlign w:val="superscript"/>', "4")), "10⁴"),
        ((r("10"), run('<w:position w:val="10"/>', "-4")), "10⁻⁴"),
        ((r("CO"), run('<w:vertAlign w:val="subscript"/>', "2")), "CO₂"),
        ((r("5"), run('<w:vertAlign w:val="superscript"/>', "th")), "5th"),
        ((r("356"), run('<w:rStyle w:val="Note"/>', "1")), "356¹"),
        ((run('<w:vertAlign w:val="superscript"/>', "4"),), "4"),
        ((r("10"), run('<w:vertAlign w:val="baseline"/><w:position w:val="1"/>', "4")), "104"),
    ],
)
def test_what_stands_off_the_line_is_no_digit_of_the_number_beside_it(pieces: tuple[Xml, ...], said: str) -> None:
    note = style("character", "Note", '<w:vertAlign w:val="superscript"/>')
    paragraph = only(p(*pieces), note)
    assert paragraph.said(0, len(paragraph.text)) == said


def math(content: str) -> Xml:
    """A formula."""
    return Xml(f'<m:oMath xmlns:m="{M[1:-1]}">{content}</m:oMath>')


def m_run(text: str) -> str:
    """Some letters of a formula."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (f"<m:f><m:num>{m_run('3')}</m:num><m:den>{m_run('4')}</m:den></m:f>", "3/4"),
        (f"<m:f><m:num>{m_run('a+b')}</m:num><m:den>{m_run('0.5')}</m:den></m:f>", "(a+b)/0.5"),
        (f"<m:sSup><m:e>{m_run('10')}</m:e><m:sup>{m_run('4')}</m:sup></m:sSup>", "10⁴"),
        (f"<m:sSub><m:e>{m_run('D')}</m:e><m:sub>{m_run('1')}</m:sub></m:sSub>", "D₁"),
        (f"<m:d><m:e>{m_run('x')}</m:e></m:d>", "(x)"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{m_run("x")}</m:e></m:d>', "[x]"),
        (f"<m:rad><m:deg/><m:e>{m_run('2')}</m:e></m:rad>", "root(2)"),
        (f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:e>{m_run("x")}</m:e></m:nary>', "∑x"),
    ],
)
def test_a_formula_says_what_it_says_in_one_line(formula: str, said: str) -> None:
    paragraph = only(p(math(formula)))
    assert paragraph.said(0, len(paragraph.text)) == said


def test_what_stands_over_a_word_is_read_aloud_or_set_aside() -> None:
    def ruby(over: str) -> Xml:
        inside = f"<w:rt>{r(over)}</w:rt><w:rubyBase>{r('张三')}</w:rubyBase>"
        return Xml(f"<w:r><w:ruby>{inside}</w:ruby></w:r>")

    assert only(p(ruby("zhāng sān"))).aside == []
    paragraph = only(p(ruby("李四")))
    assert (paragraph.text, [text for text, _ in paragraph.aside]) == ("张三", ["李四"])


# --- what is no text ---

_DML = "http://schemas.openxmlformats.org/drawingml/2006"


def frame(uri: str) -> Xml:
    """A picture, a chart or a diagram."""
    inside = f'<a:graphic xmlns:a="{_DML}/main"><a:graphicData uri="{_DML}/{uri}"/></a:graphic>'
    return Xml(f"<w:r><w:drawing>{inside}</w:drawing></w:r>")


def vml(shape: str) -> Xml:
    """A drawing of the old kind."""
    return Xml(f'<w:r><w:pict xmlns:v="{_VML}">{shape}</w:pict></w:r>')


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        (frame("picture"), Kind.PICTURE),
        (frame("chart"), Kind.CHART),
        (frame("diagram"), Kind.DIAGRAM),
        (vml("<v:oval/>"), Kind.SHAPE),
        (vml("<v:shape><v:imagedata/></v:shape>"), Kind.PICTURE),
        (vml('<v:shape><v:textpath string="甲"/></v:shape>'), Kind.WORD_ART),
        (Xml('<w:r><w:footnoteReference w:id="2"/></w:r>'), Kind.FOOTNOTE),
        (Xml('<w:r><w:endnoteReference w:id="2"/></w:r>'), Kind.ENDNOTE),
        (Xml('<w:r><w:commentReference w:id="2"/></w:r>'), Kind.COMMENT),
        (a_field(r"eq \o\ac(○,是)"), Kind.RING),
    ],
)
def test_what_is_no_text_is_known_where_it_stands(piece: Xml, kind: Kind) -> None:
    (found,) = only(p("甲", piece, "乙")).anchored
    assert (found.at, found.kind) == (1, kind)


def test_a_text_box_is_text_and_no_drawing() -> None:
    first, *_ = paragraphs_of(Document(package(p("甲", text_box(p("乙"))))).blocks)
    assert first.anchored == []


def test_a_list_draws_what_its_font_draws() -> None:
    fonts = '<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>'
    level = f'<w:lvl w:ilvl="0"><w:lvlText w:val="\uf0fc"/>{fonts}</w:lvl>'
    lists = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    lists += '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    listed = p("是").replace("<w:pPr>", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>')
    first, second = paragraphs_of(Document(package(listed + p("否"), lists=lists)).blocks)
    assert (first.bullet, second.bullet) == ("✓", "")


def test_how_a_stretch_looks_is_told_run_by_run() -> None:
    mine = style("character", "Mine", '<w:color w:val="FF0000"/>') + style("paragraph", "Bold", "<w:b/>")
    words = p(r("甲"), run('<w:rStyle w:val="Mine"/><w:u w:val="single"/>', "乙丙"))
    paragraph = only(words.replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Bold"/>'), mine)
    looks = [*paragraph.looks(0, 2)]
    assert [(start, end) for start, end, _ in looks] == [(0, 1), (1, 2)]
    assert [look.color for *_, look in looks] == ["", "FF0000"]
    assert [look.underlined for *_, look in looks] == [False, True]
    assert all(look.bold for *_, look in looks)


def test_an_ordinary_document_needs_no_styles() -> None:
    """Styles are parsed only where one that is used could decide; they are most of a small document."""
    looks._same.cache_clear()  # documents with the same styles share them
    document = Document(package(p(run('<w:rStyle w:val="Word"/>', "甲")), styles=_STYLES))
    assert document.blocks
    assert "_sheet" not in vars(document.formats)
    struck = Document(package(p(run('<w:rStyle w:val="Gone"/>', "甲")), styles=_STYLES))
    assert struck.blocks
    assert "_sheet" in vars(struck.formats)
    assert struck.formats is document.formats


# --- every document at hand ---

_HIDDEN = (
    *(f"ancestor::w:{name}" for name in ("del", "moveFrom", "rt")),
    "ancestor::w:tr/w:trPr/w:del",
    "ancestor::w:tc/w:tcPr/w:cellDel",
    "ancestor::mc:Fallback[../mc:Choice/*]",
)
_TYPED = etree.XPath(
    f"(//w:t | //m:t | //w:sym)[not({' or '.join(_HIDDEN)})]",
    namespaces={"w": W[1:-1], "m": M[1:-1], "mc": MC[1:-1], "w14": W14[1:-1]},
)


def assert_nothing_is_lost(document: Document) -> None:
    """Every character that somebody typed and did not take back is in the model once, under its element."""
    typed = [(e, 1 if e.tag == W + "sym" else len(e.text or "")) for e in _TYPED(document.root)]
    shown: dict[etree._Element, int] = {}
    for paragraph in paragraphs_of(document.blocks):
        ends = [*(start for start, _ in paragraph.owners), len(paragraph.text)][1:]
        for (start, owner), end in zip(paragraph.owners, ends, strict=True):
            shown[owner] = shown.get(owner, 0) + end - start
        for text, owner in paragraph.aside:
            shown[owner] = shown.get(owner, 0) + len(text)
    tags = {W + "t", M + "t", W + "sym"}
    assert {e: n for e, n in shown.items() if e.tag in tags} == {e: n for e, n in typed if n}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_template_is_lost(name: str) -> None:
    assert_nothing_is_lost(Document(template_of(name)))


def test_what_is_lost_would_be_seen() -> None:
    document = Document(package(p("甲") + p("乙")))
    document.blocks.pop()
    with pytest.raises(AssertionError):
        assert_nothing_is_lost(document)


@pytest.mark.skipif(not SHARED, reason="the collected documents lie beside the project's own checkout only")
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_every_collected_document_is_read_whole_or_refused_within_limits(path: Path) -> None:
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        document = Document(path)
        document.blocks  # noqa: B018
    except DocfillError as error:
        assert str(error)
    else:
        assert_nothing_is_lost(document)
    assert time.monotonic() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 2**20


def test_a_document_nested_beyond_reason_is_refused() -> None:
    deep = p("甲")
    for _ in range(400):
        deep = table(1, row(cell(deep)))
    with pytest.raises(DocfillError):
        Document(package(deep)).blocks  # noqa: B018


# --- work in proportion to what is read ---

_GROWING: dict[str, Callable[[int], Xml]] = {
    "breaks": lambda n: p(Xml(f"<w:r>{'<w:br/>' * n}</w:r>")),
    "runs": lambda n: p(*[r("甲")] * n),
    "runs beside a symbol": lambda n: p(symbol("R"), *[r("甲")] * n),
    "empty check boxes": lambda n: p(*[control("<w14:checkbox/>")] * n),
    "a check box of words": lambda n: p(control("<w14:checkbox/>", *[r("甲")] * n)),
    "field code": lambda n: p(mark("begin"), *[code("D")] * n, mark("end")),
    "fields in fields": lambda n: p(*[mark("begin")] * n, *[mark("end")] * n),
    "results in results": lambda n: p(*[mark("begin"), mark("separate")] * n, *[r("甲")] * n, *[mark("end")] * n),
    "rows": lambda n: table(1, *[row("甲")] * n),
}


def steps(body: str) -> int:
    """How many steps of Python's machine reading a document takes."""
    document, count = Document(package(body)), 0
    document.root  # noqa: B018

    def seen(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += 1
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        document.blocks  # noqa: B018
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("kind", _GROWING)
def test_twice_as_much_takes_twice_the_work(kind: str) -> None:
    once, twice = (steps(_GROWING[kind](n)) for n in (40, 80))
    assert twice < 2.2 * once


def test_where_the_work_grows_faster_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story._Story, "_is_shown", lambda self: all(f.in_result for f in self.fields))
    with pytest.raises(AssertionError):
        test_twice_as_much_takes_twice_the_work("results in results")


@pytest.mark.parametrize("kind", [k for k in _GROWING if k != "rows"])
def test_pieces_of_text_are_counted_as_they_come(kind: str) -> None:
    with limits.within(pieces=30), pytest.raises(DocfillError, match="pieces=30"):
        Document(package(_GROWING[kind](40))).blocks  # noqa: B018


def test_rows_are_counted_though_they_are_empty() -> None:
    with limits.within(blocks=30), pytest.raises(DocfillError, match="blocks=30"):
        Document(package(table(1, "<w:tr/>" * 40))).blocks  # noqa: B018


def test_places_are_told_as_libxml2_tells_them() -> None:
    document = Document(package(p("甲") + p("乙", "丙") + table(1, row("丁"), row(cell(p("戊"), p("己"))))))
    tree = document.root.getroottree()
    told = [document.where(element) for element in document.root.iter()]
    assert told == [f"word/document.xml#{tree.getpath(element)}" for element in document.root.iter()]
    assert document.where(None) == ""
    assert document.where(etree.fromstring("<a/>")) == "a#/a"
