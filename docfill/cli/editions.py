"""`docfill edition`, `migrate` and `compare`: from last year's form and records to this year's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docfill import files
from docfill.cli.app import PROBLEMS, Force, FormOption, Lang, Visible, app, forms_of, tell, tell_about, template_of
from docfill.problems import DocfillError, Problem, Said, listed, say

if TYPE_CHECKING:
    from docfill.form import Form
    from docfill.tables import Record, Table

_MAPS = (".toml", ".xlsx", ".html")
_COMPARED = (".xlsx", ".json")
_STEPS_COMPARED, _STEPS_TOLD, _STEPS_A_ROW, _STEPS_LEFT = 15, 8, 40, 6
"""A record that is held against another; an answer that differs, or a problem, and its row in a workbook."""


@app.command()
def edition(
    old: Annotated[str, typer.Argument(metavar="OLD", help="去年的模板 / last year's template")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="今年的模板 / this year's template")],
    outputs: Annotated[
        list[Path],
        typer.Option(
            "-o",
            "--output",
            metavar="MAP",
            help=".toml 供 migrate 用，.xlsx .html 供核对；可多次 / a map, or a table to look through; repeatable",
        ),
    ],
    force: Force = False,
    lang: Lang = None,
) -> None:
    """比较两年的表：改名、新增、去掉、选项、年份 / compare two editions of a form

    \b
    例 / example:
      docfill edition 2022.docx 2023.docx -o 对照.toml -o 对照.xlsx

    \b
    文字或名称相同的项配成一对；年份不同的绝不配。只是相近的列为“请确认”，在 .toml 中改为
    sure = true 才会带过去；有这样的项时退出码为 1。
    Fields of the same words or name are one; those of different years never are.
    What is only alike is to be confirmed in the .toml before it is carried; the
    exit status is then 1.
    """
    from docfill import editions
    from docfill.editions.pages import counted, words_for
    from docfill.form import Form

    for output in outputs:
        if files.outlet(str(output), _MAPS) == "":
            raise DocfillError(
                f"{output}：应为 .toml、.xlsx 或 .html 文件",
                f"{output}: it has to be a .toml, .xlsx or .html file",
                "bad-output",
            )
    files.check_targets(outputs, [*template_of(old), *template_of(new)], force)
    crossing = editions.compared(Form.load(old), Form.load(new))
    for output in outputs:
        suffix = output.suffix.lower()
        if suffix == ".xlsx":
            with files.replacing(output) as beside:
                editions.workbook(crossing, beside)
        else:
            files.write(output, editions.dumped(crossing, output) if suffix == ".toml" else editions.page(crossing))
    unsure = [m for m in crossing.matches if m.old and m.new and (not m.is_sure or m.maybe)]
    for match in unsure:
        assert match.old is not None and match.new is not None
        tell(say(f"请确认：{match.old.path} → {match.new.path}", f"confirm: {match.old.path} → {match.new.path}"))
    for path, was in editions.perhaps(crossing).items():
        tell(say(f"可能改了名，未配对：{was.path} → {path}", f"perhaps renamed, not paired: {was.path} → {path}"))
    tell(say("，", ", ").join(f"{words_for(c)} {n}" for c, n in counted(crossing).items()))
    raise typer.Exit(PROBLEMS if unsure else 0)


@app.command()
def migrate(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="去年的数据：.xlsx .csv .json .jsonl / last year's records")
    ],
    crossing: Annotated[Path, typer.Option("--map", metavar="MAP", help="docfill edition 做的 .toml / the map")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="今年的数据：.xlsx .csv .json .jsonl / this year's records")
    ],
    visible: Visible = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """把去年的数据（连同改正）带入今年的表 / carry last year's records into this year's form

    \b
    例 / example:
      docfill migrate 汇总2022.xlsx --map 对照.toml -o 预填2023.xlsx
      docfill fill 2023.docx 预填2023.xlsx -o 预填/

    \b
    带不过去的值逐条列出，附原因，此时退出码为 1。
    Each value that is not carried is told with the reason; the exit status is then 1.
    """
    from docfill import editions, tables
    from docfill.extract import Result
    from docfill.tables.columns import Around
    from docfill.tables.revised import doubted

    tables.check_format(data)
    if files.outlet(str(output), list(tables.FORMATS)) == "":
        raise DocfillError(f"{output}：请给出文件", f"{output}: name a file", "bad-output")
    files.check_targets([output], [data, crossing], force)
    loaded = editions.loaded(crossing)
    table = tables.load(data, loaded.old, visible=visible)
    count, left = 0, editions.Left()
    with tables.Writer(output, [loaded.new], Around(is_of_files=False)) as writer:
        for record in doubted(table.records, data, loaded.old):
            called = record.source or record.place
            moved = editions.carried(record.data, loaded)
            problems = [*record.problems, *moved.problems]
            made = Result(loaded.new.name, record.source, moved.data, problems, [])
            table.work.spend(writer.steps(loaded.new, made) + _STEPS_LEFT * len(problems))
            writer.add(loaded.new, made)
            count += 1
            for problem in problems:
                left.add(called, problem)
    tell_about(str(data), table.problems)
    for called, problem in left.told():
        tell(f"{called}{say('：', ': ') if called else ''}{problem}")
    tell(
        say(
            f"已生成 {output}：{count} 条，{left.count} 个值没有带过去；下一步：docfill fill",
            f"wrote {output}: {count} records, {left.count} values not carried; next: docfill fill",
        )
    )
    raise typer.Exit(PROBLEMS if left.count or table.problems else 0)


@app.command()
def compare(
    last: Annotated[
        Path, typer.Argument(metavar="LAST", help="去年的数据：.xlsx .csv .json .jsonl / last year's records")
    ],
    this: Annotated[Path, typer.Argument(metavar="THIS", help="今年的数据 / this year's records")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="FIELD", help="按哪一项认人；可多次 / whose a record is; repeatable"),
    ] = None,
    form: FormOption = None,
    crossing: Annotated[
        Path | None,
        typer.Option("--map", metavar="MAP", help="两年表不同时，docfill edition 做的 .toml / where the form changed"),
    ] = None,
    growth: Annotated[
        float, typer.Option("--growth", min=0, metavar="PERCENT", help="增减超过多少算异常 / what is too much")
    ] = 100,
    output: Annotated[
        list[Path] | None, typer.Option("-o", "--output", help=".xlsx .json；可多次 / repeatable")
    ] = None,
    visible: Visible = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """与去年比：逐项变化与异常 / compare with last year's records

    \b
    例 / example:
      docfill compare 汇总2022.xlsx 汇总2023.xlsx --form 2023.docx --key 集群名称 -o 比较.xlsx

    \b
    异常：正负号变了，差约 10、100、10000 倍（单位可能写错），增长超过 --growth，或同样程度的下降。今年新报的、
    去年报了今年没报的，也都列出。有异常时退出码为 1。
    Told are numbers that changed sign, stand at about 10, 100 or 10,000 times what they
    were, or changed by more than --growth, and who is new or missing. The exit status
    is 1 where anything is told.
    """
    from docfill import editions, tables
    from docfill.compare import compare_records, workbook

    for data in (last, this):
        tables.check_format(data)
    targets = output or []
    for target in targets:
        if files.outlet(str(target), _COMPARED) == "":
            raise DocfillError(f"{target}：应为 .xlsx 或 .json", f"{target}: it has to be .xlsx or .json", "bad-output")
    files.check_targets(targets, [last, this, *([crossing] if crossing else []), *template_of(form)], force)
    loaded = editions.loaded(crossing) if crossing is not None else None
    current = loaded.new if loaded is not None else _form(this, forms_of(form))
    former = loaded.old if loaded is not None else current
    old, new = (tables.load(p, f, visible=visible) for p, f in ((last, former), (this, current)))
    before, after = (_compared(t, p, f) for t, p, f in ((old, last, former), (new, this, current)))
    found = compare_records(current, before, after, key or (), growth, loaded)
    in_books = sum(target.suffix.lower() == ".xlsx" for target in targets)
    new.work.spend((_STEPS_TOLD + _STEPS_A_ROW * in_books) * (len(found.shifts) + len(found.problems)))
    tell_about(str(last), old.problems)
    tell_about(str(this), new.problems)
    for target in targets:
        if target.suffix.lower() == ".xlsx":
            with files.replacing(target) as beside:
                workbook(found, beside)
        else:
            files.write(target, files.dump_json(found.to_dict()))
    told, left = _by_reason(found.problems)
    for problem in [*told, *found.doubts]:
        tell(str(problem))
    for line in left:
        tell(line)
    tell(
        say(
            f"两年都有 {found.count} 个，{len(found.shifts)} 项有变化，{len(found.doubts)} 项请核对",
            f"{found.count} in both years, {len(found.shifts)} differ, {len(found.doubts)} to be looked at again",
        )
    )
    raise typer.Exit(PROBLEMS if found.problems or found.doubts else 0)


def _by_reason(problems: Iterable[Problem]) -> tuple[list[Problem], list[str]]:
    """What a comparison tells, and one line for fields that could not be compared for the same reason."""
    alike: dict[Said, list[str]] = defaultdict(list)
    for problem in problems:
        if problem.code == "not-carried-all":
            alike[problem.expected].append(problem.path)
    several = {reason: paths for reason, paths in alike.items() if len(paths) > 1}
    folded = {path for paths in several.values() for path in paths}
    return [p for p in problems if not (p.code == "not-carried-all" and p.path in folded)], [
        say(
            f"去年的 {len(paths)} 项没有对照（{reason}）：{listed(paths)}",
            f"{len(paths)} fields of last year's form were not compared ({reason.en}): {listed(paths).en}",
        )
        for reason, paths in several.items()
    ]


def _compared(table: Table, path: Path, form: Form) -> Iterator[Record]:
    """The records of a file that are held against those of another, which is work for each of its fields."""
    from docfill.tables.revised import doubted

    steps = _STEPS_COMPARED + len(form.fields) // 2
    for record in doubted(table.records, path, form):
        table.work.spend(steps)
        yield record


def _form(data: Path, forms: list[Form]) -> Form:
    """The form of a data file: the only one, or the only one that a workbook of extract has records of."""
    from docfill.tables.revised import forms_in

    named = forms_in(data, forms) if len(forms) > 1 else forms
    if len(named) != 1:
        raise DocfillError(
            f"{data}：请用 --form 指明是哪一种表的数据",
            f"{data}: name the form of the data with --form",
            "bad-argument",
        )
    return named[0]
