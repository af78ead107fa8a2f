"""What Word keeps beside what it shows (customXml, w:fullDate, properties): both are written, and have to agree."""

from __future__ import annotations

import re

import pytest

from docfill import Form, propose_tags
from docfill.extract import Result
from docfill.word.package import Package
from tests.disturb import package_of, parts_of
from tests.small_form import Xml, cell, loaded, p, package, r, row, table, tick

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
ID = "{11111111-1111-1111-1111-111111111111}"
DAY = '<w:date w:fullDate="2020-01-01T00:00:00Z"><w:dateFormat w:val="d. MMMM yyyy"/></w:date>'


def control(properties: str, shown: str) -> Xml:
    """A content control in a line."""
    return Xml(f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{r(shown)}</w:sdtContent></w:sdt>")


def bound(path: str, more: str = "", item: str = ID) -> str:
    mapped = "xmlns:n='urn:job' xmlns:c='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
    mapped += "xmlns:d='http://purl.org/dc/elements/1.1/'"
    return f'<w:dataBinding w:prefixMappings="{mapped}" w:xpath="{path}" w:storeItemID="{item}"/>{more}'


def field(code: str, shown: str) -> Xml:
    return Xml(f'<w:fldSimple w:instr="{code}">{r(shown)}</w:fldSimple>')


def complex_field(code: str, shown: str) -> Xml:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    asked = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return Xml(mark.format("begin") + asked + mark.format("separate") + r(shown) + mark.format("end"))


def kept(body: str, store: str, title: str = "旧题", custom: str = "旧号") -> bytes:
    """A document with a customXml part, a title and a property of its own."""
    parts = parts_of(package(body))
    part = f'<ds:datastoreItem ds:itemID="{ID.lower()}" xmlns:ds="{OFFICE}/customXml"/>'
    relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    one = '<Relationship Id="{}" Type="{}" Target="{}"/>'
    core = "http://schemas.openxmlformats.org/package/2006"
    parts["customXml/item1.xml"] = f'<job xmlns="urn:job" no="{store}"><no>{store}</no><empty/></job>'.encode()
    parts["customXml/itemProps1.xml"] = part.encode()
    props = one.format("rId1", f"{OFFICE}/relationships/customXmlProps", "itemProps1.xml")
    parts["customXml/_rels/item1.xml.rels"] = relation.format(props).encode()
    own = one.format("rId90", f"{OFFICE}/relationships/customXml", "../customXml/item1.xml") + "</Relationships>"
    rels = parts["word/_rels/document.xml.rels"]
    parts["word/_rels/document.xml.rels"] = rels.replace(b"</Relationships>", own.encode())
    parts["docProps/core.xml"] = (
        f'<cp:coreProperties xmlns:cp="{core}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title></cp:coreProperties>"
    ).encode()
    parts["docProps/custom.xml"] = (
        f'<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="编号">'
        f"<vt:lpwstr>{custom}</vt:lpwstr></property></Properties>"
    ).encode()
    more = one.format("rId91", f"{core}/relationships/metadata/core-properties", "docProps/core.xml")
    more += one.format("rId92", f"{OFFICE}/relationships/custom-properties", "docProps/custom.xml")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", f"{more}</Relationships>".encode())
    return package_of(parts)


PLACES = {
    "element": lambda said: control(bound("/n:job[1]/n:no[1]"), said),
    "attribute": lambda said: control(bound("/n:job[1]/@no"), said),
    "title": lambda said: control(
        bound("/c:coreProperties[1]/d:title[1]", item="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"), said
    ),
    "TITLE": lambda said: field(" TITLE \\* MERGEFORMAT", said),
    "DOCPROPERTY": lambda said: complex_field(' DOCPROPERTY  "编号" ', said),
}


def form_of(place: str) -> Form:
    return loaded(kept(p("审批表") + p("编号：", PLACES[place]("{{ 编号 }}")) + p("名称：{{ 名称 }}"), "旧值"))


def returned(place: str, shown: str, store: str) -> bytes:
    body = p("审批表") + p("编号：", PLACES[place](shown)) + p("名称：甲")
    return kept(body, store, title=store, custom=store)


def doubts(result: Result) -> list[tuple[str, str]]:
    return [(x.path, x.code) for x in result.problems if x.severity != "note"]


@pytest.mark.parametrize("place", PLACES)
def test_fill_writes_what_is_kept_too(place: str) -> None:
    form = form_of(place)
    filled = form.fill({"编号": "新<1>&", "名称": "甲"})
    parts = parts_of(filled)
    said = "".join(parts[n].decode() for n in ("customXml/item1.xml", "docProps/core.xml", "docProps/custom.xml"))
    assert said.count("新&lt;1&gt;&amp;") == 1
    before = parts_of(form.template)
    assert sum(parts[n] != before[n] for n in before) == 2  # the main part, and the one that keeps it
    for by_meaning in (False, True):
        result = form.extract(filled, by_meaning=by_meaning)
        assert (result.data, doubts(result)) == ({"编号": "新<1>&", "名称": "甲"}, [])
    assert form.fill(form.extract(filled).data) == filled


@pytest.mark.parametrize("place", PLACES)
def test_what_is_shown_and_what_is_kept_agree_or_are_doubted(place: str) -> None:
    form = form_of(place)
    agreeing = form.extract(returned(place, "新值", "新值"))
    assert (agreeing.data["编号"], doubts(agreeing)) == ("新值", [])
    differing = form.extract(returned(place, "新值", "旧值"))
    assert (differing.data["编号"], doubts(differing)) == ("新值", [("编号", "store-differs")])
    assert [x.expected for x in differing.problems] == ["旧值"]
    assert doubts(form.extract(returned(place, "", "旧值"))) == [("编号", "store-differs")]


@pytest.mark.parametrize(("before", "behind"), [("　　", ""), ("沪", ""), ("沪", "号"), ("", "号")])
def test_what_a_part_of_an_answer_shows_agrees_with_what_is_kept_or_is_doubted(before: str, behind: str) -> None:
    said = (p(f"编号：{before}", PLACES["element"]("新值"), behind), p("名称：甲"))
    agreeing, differing = (form_of("element").extract(kept("".join(said), store)) for store in ("新值", "旧值"))
    assert (agreeing.data["编号"], doubts(agreeing)) == (f"{before}新值{behind}".strip(), [])
    assert doubts(differing) == [("编号", "store-differs")]


def test_a_control_that_stands_there_several_times_is_doubted() -> None:
    twice = [control(bound("/n:job/n:no"), "新值") for _ in range(2)]
    result = form_of("element").extract(kept(p("编号：", *twice) + p("名称：甲"), "新值"))
    assert doubts(result) == [("编号", "store-differs")]


def test_a_path_that_is_no_plain_one_is_not_followed() -> None:
    for path in ("//n:no", "/n:job/n:no[last()]", "/n:job[count(//*)>0]/n:no", "/n:job[9]/n:no", "/x:job/no", ""):
        form = loaded(kept(p("编号：", control(bound(path), "{{ 编号 }}")), "旧值"))
        filled = form.fill({"编号": "新值"})
        assert "旧值" in parts_of(filled)["customXml/item1.xml"].decode()
        assert form.extract(filled).data == {"编号": "新值"}


def test_an_empty_element_gets_what_it_keeps() -> None:
    form = loaded(kept(p("编号：", control(bound("/n:job/n:empty"), "{{ 编号 }}")), "旧值"))
    assert b"<empty>7</empty>" in parts_of(form.fill({"编号": "7"}))["customXml/item1.xml"]


def test_a_list_keeps_the_value_of_what_it_shows() -> None:
    listed = '<w:dropDownList><w:listItem w:displayText="已婚" w:value="M"/></w:dropDownList>'
    body = p("婚否：", control(bound("/n:job/n:no", listed), "{{ 婚否 }}"))
    form = loaded(kept(body, "S"))
    filled = form.fill({"婚否": "已婚"})
    assert b"<no>M</no>" in parts_of(filled)["customXml/item1.xml"]
    assert doubts(form.extract(filled, by_meaning=True)) == []


def dated(shown: str, day: str = "2020-01-01", kind: str = " | date") -> Result:
    form = loaded(package(p("日期：", control(DAY, f"{{{{ 日期{kind} }}}}"))))
    return form.extract(package(p("日期：", control(DAY.replace("2020-01-01", day), shown))))


def test_a_date_control_keeps_the_day_that_is_filled_in() -> None:
    form = loaded(package(p("日期：", control(DAY, "{{ 日期 | date }}"))))
    filled = form.fill({"日期": "2024-12-13"})
    assert b'w:fullDate="2024-12-13T00:00:00Z"' in Package(filled, "x").read("word/document.xml")
    assert (form.extract(filled).data, form.extract(filled).problems) == ({"日期": "2024-12-13"}, [])


_DAYS = ("13. Dezember 2024", "13 décembre 2024", "December 13, 2024", "12/13/2024", "13.12.24", "2024年12月13日")


@pytest.mark.parametrize("shown", _DAYS)
def test_a_day_in_the_words_of_another_language_is_what_the_control_keeps(shown: str) -> None:
    result = dated(shown, "2024-12-13")
    assert (result.data["日期"], doubts(result)) == ("2024-12-13", [])


@pytest.mark.parametrize("shown", _DAYS)
def test_a_day_that_is_all_of_a_cell_is_what_the_control_keeps(shown: str) -> None:
    form = loaded(package(table(2, row("投产日期", "{{ 日期 | date }}"))))
    kept_day = control(DAY.replace("2020-01-01", "2024-12-13"), shown)
    result = form.extract(package(table(2, row("投产日期", cell(p(kept_day))))))
    assert (result.data["日期"], doubts(result)) == ("2024-12-13", [])


@pytest.mark.parametrize("shown", ["2024年12月13日", "13. November 2020", "1. Jan 2021", "1.1.21", "待定"])
def test_a_day_that_the_control_does_not_keep_is_doubted(shown: str) -> None:
    assert ("日期", "store-differs") in doubts(dated(shown))


def test_a_date_control_under_a_text_is_a_text() -> None:
    assert doubts(dated("13. Dezember 2024", "2024-12-13", kind="")) == []
    assert doubts(dated("2024年12月13日", kind="")) == [("日期", "store-differs")]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("store", ["新值", "旧值"])
def test_put_writes_what_is_kept_too(place: str, store: str) -> None:
    form, document = form_of(place), returned(place, "新值", store)
    put = form.put(document, {"编号": "改<1>&"})
    result = form.extract(put)
    assert (result.data, doubts(result)) == ({"编号": "改<1>&", "名称": "甲"}, [])
    before, after = parts_of(document), parts_of(put)
    assert sum(after[n] != before[n] for n in before) == 2
    assert form.put(document, {"编号": "新值"}) == document


@pytest.mark.parametrize("place", PLACES)
def test_a_value_that_stays_is_kept_where_it_is_to_be_rewritten(place: str) -> None:
    form, document = form_of(place), returned(place, "新值", "旧值")
    assert doubts(form.extract(form.put(document, {}, rewrite=["编号"]))) == []


@pytest.mark.parametrize("place", PLACES)
def test_what_is_kept_for_another_place_stays_though_it_is_doubted(place: str) -> None:
    form, document = form_of(place), returned(place, "新值", "旧值")
    put = form.put(document, {"名称": "乙"})
    before, after = parts_of(document), parts_of(put)
    assert [n for n in before if after[n] != before[n]] == ["word/document.xml"]
    assert doubts(form.extract(put)) == [("编号", "store-differs")]


def test_put_changes_the_day_that_a_date_control_keeps() -> None:
    form = loaded(package(p("日期：", control(DAY, "{{ 日期 | date }}"))))
    document = package(p("日期：", control(DAY, "2020年1月1日")))
    put = form.put(document, {"日期": "2024-12-13"})
    assert b'w:fullDate="2024-12-13T00:00:00Z"' in parts_of(put)["word/document.xml"]
    assert (form.extract(put).data, doubts(form.extract(put))) == ({"日期": "2024-12-13"}, [])


@pytest.mark.parametrize("store", ["2020-01-01", "2024-12-13"])
def test_a_date_control_that_is_bound_keeps_two_days(store: str) -> None:
    form = loaded(package(p("日期：{{ 日期 | date }}")))
    dated_control = control(bound("/n:job/n:no", DAY.replace("2020-01-01", "2024-12-13")), "2024年12月13日")
    result = form.extract(kept(p("日期：", dated_control), f"{store}T00:00:00"))
    expected = [] if store == "2024-12-13" else [("日期", "store-differs")]
    assert (result.data["日期"], doubts(result)) == ("2024-12-13", expected)


_GLYPHS = {True: "☒", False: "☐"}


def box(is_on: bool) -> Xml:
    """A check box that is bound, its state and glyph in step."""
    return control(
        bound("/n:job/n:no", f'<w14:checkbox><w14:checked w14:val="{int(is_on)}"/></w14:checkbox>'), _GLYPHS[is_on]
    )


def boxed(is_on: bool, store: str) -> bytes:
    return kept(p("意见：", box(is_on), "同意 ", _GLYPHS[not is_on], "不同意"), store)


def box_form() -> Form:
    no = '{% if 意见 == "不同意" %}☒{% else %}☐{% endif %}不同意'
    return loaded(kept(p("意见：", *tick('意见 == "同意"', box(True), box(False)), "同意 ", no), "false"))


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("store", ["true", "1", "false", "0", ""])
def test_a_check_box_shows_what_it_keeps_or_is_doubted(is_on: bool, store: str) -> None:
    result = box_form().extract(boxed(is_on, store))
    assert result.data["意见"] == ("同意" if is_on else "不同意")
    assert doubts(result) == ([] if is_on is (store in ("true", "1")) else [("意见", "store-differs")])


@pytest.mark.parametrize("chosen", ["同意", "不同意"])
def test_a_check_box_keeps_what_is_filled_in_and_put(chosen: str) -> None:
    form, is_on = box_form(), chosen == "同意"
    for written in (form.fill({"意见": chosen}), form.put(boxed(not is_on, str(not is_on).lower()), {"意见": chosen})):
        assert f"<no>{str(is_on).lower()}</no>" in parts_of(written)["customXml/item1.xml"].decode()
        result = form.extract(written, by_meaning=True)
        assert (result.data["意见"], doubts(result)) == (chosen, [])


def check_box(is_on: bool, shown: str, number: int = 1) -> Xml:
    """A check box of Word, which keeps its state."""
    return control(f'<w:id w:val="{number}"/><w14:checkbox><w14:checked w14:val="{int(is_on)}"/></w14:checkbox>', shown)


def states_in(document: bytes) -> list[bytes]:
    return re.findall(rb'w14:checked w14:val="(\w+)"', parts_of(document)["word/document.xml"])


def test_check_boxes_with_tags_in_them_get_the_state_that_they_show() -> None:
    tags = [check_box(False, f'{{{{ 材料 | choices("{o}") }}}}') for o in ("图纸", "照片")]
    others = check_box(True, "☐", 2)  # of the form itself: nobody's business
    form = loaded(package(p("材料：", tags[0], "图纸 ", tags[1], "照片") + p("附注：", others, "已阅")))
    for chosen, states in (([], [b"0", b"0"]), (["图纸"], [b"1", b"0"]), (["图纸", "照片"], [b"1", b"1"])):
        filled = form.fill({"材料": chosen})
        assert states_in(filled) == [*states, b"1"]
        result = form.extract(filled)
        assert (result.data, doubts(result)) == ({"材料": chosen}, [])
        assert form.fill(result.data) == filled
        put = form.put(filled, {"材料": ["照片"]})
        assert states_in(put) == [b"0", b"1", b"1"] and doubts(form.extract(put)) == []


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("shown", ["☑", "☐"])
def test_a_check_box_whose_state_is_not_what_it_shows_is_doubted(is_on: bool, shown: str) -> None:
    form = loaded(package(p("材料：", '{{ 材料 | choices("图纸") }}图纸 {{ 材料 | choices("照片") }}照片')))
    result = form.extract(package(p("材料：", check_box(is_on, shown), "图纸 □照片")))
    assert result.data == {"材料": ["图纸"] if shown == "☑" else []}
    assert doubts(result) == ([] if is_on is (shown == "☑") else [("材料", "box-differs")])
    silent = package(p("材料：", control("<w14:checkbox/>", shown), "图纸 □照片"))
    assert doubts(form.extract(silent)) == []


@pytest.mark.parametrize("ticked", [(), (0,), (1,), (0, 1)])
def test_a_tagged_check_box_is_filled_as_word_draws_it_and_keeps_its_state(ticked: tuple[int, ...]) -> None:
    boxes = [check_box(n in ticked, "☒" if n in ticked else "☐", n) for n in range(3)]
    blank = package(p("材料（可多选）：", boxes[0], "图纸 ", boxes[1], "照片 ", boxes[2], "其他"))
    form = Form.load(propose_tags(blank).template)
    [f] = form.fields
    for chosen in ([], ["图纸"], ["照片", "其他"], ["图纸", "照片", "其他"]):
        filled = form.fill({f.path: chosen})
        said = [o in chosen for o in ("图纸", "照片", "其他")]
        assert states_in(filled) == [b"1" if on else b"0" for on in said]
        drawn = parts_of(filled)["word/document.xml"].decode()
        assert [c == "☒" for c in drawn if c in "☒☐☑□"] == said
        again = form.extract(filled, by_meaning=True)
        assert (again.data, doubts(again)) == ({f.path: chosen}, [])


# --- text boxes that are stored twice ---


def _boxed(choice: str, fallback: str) -> str:
    """A text box as Word writes it: for new programs, and once more for old ones."""
    shape = '<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:txbx>'
    drawing = f"<w:drawing>{shape}<w:txbxContent>{choice}</w:txbxContent></wps:txbx></wps:wsp></w:drawing>"
    shape = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
    picture = f"<w:pict>{shape}<w:txbxContent>{fallback}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return p(
        Xml(
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
            f"{drawing}</mc:Choice><mc:Fallback>{picture}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


_IN_A_BOX = p("编号：{{ 编号 }}") + p('{{ 加急 | choice("加急") }}加急 {{ 加急 | choice("平件") }}平件')
TWICE = loaded(package(p("登记表") + _boxed(_IN_A_BOX, _IN_A_BOX) + p("单位：{{ 单位 }}")))


@pytest.mark.parametrize(
    ("choice", "fallback", "doubted"),
    [
        (("编号：62", "☑加急 □平件"), ("编号：62", "☑加急 □平件"), []),
        (("编号：62", "☑加急 □平件"), ("编号：", "□加急 □平件"), []),
        (("编号：62", "☑加急 □平件"), ("编号：26", "☑加急 □平件"), ["编号"]),
        (("编号：", "□加急 □平件"), ("编号：62", "□加急 □平件"), ["编号"]),
        (("编号：62", "□加急 □平件"), ("编号：62", "☑加急 □平件"), ["加急"]),
        (("编号：62", "□加急 □平件"), ("编号：62", "□加急 □平件", "退回"), ["编号", "加急"]),
    ],
    ids=[
        "the same",
        "the copy is blank",
        "another number",
        "only the copy is filled in",
        "only the copy is ticked",
        "more",
    ],
)
def test_a_text_box_whose_copy_for_old_programs_says_something_else_is_doubted(
    choice: tuple[str, ...], fallback: tuple[str, ...], doubted: list[str]
) -> None:
    box = _boxed(*("".join(map(p, lines)) for lines in (choice, fallback)))
    result = TWICE.extract(package(p("登记表") + box + p("单位：东港厂")), by_meaning=True)
    assert [x.path for x in result.problems if x.code == "copies-differ"] == doubted
    assert result.data["单位"] == "东港厂"
