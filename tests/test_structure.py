"""The shape of the code: imports point one way, and the engine knows no form."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from docfill import bundled, kinds
from tests.small_form import form_named

SOURCE = Path(__file__).parent.parent / "docfill"

LAYERS = (
    (
        "late",
        "text",
        "hanzi",
        "problems",
        "values",
        "limits",
        "locks",
        "scratch",
        "container",
        "compound",
        "pictures",
        "notebook",
    ),
    ("kinds",),
    ("word",),
    ("template", "view"),
    ("fields", "data"),
    ("read",),
    ("extract", "tag", "put"),
    ("exact",),
    ("form",),
    ("beside", "files", "recognise", "remote"),
    ("members",),
    ("mails", "mailboxes", "outlook", "signed", "uuencoded", "linked"),
    ("archives",),
    ("sources",),
    ("tables", "corrections"),
    ("check", "editions"),
    ("batch", "compare", "diff", "lint", "sample"),
    ("printing",),
    ("serve",),
    ("cli",),
    ("__main__",),
)
"""From the bottom up; a module may import from its own layer and those below."""


_HANDED_ON = {"docfill.form": ("docfill.check", "docfill.tables.entry")}
"""`Form.check` and `Form.entry_sheet` are a line each, and import what they hand on to when they are called."""


def _layer(module: str) -> int:
    """The layer of `docfill.<name>…`; what the package itself exports is above them all."""
    name = module.split(".")[1] if "." in module else ""
    return next((level for level, names in enumerate(LAYERS) if name in names), len(LAYERS))


def _imports(path: Path) -> list[str]:
    """The modules of docfill that a file imports, wherever in it, but for those that only checkers of types do.

    The version that the package itself says is no such import.
    """
    found = []
    module = ast.parse(path.read_text(encoding="utf-8"))
    typing = [n for n in ast.walk(module) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    unused = {inner for node in typing for inner in ast.walk(node)}
    for node in ast.walk(module):
        if node in unused:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            inside = (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "__version__")
            found += [name if _is_module(name) else node.module or "" for name in inside]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name != "docfill"]
    return [name for name in found if name.split(".")[0] == "docfill"]


def _is_module(name: str) -> bool:
    path = SOURCE.parent / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: _module(path))
def test_imports_point_one_way(path: Path) -> None:
    own = _layer(_module(path))
    upward = [name for name in _imports(path) if _layer(name) > own and name not in _HANDED_ON.get(_module(path), ())]
    assert upward == []


def test_every_module_has_its_layer_and_imports_are_found() -> None:
    listed = [name for names in LAYERS for name in names]
    assert sorted(listed) == sorted({name.split(".")[1] for name in map(_module, MODULES) if "." in name})
    assert "docfill.word.xml" in _imports(SOURCE / "word" / "package.py")
    assert _layer("docfill.word.xml") < _layer("docfill.form") < _layer("docfill")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: _module(path))
def test_the_engine_knows_no_form(path: Path) -> None:
    said = _code(ast.parse(path.read_text(encoding="utf-8")))
    assert {word for word in _words() if word in said} == set()


def _code(module: ast.Module) -> str:
    """The names and strings of a module, without docstrings and comments, whose examples may be of the forms."""
    for node in ast.walk(module):
        for statement in getattr(node, "body", None) or () if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                statement.value = ast.Constant(None)
    return ast.unparse(module)


def _words() -> set[str]:
    """The keys of the bundled forms that are too long to be anybody else's words."""
    steps = {step for name in bundled() for f in form_named(name).fields for step in f.steps}
    return {step for step in steps if len(step) > 4} | set(bundled())


def test_the_words_looked_for_are_those_of_the_forms() -> None:
    assert _code(ast.parse('"""甲"""\nx = "乙"  # 丙\ndef f():\n    """丁"""\n    return "戊"')).count("乙") == 1
    assert not set("甲丙丁") & set(_code(ast.parse('"""甲"""\nx = "乙"  # 丙\ndef f():\n    """丁"""\n')))
    assert {"集群总产值", "联系人及联系电话", "shanghai"} <= _words()
    assert len(_words()) > 100


_SPELT = {
    ("□", "☐"): "docfill.word.ticks",
    ("签章", "盖章"): "docfill.text",
    ("平方米", "千瓦时"): "docfill.text",
    ("个家项",): "docfill.text",
}
"""Boxes, seals, units and measure words, by words that every list of them has, and the module that lists them."""


@pytest.mark.parametrize(("words", "owner"), _SPELT.items(), ids=lambda x: x if isinstance(x, str) else x[0])
def test_boxes_seals_units_and_measure_words_are_listed_in_one_module(words: tuple[str, ...], owner: str) -> None:
    holding = [name for name, texts in _texts().items() if any(all(word in text for word in words) for text in texts)]
    assert holding == [owner]


@functools.cache
def _texts() -> dict[str, list[str]]:
    """The texts in each module's code."""
    codes = {_module(path): _code(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    found = {
        name: [n.value for n in ast.walk(ast.parse(c)) if isinstance(n, ast.Constant)] for name, c in codes.items()
    }
    return {name: [text for text in values if isinstance(text, str)] for name, values in found.items()}


def test_the_picture_of_the_structure_has_every_module_of_the_engine_those_below_above() -> None:
    picture = (SOURCE.parent / "docs" / "design.md").read_text(encoding="utf-8").split("```")[1]
    rows = [line[:32] for line in picture.splitlines()]
    drawn = ("template", "read", "put", "batch")  # the others are told by what their folders are for
    wanted = {
        path.stem
        for folder in ("", *drawn)
        for path in (SOURCE / folder).iterdir()
        if path.name[0] not in "_." and path.suffix != ".typed"
    }
    assert sorted(wanted - set(re.findall(r"[a-z]+", " ".join(rows)))) == []
    levels = [_layer(f"docfill.{names[0]}") for row in rows if (names := re.findall(r"^[a-z]+", row))]
    assert levels == sorted(levels)


def test_no_two_modules_import_each_other() -> None:
    own = {_module(path): {*_imports(path)} - {_module(path)} for path in MODULES if path.stem != "__init__"}
    circles = [(a, b) for a, names in own.items() for b in names if a < b and a in own.get(b, ())]
    assert sorted(circles) == [
        ("docfill.form", "docfill.tables.entry"),  # as in _HANDED_ON
        ("docfill.tables.columns", "docfill.tables.kinds"),  # the columns of records in records, when they are asked
    ]


def test_all_that_is_done_to_many_is_done_by_the_one_run() -> None:
    called = {_module(path) for path in MODULES if re.search(r"\bin_order\(", path.read_text(encoding="utf-8"))}
    assert called == {"docfill.batch.flow", "docfill.batch.pool"}


# --- what kind a field is, is asked by kinds and their faces alone ---

_OF_KINDS = ("docfill.kinds", "docfill.tables.kinds")
_NAMED = {name for name, value in vars(kinds).items() if isinstance(value, kinds.Kind)}


def branches_on_kind(module: ast.Module) -> list[str]:
    """The comparisons of a kind with one of a certain name, and the tables by such names."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            told = [part for side in sides for part in ast.walk(side)]
            is_named = any(isinstance(t, ast.Name | ast.Attribute) and _last(t) in _NAMED for t in told)
            is_spelt = any(_is_spelt(t) for t in told) and "kind" in ast.unparse(node)
        elif isinstance(node, ast.MatchValue):
            is_named, is_spelt = False, _is_spelt(node.value)
        elif isinstance(node, ast.Dict):
            is_named, is_spelt = False, sum(key is not None and _is_spelt(key) for key in node.keys) > 1
        else:
            continue
        if is_named or is_spelt:
            found.append(ast.unparse(node))
    return found


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _is_spelt(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in kinds.KINDS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: _module(path))
def test_no_module_asks_which_kind_a_field_is(path: Path) -> None:
    if not _module(path).startswith(_OF_KINDS):
        assert branches_on_kind(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_branch_on_a_kind_is_found_however_it_is_written() -> None:
    for branch in (
        'f.kind == "rows"', 'f.kind.name in ("number", "integer")', "f.kind is DATE", "kind is not kinds.TEXT",
        '{"text": 1, "date": 2}[f.kind.name]', 'match f.kind.name:\n    case "date":\n        pass',
    ):  # fmt: skip
        assert branches_on_kind(ast.parse(branch)), branch
    assert branches_on_kind(ast.parse('f.kind.is_many and cell == "date" and f.kind is other.kind')) == []
