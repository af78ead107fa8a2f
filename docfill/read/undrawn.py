"""Options that the form prints without boxes (是/否): the one with a tick right behind it, and the one that is left.

A tick in front of an option is where the form puts it.  Behind one it is told only
where a stroke or a stop parts the options, so that it touches no other.  Where all
is deleted but the form's own words and one option, that one was chosen.  Anything
else is read as any line of options is, with its doubts.
"""

from __future__ import annotations

from collections.abc import Sequence

from docfill.read.drawings import Drawn
from docfill.read.plan import LinePlan
from docfill.read.shape import DocText
from docfill.template.tree import Tick
from docfill.text import fold
from docfill.word import ticks

_PARTS = "/、,;，；。. "
"""What parts options, folded."""


def undrawn_in(plan: LinePlan, text: DocText) -> list[tuple[Tick, Drawn]]:
    """The options of a line, each as it is drawn, where one is told by a tick behind it, or is left; [] for others."""
    group = plan.undrawn
    if not group:
        return []
    first = len(plan.literals) - len(group)
    lead, own = "".join(plan.printed_words[:first]), plan.printed_words[first:]
    tokens = [*ticks.TOKEN.finditer(text.text)]
    bare = fold(ticks.TOKEN.sub("", text.text))
    if not bare.startswith(lead):
        return []
    if len(tokens) == 1 and ticks.MARKS.get(ticks.mark_of(tokens[0])) is True and bare == lead + "".join(own):
        before = fold(text.text[: tokens[0].start()])
        chosen = _behind(own, len(before) - len(lead)) if bare.startswith(before) else None
        spans = text.spans(*tokens[0].span())
        mark = (ticks.mark_of(tokens[0]),)
        options = [(ticks.Option(t.option, True, mark if i == chosen else (), has_box=False), spans) for i, t in group]
    elif not tokens:
        chosen = _left(own, bare[len(lead) :])
        options = [(ticks.Option(t.option, i == chosen, (), has_box=False), text.spans(0, 0)) for i, t in group]
    else:
        return []
    if chosen is None:
        return []
    return [(t, Drawn(o, spans if i == chosen else (), ())) for (i, t), (o, spans) in zip(group, options, strict=True)]


def _behind(own: Sequence[str], length: int) -> int | None:
    """Which option a tick stands behind, so many characters from the first one on, with what parts it from the next."""
    at = 0
    for index, words in enumerate(own):
        core = words.rstrip(_PARTS)
        if at + len(core) == length and core != words:
            return index
        at += len(words)
    return None


def _left(own: Sequence[str], shown: str) -> int | None:
    """Which option is all that is left of some; None where more are, or none, or something else."""
    cores = [words.rstrip(_PARTS) for words in own]
    tail = own[-1][len(cores[-1]) :]
    left = [i for i, core in enumerate(cores) if shown and shown in (core, core + tail)]
    return left[0] if len(left) == 1 else None
