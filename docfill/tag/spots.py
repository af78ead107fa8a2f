"""Spots: what tagging knows about one place of a blank form, and what is to be written there."""

from __future__ import annotations

from dataclasses import dataclass, field

from docfill.word.document import Element, Paragraph, Row

Reason = tuple[str, str]
"""Why something is or is no place, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that something is a place, and how surely it does (from 0 to 1)."""

    zh: str
    en: str
    sure: float

    @property
    def reason(self) -> Reason:
        """It in words."""
        return self.zh, self.en


@dataclass(slots=True, eq=False)
class Fill:
    """Text to be written over the characters `start` to `end` of a paragraph.

    What `is_replaced` is a placeholder, which the blank form shows no more; `prompted` is the content control
    (w:sdt) whose prompt it takes the place of; what `is_soft` are words in another colour than the answer's.
    """

    paragraph: Paragraph
    start: int
    end: int
    is_replaced: bool = False
    prompted: Element | None = None
    is_soft: bool = False


@dataclass(slots=True, eq=False)
class TickBox:
    """A box drawn by the characters `start` to `end` of a paragraph, and the option that it ticks.

    Nothing is drawn (`start == end`) in an empty cell to be ticked.
    """

    paragraph: Paragraph
    start: int
    end: int
    option: str


@dataclass(slots=True, eq=False)
class Room:
    """Paragraphs to be repeated after `heading`, or above it; `hints` are printed while there is no answer.

    The first of the hints is the heading of a room that has none; `is_soft` says that they are in another colour than
    the answer.
    """

    heading: Paragraph
    hints: list[Paragraph]
    is_above: bool = False
    is_soft: bool = False


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
        evidence: why it is taken for a place, and how surely.
        leaders: the first label of its line, where it is another one, and those of the lines above, the nearest first,
            each with whether it stands above.
        owners: labels that own it where its own label repeats, the nearest first.
        host: the tick group and option whose write-in it is.
        path: its key path, given by `names`.
        is_optional: whether nothing is missing where it has no answer.
        unit: the unit of its number, "" for the one that the form prints.
        limit: the most 字 of its answer, 0 for what the form prints.
        last: the position of the last of its boxes.
        given: the path that a placeholder gives it.
        frame: the room for its picture, as a tag says it.
    """

    kind: str
    labels: list[str]
    sections: list[str]
    at: str
    edits: list[Edit]
    evidence: Evidence
    owners: list[str] = field(default_factory=list)
    leaders: list[tuple[str, bool]] = field(default_factory=list)
    host: tuple[Spot, str] | None = None
    path: str = ""
    is_optional: bool = False
    unit: str = ""
    limit: int = 0
    last: str = ""
    given: str = ""
    frame: str = ""
    _known: set[str] = field(default_factory=set, repr=False)
    _seen: int = 0

    @property
    def options(self) -> list[str]:
        """The options of a tick group in form order."""
        return list(dict.fromkeys(e.option for e in self.edits if isinstance(e, TickBox)))

    def has_option(self, option: str) -> bool:
        """Whether a tick group has an option; told while its boxes are added, one after another."""
        self._known.update(e.option for e in self.edits[self._seen :] if isinstance(e, TickBox))
        self._seen = len(self.edits)
        return option in self._known


@dataclass(frozen=True, slots=True)
class Left:
    """What was left alone: its text, its position and why."""

    text: str
    at: str
    reason: Reason

    def said(self, place: Reason = ("", "")) -> Reason:
        """It in words, called by its own, or where it has none by its place."""
        own = self.text.split("\n")[0][:_TOLD]
        what, what_en = (f"“{own}”", f' "{own}"') if own else place
        return f"未加标签{what}：{self.reason[0]}", f"left alone{what_en}: {self.reason[1]}"


_TOLD = 40
"""Characters of its text that name what was left alone."""


# --- the evidence there is, and how sure each makes ---

BESIDE = Evidence("标签旁的空单元格", "the empty cell beside a label", 0.95)
UNDER_HEADER = Evidence("表头下的空单元格", "the empty cell under a column header", 0.95)
UNDER_LABEL = Evidence("标签下方的空白", "the empty space under a label", 0.9)
UNDER_TITLE = Evidence("表格上方的文字下的空单元格", "the empty cell under the words over the table", 0.8)
UNDER_SECTION = Evidence("小节标题下的空单元格", "an empty cell that only the section names", 0.6)
ROOM_BELOW = Evidence("标签下方的空段落", "the empty paragraphs under a label", 0.75)
ROOM_BEHIND = Evidence("整格只有标签，没有画出空白", "a cell that is nothing but a label", 0.55)
AFTER_COLON = Evidence("冒号后的空白", "the blank after a colon", 0.9)
BARE_COLON = Evidence("冒号后没有画出空白", "a colon with no blank drawn behind it", 0.75)
QUESTION = Evidence("问句后没有画出空白", "a question with no blank drawn behind it", 0.6)
DRAWN_BLANK = Evidence("文字中的填写线或空格", "a line or spaces to write on", 0.9)
DRAWN_LINES = Evidence("标签下的横线", "drawn lines under a label", 0.8)
CAPTIONED = Evidence("下面有括号说明的横线", "a line to write on with its name below", 0.8)
CAPTIONED_CELL = Evidence("下一行写着名称的空单元格", "an empty cell with its name in the row below", 0.85)
WRITE_IN = Evidence("选项后的填写处", "a blank beside an option", 0.85)
BARE_UNIT = Evidence("单位前没有画出空白", "a unit with no blank drawn in front", 0.55)
A_DATE = Evidence("年月日填写处", "the blanks of a date", 0.85)
PHOTO_CELL = Evidence("贴照片的单元格", "a cell for a photograph", 0.9)
BOXES = Evidence("勾选框", "boxes to tick", 0.9)
TICKED_IN_BLANK = Evidence(
    "空白表上已有勾选；空白表里改为未勾选", "boxes, one ticked in the blank form, which the template shows empty", 0.65
)
PRINTED_OPTIONS = Evidence("印着的选项，勾画在其前", "printed options, ticked in front", 0.65)
PRINTED_SCALE = Evidence("各占一格的选项，勾画在其前", "options in cells of their own, ticked in front", 0.65)
LONE_BOXES = Evidence("单独占一格的勾选框", "boxes that stand alone in cells", 0.7)
REPEATED = Evidence("表头下格式相同的空行", "empty rows of one shape under a header", 0.85)
OUTLINE = Evidence("小标题下的填写区", "the room under a heading", 0.85)
HIGH_ROW = Evidence("占一整行、留有高度的小标题", "a heading that fills a high row", 0.75)
PLACEHOLDER = Evidence("其他系统的占位符", "a placeholder of another system", 0.85)
CONTROL = Evidence("内容控件", "a content control", 0.8)
TEXT_BOX = Evidence("标签后的文本框", "a text box after a label", 0.9)
HINTED = Evidence("提示文字所在处", "the place of a hint", 0.75)
OPINION = Evidence("意见栏的空白", "the room for an opinion", 0.6)
BY_HAND = Evidence("手工加上", "added by hand", 1.0)
TO_TICK = Evidence("等级表头下的空单元格，作为勾选处", "empty cells under grades, to be ticked", 0.7)
SPARE = Evidence("同一标签的第二个空单元格", "a second empty cell beside one label", 0.5)

# --- why something is left alone ---

SIGNATURE = ("签字盖章处：没有画出填写的空白", "a signature or seal with no blank drawn")
OFFICE = ("由受理单位填写", "for the office to fill in")
NO_LABEL = ("没有找到标签的空单元格", "an empty cell that no words name")
NOT_NAMED = ("像填写处，但没有文字说明填什么", "it looks like a place, and no words say what for")
LEFT_ALONE = ("有名称也有空白，没有加标签", "a label with room for its answer, which was left alone")
PRINTED = ("表上已印有内容", "the form prints an answer here")
NO_BOXES = (
    "印着选项而没有方框：请在 Word 里每项前加“□”",
    "options printed without boxes: put □ before each of them in Word",
)
ALIKE = (
    "两列的等级写法相同，分不清勾的是哪一个：请改正表头",
    "two columns of the scale say the same, so which is ticked cannot be told: correct the header",
)
BULLETS = (
    "方框是 Word 的项目符号，不能勾选：请改成文字“□”",
    "the boxes are Word's bullets and cannot be ticked: type □ in their place",
)
BOXES_AS_WORDS = (
    "方框写成了汉字“口”，不能勾选：请改成“□”",
    "the boxes are written with the Chinese character 口 and cannot be ticked: type □ in their place",
)
NO_ROOM = ("像在问什么，但没有找到填写的地方", "it seems to ask for something, and no place for an answer was found")
SIDE_BY_SIDE = (
    "同一行的几条横线之间没有文字，读回时分不清",
    "lines side by side with no words between to tell them apart",
)
PHOTO = ("粘贴照片处", "for a photograph")
LOOP = (
    "其他系统的循环、条件或算式，请在 Word 里改写",
    "a loop, condition or expression of another system; rewrite it in Word",
)
DRAWN_BOXES = (
    "空文本框画的勾选框，分不清是哪个选项的",
    "empty text boxes drawn as boxes to tick: whose they are cannot be told",
)
HEADED_BOXES = (
    "方框的选项印在上面一行，读回时分不清：请在每个方框后写上选项",
    "the options of its boxes stand in a line above, and are not told apart: write each behind its box",
)
COMB = (
    "一格一字的方格，没有名称：请在 Word 里合并成一格，或改成横线",
    "a box for each character, without a name: merge them into one cell in Word, or draw a line",
)
FURTHER_LINE = (
    "没有文字的横线：分隔线，或上一行的续行",
    "a line without words: a rule, or more room for the line above",
)
ROOM_LEFT = ("格中有几行空白，没有加标签", "empty lines in a cell, which were left alone")
ROOM_BELOW_LEFT = ("下面有几行空白，没有加标签", "empty lines below, which were left alone")
EMPTY_BOX = ("空文本框，没有加标签", "an empty text box, which was left alone")
DRAWN_CELL = ("空单元格里有图形，没有加标签", "an empty cell with something drawn in it, which was left alone")
NOT_IN_BODY = ("页眉页脚里的填写处不加标签", "room in a header or footer, where nothing is tagged")


def drawn_shapes(count: int) -> Reason:
    """That many lines and frames are drawn with shapes, over which people may write."""
    return (
        f"用图形画的线和框共 {count} 处：画在其上的填写处没有加标签",
        f"{count} lines or frames drawn with shapes: what is to be written on them was left alone",
    )


def several_cells(rows: int, cells: int) -> Reason:
    """That many empty cells of one table were left alone."""
    return (
        f"此表 {rows} 行共 {cells} 个空单元格没有加标签",
        f"{cells} empty cells in {rows} rows of this table were left alone",
    )
