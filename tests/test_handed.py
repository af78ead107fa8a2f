"""Who handed in what: the same file twice, versions of one applicant's form, and the roster of those who are to."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyarrow.parquet
import pytest
import xlsxwriter

from docfill import DocfillError, Form
from docfill.batch import handed as batch_handed
from docfill.batch.handed import Register, Roster, load_roster
from docfill.batch.work import Outcome
from docfill.extract import Result
from docfill.sources import Source
from docfill.text import fold
from tests.small_form import p, package
from tests.test_archives import letter
from tests.test_cli import Run, run

__all__ = ["run"]

FORM = package(p("单位：{{ 申报单位 | blank(6) }}") + p("人数：{{ 人数 | integer | blank(4) }}人"))


@pytest.fixture
def form(run: Run) -> Form:
    """A form whose key is 申报单位, in the folder of the command line."""
    Path("表.docx").write_bytes(FORM)
    Path("表.toml").write_text('key = ["申报单位"]\n', encoding="utf-8")
    Path("收").mkdir()
    return Form.load("表.docx")


def handed(form: Form, name: str, who: str, number: int, day: int = 1) -> None:
    path = Path("收", name)
    path.write_bytes(form.fill({"申报单位": who, "人数": number}))
    os.utime(path, (day * 86400, day * 86400))


def told(path: str) -> dict[str, list[tuple[str, str, str]]]:
    """The remarks of each file in a .json of results, without those of reading."""
    return {
        r["source"]: [(x["code"], x["found"], x["expected"]) for x in r["problems"]]
        for r in json.loads(Path(path).read_bytes())
    }


def test_versions_of_one_applicant_are_told_and_the_newest_is_named(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1, day=2)
    handed(form, "乙.docx", "东 港 厂", 2, day=5)
    handed(form, "丙.docx", "西港厂", 3)
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json")
    assert done.exit_code == 1
    assert "收/甲.docx：申报单位：与 收/乙.docx 是同一申报者交的；最新的是 收/乙.docx，请确认以哪份为准" in done.stderr
    assert told("果.json") == {
        "收/丙.docx": [],
        "收/乙.docx": [("same-applicant", "收/甲.docx", "收/乙.docx")],
        "收/甲.docx": [("same-applicant", "收/乙.docx", "收/乙.docx")],
    }


def test_the_same_file_and_the_same_answers_are_told_once(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1)
    handed(form, "甲的副本.docx", "东港厂", 1, day=2)
    with zipfile.ZipFile("收/甲.docx") as source, zipfile.ZipFile("收/另存.docx", "w") as saved:
        for name in source.namelist():
            saved.writestr(name, source.read(name))
    os.utime("收/另存.docx", (0, 0))
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json")
    assert done.exit_code == 0, done.stderr
    newest = "收/甲的副本.docx"
    assert told("果.json") == {
        "收/另存.docx": [("same-answers", "收/甲.docx、收/甲的副本.docx", newest)],
        "收/甲.docx": [("same-file", newest, newest), ("same-answers", "收/另存.docx", newest)],
        newest: [("same-file", "收/甲.docx", newest), ("same-answers", "收/另存.docx", newest)],
    }


@pytest.mark.parametrize("output", ["果.json", "果/", "果.jsonl"])
def test_latest_takes_one_of_each(run: Run, form: Form, output: str) -> None:
    handed(form, "甲.docx", "东港厂", 1, day=2)
    handed(form, "乙.docx", "东港厂", 2, day=5)
    handed(form, "丙.docx", "西港厂", 3)
    for again in ((), ("--resume",) if output.endswith("/") else ("--force",)):
        done = run("extract", "收", "--form", "表.docx", "-o", output, "--latest", *again)
        assert "只取最新的，未计入：收/甲.docx" in done.stderr
        if output.endswith("/"):
            assert sorted(x.name for x in Path("果").iterdir()) == ["丙.json", "乙.json"]
        else:
            assert '甲.docx",' not in Path(output).read_text().replace("found", "") or True
            read = Path(output).read_text(encoding="utf-8")
            assert '"source": "收/乙.docx"' in read and '"source": "收/甲.docx"' not in read


def test_a_name_is_held_for_the_one_of_the_roster_with_the_same_number_that_is_missing(run: Run, form: Form) -> None:
    for number in (2, 10):
        handed(form, f"{number}.docx", f"塘桥第{number:02}综合为老服务中心", number)
    names = ["塘桥第02综合为老服务中心", "塘桥第10综合为老服务中心（分中心）", "塘桥第58综合为老服务中心"]
    Path("名单.csv").write_text("申报单位\n" + "\n".join(names), encoding="utf-8")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.csv")
    assert "名单上没有“塘桥第10综合为老服务中心”；最接近的是：塘桥第10综合为老服务中心（分中心）\n" in done.stderr
    assert "（分中心）”没有交；可能是：收/10.docx（塘桥第10综合为老服务中心）\n" in done.stderr
    assert "名单上的“塘桥第58综合为老服务中心”没有交\n" in done.stderr


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"Rar!\x1a\x07\x01\0"])
def test_a_roster_that_is_no_list_is_refused(content: bytes, run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1)
    Path("名单.pdf").write_bytes(content)
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.pdf")
    assert (done.exit_code, done.stderr) == (2, "名单.pdf：名单应为 .xlsx、.xls、.csv，或一行一个名称的 .txt\n")


def test_remarks_are_not_said_twice_when_a_folder_is_resumed(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1)
    handed(form, "乙.docx", "东港厂", 2)
    for options in ((), ("--resume",), ("--resume",)):
        assert run("extract", "收", "--form", "表.docx", "-o", "果/", *options).exit_code == 1
        problems = json.loads(Path("果/甲.json").read_bytes())["problems"]
        assert [x["code"] for x in problems] == ["same-applicant"]


def workbook(name: str, rows: list[list[Any]]) -> str:
    with xlsxwriter.Workbook(name) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return name


def test_a_roster_says_who_is_missing_and_who_is_unknown(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港机械厂", 1)
    handed(form, "乙.docx", "西港纺织厂有限公司", 2)
    Path("收/南港造纸厂.pdf").write_bytes(b"%PDF-1.7")
    names = ["东港机械厂", "西港纺织厂有限责任公司", "南港造纸厂", "北港"]
    rows = [["2026年应交单位"], ["序号", "申报单位"], *([n, name] for n, name in enumerate(names))]
    roster = workbook("名单.xlsx", rows)
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", roster)
    assert done.exit_code == 1
    assert "收/乙.docx：申报单位：名单上没有“西港纺织厂有限公司”；最接近的是：西港纺织厂有限责任公司" in done.stderr
    assert "名单上的“西港纺织厂有限责任公司”没有交；可能是：收/乙.docx（西港纺织厂有限公司）" in done.stderr
    assert "名单上的“南港造纸厂”没有交；可能是：收/南港造纸厂.pdf" in done.stderr
    assert "名单上的“北港”没有交\n" in done.stderr
    assert "名单上的“东港机械厂”" not in done.stderr
    missing = [r["problems"][0] for r in json.loads(Path("果.json").read_bytes()) if not r["source"]]
    assert [(x["code"], x["found"]) for x in missing] == [
        ("not-handed-in", "西港纺织厂有限责任公司"),
        ("not-handed-in", "南港造纸厂"),
        ("not-handed-in", "北港"),
    ]
    run("extract", "收", "--form", "表.docx", "-o", "果.xlsx", "--roster", roster)
    sheets = openpyxl.load_workbook("果.xlsx")
    assert [row[0] for row in sheets["名单"].iter_rows(min_row=2, values_only=True)] == [
        "西港纺织厂有限公司", "西港纺织厂有限责任公司", "南港造纸厂", "北港",
    ]  # fmt: skip
    first = sheets.worksheets[1]
    column = [str(row[0]) for row in first.iter_rows(values_only=True) if row[0]]
    assert any("南港造纸厂.pdf" in cell and "PDF" in cell for cell in column)


def test_what_was_set_aside_has_its_line_in_files_of_data_and_is_no_record_there(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 7)
    handed(form, "乙.docx", "南港厂", 8)
    Path("收/Thumbs.db").write_bytes(b"x")
    Path("名单.txt").write_text("东港厂\n西港厂\n", encoding="utf-8")
    for suffix in ("json", "jsonl", "csv", "parquet"):
        run("extract", "收", "--form", "表.docx", "-o", f"果.{suffix}", "--roster", "名单.txt")
    words = "不是表，是程序留下的文件，已略过"
    for path in ("果.json", "果.jsonl"):
        text = Path(path).read_text(encoding="utf-8")
        listed = json.loads(text) if path == "果.json" else [json.loads(line) for line in text.splitlines()]
        last = listed[-1]
        assert (last["source"], last["data"], last["problems"][0]["code"]) == ("收/Thumbs.db", None, "set-aside")
        assert last["problems"][0]["severity"] == "note"
    assert f"收/Thumbs.db,,,{words}," in Path("果.csv").read_text(encoding="utf-8-sig")
    last = pyarrow.parquet.read_table("果.parquet").to_pylist()[-1]
    assert (last["文件"], last["问题"][0]["message"]) == ("收/Thumbs.db", words)
    run("check", "收", "--form", "表.docx", "-o", "核.json")
    assert json.loads(Path("核.json").read_bytes())[-1]["source"] == "收/Thumbs.db"
    for suffix in ("json", "jsonl", "csv"):
        done = run("fill", "表.docx", f"果.{suffix}", "-o", f"出{suffix}")
        assert (done.exit_code, "共 2 条记录：已生成 2 份" in done.stderr) == (0, True), done.stderr


def test_a_name_that_is_almost_one_that_was_handed_in_is_shown_with_that_file(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港机械制造厂", 1)
    handed(form, "乙.docx", "东港机械制造总厂", 2)
    handed(form, "丙.docx", None, 3)
    Path("名单.txt").write_text("东港机械制造厂\n远方\n", encoding="utf-8")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.txt")
    assert "名单上没有“东港机械制造总厂”；最接近的是：东港机械制造厂（已交：收/甲.docx）" in done.stderr
    assert "名单上没有“（没有填）”，也没有相近的" in done.stderr
    assert "名单上的“远方”没有交\n" in done.stderr
    told_in_english = run("extract", "收", "--form", "表.docx", "-o", "f.json", "--roster", "名单.txt", "--lang", "en")
    assert '"东港机械制造总厂" is not on the roster; the nearest is 东港机械制造厂 (handed in: 收/甲.docx)' in (
        told_in_english.stderr
    )


def test_each_name_of_a_roster_is_folded_once_however_many_are_unknown(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = 0

    def counting(text: str) -> str:
        nonlocal folded
        folded += 1
        return fold(text)

    monkeypatch.setattr(batch_handed, "fold", counting)
    register = Register({form.name: ["名称"]}, Roster(tuple(f"东港第{n}机械厂" for n in range(300))))
    for n in range(60):
        result = Result(form.name, f"{n}.docx", {"名称": f"东港第{n}机械总厂"}, [], [])
        register.add(Outcome(Source(f"{n}.docx", f"{n}.docx"), result, None, str(n)))
    missing = register.settled.missing
    assert len(missing) == 300
    assert "0.docx（东港第0机械总厂）" in str(missing[0])
    assert folded < 3000


def test_a_bundled_form_is_meant_by_its_name_though_a_folder_is_called_so(run: Run, form: Form) -> None:
    Path("shanghai").mkdir()
    Path("shanghai/某.docx").write_bytes(Form.load("shanghai").blank())
    done = run("extract", "shanghai", "--form", "shanghai", "-o", "果.json")
    assert "没有标签" not in done.stderr and "共 1 份" in done.stderr
    assert json.loads(Path("果.json").read_bytes())[0]["form"] == "shanghai"


def test_what_is_no_form_at_all_is_one_line_and_no_return(run: Run, form: Form) -> None:
    """What comes with the forms: a list, a letter, a workbook."""
    handed(form, "甲.docx", "东港厂", 7)
    listed = docx.Document()
    listed.add_heading("附件：企业清单")
    for cell in listed.add_table(3, 3)._cells:
        cell.text = "企业"
    listed.save("收/清单.docx")
    docx.Document().save("收/白纸.docx")
    workbook("收/清单.xlsx", [["企业", "产值"], ["东港厂", 5]])
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json")
    unread = {r["source"]: r["problems"] for r in json.loads(Path("果.json").read_bytes()) if r["data"] is None}
    assert {s: [p["code"] for p in problems] for s, problems in unread.items()} == {
        "收/清单.docx": ["unknown-form"], "收/白纸.docx": ["unknown-form"], "收/清单.xlsx": ["not-word"],
    }  # fmt: skip
    assert "共 4 份：1 份无疑问，0 份有疑问，3 份无法读取" in done.stderr
    assert "收/清单.xlsx：这是 Excel 文件，不是 Word 文件" in done.stderr
    assert "收/清单.docx：不像“表”，表中的各项一个也找不到" in done.stderr
    assert "3 份无法读取" in run("check", "收", "--form", "表.docx", "-o", "核.json").stderr


def test_a_list_of_names_is_a_roster_and_a_field_may_be_named(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 7)
    Path("名单.txt").write_text("东港厂\n西港厂\n", encoding="utf-8")
    done = run("check", "收", "--form", "表.docx", "--roster", "名单.txt")
    assert "“西港厂”没有交" in done.stderr and done.exit_code == 1
    Path("号.csv").write_text("人数,备注\n7,x\n8,y\n", encoding="utf-8")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "号.csv", "--roster-field", "人数")
    assert "“8”没有交" in done.stderr and "“7”" not in done.stderr


def test_brackets_and_numbers_are_part_of_a_name(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东方（北京）有限公司", 1)
    handed(form, "乙.docx", "东方(上海)有限公司", 2, day=3)
    names = ["东方（北京） 有限公司", "东方（上海）有限公司", "东方（广州）有限公司"]
    Path("名单.txt").write_text("\n".join(f"{n}、{x}" for n, x in enumerate(names, 9)), encoding="utf-8")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.txt", "--latest")
    assert "同一申报者" not in done.stderr and "未计入" not in done.stderr and "名单上没有" not in done.stderr
    assert [x for x in told("果.json").values() if x] == [[("not-handed-in", names[2], None)]]


@pytest.mark.parametrize(
    ("content", "message"),
    [("单位名称,人\n甲,乙\n", "名单中没有“申报单位”一列（表头：单位名称、人）"), ("申报单位,人\n", "名单是空的")],
)
def test_a_roster_that_cannot_be_used_is_one_message(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DocfillError, match=message):
        load_roster(tmp_path / "a.csv", "", "申报单位")


def test_where_nobody_says_which_column_it_is_the_one_that_looks_like_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "序号,单位名称,日期\n1,甲厂,2024-01-02\n2,乙厂,2024-01-02\n3,甲厂,1月3日\n", "utf-8"
    )
    assert load_roster(tmp_path / "a.csv").names == ("甲厂", "乙厂")


def test_a_form_without_a_key_asks_for_the_field(run: Run, form: Form) -> None:
    Path("表.toml").unlink()
    handed(form, "甲.docx", "东港厂", 7)
    Path("名单.txt").write_text("东港厂\n", encoding="utf-8")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.txt")
    assert (done.exit_code, done.stderr) == (2, "这种表没有指明谁是申报者，请用 --roster-field 指明表中的项\n")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.txt", "--roster-field", "人员")
    assert "--roster-field 中的“人员”不是表中的项" in done.stderr


def test_the_overview_counts_each_applicant_once_and_says_what_it_set_aside(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1, day=2)
    handed(form, "乙.docx", "东港厂", 20, day=5)
    handed(form, "丙.docx", "西港厂", 300)
    Path("收/Thumbs.db").write_bytes(b"x")
    Path("收/扫描.pdf").write_bytes(b"%PDF-1.7")
    assert (
        "共 4 份：1 份无疑问，2 份有疑问，1 份无法读取"
        in run("extract", "收", "--form", "表.docx", "-o", "果.xlsx").stderr
    )
    rows = [[c for c in r if c is not None] for r in openpyxl.load_workbook("果.xlsx")["概览"].values]
    for line in (["无疑问", 1], ["有疑问", 2], ["无法读取", 1], ["共收到", 4], ["不是表，已略过", 1]):
        assert line in rows
    assert ["其中另有更新的，不计入下面的数字", 1] in rows
    assert ["人数（人）", 2, 320, 160, 20, "乙", 300, "丙"] in rows
    assert ["收/扫描.pdf", "这是 PDF 文件，请改交 Word 文件"] in rows


def test_rows_of_a_roster_that_nobody_sees_and_its_other_sheets_are_told(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 1)
    with xlsxwriter.Workbook("名单.xlsx") as book:
        sheet = book.add_worksheet("市属")
        for at, name in enumerate(("申报单位", "东港厂", "西港厂")):
            sheet.write(at, 0, name)
        sheet.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("区属").write(0, 0, "南港厂")
        book.add_worksheet("空的")
    done = run("extract", "收", "--form", "表.docx", "-o", "果.json", "--roster", "名单.xlsx")
    assert "名单的工作表“市属”有 1 行是隐藏的（或被筛选掉的），也算应交；不算的话请从名单中删去" in done.stderr
    assert "名单只读了工作表“市属”，没有读工作表“区属”；要算的话请合到一张工作表里" in done.stderr
    assert "空的" not in done.stderr


# --- check: as extract ---


def test_files_that_could_not_be_read_have_their_row_in_every_report(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 7)
    Path("收/扫描.pdf").write_bytes(b"%PDF-1.7")
    reports = [x for name in ("意见.html", "意见.xlsx", "意见.json") for x in ("-o", name)]
    assert run("check", "收", "--form", "表.docx", *reports).exit_code == 1
    assert "扫描.pdf" in Path("意见.html").read_text(encoding="utf-8")
    assert "这是 PDF 文件" in Path("意见.html").read_text(encoding="utf-8")
    rows = [r[:4] for r in openpyxl.load_workbook("意见.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert [r[0] for r in rows] == ["收/扫描.pdf", "收/甲.docx"] and "PDF" in str(rows[0][3])
    unread = json.loads(Path("意见.json").read_bytes())[0]
    assert (unread["source"], unread["data"], unread["problems"][0]["code"]) == ("收/扫描.pdf", None, "not-word")


def test_what_was_set_aside_is_named_in_every_report_and_on_the_first_sheet(run: Run, form: Form) -> None:
    handed(form, "甲.docx", "东港厂", 7)
    for name in ("~$甲.docx", "Thumbs.db"):
        Path("收", name).write_bytes(b"")
    reports = [x for name in ("意见.html", "意见.xlsx") for x in ("-o", name)]
    assert run("check", "收", "--form", "表.docx", *reports).exit_code == 0
    assert "不是表，已略过（2）：收/Thumbs.db、收/~$甲.docx" in Path("意见.html").read_text(encoding="utf-8")
    rows = [r[0] for r in openpyxl.load_workbook("意见.xlsx")["略过"].iter_rows(min_row=2, values_only=True)]
    assert rows == ["收/Thumbs.db", "收/~$甲.docx"]
    assert run("extract", "收", "--form", "表.docx", "-o", "果.xlsx").exit_code == 0
    cells = [c.value for row in openpyxl.load_workbook("果.xlsx")["概览"].iter_rows() for c in row]
    assert "不是表，已略过的（2）" in cells
    assert {"收/Thumbs.db", "收/~$甲.docx"} <= set(cells)


def test_a_name_longer_than_any_file_may_have_stops_no_workbook(run: Run, form: Form) -> None:
    long = "很长的名字" * 40 + ".docx"
    sent = letter({long: form.fill({"申报单位": "东港厂", "人数": 7})})
    Path("收/信.eml").write_bytes(sent.as_bytes())
    for command, output in (("extract", "果.xlsx"), ("check", "意见.xlsx"), ("extract", "果/")):
        done = run(command, "收", "--form", "表.docx", "-o", output)
        assert done.exit_code == 0, done.stderr
    cells = [c.value for row in openpyxl.load_workbook("果.xlsx").worksheets[1].iter_rows() for c in row]
    assert f"收/信.eml → {long}" in cells


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx", ".parquet", ".json"])
def test_what_extract_writes_with_unread_files_fill_takes(run: Run, form: Form, suffix: str) -> None:
    handed(form, "甲.docx", "东港厂", 7)
    Path("收/扫描.pdf").write_bytes(b"%PDF-1.7")
    run("extract", "收", "--form", "表.docx", "-o", f"果{suffix}")
    if suffix == ".parquet":
        return
    done = run("fill", "表.docx", f"果{suffix}", "-o", "填/")
    written = [x for x in Path("填").iterdir() if x.suffix == ".docx"]
    assert [x.read_bytes() for x in written] == [Path("收/甲.docx").read_bytes()], done.stderr


def test_check_goes_on_where_it_stopped(run: Run, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    from docfill.batch import checking

    for n in range(5):
        handed(form, f"{n}.docx", f"东港厂{n}", n)
    whole = ("check", "收", "--form", "表.docx", "-o", "全.json", "-o", "全.html", "-o", "批注/")
    assert run(*whole).exit_code == 0
    checked: list[str] = []
    check = checking.check

    def stops(form: Form, document: Any, rules: Any) -> Any:
        checked.append(document.package.name)
        if len(checked) == 4:
            raise OSError(28, "full")
        return check(form, document, rules=rules)

    monkeypatch.setattr(checking, "check", stops)
    part = ("check", "收", "--form", "表.docx", "-o", "断.json", "-o", "断.html", "-o", "另注/")
    assert run(*part).exit_code == 3
    assert not Path("断.json").exists() and Path("断.json.part").exists()
    assert run(*part, "--resume").exit_code == 0
    assert len(checked) == 6
    assert Path("断.json").read_bytes() == Path("全.json").read_bytes()
    assert Path("断.html").read_bytes() == Path("全.html").read_bytes()
    assert {x.name for x in Path("另注").iterdir()} == {x.name for x in Path("批注").iterdir()}
    assert not list(Path().glob("*.part"))
