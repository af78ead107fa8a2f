"""The laws of each kind, tried over every kind there is: a new one is tested by being registered.

A small form with a field of each kind that is written goes through all doors.
"""

from __future__ import annotations

import functools
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill import Field, Form, InvalidData, kinds, late, tables
from docfill.check import functions
from docfill.kinds import KINDS, WRITTEN, Kind, Written, repeating
from docfill.problems import Problem, speaking
from docfill.tables.kinds import face_of
from docfill.text import COUNTERS
from docfill.values import LONGEST, half_width
from tests.small_form import loaded, p, package
from tests.strategies import written

_LIKELY = "0123456789一二十百千万亿零点年月日时分元:：.,，-/①²⁴½ 约共余左右（）()个亿万元%无"
TYPED = {name: kind for name, kind in WRITTEN.items() if not kind.is_prose}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=str)
every_typed_kind = pytest.mark.parametrize("kind", TYPED.values(), ids=str)


def field(kind: Kind, unit: str = "") -> Field:
    inner = (Field("一", kinds.TEXT),) if kind.has_records else ()
    return Field("甲", kind, ("子", "丑") if kind.has_options else (), inner, "甲", unit)


@functools.cache
def form() -> Form:
    """A form with a field of each kind that is written, alone and in repeated rows."""
    lines = [p(f"{name}一栏：{{{{ {name} | {name} }}}}") for name in TYPED]
    inside = "、".join(f"{name}{{{{ 项.{name} | {name} }}}}" for name in TYPED)
    return loaded(
        package("".join([*lines, p("{%p for 项 in 清单 %}"), p(f"——{inside}。"), p("{%p endfor %}")])), "kinds"
    )


def record(number: int) -> dict[str, Any]:
    own: dict[str, Any] = {name: kind.nth(number) for name, kind in TYPED.items()}
    return {**own, "清单": [{name: kind.nth(number + n) for name, kind in TYPED.items()} for n in (1, 2)]}


# --- one value ---


@every_typed_kind
@given(data=st.data())
def test_what_is_written_is_read(kind: Written, data: st.DataObject) -> None:
    value = data.draw(written(kind))
    assert kind.refusal(value) is None
    reading = kind.parse(kind.format(value))
    assert (reading.value, reading.problem, reading.rest, reading.suggested) == (value, "", "", None)


@every_typed_kind
@given(data=st.data())
def test_what_stands_in_a_cell_is_read(kind: Written, data: st.DataObject) -> None:
    f, value = field(kind), data.draw(written(kind))
    assert tables.value_from_cell(f, tables.cell_from_value(f, value)) == (value, None)


@every_typed_kind
def test_every_value_has_another_one_next_to_it(kind: Written) -> None:
    assert all(kind.nth(n) != kind.nth(n + 1) and kind.refusal(kind.nth(n)) is None for n in range(2000))


@every_kind
def test_samples_are_valid_and_differ(kind: Kind) -> None:
    f = field(kind)
    assert kind.sample(f, 0) is None
    for turn in (1, 2):
        assert list(kind.refusals(f, kind.sample(f, turn))) == []
        jsonschema.validate(kind.sample(f, turn), f.schema())
    assert kind.is_flag or kind.sample(f, 1) != kind.sample(f, 2)


@every_typed_kind
def test_what_is_written_in_doubt_is_doubted_unless_any_words_will_do(kind: Written) -> None:
    assert [bool(kind.parse(words).problem) for words in kind.doubtful] == [not kind.is_prose] * 2


@every_kind
def test_what_is_absent_is_valid_too(kind: Kind) -> None:
    jsonschema.validate(kind.absent, field(kind).schema())
    value, problems = kind.read(kind.standing(None, field(kind)), field(kind), "甲")
    assert (value or None, problems) == (None, [])


@every_kind
@pytest.mark.parametrize("given", [object, 3.999, -1e300, float("nan"), "\x07", " ", ["x"], [["x"]], {"y": 1}, "六平"])
def test_what_is_refused_by_the_schema_is_refused_in_one_language_and_without_python(kind: Kind, given: Any) -> None:
    given = [1] if given is object else given
    f = field(kind)
    is_valid = jsonschema.Draft202012Validator(f.schema()).is_valid(given)
    told = list(kind.refusals(f, given))
    if kind.has_records and isinstance(given, list):
        return  # its records are refused one by one
    assert told or is_valid
    for problem in told:
        zh, en = problem.sentence("zh"), problem.sentence("en")
        assert not re.search(r"expected|'[^']*'|<class|None|True", zh)
        assert not re.search(r"应为|整数|日期（|'[^']*'|<class|None|True", en)


@every_typed_kind
@given(
    text=st.text(max_size=12)
    | st.text("0123456789一二十百千万亿零点年月日时分元:：.,，-/①²⁴½ 约共余左右（）()个亿万元%无", max_size=14)
)
def test_no_text_is_read_as_what_may_not_be_given(kind: Written, text: str) -> None:
    for unit in (None, "亿元", "个"):
        reading = kind.parse(text, unit)
        if reading.suggested is not None:
            assert reading.problem and kind.refusal(reading.suggested) is None
        if reading.problem in ("", "approximate") and reading.value is not None:
            assert kind.refusal(reading.value) is None
            assert kind.parse(kind.format(reading.value)).value == reading.value


@given(text=st.text("0123456789①②³¼½⅔٣๒〇.,， 约", min_size=1, max_size=8))
def test_the_digits_of_a_number_are_the_digits_that_stand_there(text: str) -> None:
    reading = kinds.NUMBER.parse(text)
    if isinstance(reading.value, int | float):
        shown = re.sub("[^0-9.]", "", half_width(text).rstrip(".,"))
        assert float(shown) == reading.value


@every_typed_kind
@pytest.mark.parametrize(
    "piece", ["9", "9 ", " ", "_", "一", "9,", "9.", "：", "(", "约", "上午", "9时", "民国", "〇年月"]
)
def test_a_text_of_any_length_is_refused_before_it_is_looked_at(
    kind: Written, piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    module = __import__(type(kind).__module__, fromlist=["_"])
    for name, pattern in vars(module).copy().items():
        if isinstance(pattern, late.Pattern) and name not in ("_WRITTEN", "BLANK"):  # one class of characters
            monkeypatch.setattr(module, name, _Counting(pattern, looked))
    for times in (1000, 60_000):
        reading = kind.parse(piece * times + "x")
        assert reading.problem and reading.suggested is None
    assert max(looked, default=0) <= LONGEST


class _Counting:
    """A pattern that tells how long the texts are that it is given."""

    def __init__(self, pattern: late.Pattern, looked: list[int]) -> None:
        self._pattern, self._looked = pattern, looked

    def __getattr__(self, name: str) -> Any:
        def called(text: Any, *rest: Any, **more: Any) -> Any:
            given = rest[0] if name == "sub" else text
            self._looked.append(len(given))
            return getattr(self._pattern, name)(text, *rest, **more)

        return called


def test_a_number_of_any_length_is_out_of_range() -> None:
    for digits in (20_000, 60_000):
        for text in ("9" * digits, "-" + "9" * digits, "0." + "3" * digits):
            assert kinds.NUMBER.parse(text).problem in ("out-of-range", "not-a-number")


@pytest.mark.parametrize(("piece", "decimals"), [("9", 0), ("9,", 0), ("9,9", 0), ("x", 0), ("9.5x", 1)])
def test_decimals_are_looked_for_from_each_point_once(piece: str, decimals: int) -> None:
    tried: list[str] = []
    opening = functions._DECIMALS.pattern.partition("(\\d+)")[0]
    assert "*" not in opening and "+" not in opening, "nothing of any length stands before the point"
    tried += functions._DECIMALS.findall(piece * 60_000)
    assert functions.decimals(piece * 60_000) == decimals
    assert len(tried) == (60_000 if decimals else 0)


# --- what is nearly sure ---


@pytest.mark.parametrize(
    ("kind", "unit", "text", "suggested"),
    [
        ("number", "亿元", "14.8亿", 14.8),
        ("number", "亿元", "12500万元", 1.25),
        ("number", "亿元", "1250万元", None),
        ("number", "万元", "14.8亿", 148000),
        ("number", "亿元", "1250万吨", None),
        ("number", "万元", "1,234.5万", 1234.5),
        ("number", "元", "1,234.5万", 12345000),
        ("number", "元", "12,34万", None),
        ("integer", "人", "12万", 120000),
        ("number", "家", "共256家", 256),
        ("number", "", "合计：256", 256),
        ("integer", "", "二百一十二", 212),
        ("number", "", "一百四十八点七五", 148.75),
        ("number", "亿元", "一百四十八点七五亿元", 148.75),
        ("integer", "", "一百二", None),
        ("integer", "", "七八个", None),
        ("integer", "", "一百四十八点七五", None),
        ("integer", "个", "两千零三个", 2003),
        ("number", "", "356①", 356),
        ("number", "", "①888", 888),
        ("number", "", "356²", None),
        ("number", "", "206 237", None),
        ("number", "", "100余", None),
        ("number", "", "3-5", None),
        ("number", "万元", "人民币1200万元", 1200),
        ("number", "万元", "￥1,200万元整", 1200),
        ("number", "元", "壹万贰仟元整", 12000),
        ("number", "万元", "RMB 1200万美元", None),
        ("number", "万美元", "人民币1200万美元", None),
        ("number", "亿元", "14.8亿人民币", 14.8),
        ("number", "亿元", "14亿8000万元", 14.8),
        ("number", "亿元", "14亿8千万", 14.8),
        ("number", "亿元", "14亿8000万吨", None),
        ("number", "亿元", "14亿20000万元", None),
        ("number", "平方米", "1.2万㎡", 12000),
        ("number", "%", "85.5万", None),
        ("number", "%", "一万", None),
        ("number", "%", "百分之八十五", 85),
        ("number", "%", "2.5个百分点", 2.5),
        ("number", "%", "二个百分点", 2),
        ("number", "%", "2个", None),
        ("date", "", "2024-05-06T10:30:00Z", "2024-05-06"),
        ("date", "", "2024-05-06T23:30+08:00", "2024-05-06"),
        ("integer", "家", "三五家", None),
        ("integer", "家", "二〇五家", 205),
        ("integer", "人", "12户", None),
        ("integer", "人", "12次", None),
        ("integer", "家", "256人", None),
        ("integer", "家", "零家", 0),
        ("integer", "家", "2百56家", 256),
        ("integer", "家", "2千3百家", 2300),
        ("integer", "家", "2百5家", None),
        ("integer", "人", "1万2千3百人", 12300),
        ("integer", "人", "1万2", None),
        ("number", "亿元", "1百48亿元", 148),
        ("number", "万元", "1万2千元", None),
        ("number", "万元", "5百", 500),
        ("number", "万元", "五百", 500),
        ("number", "万元", "5百元", None),
        ("number", "万元", "五百元", None),
        ("number", "万元", "5百万", 500),
        ("number", "万元", "五百万", 500),
        ("number", "万元", "五百人", None),
        ("number", "千元", "5千", 5),
        ("integer", "家", "廿三家", 23),
        ("integer", "", "一百廿三", 123),
        ("integer", "家", "廿余家", None),
        ("integer", "家", "256（家）", 256),
        ("integer", "家", "256（人）", None),
        ("number", "", "负3.5", -3.5),
        ("number", "元", "壹万贰仟叁佰肆拾伍元陆角柒分", 12345.67),
        ("number", "元", "壹万贰仟圆零五分", 12000.05),
        ("number", "元", "壹万贰仟元正", 12000),
        ("number", "元", "12元5角", 12.5),
        ("number", "元", "12.5元5角", None),
        ("number", "万元", "12元5角", None),
        ("date", "", "2023、5、6", "2023-05-06"),
        ("date", "", "2023。5。6", "2023-05-06"),
        ("date", "", "日期：2023年5月6日", "2023-05-06"),
        ("date", "", "公元2023年5月6日", "2023-05-06"),
        ("date", "", "约2023年5月6日", None),
        ("date", "", "民国112年5月6日", "2023-05-06"),
        ("date", "", "民国一一二年五月六日", "2023-05-06"),
        ("date", "", "民国元年元月一日", "1912-01-01"),
        ("date", "", "中華民國112年5月6日", "2023-05-06"),
        ("date", "", "民国112.5.6", "2023-05-06"),
        ("date", "", "民国112年5月", None),
        ("date", "", "民国0年1月1日", None),
    ],
)
def test_what_is_nearly_sure_is_suggested_and_not_taken(kind: str, unit: str, text: str, suggested: Any) -> None:
    f = field(KINDS[kind], unit)
    value, (problem,) = f.kind.read(kinds.Standing(text), f, "甲")
    assert (value, problem.suggested) == (text, suggested)
    assert ("suggested" in problem.to_dict()) == (suggested is not None)
    assert Problem.from_dict(json.loads(json.dumps(problem.to_dict()))).suggested == suggested
    with speaking("en"):
        assert (f"perhaps {suggested}" in problem.message) == (suggested is not None)


_COUNT, _PEOPLE, _VALUE = "情况.集群中小企业数量.2022年", "情况.集群内从业人员数量", "情况.集群总产值.2022年"
_GROWTH, _FALL, _SHARE = "情况.近三年产值年均增速", "情况.近三年能耗降低率", "情况.产值占总产值比例"


@pytest.mark.parametrize(
    ("path", "unit", "text", "suggested"),
    [
        (_COUNT, "家", "256家企业", 256),
        (_COUNT, "家", "256户中小企业", 256),
        (_COUNT, "家", "二百五十六家企业", 256),
        (_COUNT, "家", "2百56家企业", 256),
        (_COUNT, "家", "企业256家", 256),
        (_COUNT, "家", "共有企业256家", 256),
        (_COUNT, "家", "现有256家", 256),
        (_COUNT, "家", "截至2022年底，共256家", 256),
        (_COUNT, "家", "256家（截至2022年底）", 256),
        (_COUNT, "家", "2021年256家", None),
        (_COUNT, "家", "256家（2021年）", None),
        (_COUNT, "家", "规上企业128家", None),
        (_COUNT, "家", "128家规上企业", None),
        (_COUNT, "家", "新增企业12家", None),
        (_COUNT, "家", "企业256家以上", None),
        (_COUNT, "家", "近256家企业", None),
        (_COUNT, "家", "企业几十家", None),
        (_COUNT, "家", "企业12家，园区3个", None),
        (_COUNT, "人", "256家企业", None),
        (_PEOPLE, "人", "9862名从业人员", 9862),
        (_PEOPLE, "人", "1.2万名从业人员", 12000),
        (_PEOPLE, "人", "9862名研发人员", None),
        (_VALUE, "亿元", "实现产值148.75亿元", 148.75),
        (_VALUE, "亿元", "总产值达到1487500万元", 148.75),
        (_VALUE, "亿元", "逾148亿元", None),
        (_GROWTH, "%", "增长12.5%", 12.5),
        (_GROWTH, "%", "年均增长12.5%", 12.5),
        (_GROWTH, "%", "同比增长12.5%", None),
        (_GROWTH, "%", "下降12.5%", None),
        (_GROWTH, "%", "增长-12.5%", None),
        (_GROWTH, "%", "增长12.5", None),
        (_GROWTH, "%", "增长12.5个百分点", None),
        (_FALL, "%", "下降了3.2%", 3.2),
        (_FALL, "%", "增长3.2%", None),
        (_SHARE, "%", "达85%", 85),
        (_SHARE, "%", "增长85%", None),
        ("每万人专利拥有量", "件", "256万人", None),
    ],
)
def test_a_number_beside_words_of_its_own_field_is_suggested(path: str, unit: str, text: str, suggested: Any) -> None:
    f = replace(field(kinds.NUMBER, unit), path=path)
    value, (problem,) = f.kind.read(kinds.Standing(text), f, path)
    assert (value, problem.suggested) == (text, suggested)
    refused, doubt = tables.value_from_cell(f, text)
    assert refused is None and doubt is not None and doubt.suggested == suggested


@given(
    said=st.text("0123456789.%家企业总产值亿元增长年2022底（）共有", min_size=1, max_size=24).map(half_width),
    path=st.sampled_from([_COUNT, _VALUE, _GROWTH, _FALL, "数量"]),
)
def test_no_figure_is_lost_with_the_words_around_a_number(said: str, path: str) -> None:
    bare = re.sub("2022年", "", said)  # the year of the field itself
    assert re.findall("[0-9.]", repeating.without(bare, path)) == re.findall("[0-9.]", bare)


@pytest.mark.parametrize(
    ("said", "value", "codes"),
    [
        ("0210年5月6日", "0210-05-06", ["year-unlikely"]),
        ("2553年5月6日", "2553-05-06", ["year-unlikely"]),
        ("1799.12.31", "1799-12-31", ["year-unlikely"]),
        ("1864年1月1日", "1864-01-01", []),
        ("2100-12-31", "2100-12-31", []),
    ],
)
def test_a_year_that_no_form_asks_for_is_kept_and_doubted(said: str, value: str, codes: list[str]) -> None:
    f = field(KINDS["date"])
    read, problems = f.kind.read(kinds.Standing(said), f, "甲")
    assert (read, [x.code for x in problems]) == (value, codes)


def test_what_stands_beside_a_value_is_told() -> None:
    for kind, text, value, code, rest in (
        ("integer", "662个（其中国家级2个）", 662, "leftover", "（其中国家级2个）"),
        ("integer", "15，其中新增3", 15, "leftover", "，其中新增3"),
        ("integer", "1,500, 其中新增3人", 1500, "leftover", ", 其中新增3人"),
        ("number", "12.5；含女职工 3", 12.5, "leftover", "；含女职工 3"),
        ("number", "6.5(含在建1.2)", 6.5, "leftover", "(含在建1.2)"),
        ("date", "2024年5月6日 14:30", "2024-05-06", "time-left-out", "14:30"),
        ("date", "2024年5月6日星期一上午9点半", "2024-05-06", "time-left-out", "星期一上午9点半"),
    ):
        f = field(KINDS[kind])
        read, (problem,) = f.kind.read(kinds.Standing(text), f, "甲")
        assert (read, problem.code, problem.found) == (value, code, rest)
        refused, doubt = tables.value_from_cell(f, text)
        assert refused is None and doubt is not None and doubt.suggested == value


# --- all doors ---


@pytest.mark.parametrize("number", [3, 1000])
@pytest.mark.parametrize("by_meaning", [False, True])
def test_a_form_with_every_kind_reads_back(number: int, by_meaning: bool) -> None:
    result = form().extract(form().fill(record(number)), by_meaning=by_meaning)
    assert (result.data, result.problems, result.leftovers) == (record(number), [], [])
    blank = form().extract(form().blank(), by_meaning=by_meaning)
    assert (blank.data, blank.problems, blank.leftovers) == ({**dict.fromkeys(TYPED), "清单": []}, [], [])


def test_lint_and_the_schema_know_every_kind() -> None:
    from docfill.lint import lint

    assert [str(problem) for problem in lint(form())] == []
    jsonschema.validate(record(5), form().schema)
    for name in TYPED:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**record(5), name: "不是"}, form().schema)
        with pytest.raises(InvalidData, match=name):
            form().fill({name: "不是"})


def test_a_workbook_of_every_kind_is_loaded_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "录入.xlsx"
    tables.write_entry(form(), path, [record(7), {}])
    read = list(tables.load(path, form()).records)
    assert [r.data for r in read if not r.problems][:1] == [record(7)]


def test_parquet_has_a_column_of_each_kind(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "汇总.parquet"
    with tables.Writer(path, [form()]) as writer:
        writer.add(form(), form().extract(form().fill(record(9))))
    table = parquet.read_table(io.BytesIO(path.read_bytes()))
    for name, kind in TYPED.items():
        face, f = face_of(kind), next(f for f in form().fields if f.path == name)
        assert table.column(name).to_pylist() == [face.arrow_value(f, record(9)[name])]


@every_kind
def test_every_kind_has_a_face_that_says_what_to_enter(kind: Kind) -> None:
    for language in ("zh", "en"):
        with speaking(language):  # type: ignore[arg-type]
            assert face_of(kind).words(field(kind))


@pytest.mark.parametrize(
    ("counted", "same"), [("人", "名位个"), ("家", "户所处座个"), ("项", "件个"), ("篇", "份本个")]
)
def test_measure_words_of_the_same_are_read_and_all_others_doubted(counted: str, same: str) -> None:
    for word in COUNTERS:
        reading = KINDS["integer"].parse(f"12{word}", counted)
        assert (reading.value == 12 and not reading.problem) == (word == counted or word in same), word


def test_a_unit_that_leaves_the_choice_takes_either() -> None:
    for unit in ("台（套）", "台/套", "台、套", "台或套"):
        assert [KINDS["integer"].parse(f"12{word}", unit).value for word in "台套"] == [12, 12]
        assert KINDS["integer"].parse("12人", unit).problem
    assert KINDS["number"].parse("12吨", "吨/万元").problem
