"""Editions: last year's form beside this year's, and last year's records in it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docfill import DocfillError, Form, Result, editions
from docfill.data import value_at
from docfill.editions import Change
from docfill.recognise import outdated, recognise
from tests.disturb import MAIN, package_of, parts_of
from tests.small_form import NAMES, cell, form_named, loaded, p, package, row, table
from tests.strategies import records
from tests.test_cli import DATA, Run, run  # noqa: F401  (run is a fixture)
from tests.test_cli import loaded as json_of
from tests.test_problems import TITLE, Lines, document_of, form_of

every_form = pytest.mark.parametrize("form", [form_named(name) for name in NAMES], ids=NAMES)


def crossed(old: Lines, new: Lines) -> editions.Crossing:
    return editions.compared(form_of(old), form_of(new))


def said(crossing: editions.Crossing) -> list[tuple[str, str, list[str], bool]]:
    """(old path, new path, changes, whether it is carried) of each field."""
    return [
        (m.old.path if m.old else "", m.new.path if m.new else "", [*map(str, m.changes)], m.is_carried)
        for m in crossing.matches
    ]


@every_form
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_form_compared_with_itself_carries_every_record_as_it_is(form: Form, data: Any) -> None:
    crossing = editions.compared(form, form)
    assert {m.changes for m in crossing.matches} == {(Change.SAME,)}
    record = form.context(data.draw(records(form)))
    moved = editions.carried(record, crossing)
    assert (moved.data, moved.problems) == (record, [])


@every_form
def test_a_map_that_was_written_and_read_is_the_same(form: Form, tmp_path: Path) -> None:
    (tmp_path / "old.docx").write_bytes(form.template)
    kept = Form.load(tmp_path / "old.docx")
    crossing = editions.compared(kept, kept)
    (tmp_path / "m.toml").write_bytes(editions.dumped(crossing, tmp_path / "m.toml"))
    assert said(editions.loaded(tmp_path / "m.toml")) == said(crossing)


YEARS_OLD: Lines = [TITLE, ("指标", "2020年", "2021年"), ("产值", "{{ 产值.a | number }}", "{{ 产值.b | number }}")]
YEARS_NEW: Lines = [TITLE, ("指标", "2021年", "2022年"), ("产值", "{{ 产值.a | number }}", "{{ 产值.b | number }}")]


def test_a_year_is_carried_into_the_same_year_whatever_its_path() -> None:
    crossing = crossed(YEARS_OLD, YEARS_NEW)
    assert said(crossing) == [
        ("产值.b", "产值.a", ["renamed"], True),
        ("产值.a", "产值.b", ["shifted"], False),
    ]
    moved = editions.carried({"产值": {"a": 20, "b": 21}}, crossing)
    assert moved.data == {"产值": {"a": 21, "b": None}}
    assert [(p.code, p.path, p.found) for p in moved.problems] == [("not-carried", "产值.a", "20")]


def test_a_name_that_stays_while_its_year_moves_is_not_carried() -> None:
    crossing = crossed([TITLE, "2021年产值：{{ 产值 }}"], [TITLE, "2022年产值：{{ 产值 }}"])
    assert said(crossing) == [("产值", "产值", ["shifted"], False)]


@given(st.permutations(range(2018, 2025)), st.permutations(range(2018, 2025)))
@settings(max_examples=15, deadline=None)
def test_no_two_years_are_ever_one(before: list[int], after: list[int]) -> None:
    def lines(years: list[int]) -> Lines:
        return [
            TITLE,
            ("指标", *(f"{y}年" for y in years)),
            ("产值", *(f"{{{{ 产值.y{i} | number }}}}" for i in range(len(years)))),
        ]

    crossing = crossed(lines(before[:4]), lines(after[:4]))
    record = {"产值": {f"y{i}": y for i, y in enumerate(before[:4])}}
    moved = editions.carried(record, crossing)
    assert [moved.data["产值"][f"y{i}"] for i in range(4)] == [y if y in before[:4] else None for y in after[:4]]
    assert sorted(int(p.found) for p in moved.problems) == sorted({*before[:4]} - {*after[:4]})


def test_what_is_only_alike_waits_for_a_person(tmp_path: Path) -> None:
    for name, lines in (
        ("old", [TITLE, ("集群企业数量", "{{ 企业数 | integer }}")]),
        ("new", [TITLE, ("集群内企业数量", "{{ 企业数量 | integer }}")]),
    ):
        (tmp_path / f"{name}.docx").write_bytes(document_of(lines))  # type: ignore[arg-type]
    crossing = editions.compared(Form.load(tmp_path / "old.docx"), Form.load(tmp_path / "new.docx"))
    assert said(crossing) == [("企业数", "企业数量", ["renamed", "reworded"], False)]
    told = editions.carried({"企业数": 5}, crossing)
    assert told.data == {"企业数量": None}
    assert [str(p) for p in told.problems] == ["企业数：去年的“5”没有带入新表：对照表中这一项还没有确认"]
    path = tmp_path / "m.toml"
    path.write_bytes(editions.dumped(crossing, path).replace(b"sure = false", b"sure = true"))
    moved = editions.carried({"企业数": 5}, editions.loaded(path))
    assert (moved.data, moved.problems) == ({"企业数量": 5}, [])


RENAMED = ("上云企业占比（%）", "企业上云比例（%）")


def asking(label: str, *, rest: Lines | None = None) -> Lines:
    """A form that asks for a number between two others."""
    rows: Lines = [("企业数量（家）", "{{ 企业数量 | integer }}"), (label, f"{{{{ {label[:6]} | number }}}}")]
    return [TITLE, *rows, *(rest or [("软件应用率（%）", "{{ 应用率 | number }}")])]


def test_what_is_hardly_alike_but_stands_where_something_was_dropped_is_offered(tmp_path: Path) -> None:
    for name, label in zip(("old", "new"), RENAMED, strict=True):
        (tmp_path / f"{name}.docx").write_bytes(document_of(asking(label)))
    crossing = editions.compared(Form.load(tmp_path / "old.docx"), Form.load(tmp_path / "new.docx"))
    assert [x for x in said(crossing) if not x[3]] == [
        ("", "企业上云比例", ["added"], False), ("上云企业占比", "", ["dropped"], False)
    ]  # fmt: skip
    assert {path: f.path for path, f in editions.perhaps(crossing).items()} == {"企业上云比例": "上云企业占比"}
    assert "可能是旧表的“上云企业占比”" in editions.page(crossing).decode()
    # nothing is carried by it, until somebody writes them into the map as one
    path = tmp_path / "m.toml"
    path.write_bytes(editions.dumped(crossing, path))
    assert said(editions.loaded(path)) == said(crossing)
    made_one = path.read_text(encoding="utf-8").replace(
        '[[added]]\nnew = "企业上云比例"\nperhaps', '[[field]]\nnew = "企业上云比例"\nold'
    )
    path.write_text(made_one, encoding="utf-8")
    assert editions.carried({"上云企业占比": 70.5}, editions.loaded(path)).data["企业上云比例"] == 70.5


def test_what_was_dropped_is_not_offered_for_another_kind_year_or_place() -> None:
    first, last = ("企业数量（家）", "{{ 企业数量 | integer }}"), ("软件应用率（%）", "{{ 应用率 | number }}")

    def offered(old: Lines, new: Lines) -> dict[str, Any]:
        return editions.perhaps(crossed([TITLE, first, *old], [TITLE, first, *new]))

    assert offered([("甲乙", "{{ 甲 | number }}"), last], [("丙丁", "{{ 丙 | number }}"), last])
    assert not offered([("甲乙", "{{ 甲 | number }}"), last], [("丙丁", "{{ 丙 }}"), last])
    assert not offered([("2021年甲", "{{ 甲 | number }}"), last], [("2022年丙", "{{ 丙 | number }}"), last])
    assert not offered([("甲乙", "{{ 甲 | number }}"), last], [last, ("丙丁", "{{ 丙 | number }}")])
    two: Lines = [("丙丁", "{{ 丙 | number }}"), ("戊己", "{{ 戊 | number }}"), last]
    assert not offered([("甲乙", "{{ 甲 | number }}"), last], two)


def test_what_a_form_asks_on_its_cover_and_inside_is_paired_by_the_section_when_both_are_renamed() -> None:
    def lines(label: str) -> Lines:
        inside = ["一、基本情况", (label, f"{{{{ 基本情况.{label} }}}}")]
        return [TITLE, (label, f"{{{{ 封面.{label} }}}}"), *inside]

    crossing = crossed(lines("区企业行政主管单位"), lines("区企业主管部门"))
    assert [(old, new) for old, new, _, _ in said(crossing)] == [
        ("封面.区企业行政主管单位", "封面.区企业主管部门"),
        ("基本情况.区企业行政主管单位", "基本情况.区企业主管部门"),
    ]


def options(*texts: str) -> Lines:
    boxes = " ".join(f'{{{{ 领域 | choices("{t}") }}}}{t}' for t in texts)
    return [TITLE, ("领域", boxes)]


def test_options_are_carried_under_their_new_names_and_those_that_went_are_told() -> None:
    crossing = crossed(options("汽车（整车）", "医药", "其他"), options("汽车", "医药", "航空"))
    (match,) = crossing.matches
    assert (match.options, match.maybe, match.gone) == ({"汽车（整车）": "汽车"}, {}, ("其他",))
    moved = editions.carried({"领域": ["汽车（整车）", "医药", "其他"]}, crossing)
    assert moved.data == {"领域": ["汽车", "医药"]}
    assert [(p.path, p.found, str(p.expected)) for p in moved.problems] == [("领域", "其他", "新表没有这个选项")]


def test_a_value_of_another_kind_is_carried_where_it_says_the_same() -> None:
    number, text = [TITLE, ("产值", "{{ 产值 | number }}")], [TITLE, ("产值", "{{ 产值 }}")]
    assert editions.carried({"产值": 12.5}, crossed(number, text)).data == {"产值": "12.50"}
    back = crossed(text, number)
    assert editions.carried({"产值": "1,200"}, back).data == {"产值": 1200}
    refused = editions.carried({"产值": "约120"}, back)
    assert refused.data == {"产值": None} and [p.code for p in refused.problems] == ["not-carried"]


def test_another_unit_is_never_carried_unasked() -> None:
    crossing = crossed(
        [TITLE, ("产值（亿元）", "{{ 产值 | number }}")], [TITLE, ("产值（万元）", "{{ 产值 | number }}")]
    )
    moved = editions.carried({"产值": 3}, crossing)
    assert moved.data == {"产值": None}
    assert [str(p.expected) for p in moved.problems] == ["单位变了"]


@pytest.mark.parametrize(("old", "new"), [("平方米", "㎡"), ("公里", "km"), ("吨", "t"), ("万元", "万元人民币")])
def test_a_unit_that_is_written_otherwise_is_the_same(old: str, new: str) -> None:
    crossing = crossed(
        [TITLE, (f"面积（{old}）", "{{ 面积 | number }}")], [TITLE, (f"面积（{new}）", "{{ 面积 | number }}")]
    )
    moved = editions.carried({"面积": 3}, crossing)
    assert (moved.data, moved.problems) == ({"面积": 3}, [])


def test_a_field_that_the_map_does_not_name_is_told(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.docx").write_bytes(document_of([TITLE, "单位：{{ 单位 }}", "电话：{{ 电话 }}"]))
    old, new = (Form.load(tmp_path / f"{name}.docx") for name in ("old", "new"))
    path = tmp_path / "m.toml"
    written = editions.dumped(editions.compared(old, new), path).decode()
    path.write_text(written[: written.rindex("[[field]]")], encoding="utf-8")
    moved = editions.carried({"单位": "甲", "电话": "1", "传真": "2"}, editions.loaded(path))
    assert moved.data == {"单位": "甲", "电话": None}
    assert [(p.path, str(p.expected)) for p in moved.problems] == [
        ("电话", "新表没有这一项"),
        ("传真", "去年的表也没有这一项"),
    ]


@pytest.mark.parametrize(
    "text, words",
    [
        ("x = 1", "不是 docfill edition 做的对照表"),
        ("= ", "不是 docfill edition 做的对照表"),
        ('[old]\nform = "shanghai"\nfingerprint = "0"\n[new]\nform = "shanghai"\nfingerprint = "0"', "改过了"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocfillError, match=words):
        editions.loaded(path)


_YEAR = re.compile("20(20|21|22)(?=年)")


def a_year_less(words: str) -> str:
    """Words of the bundled form, or a record of it, as they were a year earlier."""
    return _YEAR.sub(lambda m: str(int(m[0]) - 1), words)


def _rows_around(body: str, label: str) -> tuple[int, int]:
    """Where the row that begins with a label begins and ends."""
    at = body.index(f">{label}<")
    return max(body.rfind("<w:tr ", 0, at), body.rfind("<w:tr>", 0, at)), body.index("</w:tr>", at) + len("</w:tr>")


def edition_before(template: bytes) -> bytes:
    """A bundled form as it was a year earlier: years one less, two labels renamed, a row shifted, one dropped since."""
    parts = parts_of(template)
    body = a_year_less(parts[MAIN].decode())
    for label, before in (("集群企业数量", "集群企业总数"), ("企业上云比例（%）", "集群企业上云率（%）")):
        body = body.replace(f">{label}<", f">{before}<", 1)
    start, end = _rows_around(body, "集群内中小企业从业人员数量")
    moved, body = body[start:end], body[:start] + body[end:]
    _, after = _rows_around(body, "集群中小企业PCT国际专利申请量")
    gone = moved.replace("集群内中小企业从业人员数量", "集群企业获奖数量")
    return package_of({**parts, MAIN: (body[:after] + moved + gone + body[after:]).encode()})


@pytest.fixture(scope="module")
def last_year() -> tuple[Form, dict[str, Any]]:
    """The Shanghai form of a year earlier, and a record of it."""
    record = json.loads(a_year_less((DATA / "shanghai.json").read_text(encoding="utf-8")))
    record["创新能力情况"]["集群企业获奖数量"] = 12
    return loaded(edition_before(form_named("shanghai").template), "2022"), record


def test_last_years_form_is_read_mapped_migrated_and_compared(
    run: Run,  # noqa: F811
    last_year: tuple[Form, dict[str, Any]],
) -> None:
    form, record = last_year
    Path("表").mkdir()
    Path("表/2022.docx").write_bytes(form.template)
    Path("表/2023.docx").write_bytes(form_named("shanghai").template)
    Path("去年.docx").write_bytes(form.fill(record))
    # read: by its own template, and said to be of it in one line
    read = run("extract", "去年.docx", "--form", "表", "-o", "a.json")
    assert read.exit_code == 1 and read.stderr.splitlines() == [
        "去年.docx：疑为旧版“2022”的表，按该版读取；请用新表“2023”",
        "共 1 份：0 份无疑问，1 份有疑问，0 份无法读取",
    ]
    assert json_of("a.json")["data"] == record
    # mapped
    done = run("edition", "表/2022.docx", "表/2023.docx", "-o", "m.toml", "-o", "m.xlsx", "-o", "m.html")
    assert (done.exit_code, done.stdout) == (0, "")
    told = {(old or new): changes for old, new, changes, _ in said(editions.loaded(Path("m.toml")))}
    assert told["创新能力情况.集群企业获奖数量"] == ["dropped"]
    assert told["创新能力情况.集群内中小企业从业人员数量"] == ["same"]
    assert told["数字化升级情况.企业上云比例"] == ["reworded"]
    assert told["主导产业情况.集群企业数量.2021年"] == ["reworded"]
    assert told["主导产业情况.集群总产值.2021年"] == ["same"]
    shown = Path("m.html").read_text(encoding="utf-8")
    assert (
        "<td>换了年份</td><td>不带</td><td>主导产业情况.集群总产值.2019年</td>" in shown and "集群企业上云率" in shown
    )
    # migrated
    moved = run("migrate", "a.json", "--map", "m.toml", "-o", "b.jsonl")
    assert moved.exit_code == 1 and "“12”没有带入新表：新表没有这一项" in moved.stderr
    carried = json.loads(Path("b.jsonl").read_text(encoding="utf-8"))["data"]
    before = record["主导产业情况"]["集群总产值"]
    assert carried["主导产业情况"]["集群总产值"] == {y: before.get(y) for y in ("2020年", "2021年", "2022年")}
    shifted = "集群内中小企业从业人员数量"
    assert carried["创新能力情况"][shifted] == record["创新能力情况"][shifted]
    again = run("migrate", "a.json", "--map", "m.toml", "-o", "b.jsonl")
    assert again.exit_code == 2 and "b.jsonl" in again.stderr
    run("migrate", "a.json", "--map", "m.toml", "-o", "b.xlsx")
    with zipfile.ZipFile("b.xlsx") as book:  # a file that only the data names is led to by nothing
        assert not [n for n in book.namelist() if n.endswith(".rels") and b'"External"' in book.read(n)]
    filled = run("fill", "表/2023.docx", "b.jsonl", "-o", "out")
    assert filled.exit_code == 0, filled.stderr
    # compared: this year's answers beside last year's; one is in another unit by mistake
    grown = json.loads((DATA / "shanghai.json").read_bytes())
    grown["主导产业情况"]["集群总产值"]["2022年"] *= 10_000
    Path("c.json").write_text(json.dumps(grown, ensure_ascii=False), encoding="utf-8")
    beside = run("compare", "a.json", "c.json", "--map", "m.toml", "--key", "封面.集群名称", "-o", "比.json")
    assert beside.exit_code == 1
    assert "主导产业情况.集群总产值.2022年（2021年→2022年）" in beside.stderr
    slips = [s for s in json_of("比.json")["shifts"] if s["doubt"] and s["doubt"]["code"] == "unit-slip"]
    assert [(s["path"], s["years"]) for s in slips] == [("主导产业情况.集群总产值.2022年", ["2021年", "2022年"])]


# --- at reading ---


def by_year(columns: Sequence[int], *, is_wide: bool = False, words: str = "") -> bytes:
    """A form with a column a year, or two; its heading may have other words beside the year."""
    wide = 2 if is_wide else 1
    heads = row("年份", *(cell(f"{y}年{words}", span=wide) for y in columns))
    below = row("", *("主持" if n % 2 == 0 else "参与" for n in range(2 * len(columns)))) if is_wide else ""
    parts = [(y, part) for y in columns for part in (("主持", "参与") if is_wide else ("",))]
    tags = [f'{{{{ 产值["{y}年"]{f".{part}" if part else ""} | number }}}}' for y, part in parts]
    return package(p("情况表") + table(1 + wide * len(columns), heads, below, row("产值", *tags)))


def read_by_year(handed: tuple[int, ...], is_wide: bool, words: str) -> Result:
    """A form of three years reads a file of others: each year that both have has its own value, the rest nothing."""
    old, new = (Form.load(by_year(years, is_wide=is_wide, words=words)) for years in (handed, (2020, 2021, 2022)))

    def values(year: int) -> Any:
        return {"主持": year, "参与": -year} if is_wide else year

    read = new.extract(old.fill({"产值": {f"{y}年": values(y) for y in handed}}))
    nothing = {"主持": None, "参与": None} if is_wide else None
    assert read.data == {"产值": {f"{y}年": values(y) if y in handed else nothing for y in (2020, 2021, 2022)}}
    return read


@pytest.mark.parametrize("words", ["", "产值（亿元）", "末"])
@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize(
    "handed", [(2019, 2020, 2021), (2018, 2019, 2020), (2017, 2018, 2019), (2021, 2020, 2022), (2022, 2021, 2020)]
)
def test_a_column_is_never_read_as_another_year_that_stands_elsewhere(
    handed: tuple[int, ...], is_wide: bool, words: str
) -> None:
    read = read_by_year(handed, is_wide, words)
    lost = [y for y in (2020, 2021, 2022) if y not in handed]
    told = [(x.code, x.expected) for x in read.problems if x.severity != "note" and x.code != "older-years"]
    assert [x.code for x in read.problems if not x.within] == (["older-years"] if lost else [])
    assert told == [("place-missing", f"{y}年{words}") for y in lost for _ in range(2 if is_wide else 1)]
    strays = {x.text for x in read.leftovers} - {"主持", "参与"}
    others = [y for y in handed if y < 2020]
    assert strays == {said for y in others for said in (f"{y}年{words}", f"{y}", *((f"-{y}",) if is_wide else ()))}


@pytest.mark.parametrize("words", ["", "产值（亿元）"])
@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize(
    "handed", [(2019, 2020, 2021, 2022), (2020, 2021, 2022, 2023), (2020, 2022), (2021, 2020), (2018, 2019, 2020, 2022)]
)
def test_more_or_fewer_columns_of_years_are_read_each_by_its_year(
    handed: tuple[int, ...], is_wide: bool, words: str
) -> None:
    read = read_by_year(handed, is_wide, words)
    lost = {y for y in (2020, 2021, 2022) if y not in handed}
    assert {x.path[3:7] for x in read.problems if x.code == "place-missing"} == {str(y) for y in lost}


@pytest.mark.parametrize("is_merged", [False, True])
@pytest.mark.parametrize(
    "handed",
    [
        (2019, 2020, 2021), (2018, 2019, 2020), (2017, 2018, 2019), (2021, 2020, 2022), (2022, 2021, 2020),
        (2021, 2022, 2023), (2023, 2024, 2025),
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", [(2020, 2021, 2022), (2022, 2021, 2020)])
def test_a_row_is_never_read_as_another_year_that_stands_elsewhere(
    asked: tuple[int, ...], handed: tuple[int, ...], is_merged: bool
) -> None:
    label = "近三年集群主导产品出口贸易额增长率"

    def form(years: Sequence[int]) -> Form:
        names = [cell(label, merge="restart"), *[cell("", merge="continue")] * 2] if is_merged else [cell(label)] * 3
        tags = [f'{{{{ 增长率["{y}年"] | number }}}}' for y in years]
        rows = [row(name, f"{y}年", tag) for name, y, tag in zip(names, years, tags, strict=True)]
        return Form.load(
            package(p("情况表") + table(3, row("项目", "年份", "数值"), *rows, row("电话", "", "{{ 电话 }}")))
        )

    read = form(asked).extract(form(handed).fill({"增长率": {f"{y}年": 10 * y for y in handed}, "电话": "1"}))
    known = {f"{y}年": 10 * y if y in handed else None for y in (2020, 2021, 2022)}
    assert read.data == {"增长率": known, "电话": "1"}
    lost = [f"{y}年" for y in asked if y not in handed]
    doubts = [(x.code, x.expected) for x in read.problems if not x.within and x.severity != "note"]
    assert [x.path for x in read.problems if x.code == "place-missing"] == [f"增长率.{year}" for year in lost]
    assert [code for code, _ in doubts] == ([("older" if min(handed) < 2020 else "later") + "-years"] if lost else [])
    strays = [x.text for x in read.leftovers if x.text != label]
    assert strays == [text for y in handed if y not in (2020, 2021, 2022) for text in (f"{y}年", f"{y}0")]


def test_a_row_of_other_years_is_never_the_answer_below_it() -> None:
    """A row that names its years again, below: without one of the form's own years it stood where the answers do."""

    def lines(*years: int) -> Lines:
        heads = tuple(f"{y}年" for y in years)
        asked = [tuple(f'{{{{ {row}["{y}年"] | number }}}}' for y in years) for row in ("产值", "采购金额")]
        return [TITLE, ("指标", *heads), ("产值", *asked[0]), ("采购金额", *heads), ("", *asked[1]), "2021年5月6日填"]

    said = {"产值": {"2017年": 1, "2018年": 2}, "采购金额": {"2017年": 3, "2018年": 4}}
    read = form_of(lines(2021, 2022)).extract(form_of(lines(2017, 2018)).fill(said))
    assert read.data["采购金额"] == {"2021年": None, "2022年": None}
    told = [(x.code, x.found, str(x.expected)) for x in read.told()]
    assert told == [("older-years", "2017年、2018年", "2021年、2022年（4 项）")]
    assert sorted(x.text for x in read.leftovers) == sorted(["1", "2", "3", "4", *["2017年", "2018年"] * 2])


def test_a_year_of_which_a_row_only_is_missing_is_not_among_the_years_that_an_older_form_lacks() -> None:
    def lines(rows: Sequence[str], *years: int) -> Lines:
        asked = [(row, *(f'{{{{ {row}["{y}年"] | number }}}}' for y in years)) for row in rows]
        return [TITLE, ("指标", *(f"{y}年" for y in years)), *asked]

    handed = form_of(lines(["产值", "税收"], 2020, 2021)).fill({"产值": {"2020年": 1, "2021年": 2}})
    told = form_of(lines(["产值", "税收", "专利"], 2021, 2022)).extract(handed).told()
    assert [(x.code, x.found, str(x.expected)) for x in told] == [("older-years", "2020年", "2022年（4 项）")]


def texts_below(*years: int) -> Form:
    """A form that asks for a text below a numbered line for each year."""
    lines: Lines = [TITLE, "目标"]
    for number, year in enumerate(years, 1):
        asked = f'{{%p for 段 in 目标["{year}年度"] | lines %}}'
        lines += [f"（{number}）{year}年度", asked, "{{ 段 }}", "{%p endfor %}"]
    return form_of([*lines, "保障措施：{{ 措施 }}"])


@pytest.mark.parametrize(
    "handed", [(2023, 2024, 2025), (2022, 2023, 2024), (2021, 2022, 2023), (2025, 2024, 2026), (2025, 2026, 2027)]
)
def test_a_text_below_a_year_is_never_read_as_another_year(handed: tuple[int, ...]) -> None:
    said = {f"{y}年度": f"目标{y}" for y in handed}
    document = texts_below(*handed).fill({"目标": said, "措施": "无"})
    read = texts_below(2024, 2025, 2026).extract(document)
    doubted = {x.path for x in read.problems}
    wrong = {y for y, text in read.data["目标"].items() if text != f"目标{y[:4]}" and f"目标.{y}" not in doubted}
    assert not wrong
    if set(handed).isdisjoint((2024, 2025, 2026)):
        assert [x.code for x in read.told()] == ["older-years"]
        assert not any(read.data["目标"].values())


def test_a_text_below_a_year_that_somebody_wrote_over_is_doubted() -> None:
    said = {"2023年度": "目标甲", "2025年度": "目标乙", "2026年度": "目标丙"}
    document = texts_below(2023, 2025, 2026).fill({"目标": said, "措施": "无"})
    read = texts_below(2024, 2025, 2026).extract(document)
    assert read.data["目标"]["2024年度"] == "目标甲"
    assert ("label-altered", "目标.2024年度", "（1）2023年度") in [(x.code, x.path, x.found) for x in read.told()]


def test_an_option_that_an_older_form_calls_otherwise_is_within_that_one_line() -> None:
    def form(option: str, *years: int) -> Form:
        values = (f'{{{{ 产值["{y}年"] | number }}}}' for y in years)
        options = "".join(f'{{{{ 领域 | choices("{o}") }}}}{o} ' for o in ("汽车", option))
        return form_of([TITLE, ("领域", options), ("指标", *(f"{y}年" for y in years)), ("产值", *values)])

    new, old = form("时尚消费品", 2021, 2022), form("消费品", 2020, 2021)
    record: dict[str, Any] = {"领域": ["汽车"], "产值": {"2020年": 20, "2021年": 21}}
    read = new.extract(old.fill(record))
    assert ([x.code for x in read.told()], read.data["领域"]) == (["older-years"], ["汽车"])
    assert ("unclear-tick", "领域", "older-years") in [(x.code, x.path, x.within) for x in read.problems]
    # where it is chosen an answer is lost, which is told all the same
    chosen = new.extract(old.fill({**record, "领域": ["汽车", "消费品"]}))
    assert [(x.code, x.found) for x in chosen.told()] == [("older-years", "2020年"), ("unclear-tick", "☑消费品")]


def test_a_row_of_years_over_its_answers_that_lost_a_year_and_has_another_unit_is_within_that_one_line() -> None:
    def form(unit: str, *years: int) -> Form:
        values = (f'{{{{ {name}["{y}年"] | number }}}}' for name in ("产值",) for y in years)
        bought = (f'{{{{ 采购["{y}年"] | number }}}}' for y in years)
        years_ = [f"{y}年" for y in years]
        return form_of([TITLE, ("指标", *years_), ("产值", *values), (f"采购（{unit}）", *years_), ("", *bought)])

    record = {
        "产值": {"2019年": 19, "2020年": 20, "2021年": 21},
        "采购": {"2019年": 0.19, "2020年": 0.2, "2021年": 0.21},
    }
    read = form("万元", 2020, 2021, 2022).extract(form("亿元", 2019, 2020, 2021).fill(record))
    assert [x.code for x in read.told()] == ["older-years"]
    assert read.data["采购"] == dict.fromkeys(("2020年", "2021年", "2022年"))
    assert read.data["产值"] == {"2020年": 20, "2021年": 21, "2022年": None}


def test_records_with_a_column_of_another_year_are_doubted() -> None:
    def form(year: int) -> Form:
        row = ("{{ 行.指标 }}", f'{{{{ 行["{year}年基准值"] }}}}', f'{{{{ 行["{year + 3}年目标值"] }}}}')
        heads = ("指标", f"{year}年基准值", f"{year + 3}年目标值")
        return form_of([TITLE, heads, ("{%tr for 行 in 目标 %}",), row, ("{%tr endfor %}",), "说明：{{ 说明 }}"])

    rows = [{"指标": "产值", "2022年基准值": "7", "2025年目标值": "9"}]
    read = form(2023).extract(form(2022).fill({"目标": rows, "说明": "无"}))
    told = [(x.path, x.found, x.expected) for x in read.told() if x.code == "label-altered"]
    assert not any(any(row.values()) for row in read.data["目标"]) or told == [
        ("目标", "2022年基准值", "2023年基准值"), ("目标", "2025年目标值", "2026年目标值")
    ]  # fmt: skip
    same = form(2022).extract(form(2022).fill({"目标": rows, "说明": "无"}))
    assert (same.told(), same.data["目标"]) == ([], rows)


def test_an_older_form_without_its_template_is_one_line(
    run: Run,  # noqa: F811
    last_year: tuple[Form, dict[str, Any]],
) -> None:
    form, record = last_year
    Path("去年.docx").write_bytes(form.fill(record))
    words = "疑为旧版的表：有“2019年”而没有 2022年（24 项），没有的未取值；请换用新表"
    read = run("extract", "去年.docx", "--form", "shanghai", "-o", "果.json")
    assert (read.exit_code, len(read.stderr.splitlines())) == (1, 2) and words in read.stderr
    told = json_of("果.json")["problems"]
    assert [x["code"] for x in told if "within" not in x and x["severity"] != "note"] == ["older-years"]
    lost = [x["path"] for x in told if x.get("within") == "older-years" and x["code"] == "place-missing"]
    assert sum(path.partition("2022年")[1] != "" for path in lost) == 24
    for section, name in (("主导产业情况", "集群总产值"), ("绿色化转型情况", "近三年单位产值二氧化碳排放量")):
        before, known = record[section][name], json_of("果.json")["data"][section][name]
        assert known == {"2020年": before["2020年"], "2021年": before["2021年"], "2022年": None}
    checked = run("check", "去年.docx", "--form", "shanghai", "-o", "核对.html", "-o", "核对.xlsx", "-o", "核.json")
    assert checked.exit_code == 1 and "0 处错误，1 处请核实" in checked.stdout and words in checked.stdout
    page = Path("核对.html").read_text(encoding="utf-8")
    assert page.count('class="level warning"') == 1 and "因为是另一版的表" in page
    assert len([x for x in json_of("核.json")["problems"] if x.get("within") == "older-years"]) > 24


RESTRUCTURED = ("split", "merged", "turned", "moved", "fixed")
"""What an edition does to a form: a table becomes two, two columns one, rows columns, a section stands elsewhere, a
list has printed rows."""


def annual(asked: Sequence[str], years: Sequence[int], done: Sequence[str] = ()) -> Form:
    """A form of numbers by year, people, plans and remarks, as an edition of some years has it."""

    def numbers(names: Sequence[str]) -> Lines:
        tags = [[f'{{{{ 情况.{name}["{y}年"] | number }}}}' for y in years] for name in names]
        if "turned" not in done:
            return [("指标", *(f"{y}年" for y in years)), *((n, *t) for n, t in zip(names, tags, strict=True))]
        return [("年份", *names), *((f"{y}年", *(t[i] for t in tags)) for i, y in enumerate(years))]

    half = len(asked) // 2
    parts = [asked[:half], asked[half:]] if "split" in done else [asked]
    people: Lines = [("项目", "姓名", "电话"), ("负责人", "{{ 人员.姓名 }}", "{{ 人员.电话 }}")]
    if "merged" in done:
        people = [("项目", "联系方式"), ("负责人", "{{ 人员.联系 }}")]
    heads = ("年度", "目标", "措施")
    plans: Lines = [heads, ("{%tr for 行 in 计划 %}", "", ""), ("{{ 行.年度 }}", "{{ 行.目标 }}", "{{ 行.措施 }}"),
                    ("{%tr endfor %}", "", "")]  # fmt: skip
    if "fixed" in done:
        plans = [heads, *((f"{y + 1}年", f"{{{{ 计划{y + 1}.目标 }}}}", f"{{{{ 计划{y + 1}.措施 }}}}") for y in years)]
    rest: Lines = [("是否享受政策", '{{ 政策 | choice("是") }}是 {{ 政策 | choice("否") }}否'), ("备注", "{{ 备注 }}")]
    sections: list[Lines] = [
        [line for n, names in enumerate(parts) for line in (f"主要指标（{n + 1}）", *numbers(names))],
        ["人员", *people], ["计划", *plans], ["其他", *rest],
    ]  # fmt: skip
    if "moved" in done:
        sections = sections[2:] + sections[:2]
    numbered = (line for n, (head, *lines) in enumerate(sections) for line in (f"{'一二三四'[n]}、{head}", *lines))
    return form_of([TITLE, f"填报年度：{years[-1]}", "申报单位：{{ 单位 }}", *numbered])


@given(
    st.lists(
        st.sampled_from(["总产值", "从业人员", "专利数量", "出口额", "研发投入", "能耗"]),
        min_size=3,
        max_size=5,
        unique=True,
    ),
    st.sampled_from([2, 3]),
    st.lists(st.sampled_from(RESTRUCTURED), min_size=1, max_size=2, unique=True),
)
@settings(max_examples=25, deadline=None)
def test_last_years_file_is_one_line_however_the_form_is_laid_out_now(
    asked: list[str], count: int, done: list[str]
) -> None:
    before = range(2021, 2021 + count)
    old, new = annual(asked, before), annual(asked, [y + 1 for y in before], done)
    plans = [{"年度": f"{2022 + count}", "目标": "建成三个平台", "措施": "加强投入"}]
    known = {
        "单位": "东港集群", "人员": {"姓名": "王甲", "电话": "021-111"}, "计划": plans, "政策": "是", "备注": "暂无",
        "情况": {n: {f"{y}年": 1000 + 10 * i + y - 2021 for y in before} for i, n in enumerate(asked)},
    }  # fmt: skip
    read = new.extract(old.fill(known))
    assert [p.code for p in read.told() if p.severity != "note"] == ["older-years"]
    # what was read is what was written, or doubted, though not told by itself
    truth = {f.path: value_at(old.context(known), f.steps) for f in old.fields}
    truth |= {f"计划{plan['年度']}.{n}": plan[n] for plan in plans for n in ("目标", "措施")}
    doubted = {p.path for p in read.problems}
    for f in new.fields:
        value, wanted = value_at(read.data, f.steps), truth.get(f.path)
        assert f.path in doubted or (value or None) == (wanted or None), f.path


def test_a_second_place_that_says_something_else_is_told_beside_an_older_form() -> None:
    rows: Lines = [("从业人员", "{{ 人数 | integer }}"), ("地址", "{{ 地址 }}")]
    old = form_of([*YEARS_OLD, "其他", rows[0], ("从业人员", "9"), rows[1]])
    given_back = old.fill({"产值": {"a": 20, "b": 21}, "人数": 7, "地址": "港东路"})
    told = form_of([*YEARS_NEW, "其他", *rows]).extract(given_back).told()
    assert [(p.code, p.path) for p in told if p.severity != "note"] == [
        ("older-years", ""), ("place-ambiguous", "人数")
    ]  # fmt: skip


def templates(tmp_path: Path) -> tuple[Form, Form, Form]:
    """Last year's and this year's edition of a form, and another form."""
    body: Lines = ["企业基本情况登记", "一、单位名称和地址", "单位：{{ 单位 }}", "二、经营的情况"]
    named: dict[str, Lines] = {
        "去年": [*body, *YEARS_OLD[1:]],
        "今年": [*body, *YEARS_NEW[1:]],
        "别的": ["会议回执", "会议名称：{{ 名称 }}"],
    }
    for name, lines in named.items():
        (tmp_path / f"{name}.docx").write_bytes(document_of(lines))
    old, new, other = (Form.load(tmp_path / f"{name}.docx") for name in named)
    return old, new, other


def test_editions_of_a_form_are_told_apart_by_their_years(tmp_path: Path) -> None:
    forms = old, new, other = templates(tmp_path)
    for form in forms:
        assert recognise(form.blank(), forms) is form
    assert [outdated(form, forms) is not None for form in forms] == [True, False, False]
    assert str(outdated(old, forms)) == "疑为旧版“去年”的表，按该版读取；请用新表“今年”"
    with pytest.raises(DocfillError) as refused:
        recognise(new.blank(), [new, loaded(new.template), other])
    assert refused.value.code == "ambiguous-form"


def test_a_return_on_last_years_form_is_one_line(run: Run, tmp_path: Path) -> None:  # noqa: F811
    Path("表").mkdir()
    old, *_ = templates(Path("表"))
    record = {"单位": "东港厂", "产值": {"a": 20, "b": 21}}
    Path("甲.docx").write_bytes(old.fill(record))
    done = run("extract", "甲.docx", "--form", "表", "-o", "甲.json")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1,
        "甲.docx：疑为旧版“去年”的表，按该版读取；请用新表“今年”",
    )
    assert len(done.stderr.splitlines()) == 2
    assert json_of("甲.json")["data"] == record
    checked = run("check", "甲.docx", "--form", "表")
    assert "疑为旧版“去年”的表" in checked.stdout
