"""What mkdocs does to a page: beside each Unix example stands the same one for Windows PowerShell, as tabs.

A block ```sh or ```console that is followed by a ```powershell block is shown with that;
any other gets a twin that is worked out: the commands of docfill are the same on both, but
`./run` is `.\\run.ps1`, the prompt another, and words with signs that PowerShell acts on are
in single quotes.  In the repository the pages are plain Markdown.
"""

from __future__ import annotations

import re
import shlex
from textwrap import indent
from typing import Any

_BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```\n(?:\n?^```powershell\n(.*?)^```\n)?", re.M | re.S)
_ACTED_ON = frozenset("$`;,@(){}&|<>'\"#")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with tabs (a hook of mkdocs)."""
    return _BLOCK.sub(_tabs, markdown)


def _tabs(found: re.Match[str]) -> str:
    kind, unix, given = found.groups()
    windows = given or "".join(f"{twin(line, kind == 'console')}\n" for line in unix.splitlines())
    shown = (("Linux、macOS", kind, unix), ("Windows PowerShell", "powershell", windows))
    fenced = ((name, indent(f"```{kind}\n{body}```", "    ")) for name, kind, body in shown)
    return "".join(f'=== "{name}"\n\n{block}\n\n' for name, block in fenced)


def twin(line: str, has_prompt: bool) -> str:
    """A line for PowerShell; of a console only commands have a prompt, the rest was printed."""
    if has_prompt and not line.startswith("$ "):
        return line
    command, space, comment = line.removeprefix("$ ").partition("  #")
    words = " ".join(_word(word) for word in shlex.split(command)) if not command.startswith("#") else command
    return f"{'PS> ' if has_prompt else ''}{words}{space}{comment}".rstrip()


def _word(word: str) -> str:
    if word == "./run":
        return r".\run.ps1"
    if word and not _ACTED_ON & {*word} and not re.search(r"\s", word):
        return word
    return "'" + word.replace("'", "''") + "'"
