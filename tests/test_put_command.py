"""`docfill put`: corrections into returned files from options, data files and spreadsheets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from docfill import Form
from tests.small_form import p, package, row, table
from tests.test_cli import Run, listing, run
from tests.test_put import part

__all__ = ["run"]


@pytest.fixture
def form(run: Run) -> Form:
    """A form of a unit and a number, and two returns of it, in the folder of the command line."""
    Path("表.docx").write_bytes(
        package(p("单位：{{ 申报单位 | blank(6) }}") + p("人数：{{ 人数 | integer | blank(4) }}人"))
    )
    made = Form.load("表.docx")
    Path("收").mkdir()
    for name, who in (("甲", "东港厂"), ("乙", "西港厂")):
        Path(f"收/{name}.docx").write_bytes(made.fill({"申报单位": who, "人数": 7}))
    return made


def said(form: Form, path: str) -> dict[str, Any]:
    return dict(form.extract(path).data)


def test_options_change_one_file(run: Run, form: Form) -> None:
    done = run("put", "收/甲.docx", "--form", "表.docx", "-o", "改.docx", "--set", "人数=1,200", "--clear", "申报单位")
    assert (done.exit_code, done.stderr) == (0, "共 1 份：1 份有改动，0 份没有写\n")
    assert done.stdout == "收/甲.docx：申报单位  东港厂 → （空）\n收/甲.docx：人数  7 → 1200\n"
    assert said(form, "改.docx") == {"申报单位": None, "人数": 1200}


def test_a_dry_run_writes_nothing_and_an_equal_value_changes_nothing(run: Run, form: Form) -> None:
    done = run("put", "收", "--form", "表.docx", "--dry-run", "--set", "人数=8")
    assert done.exit_code == 0 and "收/乙.docx：人数  7 → 8" in done.stdout
    assert not Path("改").exists()
    done = run("put", "收", "--form", "表.docx", "-o", "改/", "--set", "人数=7")
    assert "0 份有改动" in done.stderr
    assert Path("改/甲.docx").read_bytes() == Path("收/甲.docx").read_bytes()


def test_a_spreadsheet_names_the_file_of_each_row(run: Run, form: Form) -> None:
    with xlsxwriter.Workbook("改动.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([["文件", "申报单位", "人数"], ["乙.docx", "", 9], ["丙.docx", "北港厂", ""]]):
            sheet.write_row(at, 0, row)
    done = run("put", "收", "改动.xlsx", "--form", "表.docx", "-o", "改/")
    assert done.exit_code == 1
    assert "改动中的“丙.docx”不在交回的文件里" in done.stderr
    assert listing("改") == ["corrections.jsonl", "乙.docx"]
    assert said(form, "改/乙.docx") == {"申报单位": "西港厂", "人数": 9}


def test_a_part_of_a_record_is_put_into_every_file(run: Run, form: Form) -> None:
    Path("改动.json").write_text(json.dumps({"人数": None}), encoding="utf-8")
    assert run("put", "收", "改动.json", "--form", "表.docx", "-o", "改/").exit_code == 0
    assert [said(form, f"改/{n}.docx")["人数"] for n in "甲乙"] == [None, None]
    done = run("put", "收", "改动.json", "--form", "表.docx", "-o", "改/")
    assert done.exit_code == 3 and "输出已存在" in done.stderr
    assert run("put", "收", "改动.json", "--form", "表.docx", "-o", "改/", "--resume").exit_code == 0


def test_what_cannot_be_put_is_told_and_nothing_of_the_file_is_written(run: Run, form: Form) -> None:
    Path("收/甲.docx").write_bytes(package(p("另一种表的文字") + p("人数：7人")))
    done = run("put", "收", "--form", "表.docx", "-o", "改/", "--set", "申报单位=南港厂")
    assert done.exit_code == 1 and "收/甲.docx：" in done.stderr
    assert listing("改") == ["corrections.jsonl", "乙.docx"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("收 -o 改/", "没有要改的"),
        ("收 -o 改/ --set 无=1", "“无”不是表中的项"),
        ("收 -o 改/ --set 人数=若干", "--set 人数："),
        ("收 -o 改.docx --set 人数=1", "有 2 份文件，不能输出为一个"),
        ("收 --set 人数=1", "请用 -o 指定"),
        ("收/甲.docx -o 收/甲.docx --set 人数=1 --force", "就是输入文件"),
    ],
)
def test_wrong_use_is_one_message(run: Run, form: Form, arguments: str, message: str) -> None:
    done = run("put", *arguments.split(), "--form", "表.docx")
    assert done.exit_code in (2, 3) and message in done.stderr


def test_changes_can_be_tracked_with_an_author_and_a_date(run: Run, form: Form) -> None:
    by = ("--track", "--author", "王五", "--date", "2026-01-02T09:00:00Z")
    assert run("put", "收/甲.docx", "--form", "表.docx", "-o", "改.docx", "--set", "人数=8", *by).exit_code == 0
    body = part(Path("改.docx").read_bytes()).decode()
    assert body.count('w:author="王五" w:date="2026-01-02T09:00:00Z"') == 2
    assert said(form, "改.docx") == {"申报单位": "东港厂", "人数": 8}


def test_records_are_filled_into_the_official_file(run: Run, form: Form) -> None:
    official = package(p("单位：______") + p("人数：____人") + p("（官方原件）"))
    Path("官方.docx").write_bytes(official)
    Path("数据.json").write_text('{"申报单位": "东港厂", "人数": 9}', encoding="utf-8")
    done = run("fill", "表.docx", "数据.json", "--into", "官方.docx", "-o", "好.docx")
    assert done.exit_code == 0, done.stderr
    assert said(form, "好.docx") == {"申报单位": "东港厂", "人数": 9}
    assert "（官方原件）".encode() in part(Path("好.docx").read_bytes())


def test_comments_have_an_author_and_a_date(run: Run, form: Form) -> None:
    Path("空.docx").write_bytes(form.fill({"申报单位": "东港厂"}))
    run(
        "check", "空.docx", "--form", "表.docx", "-o", "意见.docx", "--author", "王五", "--date", "2026-01-02T09:00:00Z"
    )
    comments = part(Path("意见.docx").read_bytes(), "word/comments.xml").decode()
    assert 'w:author="王五" w:initials="docfill" w:date="2026-01-02T09:00:00Z"' in comments


def test_a_file_is_not_written_under_a_name_that_word_does_not_open(run: Run, form: Form) -> None:
    done = run("put", "收/甲.docx", "--form", "表.docx", "-o", "改.docm", "--set", "人数=8")
    assert "输出文件的后缀应为 .docx" in done.stderr and done.exit_code != 0
    assert not Path("改.docm").exists()


def test_what_was_put_before_an_interruption_is_put_again_and_compared(run: Run, form: Form) -> None:
    change = ("put", "收", "--form", "表.docx", "-o", "改/", "--set", "人数=8", "--date", "2026-01-02T09:00:00Z")
    assert run(*change).exit_code == 0
    noted, written = Path("改/corrections.jsonl").read_bytes(), Path("改/甲.docx").stat().st_mtime_ns
    Path("改/乙.docx").unlink()
    again = run(*change, "--resume", "--jobs", "1")
    assert again.exit_code == 0, again.stderr
    assert Path("改/甲.docx").stat().st_mtime_ns == written and said(form, "改/乙.docx")["人数"] == 8
    assert Path("改/corrections.jsonl").read_bytes() == noted
    Path("改/甲.docx").write_bytes(b"mine")
    other = run(*change, "--resume")
    assert other.exit_code != 0 and "改/甲.docx 已存在，内容与这次生成的不同" in other.stderr
    assert Path("改/甲.docx").read_bytes() == b"mine"


def test_a_setting_without_an_equals_sign_clears_nothing(run: Run, form: Form) -> None:
    done = run("put", "收/甲.docx", "--form", "表.docx", "-o", "改.docx", "--set", "人数")
    assert (done.exit_code, done.stderr) == (2, "--set 应写成 路径=值，“人数”没有等号；要清空请用 --clear 人数\n")
    assert not Path("改.docx").exists()


def test_a_summary_that_nobody_corrected_is_said_to_be_so(run: Run, form: Form) -> None:
    run("extract", "收", "--form", "表.docx", "-o", "总.xlsx")
    done = run("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改/")
    assert done.stderr == "总.xlsx 里没有人改过的值\n共 0 份：0 份有改动，0 份没有写\n"


def test_of_repeated_rows_those_that_change_are_told_in_words(run: Run) -> None:
    row_of = row("{{ 行.姓名 }}", "{{ 行.年限 | integer }}")
    lines = table(2, row("姓名", "年限"), row("{%tr for 行 in 人员 %}"), row_of, row("{%tr endfor %}"))
    Path("表.docx").write_bytes(package(p("单位：{{ 单位 }}") + lines))
    people = [{"姓名": "王", "年限": 3}, {"姓名": "李", "年限": None}]
    Path("甲.docx").write_bytes(Form.load("表.docx").fill({"单位": "东", "人员": people}))
    Path("改.json").write_text(json.dumps({"人员": [people[0], {"姓名": "赵", "年限": 5}]}), encoding="utf-8")
    done = run("put", "甲.docx", "改.json", "--form", "表.docx", "-o", "乙.docx")
    assert done.stdout == "甲.docx：人员  第 2 行 姓名：李 → 姓名：赵，年限：5\n"
