"""Places: where a blank form wants an answer, what words name each place, and how sure that is.

The form is read as a person reads it: sections from headings, rows from labels
at the left, columns from header rows, groups from labels that are merged over
several rows.  A place is an empty cell that some words name, a blank inside a
line (see `lines`), a group of boxes, rows to be repeated, or the room under a
heading.  Instructions, photographs, what an office fills in and bare signature
lines are left alone; `Finder.left` says which and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docfill.tag import lines, words
from docfill.template import language
from docfill.text import NUMBERING
from docfill.word.document import Block, Cell, Document, Element, Paragraph, Row, Table
from docfill.word.xml import W

_SECTION = re.compile(r"^\s*(?:第[一二三四五六七八九十百]+[章节部]|[一二三四五六七八九十]+[、.．])")
_NUMBERED = re.compile(r"^\s*(?:([一二三四五六七八九十]+[、.．])|([（(][一二三四五六七八九十]+[)）])|(\d{1,2}[.．、])|([（(]\d{1,2}[)）]))")
_DIVISION = re.compile(r"省|市|区|县|州|旗|盟|镇|乡|村|街道?|路|号|栋|幢|楼|层|室|届|第|年级|班")
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|total)$", re.I)
_MORE = re.compile(r"(?:自行|可).{0,6}(?:添加|增加|增删|续)|同样格式|可另?附页|add (?:more )?rows", re.I)
_DRAWINGS = tuple(W + n for n in ("drawing", "pict", "object"))

Reason = tuple[str, str]


@dataclass(slots=True, eq=False)
class Fill:
    """Text to be written over the characters `start` to `end` of a paragraph."""

    paragraph: Paragraph
    start: int
    end: int
    is_date: bool = False


@dataclass(slots=True, eq=False)
class TickBox:
    """A box at a character of a paragraph, and the option that it ticks."""

    paragraph: Paragraph
    at: int
    option: str


@dataclass(slots=True, eq=False)
class Room:
    """Paragraphs to be repeated after `heading`; `hints` are printed while there is no answer."""

    heading: Paragraph
    hints: list[Paragraph]


@dataclass(slots=True, eq=False)
class Repeat:
    """Rows to be repeated: those printed on the blank form, and the key of each cell's column ("" for none)."""

    rows: list[Row]
    columns: list[str]
    group: str = ""


Edit = Fill | TickBox | Room | Repeat


@dataclass(slots=True, eq=False)
class Spot:
    """One place that an applicant fills.

    Attributes:
        kind: as `Field.kind`.
        labels: the words that name it, outermost first, the section left out.
        sections: the headings it stands under, outermost first.
        at: its position: block, or block/row/grid column, nested ones one after another.
        edits: what has to be written, in document order.
        reason: why it is taken for a place, in Chinese and English.
        confidence: from 0 to 1.
        owners: labels that own it where its own label repeats, the nearest first.
        host: the tick group and option whose write-in it is.
        path: its key path, given by `names`.
    """

    kind: str
    labels: list[str]
    sections: list[str]
    at: str
    edits: list[Edit]
    reason: Reason
    confidence: float = 0.9
    owners: list[str] = field(default_factory=list)
    host: tuple[Spot, str] | None = None
    path: str = ""

    @property
    def options(self) -> list[str]:
        """The options of a tick group in form order."""
        return list(dict.fromkeys(e.option for e in self.edits if isinstance(e, TickBox)))


@dataclass(frozen=True, slots=True)
class Left:
    """What was left alone: its text, its position and why."""

    text: str
    at: str
    reason: Reason


BESIDE = ("标签旁的空单元格", "the empty cell beside a label")
UNDER_HEADER = ("表头下的空单元格", "the empty cell under a column header")
UNDER_LABEL = ("标签下方的空白", "the empty space under a label")
AFTER_COLON = ("冒号后的空白", "the blank after a colon")
BARE_COLON = ("冒号后没有画出空白", "a colon with no blank drawn behind it")
DRAWN_BLANK = ("文字中的填写线或空格", "a line or spaces to write on")
BARE_UNIT = ("单位前没有画出空白", "a unit with no blank drawn in front")
A_DATE = ("年月日填写处", "the blanks of a date")
BOXES = ("勾选框", "boxes to tick")
REPEATED = ("表头下格式相同的空行", "empty rows of one shape under a header")
OUTLINE = ("小标题下的填写区", "the room under a heading")
CONTROL = ("内容控件", "a content control")
TEXT_BOX = ("标签后的文本框", "a text box after a label")
HINTED = ("提示文字所在处", "the place of a hint")
OPINION = ("意见栏的空白", "the room for an opinion")
SIGNATURE = ("签字盖章处：没有画出填写的空白", "a signature or seal with no blank drawn")
OFFICE = ("由受理单位填写", "for the office to fill in")
NO_LABEL = ("没有找到标签的空单元格", "an empty cell that no words name")
SPARE = ("同一标签的第二个空单元格", "a second empty cell beside one label")


def places_of(document: Document) -> Finder:
    """The places of a blank form's body."""
    finder = Finder(document)
    finder.body()
    return finder


class Finder:
    """Walks a blank form once, in reading order."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.spots: list[Spot] = []
        self.left: list[Left] = []
        self._sections: list[str] = []
        self._group: Spot | None = None
        self._lead = ""

    # --- the body ---

    def body(self) -> None:
        """Finds all places of the body."""
        blocks = self.document.blocks
        self._outline(blocks, "", is_roomy=False)
        tables = sum(isinstance(b, Table) for b in blocks)
        has_said = False
        for index, block in enumerate(blocks):
            if isinstance(block, Table):
                self._group = None
                self._table(block, str(index))
                continue
            before = len(self.spots)
            self._paragraph(block, str(index), blocks[index + 1 :], blocks[:index])
            shown = block.text.strip()
            if len(self.spots) > before or not shown:
                continue
            following = next((b for b in blocks[index + 1 :] if isinstance(b, Table) or b.text.strip()), None)
            is_above_table = isinstance(following, Table) and words.is_title(shown) and not words.is_hint(shown)
            if _SECTION.match(shown) and words.is_title(shown):
                self._sections = [shown]
            elif is_above_table and has_said and tables > 1:
                self._sections = [shown]
            has_said = True

    @property
    def _has_cover(self) -> bool:
        return any(s.sections for s in self.spots)

    def _paragraph(self, paragraph: Paragraph, at: str, after: list[Block], before: list[Block]) -> None:
        if self._control(paragraph, at, []):
            return
        if not paragraph.text.strip() and _in_text_box(paragraph):
            self._text_box(paragraph, at, before)
            return
        if not paragraph.text.strip():
            return
        has_box_after = any(_in_text_box(b) for b in after[:2] if isinstance(b, Paragraph))
        following = next((b for b in after if isinstance(b, Table) or b.text.strip()), None)
        said = [b.text.strip() for b in before if isinstance(b, Paragraph) and b.text.strip()]
        is_after_signature = bool(said) and _is_bare_signature(said[-1])
        for start, end in _lines(paragraph.text):
            line = paragraph.text[start:end]
            if self._boxes(paragraph, start, line, at, [], said[-1] if said else ""):
                self._beside_boxes(paragraph, start, line, at, [])
                continue
            found = lines.blanks_in(line, _underlined(paragraph, start, end))
            for number, blank in enumerate(found):
                is_last = blank.end >= len(line.rstrip())
                if blank.is_date:
                    if is_after_signature or words.SIGNED.search(line):
                        self._leave(line, at, SIGNATURE)
                        continue
                elif not blank.is_drawn:
                    if has_box_after or not blank.label or len(blank.label) > 40 or not is_last or words.ATTACHMENT.search(blank.label):
                        continue
                    if words.SIGNED.search(line):
                        self._leave(line, at, SIGNATURE)
                        continue
                    if isinstance(following, Table) or (following is not None and _is_prose(following.text, blank.label)):
                        continue
                self._blank(paragraph, start, blank, at, [], line, shared=_shared_label(found, number, line))

    def _text_box(self, paragraph: Paragraph, at: str, before: list[Block]) -> None:
        content = next(a for a in paragraph.element.iterancestors(W + "txbxContent"))
        first = next(content.iter(W + "p"))
        label = next((b.text for b in reversed(before) if isinstance(b, Paragraph) and b.text.strip()), "")
        if first is paragraph.element and label and words.is_label(label):
            self._add("text", [label], at, [Fill(paragraph, 0, len(paragraph.text))], TEXT_BOX, 0.9)

    def _control(self, paragraph: Paragraph, at: str, labels: list[str]) -> bool:
        """Whether the paragraph's text is content controls, which are places by themselves."""
        ranges = _controls(paragraph)
        for start, end, title in ranges:
            lead = paragraph.text[:start].strip(" :：\t")
            own = lead.split("\t")[-1] if lead else ""
            label = own or title or paragraph.text[start:end].strip() or "控件"
            self._add(words.kind_of(own, paragraph.text[end:]), [*labels, label], at, [Fill(paragraph, start, end)], CONTROL, 0.8)
        return bool(ranges)

    # --- tables ---

    def _table(self, table: Table, at: str) -> None:
        rows = [_Row(row) for row in table.rows]
        _inherit_tops(rows)
        outer = list(self._sections)
        width = max((c.column + c.span for r in rows for c in r.row.cells), default=0)
        is_office = False
        number = 0
        while number < len(rows):
            row = rows[number]
            following = rows[number + 1] if number + 1 < len(rows) else None
            if row.is_full and row.cells and words.OFFICE.search(row.cells[0].text):
                is_office = True
                self._leave(row.cells[0].text, f"{at}/{number}", OFFICE)
            elif is_office and row.is_full and row.is_title and _SECTION.match(row.cells[0].text):
                is_office = False
            if is_office or any(words.OFFICE.search(c.text) for c in row.row.cells[:1]):
                number += 1
                continue
            if taken := self._repeated(rows, number, at):
                number += taken
                continue
            if row.is_full:
                self._full(rows, number, at, outer, width)
            else:
                for cell in row.row.cells:
                    self._cell(rows, number, cell, at, following)
            number += 1
        self._sections = outer

    def _full(self, rows: list[_Row], number: int, at: str, outer: list[str], width: int) -> None:
        """A row of one cell: a title, a label of the row below, an empty row, or a cell with all in it."""
        cell = rows[number].cells[0]
        where = f"{at}/{number}/{cell.column}"
        following = rows[number + 1] if number + 1 < len(rows) else None
        if any(isinstance(b, Table) for b in cell.blocks) or _headings(cell.blocks) >= 3:
            if self._outline(cell.blocks, where, is_roomy=True):
                return
            for index, block in enumerate(cell.blocks):
                if isinstance(block, Table) and cell.text.strip() == "":
                    self._table(block, f"{where}/{index}")
        if _is_tagged(cell):
            return
        if _is_empty(cell):
            above = rows[number - 1] if number else None
            if above is not None and above.is_full and not above.is_own and words.is_label(above.cells[0].text):
                label = above.cells[0].text
                if not words.SIGNED.search(label) and not words.STATEMENT.search(label):
                    self._add_cell(cell, [label], where, UNDER_LABEL, 0.9)
            elif above is None or not above.is_full:
                heading = self._sections[-1:]
                if heading and above is not None:
                    self._add_cell(cell, heading, where, UNDER_LABEL, 0.6)
                else:
                    self._leave("", where, NO_LABEL)
            return
        is_label_below = following is not None and following.is_full and _is_empty(following.cells[0])
        has_room = _trailing_blanks(cell) > 0
        if not has_room and is_label_below and not rows[number].has_boxes:
            return
        before = len(self.spots)
        is_intro = following is not None and not following.is_full and following.has_empty and not has_room
        if is_intro and not rows[number].has_boxes and words.is_label(cell.text) and _squeezed(cell.text).count("：") + cell.text.count(":") == 1:
            is_intro = not _has_drawn_end(cell.text)
        else:
            is_intro = False
        if not is_intro:
            self._inside(cell, [], where, is_own=True, is_label_below=is_label_below)
        rows[number].is_own = len(self.spots) > before and has_room
        if len(self.spots) == before and rows[number].is_title:
            shown = cell.text.strip()
            is_note = _MORE.search(shown) or words.ELLIPSIS.match(shown) or words.is_hint(shown)
            if not is_note and (_SECTION.match(shown) or not NUMBERING.match(shown)):
                self._sections = [*outer, shown] if following is not None else self._sections
                if number == 0 and not _SECTION.match(shown) and width:
                    self._sections = outer

    def _repeated(self, rows: list[_Row], number: int, at: str) -> int:
        """The rows of a repeated block that begins at `number`; 0 where none does."""
        header = rows[number - 1] if number else None
        if header is None or not header.is_header_of(rows[number]):
            return 0
        end = number
        while end < len(rows) and header.has_shape_of(rows[end]) and rows[end].is_record:
            end += 1
        printed = rows[number:end]
        count = len(printed)
        is_more = end < len(rows) and rows[end].is_full and _MORE.search(rows[end].cells[0].text)
        texts = [_key_text(c) for r in printed for c in r.row.cells if not c.continues and not _is_empty(c)]
        has_ellipsis = any(words.ELLIPSIS.fullmatch(t) for t in texts)
        is_ordinal = all(words.ORDINAL.fullmatch(t) for t in texts)
        heads = [c.text.strip() for c in header.row.cells]
        if count < (1 if is_more else 2) or not (is_ordinal or has_ellipsis):
            return 0
        if not texts and all(words.YEAR.fullmatch(h) for h in heads[1:]):
            return 0
        if len([c for c in printed[0].row.cells if _is_empty(c) and not c.continues]) < 2:
            return 0
        left = [c for c in printed[0].row.cells if c.continues and printed[0].top(c).strip() and all(
            any(o.column == c.column and o.continues for o in r.row.cells) for r in printed)]
        group_label = [printed[0].top(c) for c in left]
        columns: list[str] = []
        for cell in printed[0].row.cells:
            head = "" if cell in left else header.over(cell)
            name = words.label_key(head) if head else ""
            columns.append(_unique(name, columns) if name else "")
        merged = next(
            (columns[i] for i, c in enumerate(printed[0].row.cells) if columns[i] and not c.continues and any(
                o.column == c.column and o.continues for r in printed[1:] for o in r.row.cells)), "")
        first = next(c for c in printed[0].row.cells if c not in left)
        labels = group_label or ([] if self._sections else ["清单"])
        labels = labels or self._sections[-1:]
        where = f"{at}/{number}/{_first_empty(printed[0], left).column if not texts else first.column}"
        self._add("rows", labels, where, [Repeat([r.row for r in printed], columns, merged)], REPEATED, 0.85)
        return end - number

    def _cell(self, rows: list[_Row], number: int, cell: Cell, at: str, following: _Row | None) -> None:
        row = rows[number]
        where = f"{at}/{number}/{cell.column}"
        if cell.continues or _is_tagged(cell):
            return
        left = [c for c in row.row.cells if c.column < cell.column]
        chain, near = _left_labels(rows, number, left)
        if any(isinstance(b, Table) for b in cell.blocks):
            self._nested(cell, chain, where)
            return
        heads = _headers(rows, number, cell)
        owners = _owners(rows, number, cell)
        if _is_empty(cell):
            self._empty(rows, number, cell, where, chain, near, heads, owners)
            return
        is_answer = bool(chain) and row.is_value(cell)
        if row.is_header:
            return
        if not is_answer and cell is not row.row.cells[0] and not row.has_empty and _is_bare_label(cell) and (
            row.is_label_row
        ):
            is_answer = False
        right = next((c for c in row.row.cells if c.column > cell.column), None)
        if right is not None and (_is_empty(right) or right.continues) and not is_answer and not _has_boxes(cell):
            if not _trailing_drawn(cell):
                return
        if cell is row.row.cells[0] and right is not None and not right.continues and row.is_value(right) and not _has_boxes(cell):
            if not _has_drawn(cell):
                return
        label = [h for h in heads if h not in chain] if is_answer and heads and not near else []
        self._inside(
            cell, [*chain, *label] if is_answer else [], where, is_own=not is_answer, owners=owners,
            is_tall=row.is_tall(chain, rows, number), row=row, chain=chain,
        )

    def _nested(self, cell: Cell, chain: list[str], where: str) -> None:
        for index, block in enumerate(cell.blocks):
            if isinstance(block, Table):
                outer = self._sections
                self._sections = [*outer, *chain]
                self._table(block, f"{where}/{index}")
                self._sections = outer

    def _empty(
        self, rows: list[_Row], number: int, cell: Cell, where: str,
        chain: list[str], near: Cell | None, heads: list[tuple[Cell, str]] | list[str], owners: list[str],
    ) -> None:
        row = rows[number]
        if row.has_picture(cell):
            return
        labels = _joined(chain, near, rows, number, cell)
        if all(words.ORDINAL.fullmatch(_squeezed(x)) for x in labels):
            self._leave("", where, NO_LABEL)
            return
        shown = " ".join(labels) or ""
        if (words.SIGNED.search(shown) or words.OFFICE.search(shown)) and labels:
            self._leave(shown, where, SIGNATURE if words.SIGNED.search(shown) else OFFICE)
            return
        if near is not None and not words.is_label(near.text):
            return
        beside = [c for c in row.row.cells if c.column < cell.column]
        is_spare = bool(beside) and _is_empty(beside[-1]) and not heads
        reason = SPARE if is_spare else UNDER_HEADER if heads else BESIDE
        header = next((h for h in reversed(heads) if h), "")
        self._add_cell(cell, labels, where, reason, 0.5 if is_spare else 0.95, owners, str(header))

    def _add_cell(
        self, cell: Cell, labels: list[str], where: str, reason: Reason, confidence: float,
        owners: list[str] | None = None, header: str = "",
    ) -> None:
        paragraph = next(iter(cell.paragraphs), None)
        if paragraph is None:
            return
        if self._control(paragraph, where, labels):
            return
        name = next((x for x in reversed(labels) if not words.YEAR.fullmatch(x.strip())), labels[-1] if labels else "")
        kind = words.kind_of(name, "", labels[-1] if labels else header)
        self._add(kind, labels, where, [Fill(paragraph, 0, len(paragraph.text))], reason, confidence, owners)

    # --- inside a cell ---

    def _inside(
        self, cell: Cell, labels: list[str], where: str, *, is_own: bool, owners: list[str] | None = None,
        is_tall: bool = False, is_label_below: bool = False, row: _Row | None = None, chain: list[str] | None = None,
    ) -> None:
        """The blanks, boxes and room in a cell that has words of its own."""
        paragraphs = list(cell.paragraphs)
        texts = [p.text.strip() for p in paragraphs]
        if not is_own and self._hinted(paragraphs, labels, where, owners):
            return
        signs = [i for i, t in enumerate(texts) if words.SIGNED.search(t) and len(t) < 120]
        is_signed_here = any(_has_drawn_end(p.text) for i, p in enumerate(paragraphs) if i in signs)
        first_spot = len(self.spots)
        self._group = self._group if row is not None and self._group is not None and row.shares_group(self._group.at, where) else None
        if labels and signs and paragraphs and not texts[0] and not any(texts[: signs[0]]):
            extra = ["意见"] if is_signed_here else []
            self._add("text", [*labels, *extra], where, [Fill(paragraphs[0], 0, len(paragraphs[0].text))], OPINION, 0.6, owners)
        group_labels = list(labels) or list(chain or [])
        for index, paragraph in enumerate(paragraphs):
            if not texts[index]:
                self._under_line(paragraphs, index, labels, where, is_own, is_tall)
                continue
            if self._control(paragraph, where, labels):
                continue
            for start, end in _lines(paragraph.text):
                line = paragraph.text[start:end]
                lead = self._lead_of(paragraphs, index)
                if not self._boxes(paragraph, start, line, where, group_labels, lead, is_tall, row, owners):
                    self._blanks(cell, paragraphs, index, start, line, labels, where, is_own, signs, is_signed_here, owners, is_label_below)
                else:
                    self._beside_boxes(paragraph, start, line, where, labels)
        if is_own and len(self.spots) == first_spot and _is_bare_label(cell) and not is_label_below:
            self._own_label(cell, paragraphs, where, row)

    def _hinted(self, paragraphs: list[Paragraph], labels: list[str], where: str, owners: list[str] | None) -> bool:
        """Whether all that stands in an answer's cell is a hint in brackets, which the answer replaces."""
        shown = [p for p in paragraphs if p.text.strip()]
        if len(shown) != 1 or not re.fullmatch(r"[（(](?!注|备注|说明)[^（）()]*(?:[（(][^（）()]*[)）][^（）()]*)*[)）]", shown[0].text.strip()):
            return False
        if any(b in shown[0].text for b in words.BOXES) or re.search(r"[ \u3000_＿]{2,}", shown[0].text.strip()):
            return False
        self._add("text", labels, where, [Fill(shown[0], 0, len(shown[0].text))], HINTED, 0.75, owners)
        return True

    def _under_line(self, paragraphs: list[Paragraph], index: int, labels: list[str], where: str, is_own: bool, is_tall: bool) -> None:
        """An empty paragraph right under a line in an answer's cell that names what to write there."""
        if is_own or index == 0 or not paragraphs[index - 1].text.strip():
            return
        line = paragraphs[index - 1].text.strip()
        if any(b in line for b in words.BOXES) or lines.blanks_in(line) or words.is_hint(line):
            return
        if re.search(r"\d+\s*字|[:：?？]$|words", line) and not words.STATEMENT.search(line) and not words.SIGNED.search(line):
            fill = Fill(paragraphs[index], 0, len(paragraphs[index].text))
            self._add("text", [*labels, line], where, [fill], UNDER_LABEL, 0.8)

    def _own_label(self, cell: Cell, paragraphs: list[Paragraph], where: str, row: _Row | None) -> None:
        """A cell that holds a label and the room for its answer."""
        texts = [p.text.strip() for p in paragraphs]
        label = "\n".join(t for t in texts if t)
        blanks = _trailing_blanks(cell)
        is_asking = bool(re.search(r"[?？:：]", label))
        is_titled = not texts[0]
        if words.STATEMENT.search(label) or words.SIGNED.search(label) or is_titled:
            return
        if words.is_hint(label) and blanks < 2:
            return
        if not (blanks or (is_asking and "?" in label.replace("？", "?")) or (row is not None and row.is_label_row)):
            return
        last = max(i for i, t in enumerate(texts) if t)
        target = paragraphs[last + 1] if blanks and last + 1 < len(paragraphs) else paragraphs[last]
        at = 0 if target is not paragraphs[last] else len(target.text.rstrip())
        self._add("text", [label], where, [Fill(target, at, len(target.text) if at == 0 else at)], UNDER_LABEL, 0.7 if blanks else 0.55)

    def _lead_of(self, paragraphs: list[Paragraph], index: int) -> str:
        """The line over a group of boxes that introduces it."""
        said = [p.text.strip() for p in paragraphs[:index] if p.text.strip()]
        return said[-1] if said and not any(b in said[-1] for b in words.BOXES) else ""

    def _blanks(
        self, cell: Cell, paragraphs: list[Paragraph], index: int, start: int, line: str, labels: list[str], where: str,
        is_own: bool, signs: list[int], is_signed_here: bool, owners: list[str] | None, is_label_below: bool,
    ) -> None:
        paragraph = paragraphs[index]
        found = lines.blanks_in(line, _underlined(paragraph, start, start + len(line)), is_answer=not is_own)
        if not found and not is_own and (room := re.search(r"\S([ \u00a0\u3000]{5,})$", line)) and words.is_title(line):
            found = [lines.Blank(room.start(1), room.end(1), line.strip(), "", True)]
        signs_before = [i for i in signs if i <= index]
        for number, blank in enumerate(found):
            is_sign = index in signs
            if (is_sign or (blank.is_date and signs_before)) and not is_signed_here:
                self._leave(line, where, SIGNATURE)
                continue
            if not blank.is_drawn and not blank.is_date and not blank.is_bare:
                if blank.end < len(line.rstrip()) or not blank.label:
                    continue
                rest = paragraphs[index + 1 :]
                following = next((p.text for p in rest if p.text.strip()), "")
                room = bool(rest) and not rest[0].text.strip()
                if following and not room and (_has_boxes_text(following) or _is_prose(following, blank.label)):
                    continue
                if is_label_below and not room:
                    continue
                if words.STATEMENT.search(blank.label) and not is_sign:
                    continue
            shared = _shared_label(found, number, line)
            self._blank(paragraph, start, blank, where, labels, line, owners, shared)

    def _beside_boxes(self, paragraph: Paragraph, start: int, line: str, where: str, labels: list[str]) -> None:
        """Blanks of a line that has boxes: write-ins of an option, and blanks with a label of their own."""
        underlined = _underlined(paragraph, start, start + len(line))
        group = self._group
        for blank in lines.blanks_in(line, underlined):
            if blank.is_date or (not blank.is_drawn and not blank.end >= len(line.rstrip())):
                continue
            box = max((e for e in (group.edits if group else []) if isinstance(e, TickBox) and e.paragraph is paragraph and e.at < start + blank.start), key=lambda e: e.at, default=None)
            if blank.is_write_in and box is not None and group is not None:
                owner = _owner_of(self.spots, box)
                self._write_in(owner or group, box.option, Fill(paragraph, start + blank.start, start + blank.end), where)
            elif blank.is_drawn and (box is None or not blank.is_write_in):
                self._blank(paragraph, start, blank, where, labels, line)

    def _write_in(self, group: Spot, option: str, fill: Fill, where: str) -> None:
        spot = Spot("text", [], group.sections, where, [fill], DRAWN_BLANK, 0.85)
        spot.host = (group, option)
        self.spots.append(spot)

    def _blank(
        self, paragraph: Paragraph, start: int, blank: lines.Blank, where: str, labels: list[str], line: str,
        owners: list[str] | None = None, shared: str | None = None,
    ) -> None:
        own = shared if shared is not None else blank.label
        steps = [*labels, *([own] if words.label_key(own) else [])]
        if shared is not None and blank.suffix:
            steps = [*labels, shared, blank.suffix]
        if blank.is_date:
            steps = [*labels, own if words.label_key(own) and not words.SIGNED.search(own) else "日期"]
            reason, confidence = A_DATE, 0.85
        elif blank.is_bare:
            reason, confidence = BARE_UNIT, 0.55
        elif not blank.is_drawn:
            reason, confidence = BARE_COLON, 0.75
        else:
            reason, confidence = (AFTER_COLON if line[: blank.start].rstrip().endswith(("：", ":")) else DRAWN_BLANK), 0.9
        if not steps:
            steps = [line.strip() or "填写"]
        kind = "date" if blank.is_date else words.kind_of(steps[-1] if shared is None else "", blank.suffix if shared is None else "")
        if kind == "text" and not blank.label and labels and not blank.is_date:
            kind = words.kind_of(labels[-1], blank.suffix)
        fill = Fill(paragraph, start + blank.start, start + blank.end, blank.is_date)
        self._add(kind, steps, where, [fill], reason, confidence, owners)

    def _boxes(
        self, paragraph: Paragraph, start: int, line: str, where: str, labels: list[str], lead: str,
        is_tall: bool = False, row: _Row | None = None, owners: list[str] | None = None,
    ) -> bool:
        """Whether a line has boxes; those with no label in the line join the group before them."""
        boxes = [b for b in lines.boxes_in(line) if b.option]
        for box in boxes:
            edit = TickBox(paragraph, start + box.at, box.option)
            group = self._group
            is_new = group is None or (
                box.group is not None
                and box.group != self._lead
                or group.at != where
                and not (row is not None and row.shares_group(group.at, where))
                or (box.group is None and box.option in group.options)
            )
            if is_new:
                own = box.group if box.group is not None else None
                steps = list(labels)
                if own and (words.label_key(own) or not steps):
                    steps.append(own)
                elif lead and not own and (is_tall or not steps or any(s.at == where for s in self.spots)):
                    steps.append(lead)
                group = self._add("choices", steps or ["选项"], where, [], BOXES, 0.9, owners)
                self._group, self._lead = group, box.group or ""
            assert group is not None
            group.edits.append(edit)
            if box.write_in is not None:
                at = start + box.write_in
                self._write_in(group, box.option, Fill(paragraph, at, at), where)
        return bool(boxes)

    # --- headings with room under them ---

    def _outline(self, blocks: list[Block], where: str, *, is_roomy: bool) -> bool:
        """Whether some blocks are numbered headings with room for paragraphs under each.

        Args:
            blocks: of the body, or of a cell.
            where: the position of the cell, or "".
            is_roomy: headings need no empty paragraph under them, because there is nothing else to fill in.
        """
        stack: list[tuple[tuple[str, str], str]] = []
        before = len(self.spots)
        for index, block in enumerate(blocks):
            if isinstance(block, Table):
                if is_roomy:
                    outer = self._sections
                    self._sections = [*outer, *(t for _, t in stack)]
                    self._table(block, f"{where}/{index}")
                    self._sections = outer
                continue
            level = _level(block)
            if level is None:
                continue
            known = next((i for i, (k, _) in enumerate(stack) if _same_level(k, level)), None)
            stack = [*(stack[:known] if known is not None else stack), (level, block.text.strip())]
            rest = blocks[index + 1 :]
            hints: list[Paragraph] = []
            for b in rest:
                if isinstance(b, Table) or _level(b) is not None:
                    break
                hints.append(b)
            following = rest[len(hints)] if len(hints) < len(rest) else None
            deeper = isinstance(following, Paragraph) and not any(_same_level(k, _level(following)) for k, _ in stack)
            if isinstance(following, Table) or (deeper and not any(h.text.strip() == "" for h in hints) and is_roomy):
                continue
            empties = [h for h in hints if not h.text.strip()]
            if is_roomy or (len(empties) >= 2 and all(not h.text.strip() or words.is_hint(h.text) for h in hints)):
                labels = [t for _, t in stack]
                kept = hints if is_roomy else hints[: max(i for i, h in enumerate(hints) if not h.text.strip()) + 1]
                self._add("longtext", labels, where or str(index), [Room(block, kept)], OUTLINE, 0.85)
        return len(self.spots) > before

    # --- keeping ---

    def _add(
        self, kind: str, labels: list[str], at: str, edits: list[Edit], reason: Reason, confidence: float,
        owners: list[str] | None = None,
    ) -> Spot:
        spot = Spot(kind, labels, list(self._sections), at, edits, reason, confidence, owners or [])
        self.spots.append(spot)
        return spot

    def _leave(self, text: str, at: str, reason: Reason) -> None:
        self.left.append(Left(text.strip(), at, reason))


# --- rows ---


class _Row:
    """A table row with what its cells are to each other."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.cells = [c for c in row.cells if not c.continues]
        self.tops: dict[int, str] = {}
        self.is_own = False
        self.is_header = False

    @property
    def is_full(self) -> bool:
        return len(self.row.cells) == 1

    @property
    def is_title(self) -> bool:
        return self.is_full and words.is_title(self.cells[0].text) if self.cells else False

    @property
    def has_empty(self) -> bool:
        return any(_is_empty(c) for c in self.cells)

    @property
    def has_boxes(self) -> bool:
        return any(_has_boxes(c) for c in self.cells)

    @property
    def is_label_row(self) -> bool:
        """Whether every cell holds a label, and some of them the room for its answer, too."""
        return not self.has_empty and len(self.cells) > 1 and any(
            _trailing_blanks(c) or _squeezed(c.text).endswith((":", "：")) for c in self.cells
        ) and all(_is_bare_label(c) and not self.is_value(c) for c in self.cells)

    @property
    def is_record(self) -> bool:
        """Whether it is a row to write a record in: at least one empty cell, and no words but in front."""
        empties = [_is_empty(c) for c in self.row.cells]
        if True not in empties:
            return False
        inner = self.row.cells[empties.index(True) :]
        return all(_is_empty(c) or c.continues for c in inner)

    def top(self, cell: Cell) -> str:
        """The words at the top of the merge that a cell continues."""
        return self.tops.get(cell.column, "")

    def over(self, cell: Cell) -> str:
        """The words of the header cell over a cell."""
        return next((c.text for c in self.row.cells if c.column <= cell.column < c.column + c.span), "")

    def has_shape_of(self, other: _Row) -> bool:
        """Whether the cells of another row stand under its own, one by one."""
        own = [(c.column, c.span) for c in self.row.cells]
        return own == [(c.column, c.span) for c in other.row.cells]

    def is_header_of(self, other: _Row) -> bool:
        """Whether it names the columns that the other row's empty cells stand in."""
        labels = [c for c in self.row.cells if c.text.strip() or c.continues]
        if len(self.row.cells) < 2 or len(self.cells) < 2 or len(labels) < len(self.row.cells) - 1:
            return False
        if any(_is_empty(c) and c is not self.row.cells[0] for c in self.cells) or not other.has_empty:
            return False
        if any(self.is_value(c) for c in self.cells) or (len(self.row.cells) == 2 and not other.is_record):
            return False
        if len(self.row.cells) == 2 and not all(_is_empty(c) for c in other.cells):
            return False
        if any(_has_boxes(c) or not words.is_label(c.text) for c in self.cells if c.text.strip()):
            return False
        if other.is_full:
            return False
        edges = {(c.column, c.span) for c in self.row.cells}
        under = [c for c in other.cells if _is_empty(c)]
        return all((c.column, c.span) in edges or any(h.column <= c.column and c.column + c.span <= h.column + h.span for h in self.row.cells) for c in under) and len(
            [c for c in other.row.cells]
        ) >= len(self.row.cells) and (len(under) > 1 or len(other.row.cells) == len(self.row.cells))

    def is_value(self, cell: Cell) -> bool:
        """Whether a cell with words stands where a value stands: behind a label, with blanks or boxes or a hint in it."""
        if cell is self.row.cells[0]:
            return False
        shown = cell.text
        if _has_boxes(cell) or _has_drawn(cell) or _has_trailing_room(cell) or words.is_hint(shown.strip()):
            return True
        if _trailing_blanks(cell) and re.search(r"\d+\s*字", shown):
            return True
        return bool(lines.blanks_in(shown.strip().split("\n")[0], is_answer=True)) and not _is_bare_label(cell) or bool(
            re.match(r"\s*\n", shown)
        ) or bool(words.UNIT_ONLY.fullmatch(shown.strip())) or bool(words.STATEMENT.search(shown) and words.SIGNED.search(shown)) or bool(
            words.SIGNED.search(shown) and words.DATE_BLANK.search(shown)
        ) or _has_clauses(shown)

    def has_picture(self, cell: Cell) -> bool:
        """Whether a photograph goes there."""
        return any(e.tag in _DRAWINGS for e in cell.element.iter())

    def is_tall(self, chain: list[str], rows: list[_Row], number: int) -> bool:
        """Whether the label at the left is merged over several rows."""
        first = self.row.cells[0]
        below = rows[number + 1].row.cells[:1] if number + 1 < len(rows) else []
        return first.continues or any(c.continues and c.column == first.column for c in below)

    def shares_group(self, group_at: str, at: str) -> bool:
        """Whether a group of boxes in a cell of this row goes on in another: only boxes stand between."""
        group_row, _, group_column = group_at.rpartition("/")
        own_row, _, column = at.rpartition("/")
        if group_row != own_row or not group_column.isdigit() or not column.isdigit():
            return False
        between = [c for c in self.row.cells if int(group_column) <= c.column <= int(column)]
        return all(_has_boxes(c) for c in between)


def _inherit_tops(rows: list[_Row]) -> None:
    tops: dict[int, str] = {}
    for index, row in enumerate(rows):
        for cell in row.row.cells:
            if not cell.continues:
                tops[cell.column] = cell.text
            row.tops[cell.column] = tops.get(cell.column, "")
        if index + 1 < len(rows):
            row.is_header = row.is_header_of(rows[index + 1]) and not row.is_full


def _left_labels(rows: list[_Row], number: int, left: list[Cell]) -> tuple[list[str], Cell | None]:
    """The labels at the left of a cell, the group's first, and the nearest cell with a label."""
    row = rows[number]
    labelled = [c for c in left if (row.top(c) if c.continues else c.text).strip()]
    near = next((c for c in reversed(labelled) if not c.continues and words.is_label(c.text) and not row.is_value(c)), None)
    chain: list[str] = []
    for cell in labelled:
        below = rows[number + 1].row.cells if number + 1 < len(rows) else []
        is_tall = cell.continues or any(b.continues and b.column == cell.column for b in below)
        if is_tall and cell is not near:
            chain.append(row.top(cell) if cell.continues else cell.text)
    if near is not None:
        chain.append(near.text)
    return [c for c in chain if words.is_label(c)], near


def _headers(rows: list[_Row], number: int, cell: Cell) -> list[str]:
    """The column headers over a cell, the widest first."""
    return [c.text for c in _header_cells(rows, number, cell)]


def _header_cells(rows: list[_Row], number: int, cell: Cell) -> list[Cell]:
    found: list[Cell] = []
    first = rows[number].row.cells[0]
    for row in reversed(rows[:number]):
        if row.is_full:
            break
        head = row.row.cells[0]
        if not row.is_header or (head.column, head.span) != (first.column, first.span) and not (head is cell or len(row.row.cells) == len(rows[number].row.cells)):
            continue
        for c in row.row.cells:
            covers = c.column <= cell.column and cell.column + cell.span <= c.column + c.span
            if covers and not c.continues and c.text.strip() and c.span > (found[-1].span if found else 0):
                found.append(c)
    if not found and number + 1 < len(rows) and rows[number + 1].is_header and rows[number + 1].has_shape_of(rows[number]):
        if _TOTAL.match(first.text.strip()):
            found = [c for c in rows[number + 1].row.cells if c.column == cell.column]
    return list(reversed(found))


def _joined(chain: list[str], near: Cell | None, rows: list[_Row], number: int, cell: Cell) -> list[str]:
    """The labels of an empty cell in order: group, wide headers, the label at the left, narrow headers."""
    heads = _header_cells(rows, number, cell)
    if near is None:
        return [*chain, *(h.text for h in heads)]
    wide = [h.text for h in heads if h.column <= near.column < h.column + h.span and h.column > 0]
    narrow = [h.text for h in heads if h.text not in wide]
    return [*chain[:-1], *wide, *chain[-1:], *narrow]


def _owners(rows: list[_Row], number: int, cell: Cell) -> list[str]:
    """Labels that may own a repeated one: the first of its own row, then those of the rows above."""
    owners = []
    for row in reversed(rows[: number + 1]):
        first = row.row.cells[0]
        if row.is_full or row.is_header:
            if row is not rows[number]:
                break
            continue
        if first is not cell and first.text.strip() and words.is_label(first.text):
            owners.append(first.text)
    return owners


# --- cells and paragraphs ---


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _key_text(cell: Cell) -> str:
    return _squeezed(cell.text)


def _is_tagged(cell: Cell) -> bool:
    return any(True for p in cell.paragraphs for _ in language.tags_in(p.text))


def _is_empty(cell: Cell) -> bool:
    """Whether a cell shows nothing: no text but a drawn blank, no table, no picture."""
    if cell.continues or any(isinstance(b, Table) for b in cell.blocks):
        return False
    return words.is_blank(cell.text) and not any(e.tag in _DRAWINGS for e in cell.element.iter())


def _first_empty(row: _Row, left: list[Cell]) -> Cell:
    return next(c for c in row.row.cells if c not in left)


def _has_boxes_text(text: str) -> bool:
    return bool(lines.boxes_in(text))


def _has_boxes(cell: Cell) -> bool:
    return any(_has_boxes_text(line) for p in cell.paragraphs for line in p.text.split("\n"))


def _has_drawn(cell: Cell) -> bool:
    return any(
        b.is_drawn for p in cell.paragraphs for s, e in _lines(p.text) for b in lines.blanks_in(p.text[s:e], _underlined(p, s, e))
    )


def _has_trailing_room(cell: Cell) -> bool:
    return any(re.search(r"\S[ \u00a0\u3000]{5,}$", p.text) for p in cell.paragraphs)


def _trailing_drawn(cell: Cell) -> bool:
    return _has_drawn(cell)


def _has_clauses(shown: str) -> bool:
    return any(b.is_bare for b in lines.blanks_in(shown, is_answer=True))


def _is_bare_label(cell: Cell) -> bool:
    """Whether a cell holds nothing but a label, perhaps with empty paragraphs."""
    shown = cell.text.strip()
    return bool(shown) and words.is_label(shown) and not _has_boxes(cell) and len(shown) < 300


def _trailing_blanks(cell: Cell) -> int:
    texts = [p.text.strip() for p in cell.paragraphs]
    return len(texts) - max((i + 1 for i, t in enumerate(texts) if t), default=0)


def _has_drawn_end(text: str) -> bool:
    return bool(re.search(r"[：:][ \u00a0\u3000]{2,}$|[_＿]{2,}\s*$|[：:][ \u3000]*\t\s*$", text))


def _is_bare_signature(text: str) -> bool:
    return bool(words.SIGNED.search(text)) and not _has_drawn_end(text)


def _is_prose(text: str, label: str) -> bool:
    """Whether a paragraph goes on from a colon: a list or sentences, and no label of its own."""
    shown = text.strip()
    if not shown or lines.blanks_in(shown):
        return False
    return len(shown) > 30 or bool(NUMBERING.match(shown)) or _has_boxes_text(shown)


def _lines(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _underlined(paragraph: Paragraph, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a line that are blank and underlined, relative to the line."""
    flags = [False] * (end - start)
    for number, (at, owner) in enumerate(paragraph.owners):
        stop = paragraph.owners[number + 1][0] if number + 1 < len(paragraph.owners) else len(paragraph.text)
        run = owner.getparent()
        underline = None if run is None else run.find(f"{W}rPr/{W}u")
        if underline is None or underline.get(W + "val", "single") == "none":
            continue
        for i in range(max(at, start), min(stop, end)):
            flags[i - start] = words.is_blank(paragraph.text[i])
    spans, begin = [], None
    for i, flag in enumerate([*flags, False]):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            spans.append((begin, i))
            begin = None
    return spans


def _in_text_box(paragraph: Paragraph) -> bool:
    return next(paragraph.element.iterancestors(W + "txbxContent"), None) is not None


_PLAIN_CONTROLS = ("text", "richText", "comboBox", "dropDownList", "date")


def _controls(paragraph: Paragraph) -> list[tuple[int, int, str]]:
    """The stretches of a paragraph that are content controls to write in, with each one's title."""
    found: list[tuple[int, int, str]] = []
    for sdt in [*paragraph.element.iter(W + "sdt"), *paragraph.element.iterancestors(W + "sdt")]:
        properties = sdt.find(W + "sdtPr")
        if properties is None or sum(1 for _ in sdt.iter(W + "p")) > 1 or next(sdt.iter(W + "tc"), None) is not None:
            continue
        names = {child.tag.rsplit("}", 1)[-1] for child in properties}
        if names & {"checkbox", "docPartObj", "docPartList", "picture", "group", "equation", "citation", "bibliography"}:
            continue
        inside = [i for i, (_, owner) in enumerate(paragraph.owners) if sdt in owner.iterancestors()]
        if not inside:
            continue
        start = paragraph.owners[inside[0]][0]
        after = inside[-1] + 1
        end = paragraph.owners[after][0] if after < len(paragraph.owners) else len(paragraph.text)
        alias = properties.find(W + "alias")
        tag = properties.find(W + "tag")
        title = next((e.get(W + "val", "") for e in (alias, tag) if e is not None and e.get(W + "val")), "")
        if not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, title))
    return sorted(found)


def _level(block: Block | None) -> tuple[str, str] | None:
    """How a heading is marked, by style and numbering; None for what is no numbered heading."""
    if not isinstance(block, Paragraph) or not words.is_title(block.text) or words.is_hint(block.text):
        return None
    if lines.blanks_in(block.text) or _has_boxes_text(block.text):
        return None
    properties = block.element.find(W + "pPr")
    style = None if properties is None else properties.find(W + "pStyle")
    name = "" if style is None else style.get(W + "val", "")
    numbered = _NUMBERED.match(block.text)
    if numbered:
        return name, str(next(i for i, g in enumerate(numbered.groups()) if g))
    if properties is not None and properties.find(W + "numPr") is not None:
        return name, "auto"
    return None


def _same_level(one: tuple[str, str], other: tuple[str, str] | None) -> bool:
    return other is not None and one[0] == other[0] and (one[1] == other[1] or "auto" in (one[1], other[1]))


def _headings(blocks: list[Block]) -> int:
    return sum(_level(b) is not None for b in blocks)


def _shared_label(found: list[lines.Blank], number: int, line: str) -> str | None:
    """The label of a line whose blanks are parted by one-word suffixes only ("____市____县")."""
    if len(found) < 2 or any(b.is_date or b.is_bare for b in found):
        return None
    for one, other in zip(found, found[1:], strict=False):
        between = line[one.end : other.start].strip(")） ")
        if not _DIVISION.fullmatch(between) or not one.suffix:
            return None
    return found[0].label


def _owner_of(spots: list[Spot], box: TickBox) -> Spot | None:
    return next((s for s in reversed(spots) if box in s.edits), None)


def _unique(name: str, taken: list[str]) -> str:
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}{number}"
    return unique


__all__ = ["Edit", "Element", "Fill", "Finder", "Left", "Repeat", "Room", "Spot", "TickBox", "places_of"]
