"""What is drawn on a page that its form does not draw: where it stands, and over which lines it may lie."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from docfill import late, limits
from docfill.read.assignment import Assignment
from docfill.text import fold
from docfill.values import DRAWN
from docfill.word.blocks import Anchored, Block, Kind, paragraphs_of
from docfill.word.document import Element, Paragraph
from docfill.word.span import Span
from docfill.word.xml import W

Printed = Callable[[], tuple[list[Block], Assignment]]
"""Gives the blocks of the blank form, and its reading."""

CALLED = {
    Kind.PICTURE: ("图片", "picture"),
    Kind.SHAPE: ("图形", "drawn shape"),
    Kind.INK: ("墨迹", "handwriting"),
    Kind.CHART: ("图表", "chart"),
    Kind.DIAGRAM: ("SmartArt 图示", "SmartArt diagram"),
    Kind.WORD_ART: ("艺术字", "WordArt"),
    Kind.OBJECT: ("嵌入的对象", "embedded object"),
    Kind.FOOTNOTE: ("脚注", "footnote"),
    Kind.ENDNOTE: ("尾注", "endnote"),
    Kind.COMMENT: ("批注", "comment"),
    Kind.RING: ("带圈字符", "ring around a word"),
    Kind.BLUR: ("叠在一起或远离本行的文字", "text on itself or far from its line"),
    Kind.UNSET: ("没有选过的下拉列表", "list from which nothing was chosen"),
    Kind.CROSS: ("划掉单元格的斜线", "line across the cell"),
    Kind.CAPITALS: ("显示为大写的小写字母", "small letters shown as capitals"),
}
"""What is no text, in words."""
TAG = late.pattern(r"\{[{%].{0,2000}?[%}]\}")
"""Tags of a template, in whose place answers stand."""
_BEFORE, _NEAR = 12, 80
"""Characters before something drawn by which its place is known again."""
_STEPS_A_MARK = 8
_ROW = W + "tr"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"


class Page(NamedTuple):
    """What is drawn in a document that its form does not draw, by the cells and paragraphs that it stands in.

    `adrift` is what was drawn by hand and belongs to a paragraph outside of tables: it may lie over any line or cell;
    `under` gives what may lie over the lines of a cell.  `is_boxed` tells whether anything stands in a text box, and
    `is_listed` whether any paragraph is one of a list; `remarks` gives what comments and notes say.
    """

    here: Mapping[Element, list[Anchored]]
    adrift: Sequence[Anchored]
    under: Callable[[Element], Mapping[Element, Anchored]]
    is_boxed: bool
    is_listed: bool
    remarks: Callable[[], Mapping[str, str]]


class Own:
    """What a form itself draws, which says nothing of answers.

    Args:
        template: the paragraphs of the form, with its tags.
        printed: its blank form: a frame whose tag is gone is one that is drawn.
    """

    def __init__(self, template: Iterable[Paragraph], printed: Printed) -> None:
        self._template, self._printed = _drawn_in(template), printed

    def has(self, paragraph: Paragraph, anchored: Anchored) -> bool:
        """Whether it has something of the kind at this place."""
        where = _whereabouts(paragraph, anchored)
        return where in self._template or where in self._when_blank

    @cached_property
    def _when_blank(self) -> set[tuple[Kind, str, str]]:
        return _drawn_in(paragraphs_of(self._printed()[0]))


def _drawn_in(paragraphs: Iterable[Paragraph]) -> set[tuple[Kind, str, str]]:
    """Where something is drawn in some paragraphs."""
    return {_whereabouts(p, anchored) for p in paragraphs for anchored in p.anchored}


def _whereabouts(paragraph: Paragraph, anchored: Anchored) -> tuple[Kind, str, str]:
    """A kind of thing, the form's words before it, and those that begin its row, by which its place is known again."""
    before = _folded_before(paragraph.text, anchored.at)
    return anchored.kind, before[-_BEFORE:], beginning(paragraph)


def beginning(paragraph: Paragraph) -> str:
    """The words that begin the row of a paragraph, behind a sign that says that it is in one; "" outside of tables."""
    row = next(paragraph.element.iterancestors(W + "tr"), None)
    if row is None:
        return ""
    cells = ("".join(t.text or "" for t in cell.iter(W + "t")) for cell in row.iterchildren(W + "tc"))
    words = next((words for words in cells if words.strip()), "")
    limits.spend(_STEPS_A_MARK + len(words) // 20)
    return "|" + fold(TAG.sub("", words))


def _folded_before(text: str, at: int) -> str:
    """The end of what stands before a character, at least as much as tells a place, without tags."""
    near = text[max(0, at - _NEAR) : at]
    before = "" if "}" in near else fold(near)
    if len(before) < _BEFORE <= at:
        limits.spend(at // 20)
        before = fold(TAG.sub("", text[:at]))
    return before


def may_float(anchored: Anchored) -> bool:
    """Whether something was drawn by hand and may lie away from where it is anchored."""
    if anchored.kind not in (Kind.SHAPE, Kind.INK):
        return False
    inside = [anchored.element, *anchored.element.iterdescendants(etree.Element)]
    limits.spend(len(inside))
    return any(map(_is_apart, inside))


def under_floating(
    here: Mapping[Element, Sequence[Anchored]], found: Assignment
) -> Callable[[Element], Mapping[Element, Anchored]]:
    """Gives the lines of a cell (w:p) over which something may lie that floats and was drawn by hand.

    It may lie over its own line, and over the next ones with words above and below it; over all lines of a cell, where
    it belongs to the cell before it and nothing is answered there.
    """

    @functools.cache
    def answered() -> set[Element]:
        texts = (text for held in found.places.values() for text in (held.text, *held.also) if text is not None)
        boxes = (spans for held in found.places.values() for mark in held.marks for spans in (mark.label, mark.spans))
        return {home_of(span.paragraph) for spans in (*(t.spans for t in texts), *boxes) for span in spans[:1]}

    @functools.cache
    def under(cell: Element) -> Mapping[Element, Anchored]:
        drawn = {p: a for a in here.get(cell, ()) if may_float(a) for p in itertools.islice(_lines_around(a), 1)}
        lines: dict[Element, Anchored] = {}
        last: Element | None = None
        pending: Anchored | None = None
        for line in cell.iter(W + "p") if drawn else ():
            own = drawn.get(line)
            if any((text.text or "").strip(DRAWN) for text in line.iter(W + "t")):
                lines.update({line: over} if (over := own or pending) is not None else {})
                last, pending = line, None
            if own is not None:
                lines.update({last: own} if last is not None else {})
                pending = own
        before = _cell_before(cell)
        beside = [a for a in here.get(before, ()) if may_float(a)] if before is not None else []
        for line in cell.iter(W + "p") if beside and before not in answered() else ():
            lines[line] = beside[0]
        return lines

    return under


def _cell_before(cell: Element) -> Element | None:
    """The cell at the left of another, whatever they are wrapped in."""
    outer = next((a for a in (cell, *cell.iterancestors()) if (p := a.getparent()) is None or p.tag == _ROW), cell)
    beside = (inner for near in outer.itersiblings(preceding=True) for inner in near.iter(W + "tc"))
    return next(beside, None)


def floating_over(spans: Sequence[Span], page: Page) -> list[Anchored]:
    """What was drawn by hand around an answer and may lie over it."""
    lines = [span.paragraph.element for span in spans]
    homes = (home for line in lines[:1] for home in line.iterancestors(W + "tc"))  # those around a table in a cell, too
    return [under[line] for under in map(page.under, homes) for line in lines if line in under][:1]


def _lines_around(anchored: Anchored) -> Iterator[Element]:
    """The paragraphs that something drawn stands in, the nearest first."""
    return anchored.element.iterancestors(W + "p")


def _is_apart(element: Element) -> bool:
    """Whether an element says that a drawing stands somewhere else than the text that it belongs to."""
    return element.tag == _ANCHOR or "absolute" in element.get("style", "")


def home_of(paragraph: Paragraph) -> Element:
    """The cell that a paragraph stands in; itself outside of tables."""
    return next(paragraph.element.iterancestors(W + "tc"), paragraph.element)
