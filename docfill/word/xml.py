"""XML as Word writes it: one safe parser, and one dialect.

UTF-8, UTF-16 and every encoding in which ASCII stands as it is are read.  Strict
documents (ISO/IEC 29500-1, annex A: namespaces at purl.oclc.org) are turned into
transitional ones, so that nothing above meets two spellings.  Entities, DTDs and
the network are off: a DOCTYPE is refused before anything is parsed.  What would
become too large a tree is refused by counting its tags first (see `limits`).
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections import Counter
from typing import NamedTuple, cast

from lxml import etree

from docfill import late, limits
from docfill.problems import DocfillError, fault_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_MARKS = tuple("http://purl.oclc.org/ooxml/".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_ENCODING = late.pattern(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]{1,60})["']""")
_ASCII = bytes(range(32, 127))
_STRICT = late.pattern(rb'(\sxmlns(?::[^=\s]+)?="http://)purl\.oclc\.org/ooxml/(\w+)/([\w/]+)"')
_HYPHENED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


class Program(NamedTuple):
    """What opens a file that is to be mended, and the suffix under which it saves it."""

    name: str
    suffix: str


WORD, EXCEL = Program("Word", ".docx"), Program("Excel", ".xlsx")


def parse(data: bytes, name: str, *, is_flat: bool = False, program: Program = WORD) -> etree._Element:
    """The root of the part `name`; of one in a package, `Package.parsed`.

    Args:
        data: the part.
        name: how messages call it: with the file that it is in.
        is_flat: it is a whole package in one file, in which a picture may be a text of any length.
        program: what may open the file, should the part be broken.

    Raises:
        DocfillError: it isn't well-formed XML, has a DOCTYPE or an encoding that could hide one, or is
            over the limits of elements and depth.
    """
    tags = let_in(data, name, program)
    root = in_one_dialect(data, name, is_flat, program)
    if tags > _MANY:
        _spend_on_depth(root)
    return root


def in_one_dialect(data: bytes, name: str, is_flat: bool = False, program: Program = WORD) -> etree._Element:
    """As `parse`, of a part that was let in."""
    if is_flat or not any(mark in data for mark in (_MARKS if b"\0" in data[:4] else _MARKS[:1])):
        return _parsed(data, name, is_flat, program)
    if not _declares_at_root(data):
        data = etree.tostring(_parsed(data, name, is_flat, program), encoding="UTF-8")
    return _parsed(_redeclared(data), name, is_flat, program)


def _declares_at_root(data: bytes) -> bool:
    """Whether all that a strict part says of its namespaces stands in the tag that it begins with, in double quotes."""
    begin = data.find(b"?>") + 2 if data.startswith(b"<?xml ") else 0
    begin = data.find(b"<", begin)
    end = data.find(b">", begin)
    return b"'" not in data[begin:end] and data[begin + 1 : begin + 2].isalpha() and data.find(_MARKS[0], end) < 0


def _redeclared(data: bytes) -> bytes:
    """A strict part with the transitional namespaces where a tag declares one; in a text, the same is an answer."""
    parts: list[bytes] = []
    done = at = 0
    is_in_tag = False
    for found in _STRICT.finditer(data):
        opened, closed = (data.rfind(sign, at, found.start()) for sign in (b"<", b">"))
        is_in_tag = opened > closed or (is_in_tag and opened == closed)
        at = found.start()
        if is_in_tag:
            parts += [data[done:at], _transitional(found)]
            done = found.end()
    return b"".join([*parts, data[done:]])


def let_in(data: bytes, name: str, program: Program = WORD) -> int:
    """How many tags a part has that may be parsed, which are taken from the budget; DocfillError where it may not."""
    _check(data, name, program)
    tags = data.count(b"<")
    limits.spend(tags)
    return tags


_MANY = 16_384
"""Tags up to which no depth that libxml2 lets in (256) makes much work."""
_SHALLOW = 16
_AT_SHALLOW = etree.XPath("/*" * _SHALLOW)


def _spend_on_depth(root: etree._Element) -> None:
    """Takes a step for each element and level of its that is deeper than elements of real documents stand.

    What stands deep is many times looked up from: which paragraph, cell or control it is in, what its path is.
    """
    for top in cast("list[etree._Element]", _AT_SHALLOW(root)):
        depth = steps = 0
        for event, _ in etree.iterwalk(top, events=("start", "end")):
            depth += 1 if event == "start" else -1
            steps += depth if event == "start" else 0
            if steps > _MANY:
                limits.spend(steps)
                steps = 0
        limits.spend(steps)


def _check(data: bytes, name: str, program: Program) -> None:
    """Nothing, where a part may be parsed: no DOCTYPE before the root, no encoding that hides one, no giant."""
    bound = limits.current()
    if len(data) > bound.elements < data.count(b"<") - data.count(b"</") + 2 * data.count(b"="):
        raise limits.exceeded(name, "XML 标签和属性过多", "too many XML tags and attributes", "elements")
    head = data.translate(None, b"\0") if b"\0" in data[:4] else data
    if _declares(head):
        raise doctype(name)
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and not _keeps_ascii(encoding := declared[1].decode("ascii", "replace"), data):
        raise DocfillError(
            f"{name} 部分使用了少见的编码（{encoding}），不予读取，请用 {program.name} 打开后另存为 {program.suffix}",
            f"{name}: this part has a rare encoding ({encoding}), which is not read; "
            f"open the file in {program.name} and save it as {program.suffix}",
            "corrupt",
        )


def _declares(data: bytes) -> bool:
    """Whether a declaration, as a DOCTYPE is one, comes before the root."""
    at = data.find(b"<")
    while at >= 0:
        if data.startswith(b"<?", at):
            end = data.find(b"?>", at + 2)
        elif data.startswith(b"<!--", at):
            end = data.find(b"-->", at + 4)
        else:
            return data.startswith(b"<!", at)
        at = data.find(b"<", end) if end >= 0 else -1
    return False


def _keeps_ascii(encoding: str, data: bytes) -> bool:
    """Whether ASCII stands as it is in an encoding; UTF-7, for one, can hide a "<" from a search."""
    if encoding.lower().startswith(("utf-16", "utf16")):  # some writers declare it over UTF-8
        return b"\0" not in data
    try:
        return codecs.lookup(encoding).encode(_ASCII.decode())[0] == _ASCII
    except (LookupError, UnicodeError, ValueError):
        return False


def _transitional(declaration: re.Match[bytes]) -> bytes:
    """A strict namespace's declaration with the transitional one: …/ooxml/a/b was http://…/a/2006/b."""
    start, family, rest = declaration.groups()
    return start + b"schemas.openxmlformats.org/" + family + b"/2006/" + _HYPHENED.get(rest, rest) + b'"'


def _parsed(data: bytes, name: str, is_huge: bool, program: Program) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,  # nothing is looked up by xml:id
        huge_tree=is_huge,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        fault = fault_of(error)
        raise DocfillError(
            f"{name} 部分已损坏（{fault}），请用 {program.name} 打开后另存为 {program.suffix}",
            f"{name}: this part is broken ({fault.en}); "
            f"open the file in {program.name} and save it as {program.suffix}",
            "corrupt",
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise doctype(name)
    return root


def doctype(name: str) -> DocfillError:
    """That the part `name` has a document type, with which entities could be declared."""
    return DocfillError(
        f"{name} 部分含有 DOCTYPE 声明，出于安全考虑不予读取",
        f"{name}: this part holds a DOCTYPE, which is refused for safety",
        "unsafe",
    )


_BLOCKS = etree.XPath("count(//w:p) + count(//w:tr) + count(//w:tc)", namespaces={"w": W[1:-1]})
_ELEMENTS = etree.XPath("count(descendant::*)")
_LENGTH = etree.XPath("string-length(/)")
_LEAST = len("<a/>")
"""Bytes that an element is written in, at least."""
_MUCH = 20_000


def is_small(size: int | None) -> bool:
    """Whether a document's part that is written in so many bytes cannot be over the limits of blocks and text."""
    bound = limits.current()
    return size is not None and size // _LEAST <= bound.blocks and size <= bound.text


def length_of(root: etree._Element) -> int:
    """The characters of a document's part; DocfillError where it is over the limits of blocks or text."""
    bound = limits.current()
    if float(str(_ELEMENTS(root))) > bound.blocks and float(str(_BLOCKS(root))) > bound.blocks:
        zh, en = "段落、表格行和单元格过多", "too many paragraphs, rows and cells"
        raise limits.exceeded(limits.called(local(root)), zh, en, "blocks")
    length = int(float(str(_LENGTH(root))))
    if length > bound.text:
        raise limits.exceeded(limits.called(local(root)), "文字过多", "too much text", "text")
    if length <= _MUCH:
        return length
    # between elements, indented XML has more blanks than its texts have characters
    return sum(len(text.text or "") for text in root.iter("{*}t", "{*}instrText", "{*}delText"))


def child(parent: etree._Element | None, tag: str) -> etree._Element | None:
    """The first child with a tag, of an element that is there: as `find`, in less than half its time."""
    return None if parent is None else next(parent.iterchildren(tag), None)


_BEFORE = 8
"""Children up to which the properties of an element stand: only marks of ranges may stand before them."""


def leading(parent: etree._Element | None, tag: str) -> etree._Element | None:
    """The properties of a run, a paragraph or a table of any length, which stand before all of it but a few marks."""
    first = () if parent is None else itertools.islice(parent.iterchildren(), _BEFORE)
    return next((e for e in first if e.tag == tag), None)


def is_on(element: etree._Element | None, default: bool = True) -> bool:
    """The value of an on/off property (ECMA-376 17.17.4): present means on, unless w:val says otherwise."""
    if element is None:
        return False
    value = next((v for k, v in element.attrib.items() if etree.QName(k).localname == "val"), None)
    return default if value is None else str(value).lower() not in ("0", "false", "off", "none")


_STEPS_A_CHILD = 5
_FEW = 16
"""Children up to which those of one name are looked through for each that is asked for."""


class Paths:
    """Where elements stand, as libxml2 tells it ("/w:document/w:body/w:p[2]"); siblings are counted once."""

    def __init__(self) -> None:
        self._steps: dict[etree._Element, dict[etree._Element, str]] = {}
        self._known: dict[etree._Element, str] = {}
        """The paths of those in which others stand that were asked for."""

    def path(self, element: etree._Element) -> str:
        """The path of an element from the root of its part."""
        above: list[etree._Element] = []
        outer = element.getparent()
        while outer is not None and outer not in self._known:
            above.append(outer)
            outer = outer.getparent()
        path = "" if outer is None else self._known[outer]
        for inner in reversed(above):
            path = self._known[inner] = f"{path}/{self._step(outer, inner)}"
            outer = inner
        return f"{path}/{self._step(outer, element)}"

    def _step(self, parent: etree._Element | None, child: etree._Element) -> str:
        """The step from an element, or from nothing, to one in it."""
        if parent is None:
            return self._named(child)
        if parent not in self._steps:
            if child.prefix and len(parent) <= _FEW:
                name = self._named(child)
                alike = [
                    c for c in parent.iterchildren("{*}" + name[len(child.prefix) + 1 :]) if c.prefix == child.prefix
                ]
                return f"{name}[{alike.index(child) + 1}]" if len(alike) > 1 else name
            self._steps[parent] = self._numbered(parent)
        return self._steps[parent][child]

    @staticmethod
    def _named(element: etree._Element) -> str:
        """Its name with the prefix; "*" for one in a namespace without a prefix."""
        tag, prefix = str(element.tag), element.prefix
        if tag[:1] != "{":
            return tag
        return f"{prefix}:{tag.rpartition('}')[2]}" if prefix else "*"

    def _numbered(self, parent: etree._Element) -> dict[etree._Element, str]:
        """The step to each child, with its number among those of the same name, where there are several."""
        limits.spend(_STEPS_A_CHILD * len(parent))
        children = [(child, self._named(child)) for child in parent.iterchildren(tag=etree.Element)]
        names = [name for _, name in children]
        if len(set(names)) == len(names) and ("*" not in names or len(names) == 1):
            return dict(children)
        total, seen = Counter(names), Counter[str]()
        steps: dict[etree._Element, str] = {}
        for at, (child, name) in enumerate(children, 1):
            seen[name] += 1
            number, several = (at, True) if name == "*" else (seen[name], total[name] > 1)
            steps[child] = f"{name}[{number}]" if several else name
        return steps


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname
