"""A value and its cell: what stands in one cell of a spreadsheet, and what a cell that a person typed says.

`value_from_cell(f, cell_from_value(f, v)) == v` for every value that the form
accepts.  A cell that cannot be read for certain (a date where a text was due,
more than 15 digits, a formula that fails or was never worked out, a mark that
may mean yes or no) is a problem and never a value (law 5).  What is a kind's
own is its face's (`tables.kinds`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docfill import late
from docfill.fields import Field
from docfill.pictures import Picture
from docfill.problems import DocfillError, Problem, Said
from docfill.tables.kinds import SAYS_NO, SAYS_YES, face_of
from docfill.tables.shown import DIGITS, Format, plainly
from docfill.text import fold
from docfill.values import BLANK

_LINE_END = late.pattern(r"\r\n?")


class Faulty(str):
    """What a cell shows whose formula fails: "#DIV/0!"."""

    __slots__ = ()


class Uncomputed(str):
    """The formula of a cell for which the file holds no result."""

    __slots__ = ()


class Formatted(float):
    """A number in a cell of some format, which may show it otherwise: 3766 as "03766"."""

    __slots__ = ("format",)

    format: Format

    def __new__(cls, number: float, format: Format) -> Formatted:
        made = super().__new__(cls, number)
        made.format = format
        return made

    @property
    def shown(self) -> str | None:
        """What the cell shows; None where that can't be told."""
        return self.format.number(self)


class PartOfDate(str):
    """What a cell shows that holds a date, and shows only the month or only the day of it: "2023年8月", "8月18日"."""

    __slots__ = ()


class Voided(str):
    """A cell of which something is struck out, or that nobody can see: what it holds.

    Attributes:
        look: how it looks.
    """

    look: Said

    @classmethod
    def by(cls, look: Said, cell: Any) -> Voided:
        """A cell that looks so."""
        made = cls(words_of(cell))
        made.look = look
        return made


STRUCK = Said("加了删除线", "is struck out")
UNSEEN = Said("与底色同色，看不见", "has the colour of its ground and can't be seen")


class Joined(str):
    """A cell that is merged with the one at its left, which holds the value: what that one says."""

    __slots__ = ()


class Below(Joined):
    """A cell that is merged with the one above it, which is another file's: what that one says."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, or another drawing, in a cell.

    Attributes:
        opened: gives the picture, or raises DocfillError; None for what is no picture in the file.
        said: what is told instead of it to who can't see it.
        file: how its file is called in the workbook.
        is_within: whether it lies for the most part in this cell.
    """

    opened: Callable[[], Picture] | None
    said: str
    file: str
    is_within: bool = True

    def elsewhere(self) -> Drawing:
        """The same, lying for the most part in other cells."""
        return replace(self, is_within=False)


class Illustrated(str):
    """The text of a cell with drawings over it or in it.

    Attributes:
        under: what the cell holds besides.
        drawings: the drawings, from left to right.
    """

    under: Any
    drawings: tuple[Drawing, ...]

    @classmethod
    def over(cls, cell: Any, drawings: Sequence[Drawing]) -> Illustrated:
        """A cell with drawings, and with those that it has already."""
        made = cls(cell)
        made.under = cell.under if isinstance(cell, Illustrated) else cell
        made.drawings = (*(cell.drawings if isinstance(cell, Illustrated) else ()), *drawings)
        return made


def cell_from_value(f: Field, value: Any) -> str | int | float | None:
    """What stands in the cell of a field: a text, a number, or None for an empty cell."""
    return None if value is None or value == [] else face_of(f.kind).cell(f, value)


def value_from_cell(f: Field, cell: Any) -> tuple[Any, Problem | None]:
    """The value that a cell holds, and what is wrong with it; its place is the caller's to add.

    A cell is a text, or what a typed one holds: a number, a truth value, a date
    or a time.
    """
    if type(cell) is str:  # as most are
        return _value_of_words(f, cell)
    if isinstance(cell, Illustrated):
        return _pictured(f, cell) if f.kind.is_drawn else _beside_drawings(f, cell)
    if problem := _unusable(f.path, cell):
        return None, problem
    face = face_of(f.kind)
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta | PartOfDate):
        value = face.value_of_moment(f, cell)
        return value, None if value is not None else Problem("date-cell", f.path, str(cell), f.kind.expectation(f))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not face.is_numeric and abs(cell) >= 10**DIGITS:
            return None, Problem("digits-lost", f.path, plainly(cell))
        if isinstance(cell, Formatted) and not (
            cell.format.is_telling(cell, f.unit) if face.is_numeric else cell.shown
        ):
            return None, Problem("number-format", f.path, plainly(cell), cell.format.code)
        in_full = cell.format.in_words(cell) if isinstance(cell, Formatted) else plainly(cell)
        cell = in_full if face.is_numeric else words_of(cell)
    return _value_of_words(f, words_of(cell))


def _value_of_words(f: Field, words: str) -> tuple[Any, Problem | None]:
    """The value that a text says in a cell, and what is wrong with it."""
    text = _LINE_END.sub("\n", words).strip()
    return (None, None) if BLANK.fullmatch(text) else face_of(f.kind).value_of_text(f, text)


def tick_from_cell(f: Field, option: str, cell: Any) -> tuple[bool, Problem | None]:
    """Whether the cell of an option's own column says that it is chosen, and what is wrong with it."""
    if isinstance(cell, Illustrated):
        is_ticked, problem = tick_from_cell(f, option, cell.under)
        return is_ticked, problem or _look_here(f)
    if problem := _unusable(f.path, cell):
        return False, problem
    said = fold(words_of(cell))
    if said in SAYS_YES or said == fold(option):
        return True, None
    if said in SAYS_NO or BLANK.fullmatch(said):
        return False, None
    return False, Problem("unclear-tick", f.path, str(cell), option)


def plain(cell: Any) -> Any:
    """What a cell holds besides drawings."""
    return cell.under if isinstance(cell, Illustrated) else cell


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    if type(cell) is str:
        return not cell.strip()
    return isinstance(cell, str) and not isinstance(cell, Uncomputed | Illustrated) and not cell.strip()


def words_of(cell: Any) -> str:
    """What a person reads in a cell, as far as it can be told."""
    if type(cell) is str:
        return cell
    cell = plain(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Formatted) and (shown := cell.shown) is not None:
        return shown
    return plainly(cell) if isinstance(cell, int | float) else str(cell)


def _unusable(path: str, cell: Any) -> Problem | None:
    if isinstance(cell, Uncomputed):
        return Problem("no-result", path, f"={cell}")
    if isinstance(cell, Voided):
        return Problem("void-cell", path, str(cell), cell.look)
    if isinstance(cell, Joined):
        return Problem("merged-down" if isinstance(cell, Below) else "merged-across", path, str(cell))
    return Problem("cell-error", path, str(cell)) if isinstance(cell, Faulty) else None


# --- cells with drawings ---


def _pictured(f: Field, cell: Illustrated) -> tuple[Any, Problem | None]:
    """The pictures of a cell where some are due; words beside them may only be what they are called."""
    drawings, under = cell.drawings, cell.under
    if not all(d.is_within for d in drawings):
        return None, Problem("picture-across", f.path)
    words = str(under).strip()
    if words and words != "\n".join(d.said for d in drawings):
        return None, Problem("picture-and-words", f.path, words)
    pictures: list[Picture] = []
    try:
        for drawing in drawings:
            if drawing.opened is None:
                return None, _look_here(f)
            pictures.append(drawing.opened().called(drawing.said if words else drawing.file))
    except DocfillError as error:
        return None, Problem("bad-picture", f.path, None, Said(error.zh, error.en))
    if isinstance(f.kind.absent, list):
        return pictures, None
    several = len({p["sha256"] for p in pictures}) > 1
    return (None, Problem("several-pictures", f.path, len(pictures), 1)) if several else (pictures[0], None)


def _beside_drawings(f: Field, cell: Illustrated) -> tuple[Any, Problem | None]:
    """The value of a cell where none of its drawings is one, which is told."""
    value, problem = value_from_cell(f, cell.under)
    return value, problem or _look_here(f)


def _look_here(f: Field) -> Problem:
    return Problem("look-here", f.path, None, Said("图片", "picture"))
