"""`docfill extract`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files
from docfill.cli.app import (
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
    app,
    forms_of,
    refuse,
    tell,
    tell_about,
    tell_settled,
    template_of,
    workers,
)  # fmt: skip
from docfill.cli.tally import Tally, tell_aside, tell_beside
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from docfill.batch.flow import Outlet
    from docfill.batch.handed import Register
    from docfill.batch.revising import Revision
    from docfill.batch.work import Outcome
    from docfill.extract import Result
    from docfill.form import Form
    from docfill.sources import Source


@app.command()
def extract(
    arguments: Files,
    form: FormOption = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="文件夹，或 / a folder, or .xlsx .csv .json .jsonl .parquet")
    ] = None,
    timeout: Timeout = 60,
    jobs: Jobs = None,
    resume: Resume = False,
    scheduler: Scheduler = None,
    latest: Latest = False,
    roster: RosterFile = None,
    roster_field: RosterField = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """读取交回的表 / read returned forms

    \b
    例 / example:
      docfill extract 交回/ -o 汇总.xlsx

    \b
    -o 为文件夹时每份表一个 .json；为文件时由后缀决定格式。
    只读一份且不给 -o 时，结果显示在屏幕上。
    With a folder for -o, each form becomes a .json; a file's suffix names its
    format. One file without -o is shown on the screen.

    \b
    直接读 .docx .docm .dotx .dotm 和 Word XML；.doc .wps .odt .rtf 由 LibreOffice 转换后读取。
    .docx, .docm, .dotx, .dotm and Word XML are read as they are; .doc, .wps, .odt
    and .rtf are converted by LibreOffice first.

    \b
    有疑问的取值与表外文字逐条列出，此时退出码为 1。
    Doubts about values, and text that belongs to no field, are listed; the
    exit status is then 1.

    \b
    压缩包和邮件像文件夹一样打开。读不了的文件也各占一行，附原因；同一份交了两次、同一申报者
    交了几版的都说明，--latest 只取最新；--roster 名单.xlsx 说明谁没有交。
    Archives and mails are opened as folders are. A file that cannot be read has its
    row, with the reason; what was handed in twice is told, and --latest takes the
    newest; --roster tells who is missing.

    \b
    中断（Ctrl-C、断电、磁盘已满）后，已写出的文件都是完整的；加 --resume 接着做：
    输出到文件夹时，比原件新的结果不再读；输出为一个文件时，已读的记在旁边的 .part 中。
    After an interruption all files that were written are whole; --resume goes on. In
    a folder, results newer than their sources stay; for one file, what was read is
    kept in a .part beside it.
    """
    from docfill import sources
    from docfill.batch import reading
    from docfill.batch.flow import run
    from docfill.form import bundled

    listed = sources.collect(arguments, _written(output) if output else [])
    is_single = len(listed) == len(arguments) == 1 and Path(listed[0].name) == Path(arguments[0])
    if output is None and not is_single:
        raise DocfillError("请用 -o 指定输出的文件夹或文件", "name the folder or file to write with -o", "bad-output")
    forms = forms_of(form)
    templates = template_of(form) or [bundled()[f.name] for f in forms]
    register = _register(forms, roster, roster_field) if len(listed) > 1 or roster or roster_field else None
    outlets = [_outlet(output, listed, is_single, forms, templates, resume, force)] if output else []
    if register is not None:
        for typed in _on_paper(outlets):
            register.add(typed)

    tally = Tally(len(listed))
    states: dict[str, bool | None] = {}
    with tally.running([s.name for s in listed]), workers(scheduler, jobs) as (executor, at_once):
        job = reading(forms, timeout)
        with closing(run(job, listed, outlets, executor, at_once, register, latest)) as outcomes:
            for outcome in outcomes:
                is_first = outcome.source.name not in states
                states[outcome.source.name] = _told(outcome, tally, is_first)
                if outcome.result is not None and not output:
                    typer.echo(files.dump_json(outcome.result.to_dict()), nl=False)
    for source in register.settled.doubtful if register is not None else ():
        if states.get(source.name) is False:
            states[source.name] = True
    failed = sum(state is None for state in states.values())
    doubtful = sum(state is True for state in states.values())
    clear = len(states) - doubtful - failed
    tell(
        say(
            f"共 {len(listed)} 份：{clear} 份无疑问，{doubtful} 份有疑问，{failed} 份无法读取",
            f"{len(listed)} in all: {clear} clear, {doubtful} with doubts, {failed} not readable",
        )
    )
    if register is not None:
        tell_beside([s.name for s in register.settled.beside])
        tell_settled(register, latest)
    tell_aside(listed.aside)
    revisions = _revisions(outlets)
    for revision in revisions:
        tell_about(output or "", revision.told)
        if words := revision.words():
            tell(words)
    tally.tell_rate()
    is_settled = not (register is not None and register.settled.has_doubts) and not any(r.told for r in revisions)
    raise typer.Exit(0 if is_settled and not (doubtful or failed) else 1)


def _register(forms: Sequence[Form], roster: Path | None, field: str | None) -> Register:
    """Who handed in what, which one file by itself does not ask."""
    from docfill.batch.handed import make_register

    return make_register(forms, roster, field)


def _written(output: str) -> list[str]:
    """What a run writes: its output, and what is kept beside it."""
    from docfill.batch.revising import companions

    return [output, *companions(output)]


def _told(outcome: Outcome, tally: Tally, is_first: bool) -> bool | None:
    """Tells what there is to say of a file: whether there are doubts, or None where there is no result."""
    if outcome.result is None or outcome.error is not None:
        assert outcome.error is not None
        refuse(outcome.source.name, outcome.error)
        if is_first:
            tally.add_faulty(outcome.source.name)
        else:
            tally.faulty.append(outcome.source.name)
        return None
    has_doubts = _report(outcome.result)
    tally.add(has_doubts)
    return has_doubts


def _outlet(
    output: str,
    listed: Sequence[Source],
    is_single: bool,
    forms: Sequence[Form],
    templates: Sequence[Path],
    resume: bool,
    force: bool,
) -> Outlet[Source, Outcome]:
    """Where the results go: one file for all, or one for each."""
    from docfill import tables
    from docfill.batch.outlets import Folder, OneFile, joined

    suffix = files.outlet(output, list(tables.FORMATS))
    if suffix and not (is_single and suffix == ".json"):
        return OneFile(output, listed, forms, templates, resume, force)
    stems = files.distinct(s.stem for s in listed)
    targets = [output] if suffix else [joined(output, f"{stem}.json") for stem in stems]
    return Folder(targets, listed, forms, templates, resume, force)


def _on_paper(outlets: Sequence[Outlet[Source, Outcome]]) -> Iterator[Outcome]:
    """What people typed into the workbook of the last run without a file."""
    if outlets:
        from docfill.batch.outlets import OneFile

        for outlet in outlets:
            yield from outlet.on_paper() if isinstance(outlet, OneFile) else ()


def _revisions(outlets: Sequence[Outlet[Source, Outcome]]) -> list[Revision]:
    """The corrections of people that the outlets keep."""
    if not outlets:
        return []
    from docfill.batch.outlets import OneFile

    return [o.revision for o in outlets if isinstance(o, OneFile) and o.revision is not None]


def _report(result: Result) -> bool:
    """Tells the doubts about a document; whether there are any."""
    doubts = result.told()
    tell_about(result.source, doubts)
    return bool(doubts)
