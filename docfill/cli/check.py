"""`docfill check`, `verify` and `diff`: what an official does with returned forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from docfill import files
from docfill.cli.app import Force, Lang, app, refuse, tell, template_of
from docfill.cli.tally import progress
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from rich.console import Console

    from docfill.check import Checked
    from docfill.diff import Difference
    from docfill.form import Form
    from docfill.word.document import Document

_REPORTS = (".json", ".html", ".xlsx")
_COMMENTED = (".docx", ".docm", ".dotx", ".dotm")

FormOption = Annotated[
    str | None, typer.Option("--form", help="表单；不给则自动识别 / the form; recognised if not given")
]
Timeout = Annotated[
    float, typer.Option("--timeout", min=1, metavar="SECONDS", help="每次转换限时（秒） / for one conversion")
]


@app.command()
def check(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="交回的 Word 文件，或文件夹 / returned files, or folders")
    ],
    form: FormOption = None,
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", help="文件夹，或 / a folder, or .docx .html .xlsx .json; 可多次 / repeatable"),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="R.json", help="保存核对凭证（一份文件） / save a receipt")
    ] = None,
    timeout: Timeout = 60,
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
    有错误或需核实之处时，退出码为 1。
    The exit status is 1 where anything is wrong or to be checked.
    """
    from rich.console import Console

    from docfill.check import check as checked_of
    from docfill.check.report import show
    from docfill.word.document import Document

    paths = files.collect(sources, files.WORD)
    forms = _forms(form)
    outputs = [(o, files.outlet(o, [*_COMMENTED, *_REPORTS])) for o in output or ()]
    _check_single(paths, outputs, receipt)
    targets = [Path(o) for o, suffix in outputs if suffix]
    files.check_targets([*targets, *([receipt] if receipt else [])], [*paths, *template_of(form)], force)

    console = Console(highlight=False, soft_wrap=True)
    done: list[Checked] = []
    failed = 0
    for path in progress(paths):
        try:
            document = Document(path, path.as_posix(), timeout)
            checked = checked_of(_form_of(document, forms), document)
        except DocfillError as error:
            refuse(str(path), error)
            failed += 1
            continue
        show(checked, console, len(paths) == 1)
        done.append(checked)
    for name, suffix in outputs if done else ():
        failed += _write(name, suffix, done, [*paths, *template_of(form)], len(paths) == 1, force)
    if receipt and done:
        from docfill.check import receipt as receipts

        kept = receipts.receipt(done[0].form, paths[0].name, paths[0].read_bytes(), done[0].result.data)
        files.write(receipt, files.dump_json(kept))
    fine, unread = sum(c.is_fine for c in done), len(paths) - len(done)
    tell(
        say(
            f"共 {len(paths)} 份：{fine} 份未发现问题，{len(done) - fine} 份有问题，{unread} 份无法读取",
            f"{len(paths)} in all: {fine} fine, {len(done) - fine} with problems, {unread} not readable",
        )
    )
    raise typer.Exit(1 if failed or fine < len(paths) else 0)


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
    from docfill.check import receipt as receipts
    from docfill.form import Form
    from docfill.word.document import Document

    kept = files.load_json(receipt)
    loaded = Form.load(form or receipts.form_of(kept))
    document = Document(source, source.as_posix(), timeout)
    data = loaded.extract(document).data
    differing = receipts.differing(kept, loaded, source.read_bytes(), data)
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
    from rich.console import Console

    from docfill.diff import diff as difference_of
    from docfill.word.document import Document

    forms = _forms(form)
    if output is not None and files.outlet(str(output), [".json"]) == "":
        raise DocfillError("请用 -o 指定一个 .json 文件", "name a .json file with -o")
    files.check_targets([output] if output else [], [before, after, *template_of(form)], force)
    documents = [Document(path, path.as_posix(), timeout) for path in (before, after)]
    chosen = [_form_of(d, forms) for d in documents]
    if chosen[0].name != chosen[1].name:
        raise DocfillError(
            f"两份不是同一种表：{chosen[0].title}，{chosen[1].title}",
            f"these are two forms: {chosen[0].title}, {chosen[1].title}",
        )
    found = difference_of(chosen[0], *documents)
    if output is not None:
        files.write(output, files.dump_json(found.to_dict()))
    _show(found, Console(highlight=False, soft_wrap=True))
    raise typer.Exit(0 if found.is_same else 1)


def _forms(form: str | None) -> list[Form]:
    """The form that was named, or all that are bundled."""
    from docfill.form import Form, bundled

    return [Form.load(form)] if form else [Form.load(name) for name in bundled()]


def _form_of(document: Document, forms: list[Form]) -> Form:
    from docfill.recognise import recognise

    return forms[0] if len(forms) == 1 else recognise(document, forms)


def _check_single(paths: list[Path], outputs: list[tuple[str, str]], receipt: Path | None) -> None:
    """Refuses one target for several files where a target holds one."""
    names = [name for name, suffix in outputs if suffix in _COMMENTED]
    if receipt:
        files.outlet(str(receipt), [".json"])
        names.append(str(receipt))
    if len(paths) > 1 and names:
        raise DocfillError(
            f"有 {len(paths)} 份文件，不能都写入 {names[0]}；批注请把 -o 改为文件夹",
            f"{len(paths)} files cannot all be written to {names[0]}; for comments give a folder for -o",
        )


def _write(name: str, suffix: str, done: list[Checked], inputs: list[Path], is_single: bool, force: bool) -> int:
    """Writes one output; how many files could not be written."""
    from docfill.check import report
    from docfill.word.comments import suffix_of

    if suffix == ".json":
        dumped: Any = done[0].to_dict() if is_single else [c.to_dict() for c in done]
        files.write(Path(name), files.dump_json(dumped))
    elif suffix in _REPORTS:
        files.write(Path(name), report.page(done) if suffix == ".html" else report.workbook(done))
    else:
        failed = 0
        stems = files.distinct(f"{Path(c.result.source).stem}-{say('意见', 'comments')}" for c in done)
        for checked, stem in zip(done, stems, strict=True):
            try:
                content = checked.commented()
                wanted = suffix_of(checked.document)
                if suffix and suffix != wanted:
                    raise DocfillError(
                        f"{checked.result.source}：输出文件的后缀应为 {wanted}，否则 Word 打不开",
                        f"{checked.result.source}: the output should end in {wanted}, or Word does not open it",
                    )
                target = Path(name) if suffix else Path(name, stem + wanted)
                files.check_targets([target], inputs, force)
            except DocfillError as error:
                tell(str(error))
                failed += 1
                continue
            files.write(target, content)
        return failed
    return 0


def _show(found: Difference, console: Console) -> None:
    """Writes a difference to the terminal."""
    from rich.text import Text

    styles = {"added": "green", "removed": "red", "changed": "yellow", "same": ""}
    words = {"added": say("增", "added"), "removed": say("删", "removed"), "changed": say("改", "changed")}
    for change in found.changes:
        line = Text(f"{words[change.kind]}  ", style=styles[change.kind])
        where = [p for p in (str(change.field.place), change.field.path) if p]
        line.append(say("，", ", ").join(where) + say("：", ": "))
        if change.pieces:
            for how, text in change.pieces:
                shown = {"removed": f"[-{text}-]", "added": f"{{+{text}+}}"}.get(how, _shortened(text))
                line.append(shown, style=styles[how])
        else:
            line.append(f"{_value(change.before)} → {_value(change.after)}")
        console.print(line)
    for kind, text in found.leftovers:
        console.print(Text(f"{words[kind]}  {say('表外文字', 'text of no field')}：{text}", style=styles[kind]))
    for kind, problem in found.words:
        console.print(Text(f"{words[kind]}  {problem}", style=styles[kind]))
    tell(
        say(f"共 {len(found.changes)} 项不同", f"{len(found.changes)} fields differ")
        if not found.is_same
        else say("两份相同", "both say the same")
    )


def _shortened(text: str) -> str:
    """The ends of a long stretch that did not change."""
    return text if len(text) <= 40 else f"{text[:15]}……{text[-15:]}"


def _value(value: Any) -> str:
    if value in (None, []):
        return say("（空）", "(nothing)")
    if isinstance(value, list):
        return "、".join(str(v) for v in value)
    return str(value)
