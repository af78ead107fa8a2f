"""The reader: one returned document against one skeleton, what each slot holds and what nobody owns.

A container of the form and one of the document are two sequences of lines and
rows.  They are matched in order by their words (`align.chain`), never by
coordinates; inside a matched pair the same is done for cells and lines.  What
stands between two matched units belongs to the long answer or repeated rows
that the form has there, or is left over.  Whatever is not a plain match is a
doubt on the fields concerned.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz

from docfill.problems import Problem
from docfill.read import align
from docfill.read.drawings import Drawings
from docfill.read.plan import ContainerPlan, LinePlan, Plans, agrees, words_of
from docfill.read.shape import DocCell, DocLine, DocRow, DocText, DocUnit, lines_of, units_of
from docfill.template.skeleton import FormCell, FormRow, Line, Rows, Skeleton, Unit, covers
from docfill.template.tree import Answer, Computed, Tick
from docfill.text import OPENING, fold, fold_with_map, gist, says_the_same
from docfill.values import CODECS, NONE
from docfill.word import ticks
from docfill.word.document import Block, Element

SIMILAR = 80
"""Two labels at least this alike (rapidfuzz ratio, 0 to 100) may be one, reworded."""
NEIGHBOUR = 0.1
"""What a pair gains where the units before or after fit too: repeated labels are told by their neighbours."""
AS_PRINTED = 0.5
"""What a pair gains where the line begins just as the form prints it, without numbering or asterisk."""


MOST, FEW = 0.5, 4
"""Where this share of a form's units with fields, of at least so many, has a second place, the form is there twice."""


@dataclass(slots=True)
class Found:
    """The text at a slot, as it stands, with the element that shows it."""

    text: str
    element: Element | None = None


@dataclass(slots=True)
class Mark:
    """What is drawn at one option: ticked or not, or None where that can't be told."""

    option: str
    is_ticked: bool | None
    drawn: str
    element: Element | None = None


@dataclass(slots=True)
class Stray:
    """Text that belongs to nothing, and the path of the field that it stands nearest to ("" if none)."""

    text: str
    element: Element | None
    near: str = ""


@dataclass(slots=True)
class Raw:
    """Everything read from one document, before values are made of it.

    `lost` are words of the form that the document lacks, each with the path of
    the field that they stood nearest to.
    """

    answers: dict[str, Found] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[dict[str, Found]]] = field(default_factory=dict)
    computed: list[tuple[str, Found]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Stray] = field(default_factory=list)
    lost: list[tuple[Problem, str]] = field(default_factory=list)

    def doubt(self, code: str, path: str = "", found: object = None, expected: object = None) -> None:
        """Adds a problem, once."""
        problem = Problem(code, path, found, expected)
        if problem not in self.problems:
            self.problems.append(problem)

    def add(self, other: Raw) -> None:
        """Takes in what was read from another part."""
        self.answers.update(other.answers)
        self.marks.update(other.marks)
        self.rows.update(other.rows)
        self.computed += other.computed
        self.problems += other.problems
        self.lost += other.lost
        self.leftovers += other.leftovers


class Reader:
    """Reads documents against one skeleton, whose plans it prepares as they are needed."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._plans = Plans()

    def read(self, blocks: list[Block]) -> Raw:
        """What some blocks say at each slot of the skeleton."""
        reading = _Reading(self._skeleton, self._plans)
        reading.container(self._skeleton.units, units_of(blocks))
        return reading.finish()

    def read_best(self, parts: list[list[Block]]) -> Raw:
        """The reading of that one of several parts (headers, say) which fits the skeleton best."""
        readings = [self.read(blocks) for blocks in parts or [[]]]
        return min(readings, key=lambda raw: (len(raw.problems) + len(raw.lost), len(raw.leftovers)))


class _Reading:
    """One reading of one part."""

    def __init__(self, skeleton: Skeleton, plans: Plans) -> None:
        self.raw = Raw()
        self._plans = plans
        self._hints = {path: {fold(h) for h in hint} for path, hint in skeleton.hints.items()}
        self._options: dict[str, list[tuple[ticks.Option, Element | None]]] = defaultdict(list)
        self._headers: dict[int, list[tuple[FormCell, str]]] = {}
        self._here = ""

    def finish(self) -> Raw:
        """Decides the ticks, each beside the other options of its group."""
        for path, found in self._options.items():
            states = ticks.states_of([option for option, _ in found])
            for (option, element), state in zip(found, states, strict=True):
                self.raw.marks[path].append(Mark(option.name, state, "".join(option.marks), element))
        return self.raw

    # --- containers ---

    def container(self, wanted: list[Unit], units: list[DocUnit]) -> None:
        """Matches the units of a container and reads what they hold."""
        plan = self._plans.container(wanted)
        if plan.owner is not None:
            self._own(plan.owner, [line for line in lines_of(units) if line.folded], lines_of(units))
        else:
            self._sequence(plan, units)

    def _sequence(self, plan: ContainerPlan, units: list[DocUnit]) -> None:
        units = _mended(plan, units)
        in_step = _in_step(plan, units)
        found = _candidates(plan, units) if in_step is None else {}
        pairs = align.chain((a, b, w) for (a, b), w in found.items()) if in_step is None else in_step
        gaps = [*_between(pairs, len(plan.units), len(units))]
        owned = {b for absent, stood in gaps if any(plan.is_owner(a) for a in absent) for b in stood}
        moved = _moved(found, pairs, owned)
        partner = dict([*pairs, *moved])
        for a, unit in enumerate(plan.units):
            if a in partner:
                doc = units[partner[a]]
                if in_step is not None and isinstance(doc, DocRow) and isinstance(unit, FormRow):
                    self._plain_row(unit, doc)
                else:
                    self._pair(unit, plan.plans[a], doc)
            elif isinstance(unit, FormRow) and _is_header(unit):
                self._head(unit, [(cell, "") for cell in unit.cells if cell.literal.strip()])
        for a, b in moved:
            if not _is_near(plan, pairs, a, b):
                self._doubt_place(plan, a, units[b])
        for a, b in [*_rivals(found, pairs, moved, gaps), *_twins(plan, found, partner)] if found else ():
            self._doubt_place(plan, a, units[b])
        taken_doc = {b for _, b in moved}
        for absent, stood in gaps:
            if not absent and not stood:
                continue
            before = (absent.start - 1, units[stood.start - 1]) if absent.start else None
            left = [units[b] for b in stood if b not in taken_doc]
            self._gap(plan, [a for a in absent if a not in partner], left, before)

    def _pair(self, unit: Unit, plan: LinePlan | None, doc: DocUnit) -> None:
        if plan is None:
            if isinstance(unit, FormRow) and isinstance(doc, DocRow):
                self._row(unit, doc)
        elif (line := doc if isinstance(doc, DocLine) else doc.as_line) is not None:
            self._stream(plan, [line])

    def _doubt_place(self, plan: ContainerPlan, a: int, doc: DocUnit) -> None:
        """`doc` may be the place of unit `a` as much as another: a doubt on what the unit's words name."""
        shown = doc.text.strip() if isinstance(doc, DocLine) else " ".join(c.text for c in doc.cells)
        for path in plan.named_by(a):
            known = self.raw.answers.get(path)
            self.raw.doubt("ambiguous", path, known.text.strip() if known else "", shown)

    def _gap(
        self,
        plan: ContainerPlan,
        absent: list[int],
        units: list[DocUnit],
        before: tuple[int, DocUnit] | None,
    ) -> None:
        """Units of the form that no words matched, and what stands in their place."""
        self._here = plan.near(before[0] if before is not None else 0)
        lost = [a for a in absent if not ((p := plan.plans[a]) is not None and p.is_empty)]
        lost = self._joined_on(plan, lost, before)
        line_owners = [a for a in lost if plan.is_owner(a)]
        row_owners = [a for a in lost if plan.is_row_owner(a)]
        if len(line_owners) == 1 and not row_owners:
            units = self._with_tables(_path_of(plan, line_owners[0]), units)
        lines = [u for u in units if isinstance(u, DocLine) and u.folded]
        rows = [u for u in units if isinstance(u, DocRow)]
        if lost and lines:
            lost, lines = _behind_labels(plan, lost, lines)
        if lost and (lines or rows):
            lost, lines, rows = self._reworded(plan, lost, lines, rows)
        missing = [a for a in lost if a not in line_owners and a not in row_owners]
        absences = [p for a in missing if (p := plan.plans[a]) is not None and not p.is_optional]
        if line_owners:
            self._own_lines([_path_of(plan, a) for a in line_owners], lines, absences)
        else:
            self._extra(plan, lines, before)
        if rows and not row_owners and before is not None:
            self._continued(plan.units[before[0]], rows)
        self._own_rows([plan.units[a] for a in row_owners], rows)
        for a in missing:
            self._missing(plan.units[a])

    def _joined_on(self, plan: ContainerPlan, lost: list[int], before: tuple[int, DocUnit] | None) -> list[int]:
        """Reads lines of the form that somebody joined to the line before them; gives those still lost."""
        read, doc = (plan.plans[before[0]], before[1]) if before is not None else (None, None)
        if read is None or not isinstance(doc, DocLine):
            return lost
        remaining = []
        for a in lost:
            line = plan.plans[a]
            words = line.literals[0] if line is not None and line.slots and line.literals else []
            if line is None or not any(w in doc.folded for w in words if len(w) > 1):
                remaining.append(a)
                continue
            for path in read.paths:
                self.raw.answers.pop(path, None)
                self._options.pop(path, None)
            read = LinePlan(*read.lines, *line.lines)
            self._stream(read, [doc])
        return remaining

    def _with_tables(self, path: str, units: list[DocUnit]) -> list[DocUnit]:
        """The rows among an answer's lines as lines of it; a table of several columns is a doubt."""
        shown: list[DocUnit] = []
        for unit in units:
            if isinstance(unit, DocRow) and sum(bool(c.lines) for c in unit.own) > 1:
                self.raw.doubt("table-in-answer", path, " | ".join(c.text for c in unit.own))
            shown += unit.lines if isinstance(unit, DocRow) else [unit]
        return shown

    def _missing(self, unit: Unit) -> None:
        if isinstance(unit, Line) and unit.optional:
            for slot in unit.tokens:
                if isinstance(slot, Answer):
                    self.raw.answers.setdefault(slot.path, Found(""))
                elif isinstance(slot, Tick):
                    self._options[slot.path].append((ticks.Option(slot.option, False), None))
            return
        paths = unit.paths
        for path in paths:
            self.raw.doubt("place-missing", path, None, words_of(unit))
        if not paths:
            self._lost(words_of(unit))

    def _reworded(
        self, plan: ContainerPlan, lost: list[int], lines: list[DocLine], rows: list[DocRow]
    ) -> tuple[list[int], list[DocLine], list[DocRow]]:
        """Pairs labels that are alike but not the same; every field under one carries a doubt."""
        remaining = []
        for a in lost:
            unit = plan.units[a]
            label = fold(words_of(unit)) if isinstance(unit, Line | FormRow) else ""
            pool: Sequence[DocUnit] = lines if isinstance(unit, Line) else rows
            scored = [(fuzz.ratio(label, _label(u)), u) for u in pool] if label else []
            score, best = max(scored, key=lambda s: s[0], default=(0.0, None))
            if best is None or score < SIMILAR:
                remaining.append(a)
                continue
            shown = best.text if isinstance(best, DocLine) else next(c.text for c in best.cells if c.lines)
            for path in unit.paths:
                self.raw.doubt("label-altered", path, shown.strip(), words_of(unit))
            if not unit.paths:
                self._lost(words_of(unit), shown.strip())
            self._pair(unit, plan.plans[a], best)
            lines = [line for line in lines if line is not best]
            rows = [row for row in rows if row is not best]
        return remaining, lines, rows

    # --- answers that take what stands in their place ---

    def _own(self, plan: LinePlan, lines: list[DocLine], blank: Iterable[DocLine]) -> None:
        """A container that is one answer: all its text; without any, its place is the first `blank` line."""
        if isinstance(plan.slots[0], Computed):
            text = DocText(lines)
            self.raw.computed.append((plan.slots[0].source, Found(text.text, text.element(0))))
        else:
            self._keep(plan.paths[0], lines, blank)

    def _own_lines(self, paths: list[str], lines: list[DocLine], absences: list[LinePlan]) -> None:
        """One answer takes all lines; several take one each, or none can be told from another."""
        if len(paths) == 1 or len(paths) == len(lines):
            for index, path in enumerate(paths):
                share = lines if len(paths) == 1 else [lines[index]]
                self._keep(path, share)
                for absent in absences if share else ():
                    self.raw.doubt("label-altered", path, share[0].text.strip(), absent.words)
            return
        for path in paths:
            self.raw.answers[path] = Found("")
            if lines:
                self.raw.doubt("place-missing", path, None, path)
        self._left_over(lines)

    def _keep(self, path: str, lines: list[DocLine], blank: Iterable[DocLine] = ()) -> None:
        answer = [line for line in lines if line.folded not in self._hints.get(path, ())]
        shown = next(iter(answer or lines or blank), None)
        element = shown.element() if shown is not None else None
        self.raw.answers[path] = Found("\n".join(line.text.strip() for line in answer), element)

    def _extra(self, plan: ContainerPlan, lines: list[DocLine], before: tuple[int, DocUnit] | None) -> None:
        """Lines where the form has nothing: the rest of the answer before them, or left over.

        A line break inside the answer's own paragraph is part of the answer; a
        further paragraph may be, which is a doubt.
        """
        line, matched = (plan.plans[before[0]], before[1]) if before is not None else (None, None)
        last = line.gaps[-1][-1] if line is not None and line.gaps[-1] else None
        if lines and isinstance(last, Answer) and last.kind in ("", "text") and isinstance(matched, DocLine):
            path = last.path
            found = self.raw.answers.get(path, Found(""))
            own = [line.text.strip() for line in lines if line.paragraph is matched.paragraph]
            found.text = "\n".join([found.text.strip(), *own]) if own else found.text
            lines = lines[len(own) :]
            if lines:
                self.raw.doubt("extra-lines", path, " ".join(line.text.strip() for line in lines))
        self._left_over(lines)

    def _continued(self, unit: Unit, rows: list[DocRow]) -> None:
        """A row without a label below an answer's row may be the rest of the answer."""
        for row in rows:
            if row.lines and not (row.cells[0].lines and not row.cells[0].continues):
                for path in unit.paths:
                    self.raw.doubt("extra-lines", path, " ".join(line.text.strip() for line in row.lines))

    def _own_rows(self, owners: list[Unit], rows: list[DocRow]) -> None:
        """Rows without words: one repetition takes all, plain rows take the ones of their size."""
        plain = [o for o in owners if isinstance(o, FormRow)]
        repeated = [o for o in owners if isinstance(o, Rows)]
        alike = [r for r in rows if any(_is_alike(o, r) for o in plain)]
        if len(repeated) == 1 and not plain:
            self._repeated(repeated[0], rows)
        elif not repeated and len(alike) == len(plain):
            for wanted, row in zip(plain, alike, strict=True):
                self._row(wanted, row)
            self._left_over([line for r in rows if r not in alike for line in r.lines])
        else:
            for owner in owners:
                self._missing(owner)
            self._left_over([line for row in rows for line in row.lines])

    def _repeated(self, wanted: Rows, rows: list[DocRow]) -> None:
        """Rows that repeat: each row of the document is one record, unless all are as printed."""
        path = wanted.path
        size = len(wanted.row.cells)
        printed = [[fold(cell) for cell in row] for row in wanted.printed_texts]
        records: list[dict[str, Found]] = []
        for row in rows:
            cells = _trimmed(row.cells, size)
            if len(cells) != size:
                if row.lines:
                    self.raw.doubt("cells-differ", path, " ".join(line.text for line in row.lines))
                    self._left_over(row.lines)
                continue
            record: dict[str, Found] = {}
            for cell, doc in zip(wanted.row.cells, cells, strict=True):
                source = (doc.origin or doc) if doc.continues else doc
                if source is not doc and doc.lines and not says_the_same(source.text, doc.text):
                    self._left_over(doc.lines)
                element = source.lines[0].element() if source.lines else None
                for slot in (s for u in cell.units if isinstance(u, Line) for s in u.slots):
                    record[slot.column] = Found(source.text, element)
            if any(found.text for found in record.values()):
                records.append(record)
        as_printed = all([fold(found.text) for found in record.values()] in printed for record in records)
        self.raw.rows[path] = [] if as_printed else records
        for label, shown in self._headers.get(wanted.row.table, ()) if records else ():
            self.raw.doubt("label-altered", path, shown, label.literal.strip())

    # --- rows ---

    def _row(self, wanted: FormRow, row: DocRow) -> None:
        """Cells by their words and order; a label that isn't the form's is a doubt on all that it names."""
        self._here = next(iter(wanted.paths), self._here)
        pairs = _cells(wanted, row)
        beside = {
            id(c)
            for pair, following in pairwise(pairs)
            if self._in_label(*pair, *following)
            for c, _ in (pair, following)
        }
        altered = [(c, doc.text) for c, doc in pairs if id(c) not in beside and not agrees(c, doc)]
        for cell, doc in pairs:
            if id(cell) not in beside:
                self._cell(cell, doc)
        if _is_header(wanted):
            self._head(wanted, altered)
        mapped = {id(cell) for cell, _ in pairs}
        for cell in wanted.cells:
            over = [*altered, *((h, d) for h, d in self._headers.get(wanted.table, ()) if covers(h, cell))]
            for path in cell.paths if over or id(cell) not in mapped else ():
                if id(cell) not in mapped:
                    self.raw.doubt("cells-differ", path, None, words_of(wanted))
                for label, shown in over:
                    self.raw.doubt("label-altered", path, shown, label.literal.strip())
        taken = {id(doc) for _, doc in pairs}
        rest = [line for doc in row.cells if id(doc) not in taken for line in doc.lines]
        if rest:
            repeated = {gist(line) for c in wanted.cells for line in c.top.split("\n")}
            self._left_over([line for line in rest if gist(line.text) not in repeated])

    def _plain_row(self, wanted: FormRow, row: DocRow) -> None:
        """As `_row`, of a row whose cells are those of the form, one by one, and whose labels are as printed."""
        if self._headers.get(wanted.table) or _is_header(wanted):
            self._row(wanted, row)
            return
        self._here = wanted.paths[0] if wanted.paths else self._here
        for cell, doc in zip(wanted.cells, row.cells, strict=True):
            if cell.has_slots or cell.continues:
                self._cell(cell, doc)

    def _in_label(self, label: FormCell, doc: DocCell, cell: FormCell, beside: DocCell) -> bool:
        """Reads an answer that stands behind its label, in the label's cell, while its own cell is blank."""
        is_read = doc.lines and not beside.lines and label.folded != doc.folded
        plan = self._plans.behind(label, cell) if is_read else None
        if plan is None:
            return False
        split = align.split(plan.literals, [False, True], DocText(doc.lines).text)
        if split is None or split.missing or gist(doc.text[: split.gaps[0][1]]):
            return False
        behind = doc.text[split.gaps[1][0] :].strip(" :：")
        is_dash = not gist(behind) and CODECS["number"].parse(behind, None).value == NONE
        if behind.startswith(tuple(OPENING)) or not (gist(behind) or is_dash):
            return False
        self._stream(plan, doc.lines)
        return True

    def _head(self, row: FormRow, altered: list[tuple[FormCell, str]]) -> None:
        """From here on the columns are named by `row`, too, whose cells in `altered` aren't the form's."""
        above = self._headers.get(row.table, [])
        self._headers[row.table] = [
            *((h, shown) for h, shown in above if not any(covers(c, h) for c in row.cells)),
            *altered,
        ]

    def _cell(self, cell: FormCell, doc: DocCell) -> None:
        if not cell.has_slots and (cell.continues or agrees(cell, doc)):
            if cell.continues and doc.lines and not says_the_same(cell.top, doc.text):
                self._left_over(doc.lines)
            return
        if doc.continues and doc.origin is not None and doc.origin.lines:
            for path in cell.paths:
                self.raw.doubt("cells-differ", path, doc.origin.text, None)
            self._left_over(doc.lines)
            return
        plan = self._plans.container(cell.units)
        if plan.owner is not None:
            self._own(plan.owner, doc.lines, lines_of(doc.units))
        elif plan.as_one is not None:
            self._stream(plan.as_one, list(lines_of(doc.units)))
        else:
            self._sequence(plan, doc.units)

    # --- lines ---

    def _stream(self, plan: LinePlan, lines: list[DocLine]) -> None:
        """Reads some lines as one text: the form's words in order, and in the gaps what its slots hold."""
        if not plan.slots:
            return
        self._here = plan.paths[0] if plan.paths else self._here
        text = DocText(lines)
        if plan.lone_tick is not None:
            self._lone_tick(plan.lone_tick, text)
            return
        split = align.split(plan.literals, plan.wants_words, text.text, ticks.TOKEN if plan.has_ticks else None)
        if split is None:
            for path in plan.paths:
                self.raw.doubt("place-missing", path, text.text.strip(), plan.words)
            self._left_over(lines)
            return
        for index in split.missing:
            if not plan.sources[index].optional and index not in plan.labels:
                self._lost(plan.sources[index].literal.strip())
        drawings = Drawings(plan, split, text)
        others = split.others or split.gaps
        for slots, span, other in zip(drawings.slots, drawings.rest, others, strict=True):
            first, second = text.text[slice(*span)].strip(), text.text[slice(*other)].strip()
            self._fill_gap(slots, text, *span)
            for slot in slots if split.others is not None and first != second else ():
                if isinstance(slot, Answer):
                    self.raw.doubt("ambiguous", slot.path, first, second)
        for index in drawings.unclear:
            start, end = drawings.rest[index]
            tick = drawings.label(index - 1)
            doubtful = [tick.path, *(s.path for s in drawings.slots[index] if isinstance(s, Answer))]
            for path in doubtful:
                self.raw.doubt("unclear-tick", path, text.text[start:end].strip(), tick.option)
        for tick, option, start in drawings.options():
            self._options[tick.path].append((option, text.element(start)))

    def _lone_tick(self, tick: Tick, text: DocText) -> None:
        """A box that stands alone, or the place for a tick where the form draws no box: then blank is no."""
        marks = [ticks.mark_of(token) for token in ticks.TOKEN.finditer(text.text)]
        words = ticks.TOKEN.sub("", text.text).strip()
        is_drawn = any(isinstance(node, str) and node.strip() for node in tick.off)
        if not is_drawn and (words if not marks else all(ticks.MARKS.get(m) is False for m in marks)):
            self.raw.doubt("unclear-tick", tick.path, text.text.strip(), tick.option)
        if words:
            self.raw.leftovers.append(Stray(words, text.element(0), tick.path))
        shown = tuple(marks) if marks or is_drawn else (ticks.EMPTY,)
        self._options[tick.path].append((ticks.Option(tick.option, True, shown), text.element(0)))

    def _fill_gap(self, slots: list[Answer | Computed], text: DocText, start: int, end: int) -> None:
        """Gives the text of one gap, boxes taken out, to its slot."""
        shown = text.text[start:end]
        found = Found(shown, text.element(start))
        if not slots:
            if gist(shown):
                self.raw.leftovers.append(Stray(shown.strip(), found.element, self._here))
        elif len(slots) > 1:
            for slot in slots:
                if isinstance(slot, Answer):
                    self.raw.answers[slot.path] = Found("", found.element)
                    if shown.strip():
                        self.raw.doubt("ambiguous", slot.path, shown.strip(), "")
        elif isinstance(slots[0], Computed):
            self.raw.computed.append((slots[0].source, found))
        else:
            path = slots[0].path
            known = self.raw.answers.get(path)
            if known is not None and known.text.strip() != shown.strip():
                self.raw.doubt("ambiguous", path, known.text.strip(), shown.strip())
                return
            hints = self._hints.get(path)
            if hints:
                found.text = "\n".join(part for part in shown.split("\n") if fold(part) not in hints)
            self.raw.answers[path] = found

    def _left_over(self, lines: list[DocLine]) -> None:
        self.raw.leftovers.extend(Stray(line.text.strip(), line.element(), self._here) for line in lines if line.folded)

    def _lost(self, words: str, found: str | None = None) -> None:
        """Words of the form that the document lacks or has otherwise."""
        self.raw.lost.append((Problem("template-text-missing", "", found, words), self._here))


# --- helpers ---


def _candidates(plan: ContainerPlan, units: list[DocUnit]) -> dict[tuple[int, int], float]:
    """Pairs (unit of the form, unit of the document) whose words fit, with their weights."""
    found: dict[tuple[int, int], float] = {}
    for b, doc in enumerate(units):
        line = doc if isinstance(doc, DocLine) else doc.as_line
        if line is not None and line.folded:
            for a, fitting in plan.of(line.text):
                if a not in plan.anchors and (isinstance(doc, DocLine) or fitting.slots):
                    starts = bool(fitting.literals) and line.folded.startswith(fitting.literals[0][0])
                    found[a, b] = (fitting.weight or AS_PRINTED) + AS_PRINTED * starts
        if isinstance(doc, DocRow):
            anchors = {(a, id(p)): p for t in doc.texts for a, p in plan.of(t) if a in plan.anchors}
            weights: dict[int, float] = defaultdict(float)
            for (a, _), anchor in anchors.items():
                weights[a] += anchor.weight / (2 if anchor.slots and anchor not in plan.anchors[a] else 1)
            for a, weight in weights.items():
                if 2 * weight >= sum(anchor.weight for anchor in plan.anchors[a]):
                    found[a, b] = weight
    return {
        (a, b): w + NEIGHBOUR * ((a - 1, b - 1) in found) + NEIGHBOUR * ((a + 1, b + 1) in found)
        for (a, b), w in found.items()
    }


def _behind_labels(plan: ContainerPlan, lost: list[int], lines: list[DocLine]) -> tuple[list[int], list[DocLine]]:
    """Parts lines that begin with words of the form and a colon: somebody wrote behind these what belongs below them.

    Gives the units still lost, and the lines with what was written in the place of each that was parted.
    """
    remaining = []
    for a in lost:
        unit = plan.units[a]
        label = fold(words_of(unit)) if isinstance(unit, Line) and not unit.paths else ""
        begun = (line for line in lines if line.folded.startswith(label) and line.folded != label)
        parted = next(begun, None) if label.endswith((":", "?", ")")) else None
        if parted is None:
            remaining.append(a)
            continue
        at = fold_with_map(parted.text)[1][len(label)]
        rest = DocLine(parted.text[at:], parted.folded[len(label) :], parted.paragraph, parted.start + at)
        lines = [rest if line is parted else line for line in lines]
    return remaining, lines


def _in_step(plan: ContainerPlan, units: list[DocUnit]) -> list[tuple[int, int]] | None:
    """The pairs where a document has the form's units one after another, and between them answers that quote none.

    Then no other pairs are as good, and no unit of the document has a second
    place; where this gives None, that has to be found out.
    """
    pairs: list[tuple[int, int]] = []
    b, may_own = 0, False
    for a, unit in enumerate(plan.units):
        if plan.is_owner(a) or plan.is_row_owner(a):
            may_own = True
            continue
        line = plan.plans[a]
        if line is not None and line.is_empty:
            continue
        while b < len(units) and not _is_plainly(plan, a, unit, units[b]):
            if not _is_free(plan, units[b], may_own):
                return None
            b += 1
        if b == len(units):
            return None
        pairs.append((a, b))
        b, may_own = b + 1, False
    return pairs if all(_is_free(plan, doc, may_own) for doc in units[b:]) else None


def _is_plainly(plan: ContainerPlan, a: int, unit: Unit, doc: DocUnit) -> bool:
    """Whether a unit of the document is just what the form has at `a`, as it is printed."""
    line = plan.plans[a]
    if line is not None:
        if not isinstance(doc, DocLine) or not doc.folded.startswith(line.literals[0][0] if line.literals else ""):
            return False
        return any(at == a for at, _ in plan.of(doc.text))
    if not isinstance(unit, FormRow) or not isinstance(doc, DocRow) or len(unit.cells) != len(doc.cells):
        return False
    for cell, shown in zip(unit.cells, doc.cells, strict=True):
        is_label = not cell.has_slots and not cell.continues
        if cell.continues != shown.continues or (is_label and cell.folded != shown.folded):
            return False
    if plan.has_labels(a):
        return True
    found = {id(anchor) for text in doc.texts for at, anchor in plan.of(text) if at == a}
    return all(id(anchor) in found for anchor in plan.anchors[a])


def _is_free(plan: ContainerPlan, doc: DocUnit, may_own: bool) -> bool:
    """Whether a unit of the document is blank, or something that an answer may hold and that quotes no unit."""
    if isinstance(doc, DocLine):
        return not doc.folded or (may_own and not plan.of(doc.text))
    if not doc.lines:
        return may_own
    whole = [doc.as_line.text] if doc.as_line is not None else []
    return may_own and not any(plan.of(text) for text in (*doc.texts, *whole))


def _mended(plan: ContainerPlan, units: list[DocUnit]) -> list[DocUnit]:
    """`units` with the lines of a paragraph made one where only together they are words of the form."""
    if not any(isinstance(u, DocLine) and u.start for u in units):
        return units
    mended: list[DocUnit] = []
    for _, group in itertools.groupby(units, lambda u: id(u.paragraph) if isinstance(u, DocLine) else id(u)):
        lines = list(group)
        first = lines[0]
        if len(lines) > 1 and isinstance(first, DocLine):
            whole = " ".join(u.text for u in lines if isinstance(u, DocLine))
            if plan.says(whole) and not any(plan.says(u.text) for u in lines if isinstance(u, DocLine)):
                lines = [DocLine(whole, fold(whole), first.paragraph, first.start)]
        mended += lines
    return mended


def _moved(found: dict[tuple[int, int], float], pairs: list[tuple[int, int]], owned: set[int]) -> list[tuple[int, int]]:
    """Pairs out of order: each the only partner of the other, of what the chain left, and in nobody's gap."""
    used_a, used_b = {a for a, _ in pairs}, {b for _, b in pairs}
    left = [(a, b) for a, b in found if a not in used_a and b not in used_b and b not in owned]
    counts_a, counts_b = Counter(a for a, _ in left), Counter(b for _, b in left)
    return [(a, b) for a, b in left if counts_a[a] == counts_b[b] == 1]


def _twins(plan: ContainerPlan, found: dict[tuple[int, int], float], partner: dict[int, int]) -> list[tuple[int, int]]:
    """Where the document holds the form twice: a second place for every unit, or at least for its neighbour."""
    taken = set(partner.values())
    twins = {a: b for a, b in found if b not in taken and a in partner and plan.units[a].paths}
    whole = [a for a, unit in enumerate(plan.units) if unit.paths]
    if len(whole) < FEW or len(twins) < MOST * len(whole):
        return []
    return [(a, twins.get(a, next(iter(twins.values())))) for a in whole]


def _is_header(row: FormRow) -> bool:
    """Whether a row names the columns below it."""
    return not any(c.has_slots for c in row.cells) and sum(bool(c.literal.strip()) for c in row.cells) > 1


def _is_near(plan: ContainerPlan, pairs: list[tuple[int, int]], a: int, b: int) -> bool:
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


def _rivals(
    found: dict[tuple[int, int], float],
    pairs: list[tuple[int, int]],
    moved: list[tuple[int, int]],
    gaps: list[tuple[range, range]],
) -> list[tuple[int, int]]:
    """Unmatched units of the document that fit a matched unit of the form as well as its partner, in reach of it."""
    taken = {b for _, b in [*pairs, *moved]}
    reach: dict[int, set[int]] = {}
    for (a, _), (_, before), (_, after) in zip(pairs, gaps, gaps[1:], strict=False):
        reach[a] = {*before, *after} - taken
    weights = {a: found[a, b] for a, b in pairs}
    return [(a, b) for (a, b), w in found.items() if b in reach.get(a, ()) and w + 2 * NEIGHBOUR >= weights[a]]


def _between(pairs: list[tuple[int, int]], form_size: int, doc_size: int) -> Iterator[tuple[range, range]]:
    """The unmatched stretches before, between and after matched pairs."""
    before_a = before_b = 0
    for a, b in [*pairs, (form_size, doc_size)]:
        yield range(before_a, a), range(before_b, b)
        before_a, before_b = a + 1, b + 1


def _path_of(plan: ContainerPlan, a: int) -> str:
    """The path of the one field that a unit is."""
    return plan.units[a].paths[0]


def _cells(wanted: FormRow, row: DocRow) -> list[tuple[FormCell, DocCell]]:
    """The cells that belong together: by position where every label agrees, else by their words."""
    cells, docs = [c for c in wanted.cells if not c.continues], row.own
    by_position = [
        list(zip(some, others, strict=True))
        for some, others in ((wanted.cells, row.cells), (cells, docs), (cells, _trimmed(docs, len(cells))))
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
    for absent, stood in _between(fixed, len(cells), len(docs)):
        if len(absent) == len(stood):
            pairs += [(cells[a], docs[b]) for a, b in zip(absent, stood, strict=True)]
    pairs += [(cells[a], docs[b]) for a, b in fixed]
    return sorted(pairs, key=lambda pair: pair[0].column)


def _trimmed(docs: list[DocCell], size: int) -> list[DocCell]:
    """`docs` without the blank cells at the row's ends that a program put there for a gap in the grid."""
    while len(docs) > size and not docs[-1].lines:
        docs = docs[:-1]
    while len(docs) > size and not docs[0].lines:
        docs = docs[1:]
    return docs


def _is_alike(wanted: FormRow, row: DocRow) -> bool:
    """Whether a row has as many cells as the form's."""
    size = sum(not c.continues for c in wanted.cells)
    return len(wanted.cells) == len(row.cells) or len(_trimmed(row.own, size)) == size


def _label(unit: DocUnit) -> str:
    """The folded text of a line, or of the first cell that has any."""
    if isinstance(unit, DocLine):
        return unit.folded
    return next((fold(c.text) for c in unit.own if c.lines), "")
