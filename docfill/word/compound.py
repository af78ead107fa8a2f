"""Streams of a compound file ([MS-CFB]), by their names at its root: of .doc, what Word keeps its words in.

A chain of sectors that is longer than the file, or leaves it, is damage: then there is no such stream.
"""

from __future__ import annotations

import struct

from docfill import limits

_SHIFT, _SMALL_SHIFT, _DIRECTORY, _CUTOFF, _SMALL_TABLE, _MORE = 30, 32, 48, 56, 60, 68
"""Where the header says how large sectors are and small ones, as powers of two, and where begin the directory, what is
too large for small sectors, their table, and what is listed of the large one's table beyond the header (2.2)."""
_LISTED, _IN_HEADER = 76, 109
_ENTRY, _NAME, _START, _ROOT = 128, 64, 116, 5
_LAST_SECTOR = 0xFFFFFFFA


class Compound:
    """The streams of a compound file; ValueError where it is damaged."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << min(_number(data, _SHIFT, 2), 16)
        self._table = self._listed()
        directory = self._chained(_number(data, _DIRECTORY), self._table, self._size, data, self._size)
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        self._entries = {e[: max(0, _number(e, _NAME, 2) - 2)].decode("utf-16-le", "replace"): e for e in entries}
        root = next((e for e in entries if e[_NAME + 2] == _ROOT), b"\0" * _ENTRY)
        self._root = _number(root, _START)

    def stream(self, name: str) -> bytes:
        """What a stream holds; b"" where there is none of the name."""
        entry = self._entries.get(name)
        if entry is None:
            return b""
        start, size = _number(entry, _START), _number(entry, _START + 4)
        if size >= _number(self._data, _CUTOFF):
            return self._chained(start, self._table, self._size, self._data, self._size)[:size]
        held = self._chained(self._root, self._table, self._size, self._data, self._size)
        table = self._chained(_number(self._data, _SMALL_TABLE), self._table, self._size, self._data, self._size)
        small = 1 << min(_number(self._data, _SMALL_SHIFT, 2), 16)
        return self._chained(start, _numbers(table), small, held, 0)[:size]

    def _listed(self) -> tuple[int, ...]:
        """The table that says which sector goes on in which."""
        data, count = self._data, len(self._data) // self._size
        sectors = [*_numbers(data[_LISTED : _LISTED + 4 * _IN_HEADER])]
        more = _number(data, _MORE)
        while more < _LAST_SECTOR and len(sectors) <= count:
            said = _numbers(self._sector(data, more, self._size, self._size))
            sectors += said[:-1]
            more = said[-1]
        own = [s for s in sectors if s < _LAST_SECTOR][:count]
        return _numbers(b"".join(self._sector(data, s, self._size, self._size) for s in own))

    def _chained(self, start: int, table: tuple[int, ...], size: int, data: bytes, skipped: int) -> bytes:
        """What the sectors of a chain hold, one behind another."""
        parts: list[bytes] = []
        while start < _LAST_SECTOR:
            if len(parts) * size > len(data):
                raise ValueError("a chain of sectors that follows itself")
            parts.append(self._sector(data, start, size, skipped))
            start = table[start]
        limits.spend(len(parts))
        return b"".join(parts)

    def _sector(self, data: bytes, number: int, size: int, skipped: int) -> bytes:
        at = skipped + number * size
        if at >= len(data):
            raise ValueError("a sector beyond the end")
        return data[at : at + size].ljust(size, b"\0")


def _number(data: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
