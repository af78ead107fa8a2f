"""Tables of a blank form, read as a person does: titles, header rows, labels at the left, and the cells they name."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import cached_property

from docfill import late
from docfill.tag import lines, marks, placeholders, words
from docfill.tag.blanks import add_controls
from docfill.tag.boxes import add_options
from docfill.tag.captions import add_captioned, add_captioned_line, captions_of, noted_captions
from docfill.tag.cells import (
    controls,
    drawn_box,
    has_boxes,
    has_boxes_drawn,
    has_drawn,
    has_drawn_end,
    has_drawn_line,
    has_own_label,
    headings,
    is_empty,
    is_tagged,
    room_below,
    shade_of,
    squeezed,
    trailing_blanks,
)
from docfill.tag.compared import compared_in, rows_of_header
from docfill.tag.crossed import crossed_in, tell_of_crossed
from docfill.tag.found import Found, Where
from docfill.tag.grid import (
    FARTHEST_OWNER,
    GridRow,
    gaps_of,
    goes_down,
    goes_on_under,
    head_alone,
    header_cells,
    heads_column,
    inherit_tops,
    labels_of_cell,
    left_labels,
    owner_labels,
)
from docfill.tag.inside import Inside, add_inside
from docfill.tag.listed import add_offered
from docfill.tag.optionrows import option_rows
from docfill.tag.outline import parts_of, rooms_under_titles
from docfill.tag.repeated import asks_for_more, repeated_at
from docfill.tag.rowkinds import (
    LEAST_COMB,
    TALL,
    are_banded,
    has_own_room,
    has_room_of_its_own,
    heads_comb,
    is_answered,
    is_comb,
    is_of_labels,
    is_section,
    said_over,
    told_in_room,
    without_gaps,
)
from docfill.tag.schedules import rows_of_schedule
from docfill.tag.spots import (
    BESIDE,
    COMB,
    DRAWN_BOXES,
    HIGH_ROW,
    HINTED,
    LOOP,
    NO_BOXES,
    NO_LABEL,
    NO_ROOM,
    OFFICE,
    OPINION,
    OUTLINE,
    PHOTO,
    PHOTO_CELL,
    PRINTED,
    REPEATED,
    SIGNATURE,
    SPARE,
    UNDER_HEADER,
    UNDER_LABEL,
    UNDER_SECTION,
    UNDER_TITLE,
    Evidence,
    Fill,
    Room,
    several_cells,
)
from docfill.tag.ticked import Ticked, add_printed_cells, are_circles
from docfill.tag.titles import listed_by
from docfill.text import NUMBERING, SECTION, without_brackets
from docfill.word.document import Cell, Table

_UNITS = ("单位", "计量单位")
"""What stands over a column of units."""
ROWS = "清单"
"""What repeated rows are called that no words name."""


_OUTLINE = 3
"""Numbered headings of a cell from which it is an outline."""
_GRID = 2
"""Labels of a cell in a grid, at least: the row's and the column's."""
_ASKED = 2
"""Cells of a row from which its last may be a label without a cell for its answer."""
_FIRST = 8
"""Cells of a header that tell in what language a form is."""
_HEADED = 2
"""Rows from the title of a list to its first record."""
_TITLE, _LONG_TITLE = 16, 60
"""Characters of what a list is called, at most, and of the words over its table."""
_NOWHERE = -2
"""A row that none is right below."""
_PARTIES = 2
"""Columns, at least, of which each may be somebody's."""
_LEAST_OPEN = 3
"""Cells of a row of which the first may ask without room: another label and its room stand behind it."""

_ENDS_IN_BRACKETS = late.pattern(r"^[^\n（(]*[（(][ \u3000]*[)）]\s*$")
"""A label that ends in brackets around nothing, which hold no answer where boxes stand beside it."""


_BROKEN = 2
"""Lines of a cell in English that may be one name, broken (Time / Started), where so many cells stand beside it."""


def add_table(found: Found, table: Table, at: str, title: str = "", over: str = "") -> None:
    """The places of a table at a position; `title` is what the last paragraph above it says, `over` what stands over
    the table, with nothing but empty paragraphs between.
    """
    walk = _Walk(found, table, at, title, over)
    if is_comb(table):
        found.leave(title, at, COMB)
        found.spoken.add(at)
    elif len(walk.rows) == 1 and words.are_grades(said := [c.text.strip() for c in walk.rows[0].row.cells]):
        if words.is_label(title) and all(map(words.FIGURE.fullmatch, said)):
            cells = walk.rows[0].row.cells
            add_printed_cells(found, cells, said, Where(f"{at}/0/{cells[0].column}", [title]))
        else:
            found.leave(f"{title} {' / '.join(said)}", at, NO_BOXES)
    elif words.EXAMPLE.fullmatch(title.strip()) and len(walk.rows) > 1:
        found.leave(title, at, PRINTED)
    elif words.CAPTION_OF_TABLE.match(title) and walk.is_of_figures:
        found.leave(title, at, PRINTED)
        found.spoken.add(at)
    elif words.is_label(title) and walk.is_of_options:
        cells = [c for r in walk.rows for c in r.cells if c.text.strip()]
        add_options(found, [p for c in cells for p in c.paragraphs], Where(f"{at}/0/{cells[0].column}"), title)
    elif walk.are_columns_of_options:
        titles = [title] if words.is_label(title) and words.is_title(title, _LONGEST_TITLE) else []
        for head in walk.rows[0].row.cells:
            column = [c for r in walk.rows[1:] for c in r.row.cells if c.column == head.column]
            where = Where(f"{at}/1/{head.column}", titles)
            add_options(found, [p for c in column for p in c.paragraphs], where, head.text.strip())
    else:
        walk.all()


_LONGEST_TITLE = 60
"""Characters of a title over columns of options at most."""
_FEWEST = 2
"""Columns of options, and rows of each, at least."""
_LEAST_SCALE, _MOST_LABELS = 3, 2
"""Marks of a scale, at least, that stand in cells of their own, and cells with words before them at most."""


def _names_photo_beside(row: GridRow, cell: Cell) -> bool:
    """Whether a cell is the label of the cell for a photograph at its right: 照片 | （贴小一寸彩色近照）."""
    beside = row.at(cell.column + cell.span)
    is_label = beside is not None and (words.is_bracketed(beside.text) or len(squeezed(cell.text)) <= _PHOTO)
    return (
        is_label and beside is not None and words.is_photo(beside.text) and squeezed(beside.text) != squeezed(cell.text)
    )


_PHOTO = 4
"""Characters of a label of a photograph at most: 照片, 近期照片."""


class _Walk:
    """Walks the rows of one table once."""

    def __init__(self, found: Found, table: Table, at: str, title: str = "", over: str = "") -> None:
        self.found, self.at, self.title, self.over = found, at, title, over
        self.rows = [GridRow(row) for row in without_gaps([row for row in table.rows if row.cells])]
        inherit_tops(self.rows, goes_on_under(found.heads, self.rows))
        self.outer = list(found.sections)
        self.first = len(found.spots)
        """How many places were found before the table."""
        self.ticked = Ticked(found, self.rows, at, title)
        self.gaps = gaps_of(self.rows)
        self.spare: set[str] = set()
        """Where further empty cells beside one label are; the first of each run is told of."""
        self.is_of_labels = is_of_labels(self.rows)
        self.captions = captions_of(self.rows)
        self.named_below = self.captions | noted_captions(self.rows)
        self.lead = (_NOWHERE, "")
        """The line that leads on to the boxes below, and the row of the last of them."""
        self.over_boxes = ""
        """The title over the last cell of boxes."""
        self.crossed = crossed_in(self.rows)
        self.is_over_grid = False
        """Whether the section is one that a title over a grid began: the next row of one cell ends it."""

    def all(self) -> None:
        """Adds the places of every row that is not the office's."""
        is_office = False
        number = rows_of_header(self.rows) if self.rows else 0
        self._speak_for(*range(number))
        while number < len(self.rows):
            row = self.rows[number]
            is_its_own = row.is_full and lines.looks_like_a_place(row.cells[0].text)  # what it writes stands in the row
            if row.is_full and words.is_for_office(row.cells[0].text) and not is_its_own:
                is_office = True
                self.found.leave(row.cells[0].text, f"{self.at}/{number}", OFFICE)
            elif is_office and row.is_title and SECTION.match(row.cells[0].text):
                is_office = False
            if is_office or words.OFFICE.search(row.row.cells[0].text):
                if not is_office:
                    self.found.leave(row.row.cells[0].text, f"{self.at}/{number}", OFFICE)
                self._speak_for(number)
                number += 1
            elif number + 1 in self.named_below:
                add_captioned(self.found, self.rows, number + 1, self.named_below, self.at)
                self._speak_for(number, number + 1)
                number += 2
            elif number + 1 < len(self.rows) and heads_comb(row, self.rows[number + 1]):
                self.found.leave(row.row.cells[0].text, f"{self.at}/{number}", COMB)
                self._speak_for(number, number + 1)
                number += 2
            elif taken := self._options_below(number):
                number += taken
            elif taken := rows_of_schedule(self.rows, number):
                self._leave_schedule(number, taken)
                number += taken
            elif taken := self._repeated(number):
                self._speak_for(*range(number, number + taken))
                number += taken
            else:
                self._row(number)
                number += 1
        self.found.sections = self.outer
        self.found.heads = self.rows[-1].above if self.rows and not self.rows[-1].is_header else []
        self._tell_of_labels(self.first)

    def _options_below(self, number: int) -> int:
        """How many rows are a label and its options, one a row, that begin at `number`."""
        if (options := option_rows(self.rows, number)) is None:
            return 0
        last = number + options.count - 1
        where = Where(self._where(last - len(options.cells) + 1, options.cells[0]))
        add_options(self.found, [p for c in options.cells for p in c.paragraphs], where, options.label)
        if self.found.group is not None:
            self.found.group.last = self._where(last, options.cells[-1])
        self.found.group = None
        if options.spare is not None:
            self.found.leave(options.label, self._where(number, options.spare), SPARE.reason)
        self._speak_for(*range(number, number + options.count))
        return options.count

    def _leave_schedule(self, number: int, count: int) -> None:
        """Tells of the rows of a chart to draw in, below the row that counts its columns."""
        cells = sum(map(is_empty, (c for r in self.rows[number : number + count] for c in r.cells)))
        header = self.rows[number - 1]
        self.found.leave(header.top(header.row.cells[0]), f"{self.at}/{number}", several_cells(count, cells))
        self._speak_for(*range(number, number + count))

    def _speak_for(self, *numbers: int) -> None:
        """Rows that a line of the list, or a place, speaks for as a whole."""
        self.found.spoken.update(f"{self.at}/{number}" for number in numbers)

    def _is_spoken(self, number: int) -> bool:
        return f"{self.at}/{number}" in self.found.spoken

    def _tell_of_labels(self, first: int) -> None:
        """Tells of what forms ask for in a cell right before another label with its room, so that it has none."""
        said = {squeezed(x) for s in self.found.spots[first:] for x in (*s.labels, *s.sections, *s.options)}
        for number, row in enumerate(self.rows):
            cells = row.row.cells
            if row.is_header or self._is_spoken(number) or len(cells) < _LEAST_OPEN or row.lead:
                continue
            for cell, beside, room in zip(cells, cells[1:], cells[2:], strict=False):
                is_pair = not is_empty(beside) and not beside.continues and is_empty(room)
                is_asked = is_pair and not cell.continues and words.ASKED.search(cell.text) is not None
                is_plain = is_asked and words.is_title(cell.text) and squeezed(cell.text) not in said
                is_group = words.is_owner(cell.text) or goes_down(self.rows, number, cell)
                if is_plain and not is_group and words.is_label(beside.text):
                    self.found.leave(cell.text, self._where(number, cell), NO_ROOM)

    def _row(self, number: int) -> None:
        row = self.rows[number]
        over = [c.text for c in self.rows[number - 1].cells] if number else []
        is_loop = any(placeholders.has_loop(c.text) for c in row.cells) and not row.is_full
        if is_loop or placeholders.are_keys([c.text for c in row.cells], over):
            self.found.leave(" ".join(c.text.strip() for c in row.cells), f"{self.at}/{number}", LOOP)
            self._speak_for(number)
            return
        if (pair := compared_in(row)) is not None:
            label, cells, options = pair
            add_printed_cells(self.found, cells, options, Where(self._where(number, cells[0]), [label]))
            self._speak_for(number)
            return
        if printed := self._scale_printed(row):
            if not self.ticked.add_printed(number, f"{self.at}/{number}"):
                self.found.leave(printed, f"{self.at}/{number}", NO_BOXES)
            self._speak_for(number)
            return
        if self.ticked.add_printed(number, f"{self.at}/{number}"):
            self._speak_for(number)
            return
        if self.captions and row.is_title and not row.has_boxes and not has_drawn_end(row.cells[0].text):
            self._begin_section(number, self.rows[number + 1] if number + 1 < len(self.rows) else None)
            return
        if row.is_gap:
            self._speak_for(number)
            return
        if self._is_spare_row(number):
            self._speak_for(number)
            self.found.leave("", f"{self.at}/{number}/{row.row.cells[0].column}", NO_LABEL)
            return
        if row.is_full and not (self.captions and row.has_empty):
            self._full(number)
            return
        if title := self.bars.get(number, ""):
            self._speak_for(number)
            self.found.sections = [*self.outer, title]
            return
        if title := self._counted_title(number):
            self._speak_for(number)
            self.found.sections = [*self.outer, title]
            return
        if row.is_named_alone and words.series_of(row.cells[0].text) in self.series:
            self._speak_for(number)
            self._begin_section(number, self.rows[number + 1] if number + 1 < len(self.rows) else None)
            return
        taken = frozenset[int]()
        if self.crossed:
            taken = tell_of_crossed(self.found, row, self.crossed, f"{self.at}/{number}")
        for cell in row.row.cells:
            if not (cell.continues or is_tagged(cell) or cell.column in taken):
                self._cell(number, cell)

    def _is_spare_row(self, number: int) -> bool:
        """Whether a row of empty cells alone goes on from rows with labels under a header in English."""
        row = self.rows[number]
        heads = "".join(c.text for r in row.above[-1:] for c in r.cells[:_FIRST])
        is_bare = bool(heads) and words.is_latin(heads) and not row.is_full and all(map(is_empty, row.row.cells))
        return is_bare and self.named_before[number] > 1 and not any(c.continues for c in row.row.cells)

    @cached_property
    def named_before(self) -> list[int]:
        """For each number of first rows, how many of them are labels with room for their answers."""
        named = (bool(r.first_label) and r.is_record and not r.is_header for r in self.rows)
        return [0, *itertools.accumulate(map(int, named))]

    def _counted_title(self, number: int) -> str:
        """The title in English of a row whose number is that of the rows below with one more figure: 2 over 2.1."""
        row, below = self.rows[number].row.cells, self.rows[number + 1 : number + 2]
        is_open = len(row) > _ASKED and bool(below) and all(map(is_empty, row[_ASKED:]))
        if not is_open or any(c.continues for c in row) or not words.is_latin(row[1].text):
            return ""
        own, next_one = squeezed(row[0].text).rstrip("."), squeezed(below[0].row.cells[0].text)
        title = row[1].text.strip()
        is_title = words.is_title(title) and not title.endswith((":", "?")) and own.isdigit()
        return title if is_title and next_one.startswith((f"{own}.1", f"{own}.0")) else ""

    @staticmethod
    def _scale_printed(row: GridRow) -> str:
        """The words of a row that prints the marks of a scale in cells of their own behind them, to be circled, and
        these; "" for any other.
        """
        said = [" ".join(c.text.split()) for c in row.cells]
        first = next((i for i, x in enumerate(said) if i and (words.FIGURE.fullmatch(x) or x in ("O", "o"))), 1)
        is_asked = len(said) - first >= _LEAST_SCALE and first <= _MOST_LABELS and all(said[:first])
        is_asked = is_asked and row.first_label != "" and not row.is_header and words.are_grades(said[first:])
        is_asked = is_asked or (row.first_label != "" and first < len(said) and are_circles(said[first:]))
        return f"{' '.join(said[:first])} {' / '.join(said[first:])}" if is_asked else ""

    def _where(self, number: int, cell: Cell) -> str:
        return f"{self.at}/{number}/{cell.column}"

    def _repeated(self, number: int) -> int:
        """How many repeated rows begin at `number`."""
        if (block := repeated_at(self.rows, number)) is None:
            return 0
        count = len(block.repeat.rows) + block.is_open
        if block.is_open:
            cells = sum(map(is_empty, (c for r in self.rows[number : number + count] for c in r.cells)))
            said = (*block.labels, *(c.text for c in self.rows[number - 1].cells))
            self.found.leave(said[0], self._where(number, self.rows[number].row.cells[0]), several_cells(count, cells))
            self._speak_for(*range(number, number + count))
            return count
        over = self._title_of_list(number) or self._title_of_table(number)
        named = listed_by(self.found.title, is_whole=number <= _HEADED)
        labels = block.labels or self.found.sections[-1:] or over or [named or ROWS]
        self.found.add("rows", Where(f"{self.at}/{number}/{block.column}"), labels, [block.repeat], REPEATED)
        return count

    def _title_of_table(self, number: int) -> list[str]:
        """The title over the table, where the header of some records is all that stands between."""
        said = self.over.strip().rstrip("：:")
        is_title = words.is_title(said, _LONG_TITLE) and words.is_label(said) and not words.is_hint(said)
        is_of_all = words.FORM_TITLE.search(words.label_key(said)) is not None or words.SIGNED.search(said) is not None
        known = {x.strip().rstrip("：:") for spot in self.found.spots[-1:] for x in spot.labels}
        is_title = is_title and said not in known and not any(b.is_drawn for b in lines.blanks_in(self.over))
        return [said] if number <= _HEADED and is_title and not is_of_all else []

    def _title_of_list(self, number: int) -> list[str]:
        """What stands over the header of some records and calls them, in a row of one cell or beside 序号."""
        if number < _HEADED:
            return []
        above = self.rows[number - _HEADED]
        titles = above.row.cells if above.is_full else above.row.cells[1:]
        is_over_all = above.is_full or goes_down(self.rows, number - _HEADED, above.row.cells[0])
        said = titles[0].text.strip() if is_over_all and len(titles) == 1 else ""
        is_title = bool(said) and words.is_title(said, _TITLE) and not words.SIGNED.search(said)
        return [said] if is_title and not above.has_boxes and not words.is_hint(said) else []

    # --- a row of one cell ---

    def _full(self, number: int) -> None:
        """A row of one cell: a title, a label of the row below, an empty row, or a cell with all in it."""
        cell = self.rows[number].cells[0]
        if self.is_over_grid:
            self.found.sections, self.is_over_grid = self.outer, False
        if self._outlined(cell, self._where(number, cell)) or is_tagged(cell):
            return
        if self.is_of_labels and words.ASKED.search(cell.text):
            self._cell(number, cell)
            return
        if is_empty(cell):
            self._empty_full(number)
            return
        if words.is_photo(cell.text) and len(self.rows) == 1:
            self._photo(cell, self._where(number, cell))
            return
        if not self.rows[number].is_title and NUMBERING.match(cell.text):
            self._leave_section(cell.text)
        row, following = self.rows[number], self.rows[number + 1] if number + 1 < len(self.rows) else None
        is_label_below = following is not None and following.is_full and is_empty(following.cells[0])
        is_label_below = is_label_below or (following is not None and self._asked_over_hint(number + 1) != "")
        has_room = trailing_blanks(cell) > 0
        is_drawn = lines.looks_like_a_place(cell.text)
        if not has_room and is_label_below and not row.has_boxes and not is_drawn:
            self._end_section(cell.text)
            return
        if self._add_hint_below(number, cell) or add_captioned_line(self.found, cell, Where(self._where(number, cell))):
            return
        count = len(self.found.spots)
        where = Where(self._where(number, cell), [], self._said_first(cell))
        if label := self._asked_over_hint(number):
            paragraph = next(x for x in cell.paragraphs if x.text.strip())
            self.found.add("text", where, [label], [Fill(paragraph, 0, len(paragraph.text))], HINTED)
            return
        if label := self._label_over(number):
            add_inside(self.found, Inside(cell, replace(where, labels=[label]), is_own=False))
            if not any(s.evidence is OPINION for s in self.found.spots[count:]):
                self.found.leave(label, where.at, NO_ROOM)
        elif not (not has_room and (self._introduces(row, following) or is_section(cell.text))):
            add_inside(self.found, Inside(cell, where, is_own=True, row=row, is_label_below=is_label_below))
        row.is_own = len(self.found.spots) > count and (has_room or is_drawn)
        if len(self.found.spots) == count and row.is_title:
            if has_own_room(row, following):
                room = Room(list(cell.paragraphs)[-1], [])
                self.found.add("longtext", Where(self._where(number, cell)), [cell.text.strip()], [room], HIGH_ROW)
            else:
                self._begin_section(number, following)
        elif len(self.found.spots) == count and (title := told_in_room(row)):
            room = Room(list(cell.paragraphs)[-1], [])
            self.found.add("longtext", Where(self._where(number, cell)), [title], [room], HIGH_ROW)
        elif len(self.found.spots) == count and is_answered(cell.text):
            self.found.leave(cell.text, where.at, PRINTED)

    def _add_hint_below(self, number: int, cell: Cell) -> bool:
        """Whether a row of one cell is nothing but a note in brackets below a title: the title's answer goes there."""
        above = self.rows[number - 1] if number else None
        said = [x for x in cell.paragraphs if x.text.strip()]
        is_note = (
            len(said) == 1 and words.is_bracketed(said[0].text) and not any(isinstance(b, Table) for b in cell.blocks)
        )
        is_plain = is_note and not words.SIGNED.search(cell.text) and not words.TO_TICK.search(cell.text)
        if above is None or not above.is_title or above.is_own or above.has_boxes or not is_plain:
            return False
        title = above.cells[0].text.strip()
        if title.endswith(("：", ":")) or words.STATEMENT.search(title) or words.SIGNED.search(title):
            return False
        paragraphs = list(cell.paragraphs)
        target = room_below(paragraphs, paragraphs.index(said[0]), 1) or said[0]
        if self.found.sections[-1:] == [title]:
            self.found.sections = list(self.outer)
        where = Where(self._where(number, cell))
        self.found.add("text", where, [title], [Fill(target, 0, len(target.text))], HINTED)
        return True

    @staticmethod
    def _said_first(cell: Cell) -> list[str]:
        """The first line of a cell of several, which may own what the others ask for."""
        shown = cell.text.strip()
        first = shown.split("\n")[0]
        return [first] if "\n" in shown and not lines.options_printed_in(first) else []

    def _leave_section(self, said: str) -> None:
        """A cell numbered as the section's title is stands in it no more."""
        section = self.found.sections[-1:] if len(self.found.sections) > len(self.outer) else []
        if section and SECTION.match(section[0]) and SECTION.match(said):
            self.found.sections = list(self.outer)

    def _end_section(self, title: str) -> None:
        """A title of the same numbering as the section's, with its room below, ends the section."""
        section = self.found.sections[-1:] if len(self.found.sections) > len(self.outer) else []
        if section and SECTION.match(title) and SECTION.match(section[0]):
            self.found.sections = [*self.outer, title.strip()]
        elif section and not NUMBERING.match(title) and not NUMBERING.match(section[0]):
            self.found.sections = self.outer

    def _label_over(self, number: int) -> str:
        """The title in the row above a cell that begins with room and ends in a line to sign; "" for none."""
        above = self.rows[number - 1] if number else None
        paragraphs = list(self.rows[number].cells[0].paragraphs)
        if above is None and (
            len(self.rows) > 1 or not words.is_title(self.title) or SECTION.match(self.title) is None
        ):
            return ""
        if above is not None and (not above.is_title or above.is_own or above.has_boxes):
            return ""
        label = self.title if above is None else above.cells[0].text.strip()
        begun = next((i for i, x in enumerate(paragraphs) if x.text.strip()), 0)
        last = next((x.text for x in reversed(paragraphs) if x.text.strip()), "")
        is_signed = words.DATE_BLANK.search(last) is not None or words.SIGNED.search(last) is not None
        is_label = not words.SIGNED.search(label) and not words.STATEMENT.search(label)
        return label if is_label and is_signed and (begun > 0 or words.is_opinion(label)) else ""

    def _asked_over_hint(self, number: int) -> str:
        """What the row above a cell asks in English, if the cell only says a note in brackets; "" for any other."""
        row, above = self.rows[number], self.rows[number - 1] if number else None
        said = [x.text.strip() for c in row.cells for x in c.paragraphs if x.text.strip()] if row.is_full else []
        if above is None or len(said) != 1 or not words.is_bracketed(said[0]) or not above.is_full or above.is_own:
            return ""
        label = above.cells[0].text.strip()
        is_asking = words.is_latin(label) and words.is_hint(label) and not words.SIGNED.search(label + said[0])
        return label if is_asking and not above.has_boxes else ""

    def _outlined(self, cell: Cell, where: str) -> bool:
        """Whether a cell is headings with room under each, or tables and what stands around them; both are added."""
        tables = [(i, b) for i, b in enumerate(cell.blocks) if isinstance(b, Table)]
        is_outline = headings(cell.blocks) >= _OUTLINE
        if not tables and not is_outline:
            rooms = rooms_under_titles(cell.blocks)
            for title, room in rooms:
                self.found.add("longtext", Where(where), [title], [room], OUTLINE)
            return bool(rooms)
        count = len(self.found.spots)
        if not is_outline:
            add_inside(self.found, Inside(cell, Where(where), is_own=True))
        for part in parts_of(cell.blocks, is_roomy=True):
            if isinstance(part.content, Table):
                self._inner(part.content, f"{where}/{part.index}", part.headings, said_over(cell, part.index))
            elif is_outline and isinstance(part.content, list):
                self._asking(Cell(cell.element, cell.column, cell.span, False, [*part.content]), where, part.headings)
            elif is_outline and isinstance(part.content, Room):
                self.found.add("longtext", Where(where), part.headings, [part.content], OUTLINE)
        return len(self.found.spots) > count

    def _asking(self, lines_of: Cell, at: str, headings: list[str]) -> None:
        """The lines below some headings of a cell that ask for something themselves."""
        outer = self.found.sections
        self.found.sections = [*outer, *headings]
        add_inside(self.found, Inside(lines_of, Where(at), is_own=True))
        self.found.sections = outer

    def _inner(self, table: Table, at: str, headings: list[str], title: str) -> None:
        """A table inside a cell, whose fields stand under some more headings, and right under a title."""
        outer = self.found.sections
        self.found.sections = [*outer, *headings]
        add_table(self.found, table, at, title)
        self.found.sections = outer

    def _empty_full(self, number: int) -> None:
        cell = self.rows[number].cells[0]
        where = self._where(number, cell)
        above = self.rows[number - 1] if number else None
        if above is not None and above.is_full:
            label = above.cells[0].text
            is_prose = words.is_latin(label) and (words.is_told(label) or label.strip()[-1:] in (".", ","))
            is_prose = is_prose or (words.is_latin(label) and label.strip()[:1].islower())
            if (
                not is_prose
                and not above.is_own
                and words.is_label(label)
                and not words.SIGNED.search(label)
                and not (words.STATEMENT.search(label))
            ):
                self._add_empty(cell, Where(where), [label], UNDER_LABEL)
        elif (
            above is None
            and words.is_label(self.title)
            and not (words.is_latin(self.title) and words.FORM_TITLE.search(words.label_key(self.title)))
            and all(r.is_full and is_empty(r.cells[0]) for r in self.rows)
            and not self._has_places([self.title])
        ):
            self._add_empty(cell, Where(where), [self.title], UNDER_TITLE)
        elif label := self._title_beside_labels(number - 1):
            self._add_empty(cell, Where(where), [label], UNDER_LABEL)
        elif label := self._room_of(number - 1):
            self._add_empty(cell, Where(where), [label], SPARE)
        elif above is not None and self.found.sections and not self._has_places(self.found.sections):
            self._add_empty(cell, Where(where), self.found.sections[-1:], UNDER_SECTION)

    def _has_places(self, sections: list[str]) -> bool:
        """Whether the last place stands in some sections, so that more room is not what these name."""
        return any(s.sections[: len(sections)] == sections for s in self.found.spots[-1:])

    def _title_beside_labels(self, number: int) -> str:
        """The title in English that a row begins with, all whose others are labels with a colon of their own: Lunch |
        Time: | Place:; "" for none.
        """
        cells = self.rows[number].cells if number >= 0 else []
        title = cells[0].text.strip() if len(cells) > _ASKED else ""
        is_title = words.is_title(title) and words.is_latin(title) and title[-1] != ":"
        is_title = is_title and not words.SIGNED.search(title)
        return title if is_title and all(map(has_own_label, cells[1:])) else ""

    def _room_of(self, number: int) -> str:
        """The label of a row that is nothing but a label and room for its answer, which goes on below; "" for none."""
        cells = self.rows[number].cells if number >= 0 else []
        is_room = len(cells) == 2 and is_empty(cells[1]) and words.is_label(cells[0].text) and not is_empty(cells[0])
        return cells[0].text if is_room and not words.SIGNED.search(cells[0].text) else ""

    def _introduces(self, row: GridRow, following: GridRow | None) -> bool:
        """Whether a row of words is the title of the grid below, and asks nothing itself."""
        text = row.cells[0].text
        if row.height >= TALL:
            return False  # its answer has room
        is_grid = following is not None and (following.is_header or (not following.is_full and following.has_empty))
        bare = squeezed(without_brackets(text))
        is_plain = not row.has_boxes and len(re.findall("[：:]+", bare)) == 1 and not words.SIGNED.search(text)
        is_asking = words.ASKED.search(text) is not None and not words.LISTING.search(words.label_key(text))
        is_heading = following is not None and following.is_header
        if is_asking and (words.is_latin(text) or not (is_heading or words.is_owner(text))):
            return False
        return is_grid and is_plain and not has_drawn_end(text) and words.is_label(text)

    def _begin_section(self, number: int, following: GridRow | None) -> None:
        shown = self.rows[number].cells[0].text.strip()
        if (
            asks_for_more(shown)
            or words.REFERENCE.search(shown)
            or words.ELLIPSIS.match(shown)
            or words.is_hint(shown)
            or words.SIGNED.search(shown)
            or following is None
        ):
            return
        if words.STATEMENT.search(shown) or words.FILLED_ABOVE.search(shown):
            self.found.sections = self.outer
        elif SECTION.match(shown) or not NUMBERING.match(shown):
            is_form_title = number == 0 and not SECTION.match(shown)
            self.title = shown if is_form_title else self.title
            self.found.sections = self.outer if is_form_title else [*self.outer, shown]
            self.is_over_grid = not is_form_title and not SECTION.match(shown) and following.is_header

    # --- a cell among others ---

    def _cell(self, number: int, cell: Cell) -> None:
        row, at = self.rows[number], self._where(number, cell)
        if row.holds_day:
            part = row.part_of_day(cell)
            if part and is_empty(cell):
                label = row.label_of_day(cell)
                self._add_empty(cell, Where(at), [f"{label}{part}" if label else part], BESIDE)
            shown = squeezed(cell.text)
            if part or words.DAY_PART.fullmatch(shown) or shown.endswith((":", "：")):
                return
        if self.is_of_labels:
            add_inside(self.found, Inside(cell, Where(at), is_own=True, asks=True))
            return
        if has_boxes_drawn(cell):
            said = [c.text.strip() for c in (*row.before(cell)[-1:], cell)]
            self.found.leave(" ".join(filter(None, said)), at, DRAWN_BOXES)
            self.found.spoken.add(at)
            return
        chain, near = left_labels(self.rows, number, row.before(cell))
        is_taller = near is not None and goes_down(self.rows, number, cell) and not goes_down(self.rows, number, near)
        is_roomy = near is not None and (self._has_room_of_its_own(near) or any(map(is_empty, row.before(cell)[-1:])))
        if near is not None and has_own_label(cell) and (is_taller or is_roomy):
            chain, near = (chain[:-1], near) if is_taller else left_labels(self.rows, number, row.before(near))
        if near is not None and near is row.row.cells[0] and self._asks_in_itself(row, near):
            chain, near = chain[:-1], None
        tables = [(i, b) for i, b in enumerate(cell.blocks) if isinstance(b, Table)]
        if tables and drawn_box(cell) is not None:
            heads = [c.text for c in header_cells(self.rows, number, cell)]
            where = Where(at, chain, owner_labels(self.rows, number, cell))
            if heads and self.ticked.add(number, cell, where, near, heads, self.title):
                return
        for index, table in tables:
            self._inner(table, f"{at}/{index}", chain, said_over(cell, index) or "".join(chain[-1:]))
        is_head = row.is_header and not row.is_wide_room(cell)
        if is_head and is_empty(cell):
            return
        is_answer = bool(chain and (tables or is_head)) and row.is_value(cell)
        if (tables and not (is_answer and has_boxes(cell))) or (is_head and not is_answer):
            return
        heads = [c.text for c in header_cells(self.rows, number, cell)]
        owners = owner_labels(self.rows, number, cell)
        if self.ticked.add(number, cell, Where(at, chain, owners), near, heads, self.title):
            return
        if is_empty(cell):
            above = self.rows[number - 1].cells[-1:] if number else []
            if above and self._has_room_below(number - 1, above[0]):
                self._add_empty(cell, Where(at, [], owners), [*chain, above[0].text], UNDER_LABEL)
            else:
                self._empty(number, cell, Where(at, [], owners), chain, near, heads)
        elif words.is_photo(cell.text) and not self._is_listed(row, cell):
            if not _names_photo_beside(row, cell):
                self._photo(cell, at)
        else:
            self._worded(number, cell, Where(at, chain, owners), heads, is_beside=near is not None)

    def _worded(self, number: int, cell: Cell, where: Where, heads: list[str], *, is_beside: bool) -> None:
        """A cell with words in it: an answer with the labels of `where`, or what asks by itself; no label of others."""
        row, chain, owners = self.rows[number], where.labels, where.owners
        if self.ticked.is_statement(number, cell, self.title):
            return
        if not row.is_header and add_captioned_line(self.found, cell, Where(where.at, [], owners)):
            return
        if row.is_answered:
            if cell is not row.row.cells[0]:
                self.found.leave(" ".join(c.text.strip() for c in row.row.cells), where.at, PRINTED)
            return
        if words.UNIT_ONLY.fullmatch(cell.text.strip()) and self._is_of_units(number, cell):
            return  # the unit of its row
        opinion = self._opinion_over(number, cell) if not heads else ""
        chain = [opinion] if opinion else chain
        is_value = bool(opinion) or row.is_value(cell) or self._is_option(cell)
        is_value = is_value or (cell is not row.row.cells[0] and squeezed(cell.text) in self.roomy)
        is_answer = bool(chain or heads) and is_value
        if is_offered := row.offers(cell):
            asked = row.before(cell)[-1].text.strip()
            is_offered = add_offered(self.found, cell, Where(where.at, chain or [asked], owners))
            if not is_offered:
                self.found.leave(f"{asked} {' / '.join(cell.text.strip().splitlines())}", where.at, NO_BOXES)
        is_last = cell is row.row.cells[-1] or not is_empty(row.row.cells[row.row.cells.index(cell) + 1])
        is_named = bool(chain) and words.ORDINAL.fullmatch(squeezed(chain[-1])) is None
        if (
            is_named
            and is_beside
            and is_last
            and not row.is_header
            and not self._is_over_hint(row, cell)
            and not row.prints(cell)
            and self._prints_options(cell, is_at_end=cell is row.row.cells[-1], is_among=len(row.cells) > _BROKEN)
        ):
            said = [x.strip() for x in cell.text.split("\n") if x.strip()]
            said = said if len(said) > 1 else cell.text.split()
            if not is_offered and not add_offered(self.found, cell, where):
                self.found.leave(f"{chain[-1].strip()} {' / '.join(said)}", where.at, NO_BOXES)
            return
        if (row.is_header and not row.is_wide_room(cell)) or self._is_label(row, cell, is_answer=is_answer):
            return
        if self._heads_records(number, cell):
            self._speak_for(number)
            return
        before = row.before(cell)
        is_noted = words.is_latin(cell.text) and cell.text.lstrip().startswith("(") and len(before) > 1
        is_behind = bool(before) and (is_empty(before[-1]) or is_noted)
        if is_answer and is_behind and words.is_bracketed(cell.text):
            return  # it tells about the answer at its left
        if is_beside and self._is_numbered_room(row, cell):
            (paragraph,) = (x for x in cell.paragraphs if x.text.strip())
            end = len(paragraph.text)
            start = len(paragraph.text.rstrip()) if end - len(paragraph.text.rstrip()) > 1 else end
            label = next((c.text for c in reversed(before) if not words.NUMBERED_ROOM.fullmatch(c.text.strip())), "")
            labels = [f"{label.strip()}{cell.text.strip(' 、.．)）')}"]
            self.found.add("text", Where(where.at, [], owners), labels, [Fill(paragraph, start, end)], BESIDE)
            return
        is_mark = is_answer and is_beside and words.OUT_OF.fullmatch(cell.text.strip()) is not None
        is_mark = is_mark or (is_beside and placeholders.is_prompt(cell.text) and row.prompted > 1)
        is_mark = is_mark or words.UNIT_ONLY.fullmatch(cell.text.strip()) is not None
        own = [h for h in heads if h not in chain] if is_answer and heads and (is_mark or not is_beside) else []
        if not is_answer:
            over = self._over_alike(number, cell) or self._party_over(number, cell)
            owners = [
                *self._said_first(cell),
                *self._signed_over(number, cell),
                *over,
                *self._beside(row, cell),
                *owners,
            ]
        title = self._title_of_boxes(number, cell) if is_answer and not own else ""
        head = title or "".join(heads[-1:])
        if head != self.over_boxes:
            self.found.group, self.over_boxes = None, head
        where = Where(where.at, [*chain, *own, *filter(None, [title])] if is_answer else [], owners)
        is_tall = row.is_tall(chain, self.rows, number)
        if not is_answer and self._leads_to_boxes(number, cell):
            self.found.group, self.lead = None, (number, cell.text.strip())
            self._speak_for(number)
            return
        where = replace(where, labels=[*where.labels, *self._lead_of(number, cell)])
        is_elsewhere = not is_answer and (self._is_group(number, cell) or self._has_room_below(number, cell))
        add_inside(
            self.found,
            Inside(
                cell,
                where,
                is_own=not is_answer,
                chain=tuple(chain),
                row=row,
                is_tall=is_tall,
                is_label_below=is_elsewhere,
                asks=not is_answer and (self._asks_at_end(number, cell) or self._asks_in_itself(row, cell)),
            ),
        )

    def _heads_records(self, number: int, cell: Cell) -> bool:
        """Whether a question among others of its row stands over the rows of a list, one of which may be filled."""
        is_asking = squeezed(cell.text).endswith(("?", "？")) and len(self.rows[number].cells) >= _LEAST_OPEN
        is_plain = is_asking and not any(map(is_empty, self.rows[number].cells))
        return is_plain and number + 1 < len(self.rows) and repeated_at(self.rows, number + 1) is not None

    def _title_of_boxes(self, number: int, cell: Cell) -> str:
        """The title over a cell with boxes, where others of its row stand under another one; "" for none."""
        above = self.rows[number - 1] if number else None
        boxed = [c for c in self.rows[number].cells if has_boxes(c)] if has_boxes(cell) else []
        if above is None or len(boxed) < _PARTIES or above.has_boxes or any(map(is_empty, above.row.cells)):
            return ""
        over = [c for c in map(above.covering, boxed) if c is not None and not c.continues and words.is_title(c.text)]
        are_titles = len(over) == len(boxed) and len({c.column for c in over}) > 1 and all(map(above.covers, boxed))
        return above.over(cell).strip() if are_titles else ""

    def _opinion_over(self, number: int, cell: Cell) -> str:
        """The words right over a cell that begins with room and ends in a signature, if they ask for an opinion."""
        above = self.rows[number - 1].at(cell.column) if number else None
        said = [p.text.strip() for p in cell.paragraphs]
        is_signed = bool(said) and not said[0] and next((words.SIGNED.search(x) for x in said if x), None) is not None
        if above is None or above.continues or not is_signed or (above.column, above.span) != (cell.column, cell.span):
            return ""
        is_plain = words.is_opinion(above.text) and not words.SIGNED.search(above.text) and not has_own_label(above)
        return above.text.strip() if is_plain else ""

    @staticmethod
    def _is_over_hint(row: GridRow, cell: Cell) -> bool:
        """Whether a label on several lines stands in front of a cell that only tells how to answer."""
        right = next((c for c in row.row.cells if c.column == cell.column + cell.span), None)
        return "\n" in cell.text.strip() and right is not None and words.is_hint(right.text)

    def _is_of_units(self, number: int, cell: Cell) -> bool:
        """Whether the column of a cell is headed as one of units."""
        over = (r.covering(cell) for r in reversed(self.rows[max(0, number - FARTHEST_OWNER) : number]))
        said = (c.text.strip() for c in over if c is not None)
        head = next((x for x in said if not words.UNIT_ONLY.fullmatch(x)), "")
        return words.label_key(head) in _UNITS

    def _prints_options(self, cell: Cell, *, is_at_end: bool, is_among: bool) -> bool:
        """Whether a cell prints options without boxes: one a line; or parted by commas, as others of its column do.

        Two lines in English are a name that is broken, where the row has more than a label beside it (`is_among`).
        """
        if has_boxes(cell) or has_drawn(cell):
            return False
        said = [x.strip() for x in cell.text.split("\n") if x.strip()]
        if len({words.is_latin(x) for x in said}) > 1:
            return False  # a label in two languages
        is_broken = len(said) == _BROKEN and is_among and words.is_latin(cell.text) and not words.are_opposed(said)
        if (lines.are_options(cell.text) and not is_broken) or lines.columns_headed(cell.text.strip()):
            return True
        options = lines.options_in(cell.text)
        is_apart = (
            is_at_end and len(options) > 1 and len(cell.text.split()) == len(options) and min(map(len, options)) > 1
        )
        is_told = len(options) > 1 and (words.are_opposed(options) or words.are_grades(options) or is_apart)
        return is_told or (len(options) > 1 and self.printed[cell.column] > 1)

    @property
    def is_of_options(self) -> bool:
        """Whether every cell with words holds options with their boxes, and nothing else."""
        cells = [c for r in self.rows for c in r.cells if c.text.strip()]
        lines = marks.beside([c.text for c in cells], is_asked=True)
        is_between = len(self.rows) == 1 and len(cells) > _MOST_LABELS + 1
        is_between = is_between and not any(self._is_option(c, lines) for c in (cells[0], cells[-1]))
        cells = cells[1:-1] if is_between and words.is_label(cells[0].text + cells[-1].text) else cells
        return len(cells) > 1 and all(self._is_option(c, lines) for c in cells)

    @property
    def are_columns_of_options(self) -> bool:
        """Whether each column is a title and, in the cells below it, the options of that with their boxes."""
        head, *below = [r.row.cells for r in self.rows] or [[]]
        cells = [c for row in below for c in row]
        if min(len(head), len(below)) < _FEWEST or any(len(row) != len(head) for row in below):
            return False
        lines_beside = marks.beside([c.text for c in cells], is_asked=True)
        if not all(words.is_title(c.text) and not has_boxes(c) for c in head):
            return False
        return all(not c.continues and self._is_option(c, lines_beside) for c in cells)

    @property
    def is_of_figures(self) -> bool:
        """Whether most cells below its header that hold no words hold figures: a table of a report, not of a form."""
        cells = [c for r in self.rows[1:] for c in r.cells]
        figures = sum(words.is_figure(c.text.strip()) for c in cells if c.text.strip())
        return figures > len(self.rows) // 2 and figures > sum(map(is_empty, cells))

    @cached_property
    def printed(self) -> Counter[int]:
        """How many cells of each column hold words parted as options are."""
        return Counter(c.column for r in self.rows for c in r.cells if len(lines.options_in(c.text)) > 1)

    def _signed_over(self, number: int, cell: Cell) -> list[str]:
        """The words for a signature over a cell for its day."""
        above = self.rows[number - 1].covering(cell) if number else None
        is_day = words.DATE_BLANK.fullmatch(squeezed(cell.text)) is not None
        said = above.text.strip().split("\n")[0] if above is not None and is_day and not above.continues else ""
        return [said] if said else []

    @staticmethod
    def _beside(row: GridRow, cell: Cell) -> list[str]:
        """What a label is of, where the cell at its left asks for more of the same: 必修课应修学分： | 已修学分：."""
        before = row.before(cell)[-1:]
        said = [re.split("[：:]", c.text, maxsplit=1)[0].strip() for c in (*before, cell) if has_own_label(c)]
        if len(said) < _PARTIES or before[0].continues or words.is_latin(said[0]):
            return []
        one, other = said[0][::-1], said[1][::-1]
        alike = len([*itertools.takewhile(lambda x: x[0] == x[1], zip(one, other, strict=False))])
        owner = said[0][:-alike].rstrip("应已拟未总") if alike > 1 else ""
        return [owner] if len(owner) > 1 else []

    def _over_alike(self, number: int, cell: Cell) -> list[str]:
        """The label over a cell in its column, where another cell of its row has the same label as it."""
        row, above = self.rows[number], self.rows[number - 1].at(cell.column) if number else None
        if (
            above is None
            or row.says[squeezed(cell.text)] < _PARTIES
            or above.continues
            or not words.is_latin(cell.text)
        ):
            return []
        is_label = has_own_label(above) or words.is_title(above.text.strip().rstrip(":"))
        is_own = (above.column, above.span) == (cell.column, cell.span) and squeezed(above.text) != squeezed(cell.text)
        return [re.split("[:]", above.text, maxsplit=1)[0].strip()] if is_label and is_own else []

    def _party_over(self, number: int, cell: Cell) -> list[str]:
        """The labels over a cell with a label of its own in its column that name somebody: 甲方： | 乙方：."""
        over: list[str] = []
        if len(self.rows[number].row.cells) < _PARTIES or not has_own_label(cell):
            return over
        for row in reversed(self.rows[max(0, number - FARTHEST_OWNER) : number]):
            above = row.at(cell.column)
            if above is None or (above.column, above.span) != (cell.column, cell.span) or not has_own_label(above):
                break
            over += filter(words.is_owner, re.split("[：:]", above.text, maxsplit=1)[:1])
        return over

    def _is_group(self, number: int, cell: Cell) -> bool:
        """Whether a cell of words is merged down over rows that hold more at its right."""
        row = self.rows[number]
        return cell is not row.row.cells[-1] and goes_down(self.rows, number, cell) and not row.is_wide_room(cell)

    def _asks_at_end(self, number: int, cell: Cell) -> bool:
        """Whether the last cell of a row of labels and their rooms is one more label, with no room but its own."""
        row = self.rows[number]
        is_last = cell is row.row.cells[-1] and len(row.cells) > _ASKED and is_empty(row.cells[-2])
        below = self.rows[number + 1].row.cells if number + 1 < len(self.rows) else []
        has_room = goes_down(self.rows, number, cell) or (bool(below) and all(map(is_empty, below)))
        return is_last and not has_room and words.ASKED.search(cell.text) is not None

    def _has_room_below(self, number: int, cell: Cell) -> bool:
        """Whether the only cell of words of a row leads on to an empty one right below, which is all of its row."""
        below = self.rows[number + 1].cells if number + 1 < len(self.rows) else []
        others = [c for c in self.rows[number].cells if c is not cell]
        is_lead = squeezed(cell.text).endswith((":", "：")) and all(self._is_group(number, c) for c in others)
        is_room = len(below) == 1 and (below[0].column, below[0].span) == (cell.column, cell.span)
        return is_lead and is_room and is_empty(below[0]) and words.is_label(cell.text)

    def _leads_to_boxes(self, number: int, cell: Cell) -> bool:
        """Whether the only cell of words of a row is a line with a colon, and the one right below begins with boxes.

        Boxes at the right of a label of their own are that label's.
        """
        row, below = self.rows[number], self.rows[number + 1 : number + 2]
        under = below[0].at(cell.column) if below else None
        is_alone = row.cells[-1] is cell and all(self._is_group(number, c) or c is cell for c in row.cells)
        is_line = is_alone and squeezed(cell.text).endswith((":", "：")) and words.is_title(cell.text)
        if under is None or not is_line or (under.column, under.span) != (cell.column, cell.span):
            return False
        if any(c.text.strip() and not c.continues for c in below[0].before(under)):
            return False  # a label of their own stands at their left
        first = next((line for line in under.text.split("\n") if line.strip()), "")
        return any(b.group is None for b in marks.boxes_in(first)[:1])

    def _lead_of(self, number: int, cell: Cell) -> list[str]:
        """The line that led on to the boxes of a cell: they stand right below it, one row under the other."""
        row, said = self.lead
        first = next((line for line in cell.text.split("\n") if line.strip()), "")
        if row != number - 1 or not marks.boxes_in(first):
            return []
        self.lead = (number, said)
        return [said]

    @staticmethod
    def _is_listed(row: GridRow, cell: Cell) -> bool:
        """Whether a number stands right before a cell: it is one of a list."""
        before = row.before(cell)
        return bool(before) and words.ORDINAL.fullmatch(squeezed(before[-1].text)) is not None

    def _photo(self, cell: Cell, at: str) -> None:
        """A cell for a photograph: its words are printed until there is one."""
        shown = [p for p in cell.paragraphs if p.text.strip()]
        if len(shown) != 1:
            self.found.leave(cell.text, at, PHOTO)
            return
        (only,) = shown
        end = len(only.text.rstrip())
        fill = Fill(only, end - len(only.text.strip()), end)
        name = "photo" if words.is_latin(cell.text) else "照片"
        self.found.add("picture", Where(at), [name], [fill], PHOTO_CELL).frame = words.photo_frame(cell.text)

    @staticmethod
    def _is_numbered_room(row: GridRow, cell: Cell) -> bool:
        """Whether a cell holds nothing but the number of one of several answers beside a label."""
        alike = [c for c in row.cells if words.NUMBERED_ROOM.fullmatch(c.text.strip())]
        return cell in alike and len(alike) > 1

    @staticmethod
    def _is_option(cell: Cell, lines_beside: marks.Beside = marks.ALONE) -> bool:
        """Whether a cell is nothing but options with their boxes, and none of them has a label of its own.

        What goes on below the first box on a line of its own is of that option.
        """
        shown = [line for line in cell.text.split("\n") if line.strip()]
        boxes = [marks.boxes_in(line, lines=lines_beside) for line in shown]
        if not shown or not boxes[0] or any(b.group is not None for line in boxes for b in line):
            return False
        return all(has or (words.is_title(x) and not lines.blanks_in(x)) for has, x in zip(boxes, shown, strict=True))

    @cached_property
    def series(self) -> frozenset[str]:
        """How the rows of one cell are numbered that are titles of those below: A. or a); others so are."""
        titles = [words.series_of(r.cells[0].text) for r in self.rows if r.is_title]
        return frozenset(filter(None, titles))

    @cached_property
    def bars(self) -> dict[int, str]:
        """The titles of the rows that are drawn as bars between others with room in the same columns, by number."""
        rows = self.rows[:1] if are_banded(self.rows) else self.rows
        titles = {n: title for n, r in enumerate(rows) if (title := r.shaded_title)}
        plain = {c.column for r in self.rows for c in r.cells if is_empty(c) and not shade_of(c)}
        return {n: x for n, x in titles.items() if self._is_over_plain(self.rows[n].cells, plain)}

    @staticmethod
    def _is_over_plain(cells: Sequence[Cell], plain: Set[int]) -> bool:
        """Whether the cells of a bar stand in columns (`plain`) with room that is not shaded, but perhaps the second;
        one beside words that stand first may be their room.
        """
        is_apart = is_empty(cells[0]) or any(c.column in plain for c in cells[1:])
        return is_apart and all(c.column in plain for c in cells[2:])

    def _has_room_of_its_own(self, cell: Cell) -> bool:
        """Whether a label with a colon has room for its answer in its cell, or in another one that says the same."""
        return has_room_of_its_own(cell) or squeezed(cell.text) in self.roomy

    @cached_property
    def roomy(self) -> frozenset[str]:
        """The labels with a colon that have room drawn behind it in their cells."""
        asking = (c for r in self.rows for c in r.cells if squeezed(c.text).endswith((":", "：")))
        return frozenset(squeezed(c.text) for c in asking if has_drawn(c))

    def _is_label(self, row: GridRow, cell: Cell, *, is_answer: bool) -> bool:
        """Whether a cell names the one at its right, and asks nothing itself."""
        right = next((c for c in row.row.cells if c.column > cell.column), None)
        is_noted = right is not None and has_boxes(right) and _ENDS_IN_BRACKETS.search(cell.text) is not None
        if right is None or has_boxes(cell) or placeholders.placeholders_in(cell.text):
            return False
        is_gap = is_empty(right) and right.column not in self.gaps and not row.before(cell) and not has_drawn_line(cell)
        if has_drawn(cell) and not is_noted and not is_gap:
            return False
        is_beside_value = (
            not right.continues and row.is_value(right) and not (is_answer and cell is not row.row.cells[0])
        )
        if has_own_label(right) and self._has_room_of_its_own(cell):
            return False
        if not is_answer and self._asks_in_itself(row, cell):
            return False
        beside = right.text.strip()
        is_one_line = words.is_latin(cell.text) and right is row.row.cells[-1] and not {*beside} & {*":\n"}
        if is_one_line and lines.options_printed_in(beside):
            return True  # the options of what it asks
        is_alone = is_empty(right) or (right.continues and not trailing_blanks(cell))
        return (is_alone and not is_answer) or is_beside_value

    @staticmethod
    def _has_title_of_its_own(cell: Cell) -> bool:
        """Whether a cell begins with a line of words in English, over the lines that are drawn for its answers."""
        first, _, rest = cell.text.strip().partition("\n")
        is_title = words.is_latin(first) and words.is_title(first, _LONG_TITLE) and not words.is_hint(first)
        is_title = is_title and not lines.blanks_in(first) and not marks.boxes_in(first)
        return is_title and any(map(lines.blanks_in, rest.split("\n")))

    def _asks_in_itself(self, row: GridRow, cell: Cell) -> bool:
        """Whether a title in English that forms ask for stands first in a row, beside a cell with its own title."""
        right = row.row.cells[1] if cell is row.row.cells[0] and len(row.row.cells) > 1 else None
        right = row.tops.get(right.column) if right is not None and right.continues else right
        is_title = (
            words.is_latin(cell.text) and words.is_title(cell.text, _LONG_TITLE) and "\n" not in cell.text.strip()
        )
        is_asked = is_title and words.ASKED.search(cell.text) is not None
        return is_asked and right is not None and self._has_title_of_its_own(right)

    def _empty(
        self, number: int, cell: Cell, where: Where, chain: list[str], near: Cell | None, heads: list[str]
    ) -> None:
        row = self.rows[number]
        behind = row.at(cell.column + cell.span)
        is_drawn_behind = behind is not None and is_empty(behind) and behind.text.strip("\n") != ""
        if not cell.text and near is not None and not heads and is_drawn_behind:
            self.found.spoken.add(where.at)
            return  # it only sets its label apart from the room that is drawn in the next cell
        is_beside_head = near is not None and not heads and heads_column(self.rows, number, near)
        if row.has_picture(cell) or cell.column in self.gaps or is_beside_head:
            return
        if number == 0 and near is not None and self._heads_labels(near, cell):
            self.found.spoken.add(where.at)
            return
        labels = labels_of_cell(chain, near, self.rows, number, cell)
        labels = self._of_several(number, labels)
        if not heads and (over := self._label_right_over(number, cell)):
            self._add_empty(cell, where, [over], UNDER_LABEL)
            return
        right = next((c for c in row.row.cells if c.column == cell.column + cell.span), None)
        if right is not None and words.NOTE.match(right.text) and not heads:
            self.found.spoken.add(where.at)
            return  # it only sets the note apart
        is_said = near is not None and (
            is_answered(near.text) or words.NOTE.match(near.text) or words.DECLARED.match(near.text)
        )
        if near is not None and (is_said or words.is_sentence(near.text)):
            if row.empties[cell.column][0] == 0:
                self.found.leave(near.text, where.at, NO_LABEL)
            self.found.spoken.add(where.at)
            return
        if near is None and heads and cell.column < row.total_at:
            if any(is_empty(c) for c in row.cells if c.column > row.total_at):
                self.found.spoken.add(where.at)  # the sum behind the words for it is the row's
            return
        if heads and goes_down(self.rows, number, cell) and near is not None and not goes_down(self.rows, number, near):
            labels = heads  # one answer for several rows
        shown = " ".join(labels)
        is_one_of_several = (near is not None and near is not row.row.cells[0]) or (len(row.cells) > 3 and not heads)
        is_lettered = is_one_of_several and any(c.isalpha() and c.isascii() for x in labels for c in x)
        if all(words.ORDINAL.fullmatch(squeezed(x)) for x in labels) and not is_lettered:
            title = self._title_over(number)
            if not title or near is None or len(labels) > 1:
                return  # nothing names it: it is told of with the others of its row
            labels = [f"{title} {squeezed(near.text).strip('.．、()（）')}"]
        is_drawn = lines.is_drawn_line(cell.text.strip())
        if (words.SIGNED.search(shown) and not is_drawn) or words.OFFICE.search(shown):
            self.found.leave(shown, where.at, SIGNATURE if words.SIGNED.search(shown) else OFFICE)
        elif near is None or words.is_label(near.text):
            beside = row.before(cell)
            is_spare = bool(beside) and is_empty(beside[-1]) and not heads
            is_spare = is_spare and not (cell.text.strip("\n") and not beside[-1].text)
            if is_spare and self._is_no_spare_answer(number, cell, where, labels):
                return
            why = SPARE if is_spare else UNDER_HEADER if heads else BESIDE
            self._add_empty(cell, where, labels, why)

    def _heads_labels(self, near: Cell, cell: Cell) -> bool:
        """Whether the first cell of a table only says that labels stand below it: Field | (nothing), over lines."""
        below = [x for r in self.rows[1:] if (x := r.at(cell.column)) is not None]
        are_drawn = len(below) == len(self.rows) - 1 > 1 and all(x.text.strip() for x in below)
        return are_drawn and not cell.text.strip() and words.OVER_LABELS.fullmatch(near.text.strip(" :")) is not None

    def _is_no_spare_answer(self, number: int, cell: Cell, where: Where, labels: list[str]) -> bool:
        """Whether a further empty cell beside one label is another's, or is told; it may be a box for a character."""
        row = self.rows[number]
        if head := head_alone(self.rows, number, cell):
            is_latin = words.is_latin(labels[-1] + head)
            named = [f"{labels[-1].strip(' :')} {head}"] if is_latin else [labels[-1], head]
            self._add_empty(cell, where, [*labels[:-1], *named], UNDER_HEADER)
            return True
        if goes_down(self.rows, number, cell):
            if label := self._label_at_end_above(number, cell):
                self._add_empty(cell, where, [label], UNDER_LABEL)
            return True  # else a photograph's, say
        if row.empties[cell.column][1] >= LEAST_COMB and row.is_even:
            return False
        if self._where(number, row.before(cell)[-1]) not in self.spare:
            self.found.leave(" ".join(labels), where.at, SPARE.reason)
        self.spare.add(where.at)
        self.found.spoken.add(where.at)
        return True

    def _label_at_end_above(self, number: int, cell: Cell) -> str:
        """The label in English right above the last cell of a row, which ends its own row without room; "" for none."""
        above = self.rows[number - 1] if number else None
        over = above.row.cells[-1] if above is not None else None
        if above is None or over is None or above.is_header or cell is not self.rows[number].row.cells[-1]:
            return ""
        is_over = (over.column, over.span) == (cell.column, cell.span) and len(above.row.cells) > _ASKED
        is_label = words.is_latin(over.text) and words.is_title(over.text) and not above.is_value(over)
        before = above.before(over)
        is_apart = bool(before) and is_empty(before[-1])
        is_plain = is_over and is_label and is_apart and not over.continues and not words.SIGNED.search(over.text)
        return over.text.strip() if is_plain and not squeezed(over.text).endswith(":") else ""

    def _label_right_over(self, number: int, cell: Cell) -> str:
        """The label in Chinese right over an empty cell, just as wide, with no room beside it, where the label at the
        left is merged over both rows with its own room; "" for none.
        """
        row, above = self.rows[number], self.rows[number - 1] if number else None
        before = row.before(cell)
        over = above.at(cell.column) if above is not None else None
        if above is None or over is None or not any(c.continues and not row.top(c).strip() for c in before):
            return ""
        if over.continues or (over.column, over.span) != (cell.column, cell.span) or goes_down(self.rows, number, cell):
            return ""
        beside = [c for c in above.row.cells if c.column == over.column + over.span]
        is_label = words.is_title(over.text) and not words.is_latin(over.text) and not above.is_value(over)
        is_free = is_label and not any(map(is_empty, beside))
        return over.text.strip() if is_free and not words.SIGNED.search(over.text) else ""

    def _title_over(self, number: int) -> str:
        """The title that fills the row over some numbered ones; "" where anything else stands there."""
        above = next((r for r in reversed(self.rows[:number]) if not words.ORDINAL.fullmatch(r.first_label)), None)
        return above.cells[0].text.strip().rstrip(":：") if above is not None and above.is_title else ""

    def _of_several(self, number: int, labels: list[str]) -> list[str]:
        """The labels of a cell, with the number of its row where one label is merged over several rows of a grid."""
        row = self.rows[number]
        own = [c for c in row.row.cells if not is_empty(c) or c.continues]
        if not row.above or not row.is_record or not own or len(labels) < _GRID:
            return labels
        tall, said = own[-1], row.top(own[-1]) if own[-1].continues else own[-1].text
        first = number
        while self.rows[first].at(tall.column) is not None and tall.column in self.rows[first].continued:
            first -= 1
        is_named = any(not c.continues and not goes_down(self.rows, number, c) for c in own)
        is_tall = (
            (first < number or goes_down(self.rows, number, tall))
            and self.rows[first].is_record
            and not (is_named or self.rows[first].is_header)
        )
        return [f"{x.strip()}{number - first + 1}" if x == said and is_tall else x for x in labels[:-1]] + labels[-1:]

    def _add_empty(self, cell: Cell, where: Where, labels: list[str], evidence: Evidence) -> None:
        """The place that an empty cell is."""
        held = (x for x in cell.paragraphs if x.text.strip() or controls(x))
        paragraph = next(held, next(iter(cell.paragraphs), None))
        if paragraph is None or add_controls(self.found, paragraph, Where(where.at, labels)):
            return
        name = next((x for x in reversed(labels) if not words.YEAR.fullmatch(x.strip())), labels[-1] if labels else "")
        kind = words.kind_of(name, "", labels[-1] if labels else "")
        begun = len(words.sign_of_money(paragraph.text))
        self.found.add(kind, where, labels, [Fill(paragraph, begun, len(paragraph.text))], evidence)
