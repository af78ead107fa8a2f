"""Drawing: the blocks of a document as HTML, each character once, in order, and addressed.

A paragraph is `<p data-p="12">`, number 12 in reading order; its text stands in
`<span data-s="5">`, where 5 is the offset of its first character.  Offsets count
code points, as Python does.  What stands beside the text is in `data-beside` and
has no offset.  All text is escaped, links do not lead anywhere, and there is no
style attribute and no script (see `sheet`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from docfill import limits
from docfill.text import TURNS
from docfill.view import looks
from docfill.view.layout import Grid, Page
from docfill.view.marks import Cut, Mark
from docfill.view.notes import Notes
from docfill.view.numbering import Numbering, with_level
from docfill.view.properties import NONE, Properties, Styles, flat, is_on, over
from docfill.view.sheet import Sheet, integer, points
from docfill.view.strands import Beside, Strand, alternative, extent, strands
from docfill.view.words import both
from docfill.word import ticks
from docfill.word.document import Block, Cell, Element, Paragraph, Row, Table
from docfill.word.xml import W

_TAGS = {Beside.DELETED: "del", Beside.STRUCK: "s"}
_WORDS = {
    Beside.DELETED: ("修订删除", "deleted"),
    Beside.STRUCK: ("划去的文字，不作填写内容", "struck out, no answer"),
    Beside.HIDDEN: ("隐藏文字，打印时看不见", "hidden text"),
    Beside.WHITE: ("看不见的文字（与底色相同或极小）", "text that nobody sees: as white as its ground, or tiny"),
    Beside.PROMPT: ("提示文字，不是填写内容", "a prompt, no answer"),
}
_DRAWN = {
    "chart": ("图表", "chart"),
    "diagram": ("图示", "diagram"),
    "ink": ("手写", "handwriting"),
    "word art": ("艺术字", "word art"),
    "object": ("嵌入的对象", "an embedded object"),
}
_STEPS_A_PARAGRAPH, _STEPS_A_KIND, _STEPS_A_PIECE, _STEPS_A_CELL = 40, 80, 10, 20
_CELLS = 20_000
"""Cells that are drawn, and by one table half of what is left of them; of rows beyond it is told how many there are."""


class _Kind(NamedTuple):
    """What paragraphs have that say the same of themselves in the same kind of table.

    Attributes:
        own: what they say.
        styled: what holds for them otherwise.
        settings: both.
        base: what holds for their runs.
        letters: the size of their mark, which an empty one has.
        names: the classes of those without a number, by the size of their letters and the distance of lines.
    """

    own: Properties
    styled: Properties
    settings: Properties
    base: Properties
    letters: float
    names: dict[tuple[float, int], str]


class Drawing:
    """Draws the blocks of one document.

    Args:
        numbers: the number of each paragraph, by `id`.
        marks: the marks of each paragraph.
        styles: the document's styles.
        numbering: its list numbers.
        notes: its comments, footnotes and endnotes.

    Attributes:
        sheet: the rules that the HTML needs.
        pictures: the addresses of the pictures of the part being drawn, by the names of its relationships.
    """

    def __init__(
        self,
        numbers: dict[int, int],
        marks: dict[int, list[Mark]],
        styles: Styles,
        numbering: Numbering,
        notes: Notes,
    ) -> None:
        self.sheet = Sheet()
        self._numbers, self._marks = numbers, marks
        self._styles, self._numbering, self._notes = styles, numbering, notes
        self.pictures: dict[str, str] = {}
        self._room = _CELLS
        self._pitch = 0
        self._behind = ""
        self._table_style: tuple[Properties, Properties] = (NONE, NONE)
        self._table_styles: dict[str, tuple[Properties, Properties]] = {}
        self._kinds: dict[tuple[int, bytes], _Kind] = {}
        self._bases: dict[tuple[int, str | None], Properties] = {}
        self._runs: dict[tuple[int, bytes], Properties] = {}
        self._looks: dict[tuple[int, float, str], str] = {}

    # --- pages and blocks ---

    def page(self, page: Page, blocks: list[Block], head: str = "", foot: str = "") -> str:
        """A section of the document on its paper."""
        self._pitch = page.pitch
        name = self.sheet.name(page.look)
        return f'<section class="page {name}">{head}{self.blocks(blocks)}{foot}</section>\n'

    def margin(self, blocks: list[Block], name: str) -> str:
        """A header or footer; "" where it shows nothing."""
        drawn = self.blocks(blocks)
        return f'<div class="{name}">{drawn}</div>' if drawn else ""

    def blocks(self, blocks: list[Block], holder: Element | None = None) -> str:
        """Some blocks; those of a text box stand in a frame."""
        parts = []
        for box, inside in groupby(blocks, key=lambda b: _box(b.element, holder)):
            drawn = "".join(self._paragraph(b) if isinstance(b, Paragraph) else self._table(b) for b in inside)
            parts.append(drawn if box is None else f'<div class="box">{drawn}</div>')
        return "".join(parts)

    # --- paragraphs ---

    def _paragraph(self, paragraph: Paragraph) -> str:
        kind = self._kind(paragraph.element.find(W + "pPr"))
        number, level = self._numbering.of(kind.settings)
        settings = with_level(kind.own, level, kind.styled) if number else kind.settings
        pieces = list(strands(paragraph))
        limits.spend(_STEPS_A_PARAGRAPH + _STEPS_A_PIECE * len(pieces))
        runs = {id(s.element): self._run(s.element, kind.base) for s in pieces}
        letters = max((looks.size(runs[id(s.element)]) for s in pieces if s.start is not None), default=kind.letters)
        behind = looks.shade(settings) or self._behind
        drawn = self._pieces(paragraph, pieces, runs, letters, behind)
        if number:
            drawn = f'<span class="number" data-beside="number">{escape(number)}</span>{drawn}'
        name = "" if number else kind.names.get((letters, self._pitch), "")
        if not name:
            name = self.sheet.name(looks.paragraph(settings, letters, self._pitch))
            if not number:
                kind.names[letters, self._pitch] = name
        at = self._numbers.get(id(paragraph), -1)
        direction = ' dir="rtl"' if is_on(settings, "bidi") else ""
        return f'<p class="{name}"{direction} id="p{at}" data-p="{at}">{drawn}</p>\n'

    def _kind(self, properties: Element | None) -> _Kind:
        """What holds for paragraphs with these properties, here; the same object for those that say the same."""
        said = b"" if properties is None else etree.tostring(properties, with_tail=False)
        key = (id(self._table_style), said)
        if key not in self._kinds:
            own = flat(properties)
            limits.spend(_STEPS_A_KIND + len(own))
            style = own.get("pStyle")
            under = over(self._styles.paragraph, self._table_style[0])
            styled = over(under, self._styles.of(style, "paragraph", "pPr"))
            base = self._base(style)
            mark = over(base, {k[4:]: v for k, v in own.items() if k.startswith("rPr.")})
            self._kinds[key] = _Kind(own, styled, over(styled, own), base, looks.size(mark), {})
        return self._kinds[key]

    def _base(self, style: str | None) -> Properties:
        """What holds for the runs of paragraphs of a style, here."""
        key = (id(self._table_style), style)
        if key not in self._bases:
            under = over(self._styles.run, self._table_style[1])
            self._bases[key] = over(under, self._styles.of(style, "paragraph", "rPr"))
        return self._bases[key]

    def _run(self, element: Element, base: Properties) -> Properties:
        """What holds for the run of an element; the same object for runs that say the same."""
        run = element if element.tag == W + "r" else next(element.iterancestors(W + "r"), None)
        properties = None if run is None else run.find(W + "rPr")
        if properties is None:
            return base
        key = (id(base), etree.tostring(properties, with_tail=False))
        if key not in self._runs:
            own = flat(properties)
            styled = over(base, self._styles.of(own["rStyle"], "character", "rPr")) if "rStyle" in own else base
            self._runs[key] = over(styled, own)
        return self._runs[key]

    def _pieces(
        self, paragraph: Paragraph, pieces: list[Strand], runs: dict[int, Properties], letters: float, behind: str
    ) -> str:
        cut = Cut(self._marks.get(self._numbers.get(id(paragraph), -1), []))
        drawn: list[str] = []
        waiting: list[Strand] = []
        look = ""
        for strand in pieces:
            if strand.start is None:
                drawn += self._shown(waiting, look, cut)
                waiting = []
                drawn.append(self._beside(strand, runs[id(strand.element)], letters))
                continue
            now = self._look(strand, runs[id(strand.element)], letters, behind)
            if waiting and now != look:
                drawn += self._shown(waiting, look, cut)
                waiting = []
            look = now
            waiting.append(strand)
        drawn += self._shown(waiting, look, cut)
        drawn += (_position(m.start, m) for m in cut.rest())
        return "".join(drawn)

    def _look(self, strand: Strand, properties: Properties, letters: float, behind: str) -> str:
        """The classes of the span that a strand stands in, and behind a line break what it says."""
        key = (id(properties), letters, behind)
        if key not in self._looks:
            self._looks[key] = self.sheet.name(looks.run(properties, self._styles.fonts, letters, behind)) + "\n"
        if strand.change is None:
            return self._looks[key]
        names, _, title = self._looks[key].partition("\n")
        words = _change_words(strand.change, ("修订插入", "inserted"))
        return f"{names} added\n{title} {words}"

    def _shown(self, strands: list[Strand], look: str, cut: Cut) -> Iterator[str]:
        """Neighbouring strands of one look, cut at the marks."""
        if not strands:
            return
        names, title = (part.strip() for part in look.split("\n", 1))
        text, first = "".join(s.text for s in strands), strands[0].start or 0
        for start, end, mark in cut.pieces(first, first + len(text)):
            if start == end and mark is not None:
                yield _position(start, mark)
                continue
            yield _span(text[start - first : end - first], start, names, title, mark)

    def _beside(self, strand: Strand, properties: Properties, letters: float) -> str:
        kind = strand.beside
        if kind is Beside.PICTURE:
            return self._picture(strand)
        if kind is Beside.DRAWN:
            said = escape(both(*_DRAWN[strand.text]))
            return f'<span class="picture" data-beside="drawn" title="{said}">{said}</span>'
        if kind in (Beside.COMMENT, Beside.NOTE):
            return self._notes.reference(strand)
        assert kind is not None
        name = self.sheet.name(looks.run(properties, self._styles.fonts, letters))
        tag = _TAGS.get(kind, "span")
        words = both(*_WORDS[kind])
        title = words if strand.change is None else _change_words(strand.change, _WORDS[kind])
        shown = escape(strand.text).replace("\n", "↵")
        names = " ".join(filter(None, (name, kind.value)))
        return f'<{tag} class="{names}" data-beside="{kind.value}" title="{escape(title)}">{shown}</{tag}>'

    def _picture(self, strand: Strand) -> str:
        size, words = extent(strand.element), alternative(strand.element)
        look = () if size is None else (f"width:{size[0]:.4g}pt", f"height:{size[1]:.4g}pt")
        name = self.sheet.name(look)
        address = self.pictures.get(strand.text, "")
        said = escape(words or both("图片", "picture"))
        if not address:
            return f'<span class="picture {name}" data-beside="picture" title="{said}">{said}</span>'
        return f'<img class="{name}" src="{escape(address)}" alt="{said}" data-beside="picture" loading="lazy">'

    # --- tables ---

    def _table(self, table: Table) -> str:
        own = flat(table.element.find(W + "tblPr"))
        style = own.get("tblStyle")
        settings = over(self._styles.of(style, "table", "tblPr"), own)
        outer = self._table_style
        if style is not None:
            both = self._styles.of(style, "table", "pPr"), self._styles.of(style, "table", "rPr")
            self._table_style = self._table_styles.setdefault(style, both)
        grid = Grid(table, settings)
        rows = list(self._rows(grid, table))
        self._table_style = outer
        columns = "".join(f'<col class="{self.sheet.name((f"width:{points(w)}",))}">' for w in grid.widths)
        name = self.sheet.name(grid.look)
        drawn = f'<table class="{name}"><colgroup>{columns}</colgroup>\n{"".join(rows)}</table>\n'
        return f"{drawn}{_more(len(table.rows) - len(rows))}{self._deleted_rows(table)}"

    def _rows(self, grid: Grid, table: Table) -> Iterator[str]:
        """The rows that there is room for."""
        least = self._room - self._room // 2
        for number, row in enumerate(table.rows):
            if self._room - len(row.cells) < least:
                return
            self._room -= len(row.cells)
            yield self._row(grid, number, row)

    def _deleted_rows(self, table: Table) -> str:
        """The rows that a tracked change took away, which the model leaves out; told below their table."""
        drawn = []
        for row in table.element.iterfind(W + "tr"):
            if (change := row.find(f"{W}trPr/{W}del")) is not None:
                cells = ("".join(t.text or "" for t in c.iter(W + "t", W + "delText")) for c in row.iterfind(W + "tc"))
                title = escape(_change_words(change, ("修订删除的一行", "a deleted row")))
                shown = escape(" │ ".join(cells))
                drawn.append(f'<del class="deleted row" data-beside="deleted" title="{title}">{shown}</del>')
        return "".join(drawn)

    def _row(self, grid: Grid, number: int, row: Row) -> str:
        settings = flat(row.element.find(W + "trPr"))
        height = integer(settings.get("trHeight"), 0)
        name = self.sheet.name((f"height:{points(height)}",) if height else ())
        limits.spend(_STEPS_A_CELL * (1 + len(row.cells)))
        cells = []
        at = 0
        for cell in row.cells:
            if cell.column > at and not (grid.is_covered(number, at)):
                cells.append(f'<td class="none" colspan="{min(cell.column - at, 1000)}"></td>')
            at = cell.column + cell.span
            if not grid.is_covered(number, cell.column):
                cells.append(self._cell(grid, number, cell))
        return f'<tr class="{name}">{"".join(cells)}</tr>\n'

    def _cell(self, grid: Grid, number: int, cell: Cell) -> str:
        tall = grid.height(number, cell.column)
        spans = (f' colspan="{min(cell.span, 1000)}"' if cell.span > 1 else "") + (
            f' rowspan="{min(tall, 65534)}"' if tall > 1 else ""
        )
        name = self.sheet.name(grid.cell_look(number, cell, tall))
        outer, self._behind = self._behind, looks.shade(flat(cell.element.find(W + "tcPr"))) or self._behind
        drawn = self.blocks(cell.blocks, cell.element)
        self._behind = outer
        return f'<td class="{name}"{spans}>{drawn}</td>'


def _more(rows: int) -> str:
    """That rows of a table are not drawn."""
    if not rows:
        return ""
    said = both(f"这里还有 {rows} 行没有画出来，都在原文件里", f"{rows} more rows are not drawn; the original has them")
    return f'<p class="more" data-beside="more">{said}</p>\n'


def _box(element: Element, holder: Element | None) -> Element | None:
    """The text box that a block stands in, below what holds it."""
    for around in element.iterancestors():
        if around is holder:
            return None
        if around.tag == W + "txbxContent":
            return around
        if around.tag == W + "tc":
            return None
    return None


def _attributes(start: int, names: str, title: str, mark: Mark | None) -> str:
    if mark is not None:
        names = f"{names} own-{mark.owner.value}".strip()
        title = mark.says or title
    path = f' data-path="{escape(mark.path)}"' if mark is not None and mark.path else ""
    shown = f' title="{escape(title)}"' if title else ""
    kind = f' class="{names}"' if names else ""
    return f'data-s="{start}"{kind}{path}{shown}'


def _span(text: str, start: int, names: str, title: str, mark: Mark | None) -> str:
    shown = escape(text, quote=False)
    if not TURNS.isdisjoint(text):  # each is shut in by itself and shown
        shown = "".join(f'<bdi class="turn">{c}</bdi>' if c in TURNS else c for c in shown)
    if ticks.UNKNOWN in shown:
        unknown = f'<i class="unknown" title="{both("无法显示的内容", "what cannot be shown")}">{ticks.UNKNOWN}</i>'
        shown = shown.replace(ticks.UNKNOWN, unknown)
    return f"<span {_attributes(start, names, title, mark)}>{shown}</span>"


def _position(start: int, mark: Mark) -> str:
    """Where an answer would stand: an empty span, which the sheet gives some width."""
    name = escape(mark.path.rpartition(".")[2])
    return f'<span {_attributes(start, "position", "", mark)} data-name="{name}"></span>'


def _change_words(change: Element, words: tuple[str, str]) -> str:
    who, when = change.get(W + "author", "")[:80], change.get(W + "date", "")[:10]
    return " ".join(p for p in (both(*words), who, when) if p)
