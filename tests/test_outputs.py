"""Outputs: never through a link, never over what came to be there, and nothing left of runs that died."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from docfill import DocfillError, Form, files, locks
from docfill.batch.journal import Journal
from docfill.tables.canvas import Canvas
from tests.test_batch import form
from tests.test_cli import Run, run

__all__ = ["form", "run"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows, and it has other locks")


def _journal(path: Path, form: Form, *, force: bool = True, is_resumed: bool = False) -> Journal:
    return Journal(path, [form], is_resumed, force)


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("is_resumed", [True, False])
def test_a_journal_is_never_opened_through_a_link(
    tmp_path: Path, form: Form, force: bool, is_there: bool, is_resumed: bool
) -> None:
    target = tmp_path / "others"
    if is_there:
        target.write_bytes(b"old")
    (tmp_path / "x.jsonl.part").symlink_to(target)
    with pytest.raises(DocfillError, match=r"是一个链接，未改动|上次没有做完"):
        _journal(tmp_path / "x.jsonl.part", form, force=force, is_resumed=is_resumed).open()
    assert (target.read_bytes() if target.exists() else b"old") == b"old" and target.exists() == is_there


def test_a_journal_with_another_name_is_left_alone(tmp_path: Path, form: Form) -> None:
    (tmp_path / "others").write_bytes(b"old")
    os.link(tmp_path / "others", tmp_path / "x.part")
    with pytest.raises(DocfillError, match="是一个链接"):
        _journal(tmp_path / "x.part", form).open()
    assert (tmp_path / "others").read_bytes() == b"old"


@pytest.mark.parametrize("is_resumed", [True, False])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, form: Form, is_resumed: bool) -> None:
    """Browsers, too, call what they have half of a .part."""
    path = tmp_path / "x.xlsx.part"
    for theirs in (b"half a download", b"[" * 100_000 + b"\n"):
        path.write_bytes(theirs)
        with pytest.raises(DocfillError, match="不是 docfill 留下的，未改动"):
            _journal(path, form, is_resumed=is_resumed).open()
        assert path.read_bytes() == theirs


def test_a_journal_that_another_run_has_just_made_is_not_emptied(tmp_path: Path, form: Form) -> None:
    mine = _journal(tmp_path / "x.part", form, force=False)
    (tmp_path / "x.part").write_bytes(b"theirs")
    with pytest.raises(DocfillError, match="上次没有做完"):
        mine.open()
    assert (tmp_path / "x.part").read_bytes() == b"theirs"


def test_lines_are_added_behind_those_that_others_add_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    code = "import sys;from pathlib import Path;from docfill import files\n"
    code += "for _ in range(20): files.append(Path(sys.argv[1]), sys.argv[2].encode() + b'\\n')"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "abc"]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert sorted(path.read_text().split()) == [name for name in "abc" for _ in range(20)]
    path.write_bytes(b"half a line")
    files.append(path, b"d\n")
    assert path.read_bytes() == b"half a line\nd\n"


def test_a_link_to_nowhere_in_the_place_of_added_lines_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "nowhere")
    files.append(tmp_path / "a", b"1\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_bytes() == b"1\n"


def test_the_second_of_two_runs_into_one_output_is_told_at_its_start(tmp_path: Path, form: Form) -> None:
    first = _journal(tmp_path / "x.part", form)
    first.open()
    with pytest.raises(DocfillError, match="另一个 docfill 正在写同一个输出"):
        _journal(tmp_path / "x.part", form).open()
    first.close(is_finished=True)
    second = _journal(tmp_path / "x.part", form)
    second.open()
    second.close(is_finished=True)
    assert list(tmp_path.iterdir()) == []


def test_what_comes_to_stand_at_an_output_during_a_run_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    files.check_targets([target], [], force=False)
    target.write_bytes(b"theirs")
    with pytest.raises(DocfillError, match="输出已存在，未改动"):
        files.write(target, b"ours")
    assert (target.read_bytes(), len(list(tmp_path.iterdir()))) == (b"theirs", 1)
    files.check_targets([target], [], force=True)
    files.write(target, b"ours")
    assert target.read_bytes() == b"ours"


def test_an_output_that_was_free_is_written_and_then_may_be_again(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    files.check_targets([target], [], force=False)
    files.write(target, b"1")
    files.write(target, b"2")
    assert (target.read_bytes(), target.stat().st_nlink) == (b"2", 1)


def test_an_output_is_exclusive_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    one, other = tmp_path / "a", tmp_path / "b"
    files.check_targets([one, other], [], force=False)
    files.write(one, b"1")
    other.write_bytes(b"theirs")
    with pytest.raises(DocfillError, match="输出已存在"):
        files.write(other, b"2")
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"theirs")


def test_a_file_is_never_opened_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    for name, target in (("soft", tmp_path / "there"), ("dangling", tmp_path / "nowhere")):
        (tmp_path / name).symlink_to(target)
        for mode in ("wb", "ab", "xb"):
            with pytest.raises(OSError):
                files.opened(tmp_path / name, mode)
    assert (tmp_path / "there").read_bytes() == b"old" and not (tmp_path / "nowhere").exists()


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_living_ones_is_not(tmp_path: Path) -> None:
    program = (
        "import os,sys,time;from pathlib import Path;from docfill import files\n"
        f"with files.replacing(Path({str(tmp_path / 'x')!r})) as beside:\n"
        " beside.write_bytes(b'half'); os.utime(beside, (1, 1)); print(beside.name, flush=True); time.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    name = running.stdout.readline().strip()
    locks._looked_through.clear()
    files.write(tmp_path / "y", b"1")
    assert (tmp_path / name).exists()
    running.kill()
    running.wait()
    running.stdout.close()
    (tmp_path / ".docfill-0123456789abcdef.tmp").write_bytes(b"of this minute")
    others = tmp_path / ".docfill-notes.tmp"
    others.write_bytes(b"somebody's")
    os.utime(others, (1, 1))
    locks._looked_through.clear()
    files.write(tmp_path / "z", b"1")
    left = {p.name for p in tmp_path.iterdir()}
    assert left == {"y", "z", ".docfill-notes.tmp", ".docfill-0123456789abcdef.tmp"}
    assert time.time() > locks.SETTLED


def test_an_interruption_right_behind_the_opening_of_a_file_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, *_: object) -> None:
        path.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "opened", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write(tmp_path / "果.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_into_a_folder_is_told_at_its_start(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "新" / "out"
    with files.claimed(out):
        done = run("sample", "shanghai", "-o", f"{out}/")
    assert done.exit_code == 2 and f"另一个 docfill 正在写入 {out}" in done.output
    assert not out.parent.exists()  # nothing was written
    assert run("sample", "shanghai", "-o", f"{out}/").exit_code == 0 and any(out.iterdir())


@pytest.mark.parametrize("said", ["甲" * 300, "a" + "甲" * 300, "\U00020bb7" * 90, "a" * 999, "甲" * 66 + "  . 乙丙"])
def test_a_name_is_no_longer_than_any_disk_takes_and_ends_with_a_whole_letter(said: str) -> None:
    name = files.safe_name(said)
    assert said.startswith(name) and len(name.encode()) <= 200
    assert len(name.encode()) > 190 and not name.endswith((" ", "."))


def test_a_name_begins_as_no_option_and_as_no_file_of_an_open_word() -> None:
    assert [files.safe_name(said) for said in ("-rf", "~$甲", "甲-~")] == ["_-rf", "_~$甲", "甲-~"]


@pytest.mark.parametrize("said", ["con .docx", "CON  .txt", "com1 .a", "nul "])
def test_a_reserved_name_with_spaces_is_none(said: str) -> None:
    assert files.safe_name(said).startswith("_")


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")


@pytest.mark.parametrize(
    "streams",
    ["2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", pytest.param("2>/dev/full", marks=FULL)],
)
def test_a_report_that_cannot_be_written_costs_no_result_and_has_its_own_status(
    tmp_path: Path, form: Form, streams: str
) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    (tmp_path / "甲.docx").write_bytes(form.blank())
    command = (
        f'"$0" -c "from docfill.cli import main; main()" extract 甲.docx 无.docx --form 人.docx -o 全.jsonl {streams}'
    )
    (tmp_path / "无.docx").write_bytes(b"no Word file")
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=tmp_path, check=False)
    assert done.returncode == 3
    assert len((tmp_path / "全.jsonl").read_bytes().splitlines()) == 2
    assert {p.name for p in tmp_path.iterdir()} == {"人.docx", "甲.docx", "无.docx", "全.jsonl"}


@pytest.mark.parametrize("asked", ["fields 人.docx", "extract 甲.docx --form 人.docx", "--help"])
def test_a_result_that_nobody_can_see_has_its_own_status(tmp_path: Path, form: Form, asked: str) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    (tmp_path / "甲.docx").write_bytes(form.blank())
    command = f'"$0" -c "from docfill.cli import main; main()" {asked} 1>&-'
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=tmp_path, check=False, capture_output=True)
    assert done.returncode == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("rows", [0, 3_000])
def test_a_disk_that_is_full_under_a_workbook_is_one_error_and_no_more(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(str(what.exc_value)))
    canvas = Canvas(Path("/dev/full"))
    sheet = canvas.sheet("一")
    for row in range(rows):
        canvas.write(sheet, row, 0, f"{row}", None)
    with pytest.raises(OSError, match="No space left"):
        canvas.close()
    del canvas, sheet
    gc.collect()
    assert told == []


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path: Path, form: Form) -> None:
    (tmp_path / "人.docx").write_bytes(form._package.data)
    command = '"$0" -c "from docfill.cli import main; main()" schema 人.docx | head -c 1'
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=tmp_path, check=False, capture_output=True)
    assert (done.stdout, done.stderr) == (b"{", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files stands for a full disk")
def test_a_full_temporary_folder_is_told_by_its_name_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        f"sys.argv = ['docfill', 'sheet', 'shanghai', '-o', {str(tmp_path / 'a.xlsx')!r}]\n"
        "from docfill.cli import main; main()"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "DOCFILL_LANG": "zh", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    told = done.stderr.decode()
    assert done.returncode == 3 and "无法读写" in told and "None" not in told and "Traceback" not in told
    assert [p.name for p in tmp_path.rglob("*")] == ["tmp"]
