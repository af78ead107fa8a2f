"""Records ↔ rows: the law over generated records, then what a person types into cells, sentence by sentence."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from docfill import DocfillError, Field, Form, Leftover, Place, Problem, Result, tables
from tests.small_form import NAMES, form_named
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


def has_answer(form: Form, record: dict[str, Any]) -> bool:
    """Whether its row has a cell; an empty row of a spreadsheet is no record."""
    return any(tables.value_at(record, f) not in (None, []) for f in form.fields if f.kind != "rows")


# --- the law ---


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("name", NAMES)
def test_records_read_back_from_the_rows_they_make(
    name: str, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    form = form_named(name)
    path = tmp_path_factory.mktemp("rows") / f"records{suffix}"
    some = records(form).filter(lambda record: has_answer(form, record))

    @given(st.lists(some, min_size=1, max_size=3))
    def holds(given_records: list[dict[str, Any]]) -> None:
        table = tables.load(written(path, tables.dump([form], given_records, suffix)), form)
        assert [p for r in table.records for p in r.problems] + table.problems == []
        assert [form.context(r.data) for r in table.records] == [form.context(r) for r in given_records]

    holds()


@pytest.mark.parametrize("suffix", list(tables.FORMATS))
@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_bundled_record_survives_every_format_and_dumps_the_same_bytes(
    name: str, suffix: str, tmp_path: Path
) -> None:
    form, record = form_named(name), json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    dumped = tables.dump([form], [record], suffix)
    table = tables.load(written(tmp_path / f"x{suffix}", dumped), form)
    assert ([r.data for r in table.records], table.problems) == ([record], [])
    assert tables.dump([form], [record], suffix) == dumped


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_bundled_spreadsheet_is_the_bundled_record(name: str) -> None:
    """To refresh: python -m tests.test_tables."""
    form, record = form_named(name), json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    table = tables.load(DATA / f"{name}.xlsx", form)
    assert ([r.data for r in table.records], table.problems) == ([record], [])


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
    "1e5",
]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_text_that_looks_like_something_else_stays_text(shanghai: Form, suffix: str, tmp_path: Path) -> None:
    given_records = [record_of({"封面.联系人及联系电话": text}) for text in DANGEROUS]
    table = tables.load(written(tmp_path / f"x{suffix}", tables.dump([shanghai], given_records, suffix)), shanghai)
    assert [r.data["封面"]["联系人及联系电话"] for r in table.records] == DANGEROUS
    assert [r.problems for r in table.records] == [[]] * len(DANGEROUS)


def test_a_workbook_holds_no_formula_and_no_link(shanghai: Form) -> None:
    given_records = [record_of({"封面.联系人及联系电话": text}) for text in DANGEROUS]
    with zipfile.ZipFile(io.BytesIO(tables.dump_xlsx(shanghai, given_records))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_only_text_gets_an_apostrophe_in_csv(shanghai: Form) -> None:
    record = record_of({"封面.联系人及联系电话": "-3", "主导产业情况.近三年主导产业产值年均增速": -3.5})
    line = tables.dump_csv(shanghai, [record]).decode("utf-8-sig").splitlines()[1]
    assert ",'-3," in line
    assert ",-3.5," in line


# --- what a person types ---

NUMBER = Field("量", "number", unit="万元")
COUNT = Field("数", "integer", unit="个")
CHOICE = Field("选", "choice", ("是", "否，不适用"))
CHOICES = Field("多选", "choices", ("甲", "乙；丙", "丁（注）"))


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
        (Field("期", "date"), datetime.datetime(2024, 5, 6), "2024-05-06"),
        (Field("期", "date"), datetime.date(2024, 5, 6), "2024-05-06"),
        (Field("期", "date"), "2024/5/6", "2024-05-06"),
        (Field("期", "date"), "二〇二四年五月六日", "2024-05-06"),
        (Field("电话", "text"), 13900000268.0, "13900000268"),
        (Field("电话", "text"), "  张三 ", "张三"),
        (Field("电话", "text"), "＿＿＿", None),
        (Field("长", "longtext"), "一\r\n\r\n  二 \n", "一\n二"),
        (CHOICE, "否,不适用", "否，不适用"),
        (CHOICES, "甲;乙；丙", ["甲", "乙；丙"]),
        (CHOICES, "丁(注)\n甲\n", ["甲", "丁（注）"]),
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
        (NUMBER, True, "应为数字或“无”，实为 True"),
        (COUNT, 3.5, "应为整数或“无”，实为 3.5"),
        (COUNT, datetime.date(2024, 1, 5), "应为整数或“无”，但单元格被存成了日期或时间（2024-01-05）"),
        (Field("期", "date"), "2024年5月", "应为日期（YYYY-MM-DD）或“无”，实为 2024年5月"),
        (Field("期", "date"), datetime.time(3, 4), "但单元格被存成了日期或时间（03:04:00）"),
        (Field("时", "text"), datetime.date(2023, 8, 1), "请把单元格格式设为“文本”后重新填写"),
        (Field("号", "text"), 310101199001011234.0, "超过 15 位的数字在表格软件中已失真"),
        (CHOICE, "也许", "不是该项的选项：“也许”；可选：是 | 否，不适用"),
        (CHOICES, "甲；戊", "不是该项的选项：“戊”；可选：甲 | 乙；丙 | 丁（注）"),
        (Field("表", "rows", columns=("一",)), "[{", "应为JSON [{…}]，实为 [{"),
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
    table = tables.load(workbook(tmp_path / "x.xlsx", shanghai=[header, ["甲", 1], ["乙", "约120"]]), shanghai)
    assert [r.place for r in table.records] == ["工作表“shanghai”第 2 行", "工作表“shanghai”第 3 行"]
    assert [str(p) for r in table.records for p in r.problems] == [
        "工作表“shanghai”，行“3”，列“B”，主导产业情况.集群企业数量.2021年：应为整数或“无”，实为 约120"
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
    [record] = tables.load(path, shanghai).records
    assert record.data["基本情况"]["集群占地面积"] == 6.85
    assert [str(p) for p in record.problems] == [
        "工作表“Sheet1”，行“2”，列“C”，主导产业情况.近三年主导产业产值年均增速：单元格的公式出错（#DIV/0!），请改正"
    ]


# --- headers ---


def test_an_unknown_header_is_named_with_the_nearest_field(shanghai: Form, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "文件,封面.集群名称,封面.所属地区\na.docx,甲,乙\n".encode())
    table = tables.load(path, shanghai)
    assert [str(p) for p in table.problems] == [
        "列“C”：表头“封面.所属地区”不是表中的项，这一列未读；最接近的是：封面.所属区"
    ]
    assert table.problems[0].severity == "warning"
    assert table.records[0].data["封面"]["集群名称"] == "甲"


def test_a_cell_without_a_header_is_a_problem(shanghai: Form, tmp_path: Path) -> None:
    table = tables.load(written(tmp_path / "x.csv", "封面.集群名称,\n甲,乙,\n丙,,丁\n".encode()), shanghai)
    assert [str(p) for r in table.records for p in r.problems] == [
        "行“2”，列“B”：这一格所在的列没有表头：“乙”，请补上表头或清空",
        "行“3”，列“C”：这一格所在的列没有表头：“丁”，请补上表头或清空",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("名称,面积\n甲,1\n", "表头中没有表单“shanghai”的任何一项；表头应为各项的路径，例如“封面.集群名称”"),
        ("封面.集群名称,封面.所属区,封面.集群名称\n甲,乙,丙\n", "A 列和 C 列的表头都是“封面.集群名称”，请删去一列"),
        ("", "表头中没有表单“shanghai”的任何一项"),
        ('封面.集群名称\n"甲', "不是 .csv（unexpected end of data）"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(shanghai: Form, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DocfillError) as refused:
        tables.load(written(tmp_path / "x.csv", text.encode()), shanghai)
    assert message in str(refused.value)


def test_a_csv_saved_by_a_chinese_excel_is_read(shanghai: Form, tmp_path: Path) -> None:
    table = tables.load(written(tmp_path / "x.csv", "封面.集群名称\r\n茸智\r\n".encode("gb18030")), shanghai)
    assert table.records[0].data["封面"]["集群名称"] == "茸智"


def test_empty_rows_are_skipped_but_counted(shanghai: Form, tmp_path: Path) -> None:
    table = tables.load(written(tmp_path / "x.csv", "封面.集群名称\n甲\n\n,\n乙\n".encode()), shanghai)
    assert [(r.number, r.place) for r in table.records] == [(1, "第 2 行"), (4, "第 5 行")]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_file_that_is_no_workbook_is_refused(shanghai: Form, tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocfillError, match=r"不是 \.xlsx 文件，或文件已损坏，请打开后另存为 \.xlsx"):
        tables.load(written(tmp_path / "x.xlsx", data), shanghai)


def test_other_suffixes_are_refused(shanghai: Form) -> None:
    with pytest.raises(DocfillError, match=r"数据文件的后缀应为 \.json \.jsonl \.csv \.xlsx 之一"):
        tables.load(Path("x.txt"), shanghai)


# --- repeated rows ---


def test_repeated_rows_are_a_sheet_that_numbers_the_record(shandong: Form, tmp_path: Path) -> None:
    goals = [{"方向": "创新", "指标": "=投入", "2023年基准值": "1", "2026年目标值": None}]
    given_records = [record_of({"封面.集群名称": "甲"}), record_of({"封面.集群名称": "乙", ROWS: goals})]
    path = written(tmp_path / "x.xlsx", tables.dump_xlsx(shandong, given_records))
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["shandong", "三年总体目标"]
    assert book.get_sheet_by_name("三年总体目标").to_python() == [
        ["记录", "方向", "指标", "2023年基准值", "2026年目标值"],
        [2.0, "创新", "=投入", "1", ""],
    ]
    field = next(f for f in shandong.fields if f.path == ROWS)
    assert [tables.value_at(r.data, field) for r in tables.load(path, shandong).records] == [[], goals]


def test_a_repeated_row_of_no_record_is_a_problem(shandong: Form, tmp_path: Path) -> None:
    rows = [["记录", "方向", "备注"], [1, "创新", None], [2, "开放", None], ["", "绿色", None], [1.0, 2023, "x"]]
    path = workbook(tmp_path / "x.xlsx", shandong=[["封面.集群名称"], ["甲"]], 三年总体目标=rows)
    table = tables.load(path, shandong)
    assert [str(p) for p in table.problems] == [
        f"工作表“三年总体目标”，列“C”，{ROWS}：表头“备注”不是表中的项，这一列未读；最接近的是："
        "记录 | 方向 | 指标 | 2023年基准值 | 2026年目标值",
        f"工作表“三年总体目标”，行“3”，列“A”，{ROWS}：“记录”应为 1 到 1 的整数，实为“2.0”，这一行未读",
        f"工作表“三年总体目标”，行“4”，列“A”，{ROWS}：“记录”应为 1 到 1 的整数，实为“”，这一行未读",
    ]
    field = next(f for f in shandong.fields if f.path == ROWS)
    assert [row["方向"] for row in tables.value_at(table.records[0].data, field)] == ["创新", "2023"]


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


def test_results_keep_their_file_problems_and_leftovers(shanghai: Form, tmp_path: Path) -> None:
    path = written(tmp_path / "x.xlsx", tables.dump_xlsx(shanghai, [result(shanghai, "交回/a.docx")]))
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["shanghai", "问题", "未归入"]
    assert book.get_sheet_by_name("shanghai").to_python()[1][:2] == ["交回/a.docx", "甲"]
    assert book.get_sheet_by_name("问题").to_python() == [
        ["文件", "路径", "位置", "程度", "说明"],
        ["交回/a.docx", "主导产业情况.集群企业数量.2021年", "", "error", "应为整数，实为“约120”，已按原文保留"],
    ]
    assert book.get_sheet_by_name("未归入").to_python()[1] == ["交回/a.docx", "一、基本情况", "附注"]
    table = tables.load(path, shanghai)
    assert ([r.data["封面"]["集群名称"] for r in table.records], table.problems) == (["甲"], [])


def test_results_read_back_as_records_from_every_format(shanghai: Form, tmp_path: Path) -> None:
    one = result(shanghai, "a.docx")
    for suffix in tables.FORMATS:
        table = tables.load(written(tmp_path / f"x{suffix}", tables.dump([shanghai], [one], suffix)), shanghai)
        assert [r.data for r in table.records] == [one.data]


def test_a_table_of_two_forms_is_refused(shanghai: Form, shandong: Form) -> None:
    with pytest.raises(DocfillError, match=r"一个 \.csv 文件只能存放一种表，这里有：shandong、shanghai；请用 --form"):
        tables.dump([shanghai, shandong], [{}, {}], ".csv")
    assert tables.dump([shanghai, shandong], [{}, {}], ".jsonl") == b"{}\n{}\n"


def test_a_text_too_long_for_a_cell_is_refused_not_cut(shanghai: Form, tmp_path: Path) -> None:
    record = record_of({"未来三年中小企业特色产业集群发展规划.重点任务": "长" * 32768})
    with pytest.raises(DocfillError, match=r"shanghai!ES2：文字超过一个单元格的上限 32767 字，请改用 \.csv 或 \.jsonl"):
        tables.dump_xlsx(shanghai, [record])
    table = tables.load(written(tmp_path / "x.csv", tables.dump_csv(shanghai, [record])), shanghai)
    assert table.records[0].data == shanghai.context(record)


if __name__ == "__main__":
    for name in ("shanghai", "shandong"):
        record = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        (DATA / f"{name}.xlsx").write_bytes(tables.dump_xlsx(Form.load(name), [record]))
