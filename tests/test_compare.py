"""This year beside last year: what changed for whom, and which changes want a second look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from docfill import DocfillError, Form, Record, compare_editions, compare_records
from docfill.compare import key_paths
from tests.small_form import p, package, row, table
from tests.test_cli import Run, run

__all__ = ["run"]


def yearly(*years: int) -> bytes:
    """A form with a column a year."""
    tags = (f'{{{{ 产值["{y}年"] | number }}}}' for y in years)
    return package(
        p("情况表")
        + p("单位：{{ 单位 }}")
        + p("增速：{{ 增速 | number | blank(4) }}%")
        + table(len(years) + 1, row("年份", *(f"{y}年" for y in years)), row("产值（亿元）", *tags))
    )


def records(*given: dict[str, Any]) -> list[Record]:
    return [Record(data, n, f"第 {n} 条") for n, data in enumerate(given, 1)]


def one(who: str, speed: Any, *values: Any, since: int = 2020) -> dict[str, Any]:
    return {"单位": who, "增速": speed, "产值": {f"{since + n}年": v for n, v in enumerate(values)}}


def test_applicants_that_differ_in_brackets_only_are_two(form: Form) -> None:
    before = records(one("东方（北京）厂", 5, 1), one("东方（上海）厂", 5, 1))
    found = compare_records(form, before, records(one("东方(上海) 厂", 5, 1), one("东方(北京)厂", 5, 1)), ["单位"])
    assert (found.count, {s.path for s in found.shifts}, found.problems) == (2, {"单位"}, [])


@pytest.fixture
def form() -> Form:
    return Form.load(yearly(2020, 2021))


def told(form: Form, before: Any, after: Any, **more: Any) -> list[tuple[str, str]]:
    found = compare_records(form, records(one("甲", before, 1)), records(one("甲", after, 1)), ["单位"], **more)
    return [(d.code, str(d.expected)) for d in found.doubts]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (5, -4, ("sign-changed", "")),
        (12.5, 125000, ("unit-slip", "10000 倍")),
        (12.5, 1300, ("unit-slip", "100 倍")),
        (125, 12.4, ("unit-slip", "1/10")),
        (10, 31, ("grown-much", "+210%")),
        (10, 19, None),
        (150, 3, ("grown-much", "-98%")),
        (10, 0, ("grown-much", "-100%")),
        (10, 5.1, None),
        (0, 10, None),
        ("无", 10, None),
    ],
)
def test_a_number_that_may_be_wrong_is_looked_at_again(
    form: Form, before: Any, after: Any, code: tuple[str, str] | None
) -> None:
    assert told(form, before, after) == ([code] if code else [])


def test_the_limit_of_growth_may_be_another(form: Form) -> None:
    assert told(form, 10, 14, growth=30) == [("grown-much", "+40%")]
    assert told(form, 10, 31, growth=300) == told(form, 31, 10, growth=300) == []
    assert told(form, 14, 10, growth=30) == [("grown-much", "-28.6%")]


def test_a_number_is_said_as_people_write_it(form: Form) -> None:
    [doubt] = compare_records(form, records(one("甲", 163.28, 1)), records(one("甲", 16328.0, 1)), ["单位"]).doubts
    assert doubt.message == "甲：163.28 → 16328，约为原来的 100 倍，单位可能写错，请核对"


def test_applicants_are_found_by_their_key_and_the_others_are_told(form: Form) -> None:
    before = records(one("东港 厂", 5, 1), one("西港厂", 5, 1), one("双", 1), one("双", 2))
    after = records(one("东港厂", 5, 1), one("北港厂", 5, 1), one("双", 3), {"增速": 3})
    found = compare_records(form, before, after, ["单位"])
    assert (found.count, [(s.key, s.path) for s in found.shifts]) == (1, [("东港厂", "单位")])
    assert [(x.code, x.found) for x in found.problems] == [
        ("key-twice", "双"),
        ("no-key", "第 4 条"),
        ("only-last-year", "西港厂"),
        ("only-this-year", "北港厂"),
    ]
    # who is there twice this year is not gone
    again = compare_records(form, after, before, ["单位"])
    assert [(x.code, x.found) for x in again.problems if x.code != "no-key"] == [
        ("key-twice", "双"),
        ("only-last-year", "北港厂"),
        ("only-this-year", "西港厂"),
    ]


def test_the_latest_year_is_held_against_last_years_latest() -> None:
    old, new = Form.load(yearly(2020, 2021)), Form.load(yearly(2021, 2022))
    before, after = records(one("甲", 5, 10, 11)), records(one("甲", 5, 11.5, 118, since=2021))
    found = compare_records(new, before, after, ["单位"], crossing=compare_editions(old, new))
    assert [(s.path, s.before, s.after, s.doubt and s.doubt.code) for s in found.shifts] == [
        ("产值.2021年", 11, 11.5, None),
        ("产值.2022年", None, 118, None),
        ("产值.2022年（2021年→2022年）", 11, 118, "unit-slip"),
    ]


def test_what_the_new_form_asks_no_more_is_one_line_behind_the_findings(run: Run) -> None:
    for name, years in (("去年", (2019, 2020, 2021)), ("今年", (2021, 2022))):
        Path(f"{name}.docx").write_bytes(yearly(*years))
    old = [one(who, 5, 8, 9, 10, since=2019) for who in ("甲", "乙")]
    Path("a.json").write_text(json.dumps(old, ensure_ascii=False), encoding="utf-8")
    new = [one(who, 5, 1000, 11, since=2021) for who in ("甲", "乙")]
    Path("b.json").write_text(json.dumps(new, ensure_ascii=False), encoding="utf-8")
    run("edition", "去年.docx", "今年.docx", "-o", "m.toml")
    done = run("compare", "a.json", "b.json", "--map", "m.toml", "--key", "单位", "-o", "c.json")
    *doubts, left, last = done.stderr.splitlines()
    assert len(doubts) == 2 and all("产值.2021年" in line for line in doubts)
    assert left == "去年的 2 项没有对照（新表没有这一项）：产值.2019年、产值.2020年"
    assert last.startswith("两年都有 2 个")
    assert [x["path"] for x in json.loads(Path("c.json").read_bytes())["problems"]] == ["产值.2019年", "产值.2020年"]


def test_a_key_names_one_field(form: Form) -> None:
    with pytest.raises(DocfillError, match="请用 --key 指明按哪一项认人"):
        compare_records(form, [], [])
    with pytest.raises(DocfillError, match="“名”不是表中的项；见 docfill fields form"):
        compare_records(form, [], [], ["名"])


def test_a_key_may_be_called_as_the_form_prints_it(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(package(p("企业名称：{{ 企业.名称 }}") + p("人数：{{ 人数 | integer }}")))
    assert key_paths(Form.load(path), ["企业名称"]) == ("企业.名称",)


def test_of_two_fields_of_one_name_the_key_is_the_one_that_the_rules_name(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(package(p("名称：{{ 封面.名称 }}") + p("名称：{{ 情况.名称 }}")))
    with pytest.raises(DocfillError, match=r"“名称”应指明一项，符合的有：封面\.名称、情况\.名称"):
        compare_records(Form.load(path), [], [], ["名称"])
    path.with_suffix(".toml").write_text('key = ["封面.名称"]\n', encoding="utf-8")
    assert key_paths(Form.load(path), ["名称"]) == ("封面.名称",)


def test_choices_and_records_that_changed_are_said_as_people_read_them(run: Run) -> None:
    Path("表.docx").write_bytes(
        package(
            p("单位：{{ 单位 }}")
            + p('{{ 业务 | choices("生产") }}生产　{{ 业务 | choices("服务") }}服务')
            + table(
                2, row("名称", "数量"), row("{%tr for 行 in 清单 %}"), row("{{ 行.名称 }}", "{{ 行.数量 | integer }}"),
                row("{%tr endfor %}"),
            )
        )
    )  # fmt: skip
    for year, chosen, count in (("去年", ["生产"], 1), ("今年", ["生产", "服务"], 2)):
        said = {"单位": "甲", "业务": chosen, "清单": [{"名称": "泵", "数量": count}, {"名称": "阀", "数量": None}]}
        Path(f"{year}.json").write_text(json.dumps([said], ensure_ascii=False), encoding="utf-8")
    run("compare", "去年.json", "今年.json", "--form", "表.docx", "--key", "单位", "-o", "比.xlsx")
    cells = [[c.value for c in line[1:4]] for line in openpyxl.load_workbook("比.xlsx")["变化"].iter_rows(min_row=2)]
    assert cells == [
        ["业务", "生产", "生产；服务"],
        ["清单", "名称：泵，数量：1\n名称：阀", "名称：泵，数量：2\n名称：阀"],
    ]


def test_two_workbooks_are_compared(run: Run) -> None:
    Path("表.docx").write_bytes(yearly(2020, 2021))
    for year, listed in (("去年", [one("甲", 5, 10, 11), one("乙", 3, 4)]), ("今年", [one("甲", -5, 10, 1100)])):
        Path(f"{year}.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    done = run(
        "compare", "去年.json", "今年.json", "--form", "表.docx", "--key", "单位", "-o", "比.xlsx", "-o", "比.json"
    )
    assert done.exit_code == 1
    assert "“乙”去年有，今年没有" in done.stderr
    assert "产值.2021年：甲：11 → 1100，约为原来的 100 倍，单位可能写错，请核对" in done.stderr
    assert "两年都有 1 个，2 项有变化，2 项请核对" in done.stderr
    book = openpyxl.load_workbook("比.xlsx")
    assert book.sheetnames == ["请核对", "变化", "增减"]
    assert [c.value for c in book["请核对"][2]] == ["甲", "增速", 5, -5, -200, "甲：5 → -5，正负号变了，请核对"]
    assert json.loads(Path("比.json").read_bytes())["count"] == 1
    same = run("compare", "去年.json", "去年.json", "--form", "表.docx", "--key", "单位")
    assert (same.exit_code, same.stderr) == (0, "两年都有 2 个，0 项有变化，0 项请核对\n")
    assert "请用 --form 指明" in run("compare", "去年.json", "今年.json").stderr


def test_what_this_year_does_not_ask_is_told_once_for_all(run: Run) -> None:
    Path("去.docx").write_bytes(yearly(2020, 2021))
    Path("今.docx").write_bytes(yearly(2021, 2022))
    Path("a.json").write_text(json.dumps([one(w, 5, 1, 2) for w in "甲乙丙"], ensure_ascii=False), encoding="utf-8")
    Path("b.json").write_text(
        json.dumps([one(w, 5, 2, 3, since=2021) for w in "甲乙丙"], ensure_ascii=False), encoding="utf-8"
    )
    run("edition", "去.docx", "今.docx", "-o", "m.toml")
    words = "产值.2020年：去年有 3 份填了这一项，没有带入新表：新表没有这一项"
    for command in (
        ("migrate", "a.json", "-o", "c.json"),
        ("compare", "a.json", "b.json", "--key", "单位", "-o", "d.xlsx"),
    ):
        assert [x for x in run(*command, "--map", "m.toml").stderr.splitlines() if "2020年" in x] == [words]
    cells = [tuple(c.value for c in row) for row in openpyxl.load_workbook("d.xlsx")["增减"].iter_rows(min_row=2)]
    assert ("产值.2020年", words.partition("：")[2]) in cells
