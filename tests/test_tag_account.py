"""The account of a blank form: each opening that a reader of the page sees is a place, is told of, or is spoken for.

Openings are looked for here without any of the rules of tagging: empty cells, lines and underlined blanks, boxes,
brackets around nothing, prompts of controls, and colons with room behind them.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from docfill.tag.found import Found
from docfill.tag.places import places_of
from docfill.tag.proposal import propose
from docfill.tag.spots import NO_ROOM, Fill, Left, Repeat, Room, Spot, TickBox
from docfill.word import ticks
from docfill.word.document import Block, Cell, Document, Element, Paragraph, Table
from docfill.word.xml import W
from tests.small_form import p, package, row, table

REAL = Path(__file__).parent.parent.parent / "shared" / "forms" / "real"

_OPENINGS = {
    "line": re.compile(r"[_＿]{3,}"),
    "brackets": re.compile(r"[（(][ \u3000_＿]{2,}[)）]|【[ \u3000]+】"),
    "colon": re.compile(r"(?<=[：:])[ \u3000\u00a0]{4,}(?=$|\n)"),
    "box": re.compile(f"[{''.join(x for x in ticks.BOXES if x in '□☐')}]"),
}
_NUMBER_OF_ANNEX = re.compile(r"\s*附件")
_NEAR = 6
"""Paragraphs below a colon that are looked at."""
_DRAWN = {W + name for name in ("drawing", "pict", "object")}
"""What may stand in a cell without words."""


@dataclass(frozen=True)
class Opening:
    """Room that a reader of the page sees: what it is, where it stands, and in which paragraph, from where to where."""

    kind: str
    at: str
    paragraph: Paragraph | None
    start: int = 0
    end: int = 0

    def said(self) -> str:
        """It in words, for what a failing test says."""
        around = "" if self.paragraph is None else self.paragraph.text[max(0, self.start - 20) : self.end + 10]
        return f"{self.kind} at {self.at}: {around!r}"


def openings(blocks: Sequence[Block], prefix: str = "") -> Iterator[Opening]:
    """Each opening of some blocks, in reading order."""
    for number, block in enumerate(blocks):
        at = f"{prefix}{number}"
        if isinstance(block, Paragraph):
            yield from _in_paragraph(block, at)
            yield from _over_nothing(blocks[number : number + _NEAR], at)
            continue
        for index, line in enumerate(block.rows):
            for cell in line.cells:
                where = f"{at}/{index}/{cell.column}"
                if cell.continues:
                    continue
                if _is_blank(cell) and not _is_corner(block, index, cell):
                    yield Opening("cell", where, next(cell.paragraphs, None))
                for inner, held in enumerate(cell.blocks):
                    if isinstance(held, Table):
                        yield from openings([held], f"{where}/{inner}/")
                    else:
                        yield from _in_paragraph(held, where)
                        yield from _over_nothing(cell.blocks[inner : inner + _NEAR], where)


def _in_paragraph(paragraph: Paragraph, at: str) -> Iterator[Opening]:
    for kind, pattern in _OPENINGS.items():
        for match in pattern.finditer(paragraph.text):
            yield Opening(kind, at, paragraph, *match.span())
    if any(True for _ in paragraph.element.iter(W + "showingPlcHdr")):
        yield Opening("prompt", at, paragraph, 0, len(paragraph.text))


def _over_nothing(blocks: Sequence[Block], at: str) -> Iterator[Opening]:
    """The colon at the end of a paragraph that empty ones follow, and no table that it leads on to."""
    paragraph, *below = blocks
    following = next((b for b in below if isinstance(b, Table) or b.text.strip()), None)
    is_open = bool(below) and isinstance(below[0], Paragraph) and not below[0].text.strip()
    is_open = is_open and not isinstance(following, Table)
    if not isinstance(paragraph, Paragraph) or _NUMBER_OF_ANNEX.match(paragraph.text):
        return
    if paragraph.text.rstrip().endswith(("：", ":")) and is_open:
        yield Opening("colon", at, paragraph, len(paragraph.text.rstrip()), len(paragraph.text))


def _is_corner(table: Table, number: int, cell: Cell) -> bool:
    """Whether a cell stands in front of the words of its row, and over words."""
    row, below = table.rows[number], table.rows[number + 1 : number + 2]
    under = next((c for r in below for c in r.cells if c.column == cell.column), None)
    return cell is row.cells[0] and any(c.text.strip() for c in row.cells) and bool(under and under.text.strip())


def _is_blank(cell: Cell) -> bool:
    elements: Iterator[Element] = cell.element.iter()
    return (
        not cell.text.strip()
        and not any(e.tag in _DRAWN for e in elements)
        and all(isinstance(b, Paragraph) for b in cell.blocks)
    )


def unaccounted(document: Document) -> list[Opening]:
    """The openings of a form that are neither a place nor told of nor spoken for by another line."""
    return _unaccounted(document, places_of(document), propose(document).left)


def _unaccounted(document: Document, found: Found, left: Sequence[Left]) -> list[Opening]:
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for spot in found.spots:
        for paragraph, start, end in _taken(spot):
            taken[id(paragraph)].append((start, end))
    told = [(x.at, "个空单元格" in x.reason[0]) for x in left]
    spoken = found.spoken
    named = {_squeezed(x).rstrip("：:") for s in found.spots for x in (*s.labels, *s.sections)}

    def is_accounted(opening: Opening) -> bool:
        paragraph = opening.paragraph
        spans = [] if paragraph is None else taken.get(id(paragraph), [])
        if any(s <= opening.end + 1 and opening.start <= e + 1 for s, e in spans):
            return True
        if opening.kind == "colon" and paragraph is not None and _squeezed(paragraph.text).rstrip("：:") in named:
            return True
        levels = [*itertools.accumulate(opening.at.split("/"), lambda a, b: f"{a}/{b}")]
        if spoken.intersection(levels):
            return True
        row = opening.at.rpartition("/")[0]
        if opening.kind == "cell":
            return any(
                at in levels or (row and at.startswith(f"{row}/")) or (is_several and at.split("/")[0] == levels[0])
                for at, is_several in told
            )
        return any(at in levels for at, _ in told)

    return [x for x in openings(document.blocks) if not is_accounted(x)]


def _taken(spot: Spot) -> Iterator[tuple[Paragraph, int, int]]:
    for edit in spot.edits:
        if isinstance(edit, Fill | TickBox):
            yield edit.paragraph, edit.start, edit.end
        elif isinstance(edit, Room):
            yield from ((x, 0, len(x.text)) for x in (edit.heading, *edit.hints))
        elif isinstance(edit, Repeat):
            yield from ((x, 0, len(x.text)) for r in edit.rows for c in r.cells for x in c.paragraphs)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_account_names_what_is_missing() -> None:
    blank = Document(package(p("登记表") + p("姓名：______") + table(2, row("电话", ""), row("编号", "A1"))), "表.docx")
    assert unaccounted(blank) == []
    missing = [x.said() for x in _unaccounted(blank, Found(), [])]
    assert missing == ["line at 1: '姓名：______'", "cell at 2/0/1: ''"]
    told = _unaccounted(blank, Found(), [Left("姓名", "1", NO_ROOM)])
    assert [x.kind for x in told] == ["cell"]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real forms are not beside this checkout")
@pytest.mark.parametrize("path", sorted(REAL.glob("*.docx")), ids=lambda path: path.stem[:20])
def test_each_opening_of_a_real_form_is_accounted_for(path: Path) -> None:
    assert [x.said() for x in unaccounted(Document(path))] == []
