"""The assignment: what in a document is which place of the form, span by span, before values are made of it.

It is plain data: at each path the texts, marks or records that stand there, each
with its exact characters; the doubts that matching left; what belongs to nothing;
and the words of the form that are missing.  Whatever no place and no leftover has
is the form's own words, so that every character has one owner (`owners`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from docfill.kinds import Written
from docfill.pictures import Picture
from docfill.problems import Problem
from docfill.read.shape import DocCell, DocRow
from docfill.template.tree import Answer, Computed, Words
from docfill.template.units import Section
from docfill.values import BLANK, DRAWN
from docfill.word.document import Element, Paragraph
from docfill.word.span import Span, visible


class Found(Struct, gc=False):
    """The text at a slot, as it stands, with the characters that are the slot's: its blank, too.

    `rests` are spans of the place that say nothing of the answer: hints of the blank form.  Where the document has
    no line for it, it would stand in a paragraph `behind` another one.
    """

    text: str
    spans: tuple[Span, ...] = ()
    slot: Answer | None = None
    rests: tuple[Span, ...] = ()
    behind: Paragraph | None = None

    @property
    def element(self) -> Element | None:
        """The element that shows its beginning."""
        return self.spans[0].element if self.spans else None

    @property
    def is_blank(self) -> bool:
        """Whether it shows nothing of an answer, though it may show the signs of a blank date."""
        kind = self.slot.kind if self.slot is not None else None
        return BLANK.fullmatch(self.text) is not None or (
            isinstance(kind, Written) and kind.is_blank(self.text.strip())
        )

    @property
    def exact(self) -> tuple[Span, ...]:
        """The characters of the answer itself, without the blank around them."""
        return visible(self.spans, DRAWN)


class Mark(Struct, gc=False):
    """What is drawn at one option: ticked or not, or None where that can't be told.

    `spans` are the characters of the marks, `label` those of the option's words;
    `words` are the texts of which one is printed, where the form says the option so.
    """

    option: str
    is_ticked: bool | None
    drawn: str
    marked: Iterable[Span] = ()
    labelled: Iterable[Span] = ()
    words: Words | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """The characters of its marks, or where they would be."""
        return (*self.marked,)

    @property
    def label(self) -> tuple[Span, ...]:
        """The characters of its words."""
        return (*self.labelled,)

    @property
    def element(self) -> Element | None:
        """The element that shows its first mark, or else its label."""
        return next((span.element for span in (*self.spans, *self.label)), None)


class Stray(Struct):
    """Characters that belong to nothing, and the path of the field that they stand nearest to ("" if none)."""

    text: str
    spans: tuple[Span, ...]
    near: str = ""
    aside: Element | None = None

    @property
    def element(self) -> Element | None:
        """The element that shows its beginning."""
        return self.spans[0].element if self.spans else self.aside


class Pictured(Struct, frozen=True):
    """A picture at a place, and what draws it; None where the document was undone exactly."""

    picture: Picture
    element: Element | None = None


class Held(Struct, gc=False):
    """What a document holds at a field's places: a text, marks, items of a list, or records; None for none found.

    `cell` is the cell of a column of records, which may be the lower part of a merged one.
    `rows` are the rows that a repetition has in the document, blank ones too, each with its record; `series` is
    the stretch of a line in which items follow one another; `also` are further places of the same text; `rooms` are
    pictures that only stand for one that is to be put in.
    """

    text: Found | None = None
    marks: Sequence[Mark] = ()
    items: list[Found] | None = None
    records: list[Assignment] | None = None
    rows: Sequence[tuple[DocRow, Assignment]] = ()
    also: Sequence[Found] = ()
    pictures: Sequence[Pictured] = ()
    rooms: Sequence[Pictured] = ()
    series: Found | None = None
    cell: DocCell | None = None

    @property
    def texts(self) -> tuple[Found, ...]:
        """All its texts."""
        return (*([self.text] if self.text else ()), *self.also, *(self.items or ()))

    @property
    def is_answered(self) -> bool:
        """Whether it shows anything of an answer."""
        return any(not t.is_blank for t in self.texts) or any(m.is_ticked is not False for m in self.marks)

    def spans(self) -> Iterator[Span]:
        """The characters of its values."""
        for found in self.texts:
            yield from found.exact
        for mark in self.marks:
            yield from mark.spans
        for record in self.records or ():
            for standing in record.places.values():
                yield from standing.spans()


Owner = Literal["form", "value", "blank", "leftover"]


class Owned(Struct, frozen=True):
    """Characters with one owner: the form's words, a value or the blank of its field at `path`, or nobody."""

    span: Span
    owner: Owner
    path: str = ""


class Assignment(Struct):
    """Everything that was found in one document, or for one record of it.

    `sections` are the parts of the form that may be missing, each with whether it
    stands there.  `lost` are words of the form that the document lacks, each with the path of
    the field that they stood nearest to.
    """

    places: dict[str, Held] = field(default_factory=lambda: defaultdict(Held))
    computed: list[tuple[Computed, Found]] = field(default_factory=list)
    sections: list[tuple[Section, bool]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Stray] = field(default_factory=list)
    lost: list[tuple[Problem, str]] = field(default_factory=list)
    _told: set[tuple[str, ...]] = field(default_factory=set)
    """The keys of the problems, as they were when one was last added."""
    _count: int = 0

    def at(self, path: str) -> Held:
        """What stands at a path; an empty standing where nothing was found."""
        return self.places.get(path) or Held()

    def text_at(self, path: str) -> Found | None:
        """The text at a path, if one stands there."""
        return self.at(path).text

    @property
    def answered(self) -> int:
        """How many places show anything."""
        return sum(bool(s.text.text.strip()) for s in self.places.values() if s.text is not None)

    def doubt(self, code: str, path: str = "", found: object = None, expected: object = None) -> None:
        """Adds a problem, once."""
        problem = Problem(code, path, found, expected)
        if self._count != len(self.problems):
            self._told = {p.key for p in self.problems}
        if problem.key not in self._told:
            self._told.add(problem.key)
            self.problems.append(problem)
        self._count = len(self.problems)

    def add(self, other: Assignment) -> None:
        """Takes in what was found in another part."""
        for path, standing in other.places.items():
            own = self.places[path]
            self.places[path] = replace(
                own,
                text=standing.text if standing.text is not None else own.text,
                marks=standing.marks or own.marks,
                items=standing.items if standing.items is not None else own.items,
                records=standing.records if standing.records is not None else own.records,
                rows=[*own.rows, *standing.rows],
                also=[*own.also, *standing.also],
                pictures=[*own.pictures, *standing.pictures],
                rooms=[*own.rooms, *standing.rooms],
                series=standing.series or own.series,
            )
        self.sections += other.sections
        self.computed += other.computed
        self.problems += other.problems
        self.lost += other.lost
        self.leftovers += other.leftovers

    def everywhere(self, before: str = "") -> Iterator[tuple[str, Held]]:
        """Each place with its path, those of records, too; paths begin with `before`."""
        for path, held in self.places.items():
            where = before + path
            yield where, held
            for index, record in enumerate(held.records or ()):
                yield from record.everywhere(f"{where}[{index}].")

    def owners(self, paragraphs: Iterable[Paragraph]) -> Iterator[Owned]:
        """Every character of some paragraphs with its owner, in order, neighbours of one owner together."""
        claims: dict[int, list[Owned]] = defaultdict(list)
        for owned in self._claims(""):
            if owned.span.start < owned.span.end:
                claims[id(owned.span.paragraph)].append(owned)
        for paragraph in paragraphs:
            at = 0
            for owned in sorted(claims.get(id(paragraph), ()), key=lambda o: (o.span.start, o.owner == "blank")):
                start = max(owned.span.start, at)
                if start >= owned.span.end:
                    continue
                if at < start:
                    yield Owned(Span(paragraph, at, start), "form")
                yield Owned(Span(paragraph, start, owned.span.end), owned.owner, owned.path)
                at = owned.span.end
            if at < len(paragraph.text):
                yield Owned(Span(paragraph, at, len(paragraph.text)), "form")

    def _claims(self, before: str) -> Iterator[Owned]:
        """Whatever is no word of the form; paths begin with `before`."""
        for path, standing in self.places.items():
            where = before + path
            for found in standing.texts:
                yield from _claimed(found, where)
            for mark in standing.marks:
                yield from (Owned(span, "value", where) for span in mark.spans)
            for index, record in enumerate(standing.records or ()):
                yield from record._claims(f"{where}[{index}].")
        for stray in self.leftovers:
            yield from (Owned(span, "leftover", stray.near) for span in stray.spans)


def _claimed(found: Found, path: str) -> Iterator[Owned]:
    """The value at a place and the blank around it."""
    for span in found.spans:
        inner = span.stripped(DRAWN)
        yield Owned(inner, "value", path)
        yield Owned(Span(span.paragraph, span.start, inner.start), "blank", path)
        yield Owned(Span(span.paragraph, inner.end, span.end), "blank", path)


def is_answered(record: Assignment, printed: str, drawn: Mapping[str, Written]) -> bool:
    """Whether anything is said in a record, besides the column that the form prints itself.

    `drawn` are the columns whose blank is drawn with words of its own, as 年 月 日, each with its kind.
    """
    for column, held in record.places.items():
        shown = held.text.text if held.text is not None and column != printed else ""
        if not BLANK.fullmatch(shown) and not (column in drawn and drawn[column].is_blank(shown)):
            return True
        if any(mark.is_ticked is not False for mark in held.marks) or held.records or held.items or held.pictures:
            return True
    return False
