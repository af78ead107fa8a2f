"""Honest files are far from the most work that they may ask for: steps are counted, never seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import xlsxwriter

from docfill import DocfillError, files, limits, tables
from docfill.tag.proposal import propose
from docfill.word.document import Document
from tests.burdens import page_headers
from tests.small_form import loaded, p, package, row, table

REAL = sorted((Path(__file__).parent.parent.parent / "shared" / "forms" / "real").glob("*.docx"))
"""Blank forms as they are found, where they lie beside the checkout."""


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Callable[[Document, Callable[[Document], object]], float]:
    """Which share of the work that may be asked for one document something takes."""
    steps = [0]
    takes = limits.Budget.spend

    def told(budget: limits.Budget, taken: int) -> None:
        steps[0] += taken
        takes(budget, taken)

    def measured(document: Document, does: Callable[[Document], object]) -> float:
        monkeypatch.setattr(limits.Budget, "spend", told)
        with limits.within(work=2**40):
            does(document)
        return steps[0] / (limits.DEFAULT.work * max(1.0, document.package.weight / 2**20))

    return measured


def _proposed(document: Document) -> None:
    with contextlib.suppress(DocfillError):  # one has tags already, and nothing to fill in
        propose(document)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[:20])
def test_a_real_blank_is_tagged_for_half_of_the_work(
    path: Path, share: Callable[[Document, Callable[[Document], object]], float]
) -> None:
    with limits.within(work=2**40):
        document = Document(path)
    assert share(document, _proposed) <= 0.5


def test_two_hundred_rows_of_marks_are_tagged_within_the_work(
    share: Callable[[Document, Callable[[Document], object]], float],
) -> None:
    rows = [row(str(n), f"第{n}项评价内容", "□", "□", "□", "□", "") for n in range(1, 201)]
    blank = Document(package(table(7, row("序号", "评价内容", "优", "良", "中", "差", "备注"), *rows)))
    assert share(blank, propose) <= 1


def test_a_short_paragraph_is_as_much_work_as_finding_no_place_in_it(
    share: Callable[[Document, Callable[[Document], object]], float],
) -> None:
    """Eight thousand, numbered by Word, took `tag` 3.7 s before they were refused."""
    blank = Document(package("".join(p(f"项{n}") for n in range(1_000))))
    assert share(blank, _proposed) >= 0.25


def test_each_header_is_work_however_little_it_says(
    share: Callable[[Document, Callable[[Document], object]], float],
) -> None:
    """Three thousand of them took `tag` 2.3 s, and next to no steps."""
    assert share(Document(page_headers(300)), propose) >= 0.02


def test_a_table_of_five_thousand_rows_leaves_a_fifth_of_the_work(
    share: Callable[[Document, Callable[[Document], object]], float],
) -> None:
    columns = [f"栏{n}" for n in range(10)]
    rest = [""] * 9
    tags = [f"{{{{ x.{column} }}}}" for column in columns]
    rows = [row(*columns), row("{%tr for x in 行 %}", *rest), row(*tags), row("{%tr endfor %}", *rest)]
    form, drawn = loaded(package(table(10, *rows))), Random(7)
    data = [{c: f"{drawn.choice('甲乙丙丁')}{drawn.randrange(10**6)}" for c in columns} for _ in range(5_000)]
    document = Document(form.fill({"行": data}))
    assert share(document, lambda given: form.extract(given, by_meaning=True)) <= 0.8


def test_a_workbook_of_a_hundred_and_fifty_columns_leaves_a_tenth_of_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand rows, and half of their cells are words that stand nowhere else; it was refused."""
    columns = [f"组.项{n}" for n in range(150)]
    form = loaded(package("".join(p(f"{column}：{{{{ {column} }}}}") for column in columns)))
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        for n in range(1, 1_001):
            sheet.write_row(n, 0, [n * 7 + c if c % 2 else f"答案{n}之{c}" for c in range(150)])
    assert files.size_of(tmp_path / "a.xlsx") < 2**20
    with limits.within(work=limits.DEFAULT.work * 9 // 10):
        assert len(list(tables.load(tmp_path / "a.xlsx", form).records)) == 1_000


def test_alike_lines_that_each_may_be_each_are_work() -> None:
    """A form of 2,000 lines that say the same, and a return with them elsewhere, took 25 s and 4 million pairs."""

    def read(lines: int) -> object:
        alike = p("以上内容属实") * lines
        form = loaded(package(p("名称：{{ 名称 }}") + alike + p("电话：{{ 电话 }}")))
        return form.extract(package(p("电话：1") + alike + p("名称：2"))).data

    assert read(300) == {"名称": "2", "电话": "1"}
    with pytest.raises(DocfillError, match="work="):
        read(800)


def test_rows_that_are_told_by_their_labels_are_little_work_whatever_unit_all_have() -> None:
    kept = range(1_000)
    form = loaded(package(table(3, *(row(f"指标{n}", f"{{{{ v{n} | number }}}}", "个") for n in kept))))
    read = form.extract(package(table(3, row("多出的", "1", "个"), *(row(f"指标{n}", f"{n}", "个") for n in kept))))
    assert read.data == {f"v{n}": n for n in kept}
