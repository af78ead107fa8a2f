"""One door for every container: .docx, .xlsx, and zips of returned files (APPNOTE is PKWARE's, version 6.3.10).

The directory of a zip is checked before any member is unpacked: how many members
there are, how long their names, whether two share their bytes.  A member is
unpacked within the limits of size and ratio, whole or not at all: one that is
longer or shorter than it says, whose checksum differs, or that asks for a large
dictionary, is refused.  Nothing is ever written to where a name points.  Whether
a file has a password is told here, too, for zips as for compound files.
"""

from __future__ import annotations

import bz2
import functools
import io
import lzma
import os
import struct
import threading
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from docfill import limits
from docfill.problems import DocfillError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins ([MS-CFB] 2.2): .doc, .xls, .wps, and .docx and .xlsx with a password."""
SMALL = 2**20
"""Bytes up to which a member may be packed as tightly as it likes."""

_SHARED = 32
"""So many members are kept unpacked that files have alike, their styles say."""
_ENTRY = 500
"""Bytes of a member's entry in the directory, all in all; most are a quarter of that."""
_CENTRAL = b"PK\1\2"
_LOCAL_HEADER = 30
_ENCRYPTED, _ENDS_BY_MARK = 0x1, 0x2
_LARGEST_DICTIONARY = 2**26
_BROKEN = (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, EOFError)
_UNPACKABLE = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error)


class NoContainer(DocfillError):
    """These bytes are no zip at all."""


class Container:
    """A zip that is open for reading.

    Args:
        stream: the file; it can be read from any place, and is kept open until this is closed or forgotten.
        name: how messages call it.
        limit: the field of `Limits` that says how many members it may have.

    Raises:
        NoContainer: it is no zip, or its directory is damaged.
        DocfillError: it is over a limit, or members share their bytes.

    Attributes:
        members: the members, in the order of the directory.
    """

    def __init__(self, stream: IO[bytes], name: str, limit: str = "members") -> None:
        self.name = name
        self._stream = stream
        self._turn = threading.Lock()
        self.close = weakref.finalize(self, stream.close)
        most = getattr(limits.current(), limit)
        start, size = _directory(stream)
        # of an entry zipfile makes an object ten times as large
        if size > most * _ENTRY or _count(stream, start, size) > 2 * most:
            raise self._crowded(limit)
        try:
            with zipfile.ZipFile(stream) as archive:
                self.members = archive.infolist()
        except _BROKEN:
            raise NoContainer(
                f"{name}：不是压缩包，或已损坏", f"{name}: no zip file, or a damaged one", "corrupt"
            ) from None
        if len(self.members) > most:
            raise self._crowded(limit)
        self._check()

    def _crowded(self, limit: str) -> DocfillError:
        return limits.exceeded(self.name, "压缩包成员过多", "too many members in the package", limit)

    def _check(self) -> None:
        longest = limits.current().name
        if any(len(info.filename) > longest for info in self.members):
            raise limits.exceeded(self.name, "成员名过长", "the name of a member is too long", "name")
        length = self._stream.seek(0, os.SEEK_END)
        end = 0
        for info in sorted(self.members, key=lambda i: i.header_offset):
            begin, end = end, info.header_offset + _LOCAL_HEADER + len(info.filename) + info.compress_size
            if info.header_offset < begin or end > length:
                raise DocfillError(
                    f"{self.name}：压缩包已损坏，成员互相重叠或超出文件（{info.filename[:80]}），不予读取",
                    f"{self.name}: the package is damaged, members overlap or reach beyond its end "
                    f"({info.filename[:80]}), so it is not read",
                    "unsafe",
                )

    def packed(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a member as they stand in the container (local header: APPNOTE 4.3.7)."""
        with self._turn:
            self._stream.seek(info.header_offset + 26)
            lengths = self._stream.read(4)
            if len(lengths) < 4:
                return b""
            self._stream.seek(sum(struct.unpack("<HH", lengths)), os.SEEK_CUR)
            return self._stream.read(info.compress_size)

    def opened(self, info: zipfile.ZipInfo, name: str, limit: str) -> IO[bytes]:
        """A member's content, unpacked as it is read.

        Args:
            info: one of `members`.
            name: how messages call the member.
            limit: the field of `Limits` that says how many bytes it may have.

        Raises:
            DocfillError: it is too large or packed too tightly; also later, once it turns out to be damaged.
        """
        return io.BufferedReader(_Chunks(self._content(info, name, limit)), SMALL)

    def read(self, info: zipfile.ZipInfo, name: str, limit: str) -> bytes:
        """A member's content, whole; DocfillError as `opened`."""
        return b"".join(self._content(info, name, limit))

    def shared(self, info: zipfile.ZipInfo, name: str, limit: str) -> bytes:
        """As `read`, of a small member that many files have alike: unpacked once for those with the same bytes."""
        if info.file_size > SMALL:
            return self.read(info, name, limit)
        self._let_in(info, name, limit)
        whole = _whole(self.packed(info), info.compress_type, info.flag_bits, info.file_size, info.CRC)
        if whole is None:
            raise damaged(name)
        return whole

    def _content(self, info: zipfile.ZipInfo, name: str, limit: str) -> Iterator[bytes]:
        self._let_in(info, name, limit)
        return _unpacked(info, self.packed(info), name)

    def _let_in(self, info: zipfile.ZipInfo, name: str, limit: str) -> None:
        """Nothing, where a member may be unpacked; DocfillError where it is too large, too tight or encrypted."""
        bound = limits.current()
        if max(info.file_size, info.compress_size) > getattr(bound, limit):
            raise limits.exceeded(name, "解压后过大", "too large unpacked", limit)
        if info.file_size > max(SMALL, bound.ratio * info.compress_size):
            raise limits.exceeded(name, "压缩比异常", "packed far too tightly", "ratio")
        if is_encrypted(info):
            raise encrypted(name)


class _Chunks(io.RawIOBase):
    """What an iterator gives, as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _unpacked(info: zipfile.ZipInfo, packed: bytes, name: str) -> Iterator[bytes]:
    """The content of a member, bit by bit; DocfillError as soon as it is not what the directory says of it."""
    left, checksum = info.file_size, 0
    try:
        for chunk in _inflated(info, packed):
            left -= len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if left < 0:
                break
            yield chunk
    except _UNPACKABLE:
        raise damaged(name) from None
    if left != 0 or checksum != info.CRC:
        raise damaged(name)


@functools.lru_cache(maxsize=_SHARED)
def _whole(packed: bytes, method: int, flags: int, size: int, crc: int) -> bytes | None:
    """The content of a member that is packed so; None where it is not what the directory says of it."""
    info = zipfile.ZipInfo()
    info.compress_type, info.flag_bits, info.file_size, info.CRC = method, flags, size, crc
    try:
        return b"".join(_unpacked(info, packed, ""))
    except DocfillError:
        return None


def _inflated(info: zipfile.ZipInfo, packed: bytes) -> Iterator[bytes]:
    """What a member unpacks to, bit by bit, whatever it is declared to be; ValueError for an unknown method."""
    if info.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-15)
        while chunk := inflate.decompress(packed, SMALL):
            yield chunk
            packed = inflate.unconsumed_tail
        if not inflate.eof:
            raise EOFError
    elif info.compress_type == zipfile.ZIP_BZIP2:
        yield from _drawn(bz2.BZ2Decompressor(), packed)
    elif info.compress_type == zipfile.ZIP_LZMA:
        left = info.file_size
        for chunk in _drawn(_lzma(packed), packed[9:]):
            # without an end mark the member is over where its declared size is (APPNOTE 5.8.9)
            yield chunk if info.flag_bits & _ENDS_BY_MARK else chunk[:left]
            left -= len(chunk)
            if left <= 0 and not info.flag_bits & _ENDS_BY_MARK:
                break
    else:
        raise ValueError(info.compress_type)


def _drawn(unpack: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes) -> Iterator[bytes]:
    while not unpack.eof:
        chunk = unpack.decompress(packed, SMALL)
        if chunk:
            yield chunk
        elif unpack.needs_input:
            raise EOFError
        packed = b""


def _lzma(packed: bytes) -> lzma.LZMADecompressor:
    """What unpacks an LZMA member, by the properties that stand before it (APPNOTE 5.8.8)."""
    code, dictionary = struct.unpack_from("<BL", packed, 4)
    if dictionary > _LARGEST_DICTIONARY:
        raise ValueError(dictionary)
    known = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary}
    shape = {"lc": code % 9, "lp": code // 9 % 5, "pb": code // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[known | shape])


def damaged(name: str) -> DocfillError:
    """That a member is not what the directory says of it."""
    return DocfillError(
        f"{name} 部分已损坏，或压缩方式不能识别，无法读取",
        f"{name}: this part is damaged, or packed in an unknown way",
        "corrupt",
    )


def _directory(stream: IO[bytes]) -> tuple[int, int]:
    """Where a zip's directory begins, and its bytes (APPNOTE 4.3.14 and 4.3.16); (0, 0) where there can be none."""
    end = stream.seek(0, os.SEEK_END)
    start = stream.seek(max(end - 22 - 0xFFFF - 76, 0))
    tail = stream.read()
    # zipfile looks for a record without a comment first, and so must this
    at = len(tail) - 22 if tail[-22:-18] == b"PK\5\6" and tail[-2:] == b"\0\0" else tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        return 0, 0
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\6\7":
        at -= 76
        (size,) = struct.unpack_from("<Q", tail, at + 40)
    return (start + at - size, size) if size <= start + at else (0, 0)


def _count(stream: IO[bytes], start: int, size: int) -> int:
    stream.seek(start)
    return stream.read(size).count(_CENTRAL)


# --- compound files, and passwords ---


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether a member of a zip has a password (APPNOTE 4.4.4, bit 0)."""
    return bool(info.flag_bits & _ENCRYPTED)


def stream_of(data: bytes, name: str) -> int | None:
    """Where a large stream of a compound file begins; None if there is no such stream.

    Found by its directory entry, which is 128 bytes long, at a multiple of that ([MS-CFB] 2.6.1).
    """
    wanted = f"{name}\0".encode("utf-16-le")
    at = data.find(wanted)
    while 0 <= at <= len(data) - 128:
        if at % 128 == 0 and data[at + 64] == len(wanted):
            sector = int.from_bytes(data[at + 116 : at + 120], "little")
            return (sector + 1) << (data[30] & 15)
        at = data.find(wanted, at + 1)
    return None


def has_password(data: bytes) -> bool:
    """Whether a compound file is encrypted: a .docx or .xlsx in it ([MS-OFFCRYPTO] 2.3.2), or the .doc that it is."""
    if not data.startswith(OLE):
        return False
    if stream_of(data, "EncryptedPackage") is not None:
        return True
    start = stream_of(data, "WordDocument")
    # fEncrypted of the FibBase, which stands in the clear even then ([MS-DOC] 2.5.2)
    return start is not None and bool(data[start + 11 : start + 12]) and bool(data[start + 11] & 1)


def encrypted(name: str) -> DocfillError:
    """That a file has a password, with the next step."""
    return DocfillError(
        f"{name}：文件已加密，请取消密码后重新保存",
        f"{name}: the file is encrypted; save it again without a password",
        "encrypted",
    )
