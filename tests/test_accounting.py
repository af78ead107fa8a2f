"""Law 4: whatever somebody types into a returned form, anywhere, is in the result: a value, a problem, a leftover."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docfill import Form
from tests.disturb import Element, W, changed
from tests.small_form import NAMES, form_named

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
