"""What the page shows and the words don't: drawings over answers, looks that choose, signs that turn text round.

An assignment goes by words.  Here it is held against what a reader of the page
sees at the same characters: what stands off the line is no digit beside it, what
is struck by overlaid strokes is no part of a value, and wherever the look of a
page may say more than its words (a picture instead of an answer, one option in
red with all boxes empty, a new answer beside an old one), the answer is doubted.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from docfill.problems import Said
from docfill.read.assignment import Assignment, Found, Held, Mark, Stray
from docfill.text import fold
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.blocks import Anchored, Kind
from docfill.word.document import Element, Paragraph
from docfill.word.looks import Look, settings_of
from docfill.word.span import Span
from docfill.word.xml import W

_STRUCK = re.compile(r"(?:.[\u0335-\u0338\u20d2\u20d3\u20e5\u20eb]+)+", re.S)
"""Characters with strokes laid over them."""
_TURNED = re.compile("[\u202d\u202e]([^\u202c\u2066-\u2069]*)")
"""What stands behind a sign that overrides the direction of text (UAX 9)."""
_PLACEHOLDER = re.compile(
    r"\s*(?:«[^»]*»|\$\{[^{}]*\}|\{\{[^{}]*\}\}"
    r"|(?:单击|点击|单击或点击)此处.{0,16}|click (?:or tap )?here\b.{0,24})\s*",
    re.I,
)
"""What a program puts where an answer is due: a field that was never filled, a prompt that lost its control."""
_BOXLIKE = frozenset("口囗ロ")
"""Characters that people type, or scanners read, for an empty box."""
_SIGNS = re.compile("[\u202d\u202e\u0335-\u0338\u20d2\u20d3\u20e5\u20eb«{口囗ロ]|此处|click", re.I)
"""What asks for a closer look at a text."""
CALLED = {
    Kind.PICTURE: ("图片", "picture"),
    Kind.SHAPE: ("图形", "drawn shape"),
    Kind.INK: ("墨迹", "handwriting"),
    Kind.CHART: ("图表", "chart"),
    Kind.DIAGRAM: ("SmartArt 图示", "SmartArt diagram"),
    Kind.WORD_ART: ("艺术字", "WordArt"),
    Kind.OBJECT: ("嵌入的对象", "embedded object"),
    Kind.FOOTNOTE: ("脚注", "footnote"),
    Kind.ENDNOTE: ("尾注", "endnote"),
    Kind.COMMENT: ("批注", "comment"),
    Kind.RING: ("带圈字符", "ring around a word"),
}
"""What is no text, in words."""
_TAG = re.compile(r"\{[{%].*?[%}]\}")
"""Tags of a template, in whose place answers stand."""
_BEFORE = 12
"""Characters before something drawn by which its place is known again."""
_OVER_TEXT = frozenset({Kind.SHAPE, Kind.INK})
"""What may cross out the text that it is drawn over."""


class Sight:
    """Looks over readings of one form.

    Args:
        blank: the paragraphs of the form itself: what it draws itself says nothing of answers.
    """

    def __init__(self, blank: Iterable[Paragraph]) -> None:
        self._own = {_whereabouts(p, anchored) for p in blank for anchored in p.anchored}

    def look_over(self, found: Assignment, paragraphs: Iterable[Paragraph]) -> None:
        """Adds what the page shows to a reading of a document with these paragraphs."""
        here: dict[Element, list[Anchored]] = defaultdict(list)
        for paragraph in paragraphs:
            for anchored in paragraph.anchored:
                if self._is_new(paragraph, anchored):
                    here[_home(paragraph)].append(anchored)
        for path, held in found.places.items():
            self._held(found, path, path, held, here)

    def _is_new(self, paragraph: Paragraph, anchored: Anchored) -> bool:
        """Whether the form itself has nothing of the kind at this place."""
        return _whereabouts(paragraph, anchored) not in self._own

    def _held(
        self, found: Assignment, path: str, told: str, held: Held, here: Mapping[Element, list[Anchored]]
    ) -> None:
        """One place; its doubts go to `told`."""
        if held.pictures or held.rooms:
            return  # they are the answer, or stand for one
        for text in (*([held.text] if held.text is not None else ()), *held.also, *(held.items or ())):
            self._text(found, told, text, here)
        if held.marks:
            self._marks(found, told, held.marks, here)
        for index, record in enumerate(held.records or ()):
            for column, inner in record.places.items():
                self._held(found, column, f"{path}[{index}].{column}", inner, here)

    # --- texts ---

    def _text(self, found: Assignment, path: str, text: Found, here: Mapping[Element, list[Anchored]]) -> None:
        shown = text.text.strip()
        if not shown.strip("_＿"):
            for anchored in self._beside(text.spans, here) if here else ():
                found.doubt("look-here", path, None, Said(*CALLED[anchored.kind]))
            return
        if any(span.paragraph.raised for span in text.spans):
            _say(text)
        if _SIGNS.search(shown):
            self._signs(found, path, text, shown)
        for span in text.spans:
            if len(span.paragraph.owners) > 1 or span.paragraph.anchored:
                self._pieces(found, path, shown, span.stripped(DRAWN))

    def _signs(self, found: Assignment, path: str, text: Found, shown: str) -> None:
        """Signs that turn or strike what stands beside them, and what is no answer but a place for one."""
        if _PLACEHOLDER.fullmatch(shown):
            found.doubt("placeholder", path, shown)
        if shown in _BOXLIKE:
            found.doubt("ambiguous", path, shown, "")
        if _STRUCK.search(text.text):
            found.leftovers += [
                Stray(s[0], (span.part(*s.span()),), path) for span in text.spans for s in _STRUCK.finditer(span.text)
            ]
            text.text = _STRUCK.sub("", text.text)
        if _TURNED.search(shown):
            found.doubt("ambiguous", path, shown, _TURNED.sub(lambda m: m[1][::-1], shown))

    def _pieces(self, found: Assignment, path: str, shown: str, span: Span) -> None:
        """An answer that is drawn over, and one of several runs."""
        if span.start == span.end:
            return
        near = span.paragraph.anchored_in(span.start, span.end)
        if over := [a for a in near if a.kind in _OVER_TEXT and self._is_new(span.paragraph, a)]:
            found.doubt("look-here", path, shown, Said(*CALLED[over[0].kind]))
        for before, behind in _joined(span):
            found.doubt("ambiguous", path, shown, f"{before} | {behind}")

    def _beside(self, spans: tuple[Span, ...], here: Mapping[Element, list[Anchored]]) -> Iterator[Anchored]:
        """What stands where an answer has no words: in its cell, if that is empty but for it, or at its blank."""
        for span in spans[:1]:
            home = _home(span.paragraph)
            is_blank = not span.paragraph.text.strip(DRAWN)
            of_cell = here.get(home, []) if home.tag == W + "tc" and is_blank else []
            around = span.paragraph.anchored_in(span.start, span.end)
            near = [a for a in around if self._is_new(span.paragraph, a)]
            yield from (of_cell or near)[:1]

    # --- options ---

    def _marks(self, found: Assignment, path: str, marks: list[Mark], here: Mapping[Element, list[Anchored]]) -> None:
        """A group without a tick: one option that looks otherwise, or something drawn on it, may have been chosen."""
        labelled = [mark for mark in marks if any(span.start < span.end for span in mark.label)]
        if not labelled or any(mark.is_ticked is not False for mark in marks):
            return
        for mark in _standing_out(labelled):
            found.doubt("looks-chosen", path, None, mark.option)
        spans = [span for mark in labelled for span in (*mark.label, *mark.spans)]
        for paragraph in {id(s.paragraph): s.paragraph for s in spans}.values() if here else ():
            for anchored in paragraph.anchored:
                if self._is_new(paragraph, anchored):
                    found.doubt("look-here", path, None, Said(*CALLED[anchored.kind]))


def _whereabouts(paragraph: Paragraph, anchored: Anchored) -> tuple[Kind, str, str]:
    """A kind of thing, the form's words before it, and those that begin its row, by which its place is known again."""
    row = next(paragraph.element.iterancestors(W + "tr"), None)
    first = None if row is None else next(row.iterchildren(W + "tc"), None)
    words = "" if first is None else "".join(t.text or "" for t in first.iter(W + "t"))
    before = fold(_TAG.sub("", paragraph.text[: anchored.at]))
    return anchored.kind, before[-_BEFORE:], fold(_TAG.sub("", words))


def _home(paragraph: Paragraph) -> Element:
    """The cell that a paragraph stands in; itself outside of tables."""
    return next(paragraph.element.iterancestors(W + "tc"), paragraph.element)


def _say(text: Found) -> None:
    """Says what stands off the line as such: 10⁴, not 104."""
    plain, said = [], []
    for span in text.spans:
        plain.append(span.text.strip())
        said.append(span.paragraph.said(span.start, span.end).strip())
    if "\n".join(plain).strip() == text.text.strip():
        text.text = "\n".join(said).strip()
    elif len(said) == 1:
        text.text = text.text.replace(plain[0], said[0], 1)


def _joined(span: Span) -> Iterator[tuple[str, str]]:
    """Numbers that touch without a sign between them and look as two: one in red, one inserted while tracking."""
    cuts = span.paragraph.starts(span.start, span.end)
    text = span.paragraph.text
    digits = [at for at in cuts if text[at - 1].isdigit() and text[at].isdigit()]
    for at in digits:
        one, other = (span.paragraph.owner(i) for i in (at - 1, at))
        is_inserted = _is_inserted(one) != _is_inserted(other)
        is_retyped = is_inserted and any(e.tag == W + "del" for e in _around(one, other))
        if (is_inserted and not is_retyped) or _differ(span.paragraph, at):
            yield text[span.start : at], text[at : span.end]


def _differ(paragraph: Paragraph, at: int) -> bool:
    """Whether the characters before and behind a place look otherwise."""
    if paragraph.look_alike(at - 1, at + 1):
        return False
    (*_, left), (*_, right) = (next(paragraph.looks(i, i + 1)) for i in (at - 1, at))
    return _signature(left) != _signature(right)


def _around(one: Element, other: Element) -> Iterator[Element]:
    """What stands beside two pieces of one paragraph."""
    for piece in (one, other):
        run = next(piece.iterancestors(W + "r"), piece)
        outer = next(run.iterancestors(W + "ins"), run)
        yield from itertools.chain(outer.itersiblings(), outer.itersiblings(preceding=True))


def _is_inserted(owner: Element) -> bool:
    return next(owner.iterancestors(W + "ins"), None) is not None


def _signature(look: Look) -> Look:
    """A look but for what tells nothing of a choice: size, and black or automatic colour."""
    color = "" if look.color in ("000000", "") else look.color
    return replace(
        look, size=0, width=100, raised=0, color=color, ground="" if look.ground == "FFFFFF" else look.ground
    )


def _standing_out(marks: list[Mark]) -> list[Mark]:
    """The options that look otherwise than most, or, of two, than plain text."""
    if len(marks) < 2 or _plainly_alike([_words_of(mark) for mark in marks]):
        return []
    looks = [_look_of(mark) for mark in marks]
    common = Counter(looks).most_common()
    usual = min((look for look, count in common if count == common[0][1]), key=_loudness)
    loud = _loudness(usual)
    return [m for m, look in zip(marks, looks, strict=True) if look != usual and _loudness(look) >= loud]


def _words_of(mark: Mark) -> Span:
    """The first words of an option."""
    return next(span for span in mark.label if span.start < span.end)


def _plainly_alike(spans: list[Span]) -> bool:
    """Whether options look alike by what is said of them, without working out how they look."""
    formats = spans[0].paragraph.formats
    paragraphs = {span.paragraph.element for span in spans}
    said = settings_of if len(paragraphs) == 1 else formats.signs
    is_alike = len({said(run) for s in spans for _, _, run in s.paragraph.runs(s.start, s.end)}) == 1
    return is_alike and len({formats.listed(paragraph) for paragraph in paragraphs}) == 1


def _look_of(mark: Mark) -> tuple[Look, bool]:
    """How an option's words look, and whether its list draws a tick before them."""
    span = _words_of(mark)
    shown = [(end - start, _signature(look)) for start, end, look in span.paragraph.looks(span.start, span.end)]
    bullet = span.paragraph.bullet
    is_listed = ticks.MARKS.get(bullet, bullet in ticks.CROSSES)
    return max(shown, key=lambda s: s[0], default=(0, Look()))[1], is_listed


def _loudness(look: tuple[Look, bool]) -> int:
    """How many signs of choice a look has."""
    words, is_listed = look
    signs = (words.color, words.ground, words.bold, words.italic, words.underlined, words.framed, words.emphasised)
    return sum(map(bool, (*signs, is_listed)))
