"""Sources: the returned files that are meant by files, folders, wildcards, zip files and URLs.

A zip is never unpacked: its members are read one by one into memory, within
limits, so no name in it reaches the file system, and one that means to is
refused.  Names that Windows wrote in GBK are read as such (APPNOTE 4.4.4, bit 11,
is not set then).  What cannot be read is an error of that one source, told when
it is its turn; only an argument that means nothing at all is refused at once.
"""

from __future__ import annotations

import glob
import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from docfill import files, limits, remote
from docfill.container import Container, is_encrypted
from docfill.problems import DocfillError

_UTF_8 = 0x800
_WILD = re.compile(r"[*?\[]")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Source:
    """One returned file: where it is, not what is in it.

    Attributes:
        name: how results and messages call it: a path, a URL, or "a.zip/b.docx".
        where: the path or URL of the file, or of the zip that holds it.
        member: the number of the member of a zip, -1 of a file by itself.
        stamp: changes when the content does; "" where there is nothing to tell by.
        archive: the stamp of the zip.
        changed: the latest time (seconds) at which the content can have come about; infinite where unknown.
        refusal: why it is not to be read at all.
    """

    name: str
    where: str
    member: int = -1
    stamp: str = ""
    archive: str = ""
    changed: float = float("inf")
    refusal: DocfillError | None = None

    @property
    def stem(self) -> str:
        """What an output may be called after it."""
        return files.safe_name(PurePosixPath(self.name.replace("\\", "/")).stem) or "_"

    def read(self) -> bytes:
        """The bytes of the file.

        Raises:
            DocfillError: it is gone, unreadable, or over the limit `file`.
        """
        if self.refusal:
            raise self.refusal
        if self.member >= 0:
            return _member(self)
        try:
            with remote.opened(self.where) if remote.is_url(self.where) else Path(self.where).open("rb") as stream:
                data: bytes = stream.read(limits.current().file + 1)
        except DocfillError:
            raise
        except Exception as error:  # what a storage raises while it is read is its client library's
            reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            raise DocfillError(
                f"无法读取 {self.name}（{reason}）", f"cannot read {self.name} ({reason})", "no-access"
            ) from None
        if len(data) > limits.current().file:
            raise _too_large(self.name)
        return data


def collect(arguments: Iterable[str], suffixes: Sequence[str] = files.WORD) -> list[Source]:
    """The files that arguments mean, each once, in the order of the arguments and then of names.

    Args:
        arguments: paths, wildcards for files (`**` for any depth), zip files and URLs;
            folders are searched to any depth, for zip files, too.
        suffixes: what counts as a returned form where it is not named itself.

    Raises:
        DocfillError: an argument means no file.
    """
    found: dict[tuple[str, int], Source] = {}
    arguments = list(arguments)
    several = len(arguments) > 1
    for argument in arguments:
        inside = list(_remote(argument, suffixes) if remote.is_url(argument) else _local(argument, suffixes))
        if not inside:
            listed = " ".join(suffixes)
            raise DocfillError(
                f"{argument} 中没有可用的文件（{listed}）",
                f"{argument} holds no usable file ({listed})",
                "nothing-found",
            )
        for source in inside:
            # within one argument no file is found twice
            where = os.path.realpath(source.where) if several and not remote.is_url(argument) else source.where
            found.setdefault((where, source.member), source)
    return list(found.values())


def _local(argument: str, suffixes: Sequence[str]) -> Iterator[Source]:
    searched = (*suffixes, ".zip")
    paths = [Path(argument)]
    if _WILD.search(argument) and not paths[0].exists():
        wild = (Path(p) for p in sorted(glob.glob(argument, recursive=True)))  # noqa: PTH207 (takes absolute ones)
        paths = [p for p in wild if p.is_file() and _counts(p.name, searched)]
        if not paths:
            raise DocfillError(f"没有符合 {argument} 的文件", f"no file matches {argument}", "no-such-file")
    is_searched = paths[0] != Path(argument) or paths[0].is_dir()
    for path in files.collect(paths, searched):
        try:
            status = path.stat()
        except OSError:
            yield Source(shown(path), str(path))
            continue
        if not stat.S_ISREG(status.st_mode):
            raise DocfillError(f"{shown(path)} 不是普通文件", f"{shown(path)} is no regular file", "no-access")
        stamp = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
        # a copy may keep an old time of modification, but not the time of its own arrival
        source = Source(shown(path), str(path), stamp=stamp, changed=max(status.st_mtime, status.st_ctime))
        yield from _members(source, suffixes, is_searched) if path.suffix.lower() == ".zip" else (source,)


def _remote(url: str, suffixes: Sequence[str]) -> Iterator[Source]:
    listed = remote.listing(url)
    if not listed:
        raise DocfillError(f"没有这个文件或文件夹：{url}", f"there is no such file or folder: {url}", "no-such-file")
    is_searched = list(listed) != [remote.canonical(url)]
    for found, known in listed.items():
        name = PurePosixPath(found).name
        source = Source(found, found, stamp=known.stamp, changed=known.changed)
        if name.lower().endswith(".zip"):
            yield from _members(source, suffixes, is_searched)
        elif not is_searched or _counts(name, suffixes):
            yield source


def _counts(name: str, suffixes: Sequence[str]) -> bool:
    """Whether a file that was found, not named, is meant; what programs leave beside their files is not."""
    return PurePosixPath(name).suffix.lower() in suffixes and not name.startswith(("~$", "."))


def shown(path: Path) -> str:
    """A path as messages show it: a name that is not UTF-8 is GBK as a rule, and controls are not let through."""
    raw = os.fsencode(path.as_posix())
    return _printable(_decoded(raw))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


# --- zip files ---


def _members(archive: Source, suffixes: Sequence[str], is_searched: bool) -> Iterator[Source]:
    """The files in a zip; the zip itself, with a refusal, where it cannot be listed or holds none."""
    try:
        listed = _listed(archive.where, archive.stamp)
    except DocfillError as error:
        yield Source(archive.name, archive.where, refusal=error)
        return
    is_empty = True
    for index, info in enumerate(listed.members):
        raw = info.orig_filename
        # without bit 11 the bytes are in whatever the writer's machine had, which zipfile shows as cp437
        inside = raw if info.flag_bits & _UTF_8 else _decoded(raw.encode("cp437", "replace"))
        name = PurePosixPath(inside.replace("\\", "/"))
        if info.is_dir() or "__MACOSX" in name.parts or not _counts(name.name, (*suffixes, ".zip")):
            continue
        is_empty = False
        called = f"{archive.name}/{_printable(str(name))}"
        refusal = _refusal(called, name, info)
        yield Source(called, archive.where, index, _stamp(info), archive.stamp, archive.changed, refusal)
    if is_empty and not is_searched:
        return
    if is_empty:
        reason = DocfillError(
            f"{archive.name}：压缩包中没有可用的文件",
            f"{archive.name}: the zip file holds no usable file",
            "nothing-found",
        )
        yield Source(archive.name, archive.where, refusal=reason)


def _refusal(called: str, name: PurePosixPath, info: zipfile.ZipInfo) -> DocfillError | None:
    """Why a member is not read."""
    if name.is_absolute() or ".." in name.parts or _DRIVE.match(str(name)):
        return DocfillError(
            f"{called}：压缩包中的路径指向包外，不予读取",
            f"{called}: its path leads out of the zip file; it is not read",
            "unsafe",
        )
    if name.suffix.lower() == ".zip":
        return DocfillError(
            f"{called}：压缩包中还有压缩包，请先解压",
            f"{called}: a zip file in a zip file; unpack it first",
            "nested-archive",
        )
    if is_encrypted(info):
        return DocfillError(
            f"{called}：压缩包设有密码，请解压后再读",
            f"{called}: the zip file has a password; unpack it first",
            "encrypted",
        )
    return None


def _too_large(name: str) -> DocfillError:
    return limits.exceeded(name, "文件过大", "the file is too large", "file")


def _stamp(info: zipfile.ZipInfo) -> str:
    return f"{info.CRC}-{info.file_size}"


@lru_cache(maxsize=4)
def _listed(where: str, stamp: str) -> Container:
    """An opened zip; kept open, so that ten thousand members cost one look at the directory."""
    name = where if remote.is_url(where) else shown(Path(where))
    try:
        stream = _seekable(where) if remote.is_url(where) else Path(where).open("rb")  # noqa: SIM115 (kept open)
    except OSError as error:
        raise DocfillError(
            f"无法读取 {name}（{error.strerror}）", f"cannot read {name} ({error.strerror})", "no-access"
        ) from None
    return Container(stream, name, "files")


def _seekable(url: str) -> IO[bytes]:
    """A file elsewhere that can be read from any place; of a web server that gives whole files only, all of it."""
    stream: IO[bytes] = remote.opened(url)
    try:
        stream.seek(-1, os.SEEK_END)
        stream.read(1)
    except (OSError, ValueError, NotImplementedError):
        with remote.opened(url) as whole:
            data = whole.read(limits.current().file + 1)
        if len(data) > limits.current().file:
            raise _too_large(url) from None
        return io.BytesIO(data)
    return stream


def _member(source: Source) -> bytes:
    archive = _listed(source.where, source.archive)
    infos = archive.members
    if source.member >= len(infos) or _stamp(infos[source.member]) != source.stamp:
        raise DocfillError(
            f"{source.name}：压缩包在读取期间被改动，请重新读取",
            f"{source.name}: the zip file was changed meanwhile; read it again",
            "no-access",
        )
    return archive.read(infos[source.member], source.name, "file")
