"""The kind `time`: how times of day are written, and that they are times in a spreadsheet.

Everything that is true of every kind is in `test_kinds`, and over a form in the laws.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from docfill import Field, Form, tables
from docfill.kinds import TIME
from docfill.lint import lint
from tests.disturb import HARMLESS, changed
from tests.small_form import loaded, p, package, row, table

FIELD = Field("开始时间", TIME)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9:30", "09:30"), ("9：30", "09:30"), ("０９：３０", "09:30"), ("09:30:00", "09:30"), ("09时30分", "09:30"),
        ("9 时 5 分", "09:05"), ("9点", "09:00"), ("9点整", "09:00"), ("上午9点半", "09:30"), ("下午3:05", "15:05"),
        ("下午15:05", "15:05"), ("晚上8点", "20:00"), ("九点半", "09:30"), ("十二时零五分", "12:05"),
        ("3:05 PM", "15:05"),
        ("中午12点", "12:00"), ("12:30am", "00:30"), ("12:30 p m", "12:30"), ("23:59", "23:59"), ("0:00。", "00:00"),
        ("无", "无"), ("    时    分", None), ("____", None),
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(written: str, value: Any) -> None:
    reading = TIME.parse(written)
    assert (reading.value, reading.problem) == (value, "")


@pytest.mark.parametrize(
    "written",
    [
        "24:00", "9:60", "9:3", "25时", "9:30:15", "9.30", "930", "9", "9时  分", "时30分", "上午13点", "下午9点",
        "晚上12点", "晚上3点", "上午9:30pm",
        "9:30-10:30", "9:30左右", "9:30①", "9:3⁰", "\u202e03:9", "2024-05-06 9:30", "半",
    ],
)  # fmt: skip
def test_what_may_be_another_time_is_left_as_text(written: str) -> None:
    reading = TIME.parse(written)
    assert (reading.problem, reading.suggested) == ("wrong-type", None)
    value, problem = tables.value_from_cell(FIELD, written)
    assert value is None and problem is not None and problem.code == "wrong-type"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (datetime.time(9, 30), "09:30"), (datetime.time(9, 30, 15), None), (datetime.datetime(2024, 5, 6, 9, 30), None),
        (datetime.date(2024, 5, 6), None), ("上午9点半", "09:30"), (0.5, None),
    ],
)  # fmt: skip
def test_a_cell_holds_a_time(given: Any, expected: str | None) -> None:
    value, problem = tables.value_from_cell(FIELD, given)
    assert value == expected
    assert (problem is None) == (expected is not None)


def meeting() -> Form:
    """A form that asks for times: alone in a paragraph, behind a label, in a cell."""
    rows = [row("开始时间", p("{{ 开始时间 | time }}")), row("地点", p("{{ 地点 }}"))]
    return loaded(package(p("会议登记表") + p("报到：{{ 报到 | time }}前") + table(2, *rows) + p("{{ 结束 | time }}")))


RECORD = {"报到": "08:05", "开始时间": "09:30", "地点": "三楼", "结束": "17:00"}


@pytest.mark.parametrize("by_meaning", [False, True])
@pytest.mark.parametrize("record", [RECORD, {**RECORD, "报到": "无", "结束": None}, dict.fromkeys(RECORD)])
def test_a_form_that_asks_for_times_reads_back(record: dict[str, Any], by_meaning: bool) -> None:
    document = meeting().fill(record)
    result = meeting().extract(document, by_meaning=by_meaning)
    assert (result.data, result.problems, result.leftovers) == (record, [], [])
    assert meeting().fill(result.data) == document


@pytest.mark.parametrize("harm", HARMLESS, ids=lambda f: f.__name__)
def test_times_survive_every_harmless_change(harm: Any) -> None:
    result = meeting().extract(changed(meeting().fill(RECORD), harm))
    assert (result.data, result.problems, result.leftovers) == (RECORD, [], [])


def test_lint_has_nothing_to_say_of_it() -> None:
    assert lint(meeting()) == []


def test_a_workbook_holds_true_times(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "录入.xlsx"
    tables.write_entry(meeting(), path, [RECORD])
    cells = [cell for line in load_workbook(path).worksheets[0].iter_rows() for cell in line if cell.is_date]
    assert [(cell.value, cell.number_format) for cell in cells] == [
        (datetime.time(8, 5), "hh:mm"), (datetime.time(9, 30), "hh:mm"), (datetime.time(17), "hh:mm"),
    ]  # fmt: skip
    (read,) = tables.load(path, meeting()).records
    assert (read.data, read.problems) == (RECORD, [])
