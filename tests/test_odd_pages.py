"""Pages as few people make them, each with an answer that its words alone would tell wrongly.

A value without a problem is right: where a box, a colour, a formula, a field or a
frame on the page may say something else than the words, that is doubted or told.
"""

from __future__ import annotations

import pytest

from docfill.extract import Result
from tests.disturb import W, package_of, parts_of
from tests.small_form import Xml, cell, loaded, p, package, r, row, table
from tests.test_sight import FORM, RED, doubts, drawn, read, run, runs

_NATURE = ("□国有  □", "民营")


def left(result: Result) -> list[str]:
    return [x.text for x in result.leftovers]


# --- a choice by the look of something ---

_W14 = "w14:solidFill><w14:srgbClr w14:val='FF0000'/></w14:solidFill"
LOOKS = (
    RED,
    '<w:color w:themeColor="accent2"/>',
    '<w:color w:val="auto" w:themeColor="accent2"/>',
    f"<w14:textFill><{_W14}></w14:textFill>",
    f"<w14:textOutline><{_W14}></w14:textOutline>",
    "<w14:glow w14:rad='63500'/>",
    *(f"<w:{name}/>" for name in ("b", "i", "outline", "shadow", "emboss", "imprint")),
    '<w:sz w:val="44"/>',
    '<w:position w:val="8"/>',
    '<w:highlight w:val="yellow"/>',
)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "part", [("□国有  □", "民营", ""), ("□国有  ", "□", "民营"), ("□国有  □民", "营", ""), ("", "□", "国有  □民营")]
)
def test_one_option_that_looks_otherwise_in_any_part_is_named(look: str, part: tuple[str, str, str]) -> None:
    before, loud, behind = part
    result = read(nature=runs(run("", before), run(look, loud), run("", behind)))
    assert result.data["性质"] is None
    assert [(x.code, x.expected) for x in result.problems] == [("looks-chosen", "民营" if before else "国有")]


@pytest.mark.parametrize("look", ['<w:sz w:val="22"/>', "<w14:textOutline><w14:noFill/></w14:textOutline>", "<w:bCs/>"])
def test_what_a_reader_of_the_page_hardly_sees_chooses_nothing(look: str) -> None:
    assert doubts(read(nature=runs(run("", "□国有  □"), run(look, "民营")))) == []


def test_an_option_that_the_form_itself_prints_otherwise_was_not_chosen_by_that() -> None:
    def tagged(*pieces: str, note: str = "略") -> bytes:
        return package(p("登记表") + table(2, row("性质", cell(p(*pieces))), row("备注", note)))

    tags = '{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}'
    form = loaded(tagged(tags, run(RED, "民营"), note="{{ 备注 }}"))
    assert doubts(form.extract(tagged("□国有  □", run(RED, "民营")), by_meaning=True)) == []
    other = form.extract(tagged(run(RED, "□国有"), run("", "  □"), run(RED, "民营")), by_meaning=True)
    assert [x.expected for x in other.problems] == ["国有"]


# --- what nobody sees ---

_GLASS = "<w14:solidFill><w14:srgbClr w14:val='000000'><w14:alpha w14:val='100000'/></w14:srgbClr></w14:solidFill>"


@pytest.mark.parametrize(
    "unseen",
    [
        '<w:color w:val="000000" w:themeColor="background1"/>',
        "<w14:textFill><w14:solidFill><w14:srgbClr w14:val='FFFFFF'/></w14:solidFill></w14:textFill>",
        "<w14:textFill><w14:solidFill><w14:schemeClr w14:val='bg1'/></w14:solidFill></w14:textFill>",
        f"<w14:textFill>{_GLASS}</w14:textFill>",
        '<w:color w:val="4F81BD"/><w:shd w:val="clear" w:themeFill="accent1"/>',
    ],
)
def test_an_old_number_in_the_colour_of_the_paper_is_no_digit_of_the_new_one(unseen: str) -> None:
    result = read(count=runs(run(unseen, "40"), run("", "7")))
    assert (result.data["件数"], left(result)) == (7, ["40"])


@pytest.mark.parametrize("changed", ["themeShade", "themeTint"])
def test_a_grey_that_the_theme_makes_of_the_papers_white_is_seen(changed: str) -> None:
    grey = f'<w:color w:val="7F7F7F" w:themeColor="background1" w:{changed}="80"/>'  # Word's "white, darker by half"
    result = read(count=runs(run(grey, "407")))
    assert (result.data["件数"], result.problems, result.leftovers) == (407, [], [])


@pytest.mark.parametrize("filling", ["FF0000", "000000"])
def test_two_fillings_of_letters_are_two_looks(filling: str) -> None:
    fill = "<w14:textFill><w14:solidFill><w14:srgbClr w14:val='{}'/></w14:solidFill></w14:textFill>"
    result = read(count=runs(run(fill.format("FFFFFF"), "40"), run(fill.format(filling), "7")))
    assert (result.data["件数"], left(result)) == (7, ["40"])


# --- two answers in two inks ---


@pytest.mark.parametrize(
    "look", [RED, '<w:color w:val="A6A6A6"/>', '<w:vertAlign w:val="superscript"/>', '<w:highlight w:val="yellow"/>']
)
@pytest.mark.parametrize("is_apart", [False, True])
def test_a_name_beside_another_in_another_ink_is_doubted(look: str, is_apart: bool) -> None:
    old, new = run(look, "西港旧厂"), run("", "东港厂")
    rows = [row("单位", cell(p(old), p(new)) if is_apart else cell(p(old, new))), row("件数", "7")]
    rows.append(row("性质", "☑国有  □民营"))
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert ("单位", "ambiguous") in doubts(result)


@pytest.mark.parametrize(
    "look", ['<w:color w:val="333333"/>', "<w:b/>", '<w:u w:val="single"/><w:color w:val="0563C1"/>']
)
def test_an_answer_of_one_ink_is_one(look: str) -> None:
    assert doubts(read(unit=runs(run(look, "东港"), run("", "机械厂")))) == []


# --- what is drawn ---

_DML = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ANCHOR = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def holding(what: str) -> Xml:
    """A drawing whose graphic is of a kind."""
    return Xml(
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_ANCHOR}"><a:graphic xmlns:a="{_DML}"><a:graphicData uri="{what}"/>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def framed(text: str) -> Xml:
    """A text box."""
    return drawn(f"<v:shape><v:textbox><w:txbxContent>{p(text)}</w:txbxContent></v:textbox></v:shape>")


DRAWINGS = (
    holding("http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"),
    holding("http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"),
    holding("http://schemas.microsoft.com/office/drawing/2017/model3d"),
    framed(""),
    drawn("<v:image/>"),
    Xml('<w:r><w:contentPart r:id="rId9"/></w:r>'),
    Xml("<w:r><w:movie/></w:r>"),
)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_whatever_is_drawn_where_nothing_is_answered_is_told(drawing: Xml) -> None:
    for result, path in (
        (read(unit=drawing), "单位"),
        (read(nature=runs("□国有", drawing, "  □民营")), "性质"),
        (read(date=runs("    年", drawing, "    月    日")), "日期"),
    ):
        assert (path, "look-here") in doubts(result)


def test_a_text_box_over_an_answer_may_be_another_answer() -> None:
    assert ("单位", "ambiguous") in doubts(read(unit=runs("西港厂", framed("东港厂"))))
    assert doubts(read(unit=framed("东港厂"))) == []


def test_a_tick_in_a_text_box_of_its_own_floats_where_nobody_can_tell() -> None:
    assert ("性质", "unclear-tick") in doubts(read(nature=runs("□国有  □民营", framed("√"))))
    assert doubts(read(nature=framed("☑国有  □民营"))) == []


# --- formulas and fields ---


def formula(inside: str) -> Xml:
    return Xml(f'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{inside}</m:oMath>')


def _m(said: str, tag: str = "e") -> str:
    return f"<m:{tag}><m:r><m:t>{said}</m:t></m:r></m:{tag}>"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (f"<m:m><m:mr>{_m('1')}{_m('2')}</m:mr></m:m>", "1 2"),
        (f"<m:m><m:mr>{_m('1')}</m:mr><m:mr>{_m('2')}</m:mr></m:m>", "1; 2"),
        (f"<m:eqArr>{_m('1')}{_m('2')}</m:eqArr>", "1; 2"),
        (f"<m:limUpp>{_m('1')}{_m('2', 'lim')}</m:limUpp>", "1²"),
        (f"<m:limLow>{_m('1')}{_m('2', 'lim')}</m:limLow>", "1₂"),
        (f"<m:bar>{_m('12')}</m:bar>", "12\u0332"),
        (f'<m:acc><m:accPr><m:chr m:val="\u0305"/></m:accPr>{_m("12")}</m:acc>', "12\u0305"),
        (f"<m:d>{_m('1')}{_m('2')}</m:d>", "(1|2)"),
        (f"<m:r><m:t>3</m:t></m:r><m:f>{_m('1', 'num')}{_m('2', 'den')}</m:f>", "3 1/2"),
        (f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr>{_m("3", "num")}{_m("4", "den")}</m:f>', "3; 4"),
    ],
)
def test_what_stands_apart_in_a_formula_is_not_one_number(inside: str, said: str) -> None:
    result = read(count=formula(inside))
    assert (result.data["件数"], doubts(result)) == (said, [("件数", "not-an-integer")])


@pytest.mark.parametrize(
    "void",
    [
        f'<m:borderBox><m:borderBoxPr><m:strikeH m:val="1"/></m:borderBoxPr>{_m("4")}</m:borderBox>',
        f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr>{_m("4")}</m:phant>',
    ],
)
def test_what_a_formula_strikes_or_hides_is_no_digit(void: str) -> None:
    result = read(count=formula(void + "<m:r><m:t>7</m:t></m:r>"))
    assert (result.data["件数"], left(result)) == (7, ["4"])


def simple(code: str) -> Xml:
    return Xml(f'<w:fldSimple w:instr="{code}"/>')


@pytest.mark.parametrize(
    "code",
    [
        "eq \\o\\ac(□,√)",
        "SYMBOL 254 \\f Wingdings",
        "SYMBOL 0xFE \\f &quot;Wingdings&quot; \\s 12",
        "SYMBOL 9745 \\u",
        "MACROBUTTON Tick ☑",
    ],
)
def test_a_field_that_draws_a_tick_is_one(code: str) -> None:
    result = read(nature=runs(simple(code), run("", "国有  □民营")))
    assert (result.data["性质"], doubts(result)) == ("国有", [])


@pytest.mark.parametrize("code", ["eq \\o\\ac(○,国有)", "eq \\x\\to(国有)"])
def test_a_ring_is_one_though_its_field_keeps_the_words_alone(code: str) -> None:
    ring = Xml(f'<w:fldSimple w:instr="{code}">{r("国有")}</w:fldSimple>')
    assert ("性质", "look-here") in doubts(read(nature=runs("□", ring, "  □民营")))


def test_a_field_that_draws_a_box_around_words_is_a_sign() -> None:
    assert ("性质", "look-here") in doubts(read(nature=runs("□", simple("eq \\x\\to(国有)"), "  □民营")))


def test_words_under_the_strokes_of_a_field_are_no_part_of_a_value() -> None:
    result = read(unit=runs(simple("eq \\o(西港厂,——)"), "东港厂"))
    assert (result.data["单位"], left(result)) == ("东港厂", ["西港厂——"])


# --- signs ---


def test_text_in_an_element_that_turns_it_round_is_doubted() -> None:
    result = read(count=Xml(f'<w:bdo w:val="rtl">{r("653")}</w:bdo>'))
    assert ("件数", "not-an-integer") in doubts(result)
    assert doubts(read(count=Xml(f'<w:bdo w:val="ltr">{r("653")}</w:bdo>'))) == []


def test_an_answer_behind_a_sign_that_turns_its_whole_line_is_doubted() -> None:
    form = loaded(package(p("单位：{{ 单位 | blank(8) }}") + p("备注：{{ 备注 | blank(8) }}")))
    result = form.extract(package(p("\u202e单位：东港厂") + p("备注：略")), by_meaning=True)
    assert doubts(result) == [("单位", "ambiguous")]


@pytest.mark.parametrize("code", ["F04A", "zz", "E863"])
def test_a_symbol_that_cannot_be_read_is_told(code: str) -> None:
    symbol = Xml(f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>')
    assert ("单位", "look-here") in doubts(read(unit=runs("王", symbol)))


def test_a_symbol_of_a_plain_font_is_its_character() -> None:
    symbol = Xml('<w:r><w:sym w:font="宋体" w:char="FF21"/></w:r>')
    assert read(unit=runs("王", symbol)).data["单位"] == "王Ａ"


@pytest.mark.parametrize(("over", "told"), [("403", ["403"]), ("2", ["2"]), ("√", ["√"]), ("dōng", []), ("ㄉㄨㄥ", [])])
def test_what_stands_over_a_word_is_its_sound_or_told(over: str, told: list[str]) -> None:
    ruby = f"<w:r><w:ruby><w:rt>{r(over)}</w:rt><w:rubyBase>{r('东')}</w:rubyBase></w:ruby></w:r>"
    result = read(unit=runs(Xml(ruby), "港厂"))
    assert (result.data["单位"], left(result)) == ("东港厂", told)


@pytest.mark.parametrize(
    "said",
    [
        *("请填写单位名称", "（请填写）", "[键入文字]", "选择一项。", "此处填写", "<单位名称>", "{单位}", "[单位]"),
        *("Choose an item.", "XX公司", "××公司", "某某公司", "例：东港厂", "«单位»公司"),
        *("错误！未找到引用源。", "#REF!", "MERGEFIELD 单位", "Error! Reference source not found."),
    ],
)
def test_a_prompt_a_sample_or_a_failed_reference_is_no_answer(said: str) -> None:
    assert doubts(read(unit=said)) == [("单位", "placeholder")]


@pytest.mark.parametrize(
    "said", ["选择性激光烧结研究所", "输入法开发部", "填写“无”", "如东县农机厂", "XX2型机床厂联合体一二三四五"]
)
def test_an_answer_that_only_begins_as_a_prompt_is_one(said: str) -> None:
    assert doubts(read(unit=said)) == []


# --- rows that are lines, hints, tables in cells ---

_COVER = loaded(
    package(
        p("项目名称：{{ 项目名称 | blank(8) }}") + p("填报人：{{ 填报人 | blank(8) }}  电话：{{ 电话 | blank(8) }}")
    )
)
COVER = {"项目名称": "甲项目", "填报人": "张三", "电话": "5566"}


@pytest.mark.parametrize(
    "rows",
    [
        (("", "项目名称：甲项目"), ("", "填报人：张三  电话：5566")),
        (("", "项目名称：甲项目", ""), ("", "", "填报人：张三  电话：5566")),
        (("项目名称：", "甲项目"), ("填报人：张三", "电话：5566")),
        (("项目名称：甲项目", "填报人：张三  电话：5566"),),
    ],
)
def test_lines_of_the_cover_in_cells_of_a_table_are_read_as_they_are(rows: tuple[tuple[str, ...], ...]) -> None:
    result = _COVER.extract(package(table(3, *(row(*cells) for cells in rows))))
    assert (result.data, doubts(result), left(result)) == (COVER, [], [])


_LINES = {"名称": "甲项目", "单位": "乙厂", "联系人": "张三", "电话": "5566"}
_LINED = loaded(
    package(
        p("登记表")
        + "".join(p(f"{name}：{{{{ {name} }}}}") for name in _LINES)
        + table(2, row("名称", "{{ 表.名称 }}"))
    )
)


@pytest.mark.parametrize(
    "cells",
    [
        tuple(f"{name}：{said}" for name, said in _LINES.items()),
        tuple(x for name, said in _LINES.items() for x in (f"{name}：", said)),
        ("", "名称：甲项目", "单位：", "乙厂", "", "联系人：张三", "电话：5566"),
        tuple(x for name, said in _LINES.items() for x in (name, said)),
        (cell(*(f"{name}：{said}" for name, said in _LINES.items())),),
    ],
)
def test_a_row_may_hold_several_lines_of_the_cover(cells: tuple[str, ...]) -> None:
    result = _LINED.extract(package(p("登记表") + table(len(cells), row(*cells)) + table(2, row("名称", "丙"))))
    assert (result.data, doubts(result), left(result)) == ({**_LINES, "表": {"名称": "丙"}}, [], [])


def test_a_label_beside_a_label_is_no_answer() -> None:
    heads = row(*_LINES), row(*_LINES.values())
    result = _LINED.extract(package(p("登记表") + table(4, *heads) + table(2, row("名称", "丙"))))
    assert {"名称", "单位", "联系人", "电话"} <= {path for path, _ in doubts(result)}
    empty = tuple(x for name, said in _LINES.items() for x in (name, "" if name == "单位" else said))
    result = _LINED.extract(package(p("登记表") + table(8, row(*empty)) + table(2, row("名称", "丙"))))
    assert (result.data, doubts(result)) == ({**_LINES, "单位": None, "表": {"名称": "丙"}}, [])


def test_a_label_without_an_answer_takes_none_of_the_next_line() -> None:
    cells = ("名称：甲项目", "单位：", "联系人：张三", "电话：5566")
    result = _LINED.extract(package(p("登记表") + table(4, row(*cells)) + table(2, row("名称", "丙"))))
    assert (result.data, left(result)) == ({**_LINES, "单位": None, "表": {"名称": "丙"}}, [])


@pytest.mark.parametrize("odd", ["其他：丙", "名称：丁项目", "另附"])
def test_a_row_with_anything_else_among_lines_of_the_cover_is_none_of_them(odd: str) -> None:
    cells = ("名称：甲项目", "单位：乙厂", "联系人：张三", odd)
    result = _LINED.extract(package(p("登记表") + table(4, row(*cells)) + table(2, row("名称", "丙"))))
    assert {"名称", "单位", "联系人", "电话"} <= {path for path, _ in doubts(result)}
    assert "表.名称" in {path for path, _ in doubts(result)}


@pytest.mark.parametrize("beside", ["乙项目", "/", "（公章）"])
def test_words_beside_a_line_that_has_its_answer_are_not_joined_to_it(beside: str) -> None:
    rows = row("项目名称：甲项目", beside), row("填报人：张三", "电话：5566")
    result = _COVER.extract(package(table(2, *rows)))
    assert ("项目名称", "place-missing") in doubts(result)
    assert beside in left(result)


_HINT = "（应描述本单位的设备、人员和经费情况）"
_HINTED = loaded(
    package(
        p("登记表")
        + table(
            2, row("简介", cell("{%p for 段 in 简介 | lines %}", "{{ 段 }}", "{%p else %}", _HINT, "{%p endfor %}"))
        )
    )
)


def described(*lines: str) -> Result:
    return _HINTED.extract(package(p("登记表") + table(2, row("简介", cell(*lines)))), by_meaning=True)


@pytest.mark.parametrize(
    "said",
    [
        f"我们很好。{_HINT}很好。",
        f"{_HINT[9:]}我们很好。",
        f"我们很好。{_HINT[9:]}",
        f"我们很好。{_HINT[:10]}",
        f"{_HINT[:10]}我们很好。",
        f"{_HINT.strip('（）')}我们很好。",
        f"我们很好。{_HINT.strip('（）')}",
        f"{_HINT.replace('应描述', '请写明')}我们很好。",
        _HINT[8:],
        _HINT.strip("（）"),
    ],
)
@pytest.mark.parametrize("more", [(), ("还要更好。",)])
def test_what_is_left_of_a_hint_in_an_answer_is_doubted(said: str, more: tuple[str, ...]) -> None:
    assert ("简介", "ambiguous") in doubts(described(said, *more))
    assert ("简介", "ambiguous") in doubts(described(*more, said))


@pytest.mark.parametrize(
    "said", ["设备、人员和经费情况都很好。", "本单位的设备很新。", "（设备）很新，人员和经费情况见附件"]
)
def test_an_answer_that_takes_up_words_of_its_hint_is_one(said: str) -> None:
    result = described(said)
    assert (result.data["简介"], doubts(result)) == (said, [])


def test_an_answer_of_several_cells_is_a_table() -> None:
    def within(*cells: str) -> Xml:
        return Xml(f"<w:tc><w:tcPr/>{table(2, row(*cells))}<w:p/></w:tc>")

    def given(unit: Xml) -> Result:
        rows = row("单位", unit), row("件数", "7"), row("性质", "☑国有  □民营")
        return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))

    assert doubts(given(within("西港厂", "东港厂"))) == [("单位", "table-in-answer")]
    assert doubts(given(within("东港厂"))) == []


def test_a_year_that_heads_two_columns_heads_neither() -> None:
    tags = [f'{{{{ 金额["{year}年"] | number }}}}' for year in (2021, 2022)]
    form = loaded(package(p("登记表") + table(3, row("", "2021年", "2022年"), row("金额", *tags))))

    def given(*years: str) -> Result:
        return form.extract(package(p("登记表") + table(3, row("", *years), row("金额", "5", "6"))))

    assert doubts(given("2021年", "2022年")) == []
    told = dict(doubts(given("2021年", "2021年")))
    assert told == {"金额.2021年": "place-missing", "金额.2022年": "place-missing"}


# --- ticks between, prompts of controls, notes ---


@pytest.mark.parametrize(
    "nature", [("□国有  □民营", "√"), ("□国有", "√", "□民营"), ("□国有√□民营",), ("/",), ("√",), ("见附件",)]
)
def test_a_tick_that_is_no_nearer_to_one_option_and_words_in_their_place_are_doubted(nature: tuple[str, ...]) -> None:
    rows = row("单位", "东港厂"), row("件数", "7"), row("性质", cell(*nature))
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert "性质" in [path for path, _ in doubts(result)]


@pytest.mark.parametrize("nature", [("□国有", "□民营√"), ("□国有", "√□民营"), ("□国有□√民营",), ("□国有□民营√",)])
def test_a_tick_at_the_box_or_words_of_an_option_is_its_own(nature: tuple[str, ...]) -> None:
    rows = row("单位", "东港厂"), row("件数", "7"), row("性质", cell(*nature))
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert (result.data["性质"], doubts(result)) == ("民营", [])


def test_the_entry_of_a_list_that_stands_for_none_is_a_prompt() -> None:
    entries = "".join(
        f'<w:listItem w:displayText="{said}" w:value="{value}"/>' for said, value in (("请选择", ""), ("东港厂", "1"))
    )

    def chosen(said: str) -> Result:
        content = f"<w:sdtPr><w:dropDownList>{entries}</w:dropDownList></w:sdtPr><w:sdtContent>{r(said)}</w:sdtContent>"
        return read(unit=Xml(f"<w:sdt>{content}</w:sdt>"))

    assert (chosen("请选择").data["单位"], left(chosen("请选择"))) == (None, ["请选择"])
    assert (chosen("东港厂").data["单位"], doubts(chosen("东港厂"))) == ("东港厂", [])


def test_text_in_the_style_of_prompts_is_doubted_whatever_it_says() -> None:
    style = '<w:style w:type="character" w:styleId="a3"><w:name w:val="Placeholder Text"/></w:style>'
    rows = (
        row("单位", cell(p(run('<w:rStyle w:val="a3"/>', "所在单位全称")))),
        row("件数", "7"),
        row("性质", "☑国有  □民营"),
    )
    body = p("登记表") + table(2, *rows) + p("日期：2024年5月6日")
    assert doubts(FORM.extract(package(body, styles=style))) == [("单位", "placeholder")]
    assert doubts(FORM.extract(package(body))) == []


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_at_the_foot_of_the_page_is_left_over_unless_it_is_the_forms(kind: str) -> None:
    def noted(document: bytes, said: str) -> bytes:
        parts = parts_of(document)
        note = f'<w:{kind} w:id="2"><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:{kind}>'
        namespace = W[1:-1]
        parts[f"word/{kind}s.xml"] = f'<w:{kind}s xmlns:w="{namespace}">{note}</w:{kind}s>'.encode()
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        relation = f'<Relationship Id="rId9" Type="{office}/{kind}s" Target="{kind}s.xml"/></Relationships>'
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
        return package_of(parts)

    form = loaded(noted(package(p("单位：{{ 单位 | blank(8) }}")), "填写全称"))
    returned = package(p("单位：东港厂"))
    assert left(form.extract(noted(returned, "实为西港厂"), by_meaning=True)) == ["实为西港厂"]
    assert left(form.extract(noted(returned, "填写全称"), by_meaning=True)) == []


# --- found by many compositions ---

_TAGS = (
    '{{ 附件 | choices("图纸") }}图纸  {{ 附件 | choices("样品") }}样品：{{ 附件_样品 | blank(8) }}  '
    '{{ 附件 | choices("另附") }}另附：{{ 附件_另附 | blank(8) }}'
)
_WRITE_INS = loaded(package(p("登记表") + table(2, row("附件", _TAGS), row("备注", "{{ 备注 }}"))))


def enclosed(said: str) -> Result:
    return _WRITE_INS.extract(package(p("登记表") + table(2, row("附件", said), row("备注", "略"))), by_meaning=True)


def test_a_tick_that_touches_the_next_option_is_no_part_of_what_is_written_in_before() -> None:
    result = enclosed("图纸  样品：铣刀      √另附：审批表")
    assert (result.data["附件_样品"], result.data["附件_另附"]) == ("铣刀", "审批表")
    assert "另附" in result.data["附件"]
    assert {"附件", "附件_样品"} <= {path for path, _ in doubts(enclosed("图纸  样品：铣刀  √  另附：审批表"))}


def test_a_box_in_front_of_one_option_tells_of_the_others_when_ticks_stand_behind() -> None:
    result = enclosed("图纸√  □样品  □另附：☑审批 □否")
    assert "另附" not in result.data["附件"]
    assert ("附件_另附", "unclear-tick") in doubts(result)


def test_any_blank_behind_a_label_is_none_of_the_answer_beside_it() -> None:
    rows = row("项目名称：\u00a0\u00a0", "甲项目"), row("填报人：张三  电话：5566", "")
    assert _COVER.extract(package(table(2, *rows))).data == COVER


_TWO_LINES = loaded(
    package(
        p("登记表")
        + table(
            2,
            row("项目名称", "{{ 名称 }}"),
            row(cell("总体情况", "（200字以内）"), "{{ 情况 }}"),
            row("备注", "{{ 备注 }}"),
        )
    )
)


@pytest.mark.parametrize("label", ["总体情况", "总体情况："])
def test_an_answer_behind_a_label_of_two_lines_takes_none_of_them_in(label: str) -> None:
    rows = row("项目名称", "甲"), row(cell(label, "（200字以内）：进展顺利"), ""), row("备注", "略")
    result = _TWO_LINES.extract(package(p("登记表") + table(2, *rows)), by_meaning=True)
    assert result.data["情况"] in (None, "进展顺利")
    assert result.data["情况"] or "情况" in {path for path, _ in doubts(result)}
    assert (result.data["名称"], result.data["备注"]) == ("甲", "略")


@pytest.mark.parametrize("said", [f"{_HINT}{_HINT[:10]}", f"{_HINT[8:]}{_HINT}", f"{_HINT[:10]}{_HINT}"])
def test_a_hint_that_stands_there_whole_and_in_part_is_no_answer(said: str) -> None:
    assert ("简介", "ambiguous") in doubts(described(said))
    assert doubts(described(f"设备、人员和经费情况都很好。{_HINT}")) == []


@pytest.mark.parametrize("old", [RED, '<w:color w:val="A6A6A6"/>', '<w:highlight w:val="yellow"/>'])
def test_two_inks_are_doubted_in_an_answer_that_stands_by_itself_before_a_signature(old: str) -> None:
    tags = cell("{%p for 段 in 意见 | lines %}", "{{ 段 }}", "{%p endfor %}", "推荐单位（公章）：{{ 单位 | blank(8) }}")
    form = loaded(package(p("登记表") + table(2, row("意见", tags))))

    def given(*opinion: Xml) -> list[tuple[str, str]]:
        rows = row("意见", cell(p(*opinion), "推荐单位（公章）：东港厂"))
        return doubts(form.extract(package(p("登记表") + table(2, rows)), by_meaning=True))

    assert given(run(old, "不予推荐"), r("同意推荐")) == [("意见", "ambiguous")]
    assert given(r("同意推荐")) == []


@pytest.mark.parametrize("marks", ["☑☑", "□☑", "□■", "☑□"])
def test_a_second_box_between_an_option_and_what_is_written_in_may_be_the_answers(marks: str) -> None:
    doubted = {path for path, _ in doubts(enclosed(f"图纸☑  样品□：  另附{marks}审批 □否"))}
    assert {"附件", "附件_另附"} <= doubted


# --- days that are told by their look, and have another one ---

_DATED = {
    "cell": table(2, row("单位", "{{ 单位 }}"), row("日期", "{{ 日期 | date }}")),
    "signed": table(2, row("意见", cell("单位：{{ 单位 | blank(8) }}", "{{ 日期 | date }}"))),
    "opinion": table(
        2, row("意见", cell("{%p for 段 in 单位 | lines %}", "{{ 段 }}", "{%p endfor %}", "{{ 日期 | date }}"))
    ),
    "line": p("单位：{{ 单位 | blank(8) }}") + p("{{ 日期 | date }}"),
}


@pytest.mark.parametrize(
    "said", ["2024.5", "5月6日", "24.5.6", "6/5/2024", "2024 5 6", "二0二四年五月", "2024年元月", "今天"]
)
@pytest.mark.parametrize("page", _DATED)
def test_a_day_that_is_written_oddly_is_doubted_at_its_own_field_alone(page: str, said: str) -> None:
    returned = _DATED[page].replace("{%p for 段 in 单位 | lines %}", "").replace("{%p endfor %}", "")
    for tag, words in (("单位", "东港厂"), ("单位 | blank(8)", "东港厂"), ("段", "东港厂"), ("日期 | date", said)):
        returned = returned.replace(f"{{{{ {tag} }}}}", words)
    result = loaded(package(p("登记表") + _DATED[page])).extract(package(p("登记表") + returned), by_meaning=True)
    assert (doubts(result), left(result)) == ([("日期", "not-a-date")], [])
    assert result.data == {"单位": "东港厂", "日期": said}


def test_any_words_in_a_cell_that_asks_for_nothing_but_a_day_are_its_answer() -> None:
    form = loaded(package(p("登记表") + _DATED["cell"]))
    result = form.extract(package(p("登记表") + table(2, row("单位", "甲"), row("日期", "待定"))), by_meaning=True)
    assert (result.data["日期"], doubts(result), left(result)) == ("待定", [("日期", "not-a-date")], [])


# --- cells that were joined, rows that are no records, labels in other words ---

_ROWS = (
    ("单位", "{{ 单位 }}", "电话", "{{ 电话 }}"),
    ("员工总人数（人）", "{{ 人数 | integer }}", "主要产品", "{{ 产品 }}"),
)
_WIDE = loaded(
    package(p("登记表") + table(4, *(row(*cells) for cells in _ROWS)) + p("项目名称：{{ 项目 | blank(8) }}"))
)


def wide(*rows: str, line: str = "项目名称：铣床") -> Result:
    return _WIDE.extract(package(p("登记表") + table(4, *rows) + p(line)), by_meaning=True)


def test_a_cell_that_was_joined_over_two_fields_is_doubted_at_both_with_what_it_says() -> None:
    plain = row("员工总人数（人）", "7", "主要产品", "铣刀")
    across = wide(row("单位", cell("东港厂 5566", span=3)), plain)
    assert [(x.code, x.path, x.found) for x in across.problems] == [
        ("cells-joined", path, "东港厂 5566") for path in ("单位", "电话")
    ]
    top = row("单位", cell("东港厂", merge="restart"), "电话", "5566")
    down = wide(top, row("员工总人数（人）", cell("", merge="continue"), "主要产品", "铣刀"))
    assert [(x.code, x.path, x.found) for x in down.problems] == [
        ("cells-joined", path, "东港厂") for path in ("单位", "人数")
    ]
    assert ("电话", "cells-differ") in doubts(wide(row("单位", "东港厂"), plain))


_RECORDS = loaded(
    package(
        p("登记表")
        + table(
            2,
            row("名称", "数量"),
            row("{%tr for 项 in 清单 %}", ""),
            row("{{ 项.名称 }}", "{{ 项.数量 | integer }}"),
            row("{%tr endfor %}", ""),
        )
    )
)


@pytest.mark.parametrize(
    "said",
    [
        *("合计", "合  计：", "总计（元）", "小计", "平均", "Total", "示例", "填写示例", "例"),
        *("以上合计", "2项合计", "共2种", "以上共2种", "求和", "总 价", "∑"),
    ],
)
def test_a_row_of_sums_or_a_sample_is_doubted_as_a_record(said: str) -> None:
    rows = row("铣刀", "5"), row("合计铁厂", "7"), row(said, "12")
    result = _RECORDS.extract(package(p("登记表") + table(2, row("名称", "数量"), *rows)), by_meaning=True)
    assert doubts(result) == [("清单[2].名称", "no-record")]
    first = row("（示例）铣刀", "5")
    result = _RECORDS.extract(package(p("登记表") + table(2, row("名称", "数量"), first)), by_meaning=True)
    assert doubts(result) == [("清单[0].名称", "placeholder")]


_ITEMS = loaded(
    package(
        p("登记表")
        + table(
            3,
            row("名称", "型号", "数量"),
            row(cell("{%tr for 项 in 清单 %}", span=3)),
            row("{{ 项.名称 }}", "{{ 项.型号 }}", "{{ 项.数量 | number }}"),
            row(cell("{%tr endfor %}", span=3)),
        )
    )
)


def items(*rows: Xml) -> list[tuple[str, str]]:
    return doubts(_ITEMS.extract(package(p("登记表") + table(3, row("名称", "型号", "数量"), *rows)), by_meaning=True))


def test_a_row_of_sums_is_doubted_without_its_label_and_with_one_over_two_cells() -> None:
    first, second = row("铣刀", "M1", "5.1"), row("刨刀", "M2", "7.2")
    assert items(first, second, row("", "", "12.3")) == [("清单[2].数量", "no-record")]
    assert items(first, second, row("合", "计", "12.3")) == [("清单[2].名称", "no-record")]
    assert items(row("铣刀", "M1", "5"), row("合", "计", "5")) == [("清单[1].名称", "no-record")]
    summed = items(row("铣刀", "M1", "7"), row("刨刀", "M2", "1.500"), row("", "", "8.5"))
    assert summed[0][0] == "清单[1].数量"  # a doubt on another record is none on this one
    assert ("清单[2].数量", "no-record") in summed


def test_what_only_may_be_a_sum_is_a_record() -> None:
    first, second = row("铣刀", "M1", "5"), row("刨刀", "M2", "7")
    assert items(first, second, row("", "", "13")) == []
    assert items(first, second, row("铁锤", "", "12")) == []
    assert items(row("铣刀", "M1", "12"), row("", "", "12")) == []
    assert items(row("", "", "5"), row("", "", "7"), row("", "", "12")) == []


@pytest.mark.parametrize(
    "label", ["职工数", "从业人员数量（人）", cell("从业", "人员数量"), cell("单位的", "员工", "情况")]
)
def test_a_label_in_other_words_is_one_doubt_where_only_one_row_can_be_meant(label: str) -> None:
    rows = row("单位", "东港厂", "电话", "5566"), row(label, "7", "产品（主要的）", "铣刀")
    result = wide(*rows)
    assert (result.data["人数"], result.data["产品"], left(result)) == (7, "铣刀", [])
    assert {*doubts(result)} == {("人数", "label-altered"), ("产品", "label-altered")}


@pytest.mark.parametrize("label", ["课题名称", "项目的全称", "名 称"])
def test_a_line_whose_label_has_other_words_is_read_with_a_doubt(label: str) -> None:
    rows = row("单位", "东港厂", "电话", "5566"), row("员工总人数（人）", "7", "主要产品", "铣刀")
    result = wide(*rows, line=f"{label}：铣床")
    assert (result.data["项目"], doubts(result), left(result)) == ("铣床", [("项目", "label-altered")], [])
    other = wide(*rows, line="备注：无")
    assert (other.data["项目"], doubts(other), left(other)) == (None, [("项目", "place-missing")], ["备注：无"])


# --- looks ---


def test_most_options_that_look_otherwise_may_have_been_chosen() -> None:
    tags = "  ".join(f'{{{{ 用途 | choices("{name}") }}}}{name}' for name in ("教学", "科研", "生产"))
    form = loaded(package(p("登记表") + table(2, row("用途", tags))))
    said = p(run(RED, "□教学"), run("", "  "), run(RED, "□科研"), run("", "  □生产"))
    result = form.extract(package(p("登记表") + table(2, row("用途", cell(said)))), by_meaning=True)
    assert {x.expected for x in result.problems if x.code == "looks-chosen"} == {"教学", "科研"}


def test_two_sizes_of_digits_may_be_two_numbers() -> None:
    assert doubts(read(count=runs(run('<w:sz w:val="44"/>', "12"), run("", "15")))) == [("件数", "ambiguous")]
    assert doubts(read(count=runs(run('<w:sz w:val="21"/>', "12"), run("", "15")))) == []


@pytest.mark.parametrize(
    "unseen",
    [
        '<w:w w:val="1"/>',
        '<w:shd w:val="solid" w:color="000000" w:fill="auto"/>',
        '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
    ],
)
def test_what_a_style_hides_in_whatever_way_is_no_digit(unseen: str) -> None:
    style = f'<w:style w:type="character" w:styleId="X"><w:name w:val="X"/><w:rPr>{unseen}</w:rPr></w:style>'
    count = cell(p(run('<w:rStyle w:val="X"/>', "40"), run("", "7")))
    rows = row("单位", "东港厂"), row("件数", count), row("性质", "☑国有  □民营")
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日"), styles=style))
    assert (result.data["件数"], left(result)) == (7, ["40"])


@pytest.mark.parametrize("height", [1, 20])
def test_what_stands_in_a_row_or_line_without_height_is_no_answer(height: int) -> None:
    exact = f'<w:trHeight w:val="{height}" w:hRule="exact"/>'
    flat = row("单位", "西港厂").replace("<w:tr>", f"<w:tr><w:trPr>{exact}</w:trPr>")
    rows = Xml(flat), row("件数", "7"), row("性质", "☑国有  □民营")
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert result.data["单位"] is None and "西港厂" in left(result)
    line = f'<w:spacing w:line="{height}" w:lineRule="exact"/>'
    name = Xml(f"<w:p><w:pPr>{line}</w:pPr>{r('西港厂')}</w:p>")
    rows = row("单位", cell(name, p("东港厂"))), row("件数", "7"), row("性质", "☑国有  □民营")
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert (result.data["单位"], left(result)) == ("东港厂", ["西港厂"])


@pytest.mark.parametrize(
    "said", ["□国有  □民营⏎选民营", "□国有  □民营，以民营为准", "□国有（以前是）  □民营  现为股份制"]
)
def test_words_beside_options_of_which_none_is_ticked_may_be_the_answer(said: str) -> None:
    assert ("性质", "unclear-tick") in doubts(read(nature=said))
    ticked = read(nature=said.replace("□民营", "☑民营"))
    assert ticked.data["性质"] == "民营" and left(ticked)


# --- numbers that a list draws ---


_IN_A_LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
_LISTING = f'<w:style w:type="paragraph" w:styleId="a1"><w:pPr>{_IN_A_LIST}</w:pPr></w:style>'
_STYLED = '<w:style w:type="paragraph" w:styleId="a2"><w:basedOn w:val="a1"/></w:style>'


def counted(
    said: str,
    drawn: str,
    gap: str = "tab",
    kind: str = "decimal",
    printed: bool = False,
    own: str = _IN_A_LIST,
    changed: str = "",
    linked: str = "",
) -> Result:
    """A count in a paragraph of a list that draws `drawn` before it; `printed` tells that the form's is one, too.

    `own` are the properties by which the paragraph is in the list, `changed` what its list draws instead, and
    `linked` the style of lists by which its list is told what to draw.
    """
    other = f'<w:lvlOverride w:ilvl="0">{_level_of_list(changed, gap, kind)}</w:lvlOverride>' if changed else ""
    told = _level_of_list(drawn, gap, kind)
    if linked:
        named = f'<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="{linked}"/>{told}</w:abstractNum>'
        told = '<w:numStyleLink w:val="a3"/></w:abstractNum>' + named.removesuffix("</w:abstractNum>")
    lists = (
        f'<w:abstractNum w:abstractNumId="1">{told}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/>{other}</w:num>'
    )

    def listed(text: str, is_one: bool) -> bytes:
        count = Xml(f"<w:p><w:pPr>{own if is_one else ''}</w:pPr>{r(text) if text else ''}</w:p>")
        rows = table(2, row("件数", cell(count)), row("单位", "甲厂"))
        return package(p("登记表") + rows, styles=_LISTING + _STYLED, lists=lists)

    return loaded(listed("{{ 件数 | integer }}", printed)).extract(listed(said, True), by_meaning=True)


def _level_of_list(drawn: str, gap: str, kind: str) -> str:
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{drawn}"/></w:lvl>'
    )


@pytest.mark.parametrize(
    ("drawn", "gap"), [("%1", "tab"), ("%1", "space"), ("%1", "nothing"), ("%1.", "nothing"), ("(1)-%1", "nothing")]
)
def test_a_number_of_a_list_that_looks_like_digits_of_the_answer_is_doubted(drawn: str, gap: str) -> None:
    result = counted("356", drawn, gap)
    assert (result.data["件数"], doubts(result)) == (356, [("件数", "look-here")])


@pytest.mark.parametrize("own", ['<w:pStyle w:val="a1"/>', '<w:pStyle w:val="a2"/>'])
def test_a_number_of_a_list_that_a_style_gives_is_seen(own: str) -> None:
    assert doubts(counted("356", "%1", "nothing", own=own)) == [("件数", "look-here")]
    assert doubts(counted("", "%1.", own=own)) == [("件数", "look-here")]
    assert doubts(counted("356", "%1", "nothing", own=own + '<w:numPr><w:numId w:val="0"/></w:numPr>')) == []


def test_a_list_may_draw_other_numbers_than_those_it_was_made_from() -> None:
    assert doubts(counted("356", "（%1）", "nothing", changed="%1")) == [("件数", "look-here")]
    assert doubts(counted("356", "%1", "nothing", changed="（%1）")) == []


def test_a_list_may_be_told_what_to_draw_by_a_style_of_lists() -> None:
    assert doubts(counted("356", "%1", "nothing", linked="a3")) == [("件数", "look-here")]
    assert doubts(counted("356", "（%1）", "nothing", linked="a3")) == []
    assert doubts(counted("356", "%1", "nothing", linked="a4")) == []


def test_a_number_of_a_list_alone_in_its_place_is_doubted() -> None:
    assert doubts(counted("", "%1.")) == [("件数", "look-here")]


@pytest.mark.parametrize(
    ("drawn", "gap", "kind", "printed"),
    [
        ("%1.", "tab", "decimal", False),
        ("%1、", "nothing", "decimal", False),
        ("（%1）", "nothing", "decimal", False),
        ("%1", "tab", "chineseCounting", False),
        ("", "nothing", "decimal", False),
        ("%1", "tab", "decimal", True),
    ],
)
def test_a_number_of_a_list_that_stands_apart_or_is_the_form_s_is_none(
    drawn: str, gap: str, kind: str, printed: bool
) -> None:
    result = counted("356", drawn, gap, kind, printed)
    assert (result.data["件数"], doubts(result)) == (356, [])


def test_what_is_hidden_on_web_pages_alone_is_seen_on_the_page() -> None:
    result = read(count=runs(run("<w:webHidden/>", "35"), run("", "6")))
    assert (result.data["件数"], doubts(result)) == (356, [])


@pytest.mark.parametrize(("said", "other"), [("国有√民营", "国有"), ("是✓ 否", "是"), ("男 √ / 女", "男")])
def test_a_tick_within_a_text_chooses_a_part_of_it(said: str, other: str) -> None:
    result = read(unit=said)
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "单位", other)]


@pytest.mark.parametrize("said", ["☑完成\n未完成", "√ 已完成\n√ 已验收", "东港√厂" * 20])
def test_ticks_of_a_list_or_in_a_long_text_choose_nothing(said: str) -> None:
    result = read(unit=said.replace("\n", "⏎"))
    assert (result.data["单位"], doubts(result)) == (said, [])
