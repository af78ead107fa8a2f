"""Law 4: whatever somebody types into a returned form, anywhere, is in the result: a value, a problem, a leftover."""

from __future__ import annotations

import copy
import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docfill import Form
from docfill.word.document import Document
from tests.disturb import MAIN, Element, W, changed, parts_of
from tests.small_form import NAMES, Xml, cell, form_named, loaded, p, package, row, table

DATA = Path(__file__).parent.parent / "data"
TYPED = "异文七七"

Typing = Callable[[Element, int], None]


def behind_a_text(root: Element, at: int) -> None:
    texts = list(root.iter(W + "t"))
    text = texts[at % len(texts)]
    text.text = (text.text or "") + TYPED


def before_a_text(root: Element, at: int) -> None:
    texts = list(root.iter(W + "t"))
    text = texts[at % len(texts)]
    text.text = TYPED + (text.text or "")


def in_a_paragraph_of_its_own(root: Element, at: int) -> None:
    paragraphs = list(root.iter(W + "p"))
    paragraph = paragraphs[at % len(paragraphs)]
    paragraph.addnext(_paragraph())


def in_a_row_of_its_own(root: Element, at: int) -> None:
    rows = list(root.iter(W + "tr"))
    row = rows[at % len(rows)]
    twin = copy.deepcopy(row)
    for tc in twin.iter(W + "tc"):
        for paragraph in list(tc.iterfind(W + "p")):
            tc.remove(paragraph)
        tc.append(_paragraph())
    row.addnext(twin)


def _paragraph() -> Element:
    paragraph = etree.Element(W + "p")
    etree.SubElement(etree.SubElement(paragraph, W + "r"), W + "t").text = TYPED
    return paragraph


WAYS: tuple[Typing, ...] = (behind_a_text, before_a_text, in_a_paragraph_of_its_own, in_a_row_of_its_own)


@functools.cache
def filled(name: str) -> tuple[Form, bytes]:
    form = form_named(name)
    path = DATA / f"{name}.json"
    return form, form.fill(json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@settings(max_examples=25)
@given(at=st.integers(0, 999))
def test_what_is_typed_in_is_accounted_for(name: str, way: Typing, at: int) -> None:
    form, document = filled(name)
    result = form.extract(changed(document, lambda root: way(root, at)))
    assert TYPED in json.dumps(result.to_dict(), ensure_ascii=False)


# --- tables of any shape ---


def in_a_cell_of_its_own(root: Element, at: int) -> None:
    cells = list(root.iter(W + "tc"))
    cell_ = cells[at % len(cells)]
    twin = etree.Element(W + "tc")
    twin.append(_paragraph())
    cell_.addnext(twin)


def in_a_row_that_goes_on(root: Element, at: int) -> None:
    """Typed into a row that somebody put in below another one: its merged cells go on, as Word has it."""
    rows = list(root.iter(W + "tr"))
    row_ = rows[at % len(rows)]
    twin = copy.deepcopy(row_)
    for merge in twin.iter(W + "vMerge"):
        merge.attrib.pop(W + "val", None)
    for text in twin.iter(W + "t"):
        text.text = ""
    last = list(twin.iter(W + "tc"))[-1]
    last.append(_paragraph())
    row_.addnext(twin)


def _plain(n: int) -> str:
    return row(f"项{n}", f"{{{{ 项{n} }}}}", f"注{n}", f"{{{{ 注{n} }}}}")


def _unlabelled(n: int) -> str:
    return row("甲", "乙", "丙", "丁") + row(*(f"{{{{ 无{n}{column} }}}}" for column in "甲乙丙丁"))


def _beside(n: int) -> str:
    tops = cell(f"组{n}", merge="restart"), cell("", merge="continue")
    return "".join(row(top, f"子{n}{at}", f"{{{{ 子{n}{at} }}}}", "") for at, top in enumerate(tops))


def _repeated(n: int) -> str:
    body = row(*(f"{{{{ 行.{column} }}}}" for column in "甲乙丙丁"))
    return row("甲", "乙", "丙", "丁") + _loop(n, body)


def _labelled(n: int) -> str:
    body = row(f"成员{n}", "{{ 行.甲 }}", "{{ 行.乙 }}", "{{ 行.丙 }}")
    return row("成员", "甲", "乙", "丙") + _loop(n, body)


def _merged(n: int) -> str:
    label = cell(f"{{% vm %}}预备{n}", merge="restart")
    body = row(cell("", merge="continue"), label, "{{ 行.甲 }}", "{{ 行.乙 }}")
    return row(cell(f"团{n}", merge="restart"), "成员", "甲", "乙") + _loop(n, body)


def _loop(n: int, body: str) -> str:
    return row(cell(f"{{%tr for 行 in 表{n} %}}", span=4)) + body + row(cell("{%tr endfor %}", span=4))


_PARTS = (_plain, _unlabelled, _beside, _repeated, _labelled, _merged)
_WAYS = (
    behind_a_text,
    before_a_text,
    in_a_paragraph_of_its_own,
    in_a_row_of_its_own,
    in_a_cell_of_its_own,
    in_a_row_that_goes_on,
)


@functools.cache
def _form(parts: tuple[int, ...]) -> Form:
    rows = "".join(_PARTS[part](n) for n, part in enumerate(parts))
    return loaded(package(p("登记表") + table(4, Xml(rows)) + p("完")))


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.integers(0, len(_PARTS) - 1), min_size=1, max_size=4).map(tuple),
    count=st.integers(1, 3),
    way=st.sampled_from(_WAYS),
    at=st.integers(0, 99),
)
def test_in_a_table_of_any_shape_what_is_typed_and_what_was_answered_are_accounted_for(
    parts: tuple[int, ...], count: int, way: Typing, at: int
) -> None:
    form = _form(parts)
    numbers = itertools.count(100)
    record: dict[str, Any] = {}
    for field in form.fields:
        each = [{column.path: f"答{next(numbers)}" for column in field.fields} for _ in range(count)]
        record[field.path] = each if field.fields else f"答{next(numbers)}"
    document = changed(form.fill(record), lambda root: way(root, at))
    result = form.extract(document)
    said = json.dumps(result.data, ensure_ascii=False)
    said += "".join([*(left.text for left in result.leftovers), *(f"{x.found} {x}" for x in result.problems)])
    shown = "".join(text.text or "" for text in etree.fromstring(parts_of(document)[MAIN]).iter(W + "t"))
    answers = {f"答{number}" for number in range(100, next(numbers))}
    assert [word for word in sorted({TYPED, *answers}) if word in shown and word not in said] == []


def test_headers_that_say_nothing_are_read_once_a_batch_and_all_others_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def returned(header: str) -> bytes:
        return package(p("登记表") + table(2, row("单位", "甲厂")), header=p(header))

    form = loaded(package(p("登记表") + table(2, row("单位", "{{ 单位 }}")), header=p("第一版")))
    read: list[str] = []
    blocks_in = Document.blocks_in
    monkeypatch.setattr(Document, "blocks_in", lambda self, part: read.append(part) or blocks_in(self, part))

    def told(header: str) -> tuple[list[str], int]:
        read.clear()
        result = form.extract(returned(header), by_meaning=True)
        return [leftover.text for leftover in result.leftovers], len(read)

    assert told("第一版") == ([], 1)
    assert told("第一版") == ([], 0)
    assert told("第一版 作废") == told("第一版 作废") == (["第一版 作废"], 1)
    assert told("第一版") == ([], 0)
