"""Batches: rate, two cores against one, and memory against the number of files; prints what docs/scale.md keeps.

python benchmarks/batch.py                 # 10,000 files; minutes
python benchmarks/batch.py --files 1000
python benchmarks/batch.py --price 0.04    # of a core for an hour, in any currency

Every run is the real command in a process of its own.  CPU time and the largest
resident size are those of each process of the run, so that the figures hold on a
machine that does other work, too; the clock's do not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil
from lxml import etree

from docfill import Form

ROOT = Path(__file__).parent.parent
INTERVAL = 0.05
FEW = 10
"""A run of so many times fewer files shows whether memory is flat."""


@dataclass
class Run:
    """One run of a command: what it did and what it took."""

    title: str
    files: int
    jobs: int
    seconds: float
    cpu: dict[int, float] = field(default_factory=dict)
    peak: dict[int, int] = field(default_factory=dict)
    parent: int = 0

    @property
    def total(self) -> float:
        """CPU seconds of all processes."""
        return sum(self.cpu.values())

    @property
    def bound(self) -> float:
        """Seconds that the run takes on as many free cores as it has jobs: all work shared, or the busiest process."""
        return max(self.total / self.jobs, *self.cpu.values())

    @property
    def row(self) -> str:
        workers = [size for pid, size in self.peak.items() if pid != self.parent]
        shown = f"{max(workers) / 2**20:.0f}" if workers else "—"
        return (
            f"| {self.title} | {self.files} | {self.jobs} | {self.files / self.seconds:.0f} | "
            f"{self.total / self.files * 1000:.1f} | {self.peak[self.parent] / 2**20:.0f} | {shown} |"
        )


def main() -> None:
    """Measures, and prints the tables."""
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--price", type=float, default=0.04)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="docfill-") as made:
        runs = list(_runs(Path(made), chosen.files))
    print(f"*{date.today()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}*\n")
    print("| 任务 run | 份 files | --jobs | 份/秒 per second | CPU ms/份 | 主进程 parent MiB | 工作进程 worker MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for run in runs:
        print(run.row)
    print(
        "\n| 任务 run | 两核比一核（CPU） two cores against one, by CPU | （时钟） by the clock |\n| --- | --- | --- |"
    )
    for title in dict.fromkeys(r.title for r in runs):
        by_jobs = {r.jobs: r for r in runs if r.title == title and r.files == _most(runs, title)}
        if {1, 2} <= by_jobs.keys():
            one, two = by_jobs[1], by_jobs[2]
            print(f"| {title} | {one.total / two.bound:.2f} | {one.seconds / two.seconds:.2f} |")
    print(f"\n| 一百万份 a million | 核时 core-hours | 费用 cost, {chosen.price} a core-hour |\n| --- | --- | --- |")
    for title in dict.fromkeys(r.title for r in runs):
        run = next(r for r in runs if r.title == title and r.jobs == 2 and r.files == _most(runs, title))
        hours = run.total / run.files * 1_000_000 / 3600
        print(f"| {title} | {hours:.1f} | {hours * chosen.price:.2f} |")


def _most(runs: list[Run], title: str) -> int:
    return max(r.files for r in runs if r.title == title)


def _runs(folder: Path, count: int) -> Iterator[Run]:
    record = json.loads((ROOT / "data" / "shanghai.json").read_text(encoding="utf-8"))
    fewer = max(count // FEW, 1)
    for size in (fewer, count):
        with (folder / f"{size}.jsonl").open("w", encoding="utf-8") as stream:
            for number in range(size):
                record["封面"]["集群名称"] = f"集群{number}"
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    for size, jobs in ((fewer, 2), (count, 2), (count, 1)):
        data = (folder / f"{size}.jsonl", "-o", folder / f"filled-{size}")
        yield _measured("填表 fill", size, jobs, folder, "fill", "shanghai", *data)
    shutil.rmtree(folder / f"filled-{fewer}")
    _split(folder / f"filled-{count}", folder / f"filled-{fewer}", fewer)
    for output in ("out/", "all.jsonl", "all.csv", "all.xlsx"):
        for size, jobs in ((fewer, 2), (count, 2), (count, 1)) if output == "out/" else ((fewer, 2), (count, 2)):
            what = (folder / f"filled-{size}", "--form", "shanghai", "-o", folder / output)
            yield _measured(f"读取 extract → {output}", size, jobs, folder, "extract", *what)
    resaved = folder / "resaved"
    resaved.mkdir()
    document = _saved_by_another_program(Form.load("shanghai").fill(record))
    for number in range(fewer):
        (resaved / f"{number}.docx").write_bytes(document)
    for jobs in (2, 1):
        what = (resaved, "--form", "shanghai", "-o", folder / "out/")
        yield _measured("读取他人保存的 extract, saved by others", fewer, jobs, folder, "extract", *what)


def _split(source: Path, target: Path, count: int) -> None:
    """A folder of links to the first files of another."""
    target.mkdir()
    for path in sorted(source.iterdir())[:count]:
        (target / path.name).hardlink_to(path)


def _measured(title: str, size: int, jobs: int, folder: Path, *arguments: str | Path) -> Run:
    output = Path(str(arguments[-1]))
    if output.is_dir():
        shutil.rmtree(output)
    output.unlink(missing_ok=True)
    started = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "-c", "from docfill.cli import main; main()", *map(str, arguments), "--jobs", str(jobs)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    run = Run(title, size, jobs, 0.0, parent=process.pid)
    while process.poll() is None:
        _sample(process, run)
        time.sleep(INTERVAL)
    run.seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{title}: exit status {process.returncode}")
    return run


def _sample(process: psutil.Process, run: Run) -> None:
    """Takes note of each process of a run; the sizes and times of those that end between samples are all but known."""
    try:
        known = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in known:
        try:
            times, size = each.cpu_times(), each.memory_info().rss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if size:
            run.cpu[each.pid] = times.user + times.system
            run.peak[each.pid] = max(run.peak.get(each.pid, 0), size)


def _saved_by_another_program(document: bytes) -> bytes:
    """The same document as lxml writes it, so that it is read by meaning."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "word/document.xml":
                content = etree.tostring(etree.fromstring(content), encoding="UTF-8")
            target.writestr(info, content)
    return out.getvalue()


if __name__ == "__main__":
    main()
