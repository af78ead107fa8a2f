"""Places of a file in another format about which LibreOffice, which converts it, says something else than the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from docfill.read.assignment import Assignment
from docfill.word.carried import Uncarried, signs_of
from docfill.word.document import Element, Paragraph
from docfill.word.xml import W


def doubt_uncarried(found: Assignment, paragraphs: Iterable[Paragraph], uncarried: Sequence[Uncarried]) -> None:
    """Doubts the answers in whose line or row words were lost or appeared; what is near none is told of the file."""
    if not uncarried:
        return
    by_line, by_row = ({signs_of(said) for said in known} - {""} for known in _near(uncarried))
    standing: dict[str, list[Element]] = defaultdict(list)
    for paragraph in paragraphs:
        signs = signs_of(paragraph.text)
        if signs in by_line:
            standing[signs].append(paragraph.element)
        if signs in by_row and (row := next(paragraph.element.iterancestors(W + "tr"), None)) is not None:
            standing[signs].append(row)
    concerned: dict[Element, list[Uncarried]] = defaultdict(list)
    for said in uncarried:
        for element in standing.get(signs_of(said.line) or signs_of(said.row), ()):
            concerned[element].append(said)
    told: set[Uncarried] = set()
    for path, held in found.everywhere():
        stands = {span.paragraph.element for text in held.texts for span in text.spans}
        stands |= {span.paragraph.element for mark in held.marks for span in (*mark.spans, *mark.label)}
        rows = {row for element in stands if (row := next(element.iterancestors(W + "tr"), None)) is not None}
        for said in (s for element in stands | rows for s in concerned.get(element, ())):
            told.add(said)
            found.doubt(_CODES[said.is_hidden], path, said.text)
    for said in uncarried:
        if said not in told:
            found.doubt(_CODES[said.is_hidden], "", said.text)


_CODES = ("lost-by-conversion", "hidden-in-original")


def _near(uncarried: Iterable[Uncarried]) -> tuple[list[str], list[str]]:
    """What is said in the lines, and in the rows, in which words were lost."""
    known = list(uncarried)
    return [said.line for said in known], [said.row for said in known if not signs_of(said.line)]
