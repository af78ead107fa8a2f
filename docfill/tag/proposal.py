"""The proposal: a blank form's places, tagged, and proven to give the blank form back (law 3).

`propose` finds the places, names and writes them, and reads the result as any
template is read.  A place whose tag is refused, or with which the blank would
come out otherwise, is dropped and listed among the unsure ones: the template
that comes out always compiles, and its blank says what the form said.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from docfill import limits
from docfill.fields import Field, fields_of
from docfill.kinds import kind_named
from docfill.problems import DocfillError, say
from docfill.read.reader import Reader
from docfill.tag import names
from docfill.tag.doubts import PROSE, doubts_about
from docfill.tag.foreign import PRINTED, with_foreign_as_words
from docfill.tag.guidance import put_aside, take_up
from docfill.tag.mend import Step, mended
from docfill.tag.places import places_of
from docfill.tag.spots import PRINTED_SCALE, Fill, Left, Reason, Room, Spot, TickBox
from docfill.tag.tagged import Tagged
from docfill.tag.words import tick_kind
from docfill.tag.write import write
from docfill.template import language
from docfill.template.pattern import Pattern
from docfill.template.skeleton import skeleton_of
from docfill.word import ticks, xml
from docfill.word.document import Document, Element, Paragraph, Table, blocks_of, paragraphs_of
from docfill.word.edit import Editor
from docfill.word.package import File, Writer
from docfill.word.part import Unplaceable, utf8
from docfill.word.span import Span

UNSURE = 0.7
"""Places below this confidence are listed for a person to look at."""

_STEPS_A_PARAGRAPH, _STEPS_AN_EMPTY_ONE, _STEPS_AN_ELEMENT, _STEPS_A_CHARACTER = 220, 40, 5, 3
READ_BACK = 1000
"""Up to so many places, the blank form is read with the proposal to see whether it can be."""

_EMPTY_BOXES = str.maketrans(dict.fromkeys(ticks.EMPTY_MARKS, ticks.EMPTY))

DROPPED = ("加上标签后空白表与原表不同，或无法读回", "with its tag the blank would differ, or could not be read back")


@dataclass(frozen=True, slots=True)
class SpotMark:
    """Characters of the blank form that a place takes: number of the paragraph in reading order, start, end; and the
    option, where they are a box."""

    paragraph: int
    start: int
    end: int
    option: str = ""


@dataclass(slots=True)
class Proposed:
    """One proposed field: its path and kind, its position, and why and how surely it is one; where it is marked."""

    path: str
    kind: str
    at: str
    options: tuple[str, ...]
    reason: Reason
    confidence: float
    marks: tuple[SpotMark, ...] = ()


@dataclass(slots=True)
class Proposal:
    """What `propose` found.

    Attributes:
        template: the tagged form, a .docx.
        proposed: its fields in form order.
        left: what was left alone, with the reason.
        fields: the fields as any form that is loaded from the template has them.
        tables: of each block of the blank form's body, whether it is a table.
        doubts: what speaks against its being a blank form at all.
    """

    template: bytes
    proposed: list[Proposed]
    left: list[Left]
    fields: list[Field] = field(default_factory=list)
    tables: tuple[bool, ...] = ()
    doubts: list[Reason] = field(default_factory=list)

    def place(self, at: str) -> str:
        """A position as a person finds it: the paragraph, or the row of the table, counted from one."""
        if not at:
            return say("页眉或页脚", "a header or footer")
        block, *row = at.split("/")[:2]
        before = sum(self.tables[: int(block) + 1])
        if row:
            return say(f"第 {before} 个表格第 {int(row[0]) + 1} 行", f"table {before}, row {int(row[0]) + 1}")
        number = int(block) + 1 - before
        return say(f"第 {number} 段", f"paragraph {number}")

    @property
    def unsure(self) -> list[Proposed]:
        """Those that a person should look at."""
        return [p for p in self.proposed if p.confidence < UNSURE]


def propose(
    source: File | Document,
    name: str = "",
    more: Sequence[Spot] = (),
    steps: Sequence[Step] = (),
) -> Proposal:
    """A template for an untagged blank form.

    Args:
        source: the blank form: a path, its bytes, an open file, or an opened document.  Tags that it has are kept.
        name: how messages call it.
        more: further spots of the opened document (see `learn`).
        steps: what a person changed of it (see `mend`).

    Raises:
        DocfillError: the file cannot be read, or nothing in it can be filled in, or a step fits nothing.
    """
    original = source if isinstance(source, Document) else Document(source, name)
    with original.budget():
        known, foreign = (original, []) if more else with_foreign_as_words(original)
        return _propose(known, more, steps, foreign)


def _propose(original: Document, more: Sequence[Spot], steps: Sequence[Step], foreign: Sequence[Left]) -> Proposal:
    shown = [bool(paragraph.text) for paragraph in paragraphs_of(original.blocks)]
    limits.spend(_STEPS_A_PARAGRAPH * sum(shown) + _STEPS_AN_EMPTY_ONE * shown.count(False))
    limits.spend(_STEPS_A_CHARACTER * sum(len(paragraph.text) for paragraph in paragraphs_of(original.blocks)))
    limits.spend(_STEPS_AN_ELEMENT * sum(1 for _ in original.root.iter()))
    with put_aside(original.blocks) as guidance:
        found = places_of(original)
        take_up(found.spots, guidance)
    tagged = Tagged(original)
    if tagged:
        own = {id(spot) for spot in found.spots if tagged.has(spot)}
        found.spots = [s for s in found.spots if own.isdisjoint((id(s), s.host and id(s.host[0])))]
        found.left = [left for left in found.left if not tagged.says(left)]
    found.left = [*foreign, *(x for x in found.left if PRINTED not in x.text)]
    named = [*found.spots, *more]
    _tell_kinds(named)
    names.name(named, tagged.paths)
    spots = mended(original, named, steps)
    tried = _try(original, spots)
    if not tried.comes_back:
        keep = _kept(range(len(spots)), lambda numbers: _try(original, [spots[i] for i in numbers]).comes_back)
        tried = _try(original, [spots[i] for i in sorted(keep)])
    if len(tried.chosen) <= READ_BACK and (unread := _unread(tried, original)):
        again = _try(original, [s for s in tried.chosen if s.path not in unread])
        tried = again if again.comes_back and again.chosen else tried
    if not tried.chosen and not tagged:
        doubts = [x for x in doubts_about(original.blocks, []) if x is not PROSE]
        raise _nowhere(original.name, found.left, doubts)
    template = Writer(original.package, frozenset({original.main})).write({original.main: tried.part})
    dropped = [Left(" / ".join(s.labels), s.at, DROPPED) for s in spots if s not in tried.chosen]
    numbers = {id(p): n for n, p in enumerate(paragraphs_of(original.blocks))}
    proposed = [
        Proposed(s.path, s.kind, s.at, tuple(s.options), s.evidence.reason, s.evidence.sure, _marks(numbers, s))
        for s in tried.chosen
    ]
    tables = tuple(isinstance(b, Table) for b in original.blocks)
    left = sorted(dict.fromkeys([*found.left, *dropped]), key=lambda x: [*map(int, filter(None, x.at.split("/")))])
    return Proposal(template, proposed, left, tried.fields, tables, doubts_about(original.blocks, tried.chosen))


def _nowhere(name: str, left: Sequence[Left], doubts: Sequence[Reason]) -> DocfillError:
    """That a form has no place to fill in, with what speaks against its being a blank and what was left alone of it."""
    known = list(dict.fromkeys(x.said() for x in left))
    lines = [
        (
            f"{name}：没有找到可以填写的地方；请确认这是空白表，或在 Word 里手工加标签",
            f"{name}: no place to fill in was found; is this the blank form? Tags can also be typed in Word",
        ),
        *doubts,
        *known[:_TOLD],
    ]
    if len(known) > _TOLD:
        lines.append((f"……共 {len(known)} 处", f"… {len(known)} in all"))
    zh, en = ("\n".join(side) for side in zip(*lines, strict=True))
    return DocfillError(zh, en, "bad-template")


_TOLD = 40
"""Lines of what was left alone that the message of an error has."""


@dataclass(slots=True)
class _Tried:
    """A form with the tags of some of its spots.

    Attributes:
        chosen: those that were written.
        part: the main part with the tags.
        fields: its fields.
        comes_back: it compiles, and its blank says what the form says.
    """

    chosen: list[Spot]
    part: bytes = b""
    fields: list[Field] = field(default_factory=list)
    comes_back: bool = False


def _try(document: Document, spots: Sequence[Spot]) -> _Tried:
    """A form with the tags of some spots, but for those whose host is none of them."""
    tried = _Tried([s for s in spots if s.host is None or s.host[0] in spots])
    with contextlib.suppress(DocfillError, Unplaceable):
        tried.part = write(document, tried.chosen)
        blocks = blocks_of(xml.parse(tried.part, document.main), document.formats)
        tried.fields = fields_of([skeleton_of(blocks)])
        written = Pattern(tried.part, lambda _, __: "").write({}, None)
        tried.comes_back = _words(xml.parse(written, document.main)) == _blank_words(document, tried.chosen)
    limits.spend(0)  # that there is no more work is no fault of the tags
    return tried


def _marks(numbers: Mapping[int, int], spot: Spot) -> tuple[SpotMark, ...]:
    """Where a spot is on the blank form, in document order; `numbers` has those of the paragraphs."""
    taken: list[tuple[Paragraph, int, int, str]] = []
    for edit in spot.edits:
        if isinstance(edit, Fill):
            taken.append((edit.paragraph, edit.start, edit.end, ""))
        elif isinstance(edit, TickBox):
            taken.append((edit.paragraph, edit.start, edit.end, edit.option))
        elif isinstance(edit, Room):
            taken += [(p, 0, len(p.text), "") for p in edit.hints]
        else:
            inside = (p for row in edit.rows for cell in row.cells for p in paragraphs_of(cell.blocks))
            taken += [(p, 0, len(p.text), "") for p in inside]
    return tuple(SpotMark(numbers[id(p)], start, end, option) for p, start, end, option in taken if id(p) in numbers)


def _unread(tried: _Tried, original: Document) -> set[str]:
    """The paths that are read with a doubt from the blank form itself: where their answers stand can't be told."""
    blocks = blocks_of(xml.parse(tried.part, original.main), original.formats)
    tried_on = Reader(skeleton_of(blocks)).read(original.blocks)
    replaced = {s.path for s in tried.chosen if any(isinstance(e, Fill) and e.is_replaced for e in s.edits)}
    told = (p for p in tried_on.problems if not (p.code in _OF_WORDS and p.path in replaced))
    return {p.path for p in told if p.severity != "note"} - {""}


_OF_WORDS = ("placeholder", "ambiguous")
"""Doubts on what an answer says: a placeholder that a tag takes the place of says nothing any more."""


def _tell_kinds(spots: list[Spot]) -> None:
    """Tells each group of boxes whether one or several may be ticked."""
    hosts = {id(s.host[0]) for s in spots if s.host is not None}
    for spot in spots:
        if kind_named(spot.kind).has_options and spot.evidence is not PRINTED_SCALE:  # one of a scale is given
            boxes = [e for e in spot.edits if isinstance(e, TickBox)]
            held = {id(e.paragraph): e.paragraph.text for e in boxes}
            line = next(iter(held.values())) if len(held) == 1 else ""
            is_one_a_row = spot.last.split("/")[:2] != spot.at.split("/")[:2] and "/" in spot.last
            label = spot.labels[-1] if spot.labels and not is_one_a_row else ""
            ticked = sum(ticks.emptied(e.paragraph.text[e.start : e.end]) is not None for e in boxes)
            is_several = 1 < ticked < len(boxes)  # all are ticked where that is how the form draws its boxes
            spot.kind = "choices" if is_several else tick_kind(label, line, spot.options, id(spot) in hosts)


def _blank_words(document: Document, spots: list[Spot]) -> list[str]:
    """What the blank form says, with nothing in the place of its tags and placeholders, and no box ticked."""
    cut: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for edit in (e for s in spots for e in s.edits):
        if isinstance(edit, Fill) and edit.is_replaced:
            cut[id(edit.paragraph)].append((edit.start, edit.end, ""))
        elif isinstance(edit, TickBox) and (empty := ticks.emptied(edit.paragraph.text[edit.start : edit.end])):
            cut[id(edit.paragraph)].append((edit.start, edit.end, empty))
    if _is_tagged(document):
        own = _with(document, cut)
        return _words(xml.parse(Pattern(own, lambda _, __: "").write({}, None), ""))
    shown = []
    for p in paragraphs_of(document.blocks):
        text = p.text
        for start, end, put in sorted(cut[id(p)], reverse=True):
            text = text[:start] + put + text[end:]
        shown.append(_plain(language.as_printed(text) + "".join(t for t, _ in p.aside)))
    return shown


def _with(document: Document, cut: Mapping[int, Sequence[tuple[int, int, str]]]) -> bytes:
    """The main part of a document with other characters in some places of its paragraphs."""
    editor = Editor(document)
    for paragraph in paragraphs_of(document.blocks):
        for start, end, put in cut.get(id(paragraph), ()):
            editor.replace(Span(paragraph, start, end), put)
    written = editor.written().get(document.main) if cut else None
    own = document.package.read(document.main) if written is None else written
    return utf8(own, document.package.called(document.main))


def _is_tagged(document: Document) -> bool:
    return any(True for p in paragraphs_of(document.blocks) for _ in language.tags_in(p.text))


def _kept(numbers: range, is_fine: Callable[[set[int]], bool]) -> set[int]:
    """The largest part of some numbers that is fine together, found by halving."""
    kept: set[int] = set()

    def add(part: list[int]) -> None:
        nonlocal kept
        if not part or is_fine(kept | set(part)):
            kept |= set(part)
        elif len(part) > 1:
            add(part[: len(part) // 2])
            add(part[len(part) // 2 :])

    add(list(numbers))
    return kept


def _words(root: Element) -> list[str]:
    """The text of every paragraph that shows any; a prompt counts as what it shows."""
    shown = []
    for p in paragraphs_of(blocks_of(root)):
        shown.append(_plain(p.text + "".join(t for t, _ in p.aside)))
    return shown


def _plain(shown: str) -> str:
    """A text in which every empty box is drawn alike."""
    return shown.translate(_EMPTY_BOXES)
