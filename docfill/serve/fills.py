"""Filling: a workbook of records becomes a zip of documents, or one PDF to print; what is wrong is told by cell.

A record that the form refuses makes no document and stops no other.  What was dropped to be filled is no return: it
is kept with its job, and goes with it (`store.jobs.KEPT`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docfill import files, tables
from docfill.problems import DocfillError, InvalidData, Language, Problem, say, speaking
from docfill.scratch import Scratch
from docfill.serve import records
from docfill.serve.blobs import Blobs
from docfill.serve.database import Row
from docfill.serve.jobs import KINDS, Kind
from docfill.serve.work import Edition, form_of, problem_shown
from docfill.tables import Record

if TYPE_CHECKING:
    from docfill.serve.server import Server

FILL = "fill"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_LISTED = 2000
"""Records whose fate is listed one by one."""
_HEAD = 4
"""Answers that show which record is meant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be filled.

    Attributes:
        blobs: the folder of files.
        blob: the workbook or data file.
        name: how it was called; its suffix says the format.
        edition: the form.
        pattern: what documents are called, such as "{封面.集群名称}"; "" by the file's name and a number.
        is_printed: whether one PDF is made besides.
        lang: the language of messages.
    """

    blobs: str
    blob: str
    name: str
    edition: Edition
    pattern: str = ""
    is_printed: bool = False
    lang: Language = "zh"


def filled(wanted: Wanted) -> dict[str, Any]:
    """In the crew: each record's fate, the problems of the file as a whole, and the zip or PDF.

    Raises:
        DocfillError: the data file cannot be read, or holds no record.
    """
    with speaking(wanted.lang), Scratch() as folder:
        source = Path(folder, files.safe_name(PurePosixPath(wanted.name).stem) or "_")
        source = source.with_name(source.name + PurePosixPath(wanted.name).suffix.lower())
        blobs = Blobs(Path(wanted.blobs))
        source.write_bytes(blobs.read(wanted.blob))
        form = form_of(wanted.edition)
        table = tables.load(source, form)
        made = Path(folder, "made.zip")
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            fates = list(_fates(table.records, wanted, source.stem, archive))
        if not fates and not table.problems:
            raise DocfillError("文件中没有任何记录", "the file holds no record")
        written = [f["document"] for f in fates if f["document"]]
        found: dict[str, Any] = {
            "problems": [problem_shown(p, "sheet") for p in table.problems],
            "records": fates[:_LISTED],
            "count": len(fates),
            "written": len(written),
            "notes": [],
        }
        if not written:
            return found
        if wanted.is_printed:
            made = _printed(made, Path(folder), found["notes"])
        with blobs.arriving() as arrival, made.open("rb") as stream:
            while piece := stream.read(2**20):
                arrival.write(piece)
            blob = arrival.keep()
        name = f"{files.safe_name(source.stem) or 'docfill'}-{say('填好', 'filled')}{made.suffix}"
        return {**found, "blob": blob, "name": name, "size": arrival.size}


def _fates(given: Iterator[Record], wanted: Wanted, stem: str, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    form = form_of(wanted.edition)
    heads = [f.path for f in form.fields if f.kind.is_prose and not f.kind.is_long][:_HEAD]
    taken: set[str] = set()
    for record in given:
        problems: list[Problem] = list(record.problems)
        document: bytes | None = None
        try:
            document = form.fill(record.data)
        except InvalidData as error:
            in_cells, others = record.located(error.problems)
            problems += [*in_cells, *others]
        name = ""
        if document is not None and not problems:
            made = files.name_from(wanted.pattern, record.data) if wanted.pattern else ""
            name = _free(made or f"{stem}-{record.number:03}", taken)
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DATE), document)
        shown = [records.shown(records.value_at(record.data, path)) for path in heads]
        yield {
            "number": record.number,
            "place": record.place,
            "shown": [text for text in shown if text],
            "document": name,
            "problems": [problem_shown(p, "cell") for p in problems],
        }


def _free(stem: str, taken: set[str]) -> str:
    number, name = 1, f"{stem}.docx"
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.docx"
    taken.add(name.casefold())
    return name


def _printed(made: Path, folder: Path, notes: list[str]) -> Path:
    """One PDF of all documents in a zip; what could not be printed is noted."""
    from docfill import sources
    from docfill.printing import Album, print_many  # needs pypdf, and LibreOffice

    album, target = Album(is_odd=True), folder / "made.pdf"
    for printed in print_many(sources.collect([str(made)]), jobs=1):
        if printed.error:
            notes.append(str(printed.error))
        else:
            album.add(printed.source.stem, printed.pdf)
    if not album.pages:
        raise DocfillError("\n".join(notes), "\n".join(notes))
    album.write(target)
    return target


# --- as jobs ---


def order(server: Server, blob: str, name: str, edition: str, pattern: str, is_printed: bool, call: Any) -> str:
    """Has a data file filled; the job's id."""
    payload = {"blob": blob, "name": name, "edition": edition, "pattern": pattern, "is_printed": is_printed}
    key = f"{FILL} {blob} {edition} {pattern} {is_printed} {call.lang}"
    made = server.jobs.add(FILL, key, {**payload, "lang": call.lang}, call.user.name)
    server.users.note(call.user.name, "fill", "", "", name)
    server.queued()
    return made


def _prepare(server: Server, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    given = job["payload"]
    edition = server.forms.for_work(given["edition"])
    folder = str(server.blobs.folder.resolve())
    wanted = Wanted(
        *(folder, given["blob"], given["name"], edition, given["pattern"], given["is_printed"], given["lang"])
    )
    return filled, (wanted,)


KINDS[FILL] = Kind(_prepare, lambda server, job, found: found)
