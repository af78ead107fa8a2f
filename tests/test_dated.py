"""Days that stand in the answer beside their own place, which is blank."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.small_form import Xml, cell, loaded, p, package, row, table
from tests.test_sight import doubts

_SITS: dict[str, Callable[[str, str], Xml | str]] = {
    "lines": lambda name, day: p(f"申请人：{name}") + p(f"日期：{day}"),
    "a cell": lambda name, day: table(2, row("签署", cell(f"申请人：{name}", f"日期：{day}"))),
    "a row": lambda name, day: table(4, row("申请人", name, "日期", day)),
    "rows": lambda name, day: table(2, row("申请人", name), row("日期", day)),
    "a day without words": lambda name, day: p(f"申请人（签名）：{name}") + p(day or "    年    月    日"),
}
_BOTH = [("申请人", "ambiguous"), ("日期", "ambiguous")]


def told(where: str, name: str, day: str) -> list[tuple[str, str]]:
    form, returned = (
        package(p("申请表") + _SITS[where](*said) + p("以上属实。"))
        for said in (("{{ 申请人 }}", "{{ 日期 | date }}"), (name, day))
    )
    result = loaded(form).extract(returned, by_meaning=True)
    assert result.data["申请人"] == name
    return doubts(result)


@pytest.mark.parametrize("where", _SITS)
@pytest.mark.parametrize("blank", ["", "    年    月    日"])
@pytest.mark.parametrize("name", ["张三  2024年5月6日", "张三 2024.5.6", "甲厂，2024-05-06", "张三（2024年5月6日）"])
def test_a_day_behind_a_name_whose_own_place_is_blank_is_doubted_in_both(name: str, blank: str, where: str) -> None:
    assert told(where, name, blank) == _BOTH


def test_a_day_before_a_name_is_so_too() -> None:
    assert told("rows", "2024年5月6日 张三", "") == _BOTH
    assert told("rows", "2024年5月6日", "") == _BOTH


@pytest.mark.parametrize("where", _SITS)
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("甲厂 2024年5月6日", "2024年5月6日"),
        ("张三", ""),
        ("注册于2024年5月6日", ""),
        ("沪经信〔2023〕5号（2023年5月6日）", ""),
        ("一等奖 2021年5月6日", ""),
        ("180天，2025年12月31日", ""),
        ("市先进 2019.5.1、省先进 2020.5.1", ""),
        ("任期自2020年1月1日至2024年5月6日", ""),
        ("按二〇二四年的办法，由公司办公室统一办理并已于上月公示完毕2024年5月6日", ""),
    ],
)
def test_a_day_that_has_its_place_or_is_a_part_of_the_answer_is_plain(name: str, day: str, where: str) -> None:
    assert told(where, name, day) == []


def test_a_name_with_a_day_is_doubted_where_a_name_is_asked_and_no_field_is_for_the_day() -> None:
    form, returned = (
        package(p("申请表") + p(f"申请人：{name}") + p(f"颁发：{day}") + p("    年    月    日"))
        for name, day in (("{{ 申请人 }}", "{{ 颁发 }}"), ("张三 2024年5月6日", "张三 2024年5月6日"))
    )
    assert doubts(loaded(form).extract(returned, by_meaning=True)) == [("申请人", "ambiguous")]


def test_a_day_alone_is_the_answer_where_no_name_is_asked() -> None:
    form, returned = (
        package(p("申请表") + table(2, row("有效期", term), row("日期", day)) + p("以上属实。"))
        for term, day in (("{{ 有效期 }}", "{{ 日期 | date }}"), ("1990年5月6日", ""))
    )
    assert doubts(loaded(form).extract(returned, by_meaning=True)) == []
