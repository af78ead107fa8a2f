"""Writes compound files, and mails as Outlook saves them in one ([MS-CFB], [MS-OXMSG]), small enough for tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

SECTOR, SMALL, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = Mapping[str, "bytes | Tree"]
"""Streams and storages by name."""


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = FREE
    right: int = FREE
    start: int = END


def compound(tree: Tree) -> bytes:
    """A compound file; the entries of a storage hang in one line, as none needs to be found fast."""
    entries = [_Entry("Root Entry", 5)]

    def add(parent: int, inside: Tree) -> None:
        before = -1
        for name, content in inside.items():
            at = len(entries)
            is_stream = isinstance(content, bytes)
            entries.append(_Entry(name, 2 if is_stream else 1, content if isinstance(content, bytes) else b""))
            if before < 0:
                entries[parent].child = at
            else:
                entries[before].right = at
            before = at
            if not isinstance(content, bytes):
                add(at, content)

    add(0, tree)
    small, small_fat, sectors, fat = bytearray(), [], bytearray(), []

    def chained(count: int, table: list[int]) -> int:
        first = len(table)
        table += [*range(first + 1, first + count), END] if count else []
        return first if count else END

    def padded(data: bytes, to: int) -> bytes:
        return data + bytes(-len(data) % to)

    def stored(data: bytes) -> int:
        nonlocal sectors
        start = chained(-(-len(data) // SECTOR), fat)
        sectors += padded(data, SECTOR)
        return start

    for entry in entries[1:]:
        if entry.kind == 2 and len(entry.content) >= CUTOFF:
            entry.start = stored(entry.content)
        elif entry.kind == 2 and entry.content:
            entry.start = chained(-(-len(entry.content) // SMALL), small_fat)
            small += padded(entry.content, SMALL)
    entries[0].content = bytes(small)
    entries[0].start = stored(bytes(small))
    small_table = stored(struct.pack(f"<{len(small_fat)}L", *small_fat) if small_fat else b"")
    directory = stored(b"".join(map(_packed, entries)))
    count = 1
    while len(fat) + count > count * SECTOR // 4:
        count += 1
    first = len(fat)
    fat += [FAT] * count
    table = struct.pack(f"<{len(fat)}L", *fat).ljust(count * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xLLLLLLLLL",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        62, 3, 0xFFFE, 9, 6, 0, count, directory, 0, CUTOFF, small_table, bool(small_fat), END, 0,
    )  # fmt: skip
    header += struct.pack("<109L", *range(first, first + count), *[FREE] * (109 - count))
    return header + bytes(sectors) + table


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBLLL16xL16xLQ",
        name, len(name), entry.kind, 1, FREE, entry.right, entry.child, 0, entry.start, len(entry.content),
    )  # fmt: skip


def mail(attachments: Mapping[str, bytes | Tree], narrow: bool = False) -> Tree:
    """A mail with attachments, a tree being a mail itself; names in UTF-16, or in GBK where they are `narrow`."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": b"\0" * 10}
    for number, (name, content) in enumerate(attachments.items()):
        kind, written = ("001E", name.encode("gbk")) if narrow else ("001F", name.encode("utf-16-le"))
        inside: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(8), f"__substg1.0_3707{kind}": written}
        inside["__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    return tree


# --- winmail.dat ---

_IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def wrapped(attachments: Mapping[str, bytes | Mapping[str, object] | None], long: bool = True) -> bytes:
    """A winmail.dat with attachments: a mapping is a mail in it, None one that is not there.

    Args:
        attachments: by name.
        long: whether names are among the properties, in UTF-16; else they are titles in GBK.
    """
    made = struct.pack("<LH", 0x223E9F78, 1) + _attribute(1, 0x89006, b"\0\0\1\0")
    for name, content in attachments.items():
        made += _attribute(2, 0x69002, bytes(14))
        properties = [_property(0x0003, 0x3705, struct.pack("<L", 1))]
        if long:
            made += _attribute(2, 0x18010, b"ABCDEF~1.DOC\0")
            properties.append(_sized(0x001F, 0x3707, (name + "\0").encode("utf-16-le")))
        else:
            made += _attribute(2, 0x18010, name.encode("gbk") + b"\0")
        properties.append(  # one that has a name
            struct.pack("<HH", 0x001F, 0x8001) + bytes(16) + struct.pack("<LL", 1, 4) + b"a\0b\0" + _value(b"x\0")
        )
        if isinstance(content, bytes):
            made += _attribute(2, 0x6800F, content)
        elif content is not None:
            inner = wrapped(content, long)  # type: ignore[arg-type]
            properties.append(_sized(0x000D, 0x3701, _IID_MESSAGE + inner))
        made += _attribute(2, 0x69005, struct.pack("<L", len(properties)) + b"".join(properties))
    return made


def _attribute(level: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BLL", level, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, identifier: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, identifier) + value


def _sized(kind: int, identifier: int, value: bytes) -> bytes:
    return _property(kind, identifier, _value(value))


def _value(value: bytes) -> bytes:
    return struct.pack("<LL", 1, len(value)) + value + bytes(-len(value) % 4)
