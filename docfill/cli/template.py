"""`docfill tag` and `docfill lint`: work on templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files, limits
from docfill.cli.app import Force, Lang, app, refuse, tell, tell_about
from docfill.cli.tally import progress
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from docfill.form import Form
    from docfill.tag.proposal import Proposal
    from docfill.word.document import Document


@app.command()
def tag(
    blank: Annotated[Path, typer.Argument(metavar="BLANK", help="空白表 / the blank form")],
    returned: Annotated[
        list[Path] | None, typer.Argument(metavar="[RETURNED]...", help="--from 的更多文件 / more files for --from")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的模板 / the template to write")] = None,
    review: Annotated[
        Path | None, typer.Option("--review", metavar="PAGE", help="另写一页 .html，逐处核对 / a page to look through")
    ] = None,
    learn_from: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="RETURNED", help="已交回的表，或文件夹 / returned forms, or a folder"),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option("--like", metavar="TEMPLATE", help="沿用去年模板的名称 / keep its names and rules"),
    ] = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """给空白表加标签 / propose tags for a blank form

    \b
    例 / example:
      docfill tag 空白表.docx -o 模板.docx --review 核对.html
      docfill tag 空白表.docx -o 模板.docx --from 交回/*.docx

    \b
    找出要填写的地方，按表上的文字命名，写入标签，不改版式；说明、照片、没有画出空白的
    签字盖章处不加标签。拿不准的逐条列出，此时退出码为 1。结果可在 Word 里修改。
    Finds the places to fill in, names them by the form's own words and writes the
    tags; the look stays. Instructions, photographs and signatures with no blank
    are left alone. What is unsure is listed, and the exit status is then 1. The
    result can be changed in Word.

    \b
    --from：交回的表里有人填写、却没有标签的地方，也加上标签。
    --from also tags places where people wrote although no tag was proposed.

    \b
    --like：文字没变的项沿用去年模板里的名称和类型，规则文件一并复制到新模板旁。
    --like keeps the names and kinds of last year's template for what still reads the same, and copies its rules.
    """
    from docfill.beside import rules_path
    from docfill.form import Form
    from docfill.tag.review import page
    from docfill.tag.whole import propose_tags
    from docfill.word.document import Document

    target = output or Path(f"{blank.stem}-template.docx")
    if files.outlet(str(target), [".docx"]) == "":
        target /= f"{blank.stem}-template.docx"
    sources = [*(learn_from or []), *(returned or [])]
    if returned and not learn_from:
        raise DocfillError(
            f"多余的文件 {returned[0]}；交回的表请写在 --from 后面",
            f"what is {returned[0]} for? Name returned forms after --from",
            "bad-argument",
        )
    if review is not None and files.outlet(str(review), [".html", ".htm"]) == "":
        raise DocfillError(
            f"--review 应为 .html 文件：{review}", f"--review names an .html file, not {review}", "bad-output"
        )
    paths = files.collect(sources, files.WORD) if sources else []
    last = None if like is None else Form.load(like)
    rules = None if last is None else rules_path(last.path)
    if like is not None and paths:
        raise DocfillError("--like 与 --from 不能同时用", "--like and --from cannot be used together", "bad-argument")
    beside = target.with_suffix(".toml")
    targets = [target, *([review] if review else []), *([beside] if rules else [])]
    files.check_targets(targets, [p for p in (blank, *paths) if p.exists()], force)

    document = Document(blank, blank.as_posix())
    proposal = propose_tags(document, returned=_opened(paths), like=last.fields if last else [])
    files.write(target, proposal.template)
    if rules is not None:
        files.write(beside, rules.read_bytes())
    if review is not None:
        files.write(review, page(document, blank.stem, proposal).encode())
    faults = _proof(target, proposal)
    if last is not None:
        _tell_of_last_year(last, target, proposal)
    _tell_about_proposal(target, proposal, faults)
    raise typer.Exit(1 if proposal.unsure or proposal.doubts or faults else 0)


def _tell_of_last_year(last: Form, target: Path, proposal: Proposal) -> None:
    """Names the fields of last year's template that the new one has none of the same name for."""
    now = {f.path for f in proposal.fields}
    gone = [f.path for f in last.fields if f.path not in now]
    if gone:
        count, names = len(gone), say("、", ", ").join(gone)
        tell(
            say(
                f"去年的 {count} 项在新模板里没有同名的：{names}；各项的变化见 docfill edition {last.path} {target}",
                f"{count} of last year's fields have none of the same name: {names}; "
                f"see docfill edition {last.path} {target}",
            )
        )


def _proof(target: Path, proposal: Proposal) -> int:
    """How many places of a proposal lint would have mended; each is told."""
    from docfill.form import Form
    from docfill.lint import lint as problems_of
    from docfill.word.package import Package

    with limits.Budget(target.name, len(proposal.template)):
        problems = problems_of(Form(Package(proposal.template, target.name), target.stem))
    tell_about(str(target), problems)
    return sum(p.severity != "note" for p in problems)


def _opened(paths: list[Path]) -> list[Document]:
    """The returned forms that can be read; the others are told."""
    from docfill.word.document import Document

    documents = []
    for path in progress(paths):
        try:
            document = Document(path, path.as_posix())
            _ = document.blocks
        except DocfillError as error:
            refuse(str(path), error)
        else:
            documents.append(document)
    return documents


def _tell_about_proposal(target: Path, proposal: Proposal, faults: int) -> None:
    for doubt in proposal.doubts:
        tell(say(*doubt))
    for unsure in proposal.unsure:
        sure = f"{unsure.confidence:.0%}"
        tell(
            say(
                f"请核对 {unsure.path}（{unsure.kind}，{sure}）：{say(*unsure.reason)}",
                f"look at {unsure.path} ({unsure.kind}, {sure}): {say(*unsure.reason)}",
            )
        )
    for left in proposal.left:
        place = proposal.place(left.at)
        tell(say(*left.said((f"：{place}", f": {place}"))))
    refused = say(f"，{faults} 处读不回", f", {faults} do not read back") if faults else ""
    tell(
        say(
            f"已生成 {target}：{len(proposal.fields)} 项，{len(proposal.unsure)} 项请核对{refused}；"
            f"下一步：docfill fields {target}，docfill lint {target}",
            f"wrote {target}: {len(proposal.fields)} fields, {len(proposal.unsure)} to be looked at{refused}; "
            f"next: docfill fields {target}, docfill lint {target}",
        )
    )


@app.command()
def lint(
    template: Annotated[
        Path, typer.Argument(metavar="TEMPLATE", help="模板 .docx，或表单名 / a template, or a form's name")
    ],
    blank: Annotated[
        Path | None, typer.Option("--blank", metavar="BLANK", help="与官方空白表比较 / compare with the official blank")
    ] = None,
    lang: Lang = None,
) -> None:
    """检查模板能否读回 / check that a template reads back

    \b
    例 / example:
      docfill lint templates/shanghai.docx
      docfill lint 模板.docx --blank 空白表.docx

    \b
    列出无法读回或选项与文字不符之处；没有问题时退出码为 0，否则为 1。
    Lists what cannot be read back, and options unlike the text beside them; the
    exit status is 0 if there is nothing, else 1.
    """
    from docfill.lint import differences, to_be_linted
    from docfill.lint import lint as problems_of
    from docfill.word.document import Document

    with limits.Budget(str(template), files.size_of(template) if template.is_file() else 0):
        form = to_be_linted(template, str(template))
        problems = problems_of(form)
    if blank is not None:
        problems += differences(form, Document(blank, blank.as_posix()))
    tell_about(str(template), problems)
    faults = [p for p in problems if p.severity != "note"]
    tell(
        say(
            f"共 {len(form.fields)} 项：{f'{len(faults)} 处需要修改' if faults else '都能读回'}",
            f"{len(form.fields)} fields: {f'{len(faults)} places to mend' if faults else 'all read back'}",
        )
    )
    raise typer.Exit(1 if faults else 0)
