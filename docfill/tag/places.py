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

from docfill.tag import lines, words
from docfill.tag.cells import (
    controls,
    has_boxes,
    has_boxes_text,
    has_drawn,
    has_drawn_end,
    heading_level,
    headings,
    in_text_box,
    is_bare_label,
    is_bare_signature,
    is_empty,
    is_prose,
    is_tagged,
    line_spans,
    owner_of,
    same_level,
    shared_label,
    squeezed,
    trailing_blanks,
    underlined_in,
    unique,
)
from docfill.tag.grid import (
    GridRow,
    headers,
    inherit_tops,
    labels_of_cell,
    left_labels,
    owner_labels,
)
from docfill.tag.spots import (
    A_DATE,
    AFTER_COLON,
    BARE_COLON,
    BARE_UNIT,
    BESIDE,
    BOXES,
    CONTROL,
    DRAWN_BLANK,
    HINTED,
    NO_LABEL,
    OFFICE,
    OPINION,
    OUTLINE,
    REPEATED,
    SIGNATURE,
    SPARE,
    TEXT_BOX,
    UNDER_HEADER,
    UNDER_LABEL,
    Edit,
    Fill,
    Left,
    Reason,
    Repeat,
    Room,
    Spot,
    TickBox,
)
from docfill.text import NUMBERING
from docfill.word.document import Block, Cell, Document, Paragraph, Table
from docfill.word.xml import W

_SECTION = re.compile(r"^\s*(?:第[一二三四五六七八九十百]+[章节部]|[一二三四五六七八九十]+[、.．])")
ROWS, OPTIONS = "清单", "选项"
"""What repeated rows, and boxes, are called that no words name."""

_MORE = re.compile(r"(?:自行|可).{0,6}(?:添加|增加|增删|续)|同样格式|可另?附页|add (?:more )?rows", re.I)


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
            if (_SECTION.match(shown) and words.is_title(shown)) or (is_above_table and has_said and tables > 1):
                self._sections = [shown]
            has_said = True

    def _paragraph(self, paragraph: Paragraph, at: str, after: list[Block], before: list[Block]) -> None:
        if self._control(paragraph, at, []):
            return
        if not paragraph.text.strip() and in_text_box(paragraph):
            self._text_box(paragraph, at, before)
            return
        if not paragraph.text.strip():
            return
        has_box_after = any(in_text_box(b) for b in after[:2] if isinstance(b, Paragraph))
        following = next((b for b in after if isinstance(b, Table) or b.text.strip()), None)
        said = [b.text.strip() for b in before if isinstance(b, Paragraph) and b.text.strip()]
        is_after_signature = bool(said) and is_bare_signature(said[-1])
        for start, end in line_spans(paragraph.text):
            line = paragraph.text[start:end]
            if self._boxes(paragraph, start, line, at, [], said[-1] if said else ""):
                self._beside_boxes(paragraph, start, line, at, [])
                continue
            found = lines.blanks_in(line, underlined_in(paragraph, start, end))
            for number, blank in enumerate(found):
                is_last = blank.end >= len(line.rstrip())
                if blank.is_date:
                    if is_after_signature or words.SIGNED.search(line):
                        self._leave(line, at, SIGNATURE)
                        continue
                elif not blank.is_drawn:
                    if (
                        has_box_after
                        or not blank.label
                        or len(blank.label) > 40
                        or not is_last
                        or words.INTRODUCTION.search(blank.label)
                    ):
                        continue
                    if words.SIGNED.search(line):
                        self._leave(line, at, SIGNATURE)
                        continue
                    if isinstance(following, Table) or (
                        following is not None and is_prose(following.text, blank.label)
                    ):
                        continue
                self._blank(paragraph, start, blank, at, [], line, shared=shared_label(found, number, line))

    def _text_box(self, paragraph: Paragraph, at: str, before: list[Block]) -> None:
        content = next(a for a in paragraph.element.iterancestors(W + "txbxContent"))
        first = next(content.iter(W + "p"))
        label = next((b.text for b in reversed(before) if isinstance(b, Paragraph) and b.text.strip()), "")
        if words.SIGNED.search(label):
            self._leave(label, at, SIGNATURE)
        elif first is paragraph.element and label and words.is_label(label):
            self._add("text", [label], at, [Fill(paragraph, 0, len(paragraph.text))], TEXT_BOX, 0.9)

    def _control(self, paragraph: Paragraph, at: str, labels: list[str]) -> bool:
        """Whether the paragraph's text is content controls, which are places by themselves."""
        ranges = controls(paragraph)
        for start, end, title in ranges:
            lead = paragraph.text[:start].strip(" :：\t")
            own = lead.split("\t")[-1] if lead else ""
            label = own or title or paragraph.text[start:end].strip() or "控件"
            self._add(
                words.kind_of(own, paragraph.text[end:]),
                [*labels, label],
                at,
                [Fill(paragraph, start, end)],
                CONTROL,
                0.8,
            )
        return bool(ranges)

    # --- tables ---

    def _table(self, table: Table, at: str) -> None:
        rows = [GridRow(row) for row in table.rows if row.cells]
        inherit_tops(rows)
        outer = list(self._sections)
        is_office = False
        number = 0
        while number < len(rows):
            row = rows[number]
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
                self._full(rows, number, at, outer)
            else:
                for cell in row.row.cells:
                    self._cell(rows, number, cell, at)
            number += 1
        self._sections = outer

    def _full(self, rows: list[GridRow], number: int, at: str, outer: list[str]) -> None:
        """A row of one cell: a title, a label of the row below, an empty row, or a cell with all in it."""
        cell = rows[number].cells[0]
        where = f"{at}/{number}/{cell.column}"
        following = rows[number + 1] if number + 1 < len(rows) else None
        if any(isinstance(b, Table) for b in cell.blocks) or headings(cell.blocks) >= 3:
            if self._outline(cell.blocks, where, is_roomy=True):
                return
            for index, block in enumerate(cell.blocks):
                if isinstance(block, Table) and cell.text.strip() == "":
                    self._table(block, f"{where}/{index}")
        if is_tagged(cell):
            return
        if is_empty(cell):
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
        is_label_below = following is not None and following.is_full and is_empty(following.cells[0])
        has_room = trailing_blanks(cell) > 0
        if not has_room and is_label_below and not rows[number].has_boxes:
            return
        before = len(self.spots)
        is_table_below = following is not None and (
            following.is_header or (not following.is_full and following.has_empty)
        )
        introduces = is_table_below and not has_room
        is_plain = not rows[number].has_boxes and len(re.findall("[：:]", cell.text)) == 1
        if not (introduces and is_plain and not has_drawn_end(cell.text) and words.is_label(cell.text)):
            self._inside(cell, [], where, is_own=True, is_label_below=is_label_below)
        rows[number].is_own = len(self.spots) > before and has_room
        if len(self.spots) == before and rows[number].is_title:
            shown = cell.text.strip()
            is_note = _MORE.search(shown) or words.ELLIPSIS.match(shown) or words.is_hint(shown)
            if not is_note and (_SECTION.match(shown) or not NUMBERING.match(shown)):
                is_form_title = number == 0 and not _SECTION.match(shown)
                if following is not None:
                    self._sections = outer if is_form_title else [*outer, shown]

    def _repeated(self, rows: list[GridRow], number: int, at: str) -> int:
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
        texts = [squeezed(c.text) for r in printed for c in r.row.cells if not c.continues and not is_empty(c)]
        has_ellipsis = any(words.ELLIPSIS.fullmatch(t) for t in texts)
        is_ordinal = all(words.ORDINAL.fullmatch(t) for t in texts)
        heads = [c.text.strip() for c in header.row.cells]
        if count < (1 if is_more else 2) or not (is_ordinal or has_ellipsis):
            return 0
        if not texts and all(words.YEAR.fullmatch(h) for h in heads[1:]):
            return 0
        if len([c for c in printed[0].row.cells if is_empty(c) and not c.continues]) < 2:
            return 0
        left = [
            c
            for c in printed[0].row.cells
            if c.continues
            and printed[0].top(c).strip()
            and all(any(o.column == c.column and o.continues for o in r.row.cells) for r in printed)
        ]
        group_label = [printed[0].top(c) for c in left]
        columns: list[str] = []
        for cell in printed[0].row.cells:
            head = "" if cell in left else header.over(cell)
            name = words.label_key(head) if head.strip() else f"第{len(columns) + 1}列"
            columns.append("" if cell in left else unique(name, columns))
        merged = next(
            (
                columns[i]
                for i, c in enumerate(printed[0].row.cells)
                if columns[i]
                and not c.continues
                and any(o.column == c.column and o.continues for r in printed[1:] for o in r.row.cells)
            ),
            "",
        )
        first = next(c for c in printed[0].row.cells if c not in left)
        labels = group_label or self._sections[-1:] or [ROWS]
        where = f"{at}/{number}/{first.column}"
        self._add("rows", labels, where, [Repeat([r.row for r in printed], columns, merged)], REPEATED, 0.85)
        return end - number

    def _cell(self, rows: list[GridRow], number: int, cell: Cell, at: str) -> None:
        row = rows[number]
        where = f"{at}/{number}/{cell.column}"
        if cell.continues or is_tagged(cell):
            return
        left = [c for c in row.row.cells if c.column < cell.column]
        chain, near = left_labels(rows, number, left)
        if any(isinstance(b, Table) for b in cell.blocks):
            self._nested(cell, chain, where)
            return
        heads = headers(rows, number, cell)
        owners = owner_labels(rows, number, cell)
        if row.is_header and is_empty(cell):
            return
        if is_empty(cell):
            self._empty(rows, number, cell, where, chain, near, heads, owners)
            return
        is_answer = bool(chain) and row.is_value(cell)
        if row.is_header:
            return
        right = next((c for c in row.row.cells if c.column > cell.column), None)
        is_words = not has_boxes(cell) and not has_drawn(cell)
        if right is not None and is_words:
            is_label_of_right = is_empty(right) or right.continues
            is_first_of_value = cell is row.row.cells[0] and not right.continues and row.is_value(right)
            if (is_label_of_right and not is_answer) or is_first_of_value:
                return
        label = [h for h in heads if h not in chain] if is_answer and heads and not near else []
        self._inside(
            cell,
            [*chain, *label] if is_answer else [],
            where,
            is_own=not is_answer,
            owners=owners,
            is_tall=row.is_tall(chain, rows, number),
            row=row,
            chain=chain,
        )

    def _nested(self, cell: Cell, chain: list[str], where: str) -> None:
        for index, block in enumerate(cell.blocks):
            if isinstance(block, Table):
                outer = self._sections
                self._sections = [*outer, *chain]
                self._table(block, f"{where}/{index}")
                self._sections = outer

    def _empty(
        self,
        rows: list[GridRow],
        number: int,
        cell: Cell,
        where: str,
        chain: list[str],
        near: Cell | None,
        heads: list[tuple[Cell, str]] | list[str],
        owners: list[str],
    ) -> None:
        row = rows[number]
        if row.has_picture(cell):
            return
        labels = labels_of_cell(chain, near, rows, number, cell)
        if all(words.ORDINAL.fullmatch(squeezed(x)) for x in labels):
            self._leave("", where, NO_LABEL)
            return
        shown = " ".join(labels) or ""
        if (words.SIGNED.search(shown) or words.OFFICE.search(shown)) and labels:
            self._leave(shown, where, SIGNATURE if words.SIGNED.search(shown) else OFFICE)
            return
        if near is not None and not words.is_label(near.text):
            return
        beside = [c for c in row.row.cells if c.column < cell.column]
        is_spare = bool(beside) and is_empty(beside[-1]) and not heads
        reason = SPARE if is_spare else UNDER_HEADER if heads else BESIDE
        header = next((h for h in reversed(heads) if h), "")
        self._add_cell(cell, labels, where, reason, 0.5 if is_spare else 0.95, owners, str(header))

    def _add_cell(
        self,
        cell: Cell,
        labels: list[str],
        where: str,
        reason: Reason,
        confidence: float,
        owners: list[str] | None = None,
        header: str = "",
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
        self,
        cell: Cell,
        labels: list[str],
        where: str,
        *,
        is_own: bool,
        owners: list[str] | None = None,
        is_tall: bool = False,
        is_label_below: bool = False,
        row: GridRow | None = None,
        chain: list[str] | None = None,
    ) -> None:
        """The blanks, boxes and room in a cell that has words of its own."""
        paragraphs = list(cell.paragraphs)
        texts = [p.text.strip() for p in paragraphs]
        if not is_own and self._hinted(paragraphs, labels, where, owners):
            return
        signs = [i for i, t in enumerate(texts) if words.SIGNED.search(t) and len(t) < 120]
        is_signed_here = any(has_drawn_end(p.text) for i, p in enumerate(paragraphs) if i in signs)
        first_spot = len(self.spots)
        self._group = (
            self._group
            if row is not None and self._group is not None and row.shares_group(self._group.at, where)
            else None
        )
        if labels and signs and paragraphs and not texts[0] and not any(texts[: signs[0]]):
            extra = ["意见"] if is_signed_here else []
            self._add(
                "text",
                [*labels, *extra],
                where,
                [Fill(paragraphs[0], 0, len(paragraphs[0].text))],
                OPINION,
                0.6,
                owners,
            )
        group_labels = list(labels) or list(chain or [])
        for index, paragraph in enumerate(paragraphs):
            if not texts[index]:
                self._under_line(paragraphs, index, labels, where, is_own, is_tall)
                continue
            if self._control(paragraph, where, labels):
                continue
            for start, end in line_spans(paragraph.text):
                line = paragraph.text[start:end]
                lead = self._lead_of(paragraphs, index)
                if not self._boxes(paragraph, start, line, where, group_labels, lead, is_tall, row, owners):
                    self._blanks(
                        cell,
                        paragraphs,
                        index,
                        start,
                        line,
                        labels,
                        where,
                        is_own,
                        signs,
                        is_signed_here,
                        owners,
                        is_label_below,
                    )
                else:
                    self._beside_boxes(paragraph, start, line, where, labels)
        if is_own and len(self.spots) == first_spot and is_bare_label(cell) and not is_label_below:
            self._own_label(cell, paragraphs, where, row)

    def _hinted(self, paragraphs: list[Paragraph], labels: list[str], where: str, owners: list[str] | None) -> bool:
        """Whether all that stands in an answer's cell is a hint in brackets, which the answer replaces."""
        shown = [p for p in paragraphs if p.text.strip()]
        if len(shown) != 1 or not re.fullmatch(
            r"[（(](?!注|备注|说明)[^（）()]*(?:[（(][^（）()]*[)）][^（）()]*)*[)）]", shown[0].text.strip()
        ):
            return False
        if any(b in shown[0].text for b in words.BOXES) or re.search(r"[ \u3000_＿]{2,}", shown[0].text.strip()):
            return False
        self._add("text", labels, where, [Fill(shown[0], 0, len(shown[0].text))], HINTED, 0.75, owners)
        return True

    def _under_line(
        self, paragraphs: list[Paragraph], index: int, labels: list[str], where: str, is_own: bool, is_tall: bool
    ) -> None:
        """An empty paragraph right under a line in an answer's cell that names what to write there."""
        if is_own or index == 0 or not paragraphs[index - 1].text.strip():
            return
        line = paragraphs[index - 1].text.strip()
        if any(b in line for b in words.BOXES) or lines.blanks_in(line) or words.is_hint(line):
            return
        if (
            re.search(r"\d+\s*字|[:：?？]$|words", line)
            and not words.STATEMENT.search(line)
            and not words.SIGNED.search(line)
        ):
            fill = Fill(paragraphs[index], 0, len(paragraphs[index].text))
            self._add("text", [*labels, line], where, [fill], UNDER_LABEL, 0.8)

    def _own_label(self, cell: Cell, paragraphs: list[Paragraph], where: str, row: GridRow | None) -> None:
        """A cell that holds a label and the room for its answer."""
        texts = [p.text.strip() for p in paragraphs]
        label = "\n".join(t for t in texts if t)
        blanks = trailing_blanks(cell)
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
        self._add(
            "text",
            [label],
            where,
            [Fill(target, at, len(target.text) if at == 0 else at)],
            UNDER_LABEL,
            0.7 if blanks else 0.55,
        )

    def _lead_of(self, paragraphs: list[Paragraph], index: int) -> str:
        """The line over a group of boxes that introduces it."""
        said = [p.text.strip() for p in paragraphs[:index] if p.text.strip()]
        return said[-1] if said and not any(b in said[-1] for b in words.BOXES) else ""

    def _blanks(
        self,
        cell: Cell,
        paragraphs: list[Paragraph],
        index: int,
        start: int,
        line: str,
        labels: list[str],
        where: str,
        is_own: bool,
        signs: list[int],
        is_signed_here: bool,
        owners: list[str] | None,
        is_label_below: bool,
    ) -> None:
        paragraph = paragraphs[index]
        found = lines.blanks_in(line, underlined_in(paragraph, start, start + len(line)), is_answer=not is_own)
        if not found and not is_own and (gap := re.search(r"\S([ \u00a0\u3000]{5,})$", line)) and words.is_title(line):
            found = [lines.Blank(gap.start(1), gap.end(1), line.strip(), "", True)]
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
                if following and not room and (has_boxes_text(following) or is_prose(following, blank.label)):
                    continue
                if is_label_below and not room:
                    continue
                if words.STATEMENT.search(blank.label) and not is_sign:
                    continue
            shared = shared_label(found, number, line)
            self._blank(paragraph, start, blank, where, labels, line, owners, shared)

    def _beside_boxes(self, paragraph: Paragraph, start: int, line: str, where: str, labels: list[str]) -> None:
        """Blanks of a line that has boxes: write-ins of an option, and blanks with a label of their own."""
        underlined = underlined_in(paragraph, start, start + len(line))
        group = self._group
        for blank in lines.blanks_in(line, underlined):
            if blank.is_date or (not blank.is_drawn and not blank.end >= len(line.rstrip())):
                continue
            box = max(
                (
                    e
                    for e in (group.edits if group else [])
                    if isinstance(e, TickBox) and e.paragraph is paragraph and e.at < start + blank.start
                ),
                key=lambda e: e.at,
                default=None,
            )
            if blank.is_write_in and box is not None and group is not None:
                owner = owner_of(self.spots, box)
                self._write_in(
                    owner or group, box.option, Fill(paragraph, start + blank.start, start + blank.end), where
                )
            elif blank.is_drawn and (box is None or not blank.is_write_in):
                self._blank(paragraph, start, blank, where, labels, line)

    def _write_in(self, group: Spot, option: str, fill: Fill, where: str) -> None:
        spot = Spot("text", [], group.sections, where, [fill], DRAWN_BLANK, 0.85)
        spot.host = (group, option)
        self.spots.append(spot)

    def _blank(
        self,
        paragraph: Paragraph,
        start: int,
        blank: lines.Blank,
        where: str,
        labels: list[str],
        line: str,
        owners: list[str] | None = None,
        shared: str | None = None,
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
            reason, confidence = (
                (AFTER_COLON if line[: blank.start].rstrip().endswith(("：", ":")) else DRAWN_BLANK),
                0.9,
            )
        if not steps:
            steps = [line.strip() or "填写"]
        kind = (
            "date"
            if blank.is_date
            else words.kind_of(steps[-1] if shared is None else "", blank.suffix if shared is None else "")
        )
        if kind == "text" and not blank.label and labels and not blank.is_date:
            kind = words.kind_of(labels[-1], blank.suffix)
        fill = Fill(paragraph, start + blank.start, start + blank.end, blank.is_date)
        self._add(kind, steps, where, [fill], reason, confidence, owners)

    def _boxes(
        self,
        paragraph: Paragraph,
        start: int,
        line: str,
        where: str,
        labels: list[str],
        lead: str,
        is_tall: bool = False,
        row: GridRow | None = None,
        owners: list[str] | None = None,
    ) -> bool:
        """Whether a line has boxes; those with no label in the line join the group before them."""
        boxes = [b for b in lines.boxes_in(line) if b.option]
        for box in boxes:
            edit = TickBox(paragraph, start + box.at, box.option)
            group = self._group
            is_new = group is None or (
                (box.group is not None and box.group != self._lead)
                or (group.at != where and not (row is not None and row.shares_group(group.at, where)))
                or (box.group is None and box.option in group.options)
            )
            if is_new:
                own = box.group if box.group is not None else None
                steps = list(labels)
                if own and (words.label_key(own) or not steps):
                    steps.append(own)
                elif lead and not own and (is_tall or not steps or any(s.at == where for s in self.spots)):
                    steps.append(lead)
                group = self._add("choices", steps or [OPTIONS], where, [], BOXES, 0.9, owners)
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
            depth = heading_level(block)
            if depth is None:
                continue
            known = next((i for i, (k, _) in enumerate(stack) if same_level(k, depth)), None)
            stack = [*(stack[:known] if known is not None else stack), (depth, block.text.strip())]
            rest = blocks[index + 1 :]
            hints: list[Paragraph] = []
            for b in rest:
                if isinstance(b, Table) or heading_level(b) is not None:
                    break
                hints.append(b)
            following = rest[len(hints)] if len(hints) < len(rest) else None
            deeper = isinstance(following, Paragraph) and not any(
                same_level(k, heading_level(following)) for k, _ in stack
            )
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
        self,
        kind: str,
        labels: list[str],
        at: str,
        edits: list[Edit],
        reason: Reason,
        confidence: float,
        owners: list[str] | None = None,
    ) -> Spot:
        spot = Spot(kind, labels, list(self._sections), at, edits, reason, confidence, owners or [])
        self.spots.append(spot)
        return spot

    def _leave(self, text: str, at: str, reason: Reason) -> None:
        self.left.append(Left(text.strip(), at, reason))
