"""Commands that run while something goes wrong: a process that forks for each, so that all start at once.

`FAULTS` is data, and so is `COMMANDS`; tests/test_faults.py tries every pair, and
what the commands open for writing is told by Python's own audit.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn
from pypdf import PdfWriter

from docfill import Form
from docfill.check.receipt import receipt
from docfill.editions import compared, dumped
from docfill.serve.doors import Role
from docfill.serve.keeping import backup
from docfill.serve.store import Store
from tests.asked import Asked
from tests.small_form import loaded, p, package, row, table

COMMANDS: dict[str, list[str]] = {
    "extract to .json files": ["extract", "甲.docx", "乙.docx", "--form", "表.docx", "-o", "out/", "--jobs", "1"],
    **{
        f"extract to {suffix}": ["extract", "甲.docx", "乙.docx", "--form", "表.docx", "-o", f"out/全{suffix}"]
        for suffix in (".json", ".jsonl", ".csv", ".xlsx", ".parquet")
    },
    "fill": ["fill", "表.docx", "数据.json", "-o", "out/"],
    "fill from a table": ["fill", "表.docx", "坏.csv", "-o", "out/"],
    "fill one": ["fill", "表.docx", "数据.json", "-o", "out/一.docx"],
    "put": ["put", "甲.docx", "改.json", "--form", "表.docx", "-o", "out/改.docx"],
    "put by --set": ["put", "甲.docx", "--set", "姓名=丁", "--form", "表.docx", "-o", "out/改.docx"],
    "check to .xlsx": ["check", "甲.docx", "--form", "表.docx", "-o", "out/核.xlsx"],
    "check to .html": ["check", "甲.docx", "--form", "表.docx", "-o", "out/核.html"],
    "check to .json": ["check", "甲.docx", "--form", "表.docx", "-o", "out/核.json"],
    "check to comments": ["check", "甲.docx", "--form", "表.docx", "-o", "out/核.docx"],
    "check": ["check", "甲.docx", "--form", "表.docx"],
    "diff": ["diff", "甲.docx", "乙.docx", "--form", "表.docx"],
    "sheet": ["sheet", "表.docx", "-o", "out/录.xlsx"],
    "blank": ["blank", "表.docx", "-o", "out/空.docx"],
    "fields": ["fields", "表.docx"],
    "schema": ["schema", "表.docx", "-o", "out/纲.json"],
    "sample": ["sample", "表.docx", "-o", "out/"],
    "tag": ["tag", "空白.docx", "-o", "out/模.docx"],
    "lint": ["lint", "表.docx"],
    "edition": ["edition", "表.docx", "新表.docx", "-o", "out/图.toml", "-o", "out/图.xlsx", "-o", "out/图.html"],
    "migrate": ["migrate", "数据.json", "--map", "图.toml", "-o", "out/今年.xlsx"],
    "forms": ["forms"],
    "verify": ["verify", "凭证.json", "甲.docx", "--form", "表.docx"],
    "print": ["print", "甲.docx", "-o", "out/全.pdf"],
    "user add": ["user", "add", "王芳", "--data", "out/库"],
    "user list": ["user", "list", "--data", "库"],
    "store list": ["store", "list", "--data", "库"],
    "store backup": ["store", "backup", "out/备份.zip", "--data", "库"],
    "store restore": ["store", "restore", "备份.zip", "--data", "out/库"],
    "serve": ["serve", "--data", "out/库", "--port", "0", "--no-browser"],
    "extract by two": ["extract", "甲.docx", "乙.docx", "--form", "表.docx", "-o", "out/", "--jobs", "2"],
}
_CONVERTER = """#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --outdir ] && out=$2; shift; done
mkdir -p "$out"
cat > "$out/form.pdf" < "$(dirname "$0")/page.pdf"
"""


def furnish(folder: Path) -> None:
    """A folder with what the commands ask for."""
    body = p("姓名：{{ 姓名 }}") + p("电话：{{ 电话 }}") + p("人数：{{ 人数 | integer }}人")
    rows = table(1, row("项目"), row("{%tr for x in 清单 %}"), row("{{ x.名称 }}"), row("{%tr endfor %}"))
    form = loaded(package(body + rows))
    record = {"姓名": "𠮷甲", "电话": "1", "人数": 2, "清单": [{"名称": "子"}, {"名称": "丑"}]}
    (folder / "表.docx").write_bytes(form.template)
    newer = package(body + rows + p("地址：{{ 地址 }}"))
    (folder / "新表.docx").write_bytes(newer)
    (folder / "甲.docx").write_bytes(form.fill(record))
    (folder / "乙.docx").write_bytes(form.fill({**record, "姓名": "乙"}))
    (folder / "数据.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "坏.csv").write_text("姓名,电话,人数\n甲,1,x\n乙,2,3\n", encoding="utf-8")
    (folder / "改.json").write_text(json.dumps({"姓名": "丙"}), encoding="utf-8")
    (folder / "图.toml").write_bytes(
        dumped(compared(*map(Form.load, (folder / "表.docx", folder / "新表.docx"))), folder / "图.toml")
    )
    (folder / "空白.docx").write_bytes(package(p("姓名：______") + p("电话：______")))
    returned = (folder / "甲.docx").read_bytes()
    kept = receipt(Form.load(folder / "表.docx"), "甲.docx", returned, form.extract(returned).data)
    (folder / "凭证.json").write_text(json.dumps(kept), encoding="utf-8")
    store = Store(folder / "库")
    store.users.add("李明", Role.reader, "correct horse 电池")
    store.close()
    backup(folder / "库", folder / "备份.zip")
    (folder / "bin").mkdir()
    page = PdfWriter()
    page.add_blank_page(200, 200)
    page.write(folder / "bin" / "page.pdf")
    (folder / "bin" / "soffice").write_text(_CONVERTER, encoding="utf-8")
    (folder / "bin" / "soffice").chmod(0o755)


def _full_disk() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # of the files that are written, not of streams


def _full_streams() -> None:
    for number in (1, 2):
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)


def _gbk_console() -> None:
    sys.stdout, sys.stderr = (open(number, "w", encoding="gbk", closefd=False) for number in (1, 2))  # noqa: SIM115


def _closed_streams() -> None:
    sys.stdout = sys.stderr = cast("Any", None)  # as Python has it then
    os.close(1)
    os.close(2)


def _interruptions() -> None:
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0005)


def _clock_backwards() -> None:
    begun, told = time.time(), [0]

    def earlier() -> float:
        told[0] += 1
        return begun - 86_400 * told[0]

    time.time = earlier


def _no_temp_folder() -> None:
    tempfile.tempdir = "/dev/null/none"


def _output_is_a_file() -> None:
    shutil.rmtree("out")
    with Path("out").open("xb") as stream:
        stream.write(b"theirs")


def _inputs_gone() -> None:
    for path in Path().glob("*.docx"):
        path.unlink()


def _at(wanted: Callable[[str, tuple[Any, ...]], bool], does: Callable[[], None]) -> None:
    """Has something done at the first moment of a kind that Python's audit tells of."""
    is_due = [True]

    def hears(event: str, given: tuple[Any, ...]) -> None:
        if is_due[0] and wanted(event, given):
            is_due[0] = False
            does()

    sys.addaudithook(hears)


_CHANGES = ("os.mkdir", "os.rename", "os.link", "os.remove")
"""What changes a folder."""


def _is_written(event: str, given: tuple[Any, ...]) -> bool:
    """Whether something is written into the folder of outputs."""
    is_opened = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    return bool(is_opened or event in _CHANGES) and "out/" in f"{given[0]}/"


def _is_read(event: str, given: tuple[Any, ...]) -> bool:
    """Whether an input is opened."""
    return event == "open" and str(given[0]).endswith(("甲.docx", "数据.json", "表.docx"))


def _forbidden(wanted: Callable[[str, tuple[Any, ...]], bool]) -> Callable[[], None]:
    """A fault in which whatever is wanted is not allowed; the tests may run as root, who may do everything."""

    def hears(event: str, given: tuple[Any, ...]) -> None:
        if wanted(event, given):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), given[0])

    return lambda: sys.addaudithook(hears)


def _input_renamed() -> None:
    def rename() -> None:
        for name in ("甲.docx", "数据.json"):
            Path(name).rename(f"{name}.old")

    _at(_is_read, rename)


def _outputs_renamed() -> None:
    _at(lambda event, given: event in ("os.rename", "os.link") and "out/" in f"{given[0]}", lambda: _moved("out"))


OTHERS = b"\n"
"""What somebody else writes at the place of an output."""


def _outputs_appear() -> None:
    """Somebody else is a moment faster with each new file; `placed` lists them."""

    def hears(event: str, given: tuple[Any, ...]) -> None:
        target = str(given[1]) if event in ("os.rename", "os.link") else ""
        if "out/" in target and not os.path.lexists(target):
            with Path(target).open("xb") as stream:
                stream.write(OTHERS)
            with Path("placed").open("a", encoding="utf-8") as stream:
                print(target, file=stream)

    sys.addaudithook(hears)


def _moved(name: str) -> None:
    os.rename(name, f"{name}.old")  # noqa: PTH104 (a hook of the audit hears of it)


def _killed_workers() -> None:
    """The first processes that work for this one are killed as soon as they are there."""

    def kill() -> None:
        killed = 0
        while killed < 2:
            for worker in _descendants(os.getpid())[1:]:  # the first one starts the others
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
            time.sleep(0.01)

    threading.Thread(target=kill, daemon=True).start()


def _descendants(process: int) -> list[int]:
    """The processes below one, nearest first."""
    try:
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [*map(int, below), *(inner for child in below for inner in _descendants(int(child)))]


KILLED = "killed before change "
"""A fault whose name goes on with a number."""


def _is_changed(event: str, given: tuple[Any, ...]) -> bool:
    """Whether a file or folder is made, renamed or removed, or opened for writing."""
    is_opened = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    return bool(is_opened and not str(given[0]).startswith("/dev/")) or event in _CHANGES


def _killed_before(number: int) -> None:
    """The process is killed when it is about to change the folders for the nth time."""
    left = [number]

    def hears(event: str, given: tuple[Any, ...]) -> None:
        if _is_changed(event, given):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hears)


FAULTS: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "a console that speaks GBK": _gbk_console,
    "full disk": _full_disk,
    "full streams": _full_streams,
    "closed streams": _closed_streams,
    "interruptions": _interruptions,
    "a clock that goes backwards": _clock_backwards,
    "no temporary folder": _no_temp_folder,
    "a file where the folder is due": _output_is_a_file,
    "inputs that are gone": _inputs_gone,
    "outputs that may not be written": _forbidden(_is_written),
    "inputs that may not be read": _forbidden(_is_read),
    "inputs that are renamed meanwhile": _input_renamed,
    "a folder of outputs that is renamed meanwhile": _outputs_renamed,
    "outputs that somebody else makes meanwhile": _outputs_appear,
    "killed workers": _killed_workers,
}


@dataclass
class Ended:
    """How a command ended.

    Attributes:
        status: its exit status, or -signal.
        said: what it wrote to its streams, as far as they took it.
        opened: (path, flags) of each file that was opened for writing.
    """

    status: int
    said: str
    opened: list[tuple[str, int]]

    @property
    def followed(self) -> list[str]:
        """The files that a link could have been followed to: opened neither anew, nor so that no link is followed."""
        safe = {path for path, flags in self.opened if flags & (os.O_NOFOLLOW | os.O_EXCL)}
        named = (path for path, _ in self.opened if path not in safe and not path.isdigit())
        return [path for path in named if not path.startswith(("/dev/", "tmp/", "placed"))]


class Runner(Asked):
    """The process; closed by `close`."""

    def __init__(self) -> None:
        super().__init__("tests.faults")

    def run(self, folder: Path, command: str, fault: str) -> Ended:
        """How a command ends in a folder, under a fault."""
        told = self.answer([str(folder), command, fault])
        return Ended(told["status"], told["said"], [tuple(o) for o in told["opened"]])


def _serve() -> None:
    import docfill.cli  # noqa: F401  (each child has it then)

    for line in sys.stdin:
        folder, command, fault = json.loads(line)
        with tempfile.TemporaryDirectory() as aside:
            told = Path(aside, "told")
            opened = Path(aside, "opened")
            child = os.fork()
            if child == 0:
                _run(Path(folder), command, fault, told, opened)
            _, status = os.waitpid(child, 0)
            lines = opened.read_text(encoding="utf-8").splitlines() if opened.exists() else []
            code = os.waitstatus_to_exitcode(status)
            said = told.read_text(encoding="utf-8", errors="replace")
            print(json.dumps({"status": code, "said": said, "opened": [json.loads(x) for x in lines]}), flush=True)


def _run(folder: Path, command: str, fault: str, told: Path, opened: Path) -> None:
    """Runs a command in this process, which ends."""
    os.chdir(folder)
    tempfile.tempdir = str(folder / "tmp")
    Path("tmp").mkdir(exist_ok=True)
    Path("out").mkdir(exist_ok=True)
    number = os.open(told, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(number, stream)
    log = io.StringIO()

    def hears(event: str, given: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR):
            print(json.dumps([str(given[0]).removeprefix(f"{folder}/"), given[2]]), file=log)

    sys.addaudithook(hears)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["docfill", *COMMANDS[command]]
    os.environ |= {"PATH": f"{Path('bin').absolute()}:{os.environ['PATH']}", "DOCFILL_PASSWORD": "correct horse 电池"}
    uvicorn.Server.run = lambda *_, **__: None  # type: ignore[method-assign]
    status: Any = 0
    try:
        _killed_before(int(fault.removeprefix(KILLED))) if fault.startswith(KILLED) else FAULTS[fault]()
        from docfill.cli import main

        main()
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        status = 99
        with contextlib.suppress(OSError, ValueError):
            traceback.print_exc()
    signal.setitimer(signal.ITIMER_REAL, 0)
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    if fault != "full disk":
        opened.write_text(log.getvalue(), encoding="utf-8")
    os._exit(status if isinstance(status, int) else 0 if status is None else 1)


if __name__ == "__main__":
    _serve()
