"""The door for workbooks (ECMA-376 part 1, chapter 18): looked through and packed anew before a reader sees them.

The fast reader behind this door trusts what a file says of itself: two cells in
opposite corners make it ask for the memory of all cells between, one long shared
string is copied into every cell that names it, and a formula that was never
computed looks like an empty cell.  So each sheet is streamed through here first,
within limits, and the reader gets a new package of the parts that were looked at
and of nothing else: no lying sizes, no second list of members, no link, no macro.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from docfill import limits
from docfill.problems import DocfillError
from docfill.word import xml
from docfill.word.package import OLE, Package, contents, encrypted

Position = tuple[int, int]
"""Row and column, from 0."""

_KEPT = ("worksheet", "sharedStrings", "styles")
_DATE = (1980, 1, 1, 0, 0, 0)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(slots=True)
class Workbook:
    """A workbook that is safe to read.

    Attributes:
        data: the package, packed anew.
        failed: what each failed formula shows ("#DIV/0!"), by sheet and position (a cell of type "e", 18.18.11).
        uncomputed: each formula that has no value in the file, by sheet and position.
    """

    data: bytes
    failed: dict[str, dict[Position, str]] = field(default_factory=dict)
    uncomputed: dict[str, dict[Position, str]] = field(default_factory=dict)


def opened(path: Path) -> Workbook:
    """The workbook in a file.

    Raises:
        DocfillError: it cannot be read, is no .xlsx, has a password, or is over the limits.
    """
    data, _ = contents(path)
    name = str(path)
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise encrypted(name)
    if not data.startswith(b"PK"):
        raise _no_workbook(name)
    package = Package(data, name)
    mains = package.related("", "officeDocument")
    if not mains or mains[0] not in package or not mains[0].endswith(".xml"):
        raise _no_workbook(name)
    main = mains[0]
    book = Workbook(b"")
    parts = {main: package.read(main)}
    sheets = _sheets(package, main, parts[main])
    lengths = [length for part in package.related(main, "sharedStrings") for length in _lengths(package, part)]
    for sheet, part in sheets.items():
        scan = _Scan(package, part, lengths)
        book.failed[sheet], book.uncomputed[sheet] = scan.failed, scan.uncomputed
    book.data = _packed(package, main)
    return book


def _no_workbook(name: str) -> DocfillError:
    return DocfillError(
        f"{name}：不是 .xlsx 文件，或文件已损坏，请打开后另存为 .xlsx",
        f"{name}: not an .xlsx file, or a damaged one; open it and save it as .xlsx",
    )


def _sheets(package: Package, main: str, data: bytes) -> dict[str, str]:
    """The part of each sheet that is in the package, by the sheet's name."""
    root = xml.parse(data, f"{package.name} {main}")
    if xml.local(root) != "workbook":
        raise _no_workbook(package.name)
    folder, base = posixpath.split(main)
    rels = posixpath.join(folder, "_rels", base + ".rels")
    known = set(package.related(main, "worksheet"))
    found = {}
    relationships = xml.parse(package.read(rels), rels).iter(xml.RELATIONSHIPS + "Relationship")
    targets = {r.get("Id"): r.get("Target", "") for r in relationships}
    for sheet in root.iter("{*}sheet"):
        target = targets.get(sheet.get(xml.R + "id"), "")
        part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if part in known and part in package:
            found[sheet.get("name", "")] = part
    return found


def _packed(package: Package, main: str) -> bytes:
    """A package of what a reader of cells needs."""
    folder, base = posixpath.split(main)
    wanted = ["[Content_Types].xml", "_rels/.rels", main, posixpath.join(folder, "_rels", base + ".rels")]
    wanted += [part for kind in _KEPT for part in package.related(main, kind)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in dict.fromkeys(wanted):
            if part in package:
                archive.writestr(zipfile.ZipInfo(part, _DATE), _read(package, part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _read(package: Package, part: str) -> bytes:
    """The bytes of a part; a sheet may be larger than a part of a document."""
    with limits.within(part=max(limits.current().part, limits.current().sheet)):
        return package.read(part)


def _parser(package: Package, part: str) -> expat.XMLParserType:
    """A parser that refuses a DOCTYPE."""

    def refuse(*_: object) -> None:
        raise xml.doctype(f"{package.name} {part}")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def _parse(parser: expat.XMLParserType, package: Package, part: str) -> None:
    try:
        parser.Parse(_read(package, part), True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding it does not know
        raise DocfillError(
            f"{package.name}：{part} 部分已损坏（{error}），请打开后另存为 .xlsx",
            f"{package.name}: the part {part} is broken ({error}); open the file and save it as .xlsx",
        ) from None


def _lengths(package: Package, part: str) -> Iterator[int]:
    """The bytes of each shared string."""
    if part not in package:
        return
    found: list[int] = []
    parser = _parser(package, part)

    def start(name: str, _: object) -> None:
        if name.rpartition(":")[2] == "si":
            found.append(0)

    def text(content: str) -> None:
        if found:
            found[-1] += len(content.encode())

    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    _parse(parser, package, part)
    yield from found


class _Scan:
    """One pass over a sheet: where its cells end, how much text they name, and which formulas have no value."""

    def __init__(self, package: Package, part: str, lengths: list[int]) -> None:
        self.failed: dict[Position, str] = {}
        self.uncomputed: dict[Position, str] = {}
        self._bound = limits.current()
        self._where = f"{package.name} {part}"
        self._lengths = lengths
        self._is_long = False
        self._row, self._column = -1, -1
        self._rows = self._columns = self._named = self._text = 0
        self._kind = self._content = ""
        self._has_formula = self._has_value = False
        self._parser = _parser(package, part)
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        _parse(self._parser, package, part)
        if self._named * max(lengths, default=0) > self._bound.sheet:
            self._is_long, self._row = True, -1
            self._parser = _parser(package, part)
            self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
            _parse(self._parser, package, part)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._kind, self._has_formula, self._has_value = attributes.get("t", ""), False, False
            reference = _REFERENCE.fullmatch(attributes.get("r", ""))
            if reference:
                self._row, self._column = int(reference[2]) - 1, _column(reference[1])
            else:
                self._column += 1
        elif name == "v":
            self._has_value = True
            if self._kind == "e" or (self._kind == "s" and self._is_long):
                self._listen()
        elif name == "f":
            self._has_formula = True
            self._listen()
        elif name == "is":
            self._has_value = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 8 else self._row + 1
            self._column = -1

    def _listen(self) -> None:
        self._content = ""
        self._parser.CharacterDataHandler = self._hear

    def _hear(self, content: str) -> None:
        self._content += content

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "c" and (self._has_value or self._has_formula):
            self._rows, self._columns = max(self._rows, self._row + 1), max(self._columns, self._column + 1)
            if self._rows * self._columns > self._bound.cells:
                raise limits.exceeded(self._where, "单元格过多", "too many cells", "cells")
            self._named += self._kind == "s"
            if not self._has_value:
                self.uncomputed[self._row, self._column] = f"={self._content}"
        elif name in ("v", "f") and self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            if name == "v" and self._kind == "e":
                self.failed[self._row, self._column] = self._content or "#"
            elif name == "v" and self._content.isascii() and self._content.isdigit() and len(self._content) < 9:
                index = int(self._content)
                self._text += self._lengths[index] if index < len(self._lengths) else 0
                if self._text > self._bound.sheet:
                    raise limits.exceeded(self._where, "单元格文字过多", "too much text in the cells", "sheet")


def _column(letters: str) -> int:
    """The column of its letters, from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
