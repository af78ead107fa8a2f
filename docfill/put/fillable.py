"""A blank form in which an applicant can type in its places only: content controls, and the rest protected.

Each place becomes a control that is called as its field's path is (see `word.controls`): text with its
looks, a date, a box drawn as the form draws its boxes, a list where the form prints one
of some texts, a picture, and repeated rows as a repeating section ([MS-DOCX] 2.5.4).
What the form draws or hints at a place is the control's placeholder, and no answer.
All else is the blank form's, byte for byte; a place that no control fits is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from docfill import late
from docfill.fields import Field
from docfill.pictures import EMPTY, EMU, Frame, Picture
from docfill.problems import DocfillError
from docfill.put.texts import OF_A_HEADING, paragraph_like
from docfill.read.assignment import Assignment, Found, Held, Mark
from docfill.template.tree import EACH
from docfill.values import DRAWN
from docfill.word import controls, ticks
from docfill.word.controls import Control, name_of_path, with_prefixes
from docfill.word.document import Document, Element
from docfill.word.edit import Editor, Piece, pieces_of
from docfill.word.media import drawing_of
from docfill.word.package import Package, Writer
from docfill.word.part import Unplaceable, prefixed, tag_end
from docfill.word.protection import protected, with_glossary
from docfill.word.span import Span
from docfill.word.xml import W14, W

ROOM = "    "
"""What stands in the control of a place at which the form draws nothing."""
_FREE = late.pattern(rb"<w:formProt\b[^>]*\bw:val=[\"'](?:0|false|off)[\"'][^>]*/>")
"""What excepts a section from protection (17.6.6)."""
_ROOT = late.pattern(rb"<\w*:?(?:document|hdr|ftr|footnotes|endnotes)[\s>]")
_BRACKETS = "（([【〔［"
_SYMBOLS = "Segoe UI Symbol"
"""A font in which Word draws boxes and ticks wherever they are characters."""


def fillable(fields: Sequence[Field], found: Assignment, document: Document, password: str = "") -> bytes:
    """A document of the form with a control at each of its places, protected.

    Args:
        fields: the form's fields.
        found: what was read of the document.
        document: a blank form.
        password: what lifts the protection; anybody can where it is "".

    Raises:
        DocfillError: a place is drawn in a way that no control fits, or the settings cannot be written.
    """
    editor = Editor(document)
    maker = _Maker(editor, document)
    for place in _apart(sorted(_places(fields, found, ""), key=_order(document))):
        maker.place(place)
    for rows, path in _repeated(fields, found, ""):
        maker.section(rows, path)
    package = _with(document.package, maker.written())
    package = _with(package, with_glossary(package, "".join(maker.entries)))
    return _with(package, protected(package, password)).data


def _with(package: Package, parts: Mapping[str, bytes]) -> Package:
    return Package(Writer(package, frozenset(parts)).write(parts), package.name)


@dataclass(frozen=True, slots=True)
class _Place:
    """Characters that become a control; none where there is only a position, or one that is due behind a paragraph."""

    path: str
    span: Span
    kind: str = controls.RICH
    is_prompt: bool = True
    is_locked: bool = True
    frame: Frame | None = None
    is_behind: bool = False


def _places(fields: Sequence[Field], found: Assignment, before: str) -> Iterator[_Place]:
    """The places of some fields; paths begin with `before`."""
    for f in fields:
        held, path = found.at(f.path), before + f.path
        yield from _marked(held.marks, path)
        for text in _texts(held):
            yield from _text(f, text, path)
        for _, record in held.rows:
            yield from _places(f.fields, record, f"{path}{EACH}.")


def _texts(held: Held) -> Iterator[Found]:
    if held.cell is not None and held.cell.continues:
        return
    if held.series is not None:
        yield held.series
    elif held.text is not None and not held.marks:
        yield from (held.text, *held.also)
    yield from held.items or ()


def _text(f: Field, text: Found, path: str) -> Iterator[_Place]:
    spans = [s for s in (*text.spans, *text.rests) if s.start < s.end] or text.spans
    if spans:
        span = max(spans, key=lambda s: s.end - s.start)
    elif text.behind is not None:
        span = Span(text.behind, len(text.behind.text), len(text.behind.text))
    else:
        return
    frame = _frame(text) if f.kind.is_drawn else None
    kind = controls.PICTURE if f.kind.is_drawn else controls.date(f.kind.picked) if f.kind.picked else controls.RICH
    yield _Place(path, span, kind, is_locked=EACH not in path, frame=frame, is_behind=not spans)


def _frame(text: Found) -> Frame:
    """The room for a picture; that of a photograph where the form does not say."""
    own = text.slot.frame if text.slot is not None else Frame()
    return Frame(own.width or own.height or 25 * EMU["mm"], own.height or own.width or 35 * EMU["mm"])


def _marked(marks: Sequence[Mark], path: str) -> Iterator[_Place]:
    is_locked = EACH not in path
    worded = next((m for m in marks if m.words is not None and m.spans), None)
    if worded is not None and worded.words is not None:
        texts = [t.strip() for t in worded.words.texts if t.strip()]
        yield _Place(path, worded.spans[0], controls.drop_down(texts), is_locked=is_locked)
        return
    for mark in marks:
        for span in mark.spans[:1]:
            if (box := _box(span)) is not None:
                yield _Place(f"{path}={mark.option}", *box, is_prompt=False, is_locked=is_locked)


def _box(span: Span) -> tuple[Span, str] | None:
    """The characters of a box and its two drawings; None where it is a control or form field already."""
    piece = next(pieces_of(span), None)
    if piece is None:
        return None
    around = (piece.element, *piece.element.iterancestors(W + "sdt"))
    if piece.element.tag == W + "fldChar" or any(e.find(f"{W}sdtPr/{W14}checkbox") is not None for e in around):
        return None
    if span.text[:1] in _BRACKETS:
        inside = Span(span.paragraph, span.start + 1, span.end - 1 if span.end - span.start > 1 else span.end)
        return inside, controls.check_box((_SYMBOLS, ord("√")), (_SYMBOLS, ord(" ")))
    if font := _symbol_font(piece):
        (own, on), (_, off) = (ticks.symbol_of(font, is_on) for is_on in (True, False))
        return span, controls.check_box((own, on), (own, off))
    on = ord("●" if span.text in ticks.CIRCLES else ticks.TICKED)
    return span, controls.check_box((_SYMBOLS, on), (_SYMBOLS, ord(span.text[:1] or ticks.EMPTY)))


def _symbol_font(piece: Piece) -> str:
    """The symbol font that a piece is drawn in; "" where it is a character."""
    if piece.element.tag == W + "sym":
        return piece.element.get(W + "font", "")
    if (piece.element.text or "")[piece.start : piece.start + len(piece.shown)] == piece.shown:
        return ""
    run = piece.element.getparent()
    fonts = run.find(f"{W}rPr/{W}rFonts") if run is not None else None
    return "" if fonts is None else fonts.get(W + "ascii", "") or fonts.get(W + "hAnsi", "")


def _repeated(fields: Sequence[Field], found: Assignment, before: str) -> Iterator[tuple[list[Element], str]]:
    """The rows that may become more, with the path of their repetition."""
    for f in fields:
        held, path = found.at(f.path), before + f.path
        rows = [row.element for row, _ in held.rows if row.element is not None and row.element.tag == W + "tr"]
        is_merged = any(e.find(f".//{W}vMerge") is not None for e in rows)
        is_apart = any(a.getnext() is not b for a, b in itertools.pairwise(rows))
        if rows and not (f.keys or is_merged or is_apart):
            yield rows, path


def _apart(places: Sequence[_Place]) -> Iterator[_Place]:
    """Places with a character between any two: LibreOffice takes a control that touches another one into that."""
    for place, behind in itertools.zip_longest(places, places[1:]):
        span = place.span
        touches = behind is not None and behind.span.paragraph is span.paragraph and behind.span.start == span.end
        is_drawn = not span.text.strip(DRAWN) and span.end - span.start > 1
        yield replace(place, span=Span(span.paragraph, span.start, span.end - 1)) if touches and is_drawn else place


def _order(document: Document) -> Callable[[_Place], tuple[int, int, int]]:
    """By where a place stands in the document."""
    numbers = {element: at for at, element in enumerate(document.root.iter(W + "p"))}
    return lambda place: (numbers.get(place.span.paragraph.element, -1), place.span.start, place.span.end)


def _run(look: str, text: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


class _Maker:
    """Writes the controls of one document; `entries` are what the glossary needs for them."""

    def __init__(self, editor: Editor, document: Document) -> None:
        self._editor = editor
        taken = {e.get(W + "val") for e in document.root.iter(W + "id")}
        self._numbers = (n for n in itertools.count(1) if str(n) not in taken)
        self.entries: dict[str, None] = {}

    def place(self, place: _Place) -> None:
        """A control at a place."""
        name, span = name_of_path(place.path), place.span
        look = self._editor.look_at(span.paragraph, span.start)
        control = Control(name, place.kind, next(self._numbers), look, place.is_prompt, place.is_locked)
        if place.is_prompt and place.frame is None:
            self.entries[controls.placeholder(name, _run(look, span.text or ROOM))] = None
        try:
            if place.frame is not None:
                sign = self._editor.drawn(Picture.of(EMPTY), drawing_of(Picture.of(EMPTY), place.frame, place.path))
                self._editor.between_runs(span.paragraph, span.start, control.opening + _run(look, sign) + controls.END)
            elif place.is_behind:
                self._behind(span, control)
            elif span.start < span.end:
                self._editor.around(span, control.opening, controls.END)
            else:
                self._editor.between_runs(span.paragraph, span.start, control.opening + _run(look, ROOM) + controls.END)
        except Unplaceable as error:
            raise DocfillError(
                f"“{place.path}”处放不下填写框：{error.zh}",
                f'no control fits at "{place.path}": {error.en}',
                "bad-template",
            ) from None

    def _behind(self, span: Span, control: Control) -> None:
        """A control in a paragraph of its own behind one."""
        element = span.paragraph.element
        part, r = self._editor.part_of(element), prefixed(element, "r")
        made = paragraph_like(self._editor, part, span.paragraph, ROOM, OF_A_HEADING).decode()
        run, closing = made.rindex(f"<{r}>"), made.rindex("</")
        shown = made[:run] + control.opening + made[run:closing] + controls.END + made[closing:]
        end = part.where(element).end
        self._editor.edits.put(part, end, end, shown.encode())

    def section(self, rows: Sequence[Element], path: str) -> None:
        """A repeating section around rows, an item around each."""
        part = self._editor.part_of(rows[0])
        for number, row in enumerate(rows):
            where = part.where(row)
            opened = Control(name_of_path(path), controls.SECTION, next(self._numbers), is_locked=False).opening
            item = Control("", controls.ITEM, next(self._numbers), is_locked=False).opening
            self._editor.edits.put(part, where.start, where.start, ((opened if not number else "") + item).encode())
            end = controls.END * (2 if number == len(rows) - 1 else 1)
            self._editor.edits.put(part, where.end, where.end, end.encode())

    def written(self) -> dict[str, bytes]:
        """The parts with their controls, in which no section is excepted from protection."""
        return {name: _prepared(data) for name, data in self._editor.written().items()}


def _prepared(data: bytes) -> bytes:
    """A part whose root knows the prefixes of controls; what is no document of Word's is left alone."""
    opening = _ROOT.search(data)
    if opening is None:
        return data
    end = tag_end(data, opening.start())
    tag = with_prefixes(data[opening.start() : end].decode()).encode()
    return data[: opening.start()] + tag + _FREE.sub(b"", data[end:])
