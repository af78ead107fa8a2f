"""What a person sees in a spreadsheet is what is read: formats of numbers, merged cells, hidden rows, lines of texts.

The right values are those that spreadsheet programs show; LibreOffice's own view
of a sheet, saved as .csv, says so again.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from typer.testing import CliRunner

from docfill import DocfillError, Form, tables
from docfill.tables.load import rows_of_any
from docfill.tables.shown import format_of
from docfill.tables.xlsx import Book
from tests.commands import app
from tests.disturb import package_of, parts_of
from tests.small_form import loaded, p, package, row, table
from tests.test_sheet import needs_office, resaved

FIRST = "xl/worksheets/sheet1.xml"
PEOPLE = loaded(
    package(
        p("登记表")
        + table(2, row("单位", "{{ 单位 }}"), row("姓名", "{{ 姓名 }}"), row("编号", "{{ 编号 }}"))
        + table(2, row("产值（万元）", "{{ 产值 | number }}"), row("说明", "{{ 说明 }}"))
    )
)
LISTED = loaded(
    package(
        p("登记表")
        + table(2, row("单位", "{{ 单位 }}"))
        + table(
            2,
            row("名称", "规格"),
            row("{%tr for 行 in 清单 %}", ""),
            row("{{ 行.名称 }}", "{{ 行.规格 }}"),
            row("{%tr endfor %}", ""),
        )
    )
)
LONG = loaded(
    package(
        p("登记表") + p("说明：") + p("{%p for 段 in 说明 | lines %}") + p("{{ 段 }}") + p("{%p endfor %}") + p("完")
    )
)


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)


def book(folder: Path, change: Callable[[Any], None], name: str = "data.xlsx") -> Path:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    change(made.active)
    made.save(folder / name)
    return folder / name


def rows_in(path: Path, form: Form = PEOPLE, visible: bool = False) -> tuple[list[dict[str, Any]], list[str]]:
    """The answers of each record that are not null, and every problem."""
    known = tables.load(path, form, visible=visible)
    records = [*known.records]
    said = [*known.problems, *(problem for record in records for problem in record.problems)]
    return [{k: v for k, v in r.data.items() if v not in (None, [])} for r in records], [x.code for x in said]


# --- formats of numbers ---


SHOWN: list[tuple[str, float, str | None]] = [
    ("00000", 3766, "03766"),
    ('"A"000', 12, "A012"),
    ("0000-00-00", 20240605, "2024-06-05"),
    ("000-0000", 5551234, "555-1234"),
    ("(000) 0000 0000", 2112345678, "(021) 1234 5678"),
    ("#,##0", 1234567, "1,234,567"),
    ("#,##0.00", -1234.5, "-1,234.50"),
    ("#,##0 ;(#,##0)", -5, "(5)"),
    ("0,000", 5, "0,005"),
    ("_ * #,##0_ ", 1234, "1,234"),
    ("0.##", 1.5, "1.5"),
    ("0", 2.5, "3"),
    ("0", -0.2, "0"),
    ("?0", 5, "5"),
    ('"No."General', 7, "No.7"),
    ('0"家"', 3, "3家"),
    ("00\\-00", 123, "01-23"),
    ("[$¥-804]#,##0.00", 1234.5, "¥1,234.50"),
    ("[Red]00", 5, "05"),
    ('0.0,"千"', 1234, "1.2千"),
    ("0,", 1234567, "1235"),
    ('0,,"百万"', 1234567, "1百万"),
    ('[=1]"是";[=0]"否";0', 0, None),
    ('[=1]"是";[=0]"否";0', 5, None),
    ("yyyy-mm-dd", -2, None),
    ("yyyy-mm-dd", 123456789012345, None),
    ("0;;", 0, None),
    (";;;", 5, None),
    ("# ?/?", 0.5, None),
    ('0!.0,"万"', 12345678, None),
    ("0.00E+00", 5, None),
    ("[>100]0", 5, None),
    ("[DBNum1]General", 5, None),
]


@pytest.mark.parametrize(("code", "number", "shown"), SHOWN, ids=[f"{code} {number}" for code, number, _ in SHOWN])
def test_a_number_where_a_text_is_due_is_what_its_format_shows_or_a_problem(
    code: str, number: float, shown: str | None, tmp_path: Path
) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "编号"])
        sheet.append(["王芳", number])
        sheet["B2"].number_format = code

    expected = ([{"姓名": "王芳", "编号": shown}], []) if shown else ([{"姓名": "王芳"}], ["number-format"])
    assert rows_in(book(tmp_path, change)) == expected


@pytest.mark.parametrize(
    ("code", "number", "read"),
    [
        ("0.00,", 1500000, None),
        ("#,##0,,", 1500000, None),
        (";;;", 1500, None),
        ('"见附表"', 1500, None),
        ('0.0,"千"', 1500, 1500),
        ('0\\.0,"万"', 123456, None),
        ('0!.0,"万"', 123456, None),
        ('[>9999]0!.0,"万";0', 123456, None),
        ('[=1]"是";[=0]"否"', 1, None),
        ('[=1]0"是";0', 1, 1),
        ("aaaa", 45418, None),
        ("#,##0.00", 1500, 1500),
        ("0;-0;", 0, 0),
        ("# ?/?", 0.5, 0.5),
        ("[DBNum2]General", 1500, 1500),
    ],
)
def test_a_number_whose_format_shows_another_one_or_none_is_a_problem(
    code: str, number: float, read: float | None, tmp_path: Path
) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "产值（万元）"])
        sheet.append(["王芳", number])
        sheet["B2"].number_format = code

    form = loaded(
        package(p("登记表") + table(2, row("姓名", "{{ 姓名 }}"), row("产值（万元）", "{{ 产值 | number }}")))
    )
    records, problems = rows_in(book(tmp_path, change), form)
    told = "date-cell" if code == "aaaa" else "number-format"
    assert (records[0].get("产值"), problems) == (read, [] if read is not None else [told])


@pytest.mark.parametrize(("code", "shown"), [("0%", "24%"), ("0.0%", "23.6%"), ("0.00%", "23.56%"), ('0.0"%"', "0.2%")])
def test_a_percentage_is_in_full_where_a_number_is_due_and_as_shown_where_a_text_is(
    code: str, shown: str, tmp_path: Path
) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "增速（%）"])
        sheet.append([0.2356, 0.2356])
        for at in ("A2", "B2"):
            sheet[at].number_format = code

    form = loaded(package(p("登记表") + table(2, row("姓名", "{{ 姓名 }}"), row("增速（%）", "{{ 增速 | number }}"))))
    records, problems = rows_in(book(tmp_path, change), form)
    assert records[0]["姓名"] == shown
    assert records[0]["增速"] == 23.56 if not code.startswith('0.0"') else problems == ["too-many-decimals"]


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ('e"年"m"月"d"日"', "2024-05-06"),
        ("[$-404]e/m/d", "2024-05-06"),
        ('yyyy"年"m"月"d"日"aaaa', "2024-05-06"),
        ("yyyy", None),
        ("mmmm", None),
        ("d", None),
        ("dddd", None),
        ("m/d aaa", None),
        ("yyyy-mm", None),
    ],
)
def test_a_day_of_which_only_a_part_is_shown_is_none(code: str, read: str | None, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "日期"])
        sheet.append(["王芳", 45418])
        sheet["B2"].number_format = code

    form = loaded(package(p("登记表") + table(2, row("姓名", "{{ 姓名 }}"), row("日期", "{{ 日期 | date }}"))))
    records, problems = rows_in(book(tmp_path, change), form)
    assert (records[0].get("日期"), problems) == (read, [] if read else ["date-cell"])


@pytest.mark.parametrize(
    ("serial", "read"), [(36965, "2001-03-15"), (59, "1900-02-28"), (61, "1900-03-01"), (60, None), (-5, None)]
)
def test_a_day_that_the_sheet_cannot_show_is_a_problem(serial: int, read: str | None, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "出生日期"])
        sheet.append(["王芳", serial])
        sheet["B2"].number_format = "yyyy-mm-dd"

    form = loaded(package(p("登记表") + table(2, row("姓名", "{{ 姓名 }}"), row("出生日期", "{{ 出生日期 | date }}"))))
    records, problems = rows_in(book(tmp_path, change), form)
    assert (records[0].get("出生日期"), bool(problems)) == (read, read is None)


AS_SHOWN = ":Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
"""Separators, UTF-8, and cells as they are shown."""


@needs_office
def test_formats_show_what_libreoffice_shows(tmp_path: Path) -> None:
    known = [(code, number) for code, number, shown in SHOWN if shown and "?0" not in code]

    def change(sheet: Any) -> None:
        for at, (code, number) in enumerate(known, 1):
            sheet.cell(at, 1, number).number_format = code

    with resaved(book(tmp_path, change), "csv", AS_SHOWN).open(encoding="utf-8") as stream:
        seen = [line[0].strip() for line in csv.reader(stream)]
    assert [format_of(code).number(number) for code, number in known] == seen  # type: ignore[union-attr]


def test_the_largest_number_and_the_most_places_are_shown_as_formats_ask_for_them() -> None:
    largest, longest = format_of("0.00"), format_of("0." + "0" * 1000)
    assert largest is not None and largest.number(1e308) == f"{10**308}.00"
    assert longest is not None and longest.number(1.5) == f"1.5{'0' * 999}"


@pytest.mark.parametrize(
    ("cell", "code", "said"), [(True, "General", "TRUE"), (False, "0", "FALSE"), ("7", '"A"@', "A7")]
)
def test_a_truth_value_and_a_text_are_what_they_show(cell: Any, code: str, said: str, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["编号"])
        sheet.append([cell])
        sheet["A2"].number_format = code

    assert rows_in(book(tmp_path, change)) == ([{"编号": said}], [])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0.0", ([{"产值": 5.25}], [])),
        ("00000", ([{"产值": 5.25}], [])),
        ('0.00"万元"', ([{"产值": 5.25}], [])),
        ('0.00"亿元"', ([{}], ["wrong-type"])),
    ],
)
def test_a_number_is_read_in_full_and_never_in_another_unit(code: str, expected: Any, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["产值"])
        sheet.append([5.25])
        sheet["A2"].number_format = code

    assert rows_in(book(tmp_path, change)) == expected


def test_a_heading_that_is_a_number_is_what_it_shows(tmp_path: Path) -> None:
    form = loaded(package(p("表") + table(2, row("年度", "2021年"), row("产值", '{{ 产值["2021年"] | number }}'))))

    def change(sheet: Any) -> None:
        sheet.append(["产值"])
        sheet.append([2021])
        sheet.append([7])

    assert rows_in(book(tmp_path, change), form) == ([{"产值": {"2021年": 7}}], [])


def test_refused_rows_keep_the_formats_of_their_numbers(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["编号", "产值"])
        sheet.append([3766, "许多"])
        sheet["A2"].number_format = "00000"

    tables.write_refused(book(tmp_path, change), PEOPLE, {1: ["不是数"]}, tmp_path / "refused.xlsx")
    assert rows_in(tmp_path / "refused.xlsx") == ([{"编号": "03766"}], ["wrong-type"])


# --- merged cells ---


def merged(sheet: Any) -> None:
    """Two people of one office, one of another, and one whose cells are each two rows high."""
    for cells in (
        ["单位", "姓名", "编号"],
        ["甲公司", "张甲", "1"],
        [None, "李乙", "2"],
        ["乙公司", "王丙", "3"],
        ["丙公司", "赵丁", "4"],
        [None, None, None],
    ):
        sheet.append(cells)
    for cells in ("A2:A3", "A5:A6", "B5:B6", "C5:C6"):
        sheet.merge_cells(cells)


PEOPLE_MERGED = [
    {"单位": "甲公司", "姓名": "张甲", "编号": "1"},
    {"单位": "甲公司", "姓名": "李乙", "编号": "2"},
    {"单位": "乙公司", "姓名": "王丙", "编号": "3"},
    {"单位": "丙公司", "姓名": "赵丁", "编号": "4"},
]


def test_a_cell_merged_down_is_said_of_every_row_that_it_spans(tmp_path: Path) -> None:
    assert rows_in(book(tmp_path, merged)) == (PEOPLE_MERGED, [])


@needs_office
def test_merged_cells_of_an_old_workbook_are_too(tmp_path: Path) -> None:
    assert rows_in(resaved(book(tmp_path, merged), "xls")) == (PEOPLE_MERGED, [])


def test_a_row_of_nothing_but_a_merged_cell_is_a_record_where_the_one_above_has_more(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["单位", "姓名"], ["甲公司", "张甲"], [None, None]):
            sheet.append(cells)
        sheet["C3"] = None
        sheet.merge_cells("A2:A3")

    assert rows_in(book(tmp_path, change)) == ([{"单位": "甲公司", "姓名": "张甲"}, {"单位": "甲公司"}], [])


def test_a_heading_merged_down_is_no_answer(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["单位", "情况", None], [None, "姓名", "编号"], ["甲公司", "张甲", "1"]):
            sheet.append(cells)
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")

    assert rows_in(book(tmp_path, change)) == ([{"单位": "甲公司", "姓名": "张甲", "编号": "1"}], [])


def test_merged_cells_of_a_sheet_of_lines_are_said_of_every_line(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["单位"])
    made.active.append(["甲公司"])
    lines = made.create_sheet("清单")
    for cells in (["记录", "名称", "规格"], [1, "铣刀", "大"], [None, None, "小"]):
        lines.append(cells)
    lines.merge_cells("A2:A3")
    lines.merge_cells("B2:B3")
    made.save(tmp_path / "data.xlsx")
    listed = [{"名称": "铣刀", "规格": "大"}, {"名称": "铣刀", "规格": "小"}]
    assert rows_in(tmp_path / "data.xlsx", LISTED) == ([{"单位": "甲公司", "清单": listed}], [])


def test_refused_rows_keep_what_is_merged_into_them(tmp_path: Path) -> None:
    tables.write_refused(book(tmp_path, merged), PEOPLE, {2: ["有误"]}, tmp_path / "refused.xlsx")
    assert rows_in(tmp_path / "refused.xlsx") == (PEOPLE_MERGED[1:2], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_stands_around_the_rows_is_found_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    parts = parts_of(book(tmp_path, merged).read_bytes())
    text = parts[FIRST].decode().replace("<worksheet", '<?xml version="1.0" encoding="UTF-8"?><worksheet', 1)
    parts[FIRST] = text.replace("UTF-8", encoding.upper(), 1).encode(encoding)
    (tmp_path / "again.xlsx").write_bytes(package_of(parts))
    assert rows_in(tmp_path / "again.xlsx") == (PEOPLE_MERGED, [])


# --- hidden rows ---


def hidden(sheet: Any) -> None:
    """Three people, of whom two cannot be seen."""
    for cells in (["姓名", "编号"], ["张甲", "1"], ["李乙", "2"], ["王丙", "3"]):
        sheet.append(cells)
    sheet.auto_filter.ref = "A1:B4"
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True


def test_hidden_rows_are_said_and_left_out_where_only_visible_ones_are_wanted(tmp_path: Path) -> None:
    path = book(tmp_path, hidden)
    everybody = [{"姓名": "张甲", "编号": "1"}, {"姓名": "李乙", "编号": "2"}, {"姓名": "王丙", "编号": "3"}]
    assert rows_in(path) == (everybody, ["hidden-rows"])
    assert rows_in(path, visible=True) == (everybody[:1], [])


def test_what_is_merged_down_from_a_hidden_row_is_said_of_the_visible_ones(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        merged(sheet)
        sheet.row_dimensions[2].hidden = True

    assert rows_in(book(tmp_path, change), visible=True) == (PEOPLE_MERGED[1:], [])


def in_every_way(sheet: Any) -> None:
    """A person a line, whose number is shown, voided, hidden or remarked upon in a way of its own."""
    sheet.append(["姓名", "编号"])
    formats = ["00000", '"A"000', "0000-00-00", "[>100]0", "yyyy-mm-dd", "General", "0.00%", "@"]
    for at, code in enumerate(formats, 2):
        sheet.append([f"第{at}人", 20240605 if code.startswith("0000-") else 45418])
        sheet.cell(at, 2).number_format = code
    for name, value in (("真", True), ("除", "=1/0"), ("划", "旧"), ("白", "看不见"), ("注", "3"), ("藏", "4")):
        sheet.append([name, value])
    sheet["B12"].font, sheet["B13"].font = Font(strike=True), Font(color="FFFFFFFF")
    sheet["B14"].comment = Comment("已核对", "李")
    sheet.append(["半", CellRichText("新", TextBlock(InlineFont(strike=True), "旧"))])
    sheet.row_dimensions[15].hidden = True


@needs_office
def test_an_old_workbook_says_what_a_new_one_does(tmp_path: Path) -> None:
    path = book(tmp_path, in_every_way)
    new, old = (rows_in(resaved(path, suffix)) for suffix in ("xlsx", "xls"))
    assert old == new
    assert [line.get("编号") for line in old[0][:3]] == ["45418", "A45418", "2024-06-05"]
    said = {"cell-error": 1, "cell-remark": 1, "date-cell": 1, "hidden-rows": 1, "number-format": 1, "void-cell": 3}
    assert Counter(old[1]) == said
    assert rows_in(resaved(path, "xls"), visible=True)[1] == [code for code in old[1] if code != "hidden-rows"]


@needs_office
def test_the_days_of_an_old_workbook_count_from_where_they_did(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(path := tmp_path / "data.xlsx"), {"date_1904": True})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "编号"])
    sheet.write_row(1, 0, ["张甲"])
    sheet.write_datetime(1, 1, datetime.datetime(2024, 5, 6), made.add_format({"num_format": "yyyy-mm-dd"}))
    made.close()
    form = loaded(package(p("登记表") + table(2, row("姓名", "{{ 姓名 }}"), row("编号", "{{ 编号 | date }}"))))
    for again in ("xlsx", "xls"):
        assert rows_in(resaved(path, again), form) == ([{"姓名": "张甲", "编号": "2024-05-06"}], [])


@pytest.mark.parametrize("suffix", ["xlsx", pytest.param("xls", marks=needs_office)])
def test_a_hidden_sheet_is_read_only_where_no_other_is_meant_and_then_it_is_said(tmp_path: Path, suffix: str) -> None:
    made = openpyxl.Workbook()
    for name in ("去年", "今年"):
        sheet = made.create_sheet(name)
        sheet.append(["姓名", "编号", "单位"][: 3 if name == "去年" else 2])
        sheet.append([name, "1"])
    del made["Sheet"]
    made["去年"].sheet_state = "hidden"
    made.active = 1
    made.save(path := tmp_path / "data.xlsx")
    again = resaved(path, suffix) if suffix == "xls" else path
    assert rows_in(again) == rows_in(again, visible=True) == ([{"姓名": "今年", "编号": "1"}], [])
    assert [*rows_of_any(again)][1][:2] == ["今年", "1"], "nor is a roster a sheet that nobody sees"
    made["今年"].delete_rows(1, 2)
    made.save(path)
    again = resaved(path, suffix) if suffix == "xls" else path
    assert rows_in(again) == ([{"姓名": "去年", "编号": "1"}], ["hidden-sheet"])
    with pytest.raises(DocfillError, match="表头"):
        rows_in(again, visible=True)


def hidden_column(sheet: Any) -> None:
    """Two people, whose numbers cannot be seen."""
    for cells in (["姓名", "编号"], ["张甲", "1"], ["李乙", "2"]):
        sheet.append(cells)
    sheet.column_dimensions["B"].hidden = True


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=needs_office)])
def test_hidden_columns_are_said_and_left_out_where_only_visible_ones_are_wanted(tmp_path: Path, again: bool) -> None:
    path = book(tmp_path, hidden_column)
    path = resaved(path, "xlsx") if again else path
    everything = [{"姓名": "张甲", "编号": "1"}, {"姓名": "李乙", "编号": "2"}]
    assert rows_in(path) == (everything, ["hidden-columns"])
    assert rows_in(path, visible=True) == ([{"姓名": "张甲"}, {"姓名": "李乙"}], [])


def test_a_hidden_column_that_no_field_is_read_from_is_not_told(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["姓名", "内部"], ["张甲", "1"]):
            sheet.append(cells)
        sheet.column_dimensions["B"].width = 0
        sheet.column_dimensions["D"].hidden = True

    assert rows_in(book(tmp_path, change)) == ([{"姓名": "张甲"}], ["unknown-column"])


def across(sheet: Any) -> None:
    """One person whose name reaches over the number, and one without either."""
    for cells in (["单位", "姓名", "编号"], ["甲公司", "张甲", None], ["乙公司", None, None]):
        sheet.append(cells)
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("B3:C3")


@pytest.mark.parametrize(
    "again", ["", pytest.param("xlsx", marks=needs_office), pytest.param("xls", marks=needs_office)]
)
def test_a_cell_merged_across_two_fields_is_a_problem_of_the_second(tmp_path: Path, again: str) -> None:
    path = book(tmp_path, across)
    records, said = rows_in(resaved(path, again) if again else path)
    assert records == [{"单位": "甲公司", "姓名": "张甲"}, {"单位": "乙公司"}]
    assert said == ["merged-across"]


def test_a_cell_merged_across_and_down_is_a_problem_in_every_row(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["姓名", "编号", "单位"], ["无", None, "甲"], [None, None, "乙"]):
            sheet.append(cells)
        sheet.merge_cells("A2:B3")

    records = [{"姓名": "无", "单位": "甲"}, {"姓名": "无", "单位": "乙"}]
    assert rows_in(book(tmp_path, change)) == (records, ["merged-across"] * 2)


def test_a_cell_merged_over_columns_that_no_field_is_read_from_is_none(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["姓名", None, "编号", "附注"], ["张甲", None, "1", None]):
            sheet.append(cells)
        for cells in ("A1:B1", "A2:B2", "C2:D2"):
            sheet.merge_cells(cells)

    assert rows_in(book(tmp_path, change)) == ([{"姓名": "张甲", "编号": "1"}], ["unknown-column"])


def test_what_is_merged_across_is_written_once_into_the_copy_of_refused_rows(tmp_path: Path) -> None:
    tables.write_refused(book(tmp_path, across), PEOPLE, {1: ["合并"]}, tmp_path / "refused.xlsx")
    assert rows_in(tmp_path / "refused.xlsx") == ([{"单位": "甲公司", "姓名": "张甲"}], [])


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    """Each command that takes records from a workbook, for the one in a folder."""
    made, template = str(folder / "data.xlsx"), str(folder / "表.docx")
    return {
        "fill": ("fill", template, made, "-o", str(folder / "填好")),
        "put": ("put", str(folder / "交回.docx"), made, "--form", template, "--dry-run"),
        "check": ("check", made, "--form", template),
        "sheet": ("sheet", template, "--data", made, "-o", str(folder / "录入.xlsx")),
        "compare": ("compare", made, made, "--form", template, "--key", "姓名"),
        "migrate": ("migrate", made, "--map", str(folder / "对照.toml"), "-o", str(folder / "今年.xlsx")),
    }


@pytest.mark.parametrize("command", ["fill", "put", "check", "sheet", "compare", "migrate"])
def test_every_command_tells_of_hidden_rows_and_leaves_them_out_when_asked_to(command: str, tmp_path: Path) -> None:
    for name in ("表.docx", "新.docx"):
        (tmp_path / name).write_bytes(PEOPLE.template)
    (tmp_path / "交回.docx").write_bytes(PEOPLE.fill({"姓名": "赵丁"}))
    book(tmp_path, hidden)
    asked = ("edition", str(tmp_path / "表.docx"), str(tmp_path / "新.docx"), "-o", str(tmp_path / "对照.toml"))
    assert CliRunner().invoke(app, asked).exit_code in (0, 1)
    said = CliRunner().invoke(app, commands(tmp_path)[command])
    assert "是隐藏的" in said.output + said.stderr, said.output
    quiet = CliRunner().invoke(app, (*commands(tmp_path)[command], "--visible", "--force"))
    assert "隐藏" not in quiet.output + quiet.stderr, quiet.output
    if command == "fill":
        assert "共 1 条记录" in quiet.output + quiet.stderr
    if command == "sheet":
        assert rows_in(tmp_path / "录入.xlsx")[0] == [{"姓名": "张甲", "编号": "1"}]


def test_a_row_of_no_height_is_hidden(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        for cells in (["姓名"], ["张甲"], ["李乙"]):
            sheet.append(cells)

    parts = parts_of(book(tmp_path, change).read_bytes())
    text = parts[FIRST].decode()
    parts[FIRST] = text.replace('<row r="3"', '<row r="3" ht="0" customHeight="1"').encode()
    (tmp_path / "again.xlsx").write_bytes(package_of(parts))
    assert parts[FIRST].decode() != text
    assert rows_in(tmp_path / "again.xlsx", visible=True) == ([{"姓名": "张甲"}], [])


def test_hidden_rows_that_hold_nothing_are_not_said(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名"])
        sheet.append(["张甲"])
        sheet.row_dimensions[5].hidden = True

    assert rows_in(book(tmp_path, change)) == ([{"姓名": "张甲"}], [])


def test_rows_are_looked_over_for_hidden_ones_only_where_a_tag_says_so(tmp_path: Path) -> None:
    with Book(book(tmp_path, merged)) as opened:
        assert opened.hidden("Sheet") == frozenset()
        assert [tuple(m) for m in opened.merged("Sheet")] == [(2, 3, 0, 0), (5, 6, 0, 0), (5, 6, 1, 1), (5, 6, 2, 2)]


# --- lines of texts ---


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json", ".jsonl"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n \r\n", " \n\u3000"])
@pytest.mark.parametrize("form", [LONG, PEOPLE], ids=["longtext", "text"])
def test_the_lines_of_a_text_are_the_same_from_every_source(suffix: str, end: str, form: Form, tmp_path: Path) -> None:
    path, said = tmp_path / f"data{suffix}", f"第一段{end}第二段{end}"
    if suffix == ".xlsx":
        book(tmp_path, lambda sheet: (sheet.append(["说明"]), sheet.append([said])))
    elif suffix == ".csv":
        path.write_text(f'说明\n"{said}"\n', encoding="utf-8", newline="")
    else:
        path.write_text(json.dumps({"说明": said}), encoding="utf-8")
    ((record,), problems) = rows_in(path, form)
    assert (record, problems) == ({"说明": "第一段\n第二段"}, [])
    assert form.extract(form.fill(record)).data["说明"] == "第一段\n第二段"


_VOID = {
    "struck": {"font": Font(strike=True)},
    "white": {"font": Font(color="FFFFFFFF")},
    "white by theme": {"font": Font(color=Color(theme=0))},
    "black on black": {"font": Font(color="FF000000"), "fill": PatternFill("solid", fgColor="FF000000")},
}
_PLAIN = {
    "white on blue": {"font": Font(color="FFFFFFFF"), "fill": PatternFill("solid", fgColor="FF0000FF")},
    "red": {"font": Font(color="FFFF0000", b=True)},
    "grey by theme": {"font": Font(color=Color(theme=0, tint=-0.5))},
}


def looking(**looks: Any) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for cells in (["姓名", "编号", "单位"], ["张甲", 7, "甲公司"], ["李乙", "8", "乙公司"]):
            sheet.append(cells)
        for cell in sheet[2]:
            for name, look in looks.items():
                setattr(cell, name, look)

    return change


@pytest.mark.parametrize("look", _VOID)
def test_what_is_struck_out_or_unseen_in_a_cell_is_no_value(tmp_path: Path, look: str) -> None:
    records, said = rows_in(book(tmp_path, looking(**_VOID[look])))
    assert records[-1] == {"姓名": "李乙", "编号": "8", "单位": "乙公司"}
    assert said == ["void-cell"] * 3


@pytest.mark.parametrize("look", _PLAIN)
def test_a_cell_of_another_colour_than_its_ground_is_read(tmp_path: Path, look: str) -> None:
    records, said = rows_in(book(tmp_path, looking(**_PLAIN[look])))
    assert records[0] == {"姓名": "张甲", "编号": "7", "单位": "甲公司"}
    assert said == []


def test_a_text_of_which_a_part_is_struck_out_is_no_value(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名", "编号", "单位"])
        sheet.append([CellRichText(TextBlock(InlineFont(strike=True), "张甲"), "李乙"), "7", "甲公司"])
        sheet.append([CellRichText(TextBlock(InlineFont(b=True), "王"), "丙"), "8", "甲公司"])

    records, said = rows_in(book(tmp_path, change))
    assert (records[-1]["姓名"], said) == ("王丙", ["void-cell"])
    with xlsxwriter.Workbook(str(tmp_path / "shared.xlsx")) as shared:
        sheet = shared.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "编号", "单位"])
        sheet.write_rich_string(1, 0, shared.add_format({"font_strikeout": True}), "张甲", "李乙")
        sheet.write_row(1, 1, ["7", "甲公司"])
    assert rows_in(tmp_path / "shared.xlsx")[1] == ["void-cell"]


# --- comments on cells ---

_THREADED = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it "
    "will get removed if the file is opened in a newer version of Excel. Learn more: "
    "https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    {}"
)


def remarked(said: str, shown: str = "张甲") -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for cells in (["姓名", "编号", "单位"], [shown or None, "7", "甲公司"], ["李乙", "8", "乙公司"]):
            sheet.append(cells)
        sheet["A1"].comment = Comment("应为全名", "王芳")
        sheet["A2"].comment = Comment(said, "王芳")

    return change


@pytest.mark.parametrize("said", ["已电话核对", "王芳:\n已电话核对", _THREADED.format("已电话核对")])
def test_a_comment_on_a_cell_is_told_and_is_no_doubt(said: str, tmp_path: Path) -> None:
    [first, second] = tables.load(book(tmp_path, remarked(said)), PEOPLE).records
    assert [(x.code, x.path, x.found, x.severity) for x in first.problems] == [
        ("cell-remark", "姓名", "已电话核对", "note")
    ]
    assert (first.data["姓名"], str(first.problems[0].place), second.problems) == (
        "张甲",
        "工作表“Sheet”第 2 行 A 列",
        [],
    )


@pytest.mark.parametrize(
    ("shown", "said", "other"),
    [
        *(("张甲", said, "应为张钾") for said in ("应为张钾", "王芳:\n应为张钾", _THREADED.format("应为张钾"))),
        ("", "张丙", "张丙"),
    ],
)
def test_a_comment_that_says_another_answer_is_a_doubt(shown: str, said: str, other: str, tmp_path: Path) -> None:
    [first, _] = tables.load(book(tmp_path, remarked(said, shown)), PEOPLE).records
    assert [(x.code, x.path, x.found, x.expected) for x in first.problems] == [("ambiguous", "姓名", shown, other)]


def test_comments_on_the_cells_of_repeated_rows_are_told(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.append(["姓名"])
        sheet.append(["张甲"])
        lines = sheet.parent.create_sheet("成员")
        lines.append(["记录", "名字"])
        lines.append([1, "李乙"])
        lines["B2"].comment = Comment("漏填一人", "王芳")

    tagged = row("{%tr for 行 in 成员 %}"), row("{{ 行.名字 }}"), row("{%tr endfor %}")
    form = loaded(package(p("姓名：{{ 姓名 }}"), table(1, row("名字"), *tagged)))
    [record] = tables.load(book(tmp_path, change), form).records
    assert [(x.code, x.path) for x in record.problems] == [("ambiguous", "成员.名字")]
