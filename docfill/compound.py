"""Streams of a compound file ([MS-CFB]), what .doc and Outlook's .msg are: read by olefile, within the file's own size.

olefile makes room for tables as they are said to be, and unpacks sectors that are shared, or follow themselves, again
and again; so what a file says of itself is held against its size first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

Streams = Mapping[tuple[str, ...], bytes]
"""The streams of a compound file by path."""
_SECTOR, _TABLES = 30, (44, 64, 72)
"""Where the header of a compound file says how large a sector is, as a power of two, and how many each of its tables
has ([MS-CFB] 2.2)."""


def streams_of(data: bytes, is_wanted: Callable[[tuple[str, ...]], bool]) -> Streams:
    """The streams that are wanted, by path.

    Raises:
        ValueError: the file is damaged, or says that it holds more than its own size.
    """
    from olefile import OleFileIO

    if not _has_room_for_its_tables(data):
        raise ValueError("tables larger than the file")
    try:
        with OleFileIO(io.BytesIO(data)) as compound:  # of few bytes olefile takes a path
            wanted = [tuple(path) for path in compound.listdir() if is_wanted(tuple(path))]
            if max(compound.root.size, sum(compound.get_size(list(path)) for path in wanted)) > len(data):
                raise ValueError("streams larger than the file")
            return {path: compound.openstream(list(path)).read() for path in wanted}
    except ValueError:
        raise
    except Exception as error:  # olefile raises whatever the damage leads to
        raise ValueError("a damaged compound file") from error


def _has_room_for_its_tables(data: bytes) -> bool:
    """Whether a compound file is as large as its tables are said to be."""
    sector = 1 << min(int.from_bytes(data[_SECTOR : _SECTOR + 2], "little"), 16)
    return all(int.from_bytes(data[at : at + 4], "little") * sector <= len(data) for at in _TABLES)
