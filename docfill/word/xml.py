"""XML as Word writes it: one safe parser, and one dialect.

Any encoding that XML allows is read.  Strict documents (ISO/IEC 29500-1, annex A:
namespaces at purl.oclc.org) are turned into transitional ones, so that nothing
above meets two spellings.  Entities, DTDs and the network are off: a DOCTYPE is
refused.
"""

from __future__ import annotations

import re

from lxml import etree

from docfill.problems import DocfillError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_MARKS = tuple("http://purl.oclc.org/ooxml/".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_DECLARING = re.compile(rb"<[^<>]*\sxmlns[^<>]*>")
_STRICT = re.compile(rb'(\sxmlns(?::[^=\s]+)?="http://)purl\.oclc\.org/ooxml/(\w+)/([\w/]+)"')
_HYPHENED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


def parse(data: bytes, name: str, *, is_flat: bool = False) -> etree._Element:
    """The root of the part `name`.

    Args:
        data: the part, in any encoding.
        name: how messages call it.
        is_flat: it is a whole package in one file, in which a picture may be a text of any length.

    Raises:
        DocfillError: it isn't well-formed XML, or has a DOCTYPE.
    """
    if is_flat and any(mark in data for mark in _DOCTYPE):
        raise _doctype(name)
    root = _parsed(data, name, is_flat)
    if any(mark in data for mark in _MARKS) and not is_flat:
        plain = etree.tostring(root, encoding="UTF-8")
        root = _parsed(_DECLARING.sub(lambda tag: _STRICT.sub(_transitional, tag[0]), plain), name, is_flat)
    return root


def _transitional(declaration: re.Match[bytes]) -> bytes:
    """A strict namespace's declaration with the transitional one: …/ooxml/a/b was http://…/a/2006/b."""
    start, family, rest = declaration.groups()
    return start + b"schemas.openxmlformats.org/" + family + b"/2006/" + _HYPHENED.get(rest, rest) + b'"'


def _parsed(data: bytes, name: str, is_huge: bool) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=is_huge,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocfillError(
            f"文件的 {name} 部分已损坏（{error}），请用 Word 打开后另存再试",
            f"the part {name} is broken ({error}); open the file in Word and save it again",
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(name)
    return root


def _doctype(name: str) -> DocfillError:
    return DocfillError(
        f"文件的 {name} 部分含有 DOCTYPE 声明，出于安全考虑不予读取",
        f"the part {name} holds a DOCTYPE, which is refused for safety",
    )


def is_on(element: etree._Element | None, default: bool = True) -> bool:
    """The value of an on/off property (ECMA-376 17.17.4): present means on, unless w:val says otherwise."""
    if element is None:
        return False
    value = next((v for k, v in element.attrib.items() if etree.QName(k).localname == "val"), None)
    return default if value is None else str(value).lower() not in ("0", "false", "off", "none")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname
