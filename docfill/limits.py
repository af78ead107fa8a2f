"""How much of a stranger's file is read: one set of limits for every door, each far above any real form.

A file over a limit is refused with one message that names the limit; it is never
read in part.  The defaults fit the largest of two hundred real forms tenfold and
more (docs/security.md has the measurements), and together they keep a reading
within seconds and 300 MiB.  A larger one is let in by naming its limit: `within`
in Python, `--limits` or DOCFILL_LIMITS anywhere, so that workers started from
here have the same.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import io
import os
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextvars import ContextVar, Token
from pathlib import Path
from typing import IO, NamedTuple, Self, TypeVar

from docfill import late
from docfill.problems import DocfillError

VARIABLE = "DOCFILL_LIMITS"
"""The environment variable: "part=64M,elements=2000000"."""

_T = TypeVar("_T")
_CHUNK = 2**20
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}
_SETTING = late.pattern(r"\s*(\w+)\s*=\s*([1-9]\d{0,14})([KMG]?)\s*", re.I | re.A)


class Limits(NamedTuple):
    """The limits; all are the greatest that is let in.

    Attributes:
        file: bytes of a file as it is given.
        members: members of a package.
        files: members of an archive of returned files, or of all that are in one another.
        nested: archives and mails in one another.
        name: characters of a member's name.
        part: bytes of one part that is read, unpacked.
        total: bytes of all members as the package declares them, unpacked; bytes of a .csv or .jsonl, read by lines.
        ratio: how many times its packed size a part over 1 MiB may be unpacked.
        elements: elements of one XML part, and its attributes twice, as the memory goes that they take (how deep they
            nest, libxml2 limits to 256).
        blocks: paragraphs, table rows and cells of a document's part.
        pieces: texts, breaks, tabs, symbols, drawings, controls and field marks of a document's part.
        text: characters of a document's part.
        sheet: bytes of one sheet of a workbook, unpacked, and of all text that its cells name.
        columns: columns of a sheet or .csv.
        cells: empty cells of one sheet between those that hold something; values of a .json, lines of a .csv or .jsonl.
        tag: characters of one template tag or rule.
        rules: bytes of a rules file.
        work: steps of work, each about a microsecond, that a file of a mebibyte or less may ask for; a larger one may
            ask for as many times more as it is larger.
        office: bytes of memory that a process of LibreOffice may take.
        picture: bytes of one picture that is given or read.
        pixels: pixels of one picture.
        together: files that one process of LibreOffice converts, one after another; 1 gives each file its own.
    """

    file: int = 128 * 2**20
    members: int = 5_000
    files: int = 100_000
    nested: int = 4
    name: int = 512
    part: int = 32 * 2**20
    total: int = 1024 * 2**20
    ratio: int = 400
    elements: int = 1_900_000
    blocks: int = 150_000
    pieces: int = 500_000
    text: int = 4_000_000
    sheet: int = 64 * 2**20
    columns: int = 16_384
    cells: int = 1_000_000
    tag: int = 2_000
    rules: int = 512 * 2**10
    work: int = 1_500_000
    office: int = 3 * 2**30
    picture: int = 20 * 2**20
    pixels: int = 100_000_000
    together: int = 50


DEFAULT = Limits()

_given: ContextVar[Limits | None] = ContextVar("limits", default=None)


def current() -> Limits:
    """The limits that hold here: those of `within`, else those of DOCFILL_LIMITS, else the defaults."""
    given = _given.get()
    if given is not None:
        return given
    text = os.environ.get(VARIABLE)
    return limits_from(text) if text else DEFAULT


@contextlib.contextmanager
def within(**changes: int) -> Iterator[Limits]:
    """Other limits for what is read inside the `with`, in this thread or task; what is not named stays.

    with limits.within(part=64 * 2**20):
        form.extract("附图很多.docx")

    Raises:
        DocfillError: a limit has no such name, or a value is no positive whole number.
    """
    for name, value in changes.items():
        if name not in Limits._fields or type(value) is not int or value < 1:
            raise _no_limit(f"{name}={value}")
    with holding(current()._replace(**changes)) as limits:
        yield limits


@contextlib.contextmanager
def holding(limits: Limits) -> Iterator[Limits]:
    """These limits and no others for what is read inside the `with`, in this thread or task."""
    token = _given.set(limits)
    try:
        yield limits
    finally:
        _given.reset(token)


def limits_from(text: str) -> Limits:
    """The defaults with what "part=64M,blocks=100000" changes; K, M and G are 2**10, 2**20 and 2**30.

    Raises:
        DocfillError: a limit has no such name, or a value is no positive whole number.
    """
    changes: dict[str, int] = {}
    for setting in filter(str.strip, text.split(",")):
        matched = _SETTING.fullmatch(setting)
        if matched is None or matched[1] not in Limits._fields:
            raise _no_limit(setting.strip())
        changes[matched[1]] = int(matched[2]) * _UNITS[matched[3].upper()]
    return DEFAULT._replace(**changes)


def _no_limit(setting: str) -> DocfillError:
    known = ", ".join(Limits._fields)
    return DocfillError(
        f"限额“{setting[:80]}”应写作 名称=正整数（可带 K、M、G），名称有：{known}",
        f'the limit "{setting[:80]}" should be name=number (K, M or G may follow); names are {known}',
        "bad-argument",
    )


TOO_MUCH_WORK = "要做的处理与文件大小不相称", "too much work for a file of its size"


class _None:
    """What is no item of any iterator."""


_NONE = _None()


class Budget:
    """The work that one file may still ask for: so much for a mebibyte, and the more the larger it is.

    Work is counted where it is done, never by the clock, so that a file is refused on
    every machine or on none.  In a `with`, `spend` anywhere below draws on it, and what
    is nested deeper than Python's own calls may be is refused, too.

    Args:
        name: how messages call the file.
        size: its bytes, as it was given.
    """

    _KEPT = 2048

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self._left = int(current().work * max(1.0, size / 2**20))
        self._tokens: defaultdict[int, list[Token[Budget | None]]] = defaultdict(list)
        self._known: set[str] | None = set()

    def rest(self) -> Budget:
        """A budget of what is left of this one now."""
        rest = copy.copy(self)
        rest._tokens = defaultdict(list)
        rest._known = set()
        return rest

    @property
    def left(self) -> int:
        """How many steps are left."""
        return self._left

    def spend(self, steps: int) -> None:
        """Takes away so many steps; DocfillError where there are none left."""
        self._left -= steps
        if self._left < 0:
            raise self.refusal()

    def refusal(self) -> DocfillError:
        """That the file asks for more work than it may."""
        return exceeded(self.name, *TOO_MUCH_WORK, "work")

    def spend_once(self, what: str, steps: int) -> None:
        """As `spend`; of what the file asked for before, and is kept if that is not too much, a third is left."""
        if self._known is not None and what in self._known:
            steps //= 3
        elif self._known is not None:
            self._known.add(what)
            if len(self._known) > self._KEPT:
                self._known = None
        self.spend(steps)

    def each(self, items: Iterator[_T]) -> Iterator[_T]:
        """The items, the making of each of which draws on this budget."""
        while True:
            with self:
                item = next(items, _NONE)
            if isinstance(item, _None):
                return
            yield item

    def __enter__(self) -> Self:
        _Collecting.rarely()
        self._tokens[threading.get_ident()].append(_budget.set(self))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        _budget.reset(self._tokens[threading.get_ident()].pop())
        _Collecting.as_before()
        if kind is None:
            self.spend(0)  # who was told that there is no more work must not have gone on
        if kind is not None and issubclass(kind, RecursionError):
            raise DocfillError(
                f"{self.name}：嵌套过深，或一处的内容过多，无法处理；请拆成几处",
                f"{self.name}: nested too deeply, or too much in one place; divide it",
                "too-large",
            ) from None


class _Collecting:
    """Python's search for rings of dead objects, which goes over all that is alive: while files are read, a rare one.

    A reading makes hardly any rings, and hundreds of thousands of objects that stay to its end.  Afterwards the search
    is as frequent as before, counted from there: it does not begin at once with what was just read.
    """

    _STEP = 1_000_000
    _MOST_YOUNG = 10_000
    _lock = threading.Lock()
    _readings = 0
    _before = _after = (0, 0, 0)

    @classmethod
    def rarely(cls) -> None:
        with cls._lock:
            if not cls._readings:
                if (now := gc.get_threshold()) != cls._after:  # somebody else has set it
                    cls._before = now
                if 0 < cls._before[0] < cls._STEP:
                    gc.set_threshold(cls._STEP, *cls._before[1:])
            cls._readings += 1

    @classmethod
    def as_before(cls) -> None:
        with cls._lock:
            cls._readings -= 1
            if not cls._readings and gc.get_threshold()[0] == cls._STEP:
                first, *others = cls._before
                gc.set_threshold(first + min(gc.get_count()[0], cls._MOST_YOUNG), *others)
                cls._after = gc.get_threshold()


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


def within_one(budget: Callable[[], Budget]) -> contextlib.AbstractContextManager[object]:
    """The budget that holds here, or else the one that is made: what is done for one file draws on one."""
    return budget() if _budget.get() is None else contextlib.nullcontext()


def held(budget: Callable[[], Budget]) -> Budget:
    """The budget that holds here, or else the one that is made, for what goes on to be read later."""
    return _budget.get() or budget()


def called(part: str) -> str:
    """How messages call a part: behind the file whose budget holds here, if there is one."""
    return part if (budget := _budget.get()) is None else f"{budget.name} {part}"


def spend(steps: int) -> None:
    """Takes so many steps, each about a microsecond, from the budget that holds here, if there is one."""
    if (budget := _budget.get()) is not None:
        budget.spend(steps)


def spend_once(what: str, steps: int) -> None:
    """As `spend`, for what is mostly worked out once for the file; see `Budget.spend_once`."""
    if (budget := _budget.get()) is not None:
        budget.spend_once(what, steps)


def bytes_of(path: Path, name: str, limit: str = "file") -> bytes:
    """All bytes of a file that messages call `name`; DocfillError where there are more than a limit, as `file`."""
    most: int = getattr(current(), limit)
    with path.open("rb") as stream:
        data = stream.read(most + 1) if _size_of(stream) <= most else None
    if data is None or len(data) > most:
        raise exceeded(name, "文件过大", "the file is too large", limit)
    return data


def _size_of(stream: IO[bytes]) -> int:
    """The bytes of an open file, before any is read; 0 of a pipe."""
    try:
        return os.fstat(stream.fileno()).st_size
    except io.UnsupportedOperation:  # it is in memory
        end = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        return end


def check_values(data: bytes, name: str, marks: bytes) -> None:
    """Nothing, where a data file has no more values than the limit `cells`; each begins with or follows one of `marks`.

    Raises:
        DocfillError: there may be more; the marks inside texts count, too.
    """
    most = current().cells
    if len(data) > most < sum(data.count(mark) for mark in marks):
        raise exceeded(name, "数据过多", "too many values", "cells")


def check_lines(path: Path) -> None:
    """Nothing, where a file that is read line by line is not too large, has not too many lines, nor too long ones.

    Raises:
        DocfillError: it has more bytes than `total`, more lines than `cells`, or a line of more bytes than `text`.
    """
    bound = current()
    name = str(path)
    lines = run = 0
    with path.open("rb") as stream:
        if _size_of(stream) > bound.total:
            raise exceeded(name, "文件过大", "the file is too large", "total")
        while chunk := stream.read(_CHUNK):
            lines += chunk.count(b"\n") + chunk.count(b"\r")
            first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
            run += len(chunk) if first < 0 else first
            if run > bound.text:
                raise exceeded(name, "一行过长", "a line is too long", "text")
            run = run if first < 0 else len(chunk) - last
            if lines > bound.cells:
                raise exceeded(name, "行数过多", "too many lines", "cells")


def exceeded(name: str, zh: str, en: str, limit: str, first: tuple[str, str] = ("", "")) -> DocfillError:
    """That the file `name` is over a limit: what is too much, and how to let it in where it is to be trusted.

    Args:
        name: how messages call the file or part.
        zh: what is too much, in Chinese.
        en: what is too much, in English.
        limit: the field of `Limits`.
        first: what else may be done, to be tried first, in both languages.
    """
    value = getattr(current(), limit)
    zh_first, en_first = (f"{said}{stop}" if said else "" for said, stop in zip(first, "；;", strict=True))
    en_first += " " if en_first else ""
    return DocfillError(
        f"{name}：{zh}，超出安全限额（{limit}={value}），不予读取；{zh_first}"
        f"来源可信的文件可用 --limits {limit}=… 放宽",
        f"{name}: {en}, over the safety limit ({limit}={value}), so it is not read; {en_first}"
        f"for a file you trust, raise it with --limits {limit}=…",
        "too-large",
    )
