"""Names out of a spreadsheet: the column that most looks like names, its heading left out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docfill.problems import DocfillError
from docfill.tables.cell import words_of
from docfill.tables.load import open_book

_MOST = 20_000
_HEADING = re.compile(r".*(?:名称|名单|单位|企业|姓名|对象|name).*", re.I)
_TITLE_LENGTH = 12


def names_in(path: str, name: str) -> list[str]:
    """The names in a .xlsx, .xls, .csv or .txt, in their order; DocfillError where there are none."""
    rows = _text_rows(Path(path)) if name.lower().endswith((".csv", ".txt")) else _book_rows(Path(path))
    width = max((len(row) for row in rows), default=0)
    columns = [[_shown(row[n]) if n < len(row) else "" for row in rows] for n in range(width)]
    best = max(columns, key=_likeness, default=[])
    names = [text for text in best if text] if _likeness(best) else []
    if names and len(names[0]) <= _TITLE_LENGTH and _HEADING.fullmatch(names[0]) and len(names) > 1:
        names = names[1:]
    if not names:
        raise DocfillError(f"{name}：没有找到名称", f"{name}: holds no names")
    return list(dict.fromkeys(names))


def _likeness(column: Sequence[str]) -> int:
    """How many different texts a column has that are no numbers."""
    return len({text for text in column if text and not re.fullmatch(r"[\d\s.,:/年月日-]+", text)})


def _shown(value: Any) -> str:
    return words_of(value).strip()


def _book_rows(path: Path) -> list[list[Any]]:
    book = open_book(path)
    try:
        return [cells for number, cells in book.rows(book.sheets[0]) if number <= _MOST]
    finally:
        book.close()


def _text_rows(path: Path) -> list[list[Any]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding))))[:_MOST]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise DocfillError("不是文字文件", "not a text file")
