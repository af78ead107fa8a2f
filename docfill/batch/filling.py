"""Fills: many records over cores, each into a document of its own; see `Form.fill`.

Records come from data files as a stream (`Records`), and are filled by the same run as
returned files are read.  What the form refuses is kept with the reasons (`Refused`), to be
mended and filled again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice, tee
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from docfill import files, remote, tables
from docfill.batch.flow import Job, run
from docfill.batch.handed import Settled
from docfill.batch.outlets import joined
from docfill.batch.work import save, unexpected
from docfill.form import Form
from docfill.problems import DocfillError, InvalidData, Problem, say
from docfill.sources import Source
from docfill.tables import Record
from docfill.tables.kept import Kept, Places
from docfill.word.document import Document

FEW = 100
"""Up to so many records, starting processes costs more than it saves."""
_STEPS_A_DOCUMENT, _STEPS_A_REFUSAL, _STEPS_A_PROBLEM, _STEPS_A_CELL = 15, 10, 15, 3
"""A record, so that a small file asks for no more documents than it has room for; one that is refused, each reason,
which is told and copied, and each cell of its row, which is copied.
"""

K = TypeVar("K")
Sent = tuple[Mapping[str, Any], str | None]


class Order(Struct, frozen=True):
    """A record, where its document is written, and what is to come back with it.

    Attributes:
        target: a path or URL; "" for a document that comes back; None for none, only what else is wrong with it.
    """

    data: Mapping[str, Any]
    target: str | None = ""
    kept: Any = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of one record.

    Attributes:
        document: the .docx; None where it was refused or is written.
        problems: why the record was refused, everything at once.
        error: why its file could not be written.
        order: what it was made of.
    """

    document: bytes | None = None
    problems: list[Problem] = field(default_factory=list)
    error: DocfillError | None = None
    order: Order = field(default=Order({}), compare=False, repr=False)

    @property
    def is_done(self) -> bool:
        """Whether the record has become a document."""
        return not self.problems and self.error is None


class Official(Struct, frozen=True):
    """Anybody's document of a form, to be written into: how messages call it, and its bytes."""

    name: str
    data: bytes


class Filling(Struct, frozen=True):
    """Fills a form from a record, and writes the document where a place for it is sent along.

    Attributes:
        form: the form to fill.
        is_resumed: whether a file that is there and the same counts as done; another is an error.
        into: anybody's document of the form to write each record into, instead of the template.
        is_new: whether nothing stood where documents go, so that what came to stand there meanwhile stays.
    """

    form: Form
    is_resumed: bool
    into: Official | None = None
    is_new: bool = False

    def __call__(self, sent: Sent) -> Filled:
        data, target = sent
        try:
            if target is None and self.into is None:
                return Filled(problems=self.form.refusals(data))
            into = None if self.into is None else Document(self.into.data, self.into.name)
            document = self.form.fill(data, into=into)
        except InvalidData as refused:
            return Filled(problems=refused.problems)
        except DocfillError as refused:
            return Filled(error=refused.kept())
        except Exception as error:
            return Filled(error=unexpected(target or "", error))
        return saved(target, document, self.is_resumed, self.is_new) if target else Filled(document)


def saved(target: str, document: bytes, is_resumed: bool, is_new: bool) -> Filled:
    """What became of a record whose document is written now; see `work.save`."""
    try:
        save(target, document, is_resumed, is_new)
    except DocfillError as error:
        return Filled(error=error.kept())
    return Filled()


def filling(
    form: Form, is_resumed: bool = False, into: Official | None = None, is_far: bool = False, is_new: bool = False
) -> Job[Order, Sent, Filled]:
    """The job of filling records; see `fill_many`.

    Args:
        form: as there.
        is_resumed: as there.
        into: as there.
        is_far: whether the workers may be on other machines, whose disks are not this one's.
        is_new: whether nothing stood where documents go, so that what came to stand there meanwhile stays.
    """
    sent = _sent_far if is_far else _sent
    return Job(Filling(form, is_resumed, into, is_new), sent, _placed, _lost, FEW)


def _sent(order: Order) -> Sent:
    return order.data, order.target


def _sent_far(order: Order) -> Sent:
    is_here = bool(order.target) and not remote.is_url(str(order.target))
    return order.data, "" if is_here else order.target


def _placed(filled: Filled, order: Order) -> Filled:
    return replace(filled, order=order)


def _lost(order: Order) -> Filled:
    return Filled(
        error=DocfillError(
            "填写这条记录的进程两次意外中止（可能内存不足），未生成",
            "the process that filled it died twice (for want of memory, perhaps); nothing was written",
            "worker-lost",
        ),
        order=order,
    )


def fill_many(
    form: Form,
    orders: Iterable[tuple[K, Mapping[str, Any], str]],
    executor: Executor | None = None,
    jobs: int | None = None,
    is_resumed: bool = False,
    into: bytes | None = None,
) -> Generator[tuple[K, Filled], None, None]:
    """What becomes of each record, in the order of the records.

    Records may come from a stream: no more are taken than are under way.

    Args:
        form: the form to fill.
        orders: for each record what is to come back with it, the record, and where its file is
            written, a path or URL; "" for a document in the result.
        executor: as for `extract_many`.
        jobs: as for `extract_many`.
        is_resumed: whether a file that is there and the same counts as done; another is an error.
        into: anybody's document of the form to write each record into, instead of the template.

    Raises:
        DocfillError: the executor is gone, or its workers cannot run docfill.
        OSError: the disk is full.
    """
    job = filling(form, is_resumed, None if into is None else Official("document.docx", into), executor is not None)
    listed = (Order(data, target, kept) for kept, data, target in orders)
    for filled in run(job, listed, [Written(is_resumed)], executor, jobs):
        yield filled.order.kept, filled


class Written:
    """A document for each record: those are written here that no worker has written.

    Args:
        is_resumed: whether a file that is there and the same counts as done; another is an error.
        is_new: whether nothing stood where documents go, so that what came to stand there meanwhile stays.
    """

    def __init__(self, is_resumed: bool = False, is_new: bool = False) -> None:
        self._is_resumed, self._is_new = is_resumed, is_new

    def known(self, order: Order) -> Filled | None:
        """Nothing: filling is done again and compared."""
        return None

    def add(self, filled: Filled) -> Filled:
        """Writes the document; an error in what is given back where another one is in the way."""
        target = filled.order.target
        if not target or filled.document is None:
            return filled
        return replace(saved(target, filled.document, self._is_resumed, self._is_new), order=filled.order)

    def settle(self, settled: Settled, latest: bool) -> tuple[()]:
        """Nothing: each document stands for itself."""
        return ()

    def __enter__(self) -> Written:
        return self

    def __exit__(self, *_: object) -> None:
        return None


# --- records of data files ---


class Called(Struct, frozen=True):
    """A record of a data file, and how messages call that file."""

    file: str
    record: Record

    def faults(self, filled: Filled) -> tuple[list[Problem], list[Problem]]:
        """What is wrong with it: at a cell, whose place says the sheet and the row; and elsewhere in it."""
        in_cells, others = self.record.located(filled.problems)
        return [*self.record.problems, *in_cells], others


class _Whole(Struct, frozen=True):
    """A data file that was read to its end: what is wrong with it, and where its records are kept."""

    problems: list[Problem]
    places: Places


@dataclass(slots=True)
class Records:
    """The records of data files, one after another, and where each one's document goes.

    Attributes:
        form: the form that they are of.
        inputs: the data files, with how messages call them.
        name: what documents are called, as `files.name_from` takes it; by the record or the file where None.
        output: the folder, or where `is_one` the only document.
        unread: called with a file that cannot be read.
        doubted: called with the problems of a file that belong to no record.
        visible: leaves out what is hidden in workbooks; see `tables.load`.
        has_doubts: whether there was any of these.
    """

    form: Form
    inputs: Sequence[tuple[str, Path]]
    name: str | None
    output: str
    is_one: bool
    unread: Callable[[str, DocfillError], None]
    doubted: Callable[[str, Sequence[Problem]], None]
    visible: bool = False
    has_doubts: bool = field(default=False, init=False)
    _kept: Kept = field(default_factory=Kept, init=False)
    _read: dict[Path, _Whole | DocfillError] = field(default_factory=dict, init=False)

    def orders(self) -> Iterator[Order]:
        """What is filled; a record that could not be read whole is filled for its other problems only."""
        for called, target in self._targets(is_quiet=False):
            yield Order(called.record.data, None if called.record.problems else target, called)

    def targets(self) -> list[str]:
        """Where all documents go; nothing is told of what is wrong."""
        return [target for _, target in self._targets(is_quiet=True)]

    def count(self) -> int:
        """How many records there are; nothing is told of what is wrong."""
        found = (self._whole(path) for _, path in self.inputs)
        return sum(read.places.number for read in found if isinstance(read, _Whole))

    def _targets(self, is_quiet: bool) -> Iterator[tuple[Called, str]]:
        listed, again = tee(self._named(is_quiet))
        stems = files.distinct(stem for _, stem in again)
        for (called, _), stem in zip(listed, stems, strict=True):
            yield called, self.output if self.is_one else joined(self.output, f"{stem}.docx")

    def _named(self, is_quiet: bool) -> Iterator[tuple[Called, str]]:
        """Each record, and what its document may be called."""
        for called, path in self.inputs:
            read = self._whole(path)
            if isinstance(read, DocfillError):
                if not is_quiet:
                    self.unread(called, read)
                    self.has_doubts = True
                continue
            records = self._kept.records(read.places)
            head = list(islice(records, 2))
            for record in chain(head, records):
                yield Called(called, record), self._stem(path, record, is_alone=len(head) == 1)
            if not is_quiet:
                self.doubted(called, read.problems)
                self.has_doubts = self.has_doubts or bool(read.problems)

    def _whole(self, path: Path) -> _Whole | DocfillError:
        """A file that was read to its end, or why it can't be: of a part of it no document is made."""
        if path not in self._read:
            try:
                table = tables.load(path, self.form, visible=self.visible)
                self._read[path] = _Whole(table.problems, self._kept.keep(self._counted(table)))
            except DocfillError as error:
                self._read[path] = error.kept()
        return self._read[path]

    def _counted(self, table: tables.Table) -> Iterator[Record]:
        """The records of a file, which draw on its work as each will be a document, or told with all that is wrong."""
        steps = _STEPS_A_DOCUMENT + len(self.form.fields) // 2
        for record in table.records:
            table.work.spend(steps)
            wrong = len(record.problems) + len(self.form.records.refusals(record.data))
            if wrong:
                table.work.spend(_STEPS_A_REFUSAL + _STEPS_A_PROBLEM * wrong + _STEPS_A_CELL * len(record.cells))
            yield record

    def _stem(self, path: Path, record: Record, is_alone: bool) -> str:
        made = files.name_from(self.name, record.data) if self.name else ""
        is_named = record.source and not (is_alone and path.suffix == ".json")
        returned = Source(record.source, "").stem if is_named else ""
        return made or returned or (path.stem if is_alone else f"{path.stem}-{record.number:03}")


class Refused:
    """The rows of spreadsheets that were refused, copied with the reasons into workbooks to be mended.

    Args:
        form: the form that they are of.
        inputs: the data files, with how messages call them.
        folder: where the copies go.

    Attributes:
        copies: those that were written.
    """

    def __init__(self, form: Form, inputs: Sequence[tuple[str, Path]], folder: Path) -> None:
        self._form, self._inputs, self._folder = form, inputs, folder
        self._refused: dict[str, dict[int, list[str]]] = {}
        self.copies: list[Path] = []

    def known(self, order: Order) -> Filled | None:
        """Nothing: what is refused is refused again."""
        return None

    def add(self, filled: Filled) -> Filled:
        """Takes note of why a record was refused."""
        called: Called = filled.order.kept
        told = [str(p) for found in called.faults(filled) for p in found] + (
            [str(filled.error)] if filled.error else []
        )
        if told:
            self._refused.setdefault(called.file, {})[called.record.number] = told
        return filled

    def settle(self, settled: Settled, latest: bool) -> tuple[()]:
        """Writes the copies."""
        for called, path in self._inputs:
            if called in self._refused and tables.has_rows(path):
                copy = _free(self._folder / f"{path.stem}-{say('未生成', 'refused')}.xlsx")
                with files.replacing(copy, is_new=True) as beside:
                    tables.write_refused(path, self._form, self._refused[called], beside)
                self.copies.append(copy)
        return ()

    def __enter__(self) -> Refused:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _free(path: Path) -> Path:
    """`path`, or the first name like it that no file has: a copy from before may have been mended since."""
    numbered = (path.with_stem(f"{path.stem}-{n}") for n in count(2))
    return next(p for p in chain([path], numbered) if not os.path.lexists(p))
