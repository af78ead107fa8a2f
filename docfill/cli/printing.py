"""`docfill print`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from docfill import files
from docfill.cli.app import NOT_OURS, UNFINISHED, Force, Jobs, Lang, app, refuse, tell
from docfill.cli.tally import Tally
from docfill.problems import say


@app.command("print")
def print_(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES", help="Word 文件、文件夹、通配符、.zip 或 URL / files, folders, wildcards, zips, URLs"
        ),
    ],
    output: Annotated[str, typer.Option("-o", "--output", help="一个 .pdf，或文件夹 / one .pdf for all, or a folder")],
    odd: Annotated[
        bool, typer.Option("--odd", help="每份从奇数页开始，用于双面打印 / each begins on an odd page")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, metavar="SECONDS", help="每次转换限时（秒） / for one conversion")
    ] = 60,
    jobs: Jobs = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """打印成 PDF / print as PDF

    \b
    例 / example:
      docfill print 填好/ -o 全部.pdf --odd

    \b
    -o 为 .pdf 时合成一个文件，书签是各份的名称；为文件夹时每份一个 .pdf。需要 LibreOffice。
    With a .pdf for -o, all become one file with an outline of their names; with a
    folder, each becomes a .pdf. LibreOffice is needed.

    \b
    最后列出页数，以及文件要求而本机没有的字体和代替它的字体；代替的字体会改变换行和分页。
    At the end the pages are told, and the fonts that were asked for and are not
    there with what took their place; another font changes lines and pages.
    """
    from docfill import sources
    from docfill.printing import Album, print_many

    listed = sources.collect(arguments)
    stems = list(files.distinct(source.stem for source in listed))
    album = Album(odd) if files.outlet(output, [".pdf"]) else None
    targets = [Path(output)] if album else [Path(output, f"{stem}.pdf") for stem in stems]
    files.check_targets(targets, [p for s in listed if (p := Path(s.where)).exists()], force)

    tally = Tally(len(listed), is_resumable=False)
    pages = 0
    unfinished = False
    replaced: dict[str, str] = {}
    with tally.running([s.name for s in listed]), closing(print_many(listed, jobs, timeout)) as printing:
        for number, printed in enumerate(printing):
            if printed.error:
                refuse(printed.source.name, printed.error)
                unfinished |= printed.error.code in NOT_OURS
                tally.add_faulty(printed.source.name)
                continue
            if album:
                album.add(stems[number], printed.pdf)
            else:
                files.write(targets[number], printed.pdf)
            pages += printed.pages
            replaced |= printed.replaced
            tally.add(bool(printed.replaced))
    done = tally.done - len(tally.faulty)
    if album and done:
        with files.replacing(Path(output)) as beside:
            album.write(beside)
        pages = album.pages
    tell(
        say(
            f"共 {tally.done} 份：已打印 {done} 份，{pages} 页；{len(tally.faulty)} 份无法打印",
            f"{tally.done} files: {done} printed, {pages} pages; {len(tally.faulty)} could not be printed",
        )
    )
    for font, instead in replaced.items():
        tell(say(f"没有字体“{font}”", f'the font "{font}" is not installed') + _instead(instead))
    tally.tell_rate()
    raise typer.Exit(UNFINISHED if unfinished else 1 if tally.faulty else 0)


def _instead(font: str) -> str:
    return say(f"，代以 {font}", f"; {font} took its place") if font else ""
