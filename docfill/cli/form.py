"""`docfill blank`, `fields`, `schema` and `forms`: what a form itself says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docfill import files
from docfill.cli.app import Force, FormArgument, Lang, Mark, app, tell, template_of
from docfill.problems import say


@app.command()
def blank(
    form: FormArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的 .docx / the .docx to write")] = None,
    fillable: Annotated[
        bool, typer.Option("--fillable", help="只能在填写处填写 / only the places can be filled in")
    ] = False,
    password: Annotated[
        str, typer.Option("--password", help="解除保护的密码 / the password that lifts the protection")
    ] = "",
    mark: Mark = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """生成空白表 / write the blank form

    With --fillable an applicant can type in its places only; see docs/fillable.md.

    \b
    例 / example:
      docfill blank shanghai -o 空白表.docx
      docfill blank shanghai --fillable -o 填写表.docx
    """
    from docfill.form import Form

    if password and not fillable:
        raise typer.BadParameter(say("--password 要与 --fillable 一起用", "--password goes with --fillable"))
    loaded = Form.load(form)
    loaded = loaded.marked() if mark else loaded
    target = output or Path(f"{loaded.name}-blank.docx")
    if files.outlet(str(target), [".docx"]) == "":
        target /= f"{loaded.name}-blank.docx"
    files.check_targets([target], template_of(form), force)
    files.write(target, loaded.blank(fillable=fillable, password=password))
    tell(say(f"已生成 {target}", f"wrote {target}"))


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
        typer.echo(files.dump_json([f.to_dict() for f in listed]), nl=False)
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
    files.check_targets([output], template_of(form), force)
    files.write(output, dumped)
    tell(say(f"已生成 {output}", f"wrote {output}"))


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
