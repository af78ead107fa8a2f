"""Archives: zips, 7-Zip and tar, each opened as a folder is, as mails (see
`mails`) and mailboxes are (see `mailboxes`).

Nothing is unpacked to where a name points.  A member that cannot be read has its
reason.  Names in a zip are UTF-8 where it says so, or what is valid as UTF-8 or GB 18030
(APPNOTE 4.4.4, bit 11, and 4.6.9).  7-Zip is read by py7zr, which is optional.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import io
import os
import struct
import threading
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from msgspec.structs import replace

from docfill import files, late, limits
from docfill.container import SMALL, Container, NoContainer, is_encrypted
from docfill.members import ARCHIVER, MAILBOXES, MAILS, Archive, Member, damaged, decoded, needs, printable, whole
from docfill.problems import DocfillError
from docfill.scratch import Scratch
from docfill.word import foreign

if TYPE_CHECKING:  # each is imported where it is needed: few commands open mails or archives
    import tarfile

SUFFIXES = (".zip", ".7z", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", *MAILS, *MAILBOXES)
"""What is opened; how, its content says."""
_UTF_8 = 0x800
_UNICODE_PATH = 0x7075
_DRIVE = late.pattern(r"[A-Za-z]:")
_PLAIN = late.pattern(r"[^/\\.:][^/\\:]*(?:/[^/\\.:][^/\\:]*)*")
"""A name that is a path as it stands, and leads nowhere: most are."""
_STEPS_A_MEMBER = 400
"""Of a 7-Zip archive: each is a file for a while."""
_WIDEST_DICTIONARY = 2**26
"""Bytes that unpacking a 7-Zip archive may keep at hand (7-Zip itself takes 2**26 at its highest level)."""


def is_archive(name: str) -> bool:
    """Whether a file is opened by its name."""
    return name.lower().endswith(SUFFIXES)


def opened(stream: IO[bytes], name: str) -> Archive:
    """The archive or mail in a stream, which it keeps.

    Args:
        stream: the file; it can be read from any place.
        name: how messages call it.

    Raises:
        DocfillError: it is empty, damaged, too large, has a password, or is of a kind that is not opened; or what opens
            its kind is not installed.
    """
    try:
        if not stream.read(1):
            raise foreign.empty(name)
        stream.seek(0)
        return _kind_of(stream, name)(stream, name)
    except BaseException:
        stream.close()
        raise


def _kind_of(stream: IO[bytes], name: str) -> Callable[[IO[bytes], str], Archive]:
    if name.lower().endswith(MAILS):
        from docfill import mails  # few commands open any

        return mails.opened
    if name.lower().endswith(MAILBOXES):
        from docfill import mailboxes

        return mailboxes.opened
    head = stream.read(512)
    stream.seek(0)
    for magic, words in _NOT_OPENED.items():
        if head.startswith(magic):
            raise DocfillError(
                f"{name}：这是 {words} 压缩包，docfill 不打开；请解压，或改存为 .zip",
                f"{name}: this is a {words} archive, which docfill does not open; unpack it, or save it as .zip",
                "not-word",
            )
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return _SevenZip
    is_tar = head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")) or head[257:262] == b"ustar"
    return _Tar if is_tar or name.lower().endswith(".tar") else _Zip


_NOT_OPENED = {b"Rar!\x1a\x07": "RAR", b"MSCF": "CAB", b"\x60\xea": "ARJ", b"\x28\xb5\x2f\xfd": "Zstandard"}


def _encrypted(name: str) -> DocfillError:
    return DocfillError(
        f"{name}：压缩包设有密码，请解压后再读", f"{name}: the archive has a password; unpack it first", "encrypted"
    )


# --- names ---


def _path_of(name: str, called: str) -> tuple[str, DocfillError | None]:
    """A member's name as a path, and why it is not read: one that leads out of the archive is somebody's trick."""
    if _PLAIN.fullmatch(name):
        return printable(name), None
    path = PurePosixPath(name.replace("\\", "/"))
    if not (path.is_absolute() or ".." in path.parts or _DRIVE.match(str(path))):
        return printable(str(path)), None
    return printable(str(path)), DocfillError(
        f"{called}/{printable(str(path))}：压缩包中的路径指向包外，不予读取",
        f"{called}/{printable(str(path))}: its path leads out of the archive; it is not read",
        "unsafe",
    )


# --- zip ---


class _Zip:
    def __init__(self, stream: IO[bytes], name: str) -> None:
        try:
            self._container = Container(stream, name, "files")
        except NoContainer:
            raise damaged(name, ARCHIVER) from None
        self._infos = [info for info in self._container.members if not info.filename.endswith("/")]
        self.members = [_zipped(info, name) for info in self._infos]

    def read(self, index: int, name: str) -> bytes:
        return self._container.read(self._infos[index], name, "file")


def _zipped(info: zipfile.ZipInfo, called: str) -> Member:
    name, refusal = _path_of(_name_in_zip(info), called)
    if refusal is None and is_encrypted(info):
        refusal = _encrypted(f"{called}/{name}")
    return Member(name, f"{info.CRC}-{info.file_size}", refusal, dated=_seconds(info.date_time))


def _seconds(moment: tuple[int, ...]) -> float:
    """When a zip says that a member was saved; in its writer's local time, which nobody knows."""
    try:
        return datetime.datetime(*moment[:6], tzinfo=datetime.UTC).timestamp()  # type: ignore[arg-type, misc]
    except ValueError:
        return 0.0


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    raw = info.orig_filename
    if info.flag_bits & _UTF_8:
        return raw
    # the bytes are in whatever the writer's machine had, which zipfile shows as cp437
    own = raw.encode("cp437", "replace")
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        # Info-ZIP's name in UTF-8, which holds for the name whose checksum it has (APPNOTE 4.6.9)
        if kind == _UNICODE_PATH and extra[5:9] == struct.pack("<L", zlib.crc32(own)):
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return decoded(own)


# --- 7-Zip ---


class _SevenZip:
    """Unpacked once, since its members are packed together, into numbered files that go with it."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        try:
            import py7zr
        except ImportError:
            raise needs(name, "archives") from None
        bound = limits.current()
        try:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            budget = limits.within_one(lambda: limits.Budget(name, size))
            with stream, budget, py7zr.SevenZipFile(stream, max_extract_size=bound.total) as archive:
                if archive.needs_password():
                    raise _encrypted(name)
                infos = [info for info in archive.list() if not info.is_directory]
                _check_seven_zip(archive, infos, name)
                self.members = _distinct([_in_seven_zip(info, name) for info in infos], name)
                wanted = [i.filename for i, m in zip(infos, self.members, strict=True) if m.refusal is None]
                self._folder = Scratch()
                with contextlib.closing(_spool(self._folder.path)) as spool:
                    if wanted:
                        archive.extract(targets=wanted, factory=spool)
        except py7zr.exceptions.PasswordRequired:
            raise _encrypted(name) from None
        except py7zr.exceptions.DecompressionBombError:
            raise limits.exceeded(name, "解压后过大", "too large unpacked", "total") from None
        except DocfillError:
            raise
        except OSError as error:
            if error.errno is not None:
                raise
            raise damaged(name, ARCHIVER) from None
        except Exception:  # py7zr raises whatever the damage leads to
            raise damaged(name, ARCHIVER) from None
        self._paths = [spool.paths.get(info.filename) for info in infos]

    def read(self, index: int, name: str) -> bytes:
        path = self._paths[index]
        if path is None:
            return b""
        return limits.bytes_of(path, name)


def _check_seven_zip(archive: Any, infos: Sequence[Any], name: str) -> None:
    """DocfillError where a 7-Zip archive is over a limit by what it says of itself."""
    bound = limits.current()
    if len(infos) > bound.files:
        raise limits.exceeded(name, "压缩包成员过多", "too many members in the archive", "files")
    if any(len(info.filename) > bound.name for info in infos):
        raise limits.exceeded(name, "成员名过长", "the name of a member is too long", "name")
    total = sum(info.uncompressed for info in infos)
    if total > bound.total:
        raise limits.exceeded(name, "解压后过大", "too large unpacked", "total")
    packed = archive.fp.seek(0, os.SEEK_END)
    if total > max(2**20, bound.ratio * packed):
        raise limits.exceeded(name, "压缩比异常", "packed far too tightly", "ratio")
    streams = archive.header.main_streams
    folders = streams.unpackinfo.folders if streams is not None else ()
    if any(_dictionary(coder) > _WIDEST_DICTIONARY for folder in folders for coder in folder.coders):
        raise damaged(name, ARCHIVER)


def _dictionary(coder: dict[str, Any]) -> int:
    """Bytes of the dictionary of a coder (LZMA and LZMA2, by their properties); 0 of others."""
    method, known = coder.get("method"), coder.get("properties") or b""
    if method == b"\x03\x01\x01" and len(known) >= 5:
        return int.from_bytes(known[1:5], "little")
    if method == b"\x21" and known:
        return (2 | known[0] & 1) << (known[0] // 2 + 11)
    return 0


def _in_seven_zip(info: Any, called: str) -> Member:
    name, refusal = _path_of(info.filename, called)
    if refusal is None and not info.is_file:
        refusal = _irregular(f"{called}/{name}")
    if refusal is None and info.uncompressed > limits.current().file:
        refusal = limits.exceeded(f"{called}/{name}", "文件过大", "the file is too large", "file")
    dated = info.creationtime.timestamp() if info.creationtime else 0.0
    return Member(name, f"{info.crc32}-{info.uncompressed}", refusal, dated=dated)


def _irregular(name: str) -> DocfillError:
    return DocfillError(f"{name}：是链接或设备，不是文件", f"{name}: a link or device, no regular file", "no-access")


def _distinct(members: Iterable[Member], called: str) -> list[Member]:
    """The members; each that has a name that was there before is refused, since py7zr tells files by name."""
    seen: set[str] = set()
    found = []
    for member in members:
        refusal = member.refusal or (
            DocfillError(
                f"{called}/{member.name}：压缩包中有两个同名的文件，请解压后再读",
                f"{called}/{member.name}: two files in the archive have this name; unpack it first",
                "corrupt",
            )
            if member.name in seen
            else None
        )
        seen.add(member.name)
        found.append(replace(member, refusal=refusal))
    return found


def _spool(folder: Path) -> Any:
    """What py7zr writes into: a numbered file in a folder for each member that has bytes."""
    from py7zr.io import Py7zIO, WriterFactory

    class Held(Py7zIO):
        def __init__(self, opened: Callable[[], IO[bytes]]) -> None:
            self._opened, self._size = opened, 0
            self._stream: IO[bytes] | None = None

        def write(self, s: bytes | bytearray) -> int:
            if self._stream is None:
                self._stream = self._opened()
            self._size += len(s)
            return int(self._stream.write(s))

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return offset

        def flush(self) -> None:
            if self._stream is not None:
                self._stream.flush()

        def size(self) -> int:
            return self._size

        def close(self) -> None:
            if self._stream is not None:
                self._stream.close()

    class Spool(WriterFactory):
        def __init__(self) -> None:
            self.paths: dict[str, Path] = {}
            self._held: list[Held] = []

        def create(self, filename: str) -> Py7zIO:
            limits.spend(_STEPS_A_MEMBER)
            self._held.append(Held(functools.partial(self._opened, filename)))
            return self._held[-1]

        def _opened(self, filename: str) -> IO[bytes]:
            self.paths[filename] = Path(folder, str(len(self.paths)))
            return files.opened(self.paths[filename], "xb", -1)

        def close(self) -> None:
            """Closes what py7zr leaves open where an archive is damaged."""
            for held in self._held:
                held.close()

    return Spool()


# --- tar ---


class _Tar:
    """Read in order, since what is packed as a whole can only be unpacked from its beginning."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        weakref.finalize(self, stream.close)
        self._turn = threading.Lock()
        import tarfile

        bound = limits.current()
        self._infos: list[tarfile.TarInfo] = []
        self.members: list[Member] = []
        size = stream.seek(0, os.SEEK_END)
        with _damaged_otherwise(name), limits.within_one(lambda: limits.Budget(name, size)):
            plain = _plain(stream, name)
            weakref.finalize(self, plain.close)
            self._archive = tarfile.open(fileobj=_Watched(plain, name), mode="r:")  # noqa: SIM115 (kept open)
            for info in self._archive:
                if len(self.members) >= bound.files:
                    raise limits.exceeded(name, "压缩包成员过多", "too many members in the archive", "files")
                if len(info.name) > bound.name:
                    raise limits.exceeded(name, "成员名过长", "the name of a member is too long", "name")
                if not info.isdir():
                    self._infos.append(info)
                    self.members.append(_in_tar(info, name))

    def read(self, index: int, name: str) -> bytes:
        with _damaged_otherwise(name), self._turn:
            stream = self._archive.extractfile(self._infos[index])
            assert stream is not None
            data = whole(stream, name)
        if len(data) != self._infos[index].size:
            raise damaged(name, ARCHIVER)
        return data


@contextlib.contextmanager
def _damaged_otherwise(name: str) -> Iterator[None]:
    """Whatever goes wrong in here but on the disk is damage of the archive: tarfile raises all that it may lead to."""
    try:
        yield
    except DocfillError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise damaged(name, ARCHIVER) from None


_BYTES_A_STEP, _STEPS_A_HEADER = 64, 30


def _plain(stream: IO[bytes], name: str) -> IO[bytes]:
    """A stream unpacked, once: from what is packed as a whole, each step back would unpack it from its beginning."""
    import bz2
    import gzip
    import lzma
    import tempfile

    stream.seek(0)
    head = stream.read(6)
    stream.seek(0)
    if head.startswith(b"\x1f\x8b"):
        packed: Any = gzip.GzipFile(fileobj=stream)
    elif head.startswith(b"BZh"):
        packed = bz2.BZ2File(stream)
    elif head.startswith(b"\xfd7zXZ"):
        packed = lzma.LZMAFile(stream)  # noqa: SIM115 (read to its end)
    else:
        return stream
    plain = tempfile.SpooledTemporaryFile(SMALL, prefix="docfill-")  # noqa: SIM115 (kept open)
    try:
        while chunk := packed.read(SMALL):
            limits.spend(len(chunk) // _BYTES_A_STEP)
            if plain.tell() + len(chunk) > limits.current().total:
                raise limits.exceeded(name, "解压后过大", "too large unpacked", "total")
            with files.named(Path(tempfile.gettempdir())):
                plain.write(chunk)
        plain.seek(0)
    except BaseException:
        with contextlib.suppress(OSError):
            plain.close()
        raise
    return plain


class _Watched(io.RawIOBase):
    """A stream of which no more is read than the limits allow, altogether and at once; each look at it is work."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        super().__init__()
        self._stream, self._name = stream, name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        self._check(offset if whence == 0 else 0)
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        bound = limits.current()
        if size > bound.file:
            raise limits.exceeded(self._name, "文件过大", "a file is too large", "file")
        self._check(self._stream.tell())
        limits.spend(_STEPS_A_HEADER)
        return self._stream.read(size if size >= 0 else bound.file)

    def _check(self, offset: int) -> None:
        if offset > limits.current().total:
            raise limits.exceeded(self._name, "解压后过大", "too large unpacked", "total")


def _in_tar(info: tarfile.TarInfo, called: str) -> Member:
    name, refusal = _path_of(decoded(info.name.encode("utf-8", "surrogateescape")), called)
    if refusal is None and not info.isreg():
        refusal = _irregular(f"{called}/{name}")
    if refusal is None and info.size > limits.current().file:  # of a sparse file, most is nowhere
        refusal = limits.exceeded(f"{called}/{name}", "文件过大", "the file is too large", "file")
    return Member(name, f"{info.mtime}-{info.size}-{info.chksum}", refusal, dated=float(info.mtime))
