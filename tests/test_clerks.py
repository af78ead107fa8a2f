"""What people do beside an answer so that the page says another one than its words, and what is plain all the same."""

from __future__ import annotations

import pytest

from docfill.extract import Result
from tests.disturb import W, package_of, parts_of
from tests.small_form import Xml, cell, loaded, p, package, r, row, table
from tests.test_sight import FORM, doubts, read, runs

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DAY = "2024年5月6日"
_OPTIONS = loaded(
    package(
        p("登记表")
        + table(
            2,
            row(
                "附件",
                '{{ 附件 | choices("图纸") }}图纸  {{ 附件 | choices("样品") }}样品  '
                '{{ 附件 | choices("另附") }}另附：{{ 附件_另附 | blank(8) }}',
            ),
            row("性质", '{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营'),
        )
    )
)
_LIST = loaded(
    package(
        p("设备表")
        + table(
            3,
            row("名称", "数量", "备注"),
            row(cell("{%tr for 行 in 设备 %}", span=3)),
            row("{{ 行.名称 }}", "{{ 行.数量 | integer }}", "{{ 行.备注 }}"),
            row(cell("{%tr endfor %}", span=3)),
        )
    )
)


def field(code: str, result: str, attributes: str = "") -> Xml:
    """A complex field."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{t}"{{}}/></w:r>' for t in ("begin", "separate", "end"))
    code = f"<w:r><w:instrText> {code} </w:instrText></w:r>"
    return Xml(begin.format(attributes) + code + separate.format("") + r(result) + end.format(""))


def remarked(kind: str, said: str, shown: str) -> Result:
    """The form with a remark (a comment, a note) on its number."""
    given = table(
        2,
        row("单位", "东港厂"),
        row(p("件数"), cell(p(r(shown), Xml(f'<w:r><w:{kind}Reference w:id="2"/></w:r>')))),
        row("性质", "□国有  □民营"),
    )
    parts = parts_of(package(p("登记表") + given + p("日期：", _DAY)))
    remark = f'<w:{kind} w:id="2"><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:{kind}>'
    parts[f"word/{kind}s.xml"] = f'<w:{kind}s xmlns:w="{W[1:-1]}">{remark}</w:{kind}s>'.encode()
    relation = f'<Relationship Id="rId9" Type="{_OFFICE}/{kind}s" Target="{kind}s.xml"/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    return FORM.extract(package_of(parts), by_meaning=True)


def chosen(files: str = "□图纸  □样品  □另附：        ", nature: str = "□国有  □民营") -> Result:
    """The form of options."""
    given = table(2, row("附件", files), row("性质", nature))
    return _OPTIONS.extract(package(p("登记表") + given), by_meaning=True)


# --- fields ---


@pytest.mark.parametrize("code", ['DATE \\@ "yyyy年M月d日"', "TIME"])
def test_a_day_that_changes_whenever_the_file_is_opened_is_doubted(code: str) -> None:
    simple = Xml(f"<w:fldSimple w:instr='{code}'>{r(_DAY)}</w:fldSimple>")
    for drawn in (field(code, _DAY), simple):
        result = read(date=runs(drawn))
        assert (result.data["日期"], doubts(result)) == ("2024-05-06", [("日期", "recomputed")])


def test_a_day_in_a_locked_field_and_one_that_only_stands_beside_such_a_field_are_what_they_are() -> None:
    assert doubts(read(date=runs(field("DATE", _DAY, ' w:fldLock="1"')))) == []
    assert doubts(read(date=runs(field("CREATEDATE", _DAY)))) == []


_SAVED = b"<Properties><Application>LibreOffice/7.4</Application></Properties>"


@pytest.mark.parametrize(
    ("code", "shown", "by_office", "by_word"),
    [
        ("NUMPAGES", "2024年5月6日", True, False),
        ("SAVEDATE", _DAY, True, False),
        ("SAVEDATE", "", True, False),
        ("TITLE", "", True, False),
        ("DOCPROPERTY 日期", "", True, False),
        ("CREATEDATE", _DAY, True, False),
        ("TITLE", _DAY, False, False),
        ("SEQ a", _DAY, False, False),
        ("FORMTEXT", "", False, False),
    ],
)
def test_what_libreoffice_works_out_anew_is_doubted_where_it_saved_the_file(
    code: str, shown: str, by_office: bool, by_word: bool
) -> None:
    for drawn in (field(code, shown), Xml(f'<w:fldSimple w:instr="{code}">{r(shown)}</w:fldSimple>')):
        line = p("日期：", drawn)
        form = loaded(package(p("登记表") + p("日期：{{ 日期 | date }}") + p("完")))
        document = package(p("登记表") + line + p("完"))
        saved = package_of({**parts_of(document), "docProps/app.xml": _SAVED})
        for given, is_doubted in ((saved, by_office), (document, by_word)):
            codes = [x.code for x in form.extract(given, by_meaning=True).problems if x.code != "store-differs"]
            assert codes == (["recomputed"] if is_doubted else []), (given is saved, code)


# --- remarks ---


@pytest.mark.parametrize("kind", ["comment", "footnote", "endnote"])
@pytest.mark.parametrize(
    "said",
    [
        *("应为403", "更正为403", "调整为403", "变更为403", "修改：403", "此处填403", "按最新数据403", "403才对"),
        *("删", "？", "少了一个0", "减3", "重复计算了", "单位是亿元", "403"),
    ],
)
def test_a_remark_that_says_another_number_is_a_doubt(kind: str, said: str) -> None:
    assert ("件数", "ambiguous") in doubts(remarked(kind, said, "356"))


@pytest.mark.parametrize("said", ["请核实", "已核对", "数据来源：统计局", "截至2023年底", "见附件3", "OK"])
def test_a_remark_that_says_none_is_no_doubt(said: str) -> None:
    assert doubts(remarked("comment", said, "356")) == []


def test_a_number_over_a_number_is_a_doubt() -> None:
    over = f"<w:r><w:ruby><w:rt>{r('403')}</w:rt><w:rubyBase>{r('356')}</w:rubyBase></w:ruby></w:r>"
    assert doubts(read(count=runs(Xml(over)))) == [("件数", "look-here")]


def test_what_stands_nowhere_in_the_file_is_a_doubt_in_an_answer() -> None:
    assert doubts(read(unit=runs("东港厂", Xml("<w:r><w:yearLong/></w:r>")))) == [("单位", "look-here")]


# --- lists and drawings ---


def _bulleted(bullet: str, said: str, font: str = "") -> Result:
    """The form with a number in a list of bullets."""
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="{bullet}"/>{fonts}</w:lvl>'
    lists = f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
    lists += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    number = Xml(f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{r(said)}</w:p>')
    rows = row("单位", "东港厂"), row(p("件数"), cell(number)), row("性质", "□国有  □民营")
    return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：", _DAY), lists=lists))


def test_a_bullet_that_changes_a_number_or_ticks_its_empty_place_is_a_doubt() -> None:
    for bullet, said in (("-", "356"), ("≥", "356"), ("√", "")):
        assert doubts(_bulleted(bullet, said)) == [("件数", "look-here")]
    assert doubts(_bulleted("\uf0fc", "", "Wingdings")) == [("件数", "look-here")]
    assert doubts(_bulleted("•", "356")) == doubts(_bulleted("\uf0b7", "356", "Symbol")) == []
    assert doubts(_bulleted("•", "")) == []


def _with_shape(*paragraphs: str, style: str = "position:absolute") -> Result:
    """The form with a line in the cell of an answer."""
    line = Xml(f'<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:line style="{style}"/></w:pict></w:r>')
    inside = [p(said) if said else p(line) for said in paragraphs]
    rows = row(p("单位"), cell(*inside)), row("件数", "356"), row("性质", "□国有  □民营")
    return FORM.extract(package(p("登记表") + table(2, *rows) + p("日期：", _DAY)))


@pytest.mark.parametrize("paragraphs", [("东港厂", ""), ("", "东港厂")])
def test_what_is_drawn_by_hand_in_the_cell_of_an_answer_may_strike_it(paragraphs: tuple[str, ...]) -> None:
    assert doubts(_with_shape(*paragraphs)) == [("单位", "look-here")]
    assert doubts(_with_shape(*paragraphs, style="width:9pt")) == []


# --- options ---


def test_a_tick_far_behind_the_last_option_is_a_doubt() -> None:
    assert doubts(chosen(nature="□国有  □民营          √")) == [("性质", "unclear-tick")]
    assert chosen(nature="□国有  □民营 √").data["性质"] == "民营"
    assert doubts(chosen(nature="□国有  □民营 √")) == []


def test_a_mark_before_what_is_written_in_may_be_a_part_of_it_where_other_options_have_none() -> None:
    told = {path for path, _ in doubts(chosen("口图纸  口样品  ☑另附：☑清单 □否"))}
    assert told == {"附件", "附件_另附"}


def test_a_box_before_words_among_what_is_written_in_is_a_doubt() -> None:
    result = chosen("□图纸  □样品  ☑另附：清单 ☑照片")
    assert doubts(result) == [("附件_另附", "ambiguous")]
    assert doubts(chosen("□图纸  □样品  ☑另附：清单、照片")) == []


# --- records ---


def listed(*rows: str) -> Result:
    """The form of records."""
    given = package(p("设备表") + table(3, row("名称", "数量", "备注"), *rows))
    return _LIST.extract(given, by_meaning=True)


def test_a_number_that_several_records_share_is_a_doubt() -> None:
    one = row("车床", cell("5", merge="restart"), cell("好", merge="restart"))
    other = row("铣床", cell("", merge="continue"), cell("", merge="continue"))
    result = listed(one, other)
    assert result.data["设备"][1] == {"名称": "铣床", "数量": 5, "备注": "好"}
    assert doubts(result) == [("设备[0].数量", "cells-joined"), ("设备[1].数量", "cells-joined")]


def test_a_table_in_a_cell_of_a_record_is_a_doubt() -> None:
    inner = Xml(f"<w:tc><w:tcPr/>{table(2, row('好', '很好'))}{p()}</w:tc>")
    assert doubts(listed(row("车床", "2", inner))) == [("设备[0].备注", "table-in-answer")]


def test_a_row_that_refers_to_a_list_or_goes_on_with_the_row_above_is_a_doubt() -> None:
    assert doubts(listed(row("详见附件清单", "", ""))) == [("设备[0].名称", "no-record")]
    assert ("设备", "cells-differ") in doubts(listed(row(cell("详见附件清单", span=3))))
    assert doubts(listed(row("车床", "2", "好"), row("", "", "（续上）很好"))) == [("设备[1].备注", "no-record")]
    assert doubts(listed(row("车床", "2", ""), row("", "", "很好"), row("铣床", "", ""))) == []


def test_answers_in_a_row_above_their_labels_are_a_doubt() -> None:
    form = loaded(package(p("登记表") + table(4, row("单位", "{{ 单位 }}", "件数", "{{ 件数 | integer }}"))))
    above = table(4, row("", "东港厂", "", "12"), row("单位", "", "件数", ""))
    result = form.extract(package(p("登记表") + above), by_meaning=True)
    assert doubts(result) == [("单位", "extra-lines"), ("件数", "extra-lines")]


# --- what is plain ---


@pytest.mark.parametrize("said", ["", "   ", "    年    月    日"])
def test_the_cell_of_a_day_that_somebody_emptied_is_blank(said: str) -> None:
    form = loaded(package(p("登记表") + table(4, row("单位", "{{ 单位 }}", "日期", "{{ 日期 | date }}"))))
    given = package(p("登记表") + table(4, row("单位", "东港厂", "日期", said)))
    result = form.extract(given, by_meaning=True)
    assert (result.data, doubts(result)) == ({"单位": "东港厂", "日期": None}, [])


# --- text boxes ---


def _boxed_words(said: str) -> Xml:
    """A text box that floats."""
    box = f"<v:textbox><w:txbxContent>{p(said)}</w:txbxContent></v:textbox>"
    shape = f'<v:shape style="position:absolute">{box}</v:shape>'
    return Xml(f'<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml">{shape}</w:pict></w:r>')


def test_a_blank_answer_beside_a_text_box_with_words_of_nobody_is_a_doubt() -> None:
    form = loaded(package(p("登记表") + p("单位：{{ 单位 }}") + p("日期：{{ 日期 | date }}") + p("备注：{{ 备注 }}")))

    def given(unit: str) -> Result:
        lines = p(f"单位：{unit}") + p("日期：", _DAY, _boxed_words("东港厂")) + p("备注：略")
        return form.extract(package(p("登记表") + lines), by_meaning=True)

    assert ("单位", "ambiguous") in doubts(given(""))
    assert "单位" not in {path for path, _ in doubts(given("西港厂"))}


def test_a_reference_that_libreoffice_did_not_find_is_no_answer() -> None:
    assert doubts(read(unit="Error: Reference source not found")) == [("单位", "placeholder")]


# --- labels and units ---


_PAIRS = loaded(
    package(
        p("申请书")
        + p("联系人及联系电话：{{ 联系 | blank(10) }}")
        + p("面积：{{ 面积 | number | blank(4) }}km²  增长{{ 增长 | number | blank(4) }}个百分点")
        + p("数量：{{ 数量 | integer | blank(4) }}个")
        + table(
            4,
            row("是否上市", '{{ 上市 | choice("是") }}是  {{ 上市 | choice("否") }}否', "规模", "{{ 规模 }}"),
            row("负责人", "{{ 负责人 }}", "职务", "{{ 职务 }}"),
        )
    )
)
_SAID = {
    "联系": "张三",
    "面积": 12.5,
    "增长": 3,
    "数量": 662,
    "上市": "是",
    "规模": "大型",
    "负责人": "李四",
    "职务": "厂长",
}


def paired(
    contact: str = "联系人及联系电话：张三",
    area: str = "12.5km²  增长3个百分点",
    count: str = "662个",
    listed: str = "是否上市",
    head: str = "负责人",
) -> Result:
    """The form of pairs."""
    rows = row(listed, "☑是  □否", "规模", "大型"), row(head, "李四", "职务", "厂长")
    body = p("申请书") + p(contact) + p(f"面积：{area}") + p(f"数量：{count}") + table(4, *rows)
    return _PAIRS.extract(package(body), by_meaning=True)


def test_a_note_between_a_label_and_its_colon_is_no_part_of_the_answer() -> None:
    result = paired(contact="联系人及联系电话（手机）：张三")
    assert (result.data, doubts(result)) == (_SAID, [])
    assert [x.text for x in result.leftovers] == ["（手机）"]


@pytest.mark.parametrize(("said", "read"), [("联系人及联系电话（手机）：", None), ("联系人及联系电话张三：", "张三：")])
def test_a_colon_that_nothing_stands_behind_ends_no_reading(said: str, read: str | None) -> None:
    assert paired(contact=said).data["联系"] == read


@pytest.mark.parametrize("count", ["662个", "662个。", "662个（其中国家级2个）", "662个（含国家级2个）。"])
def test_what_stands_behind_a_unit_takes_no_number_away(count: str) -> None:
    result = paired(count=count)
    assert (result.data, doubts(result)) == (_SAID, [])


@pytest.mark.parametrize("area", ["12.5", "12.5平方公里", "12.5平方千米", "12.5 km2"])
def test_a_unit_that_is_gone_or_written_otherwise_takes_no_number_away(area: str) -> None:
    result = paired(area=f"{area}  增长3个百分点")
    assert (result.data, doubts(result)) == (_SAID, [])


def test_another_unit_than_the_forms_is_a_doubt() -> None:
    assert {path for path, _ in doubts(paired(area="12.5公顷  增长3个百分点"))} == {"面积"}


def test_a_label_of_several_in_a_row_is_about_its_own_answer() -> None:
    assert doubts(paired(listed="是否上市公司")) == [("上市", "label-altered")]
    assert doubts(paired(head="负责人姓名")) == [("负责人", "label-altered")]
    assert doubts(paired(head="法人")) == [("负责人", "label-altered")]


@pytest.mark.parametrize("said", ["等", "等等", "详见清单", "见附件1", "另见明细表", "略", "其余略"])
def test_a_row_that_says_where_the_records_are_or_that_there_are_more_is_none(said: str) -> None:
    given = table(3, row("名称", "数量", "备注"), row("铣刀", "7", "好"), row(said, "", ""))
    result = _LIST.extract(package(p("设备表") + given), by_meaning=True)
    assert [(x.code, x.path) for x in result.problems] == [("no-record", "设备[1].名称")]


_WIDE = loaded(
    package(
        p("设备表")
        + table(
            5,
            row("名称", "型号", "数量", "单价", "备注"),
            row(cell("{%tr for 行 in 设备 %}", span=5)),
            row("{{ 行.名称 }}", "{{ 行.型号 }}", "{{ 行.数量 | integer }}", "{{ 行.单价 | number }}", "{{ 行.备注 }}"),
            row(cell("{%tr endfor %}", span=5)),
        )
    )
)
_LATHE, _MILL = ("车床", "C6150", "2", "25.5", "好"), ("铣床", "X62", "1", "48", "")


def _wide(*rows: tuple[str, ...]) -> list[tuple[str, str]]:
    given = table(5, row("名称", "型号", "数量", "单价", "备注"), *(row(*said) for said in rows))
    return doubts(_WIDE.extract(package(p("设备表") + given), by_meaning=True))


def test_a_row_of_one_answer_among_full_ones_is_a_heading_or_the_rest_of_the_row_above() -> None:
    assert _wide(("一、车床类", "", "", "", ""), _LATHE, _MILL) == [("设备[0].名称", "no-record")]
    assert _wide(_LATHE, ("", "", "", "", "德国进口"), _MILL) == [("设备[1].备注", "no-record")]
    assert _wide(_LATHE, _MILL, ("床身", "", "", "", "")) == [("设备[2].名称", "no-record")]
    assert _wide(("车床", "", "", "", ""), ("铣床", "", "", "", "")) == []
    assert _wide(_LATHE, ("铣床", "X62", "", "", ""), _MILL) == _wide(("车床", "", "", "", "")) == []


def test_an_answer_behind_its_heading_and_a_colon_of_the_writers_is_read() -> None:
    form = loaded(
        package(
            p("报告")
            + p("一、存在问题")
            + p("{%p for 段 in 问题 | lines %}")
            + p("{{ 段 }}")
            + p("{%p endfor %}")
            + p("二、下一步打算")
            + p("{{ 打算 }}")
        )
    )
    given = p("报告") + p("一、存在问题：资金不足。") + p("人才缺乏。") + p("二、下一步打算: 加大投入。")
    result = form.extract(package(given), by_meaning=True)
    assert (result.data, doubts(result)) == ({"问题": "资金不足。\n人才缺乏。", "打算": "加大投入。"}, [])


_ON_LINES = loaded(
    package(
        p("调查表")
        + p("1. 单位名称：{{ 名称 | blank(10) }}")
        + p("2. 企业规模（单选）：")
        + p('{{ 规模 | choice("大型") }}大型')
        + p('{{ 规模 | choice("小型") }}小型')
        + p("3. 已用的系统（可多选）")
        + p('{{ 系统 | choices("ERP") }}ERP  {{ 系统 | choices("MES") }}MES')
        + p("完")
    )
)
_SIZES, _SYSTEMS = ("□大型", "□小型"), ("☑ERP  □MES",)


def _on_lines(
    sizes: tuple[str, ...] = ("□大型", "☑小型"),
    systems: tuple[str, ...] = _SYSTEMS,
    head: str = "2. 企业规模（单选）：",
    further: str = "3. 已用的系统（可多选）",
) -> Result:
    lines = ("1. 单位名称：东港厂", head, *sizes, further, *systems, "完")
    return _ON_LINES.extract(package(p("调查表") + "".join(p(line) for line in lines)), by_meaning=True)


@pytest.mark.parametrize(
    "sizes",
    [
        (*_SIZES, "☑规上"),
        ("☑规上", *_SIZES),
        ("□大型", "☑规上", "□小型"),
        ("□大型", "☑小型", "☑规上"),
        (*_SIZES, "小型"),
        (*_SIZES, "（小型）"),
        (*_SIZES, "√"),
    ],
)
def test_a_line_beside_those_of_options_that_says_another_one_or_one_of_them_is_a_doubt(sizes: tuple[str, ...]) -> None:
    assert {*doubts(_on_lines(sizes))} == {("规模", "unclear-tick")}


def test_an_answer_behind_the_words_before_options_is_a_doubt_where_none_is_ticked() -> None:
    assert {*doubts(_on_lines(_SIZES, head="2. 企业规模（单选）：小型"))} == {("规模", "unclear-tick")}
    result = _on_lines(systems=("□ERP  □MES",), further="3. 已用的系统（可多选）ERP")
    assert doubts(result) == [("系统", "unclear-tick")]


def test_a_note_beside_options_of_which_one_is_ticked_is_no_doubt() -> None:
    result = _on_lines(("□大型", "☑小型", "（正在升规）"))
    assert (result.data["规模"], doubts(result)) == ("小型", [])


def test_options_on_a_line_of_their_own_are_read_in_another_order_and_with_more_words() -> None:
    result = _on_lines(systems=("□MES  ☑ERP",))
    assert (result.data["系统"], doubts(result)) == (["ERP"], [])
    result = _on_lines(systems=("☑ERP（用友）  □MES",))
    assert (result.data["系统"], doubts(result)) == (["ERP"], [("系统", "unclear-tick")])


_SENTENCE = loaded(
    package(
        p("调查表")
        + p("所在地：{{ 省 | blank(4) }}省{{ 市 | blank(4) }}市{{ 县 | blank(4) }}县（市、区）")
        + p(
            "现有设备{{ 设备 | integer | blank(4) }}台，其中联网设备{{ 联网 | integer | blank(4) }}台，"
            "占比{{ 占比 | number | blank(4) }}%。"
        )
        + p("联系人：{{ 联系人 | blank(8) }}  手机：{{ 手机 | blank(11) }}")
    )
)
_WHERE, _HOW_MANY, _WHO = (
    "所在地：山东省青岛市黄岛县（市、区）",
    "现有设备120台，其中联网设备60台，占比50%。",
    "联系人：王芳  手机：13812345678",
)
_ALL = {"省": "山东", "市": "青岛", "县": "黄岛", "设备": 120, "联网": 60, "占比": 50} | {
    "联系人": "王芳",
    "手机": "13812345678",
}


def _sentence(where: str = _WHERE, how_many: str = _HOW_MANY, who: str = _WHO) -> Result:
    return _SENTENCE.extract(package(p("调查表") + p(where) + p(how_many) + p(who)), by_meaning=True)


@pytest.mark.parametrize(
    "where", ["山东省青岛市黄岛区", "山东省青岛市黄岛市", "山东省青岛市黄岛（区）", "山东省 青岛市 黄岛 区"]
)
def test_of_units_in_brackets_any_one_may_be_left(where: str) -> None:
    result = _sentence(where=f"所在地：{where}")
    assert (result.data, doubts(result)) == (_ALL, [])


@pytest.mark.parametrize(
    "said",
    [
        "现有设备120台，其中联网设备60台，占比50%",
        "现有设备120台,其中联网设备60台,占比50%.",
        "现有设备120，其中联网设备60，占比50。",
        "现有设备120台套，其中联网设备60台，占比50%。",
        "现有设备120台（套），其中联网设备60台/套，占比50%。",
    ],
)
def test_a_sentence_without_its_stop_or_with_its_units_otherwise_is_read(said: str) -> None:
    result = _sentence(how_many=said)
    assert (result.data, doubts(result)) == (_ALL, [])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("现有设备120套，其中联网设备60台，占比50%。", [("设备", "not-an-integer")]),
        ("现有设备120台左右，其中联网设备60台，占比50%。", [("设备", "approximate")]),
        ("现有设备120台（预计），其中联网设备60台，占比50%。", [("设备", "approximate")]),
        ("现有设备120台，其中联网设备60台，占比50‰。", [("占比", "not-a-number")]),
        ("现有设备120台，其中联网设备60台，占比50%以上。", [("占比", "not-a-number")]),
        ("截至年底现有设备120台，其中联网设备60台，占比50%。", [("设备", "extra-lines")]),
    ],
)
def test_what_stands_for_a_unit_in_a_sentence_is_a_doubt_on_its_own_number(
    said: str, told: list[tuple[str, str]]
) -> None:
    assert doubts(_sentence(how_many=said)) == told


def test_labels_with_their_answers_in_the_other_order_are_read() -> None:
    result = _sentence(who="手机：13812345678  联系人：王芳")
    assert (result.data, doubts(result)) == (_ALL, [])
    assert {path for path, _ in doubts(_sentence(who="手机：13812345678  联系人：王芳  手机：1"))} == {"联系人", "手机"}


@pytest.mark.parametrize("added", ["☑ 待定", "☒ Pending", "☑  其他"])
def test_a_box_before_words_behind_the_last_option_is_none_of_its(added: str) -> None:
    result = chosen(nature=f"□ 国有  □ 民营  {added}")
    assert result.data["性质"] is None or doubts(result) != []
    assert ("性质", "unclear-tick") in doubts(result)
    assert chosen(nature="□ 国有  □ 民营 ☑").data["性质"] == "民营"


@pytest.mark.parametrize(
    "said", ["See attached", "Please see the attached list", "As per annex 1", "etc.", "See below"]
)
def test_a_row_that_refers_elsewhere_in_english_is_no_record(said: str) -> None:
    assert doubts(listed(row(said, "", ""))) == [("设备[0].名称", "no-record")]
