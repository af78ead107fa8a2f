"""Cells of a table that are ticked: those that are nothing but a box, and empty ones where the form says to tick.

An empty cell is ticked under the marks of a scale (优 良 中 差, Yes No), and
behind an option where words beside the row or over the cells say so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from docfill import late
from docfill.tag import marks, words
from docfill.tag.asked import Asked, asked_in
from docfill.tag.boxes import add_lone_box
from docfill.tag.cells import drawn_box, ends_asking, is_empty, width_of
from docfill.tag.found import Found, Where
from docfill.tag.grid import FARTHEST_OWNER, GridRow, goes_down, header_cells
from docfill.tag.names import OPTIONS
from docfill.tag.offered import offered_in
from docfill.tag.sentences import asked_at_end
from docfill.tag.spots import ALIKE, NO_LABEL, PRINTED_SCALE, TO_TICK, TickBox
from docfill.word.document import Cell

_LONGEST_OPTION = 60
_LONGEST_SCALE = 12
_LEAST_PRINTED, _LONGEST_CELL = 3, 16
"""Cells of a row, at least, that print options, and the characters of each at most."""
_COUNTED = late.pattern(r"\d{1,2}(?=[一-鿿])")
_PAIR = 2
_SENTENCE = 3
"""Words of a label from which it is a statement."""
_WORDS_OF_STATEMENT, _LIKERT = 2, 4
"""Words of a statement that is marked, and figures of a scale, at least."""
_LEAST_LABELLED, _WIDE = 4, 1000
"""Cells of a row, more than which are a label and pairs of an option and a cell to tick; wider than any table."""
_INDENTED = 3
"""Cells of the rows of a table whose first column is empty throughout: options and their cells stand behind it."""
_OF_MARKS = late.pattern("评[价分级定估]|等级|满意|程度|打分|得分|评议|rating|score|scale|grade", re.I)
"""What stands over figures that are marks."""


def _has_unnamed(row: GridRow, alone: list[Cell]) -> bool:
    """Whether two boxes of a row stand side by side, with no words between that name them."""
    between = pairwise(alone)
    return any(
        all(c in alone or not c.text.strip() for c in row.cells if a.column < c.column <= b.column) for a, b in between
    )


def _is_among(known: list[bool], index: int) -> bool:
    """Whether a column that no mark of a scale is known of stands among more that are: Good, Alright, Poor."""
    return 2 * sum(known) > len(known) - 1 and any(known[:index]) and any(known[index + 1 :])


def are_circles(said: Sequence[str]) -> bool:
    """Whether some cells print nothing but the letter O, as a circle to be marked."""
    return len(said) > 1 and {*said} <= _LETTERS_O


_LETTERS_O = frozenset("Oo")
"""Letters that are printed as circles are."""


def add_printed_cells(found: Found, cells: Sequence[Cell], options: Sequence[str], place: Where) -> None:
    """Printed marks in cells of their own, in front of one of which a tick goes."""
    group = found.add("choice", place, [], [], PRINTED_SCALE)
    for cell, option in zip(cells, options, strict=True):
        paragraph = next(p for p in cell.paragraphs if p.text.strip())
        start = len(paragraph.text) - len(paragraph.text.lstrip())
        group.edits.append(TickBox(paragraph, start, start, option))


class Ticked:
    """The cells of one table that are ticked.

    Attributes:
        found: gets them.
        rows: the table's.
        at: where the table is.
        title: the words over it.
    """

    def __init__(self, found: Found, rows: list[GridRow], at: str, title: str) -> None:
        self.found, self.rows, self.at, self.title = found, rows, at, title
        self.graded: dict[int, dict[int, int]] = {}
        self.alike: dict[int, dict[int, str]] = {}
        """For the number of a row, the columns under marks of a scale of which two are alike, with these."""
        self.has_told = False
        self.counted = 0
        """The number of the last statement that is numbered without a stop."""

    def add(self, number: int, cell: Cell, where: Where, near: Cell | None, heads: list[str], title: str) -> bool:
        """Whether a cell is one that is ticked; it is added then.

        Args:
            number: of its row.
            cell: the cell.
            where: its place, with the labels at its left.
            near: the nearest cell with a label at its left.
            heads: the headers over it.
            title: what stands over the table.
        """
        row = self.rows[number]
        if self.told:
            if (known := self.told.get((number, cell.column))) is not None:
                title = self.title if self.title.rstrip().endswith("?") else asked_at_end(self.title)
                labels = [title.strip(), *known[1:]]
                self._to_tick(cell, Where(where.at, labels), known[0], "/".join(known[1:]))
            return True
        if (of_question := self.asked.get((number, cell.column))) is not None:
            self.found.spoken.add(where.at)
            if of_question.option:
                place = Where(where.at, [of_question.question], where.owners)
                self._to_tick(cell, place, of_question.option, f"{of_question.at}/")
            return True
        if self._lone_box(number, cell, where, heads, title):
            return True
        if not is_empty(cell) and drawn_box(cell) is None:
            return False
        graded = self._graded(number, title)
        if self._is_told_of(number, cell):
            return True
        if (group := graded.get(cell.column)) is not None:
            labels = [x for x in where.labels if x not in heads] or self._statement(number, cell)
            self._to_tick(cell, Where(where.at, labels, where.owners), heads[-1], f"{number}/{group}")
            return True
        if not is_empty(cell):
            return False
        beside = row.row.cells[0]
        label = row.top(beside) if beside.continues else beside.text
        if heads and words.TO_TICK.search(label):
            self._to_tick(cell, Where(where.at, [label], where.owners), heads[-1], label)
            return True
        over = heads[-1] if heads else self._first_over(number, cell)
        if near is not None and words.is_latin(over) and words.TO_TICK.search(over) and words.option_of(over):
            self._to_tick(cell, Where(where.at, [near.text], where.owners), over, f"{number}/{cell.column}")
            return True
        asked = None if near is None else self._asked_to_tick(number, near, cell)
        if near is not None and asked is not None:
            self._to_tick(cell, Where(where.at, [asked[0]], where.owners), near.text, asked[1])
        return asked is not None

    def add_printed(self, number: int, at: str) -> bool:
        """Whether a row is a statement and, in cells of their own, the marks or options that are printed for
        it, one of which is ticked; it is added then.
        """
        cells = self.rows[number].row.cells if not self.rows[number].is_header else []
        first = next((i for i in range(len(cells)) if self._are_printed(number, cells[i:])), len(cells))
        said = [x for c in cells[:first] if (x := self._line_of(number, c))]
        statement = next((x for x in reversed(said) if words.ORDINAL.fullmatch("".join(x.split())) is None), "")
        is_cut = 0 < first < len(cells) and cells[first - 1].text.strip().replace(" ", "").isdigit()
        is_data = words.is_latin(statement) and len(statement.split()) < _SENTENCE  # a row of figures, maybe
        is_data = is_data and not are_circles([c.text.strip() for c in cells[first:]])
        if is_cut or first == len(cells) or not statement or is_data or not words.is_label(statement):
            return False
        options = [words.option_of(c.text) or c.text.strip() for c in cells[first:]]
        if are_circles(options):
            options = self._over(number, cells[first:])
        if not all(options) or len({*options}) < len(cells[first:]):
            return False
        place = Where(f"{at}/{cells[first].column}", [self._uncounted(statement)])
        add_printed_cells(self.found, cells[first:], options, place)
        return True

    def _over(self, number: int, cells: Sequence[Cell]) -> list[str]:
        """The words over some cells in the first row above them that prints no circles, as options; "" for none."""
        for row in reversed(self.rows[:number]):
            over = [row.at(c.column) for c in cells]
            said = ["" if c is None else c.text.strip() for c in over]
            if not are_circles(said):
                return [words.option_of(x) or x for x in said]
        return []

    def _line_of(self, number: int, cell: Cell) -> str:
        """What a cell says of its row: its words, or of as many lines as the rows that it is merged over, the row's."""
        top = number
        while top and self.rows[top].at(cell.column) is not None and cell.column in self.rows[top].continued:
            top -= 1
        over = self.rows[top].at(cell.column)
        said = [x.strip() for x in over.text.split("\n") if x.strip()] if over is not None else []
        below = [r for r in self.rows[top + 1 : top + 1 + len(said)] if cell.column in r.continued]
        if len(said) > 1 and len(below) == len(said) - 1:
            return said[number - top]
        return "" if cell.continues else cell.text.strip()

    def _uncounted(self, statement: str) -> str:
        """A statement without its number, where nothing stands between them and the rows are counted: 1条件, 2情况."""
        statement = words.without_letter(statement)
        counted = _COUNTED.match(statement)
        if counted is None or int(counted[0]) != self.counted + 1:
            return statement
        self.counted += 1
        return statement[counted.end() :]

    def _are_printed(self, number: int, cells: Sequence[Cell]) -> bool:
        """Whether the last cells of a row are the figures of a scale, or short options under the marks of one."""
        said = [" ".join(c.text.split()) for c in cells]
        if (
            len(cells) < _LEAST_PRINTED
            or len(cells) == len(self.rows[number].row.cells)
            or any(c.continues for c in cells)
        ):
            return False
        if not all(said) or any(not words.is_title(x, _LONGEST_CELL) or x[-1] in ":：?？" for x in said):
            return False
        if all(map(words.FIGURE.fullmatch, said)):
            return words.are_grades(said)
        if are_circles(said):
            return True
        over = self._heads_of(number, cells)
        is_headed = bool(over) and over != said and words.are_grades(over) and len({*said}) == len(said)
        return is_headed and not any(map(words.ASKED.fullmatch, said))

    def _heads_of(self, number: int, cells: Sequence[Cell]) -> list[str]:
        """The marks of a scale, in letters or words, that head the columns of some cells: the first row above that has
        cells just as wide there; none where it says anything else.
        """
        heads: list[str] = []
        for row in reversed(self.rows[:number]):
            over = [row.at(c.column) for c in cells]
            wide = [(c.column, c.span) for c in over if c is not None and c.text.strip()]
            if wide != [(c.column, c.span) for c in cells]:
                break
            heads = [" ".join(c.text.split()) for c in over if c is not None]
        return heads if words.are_grades(heads) and not any(map(words.FIGURE.fullmatch, heads)) else []

    def _first_over(self, number: int, cell: Cell) -> str:
        """The words of the first row over a cell of a later one; "" where it has none."""
        first = self.rows[0].at(cell.column) if number else None
        return "" if first is None or first.column != cell.column else first.text.strip()

    @property
    def _is_question_to_mark(self) -> bool:
        """Whether the table is options beside empty cells, below a question of a form that said to mark them."""
        are_pairs = all(len(r.row.cells) == _PAIR and not is_empty(r.row.cells[0]) for r in self.rows)
        is_empty_beside = are_pairs and len(self.rows) > 1 and all(is_empty(r.row.cells[1]) for r in self.rows)
        return self.found.is_marking and is_empty_beside and ends_asking(self.title)

    @cached_property
    def asked(self) -> dict[tuple[int, int], Asked]:
        """The empty cells before the options of questions, and behind those of a kind."""
        return asked_in(self.rows) | offered_in(self.rows)

    @cached_property
    def told(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """The cells to tick of a table under words that say so, each beside its option: that, and the header over both.

        Nothing where a row is other than pairs of an option and an empty cell.
        """
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        heads: list[Cell] = []
        rows = self.rows if words.TO_TICK.search(self.title) or self._is_question_to_mark else []
        is_indented = bool(rows) and all(len(r.row.cells) == _INDENTED and is_empty(r.row.cells[0]) for r in rows)
        for number, row in enumerate(rows):
            cells = row.row.cells[is_indented:]
            if not any(map(is_empty, cells)):
                heads = cells
                continue
            if all(map(is_empty, cells)):
                continue
            if len(cells) % 2 and len(cells) > _LEAST_LABELLED and not is_empty(cells[0]):
                label, *cells = cells
                heads = [Cell(label.element, cells[0].column, _WIDE, continues=False, blocks=label.blocks)]
            for one, other in zip(cells[::2], cells[1::2], strict=False):
                option, beside = (other, one) if is_empty(one) else (one, other)
                if is_empty(option):
                    continue
                if not is_empty(beside) or not words.is_title(option.text, _LONGEST_OPTION):
                    return {}
                over = next(
                    (h.text.strip() for h in heads if h.column <= one.column < h.column + h.span > other.column), ""
                )
                found[number, beside.column] = (option.text, *([over] if over else []))
            if len(cells) % 2:
                return {}
        return found

    def _graded(self, number: int, title: str) -> dict[int, int]:
        """The columns of a row whose cells are to be ticked, under the marks of a scale; the first of each scale."""
        if number not in self.graded:
            self.graded[number] = {}
            run: list[tuple[int, list[str]]] = []
            row = self.rows[number].row.cells
            free = [is_empty(c) or drawn_box(c) is not None for c in row]
            over = [
                [x.text.strip() for x in header_cells(self.rows, number, c)] if is_free else []
                for c, is_free in zip(row, free, strict=True)
            ]
            beside = {heads[-1] for heads in over if heads}
            is_copy = self._is_copy(number, over)
            known = [bool(h) and (is_copy or words.is_mark(h[-1], beside) or h[-1] in self._codes(over)) for h in over]
            for index, (cell, heads) in enumerate(zip(row, over, strict=True)):
                is_mark = known[index] or (bool(heads) and _is_among(known, index))
                if run and (not is_mark or heads[:-1] != run[-1][1][:-1]):
                    self._end_scale(number, run, title, is_copy=is_copy)
                    run = []
                run += [(cell.column, heads)] * is_mark
            self._end_scale(number, run, title, is_copy=is_copy)
        return self.graded[number]

    def _is_copy(self, number: int, over: Sequence[Sequence[str]]) -> bool:
        """Whether a table whose headers are in other letters is drawn as one above that is a scale: its translation."""
        heads = [said[-1] for said in over if said]
        return bool(heads) and all(map(words.is_in_other_letters, heads)) and self._shape(number) in self.found.scales

    def _shape(self, number: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """The shape of the table and of one of its rows."""
        return len(self.rows), tuple((c.column, c.span) for c in self.rows[number].row.cells)

    def _statement(self, number: int, cell: Cell) -> list[str]:
        """What the cells of a scale are marked for: the last words at their left, or the first at their right."""
        row = self.rows[number]
        left = [*filter(str.strip, (c.text for c in row.before(cell)))]
        return left[-1:] or [*filter(str.strip, (c.text for c in row.row.cells if c.column > cell.column))][:1]

    def is_statement(self, number: int, cell: Cell, title: str) -> bool:
        """Whether all other cells of a row are marked for what a cell says."""
        graded = self._graded(number, title)
        return 0 < len(graded) == len(self.rows[number].row.cells) - 1 and cell.column not in graded

    def _is_told_of(self, number: int, cell: Cell) -> bool:
        """Whether a cell stands under marks of a scale of which two are alike; the table's are told of once."""
        if cell.column not in self.alike.get(number, ()):
            return False
        if f"{self.at}/{number}" not in self.found.spoken and not self.has_told:
            heads = " / ".join(self.alike[number].values())
            self.found.leave(f"{self.title.strip()} {heads}", f"{self.at}/{number}/{cell.column}", ALIKE)
        self.has_told = True
        self.found.spoken.add(f"{self.at}/{number}")
        return True

    @cached_property
    def _has_statements(self) -> bool:
        """Whether most of its rows are a statement in English and cells to mark, before which nothing is filled in."""
        said = ([c.text for c in r.row.cells if words.is_latin(c.text)] for r in self.rows)
        statements = [x for x in said if max((len(y.split()) for y in x), default=0) >= _WORDS_OF_STATEMENT]
        return 2 * len(statements) > len(self.rows)

    def _codes(self, over: Sequence[Sequence[str]]) -> set[str]:
        """The headers over some cells that stand for marks of a scale: explained above, or letters over sentences."""
        said = [heads[-1] for heads in over if heads]
        sentences = sum(len(r.first_label.split()) >= _SENTENCE for r in self.rows)
        are_letters = 2 * sentences > len(self.rows) and words.are_initials(said)
        return {*said} if are_letters or (len(said) > 1 and {*said} <= self.found.keys) else set()

    def _end_scale(self, number: int, run: list[tuple[int, list[str]]], title: str, *, is_copy: bool) -> None:
        given = [heads[-1] for _, heads in run]
        is_told = any(_OF_MARKS.search(x) for x in (title, *(h for _, heads in run for h in heads[:-1])))
        is_told = is_told or (len(given) >= _LIKERT and given[0] == "1" and self._has_statements)
        marks = [x for x in given if words.is_mark(x, given)]
        is_scale = words.are_grades(given) or (len(given) > len(marks) and words.are_grades(marks))
        is_scale = is_scale or (len(given) > 1 and {*given} <= self._codes([[x] for x in given]))
        is_scale = is_scale or (is_copy and len({*given}) == len(given) > 1)
        if len({*given}) < len(given) and len({*given}) > 1 and words.are_grades([*dict.fromkeys(given)]):
            self.alike.setdefault(number, {}).update((column, heads[-1]) for column, heads in run)
        if is_scale and (is_told or not "".join(given).isdigit()):
            self.found.scales.add(self._shape(number))
            self.graded[number].update((column, run[0][0]) for column, _ in run)

    def _asked_to_tick(self, number: int, near: Cell, cell: Cell) -> tuple[str, str] | None:
        """The words that say to tick the cell behind an option, and where they stand: over it, or before its row."""
        row = self.rows[number]
        first = row.row.cells[0]
        is_alone = not goes_down(self.rows, number, first)
        if is_alone and words.TO_TICK.search(row.lead) and near is not first:
            return row.lead, f"{number}/"
        said = row.top(first) if first.continues else first.text
        is_beside = near is not first and width_of(cell) <= width_of(near)
        if is_beside and (first.continues or not is_alone) and words.TO_TICK.search(said):
            return said, said
        for above in range(number - 1, max(-1, number - FARTHEST_OWNER), -1):
            over = self.rows[above].at(near.column)
            if over is None or over.continues:
                return None
            if over.span >= near.span + cell.span and over.column <= near.column:
                return (over.text, f"{above}/{over.column}") if words.TO_TICK.search(over.text) else None
        return None

    def _to_tick(self, cell: Cell, where: Where, option: str, group_at: str) -> None:
        """An empty cell that is ticked for an option; one place with the others of its group."""
        known = (self.at, group_at)
        group = self.found.alone.get(known)
        if group is None:
            labels = where.labels or self.found.sections[-1:] or [OPTIONS]
            group = self.found.add("choices", Where(where.at, [], where.owners), labels, [], TO_TICK)
            self.found.alone[known] = group
        paragraph = next(iter((drawn_box(cell) or cell).paragraphs))
        group.edits.append(TickBox(paragraph, 0, 0, words.option_of(words.untranslated(words.without_letter(option)))))

    def _lone_box(self, number: int, cell: Cell, where: Where, heads: list[str], title: str) -> bool:
        """Whether a cell is nothing but a box: an option that the header over it names, or else the row."""
        shown = [p for p in cell.paragraphs if p.text.strip()]
        span = marks.lone_box(shown[0].text) if len(shown) == 1 else None
        if span is None:
            return False
        row = self.rows[number]
        alone = [c for c in row.cells if marks.lone_box(c.text) is not None]
        if figure := self._figure_below(number, alone, cell):
            add_lone_box(self.found, shown[0], span, Where(where.at, [title], where.owners), figure)
            return True
        behind = next((c.text for c in row.cells if c.column > cell.column), "")
        if heads:
            option, labels = heads[-1], where.labels
        elif words.is_label(behind) and row.cells[-1] not in alone:
            option, labels = (
                behind,
                [c.text for c in row.cells if c.column < alone[0].column and words.is_label(c.text)],
            )
        elif len(alone) > 1 and _has_unnamed(row, alone):
            self.found.leave(where.labels[-1] if where.labels else "", where.at, NO_LABEL)
            return True
        elif len(alone) > 1:
            option, labels = "".join(where.labels[-1:]), where.labels[:-1]
        else:
            option = next((c.text for c in row.cells if words.is_label(c.text)), "")
            labels = [x for x in where.labels[:-1] if x != option]
        if not labels and not self.found.sections and words.is_title(title):
            labels = [title]
        if option := self._option_of(option):
            add_lone_box(self.found, shown[0], span, Where(where.at, labels, where.owners), option)
        return bool(option)

    def _figure_below(self, number: int, alone: list[Cell], cell: Cell) -> str:
        """The figure of a scale right below a box of a row that is nothing but boxes; "" where none is."""
        below = self.rows[number + 1].row.cells if number + 1 < len(self.rows) else []
        is_whole = len(alone) == len(self.rows[number].row.cells) == len(below) <= _LONGEST_SCALE
        return below[alone.index(cell)].text.strip() if is_whole and words.are_grades([c.text for c in below]) else ""

    def _option_of(self, label: str) -> str:
        """The text of an option that a label is; with its bracketed note where another label differs in that only."""
        option = words.option_of(label)
        return option if self.options[option] < 2 else " ".join(label.split())

    @cached_property
    def options(self) -> Counter[str]:
        """How many of the table's different texts each option may be."""
        texts = {" ".join(c.text.split()) for r in self.rows for c in r.cells}
        return Counter(words.option_of(text) for text in texts)
