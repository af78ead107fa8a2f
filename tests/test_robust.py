"""Wherever docfill runs: threads, daemons, scripts without a guard, consoles of any encoding; and the exit statuses."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from docfill import Form, sources
from docfill.batch import extract_many
from docfill.sources import Met
from tests.small_form import p, package
from tests.test_batch import MANY, form, names, record, returned
from tests.test_cli import DATA, ROOT, Run, loaded, run

__all__ = ["form", "returned", "run"]


def script(text: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a file of Python as its own process."""
    path = cwd / "script.py"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(path)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_script_needs_no_guard(tmp_path: Path, form: Form, returned: Path, method: str) -> None:
    (tmp_path / "人.docx").write_bytes(form.template)
    done = script(
        "import multiprocessing\n"
        f"multiprocessing.get_all_start_methods = lambda: [{method!r}]\n"
        "from docfill import Form, sources\n"
        "from docfill.batch import extract_many\n"
        "print('begun')\n"
        "found = list(extract_many(sources.collect(['交回']), [Form.load('人.docx')], jobs=2))\n"
        "print(sum(o.result is not None for o in found))\n",
        tmp_path,
    )
    assert (done.returncode, done.stdout.decode().split(), done.stderr) == (0, ["begun", str(MANY)], b"")


def read_as_a_daemon(folder: str, template: bytes, told: Any) -> None:
    outcomes = extract_many(sources.collect([folder]), [Form(_package(template), "人")], jobs=2)
    told.put([o.result.data["人"]["姓名"] for o in outcomes if o.result])


def _package(template: bytes) -> Any:
    from docfill.word.package import Package

    return Package(template, "人.docx")


def test_a_daemon_that_may_have_no_children_reads_by_itself(form: Form, returned: Path) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    daemon = context.Process(target=read_as_a_daemon, args=(str(returned), form.template, told), daemon=True)
    daemon.start()
    assert told.get(timeout=120) == [f"甲{n}" for n in range(MANY)]
    daemon.join(30)


def test_where_the_temporary_folder_has_too_long_a_path_for_a_socket_files_are_read_here(
    form: Form, returned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder := tmp_path / ("长" * 40)))
    folder.mkdir()
    found = extract_many(sources.collect([str(returned)]), [form], jobs=2)
    assert [o.result.data["人"]["姓名"] for o in found if o.result] == [f"甲{n}" for n in range(MANY)]


def test_threads_share_a_form_from_its_first_use() -> None:
    data = loaded(DATA / "shanghai.json")
    once = Form.load("shanghai")
    document, expected = once.fill(data), once.extract(once.fill(data), by_meaning=True).data
    fresh = Form.load("shanghai")
    together = threading.Barrier(4, timeout=60)

    def use(n: int) -> bool:
        together.wait()
        return fresh.fill(data) == document if n % 2 else fresh.extract(document, by_meaning=True).data == expected

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(use, range(4))) == [True] * 4


def test_what_the_library_gives_can_be_pickled(form: Form, returned: Path) -> None:
    (returned / "坏.pdf").write_bytes(b"%PDF")
    found: Met = pickle.loads(pickle.dumps(sources.collect([str(returned)])))
    outcomes = pickle.loads(pickle.dumps(list(extract_many(found, [form], jobs=1))))
    assert names(outcomes) == [f"甲{n}" for n in range(MANY)]
    assert outcomes[-1].error.code == "not-word"


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "utf-8"])
def test_a_report_is_shown_on_any_console(tmp_path: Path, encoding: str) -> None:
    form = package(p("姓名：{{ 姓名 | blank(6) }}") + p("人数：{{ 人数 | integer | blank(4) }}"))
    (tmp_path / "表.docx").write_bytes(form)
    (tmp_path / "甲.docx").write_bytes(package(p("姓名：𠮷某") + p("人数：𠮷")))
    done = subprocess.run(
        [sys.executable, "-m", "docfill", "check", "甲.docx", "--form", "表.docx", "--lang", "zh"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    shown = done.stdout.decode(encoding)
    assert ("𠮷" if encoding == "utf-8" else "\\U00020bb7") in shown


def test_the_module_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docfill", "--version"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60)
    assert done.stdout.startswith(b"docfill ")


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        ("extract", "错误：缺少参数 'FILES'", "Error: Missing argument 'FILES'"),
        ("extrct a", "错误：没有 'extrct' 命令。是不是 'extract'？", "Error: No such command 'extrct'"),
        ("extract a --frm x", "错误：没有 --frm 选项。", "Error: No such option: --frm"),
        ("extract a --jobs 0", "'--jobs' 的值不对：", "Invalid value for '--jobs': "),
        ("check a --lang fr", "'--lang' 的值不对：'fr' 应为 'zh', 'en' 之一", "'fr' is not one of 'zh', 'en'"),
    ],
)
def test_wrong_use_is_told_in_the_chosen_language(run: Run, arguments: str, zh: str, en: str) -> None:
    done = run(*arguments.split())
    assert done.exit_code == 2 and zh in done.stderr and done.stderr.startswith("用法：")
    done = run("--lang", "en", *arguments.split())
    assert done.exit_code == 2 and en in done.stderr and done.stderr.startswith("Usage: ")


def test_headings_are_in_the_chosen_language(run: Run) -> None:
    for arguments in (("--help",), ("extract", "-h")):
        assert "\n选项：\n" in run(*arguments).stdout
        assert "\nOptions:\n" in run("--lang", "en", *arguments).stdout


@pytest.mark.parametrize("command", ["lint", "fields", "blank", "schema", "sheet"])
def test_a_bundled_name_is_taken_wherever_a_form_is(run: Run, command: str) -> None:
    assert run(command, "shandong").exit_code == 0


def test_each_exit_status_is_what_the_help_says(run: Run, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("人.docx").write_bytes(form.template)
    Path("甲.docx").write_bytes(form.fill(record(1)))
    Path("乙.docx").write_bytes(form.fill({"人": {"姓名": "甲"}}))
    assert run("check", "甲.docx", "--form", "人.docx", "-o", "甲.json").exit_code == 0
    assert run("check", "乙.docx", "--form", "人.docx").exit_code == 1
    assert run("check", "甲.docx", "--form", "人.docx", "-o", "甲.json").exit_code == 2
    Path("挡").write_bytes(b"x")
    assert run("check", "甲.docx", "--form", "人.docx", "-o", "挡/乙.json").exit_code == 3
    assert run("check", "甲.docx", "--form", "人.docx", "-o", "甲.docm").exit_code == 3
    assert json.loads(Path("甲.json").read_bytes())["data"] == record(1)
