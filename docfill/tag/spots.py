"""Spots: what tagging knows about one place of a blank form, and what is to be written there."""

from __future__ import annotations

from dataclasses import dataclass, field

from docfill.word.document import Paragraph, Row

Reason = tuple[str, str]
"""Why something is or is no place, in Chinese and English."""


@dataclass(slots=True, eq=False)
class Fill:
    """Text to be written over the characters `start` to `end` of a paragraph."""

    paragraph: Paragraph
    start: int
    end: int
    is_date: bool = False


@dataclass(slots=True, eq=False)
class TickBox:
    """A box drawn by the characters `at` to `end` of a paragraph, and the option that it ticks."""

    paragraph: Paragraph
    at: int
    end: int
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
QUESTION = ("问句后没有画出空白", "a question with no blank drawn behind it")
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
FURTHER_LINE = (
    "没有文字的横线：分隔线，或上一行的续行",
    "a line without words: a rule, or more room for the line above",
)
SPARE = ("同一标签的第二个空单元格", "a second empty cell beside one label")
