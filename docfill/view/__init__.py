"""View: a document as a page of a browser, made from the document model, so that it shows what the engine read.

`View(document).html` and `.css` are all that a page needs.  Every character of
the model's text is in the HTML once and in order, and can be addressed: number
of the paragraph, offset in it.  Of a table of very many cells the first rows are
drawn, with how many more there are.  What the model leaves out (tracked deletions,
struck, hidden and white text, prompts, comments) is shown as what it is.
Whatever a document holds, the HTML has no script, no style, no link and no
address but those of its own pictures, which are drawn anew.  Time and size are
in proportion to the document, whose own limits bound them (law 6).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from functools import cached_property
from importlib import resources

from docfill.problems import language
from docfill.view.draw import Drawing
from docfill.view.layout import Page
from docfill.view.marks import Mark, Owner, by_paragraph
from docfill.view.notes import Notes
from docfill.view.numbering import Numbering
from docfill.view.pictures import Picture, redrawn
from docfill.view.properties import Styles
from docfill.view.words import spoken
from docfill.word.document import Block, Document, Element, Paragraph, paragraphs_of
from docfill.word.xml import W

__all__ = ["Mark", "Owner", "Picture", "View", "base_css"]


def base_css() -> str:
    """The rules that every document shares."""
    return (resources.files("docfill.view") / "document.css").read_text(encoding="utf-8")


class View:
    """A document as it is drawn.

    Args:
        document: what is drawn.
        marks: whose its characters are; none leaves all plain.
        pictures: the address that the names of its pictures are put behind; "" shows none.

    Attributes:
        paragraphs: the paragraphs by their numbers: those of the body, then of headers and footers.
    """

    def __init__(self, document: Document, marks: Iterable[Mark] = (), pictures: str = "") -> None:
        self._document, self._marks, self._address = document, tuple(marks), pictures
        self._margins = [(kind, blocks) for kind in ("header", "footer") for blocks in document.related(kind)]
        stories = [document.blocks, *(blocks for _, blocks in self._margins)]
        self.paragraphs: list[Paragraph] = [p for blocks in stories for p in paragraphs_of(blocks)]

    def marked(self, marks: Iterable[Mark]) -> View:
        """The same document with other marks."""
        return View(self._document, marks, self._address)

    @property
    def html(self) -> str:
        """The pages, an element each, in the language of messages."""
        return spoken(self.bilingual.encode("utf-8", "surrogatepass"), language()).decode("utf-8", "surrogatepass")

    @property
    def bilingual(self) -> str:
        """The same in both languages, of which `words.spoken` chooses one."""
        return self._drawn[0]

    @property
    def css(self) -> str:
        """The rules for this document, to stand beside `base_css`."""
        return self._drawn[1]

    @cached_property
    def width(self) -> float:
        """The width of the widest page, in points."""
        return max(page.width for page, _ in _sections(self._document)) / 20

    @cached_property
    def _drawn(self) -> tuple[str, str]:
        with self._document.budget():
            return self._draw()

    def _draw(self) -> tuple[str, str]:
        package, main = self._document.package, self._document.main
        notes = Notes(package, main)
        styles, numbering = Styles(package, main), Numbering(package, main)
        drawing = Drawing(self._named, by_paragraph(self._marks), styles, numbering, notes)
        if self._address:
            drawing.pictures = {name: posixpath.join(self._address, name) for name in self._parts}
        drawn = [drawing.page(page, blocks) for page, blocks in _sections(self._document)]
        drawing.pictures = {}
        header, footer = (
            "".join(drawing.margin(blocks, kind) for k, blocks in self._margins if k == kind)
            for kind in ("header", "footer")
        )
        return f"{header}{''.join(drawn)}{footer}{notes.foot()}", drawing.sheet.css

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The parts that the main part relates to, by the names that the HTML has for them."""
        package = self._document.package
        return {name: part for name, part in package.links(self._document.main).items() if part in package}

    @cached_property
    def _named(self) -> dict[int, int]:
        return {id(p): number for number, p in enumerate(self.paragraphs)}

    def number(self, paragraph: Paragraph) -> int:
        """The number of a paragraph of the same document; KeyError of another's."""
        return self._named[id(paragraph)]

    def picture(self, name: str) -> Picture | None:
        """The picture that the HTML calls `name`, drawn anew; None where there is none that can be shown."""
        part = self._parts.get(name)
        return None if part is None else redrawn(self._document.package, part)


def _sections(document: Document) -> list[tuple[Page, list[Block]]]:
    """The blocks on each section's paper (17.6.17): a section ends with the paragraph that holds its properties."""
    sections: list[tuple[Page, list[Block]]] = []
    blocks: list[Block] = []
    for block in document.blocks:
        blocks.append(block)
        ended = _section_of(block)
        if ended is not None:
            sections.append((Page(ended), blocks))
            blocks = []
    body = document.root.find(W + "body")
    last = (document.root if body is None else body).find(W + "sectPr")
    if blocks or not sections:
        sections.append((Page(last), blocks))
    return sections


def _section_of(block: Block) -> Element | None:
    return block.element.find(f"{W}pPr/{W}sectPr") if isinstance(block, Paragraph) else None
