"""Words of the form that a document writes in other characters: traditional ones, radicals, variants.

They are the same words, and are told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from docfill.hanzi import UNUSUAL
from docfill.template.units import FormRow, Line, Unit
from docfill.text import fold
from docfill.word.document import Paragraph

_AROUND = 12
"""Characters around one that is written otherwise with which it is told."""


def words_of(units: Sequence[Unit]) -> Iterator[str]:
    """The words of a form of more than one character, folded."""
    for unit in units:
        if isinstance(unit, Line):
            yield from (said for t in unit.tokens if isinstance(t, str) and len(said := fold(t)) > 1)
        elif isinstance(unit, FormRow):
            for cell in unit.cells:
                yield from words_of(cell.units)


def written_otherwise(paragraphs: Iterable[Paragraph], words: Iterable[str]) -> tuple[str, str] | None:
    """The first words of a form that a document writes otherwise, and how the form writes them; None for none."""
    texts = [p.text for p in paragraphs]
    odd = [text for text in texts if UNUSUAL.search(text)] if UNUSUAL.search("\n".join(texts)) else []
    known = sorted(words, key=len, reverse=True) if odd else []
    for text in odd:
        for found in UNUSUAL.finditer(text):
            shown = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
            raw, folded = shown.replace(" ", "").lower(), fold(shown)
            meant = next((word for word in known if word in folded and word not in raw), None)
            if meant is not None:
                return shown.strip(), meant
    return None
