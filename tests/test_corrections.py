"""Corrections live on: what a person changed in a workbook is kept from run to run, and can be put where it belongs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from docfill import Form, check_records, collect_sources, load_changes, load_entries
from docfill.corrections import Correction, Log, revised
from docfill.tables.columns import READ, SOURCE, WHY
from tests.small_form import p, package, row, table
from tests.test_cli import Run, run

__all__ = ["run"]

FORM = package(
    p("单位：{{ 单位 }}")
    + p("人数：{{ 人数 | integer | blank(4) }}人")
    + p('性质：{{ 性质 | choice("国有") }}国有 {{ 性质 | choice("民营") }}民营')
    + p('业务：{{ 业务 | choices("制造") }}制造 {{ 业务 | choices("服务") }}服务')
    + table(2, row("名称", "产量"), row("{%tr for 行 in 产品 %}"), row("{{ 行.名称 }}", "{{ 行.产量 | integer }}"),
            row("{%tr endfor %}"))
)  # fmt: skip
EXTRACT = ("extract", "收", "--form", "表.docx", "-o", "总.xlsx")
LOG = Path("总.corrections.jsonl")


@pytest.fixture
def form(run: Run) -> Form:
    """Three returns and a file that cannot be read, in the folder of the command line."""
    Path("表.docx").write_bytes(FORM)
    Path("收").mkdir()
    form = Form.load("表.docx")
    for name, number in (("东港", 12), ("西港", 7), ("南港", 30)):
        hand_in(form, name, number)
    filled = form.fill({"单位": "北港", "人数": 1234})
    Path("收/北港.docx").write_bytes(changed(filled, "1234", "约120余"))
    Path("收/中港.pdf").write_bytes(b"%PDF-1.4 ...")
    return form


def hand_in(form: Form, name: str, number: int, **more: Any) -> None:
    data = {"单位": name, "人数": number, "产品": [{"名称": "布", "产量": 3}], **more}
    Path(f"收/{name}.docx").write_bytes(form.fill(data))


def changed(document: bytes, old: str, new: str) -> bytes:
    from tests.disturb import package_of, parts_of

    parts = parts_of(document)
    return package_of({n: d.replace(old.encode(), new.encode()) for n, d in parts.items()})


def edit(change: Callable[[Any, dict[str, int], dict[str, int]], None]) -> None:
    """Changes the workbook as a person does: `change` gets the sheet, the rows by file, the columns by field."""
    book = openpyxl.load_workbook("总.xlsx")
    sheet = book[Form.load("表.docx").title]
    heads = [[c.value for c in cells] for cells in sheet.iter_rows()]
    at = next(n for n, cells in enumerate(heads) if SOURCE in cells)
    columns = {
        str(v).lstrip("*").partition("（")[0]: n + 1 for cells in heads[: at + 3] for n, v in enumerate(cells) if v
    }
    source = columns[SOURCE]
    rows = {str(c[source - 1].value).partition("\n")[0]: c[0].row for c in sheet.iter_rows(min_row=at + 2)}
    change(sheet, rows, columns)
    book.properties.lastModifiedBy = "王核对"
    book.save("总.xlsx")


def results() -> dict[str, Any]:
    """The data of each file as another output of the same corrections has it."""
    return {r["source"]: r for r in json.loads(Path("总.json").read_bytes())}


def problems(source: str) -> list[tuple[str, str]]:
    return [(x["code"], x["path"]) for x in results()[source]["problems"]]


def test_what_a_person_changed_in_the_workbook_survives_three_runs(run: Run, form: Form) -> None:
    first = run(*EXTRACT)
    assert "人工改正" not in first.stderr
    assert not LOG.exists()

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns["人数"]).value = 21
        sheet.cell(rows["收/东港.docx"], columns[WHY]).value = "电话核实"
        sheet.cell(rows["收/西港.docx"], columns["人数"]).value = None
        sheet.cell(rows["收/西港.docx"], columns["服务"]).value = "√"
        sheet.cell(rows["收/北港.docx"], columns["人数"]).value = 120
        sheet.cell(rows["收/中港.pdf"], columns["单位"]).value = "中港"
        sheet.cell(rows["收/中港.pdf"], columns["人数"]).value = 5
        sheet.cell(sheet.max_row + 1, columns["单位"]).value = "纸上的"
        sheet.cell(1, sheet.max_column + 1).value = "领导批示"
        sheet.cell(rows["收/南港.docx"], sheet.max_column).value = "请复核"

    edit(by_hand)
    asked = load_changes("总.xlsx", [form])
    assert asked.parts["收/东港.docx"] == {"人数": 21} and load_changes(Path("总.xlsx").read_bytes(), [form]) == asked
    for lap in range(3):
        done = run(*EXTRACT)
        assert "保留了 7 处人工改正" in done.stderr
        assert ("新增 7 处" in done.stderr) == (lap == 0)
        run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
        said = {s: (r["data"]["单位"], r["data"]["人数"], r["data"]["业务"]) for s, r in results().items()}
        assert said == {
            "收/东港.docx": ("东港", 21, []),
            "收/西港.docx": ("西港", None, ["服务"]),
            "收/南港.docx": ("南港", 30, []),
            "收/北港.docx": ("北港", 120, []),
            "收/中港.pdf": ("中港", 5, []),
            "（手填）6": ("纸上的", None, []),
        }
        assert all(x["code"] in ("corrected", "filled-by-hand") for r in results().values() for x in r["problems"])
        book = openpyxl.load_workbook("总.xlsx")
        assert book[READ].sheet_state == "veryHidden"
        assert any("请复核" in [c.value for c in cells] for cells in book[form.title].iter_rows())
        listed = [
            (cells[0].value, cells[2].value, *(c.value for c in cells[4:9]))
            for cells in book["改正"].iter_rows(min_row=2)
        ]
        assert ("收/北港.docx", "人数", "约120余", "120", "王核对") in [x[:5] for x in listed]
        assert ("收/东港.docx", "人数", "12", "21", "王核对", "电话核实") in [(*x[:5], x[6]) for x in listed]
    lines = [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 7
    east = next(x for x in lines if x["source"] == "收/东港.docx")
    assert (east["path"], east["read"], east["old"], east["new"], east["why"]) == ("人数", 12, 12, 21, "电话核实")
    assert len(east["sha256_before"]) == 64
    assert east["when"]
    assert Path("总.previous.xlsx").exists()


def test_a_reading_that_has_changed_since_is_a_conflict_until_a_person_says(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 21))
    run(*EXTRACT)
    hand_in(form, "东港", 99)
    for _ in range(2):
        done = run(*EXTRACT)
        assert "改正时读出的是“12”，现在读出“99”；仍用改正的值，请核对" in done.stderr
    book = openpyxl.load_workbook("总.xlsx")
    book["改正"]["K2"] = "√"
    book.save("总.xlsx")
    assert "改正时读出的是" not in run(*EXTRACT).stderr
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert results()["收/东港.docx"]["data"]["人数"] == 21
    # the machine's word again: the correction is withdrawn
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 99))
    run(*EXTRACT)
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert results()["收/东港.docx"]["data"]["人数"] == 99
    assert problems("收/东港.docx") == []


def test_a_reading_that_has_changed_since_is_told_wherever_the_correction_is_used(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 21))
    changed = "人数：改正时读出的是“12”，现在读出“99”；仍用改正的值，请核对"
    put = ("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改", "--force")
    hand_in(form, "东港", 99)
    # of a workbook of before, whose file was handed in again
    done = run(*put)
    assert (done.exit_code, changed in done.stderr) == (1, True), done.stderr
    assert form.extract("改/东港.docx").data["人数"] == 21
    run(*EXTRACT)
    run("edition", "表.docx", "表.docx", "-o", "图.toml")
    used: tuple[tuple[str, ...], ...] = (
        put,
        ("put", "收", str(LOG), "--form", "表.docx", "-o", "改", "--force"),
        ("check", "总.xlsx", "--form", "表.docx", "-o", "核.json", "--force"),
        ("migrate", "总.xlsx", "--map", "图.toml", "-o", "新.json", "--force"),
    )
    for command in used:
        done = run(*command)
        assert (changed in done.stdout + done.stderr, done.exit_code) == (True, 1), command
    # confirmed, it is told no more
    book = openpyxl.load_workbook("总.xlsx")
    book["改正"]["K2"] = "√"
    book.save("总.xlsx")
    for command in (used[0], *used[2:]):
        done = run(*command)
        assert changed not in done.stdout + done.stderr, command


def test_what_was_typed_in_for_a_file_that_could_not_be_read_is_told_when_it_cannot_be_put(
    run: Run, form: Form
) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/中港.pdf"], columns["人数"]).__setattr__("value", 5))
    done = run("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改")
    assert (done.exit_code, "收/中港.pdf：这是 PDF 文件，请改交 Word 文件" in done.stderr) == (1, True), done.stderr


def test_a_correction_that_cannot_be_read_stays_as_it_was_typed_with_a_doubt(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(
        lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", "二十来个")
    )
    for _ in range(2):
        run(*EXTRACT)
        run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
        assert results()["收/东港.docx"]["data"]["人数"] == "二十来个"
        assert problems("收/东港.docx") == [("corrected", "人数"), ("wrong-type", "人数")]


def test_rows_that_are_sorted_deleted_or_renamed_lose_nothing(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns["人数"]).value = 21
        sheet.move_range(f"A{rows['收/东港.docx']}:Z{rows['收/东港.docx']}", rows=20)
        sheet.delete_rows(rows["收/西港.docx"])

    edit(by_hand)
    run(*EXTRACT)
    Path("收/东港.docx").rename("收/改名.docx")
    Path("收/南港.docx").unlink()
    done = run(*EXTRACT)
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert {s: r["data"]["人数"] for s, r in results().items() if r["data"]}["收/改名.docx"] == 21
    assert "收/西港.docx" in results()
    gone = [c.value for cells in openpyxl.load_workbook("总.xlsx")["概览"].iter_rows(max_col=2) for c in cells]
    assert any("上次有“收/南港.docx”，这次没有" in str(words) for words in gone)
    assert "保留了 1 处人工改正" in done.stderr


def test_repeated_rows_are_corrected_as_a_whole(run: Run, form: Form) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    lines = book["产品"]
    lines.cell(2, 3).value = 8
    book.save("总.xlsx")
    run(*EXTRACT)
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    found = [(s, r["data"]["产品"]) for s, r in results().items() if r["data"]]
    assert [x for x in found if x[1] == [{"名称": "布", "产量": 8}]] == [("收/东港.docx", [{"名称": "布", "产量": 8}])]


def test_a_file_under_another_name_keeps_who_corrected_it_and_is_never_told_to_be_gone(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 21))
    run(*EXTRACT)
    Path("收/东港.docx").rename("收/改名.docx")
    for _ in range(3):
        assert "保留了 1 处人工改正（新增 0 处）" in run(*EXTRACT).stderr
        book = openpyxl.load_workbook("总.xlsx")
        assert not any("这次没有" in str(c.value) for cells in book["概览"].iter_rows() for c in cells)
        assert [book["改正"][f"{at}2"].value for at in "ACEFG"] == ["收/改名.docx", "人数", "12", "21", "王核对"]


def test_who_is_typed_in_from_paper_is_not_missing(run: Run, form: Form) -> None:
    Path("表.toml").write_text('key = ["单位"]\n', encoding="utf-8")
    Path("名单.txt").write_text("东港\n纸上的\n没交的\n", encoding="utf-8")
    listed = (*EXTRACT, "--roster", "名单.txt")
    assert "“纸上的”没有交" in run(*listed).stderr

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        at = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, columns[SOURCE]).value)
        sheet.cell(at + 10, columns["单位"]).value = "纸上的"
        sheet.cell(at + 11, columns["单位"]).value = "东 港"

    edit(by_hand)
    for _ in range(2):
        done = run(*listed)
        assert "“纸上的”没有交" not in done.stderr and "“没交的”没有交" in done.stderr
        assert "收/东港.docx：单位：与 （手填）" in done.stderr
        cells = [c.value for row in openpyxl.load_workbook("总.xlsx")["问题"].iter_rows() for c in row]
        assert sum("与 收/东港.docx 是同一申报者交的" in str(words) for words in cells) == 1


def test_a_workbook_that_openpyxl_saved_anew_has_no_new_words_in_empty_cells(run: Run, form: Form) -> None:
    Path("收/空.docx").write_bytes(form.fill({"单位": "空港", "性质": "国有"}))
    run(*EXTRACT)

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns["单位"]).value = None
        sheet.cell(rows["收/东港.docx"], columns["人数"]).value = None

    edit(by_hand)
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: None)
    cells = [c.value for row in openpyxl.load_workbook("总.xlsx")[form.title].iter_rows() for c in row]
    assert sum(str(words).startswith("'改正'!A") for words in cells) == 2
    assert "保留了 2 处人工改正（新增 0 处）" in run(*EXTRACT).stderr
    edit(lambda sheet, rows, columns: None)
    assert "'改正'" not in run("fill", "表.docx", "总.xlsx", "-o", "新").stderr


def test_a_row_that_was_copied_or_whose_file_was_cut_short_is_of_its_file(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        east, below = rows["收/东港.docx"], sheet.max_row + 1
        for column in range(1, sheet.max_column + 1):
            sheet.cell(below, column).value = sheet.cell(east, column).value
        sheet.cell(east, columns["人数"]).value, sheet.cell(below, columns["人数"]).value = 21, 22
        sheet.cell(rows["收/西港.docx"], columns["人数"]).value = 8
        sheet.cell(rows["收/西港.docx"], columns[SOURCE]).value = "西港.docx"

    edit(by_hand)
    done = run(*EXTRACT)
    assert "收/东港.docx：人数：工作簿里这份文件有几行，这一项写的不同：“21”和“22”；用了“22”" in done.stderr
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert {s: r["data"]["人数"] for s, r in results().items() if r["data"]} == {
        "收/东港.docx": 22, "收/西港.docx": 8, "收/南港.docx": 30, "收/北港.docx": "约120余",
    }  # fmt: skip


def test_a_summary_of_other_files_is_left_alone(run: Run, form: Form) -> None:
    run(*EXTRACT)
    Path("别").mkdir()
    Path("别/甲.docx").write_bytes(form.fill({"单位": "甲"}))
    done = run("extract", "别", "--form", "表.docx", "-o", "总.xlsx")
    assert "总.xlsx 是另一批文件的汇总，未改动" in done.stderr
    Path("我的.xlsx").write_bytes(b"PK mine")
    assert "输出已存在" in run("extract", "别", "--form", "表.docx", "-o", "我的.xlsx").stderr


@pytest.mark.parametrize(
    "command",
    [
        ("extract", "收", "-o", "总.xlsx"),
        ("put", "收", "总.xlsx", "-o", "改好"),
        ("put", "收", "总.xlsx", "--form", "两种", "-o", "改好"),
        ("check", "总.xlsx"),
    ],
)
def test_a_summary_whose_form_is_not_given_loses_no_correction(command: tuple[str, ...], run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: setattr(sheet.cell(rows["收/东港.docx"], columns["人数"]), "value", 99))
    before = Path("总.xlsx").read_bytes()
    Path("两种").mkdir()
    for name in ("甲", "乙"):
        Path(f"两种/{name}.docx").write_bytes(package(p(name + "名：{{ 名 }}")))
    done = run(*command)
    assert "总.xlsx 是“表”的汇总，这次没有给出这种表，未作任何改动；请像汇总时那样用 --form 给出它的模板" in done.stderr
    assert done.exit_code == 2
    assert Path("总.xlsx").read_bytes() == before
    assert not Path("改好").exists()
    assert "保留了 1 处人工改正（新增 1 处）" in run(*EXTRACT).stderr


def test_the_template_of_a_summary_may_go_by_another_name(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: setattr(sheet.cell(rows["收/东港.docx"], columns["人数"]), "value", 99))
    Path("表.docx").rename("新名.docx")
    done = run("put", "收", "总.xlsx", "--form", "新名.docx", "-o", "改好")
    assert "收/东港.docx：人数  12 → 99" in done.stdout


def noted(source: str, new: Any, who: str, old: Any) -> None:
    """A line that somebody wrote into the file of corrections."""
    line = {"source": source, "path": "人数", "read": 12, "old": old, "new": new, "form": "表", "who": who}
    line["when"] = "2026-03-02T10:00:00"
    kept = LOG.read_text(encoding="utf-8") if LOG.exists() else ""
    LOG.write_text(kept + json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")


BOTH = "有两处改正互不知道：张三 2026-03-02 改为“21”、李四 2026-03-02 改为“22”；用了后一处的“22”，请核对"


def test_two_people_who_correct_a_field_unaware_of_each_other_are_both_named_until_one_is_confirmed(
    run: Run, form: Form
) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 22, "李四", old=12)
    for _ in range(2):
        done = run(*EXTRACT)
        assert done.exit_code == 1
        assert BOTH in done.stderr
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert results()["收/东港.docx"]["data"]["人数"] == 22
    assert problems("收/东港.docx") == [("corrected", "人数"), ("corrections-differ", "人数")]
    book = openpyxl.load_workbook("总.xlsx")
    assert "有人另改过" in str(book["改正"]["J2"].value)
    book["改正"]["K2"] = "√"
    book.save("总.xlsx")
    for _ in range(2):
        assert BOTH not in run(*EXTRACT).stderr
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert (results()["收/东港.docx"]["data"]["人数"], problems("收/东港.docx")) == (22, [("corrected", "人数")])


def test_a_correction_that_was_confirmed_in_a_workbook_of_an_earlier_version_stays_so(run: Run, form: Form) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 22, "李四", old=12)
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    book["改正"].delete_cols(4)
    book["改正"].delete_cols(2)
    book["改正"]["I2"] = "√"
    book.save("总.xlsx")
    assert BOTH not in run(*EXTRACT).stderr


def test_corrections_that_differ_are_told_when_the_workbook_is_put_into_the_returns(run: Run, form: Form) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 22, "李四", old=12)
    run(*EXTRACT)
    done = run("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改")
    assert (done.exit_code, BOTH in done.stderr) == (1, True)
    assert form.extract("改/东港.docx").data["人数"] == 22


def test_a_workbook_of_before_somebody_elses_correction_is_told_to_differ(run: Run, form: Form) -> None:
    run(*EXTRACT)
    noted("收/东港.docx", 22, "李四", old=12)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 21))
    told = run(*EXTRACT).stderr
    assert "有两处改正互不知道：李四 2026-03-02 改为“22”、王核对 " in told
    assert "用了后一处的“21”，请核对" in told


def test_who_knew_of_the_other_ones_correction_is_not_doubted_but_both_are_named(run: Run, form: Form) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 22, "李四", old=21)
    run("extract", "收", "--form", "表.docx", "-o", "总.json")
    [told] = results()["收/东港.docx"]["problems"]
    assert told["message"] == "已改正（李四 2026-03-02；此前 张三 2026-03-02 改为“21”），原读作“12”"


def test_two_people_who_agree_are_not_doubted(run: Run, form: Form) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 21, "李四", old=12)
    run("extract", "收", "--form", "表.docx", "-o", "总.json")
    assert problems("收/东港.docx") == [("corrected", "人数")]


def test_corrections_that_differ_are_told_wherever_they_are_used(run: Run, form: Form) -> None:
    noted("收/东港.docx", 21, "张三", old=12)
    noted("收/东港.docx", 22, "李四", old=12)
    done = run("put", "收", str(LOG), "--form", "表.docx", "-o", "改")
    assert (done.exit_code, BOTH in done.stderr) == (1, True)
    assert form.extract("改/东港.docx").data["人数"] == 22
    run(*EXTRACT)
    run("edition", "表.docx", "表.docx", "-o", "图.toml")
    for command in (
        ("check", "总.xlsx", "--form", "表.docx", "-o", "核.json"),
        ("migrate", "总.xlsx", "--map", "图.toml", "-o", "新.json"),
        ("compare", "总.xlsx", "总.xlsx", "--form", "表.docx", "--key", "单位", "-o", "比.xlsx"),
    ):
        done = run(*command)
        assert BOTH in done.stdout + done.stderr, command
        assert done.exit_code == 1
    assert "corrections-differ" in Path("核.json").read_text(encoding="utf-8")
    assert "corrections-differ" in Path("新.json").read_text(encoding="utf-8")
    cells = [[c.value for c in row] for row in openpyxl.load_workbook("比.xlsx")["增减"].iter_rows()]
    assert ["东港：人数", BOTH] in cells


def test_what_another_one_has_put_before_is_told_when_a_field_is_put_again(run: Run, form: Form) -> None:
    first = ("put", "收/东港.docx", "--form", "表.docx", "-o", "改/", "--force", "--set")
    assert run(*first, "人数=21", "--author", "张三", "--date", "2026-03-02").exit_code == 0
    again = (*first, "人数=22", "--author", "李四", "--date", "2026-03-02")
    done = run(*again)
    assert (done.exit_code, BOTH in done.stderr) == (1, True), done.stderr
    assert form.extract("改/东港.docx").data["人数"] == 22
    # who corrects their own correction knows of it
    assert run(*first, "人数=23", "--author", "李四", "--date", "2026-03-03").exit_code == 1
    Path("改/corrections.jsonl").unlink()
    for number in (24, 25):
        assert run(*first, f"人数={number}", "--author", "李四").exit_code == 0


def test_two_rows_of_one_file_that_would_put_different_values_are_told(run: Run, form: Form) -> None:
    Path("改.csv").write_text("文件,人数\n收/东港.docx,21\n收/东港.docx,22\n收/西港.docx,8\n", encoding="utf-8")
    done = run("put", "收", "改.csv", "--form", "表.docx", "-o", "改")
    assert done.exit_code == 1
    assert "工作簿里这份文件有几行，这一项写的不同：“21”和“22”" in done.stderr
    assert form.extract("改/东港.docx").data["人数"] == 22


def test_a_line_that_is_no_correction_is_refused(run: Run, form: Form) -> None:
    LOG.write_text('{"a": 1}\n', encoding="utf-8")
    assert "总.corrections.jsonl：第 1 行不是改正记录" in run(*EXTRACT).stderr


def corrected_workbook(run: Run) -> None:
    run(*EXTRACT)

    def by_hand(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns["人数"]).value = 21
        sheet.cell(rows["收/西港.docx"], columns["单位"]).value = None
        sheet.cell(rows["收/中港.pdf"], columns["单位"]).value = "中港"

    edit(by_hand)


@pytest.mark.parametrize("given", ["总.xlsx", str(LOG)])
def test_each_correction_can_be_put_into_the_returned_files(run: Run, form: Form, given: str) -> None:
    corrected_workbook(run)
    run(*EXTRACT)
    before = Path("收/东港.docx").read_bytes()
    done = run(
        "put", "收", given, "--form", "表.docx", "-o", "改", "--author", "李", "--date", "2026-03-01", "--why", "电话"
    )
    assert "收/东港.docx：人数  12 → 21" in done.stdout
    assert "收/西港.docx：单位  西港 → （空）" in done.stdout
    assert sorted(x.name for x in Path("改").iterdir()) == ["corrections.jsonl", "东港.docx", "西港.docx"]
    assert form.extract("改/东港.docx").data["人数"] == 21
    lines = [json.loads(x) for x in Path("改/corrections.jsonl").read_text(encoding="utf-8").splitlines()]
    noted = next(x for x in lines if x["source"] == "收/东港.docx")
    assert {k: noted[k] for k in ("path", "read", "new", "who", "when", "why")} == {
        "path": "人数", "read": 12, "new": 21, "who": "李", "when": "2026-03-01", "why": "电话"
    }  # fmt: skip
    assert noted["sha256_before"] == hashlib.sha256(before).hexdigest()
    assert noted["sha256_after"] == hashlib.sha256(Path("改/东港.docx").read_bytes()).hexdigest()
    # the corrections beside the documents are no document
    assert "改/corrections.jsonl" not in run("extract", "改", "--form", "表.docx", "-o", "后.json").stdout
    later = {r["source"]: [p["code"] for p in r["problems"]] for r in json.loads(Path("后.json").read_bytes())}
    assert later == {"改/东港.docx": [], "改/西港.docx": [], "改/corrections.jsonl": ["set-aside"]}


def test_a_corrected_workbook_becomes_documents_under_their_original_names(run: Run, form: Form) -> None:
    corrected_workbook(run)
    done = run("fill", "表.docx", "总.xlsx", "-o", "新")
    # what could not be read stops its own row only
    assert "北港.docx" not in [x.name for x in Path("新").iterdir()]
    assert "应为整数或“无”，实为 约120余" in done.stderr
    assert sorted(x.stem for x in Path("新").glob("*.docx")) == ["东港", "中港", "南港", "西港"]
    assert form.extract("新/东港.docx").data["人数"] == 21


def test_a_corrected_workbook_can_be_checked(run: Run, form: Form) -> None:
    rule = ["[[rule]]", 'name = "人数"', 'for = "人数"', 'require = "人数 < 20"', 'severity = "error"']
    Path("表.toml").write_text("\n".join([*rule, 'message = "人数过多"', 'source = "填表说明"']), encoding="utf-8")
    corrected_workbook(run)
    done = run("check", "总.xlsx", "--form", "表.docx", "-o", "核.json", "-o", "核.html", "-o", "核.xlsx")
    assert "共 5 条" in done.stderr
    reports = {r["source"]: r for r in json.loads(Path("核.json").read_bytes())}
    told = {s: [(x["code"], x["path"]) for x in r["problems"]] for s, r in reports.items()}
    assert ("rule", "人数") in told["总.xlsx 收/东港.docx"]
    assert ("unanswered", "单位") in told["总.xlsx 收/西港.docx"]
    assert ("wrong-type", "人数") in told["总.xlsx 收/北港.docx"]
    assert "没有原文件可比" in Path("核.html").read_text(encoding="utf-8")
    two = run("check", "总.xlsx", "--form", "表.docx", "-o", "二.json", "--jobs", "2")
    assert (two.stdout, two.stderr) == (done.stdout, done.stderr)
    assert Path("二.json").read_bytes() == Path("核.json").read_bytes()
    again = Form.load("表.docx")
    found = [*check_records(load_entries([Path("总.xlsx")], [again]).records, [again], jobs=2)]
    assert [x.to_dict() for x in found] == [*reports.values()]
    assert "不能同时给 Word 文件" in run("check", "总.xlsx", "收/东港.docx", "--form", "表.docx").stderr


def test_of_two_changes_of_one_file_the_later_is_on_top_and_no_name_means_all(run: Run, form: Form) -> None:
    lines = ["文件,单位,人数", "东港.docx,甲,", "东港.docx,,21", "南港.docx,,5", ",,30"]
    Path("改动.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    changes = load_changes(Path("改动.csv"), [form])
    sources = collect_sources(["收/东港.docx", "收/西港.docx"])
    asked = {source.stem: dict(part) for source, part in changes.orders(sources, {"备注": "改"})}
    assert asked == {
        "东港": {"单位": "甲", "人数": 30, "备注": "改"},
        "西港": {"人数": 30, "备注": "改"},
    }
    assert changes.unmatched(sources) == ["南港.docx"]


def test_a_row_of_changes_that_cannot_be_read_stops_that_file_only(run: Run, form: Form) -> None:
    lines = ["文件,人数", "东港.docx,21", "西港.docx,七八个"]
    Path("改动.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("put", "收", "改动.csv", "--form", "表.docx", "-o", "改")
    assert done.exit_code == 1
    assert "应为整数或“无”，实为 七八个" in done.stderr
    assert [x.name for x in sorted(Path("改").glob("*.docx"))] == ["东港.docx"]


@pytest.mark.parametrize(
    "value", [{}, [1], [[]], {"a": 1}, 7, [None], [{"名称": {}}], 10**400, "字"], ids=lambda value: str(value)[:9]
)
@pytest.mark.parametrize("path", ["单位", "人数", "性质", "业务", "产品", "产品.名称", "", ".", "无.这"])
def test_a_line_of_corrections_that_says_anything_is_a_doubt_and_no_fault(
    path: str, value: Any, tmp_path: Path
) -> None:
    form = Form.load(FORM)
    document = form.fill({"单位": "甲"})
    line = {"source": "甲.docx", "path": path, "read": value, "old": value, "new": value}
    (tmp_path / "总.corrections.jsonl").write_text(f"{json.dumps(line)}\n" * 2, encoding="utf-8")
    log = Log(tmp_path / "总.corrections.jsonl")
    made = revised(form, form.extract(document), hashlib.sha256(document).hexdigest(), log.history("甲.docx"))
    assert log.doubts([form]) == {}
    assert made.result.problems or made.result.data == form.extract(document).data
    form.records.nested(form.records.values(made.result.data))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "[1]",
        "[1,2]",
        "[null,null]",
        "[[],[]]",
        "7",
        "[" * 100_000,
        '[{"单位":NaN},{}]',
        '[{},{"单位":"\\ud800"}]',
    ],
    ids=lambda said: said[:20],
)
def test_a_workbook_whose_hidden_sheet_somebody_wrote_is_one_error(said: str, run: Run, form: Form) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    rows = [said[at : at + 30_000] for at in range(0, len(said), 30_000)]
    for cells in book[READ].iter_rows():
        for cell in cells[3:]:
            cell.value = None
    for at, piece in enumerate(rows):
        book[READ].cell(1, 4 + at).value = piece
    book.save("总.xlsx")
    for done in (run("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改"), run(*EXTRACT, "--force")):
        assert done.exit_code == 2 and "读出" in done.stderr and "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    "value", [{"单位": {"a": 1}}, {"产品": 1}, {"人数": 10**400}, {"业务": [1]}, {"性质": []}], ids=str
)
def test_what_the_hidden_sheet_says_may_be_of_any_shape(value: Any, run: Run, form: Form) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    book[READ].cell(1, 4).value = json.dumps([value, value])
    book.save("总.xlsx")
    done = run("put", "收", "总.xlsx", "--form", "表.docx", "-o", "改", "--dry-run")
    assert done.exit_code in (0, 1), done.stderr


# --- workbooks that somebody saved otherwise than docfill had written them ---


def heads_of(sheet: Any) -> tuple[int, list[str]]:
    """The row below the headings, and the heading of each column, the lowest."""
    lines = [[c.value for c in cells] for cells in sheet.iter_rows()]
    first = next(n for n, cells in enumerate(lines) if any(str(c).startswith("收/") for c in cells))
    named = ["" for _ in lines[0]]
    for cells in lines[:first]:
        named = [str(now).lstrip("*").partition("（")[0] if now else was for was, now in zip(named, cells, strict=True)]
    return first + 1, named


def saved(change: Callable[[Any, int, list[str]], None]) -> None:
    """Changes the workbook: `change` gets the sheet, its first row of a file, and the headings."""
    book = openpyxl.load_workbook("总.xlsx")
    sheet = book[Form.load("表.docx").title]
    first, heads = heads_of(sheet)
    change(sheet, first, heads)
    book.save("总.xlsx")


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()] if LOG.exists() else []


@pytest.mark.parametrize("column", ["单位", "人数", "服务", "记录"])
def test_a_column_that_was_taken_away_empties_no_answer(run: Run, form: Form, column: str) -> None:
    run(*EXTRACT)

    def drop(sheet: Any, first: int, heads: list[str]) -> None:
        for merged in list(map(str, sheet.merged_cells.ranges)):
            sheet.unmerge_cells(merged)
        sheet.delete_cols(heads.index(column) + 1)

    saved(drop)
    done = run(*EXTRACT)
    assert lines() == []
    assert ("列（或工作表）已不全" in done.stderr) == (column in ("单位", "人数"))


@pytest.mark.parametrize("part", ["sheet", "column"])
def test_a_sheet_of_rows_that_was_taken_away_empties_no_answer(run: Run, form: Form, part: str) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    if part == "sheet":
        del book["产品"]
    else:
        book["产品"].delete_cols(3)
    book.save("总.xlsx")
    done = run(*EXTRACT)
    assert lines() == [] and done.exit_code == 1
    assert "总.xlsx：产品：工作簿里这一项的列（或工作表）已不全，没有当作清空，仍是原来的内容" in done.stderr


def test_rows_sorted_without_their_files_are_told(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def sort(sheet: Any, first: int, heads: list[str]) -> None:
        rows = range(first, sheet.max_row + 1)
        at = heads.index("单位") + 1
        named = [(sheet.cell(r, at).value, r) for r in rows if sheet.cell(r, at).value]
        for (value, _), (_, r) in zip(reversed(named), named, strict=True):
            sheet.cell(r, at).value = value

    saved(sort)
    done = run(*EXTRACT)
    assert "没有带上“文件”一列" in done.stderr and done.exit_code == 1


def test_rows_of_a_record_whose_number_is_anothers_are_not_taken_for_its_own(run: Run, form: Form) -> None:
    run(*EXTRACT)
    saved(lambda sheet, first, heads: sheet.cell(first, heads.index("记录") + 1, None).__setattr__("value", None))
    done = run(*EXTRACT)
    assert lines() == []
    assert "分不清各行是谁的，没有按工作簿改动" in done.stderr


@pytest.mark.parametrize("column", ["记录", "文件", "单位"])
def test_a_row_of_totals_is_no_return(run: Run, form: Form, column: str) -> None:
    run(*EXTRACT)

    def total(sheet: Any, first: int, heads: list[str]) -> None:
        last = sheet.max_row + 1
        sheet.cell(last, heads.index(column) + 1).value = "合 计"
        sheet.cell(last, heads.index("人数") + 1).value = 49

    saved(total)
    done = run(*EXTRACT)
    assert lines() == []
    assert "写着“合 计”的一行像是合计或平均，没有当作一份表" in done.stderr


def test_what_a_spreadsheet_made_of_a_number_is_no_correction(run: Run, form: Form) -> None:
    run(*EXTRACT)
    saved(lambda sheet, first, heads: sheet.cell(first, heads.index("单位") + 1, 916300011234567890))
    done = run(*EXTRACT)
    assert lines() == [] and "超过 15 位的数字在表格软件中已失真" in done.stderr


def test_a_copy_of_a_row_that_says_something_else_than_the_row_itself_is_doubted(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def copied(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        last = sheet.max_row + 1
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last, column).value = sheet.cell(rows["收/东港.docx"], column).value
        sheet.cell(last, columns["人数"]).value = 99

    edit(copied)
    assert "收/东港.docx：" in (told := run(*EXTRACT).stderr) and "“99”" in told and "“12”" in told
    assert [(one["path"], one["new"]) for one in lines()] == [("人数", 99)]
    # the copy is gone by now, and so is the doubt
    assert "“12”" not in run(*EXTRACT).stderr


def test_a_comment_on_a_cell_is_told_and_those_of_headings_are_our_own(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def remarked(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns["人数"]).comment = Comment("电话说是 21", "王核对")
        sheet.cell(rows["收/中港.pdf"], columns[SOURCE]).comment = Comment("催交", "王核对")

    edit(remarked)
    told = [line for line in run(*EXTRACT).stderr.splitlines() if "批注" in line]
    assert len(told) == 2 and "人数" in told[0] and "“电话说是 21”" in told[0] and "“催交”" in told[1]
    assert "批注" not in run(*EXTRACT).stderr


def test_cells_merged_down_take_no_answer_from_another_file(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def merged(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        upper, lower = sorted((rows["收/东港.docx"], rows["收/西港.docx"], rows["收/南港.docx"]))[1:]
        assert lower == upper + 1
        sheet.merge_cells(start_row=upper, end_row=lower, start_column=columns["人数"], end_column=columns["人数"])

    edit(merged)
    run("check", "总.xlsx", "--form", "表.docx", "-o", "核.json")
    for told in (Path("核.json").read_text(encoding="utf-8"), run(*EXTRACT).stderr):
        assert "单元格与上面一行的合并成了一格，内容是“30”" in told and "请取消合并" in told
    assert not LOG.exists() and "合并" not in run(*EXTRACT).stderr
    run("extract", "收", "--form", "表.docx", "-o", "总.json", "--force")
    assert {s: r["data"]["人数"] for s, r in results().items() if r["data"]} == {
        "收/东港.docx": 12, "收/西港.docx": 7, "收/南港.docx": 30, "收/北港.docx": "约120余"
    }  # fmt: skip


def test_cells_merged_down_that_said_the_same_are_no_doubt(run: Run, form: Form) -> None:
    for name in ("西港", "南港"):
        hand_in(form, name, 30)
    run(*EXTRACT)

    def merged(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        upper, lower = sorted((rows["收/西港.docx"], rows["收/南港.docx"]))
        sheet.merge_cells(start_row=upper, end_row=lower, start_column=columns["人数"], end_column=columns["人数"])

    edit(merged)
    assert "合并" not in run(*EXTRACT).stderr
    assert not LOG.exists()


WIDE = package(p("单位：{{ 单位 }}") + "".join(p(f"第{n}项的名称：{{{{ 第{n}项的名称 }}}}") for n in range(60)))


@pytest.mark.parametrize("change", ["甲", None])
def test_what_is_written_into_the_sheet_for_paper_is_told(run: Run, change: str | None) -> None:
    Path("表.docx").write_bytes(WIDE)
    Path("收").mkdir()
    form = Form.load("表.docx")
    for name in ("东港", "西港"):
        document = form.fill({"单位": name, **{f"第{n}项的名称": f"{name}{n}" for n in range(60)}})
        Path(f"收/{name}.docx").write_bytes(document)
    run(*EXTRACT)
    assert "只供打印" not in run(*EXTRACT).stderr + run("check", "总.xlsx", "--form", "表.docx").stderr
    book = openpyxl.load_workbook("总.xlsx")
    [at] = [c for cells in book["并排"].iter_rows(min_col=1, max_col=1) for c in cells if c.value == "*第7项的名称"]
    assert str(book["并排"].cell(at.row, 4).value).startswith("=")
    book["并排"].cell(at.row, 4).value = change
    book.save("总.xlsx")
    for done in (run("check", "总.xlsx", "--form", "表.docx", "-o", "核.html"), run(*EXTRACT)):
        [told] = [line for line in done.stderr.splitlines() if "只供打印" in line]
        assert f"工作表“并排”第 {at.row} 行 D 列" in told and f"“{change or '（清空）'}”" in told
        assert "收/西港.docx" in told
    assert "只供打印" not in run(*EXTRACT).stderr


def test_a_workbook_that_lost_its_hidden_sheet_is_left_alone_and_said_to_have(run: Run, form: Form) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    del book[READ]
    book.save("总.xlsx")
    before = Path("总.xlsx").read_bytes()
    done = run(*EXTRACT)
    assert (done.exit_code, Path("总.xlsx").read_bytes()) == (2, before)
    assert "没有隐藏的“读出”页" in done.stderr and "docfill put" in done.stderr


def test_a_copy_of_the_sheet_that_is_not_read_is_told(run: Run, form: Form) -> None:
    run(*EXTRACT)
    book = openpyxl.load_workbook("总.xlsx")
    book.copy_worksheet(book[Form.load("表.docx").title]).title = "备份"
    book.save("总.xlsx")
    assert "工作表“备份”里也有表中的项，没有读" in run(*EXTRACT).stderr


def test_who_corrected_a_file_under_another_name_stays_who_did_when_somebody_goes_on(run: Run, form: Form) -> None:
    digest = hashlib.sha256(Path("收/东港.docx").read_bytes()).hexdigest()
    said = {"form": "表", "sha256_before": digest, "when": "2026-03-01T00:00:00"}
    log = Log(LOG)
    for path, read, new in (("单位", "东港", "东港厂"), ("人数", 12, 21)):
        log.add(Correction("东港.docx", path, read, read, new, who="李网页", **said))
    log.save()
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["性质"]).__setattr__("value", "国有"))
    told = run(*EXTRACT).stderr
    known = {path: (one.new, one.who) for path, one in Log(LOG).of("收/东港.docx", digest).items()}
    assert known == {"单位": ("东港厂", "李网页"), "人数": (21, "李网页"), "性质": ("国有", "王核对")}
    assert "保留了 3 处人工改正（新增 1 处）" in told


def test_what_the_page_says_later_of_a_file_counts_under_the_name_that_it_has_there(run: Run, form: Form) -> None:
    Path("收/东港的副本.docx").write_bytes(Path("收/东港.docx").read_bytes())
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.cell(rows["收/东港.docx"], columns["人数"]).__setattr__("value", 21))
    run(*EXTRACT)
    [line] = lines()
    later = {**line, "source": "东港.docx", "old": 12, "new": 22, "who": "李网页", "when": "2027-01-01T00:00:00"}
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps(later, ensure_ascii=False) + "\n")
    told = run(*EXTRACT, "--force").stderr
    assert "21" in told and "22" in told and "改正互不知道" in told
    run("extract", "收", "--form", "表.docx", "-o", "总.json")
    assert {s: r["data"]["人数"] for s, r in results().items() if "东港" in s}["收/东港.docx"] == 22


def test_a_file_with_the_folders_of_a_machine_before_its_name_is_that_file(run: Run, form: Form) -> None:
    run(*EXTRACT)

    def change(sheet: Any, rows: dict[str, int], columns: dict[str, int]) -> None:
        sheet.cell(rows["收/东港.docx"], columns[SOURCE]).value = "D:\\工作\\收\\东港.docx"
        sheet.cell(rows["收/东港.docx"], columns["人数"]).value = 21

    edit(change)
    run(*EXTRACT)
    assert [(line["source"], line["path"], line["new"]) for line in lines()] == [("收/东港.docx", "人数", 21)]


def test_a_row_that_was_taken_out_with_its_repeated_rows_left_is_nothing_to_tell(run: Run, form: Form) -> None:
    run(*EXTRACT)
    edit(lambda sheet, rows, columns: sheet.delete_rows(rows["收/西港.docx"]))
    assert "没有这条记录" not in run(*EXTRACT).stderr
    book = openpyxl.load_workbook("总.xlsx")
    book["产品"].append([77, "布", 1])
    book.save("总.xlsx")
    assert "“记录”一列写的是“77”，但没有这条记录" in run(*EXTRACT).stderr


def test_a_table_of_another_program_is_refused_with_what_to_do(run: Run, form: Form) -> None:
    run(*EXTRACT)
    Path("总.ods").write_bytes(Path("总.xlsx").read_bytes())
    for command in (["check", "总.ods"], ["put", "收", "总.ods", "--form", "表.docx", "-o", "改"]):
        done = run(*command)
        assert done.exit_code == 2 and ".et、.ods 等别的表格，请打开后另存为 .xlsx" in done.stderr
