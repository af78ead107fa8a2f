"""The .docx as a package of parts (ECMA-376 part 2): read any, write back what was not touched as it was.

`Package` opens bytes within limits, a zip or the one XML file that Word calls
flat, and finds the main document part by its relationship, whatever its name.
`Writer` holds one package whose other members are copied as the compressed bytes
they are, so a file made from a template differs from it only in the parts that
were given, and the same parts give the same bytes (law 7).
"""

from __future__ import annotations

import base64
import binascii
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

from docfill.problems import DocfillError
from docfill.word import xml

MAX_MEMBERS = 2_000
MAX_PART = 256 * 2**20
MAX_TOTAL = 512 * 2**20

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins ([MS-CFB] 2.2): .doc, .wps, and .docx with a password."""
HEAD = 4096
"""So many bytes at the beginning of an XML file are looked at to tell what it is."""

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_PART_NAME = re.compile(r"(?:/[^/\\]{1,250}){1,20}")
_DATE = (1980, 1, 1, 0, 0, 0)


def contents(source: str | Path | bytes, name: str | None = None) -> tuple[bytes, str]:
    """The bytes of a file, or those given, and how messages call them; DocfillError where it cannot be read."""
    if isinstance(source, bytes):
        return source, name or "document.docx"
    path = Path(source)
    try:
        return path.read_bytes(), name or path.name
    except IsADirectoryError:
        raise DocfillError(f"{path} 是文件夹，不是文件", f"{path} is a folder, not a file") from None
    except OSError as error:
        raise DocfillError(f"无法读取 {path}（{error.strerror}）", f"cannot read {path} ({error.strerror})") from None


def encrypted(name: str) -> DocfillError:
    """That a file has a password, with the next step."""
    return DocfillError(
        f"{name}：文件已加密，请取消密码后重新保存",
        f"{name}: the file is encrypted; save it again without a password",
    )


def _refuse(data: bytes, name: str) -> DocfillError:
    """Why these bytes are no package, with the next step."""
    own = name.replace("\\", "/").rpartition("/")[2]
    if own.startswith("~$") or (own.startswith(".~lock.") and own.endswith("#")):
        return DocfillError(
            f"{name}：这是 Word、WPS 或 LibreOffice 打开文件时的临时锁文件，不是表；请改用同名的正式文件",
            f"{name}: this is the lock file that Word, WPS or LibreOffice keeps beside an open file; "
            "name the file itself",
        )
    if not data:
        return DocfillError(f"{name}：文件是空的（0 字节）", f"{name}: the file is empty (0 bytes)")
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return encrypted(name)
        return DocfillError(
            f"{name}：这是 Word 97-2003 的 .doc 文件，请在 Word 或 WPS 中另存为 .docx",
            f"{name}: this is a Word 97-2003 .doc file; save it as .docx in Word or WPS",
        )
    if data.startswith(b"%PDF"):
        return DocfillError(f"{name}：这是 PDF 文件，请改交 Word 文件", f"{name}: this is a PDF; a Word file is needed")
    head = data[:HEAD].lower()
    if b"<html" in head or head.startswith(b"mime-version:"):
        return DocfillError(
            f"{name}：这是网页（HTML），请在 Word 中打开后另存为 .docx",
            f"{name}: this is a web page (HTML); open it in Word and save it as .docx",
        )
    return DocfillError(
        f"{name}：不是 .docx 文件，或文件已损坏，请在 Word 中打开后另存为 .docx",
        f"{name}: not a .docx file, or a damaged one; open it in Word and save it as .docx",
    )


def _is_flat(data: bytes) -> bool:
    """Whether an XML file says at its beginning that it is a flat package."""
    return data[:1] != b"P" and any(
        _PKG[1:-1].encode(code) in data[:HEAD] for code in ("utf-8", "utf-16-le", "utf-16-be")
    )


def _zip_from_flat(data: bytes, name: str) -> bytes:
    """The package whose parts stand in one XML file (flat OPC, which Word saves as "Word XML Document").

    A part is XML as it stands, or base64; [Content_Types].xml is made from the parts' types.
    """
    if len(data) > MAX_PART:
        raise _too_large(name)
    parts: dict[str, bytes] = {}
    types = []
    for part in xml.parse(data, name, is_flat=True).iter(_PKG + "part"):
        called = part.get(_PKG + "name", "")
        if not _PART_NAME.fullmatch(called):
            continue
        types.append(
            f"<Override PartName={quoteattr(called)} ContentType={quoteattr(part.get(_PKG + 'contentType', ''))}/>"
        )
        inside = part.find(f"{_PKG}xmlData/*")
        if inside is not None:
            content = etree.tostring(inside, encoding="UTF-8", standalone=True, with_tail=False)
        else:
            try:
                content = base64.b64decode(part.findtext(_PKG + "binaryData") or "")
            except binascii.Error:
                raise DocfillError(
                    f"{name}：{called} 部分已损坏，请在 Word 中打开后另存为 .docx",
                    f"{name}: the part {called} is damaged; open the file in Word and save it as .docx",
                ) from None
        parts[called.lstrip("/")] = content
    listed = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{"".join(types)}</Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for called, content in {"[Content_Types].xml": listed.encode(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(called, _DATE), content)
    return out.getvalue()


def _too_large(name: str) -> DocfillError:
    return DocfillError(
        f"{name}：压缩包内容过大或文件过多，不予读取",
        f"{name}: the package is too large or has too many members",
    )


class Package:
    """The parts of one .docx, by name.

    Args:
        data: the file's bytes; those of a flat package become the zip that they stand for.
        name: how messages call the file.
        is_converted: whether another program made these bytes of the file.

    Raises:
        DocfillError: not a package, encrypted, damaged, or over the limits.
    """

    def __init__(self, data: bytes, name: str, *, is_converted: bool = False) -> None:
        self.is_converted = is_converted
        if _is_flat(data):
            data = _zip_from_flat(data, name)
        self.data, self.name = data, name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, EOFError):
            raise _refuse(data, name) from None
        if len(infos) > MAX_MEMBERS or sum(i.file_size for i in infos) > MAX_TOTAL:
            raise _too_large(name)
        self.infos = {i.filename: i for i in infos}
        self._folded = {name.casefold(): name for name in self.infos}

    @classmethod
    def open(cls, source: str | Path | bytes, name: str | None = None) -> Package:
        """The package in a file, or in bytes (`name` then stands for the file in messages)."""
        return cls(*contents(source, name))

    def __contains__(self, part: str) -> bool:
        return part in self.infos

    def read(self, part: str) -> bytes:
        """The bytes of a part; DocfillError where it is missing, damaged, encrypted or too large."""
        info = self.infos.get(part)
        if info is None:
            raise DocfillError(
                f"{self.name}：缺少 {part} 部分，不是完整的 Word 文件",
                f"{self.name}: the part {part} is missing; this is no whole Word file",
            )
        try:
            with self._zip.open(info) as member:
                data = member.read(MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise DocfillError(
                f"{self.name}：{part} 部分已损坏或加密，无法读取",
                f"{self.name}: the part {part} is damaged or encrypted",
            ) from None
        if len(data) > MAX_PART:
            raise DocfillError(f"{self.name}：{part} 部分过大", f"{self.name}: the part {part} is too large")
        return data

    def related(self, part: str, kind: str) -> list[str]:
        """The names of the internal parts that `part` ("" for the package) relates to as `kind`."""
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        if rels not in self:
            return []
        return [
            self._named(posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/"))
            for r in xml.parse(self.read(rels), rels).iter(xml.RELATIONSHIPS + "Relationship")
            if r.get("Type", "").endswith("/" + kind) and r.get("TargetMode") != "External"
        ]

    def _named(self, target: str) -> str:
        """The part that a relationship means: case makes no difference (part 2, 6.2.2.3); a URI may hold escapes."""
        if target in self.infos:
            return target
        plain = unquote(target)
        return self._folded.get(plain.casefold(), plain)

    @property
    def main(self) -> str:
        """The name of the main document part."""
        for part in self.related("", "officeDocument"):
            return part
        raise DocfillError(
            f"{self.name}：不是 Word 文件（没有正文部分），请另存为 .docx 再试",
            f"{self.name}: not a Word file (it has no main part); save it as .docx and try again",
        )


class Writer:
    """Writes the package `source` again and again with some parts replaced.

    The order, names, dates and compressed bytes of all other members are those
    of the source (zip local header: APPNOTE 4.3.7, central directory: 4.3.12).
    """

    def __init__(self, source: Package, parts: frozenset[str]) -> None:
        self._members: list[tuple[zipfile.ZipInfo, bytes | None]] = []
        for name, info in source.infos.items():
            self._members.append((info, None if name in parts else self._compressed(source.data, info)))

    @staticmethod
    def _compressed(data: bytes, info: zipfile.ZipInfo) -> bytes:
        name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
        start = info.header_offset + 30 + name_length + extra_length
        return data[start : start + info.compress_size]

    def could_write(self, package: Package) -> bool:
        """Whether a package is the source but for the replaced parts: the same members, byte for byte."""
        if list(package.infos) != [info.filename for info, _ in self._members]:
            return False
        return all(
            raw is None or raw == self._compressed(package.data, package.infos[info.filename])
            for info, raw in self._members
        )

    def write(self, parts: Mapping[str, bytes]) -> bytes:
        """The whole package with `parts` in the place of theirs; those that it has not follow at the end."""
        own = {info.filename for info, _ in self._members}
        added: list[tuple[zipfile.ZipInfo, bytes | None]] = [
            (zipfile.ZipInfo(name, _DATE), None) for name in parts if name not in own
        ]
        members = [*self._members, *added]
        out: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for info, raw in members:
            if raw is None:
                content = parts[info.filename]
                deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
                raw = deflate.compress(content) + deflate.flush()
                method, crc, size = zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content)
            else:
                method, crc, size = info.compress_type, info.CRC, info.file_size
            name = info.filename.encode()
            y, mo, d, h, mi, s = info.date_time
            common = struct.pack(
                "<HHHHHIIIHH",
                20,
                0x800 if not info.filename.isascii() else 0,
                method,
                h << 11 | mi << 5 | s // 2,
                (y - 1980) << 9 | mo << 5 | d,
                crc,
                len(raw),
                size,
                len(name),
                0,
            )
            out += (b"PK\3\4", common, name, raw)
            directory += (
                b"PK\1\2\x14\0",
                common,
                struct.pack("<HHHII", 0, 0, 0, info.external_attr, offset),
                name,
            )
            offset += 30 + len(name) + len(raw)
        index = b"".join(directory)
        count = len(members)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(index), offset, 0)
        return b"".join((*out, index, end))
