"""Folders for temporary files: nothing stays of them, whatever ends the process that made them."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from docfill import Form, files, locks, scratch
from docfill.scratch import Scratch
from docfill.tables import write_entry

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
