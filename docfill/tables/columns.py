"""Columns: what each column of a table of records holds, and the headings that say so.

A column is a field, or one option of a field with several choices.  Its
headings are the steps of the field's path, one below the other, so that columns
of one section or one question share a merged cell (`titles_of`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docfill import late
from docfill.fields import Field
from docfill.form import Form
from docfill.tables.kinds import face_of

RECORD, SOURCE, REASON = "记录", "文件", "未生成的原因"
DOUBTS, STRAYS, WHY = "问题", "未归入", "改正说明"
OPEN, DOUBTED = "打开", "疑问数"
SERVICE = (RECORD, SOURCE, REASON, DOUBTS, STRAYS, WHY, OPEN, DOUBTED)
"""The headers of the columns that are no fields: which record a row is, where it was read, why it was refused, why a
person corrected it, where the file opens, how many doubts there are about it."""

GUIDE, OPTIONS = "填写说明", "选项"
OVERVIEW, CHARTS, LONG, BESIDE = "概览", "图表", "长文", "并排"
"""Sheets: what a leader asks first, charts of it, in full the texts that a row of records has no room for, and the
records of a wide form side by side, for paper."""
UNREAD, ROSTER = "未读", "名单"
"""Sheets: the files that could not be read, of several forms; who of a roster is missing, or not on it."""
CORRECTED, READ = "改正", "读出"
"""Sheets: what people corrected; and, never shown, what the machine had read."""
SHEETS = (OVERVIEW, CHARTS, LONG, BESIDE, DOUBTS, STRAYS, CORRECTED, READ, UNREAD, ROSTER, GUIDE, OPTIONS)
"""The sheets of a workbook that hold no records."""

_REQUIRED = "*"
_LONGEST_NAME = 31
_NOT_IN_NAMES = late.pattern(r"[\[\]:*?/\\\x00-\x1f]")


class Around(NamedTuple):
    """What stands in a workbook of results besides these.

    Attributes:
        headings: of the columns in which people write something beside the records.
        aside: the names of what was met and is knowingly no form.
        is_of_files: whether the results are of files that were read, to which links may lead; those that a file of
            data names only are not.
    """

    headings: Sequence[str] = ()
    aside: Sequence[str] = ()
    is_of_files: bool = True


ALONE = Around()
"""Nothing stands there."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field, or, where `option` is given, one option of it."""

    field: Field
    option: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """Its headings, outermost first, without marks and units."""
        return (*self.field.steps, self.option) if self.option else self.field.steps

    @property
    def path(self) -> str:
        """What messages call it."""
        return ".".join(self.steps)


def columns_of(fields: Iterable[Field]) -> list[Column]:
    """The columns of a sheet of records; repeated rows have a sheet of their own."""
    columns: list[Column] = []
    for f in fields:
        columns += [Column(f, option) for option in face_of(f.kind).columns(f)]
    return columns


def titles_of(columns: list[Column]) -> list[tuple[str, ...]]:
    """The headings of each column, outermost first: a required one has an asterisk, a number its unit.

    What all columns of a question share (an asterisk, a unit) stands once, at the question.
    """
    required = _hoisted(columns, lambda f: _REQUIRED if f.required else "")
    units = _hoisted(columns, lambda f: f"（{f.unit}）" if f.unit else "")
    return [
        tuple(
            (_REQUIRED if mark == level else "") + step + (f"（{c.field.unit}）" if unit == level else "")
            for level, step in enumerate(c.steps)
        )
        for c, mark, unit in zip(columns, required, units, strict=True)
    ]


def _hoisted(columns: list[Column], said: Callable[[Field], str]) -> list[int]:
    """For each column, the outermost level below the section whose columns all say the same; -1 if it says nothing."""
    under: dict[tuple[str, ...], set[str]] = {}
    for c in columns:
        for length in range(1, len(c.field.steps) + 1):
            under.setdefault(c.field.steps[:length], set()).add(said(c.field))
    levels = []
    for c in columns:
        deepest = len(c.field.steps) - 1
        shared = (n for n in range(min(1, deepest), deepest + 1) if len(under[c.field.steps[: n + 1]]) == 1)
        levels.append(next(shared, deepest) if said(c.field) else -1)
    return levels


def letter_of(index: int) -> str:
    """The letters of a column, as spreadsheets name them: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(ord("A") + rest) + letters, index - 1
    return letters


def sheet_names(form: Form) -> tuple[tuple[str, str], dict[str, tuple[str, str, str]]]:
    """The names that the sheet of records may have, and those that the sheet of a field of repeated rows may, by path.

    A sheet of records has the form's title; or, in a workbook in which a form of the
    same title has taken that (another edition, say), also its name.  A sheet of rows is
    called as its field; where that is taken, it says the title in front, or the name.
    """
    taken = {name.casefold() for name in (*SHEETS, "history")}

    def free(*parts: tuple[str, int]) -> str:
        for number in itertools.count(1):
            mark = "" if number == 1 else str(number)
            words = (_cut(_NOT_IN_NAMES.sub("_", " ".join(said.split())), most) for said, most in parts)
            candidate = ("_".join(words).strip("' ") or "_") + mark
            if candidate.casefold() not in taken:
                taken.add(candidate.casefold())
                return candidate
        raise AssertionError

    main = free((form.title, _LONGEST_NAME - 3)), free((form.title, 14), (form.name, 13))
    repeated = [f for f in form.fields if f.kind.has_records]
    own = {f.path: free((f.steps[-1], _LONGEST_NAME - 3)) for f in repeated}
    titled = {f.path: free((form.title, 11), (f.steps[-1], 16)) for f in repeated}
    named = {f.path: free((form.name, 11), (f.steps[-1], 16)) for f in repeated}
    return main, {f.path: (own[f.path], titled[f.path], named[f.path]) for f in repeated}


def names_beside(form: Form, main: str) -> dict[str, tuple[str, str]]:
    """The names that the sheets of repeated rows may have beside a sheet of records, by path."""
    mains, listed = sheet_names(form)
    return {path: (own, named if main == mains[1] else titled) for path, (own, titled, named) in listed.items()}


def _cut(text: str, most: int) -> str:
    """The beginning of a text, at most so many UTF-16 units, as sheet names are counted."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
