"""Which unit of a document is which of the form: pairs in order, what stands between them, and what moved.

A container of the form and one of the document are two sequences of lines and
rows; they are matched by their words (`align.chain`), never by coordinates.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from docfill import limits
from docfill.read import align
from docfill.read.columns import SEVERAL
from docfill.read.plan import ContainerPlan, agrees
from docfill.read.shape import DocCell, DocLine, DocRow, DocUnit
from docfill.template.units import FormCell, FormRow, Line, Lines, Unit

NEIGHBOUR = 0.1
"""What a pair gains where the units before or after fit too: repeated labels are told by their neighbours."""
_OF_A_ROW = 4
"""Cells up to which a row with a label of the form's rows is taken for one of them."""
AS_PRINTED = 0.5
"""What a pair gains where the line begins just as the form prints it, without numbering or asterisk."""
ABSENT = 3
"""Lines of words alone that may be missing where all else stands as the form has it."""
_STEPS_A_PAIR, _STEPS_AN_ANCHOR = 4, 1
"""Of a line of the document and one of the form that it fits, and of a row and a row's words: where many are alike,
each fits each.
"""
MOST, FEW = 0.5, 4
"""Where this share of the units with fields that were found, of at least so many, has a second place, the form is there
twice."""


def candidates(plan: ContainerPlan, units: list[DocUnit]) -> dict[tuple[int, int], float]:
    """Pairs (unit of the form, unit of the document) whose words fit, with their weights."""
    found: dict[tuple[int, int], float] = {}
    for b, doc in enumerate(units):
        line = doc if isinstance(doc, DocLine) else doc.as_line
        if line is not None and line.folded:
            fits = plan.of(line.text, line.folded)
            limits.spend(_STEPS_A_PAIR * len(fits))
            for a, fitting in fits:
                if a not in plan.anchors and (isinstance(doc, DocLine) or fitting.slots):
                    starts = bool(fitting.literals) and line.folded.startswith(fitting.literals[0][0])
                    found[a, b] = (fitting.weight or AS_PRINTED) + AS_PRINTED * starts
        if isinstance(doc, DocRow):
            anchors = {(a, id(p)): p for a, p in plan.of_row(doc) if a in plan.anchors}
            limits.spend(_STEPS_AN_ANCHOR * len(anchors))
            weights: dict[int, float] = defaultdict(float)
            for (a, _), anchor in anchors.items():
                weights[a] += anchor.weight / (2 if anchor.slots and anchor not in plan.anchors[a] else 1)
            for a, weight in weights.items():
                if 2 * weight >= sum(anchor.weight for anchor in plan.anchors[a]):
                    found[a, b] = weight
    if plan.years:
        _keep_years(plan, units, found)
    return {
        (a, b): w + NEIGHBOUR * ((a - 1, b - 1) in found) + NEIGHBOUR * ((a + 1, b + 1) in found)
        for (a, b), w in found.items()
    }


def _keep_years(plan: ContainerPlan, units: list[DocUnit], found: dict[tuple[int, int], float]) -> None:
    """Rows that one label names, a year each: a pair of two years goes to the row of the form's own, or to none.

    One other year alone may be what somebody wrote over; several are those of another edition.
    """
    beside: list[dict[str, int]] = []
    for (a, b), weight in list(found.items()):
        asked, doc = plan.years.get(a, {}), units[b]
        shown = doc.year if asked and isinstance(doc, DocRow) else ""
        if shown in ("", year := asked.get(a, "")):
            continue
        beside = beside or _years_beside(units)
        stands = beside[b]
        if stands.keys().isdisjoint(asked.values()) and sum(map(bool, stands)) < SEVERAL:
            continue
        del found[a, b]
        if year in stands:
            found[a, stands[year]] = max(weight, found.get((a, stands[year]), 0.0))


def _years_beside(units: list[DocUnit]) -> list[dict[str, int]]:
    """For each unit the years of the rows, above and below it too, that begin with its label, and where they are."""
    stands: dict[str, int] = {}
    beside: list[dict[str, int]] = []
    for at, unit in enumerate(units):
        if not isinstance(unit, DocRow) or not at or _label_of(unit) != _label_of(units[at - 1]):
            stands = {}
        if isinstance(unit, DocRow):
            stands.setdefault(unit.year, at)
        beside.append(stands)
    return beside


def _label_of(doc: DocUnit) -> str:
    """What the cell says that a row begins with, or goes on beside."""
    return doc.cells[0].origin.folded if isinstance(doc, DocRow) and doc.cells else ""


def stood(plan: ContainerPlan, units: list[DocUnit]) -> tuple[list[DocUnit], list[tuple[int, int]] | None]:
    """The units of a document as they are matched, `mended` unless all stands as the form has it, and see `in_step`."""
    pairs = in_step(plan, units)
    if pairs is not None and not _parted_words(plan, units):
        return units, pairs
    whole = mended(plan, units)
    return whole, pairs if whole is units else in_step(plan, whole)


def in_step(plan: ContainerPlan, units: list[DocUnit]) -> list[tuple[int, int]] | None:
    """The pairs where a document has the form's units one after another, and between them answers that quote none.

    A few lines of words alone may be missing, a title say, where nothing in
    the document says them.  Then no other pairs are as good, and no unit of the
    document has a second place; where this gives None, that has to be found out.
    """
    pairs: list[tuple[int, int]] = []
    absent: list[int] = []
    b, may_own = 0, False
    for a, unit in plan.told_apart:
        if unit is None:
            may_own = True
            continue
        there = _next_plainly(plan, a, unit, units, b, may_own)
        if there is not None:
            pairs.append((a, there))
            b, may_own = there + 1, False
        elif len(absent) < ABSENT and plan.is_words_alone(a):
            absent.append(a)
        else:
            return None
    if not all(_is_free(plan, doc, may_own) for doc in units[b:]):
        return None
    lines = [doc for doc in units if isinstance(doc, DocLine) and doc.folded] if absent else []
    return None if any(plan.stands(a, line) for a in absent for line in lines) else pairs


def _next_plainly(
    plan: ContainerPlan, a: int, unit: Unit, units: list[DocUnit], start: int, may_own: bool
) -> int | None:
    """Where a document has plainly what the form has at `a`, behind units that quote none; None where it has not."""
    for b in range(start, len(units)):
        if _is_plainly(plan, a, unit, units[b]):
            return b
        if not _is_free(plan, units[b], may_own):
            return None
    return None


def _is_plainly(plan: ContainerPlan, a: int, unit: Unit, doc: DocUnit) -> bool:
    """Whether a unit of the document is just what the form has at `a`, as it is printed."""
    line = plan.plans[a]
    if line is not None:
        if not isinstance(doc, DocLine) or not line.may_begin(doc.folded):
            return False
        return plan.stands(a, doc)
    if not isinstance(unit, FormRow) or not isinstance(doc, DocRow) or not is_as_printed(unit, doc):
        return False
    if plan.has_labels(a):
        return True
    found = {id(anchor) for at, anchor in plan.of_row(doc) if at == a}
    return all(id(anchor) in found for anchor in plan.anchors[a])


def is_as_printed(wanted: FormRow, row: DocRow) -> bool:
    """Whether the cells of a row are those of the form, one by one, and its labels as printed."""
    cells = row.cells
    if len(cells) != len(wanted.cells):
        return False
    for at, words in wanted.labels:
        if cells[at].folded != words:
            return False
    return [c.continues for c in cells] == wanted.going_on


def _is_free(plan: ContainerPlan, doc: DocUnit, may_own: bool) -> bool:
    """Whether a unit of the document is blank, or something that an answer may hold and that quotes no unit."""
    if isinstance(doc, DocLine):
        return not doc.folded or (may_own and not plan.of(doc.text, doc.folded))
    if not doc.lines:
        return may_own
    lines = [*([doc.as_line] if doc.as_line is not None else []), *doc.as_lines, *doc.in_pairs]
    return may_own and not any(plan.of_row(doc)) and not any(plan.of(line.text, line.folded) for line in lines)


def mended(plan: ContainerPlan, units: list[DocUnit]) -> list[DocUnit]:
    """`units` with the lines of a paragraph made one where only together they are what a line of the form says.

    A row of which each cell is a line of the form, or a label with its answer in the next, becomes those lines.
    """
    parted = {at: held for at, u in enumerate(units) if isinstance(u, DocRow) and (held := _lines_in(plan, u))}
    if parted:
        units = [x for at, u in enumerate(units) for x in parted.get(at, [u])]
    whole = _parted_words(plan, units)
    mended: list[DocUnit] = []
    at = 0
    while whole and at < len(units):
        at, unit = whole.get(at, (at + 1, units[at]))
        mended.append(unit)
    return mended or units


def _parted_words(plan: ContainerPlan, units: list[DocUnit]) -> dict[int, tuple[int, DocLine]]:
    """The words of the form that are so only as several lines of a paragraph: where they begin and end, as one line."""
    found: dict[int, tuple[int, DocLine]] = {}
    at = 0
    while at < len(units):
        first, begin = units[at], at
        at += 1
        if not isinstance(first, DocLine):
            continue
        lines = [first]
        while at < len(units) and isinstance(line := units[at], DocLine) and line.paragraph is first.paragraph:
            lines.append(line)
            at += 1
        whole = _as_one(plan, lines) if len(lines) > 1 else None
        if whole is not None:
            found[begin] = at, whole
    return found


def _as_one(plan: ContainerPlan, lines: list[DocLine]) -> DocLine | None:
    """Lines of a paragraph as one, where only together they are words of the form, or fit a line with its answers."""
    folded = "".join([line.folded for line in lines])
    text = " ".join([line.text for line in lines])
    is_said = plan.may_say(len(folded)) and plan.says(text) and not any(plan.says(line.text) for line in lines)
    if not is_said:
        text = "\n".join([line.text for line in lines])
        if not plan.of(text, folded) or any(plan.of(line.text, line.folded) for line in lines):
            return None
    return DocLine(text, folded, lines[0].paragraph, lines[0].start)


def _lines_in(plan: ContainerPlan, row: DocRow) -> Sequence[DocLine]:
    """The lines of the form that a row holds, another one in each place; none where a row of the form does so."""
    if row.as_lines and _are_lines(plan, row.as_lines):
        return row.as_lines
    labels = plan.labels_of_lines
    if not labels or not row.own or not row.own[0].folded.startswith(labels):
        return ()
    if len(row.own) <= _OF_A_ROW and any(plan.plans[a] is None for a, _ in plan.of_row(row)):
        return ()  # without colons it may as well be a row of the form
    are_labels = [cell.folded in labels for cell in row.own]
    lines = row.in_pairs if all(are_labels[::2]) and not any(are_labels[1::2]) else []
    if not any(are_labels):
        lines = row.lines
    return lines if _are_lines(plan, lines) else ()


def _are_lines(plan: ContainerPlan, shown: Sequence[DocLine]) -> bool:
    """Whether lines of a document are several lines of the form, and no row of it has two of them."""
    if len(shown) <= 1:
        return False
    fits = [{a for a, _ in plan.of(line.text, line.folded)} for line in shown]
    lines = [min((a for a in fit if plan.plans[a] is not None), default=None) for fit in fits]
    rows = Counter(a for fit in fits for a in fit if plan.plans[a] is None)
    return None not in lines and len({*lines}) == len(lines) and max(rows.values(), default=0) < 2


def matched(
    plan: ContainerPlan,
    units: list[DocUnit],
    found: dict[tuple[int, int], float],
    in_step: list[tuple[int, int]] | None,
) -> tuple[list[tuple[int, int]], list[tuple[range, range]], list[tuple[int, int]]]:
    """The pairs in order, the stretches between them, and the pairs out of order."""
    pairs = align.chain((a, b, w) for (a, b), w in found.items()) if in_step is None else in_step
    gaps = [*between(pairs, len(plan.units), len(units))]
    if not found:
        return pairs, [gap for gap in gaps if any(gap)], []
    owned = {b for absent, stood in gaps if any(plan.is_owner(a) for a in absent) for b in stood}
    return pairs, gaps, _moved(found, pairs, owned)


def _moved(found: dict[tuple[int, int], float], pairs: list[tuple[int, int]], owned: set[int]) -> list[tuple[int, int]]:
    """Pairs out of order: each the only partner of the other, of what the chain left, and in nobody's gap."""
    used_a, used_b = {a for a, _ in pairs}, {b for _, b in pairs}
    left = [(a, b) for a, b in found if a not in used_a and b not in used_b and b not in owned]
    counts_a, counts_b = Counter(a for a, _ in left), Counter(b for _, b in left)
    return [(a, b) for a, b in left if counts_a[a] == counts_b[b] == 1]


def astray(
    plan: ContainerPlan, found: dict[tuple[int, int], float], moved: list[tuple[int, int]], partner: dict[int, int]
) -> list[tuple[int, int]]:
    """Units that what moved makes uncertain, each with a place that may be its own, too."""
    return [*_exchangeable(found, moved, partner), *_exchanged(plan, moved, partner)]


_HEADINGS = 16
"""So many headings that moved are looked at, each of which takes a look at all units."""


def _exchangeable(
    found: dict[tuple[int, int], float], moved: list[tuple[int, int]], partner: dict[int, int]
) -> list[tuple[int, int]]:
    """Units that moved past others that fit their place as well, and these, each with the place of the other."""
    own = {b: a for a, b in moved}
    fitting = ((other, own[b]) for other, b in found if b in own and other in partner)
    alike = [
        (a, other)
        for other, a in fitting
        if other != a
        and (a < other) is (partner[a] > partner[other])
        and found[other, partner[a]] >= found[a, partner[a]]
    ]
    return [pair for a, other in alike for pair in ((a, partner[other]), (other, partner[a]))]


def _exchanged(plan: ContainerPlan, moved: list[tuple[int, int]], partner: dict[int, int]) -> list[tuple[int, int]]:
    """What stands below headings that changed places, where no words of its own tell which it is: it may have gone with
    its heading or not.  Each comes with the place of the heading that moved.
    """
    astray: dict[int, int] = {}
    for a, b in [(a, b) for a, b in moved if plan.is_words_alone(a)][:_HEADINGS]:
        passed = [c for c, there in partner.items() if c != a and (c < a) is (there > b)]
        headings = [c for c in passed if plan.is_words_alone(c)]
        for c in itertools.chain.from_iterable(map(plan.under, (a, *headings))) if headings else ():
            if plan.units[c].paths and c not in plan.told:
                astray.setdefault(c, b)
    return [*astray.items()]


def twins(plan: ContainerPlan, found: dict[tuple[int, int], float], partner: dict[int, int]) -> list[tuple[int, int]]:
    """Where the document holds the form twice: a second place for every unit, or at least for its neighbour."""
    taken = set(partner.values())
    twins = {a: b for a, b in found if b not in taken and a in partner and plan.units[a].paths}
    whole = [a for a, unit in enumerate(plan.units) if unit.paths]
    found_once = sum(a in partner for a in whole)
    if found_once < FEW or len(twins) < MOST * found_once:
        return []
    return [(a, twins.get(a, next(iter(twins.values())))) for a in whole]


def hardly_there(plan: ContainerPlan, pairs: list[tuple[int, int]]) -> set[int]:
    """The units of parts that may be missing of whose words so few stand there that something else says them."""
    matched = {a for a, _ in pairs}
    strays: set[int] = set()
    for _, members in plan.sections:
        worded = [a for a in members if plan.has_words(a)]
        if 0 < 2 * sum(a in matched for a in worded) < len(worded):
            strays.update(members)
    return strays


def is_near(plan: ContainerPlan, pairs: list[tuple[int, int]], a: int, b: int) -> bool:
    """Whether a moved unit stayed where its table is, or a moved line between the tables around it."""
    unit = plan.units[a]
    table = unit.table if isinstance(unit, FormRow) else 0
    fixed = [
        (h, t)
        for h, t in pairs
        if (isinstance(u := plan.units[h], FormRow) and u.table != table) or (table and not isinstance(u, FormRow))
    ]
    before = max((there for here, there in fixed if here < a), default=-1)
    return before < b < min((there for here, there in fixed if here > a), default=b + 1)


def rivals(
    found: dict[tuple[int, int], float],
    pairs: list[tuple[int, int]],
    moved: list[tuple[int, int]],
    gaps: list[tuple[range, range]],
    far: Mapping[int, int],
    units: list[DocUnit],
) -> list[tuple[int, int]]:
    """Unmatched units of the document that fit a matched unit of the form as well as its partner, in reach of it, or
    are rows of its table.

    So may those that a unit from `far` off has; and what such a unit fits as well may be its place, not its partner's.
    """
    taken, partner = {b for _, b in [*pairs, *moved]}, dict(pairs)

    def is_beside(a: int, b: int) -> bool:
        row, own = units[b], units[partner[a]]
        return isinstance(row, DocRow) and isinstance(own, DocRow) and row.table is own.table is not None

    reach: dict[int, set[int]] = {}
    for (a, _), (_, before), (_, after) in zip(pairs, gaps, gaps[1:], strict=False):
        reach[a] = {*before, *after} - taken
    weights = {a: found[a, b] for a, b in pairs}
    near = [
        (a, b, w)
        for (a, b), w in found.items()
        if a in weights and (b in far or b in reach.get(a, ()) or (b not in taken and is_beside(a, b)))
    ]
    strays, claims = frozenset(far.values()), dict[int, float]()
    for (a, b), w in found.items() if strays else ():
        if a in strays:
            claims[b] = max(w, claims.get(b, w))
    claimed = [(a, b) for a, b in pairs if b in claims and claims[b] + 2 * NEIGHBOUR >= found[a, b]]
    return [*((a, b) for a, b, w in near if w + 2 * NEIGHBOUR >= weights[a]), *claimed]


def between(pairs: list[tuple[int, int]], form_size: int, doc_size: int) -> Iterator[tuple[range, range]]:
    """The unmatched stretches before, between and after matched pairs."""
    before_a = before_b = 0
    for a, b in [*pairs, (form_size, doc_size)]:
        yield range(before_a, a), range(before_b, b)
        before_a, before_b = a + 1, b + 1


def parted(
    plan: ContainerPlan,
    units: list[DocUnit],
    stretches: list[tuple[range, range]],
    partner: Mapping[int, int],
    moved: list[tuple[int, int]],
) -> Iterator[tuple[tuple[int, int], list[int], list[DocUnit]]]:
    """Each stretch between matched units: the pair before it (-1 for none), the units lost, and those that stand there.

    The rows of a table below a header that moved are a stretch of their own.
    """
    taken = set(partner.values())
    below = [
        (a, b, lost, _rows_below(units, b, taken))
        for a, b in moved
        if isinstance(unit := plan.units[a], FormRow) and unit.is_header and (lost := _lost_below(plan, a, partner))
    ]
    led = {a for _, _, lost, _ in below for a in lost}
    taken |= {b for *_, stood in below for b in stood}
    for absent, stood in stretches:
        if absent or stood:
            lost = [a for a in absent if a not in partner and a not in led]
            yield (absent.start - 1, stood.start - 1), lost, [units[b] for b in stood if b not in taken]
    for a, b, lost, stood_below in below:
        yield (a, b), lost, [units[b] for b in stood_below]


def _lost_below(plan: ContainerPlan, header: int, partner: Mapping[int, int]) -> list[int]:
    """The rows of a header's table that stand below it in the form and have no partner."""
    own, lost = plan.units[header], []
    for a in range(header + 1, len(plan.units)):
        unit = plan.units[a]
        if a in partner or isinstance(own, Line | Lines) or isinstance(unit, Line | Lines) or unit.table != own.table:
            break
        lost.append(a)
    return lost


def _rows_below(units: list[DocUnit], header: int, taken: Set[int]) -> list[int]:
    """The rows right below one of a document that are nothing else's."""
    rows = itertools.takewhile(lambda b: b not in taken and isinstance(units[b], DocRow), range(header + 1, len(units)))
    return list(rows)


def cells_of(wanted: FormRow, row: DocRow) -> list[tuple[FormCell, DocCell]]:
    """The cells that belong together: by position where every label agrees, else by their words."""
    cells, docs = [c for c in wanted.cells if not c.continues], row.own
    by_position = [
        list(zip(some, others, strict=True))
        for some, others in ((wanted.cells, row.cells), (cells, docs), (cells, trimmed(docs, len(cells))))
        if len(some) == len(others)
    ]
    for pairs in by_position:
        if all(agrees(cell, doc) for cell, doc in pairs):
            return pairs
    labels = [a for a, c in enumerate(cells) if not c.has_slots and c.literal.strip()]
    fixed = align.chain(
        (a, b, float(len(cells[a].literal))) for a in labels for b, doc in enumerate(docs) if agrees(cells[a], doc)
    )
    if by_position and len(fixed) < len(labels):
        return by_position[0]
    pairs = []
    for absent, stood in between(fixed, len(cells), len(docs)):
        if len(absent) == len(stood):
            pairs += [(cells[a], docs[b]) for a, b in zip(absent, stood, strict=True)]
    pairs += [(cells[a], docs[b]) for a, b in fixed]
    return sorted(pairs, key=lambda pair: pair[0].column)


def trimmed(docs: list[DocCell], size: int) -> list[DocCell]:
    """`docs` without the blank cells at the row's ends that a program put there for a gap in the grid."""
    while len(docs) > size and not docs[-1].lines:
        docs = docs[:-1]
    while len(docs) > size and not docs[0].lines:
        docs = docs[1:]
    return docs


def side_by_side(wanted: FormRow, row: DocRow) -> list[tuple[FormCell, DocCell]]:
    """The cells of a row with those of the form's in their order; none where there are more or fewer."""
    docs = trimmed(row.cells, len(wanted.cells))
    return list(zip(wanted.cells, docs, strict=True)) if len(docs) == len(wanted.cells) else []


def is_alike(wanted: FormRow, row: DocRow) -> bool:
    """Whether a row has as many cells as the form's."""
    size = sum(not c.continues for c in wanted.cells)
    return wanted.records_in(len(row.cells)) is not None or len(trimmed(row.own, size)) == size
