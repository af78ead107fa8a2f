"""Marks in a text: which option each belongs to, and what is left for the answers."""

from __future__ import annotations

from collections.abc import Iterator

from docfill.read.align import Split
from docfill.read.plan import LinePlan
from docfill.read.shape import DocText
from docfill.template.tree import Answer, Computed, Tick
from docfill.text import fold_with_map, gist
from docfill.word import ticks


class Drawings:
    """The marks in the gaps of a text, and the option that each belongs to.

    Between two options of one line a mark may belong to either.  Where the first
    option of some line, or the one behind the words that introduce the options, has
    a mark in front, boxes stand before their labels, else after them; marks that
    touch one another stay together.
    """

    def __init__(self, plan: LinePlan, split: Split, text: DocText) -> None:
        self._gaps, self._text = split.gaps, text
        self._labels: dict[int, Tick] = {}
        self._absent: list[Tick] = []
        self.slots: list[list[Answer | Computed]] = [[]]
        """The answers of each gap; those before a literal that is missing belong to the next gap."""
        for index, gap in enumerate(plan.gaps):
            self.slots[-1] += [s for s in gap if not isinstance(s, Tick)]
            if index == len(plan.literals):
                break
            tick = gap[-1] if gap else None
            if index in split.missing:
                self._absent += [tick] if isinstance(tick, Tick) else []
                continue
            if isinstance(tick, Tick):
                self._labels[len(self.slots) - 1] = tick
            self.slots.append([])
        kept = [spellings[0] for i, spellings in enumerate(plan.literals) if i not in split.missing]
        self._dropped = {
            i: own.removeprefix(spelt) for i, (own, spelt) in enumerate(zip(kept, split.spelt, strict=True), 1)
        }
        """What the spelling found before each gap lacks at its end: a mark may stand between it and that."""
        self._marks: dict[int, list[str]] = {i: [] for i in self._labels}
        self.rest: list[tuple[int, int]] = []
        """What each gap holds besides marks."""
        self.unclear: set[int] = set()
        """The gaps whose answer begins with what may be a tick of the option before."""
        self._is_clean = True
        found = [self._clusters(i) if self._labels else [] for i in range(len(self._gaps))]
        before = any(found[i] and found[i][-1][2] for i in self._labels)
        for index, runs in enumerate(found):
            self._share(index, runs, before)

    def label(self, index: int) -> Tick:
        """The option whose label stands before gap `index` + 1."""
        return self._labels[index]

    def options(self) -> Iterator[tuple[Tick, ticks.Option, int]]:
        """Each tick of the plan with what is drawn for it and where."""
        for index, tick in self._labels.items():
            yield tick, ticks.Option(tick.option, True, tuple(self._marks[index])), self._gaps[index][0]
        for tick in self._absent:
            yield tick, ticks.Option(tick.option, not self._is_clean), 0

    def _clusters(self, index: int) -> list[tuple[int, int, bool, list[str]]]:
        """(start, end, opens its line's next label, marks) of each run of marks that touch in a gap."""
        start, end = self._gaps[index]
        runs: list[tuple[int, int, bool, list[str]]] = []
        for token in ticks.TOKEN.finditer(self._text.text, start, end):
            if runs and runs[-1][1] == token.start():
                runs[-1] = (runs[-1][0], token.end(), False, [*runs[-1][3], ticks.mark_of(token)])
            else:
                runs.append((token.start(), token.end(), False, [ticks.mark_of(token)]))
        if runs:
            first, last, _, marks = runs[-1]
            is_first = index - 1 not in self._labels or self._starts_line(index, first)
            opens = not self._text.text[last:end].strip(" \t\u3000\u00a0") and is_first
            runs[-1] = (first, last, opens, marks)
        return runs

    def _starts_line(self, index: int, at: int) -> bool:
        start = self._gaps[index][0]
        return "\n" in self._text.text[start:at] or (start == 0 and not self._text.text[start:at].strip())

    def _share(self, index: int, runs: list[tuple[int, int, bool, list[str]]], before: bool) -> None:
        """Gives the marks of one gap to the label before it and the label after it."""
        start, end = self._gaps[index]
        text = self._text.text
        left = self._marks.get(index - 1)
        right = self._marks.get(index)
        while right is not None and runs and not text[runs[-1][1] : end].strip():
            first, last, opens, marks = runs[-1]
            alone = len(runs) == 1 and left is not None and not opens and "\n" not in text[start:first]
            touches_left = alone and not text[start:first] and bool(text[last:end])
            if (alone and not before) or touches_left:
                break
            right[:0] = marks
            end = first
            runs = runs[:-1]
            if "\n" in text[start:first] or left is not None:
                break
        while left is not None and runs and not text[start : runs[0][0]].strip():
            if self.slots[index] and (left or before):
                # Boxes stand before their labels; what follows one may be a tick of it, or begin the answer.
                is_tick = all(ticks.MARKS.get(m, True) for m in runs[0][3])
                self.unclear |= {index} if is_tick and not any(ticks.MARKS.get(m, True) for m in left) else set()
                break
            left += runs[0][3]
            start = runs[0][1]
            runs = runs[1:]
        folded, origin = fold_with_map(text[start:end])
        dropped = self._dropped.get(index, "")
        if dropped and folded.startswith(dropped):
            start += origin[len(dropped) - 1] + 1
        self.rest.append((start, end))
        if not self.slots[index] and gist(text[start:end]):
            self._is_clean = False
