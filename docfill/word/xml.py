"""XML as Word writes it: one safe parser, and one dialect.

Strict documents (ISO/IEC 29500 strict, namespaces at purl.oclc.org) are turned
into transitional ones before parsing, so that nothing above meets two
spellings.  Entities, DTDs and the network are off: a DOCTYPE is refused.
"""

from __future__ import annotations

from lxml import etree

from docfill.problems import DocfillError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
}


def parse(data: bytes, name: str) -> etree._Element:
    """The root of the part `name`; a DocfillError where it isn't well-formed XML without a DOCTYPE."""
    for strict, transitional in _STRICT.items():
        if strict in data:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocfillError(
            f"文件的 {name} 部分已损坏（{error}），请用 Word 打开后另存再试",
            f"the part {name} is broken ({error}); open the file in Word and save it again",
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocfillError(
            f"文件的 {name} 部分含有 DOCTYPE 声明，出于安全考虑不予读取",
            f"the part {name} holds a DOCTYPE, which is refused for safety",
        )
    return root


def is_on(element: etree._Element | None, default: bool = True) -> bool:
    """The value of an on/off property (ECMA-376 17.17.4): present means on, unless w:val says otherwise."""
    if element is None:
        return False
    value = next((v for k, v in element.attrib.items() if etree.QName(k).localname == "val"), None)
    return default if value is None else str(value).lower() not in ("0", "false", "off", "none")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname
