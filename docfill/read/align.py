"""Alignment of sequences and of lines, on text alone: knows neither Word nor forms.

`chain` matches two sequences in order.  `split` finds a line's literal texts in
a text and gives what stands between them to the slots.  Both say where a second
solution is as good as the first, because a guess must never pass for a reading.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from docfill.text import behind_marks, fold_with_map

MOST_OCCURRENCES = 40
"""More places of one literal in one text than this are not tried."""


def chain(candidates: Iterable[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The pairs (a, b) of the heaviest chain that increases in both, of candidates (a, b, weight).

    O(n log n) for n candidates: the best chain that ends at or before each b is
    kept as a staircase, over a in ascending order.
    """
    best_b: list[int] = []
    best: list[tuple[float, int]] = []
    nodes: list[tuple[int, int, int]] = []
    ordered = sorted(candidates, key=lambda c: (c[0], -c[1]))
    pending: list[tuple[int, float, int]] = []
    current: int | None = None

    def commit() -> None:
        for b, weight, node in pending:
            at = bisect.bisect_right(best_b, b)
            if at and best[at - 1][0] >= weight:
                continue
            end = at
            while end < len(best_b) and best[end][0] <= weight:
                end += 1
            if at and best_b[at - 1] == b:
                at -= 1
            best_b[at:end] = [b]
            best[at:end] = [(weight, node)]
        pending.clear()

    for a, b, weight in ordered:
        if a != current:
            commit()
            current = a
        at = bisect.bisect_left(best_b, b)
        before, previous = best[at - 1] if at else (0.0, -1)
        nodes.append((a, b, previous))
        pending.append((b, before + weight, len(nodes) - 1))
    commit()
    pairs: list[tuple[int, int]] = []
    node = best[-1][1] if best else -1
    while node >= 0:
        a, b, node = nodes[node]
        pairs.append((a, b))
    return pairs[::-1]


class Split(Struct):
    """Where each gap stands in the text, and which readings are open.

    `gaps[i]` is (start, end) of what stands before the i-th literal that was
    found (the last gap: after all of them), which is `spelt[i]`; `others` has the
    gaps of a second reading that is as good, or None; `missing` has the indexes
    of literals that were not found.
    """

    gaps: list[tuple[int, int]]
    spelt: list[str]
    others: list[tuple[int, int]] | None = None
    missing: list[int] = field(default_factory=list)


def split(
    literals: Sequence[Sequence[str]], wanted: Sequence[bool], text: str, drawing: re.Pattern[str] | None = None
) -> Split | None:
    """The gaps around `literals` in `text`; None where their order can't be had.

    Each literal is given as its folded spellings, the best first; the first one
    that occurs is looked for.  `wanted[i]` says whether words may stand in the gap before literal i (the
    last one: after all); words in an unwanted gap make a reading worse.  What
    `drawing` matches is no words.
    """
    folded, origin = fold_with_map(text)
    if (path := _only_path(literals, folded)) is not None:
        spelt = [spellings[0] for spellings in literals]
        return Split(_gaps(path, [len(s) for s in spelt], origin, text), spelt)
    drawn = {i for m in drawing.finditer(folded) for i in range(*m.span())} if drawing else set()
    ink = [0, *itertools.accumulate(int(i not in drawn) for i in range(len(folded)))]
    spelt = _spelt(literals, folded, ends=not wanted[-1])
    places = [_occurrences(folded, literal) if literal else [] for literal in spelt]
    missing = [i for i, found in enumerate(places) if not found]
    kept = [i for i, found in enumerate(places) if found]
    # of each place of the literal before: (cost, end, one or two different paths that cost as little)
    states: list[tuple[int, int, list[tuple[int, ...]]]] = [(0, 0, [()])]
    open_gap = False
    for index in range(len(literals)):
        open_gap = open_gap or wanted[index]
        if index not in kept:
            continue
        following = []
        for at in places[index]:
            cost, paths = _cheapest(states, ink, at, open_gap)
            if paths:
                following.append((cost, at + len(spelt[index]), [(*p, at) for p in paths]))
        if not following:
            return None
        states, open_gap = following, False
    _, paths = _cheapest(states, ink, len(folded), open_gap or wanted[-1])
    first, *others = (_gaps(p, [len(spelt[i]) for i in kept], origin, text) for p in paths)
    return Split(first, [spelt[i] for i in kept], others[0] if others else None, missing)


def _spelt(literals: Sequence[Sequence[str]], folded: str, ends: bool) -> list[str]:
    """How each literal is spelled: as the first of its spellings that stands behind those before; "" for none.

    The last one of a text that it `ends` may be told by that, where the form's own spelling is not there.
    """
    spelt, least = [], 0
    for at, spellings in enumerate(literals):
        found = next((s for s in spellings if folded.find(s, least) >= 0), "")
        if ends and at == len(literals) - 1 and found != spellings[0]:
            found = next((s for s in spellings if folded.endswith(s, least)), found)
        spelt.append(found := found or next((s for s in spellings if s in folded), ""))
        least = folded.find(found, least) + len(found) if found and folded.find(found, least) >= 0 else least
    return spelt


def _only_path(literals: Sequence[Sequence[str]], folded: str) -> tuple[int, ...] | None:
    """Where the literals are if each occurs once, as the form spells it, and in order; None if not."""
    path: list[int] = []
    end = 0
    for spellings in literals:
        at = folded.find(spellings[0])
        if at < end or folded.find(spellings[0], at + 1) >= 0:
            return None
        path.append(at)
        end = at + len(spellings[0])
    return tuple(path)


def _cheapest(
    states: list[tuple[int, int, list[tuple[int, ...]]]], ink: list[int], at: int, is_wanted: bool
) -> tuple[int, list[tuple[int, ...]]]:
    """The least cost of getting to `at`, and up to two paths that have it."""
    options = [(cost + (not is_wanted and ink[end] < ink[at]), paths) for cost, end, paths in states if end <= at]
    least = min((cost for cost, _ in options), default=0)
    return least, [p for cost, paths in options if cost == least for p in paths][:2]


def _occurrences(folded: str, literal: str) -> list[int]:
    found: list[int] = []
    at = folded.find(literal)
    while at >= 0 and len(found) < MOST_OCCURRENCES:
        found.append(at)
        at = folded.find(literal, at + 1)
    return found


def _gaps(path: tuple[int, ...], lengths: list[int], origin: Sequence[int], text: str) -> list[tuple[int, int]]:
    """The gaps in the text before, between and after literals found at `path`."""
    gaps: list[tuple[int, int]] = []
    end = 0
    for at, length in zip(path, lengths, strict=True):
        gaps.append((_origin_end(origin, end, text), origin[at]))
        end = at + length
    return [*gaps, (_origin_end(origin, end, text), origin[-1])]


def _origin_end(origin: Sequence[int], end: int, text: str) -> int:
    """The index in the text just after the folded character before `end`, and the marks upon it."""
    if not end:
        return 0
    at = origin[end - 1] + 1
    behind = text[at : at + 1]
    return at if behind < "\u0300" or "\u4e00" <= behind <= "\u9fff" else behind_marks(text, at)
