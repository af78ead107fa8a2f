"""The command line: it translates words into calls, and results into sentences.

Everything it does has a twin in the Python API.  Nothing heavy is imported
before a command runs, so that help appears at once.  The exit status is 0 when
all is well, 1 when a document or record has a problem, 2 for wrong use.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from docfill import __version__, files
from docfill.problems import DocfillError, InvalidData, Problem, say

if TYPE_CHECKING:
    from docfill.extract import Result
    from docfill.form import Form
    from docfill.tables import Record

MANY = 5
"""Beyond so many files a progress bar is shown."""


T = TypeVar("T")


class Language(StrEnum):
    """The languages of messages."""

    zh = "zh"
    en = "en"


class _Commands(TyperGroup):
    """Turns what stops a command into one message and exit status 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DocfillError as error:
            _tell(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            _tell(
                say(f"无法读写 {error.filename}：{error.strerror}", f"cannot access {error.filename}: {error.strerror}")
            )
        raise typer.Exit(2)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The entry point of `docfill`."""
    app()


def _speak(language: Language | None) -> None:
    if language:
        os.environ["DOCFILL_LANG"] = language.value


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"docfill {__version__}")
        raise typer.Exit


FormArgument = Annotated[
    str, typer.Argument(metavar="FORM", help="表单名或模板路径 / a bundled form's name or a template's path")
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件 / replace existing files")]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", callback=_speak, is_eager=True, help="提示语言 / language of messages [DOCFILL_LANG]"),
]


@app.callback()
def docfill(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 / the version")
    ] = False,
) -> None:
    """同一份 Word 模板，既能批量填表，也能读回交来的表。

    One tagged Word template fills forms from data and reads returned forms back.

    \b
    FORM 是随附的表单名（见 docfill forms），或模板文件的路径。
    FORM is a bundled name (see docfill forms) or the path of a template.

    \b
    退出码：0 正常；1 文件或数据有问题；2 用法有误。
    Exit status: 0 fine; 1 a problem in a document or record; 2 wrong use.
    """


@app.command()
def extract(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="交回的 Word 文件，或文件夹 / returned files, or folders")
    ],
    form: Annotated[
        str | None, typer.Option("--form", help="表单；不给则自动识别 / the form; recognised if not given")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="文件夹，或 / a folder, or .json .jsonl .csv .xlsx")
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
        files.check_targets(targets, [*paths, *_template(form)], force)

    read: list[tuple[Form, Result]] = []
    doubtful = failed = 0
    for index, path in enumerate(_progress(paths)):
        try:
            document = Document(path, path.as_posix(), timeout)
            chosen = forms[0] if form else recognise(document, forms)
            result = chosen.extract(document)
        except DocfillError as error:
            _refuse(path, error)
            failed += 1
            continue
        doubtful += _report(result)
        if not output:
            typer.echo(files.dump_json(result.to_dict()), nl=False)
        elif suffix:
            read.append((chosen, result))
        else:
            files.write(targets[index], files.dump_json(result.to_dict()))
    if read:
        is_object = is_single and suffix == ".json"
        dumped = [result for _, result in read]
        files.write(
            targets[0],
            files.dump_json(dumped[0].to_dict()) if is_object else tables.dump([f for f, _ in read], dumped, suffix),
        )
    clear = len(paths) - doubtful - failed
    _tell(
        say(
            f"共 {len(paths)} 份：{clear} 份无疑问，{doubtful} 份有疑问，{failed} 份无法读取",
            f"{len(paths)} in all: {clear} clear, {doubtful} with doubts, {failed} not readable",
        )
    )
    raise typer.Exit(1 if doubtful or failed else 0)


@app.command()
def fill(
    form: FormArgument,
    data: Annotated[list[Path], typer.Argument(metavar="DATA", help="数据文件 / data: .json .jsonl .csv .xlsx")],
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
    .csv 与 .xlsx 一行一条，表头是各项的路径（见 docfill fields）。
    Each record becomes a .docx. Data are records, lists of them, or results of
    extract; .csv and .xlsx have a record a row, headed by the fields' paths.

    \b
    不合表单要求的记录不生成文件，其全部问题逐条列出，退出码为 1。
    A record that the form refuses is not written; all its problems are listed,
    and the exit status is 1.
    """
    from docfill import tables
    from docfill.form import Form

    loaded = Form.load(form)
    paths = files.collect(data, tables.FORMATS)
    suffix = files.outlet(output, [".docx"])
    for path in paths:
        tables.check_format(path)
    _check_name(name, loaded)

    jobs: list[tuple[Path, Record, str]] = []
    has_doubts = False
    for path in paths:
        try:
            table = tables.load(path, loaded)
        except DocfillError as error:
            _refuse(path, error)
            has_doubts = True
            continue
        _tell_about(str(path), table.problems)
        has_doubts = has_doubts or bool(table.problems)
        for record in table.records:
            number = f"-{record.number:03}" if len(table.records) > 1 else ""
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
    files.check_targets(targets, [*paths, *_template(form)], force)

    written = 0
    for (path, record, _), target in zip(_progress(jobs), targets, strict=True):
        document, problems = _filled(loaded, record)
        if document is None:
            _tell_about(f"{path} {record.place}", problems)
        else:
            files.write(target, document)
            written += 1
    _tell(
        say(
            f"共 {len(jobs)} 条记录：已生成 {written} 份，{len(jobs) - written} 条不合要求",
            f"{len(jobs)} records: {written} written, {len(jobs) - written} refused",
        )
    )
    raise typer.Exit(1 if written < len(jobs) or has_doubts else 0)


@app.command()
def blank(
    form: FormArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的 .docx / the .docx to write")] = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """生成空白表 / write the blank form

    \b
    例 / example:
      docfill blank shanghai -o 空白表.docx
    """
    from docfill.form import Form

    loaded = Form.load(form)
    target = output or Path(f"{loaded.name}-blank.docx")
    if files.outlet(str(target), [".docx"]) == "":
        target /= f"{loaded.name}-blank.docx"
    files.check_targets([target], _template(form), force)
    files.write(target, loaded.blank())
    _tell(say(f"已生成 {target}", f"wrote {target}"))


@app.command()
def fields(
    form: FormArgument,
    as_json: Annotated[bool, typer.Option("--json", help="全部信息，JSON / all that is known, as JSON")] = False,
    lang: Lang = None,
) -> None:
    """列出各项：路径、类型、选项 / list the fields: path, kind, options

    \b
    例 / example:
      docfill fields shanghai
    """
    from docfill.fields import describe
    from docfill.form import Form

    listed = Form.load(form).fields
    if as_json:
        known = [{**dataclasses.asdict(f), "place": f.place.to_dict()} for f in listed]
        typer.echo(files.dump_json(known), nl=False)
    else:
        typer.echo(describe(listed).encode(), nl=False)


@app.command()
def schema(
    form: FormArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的 .json / the .json to write")] = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """输出 JSON Schema（2020-12）/ print the JSON Schema of a record

    \b
    例 / example:
      docfill schema shanghai -o shanghai.schema.json
    """
    from docfill.form import Form

    dumped = files.dump_json(Form.load(form).schema)
    if output is None:
        typer.echo(dumped, nl=False)
        return
    files.check_targets([output], _template(form), force)
    files.write(output, dumped)
    _tell(say(f"已生成 {output}", f"wrote {output}"))


@app.command()
def lint(
    template: Annotated[Path, typer.Argument(metavar="TEMPLATE", help="模板 .docx / a template")],
    lang: Lang = None,
) -> None:
    """检查模板能否读回 / check that a template reads back

    \b
    例 / example:
      docfill lint templates/shanghai.docx

    \b
    列出无法读回或选项与文字不符之处；没有问题时退出码为 0，否则为 1。
    Lists what cannot be read back, and options unlike the text beside them; the
    exit status is 0 if there is nothing, else 1.
    """
    from docfill.form import Form
    from docfill.lint import lint as problems_of

    form = Form.load(template)
    problems = problems_of(form)
    _tell_about(str(template), problems)
    faults = [p for p in problems if p.severity != "note"]
    _tell(
        say(
            f"共 {len(form.fields)} 项：{f'{len(faults)} 处需要修改' if faults else '都能读回'}",
            f"{len(form.fields)} fields: {f'{len(faults)} places to mend' if faults else 'all read back'}",
        )
    )
    raise typer.Exit(1 if faults else 0)


@app.command()
def forms(lang: Lang = None) -> None:
    """列出随附的表单 / list the bundled forms

    \b
    例 / example:
      docfill forms
    """
    from docfill.form import Form, bundled

    for name in bundled():
        form = Form.load(name)
        typer.echo(f"{name}\t{form.title}\t{len(form.fields)} {say('项', 'fields')}\n".encode(), nl=False)


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


def _template(form: str | None) -> list[Path]:
    """The template's file where the form is given by one."""
    return [Path(form)] if form and Path(form).is_file() else []


def _report(result: Result) -> bool:
    """Tells the doubts about a document; whether there are any."""
    doubts = [p for p in result.problems if p.severity != "note"]
    doubts += [Problem("leftover", found=x.text, place=x.place) for x in result.leftovers]
    _tell_about(result.source, doubts)
    return bool(doubts)


def _refuse(path: Path, error: DocfillError) -> None:
    """Tells why a file cannot be read; the engine's own messages often begin with its name, or its path."""
    message = str(error)
    if message.startswith(path.name):
        message = f"{path}{message.removeprefix(path.name)}"
    _tell(message if message.startswith(str(path)) else f"{path}{say('：', ': ')}{message}")


def _tell_about(name: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        _tell(f"{name}{say('：', ': ')}{problem}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _progress(items: Sequence[T]) -> Iterable[T]:
    """The items, with a progress bar on a terminal where there are many."""
    if len(items) <= MANY or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description="", console=Console(stderr=True), transient=True)
