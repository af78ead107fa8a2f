"""Numbered headings with room for paragraphs under each, as in a plan or report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docfill.tag import lines, words
from docfill.tag.asking import ASKED, BOLD, Level, are_all_bold, is_limited, question_level, tells_how, title_level
from docfill.tag.cells import (
    has_boxes_text,
    heading_level,
    in_text_box,
    is_listed,
    is_soft,
    room_below,
    same_level,
    says,
)
from docfill.tag.spots import Room
from docfill.text import NUMBERING
from docfill.word.document import Block, Paragraph, Table

Levels = list[Level | None]
"""How each of some blocks is marked as a heading; None for what is none."""
_ROOM = 2
"""So many empty paragraphs under a heading are room for an answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under some headings (outermost first): the room for an answer, a table, or lines that ask."""

    index: int
    headings: list[str]
    content: Room | Table | list[Paragraph]


def parts_of(blocks: list[Block], *, is_roomy: bool) -> Iterator[Part]:
    """The rooms, and the tables, under the numbered headings of some blocks.

    Args:
        blocks: of the body, or of a cell.
        is_roomy: headings need no empty paragraph under them, because there is nothing else to fill in.
    """
    stack: list[tuple[Level, str]] = []
    roomy: Level | None = None
    levels = [heading_level(b) or (None if is_roomy else question_level(b)) for b in blocks]
    titles = {} if is_roomy else _titles_with_room(blocks, levels, has_title=True)
    levels = [level if n not in titles else ("", "") for n, level in enumerate(levels)]
    for index, block in enumerate(blocks):
        if isinstance(block, Table):
            yield Part(index, [t for _, t in stack], block)
            continue
        if not is_roomy and words.begins_form(block.text.strip()):
            stack = []
        if (room := titles.get(index)) is not None:
            yield Part(index, [*(t for _, t in stack), block.text.strip()], room)
            continue
        depth = levels[index] or (_asking_level(blocks, index) if is_roomy else None)
        if depth is None or (not is_roomy and _goes_on_from(blocks, index, depth)):
            continue
        known = next((i for i, (k, _) in enumerate(stack) if same_level(k, depth)), None)
        stack = [*(stack[:known] if known is not None else stack), (depth, block.text.strip())]
        hints = _hints(blocks, index, levels)
        below = index + 1 + len(hints)
        following = blocks[below] if below < len(blocks) else None
        has_room = any(not h.text.strip() for h in hints)
        is_deeper = isinstance(following, Paragraph) and not any(same_level(k, levels[below]) for k, _ in stack)
        if isinstance(following, Table) or (is_deeper and not has_room and is_roomy):
            continue
        if is_roomy:
            first = next((i for i, h in enumerate(hints) if lines.has_named_blank(h.text)), len(hints))
            if first == len(hints) or _empties(hints[:first]) >= _ROOM:
                yield Part(index, [t for _, t in stack], Room(block, hints[:first]))
            if first < len(hints):
                yield Part(index, [t for _, t in stack], hints[first:])
        elif _is_room(block, hints) and (
            _empties(hints) >= _ROOM
            or _is_prompted(block, hints)
            or any(tells_how(h.text) for h in hints)
            or same_level(depth, roomy)
            or _goes_on(blocks, below, depth, levels)
        ):
            roomy = depth
            last = max(i for i, h in enumerate(hints) if not h.text.strip())
            yield Part(index, [t for _, t in stack], Room(block, hints[: last + 1]))


def _asking_level(blocks: list[Block], index: int) -> Level | None:
    """The level of a numbered heading with a colon behind it, under which there is room in its cell."""
    block = blocks[index]
    is_numbered = isinstance(block, Paragraph) and NUMBERING.match(block.text) is not None
    is_asking = is_numbered and isinstance(block, Paragraph) and block.text.rstrip().endswith((":", "："))
    return heading_level(block, may_ask=True) if is_asking and room_below(blocks, index, _ROOM) is not None else None


def _is_prompted(heading: Block, hints: list[Paragraph]) -> bool:
    """Whether words in brackets right below a question in Chinese stand in the place of its answer."""
    shown = "" if isinstance(heading, Table) else heading.text.strip()
    return shown.endswith(("?", "？")) and not words.is_latin(shown) and words.is_hint(hints[0].text.strip())


def _goes_on_from(blocks: list[Block], index: int, depth: Level) -> bool:
    """Whether an item of a list stands right below another, as an option does: the room below is the list's."""
    is_item = index > 0 and is_listed(blocks[index - 1]) and depth[1] == "auto"
    block = blocks[index]
    return (
        is_item and isinstance(block, Paragraph) and words.is_latin(block.text) and not block.text.strip().endswith("?")
    )


def _empties(hints: list[Paragraph]) -> int:
    return sum(not h.text.strip() for h in hints)


def _is_room(heading: Block, hints: list[Paragraph]) -> bool:
    """Whether nothing but hints and empty paragraphs stands under a heading, and at least one of these.

    Grey words, or ones in a colour, are hints where those of the heading are not drawn so.
    """
    said = [h for h in hints if h.text.strip() and not (words.is_hint(h.text) or tells_how(h.text))]
    if any(map(in_text_box, hints)) or any(has_boxes_text(h.text) for h in said):
        return False  # the answer goes into the box, or is one of the options
    is_plain = isinstance(heading, Paragraph) and bool(said) and not is_soft([heading], or_coloured=True)
    return _empties(hints) > 0 and (not said or (is_plain and all(is_soft([h], or_coloured=True) for h in said)))


def _goes_on(blocks: list[Block], below: int, depth: Level, levels: Levels) -> bool:
    """Whether the next heading is of the same level and has room, too: one empty paragraph each is then no accident."""
    if below >= len(blocks) or not same_level(depth, levels[below]):
        return False
    return _is_room(blocks[below], _hints(blocks, below, levels))


def rooms_under_titles(blocks: list[Block]) -> list[tuple[str, Room]]:
    """The titles without a number of a cell that have room under each, and that room; none for a lone one."""
    rooms = _titles_with_room(blocks, [heading_level(b) for b in blocks], has_title=False)
    return [(room.heading.text.strip(), room) for _, room in sorted(rooms.items())] if len(rooms) > 1 else []


def _titles_with_room(blocks: list[Block], levels: Levels, *, has_title: bool) -> dict[int, Room]:
    """The rooms under titles without a number, by the index of these.

    What stands there tells how to answer; or there are several empty paragraphs, or a note in brackets, as under other
    titles that are marked alike; or somebody signs below a title that is called as longer answers are.
    """
    drawn = _drawn_as_titles(blocks, levels, has_title=has_title)
    marked = [own or level for own, level in zip(drawn, levels, strict=True)]
    rooms: dict[int, Room] = {}
    others: dict[int, tuple[Level, Room, int]] = {}
    for index, level in enumerate(drawn):
        heading, hints = blocks[index], _hints(blocks, index, marked) if level is not None else []
        below = index + 1 + len(hints)
        following = blocks[below] if below < len(blocks) else None
        if level is None or isinstance(heading, Table) or isinstance(following, Table) or not _is_room(heading, hints):
            continue
        room = Room(heading, hints[: 1 + max(i for i, h in enumerate(hints) if not h.text.strip())])
        is_roomy = _empties(hints) >= _ROOM
        is_signed = level[1] == ASKED and following is not None and _is_signed(following.text)
        is_told = is_limited(heading.text) or any(tells_how(h.text) for h in hints)
        if is_told or (is_signed and is_roomy):
            rooms[index] = room
        elif level[1] != ASKED and (is_roomy or any(words.is_hint(h.text) for h in hints)):
            others[index] = level, room, below
    alike = {drawn[index] for index in rooms}
    alike |= {level for level, _, below in others.values() if below in others and others[below][0] == level}
    return rooms | {index: room for index, (level, room, _) in others.items() if level in alike}


def _drawn_as_titles(blocks: list[Block], levels: Levels, *, has_title: bool) -> Levels:
    """How titles without a number are marked; none where none of them stands over room, or over what tells how to
    answer.  The first words of all may be the title of the form (`has_title`).
    """
    first = next((n for n, b in enumerate(blocks) if says(b)), 0) if has_title else -1
    free = [level is None and n != first for n, level in enumerate(levels)]
    if not any(x and _is_over_room(blocks, n) and title_level(blocks[n]) is not None for n, x in enumerate(free)):
        return [None] * len(blocks)
    drawn = [title_level(b) if x else None for b, x in zip(blocks, free, strict=True)]
    is_bold = any(level is not None and level[1] == BOLD for level in drawn) and are_all_bold(blocks)
    return [None if is_bold and level is not None and level[1] == BOLD else level for level in drawn]


def _is_over_room(blocks: list[Block], index: int) -> bool:
    below = blocks[index + 1] if index + 1 < len(blocks) else None
    if not isinstance(below, Paragraph):
        return False
    return not below.text.strip() or tells_how(below.text) or words.is_hint(below.text)


def _asks_anew(paragraph: Paragraph) -> bool:
    """Whether words in English below some room ask for something else: they are no hint of the heading's."""
    text = paragraph.text.strip()
    is_hint = words.is_bracketed(text) or is_soft([paragraph], or_coloured=True)
    return ":" in text and words.is_latin(text) and words.is_hint(text) and not is_hint


def _is_signed(text: str) -> bool:
    """Whether a line is for a signature, or for its day alone."""
    return words.SIGNED.search(text) is not None or words.DATE_BLANK.fullmatch(text.strip()) is not None


def _hints(blocks: list[Block], index: int, levels: Levels) -> list[Paragraph]:
    """The paragraphs under a heading, up to the next one, a table or a line to sign on below some room."""
    hints: list[Paragraph] = []
    for at in range(index + 1, len(blocks)):
        block = blocks[at]
        if isinstance(block, Table) or levels[at] is not None:
            break
        if hints and not hints[-1].text.strip() and (_is_signed(block.text) or _asks_anew(block)):
            break
        hints.append(block)
    return hints
