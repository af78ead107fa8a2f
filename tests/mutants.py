"""Mutants: does a test fail when a guard or a threshold of the engine is another one?  Run by hand, never in CI.

    python -m tests.mutants --map /tmp/calls.json                            # once: which test calls what
    python -m tests.mutants --map /tmp/calls.json --count 200 --seed 1       # then: 200 random mutants
    python -m tests.mutants --map /tmp/calls.json --at read/align.py:54      # all those of one line

A mutant is one module with one change: a comparison at its edge or the other way round,
a number one more or less, `and` for `or`, a part of a condition left out, a guard that never
or always holds, a flag turned.  It lives in the memory of a child of this process only;
nobody's files are touched.  The tests are collected once; a child takes the changed code into
the functions that have it, empties every cache, and runs the tests that call the function of
the change, those that call least first, until one fails.  What lives is listed with its change.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import gc
import json
import os
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parent.parent
MUTATED = ("read", "template", "kinds")
TESTS = (
    "anchored", "assignment", "boxes", "docxtpl", "doubts", "guards", "kinds", "language", "lint", "oneway", "rows",
    "shown", "sight", "signed", "signs", "stores", "strays", "time", "understood", "variants",
)  # fmt: skip
"""The tests that are tried: those of reading, templates and kinds that need no other program."""
SECONDS = 60
"""So many seconds of a processor a mutant may take; one that takes more has been noticed."""


# --- mutants ---


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module: the number of the node in its tree, and of the change among those of the node.

    `is_inside` a function; else it is a value of the module, or what a parameter is by default.
    """

    path: str
    node: int
    change: int
    line: int
    said: str
    is_inside: bool

    @property
    def module(self) -> str:
        return "docfill." + self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


Change = tuple[str, Callable[[ast.AST], ast.AST]]

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


def _of_number(node: ast.Constant) -> Iterator[ast.AST]:
    step = 1 if isinstance(node.value, int) else abs(node.value) * 0.25 or 0.25  # type: ignore[operator,arg-type]
    yield ast.Constant(node.value + step)  # type: ignore[operator]
    if node.value:
        yield ast.Constant(node.value - step)  # type: ignore[operator]


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
        yield from _of_number(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield _with(node, func=ast.Name("max" if node.func.id == "min" else "min", ast.Load()))


def _is_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1 and not isinstance(node.value, bool)


def _with(node: ast.AST, **parts: ast.AST) -> ast.AST:
    made = copy.copy(node)
    for name, part in parts.items():
        setattr(made, name, part)
    return made


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _guards(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes that decide something, and whether they do inside a function: no annotations, indices and asserts.

    Of what stands outside of functions only the numbers of the module and defaults of parameters are.
    """
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant):
            yield statement.value, False
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                yield from _of_function(inner)
        else:
            yield from _of_function(statement)


def _of_function(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    if isinstance(node, _FUNCTION):
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if isinstance(default, ast.Constant):
                yield default, False
        for statement in node.body:
            yield from ((inner, True) for inner in _inside(statement))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        is_left_out = name in ("annotation", "returns", "slice", "decorator_list") or isinstance(node, ast.Assert)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST) and not is_left_out:
                yield from _inside(inner)


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """All mutants of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    numbers = {node: number for number, node in enumerate(ast.walk(tree))}
    found, own = [], path.relative_to(root).as_posix()
    for node, is_inside in _guards(tree):
        for change, other in enumerate(_changed(node)):
            before, after = _said(node), _said(other)
            if before != after:
                line: int = node.lineno  # type: ignore[attr-defined]
                found.append(Mutant(own, numbers[node], change, line, f"{before}  →  {after}", is_inside))
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


# --- which test calls what ---

Calls = dict[str, dict[str, Any]]
"""By test: the seconds it takes, and the functions it calls, as `path:line`."""


class _Recorder:
    """A plugin that notes what each test calls of the package."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._known: dict[CodeType, str] = {}
        self._met: set[str] = set()
        self.calls: Calls = {}

    def _call(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        name = self._known.get(code)
        if name is None:
            inside = code.co_filename.startswith(self._package)
            name = f"{code.co_filename[len(self._package) + 1 :]}:{code.co_firstlineno}" if inside else ""
            self._known[code] = name
        if name:
            self._met.add(name)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._met = set()
        began = time.process_time()
        sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(None)
        self.calls[item.nodeid] = {"seconds": time.process_time() - began, "calls": sorted(self._met)}


def recorded(files: Sequence[str], package: Path) -> Calls:
    """What each test of some files calls."""
    recorder = _Recorder(str(package))
    pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", *files], plugins=[recorder])
    return recorder.calls


def _functions(tree: ast.Module) -> list[tuple[int, int, int, ast.AST]]:
    """The functions of a module: the lines from which and to which they go, decorators among them, the def's."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    found = []
    for node in ast.walk(tree):
        if isinstance(node, kinds):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found.append((first, node.end_lineno or node.lineno, node.lineno, node))
    return found


def callers(mutant: Mutant, source: str, calls: Calls) -> list[str]:
    """The tests that may notice a mutant, those first that call least."""
    functions = _functions(ast.parse(source))
    around = [f for f in functions if f[0] <= mutant.line <= f[1]]
    if around:
        wanted = [max(around, key=lambda f: f[0])]
    else:  # a value of the module: whoever calls a function of it that names it, or any of it
        line = source.splitlines()[mutant.line - 1]
        name = line.split("=")[0].split(":")[0].strip()
        wanted = [f for f in functions if name.isidentifier() and name in ast.unparse(f[3])] or functions
    spans = [(first, last) for first, last, *_ in wanted]
    per_test: dict[str, int] = {}
    for test, found in calls.items():
        lines = [int(c.rpartition(":")[2]) for c in found["calls"] if c.startswith(mutant.path + ":")]
        if any(first <= line <= last for line in lines for first, last in spans):
            per_test[test] = len(found["calls"])
    return sorted(per_test, key=lambda t: (per_test[t] * (0.05 + calls[t]["seconds"]), t))


# --- one mutant ---

BROKEN = 3


def _fails(mutant: Mutant, items: Sequence[pytest.Item], package: Path) -> bool:
    """Whether a test fails with a mutant. Runs in a child, whose functions are changed and whose caches are emptied."""
    file = package / mutant.path
    tree = mutated(file.read_text(encoding="utf-8"), mutant)
    _exchange(mutant, sys.modules[mutant.module].__dict__, compile(tree, str(file), "exec"), str(file))
    for kept in [x for x in gc.get_objects() if isinstance(x, functools._lru_cache_wrapper)]:
        kept.cache_clear()
    return any(_has_failed(item) for item in items)


def _exchange(mutant: Mutant, names: dict[str, Any], code: CodeType, file: str) -> None:
    """Puts the code of a changed module in the place of what its functions have; and its changed values."""
    functions = {(f.__qualname__, f.__code__.co_firstlineno): f for f in _functions_of(file)}
    if mutant.is_inside:
        for inner in _codes(code):
            if (inner.co_qualname, inner.co_firstlineno) in functions and not inner.co_name.startswith("<"):
                functions[inner.co_qualname, inner.co_firstlineno].__code__ = inner
        return
    made = {**names}
    exec(code, made)
    for function in _functions_of(file):
        if function.__globals__ is made:
            old = functions[function.__qualname__, function.__code__.co_firstlineno]
            old.__defaults__, old.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    changed = {n: v for n, v in made.items() if isinstance(v, int | float) and names.get(n) != v}
    for name, value in changed.items():
        for module in [m for n, m in sys.modules.items() if n.startswith(("docfill.", "tests."))]:
            if name in module.__dict__ and module.__dict__[name] == names.get(name):
                setattr(module, name, value)


def _functions_of(file: str) -> list[FunctionType]:
    found = [x for x in gc.get_objects() if isinstance(x, FunctionType)]
    return [f for f in found if f.__code__.co_filename == file]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _has_failed(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, nextitem=None, log=False)
    return any(report.failed for report in reports)


def tried(mutant: Mutant | None, items: Sequence[pytest.Item], package: Path) -> str:
    """What becomes of a mutant: "killed", "timeout", or "lives"; of None, what becomes of the tests as they are."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        code = BROKEN
        try:
            code = int(any(map(_has_failed, items)) if mutant is None else _fails(mutant, items, package))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout"
    return {0: "lives", 1: "killed"}.get(os.WEXITSTATUS(status), "broken")


def within(budget: float, tests: Sequence[str], calls: Calls) -> list[str]:
    """As many of the tests as a budget of seconds has room for, as long as they take without a change."""
    taken, left = [], budget
    for test in tests:
        if calls[test]["seconds"] <= left:
            taken.append(test)
            left -= calls[test]["seconds"]
    return taken


class _Trial:
    """A plugin that tries mutants instead of running the tests that were collected."""

    def __init__(self, mutants: Sequence[Mutant], calls: Calls, budget: float, package: Path) -> None:
        self._mutants, self._calls, self._budget, self._package = mutants, calls, budget, package
        self.ended: dict[str, int] = defaultdict(int)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        known = {item.nodeid: item for item in session.items}
        mapped = [test for test in self._calls if test in known]
        more = [item for name, item in known.items() if name not in self._calls]
        some = within(self._budget, sorted(mapped, key=lambda test: self._calls[test]["seconds"]), self._calls)
        assert tried(None, [known[test] for test in some], self._package) == "lives", "the tests fail as they are"
        gc.collect()
        for number, mutant in enumerate(self._mutants, 1):
            source = (self._package / mutant.path).read_text(encoding="utf-8")
            tests = [t for t in callers(mutant, source, self._calls) if t in known]
            items = [*(known[t] for t in within(self._budget, tests, self._calls)), *more]
            became = tried(mutant, items, self._package) if items else "no test"
            self.ended[became] += 1
            print(f"{number:>4} {became:<8} {mutant.path}:{mutant.line}  {mutant.said}", flush=True)
        print(dict(self.ended))
        return True


def main(arguments: Sequence[str]) -> int:
    """The command; its status is 1 where a mutant lives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--map", type=Path, required=True, help="where the calls of the tests are kept")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=10.0, help="so many seconds of tests are tried")
    parser.add_argument("--at", action="append", default=[], help="path:line, below docfill/; repeatable")
    parser.add_argument("--tests", action="append", default=[], help="further test files, all of which are tried")
    asked = parser.parse_args(arguments)
    os.chdir(ROOT)
    package = ROOT / "docfill"
    files = [f"tests/test_{name}.py" for name in TESTS if (ROOT / f"tests/test_{name}.py").exists()]
    if not asked.map.exists():
        asked.map.write_text(json.dumps(recorded(files, package)))
    calls: Calls = json.loads(asked.map.read_text())
    paths = sorted({package / at.partition(":")[0] for at in asked.at}) or [
        path for name in MUTATED for path in sorted((package / name).rglob("*.py"))
    ]
    listed = [mutant for path in paths for mutant in mutants_of(path, package)]
    if asked.at:
        listed = [mutant for mutant in listed if f"{mutant.path}:{mutant.line}" in asked.at]
    elif asked.count:
        listed = random.Random(asked.seed).sample(listed, asked.count)
    else:
        print(f"{len(listed)} mutants, {len(calls)} tests")
        return 0
    trial = _Trial(listed, calls, asked.budget, package)
    pytest.main(["-q", "-s", "-n", "0", "-p", "no:cacheprovider", *files, *asked.tests], plugins=[trial])
    return 0 if set(trial.ended) <= {"killed", "timeout"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
