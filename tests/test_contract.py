"""The contract: the fields, the shape of a result, the schema, and what fill refuses, in its words."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from docfill import Form, InvalidData, bundled
from docfill.fields import describe
from docfill.problems import CATALOGUE
from tests.small_form import NAMES, form_named
from tests.strategies import filled_everywhere, record_of, records

HERE = Path(__file__).parent

every_bundled_form = pytest.mark.parametrize("name", bundled())
every_form = pytest.mark.parametrize("form", [form_named(name) for name in NAMES], ids=NAMES)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def validator(form: Form) -> Draft202012Validator:
    """Somebody else's judge of the form's schema."""
    return Draft202012Validator(form.schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def shape(node: Any) -> Any:
    """The keys of a record in their order; of a list the shape of its objects."""
    if isinstance(node, dict):
        return [(name, shape(value)) for name, value in node.items()]
    return [shape(node[0])] if isinstance(node, list) and node and isinstance(node[0], dict) else None


# --- fields and shape ---


@every_bundled_form
def test_the_fields_are_those_of_the_contract(name: str) -> None:
    assert describe(form_named(name).fields) == (HERE / "contract" / f"{name}.fields.tsv").read_text(encoding="utf-8")


@every_bundled_form
def test_a_result_has_the_shape_of_the_example(name: str) -> None:
    form, example = form_named(name), _json(HERE / "contract" / f"{name}.example.json")
    result = form.extract(form.fill(example)).to_dict()
    assert list(result) == ["form", "source", "data", "problems", "leftovers"]
    assert result["form"] == name
    assert shape(result["data"]) == shape(example)
    assert result["data"] == example
    assert json.loads(json.dumps(result)) == result


@every_bundled_form
def test_every_field_is_present_in_the_result_of_a_blank_form(name: str) -> None:
    form = form_named(name)
    data = form.extract(form.blank()).data
    for f in form.fields:
        node = data
        for step in f.steps:
            node = node[step]
        assert node == ([] if f.kind.name in ("choices", "rows") else None)


def test_a_problem_has_the_keys_of_the_contract() -> None:
    with pytest.raises(InvalidData) as refused:
        form_named("small").fill({"申请": {"单价": "十"}})
    (problem,) = refused.value.problems
    assert list(problem.to_dict()) == ["code", "path", "severity", "message", "found", "expected", "place"]
    assert problem.to_dict()["place"] == {"row": "单价"}


# --- the schema ---


@every_form
def test_the_schema_is_valid_and_takes_what_fill_takes(form: Form) -> None:
    Draft202012Validator.check_schema(form.schema)
    for record in ({}, form.context({}), record_of(filled_everywhere(form))):
        validator(form).validate(record)


@every_form
@given(data=st.data())
def test_the_schema_takes_every_record_of_the_laws(form: Form, data: st.DataObject) -> None:
    validator(form).validate(data.draw(records(form)))


@every_bundled_form
def test_the_schema_and_fill_take_the_data_that_ships(name: str) -> None:
    form, record = form_named(name), _json(HERE.parent / "data" / f"{name}.json")
    validator(form).validate(record)
    result = form.extract(form.fill(record))
    assert (result.data, result.problems, result.leftovers) == (record, [], [])


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"申请": {"数量": "三"}}, "wrong-type"),
    ({"申请": {"数量": 3.5}}, "wrong-type"),
    ({"申请": {"数量": True}}, "wrong-type"),
    ({"申请": {"数量": 10**14}}, "out-of-range"),
    ({"申请": {"单价": [1]}}, "wrong-type"),
    ({"申请": {"部门": 7}}, "wrong-type"),
    ({"申请": {"部门": ""}}, "blank-ends"),
    ({"申请": {"部门": " 首空格"}}, "blank-ends"),
    ({"申请": {"理由": "尾空格 "}}, "blank-ends"),
    ({"申请": {"理由": "一\n\n二"}}, "empty-line"),
    ({"申请": {"日期": "2023年4月20日"}}, "wrong-type"),
    ({"申请": {"日期": "2023-02-30"}}, "wrong-type"),
    ({"申请": {"用途": "其他"}}, "not-an-option"),
    ({"申请": {"用途": ["生产"]}}, "not-an-option"),
    ({"申请": {"附件": ["说明书"]}}, "not-an-option"),
    ({"申请": {"附件": ["图纸", "图纸"]}}, "duplicate-option"),
    ({"申请": {"附件": "图纸"}}, "wrong-type"),
    ({"申请": {"单价 ": 1}}, "unknown-field"),
    ({"申请": "张三"}, "wrong-type"),
    ({"清单": [{"名称": "铣刀", "产地": "沪"}]}, "unknown-field"),
    ({"清单": ["铣刀"]}, "wrong-type"),
    ({"清单": [{"名称": 3}]}, "wrong-type"),
    ({"清单": {}}, "wrong-type"),
)
"""Records of the small form that both the schema and fill refuse, and fill's reason."""


@pytest.mark.parametrize(("record", "code"), WRONG, ids=[f"{code}-{n}" for n, (_, code) in enumerate(WRONG)])
def test_the_schema_refuses_what_fill_refuses(record: dict[str, Any], code: str) -> None:
    form = form_named("small")
    assert not validator(form).is_valid(record)
    with pytest.raises(InvalidData) as refused:
        form.fill(record)
    assert [problem.code for problem in refused.value.problems] == [code]


# --- the words of a refusal ---

SAID: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    (
        "unknown-field",
        {"申请": {"单位": "x"}},
        "申请.单位：表中没有这一项；最接近的是：申请.单价",
        "申请.单位: the form has no such field; the nearest is 申请.单价",
    ),
    (
        "wrong-type",
        {"申请": {"数量": "三"}},
        "行“数量”，申请.数量：应为整数或“无”，实为 三",
        'row “数量”, 申请.数量: expected a whole number or "无", found 三',
    ),
    (
        "too-precise",
        {"申请": {"单价": 1.005}},
        "行“单价”，申请.单价：最多两位小数，实为 1.005；请先四舍五入",
        "row “单价”, 申请.单价: the form takes two decimals, found 1.005; round it first",
    ),
    (
        "out-of-range",
        {"申请": {"单价": 1e300}},
        "行“单价”，申请.单价：数值超出可精确保存的范围：1e+300",
        "row “单价”, 申请.单价: the number is beyond what can be kept exactly: 1e+300",
    ),
    (
        "control-character",
        {"申请": {"部门": "a\x07b"}},
        "行“部门”，申请.部门：含有 Word 文件不能保存的控制字符 U+0007，请删除",
        "row “部门”, 申请.部门: holds the control character U+0007, which a Word file cannot store; delete it",
    ),
    (
        "blank-ends",
        {"申请": {"部门": "沪 "}},
        "行“部门”，申请.部门：首尾有空白或下划线，与表上的填写线分不清，请删除：“沪 ”",
        "row “部门”, 申请.部门: begins or ends with white space or an underscore, like the blank of the form; "
        'delete it: "沪 "',
    ),
    (
        "empty-line",
        {"申请": {"理由": "一\n\n二"}},
        "行“理由”，申请.理由：含有空行（第 2 行），请删除",
        "row “理由”, 申请.理由: holds an empty line (line 2); delete it",
    ),
    (
        "same-as-hint",
        {"申请": {"附言": "（可不填，不超过两行）"}},
        "行“附言”，申请.附言：“（可不填，不超过两行）”是表上的提示文字，或以它开头、结尾，读回时不算填写",
        'row “附言”, 申请.附言: "（可不填，不超过两行）" is the form\'s own hint, or begins or ends with it, '
        "which is read back as no answer",
    ),
    (
        "not-an-option",
        {"申请": {"用途": "其他"}},
        "行“用途”，申请.用途：不是该项的选项：“其他”；可选：生产 | 研发 | 转让，需附协议",
        'row “用途”, 申请.用途: not one of the options: "其他"; the options are 生产 | 研发 | 转让，需附协议',
    ),
    (
        "duplicate-option",
        {"申请": {"附件": ["样品", "样品"]}},
        "行“附件”，申请.附件：选项重复：“样品”",
        'row “附件”, 申请.附件: an option is given twice: "样品"',
    ),
    (
        "over-limit",
        {"申请": {"理由": "长" * 61}},
        "行“理由”，申请.理由：超出字数限制：61字，限60字",
        "row “理由”, 申请.理由: over the limit: 61 characters, at most 60",
    ),
    (
        "empty-row",
        {"清单": [{"名称": "铣刀"}, {"名称": None}]},
        "一、清单，行“清单”，清单[1]：这一行没有任何内容，请删除或填写",
        "一、清单, row “清单”, 清单[1]: this row is empty; delete it or fill it in",
    ),
)
"""(code, a record of the small form, the refusal in Chinese, in English)"""


@pytest.mark.parametrize(("code", "record", "zh", "en"), SAID, ids=[code for code, *_ in SAID])
def test_a_refusal_says(monkeypatch: pytest.MonkeyPatch, code: str, record: dict[str, Any], zh: str, en: str) -> None:
    for language, words in (("zh", zh), ("en", en)):
        monkeypatch.setenv("DOCFILL_LANG", language)
        with pytest.raises(InvalidData) as refused:
            form_named("small").fill(record)
        (problem,) = refused.value.problems
        assert (problem.code, problem.severity, str(problem)) == (code, "error", words)
        assert words in str(refused.value)


def test_every_refusal_of_data_is_among_those_tested() -> None:
    source = (HERE.parent / "docfill" / "data.py").read_text(encoding="utf-8")
    refusals = {code for code in CATALOGUE if f'Problem("{code}"' in source}
    for path in (HERE.parent / "docfill" / "kinds").glob("*.py"):  # what a document is read as has no place yet
        source = path.read_text(encoding="utf-8")
        refusals |= set(
            re.findall(r'Problem\("([a-z-]+)".*f\.place\)', source) + re.findall('return "([a-z-]+)",', source)
        )
    # of fields that the small form lacks: test_rows, test_pictures
    elsewhere = {"duplicate-key", "unknown-key", "holds-separator", "bad-picture"}
    assert refusals - {code for code, *_ in SAID} == elsewhere


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_data() -> None:
    record = {"申请": {"用途": "其他", "单价": "十", "部门": " "}, "未知": 1}
    with pytest.raises(InvalidData) as refused:
        form_named("small").fill(record)
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["not-an-option", "wrong-type", "blank-ends", "unknown-field"]


def test_fill_leaves_the_data_as_it_was() -> None:
    form = form_named("small")
    record = record_of(filled_everywhere(form))
    before = copy.deepcopy(record)
    form.fill(record)
    assert record == before
