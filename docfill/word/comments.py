"""Comments: put into a returned file at given places, the rest of it as it was (ECMA-376 17.13.4).

Only four parts are touched: the main part, which gets the marks of each comment
around just the characters that it is about, or a paragraph's content, byte for byte the same elsewhere; the part with
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

from lxml import etree

from docfill import late
from docfill.problems import DocfillError
from docfill.word.document import INITIALS, Document, Element
from docfill.word.edit import Editor, pieces_of
from docfill.word.package import Package, Writer
from docfill.word.part import utf8, with_child
from docfill.word.relations import CONTENT_TYPES, Relation, with_relations, with_types
from docfill.word.span import Span
from docfill.word.xml import W

_TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATED = {
    _TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
    _STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships/comments",
}
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_BOX = W + "txbxContent"
_INVALID = late.pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SUFFIXES = {
    "document.macroEnabled.main": ".docm",
    "template.macroEnabledTemplate.main": ".dotm",
    "template.main": ".dotx",
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark: its text, a paragraph a line, and the position (`Place.xml`) that it is about; "" is the beginning.

    Where `span` is given, it stands around just these characters, and else around the paragraph of the position.
    """

    text: str
    where: str
    span: Span | None = None


def commented(document: Document, comments: Sequence[Comment], author: str, date: str = "") -> bytes:
    """The document's file with comments in it; of a file in another format, the .docx that it was converted to.

    Args:
        document: what is remarked on.
        comments: the remarks.
        author: who makes them.
        date: when, as in ISO 8601; without it the same remarks give the same bytes whenever they are written.
    """
    package = document.package
    if not comments:
        return package.data
    main = utf8(package.read(document.main), package.called(document.main))
    namespace = _STRICT if _STRICT.encode() in main[: main.find(b">", main.find(b"document")) + 1] else _TRANSITIONAL
    known = next((p for p in package.related(document.main, "comments") if p in package), None)
    existing = utf8(package.read(known), package.called(known)) if known else b""
    ids = [int(i) for part in (existing, main) for i in re.findall(rb'<[^<>]*omment[^<>]*:id="(\d{1,9})"', part)]
    first = max(ids, default=-1) + 1
    parts = {document.main: _marked(document, comments, first, namespace)}
    written = "".join(_comment(n, c, author, date) for n, c in enumerate(comments, first))
    if known:
        inside = written.replace("<w:comment ", f'<w:comment xmlns:w="{namespace}" ')
        parts[known] = with_child(package.called(known), existing, inside)
    else:
        folder = posixpath.dirname(document.main)
        name = _free(package, posixpath.join(folder, "comments"), ".xml")
        parts[name] = _declared(f'<w:comments xmlns:w="{namespace}">{written}</w:comments>')
        taken = package.links(document.main)
        own = next(i for n in range(1, len(taken) + 2) if (i := f"rIdDocfill{n}") not in taken)
        parts |= with_relations(package, document.main, [Relation(own, _RELATED[namespace], name)])
        parts |= with_types(package, parts=[(name, _TYPE)])
    return Writer(package, frozenset(parts)).write(parts)


def suffix_of(document: Document) -> str:
    """The suffix that the file's content asks for: Word does not open macros in a .docx."""
    types = document.package.parsed(CONTENT_TYPES)
    own = [e.get("ContentType", "") for e in types if e.get("PartName") == f"/{document.main}"]
    return next((suffix for words, suffix in _SUFFIXES.items() for t in own if words in t), ".docx")


# --- the marks in the main part ---


def _marked(document: Document, comments: Sequence[Comment], first: int, namespace: str) -> bytes:
    """The main part with the marks of the comments, which are numbered from `first`."""
    names = {p: uri for element in document.root.iter("*") for p, uri in element.nsmap.items() if p}
    editor = Editor(document)
    part = editor.part_of(document.root)
    spans: dict[tuple[int, int, int], tuple[Span, list[int]]] = {}
    paragraphs: dict[Element, list[int]] = defaultdict(list)
    for number, comment in enumerate(comments, first):
        span = comment.span
        if span is not None and _can_hold(document, span):
            at = id(span.paragraph), span.start, span.end
            spans.setdefault(at, (span, []))[1].append(number)
        else:
            paragraphs[_anchor(document, comment.where, names)].append(number)
    for span, numbers in spans.values():
        editor.around(span, *_marks(numbers, namespace))
    for element, numbers in paragraphs.items():
        opening, closing = (mark.encode() for mark in _marks(numbers, namespace))
        properties = element.find(W + "pPr")
        begin = part.where(element) if properties is None else part.where(properties)
        if len(element) or element.text:
            inside = begin.inside if properties is None else begin.end
            editor.edits.put(part, inside, inside, opening)
            editor.edits.append(part, element, closing)
        else:
            editor.edits.append(part, element, opening + closing)
    return part.applied(editor.edits)


def _marks(numbers: Sequence[int], namespace: str) -> tuple[str, str]:
    """What stands in front of and behind the characters that some comments are about."""
    declared = f'xmlns:w="{namespace}"'
    opening = "".join(f'<w:commentRangeStart {declared} w:id="{n}"/>' for n in numbers)
    closing = "".join(
        f'<w:commentRangeEnd {declared} w:id="{n}"/><w:r {declared}><w:commentReference w:id="{n}"/></w:r>'
        for n in numbers
    )
    return opening, closing


def _can_hold(document: Document, span: Span) -> bool:
    """Whether the ends of a span are characters of runs in the body, outside of text boxes and complex fields."""
    pieces = [*pieces_of(span)]
    if not pieces or any(a.tag == _BOX for a in span.paragraph.element.iterancestors()):
        return False
    if span.paragraph.element.getroottree().getroot() is not document.root:
        return False
    ends = (pieces[0].element, pieces[-1].element)
    return all(e.getparent() is not None and e.getparent().tag == W + "r" for e in ends) and not any(  # type: ignore[union-attr]
        True for _ in span.paragraph.element.iter(W + "fldChar")
    )


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


# --- the parts beside it ---


def _comment(number: int, comment: Comment, author: str, date: str) -> str:
    lines = _INVALID.sub("\ufffd", comment.text).split("\n")
    shown = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>' for line in lines
    )
    by = f'w:author="{escape(author)}" w:initials="{INITIALS}"'
    by += f' w:date="{escape(date)}"' if date else ""
    return f'<w:comment w:id="{number}" {by}>{shown}</w:comment>'


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
