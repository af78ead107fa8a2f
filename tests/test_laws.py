"""The laws of docs/design.md, each over every form: the two bundled ones and the small one of these tests.

A round trip is tried on two ways: a document that fill made is undone exactly,
and one that has been through somebody's Word is aligned.
"""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docfill import DocfillError, Form, InvalidData, Result
from docfill.kinds import NUMBER
from docfill.problems import Problem
from tests.disturb import HARMLESS, MAIN, changed, package_of, parts_of
from tests.outline import outline, outline_of_template
from tests.small_form import NAMES, form_named, loaded, p, package, template, template_of
from tests.strategies import filled_everywhere, plain, record_of, records

ROOT = Path(__file__).parent.parent

every_form = pytest.mark.parametrize("form", [form_named(name) for name in NAMES], ids=NAMES)


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of everything in a record that is no group."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    else:
        yield path, node


def assert_same(result: Result, data: dict[str, Any]) -> None:
    """`result` says exactly `data`, and doubts nothing."""
    assert dict(leaves(result.data)) == dict(leaves(data))
    assert list(leaves(result.data)) == list(leaves(data)), "the same answers in another order"
    assert [str(problem) for problem in result.problems] == []
    assert [x.text for x in result.leftovers] == []


def silent(result: Result, data: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The answers that differ from `data` without an error or warning on them or on a group over them."""
    doubted = {x.path for x in result.problems if x.severity in ("error", "warning")}
    read = dict(leaves(result.data))
    return {
        path: (value, read.get(path))
        for path, value in leaves(data)
        if not is_told(path, doubted) and not are_told(path, read.get(path), value, doubted)
    }


def is_told(path: str, doubted: Set[str]) -> bool:
    """Whether a doubt is on an answer or on a group over it."""
    return any(path == doubt or path.startswith((f"{doubt}.", f"{doubt}[")) for doubt in doubted if doubt)


def are_told(path: str, read: Any, due: Any, doubted: Set[str]) -> bool:
    """Whether an answer is right: of records, each column, and each record that is none, unless doubted itself."""
    if read == due or not (isinstance(read, list) and isinstance(due, list)):
        return read == due
    extra, left = len(read) - len(due), list(due)
    for index, record in enumerate(read):
        where = f"{path}[{index}]"
        if left and _is_told_record(where, record, left[0], doubted):
            left.pop(0)
        elif extra > 0 and any(doubt.startswith((f"{where}.", f"{where} ")) or doubt == where for doubt in doubted):
            extra -= 1
        else:
            return False
    return not left


def _is_told_record(where: str, read: Any, due: Any, doubted: Set[str]) -> bool:
    if not isinstance(read, dict) or not isinstance(due, dict):
        return bool(read == due)
    return all(value == due.get(column) or is_told(f"{where}.{column}", doubted) for column, value in read.items())


# --- 1: PutGet ---


@every_form
@given(data=st.data())
def test_what_is_filled_in_is_read_back(form: Form, data: st.DataObject) -> None:
    record = data.draw(records(form))
    assert_same(form.extract(form.fill(record)), form.context(record))


@every_form
@pytest.mark.parametrize("harm", HARMLESS, ids=lambda f: f.__name__)
def test_a_form_filled_everywhere_survives_every_harmless_change(form: Form, harm: Any) -> None:
    record = record_of(filled_everywhere(form))
    assert_same(form.extract(changed(form.fill(record), harm)), form.context(record))


@every_form
@pytest.mark.parametrize("harm", HARMLESS, ids=lambda f: f.__name__)
def test_a_blank_form_survives_every_harmless_change(form: Form, harm: Any) -> None:
    assert_same(form.extract(changed(form.blank(), harm)), form.context({}))


def handed_on(document: bytes, data: st.DataObject) -> bytes:
    """The document after a harmless change, or saved again by python-docx, which no exact reading can undo."""
    harm = data.draw(st.sampled_from((*HARMLESS, None)))
    return saved_again(document) if harm is None else changed(document, harm)


def saved_again(document: bytes) -> bytes:
    """The document as python-docx saves it."""
    out = io.BytesIO()
    docx.Document(io.BytesIO(document)).save(out)
    return out.getvalue()


@every_form
@pytest.mark.parametrize("is_filled", [True, False])
def test_a_form_that_python_docx_saved_again_reads_the_same(form: Form, is_filled: bool) -> None:
    record = record_of(filled_everywhere(form)) if is_filled else {}
    document = saved_again(form.fill(record))
    assert_same(form.extract(document), form.context(record))
    assert form.put(document, form.context(record)) == document


@every_form
@given(data=st.data())
def test_plain_answers_are_read_back_from_a_changed_document(form: Form, data: st.DataObject) -> None:
    record = data.draw(records(form, plain))
    assert_same(form.extract(handed_on(form.fill(record), data)), form.context(record))


@given(data=st.data())
def test_a_form_with_a_derived_place_reads_back(data: st.DataObject) -> None:
    form = form_named("derived")
    record = data.draw(records(form, plain))
    assert_same(form.extract(form.fill(record)), form.context(record))


# --- 5: never silently wrong ---


@pytest.mark.parametrize("answer", ["无申请日期：", "王芳申请日期："])
def test_an_answer_that_ends_with_the_label_behind_it_is_doubted(answer: str) -> None:
    form = form_named("small")
    result = form.extract(form.fill({"申请": {"申请人": answer}}), by_meaning=True)
    assert "申请.申请人" in {problem.path for problem in result.problems}


@pytest.mark.parametrize("name", [*NAMES, "derived"])
@given(data=st.data())
def test_an_answer_that_quotes_the_form_is_read_back_or_doubted(name: str, data: st.DataObject) -> None:
    form = form_named(name)
    record = data.draw(records(form))
    assert silent(form.extract(handed_on(form.fill(record), data)), form.context(record)) == {}


@pytest.mark.parametrize(
    "answer", ["请说明领用的理由。", "请说明领用的理由。：", "办公用，请说明领用的理由。", "好\n请说明领用的理由。甲"]
)
def test_an_answer_that_begins_or_ends_with_the_forms_hint_is_refused(answer: str) -> None:
    with pytest.raises(InvalidData) as told:
        form_named("derived").fill({"申请": {"理由": answer}})
    assert [problem.code for problem in told.value.problems] == ["same-as-hint"]


# --- 2: GetPut ---


@every_form
@given(data=st.data())
def test_a_document_that_fill_made_is_made_again_byte_for_byte(form: Form, data: st.DataObject) -> None:
    first = form.fill(data.draw(records(form)))
    second = form.fill(form.extract(first).data)
    assert second == first
    assert form.fill(form.extract(second).data) == first


# --- 3: mind your own business ---


@every_form
@given(data=st.data())
def test_parts_without_tags_are_copied_as_the_compressed_bytes_they_are(form: Form, data: st.DataObject) -> None:
    source, document = template_of(form.name), form.fill(data.draw(records(form)))
    before, after = _members(source), _members(document)
    assert list(after) == list(before)
    tagged = {name for name, content in parts_of(source).items() if b"{{" in content}
    assert {name: after[name] for name in after if name not in tagged} == {
        name: before[name] for name in before if name not in tagged
    }


def _members(document: bytes) -> dict[str, tuple[Any, ...]]:
    """Each member's compression, checksum, date and compressed bytes, by the zip's local headers."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        found = {}
        for info in archive.infolist():
            sizes = struct.unpack_from("<HH", document, info.header_offset + 26)
            start = info.header_offset + 30 + sum(sizes)
            raw = document[start : start + info.compress_size]
            found[info.filename] = (info.compress_type, info.CRC, info.date_time, raw)
        return found


@every_form
@given(data=st.data())
def test_outside_the_tags_the_document_is_the_template(form: Form, data: st.DataObject) -> None:
    record = data.draw(records(form))
    source, document = parts_of(template_of(form.name)), parts_of(form.fill(record))
    for name, content in source.items():
        if b"{{" in content:
            expected = outline_of_template(etree.fromstring(content), form.environment, form.context(record))
            assert outline(etree.fromstring(document[name]), like=expected) == expected


@every_form
def test_no_data_gives_the_blank_form_whatever_the_way_of_saying_nothing(form: Form) -> None:
    nothing = record_of({f.path: [] if f.kind.name in ("choices", "rows") else None for f in form.fields})
    assert form.fill({}) == form.blank() == form.fill(nothing) == form.fill(form.context({}))


@every_form
def test_the_blank_form_has_no_tags_and_opens_in_python_docx(form: Form) -> None:
    blank = form.blank()
    assert not [name for name, content in parts_of(blank).items() if b"{{" in content or b"{%" in content]
    assert len(docx.Document(io.BytesIO(blank)).tables) > 0


# --- 6: total ---


@given(st.binary(max_size=300))
def test_any_bytes_give_a_result_or_a_clear_error(noise: bytes) -> None:
    _read_or_refuse(form_named("small"), noise)
    _read_or_refuse(form_named("small"), b"PK\3\4" + noise)


@given(data=st.data())
def test_a_damaged_document_gives_a_result_or_a_clear_error(data: st.DataObject) -> None:
    form = form_named("small")
    document = bytearray(form.fill(record_of(filled_everywhere(form))))
    for at in data.draw(st.lists(st.integers(0, len(document) - 1), max_size=6)):
        document[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.just(len(document)) | st.integers(0, len(document)))
    _read_or_refuse(form, bytes(document[:cut]))


@given(data=st.data())
def test_a_package_with_parts_replaced_gives_a_result_or_a_clear_error(data: st.DataObject) -> None:
    form = form_named("small")
    parts = parts_of(form.blank())
    name = data.draw(st.sampled_from(sorted(parts)))
    content = parts[name]
    part = data.draw(st.sampled_from(sorted(parts)).map(parts.get) | st.binary(max_size=60) | st.none() | _xml_like())
    if part is None:
        del parts[name]
    else:
        at = data.draw(st.just(0) | st.integers(0, len(content)))
        parts[name] = part if not at else content[:at] + part + content[at:]
    _read_or_refuse(form, package_of(parts))


def test_a_byte_that_is_no_utf_8_is_refused_wherever_it_stands() -> None:
    form = form_named("small")
    parts = parts_of(form.blank())
    for at in range(0, len(parts[MAIN]), 97):
        damaged = parts[MAIN][:at] + b"\x80" + parts[MAIN][at:]
        with pytest.raises(DocfillError, match=MAIN):
            form.extract(package_of({**parts, MAIN: damaged}))


def _xml_like() -> st.SearchStrategy[bytes]:
    """Pieces that Word's XML is made of, in no order."""
    pieces = (
        "<w:p>", "</w:p>", "<w:tc>", "</w:tc>", "<w:tr>", "</w:tr>", "<w:tbl/>", "<w:r><w:t>", "</w:t></w:r>",
        "<w:sdt/>", "<!-- -->", '<w:fldChar w:fldCharType="end"/>', '<w:fldChar w:fldCharType="begin"/>',
        '<w:gridSpan w:val="99999999999"/>',
        "<w:sym/>", "&#0;", "&lt;", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?xml version='1.0'?>", "\ufeff", "<a/>",
    )  # fmt: skip
    return st.lists(st.sampled_from(pieces), max_size=8).map(lambda found: "".join(found).encode())


def _read_or_refuse(form: Form, document: bytes) -> None:
    try:
        result = form.extract(document)
    except DocfillError as refused:
        assert refused.zh and refused.en and str(refused)
    else:
        assert list(result.data) == list(form.context({}))
        json.dumps(result.to_dict(), ensure_ascii=False)


# --- 7: deterministic ---


@every_form
def test_the_same_data_gives_the_same_bytes_in_every_process(form: Form) -> None:
    record = record_of(filled_everywhere(form))
    script = (
        "import hashlib, json, sys; from tests.small_form import form_named;"
        "form = form_named(sys.argv[1]); data = form.fill(json.load(sys.stdin));"
        "said = json.dumps(form.extract(data).to_dict(), ensure_ascii=True);"
        "print(hashlib.sha256(data + said.encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script, form.name],
            input=json.dumps(record),
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(found) == 1
    assert form.fill(record) == form.fill(record)


# --- the checkers themselves can fail ---


def test_a_codec_that_is_wrong_on_purpose_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NUMBER, "format", lambda value: f"{value:.0f}", raising=False)
    form = loaded(template())
    record = {"申请": {"单价": 12.75}}
    with pytest.raises(AssertionError, match=r"12\.75"):
        assert_same(form.extract(form.fill(record)), form.context(record))


def test_a_form_that_puts_an_answer_elsewhere_is_caught() -> None:
    first = loaded(package(p("甲：{{ 甲 }}") + p("乙：{{ 乙 }}")))
    swapped = loaded(package(p("甲：{{ 乙 }}") + p("乙：{{ 甲 }}")))
    record = {"甲": "一", "乙": "二"}
    with pytest.raises(AssertionError):
        assert_same(swapped.extract(first.fill(record)), first.context(record))
    assert silent(swapped.extract(first.fill(record)), first.context(record)) == {
        "甲": ("一", "二"),
        "乙": ("二", "一"),
    }


def test_a_doubt_anywhere_on_the_way_down_counts_and_any_other_does_not() -> None:
    form = form_named("small")
    blank = form.extract(form.blank())

    def read(path: str, code: str) -> Result:
        return replace(blank, data={"甲": {"一": 1, "二": 2}}, problems=[Problem(code, path)])

    truth = {"甲": {"一": 1, "二": 3}}
    assert silent(read("甲.二", "ambiguous"), truth) == silent(read("甲", "ambiguous"), truth) == {}
    for path, code in (("甲.一", "ambiguous"), ("", "ambiguous"), ("甲.二", "template-text-missing")):
        assert silent(read(path, code), truth) == {"甲.二": (3, 2)}


def test_a_changed_label_shows_in_the_outline() -> None:
    form = form_named("small")
    source, document = etree.fromstring(parts_of(template())[MAIN]), parts_of(form.blank())[MAIN]
    expected = outline_of_template(source, form.environment, form.context({}))
    for before, after in (("部门", "科室"), ("w:gridSpan", "w:gridBefore"), ("2000", "2001"), ("<w:b/>", "<w:i/>")):
        altered = etree.fromstring(document.replace(before.encode(), after.encode(), 1))
        assert outline(altered, like=expected) != expected
