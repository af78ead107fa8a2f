"""Two versions of a submission, field by field."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill import DocfillError
from docfill.diff import _moved, diff, words_of
from tests.burdens import BURDENS
from tests.disturb import HARMLESS
from tests.disturb import changed as spoilt
from tests.small_form import form_named
from tests.test_cli import Run, run  # noqa: F401  (a fixture)
from tests.test_doubts import put, row_of
from tests.test_rules import changed

FORM = form_named("shanghai")


def changes(change: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    found = diff(FORM, changed("shanghai", {}), changed("shanghai", change))
    return [(c.kind, c.field.path, c.before, c.after) for c in found.changes]


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_a_file_saved_elsewhere_says_the_same(change: Any) -> None:
    document = changed("shanghai", {})
    assert diff(FORM, document, spoilt(document, change)).is_same


def test_each_kind_of_change() -> None:
    path = "主导产业情况.集群企业数量.2020年"
    assert changes({path: 213}) == [("changed", path, 212, 213)]
    assert changes({path: None}) == [("removed", path, 212, None)]
    write_in = "绿色化转型情况.集群已开展的绿色低碳工作_其他"
    assert changes({write_in: "甲"}) == [("added", write_in, None, "甲")]
    ticks = "治理和服务水平.集群中小企业公共服务平台建设情况"
    assert [c[:2] for c in changes({ticks: []})] == [("removed", ticks)]


def test_a_text_is_shown_word_by_word() -> None:
    assert words_of("占12.50%，共3家", "占12.80%，共13家") == (
        ("same", "占"),
        ("removed", "12.50%"),
        ("added", "12.80%"),
        ("same", "，共"),
        ("removed", "3"),
        ("added", "13"),
        ("same", "家"),
    )


@given(st.text("甲乙丙1 a\n", max_size=20), st.text("甲乙丙1 a\n", max_size=20))
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = words_of(old, new)
    assert "".join(text for kind, text in pieces if kind != "added") == old
    assert "".join(text for kind, text in pieces if kind != "removed") == new


def test_words_of_the_form_and_text_of_no_field_are_compared_too() -> None:
    def change(root: Any) -> None:
        put(row_of(root, "集群企业数量")[1], "集群重点企业数量")

    document = changed("shanghai", {})
    found = diff(FORM, document, spoilt(document, change))
    assert [(kind, p.code) for kind, p in found.words] == [("added", "words-added")]
    back = diff(FORM, spoilt(document, change), document)
    assert [kind for kind, _ in back.words] == ["removed"]


def test_the_command_shows_and_writes_the_difference(run: Run) -> None:  # noqa: F811
    Path("a.docx").write_bytes(changed("shanghai", {}))
    Path("b.docx").write_bytes(changed("shanghai", {"封面.所属区": "青浦区"}))
    done = run("diff", "a.docx", "b.docx", "-o", "d.json")
    assert (done.exit_code, done.stderr) == (1, "共 1 项不同\n")
    assert done.stdout == "改  封面＞所属区：[-松江-]{+青浦+}区\n"
    dumped = json.loads(Path("d.json").read_text(encoding="utf-8"))
    assert dumped["changes"][0]["words"] == [["removed", "松江"], ["added", "青浦"], ["same", "区"]]
    same = run("diff", "a.docx", "a.docx")
    assert (same.exit_code, same.stderr) == (0, "两份相同\n")
    Path("c.docx").write_bytes(changed("shandong", {}))
    assert "不是同一种表" in run("diff", "a.docx", "c.docx").stderr


def test_texts_of_one_word_are_shown_whole_since_all_pairs_would_be_compared() -> None:
    assert words_of("甲" * 3_000, "乙" + "甲" * 3_000) == (("removed", "甲" * 3_000), ("added", "乙" + "甲" * 3_000))
    assert words_of("甲" * 300, "乙" + "甲" * 300) == (("added", "乙"), ("same", "甲" * 300))


@given(st.lists(st.sampled_from("甲乙丙")), st.lists(st.sampled_from("甲乙丙")))
def test_what_moved_is_what_is_there_more_often_than_it_was(old: list[str], new: list[str]) -> None:
    gone, come = list(old), list(new)
    for text in old:
        if text in come:
            gone.remove(text)
            come.remove(text)
    assert _moved(old, new) == [*(("removed", t) for t in gone), *(("added", t) for t in come)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_costs_no_result(run: Run) -> None:  # noqa: F811
    name = os.fsdecode(b"\xff.docx")
    Path(name).write_bytes(changed("shanghai", {}))
    done = run("diff", name, name, "--form", "shanghai", "-o", "差.json")
    assert done.exit_code == 0 and json.loads(Path("差.json").read_bytes())["before"]


def test_what_is_told_of_each_line_is_charged() -> None:
    document = BURDENS["paragraphs that diff has no place for"].make(11_000)
    with pytest.raises(DocfillError, match="work="):
        diff(FORM, document, FORM.blank())


def test_elsewhere_than_on_a_terminal_each_line_is_plain(run: Run) -> None:  # noqa: F811
    Path("甲.docx").write_bytes(changed("shanghai", {}))
    Path("乙.docx").write_bytes(BURDENS["paragraphs that diff has no place for"].make(400))
    told = run("diff", "甲.docx", "乙.docx", "--form", "shanghai").stdout.splitlines()
    assert len([line for line in told if line.startswith("增  表外文字：")]) == 400
