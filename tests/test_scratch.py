"""Folders for temporary files: nothing stays of them, whatever ends the process that made them."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import pytest
import xlsxwriter

from docfill import Form, files, locks, scratch
from docfill.scratch import Scratch
from docfill.tables import write_entry
from tests.faults import furnish

fcntl = pytest.importorskip("fcntl")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked on Windows")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files, in which nothing has been looked for yet."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(locks, "_looked_through", set())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def _killed_in_one(temporary: Path, does: str) -> None:
    """A process of docfill that is killed once it has a folder for temporary files with something in it."""
    script = (
        f"import pathlib, time\nfrom docfill.scratch import Scratch\n{does}\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def _aged(folder: Path) -> None:
    os.utime(folder, (time.time() - locks.SETTLED - 10,) * 2)


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_folder_is_gone_when_it_is_closed_or_forgotten(temporary: Path) -> None:
    with Scratch() as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_bytes(b"x")
        assert _names(temporary) == [folder.name] and folder.stat().st_mode & 0o777 == 0o700
    assert _names(temporary) == []
    forgotten = Scratch()
    assert _names(temporary) == [forgotten.path.name]
    del forgotten
    assert _names(temporary) == []


@pytest.mark.parametrize(
    "does",
    [
        "made = Scratch(); (made.path / 'a').write_bytes(b'x')",
        "from docfill.tables.canvas import Canvas; canvas = Canvas(pathlib.Path('/dev/null')); canvas.sheet('a')",
    ],
)
def test_what_a_killed_process_left_goes_with_the_next_that_makes_any(temporary: Path, does: str) -> None:
    _killed_in_one(temporary, does)
    (left,) = temporary.iterdir()
    with Scratch():
        assert left.exists()  # so new that whoever made it may not have locked it yet
    locks._looked_through.clear()
    _aged(left)
    write_entry(Form.load("shanghai"), temporary / "a.xlsx")
    assert _names(temporary) == ["a.xlsx"]


def test_what_is_in_use_or_not_ours_stays(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "kept").write_bytes(b"x")
    used = Scratch()
    others = ["docfill-x", "docfill-0123456789abcdeg", "else"]
    for name in others:
        (temporary / name).mkdir()
    (temporary / "docfill-0123456789abcdef").symlink_to(outside)
    (temporary / "docfill-0123456789abcde0").write_bytes(b"x")
    for path in temporary.iterdir():
        if not path.is_symlink():
            _aged(path)
    locks._looked_through.clear()
    with Scratch() as another:
        names = [used.path.name, *others, "docfill-0123456789abcdef", "docfill-0123456789abcde0", another.name]
        assert _names(temporary) == sorted(names)
    assert (outside / "kept").exists()


def test_where_a_disk_has_no_locks_nothing_is_taken_for_left(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))  # as NFS does of folders

    monkeypatch.setattr(fcntl, "flock", refuses)
    used = Scratch()
    unfinished = temporary / ".docfill-0123456789abcdef.tmp"
    unfinished.write_bytes(b"x")
    for path in (used.path, unfinished):
        _aged(path)
    locks._looked_through.clear()
    files.write(temporary / "a", b"x")
    with Scratch():
        assert used.path.exists() and unfinished.exists()


def test_no_module_makes_folders_for_temporary_files_otherwise() -> None:
    root = Path(scratch.__file__).parent
    made = [
        p.name
        for p in root.rglob("*.py")
        if re.search(r"mkdtemp|TemporaryDirectory|mkstemp|NamedTemp", p.read_text("utf-8"))
    ]
    assert made == []


_ROWS = 3_000
_FULL: dict[str, list[str]] = {
    "fill from a workbook": ["fill", "表.docx", "多.xlsx", "-o", "out/"],
    "check a workbook": ["check", "多.xlsx", "--form", "表.docx", "-o", "out/k.json"],
    "migrate to a workbook": ["migrate", "多.jsonl", "--map", "图.toml", "-o", "out/m.xlsx"],
    "migrate a workbook": ["migrate", "多.xlsx", "--map", "图.toml", "-o", "out/m.jsonl"],
    "compare": ["compare", "多.jsonl", "少.jsonl", "--form", "表.docx", "--key", "姓名", "-o", "out/c.xlsx"],
    "put from a workbook": ["put", "甲.docx", "多.xlsx", "--form", "表.docx", "-o", "out/p.docx"],
    "extract from a .tar.gz": ["extract", "包.tar.gz", "--form", "表.docx", "-o", "out/x.json"],
}


@pytest.fixture(scope="module")
def plenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with more data than fit where temporary files go."""
    folder = tmp_path_factory.mktemp("plenty")
    furnish(folder)
    records = [{"姓名": f"甲{n}", "电话": str(n), "人数": n} for n in range(_ROWS)]
    (folder / "多.jsonl").write_bytes(files.dump_jsonl(records))
    (folder / "少.jsonl").write_bytes(files.dump_jsonl([{**r, "电话": "x"} for r in records]))
    with xlsxwriter.Workbook(folder / "多.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "电话", "人数"])
        for n, record in enumerate(records, 1):
            sheet.write_row(n, 0, [f"{record['姓名']}名", record["电话"], n])
    with tarfile.open(folder / "包.tar.gz", "w:gz") as archive:
        for number in range(600):
            archive.add(folder / "甲.docx", f"{number}.docx")
    return folder


@pytest.mark.parametrize("command", _FULL)
def test_a_full_folder_of_temporary_files_is_told_by_its_name_once(plenty: Path, tmp_path: Path, command: str) -> None:
    def full() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    asked = [sys.executable, "-m", "docfill", *_FULL[command]]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        asked, cwd=plenty, env=environment, preexec_fn=full, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 3, done.stderr
    assert str(tmp_path) in done.stderr
    assert not re.search("Traceback|Exception ignored|out/", done.stderr), done.stderr
    assert _names(tmp_path) == [] and not [p for p in (plenty / "out").rglob("*") if p.is_file()]
