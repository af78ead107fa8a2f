"""What can be wrong: one exception that stops us, and problems that are collected.

`DocfillError` is raised when a file or a template cannot be used at all.  A
`Problem` says what is wrong with one document or one record; it never stops
the reading.  Every code stands once, in `CATALOGUE`, with its severity and its
message in Chinese and English; extract, fill and check draw on the same table.

Messages are put into words when they are asked for, in the language of that moment:
each thread and each task has its own (`speaking`), so two can speak two languages.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Self

from docfill import late
from docfill.text import shown

Severity = Literal["error", "warning", "note"]
Language = Literal["zh", "en"]

VARIABLE = "DOCFILL_LANG"
"""The environment variable that names the language where nobody else does."""

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language of messages here: that of `speaking`, or else English where DOCFILL_LANG begins with "en"."""
    return _chosen.get() or ("en" if os.environ.get(VARIABLE, "").lower().startswith("en") else "zh")


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Another language for the messages inside the `with`, in this thread or task.

    with docfill.speaking("en"):
        print(form.extract("returned.docx").problems[0])

    Raises:
        DocfillError: it is neither "zh" nor "en".
    """
    if chosen not in ("zh", "en"):
        raise DocfillError(
            f"提示的语言只有 zh 和 en，没有“{chosen}”", f'the languages are zh and en, not "{chosen}"', "bad-argument"
        )
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def say(zh: str, en: str) -> str:
    """The sentence in the language of messages."""
    return en if language() == "en" else zh


class Said(str):
    """Words for a problem's `expected` that are said in two languages; as a plain text they are the Chinese ones."""

    def __new__(cls, zh: str, en: str) -> Said:
        made = super().__new__(cls, zh)
        made.en = en
        return made

    en: str

    def __reduce__(self) -> tuple[Any, ...]:
        return Said, (str(self), self.en)


def listed(words: Iterable[str]) -> Said:
    """Several words, one after the other, as each language divides them."""
    known = list(words)
    return Said("、".join(known), ", ".join(known))


_SYSTEM = {
    errno.ENOENT: "没有这个文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只能读，不能写",
    errno.EEXIST: "已经存在",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "链接绕成了圈",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件太大",
    errno.EMFILE: "打开的文件太多",
    errno.ENOMEM: "内存不足",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被别的程序使用",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "不是这台电脑的地址",
    errno.ECONNREFUSED: "对方拒绝连接",
    errno.ETIMEDOUT: "超时",
}
"""What the operating system says most, in Chinese."""


def reason_of(error: OSError) -> Said:
    """Why the operating system refused; as it says itself where it says so rarely that it is not translated."""
    english = error.strerror or type(error).__name__
    return Said(_SYSTEM.get(error.errno or 0, english), english)


_POSITION = late.pattern(r"line (\d+)(?:,? col(?:umn)? (\d+))?")


def fault_of(error: Exception) -> Said:
    """What a parser stumbled over, with where; its own words are said in English only, but for ours."""
    if error.args and isinstance(error.args[0], Said):
        return error.args[0]
    if isinstance(error, RecursionError):
        return Said("嵌套过深", "nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return Said("不是 UTF-8 编码", "not in UTF-8")
    said = str(getattr(error, "message", error))
    places = sorted(_POSITION.findall(said), key=lambda place: bool(place[1]))  # the one that has a column
    line, column = places[-1] if places else ("", "")
    where = f"第 {line} 行" * bool(line) + f"第 {column} 列" * bool(column)
    return Said(f"{where}写法有误", said)


def _in(words: Any, spoken: Language) -> Any:
    return words.en if spoken == "en" and isinstance(words, Said) else words


class DocfillError(Exception):
    """Nothing can be done with this file, template or data: the message says why and what next.

    Attributes:
        zh: the message in Chinese.
        en: the message in English; `str` gives one of them.
        code: a key of `CATALOGUE`, the same for ever whatever the message says.
    """

    def __init__(self, zh: str, en: str, code: str = "unusable") -> None:
        zh, en = shown(zh), shown(en)
        super().__init__(zh, en, code)
        self.zh, self.en, self.code = zh, en, code

    def __str__(self) -> str:
        return say(self.zh, self.en)

    def problem(self) -> Problem:
        """The error as a problem of the one file or record that it is about."""
        return Problem(self.code, found=str(self))

    def kept(self) -> Self:
        """The error itself, without what was at hand where it was raised: of a large file, that is the file."""
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, in words a person can follow, and where in the XML.

    Attributes:
        paper: of a picture, how wide and how high it is on paper, in centimetres.
    """

    section: str = ""
    row: str = ""
    column: str = ""
    xml: str = ""
    paper: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Only the parts that are known."""
        parts = {"section": self.section, "row": self.row, "column": self.column, "xml": self.xml, "paper": self.paper}
        return {k: v for k, v in parts.items() if v}

    def words(self, spoken: Language) -> str:
        """The place in words, in one language."""
        row, column = ("row ", "column ") if spoken == "en" else ("行", "列")
        parts = (self.section, self.row and f"{row}“{self.row}”", self.column and f"{column}“{self.column}”")
        return (", " if spoken == "en" else "，").join(p for p in parts if p)

    def __str__(self) -> str:
        return self.words(language())


class SheetPlace(Place):
    """Where a value stands in a workbook or table of text: the row by its number, the column by its letters."""

    __slots__ = ()

    def words(self, spoken: Language) -> str:
        """The place as people say it: 工作表“数据”第 6 行 N 列."""
        if spoken == "en":
            parts = (self.section, self.row and f"row {self.row}", self.column and f"column {self.column}")
            return ", ".join(p for p in parts if p)
        where = (self.row and f"第 {self.row} 行", self.column and f"{self.column} 列")
        return self.section + " ".join(p for p in where if p)


def section_of(place: Place, path: str) -> str:
    """The section of an answer: what the form calls it, or else the first step of its path."""
    return place.section or path.partition(".")[0]


class Code(NamedTuple):
    """One line of the catalogue.  The messages may use {found}, {expected} and {path}; {found} of what stops us is the
    whole message of the `DocfillError`."""

    severity: Severity
    zh: str
    en: str
    alone: tuple[str, str] = ("", "")
    """What is said in either language where nothing is expected, if that is something else."""
    has_title: bool = False
    """Whether {found} says all of it, behind a title."""


def _stop(zh: str, en: str) -> Code:
    """What stops us: a title, since each message says more."""
    return Code("error", zh + "：{found}", en + ": {found}", has_title=True)


CATALOGUE: dict[str, Code] = {
    # a value, read or given
    "not-a-number": Code(
        "error",
        "应为数字，实为“{found}”，已按原文保留",
        'expected a number, found "{found}", left as text',
    ),
    "not-an-integer": Code(
        "error",
        "应为整数，实为“{found}”，已按原文保留",
        'expected a whole number, found "{found}", left as text',
    ),
    "not-a-date": Code(
        "error",
        "应为日期（年月日齐全），实为“{found}”，已按原文保留",
        'expected a full date, found "{found}", left as text',
    ),
    "time-left-out": Code(
        "note",
        "日期后面还写了时间“{found}”，只取日期",
        'a time stands behind the date, "{found}"; the date alone was taken',
    ),
    "year-unlikely": Code(
        "warning",
        "年份不在 {expected} 之间：{found}，请核对",
        "the year is not within {expected}: {found}; check it",
    ),
    "approximate": Code(
        "warning",
        "原文为“{found}”，按其中的数字读取，请核对",
        'the answer says "{found}"; its number was taken, check it',
    ),
    "too-many-decimals": Code(
        "warning",
        "最多保留两位小数，实为“{found}”",
        'at most two decimals are allowed, found "{found}"',
    ),
    "not-an-option": Code(
        "error",
        "不是该项的选项：“{found}”；可选：{expected}",
        'not one of the options: "{found}"; the options are {expected}',
    ),
    "several-ticks": Code(
        "error",
        "单选项勾选了多个：{found}；未取值，请核对",
        "several options of a single choice are ticked: {found}; no value was taken",
    ),
    "unclear-tick": Code(
        "error",
        "选项“{expected}”前的标记“{found}”无法判断是否勾选",
        'the mark "{found}" of option "{expected}" can be read as ticked or not',
    ),
    "over-limit": Code(
        "error",
        "超出字数限制：{found}字，限{expected}字",
        "over the limit: {found} characters, at most {expected}",
    ),
    # data given to fill
    "unknown-field": Code(
        "error",
        "表中没有这一项；最接近的是：{expected}",
        "the form has no such field; the nearest is {expected}",
    ),
    "too-precise": Code(
        "error",
        "最多两位小数，实为 {found}；请先四舍五入",
        "the form takes two decimals, found {found}; round it first",
    ),
    "wrong-type": Code("error", "应为{expected}，实为 {found}", "expected {expected}, found {found}"),
    "place-uncertain": Code(
        "error",
        "这一项在表里的位置不能确定（{expected}），没有改动；请在 Word 中改",
        "its place in the document is not certain ({expected}); nothing was changed, correct it in Word",
    ),
    "not-placed": Code(
        "error",
        "没有可以写入的位置：{expected}；没有改动",
        "there is no place to write to: {expected}; nothing was changed",
    ),
    "put-reads-otherwise": Code(
        "error",
        "写入后读出的是“{found}”，应为“{expected}”；没有改动",
        'written, it reads as "{found}" instead of "{expected}"; nothing was changed',
    ),
    "put-raises-doubt": Code(
        "error",
        "写入后“{found}”会有疑问（{expected}）；没有改动",
        'written, "{found}" would be in doubt ({expected}); nothing was changed',
    ),
    "control-character": Code(
        "error",
        "含有 Word 文件不能保存的控制字符 {found}，请删除",
        "holds the control character {found}, which a Word file cannot store; delete it",
    ),
    "blank-ends": Code(
        "error",
        "首尾有空白或下划线，与表上的填写线分不清，请删除：“{found}”",
        'begins or ends with white space or an underscore, like the blank of the form; delete it: "{found}"',
    ),
    "empty-line": Code(
        "error",
        "含有空行（第 {found} 行），请删除",
        "holds an empty line (line {found}); delete it",
    ),
    "same-as-hint": Code(
        "error",
        "“{found}”是表上的提示文字，或以它开头、结尾，读回时不算填写",
        '"{found}" is the form\'s own hint, or begins or ends with it, which is read back as no answer',
    ),
    "empty-row": Code("error", "这一行没有任何内容，请删除或填写", "this row is empty; delete it or fill it in"),
    "duplicate-option": Code("error", "选项重复：“{found}”", 'an option is given twice: "{found}"'),
    "out-of-range": Code(
        "error",
        "数值超出可精确保存的范围：{found}",
        "the number is beyond what can be kept exactly: {found}",
    ),
    # a returned document
    "ambiguous": Code(
        "warning",
        "这里有两种读法：“{found}”或“{expected}”，请核对",
        'two readings are possible here: "{found}" or "{expected}"',
    ),
    "place-ambiguous": Code(
        "warning",
        "这一项取自这里，但“{expected}”也可能是它所在的地方；请核对",
        'it was read here, but "{expected}" may be its place as much; please check',
    ),
    "label-altered": Code(
        "warning",
        "标签与原表不同：原为“{expected}”，现为“{found}”；请核对取值",
        'the label differs from the form: "{expected}" became "{found}"; check the value',
    ),
    "place-missing": Code(
        "warning",
        "在文件中找不到“{expected}”，未取值",
        'cannot find "{expected}" in the file; no value was taken',
    ),
    "cells-differ": Code(
        "warning",
        "该行的单元格与原表不符，取值可能错位，请核对",
        "the cells of this row differ from the form; check the value",
    ),
    "cells-joined": Code(
        "warning",
        "几项的单元格在这里合并成了一格，内容是“{found}”，说不清是哪一项的，请核对",
        'cells of several fields are merged into one here, which says "{found}"; whose answer it is can\'t be told',
    ),
    "no-record": Code(
        "warning",
        "这一行写的是“{found}”，像是合计、平均、示例、“见附件”或上一行的续写，不像一条记录，请核对",
        'this row says "{found}", as a total, a mean, a sample or the rest of the row above does; check whether it is a'
        " record",
    ),
    "extra-lines": Code(
        "warning",
        "填写处之后还有文字，未归入该项，请核对：“{found}”",
        'further text follows the answer and was not taken into it: "{found}"',
    ),
    "recomputed": Code(
        "warning",
        "这里是自动更新的域，打开或转换文件时就会变，“{found}”不一定是填写时的，请核对",
        'an updating field stands here, which changes when the file is opened or converted; "{found}" may not be what'
        " was filled in",
    ),
    "written-otherwise": Code(
        "note",
        "原表文字用了繁体字、部首或变体字（“{found}”，原为“{expected}”），按同一个词读取",
        'words of the form are in other characters ("{found}" for "{expected}") and were read as the same',
    ),
    "store-differs": Code(
        "warning",
        "这里显示“{found}”，文件里另存的却是“{expected}”，用 Word 打开后会显示后者；请核对",
        'this shows "{found}", but the file keeps "{expected}" for it, which Word shows when it is opened; check it',
    ),
    "copies-differ": Code(
        "warning",
        "文本框在文件里存有两份，新程序显示“{found}”，旧程序显示“{expected}”；按前者读取，请核对",
        'the text box is stored twice: new programs show "{found}", old ones "{expected}"; the former was read',
    ),
    "lost-by-conversion": Code(
        "warning",
        "原文件这里有“{found}”，转换为 .docx 时丢失，没有读到；请打开原文件核对",
        'the file says "{found}" here, which was lost when LibreOffice made a .docx of it and was not read',
    ),
    "hidden-in-original": Code(
        "warning",
        "“{found}”在原文件中是隐藏的，转换为 .docx 后显示出来，才被读到；请打开原文件核对",
        '"{found}" is hidden in the file and was read, since the .docx that LibreOffice made of it shows it',
    ),
    "table-in-answer": Code(
        "warning",
        "填写的内容中有表格，已逐格读作文字，请核对：“{found}”",
        'the answer holds a table, which was read as text cell by cell: "{found}"',
    ),
    "box-differs": Code(
        "warning",
        "选项“{expected}”前的复选框显示“{found}”，记下的状态却相反；按显示的读取，请核对",
        'the check box of option "{expected}" shows "{found}", its state is the other; what it shows was read',
    ),
    "control-differs": Code(
        "warning",
        "填写框里是“{found}”，框外的文字读作“{expected}”，按填写框取值，请核对",
        'the control says "{found}", the words read "{expected}"; the control was taken',
    ),
    "several-pictures": Code(
        "error",
        "这里应有一张图片，实有 {found} 张，未取值",
        "one picture is due here, found {found}; none was taken",
    ),
    "words-for-picture": Code(
        "warning",
        "这里应为{expected}，还写有“{found}”",
        '{expected} is due here; there is also "{found}"',
    ),
    "bad-picture": Code(
        "error",
        "图片不能用：{expected}",
        "the picture can't be used: {expected}",
    ),
    "picture-across": Code(
        "error",
        "图片跨在几个单元格上，看不出属于哪一格；请缩到一格之内",
        "the picture lies over several cells, and nothing tells which one it is of; make it fit into one",
    ),
    "picture-and-words": Code(
        "error",
        "单元格里既有图片，又有文字“{found}”，不知以哪个为准；请删去一个",
        'the cell has a picture and the words "{found}", and nothing tells which counts; delete one of them',
    ),
    "look-here": Code(
        "warning",
        "这里有{expected}，其内容没有读取，请打开原文件核对",
        "a {expected} stands here, which is not read as text; look at the file",
    ),
    "looks-chosen": Code(
        "warning",
        "各选项都没有勾选，但“{expected}”的样子（颜色、粗体、下划线、边框、项目符号等）与其他选项不同，可能选的是它，请核对",
        'no option is ticked, but "{expected}" looks otherwise than the others and may be the one that was chosen',
    ),
    "placeholder": Code(
        "error",
        "这里是没有替换的占位符“{found}”，不是填写的内容",
        '"{found}" is a placeholder that nothing was put into, and no answer',
    ),
    "template-text-missing": Code(
        "note", "原表文字缺失或改动：“{expected}”", 'text of the form is missing or altered: "{expected}"'
    ),
    "half-typed-tag": Code(
        "error",
        "“{found}”像标签，却写得不完整或用了全角符号，会原样留在文件里；请写成 {expected}",
        '"{found}" looks like a tag and is none (a brace is missing or full-width); write {expected}',
    ),
    "unfilled-tag": Code(
        "error",
        "标签“{found}”所在的地方（{expected}）不会被填写；请移到正文、页眉页脚、脚注或批注里看得见的文字中",
        'nothing is filled in where the tag "{found}" stands ({expected}); move it into visible text of the body or a '
        "note",
    ),
    "foreign-placeholder": Code(
        "note",
        "“{found}”像其他系统的占位符，填写时原样印出；如果是要填的一项，请写成 {expected}",
        '"{found}" looks like a placeholder of another system and is printed as it is; if it is to be filled in, write'
        " {expected}",
    ),
    "hyphen-in-name": Code(
        "error",
        "标签“{found}”读作相减；如果是一项的名称，请写成 {expected}；如果要相减，请在减号两边加空格",
        '"{found}" reads as a subtraction; if it is one name, write {expected}, if not, put spaces around the hyphens',
    ),
    "marked-otherwise": Code(
        "warning",
        "文件带有“{found}”另一版本的标记，现按“{expected}”读取；请核对用的是不是这一版的表",
        'the file is marked as another edition of "{found}" and was read as "{expected}"; see whether it is this form',
    ),
    "unread-tag": Code(
        "warning",
        "标签“{found}”只能单向填写：填表时由 docxtpl 生成，docfill 不读回；要读回请改用可反推的写法",
        'the tag "{found}" goes one way: docxtpl renders it when the form is filled, and it is not read back',
    ),
    "cells-repeated": Code(
        "error",
        "“{found}”与它的结尾在同一行内，docxtpl 会重复单元格而不是行；请改用 {{%tr for … %}} 和 {{%tr endfor %}}",
        'docxtpl repeats the cells, not the row, as "{found}" and its end stand in one row; use {{%tr for … %}}',
    ),
    "lines-joined": Code(
        "warning",
        "“{found}”的各条记录首尾相接在同一段里，分不开；请让 for 和 endfor 各占一段：{{%p for … %}}",
        'the records of "{found}" run into one another in a paragraph; use {{%p for … %}}',
    ),
    "not-read": Code(
        "warning",
        "模板标签“{expected}”只能由 docxtpl 生成，不能反推，未取值",
        'the template tag "{expected}" is docxtpl\'s to render and cannot be read back',
    ),
    "section-differs": Code(
        "warning",
        "“{expected}”一段应有而无，或应无而有（取决于 {path}），请核对",
        'the part "{expected}" is missing or should not be there, as {path} says; check it',
    ),
    "unknown-key": Code(
        "warning",
        "表上没有这一行：“{found}”；表上印有：{expected}",
        'the form prints no such row: "{found}"; it prints {expected}',
    ),
    "duplicate-key": Code(
        "error",
        "有两行的“{expected}”同为“{found}”，请核对",
        'two rows have the same "{expected}": "{found}"',
    ),
    "holds-separator": Code(
        "error",
        "含有表上用来分隔各项的“{expected}”，读回时会被拆开：“{found}”",
        'holds "{expected}", which stands between the items, and would be read back as two: "{found}"',
    ),
    "derived-differs": Code(
        "warning",
        "由其他项算出的内容应为“{expected}”，实为“{found}”",
        'this is computed from other fields and should be "{expected}", found "{found}"',
    ),
    "leftover": Code(
        "warning",
        "表外文字，未归入任何一项：“{found}”",
        'text that belongs to no field: "{found}"',
    ),
    "macros": Code(
        "note",
        "文件中带有宏（{found}），未运行；请勿在 Word 中启用",
        "the file holds macros ({found}); they were not run, and should not be enabled in Word",
    ),
    "embedded-file": Code(
        "note",
        "文件中嵌有其他文件或控件（{found}），未打开；其中如有填写内容，请另行查看",
        "other files or controls are embedded ({found}); they were not opened, look there for answers yourself",
    ),
    # what an official checks
    "unanswered": Code(
        "error", "未填写；没有相关情况的请填“无”", "not answered; where there is nothing to say, write 无"
    ),
    "nothing-ticked": Code("warning", "没有勾选任何一项，请确认", "no option is ticked; make sure that this is meant"),
    "write-in-missing": Code(
        "warning", "勾选了“{expected}”，但没有写明内容", '"{expected}" is ticked, but nothing is written beside it'
    ),
    "write-in-unticked": Code(
        "warning",
        "写了“{found}”，但没有勾选“{expected}”",
        '"{found}" is written in, but "{expected}" is not ticked',
    ),
    "rule": Code("error", "{found}", "{found}"),
    "words-altered": Code(
        "error",
        "原表文字被改动：原为“{expected}”，现为“{found}”",
        'words of the form were altered: "{expected}" became "{found}"',
    ),
    "words-respelt": Code(
        "note",
        "原表文字写法不同，意思未变：原为“{expected}”，现为“{found}”",
        'words of the form are spelt otherwise and mean the same: "{expected}" became "{found}"',
    ),
    "words-removed": Code("error", "原表文字被删除：“{expected}”", 'words of the form were removed: "{expected}"'),
    "words-moved": Code("note", "原表文字挪动了位置：“{expected}”", 'words of the form were moved: "{expected}"'),
    "words-added": Code(
        "error",
        "原表文字“{expected}”中加入了文字，现为“{found}”",
        'something was added to words of the form: "{expected}" became "{found}"',
    ),
    "exact-words-altered": Code(
        "error",
        "须一字不差的文字被改动：原为“{expected}”，现为“{found}”",
        'words that must stand to the letter were altered: "{expected}" became "{found}"',
    ),
    "options-struck": Code(
        "note",
        "未勾选的选项被删去，只留下所选的：缺“{expected}”",
        'the options that were not chosen were deleted: "{expected}" is missing',
    ),
    "reads-otherwise": Code(
        "error",
        "按读出的数据重填，这一项成了“{found}”，读出的是“{expected}”",
        'filled again with what was read, this is "{found}"; it was read as "{expected}"',
    ),
    "not-fillable": Code(
        "warning",
        "读出的内容填不回表中（{found}），重填比对时略去",
        "what was read cannot be filled in ({found}), and was left out of the comparison",
    ),
    "too-long-to-compare": Code(
        "warning",
        "文件共 {found} 字，过长，未与原表文字比对",
        "the file has {found} characters, too many to be compared with the form",
    ),
    # a rules file
    "rules-syntax": Code("error", "规则文件不是可用的 TOML：{found}", "the rules file is no valid TOML: {found}"),
    "rule-key": Code(
        "error",
        "规则文件中不应有“{found}”；可用：{expected}",
        'the rules file should not have "{found}"; there is {expected}',
    ),
    "rule-key-missing": Code(
        "error",
        "规则没有写全，缺少的是：{found}；每条都要写明：{expected}",
        "the rule lacks something that must be said: {found}; each says {expected}",
    ),
    "rule-unknown-path": Code(
        "error",
        "规则提到了表中没有的项“{path}”（{found}）；最接近的是：{expected}",
        'the rule names "{path}", which is no field of the form ({found}); the nearest is {expected}',
    ),
    "rule-unknown-function": Code(
        "error",
        "规则用了未知的函数（{found}）；可用：{expected}",
        "the rule calls an unknown function ({found}); there are {expected}",
    ),
    "rule-expression": Code(
        "error", "规则的式子有误（{found}）：{expected}", "an expression of the rule is wrong ({found}): {expected}"
    ),
    "rule-unknown-words": Code(
        "error",
        "规则要求一字不差的文字不在表上：“{found}”",
        'the words that must stand to the letter are not on the form: "{found}"',
    ),
    "rule-name-taken": Code(
        "error",
        "表中的“{found}”与规则自带的名称相同，请给表中的项改名",
        'the form calls something "{found}", which is a name of the rules\' own; rename it in the form',
    ),
    # a template
    "form-proposed": Code(
        "warning",
        "“{found}”没有标签，各项是自动识别的；请用 docfill tag 生成模板，核对后再正式使用",
        '"{found}" has no tags, so its fields were proposed; make a template with docfill tag and look it through',
    ),
    "blank-differs": Code(
        "error",
        "模板的空白表与官方空白表不同：官方为“{expected}”，模板为“{found}”",
        'the template\'s blank differs from the official one: that says "{expected}", the template "{found}"',
    ),
    "no-words-between": Code(
        "error",
        "与“{found}”之间没有任何文字，读回时分不清；请在两个标签之间留下表上的文字",
        'nothing is printed between this and "{found}", so they cannot be told apart; keep some words between the tags',
    ),
    "option-differs": Code(
        "warning",
        "标签中的选项“{expected}”与旁边的文字“{found}”不同",
        'the option "{expected}" of the tag differs from the text beside it, "{found}"',
    ),
    "reads-back-otherwise": Code(
        "error",
        "试填“{expected}”，读回的却是“{found}”；请检查此处的标签和周围文字",
        'filled with "{expected}", it reads back as "{found}"; check the tag and the words around it',
    ),
    "derived": Code(
        "note",
        "“{found}”由其他项算出，读回时只核对，不取值",
        '"{found}" is computed from other fields; reading compares it and takes no value',
    ),
    # a spreadsheet
    "unknown-column": Code(
        "warning",
        "表头“{found}”不是表中的项，这一列未读；最接近的是：{expected}",
        'the header "{found}" is no field of the form, so the column was not read; the nearest is {expected}',
    ),
    "no-header": Code(
        "error",
        "这一格所在的列没有表头：“{found}”，请补上表头或清空",
        'the column of this cell has no header: "{found}"; add one or empty the cell',
    ),
    "cell-error": Code(
        "error",
        "单元格的公式出错（{found}），请改正",
        "the formula of this cell fails ({found}); correct it",
    ),
    "date-cell": Code(
        "error",
        "应为{expected}，但单元格被存成了日期或时间（{found}）；请把单元格格式设为“文本”后重新填写",
        "expected {expected}, but the cell holds a date or time ({found}); format it as text and enter it again",
    ),
    "number-format": Code(
        "error",
        "单元格里是数 {found}，其格式（{expected}）把它显示成什么无法确定；请把单元格格式设为“文本”后重新填写",
        "the cell holds the number {found}, and what its format ({expected}) shows can't be told; format it as text "
        "and enter it again",
    ),
    "digits-lost": Code(
        "error",
        "超过 15 位的数字在表格软件中已失真（{found}）；请把单元格格式设为“文本”后重新填写",
        "a spreadsheet keeps 15 digits, so this number was altered ({found}); format the cell as text, enter it again",
    ),
    "no-result": Code(
        "error",
        "单元格的公式（{found}）还没有算出结果，请在表格软件中打开、保存后再试",
        "the formula of this cell ({found}) has no result in the file; open and save it in a spreadsheet program",
    ),
    "ambiguous-column": Code(
        "error",
        "表头“{found}”可能是下面几项中的任何一项，这一列未读；请改成其中一项的全称：{expected}",
        'the header "{found}" may be any of these, so the column was not read; write one of them in full: {expected}',
    ),
    "column-guessed": Code(
        "warning",
        "表头“{found}”与表中的项不完全相同，按最接近的“{expected}”读取，请核对",
        'the header "{found}" is no field\'s name and was taken for the nearest, "{expected}"; check it',
    ),
    "unit-differs": Code(
        "error",
        "表头“{found}”的单位与表上的“{expected}”不同，这一列未读；请换算后改表头",
        'the header "{found}" has another unit than the form ({expected}), so the column was not read; convert it',
    ),
    "sheet-not-read": Code(
        "warning",
        "工作表“{found}”里也有表中的项，没有读；只读了“{expected}”，要读请把它另存为一个文件",
        'the sheet "{found}" has fields of the form, too, but only "{expected}" was read; save it as a file of its own',
    ),
    "corrected": Code(
        "note",
        "已改正（{expected}），原读作“{found}”",
        'corrected ({expected}); it was read as "{found}"',
    ),
    "correction-conflict": Code(
        "warning",
        "改正时读出的是“{expected}”，现在读出“{found}”；仍用改正的值，请核对",
        'when it was corrected the reading was "{expected}", now it is "{found}"; the correction stays, check it',
    ),
    "corrections-differ": Code(
        "warning",
        "有两处改正互不知道：{expected}；用了后一处的“{found}”，请核对",
        'corrected twice, the second time without knowing of the first: {expected}; "{found}" was taken, check it',
    ),
    "rows-differ": Code(
        "warning",
        "工作簿里这份文件有几行，这一项写的不同：“{expected}”和“{found}”；用了“{found}”，请核对",
        'the workbook has several rows of this file, which say "{expected}" and "{found}"; "{found}" was taken, '
        "check it",
    ),
    "cell-remark": Code(
        "note",
        "这一格有批注“{found}”；批注不读，填的是格子里的内容",
        'a comment on this cell says "{found}"; comments are not read, what stands in the cell is filled in',
    ),
    "cell-comment": Code(
        "warning",
        "有人在这一格写了批注“{found}”，批注不带到新的工作簿里（上一次的留着）；要改请改格子，要说明请写在“改正说明”一列",
        'somebody remarked on this cell: "{found}"; remarks are not carried into the new workbook (the last one is '
        "kept): change the cell itself, or write into the column for reasons",
    ),
    "rows-moved": Code(
        "warning",
        "工作簿里这一行改成的，多半是 {found} 那一行原来的内容，像是排序或粘贴时没有带上“文件”一列，请核对",
        "most of what was changed in this row stood in the row of {found}, as if sorted or pasted without its file; "
        "check it",
    ),
    "rows-unclear": Code(
        "warning",
        "工作簿里这一行的“记录”空着，或与别的文件相同，分不清各行是谁的，没有按工作簿改动",
        "the number of the record of this row is missing, or another file's, so that its rows can't be told; they were "
        "left as they were",
    ),
    "column-gone": Code(
        "warning",
        "工作簿里这一项的列（或工作表）已不全，没有当作清空，仍是原来的内容",
        "its columns, or its sheet, are not all in the workbook any more; it was not taken out, and is as it was",
    ),
    "not-a-return": Code(
        "warning",
        "工作簿里写着“{found}”的一行像是合计或平均，没有当作一份表，也没有保留",
        'the row of the workbook that says "{found}", as a total or a mean does, was not taken for a return, nor kept',
    ),
    "correction-lost": Code(
        "warning",
        "表中已没有这一项，其改正“{found}”没有用上（{expected}）",
        'the form has no such field any more; its correction "{found}" was not used ({expected})',
    ),
    "filled-by-hand": Code(
        "note",
        "这份文件没有读取（{found}），内容是人填的",
        "the file was not read ({found}); a person typed in what it says",
    ),
    "not-any-more": Code(
        "warning",
        "上次有“{found}”，这次没有；其改正 {expected} 处没有用上，仍然保存着",
        '"{found}" was there last time and is not now; its {expected} corrections were not used, but are kept',
    ),
    "hidden-rows": Code(
        "warning",
        "第 {expected} 行等 {found} 行是隐藏的（或被筛选掉的），也读了；不要读的话加 --visible",
        "{found} rows, row {expected} the first, are hidden or filtered away, and were read; --visible leaves them out",
    ),
    "hidden-columns": Code(
        "warning",
        "{expected} 列（共 {found} 列）是隐藏的，也读了；不要读的话加 --visible",
        "{found} columns are hidden ({expected}), and were read; --visible leaves them out",
    ),
    "hidden-sheet": Code(
        "warning",
        "工作表“{found}”是隐藏的，看得见的工作表里没有这份表的项目，所以读了它；不要读的话加 --visible",
        'sheet "{found}" is hidden, and was read since no other has fields of the form; --visible leaves it out',
    ),
    "void-cell": Code(
        "error",
        "单元格里的“{found}”（或其中一部分）{expected}，说不清还算不算数，未取值；请删去作废的字，算数的恢复平常的字体",
        'of "{found}" in this cell all or a part {expected}: whether it still counts can\'t be told, and no value is '
        "taken; delete what is void, and make what counts look as usual",
    ),
    "merged-across": Code(
        "error",
        "单元格与左边的合并成了一格，内容是“{found}”：说不清这一项是什么，未取值；请取消合并，各格分别填写",
        'the cell is merged with the one at its left, which says "{found}": what it means here can\'t be told, and no '
        "value is taken; split them and fill in each",
    ),
    "merged-down": Code(
        "error",
        "单元格与上面一行的合并成了一格，内容是“{found}”；每一行是另一份表的，说不清这一行是什么，未取值；请取消合并，各格分别填写",
        'the cell is merged with the one above it, which says "{found}" and is another file\'s: what it means in this '
        "row can't be told, and no value is taken; split them and fill in each",
    ),
    "only-printed": Code(
        "warning",
        "这一页只供打印，写在这里的不读：{expected} 的这一格写成了“{found}”；要改，请改在各份一行的那一页，再运行一次",
        "this sheet is for paper only, and nothing is read from it: a cell of {expected} says “{found}”; change the "
        "sheet of records, and run again",
    ),
    "old-workbook": Code(
        "warning",
        "这是旧的 .xls 格式，里面的图片不读；需要图片的话，请另存为 .xlsx 后再试",
        "this is an old .xls, and no picture in it is read; save it as .xlsx where pictures are wanted",
    ),
    "no-such-record": Code(
        "error",
        "“记录”一列写的是“{found}”，但没有这条记录（共 {expected} 条），这一行未读",
        'the number of the record is "{found}", but there is no such record ({expected} in all); the row was not read',
    ),
    "record-twice": Code(
        "error",
        "有几条记录的编号都是“{found}”，附表中的行不知属于哪一条；请改成不同的编号",
        'several records have the number "{found}", so rows in other sheets may be of any; give each its own',
    ),
    "unreadable": Code("error", "无法读取：{found}", "cannot be read: {found}"),
    # what was handed in
    "same-file": Code(
        "note",
        "与 {found} 是同一个文件；最新的是 {expected}",
        "the same file as {found}; the newest is {expected}",
    ),
    "same-answers": Code(
        "note",
        "与 {found} 内容相同；最新的是 {expected}",
        "says the same as {found}; the newest is {expected}",
    ),
    "same-applicant": Code(
        "warning",
        "与 {found} 是同一申报者交的；最新的是 {expected}，请确认以哪份为准",
        "handed in by the same applicant as {found}; the newest is {expected}; make sure which one counts",
    ),
    "not-on-roster": Code(
        "warning",
        "名单上没有“{found}”；最接近的是：{expected}",
        '"{found}" is not on the roster; the nearest is {expected}',
        ("名单上没有“{found}”，也没有相近的", '"{found}" is not on the roster, nor is anything like it'),
    ),
    "not-handed-in": Code(
        "error",
        "名单上的“{found}”没有交；可能是：{expected}",
        '"{found}" of the roster was not handed in; it may be {expected}',
        ("名单上的“{found}”没有交", '"{found}" of the roster was not handed in'),
    ),
    "set-aside": Code(
        "note",
        "不是表，是程序留下的文件，已略过",
        "no form, but left by a program; set aside",
    ),
    "beside-form": Code(
        "note",
        "{found}；同一封邮件里的“{expected}”已读出，这份若是它的附件就不必管",
        '{found}; "{expected}" of the same mail was read: leave this alone if it is attached to it',
    ),
    "roster-hidden": Code(
        "warning",
        "名单的{expected}有 {found} 行是隐藏的（或被筛选掉的），也算应交；不算的话请从名单中删去",
        "{found} rows of the roster's {expected} are hidden or filtered away, and count; delete them if not wanted",
    ),
    "roster-sheet": Code(
        "warning",
        "名单只读了{expected}，没有读{found}；要算的话请合到一张工作表里",
        "of the roster only {expected} was read, and not {found}; put them on one sheet if they count",
    ),
    "other-form": Code(
        "warning",
        "像是另一种表“{expected}”，却按“{found}”读取；请用 --form {expected} 再读，或不写 --form 让程序辨认",
        'it looks like another form, "{expected}", and was read as "{found}"; please read it again by --form '
        "{expected}, or without --form, which tells them apart",
    ),
    # from year to year
    "old-edition": Code(
        "warning",
        "疑为旧版“{found}”的表，按该版读取；请用新表“{expected}”",
        'it seems to be of the edition "{found}" and was read as such; please use the new form, "{expected}"',
    ),
    "older-years": Code(
        "warning",
        "疑为旧版的表：有“{found}”而没有 {expected}，没有的未取值；请换用新表，"
        "或一并给出旧表的模板（命令行用 --form 文件夹）",
        'it seems to be an older edition: it has "{found}" and lacks {expected}, not read; please use the new '
        "form; to read it all, give the older template, too (--form FOLDER)",
    ),
    "later-years": Code(
        "warning",
        "疑为更新一版的表：有“{found}”而没有 {expected}，没有的未取值；"
        "请一并给出那一版的模板（命令行用 --form 文件夹）",
        'it seems to be a later edition: it has "{found}" and lacks {expected}, not read; please give the template '
        "of that year, too, by --form FOLDER",
    ),
    "not-carried": Code(
        "warning",
        "去年的“{found}”没有带入新表：{expected}",
        'last year\'s "{found}" was not carried into the new form: {expected}',
    ),
    "not-carried-all": Code(
        "warning",
        "去年有 {found} 份填了这一项，没有带入新表：{expected}",
        "{found} of last year's records answered it, and it was not carried into the new form: {expected}",
    ),
    "only-last-year": Code("warning", "“{found}”去年有，今年没有", '"{found}" is there last year, and not this year'),
    "only-this-year": Code("note", "“{found}”今年新报", '"{found}" is new this year'),
    "no-key": Code(
        "warning", "“{found}”没有填写“{path}”，无法与去年对照", '"{found}" has no "{path}", so it could not be compared'
    ),
    "key-twice": Code(
        "warning",
        "“{found}”有 {expected} 条记录，不知以哪条为准，没有对照",
        '"{found}" has {expected} records; which one counts is not known, so it was not compared',
    ),
    "unit-slip": Code(
        "warning",
        "{found}，约为原来的 {expected}，单位可能写错，请核对",
        "{found}: about {expected} what it was, the unit may be mistaken; check it",
    ),
    "sign-changed": Code("warning", "{found}，正负号变了，请核对", "{found}: the sign changed; check it"),
    "grown-much": Code("warning", "{found}，增减 {expected}，请核对", "{found}: it changed by {expected}; check it"),
    # what stops us
    "not-word": _stop("不是可以读取的 Word 文件", "no Word file that can be read"),
    "empty": _stop("文件是空的", "the file is empty"),
    "encrypted": _stop("文件设有密码", "the file has a password"),
    "corrupt": _stop("文件已损坏", "the file is damaged"),
    "too-large": _stop("超出安全限额", "over a safety limit"),
    "unsafe": _stop("文件的构造不安全", "the file is made in an unsafe way"),
    "needs-libreoffice": _stop("要由 LibreOffice 转换，但没有安装", "LibreOffice is needed and not installed"),
    "not-converted": _stop("LibreOffice 没有转换成", "LibreOffice could not convert it"),
    "needs-package": _stop("缺少可选的 Python 包", "an optional Python package is not installed"),
    "no-such-file": _stop("没有这个文件", "there is no such file"),
    "no-access": _stop("打不开", "it cannot be opened"),
    "unreachable": _stop("连接不上", "it cannot be reached"),
    "nothing-found": _stop("没有可用的文件或记录", "no file or record was found"),
    "no-such-form": _stop("没有这个表单", "there is no such form"),
    "unknown-form": _stop("认不出是哪一种表", "it fits no known form"),
    "ambiguous-form": _stop("与几种表都相像", "it fits several forms"),
    "bad-template": _stop("模板不能用", "the template cannot be used"),
    "bad-rules": _stop("规则不能用", "the rules cannot be used"),
    "bad-data": _stop("数据文件不能用", "the data file cannot be used"),
    "invalid-data": _stop("数据不符合表单要求", "the form refuses the data"),
    "does-not-fit": _stop("放不进这种格式", "it does not fit into the format"),
    "no-comments": _stop("不能写入批注", "comments cannot be written"),
    "bad-argument": _stop("用法有误", "wrong use"),
    "bad-output": _stop("输出的位置或格式不对", "the output cannot be written there or so"),
    "output-exists": _stop("输出已存在", "the output exists"),
    "unfinished": _stop("上次没有做完", "the last run was not finished"),
    "worker-lost": _stop("工作进程意外中止", "a worker died"),
    "failed": _stop("docfill 自身出错", "docfill failed"),
    "unusable": _stop("无法使用", "it cannot be used"),
}


_LINES = late.pattern("\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """One doubt about one document or record; `code` is a key of `CATALOGUE`."""

    code: str
    path: str = ""
    found: Any = None
    expected: Any = None
    place: Place = field(default_factory=Place)
    suggested: Any = field(default=None, kw_only=True)
    """What was nearly certainly meant; nothing takes it unasked."""
    within: str = field(default="", kw_only=True)
    """The code of the problem beside it that explains it: it is kept, and not told one by one."""

    @property
    def key(self) -> tuple[str, ...]:
        """The same for problems that say the same of the same place."""
        return self.code, self.path, repr(self.found), repr(self.expected), repr(self.place), repr(self.suggested)

    @property
    def severity(self) -> Severity:
        """error, warning or note, as the catalogue has it."""
        return CATALOGUE[self.code].severity

    @property
    def message(self) -> str:
        """The catalogue's sentence, in the user's language."""
        return self.sentence(language())

    def sentence(self, spoken: Language) -> str:
        """The catalogue's sentence, in one language, on one line: what is quoted may have several."""
        code = CATALOGUE[self.code]
        zh, en = code.alone if code.alone[0] and self.expected is None else (code.zh, code.en)
        sentence = en if spoken == "en" else zh
        said = sentence.format(found=_in(self.found, spoken), expected=_in(self.expected, spoken), path=self.path)
        if self.suggested is not None:
            said += f"; perhaps {self.suggested}" if spoken == "en" else f"；可能是 {self.suggested}"
        return shown(_LINES.sub("↵", said))

    def line(self, spoken: Language) -> str:
        """Where and what, in one language."""
        comma, colon = (", ", ": ") if spoken == "en" else ("，", "：")
        where = comma.join(p for p in (self.place.words(spoken), self.path) if p)
        return f"{where}{colon}{self.sentence(spoken)}" if where else self.sentence(spoken)

    def to_dict(self) -> dict[str, Any]:
        """The problem in the shape of the JSON contract."""
        return {
            "code": self.code,
            "path": self.path,
            "severity": self.severity,
            "message": self.message,
            "found": _in(self.found, language()),
            "expected": _in(self.expected, language()),
            "place": self.place.to_dict(),
            **({} if self.suggested is None else {"suggested": self.suggested}),
            **({"within": self.within} if self.within else {}),
        }

    @classmethod
    def from_dict(cls, known: Mapping[str, Any]) -> Problem:
        """What `to_dict` gave; KeyError or TypeError of anything else."""
        CATALOGUE[known["code"]]
        place = Place(**known["place"])
        more = {name: known.get(name, default) for name, default in (("suggested", None), ("within", ""))}
        return cls(known["code"], known["path"], known["found"], known["expected"], place, **more)

    def __str__(self) -> str:
        return self.line(language())


OF_EDITION = frozenset({
    "place-missing", "place-ambiguous", "label-altered", "cells-differ", "cells-joined", "extra-lines",
    "template-text-missing", "leftover", "words-altered", "words-respelt", "words-removed", "words-moved",
    "words-added", "options-struck",
})  # fmt: skip
"""What every line may say of a file that is on another edition of the form."""


OTHER_YEARS = "older-years", "later-years"
"""The problems that say so where no template of that edition is given."""


def edition_of(problems: Iterable[Problem]) -> str:
    """The code of the problem, among some, that says that a file is on another edition of the form; "" without one."""
    return next((p.code for p in problems if p.code in OTHER_YEARS), "")


def beside_name(problem: Problem, name: str) -> str:
    """What is said of a file where its name stands beside it: without the name, and without a title, which says no more
    than what stands behind it.
    """
    message = str(problem.found) if CATALOGUE[problem.code].has_title else problem.message
    return message.replace(say(f"{name}：", f"{name}: "), "", 1) if name else message


def told(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are told one by one: what another of them explains is kept, and not told."""
    return [p for p in problems if not p.within]


MOST_TOLD = 1_000
"""Problems of one code in one place where they are shown; nobody looks through more.  JSON has them all."""


@dataclass(frozen=True, slots=True)
class Rest(Problem):
    """So many more problems, `found`, of a code of which enough were told."""

    def sentence(self, spoken: Language) -> str:
        """How many they are, in one language."""
        zh, en = f"另有 {self.found} 处同类问题，不逐条列出", f"{self.found} more of this kind, which are not listed"
        return en if spoken == "en" else zh


def abridged(problems: Iterable[Problem]) -> list[Problem]:
    """The problems as a person is shown them: of one code the first `MOST_TOLD`, and behind these how many more."""
    listed: list[Problem] = []
    counts: dict[tuple[str, str], int] = {}
    rests: dict[tuple[str, str], int] = {}
    for p in problems:
        of = p.code, p.within
        counts[of] = counts.get(of, 0) + 1
        if counts[of] > MOST_TOLD:
            rests.setdefault(of, len(listed))
        if counts[of] <= MOST_TOLD + 1:
            listed.append(p)
    for (code, within), index in rests.items():
        listed[index] = Rest(code, "", counts[code, within] - MOST_TOLD, within=within)
    return listed


def explained(problems: Iterable[Problem], by: str, others: Collection[Problem] = ()) -> list[Problem]:
    """The problems, those that come of another edition within the one problem, of the code `by`, that says so; but
    for the `others`.
    """
    return [replace(p, within=by) if _is_of_edition(p) and p not in others else p for p in problems]


def _is_of_edition(problem: Problem) -> bool:
    """Whether the other edition may be why: an option that it calls otherwise has no box under this one's name."""
    return problem.code in OF_EDITION or (problem.code == "unclear-tick" and not problem.found)


class InvalidData(DocfillError):
    """A record that the form's schema refuses; `problems` lists every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        zh, en = ("\n".join(f"  {p.line(spoken)}" for p in self.problems) for spoken in ("zh", "en"))
        super().__init__(
            f"数据不符合表单要求，未生成文件：\n{zh}", f"the form refuses this data:\n{en}", "invalid-data"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return InvalidData, (self.problems,)
