"""The start of docfill beside that of a former commit, in one run: python benchmarks/start.py COMMIT [--rounds N]

The two take turns, in an order drawn anew each round, so that what else the machine does
is the same for both; the processor time is told, and the share of it that each takes.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from docfill import Form, make_samples

ROOT = Path(__file__).resolve().parent.parent
_RUN = "from docfill.cli import main; main()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("commit")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        former = Path(made, "former")
        subprocess.run(["git", "worktree", "add", "--detach", former, given.commit], cwd=ROOT, check=True)
        try:
            compare(Path(made), {given.commit: former, "now": ROOT}, given.rounds)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", former], cwd=ROOT, check=True)


def compare(folder: Path, trees: dict[str, Path], rounds: int) -> None:
    """Prints a table of the commands' processor time in each tree."""
    returned = folder / "returned.docx"
    returned.write_bytes(make_samples(Form.load("shanghai"))[2].document)
    commands = {
        "--help": ["--help"],
        "extract": ["extract", str(returned), "--form", "shanghai"],
        "fill": ["fill", "shanghai", str(ROOT / "data/shanghai.json"), "-o", str(folder / "o.docx"), "--force"],
    }
    print(f"| 启动 start | {' | '.join(f'{name}, ms' for name in trees)} | now / former |\n| --- | --- | --- | --- |")
    for command, arguments in commands.items():
        times: dict[str, list[float]] = {name: [] for name in trees}
        for _ in range(rounds + 1):
            for name in random.sample(list(trees), len(trees)):
                times[name].append(_processor_time(folder, trees[name], arguments))
        former, now = (min(taken[1:]) for taken in times.values())  # the first round writes the bytecode
        ratio = statistics.median(b / a for a, b in list(zip(*times.values(), strict=True))[1:])
        print(f"| {command} | {former * 1000:.0f} | {now * 1000:.0f} | {ratio:.2f} |", flush=True)


def _processor_time(folder: Path, tree: Path, arguments: list[str]) -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(folder / f"bytecode{tree.name}")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", _RUN, *arguments]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
