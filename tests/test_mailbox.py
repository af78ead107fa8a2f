"""A mailbox two weeks after the due date: sixty mails become a workbook by one command, and nothing disappears."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections import Counter
from email.utils import format_datetime
from pathlib import Path

import openpyxl

from docfill import Form
from tests.outlook import compound, mail
from tests.small_form import p, package
from tests.test_archives import letter
from tests.test_cli import Run, run

__all__ = ["run"]

FORM = package(p("单位：{{ 申报单位 | blank(6) }}") + p("人数：{{ 人数 | integer | blank(4) }}人"))
PDF, PNG, RAR = b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n...", b"Rar!\x1a\x07\x01\0..."


def name(number: int) -> str:
    return f"第{number:02}单位"


def mailbox(form: Form, folder: Path) -> None:
    """Forty as .eml, six as .msg, four zipped, one forwarded, one twice, one in two versions; and what is none."""

    def filled(number: int, people: int = 10) -> bytes:
        return form.fill({"申报单位": name(number), "人数": people})

    def post(content: bytes, suffix: str = ".eml") -> None:
        (folder / f"{len(list(folder.iterdir())) + 1:02}{suffix}").write_bytes(content)

    def put(number: int, content: bytes, suffix: str, day: int = 1) -> None:
        made = letter({f"{name(number)}{suffix}": content})
        made["Date"] = format_datetime(datetime.datetime(2026, 3, day, tzinfo=datetime.UTC))
        post(made.as_bytes())

    def zipped(number: int) -> bytes:
        with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
            archive.writestr(f"{name(number)}.docx", filled(number))
        return packed.getvalue()

    for number in range(1, 41):
        put(number, filled(number, number), ".docx")
    for number in range(41, 47):
        post(compound(mail({f"{name(number)}.docx": filled(number)})), ".msg")
    for number in range(47, 51):
        put(number, zipped(number), ".zip")
    for number in (51, 52, 53):
        put(number, PDF, ".pdf")
    for number in (54, 55):
        put(number, PNG, ".png")
    put(56, RAR, ".rar")
    forwarded = letter({"转.eml": letter({f"{name(57)}.docx": filled(57)})})
    post(forwarded.as_bytes())
    put(1, filled(1, 1), ".docx", day=2)
    put(2, filled(2, 200), "-改.docx", day=9)
    post(letter({}).as_bytes())
    (folder / "Thumbs.db").write_bytes(b"...")


def test_sixty_mails_become_a_workbook_and_every_one_is_accounted_for(run: Run) -> None:
    Path("表.docx").write_bytes(FORM)
    Path("表.toml").write_text('key = ["申报单位"]\n', encoding="utf-8")
    Path("信").mkdir()
    mailbox(Form.load("表.docx"), Path("信"))
    assert len(list(Path("信").iterdir())) == 61
    Path("名单.csv").write_text("申报单位\n" + "".join(f"{name(n)}\n" for n in range(1, 61)), encoding="utf-8")
    done = run("extract", "信", "--form", "表.docx", "--roster", "名单.csv", "-o", "总.xlsx", "--jobs", "1")
    assert "共 60 份：" in done.stderr and "7 份无法读取" in done.stderr
    assert "另有 1 个文件不是表，已略过：信/Thumbs.db" in done.stderr
    book = openpyxl.load_workbook("总.xlsx")
    overview = {c[0].value: c[2].value for c in book["概览"].iter_rows() if c[2].value is not None}
    counted = {k: overview[k] for k in ("无疑问", "有疑问", "无法读取", "没有交", "共收到")}
    assert counted == {"无疑问": 51, "有疑问": 2, "无法读取": 7, "没有交": 9, "共收到": 60}
    # each mail has its row, wherever its form was
    rows = [str(c[0].value or "") for c in book["表"].iter_rows()]
    mails = Counter(r.partition(" → ")[0].partition("\n")[0] for r in rows if r.startswith("信/"))
    assert mails == Counter(x.as_posix() for x in Path("信").iterdir() if x.name != "Thumbs.db")
    assert sum("名单上的" in r for r in rows) == 9
    assert any(r.startswith("信/57.eml → ") and r.endswith(f" → {name(57)}.docx") for r in rows)
    assert any("PDF 文件，请改交 Word 文件" in r for r in rows) and any("RAR 压缩包" in r for r in rows)
    doubts = [tuple(c.value for c in line) for line in book["问题"].iter_rows(min_row=2)]
    assert sum("是同一个文件" in str(d[-1]) for d in doubts) == 2
    assert sum("同一申报者" in str(d[-1]) for d in doubts) == 2
    assert any("最新的是 信/58.eml" in str(d[-1]) or f"{name(2)}-改.docx" in str(d[-1]) for d in doubts)
    missing = [c[0].value for c in book["名单"].iter_rows(min_row=2)]
    assert missing == [name(n) for n in (51, 52, 53, 54, 55, 56, 58, 59, 60)]
    latest = run("extract", "信", "--form", "表.docx", "--latest", "-o", "新.xlsx", "--jobs", "1")
    assert "只取最新的，未计入" in latest.stderr
    kept = [str(c[3].value) for c in openpyxl.load_workbook("新.xlsx")["表"].iter_rows()]
    assert (kept.count(name(1)), kept.count(name(2))) == (1, 1)


def test_a_scan_that_came_with_a_form_is_no_return_that_could_not_be_read(run: Run) -> None:
    Path("表.docx").write_bytes(FORM)
    Path("信").mkdir()
    form = Form.load("表.docx")
    filled = {n: form.fill({"申报单位": name(n), "人数": n}) for n in (1, 2, 3)}
    for number, files in enumerate(
        (
            {"表.docx": filled[1], "执照.jpg": PNG, "证书.pdf": PDF},
            {"表.pdf": PDF},
            {"甲.docx": filled[2], "乙.docx": filled[3], "丙.pdf": PDF},
        )
    ):
        Path(f"信/{number}.eml").write_bytes(letter(files).as_bytes())
    done = run("extract", "信", "--form", "表.docx", "-o", "总.xlsx")
    assert (
        "共 7 份：3 份无疑问，0 份有疑问，4 份无法读取\n其中 2 份与读出的表在同一封邮件里，若是附件就不必管："
        in done.stderr
    )
    book = openpyxl.load_workbook("总.xlsx")
    counted = {c[0].value: c[2].value for c in book["概览"].iter_rows() if c[2].value is not None}
    assert [counted[k] for k in ("无疑问", "无法读取", "随表交来、没有读", "共收到")] == [3, 2, 2, 7]
    told = {c[0].value: c[6].value for c in book["问题"].iter_rows(min_row=2)}
    assert told["信/0.eml → 执照.jpg"].endswith("；同一封邮件里的“表.docx”已读出，这份若是它的附件就不必管")
    assert told["信/2.eml → 丙.pdf"] == "这是 PDF 文件，请改交 Word 文件"
    run("check", "信", "--form", "表.docx", "-o", "核.html")
    assert "2 份无法读取，2 份是随表交来的，没有读" in Path("核.html").read_text(encoding="utf-8")
