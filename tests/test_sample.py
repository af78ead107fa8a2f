"""Samples: returns of any form, two plain, one in doubt, one with an answer missing; and their answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docfill import Form, bundled, tables
from docfill.problems import speaking
from docfill.sample import Sample, record_of, samples
from tests.small_form import form_named, loaded, p, package
from tests.test_cli import ROOT, Run, run  # noqa: F401  (a fixture)

FORMS = [*bundled(), str(ROOT / "docs/your-own-form/借用表.docx")]


def codes(form: Form, sample: Sample) -> list[tuple[str, str]]:
    """What check says of a sample: of its answers, by the form's rules, of its words and of reading."""
    return [(p.code, p.path) for p in form.check(sample.document).problems if p.code != "form-proposed"]


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    return form_named(request.param) if request.param in bundled() else Form.load(request.param)


def test_the_plain_ones_say_what_was_meant(form: Form) -> None:
    for sample in samples(form)[:2]:
        assert sample.path == ""
        result = form.extract(sample.document)
        assert result.data == sample.record
        assert [p.code for p in result.problems] == ["form-proposed"] * form.is_proposed
        assert codes(form, sample) == []


def test_the_other_two_have_one_doubt_and_one_answer_missing(form: Form) -> None:
    doubtful, missing = samples(form)[2:]
    result = form.extract(doubtful.document)
    assert [p.path for p in result.problems if p.severity == "error"] == [doubtful.path]
    assert codes(form, missing) == [("unanswered", missing.path)]
    assert [path for _, path in codes(form, doubtful)] == [doubtful.path]


def test_a_rule_that_no_sample_keeps_stays_broken_and_another_is_kept() -> None:
    rules = b"".join(
        f'[[rule]]\nname = "{n}"\nfor = "{n}"\nrequire = "{r}"\nmessage = "x"\n'.encode()
        + b'severity = "error"\nsource = "x"\n'
        for n, r in (("甲", "value > 99999"), ("乙", "value < 甲"), ("丙", "value == '是'"))
    )
    tags = (p(f"{n}：{{{{ {n} | integer }}}}个") for n in "甲乙")
    ticks = "".join(f'{{{{ 丙 | choice("{o}") }}}}{o} ' for o in ("否", "是"))
    form = Form.load(package(p("表") + "".join(tags) + p(f"丙：{ticks}")), rules=rules)
    for sample in samples(form)[:2]:
        assert codes(form, sample) == [("rule", "甲")]


def test_they_are_the_same_each_time_and_no_two_are_alike(form: Form) -> None:
    made = samples(form)
    assert made == samples(form)
    assert len({sample.document for sample in made}) == len(made)
    assert form.fill(record_of(form, 1)) != form.fill(record_of(form, 2))


def test_a_form_of_words_alone_has_nothing_to_doubt() -> None:
    form = loaded(package(p("姓名：{{ 姓名 }}")))
    assert [s.path for s in samples(form)] == ["", "", "姓名"]


def test_names_are_in_the_language_of_messages(form: Form) -> None:
    with speaking("en"):
        assert [s.name for s in samples(form)] == [
            "sample1-plain", "sample2-plain", "sample3-doubtful", "sample4-missing"
        ]  # fmt: skip


def test_the_command_writes_returns_and_answers_that_fill_takes(run: Run) -> None:  # noqa: F811
    done = run("sample", "shandong", "-o", "交回/", "-o", "答案.json", "-o", "答案.xlsx")
    assert done.exit_code == 0
    names = ["样例1-完整", "样例2-完整", "样例3-有疑问", "样例4-漏填"]
    written = [*(f"交回/{n}.docx" for n in names), "答案.json", "答案.xlsx"]
    assert done.output == "".join(f"已生成 {name}\n" for name in written)
    form = form_named("shandong")
    meant = [s.record for s in samples(form)]
    assert json.loads(Path("答案.json").read_text(encoding="utf-8")) == meant
    table = tables.load(Path("答案.xlsx"), form)
    assert [form.context(record.data) for record in table.records] == meant
    assert run("sample", "shandong", "-o", "交回/").exit_code == 2, "nothing is replaced unasked"
    assert run("sample", "shandong", "-o", "样例.docx").exit_code == 2
