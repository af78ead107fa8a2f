"""Layout: the paper of a section, and the grid of a table with its widths, merges, borders and shades.

A vertical merge is drawn as one cell where its lower parts show nothing; where
one holds text, which Word hides, it stays a cell of its own, so that no text is
lost or moved.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice

from lxml import etree

from docfill.view import looks
from docfill.view.looks import Look
from docfill.view.properties import Properties, flat
from docfill.view.sheet import integer, points
from docfill.word.document import Cell, Element, Table
from docfill.word.xml import W

_A4 = (11906, 16838)
_MARGINS = {"top": 1440, "right": 1800, "bottom": 1440, "left": 1800}
_ALIGNED = {"center": "middle", "bottom": "bottom"}
_PADDING = {"left": 108, "right": 108}
_EDGES = ("top", "right", "bottom", "left")


class Page:
    """The paper of one section (w:sectPr); A4 with Word's margins where nothing is said."""

    def __init__(self, section: Element | None) -> None:
        said = flat(section)
        self.width = integer(said.get("pgSz.w"), 2000, 31680) or _A4[0]
        self.height = integer(said.get("pgSz.h"), 2000, 31680) or _A4[1]
        self.margins = {
            edge: abs(given) if (given := integer(said.get(f"pgMar.{edge}"))) is not None else usual
            for edge, usual in _MARGINS.items()
        }
        is_snapped = said.get("docGrid.type") in ("lines", "linesAndChars", "snapToChars")
        self.pitch = (integer(said.get("docGrid.linePitch"), 100, 2000) or 0) if is_snapped else 0

    @property
    def look(self) -> Look:
        """Its measures."""
        inner = self.width - self.margins["left"] - self.margins["right"]
        sides = " ".join(points(self.margins[e]) for e in _EDGES)
        if inner < 1000:
            sides = "36pt"
        return (f"width:{points(self.width)}", f"min-height:{points(self.height)}", f"padding:{sides}")


class Grid:
    """A table's columns and cells.

    Args:
        table: the table.
        settings: what holds for it, its style's settings included.
    """

    def __init__(self, table: Table, settings: Properties) -> None:
        self._table, self._settings = table, settings
        self._columns = max((c.column + c.span for row in table.rows for c in row.cells), default=0)
        self._tall: dict[tuple[int, int], int] = {}
        self._covered: set[tuple[int, int]] = set()
        self._looks: dict[tuple[object, ...], Look] = {}
        self._merge()

    def _merge(self) -> None:
        """Works the merges out from the last row up."""
        below: dict[int, int] = {}
        for number in range(len(self._table.rows) - 1, -1, -1):
            now: dict[int, int] = {}
            for cell in self._table.rows[number].cells:
                tall = 1 + below.get(cell.column, 0)
                if cell.continues and number and self._goes_on(number, cell):
                    now[cell.column] = tall
                    self._covered.add((number, cell.column))
                else:
                    self._tall[number, cell.column] = tall
            below = now

    def _goes_on(self, number: int, cell: Cell) -> bool:
        """Whether a lower part of a merge shows nothing, and a cell as wide stands above it."""
        if any(not hasattr(b, "text") or b.text for b in cell.blocks):
            return False
        above = self._by_column[number - 1].get(cell.column)
        return above is not None and above.span == cell.span

    @cached_property
    def _by_column(self) -> list[dict[int, Cell]]:
        return [{c.column: c for c in row.cells} for row in self._table.rows]

    def is_covered(self, number: int, column: int) -> bool:
        """Whether a cell is drawn as part of the one above it."""
        return (number, column) in self._covered

    def height(self, number: int, column: int) -> int:
        """How many rows a cell takes."""
        return self._tall.get((number, column), 1)

    @cached_property
    def widths(self) -> list[int]:
        """The widths of the columns in twips; none where they are not known."""
        grid = self._table.element.find(W + "tblGrid")
        columns = () if grid is None else islice(grid.iterfind(W + "gridCol"), self._columns)
        said = [integer(e.get(W + "w"), 0) or 0 for e in columns]
        if len(said) < self._columns or not all(said[: self._columns]):
            said = self._from_cells()
        return said[: min(self._columns, 1000)] if all(said) else []

    def _from_cells(self) -> list[int]:
        """The widths that cells of one column say themselves."""
        widths = [0] * self._columns
        for row in self._table.rows:
            for cell in row.cells:
                if cell.span == 1 and not widths[cell.column]:
                    widths[cell.column] = integer(flat(cell.element.find(W + "tcPr")).get("tcW.w"), 0) or 0
        return widths

    @property
    def look(self) -> Look:
        """Where the table stands and how wide it is."""
        look = ["table-layout:fixed"] if self.widths else []
        kind, width = self._settings.get("tblW.type", "auto"), integer(self._settings.get("tblW.w", "").rstrip("%"))
        if kind == "pct" and width and width > 0:
            share = width if self._settings["tblW.w"].endswith("%") else width / 50
            look.append(f"width:{min(share, 100):g}%")
        elif self.widths:
            look.append(f"width:{points(sum(self.widths))}")
        if self._settings.get("jc") == "center" or self._settings.get("tblpPr.tblpXSpec") == "center":
            look.append("margin-left:auto;margin-right:auto")
        elif self._settings.get("jc") in ("right", "end"):
            look.append("margin-left:auto")
        elif indent := integer(self._settings.get("tblInd.w")):
            look.append(f"margin-left:{points(indent)}")
        else:
            look.append(f"margin-left:-{points(self._padding('left'))}")
        return tuple(look)

    def _padding(self, edge: str) -> int:
        name = looks.edge_named(self._settings, "tblCellMar", edge)
        said = integer(self._settings.get(f"{name}.w"), 0, 2000)
        return _PADDING.get(edge, 0) if said is None else said

    @cached_property
    def _edges(self) -> dict[str, str]:
        """The table's own borders by name."""
        names = {e: looks.edge_named(self._settings, "tblBorders", e) for e in _EDGES}
        names |= {e: f"tblBorders.{e}" for e in ("insideH", "insideV")}
        return {e: looks.border(self._settings, name) for e, name in names.items()}

    def cell_look(self, number: int, cell: Cell, tall: int) -> Look:
        """How a cell of the row with this number looks."""
        last = self._by_column[number + tall - 1].get(cell.column) if tall > 1 else None
        outer = (
            number == 0,
            cell.column + cell.span >= self._columns,
            number + tall >= len(self._table.rows),
            cell.column == 0,
        )
        own = cell.element.find(W + "tcPr")
        lower = own if last is None else last.element.find(W + "tcPr")
        key = (*outer, *(b"" if p is None else etree.tostring(p, with_tail=False) for p in (own, lower)))
        if key not in self._looks:
            self._looks[key] = self._look(flat(own), flat(lower), outer)
        return self._looks[key]

    def _look(self, own: Properties, lower: Properties, outer: tuple[bool, ...]) -> Look:
        """How a cell looks whose lowest part has the settings `lower`, at these outer edges of the table."""
        is_outer = dict(zip(_EDGES, outer, strict=True))
        look = []
        for edge in _EDGES:
            said = lower if edge == "bottom" else own
            name = looks.edge_named(said, "tcBorders", edge)
            inner = "insideH" if edge in ("top", "bottom") else "insideV"
            drawn = (
                looks.border(said, name)
                if looks.has_border(said, name)
                else self._edges[edge if is_outer[edge] else inner]
            )
            look.append(f"border-{edge}:{drawn or 'none'}")
        look.append("padding:" + " ".join(points(self._cell_padding(own, e)) for e in _EDGES))
        if aligned := _ALIGNED.get(own.get("vAlign", "")):
            look.append(f"vertical-align:{aligned}")
        if behind := looks.shade(own):
            look.append(f"background-color:{behind}")
        if own.get("textDirection", "").startswith(("tbRl", "tbLrV", "rl")):
            look.append("writing-mode:vertical-rl")
        return tuple(look)

    def _cell_padding(self, own: Properties, edge: str) -> int:
        said = integer(own.get(f"{looks.edge_named(own, 'tcMar', edge)}.w"), 0, 2000)
        return self._padding(edge) if said is None else said
