"""Blanks and content controls of a line become places: their labels, kind, and how sure it is."""

from __future__ import annotations

from docfill.kinds import kind_named
from docfill.tag import lines, words
from docfill.tag.cells import controls, underlined_in
from docfill.tag.found import Found, Where
from docfill.tag.spots import (
    A_DATE,
    AFTER_COLON,
    BARE_COLON,
    BARE_UNIT,
    CONTROL,
    DRAWN_BLANK,
    QUESTION,
    ROOM_BELOW,
    Evidence,
    Fill,
    TickBox,
)
from docfill.word.document import Paragraph


def add_controls(found: Found, paragraph: Paragraph, where: Where) -> bool:
    """Whether a paragraph's text is content controls, which are places by themselves."""
    ranges = controls(paragraph)
    for start, end, title in ranges:
        lead = paragraph.text[:start].strip(" :：\t")
        own = lead.split("\t")[-1] if lead else ""
        label = own or title or paragraph.text[start:end].strip() or "控件"
        kind = words.kind_of(own, paragraph.text[end:])
        found.add(kind, where, [label], [Fill(paragraph, start, end)], CONTROL)
    return bool(ranges)


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
    labels = _labels(blank, shared)
    if not labels and not where.labels:
        labels = [line.strip() or "填写"]
    if blank.is_date:
        kind = "text" if blank.is_month else "date"
    else:
        suffix = blank.suffix if shared is None else ""
        kind = words.kind_of([*where.labels, *labels][-1] if shared is None else "", suffix)
        if kind_named(kind).is_prose and not blank.label and where.labels:
            kind = words.kind_of(where.labels[-1], blank.suffix)
    fill = Fill(paragraph, start + blank.start, start + blank.end)
    found.add(kind, where, labels, [fill], _evidence(blank, line))


def add_room(found: Found, paragraph: Paragraph, label: str, where: Where) -> None:
    """An empty paragraph under a label that asks for more than a line."""
    labels = [label] if words.label_key(label) else []
    found.add("text", where, labels, [Fill(paragraph, 0, len(paragraph.text))], ROOM_BELOW)


def _labels(blank: lines.Blank, shared: str | None) -> list[str]:
    own = shared if shared is not None else blank.label
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


def add_beside_boxes(found: Found, paragraph: Paragraph, start: int, line: str, where: Where) -> None:
    """Blanks of a line that has boxes: write-ins of an option, and blanks with a label of their own."""
    group = found.group
    boxes = [e for e in (group.edits if group else []) if isinstance(e, TickBox) and e.paragraph is paragraph]
    for blank in lines.blanks_in(line, underlined_in(paragraph, start, start + len(line))):
        if blank.is_date or (not blank.is_drawn and not blank.end >= len(line.rstrip())):
            continue
        at = start + blank.start
        if any(b.at <= at < b.end for b in boxes):
            continue
        box = max((b for b in boxes if b.at < at), key=lambda b: b.at, default=None)
        if blank.is_write_in and box is not None and group is not None:
            owner = found.owner(box) or group
            found.write_in(owner, box.option, Fill(paragraph, at, start + blank.end), where)
        elif blank.is_drawn and (box is None or not blank.is_write_in):
            add_blank(found, paragraph, start, line, blank, where)
