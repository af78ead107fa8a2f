"""Cells and paragraphs of a blank form: what is empty, what is a label, what has a blank, boxes or a control in it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from docfill import late, limits
from docfill.tag import lines, marks, placeholders, words
from docfill.tag.addresses import parts_of_address
from docfill.template import language
from docfill.text import NUMBERING, fold
from docfill.word import ticks, xml
from docfill.word.document import Block, Cell, Element, Paragraph, Table
from docfill.word.xml import MC, W

_NUMBERED = late.pattern(
    r"^\s*(?:([一二三四五六七八九十]+[、.．])|([（(][一二三四五六七八九十]+[)）])|(\d{1,2}[.．、])|([（(]\d{1,2}[)）])"
    r"|(\d{1,2}[ \u3000]{1,4}(?=[一-鿿]{4})(?!个|份|人|名|年|月|日|篇|张|件|项(?!目))))"
)
_NUMBER = late.pattern(r"^[\s\d.．]+|\s+$")
_LONG_QUESTION = 200
"""A numbered question in letters may have so many."""
_LABELLED = late.pattern(r"[^\s，。：:]{2,12}[：:]\s*\S")
"""A paragraph that has a label of its own in front."""
_OWN_LABEL = late.pattern(rf"\s*[^\s：:{ticks.BOXES}_＿][^：:{ticks.BOXES}_＿\n]{{1,40}}[：:]")
_DIVISION = late.pattern(r"省|市|区|县|州|旗|盟|镇|乡|村|街道?|路|号|栋|幢|楼|层|室|届|第|年级|班")
_WIDTH = late.pattern(r"(?<![\w-])width:([\d.]+)pt")
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
DRAWINGS = tuple(W + n for n in ("drawing", "pict", "object"))


def squeezed(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def is_tagged(cell: Cell) -> bool:
    """Whether a cell holds a tag already."""
    return any(True for p in cell.paragraphs for _ in language.tags_in(p.text))


def is_empty(cell: Cell) -> bool:
    """Whether a cell shows nothing: no text but a drawn blank or the sign of money, no table, no picture."""
    if cell.continues or any(isinstance(b, Table) for b in cell.blocks):
        return False
    is_blank = words.is_blank(cell.text) or words.sign_of_money(cell.text) != ""
    return is_blank and not any(e.tag in DRAWINGS for e in cell.element.iter())


def width_of(cell: Cell) -> int:
    """How wide a cell is drawn, in twentieths of a point; 0 where it is not said so."""
    drawn = cell.element.find(f"{W}tcPr/{W}tcW")
    value = "" if drawn is None or drawn.get(W + "type", "dxa") != "dxa" else drawn.get(W + "w", "")
    return int(value) if value.isdecimal() else 0


def shade_of(cell: Cell) -> str:
    """The colour or pattern behind a cell, as the form draws it; "" for white and none."""
    shade = cell.element.find(f"{W}tcPr/{W}shd")
    if shade is None:
        return ""
    fill, pattern = shade.get(W + "fill", "auto").lower(), shade.get(W + "val", "clear")
    colour = "" if fill in ("auto", "ffffff") else fill
    return colour or ("" if pattern in ("clear", "nil") else pattern)


def drawn_box(cell: Cell) -> Cell | None:
    """The only cell of a table that is drawn as a box in a cell, which shows nothing else; None in any other."""
    tables = [b for b in cell.blocks if isinstance(b, Table)]
    if cell.continues or len(tables) != 1 or cell.text.strip():
        return None
    cells = [c for r in tables[0].rows for c in r.cells]
    return cells[0] if len(cells) == 1 and is_empty(cells[0]) else None


def takes_answer(cell: Cell) -> bool:
    """Whether a cell shows nothing but a blank, a box, or a prompt in square brackets."""
    is_box = not cell.continues and (marks.lone_box(cell.text) is not None or drawn_box(cell) is not None)
    return is_empty(cell) or is_box or placeholders.is_prompt(cell.text)


def has_boxes_text(text: str) -> bool:
    """Whether a line has boxes to tick."""
    return bool(marks.boxes_in(text))


def has_boxes(cell: Cell) -> bool:
    """Whether a cell has boxes to tick."""
    said = [line for p in cell.paragraphs for line in p.text.split("\n")]
    return any(map(has_boxes_text, said)) or marks.beside(said).is_listed


def has_drawn(cell: Cell) -> bool:
    """Whether a cell has a blank with room of its own."""
    return any(
        b.is_drawn
        for p in cell.paragraphs
        for s, e in line_spans(p.text)
        for b in lines.blanks_in(p.text[s:e], underlined_in(p, s, e))
    )


def has_drawn_line(cell: Cell) -> bool:
    """Whether a cell has a blank that is more than white space at the end of a line, or a date."""
    return any(
        b.is_date or p.text[s + b.start : e].strip() != "" or any(u < e and s < v for u, v in underlined_in(p, s, e))
        for p in cell.paragraphs
        for s, e in line_spans(p.text)
        for b in lines.blanks_in(p.text[s:e], underlined_in(p, s, e))
        if b.is_drawn
    )


def is_soft(paragraphs: Iterable[Paragraph], *, or_coloured: bool = False) -> bool:
    """Whether all words of some paragraphs are grey, as what only keeps the place of an answer is; or in a colour."""
    said = [p for p in paragraphs if p.text.strip()]
    return bool(said) and all(is_soft_in(p, 0, len(p.text), or_coloured=or_coloured) for p in said)


def is_soft_in(paragraph: Paragraph, start: int, end: int, *, or_coloured: bool = False) -> bool:
    """Whether the words from a character of a paragraph to another are drawn so."""
    looks = paragraph.looks(start, end)
    seen = {look.color for s, e, look in looks if paragraph.text[max(s, start) : e].strip()}
    return bool(seen) and all(_is_grey(color) or (or_coloured and _is_bright(color)) for color in seen)


def is_note(paragraphs: Iterable[Paragraph]) -> bool:
    """Whether all words of some paragraphs are drawn as notes are: in italics, or grey."""
    said = [look for p in paragraphs for s, e, look in p.looks(0, len(p.text)) if p.text[s:e].strip()]
    return bool(said) and (all(look.italic for look in said) or all(_is_grey(look.color) for look in said))


_DARKEST, _LIGHTEST, _APART = 0x50, 0xDD, 0x30
"""What a grey is lighter and darker than, in each of red, green and blue, and how far from one another these are."""


def _is_grey(color: str) -> bool:
    channels = [int(color[at : at + 2], 16) for at in range(0, len(color), 2)] or [0]
    return min(channels) >= _DARKEST and max(channels) <= _LIGHTEST and max(channels) - min(channels) < _APART


def _is_bright(color: str) -> bool:
    channels = [int(color[at : at + 2], 16) for at in range(0, len(color), 2)] or [0]
    return max(channels) >= _BRIGHT and max(channels) - min(channels) >= _BRIGHT // 2


_BRIGHT = 0xA0
"""Of the strongest of red, green and blue in a colour that stands out, and half of it from the weakest."""


def has_trailing_room(cell: Cell) -> bool:
    """Whether a line of a cell ends in spaces to write on."""
    return any(re.search(r"\S[ \u00a0\u3000]{5,}$", p.text) and not words.is_figure(p.text) for p in cell.paragraphs)


def has_own_label(cell: Cell) -> bool:
    """Whether a cell with words begins with a label of its own and a colon."""
    return _OWN_LABEL.match(cell.text) is not None


def has_clauses(shown: str) -> bool:
    """Whether a text has units with nothing in front."""
    return any(b.is_bare for b in lines.blanks_in(shown, is_answer=True))


def is_bare_label(cell: Cell) -> bool:
    """Whether a cell holds nothing but a label, perhaps with empty paragraphs."""
    shown = cell.text.strip()
    return bool(shown) and words.is_label(shown) and not has_boxes(cell) and len(shown) < 300


def trailing_blanks(cell: Cell) -> int:
    """How many empty paragraphs a cell ends with."""
    texts = [p.text.strip() for p in cell.paragraphs]
    return len(texts) - max((i + 1 for i, t in enumerate(texts) if t), default=0)


def tells_in_room(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the only words among several empty paragraphs tell what to write there."""
    said = [p.text.strip() for p in paragraphs if p.text.strip()]
    if len(said) != 1 or len(paragraphs) <= _ROOMY or ":" in fold(said[0]) or words.SIGNED.search(said[0]):
        return False
    is_telling = words.is_hint(said[0]) or words.TELLS.fullmatch(said[0]) or re.search(r"，|。$", said[0])
    return bool(is_telling) and not has_boxes_text(said[0]) and not lines.blanks_in(said[0])


_ROOMY = 3
"""Empty paragraphs, at least, among which words of one stand that only tell what to write."""


def room_below(blocks: Sequence[Block], index: int, least: int) -> Paragraph | None:
    """The first of at least so many empty paragraphs right below a block."""
    room = blocks[index + 1 : index + 1 + least]
    is_room = len(room) == least and all(isinstance(b, Paragraph) and not b.text.strip() for b in room)
    return room[0] if is_room and isinstance(room[0], Paragraph) else None


def has_drawn_end(text: str) -> bool:
    """Whether a line ends in a blank behind a colon."""
    return bool(re.search(r"[：:][ \u00a0\u2002\u3000]{2,}$|[_＿]{2,}\s*$|[：:][ \u3000]*\t\s*$", text))


def has_line_to_sign(text: str) -> bool:
    """Whether a line to sign on is drawn behind the words that ask for it, whatever follows."""
    return _LINE_TO_SIGN.search(text) is not None


_LINE_TO_SIGN = late.pattern(
    rf"(?:{words.SIGNED.pattern})(?:[（(][^（()）]{{0,6}}[)）])?[)）]?\s*+[：:]\s*+[_＿]{{2,}}", re.I
)


def has_line_before_note(paragraph: Paragraph) -> bool:
    """Whether a line to sign on is drawn between who signs and the note that says so: 指导教师____（签名）."""
    note = _SIGN_NOTE.search(paragraph.text)
    rooms = underlined_in(paragraph, 0, note.end(1)) if note is not None else []
    return note is not None and ("_" in note[1] or any(e > note.start(1) for _, e in rooms))


_SIGN_NOTE = late.pattern(r"[一-鿿]((?=[ \u3000_＿]{4})[ \u3000]*+[_＿]*+[ \u3000]*+)[（(](?:签[名字章]|盖章)[)）]")


def is_bare_signature(text: str) -> bool:
    """Whether a line is for a signature and has no blank drawn."""
    return bool(words.SIGNED.search(text)) and not has_drawn_end(text)


def is_signature_box(cell: Cell) -> bool:
    """Whether a cell is for a signature with its date, and so names no other."""
    return bool(words.SIGNED.search(cell.text)) and bool(words.DATE_BLANK.search(cell.text))


def controls_in(cell: Cell) -> bool:
    """Whether a cell that shows words holds a content control to write in."""
    return bool(cell.text.strip()) and any(
        controls(p) for p in cell.paragraphs if p.element.find(f".//{W}sdt") is not None or _is_chosen(p, cell)
    )


def _is_chosen(paragraph: Paragraph, cell: Cell) -> bool:
    """Whether a control to choose an answer from is around a paragraph, or around its cell."""
    around = (e.getparent() for e in (paragraph.element, cell.element))
    kinds = (k.tag for e in around if e is not None and e.tag == W + "sdtContent" for k in e.iterfind(f"../{W}sdtPr/*"))
    return not _CHOSEN.isdisjoint(kinds)


_CHOSEN = frozenset(W + name for name in ("dropDownList", "comboBox", "date"))


def ends_asking(text: str) -> bool:
    """Whether a text ends in the colon or question mark of a label or question."""
    return text.rstrip().endswith((":", "：", "?", "？"))


def asks_itself(text: str) -> bool:
    """Whether a paragraph has a label or question with its own answer to come."""
    return any(map(ends_asking, text.split("\n")))


def is_prose(text: str) -> bool:
    """Whether a paragraph goes on from a colon: a list or sentences, and no label of its own."""
    shown = text.strip()
    if not any(c.isalnum() for c in shown) or lines.blanks_in(shown) or asks_itself(shown):
        return False
    if _LABELLED.match(shown):
        return len(shown) > _PROSE and len(_STOPS.findall(shown)) >= _CLAUSES
    return len(shown) > 30 or bool(NUMBERING.match(shown) or _HALF_BRACKET.match(shown)) or has_boxes_text(shown)


_PROSE, _CLAUSES = 60, 3
_STOPS = late.pattern("[，。；]")
_HALF_BRACKET = late.pattern(r"\s*\d{1,2}[)）]")


def line_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each line of a text that says something."""
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _is_underlined(run: Element) -> bool:
    underline = xml.child(xml.leading(run, W + "rPr"), W + "u")
    return underline is not None and underline.get(W + "val", "single") != "none"


def underlined_in(paragraph: Paragraph, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a line that are underlined and all blank, relative to the line.

    Where underlined words stand among underlined spaces, the spaces only frame them; behind a blank they may be a note.
    """
    flags = [False] * (end - start)
    for run, stretches in groupby(paragraph.runs(start, end), lambda stretch: stretch[2]):
        if _is_underlined(run):
            for at, stop, _ in stretches:
                flags[at - start : stop - start] = [True] * (stop - at)
    spans, begin = [], None
    for i, flag in enumerate([*flags, False]):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            spans.append((begin, i))
            begin = None
    ends = ((a, b, _NOTED_BLANK.fullmatch(paragraph.text, start + a, start + b)) for a, b in spans)
    spans = [(a, b if noted is None else noted.end(1) - start) for a, b, noted in ends]
    return [(a, b) for a, b in spans if words.is_blank(paragraph.text[start + a : start + b])]


_NOTED_BLANK = late.pattern(r"([ \u3000\u00a0\t]{4,})[（(][^（()）\n]{1,8}[)）]\s*+")
"""A blank with a note behind it, all underlined."""
_NARROW = 720_000
"""A text box up to so wide (EMU: 2 cm) is drawn as a box to tick."""


def is_drawn_box(paragraph: Paragraph) -> bool:
    """Whether an empty text box is drawn as a box to tick: a narrow one, or one of several in a line of words."""
    content = next(a for a in paragraph.element.iterancestors(W + "txbxContent"))
    extent = next((e for a in content.iterancestors() for e in a if e.tag == _EXTENT), None)
    width = next((m for a in content.iterancestors() if (m := _WIDTH.search(a.get("style", "")))), None)
    drawn_at = int(extent.get("cx", "0")) if extent is not None else 12_700 * float(width[1]) if width else 0
    is_narrow = 0 < drawn_at <= _NARROW
    line = next(content.iterancestors(W + "p"), None)
    drawn = [] if line is None else [e for tag in ("drawing", "pict") for e in line.iter(W + tag)]
    boxes = [d for d in drawn if d.getparent() is not None and d.getparent().tag != MC + "Fallback"]  # type: ignore[union-attr]
    return is_narrow or sum(next(d.iter(W + "txbxContent"), None) is not None for d in boxes) > 1


def has_boxes_drawn(cell: Cell) -> bool:
    """Whether empty text boxes stand among the words of a cell, drawn as boxes to tick."""
    inside = (p for p in cell.paragraphs if not p.text.strip() and in_text_box(p))
    return any(map(is_drawn_box, inside)) and cell.text.strip() != ""


def in_text_box(paragraph: Paragraph) -> bool:
    """Whether a paragraph stands in a text box."""
    return next(paragraph.element.iterancestors(W + "txbxContent"), None) is not None


@dataclass(frozen=True, slots=True)
class Control:
    """A content control to write in: where it stands in its paragraph, what it is called, and the prompt it shows.

    `prompted` is the w:sdt of one that shows a prompt, which is no text of the paragraph (`start == end`).
    """

    start: int
    end: int
    title: str
    prompted: Element | None = None


_NO_ANSWERS = frozenset({"checkbox", "docPartObj", "docPartList", "picture", "group", "equation", "citation"})


def controls(paragraph: Paragraph) -> list[Control]:
    """The content controls of a paragraph, or around it, that hold an answer."""
    found: list[Control] = []
    for sdt in [*paragraph.element.iter(W + "sdt"), *paragraph.element.iterancestors(W + "sdt")]:
        properties = sdt.find(W + "sdtPr")
        if properties is None or not _holds_one_paragraph(sdt, paragraph):
            continue
        if {child.tag.rsplit("}", 1)[-1] for child in properties} & {*_NO_ANSWERS, "bibliography"}:
            continue
        named = (properties.find(W + name) for name in ("alias", "tag"))
        title = next((e.get(W + "val", "") for e in named if e is not None and e.get(W + "val")), "")
        inside = [i for i, (_, owner) in enumerate(paragraph.owners) if sdt in owner.iterancestors()]
        if xml.is_on(properties.find(W + "showingPlcHdr")):
            at = _offset(paragraph, sdt)
            start, end, prompted = at, at, sdt
        elif inside:
            start, after = paragraph.owners[inside[0]][0], inside[-1] + 1
            end = paragraph.owners[after][0] if after < len(paragraph.owners) else len(paragraph.text)
            prompted = None
            if ends_asking(paragraph.text[start:end]):
                continue  # its words are the label of what is typed behind them
        else:
            continue
        if not any(c.start < end and start < c.end for c in found):
            found.append(Control(start, end, title, prompted))
    return sorted(found, key=lambda c: c.start)


def _holds_one_paragraph(sdt: Element, paragraph: Paragraph) -> bool:
    """Whether a control is in a paragraph, or around that paragraph or its cell and nothing else."""
    return all(p is paragraph.element for p in sdt.iter(W + "p"))


def _offset(paragraph: Paragraph, sdt: Element) -> int:
    """Where in the text of its paragraph a control stands that shows none."""
    order = {e: n for n, e in enumerate(paragraph.element.iter())}
    if sdt not in order:
        return 0
    return next((at for at, owner in paragraph.owners if order.get(owner, -1) > order[sdt]), len(paragraph.text))


def heading_level(block: Block | None, *, may_ask: bool = False) -> tuple[str, str] | None:
    """How a heading is marked, by style and numbering; None for what is no numbered heading.

    One that asks (`may_ask`) has a colon behind it, which is no blank of its own.
    """
    text = block.text if isinstance(block, Paragraph) else ""
    number = _number_of_heading(text.rstrip(" ：:") if may_ask else text)
    if not isinstance(block, Paragraph) or number is None:
        return None
    properties = block.element.find(W + "pPr")
    style = None if properties is None else properties.find(W + "pStyle")
    name = "" if style is None else style.get(W + "val", "")
    if number:
        return name, number
    return (name, "auto") if properties is not None and properties.find(W + "numPr") is not None else None


def _number_of_heading(text: str) -> str | None:
    """How a heading is numbered in its own words, "" for not; None for what is no heading."""
    return _known_number(text) if len(text) <= _LINE else _numbered_as(text)


def _numbered_as(text: str) -> str | None:
    if words.is_hint(text) or not words.is_title(text, _LONG_QUESTION if words.is_latin(text) else 40):
        return None
    if words.is_told(text) or lines.is_keyed(text) or words.CITED.search(text):
        return None
    if lines.blanks_in(text) or has_boxes_text(text) or words.SAMPLE.fullmatch(_NUMBER.sub("", text)):
        return None
    return counted_as(text)


def counted_as(text: str) -> str:
    """How the number is written that a line begins with, one of those of headings; "" for none."""
    numbered = _NUMBERED.match(text)
    return str(next(i for i, g in enumerate(numbered.groups()) if g)) if numbered else ""


_LINE, _LINES = 256, 8192
"""Characters of a line of which is kept what it is numbered as, and how many of them: it is asked several times."""
_known_number = functools.lru_cache(maxsize=_LINES)(_numbered_as)


def says(block: Block) -> bool:
    """Whether a block is a table, or a paragraph with words."""
    return isinstance(block, Table) or bool(block.text.strip())


def is_listed(block: Block) -> bool:
    """Whether a paragraph is numbered, or has a bullet, by Word, as an item of a list."""
    return list_of(block) is not None


def is_lettered(paragraph: Paragraph) -> bool:
    """Whether Word draws a letter, or another number that is not in digits, in front of a paragraph."""
    number = paragraph.formats.number_before(paragraph.element)
    return number is not None and not number[0]


def list_of(block: Block) -> tuple[str, str] | None:
    """The list that Word numbers a paragraph in, and how deep; None for what is no item."""
    numbering = block.element.find(f"{W}pPr/{W}numPr") if isinstance(block, Paragraph) else None
    if numbering is None:
        return None
    one, level = (numbering.find(W + name) for name in ("numId", "ilvl"))
    return ("" if one is None else one.get(W + "val", "")), ("" if level is None else level.get(W + "val", "0"))


def has_leader(paragraph: Paragraph) -> bool:
    """Whether a tab of a paragraph is drawn as a line or dots, on which people write."""
    tabs = paragraph.element.iterfind(f"{W}pPr/{W}tabs/{W}tab")
    return any(t.get(W + "leader", "none") in _LEADERS for t in tabs)


def is_led(paragraph: Paragraph) -> bool:
    """Whether a paragraph is nothing but one tab that is drawn as a line to write on."""
    return paragraph.text.strip(" ") == "\t" and has_leader(paragraph)


_LEADERS = frozenset({"dot", "hyphen", "underscore", "heavy", "middleDot"})


def has_control(block: Block) -> bool:
    """Whether a paragraph shows a control that is a program of its own, a box to tick, say, in front of its words."""
    return isinstance(block, Paragraph) and next(block.element.iter(W + "control"), None) is not None


def same_level(one: tuple[str, str], other: tuple[str, str] | None) -> bool:
    """Whether two headings are marked alike."""
    return other is not None and one[0] == other[0] and (one[1] == other[1] or "auto" in (one[1], other[1]))


def headings(blocks: list[Block]) -> int:
    """How many of some blocks are numbered headings."""
    return sum(heading_level(b) is not None for b in blocks)


def shared_label(found: list[lines.Blank], number: int, line: str) -> str | None:
    """The label of a line whose blanks are parted by one-word suffixes only ("____市____县")."""
    if (address := parts_of_address(line)) is not None:
        return address[0] if number < len(address[1]) else None
    if len(found) < 2 or any(b.is_date or b.is_bare for b in found):
        return None
    for one, other in pairwise(found):
        between = line[one.end : other.start].strip(")） ")
        if not _DIVISION.fullmatch(between) or not one.suffix:
            return None
    return found[0].label


def unique(name: str, taken: list[str]) -> str:
    """A name with a number behind it where it is taken."""
    number, unique = 1, name
    while unique in taken:
        limits.spend(1 + len(taken) // 20)
        number += 1
        unique = f"{name}{number}"
    return unique
