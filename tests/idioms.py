"""What people write in docxtpl templates: each idiom in the smallest template, with what it reads back as.

python -m tests.idioms        # writes the table in docs/template-language.md anew

In a template a string is a paragraph and a tuple a row of a table, as in
`test_problems`.  Stock docxtpl renders it with Jinja's own environment, as its
authors do, and docfill reads the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docxtpl import Listing, RichText

PAGE = Path(__file__).parent.parent / "docs" / "template-language.md"
BEGIN, END = "<!-- idioms -->\n", "<!-- end of idioms -->\n"
ONE_WAY, END_OF_ONE_WAY = "<!-- one way -->\n", "<!-- end of one way -->\n"


@dataclass(frozen=True)
class Idiom:
    """One idiom: how it is spelt, a template, what docxtpl is given, and what docfill reads (the same if not given).

    `told` are the codes that extraction reports, `linted` those of lint.
    """

    spelling: str
    template: Sequence[str | tuple[str, ...]]
    given: dict[str, Any]
    zh: str
    en: str
    read: dict[str, Any] | None = None
    told: frozenset[str] = frozenset()
    linted: frozenset[str] = frozenset()

    @property
    def expected(self) -> dict[str, Any]:
        """The data that is read."""
        return self.given if self.read is None else self.read


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


PEOPLE = [{"姓名": "王芳", "年龄": "40"}, {"姓名": "李强", "年龄": "41"}]
HEAD = "登记表"

IDIOMS = (
    Idiom('`{{ 姓名 or "" }}`', [HEAD, '姓名：{{ 姓名 or "" }}'], {"姓名": "王芳"}, "取值", "the value"),
    Idiom(
        '`{{ 备注 | default("略") }}`',
        [HEAD, '备注：{{ 备注 | default("略") }}。'],
        {},
        "取值；印的是默认文字则为空",
        "the value; none where the default stands",
        read={"备注": None},
    ),
    Idiom(
        '`{{ 备注 if 备注 else "略" }}`',
        [HEAD, '备注：{{ 备注 if 备注 else "略" }}。'],
        {"备注": "加急"},
        "同上",
        "likewise",
    ),
    Idiom("`{{ 姓名 | e }}`", [HEAD, "姓名：{{ 姓名 | e }}"], {"姓名": "王<李>"}, "取值", "the value"),
    Idiom(
        '`{{ "已婚" if 已婚 else "未婚" }}`',
        [HEAD, '婚姻：{{ "已婚" if 已婚 else "未婚" }}'],
        {"已婚": True},
        "真假（boolean）",
        "a boolean",
    ),
    Idiom(
        '`{% if 级别 == "甲" %}一级{% elif 级别 == "乙" %}二级{% else %}其他{% endif %}`',
        [HEAD, '级别：{% if 级别 == "甲" %}一级{% elif 级别 == "乙" %}二级{% else %}其他{% endif %}。'],
        {"级别": "乙"},
        "选项，按印出的文字",
        "the option, by the words that are printed",
    ),
    Idiom(
        "`{% if not 免税 %}`",
        [HEAD, "{% if not 免税 %}本项应税。{% else %}本项免税。{% endif %}", "完"],
        {"免税": True},
        "真假",
        "a boolean",
    ),
    Idiom(
        "`{%p if 担保 %}` … `{%p else %}`",
        [
            HEAD,
            "{%p if 担保 %}",
            "担保情况：",
            ("担保人", "{{ 担保人 }}"),
            "{%p else %}",
            "本项目无担保。",
            "{%p endif %}",
            "以上属实",
        ],
        {"担保": True, "担保人": "李强"},
        "真假，段内的填写处照读",
        "a boolean, and the fields inside",
    ),
    Idiom(
        "`{% if 学位 %}学位：{{ 学位 }}{% endif %}`",
        [HEAD, "{% if 学位 %}学位：{{ 学位 }}{% endif %}", "完"],
        {"学位": "硕士"},
        "取值；没有这行则为空",
        "the value; none where the line is missing",
    ),
    Idiom(
        "`{%tr for 人 in 名单 %}`",
        [("姓名", "年龄"), ("{%tr for 人 in 名单 %}", ""), ("{{ 人.姓名 }}", "{{ 人.年龄 }}"), ("{%tr endfor %}", "")],
        {"名单": PEOPLE},
        "每行一条",
        "a record each row",
    ),
    Idiom(
        "`{% for 人 in 名单 %}` 在一行的开头，`{% endfor %}` 在后一行的开头",
        [("姓名", "年龄"), ("{% for 人 in 名单 %}{{ 人.姓名 }}", "{{ 人.年龄 }}"), ("{% endfor %}", ""), ("完", "")],
        {"名单": PEOPLE},
        "每行一条",
        "a record each row",
    ),
    Idiom(
        "`{% for 人 in 名单 %}` … `{% endfor %}` 都在一行内",
        [("姓名", "年龄"), ("{% for 人 in 名单 %}{{ 人.姓名 }}", "{{ 人.年龄 }}{% endfor %}"), ("完", "")],
        {"名单": PEOPLE[:1]},
        "docxtpl 重复的是单元格：一条可读，多条报告",
        "docxtpl repeats cells: one record is read, more are reported",
        linted=_codes("cells-repeated", "reads-back-otherwise"),
    ),
    Idiom(
        "`{% for 人 in 名单 %}` 与 `{% endfor %}` 各在一段",
        [HEAD, "{% for 人 in 名单 %}", "姓名：{{ 人.姓名 }}", "年龄：{{ 人.年龄 }}", "{% endfor %}", "完"],
        {"名单": PEOPLE},
        "每组段落一条",
        "a record each group of paragraphs",
    ),
    Idiom(
        "`{%p for 人 in 名单 %}`",
        [HEAD, "{%p for 人 in 名单 %}", "{{ 人.姓名 }}，{{ 人.年龄 }}岁", "{%p endfor %}", "完"],
        {"名单": PEOPLE},
        "每段一条",
        "a record each paragraph",
    ),
    Idiom(
        "`{%p for 条 in 条款 %}{{ 条 }}`",
        [HEAD, "{%p for 条 in 条款 %}", "{{ 条 }}", "{%p endfor %}", "完"],
        {"条款": ["按期交货", "货到付款"]},
        "文字的列表（texts）",
        "a list of texts",
    ),
    Idiom(
        "`{% for 名 in 名单 %}{{ 名 }}、{% endfor %}`",
        [HEAD, "人员：{% for 名 in 名单 %}{{ 名 }}、{% endfor %}等"],
        {"名单": ["王芳", "李强"]},
        "文字的列表；填写时，含分隔文字的一项被拒绝",
        "a list of texts; filling refuses an item that holds the separator",
    ),
    Idiom(
        "`{% for 技 in 技能 %}- {{ 技 }}{% endfor %}` 独占一段",
        [HEAD, "技能：", "{% for 技 in 技能 %}- {{ 技 }}{% endfor %}", "完"],
        {"技能": ["车工", "钳工"]},
        "同上，独占一段",
        "likewise, in a paragraph of its own",
    ),
    Idiom(
        "`{% if not loop.last %}、{% endif %}`",
        [HEAD, "人员：{% for 名 in 名单 %}{{ 名 }}{% if not loop.last %}、{% endif %}{% endfor %}。"],
        {"名单": ["王芳", "李强"]},
        "同上",
        "likewise",
    ),
    Idiom(
        '`{{ 名单 | join("、") }}`',
        [HEAD, '人员：{{ 名单 | join("、") }}。'],
        {"名单": ["王芳", "李强"]},
        "同上",
        "likewise",
    ),
    Idiom(
        "`{%p for 书 in 人.著作 %}` 在 `{%p for 人 in 作者 %}` 内",
        [
            HEAD,
            "{%p for 人 in 作者 %}",
            "作者：{{ 人.姓名 }}",
            "{%p for 书 in 人.著作 %}",
            "《{{ 书.题名 }}》",
            "{%p endfor %}",
            "{%p endfor %}",
            "完",
        ],
        {
            "作者": [
                {"姓名": "王芳", "著作": [{"题名": "上"}, {"题名": "下"}]},
                {"姓名": "李强", "著作": [{"题名": "中"}]},
            ]
        },
        "记录里的记录",
        "records in records",
    ),
    Idiom(
        "`{{ loop.index }}`",
        [
            ("序号", "姓名"),
            ("{%tr for 人 in 名单 %}", ""),
            ("{{ loop.index }}", "{{ 人.姓名 }}"),
            ("{%tr endfor %}", ""),
        ],
        {"名单": [{"姓名": "王芳"}, {"姓名": "李强"}]},
        "重算并核对",
        "recomputed and compared",
        linted=_codes("derived"),
    ),
    Idiom(
        "`{{ 编号 | upper }}`",
        [HEAD, "编号：{{ 编号 }}", "大写：{{ 编号 | upper }}"],
        {"编号": "a7"},
        "重算并核对",
        "recomputed and compared",
        linted=_codes("derived"),
    ),
    Idiom(
        "`{{ 单价 * 数量 }}`，单价不在别处",
        [HEAD, "数量：{{ 数量 | int }}", "数量：{{ 数量 }}", "合计：{{ 单价 * 2 }}元"],
        {"数量": 3, "单价": 5},
        "可填，不能反推，报告",
        "can be filled in, not read; reported",
        read={"数量": "3", "单价": None},
        told=_codes("not-read"),
        linted=_codes("derived"),
    ),
    Idiom(
        "`{% set 人 = 申请.联系人 %}`",
        [HEAD, "{% set 人 = 申请.联系人 %}", "电话：{{ 人.电话 }}"],
        {"申请": {"联系人": {"电话": "123"}}},
        "另一个名称",
        "another name",
    ),
    Idiom(
        "`{{r 说明 }}`、`{{p 正文 }}`",
        [HEAD, "说明：{{r 说明 }}"],
        {"说明": RichText("加急", bold=True)},
        "读文字；格式由 docxtpl 填写",
        "its text is read; docxtpl draws the format",
        read={"说明": "加急"},
    ),
    Idiom(
        "`{% cellbg 颜色 %}`、`{% colspan 列数 %}`、`{% hm %}`",
        [("级别", "{% cellbg 颜色 %}{{ 级别 }}")],
        {"级别": "甲", "颜色": "FF0000"},
        "单向：由 docxtpl 画；报告",
        "one way: docxtpl draws it; reported",
        read={"级别": "甲", "颜色": None},
        told=_codes("not-read"),
        linted=_codes("unread-tag"),
    ),
    Idiom(
        "`{{ 姓名.strip() }}`、未知的过滤器",
        [HEAD, "姓名：{{ 姓名.strip() }}", "电话：{{ 电话 }}"],
        {"姓名": "王芳", "电话": "123"},
        "调用与未知的过滤器：给了值就拒绝填写，除非模板可信（environment）；报告，其余照读",
        "calls and unknown filters: refused where a value is given, unless the template is trusted; reported",
        read={"姓名": None, "电话": "123"},
        told=_codes("not-read"),
        linted=_codes("unread-tag"),
    ),
    Idiom(
        "`{%tc for 年 in 年度 %}{{ 年 }}`",
        [HEAD, ("年度", "{%tc for 年 in 年度 %}", "{{ 年 }}", "{%tc endfor %}", "合计")],
        {"年度": ["2023", "2024", "2025"]},
        "文字的列表，每格一个",
        "a list of texts, one a cell",
    ),
    Idiom(
        "`{%tc for 人 in 名单 %}` 在几行里",
        [
            HEAD,
            ("姓名", "{%tc for 人 in 名单 %}", "{{ 人.姓名 }}", "{%tc endfor %}"),
            ("年龄", "{%tc for 人 in 名单 %}", "{{ 人.年龄 }}", "{%tc endfor %}"),
        ],
        {"名单": PEOPLE},
        "每列一条",
        "a record each column",
    ),
    Idiom(
        "`{%tc for 额 in 行.金额 %}` 在 `{%tr for 行 in 收支 %}` 内",
        [
            HEAD,
            ("科目", "{%tc for 年 in 年度 %}", "{{ 年 }}", "{%tc endfor %}"),
            ("{%tr for 行 in 收支 %}", "", "", ""),
            ("{{ 行.科目 }}", "{%tc for 额 in 行.金额 %}", "{{ 额 }}", "{%tc endfor %}"),
            ("{%tr endfor %}", "", "", ""),
        ],
        {
            "年度": ["2023", "2024"],
            "收支": [{"科目": "收入", "金额": ["9", "8"]}, {"科目": "支出", "金额": ["7", "6"]}],
        },
        "每行一条，各有一个列表",
        "a record each row, with a list in it",
    ),
    Idiom(
        "`{%tc for 年 in 年度 %}{{ 行[年] }}` 在 `{%tr for 行 in 收支 %}` 内",
        [
            HEAD,
            "姓名：{{ 姓名 }}",
            ("{%tr for 行 in 收支 %}", "", ""),
            ("{%tc for 年 in 年度 %}", "{{ 行[年] }}", "{%tc endfor %}"),
            ("{%tr endfor %}", "", ""),
        ],
        {"姓名": "王芳", "年度": ["2023"], "收支": [{"2023": "9"}]},
        "单向：各行的列相同，列名另有来处",
        "one way: each row has the same columns, named elsewhere",
        read={"姓名": "王芳"},
        told=_codes("not-read"),
        linted=_codes("unread-tag"),
    ),
    Idiom(
        "`{%tc if 显示 %}`",
        [HEAD, "姓名：{{ 姓名 }}", ("级别", "{%tc if 显示 %}", "甲级", "{%tc endif %}")],
        {"姓名": "王芳", "显示": True},
        "单向：一格可有可无",
        "one way: a cell that may be missing",
        read={"姓名": "王芳"},
        told=_codes("not-read"),
        linted=_codes("unread-tag"),
    ),
    Idiom(
        "`{%- if 城区 -%}` 各占一段",
        [HEAD, "地处", "{%- if 城区 -%}", "城区", "{%- else -%}", "乡村", "{%- endif -%}", "，交通便利"],
        {"城区": True},
        "真假；各段并成一段",
        "a boolean; the paragraphs become one",
    ),
    Idiom(
        "`{#p 注 #}`、`{# 注 #}`",
        [HEAD, "{#p 给填表人的话 #}", "姓名：{{ 姓名 }}{# 必填 #}"],
        {"姓名": "王芳"},
        "略去",
        "left out",
    ),
)


@dataclass(frozen=True)
class Other:
    """What goes one way, or not at all: how it is spelt, what becomes of it, and templates with what they are given."""

    spelling: str
    zh: str
    en: str
    rendered: Sequence[tuple[Sequence[str | tuple[str, ...]], dict[str, Any]]] = ()
    refused: Sequence[tuple[str, str]] = ()
    """Tags, each with a word of the reason."""


_ONE = ("单向", "one way")
_ROWS = [{"姓": "乙", "数": 2}, {"姓": "甲", "数": 1}]
OTHERS = (
    Other(
        "`InlineImage`、`RichText`、`Listing`、子文档作为值 / as values",
        "单向；用 `form.docxtpl()` 得到的模板来做",
        "one way; made with the template that `form.docxtpl()` gives",
        [
            (
                [HEAD, "说明：{{r 说明 }}", "清单：{{ 清单 }}"],
                {"说明": RichText("加急", bold=True), "清单": Listing("甲\n乙")},
            )
        ],
    ),
    Other(
        "`{%tc if 显示 %}`，一行里两处 `tc` 重复，每行同样的列 `{{ 行[年] }}`"
        " / a cell that may be missing, two lists in one row, the same columns for each row",
        *_ONE,
        [
            ([HEAD, ("级别", "{%tc if 甲 %}", "{{ 甲 }}", "{%tc endif %}")], {"甲": "一"}),
            (
                [
                    HEAD,
                    (
                        "{%tc for 甲 in 子 %}",
                        "{{ 甲 }}",
                        "{%tc endfor %}",
                        "{%tc for 乙 in 丑 %}",
                        "{{ 乙 }}",
                        "{%tc endfor %}",
                    ),
                ],
                {"子": ["1", "2"], "丑": ["3"]},
            ),
        ],
    ),
    Other(
        "`{% cellbg 颜色 %}`、`{% colspan 列数 %}`、`{% hm %}`",
        *_ONE,
        [
            (
                [("{% cellbg 颜色 %}{{ 级别 }}", "{% colspan 列数 %}{{ 说明 }}", "")],
                {"级别": "甲", "颜色": "FF0000", "列数": 2, "说明": "略"},
            ),
        ],
    ),
    Other(
        "`macro`、`call`、`with`、`filter` 语句，`{% for 人 in 名单 if 人.在职 %}` / statements",
        *_ONE,
        [
            ([HEAD, "{% macro 称(人) %}{{ 人.姓 }}先生{% endmacro %}{{ 称(甲) }}"], {"甲": {"姓": "王"}}),
            (
                [HEAD, "{% macro 框() %}【{{ caller() }}】{% endmacro %}{% call 框() %}{{ 甲 }}{% endcall %}"],
                {"甲": "王"},
            ),
            ([HEAD, "{% with 人 = 甲.乙 %}{{ 人.名 }}{% endwith %}"], {"甲": {"乙": {"名": "王芳"}}}),
            ([HEAD, "{% filter upper %}{{ 甲 }}{% endfilter %}"], {"甲": "ab"}),
            ([HEAD, "{%p for 人 in 名单 if 人.数 > 1 %}", "{{ 人.姓 }}", "{%p endfor %}"], {"名单": _ROWS}),
        ],
    ),
    Other(
        "`map` `sort` `first` `last` `unique` `groupby` `select` `selectattr` `sum` `min` `max` 等过滤器 / filters",
        *_ONE,
        [
            ([HEAD, f"{{{{ 名单 | {used} }}}}"], {"名单": _ROWS})
            for used in (
                'map(attribute="姓") | sort | join("、")',
                'map(attribute="姓") | first',
                'map(attribute="姓") | list | last',
                'map(attribute="数") | unique | list | length',
                'groupby("姓") | list | length',
                'selectattr("数", "gt", 1) | list | length',
                'sum(attribute="数")',
                'map(attribute="数") | min',
                'map(attribute="数") | max',
            )
        ],
    ),
    Other(
        "没有 docfill 过滤器的模板里，给 `{{ 年龄 }}` 数字、列表、首尾有空白或含空行的文字 / a number, a list, a text "
        "with blanks around it or empty lines for a bare tag, in a template with no filter of docfill's",
        "照 docxtpl 填写，读回为所印的文字",
        "filled as docxtpl does, read back as what is printed",
        [
            ([HEAD, "值：{{ 值 }}。"], {"值": value})
            for value in (40, 2.5, True, ["甲", "乙"], "  甲 ", "\t\t", "甲\n\n乙")
        ],
    ),
    Other(
        "`{_{`、`}_}`、`{_%`、`%_}`",
        "印成没有下划线的花括号，读表时是表上的字",
        "printed as the braces without the underline; words of the form when read",
        [([HEAD, "写法：{_{ 姓名 }_}、{_% if %_}，姓名：{{ 姓名 }}"], {"姓名": "王芳"})],
    ),
    Other(
        "换掉的图片、嵌入的文件（`replace_pic` 等）/ replaced pictures, embedded files",
        "填好后在 docxtpl 或 `form.document(…)` 里换",
        "afterwards, by docxtpl or in `form.document(…)`",
    ),
    Other(
        "方法调用 `{{ 姓名.strip() }}`、自己的过滤器 / method calls, filters of your own",
        "给了值就拒绝；可信的模板用 `Form.load(路径, environment=…)`",
        "refused where a value is given; for a template that you trust, `Form.load(path, environment=…)`",
        refused=[("{{ 姓名.strip() }}", "可信的模板"), ("{{ 姓名 | 简称 }}", "可信的模板")],
    ),
    Other(
        "`include`、`import` 语句，`x.__class__` / statements",
        "拒绝：够得到别的文件、对象",
        "refused: they reach other files or objects",
        refused=[
            ('{% include "甲" %}', "不支持的语句"),
            ('{% import "甲" as 乙 %}', "不支持的语句"),
            ("{{ 姓名.__class__ }}", "__class__"),
        ],
    ),
)


def others() -> str:
    """The table of what goes one way."""
    rows = (f"| {o.spelling.replace('|', chr(92) + '|')} | {o.zh} / {o.en} |" for o in OTHERS)
    return "\n".join(["| 写法 / spelling | |", "| --- | --- |", *rows]) + "\n"


def table() -> str:
    """The table of docs/template-language.md."""
    rows = (f"| {i.spelling.replace('|', chr(92) + '|')} | {i.zh} / {i.en} | {_named(i)} |" for i in IDIOMS)
    return "\n".join(["| 写法 / spelling | 读回 / reads back | lint |", "| --- | --- | --- |", *rows]) + "\n"


def _named(idiom: Idiom) -> str:
    return "、".join(f"`{code}`" for code in sorted(idiom.linted))


def page(text: str) -> str:
    """The page with its tables as they should be."""
    for begin, made, end in ((BEGIN, table(), END), (ONE_WAY, others(), END_OF_ONE_WAY)):
        text = re.sub(f"{begin}.*?{end}", lambda _, b=begin, m=made, e=end: f"{b}\n{m}\n{e}", text, flags=re.S)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
