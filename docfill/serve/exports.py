"""The way out: a collection as a workbook or data file, its files with corrections or remarks in them, as one zip.

Made in a process of the crew, which reads the store by itself; what comes out is a file of the store like any other.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docfill import corrections, files, tables
from docfill.check.remarks import said, to_do
from docfill.extract import Leftover, Result
from docfill.form import Form
from docfill.problems import DocfillError, Language, Problem, say, speaking
from docfill.scratch import Scratch
from docfill.serve import clock, letters, records
from docfill.serve.database import Row
from docfill.serve.doors import Refusal
from docfill.serve.jobs import KINDS, Kind
from docfill.serve.store import Store
from docfill.serve.store.returns import is_open
from docfill.serve.work import form_of, place_from, problem_from, with_pictures
from docfill.word.comments import Comment, commented, suffix_of
from docfill.word.document import Document
from docfill.word.edit import Track

if TYPE_CHECKING:
    from docfill.serve.server import Server

EXPORT = "export"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of members of a zip: the same export has the same bytes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made.

    Attributes:
        what: a key of `MADE`, or a format of `tables` without its dot.
        lang: the language of headings and messages.
        only: of which returns: all, or those `accepted` or `returned`.
        with_problems: whether remarks are joined by the open problems.
        is_tracked: whether corrections in documents are tracked changes that Word shows.
    """

    what: str
    lang: Language = "zh"
    only: str = ""
    with_problems: bool = True
    is_tracked: bool = False


def made(data: str, database: str, collection: str, wanted: Wanted) -> dict[str, Any]:
    """In the crew: makes it; the file's blob and name, and how many returns are in it."""
    store = Store(Path(data), database)
    try:
        with speaking(wanted.lang), Scratch() as folder:
            export = _Export(store, store.collections.one(collection), wanted)
            suffix, make = MADE.get(wanted.what, (f".{wanted.what}", _Export.table))
            path = Path(folder, f"export{suffix}")
            count, notes = make(export, path)
            with store.blobs.arriving() as arrival, path.open("rb") as stream:
                while piece := stream.read(2**20):
                    arrival.write(piece)
                blob = arrival.keep()
            name = f"{files.safe_name(export.collection['title'])}-{export.called}{suffix}"
            return {"blob": blob, "name": name, "count": count, "notes": notes, "size": arrival.size}
    finally:
        store.close()


class _Export:
    """One export: the returns that count, and what is made of them."""

    def __init__(self, store: Store, collection: Row, wanted: Wanted) -> None:
        self._store, self.collection, self._wanted = store, collection, wanted
        self.form: Form = form_of(store.forms.for_work(collection["edition"]))

    @property
    def called(self) -> str:
        """What the file is called besides the collection's title; corrections as the summary that they are beside."""
        words = {"documents": ("改正后的表", "corrected"), "remarks": ("退回意见", "remarks")}
        return say(*words.get(self._wanted.what, ("汇总", "summary")))

    def _returns(self, verdict: str = "") -> Iterator[Row]:
        """The returns that count: read, the newest of their applicant, with the verdict that is asked for."""
        verdict = verdict or self._wanted.only
        for found in self._store.returns.listed(self.collection["id"]):
            if found["state"] == "read" and not found["newer"] and verdict in ("", found["verdict"]):
                yield found

    def table(self, path: Path) -> tuple[int, list[str]]:
        """A workbook or data file as the command line makes it, with the corrections, and who made them."""
        count, notes = 0, []
        with tables.Writer(path, [self.form]) as writer:
            for found in self._returns():
                try:
                    result = self._result(found)
                    writer.add(self.form, result, self._revised(found, result))
                    count += 1
                except tables.DoesNotFit as error:
                    writer.refuse(found["name"], error.problem())
                    notes.append(f"{found['name']}: {error}")
            for found in self._store.returns.listed(self.collection["id"]):
                if found["state"] == "refused" and not self._wanted.only:
                    reason = say(found["reason_zh"], found["reason_en"])
                    code, form = ("beside-form", found["beside"]) if found["beside"] else ("unreadable", None)
                    writer.refuse(found["name"], Problem(code, found=reason, expected=form))
        return count, notes

    def _result(self, found: Row) -> Result:
        """A return as extract would give it: the record with corrections, the open problems, who corrected what."""
        reading = self._store.returns.reading(found["id"])
        confirmed = self._store.returns.confirmed(found["id"])
        open_ = [p for p in reading["problems"] if is_open(p, confirmed)]
        codes = {p["code"] for p in open_}
        open_ += [p for p in reading["problems"] if p.get("within") in codes]
        told = [p for p in open_ if p["code"] != "leftover"]
        problems = [problem_from(p) for p in told]
        problems += map(correction_note, self._standing(found["id"]))
        leftovers = [Leftover(str(p["found"]), place_from(p)) for p in open_ if p["code"] == "leftover"]
        return Result(self.form.name, found["name"], reading["record"], problems, leftovers)

    def _revised(self, found: Row, result: Result) -> corrections.Revised:
        """What became of a return by hand, with what a workbook needs to be gone on with at the command line."""
        reading = self._store.returns.reading(found["id"])
        digest = self._store.returns.one(found["id"])["blob"]
        made = {one.path: one for one in self._corrections(found, reading, digest)}
        return corrections.Revised(result, reading["machine"]["data"], digest, made)

    def _corrections(self, found: Row, reading: Row, digest: str) -> Iterator[corrections.Correction]:
        """The corrections that count of a return, one a field."""
        by_field = {c["path"].partition("[")[0]: c for c in self._standing(found["id"])}
        for field, last in by_field.items():
            read, new = (records.value_at(of, field) for of in (reading["machine"]["data"], reading["record"]))
            said = {"who": last["made_by"], "when": clock.exactly(last["created"]), "why": last["why"]}
            yield corrections.Correction(found["name"], field, read, read, new, self.form.name, digest, **said)

    def _standing(self, return_id: str) -> list[Row]:
        """The corrections that count: the last of each path that is not undone."""
        last = {c["path"]: c for c in self._store.returns.corrections(return_id) if not c["undone_by"]}
        return list(last.values())

    def corrections(self, path: Path) -> tuple[int, list[str]]:
        """The corrections that count, a field a line, as the command line keeps them beside its results."""
        log, count = corrections.Log(path), 0
        for found in self._returns():
            reading, digest = self._store.returns.reading(found["id"]), self._store.returns.one(found["id"])["blob"]
            made = [*self._corrections(found, reading, digest)]
            for one in made:
                log.add(one)
            count += bool(made)
        if not count:
            path.touch()
        log.save()
        return count, []

    def documents(self, path: Path) -> tuple[int, list[str]]:
        """A zip of the returned files with the corrections put into them; those without are as they came."""
        notes: list[str] = []

        def each() -> Iterator[tuple[str, bytes]]:
            for found in self._returns():
                known = self._store.returns.one(found["id"])
                data = self._store.blobs.read(known["blob"])
                standing = self._standing(found["id"])
                suffix = PurePosixPath(found["name"]).suffix or ".docx"
                try:
                    if standing:
                        document = Document(data, found["name"])
                        record = self._store.returns.reading(found["id"])["record"]
                        wanted = records.part(record, [c["path"] for c in standing])
                        changes = with_pictures(self._store.blobs, wanted)
                        last = standing[-1]
                        track = (
                            Track(last["made_by"], clock.exactly(last["created"])) if self._wanted.is_tracked else None
                        )
                        data = self.form.put(document, changes, track=track)
                        suffix = suffix_of(document)
                except DocfillError as error:
                    notes.append(f"{found['name']}: {error}")
                yield f"{_stem(found)}{suffix}", data

        return _zip(path, each(), notes), notes

    def remarks(self, path: Path) -> tuple[int, list[str]]:
        """A zip of what goes back to applicants: the file with comments, and a covering page with what to mend."""
        notes: list[str] = []
        counted = 0

        def each() -> Iterator[tuple[str, bytes]]:
            nonlocal counted
            for found in self._returns("returned"):
                counted += 1
                stem = _stem(found)
                told, marks, due = self._remarks(found)
                yield f"{stem}/{stem}-{say('修改说明', 'what to mend')}.docx", self._letter(found, told, due)
                try:
                    document = self._document(found)
                    body = commented(document, marks, say("审核", "review"))
                    yield f"{stem}/{stem}-{say('意见', 'comments')}{suffix_of(document)}", body
                except DocfillError as error:
                    notes.append(f"{found['name']}: {error}")

        _zip(path, each(), notes)
        return counted, notes

    def _document(self, found: Row) -> Document:
        blob = self._store.returns.one(found["id"])["blob"]
        return Document(self._store.blobs.read(blob), PurePosixPath(found["name"]).name)

    def _remarks(self, found: Row) -> tuple[list[tuple[str, str]], list[Comment], list[Row]]:
        """What an applicant is told: (where, what) for the covering page, comments for the file, attachments due.

        What an official's remark on a field says already, as one that was begun from the doubt does, is told once.
        """
        reading = self._store.returns.reading(found["id"])
        confirmed = self._store.returns.confirmed(found["id"])
        places = {p["path"]: p["place"] for p in reading["problems"] if p["path"]}
        told: list[tuple[str, str]] = []
        marks: list[Comment] = []
        remarks = self._store.returns.remarks(found["id"])
        for remark in remarks:
            place = places.get(remark["path"]) or self._place_of(found, remark["path"])
            told.append((_words(place) or remark["path"], remark["words"]))
            marks.append(Comment(remark["words"], place.get("xml", "")))
        wanted = [p for p in reading["problems"] if self._wanted.with_problems and is_open(p, confirmed)]
        problems = [p for p in wanted if not _is_told(p, remarks)]
        times = Counter(p["id"] for p in problems)
        for p in problems:
            problem = problem_from(p)
            marks.append(Comment(said(problem), problem.place.xml))
            if alike := times.pop(p["id"], 0):  # the same words at many places are one line of the page
                where = _words(p["place"]) or p["path"]
                told.append(
                    (where + (say(f"等 {alike} 处", f" ({alike} places)") if alike > 1 else ""), to_do(problem))
                )
        return told, marks, reading["machine"]["due"]

    def _place_of(self, found: Row, path: str) -> dict[str, str]:
        """Where a field stands of which no problem tells; {} for the whole document."""
        if not path:
            return {}
        try:
            place = self.form.extract(self._document(found)).places.get(path.partition("[")[0])
        except DocfillError:
            place = None
        return {**place.to_dict(), "zh": place.words("zh"), "en": place.words("en")} if place else {}

    def _letter(self, found: Row, told: list[tuple[str, str]], due: list[Row]) -> bytes:
        title = say(f"“{self.collection['form']}”修改说明", f"{self.collection['form']}: what to mend")
        blocks: list[letters.Block] = [
            letters.Heading(title),
            letters.Line(f"{found['who']}："),
            letters.Line(
                say(
                    "您交来的表有以下地方需要修改，所附的表中已用批注标出。改好后请交回 Word 文件。",
                    "please mend the following; the file beside this page has comments at the places.",
                )
            ),
            letters.Grid([say("位置", "Where"), say("需要修改的内容", "What to mend")], told),
        ]
        if self.collection["due"]:
            blocks.insert(3, letters.Line(say(f"截止日期：{self.collection['due']}", f"due: {self.collection['due']}")))
        if due:
            blocks.append(letters.Line(say("应附材料：", "to be attached:")))
            blocks += [letters.Line(f"□ {d['due']}") for d in due]
        return letters.document(blocks)


MADE: dict[str, tuple[str, Callable[[_Export, Path], tuple[int, list[str]]]]] = {
    "documents": (".zip", _Export.documents),
    "remarks": (".zip", _Export.remarks),
    "corrections": (corrections.SUFFIX, _Export.corrections),
}
"""What is made besides the formats of `tables`: its suffix, and how."""


def correction_note(correction: Row) -> Problem:
    """A note that a person has set a value."""
    when = clock.day(correction["created"])
    why = f"：{correction['why']}" if correction["why"] else ""
    machine = records.shown(correction["machine"])
    return Problem("corrected", correction["path"], machine, f"{correction['made_by']} {when}{why}")


def _is_told(problem: Row, remarks: list[Row]) -> bool:
    """Whether a remark on the same field says what the problem asks for."""
    asked = to_do(problem_from(problem))
    return any(r["path"] == problem["path"] and asked in r["words"] for r in remarks)


def _words(place: Mapping[str, str]) -> str:
    return say(place.get("zh", ""), place.get("en", ""))


def _stem(found: Row) -> str:
    return files.safe_name(found["who"]) or files.safe_name(PurePosixPath(found["name"]).stem) or "_"


def _zip(path: Path, members: Iterator[tuple[str, bytes]], notes: list[str]) -> int:
    """Writes a zip, each name once, and a list of what could not be done, if anything; how many files."""
    taken: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(_free(name, taken), _FIRST_DATE), data)
        if notes:
            archive.writestr(zipfile.ZipInfo(say("没有做成的.txt", "not done.txt"), _FIRST_DATE), "\n".join(notes))
    return len(taken)


def _free(name: str, taken: dict[str, int]) -> str:
    taken[name] = taken.get(name, 0) + 1
    if taken[name] == 1:
        return name
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{taken[name]}{path.suffix}"))


# --- as jobs ---


def order(server: Server, collection: str, wanted: Wanted, who: str) -> str:
    """Has something made; the job's id."""
    if wanted.what not in MADE and f".{wanted.what}" not in tables.FORMATS:
        raise Refusal(422, f"不能导出为“{wanted.what}”", f'there is no export "{wanted.what}"')
    payload: dict[str, Any] = {"what": wanted.what, "lang": wanted.lang, "only": wanted.only}
    payload |= {"with_problems": wanted.with_problems, "is_tracked": wanted.is_tracked}
    key = f"{EXPORT} {collection} {json.dumps(payload, sort_keys=True)}"
    job = server.jobs.add(EXPORT, key, payload, who, collection)
    server.users.note(who, "export", collection, "", wanted.what)
    server.queued()
    return job


def _prepare(server: Server, job: Row) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    return made, (str(server.data.resolve()), server.address, job["collection"], Wanted(**job["payload"]))


KINDS[EXPORT] = Kind(_prepare, lambda server, job, found: found)
