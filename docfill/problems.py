"""What can be wrong: one exception that stops us, and problems that are collected.

`DocfillError` is raised when a file or a template cannot be used at all.  A
`Problem` says what is wrong with one document or one record; it never stops
the reading.  Every code stands once, in `CATALOGUE`, with its severity and its
message in Chinese and English; extract, fill and check draw on the same table.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
Language = Literal["zh", "en"]


def language() -> Language:
    """The language of messages: Chinese, unless DOCFILL_LANG begins with "en"."""
    return "en" if os.environ.get("DOCFILL_LANG", "").lower().startswith("en") else "zh"


def say(zh: str, en: str) -> str:
    """The sentence in the user's language."""
    return en if language() == "en" else zh


class DocfillError(Exception):
    """Nothing can be done with this file, template or data: the message says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, in words a person can follow, and where in the XML."""

    section: str = ""
    row: str = ""
    column: str = ""
    xml: str = ""

    def to_dict(self) -> dict[str, str]:
        """Only the parts that are known."""
        parts = {"section": self.section, "row": self.row, "column": self.column, "xml": self.xml}
        return {k: v for k, v in parts.items() if v}

    def words(self, spoken: Language) -> str:
        """The place in words, in one language."""
        row, column = ("row ", "column ") if spoken == "en" else ("行", "列")
        parts = (self.section, self.row and f"{row}“{self.row}”", self.column and f"{column}“{self.column}”")
        return (", " if spoken == "en" else "，").join(p for p in parts if p)

    def __str__(self) -> str:
        return self.words(language())


@dataclass(frozen=True, slots=True)
class Code:
    """One line of the catalogue.  The messages may use {found}, {expected} and {path}."""

    severity: Severity
    zh: str
    en: str


CATALOGUE: dict[str, Code] = {
    # a value, read or given
    "not-a-number": Code(
        "error",
        "应为数字，实为“{found}”，已按原文保留",
        'expected a number, found "{found}", left as text',
    ),
    "not-an-integer": Code(
        "error",
        "应为整数，实为“{found}”，已按原文保留",
        'expected a whole number, found "{found}", left as text',
    ),
    "not-a-date": Code(
        "error",
        "应为日期（年月日齐全），实为“{found}”，已按原文保留",
        'expected a full date, found "{found}", left as text',
    ),
    "approximate": Code(
        "warning",
        "原文为“{found}”，按其中的数字读取，请核对",
        'the answer says "{found}"; its number was taken, check it',
    ),
    "too-many-decimals": Code(
        "warning",
        "最多保留两位小数，实为“{found}”",
        'at most two decimals are allowed, found "{found}"',
    ),
    "not-an-option": Code(
        "error",
        "不是该项的选项：“{found}”；可选：{expected}",
        'not one of the options: "{found}"; the options are {expected}',
    ),
    "several-ticks": Code(
        "error",
        "单选项勾选了多个：{found}；未取值，请核对",
        "several options of a single choice are ticked: {found}; no value was taken",
    ),
    "unclear-tick": Code(
        "error",
        "选项“{expected}”前的标记“{found}”无法判断是否勾选",
        'the mark "{found}" of option "{expected}" can be read as ticked or not',
    ),
    "over-limit": Code(
        "error",
        "超出字数限制：{found}字，限{expected}字",
        "over the limit: {found} characters, at most {expected}",
    ),
    # data given to fill
    "unknown-field": Code(
        "error",
        "表中没有这一项；最接近的是：{expected}",
        "the form has no such field; the nearest is {expected}",
    ),
    "too-precise": Code(
        "error",
        "最多两位小数，实为 {found}；请先四舍五入",
        "the form takes two decimals, found {found}; round it first",
    ),
    "wrong-type": Code("error", "应为{expected}，实为 {found}", "expected {expected}, found {found}"),
    "control-character": Code(
        "error",
        "含有 Word 文件不能保存的控制字符 {found}，请删除",
        "holds the control character {found}, which a Word file cannot store; delete it",
    ),
    "blank-ends": Code(
        "error",
        "首尾有空白或下划线，与表上的填写线分不清，请删除：“{found}”",
        'begins or ends with white space or an underscore, like the blank of the form; delete it: "{found}"',
    ),
    "empty-line": Code(
        "error",
        "含有空行（第 {found} 行），请删除",
        "holds an empty line (line {found}); delete it",
    ),
    "same-as-hint": Code(
        "error",
        "与表上的提示文字“{found}”相同，读回时会视为未填",
        'equals the hint printed on the form, "{found}", and would read back as no answer',
    ),
    "empty-row": Code("error", "这一行没有任何内容，请删除或填写", "this row is empty; delete it or fill it in"),
    "duplicate-option": Code("error", "选项重复：“{found}”", 'an option is given twice: "{found}"'),
    "out-of-range": Code(
        "error",
        "数值超出可精确保存的范围：{found}",
        "the number is beyond what can be kept exactly: {found}",
    ),
    # a returned document
    "ambiguous": Code(
        "warning",
        "这里有两种读法：“{found}”或“{expected}”，请核对",
        'two readings are possible here: "{found}" or "{expected}"',
    ),
    "label-altered": Code(
        "warning",
        "标签与原表不同：原为“{expected}”，现为“{found}”；请核对取值",
        'the label differs from the form: "{expected}" became "{found}"; check the value',
    ),
    "place-missing": Code(
        "warning",
        "在文件中找不到“{expected}”，未取值",
        'cannot find "{expected}" in the file; no value was taken',
    ),
    "cells-differ": Code(
        "warning",
        "该行的单元格与原表不符，取值可能错位，请核对",
        "the cells of this row differ from the form; check the value",
    ),
    "extra-lines": Code(
        "warning",
        "填写处之后还有文字，未归入该项，请核对：“{found}”",
        'further text follows the answer and was not taken into it: "{found}"',
    ),
    "recomputed": Code(
        "warning",
        "这里是自动更新的域，转换格式时可能已变成“{found}”，请打开原文件核对",
        'an updating field stands here; converting the file may have changed it to "{found}"; look at the original',
    ),
    "table-in-answer": Code(
        "warning",
        "填写的内容中有表格，已逐格读作文字，请核对：“{found}”",
        'the answer holds a table, which was read as text cell by cell: "{found}"',
    ),
    "template-text-missing": Code(
        "note", "原表文字缺失或改动：“{expected}”", 'text of the form is missing or altered: "{expected}"'
    ),
    "derived-differs": Code(
        "warning",
        "由其他项算出的内容应为“{expected}”，实为“{found}”",
        'this is computed from other fields and should be "{expected}", found "{found}"',
    ),
    "leftover": Code(
        "warning",
        "表外文字，未归入任何一项：“{found}”",
        'text that belongs to no field: "{found}"',
    ),
    # a template
    "no-words-between": Code(
        "error",
        "与“{found}”之间没有任何文字，读回时分不清；请在两个标签之间留下表上的文字",
        'nothing is printed between this and "{found}", so they cannot be told apart; keep some words between the tags',
    ),
    "option-differs": Code(
        "warning",
        "标签中的选项“{expected}”与旁边的文字“{found}”不同",
        'the option "{expected}" of the tag differs from the text beside it, "{found}"',
    ),
    "reads-back-otherwise": Code(
        "error",
        "试填“{expected}”，读回的却是“{found}”；请检查此处的标签和周围文字",
        'filled with "{expected}", it reads back as "{found}"; check the tag and the words around it',
    ),
    "derived": Code(
        "note",
        "“{found}”由其他项算出，读回时只核对，不取值",
        '"{found}" is computed from other fields; reading compares it and takes no value',
    ),
    # a spreadsheet
    "unknown-column": Code(
        "warning",
        "表头“{found}”不是表中的项，这一列未读；最接近的是：{expected}",
        'the header "{found}" is no field of the form, so the column was not read; the nearest is {expected}',
    ),
    "no-header": Code(
        "error",
        "这一格所在的列没有表头：“{found}”，请补上表头或清空",
        'the column of this cell has no header: "{found}"; add one or empty the cell',
    ),
    "cell-error": Code(
        "error",
        "单元格的公式出错（{found}），请改正",
        "the formula of this cell fails ({found}); correct it",
    ),
    "date-cell": Code(
        "error",
        "应为{expected}，但单元格被存成了日期或时间（{found}）；请把单元格格式设为“文本”后重新填写",
        "expected {expected}, but the cell holds a date or time ({found}); format it as text and enter it again",
    ),
    "digits-lost": Code(
        "error",
        "超过 15 位的数字在表格软件中已失真（{found}）；请把单元格格式设为“文本”后重新填写",
        "a spreadsheet keeps 15 digits, so this number was altered ({found}); format the cell as text, enter it again",
    ),
    "no-such-record": Code(
        "error",
        "“记录”应为 1 到 {expected} 的整数，实为“{found}”，这一行未读",
        'the number of the record should be from 1 to {expected}, found "{found}"; the row was not read',
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One doubt about one document or record; `code` is a key of `CATALOGUE`."""

    code: str
    path: str = ""
    found: Any = None
    expected: Any = None
    place: Place = field(default_factory=Place)

    @property
    def severity(self) -> Severity:
        """error, warning or note, as the catalogue has it."""
        return CATALOGUE[self.code].severity

    @property
    def message(self) -> str:
        """The catalogue's sentence, in the user's language."""
        return self.sentence(language())

    def sentence(self, spoken: Language) -> str:
        """The catalogue's sentence, in one language."""
        code = CATALOGUE[self.code]
        sentence = code.en if spoken == "en" else code.zh
        return sentence.format(found=self.found, expected=self.expected, path=self.path)

    def line(self, spoken: Language) -> str:
        """Where and what, in one language."""
        comma, colon = (", ", ": ") if spoken == "en" else ("，", "：")
        where = comma.join(p for p in (self.place.words(spoken), self.path) if p)
        return f"{where}{colon}{self.sentence(spoken)}" if where else self.sentence(spoken)

    def to_dict(self) -> dict[str, Any]:
        """The problem in the shape of the JSON contract."""
        return {
            "code": self.code,
            "path": self.path,
            "severity": self.severity,
            "message": self.message,
            "found": self.found,
            "expected": self.expected,
            "place": self.place.to_dict(),
        }

    @classmethod
    def from_dict(cls, known: Mapping[str, Any]) -> Problem:
        """What `to_dict` gave; KeyError or TypeError of anything else."""
        CATALOGUE[known["code"]]
        return cls(known["code"], known["path"], known["found"], known["expected"], Place(**known["place"]))

    def __str__(self) -> str:
        return self.line(language())


class InvalidData(DocfillError):
    """A record that the form's schema refuses; `problems` lists every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        zh, en = ("\n".join(f"  {p.line(spoken)}" for p in self.problems) for spoken in ("zh", "en"))
        super().__init__(f"数据不符合表单要求，未生成文件：\n{zh}", f"the form refuses this data:\n{en}")

    def __reduce__(self) -> tuple[Any, ...]:
        return InvalidData, (self.problems,)
