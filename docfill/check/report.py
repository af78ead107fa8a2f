"""Reports of what was checked: a page to print (HTML), a workbook for a folder, and the sheet on a terminal.

The page is one file without anything from elsewhere; all that stands in it is
escaped.  The workbook has a row a file, and sheets of the problems and of the
attachments that are due.  JSON is `Report.to_dict`.
"""

from __future__ import annotations

import datetime
import io
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from docfill import __version__, files
from docfill.check import GROUPS, Report, Unread
from docfill.check.rules import Due
from docfill.problems import DocfillError, Place, Problem, say, section_of
from docfill.text import shown, width

if TYPE_CHECKING:
    from rich.console import Console

_DATE = datetime.datetime(1980, 1, 1)
"""In every workbook, so that the same report gives the same bytes (law 7)."""

LONGEST_CELL = 32_000
"""Characters; a spreadsheet holds 32767 in a cell."""

_LINE, _TALLEST = 15.0, 409.0
"""Points: the height of a line, and the most that a spreadsheet gives a row."""

STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def severity_word(severity: str) -> str:
    """A severity, as the user reads it."""
    return {"error": say("错误", "error"), "warning": say("请核实", "check"), "note": say("提示", "note")}[severity]


def verdict(checked: Report | Unread) -> str:
    """One line on the whole file."""
    if isinstance(checked, Unread):
        return checked.problem.message
    counts = checked.counts
    if checked.is_fine:
        return say("未发现问题", "nothing wrong was found")
    return say(
        f"{counts['error']} 处错误，{counts['warning']} 处请核实",
        f"{counts['error']} errors, {counts['warning']} to be checked",
    )


def proof_line(checked: Report) -> str:
    """One line on the round trip."""
    proof = checked.proof
    if proof is None:
        return say("按数据核对，没有原文件可比", "the data alone were checked; there is no document to compare")
    if proof.is_identical:
        return say(
            "用读出的数据重填，与交回的文件逐字节相同", "filled again with what was read: the same file, byte for byte"
        )
    if not proof.is_same_data:
        return say(
            f"用读出的数据重填，有 {len(proof.problems)} 项不能还原",
            f"filled again with what was read: {len(proof.problems)} fields could not be restored",
        )
    return say(
        f"用读出的数据重填再读，数据相同；文字写法有 {len(proof.differences)} 处不同",
        f"filled again with what was read, the data are the same; {len(proof.differences)} lines are written otherwise",
    )


def title_of(kind: str) -> str:
    """The title of a kind of problem."""
    return say(*GROUPS[kind])


def where_of(place: Place, path: str = "") -> str:
    """Where something stands, from the section down, as a person says it."""
    words = [section_of(place, path), place.row, place.column]
    if not (place.row or place.column):
        return place.section or path
    return say("＞", " > ").join(word for word in words if word)


def by_section(due: Iterable[Due]) -> list[tuple[str, list[Due]]]:
    """What must be attached, with the section that calls for it."""
    return [(section, list(items)) for section, items in itertools.groupby(due, lambda d: d.section)]


# --- the page ---


def page(checked: Iterable[Report | Unread], is_single: bool = False) -> bytes:
    """The reports as one HTML file.

    Args:
        checked: what is reported; it is gone through twice.
        is_single: whether it is one file, which needs no table of files in front.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("docfill.check", "."),
        autoescape=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html")
    pieces = template.generate(
        checked=checked,
        is_single=is_single,
        is_unread=lambda entry: isinstance(entry, Unread),
        say=say,
        verdict=verdict,
        proof_line=proof_line,
        title_of=title_of,
        where_of=where_of,
        by_section=by_section,
        severity_word=severity_word,
        version=__version__,
    )
    return b"".join(piece.encode("utf-8", "replace") for piece in pieces)


def dumped(checked: Iterable[Report | Unread], is_single: bool = False) -> Iterator[bytes]:
    """The reports as JSON: a list, or one by itself, piece by piece."""
    if is_single:
        yield from (files.dump_json(entry.to_dict()) for entry in checked)
        return
    before = b"[\n"
    for entry in checked:
        lines = files.dump_json(entry.to_dict()).rstrip(b"\n").split(b"\n")
        yield before + b"\n".join(b"  " + line for line in lines)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def make_report(checked: Iterable[Report | Unread], suffix: str = ".html", is_single: bool = False) -> bytes:
    """The reports of some files as a page to print, a workbook or JSON.

    Args:
        checked: what is reported, as `check_document` and `check_many` give it; it is gone through three times.
        suffix: what the file ends in that these bytes are for: .html, .xlsx or .json.
        is_single: whether it is one file, which needs no table of files in front, and no list in JSON.

    Raises:
        DocfillError: there is no such report.
    """
    if suffix == ".html":
        return page(checked, is_single)
    if suffix == ".xlsx":
        return workbook(checked)
    if suffix == ".json":
        return b"".join(dumped(checked, is_single))
    raise DocfillError(
        f"报告的后缀应为 .html、.xlsx 或 .json，不是 {suffix}",
        f"a report ends in .html, .xlsx or .json, not {suffix}",
        "bad-output",
    )


# --- the workbook ---


def workbook(checked: Iterable[Report | Unread]) -> bytes:
    """The reports as an .xlsx: a row a file, the problems, and what is due; they are gone through three times."""
    import xlsxwriter

    out = io.BytesIO()
    # a row is written to disk once the next begins, so that memory does not grow with them
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _DATE})
    head = book.add_format({"bold": True, "bg_color": "#D9E2F3", "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    columns = [
        say("文件", "file"), say("表", "form"), say("结论", "verdict"),
        *(severity_word(s) for s in STYLES), *(title_of(k) for k in GROUPS),
        say("应附材料", "attachments due"), say("重填比对", "filled again"),
    ]  # fmt: skip
    rows: Iterable[list[Any]] = map(_row_of, checked)
    _sheet(book, say("各份", "files"), columns, rows, (36, 30, 24, 8, 8, 8, 8, 8, 10, 8, 10, 10, 50), head, wrapped)
    columns = [
        say("文件", "file"), say("程度", "severity"), say("类别", "kind"), say("部分", "section"), say("行", "row"),
        say("列", "column"), say("项", "path"), say("问题", "problem"), say("规则", "rule"), say("依据", "rests on"),
    ]  # fmt: skip
    rows = (row for entry in checked for row in _problem_rows(entry))
    _sheet(book, say("问题", "problems"), columns, rows, (30, 8, 10, 22, 28, 10, 30, 60, 20, 40), head, wrapped)
    rows = (
        [c.result.source, d.to_dict()["due"], "、".join(f.path for f in d.fields), d.source]
        for c in checked
        if isinstance(c, Report)
        for d in c.due
    )
    columns = [say("文件", "file"), say("应附材料", "due"), say("项", "path"), say("依据", "rests on")]
    _sheet(book, say("应附材料", "attachments"), columns, rows, (30, 50, 50, 50), head, wrapped)
    book.close()
    return out.getvalue()


def _row_of(entry: Report | Unread) -> list[Any]:
    """The row of a file; of one that could not be read its reason."""
    if isinstance(entry, Unread):
        return [entry.source, "", verdict(entry), 1, 0, 0, *([0] * len(GROUPS)), 0, ""]
    groups = map(len, entry.groups.values())
    counts = entry.counts.values()
    return [entry.result.source, entry.title, verdict(entry), *counts, *groups, len(entry.due), proof_line(entry)]


def _problem_rows(entry: Report | Unread) -> Iterator[list[Any]]:
    if isinstance(entry, Unread):
        yield [entry.source, severity_word("error"), say("未读", "not read"), *[""] * 4, verdict(entry), "", ""]
        return
    for kind, group in entry.groups.items():
        for p in group:
            where = [p.place.section, p.place.row, p.place.column, p.path]
            level = [severity_word(p.severity), title_of(kind)]
            yield [entry.result.source, *level, *where, p.message, rule_of(p), source_of(p)]


def _sheet(
    book: Any,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int],
    head: Any,
    cell: Any,
) -> None:
    sheet = book.add_worksheet(name)
    for at, wide in enumerate(widths):
        sheet.set_column(at, at, wide)
    sheet.write_row(0, 0, columns, head)
    number = 0
    for number, row in enumerate(rows, 1):
        sheet.set_row(number, _height(row, widths))
        for at, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, at, value, cell)
            else:
                sheet.write_string(number, at, value[:LONGEST_CELL], cell)
    sheet.freeze_panes(1, 1)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)


def _height(row: Sequence[Any], widths: Sequence[int]) -> float:
    """Points that a row takes with its texts wrapped: LibreOffice shows a line of them where none are given."""
    texts = [str(value).split("\n") for value in row]
    lines = (sum(max(math.ceil(width(t) / (w - 2)), 1) for t in text) for text, w in zip(texts, widths, strict=True))
    return min(_LINE * max(lines), _TALLEST)


def rule_of(problem: Problem) -> str:
    """The name of the rule that a problem is of, or ""."""
    return str(getattr(problem, "rule", ""))


def source_of(problem: Problem) -> str:
    """The note of the form that a problem rests on, or ""."""
    return str(getattr(problem, "source", ""))


# --- the terminal ---


def _number(items: Sequence[object]) -> str:
    return say(f"（{len(items)}）", f" ({len(items)})")


def show(report: Report, console: Console, is_single: bool = True) -> None:
    """Writes the report of one file to a terminal, in colour where it has any; the checklist where it `is_single`.

    Elsewhere than on a terminal each problem is one line.
    """
    from rich.table import Column, Table
    from rich.text import Text

    def item(mark: Text, said: str) -> None:
        """A line that goes on below its own words where the terminal is narrow."""
        mark = Text("    ").append_text(mark).append(" ")
        if not console.is_terminal:
            console.print(mark.append(said))
            return
        grid = Table.grid(Column(no_wrap=True), Column(overflow="fold"))
        grid.add_row(mark, Text(said))
        console.print(grid)

    console.print(Text(f"{report.result.source}  {report.title}", style="bold underline"))
    console.print(Text(f"  {verdict(report)}", style="bold green" if report.is_fine else "bold"))
    for kind, group in report.groups.items():
        if group:
            console.print(Text(f"  {title_of(kind)}{_number(group)}", style="bold"))
        for problem in group:
            where = where_of(problem.place, problem.path)
            said = f"{where}{say('：', ': ')}{problem.message}" if where else problem.message
            item(Text(f"{severity_word(problem.severity)} ", style=STYLES[problem.severity]), said)
    if report.due:
        console.print(Text(f"  {say('应附材料', 'attachments due')}{_number(report.due)}", style="bold"))
        for section, listed in by_section(report.due) if is_single else ():
            console.print(Text(f"    {section}", style="dim"))
            for due in listed:
                item(Text("□"), say(due.zh, due.en))
    console.print(Text(f"  {proof_line(report)}", style="dim"))
