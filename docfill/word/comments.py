"""Comments: put into a returned file at given places, the rest of it as it was (ECMA-376 17.13.4).

Only four parts are touched: the main part, which gets the marks of each comment
around a paragraph's content, byte for byte the same elsewhere; the part with
the comments, to which they are added (or which is made); its relationship and
its content type.  All other parts keep their compressed bytes.  Comments cannot
stand in text boxes, headers or footers, so one for such a place goes to the
paragraph that the box is anchored in, or to the first of the body.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from xml.parsers import expat

from lxml import etree

from docfill.problems import DocfillError
from docfill.word import xml
from docfill.word.document import Document, Element
from docfill.word.package import Package, Writer
from docfill.word.xml import W

_TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATED = {
    _TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
    _STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships/comments",
}
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT_TYPES = "[Content_Types].xml"
_BOX = W + "txbxContent"
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SUFFIXES = {
    "document.macroEnabled.main": ".docm",
    "template.macroEnabledTemplate.main": ".dotm",
    "template.main": ".dotx",
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark: its text, a paragraph a line, and the position (`Place.xml`) that it is about; "" is the beginning."""

    text: str
    where: str


def commented(document: Document, comments: Sequence[Comment], author: str) -> bytes:
    """The document's file with comments in it.

    Raises:
        DocfillError: another program converted the file first, so that it is not the returned one any more.
    """
    package = document.package
    if package.is_converted:
        raise DocfillError(
            f"{package.name}：批注只能写入 .docx 文件；请用 Word 或 WPS 另存为 .docx 后再核对",
            f"{package.name}: comments can only be written into a .docx; save the file as .docx and check that",
            "no-comments",
        )
    if not comments:
        return package.data
    main = _in_utf8(package.read(document.main))
    namespace = _STRICT if _STRICT.encode() in main[: main.find(b">", main.find(b"document")) + 1] else _TRANSITIONAL
    known = next((p for p in package.related(document.main, "comments") if p in package), None)
    existing = _in_utf8(package.read(known)) if known else b""
    ids = [int(i) for part in (existing, main) for i in re.findall(rb'<[^<>]*omment[^<>]*:id="(\d{1,9})"', part)]
    first = max(ids, default=-1) + 1
    parts = {document.main: _marked(document, main, comments, first, namespace)}
    written = "".join(_comment(n, c, author) for n, c in enumerate(comments, first))
    if known:
        parts[known] = _appended(existing, written, namespace)
    else:
        folder = posixpath.dirname(document.main)
        name = _free(package, posixpath.join(folder, "comments"), ".xml")
        parts[name] = _declared(f'<w:comments xmlns:w="{namespace}">{written}</w:comments>')
        parts |= _related(package, document.main, name, namespace)
    return Writer(package, frozenset(parts)).write(parts)


def suffix_of(document: Document) -> str:
    """The suffix that the file's content asks for: Word does not open macros in a .docx."""
    types = xml.parse(document.package.read(_CONTENT_TYPES), _CONTENT_TYPES)
    own = [e.get("ContentType", "") for e in types if e.get("PartName") == f"/{document.main}"]
    return next((suffix for words, suffix in _SUFFIXES.items() for t in own if words in t), ".docx")


# --- the marks in the main part ---


def _marked(document: Document, main: bytes, comments: Sequence[Comment], first: int, namespace: str) -> bytes:
    """The main part with the marks of the comments, which are numbered from `first`."""
    order: dict[Element, int] = {}
    names: dict[str, str] = {}
    for at, element in enumerate(document.root.iter("*")):
        order[element] = at
        names |= {p: uri for p, uri in element.nsmap.items() if p}
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, comment in enumerate(comments, first):
        wanted[order[_anchor(document, comment.where, names)]].append(number)
    added: list[tuple[int, int, bytes]] = []
    for at, span in _spans(main, set(wanted)).items():
        declared = f'xmlns:w="{namespace}"'
        opening = "".join(f'<w:commentRangeStart {declared} w:id="{n}"/>' for n in wanted[at]).encode()
        closing = "".join(
            f'<w:commentRangeEnd {declared} w:id="{n}"/><w:r {declared}><w:commentReference w:id="{n}"/></w:r>'
            for n in wanted[at]
        ).encode()
        if span.is_empty:
            added.append((span.start - 2, span.start, b">" + opening + closing + b"</" + span.tag + b">"))
        else:
            added += [(span.start, span.start, opening), (span.end, span.end, closing)]
    out: list[bytes] = []
    before = 0
    for at, after, new in sorted(added, key=lambda a: a[0]):
        out += [main[before:at], new]
        before = after
    return b"".join([*out, main[before:]])


def _anchor(document: Document, where: str, names: dict[str, str]) -> Element:
    """The paragraph that a position is in; the first of the body for one that is in none."""
    root = document.root
    body = root.find(W + "body")
    paragraphs = (root if body is None else body).iter(W + "p")
    element = _element_at(document, where, names)
    if element is not None:
        around = [a for a in (element, *element.iterancestors()) if a.tag in (W + "p", _BOX)]
        box = next((i for i in reversed(range(len(around))) if around[i].tag == _BOX), -1)
        outside = [a for a in around[box + 1 :] if a.tag == W + "p"]
        inside = [element, *([] if outside else element.iter(W + "p"))]
        found = next((p for p in (*outside, *inside) if p.tag == W + "p"), None)
        if found is not None:
            return found
    first = next(iter(paragraphs), None)
    if first is None:
        raise DocfillError(
            f"{document.package.name}：正文中没有段落，无法加批注",
            f"{document.package.name}: there is no paragraph",
            "no-comments",
        )
    return first


def _element_at(document: Document, where: str, names: dict[str, str]) -> Element | None:
    """The element of the main part at a position, as `Document.where` gives it; None for one in another part."""
    part, _, path = where.partition("#")
    if part != document.main or not path:
        return None
    found = document.root.getroottree().xpath(path, namespaces=names)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


@dataclass(slots=True)
class _Span:
    """Where an element's content begins, behind its properties, and ends; an empty tag is behind both."""

    number: int
    start: int
    end: int
    tag: bytes
    is_empty: bool


def _spans(main: bytes, wanted: set[int]) -> dict[int, _Span]:
    """The spans of elements by their number in document order."""
    parser = expat.ParserCreate()
    spans: dict[int, _Span] = {}
    open_ones: list[_Span] = []
    count = -1

    def tag_end() -> int:
        """Where the tag that begins here ends: quotation marks may hold a >."""
        at, quote = parser.CurrentByteIndex, 0
        while at < len(main):
            char = main[at]
            if quote:
                quote = 0 if char == quote else quote
            elif char in b"\"'":
                quote = char
            elif char == 0x3E:
                return at + 1
            at += 1
        return at

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal count
        count += 1
        around = open_ones[-1].number if open_ones else -1
        is_needed = count in wanted or (around in wanted and name.rpartition(":")[2] == "pPr")
        start = tag_end() if is_needed else 0
        open_ones.append(_Span(count, start, 0, name.encode(), main[max(0, start - 2) : start] == b"/>"))

    def end(name: str) -> None:
        span = open_ones.pop()
        span.end = parser.CurrentByteIndex
        if span.number in wanted:
            spans[span.number] = span
        elif span.start:
            open_ones[-1].start = span.start if span.is_empty else main.index(b">", span.end) + 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.Parse(main, True)
    return spans


# --- the parts beside it ---


def _comment(number: int, comment: Comment, author: str) -> str:
    lines = _INVALID.sub("\ufffd", comment.text).split("\n")
    shown = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>' for line in lines
    )
    by = f'w:author="{escape(author)}" w:initials="{escape(author[:1])}"'
    return f'<w:comment w:id="{number}" {by}>{shown}</w:comment>'


def _appended(existing: bytes, written: str, namespace: str) -> bytes:
    """The part with the comments, with more of them at its end."""
    inside = written.replace("<w:comment ", f'<w:comment xmlns:w="{namespace}" ').encode()
    closing = existing.rfind(b"</")
    if closing >= 0 and re.fullmatch(rb"</(?:[\w.-]+:)?comments\s*>\s*", existing[closing:]):
        return existing[:closing] + inside + existing[closing:]
    root = re.search(rb"<((?:[\w.-]+:)?comments)\b[^<>]*/>\s*$", existing)
    if root is None:
        tree = etree.fromstring(existing)
        tree.extend(etree.fromstring(_declared(f'<w:x xmlns:w="{namespace}">{written}</w:x>')))
        return etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
    slash = existing.rindex(b"/>")
    return existing[:slash] + b">" + inside + b"</" + root[1] + b">"


def _related(package: Package, main: str, name: str, namespace: str) -> dict[str, bytes]:
    """The relationships of the main part and the content types, which name the new part, too."""
    folder, base = posixpath.split(main)
    rels = posixpath.join(folder, "_rels", base + ".rels")
    old = _in_utf8(package.read(rels)) if rels in package else b""
    ids = set(re.findall(rb'\bId="([^"]*)"', old))
    own = next(f"rIdDocfill{n}" for n in range(1, len(ids) + 2) if f"rIdDocfill{n}".encode() not in ids)
    line = f'<Relationship xmlns="{_RELATIONSHIPS}" Id="{own}" Type="{_RELATED[namespace]}" Target="/{name}"/>'
    if not old:
        old = _declared(f'<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>')
    types = _in_utf8(package.read(_CONTENT_TYPES))
    of_types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = f'<Override xmlns="{of_types}" PartName="/{name}" ContentType="{_TYPE}"/>'
    return {rels: _with_child(old, line), _CONTENT_TYPES: _with_child(types, kind)}


def _with_child(part: bytes, child: str) -> bytes:
    """A part of relationships or types with one more child, at its end."""
    closing = part.rfind(b"</")
    if closing < 0:
        root = etree.fromstring(part)
        root.append(etree.fromstring(child))
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return part[:closing] + child.encode() + part[closing:]


def _free(package: Package, stem: str, suffix: str) -> str:
    """A name that no part has."""
    taken = {name.casefold() for name in package.infos}
    return next(
        name
        for n in range(len(taken) + 1)
        if (name := f"{stem}{'-docfill' * (n > 0)}{n or ''}{suffix}").casefold() not in taken
    )


def _declared(content: str) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content.encode()


def _in_utf8(data: bytes) -> bytes:
    """A part as it stands where it is in UTF-8, else written anew in it."""
    head = data[:200].lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"encoding" in head and b"utf-8" not in head):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.tostring(etree.fromstring(data, parser), encoding="UTF-8", xml_declaration=True, standalone=True)
    return data
