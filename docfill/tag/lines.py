"""Lines: the blanks inside one line of text.

A line is the text of a paragraph, or a part of it between line breaks.  What is
found is told by character positions, so that it can be written there: blanks
after a colon, in brackets, underlined or drawn with underscores or tabs, the
年 月 日 of a date, a unit with nothing in front; `marks` has its boxes.
A run of spaces that only keeps two things apart is no blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docfill import late, limits
from docfill.tag import words
from docfill.tag.addresses import parts_of_address
from docfill.tag.marks import NEXT_LABEL, OTHER_AND_LABEL, SPACE, UNDERSCORES, Span, marks_in
from docfill.tag.placeholders import OF_PICTURE, placeholders_in
from docfill.tag.sentences import Drawn, names_in
from docfill.text import COUNTERS, NUMBERING, fold, without_brackets
from docfill.values import DRAWN
from docfill.word import ticks

_COLON = late.pattern(r"[：:](?!//)(?:[-–—]{1,2}(?=\s|$))?")
"""A colon, perhaps with the dash that some print behind it (Name:-)."""
_DASHED_COLON = late.pattern(r"(?<=[：:])[-–—]{1,2}(?=\s*$)")
_DASH_AT_END = late.pattern(
    r"\s*(?!(?:Part|Section|Chapter|Annex|Appendix|Schedule|Form|Table|Step|Phase|Unit)\b)"
    r"[A-Z][\w’'/&]*(?: [\w’'/&]+){0,5}\s?[-–—]\s*"
)
"""A line in English that is nothing but a label and a dash: Name –."""
_BRACKET_BLANK = late.pattern(
    r"[（(]([ \u3000\u00a0]{2,}|[_＿]{2,})[)）]|[（(][^（）()：:]{0,24}[：:]([ \u3000\u00a0_＿]{2,})[)）]"
)
_SPACES = late.pattern(r"[ \u00a0\u3000\u2002-\u200a]{3,}")
_CLAUSE_END = late.pattern(
    rf"(?<=[一-鿿（(])(?<![\d{COUNTERS}一二三四五六七八九十几多各每这该两])([{COUNTERS}])(?=[，、；。）)（(]|$)"
)
_SPREAD_LABEL = late.pattern(
    r"(?<![^\s：:_＿；;。，,）)])[一-鿿](?:[ \u3000\u00a0\t]{1,20}[一-鿿]){1,4}(?=(?:[（(][^（）()\s]{1,4}[)）])?$)"
)
"""A label whose characters are set apart ("专    业")."""
_LONG = 2000
"""Characters of a line that is longer than those of forms."""
_PAIR = 2
"""Options in a row that only a label or their words tell to be some."""
_ASKED = 120
"""Characters of a question at most."""
_CLAUSE = 15
"""A label with a comma in it that is longer is a sentence."""
_RULED = late.pattern(r"[_＿]{3,}|[—–-]{5,}")
_LINES_ONLY = late.pattern(rf"[_＿{SPACE}—–-]{{5,}}|[{SPACE}.…]{{8,}}")
_PERCENT = late.pattern(r"(?<=[从至到为达约])[%％]")


def ends_in_dash(text: str) -> bool:
    """Whether a line is a label in English with a dash behind it and nothing else."""
    return _DASH_AT_END.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank in a line: where it is drawn (`start == end` where nothing is), its own label, and what follows.

    `is_drawn` tells a blank with room of its own from a bare colon; `is_month` is a date without a day.
    """

    start: int
    end: int
    label: str
    suffix: str
    is_drawn: bool
    is_date: bool = False
    is_month: bool = False
    is_write_in: bool = False
    is_bare: bool = False
    is_question: bool = False
    before: str = ""
    """The label of the blank before it in the line."""


def blanks_in(text: str, underlined: Sequence[Span] = (), *, is_answer: bool = False) -> list[Blank]:
    """The blanks of a line, from left to right.

    Args:
        text: the line.
        underlined: stretches of it that are underlined and blank.
        is_answer: it stands where a value stands (in a cell beside a label), so that a unit alone has its blank.
    """
    if len(text) > _LONG:  # a line is looked at from each of its characters
        limits.spend(len(text) ** 2 // 500)
    if (address := parts_of_address(text)) is not None:
        label, parts, end = address
        behind = blanks_in(text[end:], [(s - end, e - end) for s, e in underlined if s >= end], is_answer=is_answer)
        shifted = [replace(b, start=b.start + end, end=b.end + end) for b in behind]
        return [*(Blank(*part.span, label, part.name, True) for part in parts), *shifted]
    if (words.is_spread(text) and not underlined) or _is_dotted_scale(text):
        return []
    printed = [m.span() for m in _PRINTED_ON.finditer(text) if not words.ASKED.search(m[0])]
    found: list[Blank] = _dates(text)
    dates = [(d.start, d.end) for d in found]
    for start, end in _ranges(text, underlined):
        cut = min((s for s, e in dates if start < s < end <= e), default=end)
        if cut < end and not text[:start].strip(DRAWN):
            continue  # the line under the room of a date begins in front of it
        is_its_year = cut < end and _DAY_ASKED.search(text[:start]) is not None
        end = end if is_its_year or cut - start < _LEAST_TO_SIGN else cut  # a line to sign on, then a date
        if not any(s < end and start < e for s, e in (*dates, *printed)):
            begun = max((e for _, e in dates if e <= start), default=0)
            found.append(_blank(text, start, end, begun if any(map(str.isalnum, text[begun:start])) else 0))
    if is_answer and not found:
        found += _bare(text)
    found.sort(key=lambda b: b.start)
    found = _in_sentence(text, found)
    apart: list[Blank] = []
    for blank in found:
        if any(o is not blank and o.start <= blank.start and blank.end <= o.end for o in found):
            continue
        between = text[apart[-1].end : blank.start].strip(DRAWN) if apart else ""
        if not apart or between.strip("/-"):
            apart.append(blank)
        elif between:  # the parts of a date, say
            apart[-1] = replace(apart[-1], end=blank.end)
    apart = _in_stretches(apart, text)
    named = _by_sentence(_in_terms(_noted_behind(_named_behind(_behind_units(apart, text)), text), text), text)
    named = [replace(b, label="") if _OUT_OF.fullmatch(b.label) else b for b in named]
    return [replace(b, before=a.label) if a is not None else b for a, b in zip([None, *named], named, strict=False)]


_DOTTED_SCALE = late.pattern(r"(?:(?<!\d)\d{1,2} ?(?:…|[.．]{2})[ .．…]{0,60}){2}(?=\d)")
_ENDS_OF_SCALE = late.pattern(r"\s*[(（][^()（）]{1,24}[)）] ?[.．…]{3}[ .．…]*[(（][^()（）]{1,24}[)）]\s*")


def _is_dotted_scale(text: str) -> bool:
    """Whether dots stand between the figures of a scale, or between the words for its ends: 0 …… 1 …… 2."""
    return _DOTTED_SCALE.search(text) is not None or _ENDS_OF_SCALE.fullmatch(text) is not None


_PRINTED_ON = late.pattern(
    r"(?<=[：:])[ \t\u3000]*[_＿]{1,4}(?=[^\s_＿：:])[^_＿：:\n\t]{2,40}(?<=[^\s_＿：:])[_＿]{4,}"
    r"(?=[ \u3000]*(?:[\t\n]|$))"
)
"""An answer that the form prints on the line drawn for it."""


def answers_on_lines(text: str) -> list[str]:
    """The answers that a text prints on the lines drawn for them: Name: __Ann Lee______."""
    found = _PRINTED_ON.finditer(text) if len(text) <= _LONG else ()
    return [m[0].strip(DRAWN) for m in found if not words.ASKED.search(m[0])]


def _by_sentence(blanks: list[Blank], text: str) -> list[Blank]:
    """Blanks with the names that a sentence in English gives them."""
    drawn = [b for b in blanks if b.is_drawn and not b.is_date]
    named = names_in(text, [Drawn(b.start, b.end, b.label) for b in drawn])
    labels = {b.start: label for b, label in zip(drawn, named, strict=True) if label}
    return [replace(b, label=labels.get(b.start, b.label)) for b in blanks]


_LEAST_TO_SIGN = 4
"""Characters of a line to sign on, at least; what is shorter in front of a date is room for its year."""
_DAY_ASKED = late.pattern(rf"(?:时[{SPACE}]*间|日[{SPACE}]*期)[{SPACE}：:]*$")
"""What asks for a day, so that all room behind it is the year's."""
_PARTED = SPACE[:3] + "\u3000,，、;；"
"""What stands between the unit of a blank and the label of the next."""
_UNIT = 3
"""Characters of a unit, at most, behind which a label may begin."""


def _behind_units(blanks: list[Blank], text: str) -> list[Blank]:
    """Blanks whose labels begin behind the unit of the blank before, a space apart: 第__周 星期__."""
    named = list[Blank]()
    for before, blank in zip([None, *blanks], blanks, strict=False):
        unit = before.suffix.split(",")[0] if before is not None else ""
        is_unit = 0 < len(unit) <= _UNIT and not words.is_latin(unit) and blank.label.startswith(unit)
        own = blank.label.removeprefix(unit) if is_unit else ""
        is_apart = bool(own) and (own[0] in _PARTED or own == "第")
        if words.UNIT_ONLY.fullmatch(unit) and is_unit and not own and not text[blank.end :].strip(DRAWN):
            continue  # a colon behind the unit, and room at the end of the line
        named.append(replace(blank, label=own.strip(_PARTED)) if is_apart else blank)
    return named


def _named_behind(blanks: list[Blank]) -> list[Blank]:
    """Blanks whose names stand behind them, as in "____学院____专业": where the first has nothing in front."""
    if len(blanks) < 2 or blanks[0].label or any(b.is_date or len(b.suffix) < 2 for b in blanks[:2]):
        return blanks
    return [
        replace(b, label=b.suffix.removesuffix("第"), suffix="") if len(b.suffix) > 1 and not b.is_date else b
        for b in blanks
    ]


def _in_stretches(blanks: list[Blank], text: str) -> list[Blank]:
    """Blanks that are the two ends of a stretch of time, called so: 实习时间：      ～      ."""
    named = list[Blank]()
    for blank in blanks:
        last = named[-1] if named else None
        between = "" if last is None else text[last.end : blank.start].strip(SPACE)
        is_end = (
            last is not None
            and 0 < len(between) < _PAIR
            and between in _TO
            and not words.label_key(blank.label.removeprefix(between))
        )
        if is_end and last is not None and last.is_date and blank.label == between:
            is_asked = _OF_TIME.search(last.label) is not None and not last.label.endswith("开始日期")
            named[-1] = replace(last, label=f"{last.label}开始" if is_asked else last.label or "开始日期")
            blank = replace(blank, label=f"{last.label}结束" if is_asked else "结束日期")
        elif is_end and last is not None and _OF_TIME.search(last.label) and not (last.is_date or blank.is_date):
            named[-1] = replace(last, label=f"{last.label}开始")
            blank = replace(blank, label=f"{last.label}结束")
        named.append(blank)
    return named


_OF_TIME = late.pattern(r"(?:时间|日期|期限|年月|[起迄]止)$")
_NOTE_BEHIND = late.pattern(r"[ \u3000]*[（(]([^（()）：:_＿\d]{1,8})[)）]")
"""What says in brackets behind a blank which of several it is: ____（办公）____（手机）."""
_TO_INITIAL = late.pattern(r"[ ]?\((initials?|sign|signature|date|print name)\)", re.I)
"""What says in brackets behind the line at the end of a statement that it is to be initialled."""
_OUT_OF = late.pattern(r"[/／]\s*\d{1,3}")
"""What stands behind a mark that is given out of so many: ___ / 10."""
_IN_WORDS = late.pattern(r"(.{2,24}?)[（(]?大写[)）]?$")
_OF_MONEY = late.pattern(r"[为是：:]?(?:人民币|RMB)?[¥￥]?[：:]?$")
_ONLY_WORDS = late.pattern(r"(?:[万亿]?元)?[（(]?大写[)）]?[：:]?")
_IN_FIGURES = ("小写", "小写金额")


def _noted_behind(blanks: list[Blank], text: str) -> list[Blank]:
    """Blanks that brackets behind each tell apart, and an amount in words and in figures (大写, 小写)."""
    notes = [_NOTE_BEHIND.match(text, b.end) for b in blanks]
    if len(blanks) == 1 and (note := _TO_INITIAL.match(text, blanks[0].end)) is not None:
        return [replace(blanks[0], label=note[1], suffix="")]
    if len(blanks) > 1 and all(n is not None and not words.SIGNED.search(n[0]) for n in notes):
        first = blanks[0].label
        return [replace(b, label=f"{first}{n[1]}", suffix="") for b, n in zip(blanks, notes, strict=True) if n]
    named = list[Blank]()
    amount = ""
    for blank in blanks:
        label = blank.label.strip("：:¥￥ ")
        if named and _ONLY_WORDS.fullmatch(label):
            blank = replace(blank, label=f"{_OF_MONEY.sub('', named[-1].label)}大写", suffix="")
        elif said := _IN_WORDS.match(label):
            amount = said[1]
            blank = replace(blank, label=f"{amount}大写", suffix="")
        elif amount and label in _IN_FIGURES:
            blank = replace(blank, label=f"{amount}小写", suffix=blank.suffix or "元")
        named.append(blank)
    return named


_YEARS_OF_TERM = late.pattern(
    r"(?<![_＿ \u3000])[_＿ \u3000]{2,}+[-－—–~～至]{1,2}(?: ?20)?([_＿ \u3000]{2,}+)(学年度?|年度)"
)


_SEASON = late.pattern(r"(年[ \u3000]{2,})?季?学期")
"""What stands behind the year of a term, and behind which of that year's it is: 20  年   季学期."""


def _in_terms(blanks: list[Blank], text: str) -> list[Blank]:
    """The two years of a school year, and the number of a term: 20__—20__学年 第__学期."""
    named = []
    years = [*_YEARS_OF_TERM.finditer(text)]
    for blank in blanks:
        within = next((m for m in years if m.start() <= blank.start and blank.end <= m.end()), None)
        term = _TERM.match(text, blank.end)
        if (season := _SEASON.match(text, blank.end)) is not None:
            blank = replace(blank, label="年份" if season[1] else "学期", suffix="", is_date=False)
        elif within is not None:
            label = f"{within[2]}{'结束' if blank.start >= within.start(1) else '开始'}"
            blank = replace(blank, label=label, suffix="", is_date=False)
        elif term is not None and text[: blank.start].rstrip(DRAWN).endswith("第"):
            blank = replace(blank, label=term[0], suffix="")
        named.append(blank)
    return named


_AFTER_BLANK = late.pattern(
    rf"[一-鿿]{{0,5}}?[级班系院校部科室楼号栋层周期届业课门节组队处镇乡村县市省区路街]"
    rf"(?=[至到在参跟的为并共，,。；;）)]|[{SPACE}_＿]|$)"
)
"""The words behind a blank of a sentence that say what it holds (编入____级, ____专业)."""
_CLAUSE_BEGUN = late.pattern(r"[，。；]\s*")
_SENTENCE = 3
"""Blanks of a line without a colon from which it is a sentence to be completed."""


def _in_sentence(text: str, found: list[Blank]) -> list[Blank]:
    """Blanks with the names that a sentence gives them: the words behind each, where it has several and no colon.

    Elsewhere a label that goes on from the blank before begins behind its last comma.
    """
    drawn = [b for b in found if b.is_drawn and not b.is_date]
    if len(drawn) < _SENTENCE or drawn != found or ":" in fold(text) or any(b in text for b in ticks.BOXES):
        return [_of_term(_from_clause(b, text, before), text) for before, b in zip([None, *found], found, strict=False)]
    behind = [_AFTER_BLANK.match(text, b.end) for b in found]
    if None in behind or all(words.UNIT_ONLY.fullmatch(m[0]) for m in behind if m is not None):
        return found
    return [replace(b, label=m[0], suffix="") if m else b for b, m in zip(found, behind, strict=True)]


_TERM = late.pattern("届|年度|学年|学期|季度|年级")
"""What is counted in the middle of a title, as in "某校____届毕业生登记表"."""


TERM_TO_FILL = late.pattern(
    r"(?<!\d)20[ \u3000]{2,}|第[ \u3000]{2,}(?:届|学?期|批|次|号)"
    r"|[^ \u3000][ \u3000]{3,}(?:届|学年|学期|年度)(?![ \u3000])"
)
"""The blank of a year, a term or an issue among the words of a title."""


def _of_term(blank: Blank, text: str) -> Blank:
    """A blank among the words of a line, by what is counted in it: the words before it are no label of it."""
    before, term = text[: blank.start].rstrip(), _TERM.match(text, blank.end)
    if not before and not blank.is_date and (behind := _TERM.match(text, blank.end + text.startswith(" ", blank.end))):
        return replace(blank, label=behind[0], suffix="")
    is_named = not before or before.endswith(("：", ":", "第", "共")) or blank.is_date
    return blank if term is None or is_named or not blank.is_drawn else replace(blank, label=term[0], suffix="")


def _from_clause(blank: Blank, text: str, before: Blank | None) -> Blank:
    if before is None or blank.is_date or not blank.label:
        return blank
    between = text[before.end : blank.start]
    begun = [m.end() for m in _CLAUSE_BEGUN.finditer(between) if between[m.end() :].strip(DRAWN + "：:")]
    label = label_before(between[begun[-1] :]) if begun else ""
    return replace(blank, label=label) if label else blank


_ASKING = late.pattern(r"(.*)(?:[?？](?:\s*[（(][^（）()]*[)）])?|[：:]\s*[（(][^（）()]*[)）])[。.]?\s*", re.S)


def looks_like_a_place(text: str) -> bool:
    """Whether a text has a line to write on, a box or a placeholder, whatever it says beside."""
    is_drawn = re.search(r"[_＿]{3,}", text) is not None or TERM_TO_FILL.search(text) is not None
    is_drawn = is_drawn or bool(prompt_end_in(text))
    return is_drawn or bool(placeholders_in(text)) or bool(marks_in(text))


def has_named_blank(text: str) -> bool:
    """Whether a short line has a label with room behind its colon, or the blanks of a date."""
    if len(text) > _ASKED or ":" not in fold(text):
        return False
    blanks = blanks_in(text) or prompt_end_in(text)
    return any(b.is_date or (b.is_drawn and words.is_label(b.label)) for b in blanks)


def asks_in_vain(text: str) -> bool:
    """Whether a line ends in the colon or question mark of a label: one that is no title and leads on to nothing."""
    shown = text.strip()
    label = shown.rstrip("：:?？ ")
    is_long = shown.endswith("?") or (words.is_latin(shown) and words.ASKED.search(shown) is not None)
    longest = 2 * _ASKED if is_long else _ASKED
    if not shown.endswith(("：", ":", "?", "？")) or len(shown) > longest or not words.is_label(label):
        return False
    return not (
        words.INTRODUCTION.search(label)
        or words.SUBJECT.fullmatch(label)
        or words.LISTING.search(label)
        or words.NAME_OF_FORM.fullmatch(label)
        or words.greets(label)
    )


_YES_OR_NO = late.pattern(
    r"(?<![\w/])(?:y(?:es)?\s*/\s*no?|[是有]\s*/\s*[否无]|男\s*/\s*女|m(?:ale)?\s*/\s*f(?:emale)?"
    r"|([一-鿿]{1,3})\s*/\s*[不未非无]\1)(?=\s*(?:[|｜\n]|$)|\s{2,})",
    re.I,
)
_TO_STRIKE = late.pattern(
    r"(?<=[|｜：:_＿\s])(?<![^|｜：:_＿\s]\s)[^\W\d_]{1,12}+(?:\s++/\s++[^\W\d_]{1,12}+)++\s*+(?=[|｜]|$)"
    r"|(?<=: )[A-Z][a-z-]{2,16}+(?:/[A-Z][a-z-]{2,16}+){2,}(?=[ ]{3}|\s*$)"
)
_SCALE = late.pattern(
    r"(?<![^\s：:])(?:1(?:[ \u3000\t]+[2-9]){2,9}(?:[ \u3000\t]+10)?"
    r"|(?:10[ \u3000\t]+)?(?:[2-9][ \u3000\t]+){2,9}1)(?!\S)"
    r"|(?<![^\s：:])1([-–/])2(?:\1[3-9]){1,7}(?:\1(?:10))?(?![\w/–-])"
)
"""Marks to be circled, in a row: 1 2 3 4 5, or 1-2-3-4-5."""
_BEHIND_LETTER = r"[ \u3000\u00a0]{0,2}(?=[一-鿿\d<>≤≥＜＞])"
_CODED = late.pattern(
    rf"(?<![A-Za-z0-9])[AＡ]([.、．:：]?){_BEHIND_LETTER}[^\n]{{1,60}}?(?<![A-Za-z0-9])[BＢ]\1{_BEHIND_LETTER}"
    rf"|(?<![A-Za-z0-9])[BＢ]([.、．]){_BEHIND_LETTER}[^\n]{{1,60}}?(?<![A-Za-z0-9])[CＣ]\2{_BEHIND_LETTER}"
)
"""Options in a line in Chinese, each behind its letter: A 男  B 女."""
_LETTERED = late.pattern(r"([\[(])[aA][\])][^\[\]()]{1,60}\1[bB][\])]")
"""Options in a line, each behind its letter: [a] North [b] South."""
_SPACED_STROKES = late.pattern(r"(?<!\S)[^\W_][\w+()-]{0,14}+(?:\s{1,12}+/\s{1,12}+[^\W_][\w+()-]{0,14}+){2,}(?!\S)")
_TO_CIRCLE = late.pattern(r"\b(?:circle|underline|strike (?:out|through)|cross out|delete as)\b", re.I)
_APART = late.pattern(r"(?<!\s)(?:\s{2,}+|\t)")
_BETWEEN_COLONS = late.pattern("[^:：]+")
_IN_BRACKETS = late.pattern(r"[（(\[【][^（）()\[\]【】]*[)）\]】]")


_KEYED = late.pattern(r"\s*\d{1,2}[ ]?[=＝][ ]?[^\W\d_]")


def is_keyed(text: str) -> bool:
    """Whether a line begins with what a figure of a scale stands for: 1 = 从不使用."""
    return _KEYED.match(text) is not None


def options_printed_in(text: str) -> list[Span]:
    """Where options are printed without boxes, to be circled or struck: Yes / No, or words parted by strokes."""
    if len(text) > _LONG:
        return []
    if is_keyed(text) or _DOTTED_SCALE.search(text):
        return [(0, len(text))]
    bare = _IN_BRACKETS.sub(lambda m: " " * len(m[0]), text)
    found = [m.span() for pattern in (_YES_OR_NO, _TO_STRIKE) if "/" in text for m in pattern.finditer(bare)]
    found += [m.span() for pattern in (_SCALE, _SPACED_STROKES) for m in pattern.finditer(bare)]
    for part in reversed([*_BETWEEN_COLONS.finditer(bare)]):
        apart = [x for x in _APART.split(part[0].strip()) if x.strip("/")]
        is_told = len(apart) > 1 and not marks_in(part[0]) and (words.are_grades(apart) or words.are_opposed(apart))
        if is_told:
            return [part.span()]
    strokes = [x.strip() for x in bare.split("/")] if len(text) <= _TOLD and words.is_latin(text) else []
    if len(strokes) == _PAIR and all(strokes) and words.are_opposed(strokes):
        return [(0, len(text))]
    if (lettered := _LETTERED.search(text)) is not None:
        return [(lettered.start(), len(text))]
    if (coded := _CODED.search(text)) is not None and not asks_for_letter(text[: coded.start()]):
        return [coded.span()]
    asked = bare.rfind("：") + 1 or bare.rfind(":") + 1
    options = options_in(bare[asked:])
    is_told = words.are_grades(options) or (bool(options) and words.are_opposed(options))
    return found + [(asked, len(text.rstrip()))] * (asked > 0 and is_told)


def asks_for_letter(before: str) -> bool:
    """Whether room for the letter of an option stands in front of all of them: brackets, or a line."""
    shown = before.rstrip(SPACE)
    if not shown.endswith((")", "）")):
        return shown.endswith(("_", "＿")) and not shown.rstrip(DRAWN).endswith((":", "："))
    inner = shown[max(map(shown.rfind, "(（")) + 1 : -1]
    return not any(map(str.isalnum, inner)) or bool(placeholders_in(inner))


def begins_with_letter(text: str) -> bool:
    """Whether a line begins with the letter of an option, or goes on from one that Word numbers: 0-5%  B. 5%-10%."""
    return _LETTER.match(text) is not None or _CODED.search(text) is not None


def says_to_fill_in(text: str) -> bool:
    """Whether a short line in Chinese only tells to write an answer, where nothing is drawn: 用空格填写分数."""
    return len(text) <= _TOLD and _SAYS_TO_FILL.match(text) is not None


_SAYS_TO_FILL = late.pattern(r"\s*请?[用在](?:空格|横线|括号|空白处)[^，。]{0,4}填写?")


def says_to_circle(text: str) -> bool:
    """Whether a line in English tells to circle, or to strike, some of its words: they are options without boxes."""
    return len(text) <= _ASKED and words.is_latin(text) and _TO_CIRCLE.search(text) is not None


def is_tabbed(text: str, below: str) -> bool:
    """Whether a line in letters is a title and words that tabs set apart, two or more with `below`: options."""
    if len(text) > _ASKED or "\t" not in text.strip() or text[0].isspace() or not words.is_latin(text):
        return False
    title, *said = [x.strip() for x in text.split("\t") if x.strip()]
    is_titled = words.is_title(title) and sum(map(str.isalpha, title)) > _PAIR
    said += [x.strip() for x in below.split("\t") if x.strip()] if below.startswith("\t") else []
    return is_titled and len(said) >= _PAIR and all(len(x) <= _LONGER and _A_CHOICE.fullmatch(x) for x in said)


_LONGER = 40
_A_CHOICE = late.pattern(r"[<>~]?[^\W_](?:[\w '’/~>,&+-])*")
"""The words of an option, with nothing that a program or a heading has."""


def columns_headed(text: str) -> list[str]:
    """The options that a line prints over columns of boxes, a tab or room apart: YES   NO; none for any other line."""
    heads = [x for x in _APART.split(text.strip()) if x] if len(text) <= _ASKED and not marks_in(text) else []
    return heads if len(heads) > 1 and (words.are_opposed(heads) or words.are_grades(heads)) else []


_OF_MARK = late.pattern(r"(?:scale[ :–-]{0,4})?(?:\d{1,2}|[A-Z]{1,3})\s*[-–—=:]{1,2}\s*(\S[^-–—=:]{1,40})", re.I)


def explains_marks(text: str) -> bool:
    """Whether a line says what each of several marks stands for: 1 - Disagree; 2 - Neutral; 3 - Agree."""
    said = [x for x in re.split("[;,]", text) if x.strip()] if len(text) <= _LONG else []
    return len(said) > _PAIR and all(_OF_MARK.fullmatch(x.strip().rstrip(".")) for x in said)


def explains_a_mark(text: str) -> bool:
    """Whether a line says what a mark or a key stands for: 1 – Strongly Disagree, New = the new style."""
    said = _OF_MARK.fullmatch(text.strip())
    is_key = bool(keys_explained(text)) or (len(text) <= _ASKED and _KEYS.fullmatch(text.strip()) is not None)
    return is_key or (said is not None and words.is_mark(said[1]))


_KEYS = late.pattern(r"[A-Z](?:/?[A-Z]){0,2} ?= ?[^,=]{2,40}(?:, ?[A-Z](?:/?[A-Z]){0,2} ?= ?[^,=]{2,40})+")
"""What letters stand for, in one line: F/T = full time, P/T = part time."""


def titles_apart(text: str) -> list[str]:
    """The titles of a line in English that are set apart, below each of which are somebody's labels; none elsewhere."""
    said = heads_apart(text)
    return [x.rstrip(" :") for x in said] if len(said) > 1 and not any(map(words.SIGNED.search, said)) else []


def heads_apart(text: str) -> list[str]:
    """The titles of a line in English, whether set apart or one; none where it says anything else."""
    said = [x for x in _COLUMNS.split(text.strip()) if x] if len(text) <= _ASKED and words.is_latin(text) else []
    are_titles = all(words.is_title(x, 24) and not _RULED.search(x) for x in said)
    return said if are_titles and not marks_in(text) else []


_KEY = late.pattern(r"[ \t]*([^\W_][\w/+-]{0,11})[ \t]*=[ \t]*[^\W_][^=]{2,110}")


def keys_explained(text: str) -> set[str]:
    """What the lines of a text explain, each with the sign between: SA = Strongly Agree."""
    return {m[1] for line in text.split("\n") if len(line) <= _ASKED and (m := _KEY.fullmatch(line.rstrip()))}


_CHOOSING = late.pattern(
    r"[?？]$|[?？][ ]?[(（][^()（）]*[)）]$|\b(?:choose|select|tick|circle|check|mark)\b[^:]*:?$"
    r"|^(?:\d{1,2}[.)] ?)?(?:(?:in )?which|what|how (?:often|many|much|long|old)|(?:do|are|have|did) you)\b[^:?.]*:$"
    r"|[(（\[【](?:矩阵)?[单多]选题?[ ]?(?:[*＊]?[必选]答题?)?[)）\]】][ ]?\*?$"
    r"|[请从][^，。：:]{0,16}(?:选择|勾选|任选|选[一出])[^，。：:]{0,10}[：:]?$",
    re.I,
)


def says_to_mark(text: str) -> bool:
    """Whether a short line in English tells to mark what is chosen below: … (please check)?"""
    return len(text) <= 2 * _ASKED and words.is_latin(text) and _SAYS_TO_MARK.search(text) is not None


_SAYS_TO_MARK = late.pattern(
    r"\((?:please |kindly )?(?:check|tick|mark)\b[^()]{0,30}\)|\b(?:check|tick|mark) (?:one|all|any|only|each|your)\b",
    re.I,
)


def says_to_choose(text: str) -> bool:
    """Whether a short line in English does nothing but tell to choose from what stands below: Please check one:."""
    return len(text) <= _TOLD and _SAYS_TO_CHOOSE.fullmatch(text.strip()) is not None


def told_to_choose(question: str, told: str) -> str:
    """A question with what the line below tells to choose in brackets; the line, where that asks something itself."""
    said = question.strip().rstrip(" *")
    is_asked = words.is_latin(said) and words.is_label(said) and not says_to_choose(said)
    is_asked = is_asked and not looks_like_a_place(said) and _ONLY_TELLS.fullmatch(told.strip()) is not None
    return f"{said} ({told.strip().strip('().: ')})" if is_asked and len(said) <= 2 * _ASKED else told


_ONLY_TELLS = late.pattern(
    r"[(]?(?:please )?(?:choose|select|tick|circle|check|mark)(?: only)? (?:one|all|any)"
    r"(?: (?:only|oval|box(?:es)?|options?|answers?|that (?:appl(?:y|ies)|are applicable)|of the following|below))*"
    r"[:.]?[)]?",
    re.I,
)
"""What tells to choose, and not from what: Mark only one oval."""
_TOLD = 60
_SAYS_TO_CHOOSE = late.pattern(
    r"[(]?(?:please (?:check|mark)|(?:please )?(?:choose|select|tick|circle)"
    r"|(?:check|mark)(?= (?:only|one|all|any|the|your|each)))\b[^:?]*[:.]?[)]?",
    re.I,
)


def begins_with_letters(text: str, below: Sequence[str]) -> bool:
    """Whether a title in English stands right over options numbered by letters: Occupation / a. Student / b. Employee.

    What leads on to them with a colon, and lines that are clauses, are none.
    """
    if len(text) > _TOLD or len(below) < _PAIR or not words.is_latin(text) or text.rstrip().endswith((":", ".", ";")):
        return False
    are_plain = all(len(x) <= _TOLD and not x.rstrip().endswith((";", ".", ":", ",")) for x in below)
    return are_plain and words.is_title(text, _TOLD) and are_lettered(below[:_PAIR])


_LETTER = late.pattern(r"\s*[(\[]?([a-z])[.)\]]\s*(?=\S)", re.I)


def are_lettered(said: Sequence[str]) -> bool:
    """Whether some lines in English are counted by letters, from the first on: a. Yes / b. No."""
    marks = [_LETTER.match(x) for x in said]
    letters = "".join(m[1].lower() for m in marks if m is not None)
    return len(said) > 1 and len(letters) == len(said) and letters == _ALPHABET[: len(said)]


_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_MARKED = late.pattern(r"\s*(?:[_＿]{2,10}[ \t]*[^\W_][^_＿:：\n]{0,40})+")


def is_marked_in_front(text: str) -> bool:
    """Whether a line is a short line to write on in front of words, or of each of several, to mark them: __ Mon."""
    return len(text) <= _LONG and _MARKED.fullmatch(text) is not None


def asks_to_choose(text: str) -> bool:
    """Whether a line is a question, or says to choose: options may follow it."""
    bare = without_brackets(text).strip()
    is_asking = any(_CHOOSING.search(x) for x in dict.fromkeys((text.strip(), bare)))
    return len(bare) <= _ASKED * 2 and is_asking and not looks_like_a_place(text)


def has_boxes_as_words(text: str) -> bool:
    """Whether the boxes of a line are written with the character for a mouth: 是口 否口, 口A, 作者."""
    if "口" not in text or len(text) > _LONG:
        return False
    return _YES_AND_NO.search(text) is not None or len(_AS_BOX.findall(text)) > 1 or _AS_FIRST.match(text) is not None


_YES_AND_NO = late.pattern(
    r"[是有男]口[ \u3000]{0,8}[否无女]口?|口[ \u3000]?[是有男][ \u3000]{1,8}口[ \u3000]?[否无女]"
)
_AS_BOX = late.pattern(
    r"(?<![^\s：:；;，,、)）.])口(?![^\sA-Za-z\d，,、；;。])"
    r"|(?<=[一-鿿)）])(?<![人户门入出接窗港进])口(?=[ \u3000]{2}|\s*$)"
)
"""The character alone, or behind an option and set apart from the next."""
_AS_FIRST = late.pattern(r"\s*口[ ]?[A-Z][，,、.．]")


def are_options(text: str) -> bool:
    """Whether each of several lines is a word or two without a number, a stop or a blank: options, one a line."""
    said = [line.strip() for line in text.split("\n") if line.strip()]
    return (
        len(said) > 1
        and max(map(len, said)) > 1
        and all(
            words.is_title(x, _AN_OPTION) and not NUMBERING.match(x) and not words.is_hint(x) and not blanks_in(x)
            for x in said
        )
    )


def are_parted(text: str) -> bool:
    """Whether a line is nothing but short words or figures that tabs or room part, as options are: 18-25   26-35."""
    said = _APART.split(text.strip()) if len(text) <= _ASKED and ":" not in fold(text) else []
    return len(said) > 1 and all(len(x) <= _AN_OPTION and any(map(str.isalnum, x)) for x in said)


def options_in(text: str) -> list[str]:
    """The words of a line that are short and parted by commas or strokes, as options are (好、一般、差); none else."""
    shown = without_brackets(text).strip()
    said = [x.strip() for x in re.split("[、/；]", shown)]
    said = shown.split() if len(said) == 1 and len(shown.split()) >= _SEVERAL_WORDS else said
    if len(said) > 1 and "、" not in shown and "/" not in shown and "；" not in shown and min(map(len, said)) < _PAIR:
        return []
    is_line = "\n" not in shown and not words.is_latin(shown) and not NUMBERING.match(shown)
    return said if is_line and len(said) > 1 and all(_WORD.fullmatch(x) for x in said) else []


_WORD = late.pattern(r"[一-鿿]{1,8}")
_SEVERAL_WORDS = 4
"""Words of a line, parted by nothing but spaces, from which they may be options."""
_AN_OPTION = 24
_COLUMNS = late.pattern(rf"[{SPACE}]*\t[{SPACE}]*|[{SPACE}]{{3,}}")
_RULES_APART = late.pattern(rf"[_＿]{{3,}}(?:[{SPACE}]*\t[{SPACE}]*|[{SPACE}]{{3,}})[_＿]{{3,}}")


def heads_lines(text: str, below: str) -> bool:
    """Whether a line says what stands in the columns of the lines to write on below it, and asks nothing itself."""
    if len(text) > _ASKED or not are_apart(below):
        return False
    heads = [x for x in _COLUMNS.split(text.strip()) if x]
    is_named = all(words.is_title(x, 24) for x in heads) and not _RULED.search(text)
    return len(heads) > 1 and is_named and len(heads) == len(ruled_in(below))


def are_apart(text: str) -> bool:
    """Whether lines to write on stand in columns: with nothing between them but a tab or room."""
    return len(text) <= _LONG and _RULES_APART.search(text) is not None


def ruled_in(text: str) -> list[Span]:
    """The lines to write on that are drawn with characters in a text."""
    return [m.span() for m in _RULED.finditer(text)]


def ends_ruled(text: str) -> bool:
    """Whether a line of words ends in a line to write on, which may go on below it."""
    bare = text.rstrip(SPACE + ".")
    said = bare.rstrip("_＿")
    is_ruled = len(bare) - len(said) >= _LEAST_RULED or _DOTS_AT_END.search(text) is not None
    return is_ruled and any(map(str.isalnum, said))


_LEAST_RULED = 3
_DOTS_AT_END = late.pattern(r"(?<![.…])(?:[.…]{8,}+|[.…]{2,}+(?<=……))\s*$")
"""A line of dots to write on at the end of a text."""


def is_drawn_line(text: str) -> bool:
    """Whether a text is nothing but a line that is drawn with characters."""
    return _LINES_ONLY.fullmatch(text) is not None


def is_rule(text: str) -> bool:
    """Whether a text is a line of dashes, as titles are underlined with."""
    return is_drawn_line(text) and set(text.strip()) <= {*"-–—"}


_NUMBERED_LINE = late.pattern(r"[ \t]*[(]?\d{1,2}[.)]?[ \t]*[_＿]{6,}[ \t.]*")


def is_numbered_line(text: str) -> bool:
    """Whether a text is nothing but the number of one of several answers and a line to write it on: 1. ________."""
    return _NUMBERED_LINE.fullmatch(text) is not None


def is_to_write_on(text: str) -> bool:
    """Whether a text is nothing but a line to write on, perhaps with the number of one of several answers."""
    return is_drawn_line(text) or is_numbered_line(text)


_NOTED_LABEL = late.pattern(r"\s*[(]([^()_.…:]{1,30})[)][ \t:]*+(?:[_＿]{3}|[.…]{3}|…)")


def noted_label(text: str) -> str:
    """What a line in English begins with in brackets in front of a line to write on: (2nd Parent) ______; "" for none.

    It goes on from a label above, which it tells apart from itself.
    """
    noted = _NOTED_LABEL.match(text)
    return noted[1].strip() if noted is not None and words.is_latin(noted[1]) else ""


_STEM = late.pattern(r"\s*([^:()_.…\t]{2,60}):\s*(?:[(][^()_.…:]{1,30}[)][ \t]*[_＿.…]{3}.*)?", re.S)


def stem_of(text: str) -> str:
    """The label in English that notes in brackets below go on from: E-mail: / (1st Parent)____; "" for none."""
    stem = _STEM.fullmatch(text) if len(text) <= _ASKED * 2 else None
    return stem[1].strip() if stem is not None and words.is_latin(stem[1]) else ""


def end_of_drawn(text: str, start: int) -> int:
    """Where the lines to write on end that begin at the start of a line, one right below the other."""
    end = start
    for line in text[start:].split("\n"):
        if not is_drawn_line(line):
            break
        end += len(line) + 1
    return len(text[: end - 1].rstrip()) if end > start else start


def is_gap(text: str, blank: Blank, underlined: Sequence[Span]) -> bool:
    """Whether a blank is only space between words: nothing is drawn under it and no colon stands before it."""
    is_lined = any(s < blank.end and blank.start < e for s, e in underlined)
    is_asked = _DASHED_COLON.sub("", text[: blank.start].rstrip(DRAWN)).endswith((":", "："))
    return text[blank.start : blank.end].isspace() and not is_lined and not is_asked


def goes_on_from(text: str, blank: Blank) -> bool:
    """Whether the label of a blank is the last clause of a sentence, and so asks nothing by itself."""
    if "，" in blank.label and len(blank.label) > _CLAUSE:
        return True
    before = text[: blank.start].rstrip(DRAWN + "：:")
    lead = before[: len(before) - len(blank.label)].rstrip(DRAWN)
    return len(blank.label) < len(before) and before.endswith(blank.label) and lead.endswith(("，", "。", "；"))


def clause_before(said: str, line: str, blank: Blank) -> str:
    """The clause that the line above ends with, where the first blank of this one goes on with it: 共计 / ____元."""
    is_first = not line[: blank.start].strip() and blank.is_drawn and bool(blank.suffix) and not blank.label
    clause = re.split("[，,；;。]", said)[-1].strip()
    is_open = is_first and "，" in said and not words.is_latin(said) and not said.endswith(("。", "；", "：", ":"))
    return clause if is_open and len(clause) <= _SHORT_CLAUSE else ""


_SHORT_CLAUSE = 12


def questions_in(text: str) -> list[Blank]:
    """The end of a line that is a question, or a label with a hint, where the answer goes if nothing else is drawn."""
    match = _ASKING.fullmatch(text)
    if match is None or not match[1].strip(DRAWN):
        return []
    end = len(text.rstrip())
    label = match[1] if text[match.end(1)] in "：:" else text[:end]
    return [Blank(end, end, label.strip(), "", False, is_question=True)]


_NOTED_END = late.pattern(r"(.*[^\s：:])[：:][ \u3000]*[（(]([^（）()_＿]{1,60})[)）][ \u3000]*", re.S)


def noted_end_in(text: str) -> list[Blank]:
    """The end of a label whose colon has a note in brackets behind it, which says who or what is meant."""
    noted = _NOTED_END.fullmatch(text)
    if noted is None or words.SIGNED.search(text) or words.is_hint(noted[2]) or words.TO_TICK.search(text):
        return []
    return [Blank(len(text.rstrip()), len(text), label_before(noted[1]), "", len(text) - len(text.rstrip()) > 1)]


_PROMPT_END = late.pattern(r"([^:\[\]]{1,80}):[ \t\u00a0]{0,4}(\[[A-Za-z][^\[\]]{2,400}\])[ \t]*")


_NAMED_AGAIN = late.pattern(
    r"\s*([一-鿿][^\[\]：:]{1,20}?)(?:[：:][ \u3000]*|[ \u3000]{2,20})(\[[一-鿿][^\[\]]{1,60}\])[ \u3000]*"
)


def prompt_end_in(text: str) -> list[Blank]:
    """Words in square brackets behind a label, in the place of its answer: Goal: [State it], 姓  名   [姓名].

    In English a colon stands behind the label.
    """
    named = _NAMED_AGAIN.fullmatch(text) if text.rstrip().endswith("]") else None
    if named is not None and not words.KIND_OF_QUESTION.fullmatch(named[2]) and not words.SIGNED.search(text):
        return [Blank(*named.span(2), named[1].strip(), "", True)]
    prompt = _PROMPT_END.fullmatch(text) if text.rstrip().endswith("]") else None
    if prompt is None or not words.is_latin(text) or placeholders_in(text) or OF_PICTURE.search(prompt[2]):
        return []
    return [Blank(*prompt.span(2), prompt[1].strip(), "", True)]


_TOLD_END = late.pattern(
    r"(?:[^：:]*[^\s：:])[：:][ \u3000]*([（(]请(?!.{0,20}[选勾])[^（）()：:_＿]{2,60}[)）])[ \u3000]*"
)


def told_end_in(text: str) -> list[Blank]:
    """What tells in brackets behind a label and its colon, at the end of a line, what to write in its place."""
    told = _TOLD_END.fullmatch(text)
    if told is None or words.SIGNED.search(text) or words.TO_TICK.search(text) or any(b in text for b in ticks.BOXES):
        return []
    return [Blank(*told.span(1), label_before(text[: told.start(1)]), "", True)]


_ROOM_AT_END = late.pattern(r"(\S.{0,30}?)([ \u00a0\u3000]{6,})", re.S)


def room_at_end(text: str) -> list[Blank]:
    """The spaces that a line of the body ends with, behind a label that forms ask for: 学    院          ."""
    match = _ROOM_AT_END.fullmatch(text.lstrip(DRAWN))
    label = "" if match is None else squeezed_label(match[1])
    if (
        match is None
        or not words.ASKED.search(label)
        or words.FORM_TITLE.search(label)
        or not words.is_title(match[1], 16)
    ):
        return []
    at = len(text) - len(match[2])
    return [Blank(at, len(text), label, "", True)]


def labels_apart(text: str) -> list[Blank]:
    """The room behind each label of a line in Chinese that is nothing but labels: 姓名      班级      日期."""
    said = [*_APART_LABEL.finditer(text)]
    if len(said) < _PAIR or _APART_LABEL.sub("", text).strip():
        return []
    ends = [*(m.start() for m in said[1:]), len(text)]
    rooms = [len(text[m.end() : e].expandtabs(_TAB)) for m, e in zip(said, ends, strict=True)]
    is_wide = min(rooms, default=0) >= _TAB or (
        len(said) >= _LABELS_APART and min(rooms[:-1], default=0) >= _ROOM_APART
    )
    if not is_wide:
        return []
    if not all(words.ASKED.search(m[0]) and not words.SIGNED.search(m[0]) for m in said):
        return []
    return [Blank(m.end(), e, m[0], "", True) for m, e in zip(said, ends, strict=True)]


_LABELS_APART, _ROOM_APART = 3, 4
_APART_LABEL = late.pattern(r"(?<!\S)[一-鿿]{2,6}(?!\S)")


def squeezed_label(text: str) -> str:
    """A label whose characters may be set apart, in one piece."""
    return "".join(text.split()) if not words.is_latin(text) else text.strip()


def _ranges(text: str, underlined: Sequence[Span]) -> list[Span]:
    ranges = [m.span(1) if m[1] is not None else m.span(2) for m in _BRACKET_BLANK.finditer(text)]
    drawn = (m for pattern in (_PHONE, _FORM_FIELD, UNDERSCORES) for m in pattern.finditer(text))
    ranges += [m.span() for m in drawn if not _is_leader(text, *m.span())]
    if ends_in_dash(text):
        ranges.append((len(text.rstrip()), len(text)))
    if "…" in text and words.is_latin(text):
        ranges += [m.span() for m in _SHORT_DOTS.finditer(text)]
    ranges += [u for u in underlined if u[1] - u[0] >= 2 and not _is_answered(text, *u)]
    for colon in _COLON.finditer(text):
        start = colon.end()
        end = start + len(text[start:]) - len(text[start:].lstrip(DRAWN))
        if len(text) - end <= _LONG and words.SAMPLE.fullmatch(text[end:].strip()):
            ranges.append((end, len(text.rstrip())))
            continue
        if end < len(text) and (end == start or not _is_room(text, start, end)):
            continue
        if start == end and not text[: colon.start()].strip(DRAWN):
            continue
        if end < len(text) and _ATTACHED.fullmatch(text[: colon.start()]):
            continue
        lined = [u for u in underlined if start <= u[0] and u[1] <= end and u[1] - u[0] >= 2]
        ranges.append(lined[0] if lined else (start, end))
    for gap in () if _CODED.search(text) else _SPACES.finditer(text):
        if _is_inner_room(text, *gap.span()) and not _is_answered(text, *gap.span()):
            ranges.append(gap.span())
    ranges += [m.span(1) for m in _BRACKET_AT_END.finditer(text)]
    ranges += [m.span() for pattern in (_COUNTED_ROOM, _WEEKDAY, _ONE_LINE) for m in pattern.finditer(text)]
    ranges += [m.span(1) for pattern in (_DASHED_ROOM, _WEEKDAY_AT_END) for m in pattern.finditer(text)]
    ranges += [m.span() for m in _ROOM_IN_CLAUSE.finditer(text)] if _SENTENCE_STOP.search(text) else []
    ranges += [m.span() for m in (() if ":" in fold(text) else _TERM_ROOM.finditer(text))]
    ranges += [m.span() for m in _TABS.finditer(text) if _SENTENCE_STOP.search(text)]
    ranges += rooms_amid(text)
    ranges += [m.span() for m in (_SHORT_DASHES.finditer(text) if _DASHES in text else ())]
    tabbed = (m for m in _TABBED.finditer(text) if not words.ORDINAL.fullmatch(text[m.start() : m.start(1)].strip()))
    tabbed = (m for m in tabbed if not _SPREAD_BY_TAB.match(text, m.start()))
    ranges += [m.span(1) for m in tabbed if words.is_title(m[0].replace("\t", " "))]
    ranges = [r for r in ranges if not _leads_to_number(text, *r) and not _MONEY_ON_LINE.match(text, r[1])]
    kept: list[Span] = []
    for start, end in sorted(set(ranges), key=lambda r: (r[0], -r[1])):
        if not any((s < end and start < e) or (start == end and s <= start <= e) for s, e in kept):
            kept.append((start, end))
    return kept


_ATTACHED = late.pattern(r"\s*附[件表录]\s*[\d一二三四五六七八九十]{0,2}")
"""The number of an attachment, whose title stands behind its colon."""


def _is_leader(text: str, start: int, end: int) -> bool:
    """Whether dots lead to a figure that the form prints behind them, as to a price or the number of a page."""
    return text[start] in ".．…" and text[end:].lstrip(SPACE)[:1].isdigit()


_MONEY_ON_LINE = late.pattern(r"(?<=_)[$€£](?=_{3})")
"""A sign of money on a line to write on, whose beginning is no blank of its own: __$______."""


def _leads_to_number(text: str, start: int, end: int) -> bool:
    """Whether room behind words, on which nothing is drawn, leads to somebody's number or address of the net."""
    is_apart = end > start and text[start:end].isspace() and not text[:start].rstrip(SPACE).endswith((":", "："))
    return is_apart and _NUMBER.match(text[end:].lstrip(SPACE)) is not None


_NUMBER = late.pattern(r"<?[\w.+-]+@[\w-]+\.\w|(?:https?://|www\.)\w|\+?\d{3,5}[ -]\d{3}[\d ,-]*$")
"""What nobody prints behind a blank of a line: an address of the net, the number of a telephone."""
_PHONE = late.pattern(r"\([ _]{2,}\) *_{2,}(?: *- *_{2,})?")
"""The blanks of a telephone number: (___) ___-____."""
_SHORT_DOTS = late.pattern(r"(?:(?<=[\s(:])|(?<=[A-Za-z]\.))…[.…]{1,2}(?![.…])")
"""Dots to write on in a line in English, where one sign (…) is an ellipsis, not two."""
_FORM_FIELD = late.pattern("\u2002{2,}")
"""What an empty text field of a legacy form shows."""


def _is_answered(text: str, start: int, end: int) -> bool:
    """Whether room at the end of a label's line, or in front of the next label, stands behind a printed answer."""
    said = _ANSWERED.search(text[:start])
    rest = text[end:].lstrip(SPACE)
    is_end = not rest or NEXT_LABEL.match(rest) is not None
    return said is not None and is_end and not any(b in said[0] for b in ticks.BOXES)


_ANSWERED = late.pattern(rf"[：:][{SPACE}]*[^{SPACE}：:，,、；;。（()）_＿]{{4,}}$")
_BRACKET_AT_END = late.pattern(
    r"(?<=[一-鿿?？])[ \u3000]?[（(]([ \u3000\u00a0]?)[)）](?=[ \u3000。]*(?:[（(][^（）()]{1,16}[)）][ \u3000]*)?$)"
)
"""Brackets around nothing at the end of a question, for the letter of an option: 是否预习（　）."""
_COUNTED_ROOM = late.pattern(
    rf"(?<=[共第])[ \u3000\u00a0]{{2,}}(?=(?:{words.TIME_UNIT}|[{COUNTERS}周层])(?![一-鿿])|层第)"
)
"""Room between the words of a count: 共  周, 第  次."""
_DASHED_ROOM = late.pattern(r"(?<=[：:；;])[ \u3000]?([—－]{2,8})(?=[ \u3000]?[一-鿿]{0,4}(?:[。；;，,：:]|\s*$))")
"""Dashes to write on, behind a colon and up to a unit or a stop: 使用权面积：——平方米；."""
_ROOM_IN_CLAUSE = late.pattern(
    r"(?:(?<=[一-鿿][在于至])|(?<=起的))[ \u3000\u00a0]{4,}(?=[一-鿿])(?![年月])|(?<=自)[ \u3000\u00a0]{4,}(?=起)"
)
"""Room behind a word that leads on, in a sentence: 双方约定在        前办理手续."""
_ONE_LINE = late.pattern(r"(?<=[一-鿿（(])(?<![一二三四五六七八九十两])_(?=[项次篇个人名件份])")
"""The shortest line there is, before what is counted: 校级_项."""
_TERM_ROOM = late.pattern(
    r"(?:(?<=20)|(?<=[-－—–~～至]))[ \u3000]{2,}(?=学年|年度|[-－—–~～至])"
    r"|(?<=20)[ \u3000]{2,}(?=年[ \u3000]{2,}季?学期)|(?<=年)[ \u3000]{2,}(?=季?学期)"
    r"|(?<![^（(])[ \u3000]{3,}(?=[-－—–~～至]{1,2}[ \u3000]{2,}(?:学年|年度))|(?<=第)[ \u3000]{2,}(?=学期)"
    r"|(?<=[一-鿿])[ \u3000]{3,}(?=届[一-鿿])"
)
"""Room for a school year, a term or a class among the words of a title: 20   －20   学年第   学期."""
_WEEKDAY = late.pattern(r"(?<=星期)[ \u3000\u00a0]{2,}(?![一二三四五六日])")
_WEEKDAY_AT_END = late.pattern(r"日[ \u3000]{1,8}星期()\s*$")
"""The end of a line behind its day, where the day of the week is written: 年  月  日  星期."""


def rooms_amid(text: str) -> list[Span]:
    """The tabs, and the long stretches of spaces, that are room in a sentence in English: received on      ."""
    if len(text) > _LONG or not words.is_latin(text) or len(_SMALL_WORD.findall(text)) < _SENTENCE_OF:
        return []
    return [m.span() for m in _AMID_SENTENCE.finditer(text)]


_AMID_SENTENCE = late.pattern(
    rf"(?<=[a-z,])(?:[ \u00a0]*+\t[{SPACE}]*+|[ \u00a0]{{8,}}+[{SPACE}]*+)(?=[,.;])"
    rf"|(?<=[a-z])(?:[ \u00a0]++\t[{SPACE}]*+|\t[ \t]*+(?<= )|[ \u00a0]{{8,}}+[{SPACE}]*+)(?=[a-z]{{2,}} )"
)
"""A lone tab between two words is a slip; one beside a space, or in front of a stop, is room."""
_DASHES = "-" * 5
_SHORT_DASHES = late.pattern(r"(?<= )-{3,4}(?= [a-z])")
"""A short line to write on between words, where the others of its line are drawn with dashes, too."""
_SMALL_WORD = late.pattern(r"(?<![^\s(])[a-z]{2,}(?![^\s,.;)])")
_SENTENCE_OF = 5
"""Words written small, at least, of a line that is a sentence."""
_TABS = late.pattern(r"(?<=[一-鿿])\t{3,}(?=[一-鿿])")
_SENTENCE_STOP = late.pattern("[，。；]")
"""Tabs within a sentence are room."""
_TABBED = late.pattern(r"(?<![^\t])[^\W\d_][^\t：:_＿\n]{0,23}(?<![ \t])(\t+)(?=[^\s：:_＿][^\t：:_＿\n]{0,23}[：:])")
"""A label without a colon and its room, a tab, before a label that has one."""
_SPREAD_BY_TAB = late.pattern(r"[一-鿿]\t{1,2}[一-鿿][：:]")
"""A label whose two characters a tab sets apart: 姓⇥名：."""


def _is_room(text: str, start: int, end: int) -> bool:
    """Whether what follows a colon up to other words is a blank: the words are a unit, a label, or close a bracket."""
    rest = text[end:]
    if rest[0] in ticks.BOXES:
        return end - start >= 4
    if _YES_OR_NO.match(rest):
        return False
    if words.DATE_BLANK.match(rest):
        return False
    if _SIGNED_APART.match(rest) and _DAY_OR_PLACE.search(text[:start]):
        return len(text[start:end].expandtabs(_TAB)) >= _APART_FROM_SIGN
    if rest[0] in "）)" and not any(c in text[:start] for c in "（("):
        return False
    if NEXT_LABEL.match(rest) or rest[0] in "）)，,、；;。|｜":
        return True
    if end - start >= _LEAST_APART and _NEXT_TITLE.match(rest):
        return True
    return end - start >= 2 and (len(rest) <= 12 or words.UNIT_ONLY.match(rest) is not None)


_COUNTED_DAYS = late.pattern(r"(?:天|课时|学时|小时|分钟|个月|周岁)(?=[，,；;、。）)]|\s*$)")
"""What is counted at the end of a clause: 应出勤     天；."""
_LEAST_APART = 8
_NEXT_TITLE = late.pattern(r"[A-Z](?:[^\W_]|[’'/.#-])*+(?: (?:[^\W_]|[’'/.#&()-])++){0,4} ?:")
"""A label in English of several words, which room in so many characters at least stands before."""
_SIGNED_APART = late.pattern(r"(?:[A-Z][\w’']*+ |and |of |& ){0,4}(?:Signature|Signed|Seal|Stamp)\b", re.I)
_DAY_OR_PLACE = late.pattern(r"\b(?:date|place|time|name)\s*:[-–—]?$", re.I)
_CAPTION = late.pattern(
    rf"(?<![^\t{SPACE}])(?<!\S ){_SIGNED_APART.pattern}(?![{SPACE}]*[:_])"
    rf"[^.:;,_\t\n]{{0,50}}?(?=\s*$|\t|[{SPACE}]{{3}})",
    re.I,
)


def captions_to_sign(text: str) -> list[Span]:
    """Where a line in English says who signs, with nothing drawn to sign on: Signature of the Head."""
    if len(text) > _ASKED or not words.is_latin(text):
        return []
    return [m.span() for m in _CAPTION.finditer(text)]


_TAB, _APART_FROM_SIGN = 8, 12
"""Room behind a colon, in characters, from which a caption for a signature stands apart: Date:          Signature."""


def _is_inner_room(text: str, start: int, end: int) -> bool:
    """Whether spaces between words are a blank to write on: room in a sentence, in front of a unit or at its end."""
    before, rest = text[:start], text[end:]
    if words.TO_TICK.match(rest):
        return False
    if not before.strip(DRAWN):
        is_clause = re.match(rf"[{COUNTERS}万亿元]{{1,2}}[，,；;、]", rest) is not None
        unit = words.UNIT_ONLY.match(rest)
        is_label = rest.rstrip(SPACE).endswith(("：", ":"))  # 日  期：, set apart
        return bool(rest) and (is_clause or (unit is not None and len(rest) <= 8 and not is_label))
    if before[-1] in "：:；。" or before[-1] in ticks.BOXES or rest.lstrip(SPACE)[:1] in ("：", ":"):
        return False
    if _COUNTED_DAYS.match(rest) and _WORD.match(before[-1]):
        return True
    if not rest.strip(DRAWN):
        option = before[max(map(before.rfind, ticks.BOXES)) + 1 :] if any(b in before for b in ticks.BOXES) else ""
        is_other = bool(re.match(r"\s*(?:其[他它]|others?\b)", option, re.I))
        return bool(option.strip()) and end - start >= (4 if is_other else 10)
    if (
        rest[0] in ticks.BOXES
        or words.DATE_BLANK.match(rest)
        or any(b in text for b in ticks.BOXES)
        or rest[0] in "(（"
    ):
        return False
    if rest[0] in "、，；。的市省县区元万个人%％" or (rest[0] == "号" and before.endswith(("：第", ":第"))):
        return True
    if words.MEASURE.match(rest) and not words.is_title(before[-1:] + rest, 2):
        return True
    if len(re.findall(rf"\S[{SPACE}]{{6,}}(?=\S)", text)) > 1:
        return False
    return (
        end - start >= 6
        and not NEXT_LABEL.match(rest)
        and bool(re.match(r"[^\s，。]{1,3}(?:\s|$)", rest)) is False
        and (len(before.strip()) + len(rest.strip()) > 24)
    )


def _blank(text: str, start: int, end: int, begun: int = 0) -> Blank:
    """A blank whose label begins behind the last date, at `begun`."""
    before = text[:start]
    suffix = re.split(rf"[{SPACE}_＿]", text[end:].lstrip(")）"), maxsplit=1)[0]
    suffix = re.split(r"[，、；。（(]", suffix)[0] if not suffix.startswith(("（", "(")) else ""
    suffix = re.sub("(?<=.)第$", "", suffix.removesuffix("：")) if _is_unit(suffix) else suffix
    suffix = "" if suffix.endswith(("：", ":")) else suffix
    drawn = ticks.BOXES + (ticks.CIRCLES if before.lstrip(DRAWN)[:1] in tuple(ticks.CIRCLES) else "")
    marks = [before.rfind(b) for b in drawn]
    is_write_in = max(marks) >= 0 and _stays_with_option(before[max(marks) + 1 :])
    label = label_before(before[begun:])
    is_shown = text[start:end].strip(" \u00a0") != "" or text[end : end + 1] in ("）", ")")
    is_drawn = end - start > 1 or is_shown
    is_bare = start == end and _WEEKDAY_AT_END.search(text) is not None
    return Blank(start, end, label, suffix, is_drawn, is_write_in=is_write_in, is_bare=is_bare)


def _is_unit(suffix: str) -> bool:
    """Whether what stands right behind a blank is a unit, perhaps with a colon, or the end of a count: 层第."""
    unit = suffix.removesuffix("：").removesuffix("第")
    return (len(unit) < len(suffix) and words.UNIT_ONLY.fullmatch(unit) is not None) or unit == "层"


_SIGNED_BEHIND = late.pattern(
    rf"[^{SPACE}][{SPACE}]+(?=[^{SPACE}]*(?:{words.SIGNED.pattern}|日期|时间))[^{SPACE}]*[：:]\s*$"
)
"""A signature or a day that a line of options ends with."""


_LABEL_BEHIND = late.pattern(rf"[；;][{SPACE}]*[^\s；;：:]{{1,12}}[：:][{SPACE}]*$")
"""A label behind the semicolon of an option."""


def _stays_with_option(said: str) -> bool:
    """Whether a blank still belongs to the box in front: no new label begins after a gap."""
    is_apart = (
        re.search(rf"\S[{SPACE}]{{3,}}\S", said) is not None or OTHER_AND_LABEL.match(said.lstrip(SPACE)) is not None
    )
    is_apart = is_apart or _STOPPED.match(said) is not None or _NEXT_ITEM.match(said) is not None
    return not is_apart and not _SIGNED_BEHIND.search(said) and not _LABEL_BEHIND.search(said)


_NEXT_ITEM = late.pattern(rf"[{SPACE}]+[①-⑳]")
"""The number of the next item behind the box of one: 据实报销□  ②自理金额：."""
_STOPPED = late.pattern(rf"[{SPACE}]*[；;，,。]")
"""A stop right behind a box, which so is behind its option."""


def label_before(before: str) -> str:
    """The words that name a blank: what stands between the blank before, a box or a stop and the blank."""
    before = _MONEY_BEHIND.sub("", _DASHED_COLON.sub("", before))
    bare = _SPREAD_LABEL.sub(lambda m: "".join(m[0].split()), before.rstrip(DRAWN + "：:（("))
    bare = _SET_APART.sub(r"\1", bare)
    inner = re.search(r"[（(]([^（）()]*)$", bare)
    if inner and inner[1].strip():
        return inner[1].strip()
    piece = _behind_last(_STOPS, bare)
    piece = re.split(r"[:：]\s+(?=\d{1,2}[.、]\s*\S)", piece)[-1]
    is_asking = before.rstrip(DRAWN).endswith(("：", ":"))
    is_list = is_asking and piece == bare and "，" not in piece  # the whole line names one answer: 原因、措施、计划：
    is_long = len(without_brackets(piece)) > _LONGEST_LABEL and not is_list
    chosen = _behind_last(_COMMAS, piece) if is_long else piece
    return chosen.strip(DRAWN + "、，,）)" if chosen.count("（") + chosen.count("(") == 0 else DRAWN + "、，,")


_SET_APART = late.pattern(r"(?<![^\s：:_＿；;。，,）)])([一-鿿])[ \u3000]{1,20}(?=[（(][一-鿿]{1,4}[)）]$)")
"""Room between one character and what it may be called, too: 院   （系）."""
_MONEY_BEHIND = late.pattern(r"(?<=[：:])[ \t\u00a0\u3000]*+[$€£¥￥₱₹][ \u00a0]*+$")
"""The sign of money in front of its line, behind the colon of its label."""
_STOPS = late.pattern(rf"{UNDERSCORES.pattern}|[{SPACE}]{{3,}}|[{ticks.BOXES}]|[；;。|｜]|(?<=\S)\t+(?=[^\s:：])")
_EMPTY_BRACKETS = late.pattern(rf"[（(][{SPACE}_＿]*[)）]")
_COMMAS = late.pattern("[，、]")
_LONGEST_LABEL = 24
"""Characters from which only what stands behind the last comma names a blank."""


def _behind_last(parts: re.Pattern[str], text: str) -> str:
    """What stands behind the last of some marks that has words behind it and is in no brackets around words."""
    depth, outside = 0, []
    for char in _EMPTY_BRACKETS.sub(lambda m: "_" * len(m[0]), text):
        depth += char in "（("
        outside.append("\0" if depth else char)
        depth -= char in "）)" and depth > 0
    plain = "".join(outside) if not depth else text
    ends = [m.end() for m in parts.finditer(plain) if text[m.end() :].strip()]
    return text[ends[-1] :] if ends else text


_TO = "至到—–-~～ "
"""What stands between the two days of a stretch of time."""
_RANGE = late.pattern("起[至止迄]|起讫")


_TO_WRITE_A_NAME = 8
"""Spaces between the words for a signature and the year that are room for a name, at least."""
_TWO_LINES = late.pattern(r"([_＿]{4,})(?:[ \u3000]+(?=[_＿]{2,}[ \u3000]*年)|[ \u3000]{2,}(?=年))")
"""A line to write on, right before the blank for the year of a date."""


def has_date_beside(text: str, blank: Blank) -> bool:
    """Whether the blank of a date stands right behind another, with no words to tell their answers apart."""
    beside = words.DATE_BLANK.match(text[blank.end :].lstrip(SPACE))
    return blank.is_drawn and not blank.is_date and beside is not None


def has_name_beside(text: str, blank: Blank) -> bool:
    """Whether room for a name stands between the colon of a label and the blank of a date: 负责人：      年 月 日."""
    before = text[: blank.start]
    label = before.rstrip(SPACE)
    room = len(before) - len(label)
    is_asked = label.endswith(("：", ":")) and not label[:-1].rstrip(SPACE).endswith(("期", "间"))
    is_asked = is_asked and text[blank.end : blank.end + 1] not in tuple(_TO.strip())  # the first day of a stretch
    return blank.is_date and is_asked and room >= _LEAST_TO_SIGN


def is_day_of_its_own(text: str, blank: Blank) -> bool:
    """Whether the blank of a date has words of its own in front, and only what stands apart behind it is signed."""
    before, behind = text[: blank.start], text[blank.end :]
    asked = _DAY_ASKED.search(before.rstrip(DRAWN + "：:"))
    is_named = asked is not None and words.label_key(blank.label) not in ("", "日期", "时间")
    return blank.is_date and is_named and behind[:1].isspace() and words.SIGNED.search(before) is None


def has_term_beside(text: str, blank: Blank) -> bool:
    """Whether the room behind a label ends in the word behind another answer: 姓名：        届."""
    begun = len(text[: blank.start].rstrip(SPACE))
    room = len(text[begun:]) - len(text[begun:].lstrip(SPACE))
    behind = _TERM.fullmatch(text[begun + room :].strip())
    return room >= _TWO_ANSWERS and bool(blank.label) and not blank.is_date and behind is not None


_TWO_ANSWERS = 10
"""Spaces that are room for two answers, at least."""


def _dates(text: str) -> list[Blank]:
    """The dates whose parts are blank: with a day, or a year and month that a label asks for."""
    found: list[Blank] = []
    begun = 0
    dated = [*words.DATE_BLANK.finditer(text)]
    days = (m for m in _DAY_BLANK.finditer(text) if not any(d.start() <= m.start() < d.end() for d in dated))
    for m in sorted([*dated, *days], key=re.Match.start):
        if "日" not in m[0] and not _is_month(text, m):
            continue
        if len(m[0]) == 3 and text[: m.start()].strip(DRAWN + "：:"):
            continue
        lead = text[begun : m.start()].strip(DRAWN)
        begun = m.end()
        if found and lead and not lead.strip(_TO + "起"):
            first = _RANGE.sub("", found[-1].label).removesuffix("自").removesuffix("从").strip()
            first = first.strip("（）()") if words.is_bracketed(first) else first
            is_day = first.strip() in ("", "日期", "时间")
            opened, closed = (f"{x}{first.strip() or '日期'}" if is_day else f"{first}{x}" for x in ("开始", "结束"))
            found[-1] = replace(found[-1], label=opened)
            lead = closed
        said = _SPREAD_LABEL.sub(lambda m: "".join(m[0].split()), lead.rstrip(DRAWN + "：:"))
        label = re.split(rf"[{SPACE}]{{2,}}|[—–-]", said)[-1].strip(DRAWN)
        if lead.endswith(("：", ":")) and m[0].startswith(" " * _TO_WRITE_A_NAME) and words.SIGNER.search(label):
            label += "日期"  # the room behind the colon is for the name
        spaces = len(m[0]) - len(m[0].lstrip(" "))
        start = m.start() + max(0, spaces - 4) if set(m[0]) <= set(" 年月日") else m.start() + spaces
        if two := _TWO_LINES.match(text, start):
            start = two.end() if text[two.end()] in "_＿" else two.end(1)
        is_drawn = any(c in m[0].strip(DRAWN) for c in " _＿\u3000")
        is_whole = "年" in m[0] and "日" in m[0]
        found.append(Blank(start, m.end(), label, "", is_drawn, is_date=True, is_month=not is_whole))
    return found


_DAY_BLANK = late.pattern(
    r"(?<![ \u3000\u00a0])(?<![^\s：:至到（(])[ \u3000\u00a0]*+月[ \u3000\u00a0_＿]{2,}+日(?![^\s至到—–~～)）])"
    r"|(?<=[于在至到自从])[ \u3000\u00a0_＿]{2,}+月[ \u3000\u00a0_＿]{2,}+日(?=[之以]?[前后内起止，。；、至到])"
)
"""The blanks of a day without its year: 月    日."""


def _is_month(text: str, match: re.Match[str]) -> bool:
    """Whether 年 月 with blanks between is a place, and not a part of other words."""
    rest = text[match.end() :]
    if rest.strip(DRAWN) and not re.match(rf"[{SPACE}]{{2,}}|\s*[至到—–~～)）-]", rest):
        return False
    return bool(re.search(r"[ \u3000_＿]{2,}", match[0])) or text[: match.start()].rstrip(DRAWN).endswith(("：", ":"))


def _bare(text: str) -> list[Blank]:
    """Blanks of no width in an answer: a unit alone, a percentage with no figure, clauses that end in a counter."""
    shown = text.strip(DRAWN)
    if words.UNIT_ONLY.fullmatch(shown):
        at = text.index(shown)
        return [Blank(at, at, "", shown, False, is_bare=True)]
    percents = [
        Blank(m.start(), m.start(), label_before(text[: m.start()]), m[0], False, is_bare=True)
        for m in _PERCENT.finditer(text)
    ]
    if percents:
        return percents
    clauses = [
        Blank(
            m.start(1),
            m.start(1),
            re.split(r"[，、；（()）：:。]", text[: m.start(1)])[-1].strip(),
            m[1],
            False,
            is_bare=True,
        )
        for m in _CLAUSE_END.finditer(text)
    ]
    return clauses if len(clauses) >= 3 else []
