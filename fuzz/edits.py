"""Edits of a document's tree, sensible and not, and texts planted in it of which is known who would see them."""

from __future__ import annotations

import copy
import itertools

from lxml import etree

from docfill.word.xml import MC, W
from fuzz.choices import Choices

Element = etree._Element

_WRAPS = (
    *("ins", "smartTag", "hyperlink", "sdt", "del", "moveFrom"),
    *("AlternateContent", "r", "p", "tbl", "tc", "txbxContent"),
)
_NAMES = (
    *("p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent"),
    *("ins", "del", "pPr", "rPr", "tcPr", "br", "tab", "body"),
)
_MERGES = ('gridSpan w:val="2"', 'gridSpan w:val="99999"', "vMerge", 'vMerge w:val="restart"', "hMerge", 'tcW w:w="0"')

_TAKEN_AWAY = (f"trPr/{W}del", f"tcPr/{W}cellDel", f"rPr/{W}vanish", "sdtPr")
_INSIDE: dict[str, frozenset[str]] = {
    "document": frozenset({"body"}),
    "body": frozenset({"p", "tbl", "sdt"}),
    "tbl": frozenset({"tr", "sdt"}),
    "tr": frozenset({"tc", "sdt"}),
    "tc": frozenset({"p", "tbl", "sdt"}),
    "sdt": frozenset({"sdtContent"}),
    "sdtContent": frozenset({"p", "tbl", "tr", "tc", "r", "sdt"}),
    "p": frozenset({"r", "ins", "hyperlink", "smartTag", "sdt"}),
    **dict.fromkeys(("ins", "hyperlink", "smartTag"), frozenset({"r", "ins", "hyperlink", "smartTag", "sdt"})),
    "r": frozenset({"t"}),
}
"""What may stand directly in what, so that a text at the end of the chain is on the page."""


def planted(root: Element, choices: Choices) -> dict[str, Element]:
    """Texts found nowhere else, each with the element that now holds it, at random places in paragraphs."""
    paragraphs = list(root.iter(W + "p"))
    texts: dict[str, Element] = {}
    for number in range(choices.below(4)):
        at = choices.one_of(paragraphs)
        run = etree.Element(W + "r")
        text = etree.SubElement(run, W + "t")
        text.text = "植入" + "甲乙丙丁"[number] + "木"
        first = 1 if len(at) and at[0].tag == W + "pPr" else 0
        at.insert(first + choices.below(1 + max(0, len(at) - first)), run)
        texts[text.text] = text
    return texts


def visible(root: Element, texts: dict[str, Element]) -> list[str]:
    """Those of the texts that a reader of the page certainly sees."""
    if root.find(f".//{W}fldChar") is not None or root.tag != W + "document":
        return []
    return [text for text, element in texts.items() if _is_shown(root, element)]


def _is_shown(root: Element, element: Element) -> bool:
    if element.tag != W + "t" or len(element):
        return False
    chain = [element, *element.iterancestors()]
    if chain[-1] is not root or any(_is_taken_away(e) for e in chain):
        return False
    names = [_name(e) for e in reversed(chain)]
    bodies = [e for e in chain if e.tag == W + "body"]
    first = root.find(W + "body")
    return bodies == [first] and all(below in _INSIDE.get(above, ()) for above, below in itertools.pairwise(names))


def _is_taken_away(element: Element) -> bool:
    """Whether a row, cell or run may be hidden or deleted, or a control show something else than its content."""
    return any(element.find(W + path) is not None for path in _TAKEN_AWAY)


def _name(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) and element.tag.startswith(W) else ""


def edited(root: Element, choices: Choices) -> None:
    """Some edits of the tree."""
    for _ in range(choices.below(12)):
        elements = [e for e in root.iter() if e is not root]
        if not elements:
            return
        _edit(choices.one_of(elements), elements, choices)


def _edit(element: Element, elements: list[Element], choices: Choices) -> None:
    parent = element.getparent()
    if parent is None:
        return
    kind = choices.below(9)
    if kind == 0:
        parent.remove(element)
    elif kind == 1:
        for _ in range(1 + choices.below(3)):
            element.addnext(_copied(element))
    elif kind == 2:
        target = choices.one_of(elements)
        if target is not element and element not in target.iterancestors():
            target.insert(choices.below(1 + len(target)), element)
    elif kind == 3:
        _wrap(element, choices.one_of(_WRAPS))
    elif kind == 4:
        at = parent.index(element)
        for child in reversed(list(element)):
            parent.insert(at, child)
        parent.remove(element)
    elif kind == 5:
        element.tag = W + choices.one_of(_NAMES)
    elif kind == 6:
        for name in list(element.attrib):
            element.set(name, choices.one_of(("", "0", "1", "-1", "99999999999999999999", "true", "□", "continue")))
    elif kind == 7 and element.tag == W + "tc":
        made = etree.fromstring(f'<w:tcPr xmlns:w="{W[1:-1]}"><w:{choices.one_of(_MERGES)}/></w:tcPr>')
        element.insert(0, made)
    elif kind == 8 and element.text and not element.text.startswith("植入"):
        text = element.text
        cut = choices.below(1 + len(text))
        element.text = choices.one_of(
            (text[:cut], text[cut:], text * 2, text[:cut] + "　" + text[cut:], "□" + text, "√", text[::-1])
        )


def _copied(element: Element) -> Element:
    """A copy; its planted texts are the same, so they count once."""
    return copy.deepcopy(element)


def _wrap(element: Element, name: str) -> None:
    parent = element.getparent()
    if parent is None:
        return
    outer = etree.Element((MC if name == "AlternateContent" else W) + name)
    inner = outer
    if name == "sdt":
        inner = etree.SubElement(outer, W + "sdtContent")
    elif name == "AlternateContent":
        inner = etree.SubElement(outer, MC + "Choice")
    parent.replace(element, outer)
    inner.append(element)
