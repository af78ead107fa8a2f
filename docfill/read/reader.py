"""The reader: one returned document against one skeleton, what each slot holds and what nobody owns.

A container of the form and one of the document are two sequences of lines and
rows.  They are matched in order by their words (`align.chain`), never by
coordinates; inside a matched pair the same is done for cells and lines.  What
stands between two matched units belongs to the long answer or repeated rows
that the form has there, or is left over.  Whatever is not a plain match is a
doubt on the fields concerned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from docfill.problems import Problem
from docfill.read import align, match
from docfill.read.drawings import Drawings
from docfill.read.plan import ContainerPlan, LinePlan, Plans, agrees, words_of
from docfill.read.raw import Found, Mark, Raw, Stray, is_answered
from docfill.read.records import by_paragraph, items_of, records_of
from docfill.read.shape import DocCell, DocLine, DocRow, DocText, DocUnit, lines_of, units_of
from docfill.template.skeleton import (
    FormCell,
    FormRow,
    Line,
    Lines,
    Rows,
    Skeleton,
    Token,
    Unit,
    covers,
    paths_of,
)
from docfill.template.tree import EACH, Answer, Computed, Foreign, Series, Tick, Words
from docfill.text import OPENING, fold, fold_with_map, gist, says_the_same
from docfill.values import CODECS, NONE
from docfill.word import ticks
from docfill.word.document import Block, Element

SIMILAR = 80
"""Two labels at least this alike (rapidfuzz ratio, 0 to 100) may be one, reworded."""


class Reader:
    """Reads documents against one skeleton, whose plans it prepares as they are needed."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._hints = {path: {fold(h) for h in hint} for path, hint in skeleton.hints.items()}
        self._plans = Plans()

    def read(self, blocks: list[Block]) -> Raw:
        """What some blocks say at each slot of the skeleton."""
        reading = _Reading(self._hints, self._plans)
        reading.container(self._skeleton.units, units_of(blocks))
        raw = reading.finish()
        told = {p.expected for p in raw.problems if p.code == "not-read"}
        for node in self._skeleton.unread:
            for path in (node.paths or ("",)) if node.source not in told else ():
                raw.doubt("not-read", path.replace(EACH, ""), None, node.source)
        return raw

    def read_best(self, parts: list[list[Block]]) -> Raw:
        """The reading of that one of several parts (headers, say) which fits the skeleton best.

        Of those that fit as well, a blank one (of the first page, say) is not the one that was filled in.
        """
        readings = [self.read(blocks) for blocks in parts or [[]]]
        return min(readings, key=lambda raw: (len(raw.problems) + len(raw.lost), -raw.answered, len(raw.leftovers)))


class _Reading:
    """One reading of one part."""

    def __init__(self, hints: Mapping[str, set[str]], plans: Plans) -> None:
        self.raw = Raw()
        self._plans, self._hints = plans, hints
        self._options: dict[str, list[tuple[ticks.Option, Element | None]]] = defaultdict(list)
        self._headers: dict[int, list[tuple[FormCell, str]]] = {}
        self._undivided: list[tuple[Sequence[Answer | Computed | Foreign], Found]] = []
        self._here = ""

    def finish(self) -> Raw:
        """Decides the ticks, each beside the other options of its group, and what stands at neighbouring slots."""
        self._divide()
        for path, found in self._options.items():
            states = ticks.states_of([option for option, _ in found])
            for (option, element), state in zip(found, states, strict=True):
                self.raw.marks[path].append(Mark(option.name, state, "".join(option.marks), element))
        return self.raw

    def record(self, path: str) -> tuple[Raw, dict[str, Found]]:
        """The reading of one record of the repetition at `path`, by column, and the answers outside of it."""
        raw, start = self.finish(), path + EACH
        outside = {p: raw.answers.pop(p) for p in [*raw.answers] if not p.startswith(start)}
        kept: list[dict[str, Any]] = [raw.answers, raw.marks, raw.rows, raw.texts]
        for found in kept:
            for known in [p for p in found if p.startswith(start)]:
                found[_column(known, path)] = found.pop(known)
        return raw, outside

    # --- containers ---

    def container(self, wanted: list[Unit], units: list[DocUnit]) -> None:
        """Matches the units of a container and reads what they hold."""
        plan = self._plans.container(wanted)
        if plan.owner is not None:
            self._own(plan.owner, [line for line in lines_of(units) if line.folded], lines_of(units))
        else:
            self._sequence(plan, units)

    def _sequence(self, plan: ContainerPlan, units: list[DocUnit]) -> None:
        units = match.mended(plan, units)
        in_step = match.in_step(plan, units)
        found = match.candidates(plan, units) if in_step is None else {}
        pairs, gaps, moved = match.matched(plan, units, found, in_step)
        if in_step is None and (strays := match.hardly_there(plan, [*pairs, *moved])):
            found = {(a, b): w for (a, b), w in found.items() if a not in strays}
            pairs, gaps, moved = match.matched(plan, units, found, None)
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
            if not match.is_near(plan, pairs, a, b):
                self._doubt_place(plan, a, units[b])
        for a, b in [*match.rivals(found, pairs, moved, gaps), *match.twins(plan, found, partner)] if found else ():
            self._doubt_place(plan, a, units[b])
        taken_doc = {b for _, b in moved}
        self._sections(plan, partner)
        for absent, stood in gaps:
            if not absent and not stood:
                continue
            before = (absent.start - 1, units[stood.start - 1]) if absent.start else None
            left = [units[b] for b in stood if b not in taken_doc]
            self._gap(plan, [a for a in absent if a not in partner], left, before)

    def _sections(self, plan: ContainerPlan, partner: dict[int, int]) -> None:
        """Which of the parts that may be missing stand there; of those that do, the words that are missing."""
        for section, members in plan.sections:
            worded = [a for a in members if plan.has_words(a)]
            stands = any(a in partner for a in worded)
            if worded:
                self.raw.sections.append((section, stands))
            missing = [a for a in worded if a not in partner and not isinstance(plan.units[a], Rows)]
            beside = [a for a in (members[0] - 1, members[-1] + 1) if 0 <= a < len(plan.units)]
            around = [path for a in beside for path in plan.named_by(a)]
            around += paths_of([unit for unit in plan.units if isinstance(unit, Rows)])  # what seems it may be theirs
            for path in (*section.paths, *paths_of(section.units), *around) if stands and missing else ():
                self.raw.doubt("place-missing", path, None, words_of(plan.units[missing[0]]))

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
        blocks = [a for a in lost if plan.is_block(a)]
        if blocks:
            self._blocks(plan, blocks, [*line_owners, *row_owners], units)
            for a in lost:
                if a not in blocks:
                    self._missing(plan.units[a])
            return
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

    def _blocks(self, plan: ContainerPlan, blocks: list[int], others: list[int], units: list[DocUnit]) -> None:
        """Repetitions of several lines or rows a record: one takes all, and several can't be told apart."""
        shown = [u for u in units if isinstance(u, DocRow) or u.folded]
        unit = plan.units[blocks[0]]
        assert isinstance(unit, Rows)
        if len(blocks) == 1 and not others:
            self._records(unit, shown)
            return
        if len(blocks) == 1 and max(others) < blocks[0] and all(plan.is_owner(a) for a in others):
            parts, strays = records_of(self._plans.container(unit.body), shown)
            lines = [u for u in strays if isinstance(u, DocLine)]
            if len(lines) == len(strays) and any(
                self._plans.container(unit.body).has_words(a) for a in range(len(unit.body))
            ):
                self._own_lines([_path_of(plan, a) for a in others], lines, [])
                self._records(unit, [u for part in parts for u in part])
                return
        for a in blocks:
            path = _path_of(plan, a)
            self.raw.rows.setdefault(path, [])
            self.raw.texts.setdefault(path, [])
            if any(not isinstance(u, DocRow) or u.lines for u in shown):
                self.raw.doubt("place-missing", path, None, path)
        self._left_over([line for u in shown for line in (u.lines if isinstance(u, DocRow) else [u])])

    def _records(self, wanted: Rows, units: list[DocUnit]) -> None:
        """The records that some lines and rows hold, each read as a small form of its own."""
        path = wanted.path
        plan = self._plans.container(wanted.body)
        if plan.owner is not None and (wanted.path + EACH) in plan.owner.paths:
            items = [[u] for u in units] if wanted.is_inline else by_paragraph(units)
            lines = [[line for u in item for line in (u.lines if isinstance(u, DocRow) else [u])] for item in items]
            shown = [Found("\n".join(x.text.strip() for x in item), item[0].element()) for item in lines if item]
            self._keep_records(path, self.raw.texts, shown)
            return
        records: list[Raw] = []
        parts, strays = ([[u] for u in units], []) if wanted.is_inline else records_of(plan, units)
        if strays:
            self.raw.doubt("cells-differ", path, " ".join(_shown(u) for u in strays))
            self._left_over([line for u in strays for line in (u.lines if isinstance(u, DocRow) else [u])])
        for part in parts:
            reading = _Reading(self._hints, self._plans)
            reading._here = path
            merged = [_unmerged(u) if isinstance(u, DocRow) else u for u in part]
            if len(wanted.body) == 1 and isinstance(row := wanted.body[0], FormRow) and isinstance(merged[0], DocRow):
                reading._row(row, merged[0])
            else:
                reading._sequence(plan, merged)
            record, outside = reading.record(path)
            records.append(record)
            for known, found in outside.items():
                self._answer(known, found)
        self._take(path, records, wanted)

    def _take(self, path: str, records: list[Raw], wanted: Rows) -> None:
        """Keeps the records in which something is answered; their doubts are the form's, too."""
        kept = [r for r in records if is_answered(r, wanted.key if wanted.keys else "", wanted.dates)]
        if wanted.key:
            kept = self._keyed(path, kept, records, wanted)
        for record in records:
            if record.problems and not any(record is other for other in kept):
                self.raw.doubt("cells-differ", path, record.problems[0].found, record.problems[0].expected)
                self.raw.leftovers += record.leftovers
        for index, record in enumerate(kept):
            for problem in record.problems:
                where = f"{path}[{index}].{_column(problem.path, path)}" if problem.path else path
                self.raw.doubt(problem.code, where, problem.found, problem.expected)
            record.problems = []
            self.raw.leftovers += [replace(stray, near=path) for stray in record.leftovers]
            self.raw.lost += [(problem, path) for problem, _ in record.lost]
        self._keep_records(path, self.raw.rows, kept)

    def _keep_records(self, path: str, known: dict[str, list[Any]], found: list[Any]) -> None:
        """A repetition that stands in two places has as many records in both, each with some columns."""
        before = known.get(path)
        if before is None:
            known[path] = found
        elif len(before) != len(found) or any(
            isinstance(x, Found) and x.text != y.text for x, y in zip(before, found, strict=True)
        ):
            self.raw.doubt("ambiguous", path, len(before), len(found))
        else:
            for record, other in zip(before, found, strict=True):
                if isinstance(record, Raw):
                    self._join(path, record, other)

    def _join(self, path: str, record: Raw, other: Raw) -> None:
        for column, shown in other.answers.items():
            if record.answers.setdefault(column, shown).text.strip() != shown.text.strip():
                self.raw.doubt("ambiguous", path, record.answers[column].text.strip(), shown.text.strip())
        record.add(replace(other, answers=dict(record.answers)))

    def _keyed(self, path: str, kept: list[Raw], records: list[Raw], wanted: Rows) -> list[Raw]:
        """The records in the order of the keys that the form prints; a doubt where keys are strange."""

        def key_of(record: Raw) -> str:
            shown = record.answers.get(wanted.key)
            said = shown.text.strip() if shown is not None else ""
            return next((k for k in wanted.keys if says_the_same(k, said) or gist(k) == gist(said) != ""), said)

        order = {key: index for index, key in enumerate(wanted.keys)}
        for record in kept:
            shown = record.answers.get(wanted.key)
            if shown is not None and key_of(record) in order:
                shown.text = key_of(record)
        kept = sorted(kept, key=lambda r: order.get(key_of(r), len(order)))
        seen: set[str] = set()
        for index, record in enumerate(kept):
            said = key_of(record)
            if said in seen:
                self.raw.doubt("duplicate-key", f"{path}[{index}]", said, wanted.key)
            if order and said not in order:
                self.raw.doubt("unknown-key", f"{path}[{index}]", said, " | ".join(wanted.keys))
            seen.add(said)
        present = {key_of(record) for record in records}
        for key in wanted.keys:
            if key not in present:
                self._lost(key)
        return kept

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
        if unit.sections or (isinstance(unit, Line) and unit.optional):
            self._not_there([unit])
            return
        only = unit.slots[0] if isinstance(unit, Line) and len(unit.slots) == 1 and not unit.literal.strip() else None
        if only is not None and only.words is not None and "" in only.words.texts:
            self._words(only, only.words, Found(""))
            return
        paths = unit.paths
        for path in paths:
            self.raw.doubt("place-missing", path, None, words_of(unit))
        if not paths:
            self._lost(words_of(unit))

    def _not_there(self, units: Sequence[Unit]) -> None:
        """Units that a returned form may lack: nothing is answered in them."""
        for unit in units:
            if isinstance(unit, Lines):
                self.raw.answers.setdefault(unit.path, Found(""))
            elif isinstance(unit, Rows):
                self.raw.rows.setdefault(unit.path, [])
                self.raw.texts.setdefault(unit.path, [])
            elif isinstance(unit, FormRow):
                for cell in unit.cells:
                    self._not_there(cell.units)
            else:
                for slot in unit.tokens:
                    self._slot_not_there(slot)

    def _slot_not_there(self, slot: Token) -> None:
        if isinstance(slot, Tick):
            self._options[slot.path].append((ticks.Option(slot.option, False), None))
        elif isinstance(slot, Answer) and slot.words is not None:
            self.raw.marks[slot.path] += [Mark(o, False, "") for o in slot.words.options if o is not None]
        elif isinstance(slot, Answer) and slot.series is not None:
            (self.raw.texts if slot.kind == "texts" else self.raw.rows).setdefault(slot.path, [])
        elif isinstance(slot, Answer):
            self.raw.answers.setdefault(slot.path, Found(""))

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
        slot = plan.slots[0]
        assert not isinstance(slot, Tick)
        if not isinstance(slot, Answer) or slot.words is not None or slot.series is not None:
            text = DocText(lines)
            self._fill_gap([slot], text, 0, len(text.text))
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
        self._answer(path, Found("\n".join(line.text.strip() for line in answer), element))

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
        alike = [r for r in rows if any(match.is_alike(o, r) for o in plain)]
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
        path, row_of_form = wanted.path, wanted.row
        assert row_of_form is not None
        size = len(row_of_form.cells)
        printed = [[fold(cell) for cell in row] for row in wanted.printed_texts]
        slots = [next(iter(_slots(cell)), None) for cell in row_of_form.cells]
        columns = [slot.column for slot in slots if slot is not None]
        records: list[Raw] = []
        for row in rows:
            cells = match.trimmed(row.cells, size)
            if len(cells) != size:
                if row.lines:
                    self.raw.doubt("cells-differ", path, " ".join(line.text for line in row.lines))
                    self._left_over(row.lines)
                continue
            record = Raw()
            for slot, doc in zip(slots, cells, strict=True):
                source = (doc.origin or doc) if doc.continues else doc
                if source is not doc and doc.lines and not says_the_same(source.text, doc.text):
                    self._left_over(doc.lines)
                element = source.lines[0].element() if source.lines else None
                if slot is not None:
                    record.answers[slot.column] = Found(source.text, element)
                elif source is doc:
                    self._left_over(doc.lines)
            records.append(record)
        answered = [r for r in records if any(found.text for found in r.answers.values())]
        as_printed = all([fold(r.answers[c].text) for c in columns] in printed for r in answered)
        self._take(path, [] if as_printed else records, wanted)
        for label, shown in self._headers.get(wanted.table, ()) if answered and not as_printed else ():
            self.raw.doubt("label-altered", path, shown, label.literal.strip())

    # --- rows ---

    def _row(self, wanted: FormRow, row: DocRow) -> None:
        """Cells by their words and order; a label that isn't the form's is a doubt on all that it names."""
        self._here = next(iter(wanted.paths), self._here)
        pairs = match.cells_of(wanted, row)
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

    def _fill_gap(self, slots: Sequence[Answer | Computed | Foreign], text: DocText, start: int, end: int) -> None:
        """Gives the text of one gap, boxes taken out, to its slot."""
        shown = text.text[start:end]
        found = Found(shown, text.element(start))
        if not slots:
            if gist(shown):
                self.raw.leftovers.append(Stray(shown.strip(), found.element, self._here))
        elif len(slots) > 1:
            self._beside(list(slots), text, start, end)
        elif isinstance(slots[0], Computed):
            self.raw.computed.append((slots[0], found))
        elif isinstance(slots[0], Foreign):
            if gist(shown):
                for path in slots[0].paths or ("",):
                    self.raw.doubt("not-read", path.replace(EACH, ""), shown.strip(), slots[0].source)
        elif slots[0].words is not None:
            self._words(slots[0], slots[0].words, found)
        elif slots[0].series is not None:
            self._series(slots[0], slots[0].series, found)
        else:
            path = slots[0].path
            hints = self._hints.get(path)
            if hints:
                found.text = "\n".join(part for part in shown.split("\n") if fold(part) not in hints)
            self._answer(path, found)

    def _beside(self, slots: list[Answer | Computed | Foreign], text: DocText, start: int, end: int) -> None:
        """Slots with no words of the form between them: what is known elsewhere may tell one from the other."""
        for is_last in (True, False):
            while (
                len(slots) > 1
                and (said := _said_at(slots[-1 if is_last else 0], text.text[start:end], is_last)) is not None
            ):
                slot = slots.pop(-1 if is_last else 0)
                at = end - said if is_last else start + said
                self._fill_gap([slot], text, *((at, end) if is_last else (start, at)))
                start, end = (start, at) if is_last else (at, end)
        if len(slots) == 1:
            self._fill_gap(slots, text, start, end)
        else:
            self._undivided.append((slots, Found(text.text[start:end].strip(), text.element(start))))

    def _divide(self) -> None:
        """Divides what stands at neighbouring slots, where all but one of them stand elsewhere, too."""
        pending, size = self._undivided, -1
        while pending and len(pending) != size:
            size = len(pending)
            pending = [(slots, found) for slots, found in pending if not self._is_divided(slots, found)]
        for slots, found in pending:
            for slot in slots:
                if isinstance(slot, Answer):
                    self.raw.answers.setdefault(slot.path, Found("", found.element))
                    if found.text:
                        self.raw.doubt("ambiguous", slot.path, found.text, "")

    def _is_divided(self, slots: Sequence[Answer | Computed | Foreign], found: Found) -> bool:
        plain = [s for s in slots if isinstance(s, Answer) and s.words is None and s.series is None]
        known = [self.raw.answers.get(slot.path) for slot in plain]
        if len(plain) != len(slots) or known.count(None) > 1:
            return False
        gap = known.index(None) if None in known else len(known)
        before = "".join(k.text.strip() for k in known[:gap] if k is not None)
        behind = "".join(k.text.strip() for k in known[gap + 1 :] if k is not None)
        shown = found.text
        if gap == len(known):
            return fold(before) == fold(shown)
        if not shown.startswith(before) or not shown.endswith(behind) or len(before) + len(behind) > len(shown):
            return False
        self._answer(plain[gap].path, Found(shown[len(before) : len(shown) - len(behind)].strip(), found.element))
        return True

    def _answer(self, path: str, found: Found) -> None:
        """Keeps an answer; where the form has it in two places, both should say the same."""
        known = self.raw.answers.get(path)
        if known is not None and known.text.strip() != found.text.strip():
            self.raw.doubt("ambiguous", path, known.text.strip(), found.text.strip())
        else:
            self.raw.answers[path] = found

    def _words(self, slot: Answer, words: Words, found: Found) -> None:
        """The option that the form's own words say; any other words are a doubt."""
        said = [o for text, o in zip(words.texts, words.options, strict=True) if fold(text) == fold(found.text)]
        shown = found.text.strip()
        if len(said) != 1:
            self.raw.doubt("unclear-tick", slot.path, shown, " | ".join(t.strip() for t in words.texts if t.strip()))
        for option in words.options:
            if option is not None:
                self.raw.marks[slot.path].append(Mark(option, said == [option], shown, found.element))

    def _series(self, slot: Answer, series: Series, found: Found) -> None:
        """The items that stand in one line, told apart by the form's words between them."""
        parts = items_of(series, found.text)
        if parts is None:
            self.raw.doubt("ambiguous", slot.path, found.text.strip(), "")
            self.raw.leftovers.append(Stray(found.text.strip(), found.element, slot.path))
        if slot.kind == "texts":
            self._keep_records(slot.path, self.raw.texts, [Found(part[0], found.element) for part in parts or ()])
            return
        records = [
            Raw({c: Found(t, found.element) for c, t in zip(series.columns, p, strict=True)}) for p in parts or ()
        ]
        self._keep_records(slot.path, self.raw.rows, records)

    def _left_over(self, lines: list[DocLine]) -> None:
        self.raw.leftovers.extend(Stray(line.text.strip(), line.element(), self._here) for line in lines if line.folded)

    def _lost(self, words: str, found: str | None = None) -> None:
        """Words of the form that the document lacks or has otherwise."""
        self.raw.lost.append((Problem("template-text-missing", "", found, words), self._here))


# --- helpers ---


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


def _is_header(row: FormRow) -> bool:
    """Whether a row names the columns below it."""
    return not any(c.has_slots for c in row.cells) and sum(bool(c.literal.strip()) for c in row.cells) > 1


def _path_of(plan: ContainerPlan, a: int) -> str:
    """The path of the one field that a unit is."""
    return plan.units[a].paths[0]


def _said_at(slot: Answer | Computed | Foreign, shown: str, is_last: bool) -> int | None:
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


def _slots(cell: FormCell) -> Iterator[Answer]:
    """The answers in a cell."""
    return (slot for u in cell.units if isinstance(u, Line) for slot in u.slots)


def _shown(unit: DocUnit) -> str:
    return unit.text if isinstance(unit, DocLine) else " ".join(line.text for line in unit.lines)


def _unmerged(row: DocRow) -> DocRow:
    """A row in which a cell that continues a merge shows what stands at its top."""
    if not any(c.continues for c in row.cells):
        return row
    tops = ((c.origin or c) if c.continues and not c.lines else c for c in row.cells)
    return DocRow([replace(c, continues=False) for c in tops])


def _column(path: str, repetition: str) -> str:
    """A path as the records of a repetition know it."""
    return path.removeprefix(repetition + EACH).lstrip(".")


def _label(unit: DocUnit) -> str:
    """The folded text of a line, or of the first cell that has any."""
    if isinstance(unit, DocLine):
        return unit.folded
    return next((fold(c.text) for c in unit.own if c.lines), "")
