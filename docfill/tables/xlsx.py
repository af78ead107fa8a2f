"""The rows of an .xlsx, one at a time: its cells as typed values (ECMA-376 part 1, chapter 18).

Memory does not grow with the number of rows: a sheet is parsed as it is
unzipped, and shared strings are kept in a temporary file.  Beyond what the
libraries tell (docs/spreadsheets.md compares them), a cell shows that its
formula failed or has no stored result, and how its format shows a number; a
percentage is the text that a person sees, and a picture over a cell or in it is
told (`tables.drawings`).  Damaged and encrypted files are refused.
"""

from __future__ import annotations

import codecs
import contextlib
import datetime
import functools
import itertools
import posixpath
import weakref
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from lxml import etree

from docfill import late, limits, scratch
from docfill.container import encrypted, has_password
from docfill.problems import DocfillError, Said
from docfill.tables.cell import STRUCK, Drawing, Faulty, Illustrated, Uncomputed, Voided
from docfill.tables.drawings import Cells, Drawings, Grid, illustrated
from docfill.tables.looks import BLACK, WHITE, built_in_style, shown_as, style_of_code, void_look
from docfill.tables.shown import Format
from docfill.word import xml
from docfill.word.package import Package, contents, unusable

_MOST_INSIDE = 16 * 16_384
"""Tags that a row may have; all its elements are in memory at once."""
_COLUMNS = 16_384
"""Columns of a sheet."""
_LONGEST_ROW, _LONGEST_COLUMN, _LONGEST_INDEX = 7, 3, 9
"""Digits or letters of the number of a row, of a column, of a shared string."""

_STEPS_AN_ELEMENT, _STEPS_A_TAG, _STEPS_A_SHEET = 5, 1, 500
_STEPS_A_ROW, _STEPS_A_TEXT = 10, 1

_ESCAPE = late.pattern(r"_x([0-9A-Fa-f]{4})_")
_ROWS_BEGIN = late.pattern(r"<(?:[\w.-]+:)?sheetData(?:\s(?:[^<>]*[^<>/])?)?>")
_ROWS_END = late.pattern(r"</(?:[\w.-]+:)?sheetData\s*>")
_HIDES_ROWS = late.pattern(r"<(?:[\w.-]+:)?row\s[^<>]*?\b(?:hidden=[\"'](?:1|true)|ht=[\"']0(?:\.0*)?)[\"']")
_CHUNK = 2**16
_LONGEST_TAG = 2**10
_REFERENCE = late.pattern(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_DAMAGES = (etree.XMLSyntaxError, ValueError, IndexError)


class _Counted:
    """A part that is parsed as it is unzipped: its tags are work before they are elements, and few are kept at once.

    Args:
        stream: the part.
        spend: takes steps of work.
        name: how messages call the part.
        names: what it is read for.
    """

    def __init__(self, stream: IO[bytes], spend: Callable[[int], None], name: str, names: str) -> None:
        self._stream, self._spend, self._name, self._element = stream, spend, name, names.split()[-1]
        self.inside = 0
        """Tags that were read since it was last set to 0."""

    def read(self, size: int) -> bytes:
        """As of a stream; DocfillError where too many tags are inside one element."""
        data = self._stream.read(size)
        tags = data.count(b"<")
        self._spend(_STEPS_A_TAG * tags)
        self.inside += tags
        if self.inside > _MOST_INSIDE:
            raise DocfillError(
                f"{self._name}：一个 <{self._element}> 中的标签超过 {_MOST_INSIDE} 个，不予读取；"
                "请用 Excel 打开后另存为 .xlsx",
                f"{self._name}: more than {_MOST_INSIDE} tags are in one <{self._element}>, so it is not read; "
                "open the file in Excel and save it as .xlsx",
                "too-large",
            )
        return data


class Merged(NamedTuple):
    """Cells merged into one: its first row and its last, from 1, and the indexes of its first column and its last."""

    first: int
    last: int
    column: int
    until: int


class _Frame(NamedTuple):
    """What stands around the rows of a sheet: its merged cells, whether rows may be hidden, its hidden columns."""

    merged: list[Merged]
    hides: bool
    columns: frozenset[int]


class Book:
    """An .xlsx that is open for reading; close it, or use it in a with statement.

    Args:
        path: the file.

    Raises:
        DocfillError: it is no .xlsx, damaged, or has a password.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frames: dict[str, _Frame] = {}
        data, _ = contents(path)
        if has_password(data):
            raise encrypted(str(path))
        if not data.startswith(b"PK"):
            raise damaged(path)
        self._package = Package(data, str(path), program=xml.EXCEL)
        self._budget = limits.held(lambda: limits.Budget(str(path), len(data)))
        self._over: dict[str, Cells] = {}
        main = self._targets("", "officeDocument").get("")
        if main is None:
            raise damaged(path)
        workbook: Any = self._package.parsed(main)
        if xml.local(workbook) != "workbook":
            raise damaged(path, main)
        with self._whole(main):
            targets = self._targets(main)
            self._is_1904 = any(
                e.get("date1904") in ("1", "true", "on") for e in workbook.iterchildren("{*}workbookPr")
            )
            sheets = workbook.findall("{*}sheets/{*}sheet")
            ids = {s.get("name", ""): next((v for k, v in s.items() if k.endswith("}id")), "") for s in sheets}
            self.hidden_sheets = frozenset(s.get("name", "") for s in sheets if s.get("state", "visible") != "visible")
            """The names of its sheets that nobody sees."""
            self._parts = {name: targets[i] for name, i in ids.items() if targets.get(i, "") in self._package}
            self._drawings = Drawings(self._package, main, self._budget.spend)
            self._styles, self._voids = self._read_styles(main)
            self._struck: set[int] = set()
            """The numbers of the shared strings of which a part is struck out."""
            self._texts = {n: s for n, s in self._styles.items() if isinstance(s, Format) and s.adds_to_texts}
            self._strings = _Strings(self._read_strings(main))

    @contextlib.contextmanager
    def _whole(self, part: str) -> Iterator[None]:
        """DocfillError where a part of it turns out to be damaged while it is read."""
        try:
            yield
        except _DAMAGES:
            raise damaged(self._path, part) from None

    @contextlib.contextmanager
    def _read(self, part: str) -> Iterator[IO[bytes]]:
        """A part that is read bit by bit; DocfillError where it is missing, too large, damaged, or packed as no
        spreadsheet is.
        """
        if part not in self._package:
            raise damaged(self._path, part)
        with self._whole(part), self._package.opened(part, "sheet") as stream:
            yield stream

    @property
    def sheets(self) -> list[str]:
        """The names of its sheets, in their order."""
        return list(self._parts)

    def close(self) -> None:
        self._strings.close()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def merged(self, sheet: str) -> list[Merged]:
        """The cells of a sheet that are merged, from top to bottom.

        Raises:
            DocfillError: the sheet is damaged.
        """
        return sorted(self._frame(sheet).merged)

    def hidden_columns(self, sheet: str) -> frozenset[int]:
        """The indexes of the columns of a sheet that are hidden.

        Raises:
            DocfillError: the sheet is damaged.
        """
        return self._frame(sheet).columns

    def hidden(self, sheet: str) -> frozenset[int]:
        """The numbers of the rows of a sheet that are hidden, by hand or by a filter.

        Raises:
            DocfillError: the sheet is damaged.
        """
        if not self._frame(sheet).hides:
            return frozenset()
        found: list[int] = []
        number = 0
        with self._read(part := self._parts[sheet]) as stream:
            for row in self._elements(stream, part, "row"):
                number = _natural(row.get("r"), _LONGEST_ROW) or number + 1
                if _is_hidden(row):
                    found.append(number)
        return frozenset(found)

    def comments(self, sheet: str) -> dict[int, list[tuple[int, str]]]:
        """The comments on the cells of a sheet, by the number of the row: the index of the column, and the words.

        Raises:
            DocfillError: a part with comments is damaged.
        """
        found: dict[int, list[tuple[int, str]]] = {}
        for part in self._package.related(self._parts[sheet], "comments"):
            with self._whole(part):
                for comment in (
                    self._package.parsed(part).iterfind("{*}commentList/{*}comment") if part in self._package else ()
                ):
                    self._budget.spend(_STEPS_AN_ELEMENT * (1 + sum(1 for _ in comment.iter())))
                    place = comment.get("ref", "").replace("$", "")
                    column = _column(place, 0)
                    number = _natural(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), _LONGEST_ROW)
                    words = "".join(t.text or "" for t in comment.iterfind("{*}text//{*}t")).strip()
                    found.setdefault(number, []).append((column, words))
        return found

    def typed(self, sheet: str) -> Iterator[tuple[int, dict[int, Any], frozenset[int]]]:
        """The number of each row that holds anything: what stands in its cells as it is, by their index, and the
        indexes of those that are formulas.

        Raises:
            DocfillError: the sheet turns out to be damaged.
        """
        number = 0
        with self._read(part := self._parts[sheet]) as stream:
            for row in self._elements(stream, part, "row"):
                number = _natural(row.get("r"), _LONGEST_ROW) or number + 1
                typed: dict[int, Any] = {}
                worked_out = []
                following = 0
                for c in row.iterchildren("{*}c"):
                    following = _column(c.get("r", ""), following) + 1
                    if c.find("{*}f") is not None:
                        worked_out.append(following - 1)
                    elif (value := self._value(c) if len(c) else "") != "":
                        typed[following - 1] = value
                yield number, typed, frozenset(worked_out)

    def _frame(self, sheet: str) -> _Frame:
        """What stands around the rows of a sheet, of which this looks at no cell."""
        if sheet not in self._frames:
            with self._read(part := self._parts[sheet]) as stream:
                around, hides = _around_rows(stream)
                root = self._package.parse(around, part)
                self._budget.spend(_STEPS_AN_ELEMENT * len(root))
                references = [e.get("ref", "") for e in root.iterfind("{*}mergeCells/{*}mergeCell")]
                self._budget.spend(_STEPS_AN_ELEMENT * len(references))
                merged = [m for r in references if (m := _merged(r)) is not None]
                self._budget.spend(_COLUMNS // 8 * len(root.findall("{*}cols/{*}col")))
                self._frames[sheet] = _Frame(merged, hides, _hidden_columns(root))
        return self._frames[sheet]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        """The number of each row that holds anything, from 1, and its cells; an empty cell is "".

        Raises:
            DocfillError: the sheet turns out to be damaged.
        """
        if sheet not in self._over:
            with self._whole(part := self._parts[sheet]):
                self._over[sheet] = self._drawings.over(part, functools.partial(self._grid, part))
        over = self._over[sheet]
        return illustrated(self._rows(sheet), over) if over else self._rows(sheet)

    def _grid(self, part: str, rows: int) -> Grid:
        """How wide the columns and how high the first rows of a sheet are."""
        grid = Grid()
        with self._read(part) as stream:
            for element in self._elements(stream, part, "sheetFormatPr col row"):
                grid.take(element)
                if len(grid.heights) >= rows:
                    break
        return grid

    def _rows(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        self._budget.spend(_STEPS_A_SHEET)
        number = text = gaps = 0
        bound = limits.current()
        with self._read(part := self._parts[sheet]) as stream:
            for row in self._elements(stream, part, "row"):
                number = _natural(row.get("r"), _LONGEST_ROW) or number + 1
                cells: list[Any] = []
                following = 0
                for c in row.iterchildren("{*}c"):
                    at = _column(c.get("r", ""), following)
                    if at >= bound.columns:
                        raise limits.exceeded(str(self._path), "列过多", "too many columns", "columns")
                    gaps += max(0, at - following)
                    if gaps > bound.cells:
                        raise limits.exceeded(str(self._path), "空单元格过多", "too many empty cells", "cells")
                    following = at + 1
                    if not len(c):
                        continue  # a picture that Excel has placed in a cell has a value, too
                    cells.extend([""] * (at + 1 - len(cells)))
                    value = cells[at] = self._value(c)
                    if self._voids and value != "" and (look := self._voids.get(c.get("s", "0"))) is not None:
                        value = cells[at] = Voided.by(look, value)
                    text += len(value) if isinstance(value, str) else 0
                    if text > bound.sheet:
                        raise limits.exceeded(str(self._path), "单元格文字过多", "too much text in the cells", "sheet")
                yield number, cells

    def _value(self, c: Any) -> Any:
        kind = c.get("t", "n")
        shown, formula, inside = "", None, None
        for child in c:  # a lookup by name takes longer than all else here
            tag = child.tag
            if tag.endswith("}v"):
                shown = child.text or ""
            elif tag.endswith("}f"):
                formula = child
            elif tag.endswith("}is"):
                inside = child
        if (drawing := self._drawing(c.get("vm"), formula)) is not None:
            return Illustrated.over("", (drawing,))
        if inside is not None and kind == "inlineStr":
            return self._said(c, _text(inside), is_struck=_has_struck(inside))
        if not shown:
            return Uncomputed(formula.text or "…") if formula is not None and kind != "str" else ""
        if kind == "s":
            index = _natural(shown, _LONGEST_INDEX)
            return self._said(c, self._strings[index], is_struck=index in self._struck)
        if kind == "str":
            return self._said(c, _unescaped(shown))
        if kind == "e":
            return Faulty(shown)
        if kind == "b":
            return shown.strip() in ("1", "true")
        if kind == "d":
            return datetime.datetime.fromisoformat(shown)
        number = float(shown)
        style = self._styles.get(c.get("s", "0"))
        return number if style is None else shown_as(number, style, self._is_1904)

    def _said(self, c: Any, text: str, *, is_struck: bool = False) -> str:
        """A text as its cell shows it."""
        if is_struck:
            return Voided.by(STRUCK, text)
        style = self._texts.get(c.get("s", "0")) if self._texts else None
        return text if style is None else style.text(text)

    def _drawing(self, placed: str | None, formula: Any) -> Drawing | None:
        """The picture that is the value of a cell."""
        if placed:
            return self._drawings.placed(placed)
        code = formula.text or "" if formula is not None else ""
        return self._drawings.dispimg(code) if "DISPIMG" in code else None

    def _read_styles(self, main: str) -> tuple[dict[str, Format | str], dict[str, Said]]:
        """What cell formats show, by their number, where it is not just the number, and how those look that void it.

        Their `Format`, or "date", or the part of a date that they show (see `tables.looks`).
        """
        parts = self._targets(main, "styles").values()
        found: dict[str, Format | str] = {}
        voids: dict[str, Said] = {}
        for part in parts:
            root = self._package.parsed(part)
            with self._whole(part):
                codes = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/{*}numFmt")}
                styles = {number: style_of_code(code) for number, code in codes.items()}
                fonts, fills = root.findall("{*}fonts/{*}font"), root.findall("{*}fills/{*}fill")
                for index, xf in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
                    number = xf.get("numFmtId", "0")
                    if number not in styles:
                        styles[number] = built_in_style(_natural(number, _LONGEST_INDEX))
                    if (style := styles[number]) is not None:
                        found[str(index)] = style
                    if (look := _void_look(xf, fonts, fills)) is not None:
                        voids[str(index)] = look
        return found, voids

    def _read_strings(self, main: str) -> Iterator[str]:
        for part in self._targets(main, "sharedStrings").values():
            with self._read(part) as stream:
                for index, si in enumerate(self._elements(stream, part, "si", _STEPS_A_TEXT)):
                    if _has_struck(si):
                        self._struck.add(index)
                    yield _text(si)

    def _targets(self, source: str, kind: str = "") -> dict[str, str]:
        """The parts that a part points at by relationship id; with `kind`, those of one type, and the last as ""."""
        folder, base = posixpath.split(source)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        found: dict[str, str] = {}
        listed = self._package.parsed(rels) if rels in self._package else ()
        self._budget.spend(_STEPS_AN_ELEMENT * len(listed))
        for r in listed:
            target = posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/")
            if r.get("TargetMode") != "External" and r.get("Type", "").endswith("/" + kind if kind else ""):
                found["" if kind else r.get("Id", "")] = target
        return found

    def _elements(self, stream: IO[bytes], part: str, names: str, steps: int = _STEPS_A_ROW) -> Iterator[Any]:
        """The elements of some names of a part, each of which costs so many steps, and is forgotten when the
        next is asked for.
        """
        counted = _Counted(stream, self._budget.spend, self._package.called(part), names)
        wanted = [f"{{*}}{name}" for name in names.split()]
        events = etree.iterparse(
            counted, tag=wanted, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        is_checked = False
        for _, element in events:
            if not is_checked and element.getroottree().docinfo.internalDTD is not None:
                raise xml.doctype(self._package.called(part))
            is_checked = True
            counted.inside = 0
            self._budget.spend(steps)
            yield element
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]


def damaged(path: Path, part: str = "") -> DocfillError:
    """That a file is no workbook, or a part of it is damaged or missing, with the next step."""
    if not part:
        return unusable(str(path), xml.EXCEL)
    return DocfillError(
        f"{path} {part} 部分已损坏或缺失，请用 Excel 打开后另存为 .xlsx",
        f"{path} {part}: this part is damaged or missing; open the file in Excel and save it as .xlsx",
        "corrupt",
    )


def _is_hidden(row: Any) -> bool:
    return row.get("hidden") in ("1", "true") or not float(row.get("ht", "1"))


def _around_rows(stream: IO[bytes]) -> tuple[bytes, bool]:
    """The XML of a sheet without its rows, and whether any of these may be hidden."""
    head = stream.read(_CHUNK)
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if is_wide else "latin-1"  # any other writes a tag in ASCII, and is put back as it was
    texts = codecs.iterdecode(itertools.chain([head], iter(lambda: stream.read(_CHUNK), b"")), encoding)
    before, rows, hides = "", "", False
    for text in texts:
        before += text
        if (begin := _ROWS_BEGIN.search(before, max(0, len(before) - len(text) - _LONGEST_TAG))) is not None:
            before, rows = before[: begin.end()], before[begin.end() :]
            break
    while (end := _ROWS_END.search(rows)) is None:
        hides = hides or _HIDES_ROWS.search(rows) is not None
        text = next(texts, "")
        if not text:
            return before.encode(encoding), hides
        rows = rows[-_LONGEST_TAG:] + text
    hides = hides or _HIDES_ROWS.search(rows) is not None
    return (before + rows[end.start() :] + "".join(texts)).encode(encoding), hides


def _merged(reference: str) -> Merged | None:
    """The cells of a reference such as "A2:B4", where they are several."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    merged = Merged(int(found[2]), int(found[4]), _index_of(found[1]), _index_of(found[3]))
    return merged if merged.first < merged.last or merged.column < merged.until else None


def _hidden_columns(sheet: Any) -> frozenset[int]:
    """The indexes of the columns that a sheet hides, as far as a table may reach."""
    found: set[int] = set()
    for col in sheet.iterfind("{*}cols/{*}col"):
        if col.get("hidden") in ("1", "true") or not float(col.get("width", "1")):
            first, last = (_natural(col.get(name), _LONGEST_INDEX) for name in ("min", "max"))
            found.update(range(max(first, 1) - 1, min(last, _COLUMNS)))
    return frozenset(found)


class _Strings:
    """Texts by number, kept in a temporary file: only their offsets are in memory."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._ends = array("Q", [0])
        self._file = scratch.stream()
        self.close = weakref.finalize(self, self._file.close)
        for text in texts:
            self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))
        self._cached = functools.lru_cache(maxsize=4096)(self._read)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        return self._cached(index)

    def _read(self, index: int) -> str:
        start, end = self._ends[index : index + 2]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")


def _natural(text: str | None, longest: int) -> int:
    """A whole number in so many digits at most, 0 for none; ValueError for anything else."""
    if text and not (len(text) <= longest and text.isascii() and text.isdigit()):
        raise ValueError(text[:longest])
    return int(text or 0)


def _text(si: Any) -> str:
    """The text of a string item: its runs without phonetic guides (clause 18.4.8)."""
    texts = []
    for child in si:
        if child.tag.endswith("}t"):
            texts.append(child.text or "")
        elif child.tag.endswith("}r"):
            texts += (t.text or "" for t in child.iterfind("{*}t"))
    return _unescaped("".join(texts))


def _has_struck(si: Any) -> bool:
    """Whether a run of a string item is struck out."""
    return any(_is_on(strike) for run in si.iterchildren("{*}r") for strike in run.iterfind("{*}rPr/{*}strike"))


def _is_on(flag: Any) -> bool:
    return flag.get("val", "1") not in ("0", "false")


def _void_look(xf: Any, fonts: list[Any], fills: list[Any]) -> Said | None:
    """How a cell format looks that voids what stands in its cells; None for others."""
    at, on = (_natural(xf.get(name), _LONGEST_INDEX) for name in ("fontId", "fillId"))
    if at >= len(fonts):
        return None
    pattern = fills[on].find("{*}patternFill") if on < len(fills) else None
    ground: str | None = None
    if pattern is not None and pattern.get("patternType", "none") != "none":
        ground = _colour(pattern.find("{*}fgColor"), "") if pattern.get("patternType") == "solid" else ""
    is_struck = any(map(_is_on, fonts[at].iterfind("{*}strike")))
    return void_look(is_struck, _colour(fonts[at].find("{*}color"), BLACK), ground)


_OF_THEMES, _OF_INDEX = {"0": WHITE, "1": BLACK}, {"8": BLACK, "9": WHITE, "64": BLACK}


def _colour(color: Any, none: str) -> str:
    """The colour that an element names, RRGGBB; "" where that is another's to know, and `none` without an element."""
    if color is None:
        return none
    if color.get("rgb"):
        return str(color.get("rgb"))[-6:].upper()
    if float(color.get("tint", "0")):
        return ""
    return _OF_THEMES.get(color.get("theme", ""), "") or _OF_INDEX.get(color.get("indexed", ""), "")


def _unescaped(text: str) -> str:
    """`text` with characters in place of escapes such as _x000D_ (clause 22.9.2.19)."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _column(reference: str, following: int) -> int:
    """The index of the column of a reference such as "B3"; without one, it follows the cell before."""
    letters = reference.rstrip("0123456789") if len(reference) <= _LONGEST_COLUMN + _LONGEST_ROW else reference
    if len(letters) > _LONGEST_COLUMN:
        raise ValueError(letters[:_LONGEST_COLUMN])
    return _index_of(letters) if letters else following


@functools.lru_cache(maxsize=16_384)
def _index_of(letters: str) -> int:
    """0 for A, 26 for AA."""
    return functools.reduce(lambda n, letter: n * 26 + int(letter, 36) - 9, letters, 0) - 1
