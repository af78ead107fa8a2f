"""Places: where a blank form wants an answer, what words name each place, and how sure that is.

The form is read as a person reads it: sections from headings, rows from labels
at the left, columns from header rows, groups from labels that are merged over
several rows.  A place is an empty cell that some words name, a blank inside a
line (see `lines`), a group of boxes, rows to be repeated, or the room under a
heading.  Instructions, photographs, what an office fills in and bare signature
lines are left alone; `Found.left` says which and why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docfill import late, limits
from docfill.kinds import kind_named
from docfill.tag import lines, marks, placeholders, words
from docfill.tag.around import Around, with_surroundings
from docfill.tag.asking import is_counted
from docfill.tag.blanks import (
    add_asked_here,
    add_beside_boxes,
    add_blank,
    add_controls,
    add_room,
    beside_controls,
    is_below_whole,
)
from docfill.tag.boxes import add_boxes, add_headed, are_headed
from docfill.tag.cells import (
    Control,
    asks_itself,
    ends_asking,
    has_boxes_text,
    has_line_to_sign,
    in_text_box,
    is_bare_signature,
    is_drawn_box,
    is_empty,
    is_led,
    is_listed,
    is_note,
    is_prose,
    line_spans,
    shared_label,
    underlined_in,
)
from docfill.tag.found import Found, Where
from docfill.tag.listed import add_listed
from docfill.tag.outline import parts_of
from docfill.tag.rest import tell_of_rest
from docfill.tag.rowkinds import is_comb
from docfill.tag.spots import (
    CAPTIONED,
    DRAWN_BOXES,
    DRAWN_LINES,
    FURTHER_LINE,
    HINTED,
    OUTLINE,
    PHOTO,
    SIDE_BY_SIDE,
    SIGNATURE,
    TEXT_BOX,
    Fill,
    Room,
    Spot,
)
from docfill.tag.table import add_table
from docfill.tag.titles import title_of_form
from docfill.text import NUMBERING, SECTION, fold, without_brackets
from docfill.values import DRAWN
from docfill.word.blocks import Kind
from docfill.word.document import Document, Paragraph, Table
from docfill.word.xml import W

_SUBJECT_BEFORE = late.pattern(r"\s*([^：:_＿\n]{2,40})[：:]\s+(?=\d{1,2}[.．、]\s*\S)")


def places_of(document: Document) -> Found:
    """The places of a blank form's body."""
    found = Found()
    blocks = document.blocks
    rooms = set()
    for part in parts_of(blocks, is_roomy=False):
        if isinstance(part.content, Room) and any(map(str.isalpha, part.headings[-1])):
            rooms.add(part.index)
            found.add("longtext", Where(str(part.index)), part.headings, [part.content], OUTLINE)
    tables = sum(isinstance(b, Table) for b in blocks)
    has_said = is_over_table = has_table = False
    heading = ""  # in capitals, with nothing behind it yet but words that tell what to do
    over = ""  # the words right above, or the title that a table of one cell is for the next one
    for index, (block, around) in enumerate(with_surroundings(blocks)):
        if isinstance(block, Table):
            found.group, found.party, found.columns = None, "", []
            count = len(found.spots)
            if heading and not found.sections and tables > 1:
                found.sections = [heading]
            heading = ""
            add_table(found, block, str(index), around.said, over)
            over = _title_of_next(block) if len(found.spots) == count else ""
            found.keys, found.firsts = set(), []
            has_table = has_table or len(block.rows) > _FEW
            is_over_table = bool(found.sections) and not SECTION.match(found.sections[0])
            continue
        over = block.text.strip() or over
        if is_over_table and block.text.strip():
            found.sections, is_over_table = [], False  # a title right over a table is that table's
        if block.text.strip():
            found.heads = []
            found.keys |= lines.keys_explained(block.text)
            found.is_marking = found.is_marking or words.MARKING.search(block.text) is not None
        count, edits = len(found.spots), _edits(found)
        if found.sections and _is_next_of(found.sections[0], block):
            found.sections = []
        if index not in rooms:
            _add_paragraph(found, block, str(index), around)
            _follow(found, found.spots[count:])
            named = [s.labels[-1] for s in found.spots[count:] if s.labels]
            party = next((x for n in named if (x := n if words.is_party(n) else words.signer_of(n))), "")
            if party and (words.is_side(party) or not words.is_side(found.party)):
                found.party = party
            found.sides = words.sides_of(block.text) or lines.titles_apart(block.text) or found.sides
            if len(found.sides) > 1 and len(named) == len(found.sides) and len({*named}) == 1:
                for spot, side in zip(found.spots[count:], found.sides, strict=True):
                    spot.owners.insert(0, side)
        shown = block.text.strip()
        if len(found.spots) > count or _edits(found) > edits or index in rooms or not shown:
            heading = heading if not shown else ""
            continue
        found.firsts = []
        longest = _TITLE * (1 + (_SECTION_OF.match(shown) is not None))
        is_title = words.is_title(shown, longest) and not words.DATED.match(shown) and not lines.explains_a_mark(shown)
        is_title = is_title and any(map(str.isalpha, shown)) and not _goes_on_from_title(found, shown, around)
        is_title = is_title and not around.is_over_scale
        found.title = title_of_form(shown) or found.title
        heading = _COUNT.sub("", shown) if found.spots and _is_in_capitals(shown) else heading
        is_above_table = isinstance(around.following, Table) and is_title and not words.is_hint(shown)
        is_of_all = not has_table and words.FORM_TITLE.search(words.label_key(shown)) is not None
        if (SECTION.match(shown) and is_title) or (is_above_table and has_said and tables > 1 and not is_of_all):
            found.sections, found.party = [shown], ""
        elif words.begins_form(shown):
            found.sections, found.head = [], shown if len(found.spots) > len(rooms) else ""
        elif words.DECLARATION.match(shown) or (is_above_table and is_of_all):
            found.sections = []
        elif (
            _is_head(shown)
            and not is_listed(block)
            and not (isinstance(around.following, str) and lines.noted_label(around.following))
            and (found.spots or not words.is_latin(shown) or words.is_owner(shown))
        ):
            found.head = shown
            if found.spots and found.spots[-1].labels == [shown] and not words.SIGNED.search(shown):
                found.head = ""  # a caption under its line, which is nobody's
        elif words.is_latin(shown) and (words.is_told(shown) or words.SPOKEN.match(shown)):
            found.head = ""
        has_said = True
    add_listed(found, blocks)
    tell_of_rest(found, document)
    found.spots.sort(key=lambda spot: [*map(int, spot.at.split("/"))])
    return found


def _is_in_capitals(shown: str) -> bool:
    """Whether a line is one title in capitals, of some length, and no form's."""
    is_large = shown.isupper() and words.is_latin(shown) and _LEAST_HEADING <= len(shown) <= 2 * _TITLE
    is_large = is_large and not lines.looks_like_a_place(shown) and len(lines.heads_apart(shown)) < _SEVERAL
    return is_large and words.FORM_TITLE.search(words.label_key(shown)) is None


_LEAST_HEADING, _SEVERAL = 7, 2
_COUNT = late.pattern(r"^[\d.]+\s+")


def _goes_on_from_title(found: Found, shown: str, around: Around) -> bool:
    """Whether a line in capitals at the top of a form goes on from the one right above, as its title does."""
    is_large = shown.isupper() and around.said.isupper() and around.above is not None
    return is_large and not found.spots and not NUMBERING.match(shown) and SECTION.match(shown) is None


def _title_of_next(table: Table) -> str:
    """The words of a table that is one cell with a title."""
    cells = [c for row in table.rows for c in row.cells]
    said = cells[0].text.strip() if len(cells) == 1 else ""
    return said if words.is_title(said, 2 * _TITLE) else ""


def _follow(found: Found, spots: Sequence[Spot]) -> None:
    """Tells the places of a line in English the first labels of it and of the lines above."""
    named = [s for s in spots if s.labels and s.host is None and words.is_latin(s.labels[-1])]
    named = [s for s in named if not kind_named(s.kind).has_options]
    for spot in named:
        own = [(named[0].labels[-1], False)] if spot is not named[0] else []
        spot.leaders = [*own, *((x, True) for x in reversed(found.firsts[-_FOLLOWED:]))]
    found.firsts += [s.labels[-1] for s in named[:1]]


_FOLLOWED = 3
"""Lines above a label in which the one that it goes on from is looked for."""
_TITLE = 40
"""Characters of a title of what stands below at most; twice as many letters, where it counts the sections."""
_SECTION_OF = late.pattern(r"(?:section|part|schedule) [A-Z0-9]{1,4}\b(?=[^.?!]*$)", re.I)
_FEW = 3
"""Rows of a table that may stand over the title of a form."""
_HEAD = 16
"""Characters of a title that the labels below it may be called after; twice as many letters."""


def _is_head(shown: str) -> bool:
    """Whether a line is a short title that the labels below it may be called after; the form's own name is none."""
    is_short = len(without_brackets(shown)) <= _HEAD * (1 + words.is_latin(shown))
    is_title = words.is_title(shown) and not words.DATED.match(shown) and not lines.looks_like_a_place(shown)
    is_title = is_title and not lines.options_printed_in(shown) and not lines.asks_to_choose(shown)
    is_title = is_title and not words.SPOKEN.match(shown) and words.OPEN_END.search(shown) is None
    return is_short and is_title and words.FORM_TITLE.search(words.label_key(shown)) is None


def _edits(found: Found) -> int:
    """How many places the last one and its group have: boxes that went on with a group begin none."""
    return len(found.group.edits) if found.group is not None else 0


def _is_next_of(section: str, paragraph: Paragraph) -> bool:
    """Whether a paragraph is numbered as the heading of a section is, and so stands in it no more."""
    own, said = _NUMBERED.match(paragraph.text), _NUMBERED.match(section)
    if own is None or said is None or own[1].isdigit() != said[1].isdigit():
        return False
    if own[2] != said[2]:
        return own[1].isdigit() and int(own[1]) == int(said[1]) + 1
    return own[1] != said[1]


_NUMBERED = late.pattern(r"\s*(\d{1,2}|[一二三四五六七八九十]{1,3})([.．、])(?!\d)")


def _add_paragraph(found: Found, paragraph: Paragraph, at: str, around: Around) -> None:
    shown = paragraph.text.strip()
    asked = found.asked if words.is_relative(shown) else ""
    head = "" if _names_signer(shown) else found.head
    where = Where(at, [], [*filter(None, (asked, found.party, head))])
    found.asked = f"{shown.partition('?')[0]}?" if "?" in shown else found.asked
    said = around.said if around.above is not None and words.is_title(around.said) else ""
    held = add_controls(found, paragraph, where, said)
    if not paragraph.text.strip():
        if around.is_captioned and isinstance(around.following, str) and is_led(paragraph):
            fill = Fill(paragraph, 0, len(paragraph.text))
            found.add("text", where, [around.following.strip()], [fill], CAPTIONED)
        if in_text_box(paragraph) and not held:
            _add_text_box(found, paragraph, where, around.said)
        return
    if photo := _photo_of_box(paragraph):
        if not any((x.text, x.reason) == (photo, PHOTO) for x in found.left):
            found.leave(photo, at, PHOTO)
        return
    spans = line_spans(paragraph.text)
    if spans and (subject := _subject_before(paragraph.text[slice(*spans[0])])):
        found.sections = [subject[1]]
        spans[0] = (spans[0][0] + subject.end(), spans[0][1])
    for number, (start, end) in enumerate(spans):
        line = paragraph.text[start:end]
        lead = next((x for x in reversed(paragraph.text[:start].split("\n")) if x.strip()), around.said)
        following = around.following if isinstance(around.following, str) else ""
        is_asked = found.group is not None or (lines.asks_to_choose(lead) and not lines.asks_for_letter(lead))
        beside = marks.beside([line, lead, following], is_asked=is_asked, is_marked=lines.says_to_mark(lead))
        beside = replace(beside, is_head=_heads_columns(following) or _has_shape(paragraph), is_item=around.is_listed)
        beside = replace(beside, is_option=around.is_option)
        headed = lines.columns_headed(line)
        if headed and not (lines.asks_to_choose(lead) and not are_headed(following, headed)):
            found.columns, found.columns_at = headed, where.at
        elif are_headed(line, found.columns):
            add_headed(found, paragraph, start, line, where, found.columns, lead.strip(), held)
            found.spoken.add(found.columns_at)
            continue
        if add_boxes(found, paragraph, start, line, where, lead.strip(), lines=beside):
            add_beside_boxes(found, paragraph, start, line, where)
        else:
            found.group = found.group if _is_note_among_boxes(paragraph, around) else None
            below = paragraph.text[slice(*spans[number + 1])] if number + 1 < len(spans) else None
            _add_blanks(found, paragraph, start, line, where, around if below is None else around.inside(below), held)


def _names_signer(shown: str) -> bool:
    """Whether a line in English says itself whose signature it is for, and so belongs to no title above."""
    label = shown.partition(":")[0]
    return words.is_latin(shown) and words.SIGNED.search(label) is not None and words.is_owner(label)


def _heads_columns(following: str) -> bool:
    """Whether the line below has several lines to write on, a tab or room apart."""
    return lines.are_apart(following) or len(marks.UNDERSCORES.findall(following)) > 1


def _has_shape(paragraph: Paragraph) -> bool:
    """Whether something is drawn over a paragraph: boxes, maybe."""
    return any(a.kind is Kind.SHAPE for a in paragraph.anchored)


def _is_note_among_boxes(paragraph: Paragraph, around: Around) -> bool:
    """Whether words in English that are drawn as notes are stand right between two options with their boxes."""
    following = around.following if isinstance(around.following, str) else ""
    is_between = around.is_followed and _begins_with_boxes(following) and _begins_with_boxes(around.said)
    is_plain = is_between and words.is_latin(paragraph.text) and not ends_asking(paragraph.text)
    return is_plain and is_note([paragraph])


def _photo_of_box(paragraph: Paragraph) -> str:
    """The words of a text box for a photograph that a paragraph stands in; "" for any other."""
    content = next(paragraph.element.iterancestors(W + "txbxContent"), None)
    said = "" if content is None else "".join(t.text or "" for t in content.iter(W + "t"))
    return said if words.is_photo(said) else ""


def _subject_before(line: str) -> re.Match[str] | None:
    """The title of several questions, where the first of them stands behind it: "Financial Information: 14. …"."""
    said = _SUBJECT_BEFORE.match(line)
    return said if said and words.SUBJECT.fullmatch(said[1].strip()) else None


def _add_blanks(
    found: Found, paragraph: Paragraph, start: int, line: str, where: Where, around: Around, held: list[Control]
) -> None:
    """The blanks of a line without boxes, but for its content controls."""
    if around.is_captioned and isinstance(around.following, str) and not lines.are_apart(line):
        fill = Fill(paragraph, start + line.index(line.strip()), start + len(line.rstrip()))
        found.add("text", where, [around.following.strip()], [fill], CAPTIONED)
        return
    if captions := _captions(line, around):
        _add_captioned(found, paragraph, start, line, where, captions)
        return
    if around.is_followed and isinstance(around.following, str) and lines.heads_lines(line, around.following):
        return
    if add_asked_here(found, paragraph, start, line, where):
        return
    if (prompt := placeholders.prompt_in(line)) is not None:
        limits.spend(_STEPS_ALIKE * around.alike)  # each is looked for among all the others when the form is read
        if is_below_whole(found, where):
            found.leave(line, where.at, SIDE_BY_SIDE)
            return
        label = around.said if around.above is not None and _may_head(around.said) else line[slice(*prompt)].strip("[]")
        found.add("text", where, [label], [Fill(paragraph, start + prompt[0], start + prompt[1])], HINTED)
        return
    if around.hinted is not None:
        add_room(found, around.hinted, line.strip(), where)
    if around.hinted is not None or around.is_hint:
        return
    if around.is_roomy and around.room is not None:
        add_room(found, around.room, line.strip(), where)
        return
    if lines.is_to_write_on(line) and any(_holds(s, paragraph) for s in found.spots[-1:]):
        return
    if lines.is_drawn_line(line) and lines.are_apart(line):
        found.leave(line, where.at, SIDE_BY_SIDE)
        return
    over = paragraph.text[:start].rstrip("\n").split("\n")[-1].strip() if start else ""
    if lines.is_drawn_line(line) and over:
        if ends_asking(over) and words.is_title(over, _ASKED):
            fill = Fill(paragraph, start, lines.end_of_drawn(paragraph.text, start))
            found.add(words.kind_of(over, ""), where, [over], [fill], DRAWN_LINES)
        elif not (found.spots and _takes(found.spots[-1], paragraph, start)):
            found.leave(line, where.at, FURTHER_LINE)
        return
    is_over_rule = (
        around.above is None or lines.is_drawn_line(around.said) or bool(lines.options_printed_in(around.said))
    )
    if lines.is_drawn_line(line) and is_over_rule:
        found.leave(line, where.at, FURTHER_LINE)
        return
    if around.above is not None and lines.is_drawn_line(line) and lines.ends_ruled(around.said):
        found.leave(line, where.at, FURTHER_LINE)
        return
    is_numbered = lines.is_numbered_line(line) and len(around.ruled) > 0 and _asks_for_lines(around.said)
    if around.above is not None and not ends_asking(around.said) and lines.is_rule(line):
        found.leave(line, where.at, FURTHER_LINE)
        return
    if around.above is not None and (lines.is_drawn_line(line) or is_numbered):
        room = Room(around.above, [*around.gap, paragraph, *around.ruled])
        found.add("longtext", where, [around.said], [room], DRAWN_LINES)
        found.head = around.said if _is_head(around.said) else ""
        return
    if lines.columns_headed(line):
        return  # they head what stands below
    is_signed = bool(words.SIGNED.search(line))
    if is_signed and words.is_latin(line) and lines.has_named_blank(line):
        found.head = line.split(":")[0].strip()
    if is_signed and words.is_opinion(around.said):
        where = Where(where.at, where.labels, [around.said, *where.owners])
    underlined = underlined_in(paragraph, start, start + len(line))
    blanks = lines.blanks_in(line, underlined)
    blanks = blanks or lines.prompt_end_in(line)
    blanks = blanks or (lines.told_end_in(line) if around.room is None and not around.has_box_after else [])
    blanks = blanks or lines.questions_in(line) or lines.room_at_end(line)
    if not blanks and not (isinstance(around.following, str) and around.is_followed):
        blanks = lines.labels_apart(line)
    if any(a.kind in (Kind.SHAPE, Kind.PICTURE) for a in paragraph.anchored):  # boxes may be drawn between the words
        blanks = [b for b in blanks if not b.is_drawn or not lines.is_gap(line, b, underlined)]
    blanks = beside_controls(blanks, start, line, held)
    if (
        blanks
        and not start
        and around.above is not None
        and (clause := lines.clause_before(around.said, line, blanks[0]))
    ):
        blanks = [replace(blanks[0], label=clause), *blanks[1:]]
    if blanks and not start and around.stem and (note := lines.noted_label(line)):
        blanks = [replace(blanks[0], label=f"{around.stem} {note}"), *blanks[1:]]
    elif blanks and not start and around.above is not None and _goes_on(around.said, line):
        blanks = [replace(blanks[0], label=f"{around.said} {blanks[0].label}"), *blanks[1:]]
    if len(blanks) > 1 and not start and around.above is not None and _goes_on_ruled(around.said, line, blanks[0]):
        found.leave(line[: blanks[1].start].strip(DRAWN), where.at, FURTHER_LINE)
        last = found.spots[-1].labels[-1:] if found.spots and lines.is_drawn_line(around.said) else []
        owner = last[0] if last else lines.label_before(around.said.rstrip(DRAWN + ".…"))
        where, blanks = replace(where, owners=[owner, *where.owners]), blanks[1:]
    asks = words.ASKS_TO_TELL.fullmatch(line.strip()) or words.TELLS_AT_END.search(line)
    if not blanks and around.room is not None and asks:
        add_room(found, around.room, line.strip(), where)
    for number, blank in enumerate(blanks):
        shared = shared_label(blanks, number, line)
        is_dated_sign = blank.is_date and (is_signed or (around.said and is_bare_signature(around.said)))
        is_dated_sign = is_dated_sign and not (has_line_to_sign(line) or lines.is_day_of_its_own(line, blank))
        is_open = _is_open(line, blank) and not (found.firsts and "\t" in line[blank.start : blank.end])
        if is_open and isinstance(around.following, str) and _is_over(blank, around.following, around):
            continue
        if _is_over_parts(line, blank, around):
            found.sections = [blank.label]
        elif is_dated_sign or (is_signed and lines.is_gap(line, blank, underlined)):
            found.leave(line, where.at, SIGNATURE)
        elif blank.is_date or blank.is_drawn:
            add_blank(found, paragraph, start, line, _answering(blank, around), where, shared)
        elif not is_signed and blank.end >= len(line.rstrip()) and _is_title(line, blank, around):
            found.sections = [blank.label]
        elif not _asks(found, line, blank, around):
            continue
        elif is_signed and not (blank.before and not words.SIGNED.search(blank.before + blank.label)):
            found.leave(line, where.at, SIGNATURE)
        elif around.room is not None:
            add_room(found, around.room, _answering(blank, around).label, where)
        else:
            add_blank(found, paragraph, start, line, _answering(blank, around), where, shared)


def _is_salutation(line: str, blank: lines.Blank) -> bool:
    """Whether a line begins a letter: 致某某委员会：, and not 致：, which asks to whom it goes."""
    is_said = blank.before != "" or len(blank.label.strip()) > _TO or not line.lstrip().startswith("致")
    return words.greets(line) and is_said


_TO = 6
"""Characters of a label from which it says to whom a letter goes."""
_STEPS_ALIKE = 4


def _may_head(said: str) -> bool:
    """Whether words in English are the title of what is to be written below them."""
    is_title = words.is_title(said, _ASKED) and words.is_latin(said) and placeholders.prompt_in(said) is None
    return is_title and not lines.looks_like_a_place(said) and not words.FORM_TITLE.search(words.label_key(said))


def _answering(blank: lines.Blank, around: Around) -> lines.Blank:
    """A blank behind “Response:” or the like, called by the question above."""
    return replace(blank, label=around.said) if _is_answer_of(blank.label, around.said) else blank


def _is_answer_of(label: str, said: str) -> bool:
    """Whether a label is “Response:” or the like, below a question or a sentence that tells to write something."""
    shown = said.strip()
    if words.ANSWER.fullmatch(label.strip()) is None or words.ANSWER.fullmatch(shown.strip(" ：:")) is not None:
        return False
    is_told = words.ASKS_TO_TELL.fullmatch(shown) is not None or is_counted(shown)
    return words.label_key(shown) != "" and (lines.asks_in_vain(said) or is_told)


def _asks_for_lines(said: str) -> bool:
    """Whether words ask for what is written on numbered lines below them."""
    is_asking = ends_asking(said) or words.ASKS_FOR_SOME.search(said) is not None
    return is_asking and words.is_latin(said) and words.SIGNED.search(said) is None


def _holds(spot: Spot, paragraph: Paragraph) -> bool:
    """Whether a paragraph is one of the lines that a place is."""
    return any(isinstance(e, Room) and paragraph in e.hints for e in spot.edits)


def _takes(spot: Spot, paragraph: Paragraph, at: int) -> bool:
    """Whether a place reaches over a position of a paragraph."""
    return any(isinstance(e, Fill) and e.paragraph is paragraph and e.start <= at < e.end for e in spot.edits)


def _goes_on_ruled(said: str, line: str, first: lines.Blank) -> bool:
    """Whether a line in English begins with more of the line to write on that the one above it ends with."""
    is_bare = not line[: first.start].strip() and words.is_latin(line) and first.is_drawn
    is_over_words = words.is_title(said.split("\n")[-1].rstrip(DRAWN + ".…"), _ASKED) and lines.ends_ruled(said)
    return is_bare and (is_over_words or lines.is_drawn_line(said))


def _goes_on(said: str, line: str) -> bool:
    """Whether a line goes on with the words of the one above: it begins with a bracket, or that ends amid a clause."""
    is_open = _AMID.search(said) is not None or (line.lstrip().startswith("(") and said[-1].isalnum())
    is_open = is_open and _CLOSING.match(said) is None
    return (
        words.is_latin(said + line) and is_open and words.is_title(said, _ASKED) and not lines.looks_like_a_place(said)
    )


_ASKED = 80
_CLOSING = late.pattern(
    r"\s*(?:yours? (?:sincerely|faithfully|truly)|(?:kind|best|warm|with kind) regards|sincerely|respectfully)\b", re.I
)
"""What a letter ends with, over the name of who writes it."""
_AMID = late.pattern(r"(?:,| (?:if|or|and|of|the|a|to|for|by|with|in))$")
"""What the words of a line end with that go on in the next one."""


def _captions(line: str, around: Around) -> list[str]:
    """The bracketed words right under a line of blanks that nothing else names, one for each."""
    following = around.following
    if not around.is_followed or not isinstance(following, str) or any(c.isalnum() for c in line):
        return []
    captions = words.CAPTION.findall(following)
    is_all = not words.CAPTION.sub("", following).strip()
    return captions if is_all and len(captions) == len(lines.ruled_in(line)) else []


def _add_captioned(
    found: Found, paragraph: Paragraph, start: int, line: str, where: Where, captions: list[str]
) -> None:
    """The lines that captions name; two answers with no words between could not be told apart."""
    asked = [c for c in captions if not words.SIGNED.search(c)]
    for (begin, end), caption in zip(lines.ruled_in(line), captions, strict=True):
        if words.SIGNED.search(caption) or len(asked) > 1:
            found.leave(caption, where.at, SIGNATURE if words.SIGNED.search(caption) else SIDE_BY_SIDE)
        else:
            fill = Fill(paragraph, start + begin, start + end)
            found.add(words.kind_of(caption, ""), where, [caption], [fill], CAPTIONED)


def _asks(found: Found, line: str, blank: lines.Blank, around: Around) -> bool:
    """Whether a colon or question mark at the end of a line has a label in front that may ask for an answer."""
    if around.has_box_after or blank.end < len(line.rstrip()) or words.INTRODUCTION.search(blank.label):
        return False
    if _is_answer_of(blank.label, around.said):
        return True
    is_over_words = around.is_heading and around.is_followed and words.is_latin(line)
    if around.is_over_prompt or is_over_words or words.NAME_OF_FORM.fullmatch(blank.label):
        return False
    is_declared = words.DECLARED.match(line) or words.DECLARATION.fullmatch(blank.label.strip())
    if words.is_latin(line):
        is_declared = is_declared or words.DECLARATION.match(blank.label.strip())
    is_subject = words.is_latin(line) and words.SUBJECT.fullmatch(blank.label) and around.following is not None
    if words.MARKING.search(line) or is_declared or (is_subject and not blank.before):
        return False
    if lines.goes_on_from(line, blank) or (_is_salutation(line, blank) and not blank.is_drawn):
        return False
    following = around.following
    if isinstance(following, str) and (
        marks.begins_with_brackets(following) or words.KIND_OF_QUESTION.fullmatch(following.strip())
    ):
        return False
    if isinstance(following, str) and _is_lead(blank, following, around):
        return False
    if isinstance(following, str) and around.is_followed and words.NOTE.match(line) and NUMBERING.match(following):
        return False  # the notes are printed
    if around.is_followed and isinstance(following, str) and lines.says_to_choose(line):
        return False  # from what stands below
    is_asked = words.ASKED.search(blank.label) is not None and not lines.asks_to_choose(line)
    is_over_options = around.is_over_list and not (isinstance(following, str) and asks_itself(following))
    if is_over_options and words.is_latin(line) and not is_asked:
        return False
    if isinstance(following, Table) and (is_comb(following) or (found.is_marking and around.is_followed)):
        return False
    if isinstance(following, Table):
        is_full = not any(is_empty(c) for row in following.rows for c in row.cells)
        if around.is_followed and is_full and words.ASKED.search(blank.label) is None:
            return False  # it leads to what the table prints
        is_asked = not words.is_latin(blank.label) or words.ASKED.search(blank.label) is not None
        key = words.label_key(blank.label)
        return is_asked and 0 < len(key) <= (10 if around.is_followed else 16) and not words.LISTING.search(key)
    if blank.is_question and isinstance(following, str) and words.ANSWER.fullmatch(following.strip(" :：_＿\t")):
        return False
    is_next = following is not None and words.DECLARATION.match(following.strip()) is not None
    is_next = is_next or (isinstance(following, str) and _is_counted_on(line, following))
    is_roomy = (bool(blank.before) and words.ASKED.search(blank.label) is not None) or (
        blank.is_question and around.room is not None
    )
    if isinstance(following, str) and (_leads_on(line, following) or _is_over_blanks(line, blank, around)):
        return False
    if following is not None and not (is_next or is_roomy):
        is_over_line = lines.is_to_write_on(following) and not around.is_over_captioned
        if is_over_line or _goes_on_below(found, blank, following, around):
            return False
    if blank.is_question or len(blank.label) > 40:
        has_room = following is None or is_next or not around.is_followed or asks_itself(following)
        longest = _LONGEST_ASKED if around.room is not None else _LONG_ASKED
        return has_room and len(blank.label) <= (longest if words.is_latin(blank.label) else 40)
    return bool(blank.label)


def _goes_on_below(found: Found, blank: lines.Blank, following: str, around: Around) -> bool:
    """Whether the words below a label are what it leads on to, and no heading of what comes next."""
    is_asked = words.ASKED.search(blank.label) is not None or _is_next_alike(found.firsts, blank.label)
    is_among = bool(found.firsts) and words.is_latin(blank.label) and is_asked
    if is_among and not NUMBERING.match(following) and not has_boxes_text(following):
        return False  # one more of the labels above, each with nothing but its colon
    is_told_apart = words.is_told(following) and len(blank.label.split()) <= _LABEL_WORDS and not around.is_over_list
    if is_told_apart and words.is_latin(blank.label) and words.ASKED.search(blank.label) is not None:
        return False  # what stands below tells about the rest of the form
    is_heading = not around.is_followed and words.is_capitalized(following) and not NUMBERING.match(following)
    shown = following.strip()
    is_sentence = around.is_followed and shown.endswith("。") and len(shown) > _SENTENCE and not words.is_hint(shown)
    is_sentence = is_sentence and not lines.blanks_in(shown) and not asks_itself(shown)
    return (is_sentence or is_prose(following)) and not is_heading


def _is_next_alike(firsts: Sequence[str], label: str) -> bool:
    """Whether a label differs from the one above in its figure only: Elective 2, Elective 3."""
    return bool(firsts) and firsts[-1] != label and _FIGURES.sub("", firsts[-1]) == _FIGURES.sub("", label)


_FIGURES = late.pattern(r"\d{1,2}")
_LABEL_WORDS = 3
"""Words of a label that asks for something whatever is told below it, at most."""
_SENTENCE = 8
"""Characters of a line in Chinese from which it is a sentence where it ends in a stop."""


def _is_counted_on(line: str, following: str) -> bool:
    """Whether a line carries the number right before that of the next one, as questions of one list do."""
    own, below = _NUMBERED.match(line), _NUMBERED.match(following)
    if own is None or below is None or own[2] != below[2] or not (own[1] + below[1]).isdigit():
        return False
    return int(below[1]) == int(own[1]) + 1 and not words.is_latin(line)


def _is_over_blanks(line: str, blank: lines.Blank, around: Around) -> bool:
    """Whether a numbered heading leads on to a line right below it that has blanks with labels, and no number."""
    following = around.following
    is_heading = around.is_followed and NUMBERING.match(line) is not None and words.ASKED.search(blank.label) is None
    if not is_heading or not isinstance(following, str) or NUMBERING.match(following):
        return False
    return any(b.is_drawn and words.label_key(b.label) for b in lines.blanks_in(following))


def _is_over_parts(line: str, blank: lines.Blank, around: Around) -> bool:
    """Whether a line is a numbered heading and nothing else, over its first part: 3．付款方式： and 3．1…."""
    following = around.following
    is_all = not line[blank.end :].strip(DRAWN + "‘’'“”\"、") and not blank.before and blank.label in line
    return is_all and isinstance(following, str) and _is_divided(line, following)


def _is_divided(line: str, following: str) -> bool:
    """Whether a line is numbered below another one: 3. and 3.1."""
    own, below = _NUMBERED.match(line), _PART_OF.match(following)
    return own is not None and below is not None and own[1] == below[1]


_PART_OF = late.pattern(r"\s*(\d{1,2})[.．]\d")


def _leads_on(line: str, following: str) -> bool:
    """Whether a line numbered as a heading leads on to one numbered below it: 三、…： and （一）…, or 1、…."""
    if _is_divided(line, following) or (_FIRST_ITEM.match(following) and not _FIRST_ITEM.match(line)):
        return True
    if _PRINTED.fullmatch(following) and words.ASKED.search(line) is None and not lines.blanks_in(following):
        return True
    own, below = NUMBERING.match(line), NUMBERING.match(following)
    if own is None or below is None:
        return False
    one, other = own[0].strip(), below[0].strip()
    is_first_part = SECTION.match(line) is not None and _FIRST_PART.match(other) is not None
    return is_first_part or (not one.startswith(("（", "(")) and other.startswith(("（", "(")))


_FIRST_ITEM = late.pattern(r"\s*(?:[（(]?1[)）]|[①⑴⒈]|[（(]一[)）]|A[.．、]?[一-鿿])")
"""The number of the first item of a list, which what stands over it leads on to."""
_PRINTED = late.pattern(r"\s*[一-鿿]{1,8}[：:][ \u3000]*[^\s：:_＿（(][^：:_＿]{3,}")
"""A label with its answer printed: what stands over it leads on to such ones."""
_FIRST_PART = late.pattern(r"1[、.．](?!\d)")
"""The number of the first of several parts."""


def _is_open(line: str, blank: lines.Blank) -> bool:
    """Whether a line ends in a colon and room behind it, on which nothing is drawn."""
    return line[blank.start : blank.end].isspace() and blank.end >= len(line) and words.is_latin(line)


def _is_over(blank: lines.Blank, following: str, around: Around) -> bool:
    """Whether a label with room behind its colon leads on to what stands below it: boxes, a list, labels."""
    is_begun = around.has_box_after or words.INTRODUCTION.search(blank.label) is not None
    return is_begun or _is_lead(blank, following, around)


def _is_lead(blank: lines.Blank, following: str, around: Around) -> bool:
    """Whether a label leads on to what stands below it: options without boxes, or labels with lines to write on.

    One that forms ask for does so where several lines are drawn below.
    """
    is_right_below = around.is_followed
    is_latin = words.is_latin(blank.label) and not blank.is_question
    is_plain = is_latin and words.ASKED.search(blank.label) is None
    is_heading = is_plain and not around.is_listed and len(blank.label.split()) <= _HEADING
    is_asked = is_right_below and is_heading and following.rstrip().endswith("?")
    is_drawn = is_right_below and lines.has_named_blank(following) and lines.looks_like_a_place(following)
    is_marked = lines.is_marked_in_front(following) or (lines.says_to_mark(blank.label) and _has_lines(following))
    is_over_boxes = is_marked or (is_right_below and _begins_with_boxes(following))
    is_over_several = is_latin and not blank.before and len(lines.ruled_in(following)) > 1
    is_over_choice = is_right_below and is_latin and lines.says_to_choose(following)
    is_over_columns = is_right_below and is_plain and _are_columns(following)
    is_over_boxes = is_over_boxes or (is_plain and around.room is None and _are_all_boxes(following))
    return (
        is_over_boxes
        or is_over_columns
        or (is_right_below and is_latin and lines.noted_label(following) != "")
        or lines.has_boxes_as_words(following)
        or _begins_with_options(following)
        or is_asked
        or is_over_choice
        or ((is_plain or is_over_several) and is_drawn and not words.SIGNED.search(following))
    )


def _are_columns(text: str) -> bool:
    """Whether a line in English is titles, or lines to write on, that stand side by side."""
    return len(lines.heads_apart(text)) > 1 or (lines.is_drawn_line(text) and lines.are_apart(text))


def _are_all_boxes(text: str) -> bool:
    """Whether a line is nothing but options, each with its box, two or more."""
    options = [b.option for b in marks.boxes_in(text)]
    return len(options) > 1 and ":" not in fold(text)


def _has_lines(text: str) -> bool:
    """Whether short lines stand beside the options of a line, to be marked."""
    return bool(marks.boxes_in(text, lines=marks.beside([text], is_marked=True)))


def _begins_with_boxes(text: str) -> bool:
    """Whether a line has boxes, and no label of their own in front of them."""
    drawn = marks.marks_in(text)
    return bool(drawn) and ":" not in fold(text[: drawn[0][0]])


def _begins_with_options(text: str) -> bool:
    """Whether a line is options without boxes, and no label of their own in front of them."""
    printed = lines.options_printed_in(text)
    is_labelled = bool(printed) and any(c in fold(text[: printed[0][0]].strip() or text) for c in ":?")
    return bool(printed) and not (is_labelled and words.is_latin(text))


_LONG_ASKED, _LONGEST_ASKED = 160, 300
"""Characters of a question in letters at most, and of one with room below it."""
_HEADING = 4
"""Words of a title over questions at most."""


def _heads_list(line: str, blank: lines.Blank, following: object) -> bool:
    """Whether a label in English with a bare colon stands over the first of some counted lines that ask themselves."""
    if not isinstance(following, str) or blank.is_drawn or blank.is_question or NUMBERING.match(line):
        return False
    is_first = _FIRST_COUNTED.match(following) is not None and words.is_latin(line + following)
    return is_first and (lines.has_named_blank(following) or following.rstrip().endswith(":"))


_FIRST_COUNTED = late.pattern(r"\s*(?:[1aA][.)]|[(][1aA][)])\s*\S")


def _is_title(line: str, blank: lines.Blank, around: Around) -> bool:
    """Whether a label with a colon is the title of the questions right below."""
    following = around.following
    if _heads_list(line, blank, following):
        return True
    if not around.is_followed or not isinstance(following, str):
        return False
    if _leads_on(line, following):
        return SECTION.match(line) is not None
    if not asks_itself(following):
        is_written_large = blank.label.isupper() and not following.isupper() and " " in blank.label
        is_subject = words.SUBJECT.fullmatch(blank.label) is not None or is_written_large
        return words.is_latin(blank.label) and is_subject and lines.has_named_blank(following)
    return words.SUBJECT.fullmatch(blank.label) is not None or (around.is_inside and bool(NUMBERING.match(following)))


def _add_text_box(found: Found, paragraph: Paragraph, where: Where, label: str) -> None:
    """The first empty paragraph of a text box, which the words before it name."""
    content = next(a for a in paragraph.element.iterancestors(W + "txbxContent"))
    if is_drawn_box(paragraph):
        found.spoken.add(where.at)
        if not any((x.text, x.reason) == (label, DRAWN_BOXES) for x in found.left[-1:]):
            found.leave(label, where.at, DRAWN_BOXES)
    elif words.SIGNED.search(label):
        found.leave(label, where.at, SIGNATURE)
    elif words.is_photo(label) or words.TO_PASTE.search(label):
        found.leave(label, where.at, PHOTO)
    elif any(t.text for t in content.iter(W + "t")):
        return  # room between the words that it shows
    elif next(content.iter(W + "p")) is paragraph.element and label and words.is_label(label):
        found.add("text", where, [label], [Fill(paragraph, 0, len(paragraph.text))], TEXT_BOX)
