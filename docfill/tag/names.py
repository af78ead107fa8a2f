"""Names: a unique key path for every place, by the key rules of the design (section 5).

Sections, then labels, each as its key.  A label that repeats takes the name of
the label that owns it in front; what is still the same is numbered in form
order.  A write-in is its group, "_" and its option.
"""

from __future__ import annotations

import keyword
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from docfill import late, limits
from docfill.kinds import kind_named
from docfill.tag.spots import Repeat, Spot
from docfill.tag.words import FIGURE, SIGNED, is_hint, is_latin, is_owner, label_key, owner_of, says_whose
from docfill.text import NUMBERING, RINGED, fold, key
from docfill.word import ticks

COVER, CONTENT, REST, LIST = "封面", "内容", "表", "清单"
OPTIONS = "选项"
"""What boxes are called that no words name."""
_ENGLISH = {
    **{COVER: "cover", CONTENT: "content", REST: "form", OPTIONS: "options", "日期": "date", LIST: "list"},
    **{"填写": "entry", "控件": "control", "意见": "comments"},
}
"""What is called so on a form in English."""
_RESERVED = frozenset({"true", "false", "none", "not", "and", "or", "in", "is", "if", "else", *keyword.kwlist})

_NOTE = late.pattern(r"[（(\[【]([^（）()\[\]【】]+)[)）\]】][：:\s]*$")
_BEHIND = f"{ticks.BOXES} \t\n\u3000\xa0"
"""What may stand behind a note: a box to tick, and blanks."""
_SHORT_NOTE = 12
Path = tuple[str, ...]


def name(spots: list[Spot], had: Iterable[str] = ()) -> None:
    """Gives each spot its `path`, all different, none the beginning of another, none of those that the form `had`."""
    given = [s for s in spots if s.given]
    plain = [s for s in spots if s.host is None and not s.given]
    has_sections = any(s.sections for s in plain)
    first = next((i for i, s in enumerate(plain) if s.sections or "/" in s.at), 0) if has_sections else 0
    paths = {s: _steps(s, is_first=i < first) for i, s in enumerate(plain)}
    _only_of_sections(paths)
    _cover(plain, paths)
    _count(plain, paths)
    _tell_apart(plain, paths)
    paths = _owned(plain, paths)
    columns = (e.columns for s in plain for e in s.edits if isinstance(e, Repeat))
    said = [step for steps in (*paths.values(), *columns) for step in steps if step and step not in _ENGLISH]
    is_english = bool(said) and all(is_latin(step) for step in said)
    if is_english:
        paths = _without_cover({s: tuple(_ENGLISH.get(step, step) for step in path) for s, path in paths.items()})
    for spot in given:
        spot.path = ".".join(speakable(tuple(filter(None, map(_given, spot.given.split(".")))) or (CONTENT,)))
    kept = {tuple(path.split(".")) for path in (*had, *(s.path for s in given))}
    _number(plain, paths, kept)
    called = _ENGLISH if is_english else {}
    _apart(plain, paths, called.get(CONTENT, CONTENT), called.get(LIST, LIST))
    _number(plain, paths, kept)
    for spot in plain:
        spot.path = ".".join(speakable(paths[spot]))
    taken = {*had, *(s.path for s in spots if s.host is None)}
    for spot in spots:
        if spot.host is not None:
            group, option = spot.host
            name = label_key(option) if is_latin(option) else key(RINGED.sub("", option)) or key(fold(option))
            own = label_key(spot.labels[-1]) if spot.labels else ""
            is_one_of_several = f"{group.path}_{name}" in taken and own not in ("", name)
            spot.path = _free(f"{group.path}_{name}_{own}" if is_one_of_several else f"{group.path}_{name}", taken)
            taken.add(spot.path)


def _without_cover(paths: dict[Spot, Path]) -> dict[Spot, Path]:
    """The paths of an English form without the cover in front, where nothing else is called the same or goes on so."""
    cover = _ENGLISH[COVER]
    bare = {s: path[1:] if path[0] == cover and len(path) > 1 else path for s, path in paths.items()}
    firsts = {path[0] for path in paths.values() if path[0] != cover}
    return {s: path if bare[s][0] in firsts else bare[s] for s, path in paths.items()}


def _given(step: str) -> str:
    """A name of another system as it stands, where it can be one here."""
    if step.strip().isidentifier():
        return step.strip()
    return label_key(step) if is_latin(step) else key(step)


def _steps(spot: Spot, *, is_first: bool) -> Path:
    """The keys of its sections and labels; what stands in front of all sections (`is_first`) is the cover."""
    sections = [k for k in map(label_key, spot.sections) if k]
    if not sections and is_first and "/" not in spot.at:
        sections = [COVER]
    steps: list[str] = []
    if spot.labels == [OPTIONS] and (shared := _shared_end(spot.options)):
        return (*sections, f"{shared}类别")
    named = [x for x in spot.labels if not FIGURE.fullmatch("".join(x.split()))]
    named = named or [x for x in spot.labels if _RANGE.search(x) is None]
    for step in [*sections, *(k for k in map(label_key, named) if k)]:
        if not steps or steps[-1] != step:
            steps.append(step)
    return tuple(steps) or (CONTENT,)


_RANGE = late.pattern(r"\d\s*[~～—–-]+\s*\d")
"""Figures from one to another, which call nothing: 85～100."""


def _only_of_sections(paths: dict[Spot, Path]) -> None:
    """Calls boxes that no words name after their section, where nothing else stands under it."""
    counts = Counter(path[:n] for path in paths.values() for n in range(1, len(path) + 1))
    for spot, path in paths.items():
        if spot.labels == [OPTIONS] and spot.sections and path[-1] == OPTIONS and counts[path[:-1]] == 1:
            paths[spot] = path[:-1]


def _shared_end(options: list[str]) -> str:
    """The last words that all options share: 训练项目, 实践项目 are 项目."""
    end = options[0]
    for option in options[1:]:
        while end and not option.endswith(end):
            end = end[1:]
    end = end.lstrip("类型性的")
    is_word = (
        len(options) > 1
        and _LEAST_SHARED <= len(end) <= _MOST_SHARED
        and len(end) < min(map(len, options))
        and not is_latin(end)
    )
    return key(end) if is_word else ""


_LEAST_SHARED, _MOST_SHARED = 2, 4


def _cover(spots: list[Spot], paths: dict[Spot, Path]) -> None:
    """Puts a table, and all before it, on the cover where a later one asks some of the same."""
    tables: dict[str, list[Spot]] = defaultdict(list)
    for spot in (s for s in spots if "/" in s.at):
        tables[spot.at.split("/")[0]].append(spot)
    last = {paths[s]: table for table, held in tables.items() for s in held}
    shared = {table: sum(last[paths[s]] != table for s in held) for table, held in tables.items()}
    first = next((table for table, count in shared.items() if count), "")
    if str(int(first or 0) + 1) in tables:
        return  # the next table goes right on
    if not first or any(s.sections for s in tables[first]) or 2 * shared[first] >= len(tables[first]):
        return  # the same form, printed twice, has no cover
    for spot in spots[: spots.index(tables[first][-1]) + 1]:
        if paths[spot][0] != COVER:
            paths[spot] = (COVER, *paths[spot])


def _count(spots: list[Spot], paths: dict[Spot, Path]) -> None:
    """Gives places of the same name the numbers that the form prints for their rows, where these count from one on."""
    alike: dict[Path, list[Spot]] = defaultdict(list)
    for spot in spots:
        alike[paths[spot]].append(spot)
    for path, same in alike.items():
        numbers = [[int(m[1]) for x in s.labels if (m := _ORDINAL.fullmatch(x))] for s in same]
        if len(same) > 1 and sorted(numbers) == [[n + 1] for n in range(len(same))] and path[-1] != CONTENT:
            paths.update((s, (*path[:-1], f"{path[-1]}{n[0]}")) for s, n in zip(same, numbers, strict=True))


_ORDINAL = late.pattern(r"\s*(\d{1,2})[.．、]?\s*")


def _tell_apart(spots: list[Spot], paths: dict[Spot, Path]) -> None:
    """Adds what labels of the same key say in brackets, where that alone tells them apart: Name (English).

    Of the labels themselves, or of what stands before them: a row's, say, under the header of a column.
    """
    alike: dict[Path, list[Spot]] = defaultdict(list)
    for spot in spots:
        alike[paths[spot]].append(spot)
    for path, same in alike.items():
        if (back := next((n for n in (1, 2) if _noted(path, same, n)), 0)) > 0:
            for spot in same:
                note = _note(spot.labels[-back])
                between = "_" if is_latin(note) and is_latin(path[-back]) and note else ""
                paths[spot] = (*path[:-back], f"{path[-back]}{between}{note}", *path[len(path) - back + 1 :])
        elif rests := _rests([*dict.fromkeys(s.labels[-1] for s in same if s.labels)]):
            for spot in same:
                paths[spot] = (*path[:-1], rests[spot.labels[-1]])


def _noted(path: Path, spots: list[Spot], back: int) -> bool:
    """Whether the labels of spots with one path, counted from the last, differ by what each says in brackets."""
    if len(path) < back or any(len(s.labels) < back for s in spots):
        return False
    labels = {s.labels[-back] for s in spots}
    return len({_note(label) for label in labels}) == len(labels) > 1


def _rests(labels: list[str]) -> dict[str, str]:
    """The names of long labels in English that begin alike: what each says from the first word that differs.

    Nothing where that tells them not apart.
    """
    said = {label: NUMBERING.sub("", label).split() for label in labels if is_latin(label)}
    alike = 0
    for step in zip(*said.values(), strict=False):
        if len({x.lower().strip(".,:;?") for x in step}) > 1:
            break
        alike += 1
    rests = {label: label_key(" ".join(x[alike:])) for label, x in said.items()}
    is_told = len(said) == len(labels) > 1 and alike > 0 and len({*rests.values()}) == len(labels)
    return rests if is_told and all(rests.values()) else {}


def _note(label: str) -> str:
    """What a label says in brackets, if it is a word or two, as a part of a name."""
    noted = _NOTE.search(label.rstrip(_BEHIND))
    is_told = noted is None or SIGNED.search(noted[1]) or is_hint(noted[1])
    note = label_key(noted[1]) if noted and not is_told else ""
    return note if len(note) <= _SHORT_NOTE else ""


def _owned(spots: list[Spot], paths: dict[Spot, Path]) -> dict[Spot, Path]:
    """The paths with an owner in front of every label that repeats."""
    counts = Counter(paths.values())
    repeated: dict[Path, set[str]] = defaultdict(set)
    for path in (p for p, n in counts.items() if n > 1):
        repeated[path[:-1]].add(path[-1])
    owners: dict[Path, dict[Spot, str]] = defaultdict(dict)
    called: dict[tuple[str, str], str] = {}
    for spot in spots:
        path = paths[spot]
        if counts[path] > 1:
            leaves = repeated[path[:-1]]
            others = (x for x in spot.owners if label_key(x) not in leaves)
            owner = next((k for k in map(owner_of, others) if k and k not in leaves and k != path[-1]), "")
            beside = label_key(spot.owners[0]) if spot.owners else ""
            owner = called.get((spot.at, beside), owner) if beside != path[-1] else owner
            if owner and is_owner(path[-1]):
                called[spot.at, path[-1]] = _joined(owner, path[-1])
            is_said = path[-1].startswith(owner) or owner in path  # its own label, without its property; its group
            is_said = is_said or says_whose(path[-1])
            owners[path][spot] = "" if is_said else owner
    for path, named in owners.items():
        led = _led(named, path, spots)
        if _are_one([*named.values()]):
            owners[path] = led or named
        elif led:
            owners[path] = {spot: owner or led[spot] for spot, owner in named.items()}
    owned = {}
    are_one = {path: _are_one([*named.values()]) for path, named in owners.items()}
    for spot in spots:
        path = paths[spot]
        owner = "" if are_one.get(path) else owners[path].get(spot, "")
        is_nameless = path[-1] == CONTENT and owner != ""
        owned[spot] = (*path[:-1], owner if is_nameless else _joined(owner, path[-1]))
    return owned


def _joined(owner: str, own: str) -> str:
    """A name behind that of what owns it."""
    return f"{owner}_{own}" if owner and is_latin(owner) and is_latin(own) else owner + own


def _led(named: Iterable[Spot], path: Path, spots: Sequence[Spot]) -> dict[Spot, str]:
    """What the lines of places in English begin with that have the same name: less repeated labels own the others.

    {} where no line says more.
    """
    counts = Counter(label_key(s.labels[-1]) for s in spots if s.labels)
    is_short = is_latin(path[-1]) and path[-1].count("_") < _LED_WORDS
    found = {spot: _leader(spot, counts) for spot in named if is_short}
    return found if any(found.values()) else {}


def _leader(spot: Spot, counts: Counter[str]) -> str:
    """The label that a place goes on from: the first of its line, or of a line above whose names somebody.

    What stands more often than once, or above, must name somebody or an address; a line with a name of its own goes on
    from nothing, nor does one that begins as a line above does.
    """
    own = label_key(spot.labels[-1]) if spot.labels else ""
    met = {own}
    for label, is_above in spot.leaders:
        said = label_key(label)
        end = said.split("_")[-1]
        if is_above and end == own.split("_")[-1] and end in _PROPERTIES and said != own:
            continue  # another property of the same one: Home No, Work No
        if said in met or said in _NAMES or (is_above and end == own.split("_")[-1]):
            return ""
        met.add(said)
        is_of_mail = "mail" in said
        is_property = is_of_mail or (end in _PROPERTIES and (end != "address" or said == end))
        is_somebody = is_owner(label) or end == "address"
        if is_property or said.count("_") > _LEADING_WORDS - 3 * is_above:
            continue
        if (counts[said] == 1 and not is_above) or (is_somebody and counts[said] < counts[own]):
            return _NAME_OF.sub("", said)
    return ""


_LED_WORDS, _LEADING_WORDS = 5, 7
"""Words, less one, of a label that may be called after another one, and of that."""
_NAMES = frozenset({"name", "full_name", "names"})
_NAME_OF = late.pattern(r"_(?:full_)?name$")
_PROPERTIES = frozenset(
    {
        *(
            "address",
            "city",
            "state",
            "zip",
            "country",
            "phone",
            "telephone",
            "mobile",
            "tel",
            "fax",
            "email",
            "e_mail",
        ),
        *("date", "age", "title", "signature", "position", "status", "tele", "no", "number"),
    }
)
"""Labels that say something of somebody, whom another one names."""


def _are_one(owners: list[str]) -> bool:
    """Whether owners tell nothing apart, as where a form is printed twice on its page."""
    shortest = min(owners, key=len, default="")
    return bool(shortest) and all(owner.startswith(shortest) for owner in owners)


def _number(spots: Iterable[Spot], paths: dict[Spot, Path], given: set[Path]) -> None:
    seen: dict[Path, int] = defaultdict(int, dict.fromkeys(given, 1))
    taken = {*paths.values(), *given}
    for spot in spots:
        path = paths[spot]
        seen[path] += 1
        if seen[path] > 1:
            number = seen[path]
            while (numbered := (*path[:-1], f"{path[-1]}{number}")) in taken:
                limits.spend(1)
                number += 1
            paths[spot] = numbered
            taken.add(numbered)


def _apart(spots: Sequence[Spot], paths: dict[Spot, Path], content: str, listed: str) -> None:
    """No path goes on from that of a place: what stands with boxes or in one cell is called after it, as a write-in is.

    What is repeated, and a cell of a grid, becomes one of those that go on from it.
    """
    groups = {p[:n] for p in paths.values() for n in range(1, len(p))}
    beside: dict[Path, set[str]] = defaultdict(set)
    for spot in spots:
        for length in range(1, len(paths[spot])):
            beside[paths[spot][:length]].add(spot.at)
    owning = set()
    for spot in (s for s in spots if paths[s] in groups):
        row = spot.at.rpartition("/")[0]
        is_in_grid = any(at != spot.at and at.rpartition("/")[0] == row for at in beside[paths[spot]])
        has_own_name = kind_named(spot.kind).has_options and not _is_called_as_section(spot)
        if has_own_name or (kind_named(spot.kind).is_prose and not is_in_grid):
            owning.add(paths[spot])
            continue
        while paths[spot] in groups:
            is_list = any(isinstance(e, Repeat) for e in spot.edits)
            paths[spot] = (*paths[spot], listed if is_list else content)
    for spot in spots if owning else ():
        path = paths[spot]
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in owning:
                path = (*path[: length - 1], "_".join(path[length - 1 : length + 1]), *path[length + 1 :])
        paths[spot] = path


def _is_called_as_section(spot: Spot) -> bool:
    """Whether a place has no words of its own, and is called as all that stands under its heading is."""
    return bool(spot.sections) and label_key(spot.sections[-1]) in ("", *map(label_key, spot.labels[-1:]))


def speakable(path: Path) -> Path:
    """A path whose first key the template language takes for a name."""
    first = path[0]
    is_fine = first.isidentifier() and first.lower() not in _RESERVED
    return path if is_fine else (_ENGLISH[REST] if is_latin(first) else REST, *path)


def _free(path: str, taken: set[str]) -> str:
    number, free = 1, path
    while free in taken:
        limits.spend(1)
        number += 1
        free = f"{path}{number}"
    return free
