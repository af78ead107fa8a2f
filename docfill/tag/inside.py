"""Inside a cell that has words of its own: its blanks, boxes, hints, and the room for an answer or an opinion."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from docfill import late
from docfill.kinds import kind_named
from docfill.tag import lines, marks, placeholders, words
from docfill.tag.blanks import add_asked_here, add_beside_boxes, add_blank, add_controls, add_room, beside_controls
from docfill.tag.boxes import add_boxes, is_right_below
from docfill.tag.cells import (
    Control,
    controls,
    ends_asking,
    has_boxes_text,
    has_drawn_end,
    has_line_before_note,
    has_line_to_sign,
    is_bare_label,
    is_bare_signature,
    is_prose,
    line_spans,
    room_below,
    shared_label,
    squeezed,
    tells_in_room,
    trailing_blanks,
    underlined_in,
)
from docfill.tag.found import Found, Where
from docfill.tag.grid import GridRow
from docfill.tag.spots import (
    DRAWN_LINES,
    FURTHER_LINE,
    HINTED,
    OPINION,
    ROOM_BEHIND,
    ROOM_BELOW,
    SIDE_BY_SIDE,
    SIGNATURE,
    Fill,
    Room,
)
from docfill.text import NUMBERING, SECTION, fold, without_brackets
from docfill.values import DRAWN
from docfill.word import ticks
from docfill.word.document import Cell, Paragraph, Table

_ROOM = 2
"""So many empty paragraphs under a label are the room for its answer."""
_SHORT = 20
"""A hint without brackets up to so long is all that stands where the answer goes ("If available")."""
_ROLE = 6
"""Characters in brackets that say whose an answer is, at most."""
_HINT = late.pattern(r"[（(](?!注|备注|说明)[^（）()]*(?:[（(][^（）()]*[)）][^（）()]*)*[)）]")


@dataclass(frozen=True, slots=True)
class Inside:
    """A cell with words.

    Attributes:
        cell: the cell.
        where: its place; labels only where it answers one beside it.
        is_own: it holds its own label rather than an answer.
        chain: the labels at its left, also where it answers none of them.
        row: the table row it stands in.
        is_tall: the label at its left is merged over several rows.
        is_label_below: the row below is the room for its answer.
        asks: it asks though it shows no room.
    """

    cell: Cell
    where: Where
    is_own: bool
    chain: tuple[str, ...] = ()
    row: GridRow | None = None
    is_tall: bool = False
    is_label_below: bool = False
    asks: bool = False

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The cell's own paragraphs."""
        return list(self.cell.paragraphs)


def add_inside(found: Found, inside: Inside) -> None:
    """The places in a cell that has words."""
    paragraphs, where = inside.paragraphs, inside.where
    texts = [p.text.strip() for p in paragraphs]
    is_prompt = inside.row is not None and inside.cell.column in inside.row.prompts
    prints = inside.row is not None and inside.row.prints(inside.cell)
    is_prompted = any(c.prompted is not None for p in paragraphs for c in controls(p))
    is_answer = not (inside.is_own or prints or is_prompted)
    if is_answer and _add_hinted(found, paragraphs, where, is_prompt=is_prompt):
        return
    if words.is_bracketed(inside.cell.text) and words.SIGNED.search(inside.cell.text):
        found.leave(" ".join([*where.labels[-1:], inside.cell.text.strip()]), where.at, SIGNATURE)
        return
    signs = _Signs.of(paragraphs, where.labels[-1] if where.labels else "")
    count = len(found.spots)
    is_told = any(placeholders.placeholders_in(t) for t in texts)
    group = found.group
    is_shared = group is not None and inside.row is not None and inside.row.shares_group(group.at, where.at)
    is_below = group is not None and is_right_below(group, where.at) and group.labels == where.labels
    found.group = group if is_shared or is_below else None
    if _add_hinted_room(found, paragraphs, where):
        pass
    elif inside.is_own and _is_over_signature(inside, paragraphs):
        found.add("longtext", where, [texts[0]], [Room(paragraphs[0], [])], OPINION)
    elif where.labels and _is_beside_opinion(found, where):
        pass  # who only signs beside an opinion has none of their own
    elif where.labels and (room := _room_above(paragraphs, signs.first, where.labels[-1])) is not None:
        kind = "longtext" if isinstance(room, Room) else "text"
        is_said = inside.row is not None and signs.are_drawn and words.is_opinion(where.labels[-1])
        found.add(kind, where, ["意见"] if is_said else [], [room], OPINION)
    grouped = Where(where.at, where.labels or list(inside.chain), where.owners)
    beside = replace(marks.beside([line for p in paragraphs for line in p.text.split("\n")]), is_head=inside.is_own)
    for index, paragraph in enumerate(paragraphs):
        held = add_controls(found, paragraph, where, texts[index - 1] if index else "")
        if not texts[index]:
            if not held:
                _add_under_line(found, inside, paragraphs, index)
            continue
        for start, end in line_spans(paragraph.text):
            line = paragraph.text[start:end]
            lead = _lead(texts[:index])
            lead = "" if lead and _is_named(found, where.at, lead.rstrip("：:")) else lead
            row, is_tall = inside.row, inside.is_tall
            if add_boxes(found, paragraph, start, line, grouped, lead, row, is_tall=is_tall, lines=beside):
                add_beside_boxes(found, paragraph, start, line, where)
            else:
                if lines.asks_to_choose(line) or squeezed(line).endswith(("：", ":")):
                    found.group = None
                _add_blanks(found, inside, paragraphs, index, start, line, signs, held)
    if (
        inside.is_own
        and not is_told
        and len(found.spots) == count
        and is_bare_label(inside.cell)
        and not inside.is_label_below
        and not any(isinstance(b, Table) for b in inside.cell.blocks)
    ):
        _add_room(found, inside, paragraphs)


@dataclass(frozen=True, slots=True)
class _Signs:
    """The paragraphs (by number) that are for signatures, and whether any has a blank drawn to sign on."""

    at: list[int]
    are_drawn: bool
    first: int = 0

    @classmethod
    def of(cls, paragraphs: list[Paragraph], label: str) -> _Signs:
        """Those of the answer to a label: below an opinion, a day alone is one, too."""
        at = [i for i, p in enumerate(paragraphs) if _is_to_sign(p.text) and len(p.text.strip()) < 120]
        said = [(i, squeezed(p.text)) for i, p in enumerate(paragraphs) if p.text.strip()]
        if not at and words.is_opinion(label) and len(said) == 1 and words.DATE_BLANK.fullmatch(said[0][1]):
            at = [said[0][0]]
        signs = [paragraphs[i] for i in at]
        drawn = (has_drawn_end(p.text) or has_line_to_sign(p.text) or has_line_before_note(p) for p in signs)
        return cls(at, any(drawn), at[0] if at else _named_at_end(paragraphs, is_opinion=words.is_opinion(label)))


def _is_to_sign(text: str) -> bool:
    """Whether a paragraph is for a signature; a note of several words that only speaks of one makes none."""
    bare = _NOTE.sub("", text)
    return words.SIGNED.search(bare if len(squeezed(bare)) >= _NAMED else text) is not None


_NAMED = 6
"""Characters outside of a note from which they say what a paragraph is for."""


_NOTE = late.pattern(r"[（(][^（）()\s]{9,}[)）]")


def _named_at_end(paragraphs: list[Paragraph], *, is_opinion: bool) -> int:
    """The paragraph of a name that is written over a day at the end of a cell below empty ones, or below nothing where
    somebody's opinion is asked; -1 for none.
    """
    said = [i for i, p in enumerate(paragraphs) if p.text.strip()]
    if len(said) == 1 and said[0] >= _ROOM and _NAME_AND_DAY.match(paragraphs[said[0]].text):
        return said[0]
    if len(said) < _SIGNED or words.DATE_BLANK.fullmatch(squeezed(paragraphs[said[-1]].text)) is None:
        return -1
    name = paragraphs[said[-2]].text.strip()
    is_below = said[-2] > 0 and not paragraphs[said[-2] - 1].text.strip()
    is_below = is_below or (is_opinion and said[-2] == 0)
    return said[-2] if is_below and ":" in fold(name) and len(name) < _LONGEST_NAME else -1


_TERM = 12
"""Characters of words that room for their answer stands behind in a cell beside a label; more are an answer."""
_SIGNED, _LONGEST_NAME = 2, 60
_NAME = rf"[^\s：:]{{1,12}}(?:[ \u3000]+[^\s：:]{{1,8}})?[ \u3000]*[：:][{DRAWN}]*"
_NAME_AND_DAY = late.pattern(rf"[ \u3000]*(?:{_NAME}){{1,3}}(?:{words.DATE_BLANK.pattern})")
"""Who is to write a name, and the day."""


def _room_above(paragraphs: list[Paragraph], signed: int, label: str) -> Fill | Room | None:
    """The room for what a label asks above the first paragraph for a signature, or on the lines above that in it."""
    if signed < 0 or words.SIGNED.search(label) or has_boxes_text(paragraphs[signed].text):
        return None
    if signed:
        begun = next(
            (i for i, p in enumerate(paragraphs[:signed]) if p.text.strip() and not words.is_hint(p.text)), signed
        )
        is_told = any(p.text.strip() for p in paragraphs[:begun])
        at = next((i + 1 for i in range(signed - 1, -1, -1) if paragraphs[i].text.strip()), 0) if is_told else 0
        is_room = begun >= min(signed, _ROOM) and (not is_told or (begun == signed and at < signed))
        return Fill(paragraphs[at], 0, len(paragraphs[at].text)) if is_room else None
    signs = (m for pattern in (words.SIGNED, words.DATE_BLANK) for m in pattern.finditer(paragraphs[0].text))
    before = next((m.start() for m in signs), 0)
    above = paragraphs[0].text[:before].split("\n")[:-1]
    if not above and lines.has_named_blank(paragraphs[0].text[:before]):
        return None
    if not above:
        return Room(paragraphs[0], [], is_above=True) if words.is_opinion(label) or words.is_judged(label) else None
    return None if above[0].strip() else Fill(paragraphs[0], 0, len(above[0]))


def _is_over_signature(inside: Inside, paragraphs: list[Paragraph]) -> bool:
    """Whether a cell in a high row is a title that asks for an opinion, right over a line for the signature or seal."""
    said = [p.text.strip() for p in paragraphs]
    is_high = inside.row is not None and inside.row.is_full and inside.row.height >= _HIGH
    is_title = is_high and len(said) > 1 and words.is_title(said[0]) and words.is_opinion(said[0])
    return is_title and not said[0].endswith(("：", ":")) and words.SIGNED.search(said[1]) is not None


_HIGH = 1000
"""The height of a row (w:trHeight) in which an opinion has room over a signature."""


def _is_beside_opinion(found: Found, where: Where) -> bool:
    """Whether the room for an opinion under the same label was found in the same row."""
    row = where.at.rpartition("/")[0]
    beside = itertools.takewhile(lambda spot: spot.at.rpartition("/")[0] == row, reversed(found.spots))
    labels = where.labels
    return any(s.at != where.at and s.labels[: len(labels)] == labels and words.is_opinion(labels[-1]) for s in beside)


def _add_hinted(found: Found, paragraphs: list[Paragraph], where: Where, *, is_prompt: bool = False) -> bool:
    """Whether all that stands in an answer's cell is a hint, in brackets or drawn as one, which the answer replaces."""
    shown = [p for p in paragraphs if p.text.strip()]
    text = shown[0].text.strip() if len(shown) == 1 else ""
    is_role = text.startswith(("（", "(")) and words.is_bracketed(text) and not words.is_latin(text)
    if is_role and words.is_owner(text) and len(text) <= _ROLE:
        end = len(shown[0].text.rstrip())
        found.add("text", where, [], [Fill(shown[0], end, len(shown[0].text))], ROOM_BEHIND)
        return True  # it says whose the answer is, and stays: （主席）
    is_short = (len(text) <= _SHORT and words.is_hint(text)) or words.SAMPLED.match(text) is not None
    is_short = is_short or (is_prompt and bool(text) and not words.ORDINAL.fullmatch(squeezed(text)))
    is_short = is_short or (
        bool(words.TELLS.match(text)) and not words.ONLY_TELLS.fullmatch(words.label_key(where.labels[-1]))
    )
    is_short = is_short or placeholders.is_prompt(text)
    if words.SIGNED.search(text) or (not _HINT.fullmatch(text) and not is_short):
        return False
    if any(b in shown[0].text for b in ticks.BOXES) or re.search(r"[ \u3000_＿]{2,}", shown[0].text.strip()):
        return False
    found.add("text", where, [], [Fill(shown[0], 0, len(shown[0].text))], HINTED)
    return True


def _add_hinted_room(found: Found, paragraphs: list[Paragraph], where: Where) -> bool:
    """Whether an answer's cell is a hint and empty paragraphs, which are the answer's place."""
    if not where.labels:
        return False
    room = room_below(paragraphs, 0, _ROOM) if _HINT.fullmatch(paragraphs[0].text.strip()) else None
    if room is None and tells_in_room(paragraphs):
        at = next(i for i, p in enumerate(paragraphs) if p.text.strip())
        room = room_below(paragraphs, at, _ROOM) or paragraphs[0]
    if room is not None:
        found.add("text", where, [], [Fill(room, 0, len(room.text))], HINTED)
    return room is not None


def _is_named(found: Found, at: str, label: str) -> bool:
    """Whether a place of the same cell has a label already."""
    here = itertools.takewhile(lambda spot: spot.at == at, reversed(found.spots))
    return any(spot.labels[-1:] == [label] for spot in here)


def _lead(texts: list[str]) -> str:
    """The line over a group of boxes that introduces it."""
    said = next((t for t in reversed(texts) if t), "")
    own = next((t for t in reversed(texts) if t and not words.is_latin(t)), "")
    said = (
        own if words.is_latin(said) and ends_asking(own) and "\n" not in own else said
    )  # the same in English below it
    return "" if any(b in said for b in ticks.BOXES) else said


def _add_under_line(found: Found, inside: Inside, paragraphs: list[Paragraph], index: int) -> None:
    """An empty paragraph right under a line in an answer's cell that names what to write there."""
    line = paragraphs[index - 1].text.strip() if index else ""
    if inside.is_own or not line:
        return
    if any(b in line for b in ticks.BOXES) or lines.blanks_in(line) or words.is_hint(line):
        return
    is_asking = re.search(r"\d+\s*字|[:：?？]$|words", line)
    if is_asking and not words.STATEMENT.search(line) and not words.SIGNED.search(line):
        fill = Fill(paragraphs[index], 0, len(paragraphs[index].text))
        found.add("text", Where(inside.where.at, inside.where.labels), [line], [fill], ROOM_BELOW)


def _add_room(found: Found, inside: Inside, paragraphs: list[Paragraph]) -> None:
    """The room in a cell that holds nothing but a label."""
    texts = [p.text.strip() for p in paragraphs]
    label = "\n".join(t for t in texts if t)
    blanks = trailing_blanks(inside.cell)
    is_titled = not texts[0]
    is_elsewhere = words.SIGNED.search(label) or words.TO_TICK.search(label) or _refers(label)
    is_elsewhere = is_elsewhere or any(map(lines.has_boxes_as_words, texts))
    if words.STATEMENT.search(label) or is_elsewhere or is_titled or _is_set_upright(texts):
        return
    if (words.is_hint(label) and blanks < 2) or words.is_told(label) or words.SECTION_TITLE.match(label):
        return
    if words.ORDINAL.fullmatch(squeezed(label)):
        return
    is_asking = inside.asks or re.search("[?？]", label) or (inside.row is not None and inside.row.is_label_row)
    if not (blanks or is_asking):
        return
    last = max(i for i, t in enumerate(texts) if t)
    if blanks:
        target = paragraphs[last + 1]
        fill = Fill(target, 0, len(target.text))
    else:
        at = len(paragraphs[last].text.rstrip())
        fill = Fill(paragraphs[last], at, at)
    found.add("text", Where(inside.where.at), [label], [fill], ROOM_BELOW if blanks else ROOM_BEHIND)


def _refers(label: str) -> bool:
    """Whether words in English tell to write somewhere else, or what the marks of a scale stand for."""
    is_elsewhere = words.is_hint(label.split(":")[-1].strip()) and words.REFERENCE.search(label) is not None
    return words.is_latin(label) and (is_elsewhere or any(map(lines.explains_marks, label.split("\n"))))


def _is_set_upright(texts: list[str]) -> bool:
    """Whether the characters of a word stand one under the other, so that empty lines only set them apart."""
    said = [t for t in texts if t]
    return len(said) > 1 and all(len(t) == 1 for t in said)


def _add_blanks(
    found: Found,
    inside: Inside,
    paragraphs: list[Paragraph],
    index: int,
    start: int,
    line: str,
    signs: _Signs,
    held: list[Control],
) -> None:
    """The blanks of a line without boxes."""
    paragraph = paragraphs[index]
    is_numbered = lines.is_numbered_line(line) and start == 0
    if inside.is_own and (lines.is_drawn_line(line) or is_numbered) and not lines.are_apart(line):
        _add_ruled(found, inside, paragraphs, index, start, line)
        return
    if inside.is_own and _is_asked_below(paragraphs, index, line):
        return
    over = paragraphs[index - 1].text.strip() if index else ""
    asking = replace(inside.where, labels=[over]) if ends_asking(over) else inside.where
    if inside.is_own and add_asked_here(found, paragraph, start, line, asking):
        return
    underlined = underlined_in(paragraph, start, start + len(line))
    blanks = beside_controls(lines.blanks_in(line, underlined, is_answer=not inside.is_own), start, line, held)
    gap = re.search(r"\S([ \u00a0\u3000]{5,})$", line)
    is_work = "《" in line or len(line.strip()) > _TERM  # a title, or so, which the form prints as the answer
    if not blanks and not inside.is_own and gap and not is_work and words.is_title(line) and not words.is_figure(line):
        blanks = [lines.Blank(gap.start(1), gap.end(1), line.strip(), "", True)]
    blanks = (
        blanks
        or lines.prompt_end_in(line)
        or lines.told_end_in(line)
        or (lines.noted_end_in(line) if inside.is_own else [])
    )
    is_here = index in signs.at and ("\n" not in paragraph.text or words.SIGNED.search(line) is not None)
    is_signed = any(i < index for i in signs.at) or words.SIGNED.search(paragraph.text[: start + len(line)]) is not None
    if not blanks and inside.is_own and (label := _reason_above(paragraphs, index, signs)):
        add_room(found, paragraphs[index + 1], label, inside.where)
    elif not blanks and inside.is_own and (room := _below_notes(paragraphs, index)) is not None:
        add_room(found, room, paragraphs[index].text.strip(), inside.where)
    if (
        blanks
        and not start
        and index
        and (clause := lines.clause_before(paragraphs[index - 1].text.strip(), line, blanks[0]))
    ):
        blanks = [replace(blanks[0], label=clause), *blanks[1:]]
    if blanks and inside.is_own and not start and not words.label_key(blanks[0].label):
        title = _title_above(paragraphs[max(0, index - _NEAR) : index])
        below = paragraphs[index + 1].text.split("\n")[0] if index + 1 < len(paragraphs) else ""
        is_first = not title or paragraphs[index - 1].text.strip() == title
        if not is_first or (title and lines.blanks_in(below) and not any(map(str.isalnum, below))):
            found.leave(line, inside.where.at, SIDE_BY_SIDE)  # nothing tells it from the line beside it
            return
        blanks = [replace(blanks[0], label=title), *blanks[1:]]
    if len(blanks) == 1 and not start and (own := _translated_above(paragraphs[:index], blanks[0].label)):
        blanks = [replace(blanks[0], label=own)]
    where = _below_boxes(found, _signed_by(inside.where, paragraphs[:index]))
    for number, blank in enumerate(blanks):
        is_sign = is_here and not _asks_more(line, blank)
        is_day = blank.is_date and is_signed and not lines.is_day_of_its_own(line, blank)
        if (is_sign or is_day) and not signs.are_drawn:
            found.leave(line, inside.where.at, SIGNATURE)
        elif blank.is_drawn or blank.is_date or blank.is_bare:
            add_blank(found, paragraph, start, line, blank, where, shared_label(blanks, number, line))
        elif _asks(inside, paragraphs, index, line, blank, signs):
            if room := room_below(paragraphs, index, _ROOM):
                add_room(found, room, blank.label, inside.where)
            else:
                add_blank(found, paragraph, start, line, blank, inside.where, shared_label(blanks, number, line))


_NEAR = 4
"""Paragraphs above a line without words in which the title is that names it."""


def _title_above(above: list[Paragraph]) -> str:
    """The title in English over lines without words, each of which is a place; "" where something else stands there."""
    said = next((p.text.strip() for p in reversed(above) if any(map(str.isalnum, p.text))), "")
    is_title = words.is_latin(said) and words.is_title(said, _QUESTION) and not lines.looks_like_a_place(said)
    return said if is_title and not words.is_hint(said) else ""


def _translated_above(above: list[Paragraph], label: str) -> str:
    """The title in Chinese right above a label that says the same in English; "" where none stands there."""
    said = above[-1].text.strip() if above else ""
    is_own = words.is_latin(label) and len(label) > 1 and not words.is_latin(said) and words.is_title(said, _SHORT)
    return said if is_own and not lines.looks_like_a_place(said) and not words.is_hint(said) else ""


def _is_translated(said: list[str]) -> bool:
    """Whether the first words below are a label in Chinese right over the same in English with a colon."""
    first = next((i for i, x in enumerate(said) if x.strip()), len(said))
    own, other = (said[i].strip() if i < len(said) else "" for i in (first, first + 1))
    is_own = words.is_title(own, _SHORT) and not words.is_latin(own) and not ends_asking(own)
    return is_own and words.is_latin(other.rstrip("：")) and other.endswith(("：", ":"))


def _add_ruled(found: Found, inside: Inside, paragraphs: list[Paragraph], index: int, start: int, line: str) -> None:
    """A line to write on below the label or question of its cell, with those that go on right below it."""
    paragraph = paragraphs[index]
    said = paragraph.text[: max(0, start - 1)].rstrip("\n").split("\n")[-1].strip() if start else ""
    above = next((n for n in range(index - 1, -1, -1) if paragraphs[n].text.strip()), 0)
    over = said or paragraphs[above].text.strip().split("\n")[-1]
    is_asked = ends_asking(over) or (lines.is_numbered_line(line) and words.ASKS_FOR_SOME.search(over) is not None)
    if not is_asked or not words.is_label(over) or words.SIGNED.search(over):
        is_taken = not said and any(paragraph in e.hints for e in _rooms(found, inside.where.at))
        if not is_taken:
            found.leave(line, inside.where.at, FURTHER_LINE)
        return
    label = lines.label_before(over) if over.endswith((":", "：")) else over
    if said:
        fill = Fill(paragraph, start, lines.end_of_drawn(paragraph.text, start))
        found.add(words.kind_of(label, ""), inside.where, [label], [fill], DRAWN_LINES)
        return
    ruled = itertools.takewhile(lambda x: lines.is_to_write_on(x.text), paragraphs[index:])
    room = Room(paragraphs[above], [*paragraphs[above + 1 : index], *ruled])
    found.add("longtext", inside.where, [label], [room], DRAWN_LINES)


def _rooms(found: Found, at: str) -> list[Room]:
    """The rooms for long answers that were found in a cell."""
    return [e for s in found.spots if s.at == at for e in s.edits if isinstance(e, Room)]


def _signed_by(where: Where, above: list[Paragraph]) -> Where:
    """A place below a line for a signature or seal with nothing drawn, which says whose it is: 施工项目部（章）：."""
    last = next((p.text for p in reversed(above) if p.text.strip()), "")
    said = next((p.text for p in reversed(above) if is_bare_signature(p.text)), "")
    is_in_block = bool(said) and (last == said or lines.has_named_blank(last))
    return replace(where, owners=[without_brackets(said).strip(" ：:"), *where.owners]) if is_in_block else where


def _is_asked_below(paragraphs: list[Paragraph], index: int, line: str) -> bool:
    """Whether the answer to a label stands in the place of the prompt right below it."""
    below = paragraphs[index + 1].text if index + 1 < len(paragraphs) else ""
    return ends_asking(line) and placeholders.asked_here(below) is not None


def _below_boxes(found: Found, where: Where) -> Where:
    """A place behind the boxes of its cell, which may go on about what these ask: □有 □无, and below it 姓名____."""
    here = itertools.takewhile(lambda s: s.at == where.at, reversed(found.spots))
    asked = next((s.labels[-1] for s in here if s.labels and kind_named(s.kind).has_options), "")
    return replace(where, owners=[*where.owners, asked]) if asked else where


def _reason_above(paragraphs: list[Paragraph], index: int, signs: _Signs) -> str:
    """The words over empty paragraphs before a signature, which name what is written there; "" for none."""
    if room_below(paragraphs, index, _ROOM) is None or not any(i > index for i in signs.at):
        return ""
    first = index
    while first and paragraphs[first - 1].text.strip():
        first -= 1
    said = [p.text.strip() for p in paragraphs[first : index + 1]]
    label = "\n".join(said)
    is_asking = words.is_label(label) and words.is_title(said[0]) and not words.is_hint(said[0])
    is_own = any(i in signs.at for i in range(first, index + 1)) or words.STATEMENT.search(label)
    return "" if not is_asking or is_own or has_boxes_text(label) or lines.blanks_in(said[-1]) else label


def _below_notes(paragraphs: list[Paragraph], index: int) -> Paragraph | None:
    """The room under a numbered title or a question, and under the notes right below it; None where there is none."""
    title = paragraphs[index].text.strip()
    is_question = title.endswith(("？", "?")) and not words.is_latin(title) and words.is_title(title, _QUESTION)
    is_section = SECTION.match(title) is not None and words.is_title(title)
    near = paragraphs[max(0, index - _BESIDE) : index + _BESIDE]
    is_numbered = (is_section or _is_counted(near, title)) and not ends_asking(title)
    if not (is_question or is_numbered) or words.SIGNED.search(title):
        return None
    last = index
    while last + 1 < len(paragraphs) and _is_note(paragraphs[last + 1].text):
        last += 1
    return room_below(paragraphs, last, _ROOM) if not words.STATEMENT.search(title) else None


_BESIDE = 24
"""Paragraphs of a cell in which another figure is looked for."""


def _is_counted(paragraphs: list[Paragraph], title: str) -> bool:
    """Whether a short title in Chinese begins with a figure, as another line near it does: 1.主要内容, 2.要求：."""
    is_own = NUMBERING.match(title) is not None and words.is_title(title, _SHORT) and not words.is_latin(title)
    return is_own and sum(NUMBERING.match(p.text) is not None for p in paragraphs) > 1


_QUESTION = 60
"""Characters of a question at most that has room below it in its cell."""


def _is_note(text: str) -> bool:
    """Whether a paragraph of a cell tells how to answer."""
    return words.is_hint(text) or _NOTED.match(text) is not None


_NOTED = late.pattern(r"\s*(?:备注|注|说明|格式|要求|列出|请)(?:内容)?[^：:]{0,6}[：:]?")


def _is_over_table(cell: Cell, paragraph: Paragraph) -> bool:
    """Whether a table of a cell stands right below one of its paragraphs."""
    below = next((b for a, b in itertools.pairwise(cell.blocks) if a is paragraph), None)
    return isinstance(below, Table)


def _asks_more(line: str, blank: lines.Blank) -> bool:
    """Whether a blank in the line of a signature is for something else, a mark, say."""
    is_named = line[: blank.start].rstrip(DRAWN).endswith(("：", ":")) and bool(words.label_key(blank.label))
    is_signers = words.SIGNED.search(blank.label) or words.SIGNER.search(words.label_key(blank.label))
    is_more = is_named and blank.is_drawn and not blank.is_date and not is_signers
    return is_more or lines.is_day_of_its_own(line, blank)


def _asks(
    inside: Inside, paragraphs: list[Paragraph], index: int, line: str, blank: lines.Blank, signs: _Signs
) -> bool:
    """Whether a bare colon asks for an answer, and does not lead on to what follows."""
    if blank.end < len(line.rstrip()) or not blank.label or words.NAME_OF_FORM.fullmatch(blank.label):
        return False
    if any(map(lines.explains_marks, paragraphs[index].text.partition(line)[2].split("\n"))):
        return False
    rest = [p.text for p in paragraphs[index + 1 :]]
    following = next((t for t in rest if t.strip()), "")
    has_room = bool(rest) and not rest[0].strip()
    offers = has_boxes_text(following) or lines.has_boxes_as_words(following)
    if following and not has_room and (offers or is_prose(following)):
        return False
    if room_below(paragraphs, index, _ROOM) is None and (offers or _is_translated(rest)):
        return False
    if following and not has_room and words.NOTE.match(line):
        return False  # what it notes is printed
    if following and lines.ends_in_dash(line):
        return False
    if placeholders.placeholders_in(following) or _is_over_table(inside.cell, paragraphs[index]):
        return False
    if (inside.is_label_below and not has_room) or (inside.is_own and lines.is_to_write_on(following)):
        return False
    return words.SIGNED.search(line) is not None or not words.STATEMENT.search(blank.label)
