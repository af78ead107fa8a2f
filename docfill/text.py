"""Plain text: what counts as the same word, as blank, and as a key.

Nothing here knows Word or forms.  `fold` is the comparison that every label
meets: full-width and half-width forms, quotation marks, spaces of any kind and
letter case make no difference.  `key` is rule 5 of the design: a label without
numbering, bracketed notes, punctuation and spaces.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Literal

from docfill import hanzi, late

_DOUBLE_QUOTES, _SINGLE_QUOTES = late.pattern("[“”„‟〝〞＂«»]"), late.pattern("[‘’‚‛＇`´]")
_INVISIBLE = late.pattern(rf"[\u200b-\u200f\u2028-\u202e\u2060{hanzi.SHAPES}\ufeff\u00ad]+")
_WIDE_ONES = (
    r"[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)
_WIDE = late.pattern(_WIDE_ONES)

TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of writing."""
_UNSHOWN = late.pattern(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{''.join(sorted(TURNS))}]")
"""What makes a terminal or page show something else than what stands there: controls, escapes, changes of direction."""

NUMBERING = late.pattern(
    r"^\s*(?:[一二三四五六七八九十百]+[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|其中[:：])\s*"
)
SECTION = late.pattern(r"^\s*(?:第[一二三四五六七八九十百]+[章节部]|[一二三四五六七八九十]+[、.．])")
"""What a heading of a form's first level begins with."""
COUNTERS = "个家项件人名台套所处种类次篇位户条座本枚份款艘期组批"
"""Measure words that stand behind a count."""
MEASURES = "美元|欧元|元|吨标准煤|吨|千克|公斤|克|升|平方千米|平方公里|平方米|亩|公顷|公里|千米|米|千瓦时|度|小时"
"""The units of what is measured, as a pattern; 万 and the like may stand in front."""
_SIGNED = "签字|签名|签章|盖章|公章|签印|印鉴"
SIGNED = late.pattern(rf"{_SIGNED}|(?<!申请)(?<!登记)[（(]章[)）]|\bsign(?:ed|ature)\b|\bseal\b", re.I)
"""What stands where a form is signed or sealed."""
SEAL = rf"[（(]\s*(?:{_SIGNED})\s*[)）]"
"""The pattern of a seal's place that stands alone."""
SEALED = rf"[（(](?![已需须均应未])[^（）()]{{0,24}}(?:{_SIGNED})[)）]"
"""The pattern of one, or of whose seal it is, behind a text."""
OPENING, CLOSING = "（(〔[【", "）)〕]】"
_BRACKET = late.pattern(f"([{re.escape(OPENING + CLOSING)}])")
_BRACKETED = late.pattern(f"[{re.escape(OPENING)}][^{re.escape(OPENING + CLOSING)}]*[{re.escape(CLOSING)}]")


def shown(text: str) -> str:
    """A text as a terminal or a page may show it, character by character: what would act is \ufffd."""
    return text if text.isprintable() else _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", text)


def shown_in_html(text: str) -> str:
    """The same for a page, escaped."""
    return escape(shown(text))


def shown_in_json(text: str) -> str:
    """JSON that means the same, in which such characters are escapes."""
    return text if text.isprintable() else _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_HEAP = late.pattern(r"[^\w\s\x00-\x7f]{30}")
"""More characters that are no letters than stand together in writing: they may all be marks upon one."""
_JOINER = "\u034f"


def normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    """A normal form of Unicode, in time that is in proportion to the text.

    Marks upon one letter are sorted as if each were put in where it belongs, so a million of them would never end.  As
    UAX #15 has it for streams, thirty at most are sorted together: a joiner that shows nothing parts them meanwhile.
    """
    if _HEAP.search(text) is None:
        return unicodedata.normalize(form, text)
    parted = _HEAP.sub(rf"\g<0>{_JOINER}", text)
    return unicodedata.normalize(form, parted).replace(_JOINER, "")


def equal_pairs(first: Sequence[str], second: Sequence[str]) -> int:
    """How many pairs of equal texts two lists have: `difflib` looks at each, at eight of them in a microsecond."""
    times = Counter(second)
    return sum(times[text] for text in first)


TELLING = 6
"""Characters of a hint by which it is plainly one, at the beginning or the end of a line of an answer."""
LABEL = 256
"""Texts up to this long are often words of the form, which come again in every document: what they fold to is kept."""
KEPT = 16384
"""So many of them, the latest; some 10 MB at most."""
MAPPED = 2048
"""And of so many, most of them lines of boxes, from where each folded character comes; some 5 MB at most."""


def fold(text: str) -> str:
    """`text` as it is compared: NFKC, plain characters, one kind of quotation mark, no white space, lower case."""
    if _ITSELF.issuperset(text):
        return text
    return _known_fold(text) if len(text) <= LABEL else _fold(text)


_ITSELF = set("0123456789abcdefghijklmnopqrstuvwxyz")
"""Characters that fold to themselves whatever stands beside them: these, and the Chinese ones met so far that do."""


RINGED = late.pattern(
    r"[\u2460-\u2473\u24b6-\u24ff\u3244-\u3247\u3251-\u325f\u3280-\u32bf\U0001f10b\U0001f10c\U0001f130-\U0001f189]"
)
"""A character in a ring, or on a disc or square: ①, Ⓐ, ㊣.  It folds to what is in it, and may say what is chosen."""


def _fold(text: str) -> str:
    folded = text
    if not text.isascii():
        folded = hanzi.plain(normal("NFKC", same_quotes(text)))
    folded = _INVISIBLE.sub("", "".join(folded.split())).lower()
    if folded == text:
        _ITSELF.update(c for c in text if "\u4e00" <= c <= "\u9fff")
    return folded


_known_fold = functools.lru_cache(maxsize=KEPT)(_fold)


class _Folded(dict[int, str]):
    """What each character folds to, as `str.translate` asks for it.

    Attributes:
        gone: those that become nothing.
        grown: those that become several.
        marks: those that may be one with what stands before them.
    """

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.grown: set[str] = set()
        self.marks: set[str] = set()

    def __missing__(self, code: int) -> str:
        if len(self) >= KEPT:
            self.clear()
        folded = self[code] = _fold(chr(code))
        if len(folded) != 1:
            (self.grown if folded else self.gone).add(chr(code))
        elif _goes_on(chr(code)):
            self.marks.add(chr(code))
        return folded


_FOLDED = _Folded()


def fold_with_map(text: str) -> tuple[str, Sequence[int]]:
    """`text` folded character by character, and for each one of the result the index in `text` that it comes from.

    The indexes end with the length of the text.
    """
    return _known_map(text) if len(text) <= LABEL else _mapped(text)


def _mapped(text: str) -> tuple[str, Sequence[int]]:
    folded = text.translate(_FOLDED)
    if _FOLDED.marks and not _FOLDED.marks.isdisjoint(text):
        return _mapped_with_marks(text)
    if not _FOLDED.grown.isdisjoint(text):
        origin = [index for index, char in enumerate(text) for _ in _FOLDED[ord(char)]]
    elif len(folded) == len(text):
        return folded, range(len(text) + 1)
    else:
        gone = _FOLDED.gone
        origin = [index for index, char in enumerate(text) if char not in gone]
    return folded, (*origin, len(text))


def _mapped_with_marks(text: str) -> tuple[str, Sequence[int]]:
    """The same of a text in which letters are written as a base and the marks upon it: each is folded as a whole."""
    begins = [at for at, char in enumerate(text) if not (at and _goes_on(char))]
    parts = [_fold(text[at:end]) for at, end in itertools.pairwise((*begins, len(text)))]
    origin = [at for at, part in zip(begins, parts, strict=True) for _ in part]
    return "".join(parts), (*origin, len(text))


def _goes_on(char: str) -> bool:
    """Whether a character is one with what stands before it: a mark, or a part of a Korean syllable."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


def behind_marks(text: str, at: int) -> int:
    """The index behind a character that ends before `at`, and behind the marks upon it: vowels of Thai, say."""
    while at < len(text) and _goes_on(text[at]):
        at += 1
    return at


_known_map = functools.lru_cache(maxsize=MAPPED)(_mapped)


def same_quotes(text: str) -> str:
    """`text` with typographic quotation marks made straight (docxtpl does so inside tags)."""
    return _SINGLE_QUOTES.sub("'", _DOUBLE_QUOTES.sub('"', text))


def width(text: str) -> int:
    """Columns that `text` takes where a full-width character counts as two."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


_ALONE = _WIDE_ONES[:-1] + "“”‘’—…·]"
_RUN = late.pattern(f"{_ALONE}|(?:(?!{_ALONE})\\S)+")


def counted(text: str) -> int:
    """字数, as Word's 字数 counts: a Chinese character or mark is one, and so is a run of anything else ("12.50%")."""
    return sum(1 for _ in _RUN.finditer(text))


def without_brackets(label: str) -> str:
    """`label` without bracketed notes, innermost first."""
    if _BRACKETED.search(label) is None:
        return label
    kept: list[str] = []
    opened: list[int] = []
    for part in _BRACKET.split(label):
        if part and part in CLOSING and opened:
            del kept[opened.pop() :]
            continue
        if part and part in OPENING:
            opened.append(len(kept))
        kept.append(part)
    return "".join(kept)


_YEAR = late.pattern(r"(\d{4})(?:年度?)?")
_DECORATION = late.pattern(r"^[\s*＊※●◆·•☆★]+")


def undecorated(label: str) -> str:
    """`label` without asterisks and numbering in front."""
    return NUMBERING.sub("", _DECORATION.sub("", label))


def gist(label: str) -> str:
    """What a label says, however it is decorated: its key, folded; 2021, 2021年 and 2021年度 are one."""
    return _known_gist(label) if len(label) <= LABEL else _gist(label)


def _gist(label: str) -> str:
    bare = key(fold(_DECORATION.sub("", label)))
    year = _YEAR.fullmatch(bare)
    return f"{year[1]}年" if year else bare


_known_gist = functools.lru_cache(maxsize=KEPT)(_gist)


_A_YEAR = late.pattern(r"((?:19|20)\d\d)年?度?")


def year_in(label: str) -> str:
    """A label that is a year and nothing else, without its sign; "" for any other."""
    found = _A_YEAR.fullmatch(gist(label)) if len(label) <= LABEL else None
    return found[1] if found else ""


_ONE_OF_ITS_YEARS = late.pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def dated(label: str) -> str:
    """What a label says that names one year, alone or with other words; "" for any other, and for what is too long."""
    said = gist(label) if len(label) <= LABEL else ""
    return said if len(_ONE_OF_ITS_YEARS.findall(said)) == 1 else ""


def year_named(label: str) -> str:
    """The one year that a label names, alone or with other words; "" where it names none or several."""
    found = _ONE_OF_ITS_YEARS.search(dated(label))
    return found[0] if found else ""


def notes(label: str) -> set[str]:
    """The contents of the brackets of a label, folded; those of its number are none of them."""
    return {fold(m[0])[1:-1] for m in _BRACKETED.finditer(undecorated(label))}


def says_the_same(label: str, other: str) -> bool:
    """Whether `other` is plainly the label: the same words, and no bracketed note (a unit, say) that it lacks."""
    return fold(label) == fold(other) or (gist(label) == gist(other) != "" and notes(other) <= notes(label))


def key(label: str) -> str:
    """The data key of a label: no numbering, no bracketed notes, no punctuation, no spaces."""
    return _known_key(label) if len(label) <= LABEL else _key(label)


def _key(label: str) -> str:
    bare = without_brackets(NUMBERING.sub("", label))
    return "".join(c for c in bare if unicodedata.category(c)[0] in "LNM")


_known_key = functools.lru_cache(maxsize=MAPPED)(_key)
