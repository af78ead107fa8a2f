"""A proposal as a person mends it: steps on the places found, each refused in words where it fits nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docfill import DocfillError, Form
from docfill.fields import Field
from docfill.kinds import NUMBER
from docfill.serve.records import alone, steps_of, value_at
from docfill.tag.proposal import Proposal, propose
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import Package
from tests.test_cli import with_text

BLANK = Path(__file__).parent.parent / "docs" / "your-own-form" / "借用表.docx"


def mended(*steps: dict[str, Any]) -> Proposal:
    return propose(BLANK, steps=steps)


def paths(made: Proposal) -> list[str]:
    return [p.path for p in made.proposed]


FIRST = paths(mended())[0]


def test_a_place_is_renamed_and_the_template_reads_back() -> None:
    made = mended({"do": "rename", "path": FIRST, "to": "新.名称"})
    assert "新.名称" in paths(made) and FIRST not in paths(made)
    form = Form(Package(made.template, "x"), "x")
    assert form.extract(form.fill({"新": {"名称": "甲"}})).data["新"]["名称"] == "甲"


def test_a_kind_is_changed() -> None:
    text = next(p for p in mended().proposed if p.kind == "text")
    made = mended({"do": "kind", "path": text.path, "kind": "number"})
    assert next(f for f in made.fields if f.path == text.path).kind is NUMBER


def test_an_answer_may_be_optional() -> None:
    text = next(p for p in mended().proposed if p.kind == "text")
    made = mended({"do": "optional", "path": text.path, "optional": True})
    assert not next(f for f in made.fields if f.path == text.path).required


def field(made: Proposal, path: str) -> Field:
    return next(f for f in made.fields if f.path == path)


def test_a_unit_and_a_limit_are_told_where_the_form_prints_none() -> None:
    text = next(p.path for p in mended().proposed if p.path.endswith("申请人"))
    made = mended({"do": "kind", "path": text, "kind": "number"}, {"do": "unit", "path": text, "unit": " 台 "})
    assert field(made, text).unit == "台"
    form = Form(Package(made.template, "x"), "x")
    read = form.extract(with_text(form.fill(alone(steps_of(text), 1234.5)), "1234.50", "1234.5台"))
    assert value_at(read.data, text) == 1234.5
    limited = mended({"do": "limit", "path": text, "limit": 20})
    assert field(limited, text).limit == 20
    assert field(mended({"do": "unit", "path": "设备价值.2022年", "unit": "亿元"}), "设备价值.2022年").unit == "亿元"
    back = mended({"do": "limit", "path": "用途", "limit": 50}, {"do": "limit", "path": "用途", "limit": 0})
    assert field(back, "用途").limit == field(mended(), "用途").limit == 200


def test_rows_are_split_into_places_and_joined_again() -> None:
    split = mended({"do": "split", "path": "清单"})
    own = [path for path in paths(split) if path.startswith("清单.")]
    assert own[0] == "清单.第1行.设备名称" and len(own) == 8
    form = Form(Package(split.template, "x"), "x")
    record = {"清单": {"第2行": {"数量": "3"}}}
    assert form.extract(form.fill(record)).data["清单"]["第2行"]["数量"] == "3"
    joined = mended({"do": "split", "path": "清单"}, {"do": "join", "path": own[0], "rows": 2, "to": "设备"})
    assert [path for path in paths(joined) if path.startswith(("清单", "设备"))][-1] == "设备"
    rows = [{"设备名称": "甲", "型号": "乙", "数量": "1", "备注": "无"}] * 3
    form = Form(Package(joined.template, "x"), "x")
    assert form.extract(form.fill({"设备": rows})).data["设备"] == rows


def test_a_place_is_removed_and_added_again_by_its_marks() -> None:
    text = next(p for p in mended().proposed if p.kind == "text" and p.marks)
    without = {"do": "remove", "path": text.path}
    assert text.path not in paths(mended(without))
    (mark,) = text.marks
    added = {"do": "add", "path": "手工", "kind": "text", "paragraph": mark.paragraph}
    made = mended(without, {**added, "start": mark.start, "end": mark.end})
    own = next(p for p in made.proposed if p.path == "手工")
    assert own.marks == text.marks
    assert own.confidence == 1.0


def test_marks_are_characters_of_the_blank() -> None:
    lengths = [len(p.text) for p in paragraphs_of(Document(BLANK).blocks)]
    marks = [m for p in mended().proposed for m in p.marks]
    assert marks and all(0 <= m.start <= m.end <= lengths[m.paragraph] for m in marks)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"do": "remove", "path": "没有"}, "没有“没有”这一处"),
        ({"do": "rename", "path": FIRST, "to": "甲[乙"}, "不能作名称"),
        ({"do": "rename", "path": FIRST, "to": " "}, "不能作名称"),
        ({"do": "kind", "path": FIRST, "kind": "choices"}, "不能是“choices”"),
        ({"do": "option", "path": FIRST, "option": "甲", "to": "乙"}, "没有选项“甲”"),
        ({"do": "unit", "path": FIRST, "unit": "元"}, "只有数字有单位"),
        ({"do": "unit", "path": "设备价值.2022年", "unit": '"}}'}, "不能作单位"),
        ({"do": "limit", "path": "清单", "limit": 5}, "只有文字能限字数"),
        ({"do": "limit", "path": "用途", "limit": -1}, "应为 0 到"),
        ({"do": "split", "path": FIRST}, "不是多行表格"),
        ({"do": "join", "path": FIRST, "rows": 2, "to": "甲"}, "不在表格里"),
        ({"do": "join", "path": "借用次数.2022年", "rows": 2, "to": "甲"}, "印有“借用次数”"),
        ({"do": "join", "path": "用途", "rows": 2, "to": "甲"}, "格子不一样"),
        ({"do": "add", "path": "甲", "kind": "text", "paragraph": 10**6, "start": 0, "end": 1}, "不在表上"),
    ],
)
def test_a_step_that_fits_nothing_is_refused(step: dict[str, Any], words: str) -> None:
    with pytest.raises(DocfillError, match=words):
        mended(step)


def test_a_name_that_is_taken_is_refused() -> None:
    first, second, *_ = paths(mended())
    with pytest.raises(DocfillError, match="相冲突"):
        mended({"do": "rename", "path": first, "to": second})
