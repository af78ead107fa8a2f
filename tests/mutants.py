"""Mutants: does a test fail when a guard or a threshold of the engine is another one?  Run by hand, never in CI.

    python -m tests.mutants --map /tmp/reach.json                            # once: which test reaches what
    python -m tests.mutants --map /tmp/reach.json --count 200 --seed 1       # then: 200 random mutants
    python -m tests.mutants --map /tmp/reach.json --at read/align.py:54      # all those of one line

A mutant is one module with one change: a comparison at its edge or the other way round,
a number one more or less, `and` for `or`, a part of a condition left out, a guard that never
or always holds, a flag turned.  It is imported by a child of this process only; nobody's
files are touched.  The child runs the tests that reach the line, the quickest first, until
one fails.  What others wrote is imported before, so that a child begins in half a second.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).parent.parent
MUTATED = ("read", "template", "kinds")
TESTS = (
    "accounting", "across", "anchored", "assignment", "boxes", "cells", "check", "comments", "contract",
    "corrections", "docxtpl", "document", "doubts", "edges", "editions", "editor", "fillable", "formats", "guards",
    "kinds", "language", "laws", "lint", "mark", "messy", "needless", "oneway", "patterns", "pictures", "problems",
    "put", "returned", "robust", "rows", "rules", "sample", "seed", "sheet", "shown", "sight", "signed", "signs",
    "stores", "strays", "structure", "tables", "tag", "tag_kinds", "tampering", "time", "understood", "variants",
    "view",
)  # fmt: skip
"""The files of tests that are tried: those that reach reading, templates and kinds and need no other program."""
SECONDS = 60
"""So many seconds of a processor a mutant may take; one that takes more has been noticed."""


# --- mutants ---


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module: the number of the node in its tree, and of the change among those of the node.

    `lines` are those that a test must reach to notice it. The name stays as it is while the function and the
    expression do.
    """

    path: str
    node: int
    change: int
    line: int
    name: str
    lines: tuple[int, ...]

    @property
    def module(self) -> str:
        return "docfill." + self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


_EDGES: dict[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip


def _of_compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        for other in _EDGES[type(op)]:
            yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)


def _of_bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _of_number(number: int | float) -> Iterator[ast.AST]:
    step = 1 if isinstance(number, int) else abs(number) * 0.25 or 0.25
    yield ast.Constant(number + step)
    if number:
        yield ast.Constant(number - step)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.Compare):
        yield from _of_compare(node)
    elif isinstance(node, ast.BoolOp):
        yield from _of_bool(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _with(node, test=ast.Constant(False))
        if not isinstance(node, ast.While):
            yield _with(node, test=ast.Constant(True))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and _is_one(node.right):
        yield node.left
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield from _of_number(node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield _with(node, func=ast.Name("max" if node.func.id == "min" else "min", ast.Load()))


def _is_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1 and not isinstance(node.value, bool)


def _with(node: ast.AST, **parts: ast.AST) -> ast.AST:
    made = copy.copy(node)
    for name, part in parts.items():
        setattr(made, name, part)
    return made


@dataclass(frozen=True, slots=True)
class _Guard:
    """A node that decides something: in which function of the module, and the lines that reach it."""

    node: ast.AST
    function: str
    lines: tuple[int, ...]


def _guards(tree: ast.Module) -> Iterator[_Guard]:
    """The nodes that decide something: no annotations, indices and asserts.

    Of what stands outside of functions only the numbers of the module and defaults of parameters are.
    """
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            yield _Guard(statement.value, "", tuple(_lines_naming(tree, ast.unparse(target))))
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                yield from _of_function(inner, f"{statement.name}.")
        else:
            yield from _of_function(statement, "")


def _lines_naming(tree: ast.Module, name: str) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).rpartition(".")[2] == name:
            yield node.lineno


def _of_function(node: ast.AST, owner: str) -> Iterator[_Guard]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        body = tuple(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if isinstance(default, ast.Constant):
                yield _Guard(default, owner + node.name, body)
        for statement in node.body:
            yield from _inside(statement, owner + node.name, ())


def _inside(node: ast.AST, function: str, lines: tuple[int, ...]) -> Iterator[_Guard]:
    if isinstance(node, ast.stmt):
        last = getattr(node, "test", None) or getattr(node, "iter", None) or node
        lines = tuple(range(node.lineno, (last.end_lineno or node.lineno) + 1))
    yield _Guard(node, function, lines)
    for name, value in ast.iter_fields(node):
        is_left_out = name in ("annotation", "returns", "slice", "decorator_list") or isinstance(node, ast.Assert)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST) and not is_left_out:
                yield from _inside(inner, function, lines)


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """All mutants of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    numbers = {node: number for number, node in enumerate(ast.walk(tree))}
    found, own = [], path.relative_to(root).as_posix()
    met: Counter[str] = Counter()
    for guard in _guards(tree):
        node = guard.node
        for change, other in enumerate(_changed(node)):
            before, after = _said(node), _said(other)
            if before == after:
                continue
            name = f"{own} {guard.function or '-'}: {before}  →  {after}"
            met[name] += 1
            told = name if met[name] == 1 else f"{name}  ({met[name]})"
            line: int = node.lineno  # type: ignore[attr-defined]
            found.append(Mutant(own, numbers[node], change, line, told, guard.lines))
    return found


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"{'if' if isinstance(node, ast.If) else 'while'} {ast.unparse(node.test)}"
    return ast.unparse(node)


class _Replaced(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """The tree of a module with the change."""
    tree = ast.parse(source)
    node = next(node for number, node in enumerate(ast.walk(tree)) if number == mutant.node)
    new = next(other for change, other in enumerate(_changed(node)) if change == mutant.change)
    changed = _Replaced(node, ast.copy_location(new, node)).visit(tree)
    assert isinstance(changed, ast.Module)
    return ast.fix_missing_locations(changed)


# --- which test reaches what ---


@dataclass(frozen=True, slots=True)
class Reach:
    """What each test takes, in seconds, and which tests reach a line of a module."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[str]]]
    """By module and line: tests, and files of tests that reach it when they are imported."""

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that may notice a mutant, the quickest first."""
        reached = self.lines.get(mutant.path, {})
        found = {name for line in mutant.lines for name in reached.get(str(line), ())}
        named = {test for test in self.seconds if test in found or test.partition("::")[0] in found}
        # what is read once and kept (a form) is reached by the first test of a file that asks for it
        first = {test.partition("::")[0] for test in named}
        others = {test for test in self.seconds if test.partition("::")[0] in first} - named
        return [*sorted(named, key=self._cost), *sorted(others, key=self._cost)]

    def _cost(self, test: str) -> tuple[float, str]:
        return self.seconds[test], test


class _Recorder:
    """A plugin that tells what is measured which test is running, and keeps how long each takes."""

    def __init__(self, switch: Callable[[str], object]) -> None:
        self._switch = switch
        self._file = ""
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        self._switch(collector.nodeid if isinstance(collector, pytest.Module) else "")
        yield
        self._switch("")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if (file := item.nodeid.partition("::")[0]) != self._file:
            self._file = file
            for kept in [x for x in gc.get_objects() if isinstance(x, functools._lru_cache_wrapper)]:
                kept.cache_clear()
        self._switch(item.nodeid)
        began = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - began
        self._switch("")


def recorded(files: Sequence[str], package: Path) -> Reach:
    """Which test of some files reaches what."""
    import coverage

    measure = coverage.Coverage(data_file=None, include=[f"{package / name}/*" for name in MUTATED])
    measure.start()
    recorder = _Recorder(measure.switch_context)
    pytest.main([*QUIETLY, *files], plugins=[recorder])
    measure.stop()
    data = measure.get_data()
    lines = {
        Path(file).relative_to(package).as_posix(): {
            str(line): sorted({*found} - {""}) for line, found in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Reach(recorder.seconds, lines)


# --- one mutant ---

QUIETLY = ("-q", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
STAGES = (40, 4000)
"""So many tests are tried at once: first few, of few files, then as many as there is time for."""


class _Changed(importlib.machinery.SourceFileLoader):
    """Imports a module with a change."""

    def __init__(self, mutant: Mutant, package: Path) -> None:
        super().__init__(mutant.module, str(package / mutant.path))
        self._mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        tree = mutated(Path(self.path).read_text(encoding="utf-8"), self._mutant)
        return compile(tree, self.path, "exec", dont_inherit=True)


class _Chosen:
    """A plugin that runs some tests, or all of some files, in an order of its own; it keeps the first that fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        asked = [item for item in items if self._number(item) < len(self._order)]
        items[:] = sorted(asked, key=self._number)

    def _number(self, item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        return self._order.get(item.nodeid, self._order.get(file, len(self._order)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def failing(mutant: Mutant | None, tests: Sequence[str], package: Path) -> str:
    """The test that fails with a mutant, or else ""; in a child, which imports the package anew."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        said = "?"
        try:
            chosen = _Chosen(tests)
            if mutant:
                sys.meta_path.insert(0, _Changed(mutant, package))
            status = pytest.main([*QUIETLY, "-x", *sorted({t.partition("::")[0] for t in tests})], plugins=[chosen])
            said = chosen.failed or ("" if status == pytest.ExitCode.OK else "(the import of the tests)")
        except BaseException as error:
            said = f"(the start: {error!r:.60})"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return "(more than its time)" if os.WIFSIGNALED(status) else said


def killer(mutant: Mutant, reach: Reach, budget: float, package: Path) -> str | None:
    """The test that notices a mutant, "" where it lives, None where no test reaches it."""
    tests = reach.tests(mutant)
    if not tests:
        return None
    tests = within(budget, tests, reach.seconds)
    for first, last in itertools.pairwise((0, *STAGES)):
        if (some := tests[first:last]) and (said := failing(mutant, some, package)):
            return said
    return ""


def within(budget: float, tests: Sequence[str], seconds: dict[str, float]) -> list[str]:
    """As many of the tests as a budget of seconds has room for."""
    ends = itertools.accumulate(seconds[test] for test in tests)
    return [test for test, end in zip(tests, ends, strict=True) if end <= budget] or list(tests[:1])


def _import_what_others_made(files: Sequence[str]) -> None:
    """Imports what the tests import of other packages, so that every child has it."""
    reading, writing = os.pipe()
    if not os.fork():
        for file in files:
            importlib.import_module(file.removesuffix(".py").replace("/", "."))
        os.write(writing, json.dumps(sorted(sys.modules)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        names = json.loads(pipe.read())
    os.wait()
    for name in names:
        if name.split(".")[0] not in ("docfill", "tests", "__main__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def main(arguments: Sequence[str]) -> int:
    """The command; its status is 1 where a mutant lives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--map", type=Path, required=True, help="where it is kept which test reaches what")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=20.0, help="so many seconds of tests are tried")
    parser.add_argument("--named", type=Path, help="a file with the names of mutants, one a line")
    parser.add_argument("--at", action="append", default=[], help="path:line, below docfill/; repeatable")
    parser.add_argument("--tests", action="append", default=[], help="files of which all tests are tried, too")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    asked = parser.parse_args(arguments)
    os.chdir(ROOT)
    package = ROOT / "docfill"
    files = [f"tests/test_{name}.py" for name in TESTS]
    listed = list(_listed(asked, package))
    if asked.list:
        print("\n".join(mutant.name for mutant in listed))
        return 0
    if not asked.map.exists():
        asked.map.write_text(json.dumps(asdict(recorded(files, package)), ensure_ascii=False))
        return 0
    reach = Reach(**json.loads(asked.map.read_text()))
    _import_what_others_made([*files, *asked.tests])
    lives = 0
    for mutant in listed:
        became = (asked.tests and failing(mutant, asked.tests, package)) or killer(mutant, reach, asked.budget, package)
        lives += not became
        said = "no test" if became is None else "killed" if became else "lives"
        print(f"{said}\t{mutant.name}\t{became or ''}", flush=True)
    print(f"{lives} of {len(listed)} live")
    return int(lives > 0)


def _listed(asked: argparse.Namespace, package: Path) -> Iterator[Mutant]:
    """The mutants that are asked for."""
    paths = [path for name in MUTATED for path in sorted((package / name).rglob("*.py"))]
    known = [mutant for path in paths for mutant in mutants_of(path, package)]
    if asked.named:
        by_name = {mutant.name: mutant for mutant in known}
        for name in asked.named.read_text(encoding="utf-8").splitlines():
            if name in by_name:
                yield by_name[name]
            else:
                print(f"gone\t{name}")
    elif asked.at:
        yield from (mutant for mutant in known if f"{mutant.path}:{mutant.line}" in asked.at)
    else:
        yield from random.Random(asked.seed).sample(known, asked.count) if asked.count else known


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
