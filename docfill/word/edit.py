"""The editor: changes to the bytes of a document, by span and by element; whatever is not changed stays as it is.

A part is its bytes and the tree that was parsed of them.  Edits are collected in
`Edits`, each a stretch of bytes and what comes in its place, and applied at once;
`Part.applied` gives any stretch with its edits, so that a row or paragraph can be
copied with other text in it.  Elements are found in the bytes by their number in
document order, which expat tells together with its offsets (lxml has none).
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from xml.parsers import expat

from lxml import etree

from docfill.problems import say
from docfill.word import xml
from docfill.word.document import Document, Element, Paragraph
from docfill.word.span import Span
from docfill.word.xml import W

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_SPACE = b' xml:space="preserve"'
_T, _R, _P = W + "t", W + "r", W + "p"
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unplaceable(Exception):
    """A change that has no certain place in the bytes; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en

    @property
    def said(self) -> str:
        """Why, in the user's language."""
        return say(self.zh, self.en)


def utf8(data: bytes, name: str) -> bytes:
    """A part as it stands where it is in UTF-8, else written anew in it, which byte offsets need."""
    head = data[:200].lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"encoding" in head and b"utf-8" not in head):
        return etree.tostring(xml.parse(data, name), encoding="UTF-8", xml_declaration=True, standalone=True)
    return data


def tag_end(data: bytes, at: int) -> int:
    """Where the tag that begins at `at` ends: quotation marks may hold a >."""
    found = _TAG.match(data, at)
    return found.end() if found is not None else len(data)


@dataclass(frozen=True, slots=True)
class Where:
    """The bytes of an element: its start tag from `start` to `inside`, its content up to `outside`, its end."""

    start: int
    inside: int
    outside: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether it is one tag without content, `<a/>`."""
        return self.inside == self.end


def offsets(data: bytes) -> tuple[list[int], list[int]]:
    """The offsets of each element's start tag and end tag, in document order."""
    starts: list[int] = []
    ends: list[int] = []
    open_ones: list[int] = []
    parser = expat.ParserCreate()

    def begin(*_: object) -> None:
        open_ones.append(len(starts))
        starts.append(parser.CurrentByteIndex)
        ends.append(0)

    def end(_: str) -> None:
        ends[open_ones.pop()] = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(data, True)
    return starts, ends


class Part:
    """One part of a document: its bytes and its tree."""

    def __init__(self, name: str, root: Element, data: bytes) -> None:
        self.name, self.root = name, root
        self.data = utf8(data, name)
        self._order = {element: at for at, element in enumerate(root.iter("*"))}

    @cached_property
    def _offsets(self) -> tuple[list[int], list[int]]:
        return offsets(self.data)

    def where(self, element: Element) -> Where:
        """The bytes of an element."""
        starts, ends = self._offsets
        at = self._order[element]
        inside = tag_end(self.data, starts[at])
        if self.data[inside - 2 : inside] == b"/>":
            return Where(starts[at], inside, inside, inside)
        return Where(starts[at], inside, ends[at], tag_end(self.data, ends[at]))

    def bytes_of(self, element: Element) -> bytes:
        """An element as it stands."""
        at = self.where(element)
        return self.data[at.start : at.end]

    def applied(self, edits: Edits, start: int = 0, end: int | None = None) -> bytes:
        """A stretch of the bytes with its edits."""
        end = len(self.data) if end is None else end
        out: list[bytes] = []
        at = start
        for first, last, new in edits.of(self):
            if first < start or last > end:
                continue
            if first < at:
                raise Unplaceable("要改的两处互相重叠", "two changes overlap")
            out += [self.data[at:first], new]
            at = last
        return b"".join([*out, self.data[at:end]])


@dataclass(slots=True)
class _TextEdit:
    """New text for `text[start:end]` of a w:t."""

    start: int
    end: int
    new: str


@dataclass
class Edits:
    """Changes to some parts, not yet applied."""

    _stretches: dict[int, list[tuple[int, int, bytes]]] = field(default_factory=lambda: defaultdict(list))
    _texts: dict[int, dict[Element, list[_TextEdit]]] = field(default_factory=lambda: defaultdict(dict))

    def __bool__(self) -> bool:
        return any(self._stretches.values()) or any(self._texts.values())

    def of(self, part: Part) -> list[tuple[int, int, bytes]]:
        """The stretches of a part and what comes in their place, in order."""
        texts = [_text_written(part, element, edits) for element, edits in self._texts[id(part)].items()]
        return sorted([*self._stretches[id(part)], *texts], key=lambda e: (e[0], e[1]))

    def put(self, part: Part, start: int, end: int, new: bytes) -> None:
        """Bytes in the place of others."""
        if (start, end, new) not in self._stretches[id(part)] or start == end:
            self._stretches[id(part)].append((start, end, new))

    def remove(self, part: Part, element: Element) -> None:
        """An element taken out."""
        at = part.where(element)
        self.put(part, at.start, at.end, b"")

    def text(self, part: Part, element: Element, start: int, end: int, new: str) -> None:
        """Other characters in a w:t."""
        edits = self._texts[id(part)].setdefault(element, [])
        edit = _TextEdit(start, end, new)
        if edit not in edits or start == end:  # two records may share a cell
            edits.append(edit)

    def attribute(self, part: Part, element: Element, name: str, value: str) -> None:
        """An attribute of an element, by its name with namespace, with another value."""
        at = part.where(element)
        tag = part.data[at.start : at.inside]
        local = etree.QName(name).localname.encode()
        found = re.search(rb"(\s(?:[\w.-]+:)?" + local + rb"\s*=\s*)(\"[^\"]*\"|'[^']*')", tag)
        quoted = b'"' + escape(value).encode() + b'"'
        if found is not None:
            self.put(part, at.start + found.start(2), at.start + found.end(2), quoted)
        else:
            prefix = prefixed(element, local.decode())
            close = at.inside - (2 if tag.endswith(b"/>") else 1)
            self.put(part, close, close, f" {prefix}=".encode() + quoted)


def prefixed(element: Element, name: str) -> str:
    """A name with the prefix that an element has."""
    return f"{element.prefix}:{name}" if element.prefix else name


def encoded(shown: str, near: Element) -> str:
    """`shown` as content of a w:t: escaped, line breaks and tabs as Word's elements, named as `near` is."""
    plain = escape(_INVALID.sub("\ufffd", shown), quote=False)
    t = prefixed(near, "t")
    for sign, name in (("\n", "br"), ("\t", "tab")):
        if sign in plain:
            plain = plain.replace(sign, f'</{t}><{prefixed(near, name)}/><{t} xml:space="preserve">')
    return plain


def _text_written(part: Part, element: Element, edits: list[_TextEdit]) -> tuple[int, int, bytes]:
    """The stretch of a w:t and its new bytes."""
    text, at = element.text or "", 0
    shown: list[str] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise Unplaceable("要改的两处互相重叠", "two changes overlap")
        shown += [text[at : edit.start], edit.new]
        at = edit.end
    whole = "".join([*shown, text[at:]])
    where = part.where(element)
    tag = part.data[where.start : where.inside]
    if b":space" not in tag:
        close = len(tag) - (2 if tag.endswith(b"/>") else 1)
        tag = tag[:close] + _SPACE + tag[close:] if whole != whole.strip() or "  " in whole else tag
    if where.is_empty:
        tag = tag[:-2] + b">"
        return where.start, where.end, tag + encoded(whole, element).encode() + f"</{prefixed(element, 't')}>".encode()
    return where.start, where.outside, tag + encoded(whole, element).encode()


def run_with(text: str, near: Element, properties: bytes = b"") -> bytes:
    """A run of its own that shows a text, named as `near` is."""
    r, t = prefixed(near, "r"), prefixed(near, "t")
    return f"<{r}>".encode() + properties + f'<{t} xml:space="preserve">{encoded(text, near)}</{t}></{r}>'.encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one element shows of a span: `shown` of its characters from `start` on, of `length` in all."""

    element: Element
    start: int
    shown: str
    length: int

    @property
    def is_text(self) -> bool:
        """Whether its characters are those of a w:t, one by one."""
        return self.element.tag == _T and len(self.element.text or "") == self.length

    @property
    def is_whole(self) -> bool:
        """Whether it is all that the element shows."""
        return len(self.shown) == self.length


def pieces_of(span: Span) -> Iterator[Piece]:
    """The elements that show a span's characters, in order."""
    owners, text = span.paragraph.owners, span.paragraph.text
    first = max(bisect.bisect_right(owners, span.start, key=lambda o: o[0]) - 1, 0)
    for index in range(first, len(owners)):
        at, element = owners[index]
        end = owners[index + 1][0] if index + 1 < len(owners) else len(text)
        if at >= span.end:
            return
        low, high = max(at, span.start), min(end, span.end)
        if low < high:
            yield Piece(element, low - at, text[low:high], end - at)


class Editor:
    """Edits one document; `written` gives the parts that changed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._parts: dict[Element, Part] = {}
        self.edits = Edits()

    def part_of(self, element: Element) -> Part:
        """The part that an element is in."""
        root = element.getroottree().getroot()
        if root not in self._parts:
            name = self._document.part_named(root)
            self._parts[root] = Part(name, root, self._document.package.read(name))
        return self._parts[root]

    def written(self) -> dict[str, bytes]:
        """The parts that changed, by name."""
        changed = {part.name: part.applied(self.edits) for part in self._parts.values() if self.edits.of(part)}
        return {name: data for name, data in changed.items() if data != self._document.package.read(name)}

    def replace(self, span: Span, new: str) -> None:
        """Other text for a span; it takes the run that its first character stands in.

        Raises:
            Unplaceable: what stands there is drawn in a way that can't be changed by characters.
        """
        pieces = [*pieces_of(span)]
        if not pieces:
            self.insert(span.paragraph, span.start, new)
            return
        home = next((p for p in pieces if p.is_text), None)
        if home is None and new:
            home = pieces[0]
        for piece in pieces:
            part = self.part_of(piece.element)
            if piece.is_text:
                at = piece.start
                self.edits.text(part, piece.element, at, at + len(piece.shown), new if piece is home else "")
            elif not piece.is_whole or piece.element.getparent().tag != _R:  # type: ignore[union-attr]
                raise _drawn(piece)
            elif piece is home:
                where, t = part.where(piece.element), prefixed(piece.element, "t")
                shown = f'<{t} xml:space="preserve">{encoded(new, piece.element)}</{t}>'
                self.edits.put(part, where.start, where.end, shown.encode())
            else:
                self.edits.remove(part, piece.element)

    def insert(self, paragraph: Paragraph, index: int, new: str) -> None:
        """Text at a position of a paragraph; it takes the run in front of it, or else the one behind it."""
        if not new:
            return
        before = [*pieces_of(Span(paragraph, index - 1, index))] if index else []
        behind = [*pieces_of(Span(paragraph, index, index + 1))]
        beside = [*((p, True) for p in before), *((p, False) for p in behind)]
        for piece, is_before in beside:
            if piece.is_text:
                at = piece.start + is_before
                self.edits.text(self.part_of(piece.element), piece.element, at, at, new)
                return
        for piece, is_before in beside:
            run = piece.element.getparent()
            if run is not None and run.tag == _R:
                part, t = self.part_of(run), prefixed(run, "t")
                where = part.where(piece.element)
                here = where.end if is_before else where.start
                shown = f'<{t} xml:space="preserve">{encoded(new, run)}</{t}>'
                self.edits.put(part, here, here, shown.encode())
                return
        if before or behind:
            raise _drawn((before or behind)[0])
        self._first_run(paragraph.element, new)

    def _first_run(self, paragraph: Element, new: str) -> None:
        """Text in a paragraph that shows none: in an empty run if it has one, else in a run as its mark asks for."""
        part = self.part_of(paragraph)
        empty = [t for t in paragraph.iterfind(f"{_R}/{_T}") if not t.text]
        if empty:
            self.edits.text(part, empty[0], 0, 0, new)
            return
        runs = [r for r in paragraph.iterfind(_R) if all(child.tag == W + "rPr" for child in r)]
        at = part.where(paragraph)
        if runs:
            inner = runs[-1]
            properties = b"".join(part.bytes_of(p) for p in inner.iterfind(W + "rPr"))
            where = part.where(inner)
            self.edits.put(part, where.start, where.end, run_with(new, paragraph, properties))
            return
        shown = run_with(new, paragraph, self.mark_properties(part, paragraph))
        if at.is_empty:
            name = part.data[at.start + 1 : at.inside].split(None, 1)[0].rstrip(b"/>")
            self.edits.put(part, at.inside - 2, at.end, b">" + shown + b"</" + name + b">")
        else:
            self.edits.put(part, at.outside, at.outside, shown)

    def mark_properties(self, part: Part, paragraph: Element) -> bytes:
        """The properties of a paragraph's mark as those of a run, without its tracked changes."""
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None:
            return b""
        kept = [child for child in mark if etree.QName(child).localname not in _TRACKED]
        inner = b"".join(part.bytes_of(child) for child in kept)
        name = prefixed(mark, "rPr").encode()
        return b"<" + name + b">" + inner + b"</" + name + b">" if inner else b""


_TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo", "rPrChange"})


def _drawn(piece: Piece) -> Unplaceable:
    name = xml.local(piece.element)
    return Unplaceable(
        f"“{piece.shown}”不是普通文字（{name}），不能按字改写", f'"{piece.shown}" is drawn ({name}), not written'
    )
