"""The pictures of results as files: each named by its record and field, its bytes as they were in the document."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docfill import files, remote
from docfill.batch.work import save
from docfill.extract import Result
from docfill.pictures import Picture


def kept(result: Result, folder: str, stem: str, under: str = "", is_new: bool = False) -> Result:
    """A result whose pictures are files now, called in its data as they are found from the folder.

    Args:
        result: what was read.
        folder: where the data go, a path or URL.
        stem: what the record is called.
        under: a folder in that one for the pictures, whose names tell what is in them.
        is_new: whether no file may be replaced.

    Raises:
        OSError: the disk takes no file.
        DocfillError: a storage does not, or another file is in the way.
    """
    taken: list[tuple[str, bytes]] = []
    data = _called(result.data, (stem,), under, taken)
    for name, content in taken:
        target = posixpath.join(folder, name) if folder else name
        if not remote.is_url(target):
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        save(target, content, is_resumed=bool(under), is_new=is_new)
    return replace(result, data=data) if taken else result


def _called(value: Any, steps: tuple[str, ...], under: str, taken: list[tuple[str, bytes]]) -> Any:
    if isinstance(value, Picture):
        if value.data is None:
            return value
        own = f"-{value['sha256'][:8]}" if under else ""  # two records of one file may have one name
        name = posixpath.join(under, f"{files.safe_name('-'.join(steps))}{own}.{value.suffix}")
        taken.append((name, value.data))
        return value.called(name)
    if isinstance(value, dict):
        return dict(_inside(value, steps, under, taken))
    if isinstance(value, list):
        return [_called(one, (*steps, str(number)), under, taken) for number, one in enumerate(value, 1)]
    return value


def _inside(
    value: dict[str, Any], steps: tuple[str, ...], under: str, taken: list[tuple[str, bytes]]
) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        yield key, _called(inner, (*steps, key), under, taken)
