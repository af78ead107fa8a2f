"""The rest: whatever looks like room for an answer, and is neither a place nor told of, is told of at the end.

Nothing of a blank form is dropped in silence: each empty cell, line, box, bracket and text box is a place, has a line
in the list, stands where another line speaks for it (`Found.spoken`), or is no room by one of the rules named here:

- a corner: an empty cell in front of the headers of a row;
- a gap: a column of a table in which every cell is empty, a row that is drawn too low to write in, or one that is a
  shaded bar with a title;
- a stop: empty paragraphs between a statement, or nothing, and a signature.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence

from docfill import late, limits
from docfill.tag import lines, placeholders, words
from docfill.tag.asking import asks_by_number, is_limited
from docfill.tag.cells import (
    ends_asking,
    has_leader,
    heading_level,
    in_text_box,
    is_empty,
    is_listed,
    is_tagged,
    line_spans,
    squeezed,
    underlined_in,
)
from docfill.tag.foreign import conditions_in
from docfill.tag.found import Found
from docfill.tag.grid import GridRow, gaps_of, inherit_tops
from docfill.tag.marks import Span
from docfill.tag.rooms import asks_at_end, empty_runs, rooms_in, untaken
from docfill.tag.rowkinds import without_gaps
from docfill.tag.spots import (
    BOXES_AS_WORDS,
    BULLETS,
    DRAWN_CELL,
    EMPTY_BOX,
    FURTHER_LINE,
    LEFT_ALONE,
    LOOP,
    NO_BOXES,
    NO_LABEL,
    NO_ROOM,
    NOT_IN_BODY,
    NOT_NAMED,
    OUTLINE,
    PRINTED,
    ROOM_BELOW,
    ROOM_BELOW_LEFT,
    ROOM_LEFT,
    SIGNATURE,
    Fill,
    Reason,
    Repeat,
    Room,
    TickBox,
    drawn_shapes,
    several_cells,
)
from docfill.text import NUMBERING, fold, without_brackets
from docfill.word import ticks
from docfill.word.blocks import Kind
from docfill.word.document import Block, Cell, Document, Element, Paragraph, Table, paragraphs_of
from docfill.word.xml import W

BESIDE_BODY = ""
"""The position of all that stands in headers and footers."""
_STEPS_A_LINE = 60
_TEXTS_A_STEP = 8
"""Texts in which another is looked for."""
_BOXES = frozenset(ticks.BOXES)
_LIST, _TITLE = 4, 12
"""Numbered titles of a cell from which they are a list to be completed, and characters of one at most."""
_LEAST_RULE = 8
"""Underlined spaces that are a line to write on, where nothing else stands in their paragraph."""
_ASKED = 160
"""Characters of words that ask for what is written below them, at most."""
_ANNEX = late.pattern(r"附件|亲爱的|尊敬的|dear ", re.I)
"""What words begin with that ask nothing, whatever stands below them."""
_EACH = 3
"""Rows of a table with empty cells that are told one by one; more are one line."""
_PAIR, _FEW = 2, 60
"""Cells of a row that is a label and its answer, and characters of the words that may stand in the answer's place."""
_LABELS, _LABEL = 3, 48
"""Labels one below the other with no room from which they are told, one in so many at least, and characters of one."""
_OUTLINE = 2
"""Headings of one level with room below from which one without any is told of."""
_ROOM, _LONG_ROOM = 2, 4
"""Empty paragraphs of a cell that are room behind words that ask, and behind any."""


def _at_line(taken: deque[Span], start: int, end: int) -> list[Span]:
    """The places at a line, as far as they are not before it; those of the lines before are taken out of `taken`."""
    while taken and taken[0][1] < start:
        taken.popleft()
    near = itertools.takewhile(lambda span: span[0] <= end, taken)
    return [(max(0, s - start), e - start) for s, e in near if start <= e]


def tell_of_rest(found: Found, document: Document) -> None:
    """Tells of all that looks like room for an answer in a form, and was neither tagged nor told of."""
    rest = _Rest(found)
    rest.blocks(document.blocks, "")
    if rest.shapes:
        found.leave("", rest.shapes[0], drawn_shapes(len(rest.shapes)))
    for blocks in (b for kind in ("header", "footer") for b in document.related(kind)):
        rest.beside_body(blocks)


class _Rest:
    """What is left of one form.

    Attributes:
        found: gets it.
        taken: the characters that places take, by paragraph.
        whole: the paragraphs that places take as a whole.
        said: the words that name places, or were told.
        is_under_rule: whether the last paragraph was drawn as a line, and nothing else.
        told: the words of the list, by where they stand.
        is_under_table: whether a table stands right above a paragraph, which so may be a note of that.
        is_below_letter: whether brackets hold the letter of one of the options that stand here.
        rooms: how many places are empty paragraphs below words of the body.
        shapes: where lines and frames are drawn that are no text boxes.
    """

    def __init__(self, found: Found) -> None:
        self.found = found
        self.taken: dict[int, list[Span]] = defaultdict(list)
        self.whole: set[int] = set()
        for edit in (e for s in found.spots for e in s.edits):
            if isinstance(edit, Fill | TickBox):
                self.taken[id(edit.paragraph)].append((edit.start, edit.end))
            elif isinstance(edit, Room):
                self.whole.update(map(id, (edit.heading, *edit.hints)))
            elif isinstance(edit, Repeat):
                self.whole.update(id(p) for row in edit.rows for c in row.cells for p in c.paragraphs)
        self.rooms = sum("/" not in s.at and s.evidence in (ROOM_BELOW, OUTLINE) for s in found.spots)
        named = (x for s in found.spots for x in (*s.labels, *s.sections))
        owners = (x for s in found.spots for x in s.owners if not words.is_latin(x))  # in letters, few of them name any
        self.said = {squeezed(x) for x in (*named, *owners)}
        self.said |= {squeezed(x.text) for x in found.left}
        self.is_under_rule = False
        self.is_below_letter = False
        self.is_under_table = False
        self.shapes: list[str] = []
        self.told: dict[str, list[str]] = defaultdict(list)
        for left in found.left:
            self.told[left.at].append(squeezed(left.text))

    def blocks(self, blocks: Sequence[Block], prefix: str) -> None:
        """Some blocks of the body, or of a cell that holds tables."""
        self._headings(blocks, prefix)
        self._labels_alone(blocks, prefix)
        self._statements(blocks, prefix)
        self._rooms_below(blocks, prefix)
        for number, block in enumerate(blocks):
            if isinstance(block, Table):
                self._table(block, f"{prefix}{number}")
            else:
                below = blocks[number + 1] if number + 1 < len(blocks) else None
                self.is_under_table = number > 0 and isinstance(blocks[number - 1], Table)
                self._paragraph(block, f"{prefix}{number}", below)

    def beside_body(self, blocks: Sequence[Block]) -> None:
        """A header or footer, in which nothing is tagged: its lines with room."""
        for paragraph in paragraphs_of([*blocks]):
            for start, end in line_spans(paragraph.text):
                line = paragraph.text[start:end]
                if rooms_in(line, underlined_in(paragraph, start, end)) and not self._is_told(line, BESIDE_BODY):
                    self._leave(line, BESIDE_BODY, NOT_IN_BODY)

    def _leave(self, text: str, at: str, why: Reason) -> None:
        self.found.leave(text, at, why)
        self.told[at].append(squeezed(text))

    def _is_told(self, text: str, at: str) -> bool:
        shown, told = squeezed(text), self.told.get(at, ())
        limits.spend(len(told) // _TEXTS_A_STEP)
        return any(x in shown or shown in x for x in told)

    def _holds_letter(self, paragraph: Paragraph) -> bool:
        """Whether brackets at the end of a question are a place, so that the options below it are none themselves."""
        shown = paragraph.text
        return any(
            shown[s - 1 : s] in ("（", "(")
            and shown[e : e + 1] in ("）", ")")
            and not shown[e + 1 :].strip(" \u3000。")
            for s, e in self.taken.get(id(paragraph), ())
        )

    def _is_marked(self, paragraph: Paragraph) -> bool:
        return id(paragraph) in self.taken or id(paragraph) in self.whole

    def _is_taken(self, block: Block) -> bool:
        """Whether a block is an empty paragraph that a place takes."""
        return isinstance(block, Paragraph) and not block.text.strip() and self._is_marked(block)

    # --- lines ---

    def _paragraph(self, paragraph: Paragraph, at: str, below: Block | None, *, is_whole: bool = False) -> None:
        """A paragraph: its lines, or an empty text box; `is_whole`, if it is all that its cell says."""
        self.shapes += [at for a in paragraph.anchored if a.kind is Kind.SHAPE and _is_bare(a.element)]
        for code in conditions_in(paragraph):
            self._leave(code, at, LOOP)
        if id(paragraph) in self.whole:
            return
        if not paragraph.text.strip():
            self._text_box(paragraph, at)
            self._rule(paragraph, at)
            return
        if isinstance(below, Paragraph) and lines.heads_lines(paragraph.text, below.text):
            return
        if is_listed(paragraph) and paragraph.bullet in _BOXES and id(paragraph) not in self.taken:
            self._leave(paragraph.text, at, BULLETS)
            return
        self.is_under_rule = False
        taken = deque(sorted(self.taken.get(id(paragraph), [])))
        is_option = self.is_below_letter and lines.begins_with_letter(paragraph.text)
        self.is_below_letter = is_option or self._holds_letter(paragraph)
        if is_option and not taken:
            return
        if lines.has_boxes_as_words(paragraph.text) and not self._is_told(paragraph.text, at):
            self._leave(paragraph.text, at, BOXES_AS_WORDS)
        elif lines.says_to_circle(paragraph.text) and not taken:
            self._leave(paragraph.text, at, NO_BOXES)
        elif lines.says_to_fill_in(paragraph.text) and not taken:
            self._leave(paragraph.text, at, NO_ROOM)
        elif not is_whole and at not in self.found.spoken:
            self._options(paragraph, at, taken, below)
        if not taken and isinstance(below, Paragraph) and _begins_count(paragraph.text, below.text):
            self._leave(paragraph.text, at, NOT_NAMED)
        for start, end in line_spans(paragraph.text):
            limits.spend(_STEPS_A_LINE)
            line = paragraph.text[start:end]
            here = _at_line(taken, start, end)
            rooms = untaken(line, rooms_in(line, underlined_in(paragraph, start, end)), here)
            if not rooms and not here and "\t" in line and has_leader(paragraph):
                rooms = [(line.index("\t"), line.index("\t") + 1)]
            is_open = here and not rooms and max(e for _, e in here) < len(line.rstrip())
            if is_open and asks_at_end(line) and words.ASKED.search(lines.label_before(line.rstrip())):
                rooms = untaken(line, [(len(line.rstrip()), len(line))], here)
            if self._is_told(line, at) or ("/" in at and rooms and not here and squeezed(line) in self.said):
                continue
            if rooms:
                why = (
                    SIGNATURE if words.SIGNED.search(line) else LEFT_ALONE if lines.has_named_blank(line) else NOT_NAMED
                )
                self._leave(_around(line, rooms[0]) if here else line, at, why)
            elif not (here or (below is not None and self._is_taken(below))) and self._asks(line, at):
                self._leave(line, at, SIGNATURE if words.SIGNED.search(line) else NO_ROOM)
            elif "/" not in at and not isinstance(below, Table):
                self._captions(line, at, here)

    def _captions(self, line: str, at: str, here: Sequence[Span]) -> None:
        """Tells of the first caption of a line in English for a signature that no place stands behind."""
        for start, end in lines.captions_to_sign(line):
            is_free = not any(start <= s <= end + 1 for s, _ in here)
            if is_free and not self._is_said(line[start:end]) and not self._is_told(line[start:end], at):
                self._leave(line[start:end], at, SIGNATURE)
                return

    def _is_said(self, text: str) -> bool:
        """Whether words name a place, or were told."""
        shown = squeezed(text).rstrip("：:?？")
        limits.spend(len(self.said) // _TEXTS_A_STEP)
        return any(shown in x for x in self.said)

    def _asks(self, line: str, at: str) -> bool:
        """Whether a line asks for something, and its words name no place."""
        if "/" not in at and is_limited(line) and not self.is_under_table and not self._is_said(line):
            return True
        is_noted = line.rstrip().endswith((")", "）")) and ends_asking(without_brackets(line))
        bare = without_brackets(line) if is_noted else line
        return (lines.asks_in_vain(bare) or asks_by_number(bare)) and not self._is_said(bare)

    def _options(self, paragraph: Paragraph, at: str, taken: Sequence[Span], below: Block | None) -> None:
        """Tells of options that are printed without boxes, where no place takes them."""
        following = below.text if isinstance(below, Paragraph) else ""
        if "/" not in at and not taken and lines.is_tabbed(paragraph.text, following):
            self._leave(paragraph.text, at, NO_BOXES)
            return
        for start, end in lines.options_printed_in(paragraph.text):
            if not any(s < end and start <= e for s, e in taken):
                self._leave(paragraph.text, at, NO_BOXES)
                return

    def _labels_alone(self, blocks: Sequence[Block], prefix: str) -> None:
        """Tells of labels in English that stand one below the other, with nothing drawn and no room behind them."""
        for is_run, run in itertools.groupby(enumerate(blocks), lambda x: self._is_label_alone(x[1])):
            held = [(number, b.text.strip()) for number, b in run if isinstance(b, Paragraph)] if is_run else []
            asked = sum(words.ASKED.search(text) is not None for _, text in held)
            if asked >= _LABELS and _LABELS * asked >= len(held):
                self._leave(" / ".join(text for _, text in held), f"{prefix}{held[0][0]}", NO_ROOM)

    def _statements(self, blocks: Sequence[Block], prefix: str) -> None:
        """Tells of statements in English, numbered below what the marks of a scale stand for, with nothing to mark."""
        is_below = False
        held: list[tuple[int, str]] = []
        for number, block in enumerate(blocks):
            said = "" if isinstance(block, Table) else block.text.strip()
            is_numbered = is_listed(block) or NUMBERING.match(said) is not None
            is_marked = isinstance(block, Table) or self._is_marked(block)
            is_free = is_numbered and not is_marked and not lines.options_printed_in(said)
            if is_below and said and words.is_latin(said) and is_free and not lines.explains_a_mark(said):
                held.append((number, said))
            elif said or isinstance(block, Table):
                self._tell_statements(held, prefix)
                is_key = words.is_latin(said) and (lines.explains_marks(said) or lines.explains_a_mark(said))
                is_below, held = is_key or (is_below and is_numbered), []
        self._tell_statements(held, prefix)

    def _tell_statements(self, held: Sequence[tuple[int, str]], prefix: str) -> None:
        if len(held) > 1:
            self._leave(" / ".join(text for _, text in held), f"{prefix}{held[0][0]}", NO_BOXES)

    def _is_label_alone(self, block: Block) -> bool:
        """Whether a paragraph is a few words in English without a stop, that no place takes."""
        if not isinstance(block, Paragraph) or self._is_marked(block) or not 1 < len(block.text.strip()) <= _LABEL:
            return False
        shown = block.text.strip()
        is_plain = words.is_latin(shown) and words.is_title(shown) and not set(shown) & {*":?@\t_."}
        return is_plain and not any(map(str.isdigit, shown))

    def _rooms_below(self, blocks: Sequence[Block], prefix: str) -> None:
        """Tells of several empty paragraphs below words that end in a colon, and below other words in English, where
        about as many such are places.
        """
        asked, others, below = list[int](), list[int](), 0
        for number in range(len(blocks) - 1, -1, -1):
            block = blocks[number]
            if isinstance(block, Table):
                below = 0
            elif not block.text.strip():
                below = 0 if self._is_marked(block) or in_text_box(block) else below + 1
            else:
                following = blocks[number + below + 1] if number + below + 1 < len(blocks) else None
                is_open = below >= _ROOM and isinstance(following, Paragraph) and self._may_ask(block)
                if is_open and asks_at_end(block.text):
                    asked.append(number)
                elif is_open and words.is_latin(block.text) and words.is_label(block.text.strip()):
                    others.append(number)
                below = 0
        told = [*asked, *others] if len(others) <= 2 * self.rooms else asked
        for number in sorted(told):
            self._leave("".join(p.text for p in paragraphs_of([blocks[number]])), f"{prefix}{number}", ROOM_BELOW_LEFT)

    def _may_ask(self, block: Paragraph) -> bool:
        """Whether words over empty paragraphs may ask for what is written there."""
        shown = block.text.strip()
        is_free = not self._is_marked(block) and not self._is_said(shown) and len(shown) <= _ASKED
        is_free = is_free and not words.SIGNED.search(shown) and not words.NOTE.match(shown)
        return is_free and words.FORM_TITLE.search(words.label_key(shown)) is None and _ANNEX.match(shown) is None

    def _headings(self, blocks: Sequence[Block], prefix: str) -> None:
        """Tells of numbered headings without any room below, where that below others of their level is a place."""
        levels = [(n, level) for n, b in enumerate(blocks) if (level := heading_level(b)) is not None]
        roomy = Counter(level for n, level in levels if any(id(p) in self.whole for p in paragraphs_of([blocks[n]])))
        ends = [*(n for n, _ in levels), len(blocks)][1:]
        for (number, level), end in zip(levels, ends, strict=False):
            heading, *below = paragraphs_of([*blocks[number:end]])
            if roomy[level] >= _OUTLINE and not any(map(self._is_marked, (heading, *below))):
                self._leave(heading.text, f"{prefix}{number}", NO_ROOM)

    def _rule(self, paragraph: Paragraph, at: str) -> None:
        """Tells of a paragraph without words that is drawn as a line, the first of several."""
        is_ruled = paragraph.text != "" and any(
            e - s >= _LEAST_RULE for s, e in underlined_in(paragraph, 0, len(paragraph.text))
        )
        is_ruled = is_ruled or ("\t" in paragraph.text and has_leader(paragraph))
        if is_ruled and not self._is_marked(paragraph) and not self.told.get(at) and not self.is_under_rule:
            self._leave("", at, FURTHER_LINE)
        self.is_under_rule = is_ruled

    def _text_box(self, paragraph: Paragraph, at: str) -> None:
        """Tells of a text box with nothing in it."""
        is_known = self._is_marked(paragraph) or bool(self.told.get(at)) or at in self.found.spoken
        if is_known or not in_text_box(paragraph):
            return
        content = next(paragraph.element.iterancestors(W + "txbxContent"))
        paragraphs = content.findall(f".//{W}p")
        is_first = bool(paragraphs) and paragraphs[0] is paragraph.element
        if is_first and not any((t.text or "").strip() for t in content.iter(W + "t")):
            self._leave("", at, EMPTY_BOX)

    # --- tables ---

    def _table(self, table: Table, at: str) -> None:
        if at in self.found.spoken:
            return
        rows = [GridRow(row) for row in without_gaps([row for row in table.rows if row.cells])]
        inherit_tops(rows)
        gaps = gaps_of(rows)
        pairs = [r.row.cells[1] for r in rows if len(r.row.cells) == _PAIR]
        pairs = [c for c in pairs if self._has_place(c) or (_is_few(c) and "。" not in c.text)]
        beside = Counter(c.column for c in pairs)
        answered = {x for x, n in Counter(c.column for c in pairs if self._has_place(c)).items() if 2 * n >= beside[x]}
        empty: list[tuple[str, str, int]] = []
        for number, row in enumerate(rows):
            is_spoken = f"{at}/{number}" in self.found.spoken
            left = []
            for cell in row.row.cells:
                where = f"{at}/{number}/{cell.column}"
                if cell.continues or is_tagged(cell) or (is_spoken and placeholders.placeholders_in(cell.text)):
                    continue
                if row.is_header and words.UNIT_ONLY.fullmatch(cell.text.strip()):
                    continue  # it heads a column of its own
                if not is_empty(cell):
                    self._cell(row, cell, where, is_spoken=is_spoken)
                    if not is_spoken and self._is_printed(row, cell, where, answered):
                        self._leave(f"{row.cells[0].text.strip()} {cell.text.strip()}", where, PRINTED)
                elif not (_is_corner(row, cell) or is_spoken or cell.column in gaps or self._is_known(cell, where)):
                    left.append(where)
            if left:
                words_of_row = [c.text.strip() for c in row.row.cells if c.text.strip()]
                said = next((x for x in words_of_row if squeezed(x) not in self.said), "")
                empty.append((said, left[0], len(left)))
        if len(empty) > _EACH:
            self._leave(empty[0][0], empty[0][1], several_cells(len(empty), sum(n for *_, n in empty)))
            return
        for said, where, _ in empty:
            self._leave(said, where, NO_LABEL)

    def _has_place(self, cell: Cell) -> bool:
        return any(map(self._is_marked, cell.paragraphs))

    def _is_printed(self, row: GridRow, cell: Cell, where: str, answered: set[int]) -> bool:
        """Whether a few words stand beside a label where most rows of the table have their answers (`answered`)."""
        label, shown = row.row.cells[0].text.strip(), cell.text.strip()
        is_pair = len(row.cells) == len(row.row.cells) == _PAIR and cell is row.cells[1] and cell.column in answered
        is_asked = is_pair and bool(label) and words.is_label(label) and not row.is_header
        is_few = _is_few(cell) and not words.ONLY_TELLS.fullmatch(words.label_key(label))
        is_free = is_asked and is_few and not self._has_place(cell) and not self.told.get(where)
        return is_free and not words.SIGNED.search(f"{label} {shown}")

    def _is_known(self, cell: Cell, where: str) -> bool:
        """Whether an empty cell is a place, was told of, or is spoken for."""
        is_spoken = where in self.found.spoken or bool(self.told.get(where))
        return is_spoken or self._has_place(cell)

    def _cell(self, row: GridRow, cell: Cell, where: str, *, is_spoken: bool) -> None:
        """A cell with words, tables or drawings."""
        paragraphs = list(cell.paragraphs)
        has_place = self._has_place(cell)
        whole = cell.text.strip()
        for number, block in enumerate(cell.blocks):
            if isinstance(block, Table):
                self._table(block, f"{where}/{number}")
                continue
            is_whole = not has_place and block.text.strip() == whole and ":" not in fold(whole)
            below = cell.blocks[number + 1] if number + 1 < len(cell.blocks) else None
            self._paragraph(block, where, below, is_whole=is_whole)
        if not whole and not has_place and not any(isinstance(b, Table) for b in cell.blocks):
            if not self.told.get(where) and len(row.cells) > 1 and not row.is_header:
                self._leave(next((c.text.strip() for c in row.row.cells if c.text.strip()), ""), where, DRAWN_CELL)
        elif whole and not is_spoken and not words.is_photo(whole):
            self._rooms(
                paragraphs, where, next((c.text.strip() for c in reversed(row.before(cell)) if c.text.strip()), "")
            )
            if not has_place and not self.told.get(where) and self._has_numbers(row, cell):
                self._leave(whole.split("\n")[0], where, ROOM_LEFT)

    @staticmethod
    def _has_numbers(row: GridRow, cell: Cell) -> bool:
        """Whether a cell is a number with its room behind it, or a list of short titles, each of which asks."""
        said = [line.strip() for line in cell.text.split("\n") if line.strip()]
        is_room = words.NUMBERED_ROOM.fullmatch(said[0]) is not None and not any(map(is_empty, row.cells))
        are_titles = all(NUMBERING.match(x) and words.is_title(x, _TITLE) for x in said[: _LIST + 1])
        is_asking = (len(said) == 1 and is_room) or (len(said) >= _LIST and are_titles)
        return is_asking and cell is not row.row.cells[0]

    def _rooms(self, paragraphs: Sequence[Paragraph], where: str, label: str) -> None:
        """Tells of several empty paragraphs among the words of a cell, beside a label, that no place takes."""
        texts = [p.text for p in paragraphs]
        for start, end in empty_runs(texts):
            around = paragraphs[max(0, start - 1) : end]
            asks = start > 0 and words.TELLS_TO.search(texts[start - 1]) is not None
            if (end - start < _ROOM and not asks) or any(map(self._is_marked, around)):
                continue
            said = texts[start - 1].strip() if start else ""
            signed = texts[end].strip() if end < len(texts) else ""
            name = said or label or signed
            if _is_stop(said, signed) or self._is_told(name, where):
                continue
            if asks or end - start >= _LONG_ROOM or asks_at_end(said) or words.is_hint(said) or (not said and signed):
                self._leave(name, where, ROOM_LEFT)


def _is_corner(row: GridRow, cell: Cell) -> bool:
    """Whether an empty cell stands in front of the headers of its row, or behind them, and so over labels below."""
    is_first = not any(c.text.strip() for c in row.row.cells if c.column < cell.column)
    return row.is_header and (is_first or cell is row.row.cells[-1])


def _begins_count(text: str, below: str) -> bool:
    """Whether a line is the first of several that are nothing but a number: 1. over 2., for an answer each."""
    own, other = text.strip(), below.strip()
    return own[:1] == "1" and all(map(words.NUMBERED_ROOM.fullmatch, (own, other)))


def _is_bare(shape: Element) -> bool:
    """Whether a shape is no text box."""
    return next(shape.iter(W + "txbxContent"), None) is None


def _is_stop(said: str, signed: str) -> bool:
    """Whether empty paragraphs only set a signature apart: from a statement, another signature, or what is above."""
    is_signed = words.SIGNED.search(signed) is not None or words.DATE_BLANK.search(signed) is not None
    is_over = words.SIGNED.search(said) is not None or words.DATE_BLANK.search(said) is not None
    return is_over or (is_signed and words.STATEMENT.search(said) is not None)


def _is_few(cell: Cell) -> bool:
    """Whether a cell says a few words, or one sentence."""
    shown = cell.text.strip()
    return len(shown) <= _FEW and "。" not in shown[:-1] and not words.NOTE.match(shown)


def _around(line: str, room: Span) -> str:
    """The words around a room of a line of which other parts are places."""
    return line[max(0, room[0] - _NEAR) : room[1] + _NEAR].strip() or line


_NEAR = 12
