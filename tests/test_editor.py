"""The editor of Word's bytes: where elements stand in them, and what a change leaves alone."""

from __future__ import annotations

from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill.word import xml
from docfill.word.part import Edits, Part, Unplaceable

_ATTRIBUTES = st.sampled_from(["", ' x="a&gt;b"', " x='>'", ' x="/>"', ' x="&lt;/a>"', '\n x = "\'" '])
_BETWEEN = st.sampled_from(["", "字", "a &gt; b", "<!-- <b> </b> -->", "<![CDATA[<a></a>]]>", "<?p <a/> ?>", "]]&gt;"])


@st.composite
def _elements(draw: st.DrawFn, depth: int = 0) -> str:
    name, attributes = draw(st.sampled_from(["a", "b", "w:c"])), draw(_ATTRIBUTES)
    if draw(st.booleans()):
        return f"<{name}{attributes}/>"
    count = draw(st.integers(0, 3)) if depth < 3 else 0
    inside = "".join(draw(_elements(depth + 1)) + draw(_BETWEEN) for _ in range(count))
    return f"<{name}{attributes}>{draw(_BETWEEN)}{inside}</{name} >"


@st.composite
def _parts(draw: st.DrawFn) -> bytes:
    head = draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- <a> -->"]))
    return f'{head}<r xmlns:w="w">{draw(_BETWEEN)}{draw(_elements())}{draw(_elements())}</r>'.encode()


def _told_by_expat(data: bytes) -> list[tuple[int, int]]:
    """Where each element's start tag and end tag begin, in document order: an independent witness."""
    found: list[tuple[int, int]] = []
    open_ones: list[int] = []
    parser = expat.ParserCreate()

    def begin(*_: object) -> None:
        open_ones.append(len(found))
        found.append((parser.CurrentByteIndex, 0))

    def end(_: str) -> None:
        at = open_ones.pop()
        found[at] = found[at][0], parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(data, True)
    return found


@given(_parts())
def test_each_element_is_found_where_it_stands_in_the_bytes(data: bytes) -> None:
    root = xml.parse(data, "part")
    part = Part("part", root, data)
    for element, (start, end) in zip(root.iter("*"), _told_by_expat(data), strict=True):
        where = part.where(element)
        assert where.start == start
        assert data[where.start : where.inside].endswith(b"/>" if where.is_empty else b">")
        if not where.is_empty:
            assert where.outside == end and data[end : where.end].startswith(b"</")
        alone = xml.parse(part.bytes_of(element).replace(b"w:c", b"c"), "one")
        assert [e.tag for e in alone.iter("*")] == [xml.local(e) for e in element.iter("*")]


def test_changes_that_overlap_are_refused() -> None:
    data = b"<a><b>x</b></a>"
    root = xml.parse(data, "part")
    part, edits = Part("part", root, data), Edits()
    edits.put(part, 3, 11, b"")
    edits.put(part, 6, 7, b"y")
    with pytest.raises(Unplaceable):
        part.applied(edits)
