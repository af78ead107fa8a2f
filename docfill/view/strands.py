"""Strands: a paragraph as it lies in the file, what the document model shows of it and what stands beside that.

The text of the model comes first in every sense: each stretch of it is given
once and in order, whatever the XML around it is like.  Between the stretches,
where they lie, come the things that the model leaves out of the text: what a
tracked change took away, what was struck out or hidden, prompts, pictures, and
the marks of comments and notes.  They are shown as what they are and have no
offset, since no span can mean them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from docfill.word.blocks import Kind
from docfill.word.document import Element, Paragraph
from docfill.word.xml import MC, R, W

_V = "{urn:schemas-microsoft-com:vml}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PROPERTIES = frozenset(W + n for n in ("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "tblGrid"))
_DELETED = frozenset(W + n for n in ("del", "moveFrom"))
_ADDED = frozenset(W + n for n in ("ins", "moveTo"))
_DRAWINGS = frozenset(W + n for n in ("drawing", "pict", "object"))
_TEXTS = frozenset(W + n for n in ("t", "delText"))
_SPACES = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_DRAWN = {
    Kind.CHART: "chart",
    Kind.DIAGRAM: "diagram",
    Kind.INK: "ink",
    Kind.WORD_ART: "word art",
    Kind.OBJECT: "object",
}
"""What is drawn and neither a picture nor text: its place is shown."""


class Beside(StrEnum):
    """What stands beside the text."""

    DELETED = "deleted"
    STRUCK = "struck"
    HIDDEN = "hidden"
    WHITE = "white"
    PROMPT = "prompt"
    PICTURE = "picture"
    DRAWN = "drawn"
    COMMENT = "comment"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Strand:
    """A piece of a paragraph.

    Attributes:
        text: what it shows; of a comment or note, its number; of what is drawn, what it is.
        element: the element that shows it.
        start: the offset in the paragraph's text; None of what stands beside.
        beside: what it is, then.
        change: the w:ins or w:del that it stands in, if any.
    """

    text: str
    element: Element
    start: int | None = None
    beside: Beside | None = None
    change: Element | None = None


def strands(paragraph: Paragraph) -> Iterator[Strand]:
    """The pieces of a paragraph in the order of the file."""
    return _Walk(paragraph).strands()


@dataclass(frozen=True, slots=True)
class _In:
    """What an element stands in."""

    change: Element | None = None
    is_deleted: bool = False


class _Walk:
    """Walks the elements of a paragraph beside the stretches of its text."""

    def __init__(self, paragraph: Paragraph) -> None:
        self._paragraph = paragraph
        self._starts = [start for start, _ in paragraph.owners]
        self._last: dict[Element, int] = {owner: index for index, (_, owner) in enumerate(paragraph.owners)}
        self._aside: defaultdict[Element, list[str]] = defaultdict(list)
        for text, element in paragraph.aside:
            self._aside[element].append(text)
        self._drawn = {a.element: _DRAWN[a.kind] for a in paragraph.anchored if a.kind in _DRAWN}
        self._next = 0

    def strands(self) -> Iterator[Strand]:
        """See `strands`."""
        own = self._paragraph.element
        around = [next(o.iterancestors(W + "p"), own) for _, o in self._paragraph.owners]
        for element in dict.fromkeys((own, *around)):
            yield from self._inside(element, _In(change=_change_around(element)))
        yield from self._upto(len(self._starts) - 1, None)

    def _upto(self, last: int, change: Element | None) -> Iterator[Strand]:
        """The stretches that have not come yet, up to the one with this number."""
        text = self._paragraph.text
        while self._next <= last:
            start, owner = self._paragraph.owners[self._next]
            self._next += 1
            end = self._starts[self._next] if self._next < len(self._starts) else len(text)
            if start < end:
                yield Strand(text[start:end], owner, start, change=change)

    def _inside(self, parent: Element, around: _In) -> Iterator[Strand]:
        for child in parent:
            tag = child.tag
            if tag in _PROPERTIES or tag == W + "txbxContent" or (tag == W + "p" and child not in self._last):
                continue
            yield from self._one(child, around)

    def _one(self, child: Element, around: _In) -> Iterator[Strand]:
        tag = child.tag
        if child in self._last:
            yield from self._upto(self._last[child], around.change)
        elif child in self._aside:
            yield from self._set_aside(child, around)
        elif tag in _TEXTS and around.is_deleted and child.text:
            yield Strand(child.text, child, beside=Beside.DELETED, change=around.change)
        elif tag in _SPACES and around.is_deleted:
            yield Strand(_SPACES[tag], child, beside=Beside.DELETED, change=around.change)
        elif tag == W + "commentReference":
            yield Strand(child.get(W + "id", ""), child, beside=Beside.COMMENT)
        elif tag in _NOTES:
            yield Strand(f"{_NOTES[tag]} {child.get(W + 'id', '')}", child, beside=Beside.NOTE)
        elif tag == MC + "AlternateContent":
            yield from self._alternate(child, around)
        elif tag in _DRAWINGS:
            if child in self._drawn:
                yield Strand(self._drawn[child], child, beside=Beside.DRAWN)
            yield from _pictures(child)
            yield from self._inside(child, around)
        elif tag in _DELETED:
            yield from self._inside(child, _In(child, is_deleted=True))
        elif tag in _ADDED:
            yield from self._inside(child, _In(child, around.is_deleted))
        else:
            yield from self._inside(child, around)

    def _set_aside(self, element: Element, around: _In) -> Iterator[Strand]:
        beside = self._why(element)
        for text in self._aside.pop(element):
            yield Strand(text, element, beside=beside, change=around.change)

    def _why(self, element: Element) -> Beside:
        """Why something is set aside: nobody sees it, it was struck out, or it only asks."""
        run = next(element.iterancestors(W + "r"), None)
        if run is None:
            return Beside.PROMPT
        look = self._paragraph.formats.look(run)
        if look.hidden:
            return Beside.HIDDEN
        if look.struck or look.doubly_struck:
            return Beside.STRUCK
        return Beside.PROMPT if any(_is_prompt(c) for c in element.iterancestors(W + "sdt")) else Beside.WHITE

    def _alternate(self, alternate: Element, around: _In) -> Iterator[Strand]:
        """The branch that the model reads (see `document`): the first, unless it is empty."""
        choice, fallback = alternate.find(MC + "Choice"), alternate.find(MC + "Fallback")
        taken = choice if choice is not None and (len(choice) or fallback is None) else fallback
        if taken is not None:
            yield from self._inside(taken, around)


def _change_around(element: Element) -> Element | None:
    """The tracked insertion of a whole paragraph or row."""
    mark = element.find(f"{W}pPr/{W}rPr/{W}ins")
    return mark if mark is not None and not _has_own_runs(element) else None


def _has_own_runs(element: Element) -> bool:
    return element.find(W + "r") is not None


def _is_prompt(control: Element) -> bool:
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _pictures(drawing: Element) -> Iterator[Strand]:
    """The pictures of a drawing, each by the relationship that names its part; those in text boxes come with these."""
    for element in drawing.iter(_A + "blip", _V + "imagedata"):
        if any(a.tag == W + "txbxContent" and drawing in a.iterancestors() for a in element.iterancestors()):
            continue
        if _is_repeated(element, drawing):
            continue
        link = element.get(R + "embed") or element.get(R + "id") or element.get(R + "link") or ""
        yield Strand(link, element, beside=Beside.PICTURE)


def _is_repeated(element: Element, drawing: Element) -> bool:
    """Whether it stands in the fallback of an alternative that has a choice with pictures, too."""
    for fallback in element.iterancestors(MC + "Fallback"):
        if drawing in fallback.iterancestors():
            choice = fallback.getparent()
            return choice is not None and choice.find(f"{MC}Choice//{_A}blip") is not None
    return False


def extent(picture: Element) -> tuple[float, float] | None:
    """Width and height of a picture in points, as the drawing says; None where it doesn't."""
    for around in picture.iterancestors():
        if around.tag in (_WP + "inline", _WP + "anchor"):
            size = around.find(_WP + "extent")
            return None if size is None else _sized(size.get("cx"), size.get("cy"), 12700)
        if around.tag in _DRAWINGS:
            break
        style = dict(p.split(":", 1) for p in around.get("style", "").split(";") if ":" in p)
        if style:
            return _sized(style.get("width", "").strip().removesuffix("pt"),
                          style.get("height", "").strip().removesuffix("pt"), 1)  # fmt: skip
    return None


def _sized(width: str | None, height: str | None, unit: int) -> tuple[float, float] | None:
    try:
        size = float(width or "") / unit, float(height or "") / unit
    except ValueError:
        return None
    return size if all(0 < s < 5000 for s in size) else None


def alternative(picture: Element) -> str:
    """What a drawing says about its picture in words."""
    for around in picture.iterancestors():
        if around.tag in (_WP + "inline", _WP + "anchor"):
            named = around.find(_WP + "docPr")
            return "" if named is None else (named.get("descr") or "")[:200]
    return ""
