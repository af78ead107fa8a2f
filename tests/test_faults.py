"""Whatever goes wrong around a command, it ends with one message and a status, and leaves whole files or none.

DOCFILL_TEST_FAULTS=all python -m pytest tests/test_faults.py   # every command under every fault, some minutes
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docfill import locks
from tests.faults import COMMANDS, FAULTS, KILLED, OTHERS, Ended, Runner, furnish

pytestmark = pytest.mark.skipif(os.name == "nt" or not Path("/dev/full").exists(), reason="needs fork and /dev/full")

HARMLESS = ("none", "a console that speaks GBK", "interruptions", "a clock that goes backwards", "killed workers")
UNSEEN = ("full streams", "closed streams")
RESULTS = {name: asked for name, asked in COMMANDS.items() if "-o" in asked}
STORES = ("user add", "store restore")
ALWAYS = ("none", "a console that speaks GBK", "full disk", "full streams")
SOME = ("extract to .json files", "extract to .xlsx", "fill", "put", "check to .html", "sheet")
"""The commands under every fault that concerns this process."""
IS_WHOLE = os.environ.get("DOCFILL_TEST_FAULTS") == "all"
WORKERS, BY_TWO = "killed workers", "extract by two"
FORBIDDEN = "outputs that may not be written"
APPEAR = "outputs that somebody else makes meanwhile"


def _is_tried(command: str, fault: str) -> bool:
    """Whether a command is tried under a fault: not all are under all unless that is asked for, which takes minutes.

    Only the command with workers has any that can be killed, and it is otherwise the one without them; the server is
    started and no more, so that what happens to it while it runs is for the tests of the server.
    """
    if command == BY_TWO or fault == WORKERS:
        return (command, fault) == (BY_TWO, WORKERS)
    if command == "serve":
        return fault in ("full disk", FORBIDDEN)
    if fault == APPEAR:
        return command in RESULTS
    return IS_WHOLE or fault in ALWAYS or command in SOME or (fault == FORBIDDEN and command in (*RESULTS, *STORES))


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    opened = Runner()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def ended(tmp_path: Path, furnished: Path, runner: Runner, command: str, fault: str) -> Ended:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return runner.run(tmp_path, command, fault)


def _made(folder: Path) -> list[Path]:
    """What stands in the folder of outputs."""
    return sorted((folder / "out").rglob("*")) if (folder / "out").is_dir() else []


def _placed(folder: Path) -> list[Path]:
    """What somebody else made there meanwhile."""
    known = folder / "placed"
    return [folder / name for name in known.read_text(encoding="utf-8").splitlines()] if known.exists() else []


def _is_whole(path: Path) -> bool:
    """Whether a file is all of what its suffix says."""
    data = path.read_bytes()
    if path.suffix in (".docx", ".xlsx"):
        return zipfile.ZipFile(path).testzip() is None
    if path.suffix == ".json":
        return json.loads(data) is not None
    return data.rstrip().endswith({".html": b">", ".parquet": b"PAR1"}.get(path.suffix, b""))


@pytest.mark.parametrize(("command", "fault"), [(c, f) for c in COMMANDS for f in FAULTS if _is_tried(c, f)])
def test_a_command_ends_with_a_status_and_leaves_whole_files_or_none(
    tmp_path: Path, ended: Ended, command: str, fault: str
) -> None:
    assert ended.status in (0, 1, 2, 3), ended.said
    assert not re.search("Traceback|Exception ignored|None|报告|report this", ended.said), ended.said
    if fault in HARMLESS:
        assert ended.status == (1 if command in ("diff", "fill from a table") else 0), ended.said
    if fault in UNSEEN and command != "store list":  # which has nothing to say
        assert ended.status == 3
    placed = _placed(tmp_path)
    assert all(path.read_bytes().startswith(OTHERS) for path in placed), placed
    assert not placed or ended.status or {path.suffix for path in placed} == {".jsonl"}  # to which lines are added
    made = [path for path in _made(tmp_path) if path.suffix != ".part" and path.is_file() and path not in placed]
    assert all(map(_is_whole, made)), made
    assert not [path for path in made if path.name.startswith(".")] or ended.status
    assert ended.status not in (0, 1) or command not in RESULTS or made or placed or fault.startswith("inputs")
    assert ended.followed == [] or fault == FORBIDDEN  # what is forbidden is not opened
    assert fault == "full disk" or [*(tmp_path / "tmp").iterdir()] == []


AT = (1, 3, 5, 8, 13, 34)
"""Before which of its changes a command is killed, until it has no more."""


@pytest.mark.parametrize("command", [*RESULTS, "store backup"] if IS_WHOLE else SOME)
def test_a_command_that_is_killed_leaves_whole_files_or_none_and_the_next_one_removes_the_rest(
    tmp_path: Path, furnished: Path, runner: Runner, command: str
) -> None:
    killed = 0
    for number in range(1, 400) if IS_WHOLE else AT:
        folder = tmp_path / str(number)
        shutil.copytree(furnished, folder)
        ended = runner.run(folder, command, f"{KILLED}{number}")
        made = [path for path in _made(folder) if path.is_file()]
        assert all(_is_whole(path) for path in made if not _is_unfinished(path)), made
        if ended.status != -signal.SIGKILL:
            break
        killed += 1
        for path in made:
            if path.name.startswith("."):
                _age(path)
            else:  # the next run begins anew, without what this one has finished
                path.unlink()
        for path in (folder / "tmp").iterdir():
            _age(path)
        assert runner.run(folder, command, "none").status in (0, 1)
        left = [*(folder / "tmp").iterdir(), *(p for p in _made(folder) if _is_unfinished(p))]
        assert left == [], (number, left)
    assert killed


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix == ".part"


def _age(path: Path) -> None:
    """Makes a file or folder older than any that may still be locked."""
    long_ago = time.time() - locks.SETTLED - 10
    os.utime(path, (long_ago, long_ago))


def test_a_command_opens_its_outputs_for_writing_so_that_a_link_would_be_told() -> None:
    plain = Ended(0, "", [("out/a", os.O_WRONLY | os.O_CREAT), ("out/b", os.O_WRONLY | os.O_NOFOLLOW)])
    assert plain.followed == ["out/a"]
