"""Rules: each rule of the bundled forms has a document that breaks it and one that just passes; the grammar's words."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import pytest

from docfill import DocfillError, Form, bundled, limits
from docfill.beside import _top_of
from docfill.check import check
from docfill.check.expression import Expression, Unanswered
from docfill.check.functions import FUNCTIONS
from docfill.check.rules import Answers, Rulebook, parse, rules_from, rules_of
from docfill.editions.maps import loaded as map_from
from docfill.lint import lint
from docfill.text import counted
from tests.small_form import form_named, p, package
from tests.small_form import loaded as small_loaded
from tests.test_cli import with_text

ROOT = Path(__file__).parent.parent
Case = tuple[dict[str, Any], dict[str, Any]]
"""What is changed in a record that keeps all rules: so that the rule is broken, and so that it is just kept."""

WRITTEN = "as written"
"""The key of a change in the filled document: (old text, new text)."""

PLATFORM = "创新能力情况.创新平台建设情况.省级制造业创新中心或省级创新平台名称及数量"
LIED = "基本情况.是否存在偷税漏税违法违规严重失信和其他重大问题的行为"
NO_WORDS = "主导产业情况.集群中小企业数量"
DECLARED, ADVISED = "真实性声明及推荐意见.真实性声明", "真实性声明及推荐意见.{}级中小企业主管部门推荐意见"
CARBON = "绿色化转型情况.建立了集群碳排放监测机制"
TARGETS = "未来三年特色产业集群发展规划.发展目标.三年总体目标"


def target(name: str, base: str, aim: str) -> list[dict[str, str]]:
    return [{"方向": "其它", "指标": name, "2023年基准值": base, "2026年目标值": aim}]


def plan(form: str, count: int) -> dict[str, Any]:
    """A plan of so many words, in two of its texts; 5G is one word."""
    group = "未来三年中小企业特色产业集群发展规划" if form == "shanghai" else "未来三年特色产业集群发展规划"
    empty = {f.path: None for f in form_named(form).fields if f.path.startswith(group)}
    return {**empty, f"{group}.集群基本情况简介": "字" * (count - 2), f"{group}.保障措施": "5G网"}


BOTH: dict[str, Case] = {
    "电话号码": ({"封面.联系人及联系电话": "沈佳琪 12345"}, {"封面.联系人及联系电话": "沈佳琪、陆文澜 139 0000 0268"}),
    "申报时间是日期": ({"封面.申报时间": "2024年13月"}, {"封面.申报时间": "2024年12月"}),
    "排除条件": ({LIED: "是"}, {LIED: "否"}),
    "能效水效达到基准": (
        {"基本情况.属于高耗能行业的集群能效水平是否达到行业基准值": "否"},
        {"基本情况.属于高耗能行业的集群能效水平是否达到行业基准值": "是"},
    ),
    "小数两位": (
        {"基本情况.集群占地面积": 7.5, WRITTEN: (">7.50<", ">7.5<")},
        {"基本情况.集群占地面积": 7, WRITTEN: (">7<", ">７<")},
    ),
    "数量不为负": (
        {"开放合作情况.集群或集群内企业在境外设立分支机构数量": -1},
        {"开放合作情况.集群或集群内企业在境外设立分支机构数量": 0},
    ),
    "金额面积排放不为负": ({"基本情况.集群占地面积": -0.01}, {"基本情况.集群占地面积": 0}),
    "比例在0到100之间": ({"数字化升级情况.企业上云比例": 100.01}, {"数字化升级情况.企业上云比例": 100}),
    "中小企业不多于企业": (
        {f"{NO_WORDS}.2022年": 300, "主导产业情况.集群企业数量.2022年": 299},
        {f"{NO_WORDS}.2022年": 300, "主导产业情况.集群企业数量.2022年": 300},
    ),
    "每类企业不多于企业": (
        {
            "主导产业情况.主导产业相关的国家级高新技术企业数量.2022年": 301,
            "主导产业情况.集群企业数量.2022年": 300,
        },
        {
            "主导产业情况.主导产业相关的国家级高新技术企业数量.2022年": 300,
            "主导产业情况.集群企业数量.2022年": 300,
        },
    ),
    "专精特新和创新型不多于中小企业": (
        {"主导产业情况.主导产业相关的创新型中小企业数量.2022年": 151, f"{NO_WORDS}.2022年": 150},
        {"主导产业情况.主导产业相关的创新型中小企业数量.2022年": 150, f"{NO_WORDS}.2022年": 150},
    ),
    "每万人发明专利": (
        {
            "创新能力情况.集群内中小企业有效发明专利拥有量": 100,
            "创新能力情况.集群内中小企业从业人员数量": 3000,
            "创新能力情况.集群中小企业从业人员每万人有效发明专利拥有量": 333.36,
        },
        {
            "创新能力情况.集群内中小企业有效发明专利拥有量": 100,
            "创新能力情况.集群内中小企业从业人员数量": 3000,
            "创新能力情况.集群中小企业从业人员每万人有效发明专利拥有量": 333.35,
        },
    ),
    "平台数量与名称一致": (
        {f"{PLATFORM}.数量": 3, f"{PLATFORM}.名称": "甲中心、乙中心"},
        {f"{PLATFORM}.数量": 3, f"{PLATFORM}.名称": "1.甲中心；2.乙中心；3.丙中心"},
    ),
    "有平台应写名称": (
        {f"{PLATFORM}.数量": 1, f"{PLATFORM}.名称": "无"},
        {f"{PLATFORM}.数量": 0, f"{PLATFORM}.名称": "无"},
    ),
}

CASES: dict[str, dict[str, Case]] = {
    "shanghai": {
        **BOTH,
        "封面与一的集群名称一致": (
            {"封面.集群名称": "上海市松江区机器人产业集群"},
            {"封面.集群名称": "上海市松江区  工业机器人产业集群。"},
        ),
        "封面与一的主管部门一致": (
            {"封面.区中小企业主管部门": "上海市松江区经委"},
            {"封面.区中小企业主管部门": "上海市 松江区 经济委员会"},
        ),
        "封面与一的申报单位一致": (
            {"封面.申报单位": "茸智公司"},
            {"封面.申报单位": "上海茸智机器人产业发展 有限公司"},
        ),
        "声明与一的申报单位一致": (
            {f"{DECLARED}.申报单位": "茸智公司"},
            {f"{DECLARED}.申报单位": "上海茸智机器人产业发展 有限公司"},
        ),
        "推荐单位是区主管部门": (
            {ADVISED.format("区") + ".推荐单位": "松江区政府"},
            {ADVISED.format("区") + ".推荐单位": "上海市松江区 经济委员会"},
        ),
        "封面联系人是一中的联系人": (
            {"封面.联系人及联系电话": "王芳 021-55550137"},
            {"封面.联系人及联系电话": "陆文澜 021-55550137"},
        ),
        "集群名称含所属区": ({"封面.所属区": "青浦区"}, {"封面.所属区": "松江"}),
        "日期在报告期之后": ({"封面.申报时间": "2022年12月31日"}, {"封面.申报时间": "2023年1月1日"}),
        "推荐不早于声明": (
            {ADVISED.format("区") + ".日期": "2023-08-20"},
            {ADVISED.format("区") + ".日期": "2023-08-21"},
        ),
        "年均增速是几何平均": (
            {"主导产业情况.近三年主导产业产值年均增速": 15.02},
            {"主导产业情况.近三年主导产业产值年均增速": 15.01},
        ),
        "碳排放监测机制前后一致": (
            {CARBON: "否"},
            {CARBON: "否", "绿色化转型情况.集群已开展的绿色低碳工作": ["开展碳达峰碳中和相关宣传、监测等工作"]},
        ),
        "规划2000字以内": (plan("shanghai", 2001), plan("shanghai", 2000)),
    },
    "shandong": {
        **BOTH,
        "封面与一的集群名称一致": (
            {"封面.集群名称": "烟台市蓬莱区海上风电集群"},
            {"封面.集群名称": "烟台市蓬莱区 海上风电配套装备特色产业集群"},
        ),
        "封面与一的主管部门一致": (
            {"封面.县级行政区划中小企业主管部门": "蓬莱区工信局"},
            {"封面.县级行政区划中小企业主管部门": "烟台市蓬莱区 工业和信息化局"},
        ),
        "封面与一的运营管理机构一致": (
            {"封面.集群运营管理机构": "丹崖公司"},
            {"封面.集群运营管理机构": "烟台丹崖海上风电装备产业园 运营有限公司"},
        ),
        "声明与一的主管部门一致": (
            {f"{DECLARED}.县级行政区划中小企业主管部门": "蓬莱区工信局"},
            {f"{DECLARED}.县级行政区划中小企业主管部门": "烟台市蓬莱区 工业和信息化局"},
        ),
        "封面联系人是一中的联系人": (
            {"封面.联系人及联系电话": "王芳 0535-5550126"},
            {"封面.联系人及联系电话": "姜晓彤 0535-5550126"},
        ),
        "集群名称含所属地区": ({"封面.所属地区.市": "青岛"}, {"封面.所属地区.市": "烟台市"}),
        "日期在报告期之后": ({"封面.申报时间": "2023年12月"}, {"封面.申报时间": "2024年1月"}),
        "推荐不早于声明": (
            {ADVISED.format("市") + ".日期": "2024-05-19"},
            {ADVISED.format("市") + ".日期": "2024-05-20"},
        ),
        "年均增速是几何平均": (
            {"主导产业情况.近三年主导产业产值年均增速": 18.73},
            {"主导产业情况.近三年主导产业产值年均增速": 18.71},
        ),
        "2022年主导产业产值增速": (
            {"主导产业情况.集群主导产业产值增速.2022年": 18.36},
            {"主导产业情况.集群主导产业产值增速.2022年": 18.34},
        ),
        "2023年主导产业产值增速": (
            {"主导产业情况.集群主导产业产值增速.2023年": 19.1},
            {"主导产业情况.集群主导产业产值增速.2023年": 19.08},
        ),
        "三年目标不低于基准": (
            {TARGETS: target("品牌产品数量", "4个", "不少于3个")},
            {TARGETS: target("品牌产品数量", "4个", "4个以上")},
        ),
        "能耗目标不高于基准": (
            {TARGETS: target("单位工业产值能耗", "152千克标准煤/万元", "152.01千克标准煤/万元")},
            {TARGETS: target("单位工业产值能耗", "152千克标准煤/万元", "152千克标准煤/万元")},
        ),
        "发明专利基准值与前文一致": (
            {TARGETS: target("有效发明专利数量", "611件", "960件")},
            {TARGETS: target("有效发明专利数量", "612件", "960件")},
        ),
        "工业互联网基准值与前文一致": (
            {TARGETS: target("工业互联网普及率", "52.32%", "70%")},
            {TARGETS: target("工业互联网普及率", "52.31%", "70%")},
        ),
        "规划3000字以内": (plan("shandong", 3001), plan("shandong", 3000)),
    },
}


def loaded(form: str) -> dict[str, Any]:
    """A record that keeps all rules of a form."""
    record: dict[str, Any] = json.loads((ROOT / "data" / f"{form}.json").read_text(encoding="utf-8"))
    return record


@functools.cache
def book_of(form: str) -> Rulebook:
    return rules_of(form_named(form))


def changed(form: str, change: Mapping[str, Any]) -> bytes:
    """The filled form, with some answers of its record changed."""
    record = copy.deepcopy(loaded(form))
    for path, value in change.items():
        if path != WRITTEN:
            *groups, last = path.split(".")
            node = record
            for step in groups:
                node = node[step]
            assert last in node, path
            node[last] = value
    document = form_named(form).fill(record)
    return with_text(document, *change[WRITTEN]) if WRITTEN in change else document


def broken(form: str, change: Mapping[str, Any]) -> list[str]:
    """The rules that do not hold for it."""
    return [p.rule for p in check(form_named(form), changed(form, change)).groups["rules"]]


@pytest.mark.parametrize("form", CASES)
def test_a_good_record_keeps_all_rules(form: str) -> None:
    assert check(form_named(form), changed(form, {})).problems == []


@pytest.mark.parametrize(("form", "rule"), [(form, rule) for form, cases in CASES.items() for rule in cases])
def test_each_rule_has_a_document_that_breaks_it_and_one_that_just_passes(form: str, rule: str) -> None:
    breaks, passes = CASES[form][rule]
    assert broken(form, breaks).count(rule) >= 1
    assert rule not in broken(form, passes)


@pytest.mark.parametrize("form", bundled())
def test_every_rule_of_a_bundled_form_has_its_case(form: str) -> None:
    assert [r.name for r in book_of(form).rules if r.name not in CASES[form]] == []
    assert set(CASES[form]) == {r.name for r in book_of(form).rules}


@pytest.mark.parametrize("form", bundled())
def test_every_rule_and_every_evidence_cites_its_note(form: str) -> None:
    assert all(r.source for r in (*book_of(form).rules, *book_of(form).evidence))


@pytest.mark.parametrize("form", bundled())
def test_every_evidence_is_due_for_a_good_record_and_none_for_a_blank_form(form: str) -> None:
    due = check(form_named(form), changed(form, {})).due
    assert {d.source for d in due} == {e.source for e in book_of(form).evidence}
    assert check(form_named(form), form_named(form).blank()).due == []


@pytest.mark.parametrize("form", bundled())
def test_a_blank_form_breaks_no_rule(form: str) -> None:
    assert check(form_named(form), form_named(form).blank()).groups["rules"] == []


def test_what_is_无_makes_a_rule_silent() -> None:
    assert broken("shanghai", {"主导产业情况.集群企业数量.2022年": "无"}) == []


def test_an_evidence_of_choices_is_due_once_an_option_and_of_numbers_not_for_none() -> None:
    change = {"开放合作情况.集群或集群内企业在境外设立分支机构数量": 0, CARBON: "否"}
    due = [d.zh for d in check(form_named("shanghai"), changed("shanghai", change)).due]
    assert due.count("“信息服务”的佐证材料") == 1
    assert "“市场营销”的佐证材料" not in due
    assert not {"境外分支机构清单及相关佐证材料", "集群碳排放监测机制的佐证材料"} & set(due)


def test_the_same_option_of_two_questions_is_due_twice_and_called_by_what_is_written_in() -> None:
    checked = check(form_named("shanghai"), changed("shanghai", {}))
    others = [(d.zh, d.section) for d in checked.due if "其他（" in d.zh]
    assert others == [
        ("“其他（建设“云上机器人”远程运维平台）”的佐证材料", "四、数字化升级情况"),
        ("“其他（知识产权维权、法律咨询）”的佐证材料", "七、治理和服务水平"),
    ]
    numerals = [d.section[0] for d in checked.due]
    assert numerals == sorted(numerals, key="一二三四五六七八九".index)


# --- the grammar ---

RULE = """
[[rule]]
name = "甲"
for = "申请.数量"
require = "value > 0"
message = "{value}"
severity = "error"
source = "注"
"""
FIELDS = form_named("small").fields


def faults(old: str, new: str) -> list[str]:
    return [p.code for p in parse(RULE.replace(old, new).encode(), FIELDS)[1]]


def test_a_good_rule_has_no_faults() -> None:
    assert faults("", "") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('name = "甲"', "name = 甲", "rules-syntax"),
        ("申请.数量", "申请.数目", "rule-unknown-path"),
        ("value > 0", "value > 申请.单件", "rule-unknown-path"),
        ("value > 0", "value > 申请[种]", "rule-unknown-path"),
        ("{value}", "{申请.单件}", "rule-unknown-path"),
        ("value > 0", "twice(value) > 0", "rule-unknown-function"),
        ("value > 0", "near(value, 0)", "rule-expression"),
        ("value > 0", "value >", "rule-expression"),
        ("value > 0", "value ** 9 > 0", "rule-expression"),
        ("value > 0", "value | length > 0", "rule-expression"),
        ("value > 0", "value.x() > 0", "rule-expression"),
        ("value > 0", "value > 0 }} {{ 7", "rule-expression"),
        ("申请.数量", "申请.{数 量}", "rule-expression"),
        ('source = "注"', "", "rule-key-missing"),
        ('source = "注"', 'source = "注"\nfrom = "丙"', "rule-key"),
        ('severity = "error"', 'severity = "fatal"', "rule-key"),
        ('for = "申请.数量"', 'kinds = ["numbers"]', "rule-key"),
        ('for = "申请.数量"', "", "rule-key-missing"),
        ("[[rule]]", "[rules]", "rule-key"),
        ('source = "注"', 'source = "注"' + RULE, "rule-key"),
    ],
)
def test_a_rule_that_is_wrong_is_told(old: str, new: str, code: str) -> None:
    assert code in faults(old, new)


def test_a_path_that_is_not_there_is_told_with_the_nearest() -> None:
    (problem,) = parse(RULE.replace("申请.数量", "申请.数目").encode(), FIELDS)[1]
    assert problem.sentence("zh") == "规则提到了表中没有的项“申请.数目”（甲）；最接近的是：申请.数量"


def test_lint_refuses_rules_that_do_not_fit_and_check_does_not_use_them(tmp_path: Path) -> None:
    template = tmp_path / "表.docx"
    template.write_bytes(bundled()["shanghai"].read_bytes())
    rules = bundled()["shanghai"].with_suffix(".toml").read_text(encoding="utf-8")
    template.with_suffix(".toml").write_text(rules, encoding="utf-8")
    assert lint(Form.load(template)) == []
    wrong = rules.replace("基本情况.集群占地面积", "基本情况.占地").replace("承担由此产生", "承担因此产生")
    template.with_suffix(".toml").write_text(wrong, encoding="utf-8")
    form = Form.load(template)
    assert [(p.code, p.path) for p in lint(form)] == [
        ("rule-unknown-path", "基本情况.占地"),
        ("rule-unknown-words", ""),
    ]
    with pytest.raises(DocfillError, match=r"基本情况\.占地"):
        check(form, form.blank())


def test_lint_tries_a_rule_and_tells_what_cannot_be_compared(tmp_path: Path) -> None:
    template = tmp_path / "表.docx"
    template.write_bytes(bundled()["shanghai"].read_bytes())
    rule = RULE.replace("申请.数量", "封面.集群名称")
    template.with_suffix(".toml").write_text(rule, encoding="utf-8")
    assert [(p.code, p.found) for p in lint(Form.load(template))] == [("rule-expression", "甲")]


def test_rows_are_rules_row_by_row_and_the_varying_steps_have_names() -> None:
    rule = (
        RULE.replace("申请.数量", "清单[]")
        .replace('"value > 0"', """'value["名称"] != "锤"'""")
        .replace("{value}", "多了{value}")
    )
    book, wrong = parse(rule.encode(), FIELDS)
    assert wrong == []
    rows = [{"类别": "刀具", "名称": "锤", "规格": None}, {"类别": "刀具", "名称": None, "规格": None}]
    assert [p.rule for p in book.broken(Answers(FIELDS, {"清单": rows}, {}))] == ["甲"]
    book, wrong = parse(RULE.replace("申请.数量", "申请.数{字}").replace("{value}", "{字}{value}").encode(), FIELDS)
    assert wrong == []
    (problem,) = book.broken(Answers(FIELDS, {"申请.数量": 0}, {}))
    assert (problem.message, problem.severity, problem.to_dict()["source"]) == ("量0", "error", "注")


def test_an_answer_that_could_not_be_read_makes_a_rule_silent() -> None:
    book, _ = parse(RULE.encode(), FIELDS)
    for value in (None, "无", "约三件"):
        assert book.broken(Answers(FIELDS, {"申请.数量": value}, {})) == []


def test_every_function_and_key_is_documented_and_the_example_is_a_rule_of_the_form() -> None:
    text = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []
    keys = {"name", "for", "kinds", "require", "message", "severity", "source", "due", "when", "by_hand", "exact"}
    assert [key for key in keys if f"`{key}`" not in text] == []
    example = text.split("```toml\n")[1].split("```")[0]
    book, wrong = parse(example.encode(), form_named("shanghai").fields)
    assert wrong == []
    assert [(r.name, r.source) for r in book.rules] == [
        (r.name, r.source) for r in book_of("shanghai").rules if r.name == book.rules[0].name
    ]


# --- expressions and functions ---


@pytest.mark.parametrize("source", ["1 / 0", "missing.x > 1", '"x" * 1000000000', "9 * missing"])
def test_what_cannot_be_worked_out_is_unanswered_or_refused(source: str) -> None:
    with pytest.raises((Unanswered, TypeError)):
        Expression(source)({})


@pytest.mark.parametrize(
    "source",
    [
        "1 < 数 < 3",
        "3 > 数 > 2",
        "1 <= 数 >= 数 != 3 == 3",
        "数 in [1, 数] and 数 not in []",
        '"甲" in 表 and "丙" not in 表',
        "0 or 数",
        "0 and 缺",
        "数 or 缺",
        "not 数",
        "not not 文",
        "数 if 数 > 1 else 缺",
        "缺 if 数 > 2 else 文",
        "-数 + 2 * 3 / 4 - 5",
        "数 - 1 - 1",
        '表.甲 == 表["甲"] == 表[键]',
        "列[0] + 列[-1]",
        "none == 无 or true == (数 == 2)",
        "(1 == 1) == ([] == [])",
    ],
)
def test_an_expression_means_what_it_means_to_jinja(source: str) -> None:
    names = {"数": 2, "文": "字", "表": {"甲": 1}, "键": "甲", "列": [3, 4], "无": None}
    assert Expression(source)(names) == jinja2.Environment().compile_expression(source)(**names)


@pytest.mark.parametrize("source", ["1" + " + 1" * 200, "not " * 200 + "数", "数" + ".甲" * 200])
def test_an_expression_nested_too_deeply_is_refused_before_anything_is_answered(source: str) -> None:
    with pytest.raises(DocfillError, match="嵌套过深"):
        Expression(source)
    assert Expression("1" + " + 1" * 100)({}) == 101


@pytest.mark.parametrize("source", ["near(*列)", "near(**表)", "near(tolerance=1)"])
def test_arguments_are_given_one_by_one(source: str) -> None:
    with pytest.raises(DocfillError, match="只能调用函数"):
        Expression(source)


@pytest.mark.parametrize("source", ["''.__class__", "().__class__.__bases__", "value.__class__.__mro__", "value[''.x]"])
def test_there_is_no_way_out_of_an_expression(source: str) -> None:
    with pytest.raises((Unanswered, TypeError, DocfillError)):
        Expression(source)({"value": 1})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("集群企业", 4),
        ("集群，企业。", 6),
        ("5G基站", 3),
        ("12.50%", 1),
        ("two words", 2),
        ("共 12 家", 3),
        ("“链主”", 4),
        ("第一段\n第二段", 6),
        ("", 0),
    ],
)
def test_words_are_counted_as_word_counts_them(text: str, count: int) -> None:
    assert counted(text) == count


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("growth(100, 121, 2)", 10.000000000000009),
        ("near(1, 1.05, 0.05)", True),
        ("near(1, 1.06, 0.05)", False),
        ('listed("甲、乙；丙")', 3),
        ('listed("甲,乙")', 2),
        ('listed("甲")', 1),
        ('listed("甲（A、B）、乙")', 2),
        ('listed("1、甲中心 2、乙中心")', 2),
        ('listed("1. 甲中心 2. 乙中心")', 2),
        ('listed("①甲②乙；③丙")', 3),
        ('listed("（1）甲；（2）乙")', 2),
        ('listed("5G中心、3D打印中心")', 2),
        ('has_phone("(021)5555-0137")', True),
        ('has_phone("138-0013-8000")', True),
        ('has_phone("5555-0137")', True),
        ('is_date("二〇二三年八月")', True),
        ('is_date("二O二三年十二月")', True),
        ('is_date("二〇二三年十三月")', False),
        ('is_date("2023年8月18号")', True),
        ('is_date("2023年8月下旬")', True),
        ('is_date("20230818")', True),
        ('is_date("20231318")', False),
        ('year("二〇二三年八月")', 2023),
        ('year("2023 年 8 月")', 2023),
        ('has_phone("王芳 021-5555 0137")', True),
        ('has_phone("(0535)5550126转12")', True),
        ('has_phone("+86 13800000000")', True),
        ('has_phone("400-820-8820")', True),
        ('has_phone("０２１－５５５５０１３７")', True),
        ('has_phone("12345678901")', False),
        ('has_phone("1380000000")', False),
        ('decimals("1,234.50")', 2),
        ('decimals("12")', 0),
        ('number("不超过58.00万吨")', 58.0),
        ('number("1,250家")', 1250),
        ('has("烟台市 蓬莱区", "蓬莱")', True),
        ('same("（甲）乙 丙", "乙丙")', True),
        ('is_date("2024年2月30日")', False),
        ('is_date("2024年2月")', True),
        ('year("2024-05-06")', 2024),
        ("answered(missing)", False),
        ("given([])", False),
    ],
)
def test_functions_answer_what_they_are_asked(call: str, value: Any) -> None:
    assert Expression(call)(dict(FUNCTIONS)) == value


@pytest.mark.parametrize(
    "call",
    [
        'listed("甲、乙等")',
        'listed("甲、乙等12人")',
        'listed("甲中心 乙中心")',
        'listed("甲中心和乙中心")',
        'listed("甲/乙")',
        'number("3到5家")',
        'number("甲，3")',
        'year("去年")',
        "growth(0, 1, 2)",
    ],
)
def test_functions_are_silent_where_nothing_can_be_said(call: str) -> None:
    with pytest.raises(Unanswered):
        Expression(call)(dict(FUNCTIONS))


@pytest.mark.parametrize("source", ["near(数量, 1e400, 1)", "数量 < 1e999", "-1e400 < 数量"])
def test_a_number_that_is_none_is_no_expression(source: str) -> None:
    with pytest.raises(DocfillError, match="有的数过大"):
        Expression(source)


def test_a_number_of_many_digits_is_no_expression_and_no_value_of_a_rules_file() -> None:
    with limits.within(tag=10_000), pytest.raises(DocfillError, match="不是可用的式子"):
        Expression("数量 < " + "9" * 5000)
    assert [x.code for x in parse(b"a = " + b"9" * 5000, ())[1]] == ["rules-syntax"]


def test_keys_of_many_steps_are_refused_and_texts_of_many_dots_are_not() -> None:
    deep = ".".join("a" * 70) + " = 1"
    for text in (deep, f"[{deep[:-4]}]", f"x = {{{deep}}}", f'"." = "."\n{deep}'):
        assert "行的键超过" in str(parse(text.encode(), ())[1][0])
    hidden = 't = {x = """\n""", ' + deep[:-4] + ' = ""}'  # what is quoted there is not what seems so
    assert "第 2 行的键超过" in str(parse(hidden.encode(), ())[1][0])
    dots = "." * 200
    for text in (f'exact = ["{dots}"]', f"exact = ['{dots}']", f'exact = ["\\"{dots}"]'):
        assert parse(text.encode(), ())[1] == []


def test_what_reads_the_head_of_the_rules_and_maps_refuses_such_keys_as_well(tmp_path: Path) -> None:
    deep = (".".join("a" * 70) + " = 1\n").encode()
    assert _top_of(b'key = ["x"]\n' + deep) == {}
    with pytest.raises(DocfillError, match="行的键超过"):
        map_from(deep, tmp_path / "map.toml")


def test_a_rules_file_has_its_own_limit(tmp_path: Path) -> None:
    (tmp_path / "甲.toml").write_bytes(b"# " + b"x" * 100)
    with limits.within(rules=50), pytest.raises(DocfillError, match="rules=50"):
        rules_of(Form.load(package(p("{{ 甲 }}")), rules=tmp_path / "甲.toml"))


def _rules_of(body: str, require: str, answers: Mapping[str, Any]) -> list[Any]:
    form = small_loaded(package(body))
    rules = RULE.replace("申请.数量", "甲").replace("value > 0", require)
    book, found = parse(rules.encode(), form.fields)
    assert found == []
    return book.broken(Answers(form.fields, answers, {}))


def test_a_rule_about_several_choices_is_told_as_any_other() -> None:
    body = p('甲：{{ 甲 | choices("子") }}子 {{ 甲 | choices("丑") }}丑')
    [broken] = _rules_of(body, "value == []", {"甲": ["子", "丑"]})
    assert (broken.found, broken.zh) == (["子", "丑"], "子、丑")


def test_a_message_quotes_the_beginning_of_a_long_answer() -> None:
    [broken] = _rules_of(p("甲：{{ 甲 }}"), "false", {"甲": "字" * 201})
    assert broken.zh == "字" * 200 + "…" and len(broken.found) == 201


@pytest.mark.parametrize("pattern", ["{a}{b}{c}", "***", "申请.{a}*{b}"])
def test_a_pattern_that_could_be_tried_in_many_ways_is_told(pattern: str) -> None:
    assert faults("申请.数量", pattern) == ["rule-expression"]


def test_of_many_faults_the_first_are_told_and_how_many_more_there_are() -> None:
    with pytest.raises(DocfillError, match=r"“k49”(?s:.*)\n  另有 2 处$") as refused:
        rules_from("".join(f"k{n} = 1\n" for n in range(52)).encode(), "表.toml", FIELDS)
    assert refused.value.zh.count("\n") == 51


@pytest.mark.parametrize("listed", ["key", "by_hand"])
def test_paths_of_a_list_are_work(listed: str) -> None:
    with limits.within(work=5_000), pytest.raises(DocfillError, match="work="):
        parse((f"{listed} = [" + '"申请.*",' * 500 + "]").encode(), FIELDS)


def test_the_fields_that_rules_are_about_are_work() -> None:
    form = small_loaded(package("".join(p(f"项{n}：{{{{ 项{n} }}}}") for n in range(300))))
    rules = RULE.replace("申请.数量", "*").replace("value > 0", "false").encode()
    book, _ = parse(rules, form.fields)
    with limits.within(work=1_500), pytest.raises(DocfillError, match="work="), limits.Budget("表", 1):
        book.broken(Answers(form.fields, {f.path: "甲" for f in form.fields}, {}))


def test_a_message_is_no_longer_than_a_tag() -> None:
    with pytest.raises(DocfillError, match="tag=2000"):
        parse(RULE.replace("{value}", "{value}" * 300).encode(), FIELDS)
