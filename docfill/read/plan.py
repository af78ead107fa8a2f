"""Plans: what to look for in a returned form, prepared once from the form's skeleton.

A `LinePlan` is one line of the form (or several read as one) as literals with
slots in the gaps; a `ContainerPlan` has the plans of a container's lines and
rows, indexed by what they say, so that each line of a document finds the few
units that it may be without being compared with all.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from docfill import late, limits
from docfill.kinds import DATE, TEXT, Written, same_units
from docfill.read.blanks import Blank, Box, Piece, is_signature, parted
from docfill.read.shape import DocCell, DocLine, DocRow, DocUnit
from docfill.read.signs import Sign, signs_of
from docfill.template.tree import Answer, Computed, Foreign, Tick, Words
from docfill.template.units import FormCell, FormRow, Line, Lines, Rows, Section, Token, Unit, paths_of
from docfill.text import LABEL, SIGNED, fold, gist, says_the_same, undecorated, without_brackets, year_in
from docfill.values import DRAWN
from docfill.word import ticks

_TO_SIGN = 5
"""Lines up to which people sign below an answer."""
KEPT = 8192
"""So many short lines of documents are kept with the units that they fit: most of them are labels, which come again."""

_PARTING = late.pattern("[,、;。]")
"""What parts the clauses of a line, folded."""
_CHOICE, _OR = late.pattern(r"([^()]{1,2})\(((?:[^()、/,]{1,2}[、/,])+[^()、/,]{1,2})\)"), late.pattern("[、/,]")
"""A unit, and in brackets others of which one may be meant."""
_UNIT = 6
"""Letters of a unit, folded."""
_BOTH = late.pattern(r"([\u4e00-\u9fff]+)[/／]?([a-z][a-z.'-]*)|([a-z][a-z.'-]*)[/／]?([\u4e00-\u9fff]+)")
"""Words in Chinese and in English, in either order, folded."""
_NOTE = late.pattern(r"(?:\([^()]+\))?[。.;；]?")
"""A note in brackets, or the sign that ends a sentence, that somebody put behind a line, folded."""

Slot = Answer | Tick | Computed | Foreign


class LinePlan:
    """Lines of the form as literals with slots in the gaps before, between and after them.

    A box that stands behind its option is kept in the gap before it, as any other.

    Attributes:
        literals: each as the folded spellings that are plainly the same, the form's own first.
        sources: the line that each literal comes from.
        gaps: the slots before each literal, and after the last.
        printed: the boxes that no tag names, in each gap where the form prints any: before its slots, and behind.
        rooms: the blanks that no tag names, in each gap that has any.
        behind: the literals that are labels whose box the form prints behind them.
        apart: the white space in front of each slot of a gap but the first.
    """

    def __init__(self, *lines: Line) -> None:
        self.lines = list(lines)
        self.literals: list[list[str]] = []
        self.sources: list[Line] = []
        self.gaps: list[list[Slot]] = [[]]
        self.printed: dict[int, tuple[str, str]] = {}
        self.rooms: dict[int, list[Blank]] = {}
        self.behind: set[int] = set()
        self.apart: dict[int, list[str]] = defaultdict(list)
        for line in lines:
            is_first, is_parted, space = True, False, "\n"
            tokens = parted(line)
            for index, token in enumerate(tokens):
                if isinstance(token, Tick) and not is_first and _is_behind(tokens, index):
                    self.gaps[-2].append(token)
                    self.behind.add(len(self.literals) - 1)
                    is_parted = True
                elif isinstance(token, Box):
                    before, behind = self.printed.get(len(self.gaps) - 1, ("", ""))
                    both = (before, behind + token.drawn) if self.gaps[-1] else (before + token.drawn, behind)
                    self.printed[len(self.gaps) - 1] = both
                    is_parted = True
                elif isinstance(token, Blank):
                    self.rooms.setdefault(len(self.gaps) - 1, []).append(token)
                    is_parted = True
                elif not isinstance(token, str):
                    self.apart[len(self.gaps) - 1] += [space] if self.gaps[-1] else []
                    self.gaps[-1].append(token)
                    space = ""
                elif folded := fold(token):
                    if self.literals and not self.gaps[-1] and not is_first and not is_parted:
                        self.literals[-1] = _spellings(self.literals[-1][0] + folded)
                    else:
                        self.literals.append(_spellings(folded, self.gaps[-1][-1:], token))
                        self.sources.append(line)
                        self.gaps.append([])
                    is_first, is_parted, space = False, False, ""
                else:
                    space += token

    @cached_property
    def loose(self) -> LinePlan:
        """The plan in which something else than the form prints, or nothing, may stand for the unit of a number."""
        plan = LinePlan(*self.lines)
        for at, (spellings, slots) in enumerate(zip(plan.literals, plan.gaps, strict=False)):
            if any(isinstance(s, Answer) and s.kind is not None and s.kind.has_unit for s in slots[-1:]):
                plan.literals[at] = list(dict.fromkeys((*spellings, *_without_unit(spellings[0]))))
        return plan

    @cached_property
    def words(self) -> str:
        """Its words as the form prints them."""
        return " ".join(line.literal.strip() for line in self.lines).strip()

    @cached_property
    def text(self) -> str:
        """Its lines as the form prints them, without what stands at the slots."""
        return "\n".join(line.literal for line in self.lines)

    @cached_property
    def signs(self) -> list[Sign]:
        """The signs among its words."""
        return signs_of(self.text)

    @cached_property
    def slots(self) -> list[Slot]:
        """Its slots, in order."""
        return [s for gap in self.gaps for s in gap]

    @cached_property
    def answers(self) -> list[list[Answer | Computed | Foreign]]:
        """The slots of each gap that are no ticks."""
        return [[s for s in gap if not isinstance(s, Tick)] for gap in self.gaps]

    @cached_property
    def before_days(self) -> list[tuple[Answer, Answer]]:
        """The answers in any words that stand before one that is a day, each with that."""
        answers = [slot for slot in self.slots if isinstance(slot, Answer)]
        pairs = itertools.combinations(answers, 2) if self.days else ()
        return [(before, day) for before, day in pairs if _is_prose(before) and _is_day(day)]

    @cached_property
    def days(self) -> list[Answer]:
        """The answers that are days."""
        return [slot for slot in self.slots if isinstance(slot, Answer) and _is_day(slot)]

    @cached_property
    def printed_words(self) -> list[str]:
        """Its literals as the form spells them."""
        return [spellings[0] for spellings in self.literals]

    @cached_property
    def paths(self) -> list[str]:
        """The dotted paths of its fields."""
        return list(dict.fromkeys(s.path for s in self.slots if isinstance(s, Answer | Tick)))

    @cached_property
    def labels(self) -> dict[int, Tick]:
        """The tick that each literal is the label of."""
        last = {index: gap[-1] for index, gap in enumerate(self.gaps[:-1]) if gap and index not in self.headed}
        return {index: tick for index, tick in last.items() if isinstance(tick, Tick)}

    @cached_property
    def headed(self) -> dict[int, list[Tick]]:
        """The gaps that are nothing but boxes, several and apart, whose options stand in a line above: YES   NO.

        Where any box of the lines has its option beside it, none is headed.
        """
        drawn = {at: [s for s in gap if isinstance(s, Tick)] for at, gap in enumerate(self.gaps)}
        rows = {at: own for at, own in drawn.items() if len(own) > 1 and len(own) == len(self.gaps[at])}
        headed = {at: own for at, own in rows.items() if all(self.apart[at])}
        return headed if len(headed) == sum(map(bool, drawn.values())) else {}

    @cached_property
    def lone_tick(self) -> Tick | None:
        """The tick that is all there is, its label being in another cell."""
        only = self.slots[0] if len(self.slots) == 1 and not self.literals else None
        return only if isinstance(only, Tick) else None

    @cached_property
    def undrawn(self) -> list[tuple[int, Tick]]:
        """The ticks of one group that are all that is answered in a line, where nothing is drawn before they are made
        and each stands in front of the words of its option, counted; [] in any other.
        """
        found = [s for s in self.slots if isinstance(s, Tick) and s.is_blank_when_off]
        is_plain = len(found) == len(self.slots) > 1 and len(self.lines) == 1 and len(self.paths) == 1
        is_plain = is_plain and not (self.printed or self.rooms or self.behind or self.gaps[-1])
        in_front = [len(gap) == 1 for gap in self.gaps[-len(found) - 1 : -1]] if is_plain else []
        return [*enumerate(found)] if len(in_front) == len(found) and all(in_front) else []

    @cached_property
    def wants_words(self) -> list[bool]:
        """For each gap, whether words may stand in it."""
        return [at in self.rooms or any(not isinstance(s, Tick) for s in gap) for at, gap in enumerate(self.gaps)]

    @cached_property
    def weight(self) -> int:
        """How much of a folded line the literals are."""
        return sum(len(spellings[0]) for spellings in self.literals)

    @cached_property
    def has_ticks(self) -> bool:
        """Whether it has boxes that tags name, so that marks anywhere in it are theirs."""
        return any(isinstance(s, Tick) for s in self.slots)

    @cached_property
    def is_of_options(self) -> bool:
        """Whether nothing but ticks is answered in it."""
        return self.has_ticks and not any(self.wants_words)

    @cached_property
    def has_boxes(self) -> bool:
        """Whether it has any boxes, so that marks in it are no words."""
        return self.has_ticks or bool(self.printed)

    @cached_property
    def is_optional(self) -> bool:
        """Whether a returned form may lack it."""
        return all(line.optional for line in self.lines)

    @cached_property
    def is_empty(self) -> bool:
        """Whether it has neither words nor slots."""
        return not self.literals and not self.slots and not self.rooms

    @cached_property
    def is_found_open(self) -> bool:
        """Whether a line without slots may have something else in its boxes and blanks than the form prints."""
        return bool(self.printed or self.rooms)

    @cached_property
    def is_signature(self) -> bool:
        """Whether it is for a name, a seal or a day, and asks for nothing else."""
        return not self.slots and bool(self.rooms or is_signature(self.words))

    @cached_property
    def is_to_sign(self) -> bool:
        """Whether people sign, seal or date in it, whoever asks for their names."""
        return self.is_signature or SIGNED.search(self.words) is not None or isinstance(self.told_by, Written)

    @cached_property
    def told_by(self) -> Words | Written | None:
        """By what a line without words can be told: the texts that it may be, or a kind with a look of its own."""
        if self.rooms and not self.literals and not self.slots:
            return DATE  # other blanks don't stand alone
        only = self.slots[0] if len(self.slots) == 1 and not self.literals else None
        if not isinstance(only, Answer):
            return None
        if only.words is not None:
            return only.words
        return only.kind if isinstance(only.kind, Written) and only.kind.blank else None

    @cached_property
    def is_owner(self) -> bool:
        """Whether it is one answer and nothing else, so that any text may be it."""
        return not self.literals and len(self.slots) == 1 and not isinstance(self.slots[0], Tick) and not self.told_by

    @cached_property
    def opening(self) -> str:
        """What a line that fits begins with, bare; "" where an answer may stand first."""
        if not self.literals or self.wants_words[0]:
            return ""
        first = _opening(undecorated(self.literals[0][0]))
        bare = [undecorated(spelling) for spelling in self.literals[0]]
        whole = "".join(
            a for a, _ in itertools.takewhile(lambda ab: ab[0] == ab[1], zip(min(bare), max(bare), strict=False))
        )
        return whole if whole and first.startswith(whole) and not self.has_boxes else first[:1]

    def fits(self, bare: str) -> bool:
        """Whether a line, folded and undecorated, has these words in this order, with something only at slots."""
        if not self.literals:
            told_by = self.told_by
            if isinstance(told_by, Words):
                return any(fold(said) == bare != "" for said in told_by.texts)
            return told_by is not None and told_by.looks_like(bare)
        if self._goes_on(ticks.TOKEN.sub("", bare) if self.has_boxes else bare, 0, 0, set()):
            return True
        turned = self.turned_as(bare)
        return turned is not None and turned.fits(bare)

    def turned_as(self, text: str) -> LinePlan | None:
        """The plan of a line of options, with words before them or not, in the order of a text; else None."""
        if self.options_alone is None:
            return None
        lead, options = self.options_alone
        folded, places = fold(text), {}
        if lead:
            folded = folded.partition(lead)[2]
        for index, words in sorted(options.items(), key=lambda option: -len(option[1])):
            if folded.count(words) != 1:
                return None
            places[index] = folded.index(words)
            folded = folded.replace(words, "\0" * len(words))
        order = sorted(places, key=lambda i: places[i])
        if order == sorted(order):
            return None
        said: list[list[Token]] = [[self.labels[i], options[i]] for i in order]
        if self.behind:
            said = [[options[i], self.labels[i]] for i in order]
            said[0][0] = lead + options[order[0]]
        elif lead:
            said[0].insert(0, lead)
        return LinePlan(*map(Line, said))

    @cached_property
    def options_alone(self) -> tuple[str, dict[int, str]] | None:
        """The words before the options of a line that is nothing else, and those of each; None for other lines."""
        if len(self.slots) != len(self.labels) or (self.behind and len(self.behind) != len(self.labels)):
            return None
        if not self.behind:
            leads = [i for i in range(len(self.literals)) if i not in self.labels]
            options = {i: self.literals[i][0] for i in self.labels}
            return (self.literals[0][0] if leads else "", options) if leads in ([], [0]) else None
        # the first literal has the words before the options, too
        first = self.literals[0][0]
        options = {i: fold(tick.option) for i, tick in self.labels.items()}
        is_plain = all(self.literals[i][0] == words for i, words in options.items() if i)
        if len(self.literals) != len(options) or not is_plain or not first.endswith(options[0]):
            return None
        return first.removesuffix(options[0]), options

    @cached_property
    def languages(self) -> list[dict[int, str]]:
        """The words of its options in each of two languages, by their literal; [] where any has one language alone."""
        alone = self.options_alone
        if alone is None or self.behind or len(alone[1]) < 2:
            return []
        found = {at: _BOTH.fullmatch(words) for at, words in alone[1].items()}
        sides: tuple[dict[int, str], dict[int, str]] = ({}, {})
        for at, both in found.items():
            if both is None:
                return []
            sides[0][at], sides[1][at] = both[1] or both[4], both[2] or both[3]
        return [side for side in sides if len({*side.values()}) == len(side)]

    def goes_on_from(self, folded: str) -> bool:
        """Whether a folded line has other words before those with which the form begins this one."""
        before, found, _ = folded.partition(self.literals[0][0]) if self.literals else ("", "", "")
        return bool(found and gist(before))

    def may_begin(self, folded: str) -> bool:
        """Whether a folded line has the first words of this one where the form prints them, boxes aside."""
        said = ticks.TOKEN.sub("", folded) if self.has_boxes else folded
        first = self._words[0][0] if self.literals else ""
        return first in said if self.wants_words[0] else said.startswith(first)

    @cached_property
    def _words(self) -> list[list[str]]:
        """The literals without marks, where marks are no words."""
        if not self.has_boxes:
            return self.literals
        return [list(dict.fromkeys(ticks.TOKEN.sub("", s) for s in spellings)) for spellings in self.literals]

    def _goes_on(self, bare: str, index: int, at: int, failed: set[tuple[int, int]]) -> bool:
        """Whether the literals from `index` on are found from `at` on, to the end."""
        limits.spend(1)
        if index == len(self.literals):
            is_noted = bool(self.slots) and _NOTE.fullmatch(bare, at) is not None
            return self.wants_words[index] or at == len(bare) or is_noted
        if (index, at) in failed:
            return False
        for spelling in self._words[index]:
            found = bare.find(spelling, at) if self.wants_words[index] else at
            while bare.startswith(spelling, found) and found >= 0:
                if self._goes_on(bare, index + 1, found + len(spelling), failed):
                    return True
                found = bare.find(spelling, found + 1) if self.wants_words[index] else -1
        failed.add((index, at))
        return False


def _is_behind(tokens: Sequence[Piece], index: int) -> bool:
    """Whether the box at `index` stands behind the text of its option and not in front of it."""
    before, after = ("".join(t for t in tokens[i : i + 1] if isinstance(t, str)) for i in (index - 1, index + 1))
    tick = tokens[index]
    said = gist(tick.option) if isinstance(tick, Tick) else ""
    return said != "" and gist(before).endswith(said) and not gist(after).startswith(said)


def _spellings(folded: str, behind: Sequence[Slot] = (), printed: str = "") -> list[str]:
    """A literal, then what is plainly the same: without numbering, final colon, bracketed notes; a unit's other names.

    Of a unit and, apart from it, the label of the next answer, the unit may be gone; behind an answer one sign that
    parts clauses is as good as another, a sentence may end without its stop, and of a unit with others in brackets,
    县（市、区）, any one may be left.
    `behind` is the slot that it stands behind, if it stands behind one, and `printed` how the form prints it.
    """
    bare = without_brackets(folded)
    shorter = [undecorated(folded), folded.rstrip(":"), bare, bare.rstrip(":")]
    if any(isinstance(slot, Answer) and slot.kind is not None and slot.kind.has_unit for slot in behind):
        shorter += [fold(name) for name in same_units(folded)]
        unit, _, label = printed.strip(DRAWN).partition(" ")
        if unit and len(gist(label)) > 1:
            shorter += [fold(name + label) for name in same_units(fold(unit))] + [fold(label), fold(label).rstrip(":")]
    if behind and len(folded) <= LABEL and _PARTING.search(folded) is not None and len(gist(folded)) > 1:
        shorter += [_PARTING.sub(sign, folded) for sign in (",", "、", ";", "")]
    if behind and len(folded) <= LABEL:
        shorter += [*_of_choice(folded), *((ended, f"{ended}.") if (ended := folded.rstrip("。")) != folded else ())]
    return list(dict.fromkeys(s for s in (folded, *shorter) if s))


def _without_unit(folded: str) -> list[str]:
    """A unit and what stands behind it in a sentence, without the unit; [] of anything else."""
    parting = _PARTING.search(folded)
    if parting is None or not 0 < parting.start() <= _UNIT:
        return []
    sign, clause = parting[0], folded[parting.end() :]
    if not clause:
        return [sign]
    return [*(mark + clause for mark in dict.fromkeys((sign, *",、;。"))), clause] if len(gist(clause)) > 1 else []


def _of_choice(folded: str) -> list[str]:
    """What may be left of a unit with others in brackets, 县(市、区), alone or in brackets; [] of anything else."""
    choice = _CHOICE.fullmatch(folded)
    if choice is None:
        return []
    units = [choice[1], *_OR.split(choice[2])]
    return [f"{unit}{behind}" for behind in (folded[len(choice[1]) :], "") for unit in units if unit] + [
        f"({unit})" for unit in units
    ]


def _opening(bare: str) -> str:
    """What a folded line says behind the boxes that it begins with."""
    while drawn := ticks.TOKEN.match(bare):
        bare = bare[drawn.end() :]
    return bare


def head_of(row: FormRow) -> str:
    """The words that a row of the form begins with, folded; "" where it begins with no words of its own."""
    first = next((cell for cell in row.cells if not cell.continues and (cell.has_slots or cell.folded)), None)
    line = first.units[0] if first is not None and first.units else None
    begun = line.tokens[0] if isinstance(line, Line) and line.tokens else None
    return fold(begun) if isinstance(begun, str) else ""


class ContainerPlan:
    """The plans of a container's units, found by what a line of a document says."""

    def __init__(self, units: list[Unit], *, in_cell: bool = False) -> None:
        self.units = units
        self.in_cell = in_cell
        self.plans = [LinePlan(u) if isinstance(u, Line) else None for u in units]
        self.anchors = {a: anchors_of(u) for a, u in enumerate(units) if isinstance(u, FormRow)}
        self._said: dict[str, list[tuple[int, LinePlan]]] = defaultdict(list)
        self._meant: dict[str, list[tuple[int, LinePlan]]] = defaultdict(list)
        self._opened: dict[str, list[tuple[int, LinePlan]]] = defaultdict(list)
        for a, unit in enumerate(units):
            plan = self.plans[a]
            for anchor in self.anchors[a] if isinstance(unit, FormRow) else [plan] if plan else []:
                if anchor.literals and not anchor.slots:
                    self._said[fold(anchor.words)].append((a, anchor))
                    self._meant[gist(anchor.words)].append((a, anchor))
                    if anchor.is_found_open:
                        self._opened[anchor.opening].append((a, anchor))
                elif anchor.literals or anchor.told_by:
                    self._opened[anchor.opening].append((a, anchor))
            for label, cell in pairwise(unit.cells) if isinstance(unit, FormRow) else ():
                if behind := behind_label(label, cell):
                    self._opened[behind.opening].append((a, behind))
            for behind in behind_headings(unit) if isinstance(unit, FormRow) else ():
                self._opened[behind.opening].append((a, behind))
        self._lengths = sorted({len(opening) for opening in self._opened}, reverse=True)
        self._longest = 2 * max(map(len, self._said), default=0)
        self._labelled = {a for a, u in enumerate(units) if isinstance(u, FormRow) and any(map(_is_label, u.cells))}
        self._known: dict[str, tuple[tuple[int, LinePlan], ...]] = {}
        self._standing: dict[str, frozenset[int]] = {}
        self.years = years_of(units)

    def is_owner(self, a: int) -> bool:
        """Whether a unit is a field's that takes whatever lines stand in its place."""
        plan = self.plans[a]
        is_answer = plan is not None and plan.is_owner and isinstance(plan.slots[0], Answer)
        return isinstance(self.units[a], Lines) or is_answer

    def is_row_owner(self, a: int) -> bool:
        """Whether a unit takes whatever rows stand in its place."""
        unit = self.units[a]
        return (isinstance(unit, Rows) and unit.row is not None) or self.anchors.get(a) == []

    def begun_with(self, said: str) -> str:
        """The longest words that a row of the form begins with, and what a cell says does, too; "" for none."""
        lengths, heads = self._heads
        return next((said[:length] for length in lengths if said[:length] in heads), "")

    @cached_property
    def _heads(self) -> tuple[list[int], frozenset[str]]:
        """How long the words are that rows begin with, the longest first, and the words."""
        heads = frozenset(head for unit in self.units if isinstance(unit, FormRow) and (head := head_of(unit)))
        return sorted({len(head) for head in heads}, reverse=True), heads

    @cached_property
    def told_apart(self) -> list[tuple[int, Unit | None]]:
        """The units that are not empty lines, in order; None in the place of one that takes whatever stands there."""
        told: list[tuple[int, Unit | None]] = []
        for a, (unit, plan) in enumerate(zip(self.units, self.plans, strict=True)):
            if self.is_owner(a) or self.is_row_owner(a):
                told.append((a, None))
            elif plan is None or not plan.is_empty:
                told.append((a, unit))
        return told

    def is_words_alone(self, a: int) -> bool:
        """Whether a unit is a line of words, without a place or a box, and in no part that may be missing."""
        unit = self.units[a]
        return isinstance(unit, Line) and not unit.sections and all(isinstance(token, str) for token in unit.tokens)

    def is_block(self, a: int) -> bool:
        """Whether a unit takes whatever lines and rows stand in its place: repeated records of several of them."""
        unit = self.units[a]
        return isinstance(unit, Rows) and unit.row is None

    def is_open(self, a: int) -> bool:
        """Whether any number of lines or rows may be one unit, or none."""
        unit = self.units[a]
        return isinstance(unit, Lines | Rows) or bool(unit.sections)

    def under(self, a: int) -> Iterator[int]:
        """The units that stand below a heading, up to the next one."""
        return itertools.takewhile(lambda c: not self.is_words_alone(c), range(a + 1, len(self.units)))

    @cached_property
    def told(self) -> frozenset[int]:
        """The units of which words tell that no other one has."""
        words = [fold(words_of(u)) if isinstance(u, Line | FormRow) else "" for u in self.units]
        times = Counter(words)
        return frozenset(a for a, said in enumerate(words) if said and times[said] == 1)

    def has_words(self, a: int) -> bool:
        """Whether a unit is found by its words."""
        plan = self.plans[a]
        return bool(plan.literals) if plan is not None else bool(self.anchors.get(a))

    def may_be(self, a: int, doc: DocUnit) -> bool:
        """Whether a line or row of a document may be the unit."""
        if self.has_words(a):
            fitting = self.of(doc.text, doc.folded) if isinstance(doc, DocLine) else self.of_row(doc)
            return any(at == a for at, _ in fitting)
        unit = self.units[a]
        if isinstance(unit, FormRow):
            return not isinstance(doc, DocLine) and unit.records_in(len(doc.cells)) is not None
        return isinstance(doc, DocLine)

    @cached_property
    def sections(self) -> list[tuple[Section, list[int]]]:
        """The parts that may be missing, each with its units."""
        found: dict[int, tuple[Section, list[int]]] = {}
        for a, unit in enumerate(self.units):
            for section in unit.sections:
                found.setdefault(id(section), (section, []))[1].append(a)
        return list(found.values())

    def has_labels(self, a: int) -> bool:
        """Whether a row is found by its cells of words alone."""
        return a in self._labelled

    @cached_property
    def owner(self) -> LinePlan | None:
        """The plan of the only unit, if that is one answer and nothing else."""
        plan = self.plans[0] if len(self.plans) == 1 else None
        return plan if plan is not None and plan.is_owner else None

    @cached_property
    def room(self) -> LinePlan | None:
        """The plan of the only unit, if that is one answer which is told by its look, as a day is by its signs."""
        plan = self.plans[0] if len(self.plans) == 1 else None
        return plan if plan is not None and plan.slots and isinstance(plan.told_by, Written) else None

    def is_signed_below(self, a: int) -> bool:
        """Whether a line to sign on stands right below a unit."""
        return any(plan is not None and plan.is_signature for plan in self.plans[a + 1 : a + 4])

    def signed_with(self, a: int) -> str:
        """The path of the answer above the lines to sign of which a unit is the last; "" where it is none."""
        above = (at for at in range(a, max(a - _TO_SIGN, -1), -1) if (p := self.plans[at]) is None or not p.is_empty)
        for at in above:
            line = self.plans[at]
            if self.is_owner(at):
                return self.units[at].paths[0] if at < a else ""
            if line is None or not line.is_to_sign:
                return ""
        return ""

    @cached_property
    def labels_of_lines(self) -> tuple[str, ...]:
        """How the words are spelt that lines with an answer begin with."""
        lines = [p for p in self.plans if p is not None and p.slots and p.literals and not p.gaps[0]]
        return tuple(dict.fromkeys(spelt for line in lines for spelt in line.literals[0]))

    @cached_property
    def wordless(self) -> Mapping[int, list[tuple[list[str], FormRow]]]:
        """The rows that no words tell, by their tables, each with its paths: those of records, and others."""
        wordless: dict[int, list[tuple[list[str], FormRow]]] = defaultdict(list)
        for a, unit in enumerate(self.units):
            row = unit.row if isinstance(unit, Rows) else unit
            if isinstance(row, FormRow) and self.is_row_owner(a):
                wordless[row.table].append((unit.paths, row))
        return wordless

    @cached_property
    def only_owner(self) -> str | None:
        """The path of the one answer that takes whole lines, where no other does."""
        owners = [a for a in range(len(self.units)) if self.is_owner(a)]
        return self.units[owners[0]].paths[0] if len(owners) == 1 else None

    @cached_property
    def as_one(self) -> LinePlan | None:
        """All lines as one text, where boxes are among them: people break and join such lines freely."""
        lines = [u for u in self.units if isinstance(u, Line)]
        has_ticks = any(p is not None and p.has_ticks for p in self.plans)
        return LinePlan(*lines) if has_ticks and len(lines) == len(self.units) else None

    @cached_property
    def in_words(self) -> LinePlan:
        """All lines as one text."""
        return LinePlan(*(u for u in self.units if isinstance(u, Line)))

    def says(self, line: str) -> bool:
        """Whether a line is words of the form."""
        return self.may_say(len(fold(line))) and gist(line) in self._meant

    def may_say(self, length: int) -> bool:
        """Whether words of the form are as long as a folded line of so many characters."""
        return length <= self._longest

    def opening_of(self, a: int) -> str:
        """The label, up to its colon, with which a line of the form with places begins; "" for others."""
        line = self.plans[a]
        first = line.printed_words[0] if line is not None and line.slots and not line.gaps[0] and line.literals else ""
        return first if first.endswith(":") else ""

    def named_by(self, a: int) -> list[str]:
        """The paths that a unit's words name: its own, or else the answers that begin and end at it."""
        if own := self.units[a].paths:
            return own
        before, after = bisect.bisect_left(self._named, a), bisect.bisect_right(self._named, a)
        beside = [self.units[b] for b in (*self._named[max(before - 1, 0) : before], *self._named[after : after + 1])]
        return paths_of([u for u in beside if isinstance(u, Line | Lines | Rows)])

    @cached_property
    def _named(self) -> list[int]:
        """The units that are no mere words."""
        return [a for a, u in enumerate(self.units) if not isinstance(u, Line) or u.paths]

    def near(self, a: int) -> str:
        """The path of the field nearest to a unit, at or before it if there is one; "" if there is none at all."""
        at = max(bisect.bisect_right(self._answered, a) - 1, 0)
        return self.units[self._answered[at]].paths[-1] if self._answered else ""

    @cached_property
    def _answered(self) -> list[int]:
        """The units that have fields."""
        return [a for a, unit in enumerate(self.units) if unit.paths]

    def of(self, line: str, folded: str | None = None) -> Sequence[tuple[int, LinePlan]]:
        """The units that a line of a document fits, with the plan that it fits: a row's are its anchors.

        `folded` is the line as it is compared, where that is known.
        """
        if len(line) > LABEL:
            return tuple(self._of(line, folded))
        known = self._known.get(line)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[line] = tuple(self._of(line, folded))
        return known

    def of_row(self, row: DocRow) -> Iterator[tuple[int, LinePlan]]:
        """The units that anything fits that a row says, as `of`."""
        return (fitting for text, folded in row.texts.items() for fitting in self.of(text, folded))

    def stands(self, a: int, line: DocLine) -> bool:
        """Whether a line of a document fits the unit with this number."""
        if len(line.text) > LABEL:
            return any(at == a for at, _ in self._of(line.text, line.folded))
        numbers = self._standing.get(line.text)
        if numbers is None:
            if len(self._standing) >= KEPT:
                self._standing.clear()
            numbers = self._standing[line.text] = frozenset(at for at, _ in self.of(line.text, line.folded))
        return a in numbers

    def _of(self, line: str, known: str | None = None) -> Iterator[tuple[int, LinePlan]]:
        folded = fold(line) if known is None else known
        if folded in self._said:
            yield from self._said[folded]
        elif len(folded) <= self._longest and (meant := gist(line)):
            for a, plan in self._meant.get(meant, ()):
                if says_the_same(plan.words, line):
                    yield a, plan
        if self._opened:
            bare = undecorated(folded)
            said = _opening(bare)
            for length in self._lengths:
                for a, plan in self._opened.get(said[:length], ()) if length <= len(said) else ():
                    if plan.fits(bare):
                        yield a, plan


def _is_prose(slot: Answer) -> bool:
    return slot.words is None and slot.series is None and (slot.kind or TEXT).is_prose


def _is_day(slot: Answer) -> bool:
    return slot.kind is not None and slot.kind.is_day


def behind_label(label: FormCell, cell: FormCell) -> LinePlan | None:
    """How an answer reads that somebody typed behind its label instead of in the cell beside it."""
    slots = [t for u in cell.units if isinstance(u, Line) for t in u.tokens]
    is_owner = len(cell.units) == 1 and len(slots) == 1 and isinstance(slots[0], Answer)
    if not is_owner or label.has_slots or not gist(label.top):
        return None
    return LinePlan(Line([label.top.strip(" :：") + "：", slots[0]]))


def behind_headings(row: FormRow) -> Iterator[LinePlan]:
    """How answers read that somebody typed behind a heading in their own cell instead of below it."""
    for cell in row.cells:
        for heading, below in pairwise(cell.units):
            words = heading.literal.strip() if isinstance(heading, Line) and not heading.paths else ""
            is_answer = isinstance(below, Lines) or (isinstance(below, Line) and LinePlan(below).is_owner)
            if words.endswith((":", "：")) and is_answer:
                yield LinePlan(Line([words, Answer(below.paths[0])]))


def _is_label(cell: FormCell) -> bool:
    return not cell.continues and not cell.has_slots and bool(gist(cell.literal))


def anchors_of(row: FormRow) -> list[LinePlan]:
    """What a row is found by: its cells of words, else its lines of words, else any line that has some."""
    own = [cell for cell in row.cells if not cell.continues]
    cells = [LinePlan(*_lines(cell)) for cell in own if not cell.has_slots]
    lines = [LinePlan(line) for cell in own for line in _lines(cell)]
    for plans in (cells, [p for p in lines if not p.slots]):
        if named := [p for p in plans if gist(p.words)]:
            return named
    return [p for p in lines if p.literals]


def years_of(units: Sequence[Unit]) -> dict[int, dict[int, str]]:
    """The rows of one label that are of a year each: with each, the years of them all."""
    found: dict[int, dict[int, str]] = {}
    group: dict[int, str] = {}
    named = ""
    for a, unit in enumerate(units):
        labels = [c for c in unit.cells if _is_label(c)] if isinstance(unit, FormRow) else []
        years = [year for cell in labels if (year := year_in(cell.literal))]
        first = unit.cells[0] if isinstance(unit, FormRow) and len(years) == 1 else None
        if first is None or not (first.continues or first.folded == named):
            group = {}
        if first is not None:
            named = named if first.continues else first.folded
            group[a] = years[0]
            found[a] = group
    return found


def _lines(cell: FormCell) -> list[Line]:
    return [u for u in cell.units if isinstance(u, Line)]


class Plans:
    """The plans of a whole skeleton, each made when first asked for."""

    def __init__(self) -> None:
        self._containers: dict[int, ContainerPlan] = {}
        self._behind: dict[tuple[int, int], LinePlan | None] = {}

    def behind(self, label: FormCell, cell: FormCell) -> LinePlan | None:
        """As `behind_label`; the same plan for the same cells."""
        at = id(label), id(cell)
        if at not in self._behind:
            self._behind[at] = behind_label(label, cell)
        return self._behind[at]

    def words(self, cell: FormCell) -> LinePlan:
        """The plan of a cell of words."""
        return self.container(cell.units, in_cell=True).in_words

    def container(self, units: list[Unit], *, in_cell: bool = False) -> ContainerPlan:
        """The plan of a container, perhaps a cell; the same one for the same list."""
        known = self._containers.get(id(units))
        if known is None:
            known = self._containers[id(units)] = ContainerPlan(units, in_cell=in_cell)
        return known


def words_of(unit: Unit) -> str:
    """The words by which a person finds a unit."""
    if isinstance(unit, FormRow):
        return next((c.literal for c in unit.cells if c.literal.strip()), "").strip()
    return unit.literal.strip() if isinstance(unit, Line) else unit.path


def agrees(cell: FormCell, doc: DocCell) -> bool:
    """Whether a cell of words has just those words; a cell with slots or of a merge agrees with any.

    A cell of the document that goes on with one above says what that one does.
    """
    if doc.continues and not doc.lines:
        doc = doc.origin
    if cell.has_slots or cell.continues or cell.folded == doc.folded or says_the_same(cell.literal, doc.text):
        return True
    if ticks.PRINTED.search(cell.literal) and fold(ticks.TOKEN.sub("", cell.literal)) == fold(
        ticks.TOKEN.sub("", doc.text)
    ):
        return True
    return SIGNED.search(cell.literal) is not None and LinePlan(*_lines(cell)).fits(undecorated(doc.folded))
