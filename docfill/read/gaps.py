"""Gaps: units of the form that no words matched, beside what stands in their place.

Between two matched units of a container lie the units that are lost and the lines
and rows that stand there.  What becomes of them is decided here, before anything
is read: lines that were joined to the one before, labels that are alike but not
the same, what is written behind its label, and the answers that take the rest.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct, field
from rapidfuzz import fuzz, process

from docfill import late, limits
from docfill.kinds import TEXT, Written
from docfill.kinds.number import is_hedge
from docfill.read import align, loosely
from docfill.read.blanks import is_signature
from docfill.read.columns import SEVERAL
from docfill.read.match import is_alike
from docfill.read.plan import ContainerPlan, LinePlan, words_of
from docfill.read.shape import DocLine, DocRow, DocUnit
from docfill.template.tree import Answer, Words
from docfill.template.units import FormRow, Line
from docfill.text import fold, fold_with_map, gist
from docfill.values import DRAWN

SIMILAR = 80
"""Two labels at least this alike (rapidfuzz ratio, 0 to 100) may be one, reworded."""
_COLON = late.pattern(r"\s*([^:：\d]{2,24})[:：](?=\s*\S)")
"""The label of a line, with an answer behind it."""
_NOTE = late.pattern(r"[（(][^（()）\n]{1,40}[)）]")
"""A note in brackets."""
_LABEL_WITHIN = late.pattern(r"(?:^|(?<=[\s，,；;、]))[^\s:：，,；;、\d]{2,12}[:：]")
"""A label in a line, with its colon."""
_MOST_PAIRS = 4096
"""So many pairs of lost lines and lines that stand there are held against each other; more are another document's."""
_STEPS_A_LABEL = 3
"""Tenths of a step to hold one label against another."""


class Before(Struct):
    """The matched unit in front of a gap."""

    index: int
    doc: DocUnit


class Reworded(Struct):
    """A unit of the form paired with what is alike."""

    index: int
    doc: DocUnit
    shown: str


class Relabelled(Struct):
    """A line of several labels as it stands there, with one that says something else, and the answers behind that."""

    plan: LinePlan
    doc: DocLine
    paths: list[str]
    shown: str
    label: str


class Gap(Struct):
    """What was decided on one gap.

    Attributes:
        before: the matched unit in front of it.
        joined: the plan of that unit with the lines that somebody joined to it, if there are any.
        tail: the lines that are the rest of the answer that ends it.
        line_owners: the lost units that are answers of whole lines.
        row_owners: the lost units that take rows.
        blocks: the lost repetitions of several lines or rows each.
        missing: the other lost units.
        reworded: those that stand there in other words.
        renamed: answers behind a colon, each with what stands behind other words, or before others.
        cuts: the lost words of the form that begin a line, each with what somebody wrote behind them.
        meant: those that are told by their look, each with the line that may be meant for it.
        spread: lines of several labels that somebody parted, each with the lines that it became.
        longer: the answers beside words that a line of several has before the form's own, or behind them.
        noted: the notes in brackets that stand in lines of several labels or units, between words of the form.
        relabelled: lines of several labels of which one says something else, each as it stands there.
        lines: what lines are left.
        rows: what rows are left.
        tables: rows that stand among the lines of an answer, as lines of it.
        units: all that stood there.
    """

    before: Before | None
    joined: LinePlan | None = None
    tail: list[DocLine] = field(default_factory=list)
    line_owners: list[int] = field(default_factory=list)
    row_owners: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    reworded: list[Reworded] = field(default_factory=list)
    renamed: list[Reworded] = field(default_factory=list)
    cuts: list[tuple[int, DocLine]] = field(default_factory=list)
    meant: list[tuple[int, DocLine]] = field(default_factory=list)
    spread: list[tuple[LinePlan, list[DocLine]]] = field(default_factory=list)
    longer: list[tuple[str, str]] = field(default_factory=list)
    noted: list[DocLine] = field(default_factory=list)
    relabelled: list[Relabelled] = field(default_factory=list)
    lines: list[DocLine] = field(default_factory=list)
    rows: list[DocRow] = field(default_factory=list)
    tables: list[DocRow] = field(default_factory=list)
    units: list[DocUnit] = field(default_factory=list)

    @property
    def blank(self) -> list[DocLine]:
        """The lines that stood there and show nothing."""
        return [u for u in self.units if isinstance(u, DocLine) and not u.folded]

    @property
    def shares(self) -> list[tuple[list[int], list[DocLine]]]:
        """The answers of whole lines with the lines that may be theirs, parted where labels in other words stand."""
        cuts = [*self.cuts, *((pair.index, doc) for pair in self.reworded if isinstance(doc := pair.doc, DocLine))]
        if len(self.line_owners) < 2 or not cuts:
            return [(self.line_owners, self.lines)]
        at = {id(unit.paragraph): number for number, unit in enumerate(self.units) if isinstance(unit, DocLine)}
        ends = sorted((a, (at[id(doc.paragraph)], doc.start)) for a, doc in cuts)
        if any(one > other for (_, one), (_, other) in pairwise(ends)):  # they stand in another order than the form's
            return [([a], []) for a in self.line_owners] + [([], self.lines)]
        behind = [end for _, end in ends]
        by_cut: list[tuple[list[int], list[DocLine]]] = [([], []) for _ in range(len(ends) + 1)]
        for a in self.line_owners:
            by_cut[bisect.bisect(ends, (a,))][0].append(a)
        for line in self.lines:
            by_cut[bisect.bisect(behind, (at[id(line.paragraph)], line.start))][1].append(line)
        return by_cut

    def absences(self, plan: ContainerPlan) -> list[LinePlan]:
        """The lines of words that are missing and should not be."""
        return [p for a in self.missing if (p := plan.plans[a]) is not None and not p.is_optional]


def is_bare(plan: ContainerPlan, absent: Sequence[int], units: list[DocUnit]) -> bool:
    """Whether nothing stands in a stretch, nor does the form ask for anything there: empty lines alone."""
    if not all(isinstance(unit, DocLine) and not unit.folded for unit in units):
        return False
    return all((line := plan.plans[a]) is not None and line.is_empty for a in absent)


def decided(plan: ContainerPlan, absent: Sequence[int], units: list[DocUnit], before: Before | None) -> Gap:
    """What becomes of the units of the form in `absent`, and of the lines and rows of a document in their place."""
    gap = Gap(before, units=units)
    lost = [a for a in absent if not ((p := plan.plans[a]) is not None and p.is_empty)]
    lost, gap.joined = _joined_on(plan, lost, before)
    gap.line_owners = [a for a in lost if plan.is_owner(a)]
    gap.row_owners = [a for a in lost if plan.is_row_owner(a)]
    gap.blocks = [a for a in lost if plan.is_block(a)]
    if gap.blocks:
        gap.missing = [a for a in lost if a not in gap.blocks]
        return gap
    if len(gap.line_owners) == 1 and not gap.row_owners:
        gap.tables = [u for u in units if isinstance(u, DocRow)]
        units = [line for u in units for line in (u.lines if isinstance(u, DocRow) else [u])]
    gap.lines = [u for u in units if isinstance(u, DocLine) and u.folded]
    gap.rows = [u for u in units if isinstance(u, DocRow)]
    if len(lost) > len(gap.line_owners) + len(gap.row_owners):  # others are known by their words
        if gap.lines:
            lost = _relabelled(plan, _without_notes(plan, _spread(plan, lost, gap), gap), gap)
            lost = _without_tail(plan, _loosely(plan, lost, gap), gap)
            lost, gap.lines, gap.cuts = behind_labels(plan, lost, gap.lines)
        if lost and (gap.lines or gap.rows):
            lost = _reworded(plan, lost, gap, set(absent))
    gap.missing = [a for a in lost if a not in gap.line_owners and a not in gap.row_owners]
    gap.line_owners = [a for a in gap.line_owners if a in lost]
    gap.row_owners = [a for a in gap.row_owners if a in lost]
    if gap.missing and gap.lines:
        _meant(plan, gap)
    if not gap.line_owners and gap.lines:
        _tail(plan, gap)
    return gap


def _joined_on(plan: ContainerPlan, lost: list[int], before: Before | None) -> tuple[list[int], LinePlan | None]:
    """The units still lost, and the plan of the line before with those lines that somebody joined to it."""
    own = plan.plans[before.index] if before is not None else None
    doc = None if before is None else before.doc if isinstance(before.doc, DocLine) else before.doc.as_line
    if own is None or doc is None:
        return lost, None
    joined, remaining = own, []
    for a in lost:
        line = plan.plans[a]
        words = line.literals[0] if line is not None and line.slots and line.literals else []
        if line is None or not any(w in doc.folded for w in words if len(w) > 1):
            remaining.append(a)
        else:
            joined = LinePlan(*joined.lines, *line.lines)
    return remaining, joined if joined is not own else None


def _spread(plan: ContainerPlan, lost: list[int], gap: Gap) -> list[int]:
    """Finds the lines of several labels that somebody parted before one of these; gives the units still lost."""
    remaining = []
    for a in lost:
        line = plan.plans[a]
        labels = line.literals if line is not None and line.slots and not line.has_boxes else []
        begun = (
            [at for at, x in enumerate(gap.lines) if x.folded.startswith(tuple(labels[0]))] if len(labels) > 1 else []
        )
        parts = _parts_of(labels, gap.lines[begun[0] :]) if len(begun) == 1 else []
        if line is None or len(parts) < 2 or not line.fits("".join(part.folded for part in parts)):
            remaining.append(a)
            continue
        gap.spread.append((line, parts))
        gap.lines = [x for x in gap.lines if x not in parts]
    return remaining


def _parts_of(labels: Sequence[Sequence[str]], lines: list[DocLine]) -> list[DocLine]:
    """The first of some lines that have all labels in their order, each but the first in one that a label begins; []
    where they have not.
    """
    count, at = 1, 0
    for spelt in labels:
        ends = [found + len(s) for s in spelt if (found := lines[count - 1].folded.find(s, at)) >= 0]
        if not ends and count < len(lines):
            ends = [len(s) for s in spelt if lines[count].folded.startswith(s)]
            count += 1
        if not ends:
            return []
        at = min(ends)
    return lines[:count]


def _without_notes(plan: ContainerPlan, lost: list[int], gap: Gap) -> list[int]:
    """Finds the lines with answers that fit but for notes in brackets among their words; gives the units still lost."""
    if len(lost) * len(gap.lines) > _MOST_PAIRS:
        return lost
    remaining = []
    for a in lost:
        line = plan.plans[a]
        is_asked = line is not None and line.slots and len(line.literals) > 1 and not line.has_boxes
        found = next((x for doc in gap.lines if line and is_asked and (x := _parted_by_notes(line, doc))), None)
        if line is None or found is None:
            remaining.append(a)
            continue
        doc, parts, notes = found
        gap.spread.append((line, parts))
        gap.noted += notes
        gap.lines = [x for x in gap.lines if x is not doc]
    return remaining


def _parted_by_notes(line: LinePlan, doc: DocLine) -> tuple[DocLine, list[DocLine], list[DocLine]] | None:
    """A line of the document, its parts, which fit a line of the form, and the notes between them; None for others."""
    limits.spend(1 + len(doc.folded) // 64)
    printed = fold(line.words)
    notes = [m.span() for m in _NOTE.finditer(doc.text) if fold(m[0]) not in printed] if not doc.behind else []
    ends = [0, *(at for note in notes for at in note), len(doc.text)]
    pieces = [doc.part(first, last) for first, last in pairwise(ends)]
    kept = pieces[::2]
    if not notes or not line.fits("".join(part.folded for part in kept)):
        return None
    if any(is_hedge(doc.text[slice(*note)]) for note in notes):
        return None  # it is about the number before it
    split = align.split(line.literals, line.wants_words, text := "".join(part.text for part in kept))
    cuts = {*itertools.accumulate(len(part.text) for part in kept[:-1])}
    blank = [gap for gap, asked in zip(split.gaps if split else (), line.gaps, strict=False) if asked]
    if any(not text[slice(*gap)].strip(DRAWN) and not cuts.isdisjoint(range(gap[0], gap[1] + 1)) for gap in blank):
        return None  # the note may be the answer
    return doc, [part for part in kept if part.folded], pieces[1::2]


def behind_labels(
    plan: ContainerPlan, lost: list[int], lines: list[DocLine]
) -> tuple[list[int], list[DocLine], list[tuple[int, DocLine]]]:
    """Parts lines that begin with words of the form and a colon: somebody wrote behind these what belongs below them.

    The colon may be the writer's, too.

    Gives the units still lost, the lines with what was written in the place of each that was parted, and that with the
    unit whose words stood before it.
    """
    remaining, cuts = [], []
    for a in lost:
        begun = [(x, end) for x in lines if (end := _end_of_label(plan, a, x)) is not None]
        if not begun:
            remaining.append(a)
            continue
        parted, end = begun[0]
        rest = parted.part(fold_with_map(parted.text)[1][end])
        lines = [rest if line is parted else line for line in lines]
        cuts.append((a, rest))
    return remaining, lines, cuts


def _end_of_label(plan: ContainerPlan, a: int, doc: DocLine) -> int | None:
    """Where, folded, the words of a unit end that a line begins with, and the colon behind them; None where none do."""
    line = plan.plans[a]
    if line is None or line.paths or len(line.literals) != 1:
        return None
    for label in line.literals[0]:
        if doc.folded.startswith(label) and doc.folded != label:
            end = len(label) + doc.folded.startswith(":", len(label))
            if label.endswith((":", "?", ")")) or end > len(label):
                return end if end < len(doc.folded) else None
    return None


def _relabelled(plan: ContainerPlan, lost: list[int], gap: Gap) -> list[int]:
    """Finds the lines of several labels of which one says something else; gives the units still lost."""
    if len(lost) * len(gap.lines) > _MOST_PAIRS:
        return lost
    remaining = []
    for a in lost:
        line = plan.plans[a]
        is_asked = line is not None and len(line.lines) == 1 < len(line.literals) and not line.labels
        found = (
            next((x for doc in gap.lines if (x := _with_another_label(line, doc))), None) if is_asked and line else None
        )
        if found is None:
            remaining.append(a)
            continue
        gap.relabelled.append(found)
        gap.lines = [doc for doc in gap.lines if doc is not found.doc]
    return remaining


def _loosely(plan: ContainerPlan, lost: list[int], gap: Gap) -> list[int]:
    """Finds the lines that have all words of one of the form, or in another order; gives what is still lost."""
    if len(lost) * len(gap.lines) > _MOST_PAIRS:
        return lost
    remaining = []
    for a in lost:
        line = plan.plans[a]
        is_asked = line is not None and line.slots and (len(line.literals) > 1 or line.has_ticks) and not line.undrawn
        for doc in gap.lines if line is not None and is_asked else ():
            assert line is not None
            more = loosely.with_more(line.loose, doc)
            turned = loosely.in_other_order(line, doc) if more is None else None
            if more is not None or turned is not None:
                gap.spread.append((turned or line.loose, [doc]))
                gap.longer += more or []
                gap.lines = [x for x in gap.lines if x is not doc]
                break
        else:
            remaining.append(a)
    return remaining


def _without_tail(plan: ContainerPlan, lost: list[int], gap: Gap) -> list[int]:
    """Finds the number or day of a line whose label stands as printed and what is printed behind it, a unit say, does
    not; gives the units still lost.
    """
    if len(lost) * len(gap.lines) > _MOST_PAIRS:
        return lost
    begun = Counter(line.literals[0][0] for line in plan.plans if line is not None and line.literals)
    remaining = []
    for a in lost:
        label = _label_with_tail(plan.plans[a])
        is_its_own = bool(label) and begun[label[0]] == 1
        found = [(doc, m.end()) for doc in gap.lines if (m := _LABEL_WITHIN.match(doc.text)) and fold(m[0]) in label]
        if len(found) != 1 or not is_its_own:
            remaining.append(a)
            continue
        [(line_there, end)] = found
        gap.renamed.append(Reworded(a, line_there.part(end), line_there.text.strip()))
        gap.lines = [doc for doc in gap.lines if doc is not line_there]
    return remaining


def _label_with_tail(line: LinePlan | None) -> Sequence[str]:
    """The spellings of the label of a line that asks for one number or day and has words behind it; () for others."""
    if line is None or len(line.literals) != 2 or not len(line.slots) == len(line.gaps[1]) == 1:
        return ()
    slot = line.slots[0]
    is_short = isinstance(slot, Answer) and isinstance(slot.kind, Written) and not slot.kind.goes_on
    return line.literals[0] if is_short else ()


def _with_another_label(line: LinePlan, doc: DocLine) -> Relabelled | None:
    """A line of the document as one of the form, of which it has all words but one label."""
    limits.spend(1 + len(doc.folded) // 64)
    if not any(words in doc.folded for spellings in line.literals for words in spellings[:1]):
        return None
    split = align.split(line.literals, line.wants_words, doc.text)
    if split is None or len(split.missing) > 1:
        return None
    at = next(iter(split.missing), 0)
    words = line.literals[at][0]
    if split.missing:
        said = [*_LABEL_WITHIN.finditer(doc.text, *split.gaps[at])]
    else:  # the first one says more
        said = [m for m in [_LABEL_WITHIN.match(doc.text.rstrip())] if m is not None and m.end() == split.gaps[1][0]]
    tokens = [t for t in line.lines[0].tokens if isinstance(t, str) and fold(t) == words]
    if len(said) != 1 or len(tokens) != 1 or not words.endswith(":") or (at and gist(doc.text[: split.gaps[0][1]])):
        return None
    [found], [token] = said, tokens
    if fold(found[0]) == words:
        return None
    paths = [slot.path for slot in line.gaps[at + 1] if isinstance(slot, Answer)]
    plan = LinePlan(Line([found[0] if t is token else t for t in line.lines[0].tokens]))
    return Relabelled(plan, doc, paths, found[0], token.strip())


def _reworded(plan: ContainerPlan, lost: list[int], gap: Gap, absent: set[int]) -> list[int]:
    """Pairs labels that are alike but not the same; gives the units still lost.

    A row of a year is none of another year's where some of its fellows stand there as printed, or several other years.
    """
    remaining = []
    others = {row.year for row in gap.rows} - {""}
    kept = absent if len(others) < SEVERAL else absent - plan.years.keys()
    labels = {a: label for a in lost if (label := _label_lost(plan, a, kept))}
    lines, rows = (_Alike(units) if labels else None for units in (gap.lines, gap.rows))
    for a in lost:
        unit = plan.units[a]
        alike = lines if isinstance(unit, Line) else rows
        best = alike.taken(labels[a]) if a in labels and alike is not None else None
        if best is None:
            remaining.append(a)
            continue
        shown = best.text if isinstance(best, DocLine) else next(c.text for c in best.cells if c.lines)
        gap.reworded.append(Reworded(a, best, shown.strip()))
    taken = {id(pair.doc) for pair in gap.reworded}
    rows_left = [row for row in gap.rows if id(row) not in taken]
    remaining = _only_ones(plan, remaining, gap, labels, rows_left)
    taken = {id(pair.doc) for pair in gap.reworded}
    gap.lines = [line for line in gap.lines if id(line) not in taken]
    gap.rows = [row for row in gap.rows if id(row) not in taken]
    return remaining


def _only_ones(plan: ContainerPlan, lost: list[int], gap: Gap, labels: dict[int, str], rows: list[DocRow]) -> list[int]:
    """Pairs what is left where there is one row or line for each, however its label reads; gives the units still lost.

    Each has as many cells as the form's, or a colon behind its label, and some character of the label it stands for.
    """
    wanted = [a for a in lost if a in labels and isinstance(plan.units[a], FormRow)]
    if len(wanted) == len(rows) and not gap.row_owners:
        shown = [next((c.text for c in row.cells if c.lines), "") for row in rows]
        if all(
            isinstance(unit := plan.units[a], FormRow) and is_alike(unit, row) and _shares(labels[a], said)
            for a, row, said in zip(wanted, rows, shown, strict=True)
        ):
            gap.reworded += [Reworded(a, row, said) for a, row, said in zip(wanted, rows, shown, strict=True)]
            lost = [a for a in lost if a not in wanted]
    led = [a for a in lost if a in labels and _leads_on(plan, a)]
    parts = [(m, line) for line in gap.lines if (m := _COLON.match(line.text))]
    is_each_meant = all(_shares(labels[a], m[1]) for a, (m, _) in zip(led, parts, strict=False))
    if led and len(led) == len(parts) and not gap.line_owners and is_each_meant:
        for a, (m, line) in zip(led, parts, strict=True):
            gap.renamed.append(Reworded(a, line.part(m.end()), m[1].strip()))
        taken = {id(line) for _, line in parts}
        gap.lines = [line for line in gap.lines if id(line) not in taken]
        lost = [a for a in lost if a not in led]
    return lost


def _shares(label: str, shown: str) -> bool:
    """Whether a label shares a letter with words that may stand for it, and is none of a program's numbers."""
    return any(c.isalpha() for c in set(label) & set(fold(shown)))


def _leads_on(plan: ContainerPlan, a: int) -> bool:
    """Whether a line is a label with a colon and one answer behind it."""
    line = plan.plans[a]
    return line is not None and len(line.literals) == 1 and line.literals[0][0].endswith(":") and len(line.gaps[1]) == 1


def _label_lost(plan: ContainerPlan, a: int, absent: set[int]) -> str:
    """The folded words by which a lost unit may be known again; "" for none, or where its fellows of a year stand."""
    unit = plan.units[a]
    if not isinstance(unit, Line | FormRow) or not absent.issuperset(plan.years.get(a, ())):
        return ""
    return fold(words_of(unit))


class _Alike:
    """Lines or rows of a document by their labels, each label looked at once however often it stands there."""

    def __init__(self, units: Sequence[DocUnit]) -> None:
        self._units: dict[str, list[DocUnit]] = {}
        limits.spend(len(units))
        for unit in units:
            if label := _label(unit):
                self._units.setdefault(label, []).append(unit)

    def taken(self, label: str) -> DocUnit | None:
        """The first unit whose label is most like a label, which is taken out; None where none is alike."""
        limits.spend(len(self._units) * _STEPS_A_LABEL // 10)
        found = process.extractOne(label, self._units.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR)
        if found is None:
            return None
        like = self._units[found[0]]
        best = like.pop(0)
        if not like:
            del self._units[found[0]]
        return best


def _meant(plan: ContainerPlan, gap: Gap) -> None:
    """Pairs answers that are told by their look, days say, with lines that have not that look and may be meant so.

    Where a cell asks for nothing else, its one line is, whatever it says.
    """
    is_alone = len(plan.units) == 1
    kinds = {a: kind for a in gap.missing if isinstance(kind := _look_of(plan, a, is_alone), Written)}
    lines = [line for line in gap.lines if any(kind.may_be_meant(line.text) for kind in kinds.values())]
    if not lines and is_alone:
        lines = gap.lines
    if kinds and len(lines) == len(kinds):
        gap.meant = [*zip(kinds, lines, strict=True)]
        gap.missing = [a for a in gap.missing if a not in kinds]
        taken = {id(line) for line in lines}
        gap.lines = [line for line in gap.lines if id(line) not in taken]


def _look_of(plan: ContainerPlan, a: int, is_alone: bool) -> Written | Words | None:
    """By what an answer that stands in no words is told; one alone with its unit in a cell, too, by its kind."""
    line = plan.plans[a]
    if line is None or not line.slots:
        return None
    only = line.slots[0] if is_alone and len(line.slots) == len(line.literals) == 1 and line.gaps[0] else None
    kind = only.kind if isinstance(only, Answer) else None
    return kind if isinstance(kind, Written) and kind.has_unit else line.told_by


def _tail(plan: ContainerPlan, gap: Gap) -> None:
    """Lines where the form has nothing, behind a text that ends the line before: they are the rest of that answer where
    they stand in its own paragraph, and all of it in a cell where nothing stands behind its label.
    """
    if last_text(plan, gap) is None or gap.before is None or not isinstance(gap.before.doc, DocLine):
        return
    if _is_below_label(plan, gap, gap.before.index, gap.before.doc):
        gap.tail, gap.lines = gap.lines, []
        return
    paragraph = gap.before.doc.paragraph
    gap.tail = [line for line in gap.lines if line.paragraph is paragraph]
    gap.lines = [line for line in gap.lines if line.paragraph is not paragraph]


def _is_below_label(plan: ContainerPlan, gap: Gap, a: int, doc: DocLine) -> bool:
    """Whether the lines below a matched line of a cell can be nothing but its answer: nothing stands behind its label,
    and they are no labels, nor signed; all else that the form has there is found.
    """
    line = plan.plans[a]
    is_bare = line is not None and gist(doc.text) == gist(line.words)
    if not (plan.in_cell and is_bare) or gap.rows or gap.missing or gap.reworded or gap.renamed or gap.relabelled:
        return False
    return not any(is_signature(line.text) or _HEADED.match(line.text) for line in gap.lines)


_HEADED = late.pattern(
    r"\s*+(?:(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*+)?[^\s:：，,。;；、\d]{2,12}[:：]"
    r"|[（(]?[一二三四五六七八九十]{1,3}[)）、]\s*+[^\s，,。;；]{2,12}\s*+$)"
)
"""A line that begins with a label, or is a numbered heading."""


def last_text(plan: ContainerPlan, gap: Gap) -> Answer | None:
    """The text answer that ends the line before a gap, if one does."""
    if gap.before is None or not isinstance(gap.before.doc, DocLine):
        return None
    line = gap.joined or plan.plans[gap.before.index]
    last = line.gaps[-1][-1] if line is not None and line.gaps[-1] else None
    return last if isinstance(last, Answer) and (last.kind or TEXT).goes_on else None


def _label(unit: DocUnit) -> str:
    """The folded text of a line, or of the first cell that has any."""
    if isinstance(unit, DocLine):
        return unit.folded
    return next((c.folded for c in unit.own if c.lines), "")
