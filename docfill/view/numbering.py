"""List numbers as Word counts them (ECMA-376 17.9): they are drawn, but nobody typed them."""

from __future__ import annotations

import re
from collections import defaultdict

from msgspec import Struct

from docfill import late, limits
from docfill.problems import DocfillError
from docfill.view.properties import NONE, Properties, flat, over
from docfill.view.sheet import integer
from docfill.word import ticks
from docfill.word.document import Element
from docfill.word.package import Package
from docfill.word.xml import W

_DIGITS = "〇一二三四五六七八九"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PLACE = late.pattern(r"%([1-9])")
_MOST = 9999
_LONGEST = 40
_STEPS_A_LEVEL, _STEPS_A_WORD = 30, 2


class _Level(Struct, frozen=True):
    """One level of a list: its settings, what it begins with, and what it says of its paragraphs."""

    settings: Properties
    start: int
    own: Properties

    @classmethod
    def of(cls, element: Element) -> _Level:
        """The level that a w:lvl describes."""
        settings = flat(element)
        settings["lvlText"] = settings.get("lvlText", "")[:_LONGEST]
        limits.spend(_STEPS_A_LEVEL + len(settings))
        start = integer(settings.get("start"), 0, _MOST) or 1
        return cls(settings, start, flat(element.find(W + "pPr")))


class Numbering:
    """Counts the paragraphs of a document, in reading order."""

    def __init__(self, package: Package, main: str) -> None:
        self._levels: dict[str, dict[int, Element]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._list_of: dict[str, str] = {}
        self._known: dict[Element, _Level] = {}
        for part in package.related(main, "numbering")[:1]:
            try:
                self._read(package.parsed(part))
            except DocfillError:
                return

    def _read(self, root: Element) -> None:
        lists = {e.get(W + "abstractNumId", ""): e for e in root.iterfind(W + "abstractNum")}
        of_styles = {link.get(W + "val"): e for e in lists.values() if (link := e.find(W + "styleLink")) is not None}
        for number in root.iterfind(W + "num"):
            name = number.get(W + "numId", "")
            link = number.find(W + "abstractNumId")
            abstract = lists.get("" if link is None else link.get(W + "val", ""))
            if abstract is None:
                continue
            if (style := abstract.find(W + "numStyleLink")) is not None:
                abstract = of_styles.get(style.get(W + "val"), abstract)
            levels = {_level(e): e for e in abstract.iterfind(W + "lvl")}
            for change in number.iterfind(W + "lvlOverride"):
                levels.update({_level(e): e for e in change.iterfind(W + "lvl")})
            self._levels[name] = levels
            self._list_of[name] = abstract.get(W + "abstractNumId", "")

    def of(self, properties: Properties) -> tuple[str, Properties]:
        """The number of the next paragraph with these properties ("" for none), and its level's own w:pPr."""
        name = properties.get("numPr.numId", "0")
        at = integer(properties.get("numPr.ilvl"), 0, 8) or 0
        levels = self._levels.get(name)
        if levels is None or at not in levels:
            return "", NONE
        counts = self._counts[self._list_of[name]]
        for deeper in [level for level in counts if level > at]:
            del counts[deeper]
        level = self._level_of(levels[at])
        counts[at] = counts.get(at, level.start - 1) + 1
        return self._words(levels, level, counts), level.own

    def _level_of(self, element: Element) -> _Level:
        """The level that an element describes; looked at once, however many paragraphs have it."""
        if element not in self._known:
            self._known[element] = _Level.of(element)
        return self._known[element]

    def _words(self, levels: dict[int, Element], own: _Level, counts: dict[int, int]) -> str:
        settings, words = own.settings, own.settings["lvlText"]
        limits.spend(_STEPS_A_WORD * len(words))
        if settings.get("numFmt") == "bullet":
            family = settings.get("rPr.rFonts.ascii") or settings.get("rPr.rFonts.hAnsi", "")
            shown = ticks.text_from_symbols(family, words) if family.lower() in ticks.SYMBOL_FONTS else words
            return "".join("•" if c == ticks.UNKNOWN or 0xE000 <= ord(c) < 0xF900 else c for c in shown)

        def number(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            if at not in levels:
                return ""
            level = self._level_of(levels[at])
            return formatted(counts.get(at, level.start), level.settings.get("numFmt", "decimal"))

        return _PLACE.sub(number, words)


def _level(element: Element) -> int:
    return integer(element.get(W + "ilvl"), 0, 8) or 0


def formatted(number: int, form: str) -> str:
    """A number as a w:numFmt writes it; in digits where its way is not known."""
    number = max(0, min(number, _MOST))
    if form in ("lowerLetter", "upperLetter") and number:
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 % 9 + 1)
        return text if form == "lowerLetter" else text.upper()
    if form in ("lowerRoman", "upperRoman"):
        text, left = "", number
        for value, letters in _ROMAN:
            text += letters * (left // value)
            left %= value
        return text if form == "lowerRoman" else text.upper()
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"):
        return chinese(number)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(d)] for d in str(number))
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalZero":
        return f"{number:02}"
    return "" if form == "none" else str(number)


def chinese(number: int) -> str:
    """A number up to four digits as it is counted: 十二, 一百零五."""
    if number == 0:
        return _DIGITS[0]
    text, digits = "", str(number)
    for index, digit in enumerate(digits):
        unit = ("", "十", "百", "千")[len(digits) - index - 1]
        if digit != "0":
            text += _DIGITS[int(digit)] + unit
        elif text and not text.endswith("零") and set(digits[index:]) != {"0"}:
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def with_level(own: Properties, level: Properties, styled: Properties) -> Properties:
    """A paragraph's properties where its list's level gives the indents, under what it sets itself."""
    return over(over(styled, level), own)
