"""Pictures and other drawings in a workbook: over its cells, and in them, each by the cell that it belongs to.

Spreadsheets keep a picture in three ways, and all are read: anchored over cells
(ECMA-376 part 1, 20.5), placed in a cell by Excel (a rich value, [MS-XLSX] 2.2.4.9)
and by WPS (`DISPIMG`, whose pictures stand in xl/cellimages.xml).  What is anchored
belongs to the cell that its middle is over; one that lies for the most part elsewhere is
told from one that belongs there.  No bytes of a picture are unpacked before it is asked for.
"""

from __future__ import annotations

import functools
import posixpath
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docfill import limits
from docfill.pictures import EMU, Picture
from docfill.tables.cell import Drawing, Illustrated
from docfill.word import xml
from docfill.word.package import Package

_STEPS_A_DRAWING, _STEPS_A_BYTE = 80, 0.005
_FARTHEST = 5000
"""Rows or columns that a drawing is followed over; one that goes on is no cell's."""
_PIXELS_A_CHARACTER = 7
_WIDE, _HIGH = 64 * EMU["px"], 15 * EMU["pt"]
"""A cell of a sheet that says nothing of its size."""
_LAST, _LAST_COLUMN = 2**20, 2**14
_IN_CELL = "_rvRel:LocalImageIdentifier"

Cells = Mapping[int, Mapping[int, tuple[Drawing, ...]]]
"""Drawings by the number of the row, from 1, and the index of the column."""


@dataclass(slots=True)
class Grid:
    """How wide the columns and how high the rows of a sheet are, in EMU; a hidden one is 0.

    Attributes:
        widths: of columns that have their own, by index.
        heights: of the first rows; -1 for those without their own.
        wide, high: all others.
        told: so many columns were told of.
    """

    widths: dict[int, int] = field(default_factory=dict)
    heights: array[int] = field(default_factory=lambda: array("q"))
    wide: int = _WIDE
    high: int = _HIGH
    told: int = 0

    def take(self, element: Any) -> None:
        """Takes what a <sheetFormatPr>, <col> or <row> says."""
        name = xml.local(element)
        if name == "sheetFormatPr":
            self.high = _points(element.get("defaultRowHeight"), self.high)
            self.wide = _characters(element.get("defaultColWidth"), self.wide)
        elif name == "col":
            wide = 0 if _is_true(element.get("hidden")) else _characters(element.get("width"), self.wide)
            first, last = (min(int(element.get(side, "1")), _LAST_COLUMN) for side in ("min", "max"))
            self.told += max(last - first, 0)
            if self.told <= _LAST_COLUMN:  # a column is told of once
                self.widths.update((index - 1, wide) for index in range(max(first, 1), last + 1))
        elif (number := int(element.get("r") or len(self.heights) + 1)) > len(self.heights):
            self.heights.extend([-1] * (min(number, _LAST) - 1 - len(self.heights)))
            self.heights.append(0 if _is_true(element.get("hidden")) else _points(element.get("ht"), -1))

    def width(self, column: int) -> int:
        """The width of a column by its index."""
        return self.widths.get(column, self.wide)

    def height(self, row: int) -> int:
        """The height of a row by its index."""
        own = self.heights[row] if row < len(self.heights) else -1
        return own if own >= 0 else self.high


@dataclass(frozen=True, slots=True)
class _Side:
    """Where a drawing begins along rows or columns, and where it ends: in another one, or so far away."""

    start: int
    offset: int
    end: int | None
    length: int

    @property
    def is_in_one(self) -> bool:
        return self.start == self.end

    def middle(self, size: Callable[[int], int], spend: Callable[[int], None]) -> tuple[int, float]:
        """The index that its middle is in, and the share of it that lies there."""
        pieces: list[tuple[int, int]] = []
        index, begin, left = self.start, self.offset, self.length
        while len(pieces) <= _FARTHEST and (index < self.end if self.end is not None else left > 0):
            room = max(size(index) - begin, 0)
            taken = room if self.end is not None else min(room, left)
            pieces.append((index, taken))
            index, begin, left = index + 1, 0, left - taken
        spend(len(pieces))
        if len(pieces) > _FARTHEST:
            return self.start, 0.0
        if self.end is not None:
            pieces.append((index, max(self.length - begin, 0)))
        total, passed = sum(taken for _, taken in pieces), 0
        for at, taken in pieces:
            passed += taken
            if passed * 2 > total:
                return at, taken / total
        return self.start, 1.0


class Drawings:
    """The drawings of an open workbook.

    Args:
        package: the workbook.
        main: the name of its main part.
        spend: takes away from what may be done for the file.
    """

    def __init__(self, package: Package, main: str, spend: Callable[[int], None]) -> None:
        self._package, self._main, self._spend = package, main, spend
        self._read = functools.lru_cache(maxsize=1)(self._unpacked)

    def over(self, sheet: str, grid: Callable[[int], Grid]) -> Cells:
        """What is anchored over the cells of a sheet, from left to right.

        Args:
            sheet: the name of the sheet's part.
            grid: gives the sizes of columns and of so many rows, where they are needed.
        """
        found: dict[int, dict[int, list[tuple[int, Drawing]]]] = defaultdict(lambda: defaultdict(list))
        anchors = [a for part in self._package.related(sheet, "drawing") for a in self._anchors(part)]
        needed = [rows for rows, columns, _ in anchors if not (rows.is_in_one and columns.is_in_one)]
        sizes = grid(max((r.end or r.start + _FARTHEST for r in needed), default=0) + 1) if needed else Grid()
        for rows, columns, drawing in anchors:
            row, share_down = rows.middle(sizes.height, self._spend)
            column, share_across = columns.middle(sizes.width, self._spend)
            self._spend(column // 4)
            placed = drawing if share_down * share_across >= 0.5 else drawing.elsewhere()
            found[row + 1][column].append((columns.start * EMU["in"] * 1000 + columns.offset, placed))
        return {
            row: {c: tuple(d for _, d in sorted(held, key=lambda one: one[0])) for c, held in columns_.items()}
            for row, columns_ in sorted(found.items())
        }

    def placed(self, number: str) -> Drawing | None:
        """The picture that Excel placed in a cell, by the number of the cell's rich value."""
        return self._rich_values.get(number)

    def dispimg(self, formula: str) -> Drawing | None:
        """The picture that WPS shows in a cell whose formula this is; None for any other formula."""
        name, _, rest = formula.removeprefix("=").removeprefix("_xlfn.").partition("(")
        if name.strip().upper() != "DISPIMG":
            return None
        return self._cell_images.get(rest.partition(",")[0].strip(' ")'), self._drawing("", ""))

    def _anchors(self, part: str) -> Iterator[tuple[_Side, _Side, Drawing]]:
        """Where each drawing of a part is, down and across."""
        if part not in self._package:
            return
        links = self._package.links(part)
        for anchor in self._package.parsed(part):
            name = xml.local(anchor)
            if name not in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor") or _is_hidden(anchor):
                continue
            down, across = (_side(anchor, name, *words) for words in (("row", "y", "cy"), ("col", "x", "cx")))
            pictures = dict.fromkeys(_embedded(anchor))
            said = next((e.get("descr", "") for e in anchor.iter("{*}cNvPr") if e.get("descr")), "")
            for embedded in pictures or ("",):
                self._spend(_STEPS_A_DRAWING)
                yield down, across, self._drawing(links.get(embedded, ""), said)

    def _drawing(self, part: str, said: str) -> Drawing:
        is_there = part in self._package
        return Drawing(functools.partial(self._read, part) if is_there else None, said, posixpath.basename(part))

    def _unpacked(self, part: str) -> Picture:
        data = self._package.read(part)
        self._spend(round(len(data) * _STEPS_A_BYTE))
        return Picture.of(data, posixpath.basename(part))

    def _related(self, kind: str) -> str:
        """The part of a kind that the workbook has; "" where it has none."""
        return next((p for p in self._package.related(self._main, kind) if p in self._package), "")

    @functools.cached_property
    def _cell_images(self) -> dict[str, Drawing]:
        """The pictures of WPS by their names."""
        found: dict[str, Drawing] = {}
        part = self._related("cellImage")
        links = self._package.links(part) if part else {}
        for picture in self._package.parsed(part).iter("{*}pic") if part else ():
            self._spend(_STEPS_A_DRAWING)
            if (called := next(picture.iter("{*}cNvPr"), None)) is not None:
                embedded = links.get(next(_embedded(picture), ""), "")
                found.setdefault(called.get("name", ""), self._drawing(embedded, called.get("descr", "")))
        return found

    @functools.cached_property
    def _rich_values(self) -> dict[str, Drawing]:
        """The pictures that Excel placed in cells, by the numbers that the cells have for them."""
        parts = [
            self._related(kind) for kind in ("sheetMetadata", "rdRichValue", "rdRichValueStructure", "richValueRel")
        ]
        if not all(parts):
            return {}
        metadata, values, structures, related = (self._package.parsed(part) for part in parts)
        links = self._package.links(parts[-1])
        linked = [links.get(_attribute(rel, "}id"), "") for rel in related.iterchildren("{*}rel")]
        keys = [[k.get("n", "") for k in s.iterchildren("{*}k")] for s in structures.iterchildren("{*}s")]
        shown = [self._rich(value, keys, linked) for value in values.iterchildren("{*}rv")]
        blocks = [b.get("i", "") for b in metadata.iterfind("{*}futureMetadata[@name='XLRICHVALUE']/{*}bk//{*}rvb")]
        types = [t.get("name") for t in metadata.iterfind("{*}metadataTypes/{*}metadataType")]
        found: dict[str, Drawing] = {}
        for number, rc in enumerate(metadata.iterfind("{*}valueMetadata/{*}bk/{*}rc"), 1):
            self._spend(_STEPS_A_DRAWING)
            if _at(types, rc.get("t"), 1) == "XLRICHVALUE" and (drawing := _at(shown, _at(blocks, rc.get("v")))):
                found[str(number)] = drawing
        return found

    def _rich(self, value: Any, keys: list[list[str]], parts: list[str]) -> Drawing | None:
        """The picture of a rich value; None for one of another kind."""
        own = _at(keys, value.get("s")) or []
        told = dict(zip(own, (v.text or "" for v in value.iterchildren("{*}v")), strict=False))
        return self._drawing(_at(parts, told[_IN_CELL]) or "", told.get("Text", "")) if _IN_CELL in told else None


def illustrated(rows: Iterable[tuple[int, list[Any]]], over: Cells) -> Iterator[tuple[int, list[Any]]]:
    """Rows of cells with the drawings that lie over them, rows without any cell, too."""
    waiting, ahead = dict(over), deque(over)
    for number, cells in rows:
        while ahead and ahead[0] < number:
            if (before := ahead.popleft()) in waiting:
                yield before, _over([], waiting.pop(before))
        yield number, _over(cells, waiting.pop(number, {}))
    for number, drawn in waiting.items():
        yield number, _over([], drawn)


def _over(cells: list[Any], drawn: Mapping[int, tuple[Drawing, ...]]) -> list[Any]:
    most = limits.current().columns
    for column, drawings in drawn.items():
        if column < most:
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = Illustrated.over(cells[column], drawings)
    return cells


def _side(anchor: Any, name: str, word: str, at: str, length: str) -> _Side:
    """Where an anchor begins and ends along rows (`word` is "row") or columns."""
    extent = anchor.find("{*}ext")
    far = 0 if extent is None else _natural(extent.get(length))
    if name == "absoluteAnchor":
        position = anchor.find("{*}pos")
        return _Side(0, 0 if position is None else _natural(position.get(at)), None, far)
    start, offset = (_natural(anchor.findtext(f"{{*}}from/{{*}}{word}{end}")) for end in ("", "Off"))
    if name == "oneCellAnchor":
        return _Side(start, offset, None, far)
    end, inside = (_natural(anchor.findtext(f"{{*}}to/{{*}}{word}{end}")) for end in ("", "Off"))
    return _Side(start, offset, max(start, end), inside)


def _embedded(element: Any) -> Iterator[str]:
    """The ids of the pictures in an element that are in the file."""
    for blip in element.iter("{*}blip"):
        yield _attribute(blip, "}embed")


def _attribute(element: Any, ending: str) -> str:
    """An attribute of any of the two dialects' namespaces; "" where there is none."""
    return next((v for k, v in element.items() if k.endswith(ending)), "")


def _is_hidden(anchor: Any) -> bool:
    return any(_is_true(e.get("hidden")) for e in anchor.iter("{*}cNvPr"))


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def _natural(text: str | None) -> int:
    """A number of EMU, rows or columns; 0 for what is none."""
    shown = (text or "").strip()
    return int(shown) if shown.isdecimal() and len(shown) <= 12 else 0


def _points(text: str | None, otherwise: int) -> int:
    return otherwise if text is None else min(max(round(float(text) * EMU["pt"]), 0), 10**9)


def _characters(text: str | None, otherwise: int) -> int:
    wide = otherwise if text is None else round(float(text) * _PIXELS_A_CHARACTER * EMU["px"])
    return min(max(wide, 0), 10**9)


def _at(listed: list[Any], index: str | None, first: int = 0) -> Any:
    """What stands at an index that a file tells; None where nothing does."""
    number = _natural(index) - first if index is not None else -1
    return listed[number] if 0 <= number < len(listed) else None
