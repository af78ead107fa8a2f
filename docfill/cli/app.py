"""The app that the commands join, the options they share, and how they speak to the user."""

from __future__ import annotations

import errno
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Annotated, Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from docfill import __version__, files, limits, remote
from docfill.cli.words import in_words
from docfill.problems import DocfillError, Problem, abridged, language, reason_of, say, speaking
from docfill.problems import Language as Spoken
from docfill.text import shown

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rich.console import Console

    from docfill.batch.handed import Register
    from docfill.form import Form


PROBLEMS, WRONG_USE, UNFINISHED, INTERRUPTED = 1, 2, 3, 130
"""Exit statuses: something is wrong with a document or record; with the command; an output could not be written, or
the work not be done; Ctrl-C or a request to end, as shells have it (128 + SIGINT)."""

NOT_OURS = ("unreachable", "worker-lost", "failed")
"""What stops a command that was given rightly."""
_LONGEST_NAME = 300
"""Characters of an argument that messages repeat: no file's name is longer."""
_UsageError: type[Any] = typer.BadParameter.__mro__[2]
"""What the command-line library raises for wrong use; it has no public name for it."""


class Language(StrEnum):
    """The languages of messages."""

    zh = "zh"
    en = "en"


def _asked_for(arguments: Sequence[str]) -> Spoken | None:
    """The language that --lang names, wherever it stands; whether it may is told later, in that language."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    named = [v for o, v in pairwise([*options, ""]) if o == "--lang"]
    named += [o.removeprefix("--lang=") for o in options if o.startswith("--lang=")]
    known: tuple[Spoken, ...] = get_args(Spoken)
    return next((spoken for n in reversed(named) for spoken in known if spoken == n), None)


class Command(TyperCommand):
    """A command whose help has its headings in the language of messages, and whose folder of outputs is its alone.

    An option that takes one value is given once: of two, the first would be lost without a word.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(args=[*args])
        counts: Counter[Any] = Counter(given)
        for option, times in counts.items():
            is_single = option.param_type_name == "option" and not (option.multiple or option.is_flag)
            if times > 1 and is_single and option.name != "lang":
                raise typer.BadParameter(say("只能给一次", "it can be given once"), ctx=ctx, param=option)
        return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        given = ctx.params.get("output") or []
        outputs = given if isinstance(given, list | tuple) else [given]
        with ExitStack() as claims:
            for output in dict.fromkeys(map(str, outputs)):
                if not remote.is_url(output) and files.is_folder(output):
                    claims.enter_context(files.claimed(Path(output)))
            return super().invoke(ctx)

    def get_help(self, ctx: Any) -> str:
        return in_words(super().get_help(ctx))


class _Commands(TyperGroup):
    """Speaks the chosen language from the first word, and turns what stops a command into one message and a status."""

    _given: Sequence[str] = ()

    def main(self, args: Sequence[str] | None = None, *others: Any, **named: Any) -> Any:
        self._given = [*(sys.argv[1:] if args is None else args)]
        with speaking(_asked_for(self._given) or language()):
            try:
                status = super().main(args, *others, **{**named, "standalone_mode": False})
            except typer.Abort:
                status = INTERRUPTED
            except _UsageError as error:
                told = io.StringIO()
                error.show(told)
                print(shown(_with_short_names(in_words(told.getvalue()), self._given)), end="", file=sys.stderr)
                status = error.exit_code
        sys.exit(status or 0)

    def get_help(self, ctx: Any) -> str:
        return in_words(super().get_help(ctx))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DocfillError as error:
            tell(_with_short_names(str(error), self._given))
            raise typer.Exit(UNFINISHED if error.code in NOT_OURS else WRONG_USE) from None
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            why = reason_of(error)
            where = error.filename or tempfile.gettempdir()  # nothing else is written without a name
            tell(_with_short_names(say(f"无法读写 {where}：{why}", f"cannot access {where}: {why.en}"), self._given))
            raise typer.Exit(WRONG_USE if error.errno == errno.ENAMETOOLONG else UNFINISHED) from None


def _with_short_names(message: str, arguments: Sequence[str]) -> str:
    """A message without what nobody reads: a very long argument of the command is there by its beginning and end."""
    pieces = (part for argument in arguments for part in (argument, *argument.split("/")))
    for long in sorted((p for p in pieces if len(p) > _LONGEST_NAME), key=len, reverse=True):
        half = _LONGEST_NAME // 4
        message = message.replace(long, f"{long[:half]}……{long[-half:]}")
    return message


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"docfill {__version__}")
        raise typer.Exit


FormArgument = Annotated[
    str, typer.Argument(metavar="FORM", help="表单名或模板路径 / a bundled form's name or a template's path")
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件 / replace existing files")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="同时处理几份，默认每核一份 / at once, one a core if not given")
]
Author = Annotated[str, typer.Option("--author", metavar="NAME", help="批注、修订的作者 / who remarks or changes")]
Date = Annotated[
    str, typer.Option("--date", metavar="ISO", help="批注、修订的时间，如 2026-01-02T09:00:00Z / when, as in ISO 8601")
]
Mark = Annotated[
    bool,
    typer.Option(
        "--mark",
        help="在文件属性和一个锁定的控件里记下表单与版本 / note form and edition in properties and a locked control",
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="接着上次没做完的做 / go on where the last run stopped")]
Visible = Annotated[
    bool, typer.Option("--visible", help="不读隐藏或筛选掉的行、列 / leave out hidden and filtered rows and columns")
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask 集群地址 / a Dask cluster: tcp://host:8786 [cluster]"),
]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="提示语言 / language of messages [DOCFILL_LANG]"),
]


@app.callback()
def docfill(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 / the version")
    ] = False,
    bounds: Annotated[
        str | None,
        typer.Option(
            "--limits",
            metavar="NAME=N,…",
            help="安全限额，如 part=64M / safety limits [DOCFILL_LIMITS]",
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """同一份 Word 模板，既能批量填表，也能读回交来的表。

    One tagged Word template fills forms from data and reads returned forms back.

    \b
    FORM 是随附的表单名（见 docfill forms），或模板文件的路径。
    FORM is a bundled name (see docfill forms) or the path of a template.

    \b
    退出码：0 正常；1 文件或数据有问题；2 用法有误；3 没能做完（磁盘、网络、工作进程），或提示写不出去；
    130 被中断。
    Exit status: 0 fine; 1 a problem in a document or record; 2 wrong use; 3 an output
    could not be written, the work not be done, or not be reported; 130 interrupted.
    """
    if bounds:
        context.with_resource(limits.holding(limits.limits_from(bounds)))


Latest = Annotated[
    bool, typer.Option("--latest", help="重复提交的只取最新一份 / the newest only of what was handed in twice")
]
RosterFile = Annotated[
    Path | None, typer.Option("--roster", metavar="LIST", help="应交名单 / who is to hand in: .xlsx .xls .csv .txt")
]
RosterField = Annotated[
    str | None,
    typer.Option("--roster-field", metavar="PATH", help="按哪一项对名单，默认为表的 key / matched by this field"),
]
FormOption = Annotated[
    str | None,
    typer.Option(
        "--form",
        help="表单，或各年模板的文件夹；不给则自动识别 / the form, or a folder of templates; recognised if not given",
    ),
]
Timeout = Annotated[
    float, typer.Option("--timeout", min=1, metavar="SECONDS", help="每次转换限时（秒） / for one conversion")
]
Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES",
        help="交回的 Word 文件、文件夹、通配符、压缩包、邮件或 URL / files, folders, wildcards, archives, mails, URLs",
    ),
]


def forms_of(form: str | None) -> list[Form]:
    """The form that was named, those whose templates are in the folder that was, or all that are bundled."""
    from docfill.form import Form, bundled

    if form and form not in bundled() and Path(form).is_dir():
        return [Form.load(path) for path in template_of(form)]
    return [Form.load(form)] if form else [Form.load(name) for name in bundled()]


def tell_settled(register: Register, latest: bool) -> None:
    """What was handed in twice, and who is missing."""
    settled = register.settled
    for problem in register.remarks_on_roster:
        tell(str(problem))
    for source, problems in settled.remarks.items():
        tell_about(source.name, problems)
    if latest and settled.older:
        names = say("、", ", ").join(sorted(s.name for s in settled.older))
        tell(say(f"只取最新的，未计入：{names}", f"only the newest count; left out: {names}"))
    for problem in settled.missing:
        tell(str(problem))


def template_of(form: str | None) -> list[Path]:
    """The template's file where the form is given by one, or all of a folder.

    Raises:
        DocfillError: the folder has none.
    """
    from docfill.form import bundled

    if form in bundled():  # a folder of that name is meant by ./NAME
        return []
    if form and Path(form).is_dir():
        return files.collect([Path(form)], [".docx"])
    return [Path(form)] if form and Path(form).is_file() else []


def refuse(name: str, error: DocfillError) -> None:
    """Tells why a file cannot be used; the engine's own messages often begin with its name, or its path."""
    message, own = str(error), PurePath(name).name
    if message.startswith(own):
        message = f"{name}{message.removeprefix(own)}"
    tell(message if message.startswith(name) else f"{name}{say('：', ': ')}{message}")


def tell_about(name: str, problems: Iterable[Problem]) -> None:
    for problem in abridged(problems):
        tell(f"{name}{say('：', ': ')}{problem}")


def tell(line: str) -> None:
    print(shown(line), file=sys.stderr)


def _only_shown() -> Any:
    """What lets nothing through to a terminal that acts there, whoever wrote it; colours are rich's own."""
    from rich.console import RenderHook
    from rich.segment import Segment

    class Safe:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __rich_console__(self, screen: Any, options: Any) -> Iterator[Segment]:
            for segment in screen.render(self._inner, options):
                yield segment if segment.control else Segment(shown(segment.text), segment.style)

    class OnlyShown(RenderHook):
        def process_renderables(self, renderables: list[Any]) -> list[Any]:
            return [Safe(inner) for inner in renderables]

    return OnlyShown()


def console() -> Console:
    """Where reports are shown: as wide as the terminal is; elsewhere lines are as long as they are."""
    from rich.console import Console

    return _safe(Console(highlight=False))


def held_back(screen: Console, file: IO[str]) -> Console:
    """What writes into a file as it would be shown on a screen, to be shown there later."""
    from rich.console import Console

    is_terminal = screen.is_terminal and not screen.legacy_windows  # whose colours are no text
    return _safe(Console(highlight=False, file=file, force_terminal=is_terminal, width=screen.width))


def _safe(screen: Console) -> Console:
    screen.push_render_hook(_only_shown())
    screen.soft_wrap = not screen.is_terminal
    return screen


@contextmanager
def workers(scheduler: str | None, jobs: int | None) -> Iterator[tuple[Executor | None, int | None]]:
    """Who does the work of a batch, and how many at once: a cluster's workers, or processes of our own."""
    if scheduler is None:
        yield None, jobs
        return
    from docfill.batch.cluster import cluster

    with cluster(scheduler) as (executor, at_once):
        yield executor, jobs or at_once
