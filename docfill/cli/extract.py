"""`docfill extract`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files
from docfill.cli.app import Force, Lang, app, progress, refuse, tell, tell_about, template_of
from docfill.problems import DocfillError, Problem, say

if TYPE_CHECKING:
    from docfill.extract import Result


@app.command()
def extract(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="交回的 Word 文件，或文件夹 / returned files, or folders")
    ],
    form: Annotated[
        str | None, typer.Option("--form", help="表单；不给则自动识别 / the form; recognised if not given")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="文件夹，或 / a folder, or .xlsx .csv .json .jsonl .parquet")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, metavar="SECONDS", help="每次转换限时（秒） / for one conversion")
    ] = 60,
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
    """
    from docfill import tables
    from docfill.form import Form, bundled
    from docfill.recognise import recognise
    from docfill.word.document import Document

    paths = files.collect(sources, files.WORD)
    is_single = len(sources) == 1 and sources[0].is_file()
    if output is None and not is_single:
        raise DocfillError("请用 -o 指定输出的文件夹或文件", "name the folder or file to write with -o")
    suffix = files.outlet(output, list(tables.FORMATS)) if output else ""
    forms = [Form.load(form)] if form else [Form.load(name) for name in bundled()]
    targets: list[Path] = []
    if output:
        stems = files.distinct(p.stem for p in paths)
        targets = [Path(output)] if suffix else [Path(output, f"{stem}.json") for stem in stems]
        files.check_targets(targets, [*paths, *template_of(form)], force)

    doubtful = failed = 0
    is_object = is_single and suffix == ".json"
    with contextlib.ExitStack() as stack:
        summary = stack.enter_context(tables.Writer(targets[0], forms)) if suffix and not is_object else None
        for index, path in enumerate(progress(paths)):
            try:
                document = Document(path, path.as_posix(), timeout)
                chosen = forms[0] if form else recognise(document, forms)
                result = chosen.extract(document)
            except DocfillError as error:
                refuse(path, error)
                if summary:
                    summary.refuse(path.as_posix(), str(error))
                failed += 1
                continue
            if summary:
                try:
                    summary.add(chosen, result)
                except tables.DoesNotFit as error:
                    refuse(path, error)
                    summary.refuse(path.as_posix(), str(error))
                    failed += 1
                    continue
            doubtful += _report(result)
            if not output:
                typer.echo(files.dump_json(result.to_dict()), nl=False)
            elif not summary:
                files.write(targets[index], files.dump_json(result.to_dict()))
    clear = len(paths) - doubtful - failed
    tell(
        say(
            f"共 {len(paths)} 份：{clear} 份无疑问，{doubtful} 份有疑问，{failed} 份无法读取",
            f"{len(paths)} in all: {clear} clear, {doubtful} with doubts, {failed} not readable",
        )
    )
    raise typer.Exit(1 if doubtful or failed else 0)


def _report(result: Result) -> bool:
    """Tells the doubts about a document; whether there are any."""
    doubts = [p for p in result.problems if p.severity != "note"]
    doubts += [Problem("leftover", found=x.text, place=x.place) for x in result.leftovers]
    tell_about(result.source, doubts)
    return bool(doubts)
