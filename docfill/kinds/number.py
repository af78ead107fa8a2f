"""Numbers, whole or with two decimals, or 无: read from full-width digits, thousands, a repeated unit, a hedge.

What stands there besides one number is never made a part of it: a note's mark (356①), a power (356²), a second
number (206 237) is a problem.  What is refused but nearly sure (`14.8亿` under 亿元, 共256家, 二百一十二) is suggested
in the problem, and never taken.  All patterns are linear, and applied to `LONGEST` characters at most.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from docfill import late
from docfill.kinds.kind import Asked, Reading, Written, shown
from docfill.kinds.numerals import TO_DIGITS, in_words_alone, number_in_words
from docfill.kinds.repeating import without
from docfill.text import COUNTERS
from docfill.values import LONGEST, NONE, half_width, is_blank, is_turned, says_none, visible

LARGEST = 10**13
"""Beyond this a binary64 number can't keep two decimals."""
_MOST_DIGITS = len(str(LARGEST))

_WRITTEN = late.pattern(r"[0-9]+(?:\.[0-9]+)?")
"""A number as docfill itself writes it."""
_PARTED = late.pattern(r"([+-]?)\s*([0-9][0-9., \u00a0\u2002-\u200a\u202f]*)(.*)", re.S)
"""The sign, the digits with what may stand between them, and all behind."""
_WHOLE = late.pattern(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[1-9][0-9]?(?: [0-9]{3})+")
"""Digits, with commas or blanks in whole groups of three: three digits, a blank and three more may be two answers."""
_PADDED = late.pattern("[+-]?0(?:0|[0-9]{2})")
"""Digits behind zeros, as codes are written; a day or a month of two digits is a number all the same."""
_THOUSANDS = late.pattern(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
"""One point before three digits: 1.500 may be one and a half, or one thousand five hundred with a point for a comma."""
_BETWEEN = late.pattern(r"[\s\u00a0\u2002-\u200a\u202f]")
_INCLUDED = late.pattern(
    r"(?<![\s,，;；、])[\s,，;；、]*+(?:[(（](?:其中|含|包括|包含)[^()（）]{0,100}[)）]|(?:其中|含|包括|包含)[^()（）]{1,100})$"
)
"""A note behind a number that says what is counted in it."""
_DASHED = late.pattern(r"[–—―─]\s*[0-9０-９]")
"""A dash that is no minus before a number: it may stand for one, or before an item."""
_BEFORE_HEDGE = ("大约", "约为", "约", "近", "≈", "~", "～")
_HEDGE = ("左右", "上下", *(f"{a}{word}{b}" for a, b in ("()", "（）") for word in ("预计", "估计", "估算", "约")))
_HEDGES = "约近≈"
_SUMS = late.pattern("(?:共计|共有|总共|一共|合计|总计|累计|共|计)[:：]?")
_NOTE_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*＊"
_SCALE = late.pattern("[十百千万亿]*")
_OF_HUNDRED = "百分之"
_OF_MONEY = late.pattern(r"(?:人民币|[¥￥]|rmb|cny)\s*", re.I)
"""What stands before a sum of 元."""
_WHOLE_SUM, _NAMED_SUM = ("整", "正"), "人民币"
"""What stands behind one."""
_IN_COINS = late.pattern(
    "([^元圆角分]{1,40})[元圆](?:零?([0-9〇零一二三四五六七八九])角)?(?:零?([0-9一二三四五六七八九])分)?"
)
"""A sum with what is less than 元."""
_IN_BRACKETS = late.pattern(r"([^()\[\]【】]{1,40})[(\[【]([^()\[\]【】]{1,12})[)\]】]")
_MINUS = "负"
_IN_PARTS = late.pattern(r"([0-9]{1,5})亿([0-9]{1,4})([千百十]?万)")
"""A number of 亿 and 万, each with its own digits."""
_COUNTED = late.pattern("个(?=[万亿])")
"""Between a number and its scale, as it is spoken: 14.8个亿."""
_FOREIGN = ("美元", "欧元", "港元", "日元", "韩元", "澳元", "加元")
_SAME_COUNTS = ("人名位", "家户所处座", "项件", "份篇本", "种款")
"""Measure words by which the same is counted; others say something else: 12套 is no number of 台."""
_NEVER_ANY = "人名位次"
"""Measure words of what 个, which may count anything else, is not said for: 12人 is no number of 个."""
_EITHER = late.pattern("[(/、]|或")
_BOTH, _OF_THINGS = "台套", "台套件个项份"
"""Measure words that stand together for either, and those that count things, of which the form may print one alone."""
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_CAPITALS: dict[int, int | str] = {
    **str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟貳參陸萬億", "一二三四五六七八九十百千二三六万亿")
}
_CAPITALS |= {ord("廿"): "二十", ord("卅"): "三十"}
"""Numerals as they are written where nobody is to change them, and those of two strokes in one."""
_SAME_UNITS = (
    ("平方米", "㎡", "m²", "平米", "平方"),
    ("平方公里", "km²", "平方千米", "平方km"),
    ("公里", "km", "千米"),
    ("百分点", "个百分点", "pct"),
    ("公斤", "kg", "千克"),
    ("立方米", "m³"),
    ("米", "m"),
    ("吨", "t"),
    ("℃", "摄氏度", "°C"),
    ("元", "CNY", "RMB"),
)


def _folded_unit(unit: str) -> str:
    """A unit as units are compared: its letters and figures in one form, however raised or cased."""
    plain = "".join(_ONE_FORM.get(c, c) for c in half_width(unit)).casefold()
    return "".join(plain.split()).removesuffix("人民币").removeprefix("人民币")


_ONE_FORM = {
    **{"²": "2", "³": "3", "㎡": "m2", "㎥": "m3", "㎞": "km", "㎢": "km2", "㎏": "kg", "℃": "°c", "％": "%", "﹪": "%"}
}
_UNITS = {_folded_unit(name): names[0] for names in _SAME_UNITS for name in names}


def same_units(unit: str) -> tuple[str, ...]:
    """The other names of a unit."""
    return next((names for names in _SAME_UNITS if _folded_unit(unit) in map(_folded_unit, names)), ())


def is_one_unit(one: str, other: str) -> bool:
    """Whether two units are the same, however they are written (平方米, ㎡)."""
    return _unit_of(one) == _unit_of(other)


def _unit_of(words: str) -> str:
    folded = _folded_unit(words)
    return _UNITS.get(folded, folded)


class Number(Written):
    """A number with at most two decimals, or 无."""

    name = "number"
    label = ("数字", "number")
    words = ("数字或“无”", 'a number or "无"')
    has_unit = True
    samples = (12.5, -3)
    more: ClassVar[tuple[Any, ...]] = (0, 1, 3, 50, 100, 1000, 10000)
    edges = (0, -0.0, 2021, LARGEST, -LARGEST, NONE)
    doubtful = ("二百余", "a few hundred")
    unread = "not-a-number"
    json_type = "number"

    def parse(self, text: str, unit: str | None = None) -> Reading:
        if _WRITTEN.fullmatch(text):
            return self._of_digits(text, text)
        plain = visible(text)
        if _WRITTEN.fullmatch(plain) and not is_turned(text):
            return self._of_digits(plain, plain)
        if not plain or is_blank(text):
            return Reading(None)
        if says_none(plain):
            return Reading(NONE)
        if len(plain) > LONGEST or is_turned(text) or _DASHED.match(plain):
            return Reading(plain, self.unread)
        said = half_width(plain).rstrip("。.;,、")
        if (sure := _without_hedge(said)) is not None:
            reading = self._plainly(sure, unit, plain)
            is_sure = reading is not None and not reading.problem
            return Reading(reading.value, "approximate") if reading and is_sure else Reading(plain, self.unread)
        reading = self._plainly(said, unit, plain)
        if reading is not None and reading.rest:
            return Reading(reading.value, rest=plain[len(said) - len(reading.rest) : len(said)])
        return reading or Reading(plain, self.unread, self._suggestion(said, unit))

    def _plainly(self, said: str, unit: str | None, plain: str) -> Reading | None:
        """What a text says that is one number and its unit, perhaps with a note of what is counted; None of others."""
        parted = _PARTED.fullmatch(said.strip())
        if parted is None:
            return None
        sign, digits, behind = parted.groups()
        noted, note = _without_note(digits[len(digits.rstrip(" ,")) :] + behind)
        number = _BETWEEN.sub(" ", digits.rstrip(" ," if note else None))
        whole, point, decimals = number.partition(".")
        if not _WHOLE.fullmatch(whole) or (point and not (decimals.isascii() and decimals.isdigit())):
            return None
        if not _is_unit(noted.strip(), unit):
            return None
        reading = self._of_digits(sign + whole.replace(",", "").replace(" ", "") + point + decimals, plain)
        return Reading(reading.value, reading.problem, rest=note) if note and not reading.problem else reading

    def _of_digits(self, digits: str, plain: str) -> Reading:
        whole, point, decimals = digits.partition(".")
        if len(digits) > _MOST_DIGITS and len(whole.lstrip("+-0")) > _MOST_DIGITS:  # Python converts 4300 at most
            return Reading(plain, "out-of-range")
        if len(digits) > LONGEST:
            return Reading(plain, self.unread)
        number = float(digits) if point else int(digits)
        if abs(number) > LARGEST:
            return Reading(plain, "out-of-range")
        doubt = "approximate" if _PADDED.match(whole) else ""
        is_fine = len(decimals.rstrip("0")) <= 2 and not _THOUSANDS.fullmatch(digits)
        return Reading(number, doubt if is_fine else "too-many-decimals")

    def _suggestion(self, said: str, unit: str | None) -> Any:
        """The number that a refused text nearly certainly means, or None."""
        bare = _SUMS.sub("", said.strip().strip(_NOTE_MARKS), count=1).strip()
        if unit and _unit_of(unit) == "%":
            bare = bare.removeprefix(_OF_HUNDRED).removesuffix("个百分点").removesuffix("百分点")
        if unit and unit.endswith("元") and not unit.endswith(_FOREIGN):
            bare = _OF_MONEY.sub("", bare, count=1).removesuffix(_NAMED_SUM)
            bare = bare[: -len(_WHOLE_SUM[0])] if bare.endswith(_WHOLE_SUM) else bare
        bare = "-" + bare[1:] if bare.startswith(_MINUS) else bare
        bracketed = _IN_BRACKETS.fullmatch(bare)
        bare = bracketed[1].rstrip() if bracketed is not None and _is_unit(bracketed[2], unit) else bare
        reading = self._plainly(bare, unit, bare)
        if reading is not None:
            return reading.value if not reading.problem else None
        readings = (_scaled(bare, unit), _in_words(bare, unit), _in_coins(bare) if unit == "元" else None)
        number = next((found for found in readings if found is not None), None)
        if number is None or number != round(number, 2):
            return None
        value = int(number) if number == int(number) else float(number)
        return value if self.refusal(value) is None else None

    def suggestion(self, text: str, f: Asked) -> Any:
        plain = visible(text)
        if len(plain) > LONGEST or is_turned(text):
            return None
        said = half_width(plain).rstrip("。.;,、")
        bare = without(said, f.path)
        if bare == said:
            return None
        reading = self.parse(bare, f.unit or None)
        return reading.suggested if reading.problem or reading.rest else reading.value

    def nth(self, number: int) -> Any:
        return (number * 37 % 2_000_003 - 1_000_001) / 100

    def format(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return f"{int(value)}" if value == int(value) else f"{value:.2f}"

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if type(value) is not int and type(value) is not float:
            return None if value == NONE else ("wrong-type", shown(value))
        if not -LARGEST <= value <= LARGEST:
            return "out-of-range", shown(value)
        return None if round(value, 2) == value else ("too-precise", shown(value))

    def is_usable(self, value: Any) -> bool:
        refused = self.refusal(value)
        return refused is None or refused[0] == "too-precise"

    def shape(self, f: Asked) -> dict[str, Any]:
        number = {"type": self.json_type, "minimum": -LARGEST, "maximum": LARGEST}
        return {"anyOf": [number, {"const": NONE}, {"type": "null"}]}


class Integer(Number):
    """A whole number, or 无."""

    name = "integer"
    label = ("整数", "whole number")
    words = ("整数或“无”", 'a whole number or "无"')
    samples = (7, 120)
    more = (1, 0, 2, 100, 1000, 10000)
    unread = "not-an-integer"
    json_type = "integer"

    def nth(self, number: int) -> Any:
        return number * 37 % 2_000_003 - 1_000

    def _of_digits(self, digits: str, plain: str) -> Reading:
        reading = super()._of_digits(digits, plain)
        if not isinstance(reading.value, float):
            return reading
        if not reading.value.is_integer():
            return Reading(plain, self.unread)
        return Reading(int(reading.value), reading.problem)

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if type(value) is float and not value.is_integer():
            return "wrong-type", shown(value)
        return super().refusal(value)


def _without_hedge(said: str) -> str | None:
    """What is hedged by 约, 左右, （预计） and the like; None where nothing is."""
    before = next((h for h in _BEFORE_HEDGE if said.startswith(h)), "")
    sure = said.removeprefix(before)
    behind = next((h for h in _HEDGE if sure.endswith(h)), "")
    sure = sure.removesuffix(behind)
    return sure if (before or behind) and not any(h in sure for h in _HEDGES) else None


def is_hedge(note: str) -> bool:
    """Whether a note in brackets says that the number before it is not certain: （预计）."""
    return note in _HEDGE


def _without_note(behind: str) -> tuple[str, str]:
    """What stands behind a number, and the note at its end of what is counted in it, in brackets or behind a comma."""
    found = _INCLUDED.search(behind.rstrip())
    return (behind[: found.start()], found[0]) if found is not None else (behind, "")


def _is_unit(words: str, unit: str | None) -> bool:
    """Whether what stands behind a number says no more than the form does: its unit, or a measure word."""
    if not words or (unit and _unit_of(words) == _unit_of(unit)):
        return True
    if words == "个" and unit and _unit_of(unit) == "百分点":
        return True
    own = _counters_in(unit) if unit else []
    if len(words) == 1 and words in COUNTERS:
        return not unit or any(_counts_alike(words, name) for name in own)
    named = _counters_in(words)
    return not {*own}.isdisjoint(named) and {*_OF_THINGS}.issuperset(named)


def _counters_in(unit: str) -> list[str]:
    """The measure words that a unit is, several if it leaves the choice: 台（套）, 项/件, 台套; none of other units."""
    plain = half_width(unit).removesuffix(")")
    named = [*plain] if plain == _BOTH else _EITHER.split(plain)
    return named if all(len(name) == 1 and name in COUNTERS for name in named) else []


def _counts_alike(words: str, unit: str) -> bool:
    """Whether two measure words may count the same: 12户 is no number of 人, nor 12次."""
    if words in ("个", unit) or (unit == "个" and words not in _NEVER_ANY):
        return True
    return any(words in same and unit in same for same in _SAME_COUNTS)


def _scaled(bare: str, unit: str | None) -> Decimal | None:
    """A number in the form's unit that is written in another scale of it, 12500万元 or 14.8亿 under 亿元."""
    own, wanted = _scale_of(unit or "")
    if (parts := _IN_PARTS.match(bare)) is not None and bare[parts.end() :] in ("", wanted):
        low = int(parts[2]) * _scale_of(parts[3])[0]
        return Decimal(int(parts[1]) * _SCALES["亿"] + low) / own if low < _SCALES["亿"] else None
    parted = _PARTED.fullmatch(bare)
    if parted is None:
        return None
    whole, point, decimals = parted[2].strip().partition(".")
    digits = (whole.replace(",", "") if _WHOLE.fullmatch(whole) else whole) + point + decimals
    if not _WRITTEN.fullmatch(digits):
        return None
    scale, base = _scale_of(_COUNTED.sub("", parted[3].strip()))
    if scale == 1 or not _is_unit(base, wanted) or _is_ratio(wanted):
        return None
    number = Decimal(parted[1] + digits) * scale
    if own == 1 or scale == own or scale >= _SCALES["万"]:
        number /= own
    elif base:
        return None  # 5百元 under 万元 may be in either, as 五百元 and 500元 may
    return number if abs(number) <= LARGEST else None


def _scale_of(unit: str) -> tuple[int, str]:
    """What 万, 亿 and the like multiply a unit by, and the unit itself."""
    matched = _SCALE.match(unit)
    assert matched is not None
    scale = 1
    for char in matched[0][:4]:
        scale *= _SCALES[char]
    return scale, unit[matched.end() :]


def _in_words(bare: str, unit: str | None) -> Decimal | None:
    """A number in words in the form's unit, with that, a measure word or another scale behind: 十四亿 under 亿元."""
    own, base = _scale_of(unit or "")
    said = in_words_alone(bare.translate(_CAPITALS))
    if _is_ratio(base) and not {*"万亿"}.isdisjoint(said):
        return None
    if unit and said.endswith(unit):
        return _spelt(said.removesuffix(unit))
    words = said[:-1] if said[-1:] in COUNTERS else said.removesuffix(base)
    spelt = words.rstrip("万亿")
    scale, _ = _scale_of(words[len(spelt) :])
    if own == 1 and (number := _spelt(words)) is not None:
        return number
    # words are nearly sure only where they say in which scale they are: 一万二千 under 万元 may be in 元 or 万元
    if any(name in spelt for name in "万亿"):
        number = _spelt(words) if scale > 1 else None
    elif scale > 1 or words == said:
        number = None if (number := _spelt(spelt)) is None else number * scale
    else:
        return None
    return number / own if number is not None and scale > 1 else number


def _in_coins(bare: str) -> Decimal | None:
    """A sum of 元, 角 and 分: 12元5角."""
    parted = _IN_COINS.fullmatch(in_words_alone(bare.translate(_CAPITALS)))
    if parted is None:
        return None
    whole = Decimal(parted[1]) if _WRITTEN.fullmatch(parted[1]) else _spelt(parted[1])
    coins = [Decimal((figure or "0").translate(TO_DIGITS)) for figure in parted.groups()[1:]]
    return None if whole is None or whole % 1 else whole + coins[0] / 10 + coins[1] / 100


def _is_ratio(unit: str) -> bool:
    """Whether a unit says so much of something else, of which nobody has ten thousand."""
    return _folded_unit(unit).startswith(("%", "‰", "百分点"))


def _spelt(words: str) -> Decimal | None:
    """A number in words; two figures beside each other (三五) are as many as the one or the other."""
    is_either = len(words) == 2 and all(char in "一二三四五六七八九两" for char in words)
    number = number_in_words(words) if words and not is_either else None
    return None if number is None else Decimal(str(number))
