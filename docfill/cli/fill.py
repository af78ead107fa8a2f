"""`docfill fill`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files, remote
from docfill.cli.app import (
    Force,
    FormArgument,
    Jobs,
    Lang,
    Mark,
    Resume,
    Scheduler,
    Visible,
    app,
    refuse,
    tell,
    tell_about,
    template_of,
    workers,
)
from docfill.cli.tally import MANY, Tally, tell_aside
from docfill.problems import DocfillError, say
from docfill.scratch import Scratch

if TYPE_CHECKING:
    from docfill.batch.filling import Called, Filled, Official, Order, Records
    from docfill.batch.flow import Outlet
    from docfill.form import Form
    from docfill.tables import DataFiles


_NAMED = 10
"""Data files that are named where none holds a record."""


@app.command()
def fill(
    form: FormArgument,
    data: Annotated[list[str], typer.Argument(metavar="DATA", help="数据文件 / data: .xlsx .xls .csv .json .jsonl")],
    output: Annotated[str, typer.Option("-o", "--output", help="文件夹，或 .docx / a folder, or a .docx")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEMPLATE", help='文件名 / names, such as "{封面.集群名称}"')
    ] = None,
    mark: Mark = False,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="OFFICIAL.docx", help="写进这份官方空白表 / write into this official blank"),
    ] = None,
    visible: Visible = False,
    jobs: Jobs = None,
    resume: Resume = False,
    scheduler: Scheduler = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """用数据填表 / fill forms from data

    \b
    例 / example:
      docfill fill shanghai data/shanghai.json -o 填好/ --name "{封面.集群名称}"

    \b
    每条记录生成一个 .docx。数据可以是记录、记录的列表，或 extract 的结果；
    .xlsx、.xls 与 .csv 一行一条，表头是各项的名称或路径；录入表见 docfill sheet。
    Each record becomes a .docx. Data are records, lists of them, or results of
    extract; .xlsx, .xls and .csv have a record a row, headed by the fields' labels
    or paths; docfill sheet makes a workbook to fill in.

    \b
    不合表单要求的记录不生成文件，其全部问题逐条列出，退出码为 1；表格中的这些行
    连同原因另存为“…-未生成.xlsx”，改好后可以再填。
    A record that the form refuses is not written; all its problems are listed,
    and the exit status is 1. Such rows of a spreadsheet are copied, with the
    reasons, to "…-refused.xlsx", to be mended and filled again.

    \b
    中断后，已生成的文件都是完整的；加 --resume 接着做，已有且内容相同的文件不再写。
    After an interruption all files that were written are whole; --resume goes on, and
    leaves a file alone that is there and the same.
    """
    from docfill import tables
    from docfill.batch.filling import Records, Refused, Written, filling
    from docfill.batch.flow import run
    from docfill.form import Form

    if tables.is_table(form):
        raise DocfillError(
            f"{form} 是数据文件；请先写表单名或模板，再写数据：docfill fill 表单 {form} -o 文件夹",
            f"{form} is a data file; name the form first, and the data behind it: docfill fill FORM {form} -o FOLDER",
            "bad-argument",
        )
    loaded = Form.load(form)
    loaded = loaded.marked() if mark else loaded
    suffix = files.outlet(output, [".docx"])
    _check_name(name, loaded)
    official = _official(into) if into is not None else None
    with ExitStack() as stack:
        inputs, given = _inputs(data, stack)
        records = Records(loaded, inputs, name, output, bool(suffix), refuse, tell_about, visible)
        read = [*(path for _, path in inputs if path.exists()), *template_of(form), *([into] if into else [])]
        total = records.count()
        _check_targets(records, output, read, is_file=bool(suffix), may_replace=force or resume)

        is_going_on, is_new = resume and not force, not (resume or force)
        refused = Refused(loaded, [] if suffix or remote.is_url(output) else inputs, Path(output))
        tally = Tally(total)
        if total > MANY:
            tell(say(f"读入 {total} 条记录，每条生成一份", f"{total} records were read; each becomes a document"))
        with tally.running(None), workers(scheduler, jobs) as (executor, at_once):
            job = filling(loaded, is_going_on, official, executor is not None, is_new)
            outlets: list[Outlet[Order, Filled]] = [Written(is_going_on, is_new), refused]
            with closing(run(job, records.orders(), outlets, executor, at_once)) as outcomes:
                for filled in outcomes:
                    _tell(filled, tally)
        for called, error in given.refused:
            refuse(called, error)
        tell_aside(given.aside, "数据", "data")
        for copy in refused.copies:
            tell(say(f"不合要求的各行连同原因已抄入 {copy}", f"the rows refused, with the reasons, are in {copy}"))
    if not tally.done and not records.has_doubts:
        named = [called for called, _ in inputs]
        zh, en = (between.join(map(str, named[:_NAMED])) + ("…" if named[_NAMED:] else "") for between in ("、", ", "))
        raise DocfillError(f"{zh}：没有任何记录", f"{en}: no record is in it", "nothing-found")
    written = tally.done - len(tally.faulty)
    tell(
        say(
            f"共 {tally.done} 条记录：已生成 {written} 份，{len(tally.faulty)} 条不合要求",
            f"{tally.done} records: {written} written, {len(tally.faulty)} refused",
        )
    )
    tally.tell_rate()
    raise typer.Exit(1 if tally.faulty or records.has_doubts or given.refused else 0)


def _official(path: Path) -> Official:
    """A document to be written into; DocfillError where it cannot be read."""
    from docfill.batch.filling import Official
    from docfill.word.document import Document
    from docfill.word.package import contents

    data, name = contents(path, str(path))
    with (document := Document(data, name)).budget():
        document.blocks  # noqa: B018  (before any record is filled in)
    return Official(name, data)


def _check_targets(records: Records, output: str, read: Sequence[Path], *, is_file: bool, may_replace: bool) -> None:
    """Nothing, where nothing is in the way of what is written.

    Raises:
        DocfillError: one file is asked for and there are more records, or a file is in the way.
    """
    from docfill.batch.outlets import check_targets

    if is_file and (total := records.count()) > 1:
        raise DocfillError(
            f"数据中有 {total} 条记录，不能输出为一个文件；请把 -o 改为文件夹",
            f"the data hold {total} records, which one file cannot; give a folder for -o",
            "bad-output",
        )
    if is_file or remote.is_url(output) or _holds_something(output):
        check_targets(records.targets() or ([output] if is_file else []), read, may_replace)


def _tell(filled: Filled, tally: Tally) -> None:
    """Tells what is wrong with a record, if anything is."""
    called: Called = filled.order.kept
    name = f"{called.file} {called.record.place}"
    in_cells, others = called.faults(filled)
    tell_about(called.file, in_cells)
    tell_about(name, others)
    if filled.error:
        refuse(name, filled.error)
    if in_cells or others or filled.error:
        tally.add_faulty(name)
    else:
        tally.add(False)


def _inputs(data: list[str], stack: ExitStack) -> tuple[list[tuple[str, Path]], DataFiles]:
    """The data files that are meant, and what else the folders hold; those elsewhere are fetched into a folder that
    goes with the stack.
    """
    from docfill import tables

    given = tables.data_files([Path(argument) for argument in data if not remote.is_url(argument)])
    found: list[tuple[str, Path]] = [(str(path), path) for path in given.paths]
    for argument in filter(remote.is_url, data):
        folder = stack.enter_context(Scratch())
        path = folder / (files.safe_name(PurePosixPath(argument).name) or "_")
        tables.check_format(path)
        with remote.opened(argument) as stream:
            path.write_bytes(stream.read())
        found.append((argument, path))
    for _, path in found:
        tables.check_format(path)
    return list({path.resolve(): (called, path) for called, path in reversed(found)}.values())[::-1], given


def _holds_something(output: str) -> bool:
    """Whether a folder has files that may be in the way."""
    return Path(output).is_dir() and next(Path(output).iterdir(), None) is not None


def _check_name(template: str | None, form: Form) -> None:
    known = {f.path for f in form.fields if not f.kind.has_records}
    for path in files.placeholders(template or ""):
        if path not in known:
            raise DocfillError(
                f"--name 中的“{path}”不是表中的项，见 docfill fields {form.name}",
                f'"{path}" in --name is no field of the form; see docfill fields {form.name}',
                "bad-argument",
            )
    if any(brace in files.PLACEHOLDER.sub("", template or "") for brace in "{}"):
        example = form.fields[0].path if form.fields else ""
        raise DocfillError(
            f"--name 中的花括号不成对；写法如 “{{{example}}}”",
            f'unbalanced braces in --name; write "{{{example}}}"',
            "bad-argument",
        )
