"""Pictures that data name: files beside the data, opened nowhere else; and those that a workbook shows.

A name in a data file leads to a file in the folder of the data, or below it: data may
come from strangers, and their names must not reach other files.  Data that are in
memory have nothing beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from docfill import files, limits
from docfill.fields import Field
from docfill.pictures import Picture, picture_from
from docfill.problems import DocfillError, Problem, Said
from docfill.tables.rows import Record


def with_pictures(records: Iterator[Record], fields: Sequence[Field], data: Path) -> Iterator[Record]:
    """Records in which the names of pictures have become the pictures; what can't be had is a problem of its record."""
    opened = beside(None if isinstance(data, files.Held) else data.parent)
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


def beside(folder: Path | None) -> Callable[[str], bytes]:
    """What opens files of a folder by their names; DocfillError for what is not in it; `None` has nothing."""
    home = folder.resolve() if folder is not None else None

    def opened(name: str) -> bytes:
        path = (home / name).resolve() if home is not None else None
        if home is None or path is None or not path.is_relative_to(home) or not path.is_file():
            raise DocfillError(
                f"{name}：数据所在的文件夹里没有这个文件", f"{name}: no such file beside the data", "not-found"
            )
        return limits.bytes_of(path, name, "picture")

    return opened


class Gallery:
    """The pictures of records that a workbook is written of.

    Args:
        opened: gives the bytes of a picture's file by its name; None where only those with their bytes are shown.
    """

    def __init__(self, opened: Callable[[str], bytes] | None) -> None:
        self._opened = opened

    def pictures(self, f: Field, value: Any) -> list[Picture]:
        """The pictures of a value that can be had, each the one that was read."""
        if not f.kind.is_drawn or not value:
            return []
        listed = value if isinstance(value, list) else [value]
        return [picture for one in listed if (picture := self._picture(one)) is not None]

    def _picture(self, value: Any) -> Picture | None:
        try:
            picture = picture_from(value, self._opened)
        except DocfillError:
            return None
        return picture if picture is not None and picture == value else None
