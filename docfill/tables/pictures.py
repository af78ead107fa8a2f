"""Pictures that data name: files beside the data, opened nowhere else.

A name in a data file leads to a file in the folder of the data, or below it: data may
come from strangers, and their names must not reach other files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from docfill import limits
from docfill.fields import Field
from docfill.pictures import picture_from
from docfill.problems import DocfillError, Problem, Said
from docfill.tables.rows import Record


def with_pictures(records: Iterator[Record], fields: Sequence[Field], data: Path) -> Iterator[Record]:
    """Records in which the names of pictures have become the pictures; what can't be had is a problem of its record."""
    opened = _beside(data.parent)
    for record in records:
        if isinstance(record.data, dict):
            _resolve(record.data, fields, "", opened, record.problems)
        yield record


def has_pictures(fields: Sequence[Field]) -> bool:
    """Whether any field is a picture, in repeated records, too."""
    return any(f.kind.is_drawn or has_pictures(f.fields) for f in fields)


def _resolve(
    data: dict[str, Any], fields: Sequence[Field], before: str, opened: Callable[[str], bytes], problems: list[Problem]
) -> None:
    for f in fields:
        *groups, last = f.steps
        node: Any = data
        for group in groups:
            node = node.get(group) if isinstance(node, dict) else None
        value = node.get(last) if isinstance(node, dict) else None
        path = before + f.path
        if f.kind.has_records and isinstance(value, list):
            for number, row in enumerate(value):
                if isinstance(row, dict):
                    _resolve(row, f.fields, f"{path}[{number}].", opened, problems)
        elif f.kind.is_drawn and value:
            try:
                is_list = isinstance(value, list)
                found = [picture_from(one, opened) or one for one in (value if is_list else [value])]
                node[last] = found if is_list else found[0]
            except DocfillError as error:
                problems.append(Problem("bad-picture", path, None, Said(error.zh, error.en), f.place))
                node[last] = None


def _beside(folder: Path) -> Callable[[str], bytes]:
    """What opens files of a folder by their names; DocfillError for those that are not in it."""
    home = folder.resolve()

    def opened(name: str) -> bytes:
        path = (home / name).resolve()
        if not path.is_relative_to(home) or not path.is_file():
            raise DocfillError(
                f"{name}：数据所在的文件夹里没有这个文件", f"{name}: no such file beside the data", "not-found"
            )
        if path.stat().st_size > limits.current().picture:
            raise limits.exceeded(name, "图片过大", "the picture is too large", "picture")
        return path.read_bytes()

    return opened
