"""Blanks and content controls of a line become places: their labels, kind, and how sure it is."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from docfill import late
from docfill.kinds import kind_named
from docfill.tag import lines, placeholders, words
from docfill.tag.cells import Control, controls, squeezed, underlined_in
from docfill.tag.found import Found, Where
from docfill.tag.phrases import phrased
from docfill.tag.spots import (
    A_DATE,
    AFTER_COLON,
    BARE_COLON,
    BARE_UNIT,
    CONTROL,
    DRAWN_BLANK,
    HINTED,
    LOOP,
    PLACEHOLDER,
    QUESTION,
    ROOM_BELOW,
    SIDE_BY_SIDE,
    Evidence,
    Fill,
    TickBox,
)
from docfill.text import without_brackets
from docfill.values import DRAWN
from docfill.word.document import Paragraph

_DAY = late.pattern(r"日期|时间|年月|\bdate\b", re.I)
"""What a label says that asks for a day."""
_SHORT_UNIT = 2
_LONGEST_TITLE = 60


def add_controls(found: Found, paragraph: Paragraph, where: Where, said: str = "") -> list[Control]:
    """The content controls of a paragraph, which are places by themselves; `said` names one that stands alone."""
    ranges = controls(paragraph)
    for control in ranges:
        own = _part_of_day(paragraph.text, control) or lines.label_before(paragraph.text[: control.start])
        shown = paragraph.text[control.start : control.end].strip()
        named = next((x for x in (own, control.title, said, shown) if words.label_key(x)), "控件")
        labels = [] if where.labels and named != own else [named]
        if control.prompted is not None and not (own or said) and _is_below_prompt(found, paragraph, where):
            found.leave(control.title or shown, where.at, SIDE_BY_SIDE)
            continue
        kind = words.kind_of([*where.labels, *labels][-1], paragraph.text[control.end :])
        fill = Fill(paragraph, control.start, control.end, prompted=control.prompted)
        found.add(kind, where, labels, [fill], CONTROL)
    return ranges + _add_placeholders(found, paragraph, where)


def _part_of_day(text: str, control: Control) -> str:
    """What a control for a year, a month or a day is called, which the word behind it says; "" for any other."""
    part = text[control.end :].lstrip()[:1]
    if not part or part not in "年月日":
        return ""
    said = _DAY_BEGUN.sub("", text[: control.start])
    return f"{lines.label_before(said)}{part}" if said != text[: control.start] or part == "年" else ""


_DAY_BEGUN = late.pattern(r"年[ \u3000]*(?:月[ \u3000]*)?$")


def _is_below_prompt(found: Found, paragraph: Paragraph, where: Where) -> bool:
    """Whether a paragraph of the body without words stands right below a control with its prompt, and no words."""
    if paragraph.text.strip() or not where.at.isdecimal():
        return False
    above = str(int(where.at) - 1)
    if found.left and (found.left[-1].at, found.left[-1].reason) == (above, SIDE_BY_SIDE):
        return True
    last = found.spots[-1] if found.spots else None
    edit = last.edits[-1] if last is not None and last.at == above else None
    return isinstance(edit, Fill) and edit.prompted is not None and not edit.paragraph.text.strip()


def _add_placeholders(found: Found, paragraph: Paragraph, where: Where) -> list[Control]:
    """The placeholders of other systems, each of which gives its name; one that stands twice is one field."""
    text, held = paragraph.text, []
    is_repeated = placeholders.has_loop(text) or found.is_in_loop
    if placeholders.has_loop(text):
        found.is_in_loop = placeholders.opens_loop(text, found.is_in_loop)
        found.leave(text, where.at, LOOP)
    for expression in placeholders.expressions_in(text):
        found.leave(expression, where.at, LOOP)
    named = placeholders.placeholders_in(text)
    apart = [text[x.end : y.start] for x, y in itertools.pairwise(named)]
    beside = {n + k for n, between in enumerate(apart) if between.isspace() for k in (0, 1)}
    is_alone = len(named) == 1 and text.strip() == text[named[0].start : named[0].end]
    beside |= {0} if is_alone and is_below_whole(found, where) else set()
    for number, placeholder in enumerate(named):
        held.append(Control(placeholder.start, placeholder.end, placeholder.name))
        if is_repeated:
            continue
        if number in beside:
            found.leave(text[placeholder.start : placeholder.end], where.at, SIDE_BY_SIDE)
            continue
        fill = Fill(paragraph, placeholder.start, placeholder.end, is_replaced=True)
        known = next((s for s in found.spots if s.given == placeholder.name), None)
        if known is not None:
            known.edits.append(fill)
            continue
        kind = words.kind_of("", text[placeholder.end :])
        found.add(kind, Where(where.at), [placeholder.name], [fill], PLACEHOLDER).given = placeholder.name
    return held


def add_asked_here(found: Found, paragraph: Paragraph, start: int, line: str, where: Where) -> bool:
    """Whether a line is a prompt in Chinese that says what to write in its place; it is added then."""
    asked = placeholders.asked_here(line)
    if asked is not None:
        fill = Fill(paragraph, start + asked.start, start + asked.end)
        found.add("text", where, [asked.name] if not where.labels else [], [fill], HINTED)
    return asked is not None


def is_below_whole(found: Found, where: Where) -> bool:
    """Whether the paragraph right above one of the body is a place as a whole, so that nothing tells the two apart."""
    above = str(int(where.at) - 1) if where.at.isdecimal() else ""
    if found.left and (found.left[-1].at, found.left[-1].reason) == (above, SIDE_BY_SIDE):
        return True
    last = found.spots[-1] if found.spots else None
    edit = last.edits[-1] if last is not None and above and last.at == above else None
    is_text = isinstance(edit, Fill) and edit.paragraph.text.strip() != "" and edit.prompted is None
    return is_text and isinstance(edit, Fill) and _is_whole(edit)


def _is_whole(fill: Fill) -> bool:
    """Whether a place is all that its paragraph says."""
    text = fill.paragraph.text
    return not text[: fill.start].strip() and not text[fill.end :].strip()


def beside_controls(blanks: list[lines.Blank], start: int, line: str, held: list[Control]) -> list[lines.Blank]:
    """The blanks of a line that begins at `start` but for those that are content controls, or only end such a one."""
    free = [b for b in blanks if not any(_is_held(b, start, line, c) for c in held)]
    return [_after_controls(b, start, line, held) for b in free]


def _after_controls(blank: lines.Blank, start: int, line: str, held: list[Control]) -> lines.Blank:
    """A blank whose label begins behind the last control in front of it."""
    begun = max((c.end - start for c in held if c.end <= start + blank.start), default=0)
    return replace(blank, label=lines.label_before(line[begun : blank.start])) if begun > 0 else blank


def _is_held(blank: lines.Blank, start: int, line: str, control: Control) -> bool:
    if control.start <= start + blank.end and start + blank.start <= control.end:
        return True
    between = line[max(0, control.end - start) : blank.start]
    return not blank.is_drawn and control.end <= start + blank.start and not any(c.isalnum() for c in between)


def add_blank(
    found: Found,
    paragraph: Paragraph,
    start: int,
    line: str,
    blank: lines.Blank,
    where: Where,
    shared: str | None = None,
) -> None:
    """A blank of a line.

    Args:
        found: gets it.
        paragraph: the line's.
        start: where the line begins in it.
        line: its text.
        blank: as `lines.blanks_in` gives it.
        where: the line's place.
        shared: the label that it shares with the other blanks of the line; None where it has its own.
    """
    if words.SAMPLED.match(blank.label):
        return
    blank = phrased(blank, line) if shared is None else blank
    labels = _labels(blank, shared)
    is_beside = blank.is_date and lines.has_name_beside(line, blank)
    if is_beside and labels and not words.is_latin(labels[-1]) and not _DAY.search(labels[-1]):
        labels = ["日期"]  # the label asks for what is written before the day
    if where.labels and words.UNIT_ONLY.fullmatch(line[: blank.start].strip()):
        labels, blank = [], replace(blank, suffix=blank.suffix or blank.label)  # a unit in front of its room: M2
    is_of_one = blank.before != "" and words.is_latin(blank.before) and words.is_owner(blank.before)
    if blank.before and labels and (_DAY.search(labels[-1]) or words.is_party(blank.before) or is_of_one):
        where = replace(where, owners=[blank.before, *where.owners])  # who signs, on the day that is asked behind
    if where.labels and words.is_hint(blank.label) and line.strip(DRAWN).rstrip("：:") == blank.label:
        labels = []  # it only tells what to write for the label at the left
    if blank.is_date and where.labels and _DAY.search(where.labels[-1]) and not line[: blank.start].strip():
        labels = [] if not line[blank.end :].strip() else labels  # the label asks for the day that is all there is
    if not labels and not where.labels:
        labels = [_line_above(paragraph, start) or line.strip() or "填写"]
    if blank.is_date:
        kind = "text" if blank.is_month else "date"
    else:
        suffix = blank.suffix if shared is None else ""
        kind = words.kind_of([*where.labels, *labels][-1] if shared is None else "", suffix)
        if kind_named(kind).is_prose and not blank.label and where.labels:
            kind = words.kind_of(where.labels[-1], blank.suffix)
    fill = Fill(paragraph, start + blank.start, start + blank.end)
    found.add(kind, where, labels, [fill], _evidence(blank, line))
    if any(beside(line, blank) for beside in (lines.has_date_beside, lines.has_term_beside, lines.has_name_beside)):
        found.leave(line, where.at, SIDE_BY_SIDE)


def _line_above(paragraph: Paragraph, start: int) -> str:
    """The words of the line above in the same paragraph, which name a blank without any; "" where it has its own."""
    above = paragraph.text[: max(0, start - 1)].split("\n")[-1].strip()
    return above if words.is_title(above, _LONGEST_TITLE) and not lines.looks_like_a_place(above) else ""


def add_room(found: Found, paragraph: Paragraph, label: str, where: Where) -> None:
    """An empty paragraph under a label that asks for more than a line."""
    labels = [label] if words.label_key(label) else []
    found.add("text", where, labels, [Fill(paragraph, 0, len(paragraph.text))], ROOM_BELOW)


def _counted(blank: lines.Blank) -> str:
    """The label of a blank; with what is counted, where it only says so: 第（ ）名, 共（ ）人, 指导 次数."""
    said = blank.label.rstrip()
    if said.endswith(("：第", ":第")):
        return said[:-2]
    if said.endswith(("第", "共")) and 0 < len(blank.suffix) <= _SHORT_UNIT:
        return f"{said[:-1]}{blank.suffix}{'次' if said.endswith('第') else '数'}"
    if len(blank.suffix) == _SHORT_UNIT and blank.suffix.endswith("数") and said and said[-1].isalpha():
        return f"{said}{blank.suffix}"
    return blank.label


def _labels(blank: lines.Blank, shared: str | None) -> list[str]:
    own = shared if shared is not None else _counted(blank)
    is_named = bool(words.label_key(own))
    if blank.is_date:
        return [own if is_named and not words.SIGNED.search(own) else "日期"]
    if shared is not None and blank.suffix:
        return [shared, blank.suffix]
    return [own] if is_named else []


def _evidence(blank: lines.Blank, line: str) -> Evidence:
    if blank.is_date:
        return A_DATE
    if blank.is_bare:
        return BARE_UNIT
    if blank.is_question:
        return QUESTION
    if not blank.is_drawn:
        return BARE_COLON
    return AFTER_COLON if line[: blank.start].rstrip().endswith(("：", ":")) else DRAWN_BLANK


def _is_before_options(line: str, blank: lines.Blank, box: int, option: str) -> bool:
    """Whether room only sets the first option, whose box stands behind it, apart from the label: 是否执行：  是 □."""
    between = line[blank.end : box].strip(DRAWN)
    return line[: blank.start].rstrip(DRAWN).endswith(("：", ":")) and between != "" and between == option


def _is_right_behind(line: str, blank: lines.Blank, box: TickBox, start: int) -> bool:
    """Whether a blank stands right behind an option whose box is brackets or a line, or which has none, but perhaps a
    letter."""
    between, option = line[box.end - start : blank.start], squeezed(box.option)
    if box.start < box.end:
        is_apart = line[box.start - start] in "（([_"
        return is_apart and squeezed(without_brackets(between)).rstrip("：:") == option
    said = squeezed(between).rstrip("：:")
    return said.endswith(option) and len(said) - len(option) <= _LETTER


_LETTER = 3
"""Characters of the letter of an option with what stands behind it, at most: （A）."""


def _is_asked(blank: lines.Blank, number: int) -> bool:
    """Whether the bare colon at the end of a line with boxes is a further label's, or that of a counted item."""
    return bool(blank.label) and (number > 0 or _ITEM.match(blank.label) is not None)


_ITEM = late.pattern("[①-⑳]")


def add_beside_boxes(found: Found, paragraph: Paragraph, start: int, line: str, where: Where) -> None:
    """Blanks of a line that has boxes: write-ins of an option, and blanks with a label of their own."""
    group = found.group
    here = itertools.takewhile(lambda spot: spot.at == where.at, reversed(found.spots))
    edits = [e for spot in here if spot is not group for e in spot.edits] + (group.edits if group else [])
    boxes = [e for e in edits if isinstance(e, TickBox) and e.paragraph is paragraph]
    is_framed = False
    for number, blank in enumerate(lines.blanks_in(line, underlined_in(paragraph, start, start + len(line)))):
        is_last = not blank.is_date and blank.end >= len(line.rstrip())
        if not blank.is_drawn and not is_last:
            continue
        at = start + blank.start
        if any(b.start <= at < b.end for b in boxes):
            continue
        is_space = line[blank.start : blank.end].isspace()
        is_beside = any(0 <= b.start - start - blank.end <= 1 for b in boxes) and not blank.is_write_in
        if is_space and boxes and _is_before_options(line, blank, boxes[0].start - start, boxes[0].option):
            continue
        is_framed = is_framed or (is_space and is_beside)
        if is_space and is_framed and (is_beside or not line[blank.end :].strip()):
            continue  # an underline that begins in front of the boxes, or ends behind them
        box = max((b for b in boxes if b.start < at), key=lambda b: b.start, default=None)
        is_write_in = blank.is_write_in or (box is not None and _is_right_behind(line, blank, box, start))
        if is_write_in and box is not None and group is not None:
            owner = found.owner(box) or group
            own = "" if words.is_latin(line) else re.split(r"[/／：:]", blank.label)[-1].strip()
            found.write_in(owner, box.option, Fill(paragraph, at, start + blank.end), where, own)
        elif (blank.is_drawn or (is_last and _is_asked(blank, number))) and (box is None or not is_write_in):
            option = box.option if box is not None else ""
            own = blank.label.removeprefix(option).lstrip() or blank.label
            add_blank(found, paragraph, start, line, replace(blank, label=own), where)
