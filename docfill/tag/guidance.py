"""Guidance: words in grey, or in a colour, that stand where an answer goes and that the answer replaces.

Forms tell in another colour than their labels' how to answer ("delete the words in red"), under a label, behind its
colon or in the cell beside it.  While places are looked for, such words are put aside: their paragraph is empty, or
blanks stand for them behind its label, so that their room is found as any other is.  Then the place that has this room
takes them up, and the template prints them while there is no answer.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docfill import late, limits
from docfill.tag import lines, words
from docfill.tag.cells import has_boxes_text, heading_level, is_soft, is_soft_in
from docfill.tag.placeholders import placeholders_in
from docfill.tag.spots import HINTED, Fill, Room, Spot
from docfill.word.document import Block, Element, Paragraph, Row, Table
from docfill.word.xml import W

_STEPS_A_LOOK = 4
_PAIRS = 2
"""Cells of a row that is a label and its answer."""
_FACT = late.pattern(r"\d{4}|@|//|www\.")
"""What is a number, a day or an address, and so no guidance behind a colon."""
_SAYS = late.pattern(rf"{words.TELLS_TO_ANSWER.pattern}|。\s*$", re.I)
"""The same, or a sentence, under a label."""
_WHETHER = late.pattern(r"[（(]?(?:必填|选填|必选|可选)项?[)）]?")
"""What only says whether there must be an answer."""
_SENTENCE = late.pattern("[，。；]")
"""What sentences have, and titles do not."""
_LABELLED = late.pattern(r"\s*[^\s：:，。；]{1,12}[：:]")
"""Words that begin with a label of their own."""


@dataclass(slots=True, eq=False)
class Guidance:
    """Words of one paragraph that only keep the place of an answer.

    Attributes:
        paragraph: their paragraph.
        start: their first character.
        end: the one behind their last.
        beside: the blocks of the cell, or of the body, that the paragraph is one of.
        text: what the paragraph says, them included.
    """

    paragraph: Paragraph
    start: int
    end: int
    beside: Sequence[Block]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.paragraph.text

    @property
    def without(self) -> str:
        """What the paragraph says without them: as long as before, or nothing where it says nothing else."""
        before, behind = self.text[: self.start], self.text[self.end :]
        return before + " " * (self.end - self.start) + behind if before.strip() else ""


@contextlib.contextmanager
def put_aside(blocks: Sequence[Block]) -> Iterator[list[Guidance]]:
    """The guidance among some blocks, which say nothing of it for as long as this lasts."""
    found = list(_among(blocks))
    for guidance in found:
        guidance.paragraph.text = guidance.without
    try:
        yield found
    finally:
        for guidance in found:
            guidance.paragraph.text = guidance.text


def take_up(spots: Sequence[Spot], found: Sequence[Guidance]) -> None:
    """Gives guidance, which is still put aside, to the places that have its room."""
    aside = _Aside(found)
    for spot in spots if found else ():
        for room in (e for e in spot.edits if isinstance(e, Room)):
            room.is_soft = any(id(hint) in aside.by_paragraph for hint in room.hints)
        fill = spot.edits[0] if len(spot.edits) == 1 else None
        is_blank = isinstance(fill, Fill) and not fill.paragraph.text[fill.start : fill.end].strip()
        if is_blank and isinstance(fill, Fill) and fill.prompted is None and (taken := aside.in_room_of(fill)):
            spot.edits[0] = edit = aside.over(taken)
            spot.kind = "longtext" if isinstance(edit, Room) else spot.kind
            spot.evidence = HINTED


class _Aside:
    """Guidance that is put aside, by its paragraph, and where each paragraph stands that is beside any."""

    def __init__(self, found: Sequence[Guidance]) -> None:
        self.by_paragraph = {id(g.paragraph): g for g in found}
        besides = {id(g.beside): g.beside for g in found}.values()
        self._at = {id(block): (beside, at) for beside in besides for at, block in enumerate(beside)}

    def in_room_of(self, fill: Fill) -> list[Guidance]:
        """The guidance at a place, in the empty paragraphs around it, or right below the label it stands behind."""
        paragraph = fill.paragraph
        is_behind = bool(paragraph.text.strip())
        own = self.by_paragraph.get(id(paragraph))
        if is_behind and own is not None:
            return [own] if own.start <= fill.end and fill.start <= own.end else []
        if is_behind and fill.end < len(paragraph.text.rstrip()):
            return []
        beside, here = self._at.get(id(paragraph), ((), 0))
        first = last = here
        while not is_behind and first and _is_blank(beside[first - 1]):
            first -= 1
        while last + 1 < len(beside) and _is_blank(beside[last + 1]):
            last += 1
        return [g for block in beside[first : last + 1] if (g := self.by_paragraph.get(id(block))) is not None]

    def over(self, taken: Sequence[Guidance]) -> Fill | Room:
        """The place of an answer that takes up guidance: its words where they are of one paragraph, else all from the
        first to the last.
        """
        if len(taken) == 1:
            return Fill(taken[0].paragraph, taken[0].start, taken[0].end, is_soft=True)
        (beside, first), (_, last) = (self._at[id(g.paragraph)] for g in (taken[0], taken[-1]))
        hints = [b for b in beside[first : last + 1] if isinstance(b, Paragraph)]
        heading = beside[first - 1] if first else hints[0]
        return Room(heading if isinstance(heading, Paragraph) else hints[0], hints, is_soft=True)


def _is_blank(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.text.strip()


# --- what is guidance ---


def _among(blocks: Sequence[Block]) -> Iterator[Guidance]:
    yield from _in_order(blocks, is_led=False)
    for table in (b for b in blocks if isinstance(b, Table)):
        for row in table.rows:
            for at, cell in enumerate(row.cells):
                is_led = _is_beside_label(row, at) or _is_below_head(table.rows[0], row, at)
                yield from _in_order(cell.blocks, is_led=is_led)
                yield from (g for b in cell.blocks if isinstance(b, Table) for g in _among([b]))


def _in_order(blocks: Sequence[Block], *, is_led: bool) -> Iterator[Guidance]:
    """The guidance of one cell, or of the body; `is_led` says that its first words stand beside a label.

    The first words of several tell how to answer; what a cell says in one line may be a sample, too.
    """
    is_told = is_led and sum(not isinstance(b, Table) and b.text.strip() != "" for b in blocks) == 1
    for block in blocks:
        if isinstance(block, Table):
            is_led = False
        elif block.text.strip():
            if is_led and (is_told or _SAYS.search(block.text)) and _is_guidance(block, block.text):
                yield Guidance(block, 0, len(block.text), blocks)
                is_told = True
            elif (start := _begun_behind_colon(block)) is not None:
                yield Guidance(block, start, len(block.text), blocks)
                is_led = is_told = True
            else:
                is_led, is_told = _asks(block), False


def _is_beside_label(row: Row, at: int) -> bool:
    """Whether all that a cell says is in a colour that the label at its left has not: in grey, where more cells follow
    that say something.
    """
    cell, label = row.cells[at], row.cells[at - 1] if at else None
    if label is None or not any(map(str.isalnum, cell.text)):
        return False
    if not any(map(str.isalpha, label.text)) or not words.is_label(label.text):
        return False
    limits.spend(_STEPS_A_LOOK)
    is_last = not any(c.text.strip() for c in row.cells[at + 1 : at + _PAIRS])
    is_pair = len(row.cells) == _PAIRS or _SENTENCE.search(cell.text) is not None
    is_named = not words.says_itself(label.text, cell.text) and not is_soft(label.paragraphs, or_coloured=True)
    return is_named and is_last and is_soft(cell.paragraphs, or_coloured=is_pair)


def _is_below_head(heads: Row, row: Row, at: int) -> bool:
    """Whether all that a cell says is in a colour that neither the label of its row nor the head of its column has."""
    cell, label = row.cells[at], row.cells[0]
    shown = cell.text.strip()
    if not at or row is heads or not words.TELLS_TO_ANSWER.search(shown) or not words.is_label(label.text):
        return False
    limits.spend(_STEPS_A_LOOK)
    above = [c for c in heads.cells if (c.column, c.span) == (cell.column, cell.span) and words.is_title(c.text)]
    is_plain = not any(is_soft(c.paragraphs, or_coloured=True) for c in (label, *above))
    return bool(above) and is_plain and is_soft(cell.paragraphs, or_coloured=True)


def _asks(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a label, in no colour, under which its answer may stand."""
    shown = paragraph.text.strip()
    is_label = shown.endswith(("：", ":")) or heading_level(paragraph) is not None
    if not is_label or not words.is_label(shown) or words.TOLD_BESIDE.search(shown) or words.SIGNED.search(shown):
        return False
    limits.spend(_STEPS_A_LOOK)
    return not is_soft([paragraph], or_coloured=True)


def _is_guidance(paragraph: Paragraph, said: str) -> bool:
    """Whether words of a paragraph, which are all in a colour, may only tell what to write in their place."""
    limits.spend(_STEPS_A_LOOK)
    return _may_be_replaced(paragraph.element, said) and is_soft([paragraph], or_coloured=True)


def _may_be_replaced(element: Element, said: str) -> bool:
    """Whether some words have no place of their own, no label and no link, and nothing that is printed for good."""
    has_places = has_boxes_text(said) or lines.looks_like_a_place(said) or bool(placeholders_in(said))
    is_labelled = _LABELLED.match(said) is not None or said.rstrip().endswith(("：", ":"))
    is_kept = words.NOTE.match(said) or words.SIGNED.search(said) or words.is_photo(said)
    is_linked = any(True for _ in element.iter(W + "hyperlink", W + "sdt", W + "fldChar", W + "fldSimple"))
    return any(map(str.isalnum, said)) and not (has_places or is_labelled or is_kept or is_linked)


def _begun_behind_colon(paragraph: Paragraph) -> int | None:
    """Where words in a colour begin that stand behind a label in none and its colon; None where there are none."""
    text = paragraph.text
    colon = max(text.rfind("：", 0, len(text) - 1), text.rfind(":", 0, len(text) - 1))
    label, said = text[: colon + 1], text[colon + 1 :]
    start = colon + 1 + len(said) - len(said.lstrip())
    if (
        colon < 0
        or not words.is_label(label)
        or words.TOLD_BESIDE.search(label)
        or not words.TELLS_TO_ANSWER.search(said)
    ):
        return None
    is_other = "\n" in said or _FACT.search(said) or _WHETHER.fullmatch(said.strip())
    if is_other or not _may_be_replaced(paragraph.element, said.strip()):
        return None
    limits.spend(_STEPS_A_LOOK)
    before = is_soft_in(paragraph, 0, colon + 1, or_coloured=True)
    return start if is_soft_in(paragraph, start, len(text), or_coloured=True) and not before else None
