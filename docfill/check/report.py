"""Reports of what was checked: a page to print (HTML), a workbook for a folder, and the sheet on a terminal.

The page is one file without anything from elsewhere; all that stands in it is
escaped.  The workbook has a row a file, and sheets of the problems and of the
attachments that are due.  JSON is `Report.to_dict`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from docfill import __version__, files
from docfill.check import GROUPS, Report, Unread
from docfill.check.pictured import ABOUT
from docfill.check.rules import Due
from docfill.problems import DocfillError, Place, Problem, abridged, beside_name, say, section_of, told
from docfill.scratch import Scratch
from docfill.text import shown

if TYPE_CHECKING:
    from rich.console import Console

    from docfill.fields import Field
    from docfill.tables.canvas import Cell

_PLACES = 12
"""So many places are told in one row of a workbook, which is no higher than a page."""

STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def severity_word(severity: str) -> str:
    """A severity, as the user reads it."""
    return {"error": say("错误", "error"), "warning": say("请核实", "check"), "note": say("提示", "note")}[severity]


def verdict(checked: Report | Unread) -> str:
    """One line on the whole file."""
    if isinstance(checked, Unread):
        return beside_name(checked.problem, checked.source)
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
    return _below().join(word for word in words if word)


def _below() -> str:
    """What stands between a place and one in it."""
    return say("＞", " > ")


def doubts_of(report: Report) -> list[tuple[str, Problem]]:
    """The errors, then the warnings, each with its kind."""
    doubts = [(kind, p) for kind, group in report.groups.items() for p in told(group) if p.severity != "note"]
    return sorted(doubts, key=lambda t: t[1].severity != "error")


def sources_of(report: Report) -> list[str]:
    """The notes of the form that its doubts rest on, each once."""
    return list(dict.fromkeys(source for _, p in doubts_of(report) if (source := source_of(p))))


@dataclass(frozen=True, slots=True)
class Cause:
    """Problems of one file that are told in the same words, so that they are said once.

    Attributes:
        kind: what group they are of.
        problems: one for each place.
    """

    kind: str
    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """What says all that they share."""
        return self.problems[0]

    @property
    def where(self) -> str:
        """Where it stands; of several, how many they are."""
        if len(self.problems) > 1:
            return say(f"{len(self.problems)} 处", f"{len(self.problems)} places")
        return where_of(self.first.place, self.first.path)

    @property
    def message(self) -> str:
        """What is said of it; of several, with where they stand, each section said once."""
        if len(self.problems) == 1:
            return self.first.message
        places = [(section_of(p.place, p.path), where_of(p.place, p.path)) for p in self.problems]
        said = []
        for section, listed in itertools.groupby(places, lambda place: place[0]):
            before = section + _below()
            names = dict.fromkeys(where.removeprefix(before) for _, where in listed)
            said.append((before if section else "") + say("、", ", ").join(names))
        return self.first.message + say("：", ": ") + say("；", "; ").join(said)


def causes_of(entries: Iterable[tuple[str, Problem]]) -> list[Cause]:
    """Problems, each with its kind, put together by what is said of them, in the order of the first of each."""
    found: dict[object, list[tuple[str, Problem]]] = {}
    kinds = itertools.groupby(entries, lambda entry: entry[0])
    shown_ones = ((kind, p) for kind, listed in kinds for p in abridged(p for _, p in listed))
    for number, (kind, p) in enumerate(shown_ones):
        own = number if p.code in ABOUT or not p.path else -1
        same = kind, p.severity, p.code, p.message, rule_of(p), source_of(p), bool(p.within), own
        found.setdefault(same, []).append((kind, p))
    return [Cause(listed[0][0], tuple(p for _, p in listed)) for listed in found.values()]


def notes_of(report: Report) -> list[tuple[str, Problem]]:
    """What nobody has to decide, each with its kind."""
    return [(kind, p) for kind, group in report.groups.items() for p in told(group) if p.severity == "note"]


def explained_of(report: Report) -> list[tuple[str, Problem]]:
    """What comes of another problem, and is not told one by one, each with its kind."""
    return [(kind, p) for kind, group in report.groups.items() for p in group if p.within]


def pictures_at(report: Report, problem: Problem) -> list[Markup]:
    """The pictures that a problem is about, as data URLs of our own."""
    return [Markup(url) for url in report.pictures.get(problem.path, ())] if problem.code in ABOUT else []


def explained_words(count: int) -> str:
    """How many problems are kept and not told."""
    return say(
        f"因为是另一版的表，另有 {count} 处与本表不符，不逐条列出；见 -o 核对.html 或 .json",
        f"being another edition, it differs in {count} more places, which are not listed; see -o report.html or .json",
    )


def checklist(due: Iterable[Due]) -> list[tuple[str, str, list[Due]]]:
    """What must be attached, with the section and the note of the form that call for it."""
    grouped = itertools.groupby(due, lambda d: (d.section, d.source))
    return [(section, source, list(items)) for (section, source), items in grouped]


def by_section(due: Iterable[Due]) -> list[tuple[str, list[Due]]]:
    """What must be attached, with the section that calls for it."""
    return [(section, list(items)) for section, items in itertools.groupby(due, lambda d: d.section)]


# --- the page ---


def page(checked: Iterable[Report | Unread], is_single: bool = False, aside: Sequence[str] = ()) -> bytes:
    """The reports as one HTML file.

    Args:
        checked: what is reported; it is gone through several times.
        is_single: whether it is one file, which needs no table of files in front.
        aside: the names of what was met and is knowingly no form.
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
        aside=aside,
        titles=[] if is_single else _titles_of(checked),
        counted="" if is_single else _counted(checked),
        is_unread=lambda entry: isinstance(entry, Unread),
        say=say,
        verdict=verdict,
        proof_line=proof_line,
        title_of=title_of,
        where_of=where_of,
        causes_of=causes_of,
        doubts_of=doubts_of,
        notes_of=notes_of,
        explained_of=explained_of,
        source_of=source_of,
        pictures_at=pictures_at,
        sources_of=sources_of,
        checklist=checklist,
        severity_word=severity_word,
        version=__version__,
    )
    return b"".join(piece.encode("utf-8", "replace") for piece in pieces)


def _titles_of(checked: Iterable[Report | Unread]) -> Sequence[str]:
    """The forms that files are of, each once."""
    return list(dict.fromkeys(entry.title for entry in checked if not isinstance(entry, Unread)))


def counted(total: int, fine: int, doubtful: int, unread: int) -> str:
    """How many files there are, and how many of them of each state."""
    return say(
        f"共 {total} 份：{fine} 份未发现问题，{doubtful} 份有问题，{unread} 份无法读取",
        f"{total} in all: {fine} fine, {doubtful} with problems, {unread} not readable",
    )


def _counted(checked: Iterable[Report | Unread]) -> str:
    """How many files there are, by what became of them, and how many are missing."""
    states = Counter(_state_of(entry) for entry in checked)
    fine, doubtful, unread, beside = (states[s] for s in ("fine", "doubtful", "unread", "beside-form"))
    total = fine + doubtful + unread + beside
    words = counted(total, fine, doubtful, unread)
    if beside:
        words += say(f"，{beside} 份是随表交来的，没有读", f", {beside} that came with a form were not read")
    missing = states["not-handed-in"]
    return words + (say(f"；{missing} 家没有交", f"; {missing} not handed in") if missing else "")


_APART = ("not-handed-in", "not-any-more", "beside-form")
"""What is counted by itself, and is no file that should have been read."""


def _state_of(entry: Report | Unread) -> str:
    if not isinstance(entry, Unread):
        return "fine" if entry.is_fine else "doubtful"
    return entry.problem.code if entry.problem.code in _APART else "unread"


def dumped(checked: Iterable[Report | Unread], is_single: bool = False, aside: Sequence[str] = ()) -> Iterator[bytes]:
    """The reports as JSON: a list, or one by itself, piece by piece; in a list what was set aside follows."""
    if is_single:
        yield from (files.dump_json(entry.to_dict()) for entry in checked)
        return
    before = b"[\n"
    for entry in itertools.chain(checked, (Unread(name, Problem("set-aside")) for name in aside)):
        lines = files.dump_json(entry.to_dict()).rstrip(b"\n").split(b"\n")
        yield before + b"\n".join(b"  " + line for line in lines)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def make_report(
    checked: Iterable[Report | Unread],
    suffix: str = ".html",
    is_single: bool = False,
    target: Path | None = None,
    aside: Sequence[str] = (),
) -> bytes:
    """The reports of some files as a page to print, a workbook or JSON.

    Args:
        checked: what is reported, as `check_document` and `check_many` give it; it is gone through several times.
        suffix: what the file ends in that these bytes are for: .html, .xlsx or .json.
        is_single: whether it is one file, which needs no table of files in front, and no list in JSON.
        target: where the report will be, for links of a workbook to the files.
        aside: the names of what was met and is knowingly no form; each report lists them, but for JSON of one file.

    Raises:
        DocfillError: there is no such report.
    """
    if suffix == ".html":
        return page(checked, is_single, aside)
    if suffix == ".xlsx":
        return workbook(checked, target, aside)
    if suffix == ".json":
        return b"".join(dumped(checked, is_single, aside))
    raise DocfillError(
        f"报告的后缀应为 .html、.xlsx 或 .json，不是 {suffix}",
        f"a report ends in .html, .xlsx or .json, not {suffix}",
        "bad-output",
    )


# --- the workbook ---


def workbook(checked: Iterable[Report | Unread], target: Path | None = None, aside: Sequence[str] = ()) -> bytes:
    """The reports as an .xlsx: a row a file, the problems, and what is due; they are gone through several times.

    Each row of a file leads to the file, to its first problem and to the first of what is due.

    Args:
        checked: what is reported.
        target: where the workbook will be, for links to the files.
        aside: the names of what was met and is knowingly no form, which have a sheet of their own.
    """
    from docfill.tables.canvas import Canvas, draw_list, link_beside, opening

    @cache
    def linked(source: str) -> tuple[Cell, Cell]:
        return source, opening(link_beside(target, source) if target is not None else "")

    names = say("问题", "problems"), say("应附材料", "attachments")
    with Scratch() as folder:
        path = Path(folder, "report.xlsx")
        file = say("文件", "file"), say("打开", "open")
        canvas = Canvas(path)
        heads = [
            *file, say("表", "form"), say("结论", "verdict"), say("问题", "problems"),
            *(severity_word(s) for s in STYLES), *(title_of(k) for k in GROUPS),
            say("应附材料", "attachments due"), say("重填比对", "filled again"),
        ]  # fmt: skip
        widths = (32, 6, 26, 26, 8, 8, 8, 8, 8, 8, 10, 8, 10, 10, 40)
        draw_list(canvas, say("各份", "files"), heads, widths, _file_rows(checked, names, linked))
        heads = [
            file[0], say("程度", "severity"), say("位置", "where"), say("问题", "problem"), file[1],
            say("类别", "kind"),
            say("部分", "section"), say("行", "row"), say("列", "column"), say("项", "path"), say("规则", "rule"),
            say("依据", "rests on"),
        ]  # fmt: skip
        rows = (row for entry in checked for row in _problem_rows(entry, linked))
        draw_list(canvas, names[0], heads, (24, 7, 32, 54, 6, 10, 20, 24, 10, 28, 16, 60), rows, upright=4)
        heads = [file[0], say("应附材料", "due"), "□", file[1], say("项", "path"), say("依据", "rests on")]
        due = (
            (
                linked(c.result.source)[0],
                d.to_dict()["due"],
                "□",
                linked(c.result.source)[1],
                _called(d.fields),
                d.source,
            )
            for c in checked
            if isinstance(c, Report)
            for d in c.due
        )
        draw_list(canvas, names[1], heads, (38, 74, 4, 6, 54, 60), due, upright=3)
        if aside:
            heads = [say("文件（不是表，已略过）", "file (no form, set aside)")]
            draw_list(canvas, say("略过", "set aside"), heads, (80,), ([name] for name in aside))
        canvas.close()
        return path.read_bytes()


def _called(fields: Iterable[Field]) -> str:
    """Some fields by their paths; of those that a question has a year or column of, what they share is said once, and
    of those of a table of its own only how many they are.
    """
    questions = (list(listed) for _, listed in itertools.groupby(fields, lambda f: f.steps[:2]))
    return "、".join(map(_of_question, questions))


def _of_question(fields: Sequence[Field]) -> str:
    """The fields of one question."""
    before = {f.steps[:-1] for f in fields}
    if len(before) == 1:
        return ".".join((*fields[0].steps[:-1], "、".join(f.steps[-1] for f in fields)))
    shared = ".".join(fields[0].steps[:2])
    return say(f"{shared}（{len(fields)} 项）", f"{shared} ({len(fields)} fields)")


def _file_rows(
    checked: Iterable[Report | Unread], names: tuple[str, str], linked: Callable[[str], tuple[Cell, Cell]]
) -> Iterator[list[Cell]]:
    """The row of each file; of one that could not be read its reason."""
    from docfill.tables.canvas import Leading

    problem, attachment = 2, 2
    for entry in checked:
        if isinstance(entry, Unread):
            to_problem = Leading(1, f"internal:'{names[0]}'!A{problem}")
            yield [*linked(entry.source), "", verdict(entry), to_problem, 1, 0, 0, *([0] * len(GROUPS)), 0, ""]
            problem += 1
            continue
        count, due = len(entry.problems), len(entry.due)
        listed: Cell = Leading(count, f"internal:'{names[0]}'!A{problem}") if count else 0
        attached: Cell = Leading(due, f"internal:'{names[1]}'!A{attachment}") if due else 0
        groups, counts = map(len, entry.groups.values()), entry.counts.values()
        yield [
            *linked(entry.result.source),
            entry.title,
            verdict(entry),
            listed,
            *counts,
            *groups,
            attached,
            proof_line(entry),
        ]
        problem, attachment = problem + sum(1 for _ in _problem_rows(entry, linked)), attachment + due


def _problem_rows(entry: Report | Unread, linked: Callable[[str], tuple[Cell, Cell]]) -> Iterator[list[Cell]]:
    """The rows of a file; what is said of several places has one, with one of each place folded below it."""
    from docfill.tables.canvas import Folded, Marked

    if isinstance(entry, Unread):
        name, opened = linked(entry.source)
        yield [name, Marked(severity_word("error")), "", verdict(entry), opened, say("未读", "not read"), *[""] * 6]
        return
    name, opened = linked(entry.result.source)
    listed = [(kind, p) for kind, group in entry.groups.items() for p in group]

    def row_of(cause: Cause, places: Sequence[str]) -> list[Cell]:
        word = severity_word(cause.first.severity)
        level = word if cause.first.severity == "note" else Marked(word)
        front = [name, level, cause.where, cause.message, opened, title_of(cause.kind)]
        return [*front, *places, rule_of(cause.first), source_of(cause.first)]

    for cause in sorted(causes_of(listed), key=lambda cause: bool(cause.first.within)):
        for start in range(0, len(cause.problems), _PLACES):
            part = replace(cause, problems=cause.problems[start : start + _PLACES])
            each = [row_of(Cause(cause.kind, (p,)), (p.place.section, p.place.row, p.place.column, p.path))
                    for p in part.problems]  # fmt: skip
            is_of_several = len(each) > 1 and not cause.first.within
            if is_of_several:
                yield row_of(part, [""] * 4)
            yield from map(Folded, each) if is_of_several or cause.first.within else each


def rule_of(problem: Problem) -> str:
    """The name of the rule that a problem is of, or ""."""
    return str(getattr(problem, "rule", ""))


def source_of(problem: Problem) -> str:
    """The note of the form that a problem rests on, or ""."""
    return str(getattr(problem, "source", ""))


# --- the terminal ---


MANY = 300
"""Problems of a kind that are laid out on a terminal; more of them are told as plain lines, which cost little."""


def _number(items: Sequence[object]) -> str:
    return say(f"（{len(items)}）", f" ({len(items)})")


def show(report: Report, console: Console, is_single: bool = True) -> None:
    """Writes the report of one file to a terminal, in colour where it has any; the checklist where it `is_single`. Of
    several files, one of which nothing is to be said has one line.

    Elsewhere than on a terminal each problem is one line, and so is each of more than anybody looks through.
    """
    from rich.table import Column, Table
    from rich.text import Text

    is_laid_out = console.is_terminal
    most = MANY if is_laid_out else 0
    plain: list[str] = []

    def line(words: str, style: str) -> None:
        if is_laid_out:
            write_plain()
            console.print(Text(words, style=style))
        else:
            plain.append(f"{shown(words)}\n")

    def write_plain() -> None:
        """Writes the plain lines so far: each by itself would cost more than its words."""
        if plain:
            console.file.write("".join(plain))
            plain.clear()

    def item(number: int, mark: str, style: str, said: str) -> None:
        """A line that goes on below its own words where the terminal is narrow."""
        if number >= most:
            plain.append(f"    {mark} {shown(said)}\n")
            return
        write_plain()
        grid = Table.grid(Column(no_wrap=True), Column(overflow="fold"))
        grid.add_row(Text("    ").append_text(Text(mark, style=style)).append(" "), Text(said))
        console.print(grid)

    if not is_single and report.is_fine and not notes_of(report):
        line(f"{report.result.source}  {verdict(report)}", "green")
        write_plain()
        return
    line(f"{report.result.source}  {report.title}", "bold underline")
    line(f"  {verdict(report)}", "bold green" if report.is_fine else "bold")
    for kind, group in report.groups.items():
        listed = told(group)
        if listed:
            line(f"  {title_of(kind)}{_number(listed)}", "bold")
        for number, problem in enumerate(abridged(listed)):
            where = where_of(problem.place, problem.path)
            said = f"{where}{say('：', ': ')}{problem.message}" if where else problem.message
            item(number, f"{severity_word(problem.severity)} ", STYLES[problem.severity], said)
    if kept := explained_of(report):
        line(f"  {explained_words(len(kept))}", "dim")
    if report.due:
        line(f"  {say('应附材料', 'attachments due')}{_number(report.due)}", "bold")
        for section, items in by_section(report.due) if is_single else ():
            line(f"    {section}", "dim")
            for number, due in enumerate(items):
                item(number, "□", "", say(due.zh, due.en))
    line(f"  {proof_line(report)}", "dim")
    write_plain()
