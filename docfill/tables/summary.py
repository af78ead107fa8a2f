"""The workbook of a folder of returns: a row a file, with the headings of the entry workbook, and what is in doubt.

The first sheet says what a leader asks first (`tables.overview`).  Besides the records
there are a sheet of problems whose cells lead to the file and the field, and from which
marked cells are led to, one of the text that belongs to no field, and one of the long
texts that rows have no room for on paper.  Returns of several forms have sheets of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docfill.corrections import Revised
from docfill.extract import Result
from docfill.form import Form
from docfill.kinds import said_of
from docfill.problems import CATALOGUE, Problem, Severity, beside_name, edition_of, say
from docfill.tables.canvas import (
    FOLDED,
    Canvas,
    Leading,
    check_room,
    draw_cell,
    draw_header,
    lines_of,
    link_beside,
    opening,
)
from docfill.tables.columns import (
    ALONE,
    CORRECTED,
    DOUBTED,
    DOUBTS,
    LONG,
    OPEN,
    ROSTER,
    SOURCE,
    STRAYS,
    UNREAD,
    Around,
)
from docfill.tables.layout import RecordSheet
from docfill.tables.overview import Overview
from docfill.tables.paper import Side
from docfill.tables.pictures import beside
from docfill.tables.revised import Readings, shown_instead

_OF_ROSTER = ("not-handed-in", "not-on-roster")
_HANDED_TWICE = ("same-file", "same-answers", "same-applicant")
"""Problems that say by `expected` which file is the newest."""
_STATES = {"not-handed-in": "missing", "not-any-more": "gone", "beside-form": "beside"}
_CORRECTED_HEADS = (
    "项|单元格|读出|改正为|谁|何时|为何|情况|确认",
    "field|cell|read|corrected|who|when|why|state|confirmed",
)
_LINE, _TALLEST = 16.5, 400.0
_WIDTHS: Mapping[str, Sequence[float]] = {
    DOUBTS: (28, 6, 36, 8, 28, 8, 56),
    STRAYS: (30, 6, 44, 80),
    LONG: (24, 6, 28, 8, 104),
    CORRECTED: (28, 6, 36, 8, 26, 26, 12, 20, 24, 20, 8),
    UNREAD: (44, 6, 100),
    ROSTER: (40, 6, 100),
}
_PIECE = 16_000
"""Characters of a listed text in one cell; a longer one goes on in the row below."""


class Workbook:
    """Writes an .xlsx of results.

    Args:
        path: where it is written.
        target: where it will be, for links to the files beside it.
        forms: the forms that there may be results of; with one, its sheet is there even if no file was read.
        around: what stands in a workbook besides the results.
    """

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        self._canvas, self._target, self._around = Canvas(path), target, around
        self._overview = Overview(self._canvas, self._link_to)
        self._sheets: dict[str, RecordSheet] = {}
        self._side = Side(self._canvas)
        self._only = forms[0] if len(forms) == 1 else None
        if self._only is not None:
            self._sheet_of(self._only)
        self._lists: dict[str, tuple[Any, int]] = {}
        self._by_code: Counter[str] = Counter()
        self._readings: Readings | None = None

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        """A row for what a document says, one for each doubt, and one for each text that belongs to nothing."""
        sheet = self._sheet_of(form)
        sheet.check(result.data)
        row, opened = sheet.following, self._opening(result.source)
        file = result.source, opened
        told: list[str] = []
        doubtful: dict[str, tuple[str, str]] = {}
        edition, explaining = edition_of(result.problems), 0
        for p in sorted(result.problems, key=lambda p: bool(p.within)):
            what = p.path, sheet.cell_of(p.path, row), str(p.place)
            at = self._list(DOUBTS, (*file, *what, _severity_words(p.severity), p.message), is_folded=bool(p.within))
            explaining = at if p.code == edition else explaining
            if not p.within:
                self._by_code[p.code] += 1
            if p.severity != "note" and not p.within:
                told.append(_row_of(DOUBTS, at))
            if p.severity != "note":
                shown_at = explaining if p.within else at
                doubtful.setdefault(p.path, (_row_of(DOUBTS, shown_at), p.message))
            if p.code in _OF_ROSTER:
                self._list(ROSTER, (str(p.found), opened, p.message))
        for x in result.leftovers:
            at = self._list(STRAYS, (*file, str(x.place), x.text))
            if not edition:
                self._by_code["leftover"] += 1
                told.append(_row_of(STRAYS, at))
        for column, text in sheet.hidden(result.data):
            self._list(LONG, (*file, column.path, sheet.cell_of(column.path, row), text))
        corrected = self._corrected(form, sheet, revised) if revised is not None else {}
        notes = [revised.notes.get(heading, "") if revised is not None else "" for heading in self._around.headings]
        counted = Leading(len(told), told[0]) if told else ""
        sheet.write(result.data, [*file, counted], doubtful, notes, corrected)
        is_clear = not (doubtful or result.leftovers)
        is_newest = all(p.expected == result.source for p in result.problems if p.code in _HANDED_TWICE)
        self._overview.add(form, result.data, result.source, "clear" if is_clear else "doubtful", is_newest)

    def _corrected(self, form: Form, sheet: RecordSheet, revised: Revised) -> dict[str, tuple[str, str]]:
        """Lists what a person corrected: for each path, where its cell leads and what is said about it."""
        source, row = revised.result.source, sheet.following
        found = {}
        for path, one in revised.corrections.items():
            was, now = (_shown(value) for value in (one.read, one.new))
            state = next((_to_confirm(p) for p in revised.result.problems if p.path == path and _to_confirm(p)), "")
            what = source, self._opening(source), path, sheet.cell_of(path, row)
            at = self._list(CORRECTED, (*what, was, now, one.who, one.when, one.why, state, ""))
            found[path] = _row_of(CORRECTED, at), say(f"原读作“{was}”", f'it was read as "{was}"')
        self._keep(form.name, source, revised.digest, revised.read, shown_instead(revised))
        return found

    def _keep(self, form: str, source: str, digest: str, read: Any, shown: Mapping[str, Any]) -> None:
        """Keeps what was read, on a sheet that is never shown."""
        if self._readings is None:
            self._readings = Readings(self._canvas)
        self._readings.add(form, source, digest, read, shown)

    def refuse(self, source: str, problem: Problem) -> None:
        """A row for a file that could not be read, or was not handed in, among the records and among the problems.

        Where there are several forms nobody knows among which records; it is listed in a sheet of its own then.
        """
        opened = self._opening(source)
        reason = beside_name(problem, source)
        self._list(DOUBTS, (source, opened, "", "", "", _severity_words(problem.severity), reason))
        shown = f"{source}\n{reason}" if source else reason
        if self._only is not None:
            self._sheet_of(self._only).write_unread(shown, opened)
        else:
            self._list(UNREAD, (source, opened, reason))
        if problem.code in _OF_ROSTER:
            self._list(ROSTER, (str(problem.found), "", problem.message))
        self._overview.refuse(source or str(problem.found), reason, _STATES.get(problem.code, "refused"))
        self._by_code[problem.code] += 1
        if source and self._around.headings:
            self._keep("", source, "", None, {})

    def set_aside(self, name: str) -> None:
        """Names what was met and is no form, on the first sheet."""
        self._overview.refuse(name, Problem("set-aside").message, "aside")

    def close(self) -> None:
        """Writes what is counted, and the file."""
        for name in (DOUBTS, STRAYS):
            self._begin(name)
        for sheet in self._sheets.values():
            sheet.finish()
        self._side.finish()
        for name, (page, last) in self._lists.items():
            page.autofilter(0, 0, max(last - 1, 1), len(_WIDTHS[name]) - 1)
        self._overview.draw([(_kind_words(code), count) for code, count in self._by_code.most_common()])
        self._canvas.close()

    def _sheet_of(self, form: Form) -> RecordSheet:
        if form.name not in self._sheets:
            self._sheets[form.name] = RecordSheet(
                self._canvas,
                form,
                [SOURCE, OPEN, DOUBTED],
                self._around.headings,
                self._side,
                beside(self._target.parent),
            )
        return self._sheets[form.name]

    def _begin(self, name: str) -> tuple[Any, int]:
        """A sheet of problems or other text, and its next row."""
        if name not in self._lists:
            file = SOURCE, say(OPEN, "open")
            heads = {
                DOUBTS: [*file, *say("项 单元格 位置 程度 说明", "field cell place severity message").split()],
                STRAYS: [*file, *say("位置 文字", "place text").split()],
                LONG: [*file, *say("项 单元格 全文", "field cell text").split()],
                UNREAD: [*file, say("原因", "reason")],
                CORRECTED: [*file, *say(*_CORRECTED_HEADS).split("|")],
                ROSTER: say("名称 打开 情况", "name open state").split(),
            }[name]
            sheet = self._canvas.sheet(name)
            chains = [(head,) for head in heads]
            self._lists[name] = sheet, draw_header(self._canvas, sheet, chains, chains, _WIDTHS[name])
            sheet.outline_settings(symbols_below=False)
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
            sheet.fit_to_pages(1, 0)
        return self._lists[name]

    def _list(self, name: str, cells: Sequence[str | Leading], is_folded: bool = False) -> int:
        """Adds a row to one of these sheets; the index of it, or of the first that its texts take."""
        sheet, row = self._begin(name)
        pieces = max(1, *(-(-len(cell) // _PIECE) for cell in cells if isinstance(cell, str)))
        check_room(row + pieces)
        for piece in range(pieces):
            cut = slice(piece * _PIECE, (piece + 1) * _PIECE)
            shown = [cell[cut] if isinstance(cell, str) else "" if piece else cell for cell in cells]
            texts = ((cell, wide) for cell, wide in zip(shown, _WIDTHS[name], strict=True) if isinstance(cell, str))
            tall = max(lines_of(text, wide) for text, wide in texts)
            sheet.set_row(row + piece, min(_TALLEST, _LINE * tall), None, FOLDED if is_folded else None)
            for column, cell in enumerate(shown):
                draw_cell(self._canvas, sheet, row + piece, column, cell)
        self._lists[name] = sheet, row + pieces
        return row

    def _link_to(self, source: str) -> str:
        """Where a file lies as seen from the workbook; "" where a link could not say so."""
        return link_beside(self._target, source) if self._around.is_of_files else ""

    def _opening(self, source: str) -> Leading:
        """A cell that opens a file, beside its name."""
        return opening(self._link_to(source))


def _row_of(sheet: str, index: int) -> str:
    """Where a link to a row of a list leads."""
    return f"internal:'{sheet}'!A{index + 1}"


def _to_confirm(problem: Problem) -> str:
    """What is to be confirmed of a correction, "" where nothing is."""
    if problem.code == "correction-conflict":
        return say("读出的已变，请在右边填 √ 确认，或改正", "read otherwise by now; confirm with √, or correct")
    if problem.code == "corrections-differ":
        return say("有人另改过，请在右边填 √ 确认，或改正", "corrected otherwise, too; confirm with √, or correct")
    return ""


def _shown(value: Any) -> str:
    """A value in a list of corrections."""
    return say("（空）", "(nothing)") if value in (None, []) else said_of(value)


def _severity_words(severity: Severity) -> str:
    words = {"error": say("错误", "error"), "warning": say("存疑", "warning"), "note": say("说明", "note")}
    return words[severity]


def _kind_words(code: str) -> str:
    entry = CATALOGUE[code]
    return say(entry.zh, entry.en).format(found="…", expected="…", path="…")
