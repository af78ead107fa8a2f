"""Paper for a form that is much wider than a page: its records side by side, their fields below one another.

Some records stand beside each other, on as many pages as their fields need, and all pages say
whose they are; then come the next ones, so memory does not grow with the records.  Cells are formulas that show what
stands in the sheet of records: what a person corrects there is on paper, too.  Nothing is
read from the sheet, so it is protected, and what somebody writes into it all the same is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from docfill.problems import Problem, Said, SheetPlace, say
from docfill.tables.canvas import Canvas, lines_of
from docfill.tables.cell import words_of
from docfill.tables.columns import BESIDE, LONG, letter_of

A3, SCALE = 8, 73
"""The paper of sheets of records as XlsxWriter numbers it, and per cent: letters of 8 points."""
WIDE, _MOST_LINES, _LINES_OF_CUT = 17, 4, 3
"""Characters of a line of a record, lines of one of its texts, and of one that is longer, of which the beginning is
shown."""
_LABEL, _LEAF, _BESIDE = 24, 28, 9
"""Characters of the two columns of headings, and how many records stand beside each other."""
_HEADINGS = 2
"""How many columns of headings there are."""
_LINE, _HEADING, _HIGH, _KEPT = 16.5, 19.5, 1035.0, 340.0
"""Points of a line and of the heading of a section; of all that stands on a page; of a question that stays on one."""


MOST = 300
"""So many records have room; nobody prints more, and each makes the workbook three times as large as it needs."""


class Shown(NamedTuple):
    """A cell of the sheet of records: what it says, and the look that it has there, as `Canvas.look` takes it."""

    cell: Any
    look: str
    is_doubtful: bool
    is_corrected: bool


@dataclass(slots=True)
class Side:
    """The sheet on which the records of all such forms stand.

    Args:
        canvas: the workbook.
    """

    canvas: Canvas
    following: int = 0
    count: int = 0
    has_cut: bool = False
    breaks: list[int] = field(default_factory=list)
    _sheet: Any = None

    def made(self) -> Any:
        """The sheet itself, which is there once a record is."""
        if self._sheet is None:
            self._sheet = sheet = self.canvas.sheet(BESIDE)
            sheet.set_paper(A3)
            sheet.set_print_scale(SCALE)
            sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
            for index, wide in enumerate((_LABEL, _LEAF, *[WIDE] * _BESIDE)):
                sheet.set_column(index, index, wide, self.canvas.look("text"))
            sheet.freeze_panes(0, 2)
        return self._sheet

    def finish(self) -> None:
        """Says where pages begin, and that texts are cut."""
        if self._sheet is None:
            return
        if self.count > MOST:
            left = self.count - MOST
            zh = f"另有 {left} 份没有列在这里；要印哪几份，请只汇总那几份的文件。"
            en = f"{left} more are not listed here; to print some of them, extract their files alone."
            self.canvas.write(self._sheet, self.following, 0, say(zh, en), self.canvas.look("head"))
        self._sheet.set_h_pagebreaks(self.breaks)
        if self.has_cut:
            self._sheet.set_footer(footer_of_cut())


def footer(words: str) -> str:
    """What stands below each page of a sheet."""
    return f"&L&A&C{words}&R&P / &N"


def footer_of_cut() -> str:
    """The same where texts are cut."""
    return footer(say(f"斜体的只印开头，全文见“{LONG}”页", f"in italics: the beginning; in full on the sheet {LONG}"))


def typed_over(rows: Iterable[tuple[int, Mapping[int, Any], Collection[int]]], sheet: str) -> Iterator[Problem]:
    """What somebody wrote into the sheet, or took out of it, where a formula stood.

    Args:
        rows: the number of each row, what is typed in it by the index of the column, and the indexes of formulas.
        sheet: how places call the sheet.
    """
    files: dict[int, str] = {}
    for number, typed, worked_out in rows:
        own = {index: words_of(value) for index, value in typed.items() if index >= _HEADINGS}
        is_named = any(index in typed for index in range(_HEADINGS))
        if not is_named and not worked_out:
            files = own or files
        elif worked_out or own:
            for index in sorted((files.keys() | own.keys()) - {*worked_out}):
                said = own.get(index) or Said("（清空）", "(nothing)")
                place = SheetPlace(sheet, str(number), letter_of(index))
                yield Problem("only-printed", "", said, files.get(index, "—"), place)


def is_cut(text: str) -> bool:
    """Whether a text is longer than there is room for."""
    return lines_of(text, WIDE) > _MOST_LINES


class Paper:
    """The records of one form on such a sheet.

    Args:
        sheet: the sheet.
        title: of the form.
        name: of its sheet of records.
        first: the index there of its first field.
        titles: the headings of its columns, outermost first.
    """

    def __init__(self, sheet: Side, title: str, name: str, first: int, titles: Sequence[tuple[str, ...]]) -> None:
        self._sheet, self._title, self._first, self._titles = sheet, title, first, titles
        self._of = "'" + name.replace("'", "''") + "'!"
        self._waiting: list[tuple[int, str, list[Shown]]] = []

    def add(self, row: int, source: str, shown: list[Shown]) -> None:
        """A record that stands in a row of the sheet of records, as far as there is room."""
        self._sheet.count += 1
        if self._sheet.count > MOST:
            return
        self._waiting.append((row, source, shown))
        if len(self._waiting) == _BESIDE:
            self.flush()

    def flush(self) -> None:
        """Writes the records that wait, on pages of their own."""
        if not self._waiting:
            return
        head = _HEADING + _LINE * max(lines_of(source, WIDE) for _, source, _ in self._waiting)
        left, section = 0.0, ""
        for _, listed in groupby(range(len(self._titles)), lambda index: self._question(index) or index):
            question = [*listed]
            heights, own = self._heights(question), self._section(question[0])
            begins = bool(own) and own != section
            if sum(heights) + _HEADING * begins > left and (sum(heights) < _KEPT or heights[0] + _HEADING > left):
                self._head(head)
                left, begins = _HIGH - head, bool(own)
            if begins:
                self._line(_HEADING, [own], "section")
                left -= _HEADING
            section, start = own, self._sheet.following
            for index, high in zip(question, heights, strict=True):
                if high > left:
                    self._name(start, question[0])
                    self._head(head)
                    left, start = _HIGH - head, self._sheet.following
                self._field(index, high)
                left -= high
            self._name(start, question[0])
        self._waiting = []

    def _section(self, index: int) -> str:
        titles = self._titles[index]
        return titles[0] if len(titles) > 1 else ""

    def _question(self, index: int) -> str:
        """What the field is one of several of; "" where it stands by itself."""
        return "".join(self._titles[index][1:-1])

    def _heights(self, question: Sequence[int]) -> list[float]:
        """How high the rows of some fields of one question are."""
        heights = []
        for index in question:
            texts = [str(shown[index].cell or "") for _, _, shown in self._waiting]
            lines = [_LINES_OF_CUT if is_cut(text) else lines_of(text, WIDE) for text in texts]
            leaf = lines_of(self._titles[index][-1], _LEAF if self._question(index) else _LABEL + _LEAF)
            heights.append(_LINE * max(*lines, leaf))
        called = _LINE * lines_of(self._question(question[0]), _LABEL)
        heights[0] += max(0.0, called - sum(heights))
        return heights

    def _head(self, high: float) -> None:
        """The top of a page: the form, and whose the columns are."""
        row = self._sheet.following
        if row:
            self._sheet.breaks.append(row)
        self._line(_HEADING, [self._title], "section")
        self._line(high - _HEADING, ["", "", *(source for _, source, _ in self._waiting)], "leaf", across=2)

    def _line(self, high: float, words: Sequence[str], look: str, across: int = 0) -> None:
        """A row of headings; over the whole width where it has one only."""
        sheet, row, last = self._sheet.made(), self._sheet.following, len(self._waiting) + 1
        sheet.set_row(row, high)
        drawn = self._sheet.canvas.look(look)
        for index in range(last + 1):
            said = words[index] if index < len(words) else ""
            self._sheet.canvas.write(sheet, row, index, said or None, drawn, is_shown=True)
        sheet.merge.append([row, 0, row, across - 1 if across else last])
        self._sheet.following += 1

    def _field(self, index: int, high: float) -> None:
        """The row of a field, but for the name of its question."""
        sheet, row, canvas = self._sheet.made(), self._sheet.following, self._sheet.canvas
        sheet.set_row(row, high)
        leaf, look = self._titles[index][-1], canvas.look("label")
        is_one = not self._question(index)
        question = leaf if is_one else self._question(index)
        canvas.write(sheet, row, 0, question, look)
        canvas.write(sheet, row, 1, None if is_one else leaf, look, is_shown=True)
        if is_one:
            sheet.merge.append([row, 0, row, 1])
        for number, (there, _, shown) in enumerate(self._waiting, 2):
            self._show(sheet, row, number, f"{self._of}{letter_of(self._first + index)}{there + 1}", shown[index])
        self._sheet.following += 1

    def _name(self, start: int, index: int) -> None:
        """Makes one of the cells that name a question, from a row to the last one."""
        last = self._sheet.following - 1
        if self._question(index) and last > start:
            self._sheet.made().merge.append([start, 0, last, 0])

    def _show(self, sheet: Any, row: int, column: int, there: str, shown: Shown) -> None:
        """A cell that shows what stands in another one."""
        cut = isinstance(shown.cell, str) and is_cut(shown.cell)
        self._sheet.has_cut = self._sheet.has_cut or cut
        look = self._sheet.canvas.look(shown.look, shown.is_doubtful, True, shown.is_corrected, is_cut=cut)
        self._sheet.canvas.show(sheet, row, column, there, shown.cell, look)
