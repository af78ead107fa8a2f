"""Numbers in words: 二百一十二, 一百四十八点七五, and the digits of a year, 二〇二三.

`number_in_words` reads only what `words_of` writes, so that a number that is spoken loosely (一百二 is 120,
一百零二 is 102) is never taken for another.
"""

from __future__ import annotations

from docfill import late

DIGITS = "零一二三四五六七八九"
TO_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
LARGEST = 10**12
"""Numbers from here on are not put into words."""

_SPELT = str.maketrans("〇○两", "零零二")
_UNITS = {"十": 10, "百": 100, "千": 1000}
_WORDS = late.pattern("[零一二三四五六七八九十百千万亿]{1,32}")
_PLAIN = late.pattern("[零一二三四五六七八九]{2,13}")


_MIXED = late.pattern("(?:[0-9]{1,4}[十百千万亿]零?){1,8}[0-9]{1,4}|(?:[0-9]{1,4}[十百千万亿]零?){2,8}")
_FIGURES = late.pattern("[0-9]+")


def in_words_alone(text: str) -> str:
    """A text whose number mixes figures and words, in words alone: 2百56家 is 二百五十六家."""
    mixed = _MIXED.match(text)
    if mixed is None:
        return text
    return _FIGURES.sub(lambda figures: words_of(int(figures[0])), mixed[0]) + text[mixed.end() :]


def words_of(number: int) -> str:
    """A whole number below `LARGEST` in words."""
    high, middle, low = number // 10**8, number // 10**4 % 10**4, number % 10**4
    words = f"{_section(high)}亿" if high else ""
    for part, unit in ((middle, "万"), (low, "")):
        if part:
            is_gap = words != "" and (part < 1000 or (unit == "" and not middle))
            words += ("零" if is_gap else "") + _section(part) + unit
    words = words or "零"
    return words[1:] if words.startswith("一十") else words


def _section(number: int) -> str:
    """A number below ten thousand, 一十 for ten."""
    words, is_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if is_gap else "") + DIGITS[digit] + name
        is_gap = not digit and words != ""
    return words


def number_in_words(text: str) -> int | float | None:
    """The number that a text is in words, or None where it is no number, or not for certain."""
    whole, point, decimals = text.translate(_SPELT).partition("点")
    number = _whole(whole)
    if number is None or not point:
        return number
    digits = decimals.translate(TO_DIGITS)
    is_right = digits.isascii() and digits.isdigit() and len(digits) <= 2
    return float(f"{number}.{digits}") if is_right else None


def _whole(words: str) -> int | None:
    if _PLAIN.fullmatch(words):
        if len(words) == 2 and words in DIGITS:  # 七八个 is seven or eight
            return None
        return int(words.translate(TO_DIGITS)) if not words.startswith("零") else None
    if not _WORDS.fullmatch(words):
        return None
    high = total = section = digit = 0
    for char in words:
        if char in DIGITS:
            digit = DIGITS.index(char)
        elif char in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[char], 0
        elif char == "万":
            total, section, digit = (total + section + digit) * 10**4, 0, 0
        else:
            high, total, section, digit = (high + total + section + digit) * 10**8, 0, 0, 0
    number = high + total + section + digit
    short = words.removeprefix("一") if words.startswith("一十") else words
    return number if number < LARGEST and words_of(number) == short else None
