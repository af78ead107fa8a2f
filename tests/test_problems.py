"""Each code of the catalogue with the smallest form and document that cause it: one table, test and docs/problems.md.

python -m tests.test_problems        # writes docs/problems.md anew

In the table a string is a paragraph and a tuple a row of a table.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from docfill import (
    DocfillError,
    Form,
    InvalidData,
    Problem,
    Record,
    Result,
    compare_records,
    corrections,
    editions,
    files,
    kinds,
    limits,
    remote,
    tables,
)
from docfill.batch import flow
from docfill.batch.handed import Register, Roster, load_roster
from docfill.batch.journal import Journal
from docfill.batch.revising import Revision
from docfill.batch.work import Outcome, unexpected
from docfill.check import check
from docfill.check.proof import prove
from docfill.check.rules import parse
from docfill.check.tampering import compared
from docfill.lint import differences, lint
from docfill.pictures import plain
from docfill.problems import CATALOGUE
from docfill.recognise import outdated, recognise, remark
from docfill.serve.exports import correction_note
from docfill.sources import Source
from docfill.tables.canvas import check_length
from docfill.tables.revised import edits_in
from docfill.word.carried import Uncarried
from docfill.word.comments import Comment, commented
from docfill.word.document import Document
from docfill.word.package import Package
from tests.disturb import package_of, parts_of
from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_formats import compound
from tests.test_sheet import OFFICE, resaved

PAGE = Path(__file__).parent.parent / "docs" / "problems.md"

Lines = Sequence[str | tuple[str, ...]]

DATE_FIELD = Xml(
    "<w:p><w:r><w:t>日期：</w:t></w:r>"
    '<w:fldSimple w:instr="DATE"><w:r><w:t>2026年1月1日</w:t></w:r></w:fldSimple></w:p>'
)
TITLE = "领用登记表"
PHOTO = [TITLE, "照片：{{ 照片 | picture(width='2.5cm') }}"]
NUMBER = [TITLE, ("产量（吨）", "{{ 产量 | number }}")]
WHOLE = [TITLE, ("领用件数", "{{ 件数 | integer }}")]
DATE = [TITLE, "日期：{{ 日期 | date }}"]
UNIT = [TITLE, "单位：{{ 单位 }}"]
SPEED = [*UNIT, "增速：{{ 增速 | number }}"]
CHOICE = [TITLE, ("性质", '{{ 性质 | choice("国有") }}国有 {{ 性质 | choice("民营") }}民营')]
CHOICES = [TITLE, ("附件", '{{ 附件 | choices("图纸") }}图纸 {{ 附件 | choices("另附") }}另附：{{ 附件_另附 }}')]
PAIR: Lines = [TITLE, "姓名：{{ 姓名 }}性别：{{ 性别 }}"]
LONG = [
    TITLE,
    "说明",
    "{%p for 段 in 说明 | lines %}",
    "{{ 段 }}",
    "{%p else %}",
    "（请写明）",
    "{%p endfor %}",
    "以上属实",
]
LIST = [
    TITLE,
    ("名称", "规格"),
    ("{%tr for 行 in 清单 %}", ""),
    ("{{ 行.名称 }}", "{{ 行.规格 }}"),
    ("{%tr endfor %}", ""),
]
KEYED = [
    ("年度", "产值"),
    ('{%tr for 行 in 清单 | key("年度", "2021年", "2022年") %}', ""),
    ("{{ 行.年度 }}", "{{ 行.产值 }}"),
    ("{%tr endfor %}", ""),
]
RULE = """\
[[rule]]
name = "甲"
for = "件数"
require = "value > 0"
message = "应大于 0"
severity = "error"
source = "注"
"""


def document_of(lines: Lines) -> bytes:
    """A document of paragraphs and rows."""
    parts: list[str] = []
    for is_row, group in groupby(lines, lambda line: isinstance(line, tuple)):
        if is_row:
            rows = list(group)
            parts.append(table(max(map(len, rows)), *(row(*(cell(c) for c in r)) for r in rows)))
        else:
            parts += [line if isinstance(line, Xml) else p(str(line)) for line in group]
    return package("".join(parts))


def form_of(lines: Lines) -> Form:
    return loaded(document_of(lines), "表")


@dataclass(frozen=True)
class Case:
    """What causes a code: a form, what is given to it, and who tells."""

    form: Lines
    given: Any
    problems: Callable[[Lines, Any], list[Problem]]


def reading(form: Lines, given: Lines) -> list[Problem]:
    """What check says of a returned document."""
    return check(form_of(form), document_of(given)).problems


def extracting(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one."""
    return form_of(form).extract(document_of(given)).problems


def converted(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one that another program converted."""
    document = Document(document_of([DATE_FIELD if "DATE" in str(line) else line for line in given]))
    document.package = Package(document.package.data, "表.doc", is_converted=True)
    return form_of(form).extract(document).problems


def carried(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one of which conversion lost words, or showed such as are hidden."""
    signs = {"【丢失】": False, "【隐藏】": True}
    parted = [(*str(line).partition(next((sign for sign in signs if sign in str(line)), "\0")),) for line in given]
    document = Document(document_of([line for line, _, _ in parted]), "表.odt")
    document.package = Package(document.package.data, "表.odt", is_converted=True)
    document.package.uncarried = [
        Uncarried(said or line, line=line, is_hidden=signs[sign]) for line, sign, said in parted if sign
    ]
    return form_of(form).extract(document).problems


def in_two_boxes(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one whose last line stands in a text box, and once more, for old programs, behind a sign."""
    *lines, boxed_line = given
    said, _, copy = str(boxed_line).partition("【旧】")
    boxes = [f"<w:pict><w:txbxContent>{p(words)}</w:txbxContent></w:pict>" for words in (said, copy)]
    chosen, old = (
        f"<mc:{n}>{b}</mc:{n.split()[0]}>" for n, b in zip(('Choice Requires="wps"', "Fallback"), boxes, strict=True)
    )
    drawn = p(Xml(f"<w:r><mc:AlternateContent>{chosen}{old}</mc:AlternateContent></w:r>"))
    return form_of(form).extract(document_of([*lines, drawn])).problems


def controlled(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one with a date control."""
    control = (
        '<w:sdt><w:sdtPr><w:date w:fullDate="2020-01-01T00:00:00Z"/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>2024年5月6日</w:t></w:r></w:sdtContent></w:sdt>"
    )
    lines = [p("日期：", Xml(control)) if "控件" in str(line) else line for line in given]
    return form_of(form).extract(document_of(lines)).problems


def boxed(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one with a check box that shows another state than it has."""
    box = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>☑</w:t></w:r></w:sdtContent></w:sdt>"
    )
    lines = [(line[0], p(Xml(box), "国有 □民营")) if "状态" in str(line) else line for line in given]
    return form_of(form).extract(document_of(lines)).problems


def in_a_control(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of a fillable blank with a control that stands elsewhere, its text typed in."""
    loaded = form_of(form)
    parts = parts_of(loaded.blank(fillable=True))
    body = parts["word/document.xml"].decode()
    control = re.search(r"<w:sdt>(?:(?!</w:sdt>).)*</w:sdt>", body)
    assert control is not None
    moved = re.sub(r"(<w:t [^>]*>)[^<]*", lambda m: m[1] + str(given), control[0])
    end = body.index("</w:body>")
    parts["word/document.xml"] = (body[:end] + f"<w:p>{moved}</w:p>" + body[end:]).replace(control[0], "", 1).encode()
    return loaded.extract(package_of(parts)).problems


def shown(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one with a picture, or with words in red."""
    red = '<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>'
    picture = '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:imagedata/></v:shape></w:pict></w:r>'
    parts = parts_of(document_of(given))
    body = parts["word/document.xml"].decode()
    for sign, drawn in (("【图】", f"</w:t></w:r>{picture}<w:r><w:t>"), ("【红】", f"</w:t></w:r>{red}")):
        body = body.replace(sign, drawn)
    body = body.replace("【/红】", "</w:t></w:r><w:r><w:t>")
    return form_of(form).extract(package_of({**parts, "word/document.xml": body.encode()})).problems


def joined(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of one with a cell as wide as two."""
    parts = parts_of(document_of(given))
    before, _, behind = parts["word/document.xml"].decode().partition("【占两格】")
    start, mark, cell_ = before.rpartition("<w:tcPr>")
    body = f'{start}{mark}<w:gridSpan w:val="2"/>{cell_}{behind}'
    return form_of(form).extract(package_of({**parts, "word/document.xml": body.encode()})).problems


def carrying(form: Lines, given: str) -> list[Problem]:
    """What extract says of the blank form with another part in its package."""
    made = form_of(form)
    return made.extract(package_of({**parts_of(made.blank()), given: b"x"})).problems


def marking(form: Lines, given: Lines) -> list[Problem]:
    """What extract says of the blank of another edition, which is marked."""
    return form_of(form).extract(form_of(given).marked().blank()).problems


def filling(form: Lines, given: dict[str, Any]) -> list[Problem]:
    """Why fill refuses a record."""
    with pytest.raises(InvalidData) as refused:
        form_of(form).fill(given)
    return refused.value.problems


def linting(form: Lines, given: Any) -> list[Problem]:
    """What lint says of a template, with rules beside it if any are given."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "表.docx")
        path.write_bytes(document_of(form))
        if given:
            path.with_suffix(".toml").write_text(given, encoding="utf-8")
        return lint(Form.load(path))


def ruled(form: Lines, given: tuple[str, Lines]) -> list[Problem]:
    """What check says of a document under some rules."""
    rules, lines = given
    made = form_of(form)
    book, faults = parse(rules.encode(), made.fields)
    assert faults == []
    return check(made, document_of(lines), rules=book).problems


def proving(form: Lines, given: Lines) -> list[Problem]:
    """What the round-trip proof says of a document."""
    made, document = form_of(form), Document(document_of(given))
    result = made.extract(document)
    return prove(made, document, result, compared(made.skeleton, document, result)).problems


def putting(form: Lines, given: tuple[dict[str, Any], Lines]) -> list[Problem]:
    """Why a correction is refused."""
    changes, lines = given
    with pytest.raises(InvalidData) as refused:
        form_of(form).put(document_of(lines), changes)
    return refused.value.problems


def pictured(form: Lines, given: Any) -> list[Problem]:
    """What is told of two pictures where one is due."""
    several = form_of([str(line).replace("| picture", "| pictures") for line in form])
    made = [kinds.ONE_PICTURE.sample(several.fields[0], turn) for turn in (1, 2)]
    return form_of(form).extract(several.fill({"照片": made})).problems


def misread(form: Lines, given: Lines) -> list[Problem]:
    """What the proof says of a filler that is wrong on purpose: it writes one more."""
    made, document = form_of(form), Document(document_of(given))
    result = made.extract(document)
    written = made.exact.write
    with pytest.MonkeyPatch.context() as patch:  # the form is one that others have, too
        patch.setattr(made.exact, "write", lambda values: written({"件数": values["件数"] + 1}))
        return prove(made, document, result, compared(made.skeleton, document, result)).problems


def proposing(form: Lines, given: Lines) -> list[Problem]:
    """What extract says where the blank form, without tags, is the template."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "表.docx")
        path.write_bytes(document_of(form))
        return Form.load(path).extract(document_of(given)).problems


def correcting(form: Lines, given: dict[str, Any]) -> list[Problem]:
    """What a workbook says of a value that a person has set."""
    return [correction_note(given)]


def correcting_again(form: Lines, given: dict[str, Any]) -> list[Problem]:
    """What is said of a correction of `given` when the return is read again."""
    loaded_form = form_of(form)
    one = corrections.Correction("甲.docx", given["path"], given["read"], given["read"], given["new"])
    if "now" not in given:
        reason = Problem("unreadable", found="甲.docx")
        return corrections.typed_in(loaded_form, "甲.docx", reason, {one.path: [one]}).result.problems
    read = Result(loaded_form.name, "甲.docx", {given["path"]: given["now"]}, [], [])
    return corrections.revised(loaded_form, read, "", {one.path: [one]}).result.problems


def correcting_unaware(form: Lines, given: list[dict[str, Any]]) -> list[Problem]:
    """What is said of corrections of one field by people of whom the second did not know of the first."""
    loaded_form = form_of(form)
    lines = [corrections.Correction("甲.docx", "件数", 12, 12, **said) for said in given]
    read = Result(loaded_form.name, "甲.docx", {"件数": 12}, [], [])
    return corrections.revised(loaded_form, read, "", {"件数": lines}).result.problems


def going_on(form: Lines, given: str) -> list[Problem]:
    """What is said of a file with a correction that is not there any more."""
    with tempfile.TemporaryDirectory() as folder:
        log = corrections.Log(Path(folder, "总.corrections.jsonl"))
        log.add(corrections.Correction(given, "单位", "东港", "东港", "东港厂", sha256_before="0" * 64))
        log.save()
        revision = Revision(Path(folder, "总.xlsx"), [form_of(form)], [], force=False)
        return [problem for _, problem in revision.gone(())]


def comparing_years(form: Lines, given: Any) -> list[Problem]:
    """What is said of last year's records and this year's."""
    before, after = ([Record(d, n, f"第 {n} 条") for n, d in enumerate(records, 1)] for records in given)
    found = compare_records(form_of(form), before, after, ["单位"])
    return [*found.problems, *found.doubts]


def comparing(form: Lines, given: Lines) -> list[Problem]:
    """What lint says of a template beside the official blank."""
    return differences(form_of(form), Document(document_of(given)))


def loading_results(form: Lines, given: Any) -> list[Problem]:
    """What is said of the results of extract, as data."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "表.json")
        path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        return [x for r in tables.load(path, form_of(form)).records for x in r.problems]


def loading_old(form: Lines, given: Lines) -> list[Problem]:
    """What is said of a workbook in the old format."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    return loading(form, given, lambda path: resaved(path, "xls"))


def loading(form: Lines, given: Lines, saved: Callable[[Path], Path] = lambda path: path) -> list[Problem]:
    """What is said of a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "表.xlsx")
        with xlsxwriter.Workbook(str(path)) as book:
            for name, rows in groupby(given, lambda line: line[0]):
                sheet = book.add_worksheet(name)
                if name == "隐藏页":
                    sheet.hide()
                for at, cells in enumerate(rows):
                    for column, value in enumerate(cells[1:]):
                        if str(value).startswith("日期 "):
                            form_at = book.add_format({"num_format": "yyyy-mm-dd"})
                            sheet.write_number(at, column, 45418, form_at)
                        elif str(value).startswith("格式 "):
                            _, code, number = value.split("|")
                            sheet.write_number(at, column, float(number), book.add_format({"num_format": code}))
                        elif str(value).startswith("划去 "):
                            struck = book.add_format({"font_strikeout": True})
                            sheet.write(at, column, value.removeprefix("划去 "), struck)
                        elif str(value).startswith("隐藏 "):
                            sheet.write(at, column, value.removeprefix("隐藏 "))
                            sheet.set_row(at, options={"hidden": True})
                        elif str(value).startswith("批注 "):
                            sheet.write(at, column, "东港厂")
                            sheet.write_comment(at, column, value.removeprefix("批注 "))
                        elif str(value).startswith("隐藏列 "):
                            sheet.write(at, column, value.removeprefix("隐藏列 "))
                            sheet.set_column(column, column, None, None, {"hidden": True})
                        elif str(value).startswith("合并 "):
                            sheet.merge_range(at, column, at, column + 1, value.removeprefix("合并 "))
                        elif str(value).startswith("未算 ="):
                            sheet.write_formula(at, column, value.removeprefix("未算 "), None, "")
                        elif str(value).startswith("="):
                            sheet.write_formula(at, column, value, None, "#DIV/0!")
                        elif str(value).startswith("【图"):
                            picture = io.BytesIO(plain((1, 2, 3), 10, 10 if "【图】" in value else 99))
                            sheet.insert_image(at, column, "图.png", {"image_data": picture})
                            sheet.write(at, column, value.partition("】")[2])
                        elif value.isdigit():
                            sheet.write_number(at, column, float(value))
                        else:
                            sheet.write(at, column, value)
        known = tables.load(saved(path), form_of(form))
        return [*known.problems, *(x for r in known.records for x in r.problems)]


def handing_in(form: Lines, given: Lines) -> list[Problem]:
    """What is said of files that were handed in: of each the file's name and the answer; "名单" names the roster."""
    made = form_of(form)
    names = tuple(line[1] for line in given if line[0] == "名单")
    register = Register({made.name: [made.fields[0].path]}, Roster(names) if names else None)
    for name in (line[1] for line in given if line[0] == "图片"):
        register.add(
            Outcome(Source(name, name), error=DocfillError(f"{name}：这是图片", f"{name}: a picture", "not-word"))
        )
    for name, answer in (line for line in given if line[0] not in ("名单", "略过", "图片")):
        document = document_of([TITLE, f"单位：{answer}", *([name] if "另" in name else ())])
        result = made.extract(document, name)
        digest = hashlib.sha256(document).hexdigest()
        register.add(Outcome(Source(name, name), result, None, digest))
    settled = register.settled
    aside = [Problem("set-aside") for name in given if name[0] == "略过"]
    unread = [Problem("beside-form", "", f"{s.name}：这是图片", form) for s, form in settled.beside.items()]
    return [*(p for problems in settled.remarks.values() for p in problems), *unread, *settled.missing, *aside]


def listing(form: Lines, given: Sequence[tuple[str, ...]]) -> list[Problem]:
    """What is said of a roster: a sheet and a name each, "隐藏" in front of it where its row is hidden."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "名单.xlsx")
        with xlsxwriter.Workbook(path) as book:
            for name in dict.fromkeys(sheet for sheet, _ in given):
                sheet = book.add_worksheet(name)
                for at, (_, words) in enumerate(line for line in given if line[0] == name):
                    sheet.set_row(at, None, None, {"hidden": True} if words.startswith("隐藏") else None)
                    sheet.write(at, 0, words.removeprefix("隐藏").strip())
        return list(load_roster(path, form_of(form).fields[0].path).problems)


def migrating(form: Lines, given: tuple[Any, ...]) -> list[Problem]:
    """What does not go with a record from a form into this year's; the last of `given` is the record."""
    *new, record = given
    return editions.carried(record, editions.compared(form_of(form), form_of(new))).problems


def migrating_several(form: Lines, given: tuple[Any, ...]) -> list[Problem]:
    """What does not go with some records from a form into this year's; the last of `given` are the records."""
    *new, records = given
    left = editions.Left()
    for record in records:
        for problem in migrating(form, (*new, record)):
            left.add(record["单位"], problem)
    return [problem for _, problem in left.told()]


def taking_for_another(form: Lines, given: Lines) -> list[Problem]:
    """What is said of a file of a bundled form that was read as this one."""
    made, document = form_of(form), Document(Form.load(str(given[0])).blank())
    problems = made.extract(document).problems
    remark(document, made, [made], problems)
    return problems


def outdating(form: Lines, given: Lines) -> list[Problem]:
    """What is said of a file that is of a form, where there is a newer edition of it."""
    made = form_of(form)
    remark = outdated(made, [made, form_of(given)])
    return [remark] if remark is not None else []


def correcting_twice(form: Lines, given: tuple[int, int]) -> list[Problem]:
    """What is said of a summary in which somebody copied the row of a file; `given` is what the two say."""
    made = form_of(form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "总.xlsx")
        with tables.Writer(path, [made]) as writer:
            read = made.extract(made.fill({"件数": 12}), "东港.docx")
            writer.add(made, read, corrections.revised(made, read, "0", {}))
        book = openpyxl.load_workbook(path)
        sheet = book[made.title]
        last = next(c.row for c in sheet["A"] if c.value == "东港.docx")
        for row, said in zip((last, last + 1), given, strict=True):
            sheet.cell(row, 1).value, sheet.cell(row, 4).value = "东港.docx", said
        book.save(path)
        return edits_in(path, [made]).problems["东港.docx"]


def saving_by_hand(form: Lines, given: Sequence[tuple[str, str, str]]) -> list[Problem]:
    """What is said of a summary of two files that somebody changed: of which file's row, which column, what it says
    then; "" is a new row, a column that says "" is taken away, "合并" is merged with the cell below it, and 并排 is the
    sheet for paper.
    """
    made = form_of(form)
    asked = {f.steps[0] for f in made.fields}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "总.xlsx")
        with tables.Writer(path, [made]) as writer:
            for name in ("东港", "西港"):
                told = {"单位": f"{name}厂", "地址": f"{name}路", "清单": [{"名称": f"{name}刀"}]}
                document = made.fill({k: v for k, v in told.items() if k in asked})
                read = made.extract(document, f"{name}.docx")
                writer.add(made, read, corrections.revised(made, read, name, {}))
        book = openpyxl.load_workbook(path)
        sheet = book[made.title]
        heads = next(cells for cells in sheet.iter_rows() if "文件" in [c.value for c in cells])
        columns = {str(c.value).lstrip("*"): c.column for c in heads}
        rows = {c.value: c.row for c in sheet[heads[[c.value for c in heads].index("文件")].column_letter]}
        rows[""] = sheet.max_row + 1
        for name, column, text in given:
            if name == "并排":
                [label] = [c for c in book[name]["A"] if str(c.value).lstrip("*") == column]
                book[name].cell(label.row, 3).value = text
            elif text == "合并":
                sheet.merge_cells(
                    start_row=rows[name], end_row=rows[name] + 1,
                    start_column=columns[column], end_column=columns[column],
                )  # fmt: skip
            elif text.startswith("批注："):
                sheet.cell(rows[name], columns[column]).comment = openpyxl.comments.Comment(text, "王核对")
            elif text:
                sheet.cell(rows[name], columns[column]).value = text
            else:
                sheet.delete_cols(columns[column])
        book.save(path)
        edited = edits_in(path, [made])
        return [*edited.told, *(p for found in edited.problems.values() for p in found)]


CASES: dict[str, Case] = {
    "same-file": Case(UNIT, [("甲.docx", "东港厂"), ("甲的副本.docx", "东港厂")], handing_in),
    "same-answers": Case(UNIT, [("甲.docx", "东港厂"), ("另存.docx", "东港厂")], handing_in),
    "same-applicant": Case(UNIT, [("甲.docx", "东港厂"), ("改.docx", "东 港 厂")], handing_in),
    "not-on-roster": Case(UNIT, [("甲.docx", "东港厂有限公司"), ("名单", "东港厂责任公司")], handing_in),
    "not-handed-in": Case(UNIT, [("甲.docx", "东港厂"), ("名单", "东港厂"), ("名单", "西港厂")], handing_in),
    "set-aside": Case(UNIT, [("甲.docx", "东港厂"), ("略过", "Thumbs.db")], handing_in),
    "beside-form": Case(UNIT, [("信.eml → 甲.docx", "东港厂"), ("图片", "信.eml → 执照.jpg")], handing_in),
    "roster-hidden": Case(UNIT, [("名单", "单位"), ("名单", "东港厂"), ("名单", "隐藏 西港厂")], listing),
    "roster-sheet": Case(UNIT, [("市属", "单位"), ("市属", "东港厂"), ("区属", "西港厂")], listing),
    "old-edition": Case(
        [TITLE, "一、单位的情况", "单位：{{ 单位 }}", "以上截至2021年。"],
        [TITLE, "一、单位的情况", "单位：{{ 单位 }}", "以上截至2022年。"],
        outdating,
    ),
    "other-form": Case(
        [TITLE, "登记单位：{{ 单位 }}", "登记日期：{{ 日期 | date }}"], ["shandong"], taking_for_another
    ),
    "older-years": Case(
        [TITLE, ("年份", "2021年", "2022年"), ("产值", "{{ 产值.y2021 | number }}", "{{ 产值.y2022 | number }}")],
        [TITLE, ("年份", "2020年", "2021年"), ("产值", "20", "21")],
        reading,
    ),
    "later-years": Case(
        [TITLE, ("年份", "2021年", "2022年"), ("产值", "{{ 产值.y2021 | number }}", "{{ 产值.y2022 | number }}")],
        [TITLE, ("年份", "2022年", "2023年"), ("产值", "22", "23")],
        reading,
    ),
    "not-carried": Case(UNIT, (TITLE, "名称：{{ 名称 }}", {"单位": "东港厂"}), migrating),
    "not-carried-all": Case(
        UNIT, (TITLE, "名称：{{ 名称 }}", [{"单位": "东港厂"}, {"单位": "西港厂"}]), migrating_several
    ),
    "only-last-year": Case(UNIT, ([{"单位": "东港厂"}], []), comparing_years),
    "only-this-year": Case(UNIT, ([], [{"单位": "东港厂"}]), comparing_years),
    "no-key": Case(UNIT, ([], [{"单位": None}]), comparing_years),
    "key-twice": Case(UNIT, ([{"单位": "东港厂"}] * 2, []), comparing_years),
    "unit-slip": Case(SPEED, ([{"单位": "东港厂", "增速": 5}], [{"单位": "东港厂", "增速": 490}]), comparing_years),
    "sign-changed": Case(SPEED, ([{"单位": "东港厂", "增速": 5}], [{"单位": "东港厂", "增速": -4}]), comparing_years),
    "grown-much": Case(SPEED, ([{"单位": "东港厂", "增速": 5}], [{"单位": "东港厂", "增速": 20}]), comparing_years),
    "macros": Case(["名称：{{ 名称 }}"], "word/vbaProject.bin", carrying),
    "embedded-file": Case(["名称：{{ 名称 }}"], "word/embeddings/oleObject1.bin", carrying),
    "not-a-number": Case(NUMBER, [TITLE, ("产量（吨）", "若干")], reading),
    "not-an-integer": Case(WHOLE, [TITLE, ("领用件数", "12.5")], reading),
    "time-left-out": Case(DATE, [TITLE, "日期：2024年5月6日 14:30"], reading),
    "not-a-date": Case(DATE, [TITLE, "日期：2024年5月  日"], reading),
    "year-unlikely": Case(DATE, [TITLE, "日期：0210年5月6日"], reading),
    "approximate": Case(NUMBER, [TITLE, ("产量（吨）", "约120")], reading),
    "too-many-decimals": Case(NUMBER, [TITLE, ("产量（吨）", "1.234")], reading),
    "not-an-option": Case(CHOICE, {"性质": "外资"}, filling),
    "several-ticks": Case(CHOICE, [TITLE, ("性质", "☑国有 ☑民营")], reading),
    "unclear-tick": Case(CHOICE, [TITLE, ("性质", "□国有 民营")], reading),
    "over-limit": Case(
        [TITLE, ("理由（10字以内）", "{{ 理由 }}")], [TITLE, ("理由（10字以内）", "设备更新换代，请准予领用")], reading
    ),
    "unknown-field": Case(NUMBER, {"产两": 1}, filling),
    "too-precise": Case(NUMBER, {"产量": 1.234}, filling),
    "wrong-type": Case(NUMBER, {"产量": "若干"}, filling),
    "control-character": Case(UNIT, {"单位": "东港\u0007厂"}, filling),
    "place-uncertain": Case(WHOLE, ({"件数": 8}, [TITLE, ("领用总件数", "7")]), putting),
    "not-placed": Case(CHOICE, ({"性质": "民营"}, [TITLE, ("性质", "☑国有")]), putting),
    "put-reads-otherwise": Case(PAIR, ({"姓名": "李四性别：女"}, [TITLE, "姓名：张三性别：男"]), putting),
    "put-raises-doubt": Case(PAIR, ({"姓名": "李四性别："}, [TITLE, "姓名：张三性别：男"]), putting),
    "blank-ends": Case([TITLE, "单位：{{ 单位 | blank(12) }}"], {"单位": " 东港厂"}, filling),
    "empty-line": Case(LONG, {"说明": "一\n\n二"}, filling),
    "same-as-hint": Case(LONG, {"说明": "（请写明）"}, filling),
    "empty-row": Case(LIST, {"清单": [{"名称": None}]}, filling),
    "duplicate-option": Case(CHOICES, {"附件": ["图纸", "图纸"]}, filling),
    "out-of-range": Case(NUMBER, {"产量": 10**14}, filling),
    "ambiguous": Case([*UNIT, "盖章单位：{{ 单位 }}"], [TITLE, "单位：东港厂", "盖章单位：西港厂"], reading),
    "place-ambiguous": Case(NUMBER, [TITLE, ("产量（吨）", "1"), ("产量（吨）", "2")], reading),
    "label-altered": Case(WHOLE, [TITLE, ("领用总件数", "7")], extracting),
    "place-missing": Case([*UNIT, ("领用件数", "{{ 件数 | integer }}")], [TITLE, "单位：东港厂"], reading),
    "cells-differ": Case(
        [TITLE, ("件数", "{{ 甲 | integer }}", "{{ 乙 | integer }}")], [TITLE, ("件数", "7")], reading
    ),
    "cells-joined": Case(
        [TITLE, ("单位", "{{ 单位 }}", "{{ 电话 }}")], [TITLE, ("单位", "东港厂 5566【占两格】")], joined
    ),
    "no-record": Case(LIST, [TITLE, "", ("名称", "规格"), ("铣刀", "3"), ("合计", "3")], reading),
    "extra-lines": Case([*UNIT, "以上属实"], [TITLE, "单位：东港厂", "第二车间", "以上属实"], reading),
    "bad-picture": Case(PHOTO, {"照片": "data:image/png;base64,iVBORw0KGgo="}, filling),
    "picture-across": Case(PHOTO, [("数据", "照片"), ("数据", "【图，高过几行】")], loading),
    "picture-and-words": Case(PHOTO, [("数据", "照片"), ("数据", "【图】李明.png")], loading),
    "several-pictures": Case(PHOTO, "照片：两张图片", pictured),
    "words-for-picture": Case(PHOTO, [TITLE, "照片：已交电子版"], reading),
    "control-differs": Case(UNIT, "东港厂", in_a_control),
    "box-differs": Case(CHOICE, [TITLE, ("性质", "☑国有【状态：未选】 ☐民营")], boxed),
    "look-here": Case(UNIT, [TITLE, "单位：【图】"], shown),
    "looks-chosen": Case(CHOICE, [TITLE, ("性质", "□【红】国有【/红】 □民营")], shown),
    "placeholder": Case(UNIT, [TITLE, "单位：【红】«单位»【/红】"], shown),
    "recomputed": Case(DATE, [TITLE, "日期：{ DATE } → 2026年1月1日，文件由 .doc 转换"], converted),
    "written-otherwise": Case([TITLE, "联系人：{{ 单位 }}"], [TITLE, "聯繫人：东港厂"], extracting),
    "store-differs": Case(DATE, [TITLE, "日期：2024年5月6日【日期控件存的是 2020-01-01】"], controlled),
    "copies-differ": Case(UNIT, [TITLE, "单位：东港厂【旧】单位：西港厂"], in_two_boxes),
    "lost-by-conversion": Case(UNIT, [TITLE, "单位：东港厂【丢失】一分厂"], carried),
    "hidden-in-original": Case(UNIT, [TITLE, "单位：东港厂【隐藏】"], carried),
    "table-in-answer": Case(LONG, [TITLE, "说明", "如下：", ("甲", "乙"), "以上属实"], reading),
    "template-text-missing": Case([*UNIT, "以上属实"], [TITLE, "单位：东港厂"], extracting),
    "derived-differs": Case(
        [*UNIT, ("摘要", '{{ (单位 or "") ~ "申请" }}')], [TITLE, "单位：东港厂", ("摘要", "西港厂申请")], reading
    ),
    "not-read": Case([TITLE, "单位：{{ 单位 | 简称 }}", "以上属实"], [TITLE, "单位：东港厂", "以上属实"], extracting),
    "section-differs": Case(
        [*UNIT, "{%p if 单位 %}", "附单位证明。", "{%p endif %}", "以上属实"],
        [TITLE, "单位：东港厂", "以上属实"],
        extracting,
    ),
    "unknown-key": Case(KEYED, [("年度", "产值"), ("2020年", "7"), ("2021年", ""), ("2022年", "8")], extracting),
    "duplicate-key": Case(KEYED, [("年度", "产值"), ("2021年", "7"), ("2021年", "8"), ("2022年", "9")], extracting),
    "holds-separator": Case([TITLE, '人员：{{ 人员 | join("、") }}。'], {"人员": ["王芳、李强"]}, filling),
    "half-typed-tag": Case([TITLE, "单位：{{ 单位 }", "电话：｛｛ 电话 ｝｝"], "", linting),
    "unfilled-tag": Case([*UNIT, Xml('<w:p><w:hyperlink w:tooltip="{{ 网址 }}"/></w:p>')], "", linting),
    "foreign-placeholder": Case([*UNIT, "经办人：${user.name}"], "", linting),
    "hyphen-in-name": Case([*UNIT, "编号：{{ serial-number }}"], "", linting),
    "marked-otherwise": Case([TITLE, "单位：{{ 单位 }}"], [TITLE, "单位：{{ 单位 }}", "电话："], marking),
    "unread-tag": Case([TITLE, "单位：{{ 单位 | 简称 }}"], "", linting),
    "cells-repeated": Case(
        [TITLE, ("名称", "规格"), ("{% for 行 in 清单 %}{{ 行.名称 }}", "{{ 行.规格 }}{% endfor %}")], "", linting
    ),
    "lines-joined": Case(
        [TITLE, "名称：{% for 行 in 清单 %}{{ 行.名称 }}", "规格：{{ 行.规格 }}{% endfor %}", "以上属实"], "", linting
    ),
    "leftover": Case([*UNIT, "以上属实"], [TITLE, "单位：东港厂", "以上属实", "请尽快办理"], reading),
    "unanswered": Case(NUMBER, [TITLE, ("产量（吨）", "")], reading),
    "nothing-ticked": Case(CHOICES, [TITLE, ("附件", "□图纸 □另附：")], reading),
    "write-in-missing": Case(CHOICES, [TITLE, ("附件", "□图纸 ☑另附：")], reading),
    "write-in-unticked": Case(CHOICES, [TITLE, ("附件", "☑图纸 □另附：合同")], reading),
    "rule": Case(WHOLE, (RULE, [TITLE, ("领用件数", "0")]), ruled),
    "words-altered": Case([*UNIT, "以上情况属实"], [TITLE, "单位：东港厂", "以上大致属实"], reading),
    "words-respelt": Case(
        [TITLE, ("年度", "2021年"), ("件数", "{{ 件数 | integer }}")],
        [TITLE, ("年度", "2021"), ("件数", "7")],
        reading,
    ),
    "words-removed": Case([*UNIT, "以上情况属实"], [TITLE, "单位：东港厂"], reading),
    "words-moved": Case(
        [*UNIT, "以上情况属实", "经办：{{ 经办 }}", "注：附清单"],
        [TITLE, "单位：东港厂", "经办：王芳", "注：附清单", "以上情况属实"],
        reading,
    ),
    "words-added": Case([*UNIT, "以上情况属实"], [TITLE, "单位：东港厂", "以上部分情况属实"], reading),
    "exact-words-altered": Case(
        [*UNIT, "如有不实，愿负责任。"],
        ('exact = ["如有不实，愿负责任。"]', [TITLE, "单位：东港厂", "如有不实，愿负部分责任。"]),
        ruled,
    ),
    "options-struck": Case(CHOICE, [TITLE, ("性质", "☑国有")], reading),
    "reads-otherwise": Case(WHOLE, [TITLE, ("领用件数", "7")], misread),
    "not-fillable": Case(NUMBER, [TITLE, ("产量（吨）", "若干")], proving),
    "too-long-to-compare": Case(
        UNIT, [TITLE, "单位：" + "".join(chr(0x4E00 + n % 9973) for n in range(400_001))], reading
    ),
    "rules-syntax": Case(WHOLE, "[[rule]", linting),
    "rule-key": Case(WHOLE, RULE + 'from = "乙"\n', linting),
    "rule-key-missing": Case(WHOLE, RULE.replace('source = "注"\n', ""), linting),
    "rule-unknown-path": Case(WHOLE, RULE.replace('"件数"', '"数量"'), linting),
    "rule-unknown-function": Case(WHOLE, RULE.replace("value > 0", "twice(value) > 0"), linting),
    "rule-expression": Case(WHOLE, RULE.replace("value > 0", "value >"), linting),
    "rule-unknown-words": Case(WHOLE, 'exact = ["本单位承诺"]\n', linting),
    "rule-name-taken": Case([TITLE, "件数：{{ value | integer }}"], RULE.replace('"件数"', '"value"'), linting),
    "no-words-between": Case([TITLE, "{{ 甲 }}{{ 乙 }}"], "", linting),
    "option-differs": Case(
        [TITLE, ("用途", '{{ 用途 | choice("生产") }}研发 {{ 用途 | choice("其他") }}其他')], "", linting
    ),
    "reads-back-otherwise": Case(["{{ 甲 }}填{{ 乙 }}"], "", linting),
    "derived": Case([*UNIT, ("摘要", '{{ (单位 or "") ~ "申请" }}')], "", linting),
    "unknown-column": Case(NUMBER, [("数据", "产量", "产两"), ("数据", "1", "1")], loading),
    "no-header": Case(NUMBER, [("数据", "产量"), ("数据", "1", "2")], loading),
    "cell-error": Case(NUMBER, [("数据", "产量"), ("数据", "=1/0")], loading),
    "date-cell": Case(UNIT, [("数据", "单位"), ("数据", "日期 2024-05-06")], loading),
    "number-format": Case(UNIT, [("数据", "单位"), ("数据", "格式 |# ?/?|0.5")], loading),
    "void-cell": Case(UNIT, [("数据", "单位"), ("数据", "划去 东港厂")], loading),
    "cell-remark": Case(UNIT, [("数据", "单位"), ("数据", "批注 已电话核对")], loading),
    "hidden-rows": Case(UNIT, [("数据", "单位"), ("数据", "东港厂"), ("数据", "隐藏 西港厂")], loading),
    "hidden-columns": Case(
        [TITLE, ("单位", "{{ 单位 }}"), ("电话", "{{ 电话 }}")],
        [("数据", "单位", "隐藏列 电话"), ("数据", "东港厂", "66-01")],
        loading,
    ),
    "hidden-sheet": Case(UNIT, [("说明", "请先读"), ("隐藏页", "单位"), ("隐藏页", "东港厂")], loading),
    "merged-across": Case(
        [TITLE, ("单位", "{{ 单位 }}"), ("电话", "{{ 电话 }}")],
        [("数据", "单位", "电话"), ("数据", "合并 东港厂")],
        loading,
    ),
    "form-proposed": Case(
        [TITLE, ("领用件数", ""), ("单位名称", "")], [TITLE, ("领用件数", "7"), ("单位名称", "甲")], proposing
    ),
    "blank-differs": Case(WHOLE, [TITLE, ("领用数量", "")], comparing),
    "no-result": Case(NUMBER, [("数据", "产量"), ("数据", "未算 =1+1")], loading),
    "ambiguous-column": Case(
        [TITLE, ("甲方", "{{ 甲方.电话 }}"), ("乙方", "{{ 乙方.电话 }}"), ("单位", "{{ 单位 }}")],
        [("数据", "单位", "电话"), ("数据", "东港厂", "1")],
        loading,
    ),
    "column-guessed": Case(
        [TITLE, ("单位", "{{ 单位 }}"), ("设备更新改造情况说明", "{{ 设备更新改造情况说明 }}")],
        [("数据", "单位", "设备更新和改造情况说明"), ("数据", "东港厂", "略")],
        loading,
    ),
    "unit-differs": Case(
        [*UNIT, ("产值（亿元）", "{{ 产值 | number }}")],
        [("数据", "单位", "产值（万元）"), ("数据", "东港厂", "3")],
        loading,
    ),
    "sheet-not-read": Case(UNIT, [("甲", "单位"), ("甲", "东港厂"), ("乙", "单位"), ("乙", "西港厂")], loading),
    "corrected": Case(
        WHOLE,
        {"path": "件数", "machine": "约十件", "made_by": "王芳", "created": 43200.0, "why": "电话核实"},
        correcting,
    ),
    "correction-conflict": Case(WHOLE, {"path": "件数", "read": 12, "new": 21, "now": 99}, correcting_again),
    "corrections-differ": Case(
        WHOLE,
        [{"new": 21, "who": "王芳", "when": "2026-03-01"}, {"new": 22, "who": "李明", "when": "2026-03-02"}],
        correcting_unaware,
    ),
    "rows-differ": Case(WHOLE, (21, 22), correcting_twice),
    "cell-comment": Case([*UNIT, *LIST[1:]], [("东港.docx", "单位", "批注：应为东港总厂")], saving_by_hand),
    "merged-down": Case(UNIT, [("东港.docx", "单位", "合并")], saving_by_hand),
    "only-printed": Case(
        [*UNIT, *(f"第{n}项的名称：{{{{ 第{n}项的名称 }}}}" for n in range(60))],
        [("并排", "第7项的名称", "东港机床厂")],
        saving_by_hand,
    ),
    "rows-moved": Case(
        [*UNIT, "地址：{{ 地址 }}"],
        [("东港.docx", "单位", "西港厂"), ("东港.docx", "地址", "西港路")],
        saving_by_hand,
    ),
    "rows-unclear": Case([*UNIT, *LIST[1:]], [("东港.docx", "记录", "2")], saving_by_hand),
    "column-gone": Case([*UNIT, "地址：{{ 地址 }}"], [("", "地址", "")], saving_by_hand),
    "not-a-return": Case(UNIT, [("", "文件", "合计"), ("", "单位", "2 家")], saving_by_hand),
    "correction-lost": Case(UNIT, {"path": "件数", "read": 12, "new": 21, "now": None}, correcting_again),
    "filled-by-hand": Case(UNIT, {"path": "单位", "read": None, "new": "东港厂"}, correcting_again),
    "not-any-more": Case(UNIT, "收/东港.docx", going_on),
    "old-workbook": Case(UNIT, [("数据", "单位"), ("数据", "【图】东港厂")], loading_old),
    "record-twice": Case(
        [*UNIT, *LIST[1:]],
        [
            ("数据", "记录", "单位"),
            ("数据", "1", "东港厂"),
            ("数据", "1", "西港厂"),
            ("清单", "记录", "名称"),
            ("清单", "1", "铣刀"),
        ],
        loading,
    ),
    "unreadable": Case(UNIT, [{"form": "表", "source": "坏.docx", "data": None}], loading_results),
    "digits-lost": Case(UNIT, [("数据", "单位"), ("数据", "1234567890123456")], loading),
    "no-such-record": Case(
        [*UNIT, *LIST[1:]],
        [("数据", "单位"), ("数据", "东港厂"), ("清单", "记录", "名称"), ("清单", "9", "铣刀")],
        loading,
    ),
}


# --- what stops us ---


@dataclass(frozen=True)
class Stop:
    """What stops us: in words, and done in an empty folder."""

    words: str
    act: Callable[[], object]


def _read(data: bytes, name: str = "表.docx") -> object:
    return Document(data, name).blocks


def _raise(error: DocfillError | None) -> None:
    assert error is not None
    raise error


def _written(name: str, data: bytes) -> Path:
    Path(name).write_bytes(data)
    return Path(name)


def _with_programs(folder: str) -> None:
    """Reads an .rtf with no other programs than those in a folder."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("PATH", folder)
        _read(b"{\\rtf1 }", "表.rtf")


def _without_fsspec() -> None:
    with pytest.MonkeyPatch.context() as changed:
        changed.setitem(sys.modules, "fsspec.core", None)
        remote.listing("memory://交回/")


def _too_large() -> None:
    with limits.within(text=10):
        _read(document_of(["东港机械厂设备更新改造情况"]))


def _failing_office() -> None:
    program = _written("soffice", b"#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    _with_programs(f"{Path.cwd()}:/usr/bin:/bin")


def _ruled_badly() -> None:
    path = _written("表.docx", document_of(WHOLE))
    path.with_suffix(".toml").write_text("[[rule]]\n", encoding="utf-8")
    check(Form.load(path), document_of(WHOLE))


def _without_paragraphs() -> None:
    commented(Document(package("")), [Comment("意见", "")], "审核")


STOPS: dict[str, Stop] = {
    "not-word": Stop("交来的是 PDF / a PDF", lambda: _read(b"%PDF-1.7", "表.pdf")),
    "empty": Stop("0 字节的文件 / a file of 0 bytes", lambda: _read(b"")),
    "encrypted": Stop(
        "在 Word 中设了打开密码 / a password was set in Word",
        lambda: _read(compound("EncryptedPackage")),
    ),
    "corrupt": Stop("正文的 XML 断了 / the XML of the body breaks off", lambda: _read(document_of([Xml("<w:p>")]))),
    "too-large": Stop("比限额长的正文（text=10）/ a text over the limit text=10", _too_large),
    "unsafe": Stop(
        "正文带有 DOCTYPE / the body holds a DOCTYPE",
        lambda: _read(package_of({**parts_of(document_of(["甲"])), "word/document.xml": b"<!DOCTYPE a><a/>"})),
    ),
    "needs-libreoffice": Stop(
        "交来 .rtf，没有装 LibreOffice / an .rtf, and no LibreOffice", lambda: _with_programs("")
    ),
    "not-converted": Stop("LibreOffice 打不开的 .rtf / an .rtf that LibreOffice cannot open", _failing_office),
    "needs-package": Stop("没有安装 fsspec，却给了 URL / a URL, and no fsspec", _without_fsspec),
    "no-such-file": Stop("路径打错了 / a path with a slip", lambda: files.collect([Path("交来/表.docx")], files.WORD)),
    "no-access": Stop("把文件夹当作文件 / a folder in place of a file", lambda: Package.open(Path())),
    "unreachable": Stop("没有这种存储 / there is no such storage", lambda: remote.listing("nowhere://交回/")),
    "nothing-found": Stop("空文件夹 / an empty folder", lambda: files.collect([Path()], files.WORD)),
    "no-such-form": Stop("--form 登记表", lambda: Form.load("登记表")),
    "unknown-form": Stop(
        "交来的是另一种表 / another form",
        lambda: recognise(document_of(["会议通知"]), [form_of(UNIT), form_of(WHOLE)]),
    ),
    "ambiguous-form": Stop(
        "两种表的文字一样 / two forms with the same words",
        lambda: recognise(document_of([TITLE, "单位：甲"]), [form_of(UNIT), form_of(UNIT)]),
    ),
    "bad-template": Stop("标签没有写完：{{ 名称 | }} / an unfinished tag", lambda: form_of(["{{ 名称 | }}"])),
    "bad-rules": Stop("规则文件里只有 [[rule]] / a rules file with nothing but [[rule]]", _ruled_badly),
    "bad-data": Stop(
        '数据文件里是 {"单位": / a data file that breaks off', lambda: files.load_json(_written("甲.json", b"{"))
    ),
    "invalid-data": Stop('{"产量": "若干"}', lambda: form_of(NUMBER).fill({"产量": "若干"})),
    "does-not-fit": Stop("一格里 4 万字 / 40,000 characters in a cell", lambda: check_length("字" * 40_000, "单位")),
    "no-comments": Stop("正文没有段落的文件 / a document without paragraphs", _without_paragraphs),
    "bad-argument": Stop("--limits tex=1", lambda: limits.limits_from("tex=1")),
    "bad-output": Stop("-o 表.pdf", lambda: files.outlet("表.pdf", [".docx"])),
    "output-exists": Stop(
        "-o 表.docx，已有此文件 / it is there",
        lambda: files.check_targets([_written("表.docx", b"x")], [], False),
    ),
    "unfinished": Stop(
        "上次中断，留下 .part / a .part of a run that was interrupted",
        lambda: Journal(_written("汇总.xlsx.part", b"x"), [], False, False),
    ),
    "worker-lost": Stop(
        "读取的进程被系统结束 / the system ended the process",
        lambda: _raise(flow.lost_source(Source("表.docx", "表.docx")).error),
    ),
    "failed": Stop("程序的毛病 / a fault of the program", lambda: _raise(unexpected("表.docx", ValueError("x")))),
    "unusable": Stop("其他 / anything else", lambda: _raise(DocfillError("不可用", "of no use"))),
}
"""What stops us, by code: each the smallest cause."""


def stopped(code: str) -> Problem:
    """The error that the case of a code raises, as a problem."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), pytest.raises(DocfillError) as error:
        STOPS[code].act()
    assert error.value.code == code
    return error.value.problem()


def caused(code: str) -> Problem:
    """The problem with a code that its case causes."""
    if code in STOPS:
        return stopped(code)
    case = CASES[code]
    found = case.problems(case.form, case.given)
    wanted = [x for x in found if x.code == code]
    assert wanted, f"{code}: {[(x.code, str(x)) for x in found]}"
    return wanted[0]


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_a_message_is_one_line_whatever_it_quotes(line: str) -> None:
    for code in CATALOGUE:
        problem = Problem(code, "甲", f"一{line}二", f"三{line}四", suggested=f"五{line}六")
        assert {len(said.splitlines()) for said in (problem.sentence("zh"), problem.sentence("en"), str(problem))} == {
            1
        }
    assert Problem("unclear-tick", "甲", "一\n二", "三").sentence("zh") == "选项“三”前的标记“一↵二”无法判断是否勾选"


@pytest.mark.parametrize("code", [*CASES, *STOPS])
def test_each_case_causes_its_problem(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    assert caused(code).sentence("zh") and caused(code).sentence("en")


def test_every_code_has_a_case() -> None:
    assert {*CASES, *STOPS} == set(CATALOGUE), "give every code of docfill/problems.py its smallest document here"


# --- the page ---


def _shown(lines: Any) -> str:
    """Lines as they stand on the page; a very long one is shortened."""
    if isinstance(lines, str):
        return lines.rstrip("\n")
    if isinstance(lines, dict):
        return json.dumps(lines, ensure_ascii=False)
    text = [" ‖ ".join(line) if isinstance(line, tuple) else str(line) for line in lines]
    return "\n".join(f"{line[:20]}……（共 {len(line)} 字）" if len(line) > 500 else line for line in text)


def _given(case: Case) -> str:
    if case.problems is ruled:
        rules, lines = case.given
        return f"{_shown(rules)}\n\n{_shown(lines)}"
    if case.problems is putting:
        changes, lines = case.given
        return f"{json.dumps(changes, ensure_ascii=False)}\n\n{_shown(lines)}"
    return _shown(case.given)


def page() -> str:
    """docs/problems.md, from the catalogue and the cases."""
    titles = {
        reading: "交回的文件 / returned document",
        handing_in: "交来的文件与单位，及名单 / files handed in, each with its answer, and the roster",
        listing: "名单 / The roster",
        pictured: "交回的文件 / returned document",
        extracting: "交回的文件 / returned document",
        outdating: "今年的表 / this year's form",
        migrating: "新一年的表，与去年的记录 / this year's form, and last year's record",
        migrating_several: "新一年的表，与去年的各条记录 / this year's form, and last year's records",
        carrying: "空白表的压缩包里多出 / beside the parts of the blank form",
        converted: "交回的文件 / returned document",
        in_two_boxes: "交回的文件，最后一段在文本框里 / returned document, its last paragraph in a text box",
        carried: "交回的文件（.odt） / returned document (.odt)",
        joined: "交回的文件 / returned document",
        shown: "交回的文件 / returned document",
        taking_for_another: "另一种表的空白表，按本表读取 / the blank of another form, read as this one",
        boxed: "交回的文件 / returned document",
        controlled: "交回的文件 / returned document",
        in_a_control: "一个填写框移到了别处，里面填着 / in a fillable blank, a control that was moved, with",
        proving: "交回的文件 / returned document",
        putting: "改正与交回的文件 / a correction and a returned document",
        misread: "交回的文件，填表程序故意多写 1 / returned document, and a filler that writes one more",
        marking: "另一版带标记的空白表 / the marked blank of another edition",
        filling: "数据 / data",
        linting: "规则 / rules",
        ruled: "规则与文件 / rules and document",
        loading: "数据表格 / spreadsheet",
        loading_old: "旧格式的数据表格（.xls） / spreadsheet in the old format (.xls)",
        loading_results: "数据 / data",
        proposing: "没有标签的空白表用作模板；交回的文件 / the blank form as template; returned document",
        correcting: "网页上的改正 / a correction made in the page",
        correcting_again: "改正，和现在读出的 / a correction, and what is read by now",
        correcting_unaware: "两处改正 / two corrections",
        correcting_twice: "两行各填了什么 / what each row says",
        saving_by_hand: "工作簿里改的：哪份文件的行、哪一列、改成什么 / changes of a workbook: row, column, text",
        comparing_years: "去年的记录，与今年的 / last year's records, and this year's",
        going_on: "改正过的文件 / the file that was corrected",
        comparing: "官方空白表 / official blank form",
    }
    out = [
        "# 问题一览 / All problems",
        "",
        "*本页由程序生成：`python -m tests.test_problems`。 This page is generated.*",
        "",
        "每个代码附最小的模板和引起它的内容；‖ 隔开表格的单元格。",
        "Each code with the smallest template and what causes it; ‖ stands between cells of a table.",
    ]
    for code, entry in CATALOGUE.items():
        problem = caused(code)
        out += [
            "",
            f"## {code}",
            "",
            f"{problem.severity}: {entry.zh} / {entry.en}".replace("{found}", "…")
            .replace("{expected}", "…")
            .replace("{path}", "…"),
        ]
        case = CASES.get(code)
        if case is None:
            out += ["", "```text", STOPS[code].words, "```", "", f"> {problem.found}".replace("\n", " ")]
            continue
        out += ["", "```text", _shown(case.form), "```"]
        if case.given:
            out += ["", titles[case.problems] + ":", "", "```text", _given(case), "```"]
        sentence = problem.line("zh")
        out += ["", "> " + (sentence[:200] + "……" if len(sentence) > 200 else sentence).replace("\n", " ")]
    return "\n".join(out) + "\n"


def test_the_page_is_what_the_catalogue_and_the_cases_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCFILL_LANG", raising=False)
    assert PAGE.read_text(encoding="utf-8") == page(), "refresh it: python -m tests.test_problems"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
