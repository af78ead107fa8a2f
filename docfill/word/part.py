"""A part of a package: its bytes, the tree that was parsed of them, and changes to stretches of them.

Changes are collected in `Edits`, each a stretch of bytes and what comes in its place, and
applied at once; whatever is not changed stays as it is.  `Part.applied` gives any stretch
with its edits, so that a row or paragraph can be copied with other text in it.  Elements
are found in the bytes by their number in document order, for lxml has no offsets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property
from html import escape

from lxml import etree
from msgspec import Struct, field

from docfill import late, limits
from docfill.problems import say
from docfill.word import xml

Element = etree._Element
_NO_TAG = late.pattern(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.S)
_STEPS_A_PLACE = 3
_START = late.pattern(rb"<[^/!]")
_TAG = late.pattern(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_CHARACTER = late.pattern(r"&[^;]*;|\r\n|.", re.S)
_SPACE = b' xml:space="preserve"'
_INVALID = late.pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unplaceable(Exception):
    """A change that has no certain place in the bytes; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en

    @property
    def said(self) -> str:
        """Why, in the user's language."""
        return say(self.zh, self.en)


def utf8(data: bytes, name: str, *, without_mark: bool = False) -> bytes:
    """A part as it stands where it is in UTF-8, else written anew in it, which byte offsets need.

    Word puts a byte order mark in front of some parts: `without_mark` leaves it out.
    """
    head = data[:200].lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"encoding" in head and b"utf-8" not in head):
        return etree.tostring(xml.parse(data, name), encoding="UTF-8", xml_declaration=True, standalone=True)
    return data.removeprefix(b"\xef\xbb\xbf") if without_mark else data


def tag_end(data: bytes, at: int) -> int:
    """Where the tag that begins at `at` ends: quotation marks may hold a >."""
    found = _TAG.match(data, at)
    return found.end() if found is not None else len(data)


class Where(Struct, frozen=True):
    """The bytes of an element: its start tag from `start` to `inside`, its content up to `outside`, its end."""

    start: int
    inside: int
    outside: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether it is one tag without content, `<a/>`."""
        return self.inside == self.end


class Part:
    """One part of a document: its bytes and its tree."""

    def __init__(self, name: str, root: Element, data: bytes) -> None:
        self.name, self.root = name, root
        self.data = utf8(data, name)

    @cached_property
    def _order(self) -> dict[Element, int]:
        """The number of each element in document order; each is an object of Python's from here on."""
        limits.spend(_STEPS_A_PLACE * self.data.count(b"<"))
        return {element: at for at, element in enumerate(self.root.iter("*"))}

    @cached_property
    def _plain(self) -> bytes:
        """The bytes with blanks in the place of comments and the like: each < of it begins a tag."""
        return _NO_TAG.sub(lambda found: b" " * len(found[0]), self.data)

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each element's start tag, in document order."""
        return [found.start() for found in _START.finditer(self._plain)]

    def where(self, element: Element) -> Where:
        """The bytes of an element."""
        at = self._order[element]
        start = self._starts[at]
        inside = tag_end(self.data, start)
        if self.data[inside - 2 : inside] == b"/>":
            return Where(start, inside, inside, inside)
        outside = self._end_tag(element)
        return Where(start, inside, outside, tag_end(self.data, outside))

    def _end_tag(self, element: Element) -> int:
        """The offset of an element's end tag: so many end tags before the start of what follows as are closed there."""
        last = element
        while len(last):
            last = last[-1]
        behind = self._order[last] + 1
        around = [element, *element.iterancestors()]
        closed = around.index(next((a for a in around if a.getnext() is not None), around[-1]))
        end = self._starts[behind] if behind < len(self._starts) else len(self._plain)
        for _ in range(closed + 1):
            end = self._plain.rindex(b"</", 0, end)
        return end

    def bytes_of(self, element: Element) -> bytes:
        """An element as it stands."""
        at = self.where(element)
        return self.data[at.start : at.end]

    def without(self, properties: Element, names: Collection[str]) -> bytes:
        """Properties as they stand but for those of some names; nothing where no others are left."""
        kept = (child for child in properties if xml.local(child) not in names)
        inner = b"".join(self.bytes_of(child) for child in kept)
        name = prefixed(properties, xml.local(properties)).encode()
        return b"<" + name + b">" + inner + b"</" + name + b">" if inner else b""

    def applied(self, edits: Edits, start: int = 0, end: int | None = None) -> bytes:
        """A stretch of the bytes with its edits."""
        return self.with_edits(edits.of(self), start, len(self.data) if end is None else end)

    def with_edits(self, edits: Sequence[tuple[int, int, bytes]], start: int, end: int) -> bytes:
        """A stretch of the bytes with those of some edits, in order, that stand within it."""
        out: list[bytes] = []
        at = start
        for first, last, new in edits:
            if first < start or last > end:
                continue
            if first < at:
                raise Unplaceable("要改的两处互相重叠", "two changes overlap")
            out += [self.data[at:first], new]
            at = last
        return b"".join([*out, self.data[at:end]])


class _TextEdit(Struct, frozen=True):
    """New text for `text[start:end]` of a w:t; or XML that ends the run there and begins one like it."""

    start: int
    end: int
    new: str
    is_xml: bool = False


class Edits(Struct):
    """Changes to some parts, not yet applied."""

    _stretches: dict[int, list[tuple[int, int, bytes]]] = field(default_factory=lambda: defaultdict(list))
    _texts: dict[int, dict[Element, list[_TextEdit]]] = field(default_factory=lambda: defaultdict(dict))
    _once: set[tuple[object, ...]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(self._stretches.values()) or any(self._texts.values())

    def of(self, part: Part) -> list[tuple[int, int, bytes]]:
        """The stretches of a part and what comes in their place, in order."""
        texts = [_text_written(part, element, edits) for element, edits in self._texts[id(part)].items()]
        return sorted([*self._stretches[id(part)], *texts], key=lambda e: (e[0], e[1]))

    def put(self, part: Part, start: int, end: int, new: bytes) -> None:
        """Bytes in the place of others."""
        if start == end or self._is_first(id(part), start, end, new):
            self._stretches[id(part)].append((start, end, new))

    def _is_first(self, *change: object) -> bool:
        """Whether nobody asked for a change yet: two records may share a cell."""
        is_known = change in self._once
        self._once.add(change)
        return not is_known

    def append(self, part: Part, element: Element, new: bytes) -> None:
        """XML at the end of an element's content; one that is an empty tag is opened."""
        at = part.where(element)
        if at.is_empty:
            name = prefixed(element, xml.local(element)).encode()
            self.put(part, at.inside - 2, at.end, b">" + new + b"</" + name + b">")
        else:
            self.put(part, at.outside, at.outside, new)

    def remove(self, part: Part, element: Element) -> None:
        """An element taken out."""
        at = part.where(element)
        self.put(part, at.start, at.end, b"")

    def text(self, part: Part, element: Element, start: int, end: int, new: str, *, is_xml: bool = False) -> None:
        """Other characters in a w:t, or XML between two runs that it is parted into."""
        edit = _TextEdit(start, end, new, is_xml)
        if start == end or self._is_first(id(part), element, edit):
            self._texts[id(part)].setdefault(element, []).append(edit)

    def attribute(self, part: Part, element: Element, name: str, value: str | None) -> None:
        """An attribute of an element, by its name with namespace, with another value; None takes it out."""
        at = part.where(element)
        tag = part.data[at.start : at.inside]
        local = etree.QName(name).localname.encode()
        found = re.search(rb"(\s(?:[\w.-]+:)?" + local + rb"\s*=\s*)(\"[^\"]*\"|'[^']*')", tag)
        if value is None:
            if found is not None:
                self.put(part, at.start + found.start(), at.start + found.end(), b"")
            return
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
    """The stretch of a w:t and its new bytes; the characters that stay are spelt as they were."""
    where = part.where(element)
    kept, at = _characters(part.data[where.inside : where.outside], element.text or ""), 0
    shown: list[str] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise Unplaceable("要改的两处互相重叠", "two changes overlap")
        shown += [*kept[at : edit.start], edit.new if edit.is_xml else encoded(edit.new, element)]
        at = edit.end
    whole = "".join([*shown, *kept[at:]])
    tag = part.data[where.start : where.inside]
    if b":space" not in tag:
        close = len(tag) - (2 if tag.endswith(b"/>") else 1)
        tag = tag[:close] + _SPACE + tag[close:] if whole != whole.strip() or "  " in whole or "<" in whole else tag
    if where.is_empty:
        tag = tag[:-2] + b">"
        return where.start, where.end, tag + whole.encode() + f"</{prefixed(element, 't')}>".encode()
    return where.start, where.outside, tag + whole.encode()


def _characters(content: bytes, text: str) -> list[str]:
    """Each character of a w:t as its content spells it: `&quot;` is one, a break of lines is one."""
    if b"<" not in content and len(spelt := _CHARACTER.findall(content.decode())) == len(text):
        return spelt
    return [escape(char, quote=False) for char in text]


def with_child(name: str, data: bytes, child: str) -> bytes:
    """The bytes of a part with more at the end of what its root holds."""
    root, edits = xml.parse(data, name), Edits()
    part = Part(name, root, data)
    edits.append(part, root, child.encode())
    return part.applied(edits)
