"""The editor: changes to the bytes of a document, by span and by element; whatever is not changed stays as it is.

What it does is kept in `Edits` of the parts of the document (`word.part`) and applied at
once.  Text takes the run that it stands in; where changes are tracked, each is one that
Word shows.
"""

from __future__ import annotations

import bisect
import datetime
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from docfill import late
from docfill.pictures import Picture
from docfill.problems import DocfillError
from docfill.word import controls, xml
from docfill.word.document import Document, Element, Paragraph
from docfill.word.media import with_media
from docfill.word.part import Edits, Part, Unplaceable, encoded, prefixed
from docfill.word.span import Span
from docfill.word.xml import MC, W

_T, _R, _P = W + "t", W + "r", W + "p"


def run_with(text: str, near: Element, properties: bytes = b"") -> bytes:
    """A run of its own that shows a text, named as `near` is."""
    r, t = prefixed(near, "r"), prefixed(near, "t")
    return f"<{r}>".encode() + properties + f'<{t} xml:space="preserve">{encoded(text, near)}</{t}></{r}>'.encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one element shows of a span: `shown` of its characters from `start` on, of `length` in all."""

    element: Element
    start: int
    shown: str
    length: int

    @property
    def is_text(self) -> bool:
        """Whether its characters are those of a w:t, one by one."""
        return self.element.tag == _T and len(self.element.text or "") == self.length

    @property
    def is_whole(self) -> bool:
        """Whether it is all that the element shows."""
        return len(self.shown) == self.length


def pieces_of(span: Span) -> Iterator[Piece]:
    """The elements that show a span's characters, in order."""
    owners, text = span.paragraph.owners, span.paragraph.text
    first = max(bisect.bisect_right(owners, span.start, key=lambda o: o[0]) - 1, 0)
    for index in range(first, len(owners)):
        at, element = owners[index]
        end = owners[index + 1][0] if index + 1 < len(owners) else len(text)
        if at >= span.end:
            return
        low, high = max(at, span.start), min(end, span.end)
        if low < high:
            yield Piece(element, low - at, text[low:high], end - at)


_MOMENT = late.pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?", re.A)


def check_maker(author: str, date: str) -> None:
    """Nothing, where a person and a moment can be written as those of a change or remark (w:author, w:date; 17.13).

    Raises:
        DocfillError: the name holds what no XML can, or the moment is none as ISO 8601 has it.
    """
    if not all(letter.isprintable() for letter in author):
        raise DocfillError(f"“{author}”不能作姓名", f'"{author}" cannot be a name', "bad-argument")
    try:
        is_moment = not date or bool(_MOMENT.fullmatch(date) and datetime.datetime.fromisoformat(date))
    except ValueError:  # the 30th of February
        is_moment = False
    if not is_moment:
        raise DocfillError(
            f"时间“{date}”应如 2026-01-02T09:00:00Z",
            f'the time "{date}" should be as 2026-01-02T09:00:00Z',
            "bad-argument",
        )


@dataclass(frozen=True, slots=True)
class Track:
    """By whom and when changes are made that Word shows as tracked; the date as in ISO 8601, or none.

    Raises:
        DocfillError: Word takes no such name or date.
    """

    author: str
    date: str = ""

    def __post_init__(self) -> None:
        check_maker(self.author, self.date)


_ALTERNATE = MC + "AlternateContent"
_DRAWN = late.pattern("\ue0f0(\\d{1,6})\ue0f1".encode())
"""What stands for a drawing until the bytes are put together: private characters, which no document of ours has."""


def _words_of(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t"))


class Editor:
    """Edits one document; `written` gives the parts that changed.

    Args:
        document: what is edited.
        track: who changes it, where the changes are to be tracked ones (17.13.5).
    """

    def __init__(self, document: Document, track: Track | None = None) -> None:
        self.document = document
        self._parts: dict[Element, Part] = {}
        self.edits = Edits()
        self.track = track
        self._changes = 0
        self._drawn: dict[str, tuple[Picture, bytes]] = {}

    def part_of(self, element: Element) -> Part:
        """The part that an element is in."""
        root = element.getroottree().getroot()
        if root not in self._parts:
            name = self.document.part_named(root)
            self._parts[root] = Part(name, root, self.document.package.read(name))
        return self._parts[root]

    def written(self) -> dict[str, bytes]:
        """The parts that changed, by name."""
        changed = {part.name: self.applied(part) for part in self._parts.values() if self.edits.of(part)}
        if self._drawn:
            shown = {name: _DRAWN.sub(self._drawing, data) for name, data in changed.items()}
            changed = with_media(self.document.package, shown, [picture for picture, _ in self._drawn.values()])
        own = self.document.package
        return {name: data for name, data in changed.items() if name not in own or data != own.read(name)}

    def applied(self, part: Part) -> bytes:
        """The bytes of a part with its edits."""
        self._draw_again(part)
        return part.applied(self.edits)

    def _draw_again(self, part: Part) -> None:
        """Text boxes that are stored twice, the second time for old readers (mc:Fallback), say the same again."""
        edited = self.edits.of(part)
        starts = [start for start, _, _ in edited]
        for alternate in part.root.iter(_ALTERNATE) if edited else ():
            boxes, others = ([*alternate.iterfind(f"{MC}{name}//{W}txbxContent")] for name in ("Choice", "Fallback"))
            if len(boxes) != len(others) or next(alternate.iterancestors(_ALTERNATE), None) is not None:
                continue
            for box, other in zip(boxes, others, strict=True):
                at, there = part.where(box), part.where(other)
                inner, outer = (
                    edited[bisect.bisect_left(starts, w.inside) : bisect.bisect_right(starts, w.outside)]
                    for w in (at, there)
                )
                if inner and not outer and not there.is_empty and _words_of(box) == _words_of(other):
                    self.edits.put(part, there.inside, there.outside, part.with_edits(inner, at.inside, at.outside))

    def drawn(self, picture: Picture, drawing: bytes) -> str:
        """What stands for a drawing of a picture in a text that is written."""
        sign = f"{len(self._drawn)}"
        self._drawn[sign] = picture, drawing
        return f"\ue0f0{sign}\ue0f1"

    def _drawing(self, matched: re.Match[bytes]) -> bytes:
        known = self._drawn.get(matched[1].decode())
        if known is None:
            return matched[0]
        return b"</w:t>" + known[1] + b'<w:t xml:space="preserve">'

    def replace(self, span: Span, new: str) -> None:
        """Other text for a span; it takes the run that its first character stands in.

        Raises:
            Unplaceable: what stands there is drawn in a way that can't be changed by characters.
        """
        pieces = [*pieces_of(span)]
        if not pieces:
            self.insert(span.paragraph, span.start, new)
            return
        home = next((p for p in pieces if p.is_text), None)
        if home is None and new:
            home = pieces[0]
        for piece in pieces:
            part = self.part_of(piece.element)
            if piece.is_text:
                self._other_text(part, piece, new if piece is home else "")
            elif not piece.is_whole or piece.element.getparent().tag != _R:  # type: ignore[union-attr]
                raise _drawn(piece)
            else:
                self._other_element(part, piece.element, new if piece is home else "")
        if self.track is None:
            self._settle(span, pieces)

    def unprompted(self, element: Element) -> None:
        """What stands in a control of ours is its placeholder no more."""
        for control in controls.around(element):
            for prompt in control.iterfind(f"{W}sdtPr/{W}showingPlcHdr"):
                self.edits.remove(self.part_of(prompt), prompt)

    def _other_text(self, part: Part, piece: Piece, new: str) -> None:
        """Other characters for those of a w:t."""
        self.unprompted(piece.element)
        start, end = piece.start, piece.start + len(piece.shown)
        if self.track is None:
            self.edits.text(part, piece.element, start, end, new)
            return
        old = (piece.element.text or "")[start:end]
        self.edits.text(part, piece.element, start, end, self._tracked(part, piece.element, old, new), is_xml=True)

    def _other_element(self, part: Part, element: Element, new: str) -> None:
        """Characters, or nothing, for an element of a run that draws one."""
        where, t = part.where(element), prefixed(element, "t")
        shown = f'<{t} xml:space="preserve">{encoded(new, element)}</{t}>' if new else ""
        if self.track is not None:
            r = prefixed(element, "r")
            properties = self._properties(part, element)
            own = part.data[where.start : where.end].decode()
            struck = self._marked("del", element, f"<{r}>{properties}{own}</{r}>")
            added = self._marked("ins", element, f"<{r}>{properties}{shown}</{r}>") if new else ""
            shown = f"</{r}>{struck}{added}<{r}>{properties}"
        self.edits.put(part, where.start, where.end, shown.encode())

    def _tracked(self, part: Part, element: Element, old: str, new: str) -> str:
        """What parts a run at a w:t: its old characters struck, new ones added, as tracked changes."""
        r, t, gone = (prefixed(element, name) for name in ("r", "t", "delText"))
        properties = self._properties(part, element)
        struck = f'<{r}>{properties}<{gone} xml:space="preserve">{encoded(old, element)}</{gone}></{r}>' if old else ""
        added = f'<{r}>{properties}<{t} xml:space="preserve">{encoded(new, element)}</{t}></{r}>' if new else ""
        inside = (self._marked("del", element, struck) if old else "") + (
            self._marked("ins", element, added) if new else ""
        )
        return f'</{t}></{r}>{inside}<{r}>{properties}<{t} xml:space="preserve">'

    def around(self, span: Span, opening: str, closing: str) -> None:
        """XML in front of a span's characters and behind them, between runs that are parted there.

        Raises:
            Unplaceable: the span shows nothing, or its ends are no characters of runs.
        """
        pieces = [*pieces_of(span)]
        if not pieces:
            raise Unplaceable("这里没有文字", "there is no text here")
        first, last = pieces[0], pieces[-1]
        self._part_run(first, first.start, opening, is_end=False)
        self._part_run(last, last.start + len(last.shown), closing, is_end=True)

    def _edge(self, part: Part, run: Element, child: Element, *, is_start: bool, is_end: bool) -> int | None:
        """The end of the run where the start or the end of a child is one: nothing has to be parted there."""
        shown = [c for c in run if c.tag != W + "rPr"]
        if is_start and shown[0] is child:
            return part.where(run).start
        return part.where(run).end if is_end and shown[-1] is child else None

    def _properties(self, part: Part, element: Element) -> str:
        """The properties of the run that an element is in, as they stand."""
        run = element.getparent()
        return b"".join(part.bytes_of(p) for p in run.iterfind(W + "rPr")).decode() if run is not None else ""

    def _marked(self, change: str, near: Element, inside: str) -> str:
        """Some XML as a tracked change; "" makes it a mark without content."""
        assert self.track is not None
        self._changes += 1
        name, by = prefixed(near, change), escape(self.track.author)
        when = f' {prefixed(near, "date")}="{escape(self.track.date)}"' if self.track.date else ""
        number = self._first_number(near) + self._changes
        head = f'{name} {prefixed(near, "id")}="{number}" {prefixed(near, "author")}="{by}"{when}'
        return f"<{head}>{inside}</{name}>" if inside else f"<{head}/>"

    @functools.cached_property
    def _numbers(self) -> dict[int, int]:
        return {}

    def _first_number(self, near: Element) -> int:
        """The highest number that an annotation of a part has."""
        part = self.part_of(near)
        if id(part) not in self._numbers:
            found = re.findall(rb':id="(\d{1,9})"', part.data)
            self._numbers[id(part)] = max(map(int, found), default=0)
        return self._numbers[id(part)]

    def mark(self, change: str, near: Element) -> bytes:
        """The mark of a tracked change on a paragraph or row ("ins", "del"); nothing where changes are not tracked."""
        return self._marked(change, near, "").encode() if self.track is not None else b""

    def added_run(self, run: bytes, near: Element) -> bytes:
        """A new run, as a tracked change where they are tracked."""
        return self._marked("ins", near, run.decode()).encode() if self.track is not None else run

    def _settle(self, span: Span, pieces: Sequence[Piece]) -> None:
        """Tracked changes of others all inside what was replaced become plain; what they deleted there goes."""
        shown = {piece.element for piece in pieces if piece.is_whole or piece.is_text}
        tops = []
        for piece in pieces:
            run = piece.element.getparent()
            wrapper = run.getparent() if run is not None else None
            tops.append(wrapper if wrapper is not None and wrapper.tag in _ADDED else run)
            if wrapper is not None and wrapper.tag in _ADDED and wrapper not in tops[:-1]:
                inner = [e for e in wrapper.iter(_T) if e.text]
                if inner and all(e in shown for e in inner):
                    part, where = self.part_of(wrapper), self.part_of(wrapper).where(wrapper)
                    self.edits.put(part, where.start, where.inside, b"")
                    self.edits.put(part, where.outside, where.end, b"")
        for top in dict.fromkeys(tops):
            for beside in (top.getprevious(), top.getnext()) if top is not None else ():
                if beside is not None and beside.tag in _DELETED:
                    self.edits.remove(self.part_of(beside), beside)

    def insert(self, paragraph: Paragraph, index: int, new: str, *, is_behind: bool = False) -> None:
        """Text at a position of a paragraph.

        It takes the run in front of it, or else the one behind it; the other way round where what it belongs to
        `is_behind`.
        """
        if not new:
            return
        before = [*pieces_of(Span(paragraph, index - 1, index))] if index else []
        behind = [*pieces_of(Span(paragraph, index, index + 1))]
        beside = [*((p, True) for p in before), *((p, False) for p in behind)]
        beside.sort(key=lambda b: b[1] is is_behind)
        for piece, is_before in beside:
            if piece.is_text:
                at = piece.start + is_before
                self._other_text(self.part_of(piece.element), replace(piece, start=at, shown=""), new)
                return
        for piece, is_before in beside:
            run = piece.element.getparent()
            if run is not None and run.tag == _R:
                part, t = self.part_of(run), prefixed(run, "t")
                where = part.where(piece.element)
                here = where.end if is_before else where.start
                shown = f'<{t} xml:space="preserve">{encoded(new, run)}</{t}>'
                if self.track is not None:
                    r, properties = prefixed(run, "r"), self._properties(part, piece.element)
                    added = self._marked("ins", run, f"<{r}>{properties}{shown}</{r}>")
                    shown = f"</{r}>{added}<{r}>{properties}"
                self.edits.put(part, here, here, shown.encode())
                return
        if before or behind:
            raise _drawn((before or behind)[0])
        self._first_run(paragraph.element, new)

    def _first_run(self, paragraph: Element, new: str) -> None:
        """Text in a paragraph that shows none: in an empty run if it has one, else in a run as its mark asks for."""
        part = self.part_of(paragraph)
        empty = [t for t in paragraph.iterfind(f"{_R}/{_T}") if not t.text]
        if empty and self.track is None:
            self.edits.text(part, empty[0], 0, 0, new)
            return
        runs = [r for r in paragraph.iterfind(_R) if all(child.tag == W + "rPr" for child in r)]
        if runs:
            inner = runs[-1]
            properties = b"".join(part.without(p, _unseen(p)) for p in inner.iterfind(W + "rPr"))
            where = part.where(inner)
            added = self.added_run(run_with(new, paragraph, properties), paragraph)
            self.edits.put(part, where.start, where.end, added)
            return
        shown = self.added_run(run_with(new, paragraph, mark_properties(part, paragraph)), paragraph)
        self.edits.append(part, paragraph, shown)

    def look_at(self, paragraph: Paragraph, index: int) -> str:
        """The properties that text at a position takes: those of the run behind it, in front of it, or of the mark."""
        around = [*pieces_of(Span(paragraph, index, index + 1)), *pieces_of(Span(paragraph, max(index - 1, 0), index))]
        part = self.part_of(paragraph.element)
        for piece in around:
            run = piece.element.getparent()
            if run is not None and run.tag == _R:
                return self._properties(part, piece.element)
        empty = [r for r in paragraph.element.iterfind(_R) if all(child.tag == W + "rPr" for child in r)]
        if empty:
            return b"".join(part.bytes_of(p) for p in empty[-1].iterfind(W + "rPr")).decode()
        return mark_properties(part, paragraph.element).decode()

    def between_runs(self, paragraph: Paragraph, index: int, new: str) -> None:
        """XML at a position of a paragraph, between runs that are parted there.

        Raises:
            Unplaceable: what stands there is drawn in a way that can't be parted.
        """
        before = [*pieces_of(Span(paragraph, index - 1, index))] if index else []
        beside = next(((p, True) for p in before), None)
        beside = beside or next(((p, False) for p in pieces_of(Span(paragraph, index, index + 1))), None)
        if beside is None:
            self.edits.append(self.part_of(paragraph.element), paragraph.element, new.encode())
            return
        piece, is_before = beside
        self._part_run(piece, piece.start + is_before * len(piece.shown), new, is_end=is_before)

    def _part_run(self, piece: Piece, offset: int, new: str, *, is_end: bool) -> None:
        """XML in front of a character of a piece, or behind the piece, between two runs."""
        child, run = piece.element, piece.element.getparent()
        if run is not None and run.tag == _T:  # a symbol by mistake inside a w:t
            child, run = run, run.getparent()
        if run is None or run.tag != _R:
            raise _drawn(piece)
        part = self.part_of(run)
        r, t, properties = prefixed(run, "r"), prefixed(run, "t"), self._properties(part, child)
        edge = self._edge(part, run, child, is_start=offset == 0, is_end=offset == piece.length)
        if edge is not None:
            self.edits.put(part, edge, edge, new.encode())
        elif piece.is_text:
            parted = f'</{t}></{r}>{new}<{r}>{properties}<{t} xml:space="preserve">'
            self.edits.text(part, piece.element, offset, offset, parted, is_xml=True)
        else:
            where = part.where(child)
            place = where.end if is_end else where.start
            self.edits.put(part, place, place, f"</{r}>{new}<{r}>{properties}".encode())


def mark_properties(part: Part, paragraph: Element) -> bytes:
    """The properties of a paragraph's mark as those of a run that is seen, without its tracked changes."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return b"" if mark is None else part.without(mark, _MARK_ALONE | _unseen(mark))


def _unseen(properties: Element) -> frozenset[str]:
    """The names of those properties with which nothing is seen on the page: white, or two points small at most.

    Forms draw empty cells so; what is written there is to be seen.
    """
    color, size = (xml.child(properties, W + name) for name in ("color", "sz"))
    is_white = color is not None and color.get(W + "val", "").upper() == "FFFFFF"
    is_tiny = size is not None and size.get(W + "val", "") in _TINY
    return frozenset(("color",) * is_white + ("sz", "szCs") * is_tiny)


_TINY = frozenset("1234")
"""Sizes in half-points in which nobody reads."""


_ADDED = frozenset({W + "ins", W + "moveTo"})
_DELETED = frozenset({W + "del", W + "moveFrom"})
_MARK_ALONE = frozenset({"ins", "del", "moveFrom", "moveTo", "rPrChange", "vanish", "specVanish"})
"""What the properties of a paragraph's mark say of the mark alone."""


def _drawn(piece: Piece) -> Unplaceable:
    name = xml.local(piece.element)
    return Unplaceable(
        f"“{piece.shown}”不是普通文字（{name}），不能按字改写", f'"{piece.shown}" is drawn ({name}), not written'
    )
