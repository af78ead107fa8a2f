"""Law 5 on the bundled forms: what may be wrong carries a problem, habit by habit, on the smallest change."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docfill import Form, Result
from docfill.word.package import Package
from tests.disturb import Element, W, changed, package_of, parts_of
from tests.small_form import template

DATA = Path(__file__).parent.parent / "data"
SHANGHAI = Form.load("shanghai")
RECORD = json.loads((DATA / "shanghai.json").read_text(encoding="utf-8"))
YEARS = ("2020年", "2021年", "2022年")


def read(change: Callable[[Element], None], record: Any = RECORD) -> Result:
    return SHANGHAI.extract(changed(SHANGHAI.fill(record), change))


def doubted(result: Result) -> set[str]:
    return {p.path for p in result.problems if p.severity != "note"}


def at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record[step]
    return record


def row_of(root: Element, label: str) -> Element:
    """The first row whose first cell says `label`."""
    return next(tr for tr in root.iter(W + "tr") if shown(tr.find(W + "tc")) == label)


def shown(element: Element | None) -> str:
    return "" if element is None else "".join(t.text or "" for t in element.iter(W + "t"))


def put(element: Element, text: str) -> None:
    """Makes `text` all that the element shows."""
    first, *others = element.iter(W + "t")
    first.text = text
    for other in others:
        other.text = ""


def wrong_without_a_word(result: Result) -> list[str]:
    """The fields whose value differs and that no error or warning names."""
    return [
        f.path
        for f in SHANGHAI.fields
        if at(result.data, f.path) != at(RECORD, f.path) and f.path not in doubted(result)
    ]


def test_a_year_of_another_form_is_read_from_the_column_that_it_heads_or_doubted() -> None:
    def next_year(root: Element) -> None:
        for tc in root.iter(W + "tc"):
            if shown(tc).strip() in YEARS:
                put(tc, f"{int(shown(tc).strip()[:4]) + 1}年")

    by_year = {f.path: f.place.column for f in SHANGHAI.fields if any(y in f.place.column for y in YEARS)}
    assert len(by_year) > 60
    result = read(next_year)
    certain = by_year.keys() - doubted(result)
    assert {year for path in certain for year in YEARS if year in by_year[path]} == {"2021年", "2022年"}
    for path in certain:
        year = next(y for y in YEARS if y in by_year[path])
        assert at(result.data, path) == at(RECORD, path.replace(year, f"{int(year[:4]) - 1}年")), path


def test_an_answer_typed_behind_its_label_is_doubted_where_a_year_of_its_row_is_gone() -> None:
    def spoil(root: Element) -> None:
        header = row_of(root, "年度")
        below = itertools.takewhile(lambda tr: len(tr.findall(W + "tc")) <= 4, header.itersiblings(W + "tr"))
        rows = [tr for tr in (header, *below) if len(tr.findall(W + "tc")) == 4]
        for tr in rows:
            tr.remove(tr.findall(W + "tc")[2])
        label, first, second = rows[1].findall(W + "tc")
        put(label, f"{shown(label)}：{shown(first)}")
        put(first, "")
        put(second, "")

    assert wrong_without_a_word(read(spoil)) == []


def test_what_stands_under_a_deleted_header_is_doubted() -> None:
    def delete(root: Element) -> None:
        row = row_of(root, "年度")
        row.getparent().remove(row)

    under = {f.path for f in SHANGHAI.fields if f.path.startswith("主导产业情况.集群总产值.")}
    assert under <= doubted(read(delete))


def test_another_unit_in_the_label_is_doubted() -> None:
    def rescale(root: Element) -> None:
        put(row_of(root, "集群总产值（营业收入）（亿元）")[1], "集群总产值（营业收入）（万元）")

    assert {f"主导产业情况.集群总产值.{y}" for y in YEARS} <= doubted(read(rescale))


def test_a_dropped_note_of_a_label_is_no_doubt() -> None:
    def drop(root: Element) -> None:
        row = row_of(root, "集群总产值（营业收入）（亿元）")
        put(next(row.iter(W + "tc")), "集群总产值：")

    result = read(drop)
    assert result.data == RECORD
    assert not doubted(result)


def test_a_row_that_is_there_twice_is_shown_both_ways() -> None:
    def repeat(root: Element) -> None:
        row = row_of(root, "集群企业数量")
        twin = copy.deepcopy(row)
        put(list(twin.iter(W + "tc"))[1], "999")
        row.addnext(twin)

    assert "主导产业情况.集群企业数量.2020年" in doubted(read(repeat))


def test_a_deleted_row_is_not_found_in_an_attachment() -> None:
    def attach(root: Element) -> None:
        row = row_of(root, "集群企业数量")
        table = copy.deepcopy(row.getparent())
        for tr in list(table.iter(W + "tr")):
            if shown(tr.find(W + "tc")) != "集群企业数量":
                tr.getparent().remove(tr)
        put(list(table.iter(W + "tc"))[1], "999")
        row.getparent().remove(row)
        body = root.find(W + "body")
        assert body is not None
        body.insert(len(body) - 1, table)

    result = read(attach)
    assert wrong_without_a_word(result) == []
    assert "主导产业情况.集群企业数量.2020年" in doubted(result)


def test_rows_that_changed_places_are_read_where_they_are() -> None:
    def swap(root: Element) -> None:
        row = row_of(root, "集群企业数量")
        row_of(root, "主导产业相关的国家级高新技术企业数量").addnext(row)

    result = read(swap)
    assert result.data == RECORD
    assert not doubted(result)


def test_an_answer_that_quotes_the_next_heading_is_read_or_doubted() -> None:
    record = copy.deepcopy(RECORD)
    plan = record["未来三年中小企业特色产业集群发展规划"]
    plan["集群基本情况简介"] = "先说情况。\n二、发展成效\n见下。"
    result = read(lambda root: None, record)
    differing = [f.path for f in SHANGHAI.fields if at(result.data, f.path) != at(record, f.path)]
    assert set(differing) <= doubted(result)


def test_another_main_part_is_what_is_read() -> None:
    parts = parts_of(SHANGHAI.fill(RECORD))
    other = json.loads(json.dumps(RECORD))
    other["封面"]["集群名称"] = "另一个集群"
    parts["word/real.xml"] = parts_of(SHANGHAI.fill(other))["word/document.xml"]
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/real.xml")
    assert SHANGHAI.extract(package_of(parts)).data["封面"]["集群名称"] == "另一个集群"


def test_an_answer_behind_its_label_is_read_there() -> None:
    def into_label(root: Element) -> None:
        label, answer = row_of(root, "集群占地面积（平方公里）").iter(W + "tc")
        put(label, f"集群占地面积（平方公里）：{shown(answer)}")
        put(answer, "")

    result = read(into_label)
    assert result.data == RECORD
    assert not doubted(result)


def test_a_dash_behind_a_label_is_an_answer_too() -> None:
    def into_label(root: Element) -> None:
        label, answer = row_of(root, "集群占地面积（平方公里）").iter(W + "tc")
        put(label, "集群占地面积（平方公里）：/")
        put(answer, "")

    assert read(into_label).data["基本情况"]["集群占地面积"] == "无"


def test_columns_whose_years_changed_places_are_read_by_their_years() -> None:
    def swap(root: Element) -> None:
        cells = list(row_of(root, "年度").iter(W + "tc"))
        put(cells[1], "2022年")
        put(cells[3], "2020年")

    result = read(swap)
    first, last = "主导产业情况.集群总产值.2020年", "主导产业情况.集群总产值.2022年"
    assert (at(result.data, first), at(result.data, last)) == (at(RECORD, last), at(RECORD, first))


def test_each_deleted_note_is_missed_at_its_own_place() -> None:
    def delete(root: Element) -> None:
        for paragraph in list(root.iter(W + "p")):
            if shown(paragraph) == "（注：勾选需提供佐证材料）":
                put(paragraph, "")

    missed = [p.place.row for p in read(delete).problems if p.code == "template-text-missing"]
    assert len(missed) == len(set(missed)) > 5


def test_every_header_with_tags_is_read() -> None:
    parts = parts_of(template())
    parts["word/header2.xml"] = (
        parts["word/header1.xml"]
        .replace("登记编号".encode(), "卷册编目".encode())
        .replace("号 }}".encode(), "册 }}".encode())
    )
    rels = parts["word/_rels/document.xml.rels"]
    one = rels[rels.index(b"<Relationship ") : rels.index(b"</Relationships>")]
    two = one.replace(b"rId1", b"rId9").replace(b"header1.xml", b"header2.xml")
    parts["word/_rels/document.xml.rels"] = rels.replace(one, one + two)
    form = Form(Package.open(package_of(parts), "两页眉.docx"), "两页眉")
    result = form.extract(form.fill({"编号": "甲一", "编册": "乙二"}), by_meaning=True)
    assert (result.data["编号"], result.data["编册"]) == ("甲一", "乙二")
