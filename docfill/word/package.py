"""The .docx as a package of parts (ECMA-376 part 2): read any, write back what was not touched as it was.

`Package` opens bytes within limits, a zip or the one XML file that Word calls
flat, and finds the main document part by its relationship, whatever its name.
What repeats or climbs in the list of members is refused before any is unpacked (what
lies or overlaps, `container` refuses), only parts that are asked for are unpacked, and
nothing outside the package is ever opened (law 6).
`Writer` holds one package whose other members are copied as the compressed bytes
they are, so a file made from a template differs from it only in the parts that
were given, and the same parts give the same bytes (law 7).
"""

from __future__ import annotations

import base64
import functools
import io
import os
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import IO, Protocol, TypeAlias
from urllib.parse import unquote

from lxml import etree

from docfill import late, limits
from docfill.container import OLE, SMALL, Container, NoContainer, encrypted, has_password
from docfill.problems import DocfillError, reason_of
from docfill.word import foreign, xml
from docfill.word.carried import Uncarried
from docfill.word.xml import WORD, Program

HEAD = 4096
"""So many bytes at the beginning of an XML file are looked at to tell what it is."""

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_PART_NAME = late.pattern(r"(?:/[^/\\]{1,250}){1,20}")
_CLIMBING = late.pattern(r"[/\\]|[A-Za-z]:|.*(?:\\|[\0-\x1f]|(?:^|/)\.\.?(?:/|$))", re.S)
"""Names that mean a place outside, or that two programs may take for two places."""
_MACROS = late.pattern(r"(?:.*/)?vbaProject\.bin|Basic/.*[^/]|Scripts/.*[^/]", re.I)
_EMBEDDED = late.pattern(r"(?:.*/)?(?:embeddings|activeX)/.*[^/]", re.I)
_DATE = (1980, 1, 1, 0, 0, 0)


class Readable(Protocol):
    """A file that is open for reading bytes; it is read from where it stands, and left open."""

    def read(self, size: int = -1, /) -> bytes: ...


File: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | Readable
"""What every door takes: a path, the bytes of a file, or an open one."""


def named(source: File) -> str:
    """What a file is called by itself: its path, that of an open file, or "" for bytes."""
    if isinstance(source, bytes | bytearray | memoryview):
        return ""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    own = getattr(source, "name", "")
    return own if isinstance(own, str) else ""


def contents(source: File, name: str | None = None) -> tuple[bytes, str]:
    """The bytes of a file, or those given, and how messages call them.

    Raises:
        DocfillError: it cannot be read, is over the limit `file`, or is open for text.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), name or "document.docx"
    if not isinstance(source, str | os.PathLike):
        return _read(source, name or posixpath.basename(named(source)) or "document.docx")
    path = source if isinstance(source, Path) else Path(source)
    try:
        return limits.bytes_of(path, name or path.name), name or path.name
    except IsADirectoryError:
        raise DocfillError(f"{path} 是文件夹，不是文件", f"{path} is a folder, not a file", "no-access") from None
    except OSError as error:
        why = reason_of(error)
        raise DocfillError(f"无法读取 {path}（{why}）", f"cannot read {path} ({why.en})", "no-access") from None
    except ValueError:  # a NUL in the path
        raise DocfillError(f"无法读取 {path}", f"cannot read {path}", "no-access") from None


def _read(source: Readable, name: str) -> tuple[bytes, str]:
    """What is left of an open file; DocfillError as `contents`."""
    if not hasattr(source, "read"):
        given = type(source).__name__
        raise DocfillError(
            f"应为路径、字节或以二进制打开的文件，给的是 {given}",
            f"a path, bytes or a file open for bytes is needed, not {given}",
            "bad-argument",
        )
    most = limits.current().file
    try:
        data: object = source.read(most + 1)
    except OSError as error:
        why = reason_of(error)
        raise DocfillError(f"无法读取 {name}（{why}）", f"cannot read {name} ({why.en})", "no-access") from None
    except ValueError:
        raise DocfillError(
            f"无法读取 {name}（文件已经关闭）", f"cannot read {name} (it is closed)", "no-access"
        ) from None
    if not isinstance(data, bytes):
        raise DocfillError(
            f'{name}：文件应以二进制方式打开（mode="rb"）',
            f'{name}: a file is to be opened for bytes (mode="rb")',
            "bad-argument",
        )
    if len(data) > most:
        raise limits.exceeded(name, "文件过大", "the file is too large", "file")
    return data, name


def _refuse(data: bytes, name: str) -> DocfillError:
    """Why these bytes are no package, with the next step."""
    own = name.replace("\\", "/").rpartition("/")[2]
    if own.startswith("~$") or (own.startswith(".~lock.") and own.endswith("#")):
        return DocfillError(
            f"{name}：这是 Word、WPS 或 LibreOffice 打开文件时的临时锁文件，不是表；请改用同名的正式文件",
            f"{name}: this is the lock file that Word, WPS or LibreOffice keeps beside an open file; "
            "name the file itself",
            "not-word",
        )
    if not data:
        return foreign.empty(name)
    if data.startswith(OLE):
        if has_password(data):
            return encrypted(name)
        return DocfillError(
            f"{name}：这是 Word 97-2003 的 .doc 文件，请在 Word 或 WPS 中另存为 .docx",
            f"{name}: this is a Word 97-2003 .doc file; save it as .docx in Word or WPS",
            "not-word",
        )
    if (told := foreign.refusal(data[: foreign.HEAD], name)) is not None:
        return told
    head = data[:HEAD].lower()
    if b"<html" in head or head.startswith(b"mime-version:"):
        return DocfillError(
            f"{name}：这是网页（HTML），请在 Word 中打开后另存为 .docx",
            f"{name}: this is a web page (HTML); open it in Word and save it as .docx",
            "not-word",
        )
    return unusable(name, WORD)


def unusable(name: str, program: Program) -> DocfillError:
    """That a file is none of a program's, with the next step."""
    return DocfillError(
        f"{name}：不是 {program.suffix} 文件，或文件已损坏，请在 {program.name} 中打开后另存为 {program.suffix}",
        f"{name}: no {program.suffix} file, or a damaged one; "
        f"open it in {program.name} and save it as {program.suffix}",
        "not-word" if program is WORD else "corrupt",
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
    bound = limits.current()
    if len(data) > bound.part:
        raise limits.exceeded(name, "XML 文件过大", "the XML file is too large", "part")
    parts: dict[str, bytes] = {}
    types = []
    for part in xml.parse(data, name, is_flat=True).iter(_PKG + "part"):
        called = part.get(_PKG + "name", "")
        if not _PART_NAME.fullmatch(called):
            continue
        if called.lstrip("/") in parts:
            raise _repeated(name, called, WORD)
        if len(parts) >= bound.members:
            raise limits.exceeded(name, "成员过多", "too many members", "members")
        types.append(
            f'<Override PartName="{escape(called)}" ContentType="{escape(part.get(_PKG + "contentType", ""))}"/>'
        )
        inside = part.find(f"{_PKG}xmlData/*")
        if inside is not None:
            content = etree.tostring(inside, encoding="UTF-8", standalone=True, with_tail=False)
        else:
            try:
                content = base64.b64decode(part.findtext(_PKG + "binaryData") or "")
            except ValueError:  # binascii.Error, or what is no ASCII
                raise DocfillError(
                    f"{name}：{called} 部分已损坏，请在 Word 中打开后另存为 .docx",
                    f"{name}: the part {called} is damaged; open the file in Word and save it as .docx",
                    "corrupt",
                ) from None
        parts[called.lstrip("/")] = content
    listed = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{"".join(types)}</Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for called, content in {"[Content_Types].xml": listed.encode(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(called, _DATE), content)
    return out.getvalue()


def _repeated(name: str, member: str, program: Program) -> DocfillError:
    return DocfillError(
        f"{name}：压缩包中“{member[:80]}”出现了两次，读哪一个无从判断，不予读取；"
        f"请在 {program.name} 中打开后另存为 {program.suffix}",
        f'{name}: "{member[:80]}" is in the package twice, and nothing tells which one counts, so it is not read; '
        f"open it in {program.name} and save it as {program.suffix}",
        "unsafe",
    )


_TEXT, _UNPACKED, _LARGE = 11, 5, 2 * SMALL
"""How many times what is packed text weighs, how many of its bytes unpacked weigh as one, and from how many on."""
_LEAST = SMALL * 4 // 3
"""What a large table weighs however little it says anew."""
_CELL, _A_TABLE = b"</w:tc>", 1_000
"""So many cells make a part a large table, where there is one in so many bytes."""
_XML = late.pattern(r"\.xml$", re.I)


class Package:
    """The parts of one .docx, by name.

    Args:
        data: the file's bytes; those of a flat package become the zip that they stand for.
        name: how messages call the file.
        is_converted: whether another program made these bytes of the file.
        program: what may open the file, should it be damaged.

    Raises:
        DocfillError: not a package, encrypted, damaged, or over the limits.
    """

    def __init__(self, data: bytes, name: str, *, is_converted: bool = False, program: Program = WORD) -> None:
        self.is_converted, self.program = is_converted, program
        self.uncarried: Sequence[Uncarried] = ()
        """What these bytes do not say as the file did that they were made of."""
        if _is_flat(data):
            data = _zip_from_flat(data, name)
        self.data, self.name = data, name
        bound = limits.current()
        if len(data) > bound.file:
            raise limits.exceeded(name, "文件过大", "the file is too large", "file")
        try:
            self._container = Container(io.BytesIO(data), name)
        except NoContainer:
            raise _refuse(data, name) if program is WORD else unusable(name, program) from None
        self.infos: dict[str, zipfile.ZipInfo] = {}
        self._folded: dict[str, str] = {}
        self._known: dict[str, list[tuple[str, str, str]]] = {}
        self._check()

    @cached_property
    def is_of_office(self) -> bool:
        """Whether LibreOffice made or saved the file: it works out what its fields show."""
        app = "docProps/app.xml"
        return self.is_converted or (app in self and b"<Application>LibreOffice" in self.read(app))

    @classmethod
    def open(cls, source: File, name: str | None = None) -> Package:
        """The package in a file, which messages call `name`."""
        return cls(*contents(source, name))

    def _check(self) -> None:
        """Keeps the list of members, or refuses it: too large, climbing or repeated."""
        infos = self._container.members
        if sum(i.file_size for i in infos) > limits.current().total:
            raise limits.exceeded(self.name, "解压后过大", "the package is too large unpacked", "total")
        for info in infos:
            if _CLIMBING.match(info.orig_filename):
                member = ascii(info.orig_filename[:80])
                raise DocfillError(
                    f"{self.name}：压缩包成员 {member} 是指向别处的路径，不予读取；"
                    f"请在 {self.program.name} 中打开后另存为 {self.program.suffix}",
                    f"{self.name}: the member {member} is a path to somewhere else, so the file is not read; "
                    f"open it in {self.program.name} and save it as {self.program.suffix}",
                    "unsafe",
                )
            if self._folded.setdefault(info.filename.casefold(), info.filename) in self.infos:
                raise _repeated(self.name, info.filename, self.program)
            self.infos[info.filename] = info

    def __contains__(self, part: str) -> bool:
        return part in self.infos

    def read(self, part: str) -> bytes:
        """The bytes of a part; DocfillError where it is missing, damaged, encrypted or too large."""
        info = self.infos.get(part)
        if info is None:
            raise DocfillError(
                f"{self.name}：缺少 {part} 部分，不是完整的 {self.program.name} 文件",
                f"{self.name}: the part {part} is missing; this is no whole {self.program.name} file",
                "corrupt",
            )
        return self._container.read(info, self.called(part), "part")

    def shared(self, part: str) -> bytes:
        """As `read`, of a part that is there and that many files have alike: the styles that a program writes, say."""
        return self._container.shared(self.infos[part], self.called(part), "part")

    def called(self, part: str) -> str:
        """How messages call a part of it."""
        return f"{self.name} {part}"

    def parsed(self, part: str) -> etree._Element:
        """The root of a part; DocfillError as `read` and `xml.parse`."""
        return self.parse(self.read(part), part)

    def parse(self, data: bytes, part: str) -> etree._Element:
        """As `parsed`, of what stands in the place of a part, or of some of it."""
        return xml.parse(data, self.called(part), program=self.program)

    def opened(self, part: str, limit: str) -> IO[bytes]:
        """A part that is there, unpacked as it is read, of at most `limit`; DocfillError as `Container.opened`."""
        return self._container.opened(self.infos[part], self.called(part), limit)

    def packed(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a member as they stand in the package."""
        return self._container.packed(info)

    @property
    def macros(self) -> list[str]:
        """The members that are programs, never run: VBA projects, and the Basic and scripts of OpenDocument."""
        return [name for name in self.infos if _MACROS.fullmatch(name)]

    @property
    def embedded(self) -> list[str]:
        """The members that are other programs' objects: OLE, ActiveX, whole packages. They are never unpacked."""
        return [name for name in self.infos if _EMBEDDED.fullmatch(name)]

    def related(self, part: str, kind: str) -> list[str]:
        """The names of the internal parts that `part` ("" for the package) relates to as `kind`."""
        return [name for _, called, name in self._relations(part) if called.endswith("/" + kind)]

    def links(self, part: str) -> dict[str, str]:
        """The names of the internal parts that `part` relates to, by the ids of the relationships."""
        return {number: name for number, _, name in self._relations(part)}

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """The id, type and target of each relationship of a part with another one of the package."""
        if part not in self._known:
            folder, base = posixpath.split(part)
            rels = posixpath.join(folder, "_rels", base + ".rels")
            listed = self._listed(rels, folder) if rels in self else []
            self._known[part] = [(number, called, self._named(target)) for number, called, target in listed]
        return self._known[part]

    def _listed(self, rels: str, folder: str) -> Sequence[tuple[str, str, str]]:
        """What a part of relationships lists; worked out once for all files that have the same."""
        data = self.shared(rels)
        called = self.called(rels)
        tags = xml.let_in(data, called, self.program)
        if len(data) > _SHORT:
            limits.spend(_STEPS_A_RELATION * tags)
            return _targets(data, folder, called, self.program)
        known = _known_targets(data, folder)
        return _targets(data, folder, called, self.program) if known is None else known

    def _named(self, target: str) -> str:
        """The part that a relationship means: case makes no difference (part 2, 6.2.2.3); a URI may hold escapes."""
        if target in self.infos:
            return target
        plain = unquote(target)
        return self._folded.get(plain.casefold(), plain)

    @cached_property
    def weight(self) -> int:
        """The bytes that the work of reading it is in proportion to: the file's, or more where it is one large table.

        Tables of thousands of rows pack far better than the pictures that make other files large.  What such a one says
        anew counts, not how loosely somebody packed it, nor how many cells were put into how few bytes.
        """
        most, name = max(((i.compress_size, n) for n, i in self.infos.items() if _XML.search(n)), default=(0, ""))
        if not name or self.infos[name].file_size <= _LARGE:
            return len(self.data)
        part = self.read(name)
        if part.count(_CELL) < max(_A_TABLE, len(part) // _A_TABLE):
            return len(self.data)
        anew = _TEXT * len(zlib.compress(part, 6)) if _TEXT * most > _LEAST else 0
        return max(len(self.data), min(SMALL + len(part) // _UNPACKED, max(_LEAST, anew)))

    @property
    def main(self) -> str:
        """The name of the main document part."""
        for part in self.related("", "officeDocument"):
            return part
        raise foreign.packed(self._folded, self.name)


_STEPS_A_RELATION = 5
_SHORT, _MANY = 16_384, 64
"""Bytes up to which a part of relationships is kept with what it lists, and how many such are."""


def _targets(data: bytes, folder: str, name: str, program: Program) -> tuple[tuple[str, str, str], ...]:
    """The id, type and target of each relationship that a part lists, but for those with something outside."""
    listed = xml.in_one_dialect(data, name, program=program).iter(xml.RELATIONSHIPS + "Relationship")
    inside = [r for r in listed if r.get("TargetMode") != "External"]
    targets = [posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/") for r in inside]
    return tuple((r.get("Id", ""), r.get("Type", ""), t) for r, t in zip(inside, targets, strict=True))


@functools.lru_cache(maxsize=_MANY)
def _known_targets(data: bytes, folder: str) -> tuple[tuple[str, str, str], ...] | None:
    """As `_targets`; None where the part is broken, as whichever file it is in is to be told."""
    try:
        return _targets(data, folder, "", WORD)
    except DocfillError:
        return None


LEVEL = 3
"""Of compression: a third of the time of zlib's usual 6, for files a tenth larger."""


class Writer:
    """Writes the package `source` again and again with some parts replaced.

    The order, names, dates and compressed bytes of all other members are those
    of the source (zip central directory: APPNOTE 4.3.12).
    """

    def __init__(self, source: Package, parts: frozenset[str]) -> None:
        self._members: list[tuple[zipfile.ZipInfo, bytes | None]] = []
        for name, info in source.infos.items():
            self._members.append((info, None if name in parts else source.packed(info)))

    def could_write(self, package: Package) -> bool:
        """Whether a package is the source but for the replaced parts: the same members, byte for byte."""
        if list(package.infos) != [info.filename for info, _ in self._members]:
            return False
        return all(raw is None or raw == package.packed(package.infos[info.filename]) for info, raw in self._members)

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
                deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
                raw = deflate.compress(content) + deflate.flush()
                method, crc, size = zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content)
            else:
                method, crc, size = info.compress_type, info.CRC, info.file_size
            name, common = info.filename.encode(), _header(info, method, crc, len(raw), size)
            out += (b"PK\3\4", common, name, raw)
            directory += (b"PK\1\2\x14\0", common, struct.pack("<HHHII", 0, 0, 0, info.external_attr, offset), name)
            offset += 30 + len(name) + len(raw)
        index = b"".join(directory)
        count = len(members)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(index), offset, 0)
        return b"".join((*out, index, end))


def _header(info: zipfile.ZipInfo, method: int, crc: int, packed: int, size: int) -> bytes:
    """What a member of a zip says in front of its bytes and in the directory alike (APPNOTE 4.3.7 and 4.3.12)."""
    y, mo, d, h, mi, s = info.date_time
    day, second = (y - 1980) << 9 | mo << 5 | d, h << 11 | mi << 5 | s // 2
    flags = 0 if info.filename.isascii() else 0x800
    return struct.pack("<HHHHHIIIHH", 20, flags, method, second, day, crc, packed, size, len(info.filename.encode()), 0)
