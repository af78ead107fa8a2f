"""Learning from returns: places that people filled although the proposal has none there.

Each returned form is read with the proposal.  What is left over (law 4), or
stands in words of the form that read otherwise, is in a paragraph that some
paragraph of the blank form was before somebody wrote in it.  Where several
returned forms have something at one such place, it becomes a place of the form;
one form alone proposes it as unsure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docfill.read.reader import Reader
from docfill.tag import words
from docfill.tag.proposal import Proposal, propose
from docfill.tag.spots import Evidence, Fill, Spot
from docfill.template.skeleton import skeleton_of
from docfill.text import fold
from docfill.values import DRAWN
from docfill.word.document import Block, Document, Element, Paragraph, Table
from docfill.word.xml import W

LEARNT = Evidence("交回的表中有人填写", "people wrote there in returned forms", 0.8)
LEARNT_ONCE = Evidence("交回的表中有人填写", "people wrote there in returned forms", 0.45)
SEVERAL = 2


@dataclass(frozen=True, slots=True)
class _Gap:
    """A stretch of a blank paragraph that somebody wrote over: the paragraph's number, and characters of it."""

    paragraph: int
    start: int
    end: int


@dataclass(slots=True)
class _Standing:
    """A paragraph, its position as `Spot.at` tells it, and the words that name its place."""

    paragraph: Paragraph
    at: str
    labels: list[str]
    section: str


def learn(blank: Document, returned: Sequence[Document], proposal: Proposal) -> Proposal:
    """The proposal with the places that returned forms show, too; the same one where they show none.

    Raises:
        DocfillError: a returned form cannot be read.
    """
    skeleton = skeleton_of(Document(proposal.template, blank.name).blocks)
    reader = Reader(skeleton)
    standing = _standing(blank.blocks)
    found: Counter[_Gap] = Counter()
    for document in returned:
        read = reader.read(document.blocks)
        strays = {_paragraph_of(s.element) for s in read.leftovers if s.element is not None}
        reworded = {str(p.found) for p, _ in read.lost if p.found}
        filled = [
            s
            for s in _standing(document.blocks)
            if s.paragraph.element in strays or s.paragraph.text.strip() in reworded
        ]
        found.update({gap for s in filled if (gap := _gap(s, standing)) is not None})
    enough = min(SEVERAL, len(returned))
    gaps = sorted((g for g, n in found.items() if n >= enough), key=lambda g: (g.paragraph, g.start))
    gaps = [g for i, g in enumerate(gaps) if not i or (gaps[i - 1].paragraph, gaps[i - 1].end) < (g.paragraph, g.start)]
    if not gaps:
        return proposal
    evidence = {g: LEARNT if found[g] >= SEVERAL else LEARNT_ONCE for g in gaps}
    return propose(blank, more=[_spot(standing[g.paragraph], g, evidence[g]) for g in gaps])


def _spot(place: _Standing, gap: _Gap, evidence: Evidence) -> Spot:
    fill = Fill(place.paragraph, gap.start, gap.end)
    lead = place.paragraph.text[: gap.start].strip(DRAWN + "：:")
    labels = [*place.labels, *([lead] if words.label_key(lead) else [])] or [place.paragraph.text or "填写"]
    return Spot("text", labels, [place.section] if place.section else [], place.at, [fill], evidence)


def _gap(filled: _Standing, blanks: list[_Standing]) -> _Gap | None:
    """The stretch of a blank paragraph that the filled one has something else for; None where none fits."""
    text = filled.paragraph.text
    best: tuple[int, _Gap] | None = None
    for number, blank in enumerate(blanks):
        form = blank.paragraph.text
        head = _common(form, text)
        tail = _common(form[head:][::-1], text[head:][::-1])
        gap = _Gap(number, head, len(form) - tail)
        if len(text) <= len(form) - (gap.end - gap.start) or not words.is_blank(form[gap.start : gap.end]):
            continue
        is_same_place = blank.at == filled.at
        if not fold(form) and not is_same_place:
            continue
        score = len(fold(form)) + 1000 * is_same_place
        if best is None or score > best[0]:
            best = score, gap
    return None if best is None else best[1]


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _paragraph_of(element: Element) -> Element:
    return element if element.tag == W + "p" else next(element.iterancestors(W + "p"), element)


def _standing(blocks: Iterable[Block], prefix: str = "", section: str = "") -> list[_Standing]:
    """Every paragraph in reading order."""
    found = []
    for index, block in enumerate(blocks):
        at = f"{prefix}{index}"
        if isinstance(block, Paragraph):
            found.append(_Standing(block, at, [], section))
            continue
        assert isinstance(block, Table)
        for number, row in enumerate(block.rows):
            said: list[str] = []
            for cell in row.cells:
                where = f"{at}/{number}/{cell.column}"
                inner = _standing(cell.blocks, f"{where}/", section)
                for standing in inner:
                    if "/" not in standing.at.removeprefix(f"{where}/"):
                        standing.at = where
                    standing.labels = [*said[-1:], *standing.labels]
                found += inner
                if cell.text.strip() and words.is_label(cell.text):
                    said.append(cell.text)
            if len(row.cells) == 1 and words.is_title(row.cells[0].text):
                section = row.cells[0].text.strip()
    return found
