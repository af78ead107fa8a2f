"""LibreOffice's processes: they stay for further files, a bad file costs only itself, and none outlives docfill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docfill import limits
from docfill.problems import DocfillError
from docfill.word import cage
from docfill.word.document import Document, paragraphs_of
from tests.test_formats import _is_running, needs_libreoffice, needs_scripts

GOOD, BAD = rb"{\rtf1 good}", rb"{\rtf1 bad}"

FAKE = f"""#!{sys.executable}
import os, shutil, sys, time
from pathlib import Path
log = Path(__file__).with_name("calls")
url = next(a for a in sys.argv if a.startswith("-env:")).partition("=")[2]
if sys.argv[-1].endswith("/open.rtf"):
    from docfill.word.cage import _socket_of
    folder = Path(url.removeprefix("file://")).parent
    _socket_of(folder)[0].touch()
    with log.open("a") as calls: print("stays", os.getpid(), file=calls)
    (folder / ".~lock.open.rtf#").touch()
    time.sleep(300)
source = Path(sys.argv[-1])
with log.open("a") as calls: print("asked", url, file=calls)
if b"bad" in source.read_bytes():
    (Path.cwd() / "left over").touch()
    sys.exit("source file could not be loaded")
out = Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir()
shutil.copy(Path(__file__).with_name("made.docx"), out / "form.docx")
"""
"""A LibreOffice that stays, and makes the same of every file but of bad ones."""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[list[str]]]]:
    """Puts the fake in the place of soffice; what it was called for."""
    from tests.small_form import p, package, r

    (tmp_path / "made.docx").write_bytes(package(p(r("甲"))))
    (tmp_path / "soffice").write_text(FAKE, encoding="utf-8")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    yield lambda: [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    cage.rest()


def converted(data: bytes) -> list[str]:
    return [x.text for x in paragraphs_of(Document(data, "表.rtf", timeout=20).blocks)]


def profiles(asked: list[list[str]]) -> list[str]:
    return [line[1] for line in asked if line[0] == "asked"]


@needs_scripts
def test_one_process_converts_several_files(calls: Callable[[], list[list[str]]]) -> None:
    assert [converted(GOOD) for _ in range(5)] == [["甲"]] * 5
    assert [line[0] for line in calls()].count("stays") == 1 and len(set(profiles(calls()))) == 1


@needs_scripts
def test_a_process_is_replaced_after_so_many_files(calls: Callable[[], list[list[str]]]) -> None:
    with limits.within(together=2):
        assert [converted(GOOD) for _ in range(5)] == [["甲"]] * 5
    asked = profiles(calls())
    assert [asked.count(profile) for profile in dict.fromkeys(asked)] == [2, 2, 1]


@needs_scripts
def test_each_file_has_a_process_of_its_own_where_that_is_asked_for(calls: Callable[[], list[list[str]]]) -> None:
    with limits.within(together=1):
        assert [converted(GOOD) for _ in range(3)] == [["甲"]] * 3
    assert [line[0] for line in calls()] == ["asked"] * 3 and len(set(profiles(calls()))) == 3


@needs_scripts
def test_a_bad_file_costs_only_itself_and_is_tried_alone_before_that_is_said(
    calls: Callable[[], list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    assert converted(GOOD) == ["甲"]
    with pytest.raises(DocfillError, match="LibreOffice 无法转换（source file could not be loaded"):
        converted(BAD)
    assert converted(GOOD) == ["甲"]
    shared, _, alone, after = profiles(calls())
    assert profiles(calls())[1] == shared and len({shared, alone, after}) == 3


@needs_scripts
def test_nothing_is_lost_where_a_process_dies(calls: Callable[[], list[list[str]]]) -> None:
    assert converted(GOOD) == ["甲"]
    pid = int(next(line[1] for line in calls() if line[0] == "stays"))
    os.kill(pid, signal.SIGKILL)
    _until(lambda: not _is_running(pid))
    assert converted(GOOD) == ["甲"]
    assert len(set(profiles(calls()))) == 2


@needs_scripts
def test_conversions_at_once_have_a_process_each(calls: Callable[[], list[list[str]]]) -> None:
    with ThreadPoolExecutor(3) as several:
        assert list(several.map(converted, [GOOD] * 3)) == [["甲"]] * 3
    known = len(set(profiles(calls())))
    assert converted(GOOD) == ["甲"] and len(set(profiles(calls()))) == known


@needs_scripts
def test_who_waits_too_long_is_ended_and_leaves_nothing(
    calls: Callable[[], list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cage, "IDLE", 0.1)
    converted(GOOD)
    _assert_gone(calls())


@needs_scripts
@pytest.mark.parametrize("how", ["it ends", "it is killed"])
def test_no_process_outlives_docfill(how: str, calls: Callable[[], list[list[str]]]) -> None:
    program = f"from docfill.word.document import Document; Document({GOOD!r}, '表.rtf')"
    program += "; import os; os.kill(os.getpid(), 9)" if how == "it is killed" else ""
    status = subprocess.run([sys.executable, "-c", program], check=False).returncode
    assert status == (-signal.SIGKILL if how == "it is killed" else 0)
    _assert_gone(calls())


@needs_scripts
def test_a_conversion_under_way_does_not_outlive_docfill_either(
    calls: Callable[[], list[list[str]]], tmp_path: Path
) -> None:
    fake = FAKE.replace('if b"bad"', 'time.sleep(300)\nif b"bad"')
    (tmp_path / "soffice").write_text(fake, encoding="utf-8")
    program = f"from docfill.word.document import Document; Document({GOOD!r}, '表.rtf')"
    process = subprocess.Popen([sys.executable, "-c", program])
    _until(lambda: (tmp_path / "calls").exists() and bool(profiles(calls())))
    process.kill()
    process.wait()
    _assert_gone(calls())


def _assert_gone(asked: list[list[str]]) -> None:
    """That the process, its folder and its socket are gone, or will be in a moment."""
    [pid] = [int(line[1]) for line in asked if line[0] == "stays"]
    folder = Path(profiles(asked)[0].removeprefix("file://")).parent
    left = (folder, *cage._socket_of(folder))
    _until(lambda: not _is_running(pid) and not any(os.path.lexists(path) for path in left))


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


@needs_scripts
@needs_libreoffice
def test_libreoffice_itself_stays_and_takes_one_file_after_another() -> None:
    cage.rest()
    assert [converted(rb"{\rtf1 %d}" % n) for n in range(3)] == [["0"], ["1"], ["2"]]
    [waiting] = cage._waiting()
    assert waiting.served == 3 and waiting.is_staying
    with pytest.raises(DocfillError, match="LibreOffice"):
        Document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "坏.doc")
    assert converted(rb"{\rtf1 4}") == ["4"]
    cage.rest()
    assert not waiting.is_staying


@needs_libreoffice
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what runs")
def test_nothing_of_libreoffice_itself_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = f"from docfill.word.document import Document; Document({GOOD!r}, '表.rtf'); print('read', flush=True)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", f"{program}; import time; time.sleep(300)"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "read\n"
        assert _running_in(tmp_path) and [*tmp_path.iterdir()]
        process.kill()
    _until(lambda: not _running_in(tmp_path) and not [*tmp_path.iterdir()])


def _running_in(folder: Path) -> list[str]:
    """The commands of LibreOffice that run with a profile in a folder."""
    said = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    return [line.decode() for line in said if b"UserInstallation=" in line and bytes(folder) in line]


@needs_scripts
def test_a_folder_for_temporary_files_that_is_not_there_is_not_the_documents_fault(
    calls: Callable[[], list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/none")
    with pytest.raises(DocfillError, match="无法使用临时文件夹 /dev/null/none") as raised:
        converted(GOOD)
    assert raised.value.code == "failed"
