"""An independent reader for the tests: what a page shows, cell by cell, straight from the XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from tests.disturb import MAIN, Element, W, parts_of

_DRAWN = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "noBreakHyphen": "-"}


def page(document: bytes, part: str = MAIN) -> list[Any]:
    """The blocks of a part: a paragraph is its text, a table a list of rows of (column, span, merge, blocks)."""
    root = etree.fromstring(parts_of(document)[part])
    body = root.find(W + "body")
    return list(_blocks(root if body is None else body))


def _blocks(parent: Element) -> Iterator[Any]:
    for child in parent:
        if child.tag == W + "p":
            yield text_of(child)
        elif child.tag == W + "tbl":
            yield [list(_cells(tr)) for tr in child.iterfind(W + "tr")]


def _cells(tr: Element) -> Iterator[tuple[int, int, str, list[Any]]]:
    column = 0
    for tc in tr.iterfind(W + "tc"):
        span = _span(tc)
        merged = tc.find(f"{W}tcPr/{W}vMerge")
        merge = "" if merged is None else merged.get(W + "val", "continue")
        yield column, span, merge, list(_blocks(tc))
        column += span


def _span(tc: Element) -> int:
    spanned = tc.find(f"{W}tcPr/{W}gridSpan")
    return 1 if spanned is None else int(spanned.get(W + "val", "1"))


def text_of(paragraph: Element) -> str:
    """What the runs of a paragraph show; a symbol is its code."""
    shown = []
    for element in paragraph.iter():
        if element.tag == W + "t":
            shown.append(element.text or "")
        elif element.tag == W + "sym":
            shown.append(f"⟨{element.get(W + 'char')}⟩")
        elif element.tag in _DRAWN and element.getparent().tag == W + "r":
            shown.append(_DRAWN[element.tag])
    return "".join(shown)
