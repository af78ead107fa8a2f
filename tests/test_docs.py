"""The documents say what is true: their commands and programs are run, references made from the code, links whole.

python -m tests.test_docs        # writes docs/cli.md and docs/api.md anew
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import shlex
import shutil
import typing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import docfill
from docfill import Form
from docfill.template import language, sandbox
from docfill.template.meaning import Tag
from tests.commands import app
from tests.test_cli import DATA, ROOT, loaded, with_text

README = ROOT / "README.md"
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide.md"
TUTORIALS = [DOCS / "tutorial" / f"{who}.md" for who in ("official", "data", "developer")]
RECIPES = DOCS / "recipes.md"
REFERENCE = DOCS / "cli.md"
API = DOCS / "api.md"
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


@pytest.mark.parametrize("page", [GUIDE, *TUTORIALS], ids=lambda page: page.stem)
def test_the_pages_show_what_their_commands_and_programs_do(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    if page == GUIDE:
        request.getfixturevalue("office")
    follow(page)


def follow(page: Path) -> None:
    """Runs the blocks of a page in order: what a console shows is printed, other commands end well or with 1."""
    shared: dict[str, object] = {}
    shown = _BLOCK.findall(page.read_text(encoding="utf-8"))
    assert shown
    for kind, body in shown:
        if kind == "python":
            exec(compile(body, str(page), "exec"), shared)
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.M) if kind == "console" else ():
            name, *arguments = shlex.split(command)
            assert name == "docfill"
            assert CliRunner().invoke(app, arguments).output == expected, command
        for command in body.splitlines() if kind == "sh" else ():
            done = CliRunner().invoke(app, shlex.split(command)[1:])
            assert done.exit_code in (0, 1) and not isinstance(done.exception, AssertionError | TypeError), command


def test_a_page_that_shows_something_else_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ docfill forms\n没有\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="docfill forms"):
        follow(page)


LIBRARY = ROOT / "docs" / "library.md"


def test_the_python_of_the_library_page_runs_from_top_to_bottom(office: Path) -> None:
    shutil.rmtree("交回")
    names: dict[str, object] = {}
    for block in blocks(LIBRARY, "python"):
        exec(compile(block, str(LIBRARY), "exec"), names)


def signature(called: str, function: Any) -> str:
    """A call as the library page shows it: the names of the parameters, a star before those given by name only."""
    shown, has_star = [], False
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            shown.append("*")
            has_star = True
        if name != "self":
            shown.append(f"**{name}" if parameter.kind is parameter.VAR_KEYWORD else name)
    return f"`{called}({', '.join(shown)})`"


def test_every_public_name_is_on_the_library_page_with_its_parameters() -> None:
    text = LIBRARY.read_text(encoding="utf-8")
    public = {name: getattr(docfill, name) for name in docfill.__all__}
    calls = {name: value for name, value in public.items() if not isinstance(value, type)}
    for owner, kind in (("form", Form), ("result", docfill.Result)):
        own = vars(kind).items() if kind is Form else [(n, vars(kind)[n]) for n in ("row", "rows")]
        calls |= {f"{owner}.{n}": v for n, v in own if inspect.isfunction(v) and not n.startswith("_")}
    calls["Form.load"] = Form.load
    assert [line for n, f in calls.items() if (line := signature(n, f)) not in text] == []
    assert [n for n, v in public.items() if isinstance(v, type) and not re.search(rf"`{n}[`(.]", text)] == []
    assert sorted(docfill.__all__) == sorted(set(docfill.__all__)) and set(docfill.__all__) <= set(dir(docfill))


def test_every_command_has_its_calls_and_they_are_public() -> None:
    table = LIBRARY.read_text(encoding="utf-8").partition("## 命令与调用")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| `")]
    commands = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(commands) == sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    calls = [call for row in rows for call in re.findall(r"`([A-Za-z][\w.]*)[(`]", row[1])]
    assert len(calls) > 20
    assert [c for c in calls if not (c.startswith("form.") and hasattr(Form.load("shanghai"), c[5:])) and
            c not in docfill.__all__] == []  # fmt: skip


def test_no_public_name_hides_a_module() -> None:
    inside = {path.stem for path in Path(docfill.__file__).parent.iterdir()}
    assert inside.isdisjoint(docfill.__all__)


@pytest.mark.parametrize("path", [README, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name)
def test_examples_import_public_names_only(path: Path) -> None:
    told = [*blocks(path, "python"), *blocks(path, "py")]
    for node in (n for block in told for n in ast.walk(ast.parse(block))):
        if isinstance(node, ast.Import):
            assert [a.name for a in node.names if a.name.startswith("docfill.")] == []
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "docfill":
            assert node.module == "docfill" and {a.name for a in node.names} <= set(docfill.__all__)


def test_the_readme_is_one_screen_with_one_picture_and_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert blocks(README, "sh")[:2] == ["./run demo\n", "./run test\n"]
    assert len(text.splitlines()) <= 60
    assert len(re.findall(r"!\[", text)) == 1


_LINK = re.compile(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)")


def broken_links(page: Path) -> list[str]:
    """The links of a page that lead to no file."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    links = [link.partition("#")[0] for link in _LINK.findall(text) if "://" not in link]
    return [link for link in links if link and not (page.parent / link).exists()]


PAGES = sorted(DOCS.rglob("*.md"))


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.stem)
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert broken_links(page) == []


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[一](page.md#二) ![三](没有.png) [四](https://example.org) `[五](六)`", encoding="utf-8")
    assert broken_links(page) == ["没有.png"]


def test_the_site_lists_every_page_and_loads_nothing_from_elsewhere() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"[\w/-]+\.md", site.partition("nav:")[2])
    assert sorted(listed) == [page.relative_to(DOCS).as_posix() for page in PAGES]
    assert "font: false" in site and "- offline" not in site


def api() -> str:
    """docs/api.md: what `docfill` exports, from the docstrings."""
    pages = ["# 接口 / API", "*本页由程序生成：`python -m tests.test_docs`。 Made from the docstrings, in English.*"]
    pages += [_entry(f"docfill.{name}", getattr(docfill, name)) for name in docfill.__all__]
    return "\n\n".join(pages) + "\n"


def _entry(name: str, known: typing.Any) -> str:
    """A class with its public methods, or a function."""
    shown = [f"## {name}", _signature(name.rpartition(".")[2], known), _prose(known)]
    for member, inner in sorted(vars(known).items()) if inspect.isclass(known) else ():
        made = getattr(inner, "fget", None) or getattr(inner, "func", None) or getattr(inner, "__func__", inner)
        if member.startswith("_") or not inspect.isfunction(made) or not made.__doc__:
            continue
        called = _signature(member, made) if made is inner or hasattr(inner, "__func__") else f"`{member}`"
        shown += [f"### {name.rpartition('.')[2]}.{member}", called, _prose(made)]
    return "\n\n".join(part for part in shown if part)


def _signature(name: str, known: typing.Any) -> str:
    try:
        annotated = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(known)))
        return f"```text\n{name}{annotated}\n```"
    except ValueError:
        return ""


def _prose(known: typing.Any) -> str:
    text = inspect.getdoc(known) or ""
    return "" if not text else f"```text\n{text}\n```"


def test_the_api_reference_is_what_the_docstrings_say() -> None:
    assert API.read_text(encoding="utf-8") == api(), "refresh it: python -m tests.test_docs"


def test_every_kind_of_tag_and_every_filter_is_documented() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").replace(r"\|", "|")
    tags = [language.parse(tag) for _, _, tag in language.tags_in(text)]
    assert {type(tag.node) for tag in tags} == set(typing.get_args(typing.get_type_hints(Tag)["node"]))
    assert [name for name in sandbox.FILTERS if f"`{name}`" not in text] == []


def test_each_tag_of_the_first_table_gives_what_the_table_shows() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").replace(r"\|", "¦")
    rows = re.findall(r"^\| `(.+)` \| \w+ \| `(.+)` \| `(.*)` \| `(.+)` \|$", text, re.M)
    assert len(rows) > 10
    for source, value, blank, filled in rows:
        tag = source.replace("¦", "|")
        path = re.search(r"申请(?:\.(\w+)|\[\"(\w+)\"\])", tag)
        assert path
        template = sandbox.environment().from_string(tag)
        assert template.render() == blank.replace("␣", " "), tag
        assert template.render(申请={path[1] or path[2]: json.loads(value)}) == filled.replace("␣", " "), tag


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    API.write_text(api(), encoding="utf-8")
