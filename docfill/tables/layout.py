"""The look of a workbook: one sheet of records for extract, for data entry and for a copy of what failed.

Grouped headings (section / question / year or option) are merged and frozen,
with a note on each; cells are typed and validated, choices drop down.  Each
record is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docfill.data import value_at
from docfill.fields import Field
from docfill.form import Form
from docfill.problems import say
from docfill.tables.canvas import (
    LONGEST_CELL,
    Canvas,
    Cell,
    Leading,
    check_length,
    check_room,
    draw_cell,
    draw_header,
    lines_of,
)
from docfill.tables.cell import cell_from_value
from docfill.tables.columns import (
    BESIDE,
    DOUBTED,
    OPEN,
    RECORD,
    SOURCE,
    Column,
    columns_of,
    letter_of,
    names_beside,
    sheet_names,
    titles_of,
)
from docfill.tables.kinds import TICK, face_of
from docfill.tables.paper import A3, SCALE, Paper, Shown, Side, footer, footer_of_cut, is_cut
from docfill.tables.pictures import Gallery
from docfill.text import width

_LINE, _MOST_LINES, _MOST_LINES_PRINTED, _LINES_OF_CUT, _HIGHEST = 16.5, 4, 3, 2, 400.0
"""Points a line has; lines of a row, of one that is printed, and of a text that even these do not show in full."""
_PICTURE_HIGH, _LINE_WIDE, _ROOMIER, _HEAD_LINES = 90.0, 24, 4, 6
_SERVICE_WIDTHS = {RECORD: 6, OPEN: 6, DOUBTED: 7}
_PAGE, _ON_A4 = 208, 190
"""Characters that a line of a page has, and that one of A4 has in letters that can be read."""
_PAGES = 2
"""So many pages may stand beside each other; a form that is wider is printed with its records side by side."""


class RecordSheet:
    """The sheet of records of one form, and the sheets of its repeated rows.

    Args:
        canvas: the workbook.
        form: the form.
        service: the headers of the columns in front of the fields.
        behind: the headers of the columns behind them.
        paper: where records stand side by side, if the sheet is to be read on paper: with narrow columns, lines
            around all cells, and the names of the files on each page; of a form that is wider than two pages the
            first page, and all of it there.
        opened: gives the bytes of a picture's file by its name in the records, for pictures that are names only.
    """

    def __init__(
        self,
        canvas: Canvas,
        form: Form,
        service: Sequence[str],
        behind: Sequence[str] = (),
        paper: Side | None = None,
        opened: Callable[[str], bytes] | None = None,
    ) -> None:
        self._canvas, self.form, self._is_printed = canvas, form, paper is not None
        self._gallery = Gallery(opened)
        self._has_cut = False
        self._columns = columns_of(form.fields)
        self._steps = [(column, column.field.steps) for column in self._columns]
        self._latest: tuple[Mapping[str, Any], list[tuple[Column, Any]]] = {}, []
        """The record that was checked last, and its values by column."""
        self._repeated = [f for f in form.fields if f.kind.has_records]
        self._service = [*([RECORD] if self._repeated else ()), *service]
        taken = {name.casefold() for name in canvas.book.sheetnames}
        title, named = sheet_names(form)[0]
        mains = (title, named, *(f"{named}{n}" for n in range(2, len(taken) + 3)))
        self.name = next(name for name in mains if name.casefold() not in taken)
        children = names_beside(form, self.name)
        self._sheet = canvas.sheet(self.name)
        before, after = [(s,) for s in self._service], [(s,) for s in behind]
        chains = [*before, *(c.steps for c in self._columns), *after]
        titles = [*before, *titles_of(self._columns), *after]
        self._widths = [_SERVICE_WIDTHS.get(s, 20 if self._is_printed else 26) for s in self._service]
        heads = titles[len(before) : len(before) + len(self._columns)]
        self._widths += [_wide(c, head[-1], self._is_printed) for c, head in zip(self._columns, heads, strict=True)]
        self._widths += [30] * len(behind)
        breaks = _breaks(chains, self._widths, len(self._service) + 1) if self._is_printed else []
        self._paper: Paper | None = None
        if paper is not None and len(breaks) >= _PAGES:
            self._paper = Paper(paper, form.title, self.name, len(self._service), heads)
            breaks = breaks[:1]
        self._printed = breaks[0] if self._paper is not None else len(self._widths)
        for index, column in enumerate(self._columns, len(self._service)):
            canvas.note(self._sheet, len(column.steps) - 1, index, note_on(column))
        self._next = draw_header(canvas, self._sheet, chains, titles, self._widths, breaks)
        if self._is_printed:
            self._set_up(breaks)
        self._sheet.freeze_panes(self._next, len(self._service) + (1 if self._columns else 0))
        self._sheet.repeat_rows(0, self._next - 1)
        for index, column in enumerate(self._columns, len(self._service)):
            self._sheet.set_column(index, index, self._widths[index], canvas.look(face_of(column.field.kind).look))
            if rule := _rule_of(column, canvas, f"{letter_of(index)}{self._next + 1}"):
                canvas.rule(self._sheet, self._next, index, rule)
        self._first = self._next
        free = [next(n for n in children[f.path] if n.casefold() not in taken) for f in self._repeated]
        self._lines = [
            _LineSheet(canvas, f, name, self._gallery, self._is_printed)
            for f, name in zip(self._repeated, free, strict=True)
        ]

    def _set_up(self, breaks: Sequence[int]) -> None:
        """How the sheet is printed."""
        self._sheet.set_paper(A3)
        self._sheet.set_print_scale(SCALE)
        self._sheet.print_across()
        self._sheet.repeat_columns(0, len(self._service))
        self._sheet.set_v_pagebreaks([*breaks])

    def finish(self) -> None:
        """What is known only when all records are there: what the filters are about, what is printed, and whether texts
        are cut.
        """
        last = max(self._next - 1, self._first)
        self._sheet.autofilter(self._first - 1, 0, last, len(self._widths) - 1)
        if self._paper is not None:
            self._paper.flush()
            self._sheet.print_area(0, 0, last, self._printed - 1)
            self._sheet.set_footer(footer(say(f"各项见“{BESIDE}”页", f"all fields: on the sheet {BESIDE}")))
        elif self._has_cut:
            self._sheet.set_footer(footer_of_cut())
        for lines in self._lines:
            lines.finish()

    @property
    def following(self) -> int:
        """The index of the row that is written next."""
        return self._next

    @property
    def sheet(self) -> Any:
        """The sheet of records itself."""
        return self._sheet

    def write_unread(self, text: str, opened: Leading) -> None:
        """A row without a record, so that a file that could not be read has its place, and what opens it."""
        check_room(self._next + 1)
        at = self._service.index(SOURCE)
        self._sheet.set_row(self._next, _LINE * lines_of(text, self._widths[at]))
        draw_cell(self._canvas, self._sheet, self._next, at, text)
        draw_cell(self._canvas, self._sheet, self._next, at + 1, opened)
        self._next += 1

    def check(self, data: Mapping[str, Any]) -> None:
        """Nothing, where the sheets have room for a record.

        Raises:
            DoesNotFit: a text is longer than a cell can hold.
            DocfillError: there is no row left.
        """
        self._latest = data, [(c, value_at(data, steps)) for c, steps in self._steps]
        for column, value in self._latest[1]:
            if isinstance(value, str):
                check_length(value, column.path)
        check_room(self._next + 1)
        for sheet in self._lines:
            rows = value_at(data, sheet.field.steps) or ()
            for cell in (cell for row in rows for cell in row.values() if isinstance(cell, str)):
                check_length(cell, sheet.field.path)
            check_room(sheet.following + len(rows))

    def write(
        self,
        data: Mapping[str, Any],
        service: Sequence[Cell] = (),
        doubtful: Mapping[str, tuple[str, str]] | None = None,
        behind: Sequence[str] = (),
        corrected: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        """One record; a cell in doubt leads to it where its text takes one line, and so is whole in any program.

        Args:
            data: the record.
            service: what stands in the columns in front.
            doubtful: for each path in doubt, where its cell leads and what is said about it.
            behind: what stands in the columns behind.
            corrected: the same as `doubtful` for what a person corrected.

        Raises:
            DocfillError: as `check`; nothing was written.
        """
        self.check(data)
        leading = {**(corrected or {}), **(doubtful or {})}
        values = self._latest[1]
        beside: list[Shown] = []
        lines = [(lines, value_at(data, lines.field.steps) or ()) for lines in self._lines]
        row, number = self._next, self._next - self._first + 1
        pictures = {index: shown for index, (c, v) in enumerate(values, len(self._service))
                    if (shown := self._gallery.pictures(c.field, v))}  # fmt: skip
        high = max(self._height(values, service), _PICTURE_HIGH if pictures else 0)
        self._sheet.set_row(row, high)
        if self._repeated:
            self._canvas.write(self._sheet, row, 0, number, self._canvas.look("integer"))
        for index, told in enumerate(service, 1 if self._repeated else 0):
            draw_cell(self._canvas, self._sheet, row, index, told)
        for index, (column, value) in enumerate(values, len(self._service)):
            cell, look = _drawn(column, value)
            path = column.field.path
            is_cut = self._is_printed and isinstance(cell, str) and self._is_cut(column, cell)
            self._has_cut = self._has_cut or is_cut
            drawn = self._canvas.look(look, path in (doubtful or ()), self._is_printed, path in leading, is_cut=is_cut)
            target, words = leading.get(path, ("", ""))
            if target and (not isinstance(cell, str) or lines_of(cell, self._widths[index]) == 1):
                self._canvas.lead(self._sheet, row, index, target, drawn, str(cell), words)
            self._canvas.write(self._sheet, row, index, cell, drawn, path in leading or self._is_printed)
            beside.append(Shown(cell, look, path in (doubtful or ()), path in leading))
        for index, text in enumerate(behind, len(self._service) + len(values)):
            self._canvas.write(self._sheet, row, index, text or None, self._canvas.look("boxed"), True)
        for index, shown in pictures.items():
            self._canvas.pictures(self._sheet, row, index, shown, (self._widths[index], high))
        for sheet, rows in lines:
            sheet.write(number, rows)
        if self._paper is not None:
            self._paper.add(row, str(service[0]), beside)
        self._next += 1

    def _height(self, values: Sequence[tuple[Column, Any]], service: Sequence[Cell]) -> float:
        """Room for what stands in front, and for the longest text as far as a table stays one; on paper, a text that is
        cut all the same makes its row no higher than its beginning needs.
        """
        texts = [lines_of(v, _width_of(c, self._is_printed)) for c, v in values if isinstance(v, str)]
        whole = _LINES_OF_CUT if self._is_printed else self._most_lines
        lines = max((n if n <= self._most_lines else whole for n in texts), default=1)
        widths = self._widths[1 if self._repeated else 0 :]
        named = (lines_of(told, wide) for told, wide in zip(service, widths, strict=False) if isinstance(told, str))
        return min(_HIGHEST, _LINE * max(lines, *named, 1))

    def hidden(self, data: Mapping[str, Any]) -> list[tuple[Column, str]]:
        """The texts of a record that its row does not show in full."""
        if self._latest[0] is not data:
            self.check(data)
        return [
            (c, v) for c, v in self._latest[1] if isinstance(v, str) and (self._is_cut(c, v) or self._is_cut_beside(v))
        ]

    def _is_cut_beside(self, text: str) -> bool:
        """Whether the sheet of records side by side, where there is one, does not show all of a text."""
        return self._paper is not None and is_cut(text)

    def _is_cut(self, column: Column, text: str) -> bool:
        """Whether a row does not show all of a text."""
        return lines_of(text, _width_of(column, self._is_printed)) > self._most_lines

    @property
    def _most_lines(self) -> int:
        return _MOST_LINES_PRINTED if self._is_printed else _MOST_LINES

    def cell_of(self, path: str, row: int) -> Leading:
        """The cell of a field in a row, leading there; an empty one where the field has no column."""
        index = next((i for i, c in enumerate(self._columns, len(self._service)) if c.field.path == path), None)
        if index is None:
            return Leading("", "")
        return Leading(f"{letter_of(index)}{row + 1}", f"internal:'{self.name}'!{letter_of(index)}{row + 1}")


class _LineSheet:
    """The sheet of the repeated rows of one field; each names its record, and is as high as its texts need.

    Args:
        canvas: the workbook.
        f: the field.
        name: of the sheet.
        gallery: gives the pictures of the rows.
        is_printed: whether the sheet is to be read on paper, a page wide and with lines around all cells.
    """

    def __init__(self, canvas: Canvas, f: Field, name: str, gallery: Gallery, is_printed: bool) -> None:
        self._canvas, self.field, self._gallery, self._is_printed = canvas, f, gallery, is_printed
        self._sheet, self._next = canvas.sheet(name), 1
        zh = f"“{f.path}”的各行。“{RECORD}”填主表中“{RECORD}”一列的编号。"
        en = f'The rows of "{f.path}"; "{RECORD}" is the number in the column "{RECORD}" of the main sheet.'
        canvas.note(self._sheet, 0, 0, say(zh, en))
        heads = [(RECORD,), *((c,) for c in f.columns)]
        self._widths = [_SERVICE_WIDTHS[RECORD] + 2, *(self._wide(column) for column in f.fields)]
        draw_header(canvas, self._sheet, heads, heads, self._widths)
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)
        self._sheet.fit_to_pages(1, 0)
        if sum(self._widths) > _ON_A4:
            self._sheet.set_paper(A3)
        self._sheet.set_column(0, 0, self._widths[0], canvas.look("integer"))
        for index, wide in enumerate(self._widths[1:], 1):
            self._sheet.set_column(index, index, wide, canvas.look("text"))

    def _wide(self, column: Field) -> float:
        """The width of a column; its heading takes two lines at most."""
        own = face_of(column.kind).printed + _ROOMIER if self._is_printed else _LINE_WIDE
        return max(own, width(column.steps[-1]) // 2 + 2)

    @property
    def following(self) -> int:
        """The index of the row that is written next."""
        return self._next

    def finish(self) -> None:
        """Says what the filters of a sheet to be read are about, once all rows are there."""
        if self._is_printed:
            self._sheet.autofilter(0, 0, max(self._next - 1, 1), len(self._widths) - 1)

    def write(self, record: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """The rows of one record."""
        for row in rows:
            values = [(column, value_at(row, column.steps)) for column in self.field.fields]
            pictures = [self._gallery.pictures(column, value) for column, value in values]
            cells = [cell_from_value(column, value) for column, value in values]
            high = _PICTURE_HIGH if any(pictures) else self._height(cells)
            self._sheet.set_row(self._next, high)
            looks = ["integer", *(face_of(column.kind).look for column, _ in values)]
            for index, (cell, look) in enumerate(zip([record, *cells], looks, strict=True)):
                drawn = self._canvas.look(look, is_boxed=self._is_printed)
                self._canvas.write(self._sheet, self._next, index, cell, drawn, is_shown=self._is_printed)
            for index, shown in enumerate(pictures, 1):
                self._canvas.pictures(self._sheet, self._next, index, shown, (self._widths[index], high))
            self._next += 1

    def _height(self, cells: Sequence[Cell]) -> float:
        """Room for all that the texts of a row say."""
        texts = zip(cells, self._widths[1:], strict=True)
        return min(
            _HIGHEST, _LINE * max((lines_of(text, wide) for text, wide in texts if isinstance(text, str)), default=1)
        )


def _width_of(column: Column, is_printed: bool) -> int:
    face = face_of(column.field.kind)
    return face.printed if is_printed else face.width


def _wide(column: Column, title: str, is_printed: bool) -> int:
    """The width of a column; on paper that of an option has room for its words, so that its heading, which stands on
    each page, is not as high as a part of the page.
    """
    own = _width_of(column, is_printed)
    return max(own, -(-width(title) // _HEAD_LINES) + 1) if is_printed and column.option else own


def _breaks(chains: Sequence[tuple[str, ...]], widths: Sequence[float], repeated: int) -> list[int]:
    """The columns with which pages begin, where the first `repeated` stand on each: sections, or questions.

    A page that would be more than full begins earlier, at the last section or question
    that leaves it at least half full.
    """
    room = _PAGE - sum(widths[:repeated])
    found: list[int] = []
    start, used = repeated, 0.0
    for index in range(repeated, len(widths)):
        if used + widths[index] > room and index > start:
            inside = range(index, start, -1)
            half = [i for i in inside if sum(widths[start:i]) * 2 >= room]
            begins = (next((i for i in half if chains[i][:n] != chains[i - 1][:n]), None) for n in (1, 2))
            start = next((i for i in begins if i is not None), index)
            found.append(start)
            used = sum(widths[start:index])
        used += widths[index]
    return found


def note_on(column: Column) -> str:
    """The note on a heading: what is to be entered there, with unit and limit, and what the form says."""
    f = column.field
    parts = [
        column.path,
        face_of(f.kind).words(f),
        say(f"单位：{f.unit}", f"unit: {f.unit}") if f.unit else "",
        say(f"不超过 {f.most} 字", f"at most {f.most} characters") if f.most else "",
        face_of(f.kind).required(f) if f.required else say("选填", "optional"),
        *f.hint,
    ]
    return "\n".join(p for p in parts if p)[:LONGEST_CELL]


def _drawn(column: Column, value: Any) -> tuple[Any, str]:
    """What is written into a cell, and its look; what is not of the field's kind stays text."""
    f = column.field
    if column.option:
        return TICK if column.option in (value or ()) else None, "tick"
    return face_of(f.kind).typed_cell(f, cell_from_value(f, value))


def _rule_of(column: Column, canvas: Canvas, first: str) -> dict[str, Any] | None:
    """The validation of a column's cells, `first` being the reference of the uppermost."""
    face = face_of(column.field.kind)
    rule = face.rule(column.field, first, canvas.choose_from)
    if rule is None:
        return None
    words = face.rule_words(column.field)[:255]
    return {**rule, "error_title": say("请核对", "Please check"), "error_message": words}
