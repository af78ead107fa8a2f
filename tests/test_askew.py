"""What stands askew of an answer: drawn from another cell, floating over its page, moved, listed, written twice.

Each sentence is a returned form of which a value would be silently wrong.
"""

from __future__ import annotations

from typing import Any

import pytest

from docfill import Form
from docfill.extract import Result
from docfill.kinds import KINDS
from docfill.word import echoes
from docfill.word.document import Document
from tests.small_form import Xml, cell, loaded, p, package, r, row, table

_VML = "urn:schemas-microsoft-com:vml"
_LABELS = ("单位", "件数", "等级", "说明")
_TAGS = ("{{ 单位 }}", "{{ 件数 | integer }}", "{{ 等级 }}", "{{ 说明 }}")


def _form(*tags: Xml | str) -> bytes:
    """A template, or a returned form, with these in its places."""
    nature = tags[4] if len(tags) > 4 else '{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营'
    held = (cell(x if isinstance(x, Xml) and x.startswith("<w:p>") else p(x)) for x in tags[:4])
    rows = [row(label, at) for label, at in zip(_LABELS, held, strict=True)]
    return package(p("登记表") + table(2, *rows, row("性质", cell(p(nature)))) + p("日期：2024年5月6日"))


FORM = loaded(_form(*_TAGS))


def read(
    *,
    top: Xml | str = "",
    labels: dict[str, Xml] | None = None,
    styles: str = "",
    lists: str = "",
    **answers: Xml | str,
) -> Result:
    """A returned form with these answers, and more in its title and beside its labels."""
    held = {label: answers.get(label, "") for label in _LABELS} | {"性质": answers.get("性质", "□国有  □民营")}
    rows = []
    for label, said in held.items():
        beside = (labels or {}).get(label, "")
        rows.append(row(cell(p(label, beside)), cell(said if said.startswith("<w:p>") else p(said))))
    body = p("登记表", top) + table(2, *rows) + p("日期：2024年5月6日")
    return FORM.extract(package(body, styles=styles, lists=lists), by_meaning=True)


def doubts(result: Result) -> list[tuple[str, str]]:
    """(path, code) of each."""
    return [(x.path, x.code) for x in result.problems if x.severity != "note"]


def drawn(shape: str) -> Xml:
    """A drawing in a run of its own."""
    return Xml(f'<w:r><w:pict xmlns:v="{_VML}">{shape}</w:pict></w:r>')


def boxed(said: str, style: str = "position:absolute") -> Xml:
    """A text box."""
    box = f"<v:textbox><w:txbxContent>{p(said)}</w:txbxContent></v:textbox>"
    return drawn(f'<v:shape style="{style}">{box}</v:shape>')


LINE = drawn('<v:line style="position:absolute" from="0,0" to="300,0"/>')


# --- drawn from another paragraph ---


def test_a_line_that_belongs_to_the_label_may_strike_the_answer_beside_it() -> None:
    assert doubts(read(单位="甲厂", labels={"单位": LINE})) == [("单位", "look-here")]
    assert doubts(read(labels={"单位": LINE})) == []


def test_a_line_that_belongs_to_the_label_may_strike_an_answer_in_a_table_of_its_own() -> None:
    own = row(cell(p("单位", LINE)), cell(table(1, row(cell(p("甲厂"))))))
    rows = [own, *(row(label, said) for label, said in zip(_LABELS[1:], ("", "", ""), strict=True))]
    body = p("登记表") + table(2, *rows, row("性质", "□国有  □民营")) + p("日期：2024年5月6日")
    assert ("单位", "look-here") in doubts(FORM.extract(package(body), by_meaning=True))


@pytest.mark.parametrize(
    ("said", "is_doubted"), [("无", True), ("甲厂", True), ("甲厂，在东港路上的那一家（不是西港路）", False)]
)
def test_a_short_answer_that_stands_there_twice_is_doubted(said: str, is_doubted: bool) -> None:
    twice = Xml(p(said) + p(said))
    assert [x.code for x in read(说明=twice).problems if x.severity != "note"] == ["ambiguous"] * is_doubted


def test_the_room_for_a_day_that_was_moved_is_no_part_of_the_answer_above() -> None:
    tags = ("{%p for x in 意见 | lines %}", "{{ x }}", "{%p endfor %}", "签名：", "    年    月    日")
    form = loaded(package(table(2, row("意见", cell(*map(p, tags))))))
    for said, value in (("同意", "同意"), ("", None)):
        lines = (said, "   年   月   日", "签名：")
        result = form.extract(package(table(2, row("意见", cell(*map(p, lines))))), by_meaning=True)
        assert result.data == {"意见": value}


def test_text_right_below_a_table_may_be_the_answer_of_its_last_row() -> None:
    rows = table(2, row("单位", "甲厂"), row("说明", "{{ 说明 }}"))
    form = loaded(package(p("登记表") + rows + p("以上属实")))

    def told(said: str, below: str) -> list[tuple[str, str]]:
        body = p("登记表") + table(2, row("单位", "甲厂"), row("说明", said)) + p(below) + p("以上属实")
        return doubts(form.extract(package(body), by_meaning=True))

    assert told("", "本厂去年搬到了西港。") == [("说明", "extra-lines")]
    assert told("无", "本厂去年搬到了西港。") == []
    assert told("", "填表人：李四") == []


def test_a_ring_that_belongs_to_the_label_may_choose_an_option() -> None:
    ring = drawn('<v:oval style="position:absolute"/>')
    assert doubts(read(labels={"性质": ring})) == [("性质", "look-here")]
    assert doubts(read(性质="☑国有  □民营", labels={"性质": ring})) == []


_SIGNED = (p("审批人（签字）：{{ 审批人 | blank(9) }}"), p("{{ 日期 | date }}"))


def test_a_line_between_two_answers_of_a_cell_may_strike_either() -> None:
    form = loaded(package(table(2, row("审批", cell(*_SIGNED)))))
    returned = cell(p("审批人（签字）：张三"), p(LINE), p("2024年5月6日"))
    result = form.extract(package(table(2, row("审批", returned))), by_meaning=True)
    assert doubts(result) == [("审批人", "look-here"), ("日期", "look-here")]


def test_a_text_box_that_floats_may_hold_any_answer_that_its_page_lacks() -> None:
    assert doubts(read(top=boxed("甲厂"), 等级="一", 说明="无")) == [("单位", "ambiguous")]
    assert doubts(read(top=boxed("甲厂", "width:9pt"), 等级="一", 说明="无")) == []
    assert doubts(read(top=boxed("356"), 单位="甲厂", 等级="一", 说明="无")) == [("件数", "ambiguous")]
    assert doubts(read(top=boxed("甲厂"), 单位="甲厂", 件数="3", 等级="一", 说明="无")) == []


def test_a_text_box_holds_no_answer_of_another_page() -> None:
    turned = Xml('<w:r><w:br w:type="page"/></w:r>')
    result = read(top=boxed("甲厂"), labels={"等级": turned}, 单位="甲厂")
    assert doubts(result) == []


def test_a_line_may_strike_the_answer_beside_its_label_in_whatever_they_are_wrapped() -> None:
    def wrapped(held: Xml) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{held}</w:sdtContent></w:sdt>"

    cells = wrapped(cell(p("单位", LINE))) + wrapped(cell(p("甲厂")))
    form = loaded(package(table(2, row("单位", "{{ 单位 }}"), row("等级", "{{ 等级 }}"))))
    returned = package(table(2, f"<w:tr>{cells}</w:tr>", row("等级", "一")))
    assert doubts(form.extract(returned, by_meaning=True)) == [("单位", "look-here")]


# --- elsewhere, or gone ---


def test_an_answer_that_stands_behind_its_label_somewhere_else_is_told_at_its_place() -> None:
    def given(more: str, unit: str = "") -> list[tuple[str, str]]:
        held = dict(zip(_LABELS, (unit, "3", "一", "无"), strict=True)) | {"性质": "☑国有  □民营"}
        rows = [row(label, said) for label, said in held.items()]
        body = p("登记表") + table(2, *rows) + p("日期：2024年5月6日") + p(more)
        return doubts(FORM.extract(package(body), by_meaning=True))

    assert given("单位：甲厂") == [("单位", "place-ambiguous")]
    assert given("单位：甲厂", "乙厂") == given("备注：甲厂") == given("单位：") == []


def test_a_table_of_records_that_is_gone_with_its_header_is_a_doubt() -> None:
    head, each = row("名称", "数量"), (row(cell("{%tr for r in 清单 %}", span=2)), row(cell("{%tr endfor %}", span=2)))
    tagged = table(2, head, each[0], row("{{ r.名称 }}", "{{ r.数量 }}"), each[1])
    form = loaded(package(p("清单表") + p("单位：{{ 单位 }}") + p("清单如下") + tagged + p("以上属实。")))

    def given(between: str) -> Result:
        lines = p("清单表") + p("单位：甲厂") + p("清单如下") + between + p("以上属实。")
        return form.extract(package(lines), by_meaning=True)

    assert doubts(given(table(2, head, row("甲", "3")))) == doubts(given(table(2, head))) == []
    assert ("清单", "place-missing") in doubts(given(p("甲 3台")))


@pytest.mark.parametrize("sign", ["/", "、", "及"])
def test_two_labels_that_were_made_one_leave_nothing_certain(sign: str) -> None:
    form = loaded(package(p("登记表") + p("联系人：{{ 联系人 }}  电话：{{ 电话 }}") + p("完")))

    def given(line: str) -> Result:
        return form.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)

    assert doubts(given(f"联系人{sign}电话：张三/139")) == [("联系人", "ambiguous"), ("电话", "ambiguous")]
    result = given(f"联系人：{sign}  电话：139")
    assert (result.data, doubts(result)) == ({"联系人": sign, "电话": "139"}, [])


# --- moved, listed, in other letters ---


@pytest.mark.parametrize(
    "indent",
    ['w:left="-8000"', 'w:firstLine="-8000"', 'w:left="200" w:hanging="8000"', 'w:start="-2400"', 'w:left="20000"'],
)
def test_an_answer_that_does_not_stand_in_its_place_is_doubted(indent: str) -> None:
    moved = Xml(f"<w:p><w:pPr><w:ind {indent}/></w:pPr>{r('甲厂')}</w:p>")
    assert doubts(read(单位=moved)) == [("单位", "look-here")]


@pytest.mark.parametrize("indent", ['w:left="-400"', 'w:left="420" w:hanging="420"', 'w:firstLine="480"', 'w:left="x"'])
def test_an_answer_that_is_set_in_a_little_is_read(indent: str) -> None:
    moved = Xml(f"<w:p><w:pPr><w:ind {indent}/></w:pPr>{r('甲厂')}</w:p>")
    assert doubts(read(单位=moved)) == []


def _in_a_list(said: str, drawn: str, kind: str = "bullet") -> tuple[Xml, str]:
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/><w:lvlText w:val="{drawn}"/></w:lvl>'
    lists = f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
    lists += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    own = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return Xml(f"<w:p><w:pPr>{own}</w:pPr>{r(said) if said else ''}</w:p>"), lists


@pytest.mark.parametrize(
    ("said", "drawn", "kind"),
    [
        ("", "第%1名", "chineseCounting"),
        ("", "%1", "upperLetter"),
        ("", "-", "bullet"),
        ("", "/", "bullet"),
        ("合格", "×", "bullet"),
        ("合格", "✗", "bullet"),
    ],
)
def test_what_a_list_draws_may_be_the_answer_or_strike_it(said: str, drawn: str, kind: str) -> None:
    answer, lists = _in_a_list(said, drawn, kind)
    assert doubts(read(等级=answer, lists=lists)) == [("等级", "look-here")]


@pytest.mark.parametrize(
    ("said", "drawn", "kind"),
    [("", "•", "bullet"), ("合格", "✓", "bullet"), ("合格", "-", "bullet"), ("合格", "第%1名", "chineseCounting")],
)
def test_a_list_that_says_nothing_of_the_answer_is_no_doubt(said: str, drawn: str, kind: str) -> None:
    answer, lists = _in_a_list(said, drawn, kind)
    assert doubts(read(等级=answer, lists=lists)) == []


_STYLE = '<w:style w:type="character" w:styleId="C"><w:rPr><w:smallCaps/></w:rPr></w:style>'


@pytest.mark.parametrize("look", ["<w:caps/>", "<w:smallCaps/>", '<w:rStyle w:val="C"/>'])
def test_small_letters_that_the_page_shows_as_capitals_are_doubted(look: str) -> None:
    def given(said: str) -> list[tuple[str, str]]:
        return doubts(read(单位=Xml(f"<w:r><w:rPr>{look}</w:rPr><w:t>{said}</w:t></w:r>"), styles=_STYLE))

    assert given("Acme ltd") == [("单位", "look-here")]
    assert given("ACME 甲厂 12") == []


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ('<w:style w:type="character" w:styleId="af1"><w:name w:val="{}"/></w:style>', [("单位", "placeholder")]),
        ('<w:style w:type="character" w:styleId="af1"><w:name w:val="{}x"/></w:style>', []),
        ('<w:latentStyles><w:lsdException w:name="{}"/></w:latentStyles>', []),
    ],
)
@pytest.mark.parametrize("name", ["Placeholder Text", "placeholder text"])
def test_what_is_written_in_the_style_of_prompts_is_doubted(name: str, styles: str, expected: object) -> None:
    said = Xml('<w:r><w:rPr><w:rStyle w:val="af1"/></w:rPr><w:t>甲厂</w:t></w:r>')
    assert doubts(read(单位=said, styles=styles.format(name))) == expected


def test_what_is_said_four_times_over_is_doubted_where_there_may_have_been_controls() -> None:
    prompts = '<w:style w:type="character" w:styleId="af1"><w:name w:val="Placeholder Text"/></w:style>'
    assert doubts(read(单位="甲乙厂" * 4, styles=prompts)) == [("单位", "ambiguous")]
    assert doubts(read(单位="甲乙厂" * 4)) == doubts(read(单位="甲乙厂", styles=prompts)) == []


def test_capitals_of_the_form_itself_are_no_doubt() -> None:
    def written(said: str) -> bytes:
        return package(p("单位：", Xml(f"<w:r><w:rPr><w:caps/></w:rPr><w:t>{said}</w:t></w:r>")))

    form = loaded(written("{{ 单位 }}"))
    assert doubts(form.extract(written("acme"), by_meaning=True)) == []
    assert form.extract(form.fill({"单位": "acme"})).data == {"单位": "acme"}


@pytest.mark.parametrize(("said", "value"), [("-356", -356), ("−356", -356), ("－356", -356), ("- 356", -356)])
def test_a_minus_is_one(said: str, value: int) -> None:
    reading = KINDS["integer"].parse(said)
    assert (reading.value, reading.problem) == (value, "")


@pytest.mark.parametrize("said", ["—356", "–356", "― 356", "─356", "— ３５６"])
def test_a_dash_before_a_number_is_no_minus_for_certain(said: str) -> None:
    for kind in ("number", "integer"):
        assert KINDS[kind].parse(said).problem == KINDS[kind].unread


# --- labels that lost a letter ---


def test_answers_between_labels_in_other_words_stay_under_their_own() -> None:
    tags = [
        x
        for name in ("简介", "成效", "问题")
        for x in (f"{{%p for x in {name} | lines %}}", "{{ x }}", "{%p endfor %}")
    ]
    printed = ("一、集群基本情况简介", "二、发展的成效", "三、存在的问题")
    form = loaded(
        package(table(1, row(cell(*(p(x) for n in range(3) for x in (printed[n], *tags[3 * n : 3 * n + 3]))))))
    )
    lines = ("一、集群基本情况简", "甲", "乙", "二、发展的成", "三、存在的问", "丙")
    result = form.extract(package(table(1, row(cell(*map(p, lines))))), by_meaning=True)
    assert result.data == {"简介": "甲\n乙", "成效": None, "问题": "丙"}


# --- written several times over ---


def _field(said: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    code = "<w:r><w:instrText> FORMTEXT </w:instrText></w:r>"
    return f"{marks[0]}{code}{marks[1]}{r(said)}{marks[2]}"


def _control(said: str) -> str:
    return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{r(said)}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize("held", [_field, _control])
@pytest.mark.parametrize("said", ["东港厂", "东路1号", "女"])
def test_an_answer_that_was_written_several_times_over_is_doubted(held: Any, said: str) -> None:
    echoed = Xml(held(said) + held(said[:2]) + held(said) + r(said[2:]) + held(said))
    (told,) = [x for x in read(单位=echoed).problems if x.code == "ambiguous"]
    assert (told.path, told.expected) == ("单位", said)
    parted = Xml(held(said) + "</w:p><w:p>" + held(said) + r(said) + "</w:p><w:p>" + held(said))
    assert ("单位", "ambiguous") in doubts(read(单位=parted))


@pytest.mark.parametrize("held", [_field, _control])
def test_controls_that_show_the_same_beside_other_words_are_no_echo(held: Any) -> None:
    assert doubts(read(单位=Xml(held("东港厂")), 等级=Xml(held("东港厂")))) == []
    assert doubts(read(单位=Xml(held("12") + r("月") + held("12") + r("日")))) == []
    assert doubts(read(单位=Xml(held("1") + held("1") + held("2")))) == []


def test_what_is_shown_once_is_not_looked_at() -> None:
    body = Document(package(p(Xml(_field("甲")), Xml(_control("乙")), Xml(_field("丙")))), "x")
    assert echoes.echoes_in(body.root) == {}


def test_a_form_of_these_tests_reads_back() -> None:
    assert isinstance(FORM, Form)
    assert doubts(read(单位="甲厂", 件数="3", 等级="一", 说明="无", 性质="☑国有  □民营")) == []


# --- a line of several labels in several lines ---

SPREAD = loaded(
    package(p("申请表") + p("部门：{{ 部门 }}  电话：{{ 电话 }} 人数：{{ 人数 | integer }}人") + p("以上属实"))
)


@pytest.mark.parametrize(
    "lines",
    [
        ("部门：信息科", "电话：62 人数：3人"),
        ("部门：信息科  电话：62", "人数：3人"),
        ("部门：信息科", "电话：62", "人数：3人"),
    ],
)
def test_a_line_of_several_labels_that_was_parted_before_one_is_read(lines: tuple[str, ...]) -> None:
    result = SPREAD.extract(package(p("申请表") + "".join(map(p, lines)) + p("以上属实")))
    assert (result.data, result.problems) == ({"部门": "信息科", "电话": "62", "人数": 3}, [])


def test_what_stands_between_its_labels_in_a_line_of_its_own_is_no_part_of_it() -> None:
    lines = ("部门：信息科", "财务科", "电话：62 人数：3人")
    result = SPREAD.extract(package(p("申请表") + "".join(map(p, lines)) + p("以上属实")))
    assert {"部门", "电话", "人数"} <= {x.path for x in result.problems}


@pytest.mark.parametrize(
    ("shown", "doubted"),
    [("发展情况（限200字）为良好", True), ("发展情况（限200字）良好", False), ("发展情况（限200字）：为良好", False)],
)
def test_a_sentence_of_a_label_and_its_answer_is_a_doubt(shown: str, doubted: bool) -> None:
    form = loaded(package(table(2, row("发展情况（限200字）", "{{ 情况 }}"), row("备注", "{{ 备注 }}"))))
    result = form.extract(package(table(2, row(shown, ""), row("备注", "无"))))
    assert [x.code for x in result.problems] == (["label-altered"] if doubted else [])


_RUN_ON = loaded(package(p("登记表") + p("负责人：{{ 人 | blank(8) }}  联系电话：{{ 话 | blank(12) }}") + p("完")))


@pytest.mark.parametrize(
    ("line", "doubted"),
    [
        ("负责人：周海涛，联系电话：139", ["人"]),
        ("负责人：周海涛/联系电话：139", ["人"]),
        ("负责人：周海涛（联系电话：139）", ["人", "话"]),
        ("负责人：周海涛 联系人：李 联系电话：139", ["人"]),
        ("负责人：周海涛  联系电话：139 传真：010", ["话"]),
        ("负责人：周海涛  联系电话：139，邮编：315000", ["话"]),
        ("负责人：周海涛（兼）联系电话：139（工作日9:00至17：00）", []),
        ("负责人：周海涛  联系电话：139、010", []),
        ("负责人：/  联系电话：/", []),
        ("负责人：周海涛  联系电话：", []),
    ],
)
def test_an_answer_in_a_line_that_goes_on_into_what_is_none_of_it_is_doubted(line: str, doubted: list[str]) -> None:
    result = _RUN_ON.extract(package(p("登记表") + p(line) + p("完")), by_meaning=True)
    assert [(x.code, x.path) for x in result.problems] == [("ambiguous", path) for path in doubted]


_HINTED = loaded(
    package(
        p("登记表")
        + table(2, row("理由", "{% if 由 %}{{ 由 }}{% else %}（不超过200字，说明必要性）{% endif %}"))
        + p("完")
    )
)


@pytest.mark.parametrize(
    "said", ["不超过200字", "说明必要性：急需。", "（200字）急需。", "（不超过200字）急需。", "说明必要性。"]
)
def test_a_whole_clause_of_a_hint_is_no_answer(said: str) -> None:
    result = _HINTED.extract(package(p("登记表") + table(2, row("理由", said)) + p("完")), by_meaning=True)
    assert {(x.code, x.path) for x in result.problems} == {("ambiguous", "由")}


@pytest.mark.parametrize("said", ["说明必要", "必要性大。", "（2024）急需。", "不超过200台"])
def test_an_answer_that_takes_up_words_of_its_hint_is_one(said: str) -> None:
    result = _HINTED.extract(package(p("登记表") + table(2, row("理由", said)) + p("完")), by_meaning=True)
    assert (result.data, result.problems) == ({"由": said}, [])


_ELSEWHERE = loaded(
    package(
        p("登记表")
        + p("单位：{{ 单位 }}")
        + table(
            2,
            row("理由", "{% if 由 %}{{ 由 }}{% else %}（不超过200字，说明必要性）{% endif %}"),
            row("地址", "{{ 址 }}"),
        )
        + p("完")
    )
)


@pytest.mark.parametrize(
    "hint",
    ["（不超过200字，说明必要性）", "不超过200字，说明必要性", "（不超过200字）", "（说明必要性）", "说明必要性）"],
)
@pytest.mark.parametrize("path", ["单位", "址"])
def test_the_hint_of_another_place_is_no_part_of_an_answer(hint: str, path: str) -> None:
    for said in (hint, f"港中路{hint}", f"{hint}港中路"):
        unit, address = (said, "港西路") if path == "单位" else ("甲厂", said)
        rows = table(2, row("理由", "急需。"), row("地址", address))
        result = _ELSEWHERE.extract(package(p("登记表") + p("单位：" + unit) + rows + p("完")), by_meaning=True)
        if said.startswith("说明必要性）") and said != hint:
            continue  # an end of the hint is told where it ends the answer alone
        assert {x.path for x in result.problems} == {path}, said


@pytest.mark.parametrize("said", ["港中路（说明）", "必要性（见附件）", "（甲区）港中路", "不超过200米"])
def test_other_words_that_are_also_in_a_hint_are_an_answer(said: str) -> None:
    rows = table(2, row("理由", "急需。"), row("地址", said))
    result = _ELSEWHERE.extract(package(p("登记表") + p("单位：甲厂") + rows + p("完")), by_meaning=True)
    assert (result.data["址"], result.problems) == (said, [])
