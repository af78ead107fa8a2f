"""Rooms: every stretch of a line that looks like room for an answer, whoever it may be for.

`lines` finds the blanks that some words name; here all that a person might write on is found, so that what no
place takes can be told.  Plain text in, positions out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from docfill import late
from docfill.tag import words
from docfill.tag.lines import TERM_TO_FILL, rooms_amid
from docfill.tag.marks import NEXT_LABEL, SPACE, Span, marks_in
from docfill.tag.placeholders import placeholders_in
from docfill.text import without_brackets
from docfill.values import DRAWN
from docfill.word import ticks

_LONGEST = 2000
"""A longer line is prose."""
_GAP = rf"[{SPACE}]"
_DRAWN = late.pattern(
    rf"[_＿]{{2,}}|[（(][ \u3000\u00a0_＿]+[)）]|（）|【[ \u3000]*】|(?<=[一-鿿])\t{{3,}}(?=[一-鿿])"
    rf"|(?<![.．…·\d])[.．…·]{{6,}}+(?!{_GAP}*\d)"
    rf"|(?<![{SPACE}]){_GAP}{{3,}}(?=(?:{words.UNIT_ONLY.pattern})(?![一-鿿{SPACE}：:]|$))"
)
"""Lines, brackets around nothing, tabs, dots to write on, room in front of a unit."""
_DAY = late.pattern(rf"(?<![\d{SPACE}]){_GAP}{{2,}}月{_GAP}*日")
"""The day of a year that is not drawn."""
_BEHIND_COLON = late.pattern(rf"(?<=[：:])(?:[-–—]{{1,2}})?(?:{_GAP}{{2,}}|\t)(?!{_GAP})")
_FAR = 6
"""Spaces behind a colon that are room, whatever follows."""
_OPTION = late.pattern(rf"[^{SPACE}]{{1,8}}{_GAP}*[{ticks.BOXES}]")
_BARE_PERCENT = late.pattern(rf"(?:^|(?<=[：:]))({_GAP}*)[%％](?={_GAP}*$)")
_SET_APART = late.pattern(rf"([^{SPACE}：:_＿，。；]{{2,12}})({_GAP}{{8,}})(?=[^{SPACE}]|$)")
"""Words, perhaps a label, and the room behind them."""
_AMID = late.pattern(r"(?<=[在于至为自从由向给的])[ \u3000\u00a0]{8,}(?=[一-鿿])")
_STOP = late.pattern("[，。；]")
"""What only sentences have, in which so many spaces between words are room."""
_PROMPT = late.pattern(r"^\s*\[(?:[A-Za-z][^\[\]√✓]{8,400}|[A-Z][a-z]{3,9})\]\s*$")
"""A line that is nothing but words in square brackets, which tell what to write in their place."""
_ASKED_IN_BRACKETS = late.pattern(
    r"(?<![_.…])(?<![_.…] )\((?:date|day|month|year|amount(?: in (?:words|figures))?|insert [a-z ]{2,30})\)"
    r"(?![ .…]*[_.…]{2})",
    re.I,
)
"""What stands in the place of an answer in a contract: (date)(month) 20--, (amount in words)."""
_HASHES = late.pattern(r"\[#[# .-]{0,16}\]")
"""The signs of a number between square brackets: [## ## ##]."""
_EMPTY_TITLE = late.pattern(r"《[ \u3000_＿#＃×xX*＊]{0,40}》")
"""A title that is not written yet: 本人所写的论文《####》."""
_TALK = late.pattern(
    r"[（(【\[□][ \u3000]*[)）】\]]?[^，。]{0,6}[内里中][^，。]{0,6}[打划画填选]|[打划画]\s*[“\"]?[√✓×]|以下简称|下称"
)
"""What only talks about a box or brackets."""


def rooms_in(line: str, underlined: Sequence[Span] = ()) -> list[Span]:
    """Where a line looks like room for an answer.

    Args:
        line: the line.
        underlined: stretches of it that are underlined and blank.
    """
    days = [m.span() for m in _DAY.finditer(line)]
    if len(line) > _LONGEST or not line.strip() or (words.is_spread(line) and not underlined and not days):
        return []
    found = days + [m.span() for m in _DRAWN.finditer(line)]
    found += [m.span() for m in _BEHIND_COLON.finditer(line) if _is_open(line, *m.span())]
    found += [m.span() for m in words.DATE_BLANK.finditer(line) if len(m[0]) > _PLAIN_DATE or m[0] == line.strip()]
    found += [m.span() for m in TERM_TO_FILL.finditer(line)]
    found += [m.span() for m in _ASKED_IN_BRACKETS.finditer(line)] if words.is_latin(line) else []
    found += [m.span() for pattern in (_HASHES, _EMPTY_TITLE) for m in pattern.finditer(line)]
    found += [m.span() for m in _BARE_PERCENT.finditer(line)]
    found += rooms_amid(line)
    found += [m.span() for m in _AMID.finditer(line)] if _STOP.search(line) else []
    found += [m.span(2) for m in _SET_APART.finditer(line) if words.ASKED.search(m[1])]
    found += [(p.start, p.end) for p in placeholders_in(line)] or [m.span() for m in _PROMPT.finditer(line)]
    found += [u for u in underlined if u[1] - u[0] >= _LEAST_LINED or "\t" in line[slice(*u)]]
    if not _TALK.search(line):
        found += marks_in(line)
    else:
        found = [(s, e) for s, e in found if line[s] not in "（(【["]
    return _apart(found)


def _is_open(line: str, start: int, end: int) -> bool:
    """Whether what stands behind a colon is room: nothing, a label, or the end of a clause follows, or it is far."""
    rest = line[end:]
    if not rest or NEXT_LABEL.match(rest) or rest[0] in "）)，,、；;。|｜":
        return True
    is_unit = words.UNIT_ONLY.match(rest) is not None and len(rest) <= _FAR
    return is_unit or (end - start >= _FAR and _OPTION.match(rest) is None and not words.DATE_BLANK.match(rest))


_PLAIN_DATE = 3
"""年月日 with nothing between."""
_LEAST_LINED = 2


def asks_at_end(line: str) -> bool:
    """Whether a line ends in the colon of a label, a bracketed note perhaps behind it."""
    return without_brackets(line).rstrip().endswith(("：", ":"))


def _apart(found: Iterable[Span]) -> list[Span]:
    """Stretches in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def untaken(line: str, rooms: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """The rooms of a line that no place takes: it reaches into what is drawn, or is spaces away from spaces."""
    return [r for r in rooms if not any(_meet(line, r, t) for t in taken)]


def _meet(line: str, room: Span, place: Span) -> bool:
    if not line[room[0] : room[1]].isspace():
        return room[0] < place[1] and place[0] < room[1] if place[0] < place[1] else room[0] <= place[0] <= room[1]
    between = line[min(room[1], place[1]) : max(room[0], place[0])]
    return not between.strip(DRAWN + "：:（()）")


def empty_runs(texts: Sequence[str]) -> list[Span]:
    """The stretches of empty ones among some texts."""
    runs, at = [], 0
    for is_blank, group in itertools.groupby(texts, key=words.is_blank):
        count = len(list(group))
        runs += [(at, at + count)] * is_blank
        at += count
    return runs
