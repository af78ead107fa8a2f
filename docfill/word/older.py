"""What .doc ([MS-DOC]) and .rtf (RTF 1.9.1) say themselves, line by line: their words, not their look.

LibreOffice, which converts them, works some fields out anew (SEQ, REF), drops what others show (IF, EQ), and drops the
cells of an .rtf behind the last column.  All else it keeps.  So the words of the file are read here as far as is needed
to hold them against what was made of it (`carried`).  Word 95 and older is not read; what is damaged ends the reading
with a ValueError.
"""

from __future__ import annotations

import codecs
import itertools
import re
import struct
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from docfill import late, limits
from docfill.compound import streams_of
from docfill.word.codes import text_from

_KEPT = late.pattern(r"(?:HYPERLINK|TOC|INDEX)\b", re.I)
"""Fields whose words are kept."""
_WORKED_OUT = late.pattern(
    r"(?:(?:NUM|SECTION)?PAGES?|SECTION|PAGEREF|NUMWORDS|NUMCHARS|FORM(?:TEXT|CHECKBOX|DROPDOWN)|MACROBUTTON|SYMBOL"
    r"|DATE|TIME|FILENAME|FILESIZE|SAVEDATE|PRINTDATE|CREATEDATE|EDITTIME|REVNUM|TITLE|SUBJECT|AUTHOR|KEYWORDS|COMMENTS"
    r"|DOCPROPERTY|DOCVARIABLE|INFO|LASTSAVEDBY|EMBED|LINK|INCLUDEPICTURE|SHAPE|ASK|SET|XE|TC|TA|RD|NEXT)\b",
    re.I,
)
"""Fields that are no words, or that every program works out anew, of which `codes` tells: their lines are not held
against anything."""
_LONGEST_CODE = 1024


class Line(Struct, frozen=True):
    """A paragraph of a file.

    Attributes:
        text: what it says.
        told: what of it may get lost, from the first of its fields to the last; "" for nothing.
        before: what stands before that.
        behind: what stands behind it.
        row: what else stands in its row, or, where rows are not told apart, in the cells beside it.
    """

    text: str = ""
    told: str = ""
    before: str = ""
    behind: str = ""
    row: tuple[str, ...] = ()


class _Field(Struct):
    """A field that has begun: its code, whether that has ended, and where what it shows begins in the line."""

    code: list[str] = msgspec.field(default_factory=list)
    is_shown: bool = False
    begins: int = 0

    def is_of(self, kind: re.Pattern[str]) -> bool:
        """Whether its code is of a kind."""
        return kind.match("".join(self.code).lstrip()) is not None


class _Writer:
    """Takes the words of a file and keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._said: list[str] = []
        self._length = 0
        self._fields: list[_Field] = []
        self._told: list[tuple[int, int]] = []
        self._is_untold = False

    def write(self, text: str) -> None:
        """Takes words, of the line or of the code of a field."""
        if self._fields and not self._fields[-1].is_shown:
            self._fields[-1].code.append(text)
        elif all(known.is_shown for known in self._fields):
            self._said.append(text)
            self._length += len(text)

    def begin(self) -> None:
        """Begins a field with its code."""
        self._fields.append(_Field(begins=self._length))

    def show(self) -> None:
        """Ends the code of a field; what it shows begins."""
        if self._fields:
            self._fields[-1].is_shown = True

    def end(self) -> None:
        """Ends a field; one that shows nothing may draw what its code says."""
        if self._fields:
            known = self._fields.pop()
            if not known.is_shown:
                self.write(text_from("".join(known.code)[:_LONGEST_CODE]))
            self._tell(known)

    def close(self) -> None:
        """Ends a line."""
        for known in self._fields:
            self._tell(known)
            known.begins = 0
        text = "".join(self._said)
        start, end = min((at for at, _ in self._told), default=0), max((at for _, at in self._told), default=0)
        is_told = start < end and not self._is_untold
        self.lines.append(Line(text, text[start:end], text[:start], text[end:]) if is_told else Line(text))
        self._said, self._length, self._told, self._is_untold = [], 0, [], False

    def _tell(self, known: _Field) -> None:
        """Notes what a field shows in the line."""
        self._is_untold = self._is_untold or known.is_of(_WORKED_OUT)
        if known.begins < self._length and not known.is_of(_KEPT):
            self._told.append((known.begins, self._length))


# --- .doc ---

_FLAGS, _LENGTH, _PIECES = 10, 0x4C, 0x1A2
"""Where the FIB has its flags, how many characters the body has, and where its pieces are listed (2.5)."""
_IS_SECOND, _SINCE_97 = 0x200, 0xC1
"""The flag that these stand in 1Table, and the least version that has them."""
_PROPERTIES, _TABLE, _PIECE, _IS_NARROW = 1, 2, 8, 1 << 30
"""What begins properties and the table of pieces; the bytes of a piece, and the flag of those of one byte a character
(2.9.38, 2.9.73)."""
_BEGINS, _SHOWS, _ENDS = "\x13", "\x14", "\x15"
_CLOSES = "\x07\x0c\r"
_PARTS = late.pattern(r"[\x07\x0c\r\x13-\x15]|[^\x07\x0c\r\x13-\x15]+")


def lines_of_doc(data: bytes) -> list[Line]:
    """The lines of the body of a .doc that say anything."""
    streams = streams_of(data, {("WordDocument",), ("0Table",), ("1Table",)}.__contains__)
    main = streams.get(("WordDocument",), b"")
    if len(main) < _PIECES + 8 or int.from_bytes(main[2:4], "little") < _SINCE_97:
        return []
    is_second = int.from_bytes(main[_FLAGS : _FLAGS + 2], "little") & _IS_SECOND
    length = min(int.from_bytes(main[_LENGTH : _LENGTH + 4], "little"), len(main))
    at, size = struct.unpack_from("<II", main, _PIECES)
    listed = streams.get(("1Table" if is_second else "0Table",), b"")[at : at + size]
    writer = _Writer()
    does = {_BEGINS: writer.begin, _SHOWS: writer.show, _ENDS: writer.end, **dict.fromkeys(_CLOSES, writer.close)}
    for part in _PARTS.findall("".join(_pieces(main, listed, length))):
        if part in does:
            does[part]()
        else:
            writer.write(part)
    writer.close()
    return [*_with_neighbours(writer.lines)]


def _pieces(main: bytes, listed: bytes, length: int) -> Iterator[str]:
    """The words of the body, which stand in pieces."""
    at = 0
    while listed[at : at + 1] == bytes([_PROPERTIES]):
        at += 3 + int.from_bytes(listed[at + 1 : at + 3], "little")
    if listed[at : at + 1] != bytes([_TABLE]):
        raise ValueError("no table of pieces")
    count = (int.from_bytes(listed[at + 1 : at + 5], "little") - 4) // (4 + _PIECE)
    limits.spend(max(0, count))
    places = struct.unpack_from(f"<{count + 1}I", listed, at + 5)
    at += 5 + 4 * (count + 1)
    for index, (first, last) in enumerate(itertools.pairwise(places)):
        where = int.from_bytes(listed[at + _PIECE * index + 2 : at + _PIECE * index + 6], "little")
        size = max(0, min(last, length) - first)
        if where & _IS_NARROW:
            start = (where ^ _IS_NARROW) // 2
            yield main[start : start + size].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * size].decode("utf-16-le", "replace")


def _with_neighbours(lines: list[Line]) -> Iterator[Line]:
    """Lines with what stands before and behind those that say nothing else than what may get lost."""
    worded = [at for at, line in enumerate(lines) if line.text.strip()]
    for before, at, behind in zip([None, *worded], worded, [*worded[1:], None], strict=False):
        line = lines[at]
        beside = [lines[i].text for i in (before, behind) if i is not None] if line.told else []
        yield msgspec.structs.replace(line, row=tuple(beside)) if beside else line


# --- .rtf ---

_TOKEN = late.pattern(
    rb"\\'([0-9A-Fa-f]{2})|\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\([^A-Za-z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_ASIDE = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "footnote", "xe", "tc", "filetbl", "listtext"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("pntext", "pntxta", "pntxtb", "nonshppict"),
    )
)
"""Destinations that are no words of the body, beside those that begin with an asterisk."""
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950"}
_ENDING = frozenset(("par", "sect", "page", "cell", "nestcell"))
_BLANKS = {"tab": "\t", "line": "\n"}


class _Group(Struct):
    """What holds in a group: whether its words are none of the body, its font, and what stands behind a \\u."""

    is_aside: bool = False
    font: int = 0
    behind: int = 1
    is_field: bool = False


class _Rtf:
    """Reads the words of an .rtf, and the cells of its rows."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.writer = _Writer()
        self._group, self._around = _Group(), list[_Group]()
        self._held, self._codec = bytearray(), "cp1252"
        self._fonts: dict[int, str] = {}
        self._listed: int | None = None
        self._skipped, self._columns = 0, 0
        self._is_star = False
        self._cells: list[int] = []
        """Behind which line each cell of the row ends."""
        self._first = 0
        """The first line of the row."""

    def read(self) -> list[Line]:
        """Its lines."""
        at = 0
        while at < len(self._data) and (token := _TOKEN.match(self._data, at)) is not None:
            limits.spend(1)
            at = token.end()
            code, word, number, sign, brace, text = token.groups()
            if code is not None:
                self._take(bytes([int(code, 16)]))
            elif text is not None:
                self._take(text)
            elif word is not None:
                at += self._do(word.decode(), int(number) if number else None)
            elif brace == b"{":
                self._flush()
                self._around.append(self._group)
                self._group = msgspec.structs.replace(self._group, is_field=False)
            elif brace is not None:
                self._leave()
            elif sign == b"*":
                self._is_star = True
            elif sign in (b"\\", b"{", b"}"):
                self._take(sign)
            elif sign in (b"\r", b"\n"):
                self._do("par", None)
        self._flush()
        self.writer.close()
        return self.writer.lines

    def _take(self, said: bytes) -> None:
        """Takes words in the codepage of the font, without what stands for a character that was told before."""
        kept = said[self._skipped :]
        self._skipped = max(0, self._skipped - len(said))
        if not self._group.is_aside:
            self._held += kept

    def _flush(self) -> None:
        if self._held:
            codec = self._fonts.get(self._group.font, self._codec)
            self.writer.write(self._held.decode(codec, "replace"))
            self._held.clear()

    def _leave(self) -> None:
        """Ends a group."""
        self._flush()
        if self._group.is_field:
            self.writer.end()
        if self._around:
            self._group = self._around.pop()
        self._listed = self._listed if self._around else None

    def _do(self, word: str, number: int | None) -> int:
        """Does what a control word says; how many bytes that are no words follow."""
        group, is_star, self._is_star = self._group, self._is_star, False
        if word == "fonttbl":
            self._listed = 0
        if word in _ASIDE or (is_star and word != "fldinst"):
            group.is_aside = True
        if word == "bin":
            return max(0, number or 0)
        if self._listed is not None and group.is_aside:
            self._list(word, number)
        elif not group.is_aside:
            self._flush()
            self._skipped = 0
            self._say(word, number)
        return 0

    def _list(self, word: str, number: int | None) -> None:
        """Notes the codepage of a font."""
        if word == "f":
            self._listed = number
        elif word == "fcharset" and number in _CHARSETS and self._listed is not None:
            self._fonts[self._listed] = _CHARSETS[number]

    def _say(self, word: str, number: int | None) -> None:
        group, writer = self._group, self.writer
        if word == "u":
            writer.write(chr((number or 0) % 0x10000))
            self._skipped = group.behind
        elif word == "uc":
            group.behind = max(0, number or 0)
        elif word == "f":
            group.font = number or 0
        elif word == "ansicpg":
            self._codec = _codec(number)
        elif word in _BLANKS:
            writer.write(_BLANKS[word])
        elif word == "field":
            group.is_field = True
            writer.begin()
        elif word == "fldrslt":
            writer.show()
        elif word in _ENDING:
            writer.close()
            self._cells += [len(writer.lines)] if word == "cell" else []
        elif word == "trowd":
            self._columns = 0
            self._first = self._first if self._cells else len(writer.lines)
        elif word == "cellx":
            self._columns += 1
        elif word == "row":
            self._close_row()

    def _close_row(self) -> None:
        """Tells the cells behind the last column of a row, and of its lines what stands beside them."""
        lines = self.writer.lines
        beyond = self._cells[self._columns - 1] if 0 < self._columns < len(self._cells) else len(lines)
        words = [line.text for line in lines[self._first : beyond] if line.text.strip()]
        for at in range(self._first, len(lines)):
            line = lines[at] if at < beyond else Line(lines[at].text, lines[at].text)
            beside = tuple(said for said in words if said != line.text)[:1]
            lines[at] = msgspec.structs.replace(line, row=beside)
        self._cells, self._first = [], len(lines)


def lines_of_rtf(data: bytes) -> list[Line]:
    """The lines of the body of an .rtf."""
    return _Rtf(data).read()


def _codec(page: int | None) -> str:
    """The codec of a codepage."""
    try:
        return codecs.lookup(f"cp{page}").name
    except LookupError:
        return "cp1252"
