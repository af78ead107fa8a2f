"""Options in English that are printed in a line without boxes, to be ticked, ringed or deleted: where each begins.

Yes / No behind a question or label, M / F, the figures of a scale, short words
a tab or room apart below a question, words behind letters or numbers: a tick
goes in front of the one that is chosen.  Plain text in, boxes without width
out.  Options in Chinese are told of by `printed`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from docfill import late
from docfill.tag import lines, words
from docfill.tag.marks import SPACE, Box, Span
from docfill.text import fold
from docfill.values import DRAWN

_LONGEST, _LONG, _WORDS = 40, 400, 6
"""Characters of an option and of a line with some, and words of an option, at most."""
_PAIR, _LEAST_SCALE = 2, 3
_FIGURE = late.pattern(r"\d+")
_FIGURES = late.pattern(
    rf"(?<![^\s:])(?:1(?:[{SPACE}]+[2-9]){{2,9}}(?:[{SPACE}]+10)?|(?:10[{SPACE}]+)?(?:[2-9][{SPACE}]+){{2,9}}1)(?=\s*$)"
)
"""The figures of a scale, up to the end of a line: 1 2 3 4 5."""
_PARTED = late.pattern(r"[^\s|]+(?:[ \u00a0][^\s|]+)*")
"""Words that no tab, no two blanks and no upright stroke part."""
_NOTED = late.pattern(r"[;(]")
"""What ends some options: a note, or another thing."""
_CODE = late.pattern(r"<[A-Za-z/]|[A-Za-z/\"]>")
_COUNTED = late.pattern(r"\s*\d{1,2} ?[:.)]\s*")
_CONDITION = late.pattern(r"(?:if|please|specify|describe|explain|state|when|see|go to)\b", re.I)
"""What words begin with that are no option, but say what to do after one."""
_LETTER = late.pattern(rf"(?<![^\s;,])(?:[(\[]([a-n])[)\]]|([a-n])[.)])[{SPACE}]*(?=[^\W_])", re.I)
_NUMBER = late.pattern(rf"(?<![^\s])(\d)[.)][{SPACE}]*(?=[^\W\d_])")
_ASKS_WHICH = late.pattern(
    r"\b(?:types?|status|categor(?:y|ies)|modes?|methods?|levels?|sex|gender|title|preference|frequency|shifts?)\s*$",
    re.I,
)
"""What a label ends with that asks which of several holds."""
_SEXES = ({"m", "f"}, {"male", "female"}, {"man", "woman"}, {"boy", "girl"})


def boxes_circled_in(
    line: str, *, label: str = "", is_asked: bool = False, after: Sequence[str] = (), is_head: bool = False
) -> list[Box]:
    """The options of a line in English, as boxes of no width in front of them, each with the label that is in the line.

    Args:
        line: the line.
        label: what names it, where it is in a cell beside its label.
        is_asked: the line above asks, or says to choose.
        after: the options that the lines right above printed, which this one may go on with.
        is_head: words that only room parts are none, see `marks.Beside`.
    """
    if len(line) > _LONG or "\n" in line or not line.strip():
        return []
    is_told = is_asked or bool(label)
    found = _by_strokes(line, label, is_asked=is_asked) or _counted(line, after, is_asked=is_asked)
    if found or is_head:
        return found
    return _figures(line, is_told=is_told) or _parted(line, is_told=is_told, is_asked=is_asked)


def _by_strokes(line: str, label: str, *, is_asked: bool) -> list[Box]:
    """Options that strokes part, of each question or label in the line, or all that the line says."""
    found: list[Box] = []
    for part in _PARTED.finditer(line) if "/" in line else ():
        begun = part.start() + max(map(part[0].rfind, ":?")) + 1
        noted = _NOTED.search(line, begun, part.end())
        before = line[part.start() : begun]
        before = before if any(map(str.isalnum, before)) else line[:begun]
        spans = _between(line, begun, part.end() if noted is None else noted.start())
        said = [line[s:e] for s, e in spans]
        own = lines.label_before(before) if any(map(str.isalnum, before)) else ""
        asks = own if fold(before).rstrip(DRAWN).endswith((":", "?")) else ""
        is_known = _are_known(said) and bool(own or is_asked or label)
        is_which = (_is_which(asks) or (is_asked and not own)) and all(len(x) > 1 and x[0].isalpha() for x in said)
        if len(said) > 1 and len(own) <= _LONG and _are_plain(said) and (is_known or is_which):
            found += [Box(s, s, words.option_of(x), own or None) for (s, _), x in zip(spans, said, strict=True)]
    return found


def _figures(line: str, *, is_told: bool) -> list[Box]:
    """The figures of a scale that end a line behind what they are given for, or are all of it."""
    match = _FIGURES.search(line)
    if match is None:
        return []
    counted = _COUNTED.match(line)
    own = line[0 if counted is None else counted.end() : match.start()].strip(DRAWN + ":")
    if not (own or is_told) or (own and (not words.is_title(own, _LONG) or own[-1].isdigit())):
        return []
    return [Box(m.start(), m.start(), m[0], own or None) for m in _FIGURE.finditer(line, *match.span())]


def _counted(line: str, after: Sequence[str], *, is_asked: bool) -> list[Box]:
    """Options behind letters or numbers, of which a line has several, counted from the first or going on."""
    for pattern, first in ((_LETTER, "a"), (_NUMBER, "1")):
        marks = [*pattern.finditer(line)]
        own = line[: marks[0].start()].strip(DRAWN) if marks else ""
        goes_on = bool(after) and not own
        parts = [(m.end(), end) for m, end in up_to_next(marks, line)]
        said = [line[s:e].strip(DRAWN + ";,.") for s, e in parts]
        start = ord(first) + (len(after) if goes_on else 0)
        is_run = [ord(m[m.lastindex or 0].lower()) for m in marks] == [*range(start, start + len(marks))]
        is_drawn = any(lines.looks_like_a_place(line[s:e]) for s, e in parts)
        is_enough = len(marks) >= (1 if goes_on else _PAIR)
        if is_run and is_enough and not is_drawn and _are_plain(said) and (goes_on or _asks(own, marks[0], is_asked)):
            return [
                Box(m.start(), m.start(), words.option_of(x), own or None) for m, x in zip(marks, said, strict=True)
            ]
    return []


def _asks(own: str, mark: re.Match[str], is_asked: bool) -> bool:
    """Whether words in front of counted options ask for one: before letters in brackets a title does (Place [a] …)."""
    if own and mark[0][0] in "[(":
        return words.is_title(own, _LONG)
    return lines.asks_to_choose(own) or own.endswith(":") if own else is_asked


def _parted(line: str, *, is_told: bool, is_asked: bool) -> list[Box]:
    """Options that tabs or room part: yes and no, or marks of a scale, behind a label; others below a question only."""
    apart = itertools.takewhile(lambda m: not m.start() or _CONDITION.match(m[0]) is None, _PARTED.finditer(line))
    spans = [m.span() for m in apart]
    said = [line[s:e] for s, e in spans]
    is_asked = is_asked and len(said) >= _LEAST_SCALE and not any(map(words.ASKED.search, said))
    if is_told and len(said) > 1 and _are_plain(said) and (is_asked or (_are_known(said) and not _are_ends(said))):
        return [Box(s, s, words.option_of(x), None) for (s, _), x in zip(spans, said, strict=True)]
    label, *options = said or [""]
    is_label = len(label) > 1 and words.is_label(label) and not _are_known([label, *options[1:]])
    if len(options) < _PAIR or not is_label or not _are_known(options):
        return []
    own = label.strip(DRAWN + ":")
    return [Box(s, s, words.option_of(x), own) for (s, _), x in zip(spans[1:], options, strict=True)]


def _are_ends(said: Sequence[str]) -> bool:
    """Whether two words are the ends of a scale, whose marks stand below: Not at all likely … Extremely likely."""
    return len(said) == _PAIR and any(_EXTREME.match(x) for x in said)


_EXTREME = late.pattern(r"(?:strongly|very|extremely|not at all|highly|completely|totally|least|most)\b", re.I)


def _is_which(label: str) -> bool:
    return label.rstrip().endswith("?") or _ASKS_WHICH.search(label) is not None


def _are_known(said: Sequence[str]) -> bool:
    """Whether some words are yes and no, the marks of a scale, or the two sexes."""
    plain = [x.strip().lower().rstrip(".") for x in said]
    return words.are_opposed([*said]) or words.are_grades(said) or {*plain} in _SEXES


def _are_plain(said: Sequence[str]) -> bool:
    """Whether some words may be options: two or more, short, each with letters or figures, none said twice."""
    are_short = all(len(x) <= _LONGEST and len(x.split()) <= _WORDS for x in said)
    are_said = all(words.option_of(x) and not lines.looks_like_a_place(x) and x[-1] not in ":?" for x in said)
    are_said = are_said and not any(_CODE.search(x) for x in said)
    return bool(said) and are_short and are_said and len({words.option_of(x).lower() for x in said}) == len(said)


def _between(line: str, start: int, end: int) -> list[Span]:
    """Where the words stand that strokes part from one another, without the blanks around them."""
    parts = [(m.start() + start, m.end() + start) for m in re.finditer("[^/]+", line[start:end])]
    return [_trimmed(line, s, e) for s, e in parts]


def _trimmed(line: str, start: int, end: int) -> Span:
    said = line[start:end]
    return start + len(said) - len(said.lstrip(DRAWN)), start + len(said.rstrip(DRAWN))


def up_to_next(marks: Sequence[re.Match[str]], line: str) -> list[tuple[re.Match[str], int]]:
    """Each mark, and where the next one begins or the line ends."""
    return [*zip(marks, [*(m.start() for m in marks[1:]), len(line)], strict=False)]
