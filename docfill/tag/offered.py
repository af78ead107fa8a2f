"""Cells to tick behind the options of a kind, in a row of a table: 题目类型 | 硬件设计 | | 软件设计 | | 其它 | |.

The label of the row asks of what kind something is, and each option has one empty cell behind it.  What else has such
rows asks for a value with each label: 联系方式 | 电话 | | 邮箱 | |.
"""

from __future__ import annotations

from collections.abc import Sequence

from docfill import late
from docfill.tag import words
from docfill.tag.asked import Asked
from docfill.tag.cells import is_empty, squeezed
from docfill.tag.grid import GridRow
from docfill.word.document import Cell

_ASKS_KIND = late.pattern(
    r"(?:类[型别]|种类|性质|来源|去向|层次|形式|[报申]名方式|性别|与否)(?:[（(][^（()）]*[)）])?[：:]?"
)
"""What a label ends with whose answer is one of some options."""
_ASKS_VALUE = late.pattern(
    r"(?:[名编]称|[编账证学]?号码?|时间|日期|年[度份月]|[数量]|[金数]额|[经费]费|比例|率|人|情况|说明|来源|单位|[类级]别|得?分)[：:]?$"
)
"""What ends with so is a label of its own."""
_LEAST, _OPTION = 2, 12
"""Options of a row, at least, and the characters of one at most."""


def offered_in(rows: Sequence[GridRow]) -> dict[tuple[int, int], Asked]:
    """The empty cells of a table that stand behind the options of a kind, by row and column."""
    found: dict[tuple[int, int], Asked] = {}
    for number, row in enumerate(rows):
        first, *others = row.row.cells
        said = squeezed(first.text)
        asks = _ASKS_KIND.search(said)
        if asks is None or asks.end() < len(said) or any(c.continues for c in row.row.cells):
            continue
        options, boxes = others[::2], others[1::2]
        is_whole = len(options) == len(boxes) >= _LEAST and all(map(is_empty, boxes)) and all(map(_is_option, options))
        if is_whole and len({squeezed(c.text) for c in options}) == len(options):
            found.update(
                {(number, b.column): Asked(said, o.text.strip(), number) for o, b in zip(options, boxes, strict=True)}
            )
    return found


def _is_option(cell: Cell) -> bool:
    """Whether a cell is a word that may be chosen, and asks for nothing itself."""
    said = squeezed(cell.text)
    is_short = 0 < len(said) <= _OPTION and words.is_title(said) and said[-1] not in "：:?？"
    return is_short and words.ASKED.search(said) is None and _ASKS_VALUE.search(said) is None
