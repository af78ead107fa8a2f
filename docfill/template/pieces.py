"""The pieces of a part: its bytes cut at its tags, so that everything outside them stays as it stands (law 3).

Tags split over runs are found by their text: the characters of the tag are cut
wherever they stand, and what stands between them stays.  A tag that replaces its
element ({%p, {%tr …) takes the whole of it.
"""

from __future__ import annotations

import bisect
import itertools
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from docfill import late
from docfill.problems import DocfillError
from docfill.template import columns, language
from docfill.template.columns import Grid
from docfill.template.meaning import ENDS, FLAT, Elif, For, If, Tag, Unread, Word
from docfill.word import xml
from docfill.word.blocks import Element
from docfill.word.part import Part
from docfill.word.xml import M, W

_PRESERVE = b' xml:space="preserve"'
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ENTITY = late.pattern(r"&(?:#x?[0-9A-Fa-f]+|\w+);")
_SOURCE = late.pattern(r"&(?:#x?[0-9A-Fa-f]+|\w+);|.", re.S)
_KNOWN = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_P, _T, _MATH = W + "p", W + "t", M + "t"
_SCOPES = {name: W + name for name in ("p", "tr", "tc", "r")}
"""What a tag may replace: the innermost of its kind around its paragraph, or that itself."""

_HOMES = {"tr": "表格行", "tc": "单元格"}

Cut = tuple[int, int, bytes | Tag | Grid | None]
"""A stretch of bytes and what comes in its place."""


def decoded(content: str) -> str:
    """The content of a text as it is read: entities are characters."""
    return _ENTITY.sub(lambda m: _character(m[0]), content)


def _character(source: str) -> str:
    """The character that is written as an entity, or as it is."""
    if len(source) == 1:
        return source
    name = source[1:-1]
    if name.startswith("#"):
        return chr(int(name[2:], 16) if name[1:2] in "xX" else int(name[1:]))
    return _KNOWN.get(name, source)


class _Text(NamedTuple):
    """The content of one text in the bytes.

    One that `is_flat` (an m:t, or a text of a properties part) holds no elements: a line break stays a character.
    """

    start: int
    end: int
    is_preserved: bool
    is_flat: bool
    element: Element


class _Paragraph(Struct):
    """A paragraph, or several that are one to docxtpl: where it begins and ends, its texts, and what they show."""

    first: Element
    last: Element
    texts: list[Element]
    shown: str


class _Letters:
    """What the texts of a paragraph show, character by character, and where it stands in the bytes."""

    def __init__(self, data: bytes, texts: Sequence[_Text]) -> None:
        self._texts = [text for text in texts if text.start < text.end]
        self._sources = [_sources(data[text.start : text.end].decode()) for text in self._texts]
        self.shown = "".join(x if isinstance(x, str) else "".join(map(_character, x)) for x in self._sources)
        self._begins = [0, *itertools.accumulate(map(len, self._sources))]
        self._sizes: dict[int, array[int]] = {}

    def text_at(self, index: int) -> _Text:
        """The text that shows a character."""
        return self._texts[bisect.bisect_right(self._begins, index) - 1]

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int, _Text]]:
        """The bytes that some characters take, from and to, in each text."""
        for at in range(bisect.bisect_right(self._begins, first) - 1, len(self._texts)):
            text, begin, end = self._texts[at], self._begins[at], self._begins[at + 1]
            if begin >= last:
                return
            sizes = self._sizes_of(at)
            yield text.start + sizes[max(first - begin, 0)], text.start + sizes[min(last, end) - begin], text

    def _sizes_of(self, at: int) -> array[int]:
        """How many bytes stand before each character of a text, and how many it has; counted once."""
        if at not in self._sizes:
            each = (len(source.encode()) for source in self._sources[at])
            self._sizes[at] = array("L", itertools.accumulate(each, initial=0))
        return self._sizes[at]


def _sources(content: str) -> Sequence[str]:
    """How each character of a text is written: an entity is one."""
    return _SOURCE.findall(content) if "&" in content else content


def pieces_of(data: bytes, *, is_plain: bool = False) -> list[bytes | Tag | Grid]:
    """The bytes between the tags, the tags, and the grids of tables along whose rows cells repeat, in order.

    Args:
        data: a part, in UTF-8.
        is_plain: it is no WordprocessingML: its tags stand in texts of any elements.

    Raises:
        DocfillError: a tag stands where it can't be; the message names it.
    """
    part = Part("", xml.parse(data, ""), data)
    cuts: list[Cut] = []
    levels = _Levels()
    for paragraph in _flat_ones(part.root) if is_plain else _joined(_paragraphs(part.root)):
        if any(True for _ in language.tags_in(paragraph.shown)):
            cuts += _cuts_in(part, paragraph, levels)
    grids = {start: cut for cut in reversed(cuts) if isinstance(cut[2], Grid) for start in cut[:1]}
    return _cut(part.data, [cut for cut in cuts if not isinstance(cut[2], Grid) or grids[cut[0]] is cut])


class _Levels:
    """Holds what belongs together (if, else and endif; for and endfor) against the elements that each stands in.

    What stands between them is left out or repeated: it must open and close the same elements.
    """

    def __init__(self) -> None:
        self._begun: list[tuple[Tag, list[str]]] = []

    def take(self, tag: Tag, outer: Element | None) -> None:
        """The next tag, in the order of the document, and what is around what it takes the place of.

        Raises:
            DocfillError: it stands deeper, or less deep, in elements than the tag that it goes on with.
        """
        node = tag.node
        begins = isinstance(node, For | If) or (isinstance(node, Unread) and bool(node.end))
        ends = isinstance(node, Word) and node.name in ENDS
        if not (begins or ends or isinstance(node, Elif) or (isinstance(node, Word) and node.name == "else")):
            return
        level = [] if outer is None else [str(outer.tag), *(str(e.tag) for e in outer.iterancestors())]
        if begins:
            self._begun.append((tag, level))
            return
        if not self._begun:
            return  # it has no partner, which is told elsewhere
        first, known = self._begun.pop() if ends else self._begun[-1]
        if known != level:
            raise DocfillError(
                f"模板标签 {first.source} 与 {tag.source} 不在同一层：一个在内容控件、链接等里面，一个在外面；"
                "请移到一起，带 p、tr、tc 的要成对",
                f"the template tags {first.source} and {tag.source} stand in different elements, as one in a content "
                "control or link and one outside; move them together, and give both p, tr or tc, or none",
                "bad-template",
            )


def _flat_ones(root: Element) -> Iterator[_Paragraph]:
    """Each text of a part that is no story, as a paragraph of its own."""
    return (_Paragraph(e, e, [e], e.text or "") for e in root.iter("*") if not len(e))


def _paragraphs(root: Element) -> list[_Paragraph]:
    """The paragraphs of a story in document order; a text belongs to the innermost around it."""
    paragraphs = {element: _Paragraph(element, element, [], "") for element in root.iter(_P)}
    for element in root.iter(_T, _MATH):
        home = next(element.iterancestors(_P), None)
        if home is not None:
            paragraphs[home].texts.append(element)
    for paragraph in paragraphs.values():
        paragraph.shown = "".join(element.text or "" for element in paragraph.texts)
    return [*paragraphs.values()]


def _joined(paragraphs: Iterable[_Paragraph]) -> Iterator[_Paragraph]:
    """The paragraphs, those that are one to docxtpl as one."""
    before: _Paragraph | None = None
    for paragraph in paragraphs:
        if before is not None and "{" in before.shown + paragraph.shown and _goes_on(before, paragraph):
            before = _Paragraph(
                before.first, paragraph.last, [*before.texts, *paragraph.texts], before.shown + paragraph.shown
            )
            continue
        if before is not None:
            yield before
        before = paragraph
    if before is not None:
        yield before


def _goes_on(before: _Paragraph, paragraph: _Paragraph) -> bool:
    """Whether a tag that begins in one paragraph ends in the next of the same cell or story."""
    if not language.goes_on(before.shown, paragraph.shown):
        return False
    around = [[*p.first.iterancestors(*_SCOPES.values())] for p in (before, paragraph)]
    return around[0] == around[1]


def _text_of(part: Part, element: Element) -> _Text:
    where = part.where(element)
    is_flat = element.tag != _T
    return _Text(where.inside, where.outside, is_flat or element.get(_SPACE) == "preserve", is_flat, element)


def _cuts_in(part: Part, paragraph: _Paragraph, levels: _Levels) -> Iterator[Cut]:
    """What is cut out of the bytes for the tags of a paragraph, whose levels are held against one another."""
    letters = _Letters(part.data, [_text_of(part, element) for element in paragraph.texts])
    opened: set[int] = set()
    for first, last, source in language.tags_in(letters.shown):
        tag = language.parse(source)
        if tag.replaces_element:
            owner = _replaced(paragraph, tag)
            levels.take(tag, owner.getparent())
            start = part.where(owner).start
            end = part.where(paragraph.last if owner is paragraph.first else owner).end
            if tag.scope == "tc":
                yield from _around_cells(part, paragraph, tag, start)
                tag = _across(paragraph, tag)
            yield start, end, None if source.startswith("{#") else tag
            continue
        covered = [text for _, _, text in letters.stretches(first, last)]
        levels.take(tag, covered[0].element)
        for text in covered:
            if not text.is_preserved and text.start not in opened:
                opened.add(text.start)
                yield text.start - 1, text.start - 1, _PRESERVE
        (start, end), *others = _stretches(part.data, letters, first, last, source)
        yield start, end, replace(tag, scope=FLAT) if covered[0].is_flat else tag
        yield from ((start, end, None) for start, end in others)
        if isinstance(tag.node, Word) and tag.node.name == "vm":
            at = _properties_end(part, paragraph, tag)
            yield at, at, Tag("", "", Word("vMerge"))


def _row_of(paragraph: _Paragraph) -> tuple[Element, list[Element], int, int]:
    """The row that a tag stands in, its cells, which of them is the tag's, and in which the loop ends."""
    cell = next(paragraph.first.iterancestors(_SCOPES["tc"]))
    row = next(cell.iterancestors(_SCOPES["tr"]))
    cells = row.findall(_SCOPES["tc"])
    at = cells.index(cell) if cell in cells else 0
    return row, cells, at, next((i for i in range(at, len(cells)) if "endfor" in _shown_in(cells[i])), at)


def _across(paragraph: _Paragraph, tag: Tag) -> Tag:
    """A tag that repeats cells, with how many."""
    if not isinstance(tag.node, For):
        return tag
    _, cells, at, last = _row_of(paragraph)
    return replace(tag, node=replace(tag.node, across=max(last - at - 1, 0), behind=len(cells) - last - 1))


def _around_cells(part: Part, paragraph: _Paragraph, tag: Tag, start: int) -> Iterator[Cut]:
    """What cells that repeat along a row ask for: a grid that fits, and one cell where none would be left."""
    row, cells, at, last = _row_of(paragraph)
    if isinstance(tag.node, For):
        grid = next(row.iterancestors(W + "tbl")).find(W + "tblGrid")
        where = part.where(grid) if grid is not None else None
        if where is not None and columns.ANY.fullmatch(part.data, where.start, where.end):
            before, behind = sum(map(_span, cells[:at])), sum(map(_span, cells[last + 1 :]))
            yield where.start, where.end, Grid(part.data[where.start : where.end], before, behind)
    elif isinstance(tag.node, Word) and tag.node.name == "endfor" and at == len(cells) - 1:
        begun = language.tags_in(_shown_in(cells[0]))
        if any(isinstance(language.parse(source).node, For) for *_, source in begun):
            yield start, start, Tag("", "", Word("else"))
            yield start, start, columns.CELL


def _shown_in(cell: Element) -> str:
    return "".join(text.text or "" for text in cell.iter(_T))


def _span(cell: Element) -> int:
    """The columns of the grid that a cell takes."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return int(span.get(W + "val") or 1) if span is not None else 1


def _stretches(data: bytes, letters: _Letters, first: int, last: int, source: str) -> list[tuple[int, int]]:
    """The stretches of bytes that the letters of a tag take: one in each text, and the blanks that it trims."""
    ranges: list[list[int]] = []
    for start, end, _ in letters.stretches(first, last):
        if ranges and data.find(b"</w:p>", ranges[-1][1], start) >= 0:
            ranges[-1][1] = end  # a tag that goes on in the next paragraph joins the two
        else:
            ranges.append([start, end])
    if source.startswith("{%-") and first and (before := letters.text_at(first - 1)) is not letters.text_at(first):
        ranges[0][0] = before.end
    if source.endswith("-%}") and last < len(letters.shown):
        behind = letters.text_at(last)
        ranges[-1][1] = behind.start if behind is not letters.text_at(last - 1) else ranges[-1][1]
    return [(start, end) for start, end in ranges]


def _replaced(paragraph: _Paragraph, tag: Tag) -> Element:
    """The element that a tag replaces: its paragraph, the first of several that are one, or what is around it."""
    if tag.scope == "p":
        return paragraph.first
    owner = next(paragraph.first.iterancestors(_SCOPES[tag.scope]), None)
    if owner is None:
        raise DocfillError(
            f"模板标签 {tag.source} 应放在{_HOMES[tag.scope]}内",
            f"the template tag {tag.source} must stand in a w:{tag.scope}",
            "bad-template",
        )
    return owner


def _properties_end(part: Part, paragraph: _Paragraph, tag: Tag) -> int:
    """Where the properties of the cell that a tag stands in end."""
    cell = next(paragraph.first.iterancestors(_SCOPES["tc"]), None)
    properties = None if cell is None else cell.find(W + "tcPr")
    if properties is None or part.where(properties).is_empty:
        raise DocfillError(
            f"模板标签 {tag.source} 应放在有宽度的单元格内",
            f"the template tag {tag.source} must stand in a cell with a width",
            "bad-template",
        )
    return part.where(properties).outside


def _cut(data: bytes, cuts: list[Cut]) -> list[bytes | Tag | Grid]:
    """The bytes with some stretches cut out, and what comes in their place."""
    pieces: list[bytes | Tag | Grid] = []
    at = 0
    for start, end, put in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        if start < at and put == _PRESERVE:
            continue
        if start < at <= end and isinstance(put, Tag) and put.source.startswith("{%-"):
            start = at  # the tag before joins the paragraphs already
        if start < at:
            raise DocfillError(
                "模板中的标签互相重叠：带 p、tr 的标签应独占一个段落或一行",
                "tags overlap: a {%p or {%tr tag must stand alone in its paragraph or row",
                "bad-template",
            )
        pieces.append(data[at:start])
        if put is not None:
            pieces.append(put)
        at = end
    pieces.append(data[at:])
    return pieces
