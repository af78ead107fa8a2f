"""Drawings: what a w:drawing, w:pict or w:object puts on the page (ECMA-376 20.1.2.2.17, 19.1.2, 17.3.3.19)."""

from __future__ import annotations

from lxml import etree

from docfill import limits
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
