"""`docfill sample`: returns to try everything with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docfill import files
from docfill.cli.app import Force, FormArgument, Lang, app, tell, template_of
from docfill.problems import say


@app.command()
def sample(
    form: FormArgument,
    output: Annotated[
        list[str],
        typer.Option("-o", "--output", help="文件夹，或 / a folder, or .json .xlsx; 可多次 / repeatable"),
    ],
    force: Force = False,
    lang: Lang = None,
) -> None:
    """生成样例：填好的表与答案 / make sample returns and their answers

    \b
    例 / example:
      docfill sample shanghai -o 交回/ -o 答案.json -o 答案.xlsx

    \b
    文件夹中是填好的表：两份完整，一份有一处存疑，一份有一处漏填；.json、.xlsx 是各份的
    答案，可交给 docfill fill。任何表都行，每次生成的相同；内容是“试填”一类的文字。
    The folder gets filled returns: two plain ones, one with a doubt, one with an answer
    missing; .json and .xlsx have the answers, for docfill fill. It works for any form
    and makes the same each time.
    """
    from docfill.form import Form
    from docfill.sample import samples
    from docfill.tables import write_entry

    loaded = Form.load(form)
    outputs = [(Path(o), files.outlet(o, [".json", ".xlsx"])) for o in output]
    made = samples(loaded)
    folders = [o for o, suffix in outputs if not suffix]
    returns = {folder / f"{one.name}.docx": one.document for folder in folders for one in made}
    answers = [o for o, suffix in outputs if suffix]
    files.check_targets([*returns, *answers], template_of(form), force)
    for target, document in returns.items():
        files.write(target, document)
    for target, suffix in outputs:
        if suffix == ".json":
            files.write(target, files.dump_json([one.record for one in made]))
        elif suffix:
            with files.replacing(target) as beside:
                write_entry(loaded, beside, [one.record for one in made])
    for target in (*returns, *answers):
        tell(say(f"已生成 {target}", f"wrote {target}"))
