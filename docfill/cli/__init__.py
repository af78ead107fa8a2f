"""The command line: it translates words into calls, and results into sentences.

Everything it does has a twin in the Python API.  Nothing heavy is imported
before a command runs, so that help appears at once.  The exit status is 0 when
all is well, 1 when a document or record has a problem, 2 for wrong use, 3 when the
work could not be done or written, or all stands there but could not be reported (see
`streams`).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from copy import copy

from typer import Typer
from typer.models import CommandInfo

from docfill.cli import check, editions, extract, fill, form, printing, put, sample, serve, sheet, streams, template  # noqa: F401  (each joins its commands to the app)
from docfill.cli.app import Command, app

_ORDER = (
    "serve",
    "user",
    "store_",
    "extract",
    "fill",
    "put",
    "check",
    "diff",
    "verify",
    "print_",
    "sheet",
    "blank",
    "fields",
    "schema",
    "forms",
    "sample",
    "tag",
    "lint",
    "edition",
    "migrate",
    "compare",
)
for registered in app.registered_commands:
    registered.cls = Command
app.registered_commands.sort(key=lambda command: _ORDER.index(getattr(command.callback, "__name__", "")))


def main() -> None:
    """The entry point of `docfill`.

    What a console or pipe has no letter for (𠮷 in GBK) is shown by its number, so that nothing stops and nothing is
    lost; what is written as bytes (JSON) is UTF-8 anyway.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    streams.run(asked(sys.argv[1:]))


def asked(arguments: Sequence[str]) -> Typer:
    """The app with the commands that arguments can mean; the others are there for the list of commands only.

    The parameters of one command take longer to prepare than many a command takes to run.
    """
    light = copy(app)
    light.registered_commands = [
        command if _name(command) in arguments else _unasked(command) for command in app.registered_commands
    ]
    return light


def _name(command: CommandInfo) -> str:
    return command.name or str(getattr(command.callback, "__name__", ""))


def _unasked(command: CommandInfo) -> CommandInfo:
    """A command with its name and help, and nothing else."""

    def nothing() -> None: ...

    nothing.__doc__ = getattr(command.callback, "__doc__", "")
    light = copy(command)
    light.name, light.callback = _name(command), nothing
    return light
