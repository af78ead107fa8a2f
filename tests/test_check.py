"""Check, from one answer to a whole folder: what is told, where, and in which outlet."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from docfill import InvalidData, Problem, files
from docfill.check import GROUPS, Checked, Unread, check
from docfill.check.report import page, workbook
from docfill.tables.canvas import lines_of
from docfill.word.document import Document
from tests.disturb import HARMLESS, W, parts_of, with_revision_ids
from tests.disturb import changed as spoilt
from tests.small_form import Xml, cell, form_named, p, package, row, table
from tests.small_form import loaded as small_form
from tests.test_cli import Run, run  # noqa: F401  (a fixture)
from tests.test_rules import changed, loaded

OTHER = "数字化升级情况.集群已开展的数字化服务工作_其他"
LIMITED = "数字化升级情况.数字化服务总体情况"


def told(change: dict[str, Any], group: str = "answers") -> list[tuple[str, str]]:
    checked = check(form_named("shanghai"), changed("shanghai", change))
    return [(p.code, p.path) for p in checked.groups[group]]


# --- answers ---


def _limited(tag: str, most: int) -> bytes:
    """A form with a legacy field that takes so many characters."""
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput><w:maxLength w:val="{most}"/></w:textInput>'
    begin += "</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r>"
    around = (
        Xml(f'{begin}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'),
        Xml('<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    )
    return package(p("登记表") + table(2, row("证号", cell(p(around[0], tag, around[1]))), row("名", "{{ 名 }}")))


@pytest.mark.parametrize("tag", ["{{ 证号 }}", "{{ 证号 | longtext }}"])
def test_more_than_a_legacy_field_takes_is_over_its_limit(tag: str) -> None:
    form = small_form(_limited(tag, 18))
    assert [(f.path, f.longest, f.schema().get("maxLength")) for f in form.fields] == [
        ("证号", 18, 18),
        ("名", None, None),
    ]
    right, long = "310101199001011234", "3101011990010112345"
    assert form.extract(form.fill({"证号": right})).data["证号"] == right
    with pytest.raises(InvalidData) as refused:
        form.fill({"证号": long})
    assert [(x.code, x.found, x.expected) for x in refused.value.problems] == [("over-limit", 19, 18)]
    returned = package(p("登记表") + table(2, row("证号", long), row("名", "甲")))
    assert [(x.code, x.path) for x in check(form, returned).groups["answers"]] == [("over-limit", "证号")]


@pytest.mark.parametrize(
    ("kind", "most", "right", "long", "written"),
    [("integer", 3, 123, 12345, 5), ("number", 4, 1.25, 12.75, 5), ("date", 9, "2024-05-06", "2024-12-06", 10)],
)
def test_a_number_or_day_that_is_written_longer_than_a_legacy_field_takes_is_over_its_limit(
    kind: str, most: int, right: Any, long: Any, written: int
) -> None:
    form = small_form(_limited(f"{{{{ 证号 | {kind} }}}}", most))
    assert form.extract(form.fill({"证号": right})).data["证号"] == right
    with pytest.raises(InvalidData) as refused:
        form.fill({"证号": long})
    assert [(x.code, x.found, x.expected) for x in refused.value.problems] == [("over-limit", written, most)]
    returned = package(p("登记表") + table(2, row("证号", form.fields[0].kind.format(long)), row("名", "甲")))
    assert [(x.code, x.path) for x in check(form, returned).groups["answers"]] == [("over-limit", "证号")]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("主导产业情况.集群企业数量.2020年", None, "unanswered"),
        ("基本情况.属于高用水行业的集群水效水平是否达到行业基准值", None, "unanswered"),
        ("封面.申报时间", None, "unanswered"),
        ("主导产业情况.集群已开展的质量品牌建设工作", [], "nothing-ticked"),
        (OTHER, None, "write-in-missing"),
        ("治理和服务水平.集群中小企业公共服务平台建设情况_其他", "甲", "write-in-unticked"),
    ],
)
def test_what_is_missing_is_told(path: str, value: Any, code: str) -> None:
    assert told({path: value}) == [(code, path)]


def test_无_is_an_answer_and_what_is_signed_on_paper_may_be_blank() -> None:
    by_hand = {"真实性声明及推荐意见.真实性声明.单位负责人": None, "真实性声明及推荐意见.真实性声明.日期": None}
    assert told({"主导产业情况.集群企业数量.2020年": "无", **by_hand}) == []


def test_a_limit_counts_as_word_counts() -> None:
    fits = "字" * 190 + "5G" * 5
    assert told({LIMITED: fits}) == []
    document = spoilt(changed("shanghai", {LIMITED: "甲" * 150}), lambda root: _retyped(root, "甲" * 150, "字" * 201))
    (problem,) = check(form_named("shanghai"), document).groups["answers"]
    assert (problem.code, problem.found, problem.expected) == ("over-limit", 201, 200)
    latin = spoilt(changed("shanghai", {LIMITED: "甲" * 150}), lambda root: _retyped(root, "甲" * 150, "word " * 200))
    assert check(form_named("shanghai"), latin).groups["answers"] == []


def _retyped(root: Any, old: str, new: str) -> None:
    text = next(t for t in root.iter(W + "t") if t.text == old)
    text.text = new


def test_what_could_not_be_read_is_not_said_to_be_missing_as_well() -> None:
    document = spoilt(changed("shanghai", {}), lambda root: _retyped(root, "163.28", "约一百"))
    checked = check(form_named("shanghai"), document)
    assert [p.code for p in checked.problems] == ["not-a-number"]


# --- the proof ---


@pytest.mark.parametrize("form", ["shanghai", "shandong", "small"])
def test_a_file_that_fill_made_is_proved_byte_for_byte(form: str) -> None:
    document = form_named(form).blank() if form == "small" else changed(form, {})
    assert check(form_named(form), document).proof.is_identical


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_a_file_that_was_saved_elsewhere_is_proved_line_by_line(change: Any) -> None:
    proof = check(form_named("shanghai"), spoilt(changed("shanghai", {}), change)).proof
    assert (proof.is_identical, proof.problems, proof.differences) == (False, [], [])


def test_the_proof_lists_what_is_written_otherwise() -> None:
    document = spoilt(changed("shanghai", {}), lambda root: _retyped(root, "126.40", "126.4亿元"))
    checked = check(form_named("shanghai"), document)
    [found] = checked.proof.differences
    assert checked.proof.is_same_data
    assert (found.filled, found.returned) == ("126.40", "126.4亿元")
    assert (found.place.row, found.place.column) == ("集群总产值", "2020年")


def test_what_cannot_be_filled_again_makes_the_proof_fail_and_is_told_once() -> None:
    document = spoilt(changed("shanghai", {}), lambda root: _retyped(root, "163.28", "约一百"))
    checked = check(form_named("shanghai"), document)
    assert not checked.proof.is_same_data
    assert [p.code for p in checked.proof.problems] == ["not-fillable"]
    assert checked.groups["proof"] == []


def test_a_reading_that_does_not_come_back_is_caught() -> None:
    from docfill.check.proof import prove
    from docfill.check.tampering import compared

    form = form_named("shanghai")
    document = Document(spoilt(changed("shanghai", {}), with_revision_ids))
    result = form.extract(document)
    result.data["封面"]["所属区"] = "青浦区"
    [found] = prove(form, document, result, compared(form.skeleton, document, result)).differences
    assert (found.filled, found.returned) == ("青浦区", "松江区")


# --- outlets ---


@pytest.fixture(scope="module")
def both() -> list[Checked]:
    change = {"主导产业情况.集群企业数量.2020年": None, "封面.集群名称": "=cmd<script>alert(1)</script>松江区"}
    documents = [Document(changed("shanghai", c), name) for c, name in ((change, "甲.docx"), ({}, "乙.docx"))]
    return [check(form_named("shanghai"), d) for d in documents]


def test_the_page_is_whole_in_itself_escaped_and_has_everything(both: list[Checked]) -> None:
    text = page(both).decode()
    assert "<script" not in text
    assert "=cmd&lt;script&gt;" in text
    assert not re.search(r"(?:src|href)=[\"'](?!#)|url\(|@import", text)
    for checked in both:
        assert all(str(p.message).split("“")[0] in text for p in checked.problems)
        assert all(d.source in text for d in checked.due)
    root = etree.fromstring(page(both), etree.HTMLParser())
    assert [s.get("id") for s in root.findall(".//section")] == ["f1", "f2", "a1", "a2"]
    # doubts first: errors, then what is to be checked; what must be attached is a checklist at the end
    levels = [e.get("class") for e in root.findall(".//section[@id='f1']//td") if "level" in e.get("class", "")]
    assert levels == sorted(levels, key=["level error", "level warning"].index)
    assert len(root.findall(".//section[@id='a1']//li")) == len(both[0].due)
    assert all(root.find(f".//section[@id='{i}']/details/summary/h2") is not None for i in ("f1", "a2"))


def test_the_index_leads_to_each_file_though_one_could_not_be_read(both: list[Checked]) -> None:
    unread = Unread("坏.docx", Problem("unreadable", found="空"))
    root = etree.fromstring(page([unread, *both]), etree.HTMLParser())
    leads = {a.text: a.get("href", "")[1:] for a in root.findall(".//table//a") if a.get("href", "").startswith("#f")}
    assert {root.findtext(f".//section[@id='{i}']//h2"): i for i in leads.values()} == leads


def test_the_page_of_the_same_files_is_the_same(both: list[Checked]) -> None:
    assert page(both) == page(both)
    assert workbook(both) == workbook(both)


def test_the_workbook_has_a_row_a_file_and_no_formulas(
    both: list[Checked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("甲.docx").touch()  # what is not there gets no link
    data = workbook(both)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets) == ["各份", "问题", "应附材料"]
    linked = openpyxl.load_workbook(io.BytesIO(workbook(both, Path("出/核对.xlsx"))))
    first = linked["各份"]
    assert (first.cell(2, 1).value, first.cell(2, 1).hyperlink, first.cell(2, 2).value) == ("甲.docx", None, "打开")
    assert first.cell(2, 2).hyperlink.target.replace("\\", "/") == "../甲.docx"
    assert first.cell(2, 5).hyperlink.location == "'问题'!A2"
    assert (first.cell(3, 2).value, first.cell(3, 2).hyperlink, first.cell(3, 5).hyperlink) == (None, None, None)
    assert linked["应附材料"][first.cell(3, 14).hyperlink.location.rpartition("!")[2]].value == "乙.docx"
    assert (first.page_setup.orientation, first.print_title_rows, first.auto_filter.ref[:2]) == (
        "landscape",
        "$1:$1",
        "A1",
    )
    assert [row[0] for row in sheets["各份"]] == ["文件", "甲.docx", "乙.docx"]
    assert [row[3] for row in sheets["各份"][1:]] == ["2 处错误，0 处请核实", "未发现问题"]
    assert len(sheets["问题"]) == 1 + len(both[0].problems)
    assert len(sheets["应附材料"]) == 1 + sum(len(c.due) for c in both)
    # what a question has of several years is called once
    assert any("2020年、2021年" in str(row[4]) for row in sheets["应附材料"])
    # the fields of a table of its own are counted, or its row would be as high as a page
    standards = "创新能力情况.集群中小企业近三年主持或参与制修订标准数量情况"
    assert {str(row[4]) for row in sheets["应附材料"] if standards in str(row[4])} == {f"{standards}（22 项）"}
    # the checklist is printed upright, without what each line rests on, and a line is no higher for it
    due = linked["应附材料"]
    assert (due.page_setup.orientation, due.print_area) == ("portrait", f"'应附材料'!$A$1:$C${due.max_row}")
    assert [c.value for c in due[1]] == ["文件", "应附材料", "□", "打开", "项", "依据"]
    assert max(due.row_dimensions[n].height for n in range(2, due.max_row + 1)) <= 50
    assert not any(b"<f>" in part for part in parts_of(data).values())


def test_what_is_said_of_several_places_is_one_line_on_paper_and_one_each_below_it() -> None:
    form = form_named("shanghai")
    report = check(form, Document(form.fill({"封面": {"集群名称": "甲"}}), "甲.docx"))
    counts = Counter(p.message for p in report.problems)
    [(words, _)] = counts.most_common(1)
    missing = [p for p in report.problems if p.message == words]
    assert len(missing) > 20
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([report])))["问题"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    hidden = [n for n, row in enumerate(rows) if sheet.row_dimensions[n + 2].hidden]
    said = [cells for cells in rows if str(cells[3]).startswith(words)]
    below = [cells[9] for n, cells in enumerate(rows) if n in hidden and cells in said]
    assert below == [p.path for p in missing]
    above = [cells for n, cells in enumerate(rows) if n not in hidden and cells in said]
    # in one row as many as a row has room for; each section is said once in it
    assert [cells[2] for cells in above[:2]] == ["12 处", "12 处"] and len(above) == -(-len(missing) // 12)
    assert above[0][9] is None and above[0][3].startswith(f"{words}：封面＞") and above[0][3].count("封面＞") == 1
    # what is printed is narrow enough for letters of 8 points, and its rows are as high as it needs
    assert (sheet.page_setup.orientation, sheet.print_area) == ("portrait", f"'问题'!$A$1:$D${sheet.max_row}")
    wide = [d.width for d in sheet.column_dimensions.values()][:4]
    assert sum(wide) <= 126
    for n, cells in enumerate(rows):
        lines = max(lines_of(str(text or ""), room) for text, room in zip(cells, wide, strict=False))
        assert sheet.row_dimensions[n + 2].height >= 16 * lines
    text = page([report]).decode()
    assert text.count(words) == 1


def test_the_json_is_the_extraction_with_what_was_checked(both: list[Checked]) -> None:
    dumped = json.loads(files.dump_json(both[0].to_dict()))
    assert dumped["data"] == both[0].result.data
    assert {p["kind"] for p in dumped["problems"]} <= set(GROUPS)
    assert {"rule", "source"} <= set(next(p for p in dumped["problems"] if p["kind"] == "rules"))
    assert dumped["proof"] == {"identical": True, "same_data": True, "differences": []}
    assert dumped["due"][0]["paths"][0] == "主导产业情况.集群总产值.2020年"


def test_every_problem_of_an_answer_has_a_position_in_the_file(both: list[Checked]) -> None:
    assert all(p.place.xml for p in both[0].problems)


def test_a_minus_is_shown_where_a_line_is_written_otherwise() -> None:
    document = spoilt(changed("shanghai", {}), lambda root: _retyped(root, "126.40", "－12.5 亿元"))
    [found] = check(form_named("shanghai"), document).proof.differences
    assert (found.filled, found.returned) == ("-12.50", "－12.5 亿元")


# --- the page on paper ---


def test_the_page_of_many_files_says_how_many_and_prints_no_page_for_a_line(browser: Any) -> None:
    form = form_named("shandong")
    clear = [check(form, Document(changed("shandong", {}), f"收/{n}.docx")) for n in range(12)]
    doubted = [
        check(form, Document(changed("shandong", {"封面.申报时间": "去年"}), f"收/疑{n}.docx")) for n in range(3)
    ]
    unread = [
        Unread("收/扫描.pdf", Problem("not-word", found="扫描件")),
        Unread("", Problem("not-handed-in", found="丁区")),
    ]
    shown = browser.new_page()
    shown.set_content(page([*clear, *doubted, *unread]).decode())
    assert "共 16 份：12 份未发现问题，3 份有问题，1 份无法读取；1 家没有交" in shown.inner_text("body")
    assert form.title in shown.inner_text("body > p")
    assert shown.locator("table").first.locator("th").all_inner_texts() == ["文件", "结论", "应附材料"]
    printed = [x.extract_text() for x in PdfReader(io.BytesIO(shown.pdf(format="A4"))).pages]
    assert sum("收/0.docx" in text for text in printed) == 2  # the table of files, and what is due
    whole = printed[: next(n for n, text in enumerate(printed) if "应附材料核对单" in text)]
    assert len(whole) <= 1 + 3
    assert all(any(f"收/疑{n}.docx" in text for text in whole[1:]) for n in range(3))
    shown.goto("about:blank")
    shown.close()


# --- the command ---


def test_check_writes_the_file_with_comments_and_the_reports(run: Run) -> None:  # noqa: F811
    record = {"主导产业情况.集群企业数量.2020年": None}
    Path("浦东.docx").write_bytes(changed("shanghai", record))
    outputs = ("浦东-意见.docx", "r.html", "r.xlsx", "r.json")
    done = run("check", "浦东.docx", *(x for o in outputs for x in ("-o", o)), "--receipt", "k.json")
    assert done.exit_code == 1, done.output
    assert "错误  二、主导产业情况＞集群企业数量＞2020年：未填写" in done.stdout
    assert "□ 集群企业产值或营业收入清单" in done.stdout
    assert done.stderr == "共 1 份：0 份未发现问题，1 份有问题，0 份无法读取\n"
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["source"] == "浦东.docx"
    assert "word/comments.xml" in zipfile.ZipFile("浦东-意见.docx").namelist()
    assert run("check", "浦东.docx", "-o", "浦东-意见.docx").exit_code == 2
    assert run("check", "浦东.docx", "-o", "浦东.docx", "--force").exit_code == 2


def test_a_form_without_problems_is_fine_and_the_colours_stay_away_from_files(run: Run) -> None:  # noqa: F811
    Path("a.docx").write_bytes(changed("shandong", {}))
    done = run("check", "a.docx")
    assert (done.exit_code, done.stderr) == (0, "共 1 份：1 份未发现问题，0 份有问题，0 份无法读取\n")
    assert "未发现问题" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_folder_gives_a_commented_file_for_each_and_one_workbook(run: Run) -> None:  # noqa: F811
    for name, form in (("甲/表", "shanghai"), ("乙/表", "shandong")):
        files.write(Path(f"交回/{name}.docx"), changed(form, {"封面.申报时间": "去年"}))
    Path("交回/坏.docx").write_bytes(b"PK\3\4")
    done = run("check", "交回", "-o", "意见/", "-o", "汇总.xlsx")
    assert done.exit_code == 1
    assert done.stderr.endswith("共 3 份：0 份未发现问题，2 份有问题，1 份无法读取\n")
    assert sorted(p.name for p in Path("意见").iterdir()) == ["表-意见-2.docx", "表-意见.docx"]
    assert run("check", "交回", "-o", "一.docx").exit_code == 2


def test_of_several_files_one_with_nothing_to_say_has_one_line(run: Run) -> None:  # noqa: F811
    for number, change in enumerate(({}, {}, {"封面.申报时间": "去年"})):
        files.write(Path(f"交回/{number}.docx"), changed("shandong", change))
    done = run("check", "交回", "--jobs", "1")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["交回/0.docx  未发现问题", "交回/1.docx  未发现问题"]
    assert lines[2] == f"交回/2.docx  {form_named('shandong').title}"
    assert any("错误" in said or "请核实" in said for said in lines[3:])


def test_zips_and_wildcards_are_checked_on_several_cores_as_on_one(run: Run) -> None:  # noqa: F811
    with zipfile.ZipFile("补交.zip", "w") as archive:
        for number in range(6):
            archive.writestr(f"{number}.docx", changed("shanghai", {"封面.申报时间": "去年"}))
    for number in range(6, 9):
        files.write(Path(f"交回/{number}.docx"), changed("shandong", {}))
    files.write(Path("交回/坏.docx"), b"PK\3\4")
    many = run("check", "补交.zip", "交回/*.docx", "-o", "意见/", "-o", "多.json", "--jobs", "2")
    one = run("check", "补交.zip", "交回/*.docx", "-o", "一.json", "--jobs", "1")
    assert "共 10 份：3 份未发现问题，6 份有问题，1 份无法读取" in many.stderr
    assert many.stdout == one.stdout
    assert Path("多.json").read_bytes() == Path("一.json").read_bytes()
    assert sorted(p.name for p in Path("意见").iterdir()) == [f"{n}-意见.docx" for n in range(9)]


def test_a_macro_file_keeps_its_suffix(run: Run) -> None:  # noqa: F811
    parts = parts_of(changed("shanghai", {"封面.申报时间": "去年"}))
    kinds = (
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    from tests.disturb import package_of

    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(*kinds)
    Path("表.docm").write_bytes(package_of(parts))
    assert "后缀应为 .docm" in run("check", "表.docm", "-o", "意见.docx").stderr
    assert not Path("意见.docx").exists()
    run("check", "表.docm", "-o", "意见/")
    assert [p.name for p in Path("意见").iterdir()] == ["表-意见.docm"]


def test_messages_are_there_in_english(run: Run) -> None:  # noqa: F811
    Path("a.docx").write_bytes(changed("shanghai", {"数字化升级情况.企业上云比例": 101}))
    done = run("check", "a.docx", "--lang", "en")
    assert "a share lies between 0 and 100, found 101" in done.stdout
    assert loaded("shanghai")["数字化升级情况"]["企业上云比例"] == 81.25
