"""Many records in one data file: work that grows with its bytes, honest files let in, and a refusal before a word.

Steps are counted, never seconds.  A tenth of an honest file has to do with a tenth of the work.
"""

from __future__ import annotations

import csv
import gc
import json
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from docfill import Form, editions, limits
from docfill.batch.ordering import Changes
from docfill.problems import Problem
from docfill.sources import Source
from docfill.tables.revised import Edited, Written
from tests.commands import app
from tests.small_form import p, package
from tests.test_growth import MOST, calls, growth

NARROW, WIDE = 10, 150
BEHIND = ["-o", "出.xlsx"]


@pytest.fixture(autouse=True)
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms of ten and of a hundred and fifty fields, each with a map to itself."""
    monkeypatch.chdir(tmp_path)
    for name, count in (("窄", NARROW), ("宽", WIDE)):
        Path(f"{name}.docx").write_bytes(package("".join(p(f"{f}：{{{{ {f} }}}}") for f in fields(count))))
        form = Form.load(Path(f"{name}.docx"))
        Path(f"对{name}.toml").write_bytes(editions.dumped(editions.compared(form, form), Path(f"对{name}.toml")))


def fields(count: int) -> list[str]:
    return [f"组.项{n}" for n in range(count)]


def made(count: int, width: int, name: str = "数据.csv") -> Path:
    """A .csv of so many full records."""
    with Path(name).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([fields(width), *([f"答{r}之{c}" for c in range(width)] for r in range(count))])
    return Path(name)


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [*map(str, arguments)])


COMMANDS: dict[str, Callable[[Path, str], Sequence[str | Path]]] = {
    "check": lambda data, form: ["check", data, "--form", f"{form}.docx"],
    "check into a workbook": lambda data, form: ["check", data, "--form", f"{form}.docx", *BEHIND],
    "migrate": lambda data, form: ["migrate", data, "--map", f"对{form}.toml", "-o", "出.jsonl"],
    "migrate into a workbook": lambda data, form: ["migrate", data, "--map", f"对{form}.toml", *BEHIND],
    "compare": lambda data, form: ["compare", data, data, "--form", f"{form}.docx", "--key", "组.项0"],
    "compare into a workbook": lambda data, form: [
        "compare", data, data, "--form", f"{form}.docx", "--key", "组.项0", *BEHIND,
    ],
    "fill": lambda data, form: ["fill", f"{form}.docx", data, "-o", "填好"],
    "put": lambda data, form: ["put", "窄.docx", data, "--form", f"{form}.docx", "--dry-run"],
}  # fmt: skip
"""Each command that takes records, with a data file of a form."""


@pytest.mark.parametrize(("count", "width", "form"), [(1_000, 10, "窄"), (500, 10, "窄"), (70, 150, "宽")])
@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"fill", "put"}))
def test_a_tenth_of_an_honest_file_takes_no_tenth_of_the_work(command: str, count: int, width: int, form: str) -> None:
    data = made(count, width)
    with limits.within(work=limits.DEFAULT.work // 10):
        done = run(*COMMANDS[command](data, form))
    assert "work=" not in done.stderr and done.exit_code in (0, 1), done.stderr


def test_a_thousand_records_that_are_refused_take_no_tenth_of_the_work() -> None:
    Path("数.docx").write_bytes(package(p("甲：{{ 组.甲 | number }}") + p("乙：{{ 组.乙 | date }}")))
    Path("错.csv").write_text("组.甲,组.乙\n" + "约,某日\n" * 1_000, encoding="utf-8")
    with limits.within(work=limits.DEFAULT.work // 10):
        done = run("fill", "数.docx", "错.csv", "-o", "填好")
    assert (done.exit_code, done.stderr.count("应为")) == (1, 2_000)


FLOODS: dict[str, bytes] = {
    "records of nothing": b"{}\n" * 90_000,
    "records of one answer": '{"组":{"项0":"1"}}\n'.encode() * 60_000,
    "records of what no form asks": b'{"a":1}\n' * 60_000,
}
"""By kind, records that say next to nothing, in some mebibyte or less."""


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_flood_of_records_is_refused_before_anything_is_told_or_written(command: str, kind: str) -> None:
    """`check` told thousands of records, and then that the file is not read."""
    data = Path("洪.jsonl")
    data.write_bytes(FLOODS[kind])
    before = {*Path().rglob("*")}
    done = run(*COMMANDS[command](data, "宽"))
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    told = [line for line in done.stderr.splitlines() if not line.startswith("共 0 条记录")]
    assert len(told) == 1 and told[0].startswith("洪.jsonl：到第 ") and "拆成几个文件" in told[0], told
    assert {*Path().rglob("*")} - {Path("填好")} <= before


def test_of_several_data_files_the_refused_one_is_told_in_the_place_of_its_records() -> None:
    flood, fine = Path("洪.jsonl"), made(3, WIDE)
    flood.write_bytes(FLOODS["records of nothing"])
    done = run("check", flood, fine, "--form", "宽.docx", "-o", "出.json")
    assert done.exit_code == 1
    assert [line.startswith("洪.jsonl：到第 ") for line in done.stderr.splitlines()] == [True, False]
    assert "共 3 条：3 条未发现问题，0 条有问题；1 个文件未核对" in done.stderr
    refused, *others = json.loads(Path("出.json").read_text(encoding="utf-8"))
    assert (refused["source"], refused["data"], refused["problems"][0]["code"]) == ("洪.jsonl", None, "too-large")
    assert [len(other["data"]["组"]) for other in others] == [WIDE] * 3


def test_what_is_damaged_further_on_is_told_without_the_records_before() -> None:
    Path("坏.jsonl").write_text('{"组":{"项0":"1"}}\n' * 5 + "{", encoding="utf-8")
    done = run("check", "坏.jsonl", "--form", "窄.docx")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr


def test_rows_without_a_file_are_named_in_work_that_goes_with_them_and_the_names_that_are_taken() -> None:
    """Names that a summary was given on purpose were gone through anew for each row."""

    def works(n: int) -> int:
        edited = Edited({f"（手填）{i}": Written("", "", None, {}) for i in range(1, n + 1)})
        return calls(lambda: [edited.by_hand(row) for row in range(1, n + 1)])

    assert growth(works, 500) <= MOST


def test_rows_without_a_file_have_names_of_their_own() -> None:
    edited = Edited({f"（手填）{i}": Written("", "", None, {}) for i in (2, 3, 7)})
    assert [edited.by_hand(row) for row in (1, 2, 3, 9)] == [f"（手填）{n}" for n in (1, 4, 5, 9)]


def test_changes_are_matched_with_files_in_work_that_goes_with_both() -> None:
    def works(n: int) -> int:
        names = [f"交回/{i}.docx" for i in range(n)]
        changes = Changes({f"{i}.docx": {"甲": "1"} for i in range(n)})
        return calls(lambda: changes.orders([Source(name, name) for name in names]))

    assert growth(works, 300) <= MOST


def test_what_was_not_carried_is_counted_as_it_comes() -> None:
    left = editions.Left()
    for number in range(5):
        left.add("甲", Problem("only-last-year", "", str(number)))
        assert left.count == number + 1


@pytest.mark.parametrize("said", ["7", '"甲"', "[7]", "[[1]]", "null", "[null]", "[{}, true]"])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_record_ends_no_command_otherwise_than_with_words(command: str, said: str) -> None:
    """`put` and `migrate` ended in a traceback."""
    Path("不是.json").write_text(said, encoding="utf-8")
    done = run(*COMMANDS[command](Path("不是.json"), "窄"))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    if command in ("put", "fill", "check"):
        assert "应为一条记录" in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_temporary_folder_that_is_full_ends_fill_with_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing the file tried to write the rest once more, in a traceback that nobody caught."""
    monkeypatch.setattr(tempfile, "TemporaryFile", partial(Path("/dev/full").open, "r+b"))
    done = run("fill", "窄.docx", made(300, NARROW), "-o", "填好")
    gc.collect()
    assert (done.exit_code, done.stderr.count("\n"), "磁盘已满" in done.stderr) == (3, 1, True), done.stderr


def test_fill_says_at_its_start_how_many_documents_it_will_make() -> None:
    """A table of a mebibyte became thirty thousand documents, in silence."""
    done = run("fill", "窄.docx", made(30, NARROW), "-o", "填好")
    assert done.stderr.splitlines()[0] == "读入 30 条记录，每条生成一份", done.stderr
    few = run("fill", "窄.docx", made(2, NARROW), "-o", "填好二")
    assert "读入" not in few.stderr


def test_rows_that_say_different_things_of_one_field_draw_on_the_work_of_their_file() -> None:
    """Each was compared and told, of as many rows as there may be in a file."""
    Path("不同.csv").write_text(
        "组.项0,组.项1,组.项2\n" + "".join(f"{n},{n},{n}\n" for n in range(30_000)), encoding="utf-8"
    )
    done = run("put", "窄.docx", "不同.csv", "--form", "窄.docx", "--dry-run")
    assert (done.exit_code, done.stderr.count("\n"), "拆成几个文件" in done.stderr) == (2, 1, True), done.stderr[:200]


def test_what_is_wrong_many_times_in_one_place_is_told_as_often_as_anybody_reads_it() -> None:
    Path("不同.csv").write_text("组.项0\n" + "".join(f"{n}\n" for n in range(3_000)), encoding="utf-8")
    done = run("put", "窄.docx", "不同.csv", "--form", "窄.docx", "--dry-run")
    assert done.exit_code == 1
    told = [line for line in done.stderr.splitlines() if "组.项0" in line or "同类" in line]
    assert (len(told), told[-1]) == (1_001, "不同.csv：另有 1999 处同类问题，不逐条列出")
