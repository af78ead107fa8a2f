"""Sources: the returned files that are meant by files, folders, wildcards, archives, mails, mailboxes and URLs.

Every file that is met is accounted for: it is read, it is refused with the reason
when it is its turn, or it is set aside by name as knowingly no form (what programs
leave beside their files).  Archives and mails are opened as folders are, nested to a
limit, their members read one by one into memory, so that no name in them reaches the
file system.  Only an argument that means nothing at all is refused at once.
"""

from __future__ import annotations

import contextlib
import glob
import io
import math
import os
import re
import stat
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, overload

from msgspec import Struct

from docfill import archives, files, late, limits, remote
from docfill.members import ARROW, MAILS, Archive, Letter, Member, between, decoded, printable, too_deep
from docfill.problems import DocfillError, Said, reason_of
from docfill.word import foreign

_WILD = late.pattern(r"[*?\[]")
_ASIDE = late.pattern(
    r"~\$.*|~WRL\d+\.tmp|(?:.*\.)?corrections\.jsonl|\.(?!\.?\Z).*|Thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini|Icon\r|__MACOSX|.+\.msf|table_of_contents|ATT\d{5}\.(?:html?|txt)",
    re.I | re.S,
)
"""What Word, WPS, LibreOffice, Windows, macOS, Exchange (the lines behind an attachment), Thunderbird and Apple Mail
(what stands where in a mailbox) and docfill leave beside the files of people."""


_SUFFIX = late.pattern(r"(?:\.tar)?\.[^./]*\Z", re.I)


@dataclass(frozen=True, slots=True)
class Source:
    """One returned file: where it is, not what is in it.

    Attributes:
        name: how results and messages call it: a path, a URL, "a.zip/b.docx", or "a.eml → b.docx".
        where: the path or URL of the file, or of the outermost archive or mail that holds it.
        members: its number in that archive, then in the one that this is, and so on; () of a file by itself.
        stamp: changes when the content does; "" where there is nothing to tell by.
        archive: the stamp of the outermost archive.
        changed: the latest time (seconds) at which the content can have come about; infinite where unknown.
        refusal: why it is not to be read at all.
        dated: when it was last saved, or its mail was sent (seconds); 0 where unknown.
    """

    name: str
    where: str
    members: tuple[int, ...] = ()
    stamp: str = ""
    archive: str = ""
    changed: float = float("inf")
    refusal: DocfillError | None = None
    dated: float = 0.0

    @property
    def stem(self) -> str:
        """What an output may be called after it: its own name, behind that of the mail that it came with."""
        steps = self.name.replace("\\", "/").split(ARROW)
        stems = (PurePosixPath(step).stem for step in steps)
        return files.safe_name("-".join(filter(None, stems))) or "_"

    def read(self) -> bytes:
        """The bytes of the file.

        Raises:
            DocfillError: it is gone, unreadable, over the limit `file`, or plainly of another kind.
        """
        if self.refusal:
            raise self.refusal
        if self.members:
            return self._checked(io.BytesIO(_member(self)))
        try:
            with remote.opened(self.where) if remote.is_url(self.where) else Path(self.where).open("rb") as stream:
                return self._checked(stream)
        except DocfillError:
            raise
        except Exception as error:  # what a storage raises while it is read is its client library's
            own = f"{type(error).__name__}: {error}"
            why = reason_of(error) if isinstance(error, OSError) and error.strerror else Said(own, own)
            raise DocfillError(
                f"无法读取 {self.name}（{why}）", f"cannot read {self.name} ({why.en})", "no-access"
            ) from None

    def _checked(self, stream: IO[bytes]) -> bytes:
        head = stream.read(foreign.HEAD)
        refusal = foreign.refusal(head, self.name)
        if refusal is not None:
            raise refusal
        most = limits.current().file
        data = head + stream.read(most + 1)
        if len(data) > most:
            raise limits.exceeded(self.name, "文件过大", "the file is too large", "file")
        return data


def is_aside(name: str) -> bool:
    """Whether a file or folder of this name is knowingly none that anybody sent: programs leave it beside others."""
    return _ASIDE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Met(Sequence[Source]):
    """The files that were met, in order; those set aside are none of them, but are named.

    Attributes:
        sources: what is read, or refused with its reason.
        aside: the names of what is knowingly no form.
    """

    sources: list[Source] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    @overload
    def __getitem__(self, index: int) -> Source: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Source]: ...

    def __getitem__(self, index: int | slice) -> Source | Sequence[Source]:
        return self.sources[index]

    def __len__(self) -> int:
        return len(self.sources)


def collect(arguments: Path | str | Iterable[Path | str], outputs: Sequence[Path | str] = ()) -> Met:
    """The files that arguments mean, each once, in the order of the arguments and then of names.

    Args:
        arguments: one or more paths, wildcards for files (`**` for any depth), archives, mails and URLs;
            folders are searched to any depth.
        outputs: files and folders that are written; what is found there was written by an earlier run, and set aside.

    Raises:
        DocfillError: an argument means no file.
    """
    named = [str(a) for a in ([arguments] if isinstance(arguments, Path | str) else arguments)]
    several = len(named) > 1
    written = _written([str(o) for o in outputs], named)
    found: dict[tuple[str, tuple[int, ...]], Source] = {}
    aside: dict[str, None] = {}  # in the order in which they are met
    for argument in named:
        search = _Search(written)
        if remote.is_url(argument):
            search.url(argument)
        else:
            search.path(argument)
        if not search.sources:
            raise DocfillError(f"{argument} 中没有可用的文件", f"{argument} holds no usable file", "nothing-found")
        for source in search.sources:
            # within one argument no file is found twice
            where = os.path.realpath(source.where) if several and not remote.is_url(argument) else source.where
            found.setdefault((where, source.members), source)
        aside.update(dict.fromkeys(search.aside))
    return Met([*found.values()], [*aside])


def _written(outputs: Sequence[str], arguments: Sequence[str]) -> list[Path]:
    """The outputs on this machine that lie inside of what is searched, and do not hold it."""
    searched = [Path(a).resolve() for a in arguments if not remote.is_url(a)]
    written = [Path(o).resolve() for o in outputs if not remote.is_url(o)]
    return [o for o in written if not any(s.is_relative_to(o) for s in searched)]


class _Search:
    """What one argument means: `sources` and `aside`, as in `Met`."""

    def __init__(self, written: Sequence[Path]) -> None:
        self.sources: list[Source] = []
        self.aside: list[str] = []
        self._written = written

    def path(self, argument: str) -> None:
        """A file, a folder or wildcards."""
        path = Path(argument)
        if path.is_dir():
            self._folder(path)
        elif os.path.lexists(path):
            self._file(path)
        elif _WILD.search(argument):
            wild = (Path(p) for p in sorted(glob.glob(argument, recursive=True)))  # noqa: PTH207 (takes absolute ones)
            inside = [p for p in wild if not p.is_dir()]
            if not inside:
                raise DocfillError(f"没有符合 {argument} 的文件", f"no file matches {argument}", "no-such-file")
            for p in inside:
                self._found(p)
        else:
            raise DocfillError(
                f"没有这个文件或文件夹：{argument}", f"there is no such file or folder: {argument}", "no-such-file"
            )

    def url(self, url: str) -> None:
        """A file or a folder elsewhere."""
        listed = remote.listing(url)
        if not listed:
            raise DocfillError(
                f"没有这个文件或文件夹：{url}", f"there is no such file or folder: {url}", "no-such-file"
            )
        is_searched = list(listed) != [remote.canonical(url)]
        for found, known in listed.items():
            if is_searched and _ASIDE.fullmatch(PurePosixPath(found).name):
                self.aside.append(found)
            else:
                self._take(Source(found, found, stamp=known.stamp, changed=known.changed, dated=_finite(known.changed)))

    def _folder(self, folder: Path) -> None:
        inside: list[Path] = []
        closed: list[OSError] = []
        for at, folders, names in os.walk(folder, onerror=closed.append):
            here = Path(at)
            links = [name for name in folders if (here / name).is_symlink()]
            self.aside += [f"{shown(here / name)}/" for name in folders if _ASIDE.fullmatch(name)]
            folders[:] = [name for name in folders if not _ASIDE.fullmatch(name)]
            inside += [here / name for name in (*names, *links)]
        for path in sorted(inside):
            self._found(path)
        for error in closed:
            name, why = shown(Path(os.fsdecode(error.filename))), reason_of(error)
            self.sources.append(
                Source(
                    name,
                    name,
                    refusal=DocfillError(
                        f"无法打开文件夹 {name}（{why}）",
                        f"cannot open the folder {name} ({why.en})",
                        "no-access",
                    ),
                )
            )

    def _found(self, path: Path) -> None:
        """A file that was found, not named."""
        if _ASIDE.fullmatch(path.name) or (self._written and self._is_written(path.resolve())):
            self.aside.append(shown(path))
        else:
            self._file(path)

    def _is_written(self, path: Path) -> bool:
        journals = (o.with_name(f"{o.name}.part") for o in self._written)
        return any(path.is_relative_to(o) for o in self._written) or path in journals

    def _file(self, path: Path) -> None:
        name = shown(path)
        try:
            status = path.stat()
        except OSError:
            self.sources.append(Source(name, str(path)))  # read says what is the matter
            return
        if not stat.S_ISREG(status.st_mode):
            zh, en = (
                f"{name} 是文件夹的链接、管道或设备，不是普通文件",
                f"{name} is a link to a folder, a pipe or a device",
            )
            self.sources.append(Source(name, str(path), refusal=DocfillError(zh, en, "no-access")))
            return
        stamp = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
        # a copy may keep an old time of modification, but not the time of its own arrival
        self._take(
            Source(name, str(path), stamp=stamp, changed=max(status.st_mtime, status.st_ctime), dated=status.st_mtime)
        )

    def _take(self, source: Source) -> None:
        """A file, or all that an archive or mail holds."""
        if archives.is_archive(source.where):
            # what is in one another has one budget; what is met after its end is refused by name
            with contextlib.suppress(DocfillError), _work_of(source):
                self._members(source, _Budget(source.where))
        else:
            self.sources.append(source)

    def _members(self, outer: Source, budget: _Budget) -> None:
        """The files in an archive or mail; itself, with a refusal, where it cannot be listed or holds none."""
        archive = outer.archive if outer.members else outer.stamp
        try:
            budget.go_in(outer)
            opened = _opened(outer.where, archive, outer.members)
            budget.take(opened)
        except DocfillError as error:
            self.sources.append(Source(outer.name, outer.where, outer.members, refusal=error.kept()))
            return
        count = len(self.sources)
        for index, (member, name) in enumerate(zip(opened.archive.members, opened.names, strict=True)):
            called = f"{outer.name}{between(outer.name)}{name}"
            if index in opened.aside:
                self.aside.append(called)
                continue
            steps = (*outer.members, index)
            source = Source(
                called,
                outer.where,
                steps,
                member.stamp,
                archive,
                outer.changed,
                member.refusal,
                member.dated or outer.dated,
            )
            if member.refusal is None and archives.is_archive(member.name):
                self._members(source, budget)
            else:
                self.sources.append(source)
        if len(self.sources) == count:
            self.sources.append(Source(outer.name, outer.where, outer.members, refusal=_holds_nothing(outer.name)))


def _finite(moment: float) -> float:
    return moment if math.isfinite(moment) else 0.0


_FEW = 2_500
"""Members that the smallest archive may have."""
_SMALLEST = 400
"""Bytes of an archive for each of more members.  A Word file that says next to nothing takes 800 in a zip, a mail with
an attachment as much; each member is told by itself, which costs a third of a millisecond and more.
"""


def _work_of(source: Source) -> contextlib.AbstractContextManager[object]:
    """What may be done to list an archive; of a URL, whose size is not known yet, each in it has its own budget."""
    is_url = remote.is_url(source.where)
    return contextlib.nullcontext() if is_url else limits.Budget(source.name, _size_of(source.where))


def _size_of(where: str) -> int:
    """The bytes of a file; 0 of a URL, and of what is not there."""
    try:
        return Path(where).stat().st_size
    except OSError:
        return 0


class _Budget:
    """What one file may unfold to: how deep archives stand in it, how many members they have, and their bytes."""

    def __init__(self, where: str) -> None:
        self._members = self._told = self._bytes = 0
        self._holdable = max(_FEW, _size_of(where) // _SMALLEST)

    def go_in(self, archive: Source) -> None:
        """DocfillError where an archive stands too deep."""
        if len(archive.members) > limits.current().nested:
            raise too_deep(archive.name)

    def take(self, opened: _Opened) -> None:
        """DocfillError where, with this archive, there are too many members or bytes."""
        self._members += len(opened.archive.members)
        self._told += len(opened.archive.members) - len(opened.aside)
        self._told -= opened.is_inside  # one that stands in another is told by what it holds
        self._bytes += opened.size
        if self._members > limits.current().files:
            raise limits.exceeded(opened.name, "压缩包中文件过多", "too many files in the archives", "files")
        if self._told > self._holdable:
            raise DocfillError(
                f"{opened.name}：压缩包太小，装不下 {self._told} 个文件，里面多半是空的；请重新打包，或分成几包",
                f"{opened.name}: too small to hold {self._told} files, most must be empty; pack them anew, or in parts",
                "too-large",
            )
        if self._bytes > limits.current().total:
            raise limits.exceeded(
                opened.name, "压缩包层层相套，解压后过大", "nested archives, too large unpacked", "total"
            )


def _holds_nothing(name: str) -> DocfillError:
    if name.lower().endswith(MAILS):
        return DocfillError(
            f"{name}：邮件没有附件，请向发件人另要 Word 文件",
            f"{name}: the mail has no attachment; ask the sender for the Word file",
            "nothing-found",
        )
    return DocfillError(f"{name}：压缩包中没有可用的文件", f"{name}: the archive holds no usable file", "nothing-found")


def shown(path: Path) -> str:
    """A path as messages show it: a name that is not UTF-8 is GBK as a rule, and controls are not let through."""
    return printable(decoded(os.fsencode(path.as_posix())))


# --- archives ---


class _Opened(Struct, frozen=True):
    """An archive that is open.

    Attributes:
        archive: what reads it.
        name: how messages call it.
        names: how they call its members.
        aside: the numbers of those that are knowingly no form.
        size: the bytes that it takes in memory.
        is_inside: whether it stands in another one.
    """

    archive: Archive
    name: str
    names: Sequence[str]
    aside: Collection[int]
    size: int = 0
    is_inside: bool = False

    @classmethod
    def of(cls, archive: Archive, name: str, size: int = 0, *, is_inside: bool = False) -> _Opened:
        """An archive that was opened now."""
        members = archive.members
        aside = frozenset(index for index, member in enumerate(members) if _is_aside(member))
        return cls(archive, name, _names_apart(members), aside, size, is_inside)

    @property
    def room(self) -> int:
        """The bytes that it takes while it is kept open, or as much as allows for few where each may have a file."""
        is_mail = isinstance(self.archive, Letter)
        return self.size + _BYTES_A_MEMBER * len(self.names) if is_mail else _ROOM // _MOST_OPEN


def _is_aside(member: Member) -> bool:
    return member.is_aside or any(map(_ASIDE.fullmatch, member.name.replace(ARROW, "/").split("/")))


def _names_apart(members: Sequence[Member]) -> list[str]:
    """How members are called, no two alike, since results are told apart by their names: a mail may well have two
    attachments, and forwarded mails may each have one, with the same name.
    """
    names = [member.name for member in members]
    taken = set(names)
    if len(taken) == len(names):
        return names
    counts: Counter[str] = Counter()
    for index, name in enumerate(names):
        counts[name] += 1
        if counts[name] == 1:
            continue
        suffix = _SUFFIX.search(name)
        end = suffix.start() if suffix is not None else len(name)
        while (candidate := f"{name[:end]}-{counts[name]}{name[end:]}") in taken:
            counts[name] += 1
        names[index] = candidate
        taken.add(candidate)
    return names


_Steps = tuple[int, ...]
_ROOM, _MOST_OPEN = 8 * 2**20, 4
"""Bytes that mails may take which are kept open; other archives, each of which may have a file."""
_BYTES_A_MEMBER = 1_000


class _Open:
    """The archives that are kept open, those that were asked for last: ten thousand members cost one look at the
    directory, and a mail is not parsed once to be listed and once more to be read.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, _Steps], _Opened] = {}
        self._taken = 0
        self._lock = threading.Lock()

    def __call__(self, where: str, stamp: str, steps: _Steps) -> _Opened:
        key = where, stamp, steps
        opened = self._out(key) or _newly_opened(where, stamp, steps)
        with self._lock:
            self._kept[key] = opened
            self._taken += opened.room
            while self._taken > _ROOM and len(self._kept) > 1:
                self._taken -= self._kept.pop(next(iter(self._kept))).room
        return opened

    def _out(self, key: tuple[str, str, _Steps]) -> _Opened | None:
        """One that is kept, taken out: it is put back as the last."""
        with self._lock:
            opened = self._kept.pop(key, None)
            self._taken -= opened.room if opened is not None else 0
        return opened


_opened = _Open()


def _newly_opened(where: str, stamp: str, steps: _Steps) -> _Opened:
    if not steps:
        name = where if remote.is_url(where) else shown(Path(where))
        archive = archives.opened(_stream(where, name), name)
        return _Opened.of(archive, name)
    *outer, last = steps
    holder = _opened(where, stamp, tuple(outer))
    name = f"{holder.name}{between(holder.name)}{holder.names[last]}"
    data = holder.archive.read(last, name)
    archive = archives.opened(io.BytesIO(data), name)
    return _Opened.of(archive, name, len(data), is_inside=True)


def _member(source: Source) -> bytes:
    *outer, last = source.members
    archive = _opened(source.where, source.archive, tuple(outer)).archive
    if last >= len(archive.members) or archive.members[last].stamp != source.stamp:
        raise DocfillError(
            f"{source.name}：压缩包在读取期间被改动，请重新读取",
            f"{source.name}: the archive was changed meanwhile; read it again",
            "no-access",
        )
    return archive.read(last, source.name)


def _stream(where: str, name: str) -> IO[bytes]:
    """A file that can be read from any place; of a web server that gives whole files only, all of it."""
    if not remote.is_url(where):
        try:
            return Path(where).open("rb")
        except OSError as error:
            why = reason_of(error)
            raise DocfillError(f"无法读取 {name}（{why}）", f"cannot read {name} ({why.en})", "no-access") from None
    stream: IO[bytes] = remote.opened(where)
    try:
        stream.seek(-1, os.SEEK_END)
        stream.read(1)
        stream.seek(0)
    except (OSError, ValueError, NotImplementedError):
        most = limits.current().file
        with remote.opened(where) as whole:
            data = whole.read(most + 1)
        if len(data) > most:
            raise limits.exceeded(name, "文件过大", "the file is too large", "file") from None
        return io.BytesIO(data)
    return stream
