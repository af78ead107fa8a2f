"""What stands around each block of the body: the words before it, what follows, and the room it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docfill.tag import lines
from docfill.tag.cells import in_text_box, room_below
from docfill.word.document import Block, Paragraph, Table

_ROOM = 3
"""So many empty paragraphs under a label of the body are the room for its answer; fewer only set it apart."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a paragraph of the body.

    Attributes:
        said: the last words before it.
        above: the paragraph of these words, if it stands right above.
        gap: the empty paragraph between these words and a line to write on, if one is.
        ruled: further lines without words right below one, for the same answer.
        following: the next table, or the words of the next paragraph that has some.
        is_followed: they stand right below.
        has_box_after: a text box does.
        room: the first of several empty paragraphs right below.
        is_inside: what follows is the next line of the same paragraph.
    """

    said: str
    above: Paragraph | None
    ruled: list[Paragraph]
    following: Table | str | None
    is_followed: bool
    has_box_after: bool
    room: Paragraph | None = None
    gap: tuple[Paragraph, ...] = ()
    is_inside: bool = False

    def inside(self, line: str) -> Around:
        """What stands around a line of the paragraph that has another one below."""
        return replace(self, following=line, is_followed=True, has_box_after=False, room=None, is_inside=True)


def with_surroundings(blocks: list[Block]) -> list[tuple[Block, Around]]:
    """Every block with what stands around it."""
    following: list[Table | str | None] = [None] * len(blocks)
    for index in range(len(blocks) - 2, -1, -1):
        below = blocks[index + 1]
        shown = below if isinstance(below, Table) else below.text
        following[index] = shown if _says(below) else following[index + 1]
    are_boxes = [isinstance(b, Paragraph) and in_text_box(b) for b in blocks]
    found, said = [], ""
    for index, block in enumerate(blocks):
        is_followed = index + 1 < len(blocks) and _says(blocks[index + 1])
        has_box_after = any(are_boxes[index + 1 : index + 3])
        room = room_below(blocks, index, _ROOM)
        above = blocks[index - 1] if index else None
        gap: tuple[Paragraph, ...] = ()
        if index > 1 and isinstance(above, Paragraph) and not _says(above) and _is_rule(block):
            gap, above = (above,), blocks[index - 2]
        above = above if isinstance(above, Paragraph) and _says(above) else None
        gap = gap if above is not None and above.text.rstrip().endswith(("?", "？")) else ()
        above = above if gap or (index and above is blocks[index - 1]) else None
        ruled = _ruled(blocks, index)
        found.append((block, Around(said, above, ruled, following[index], is_followed, has_box_after, room, gap)))
        if isinstance(block, Paragraph) and _says(block):
            said = block.text.strip()
    return found


def _ruled(blocks: list[Block], index: int) -> list[Paragraph]:
    """The lines without words that go on right below the first one at `index`; none anywhere else."""
    if not _is_rule(blocks[index]) or (index and _is_rule(blocks[index - 1])):
        return []
    end = index + 1
    while end < len(blocks) and _is_rule(blocks[end]):
        end += 1
    return [b for b in blocks[index + 1 : end] if isinstance(b, Paragraph)]


def _is_rule(block: Block) -> bool:
    return isinstance(block, Paragraph) and lines.is_drawn_line(block.text)


def _says(block: Block) -> bool:
    return isinstance(block, Table) or bool(block.text.strip())
