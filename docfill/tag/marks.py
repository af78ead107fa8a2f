"""The boxes of a line with their options: drawn as characters, circles or brackets, before their words or behind them.

Plain text in, positions out, as in `lines`: a box that is only talked about is
none, and neither is one in a row of them, or beside dots where words would be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docfill import late, limits
from docfill.tag import words
from docfill.tag.marked import MARKED
from docfill.text import NUMBERING, fold
from docfill.values import DRAWN
from docfill.word import ticks

SPACE = " \t\u00a0\u2002-\u200a\u3000"
NEXT_LABEL = late.pattern(
    r"(?:[一-鿿](?:[ \u3000]{1,8}[一-鿿]){1,4}"
    rf"|(?:[^\s：:，。；（）(){ticks.BOXES}_＿]|[（(][^（）()]{{0,20}}[)）]){{1,24}})[\s]*[：:]"
)
UNDERSCORES = late.pattern(r"[_＿]{2,}(?:[ \u3000]+[_＿]+)*|[-—–]{5,}|[.．…]{4,}")
"""Characters that draw a line to write on."""
_SQUARE = late.pattern(r"[\[［【〔][ \u3000]{0,4}[\]］】〕]")
_SQUARE_TOLD = late.pattern(r"[ \u3000]?(?:标[明注出]|表示|[中内里]|括)")
"""What stands behind square brackets that are only talked about: 用［ ］标明."""
_TICK = rf"[ \u3000]{{0,2}}[{ticks.IN_BRACKETS}][ \u3000]{{0,2}}"
_TICKED_SQUARE = late.pattern(rf"[\[［【〔]{_TICK}[\]］】〕]")
_TICKED_BRACKETS = late.pattern(rf"[（(]{_TICK}[)）]")
_CHECKED = late.pattern(rf"(?<![^\s：:])[{ticks.TYPED_CHECKS}](?=[ \u3000]?[^\W_])")
"""A tick that somebody typed over the box in front of an option."""
_CHECKED_BEHIND = late.pattern(rf"(?<=[^\W_])(?<![打划画填])[{ticks.TYPED_CHECKS}](?=\s|$)")
_TICKED = "☑☒"
"""Ticked boxes that are boxes wherever they stand; the others only beside an empty one."""
_A_LINE = 10
"""Characters that are looked through in about a microsecond."""
_STEPS_A_BOX = 40
_CIRCLES = ticks.CIRCLES + ticks.TICKED_CIRCLES
_CIRCLED = late.pattern(rf"[{_CIRCLES}][ \u3000]?(?![\d一二三四五六七八九零{_CIRCLES}])\w")
_TOLD = late.pattern(r"\s*(?:请|内|里|中|用|划|画|打)[^（(，。；]{0,6}[√✓勾]")
"""What stands behind a box that is only talked about."""
_DIGITS = tuple("0123456789零一二三四五六七八九")
_OPTION = late.pattern(rf"(?!(?:{words.UNIT_ONLY.pattern})$)[^：:。（）()]{{1,24}}")
_LONG_OPTION = late.pattern(r"[^：:。（）()]{1,48}")
_EMPTY_BRACKETS = late.pattern(rf"[（(][{SPACE}_＿]*[)）]")
_LABEL = 24
"""Characters of a label, at most, that is the option of the box behind its colon."""
_NARROW, _WIDEST = 6, 12
"""Characters of empty brackets that are boxes, at most, and of those behind yes and no."""
_PAIR = 2
"""Options in a row that only a label or their words tell to be some."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A box in a line and the text of its option; `group` is the label in front of it in the line, or None.

    It is drawn from `at` to `end`: one character, or brackets around nothing.
    """

    at: int
    end: int
    option: str
    group: str | None
    write_in: int | None = None
    """Where an answer goes that a bracketed note behind the option asks for."""
    noted: str = ""
    """The text of the option with its bracketed notes, where its box stands behind it."""


def _are_behind(around: str) -> bool:
    """Whether the boxes of some lines stand behind their options: one ends a line, and none begins one."""
    if "\n" not in around:
        return False
    limits.spend(len(around) // _A_LINE)  # for each line with boxes, all are looked at
    said = [line.strip(DRAWN) for line in around.split("\n") if line.strip(DRAWN)]
    return any(x[-1] in ticks.BOXES for x in said) and not any(x[0] in ticks.BOXES for x in said)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the lines around one tell of its boxes: whether several begin with empty brackets, whether any has a box
    that is empty, so that ticked ones are boxes, too, whether several begin with circles where one is to be chosen, and
    whether the words over it say to mark what is chosen, so that short lines beside its options are boxes.
    """

    is_listed: bool = False
    has_empty: bool = False
    is_round: bool = False
    is_lettered: bool = False
    """Whether options behind letters stand below a question: A. 男 / B. 女."""
    is_marked: bool = False
    is_head: bool = False
    """Whether its words are no options of what stands beside it: they head columns of lines, or shapes are drawn over
    them, or their cell holds its own label."""
    is_item: bool = False
    """Whether it is an item of a list, and so one option of the line above, which holds no others."""
    is_option: bool = False
    """Whether it is an option with a short line in front to be marked, see `marked`."""


ALONE = Beside()
"""Of a line that stands alone."""


def beside(said: Sequence[str], *, is_asked: bool = False, is_marked: bool = False) -> Beside:
    """What some lines tell of one another's boxes; `is_asked` where words over them say to choose, or boxes are all,
    `is_marked` where they say to mark what is chosen.
    """
    has_empty = any(c in ticks.BOXES for line in said for c in line)
    is_round = is_asked and sum(_ROUND.match(line) is not None for line in said) > 1
    letters = fold("".join(x for line in said for x in _OPTION_LETTER.findall(line))).upper()
    is_lettered = is_asked and len(letters) > 1 and letters[:2] in _LETTERS_IN_ORDER
    return Beside(sum(map(begins_with_brackets, said)) > 1, has_empty, is_round, is_lettered, is_marked)


_LETTERS_IN_ORDER = "ABCDEFGH"
_OPTION_LETTER = late.pattern(r"(?<!\S)([A-HＡ-Ｈ])[ ]?[.．、:：)）]?(?=\s*[一-鿿\d“<>≤≥])")


_LISTED = late.pattern(
    r"[ \t\u3000]*(?:[-–—•·*][ ])?([（(][ \u3000\u00a0]{0,4}[)）])"
    r"(?=[ \u3000]?[“《]?[^\W\d_]|[ ]?\d{1,4}[ ]?[-–—~～个岁年月天次以万元])"
)


_ROUND = late.pattern(r"[ \t\u3000]*([○◯⭕⚪])(?=[ \u3000]?\w)")


def begins_with_brackets(text: str) -> bool:
    """Whether a line begins with empty brackets and words, as an option does that has a line of its own."""
    return _LISTED.match(text) is not None


def boxes_in(text: str, around: str = "", lines: Beside = ALONE) -> list[Box]:
    """The boxes of a line with their options; none where a box is only talked about.

    Args:
        text: the line.
        around: all lines of its paragraph, which may have theirs behind the options, whatever follows them here.
        lines: what is told by the lines beside it, other paragraphs of its cell say.
    """
    if lines.is_option and (option := MARKED.fullmatch(text)):
        return [Box(*option.span(1), words.option_of(option[2]), None)]
    if ruled := _ruled(text) or (_marked(text) if lines.is_marked else []):
        return ruled
    marks = marks_in(text, has_empty=lines.has_empty)
    if not marks and lines.is_listed and (begun := _LISTED.match(text)):
        marks = [begun.span(1)]
    if not marks and lines.is_round and (begun := _ROUND.match(text)):
        marks = [begun.span(1)]
    if not marks:
        return []
    limits.spend(_STEPS_A_BOX * len(marks))
    if figures := _behind_figures(text, marks):
        return figures
    is_behind = _are_behind(around)
    before = text[: marks[0][0]]
    tail = text[marks[-1][1] :].strip(DRAWN + "/／、，；;。）)")
    lead = before.rstrip(DRAWN)
    if is_behind and lead and not lead.endswith(("：", ":")):
        return _behind(text, marks)
    if len(marks) == 1 and not tail and words.is_latin(lead) and lead.endswith(":") and words.is_title(lead, _LABEL):
        return [Box(*marks[0], words.option_of(lead), None)]
    is_behind = (
        bool(lead)
        and not lead.endswith(("：", ":", "，", "；", ";", "（", "("))
        and (not tail or bool(re.match(r"[（(，,。；;]", tail) or words.TO_TICK.match(tail)) or _is_spaced(text, marks))
    )
    is_behind = is_behind or (bool(lead) and all(_STOP_BEHIND.match(text, end) for _, end in marks))
    boxes = _behind(text, marks) if is_behind else _in_front(text, marks)
    return [replace(b, group=_last_label(b.group)) if b.group else b for b in boxes]


_WORD = "[A-Za-z]{1,12}"
_RULED_BEHIND = late.pattern(
    rf"(?<![A-Za-z])({_WORD})[ :]{{0,3}}(_{{2,15}})(?!_)[\s,;/]{{0,12}}(?:or )?({_WORD})[ :]{{0,3}}(_{{2,15}})(?!_)"
)
_RULED_IN_FRONT = late.pattern(
    rf"(?<!_)(_{{2,15}})[ ]{{0,2}}({_WORD})\b[\s,;/]{{0,12}}(?:or )?(_{{2,15}})(?!_)[ ]{{0,2}}({_WORD})\b"
)


def _ruled(text: str) -> list[Box]:
    """Short lines to put a mark on, behind or in front of yes and no, in whatever words: Yes ____ No ____."""
    boxes: list[Box] = []
    if "__" not in text:
        return boxes
    end = 0
    pairs = {m.start(): (m, m.span(2), m.span(4), (m[1], m[3])) for m in _RULED_BEHIND.finditer(text)}
    pairs |= {m.start(): (m, m.span(1), m.span(3), (m[2], m[4])) for m in _RULED_IN_FRONT.finditer(text)}
    for at in sorted(pairs):
        found, first, second, options = pairs[at]
        if at < end or not words.are_opposed([*options]):
            continue
        said = _last_label(text[end:at].strip(DRAWN))
        group = said if any(map(str.isalnum, said)) else None
        boxes += [Box(*first, options[0], group), Box(*second, options[1], group)]
        end = found.end()
    return boxes


_STOP_BEHIND = late.pattern(rf"[{SPACE}]*[；;，,。]")
"""What stands right behind every box that is behind its option: 好 □；    差 □， 下达日期：____。"""
_OPTIONS_WORDS = "[A-Za-z][A-Za-z/’'-]{0,20}(?: [A-Za-z][A-Za-z/’'-]{0,20}){0,3}"
_MARKED_BEHIND = late.pattern(rf"(?<![A-Za-z_])({_OPTIONS_WORDS}) ?(_{{2,15}})(?!_)")
_MARKED_IN_FRONT = late.pattern(rf"(?<!_)(_{{2,15}}) ?({_OPTIONS_WORDS})(?=[ \t]{{2,}}|\t|[ ]?_|[,;]?\s*$)")


def _marked(text: str) -> list[Box]:
    """Short lines beside the options of a line that are to be marked: ___ Monday  ___ Tuesday, or New___ Old___."""
    is_in_front = text.lstrip().startswith("_")
    found = [*(_MARKED_IN_FRONT if is_in_front else _MARKED_BEHIND).finditer(text)]
    said = [(m.span(1), m[2]) if is_in_front else (m.span(2), m[1]) for m in found]
    is_lone = len(said) < _PAIR or len({option for _, option in said}) < len(said)
    return [] if is_lone or text[: found[0].start()].strip(DRAWN) else [Box(*at, option, None) for at, option in said]


def _behind_figures(text: str, marks: Sequence[Span]) -> list[Box]:
    """Boxes that stand behind the figures of a scale each, and nothing else in their line: 1. □  2. □  3. □."""
    starts = [0, *(end for _, end in marks[:-1])]
    said = [text[s:at].strip(DRAWN + ".)") for s, (at, _) in zip(starts, marks, strict=True)]
    are_figures = len(said) > _PAIR and all(x.isascii() and x.isdigit() and len(x) <= _PAIR for x in said)
    is_scale = are_figures and [int(x) - int(said[0]) for x in said] == [*range(len(said))]
    if not is_scale or text[marks[-1][1] :].strip(DRAWN):
        return []
    return [Box(at, end, figure, None) for (at, end), figure in zip(marks, said, strict=True)]


def _last_label(group: str) -> str:
    """The last of several labels in front of boxes, the others' blanks between them."""
    pieces = [x for x in re.split(rf"{UNDERSCORES.pattern}|[{ticks.BOXES}]{{2,}}", group) if x.strip(DRAWN + "/：:")]
    return pieces[-1].strip(DRAWN + "/") if pieces else group


def lone_box(text: str) -> Span | None:
    """Where the box is that a text is nothing but; None where it says more."""
    shown = text.strip(DRAWN)
    if shown and (shown in ticks.BOXES + _TICKED or _SQUARE.fullmatch(shown) or shown in ticks.CIRCLES):
        at = text.index(shown)
        return at, at + len(shown)
    return None


def marks_in(text: str, *, has_empty: bool = False) -> list[Span]:
    """Where boxes are drawn: characters that are boxes, circles in front of options, or brackets around nothing.

    Beside an empty one, which lines around may have (`has_empty`), those that somebody ticked are boxes, too.
    """
    has_empty = has_empty or any(c in ticks.BOXES for c in text)
    boxes = ticks.BOXES + (ticks.TICKED_BOXES if has_empty else _TICKED)
    marks = [(i, i + 1) for i, c in enumerate(text) if c in boxes and not _is_talk(text, i) and not _in_row(text, i)]
    squares = [m.span() for m in _SQUARE.finditer(text) if not _SQUARE_TOLD.match(text, m.end())]
    marks += squares + ([m.span() for m in _TICKED_SQUARE.finditer(text)] if squares else [])
    if has_empty:
        marks += _checked(text, max((end for _, end in marks), default=0))
    return sorted(marks) or _circles(text) or _brackets(text)


def _checked(text: str, last: int) -> list[Span]:
    """The ticks in the place of boxes, before their options or, where nothing follows the `last` box, behind them."""
    in_front = [m.span() for m in _CHECKED.finditer(text)]
    is_open = bool(text[last:].strip(DRAWN))
    return in_front if in_front or is_open else [m.span() for m in _CHECKED_BEHIND.finditer(text)]


def _circles(text: str) -> list[Span]:
    """Circles that are boxes: several of one kind, each in front of words."""
    for circle in ticks.CIRCLES:
        circles = circle + (ticks.TICKED_CIRCLES if circle in text else "")
        found = [(i, i + 1) for i, c in enumerate(text) if c in circles]
        are_boxes = [_CIRCLED.match(text, i) and text[max(0, i - 1) : i] not in _DIGITS for i, _ in found]
        if len(found) > 1 and (all(are_boxes) or (any(are_boxes) and _are_before_figures(text, found))):
            return found
    return []


def _are_before_figures(text: str, found: Sequence[Span]) -> bool:
    """Whether circles of a line in letters stand before words or figures each, and apart from what is before them."""
    before = all(text[max(0, i - 1) : i].strip(SPACE + ":)") == "" for i, _ in found)
    return words.is_latin(text) and before and all(text[end : end + 2].strip() for _, end in found)


def _brackets(text: str) -> list[Span]:
    """Empty brackets that are boxes: narrow ones in front of, or behind, words that are options of one question."""
    found = [m.span() for m in _EMPTY_BRACKETS.finditer(text)]
    if found:
        found = sorted([*found, *(m.span() for m in _TICKED_BRACKETS.finditer(text))])
    if len(found) < 2 or any(end - start > _WIDEST for start, end in found):
        return []
    gaps = [text[s:e] for s, e in zip((0, *(e for _, e in found)), (*(s for s, _ in found), len(text)), strict=True)]
    is_asked = words.TO_TICK.search(gaps[-1]) is not None
    lead, between = gaps[0].strip(DRAWN), gaps[1:-1]
    tail = "" if is_asked else gaps[-1].strip(DRAWN + "。；;，,")
    option = _LONG_OPTION if words.is_latin(text) else _OPTION
    if any(not option.fullmatch(g.strip(DRAWN + "、，,；;/")) for g in between):
        return []
    is_in_front = (not lead or lead[-1] in "：:？?") and bool(tail) and option.fullmatch(tail)
    group, first = _split_group(gaps[0])
    options = [first.strip(DRAWN), *(g.strip(DRAWN + "、，,；;/") for g in between)]
    are_opposed = words.are_opposed([*map(words.option_of, options)])
    is_told = group is not None or is_asked or are_opposed
    if any(end - start > _NARROW for start, end in found) and not are_opposed:
        return []
    is_told = is_told or (len(options) > _PAIR and (words.is_latin(text) or words.is_mark(options[0])))
    is_behind = not tail and option.fullmatch(options[0]) and is_told
    return found if is_in_front or is_behind else []


def _in_row(text: str, index: int) -> bool:
    """Whether a box stands right beside another, or beside dots, as a cell for a character or where words would be."""
    return any(c in ticks.BOXES + "…" for c in text[max(0, index - 1) : index] + text[index + 1 : index + 2])


def _is_talk(text: str, index: int) -> bool:
    around = text[max(0, index - 1) : index + 2]
    return bool(re.search(r"[“\"‘「].?[”\"’」]", around)) or bool(
        re.search(r"[√✓]\s*$|打勾$", text[index + 1 : index + 5]) or _TOLD.match(text, index + 1)
    )


def _is_spaced(text: str, marks: list[Span]) -> bool:
    """Whether the boxes stand close to what is before them and apart from what follows."""
    return all(s == 0 or text[s - 1] not in SPACE for s, _ in marks) and text[marks[-1][1] :][:1] in tuple(SPACE)


def _in_front(text: str, marks: list[Span]) -> list[Box]:
    boxes: list[Box] = []
    lead = text[: marks[0][0]]
    is_label = any(map(str.isalnum, lead)) and not _RULED_END.search(lead)  # a bullet alone is none, nor is a number
    is_label = is_label and not words.NUMBERED_ROOM.fullmatch(lead.strip(DRAWN))
    group: str | None = lead.strip(DRAWN) if is_label else None
    for index, (at, stop) in enumerate(marks):
        end = marks[index + 1][0] if index + 1 < len(marks) else len(text)
        said = text[stop:end]
        following = None
        body = said.lstrip(DRAWN)
        if index + 1 < len(marks) and (parted := _LABEL_BEHIND.fullmatch(body.rstrip(DRAWN))):
            body, following = parted[1], parted[2]  # 否；烈士子女：, before the boxes of that
        elif named := _OTHER_AND_WORDS.match(body):
            body = named[1]  # what stands behind it asks for words, or for something else
        elif asked := _CLAUSE_BEHIND.match(body):
            body = asked[1]  # a label of its own with its blank
            following = "" if index + 1 < len(marks) else None
        elif gap := re.search(rf"[{SPACE}]{{2,}}", body):
            rest = body[gap.end() :]
            if _ASKED_BEHIND.match(rest) or _FIGURE_BEHIND.match(rest):
                body = body[: gap.start()]  # a question of its own, with its blank
            elif (label := NEXT_LABEL.match(rest)) and rest.strip():
                body, following = body[: gap.start()], label[0]
                if index + 1 < len(marks) and not rest[label.end() :].strip(DRAWN):
                    following = rest.strip(DRAWN)
        note = re.match(r"\s*[^\s（(]+[（(][^（）()]*[)）]", said)
        asks = (
            note is not None
            and words.wants_words(re.split("[（(]", note[0], maxsplit=1)[1])
            and said[note.end() :].lstrip()[:1] not in ("：", ":")
            and not re.search(r"[：:]\s*[)）]|[_ \u3000]{2,}[)）]", note[0])
        )
        write_in = stop + note.end() if note is not None and asks else None
        boxes.append(Box(at, stop, words.option_of(body), group, write_in))
        if following is not None:
            group = following
    return boxes


_RULED_END = late.pattern(rf"[：:][{SPACE}]{{0,4}}[_＿]{{2,}}[{SPACE}]*$")
"""A label with its line to write on, in front of a box that is not of it."""
_LABEL_BEHIND = late.pattern(rf"([^；;：:]{{1,24}})[；;][{SPACE}]*([^；;：:]{{2,24}}[：:])")
"""An option, and behind its semicolon the label of other boxes."""
_CLAUSE_BEHIND = late.pattern(rf"([^；;：:]{{1,24}})[；;][{SPACE}]*[^\s；;：:]{{1,12}}[：:][{SPACE}]*[_＿]{{2,}}")
"""An option, and behind its semicolon a label with a line to write on."""
_OTHER_AND_WORDS = late.pattern(rf"(其[他它])[{SPACE}]{{1,8}}[^\W\d_]{{2,12}}[：:]")
OTHER_AND_LABEL = late.pattern(rf"(其[他它])[{SPACE}]{{1,8}}(?!请|说明|注明|填写|具体|备注)[^\W\d_]{{2,12}}[：:]")
"""The option that stands for all others, and a label that asks something else."""
_FIGURE_BEHIND = late.pattern(rf"[^\W\d_]{{2,12}}[{SPACE}]{{2,}}(?:{words.UNIT_ONLY.pattern})(?![^\W_])")
"""A label with room in front of a unit."""
_ASKED_BEHIND = late.pattern(r"[^_＿?？:：]{2,60}[?？:：]\s*[_＿]{2,}")


def _behind(text: str, marks: list[Span]) -> list[Box]:
    starts = [0, *(end for _, end in marks[:-1])]
    said = [text[s:at] for s, (at, _) in zip(starts, marks, strict=True)]
    group, first = _split_group(said[0])
    options = [first, *(s.strip(DRAWN + "、，,/") for s in said[1:])]
    return [
        Box(at, end, words.option_of(o, is_whole=True), group, noted=" ".join(o.split()))
        for (at, end), o in zip(marks, options, strict=True)
    ]


def _split_group(said: str) -> tuple[str | None, str]:
    """The label in front of a first option, and the option: 'Attached? Yes ' is 'Attached?' and 'Yes'."""
    bare = said.strip(DRAWN)
    clause = "" if NUMBERING.match(bare) else r"|[；，]\s*(?=[是有否无])"  # an item of a list keeps its commas
    cuts = [
        m.end()
        for m in re.finditer(rf"[？?：:]\s*|[{SPACE}]{{3,}}{clause}|[（(](?=[^）)]*$)", bare)
        if m.end() < len(bare)
    ]
    if not cuts:
        return None, bare
    return bare[: cuts[-1]].strip(DRAWN + "（(") or None, bare[cuts[-1] :]
