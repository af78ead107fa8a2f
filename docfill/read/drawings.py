"""Marks in a text: which option each belongs to, and what is left for the answers."""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from docfill import late
from docfill.read import align
from docfill.read.align import Split
from docfill.read.plan import LinePlan
from docfill.read.shape import DocText, Stretches
from docfill.template.tree import Answer, Computed, Foreign, Tick
from docfill.text import LABEL, behind_marks, fold_with_map, gist
from docfill.word import ticks
from docfill.word.span import Span

_BESIDE = 4
"""Characters between an option and its colon that may be a sign, or between it and a further mark that is its own."""
_NOTE = late.pattern(r"\([^()]{1,16}\)")
"""A note in brackets that somebody put between a label and its colon, folded."""
_BLANK = "_ "
_PARTING = frozenset("/／、|｜，,；;")
"""What parts an option from the next one, in whose place a mark behind it stands."""
_DRAWN_BOXES = frozenset(ticks.BOXES + ticks.TICKED_BOXES)
"""Boxes, one of which an option has: of two that touch, the second one may begin the answer behind it."""
_KEPT = 1024
"""So many lines of options are kept as they were read: which are ticked, most of them, comes again."""

Token = tuple[str, int, int]
"""A mark, and where it begins and ends in the text."""
Run = tuple[int, int, bool, list[Token]]
"""Marks that touch: where they begin and end, whether they open the next label as the first of its line or group."""


class Drawn(NamedTuple):
    """What is drawn for one option: the characters of its marks (or where they would be), and of its words."""

    option: ticks.Option
    marks: Iterable[Span]
    label: Iterable[Span]


class Drawings:
    """The marks in the gaps of a text, and the option that each belongs to.

    Between two options of one line a mark may belong to either.  Where every option
    has a mark on the side on which the form prints its box, the form tells.  Else the
    document does: where the first option of some line, or the one behind the words
    that introduce the options, has a mark in front, boxes stand before their labels,
    else after them; marks that touch one another stay together.
    """

    def __init__(self, plan: LinePlan, split: Split, text: str) -> None:
        self.split = split
        self._gaps, self._text = split.gaps, text
        self._labels: dict[int, Tick] = {}
        self._behind: set[int] = set()
        self._marks: dict[int, list[Token]] = {}
        self._absent: list[Tick] = []
        self._orphaned: set[int] = set()
        """The gaps in which the label of an option is missing: its mark may stand there without it."""
        self.adrift: list[tuple[int, Tick]] = []
        """The options whose label is missing though something may be written in beside them, and in which gap."""
        self.slots: list[list[Answer | Computed | Foreign]] = [[]]
        """The answers of each gap; those before a literal that is missing belong to the next gap."""
        self.rest: list[tuple[int, int]] = []
        """What each gap holds besides marks."""
        self.unclear: set[int] = set()
        """The gaps whose answer begins with what may be a tick of the option before."""
        self.strays: list[tuple[int, int, int]] = []
        """The gap of each sign that stands between an option and its colon, where it begins and where it ends."""
        if not plan.has_ticks and not split.missing and split.spelt == plan.printed_words:
            self.slots, self.rest = plan.answers, split.gaps
            return
        self._place(plan)
        kept = [spellings[0] for i, spellings in enumerate(plan.literals) if i not in split.missing]
        self._dropped = {
            i: own.removeprefix(spelt) for i, (own, spelt) in enumerate(zip(kept, split.spelt, strict=True), 1)
        }
        """What the spelling found before each gap lacks at its end: a mark may stand between it and that."""
        self._marks = {i: [] for i in self._labels}
        self._is_clean = True
        self._moved: set[int] = set()
        found = [self._clusters(i) if self._labels else [] for i in range(len(self._gaps))]
        self._is_before = any(found[i] and found[i][-1][2] for i in self._labels) or any(
            self._is_parted(i, found[i]) for i in self._labels
        )
        is_blank = all(tick.is_blank_when_off for tick in self._labels.values())
        self._is_printed = all(self._has_own(i, found) for i in self._labels) or (
            is_blank and all(self._is_beside_own(i, run) for i, runs in enumerate(found) for run in runs)
        )
        for index, runs in enumerate(found):
            self._share(index, runs)
        self.unclear |= {index for index in self._labels if self._is_between_boxes(index)}
        self.unclear |= {index for index in self._moved if self._may_begin_answer(index)}
        is_blank = is_blank and not self.unclear and all(map(self._is_ticked_alone, self._labels))
        self._has_boxes = not is_blank

    def _place(self, plan: LinePlan) -> None:
        """The answers of each gap and the option whose label ends it, as far as the words of the plan are there."""
        for index, gap in enumerate(plan.gaps):
            own = [s for s in gap if not isinstance(s, Tick)]
            self.slots[-1] += own
            if own and index - 1 in self.split.missing and index - 1 in plan.labels:
                self.adrift.append((len(self.slots) - 1, plan.labels[index - 1]))
            if index == len(plan.literals):
                break
            tick = plan.labels.get(index)
            if index in self.split.missing:
                self._absent += [tick] if tick is not None else []
                self._orphaned |= {len(self.slots) - 1} if tick is not None else set()
                continue
            if tick is not None:
                self._labels[len(self.slots) - 1] = tick
                self._behind |= {len(self.slots) - 1} if index in plan.behind else set()
            self.slots.append([])

    def around(self, rooms: Collection[int]) -> Iterator[tuple[Tick | None, Tick | None, tuple[int, int]]]:
        """The gaps before and behind options that hold no answer and no blank: the options, and what stands there."""
        for index, rest in enumerate(self.rest if self._labels and not self.split.missing else ()):
            before, behind = self._labels.get(index - 1), self._labels.get(index)
            if (before or behind) and not self.slots[index] and index not in rooms:
                yield before, behind, rest

    def beside(self, index: int) -> Tick | None:
        """The option that stands nearest to a gap, in front of it if one does; None where there is none."""
        before = [i for i in self._labels if i < index]
        near = max(before) if before else min(self._labels, default=None)
        return None if near is None else self._labels[near]

    def touches(self, index: int) -> bool:
        """Whether what stands in a gap touches the option behind it, which should have a box there and has no mark."""
        start, end = self._gaps[index]
        is_bare = index in self._labels and index not in self._behind and not self._marks[index]
        return is_bare and start < end and not self._text[end - 1].isspace()

    def _is_stray(self, index: int) -> bool:
        """Whether a sign stands between the option before a gap and its colon."""
        return bool(self.strays) and self.strays[-1][0] == index

    def options(self, text: DocText) -> Iterator[tuple[Tick, Drawn]]:
        """Each tick of the plan with what is drawn for it and where in a text that says just this."""
        for tick, option, marks, label in self._placed:
            yield tick, Drawn(option, Stretches(text, marks), Stretches(text, label))
        for tick in self._absent:
            yield tick, Drawn(ticks.Option(tick.option, not self._is_clean), (), ())

    @cached_property
    def _placed(self) -> list[tuple[Tick, ticks.Option, list[tuple[int, int]], list[tuple[int, int]]]]:
        """Each tick whose label is there, its option, where its marks are or would be, and where its label is."""
        placed = []
        for index, tick in self._labels.items():
            marks, label = self._marks[index], (self._gaps[index][1], self._gaps[index + 1][0])
            at = label[0] if self._stands_before(index) else label[1]
            drawn, has_ring = tuple([mark for mark, _, _ in marks]), tick.is_ring_when_off
            option = ticks.Option(tick.option, True, drawn, self._has_boxes, has_ring)
            placed.append((tick, option, [(start, end) for _, start, end in marks] or [(at, at)], [label]))
        return placed

    def _clusters(self, index: int) -> list[Run]:
        """(start, end, opens the next label, the first of its line or group, marks) of each run of marks in a gap."""
        start, end = self._gaps[index]
        runs: list[Run] = []
        for token in self._tokens(index, start, end):
            mark = (ticks.mark_of(token), *token.span())
            if runs and runs[-1][1] == token.start():
                first, _, opens, marks = runs[-1]
                marks.append(mark)
                runs[-1] = (first, token.end(), opens, marks)
            else:
                runs.append((token.start(), token.end(), False, [mark]))
        if runs:
            first, last, _, marks = runs[-1]
            is_first = index - 1 not in self._labels or self._starts_line(index, first)
            opens = is_first and not self._text[last:end].strip(" \t\u3000\u00a0")
            runs[-1] = (first, last, opens, marks)
        return runs

    def _tokens(self, index: int, start: int, end: int) -> Iterator[re.Match[str]]:
        """The drawings in a gap; behind an answer, a V is one only right in front of the next option."""
        text = self._text
        for token in ticks.typed_in(text, start, end):
            is_letter = len(token[0]) == 1 and token[0] in ticks.LETTERS
            is_in_front = index in self._labels and not text[token.end() : end].strip()
            is_apart = token.start() == start or text[token.start() - 1].isspace()
            if not is_letter or not self.slots[index] or (is_in_front and is_apart):
                yield token

    def _has_own(self, index: int, found: list[list[Run]]) -> bool:
        """Whether an option has a mark on the side on which the form prints its box."""
        text = self._text
        if index not in self._behind:
            return bool(found[index]) and not text[found[index][-1][1] : self._gaps[index][1]].strip()
        runs = found[index + 1]
        is_next = bool(runs) and not text[self._gaps[index + 1][0] : runs[0][0]].strip(" \t\u3000\u00a0")
        is_shared = index + 1 in self._labels and index + 1 not in self._behind
        return is_next and (not is_shared or sum(len(marks) for *_, marks in runs) > 1)

    def _is_beside_own(self, index: int, run: Run) -> bool:
        """Whether marks touch an option on the side on which the form draws its tick, and nothing on the other side."""
        (start, end), (first, last, _, _), text = self._gaps[index], run, self._text
        if index in self._labels and index not in self._behind and last == end:
            return not text[first - 1 : first].isalnum()
        return index - 1 in self._behind and first == start and not text[last : last + 1].isalnum()

    def _stands_before(self, index: int) -> bool:
        """Whether the box of an option stands before its label."""
        return index not in self._behind if self._is_printed else self._is_before

    def _is_ticked_alone(self, index: int) -> bool:
        """Whether the marks of an option, if it has any, are ticks that touch it and no other words."""
        marks, label = self._marks[index], (self._gaps[index][1], self._gaps[index + 1][0])
        if not marks:
            return True
        first, last, text = marks[0][1], marks[-1][2], self._text
        if label[0] != last and label[1] != first:
            return False
        beside = text[first - 1 : first] if last == label[0] else text[last : last + 1]
        return not beside.isalnum() and all(ticks.MARKS.get(mark) for mark, _, _ in marks)

    def _is_midway(self, index: int, run: Run, start: int, end: int) -> bool:
        """Whether a tick stands as far from the option before it as from the one behind, or its box."""
        is_told = (
            index - 1 in self._behind and not self._marks[index - 1] and not (self._is_before and not self._is_printed)
        )
        first, last, _, marks = run
        before, behind = self._text[start:first], self._text[last:end]
        is_tick = all(ticks.MARKS.get(m, True) for m, _, _ in marks)
        is_apart = 0 < len(before) == len(behind) and not (before + behind).strip(" \u3000\u00a0")
        return not is_told and is_tick and is_apart

    def _is_between_boxes(self, index: int) -> bool:
        """Whether a tick stands as near to the option before it as to the one behind, and both have other boxes."""
        left, right = self._marks.get(index - 1, []), self._marks[index]
        if not (_has_box(left) and (_has_box(right) or self._has_next_box(index))):
            return False
        start, end = self._gaps[index]
        of_left = [token for token in left if start <= token[1]]
        of_right = [token for token in right if token[1] < end]
        ticked = [token for token in (*of_left, *of_right) if ticks.MARKS.get(token[0])]
        if not ticked:
            return False
        first, last = min(at for _, at, _ in ticked), max(to for _, _, to in ticked)
        start = max((to for mark, _, to in of_left if not ticks.MARKS.get(mark)), default=start)
        end = min((at for mark, at, _ in of_right if not ticks.MARKS.get(mark)), default=end)
        before, behind = self._text[start:first], self._text[last:end]
        is_within = start <= first and last <= end
        return is_within and len(before) == len(behind) and not (before + behind).strip(" \u3000\u00a0")

    def _has_next_box(self, index: int) -> bool:
        """Whether the box of the option behind another touches that, too, and there are more boxes than options."""
        box = next(iter(self._marks.get(index + 1, ())), None)
        touches = box is not None and box[1] == self._gaps[index + 1][0] and ticks.MARKS.get(box[0]) is False
        return touches and sum(map(len, self._marks.values())) > len(self._marks)

    def _is_of_added(self, index: int, run: Run, start: int) -> bool:
        """Whether marks stand apart behind the last option, and touch words, or are a box before them where it has its
        own: those of an option that somebody added.
        """
        first, last, _, marks = run
        is_ticked = any(ticks.MARKS.get(mark) is not False for mark, _, _ in marks)
        is_box = bool(self._marks.get(index - 1)) and marks[0][0] in ticks.TICKED_BOXES
        behind = self._text[last : last + (_BESIDE if is_box else 1)].lstrip(_BLANK)
        return is_ticked and index not in self._marks and start < first and behind[:1].isalnum()

    def _may_be_of_next(self, left: list[Token], run: Run, start: int, end: int) -> bool:
        """Whether marks of an option that has its own may be the next one's: they are nearer to it, or a second box."""
        first, last, _, marks = run
        is_nearer = bool(left) and end - last <= first - start and not self._text[last:end].strip()
        return is_nearer or sum(mark in _DRAWN_BOXES for mark, _, _ in (*left, *marks)) > 1

    def _is_parted(self, index: int, runs: list[Run]) -> bool:
        """Whether between two options stand a tick of the one and, in front of the other, its empty box."""
        if len(runs) < 2 or index - 1 not in self._labels:
            return False
        (_, _, _, first), (_, end, _, last) = runs[0], runs[-1]
        is_box = all(ticks.MARKS.get(mark) is False for mark, _, _ in last)
        return is_box and ticks.MARKS.get(first[0][0]) is True and end == self._gaps[index][1]

    def _may_begin_answer(self, index: int) -> bool:
        """Whether marks between an option and its answer may be the answer's: not every option has marks of its own."""
        others = [marks for i, marks in self._marks.items() if i + 1 not in self._moved]
        return bool(gist(self._text[slice(*self.rest[index])])) and not (any(others) and all(self._marks.values()))

    def _starts_line(self, index: int, at: int) -> bool:
        start = self._gaps[index][0]
        return "\n" in self._text[start:at] or (start == 0 and not self._text[start:at].strip())

    def _share(self, index: int, runs: list[Run]) -> None:
        """Gives the marks of one gap to the label before it and the label after it; what they leave is the rest."""
        pending = deque(runs)
        end = self._give_behind(index, pending)
        start = self._give_before(index, pending, end)
        if dropped := self._dropped.get(index, ""):
            start = self._behind_dropped(index, start, end, dropped)
        self.rest.append((start, end))
        if not self.slots[index] and gist(self._text[start:end]):
            self._is_clean = False

    def _give_behind(self, index: int, pending: deque[Run]) -> int:
        """Takes the marks of the option behind a gap from the end of `pending`; where what remains of the gap ends."""
        start, end = self._gaps[index]
        text, right, has_left = self._text, self._marks.get(index), index - 1 in self._labels
        is_before = self._stands_before(index)
        if right is None or (self._is_printed and not is_before):
            return end
        while pending and not text[pending[-1][1] : end].strip():
            first, last, opens, marks = pending[-1]
            is_behind_blank = text[start:first].strip(" ") != "" or (start < first and last == end)
            is_behind_answer = bool(self.slots[index]) and (bool(gist(text[start:first])) or is_behind_blank)
            alone = len(pending) == 1 and has_left and not opens and "\n" not in text[start:first]
            if alone and is_behind_answer and not is_before:
                self.unclear |= {index} if text[last:end] else set()
                alone = False
            touches_left = alone and not text[start:first] and bool(text[last:end])
            if (alone and not is_before) or touches_left:
                break
            if self._is_printed and index - 1 in self._behind and len(marks) > 1:
                right[:0] = marks[-1:]  # the box of the option before touches this one's
                pending[-1] = (first, marks[-1][1], opens, marks[:-1])
                break
            if self._marks.get(index - 1) and not text[start:first] and not text[last:end] and _is_tick_and_box(marks):
                self.unclear.add(index)  # it touches the option before as well as the box of this one
            right[:0] = marks
            end = first
            pending.pop()
            if "\n" in text[start:first] or has_left:
                break
        if index in self._orphaned and (_is_tick_and_box(right) or _is_box_and_tick(right)):
            self.unclear.add(index)  # the tick may be what is left of the option whose words are gone
        return end

    def _give_before(self, index: int, pending: deque[Run], end: int) -> int:
        """Takes the marks of the option before a gap from the front of `pending`; where what remains begins."""
        start, text, left = self._gaps[index][0], self._text, self._marks.get(index - 1)
        if left is None:
            return start
        while pending and not text[start : pending[0][0]].strip():
            run = pending[0]
            first, last, _, marks = run
            if self.slots[index] and (left or self._stands_before(index - 1)):
                # Boxes stand before their labels; what follows one may be a tick of it, or begin the answer.
                is_tick = all(ticks.MARKS.get(m, True) for m, _, _ in marks)
                may_tick = is_tick and not any(ticks.MARKS.get(m, True) for m, _, _ in left)
                is_bare = not any(map(str.isalnum, text[start:end]))
                self.unclear |= {index} if may_tick or is_bare or "\n" in text[start:first] else set()
                break
            if self._is_of_added(index, run, start):
                self.unclear.add(index)
                break
            is_below = bool(left) and "\n" in text[start:first]
            is_parted = text[start - 1 : start] in _PARTING and bool(self._absent)
            is_of_lost = is_parted or (bool(left and self._absent) and _may_be_of_lost(marks, start < first))
            is_quoted = bool(self.slots[index]) and sum(mark in _DRAWN_BOXES for mark, _, _ in marks) > 1
            is_midway = index in self._marks and self._is_midway(index, run, start, end)
            is_far = bool(left) and index not in self._marks and first - start > _BESIDE
            is_of_next = index in self._marks and self._may_be_of_next(left, run, start, end)
            if is_below or is_quoted or is_of_lost or is_midway or is_far or is_of_next:
                self.unclear.add(index)
            left += marks
            self._moved |= {index} if self.slots[index] and index - 1 not in self._behind else set()
            start = last
            pending.popleft()
        return start

    def _behind_dropped(self, index: int, start: int, end: int, dropped: str) -> int:
        """Where the rest of a gap begins that the words before it should end in; what stands between may be a sign."""
        folded, origin = fold_with_map(self._text[start:end])
        at = folded.find(dropped)
        is_note = at > 0 and _NOTE.fullmatch(folded, 0, at) is not None
        if at > 0 and not folded[at + len(dropped) :].strip(_BLANK) and self.slots[index] and self._labels:
            self.unclear.add(index)  # what is written in may stand before the sign that ends the option
        is_sign = 0 < at <= _BESIDE and not any(map(str.isalnum, folded[:at])) and bool(folded[:at].strip(_BLANK))
        if is_sign or is_note:
            self.strays.append((index, start, start + origin[at]))
        is_behind = at == 0 or self._is_stray(index)
        return behind_marks(self._text, start + origin[at + len(dropped) - 1] + 1) if is_behind else start


def drawings_of(plan: LinePlan, text: str) -> Drawings | None:
    """The words of a line in a text, and the marks between them; None where the words' order can't be had."""
    return _known(plan, text) if len(text) <= LABEL and plan.has_ticks else _drawings(plan, text)


def _drawings(plan: LinePlan, text: str) -> Drawings | None:
    split = align.split(plan.literals, plan.wants_words, text, ticks.TOKEN if plan.has_boxes else None)
    return None if split is None else Drawings(plan, split, text)


_known = functools.lru_cache(maxsize=_KEPT)(_drawings)


def _has_box(marks: list[Token]) -> bool:
    """Whether one of some marks is an empty box."""
    return any(ticks.MARKS.get(mark) is False for mark, _, _ in marks)


def _is_tick_and_box(marks: list[Token]) -> bool:
    """Whether marks that touch are a tick and, behind it, an empty box."""
    return len(marks) > 1 and ticks.MARKS.get(marks[0][0]) is True and ticks.MARKS.get(marks[-1][0]) is False


def _may_be_of_lost(marks: list[Token], is_apart: bool) -> bool:
    """Whether marks behind an option with its own may be those of one whose words are gone."""
    is_tick = is_apart and bool(ticks.MARKS.get(marks[0][0]))
    return is_tick or marks[0][0] in ticks.TICKED_BOXES or _is_box_and_tick(marks)


def _is_box_and_tick(marks: list[Token]) -> bool:
    """Whether marks begin with an empty box and have a tick behind it."""
    return len(marks) > 1 and ticks.MARKS.get(marks[0][0]) is False and any(ticks.MARKS.get(m) for m, _, _ in marks[1:])
