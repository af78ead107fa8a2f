"""Spreadsheets as people use them: the entry workbook and its way through other programs, anybody's headers and
encodings, and the copy of what failed."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from openpyxl.cell import MergedCell
from python_calamine import CalamineWorkbook

from docfill import DocfillError, Form, Problem, tables
from docfill.data import value_at
from docfill.tables.columns import BESIDE
from docfill.tables.xlsx import Book
from tests import small_form
from tests.small_form import form_named, p, package, row, table
from tests.strategies import filled_everywhere, record_of, records
from tests.test_tables import DATA, dumped, entered, loaded, workbook, written

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)


@pytest.fixture(scope="module")
def shanghai() -> Form:
    return Form.load("shanghai")


@pytest.fixture(scope="module")
def small() -> Form:
    return form_named("small")


def resaved(path: Path, suffix: str = "xlsx", how: str = "") -> Path:
    """The file as LibreOffice saves it after opening it, by an export filter of its own if `how` names one."""
    folder = path.parent / "resaved"
    profile = (path.parent / "profile").resolve().as_uri()
    command = [OFFICE or "", "--headless", f"-env:UserInstallation={profile}", "--convert-to", suffix + how]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{suffix}"


# --- the round that must be shown ---


@needs_office
@pytest.mark.parametrize("name", ["shandong", "small"])
def test_a_workbook_goes_through_libreoffice_documents_and_back_unchanged(name: str, tmp_path: Path) -> None:
    """Made, saved by LibreOffice, filled, saved again, read, documents made, read back, workbook written: equal."""
    form = form_named(name)
    tables.write_entry(form, tmp_path / "blank.xlsx")
    opened = resaved(tmp_path / "blank.xlsx")
    record = form.context(record_of(filled_everywhere(form)))
    rows = openpyxl.load_workbook(entered(form, [record, record], tmp_path / "typed.xlsx"))
    book = openpyxl.load_workbook(opened)
    for sheet in (s for s in rows.worksheets if s.title in book.sheetnames and s.title != "填写说明"):
        for cell in (c for line in sheet.iter_rows() for c in line if c.value is not None):
            target = book[sheet.title][cell.coordinate]
            if not isinstance(target, MergedCell):
                target.value = cell.value
    book.save(tmp_path / "filled.xlsx")
    found, problems = loaded(resaved(tmp_path / "filled.xlsx"), form)
    assert [p for r in found for p in r.problems] + problems == []
    assert [form.context(r.data) for r in found] == [record, record]
    results = [form.extract(form.fill(r.data), f"{r.number}.docx") for r in found]
    assert [p for r in results for p in r.problems] == []
    with tables.Writer(tmp_path / "all.xlsx", [form]) as writer:
        for result in results:
            writer.add(form, result)
    again, problems = loaded(resaved(tmp_path / "all.xlsx"), form)
    assert [p for r in again for p in r.problems] + problems == []
    assert [r.data for r in again] == [record, record]


@needs_office
def test_an_old_workbook_saved_by_libreoffice_is_read(small: Form, tmp_path: Path) -> None:
    record = small.context(record_of(filled_everywhere(small)))
    path = resaved(entered(small, [record], tmp_path / "x.xlsx"), "xls")
    found, problems = loaded(path, small)
    assert [p for r in found for p in r.problems] == []
    assert problems == []
    assert [small.context(r.data) for r in found] == [record]
    shutil.copy(path, tmp_path / "renamed.xlsx")
    assert len(loaded(tmp_path / "renamed.xlsx", small)[0]) == 1


# --- the look of the entry workbook ---


@pytest.fixture(scope="module")
def entry(shanghai: Form, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("entry") / "x.xlsx"
    tables.write_entry(shanghai, path)
    return openpyxl.load_workbook(path)


def test_headings_are_grouped_merged_and_frozen(entry: Any, shanghai: Form) -> None:
    assert entry.sheetnames == [shanghai.title, "填写说明", "选项"]
    sheet = entry.worksheets[0]
    assert sheet.freeze_panes == "B6"
    merged = {str(r): r.start_cell.value for r in sheet.merged_cells.ranges}
    assert merged["A1:F1"] == "封面"
    assert merged["A2:A5"] == "*集群名称"
    groups = list(merged.values())
    assert "*集群总产值（亿元）" in groups
    assert "*主导产业所属产业领域" in groups
    shown = {c.value for row in sheet.iter_rows(max_row=5) for c in row}
    assert {"2020年", "2021年", "2022年", "国际", "主持数量", "集成电路"} <= shown


def test_a_heading_has_a_note_with_unit_limit_and_hint(entry: Any, shanghai: Form) -> None:
    notes = [c.comment.text for row in entry.worksheets[0].iter_rows(max_row=5) for c in row if c.comment]
    assert len(notes) == len(tables.columns_of(shanghai.fields))
    by_path = {note.split("\n")[0]: note.split("\n")[1:] for note in notes}
    assert by_path["主导产业情况.集群总产值.2021年"] == ["数字或“无”", "单位：亿元", "必填；没有则填“无”"]
    assert by_path["数字化升级情况.数字化服务总体情况"][:2] == ["文字", "不超过 200 字"]
    assert "装备和系统应用" in by_path["数字化升级情况.数字化服务总体情况"][-1]


def test_cells_are_validated(entry: Any) -> None:
    sheet = entry.worksheets[0]
    rules = {str(v.sqref).split(":")[0].rstrip("0123456789"): v for v in sheet.data_validations.dataValidation}
    noted = (c for row in sheet.iter_rows(max_row=5) for c in row if c.comment)
    column = {c.comment.text.split("\n")[0]: c.column_letter for c in noted}

    def rule(path: str) -> Any:
        return rules[column[path]]

    assert str(rule("基本情况.集群占地面积").sqref).endswith("1048576")
    assert "ROUND" in rule("基本情况.集群占地面积").formula1
    assert "INT" in rule("主导产业情况.集群企业数量.2021年").formula1
    assert "ISNUMBER" in rule("真实性声明及推荐意见.真实性声明.日期").formula1
    limit = rule("主导产业情况.集群产业链强链补链情况")
    assert (limit.type, limit.operator, limit.formula1) == ("textLength", "lessThanOrEqual", "200")
    options = rule("基本情况.属于高耗能行业的集群能效水平是否达到行业基准值")
    assert options.type == "list"
    letter, last = options.formula1.rsplit("!", 1)[1].replace("$", "").split(":")
    values = [c.value for (c,) in entry["选项"][f"{letter}:{last}"]]
    assert values == ["是", "否", "非高耗能行业，不适用"]
    assert entry["选项"].sheet_state == "hidden"
    assert rule("基本情况.主导产业所属产业领域.集成电路").formula1 == '"√"'


def test_the_guide_holds_the_notes_of_the_form(entry: Any, shanghai: Form) -> None:
    notes = tables.notes_of(shanghai)
    assert any(n.startswith("2.各必填栏目不得空缺") for n in notes)
    assert any(n.endswith("（注：勾选需提供佐证材料）") for n in notes)
    guide = [row[0].value for row in entry["填写说明"].iter_rows()]
    assert set(notes) <= set(guide)
    assert {f.path for f in shanghai.fields} <= set(guide)


def test_a_workbook_with_dates_numbers_and_ticks_is_typed(small: Form, tmp_path: Path) -> None:
    record = record_of({"申请.日期": "2024-05-06", "申请.数量": 3, "申请.单价": "无", "申请.附件": ["样品"]})
    sheet = openpyxl.load_workbook(entered(small, [record], tmp_path / "x.xlsx")).worksheets[0]
    first = int(sheet.freeze_panes.lstrip("ABCDEFG"))
    typed = {c.value: c.data_type for c in sheet[first] if c.value}
    assert typed == {1: "n", datetime.datetime(2024, 5, 6): "d", 3: "n", "无": "s", "√": "s"}


# --- anybody's headers ---

AREA = "基本情况.集群占地面积"
AREAS = "基本情况.主导产业所属产业领域"
OUTPUT = "主导产业情况.集群总产值.2021年"


@pytest.mark.parametrize(
    ("rows", "path", "value"),
    [
        ([["集群占地面积"], [6]], AREA, 6),
        ([["  集群 占地\n面积（平方公里） "], [6]], AREA, 6),
        ([["二、集群占地面积："], [6]], AREA, 6),
        ([["＊集群占地面积(平方公里)"], [6]], AREA, 6),
        ([["申报汇总表"], [], ["序", "集群占地面积"], [1, 6]], AREA, 6),
        ([["2021年集群总产值"], [6]], OUTPUT, 6),
        ([["集群总产值2021"], [6]], OUTPUT, 6),
        ([["集群总产值（亿元）（2021年度）"], [6]], OUTPUT, 6),
        ([["集群总产值", None, None], ["2020年", "2021年", "2022年"], [5, 6, 7]], OUTPUT, 6),
        ([["二、主导产业情况", None], ["集群总产值", None], ["2020", "2021"], [5, 6]], OUTPUT, 6),
        ([["主导产业所属产业领域", None], ["汽车", "集成电路"], ["是", "☑"]], AREAS, ["集成电路", "汽车"]),
        ([["主导产业所属产业领域"], ["汽车；集成电路"]], AREAS, ["集成电路", "汽车"]),
    ],
)
def test_a_column_is_found_by_its_label(shanghai: Form, tmp_path: Path, rows: list[Any], path: str, value: Any) -> None:
    found, problems = loaded(workbook(tmp_path / "x.xlsx", 随便=rows), shanghai)
    field = next(f for f in shanghai.fields if f.path == path)
    assert [value_at(r.data, field.steps) for r in found] == [value]
    assert [p.code for p in problems if p.found != "序"] == []
    assert [p for r in found for p in r.problems] == []


def test_a_heading_that_fits_two_fields_is_asked_about(shanghai: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["集群名称", "集群占地面积"], ["甲", 6]])
    found, problems = loaded(path, shanghai)
    assert [str(p) for p in problems] == [
        "工作表“表”A 列：表头“集群名称”可能是下面几项中的任何一项，这一列未读；"
        "请改成其中一项的全称：封面.集群名称 | 基本情况.集群名称"
    ]
    assert found[0].data["封面"]["集群名称"] is found[0].data["基本情况"]["集群名称"] is None


def test_a_misspelt_heading_is_read_with_a_warning(shanghai: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["封面.集群名称", "集群内中小企业从业人员的数量"], ["甲", 6]])
    found, problems = loaded(path, shanghai)
    assert [str(p) for p in problems] == [
        "工作表“表”B 列，创新能力情况.集群内中小企业从业人员数量："
        "表头“集群内中小企业从业人员的数量”与表中的项不完全相同，按最接近的“创新能力情况.集群内中小企业从业人员数量”读取，请核对"
    ]
    assert found[0].data["创新能力情况"]["集群内中小企业从业人员数量"] == 6


@pytest.mark.parametrize(
    "title",
    [
        "主导产业情况.集群总产值.2019年",
        "主导产业相关的省级高新技术企业数量.2021年",
        "基本情况.集群主导产业是否不属于国家规定的禁止限制和淘汰类产业",
    ],
)
def test_another_year_word_or_sense_is_no_misspelling(shanghai: Form, tmp_path: Path, title: str) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["封面.集群名称", title], ["甲", 6]])
    _, problems = loaded(path, shanghai)
    assert [p.code for p in problems] == ["unknown-column"]


def test_the_group_above_a_heading_tells_which_is_meant(shanghai: Form, tmp_path: Path) -> None:
    rows = [["申报", None, "真实性声明"], ["面积", "集群占地面积", "日期"], [1, 6, "2024-5-6"]]
    found, problems = loaded(workbook(tmp_path / "x.xlsx", 表=rows), shanghai)
    assert found[0].data["真实性声明及推荐意见"]["真实性声明"]["日期"] == "2024-05-06"
    assert [p.place.column for p in problems] == ["A"]


def test_a_heading_that_fits_many_fields_lists_a_few(shanghai: Form, tmp_path: Path) -> None:
    _, problems = loaded(workbook(tmp_path / "x.xlsx", 表=[["集群占地面积", "2021年"], [6, 7]]), shanghai)
    assert [p.code for p in problems] == ["ambiguous-column"]
    assert problems[0].message.count(" | ") == 6
    assert problems[0].message.endswith("项")


def test_rows_with_nothing_but_a_serial_number_are_no_records(shanghai: Form, tmp_path: Path) -> None:
    rows = [["序号", "集群占地面积"], [1, 6], [2, None], [3, None]]
    assert len(loaded(workbook(tmp_path / "x.xlsx", 表=rows), shanghai)[0]) == 1


def test_another_unit_is_not_read(shanghai: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["封面.集群名称", "集群总产值（万元）2021年"], ["甲", 60000]])
    found, problems = loaded(path, shanghai)
    assert [str(p) for p in problems] == [
        f"工作表“表”B 列，{OUTPUT}：表头“集群总产值（万元）2021年”的单位与表上的“亿元”不同，这一列未读；请换算后改表头"
    ]
    assert found[0].data["主导产业情况"]["集群总产值"]["2021年"] is None


@pytest.mark.parametrize(
    ("asked", "said", "value"),
    [("吨", "千克", None), ("亿元", "欧元", None), ("公里", "千米", 3), ("公斤", "千克", 3), ("吨", "吨", 3)],
)
def test_a_unit_in_other_words_is_read_and_another_one_that_tagging_knows_is_not(
    asked: str, said: str, value: int | None, tmp_path: Path
) -> None:
    form = small_form.loaded(
        package(table(2, row(f"总量（{asked}）", "{{ 总量 | number }}"), row("单位", "{{ 单位 }}")))
    )
    found, problems = loaded(workbook(tmp_path / "x.xlsx", 表=[["单位", f"总量（{said}）"], ["东港厂", 3]]), form)
    assert [record.data["总量"] for record in found] == [value]
    assert [p.code for p in problems] == (["unit-differs"] if value is None else [])


def test_a_second_sheet_of_records_is_told(shanghai: Form, tmp_path: Path) -> None:
    rows = [["封面.集群名称", "集群占地面积"], ["甲", 6]]
    found, problems = loaded(workbook(tmp_path / "x.xlsx", 一=[["说明"]], 二=rows, 三=rows), shanghai)
    assert len(found) == 1
    assert [p.code for p in problems] == ["sheet-not-read"]
    assert "工作表“三”里也有表中的项，没有读；只读了“二”" in str(problems[0])


@pytest.mark.parametrize(
    ("cell", "is_ticked"),
    [(c, True) for c in ("√", "☑", "✔", "■", "是", "TRUE", "1", 1, True, "甲", "y")]
    + [(c, False) for c in ("", "□", "否", "FALSE", 0, False, " ", "无")],
)
def test_a_tick_is_read_however_it_is_typed(cell: Any, is_ticked: bool) -> None:
    field = tables.Column(form_named("small").fields[0]).field
    assert tables.tick_from_cell(field, "甲", cell) == (is_ticked, None)


@pytest.mark.parametrize("cell", ["×", "☒", "？", "乙", 3])
def test_a_mark_that_may_mean_either_is_a_problem(cell: Any) -> None:
    field = form_named("small").fields[0]
    assert tables.tick_from_cell(field, "甲", cell) == (False, Problem("unclear-tick", field.path, str(cell), "甲"))


# --- cells of other programs ---


def test_a_percentage_is_what_it_shows(shanghai: Form, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["企业上云比例", "集群占地面积"])
        sheet.write_row(1, 0, [0.855, 0.5], percent)
    [record] = loaded(path, shanghai)[0]
    assert record.data["数字化升级情况"]["企业上云比例"] == 85.5
    assert [str(p) for p in record.problems] == [
        "工作表“Sheet1”第 2 行 B 列，基本情况.集群占地面积：应为数字或“无”，实为 50%"
    ]


def test_a_date_is_what_it_shows(small: Form, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    formats = ["yyyy-mm-dd", 'yyyy"年"m"月"', 57, "m月d日", 58]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["数量", "日期"])
        for row, shown in enumerate(formats, 1):
            sheet.write_number(row, 0, row)
            sheet.write_number(row, 1, 45418, book.add_format({"num_format": shown}))
    records = loaded(path, small)[0]
    assert [r.data["申请"]["日期"] for r in records] == ["2024-05-06", None, None, None, None]
    assert [p.found for r in records for p in r.problems] == ["2024年5月", "2024年5月", "5月6日", "5月6日"]


def test_a_write_in_that_is_named_to_the_letter_is_not_taken_for_its_option(shanghai: Form, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("主导产业所属产业领域_新赛道,新赛道\n智能终端,√\n", encoding="utf-8")
    [record], problems = loaded(path, shanghai)
    assert problems == []
    assert record.data["基本情况"]["主导产业所属产业领域_新赛道"] == "智能终端"
    assert record.data["基本情况"]["主导产业所属产业领域"] == ["新赛道"]


def test_a_formula_without_a_result_is_a_problem(shanghai: Form, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["集群占地面积"])
    book.active.append(["=1+2"])
    book.save(tmp_path / "x.xlsx")
    [record] = loaded(tmp_path / "x.xlsx", shanghai)[0]
    assert [p.message for p in record.problems] == [
        "单元格的公式（=1+2）还没有算出结果，请在表格软件中打开、保存后再试"
    ]


@settings(max_examples=20)
@given(record=records(form_named("small")))
def test_rows_are_those_that_another_reader_sees(
    record: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    form = form_named("small")
    path = dumped(form, [record], tmp_path_factory.mktemp("rows") / "x.xlsx")
    with Book(path) as book:
        for name in book.sheets:
            if name == BESIDE:  # formulas, which nothing is read from
                continue
            theirs = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)
            ours = dict(book.rows(name))
            assert [_shown(ours.get(n, [])) for n in range(1, len(theirs) + 1)] == [_shown(row) for row in theirs]


def _shown(cells: list[Any]) -> list[Any]:
    """Cells without empty ones at the end, moments as dates."""
    plain = [c.date() if isinstance(c, datetime.datetime) else c for c in cells]
    while plain and plain[-1] == "":
        plain.pop()
    return plain


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData><row><c r='ZZZZ1'><v>1</v></c></row>"),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<row>"),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData><row><c t='s'><v>99</v></c></row>"),
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
    ],
)
def test_a_broken_workbook_is_one_clear_message(
    shanghai: Form, tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["集群占地面积"], [6]])
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "y.xlsx", "w") as target:
        for info in source.infolist():
            data = source.read(info)
            assert info.filename != part or old in data
            target.writestr(info.filename, data.replace(old, new, 1) if info.filename == part else data)
    with pytest.raises(DocfillError, match=r"y\.xlsx \S+ 部分已损坏.*请用 Excel 打开后另存为 \.xlsx"):
        loaded(tmp_path / "y.xlsx", shanghai)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("at", [8, 6])
def test_a_member_packed_in_an_unknown_way_or_with_a_password_is_damaged(
    shanghai: Form, tmp_path: Path, part: str, at: int
) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["集群占地面积"], [6]])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        offset = source.getinfo(part).header_offset
    central = data.rindex(part.encode()) - 46
    for start in (offset + at, central + at + 2):
        data[start] = 1 if at == 6 else 99
    path.write_bytes(bytes(data))
    with pytest.raises(DocfillError, match=r"x\.xlsx"):
        loaded(path, shanghai)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_workbook_that_swells_is_refused(shanghai: Form, tmp_path: Path, part: str) -> None:
    path = workbook(tmp_path / "x.xlsx", 表=[["集群占地面积"], [6]])
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(tmp_path / "y.xlsx", "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            padding = b" " * 2**27 if info.filename == part else b""
            target.writestr(info.filename, source.read(info) + padding)
    with pytest.raises(DocfillError, match=r"y\.xlsx .*sheet="):
        loaded(tmp_path / "y.xlsx", shanghai)


# --- encodings ---

LINE = "封面.集群名称,集群占地面积\r\n茸智集群,6\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_in_the_encodings_of_spreadsheets(
    shanghai: Form, tmp_path: Path, encoding: str, separator: str
) -> None:
    found, problems = loaded(written(tmp_path / "x.csv", LINE.replace(",", separator).encode(encoding)), shanghai)
    assert problems == []
    assert (found[0].data["封面"]["集群名称"], found[0].data["基本情况"]["集群占地面积"]) == ("茸智集群", 6)


def test_rare_characters_need_all_of_gb_18030(shanghai: Form, tmp_path: Path) -> None:
    data = "封面.集群名称\n㐀𠮷镕\n".encode("gb18030")
    assert loaded(written(tmp_path / "x.csv", data), shanghai)[0][0].data["封面"]["集群名称"] == "㐀𠮷镕"


def test_an_encoding_that_cannot_be_told_is_refused_with_both_readings(tmp_path: Path) -> None:
    form = Form.load(written(tmp_path / "card.docx", package(p("Name: {{ name }}"))))
    both = "Ħŋ".encode()
    assert both.decode("gb18030") == "摩艐"
    with pytest.raises(DocfillError, match="分不清编码，可能是“Ħŋ”，也可能是“摩艐”；请另存为“CSV UTF-8”"):
        loaded(written(tmp_path / "x.csv", b"name\n" + both), form)
    for sure, text in (("茸智".encode(), "茸智"), ("茸智".encode("gbk"), "茸智"), (b"Ann", "Ann")):
        assert loaded(written(tmp_path / "x.csv", b"name\n" + sure), form)[0][0].data == {"name": text}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_csv_that_breaks_its_encoding_is_refused_at_its_line(shanghai: Form, tmp_path: Path, encoding: str) -> None:
    data = "封面.集群名称\n甲\n".encode(encoding) + b"\xff\xff\n" + "乙\n".encode(encoding)
    with pytest.raises(DocfillError, match="第 3 行起不是 UTF-8、GB18030 编码，请另存为“CSV UTF-8”"):
        loaded(written(tmp_path / "x.csv", data), shanghai)


# --- what failed ---


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_failed_rows_are_copied_with_the_reason_and_can_be_filled_again(
    small: Form, tmp_path: Path, suffix: str
) -> None:
    lines = [{"时刻": "一", "事项": "甲"}]
    given_records = [
        record_of({"申请.申请人": "甲", "申请.数量": 1, "附记": lines}),
        record_of({"申请.申请人": "=乙", "申请.数量": 2, "申请.日期": "2024-05-06", "附记": lines * 2}),
        record_of({"申请.申请人": "丙", "申请.数量": 3}),
    ]
    path = dumped(small, given_records, tmp_path / f"x{suffix}")
    copy = tmp_path / "未生成.xlsx"
    tables.write_refused(path, small, {2: ["理由一", "理由二"]}, copy)
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    assert sheet.cell(sheet.max_row, sheet.max_column).value == "理由一\n理由二"
    assert "未生成的原因" in [c.value for row in sheet.iter_rows() for c in row]
    found, problems = loaded(copy, small)
    assert problems == []
    assert [small.context(r.data) for r in found] == [small.context(given_records[1])]


def test_a_copy_of_a_copy_has_one_column_of_reasons(small: Form, tmp_path: Path) -> None:
    path = dumped(small, [record_of({"申请.申请人": "甲"})], tmp_path / "x.xlsx")
    for number in (1, 2):
        tables.write_refused(path, small, {1: [f"理由{number}"]}, tmp_path / f"{number}.xlsx")
        path = tmp_path / f"{number}.xlsx"
    values = [c.value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for c in row if c.value]
    assert values.count("未生成的原因") == 1
    assert ("理由1" in values, "理由2" in values) == (False, True)


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_the_bundled_spreadsheet_is_the_entry_workbook_of_the_record(name: str, tmp_path: Path) -> None:
    """To refresh: python -m tests.test_tables."""
    record = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    made = entered(Form.load(name), [record], tmp_path / "x.xlsx")
    assert made.read_bytes() == (DATA / f"{name}.xlsx").read_bytes()
