"""Slots: what the places in some lines of a document hold, given to an assignment.

A line of the form is words with slots between them.  The words are found in the
document's text (`align.split`), the marks of boxes are told from the rest
(`drawings`), and what stands in each gap goes to its slot.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from docfill import late
from docfill.kinds import TEXT, Written
from docfill.problems import Problem
from docfill.read import remains, signs
from docfill.read.align import Split
from docfill.read.assignment import Assignment, Found, Held, Mark, Stray
from docfill.read.bilingual import in_one_language
from docfill.read.drawings import Drawings, Drawn, drawings_of
from docfill.read.hints import Hints
from docfill.read.parting import PARTING, REQUIRED, Parting
from docfill.read.plan import LinePlan
from docfill.read.records import items_of
from docfill.read.shape import DocLine, DocText
from docfill.read.signing import DAY, above_signature
from docfill.read.undrawn import undrawn_in
from docfill.template.tree import EACH, Answer, Computed, Foreign, Series, Tick, Words
from docfill.text import CLOSING, OPENING, TELLING, fold, fold_with_map, gist
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.document import Paragraph
from docfill.word.span import Span

Slot = Answer | Computed | Foreign

_CLOSED, _OPENED = tuple(CLOSING), frozenset(OPENING)
_SEPARATING = ("，", ",", "、", "；", ";", "/", "／", "|", "：", ":", *OPENING)
"""What parts an answer from the words behind it, where the form has nothing there."""
_FURTHER = late.pattern(r"(?<=[\s，,；;])[\u4e00-\u9fff]{2,6}[:：](?=[^\S\n]*[^\s/])")
"""A label behind an answer, with something behind it in turn."""
_COLONS, _FOR_COLON = ("：", ":"), "；;．.，,、=＝→-—"
"""What stands behind a label, and what people type for it."""
_NEAR = 8
"""Lines at the beginning and at the end of an answer that may hold a hint."""
_MARKLIKE = 2
"""Letters beside an option up to which they may be meant for a mark."""
_UNDATED = late.pattern(f"(?<![{DRAWN}])[{DRAWN}]*+年[{DRAWN}]*月[{DRAWN}]*(?:日[{DRAWN}]*)?$")
"""The blank of a date, as it is printed."""
_DRAWN_DAY = late.pattern(r"(?<![\s_])[\s_]*+年[\s_]++月[\s_]++日?$")
"""The same, drawn with room for its parts."""
_DAY_ENDS = frozenset("日月")
_DAY_APART = late.pattern(rf"(?<=\S)[ \u3000\u00a0\t]{{3,}}{DAY}$")
"""A day far behind a text, in its line."""
_DATED, _MARGIN = late.pattern(rf"{DAY}$"), 48
"""A day at the end of a text, which so many characters of it show."""
_JOINING = frozenset(("/", "／", "、", "和", "与", "及", "&", "＆", "或", "|", "｜", "，", ","))
"""What stands between two labels that somebody made one of."""


class _Undivided(Struct):
    """Slots with no words between them, and the text that stands there."""

    slots: Sequence[Slot]
    text: DocText
    start: int
    end: int


class Slots:
    """Fills one assignment from lines; `here` is the field that what belongs to nothing stands nearest to.

    Args:
        found: what is filled.
        hints: the lines that the blank form prints at its places.
    """

    def __init__(self, found: Assignment, hints: Hints) -> None:
        self.found, self.here = found, ""
        self._known, self._hints = hints, hints.own
        self._options: dict[str, list[Drawn]] = defaultdict(list)
        self._undivided: list[_Undivided] = []
        self._parting = Parting()
        self._said_beside: dict[str, tuple[str, str]] = {}
        """By path, words that somebody wrote beside options, and the option nearest to them."""

    def for_record(self, path: str) -> Slots:
        """Slots for one record of the repetition at `path`."""
        slots = Slots(Assignment(), self._known)
        slots.here = path
        return slots

    def finish(self) -> Assignment:
        """Decides the ticks, each beside the other options of its group, and what stands at neighbouring slots."""
        self._divide()
        for path, group in self._options.items():
            states = ticks.states_of([drawn.option for drawn in group])
            marks = [
                Mark(drawn.option.name, state, "".join(drawn.option.marks), drawn.marks, drawn.label)
                for drawn, state in zip(group, states, strict=True)
            ]
            self._mark(path, marks)
            if path in self._said_beside and not any(states):  # nothing is ticked: the words may be the answer
                self.found.doubt("unclear-tick", path, *self._said_beside[path])
            for beside in self._parting.marks_in(path) if not any(states) else ():
                self.found.doubt("unclear-tick", path, beside.sign, beside.option)
        return self.found

    def said_beside(self, tick: Tick, shown: str) -> None:
        """A line that somebody put beside those of the options: one that it ticks, or what is meant where none is."""
        self._said_beside.setdefault(tick.path, (shown, tick.option))
        if any(ticks.MARKS.get(ticks.mark_of(token)) for token in ticks.TOKEN.finditer(shown)):
            self.found.doubt("unclear-tick", tick.path, shown, tick.option)

    def _mark(self, path: str, marks: Sequence[Mark]) -> None:
        """Adds marks at a path."""
        held = self.found.places[path]
        held.marks = [*held.marks, *marks]

    def lines(self, plan: LinePlan, lines: list[DocLine], tail: Iterable[DocLine] = ()) -> None:
        """Reads some lines as one text: the form's words in order, and in the gaps what its slots hold.

        `tail` are lines that are the rest of the last answer.
        """
        text = DocText(lines)
        if not plan.slots and not plan.rooms:
            if text.text != plan.text:
                self._signs(plan.signs, text, 0, len(text.text))
                self._told(signs.unboxed(plan.signs, plan.text, text.text), text)
                self._told(signs.beside_boxes(plan.text, text.text), text)
            return
        self.here = plan.paths[0] if plan.paths else self.here
        if plan.lone_tick is not None:
            self._lone_tick(plan.lone_tick, text)
            return
        if plan.undrawn and (undrawn := undrawn_in(plan, text)):
            for option, drawn in undrawn:
                self._options[option.path].append(drawn)
            return
        if plan.has_ticks and (one := in_one_language(plan, text.text)) is not None:
            self.lines(one[0], lines, tail)
            for other in one[1]:
                self.not_there(other)
            return
        drawings = drawings_of(plan, text.text)
        is_whole = drawings is not None and not drawings.split.missing
        if not is_whole and (turned := plan.turned_as(text.text)) is not None:
            self.lines(turned, lines, tail)
            return
        if drawings is None:
            for path in plan.paths:
                self.found.doubt("place-missing", path, text.text.strip(), plan.words)
            self.left_over(lines)
            return
        split = drawings.split
        for index in split.missing:
            if not plan.sources[index].optional and index not in plan.labels:
                self.lost(plan.sources[index].literal.strip())
        if plan.labels and plan.labels.keys() <= set(split.missing) and (shown := text.text.strip()):
            for path in dict.fromkeys(option.path for option in plan.labels.values()):
                self.found.doubt("place-missing", path, shown, plan.words)
        if plan.headed:
            self._headed(plan, split, text)
        for index, (slots, span) in enumerate(zip(drawings.slots, drawings.rest, strict=True)):
            is_boxed = index in plan.printed and not split.missing
            if is_boxed:
                span = self._own_boxes(plan, index, text, *span)
            if slots:
                is_unled = index > 0 and not split.missing and not plan.literals[index - 1][0].endswith(":")
                span = _behind_colon(text.text, *span) if is_unled else span
                self._gap(slots, text, *span)
                if index - 1 in plan.labels:
                    self._below(slots[-1], text, *span)
                if plan.labels:
                    self._boxed(slots[0], text.text[slice(*span)].strip(DRAWN))
                self._run_on(slots[-1], text.text[slice(*span)].strip(DRAWN), index < len(plan.literals))
                if index and not split.missing and plan.literals[index - 1][0].endswith(":"):
                    self._ill_led(slots[0], text, *span)
                if text.text[slice(*span)].strip() in _JOINING:
                    self._joined(plan, drawings, index, text, span[0])
                if drawings.touches(index):
                    self._touching(slots[-1], text, *span)
                if split.others is not None and not is_boxed:
                    behind = () if split.missing or index >= len(plan.literals) else plan.literals[index]
                    self._doubt(slots, text, span, split.others[index], behind)
            elif index not in plan.headed and text.text[span[0] : span[1]].strip():
                self._between(plan, drawings, index, text, *span)
        for index, start, end in drawings.strays:
            self.found.leftovers.append(Stray(text.text[start:end].strip(), text.spans(start, end), self.here))
            if (tick := drawings.beside(index)) is not None:
                self.found.doubt("unclear-tick", tick.path, text.text[start:end].strip(), tick.option)
        for index, tick in drawings.adrift:
            self._adrift(tick, drawings.slots[index], text.text[slice(*drawings.rest[index])])
        for index in drawings.unclear:
            start, end = drawings.rest[index]
            tick = drawings.beside(index)
            assert tick is not None
            doubtful = [tick.path, *(s.path for s in drawings.slots[index] if isinstance(s, Answer))]
            for path in doubtful:
                self.found.doubt("unclear-tick", path, text.text[start:end].strip(), tick.option)
        for tick, drawn in drawings.options(text):
            self._options[tick.path].append(drawn)
        for left, right, (start, end) in drawings.around(plan.rooms):
            self._parting.add(left, right, text.text, start, end)
        for before, day in plan.before_days:
            self._dated(before, day)
        if plan.rooms and plan.days:
            self._dated_in_rooms(plan, drawings, text)
        last = drawings.slots[-1][-1] if drawings.slots[-1] else None
        if tail and isinstance(last, Answer):
            self._continue(last.path, tail)

    def _headed(self, plan: LinePlan, split: Split, text: DocText) -> None:
        """Boxes whose options stand in a line above: told by their order, where each has its marks, as far apart."""
        for index, row in plan.headed.items():
            start, end = split.gaps[index] if not split.missing else (0, len(text.text))
            runs = _runs(text.text, start, end)
            shown = ticks.TOKEN.sub("", text.text[start:end]).strip(DRAWN)
            if split.missing or shown or len(runs) != len(row) or not _are_apart(plan.apart[index], runs, text.text):
                runs = [[] for _ in row]
                shown = shown or text.text[start:end].strip()
                self.found.doubt("unclear-tick", row[0].path, shown, " | ".join(tick.option for tick in row))
            for tick, run in zip(row, runs, strict=True):
                marks = tuple(ticks.mark_of(token) for token in run)
                drawn = tuple(span for token in run for span in text.spans(*token.span())) or text.spans(start, start)
                self._options[tick.path].append(
                    Drawn(ticks.Option(tick.option, True, marks, has_ring=tick.is_ring_when_off), drawn, ())
                )

    def _between(self, plan: LinePlan, drawings: Drawings, index: int, text: DocText, start: int, end: int) -> None:
        """What stands between words of the form where it has no slot."""
        shown = text.text[start:end]
        if index in plan.rooms:
            self._signed(text, start, end)  # it is a blank of its own, and says nothing of options beside it
            return
        if gist(shown):
            self.found.leftovers.append(Stray(shown.strip(), text.spans(start, end), self.here))
        if (tick := drawings.beside(index)) is not None:
            if gist(shown):
                self._said_beside[tick.path] = shown.strip(), tick.option
            self._sign(plan, tick, text, start, end)
        elif not gist(shown):
            self._signs((), text, start, end)
            self._noted(plan, text, start, end)

    def _dated(self, before: Answer, day: Answer) -> None:
        """An answer that ends with a day, before the blank place of one in its line: it may be that one's."""
        known, blank = self.found.text_at(before.path), self.found.text_at(day.path)
        if known is None or (blank is not None and not blank.is_blank):
            return
        shown = known.text.strip()
        if (dated := _DATED.search(shown[-_MARGIN:])) is not None:
            said = shown[: len(shown) - len(dated[0])].rstrip()
            self.found.doubt("ambiguous", before.path, shown, said)
            self.found.doubt("ambiguous", day.path, None, dated[0].strip())

    def _dated_in_rooms(self, plan: LinePlan, drawings: Drawings, text: DocText) -> None:
        """A day in a blank that no tag names, in a line whose own day is blank: it may be that."""
        shown = [text.text[slice(*span)].strip() for at, span in enumerate(drawings.rest) if at in plan.rooms]
        dated = next((found[0].strip() for said in shown if (found := _DATED.search(said[-_MARGIN:]))), None)
        for day in plan.days if dated is not None else ():
            known = self.found.text_at(day.path)
            if known is None or known.is_blank:
                self.found.doubt("ambiguous", day.path, None, dated)

    def _adrift(self, tick: Tick, slots: Sequence[Slot], shown: str) -> None:
        """What is written in beside an option whose label is not there as printed: it may hold the option's words."""
        for slot in slots if shown.strip(DRAWN) else ():
            if isinstance(slot, Answer):
                self.found.doubt("unclear-tick", tick.path, shown.strip(), tick.option)
                self.found.doubt("ambiguous", slot.path, shown.strip(), "")

    def _below(self, slot: Slot, text: DocText, start: int, end: int) -> None:
        """A line below the options, where what is written in beside the last one is blank, may be about them all."""
        beside, _, below = text.text[start:end].partition("\n")
        if isinstance(slot, Answer) and not beside.strip(DRAWN) and below.strip(DRAWN):
            self.found.doubt("extra-lines", slot.path, below.strip())

    def _boxed(self, slot: Slot, shown: str) -> None:
        """What is written in beside an option and has a box before words: it may be an option that somebody added."""
        boxed = ticks.BOXED.search(shown) if isinstance(slot, Answer) else None
        if isinstance(slot, Answer) and boxed is not None:
            self.found.doubt("ambiguous", slot.path, shown, (shown[: boxed.start()] or shown[1:]).strip())

    def _ill_led(self, slot: Slot, text: DocText, start: int, end: int) -> None:
        """Doubts an answer that begins with a sign which stands for the colon of its label: 姓名；王芳."""
        shown = text.text[start:end].strip(DRAWN)
        said = shown.lstrip(_FOR_COLON).strip(DRAWN)
        if isinstance(slot, Answer) and said != shown and said and not text.text[:start].rstrip().endswith(_COLONS):
            self.found.doubt("ambiguous", slot.path, shown, said)

    def _joined(self, plan: LinePlan, drawings: Drawings, index: int, text: DocText, start: int) -> None:
        """A sign between two labels of which the first lost its colon: what stands behind the second is of both."""
        label = plan.literals[index - 1][0] if index else ""
        if (
            not label.endswith(":")
            or text.text[:start].rstrip().endswith((":", "："))
            or len(drawings.slots) == index + 1
        ):
            return
        shown = text.text[slice(*drawings.rest[index + 1])].strip()
        for slot in (*drawings.slots[index], *drawings.slots[index + 1]):
            if isinstance(slot, Answer):
                self.found.doubt("ambiguous", slot.path, shown, "")

    def _touching(self, slot: Slot, text: DocText, start: int, end: int) -> None:
        """An answer that touches the next option, where its box should be: what it ends with may stand for that."""
        shown = text.text[start:end]
        said = shown[: len(shown) - len(shown.split()[-1])].strip() if shown.strip() else ""
        if isinstance(slot, Answer) and shown.strip(DRAWN):
            self.found.doubt("ambiguous", slot.path, shown.strip(), said or shown.strip()[:-1])

    def _doubt(
        self,
        slots: Sequence[Slot],
        text: DocText,
        span: tuple[int, int],
        other: tuple[int, int],
        behind: Sequence[str],
    ) -> None:
        """Slots whose answer may as well be the text of another span.

        An answer that only repeats the form's own words `behind` it (青岛市, before a 市) is the same answer, unless
        these are a label.
        """
        first, second = text.text[slice(*span)].strip(), text.text[slice(*other)].strip()
        is_same = first == second or any(
            fold(second) == fold(first) + words for words in behind if not words.endswith(":")
        )
        for slot in slots if not is_same else ():
            if isinstance(slot, Answer) and not _only_first(slot, first, second):
                self.found.doubt("ambiguous", slot.path, first, second)

    def _continue(self, path: str, tail: Iterable[DocLine]) -> None:
        """Lines that go on with an answer, behind a line break in its paragraph or below it."""
        known, tail = self.found.text_at(path) or Found(""), [*tail]
        own = [] if known.is_blank else [known.text.strip()]
        known.text = "\n".join([*own, *(line.text.strip() for line in tail)])
        known.spans = (*(known.spans if own else ()), *(span for line in tail for span in line.spans()))
        self.found.places[path].text = known
        self._doubt_text(path, known.text)
        self._doubt_day(path, known.text)

    def own(self, plan: LinePlan, lines: list[DocLine], blank: Iterable[DocLine]) -> None:
        """A container that is one answer: all its text; without any, its place is the first `blank` line."""
        slot = plan.slots[0]
        assert not isinstance(slot, Tick)
        if not isinstance(slot, Answer) or slot.words is not None or slot.series is not None:
            text = DocText(lines or [*blank][:1])
            self._gap([slot], text, 0, len(text.text))
        else:
            self.keep(plan.paths[0], lines, blank, slot)

    def keep(
        self,
        path: str,
        lines: list[DocLine],
        blank: Iterable[DocLine] = (),
        slot: Answer | None = None,
        behind: Paragraph | None = None,
    ) -> None:
        """Whole lines as one answer; hints of the blank form among them are none of it."""
        hints = self._hints.get(path)
        answer = [line for line in lines if line.folded not in hints] if hints else lines
        rests = tuple(span for line in lines if line.folded in hints for span in line.spans()) if hints else ()
        spans = answer[0].spans() if len(answer) == 1 else tuple(span for line in answer for span in line.spans())
        if not spans:
            nowhere = next(iter(lines or blank), None)
            spans = nowhere.spans(0, 0) if nowhere is not None else ()
        text = answer[0].text.strip() if len(answer) == 1 else "\n".join([line.text.strip() for line in answer])
        self.answer(path, Found(text, spans, slot, rests, behind))

    def answer(self, path: str, found: Found) -> None:
        """Keeps an answer; where the form has it in two places, both should say the same."""
        if hints := self._hints.get(path):
            self._unhint(path, found, hints)
        self._doubt_text(path, found.text)
        if found.slot is None or (found.slot.kind or TEXT).is_prose:
            self._doubt_day(path, found.text)
        standing = self.found.places[path]
        known = standing.text
        if known is not None:
            standing.also = [*standing.also, found]
            if known.text.strip() != found.text.strip():
                self.found.doubt("ambiguous", path, known.text.strip(), found.text.strip())
        else:
            standing.text = found

    def _doubt_text(self, path: str, text: str) -> None:
        """Doubts a text that holds what some place of the form prints, or somebody's signature."""
        shown = text.strip()
        is_of_hint = bool(self._hints) and len(text) >= TELLING
        if is_of_hint and (left := self._known.left_by(shown, self._hints.get(path) or ())) is not None:
            self.found.doubt("ambiguous" if left else "placeholder", path, shown, left or None)
        if (said := above_signature(text)) is not None:
            self.found.doubt("ambiguous", path, shown, said)

    def _doubt_day(self, path: str, text: str) -> None:
        """Doubts the blank of a day that somebody drew, alone or behind a text, and a day far behind one."""
        shown = text.strip()
        end = shown[-_MARGIN:]
        drawn = _DRAWN_DAY.search(end) if end[-1:] in _DAY_ENDS else None
        dated = None if drawn is not None else _DAY_APART.search(end)
        if (found := drawn or dated) is not None:
            self.found.doubt("ambiguous", path, shown, shown[: len(shown) - len(found[0])].strip())

    def _unhint(self, path: str, found: Found, hints: set[str]) -> None:
        """Takes a hint of the blank form off the line that an answer was typed into, before it or behind it."""
        for span in found.spans if len(found.spans) < 2 * _NEAR else (*found.spans[:_NEAR], *found.spans[-_NEAR:]):
            kept = span
            while (at := remains.whole_at(kept.text, hints, kept is span)) is not None:
                start, end = at
                found.text = found.text.replace(kept.text[start:end].strip(), "", 1).strip()
                found.rests = (*found.rests, kept.part(start, end))
                kept = kept.part(end, len(kept.text)) if start == 0 else kept.part(0, start)
            found.spans = tuple(kept if s is span else s for s in found.spans)
            folded, origin = fold_with_map(kept.text)
            if len(folded) < TELLING and kept is not span:
                continue
            for hint in hints:
                if len(hint) >= TELLING and folded != hint and (left := remains.left_of(hint, folded)) is not None:
                    rest = kept.text[: origin[left[0]]] + kept.text[origin[left[1]] :]
                    self.found.doubt("ambiguous", path, kept.text.strip(), rest.strip() if kept is span else "")

    def words(self, slot: Answer, words: Words, found: Found) -> None:
        """The option that the form's own words say; any other words are a doubt."""
        said = [o for text, o in zip(words.texts, words.options, strict=True) if fold(text) == fold(found.text)]
        said = said or _on_line(words, found.text)
        shown = found.text.strip()
        if len(said) != 1:
            self.found.doubt("unclear-tick", slot.path, shown, " | ".join(t.strip() for t in words.texts if t.strip()))
        marks = [Mark(o, said == [o], shown, found.spans, found.spans, words) for o in words.options if o is not None]
        self._mark(slot.path, marks)

    def keep_items(self, path: str, items: list[Found]) -> None:
        """A list that stands in two places has the same items in both."""
        standing = self.found.places[path]
        if standing.items is None:
            standing.items = items
        elif [x.text for x in standing.items] != [x.text for x in items]:
            self.found.doubt("ambiguous", path, len(standing.items), len(items))

    def keep_records(self, path: str, records: list[Assignment]) -> None:
        """A repetition that stands in two places has as many records in both, each with some columns."""
        standing = self.found.places[path]
        if standing.records is None:
            standing.records = records
        elif len(standing.records) != len(records):
            self.found.doubt("ambiguous", path, len(standing.records), len(records))
        else:
            for record, other in zip(standing.records, records, strict=True):
                self._join(path, record, other)

    def _join(self, path: str, record: Assignment, other: Assignment) -> None:
        for column, standing in other.places.items():
            known = record.text_at(column)
            if standing.text is not None and known is not None:
                if known.text.strip() != standing.text.text.strip():
                    self.found.doubt("ambiguous", path, known.text.strip(), standing.text.text.strip())
                also = [*standing.also, standing.text]
                other.places[column] = replace(standing, text=None, also=also)
        record.add(other)

    def not_there(self, slot: str | Answer | Tick | Computed | Foreign) -> None:
        """A slot that a returned form lacks: nothing is answered in it."""
        if isinstance(slot, Tick):
            self._options[slot.path].append(Drawn(ticks.Option(slot.option, False), (), ()))
        elif isinstance(slot, Answer) and slot.words is not None:
            self._mark(slot.path, [Mark(o, False, "") for o in slot.words.options if o is not None])
        elif isinstance(slot, Answer) and slot.series is not None:
            self.empty(slot.path)
        elif isinstance(slot, Answer):
            self.no_text(slot.path)

    def empty(self, path: str) -> None:
        """A repetition without records."""
        standing = self.found.places[path]
        standing.records = standing.records or []
        standing.items = standing.items or []

    def no_text(self, path: str) -> None:
        """An answer that says nothing, unless it stands somewhere else."""
        standing = self.found.places[path]
        standing.text = standing.text or Found("")

    def left_over(self, lines: Iterable[DocLine]) -> None:
        """Lines that belong to nothing."""
        self.found.leftovers.extend(Stray(line.text.strip(), line.spans(), self.here) for line in lines if line.folded)

    def lost(self, words: str, found: str | None = None) -> None:
        """Words of the form that the document lacks or has otherwise."""
        self.found.lost.append((Problem("template-text-missing", "", found, words), self.here))

    # --- one gap ---

    def _sign(self, plan: LinePlan, tick: Tick, text: DocText, start: int, end: int) -> None:
        """What stands beside an option and is neither a known mark nor words: a sign, a letter, or words in brackets.

        Words in brackets that the form prints itself are what is left of an option that somebody deleted.
        """
        shown = text.text[start:end]
        if len(gist(shown)) > _MARKLIKE or not shown.strip(PARTING):
            return
        if shown.strip().startswith(tuple(OPENING)) and fold(shown) in fold(plan.words):
            return
        if shown.strip() in REQUIRED and not text.text[:start].rpartition("\n")[2].strip():
            return  # an asterisk before a line, of what must be filled in
        if not gist(shown):
            self.found.leftovers.append(Stray(shown.strip(), text.spans(start, end), tick.path))
        self.found.doubt("unclear-tick", tick.path, shown.strip(), tick.option)

    def _own_boxes(self, plan: LinePlan, index: int, text: DocText, start: int, end: int) -> tuple[int, int]:
        """Parts the form's own boxes from what stands in a gap, and tells those that are in another state."""
        before, behind = (signs.signs_of(drawn) for drawn in plan.printed.get(index, ("", "")))
        if not plan.gaps[index]:
            self._signs([*before, *behind], text, start, end)
            self._unboxed([*before, *behind], text, start, end, end)
            return end, end
        there = signs.signs_of(text.text, start, end)
        first, last = start, end
        for sign in there if before else ():
            if not text.text[first : sign.start].strip():
                first = sign.end
        for sign in reversed(there) if behind else ():
            if not text.text[sign.end : last].strip() and sign.start >= first:
                last = sign.start
        self._signs(before, text, start, first)
        self._signs(behind, text, last, end)
        self._unboxed(before, text, start, first, start)
        answer = plan.gaps[index][-1]
        is_unboxed = self._unboxed(behind, text, last, end, end)
        if is_unboxed and isinstance(answer, Answer) and not text.text[end - 1 : end].isspace():
            self._touching(answer, text, first, end)
        return first, last

    def _unboxed(self, printed: Sequence[signs.Sign], text: DocText, start: int, end: int, at: int) -> bool:
        """Whether the one box that the form prints in a stretch is gone, in a line that has others; it is told."""
        is_gone = len(printed) == 1 and printed[0].is_empty_box and not signs.signs_of(text.text, start, end)
        is_gone = is_gone and any(sign.is_empty_box for sign in signs.signs_of(text.text))
        self._told([signs.Sign(False, at, at)] if is_gone else [], text)
        return is_gone

    def _signed(self, text: DocText, start: int, end: int) -> None:
        """What somebody wrote in a blank that no tag names: a name, a seal, a day; the blank itself is the form's."""
        shown = text.text[start:end]
        drawn = _UNDATED.search(shown)
        end = start + drawn.start() if drawn is not None else end
        start, end = _stripped(text.text, start, end)
        if start < end:
            self.found.leftovers.append(Stray(text.text[start:end], text.spans(start, end), self.here))

    def _noted(self, plan: LinePlan, text: DocText, start: int, end: int) -> None:
        """Words in brackets that somebody put between the form's own, and that the form does not have."""
        start, end = _stripped(text.text, start, end)
        shown = text.text[start:end]
        if shown.startswith(tuple(OPENING)) and any(map(str.isalnum, shown)) and fold(shown) not in fold(plan.words):
            self.found.leftovers.append(Stray(shown, text.spans(start, end), self.here))

    def _signs(self, printed: Sequence[signs.Sign], text: DocText, start: int, end: int) -> None:
        """Signs in a stretch of the form's own words that the form has not, or has in another state."""
        self._told(signs.otherwise(printed, text.text, start, end), text)

    def _told(self, found: Iterable[signs.Sign], text: DocText) -> None:
        """Signs that are left over, each with the words at it."""
        for sign in found:
            said = signs.with_words(sign, text.text)
            self.found.leftovers.append(Stray(said, text.spans(sign.start, sign.end), self.here))

    def _lone_tick(self, tick: Tick, text: DocText) -> None:
        """A box that stands alone, or the place for a tick where the form draws no box: then blank is no."""
        tokens = [*ticks.TOKEN.finditer(text.text)]
        marks = [ticks.mark_of(token) for token in tokens]
        words = ticks.TOKEN.sub("", text.text).strip()
        is_drawn = not tick.is_blank_when_off
        if not is_drawn and (words if not marks else all(ticks.MARKS.get(m) is False for m in marks)):
            self.found.doubt("unclear-tick", tick.path, text.text.strip(), tick.option)
        if words:
            self.found.leftovers.append(Stray(words, text.spans(0, len(text.text)), tick.path))
            self._said_beside.setdefault(tick.path, (words, tick.option))
        shown = tuple(marks) if marks or is_drawn else (ticks.EMPTY,)
        drawn = tuple(span for token in tokens for span in text.spans(*token.span())) or text.spans(0, 0)
        option = ticks.Option(tick.option, True, shown, has_ring=tick.is_ring_when_off)
        self._options[tick.path].append(Drawn(option, drawn, ()))

    def _run_on(self, slot: Slot, shown: str, is_followed: bool) -> None:
        """Doubts a text in a line that goes on into what is none of it: the sign before the form's next words, half of
        a pair of brackets, a label that somebody added.
        """
        if not isinstance(slot, Answer) or not (slot.kind or TEXT).is_prose:
            return
        said = shown
        if is_followed and shown.endswith(_SEPARATING):
            said = shown.rstrip("".join(_SEPARATING))
        elif shown.endswith(_CLOSED) and _OPENED.isdisjoint(shown):
            said = shown[:-1]
        elif is_followed and not _OPENED.isdisjoint(shown) and _is_open(shown):
            said = shown[: max(map(shown.rfind, OPENING))]
        elif ("：" in shown or ":" in shown) and (further := _FURTHER.search(shown, 1)) is not None:
            said = shown[: further.start()]
        if said != shown and said.strip(DRAWN + "".join(_SEPARATING)):  # ___/___/___ is a blank
            self.found.doubt("ambiguous", slot.path, shown, said.strip())

    def _gap(self, slots: Sequence[Slot], text: DocText, start: int, end: int) -> None:
        """Gives the text of one gap, boxes taken out, to its slot."""
        shown, spans = text.text[start:end], text.spans(start, end)
        only = slots[0]
        if len(slots) > 1:
            self._beside(list(slots), text, start, end)
        elif isinstance(only, Computed):
            self.found.computed.append((only, Found(shown, spans)))
        elif isinstance(only, Foreign):
            if gist(shown):
                for path in only.paths or ("",):
                    self.found.doubt("not-read", path.replace(EACH, ""), shown.strip(), only.source)
        elif only.words is not None:
            self.words(only, only.words, Found(shown, spans, only))
        elif only.series is not None:
            self._series(only, only.series, text, start, end)
        else:
            self.answer(only.path, self._without_hints(only, shown, spans, text, start))

    def _without_hints(self, slot: Answer, shown: str, spans: tuple[Span, ...], text: DocText, start: int) -> Found:
        hints = self._hints.get(slot.path)
        if not hints:
            return Found(shown, spans, slot)
        kept: list[str] = []
        answer: list[Span] = []
        rests: list[Span] = []
        at = start
        for part in shown.split("\n"):
            is_hint = fold(part) in hints
            (rests if is_hint else answer).extend(text.spans(at, at + len(part)))
            kept += [] if is_hint else [part]
            at += len(part) + 1
        return Found("\n".join(kept), tuple(answer) or text.spans(start, start), slot, tuple(rests))

    def _beside(self, slots: list[Slot], text: DocText, start: int, end: int) -> None:
        """Slots with no words of the form between them: what is known elsewhere may tell one from the other."""
        for is_last in (True, False):
            while (
                len(slots) > 1
                and (said := _said_at(slots[-1 if is_last else 0], text.text[start:end], is_last)) is not None
            ):
                slot = slots.pop(-1 if is_last else 0)
                at = end - said if is_last else start + said
                self._gap([slot], text, *((at, end) if is_last else (start, at)))
                start, end = (start, at) if is_last else (at, end)
        if len(slots) == 1:
            self._gap(slots, text, start, end)
        else:
            shown = text.text[start:end]
            start += len(shown) - len(shown.lstrip())
            self._undivided.append(_Undivided(slots, text, start, start + len(shown.strip())))

    def _divide(self) -> None:
        """Divides what stands at neighbouring slots, where all but one of them stand elsewhere, too."""
        pending, size = self._undivided, -1
        while pending and len(pending) != size:
            size = len(pending)
            pending = [group for group in pending if not self._is_divided(group)]
        for group in pending:
            shown = group.text.text[group.start : group.end]
            for slot in group.slots:
                if isinstance(slot, Answer):
                    standing = self.found.places[slot.path]
                    standing.text = standing.text or Found("", group.text.spans(group.start, group.start))
                    if shown:
                        self.found.doubt("ambiguous", slot.path, shown, "")

    def _is_divided(self, group: _Undivided) -> bool:
        plain = [s for s in group.slots if isinstance(s, Answer) and s.words is None and s.series is None]
        known = [self.found.text_at(slot.path) for slot in plain]
        if len(plain) != len(group.slots) or known.count(None) > 1:
            return False
        gap = known.index(None) if None in known else len(known)
        before = "".join(k.text.strip() for k in known[:gap] if k is not None)
        behind = "".join(k.text.strip() for k in known[gap + 1 :] if k is not None)
        shown = group.text.text[group.start : group.end]
        if gap == len(known):
            return fold(before) == fold(shown)
        if not shown.startswith(before) or not shown.endswith(behind) or len(before) + len(behind) > len(shown):
            return False
        start, end = group.start + len(before), group.end - len(behind)
        spans = group.text.spans(start, end)
        self.answer(plain[gap].path, Found(group.text.text[start:end].strip(), spans, plain[gap]))
        return True

    def _series(self, slot: Answer, series: Series, text: DocText, start: int, end: int) -> None:
        """The items that stand in one line, told apart by the form's words between them."""
        shown = text.text[start:end]
        parts = items_of(series, shown)
        spans = text.spans(start, end)
        self.found.places[slot.path].series = Found(shown, spans, slot)
        if parts is None:
            self.found.doubt("ambiguous", slot.path, shown.strip(), "")
            self.found.leftovers.append(Stray(shown.strip(), spans, slot.path))
        if not (slot.kind and slot.kind.has_records):
            self.keep_items(slot.path, [Found(part[0], spans, slot) for part in parts or ()])
            return
        records = []
        for part in parts or ():
            record = Assignment()
            for column, said in zip(series.columns, part, strict=True):
                record.places[column] = Held(Found(said, spans, slot))
            records.append(record)
        self.keep_records(slot.path, records)


def _on_line(words: Words, shown: str) -> list[str | None]:
    """What a line to put a mark on says, where the form draws one: its option with whatever mark, none while blank."""
    on, off = (text.strip(DRAWN) for text in words.texts) if len(words.texts) == len(_MARK_OR_LINE) else ("", "")
    if off or ticks.MARKS.get(on) is not True:
        return []
    sign = shown.strip(DRAWN)
    if sign and _APART_FROM_LINE.match(shown):
        return []  # it stands at the words before, and apart from the line
    is_marked = sign in ticks.CHECKS or sign in ticks.CROSSES or sign.lower() in _TYPED_ON_LINE
    return [words.options[0]] if sign and is_marked else [] if sign else [None]


_APART_FROM_LINE = late.pattern(r"[^\s_＿]{1,2}\s+[_＿]")
_MARK_OR_LINE = ("on", "off")
_TYPED_ON_LINE = ("x", "v")
"""Letters that people type for a mark on a line."""


def _runs(text: str, start: int, end: int) -> list[list[re.Match[str]]]:
    """The drawings between two characters of a text, those that touch one another together."""
    runs: list[list[re.Match[str]]] = []
    for token in ticks.TOKEN.finditer(text, start, end):
        if runs and runs[-1][-1].end() == token.start():
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _are_apart(printed: Sequence[str], runs: Sequence[Sequence[re.Match[str]]], text: str) -> bool:
    """Whether marks stand as far apart as the form prints their boxes: by a tab or a line, or by about as much room."""
    between = [text[one[-1].end() : other[0].start()] for one, other in itertools.pairwise(runs)]
    return all(
        (sign in space if (sign := next((c for c in "\n\t" if c in own), "")) else 2 * len(space) > len(own))
        for own, space in zip(printed, between, strict=True)
    )


def _only_first(slot: Answer, first: str, second: str) -> bool:
    """Whether of two texts only the first one is such a number or day as a slot asks for."""
    kind = slot.kind
    if not isinstance(kind, Written) or kind.is_prose:
        return False
    return not kind.parse(first).problem and bool(kind.parse(second).problem)


def _behind_colon(text: str, start: int, end: int) -> tuple[int, int]:
    """What stands between words of the form behind a colon that somebody put after the first of them."""
    shown = text[start:end].lstrip()
    return (end - len(shown) + 1, end) if shown[:1] in _COLONS and shown[1:].strip(DRAWN) else (start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a text without the blank around it."""
    shown = text[start:end]
    start += len(shown) - len(shown.lstrip(PARTING))
    return start, max(start, start + len(shown.strip(PARTING)))


def _is_open(text: str) -> bool:
    """Whether a bracket of a text is not closed in it."""
    return sum(char in OPENING for char in text) > sum(char in CLOSING for char in text)


def _said_at(slot: Slot, shown: str, is_last: bool) -> int | None:
    """How much of a text is what the form prints for an answer, at its end or beginning; None if that can't be told."""
    words = slot.words if isinstance(slot, Answer) else None
    if words is None:
        return None
    bare = shown.rstrip() if is_last else shown.lstrip()
    texts = [t.strip() for t in words.texts]
    fitting = [t for t in texts if t and (bare.endswith(t) if is_last else bare.startswith(t))]
    if len(fitting) == 1 and "" not in texts:
        return len(fitting[0]) + len(shown) - len(bare)
    return 0 if not fitting and "" in texts else None
