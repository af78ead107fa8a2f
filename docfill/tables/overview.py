"""The first sheet of a summary: what a leader asks first, and native charts of it.

How many returns there are by status, who is missing and what could not be read; of
each number its count, sum, mean, least and greatest with the file that they stand in;
of each choice how often each option was taken.  Everything is counted as the returns
come, so memory grows with the form and not with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from docfill import late
from docfill.data import value_at
from docfill.fields import Field
from docfill.form import Form
from docfill.members import ARROW
from docfill.problems import say
from docfill.tables.canvas import Canvas, Cell, Leading, draw_cell, lines_of, opening
from docfill.tables.columns import CHARTS, OPEN, OVERVIEW
from docfill.tables.kinds import face_of

_WIDTHS = (50, 9, 6, 12, 11, 11, 36, 11, 36)
_OPTION, _COUNTED, _REMARK = (1, 4), (0, 1), (1, len(_WIDTHS) - 2)
"""The first and the last column that an option stands over, what is counted, and what there is to say of a name."""
_LINE = 16.5
_NAMED = 200
"""So many missing or unread files are named here; all of them stand in sheets of their own."""
_MOST_CHARTS = 40
_LONGEST_TITLE = 60
_PAPER, _LOW, _BAR, _FEW_BARS, _GAP, _OFF, _ROW = 1152, 90, 24, 6, 12, 4, 21
"""Pixels: the width of a page, its height without bars, the height of a bar, room for how many at least, the gap
between two charts, how far one is below the end of a page, which else shows its edge, the height of a row."""
_SCALE, _PAGE, _COLUMN = 66, 48, 64
_BARS_ACROSS, _ACROSS = 2, 3
"""Percent of the size at which charts are printed, the rows that a page then has, and the pixels of a column; how many
charts of bars, with the words of their options, and how many others stand beside each other."""
_YEAR = late.pattern(r"(?:19|20)\d\d年?度?")


@dataclass(slots=True)
class _Numbers:
    """The numbers that returns have at one field."""

    count: int = 0
    total: Decimal = Decimal(0)
    least: tuple[Decimal, str] | None = None
    greatest: tuple[Decimal, str] | None = None

    def add(self, number: float, source: str) -> None:
        value = Decimal(str(number))
        self.count, self.total = self.count + 1, self.total + value
        if self.least is None or value < self.least[0]:
            self.least = value, source
        if self.greatest is None or value > self.greatest[0]:
            self.greatest = value, source


@dataclass(slots=True)
class _Answers:
    """What the returns of one form say."""

    form: Form
    files: int = 0
    numbers: dict[str, _Numbers] = field(default_factory=dict)
    options: dict[str, Counter[str]] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)

    def add(self, data: Mapping[str, Any], source: str) -> None:
        self.files += 1
        for f in self.form.fields:
            value = value_at(data, f.steps)
            if f.kind.has_options:
                chosen = value if isinstance(value, list) else [value] if value is not None else []
                self.options.setdefault(f.path, Counter()).update(chosen)
                self.answered[f.path] += bool(chosen)
            elif face_of(f.kind).is_numeric and isinstance(value, int | float):
                self.numbers.setdefault(f.path, _Numbers()).add(value, source)


def _named(f: Field) -> tuple[str, str | None]:
    """What a number is called, with its unit, and its year where that is the last of its name."""
    is_yearly = len(f.steps) > 1 and _YEAR.fullmatch(f.steps[-1])
    path, year = (".".join(f.steps[:-1]), f.steps[-1]) if is_yearly else (f.path, None)
    return path + (f"（{f.unit}）" if f.unit else ""), year


def _tall(cells: Sequence[Cell], widths: Sequence[float]) -> int:
    """How many lines a row has for its texts."""
    texts = ((cell, wide) for cell, wide in zip(cells, widths, strict=False) if isinstance(cell, str))
    return max((lines_of(text, wide) for text, wide in texts), default=1)


def _is_ratio(f: Field) -> bool:
    """Whether a number is so much of something else, so that a sum of such says nothing."""
    return any(sign in f.unit for sign in "%‰/％")


def _sum_or_mean(numbers: _Numbers, is_mean: bool) -> Decimal:
    """What a chart shows of a number."""
    return numbers.total / numbers.count if is_mean else numbers.total


def _end_at_zero(drawn: Sequence[Decimal]) -> str:
    """Which end of an axis is 0, for a column to be as long as its number; "" where columns stand on both sides."""
    return "min" if min(drawn) >= 0 else "max" if max(drawn) <= 0 else ""


def _own_name(source: str) -> str:
    """The name of a file without the folders, archives and mails that it is in, and without what it ends in."""
    return PurePosixPath(source.rpartition(ARROW)[2].replace("\\", "/")).stem


class Overview:
    """Counts what is added, and draws it on two sheets, of which the first is the first of the workbook.

    Args:
        canvas: the workbook, which has no sheet yet.
        link: gives where a file lies as seen from the workbook.
    """

    def __init__(self, canvas: Canvas, link: Callable[[str], str]) -> None:
        self._canvas, self._link = canvas, link
        self._sheet = canvas.sheet(OVERVIEW)
        self._row = 0
        self._forms: dict[str, _Answers] = {}
        self._named: dict[str, list[tuple[str, str]]] = {
            state: [] for state in ("missing", "refused", "beside", "gone", "aside")
        }
        self._counts: Counter[str] = Counter()
        self._charts: list[dict[str, Any]] = []

    def add(self, form: Form, data: Mapping[str, Any], source: str, state: str, is_newest: bool = True) -> None:
        """What one return says, and its `state`: "clear" or "doubtful"; the answers count once for each applicant."""
        if is_newest:
            self._forms.setdefault(form.name, _Answers(form)).add(data, source)
        self._counts[state] += 1
        self._counts["older"] += not is_newest

    def refuse(self, name: str, reason: str, state: str) -> None:
        """A file that could not be read, "refused", or came "beside" a form; somebody who is "missing"; a file of last
        time that is "gone"; what is no form, "aside".
        """
        self._counts[state] += 1
        if len(self._named[state]) < _NAMED:
            self._named[state].append((name, reason))

    def draw(self, by_problem: Sequence[tuple[str, int]]) -> None:
        """Writes both sheets; `by_problem` are the kinds of problem with how many there are of each."""
        sheet = self._sheet
        for index, wide in enumerate(_WIDTHS):
            sheet.set_column(index, index, wide)
        sheet.fit_to_pages(1, 0)
        titles = [answers.form.title for answers in self._forms.values()]
        self._said(say("概览", "Overview") + (f"：{'、'.join(titles)}" if titles else ""), "title", 30)
        self._states()
        self._list(say("没有交的", "Not handed in"), "missing")
        self._list(say("无法读取的", "Not readable"), "refused")
        self._list(say("随表交来、没有读的", "With a form, not read"), "beside")
        self._list(say("上次有、这次没有的", "There last time, and not now"), "gone")
        self._list(say("不是表，已略过的", "No forms, set aside"), "aside")
        for answers in self._forms.values():
            self._numbers(answers)
            self._options(answers)
        self._block(say("各类问题", "Kinds of problem"), say("问题 - 数量", "problem - count").split(" "), _COUNTED)
        for words, count in by_problem:
            self._counted(words, count)
        self._draw_charts()

    def _states(self) -> None:
        counts = self._counts
        states = [
            (say("无疑问", "clear"), counts["clear"]),
            (say("有疑问", "with doubts"), counts["doubtful"]),
            (say("无法读取", "not readable"), counts["refused"]),
            (say("没有交", "not handed in"), counts["missing"]),
        ]
        if counts["beside"]:
            states.insert(3, (say("随表交来、没有读", "with a form, not read"), counts["beside"]))
        received = sum(counts[state] for state in ("clear", "doubtful", "refused", "beside"))
        self._block(say("收表情况", "Returns"), say("情况 - 份数", "state - files").split(" "), _COUNTED)
        first = self._row
        for words, count in states:
            self._counted(words, count)
        self._counted(say("共收到", "received"), received)
        if counts["older"]:
            older = say("其中另有更新的，不计入下面的数字", "of these with a newer one, not counted below")
            self._counted(older, counts["older"])
        if counts["aside"]:
            self._counted(say("不是表，已略过", "no forms, set aside"), counts["aside"])
        self._chart("doughnut", say("收表情况", "Returns"), first, first + len(states) - 1, values=2, names=0)
        if len(self._forms) > 1:
            for answers in self._forms.values():
                self._counted(f"{answers.form.title}（{answers.form.name}）", answers.files)

    def _list(self, title: str, state: str) -> None:
        """Names, each with where it leads and what there is to say."""
        count = self._counts[state]
        if not count:
            return
        last = len(_WIDTHS) - 1
        heads = [*say("名称 说明", "name remark").split(" "), *"-" * (_REMARK[1] - _REMARK[0]), say(OPEN, "open")]
        self._block(f"{title}（{count}）", heads, _REMARK)
        for name, words in self._named[state]:
            tall = max(lines_of(name, _WIDTHS[0]), lines_of(words, sum(_WIDTHS[1:last])))
            self._sheet.set_row(self._row, _LINE * tall)
            cells: dict[int, Cell] = {0: name, 1: words, last: opening(self._link(name))}
            for index in range(len(_WIDTHS)):
                draw_cell(self._canvas, self._sheet, self._row, index, cells.get(index))
            self._row += 1
            self._merge(_REMARK)
        if count > _NAMED:
            self._line([say(f"等 {count} 个", f"and {count - _NAMED} more")])

    def _numbers(self, answers: _Answers) -> None:
        fields = [f for f in answers.form.fields if f.path in answers.numbers]
        if not fields:
            return
        heads = say(
            "项|年份|份数|合计|平均|最小|出自|最大|出自", "field|year|files|sum|mean|least|in|greatest|in"
        ).split("|")
        self._block(say("数字", "Numbers") + self._of(answers), heads)
        for _, listed in groupby(fields, lambda f: f.steps[:-1] if _YEAR.fullmatch(f.steps[-1]) else f.path):
            years, first = list(listed), self._row
            self._lines([self._number(f, answers.numbers[f.path]) for f in years])
            if len(years) > 1:
                words = _named(years[0])[0]
                if _is_ratio(years[0]):
                    words += say("，平均", ", mean")
                shown = 4 if _is_ratio(years[0]) else 3
                drawn = [_sum_or_mean(answers.numbers[f.path], _is_ratio(f)) for f in years]
                self._chart("column", words, first, self._row - 1, shown, zero=_end_at_zero(drawn))

    def _number(self, f: Field, numbers: _Numbers) -> list[Cell]:
        """What there is to say of a number."""
        assert numbers.least is not None and numbers.greatest is not None
        mean = round(float(numbers.total / numbers.count), 2)
        ends: list[Cell] = []
        for value, source in (numbers.least, numbers.greatest):
            ends += Leading(float(value), self._link(source)), _own_name(source)
        total = None if _is_ratio(f) else float(numbers.total)
        return [*_named(f), numbers.count, total, mean, *ends]

    def _options(self, answers: _Answers) -> None:
        fields = [f for f in answers.form.fields if f.path in answers.options]
        if not fields:
            return
        heads = say("项|选项|-|-|-|份数|占比（%）", "field|option|-|-|-|files|share (%)").split("|")
        self._block(say("选项", "Options") + self._of(answers), heads, _OPTION)
        for f in fields:
            first, counts = self._row, answers.options[f.path]
            chosen = [(option, counts[option]) for option in f.options]
            if blank := answers.files - answers.answered[f.path]:
                chosen.append((say("（没有选）", "(none chosen)"), blank))
            self._lines(
                [[f.path, words, None, None, None, count, round(100 * count / answers.files, 1)]
                 for words, count in chosen],
                _OPTION,
            )  # fmt: skip
            self._chart("bar", f.path, first, self._row - 1, values=_OPTION[1] + 1)

    def _of(self, answers: _Answers) -> str:
        return f"：{answers.form.title}" if len(self._forms) > 1 else ""

    # --- cells ---

    def _said(self, words: str, look: str, height: float) -> None:
        self._sheet.set_row(self._row, height)
        self._canvas.write(self._sheet, self._row, 0, words, self._canvas.look(look))
        self._row += 1

    def _block(self, title: str, heads: Sequence[str], over: tuple[int, int] | None = None) -> None:
        """A heading, and the heads of the columns below it, "-" for none; one of them stands over some columns."""
        self._row += 1
        self._said(title, "head", 22)
        self._sheet.set_row(self._row, _LINE + 3)
        for index, head in enumerate(heads):
            self._canvas.write(
                self._sheet, self._row, index, None if head == "-" else head, self._canvas.look("leaf"), True
            )
        self._row += 1
        if over is not None:
            self._merge(over)

    def _merge(self, over: tuple[int, int]) -> None:
        """Makes one of some cells of the latest row."""
        self._sheet.merge.append([self._row - 1, over[0], self._row - 1, over[1]])

    def _counted(self, words: str, count: int) -> None:
        """A row that says how many there are of something."""
        self._line([words, None, count], [sum(_WIDTHS[: _COUNTED[1] + 1])])
        self._merge(_COUNTED)

    def _line(self, cells: Sequence[Cell], widths: Sequence[float] = _WIDTHS) -> None:
        """A row of a table, as high as its texts need."""
        self._draw(cells, _tall(cells, widths))

    def _lines(self, rows: Sequence[Sequence[Cell]], over: tuple[int, int] = (1, 1)) -> None:
        """Rows of one field, whose name stands once, beside all of them; their second cells stand over some columns."""
        if not rows:
            return
        first, (left, right) = self._row, over
        widths = sum(_WIDTHS[left : right + 1]), *_WIDTHS[left + 1 :]
        tall = [_tall(cells[left:], widths) for cells in rows]
        tall[-1] += max(0, lines_of(str(rows[0][0]), _WIDTHS[0]) - sum(tall))
        for cells, lines in zip(rows, tall, strict=True):
            self._draw(cells, lines)
            if right > left:
                self._merge(over)
        if len(rows) > 1:
            self._sheet.merge.append([first, 0, self._row - 1, 0])

    def _draw(self, cells: Sequence[Cell], lines: int) -> None:
        self._sheet.set_row(self._row, _LINE * lines)
        for index, cell in enumerate(cells):
            draw_cell(self._canvas, self._sheet, self._row, index, cell)
        self._row += 1

    # --- charts ---

    def _chart(
        self, kind: str, title: str, first: int, last: int, values: int, names: int = 1, zero: str = "min"
    ) -> None:
        """A chart of some rows of the first sheet, if there are not too many; `zero`: which end of its axis is 0."""
        if len(self._charts) < _MOST_CHARTS:
            known = {"kind": kind, "title": title, "names": (first, names, last, names), "zero": zero}
            self._charts.append({**known, "values": (first, values, last, values)})

    def _draw_charts(self) -> None:
        """The charts, some beside each other, on a sheet of their own; none is cut by the end of a page."""
        sheet = self._canvas.sheet(CHARTS)
        sheet.set_print_scale(_SCALE)
        sheet.set_column(0, _PAPER // _COLUMN, 8.43)
        sheet.set_default_row(0.75 * _ROW)  # said, since LibreOffice else has its own, and cuts charts by it
        row, page, breaks = 0, 0, []
        for beside in self._beside():
            height = max(_LOW + _BAR * max(c["values"][2] - c["values"][0] + 1, _FEW_BARS) for c in beside)
            tall = -(-(height + _GAP) // _ROW)
            if row > page and row + tall > page + _PAGE:
                breaks.append(row)
                page = row
            for side, chart in enumerate(beside):
                made = self._made(chart)
                across = _PAPER // (_BARS_ACROSS if chart["kind"] == "bar" else _ACROSS)
                made.set_size({"width": across - _GAP, "height": height})
                sheet.insert_chart(row, side * across // _COLUMN, made, {"object_position": 3, "y_offset": _OFF})
            row += tall
        sheet.set_h_pagebreaks(breaks)

    def _beside(self) -> Iterator[Sequence[dict[str, Any]]]:
        """The charts that stand beside each other, row by row."""
        for is_bars, charts in groupby(self._charts, lambda chart: chart["kind"] == "bar"):
            listed, most = [*charts], _BARS_ACROSS if is_bars else _ACROSS
            yield from (listed[n : n + most] for n in range(0, len(listed), most))

    def _made(self, chart: Mapping[str, Any]) -> Any:
        made = self._canvas.book.add_chart({"type": chart["kind"]})
        series: dict[str, Any] = {"values": [OVERVIEW, *chart["values"]], "gap": 60}
        first, column, last, _ = chart["names"]
        series["categories"] = [OVERVIEW, first, column, last, column]
        series["data_labels"] = {"value": True}
        made.add_series(series)
        title = chart["title"]
        shown = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
        made.set_title({"name": shown, "name_font": {"size": 11}, "overlay": False})
        if chart["kind"] == "doughnut":
            return made
        made.set_legend({"none": True})
        ends = {chart["zero"]: 0} if chart["zero"] else {}
        if chart["kind"] == "bar":
            made.set_y_axis({"reverse": True, "num_font": {"size": 9}})
            made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **ends})
        else:
            made.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, **ends})
        return made
