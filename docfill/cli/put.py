"""`docfill put`: corrections into returned files, at their places."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docfill import files
from docfill.cli.app import (
    PROBLEMS,
    UNFINISHED,
    Author,
    Date,
    Force,
    FormOption,
    Jobs,
    Lang,
    Resume,
    Scheduler,
    Timeout,
    Visible,
    app,
    forms_of,
    refuse,
    tell,
    tell_about,
    template_of,
    workers,
)  # fmt: skip
from docfill.cli.tally import Tally
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from docfill.batch.flow import Outlet
    from docfill.batch.putting import Order, Put
    from docfill.form import Form
    from docfill.sources import Source

_WORD = (".docx", ".docm", ".dotx", ".dotm")


@app.command()
def put(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="RETURNED",
            help="交回的文件；最后可以是改动的数据文件 / returned files; the last may be the data file of changes",
        ),
    ],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="文件夹，或 .docx / a folder, or a .docx")
    ] = None,
    form: FormOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="改为；可多次 / to be; repeatable")
    ] = None,
    clear: Annotated[list[str] | None, typer.Option("--clear", metavar="PATH", help="清空 / to be blank")] = None,
    rewrite: Annotated[
        list[str] | None, typer.Option("--rewrite", metavar="PATH", help="按规范重写 / to be written anew")
    ] = None,
    is_tracked: Annotated[
        bool, typer.Option("--track", help="改动写成修订，可在 Word 中逐处接受 / as tracked changes")
    ] = False,
    author: Author = "docfill",
    date: Date = "",
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="为何改，记入改正记录 / kept with the corrections")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出会改什么 / only tell what would change")] = False,
    visible: Visible = False,
    timeout: Timeout = 60,
    jobs: Jobs = None,
    resume: Resume = False,
    scheduler: Scheduler = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """把改动写进交回的表 / put corrections into returned forms

    \b
    例 / example:
      docfill put 交回/浦东.docx -o 浦东-改.docx --set 封面.集群名称=张江集群

    \b
    只动要改的几处，其余一个字节也不变；值相同的不改。改动可以是一份记录的一部分（.json），
    或表格（.xlsx、.csv），一行一份，由“文件”一列说明改哪一份；空格不改。
    Only the places of what changes are touched. Changes are a part of a record
    (.json), or a spreadsheet with a row a file, which its column 文件 names; an
    empty cell changes nothing.

    \b
    给的是 extract 的汇总.xlsx 或 .corrections.jsonl 时，写入的是人改过的那些（清空的也算）。
    每处改动记入输出旁的 corrections.jsonl：原值、新值、谁、何时、为何、前后的文件校验值。
    Of a workbook of extract, or its .corrections.jsonl, what people changed is put.
    Each change is noted in a corrections.jsonl beside the output.

    \b
    有一处写不进去，这份文件就不写，原因逐条列出，退出码为 1。
    Where one place cannot be written nothing of that file is; every reason is
    listed, and the exit status is 1.
    """
    from docfill import sources
    from docfill.batch.flow import run
    from docfill.batch.ordering import Changes, load_changes, part_of
    from docfill.batch.outlets import local
    from docfill.batch.putting import putting
    from docfill.batch.revising import companions
    from docfill.form import bundled
    from docfill.put import Track

    changes = arguments.pop() if len(arguments) > 1 and _is_data(arguments[-1]) else None
    _check_asked(has_output=output is not None or dry_run, has_changes=bool(changes or settings or clear or rewrite))
    listed = sources.collect(arguments, [output, *companions(output)] if output else [])
    forms = forms_of(form)
    inputs = [*local(listed), *template_of(form), *(bundled()[f.name] for f in forms if not form)]
    said = {"who": author, "when": date or _now(), "why": why}
    target = "" if output is None else output
    outlets = _outlets(target, listed, inputs, said, forms, resume, force, is_written=bool(target) and not dry_run)
    typed = [_typed(setting) for setting in settings or ()]
    common = part_of([*typed, *((path, None) for path in clear or ())], forms)
    asked = load_changes(Path(changes), forms, visible) if changes else Changes({"": {}})
    orders, unmatched = asked.orders(listed, common), asked.unmatched(listed)
    tally = Tally(len(orders))
    refused = unwritten = changed = doubtful = 0
    with tally.running([s.name for s, _ in orders]), workers(scheduler, jobs) as (executor, at_once):
        job = putting(forms, timeout, rewrite or (), Track(author, date) if is_tracked else None)
        with closing(run(job, orders, outlets, executor, at_once)) as outcomes:
            for done in outcomes:
                one = replace(done, problems=[*done.problems, *asked.conflicts(done, forms)])
                _tell(one, tally)
                refused += one.result is None
                doubtful += bool(one.problems)
                changed += one.result is not None and bool(one.changes)
                unwritten += one.result is not None and one.error is not None
    for name, problems in asked.problems.items():
        tell_about(name, problems)
    if changes and not (asked.parts or asked.problems):
        tell(say(f"{changes} 里没有人改过的值", f"nobody changed anything in {changes}"))
    for name in unmatched:
        tell(say(f"改动中的“{name}”不在交回的文件里", f'"{name}" of the changes is none of the returned files'))
    tell(
        say(
            f"共 {len(orders)} 份：{changed} 份有改动，{refused} 份没有写",
            f"{len(orders)} in all: {changed} changed, {refused} not written",
        )
    )
    if unwritten:
        raise typer.Exit(UNFINISHED)
    raise typer.Exit(PROBLEMS if refused or doubtful or unmatched or asked.problems else 0)


def _typed(setting: str) -> tuple[str, str]:
    """The path and the text of an option; DocfillError where it has no "=", since nothing is cleared by a slip."""
    path, equals, text = setting.partition("=")
    if not equals:
        raise DocfillError(
            f"--set 应写成 路径=值，“{setting}”没有等号；要清空请用 --clear {setting}",
            f'--set is PATH=VALUE, and "{setting}" has no "="; clear it with --clear {setting}',
            "bad-argument",
        )
    return path, text


def _check_asked(*, has_output: bool, has_changes: bool) -> None:
    """DocfillError where nobody said what is to change, or where it is to be written."""
    if not has_output:
        raise DocfillError("请用 -o 指定输出的文件夹或文件", "name the folder or file to write with -o", "bad-output")
    if not has_changes:
        raise DocfillError(
            "没有要改的：请在最后给出数据文件（.xlsx、.csv、.json、.jsonl），或用 --set、--clear、--rewrite",
            "nothing is to change: give a data file (.xlsx, .csv, .json, .jsonl) last, or --set, --clear or --rewrite",
            "bad-argument",
        )


def _outlets(
    output: str,
    listed: Sequence[Source],
    inputs: Sequence[Path],
    said: Mapping[str, str],
    forms: Sequence[Form],
    resume: bool,
    force: bool,
    is_written: bool,
) -> list[Outlet[Order, Put]]:
    """Where the changed files go, and what was changed; nowhere where nothing `is_written`."""
    from docfill import corrections, remote
    from docfill.batch.putting import Corrected, Noted

    suffix = files.outlet(output, _WORD) if output else ""
    if suffix and len(listed) > 1:
        raise DocfillError(
            f"有 {len(listed)} 份文件，不能输出为一个；请把 -o 改为文件夹",
            f"{len(listed)} files cannot all be written to one; give a folder for -o",
            "bad-output",
        )
    if not is_written:
        return []
    named = [""] * len(listed) if suffix else files.distinct(s.stem for s in listed)
    found: list[Outlet[Order, Put]] = [
        Corrected(output, dict(zip(listed, named, strict=True)), inputs, is_compared=resume, force=force)
    ]
    if not remote.is_url(output):
        found.append(Noted(corrections.Log(corrections.beside(Path(output))), said, forms))
    return found


def _is_data(argument: str) -> bool:
    from docfill import tables

    return tables.is_table(argument)


def _tell(one: Put, tally: Tally) -> None:
    """Tells what changes in a file, or why nothing does."""
    if one.problems:
        tell_about(one.source.name, one.problems)
    for change in one.changes:
        typer.echo(f"{one.source.name}{say('：', ': ')}{change.path}  {_changed(change.old, change.new)}")
    if one.error is not None and not one.problems:
        refuse(one.source.name, one.error)
    if one.result is None:
        tally.add_faulty(one.source.name)
    else:
        tally.add(False)


def _changed(old: Any, new: Any) -> str:
    """What was there and what is there now; of repeated rows, those only that are not the same."""
    if not (_has_rows(old) and _has_rows(new)):
        return f"{_shown(old)} → {_shown(new)}"
    pairs = enumerate(zip_longest(old, new), 1)
    return say("；", "; ").join(
        say(f"第 {n} 行 ", f"row {n}: ") + f"{_shown([a] if a else None)} → {_shown([b] if b else None)}"
        for n, (a, b) in pairs
        if a != b
    )


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _shown(value: Any) -> str:
    from docfill.kinds import said_of

    if value in (None, []):
        return say("（空）", "(nothing)")
    return said_of(value).replace("\n", say("；", "; "))


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
