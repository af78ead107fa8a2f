"""Drawings: what a w:drawing, w:pict or w:object puts on the page (ECMA-376 20.1.2.2.17, 19.1.2, 17.3.3.19)."""

from __future__ import annotations

import re

from lxml import etree

from docfill import late, limits
from docfill.word.blocks import Kind
from docfill.word.xml import W

_CONTENTS = {
    "picture": Kind.PICTURE,
    "chart": Kind.CHART,
    "chartex": Kind.CHART,
    "diagram": Kind.DIAGRAM,
    "wordprocessingInk": Kind.INK,
}
"""What a picture frame holds, by the last step of its graphicData's uri; anything else is a shape."""
_NAMED = {
    "imagedata": Kind.PICTURE,
    "pic": Kind.PICTURE,
    "contentPart": Kind.INK,
    "textpath": Kind.WORD_ART,
    "OLEObject": Kind.OBJECT,
    "control": Kind.OBJECT,
    "movie": Kind.OBJECT,
    "image": Kind.PICTURE,
    **dict.fromkeys(("shape", "line", "oval", "rect", "roundrect", "polyline", "curve", "arc", "wsp"), Kind.SHAPE),
}
"""What an element inside a drawing is; the telling ones first."""

_STEPS_AN_ELEMENT = 2
_TEXTS = tuple(W + name for name in ("t", "sym", "tbl", "sdt", "fldChar"))
"""What a text box has that is more than a frame drawn on the page."""


_HIDDEN = late.pattern(r"visibility\s*:\s*hidden", re.I)
_FAR_OFF = late.pattern(r"margin-(?:left|top)\s*:\s*(-?\d{4,6})(?:\.\d{1,6})?pt", re.I)
_PAGE, _PAGE_EMU = 1_500, 20_000_000
"""Points, and English Metric Units, beyond which nothing is on a page."""


def is_out_of_sight(drawing: etree._Element) -> bool:
    """Whether what is drawn is hidden, or placed far off the page (20.4.2.5, 20.4.2.12; style of VML, 19.1.2.19)."""
    for element in drawing.iter(etree.Element):
        style = element.get("style") or ""
        if _HIDDEN.search(style) or any(abs(int(m[1])) > _PAGE for m in _FAR_OFF.finditer(style)):
            return True
        name = element.tag.rpartition("}")[2]
        if name == "txbxContent":
            return False  # what stands in it has places of its own
        said = (element.text or "").strip() if name == "posOffset" else ""
        if said.lstrip("-").isdecimal() and abs(int(said[:12])) > _PAGE_EMU:
            return True
        if name == "docPr" and element.get("hidden") in ("1", "true"):
            return True
    return False


def kind_of(drawing: etree._Element) -> Kind | None:
    """What is drawn; None for a text box, which is text if it has any, and for nothing."""
    inside: dict[str, list[etree._Element]] = {}
    for element in drawing.iter(etree.Element):
        inside.setdefault(element.tag.rpartition("}")[2], []).append(element)
    limits.spend(_STEPS_AN_ELEMENT * sum(map(len, inside.values())))
    boxes = [box for box in inside.get("txbxContent", ()) if box.tag == W + "txbxContent"]
    if any(e.tag != W + "t" or (e.text or "").strip() for box in boxes for e in box.iter(*_TEXTS)):
        return None
    for data in inside.get("graphicData", ()):
        kind = _CONTENTS.get(data.get("uri", "").rsplit("/", 1)[-1])
        if kind is not None:
            return kind
    plain = Kind.SHAPE if boxes or "graphicData" in inside else None
    return next((kind for name, kind in _NAMED.items() if name in inside), plain)
