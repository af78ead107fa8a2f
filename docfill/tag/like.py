"""Last year's template: what its fields were called, and of which kind, is kept for what is still the same.

Two fields are the same where the same words name them (section, row, column and
label, however decorated), and no other field of either form.  What was renamed or
moved is not guessed: it keeps the name that is proposed; a year that is new stands beside those of its question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from docfill.fields import Field
from docfill.kinds import WRITTEN
from docfill.tag.mend import TICKED, Step
from docfill.text import gist

Words = tuple[str, ...]


def likened(proposed: Sequence[Field], known: Sequence[Field]) -> list[Step]:
    """The steps that give the fields of a proposal the names and kinds of those in a known form."""
    old = _told_apart(known)
    pairs = [(f, old[words]) for words, f in _told_apart(proposed).items() if words in old]
    taken = {f.path for f in proposed}
    steps: list[Step] = []
    waiting = [(f.path, k.path) for f, k in pairs if f.path != k.path]
    waiting += _beside(proposed, pairs)
    while ready := next((x for x in waiting if _is_free(x[1], taken - {x[0]})), None):
        waiting.remove(ready)
        taken = (taken - {ready[0]}) | {ready[1]}
        steps.append({"do": "rename", "path": ready[0], "to": ready[1]})
    left = {path for path, _ in waiting}
    for f, k in pairs:
        if f.path in left:
            continue
        if f.kind.name != k.kind.name and any({f.kind.name, k.kind.name} <= set(kinds) for kinds in (WRITTEN, TICKED)):
            steps.append({"do": "kind", "path": k.path, "kind": k.kind.name})
        if f.required and not k.required:
            steps.append({"do": "optional", "path": k.path, "optional": True})
    return steps


def _beside(proposed: Sequence[Field], pairs: Sequence[tuple[Field, Field]]) -> list[tuple[str, str]]:
    """What is new in a question of which the rest is known, a year say, by its path and by the one that goes with
    theirs.
    """
    parents: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for f, k in pairs:
        own = k.steps[:-1] if k.steps[-1] == f.steps[-1] else ()
        parents.setdefault(f.steps[:-1], set()).add(own)
    known = {f.path for f, _ in pairs}
    found = []
    for f in proposed:
        [before, *others] = parents.get(f.steps[:-1], {()})
        if f.path not in known and before and not others and before != f.steps[:-1] and len(f.steps) > 2:
            found.append((f.path, ".".join((*before, f.steps[-1]))))
    return found


def _told_apart(fields: Sequence[Field]) -> dict[Words, Field]:
    """The fields by the words that name them, where they name no other."""
    named = [((gist(f.place.section), gist(f.place.row), gist(f.place.column), gist(f.label)), f) for f in fields]
    counts = Counter(words for words, _ in named)
    return {words: f for words, f in named if counts[words] == 1}


def _is_free(path: str, taken: set[str]) -> bool:
    return not any(p == path or p.startswith(f"{path}.") or path.startswith(f"{p}.") for p in taken)
