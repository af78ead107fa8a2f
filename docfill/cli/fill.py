"""`docfill fill`."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files
from docfill.cli.app import Force, FormArgument, Lang, app, progress, refuse, tell, tell_about, template_of
from docfill.problems import DocfillError, InvalidData, Problem, say

if TYPE_CHECKING:
    from docfill.form import Form
    from docfill.tables import Record


@app.command()
def fill(
    form: FormArgument,
    data: Annotated[list[Path], typer.Argument(metavar="DATA", help="数据文件 / data: .xlsx .xls .csv .json .jsonl")],
    output: Annotated[str, typer.Option("-o", "--output", help="文件夹，或 .docx / a folder, or a .docx")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEMPLATE", help='文件名 / names, such as "{封面.集群名称}"')
    ] = None,
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
    """
    from docfill import tables
    from docfill.form import Form

    loaded = Form.load(form)
    paths = files.collect(data, tables.SOURCES)
    suffix = files.outlet(output, [".docx"])
    for path in paths:
        tables.check_format(path)
    _check_name(name, loaded)

    jobs: list[tuple[Path, Record, str]] = []
    has_doubts = False
    for path in paths:
        try:
            table = tables.load(path, loaded)
            records = list(table.records)
        except DocfillError as error:
            refuse(path, error)
            has_doubts = True
            continue
        tell_about(str(path), table.problems)
        has_doubts = has_doubts or bool(table.problems)
        for record in records:
            number = f"-{record.number:03}" if len(records) > 1 else ""
            made = files.name_from(name, record.data) if name else ""
            jobs.append((path, record, made or f"{path.stem}{number}"))
    if not jobs and not has_doubts:
        raise DocfillError("数据文件中没有任何记录", "the data files hold no record")
    if suffix and len(jobs) > 1:
        raise DocfillError(
            f"数据中有 {len(jobs)} 条记录，不能输出为一个文件；请把 -o 改为文件夹",
            f"the data hold {len(jobs)} records, which one file cannot; give a folder for -o",
        )
    stems = files.distinct(stem for _, _, stem in jobs)
    targets = [Path(output) if suffix else Path(output, f"{stem}.docx") for stem in stems]
    files.check_targets(targets, [*paths, *template_of(form)], force)

    written = 0
    refused: dict[Path, dict[int, list[str]]] = {}
    for (path, record, _), target in zip(progress(jobs), targets, strict=True):
        document, problems = _filled(loaded, record)
        if document is None:
            tell_about(f"{path} {record.place}", problems)
            refused.setdefault(path, {})[record.number] = [str(p) for p in problems]
        else:
            files.write(target, document)
            written += 1
    for path, reasons in refused.items() if not suffix else ():
        if tables.has_rows(path):
            copy = _free(Path(output, f"{path.stem}-{say('未生成', 'refused')}.xlsx"))
            with files.replacing(copy) as beside:
                tables.write_refused(path, loaded, reasons, beside)
            tell(say(f"不合要求的各行连同原因已抄入 {copy}", f"the rows refused, with the reasons, are in {copy}"))
    tell(
        say(
            f"共 {len(jobs)} 条记录：已生成 {written} 份，{len(jobs) - written} 条不合要求",
            f"{len(jobs)} records: {written} written, {len(jobs) - written} refused",
        )
    )
    raise typer.Exit(1 if written < len(jobs) or has_doubts else 0)


def _free(path: Path) -> Path:
    """`path`, or the first name like it that no file has: a copy from before may have been mended since."""
    numbered = (path.with_stem(f"{path.stem}-{n}") for n in itertools.count(2))
    return next(p for p in itertools.chain([path], numbered) if not p.exists())


def _filled(form: Form, record: Record) -> tuple[bytes | None, list[Problem]]:
    """The document of a record, or else everything that is wrong with it."""
    try:
        document, problems = form.fill(record.data), []
    except InvalidData as refused:
        document, problems = None, refused.problems
    problems = [*record.problems, *problems]
    return (None if problems else document), problems


def _check_name(template: str | None, form: Form) -> None:
    known = {f.path for f in form.fields if f.kind != "rows"}
    for path in files.placeholders(template or ""):
        if path not in known:
            raise DocfillError(
                f"--name 中的“{path}”不是表中的项，见 docfill fields {form.name}",
                f'"{path}" in --name is no field of the form; see docfill fields {form.name}',
            )
