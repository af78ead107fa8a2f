"""Put: the third verb of the lens, its laws and its sentences.

The laws run over documents of every maker: fill, stock docxtpl, python-docx, LibreOffice,
and people's habits (`tests.messy`).
"""

from __future__ import annotations

import copy
import functools
import io
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pytest
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import Form, InvalidData, bundled, propose_tags
from docfill.data import set_value, value_at
from docfill.extract import Result
from docfill.fields import Field
from docfill.put import FOLLOWING, Track
from docfill.word.document import Document
from tests.disturb import package_of, parts_of
from tests.messy import HABITS, spoilt
from tests.small_form import (
    NAMES,
    Xml,
    cell,
    check_box,
    form_named,
    loaded,
    p,
    package,
    row,
    symbol,
    table,
    template_of,
)
from tests.strategies import filled_everywhere, plain, record_of, records
from tests.test_document import text_box
from tests.test_laws import leaves
from tests.test_libreoffice import converted, missing, required

MAIN = "word/document.xml"
every_form = pytest.mark.parametrize("name", NAMES)


# --- makers ---


def _by_fill(form: Form, data: dict[str, Any]) -> bytes:
    return form.fill(data)


def _by_docxtpl(form: Form, data: dict[str, Any]) -> bytes:
    template = DocxTemplate(io.BytesIO(template_of(form.name)))
    template.render(form.context(data), form.environment, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _by_python_docx(form: Form, data: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    docx.Document(io.BytesIO(form.fill(data))).save(out)
    return out.getvalue()


def _by_libreoffice(form: Form, data: dict[str, Any]) -> bytes:
    if missing and not required:
        pytest.skip("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        return converted(form.fill(data), "docx", Path(folder), Path(folder) / "profile").read_bytes()


MAKERS = {
    "fill": _by_fill,
    "docxtpl": _by_docxtpl,
    "python-docx": _by_python_docx,
    "LibreOffice": _by_libreoffice,
}
every_maker = pytest.mark.parametrize("maker", MAKERS)


@functools.cache
def _document(name: str, maker: str) -> bytes:
    form = form_named(name)
    values = {path: v for n, (path, v) in enumerate(filled_everywhere(form).items()) if n % 3}
    return MAKERS[maker](form, record_of(values))


def part(data: bytes, name: str = MAIN) -> bytes:
    """A part of a package."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def others(data: bytes) -> dict[str, bytes]:
    """Every part but the main one."""
    package = zipfile.ZipFile(io.BytesIO(data))
    return {name: package.read(name) for name in package.namelist() if name != MAIN}


def _doubts(form: Form, data: bytes) -> Counter[tuple[str, str]]:
    return Counter((p.code, p.path) for p in form.extract(data).problems)


def _part_of(record: dict[str, Any], paths: list[str], form: Form) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for f in form.fields:
        if f.path in paths:
            set_value(given, f.steps, value_at(record, f.steps))
    return given


# --- the laws ---


@every_form
@every_maker
def test_putting_what_was_read_changes_no_byte(name: str, maker: str) -> None:
    form, document = form_named(name), _document(name, maker)
    assert form.put(document, form.extract(document).data) == document


@every_form
@pytest.mark.parametrize("turn", range(4))
def test_putting_what_was_read_from_a_messy_return_changes_no_byte(name: str, turn: int) -> None:
    form = form_named(name)
    habits = [(habit, 0) for habit in HABITS[turn :: len(HABITS) // 8][:3]]
    page = spoilt(form, record_of(filled_everywhere(form)), habits)
    document = page.document()
    assert form.put(document, form.extract(document).data) == document


@every_form
@given(st.data())
def test_what_is_put_is_what_is_read_and_all_else_stays(name: str, data: st.DataObject) -> None:
    form, maker = form_named(name), data.draw(st.sampled_from(sorted(MAKERS)))
    document = _document(name, maker)
    before = form.extract(document)
    target = form.context(data.draw(records(form, plain)))
    paths = data.draw(st.lists(st.sampled_from([f.path for f in form.fields]), min_size=1, max_size=4, unique=True))
    given_part = _part_of(target, paths, form)
    try:
        put = form.put(document, given_part)
    except InvalidData as refused:
        assert {p.code for p in refused.problems} <= {"not-placed", "put-reads-otherwise", "put-raises-doubt"}
        assert all(f.kind.has_records for f in form.fields if f.path in {p.path for p in refused.problems})
        return
    after = form.extract(put, by_meaning=True)
    expected = copy.deepcopy(before.data)
    for f in form.fields:
        if f.path in paths:
            set_value(expected, f.steps, value_at(target, f.steps))
    assert dict(leaves(after.data)) == dict(leaves(expected))
    assert form.put(put, given_part) == put


@every_form
@pytest.mark.parametrize("turn", range(4))
def test_what_is_put_into_a_messy_return_is_read_and_other_fields_keep_their_doubts(name: str, turn: int) -> None:
    form = form_named(name)
    habits = [(habit, turn) for habit in HABITS[turn :: len(HABITS) // 9][:4]]
    document = spoilt(form, record_of(filled_everywhere(form)), habits).document()
    before = form.extract(document)
    put_once = 0
    for f in form.fields[turn :: max(len(form.fields) // 5, 1)]:
        given_part: dict[str, Any] = {}
        set_value(given_part, f.steps, f.kind.sample(f, 2) if not f.kind.has_options else f.kind.absent)
        try:
            after = form.extract(form.put(document, given_part))
        except InvalidData as refused:
            assert {p.code for p in refused.problems} <= REFUSED
            continue
        put_once += 1
        expected = copy.deepcopy(before.data)
        set_value(expected, f.steps, value_at(form.context(given_part), f.steps))
        assert dict(leaves(after.data)) == dict(leaves(expected))
        old, new = _of_others(before, f), _of_others(after, f)
        assert new <= old
        assert {row for _, _, row in old - new} <= {f.place.row}  # what was written in beside options was their doubt
    assert put_once


REFUSED = {"place-uncertain", "not-placed", "put-reads-otherwise", "put-raises-doubt"}


def _of_others(result: Result, changed: Field) -> Counter[tuple[str, str, str]]:
    """The doubts of fields that were left alone and their rows, but for those that follow from other values."""
    problems = (p for p in result.problems if p.path.partition("[")[0] != changed.path)
    doubts = ((p.code, p.path, p.place.row if p.place else "") for p in problems)
    return Counter(d for d in doubts if d[0] not in FOLLOWING)


@every_form
@every_maker
def test_putting_twice_reads_as_putting_the_last(name: str, maker: str) -> None:
    form, document = form_named(name), _document(name, maker)
    f = next(f for f in form.fields if f.kind.is_prose and not f.kind.is_long)
    first, second = {}, {}  # type: dict[str, Any], dict[str, Any]
    set_value(first, f.steps, "第一次")
    set_value(second, f.steps, "第二次写的")
    twice, once = form.put(form.put(document, first), second), form.put(document, second)
    assert form.extract(twice).data == form.extract(once).data
    assert _doubts(form, twice) == _doubts(form, once)


def _is_in_body(element: Any) -> bool:
    return element is not None and element.getroottree().getroot().tag.endswith("}document")


_PARAGRAPH = re.compile(rb"<w:p[ >].*?</w:p>|<w:p/>", re.S)


@every_form
@every_maker
def test_putting_one_field_changes_the_paragraphs_of_its_place_alone(name: str, maker: str) -> None:
    form, document = form_named(name), _document(name, maker)
    result = form.extract(document, by_meaning=True)
    tried = 0
    for f in form.fields:
        found = result.assignment.text_at(f.path)
        if not f.kind.is_written or f.kind.is_long or found is None or not _is_in_body(found.element):
            continue
        sample = f.kind.sample(f, 2)
        if value_at(result.data, f.steps) == sample or tried > 12:
            continue
        tried += 1
        given_part: dict[str, Any] = {}
        set_value(given_part, f.steps, sample)
        put = form.put(document, given_part)
        old, new = part(document), part(put)
        held = result.assignment.at(f.path)
        places = {id(s.paragraph) for found in (held.text, *held.also) if found for s in found.spans}
        start = next(i for i in range(len(old)) if old[i] != new[i])
        end = next(i for i in range(1, len(old)) if old[-i] != new[-i])
        touched = [m for m in _PARAGRAPH.finditer(old) if m.start() < len(old) - end + 1 and m.end() > start]
        assert 1 <= len(touched) <= max(len(places), 1) or len(held.also) > 0
        assert others(put) == others(document)
    assert tried


# --- how answers are written ---


def _put(template: str, returned: str, changes: dict[str, Any]) -> str:
    """The text and marks of a body after putting; the form is of a template's body."""
    form = loaded(package(template))
    put = form.put(package(returned), changes)
    assert others(put) == others(package(returned))
    return "\n".join(x.text for x in _paragraphs(put))


def _paragraphs(data: bytes) -> list[Any]:
    from docfill.word.document import paragraphs_of

    return [*paragraphs_of(Document(data).blocks)]


def test_a_blank_keeps_its_width_and_comes_back() -> None:
    template = p("姓名：{{ 甲.名 | blank(10) }}性别：{{ 甲.性 | blank(4) }}")
    returned = p("姓名：张三      性别：男  ")
    assert _put(template, returned, {"甲": {"名": "欧阳三"}}) == "姓名：欧阳三    性别：男  "
    assert _put(template, returned, {"甲": {"名": None}}) == "姓名：          性别：男  "
    assert _put(template, p("姓名：__________性别：____"), {"甲": {"性": "女"}}) == "姓名：__________性别：女__"


def test_a_date_keeps_its_signs_and_their_spaces() -> None:
    template = p("日期：{{ 甲.日 | date }}")
    assert _put(template, p("日期：2024 年 5 月 6 日"), {"甲": {"日": "2025-11-06"}}) == "日期：2025 年 11 月 6 日"
    assert _put(template, p("日期：    年    月    日"), {"甲": {"日": "2025-11-06"}}) == "日期：2025年11月6日"
    assert _put(template, p("日期：2024.5.6"), {"甲": {"日": "2025-11-06"}}) == "日期：2025年11月6日"
    assert _put(template, p("日期：2024年5月6日"), {"甲": {"日": None}}) == "日期：    年    月    日"


def test_an_answer_takes_the_run_that_stands_at_the_place() -> None:
    template = table(2, row(cell(p("名称")), cell(p("{{ 甲.名 }}"))))
    run = '<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>旧</w:t></w:r>'
    returned = table(2, row(cell(p("名称")), cell(Xml(f"<w:p>{run}</w:p>"))))
    put = loaded(package(template)).put(package(returned), {"甲": {"名": "新的"}})
    assert run.replace("旧", "新的").encode() in part(put)


def test_an_empty_cell_takes_the_run_that_its_paragraph_mark_asks_for() -> None:
    template = table(2, row(cell(p("名称")), cell(p("{{ 甲.名 }}"))))
    mark = '<w:pPr><w:rPr><w:ins w:id="1" w:author="x"/><w:sz w:val="30"/></w:rPr></w:pPr>'
    returned = table(2, row(cell(p("名称")), cell(Xml(f"<w:p>{mark}</w:p>"))))
    put = loaded(package(template)).put(package(returned), {"甲": {"名": "新"}})
    assert '<w:r><w:rPr><w:sz w:val="30"/></w:rPr><w:t xml:space="preserve">新</w:t></w:r>'.encode() in part(put)


def test_paragraphs_of_a_long_answer_come_and_go() -> None:
    template = p("任务：") + p("{%p for 段 in 甲.任务 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    returned = p("任务：") + p("一") + p("二") + p("三") + p("完")
    assert _put(template, returned, {"甲": {"任务": "一\n新\n三"}}) == "任务：\n一\n新\n三\n完"
    assert _put(template, returned, {"甲": {"任务": "一\n二\n二半\n三\n四"}}) == "任务：\n一\n二\n二半\n三\n四\n完"
    assert _put(template, returned, {"甲": {"任务": "三"}}) == "任务：\n三\n完"
    assert _put(template, p("任务：") + p("") + p("完"), {"甲": {"任务": "一\n二"}}) == "任务：\n一\n二\n完"


def test_an_answer_for_which_there_is_no_line_does_not_take_the_number_of_the_heading_before_it() -> None:
    template = p("任务：") + p("{%p for 段 in 甲.任务 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
    heading = Xml(
        f'<w:p><w:pPr><w:pStyle w:val="H1"/><w:keepNext/>{numbered}<w:jc w:val="both"/></w:pPr>'
        '<w:r><w:rPr><w:b/><w:sz w:val="28"/></w:rPr><w:t>任务：</w:t></w:r></w:p>'
    )
    put = loaded(package(template)).put(package(heading + p("完")), {"甲": {"任务": "一\n二"}})
    body = part(put).decode()
    assert (body.count("numPr>"), body.count("keepNext"), body.count("pStyle")) == (2, 1, 1)
    plain = '<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:sz w:val="28"/></w:rPr>'
    assert f'{plain}<w:t xml:space="preserve">一</w:t></w:r></w:p>{plain}' in body


def test_a_line_break_inside_a_line_stays_one() -> None:
    template = p("备注：{{ 甲.注 }}") + p("完")
    assert _put(template, p("备注：一⏎二") + p("完"), {"甲": {"注": "一\n新\n二"}}) == "备注：一\n新\n二\n完"


def test_a_hedged_number_is_written_plainly_when_asked_for() -> None:
    template = p("产值：{{ 甲.产值 | number }}万元")
    form, returned = loaded(package(template)), package(p("产值：约120万元"))
    assert form.put(returned, {"甲": {"产值": 120}}) == returned
    put = form.put(returned, {}, rewrite=["甲.产值"])
    assert form.extract(put).data == {"甲": {"产值": 120}} and form.extract(put).problems == []


def test_what_is_in_two_places_is_put_in_both() -> None:
    template = p("姓名：{{ 甲.名 }}") + p("申请人：{{ 甲.名 }}")
    returned = p("姓名：张三") + p("申请人：张三")
    assert _put(template, returned, {"甲": {"名": "李四"}}) == "姓名：李四\n申请人：李四"


def test_an_answer_behind_its_label_is_put_there() -> None:
    template = table(2, row(cell(p("名称")), cell(p("{{ 甲.名 }}"))))
    returned = table(2, row(cell(p("名称：张三")), cell(p(""))))
    assert _put(template, returned, {"甲": {"名": "李四"}}) == "名称：李四\n"


def test_what_a_tracked_change_deleted_stays_out_of_the_way() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    deleted = '<w:del w:id="1" w:author="x"><w:r><w:delText>旧</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2" w:author="x">{run.format("新")}</w:ins>'
    template = p("姓名：{{ 甲.名 }}") + p("完：{{ 甲.完 }}")
    body = f"<w:p>{run.format('姓名：')}{deleted}{inserted}</w:p><w:p>{run.format('完：')}{inserted}</w:p>"
    form = loaded(package(template))
    put = form.put(package(body), {"甲": {"名": "李四"}})
    assert form.extract(put).data == {"甲": {"名": "李四", "完": "新"}}
    assert f"<w:p>{run.format('完：')}{inserted}</w:p>".encode() in part(put)


# --- ticks, in every drawing ---

_BOXES = p('{{ 甲.选 | choice("是") }}是 {{ 甲.选 | choice("否") }}否')
_CHOICE = table(2, row(cell(p("可否")), cell(_BOXES)))


@pytest.mark.parametrize(
    ("returned", "wanted", "shown"),
    [
        ("☑是 □否", "否", "□是 ☑否"),
        ("□是 □否", "是", "☑是 □否"),
        ("■是 □否", "否", "□是 ■否"),
        ("●是 ○否", "否", "○是 ●否"),
        ("□√是 □否", "否", "□是 ☑否"),
        ("（√）是 （ ）否", "否", "（ ）是 （√）否"),
        ("[x]是 [ ]否", "否", "[ ]是 [√]否"),
        ("是", "否", "否"),
        ("☑是 ☑否", "是", "☑是 □否"),
        ("☑是 □否", None, "□是 □否"),
    ],
)
def test_a_tick_is_put_as_the_document_draws_it(returned: str, wanted: str | None, shown: str) -> None:
    assert _put(_CHOICE, _answered(p(returned)), {"甲": {"选": wanted}}) == f"可否\n{shown}"


def _answered(paragraph: str) -> str:
    return table(2, row(cell(p("可否")), cell(paragraph)))


def _boxes(*pieces: str) -> str:
    return _answered(p(pieces[0], "是 ", pieces[1], "否"))


def test_a_symbol_is_put_by_its_code() -> None:
    form = loaded(package(_CHOICE))
    returned = package(_boxes(symbol("F052"), symbol("F0A3")))
    put = form.put(returned, {"甲": {"选": "否"}})
    assert re.findall(rb'w:char="(\w+)"', part(put)) == [b"F0A3", b"F052"]
    assert part(form.put(put, {"甲": {"选": "是"}})) == part(returned)


def test_a_check_box_changes_its_state_and_its_sign_in_step() -> None:
    form = loaded(package(_CHOICE))
    returned = package(_boxes(check_box(True), check_box(False)))
    put = form.put(returned, {"甲": {"选": "否"}})
    assert re.findall(rb'w14:checked w14:val="(\d)"', part(put)) == [b"0", b"1"]
    assert form.extract(put).data == {"甲": {"选": "否"}}


def test_a_legacy_check_box_changes_its_state() -> None:
    def field(state: str) -> str:
        mark = '<w:r><w:fldChar w:fldCharType="{}">{}</w:fldChar></w:r>'
        data = f"<w:ffData><w:checkBox><w:sizeAuto/>{state}</w:checkBox></w:ffData>"
        code = "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        return f"{mark.format('begin', data)}{code}{mark.format('end', '')}"

    def word(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

    body = f"<w:p>{field('<w:checked/>')}{word('是 ')}{field('')}{word('否')}</w:p>"
    form = loaded(package(_CHOICE))
    put = form.put(package(_answered(body)), {"甲": {"选": "否"}})
    assert form.extract(put).data == {"甲": {"选": "否"}}


# --- rows ---

_HEAD = row(cell(p("名称")), cell(p("数量")))


def _rows_template(key: str = "") -> str:
    opening = f"{{%tr for 行 in 甲.清单{key} %}}"
    body = row(cell(p("{{ 行.名称 }}")), cell(p("{{ 行.数量 | integer }}")))
    return table(2, _HEAD, row(cell(p(opening))), body, row(cell(p("{%tr endfor %}")))) + p("完")


def _returned_rows(*records: tuple[str, str]) -> str:
    return table(2, _HEAD, *(row(cell(p(a)), cell(p(b))) for a, b in records)) + p("完")


def _as_records(*rows: tuple[str, int | None]) -> dict[str, Any]:
    return {"甲": {"清单": [{"名称": a, "数量": b} for a, b in rows]}}


@pytest.mark.parametrize(
    "wanted",
    [
        [("铁", 1), ("铜", 5)],
        [("铁", 1)],
        [("铜", 2)],
        [("铝", 9), ("铁", 1), ("铜", 2)],
        [("铁", 1), ("锡", 3), ("铜", 2), ("金", 4)],
        [("铁", None), ("银", 7)],
        [],
    ],
)
@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_rows_are_changed_added_and_taken_out(wanted: list[tuple[str, int | None]], blanks: int) -> None:
    form = loaded(package(_rows_template()))
    returned = package(_returned_rows(("铁", "1"), ("铜", "2"), *[("", "")] * blanks))
    put = form.put(returned, _as_records(*wanted))
    assert form.extract(put, by_meaning=True).data == _as_records(*wanted)
    assert form.extract(put).problems == [] and form.extract(put).leftovers == []


def test_a_row_that_stays_is_not_touched() -> None:
    form = loaded(package(_rows_template()))
    returned = package(_returned_rows(("铁", "1"), ("铜", "2")))
    kept = row(cell(p("铜")), cell(p("2"))).encode()
    assert kept in part(returned) and kept in part(form.put(returned, _as_records(("铁", 8), ("铜", 2), ("金", 3))))


def test_rows_pair_by_their_key() -> None:
    form = loaded(package(_rows_template(' | key("名称")')))
    returned = package(_returned_rows(("铁", "1"), ("铜", "2")))
    put = form.put(returned, _as_records(("铁", 1), ("铜", 7)))
    assert form.extract(put, by_meaning=True).data == _as_records(("铁", 1), ("铜", 7))


# --- refusals ---


def _refused(template: str, returned: str, changes: dict[str, Any]) -> list[str]:
    form, document = loaded(package(template)), package(returned)
    with pytest.raises(InvalidData) as refused:
        form.put(document, changes)
    return [problem.code for problem in refused.value.problems]


def test_a_value_that_the_schema_refuses_is_refused() -> None:
    template = p("产值：{{ 甲.产值 | number }}万元")
    assert _refused(template, p("产值：12万元"), {"甲": {"产值": "很多"}}) == ["wrong-type"]
    assert _refused(template, p("产值：12万元"), {"甲": {"产量": 3}}) == ["unknown-field"]


def test_a_whole_path_as_one_key_is_refused_with_how_it_is_written() -> None:
    form, document = loaded(package(p("产值：{{ 甲.产值 | number }}万元"))), package(p("产值：12万元"))
    for way in (form.put, lambda _, given: form.fill(given)):
        with pytest.raises(InvalidData) as refused:
            way(document, {"甲.产值": 3})
        (problem,) = refused.value.problems
        assert (problem.code, problem.expected) == ("unknown-field", '{"甲": {"产值": …}}')


def test_a_value_where_a_group_is_due_is_refused() -> None:
    template = p("产值：{{ 甲.产值 | number }}万元")
    assert _refused(template, p("产值：12万元"), {"甲": 13}) == ["wrong-type"]


def test_a_place_that_is_not_certain_is_refused() -> None:
    template = p("企业姓名：{{ 甲.名 }}") + p("完")
    assert _refused(template, p("企业的姓名：张三") + p("完"), {"甲": {"名": "李四"}}) == ["place-uncertain"]
    assert _refused(template, p("完"), {"甲": {"名": "李四"}}) == ["place-uncertain"]


def test_all_of_one_call_is_put_or_nothing() -> None:
    template = p("姓名：{{ 甲.名 }}") + p("年龄：{{ 甲.龄 | integer }}")
    codes = _refused(template, p("姓名：张三") + p("年龄：3"), {"甲": {"名": "李四", "龄": "三岁"}})
    assert codes == ["wrong-type"]


def test_an_answer_that_would_be_read_as_words_of_the_form_is_refused() -> None:
    template = p("姓名：{{ 甲.名 }} 性别：{{ 甲.性 }}")
    codes = _refused(template, p("姓名：张三 性别：男"), {"甲": {"名": "李四 性别：女"}})
    assert set(codes) <= {"put-reads-otherwise", "put-raises-doubt"}


def test_what_changed_is_told_with_its_place() -> None:
    template = table(2, row(cell(p("名称")), cell(p("{{ 甲.名 }}"))))
    returned = package(table(2, row(cell(p("名称")), cell(p("张三")))))
    done = loaded(package(template)).corrected(returned, {"甲": {"名": "李四"}})
    (change,) = done.changes
    assert (change.path, change.old, change.new, change.place.row) == ("甲.名", "张三", "李四", "名称")


# --- tracked changes ---

_BY = Track("核对人", "2026-01-02T03:04:05Z")


def _accepted(data: bytes) -> str:
    return "\n".join(x.text for x in _paragraphs(data))


def test_a_tracked_change_strikes_the_old_text_and_adds_the_new() -> None:
    form = loaded(package(p("姓名：{{ 甲.名 }}。")))
    put = form.put(package(p("姓名：张三。")), {"甲": {"名": "李三"}}, track=_BY)
    body = part(put).decode()
    assert re.findall(r"<w:delText[^>]*>(.*?)</w:delText>", body) == ["张"]
    assert re.findall(r"<w:ins ([^>]*)>", body) == ['w:id="2" w:author="核对人" w:date="2026-01-02T03:04:05Z"']
    assert form.extract(put).data == {"甲": {"名": "李三"}}
    assert "<w:b/>" in body[body.index("<w:ins") : body.index("</w:ins>")]


def test_what_is_tracked_can_be_rejected() -> None:
    template = p("任务：") + p("{%p for 段 in 甲.任务 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    form = loaded(package(template))
    returned = package(p("任务：") + p("一") + p("二") + p("完"))
    put = form.put(returned, {"甲": {"任务": "一\n三\n四"}}, track=_BY)
    assert _accepted(put) == "任务：\n一\n三\n四\n完"
    shorter = form.put(returned, {"甲": {"任务": "二"}}, track=_BY)
    assert form.extract(shorter).data == {"甲": {"任务": "二"}}
    assert part(shorter).count(b"<w:delText") == 1


def test_tracked_rows_are_marked_as_added_and_taken_out() -> None:
    form = loaded(package(_rows_template()))
    returned = package(_returned_rows(("铁", "1"), ("铜", "2")))
    more = form.put(returned, _as_records(("铁", 1), ("铜", 2), ("金", 3)), track=_BY)
    assert form.extract(more).data == _as_records(("铁", 1), ("铜", 2), ("金", 3))
    assert len(re.findall(rb"<w:trPr><w:ins [^>]*/></w:trPr>", part(more))) == 1
    fewer = form.put(returned, _as_records(("铜", 2)), track=_BY)
    assert form.extract(fewer).data == _as_records(("铜", 2))
    assert len(re.findall(rb"<w:trPr><w:del [^>]*/></w:trPr>", part(fewer))) == 1


# --- into anybody's document of the form ---


@pytest.mark.parametrize("name", bundled())
def test_a_record_is_filled_into_a_blank_that_another_program_saved(name: str) -> None:
    form = form_named(name)
    out = io.BytesIO()
    docx.Document(io.BytesIO(form.blank())).save(out)
    data = record_of(filled_everywhere(form))
    filled = form.fill(data, into=out.getvalue())
    assert form.extract(filled).data == form.context(data)
    assert others(filled).keys() == others(out.getvalue()).keys()


@pytest.mark.parametrize("ring", ["⭕", "○"])
def test_an_option_that_a_ring_chose_is_cleared_and_another_chosen(ring: str) -> None:
    form = loaded(package(p("表") + p('性质：{{ 性质 | choice("国有") }}国有  {{ 性质 | choice("民营") }}民营')))
    document = package(p("表") + p(f"性质：□国有  {ring}民营"))
    assert form.extract(document).data == {"性质": "民营"}
    assert form.extract(form.put(document, {"性质": None})).data == {"性质": None}
    assert form.extract(form.put(document, {"性质": "国有"})).data == {"性质": "国有"}


# --- what is stored twice ---


def in_boxes(*lines: str) -> bytes:
    """A document with a text box as Word writes it, for new readers and for old ones."""
    return package(p("登记表") + p(text_box(*map(p, lines))))


def said_in_boxes(document: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return ["".join(box.itertext("{*}t")) for box in root.iter("{*}txbxContent")]


def test_a_text_box_that_is_stored_twice_is_tagged_filled_and_put_twice() -> None:
    form = Form.load(propose_tags(in_boxes("申请单位：________", "联系人：________")).template)
    unit, who = (f.path for f in form.fields)
    filled = form.fill({unit: "东港厂", who: "王芳"})
    assert said_in_boxes(filled) == ["申请单位：东港厂联系人：王芳"] * 2
    put = form.put(filled, {who: "李强"})
    assert said_in_boxes(put) == ["申请单位：东港厂联系人：李强"] * 2
    assert form.put(put, {who: "王芳"}) == filled


def test_of_a_text_box_that_says_something_else_to_old_readers_that_is_left() -> None:
    form = loaded(in_boxes("单位：{{ 单位 }}"))
    handed = in_boxes("单位：东港厂")
    parts = parts_of(handed)
    head, mark, tail = parts["word/document.xml"].partition(b"<mc:Fallback>")
    parts["word/document.xml"] = head + mark + tail.replace("东港厂".encode(), "见附件".encode())
    put = form.put(package_of(parts), {"单位": "西港厂"})
    assert said_in_boxes(put) == ["单位：西港厂", "单位：见附件"]
