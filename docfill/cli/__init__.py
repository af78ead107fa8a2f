"""The command line: it translates words into calls, and results into sentences.

Everything it does has a twin in the Python API.  Nothing heavy is imported
before a command runs, so that help appears at once.  The exit status is 0 when
all is well, 1 when a document or record has a problem, 2 for wrong use, 3 when all
that was asked for stands there but could not be reported (see `streams`).
"""

from __future__ import annotations

from docfill.cli import check, extract, fill, form, printing, serve, sheet, streams, template  # noqa: F401  (each joins its commands to the app)
from docfill.cli.app import app

_ORDER = (
    "serve",
    "user",
    "store_",
    "extract",
    "fill",
    "check",
    "diff",
    "verify",
    "print_",
    "sheet",
    "blank",
    "fields",
    "schema",
    "forms",
    "tag",
    "lint",
)
app.registered_commands.sort(key=lambda command: _ORDER.index(getattr(command.callback, "__name__", "")))


def main() -> None:
    """The entry point of `docfill`."""
    streams.run(app)
