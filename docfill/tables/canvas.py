"""The canvas of a workbook: cells of their types, looks, links, drop-downs and grouped headings.

A text is always written as a text, whatever it looks like: no formula, no link
of its own, no number; one that a cell cannot hold is refused, not cut.  Rows go
to disk as they come, so memory does not grow with them.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import math
import os
import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from docfill import files, late
from docfill.pictures import Picture
from docfill.problems import DocfillError, say
from docfill.scratch import Scratch, Stream
from docfill.tables.columns import OPTIONS, letter_of
from docfill.tables.kinds import LOOKS as CELL_LOOKS
from docfill.text import width

LONGEST_CELL = 32767
"""UTF-16 units of text that a cell of .xlsx holds."""

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
"""The index of the last row of a sheet."""

_MOST_LINKS = 65_000
_LONGEST_TIP = 250
_MARGIN, _DPI = 2, 96
_NOTE_WIDE = 40
_CREATED = datetime.datetime(2000, 1, 1)
_LINE = 16.5
_TALLEST, _HIGHEST = 180.0, 400.0
_LONGEST_LINK = 2000
_FONT = {"font_name": "宋体", "font_size": 11}
_LOOKS: dict[str, dict[str, Any]] = {
    **CELL_LOOKS,
    "link": {"num_format": "@", "valign": "top", "font_color": "#0563C1", "underline": 1},
    "link-number": {"num_format": "General", "valign": "top", "font_color": "#0563C1", "underline": 1},
    "section": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"},
    "group": {"bold": True, "bg_color": "#BDD7EE"},
    "leaf": {"bg_color": "#DDEBF7"},
    "reason": {"num_format": "@", "text_wrap": True, "valign": "top", "font_color": "#C00000"},
    "title": {"bold": True, "font_size": 16, "valign": "vcenter"},
    "head": {"bold": True, "valign": "vcenter"},
    "label": {"num_format": "@", "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"},
    "said": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "boxed": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "boxed-number": {"num_format": "General", "valign": "top"},
}
_UNPRINTABLE = late.pattern(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BORDER = {"border": 1, "border_color": "#9DB3C8"}
_HEADING = {"align": "center", "valign": "vcenter", "text_wrap": True, **_BORDER}
_ALWAYS_BOXED = ("boxed", "boxed-number", "label")
_DOUBTFUL, _CORRECTED, _CUT = {"bg_color": "#FFE699"}, {"bg_color": "#E2EFDA"}, {"italic": True}


class DoesNotFit(DocfillError):
    """One record is too large for a workbook; others may still be written."""


class _Sink:
    """A file that takes all that is written, and says at its end what the disk refused.

    A `zipfile.ZipFile` that stumbles over its file is closed once it is forgotten, and stumbles again, in a traceback
    that nobody can catch.

    Args:
        stream: the file, open for writing.

    Attributes:
        refused: what the disk said; None where all was taken.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._at = 0
        self.refused: OSError | None = None

    def write(self, data: bytes) -> int:
        """Takes some bytes."""
        self._try(lambda: self._stream.write(data))
        self._at += len(data)
        return len(data)

    def seek(self, at: int) -> int:
        """Goes to a place."""
        self._try(lambda: self._stream.seek(at))
        self._at = at
        return at

    def tell(self) -> int:
        """The place where the next bytes would stand."""
        return self._at

    def flush(self) -> None:
        """Hands on what is held back."""
        self._try(self._stream.flush)

    def close(self) -> None:
        """Closes the file; whatever is written afterwards goes nowhere.

        Raises:
            OSError: the disk refused something.
        """
        self._try(self._stream.close)
        if self.refused is not None:
            with contextlib.suppress(OSError):  # what is held back is tried once more
                self._stream.close()
            raise self.refused

    def _try(self, act: Callable[[], Any]) -> None:
        if self.refused is not None or self._stream.closed:
            return
        try:
            act()
        except OSError as error:
            self.refused = error


class Canvas:
    """A workbook that is being written to a file; close it.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        import xlsxwriter  # only here: it takes longer to import than a form to be read

        self._stream = _Sink(files.opened(path, "wb", -1))
        self._folder = Scratch()
        options = {"constant_memory": True, "tmpdir": str(self._folder.path), "max_url_length": 2079}
        self.book = xlsxwriter.Workbook(self._stream, {**options, "default_format_properties": dict(_FONT)})
        self.book.set_properties({"created": _CREATED})
        self._looks: dict[tuple[str, bool, bool, bool, str, bool], Any] = {}
        self._options: list[tuple[str, ...]] = []
        self._links: dict[str, int] = {}

    def look(
        self,
        name: str,
        is_doubtful: bool = False,
        is_boxed: bool = False,
        is_corrected: bool = False,
        code: str = "",
        is_cut: bool = False,
    ) -> Any:
        """A format by the name of its look, which may show numbers by another code, or a text that is not all there."""
        known = (name, is_doubtful, is_boxed, is_corrected, code, is_cut)
        if known not in self._looks:
            heading = _HEADING if name in ("section", "group", "leaf") else {}
            box = _BORDER if is_boxed or name in _ALWAYS_BOXED else {}
            doubt = _DOUBTFUL if is_doubtful else _CORRECTED if is_corrected else {}
            shows = {"num_format": code} if code else {}
            cut = _CUT if is_cut else {}
            own = {**_LOOKS[name], **doubt, **shows, **cut}
            self._looks[known] = self.book.add_format({**_FONT, **box, **heading, **own})
        return self._looks[known]

    def sheet(self, name: str) -> Any:
        """A new sheet, set up to be printed on A4 across, with its name and the number of the page on each."""
        sheet = self._added(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _added(self, name: str) -> Any:
        """A new sheet, whose rows go into a file that says where there is no room for them."""
        sheet = self.book.add_worksheet(name)
        sheet.row_data_fh.close()
        rows = Stream(Path(sheet.row_data_filename), str(self._folder.path))
        sheet.row_data_fh = sheet.fh = io.TextIOWrapper(rows, "utf-8")
        return sheet

    def write(self, sheet: Any, row: int, column: int, cell: Any, look: Any, is_shown: bool = False) -> None:
        """A cell of the type of its value, for None only if its look `is_shown`; DoesNotFit where there is no room."""
        if column > LAST_COLUMN:
            raise DoesNotFit(
                f"{sheet.get_name()}：一张工作表最多 {LAST_COLUMN + 1} 列，第 {column + 1} 列放不下",
                f"{sheet.get_name()}: a sheet has at most {LAST_COLUMN + 1} columns; there is no room for {column + 1}",
                "does-not-fit",
            )
        if isinstance(cell, str):
            check_length(cell, f"{sheet.get_name()}!{letter_of(column)}{row + 1}")
            if cell.startswith("<r>") and cell.endswith("</r>"):  # XlsxWriter would put it into the XML as it is
                _done(sheet.write_rich_string(row, column, "<", look, cell[1:], look))
            else:
                _done(sheet.write_string(row, column, cell, look))
        elif isinstance(cell, bool):
            _done(sheet.write_boolean(row, column, cell, look))
        elif isinstance(cell, datetime.date | datetime.time):
            _done(sheet.write_datetime(row, column, cell, look))
        elif cell is None:
            _done(sheet.write_blank(row, column, None, look) if is_shown else 0)
        else:
            _done(sheet.write_number(row, column, cell, look))

    def show(self, sheet: Any, row: int, column: int, there: str, cell: Any, look: Any) -> None:
        """A cell that shows what another one says, which is `cell` by now; an empty one shows nothing."""
        from xlsxwriter.worksheet import CellFormulaTuple

        if isinstance(cell, datetime.date | datetime.time):
            cell = sheet._convert_date_time(cell)
        known = _UNPRINTABLE.sub("", cell) if isinstance(cell, str) else "" if cell is None else cell
        _done(sheet.write_blank(row, column, None, look))
        # write_formula looks for some sixty functions in each formula, in names of sheets, too
        sheet.table[row][column] = CellFormulaTuple(f'IF({there}="","",{there})', look, known)

    def pictures(self, sheet: Any, row: int, column: int, shown: Sequence[Picture], room: tuple[float, float]) -> None:
        """Pictures side by side in a cell, above their names; they move with it. What no workbook shows is left out.

        Args:
            sheet, row, column: the cell.
            shown: the pictures, their bytes known.
            room: the width of the cell in characters, and its height in points.
        """
        from xlsxwriter.exceptions import UndefinedImageSize, UnsupportedImageFormat
        from xlsxwriter.image import Image

        across = (room[0] * 7 + 5 - 2 * _MARGIN) / max(len(shown), 1)
        names = "\n".join(str(picture["file"]) for picture in shown)
        down = max(room[1] - _LINE * lines_of(names, room[0]), room[1] / 2) * 4 / 3 - 2 * _MARGIN
        for number, picture in enumerate(shown):
            path = Path(self._folder.path, f"{picture['sha256']}.{picture.suffix}")
            if not path.exists():
                path.write_bytes(picture.data or b"")
            try:
                image = Image(str(path))
            except (UnsupportedImageFormat, UndefinedImageSize, struct.error, ValueError):
                continue
            wide, high = image.width * _DPI / image.x_dpi, image.height * _DPI / image.y_dpi
            scale = min(1.0, across / wide, down / high)
            at = {"x_offset": _MARGIN + round(number * across), "y_offset": _MARGIN, "object_position": 1}
            said = {"x_scale": scale, "y_scale": scale, "description": str(picture["file"])}
            _done(sheet.insert_image(row, column, image, at | said))

    def note(self, sheet: Any, row: int, column: int, text: str) -> None:
        """A note on a cell; to be given before the cells of any later row."""
        lines = sum(1 + width(line) // _NOTE_WIDE for line in text.split("\n"))
        size = {"width": 260, "height": min(400, 20 + 16 * lines), "font_size": 9, "author": "docfill"}
        _done(sheet.write_comment(row, column, text, size))

    def rule(self, sheet: Any, row: int, column: int, rule: dict[str, Any]) -> None:
        """What may be entered into the cells of a column, from a row on."""
        _done(sheet.data_validation(row, column, LAST_ROW, column, rule))

    def link(self, sheet: Any, row: int, column: int, cell: str | float, target: str) -> None:
        """A short text or a number that leads somewhere, as far as a sheet may have links; else as it is.

        LibreOffice makes one field of a text that leads somewhere, and cuts it where its line ends.  So a text that
        may be longer stands by itself, with a cell beside it that leads there.
        """
        kind = "" if isinstance(cell, str) else "-number"
        look = self.look(f"link{kind}", is_boxed=True)
        if self.lead(sheet, row, column, target, look, str(cell)):
            self.write(sheet, row, column, cell, look)
        else:
            self.write(sheet, row, column, None if cell == "" else cell, self.look(f"boxed{kind}"), is_shown=True)

    def lead(self, sheet: Any, row: int, column: int, target: str, look: Any, text: str, tip: str = "") -> bool:
        """Makes a cell lead somewhere, if the sheet may have one more link; whatever is written there next keeps it."""
        if not target:
            return False
        used = self._links.setdefault(sheet.get_name(), 0)
        if used >= _MOST_LINKS:
            return False
        self._links[sheet.get_name()] = used + 1
        _done(sheet.write_url(row, column, target, look, text, tip[:_LONGEST_TIP] or None))
        return True

    def choose_from(self, options: Sequence[str]) -> str:
        """Where a list of options stands, for a drop-down; those of a rule in the sheet itself are 255 letters."""
        if tuple(options) not in self._options:
            self._options.append(tuple(options))
        letter = letter_of(self._options.index(tuple(options)))
        return f"='{OPTIONS}'!${letter}$1:${letter}${len(options)}"

    def close(self) -> None:
        """Writes the options, which stand on a hidden sheet, and the file."""
        if self._options:
            sheet = self._added(OPTIONS)
            sheet.hide()
            for row in range(max(map(len, self._options))):
                for column, options in enumerate(self._options):
                    if row < len(options):
                        self.write(sheet, row, column, options[row], self.look("text"))
        try:
            self._finish()
        finally:
            self._folder.close()

    def _finish(self) -> None:
        """Writes the workbook to its file; OSError where the disk, or that of the temporary files, refuses."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.book.close()
        except (FileCreateError, OSError) as error:
            refused: OSError = error.args[0] if isinstance(error, FileCreateError) else error
            refused.filename = refused.filename or str(self._folder.path)
            raise refused from None
        finally:
            self._stream.close()


class Leading(NamedTuple):
    """A short text or a number that leads somewhere, as a cell of `draw_list`."""

    text: str | float
    target: str


class Marked(NamedTuple):
    """A text that wants to be looked at, as a cell of `draw_list`."""

    text: str


Cell = str | int | float | Leading | Marked | None


class Folded(list["Cell"]):
    """A row of a list that is folded below the row that explains it."""


FOLDED: Mapping[str, Any] = {"level": 1, "hidden": True}
"""How XlsxWriter folds a row."""


def draw_list(
    canvas: Canvas,
    name: str,
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Sequence[Cell]],
    upright: int = 0,
) -> None:
    """A sheet of one table: boxed, filtered, as high as its texts need, printed a page wide, its heads on each.

    Args:
        canvas: the workbook.
        name: of the sheet.
        heads: of the columns.
        widths: of the columns, in characters.
        rows: the cells of each row.
        upright: how many columns are printed, on upright pages, and make a row as high as it is; 0 for all, across.
    """
    sheet = canvas.sheet(name)
    sheet.outline_settings(symbols_below=False)
    chains = [(head,) for head in heads]
    number = first = draw_header(canvas, sheet, chains, chains, widths)
    for number, cells in enumerate(rows, first):
        check_room(number + 1)
        texts = [(_text_of(cell), wide) for cell, wide in zip(cells, widths, strict=True)][: upright or None]
        height = min(_HIGHEST, _LINE * max(lines_of(text, wide) for text, wide in texts))
        sheet.set_row(number, height, None, FOLDED if isinstance(cells, Folded) else None)
        for column, cell in enumerate(cells):
            draw_cell(canvas, sheet, number, column, cell)
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(0, first - 1)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(first - 1, 0, max(number, first), len(heads) - 1)
    if upright:
        sheet.set_portrait()
        sheet.print_area(0, 0, max(number, first), upright - 1)


def _text_of(cell: Cell) -> str:
    return "" if cell is None else str(cell[0] if isinstance(cell, Leading | Marked) else cell)


def draw_cell(canvas: Canvas, sheet: Any, row: int, column: int, cell: Cell) -> None:
    """A cell of a list in its look."""
    if isinstance(cell, Leading):
        canvas.link(sheet, row, column, cell.text, cell.target)
    elif isinstance(cell, int | float):
        canvas.write(sheet, row, column, cell, canvas.look("boxed-number"))
    else:
        text = _text_of(cell).encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
        is_marked = isinstance(cell, Marked) and bool(text)
        canvas.write(sheet, row, column, text or None, canvas.look("boxed", is_marked), is_shown=True)


def opening(target: str) -> Leading:
    """A cell that opens a file, beside its name; an empty one where no link may lead there."""
    return Leading(say("打开", "open") if target else "", target)


def link_beside(target: Path, source: str) -> str:
    """Where a Word file lies as seen from the file `target`; "" where a link could not say so.

    Names come from archives and workbooks of others, too: what is not there, a share (which is asked for as soon as
    anybody looks) and a program get no link.
    """
    if not source or "://" in source or "#" in source or source.startswith(("//", "\\\\")):
        return ""
    path = Path(source)
    if path.suffix.lower() not in files.WORD or (os.sep != "\\" and "\\" in source):
        return ""
    if not os.path.isfile(path):  # noqa: PTH113 (a name that is longer than any file's is no error here)
        return ""
    try:
        link = "external:" + Path(os.path.relpath(source, target.parent)).as_posix()
    except ValueError:  # another drive of Windows
        return ""
    return link if len(link) < _LONGEST_LINK else ""


def check_room(rows: int) -> None:
    """DocfillError where a sheet cannot have so many rows."""
    if rows > LAST_ROW + 1:
        raise DocfillError(
            f"一张工作表最多 {LAST_ROW + 1} 行，请改用 .csv、.jsonl 或 .parquet",
            f"a sheet has at most {LAST_ROW + 1} rows; use .csv, .jsonl or .parquet",
            "does-not-fit",
        )


def _done(code: int | None) -> None:
    """XlsxWriter says by a negative number that it left something out."""
    assert not code, code


def draw_header(
    canvas: Canvas,
    sheet: Any,
    chains: Sequence[tuple[str, ...]],
    titles: Sequence[tuple[str, ...]],
    widths: Sequence[float],
    breaks: Collection[int] = (),
) -> int:
    """Draws grouped headings, and returns the number of rows that they take.

    Args:
        canvas: the workbook.
        sheet: the sheet, of which nothing is written yet.
        chains: for each column, the steps that its groups are told by, outermost first.
        titles: the words for each of these steps.
        widths: the width of each column, in characters.
        breaks: the columns that begin a page in print, where a group's heading is said again.
    """
    depth = max(map(len, chains), default=1)
    heights = _heights_of(chains, titles, widths, breaks, depth)
    for level in range(depth):
        sheet.set_row(level, heights[level])
        for first, last in _groups(chains, level, breaks):
            chain = chains[first]
            is_leaf = len(chain) <= level + 1
            look = canvas.look("leaf" if is_leaf else "section" if level == 0 else "group")
            if len(chain) > level:
                canvas.write(sheet, level, first, titles[first][level], look)
                rows = depth - 1 if is_leaf else level
                # merge_range writes below the current row, which is gone to disk then; the list is all that it adds
                if rows > level or last > first:
                    sheet.merge.append([level, first, rows, last])
            for index in range(first if len(chain) <= level else first + 1, last + 1):
                _done(sheet.write_blank(level, index, None, look))
    for index, wide in enumerate(widths):
        sheet.set_column(index, index, wide, canvas.look("text"))
    return depth


def _heights_of(
    chains: Sequence[tuple[str, ...]],
    titles: Sequence[tuple[str, ...]],
    widths: Sequence[float],
    breaks: Collection[int],
    depth: int,
) -> list[float]:
    """How high the rows of headings are: those of groups as they need it; the last one as much as the last headings of
    columns, which reach down to it, need more than the rows that they begin in have.
    """
    heights = [0.0] * depth
    for is_leaf in (False, True):
        for level in range(depth):
            for first, last in _groups(chains, level, breaks):
                if len(chains[first]) <= level or is_leaf != (len(chains[first]) == level + 1):
                    continue
                need = _LINE * math.ceil(width(titles[first][level]) / (sum(widths[first : last + 1]) - 1)) + 3
                at, taken = (depth - 1, sum(heights[level:-1])) if is_leaf else (level, 0)
                heights[at] = min(_TALLEST, max(heights[at], need - taken, _LINE + 3))
    return heights


def _groups(chains: Sequence[tuple[str, ...]], level: int, breaks: Collection[int]) -> list[tuple[int, int]]:
    """The first and last column of each heading of a level; a column of its own where a heading is the last."""
    groups: list[tuple[int, int]] = []
    for index, chain in enumerate(chains):
        before = chains[index - 1] if index and index not in breaks else ()
        if groups and len(chain) > level + 1 < len(before) and before[: level + 1] == chain[: level + 1]:
            groups[-1] = groups[-1][0], index
        else:
            groups.append((index, index))
    return groups


def lines_of(text: str, wide: float) -> int:
    """How many lines a text takes in a column of so many characters."""
    room = max(1, int(wide) - 1)
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-width(line) // room)) for line in text.split("\n"))


def check_length(text: str, place: str) -> None:
    """DoesNotFit where a text is longer than a cell can hold."""
    if len(text) * 2 > LONGEST_CELL and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL:
        raise DoesNotFit(
            f"{place}：文字超过一个单元格的上限 {LONGEST_CELL} 字，请改用 .csv 或 .jsonl",
            f"{place}: the text is over the {LONGEST_CELL} characters that a cell can hold; use .csv or .jsonl",
            "does-not-fit",
        )
