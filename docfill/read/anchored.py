"""What is drawn at a place: pictures, shapes, ink, charts and objects, told to the answers that they stand at.

None of them is text, so no reading of words can see an answer that was pasted as a
screenshot, or a seal that hides one.  A drawing belongs to the places whose
characters it touches; one that floats, to all of its paragraph; one in an empty
paragraph, to the places of its cell, or else to the answer that it follows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from docfill.kinds import Written
from docfill.read.assignment import Assignment, Held
from docfill.template.tree import EACH
from docfill.text import gist
from docfill.word.blocks import Anchored, Kind
from docfill.word.document import Block, Element, Paragraph, paragraphs_of
from docfill.word.span import Span
from docfill.word.xml import WP, W

DRAWN = frozenset({Kind.PICTURE, Kind.SHAPE, Kind.INK, Kind.CHART, Kind.DIAGRAM, Kind.WORD_ART, Kind.OBJECT})
"""What may hide or hold an answer; marks of notes and rings of characters do neither."""
_PAGE = 60
"""Lines, at most, of a page."""


class _Claim(Struct, frozen=True):
    """Characters of a place; an empty span is where an answer would stand."""

    path: str
    held: Held
    span: Span


class At(Struct, frozen=True):
    """Something drawn at the place of `path`."""

    path: str
    held: Held
    drawn: Anchored
    paragraph: Paragraph

    @property
    def everywhere(self) -> str:
        """The path with the same sign for each record of a repetition."""
        return everywhere(self.path)


def has_drawn(paragraphs: Iterable[Paragraph]) -> bool:
    """Whether anything is drawn in some paragraphs."""
    return any(True for p in paragraphs if p.anchored for _ in _drawn(p))


def drawn_at(found: Assignment, blocks: list[Block]) -> list[At]:
    """What is drawn at the places that were found, in reading order."""
    claims: dict[int, list[_Claim]] = defaultdict(list)
    for claim in _claims(found):
        claims[id(claim.span.paragraph)].append(claim)
    in_cells = _InCells(claims)
    told: list[At] = []
    last: Paragraph | None = None
    for paragraph in paragraphs_of(blocks):
        own = claims.get(id(paragraph), [])
        is_blank = not paragraph.text.strip()
        for drawn in _drawn(paragraph) if paragraph.anchored else ():
            there: Iterable[_Claim] = _touched(own, drawn)
            if is_blank:
                cell = _cell_of(paragraph.element)
                beside = in_cells.of(cell) if cell is not None else _at_the_end(last, claims)
                there = beside if not own else [*there, *(c for c in beside if c.held.marks)]
            told += _of(there, drawn, paragraph)
        if own or not is_blank:
            last = paragraph
    return told


def doubt_beside_boxes(found: Assignment, paragraphs: Sequence[Paragraph]) -> None:
    """Doubts blank answers around a text box whose words are nobody's: it may lie over their places.

    One that stands in the text may do so in the lines beside it; one that floats, anywhere on its page.
    """
    said = {
        id(s.paragraph): stray.text for stray in found.leftovers for s in stray.spans if s.paragraph.box is not None
    }
    blank: dict[int, list[_Claim]] = defaultdict(list)
    for claim in _claims(found) if said else ():
        if claim.held.text is not None and claim.held.text.is_blank:
            blank[id(claim.span.paragraph)].append(claim)
    told: dict[str, str] = {}
    lines: list[Paragraph] = []
    page: list[Paragraph] = []
    pending: list[str] = []
    over, reach = "", 0
    for paragraph in paragraphs if blank else ():
        if (words := said.get(id(paragraph))) is not None:
            pending.append(words)
            told.update((claim.path, words) for line in lines[-2:] for claim in blank.get(id(line), ()))
            if paragraph.box is not None and _is_adrift(paragraph.box):
                over, reach = words, _PAGE
                far = (claim for line in page for claim in blank.get(id(line), ()) if _may_say(claim, words))
                told.update((claim.path, words) for claim in far if claim.path not in told)
        elif paragraph.box is None:
            if _begins_page(paragraph):
                page, reach = [], 0
            here = blank.get(id(paragraph), ())
            told.update((claim.path, words) for words in pending for claim in here)
            if reach and not pending:
                told.update((claim.path, over) for claim in here if _may_say(claim, over))
            lines, pending, page, reach = (
                [*lines[-1:], paragraph],
                [],
                [*page[1 - _PAGE :], paragraph],
                max(0, reach - 1),
            )
    for path, words in told.items():
        found.doubt("ambiguous", path, words, "")


def _may_say(claim: _Claim, words: str) -> bool:
    """Whether some words may be the answer of a place: of a number or a day, what says one."""
    text = claim.held.text
    kind = text.slot.kind if text is not None and text.slot is not None else None
    return not isinstance(kind, Written) or kind.is_prose or not kind.parse(words).problem


def _is_adrift(box: Element) -> bool:
    """Whether a text box (w:txbxContent) floats over the page."""
    drawing = next(box.iterancestors(W + "drawing", W + "pict", W + "object"), None)
    return drawing is not None and _is_floating(drawing)


def _begins_page(paragraph: Paragraph) -> bool:
    """Whether a paragraph was last seen to begin another page, or says so."""
    breaks = paragraph.element.iter(W + "lastRenderedPageBreak", W + "pageBreakBefore", W + "br")
    return any(e.tag != W + "br" or e.get(W + "type") == "page" for e in breaks)


class _InCells:
    """What claims stand in each cell; told once it is asked."""

    def __init__(self, claims: Mapping[int, Sequence[_Claim]]) -> None:
        self._claims = claims

    def of(self, cell: Element) -> Sequence[_Claim]:
        """Those in one cell."""
        return self._known.get(cell, ())

    @cached_property
    def _known(self) -> dict[Element, list[_Claim]]:
        known: dict[Element, list[_Claim]] = defaultdict(list)
        for own in self._claims.values():
            if (cell := _cell_of(own[0].span.paragraph.element)) is not None:
                known[cell] += own
        return known


def _at_the_end(paragraph: Paragraph | None, claims: Mapping[int, Sequence[_Claim]]) -> Sequence[_Claim]:
    """The claims with which a paragraph ends."""
    own = () if paragraph is None else claims.get(id(paragraph), ())
    end = max((c.span.end for c in own), default=-1)
    if paragraph is None or end < len(paragraph.text.rstrip()):
        return ()
    return [c for c in own if c.span.end == end]


def drawn_beside(blocks: list[Block], words: str) -> int | None:
    """How many drawings stand in the cell that holds some words, or in their line and the empty ones below it.

    Words that stand in several places are looked for in all of them; None where they stand nowhere.
    """
    paragraphs = [*paragraphs_of(blocks)]
    cells: dict[Element, list[Paragraph]] = defaultdict(list)
    near: dict[int, Paragraph] = {}
    for paragraph in paragraphs:
        if (cell := _cell_of(paragraph.element)) is not None:
            cells[cell].append(paragraph)
    for inside in cells.values():
        if gist(words) in gist("".join(p.text for p in inside)):
            near |= {id(p): p for p in inside}
    is_below = False
    for paragraph in (p for p in paragraphs if _cell_of(p.element) is None):
        is_below = gist(words) in gist(paragraph.text) or (is_below and not paragraph.text.strip())
        near |= {id(paragraph): paragraph} if is_below else {}
    return sum(1 for p in near.values() for _ in _drawn(p)) if near else None


def new_ones(there: Sequence[At], printed: Sequence[At]) -> list[At]:
    """Those that the form itself does not have at the same places, so many of a kind."""
    due = Counter((everywhere(at.path), at.drawn.kind) for at in printed)
    seen: Counter[tuple[str, Kind]] = Counter()
    new = []
    for at in there:
        key = at.path, at.drawn.kind
        seen[key] += 1
        if seen[key] > due[everywhere(at.path), at.drawn.kind]:
            new.append(at)
    return new


def everywhere(path: str) -> str:
    """A path with the same sign for each record of a repetition."""
    before, bracket, behind = path.partition("[")
    return before + EACH + everywhere(behind.partition("]")[2]) if bracket else before


def _drawn(paragraph: Paragraph) -> Iterator[Anchored]:
    return (a for a in paragraph.anchored if a.kind in DRAWN)


def _touched(own: Iterable[_Claim], drawn: Anchored) -> Iterator[_Claim]:
    is_floating = _is_floating(drawn.element)
    return (c for c in own if is_floating or c.span.start <= drawn.at <= c.span.end)


def _is_floating(element: Element) -> bool:
    """Whether it is drawn over or beside the text, and not in the line (DrawingML's anchor, VML's position)."""
    if any(True for _ in element.iter(WP + "anchor")):
        return True
    return any("position:absolute" in (e.get("style") or "").replace(" ", "") for e in element.iter("*"))


def _of(claims: Iterable[_Claim], drawn: Anchored, paragraph: Paragraph) -> Iterator[At]:
    """Each place once."""
    for path, held in {c.path: c.held for c in claims}.items():
        yield At(path, held, drawn, paragraph)


def _cell_of(element: Element) -> Element | None:
    return next(element.iterancestors(W + "tc"), None)


def _claims(found: Assignment) -> Iterator[_Claim]:
    for path, held in found.everywhere():
        spans = [s for mark in held.marks for s in mark.spans]
        for text in held.texts:
            spans += (*text.spans, *text.rests)
        yield from (_Claim(path, held, span) for span in spans)
