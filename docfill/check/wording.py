"""Wording: the printed words of a form against those of a document, as before and after.

The form is a sequence of pieces, words and answers, in reading order; the
document a sequence of lines.  Both are compared by their letters, digits and
the signs of units: blanks, punctuation, numbering and drawings of ticks make no
difference.  Pieces that stand there whole are found first (`align.chain`); what
lies between two of them is compared letter by letter.  Words that stand whole in
another place were moved.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from docfill import limits
from docfill.read import align
from docfill.text import CLOSING, KEPT, LABEL, NUMBERING, OPENING, fold_with_map
from docfill.word import ticks
from docfill.word.document import Element, Paragraph
from docfill.word.span import Span

LONGEST = 400_000
"""Letters of a document beyond which it is not compared: nobody hands in a form of five hundred pages."""
MOST = 200_000_000
"""Letters of a gap times letters that may stand there; more are not compared, and count as removed."""
WHOLE = 4
"""Pieces of at least so many letters are looked for as wholes first."""
ALIKE = 0.5
"""Words of which less than this share is left count as removed, not as altered."""
RECOGNISED = 75.0
"""Per cent: words that a document may lack are there, if altered, where a line of nothing else is so much like them."""
MOVED = 3
"""Words of at least so many letters that stand whole elsewhere were moved."""
_SIGNS = frozenset("%‰℃°<>=+±")
_DRAWN = frozenset(ticks.MARKS) | ticks.CHECKS | ticks.CROSSES


@dataclass(slots=True, eq=False)
class Piece:
    """A stretch of the form: its words, or an answer.

    Attributes:
        text: as it is printed, or answered.
        is_words: whether the form prints it.
        path: the field that it is nearest to.
        option: the path of the field whose option it is, or "".
        is_optional: whether a document may lack it.
        is_hint: whether an answer may stand in its place, so that no other words are an alteration of it.
    """

    text: str
    is_words: bool = True
    path: str = ""
    option: str = ""
    is_optional: bool = False
    is_hint: bool = False


@dataclass(slots=True, eq=False)
class Shown:
    """A line of a document, which begins at `start` in its paragraph."""

    text: str
    paragraph: Paragraph | None = None
    start: int = 0

    @property
    def element(self) -> Element | None:
        """The element that shows it."""
        return None if self.paragraph is None else Span(self.paragraph, self.start, self.start).element


@dataclass(slots=True, eq=False)
class Change:
    """Words that are otherwise in the document: `after` is "" where they are gone, `line` where they (should) stand.

    `is_addition`: all of them are there, with more among or beside them.  `is_moved`: they stand whole elsewhere.
    """

    piece: Piece
    after: str
    line: Shown | None
    is_addition: bool = False
    is_moved: bool = False


@dataclass(slots=True)
class Letters:
    """What is compared of some texts: letters, each knowing its text and its place in it."""

    text: str
    starts: list[int]
    origins: list[list[int]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """The letters of texts, one after the other."""
        told = [_known_letters(shown) if len(shown) <= LABEL else _letters(shown) for shown in texts]
        starts = [0, *itertools.accumulate(len(said) for said, _ in told)]
        return cls("".join([said for said, _ in told]), starts[:-1], [origin for _, origin in told])

    def number(self, letter: int) -> int:
        """The text that a letter is of."""
        return bisect.bisect_right(self.starts, letter) - 1

    def owner(self, letter: int) -> tuple[int, int]:
        """The text that a letter is of, and where it stands in it."""
        number = self.number(letter)
        return number, self.origins[number][letter - self.starts[number]]


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters of one text, and where each stands in it."""
    numbering = NUMBERING.match(text)
    start = numbering.end() if numbering else 0
    folded, origin = fold_with_map(text[start:])
    kept = [
        (char, start + at)
        for char, at in zip(folded, origin, strict=False)
        if (unicodedata.category(char)[0] in "LNM" and char not in _DRAWN) or char in _SIGNS
    ]
    return "".join(char for char, _ in kept), [at for _, at in kept]


_known_letters = functools.lru_cache(maxsize=KEPT)(_letters)


def letters(text: str) -> str:
    """What is compared of one text."""
    if len(text) <= LABEL:
        return _known_letters(text)[0]
    limits.spend(len(text))
    return _letters(text)[0]


def changes(pieces: Sequence[Piece], lines: Sequence[Shown]) -> list[Change]:
    """How the words of `pieces` differ in `lines`, in the order of the form."""
    return _Comparison(pieces, lines).changes()


class _Comparison:
    """One comparison; `owner` has for each letter of the document the piece that it belongs to, or None."""

    def __init__(self, pieces: Sequence[Piece], lines: Sequence[Shown]) -> None:
        self.lines = lines
        self.doc = Letters.of([line.text for line in lines])
        own = [(p, letters(p.text)) for p in pieces]
        self.pieces = [(p, said) for p, said in own if said and not (p.is_hint and said not in self.doc.text)]
        self.owner: list[int | None] = [None] * len(self.doc.text)
        self.lacking: list[int] = []

    def changes(self) -> list[Change]:
        if self._is_as_printed():
            return []
        found: list[Change] = []
        altered: list[int] = []
        before_piece = before_letter = 0
        for at, start in [*self._wholes(), (len(self.pieces), len(self.doc.text))]:
            found += self._gap(range(before_piece, at), before_letter, start, altered)
            if at < len(self.pieces):
                before_piece, before_letter = at + 1, start + len(self.pieces[at][1])
                self.owner[start:before_letter] = [at] * len(self.pieces[at][1])
        found += self._recognised(altered)
        loose = "\n".join(self.doc.text[a:b] for a, b in self._free())
        for change in found:
            loose = self._moved(change, loose)
        order = {id(piece): at for at, (piece, _) in enumerate(self.pieces)}
        return sorted([*found, *self._additions(altered)], key=lambda change: order[id(change.piece)])

    def _is_as_printed(self) -> bool:
        """Whether all words stand in the document, one after another with answers between them, and nothing else does.

        Then nothing is otherwise; an answer need not stand there, as one of a cell that goes on with the one above.
        """
        at = 0
        for piece, said in self.pieces:
            if self.doc.text.startswith(said, at):
                at += len(said)
            elif piece.is_words and not piece.is_optional:
                return False
        return at == len(self.doc.text)

    def _free(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """The stretches of letters on one line, between two places, that belong to no piece."""

        end = len(self.owner) if end is None else end
        while start < end:
            try:
                first = self.owner.index(None, start, end)
            except ValueError:
                return
            line = self.doc.number(first)
            start = first + 1
            while start < end and self.owner[start] is None and self.doc.number(start) == line:
                start += 1
            yield first, start

    def _additions(self, altered: Sequence[int]) -> Iterator[Change]:
        """What stands on a line with words of the form, next to them or among them, and is of no piece."""
        told: set[int] = set(altered)
        for start, end in self._free():
            for beside in (start - 1, end):
                if not 0 <= beside < len(self.owner) or not self._on_one_line(
                    beside, start if beside < start else end - 1
                ):
                    continue
                at = self.owner[beside]
                if at is not None and self.pieces[at][0].is_words and at not in told:
                    told.add(at)
                    first, last = self._widened(beside, beside, at)
                    yield Change(self.pieces[at][0], self._text(first, last), self._line(beside), is_addition=True)
                    break

    def _wholes(self) -> list[tuple[int, int]]:
        """(piece, place) of the pieces that stand in the document whole and in order, none over another."""
        candidates = []
        for at, (_, said) in enumerate(self.pieces):
            if len(said) >= WHOLE:
                candidates += [(at, place, float(len(said))) for place in _places(said, self.doc.text)]
        kept: list[tuple[int, int]] = []
        for at, place in align.chain(candidates):
            while kept and kept[-1][1] + len(self.pieces[kept[-1][0]][1]) > place:
                if len(self.pieces[kept[-1][0]][1]) >= len(self.pieces[at][1]):
                    break
                kept.pop()
            else:
                kept.append((at, place))
        return kept

    def _gap(self, between: range, start: int, end: int, altered: list[int]) -> Iterator[Change]:
        """The changes among the pieces of a gap, whose letters may stand from `start` to `end`."""
        there = self.doc.text[start:end]
        self.lacking += (
            absent := [i for i in between if self.pieces[i][0].is_optional and self.pieces[i][1] not in there]
        )
        wanted = [(i, char) for i in between if i not in absent for char in self.pieces[i][1]]
        if len(wanted) * (end - start) <= MOST:
            for block in Indel.opcodes("".join(char for _, char in wanted), there):
                for offset in range(block.src_end - block.src_start if block.tag == "equal" else 0):
                    self.owner[start + block.dest_start + offset] = wanted[block.src_start + offset][0]
        own: dict[int, list[int]] = {i: [] for i in between}
        for letter in range(start, end):
            if (of := self.owner[letter]) is not None:
                own[of].append(letter)
        scattered = [i for i in between if self._is_scattered(i, own[i])]
        for letter in (letter for i in scattered for letter in own[i]):
            self.owner[letter] = None
        free = [*self._free(start, end)] if scattered else []
        for i in between:
            piece, said = self.pieces[i]
            if not piece.is_words or piece.is_optional:
                continue
            if i in scattered:
                own[i] = self._like(said, free, 100 * ALIKE)
                for letter in own[i]:
                    self.owner[letter] = i
            elif len(own[i]) == len(said):
                continue
            if len(own[i]) < ALIKE * len(said):
                for letter in own[i]:
                    self.owner[letter] = None
                yield self._removed(piece, between, start, end)
            else:
                altered.append(i)
                yield self._altered(i, own[i])

    def _is_scattered(self, piece: int, own: Sequence[int]) -> bool:
        """Whether the letters of words were picked out of other text: more stands between them than they are."""
        if not own or not self.pieces[piece][0].is_words:
            return False
        return own[-1] - own[0] + 1 - len(own) > max(len(own), WHOLE)

    def _like(self, said: str, free: list[tuple[int, int]], least: float) -> list[int]:
        """The letters of the free stretch that is most like some words, which is taken; none below `least` per cent."""
        best: tuple[int, int] | None = None
        for first, last in free:
            ratio = fuzz.ratio(said, self.doc.text[first:last], score_cutoff=least)
            if ratio >= least:
                best, least = (first, last), ratio
        if best is None:
            return []
        free.remove(best)
        return list(range(*best))

    def _recognised(self, altered: list[int]) -> Iterator[Change]:
        """The words that a document may lack, and that it has otherwise."""
        free = [*self._free()] if self.lacking else []
        for i in self.lacking:
            piece, said = self.pieces[i]
            if piece.is_words and not piece.is_hint and (own := self._like(said, free, RECOGNISED)):
                for letter in own:
                    self.owner[letter] = i
                altered.append(i)
                yield self._altered(i, own)

    def _altered(self, piece: int, own: Sequence[int]) -> Change:
        """Words that stand where their letters are, with more or fewer of them."""
        first, last = self._widened(own[0], own[-1], piece)
        return Change(self.pieces[piece][0], self._text(first, last), self._line(first))

    def _widened(self, first: int, last: int, piece: int) -> tuple[int, int]:
        """A stretch of a piece with all letters beside it, on its lines, that are its own or nobody's."""
        while first and self.owner[first - 1] in (None, piece) and self._on_one_line(first - 1, first):
            first -= 1
        while (
            last + 1 < len(self.owner) and self.owner[last + 1] in (None, piece) and self._on_one_line(last, last + 1)
        ):
            last += 1
        return first, last

    def _removed(self, piece: Piece, between: range, start: int, end: int) -> Change:
        """Words that are gone: what stands in their place is the change, where it is all that the gap has."""
        line = self._line(start - 1) if start else self._line(0)
        is_alone = len(between) == 1 and start < end and self._on_one_line(start, end - 1)
        return Change(piece, self._text(start, end - 1) if is_alone else "", self._line(start) if is_alone else line)

    def _moved(self, change: Change, loose: str) -> str:
        """Notes whether the words stand whole elsewhere; gives what is left, as each such place does for one."""
        said = letters(change.piece.text)
        if change.is_addition or len(said) < MOVED:
            return loose
        limits.spend(len(loose) // 500)
        change.is_moved = said in loose
        return loose.replace(said, "\0", 1)

    def _on_one_line(self, first: int, last: int) -> bool:
        return self.doc.number(first) == self.doc.number(last)

    def _line(self, letter: int) -> Shown | None:
        return self.lines[self.doc.number(letter)] if 0 <= letter < len(self.doc.text) else None

    def _text(self, first: int, last: int) -> str:
        """The document's text from a letter to another, as it is printed there."""
        (line, start), (last_line, end) = self.doc.owner(first), self.doc.owner(last)
        while start and (self.lines[line].text[start - 1] in OPENING or _is_minus(self.lines[line].text, start - 1)):
            start -= 1
        numbering = NUMBERING.match(self.lines[line].text)
        start = 0 if numbering and numbering.end() == start else start
        while self.lines[last_line].text[end + 1 : end + 2] in (*CLOSING, "。"):
            end += 1
        if line == last_line:
            return self.lines[line].text[start : end + 1].strip()
        middle = [self.lines[i].text for i in range(line + 1, last_line)]
        parts = [self.lines[line].text[start:], *middle, self.lines[last_line].text[: end + 1]]
        return " ".join(part.strip() for part in parts if part.strip())


def _is_minus(text: str, at: int) -> bool:
    """Whether a sign before a number stands at a place, which is nothing that words are compared by."""
    return text[at] in "-−－" and text[at + 1].isdigit() and not text[:at].strip()[-1:].isalnum()


def _places(said: str, text: str) -> Iterator[int]:
    """Where a text stands in another, the first so many times."""
    at = text.find(said)
    for _ in range(align.MOST_OCCURRENCES):
        if at < 0:
            return
        yield at
        at = text.find(said, at + 1)
