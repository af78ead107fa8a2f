"""What stands around each block of the body: the words before it, what follows, and the room it leaves."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace

from docfill import late
from docfill.tag import lines, words
from docfill.tag.cells import (
    controls,
    ends_asking,
    has_control,
    in_text_box,
    is_led,
    is_listed,
    is_note,
    list_of,
    room_below,
    says,
)
from docfill.tag.marked import options_marked
from docfill.text import NUMBERING
from docfill.word.document import Block, Paragraph, Table
from docfill.word.xml import W

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
        has_box_after: an empty text box does, or stands among a few empty paragraphs below.
        room: the first of several empty paragraphs right below.
        is_inside: what follows is the next line of the same paragraph.
        is_captioned: it is a line to write on with its name below.
        is_over_captioned: what follows right below is such a line.
        is_over_list: an item of a list follows right below, or one empty paragraph below; or a control to tick does.
        is_over_prompt: a paragraph right below is nothing but a content control with its prompt.
        is_heading: it has the style of a heading.
        is_listed: it is an item of a list itself, and what follows right below is the next one.
        stem: the label that the note in brackets which it begins with goes on from.
        hinted: the first of several empty paragraphs below a hint right below it, where it is a question in English.
        is_hint: it is that hint.
        is_roomy: it is one of several titles in English, each right over several empty paragraphs.
        is_option: it is an option with a short line in front to be marked, see `marked`.
        is_over_scale: it is the words for the two ends of a scale, whose figures stand right below.
        alike: how many paragraphs say the same.
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
    is_captioned: bool = False
    is_over_captioned: bool = False
    is_over_list: bool = False
    is_listed: bool = False
    is_over_prompt: bool = False
    is_heading: bool = False
    stem: str = ""
    hinted: Paragraph | None = None
    is_hint: bool = False
    is_roomy: bool = False
    is_option: bool = False
    is_over_scale: bool = False
    alike: int = 1

    def inside(self, line: str) -> Around:
        """What stands around a line of the paragraph that has another one below."""
        return replace(
            self, following=line, is_followed=True, has_box_after=False, room=None, is_inside=True, hinted=None
        )


def with_surroundings(blocks: list[Block]) -> list[tuple[Block, Around]]:
    """Every block with what stands around it."""
    following: list[Table | str | None] = [None] * len(blocks)
    for index in range(len(blocks) - 2, -1, -1):
        below = blocks[index + 1]
        shown = below if isinstance(below, Table) else below.text
        following[index] = shown if says(below) else following[index + 1]
    captioned = _captioned(blocks)
    found = list[tuple[Block, Around]]()
    said = stem = ""
    last = -_FAR
    begun = set[tuple[str, str] | None]()
    roomy = _roomy(blocks)
    options = options_marked(blocks)
    alike = Counter(_text_of(b) for b in blocks)
    for index, block in enumerate(blocks):
        is_followed = index + 1 < len(blocks) and says(blocks[index + 1])
        has_box_after = _has_box_below(blocks, index)
        room = room_below(blocks, index, _ROOM)
        above = blocks[index - 1] if index else None
        gap: tuple[Paragraph, ...] = ()
        if index > 1 and isinstance(above, Paragraph) and not says(above) and _is_rule(block):
            gap, above = (above,), blocks[index - 2]
        above = above if isinstance(above, Paragraph) and says(above) else None
        ruled = _ruled(blocks, index)
        is_asked = above is not None and (_asks_below(above.text) or (bool(ruled) and _is_asking_title(above)))
        gap = gap if is_asked else ()
        above = above if gap or (index and above is blocks[index - 1]) else None
        item = next((b for b in blocks[index + 1 : index + 3] if says(b)), None)
        is_list_below = item is not None and is_listed(item) and list_of(item) not in (list_of(block), *begun)
        begun |= {list_of(block)} if is_listed(block) else set()
        stem = _stem(stem, block)
        is_over_list = (is_followed and has_control(blocks[index + 1])) or is_list_below
        found.append(
            (
                block,
                Around(
                    said,
                    above,
                    ruled,
                    following[index],
                    is_followed,
                    has_box_after,
                    room,
                    gap,
                    is_captioned=index in captioned,
                    is_over_captioned=index + 1 in captioned,
                    is_over_list=is_over_list,
                    is_heading=_is_heading(block),
                    stem=stem,
                    hinted=_room_below_hint(blocks, index),
                    is_roomy=index in roomy,
                    is_option=index in options,
                    is_over_scale=_are_ends_over(blocks, index),
                    alike=alike[_text_of(block)],
                    is_hint=bool(found) and found[-1][1].hinted is not None,
                    is_over_prompt=index + 1 < len(blocks) and _is_prompt(blocks[index + 1]),
                    is_listed=is_followed and is_listed(block) and list_of(blocks[index + 1]) == list_of(block),
                ),
            )
        )
        if isinstance(block, Paragraph) and says(block) and not _leaves_to_above(blocks, index):
            shown = block.text.strip()
            is_told = lines.says_to_choose(shown) and index - last <= _NEXT
            said = f"{said} {shown}" if words.KIND_OF_QUESTION.fullmatch(shown) else _said(said, shown, is_told=is_told)
            last = index
    return found


def _said(above: str, shown: str, *, is_told: bool) -> str:
    """What a line says that stands below another: that it `is_told` to choose belongs to the question above."""
    return lines.told_to_choose(above, shown) if is_told else shown


_NEXT = 2
"""Lines from a question to what tells to choose below it, at most."""


def _has_box_below(blocks: list[Block], index: int) -> bool:
    """Whether a text box is all that stands below a block, among a few empty paragraphs."""
    below = itertools.takewhile(_is_bare, blocks[index + 1 : index + 1 + _FAR])
    return any(isinstance(b, Paragraph) and in_text_box(b) for b in below)


_FAR = 6
"""Empty paragraphs below words at most, among which a text box is theirs."""


def _roomy(blocks: list[Block]) -> set[int]:
    """The titles in English over several empty paragraphs that stand one right below the other's room.

    What else asks over such room stands among them; a title that is centred is none, as on a cover.
    """
    asking, titles, found = list[int](), set[int](), set[int]()
    for index, block in enumerate(blocks):
        if isinstance(block, Table) or not block.text.strip():
            continue
        if room_below(blocks, index, _ROOM) is None:
            asking = []
            continue
        is_title = _is_asking_title(block, is_in_series=True) and not _is_centred(block)
        is_asking = is_title or (words.is_latin(block.text) and ends_asking(block.text))
        is_next = bool(asking) and all(map(_is_bare, blocks[asking[-1] + 1 : index]))
        asking = [*(asking[-1:] if is_next else []), index] if is_asking else []
        titles |= {index} if is_title else set()
        found |= titles & set(asking) if len(asking) >= _SERIES else set()
    return found


_SERIES = 2
"""Titles with room below them, one right below the other, from which it is no accident."""


def _is_bare(block: Block) -> bool:
    return not says(block)


def _is_centred(paragraph: Paragraph) -> bool:
    drawn = paragraph.element.find(f"{W}pPr/{W}jc")
    return drawn is not None and drawn.get(W + "val") == "center"


def _room_below_hint(blocks: list[Block], index: int) -> Paragraph | None:
    """The first of several empty paragraphs below a hint right below a question in English; None for any other."""
    question, hint = blocks[index], blocks[index + 1] if index + 1 < len(blocks) else None
    if not isinstance(question, Paragraph) or not isinstance(hint, Paragraph) or "?" not in question.text:
        return None
    said, told = question.text.strip(), hint.text.strip()
    is_asked = said.endswith("?") and words.is_latin(said) and len(said) <= _LONGEST_ASKED
    is_told = words.is_bracketed(told) or words.is_hint(told)
    is_plain = is_told and told[-1:] not in (":", "?") and not lines.looks_like_a_place(told)
    return room_below(blocks, index + 1, _ROOM) if is_asked and is_plain and words.is_latin(told) else None


_LONGEST_ASKED = 300
"""Characters of a question with room below it, at most."""


def _leaves_to_above(blocks: list[Block], index: int) -> bool:
    """Whether what stands above a paragraph names what stands below it."""
    return _is_note_below(blocks, index) or _are_ends_over(blocks, index)


def _are_ends_over(blocks: list[Block], index: int) -> bool:
    """Whether a paragraph is the words for the two ends of a scale, whose figures are a row right below."""
    scale = blocks[index + 1] if index + 1 < len(blocks) else None
    block = blocks[index]
    if not isinstance(scale, Table) or isinstance(block, Table) or len(scale.rows) != 1:
        return False
    said = [x for x in _FAR_APART.split(block.text.strip()) if x]
    return len(said) == _TWO_ENDS and all(words.FIGURE.fullmatch(c.text.strip()) for c in scale.rows[0].cells)


_TWO_ENDS = 2
_FAR_APART = late.pattern(r"\t[\t ]*| {5,}")


def _is_note_below(blocks: list[Block], index: int) -> bool:
    """Whether a paragraph is a note in English right below a counted title, which names what stands below both."""
    block, title = blocks[index], blocks[index - 1] if index else None
    if not isinstance(block, Paragraph) or not isinstance(title, Paragraph) or NUMBERING.match(title.text) is None:
        return False
    is_plain = words.is_latin(block.text) and not ends_asking(block.text) and not lines.looks_like_a_place(block.text)
    return is_plain and words.is_title(title.text, _LONG_TITLE) and is_note([block]) and not is_note([title])


def _stem(stem: str, block: Block) -> str:
    """The label that notes in brackets go on from: that of a block, or the last one (`stem`) below its first note."""
    if isinstance(block, Table):
        return ""
    is_noted = lines.noted_label(block.text) != ""
    return stem if is_noted or not block.text.strip() else lines.stem_of(block.text)


def _is_asking_title(block: Block, *, is_in_series: bool = False) -> bool:
    """Whether a paragraph is a title in English that may ask for what is written below it, and is no name of a form."""
    said = "" if isinstance(block, Table) else block.text.strip()
    is_plain = words.SIGNED.search(said) is None and words.OFFICE.search(said) is None and not words.NOTE.match(said)
    is_begun = said[:1].isupper() and said[-1:].isalnum() and words.is_title(said, _SHORT_TITLE)
    is_title = words.is_capitalized(said) or (is_in_series and is_begun)
    is_title = is_title or (NUMBERING.match(said) is not None and words.is_title(said, _LONG_TITLE))
    return (
        is_plain
        and is_title
        and words.is_latin(said)
        and not lines.looks_like_a_place(said)
        and not lines.blanks_in(said)
        and words.FORM_TITLE.search(words.label_key(said)) is None
        and words.INTRODUCTION.search(said) is None
    )


_SHORT_TITLE, _LONG_TITLE = 50, 80
"""Characters of a title whose words are written small, and of a numbered one, at most."""


def _asks_below(said: str) -> bool:
    """Whether words ask for what is written on a line a little below them: a question, a label that forms ask for."""
    is_label = words.is_latin(said) and said.rstrip().endswith(":") and words.is_title(said)
    is_asked = is_label and (words.ASKED.search(said) is not None or NUMBERING.match(said) is not None)
    is_asked = is_asked and not words.SIGNED.search(said)
    return is_asked or words.ASKS_AT_END.search(said) is not None


def _ruled(blocks: list[Block], index: int) -> list[Paragraph]:
    """The lines without words that go on right below the first one at `index`; none anywhere else."""
    before = [b for b in blocks[max(0, index - 2) : index] if says(b)][-1:]
    if not _is_to_write_on(blocks[index]) or any(map(_is_to_write_on, before)):
        return []
    found, end = [], index + 1
    while end < len(blocks):
        parted = not says(blocks[end]) and end + 1 < len(blocks) and _is_to_write_on(blocks[end + 1])
        if not _is_to_write_on(blocks[end]) and not parted:
            break
        found += blocks[end : end + 1 + parted]
        end += 1 + parted
    return [b for b in found if isinstance(b, Paragraph)]


def _captioned(blocks: list[Block]) -> set[int]:
    """The lines to write on with a title in English right below each: the last of a run of them ends in one."""
    found: set[int] = set()
    end = 0
    for first in range(len(blocks)):
        if first < end or not _is_rule(blocks[first]):
            continue
        run, at = [first], first
        while at + 2 < len(blocks) and _is_caption(blocks[at + 1]) and _is_rule(blocks[at + 2]):
            at += 2
            run.append(at)
        end = at + 1
        if len(run) > 1 and not (end < len(blocks) and _is_caption(blocks[end])):
            end -= 2
            run.pop()  # the last line is named otherwise
        above = blocks[first - 1] if first else None
        said = above.text.strip() if isinstance(above, Paragraph) else ""
        is_free = not said or words.is_told(said) or _ends_ruled(blocks[first - 2 : first - 1])
        caption = blocks[end] if end < len(blocks) else None
        if not isinstance(caption, Paragraph) or not _is_caption(caption):
            continue
        below = next((b for b in blocks[end + 1 : end + 3] if says(b)), None)
        if isinstance(below, Paragraph) and words.is_told(below.text):
            continue  # a rule over the title of what is told below
        is_signed = words.SIGNED.search(caption.text) is not None
        if not is_signed and any(lines.is_rule(_text_of(blocks[n])) for n in run):
            continue  # dashes part what stands above and below
        if is_signed or (is_free and not said.endswith((":", "?"))):
            found.update(run)
    return found


def _text_of(block: Block) -> str:
    return "" if isinstance(block, Table) else block.text


def _ends_ruled(blocks: list[Block]) -> bool:
    return any(isinstance(b, Paragraph) and lines.ends_ruled(b.text) for b in blocks)


def _is_caption(block: Block) -> bool:
    """Whether a paragraph is a short title in English, and asks nothing itself."""
    shown = block.text.strip() if isinstance(block, Paragraph) else ""
    is_title = words.is_title(shown) or words.is_capitalized(shown)
    is_title = words.is_latin(shown) and is_title and shown[-1] not in ":?.!"
    return is_title and "\t" not in shown and not lines.looks_like_a_place(shown)


def _is_heading(block: Block) -> bool:
    style = block.element.find(f"{W}pPr/{W}pStyle") if isinstance(block, Paragraph) else None
    return style is not None and style.get(W + "val", "").lower().startswith("heading")


def _is_prompt(block: Block) -> bool:
    """Whether a paragraph shows nothing but the prompts of content controls."""
    is_bare = isinstance(block, Paragraph) and not block.text.strip()
    return is_bare and isinstance(block, Paragraph) and any(c.prompted is not None for c in controls(block))


def _is_rule(block: Block) -> bool:
    return isinstance(block, Paragraph) and (lines.is_drawn_line(block.text) or is_led(block))


def _is_to_write_on(block: Block) -> bool:
    return isinstance(block, Paragraph) and lines.is_to_write_on(block.text)
