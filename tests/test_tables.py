"""Records ↔ rows: the law over generated records, then what a person types into cells, sentence by sentence."""

from __future__ import annotations

import csv
import datetime
import itertools
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import range_boundaries
from python_calamine import CalamineWorkbook

from docfill import DocfillError, Field, Form, Leftover, Place, Problem, Result, limits, tables
from docfill.data import value_at
from docfill.kinds import kind_named
from docfill.tables.canvas import lines_of, link_beside
from docfill.tables.paper import MOST
from docfill.tables.refused import write_refused
from docfill.tables.xlsx import Book
from tests.attacks import book_with
from tests.burdens import csv_cell
from tests.small_form import NAMES, form_named, p, package, r, row, table
from tests.small_form import loaded as form_of
from tests.strategies import record_of, records

DATA = Path(__file__).parent.parent / "data"
ROWS = "未来三年特色产业集群发展规划.发展目标.三年总体目标"


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)


@pytest.fixture(scope="module")
def shanghai() -> Form:
    return Form.load("shanghai")


@pytest.fixture(scope="module")
def small() -> Form:
    return form_named("small")


@pytest.fixture(scope="module")
def shandong() -> Form:
    return Form.load("shandong")


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook as a spreadsheet program writes it: typed cells, None for an empty one, "=…" for a formula."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def dumped(form: Form, given_records: list[dict[str, Any]], path: Path) -> Path:
    """The records as `extract` writes them, in the format of the suffix."""
    with tables.Writer(path, [form]) as writer:
        for record in given_records:
            writer.add(form, form.extract(form.fill(record), "a.docx"))
    return path


def entered(form: Form, given_records: list[dict[str, Any]], path: Path) -> Path:
    """The records as a data-entry workbook holds them."""
    tables.write_entry(form, path, given_records)
    return path


def loaded(path: Path, form: Form) -> tuple[list[tables.Record], list[Problem]]:
    """All records of a file, and the problems of none of them."""
    table = tables.load(path, form)
    return list(table.records), table.problems


def has_answer(form: Form, record: dict[str, Any]) -> bool:
    """Whether its row has a cell; an empty row of a spreadsheet is no record."""
    return any(value_at(record, f.steps) not in (None, []) for f in form.fields if f.kind.name != "rows")


# --- the law ---


@pytest.mark.parametrize("made", [dumped, entered], ids=lambda made: made.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_records_read_back_from_the_workbook_they_make(
    name: str, made: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    _read_back(form_named(name), made, tmp_path_factory.mktemp("rows") / "records.xlsx")


@pytest.mark.parametrize("name", NAMES)
def test_records_read_back_from_the_csv_they_make(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    _read_back(form_named(name), dumped, tmp_path_factory.mktemp("rows") / "records.csv")


def _read_back(form: Form, made: Callable[..., Path], path: Path) -> None:
    some = records(form).filter(lambda record: has_answer(form, record))

    @settings(max_examples=30)  # of three records each; a workbook takes longer than the law
    @given(st.lists(some, min_size=1, max_size=3))
    def holds(given_records: list[dict[str, Any]]) -> None:
        found, problems = loaded(made(form, given_records, path), form)
        assert [p for r in found for p in r.problems] + problems == []
        assert [form.context(r.data) for r in found] == [form.context(r) for r in given_records]

    holds()


@pytest.mark.parametrize("suffix", sorted(set(tables.FORMATS) & set(tables.SOURCES)))
@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_bundled_record_survives_every_format_and_dumps_the_same_bytes(
    name: str, suffix: str, tmp_path: Path
) -> None:
    form, record = form_named(name), json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    path = dumped(form, [record], tmp_path / f"x{suffix}")
    found, problems = loaded(path, form)
    assert ([r.data for r in found], problems) == ([record], [])
    assert dumped(form, [record], tmp_path / f"y{suffix}").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_bundled_spreadsheet_is_the_bundled_record(name: str) -> None:
    """To refresh: python -m tests.test_tables."""
    form, record = form_named(name), json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    found, problems = loaded(DATA / f"{name}.xlsx", form)
    assert ([r.data for r in found], problems) == ([record], [])


# --- text stays text ---

DANGEROUS = [
    "=1+1",
    "+86 21 5555",
    "-3",
    "@x",
    "＝1",
    "'=1",
    "''-1",
    "<r>粗</r>",
    "https://example.org",
    "0013",
    "甲_x0041_乙",
    "甲_x000D_乙",
    "1e5",
    "310101199001011234",
    '=HYPERLINK("http://example.org","点这里")',
    "﹦1",
]


@pytest.mark.parametrize("made", [dumped, entered], ids=lambda made: made.__name__)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_text_that_looks_like_something_else_stays_text(
    shanghai: Form, suffix: str, made: Callable[..., Path], tmp_path: Path
) -> None:
    given_records = [record_of({"封面.联系人及联系电话": text}) for text in DANGEROUS]
    made = dumped if suffix == ".csv" else made
    found, problems = loaded(made(shanghai, given_records, tmp_path / f"x{suffix}"), shanghai)
    assert [r.data["封面"]["联系人及联系电话"] for r in found] == DANGEROUS
    assert [p for r in found for p in r.problems] + problems == []


def test_a_workbook_holds_no_formula_and_no_link_of_an_answer(shanghai: Form, tmp_path: Path) -> None:
    given_records = [record_of({"封面.联系人及联系电话": text}) for text in DANGEROUS]
    path = dumped(shanghai, given_records, tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
        links = package.read("xl/worksheets/_rels/sheet2.xml.rels").decode()
    assert "<f>" not in sheet
    assert "example.org" not in links
    book = openpyxl.load_workbook(path)
    typed = {c.data_type for row in book.worksheets[1].iter_rows(min_row=6) for c in row if c.value is not None}
    assert typed == {"s"}


def test_only_text_gets_an_apostrophe_in_csv(shanghai: Form, tmp_path: Path) -> None:
    record = record_of({"封面.联系人及联系电话": "-3", "主导产业情况.近三年主导产业产值年均增速": -3.5})
    line = dumped(shanghai, [record], tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert ",'-3," in line
    assert ",-3.5," in line


# --- what a person types ---

NUMBER = Field("量", kind_named("number"), unit="万元")
COUNT = Field("数", kind_named("integer"), unit="个")
CHOICE = Field("选", kind_named("choice"), ("是", "否，不适用"))
CHOICES = Field("多选", kind_named("choices"), ("甲", "乙；丙", "丁（注）"))


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        (NUMBER, "1,200", 1200),
        (NUMBER, "１２.５万元", 12.5),
        (NUMBER, 12.0, 12),
        (NUMBER, 14.969999999999999, 14.97),
        (NUMBER, "无", "无"),
        (COUNT, 3.0, 3),
        (COUNT, "3个", 3),
        (Field("期", kind_named("date")), datetime.datetime(2024, 5, 6), "2024-05-06"),
        (Field("期", kind_named("date")), datetime.date(2024, 5, 6), "2024-05-06"),
        (Field("期", kind_named("date")), "2024-05-06 00:00:00", "2024-05-06"),
        (Field("申报时间", kind_named("text")), datetime.datetime(2023, 8, 1), "2023年8月1日"),
        (Field("申报时间", kind_named("text")), tables.PartOfDate("2023年8月"), "2023年8月"),
        (Field("期", kind_named("date")), "2024/5/6", "2024-05-06"),
        (Field("期", kind_named("date")), "二〇二四年五月六日", "2024-05-06"),
        (Field("电话", kind_named("text")), 13900000268.0, "13900000268"),
        (Field("电话", kind_named("text")), "  张三 ", "张三"),
        (Field("电话", kind_named("text")), "＿＿＿", None),
        (Field("长", kind_named("longtext")), "一\r\n\r\n  二 \n", "一\n二"),
        (CHOICE, "否,不适用", "否，不适用"),
        (CHOICES, "甲;乙；丙", ["甲", "乙；丙"]),
        (CHOICES, "丁(注)\n甲\n", ["甲", "丁（注）"]),
        (CHOICES, "甲、丁（注）", ["甲", "丁（注）"]),
        (CHOICES, "乙；丙，甲", ["甲", "乙；丙"]),
        (CHOICES, "", None),
    ],
)
def test_a_clear_answer_is_read_however_it_is_typed(field: Field, cell: Any, value: Any) -> None:
    assert tables.value_from_cell(field, cell) == (value, None)


@pytest.mark.parametrize(
    ("field", "cell", "message"),
    [
        (NUMBER, "约120", "应为数字或“无”，实为 约120"),
        (NUMBER, 1.234, "最多保留两位小数，实为“1.234”"),
        (NUMBER, True, "应为数字或“无”，实为 TRUE"),
        (COUNT, 3.5, "应为整数或“无”，实为 3.5"),
        (COUNT, datetime.date(2024, 1, 5), "应为整数或“无”，但单元格被存成了日期或时间（2024-01-05）"),
        (Field("期", kind_named("date")), "2024年5月", "应为日期（YYYY-MM-DD）或“无”，实为 2024年5月"),
        (Field("期", kind_named("date")), datetime.time(3, 4), "但单元格被存成了日期或时间（03:04:00）"),
        (Field("时", kind_named("text")), datetime.date(2023, 8, 1), "请把单元格格式设为“文本”后重新填写"),
        (Field("申报时间", kind_named("text")), tables.PartOfDate("8月1日"), "但单元格被存成了日期或时间（8月1日）"),
        (Field("期", kind_named("date")), tables.PartOfDate("2023年8月"), "但单元格被存成了日期或时间（2023年8月）"),
        (Field("号", kind_named("text")), 310101199001011234.0, "超过 15 位的数字在表格软件中已失真"),
        (CHOICE, "也许", "不是该项的选项：“也许”；可选：是 | 否，不适用"),
        (Field("多", kind_named("choices"), ("甲、乙", "甲", "乙")), "甲，乙", "不是该项的选项：“甲，乙”"),
        (CHOICES, "甲；戊", "不是该项的选项：“戊”；可选：甲 | 乙；丙 | 丁（注）"),
        (Field("表", kind_named("rows"), fields=(Field("一", kind_named("text")),)), "[{", "不是 JSON"),
        (NUMBER, tables.Faulty("#DIV/0!"), "单元格的公式出错（#DIV/0!），请改正"),
    ],
)
def test_a_cell_that_is_in_doubt_gives_no_value_but_a_problem(field: Field, cell: Any, message: str) -> None:
    value, problem = tables.value_from_cell(field, cell)
    assert value is None
    assert problem is not None
    assert message in problem.message


def test_a_problem_names_sheet_row_and_column(shanghai: Form, tmp_path: Path) -> None:
    header = ["封面.集群名称", "主导产业情况.集群企业数量.2021年"]
    found, _ = loaded(workbook(tmp_path / "x.xlsx", shanghai=[header, ["甲", 1], ["乙", "约120"]]), shanghai)
    assert [r.place for r in found] == ["工作表“shanghai”第 2 行", "工作表“shanghai”第 3 行"]
    assert [str(p) for r in found for p in r.problems] == [
        "工作表“shanghai”第 3 行 B 列，主导产业情况.集群企业数量.2021年：应为整数或“无”，实为 约120"
    ]


def test_a_formula_gives_its_result_and_a_failed_one_a_problem(shanghai: Form, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    header = ["封面.集群名称", "基本情况.集群占地面积", "主导产业情况.近三年主导产业产值年均增速"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        sheet.write_string(1, 0, "甲")
        sheet.write_formula(1, 1, "=6+0.85", None, 6.85)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    [record] = loaded(path, shanghai)[0]
    assert record.data["基本情况"]["集群占地面积"] == 6.85
    assert [str(p) for p in record.problems] == [
        "工作表“Sheet1”第 2 行 C 列，主导产业情况.近三年主导产业产值年均增速：单元格的公式出错（#DIV/0!），请改正"
    ]


# --- headers ---


def test_an_unknown_header_is_named_with_the_nearest_field(shanghai: Form, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "文件,封面.集群名称,集群概况说明\na.docx,甲,乙\n".encode())
    found, problems = loaded(path, shanghai)
    assert [str(p).partition("；")[0] for p in problems] == ["C 列：表头“集群概况说明”不是表中的项，这一列未读"]
    assert problems[0].severity == "warning"
    assert found[0].data["封面"]["集群名称"] == "甲"


def test_a_cell_without_a_header_is_a_problem(shanghai: Form, tmp_path: Path) -> None:
    found, _ = loaded(written(tmp_path / "x.csv", "封面.集群名称,\n甲,乙,\n丙,,丁\n".encode()), shanghai)
    assert [str(p) for r in found for p in r.problems] == [
        "第 2 行 B 列：这一格所在的列没有表头：“乙”，请补上表头或清空",
        "第 3 行 C 列：这一格所在的列没有表头：“丁”，请补上表头或清空",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("甲,乙\n丙,1\n", "表头中没有表单“shanghai”的任何一项；表头应为各项的名称或路径，例如“封面.集群名称”"),
        ("封面.集群名称,封面.所属区,封面.集群名称\n甲,乙,丙\n", "A 列和 C 列的表头都是“封面.集群名称”，请删去一列"),
        ("", "表头中没有表单“shanghai”的任何一项"),
        ('封面.集群名称\n"甲', "不是 .csv（引号不成对）"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(shanghai: Form, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DocfillError) as refused:
        tables.load(written(tmp_path / "x.csv", text.encode()), shanghai)
    assert message in str(refused.value)


def test_empty_rows_are_skipped_but_counted(shanghai: Form, tmp_path: Path) -> None:
    found, _ = loaded(written(tmp_path / "x.csv", "封面.集群名称\n甲\n\n,\n乙\n".encode()), shanghai)
    assert [(r.number, r.place) for r in found] == [(1, "第 2 行"), (4, "第 5 行")]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_file_that_is_no_workbook_is_refused(shanghai: Form, tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocfillError, match=r"不是 \.xlsx 文件，或文件已损坏，请在 Excel 中打开后另存为 \.xlsx"):
        tables.load(written(tmp_path / "x.xlsx", data), shanghai)


def test_a_row_of_more_tags_than_are_kept_at_once_is_too_large_and_not_damaged(shanghai: Form, tmp_path: Path) -> None:
    cell = f'<c r="A3" t="inlineStr"><is>{"<r/>" * 300_000}</is></c>'
    path = written(tmp_path / "行.xlsx", book_with(f'<row r="3">{cell}</row>'))
    with (
        limits.within(work=2**40, ratio=10**6),
        pytest.raises(DocfillError, match="一个 <row> 中的标签超过 262144 个") as refused,
    ):
        list(tables.load(path, shanghai).records)
    assert (refused.value.code, str(path) in refused.value.zh) == ("too-large", True)


def test_other_suffixes_are_refused(shanghai: Form, tmp_path: Path) -> None:
    with pytest.raises(DocfillError, match=r"数据文件的后缀应为 \.json \.jsonl \.csv \.xlsx \.xlsm \.xls 之一"):
        tables.load(written(tmp_path / "x.txt", b"a"), shanghai)


# --- repeated rows ---


def test_repeated_rows_are_a_sheet_that_numbers_the_record(shandong: Form, tmp_path: Path) -> None:
    goals = [{"方向": "创新", "指标": "=投入", "2023年基准值": "1", "2026年目标值": None}]
    given_records = [record_of({"封面.集群名称": "甲"}), record_of({"封面.集群名称": "乙", ROWS: goals})]
    path = dumped(shandong, given_records, tmp_path / "x.xlsx")
    book = CalamineWorkbook.from_path(str(path))
    names = ["概览", "山东省特色产业集群申报表", "三年总体目标", "问题", "未归入", "并排", "图表", "选项"]
    assert book.sheet_names == names
    assert book.get_sheet_by_name("三年总体目标").to_python() == [
        ["记录", "方向", "指标", "2023年基准值", "2026年目标值"],
        [2.0, "创新", "=投入", "1", ""],
    ]
    assert _goals(loaded(path, shandong)[0], shandong) == [[], goals]


def _goals(found: list[tables.Record], form: Form) -> list[Any]:
    field = next(f for f in form.fields if f.path == ROWS)
    return [value_at(r.data, field.steps) for r in found]


def test_repeated_rows_follow_the_number_of_their_record_wherever_it_is_moved(shandong: Form, tmp_path: Path) -> None:
    main = [["记录", "封面.集群名称"], [7, "甲"], [3, "乙"], ["A-1", "丙"]]
    rows = [["记录", "方向"], [3, "开放"], [7, "创新"], ["a-1", "绿色"], [3, "人才"]]
    found, problems = loaded(workbook(tmp_path / "x.xlsx", 数据=main, 三年总体目标=rows), shandong)
    assert problems == []
    assert [[row["方向"] for row in goals] for goals in _goals(found, shandong)] == [
        ["创新"],
        ["开放", "人才"],
        ["绿色"],
    ]


def test_a_repeated_row_of_no_record_is_a_problem(shandong: Form, tmp_path: Path) -> None:
    rows = [["记录", "方向", "备注"], [1, "创新", None], [2, "开放", None], ["", "绿色", None], [1.0, 2023, "x"]]
    path = workbook(tmp_path / "x.xlsx", shandong=[["封面.集群名称"], ["甲"]], 三年总体目标=rows)
    found, problems = loaded(path, shandong)
    assert [str(p) for p in problems] == [
        f"工作表“三年总体目标”C 列，{ROWS}：表头“备注”不是表中的项，这一列未读；最接近的是："
        "记录 | 方向 | 指标 | 2023年基准值 | 2026年目标值",
        f"工作表“三年总体目标”第 3 行 A 列，{ROWS}：“记录”一列写的是“2”，但没有这条记录（共 1 条），这一行未读",
        f"工作表“三年总体目标”第 4 行 A 列，{ROWS}：“记录”一列写的是“”，但没有这条记录（共 1 条），这一行未读",
    ]
    assert [[row["方向"] for row in goals] for goals in _goals(found, shandong)] == [["创新", "2023"]]


def test_records_with_one_number_cannot_share_repeated_rows(shandong: Form, tmp_path: Path) -> None:
    main = [["记录", "封面.集群名称"], [1, "甲"], [1, "乙"]]
    path = workbook(tmp_path / "x.xlsx", 数据=main, 三年总体目标=[["记录", "方向"], [1, "开放"]])
    _, problems = loaded(path, shandong)
    assert [str(p) for p in problems] == [
        "工作表“数据”：有几条记录的编号都是“1”，附表中的行不知属于哪一条；请改成不同的编号"
    ]


def test_repeated_rows_given_twice_are_refused(shandong: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", shandong=[["封面.集群名称", ROWS], ["甲", "[]"]], 三年总体目标=[["记录"]])
    with pytest.raises(DocfillError, match="在工作表“shandong”和工作表“三年总体目标”中各有一份，请删去一份"):
        tables.load(path, shandong)


# --- results of extract ---


def result(form: Form, source: str) -> Result:
    """A result with a problem and a leftover."""
    read = form.extract(form.fill(record_of({"封面.集群名称": "甲"})), source)
    read.problems = [Problem("not-an-integer", "主导产业情况.集群企业数量.2021年", "约120")]
    read.leftovers = [Leftover("附注", Place("一、基本情况"))]
    return read


def test_a_name_leads_somewhere_only_where_a_word_file_of_that_name_is(tmp_path: Path) -> None:
    for name in ("a.docx", "b.exe", "c\\d.docx"):
        (tmp_path / name).touch()
    names = ("a.docx", "b.exe", "c\\d.docx", "z.docx", "包.zip/a.docx", "a.docx#b")
    links = [link_beside(tmp_path / "x.xlsx", str(tmp_path / n)) for n in names]
    links += [
        link_beside(tmp_path / "x.xlsx", n) for n in ("//evil/s/a.docx", "\\\\evil\\s\\a.docx", "http://e/a.docx")
    ]
    assert [x for x in links if x] == ["external:a.docx"]


def test_that_a_file_is_empty_is_said_once(shanghai: Form, tmp_path: Path) -> None:
    error = DocfillError("交回/空.docx：文件是空的（0 字节）", "交回/空.docx: the file is empty (0 bytes)", "empty")
    with tables.Writer(tmp_path / "x.xlsx", [shanghai]) as writer:
        writer.refuse("交回/空.docx", error.problem())
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert (book["问题"]["G2"].value, book[shanghai.title]["A6"].value) == (
        "文件是空的（0 字节）",
        "交回/空.docx\n文件是空的（0 字节）",
    )


def test_a_workbook_of_results_has_problems_leftovers_and_counts(shanghai: Form, tmp_path: Path) -> None:
    path = tmp_path / "汇总" / "x.xlsx"
    (tmp_path / "交回").mkdir()
    (tmp_path / "交回" / "a.docx").touch()
    with tables.Writer(path, [shanghai]) as writer:
        writer.add(shanghai, result(shanghai, str(tmp_path / "交回/a.docx")))
        writer.refuse("交回/坏.docx", Problem("unreadable", found="文件是空的"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["概览", shanghai.title, "问题", "未归入", "并排", "图表", "选项"]
    main = book[shanghai.title]
    row = 6
    assert [main.cell(row, n).value for n in (2, 3, 4)] == ["打开", 2, "甲"]
    assert main.cell(row, 2).hyperlink.target.replace("\\", "/") == "../交回/a.docx"
    assert main.cell(row, 3).hyperlink.location == "'问题'!A2"
    doubts = [[c.value for c in row] for row in book["问题"].iter_rows()]
    assert doubts == [
        ["文件", "打开", "项", "单元格", "位置", "程度", "说明"],
        [
            str(tmp_path / "交回/a.docx"),
            "打开",
            "主导产业情况.集群企业数量.2021年",
            book["问题"]["D2"].hyperlink.location.rpartition("!")[2],
            None,
            "错误",
            "应为整数，实为“约120”，已按原文保留",
        ],
        ["交回/坏.docx", None, None, None, None, "错误", "无法读取：文件是空的"],
    ]
    doubtful = book["问题"]["D2"].hyperlink.location.rpartition("!")[2]
    titles = [main.cell(r, main[doubtful].column).value for r in (2, 3)]
    assert titles == [None, "2021年"]
    assert main[doubtful].fill.fgColor.rgb == "FFFFE699"
    assert [c.value for c in book["未归入"][2]] == [str(tmp_path / "交回/a.docx"), "打开", "一、基本情况", "附注"]
    assert main[doubtful].hyperlink.location == "'问题'!A2"
    assert main[doubtful].hyperlink.tooltip == "应为整数，实为“约120”，已按原文保留"
    counts = {row[0].value: row[2].value for row in book["概览"].iter_rows()}
    assert [counts[k] for k in ("无疑问", "有疑问", "无法读取", "没有交", "共收到")] == [0, 1, 1, 0, 2]
    found, problems = loaded(path, shanghai)
    assert ([r.data["封面"]["集群名称"] for r in found], problems) == (["甲"], [])


def test_a_text_that_leads_somewhere_takes_one_line_in_every_sheet(small: Form, tmp_path: Path) -> None:
    """LibreOffice cuts a text that leads somewhere where its line ends; one of several lines stands beside its link."""
    name = "收件/第二批/关于报送申报材料的函（上海市嘉定区新能源汽车及智能网联汽车产业集群）（盖章后最终版）.docx"
    (tmp_path / "收件/第二批").mkdir(parents=True)
    (tmp_path / name).touch()
    long = "说来话长，" * 60
    read = small.extract(small.fill(record_of({"申请.单价": 3, "申请.经过": long})), str(tmp_path / name))
    doubts = [Problem("not-a-number", "申请.单价", long, "数字"), Problem("place-missing", "申请.经过")]
    leftovers = [Leftover(long, Place("申请"))]
    with tables.Writer(tmp_path / "x.xlsx", [small]) as writer:
        writer.add(small, replace(read, problems=[*read.problems, *doubts], leftovers=leftovers))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    linked = [(sheet, c) for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert {sheet.title for sheet, _ in linked} >= {"概览", small.title, "问题", "未归入", "长文"}
    for sheet, cell in linked:
        [wide] = [d.width for d in sheet.column_dimensions.values() if d.min <= cell.column <= d.max]
        assert lines_of(str(cell.value or ""), wide) == 1, cell
    assert any(c.value == long and c.fill.fgColor.rgb == "FFFFE699" for row in book[small.title] for c in row)


def test_the_first_sheet_says_what_the_returns_say_in_all(small: Form, tmp_path: Path) -> None:
    answers = [("甲.docx", 3, ["图纸"]), ("乙.docx", 4.5, ["图纸", "另附"]), ("丙.docx", "无", [])]
    with tables.Writer(tmp_path / "x.xlsx", [small]) as writer:
        for source, price, chosen in answers:
            read = small.extract(small.fill(record_of({"申请.单价": price, "申请.附件": chosen})))
            read.source = f"交回/{source}"
            writer.add(small, read)
        writer.refuse("", Problem("not-handed-in", found="丁区"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rows = {tuple(c.value for c in row[:2]): [c.value for c in row[2:]] for row in book["概览"].iter_rows()}
    price = next(f for f in small.fields if f.path == "申请.单价")
    assert rows[f"申请.单价（{price.unit}）" if price.unit else "申请.单价", None] == [
        2, 7.5, 3.75, 3, "甲", 4.5, "乙"
    ]  # fmt: skip
    # the name of a question stands once, beside all of its options
    listed = [[c.value for c in row if c.value is not None] for row in book["概览"].iter_rows()]
    at = listed.index(["申请.附件", "图纸", 2, 66.7])
    assert listed[at + 1 : at + 4] == [["样品", 0, 0], ["另附", 1, 33.3], ["（没有选）", 1, 33.3]]
    assert rows["没有交", None][0] == 1
    assert any(name == "丁区" for name, _ in rows)
    assert len(book["图表"]._charts) >= 2


def test_columns_of_a_chart_are_as_long_as_their_numbers(tmp_path: Path) -> None:
    lines = "".join(
        p(f"{what}：{{{{ {what}['{y}年'] | number }}}}") for what in ("甲", "乙", "丙") for y in (2023, 2024)
    )
    form = Form.load(package(lines + p('{{ 是否 | choice("是") }}是 {{ 是否 | choice("否") }}否')), "yearly")
    said = {
        "甲": {"2023年": 15161, "2024年": 17791},
        "乙": {"2023年": -5, "2024年": -6},
        "丙": {"2023年": -5, "2024年": 6},
    }
    with tables.Writer(tmp_path / "x.xlsx", [form]) as writer:
        writer.add(form, form.extract(form.fill({**said, "是否": "是"})))
    ends = {}
    for chart in openpyxl.load_workbook(tmp_path / "x.xlsx")["图表"]._charts:
        axis = {"col": "y_axis", "bar": "y_axis"}.get(getattr(chart, "barDir", None) or "")
        if axis:
            scale = getattr(chart, axis).scaling
            ends["".join(r.t for q in chart.title.tx.rich.p for r in q.r)] = scale.min, scale.max
    assert ends == {"甲": (0, None), "乙": (None, 0), "丙": (None, None), "是否": (0, None)}


def test_the_first_sheet_has_each_heading_over_what_it_is_about(small: Form, tmp_path: Path) -> None:
    with tables.Writer(tmp_path / "x.xlsx", [small]) as writer:
        writer.add(small, small.extract(small.fill(record_of({"申请.单价": 3}))))
        writer.refuse("甲.pdf", Problem("not-word", found="这是 PDF 文件"))
        writer.refuse("", Problem("not-handed-in", found="丁区"))
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["概览"]
    over = {(m.min_row, m.min_col): m.max_col for m in sheet.merged_cells.ranges if m.min_row == m.max_row}
    for names in (("情况",), ("名称", "说明"), ("问题",), ("项", "选项")):
        [head, *_] = (c[0].row for c in sheet.iter_rows() if tuple(x.value for x in c[: len(names)]) == names)
        for column in range(1, 4):
            assert over.get((head, column)) == over.get((head + 1, column)), names
        assert all(
            sheet.cell(head, n).border.left.style
            for n in range(1, sheet.max_column + 1)
            if sheet.cell(head + 1, n).border.left.style
        )


def test_repeated_rows_are_printed_a_page_wide_with_all_of_their_texts(tmp_path: Path) -> None:
    heads = ("序号", "姓名", "岗位", "职业资格证书", "从业年限", "备注")
    row_of = [f"{{{{ 行.{h} }}}}" for h in heads]
    lines = table(6, row(*heads), row("{%tr for 行 in 人员 %}"), row(*row_of), row("{%tr endfor %}"))
    form = Form.load(package(p("单位：{{ 单位 }}") + lines), "rows")
    long = "社会工作师中级；心理咨询师三级；高级按摩师；养老护理员（五级）"
    people = [dict.fromkeys(heads, "王"), dict.fromkeys(heads, "李") | {"职业资格证书": long}]
    with tables.Writer(tmp_path / "x.xlsx", [form]) as writer:
        writer.add(form, form.extract(form.fill({"单位": "甲", "人员": people})))
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["人员"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref == "A1:G3"
    assert all(cell.border.left.style == "thin" for cells in sheet.iter_rows() for cell in cells)
    [wide] = [d.width for d in sheet.column_dimensions.values() if d.min <= 5 <= d.max]
    assert sheet.row_dimensions[3].height >= 16.5 * lines_of(long, wide) > sheet.row_dimensions[2].height


def wide_form(fields: int) -> Form:
    """A form of some texts in sections of five, of which the last is long."""
    lines = "".join(
        p(r(f"{'一二三四'[n // 5]}、第{n // 5}部分")) * (n % 5 == 0) + p(r(f"第{n}项：{{{{ 部分{n // 5}.第{n}项 }}}}"))
        for n in range(fields)
    )
    return Form.load(package(lines), "wide")


def test_a_sheet_of_records_prints_across_with_its_headings_on_each_page(tmp_path: Path) -> None:
    form, long = wide_form(18), "很长的一段话" * 12
    with tables.Writer(tmp_path / "x.xlsx", [form]) as writer:
        record = record_of({"部分0.第0项": "甲", "部分3.第17项": long})
        writer.add(form, form.extract(form.fill(record)))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheet = book[form.title]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.pageOrder) == (
        "landscape", 8, "overThenDown"
    )  # fmt: skip
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$2", "$A:$D")
    assert sheet.auto_filter.ref.startswith("A2:")
    # letters are of 8 points at least: a character is 6 points wide, and a page across 1130 points
    assert sheet.page_setup.scale >= 73
    widths = [int(d.width) for d in sheet.column_dimensions.values() for _ in range(d.min, d.max + 1)]
    pages = [0, *(b.id for b in sheet.col_breaks.brk), len(widths)]
    assert len(pages) == 3 and all(sum(widths[a:b]) <= 208 for a, b in itertools.pairwise(pages))
    # a group that goes on on another page has its heading there, too, and reads back all the same
    assert all(sheet.cell(1, b + 1).value for b in pages[1:-1])
    # a text that its row does not show in full takes two lines, in italics, and each page says where all of it is
    assert sheet.row_dimensions[3].height == 2 * 16.5
    cut = next(cell for cell in sheet[3] if cell.value == long)
    assert cut.font.italic and [cell for cell in sheet[3] if cell.font.italic] == [cut]
    assert sheet.oddFooter.center.text == "斜体的只印开头，全文见“长文”页"
    assert [book["长文"][f"{at}2"].value for at in "CE"] == ["部分3.第17项", long]
    assert "并排" not in book.sheetnames
    found, problems = loaded(tmp_path / "x.xlsx", form)
    assert (found[0].data, problems) == (form.context(record), [])


def test_a_form_that_is_much_wider_than_paper_is_printed_with_its_records_side_by_side(
    shanghai: Form, tmp_path: Path
) -> None:
    long = "\n".join(["很长的一段话"] * 12)
    tasks = "未来三年中小企业特色产业集群发展规划.重点任务"
    given = [record_of({"封面.集群名称": f"{n}号", tasks: long}) for n in range(10)]
    with tables.Writer(tmp_path / "x.xlsx", [shanghai]) as writer:
        for n, record in enumerate(given):
            writer.add(shanghai, shanghai.extract(shanghai.fill(record), f"{n}.docx"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    main, side = book[shanghai.title], book["并排"]
    # of the sheet of records one page is printed, and it says where the rest is
    printed = range_boundaries(main.print_area.rpartition("!")[2])
    widths = [int(d.width) for d in main.column_dimensions.values() for _ in range(d.min, d.max + 1)]
    assert printed[:2] == (1, 1) and sum(widths[: printed[2]]) <= 208 and printed[3] == main.max_row
    assert main.oddFooter.center.text == "各项见“并排”页"
    # each page says whose it is, and is not higher than paper
    starts = [1, *(b.id + 1 for b in side.row_breaks.brk), side.max_row + 1]
    for a, b in itertools.pairwise(starts):
        assert side.cell(a, 1).value == shanghai.title
        named = [c.value for c in side[a + 1][2:] if c.value]
        assert named in ([f"{n}.docx" for n in range(9)], ["9.docx"])
        assert sum(side.row_dimensions[n].height for n in range(a, b)) <= 1045
    # each field of each record is shown once, by what its cell says now
    shown = [c.value for row in side.iter_rows(min_col=3) for c in row if str(c.value).startswith("=")]
    cells = {f"'{shanghai.title}'!{c.coordinate}" for row in main.iter_rows(min_row=6, min_col=4) for c in row}
    assert sorted(shown) == sorted(f'=IF({there}="","",{there})' for there in cells)
    assert side.protection.sheet and side.oddFooter.center.text == "斜体的只印开头，全文见“长文”页"
    cached = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_name("并排").to_python()
    assert next(row[2] for row in cached if row[0] == "*集群名称") == "0号"
    assert [row[4].value for row in book["长文"].iter_rows(min_row=2)] == [long] * 10
    # the headings of the sheet of records take no half of a page, however long the words of an option are
    assert sum(main.row_dimensions[n].height for n in range(1, 6)) <= 11 * 16.5
    found, problems = loaded(tmp_path / "x.xlsx", shanghai)
    assert ([r.data for r in found], problems) == ([shanghai.context(record) for record in given], [])


def test_of_more_records_than_anybody_prints_the_rest_is_counted(shanghai: Form, tmp_path: Path) -> None:
    one = shanghai.extract(shanghai.fill({}), "a.docx")
    with tables.Writer(tmp_path / "x.xlsx", [shanghai]) as writer:
        for _ in range(MOST + 2):
            writer.add(shanghai, one)
    rows = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_name("并排").to_python()
    assert rows[-1][0] == "另有 2 份没有列在这里；要印哪几份，请只汇总那几份的文件。"
    assert sum(cell == "a.docx" for row in rows if row[0] == "" for cell in row) % MOST == 0


def test_texts_of_three_lines_are_printed_whole(shanghai: Form, tmp_path: Path) -> None:
    with tables.Writer(tmp_path / "x.xlsx", [shanghai]) as writer:
        record = record_of({"封面.集群名称": "上海市松江区工业机器人产业集群一"})
        writer.add(shanghai, shanghai.extract(shanghai.fill(record)))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheet = book[shanghai.title]
    assert (sheet.row_dimensions[6].height, "长文" in book.sheetnames) == (3 * 16.5, False)
    assert not any(cell.font.italic for cell in sheet[6]) and not book["并排"].oddFooter.center.text


@pytest.mark.parametrize("suffix", sorted(set(tables.FORMATS) & set(tables.SOURCES)))
def test_results_read_back_as_records_from_every_format(shanghai: Form, suffix: str, tmp_path: Path) -> None:
    one = result(shanghai, "a.docx")
    with tables.Writer(tmp_path / f"x{suffix}", [shanghai]) as writer:
        writer.add(shanghai, one)
    assert [r.data for r in loaded(tmp_path / f"x{suffix}", shanghai)[0]] == [one.data]


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv"])
def test_blanks_around_a_text_are_none_of_it_whatever_the_source(small: Form, suffix: str, tmp_path: Path) -> None:
    given = {"申请": {"部门": "\u3000一部 ", "理由": "急用 \r\n\r\n 补货 "}}
    path = tmp_path / f"x{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["申请.部门", "申请.理由"], [*given["申请"].values()]])
    else:
        path.write_text(json.dumps(given, ensure_ascii=False) + "\n", encoding="utf-8")
    ((record,), problems) = loaded(path, small)
    assert (record.data["申请"]["部门"], record.data["申请"]["理由"]) == ("一部", "急用\n补货")
    assert (record.problems, problems) == ([], [])


@pytest.mark.parametrize("suffix", list(tables.FORMATS))
def test_a_file_that_could_not_be_read_is_in_every_format(shanghai: Form, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    with tables.Writer(path, [shanghai]) as writer:
        writer.refuse("坏.docx", Problem("unreadable", found="文件是空的"))
        writer.add(shanghai, result(shanghai, "a.docx"))
    if suffix in (".json", ".jsonl"):
        found, _ = loaded(path, shanghai)
        assert [[str(p) for p in r.problems] for r in found] == [["无法读取：坏.docx"], []]
    elif suffix == ".parquet":
        rows = pyarrow.parquet.read_table(path).to_pylist()
        assert [(r["文件"], r["问题"][0]["code"]) for r in rows] == [
            ("坏.docx", "unreadable"),
            ("a.docx", "not-an-integer"),
        ]
    elif suffix == ".csv":
        first, _ = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        assert (first["文件"], first["问题"]) == ("坏.docx", "无法读取：文件是空的")
        assert len(loaded(path, shanghai)[0]) == 1


def test_parquet_columns_are_typed_and_keep_what_is_not_of_their_type(small: Form, tmp_path: Path) -> None:
    record = record_of(
        {
            "申请.数量": 12,
            "申请.单价": "无",
            "申请.日期": "2024-05-06",
            "申请.附件": ["图纸", "另附"],
            "清单": [{"类别": "甲", "名称": "乙", "规格": None}],
        }
    )
    [row] = pyarrow.parquet.read_table(dumped(small, [record], tmp_path / "x.parquet")).to_pylist()
    assert (row["申请.数量"], row["申请.单价"], row["申请.日期"]) == (12, None, datetime.date(2024, 5, 6))
    assert (row["申请.附件"], row["清单"]) == (["图纸", "另附"], [{"类别": "甲", "名称": "乙", "规格": None}])
    assert row["文字"] == [("申请.单价", "无")]


def test_one_form_a_flat_file_but_several_a_workbook(shanghai: Form, shandong: Form, tmp_path: Path) -> None:
    results = [(f, f.extract(f.fill(record_of({"封面.集群名称": f.name})))) for f in (shanghai, shandong)]
    for suffix in (".csv", ".parquet"):
        path = tmp_path / f"x{suffix}"
        with (
            pytest.raises(
                DocfillError, match=rf"一个 \{suffix} 文件只能存放一种表，这里有：shandong、shanghai；请用 --form"
            ),
            tables.Writer(path, [shanghai, shandong]) as writer,
        ):
            for form, read in results:
                writer.add(form, read)
        assert list(tmp_path.iterdir()) == []
    with tables.Writer(tmp_path / "x.xlsx", [shanghai, shandong]) as writer:
        for form, read in results:
            writer.add(form, read)
    for form in (shanghai, shandong):
        found, problems = loaded(tmp_path / "x.xlsx", form)
        assert [r.data["封面"]["集群名称"] for r in found] == [form.name]
        assert [p.code for p in problems] == ["sheet-not-read"]


def test_forms_that_call_their_rows_the_same_keep_them_apart(small: Form, tmp_path: Path) -> None:
    twin = Form(small._package, "孪生")
    rows = [[{"时刻": "一", "事项": "甲"}], [{"时刻": "二", "事项": "乙"}]]
    with tables.Writer(tmp_path / "x.xlsx", [small, twin]) as writer:
        for form, lines, number in zip((small, twin), rows, "12", strict=True):
            writer.add(form, form.extract(form.fill({"附记": lines, "编号": number})))
    assert CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).sheet_names[1:7] == [
        small.title, "清单", "附记", f"{twin.title}_孪生", "孪生_清单", "孪生_附记"
    ]  # fmt: skip
    found = [loaded(tmp_path / "x.xlsx", f)[0][0].data for f in (small, twin)]
    assert [(data["编号"], data["附记"]) for data in found] == list(zip("12", rows, strict=True))


def test_nothing_is_written_where_something_was_raised(shanghai: Form, tmp_path: Path) -> None:
    for suffix in tables.FORMATS:
        (tmp_path / f"x{suffix}").write_bytes(b"mine")
        with pytest.raises(KeyError), tables.Writer(tmp_path / f"x{suffix}", [shanghai]) as writer:
            writer.add(shanghai, result(shanghai, "a.docx"))
            raise KeyError
        assert (tmp_path / f"x{suffix}").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == len(tables.FORMATS)


def test_a_text_too_long_for_a_cell_is_refused_not_cut(shanghai: Form, tmp_path: Path) -> None:
    record = record_of({"未来三年中小企业特色产业集群发展规划.重点任务": "长" * 32768})
    short = record_of({"封面.集群名称": "甲"})
    with tables.Writer(tmp_path / "x.xlsx", [shanghai]) as writer:
        with pytest.raises(DocfillError, match=r"重点任务：文字超过一个单元格的上限 32767 字，请改用 \.csv 或 \.jsonl"):
            writer.add(shanghai, shanghai.extract(shanghai.fill(record)))
        writer.add(shanghai, shanghai.extract(shanghai.fill(short)))
    assert [r.data for r in loaded(tmp_path / "x.xlsx", shanghai)[0]] == [shanghai.context(short)]
    found, _ = loaded(dumped(shanghai, [record], tmp_path / "x.csv"), shanghai)
    assert found[0].data == shanghai.context(record)


if __name__ == "__main__":
    for name in ("shanghai", "shandong"):
        record = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        tables.write_entry(Form.load(name), DATA / f"{name}.xlsx", [record])


_ROWS = form_of(
    package(p("表甲：{{ 表.甲 }}") + table(1, row("{%tr for x in 表.行 %}"), row("{{ x.列 }}"), row("{%tr endfor %}")))
)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        *((cell, "应为") for cell in ("7", "true", '"abc"', '{"a":1}', "[1]", "[null]", "[[]]", '[{"列":{"x":1}}]')),
        ("[" * 20_000, "JSON 无法读取"),
        ('[{"列":"1","列":"2"}]', "“列”出现了两次"),
        ('[{"列":"1","别":"2"}]', "表中没有这一项"),
        ('[{"列":NaN}]', "JSON 中不能有 NaN"),
    ],
    ids=lambda said: said[:20],
)
def test_repeated_rows_in_a_cell_are_refused_as_in_a_json_file(tmp_path: Path, cell: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_cell(cell))
    (record,) = tables.load(path, _ROWS).records
    assert [message in str(x) for x in record.problems] == [True] and record.data == {"表": {"甲": "一", "行": []}}
    path.write_bytes(csv_cell('[{"列":"1"},{"列":"2"}]'))
    (record,) = tables.load(path, _ROWS).records
    assert (record.data["表"]["行"], record.problems) == ([{"列": "1"}, {"列": "2"}], [])


def test_a_refused_row_that_reaches_the_last_column_is_copied_as_far_as_there_is_room(tmp_path: Path) -> None:
    inside = '<c r="A3" t="inlineStr"><is><t>甲</t></is></c><c r="XFD3" t="inlineStr"><is><t>乙</t></is></c>'
    source, copy, form = tmp_path / "a.xlsx", tmp_path / "b.xlsx", form_named("shanghai")
    source.write_bytes(book_with(f'<row r="3">{inside}</row>'))
    write_refused(source, form, {2: ["坏"]}, copy)
    with Book(copy) as book:
        *_, (_, cells) = book.rows(book.sheets[0])
    said = [c for c in cells if c != ""]
    assert said[:2] == [2, "甲"] and "最多 16384 列" in said[2] and said[2].endswith("坏")


def test_the_budget_of_a_sheet_grows_with_its_file_and_can_be_raised(tmp_path: Path) -> None:
    path, form = tmp_path / "a.csv", form_named("shanghai")
    path.write_text("封面.集群名称\n" + "甲\n" * 40, encoding="utf-8")
    with limits.within(work=10 * len(form.fields)), pytest.raises(DocfillError, match=r"与文件大小不相称.*work="):
        list(tables.load(path, form).records)
    with limits.within(work=80 * len(form.fields)):
        assert len(list(tables.load(path, form).records)) == 40
    path.write_text("封面.集群名称\n" + "甲\n" * 40 + "\n" * 2**20, encoding="utf-8")
    with limits.within(work=4 * 2**20, cells=2**21):
        assert len(list(tables.load(path, form).records)) == 40
