"""The parts of a template: which of them hold tags, and what each says as a person reads it.

The body always counts; headers, footers, notes and comments where a tag stands in them; properties, which are on no
page, likewise.  What was meant for a tag and is none is told (`half_typed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree
from msgspec import Struct

from docfill.template import language, strays
from docfill.template.skeleton import Skeleton, skeleton_of
from docfill.word.document import Block, Paragraph, blocks_of, paragraphs_of
from docfill.word.looks import formats_of
from docfill.word.package import Package
from docfill.word.part import utf8

MARGINS = ("header", "footer")
"""The kinds of part that repeat on every page and may hold fields, too."""
NOTES = ("footnotes", "endnotes", "comments")
"""The kinds of part that speak about the form, and are read only where the template has fields in them."""
PROPERTIES = ("core-properties", "extended-properties", "custom-properties")
"""The kinds of part that are not on the page: their tags are filled in, and read only in what fill made."""


class Story(Struct, frozen=True):
    """A part with a text that people read: the body ("" for its kind), a header, notes …

    Attributes:
        kind: "" of the body, one of `MARGINS` or `NOTES` of the others.
        source: the part's bytes.
        blocks: its paragraphs and tables, tags in them as they are typed.
        skeleton: what it asks for; None where it holds no tag and is not the body.
    """

    kind: str
    source: bytes
    blocks: list[Block]
    skeleton: Skeleton | None


class Stories(Struct, frozen=True):
    """The parts of one template.

    Attributes:
        main: the name of the body's part.
        all: each part with a text, by name; the body first.
        properties: the properties that hold tags, by the name of their part.
        aside: what each of these asks for.
        half_typed: what was meant for a tag and is none, and what to write instead.
        unseen: the tags that stand in a text which no reader of the page sees, or takes for an answer.
        has_tags: whether there are any tags, if only such as ask for nothing.
    """

    main: str
    all: Mapping[str, Story]
    properties: Mapping[str, bytes]
    aside: Sequence[Skeleton]
    half_typed: Sequence[tuple[str, str]]
    unseen: Sequence[strays.Stray]
    has_tags: bool

    @property
    def skeletons(self) -> list[Skeleton]:
        """What the parts that count ask for, the body first."""
        return [story.skeleton for story in self.all.values() if story.skeleton is not None]

    @property
    def tagged(self) -> dict[str, bytes]:
        """The bytes of the parts that count, by name."""
        return {name: story.source for name, story in self.all.items() if story.skeleton is not None}


def stories_of(package: Package) -> Stories:
    """The parts of a template.

    Raises:
        DocfillError: it is no Word file, or a tag is wrongly spelt or cannot be read back.
    """
    main = package.main
    kinds = {main: ""} | {p: kind for kind in (*MARGINS, *NOTES) for p in package.related(main, kind)}
    formats = formats_of(package, main)
    found: dict[str, Story] = {}
    shown: list[str] = []
    has_tags = False
    sources = {part: utf8(package.read(part), package.called(part), without_mark=True) for part in kinds}
    blocks = {p: blocks_of(strays.shown_tags(package.parse(source, p)), formats) for p, source in sources.items()}
    for part, kind in kinds.items():
        texts = _texts_in(blocks[part])
        is_tagged = any(True for text in texts for _ in language.tags_in(text))
        skeleton = skeleton_of(blocks[part]) if is_tagged or part == main else None
        found[part] = Story(kind, sources[part], blocks[part], skeleton)
        shown += texts
        has_tags = has_tags or is_tagged
    properties = _tagged_properties(package)
    aside = [skeleton_of(_texts_of(package.parse(data, p))) for p, data in properties.items()]
    half_typed = [meant for text in shown for meant in strays.half_typed(text)]
    unseen = [stray for part, read in blocks.items() for stray in strays.unseen(paragraphs_of(read), part)]
    return Stories(main, found, properties, aside, half_typed, unseen, has_tags or bool(aside or unseen))


def _tagged_properties(package: Package) -> dict[str, bytes]:
    """The properties parts that hold tags."""
    parts = [p for kind in PROPERTIES for p in package.related("", kind)]
    sources = {p: utf8(package.read(p), package.called(p), without_mark=True) for p in parts}
    return {p: s for p, s in sources.items() if any(True for _ in language.tags_in(s.decode(errors="replace")))}


def _texts_of(root: etree._Element) -> list[Block]:
    """The texts of a part that is no WordprocessingML, a paragraph each."""
    return [Paragraph(e, e.text) for e in root.iter(etree.Element) if e.text and not len(e)]


def _texts_in(blocks: list[Block]) -> list[str]:
    """The texts of paragraphs that may hold tags or pieces of them; paragraphs that a tag joins are one."""
    texts: list[str] = []
    for paragraph in paragraphs_of(blocks):
        if texts and language.goes_on(texts[-1], paragraph.text):
            texts[-1] += paragraph.text
        elif any(c in paragraph.text for c in "{}｛｝"):
            texts.append(paragraph.text)
    return texts
