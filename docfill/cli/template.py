"""`docfill lint`: work on templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docfill.cli.app import Lang, app, tell, tell_about
from docfill.problems import say


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
    tell_about(str(template), problems)
    faults = [p for p in problems if p.severity != "note"]
    tell(
        say(
            f"共 {len(form.fields)} 项：{f'{len(faults)} 处需要修改' if faults else '都能读回'}",
            f"{len(form.fields)} fields: {f'{len(faults)} places to mend' if faults else 'all read back'}",
        )
    )
    raise typer.Exit(1 if faults else 0)
