"""What a form that was tagged before has tags for: no place is looked for in it, and its names are taken.

A tag takes its own characters; one that begins a part (`{% if … %}`, `{%tr for … %}`) takes all up to the end of that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import pairwise

from docfill.fields import fields_of
from docfill.problems import DocfillError
from docfill.tag import lines
from docfill.tag.spots import Edit, Fill, Left, Room, Spot, TickBox
from docfill.template import language
from docfill.template.meaning import ENDS, For, If, Word
from docfill.template.skeleton import skeleton_of
from docfill.word.document import Document, Paragraph, paragraphs_of

Stretch = tuple[int, int]


class Tagged:
    """The stretches of a form's paragraphs that its tags take.

    Args:
        document: the form.

    Attributes:
        paths: the paths of the fields that it has.
    """

    def __init__(self, document: Document) -> None:
        paragraphs = [*paragraphs_of(document.blocks)]
        taken = zip(paragraphs, _taken([p.text for p in paragraphs]), strict=True)
        self._taken = {id(paragraph): stretches for paragraph, stretches in taken if stretches}
        self._next = {id(p): behind for p, behind in pairwise(paragraphs)} if self._taken else {}
        whole = (p for p in paragraphs if (0, len(p.text)) in self._taken.get(id(p), ()))
        self._whole = frozenset(filter(None, (line.strip() for p in whole for line in p.text.split("\n"))))
        self.paths: frozenset[str] = frozenset()
        if self._taken:
            with contextlib.suppress(DocfillError):
                self.paths = frozenset(f.path for f in fields_of([skeleton_of(document.blocks)]))

    def __bool__(self) -> bool:
        return bool(self._taken)

    def has(self, spot: Spot) -> bool:
        """Whether any part of a place is the form's own already."""
        return any(map(self._has, spot.edits))

    def says(self, left: Left) -> bool:
        """Whether a text that was left alone is of what the tags take, and has no other room."""
        if left.text in self._whole:
            return True
        [own] = _taken([left.text])
        return bool(own) and not lines.looks_like_a_place(_without(left.text, own))

    def _has(self, edit: Edit) -> bool:
        if isinstance(edit, Fill | TickBox):
            own = self._taken.get(id(edit.paragraph), ())
            is_own = any(edit.start <= end and start <= edit.end for start, end in own)
            is_label = isinstance(edit, Fill) and not edit.paragraph.text[edit.end :].strip()
            return is_own or (is_label and self._is_before(edit.paragraph))
        if isinstance(edit, Room):
            is_own = any(map(self._begins, (edit.heading, *edit.hints)))
            return is_own or (not edit.is_above and self._is_before(edit.heading))
        return any(id(p) in self._taken for row in edit.rows for cell in row.cells for p in paragraphs_of(cell.blocks))

    def _is_before(self, paragraph: Paragraph) -> bool:
        """Whether the next paragraph begins with what is taken: the answer of a label that a paragraph ends with."""
        behind = self._next.get(id(paragraph))
        return bool(paragraph.text.strip()) and behind is not None and self._begins(behind)

    def _begins(self, paragraph: Paragraph) -> bool:
        """Whether nothing stands in a paragraph before what is taken of it."""
        return any(not paragraph.text[:start].strip() for start, _ in self._taken.get(id(paragraph), ()))


def _taken(texts: Sequence[str]) -> list[list[Stretch]]:
    """The stretches that tags take of each of some texts, which follow one another."""
    taken: list[list[Stretch]] = [[] for _ in texts]
    begun: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        for start, end, source in language.tags_in(text):
            if (step := _step(source)) is None:
                continue
            taken[at].append((start, end))
            if step > 0:
                begun.append((at, start))
            elif step < 0 and begun:
                first, opened = begun.pop()
                if begun:
                    continue
                for inner in range(first, at + 1):
                    taken[inner].append((opened if inner == first else 0, end if inner == at else len(texts[inner])))
    return taken


def _step(source: str) -> int | None:
    """1 for a tag that begins a part, -1 for one that ends it, 0 for any other; None for what is none."""
    try:
        node = language.parse(source).node
    except DocfillError:
        return None
    return isinstance(node, For | If) - (isinstance(node, Word) and node.name in ENDS)


def _without(text: str, stretches: list[Stretch]) -> str:
    gone = {at for start, end in stretches for at in range(start, end)}
    return "".join(sign for at, sign in enumerate(text) if at not in gone)
