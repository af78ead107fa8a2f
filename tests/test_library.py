"""The doors of the library: what a form is loaded from, what every reader takes, and what a notebook shows."""

from __future__ import annotations

import datetime
import errno
import io
import json
import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docfill import (
    DocfillError,
    Form,
    InvalidData,
    Remarking,
    Track,
    carry_record,
    check_document,
    check_record,
    collect_sources,
    compare_documents,
    compare_editions,
    extract_many,
    lint_template,
    load_changes,
    load_edition_map,
    load_entries,
    load_records,
    make_edition_map,
    make_entry_sheet,
    make_receipt,
    make_register,
    make_report,
    propose_tags,
    recognise_form,
    speaking,
    verify_receipt,
    within,
    write_results,
)
from docfill.problems import reason_of
from tests.small_form import cell, loaded, p, package, row, table

TEMPLATE = package(p("领用登记表") + p("部门：{{ 申请.部门 | blank(20) }}") + p("数量：{{ 申请.数量 | integer }}个"))
BLANK = package(p("领用登记表") + p("部门：________") + p("数量：________个"))
RECORD = {"申请": {"部门": "一科", "数量": 7}}


def ruled(path: str) -> bytes:
    """Rules with one, which is about a field."""
    said = ('name = "a"', f'for = "{path}"', 'require = "value < 3"', 'message = "多"', 'severity = "error"')
    return "\n".join(("[[rule]]", *said, 'source = "注"')).encode()


DRESSES: dict[str, Callable[[bytes, Path], Any]] = {
    "path": lambda data, path: path,
    "str": lambda data, path: str(path),
    "bytes": lambda data, path: data,
    "bytearray": lambda data, path: bytearray(data),
    "memoryview": lambda data, path: memoryview(data),
    "BytesIO": lambda data, path: io.BytesIO(data),
    "open file": lambda data, path: path.open("rb"),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_every_reader_takes_a_file_in_every_dress(dress: str, tmp_path: Path) -> None:
    form = Form.load(TEMPLATE, name="领用")
    document = form.fill(RECORD)

    def dressed(data: bytes, name: str) -> Any:
        path = tmp_path / name
        path.write_bytes(data)
        return DRESSES[dress](data, path)

    assert Form.load(dressed(TEMPLATE, "领用.docx")).fill(RECORD) == document
    assert form.extract(dressed(document, "a.docx")).data == RECORD
    more = form.put(dressed(document, "a.docx"), {"申请": {"数量": 8}})
    assert form.extract(more).data == {"申请": {"部门": "一科", "数量": 8}}
    assert form.extract(form.fill(RECORD, into=dressed(form.blank(), "b.docx"))).data == RECORD
    assert check_document(form, dressed(document, "a.docx")).is_fine
    assert form.check(dressed(document, "a.docx")).is_fine
    assert compare_documents(form, dressed(document, "a.docx"), document).is_same
    assert recognise_form(dressed(document, "a.docx"), [form]) is form
    assert verify_receipt(make_receipt(form, document, "a.docx"), dressed(document, "a.docx"), form) == []
    assert lint_template(dressed(TEMPLATE, "t.docx")) == []
    assert len(propose_tags(dressed(BLANK, "c.docx")).fields) == 2
    for name, data in (
        ("d.json", json.dumps(RECORD).encode()),
        ("d.jsonl", (json.dumps(RECORD) + "\n" + json.dumps(RECORD)).encode()),
        ("d.csv", "部门,数量\n一科,7\n".encode("gb18030")),
        ("d.xlsx", make_entry_sheet(form, [RECORD])),
        ("e.xlsx", form.entry_sheet([RECORD])),
    ):
        records = list(load_records(dressed(data, name), form).records)
        assert records and all(r.data == RECORD for r in records), name


def test_a_file_that_is_open_for_text_or_closed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    with path.open() as text, pytest.raises(DocfillError, match="rb") as told:
        Form.load(TEMPLATE).extract(text)  # type: ignore[arg-type]
    assert told.value.code == "bad-argument"
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(DocfillError) as told:
        Form.load(closed)
    assert told.value.code == "no-access"
    with within(file=10), pytest.raises(DocfillError, match="file=10"):
        Form.load(io.BytesIO(TEMPLATE))


@pytest.mark.parametrize("given", [None, 5, []])
def test_what_is_no_file_is_refused_by_its_type(given: Any) -> None:
    form = Form.load(TEMPLATE)
    calls: list[Callable[[Any], Any]] = [Form.load, form.extract, form.check, recognise_form, lint_template]
    for call in calls:
        with pytest.raises(DocfillError, match="应为路径、字节或以二进制打开的文件") as told:
            call(given)
        assert told.value.code == "bad-argument"


def test_the_words_of_the_system_are_in_the_language_of_messages(tmp_path: Path) -> None:
    for language, words in (("zh", "（没有这个文件）"), ("en", "(No such file or directory)")):
        with pytest.raises(DocfillError) as told:
            Form.load(tmp_path / "没有.docx")
        with speaking(language):  # type: ignore[arg-type]
            assert str(told.value).endswith(words) and told.value.code == "no-access"
    rare = OSError(errno.EXDEV, "Cross-device link")
    assert (reason_of(rare), reason_of(rare).en) == ("Cross-device link", "Cross-device link")


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        (None, "应为一条记录（{…}），实为 null", "expected a record ({…}), found null"),
        (
            {"申请": 5},
            "申请：应为这一部分的各项（{…}），实为 5",
            "申请: expected the fields of this section ({…}), found 5",
        ),
    ],
)
def test_data_that_are_no_record_are_refused_in_words(data: Any, zh: str, en: str) -> None:
    with pytest.raises(DocfillError) as told:
        Form.load(TEMPLATE).fill(data)
    with speaking("zh"):
        assert str(told.value).endswith(zh)
    with speaking("en"):
        assert str(told.value).endswith(en)


def test_sources_may_be_one_path_and_paths_may_be_objects(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(TEMPLATE)
    for given in (tmp_path, str(tmp_path), [tmp_path], [str(tmp_path / "a.docx")]):
        assert [source.stem for source in collect_sources(given)] == ["a"]


def test_a_roster_is_read_in_any_dress_and_tells_who_is_missing(tmp_path: Path) -> None:
    form = Form.load(TEMPLATE, name="领用", rules='key = ["申请.部门"]'.encode())
    (tmp_path / "a.docx").write_bytes(form.fill(RECORD))
    names = "部门\n一科\n二科\n".encode()
    for dress in ("bytes", "BytesIO", "path"):
        (tmp_path / "名单.csv").write_bytes(names)
        register = make_register([form], DRESSES[dress](names, tmp_path / "名单.csv"))
        for outcome in extract_many(collect_sources(tmp_path / "a.docx"), [form], jobs=1):
            register.add(outcome)
        assert [(p.code, p.found) for p in register.settled.missing] == [("not-handed-in", "二科")]


def test_a_record_is_carried_into_another_edition_by_a_map_that_was_kept(tmp_path: Path) -> None:
    Path(tmp_path, "旧.docx").write_bytes(TEMPLATE)
    Path(tmp_path, "新.docx").write_bytes(package(p("领用登记表") + p("部门：{{ 申请.部门 | blank(20) }}")))
    crossing = compare_editions(Form.load(tmp_path / "旧.docx"), Form.load(tmp_path / "新.docx"))
    kept = tmp_path / "对照.toml"
    kept.write_bytes(make_edition_map(crossing, kept))
    moved = carry_record(RECORD, load_edition_map(str(kept)))
    assert moved.data == {"申请": {"部门": "一科"}} and [p.found for p in moved.problems] == ["7"]


def test_maps_changes_and_entries_are_read_in_any_dress(tmp_path: Path) -> None:
    Path(tmp_path, "旧.docx").write_bytes(TEMPLATE)
    old = Form.load(tmp_path / "旧.docx")
    kept = tmp_path / "对照.toml"
    kept.write_bytes(make_edition_map(compare_editions(old, old), kept))
    log = json.dumps({"source": "a.docx", "path": "申请.数量", "read": 7, "old": 7, "new": 8}).encode()
    named = "改.corrections.jsonl"
    (tmp_path / named).write_bytes(log)
    sheet = make_entry_sheet(old, [RECORD])
    (tmp_path / "d.xlsx").write_bytes(sheet)
    for dress in (d for d in DRESSES if d != "open file"):
        read = load_edition_map(DRESSES[dress](kept.read_bytes(), kept), tmp_path / "对照.toml")
        assert [(m.old and m.old.path, m.new and m.new.path) for m in read.matches] == [
            ("申请.部门", "申请.部门"),
            ("申请.数量", "申请.数量"),
        ]
        changes = load_changes(DRESSES[dress](log, tmp_path / named), [old], name=named)
        assert changes.parts == {"a.docx": {"申请": {"数量": 8}}}
        assert load_changes(DRESSES[dress](sheet, tmp_path / "d.xlsx"), [old]).parts == {"": RECORD}
        entries = load_entries([DRESSES[dress](sheet, tmp_path / "d.xlsx")], [old])
        assert [e.record.data for e in entries.records] == [RECORD]


@pytest.mark.parametrize("name", ["没有.toml", "没有.xlsx", "没有.corrections.jsonl", "没有.json"])
def test_what_is_not_there_is_refused_by_every_reader(name: str, tmp_path: Path) -> None:
    form, path = Form.load(TEMPLATE), tmp_path / name
    calls: list[Callable[[Any], Any]] = [
        load_edition_map,
        lambda given: load_changes(given, [form]),
        lambda given: load_entries([given], [form]),
        lambda given: load_records(given, form),
    ]
    for call in calls:
        for given in (path, str(path)):
            with pytest.raises(DocfillError, match="没有这个文件") as told:
                call(given)
            assert told.value.code == "no-access"


class Made:
    """Something of Python's own, with no words for people."""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"abc", "bytes"),
        (Made(), "Made"),
        ({1, 2}, "set"),
        (datetime.date(2024, 1, 2), "date 2024-01-02"),
        (Decimal("1.5"), "Decimal 1.5"),
        ([b"a"], '["bytes"]'),
        ({(1, 2): 3}, "dict"),
        (None, None),
    ],
)
def test_a_value_that_no_json_has_is_told_by_its_type(value: Any, words: str | None) -> None:
    form = Form.load(TEMPLATE)
    if words is None:
        assert form.extract(form.fill({"申请": {"部门": None}})).data["申请"]["部门"] is None
        return
    calls: list[Callable[[Any], Any]] = [form.fill, lambda data: form.put(form.fill(RECORD), data)]
    for call in calls:
        with pytest.raises(InvalidData) as told:
            call({"申请": {"部门": value}})
        assert [p.found for p in told.value.problems] == [words]


def test_rings_in_data_are_refused() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(InvalidData) as told:
        Form.load(TEMPLATE).fill({"申请": {"部门": ring}})
    assert [p.found for p in told.value.problems] == ["list"]


def test_a_field_to_be_rewritten_that_is_not_there_is_told_with_the_nearest() -> None:
    form = Form.load(TEMPLATE)
    with pytest.raises(InvalidData) as told:
        form.put(form.fill(RECORD), {}, rewrite=["申请.部门名"])
    assert [(p.code, p.expected) for p in told.value.problems] == [("unknown-field", "申请.部门")]


@pytest.mark.parametrize("data", [None, [], {"申请": 5}, {"申请": {"部": "一科", "数量": 7}}])
def test_a_record_in_another_shape_is_told_when_it_is_checked(data: Any) -> None:
    form = Form.load(TEMPLATE)
    with pytest.raises(InvalidData) as told:
        form.fill(data)
    found = check_record(form, data)
    assert [p for p in found.problems if p.code in ("wrong-type", "unknown-field")] == list(told.value.problems)


@pytest.mark.parametrize("changes", [{"nix": 5}, {"file": "a"}, {"file": 0}, {"file": True}, {"file": -1}])
def test_a_limit_that_is_none_is_refused(changes: Any) -> None:
    with pytest.raises(DocfillError, match="名称=正整数") as told, within(**changes):
        pass
    assert told.value.code == "bad-argument"


@pytest.mark.parametrize(
    ("author", "date"), [("甲", "昨天"), ("甲", "2026-02-30T00:00:00Z"), ("甲", "2026-01-02"), ("甲\x00", "")]
)
def test_who_and_when_that_word_does_not_take_are_refused(author: str, date: str) -> None:
    form = Form.load(TEMPLATE)
    checked = form.check(form.fill({}))
    calls: list[Callable[[str, str], Any]] = [Track, Remarking, checked.commented]
    for call in calls:
        with pytest.raises(DocfillError) as told:
            call(author, date)
        assert told.value.code == "bad-argument"
        call("甲", "2026-01-02T03:04:05+08:00")


def test_a_password_without_protection_is_refused() -> None:
    with pytest.raises(DocfillError) as told:
        Form.load(TEMPLATE).blank(password="x")
    assert told.value.code == "bad-argument"


def test_messages_in_english_have_no_signs_of_chinese_but_in_what_they_quote() -> None:
    form = Form.load("shanghai")
    calls: list[Callable[[], Any]] = [
        lambda: Form.load("nix"),
        lambda: recognise_form(TEMPLATE),
        lambda: form.fill({"没有": 1, "封面": 5}),
        lambda: Form.load("shanghai", rules=b"\xff").check(form.blank()),
        lambda: Form.load("shanghai", rules=b"[[rule]]\nname=3").check(form.blank()),
        lambda: load_records("a,b\n1,2".encode("utf-16-le") + b"a", form),
        lambda: make_register([form], "甲,乙\n1,2\n".encode(), "封面.集群名称"),
    ]
    for call in calls:
        with speaking("en"), pytest.raises(DocfillError) as told:
            call()
        with speaking("en"):
            words = re.sub('"[^"]*"|“[^”]*”', "", str(told.value))
            assert not re.search("[，。：；、（）]|codec|0x", words), words


def test_the_same_template_is_compiled_once_and_another_is_another(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(TEMPLATE)
    first = Form.load(path)
    assert Form.load(path) is first and Form.load(str(path)) is first
    assert Form.load(TEMPLATE, name="表") is not first  # it has no folder with rules
    path.write_bytes(package(p("部门：{{ 部门 }}")))
    assert [f.path for f in Form.load(path).fields] == ["部门"]
    with within(part=100), pytest.raises(DocfillError, match="part=100"):
        Form.load(TEMPLATE, name="表")


def test_an_untagged_blank_is_tagged_from_bytes_too() -> None:
    form = Form.load(BLANK)
    assert form.is_proposed and form.name == "form" and len(form.fields) == 2


def test_rules_are_given_beside_bytes_and_travel_by_pickle(tmp_path: Path) -> None:
    rules = ruled("申请.数量")
    for given in (rules, io.BytesIO(rules)):
        form = Form.load(TEMPLATE, rules=given)
        for known in (form, pickle.loads(pickle.dumps(form)), form.marked()):
            assert [p.message for p in check_document(known, form.fill(RECORD)).problems] == ["多"]
    assert check_document(Form.load(TEMPLATE), form.fill(RECORD)).is_fine
    with pytest.raises(DocfillError) as told:
        check_document(Form.load(TEMPLATE, rules=ruled("没有")), form.fill(RECORD))
    assert told.value.code == "bad-rules"
    with within(rules=10), pytest.raises(DocfillError, match="rules=10"):
        Form.load(TEMPLATE, rules=rules)


def test_a_notebook_shows_small_escaped_tables() -> None:
    form = Form.load(TEMPLATE, name="<b>")
    result = form.extract(form.fill({"申请": {"部门": "<script>" + "长" * 500, "数量": 7}}))
    checked = check_document(Form.load(TEMPLATE, name="<b>", rules=ruled("申请.数量")), form.fill(RECORD))
    assert repr(form) == "<Form '<b>': 领用登记表, 2 项>"
    assert repr(result) == "<Result '<b>': 2 项，0 条疑问，0 处未归入>"
    assert repr(checked) == "<Checked '<b>': 1 处错误，0 处请核实>"
    for shown, words in ((form, "申请.部门"), (result, "申请.部门"), (checked, "多")):
        html = shown._repr_html_()
        assert words in html and "<script>" not in html and "<b><b>" not in html and len(html) < 2000


def test_results_are_rows_for_a_data_frame(tmp_path: Path) -> None:
    form = Form.load(TEMPLATE, name="领用")
    result = form.extract(form.fill(RECORD), "a.docx")
    row = {"form": "领用", "source": "a.docx", "申请.部门": "一科", "申请.数量": 7}
    assert result.row() == row
    assert [(r["path"], r["value"], r["problem"]) for r in result.rows()] == [
        ("申请.部门", "一科", None),
        ("申请.数量", 7, None),
    ]
    write_results(tmp_path / "a.csv", [result], [form])
    assert "一科,7" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_a_report_of_no_such_kind_is_refused() -> None:
    with pytest.raises(DocfillError) as told:
        make_report([], ".pdf")
    assert told.value.code == "bad-output"


def test_a_blank_that_leads_its_line_is_named_by_the_statement_behind_it() -> None:
    """It was named by the line above: of statements that are answered in front, each by the one before it."""
    body = p("I confirm the following:")
    body += p("{{ read }} I have read this form and understand it.")
    body += p("{{ free }} My participation is free of any pressure.")
    body += p("判断下列说法：") + p("（{{ 甲 }}）1. 地球绕太阳转。") + p("{{ 乙 }}本单位近三年没有重大违法违规记录。")
    body += p("成立时间：") + p("{{ 年 }}年{{ 月 }}月")
    fields = {f.path: f for f in loaded(package(body)).fields}
    assert {path: f.label for path, f in fields.items()} == {
        "read": "I have read this form and understand it.",
        "free": "My participation is free of any pressure.",
        "甲": "地球绕太阳转。",
        "乙": "本单位近三年没有重大违法违规记录。",
        "年": "成立时间",
        "月": "年",
    }
    assert fields["free"].place.row == "My participation is free of any pressure."


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (table(3, row("学习态度", "10", "{{ 学习态度 | number }}")), "学习态度"),  # behind what it may be at most
        (
            table(3, row("学习态度", "10", "{{ 得分 | number }}")),
            "学习态度",
        ),  # a figure is no label, whatever the name is
        (table(3, row("单位", "名称", "{{ 名称 }}")), "名称"),
        (table(4, row("董事长", "张三", "手机", "{{ 董事长手机 }}")), "董事长 / 手机"),
        (table(4, row("Chair", "{{ chair }}", "Phone", "{{ chair_phone }}")), "Chair"),
        (table(1, row("项目简介"), row("{{ 内容 }}")), "项目简介"),
        (table(2, row("{{ remarks_2 }}", "Remarks")), "Remarks"),
        (
            p("Have you:") + p('been told? {{ been_told | choice("YES") }}YES {{ been_told | choice("NO") }}NO'),
            "been told?",
        ),
        (p("单位性质") + p('{{ 性质 | choice("国有") }}国有 {{ 性质 | choice("民营") }}民营'), "单位性质"),
    ],
)
def test_an_answer_is_labelled_by_the_words_that_it_is_called_after(body: str, label: str) -> None:
    """In headers and messages stood what was next to it: 10, another line, or nothing."""
    assert loaded(package(body)).fields[0].label == label


def test_a_label_that_several_have_is_told_with_its_owner() -> None:
    body = table(4, *(row(who, f"{{{{ {who} }}}}", "手机", f"{{{{ {who}手机 }}}}") for who in ("法定代表人", "董事长")))
    labels = {f.path: f.label for f in loaded(package(body)).fields}
    assert labels["法定代表人手机"] == "法定代表人 / 手机"
    assert labels["董事长手机"] == "董事长 / 手机"
    assert labels["董事长"] == "董事长"


def test_sections_are_titles_and_end_with_what_they_head() -> None:
    """A sentence of the instructions, the day on the cover and a line to fill in were sections of whole tables."""
    people = row(cell("家庭成员", span=2)) + row("姓名", "关系") + row("{%tr for 人 in 家庭成员 %}", "")
    people += row("{{ 人.姓名 }}", "{{ 人.关系 }}") + row("{%tr endfor %}", "")
    behind = row(cell("是否属实：{{ 属实 }}", span=2)) + row("电话", "{{ 电话 }}")
    body = p("申报表") + p("八、申报有不明事宜，请与教务处联系。") + p("二○二三年三月")
    body += table(2, row("名称", "{{ 名称 }}"), people, behind)
    body += p("二、附件") + table(2, row("份数", "{{ 份数 }}"))
    fields = {f.path: f for f in loaded(package(body)).fields}
    assert {path: f.place.section for path, f in fields.items()} == {
        "名称": "",
        "家庭成员": "家庭成员",
        "属实": "",
        "电话": "",
        "份数": "二、附件",
    }
    assert fields["家庭成员"].label == "家庭成员"
