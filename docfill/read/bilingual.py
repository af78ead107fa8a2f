"""Options that a form prints in two languages, 男 Male, of which somebody wrote one: ☑Male □Female, or 男 alone."""

from __future__ import annotations

from collections.abc import Sequence

from docfill.read.plan import LinePlan
from docfill.template.tree import Tick
from docfill.template.units import Line
from docfill.text import fold
from docfill.word import ticks


def in_one_language(plan: LinePlan, text: str) -> tuple[LinePlan, Sequence[Tick]] | None:
    """The plan of a line that has the options of another in one language, all of them or one, and those that it lacks;
    None of other lines.
    """
    if not plan.languages or plan.options_alone is None:
        return None
    lead, _ = plan.options_alone
    said = fold(ticks.TOKEN.sub("", text))
    for words in plan.languages:
        if said == lead + "".join(words.values()):
            tokens = [token for at, word in words.items() for token in (plan.labels[at], word)]
            return LinePlan(Line([lead, *tokens] if lead else [*tokens])), ()
        left = next((at for at, word in words.items() if said == word), None)
        if left is not None:
            others = [tick for at, tick in plan.labels.items() if at != left]
            return LinePlan(Line([plan.labels[left], words[left]])), others
    return None
