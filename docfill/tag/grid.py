"""Rows of a blank form: headers, records and titles, and the labels that name a cell from the left and above."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from docfill import late, limits
from docfill.tag import lines, placeholders, words
from docfill.tag.cells import (
    DRAWINGS,
    controls_in,
    ends_asking,
    has_boxes,
    has_boxes_text,
    has_clauses,
    has_drawn,
    has_drawn_end,
    has_trailing_room,
    is_bare_label,
    is_empty,
    is_signature_box,
    is_soft,
    shade_of,
    squeezed,
    takes_answer,
    tells_in_room,
    trailing_blanks,
    width_of,
)
from docfill.tag.printed import boxes_printed_in
from docfill.word.document import Cell, Row
from docfill.word.xml import W

_TOTAL = late.pattern(
    r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|(?:sub-?|grand )?total|总\s*(?:得\s*)?分|总\s*评|平均分?)"
    r"(?:\s*[/／(（].*)?\s*[:：]?$",
    re.I | re.S,
)


_STEPS_A_LOOK = 100
_LED = 5
"""Cells of a row from which the first may be the label of several pairs of a label and its room."""
_OPTION = 60
"""Characters of an option at most."""
_TITLE, _LONG_TITLE = 40, 80
"""Characters of the title of the rows below at most, and of one in letters."""
_TOO_LOW = 200
"""The height of a row (w:trHeight, twentieths of a point) in which no line of letters fits."""
_OPEN = 3
"""Columns from which a header may leave its last one without a name."""
_PARTED = 4
"""Cells of a row from which more may be two tables side by side, with an empty column between."""
_PAIRS = 2
"""Labels with a cell to fill in behind each from which a row is named by them."""
FARTHEST_OWNER = 24
"""Rows above a repeated label in which its owner is looked for."""


class GridRow:
    """A table row with what its cells are to each other."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.cells = [c for c in row.cells if not c.continues]
        self.tops: dict[int, Cell] = {}
        self.is_own = False
        self.is_header = False
        self.is_in_group = False
        """Whether its first cell goes on from above and down into a row that is no header."""
        self.above: list[GridRow] = []
        self._tall: list[tuple[Cell, str]] | None = None

    @property
    def is_full(self) -> bool:
        """Whether it is one cell over the whole width."""
        return len(self.row.cells) == len(self.cells) == 1

    @property
    def is_title(self) -> bool:
        """Whether it is one cell with a title; one in letters that asks or tells nothing may be longer."""
        shown = self.cells[0].text.strip() if self.is_full else ""
        is_long = words.is_latin(shown) and not ends_asking(shown) and not shown.endswith(".")
        return words.is_title(shown, _LONG_TITLE if is_long else _TITLE)

    @property
    def is_named_alone(self) -> bool:
        """Whether all behind its first cell, a title that asks nothing, is empty."""
        first, *others = self.row.cells
        shown = first.text.strip()
        is_title = not first.continues and words.is_title(shown) and not shown.endswith(("?", "？", ":", "："))
        return is_title and bool(others) and all(map(is_empty, others))

    @property
    def shaded_title(self) -> str:
        """Its only words, where it is drawn as a bar: all its cells have the same shade; "" for any other row."""
        said = [c.text.strip() for c in self.row.cells if c.text.strip()]
        shades = {shade_of(c) for c in self.row.cells}
        is_bar = len(said) == 1 and len(self.row.cells) == len(self.cells) > 1 and len(shades) == 1 and "" not in shades
        is_bar = is_bar and words.is_title(said[0]) and not said[0].endswith((":", "："))
        return said[0] if is_bar and not self.is_total and any(map(is_empty, self.row.cells)) else ""

    @cached_property
    def says(self) -> Counter[str]:
        """How often each text stands in its cells."""
        return Counter(squeezed(c.text) for c in self.cells)

    @cached_property
    def prompted(self) -> int:
        """How many of its cells behind the first hold nothing but words in square brackets."""
        return sum(placeholders.is_prompt(c.text) for c in self.row.cells[1:])

    @cached_property
    def first_label(self) -> str:
        """The words of its first cell, where they are a label."""
        text = self.row.cells[0].text
        is_day = words.DATE_BLANK.fullmatch(squeezed(text)) is not None
        return text if text.strip() and words.is_label(text) and not is_day else ""

    @cached_property
    def names_somebody(self) -> bool:
        """Whether its first label says whose what follows is."""
        return words.is_owner(self.first_label)

    @cached_property
    def opinion(self) -> str:
        """The words of its one cell, where they ask for an opinion."""
        text = self.row.cells[0].text if self.is_full else ""
        return text if words.is_opinion(text) else ""

    @cached_property
    def holds_day(self) -> bool:
        """Whether the 年, 月 and 日 of a day stand in cells of their own, each behind what is written for it."""
        said = "".join(squeezed(c.text) for c in self.cells if words.DAY_PART.fullmatch(squeezed(c.text)))
        return all(part in said for part in "年月日")

    def part_of_day(self, cell: Cell) -> str:
        """Which part of a day is written in a cell, or printed there: 年, 月 or 日; "" for any other."""
        behind = next((squeezed(c.text) for c in self.row.cells if c.column == cell.column + cell.span), "")
        is_room = is_empty(cell) or squeezed(cell.text).isdigit()
        return behind[0] if is_room and words.DAY_PART.fullmatch(behind) else ""

    def label_of_day(self, cell: Cell) -> str:
        """The words before the cells of a day, with how many days are before it, from the second on."""
        before = [squeezed(c.text) for c in self.before(cell)]
        label = next((x for x in reversed(before) if x and not x.isdigit() and not words.DAY_PART.fullmatch(x)), "")
        days = sum(x.startswith("日") for x in before)
        return f"{label.rstrip('：:')}{days + 1 if days else ''}"

    @property
    def height(self) -> int:
        """How high it is drawn at least, in twentieths of a point; 0 where it is as high as its text."""
        drawn = self.row.element.find(f"{W}trPr/{W}trHeight")
        value = "" if drawn is None else drawn.get(W + "val", "")
        return int(value) if value.isdecimal() else 0

    @property
    def is_gap(self) -> bool:
        """Whether nothing stands in it, and it is drawn too low to write in, so that it only keeps others apart."""
        drawn = self.row.element.find(f"{W}trPr/{W}trHeight")
        is_exact = drawn is not None and drawn.get(W + "hRule") == "exact"
        return is_exact and self.height <= _TOO_LOW and all(map(is_empty, self.row.cells))

    @property
    def has_empty(self) -> bool:
        """Whether a cell of it is empty but for a box."""
        return any(takes_answer(c) for c in self.cells)

    @property
    def has_boxes(self) -> bool:
        """Whether a cell of it has boxes to tick."""
        return any(has_boxes(c) for c in self.cells)

    @property
    def is_label_row(self) -> bool:
        """Whether every cell holds a label, and some of them the room for its answer, too."""
        return (
            not self.has_empty
            and len(self.cells) > 1
            and (squeezed(self.cells[0].text).endswith((":", "：")) or trailing_blanks(self.cells[0]) > 0)
            and any(trailing_blanks(c) or squeezed(c.text).endswith((":", "：")) for c in self.cells)
            and all(is_bare_label(c) and not self.is_value(c) and may_ask(c) for c in self.cells)
        )

    @property
    def is_record(self) -> bool:
        """Whether it is a row to write a record in: at least one empty cell, and no words but in front."""
        empties = [is_empty(c) for c in self.row.cells]
        if True not in empties:
            return False
        inner = self.row.cells[empties.index(True) :]
        return all(is_empty(c) or c.continues for c in inner)

    @property
    def is_blank_record(self) -> bool:
        """Whether nothing is printed in it but perhaps its number."""
        first, *others = self.row.cells
        is_numbered = first.continues or words.ORDINAL.fullmatch(squeezed(first.text)) is not None
        return bool(others) and all(map(is_empty, others)) and (is_empty(first) or is_numbered)

    @property
    def names_its_rooms(self) -> bool:
        """Whether labels and empty cells take turns in it."""
        cells = self.row.cells[len(self.row.cells) % 2 :]  # behind the label of a group
        if len(cells) < 2 * _PAIRS or any(c.continues for c in cells) or is_empty(self.row.cells[0]):
            return False
        named = [c for c in cells[::2] if words.is_label(c.text) and not is_empty(c) and not self.is_value(c)]
        return 2 * len(named) == len(cells) and all(map(is_empty, cells[1::2]))

    @property
    def is_total(self) -> bool:
        """Whether it sums up the rows above."""
        return any(_TOTAL.match(c.text.strip()) for c in self.cells[:2])

    @cached_property
    def total_at(self) -> int:
        """The column of the words that say that it sums up the rows above; -1 where it does not."""
        return next((c.column for c in reversed(self.cells) if _TOTAL.match(c.text.strip())), -1)

    @cached_property
    def empties(self) -> dict[int, tuple[int, int]]:
        """For the column of each empty cell, which it is of those that stand together, and how many these are."""
        found: dict[int, tuple[int, int]] = {}
        for is_blank, together in itertools.groupby(self.row.cells, is_empty):
            columns = [c.column for c in together] if is_blank else []
            found.update((column, (index, len(columns))) for index, column in enumerate(columns))
        return found

    @cached_property
    def is_even(self) -> bool:
        """Whether its empty cells are drawn alike, as boxes for characters are."""
        widths = [width_of(c) for c in self.row.cells if is_empty(c)]
        return 4 * (max(widths, default=0) - min(widths, default=0)) <= max(widths, default=0)

    def top(self, cell: Cell) -> str:
        """The words at the top of the merge that a cell continues."""
        top = self.tops.get(cell.column)
        return "" if top is None else top.text

    @cached_property
    def continued(self) -> frozenset[int]:
        """The columns of the cells that continue a merge."""
        return frozenset(c.column for c in self.row.cells if c.continues)

    @cached_property
    def nearest(self) -> list[Cell | None]:
        """For each number of first cells, the last of them with a label; a figure or sentence only for want of one."""
        own: Cell | None = None
        named: Cell | None = None
        found = [own]
        for cell in self.row.cells:
            shown = cell.text
            is_label = not cell.continues and bool(shown.strip()) and words.is_label(shown) and not self.is_value(cell)
            is_label = is_label and not placeholders.placeholders_in(shown)
            is_day = words.DATE_BLANK.fullmatch(squeezed(shown)) is not None
            if is_label and not is_day and not has_drawn_end(shown) and not is_signature_box(cell):
                own = cell
                is_said = words.is_figure(shown) or words.is_clauses(shown) or words.is_mark(shown)
                named = named if is_said else cell
            found.append(named or own)
        return found

    @cached_property
    def lead(self) -> str:
        """The label of a row that stands in front of several other labels, each with its room; "" for none."""
        if self.is_header or len(self.row.cells) < _LED or any(c.continues for c in self.row.cells):
            return ""
        first, *others = self.row.cells
        named, rooms = others[::2], others[1::2]
        is_led = len(named) == len(rooms) and all(is_empty(c) for c in rooms)
        labels = [first, *named]
        is_named = all(words.is_label(c.text) and not has_drawn_end(c.text) and not is_empty(c) for c in labels)
        is_ordinal = words.ORDINAL.fullmatch(squeezed(first.text)) is not None
        return first.text if is_led and is_named and not is_ordinal and not any(map(self.is_value, named)) else ""

    def is_wide_room(self, cell: Cell) -> bool:
        """Whether a cell takes most of the row, and holds a label with a colon and the room for its answer below it."""
        whole = sum(c.span for c in self.row.cells)
        return 2 * cell.span > whole and squeezed(cell.text).endswith((":", "：")) and trailing_blanks(cell) > 0

    def tall(self, merged: frozenset[int]) -> list[tuple[Cell, str]]:
        """The cells with words that stand over or under others in a merge, with the words; `merged` goes on below."""
        if self._tall is None:
            tall = (c for c in self.row.cells if c.continues or c.column in merged)
            self._tall = [(c, shown) for c in tall if (shown := _said(self, c)).strip()]
        return self._tall

    def over(self, cell: Cell) -> str:
        """The words of the header cell over a cell."""
        above = self.covering(cell)
        return "" if above is None else self.top(above) if above.continues else above.text

    def covering(self, cell: Cell) -> Cell | None:
        """The cell of this row over the left edge of a cell."""
        return self.at(cell.column)

    def at(self, column: int) -> Cell | None:
        """The cell that covers a column of the grid."""
        index = bisect.bisect_right(self._columns, column) - 1
        over = self.row.cells[index] if index >= 0 else None
        return over if over is not None and column < over.column + over.span else None

    def before(self, cell: Cell) -> list[Cell]:
        """The cells that begin to the left of one."""
        return self.row.cells[: bisect.bisect_left(self._columns, cell.column)]

    def covers(self, cell: Cell) -> bool:
        """Whether one cell of this row is as wide as another one, or wider on both sides."""
        over = self.covering(cell)
        return over is not None and cell.column + cell.span <= over.column + over.span

    @cached_property
    def _columns(self) -> list[int]:
        """The columns that the cells begin in, from left to right."""
        return [c.column for c in self.row.cells]

    def has_shape_of(self, other: GridRow) -> bool:
        """Whether the cells of another row stand under its own, one by one."""
        own = [(c.column, c.span) for c in self.row.cells]
        return own == [(c.column, c.span) for c in other.row.cells]

    def _parts(self, cell: Cell, other: GridRow) -> bool:
        """Whether the only empty cell of a wide row of words stands over another one, and so parts two tables."""
        under = other.at(cell.column)
        is_inner = len(self.cells) > _PARTED and cell not in (self.cells[0], self.cells[-1])
        is_alone = is_inner and sum(map(is_empty, self.cells)) == 1
        return is_alone and under is not None and is_empty(under)

    @property
    def _prints_figures(self) -> bool:
        """Whether a number stands in front of it, or a figure that is no year in it: a full mark, say."""
        said = [squeezed(c.text) for c in self.cells]
        are_figures = any(words.FIGURE.fullmatch(x) and not words.YEAR.fullmatch(x) for x in said)
        are_figures = are_figures or any(map(words.MONEY.fullmatch, said))
        return are_figures or words.ORDINAL.fullmatch(squeezed(self.row.cells[0].text)) is not None

    def is_header_of(self, other: GridRow) -> bool:
        """Whether it names the columns that the other row's empty cells stand in."""
        if not self.cells:
            return self.is_header and other.has_empty  # every cell of it goes on from the header above
        labels = [c for c in self.row.cells if c.text.strip() or c.continues]
        if len(self.row.cells) < 2 or len(self.cells) < 2 or len(labels) < len(self.row.cells) - 1:
            return False
        merged = other.continued
        if not any(c.text.strip() for c in self.cells if c.column not in merged):
            return False  # a label merged downwards names the empty cells of both rows
        beside = [c for c in self.cells if c.column not in merged]
        corner = beside[0] if beside else None
        rooms = sum(is_empty(c) for c in other.cells)
        is_open = (
            len(self.cells) > _OPEN
            and (len(beside) > _OPEN or rooms > 1)
            and is_empty(self.cells[-1])
            and takes_answer(other.row.cells[-1])
        )
        is_open = is_open and not self._prints_figures and not self._says_as(other)
        corner = self._corner_at_end(other) or corner
        unnamed = [c for c in self.cells if is_empty(c) and c is not corner and not self._parts(c, other)]
        if unnamed != (self.cells[-1:] if is_open and unnamed else []) or not other.has_empty:
            return False
        is_narrow = len(self.row.cells) == 2 and not has_boxes(other.row.cells[0])
        named = [c for c in self.cells if not self._heads_units(c, other)]
        named = [c for c in named if not (_may_head(c) and self._is_over_record(other))]
        if any(self.is_value(c) for c in named) or (is_narrow and not other.is_record):
            return False
        if is_narrow and not all(takes_answer(c) for c in other.cells):
            return False
        if is_narrow and squeezed(self.row.cells[-1].text).endswith((":", "：")):
            return False  # it leads on to the room below
        if any(has_boxes(c) or takes_answer(c) or not words.is_label(c.text) for c in named if c.text.strip()):
            return False
        if other.is_full:
            return False
        under = [c for c in other.cells if takes_answer(c)]
        if len({id(self.covering(c)) for c in under}) < 2 and not self.has_shape_of(other):
            return False
        return (
            all(map(self.covers, under))
            and len(other.row.cells) >= len(self.row.cells)
            and (len(under) > 1 or len(other.row.cells) == len(self.row.cells))
        )

    def _is_over_record(self, other: GridRow) -> bool:
        """Whether another row is empty cells, perhaps behind a label, one under each title of this one."""
        is_like = other.is_record and self.has_shape_of(other) and self._are_titles
        is_pair = is_like and len(self.cells) == _PAIRS and all(map(is_empty, other.cells))
        return is_like and (len(self.cells) > _PAIRS or (is_pair and not self.cells[-1].text.strip().startswith("请")))

    def _says_as(self, other: GridRow) -> bool:
        """Whether a cell behind its first says the same as the one right below it, so that both ask for values."""
        below = {c.column: squeezed(c.text) for c in other.cells}
        return any(not is_empty(c) and below.get(c.column) == squeezed(c.text) for c in self.cells[1:])

    def _heads_units(self, cell: Cell, other: GridRow) -> bool:
        """Whether a cell is a unit over a column of its own, behind what it counts: 已完成 | % | 待完成 | %."""
        under = other.at(cell.column)
        is_over = under is not None and is_empty(under) and (under.column, under.span) == (cell.column, cell.span)
        return is_over and len(self.cells) > _OPEN and words.UNIT_ONLY.fullmatch(cell.text.strip()) is not None

    def _corner_at_end(self, other: GridRow) -> Cell | None:
        """The last cell of a header, empty over words of the row below: they are marked in the cells before them."""
        last, under = self.row.cells[-1], other.row.cells[-1]
        is_corner = not last.continues and is_empty(last) and bool(under.text.strip()) and not takes_answer(under)
        is_marked = is_corner and len(self.cells) > _PAIRS and all(map(is_empty, other.row.cells[:-1]))
        return last if is_marked and not any(map(is_empty, self.row.cells[:-1])) else None

    def is_value(self, cell: Cell) -> bool:
        """Whether a cell with words stands where a value does: behind a label, with blanks, boxes or a hint in it."""
        if cell is self.row.cells[0]:
            return False
        limits.spend(_STEPS_A_LOOK)
        shown = cell.text
        if words.WHETHER_ASKED.fullmatch(shown.strip()) and len(self.cells) > _PAIRS and self._are_titles:
            return False  # the head of a column
        if words.UNIT_ONLY.fullmatch(shown.strip()):
            return not self._is_between_rooms(cell)
        is_hint = words.is_hint(shown.strip()) and not (self.is_header and _may_head(cell))
        if has_boxes(cell) or has_drawn(cell) or has_trailing_room(cell) or is_hint:
            return True
        if placeholders.placeholders_in(shown) or controls_in(cell) or self.offers(cell) or cell.column in self.prompts:
            return True
        if self.prints(cell):
            return True
        if (trailing_blanks(cell) and re.search(r"\d+\s*字", shown)) or tells_in_room(list(cell.paragraphs)):
            return True
        return (
            (bool(lines.blanks_in(shown.strip().split("\n")[0], is_answer=True)) and not is_bare_label(cell))
            or bool(re.match(r"\s*\n", shown) and words.SIGNED.search(shown))
            or bool(words.STATEMENT.search(shown) and words.SIGNED.search(shown))
            or bool(words.SIGNED.search(shown) and words.DATE_BLANK.search(shown))
            or has_clauses(shown)
        )

    @cached_property
    def _are_titles(self) -> bool:
        """Whether each of its cells says no more than a title does."""
        return all(words.is_title(c.text) for c in self.cells)

    @cached_property
    def prompts(self) -> frozenset[int]:
        """The columns of the cells whose words only keep the place of an answer: grey ones beside a label that is not.

        In a row of two cells, words in a colour do so, too: a sample, say.
        """
        found = set()
        for at, (label, cell) in enumerate(itertools.pairwise(self.row.cells)):
            limits.spend(_STEPS_A_LOOK)
            behind = self.row.cells[at + 2 : at + 3]
            is_last = not behind or not is_empty(behind[0])
            is_named = (
                is_last and bool(label.text.strip()) and words.is_label(label.text) and not words.NOTE.match(cell.text)
            )
            is_pair = len(self.row.cells) == _PAIRS
            if (
                is_named
                and not words.says_itself(label.text, cell.text)
                and is_soft(cell.paragraphs, or_coloured=is_pair)
                and not is_soft(label.paragraphs, or_coloured=is_pair)
            ):
                found.add(cell.column)
        return frozenset(found)

    @property
    def is_answered(self) -> bool:
        """Whether it is a label with a colon, and an answer that the form prints."""
        if len(self.row.cells) != _PAIRS:
            return False
        label, *rest = self.row.cells
        is_line = "\n" not in label.text.strip() and squeezed(label.text).endswith((":", "："))
        is_asked = is_line and bool(rest[0].text.strip())
        asks = trailing_blanks(rest[0]) > 0 or ends_asking(rest[0].text) or _LABEL_ALONE.search(rest[0].text.strip())
        return is_asked and not (asks or self.is_value(rest[0]) or trailing_blanks(label))

    def prints(self, cell: Cell) -> bool:
        """Whether a cell is nothing but options without boxes, in one line, of the label at its left."""
        at = self.row.cells.index(cell)
        label = self.row.cells[at - 1].text.strip() if at else ""
        shown = cell.text.strip()
        if any(map(is_empty, self.row.cells[at + 1 : at + 2])):
            return False  # it names the room behind it
        return bool(label and shown and boxes_printed_in(shown, label=label, is_answer=True))

    def offers(self, cell: Cell) -> bool:
        """Whether a cell prints the options of the question at its left, one a line, without boxes."""
        at = self.row.cells.index(cell)
        said = [line.strip() for line in cell.text.split("\n") if line.strip()]
        options = [*itertools.takewhile(lambda x: words.is_title(x, _OPTION) and not has_boxes_text(x), said)]
        if not at or len(options) < 2 or any(x.endswith((":", "：")) for x in options):
            return False
        return squeezed(self.row.cells[at - 1].text).endswith(("?", "？"))

    def _is_between_rooms(self, cell: Cell) -> bool:
        """Whether a cell stands between empty ones, so that it names the one behind it."""
        at = self.row.cells.index(cell)
        beside = self.row.cells[at - 1 : at] + self.row.cells[at + 1 : at + 2]
        return len(cell.text.strip()) > 1 and len(beside) == 2 and all(is_empty(c) for c in beside)

    def has_picture(self, cell: Cell) -> bool:
        """Whether a photograph goes there."""
        return any(e.tag in DRAWINGS for e in cell.element.iter())

    def is_tall(self, chain: list[str], rows: list[GridRow], number: int) -> bool:
        """Whether the label at the left is merged over several rows."""
        first = self.row.cells[0]
        below = rows[number + 1].row.cells[:1] if number + 1 < len(rows) else []
        return first.continues or any(c.continues and c.column == first.column for c in below)

    def shares_group(self, group_at: str, at: str) -> bool:
        """Whether a group of boxes in a cell of this row goes on in another: only boxes stand between."""
        group_row, _, group_column = group_at.rpartition("/")
        own_row, _, column = at.rpartition("/")
        if group_row != own_row or not group_column.isdigit() or not column.isdigit():
            return False
        between = [c for c in self.row.cells if int(group_column) <= c.column <= int(column)]
        return all(has_boxes(c) for c in between)


_HEAD = late.pattern(r"[一-鿿]{2,8}|[A-Za-z]+(?: [A-Za-z]+){0,3}")


def _may_head(cell: Cell) -> bool:
    """Whether a cell says a short word or a few, which may head a column though hints begin so: 须缴费用."""
    return _HEAD.fullmatch(cell.text.strip()) is not None


_LABEL_ALONE = late.pattern(rf"^(?!.{{9}}).*(?:{words.ASKED.pattern})", re.I | re.S)
"""So few words that forms ask for that they are the label of an answer, behind another label, and no answer."""


def may_ask(cell: Cell) -> bool:
    """Whether a label may hold the room for its answer: a colon, empty paragraphs, or words that forms ask for."""
    has_room = trailing_blanks(cell) > 0 or ends_asking(cell.text)
    return has_room or words.ASKED.search(cell.text) is not None


def goes_down(rows: list[GridRow], number: int, cell: Cell) -> bool:
    """Whether a cell of a row is merged down into the next one."""
    below = rows[number + 1].row.cells if number + 1 < len(rows) else []
    return any(c.continues and c.column == cell.column for c in below)


def goes_on_under(heads: Sequence[GridRow], rows: Sequence[GridRow]) -> list[GridRow]:
    """The headers of the table right above, as they stand over one that goes on with it on the next page.

    That has no header of its own: each row is a label, or nothing, and as many empty cells as the headers have others.
    None where the table is any other.
    """
    head = heads[-1] if heads else None
    is_one = head is not None and all(
        len(r.row.cells) == len(head.row.cells) == len(r.cells) and all(map(is_empty, r.cells[1:])) for r in rows
    )
    is_one = is_one and not any(squeezed(r.cells[0].text).endswith((":", "：")) for r in rows)
    named = sum(not is_empty(r.cells[0]) for r in rows) if is_one else 0
    if head is None or not is_one or 2 * named <= len(rows) or len(head.row.cells) < _PAIRS + 1:
        return []
    cells = [
        Cell(over.element, c.column, c.span, continues=False, blocks=over.blocks)
        for over, c in zip(head.row.cells, rows[0].row.cells, strict=True)
    ]
    above = GridRow(Row(head.row.element, cells))
    above.is_header = True
    above.tops = {c.column: c for c in cells}
    return [above]


def inherit_tops(rows: list[GridRow], heads: Sequence[GridRow] = ()) -> None:
    """Tells each row of a table the words at the top of its merges, and the headers over it; `heads` stand over it.

    A header that stood over other rows already goes on only where the next one says the same of several columns; one
    over records ends where a row has labels of its own among the cells to fill in.
    """
    tops: dict[int, Cell] = {}
    above = list(heads)
    holds_records = False
    for index, row in enumerate(rows):
        if holds_records and row.names_its_rooms:
            above = []
        row.above = above
        for cell in row.row.cells:
            if not cell.continues:
                tops[cell.column] = cell
            row.tops[cell.column] = tops.get(cell.column, cell)
        below = next((r for r in rows[index + 1 :] if r.cells), None)
        if below is not None:
            row.is_header = row.is_header_of(below) and not row.is_full
        if not row.cells and index:
            row.is_header = rows[index - 1].is_header  # every cell of it goes on from the row above
        said = [c.text.strip() for c in row.cells if c.text.strip()]
        is_anew = index == 0 or (not rows[index - 1].is_header and len(set(said)) == len(said))
        if row.is_full:
            above = above if _goes_on_behind(rows, index) else []
        elif row.is_header:
            above = [*(() if is_anew else above), row]
        holds_records = bool(above) and not row.is_header and (holds_records or row.is_blank_record)
    for row, below in reversed(list(itertools.pairwise(rows))):
        goes_on = below.row.cells[0].continues and (not below.is_header or below.is_in_group)
        row.is_in_group = row.row.cells[0].continues and goes_on


def _goes_on_behind(rows: Sequence[GridRow], number: int) -> bool:
    """Whether a row of one cell is a title among rows to be marked: those right above and below it are statements in
    English with empty cells in the same columns, and head nothing.
    """
    before, behind = rows[number - 1 : number], rows[number + 1 : number + 2]
    if not before or not behind or before[0].is_header or not before[0].has_shape_of(behind[0]):
        return False
    empties = [[is_empty(c) for c in r[0].row.cells] for r in (before, behind)]
    said = "".join(c.text for c in (*before[0].cells, *behind[0].cells))
    is_marked = empties[0] == empties[1] and sum(empties[0]) > 1 and empties[0].count(False) == 1
    return is_marked and words.is_latin(said)


def left_labels(rows: list[GridRow], number: int, left: list[Cell]) -> tuple[list[str], Cell | None]:
    """The labels at the left of a cell, the group's first, and the nearest cell with a label."""
    row = rows[number]
    limits.spend(len(left) // 50)
    near = row.nearest[len(left)]
    merged = rows[number + 1].continued if number + 1 < len(rows) else frozenset[int]()
    chain: list[str] = []
    ended: set[str] = set()
    for cell, shown in row.tall(merged):
        if not left or cell.column > left[-1].column:
            break
        if row.is_wide_room(row.tops.get(cell.column, cell)):
            continue
        if cell is not near and not any(map(_has_room, shown.split("\n"))):
            chain = [c for c in chain if c not in ended]
            chain.append(shown)
        if (right := _right_of(row, cell)) is not None and (not _said(row, right).strip() or has_boxes(right)):
            ended.add(shown)  # it names what stands next to it, and nothing behind a label further on
    if near is not None:
        chain = [c for c in chain if c not in ended]
        chain += [lead] if (lead := row.lead) and lead not in chain and near is not row.row.cells[0] else []
        chain.append(near.text)
    return [c for c in chain if words.is_label(c)], near


def _has_room(line: str) -> bool:
    """Whether a line has room for its answer in it: more than the colon that it ends in."""
    return any(b.is_drawn or b.is_date or b.is_bare for b in lines.blanks_in(line, is_answer=True))


def _said(row: GridRow, cell: Cell) -> str:
    return row.top(cell) if cell.continues else cell.text


def _right_of(row: GridRow, cell: Cell) -> Cell | None:
    right = row.at(cell.column + cell.span)
    return right if right is not None and right.column == cell.column + cell.span else None


def headers(rows: list[GridRow], number: int, cell: Cell) -> list[str]:
    """The column headers over a cell, the widest first."""
    return [c.text for c in header_cells(rows, number, cell)]


def header_cells(rows: list[GridRow], number: int, cell: Cell) -> list[Cell]:
    """The header cells over a cell, the widest first; those of the row below for a total."""
    found: list[Cell] = []
    first = rows[number].row.cells[0]
    if _has_label_for_room(rows, number, cell):
        return found
    for row in reversed(rows[number].above):
        head = row.row.cells[0]
        is_as_wide = (head.column, head.span) == (first.column, first.span) or _is_over_labels(head, rows[number])
        is_above = number > 0 and row is rows[number - 1]
        if row.is_in_group and first.column == head.column and row.top(head) != _said(rows[number], first):
            continue  # it stands under another label at the left
        is_like = len(row.row.cells) == len(rows[number].row.cells) or _is_over_rooms(row, rows[number])
        if not (is_as_wide or is_above or is_like):
            continue
        c = row.covering(cell) if row.covers(cell) else None
        c = row.tops[c.column] if c is not None and c.continues else c
        c = _over_open(rows, number, row, c) if c is not None and is_empty(c) else c
        is_wider = c is not None and c.span > (found[-1].span if found else 0)
        if c is not None and is_wider and not c.continues and c.text.strip():
            found.append(c)
    if (
        not found
        and number + 1 < len(rows)
        and rows[number + 1].is_header
        and rows[number + 1].has_shape_of(rows[number])
        and _TOTAL.match(first.text.strip())
    ):
        found = [c for c in rows[number + 1].row.cells if c.column == cell.column]
    return list(reversed(found))


def _has_label_for_room(rows: Sequence[GridRow], number: int, cell: Cell) -> bool:
    """Whether the label right beside a cell is printed where the records above it have room: no header is over it."""
    label = next(iter(rows[number].before(cell)[-1:]), None)
    if label is None or label.continues or is_empty(label) or label.column == rows[number].row.cells[0].column:
        return False
    if rows[number].is_total or words.is_latin(label.text):
        return False
    for row in reversed(rows[max(0, number - FARTHEST_OWNER) : number]):
        above = row.at(label.column)
        if row.is_header or above is None or (above.column, above.span) != (label.column, label.span):
            return False
        if is_empty(above) and not above.continues:
            return row.is_record
    return False


def _over_open(rows: Sequence[GridRow], number: int, header: GridRow, cell: Cell) -> Cell:
    """The cell with words right over the last cell of a header, which has none; that one where none is."""
    at = next(i for i in range(number - 1, -1, -1) if rows[i] is header) if header in rows[:number] else 0
    over = rows[at - 1].at(cell.column) if at and cell is header.row.cells[-1] else None
    is_over = over is not None and (over.column, over.span) == (cell.column, cell.span) and words.is_title(over.text)
    return over if over is not None and is_over else cell


def heads_column(rows: Sequence[GridRow], number: int, cell: Cell) -> bool:
    """Whether the only words of a row stand over two or more empty cells, each of them beside the room of a label."""
    said = [c for c in rows[number].row.cells if not is_empty(c)]
    under = [(r, r.at(cell.column)) for r in rows[number + 1 : number + 3]]
    is_over = len(under) > 1 and all(_is_spare_below(r, c, cell) for r, c in under)
    return is_over and said == [cell] and cell is not rows[number].row.cells[0]


def _is_spare_below(row: GridRow, under: Cell | None, cell: Cell) -> bool:
    """Whether a cell under another one is empty and as wide, and stands right beside the room of a label."""
    if under is None or (under.column, under.span) != (cell.column, cell.span) or not is_empty(under):
        return False
    before = row.before(under)
    return len(before) > 1 and is_empty(before[-1]) and words.is_label(before[-2].text)


def head_alone(rows: Sequence[GridRow], number: int, cell: Cell) -> str:
    """The words over a column of empty cells that are all that their row says; "" for none."""
    for above in range(number - 1, max(-1, number - FARTHEST_OWNER), -1):
        over = rows[above].at(cell.column)
        if over is None or (over.column, over.span) != (cell.column, cell.span):
            return ""
        if not is_empty(over):
            return over.text.strip() if heads_column(rows, above, over) else ""
    return ""


def _is_over_rooms(header: GridRow, row: GridRow) -> bool:
    """Whether each of several empty cells of a row stands under a cell of a header that is just as wide."""
    rooms = [c for c in row.cells if is_empty(c)]
    over = [header.covering(c) for c in rooms]
    wide = [(c.column, c.span) for c in over if c is not None and (header.top(c) if c.continues else c.text).strip()]
    return len(rooms) >= _PAIRS and wide == [(c.column, c.span) for c in rooms]


def _is_over_labels(head: Cell, row: GridRow) -> bool:
    """Whether the first cell of a header stands over the labels of a row, two or more, and over nothing else."""
    under = [c for c in row.row.cells if head.column <= c.column < head.column + head.span]
    is_whole = len(under) > 1 and (under[0].column, under[-1].column + under[-1].span) == (
        head.column,
        head.column + head.span,
    )
    return is_whole and not any(map(is_empty, under)) and row.is_record


def labels_of_cell(chain: list[str], near: Cell | None, rows: list[GridRow], number: int, cell: Cell) -> list[str]:
    """The labels of an empty cell in order: group, wide headers, the label at the left, narrow headers."""
    heads = header_cells(rows, number, cell)
    said = {id(h): _counted(rows, number, h) for h in heads}
    if near is None:
        right = [c for c in rows[number].cells if c.column > cell.column and heads and not chain]
        is_drawn = cell.text.strip() != ""
        naming = [c for c in right if _names_row(rows[number], c, is_drawn=is_drawn)]
        named = next((c.text for c in naming if _tells_rows_apart(rows, number, c)), naming[0].text if naming else "")
        return [*chain, *([named] if named else []), *said.values()]
    is_numbered = words.ORDINAL.fullmatch(squeezed(rows[number].row.cells[0].text)) is not None
    if heads and is_numbered and (own := _named_in(rows, number)):
        return [*chain[:-1], own, *said.values()]
    if heads and (own := _judged_in(rows, number, near)):
        chain = [*chain[:-1], own]
    wide = [h.text for h in heads if h.column <= near.column < h.column + h.span and h.column > 0]
    narrow = [said[id(h)] for h in heads if h.text not in wide]
    return [*chain[:-1], *wide, *chain[-1:], *narrow]


def _counted(rows: list[GridRow], number: int, head: Cell) -> str:
    """The words of a header's cell; for a unit, with those at its left that say of what."""
    if words.UNIT_ONLY.fullmatch(head.text.strip()) is None:
        return head.text
    row = next((r for r in rows[number].above if head in r.row.cells), None)
    before = row.before(head)[-1:] if row is not None else []
    unit = "百分比" if head.text.strip() in "%％" else head.text.strip()
    return f"{before[0].text.strip()}{unit}" if before and not is_empty(before[0]) else head.text


def _tells_rows_apart(rows: list[GridRow], number: int, cell: Cell) -> bool:
    """Whether each row of a grid, as far as one looks from one, says something else in the column of a cell."""
    near = rows[max(0, number - _FAR) : number + 1 + _FAR]
    said = [c.text.strip() for row in near if (c := row.at(cell.column)) is not None and not is_empty(c)]
    return len({*said}) == len(said)


_FAR = 12
"""Rows above and below one in which it is looked whether a column tells them apart."""


def _named_in(rows: list[GridRow], number: int) -> str:
    """What a numbered row of a list says that it is for (组长, 成员), with its number where others say the same."""
    row = rows[number]
    own = [c for c in row.cells if _names_row(row, c)]
    if len(own) != 1 or not all(map(is_empty, (c for c in row.cells[1:] if c is not own[0]))):
        return ""
    said = " ".join(own[0].text.split())
    alike = [r for r in rows if (c := r.at(own[0].column)) is not None and " ".join(c.text.split()) == said]
    return said if len(alike) == 1 else f"{said}{squeezed(row.cells[0].text).strip('.．、')}"


def _judged_in(rows: list[GridRow], number: int, near: Cell) -> str:
    """What a row of marks is for, its first label, where the nearest one only says what is required for it."""
    first = rows[number].row.cells[0]
    head = "".join(h.text for h in header_cells(rows, number, near)[-1:])
    is_own = first is not near and not first.continues and not goes_down(rows, number, first)
    is_named = is_own and rows[number].first_label != "" and words.ORDINAL.fullmatch(squeezed(first.text)) is None
    return first.text if is_named and _REQUIRED.search("".join(head.split())) else ""


_REQUIRED = late.pattern(r"(?:标准|要求|依据|要点|内涵|细则|说明|内容|指标)$")
"""What stands over a column that says what is required."""
_NAME, _LONG_NAME = 24, 90
"""Characters of what says which row of a grid it is, at most (twice as many letters), and of letters beside lines."""


def _names_row(row: GridRow, cell: Cell, *, is_drawn: bool = False) -> bool:
    """Whether a cell that the form prints says which row of a grid it is, though cells to fill in stand before it.

    It may say more where these are drawn as lines to write on.
    """
    shown = cell.text.strip()
    is_figure = words.UNIT_ONLY.fullmatch(shown) or words.FIGURE.fullmatch(squeezed(shown))
    longest = _LONG_NAME if is_drawn else 2 * _NAME
    is_word = len(shown) <= (longest if words.is_latin(shown) else _NAME) and words.is_label(shown) and not is_figure
    return is_word and not row.is_value(cell) and not words.ORDINAL.fullmatch(squeezed(shown))


def owner_labels(rows: list[GridRow], number: int, cell: Cell) -> list[str]:
    """Labels that may own a repeated one: the first of its own row, then those of the rows above.

    In rows above they name somebody, an opinion, or what a label that only asks further (是否高于…) goes on from.
    """
    near = rows[number].nearest[len(rows[number].before(cell))]
    owners = _led_by(rows[number], near)
    is_relative = words.is_relative("" if near is None else near.text)
    for row in reversed(rows[max(0, number - FARTHEST_OWNER) : number + 1]):
        is_own = row is rows[number]
        if row.is_full or row.is_header:
            if not is_own:
                owners += filter(None, [row.opinion])
                break
        elif row.row.cells[0] is not cell and (is_relative or row.names_somebody or is_own):
            owners += filter(None, [row.first_label] if not (is_own and _is_of_another(row, near)) else ())
    return owners


def _is_of_another(row: GridRow, near: Cell | None) -> bool:
    """Whether a label asks for something of a person where the first label of its row, with its own room, asks for a
    sum, a day, a place or the like.
    """
    beside = row.row.cells[1] if len(row.row.cells) > 1 else None
    is_of_person = near is not None and _OF_PERSON.fullmatch(squeezed(near.text).rstrip("：:")) is not None
    is_of_thing = _OF_THING.search(squeezed(row.first_label).rstrip("：:")) is not None
    return is_of_person and is_of_thing and beside is not None and is_empty(beside)


_OF_PERSON = late.pattern(r"姓名|性别|年龄|民族|籍贯|学历|学位|职[务称]|(?:联系)?电话|手机(?:号码?)?|邮箱|身份证号?码?")
"""What is asked of a person, and of no thing."""
_OF_THING = late.pattern(
    r"(?:币|[金数余总]额|[数重产]量|费用?|率|日期|时间|地[点址]|号码?|方式|用途|类[型别]|面积|[单总]?价格?)$"
)


def _led_by(row: GridRow, near: Cell | None) -> list[str]:
    """The label right in front of another one, with no room between, which goes on from it: 参考文献 | 篇数 | ."""
    before = row.before(near)[-1:] if near is not None else []
    is_label = bool(before) and not before[0].continues and not is_empty(before[0]) and words.is_label(before[0].text)
    return [before[0].text] if is_label and not row.is_value(before[0]) else []


def gaps_of(rows: Sequence[GridRow]) -> frozenset[int]:
    """The columns that only stand between others: most rows have a cell there, and all of these are empty.

    A header has one there, too; where no row is one, several cells at their left are sentences, which name no room.
    """
    beside = [(a, b, r) for r in rows for a, b in itertools.pairwise(r.row.cells[:-1])]
    inner = Counter(b.column for _, b, _ in beside)
    filled = {c.column for r in rows for c in r.row.cells if not is_empty(c)}
    gaps = {c for c, n in inner.items() if n >= _LEAST_ROWS and 2 * n > len(rows)} - filled
    headed = {b.column for _, b, r in beside if r.is_header}
    told = Counter(b.column for a, b, _ in beside if words.is_sentence(a.text))
    return frozenset(c for c in gaps if c in headed or told[c] >= _PAIRS)


_LEAST_ROWS = 3
