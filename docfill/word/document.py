"""The document model: a returned file, opened once, as blocks, tables as true grids, and text that knows its runs.

What a reader of the page sees, and nothing else, is in the text; docs/document-model.md
lists what is left out and why.  `blocks` has the nouns, `story` reads a part into them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from functools import cached_property

from docfill import limits
from docfill.problems import DocfillError
from docfill.word import codes, office, xml
from docfill.word.blocks import Anchored, Block, Cell, Element, Kind, Paragraph, Row, Table, paragraphs_of, unframed
from docfill.word.glance import Glance, glance
from docfill.word.looks import Formats, formats_of
from docfill.word.package import File, named
from docfill.word.story import Read, blocks_of, read
from docfill.word.xml import W

__all__ = [
    "Block",
    "Cell",
    "Document",
    "Element",
    "Paragraph",
    "Row",
    "Table",
    "blocks_of",
    "paragraphs_of",
    "unframed",
]


INITIALS = "docfill"
"""By these the comments are known that docfill wrote, whoever their author is."""


class Document:
    """A returned file, opened once: its package, and its body's blocks when first asked for.

    Args:
        source: a path, the file's bytes, or an open file.
        name: how messages call the file; its path if not given.
        timeout: seconds that LibreOffice may take over a file that is no .docx (see `office`).

    Raises:
        DocfillError: the file cannot be read; the message says why and what next.
    """

    def __init__(self, source: File, name: str = "", timeout: float = office.TIMEOUT) -> None:
        self.name = name or named(source)
        self.package = office.opened(source, name or None, timeout)
        self.main = self.package.main
        self._roots: dict[str, Element] = {}

    @cached_property
    def root(self) -> Element:
        """The root of the main part."""
        return self._parsed[0]

    @cached_property
    def _parsed(self) -> tuple[Element, Glance]:
        """The root of the main part, and what its bytes tell of it."""
        data = self.package.read(self.main)
        root = self.package.parse(data, self.main)
        return root, glance(root, data)

    @cached_property
    def formats(self) -> Formats:
        """The styles and lists that the body refers to."""
        return formats_of(self.package, self.main)

    @cached_property
    def _work(self) -> limits.Budget:
        """The work that may be done on it, less what reading its blocks has taken where nothing else was done."""
        return limits.Budget(self.name or self.package.name, self.package.weight)

    def budget(self) -> contextlib.AbstractContextManager[object]:
        """The work that may be done on it, its reading included; what holds already, inside of another such."""
        return limits.within_one(self._work.rest)

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the body."""
        return self._read.blocks

    def has_any(self, names: Iterable[str]) -> bool:
        """Whether the main part has any of some elements that ask for more than reading texts (see `story.Read`)."""
        return not self._read.names.isdisjoint(names)

    @property
    def may_list(self) -> bool:
        """Whether any paragraph of the body may be one of a list."""
        return self.formats.may_list(self._read.names)

    @cached_property
    def _read(self) -> Read:
        with limits.within_one(lambda: self._work):
            try:
                found = read(self.root, self.formats, self._parsed[1])
                return Read(self._without_own_remarks(found.blocks), found.names)
            except RecursionError:
                raise DocfillError(
                    f"{self.package.name}：表格嵌套过深，无法读取",
                    f"{self.package.name}: tables are nested too deeply",
                    "too-large",
                ) from None

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """Every paragraph of the body, those in tables included, in reading order."""
        return [*paragraphs_of(self.blocks)]

    @cached_property
    def recomputed(self) -> frozenset[Element]:
        """The runs of fields that show something else when the file is opened, or has been converted."""
        if not self.has_any(codes.FIELDS):
            return frozenset()
        return frozenset(codes.renewed_in(self.root, is_converted=self.package.is_of_office))

    @cached_property
    def emptied(self) -> frozenset[Element]:
        """The paragraphs with fields that show nothing since LibreOffice worked them out."""
        if not (self.has_any(codes.FIELDS) and self.package.is_of_office):
            return frozenset()
        return frozenset(codes.emptied_in(self.root))

    @cached_property
    def _paths(self) -> xml.Paths:
        return xml.Paths()

    def related(self, kind: str) -> list[list[Block]]:
        """The blocks of each header ("header") or footer ("footer")."""
        return [self.blocks_in(part) for part in self.parts(kind)]

    def parts(self, kind: str) -> list[str]:
        """The names of the parts that the body relates to as `kind`, each once."""
        return [*dict.fromkeys(self.package.related(self.main, kind))]

    def blocks_in(self, part: str) -> list[Block]:
        """The blocks of a part beside the body."""
        with limits.within_one(lambda: self._work):
            return blocks_of(self._root_of(part), self.formats)

    def _root_of(self, part: str) -> Element:
        """The root of a part; the same one whenever it is asked for."""
        if part not in self._roots:
            self._roots[part] = self.package.parsed(part)
        return self._roots[part]

    def part_named(self, root: Element) -> str:
        """The name of the part whose root an element is."""
        return next((name for name, known in self._roots.items() if known is root), self.main)

    def _without_own_remarks(self, blocks: list[Block]) -> list[Block]:
        """Blocks at which nothing is anchored that docfill itself put there."""
        for paragraph in paragraphs_of(blocks) if self.own_remarks else ():
            paragraph.anchored = [a for a in paragraph.anchored if not self._is_own_remark(a)]
        return blocks

    def _is_own_remark(self, anchored: Anchored) -> bool:
        return anchored.kind is Kind.COMMENT and anchored.element.get(W + "id") in self.own_remarks

    @cached_property
    def own_remarks(self) -> frozenset[str]:
        """The numbers of the comments that docfill wrote: they say nothing of the answers that they are about."""
        return frozenset(c.get(W + "id", "") for c in self._remarks(Kind.COMMENT) if c.get(W + "initials") == INITIALS)

    @cached_property
    def remarks(self) -> Mapping[str, str]:
        """What the comments and notes on it say, by their kind and number: comment7."""
        remarks = ((kind, r) for kind in (Kind.COMMENT, Kind.FOOTNOTE, Kind.ENDNOTE) for r in self._remarks(kind))
        return {kind.value + r.get(W + "id", ""): "".join(t.text or "" for t in r.iter(W + "t")) for kind, r in remarks}

    def _remarks(self, kind: Kind) -> list[Element]:
        """The comments, footnotes or endnotes on it."""
        parts = self.package.related(self.main, f"{kind.value}s")
        return [r for p in parts if p in self.package for r in self._root_of(p)]

    def where(self, element: Element | None) -> str:
        """The position of an element of the main part: "part#path"; "" for none."""
        if element is None:
            return ""
        root = element.getroottree().getroot()
        return f"{self.main if root is self.root else xml.local(root)}#{self._paths.path(element)}"
