"""What people write and draw, and what it is read as: one table that is the test and the page docs/understood.md.

python -m tests.test_understood        # writes docs/understood.md anew
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docfill.kinds import WRITTEN
from docfill.word import ticks

PAGE = Path(__file__).parent.parent / "docs" / "understood.md"

VALUES: tuple[tuple[str, str, str, Any, str], ...] = (
    # kind, unit on the form, as written, value, problem
    ("number", "", "12.50", 12.5, ""),
    ("number", "", "１２．５", 12.5, ""),
    ("number", "", "1,234.5", 1234.5, ""),
    ("number", "", "1 234.5", 1234.5, ""),
    ("number", "", "－3.49", -3.49, ""),
    ("number", "", "54。", 54, ""),
    ("number", "%", "85％", 85, ""),
    ("number", "亿元", "12.5亿元", 12.5, ""),
    ("number", "亿元", "1250万元", "1250万元", "not-a-number"),
    ("number", "", "约120", 120, "approximate"),
    ("number", "", "3.5左右", 3.5, "approximate"),
    ("number", "", "26（预计）", 26, "approximate"),
    ("number", "", "100余", "100余", "not-a-number"),
    ("number", "", "12 34", "12 34", "not-a-number"),
    ("number", "", "1.234", 1.234, "too-many-decimals"),
    ("number", "", "12 345 678", 12345678, ""),
    ("number", "", "206 237", "206 237", "not-a-number"),
    ("number", "", "079 403", "079 403", "not-a-number"),
    ("number", "", "1 2345", "1 2345", "not-a-number"),
    ("number", "", "1,234,56", "1,234,56", "not-a-number"),
    ("number", "", "356①", "356①", "not-a-number"),
    ("number", "", "356²", "356²", "not-a-number"),
    ("number", "", "①888", "①888", "not-a-number"),
    ("number", "", "10⁴", "10⁴", "not-a-number"),
    ("number", "", "¾", "¾", "not-a-number"),
    ("number", "平方公里", "3.5km²", 3.5, ""),
    ("number", "平方米", "12㎡", 12, ""),
    ("number", "平方公里", "3.5㎢", 3.5, ""),
    ("number", "百分点", "3个百分点", 3, ""),
    ("number", "%", "3个百分点", "3个百分点", "not-a-number"),
    ("integer", "个", "662个（其中国家级2个）", 662, ""),
    ("integer", "个", "15，其中新增3", 15, ""),
    ("number", "亿元", "662（万元）", "662（万元）", "not-a-number"),
    ("number", "", "无", "无", ""),
    ("number", "", "暂无", "无", ""),
    ("number", "", "（无）", "无", ""),
    ("number", "", "——", "无", ""),
    ("number", "", "/", "无", ""),
    ("number", "", "N/A", "无", ""),
    ("number", "", "____", None, ""),
    ("integer", "", "3家", 3, ""),
    ("integer", "", "14 项", 14, ""),
    ("integer", "个", "65160个", 65160, ""),
    ("integer", "家", "256户", 256, ""),
    ("integer", "家", "256个", 256, ""),
    ("integer", "台", "12套", "12套", "not-an-integer"),
    ("integer", "台（套）", "12套", 12, ""),
    ("integer", "台", "12台套", 12, ""),
    ("integer", "台", "12台（套）", 12, ""),
    ("integer", "人", "12人次", "12人次", "not-an-integer"),
    ("integer", "家", "12人", "12人", "not-an-integer"),
    ("integer", "个", "12人", "12人", "not-an-integer"),
    ("integer", "次", "12期", "12期", "not-an-integer"),
    ("integer", "", "12.0", 12, ""),
    ("integer", "", "12.5", "12.5", "not-an-integer"),
    ("integer", "", "二百余", "二百余", "not-an-integer"),
    ("date", "", "2023年4月20日", "2023-04-20", ""),
    ("date", "", "2023.4.20", "2023-04-20", ""),
    ("date", "", "2023-04-20", "2023-04-20", ""),
    ("date", "", "２０２３／４／２０", "2023-04-20", ""),
    ("date", "", "2023 年 4 月 20 日", "2023-04-20", ""),
    ("date", "", "二〇二三年四月二十日", "2023-04-20", ""),
    ("date", "", "二零二三年十二月三十一日", "2023-12-31", ""),
    ("date", "", "20240506", "2024-05-06", ""),
    ("date", "", "20241306", "20241306", "not-a-date"),
    ("date", "", "2024年元月6日", "2024-01-06", ""),
    ("date", "", "2024-05-06 14:30", "2024-05-06", ""),
    ("date", "", "2024年5月6日（周一）", "2024-05-06", ""),
    ("date", "", "2024年5月6日（周二）", "2024年5月6日（周二）", "not-a-date"),
    ("date", "", "2024年5月6日下午3时", "2024-05-06", ""),
    ("date", "", "民国112年5月6日", "民国112年5月6日", "not-a-date"),
    ("date", "", "    年    月    日", None, ""),
    ("date", "", "2023年4月  日", "2023年4月", "not-a-date"),
    ("date", "", "2023年2月30日", "2023年2月30日", "not-a-date"),
    ("date", "", "4月20日", "4月20日", "not-a-date"),
    ("time", "", "9：30", "09:30", ""),
    ("time", "", "09时30分", "09:30", ""),
    ("time", "", "上午9点半", "09:30", ""),
    ("time", "", "下午3:05", "15:05", ""),
    ("time", "", "    时    分", None, ""),
    ("time", "", "9:3", "9:3", "wrong-type"),
    ("time", "", "晚上12点", "晚上12点", "wrong-type"),
)

DRAWINGS: tuple[tuple[str, tuple[bool | None, ...]], ...] = (
    # two options side by side, and whether each is ticked
    ("☑甲 □乙", (True, False)),
    ("□甲 ■乙", (False, True)),
    ("√甲 □乙", (True, False)),
    ("□√甲 □乙", (True, False)),
    ("√□甲 □乙", (True, False)),
    ("（√）甲 （ ）乙", (True, False)),
    ("[x]甲 [ ]乙", (True, False)),
    ("【√】甲 【】乙", (True, False)),
    ("●甲 ○乙", (True, False)),
    ("☒甲 □乙", (True, False)),
    ("甲√ 乙□", (True, False)),
    ("甲（√） 乙（ ）", (True, False)),
    ("□甲√ □乙", (True, False)),
    ("√甲 ×乙", (True, False)),
    ("○甲 ☒乙", (False, None)),
    ("√甲 ☒乙", (True, None)),
    ("□甲 □乙", (False, False)),
    ("☑甲 ☑乙", (True, True)),
    ("☑甲", (True, False)),
    ("甲", (True, False)),
    ("□甲 乙", (False, None)),
    ("甲 乙", (None, None)),
)


def read(line: str) -> tuple[bool | None, ...]:
    """How the options 甲 and 乙 of a line are read."""
    from lxml import etree

    from docfill.kinds import CHOICES
    from docfill.read import align
    from docfill.read.drawings import Drawings
    from docfill.read.plan import LinePlan
    from docfill.read.shape import DocLine, DocText
    from docfill.template.tree import Tick
    from docfill.template.units import Line
    from docfill.text import fold
    from docfill.word.document import Paragraph

    options = [Tick("问", CHOICES, name, ["☑"], ["□"]) for name in "甲乙"]
    plan = LinePlan(Line([options[0], "甲", " ", options[1], "乙"]))
    text = DocText([DocLine(line, fold(line), Paragraph(etree.Element("p"), line))])
    split = align.split(plan.literals, plan.wants_words, line, ticks.TOKEN)
    assert split is not None
    found = {tick.option: drawn.option for tick, drawn in Drawings(plan, split, text.text).options(text)}
    return tuple(ticks.states_of([found[name] for name in "甲乙"]))


@pytest.mark.parametrize(("kind", "unit", "written", "value", "problem"), VALUES)
def test_a_value_is_read_as_the_table_says(kind: str, unit: str, written: str, value: Any, problem: str) -> None:
    reading = WRITTEN[kind].parse(written, unit or None)
    assert (reading.value, reading.problem) == (value, problem)
    assert type(reading.value) is type(value)


@pytest.mark.parametrize(("line", "states"), DRAWINGS)
def test_a_drawing_is_read_as_the_table_says(line: str, states: tuple[bool | None, ...]) -> None:
    assert read(line) == states


def page() -> str:
    """docs/understood.md, from the tables here and in `docfill.word.ticks`."""
    yes_no = {True: "选中 ticked", False: "未选 not", None: "不明，报告 reported"}
    values = [f"| {k} | {u} | `{w}` | `{v!r}` | {p} |" for k, u, w, v, p in VALUES]
    drawings = [f"| `{line}` | {yes_no[a]} | {yes_no[b]} |" for line, (a, b) in DRAWINGS]
    symbols = [f"| {font} | {code:02X} | {char} |" for (font, code), char in ticks.SYMBOLS.items()]
    return "\n".join(
        [
            "# 读得懂的写法 / What is understood",
            "",
            "*本页由程序生成：`python -m tests.test_understood`。 This page is generated.*",
            "",
            "## 数字、日期与时间 / Numbers, dates and times",
            "",
            "最后一列为空的，读取时不报告。 Where the last column is empty, nothing is reported.",
            "",
            "| kind | 单位 unit | 写法 written | 值 value | 问题 problem |",
            "| --- | --- | --- | --- | --- |",
            *values,
            "",
            "## 勾选 / Ticks",
            "",
            f"空框 empty: {' '.join(ticks.EMPTY_MARKS)}  选中 ticked: {' '.join(ticks.TICKED_MARKS)}",
            "",
            "也读 also read: `w14:checkbox`, FORMCHECKBOX, `eq \\o\\ac(□,√)`, `w:sym`, "
            "符号字体的字母 letters in a symbol font.",
            "",
            "| 画法 drawn | 甲 | 乙 |",
            "| --- | --- | --- |",
            *drawings,
            "",
            "| 字体 font | 字符 char | 读作 read as |",
            "| --- | --- | --- |",
            *symbols,
            "",
        ]
    )


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
