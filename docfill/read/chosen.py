"""Which options and words look as if they were chosen, where no box says so: in red, framed, of another font.

What stands out on the blank form itself, or looks there as it does here, is not chosen.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from docfill import late
from docfill.problems import Said
from docfill.read.alike import PLAIN_SIZE, TRAITS, are_options_alike, signature
from docfill.read.anchored import everywhere
from docfill.read.assignment import Assignment, Mark, Stray
from docfill.read.overlaid import CALLED, TAG, Own, Printed
from docfill.text import RINGED, fold
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.blocks import Anchored, Kind, paragraphs_of
from docfill.word.document import Paragraph
from docfill.word.looks import Lay, Look
from docfill.word.span import Span

TICKED = frozenset((*ticks.TICKED_BOXES, *ticks.CHECKS))
TICKING = frozenset((*TICKED, *ticks.CROSSES, *ticks.BOXES, "\ufe0e", "\ufe0f"))
"""What stands for a tick, a cross or a box wherever it does."""
_APART = r"(?<=[ \t\u3000\u00a0])(?<![A-Za-z] )|(?<=[Yy]es )"
_BETWEEN = rf"[ \t\u3000\u00a0]*+(?:[/／|｜、；;]|{_APART})[ \t\u3000\u00a0]*+"
_ALTERNATIVE, _WORD = late.pattern(_BETWEEN), late.pattern(r"[^\W\d_]+")
_ALTERNATIVES = late.pattern(rf"(?<![^\W\d_])[^\W\d_]{{1,6}}{_BETWEEN}[^\W\d_]{{1,6}}(?![^\W\d_])")
"""What stands between words of which one is to be chosen, what they are, and short ones with it.

One blank between Latin words is within a phrase, but for what stands behind Yes.
"""
_MARKING = frozenset({Kind.RING, Kind.SHAPE, Kind.INK})
"""What people draw around a word that they choose."""
_OF_ALTERNATIVES = 40
"""Characters of a line in which such words are looked for."""
_HEADED = late.pattern(r"\s*[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])")
"""The number of a heading, which is no word to choose."""
Drawn = frozenset[str | int]
"""What is told of the letters of an option: fonts, widths or distances."""
_USUAL: tuple[Drawn, ...] = (frozenset({""}), frozenset({100}), frozenset({0}))
_LETTERS_OF: dict[str, Callable[[str], bool]] = {
    "font": lambda char: "\u2e80" <= char <= "\u9fff" or char >= "\U00020000",
    "latin": lambda char: char.isascii() and char.isalnum(),
}
"""The letters that a font is for."""
_UNDRAWN = dict.fromkeys(map(ord, DRAWN))
_PLAINLY = Lay("", "", False, "")


class Chosen:
    """What looks chosen in readings of one form.

    Args:
        template: the paragraphs of the form, with its tags.
        printed: gives the blocks of the blank form, and its reading.
        own: what the form itself draws.
    """

    def __init__(self, template: Iterable[Paragraph], printed: Printed, own: Own) -> None:
        self._template, self._printed, self._own = template, printed, own

    def look_at_words(self, found: Assignment, paragraphs: Iterable[Paragraph]) -> None:
        """Tells where one of the form's own words is marked, as of 是 / 否, and no field is: they are leftovers.

        Whatever asks nothing is nobody's answer; but every tick is accounted for, and so is what is drawn there.
        """
        if not self._worded:
            return
        several = (p for p in paragraphs if len(p.owners) > 1 or p.anchored)
        short = (p for p in several if len(p.text) <= _OF_ALTERNATIVES and _begin_of(p.text) in self._begun)
        lines = [p for p in short if _bare(p.text) in self._worded and fold(p.text) in self._choices]
        told = [(p, *chosen) for p in lines if any(chosen := self._chosen_in(p))]
        if not told:
            return
        held = {id(owned.span.paragraph) for owned in found.owners(p for p, *_ in told) if owned.owner != "form"}
        for paragraph, spans, drawn in (chosen for chosen in told if id(chosen[0]) not in held):
            found.leftovers += [Stray(span.text, (span,)) for span in spans]
            for anchored in drawn:
                found.doubt("look-here", "", paragraph.text.strip(), Said(*CALLED[anchored.kind]))

    def _chosen_in(self, paragraph: Paragraph) -> tuple[list[Span], list[Anchored]]:
        """What is marked among such words of a line, and what is drawn there, that the form does not mark or draw."""
        is_even = len(paragraph.owners) < 2 or paragraph.look_alike(0, len(paragraph.text))
        groups = [*_alternatives(paragraph)]
        spans = [] if is_even else [span for words in groups for span in self._marked(paragraph, words)]
        return spans, [a for a in paragraph.anchored if a.kind in _MARKING and not self._own.has(paragraph, a)]

    def _marked(self, paragraph: Paragraph, words: Sequence[Mark]) -> list[Span]:
        """Which of some words look otherwise than on the blank form, or where all do, than the others."""
        printed = self._choices[fold(paragraph.text)]
        own = [printed.get(mark.option) for mark in words]
        looks = [_look_of(mark.label) for mark in words]
        changed = [mark for mark, look, known in zip(words, looks, own, strict=True) if look != known]
        loud = changed if len(changed) < len(words) else _standing_out(words, words_of)
        return [span for mark in loud for span in mark.label]

    @cached_property
    def _begun(self) -> frozenset[str]:
        """How these lines begin."""
        return frozenset(map(_begin_of, self._worded))

    @cached_property
    def _worded(self) -> frozenset[str]:
        """The lines of the form, bare, that may be such: told by the template, without its blank form."""
        lines = (TAG.sub(" ", p.text) for p in self._template)
        return frozenset(_bare(line) for line in lines if _may_choose(line))

    @cached_property
    def _choices(self) -> Mapping[str, Mapping[str, tuple[Look, Lay]]]:
        """The short lines of the blank form with such words and no boxes, folded, and how the words look there."""
        lines = (p for p in paragraphs_of(self._printed()[0]) if _may_choose(p.text))
        return {fold(p.text): {m.option: _look_of(m.label) for words in _alternatives(p) for m in words} for p in lines}

    def doubt_options(self, found: Assignment, path: str, labelled: Sequence[Mark]) -> None:
        """Doubts a group in which an option looks otherwise than the others, and than on the blank form."""
        loud = dict.fromkeys(mark.option for part in (words_of, box_of) for mark in _standing_out(labelled, part))
        loud |= dict.fromkeys(mark.option for mark in self._otherwise_drawn(everywhere(path), labelled))
        loud |= dict.fromkeys(mark.option for mark in labelled if is_ringed(mark))
        for option in loud if not loud.keys() <= {o for p, o in self._loud if p == everywhere(path)} else ():
            found.doubt("looks-chosen", path, None, option)

    def _otherwise_drawn(self, path: str, marks: Sequence[Mark]) -> list[Mark]:
        """The options whose letters are of another font, width or distance than those of most, or as the form prints.

        None of these is louder than another; of two options, the one that is not as it is printed, or not as usual.
        """
        if len(marks) < 2 or are_options_alike([span for mark in marks for span in words_of(mark)]):
            return []
        told: list[Mark] = []
        for trait, apart in TRAITS.items():
            drawn = {mark.option: known for mark in marks if (known := _drawn_by(mark, trait))}
            if len(counted := Counter(drawn.values())) < 2:
                continue
            own = {option: self._drawn_as_printed.get((path, option, trait)) for option in drawn}
            if own == drawn:
                continue
            printed = Counter(own.values())
            usual = max(counted, key=lambda known: (counted[known], printed[known], known in _USUAL))
            told += [m for m in marks if m.option in drawn and _are_apart(drawn[m.option], usual, apart)]
        return told

    @cached_property
    def _drawn_as_printed(self) -> dict[tuple[str, str, str], Drawn]:
        """How the letters of each option are drawn on the blank form, by path, option and trait."""
        printed = itertools.product(_marks_in(self._printed()[1], ""), TRAITS)
        return {(path, mark.option, trait): _drawn_by(mark, trait) for (path, mark), trait in printed}

    @cached_property
    def _loud(self) -> frozenset[tuple[str, str]]:
        """The options that stand out on the blank form itself, by path."""
        return frozenset(_loud_in(self._printed()[1], ""))


def _loud_in(found: Assignment, before: str) -> Iterator[tuple[str, str]]:
    """The options that stand out in a reading."""
    for path, held in found.places.items():
        for part in (words_of, box_of):
            yield from ((everywhere(before + path), m.option) for m in _standing_out(held.marks, part))
        for index, record in enumerate(held.records or ()):
            yield from _loud_in(record, f"{before}{path}[{index}].")


def _marks_in(found: Assignment, before: str) -> Iterator[tuple[str, Mark]]:
    """The options of a reading, each with its path."""
    for path, held in found.places.items():
        yield from ((everywhere(before + path), mark) for mark in held.marks)
        for index, record in enumerate(held.records or ()):
            yield from _marks_in(record, f"{before}{path}[{index}].")


def _drawn_by(mark: Mark, trait: str) -> Drawn:
    """How the letters of an option are drawn: all that is told of one trait."""
    looks = [(s.paragraph.text, *stretch) for s in mark.label for stretch in s.paragraph.looks(s.start, s.end)]
    is_for = _LETTERS_OF.get(trait, str.isalnum)
    return frozenset(getattr(look, trait) for text, first, last, look in looks if any(map(is_for, text[first:last])))


def _are_apart(one: Drawn, other: Drawn, by: int) -> bool:
    """Whether letters are drawn otherwise, of numbers by so much."""
    if not by:
        return one != other
    return any(abs(a - b) >= by for a in one for b in other if isinstance(a, int) and isinstance(b, int))


def _standing_out(marks: Sequence[Mark], part: Callable[[Mark], list[Span]]) -> list[Mark]:
    """The options of which a part, their words or their boxes, looks otherwise than of those that are plainest."""
    parts = [part(mark) for mark in marks]
    if len(marks) < 2 or not all(parts) or are_options_alike([*itertools.chain(*parts)]):
        return []
    looks = [_look_of(spans) for spans in parts]
    least = min(look.size for look, _ in looks)
    looks = [(replace(look, size=int(3 * look.size >= 4 * least)), listed) for look, listed in looks]
    counted = Counter(looks)
    usual = min(counted, key=lambda look: (_loudness(look), -counted[look]))
    loud = _loudness(usual)
    return [m for m, look in zip(marks, looks, strict=True) if look != usual and _loudness(look) >= loud]


def _may_choose(text: str) -> bool:
    """Whether a line is short and has words between which may be chosen, without boxes."""
    is_short = len(text) <= _OF_ALTERNATIVES
    return is_short and _ALTERNATIVES.search(text, _behind_number(text)) is not None and TICKING.isdisjoint(text)


def _behind_number(text: str) -> int:
    """Where the words of a line begin, behind the number of a heading."""
    headed = _HEADED.match(text)
    return 0 if headed is None else headed.end()


def _bare(text: str) -> str:
    """A line as it is compared, without what a blank is drawn with."""
    return fold(text.translate(_UNDRAWN))


def _begin_of(text: str) -> str:
    """What the words of a line begin with."""
    return fold(text.lstrip(DRAWN)[:1])


def _alternatives(paragraph: Paragraph) -> Iterator[list[Mark]]:
    """The words of a short line between which may be chosen."""
    text = paragraph.text
    words: list[Mark] = []
    end = -1
    for word in _WORD.finditer(text, _behind_number(text)):
        if words and _ALTERNATIVE.fullmatch(text, end, word.start()) is None:
            yield from [words] * (len(words) > 1)
            words = []
        words.append(Mark(word[0], None, "", (), (Span(paragraph, *word.span()),)))
        end = word.end()
    yield from [words] * (len(words) > 1)


def is_ringed(mark: Mark) -> bool:
    """Whether a letter or figure of an option is in a ring that the form does not draw: ③ for 3."""
    return any(RINGED.search(s.text) for s in mark.label) and RINGED.search(mark.option) is None


def words_of(mark: Mark) -> list[Span]:
    """The words of an option."""
    return [span for span in mark.label if span.start < span.end]


def box_of(mark: Mark) -> list[Span]:
    """What is drawn for an option."""
    return [span for span in mark.spans if span.start < span.end]


def _look_of(spans: Sequence[Span]) -> tuple[Look, Lay]:
    """How the loudest of some characters look, and how their paragraph does."""
    looks = [look for span in spans for _, _, look in span.paragraph.looks(span.start, span.end)]
    lay = spans[0].paragraph.formats.lay(spans[0].paragraph.element)
    shown = [replace(signature(look), size=look.size or PLAIN_SIZE, raised=look.raised) for look in looks]
    return max(shown, key=lambda look: (_loudness((look, _PLAINLY)), look.size), default=Look(size=PLAIN_SIZE)), lay


def _loudness(look: tuple[Look, Lay]) -> int:
    """How many signs of choice a look has."""
    words, lay = look
    signs = (words.color, words.ground, words.bold, words.italic, words.underlined, words.framed, words.emphasised)
    around = (lay.listed, lay.ground, lay.framed, lay.of_cell)
    return sum(map(bool, (*signs, words.adorned, words.capital, words.raised, words.size == 1, *around)))
