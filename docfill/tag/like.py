"""Last year's template: what its fields were called, and of which kind, is kept for what is still the same.

Two fields are the same where the same words name them (section, row, column and
label, however decorated), and no other field of either form.  What was renamed or
moved is not guessed: it keeps the name that is proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from docfill.fields import Field
from docfill.kinds import WRITTEN
from docfill.tag.mend import Step
from docfill.text import gist

Words = tuple[str, ...]


def likened(proposed: Sequence[Field], known: Sequence[Field]) -> list[Step]:
    """The steps that give the fields of a proposal the names and kinds of those in a known form."""
    old = _told_apart(known)
    pairs = [(f, old[words]) for words, f in _told_apart(proposed).items() if words in old]
    taken = {f.path for f in proposed}
    steps: list[Step] = []
    waiting = [(f.path, k.path) for f, k in pairs if f.path != k.path]
    while ready := next((x for x in waiting if _is_free(x[1], taken - {x[0]})), None):
        waiting.remove(ready)
        taken = (taken - {ready[0]}) | {ready[1]}
        steps.append({"do": "rename", "path": ready[0], "to": ready[1]})
    left = {path for path, _ in waiting}
    for f, k in pairs:
        if f.path not in left and f.kind.name != k.kind.name and {f.kind.name, k.kind.name} <= set(WRITTEN):
            steps.append({"do": "kind", "path": k.path, "kind": k.kind.name})
    return steps


def _told_apart(fields: Sequence[Field]) -> dict[Words, Field]:
    """The fields by the words that name them, where they name no other."""
    named = [((gist(f.place.section), gist(f.place.row), gist(f.place.column), gist(f.label)), f) for f in fields]
    counts = Counter(words for words, _ in named)
    return {words: f for words, f in named if counts[words] == 1}


def _is_free(path: str, taken: set[str]) -> bool:
    return not any(p == path or p.startswith(f"{path}.") or path.startswith(f"{p}.") for p in taken)
