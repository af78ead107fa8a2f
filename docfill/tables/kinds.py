"""The face of each kind in a table: its columns, what stands in a cell and how it looks, and what a cell says.

`face.value_of_text(f, text)` undoes `face.cell(f, value)` for every value that
the form accepts.  A text that cannot be read for certain is a problem and never
a value (law 5).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from docfill import kinds, late
from docfill.data import Records, value_at
from docfill.fields import Field
from docfill.files import json_from
from docfill.kinds import DATE, Kind, Written
from docfill.problems import DocfillError, InvalidData, Problem, say
from docfill.text import fold
from docfill.values import BLANK, NONE
from docfill.word.ticks import CROSSES, EMPTY_MARKS, TICKED_MARKS

SEPARATOR = "；"
"""Between the options in one cell."""

TICK = "√"
"""What a chosen option is marked with in a column of its own."""

YES = "是"
"""What stands in the cell of a boolean that is true."""

SAYS_YES = frozenset("是 对 有 选 已选 y yes t true v 1".split()) | frozenset(TICKED_MARKS) - CROSSES  # noqa: SIM905
SAYS_NO = frozenset("否 无 不 没有 未选 n no f false 0 -".split()) | frozenset(EMPTY_MARKS)  # noqa: SIM905

_EARLIEST_DAY = "1900-03-01"
_NAMES_A_DAY = late.pattern("时间|日期|年月")
"""A text whose label says so is a day or a month, whatever the spreadsheet made of it."""
_SEPARATORS = late.pattern(r"[；;\r\n]")
_LOOSELY = late.pattern(r"[；;、，,/|\s]+")
_MIDNIGHT = datetime.time()
_MOST_READINGS = 64
_AS_THEY_ARE = ("too-many-decimals", "out-of-range")
"""Problems that are told of a cell in their own words; any other is one of its type."""

Words = tuple[str, str]
"""Chinese and English."""


class Face:
    """One kind in tables.

    Attributes:
        width: of a column, in characters.
        printed: the width of a column in a sheet that is to be printed.
        look, format: the name of its cells' look, and what XlsxWriter is to make of it.
        is_numeric: whether a number in a cell is its value, so that no digit was lost.
        advice: what the guide of an entry sheet says where the form has the kind.
    """

    width: ClassVar[int] = 22
    printed: ClassVar[int] = 16
    look: ClassVar[str] = "text"
    format: ClassVar[dict[str, Any]] = {"num_format": "@", "text_wrap": True, "valign": "top"}
    is_numeric: ClassVar[bool] = False
    advice: ClassVar[tuple[Words, ...]] = ()

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    # --- columns ---

    def columns(self, f: Field) -> Sequence[str]:
        """The options that have a column of their own; "" for a column of the field itself."""
        return ("",)

    def words(self, f: Field) -> str:
        """What is to be entered, in words."""
        return say(*self.kind.words)

    def required(self, f: Field) -> str:
        """That an answer is required, in words."""
        return say(f"必填；没有则填“{NONE}”", f'required; "{NONE}" if there is none')

    def advice_on(self, fields: Sequence[Field]) -> Sequence[Words]:
        """What the guide says of the form's fields of this kind."""
        return self.advice

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        """The validation of a column's cells as XlsxWriter takes it, `first` being the reference of the uppermost."""
        return {"validate": "length", "criteria": "<=", "value": f.most} if f.most else None

    def rule_words(self, f: Field) -> str:
        """What is said where the validation fails."""
        return say(f"不超过 {f.most} 字", f"at most {f.most} characters") if f.most else self.words(f)

    # --- cells ---

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        """What stands in the cell of a value that is not absent."""
        assert isinstance(value, str | int | float)
        return value

    def typed_cell(self, f: Field, value: Any) -> tuple[Any, str]:
        """What is written into a workbook for `cell`, and its look; what is not of the kind stays text."""
        return value, self.look

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        """The value that a text in a cell says, and what is wrong with it."""
        raise NotImplementedError

    def value_of_moment(self, f: Field, moment: Any) -> Any:
        """The value of a cell that holds a date or a time (a text where only a part of a date is shown), or None."""
        return None

    # --- parquet ---

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        """The type of its column."""
        return pyarrow.string()

    def arrow_value(self, f: Field, value: Any) -> Any:
        """The value as its column has it, or None where that cannot hold it."""
        return value

    def inner_arrow(self, pyarrow: Any, f: Field) -> Any:
        """The type of its column within repeated rows."""
        return self.arrow(pyarrow, f)

    def inner_arrow_value(self, f: Field, value: Any) -> Any:
        """The value within repeated rows."""
        return self.arrow_value(f, value)


class _WrittenFace(Face):
    """A kind that is one text, and may be a cell of a type of its own."""

    kind: Written

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        reading = self.kind.parse_cell(text, f.unit or None)
        if not reading.problem and not reading.rest:
            return reading.value, None
        code = reading.problem if reading.problem in _AS_THEY_ARE else "wrong-type"
        suggested = reading.value if reading.rest else reading.suggested
        suggested = self.kind.suggestion(text, f) if suggested is None else suggested
        return None, Problem(code, f.path, text, self.kind.expectation(f), suggested=suggested)

    def _is_typed(self, value: Any) -> bool:
        return value is not None and value != NONE and self.kind.refusal(value) is None


class _TextFace(_WrittenFace):
    def value_of_moment(self, f: Field, moment: Any) -> Any:
        if not _NAMES_A_DAY.search(f.label or f.steps[-1]):
            return None
        if isinstance(moment, str):
            return str(moment) if "年" in moment else None
        day = _day_of(moment)
        return DATE.format(day) if day else None


class _LongTextFace(_WrittenFace):
    width = 50
    printed = 44


class _NumberFace(_WrittenFace):
    width = 13
    printed = 10
    look = "number"
    format: ClassVar[dict[str, Any]] = {"num_format": "General", "valign": "top"}
    is_numeric = True
    advice = (
        (
            "数字按表头的单位填，不写单位；百分数填百分号前面的数（85% 填 85）。",
            "Enter numbers in the unit of the heading, without it; for 85% enter 85.",
        ),
    )

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return _or_none(first, f"IF(ISNUMBER({first}),ROUND({first},2)={first},FALSE)")

    def rule_words(self, f: Field) -> str:
        return super().rule_words(f) + say("，最多两位小数", ", two decimals at most")

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.float64()

    def arrow_value(self, f: Field, value: Any) -> Any:
        return float(value) if self._is_typed(value) else None


class _IntegerFace(_NumberFace):
    width = 11
    printed = 9
    look = "integer"
    format: ClassVar[dict[str, Any]] = {"num_format": "0", "valign": "top"}

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return _or_none(first, f"IF(ISNUMBER({first}),INT({first})={first},FALSE)")

    def rule_words(self, f: Field) -> str:
        return Face.rule_words(self, f)

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.int64()

    def arrow_value(self, f: Field, value: Any) -> Any:
        return int(value) if self._is_typed(value) else None


class _DateFace(_WrittenFace):
    width = 13
    printed = 11
    look = "date"
    format: ClassVar[dict[str, Any]] = {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}
    advice = (("日期写成 2024-05-06。", "Write dates as 2024-05-06."),)

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return _or_none(first, f"ISNUMBER({first})")

    def typed_cell(self, f: Field, value: Any) -> tuple[Any, str]:
        is_day = self._is_typed(value) and value >= _EARLIEST_DAY
        return datetime.date.fromisoformat(value) if is_day else value, self.look

    def value_of_moment(self, f: Field, moment: Any) -> Any:
        return _day_of(moment)

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.date32()

    def arrow_value(self, f: Field, value: Any) -> Any:
        return datetime.date.fromisoformat(value) if self._is_typed(value) else None


class _TimeFace(_WrittenFace):
    width = 9
    printed = 7
    look = "time"
    format: ClassVar[dict[str, Any]] = {"num_format": "hh:mm", "align": "left", "valign": "top"}
    advice = (("时间写成 9:30。", "Write times as 9:30."),)

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return _or_none(first, f"ISNUMBER({first})")

    def typed_cell(self, f: Field, value: Any) -> tuple[Any, str]:
        return datetime.time.fromisoformat(value) if self._is_typed(value) else value, self.look

    def value_of_moment(self, f: Field, moment: Any) -> Any:
        is_minute = isinstance(moment, datetime.time) and not (moment.second or moment.microsecond)
        return f"{moment:%H:%M}" if is_minute else None

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.time32("s")

    def arrow_value(self, f: Field, value: Any) -> Any:
        return datetime.time.fromisoformat(value) if self._is_typed(value) else None


class _ChoiceFace(Face):
    width = 18
    printed = 14

    def words(self, f: Field) -> str:
        return say("从下拉列表中选一项", "choose one from the list")

    def required(self, f: Field) -> str:
        return say("必填", "required")

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return {"validate": "list", "source": choose_from(f.options)}

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        option = _options_by_text(f).get(fold(text))
        return option, None if option else Problem("not-an-option", f.path, text, self.kind.expectation(f))


class _ChoicesFace(_ChoiceFace):
    width = 17
    printed = 8
    look = "tick"
    format: ClassVar[dict[str, Any]] = {"num_format": "@", "align": "center", "valign": "top"}
    advice = (
        (
            f"可以选多项的，每个选项一列：选中的填 {TICK}（“是”也可以），没选的空着。",
            f"Where several may be chosen, each option has a column: enter {TICK} for those chosen.",
        ),
    )

    def columns(self, f: Field) -> Sequence[str]:
        return f.options

    def words(self, f: Field) -> str:
        return say(f"可选多项：选中的一格填 {TICK}", f"any number: put {TICK} into the cells of those chosen")

    def rule(self, f: Field, first: str, choose_from: Callable[[Sequence[str]], str]) -> dict[str, Any] | None:
        return {"validate": "list", "source": [TICK]}

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return SEPARATOR.join(value) if isinstance(value, list) else super().cell(f, value)

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        return _options_from_text(f, text)

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.list_(pyarrow.string())


class _BooleanFace(Face):
    width = 9
    printed = 7

    def words(self, f: Field) -> str:
        return say("填“是”，不是则空着", "yes, or nothing")

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return YES if value else None

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        said = fold(text)
        is_clear = said in SAYS_YES or said in SAYS_NO
        return (said in SAYS_YES, None) if is_clear else (None, Problem("unclear-tick", f.path, text, f.path))

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.bool_()


class _TextsFace(Face):
    width = 30
    printed = 30

    def words(self, f: Field) -> str:
        return say("每行一项", "a line each")

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return "\n".join(value) if isinstance(value, list) else super().cell(f, value)

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        return [line.strip() for line in text.split("\n") if not BLANK.fullmatch(line)], None

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.list_(pyarrow.string())


class _PictureFace(Face):
    """A picture stands in the cell, above the name of its file, or is that name alone, beside the data."""

    width = 24
    printed = 24
    look = "picture"
    format: ClassVar[dict[str, Any]] = {"num_format": "@", "text_wrap": True, "valign": "bottom"}

    def words(self, f: Field) -> str:
        return say(
            "把图片放进这一格，或写图片的文件名，文件与数据放在一起",
            "a picture put into the cell, or the name of its file beside the data",
        )

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return str(value["file"]) if isinstance(value, dict) else super().cell(f, value)

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        return text.strip(), None

    def arrow_value(self, f: Field, value: Any) -> Any:
        return None if value is None else self.cell(f, value)


class _PicturesFace(_PictureFace):
    def words(self, f: Field) -> str:
        return say(
            "把图片放进这一格，或写图片的文件名，每行一个",
            "pictures put into the cell, or the names of their files, a line each",
        )

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return "\n".join(one["file"] for one in value) if isinstance(value, list) else super().cell(f, value)

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        return [line.strip() for line in text.split("\n") if line.strip()], None


class _RowsFace(Face):
    """Repeated rows have a sheet of their own; as a cell they are JSON."""

    def columns(self, f: Field) -> Sequence[str]:
        return ()

    def words(self, f: Field) -> str:
        return say(f"每行一条，在工作表“{f.steps[-1]}”中填写", f'a line each, in the sheet "{f.steps[-1]}"')

    def advice_on(self, fields: Sequence[Field]) -> Sequence[Words]:
        from docfill.tables.columns import RECORD

        listed = "、".join(f"“{f.steps[-1]}”" for f in fields)
        return (
            (
                f"行数不定的内容在另外的工作表中填：{listed}；每行的“{RECORD}”写明属于主表的第几号记录。",
                f'Tables of any length have sheets of their own: {listed}; their "{RECORD}" is the number of the '
                "record in the main sheet.",
            ),
        )

    def cell(self, f: Field, value: Any) -> str | int | float | None:
        return json.dumps(value, ensure_ascii=False)

    def value_of_text(self, f: Field, text: str) -> tuple[Any, Problem | None]:
        try:
            data = json_from(text, f.path)
            if isinstance(data, list) and any(column.kind.is_drawn for column in f.fields):
                return data, None  # its pictures are names as yet
            for step in reversed(f.steps):
                data = {step: data}
            return Records([f]).flatten(data).get(f.path, []), None
        except InvalidData as error:
            return None, error.problems[0]
        except DocfillError as error:
            return None, Problem("unreadable", f.path, str(error), "JSON [{…}]")

    def arrow(self, pyarrow: Any, f: Field) -> Any:
        columns = [(c.path, face_of(c.kind).inner_arrow(pyarrow, c)) for c in f.fields]
        return pyarrow.list_(pyarrow.struct(columns))

    def arrow_value(self, f: Field, value: Any) -> Any:
        return [
            {c.path: face_of(c.kind).inner_arrow_value(c, value_at(row, c.steps)) for c in f.fields}
            for row in value or ()
        ]

    def inner_arrow(self, pyarrow: Any, f: Field) -> Any:
        return pyarrow.string()

    def inner_arrow_value(self, f: Field, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False)


_FACES: dict[Kind, Face] = {
    kind: face(kind)
    for kind, face in (
        (kinds.TEXT, _TextFace),
        (kinds.LONGTEXT, _LongTextFace),
        (kinds.NUMBER, _NumberFace),
        (kinds.INTEGER, _IntegerFace),
        (kinds.DATE, _DateFace),
        (kinds.TIME, _TimeFace),
        (kinds.CHOICE, _ChoiceFace),
        (kinds.CHOICES, _ChoicesFace),
        (kinds.BOOLEAN, _BooleanFace),
        (kinds.TEXTS, _TextsFace),
        (kinds.ROWS, _RowsFace),
        (kinds.ONE_PICTURE, _PictureFace),
        (kinds.SEVERAL_PICTURES, _PicturesFace),
    )
}

LOOKS: dict[str, dict[str, Any]] = {face.look: face.format for face in _FACES.values()}
"""The looks of cells, by name."""


def face_of(kind: Kind) -> Face:
    """The face of a kind in tables."""
    return _FACES[kind]


def advice_on(fields: Sequence[Field]) -> list[Words]:
    """How to enter what a form asks for, kind by kind, nothing twice."""
    asked = {face: [f for f in fields if face_of(f.kind) is face] for face in _ADVISING}
    return list(dict.fromkeys(words for face, own in asked.items() if own for words in face.advice_on(own)))


_ADVISING = [face_of(kind) for kind in sorted(_FACES, key=lambda kind: not kind.is_many)]
"""Several choices first, as they are what people ask about."""


def _or_none(first: str, condition: str) -> dict[str, Any]:
    """A validation that takes 无, too."""
    return {"validate": "custom", "value": f'=IF({first}="{NONE}",TRUE,{condition})'}


def _day_of(moment: Any) -> str | None:
    """YYYY-MM-DD of a date, or of a date and time at midnight."""
    if isinstance(moment, datetime.datetime):
        return moment.date().isoformat() if moment.time() == _MIDNIGHT else None
    return moment.isoformat() if isinstance(moment, datetime.date) else None


def _options_by_text(f: Field) -> dict[str, str]:
    return {fold(option): option for option in f.options}


def _options_from_text(f: Field, text: str) -> tuple[list[str] | None, Problem | None]:
    """The options in one cell, in form order; an option may hold the separator itself."""
    known = _options_by_text(f)
    parts = [p for p in map(str.strip, _SEPARATORS.split(text)) if p]
    chosen: set[str] = set()
    start = 0
    while start < len(parts):
        ends = range(len(parts), start, -1)
        end = next((e for e in ends if fold(SEPARATOR.join(parts[start:e])) in known), None)
        if end is None:
            loosely = _options_loosely(f, text)
            unknown = None if loosely else Problem("not-an-option", f.path, parts[start], f.kind.expectation(f))
            return loosely, unknown
        chosen.add(known[fold(SEPARATOR.join(parts[start:end]))])
        start = end
    return [o for o in f.options if o in chosen], None


def _options_loosely(f: Field, text: str) -> list[str] | None:
    """The options in one cell, whatever stands between them; None where it can be read in no way, or in several.

    An option may hold what stands between options, and another may be a part of it.
    """
    known = {_LOOSELY.sub("", fold(option)): option for option in f.options}
    parts = [fold(p) for p in _LOOSELY.split(text) if p]
    longest = max(len(_LOOSELY.split(fold(option))) for option in f.options)
    readings: list[set[frozenset[str]]] = [{frozenset()}, *(set() for _ in parts)]
    for end in range(1, len(parts) + 1):
        for start in range(max(end - longest, 0), end):
            if option := known.get("".join(parts[start:end])):
                readings[end] |= {chosen | {option} for chosen in readings[start]}
        if len(readings[end]) > _MOST_READINGS:
            return None
    if len(known) < len(f.options) or len(readings[-1]) != 1:
        return None
    [chosen] = readings[-1]
    return [o for o in f.options if o in chosen]
