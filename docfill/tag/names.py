"""Names: a unique key path for every place, by the key rules of the design (section 5).

Sections, then labels, each as its key.  A label that repeats takes the name of
the label that owns it in front; what is still the same is numbered in form
order.  A write-in is its group, "_" and its option.
"""

from __future__ import annotations

import keyword
from collections import Counter, defaultdict
from collections.abc import Iterable

from docfill.tag.spots import Spot
from docfill.tag.words import label_key
from docfill.text import key

COVER, CONTENT, REST = "封面", "内容", "表"
_RESERVED = frozenset({"true", "false", "none", "not", "and", "or", "in", "is", "if", "else", *keyword.kwlist})

Path = tuple[str, ...]


def name(spots: list[Spot]) -> None:
    """Gives each spot its `path`, all different, none the beginning of another."""
    plain = [s for s in spots if s.host is None]
    first = next((i for i, s in enumerate(plain) if s.sections), 0)
    paths = _owned(plain, {s: _steps(s, is_first=i < first) for i, s in enumerate(plain)})
    _number(plain, paths)
    _apart(plain, paths)
    for spot in plain:
        spot.path = ".".join(speakable(paths[spot]))
    taken = {s.path for s in plain}
    for spot in spots:
        if spot.host is not None:
            group, option = spot.host
            spot.path = _free(f"{group.path}_{key(option)}", taken)
            taken.add(spot.path)


def _steps(spot: Spot, *, is_first: bool) -> Path:
    """The keys of its sections and labels; what stands in front of all sections (`is_first`) is the cover."""
    sections = [k for k in map(label_key, spot.sections) if k]
    if not sections and is_first and "/" not in spot.at:
        sections = [COVER]
    steps: list[str] = []
    for step in [*sections, *(k for k in map(label_key, spot.labels) if k)]:
        if not steps or steps[-1] != step:
            steps.append(step)
    return tuple(steps) or (CONTENT,)


def _owned(spots: list[Spot], paths: dict[Spot, Path]) -> dict[Spot, Path]:
    """The paths with an owner in front of every label that repeats."""
    counts = Counter(paths.values())
    repeated = {(p[:-1], p[-1]) for p, n in counts.items() if n > 1}
    owned = {}
    for spot in spots:
        path = paths[spot]
        owner = ""
        if counts[path] > 1:
            leaves = {leaf for prefix, leaf in repeated if prefix == path[:-1]}
            owner = next((k for k in map(label_key, spot.owners) if k and k not in leaves and k != path[-1]), "")
        owned[spot] = (*path[:-1], owner + path[-1])
    return owned


def _number(spots: Iterable[Spot], paths: dict[Spot, Path]) -> None:
    seen: dict[Path, int] = defaultdict(int)
    taken = set(paths.values())
    for spot in spots:
        path = paths[spot]
        seen[path] += 1
        if seen[path] > 1:
            number = seen[path]
            while (numbered := (*path[:-1], f"{path[-1]}{number}")) in taken:
                number += 1
            paths[spot] = numbered
            taken.add(numbered)


def _apart(spots: Iterable[Spot], paths: dict[Spot, Path]) -> None:
    """A path that others go on from becomes one of them."""
    groups = {p[:n] for p in paths.values() for n in range(1, len(p))}
    for spot in spots:
        while paths[spot] in groups:
            paths[spot] = (*paths[spot], CONTENT)


def speakable(path: Path) -> Path:
    """A path whose first key the template language takes for a name."""
    first = path[0]
    return path if first.isidentifier() and first.lower() not in _RESERVED else (REST, *path)


def _free(path: str, taken: set[str]) -> str:
    number, free = 1, path
    while free in taken:
        number += 1
        free = f"{path}{number}"
    return free
