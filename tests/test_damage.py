"""Whatever file is damaged, at whichever door, the error names it, its part, and the program that may mend it."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from docfill import Form, files, tables
from docfill.check.receipt import receipt
from docfill.editions import compared, dumped
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.outlook import compound, mail
from tests.small_form import form_named, loaded, p, package
from tests.strategies import filled_everywhere, record_of
from tests.test_archives import letter

DOORS: dict[str, tuple[str, list[str]]] = {
    "extract": ("表.docx", ["extract", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "extract by itself": ("表.docx", ["extract", "{}", "-o", "out.xlsx"]),
    "check": ("表.docx", ["check", "{}", "--form", "模板.docx", "-o", "out.html"]),
    "check to comments": ("表.docx", ["check", "{}", "--form", "模板.docx", "-o", "out.docx"]),
    "put": ("表.docx", ["put", "{}", "--set", "申请.申请人=丁", "--form", "模板.docx", "-o", "out.docx"]),
    "fill into": ("表.docx", ["fill", "模板.docx", "数据.json", "--into", "{}", "-o", "out.docx"]),
    "diff": ("表.docx", ["diff", "{}", "另.docx", "--form", "模板.docx"]),
    "fill": ("模板.docx", ["fill", "{}", "数据.json", "-o", "out.docx"]),
    "blank": ("模板.docx", ["blank", "{}", "-o", "out.docx"]),
    "lint": ("模板.docx", ["lint", "{}"]),
    "tag": ("空白.docx", ["tag", "{}", "-o", "out.docx"]),
    "edition": ("模板.docx", ["edition", "{}", "新.docx", "-o", "out.toml"]),
    "fill from a workbook": ("数据.xlsx", ["fill", "模板.docx", "{}", "-o", "out/"]),
    "check a workbook": ("数据.xlsx", ["check", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "put from a workbook": ("数据.xlsx", ["put", "另.docx", "{}", "--form", "模板.docx", "-o", "out.docx"]),
    "migrate a workbook": ("数据.xlsx", ["migrate", "{}", "--map", "图.toml", "-o", "out.jsonl"]),
    "compare workbooks": (
        "数据.xlsx",
        ["compare", "{}", "数据.json", "--key", "申请.申请人", "--form", "模板.docx", "-o", "out.xlsx"],
    ),
    "a roster": (
        "名单.xlsx",
        [
            "extract",
            "另.docx",
            "--form",
            "模板.docx",
            "--roster",
            "{}",
            "--roster-field",
            "申请.申请人",
            "-o",
            "out.xlsx",
        ],
    ),
    "over a workbook of the run before": ("汇总.xlsx", ["extract", "另.docx", "--form", "模板.docx", "-o", "{}"]),
}
"""What is damaged at each door, and the command, in which {} stands for it."""
OF_PARTS: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) * 2 // 3],
    "noise": lambda _: b"\0\1abc",
    "DOCTYPE": lambda data: data.replace(b"?>", b"?><!DOCTYPE a [<!ENTITY b 'c'>]>", 1),
    "rare": lambda data: re.sub(rb'encoding="[^"]+"', b'encoding="utf-7"', data, count=1),
    "deep": lambda _: b"<a>" * 300 + b"</a>" * 300,
}
"""What may be the matter with a part, in a file that is whole otherwise."""
OF_FILES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half": lambda data: data[: len(data) // 2],
    "zip": lambda _: b"PK\3\4" + b"x" * 100,
    "bits": lambda data: bytes(b ^ 64 if n % 90 == 80 else b for n, b in enumerate(data)),
    "climbing": lambda data: package_of({**parts_of(data), "../a": b""}),
    "twice": lambda data: package_of({**parts_of(data), **{name.upper(): b"" for name in parts_of(data)}}),
}
OTHERS: dict[str, tuple[str, list[str]]] = {
    "fill from .json": ("数据.json", ["fill", "模板.docx", "{}", "-o", "out/"]),
    "fill from .jsonl": ("数据.jsonl", ["fill", "模板.docx", "{}", "-o", "out/"]),
    "check a .csv": ("数据.csv", ["check", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "put from .json": ("数据.json", ["put", "另.docx", "{}", "--form", "模板.docx", "-o", "out.docx"]),
    "migrate by a map": ("图.toml", ["migrate", "数据.json", "--map", "{}", "-o", "out.jsonl"]),
    "rules": ("模板.toml", ["check", "另.docx", "--form", "模板.docx", "-o", "out.json"]),
    "a zip": ("包.zip", ["extract", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "a mail": ("信.eml", ["extract", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "a message": ("信.msg", ["extract", "{}", "--form", "模板.docx", "-o", "out.json"]),
    "a receipt": ("凭证.json", ["verify", "{}", "另.docx", "--form", "模板.docx"]),
}
"""The same of files without parts."""
OF_BYTES: dict[str, Callable[[bytes], bytes]] = {
    **{kind: OF_FILES[kind] for kind in ("empty", "half", "zip", "bits")},
    "no UTF-8": lambda data: b"\xff\xfe\xfd" + data,
    "NUL": lambda data: data[:20] + b"\0" + data[20:],
    "deep": lambda _: b"[" * 100_000,
}
IN_THE_WAY = "输出已存在"
"""Said of what is no output of ours any more, and is not written over."""
PARTS = (
    *("word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "xl/workbook.xml", "xl/styles.xml"),
    *("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/_rels/workbook.xml.rels"),
    *("xl/comments1.xml", "xl/drawings/drawing1.xml", "xl/worksheets/_rels/sheet1.xml.rels"),
)
"""The parts that are damaged, of those that a file has, besides its types and relations."""
PROGRAMS = {".docx": "Word", ".xlsx": "Excel"}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file for each door."""
    folder = tmp_path_factory.mktemp("furnished")
    form = form_named("small")
    record = record_of(filled_everywhere(form))
    (folder / "模板.docx").write_bytes(form.template)
    (folder / "新.docx").write_bytes(form.template)
    for name in ("表", "另"):
        (folder / f"{name}.docx").write_bytes(form.fill(record))
    (folder / "空白.docx").write_bytes(loaded(package(p("姓名：______") + p("电话：______"))).blank())
    (folder / "数据.json").write_text(json.dumps(record), encoding="utf-8")
    with tables.Writer(folder / "数据.xlsx", [form]) as writer:
        writer.add(form, form.extract(form.fill(record)))
    with xlsxwriter.Workbook(folder / "名单.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["申请.申请人", "甲", "乙"])
    (folder / "数据.jsonl").write_bytes(files.dump_jsonl([record]))
    with tables.Writer(folder / "数据.csv", [form]) as writer:
        writer.add(form, form.extract(form.fill(record)))
    (folder / "模板.toml").write_text('key = ["申请.申请人"]\n', encoding="utf-8")
    held = {"另.docx": form.fill(record)}
    (folder / "包.zip").write_bytes(package_of(held))
    (folder / "信.eml").write_bytes(letter(held).as_bytes())
    (folder / "信.msg").write_bytes(compound(mail(held)))
    kept = receipt(form, "另.docx", form.fill(record), record)
    (folder / "凭证.json").write_text(json.dumps(kept), encoding="utf-8")
    with contextlib.chdir(folder):
        made = CliRunner().invoke(app, ["extract", "另.docx", "--form", "模板.docx", "-o", "汇总.xlsx"])
    assert made.exit_code == 0, made.output
    both = (Form.load(folder / "模板.docx"), Form.load(folder / "新.docx"))
    (folder / "图.toml").write_bytes(dumped(compared(*both), folder / "图.toml"))
    return folder


def _damaged(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """A file damaged in each way, and each part of it in two: the part, what is the matter, and its bytes."""
    for kind, damage in OF_FILES.items():
        yield "", kind, damage(data)
    parts = parts_of(data)
    others = itertools.cycle(OF_PARTS)
    for part in filter(parts.__contains__, dict.fromkeys([*PARTS, *list(parts)[:2]])):
        for kind in dict.fromkeys(("cut", next(others))):
            yield part, kind, package_of({**parts, part: OF_PARTS[kind](parts[part])})


@pytest.mark.parametrize("door", DOORS)
def test_an_error_names_the_file_and_the_part_and_what_may_mend_it(
    tmp_path: Path, furnished: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    name, command = DOORS[door]
    path = Path(name)
    own = path.read_bytes()
    told = 0
    for part, kind, data in _damaged(own):
        path.write_bytes(data)
        ended = CliRunner().invoke(app, [a.replace("{}", name) for a in _forced(command)])
        assert ended.exception is None or isinstance(ended.exception, SystemExit), (door, part, kind, ended.exception)
        if ended.exit_code in (0, 1) and not re.search("部分|损坏", ended.output):
            continue
        told += 1
        assert name in ended.output, (door, part, kind, ended.output)
        assert part in ended.output or IN_THE_WAY in ended.output, (door, part, kind, ended.output)
        others = [said for suffix, said in PROGRAMS.items() if suffix != path.suffix and said in ended.output]
        assert not others, (door, part, kind, ended.output)
    assert told > len(OF_FILES)


@pytest.mark.parametrize("door", OTHERS)
def test_an_error_names_a_file_without_parts(
    tmp_path: Path, furnished: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    name, command = OTHERS[door]
    own = Path(name).read_bytes()
    told = 0
    for kind, damage in OF_BYTES.items():
        Path(name).write_bytes(damage(own))
        ended = CliRunner().invoke(app, [a.replace("{}", name) for a in _forced(command)])
        assert ended.exception is None or isinstance(ended.exception, SystemExit), (door, kind, ended.exception)
        assert not re.search("报告给|report this", ended.output), (door, kind, ended.output)
        if ended.exit_code:
            told += 1
            assert name in ended.output, (door, kind, ended.output)
    assert told > 2


def _forced(command: list[str]) -> list[str]:
    """The command, over what it has written before; it takes up what people corrected in what it is told to write."""
    return [*command, "--force"] if "-o" in command and command[-1] != "{}" else command
