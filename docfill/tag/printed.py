"""Options that are printed without boxes, to be ticked, ringed or deleted: where each of them begins.

是/否 behind a colon, 男/女 alone in its cell, 1、通过  2、不通过: a tick goes in
front of the one that is chosen, and nothing is drawn in front of the others.
Plain text in, boxes without width out; words parted by strokes that are no
options, units and parts of a date among them, give none.  Lines in English are
looked at by `circled`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docfill import late
from docfill.tag import lines, words
from docfill.tag.circled import boxes_circled_in, up_to_next
from docfill.tag.marks import SPACE, Box, Span
from docfill.text import fold, without_brackets
from docfill.values import DRAWN
from docfill.word import ticks

_LONGEST, _LONG = 16, 400
"""Characters of an option, and of a line with some, at most."""
_WORD = rf"[^\s/／：:；;。，,、（）()_＿?？=＝×*+<>《》{ticks.BOXES}]"
_OPTION = rf"{_WORD}{{1,{_LONGEST}}}(?:[（(][^（）()_＿：:]{{1,12}}[)）])?"
_STROKES = late.pattern(
    rf"(?:(?<=[：:?？])|^)[{SPACE}]*({_OPTION}(?:[{SPACE}]*[/／][{SPACE}]*{_OPTION})+)(?=[{SPACE}]*(?:[；;。，,|｜]|$))"
)
"""Words parted by strokes, behind a label or alone, and nothing else up to a stop."""
_NUMBERED = late.pattern(rf"[{SPACE}]*1[、.．)）](?=[{SPACE}]*[一-鿿])")
_NUMBER = late.pattern(rf"(?<![^{SPACE}])(\d)[、.．)）][{SPACE}]*(?=[一-鿿])")
_PART = late.pattern(r"[年月日时分秒天周号个人元次%％]|[A-Za-z]+|\d+(?:[.,]\d+)?")
"""What strokes part that are no options: the parts of a date or a unit, a code."""
_CHOSEN = late.pattern(r"(?:类[型别]|性[质别]|方式|形式|[等级]级|[轮批]次|状态|与否)$|是否|有无|能否|选择|[单多]选")
"""What a label ends with, or holds, that asks to choose among two."""
_SEVERAL = 3
"""Options from which their words need not tell that they are some."""


def boxes_printed_in(
    line: str,
    *,
    label: str = "",
    is_answer: bool = False,
    after: Sequence[str] = (),
    is_lettered: bool = False,
    is_first: bool = False,
    lead: str = "",
    is_head: bool = False,
) -> list[Box]:
    """The options of a line, as boxes of no width in front of them, each with the label that is in the line.

    Args:
        line: the line.
        label: what asks for them, where the line is in a cell beside its label.
        is_answer: the line is all that such a cell says, so that options without a label in front are its.
        after: the options that the lines right above printed, which this one may go on with.
        is_lettered: options behind letters follow a question here.
        is_first: Word draws the letter of the first option in front of the line.
        lead: the line above, in the same cell if it is in one.
        is_head: as `marks.Beside` has it.
    """
    if words.is_latin(line):
        label = "" if lead or is_head or not is_answer else label
        asks = lines.asks_to_choose(lead)
        return boxes_circled_in(line, label=label, is_asked=asks, after=after, is_head=is_head)
    if len(line) > _LONG:
        return []
    found: list[Box] = []
    for match in _STROKES.finditer(line):
        before = line[: match.start(1)]
        own = lines.label_before(before) if fold(before).rstrip(DRAWN).endswith((":", "?")) else ""
        if not own and not (is_answer and not before.strip(DRAWN)):
            continue
        spans = _parts(line, *match.span(1))
        if _are_options([line[s:e] for s, e in spans], own or label):
            found += [Box(s, s, words.option_of(line[s:e]), own or None) for s, e in spans]
    if not found and is_answer and _NUMBERED.match(line):
        found = _numbered(line)
    if not found and is_first and (others := _lettered(line, 1)):
        first = line[: others[0].at].strip(DRAWN + "；;，,。")
        is_plain = words.is_title(first, _LONG_OPTION) and not lines.looks_like_a_place(first)
        return [Box(0, 0, words.option_of(first), None), *others] if is_plain else []
    if not found and (asked := _lettered(line, 0)):
        question = line[: asked[0].at].strip(DRAWN)
        if len(asked) > 1 and lines.asks_to_choose(question) and not lines.asks_for_letter(question):
            found = [replace(b, group=question) for b in asked]
    if not found:
        found = _lettered(line, len(after) if is_lettered or after else 0)
        is_alone = bool(found) and not line[: found[0].at].strip(DRAWN)
        is_told = is_lettered or bool(after) or words.are_grades([b.option for b in found])
        found = found if is_told and is_alone else []
    return found or _marked(line, goes_on=bool(after))


def _parts(line: str, start: int, end: int) -> list[Span]:
    """Where the words parted by strokes stand, strokes in brackets aside."""
    bare = re.sub(r"[（(][^（）()]*[)）]", lambda m: "_" * len(m[0]), line[start:end])
    return [(start + m.start(), start + m.end()) for m in _BETWEEN_STROKES.finditer(bare)]


_BETWEEN_STROKES = late.pattern(r"[^/／\s][^/／]*")


def _are_options(said: Sequence[str], label: str) -> bool:
    """Whether words parted by strokes are options of what a label asks for."""
    plain = [without_brackets(x).strip() for x in said]
    if len({*plain}) < len(plain) or any(not x or _PART.fullmatch(x) for x in plain):
        return False
    if any(words.SAMPLE.fullmatch(x) or words.UNIT_ONLY.fullmatch(x) or words.is_latin(x) for x in plain):
        return False
    is_told = words.are_opposed(plain) or words.are_grades(plain) or {*plain} == {"男", "女"}
    are_alike = (
        len({x[-1] for x in plain}) == 1 and min(map(len, plain)) > 1 and not any(map(words.ASKED.search, plain))
    )
    is_asked = _CHOSEN.search(words.label_key(label) or label) is not None
    return is_told or are_alike or is_asked or len(plain) >= _SEVERAL


def _lettered(line: str, known: int) -> list[Box]:
    """Options behind letters, up to the end of their line, which go on from as many as are `known`."""
    marks = [*_LETTER.finditer(line)]
    if not known:  # what stands in front of the first one may be lettered, too: A1.请问…？ A男  B女
        firsts = [i for i, m in enumerate(marks) if fold(m[1]).upper() == "A"]
        marks = marks[firsts[-1] :] if firsts else []
    said = [_without_write_in(line[m.end() : end].strip(DRAWN)) for m, end in up_to_next(marks, line)]
    letters = "".join(fold(m[1]).upper() for m in marks)
    if not marks or letters != _LETTERS[known : known + len(marks)]:
        return []
    if any(not x or len(x) > _LONG_OPTION or lines.looks_like_a_place(x) or x[-1] in "：:?？" for x in said):
        return []
    return [Box(m.start(), m.start(), words.option_of(x), None) for m, x in zip(marks, said, strict=True)]


def _without_write_in(option: str) -> str:
    """An option without the line behind it that asks for more: 其他____【请注明】."""
    found = _WRITE_IN.fullmatch(option)
    is_asking = found is not None and (found[1].startswith(("其他", "其它")) or words.wants_words(option))
    return found[1] if found is not None and is_asking else option


_WRITE_IN = late.pattern(
    rf"([^_＿：:]{{1,16}})[：:]?[{SPACE}]?[_＿]{{2,}}[{SPACE}]?(?:[【（(\[][^】）)\]]{{1,12}}[】）)\]])?"
)


_LETTERS = "ABCDEFGHIJKLMN"
_LETTER = late.pattern(
    rf"(?<![^{SPACE}；;。，,、?？】])([A-NＡ-Ｎ])[{SPACE}]?[.．、：:)）]?(?=[{SPACE}]*[一-鿿\d“<>≤≥＜＞])"
)
_LONG_OPTION = 40
"""Characters of an option behind a letter at most."""


def _marked(line: str, *, goes_on: bool) -> list[Box]:
    """Options with a short line to mark in front of each, of a question in the line or, where it `goes_on`, above."""
    found = _MARKED.fullmatch(line)
    label = lines.label_before(found[1]) if found else ""
    if found is None or not (goes_on if not found[1].strip() else _ASKS_WHICH.search(found[1].rstrip())):
        return []
    marks = [*_MARK.finditer(line, found.start(2))]
    said = [m[2].strip(DRAWN + "；;，,。") for m in marks]
    if any(words.UNIT_ONLY.fullmatch(x) or (words.is_latin(x) and not x[0].isdigit()) for x in said):
        return []
    if len(marks) < _PAIR - goes_on or any(words.ASKED.fullmatch(x) for x in said):
        return []
    return [Box(*m.span(1), words.option_of(x), label or None) for m, x in zip(marks, said, strict=True)]


_PAIR = 2
_ANSWER = rf"[^\s_＿：:?？{ticks.BOXES}][^_＿：:?？{ticks.BOXES}]{{0,23}}"
_MARK = late.pattern(rf"([_＿]{{2,12}})[{SPACE}]*({_ANSWER})")
_MARKED = late.pattern(rf"([^_＿]{{0,40}}?)((?:[_＿]{{2,12}}[{SPACE}]*{_ANSWER})+)")
_ASKS_WHICH = late.pattern(r"[?？]$|(?:[状情]况|程度|类[型别]|性[质别]|[学职]历|方式|身份|范围|阶段)[：:]?$")
"""What a label ends with that asks which of several holds."""


def _numbered(line: str) -> list[Box]:
    """Options that are counted in one line, and nothing else in it: 1、通过  2、不通过."""
    marks = [*_NUMBER.finditer(line)]
    said = [line[m.end() : end].strip(DRAWN + "；;，,。") for m, end in up_to_next(marks, line)]
    are_counted = len(marks) > 1 and [int(m[1]) for m in marks] == [*range(1, len(marks) + 1)]
    are_plain = all(words.is_title(x, _LONGEST) and not lines.blanks_in(x) and x[-1] not in "：:?？" for x in said)
    if not are_counted or not are_plain or len({*said}) < len(said):
        return []
    return [Box(m.start(), m.start(), words.option_of(x), None) for m, x in zip(marks, said, strict=True)]
