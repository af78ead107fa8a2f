"""Boxes to tick become places: which boxes are one group, and what words name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from docfill.tag import marks, questions, words
from docfill.tag.blanks import add_beside_boxes
from docfill.tag.cells import Control, is_lettered, line_spans
from docfill.tag.found import Found, Where
from docfill.tag.grid import GridRow
from docfill.tag.lines import asks_for_letter
from docfill.tag.names import OPTIONS
from docfill.tag.printed import boxes_printed_in
from docfill.tag.spots import (
    BOXES,
    HEADED_BOXES,
    LONE_BOXES,
    PRINTED_OPTIONS,
    TICKED_IN_BLANK,
    Fill,
    Spot,
    TickBox,
)
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.document import Paragraph

_YES_AND_NO = 2
_APART = 2
"""Spaces between boxes that are told by their order, at least."""


def add_boxes(
    found: Found,
    paragraph: Paragraph,
    start: int,
    line: str,
    where: Where,
    lead: str,
    row: GridRow | None = None,
    *,
    is_tall: bool = False,
    lines: marks.Beside = marks.ALONE,
) -> bool:
    """Whether a line has boxes; those with no label in the line join the group before them.

    Args:
        found: gets them.
        paragraph: the line's.
        start: where the line begins in it.
        line: its text.
        where: the line's place.
        lead: the line before, if it introduces them.
        row: the table row that the line stands in.
        is_tall: the label at the left is merged over several rows.
        lines: as `marks.boxes_in` takes it.
    """
    drawn = [b for b in marks.boxes_in(line, paragraph.text, lines) if any(map(str.isalnum, b.option))]
    is_whole = line.strip() == paragraph.text.strip()
    label = where.labels[-1] if where.labels else ""
    known = found.group.options if found.group is not None and found.group.evidence is PRINTED_OPTIONS else ()
    boxes = drawn
    if not drawn:
        printed = boxes_printed_in(
            line,
            label=label,
            is_answer=bool(label) and is_whole,
            after=known,
            is_lettered=lines.is_lettered,
            is_first=not start and is_lettered(paragraph),
            lead="" if lines.is_item else lead,
            is_head=lines.is_head,
        )
        is_told = lines.has_empty or asks_for_letter(lead)  # then only what the line asks itself has options in it
        boxes = [b for b in printed if b.group or not is_told]
    for box in boxes:
        group = found.group
        if group is not None and group.has_option(box.option) and is_right_below(group, where.at):
            box = replace(box, option=box.noted or box.option)  # one that only its note tells from another
        if group is None or not _joins(found, group, box, where, row):
            labels = _labels(found, box, where, lead, is_tall)
            group = found.group = found.add("choices", where, labels, [], BOXES if drawn else PRINTED_OPTIONS)
            found.lead = box.group or ""
        group.edits.append(TickBox(paragraph, start + box.at, start + box.end, box.option))
        group.last = where.at
        if drawn and ticks.emptied(line[box.at : box.end]) is not None:
            group.evidence = TICKED_IN_BLANK
        if box.write_in is not None:
            at = start + box.write_in
            found.write_in(group, box.option, Fill(paragraph, at, at), where)
    return bool(boxes)


def are_headed(line: str, columns: Sequence[str]) -> bool:
    """Whether a line ends in boxes that a line above heads, one by one: YES   NO."""
    drawn = marks.marks_in(line)
    return bool(drawn) and len(drawn) == len(columns) and not any(map(str.isalnum, line[drawn[0][0] :]))


def add_headed(
    found: Found,
    paragraph: Paragraph,
    start: int,
    line: str,
    where: Where,
    columns: Sequence[str],
    said: str,
    held: Sequence[Control],
) -> None:
    """The boxes that a line ends in, each with its option from the line above that heads them.

    They are told by their order, and so stand a tab apart, or a little room, and right behind words, no control or
    placeholder (`held`); `said` are the words above the line.
    """
    drawn = marks.marks_in(line)
    between = [line[one[1] : other[0]] for one, other in pairwise(drawn)]
    asked = line[: drawn[0][0]].strip(DRAWN)
    found.group = None
    is_behind = any(c.end >= start + len(line[: drawn[0][0]].rstrip()) and c.start < start + drawn[0][0] for c in held)
    if is_behind or not any(map(str.isalnum, asked)) or any(len(x) < _APART and "\t" not in x for x in between):
        found.leave(line, where.at, HEADED_BOXES)
        return
    is_amid = asked[0].islower() and said[-1:].isalnum() and not said.isupper()
    labels = [f"{said} {asked}" if is_amid else asked]
    boxes = [TickBox(paragraph, start + s, start + e, o) for (s, e), o in zip(drawn, columns, strict=True)]
    found.add("choices", where, labels, [*boxes], BOXES)


def add_options(found: Found, paragraphs: Sequence[Paragraph], where: Where, title: str) -> None:
    """Boxes with their options in the cells of a table that holds nothing else: one group, called as its title is."""
    found.group = None
    lines = marks.beside([paragraph.text for paragraph in paragraphs], is_asked=True)
    for paragraph in paragraphs:
        for start, end in line_spans(paragraph.text):
            line = paragraph.text[start:end]
            for box in marks.boxes_in(line, paragraph.text, lines):
                group = found.group or found.add("choices", where, [title], [], BOXES)
                found.group = group
                group.edits.append(TickBox(paragraph, start + box.at, start + box.end, box.option))
            add_beside_boxes(found, paragraph, start, line, where)


def add_lone_box(found: Found, paragraph: Paragraph, span: marks.Span, where: Where, option: str) -> None:
    """A box alone in a table cell: the option is named by the row or by the column, the group by `where`."""
    labels = where.labels or found.sections[-1:] or [OPTIONS]
    known = (where.at.rsplit("/", 2)[0], *labels)
    group = found.alone.get(known)
    if group is None or group.has_option(option):
        group = found.alone[known] = found.add("choices", Where(where.at, [], where.owners), labels, [], LONE_BOXES)
    group.edits.append(TickBox(paragraph, *span, option))


def _joins(found: Found, group: Spot, box: marks.Box, where: Where, row: GridRow | None) -> bool:
    """Whether a box is one more of the group before it."""
    if box.group is not None and box.group != found.lead:
        return False
    if group.at != where.at and not (row is not None and row.shares_group(group.at, where.at)):
        return _is_below(group, box, where) or _goes_on(found, group, box, where)
    return box.group is not None or not group.has_option(box.option)


def _is_below(group: Spot, box: marks.Box, where: Where) -> bool:
    """Whether a box is one more option in the cell right below those of a group, which the same words name."""
    return is_right_below(group, where.at) and box.group is None and not group.has_option(box.option)


def is_right_below(group: Spot, at: str) -> bool:
    """Whether a position is the cell right below the last boxes of a group."""
    (*table, row, column), (*other, below, under) = (("//" + position).split("/") for position in (group.last, at))
    return table == other and column == under and row.isdecimal() and below == str(int(row) + 1)


def _goes_on(found: Found, group: Spot, box: marks.Box, where: Where) -> bool:
    """Whether options go on in the next paragraph of the body, with no words in front; yes and no are complete."""
    is_in_body = "/" not in group.at + where.at
    is_small = len(group.edits) <= 2 * _YES_AND_NO
    is_whole = bool(found.lead) and is_small and len(group.options) == _YES_AND_NO and words.are_opposed(group.options)
    return is_in_body and not is_whole and box.group is None and not group.has_option(box.option)


def _is_asking(lead: str) -> bool:
    return lead.endswith(("?", "？")) or questions.is_question(lead)


def _labels(found: Found, box: marks.Box, where: Where, lead: str, is_tall: bool) -> list[str]:
    """The group's own label: in the line, or over it."""
    if box.group and (words.label_key(box.group) or not where.labels):
        return [box.group]
    if (
        lead
        and not (words.FORM_TITLE.search(words.label_key(lead)) and not where.labels and not _is_asking(lead))
        and not box.group
        and not marks.boxes_in(lead)
        and (is_tall or not where.labels or any(s.at == where.at for s in found.spots))
    ):
        return [lead]
    return [] if where.labels else [OPTIONS]
