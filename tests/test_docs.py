"""The documents say what is true: console blocks are run, Python blocks too, and docs/cli.md is made from the CLI.

python -m tests.test_docs        # writes docs/cli.md anew
"""

from __future__ import annotations

import inspect
import json
import re
import shlex
import shutil
import typing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from docfill import Form
from docfill.cli import app
from docfill.template import language, rendering
from tests.test_cli import DATA, ROOT, loaded, with_text

README = ROOT / "README.md"
REFERENCE = ROOT / "docs" / "cli.md"
LANGUAGE = ROOT / "docs" / "template-language.md"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(path: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind in a document."""
    return [body for k, body in _BLOCK.findall(path.read_text(encoding="utf-8")) if k == kind]


def reference() -> str:
    """docs/cli.md: the help of every command, from the commands themselves."""
    group = typer.main.get_command(app)
    pages = ["# 命令行 / The command line", "*本页由程序生成：`python -m tests.test_docs`。*", _page("docfill", group)]
    pages += [_page(f"docfill {name}", command) for name, command in group.commands.items()]  # type: ignore[attr-defined]
    return "\n\n".join(pages) + "\n"


def _page(name: str, command: typer.core.TyperCommand) -> str:
    usage, rows = [name], []
    for parameter in command.params:
        names = ", ".join(f"`{o}`" for o in parameter.opts) if parameter.opts[0].startswith("-") else ""
        if not names:
            shown = f"{(parameter.metavar or parameter.name or '').upper()}{'…' if parameter.nargs == -1 else ''}"
            usage.append(shown)
            names = f"`{shown}`"
        elif parameter.required:
            usage.append(f"{parameter.opts[0]} OUT")
        rows.append(f"| {names} | {getattr(parameter, 'help', '')} |")
    if hasattr(command, "commands"):
        usage.append("COMMAND")
    text = re.sub(r"^\x08\n", "", inspect.cleandoc(command.help or ""), flags=re.M)
    text = re.sub(r"^例 / example:\n  (.*)\n?", r"```sh\n\1\n```\n", text, flags=re.M)
    table = "\n".join(["| 参数 | 说明 |", "| --- | --- |", *rows])
    return f"## {name}\n\n`{' '.join(usage)} [OPTIONS]`\n\n{text.strip()}\n\n{table}"


def test_the_cli_reference_is_what_the_cli_says() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "refresh it: python -m tests.test_docs"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the README has it: the bundled data, and two returned forms, one with an answer that is no number."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    shutil.copytree(DATA, "data")
    Path("交回").mkdir()
    document = Form.load("shanghai").fill(loaded(DATA / "shanghai.json"))
    Path("交回/松江区.docx").write_bytes(document)
    # another applicant's, since two of one are told
    named = json.dumps(loaded(DATA / "shanghai.json"), ensure_ascii=False)
    other = json.loads(named.replace(json.loads(named)["封面"]["集群名称"], "浦东新区智能装备集群"))
    document = Form.load("shanghai").fill(other)
    Path("交回/浦东新区.docx").write_bytes(with_text(document, ">231<", ">二百余<"))
    return tmp_path


def test_the_readme_shows_what_the_commands_really_print(office: Path) -> None:
    shown = blocks(README, "console")
    assert shown
    for block in shown:
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            name, *arguments = shlex.split(command)
            assert name == "docfill"
            done = CliRunner().invoke(app, arguments)
            assert done.output == expected, command


def test_the_python_of_the_readme_runs(office: Path) -> None:
    for block in blocks(README, "python"):
        exec(compile(block, str(README), "exec"), {})


def test_the_readme_names_the_two_commands() -> None:
    assert blocks(README, "sh")[:2] == ["./run demo\n", "./run test\n"]


def test_every_kind_of_tag_and_every_filter_is_documented() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").replace(r"\|", "|")
    tags = [language.parse(tag) for _, _, tag in language.tags_in(text)]
    assert {type(tag.node) for tag in tags} == set(typing.get_args(typing.get_type_hints(language.Tag)["node"]))
    assert [name for name in rendering.FILTERS if f"`{name}`" not in text] == []


def test_each_tag_of_the_first_table_gives_what_the_table_shows() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").replace(r"\|", "¦")
    rows = re.findall(r"^\| `(.+)` \| \w+ \| `(.+)` \| `(.*)` \| `(.+)` \|$", text, re.M)
    assert len(rows) > 10
    for source, value, blank, filled in rows:
        tag = source.replace("¦", "|")
        path = re.search(r"申请(?:\.(\w+)|\[\"(\w+)\"\])", tag)
        assert path
        template = rendering.environment().from_string(tag)
        assert template.render() == blank.replace("␣", " "), tag
        assert template.render(申请={path[1] or path[2]: json.loads(value)}) == filled.replace("␣", " "), tag


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
