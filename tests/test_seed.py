"""The blank forms say what the official forms say, in the notation of tests/seeds.

There a tab opens a cell, each line is a paragraph, and a cell that continues a
vertical merge is empty; tables inside cells are flat.  Empty paragraphs, which
only push the next text down, are not compared, everything else is, spaces
included.  What differs on purpose is listed here, with its reason.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docfill import bundled
from docfill.word.document import Document
from docfill.word.xml import W
from tests.page import page
from tests.small_form import form_named

SEEDS = Path(__file__).parent / "seeds"

DIFFERENCES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        "shanghai",
        (),
        ("上海市中小企业特色产业集群申报表",),
        "the text dump has no title; the cover's title is the name that the form's own notes give it",
    ),
    (
        "shanghai",
        (f"区中小企业主管部门（盖章）：{' ' * 25}", f"申报单位：{' ' * 34}"),
        (f"区中小企业主管部门（盖章）：{' ' * 24}", f"申报单位：{' ' * 42}"),
        "the lines of the cover are drawn by blanks, here by as many as let them end together",
    ),
    ("shanghai", (" 一、基本情况",), ("    一、基本情况",), "the first heading is indented as the others are"),
    ("shanghai", ("否",), ("⟨00A3⟩否",), "this box is a w:sym, which the seed does not show"),
    (
        "shanghai",
        ("运用了数字化手段提升治理能力",),
        ("⟨00A3⟩运用了数字化手段提升治理能力",),
        "this box is a w:sym, which the seed does not show",
    ),
    (
        "shandong",
        (f"县级行政区划中小企业主管部门（盖章）：{' ' * 14}",),
        (f"县级行政区划中小企业主管部门（盖章）：{' ' * 18}",),
        "the lines of the cover are drawn by blanks, here by as many as let them end together",
    ),
)
"""(form, in the seed, in the blank form, why)"""


def tokens(lines: Iterable[str]) -> list[str]:
    """The lines that say something or open a cell; an empty beginning of a cell goes with its first text."""
    found: list[str] = []
    for line in lines:
        if not line.strip(" \n"):
            continue
        if found and found[-1] == "\t" and not line.startswith("\t"):
            found[-1] = "\t" + line
        else:
            found.append(line)
    return found


def dumped(blocks: list[Any]) -> Iterator[str]:
    """The lines of a page in the seeds' notation."""
    for block in blocks:
        if isinstance(block, str):
            yield from block.split("\n")
        else:
            for row in block:
                for _, _, merge, content in row:
                    first, *rest = [""] if merge == "continue" else [*_inside(content)]
                    yield f"\t{first}"
                    yield from rest


def _inside(content: list[Any]) -> Iterator[str]:
    """The lines of a cell; of a table inside it, those that say something."""
    for block in content:
        if isinstance(block, str):
            yield from block.split("\n")
        else:
            for row in block:
                for *_, inner in row:
                    yield from filter(None, _inside(inner))


def differences(seed: list[str], ours: list[str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(in the seed, in ours) wherever the two say different things."""
    compared = difflib.SequenceMatcher(None, seed, ours, autojunk=False).get_opcodes()
    return [(tuple(seed[a:b]), tuple(ours[c:d])) for what, a, b, c, d in compared if what != "equal"]


@pytest.mark.parametrize("name", bundled())
def test_the_blank_form_is_the_official_form(name: str) -> None:
    seed = tokens((SEEDS / f"{name}.txt").read_text(encoding="utf-8").split("\n"))
    ours = tokens(dumped(page(form_named(name).blank())))
    assert len(seed) > 300
    assert differences(seed, ours) == [(theirs, mine) for form, theirs, mine, _ in DIFFERENCES if form == name]


def test_a_lost_cell_and_a_lost_space_are_differences() -> None:
    seed = tokens(["一、甲", "\t乙", "\t", "", "丙：   "])
    assert differences(seed, tokens(["一、甲", "\t乙", "丙：   "])) == [(("\t丙：   ",), ("丙：   ",))]
    assert differences(seed, tokens(["一、甲", "\t乙", "\t", "丙：  "])) == [(("\t丙：   ",), ("\t丙：  ",))]


@pytest.mark.parametrize("name", ["shanghai", "shandong"])
def test_pages_break_between_rows_and_no_header_stands_over_rows_that_are_not_its_own(name: str) -> None:
    rows = list(Document(form_named(name).template).root.iter(f"{W}tr"))
    short = [row for row in rows if _height(row) < 5000]
    assert len(short) > 70 and len(short) < len(rows)
    assert [row for row in short if row.find(f"{W}trPr/{W}cantSplit") is None] == []
    inside = [row for row in rows if next(row.iterancestors(f"{W}tc"), None) is not None]
    assert [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None and row not in inside] == []


def _height(row: Any) -> int:
    """The height that a row has at least, in twentieths of a point."""
    height = row.find(f"{W}trPr/{W}trHeight")
    return 0 if height is None else int(height.get(f"{W}val"))
