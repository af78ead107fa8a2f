"""Files: which ones are meant, what new ones are called, and how they are written.

A new file appears whole or not at all, never over an input, and over another
file only where that was asked for, and never through a link.  Names made from answers are safe on Windows,
macOS and Linux.  JSON that says a thing twice, says NaN or half a character, is refused: a reader
would have to choose (RFC 8259, sections 4 and 8.2).
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PosixPath, WindowsPath
from typing import IO, Any

from docfill import late, limits, locks
from docfill.problems import DocfillError, Said
from docfill.text import normal, shown_in_json

_OPEN_XML = (".docx", ".docm", ".dotx", ".dotm", ".xml")
WORD = (*_OPEN_XML, ".doc", ".dot", ".wps", ".wpt", ".odt", ".ott", ".fodt", ".rtf")
"""What counts as a returned form in a folder; what a file is, its content says (see `word.office`)."""

LONGEST = 200
"""Bytes (UTF-8) of a made name: file systems allow 255, and a number and a suffix follow."""

_FORBIDDEN = late.pattern(r'[/\\:*?"<>|]')
_RESERVED = late.pattern(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.I | re.S)
PLACEHOLDER = late.pattern(r"\{([^{}]*)\}")
_QUOTED = late.pattern(r'"(?:[^"\\\n]|\\.)*+(?:"|\\?$)|\'[^\'\n]*+(?:\'|$)')
_SEVERAL = late.pattern(r'"{3}|\'{3}')
_HALF = late.pattern(r"\\u[dD][89a-fA-F]")
"""How JSON may write the half of a character."""
_STEPS = 64
"""Steps of a dotted key in TOML; those of our files have five."""
_SHOWN = 20
"""Digits of a number that is too large, as its message tells it."""


# --- inputs ---


def collect(paths: Iterable[Path], suffixes: Collection[str]) -> list[Path]:
    """The files that are meant: each file as given, and for a folder all in it with one of the suffixes.

    Folders are searched to any depth, in the order of names; what Word,
    LibreOffice and macOS leave beside an open file (`~$…`, `.~lock…`, `._…`) is
    skipped.  A file that is named twice counts once.

    Raises:
        DocfillError: a path does not exist, or a folder holds no such file.
    """
    found: dict[Path, Path] = {}
    folders: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = [
                p
                for p in sorted(path.rglob("*"))
                if p.suffix.lower() in suffixes and not p.name.startswith(("~$", ".")) and p.is_file()
            ]
            if not inside:
                listed = " ".join(suffixes)
                raise DocfillError(
                    f"文件夹 {path} 中没有可用的文件（{listed}）",
                    f"the folder {path} holds no usable file ({listed})",
                    "nothing-found",
                )
        elif path.exists():
            inside = [path]
        else:
            raise DocfillError(
                f"没有这个文件或文件夹：{path}", f"there is no such file or folder: {path}", "no-such-file"
            )
        for p in inside:
            # links are followed for each folder once: for ten thousand files it takes longer than finding them
            if p.parent not in folders:
                folders[p.parent] = p.parent.resolve()
            found.setdefault(p.resolve() if p.is_symlink() else folders[p.parent] / p.name, p)
    return list(found.values())


def load_json(path: Path) -> Any:
    """The JSON value in a file.

    Raises:
        DocfillError: it is not UTF-8 or not JSON, repeats a key, or holds NaN or Infinity.
    """
    return json_from(_text_of(path), str(path))


def load_jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    """(line number, JSON value) of each line of a file that is not blank; DocfillError as `load_json`."""
    limits.check_lines(path)
    with path.open(encoding="utf-8-sig", newline="\n") as stream:
        try:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, json_from(line, str(path), number)
        except UnicodeDecodeError:
            raise _not_utf_8(path) from None


def dump_json(value: Any) -> bytes:
    """A JSON file that a person can read: UTF-8, indented, Chinese as it is."""
    import msgspec  # --help has nothing to write

    compact = shown_in_json(json.dumps(value, ensure_ascii=False, allow_nan=False)).encode()
    return msgspec.json.format(compact, indent=2) + b"\n"  # json's own way of indenting is Python, ten times as slow


def dump_jsonl(values: Iterable[Any]) -> bytes:
    """One JSON value a line, in UTF-8."""
    return "".join(shown_in_json(json.dumps(v, ensure_ascii=False, allow_nan=False)) + "\n" for v in values).encode()


def toml_from(data: bytes) -> dict[str, Any]:
    """The table that a TOML file says.

    Raises:
        ValueError: it is not UTF-8 or not TOML, or a key has so many steps that the parser, which keeps each with all
            before it, would fill up.
        RecursionError: it is nested too deeply.
    """
    import tomllib  # few commands read any

    text = data.decode("utf-8-sig")
    for number, line in enumerate(text.split("\n"), 1):
        # where a text of several lines ends, what is quoted cannot be told without what stands before
        if line.count(".") > _STEPS < (line if _SEVERAL.search(line) else _QUOTED.sub("", line)).count("."):
            raise ValueError(
                Said(f"第 {number} 行的键超过 {_STEPS} 级", f"line {number}: a key of more than {_STEPS} steps")
            )
    return tomllib.loads(text)


def _text_of(path: Path) -> str:
    data = limits.bytes_of(path, str(path))
    limits.check_values(data, str(path), b"[{,\n")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf_8(path) from None


def _not_utf_8(path: Path) -> DocfillError:
    return DocfillError(
        f"{path}：不是 UTF-8 编码，请另存为 UTF-8", f"{path}: not in UTF-8; save it in that encoding", "bad-data"
    )


def json_from(text: str, name: str, first_line: int = 1) -> Any:
    """The JSON value of a text, of which messages name the place and count lines from `first_line`.

    Raises:
        DocfillError: it is not JSON, repeats a key, or holds NaN, Infinity, a number beyond all or half a character.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(k for k, times in Counter(k for k, _ in pairs).items() if times > 1)
            raise DocfillError(
                f"{name}：“{twice}”出现了两次，请删去一个", f'{name}: "{twice}" is given twice; delete one', "bad-data"
            )
        return found

    def refuse(constant: str) -> Any:
        raise DocfillError(f"{name}：JSON 中不能有 {constant}", f"{name}: JSON has no {constant}", "bad-data")

    def finite(digits: str) -> float:
        number = float(digits)
        if math.isinf(number):
            raise DocfillError(
                f"{name}：数字过大：{digits[:_SHOWN]}", f"{name}: a number is too large: {digits[:_SHOWN]}", "bad-data"
            )
        return number

    try:
        found = json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_float=finite)
        if _HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except UnicodeEncodeError:
        raise DocfillError(
            f"{name}：有半个字符（如 \\ud800），不是文字，请删除",
            f"{name}: half a character (such as \\ud800) is no text; delete it",
            "bad-data",
        ) from None
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise DocfillError(
            f"{name}：第 {line} 行第 {error.colno} 个字符处不是 JSON",
            f"{name}: not JSON at line {line}, character {error.colno} ({error.msg})",
            "bad-data",
        ) from None
    except (RecursionError, ValueError) as error:
        is_deep = isinstance(error, RecursionError)
        zh, en = ("嵌套过深", "nested too deeply") if is_deep else ("有的数字过长", "a number is too long")
        raise DocfillError(
            f"{name}：JSON 无法读取（{zh}）", f"{name}: the JSON cannot be read ({en})", "bad-data"
        ) from None


class Held(WindowsPath if os.name == "nt" else PosixPath):  # type: ignore[misc]
    """The bytes of a file that is nowhere, under a name: what reads files by their paths reads it, too."""

    data: bytes

    def __new__(cls, name: str, data: bytes) -> Held:
        made: Held = super().__new__(cls, name)
        made.data = data
        return made

    def __init__(self, name: str, data: bytes) -> None:
        if sys.version_info >= (3, 12):
            super().__init__(name)

    def open(
        self, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None
    ) -> Any:
        """The bytes, or the text that they are, as a stream."""
        stream = io.BytesIO(self.data)
        return stream if "b" in mode else io.TextIOWrapper(stream, encoding, errors, newline)


def size_of(path: Path) -> int:
    """The bytes of a file."""
    return len(path.data) if isinstance(path, Held) else path.stat().st_size


# --- names ---


def outlet(output: str, suffixes: Sequence[str]) -> str:
    """The suffix of the file that `output` names, or "" where it is a folder.

    An existing folder, a name that ends in a slash and one without a suffix are folders.

    Raises:
        DocfillError: the suffix is none of those given.
    """
    if is_folder(output):
        return ""
    suffix = Path(output).suffix.lower()
    if suffix not in suffixes:
        zh = en = " ".join(suffixes)
        if len(suffixes) > 1:
            zh, en = f"{zh} 之一", f"one of {en}"
        raise DocfillError(
            f"输出文件 {output} 的后缀应为 {zh}；若是文件夹，请在末尾加 /",
            f"the output {output} should end in {en}; for a folder, add a / at the end",
            "bad-output",
        )
    return suffix


def is_folder(output: str) -> bool:
    """Whether an output is a folder: it is one, or its name ends in a slash, or has no suffix."""
    path = Path(output)
    return output.endswith(("/", os.sep)) or path.is_dir() or not path.suffix


def safe_name(text: str) -> str:
    """`text` as the name of a file, without suffix; "" where nothing of it can be one."""
    visible = "".join(
        " " if unicodedata.category(c) in ("Zl", "Zp") or c in "\n\t" else c
        for c in normal("NFC", text)
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\n\t"
    )
    name = _FORBIDDEN.sub("_", visible).strip(" .\u3000")
    if _RESERVED.fullmatch(name) or name.startswith(("-", "~")):  # an option of a command; a file of an open Word
        name = "_" + name
    return name.encode()[:LONGEST].decode(errors="ignore").rstrip(" .\u3000")


def placeholders(template: str) -> list[str]:
    """The dotted paths in a name like "{封面.集群名称}-{封面.所属区}"."""
    return PLACEHOLDER.findall(template)


def name_from(template: str, record: Mapping[str, Any]) -> str:
    """The file name that `template` gives for a record; several choices are joined by "、", no answer is nothing."""

    def answer(matched: re.Match[str]) -> str:
        value: Any = record
        for step in matched[1].split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)

    return safe_name(PLACEHOLDER.sub(answer, template))


def distinct(names: Iterable[str]) -> Iterator[str]:
    """The names with "-2", "-3", … behind those that were there before; letter case makes no difference."""
    last: dict[str, int] = {}
    for name in names:
        own = taken = _folded(name)
        candidate, count = name, last.get(own, 0)
        while taken in last:
            count += 1
            candidate = f"{name}-{count}"
            taken = _folded(candidate)
        last[own] = max(count, 1)
        last.setdefault(taken, 1)
        yield candidate


def _folded(name: str) -> str:
    """The same for names that Windows and macOS take for one."""
    return normal("NFC", name).casefold()


# --- outputs ---


_free: set[Path] = set()
"""The targets that nothing stood at when `check_targets` looked, nor may when they are written."""
_OWN = late.pattern(r"\.docfill-[0-9a-f]{16}\.tmp")


def check_targets(targets: Iterable[Path], inputs: Iterable[Path], force: bool) -> None:
    """Nothing, where all targets may be written; what comes to stand there later, is not replaced either.

    Raises:
        DocfillError: a target is one of the inputs; or it exists, and `force` is not given.
    """
    read = {(s.st_dev, s.st_ino) for s in (p.stat() for p in inputs if p.exists())}
    targets = list(targets)
    standing = [t for t in targets if os.path.lexists(t)]
    for target in standing:
        status = target.stat() if target.exists() else target.lstat()  # a link to nowhere stands there, too
        if (status.st_dev, status.st_ino) in read:
            raise DocfillError(
                f"输出 {target} 就是输入文件，请另选位置",
                f"the output {target} is an input; choose another place",
                "bad-output",
            )
        if target.is_dir():
            raise DocfillError(f"输出 {target} 是一个文件夹", f"the output {target} is a folder", "bad-output")
    if standing and not force:
        raise in_the_way([str(t) for t in standing])
    (_free.difference_update if force else _free.update)(t.absolute() for t in targets)


def in_the_way(standing: Sequence[str]) -> DocfillError:
    """That files are there already, which nobody allowed to replace."""
    more_zh, more_en = (f" 等 {len(standing)} 个文件", f" and {len(standing) - 1} more") if standing[1:] else ("", "")
    return DocfillError(
        f"输出已存在，未改动：{standing[0]}{more_zh}；要覆盖请加 --force，或另选位置",
        f"the output exists and was left alone: {standing[0]}{more_en}; add --force to replace it",
        "output-exists",
    )


def write(path: Path, data: bytes, is_new: bool = False) -> None:
    """Writes a file whole or not at all; its folder is made if need be.

    A link that stands at `path` is replaced, and what it leads to is left alone; so
    are the other names of a file that has several.

    Raises:
        DocfillError: since `check_targets`, another file came to stand there, or it `is_new` and one did ever.
        OSError: the disk refuses.
    """
    with replacing(path, is_new) as beside, named(path), opened(beside, "wb") as stream:
        write_all(stream, data)


def append(path: Path, data: bytes) -> None:
    """Writes some bytes behind those of a file, all or none; what others write there at the same time stays.

    The file is written anew beside it, and is locked meanwhile; who waited for that looks whether it is the same still.

    Raises:
        OSError: the disk refuses.
    """
    while not _append_once(path, data):
        pass


def _append_once(path: Path, data: bytes) -> bool:
    """Tries so; whether no other one was in between."""
    try:
        held = path.open("rb")
    except FileNotFoundError:
        try:
            write(path, data, is_new=not path.is_symlink())
        except DocfillError:
            return False
        return True
    with held:
        locks.wait_for(held)
        known = held.read()
        if not path.exists() or not os.path.samestat(os.fstat(held.fileno()), path.stat()):
            return False
        write(path, known + b"\n" * (known[-1:] not in (b"", b"\n")) + data)
        return True


def write_all(stream: IO[bytes], data: bytes) -> None:
    """Writes all of some bytes to an unbuffered file: a disk that gets full takes a part, and says so the next time."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


@contextmanager
def replacing(path: Path, is_new: bool = False) -> Iterator[Path]:
    """An empty file beside `path` for writing in several steps; it becomes `path` when all went well.

    Raises:
        DocfillError: another file came to stand there, which is to be new, or was free before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in locks.may_be_left(path.parent, _OWN):
        _remove_if_dead(left)
    beside = path.parent / f".docfill-{os.urandom(8).hex()}.tmp"
    try:  # from before it is made: an interruption may come at any moment
        with named(path):
            held = opened(beside, "xb")
        with held:
            locks.lock(held)
            try:
                yield beside
            except OSError as error:
                error.filename = str(path) if error.filename in (None, str(beside)) else error.filename
                raise
            with named(path):
                os.fsync(held.fileno())
        with named(path):
            _put(beside, path, is_new)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _put(beside: Path, path: Path, is_new: bool) -> None:
    """Gives a file its name, which may have been another's only where that was allowed."""
    if not is_new and path.absolute() not in _free:
        beside.replace(path)
        return
    try:
        if os.name == "nt":
            beside.rename(path)
        else:
            path.hardlink_to(beside)
            beside.unlink()
    except FileExistsError:
        raise in_the_way([str(path)]) from None
    except OSError:  # no hard links here
        if os.path.lexists(path):
            raise in_the_way([str(path)]) from None
        beside.replace(path)
    _free.discard(path.absolute())


def opened(path: Path, mode: str, buffering: int = 0, **text: Any) -> IO[Any]:
    """A file that is opened as `open` would, but never through a link, and unbuffered if nothing else is said.

    Raises:
        OSError: a link stands there, among other reasons.
    """

    def unlinked(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)

    return open(path, mode, buffering, opener=unlinked, **text)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """A block in which a folder of outputs is this run's alone; one that was made for it and got nothing is gone after.

    Raises:
        DocfillError: another run is writing into it.
    """
    if not locks.ARE_KNOWN or (os.path.lexists(folder) and not folder.is_dir()):
        yield
        return
    new = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        if not locks.lock(held):
            raise DocfillError(
                f"另一个 docfill 正在写入 {folder}；请等它做完，或另选输出位置",
                f"another docfill is writing into {folder}; wait for it, or choose another output",
                "bad-output",
            )
        yield
    finally:
        os.close(held)
        with contextlib.suppress(OSError):
            for made in new:
                made.rmdir()


def _remove_if_dead(entry: os.DirEntry[str]) -> None:
    """Removes an unfinished file of a run that was killed: one that nobody holds any more."""
    path = Path(entry.path)
    with contextlib.suppress(OSError):
        if not entry.is_file(follow_symlinks=False):
            return
        with opened(path, "rb") as stream:
            if time.time() - os.fstat(stream.fileno()).st_mtime > locks.SETTLED and locks.is_left(stream):
                path.unlink()


@contextmanager
def named(path: Path) -> Iterator[None]:
    """A block whose OSError tells the file: a full disk is reported without one."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise
