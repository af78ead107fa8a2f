"""What comes from a file never acts on the terminal or the page that shows it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from docfill import DocfillError, files, problems
from docfill.check import check, report
from docfill.cli.app import console, tell
from docfill.problems import Problem
from docfill.tables.xlsx import Book
from docfill.tag.proposal import propose
from docfill.tag.review import page
from docfill.text import shown, shown_in_html
from docfill.word.document import Document
from tests.small_form import loaded, p, package
from tests.test_cli import Run, run

__all__ = ["run"]

ACTING = "\x1b\x9b\x07\x7f\r\u202e\u2066\u200f\u2028"


def _acts(text: str) -> bool:
    return any(char in text for char in ACTING)


def test_every_acting_character_is_seen_instead_and_nothing_else_is_changed() -> None:
    assert shown(f"甲{ACTING}乙") == "甲" + "\ufffd" * len(ACTING) + "乙"
    assert shown("甲\t乙\n丙　😀é") == "甲\t乙\n丙　😀é"
    assert shown_in_html("<\u202e>") == "&lt;\ufffd&gt;"


def test_messages_are_made_of_what_can_be_shown() -> None:
    error = DocfillError(f"甲{ACTING}", f"a{ACTING}")
    problem = Problem("not-a-number", f"路{ACTING}", ACTING, suggested=ACTING)
    assert not any(map(_acts, (error.zh, error.en, str(error), problem.message, problem.sentence("en"))))
    assert problem.found == ACTING


def test_json_means_the_same_and_acts_nowhere() -> None:
    record = {f"键{ACTING}": [f"值{ACTING}"]}
    for dumped in (files.dump_json(record), files.dump_jsonl([record])):
        assert not _acts(dumped.decode()) and json.loads(dumped) == record


def test_a_report_shows_answers_and_acts_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    form = loaded(package(p("数量：{{ 数量 | number }}") + p("名称：{{ 名称 }}")))
    acting = "\x9b\u202e\u2066"  # what XML can hold
    checked = check(form, form.fill({"名称": "甲"}).replace(b"", b""), f"甲{acting}.docx")
    checked.result.source += acting
    assert not _acts(report.page([checked]).decode())
    screen = console()
    screen.file = out = io.StringIO()
    report.show(checked, screen)
    screen.print(Text(f"甲{ACTING}乙", style="bold"))
    assert not _acts(out.getvalue()) and "甲" + "\ufffd" * 7 in out.getvalue()
    tell(ACTING)
    assert not _acts(capsys.readouterr().err)


def test_the_page_of_a_proposal_acts_nowhere() -> None:
    blank = package(p("姓\u202e名：______") + p("说明\u2066\x9b。"))
    assert not _acts(page(Document(blank), "甲\u202e", propose(blank)))


def test_names_of_fields_act_nowhere(run: Run) -> None:
    Path("甲.docx").write_bytes(package(p("甲：{{ 甲['\x9b乙'] }}")))
    assert not _acts(run("fields", "甲.docx").stdout)


def test_more_problems_than_anybody_looks_through_are_plain_lines_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = loaded(package(p("甲：{{ 甲 | number }}") + p("乙：{{ 乙 | number }}")))
    checked = check(form, package(p("甲：字") + p("乙：字") + p("多") * 3), "甲.docx")
    shown = []
    for most in (300, 1):
        monkeypatch.setattr(report, "MANY", most)
        screen = Console(file=io.StringIO(), force_terminal=True, width=40, color_system=None)
        report.show(checked, screen)
        shown.append("".join(screen.file.getvalue().split()))  # type: ignore[attr-defined]
    assert shown[0] == shown[1] and shown[0].count("多") == 3


def test_problems_of_a_kind_are_shown_as_many_as_anybody_reads_and_counted_and_all_are_in_json(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a file of five thousand stray lines each report had them all, the workbook two rows for each."""
    form = loaded(package(p("甲：{{ 甲 | number }}")))
    checked = check(form, package(p("甲：字") + "".join(p(f"多{n}") for n in range(50))), "甲.docx")
    assert checked.counts["warning"] + checked.counts["error"] > 50
    monkeypatch.setattr(problems, "MOST_TOLD", 8)
    screen = Console(file=io.StringIO(), width=200)
    report.show(checked, screen)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    made_page = report.make_report([checked], ".html", is_single=True).decode()
    (tmp_path / "报告.xlsx").write_bytes(report.make_report([checked], ".xlsx"))
    book = "\n".join(str(cell) for _, cells in Book(tmp_path / "报告.xlsx").rows("问题") for cell in cells)
    for said in (shown, made_page, book):
        assert len(set(re.findall(r"多\d+", said))) == 8
        assert said.count("另有 42 处同类问题，不逐条列出") == 1
    assert "读取（51）" in shown
    whole = json.loads(report.make_report([checked], ".json", is_single=True))
    assert sum("多" in str(told["found"]) for told in whole["problems"]) == 50


def test_elsewhere_than_on_a_terminal_a_report_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    form = loaded(package(p("甲：{{ 甲 | number }}")))
    checked = check(form, form.fill({}), "甲.docx")
    screens = [Console(file=io.StringIO(), force_terminal=on, width=80, color_system=None) for on in (True, False)]
    report.show(checked, screens[0])
    monkeypatch.setattr(Console, "print", lambda *_, **__: pytest.fail("laid out for nobody"))
    report.show(checked, screens[1])
    laid_out, plain = (screen.file.getvalue() for screen in screens)  # type: ignore[attr-defined]
    assert [line.rstrip() for line in laid_out.splitlines()] == [line.rstrip() for line in plain.splitlines()]


def test_an_option_that_is_none_acts_nowhere(run: Run) -> None:
    """A name of a file that begins with two dashes is one, where a shell put it in the place of a wildcard."""
    done = run("check", f"--甲{ACTING}")
    assert done.exit_code == 2 and "甲" in done.stderr and not _acts(done.stderr)
