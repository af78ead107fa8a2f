"""Wording: the printed words of a form against those of a document, as before and after.

The form is a sequence of pieces, words and answers, in reading order; the
document a sequence of lines.  Both are compared by their letters, digits and
the signs of units: blanks, punctuation, numbering and drawings of ticks make no
difference.  Pieces that stand there whole are found first (`align.chain`); what
lies between two of them is compared letter by letter.  Words that stand whole in
another place were moved, which is no change of words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from docfill.read import align
from docfill.text import CLOSING, NUMBERING, OPENING, fold_with_map
from docfill.word import ticks
from docfill.word.document import Element

LONGEST = 400_000
"""Letters of a document beyond which it is not compared: nobody hands in a form of five hundred pages."""
WHOLE = 4
"""Pieces of at least so many letters are looked for as wholes first."""
ALIKE = 0.5
"""Words of which less than this share is left count as removed, not as altered."""
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
    """

    text: str
    is_words: bool = True
    path: str = ""
    option: str = ""
    is_optional: bool = False


@dataclass(slots=True, eq=False)
class Shown:
    """A line of a document, with the element that shows it."""

    text: str
    element: Element | None = None


@dataclass(slots=True, eq=False)
class Change:
    """Words that are otherwise in the document: `after` is "" where they are gone, `line` where they (should) stand."""

    piece: Piece
    after: str
    line: Shown | None
    is_addition: bool = False


@dataclass(slots=True)
class Letters:
    """What is compared of some texts: letters, each knowing its text and its place in it."""

    text: str = ""
    owners: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """The letters of texts, one after the other."""
        parts: list[str] = []
        owners: list[tuple[int, int]] = []
        for number, shown in enumerate(texts):
            numbering = NUMBERING.match(shown)
            start = numbering.end() if numbering else 0
            folded, origin = fold_with_map(shown[start:])
            for char, at in zip(folded, origin, strict=False):
                if (unicodedata.category(char)[0] in "LNM" and char not in _DRAWN) or char in _SIGNS:
                    parts.append(char)
                    owners.append((number, start + at))
        return cls("".join(parts), owners)


def letters(text: str) -> str:
    """What is compared of one text."""
    return Letters.of([text]).text


def changes(pieces: Sequence[Piece], lines: Sequence[Shown]) -> list[Change]:
    """How the words of `pieces` differ in `lines`, in the order of the form."""
    return _Comparison(pieces, lines).changes()


class _Comparison:
    """One comparison; `spans[i]` is where the letters of piece i stand."""

    def __init__(self, pieces: Sequence[Piece], lines: Sequence[Shown]) -> None:
        self.lines = lines
        self.doc = Letters.of([line.text for line in lines])
        own = [(p, letters(p.text)) for p in pieces]
        self.pieces = [(p, said) for p, said in own if said and not (p.is_optional and said not in self.doc.text)]

    def changes(self) -> list[Change]:
        found: list[Change] = []
        free: list[tuple[int, int]] = []
        before_piece = before_letter = 0
        for at, start in [*self._wholes(), (len(self.pieces), len(self.doc.text))]:
            found += self._gap(range(before_piece, at), before_letter, start, free)
            if at < len(self.pieces):
                before_piece, before_letter = at + 1, start + len(self.pieces[at][1])
        loose = [self.doc.text[a:b] for a, b in free]
        return [c for c in found if not self._is_moved(c, loose)]

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

    def _gap(self, between: range, start: int, end: int, free: list[tuple[int, int]]) -> Iterator[Change]:
        """The changes among the pieces of a gap, whose letters may stand from `start` to `end`."""
        wanted = "".join(self.pieces[i][1] for i in between)
        there = self.doc.text[start:end]
        matched: list[int | None] = [None] * len(wanted)
        for block in Indel.opcodes(wanted, there):
            if block.tag == "equal":
                for offset in range(block.src_end - block.src_start):
                    matched[block.src_start + offset] = start + block.dest_start + offset
            elif block.dest_end > block.dest_start:
                free.append((start + block.dest_start, start + block.dest_end))
        at = 0
        for i in between:
            piece, said = self.pieces[i]
            own = [m for m in matched[at : at + len(said)] if m is not None]
            at += len(said)
            if not piece.is_words or piece.is_optional:
                continue
            if len(own) == len(said):
                if own[-1] - own[0] + 1 > len(own) and self._on_one_line(own[0], own[-1]):
                    yield Change(piece, self._text(own[0], own[-1]), self._line(own[0]), is_addition=True)
            elif len(own) < ALIKE * len(said) or not own:
                yield self._removed(piece, said, between, start, end)
            else:
                yield Change(piece, self._text(own[0], own[-1]), self._line(own[0]))

    def _removed(self, piece: Piece, said: str, between: range, start: int, end: int) -> Change:
        """Words that are gone: what stands in their place is the change, where it is all that the gap has."""
        line = self._line(start - 1) if start else self._line(0)
        is_alone = len(between) == 1 and start < end and self._on_one_line(start, end - 1)
        return Change(piece, self._text(start, end - 1) if is_alone else "", self._line(start) if is_alone else line)

    def _is_moved(self, change: Change, loose: list[str]) -> bool:
        """Whether the words stand whole elsewhere; each such place does for one."""
        said = letters(change.piece.text)
        at = next((i for i, text in enumerate(loose) if said in text), None)
        if change.is_addition or len(said) < MOVED or at is None:
            return False
        loose[at] = loose[at].replace(said, "\0", 1)
        return True

    def _on_one_line(self, first: int, last: int) -> bool:
        return self.doc.owners[first][0] == self.doc.owners[last][0]

    def _line(self, letter: int) -> Shown | None:
        return self.lines[self.doc.owners[letter][0]] if 0 <= letter < len(self.doc.owners) else None

    def _text(self, first: int, last: int) -> str:
        """The document's text from a letter to another, as it is printed there."""
        (line, start), (last_line, end) = self.doc.owners[first], self.doc.owners[last]
        while start and self.lines[line].text[start - 1] in OPENING:
            start -= 1
        while self.lines[last_line].text[end + 1 : end + 2] in (*CLOSING, "。"):
            end += 1
        if line == last_line:
            return self.lines[line].text[start : end + 1].strip()
        middle = [self.lines[i].text for i in range(line + 1, last_line)]
        parts = [self.lines[line].text[start:], *middle, self.lines[last_line].text[: end + 1]]
        return " ".join(part.strip() for part in parts if part.strip())


def _places(said: str, text: str) -> Iterator[int]:
    """Where a text stands in another, the first so many times."""
    at = text.find(said)
    for _ in range(align.MOST_OCCURRENCES):
        if at < 0:
            return
        yield at
        at = text.find(said, at + 1)
