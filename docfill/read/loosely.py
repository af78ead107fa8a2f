"""Lines that have all words of one of the form's, in their order or another, and more: they are read, and told of.

Somebody put words before the first, or went on behind the last; wrote 用友 in brackets behind an option; or typed two
labels with their answers in the other order.
"""

from __future__ import annotations

from docfill import limits
from docfill.read import align
from docfill.read.plan import LinePlan
from docfill.read.shape import DocLine
from docfill.template.tree import Answer
from docfill.template.units import Line
from docfill.text import fold, gist
from docfill.word import ticks

_TELLING = 6
"""Letters by which the words of a line are known, however much else stands in it."""


def with_more(line: LinePlan, doc: DocLine) -> list[tuple[str, str]] | None:
    """The paths of the first or the last answer of a line, with what a line of the document that has all its words says
    before the first of them or behind the last; None where it has not all.
    """
    limits.spend(1 + len(doc.folded) // 64)
    is_told = sum(len(gist(spelt[0])) for spelt in line.literals) >= _TELLING or line.has_ticks
    if not is_told or not line.slots or not any(spelt in doc.folded for spelt in line.literals[0]):
        return None
    split = align.split(line.literals, line.wants_words, doc.text, ticks.TOKEN if line.has_boxes else None)
    if split is None or split.missing:
        return None
    ends = ((0, line.slots[0]), (-1, line.slots[-1])) if not line.has_ticks else ()
    more = [(slot, doc.text[slice(*split.gaps[at])].strip()) for at, slot in ends if not line.wants_words[at]]
    return [(slot.path, said) for slot, said in more if isinstance(slot, Answer) and gist(said)]


def in_other_order(line: LinePlan, doc: DocLine) -> LinePlan | None:
    """The plan of a line of labels, each with its answer behind it, or of options, in the order in which a line has
    them; None of other lines.
    """
    if line.has_ticks:
        return line if line.turned_as(doc.text) is not None else None
    labels = line.printed_words
    is_of_pairs = len(line.lines) == 1 and all(label.endswith(":") for label in labels) and not line.gaps[0]
    slots = [gap[0] for gap in line.gaps[1:] if len(gap) == 1 and isinstance(gap[0], Answer)]
    if not is_of_pairs or not 1 < len(labels) == len(slots) or line.rooms:
        return None
    limits.spend(1 + len(doc.folded) // 64)
    if any(doc.folded.count(label) != 1 for label in labels):
        return None
    order = sorted(range(len(labels)), key=lambda at: doc.folded.index(labels[at]))
    if order == sorted(order) or not doc.folded.startswith(labels[order[0]]):
        return None
    printed = {fold(token): token for token in line.lines[0].tokens if isinstance(token, str)}
    if any(label not in printed for label in labels):
        return None
    return LinePlan(Line([token for at in order for token in (printed[labels[at]], slots[at])]))
