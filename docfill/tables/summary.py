"""The workbook of a folder of returns: a row a file, with the headings of the entry workbook, and what is in doubt.

Besides the records there are a sheet of problems whose cells lead to the file
and the field, one of the text that belongs to no field, and one of counts.
Values in doubt are marked.  Returns of several forms have sheets of their own.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docfill.extract import Result
from docfill.form import Form
from docfill.problems import CATALOGUE, Problem, Severity, say
from docfill.tables.canvas import Canvas, check_room, draw_header
from docfill.tables.columns import DOUBTS, ROSTER, SOURCE, STRAYS, SUMMARY, UNREAD
from docfill.tables.layout import RecordSheet

_OF_ROSTER = ("not-handed-in", "not-on-roster")
_LONGEST_LINK = 2000
_PIECE = 16_000
"""Characters of a listed text in one cell; a longer one goes on in the row below."""


class Workbook:
    """Writes an .xlsx of results.

    Args:
        path: where it is written.
        target: where it will be, for links to the files beside it.
        forms: the forms that there may be results of; with one, its sheet is there even if no file was read.
    """

    def __init__(self, path: Path, target: Path, forms: Sequence[Form]) -> None:
        self._canvas, self._target = Canvas(path), target
        self._sheets: dict[str, RecordSheet] = {}
        self._only = forms[0] if len(forms) == 1 else None
        if self._only is not None:
            self._sheet_of(self._only)
        self._lists: dict[str, tuple[Any, int]] = {}
        self._counts: Counter[str] = Counter()
        self._by_form: Counter[str] = Counter()
        self._by_code: Counter[str] = Counter()

    def add(self, form: Form, result: Result) -> None:
        """A row for what a document says, one for each doubt, and one for each text that belongs to nothing."""
        sheet = self._sheet_of(form)
        doubts = [p for p in result.problems if p.severity != "note"]
        row = sheet.following
        link = self._link_to(result.source)
        sheet.write(result.data, [(result.source, link)], {p.path for p in doubts})
        for p in result.problems:
            what = (p.path, sheet.cell_of(p.path, row)), (str(p.place), "")
            said = (_severity_words(p.severity), ""), (p.message, "")
            self._list(DOUBTS, ((result.source, link), *what, *said))
            self._by_code[p.code] += 1
            if p.code in _OF_ROSTER:
                self._list(ROSTER, ((str(p.found), link), (p.message, "")))
        for x in result.leftovers:
            self._list(STRAYS, ((result.source, link), (str(x.place), ""), (x.text, "")))
            self._by_code["leftover"] += 1
        self._by_form[sheet.name] += 1
        self._counts["doubtful" if doubts or result.leftovers else "clear"] += 1

    def refuse(self, source: str, problem: Problem) -> None:
        """A row for a file that could not be read, or was not handed in, among the records and among the problems.

        Where there are several forms nobody knows among which records; it is listed in a sheet of its own then.
        """
        link = self._link_to(source)
        said = (_severity_words(problem.severity), ""), (problem.message, "")
        self._list(DOUBTS, ((source, link), ("", ""), ("", ""), *said))
        shown = f"{source}\n{problem.message}" if source else problem.message
        if self._only is not None:
            self._sheet_of(self._only).write_unread(shown, link)
        else:
            self._list(UNREAD, ((source, link), (problem.message, "")))
        if problem.code in _OF_ROSTER:
            self._list(ROSTER, ((str(problem.found), ""), (problem.message, "")))
        self._counts["missing" if problem.code in _OF_ROSTER else "refused"] += 1
        self._by_code[problem.code] += 1

    def close(self) -> None:
        """Writes the counts, and the file."""
        for name in (DOUBTS, STRAYS):
            self._begin(name)
        sheet, canvas = self._canvas.sheet(SUMMARY), self._canvas
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 1, 12)
        lines: list[tuple[str, int | None]] = [
            (say("份数", "Files"), self._counts.total() - self._counts["missing"]),
            (say("无疑问", "clear"), self._counts["clear"]),
            (say("有疑问", "with doubts"), self._counts["doubtful"]),
            (say("无法读取", "not readable"), self._counts["refused"]),
            *([(say("没有交", "not handed in"), self._counts["missing"])] if self._counts["missing"] else ()),
            *([(say("各表", "Forms"), None), *sorted(self._by_form.items())] if len(self._by_form) > 1 else ()),
            (say("各类问题", "Kinds of problem"), None),
            *((_kind_words(code), count) for code, count in self._by_code.most_common()),
        ]
        canvas.write(sheet, 0, 0, SUMMARY, canvas.look("title"))
        for row, (words, count) in enumerate(lines, 2):
            canvas.write(sheet, row, 0, words, canvas.look("head" if count is None else "said"))
            canvas.write(sheet, row, 1, count, canvas.look("integer"))
        canvas.close()

    def _sheet_of(self, form: Form) -> RecordSheet:
        if form.name not in self._sheets:
            self._sheets[form.name] = RecordSheet(self._canvas, form, [SOURCE])
        return self._sheets[form.name]

    def _begin(self, name: str) -> tuple[Any, int]:
        """A sheet of problems or other text, and its next row."""
        if name not in self._lists:
            heads = {
                DOUBTS: [SOURCE, *say("项 位置 程度 说明", "field place severity message").split()],
                STRAYS: [SOURCE, *say("位置 文字", "place text").split()],
                UNREAD: [SOURCE, say("原因", "reason")],
                ROSTER: say("名称 情况", "name state").split(),
            }[name]
            widths = {DOUBTS: [30, 44, 44, 10, 70], STRAYS: [30, 44, 70], UNREAD: [44, 90], ROSTER: [40, 90]}[name]
            sheet = self._canvas.sheet(name)
            chains = [(head,) for head in heads]
            self._lists[name] = sheet, draw_header(self._canvas, sheet, chains, chains, widths)
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
        return self._lists[name]

    def _list(self, name: str, cells: Sequence[tuple[str, str]]) -> None:
        sheet, row = self._begin(name)
        pieces = max(1, *(-(-len(text) // _PIECE) for text, _ in cells))
        check_room(row + pieces)
        for piece in range(pieces):
            for column, (text, target) in enumerate(cells):
                self._canvas.link(sheet, row + piece, column, text[piece * _PIECE :][:_PIECE], target)
        self._lists[name] = sheet, row + pieces

    def _link_to(self, source: str) -> str:
        """Where a file lies as seen from the workbook; "" where a link could not say so."""
        if not source or "://" in source or "#" in source:
            return ""
        try:
            link = "external:" + Path(os.path.relpath(source, self._target.parent)).as_posix()
        except ValueError:  # another drive of Windows
            return ""
        return link if len(link) < _LONGEST_LINK else ""


def _severity_words(severity: Severity) -> str:
    words = {"error": say("错误", "error"), "warning": say("存疑", "warning"), "note": say("说明", "note")}
    return words[severity]


def _kind_words(code: str) -> str:
    entry = CATALOGUE[code]
    return say(entry.zh, entry.en).format(found="…", expected="…", path="…")
