"""`docfill check`, `verify` and `diff`: what an official does with returned forms."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from docfill import files, remote, scratch
from docfill.cli.app import (
    NOT_OURS,
    PROBLEMS,
    UNFINISHED,
    Author,
    Date,
    Files,
    Force,
    FormOption,
    Jobs,
    Lang,
    Latest,
    Resume,
    RosterField,
    RosterFile,
    Scheduler,
    Timeout,
    Visible,
    app,
    console,
    forms_of,
    held_back,
    refuse,
    tell,
    tell_about,
    tell_settled,
    template_of,
    workers,
)  # fmt: skip
from docfill.cli.tally import Tally, tell_aside, tell_beside
from docfill.problems import DocfillError, Problem, say

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rich.console import Console
    from rich.text import Text

    from docfill.batch.flow import Outlet
    from docfill.batch.judging import Judged
    from docfill.batch.work import Outcome
    from docfill.check import Report
    from docfill.diff import Difference
    from docfill.form import Form
    from docfill.sources import Source
    from docfill.word.document import Document

_REPORTS = (".json", ".html", ".xlsx")
_COMMENTED = (".docx", ".docm", ".dotx", ".dotm")


@app.command()
def check(
    arguments: Files,
    form: FormOption = None,
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", help="文件夹，或 / a folder, or .docx .html .xlsx .json; 可多次 / repeatable"),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="R.json", help="保存核对凭证（一份文件） / save a receipt")
    ] = None,
    author: Author = "docfill",
    date: Date = "",
    timeout: Timeout = 60,
    jobs: Jobs = None,
    resume: Resume = False,
    scheduler: Scheduler = None,
    latest: Latest = False,
    roster: RosterFile = None,
    roster_field: RosterField = None,
    visible: Visible = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """核对交回的表 / check returned forms

    \b
    例 / example:
      docfill check 交回/浦东.docx -o 浦东-意见.docx

    \b
    报告漏填、超字数、前后矛盾（规则见模板旁的 .toml）、原表文字被改动、读取的疑问，
    列出应附材料，并用读出的数据重填一遍与交回的文件比对。
    Tells what is missing, too long or contradictory (the rules stand in the .toml
    beside the template), which words of the form were changed, and what could not
    be read plainly; lists what must be attached; and fills the form again to
    compare it with the file.

    \b
    -o 为 .docx 或文件夹时，把意见作为批注写进交回的文件（另存为“原名-意见”）；
    .html 是可打印的报告，.xlsx 一行一份，.json 是全部内容。
    With a .docx or a folder for -o, the file gets comments at the very places;
    .html is a page to print, .xlsx has a row a file, .json has everything.

    \b
    给的是汇总.xlsx（或 .csv、.json、.jsonl）时，核对其中各行的数据，改正过的按改正的算。
    Of a workbook or data file, the records are checked, as people corrected them.

    \b
    中断后加 --resume 接着做；--latest、--roster 同 extract。
    --resume goes on after an interruption; --latest and --roster are those of extract.

    \b
    有错误或需核实之处时，退出码为 1。
    The exit status is 1 where anything is wrong or to be checked.
    """
    if any(map(_is_data, arguments)):
        is_plain = not (receipt or roster or latest or resume)
        _check_records(arguments, form, output or [], force, scheduler, jobs, is_plain, visible)
    from docfill import sources
    from docfill.batch.checking import Remarking, checking
    from docfill.batch.flow import run
    from docfill.batch.handed import make_register
    from docfill.batch.outlets import local
    from docfill.form import bundled

    listed = sources.collect(arguments, output or [])
    outputs = [(o, files.outlet(o, [*_COMMENTED, *_REPORTS])) for o in output or ()]
    _check_single(len(listed), outputs, receipt)
    forms = forms_of(form)
    templates = template_of(form) or [bundled()[f.name] for f in forms]
    register = make_register(forms, roster, roster_field)
    inputs = [*local(listed), *template_of(form)]
    targets = [Path(o) for o, suffix in outputs if suffix and not remote.is_url(o)]
    files.check_targets([*targets, *([receipt] if receipt else [])], inputs, force)
    outlets = _outlets(outputs, listed, forms, templates, inputs, resume, force)
    by = Remarking(author, date) if any(suffix not in _REPORTS for _, suffix in outputs) else None

    tally = Tally(len(listed), is_resumable=bool(outputs))
    seen = _Seen(tally, console(), is_single=len(listed) == 1)
    with tally.running([s.name for s in listed]), workers(scheduler, jobs) as (executor, at_once):
        job = checking(forms, timeout, by)
        with closing(run(job, listed, outlets, executor, at_once, register, latest)) as outcomes:
            for outcome in outcomes:
                seen.take(outcome)
    if receipt and (first := seen.first) is not None:
        _save_receipt(receipt, next(f for f in forms if f.name == first.result.form), listed[0], first)
    seen.fine.difference_update(register.settled.doubtful)
    tell(seen.words(len(listed)))
    tell_beside([s.name for s in register.settled.beside])
    tell_settled(register, latest)
    tell_aside(listed.aside)
    tally.tell_rate()
    if seen.unwritten:
        raise typer.Exit(UNFINISHED)
    raise typer.Exit(PROBLEMS if len(seen.fine) < len(listed) or register.settled.has_doubts else 0)


class _Seen:
    """What came of the files of a run: each is told as it comes, and counted.

    Attributes:
        first: the first report; None where no file could be read.
        fine: the files without a doubt.
        unread: how many could not be read.
        unwritten: how many could not be kept.
    """

    def __init__(self, tally: Tally, screen: Console, *, is_single: bool) -> None:
        self._tally, self._screen, self._is_single = tally, screen, is_single
        self.first: Report | None = None
        self.fine: set[Source] = set()
        self.unread = self.unwritten = 0

    def take(self, outcome: Outcome) -> None:
        """Tells and counts one outcome."""
        from docfill.check.report import show

        if outcome.error:
            refuse(outcome.source.name, outcome.error)
            self.unwritten += outcome.report is not None
        if outcome.report is None:
            self._tally.add_faulty(outcome.source.name)
            self.unread += 1
            return
        show(outcome.report, self._screen, self._is_single)
        self.first = self.first or outcome.report
        self.fine.update([outcome.source] if outcome.report.is_fine else ())
        self._tally.add(not outcome.report.is_fine)

    def words(self, total: int) -> str:
        """The counts of so many files."""
        from docfill.check.report import counted

        fine = len(self.fine)
        return counted(total, fine, total - fine - self.unread, self.unread)


def _save_receipt(target: Path, form: Form, source: Source, report: Report) -> None:
    from docfill.check.receipt import receipt

    kept = receipt(form, Path(source.name).name, source.read(), report.result.data)
    files.write(target, files.dump_json(kept))


def _is_data(argument: str) -> bool:
    from docfill import tables

    return tables.is_table(argument)


def _check_records(
    arguments: list[str],
    form: str | None,
    outputs: list[str],
    force: bool,
    scheduler: str | None,
    jobs: int | None,
    is_plain: bool,
    visible: bool,
) -> NoReturn:
    """Checks the records of data files."""
    from docfill.batch.judging import Judged
    from docfill.check import Unread
    from docfill.check.rules import rules_of

    if not is_plain or not all(map(_is_data, arguments)):
        raise DocfillError(
            "核对汇总表时，不能同时给 Word 文件，也不能用 --receipt、--roster、--latest、--resume",
            "records are checked by themselves, without Word files, --receipt, --roster, --latest and --resume",
            "bad-argument",
        )
    paths, forms = [Path(a) for a in arguments], forms_of(form)
    for output in outputs:
        files.outlet(output, list(_REPORTS))
    targets = [Path(o) for o in outputs if not remote.is_url(o)]
    files.check_targets(targets, [*paths, *template_of(form)], force)
    for one in forms:
        rules_of(one)  # a fault of theirs is none of a file
    tally, fine, refused = Tally(None, is_resumable=False), 0, list[DocfillError]()
    with Judged(outputs) as kept, workers(scheduler, jobs) as crew:
        with tally.running(None):
            for path in paths:
                try:
                    fine += _told_records(path, forms, visible, kept, crew, tally, is_only=len(paths) == 1)
                except DocfillError as error:
                    if error.code in NOT_OURS:
                        raise
                    refused.append(error)
                    if len(paths) > 1:
                        refuse(str(path), error)
                        kept.add(Unread(str(path), error.problem()))
        if refused and len(paths) == 1:
            raise refused[0]
        kept.write()
    zh = f"共 {tally.done} 条：{fine} 条未发现问题，{tally.done - fine} 条有问题"
    en = f"{tally.done} records: {fine} fine, {tally.done - fine} with problems"
    if refused:
        zh, en = f"{zh}；{len(refused)} 个文件未核对", f"{en}; {len(refused)} files were not checked"
    tell(say(zh, en))
    raise typer.Exit(PROBLEMS if fine < tally.done or refused else 0)


def _told_records(
    path: Path,
    forms: list[Form],
    visible: bool,
    kept: Judged,
    crew: tuple[Executor | None, int | None],
    tally: Tally,
    *,
    is_only: bool,
) -> int:
    """Checks the records of a data file; once that is done with all of them, they are told. How many are fine.

    Raises:
        DocfillError: it can't be read to its end, or is too much work; nothing was told of it.
    """
    from docfill.batch.flow import run
    from docfill.batch.judging import jobs_for, judging, load_entries
    from docfill.check import Unread
    from docfill.check.report import show

    entries = load_entries([path], forms, visible)
    head = list(islice(entries.records, 2))
    screen, doubtful, lost = console(), list[bool](), list[Problem]()
    with kept.whole(), io.TextIOWrapper(scratch.stream(), "utf-8", "surrogatepass", "") as held:
        beside = held_back(screen, held)
        listed = chain(head, entries.records)
        job, (executor, jobs) = judging(forms, kept.steps_a_problem), crew
        with closing(run(job, listed, (), executor, jobs or jobs_for(forms))) as reports:
            for report in reports:
                kept.add(report)
                if isinstance(report, Unread):
                    lost.append(report.problem)
                else:
                    show(report, beside, is_single=is_only and len(head) == 1)
                doubtful.append(isinstance(report, Unread) or not report.is_fine)
        held.seek(0)
        for name, problems in entries.problems.items():
            tell_about(name, problems)
        shutil.copyfileobj(held, screen.file)
    for problem in lost:
        tell(str(problem))
    for has_doubts in doubtful:
        tally.add(has_doubts)
    return doubtful.count(False)


def _outlets(
    outputs: list[tuple[str, str]],
    listed: Sequence[Source],
    forms: Sequence[Form],
    templates: Sequence[Path],
    inputs: Sequence[Path],
    resume: bool,
    force: bool,
) -> list[Outlet[Source, Outcome]]:
    """Where the reports go, and the files with comments."""
    from docfill.batch.checking import Comments, Reports

    found: list[Outlet[Source, Outcome]] = []
    stems = dict(zip(listed, files.distinct(f"{s.stem}-{say('意见', 'comments')}" for s in listed), strict=True))
    comments = [(o, suffix) for o, suffix in outputs if suffix not in _REPORTS]
    for name, suffix in comments:
        found.append(Comments(name, dict.fromkeys(listed, "") if suffix else stems, inputs, resume, force))
    reports = [o for o, suffix in outputs if suffix in _REPORTS]
    if reports or (comments and not comments[0][1]):
        beside = str(Path(comments[0][0], ".docfill-check")) if comments and not comments[0][1] else ""
        found.append(Reports(reports, beside, listed, forms, templates, resume, force))
    return found


@app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(metavar="R.json", help="核对凭证 / a receipt")],
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Word 文件 / a Word file")],
    form: Annotated[
        str | None, typer.Option("--form", help="表单；不给则用凭证中的 / the form; the receipt's if not given")
    ] = None,
    timeout: Timeout = 60,
    lang: Lang = None,
) -> None:
    """验证核对凭证 / verify a receipt

    \b
    例 / example:
      docfill verify 浦东-凭证.json 交回/浦东.docx

    \b
    文件、空白表和读出的数据都与凭证相同时，退出码为 0，否则为 1。
    The exit status is 0 if the file, the blank form and what is read are those of
    the receipt, else 1.
    """
    from docfill.check.receipt import form_of, verify_receipt
    from docfill.form import Form
    from docfill.sources import shown

    if receipt.suffix.lower() in files.WORD:
        raise DocfillError(
            f"{receipt} 是 Word 文件；请先写凭证，再写交回的文件",
            f"{receipt} is a Word file; name the receipt first, and the returned file behind it",
            "bad-argument",
        )
    kept = files.load_json(receipt)
    own = form_of(kept, str(receipt))
    loaded = Form.load(form or own)
    differing = verify_receipt(kept, source, loaded, shown(source), timeout)
    names = {
        "form": say("表单", "the form"),
        "blank": say("空白表", "the blank form"),
        "file": say("文件", "the file"),
        "data": say("读出的数据", "what is read"),
    }
    for part, name in names.items():
        typer.echo(f"{name}{say('：', ': ')}{say('不同', 'differs') if part in differing else say('相同', 'the same')}")
    raise typer.Exit(1 if differing else 0)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="前一版 / the earlier version")],
    after: Annotated[Path, typer.Argument(metavar="B", help="后一版 / the later version")],
    form: FormOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的 .json / the .json to write")] = None,
    timeout: Timeout = 60,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """逐项比较两份表 / compare two forms field by field

    \b
    例 / example:
      docfill diff 初稿.docx 修改稿.docx

    \b
    写法不同而意思相同的（1,200 与 1200）不算不同。两份相同时退出码为 0，否则为 1。
    What is only written otherwise (1,200 and 1200) does not count. The exit status
    is 0 if both say the same, else 1.
    """
    from docfill.diff import diff as difference_of
    from docfill.sources import shown
    from docfill.word.document import Document

    forms = forms_of(form)
    if output is not None and files.outlet(str(output), [".json"]) == "":
        raise DocfillError("请用 -o 指定一个 .json 文件", "name a .json file with -o", "bad-output")
    files.check_targets([output] if output else [], [before, after, *template_of(form)], force)
    documents = [Document(path, shown(path), timeout) for path in (before, after)]
    chosen = [_form_of(d, forms) for d in documents]
    if chosen[0].name != chosen[1].name:
        raise DocfillError(
            f"两份不是同一种表：{chosen[0].title}，{chosen[1].title}",
            f"these are two forms: {chosen[0].title}, {chosen[1].title}",
            "ambiguous-form",
        )
    found = difference_of(chosen[0], *documents)
    if output is not None:
        files.write(output, files.dump_json(found.to_dict()))
    _show(found, console())
    raise typer.Exit(0 if found.is_same else 1)


def _form_of(document: Document, forms: list[Form]) -> Form:
    from docfill.recognise import recognise

    return forms[0] if len(forms) == 1 else recognise(document, forms)


def _check_single(count: int, outputs: list[tuple[str, str]], receipt: Path | None) -> None:
    """Refuses one target for several files where a target holds one."""
    names = [name for name, suffix in outputs if suffix in _COMMENTED]
    if receipt:
        files.outlet(str(receipt), [".json"])
        names.append(str(receipt))
    if count > 1 and names:
        raise DocfillError(
            f"有 {count} 份文件，不能都写入 {names[0]}；批注请把 -o 改为文件夹",
            f"{count} files cannot all be written to {names[0]}; for comments give a folder for -o",
            "bad-output",
        )


def _show(found: Difference, screen: Console) -> None:
    """Writes a difference to the terminal; elsewhere, and of more than anybody looks through, as plain lines."""
    from docfill.check.report import MANY
    from docfill.text import shown

    most = MANY if screen.is_terminal else 0
    for number, line in enumerate(_lines(found)):
        if number < most:
            screen.print(line)
        else:
            screen.file.write(f"{shown(line.plain)}\n")
    tell(
        say(f"共 {len(found.changes)} 项不同", f"{len(found.changes)} fields differ")
        if not found.is_same
        else say("两份相同", "both say the same")
    )


def _lines(found: Difference) -> Iterator[Text]:
    """What differs, a line each."""
    from rich.text import Text

    from docfill.check.report import where_of

    styles = {"added": "green", "removed": "red", "changed": "yellow", "same": ""}
    words = {"added": say("增", "added"), "removed": say("删", "removed"), "changed": say("改", "changed")}
    for change in found.changes:
        line = Text(f"{words[change.kind]}  ", style=styles[change.kind])
        line.append(where_of(change.field.place, change.field.path) + say("：", ": "))
        if change.pieces:
            for how, text in change.pieces:
                shown = {"removed": f"[-{text}-]", "added": f"{{+{text}+}}"}.get(how, _shortened(text))
                line.append(shown, style=styles[how])
        else:
            line.append(f"{_value(change.before)} → {_value(change.after)}")
        yield line
    for kind, text in found.leftovers:
        yield Text(f"{words[kind]}  {say('表外文字', 'text of no field')}：{text}", style=styles[kind])
    for kind, problem in found.words:
        yield Text(f"{words[kind]}  {problem}", style=styles[kind])


def _shortened(text: str) -> str:
    """The ends of a long stretch that did not change."""
    return text if len(text) <= 40 else f"{text[:15]}……{text[-15:]}"


def _value(value: Any) -> str:
    if value in (None, []):
        return say("（空）", "(nothing)")
    if isinstance(value, list):
        return "、".join(str(v) for v in value)
    return str(value)
