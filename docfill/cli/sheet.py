"""`docfill sheet`: a workbook to enter records of a form into."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docfill import files
from docfill.cli.app import Force, FormArgument, Lang, Visible, app, tell, template_of
from docfill.problems import DocfillError, say


@app.command()
def sheet(
    form: FormArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出的 .xlsx / the .xlsx to write")] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", metavar="DATA", help="已有的数据，先填进去 / records to enter beforehand"),
    ] = None,
    visible: Visible = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """生成录入表 / make a workbook for data entry

    \b
    例 / example:
      docfill sheet shanghai -o 录入.xlsx

    \b
    一行一份表；表头按部分、项目、年度或选项分组，有下拉选项和数据验证，另附填写说明。
    填好后交给 docfill fill。--data 的数据先填好，可改了再填。
    A row a record, with grouped headings, drop-downs, validation and guidance;
    docfill fill reads it. Records of --data are entered already, to be edited.
    """
    from docfill import tables
    from docfill.form import Form

    loaded = Form.load(form)
    target = output or Path(f"{loaded.name}-{say('录入', 'entry')}.xlsx")
    if files.outlet(str(target), [".xlsx"]) == "":
        target /= f"{loaded.name}-{say('录入', 'entry')}.xlsx"
    given = tables.data_files(data or [])
    paths = given.paths
    if given.refused:
        raise given.refused[0][1]
    files.check_targets([target], [*paths, *template_of(form)], force)
    records = []
    for path in paths:
        table = tables.load(path, loaded, visible=visible)
        doubts = [*((path, p) for p in table.problems)]
        for record in table.records:
            doubts += [(path, p) for p in record.problems]
            records.append(loaded.context(record.data))
        if doubts:
            lines = "\n".join(f"  {p}：{problem}" for p, problem in doubts)
            raise DocfillError(
                f"数据有问题，未生成录入表：\n{lines}",
                f"the data have problems, so no workbook was made:\n{lines}",
                "bad-data",
            )
    with files.replacing(target) as beside:
        tables.write_entry(loaded, beside, records)
    tell(say(f"已生成 {target}", f"wrote {target}"))
