"""The reader: one document against one skeleton, what each place has and what nobody owns.

A container of the form and one of the document are two sequences of lines and
rows.  They are matched in order by their words (`match`), never by coordinates;
what stands between two matched units is decided before anything is read (`gaps`);
then each line, cell and record is read once, into an assignment.  Whatever is not
a plain match is a doubt on the fields concerned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from docfill import late
from docfill.kinds import TEXT, Written
from docfill.read import align, gaps, match
from docfill.read.assignment import Assignment, Found
from docfill.read.blanks import is_instruction, is_signature, without_instructions
from docfill.read.columns import Columns, Pair, moved_heads
from docfill.read.ditto import is_ditto
from docfill.read.gaps import Before, Gap, Reworded
from docfill.read.hints import Hints
from docfill.read.nearby import blank_around, opinion_below, options_around
from docfill.read.plan import ContainerPlan, LinePlan, Plans, agrees, head_of, words_of
from docfill.read.repetition import Repetitions, shown_by
from docfill.read.shape import DocCell, DocLine, DocRow, DocText, DocUnit, lines_of, units_of
from docfill.read.signing import DAY, above_signature
from docfill.read.slots import Slots
from docfill.template.skeleton import Skeleton
from docfill.template.tree import EACH, Answer
from docfill.template.units import FormCell, FormRow, Line, Lines, Rows, Unit, paths_of
from docfill.text import CLOSING, OPENING, SEAL, fold, gist, says_the_same
from docfill.values import says_none
from docfill.word.blocks import Kind
from docfill.word.document import Block, Paragraph
from docfill.word.xml import W

_SIGNED_BEHIND = late.pattern(rf"(?<![ \u3000\u00a0])[ \u3000\u00a0]++[^\s\d。，,]{{2,4}}[ \u3000\u00a0]++{DAY}$")
"""A name and a day at the end of a line, as people sign."""
_BLANK_DAY = late.pattern(r"[\s_]*年[\s_]*月[\s_]*日[\s_]*")
"""The room for a day in which none stands."""
_LED = late.pattern(r"[^:：]{1,12}[:：]")
"""A label of its own before a text."""
_DAY_OR_SEAL = late.pattern(rf"\s*(?:{DAY}|{SEAL}\s*)")
_LINKING = "为是系即"
"""What people put between a label and an answer in one sentence."""
_FEW = 8
"""Units of a cell up to which a line that stands elsewhere in it may be the answer that its one field lacks."""
_LABEL = 24
"""Characters that other words may have more than the label in whose place they stand."""


class Reader:
    """Reads documents against one skeleton, whose plans it prepares as they are needed."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._hints = Hints(skeleton)
        self._plans = Plans()

    def read(self, blocks: list[Block]) -> Assignment:
        """What some blocks have at each place of the skeleton."""
        reading = Reading(self._plans, Slots(Assignment(), self._hints))
        reading.container(self._skeleton.units, units_of(blocks))
        found = reading.finish()
        told = {p.expected for p in found.problems if p.code == "not-read"}
        for node in self._skeleton.unread:
            for path in (node.paths or ("",)) if node.source not in told else ():
                found.doubt("not-read", path.replace(EACH, ""), None, node.source)
        return found

    def read_best(self, parts: list[list[Block]]) -> Assignment:
        """The reading of that one of several parts (headers, say) which fits the skeleton best.

        Of those that fit as well, a blank one (of the first page, say) is not the one that was filled in.
        """
        readings = [self.read(blocks) for blocks in parts or [[]]]
        return min(readings, key=lambda r: (len(r.problems) + len(r.lost), -r.answered, len(r.leftovers)))


class Reading:
    """One reading of one part, or of one record: matches containers, and gives what they hold to the slots."""

    def __init__(self, plans: Plans, slots: Slots) -> None:
        self.plans, self.slots, self.found = plans, slots, slots.found
        self._columns: dict[int, Columns] = {}
        """What heads the columns of each table of the form by now, of those where that is not the form's own."""
        self._over: dict[int, Columns | None] = {}
        """The same over each row that is read only when those around it are."""
        self._held: dict[int, list[str]] = {}
        """The paths of what each cell of the document holds."""
        self._named: set[int] = set()
        """The labels, cells of the document, that name a row below the one that they begin in."""
        self._repetitions = Repetitions(self)

    def finish(self) -> Assignment:
        """What each place has."""
        self._repetitions.settle()
        del (
            self._repetitions
        )  # what holds one another stays in memory, and the document with it, until Python looks for it
        return self.slots.finish()

    # --- containers ---

    def container(self, wanted: list[Unit], units: list[DocUnit]) -> None:
        """Matches the units of a container and reads what they hold."""
        plan = self.plans.container(wanted)
        if plan.owner is not None:
            self.slots.own(plan.owner, [line for line in lines_of(units) if line.folded], lines_of(units))
        else:
            self.sequence(plan, units)

    def sequence(self, plan: ContainerPlan, units: list[DocUnit]) -> None:
        """Matches the units of a container that is no single answer, and reads what they hold."""
        units, in_step = match.stood(plan, units)
        found = match.candidates(plan, units) if in_step is None else {}
        pairs, stretches, moved = match.matched(plan, units, found, in_step)
        if in_step is None and (strays := match.hardly_there(plan, [*pairs, *moved])):
            found = {(a, b): w for (a, b), w in found.items() if a not in strays}
            pairs, stretches, moved = match.matched(plan, units, found, None)
        partner = dict([*pairs, *moved])
        between = self._between(plan, units, stretches, partner, moved)
        behind = {gap.before.index: gap for gap in between if gap.before is not None}
        alike = {pair.index: pair for gap in between for pair in gap.reworded}
        for a, unit in enumerate(plan.units):
            if isinstance(unit, FormRow | Rows) and a not in partner:  # it is read later, if at all
                self._over[id(unit)] = self._columns.get(unit.table)
            if a in partner:
                doc = units[partner[a]]
                if in_step is not None and isinstance(doc, DocRow) and isinstance(unit, FormRow):
                    self._plain_row(unit, doc)
                else:
                    self._pair(unit, plan.plans[a], doc, behind.get(a))
                    self._doubt_head(plan, unit, doc)
                self._doubt_above(plan, a, doc)
            elif a in alike and _is_header(unit):
                self._alike(plan, alike[a])  # before the rows whose columns it names
            elif isinstance(unit, FormRow) and unit.is_header:
                self._head(unit, [(cell, "") for cell in unit.cells if cell.literal.strip()], {}, None)
        far = {b: a for a, b in moved if not match.is_near(plan, pairs, a, b)}
        for b, a in far.items():
            self._doubt_place(plan, a, units[b])
            if a - 1 in partner:
                self._doubt_joined(plan, a, units[partner[a - 1]])
        for absent, stood in stretches if far else ():
            self._doubt_records(plan, absent, [units[b] for b in stood if b in far])
        rivals = match.rivals(found, pairs, moved, stretches, far, units) if found else []
        twins = match.twins(plan, found, partner) if found else []
        for a, b in (*rivals, *twins, *(match.astray(plan, found, moved, partner) if moved else ())):
            self._doubt_place(plan, a, units[b])
        self._sections(plan, partner)
        for gap in between:
            self._gap(plan, gap)
        if (opined := opinion_below(self.found, plan, units, partner)) is not None:
            self.found.doubt("extra-lines", *opined)

    def _doubt_head(self, plan: ContainerPlan, unit: Unit, doc: DocUnit) -> None:
        """A row that begins as another one of the form does may be that one, whatever labels both have behind it."""
        if isinstance(unit, FormRow) and isinstance(doc, DocRow):
            above = {gist(cell.top) for cell in unit.cells if cell.continues}
            said = (cell for cell in doc.cells if cell.lines and not cell.continues and gist(cell.text) not in above)
            own, first = head_of(unit), next(said, None)
            if own and first is not None and plan.begun_with(first.folded) not in ("", own):
                for path in unit.paths:
                    self.found.doubt("label-altered", path, first.text.strip(), own)

    def _doubt_above(self, plan: ContainerPlan, a: int, doc: DocUnit) -> None:
        """What a row of one cell says above its own heading may be the rest of the answer in the row above."""
        if not isinstance(doc, DocRow) or len(doc.cells) > 1 or not a:
            return
        unit, before = plan.units[a], plan.units[a - 1]
        if not isinstance(unit, FormRow) or not (_is_of_one_cell(unit) and _is_of_one_cell(before)):
            return
        said = _above(doc.cells[0], gist(head_of(unit)))
        for path in before.paths if said else ():
            self.found.doubt("extra-lines", path, said.replace("\n", " "))

    def _between(
        self,
        plan: ContainerPlan,
        units: list[DocUnit],
        stretches: list[tuple[range, range]],
        partner: dict[int, int],
        moved: list[tuple[int, int]],
    ) -> list[Gap]:
        """What is decided on each stretch between matched units; what stands below a header that moved went with it."""
        between = []
        for (a, b), lost, left in match.parted(plan, units, stretches, partner, moved):
            if not gaps.is_bare(plan, lost, left):
                between.append(gaps.decided(plan, lost, left, Before(a, units[b]) if a >= 0 else None))
        return between

    def _sections(self, plan: ContainerPlan, partner: dict[int, int]) -> None:
        """Which of the parts that may be missing stand there; of those that do, the words that are missing."""
        repeated = paths_of([unit for unit in plan.units if isinstance(unit, Rows)])  # what seems theirs may be its
        for section, members in plan.sections:
            worded = [a for a in members if plan.has_words(a)]
            stands = any(a in partner for a in worded)
            if worded:
                self.found.sections.append((section, stands))
            missing = [a for a in worded if a not in partner and not isinstance(plan.units[a], Rows)]
            beside = [a for a in (members[0] - 1, members[-1] + 1) if 0 <= a < len(plan.units)]
            around = [*(path for a in beside for path in plan.named_by(a)), *repeated]
            for path in (*section.paths, *paths_of(section.units), *around) if stands and missing else ():
                self.found.doubt("place-missing", path, None, words_of(plan.units[missing[0]]))

    def _pair(self, unit: Unit, plan: LinePlan | None, doc: DocUnit, gap: Gap | None = None) -> None:
        """Reads a matched pair; `gap` is what was decided on what stands behind it."""
        if plan is None:
            if isinstance(unit, FormRow) and isinstance(doc, DocRow):
                self.row(unit, doc)
        elif (line := doc if isinstance(doc, DocLine) else doc.as_line) is not None:
            joined, tail = (gap.joined, gap.tail) if gap is not None else (None, [])
            self.slots.lines(joined or plan, [line], tail)

    def _doubt_place(self, plan: ContainerPlan, a: int, doc: DocUnit) -> None:
        """`doc` may be the place of unit `a` as much as another: a doubt on what the unit's words name."""
        shown = doc.text.strip() if isinstance(doc, DocLine) else " ".join(c.text for c in doc.cells)
        for path in plan.named_by(a):
            known = self.found.text_at(path)
            self.found.doubt("place-ambiguous", path, known.text.strip() if known else "", shown)

    def _doubt_records(self, plan: ContainerPlan, absent: range, taken: list[DocUnit]) -> None:
        """What was taken for places far off may be records where it stands: a doubt on what repeats there."""
        repeated = [unit for unit in (plan.units[a] for a in absent) if isinstance(unit, Rows)] if taken else []
        for doc in taken if repeated else ():
            is_of_row = isinstance(doc, DocRow) or next(doc.paragraph.element.iterancestors(W + "tr"), None) is not None
            for unit in repeated:
                if is_of_row or not unit.table:
                    self.found.doubt("cells-differ", unit.path, shown_by(doc))

    def _doubt_joined(self, plan: ContainerPlan, a: int, before: DocUnit) -> None:
        """The words of unit `a`, which does not stand below it, in the line or row before: a doubt on what that has."""
        words = words_of(plan.units[a])
        said = gist if gist(words) else fold  # of a line all in brackets the gist is nothing
        if isinstance(before, DocRow):
            for cell, above in ((c, above) for c in before.own if (above := _above(c, said(words)))):
                for path in self._held.get(id(cell), ()):
                    self.found.doubt("ambiguous", path, cell.text, above)
        elif said(words) and said(words) in said(before.text):
            for path in plan.units[a - 1].paths:
                self.found.doubt("ambiguous", path, before.text.strip(), words)

    # --- what stands between matched units ---

    def _gap(self, plan: ContainerPlan, gap: Gap) -> None:
        """Reads units of the form that no words matched, and what stands in their place."""
        self.slots.here = plan.near(gap.before.index if gap.before is not None else 0)
        if gap.blocks:
            self._repetitions.blocks(plan, gap)
            self._missing(plan, gap)
            return
        for row in gap.tables:
            if row.parted:
                self.found.doubt("table-in-answer", path_of(plan, gap.line_owners[0]), row.parted)
        for alike in gap.reworded:
            if not _is_header(plan.units[alike.index]):
                self._alike(plan, alike)
            self._doubt_below(plan, gap, alike)
        for alike in gap.renamed:
            assert isinstance(alike.doc, DocLine)
            self.found.doubt(
                "label-altered", path_of(plan, alike.index), alike.shown, words_of(plan.units[alike.index])
            )
            self.slots.keep(path_of(plan, alike.index), [alike.doc], slot=_slot_of(plan.plans[alike.index]))
        for a, line in gap.meant:
            self.slots.keep(path_of(plan, a), [line], slot=_slot_of(plan.plans[a]))
        for parted, lines in gap.spread:
            self.slots.lines(parted, lines)
        for path, more in gap.longer:
            self.found.doubt("extra-lines", path, more)
        self.slots.left_over(gap.noted)
        for other in gap.relabelled:
            self.slots.lines(other.plan, [other.doc])
            for path in other.paths:
                self.found.doubt("label-altered", path, other.shown, other.label)
        if gap.line_owners:
            for own, lines in gap.shares:
                self._share(plan, gap, own, lines)
            for path, row in ((path_of(plan, a), row) for a in gap.line_owners for row in gap.rows if row.parted):
                self.found.doubt("table-in-answer", path, row.parted)
        else:
            self._extra(plan, gap)
        if gap.rows and not gap.row_owners and gap.before is not None:
            self._continued(plan.units[gap.before.index], gap.rows)
            self._written_above(plan, gap.before.index + 1, gap.rows[-1])
        if gap.rows and not gap.row_owners:
            self._doubt_strays(plan, gap.before.index if gap.before is not None else -1, gap.rows)
        self._own_rows([plan.units[a] for a in gap.row_owners], gap.rows)
        self._missing(plan, gap)

    def _share(self, plan: ContainerPlan, gap: Gap, own: list[int], lines: list[DocLine]) -> None:
        """Gives lines to the answers that they may be; where there is none, any of the others may have lost them."""
        if not own:
            for a in gap.line_owners if lines else ():
                self.found.doubt("extra-lines", path_of(plan, a), " ".join(line.text.strip() for line in lines))
            self.slots.left_over(lines)
            return
        paths = [path_of(plan, a) for a in own]
        if lines and plan.is_signed_below(own[-1]):
            self._signed(paths[-1], lines)
        self.own_lines(paths, lines, gap.absences(plan), gap, [plan.plans[a] for a in own])

    def _alike(self, plan: ContainerPlan, alike: Reworded) -> None:
        """Reads a unit whose words are others than the form's: a doubt on what it names."""
        unit = plan.units[alike.index]
        for path in _named_first(unit, alike.doc):
            self.found.doubt("label-altered", path, alike.shown, words_of(unit))
        if not unit.paths:
            self.slots.lost(words_of(unit), alike.shown)
        self._pair(unit, plan.plans[alike.index], alike.doc)

    def _doubt_below(self, plan: ContainerPlan, gap: Gap, alike: Reworded) -> None:
        """Words that are not the form's may have taken in the answer that is due below them and is not there."""
        below = alike.index + 1
        if below in gap.line_owners and not gap.lines and not plan.units[alike.index].paths:
            self.found.doubt("label-altered", path_of(plan, below), alike.shown, words_of(plan.units[alike.index]))

    def _missing(self, plan: ContainerPlan, gap: Gap) -> None:
        for a in gap.missing:
            self.missing(plan.units[a])
            below = plan.units[a + 1] if _is_header(plan.units[a]) and a + 1 in gap.row_owners else None
            if isinstance(below, Rows) and not any(row.lines for row in gap.rows):  # the whole table is gone
                self.found.doubt("place-missing", below.path, None, words_of(plan.units[a]))
            is_next = gap.before is not None and gap.before.index == a - 1
            if gap.before is not None and is_next and (isinstance(gap.before.doc, DocRow) or not plan.units[a].paths):
                self._doubt_joined(plan, a, gap.before.doc)

    def missing(self, unit: Unit) -> None:
        """A unit that does not stand there: its fields are not read, or it is one that may be missing."""
        if unit.sections or (isinstance(unit, Line) and unit.optional):
            self._not_there([unit])
            return
        only = unit.slots[0] if isinstance(unit, Line) and len(unit.slots) == 1 and not unit.literal.strip() else None
        if only is not None and only.words is not None and "" in only.words.texts:
            self.slots.words(only, only.words, Found(""))
            return
        paths = unit.paths
        for path in paths:
            self.found.doubt("place-missing", path, None, words_of(unit))
        if not paths:
            self.slots.lost(words_of(unit))

    def _not_there(self, units: Sequence[Unit]) -> None:
        """Units that a returned form may lack: nothing is answered in them."""
        for unit in units:
            if isinstance(unit, Lines):
                self.slots.no_text(unit.path)
            elif isinstance(unit, Rows):
                self.slots.empty(unit.path)
            elif isinstance(unit, FormRow):
                for cell in unit.cells:
                    self._not_there(cell.units)
            else:
                for slot in unit.tokens:
                    self.slots.not_there(slot)

    def own_lines(
        self,
        paths: list[str],
        lines: list[DocLine],
        absences: list[LinePlan],
        gap: Gap | None = None,
        owners: Sequence[LinePlan | None] = (),
    ) -> None:
        """One answer takes all lines; several take one each, or none can be told from another."""
        while lines and _BLANK_DAY.fullmatch(lines[-1].text):  # it was moved here, from below the signature
            self.slots.left_over(lines[-1:])
            lines = lines[:-1]
        if any(absent.is_signature for absent in absences):
            kept = max((i + 1 for i, line in enumerate(lines) if not is_signature(line.text)), default=0)
            for line in lines[kept:]:
                if any(absent.goes_on_from(line.folded) for absent in absences):
                    for path in paths:  # the answer stands in the line of the signature, before its words
                        self.found.doubt("extra-lines", path, line.text.strip())
            self.slots.left_over(lines[kept:])
            lines = lines[:kept]
        if len(paths) == 1 or len(paths) == len(lines):
            for index, path in enumerate(paths):
                share = lines if len(paths) == 1 else [lines[index]]
                blank = gap.blank if gap is not None else ()
                owner = owners[index] if index < len(owners) else None
                slot = _slot_of(owner)
                if owner is not None and slot is not None and slot.series is not None:
                    self.slots.own(owner, share, blank)
                else:
                    self.slots.keep(path, share, blank, slot, behind=_end_of(gap))
                for absent in absences if share else ():
                    self.found.doubt("label-altered", path, share[0].text.strip(), absent.words)
            return
        for path in paths:
            self.found.places[path].text = Found("")
            if lines:
                self.found.doubt("place-missing", path, None, path)
        self.slots.left_over(lines)

    def _signed(self, path: str, lines: list[DocLine]) -> None:
        """An answer above its signature that ends as one: with a name and a day, or with a day or a seal alone.

        Where it says itself that it ends there, that is told where it is kept.
        """
        shown = lines[-1].text
        if above_signature("\n".join([line.text.strip() for line in lines])) is not None:
            return
        if (signed := _SIGNED_BEHIND.search(shown)) is not None:
            self.found.doubt("ambiguous", path, shown.strip(), shown[: signed.start()].strip())
        elif len(lines) > 1 and _DAY_OR_SEAL.fullmatch(shown):
            self.found.doubt("ambiguous", path, shown.strip(), lines[-2].text.strip())

    def _extra(self, plan: ContainerPlan, gap: Gap) -> None:
        """Lines where the form has nothing are left over; a further paragraph may be the rest of the answer before."""
        last = gaps.last_text(plan, gap) if not gap.cuts else None  # else they stand behind words of their own
        begun = tuple(opening for a in gap.missing if (opening := plan.opening_of(a)))
        own = [line for line in gap.lines if not begun or not line.folded.startswith(begun)]  # the others are missing
        said = without_instructions(line.text for line in own)
        if said and last is not None:
            self.found.doubt("extra-lines", last.path, " ".join(said))
        signed = plan.signed_with(gap.before.index) if said and gap.before is not None else ""
        rest = [line for line in said if not (is_signature(line) or _LED.match(line))] if signed else []
        if rest:
            self.found.doubt("extra-lines", signed, " ".join(rest))
        if (beside := options_around(plan, gap, said)) is not None:
            self.slots.said_beside(*beside)
        for path in blank_around(self.found, plan, gap, said):
            if last is None or path != last.path:
                self.found.doubt("extra-lines", path, " ".join(said))
        owner = plan.only_owner if said and len(plan.told_apart) <= _FEW else None
        if owner is not None:
            standing = self.found.text_at(owner)
            if standing is None or standing.is_blank:  # the answer may stand below the signature
                self.found.doubt("extra-lines", owner, " ".join(said))
        elif said and last is None:
            self._rivals(plan, gap)
            self._below_table(plan, gap, [line for line in said if not _LED.match(line)])
        self.slots.left_over(gap.lines)

    def _rivals(self, plan: ContainerPlan, gap: Gap) -> None:
        """A line that is left over and says a number or a day may be what the line before it or behind it asks for."""
        at = gap.before.index if gap.before is not None else -1
        for a in (at, at + 1):
            line = plan.plans[a] if 0 <= a < len(plan.plans) else None
            for slot in line.slots if line is not None else ():
                if isinstance(slot, Answer) and isinstance(slot.kind, Written) and not slot.kind.goes_on:
                    for rival in (r for r in gap.lines if slot.kind.looks_like(r.text)):
                        self.found.doubt("extra-lines", slot.path, rival.text.strip())

    def _below_table(self, plan: ContainerPlan, gap: Gap, said: list[str]) -> None:
        """Text right below a table may be the answer that its last row has room for and lacks."""
        unit = plan.units[gap.before.index] if gap.before is not None else None
        for path in unit.paths if said and isinstance(unit, FormRow) else ():
            found = self.found.text_at(path)
            if found is not None and found.is_blank and found.slot is not None and (found.slot.kind or TEXT).is_prose:
                self.found.doubt("extra-lines", path, " ".join(said))

    def _continued(self, unit: Unit, rows: list[DocRow]) -> None:
        """A row without a label below an answer's row, or one without any where rows have no more, may be the rest of
        the answer.
        """
        for row in (row for row in rows if row.lines):
            is_of_one = len(row.cells) == 1 and _is_of_one_cell(unit) and not is_instruction(row.cells[0].text)
            is_bare = not (row.cells[0].lines and not row.cells[0].continues) and not _is_labelled(unit, row)
            if is_of_one or is_bare:
                for path in unit.paths:
                    self.found.doubt("extra-lines", path, " ".join(line.text.strip() for line in row.lines))

    def _written_above(self, plan: ContainerPlan, a: int, row: DocRow) -> None:
        """A row without a label above one whose answers are blank may hold these."""
        unit = plan.units[a] if a < len(plan.units) else None
        if isinstance(unit, FormRow) and row.lines and not (row.cells[0].lines or not match.is_alike(unit, row)):
            for path in unit.paths:
                known = self.found.text_at(path)
                if known is not None and known.is_blank:
                    self.found.doubt("extra-lines", path, " ".join(line.text.strip() for line in row.lines))

    def _doubt_strays(self, plan: ContainerPlan, before: int, rows: list[DocRow]) -> None:
        """Rows that stand where the form has none may be those of their table that no words tell: these are doubted."""
        tables = {unit.table for unit in plan.units[max(before, 0) : before + 2] if isinstance(unit, FormRow)}
        for paths, told_by_place in (owner for table in tables for owner in plan.wordless.get(table, ())):
            alike = next((row for row in rows if row.lines and match.is_alike(told_by_place, row)), None)
            for path, shown in ((path, shown_by(alike)) for path in paths if alike is not None):
                self.found.doubt("cells-differ", path, shown)

    def _own_rows(self, owners: list[Unit], rows: list[DocRow]) -> None:
        """Rows without words: one repetition takes all, plain rows take the ones of their size."""
        plain = [o for o in owners if isinstance(o, FormRow)]
        repeated = [o for o in owners if isinstance(o, Rows)]
        alike = [r for r in rows if any(match.is_alike(o, r) for o in plain)]
        if len(alike) > len(plain):  # somebody went on to a further row, and left it blank
            alike = [r for r in alike if r.lines] or alike[: len(plain)]
        if len(repeated) == 1 and not plain:
            self._repetitions.rows(repeated[0], rows)
        elif len(repeated) == 1 and _are_heads(plain, owners, rows):
            for wanted, row in zip(plain, rows, strict=False):
                self.row(wanted, row)
            self._repetitions.rows(repeated[0], rows[len(plain) :])
        elif not repeated and len(alike) == len(plain):
            for wanted, row in zip(plain, alike, strict=True):
                self.row(wanted, row)
            taken = {id(row) for row in alike}
            rest = [r for r in rows if id(r) not in taken]
            for other in (r for r in rest if r.parted and plain):  # it may be one of these, with a cell too many
                for path in (path for owner in plain for path in owner.paths):
                    self.found.doubt("cells-differ", path, shown_by(other))
            self._leave(rest)
        else:
            for owner in owners:
                self.missing(owner)
            self._leave(rows)

    def _leave(self, rows: list[DocRow]) -> None:
        """Rows that belong to nothing, but for the labels in them that name a row below."""
        cells = [cell for row in rows for cell in row.cells if id(cell) not in self._named]
        self.slots.left_over([line for cell in cells for line in cell.lines])

    # --- rows ---

    def row(self, wanted: FormRow, row: DocRow) -> None:
        """Cells by their words and order; a label that isn't the form's is a doubt on all that it names."""
        if wanted.repeated is not None:
            wanted, row = self._repetitions.across(wanted, wanted.repeated, row)
        if self._is_plain(wanted, row):
            self._plain_row(wanted, row)
            return
        self.slots.here = next(iter(wanted.paths), self.slots.here)
        columns = self.over(wanted) or Columns()
        pairs = columns.pairs(wanted, match.cells_of(wanted, row), row)
        if (not columns.is_in_order and columns.may_not_head(wanted, row)) or columns.lack_one_over(wanted, row):
            for path in wanted.paths:  # the header may not be this row's
                self.found.doubt("cells-differ", path, None, words_of(wanted))
        moved = moved_heads(wanted, row, pairs, columns.moved) if wanted.is_header else {}
        pairs = Columns(moved=moved).pairs(wanted, pairs, row)
        beside = {
            id(c)
            for pair, following in pairwise(pairs)
            if self._in_label(*pair, *following)
            for c, _ in (pair, following)
        }
        altered = [(c, doc.text) for c, doc in pairs if id(c) not in beside and not agrees(c, doc)]
        there = {c.folded for c, doc in pairs if not c.has_slots and agrees(c, doc)}
        astray = {words for _, words in wanted.labels if words} - there
        for cell, doc in pairs:
            if id(cell) in beside:
                continue
            if cell.has_slots and doc.folded and doc.folded in astray:
                for path in cell.paths:  # a label of the row that is not in its place
                    self.found.doubt("ambiguous", path, doc.text, "")
            if wanted.paths and (cell, doc.text) in altered and len(doc.text) < len(cell.literal) + _LABEL:
                self.slots.lost(cell.literal.strip(), doc.text)  # one cause, told at each field that it names
            else:
                self._cell(cell, doc)
                self._doubt_top(wanted, cell, doc)
        if wanted.is_header:
            self._head(wanted, altered, moved, row)
        if row.is_long and len(row.own) > sum(not cell.continues for cell in wanted.cells):
            held = _between_labels(pairs)
            for path in dict.fromkeys(path for cell in wanted.cells if id(cell) not in held for path in cell.paths):
                # somebody put a cell in, which moves what stands behind it
                self.found.doubt("cells-differ", path, None, words_of(wanted))
        mapped = {id(cell) for cell, _ in pairs}
        taken = {id(doc) for _, doc in pairs}
        rest = [line for doc in row.cells if id(doc) not in taken for line in doc.lines]
        is_joined = any(doc.span > 1 and doc.lines and id(doc) not in taken for doc in row.cells)
        found = "\n".join(line.text.strip() for line in rest)
        differing = ("cells-joined", found) if is_joined else ("cells-differ", None)
        if rest and columns.moved:  # of such columns the cells are paired though their label is not
            labels = (wanted.cells[at] for at, words in wanted.labels if words)
            altered += [(label, found) for label in labels if id(label) not in mapped]
        for cell in wanted.cells:
            own = (pair for pair in altered if rest or len(altered) > 1 or _names(wanted, pair[0], cell))
            over = [*own, *columns.altered_over(cell, wanted)]
            for path in cell.paths if over or id(cell) not in mapped else ():
                if id(cell) not in mapped:
                    head = columns.moved_over(cell)
                    if head is not None:
                        self.found.doubt("place-missing", path, None, head.literal.strip())
                    else:
                        self.found.doubt(differing[0], path, differing[1], words_of(wanted))
                for label, shown in over:
                    self.found.doubt("label-altered", path, shown, label.literal.strip())
        if rest:
            repeated = {gist(line) for c in wanted.cells for line in c.top.split("\n")}
            self.slots.left_over([line for line in rest if gist(line.text) not in repeated])
        self._doubt_behind(pairs, row, taken)

    def _doubt_behind(self, pairs: list[Pair], row: DocRow, taken: Set[int]) -> None:
        """A cell that holds nothing of the form's, right behind the blank one of an answer, may hold this."""
        astray = {id(d) for c, d in pairs if c.continues and not (d.continues or says_the_same(c.top, d.text))}
        behind = {id(doc): then for doc, then in pairwise(row.cells)}
        for cell, then in ((c, behind.get(id(d))) for c, d in pairs if c.has_slots and not d.lines):
            if then is not None and then.lines and (id(then) not in taken or id(then) in astray):
                for path in cell.paths:
                    self.found.doubt("cells-differ", path, then.text)

    def over(self, unit: FormRow | Rows) -> Columns | None:
        """What heads the columns over a row, where that is not the form's own."""
        return self._over[id(unit)] if id(unit) in self._over else self._columns.get(unit.table)

    def under(self, table: int, columns: Columns) -> None:
        """The rows of a table are read below these columns."""
        self._columns[table] = columns

    def _is_plain(self, wanted: FormRow, row: DocRow) -> bool:
        """Whether a row is as printed, and no header above it is a doubt on it or moves it."""
        if wanted.is_header or self.over(wanted) is not None:
            return False
        return match.is_as_printed(wanted, row)

    def _plain_row(self, wanted: FormRow, row: DocRow) -> None:
        """As `row`, of one that is plain."""
        if wanted.repeated is not None:
            self.row(wanted, row)
            return
        self.slots.here = wanted.paths[0] if wanted.paths else self.slots.here
        for cell, doc in zip(wanted.cells, row.cells, strict=True):
            if cell.has_slots or cell.continues:
                self._cell(cell, doc)
                self._doubt_top(wanted, cell, doc)

    def _doubt_top(self, wanted: FormRow, cell: FormCell, doc: DocCell) -> None:
        """A label that is merged down over a row and is not the form's: a doubt on all that it names there, too."""
        if not (cell.continues and doc.continues) or self._held.get(id(doc.origin)):
            return
        if fold(cell.top) != (shown := doc.origin).folded and shown.lines:
            for path in wanted.paths if cell.top and not says_the_same(cell.top, shown.text) else ():
                self.found.doubt("label-altered", path, shown.text, cell.top)

    def _in_label(self, label: FormCell, doc: DocCell, cell: FormCell, beside: DocCell) -> bool:
        """Reads an answer that stands behind its label, in the label's cell, while its own cell is blank."""
        is_read = doc.lines and not beside.lines and label.folded != doc.folded and not _is_crossed(beside)
        plan = self.plans.behind(label, cell) if is_read else None
        if plan is None:
            return False
        split = align.split(plan.literals, plan.wants_words, DocText(doc.lines).text)
        if split is None or split.missing or gist(doc.text[: split.gaps[0][1]]):
            return False
        behind = doc.text[split.gaps[1][0] :].strip(" :：\n")
        is_sign = not gist(behind) and (says_none(behind) or is_ditto(behind))
        if (behind.startswith(tuple(OPENING)) and not is_sign) or not (gist(behind) or is_sign):
            return False
        self.slots.lines(plan, doc.lines)
        at = split.gaps[1][0]
        is_open = doc.text[at - 1].isalnum() or (doc.text[at] in _LINKING and doc.text[at - 1] in CLOSING)
        if is_open and doc.text[at].isalnum():  # nothing tells where the label ends, or the answer begins
            for path in plan.paths:
                self.found.doubt("label-altered", path, doc.text, label.literal.strip())
        return True

    def _head(
        self,
        wanted: FormRow,
        altered: Sequence[tuple[FormCell, str]],
        moved: Mapping[FormCell, int | None],
        row: DocRow | None,
    ) -> None:
        """From here on the columns are named by `wanted`, too, as it stands there."""
        columns = self._columns.pop(wanted.table, Columns()).headed(wanted, altered, moved, row)
        if columns.altered or columns.moved:
            self._columns[wanted.table] = columns

    def _cell(self, cell: FormCell, doc: DocCell) -> None:
        if not cell.has_slots and (cell.continues or agrees(cell, doc)):
            is_of_above = doc.above is not None and doc.lines is doc.above.lines
            if cell.continues and doc.lines and not (is_of_above or says_the_same(cell.top, doc.text)):
                self.slots.left_over(doc.lines)
            elif not cell.continues and doc.continues:
                self._named.add(id(doc.origin))
            elif not cell.continues and cell.folded != doc.folded:
                self.slots.lines(self.plans.words(cell), doc.lines)
            return
        if doc.continues and doc.origin.lines:
            for path in (*self._held.get(id(doc.origin), ()), *cell.paths):
                self.found.doubt("cells-joined", path, doc.origin.text, None)
            self.slots.left_over(doc.lines)
            return
        self._held[id(doc)] = cell.paths
        plan = self.plans.container(cell.units, in_cell=True)
        if plan.owner is not None:
            self.slots.own(plan.owner, doc.lines, lines_of(doc.units))
            for inner in doc.units:
                if isinstance(inner, DocRow) and (said := inner.parted):
                    for path in plan.owner.paths:
                        self.found.doubt("table-in-answer", path, said)
        elif plan.room is not None and not doc.lines:
            self.slots.own(plan.room, [], lines_of(doc.units))
        elif plan.as_one is not None:
            self.slots.lines(plan.as_one, list(lines_of(doc.units)))
        else:
            self.sequence(plan, doc.units)


def _is_labelled(unit: Unit, row: DocRow) -> bool:
    """Whether a row below a label that is merged down has words of its own where the form's row has its label."""
    first = next((cell for cell in row.cells if not cell.continues), None)
    labels = (
        [cell.column for cell in unit.cells if cell.literal.strip() and not (cell.has_slots or cell.continues)]
        if isinstance(unit, FormRow)
        else []
    )
    return first is not None and first is not row.cells[0] and bool(first.lines) and first.column in labels


def _between_labels(pairs: Sequence[tuple[FormCell, DocCell]]) -> set[int]:
    """The ids of the answers that have their own label right before them and another, or nothing, right behind."""
    held = set()
    for (label, before), (cell, doc), following in zip(pairs, pairs[1:], [*pairs[2:], None], strict=False):
        is_led = not label.has_slots and label.literal.strip() != "" and agrees(label, before)
        touches = label.column + label.span == cell.column and before.column + before.span == doc.column
        behind, then = following if following is not None else (None, None)
        is_ended = behind is None or (not behind.has_slots and then is not None and agrees(behind, then))
        if is_led and touches and is_ended and (then is None or doc.column + doc.span == then.column):
            held.add(id(cell))
    return held


def _above(cell: DocCell, words: str) -> str:
    """What a cell says above a line that begins with some words, those of a label; "" where there is no such line."""
    at = next((n for n, line in enumerate(cell.lines) if n and words and gist(line.text).startswith(words)), 0)
    return "\n".join(line.text.strip() for line in cell.lines[:at])


def _is_of_one_cell(unit: Unit) -> bool:
    """Whether a unit is a row that is one cell, with its heading and its answer."""
    return isinstance(unit, FormRow) and len(unit.cells) == 1 and unit.cells[0].has_slots


def _is_crossed(cell: DocCell) -> bool:
    """Whether a line is drawn across a cell, as where nothing is to be said."""
    return any(a.kind is Kind.CROSS for line in lines_of(cell.units) for a in line.paragraph.anchored)


def _is_header(unit: Unit) -> bool:
    """Whether a unit names the columns of the rows below it."""
    return isinstance(unit, FormRow) and unit.is_header


def _names(row: FormRow, label: FormCell, cell: FormCell) -> bool:
    """Whether words in a row name one of its cells: those up to the next words, where an answer is right behind them.

    Words of which none is are about the whole row.
    """
    at, cells = row.cells.index(label), row.cells
    if label.has_slots or at + 1 == len(cells) or not cells[at + 1].has_slots:
        return True
    end = next((number for number, words in row.labels if number > at and gist(words)), len(cells))  # a — is none
    return any(named is cell for named in cells[at:end])


def _named_first(unit: Unit, doc: DocUnit) -> list[str]:
    """The paths that the first words of a unit name; of a row, what is behind further words is told by these, if all
    of them stand there.
    """
    if not isinstance(unit, FormRow) or not isinstance(doc, DocRow) or not unit.labels:
        return unit.paths
    shown = {cell.folded for cell in doc.cells}
    if unit.labels[0][1] in shown and match.is_alike(unit, doc):
        return []  # another one is altered, which is told where the row is read
    if any(words not in shown for _, words in unit.labels[1:]):
        return unit.paths
    first = unit.cells[unit.labels[0][0]]
    return list(dict.fromkeys(path for cell in unit.cells if _names(unit, first, cell) for path in cell.paths))


def _end_of(gap: Gap | None) -> Paragraph | None:
    """The paragraph behind which a gap begins, if a line stands there."""
    before = gap.before.doc if gap is not None and gap.before is not None else None
    return before.paragraph if isinstance(before, DocLine) else None


def path_of(plan: ContainerPlan, a: int) -> str:
    """The path of the one field that a unit is."""
    return plan.units[a].paths[0]


def _slot_of(plan: LinePlan | None) -> Answer | None:
    """The answer that stands first in a line; None for lines that take a whole answer, and for ticks."""
    slot = plan.slots[0] if plan is not None and plan.slots else None
    return slot if isinstance(slot, Answer) else None


def _are_heads(plain: list[FormRow], owners: list[Unit], rows: list[DocRow]) -> bool:
    """Whether the first of some rows are those of the form that stand before a repetition and print what they are:
    （主席）.
    """
    first = rows[: len(plain)]
    printed = [[c.folded.strip() for c in wanted.cells if c.has_slots and c.folded.strip()] for wanted in plain]
    are_due = owners[: len(plain)] == plain and len(first) == len(plain) and all(printed)
    return are_due and all(
        match.is_alike(wanted, row) and all(any(said in fold(line.text) for line in row.lines) for said in own)
        for wanted, row, own in zip(plain, first, printed, strict=True)
    )
