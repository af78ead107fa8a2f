"""Spans: the characters of a document that something stands at, to the character.

A span is a stretch of one paragraph's text.  An empty one is a position: where an
answer would stand that is not there.  Readings, corrections and remarks speak of
documents in spans only, so that a page, a comment and an editor mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from docfill.word.document import Element, Paragraph


class Span(Struct, frozen=True, gc=False):
    """The characters `paragraph.text[start:end]`."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def text(self) -> str:
        """What it shows."""
        return self.paragraph.text[self.start : self.end]

    @property
    def element(self) -> Element:
        """The element that shows its first character; the paragraph where there is none."""
        return self.paragraph.owner(self.start) if self.paragraph.owners else self.paragraph.element

    def part(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`."""
        return Span(self.paragraph, self.start + start, self.start + end)

    def stripped(self, drawn: str) -> Span:
        """The span without the characters of `drawn` at its ends; empty at its start where it has no others."""
        shown = self.text
        kept = shown.strip(drawn)
        at = shown.find(kept) if kept else 0
        return self.part(at, at + len(kept))


def visible(spans: Iterable[Span], drawn: str) -> tuple[Span, ...]:
    """Spans without what a blank is drawn with around them, and without those that are blank."""
    return tuple(kept for span in spans if (kept := span.stripped(drawn)).start < kept.end)
