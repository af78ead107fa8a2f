"""What a reader of the page takes for a choice or a change, though no word says so: each sentence was silent once.

An option in another font than its fellows, two names of two sizes in one answer, letters on one another,
a comment that corrects, a list that nobody opened, a name below an opinion: a doubt, and none where the
form itself prints it so.
"""

from __future__ import annotations

import pytest

from docfill.extract import Result
from docfill.kinds import KINDS
from tests.disturb import W, package_of, parts_of
from tests.small_form import Xml, cell, loaded, p, package, r, row, table
from tests.test_sight import FORM, doubts, drawn, read, run, runs

_BLACK, _LETTERS = '<w:rFonts w:eastAsia="黑体"/>', '<w:rFonts w:ascii="Courier New"/>'
FACES = (_BLACK, '<w:w w:val="150"/>', '<w:spacing w:val="60"/>', "<w:smallCaps/>", "<w:caps/>")


def standing(*nature: str) -> Result:
    """A return whose options stand in these paragraphs."""
    rows = row("单位", "东港厂"), row("件数", "7"), row("性质", cell(*nature))
    return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))


def laid(properties: str, text: str) -> Xml:
    """A paragraph with properties of its own."""
    return Xml(f"<w:p><w:pPr>{properties}</w:pPr>{r(text)}</w:p>")


# --- options ---


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("first", [True, False])
def test_the_option_whose_letters_are_drawn_otherwise_is_named(face: str, first: bool) -> None:
    one, other = run(face, "□国有  "), run("", "□民营")
    result = read(nature=runs(one, other) if first else runs(run("", "□国有  "), run(face, "□民营")))
    assert result.data["性质"] is None
    assert [(x.code, x.expected) for x in result.problems] == [("looks-chosen", "国有" if first else "民营")]


@pytest.mark.parametrize(
    "face",
    [
        '<w:rFonts w:eastAsia="宋体"/>',
        '<w:rFonts w:eastAsia="SimSun"/>',
        '<w:rFonts w:eastAsiaTheme="minorEastAsia"/>',
        '<w:rFonts w:hint="eastAsia"/>',
        _LETTERS,
        '<w:w w:val="105"/>',
        '<w:spacing w:val="10"/>',
    ],
)
def test_letters_that_are_drawn_as_the_others_choose_nothing(face: str) -> None:
    assert doubts(read(nature=runs(run("", "□国有  "), run(face, "□民营")))) == []


def test_of_two_fonts_the_one_that_the_form_does_not_print_tells_the_option() -> None:
    tag = '{{{{ 性质 | choice("{0}") }}}}{0}  '.format
    song = '<w:rFonts w:eastAsia="仿宋"/>'
    tags = cell(p(run(song, tag("国有")), run(song, tag("民营"))))
    form = loaded(package(p("登记表") + table(2, row("性质", tags))))
    for first in (True, False):
        options = run(_BLACK if first else song, "□国有  "), run(song if first else _BLACK, "□民营")
        result = form.extract(package(p("登记表") + table(2, row("性质", cell(p(*options))))), by_meaning=True)
        assert [(x.code, x.expected) for x in result.problems] == [("looks-chosen", "国有" if first else "民营")]


def test_options_that_the_form_prints_in_two_fonts_are_not_chosen_by_that() -> None:
    tag = '{{{{ 性质 | choice("{0}") }}}}{0}  '.format
    tags = cell(p(run("", tag("国有")), run(_BLACK, tag("民营"))))
    form = loaded(package(p("登记表") + table(2, row("性质", tags), row("备注", "{{ 备注 }}"))))
    options = cell(p(run("", "□国有  "), run(_BLACK, "□民营")))
    assert doubts(form.extract(package(p("登记表") + table(2, row("性质", options), row("备注", "略"))))) == []


@pytest.mark.parametrize(
    "properties",
    [
        '<w:pBdr><w:top w:val="single"/></w:pBdr>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
        '<w:framePr w:w="2000" w:wrap="around"/>',
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>',
    ],
)
def test_the_option_whose_paragraph_looks_otherwise_is_named(properties: str) -> None:
    result = standing(p("□国有"), laid(properties, "□民营"))
    assert [(x.code, x.expected) for x in result.problems] == [("looks-chosen", "民营")]
    assert doubts(standing(laid(properties, "□国有"), laid(properties, "□民营"))) == []


def test_the_option_whose_cell_is_coloured_is_named() -> None:
    tags = ('{{ 性质 | choice("国有") }}国有', '{{ 性质 | choice("民营") }}民营')
    form = loaded(package(p("登记表") + table(3, row("性质", *tags), row("备注", cell("{{ 备注 }}", span=2)))))
    shade = '<w:tcPr><w:shd w:val="clear" w:fill="FFFF00"/>'
    coloured = Xml(cell("□民营").replace("<w:tcPr>", shade))

    def given(last: str) -> Result:
        rows = row("性质", "□国有", last), row("备注", cell("略", span=2))
        return form.extract(package(p("登记表") + table(3, *rows)))

    assert [(x.code, x.expected) for x in given(coloured).problems] == [("looks-chosen", "民营")]
    assert doubts(given("□民营")) == []


# --- texts ---


@pytest.mark.parametrize("look", ['<w:sz w:val="44"/>', '<w:bdr w:val="single"/>', '<w:em w:val="dot"/>'])
def test_two_names_of_two_looks_are_doubted(look: str) -> None:
    assert doubts(read(unit=runs(run(look, "西港旧厂"), run("", "东港厂")))) == [("单位", "ambiguous")]
    assert doubts(read(unit=run(look, "西港旧厂东港厂"))) == []


@pytest.mark.parametrize("look", [_LETTERS, '<w:spacing w:val="60"/>', '<w:w w:val="200"/>'])
def test_digits_that_are_drawn_otherwise_may_be_of_another_number(look: str) -> None:
    assert doubts(read(count=runs(run(look, "12"), run("", "15")))) == [("件数", "ambiguous")]
    assert doubts(read(count=run(look, "1215"))) == []
    assert doubts(read(count=runs(run(_BLACK, "12"), run("", "15")))) == []  # it draws no digits


@pytest.mark.parametrize("said", ["东港厂☑", "东港厂 √", "东港厂　×", "☑东港厂", "东港厂□", "东港厂✔️"])
def test_a_mark_at_a_text_outside_of_options_is_no_part_of_it_unsaid(said: str) -> None:
    result = read(unit=said)
    assert [(x.code, x.path, x.expected) for x in result.problems] == [("ambiguous", "单位", "东港厂")]


@pytest.mark.parametrize("said", ["√", "□国有", "东港○厂", "3×5平方米", "“□”牌东港厂", "〇一〇厂"])
def test_a_mark_that_is_an_answer_or_stands_among_its_words_is_a_part_of_it(said: str) -> None:
    result = read(unit=said)
    assert (result.data["单位"], doubts(result)) == (said, [])


_ONE_CELL = package(p("登记表") + table(2, row("单位", "{{ 单位 }}"), row("税收", "{{ 税收 | number }}万元")))


@pytest.mark.parametrize(("lines", "other"), [(("206", "237万元"), "206"), (("206万元", "237"), "237")])
def test_a_number_on_a_line_of_its_own_beside_one_may_be_the_answer(lines: tuple[str, ...], other: str) -> None:
    given = package(p("登记表") + table(2, row("单位", "东港厂"), row("税收", cell(*lines))))
    result = loaded(_ONE_CELL).extract(given, by_meaning=True)
    assert [(x.code, x.path, x.found) for x in result.problems] == [("extra-lines", "税收", other)]
    noted = package(p("登记表") + table(2, row("单位", "东港厂"), row("税收", cell("206万元", "见附表"))))
    assert doubts(loaded(_ONE_CELL).extract(noted, by_meaning=True)) == []


_STYLE = '<w:style w:type="character" w:styleId="X"><w:name w:val="X"/><w:rPr>{}</w:rPr></w:style>'


@pytest.mark.parametrize("look", ['<w:spacing w:val="-200"/>', '<w:position w:val="48"/>', '<w:position w:val="-48"/>'])
def test_what_can_hardly_be_made_out_is_doubted_also_by_a_style(look: str) -> None:
    assert doubts(read(count=run(look, "1215"))) == [("件数", "look-here")]
    assert doubts(read(count=run(look, " 1215\u3000 "))) == [("件数", "look-here")]
    assert doubts(read(count=run(look, "__1215___"))) == [("件数", "look-here")]
    cells = row("单位", "甲"), row("件数", "7"), row("性质", "☑国有  □民营")
    whole = p("登记表") + table(2, *cells) + p(run(look, "日期：2024年5月6日"))
    assert doubts(FORM.extract(package(whole))) == [("日期", "look-here")]  # its label is no part of the answer
    rows = row("单位", "甲"), row("件数", cell(p(run('<w:rStyle w:val="X"/>', "1215")))), row("性质", "☑国有  □民营")
    body = p("登记表") + table(2, *rows) + p("日期：2024年5月6日")
    assert doubts(FORM.extract(package(body, styles=_STYLE.format(look)))) == [("件数", "look-here")]
    assert doubts(FORM.extract(package(body))) == []


def test_letters_on_one_another_are_doubted_where_each_is_a_run_of_its_own() -> None:
    tight = '<w:spacing w:val="-900"/>'
    assert doubts(read(unit=runs(*(run(tight, letter) for letter in "东港厂")))) == [("单位", "look-here")]
    assert doubts(read(unit=run(tight, "东"))) == []  # nothing follows that it could lie on


@pytest.mark.parametrize("look", ['<w:spacing w:val="-20"/>', '<w:spacing w:val="100"/>', '<w:position w:val="6"/>'])
def test_letters_that_are_set_a_little_closer_or_higher_are_read(look: str) -> None:
    assert doubts(read(count=run(look, "1215"))) == []


@pytest.mark.parametrize("side", ["tl2br", "tr2bl"])
def test_an_answer_in_a_cell_that_is_crossed_out_is_doubted(side: str) -> None:
    crossed = f'<w:tcPr><w:tcBorders><w:{side} w:val="single"/></w:tcBorders>'

    def given(unit: str) -> list[tuple[str, str]]:
        rows = (
            row("单位", Xml(cell(unit).replace("<w:tcPr>", crossed))),
            row("件数", "7"),
            row("性质", "☑国有  □民营"),
        )
        return doubts(FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日"))))

    assert given("东港厂") == [("单位", "look-here")]
    assert given("") == []


def test_an_answer_behind_its_label_is_doubted_where_its_own_cell_is_crossed_out() -> None:
    crossed = '<w:tcBorders><w:tl2br w:val="single"/></w:tcBorders>'

    def given(borders: str) -> Result:
        beside = Xml(cell("").replace("<w:tcPr>", f"<w:tcPr>{borders}"))
        rows = row("单位：东港厂", beside), row("件数", "7"), row("性质", "☑国有  □民营")
        return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))

    assert given("").data["单位"] == "东港厂" and not given("").problems
    assert [code for path, code in doubts(given(crossed)) if path == "单位"] == ["label-altered"]


# --- comments ---


def remarked(document: bytes, said: str) -> bytes:
    """A document whose comment 3 says this."""
    parts = parts_of(document)
    note = f'<w:comment w:id="3" w:author="审"><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:comment>'
    parts["word/comments.xml"] = f'<w:comments xmlns:w="{W[1:-1]}">{note}</w:comments>'.encode()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rId9" Type="{office}/comments" Target="comments.xml"/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    return package_of(parts)


_COMMENT = Xml('<w:r><w:commentReference w:id="3"/></w:r>')


def commented(said: str, count: str = "26", nature: str = "☑国有  □民营") -> list[tuple[str, str]]:
    """What is doubted of a return with this comment on its number and on its choice."""
    rows = row("单位", "东港厂"), row("件数", cell(p(count, _COMMENT))), row("性质", cell(p(nature, _COMMENT)))
    document = package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日"))
    return doubts(FORM.extract(remarked(document, said)))


@pytest.mark.parametrize("said", ["应为62", "should be 62", "改为 62，民营", "这里填错了", "不对", "→62", "作废"])
def test_a_comment_that_corrects_an_answer_is_another_answer(said: str) -> None:
    assert commented(said) == [("件数", "ambiguous"), ("性质", "ambiguous")]


@pytest.mark.parametrize(("said", "path"), [("62", "件数"), ("62 件", "件数"), ("民营", "性质")])
def test_a_comment_that_is_nothing_but_another_answer_is_one(said: str, path: str) -> None:
    assert commented(said) == [(path, "ambiguous")]


@pytest.mark.parametrize("said", ["请核实", "已核对", "数据来自2023年年报", "26", "国有", "如实填写", ""])
def test_a_comment_that_corrects_nothing_is_none(said: str) -> None:
    assert commented(said) == []


# --- lists that nobody opened ---


@pytest.mark.parametrize("entry", ["东港厂", "__东港厂___"])
@pytest.mark.parametrize(
    ("name", "state", "doubted"),
    [
        ("单位", "", True),
        ("单位", '<w:result w:val="0"/>', False),
        ("__Fieldmark__25_28", '<w:result w:val="0"/>', True),  # LibreOffice says so of a list that nobody opened
        ("__Fieldmark__25_28", '<w:default w:val="0"/>', False),
    ],
)
def test_the_first_entry_of_a_list_that_nobody_opened_is_doubted(
    name: str, state: str, doubted: bool, entry: str
) -> None:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}">{{}}</w:fldChar></w:r>' for kind in ("begin", "separate", "end")]
    entries = f'<w:listEntry w:val="{entry}"/><w:listEntry w:val="西港厂"/>'
    begin = marks[0].format(f'<w:ffData><w:name w:val="{name}"/><w:ddList>{state}{entries}</w:ddList></w:ffData>')
    result = read(unit=Xml(begin + "<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>" + marks[2].format("")))
    assert result.data["单位"] == "东港厂"
    assert doubts(result) == ([("单位", "look-here")] if doubted else [])


# --- zeros, and names below an opinion ---


@pytest.mark.parametrize(("said", "value"), [("0062", 62), ("062件", 62), ("００６２", 62), ("000", 0), ("-007", -7)])
@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_number_with_zeros_in_front_may_be_a_code(kind: str, said: str, value: int) -> None:
    reading = KINDS[kind].parse(said, "件")
    assert (reading.value, reading.problem) == (value, "approximate")


@pytest.mark.parametrize(("said", "value"), [("0", 0), ("08", 8), ("0.5", 0.5), ("100", 100), ("1,002", 1002)])
def test_a_number_as_people_write_it_is_no_code(said: str, value: float) -> None:
    reading = KINDS["number"].parse(said)
    assert (reading.value, reading.problem) == (value, "")


_PARAGRAPHS = cell("{%p for 段 in 意见 | lines %}", "{{ 段 }}", "{%p endfor %}")
_OPINION = loaded(package(p("登记表") + table(2, row("意见", _PARAGRAPHS), row("备注", "{{ 备注 }}"))))


def opinion(*lines: str) -> Result:
    rows = row("意见", cell(*lines)), row("备注", "略")
    return _OPINION.extract(package(p("登记表") + table(2, *rows)), by_meaning=True)


@pytest.mark.parametrize(
    "lines",
    [
        ("同意推荐。", "张三"),
        ("同意", "张 三"),
        ("情况属实。      李四光",),
        ("情况属实", "李四光  2024年5月6日"),
        ("准予备案。", "2024年5月6日"),
        ("同意。", "（公章）"),
        ("同意。", "（ 盖章 ）"),
        ("同意。", "（印鉴）"),
        ("同意。⏎欧阳修",),
        ("Approved.", "John Smith"),
    ],
)
def test_a_bare_name_or_day_below_an_opinion_is_doubted_as_its_signature(lines: tuple[str, ...]) -> None:
    (doubt,) = opinion(*lines).problems
    assert (doubt.code, doubt.path) == ("ambiguous", "意见")
    assert doubt.expected in ("同意推荐。", "同意", "情况属实。", "情况属实", "准予备案。", "同意。", "Approved.")


@pytest.mark.parametrize(
    "lines",
    [("情况属实。", "同意"), ("张三", "李四"), ("成员如下：", "张三", "李四"), ("已核对。", "方案可行"), ("同意。",)],
)
def test_what_ends_an_answer_and_is_no_signature_is_part_of_it(lines: tuple[str, ...]) -> None:
    result = opinion(*lines)
    assert (result.data["意见"], doubts(result)) == ("\n".join(lines), [])


# --- marks ---


@pytest.mark.parametrize("nature", ["☑国有×  □民营", "☑国有 ×  □民营", "×☑国有  □民营", "□国有  ☑", "□国有■"])
def test_a_tick_that_is_crossed_out_or_of_a_deleted_option_is_doubted(nature: str) -> None:
    assert ("性质", "unclear-tick") in doubts(read(nature=nature))


@pytest.mark.parametrize("nature", ["☑国有  ×民营", "☑国有  □", "☑国有", "√国有  ×民营"])
def test_a_cross_at_another_option_and_an_empty_box_take_nothing_away(nature: str) -> None:
    result = read(nature=nature)
    assert (result.data["性质"], doubts(result)) == ("国有", [])


_NAMES = ("图纸", "样品", "其他")
_WRITTEN_IN = loaded(
    package(
        p("登记表")
        + table(
            2,
            row("附件", cell(*(f'{{{{ 附件 | choices("{x}") }}}}{x}：{{{{ 附件_{x} | blank(8) }}}}' for x in _NAMES))),
            row("备注", "{{ 备注 }}"),
        )
    )
)


@pytest.mark.parametrize("box", ["口", "o", "D", "?", "日"])
@pytest.mark.parametrize("gap", ["\n", "  ", ""])
def test_a_box_that_nobody_can_read_is_no_part_of_what_is_written_in_before_it(box: str, gap: str) -> None:
    lines = gap.join(("√图纸：甲厂图", f"{box}样品：铣刀", f"{box}其他：丙")).split("\n")
    result = _WRITTEN_IN.extract(package(p("登记表") + table(2, row("附件", cell(*lines)), row("备注", "略"))))
    assert {"附件", "附件_图纸", "附件_样品"} <= {path for path, _ in doubts(result)}
    clean = gap.join(("√图纸：甲厂图", "□样品：铣刀", "□其他：丙")).split("\n")
    result = _WRITTEN_IN.extract(package(p("登记表") + table(2, row("附件", cell(*clean)), row("备注", "略"))))
    assert (result.data["附件_图纸"], result.data["附件_样品"]) == ("甲厂图", "铣刀")
    assert doubts(result) == [("附件_样品", "write-in-unticked"), ("附件_其他", "write-in-unticked")]


_HINT = "包括总体情况、主导产业、政策实施情况等内容"
_ASKED = cell("{%p for 段 in 简介 | lines %}", "{{ 段 }}", "{%p else %}", _HINT, "{%p endfor %}")


@pytest.mark.parametrize("said", [f"进展顺利。{_HINT[:9]}", f"进展顺利。{_HINT[:16]}"])
def test_half_a_hint_without_brackets_behind_an_answer_is_doubted(said: str) -> None:
    form = loaded(package(p("登记表") + table(2, row("简介", _ASKED))))
    given = package(p("登记表") + table(2, row("简介", said)))
    assert ("简介", "ambiguous") in doubts(form.extract(given, by_meaning=True))


def test_the_blank_of_a_day_beside_options_that_no_tag_names_says_nothing_of_them() -> None:
    tags = '{{ 审核 | choice("同意") }}同意 {{ 审核 | choice("不同意") }}不同意  日期：____年__月__日'
    form = loaded(package(p("登记表") + table(2, row("审核", tags), row("备注", "{{ 备注 }}"))))

    def given(day: str) -> Result:
        rows = row("审核", f"□同意 □不同意  日期：{day}"), row("备注", "略")
        return form.extract(package(p("登记表") + table(2, *rows)), by_meaning=True)

    assert doubts(given("____年__月__日")) == []
    signed = given("2024年5月6日")
    assert (doubts(signed), [x.text for x in signed.leftovers]) == ([], ["2024年5月6日"])


# --- off the page ---


_HIDDEN_BOX = '<v:shape style="{}"><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape>'


@pytest.mark.parametrize("style", ["visibility:hidden", "position:absolute;margin-left:-3000pt;margin-top:2pt"])
def test_a_text_box_that_is_hidden_or_off_the_page_is_no_answer(style: str) -> None:
    result = read(unit=drawn(_HIDDEN_BOX.format(style, p("西港厂"))))
    assert (result.data["单位"], [x.text for x in result.leftovers]) == (None, ["西港厂"])
    shown = read(unit=drawn(_HIDDEN_BOX.format("position:absolute;margin-left:30pt", p("东港厂"))))
    assert (shown.data["单位"], doubts(shown)) == ("东港厂", [])


@pytest.mark.parametrize(("indent", "unit"), [(-20000, "东港厂"), (-300, "西港厂\n东港厂")])
def test_a_line_that_begins_off_the_page_is_no_answer(indent: int, unit: str) -> None:
    lines = cell(laid(f'<w:ind w:left="{indent}"/>', "西港厂"), p("东港厂"))
    rows = row("单位", lines), row("件数", "7"), row("性质", "☑国有  □民营")
    result = FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：2024年5月6日")))
    assert result.data["单位"] == unit


@pytest.mark.parametrize("below", ["2024年5月6日", "（盖章）", "（ 公章 ）", "（印鉴）"])
def test_a_day_or_a_seal_above_a_signature_is_told_once(below: str) -> None:
    def laid_out(*lines: str) -> bytes:
        return package(p("登记表") + table(2, row("意见", cell(*map(p, lines)))))

    form = loaded(laid_out("{{ 意见 }}", "签字：________  年  月  日"))
    result = form.extract(laid_out("同意。", below, "签字：________  年  月  日"))
    assert doubts(result) == [("意见", "ambiguous")]
