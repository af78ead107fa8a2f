"""Sentences in English with blanks in them: the names that the words around each give it.

"I, ____ (full name), of ____ (address)" asks for a full name and an address; in "the sum of Rs. ____" the last words
before the blank say what for, and in "____ days' notice" the words behind it.  What ends in a colon is a label, and
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docfill import late
from docfill.tag import words
from docfill.text import NUMBERING, without_brackets
from docfill.values import DRAWN
from docfill.word import ticks

_WORD = late.pattern(r"[^\W_]+(?:['’./&-][^\W_]+)*")
_EMPTY = late.pattern(
    r"an?|the|th[ai][st]|these|those|and|or|of|to|at|in|on|by|for|from|with|as|is|are|am|be|was|ha[sd]|have|do|does|hereby"
    r"|i|we|my|our|your|his|her|their|its?|s?he|between|whereas|which|who|whose|under|within|until|through|into",
    re.I,
)
"""Words that name nothing by themselves."""
_BEGINS = late.pattern(r"an?|the|th[ai][st]|these|those|and|or|of|is|are|am|hereby|has|have|by|whereas|which|who", re.I)
"""Words that a name does not begin with."""
_DETERMINERS = late.pattern(r"an?|the|this|my|our|your|his|her|their|its", re.I)
_LONGEST, _KEPT = 6, 5
"""Words of a label from which it is a sentence, and how many of its last are looked at."""
_SENTENCE = 10
"""Words from which a label behind another blank is a sentence, of which the last word may be asked for."""
_NOTE_BEFORE = late.pattern(r"[(\[]([^()\[\]_:]{2,40})[)\]][\s:]*$")
_NOTED_LABEL = late.pattern(r":\s?[(\[][^()\[\]_]{2,120}[)\]][\s:]*$")
"""A note between the colon of a label and its blank."""
_NOTE_BEHIND = late.pattern(r"\s*[(\[][\"“”]?((?:(?!\.{4})[^()\[\]_:\"“”]){2,40})[\"“”]?[)\]]")
_PARTED = late.pattern(rf"[{ticks.BOXES}]|[\t]|[ ]{{3,}}")
"""What a question begins behind, where it does not begin its sentence."""
_NOTED = late.pattern(r"[(\[][^()\[\]]*[)\]][\s,;.]*")
"""A note behind the blank before, with which a label begins."""
_WORDS_BEHIND = late.pattern(r"\s*([a-z][a-z'’/ -]{2,40}?)\s*(?=[.,;()\n]|$)", re.I)
_COUNTED_BEHIND = late.pattern(
    r"\s*((?:calendar |business |working )?(?:hour|day|week|month|year)[^,.;:()_\n]{0,40})", re.I
)
_DAY_OF = late.pattern(r"\s*+(?:(?:st|nd|rd|th)\s*+)?day of\b", re.I)
_YEAR_BEGUN = late.pattern(r"(?<![\d.])20$")
"""The first figures of a year, right before the line for the others."""
_LISTED_BEHIND = late.pattern(r"\s*([^_\n]{3,160})$")
"""What a line goes on with behind the blank that it begins with."""
_TITLE = "(?:mrs?|ms|miss|dr|sri|smt|shri)"
_TITLES = late.pattern(rf"\b(?:that|I) {_TITLE}(?:[./ ]{{1,2}}{_TITLE}){{0,4}}[./ ]{{0,2}}$", re.I)
"""How somebody is addressed whose name goes there: I Mr/Ms ____."""
_FEW = 3
"""Words behind a blank that may name it, at most."""
_MONTH = late.pattern(r"(?:\w{2}\s+)?day of", re.I)
_CODE = late.pattern(r"\d{1,2}|[A-Z]{1,4}")
_CODES = 3
"""Blanks of a line from which short codes before them are the parts of one question: YS___, YM___, YL___."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A blank that is drawn in a line: where, and the label that stands before it."""

    start: int
    end: int
    label: str


def names_in(text: str, blanks: Sequence[Drawn]) -> list[str]:
    """The labels of the blanks of a line: those that a sentence in English gives them, the others as they are."""
    if not words.is_latin(text):
        return [b.label for b in blanks]
    if behind := _named_behind(text, blanks) or _of_parts(text, blanks):
        return behind
    found: list[str] = []
    for before, blank in zip([None, *blanks], _of_codes(blanks), strict=False):
        named = None if before is None else replace(before, label=found[-1])
        is_asked = text[: blank.start].rstrip(DRAWN).rstrip("-–—").endswith(":")
        found.append(_of_label(text, named, blank) if is_asked else _of_words(text, named, blank))
    return found


def _named_behind(text: str, blanks: Sequence[Drawn]) -> list[str]:
    """What stands behind each blank of a line that begins with one, where room parts them: ____1. Is shy   ____2. ….

    Nothing for any other line.
    """
    begun = blanks[0].start if blanks else 0
    if not blanks or text[:begun].strip(DRAWN):
        return []
    ends = [*(b.start for b in blanks[1:]), len(text)]
    said = [text[b.end : end] for b, end in zip(blanks, ends, strict=True)]
    is_parted = all("\t" in x[len(x.rstrip()) :] or len(x) - len(x.rstrip()) > _FEW for x in said[:-1])
    named = [NUMBERING.sub("", x).strip(DRAWN) for x in said]
    are_short = len(blanks) > 1 and all(b.end - b.start <= _MARK for b in blanks)
    is_parted = is_parted or (are_short and len(blanks) > _FEW - 1)
    return named if is_parted and all(words.is_title(x, _ITEM) and (are_short or x.count(" ")) for x in named) else []


def _of_parts(text: str, blanks: Sequence[Drawn]) -> list[str]:
    """A label and the word behind each of its blanks, which says what part of the answer it is: Date: __ Year __ Month.

    Nothing for any other line.
    """
    if len(blanks) < _PAIR or not text[: blanks[0].start].rstrip(DRAWN).endswith(":"):
        return []
    label = text[: blanks[0].start].rpartition(":")[0].strip()
    ends = [*(b.start for b in blanks[1:]), len(text)]
    said = [text[b.end : end].strip(DRAWN + ",./") for b, end in zip(blanks, ends, strict=True)]
    are_words = all(map(_PART.fullmatch, said)) and len({*said}) == len(said)
    is_one = 0 < len(label.split()) <= _LONGEST
    return [f"{label} {word}" for word in said] if is_one and are_words else []


_PAIR = 2
_PART = late.pattern(r"[A-Z][a-z]{2,14}(?: [a-z]{2,12})?|[a-z]{2,10}")
"""A word behind a blank that says what it holds."""
_MARK = 10
"""Characters of a line in front of an option, at most."""
_ITEM = 80
"""Characters of an item of a list that is marked in front, at most."""


def _of_label(text: str, before: Drawn | None, blank: Drawn) -> str:
    """A label with a colon, without the words that end the blank before it: "____ years, Occupation: ____"."""
    said, _, own = blank.label.rpartition(",")
    is_rest = before is not None and text[before.end : blank.start].lstrip(DRAWN).startswith(blank.label)
    asked = [m.start() for m in words.ASKED.finditer(blank.label)]
    if is_rest and asked and len(blank.label.split()) > _SENTENCE and " " not in blank.label[asked[-1] :].strip():
        return blank.label[asked[-1] :]
    return own.strip() if is_rest and own.strip() and len(said.split()) < _LONGEST // 2 else blank.label


def _of_words(text: str, before: Drawn | None, blank: Drawn) -> str:
    """What names a blank that stands among words."""
    behind = text[blank.end :]
    between = text[before.end if before else 0 : blank.start]
    if (noted_label := _NOTED_LABEL.search(between)) is not None:
        return between[: noted_label.start()].strip(DRAWN)
    if asked := _question_at_end(between):
        return asked
    if _DAY_OF.match(behind):
        return "day"
    if _MONTH.fullmatch(blank.label):
        return "month"
    noted_before = _NOTED.match(between.strip(DRAWN)) if before is not None else None
    rest = between.strip(DRAWN)[noted_before.end() :].strip(DRAWN) if noted_before else ""
    own = rest if noted_before and (rest == "" or len(rest) < len(blank.label)) else blank.label
    if _YEAR_BEGUN.search(text[: blank.start]):
        return "year"
    label = _without_begin(_last_clause(own, is_first=before is None))
    shown = _WORDS_BEHIND.match(behind)
    if (
        shown is not None
        and _DETERMINERS.fullmatch(label.split()[-1] if label else "")
        and len(shown[1].split()) <= _FEW
    ):
        return shown[1]
    if words.ORDINAL.fullmatch(label) and label[0].isdigit():
        listed = _LISTED_BEHIND.match(behind) if before is None else None
        return listed[1].strip() if listed is not None else blank.label
    said = _WORD.findall(label)
    note, counted = _NOTE_BEHIND.match(behind), _COUNTED_BEHIND.match(behind)
    is_noted = note is not None and words.is_title(note[1]) and not words.TO_TICK.search(note[1])
    noted = note[1].strip() if note is not None and is_noted else counted[1].strip() if counted else ""
    if _TITLES.search(label):
        return _without_end(noted) or "name"
    if not [w for w in said if not _EMPTY.fullmatch(w)]:
        return _without_end(noted) or _of_nothing(before, blank, behind)
    said_before = _NOTE_BEFORE.search(text[: blank.start])
    is_labelled = said_before is not None and text[: said_before.start()].rstrip().endswith(":")
    if (
        said_before is not None
        and not is_labelled
        and not words.is_hint(said_before[1])
        and len(_WORD.findall(between)) > _LONGEST
    ):
        return said_before[1].strip()
    return label if len(said) <= _LONGEST else noted or _last_words(said)


def _question_at_end(text: str) -> str:
    """The question that a text ends with, a note in brackets perhaps behind it; "" for none."""
    bare = text.rstrip(DRAWN)
    bare = bare[: max(0, bare.rfind("("))].rstrip(DRAWN) if bare.endswith(")") else bare
    begun = max(bare.rfind(stop, 0, -1) for stop in ".?!")
    asked = _PARTED.split(bare[begun + 1 :])[-1].strip(DRAWN)
    return asked if asked.endswith("?") and " " in asked else ""


def _of_nothing(before: Drawn | None, blank: Drawn, behind: str) -> str:
    """The name of a blank before which no words name it: who speaks, the end of a stretch, or what stands behind."""
    said = blank.label.split()[-1:]
    if said == ["I"]:
        return "name"
    begun = _BEGUN.fullmatch(before.label) if before is not None else None
    if begun and said and said[0].lower() in ("to", "until", "and", "through"):
        return f"{begun[1]}{said[0].lower()}"
    counted = _WORDS_BEHIND.match(behind)
    is_short = counted is not None and len(counted[1].split()) <= _FEW
    is_named = counted is not None and any(not _EMPTY.fullmatch(w) for w in _WORD.findall(counted[1]))
    return counted[1] if counted is not None and is_short and is_named else blank.label


_BEGUN = late.pattern(r"(.*)\b(?:from|between)", re.I)
"""What stands before the first of two ends."""


def _last_clause(label: str, *, is_first: bool) -> str:
    """A label behind its last comma, where words stand there that name something; a short first one as it is."""
    if is_first and len(label.split()) <= _LONGEST:
        return label
    tail = re.split(r"[,;]\s+", label.rstrip(" ,"))[-1]
    return tail if any(not _EMPTY.fullmatch(w) for w in _WORD.findall(tail)) else label


def _without_begin(label: str) -> str:
    """A label without the words in front that name nothing."""
    said = label.split()
    while len(said) > 1 and _BEGINS.fullmatch(said[0].strip(".,")):
        said = said[1:]
    return " ".join(said)


def _last_words(said: list[str]) -> str:
    """The last words of a sentence before a blank, from the last article on that leaves two."""
    kept = said[-_KEPT:]
    begun = [i + 1 for i, w in enumerate(kept) if _DETERMINERS.fullmatch(w) and i + 1 < len(kept) - 1]
    kept = kept[begun[-1] if begun else 0 :]
    while len(kept) > 1 and _EMPTY.fullmatch(kept[0]):
        kept = kept[1:]
    return _without_end(" ".join(kept))


def _without_end(label: str) -> str:
    """A label without the words at its end that name nothing."""
    said = label.split()
    while len(said) > 1 and _EMPTY.fullmatch(said[-1]):
        said = said[:-1]
    return " ".join(said)


def asked_at_end(text: str) -> str:
    """What the end of a sentence that leads on asks for, its notes left out: "… for the position of (tick one):"."""
    said = _CLAUSES.split(without_brackets(text).strip(" :"))[-1].strip()
    found = _WORD.findall(said)
    return said if not words.is_latin(said) or len(found) <= _LONGEST else _last_words(found)


_CLAUSES = late.pattern(r"[_＿]{2,}|[,;.]\s")


def _of_codes(blanks: Sequence[Drawn]) -> list[Drawn]:
    """Blanks before which short codes stand, with the question in front: "Size YS___,YM___,YL___"."""
    codes = [_PARTS.split(b.label.strip())[-1] for b in blanks]
    others = [b.label.strip() for b in blanks[1:]]
    lead = blanks[0].label.strip()[: -len(codes[0])].strip(" :") if blanks and codes[0] else ""
    is_run = len(blanks) >= _CODES and all(map(_CODE.fullmatch, codes)) and not any(map(words.ASKED.search, codes))
    is_told = is_run or (len(blanks) == 2 and words.are_opposed(codes))
    if not is_told or not lead or others != codes[1:]:
        return [*blanks]
    return [replace(b, label=f"{lead} {code}") for b, code in zip(blanks, codes, strict=True)]


_PARTS = late.pattern(r"[\s:]+")
