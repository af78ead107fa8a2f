"""The reader: one returned document against one skeleton, what each slot holds and what nobody owns.

A container of the form and one of the document are two sequences of lines and
rows.  They are matched in order by their words (`align.chain`), never by
coordinates; inside a matched pair the same is done for cells and lines.  What
stands between two matched units belongs to the long answer or repeated rows
that the form has there, or is left over.  Whatever is not a plain match is a
doubt on the fields concerned.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from docfill.problems import Problem
from docfill.read import align
from docfill.read.plan import (
    LinePlan,
    Slot,
    anchors_of,
    looks_like,
    opening_of,
    plan_of,
)
from docfill.template import skeleton as form
from docfill.template.skeleton import FormCell, FormRow, Line, Lines, Rows, Skeleton
from docfill.template.tree import Answer, Computed, Tick
from docfill.text import fold, gist, says_the_same
from docfill.word import ticks
from docfill.word.document import Block, Cell, Element, Paragraph

SIMILAR = 80
"""Two labels at least this alike (rapidfuzz ratio, 0 to 100) may be one, reworded."""


# --- the document, in the shape of a skeleton ---


@dataclass(slots=True, eq=False)
class DocLine:
    """One line of the document: part of a paragraph between line breaks."""

    text: str
    folded: str
    paragraph: Paragraph
    start: int

    def element(self, index: int = 0) -> Element:
        """The element that shows the character at `index` of the line, or the paragraph's own."""
        return self.paragraph.owner(self.start + index) if self.paragraph.owners else self.paragraph.element


@dataclass(slots=True, eq=False)
class DocCell:
    """One cell; `origin` is the top of its vertical merge, itself where it continues none."""

    cell: Cell
    units: list[DocLine | DocRow]
    origin: DocCell | None = None

    @property
    def continues(self) -> bool:
        return self.cell.continues

    @property
    def lines(self) -> list[DocLine]:
        """Its lines that show something, those of nested tables included."""
        return [line for line in _lines(self.units) if line.folded]


@dataclass(slots=True, eq=False)
class DocRow:
    """One row."""

    cells: list[DocCell]

    @property
    def as_line(self) -> DocLine | None:
        """The row as one line "label：value", as a line of the form looks that somebody put in a table."""
        cells = [c.lines for c in self.cells if not c.continues and c.lines]
        if len(cells) != 2 or len(cells[0]) != 1:
            return None
        label, value = cells[0][0].text.rstrip(" :：\u3000"), "\n".join(line.text for line in cells[1])
        text = f"{label}：{value}"
        return DocLine(text, fold(text), cells[1][0].paragraph, 0)

    @property
    def is_blank(self) -> bool:
        return not any(cell.lines for cell in self.cells)


def _units(blocks: list[Block]) -> list[DocLine | DocRow]:
    units: list[DocLine | DocRow] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            at = 0
            for part in block.text.split("\n"):
                units.append(DocLine(part, fold(part), block, at))
                at += len(part) + 1
            continue
        above: dict[int, DocCell] = {}
        for row in block.rows:
            cells = [DocCell(cell, _units(cell.blocks)) for cell in row.cells]
            for cell in cells:
                column = cell.cell.column
                cell.origin = above.get(column, cell) if cell.continues else cell
                above[column] = cell.origin
            units.append(DocRow(cells))
    return units


def _lines(units: list[DocLine | DocRow]) -> Iterator[DocLine]:
    for unit in units:
        if isinstance(unit, DocLine):
            yield unit
        else:
            for cell in unit.cells:
                yield from _lines(cell.units)


# --- what is read ---


@dataclass(slots=True)
class Found:
    """The text at a slot, as it stands, with the element that shows it."""

    text: str
    element: Element | None = None


@dataclass(slots=True)
class Mark:
    """What is drawn at one option: ticked or not, or None where no box is to be seen."""

    option: str
    is_ticked: bool | None
    drawn: str
    element: Element | None = None


@dataclass(slots=True)
class Raw:
    """Everything read from one document, before values are made of it."""

    answers: dict[str, Found] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[dict[str, Found]]] = field(default_factory=dict)
    computed: list[tuple[str, Found]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[tuple[str, Element | None]] = field(default_factory=list)

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
        self.leftovers += other.leftovers


def read(skeleton: Skeleton, blocks: list[Block]) -> Raw:
    """What the document's blocks say at each slot of the skeleton."""
    reader = _Reader(skeleton)
    reader.container(skeleton.units, _units(blocks))
    return reader.finish()


def read_best(skeleton: Skeleton, parts: list[list[Block]]) -> Raw:
    """The reading of that one of several parts (headers, say) which fits the skeleton best."""
    readings = [read(skeleton, blocks) for blocks in parts or [[]]]
    return min(readings, key=lambda raw: (len(raw.problems), len(raw.leftovers)))


class _Reader:
    def __init__(self, skeleton: Skeleton) -> None:
        self.raw = Raw()
        self._hints = {path: {fold(h) for h in hint} for path, hint in skeleton.hints.items()}
        self._options: dict[str, list[tuple[ticks.Option, Element | None]]] = defaultdict(list)
        self._headers: dict[int, list[tuple[FormCell, DocCell]]] = {}

    # --- containers ---

    def container(self, wanted: list[form.Unit], units: list[DocLine | DocRow], is_cell: bool = False) -> None:
        """Matches the units of a container and reads what they hold."""
        plans = [plan_of(u) if isinstance(u, Line) else None for u in wanted]
        if len(wanted) == 1 and plans[0] is not None and plans[0].is_owner:
            return self._own(plans[0], [*_lines(units)])
        if is_cell and any(p.has_ticks for p in plans if p is not None) and all(isinstance(u, Line) for u in wanted):
            return self._stream(plan_of(*(u for u in wanted if isinstance(u, Line))), [*_lines(units)])
        found = _candidates(wanted, plans, units)
        pairs = align.chain((a, b, w) for (a, b), w in found.items())
        gaps = [*_between(pairs, len(wanted), len(units))]
        owned = {j for absent, stood in gaps if any(_owns(wanted[i], plans[i]) for i in absent) for j in stood}
        moved = _moved(found, pairs, owned)
        taken_form, taken_doc = {a for a, _ in moved}, {b for _, b in moved}
        for a, b in sorted([*pairs, *moved]):
            self._pair(wanted[a], plans[a], units[b])
        for form_gap, doc_gap in gaps:
            before = plans[form_gap.start - 1] if form_gap.start else None
            absent = [(wanted[i], plans[i]) for i in form_gap if i not in taken_form]
            self._gap(absent, [units[i] for i in doc_gap if i not in taken_doc], before)
        return None

    def _pair(self, wanted: form.Unit, plan: LinePlan | None, unit: DocLine | DocRow) -> None:
        if plan is not None and isinstance(unit, DocLine):
            self._stream(plan, [unit])
        elif plan is not None and isinstance(unit, DocRow) and unit.as_line is not None:
            self._stream(plan, [unit.as_line])
        elif isinstance(wanted, FormRow) and isinstance(unit, DocRow):
            self._row(wanted, unit)

    def _gap(
        self,
        wanted: list[tuple[form.Unit, LinePlan | None]],
        units: list[DocLine | DocRow],
        before: LinePlan | None,
    ) -> None:
        """Units of the form that no words matched, and what stands in their place."""
        lost = [(u, p) for u, p in wanted if not (p is not None and p.is_empty)]
        lines = [u for u in units if isinstance(u, DocLine) and u.folded]
        rows = [u for u in units if isinstance(u, DocRow)]
        if lost and (lines or rows):
            lost, lines, rows = self._reworded(lost, lines, rows)
        line_owners = [(u, p) for u, p in lost if _owns(u, p)]
        row_owners = [u for u, p in lost if isinstance(u, Rows) or (isinstance(u, FormRow) and not anchors_of(u))]
        missing = [(u, p) for u, p in lost if (u, p) not in line_owners and u not in row_owners]
        self._own_lines(
            line_owners, lines, doubtful=[p for _, p in missing if p is not None and not p.is_optional], before=before
        )
        self._own_rows(row_owners, rows)
        for unit, plan in missing:
            self._missing(unit, plan)

    def _own_lines(
        self,
        owners: list[tuple[form.Unit, LinePlan | None]],
        lines: list[DocLine],
        doubtful: list[LinePlan],
        before: LinePlan | None,
    ) -> None:
        if not owners:
            last = before.gaps[-1][-1] if before is not None and before.gaps[-1] else None
            if lines and isinstance(last, Answer) and last.kind in ("", "text"):
                path = ".".join(last.path)
                found = self.raw.answers.get(path)
                if found is not None and found.text.strip():
                    found.text = "\n".join([found.text.strip(), *(line.text.strip() for line in lines)])
                    self.raw.doubt("extra-lines", path, " ".join(line.text.strip() for line in lines))
                    return
            self._left_over(lines)
            return
        if len(owners) > 1 and len(lines) != len(owners):
            for unit, plan in owners:
                path = _path(unit, plan)
                self.raw.answers[path] = Found("")
                if lines:
                    self.raw.doubt("place-missing", path, None, path)
            self._left_over(lines)
            return
        shares = [lines] if len(owners) == 1 else [[line] for line in lines]
        for (unit, plan), share in zip(owners, shares, strict=True):
            path = _path(unit, plan)
            self._keep(path, share)
            for absent in doubtful if share else ():
                self.raw.doubt("label-altered", path, share[0].text.strip(), absent.words)

    def _own(self, plan: LinePlan, lines: list[DocLine]) -> None:
        """A container that is one answer: all its text."""
        shown = [line for line in lines if line.folded]
        if isinstance(plan.slots[0], Computed):
            text = _Text(shown)
            self.raw.computed.append((plan.slots[0].source, Found(text.text, text.element(0))))
        else:
            self._keep(_path(plan.lines[0], plan), shown)

    def _keep(self, path: str, lines: list[DocLine]) -> None:
        answer = [line for line in lines if line.folded not in self._hints.get(path, ())]
        element = answer[0].element() if answer else (lines[0].element() if lines else None)
        self.raw.answers[path] = Found("\n".join(line.text.strip() for line in answer), element)

    def _own_rows(self, owners: list[Rows | FormRow], rows: list[DocRow]) -> None:
        repeated = [o for o in owners if isinstance(o, Rows)]
        if len(repeated) == 1 and len(owners) == 1:
            self._repeated(repeated[0], rows)
            return
        plain = [o for o in owners if isinstance(o, FormRow)]
        alike = [r for r in rows if any(_is_alike(o, r) for o in plain)]
        if not repeated and len(alike) == len(plain):
            for wanted, row in zip(plain, alike, strict=True):
                self._row(wanted, row)
            self._left_over([line for r in rows if r not in alike for cell in r.cells for line in cell.lines])
            return
        for owner in owners:
            self._missing(owner, None)
        self._left_over([line for row in rows for cell in row.cells for line in cell.lines])

    def _repeated(self, wanted: Rows, rows: list[DocRow]) -> None:
        """Rows that repeat: each row of the document is one record, unless it is as printed."""
        path = ".".join(wanted.path)
        printed = [[fold(c.literal) for c in r.cells if not c.continues] for r in wanted.printed]
        records: list[dict[str, Found]] = []
        as_printed = True
        for row in rows:
            if row.is_blank:
                continue
            cells = _trimmed(row.cells, len(wanted.row.cells))
            shown = [fold("\n".join(line.text for line in c.lines)) for c in cells if not c.continues]
            as_printed = as_printed and shown in printed
            if len(cells) != len(wanted.row.cells):
                self.raw.doubt("cells-differ", path, " ".join(line.text for c in row.cells for line in c.lines))
                self._left_over([line for cell in row.cells for line in cell.lines])
                continue
            record: dict[str, Found] = {}
            for cell, doc in zip(wanted.row.cells, cells, strict=True):
                source = (doc.origin or doc) if doc.continues else doc
                for unit in cell.units:
                    if isinstance(unit, Line) and unit.slots:
                        lines = source.lines
                        record[unit.slots[0].column] = Found(
                            "\n".join(line.text.strip() for line in lines), lines[0].element() if lines else None
                        )
            records.append(record)
        self.raw.rows[path] = [] if as_printed else records

    # --- rows ---

    def _row(self, wanted: FormRow, row: DocRow) -> None:
        """Cells by their words and order; a cell that continues a merge holds nothing of its own."""
        pairs = _cells(wanted, row)
        taken = {id(doc) for _, doc in pairs}
        mapped = {id(cell) for cell, _ in pairs}
        altered = [(cell, doc) for cell, doc in pairs if not _agree(cell, doc)]
        for cell, doc in pairs:
            self._cell(cell, doc)
        if not any(cell.has_slots for cell in wanted.cells):
            self._headers[wanted.table] = altered
        for cell in wanted.cells:
            over = [*altered, *((h, d) for h, d in self._headers.get(wanted.table, ()) if form.covers(h, cell))]
            for path in _paths(cell.units):
                if id(cell) not in mapped:
                    self.raw.doubt("cells-differ", path, None, _words(wanted))
                for label, doc in over:
                    self.raw.doubt("label-altered", path, _shown(doc), label.literal.strip())
        ghosts = {gist(line) for c in wanted.cells for line in c.literal.split("\n")}
        for doc in row.cells:
            if id(doc) not in taken and not doc.continues:
                self._left_over([line for line in doc.lines if gist(line.text) not in ghosts])

    def _cell(self, cell: FormCell, doc: DocCell) -> None:
        if cell.continues and not cell.has_slots:
            return
        if doc.continues and cell.has_slots and doc.origin is not None and doc.origin.lines:
            for path in _paths(cell.units):
                self.raw.doubt("cells-differ", path, doc.origin.lines[0].text, None)
            return
        if not cell.has_slots and _agree(cell, doc):
            return
        self.container(cell.units, doc.units, is_cell=True)

    # --- lines ---

    def _stream(self, plan: LinePlan, lines: list[DocLine]) -> None:
        """Reads some lines as one text: the form's words in order, and in the gaps what its slots hold."""
        if not plan.slots:
            return
        text = _Text(lines)
        answered = [any(isinstance(s, Answer | Computed) for s in gap) for gap in plan.gaps]
        split = align.split(plan.literals, answered, text.text, ticks.TOKEN if plan.has_ticks else None)
        if split is None:
            for path in _paths([*plan.lines]):
                self.raw.doubt("place-missing", path, text.text.strip(), plan.words)
            self._left_over(lines)
            return
        for index in split.missing:
            if not plan.sources[index].optional and not isinstance(_last(plan.gaps[index]), Tick):
                self.raw.doubt("template-text-missing", "", None, plan.sources[index].literal.strip())
        drawings = _Drawings(plan, split, text)
        others = split.others or split.gaps
        for slots, span, other in zip(drawings.slots, drawings.rest, others, strict=True):
            first, second = text.text[slice(*span)].strip(), text.text[slice(*other)].strip()
            self._fill_gap(slots, text, *span)
            for slot in slots if split.others is not None and first != second else ():
                if isinstance(slot, Answer):
                    self.raw.doubt("ambiguous", ".".join(slot.path), first, second)
        for index in drawings.unclear:
            start, end = drawings.rest[index]
            self.raw.doubt("unclear-tick", ".".join(drawings.label(index - 1).path), text.text[start:end].strip(), "")
        for tick, option, start in drawings.options():
            self._options[".".join(tick.path)].append((option, text.element(start)))

    def _fill_gap(self, slots: list[Answer | Computed], text: _Text, start: int, end: int) -> None:
        """Gives the text of one gap, boxes taken out, to its slot."""
        shown = text.text[start:end]
        if not slots:
            if gist(shown):
                self.raw.leftovers.append((shown.strip(), text.element(start)))
            return
        found = Found(shown, text.element(start))
        if len(slots) > 1:
            for slot in slots:
                if isinstance(slot, Answer):
                    self.raw.answers[".".join(slot.path)] = Found("", found.element)
                    if shown.strip():
                        self.raw.doubt("ambiguous", ".".join(slot.path), shown.strip(), "")
        elif isinstance(slots[0], Computed):
            self.raw.computed.append((slots[0].source, found))
        else:
            path = ".".join(slots[0].path)
            known = self.raw.answers.get(path)
            if known is not None and known.text.strip() != shown.strip():
                self.raw.doubt("ambiguous", path, known.text.strip(), shown.strip())
                return
            if fold(shown) in self._hints.get(path, ()):
                found.text = ""
            self.raw.answers[path] = found

    def finish(self) -> Raw:
        """Decides the ticks, each beside the other options of its group."""
        for path, found in self._options.items():
            group = [option for option, _ in found]
            for (option, element), state in zip(found, ticks.states_of(group), strict=True):
                self.raw.marks[path].append(Mark(option.name, state, "".join(option.marks), element))
        return self.raw

    # --- what does not fit ---

    def _reworded(
        self, lost: list[tuple[form.Unit, LinePlan | None]], lines: list[DocLine], rows: list[DocRow]
    ) -> tuple[list[tuple[form.Unit, LinePlan | None]], list[DocLine], list[DocRow]]:
        """Pairs labels that are alike but not the same; every field under one carries a doubt."""
        remaining = []
        for unit, plan in lost:
            label = fold(plan.words) if plan is not None else _label(unit) if isinstance(unit, FormRow) else ""
            pool: list[DocLine] | list[DocRow] = lines if plan is not None else rows
            scored = (
                [(fuzz.ratio(label, _label(u) if isinstance(u, DocRow) else u.folded), u) for u in pool]
                if label
                else []
            )
            score, best = max(scored, key=lambda s: s[0], default=(0.0, None))
            if best is None or score < SIMILAR:
                remaining.append((unit, plan))
                continue
            shown = best.text if isinstance(best, DocLine) else next(line.text for c in best.cells for line in c.lines)
            expected = plan.words if plan is not None else _words(unit)
            for path in _paths([unit]) or [""]:
                self.raw.doubt(
                    "label-altered" if path else "template-text-missing", path, shown.strip(), expected.strip()
                )
            self._pair(unit, plan, best)
            if isinstance(best, DocLine):
                lines = [line for line in lines if line is not best]
            else:
                rows = [row for row in rows if row is not best]
        return remaining, lines, rows

    def _missing(self, unit: form.Unit, plan: LinePlan | None) -> None:
        words = (plan.words if plan is not None else _words(unit)).strip()
        if plan is not None and plan.is_optional:
            return
        paths = _paths([unit])
        for path in paths:
            self.raw.doubt("place-missing", path, None, words)
        if not paths:
            self.raw.doubt("template-text-missing", "", None, words)

    def _left_over(self, lines: list[DocLine]) -> None:
        self.raw.leftovers.extend((line.text.strip(), line.element()) for line in lines if line.folded)


class _Text:
    """Some lines as one text, in which every character knows its element."""

    def __init__(self, lines: list[DocLine]) -> None:
        self.text = "\n".join(line.text for line in lines)
        self._lines = lines
        self._starts = [0, *itertools.accumulate(len(line.text) + 1 for line in lines)]

    def element(self, index: int) -> Element | None:
        """The element that shows the character at `index`."""
        if not self._lines:
            return None
        at = min(bisect.bisect_right(self._starts, index), len(self._lines)) - 1
        return self._lines[at].element(index - self._starts[at])


class _Drawings:
    """The marks in the gaps of a text, and the option that each belongs to.

    Between two options of one line a mark may belong to either.  Where the first
    option of some line has a mark in front, boxes stand before their labels, else
    after them; marks that touch one another stay together.
    """

    def __init__(self, plan: LinePlan, split: align.Split, text: _Text) -> None:
        self._gaps, self._text = split.gaps, text
        self._labels: dict[int, Tick] = {}
        self._absent: list[Tick] = []
        self.slots: list[list[Answer | Computed]] = [[]]
        """The answers of each gap; those before a literal that is missing belong to the next gap."""
        for index, gap in enumerate(plan.gaps):
            self.slots[-1] += [s for s in gap if not isinstance(s, Tick)]
            if index == len(plan.literals):
                break
            tick = _last(gap)
            if index in split.missing:
                self._absent += [tick] if isinstance(tick, Tick) else []
                continue
            if isinstance(tick, Tick):
                self._labels[len(self.slots) - 1] = tick
            self.slots.append([])
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
            opens = not self._text.text[last:end].strip(" \t\u3000\u00a0") and self._starts_line(index, first)
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
            is_tick = all(ticks.MARKS.get(m, True) for m in runs[0][3])
            if self.slots[index] and left and text[runs[0][1] : end].strip():
                # The label has its box; what follows may be a tick or the first character of the answer.
                self.unclear |= {index} if is_tick and not any(ticks.MARKS.get(m, True) for m in left) else set()
                break
            left += runs[0][3]
            start = runs[0][1]
            runs = runs[1:]
        self.rest.append((start, end))
        if not self.slots[index] and gist(text[start:end]):
            self._is_clean = False


def _last(gap: Sequence[Slot]) -> Slot | None:
    return gap[-1] if gap else None


# --- helpers on both shapes ---


def _candidates(
    wanted: list[form.Unit], plans: list[LinePlan | None], units: list[DocLine | DocRow]
) -> dict[tuple[int, int], float]:
    """Pairs of units whose words fit, heavier for more words and for neighbours that fit too."""
    openings: dict[str, set[int]] = defaultdict(set)
    texts: dict[int, list[str]] = {}
    as_line: dict[int, str] = {}
    for index, doc in enumerate(units):
        if isinstance(doc, DocLine):
            texts[index] = [doc.text] if doc.folded else []
        else:
            texts[index] = [line.text for cell in doc.cells if not cell.continues for line in cell.lines]
            as_line[index] = doc.as_line.text if doc.as_line is not None else ""
        for shown in texts[index]:
            openings[opening_of(shown)].add(index)
            openings[""].add(index)
    found: dict[tuple[int, int], float] = {}
    for a, unit in enumerate(wanted):
        plan = plans[a]
        if plan is not None:
            for b in openings[plan.opening] if plan.literals or plan.typed else ():
                if b in as_line:
                    if plan.literals and plan.slots and plan.fits(as_line[b]):
                        found[a, b] = plan.weight / 2
                elif plan.fits(texts[b][0]) if plan.literals else looks_like(plan.typed, texts[b][0]):
                    found[a, b] = plan.weight or 0.5
        elif isinstance(unit, FormRow):
            weights: dict[int, float] = defaultdict(float)
            anchors = anchors_of(unit)
            for anchor in anchors:
                for b in openings[anchor.opening]:
                    if b in as_line and any(anchor.fits(shown) for shown in texts[b]):
                        weights[b] += anchor.weight
            total = sum(anchor.weight for anchor in anchors)
            found.update({(a, b): w for b, w in weights.items() if w * 2 >= total})
    return {
        (a, b): w + 0.1 * ((a - 1, b - 1) in found) + 0.1 * ((a + 1, b + 1) in found) for (a, b), w in found.items()
    }


def _moved(found: dict[tuple[int, int], float], pairs: list[tuple[int, int]], owned: set[int]) -> list[tuple[int, int]]:
    """Pairs out of order: each the only partner of the other, of what the chain left, and in nobody's gap."""
    used_a, used_b = {a for a, _ in pairs}, {b for _, b in pairs}
    left = [(a, b) for a, b in found if a not in used_a and b not in used_b and b not in owned]
    counts_a, counts_b = Counter(a for a, _ in left), Counter(b for _, b in left)
    return [(a, b) for a, b in left if counts_a[a] == counts_b[b] == 1]


def _cells(wanted: FormRow, row: DocRow) -> list[tuple[FormCell, DocCell]]:
    """The cells that belong together: by position where every label agrees, else by their words."""
    cells = [c for c in wanted.cells if not c.continues]
    docs = [c for c in row.cells if not c.continues]
    by_position = [
        list(zip(some, others, strict=True))
        for some, others in ((wanted.cells, row.cells), (cells, docs), (cells, _trimmed(docs, len(cells))))
        if len(some) == len(others)
    ]
    for pairs in by_position:
        if all(_agree(*pair) for pair in pairs):
            return pairs
    fixed = align.chain(
        (a, b, float(len(cell.literal)))
        for a, cell in enumerate(cells)
        for b, doc in enumerate(docs)
        if not cell.has_slots and cell.literal.strip() and _agree(cell, doc)
    )
    if by_position and len(fixed) < sum(bool(c.literal.strip()) and not c.has_slots for c in cells):
        return by_position[0]
    pairs = []
    before_a = before_b = -1
    for a, b in [*fixed, (len(cells), len(docs))]:
        if a - before_a == b - before_b:
            pairs += zip(cells[before_a + 1 : a], docs[before_b + 1 : b], strict=True)
        if a < len(cells):
            pairs.append((cells[a], docs[b]))
        before_a, before_b = a, b
    return pairs


def _trimmed(docs: list[DocCell], size: int) -> list[DocCell]:
    """`docs` without the blank cells at the row's end that a program put there for a gap in the grid."""
    while len(docs) > size and not docs[-1].lines:
        docs = docs[:-1]
    while len(docs) > size and not docs[0].lines:
        docs = docs[1:]
    return docs


def _agree(cell: FormCell, doc: DocCell) -> bool:
    """Whether a cell of words has just those words; a cell with slots or of a merge agrees with any."""
    return cell.has_slots or cell.continues or says_the_same(cell.literal, "\n".join(line.text for line in doc.lines))


def _is_alike(wanted: FormRow, row: DocRow) -> bool:
    """Whether a row has as many cells of its own as the form's."""
    own = [c for c in row.cells if not c.continues]
    size = sum(not c.continues for c in wanted.cells)
    return len(wanted.cells) == len(row.cells) or len(_trimmed(own, size)) == size


def _shown(doc: DocCell) -> str:
    return " ".join(line.text.strip() for line in doc.lines)


def _between(pairs: list[tuple[int, int]], form_size: int, doc_size: int) -> Iterator[tuple[range, range]]:
    """The unmatched stretches before, between and after matched pairs."""
    before_a = before_b = 0
    for a, b in [*pairs, (form_size, doc_size)]:
        yield range(before_a, a), range(before_b, b)
        before_a, before_b = a + 1, b + 1


def _owns(unit: form.Unit, plan: LinePlan | None) -> bool:
    """Whether a unit takes whatever text stands in its place."""
    return isinstance(unit, Lines) or (plan is not None and plan.is_owner)


def _path(unit: form.Unit, plan: LinePlan | None) -> str:
    """The path of the one field that a unit is."""
    if isinstance(unit, Lines):
        return ".".join(unit.path)
    assert plan is not None
    return ".".join(next(s.path for s in plan.slots if isinstance(s, Answer)))


def _paths(units: list[form.Unit]) -> list[str]:
    """The paths of all fields in some units."""
    paths: list[str] = []
    for unit, _, _ in form.walk(units):
        if isinstance(unit, Line):
            paths += [".".join(t.path) for t in unit.tokens if isinstance(t, Answer | Tick)]
        elif isinstance(unit, Lines | Rows):
            paths.append(".".join(unit.path))
    return list(dict.fromkeys(paths))


def _words(unit: form.Unit) -> str:
    """The words by which a person finds a unit."""
    if isinstance(unit, FormRow):
        return next((c.literal for c in unit.cells if c.literal.strip()), "")
    return ".".join(unit.path) if isinstance(unit, Lines | Rows) else ""


def _label(unit: FormRow | DocRow) -> str:
    """The folded text of the first cell that has any."""
    if isinstance(unit, FormRow):
        return next((fold(c.literal) for c in unit.cells if not c.continues and c.literal.strip()), "")
    return next(("".join(line.folded for line in c.lines) for c in unit.cells if c.lines), "")
