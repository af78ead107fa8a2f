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
from collections.abc import Iterable, Sequence
from copy import copy
from importlib import import_module

from typer import Typer
from typer.models import CommandInfo

from docfill.cli import streams
from docfill.cli.app import Command
from docfill.cli.app import app as _app

COMMANDS = {
    "serve": "serve",
    "user": "serve",
    "store": "serve",
    "extract": "extract",
    "fill": "fill",
    "put": "put",
    "check": "check",
    "diff": "check",
    "verify": "check",
    "print": "printing",
    "sheet": "sheet",
    "blank": "form",
    "fields": "form",
    "schema": "form",
    "forms": "form",
    "sample": "sample",
    "tag": "template",
    "lint": "template",
    "edition": "editions",
    "migrate": "editions",
    "compare": "editions",
}
"""The module of each command, in the order of the list."""


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

    The modules and parameters of all commands take longer to prepare than many a command takes to run: where a
    command comes first, the others are not even looked at.
    """
    first = arguments[2:3] if [*arguments[:1]] == ["--lang"] else arguments[:1]
    meant = [name for name in arguments if name in COMMANDS]
    light = copy(joined(meant if meant and meant[0] in first else COMMANDS))
    light.registered_commands = [c if _name(c) in meant else _unasked(c) for c in light.registered_commands]
    return light


def joined(names: Iterable[str] = COMMANDS) -> Typer:
    """The app that the commands of these names, and those of their modules, have joined."""
    for module in dict.fromkeys(COMMANDS[name] for name in names):
        import_module(f"docfill.cli.{module}")
    for registered in _app.registered_commands:
        registered.cls = Command
    _app.registered_commands.sort(key=lambda command: [*COMMANDS].index(_name(command)))
    return _app


def _name(command: CommandInfo) -> str:
    return command.name or str(getattr(command.callback, "__name__", ""))


def _unasked(command: CommandInfo) -> CommandInfo:
    """A command with its name and help, and nothing else."""

    def nothing() -> None: ...

    nothing.__doc__ = getattr(command.callback, "__doc__", "")
    light = copy(command)
    light.name, light.callback = _name(command), nothing
    return light
