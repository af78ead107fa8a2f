"""What controls say that are called as the paths of fields are, held against what the words say.

Such a control (see `put.fillable`) tells where an answer stands, whatever an applicant typed in it; the
words around it are its witness.  Where both do not say the same, the control's is the
answer, and doubtful.  A document that has none costs a look for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from docfill.fields import Field
from docfill.kinds import Written
from docfill.read.assignment import Assignment, Found, Held, Mark
from docfill.template.tree import EACH
from docfill.values import BLANK, DRAWN
from docfill.word import ticks
from docfill.word.controls import name_of, name_of_path
from docfill.word.document import Element, Paragraph
from docfill.word.span import Span
from docfill.word.xml import W

IN = frozenset({W + "sdt"})
"""What a document has in which there are controls."""


class Place(Struct, frozen=True):
    """What a control is for: a field, or one option of it."""

    field: Field
    path: str
    option: str | None = None


def names_of(fields: Sequence[Field], before: str = "") -> dict[str, Place]:
    """What the controls of some fields are called, and what each is for."""
    named: dict[str, Place] = {}
    for f in fields:
        path = before + f.path
        if not f.fields:
            named[name_of_path(path)] = Place(f, path)
        for option in f.options:
            named[name_of_path(f"{path}={option}")] = Place(f, path, option)
        named |= names_of(f.fields, f"{path}{EACH}.")
    return named


class _Said(Struct):
    """A control with what stands in it."""

    control: Element
    place: Place
    spans: list[Span] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(span.text for span in self.spans).strip(DRAWN)


def hold_against(found: Assignment, root: Element, paragraphs: Iterable[Paragraph], names: Mapping[str, Place]) -> None:
    """Takes what named controls say as the answers, and doubts those of which the words say something else.

    Args:
        found: what the words say.
        root: the document's main part.
        paragraphs: those of its body.
        names: what controls are called.
    """
    called = {sdt: name for sdt in root.iter(W + "sdt") if (name := name_of(sdt)) in names}
    # LibreOffice puts paragraphs into another control, called as the first in them is
    for sdt, name in [*called.items()]:
        for outer in sdt.iterancestors(W + "sdt"):
            if called.get(outer) == name:
                del called[outer]
    if not called:
        return
    known = {sdt: _Said(sdt, names[name]) for sdt, name in called.items()}
    for paragraph in paragraphs:
        ends = [*(start for start, _ in paragraph.owners), len(paragraph.text)][1:]
        for (start, owner), end in zip(paragraph.owners, ends, strict=True):
            control = next((e for e in (owner, *owner.iterancestors(W + "sdt")) if e in known), None)
            if control is not None:
                _add(known[control].spans, Span(paragraph, start, end))
    by_path: dict[str, list[_Said]] = defaultdict(list)
    for said in known.values():
        by_path[said.place.path].append(said)
    for path, ones in by_path.items():
        for where, record, own in _homes(found, path, ones):
            _hold(found, record, where, own)


def _add(spans: list[Span], new: Span) -> None:
    if spans and spans[-1].paragraph is new.paragraph and spans[-1].end == new.start:
        spans[-1] = Span(spans[-1].paragraph, spans[-1].start, new.end)
    else:
        spans.append(new)


def _homes(found: Assignment, path: str, ones: Sequence[_Said]) -> Iterator[tuple[str, Assignment, list[_Said]]]:
    """The records that controls of one path stand in, each with its controls; a doubt about those in none."""
    outer, each, inner = path.partition(EACH)
    if not each:
        yield path, found, list(ones)
        return
    rows = {row.element: number for number, (row, _) in enumerate(found.at(outer).rows)}
    there: dict[int, list[_Said]] = defaultdict(list)
    for said in ones:
        number = next((rows[e] for e in said.control.iterancestors(W + "tr") if e in rows), None)
        if number is not None:
            there[number].append(said)
        elif said.text and said.place.option is None:
            found.doubt("control-differs", outer, said.text, "")
    for number, own in there.items():
        record = found.at(outer).rows[number][1]
        yield from _homes(record, inner.lstrip("."), own)


def _hold(found: Assignment, record: Assignment, path: str, ones: Sequence[_Said]) -> None:
    """One place; its doubts go to `found`, under the path of the whole form."""
    told, held = ones[0].place.path.partition(EACH)[0], record.places[path]
    for option in dict.fromkeys(said.place.option for said in ones):
        own = [said for said in ones if said.place.option == option]
        if option is not None:
            _hold_mark(found, told, held, own[-1])
        elif held.series is not None or held.items is not None:
            texts = [held.series] if held.series is not None else held.items or []
            read = "".join(_plain(text.text) for text in texts)
            if read != (said := "".join(_plain(s.text) for s in own)):
                found.doubt("control-differs", told, said, read)
        elif held.marks:
            _hold_words(found, told, held.marks, own[-1])
        elif not own[0].place.field.kind.is_drawn:
            _hold_text(found, told, held, own)


def _hold_mark(found: Assignment, told: str, held: Held, said: _Said) -> None:
    """One box."""
    drawn = "".join(span.text for span in said.spans)
    is_ticked = any(ticks.MARKS.get(c, c in ticks.CROSSES) for c in drawn)
    for mark in held.marks:
        if mark.option == said.place.option and mark.is_ticked is not is_ticked:
            found.doubt("control-differs", told, drawn + mark.option, mark.drawn)
            mark.is_ticked = is_ticked


def _hold_words(found: Assignment, told: str, marks: Sequence[Mark], said: _Said) -> None:
    """A list of texts, of which one is shown."""
    read = next((m for m in marks if m.is_ticked), None)
    words = marks[0].words
    if words is None or not said.text:
        return
    options = [o for t, o in zip(words.texts, words.options, strict=True) if _plain(t) == _plain(said.text)]
    if options and (read.option if read else None) not in options:
        found.doubt("control-differs", told, said.text, read.drawn if read else "")
        for mark in marks:
            mark.is_ticked = mark.option in options


def _hold_text(found: Assignment, told: str, held: Held, ones: Sequence[_Said]) -> None:
    """One text; several controls of one place say it several times, or are for several places of it."""
    texts = {_plain(said.text): said for said in ones if said.text}
    read = _plain(held.text.text) if held.text is not None else ""
    if read in texts or len(texts) > 1:
        return
    said = next(iter(texts.values()), None)
    if said is None:
        if not BLANK.fullmatch(read):
            found.doubt("control-differs", told, "", read)
        return
    if not read and held.text is not None and _plain(said.text) in {_plain(s.text) for s in held.text.rests}:
        return
    kind = ones[0].place.field.kind
    if not read and isinstance(kind, Written) and kind.is_blank(said.text):
        return
    found.doubt("control-differs", told, said.text, held.text.text.strip(DRAWN) if held.text is not None else "")
    slot = held.text.slot if held.text is not None else None
    held.text = Found(said.text, tuple(said.spans), slot)


def _plain(text: str) -> str:
    return "".join(text.split())
