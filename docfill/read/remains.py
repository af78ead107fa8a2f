"""What remains of a hint in the answer to it: where a part of it stands that was not all deleted.

An answer takes up words of its hint; so what tells is how the hint begins or ends, its brackets, and what tells to
write.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from rapidfuzz import fuzz

from docfill import late
from docfill.read.gaps import SIMILAR
from docfill.read.hints import CLAUSE
from docfill.text import TELLING, fold_with_map

_CLAUSE_LEFT = 5
"""A whole clause of a hint that is at least so long is no answer."""
_TELLS = late.pattern(
    "(?:请|应|需|须)?(?:简要|概括|重点|详细|分别)?(?:[描简概阐论叙]述|[说注]明|介绍|填[写报]|列[出明举]|提供)"
)
"""What tells to write."""
_ASKS = late.pattern("请|应|需|须|简要|概括|重点|详细|分别|[描简阐]述")
"""How it begins where no answer begins so."""
_SENTENCE = late.pattern("[。;!?\n]")
"""What ends a sentence, folded."""


def whole_at(text: str, hints: Iterable[str], is_whole: bool) -> tuple[int, int] | None:
    """Where a text begins or ends with a whole hint; None for none, nor for one that is all of a line (`is_whole`)."""
    folded, origin = fold_with_map(text)
    for hint in hints:
        if len(hint) < TELLING or (is_whole and folded == hint):
            continue
        if folded.startswith(hint):
            return 0, origin[len(hint)]
        if folded.endswith(hint):
            return origin[len(folded) - len(hint)], len(text)
    return None


def left_of(hint: str, text: str) -> tuple[int, int] | None:
    """Where a part of a hint that was not all deleted stands in a text; None where it has none for certain.

    An answer takes up words of its hint; so what tells is how the hint begins or ends, and its brackets.
    """
    bare = hint.strip("()[]")
    if len(bare) >= TELLING and (at := text.find(bare)) >= 0:
        return at, at + len(bare)
    if (at := text.find(hint[:TELLING])) >= 0 and (at == 0 or hint[0] in "(["):
        return at, at + _shared(text[at:], hint)
    if (at := text.rfind(hint[:TELLING])) > 0 and hint.startswith(text[at:]):
        return at, len(text)
    if (shared := _shared(text, bare)) >= 2 * TELLING:
        return 0, shared
    if (kept := _end_left(bare, text)) >= TELLING:
        return len(text) - kept, len(text)
    if hint[-1] in ")]" and (at := text.find(hint[-TELLING:])) >= 0:
        shared = _shared(text[at + TELLING - 1 :: -1], hint[::-1])
        return at + TELLING - shared, at + TELLING
    end = text.find(hint[-1]) + 1 if text[:TELLING] in hint else 0
    if end >= TELLING and hint.endswith(text[:end]):
        return 0, end
    first = text.find(")") + 1 if text[:1] == hint[:1] == "(" else len(text)
    if first > TELLING and fuzz.ratio(text[:first], hint) >= SIMILAR:
        return 0, first
    if 3 < first < len(text) and text[1 : first - 1] in bare and any(map(str.isdigit, text[1 : first - 1])):
        return 0, first  # its limit alone, in the brackets
    clause = CLAUSE.split(text[: len(bare) + 1], 1)[0]
    if len(clause) >= _CLAUSE_LEFT and clause in CLAUSE.split(bare):
        return 0, len(clause)
    return _bracket_left(hint, text) or _telling_left(bare, text) or _last_left(bare, text)


def _end_left(bare: str, text: str) -> int:
    """How long the last clauses of a hint are, without its brackets, that a text ends with, too, behind its own."""
    shared = _shared(text[::-1], bare[::-1])
    for found in CLAUSE.finditer(bare, max(0, len(bare) - shared - 1)):
        kept = len(bare) - found.end()
        if CLAUSE.fullmatch(text[-kept - 1 : -kept]):
            return kept
    return 0


def _bracket_left(hint: str, text: str) -> tuple[int, int] | None:
    """Where one bracket of a hint stands at an end of a text, with a letter of the hint and without its partner."""
    if hint[0] + hint[-1] not in ("()", "[]") or text.count(hint[0]) == text.count(hint[-1]):
        return None
    if text.endswith(hint[-2:]):
        return len(text) - 2, len(text)
    opened, closed = text.rfind(hint[0]), text.find(hint[-1])
    if 0 < opened < len(text) - 1 and hint.startswith(text[opened:]):
        return opened, len(text)
    if closed > 0 and hint.endswith(text[: closed + 1]):
        return 0, closed + 1
    return (0, 2) if text.startswith(hint[:2]) else None


def _telling_left(bare: str, text: str) -> tuple[int, int] | None:
    """Where a piece of a hint stands that begins within what tells to write (述集群的…), or a text begins with that."""
    for found in _TELLS.finditer(bare):
        said = bare[found.end() - 1 :]
        if len(said) >= TELLING and (at := text.find(said[:TELLING])) >= 0:
            return at, at + _shared(text[at:], said)
    first = _TELLS.match(bare)
    if first is not None and text.startswith(first[0]) and _ASKS.match(first[0]):
        return 0, _shared(text, bare)
    return None


def _last_left(bare: str, text: str) -> tuple[int, int] | None:
    """The last sentence of a text, without its end, if it is nothing but a piece of a hint."""
    sentences = [*_SENTENCE.finditer(text, 0, len(text) - 1)]
    at = sentences[-1].end() if sentences else 0
    return (at, len(text)) if at and len(text) - at >= TELLING and text[at:] in bare else None


def _shared(text: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))
