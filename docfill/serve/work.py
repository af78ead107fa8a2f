"""What a process of the crew does: everything that reads, checks or writes Word and workbooks.

Plain data in, plain data out, so that any executor will do; files go by their path in the data folder.  No file
stops anything but itself: what it raises is its own result.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from docfill import archives, sources
from docfill.batch.work import unexpected
from docfill.beside import applicant_paths
from docfill.check import check, drawn_again
from docfill.check.answers import problems_of
from docfill.check.remarks import to_do
from docfill.check.rules import Answers, Broken, Rulebook, rules_of
from docfill.fields import Field
from docfill.form import Form
from docfill.pictures import Picture
from docfill.problems import DocfillError, InvalidData, Place, Problem, speaking
from docfill.recognise import recognise
from docfill.scratch import Scratch
from docfill.serve import records
from docfill.serve.blobs import Blobs
from docfill.view.pictures import Picture as Drawn
from docfill.view.pictures import drawn_anew
from docfill.word.document import Document

_BEHIND = 10
"""How far a process of the queue steps back (nice)."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A form as it was at one time: its name, and its template's file, with the rules beside it."""

    id: str
    name: str
    template: str


@dataclass(frozen=True, slots=True)
class Order:
    """One dropped thing to be looked at.

    Attributes:
        name: how it was called, with the folders it was in.
        blob: its content.
        blobs: the folder of all contents.
        edition: the form that it should be.
        others: other forms, one of which it may be by mistake.
        corrections: values that a person has set since, by path.
    """

    name: str
    blob: str
    blobs: str
    edition: Edition
    others: tuple[Edition, ...] = ()
    corrections: tuple[tuple[str, Any], ...] = ()


@lru_cache(maxsize=16)
def form_of(edition: Edition) -> Form:
    """The form of an edition, compiled once in each process."""
    return Form.load(Path(edition.template), name=edition.name)


@lru_cache(maxsize=16)
def rules_for(edition: Edition) -> Rulebook:
    """The rules of an edition."""
    return rules_of(form_of(edition))


# --- what was dropped ---


def take(order: Order) -> dict[str, Any]:
    """What a dropped thing is: read, refused with the reason, a folder of others, or set aside; `state` says which."""
    name = PurePosixPath(order.name).name
    if any(map(sources.is_aside, PurePosixPath(order.name).parts)):
        return {"state": "aside"}
    try:
        if archives.is_archive(name):
            inside = list(_inside(order))
            # what cannot be opened, or holds nothing, is told by its own name
            itself = next((one for one in inside if one["name"] == order.name), None)
            return itself or {"state": "opened", "inside": inside}
        return _read(order)
    except DocfillError as error:
        return refused(error)
    except Exception as error:
        return refused(unexpected(order.name, error))


def refused(error: DocfillError) -> dict[str, Any]:
    """The result of what cannot be read."""
    return {"state": "refused", "zh": error.zh, "en": error.en}


def _inside(order: Order) -> Iterator[dict[str, Any]]:
    """What a mail or archive holds, each kept as a file of its own."""
    blobs = Blobs(Path(order.blobs))
    with _called(order) as path:
        before = sources.shown(path)
        met = sources.collect([str(path)])
        for source in met:
            name = order.name + source.name.removeprefix(before)
            try:
                data = source.read()
            except DocfillError as error:
                said = {key: words.replace(before, order.name) for key, words in refused(error).items()}
                yield {"name": name, **said}
                continue
            yield {"name": name, "blob": blobs.put(data), "size": len(data)}
        yield from ({"name": order.name + name.removeprefix(before), "state": "aside"} for name in met.aside)


@contextlib.contextmanager
def _called(order: Order) -> Iterator[Path]:
    """The file under a name with its ending, by which archives are known."""
    ending = max((s for s in archives.SUFFIXES if order.name.lower().endswith(s)), key=len)
    with Scratch() as folder:
        path = Path(folder, f"_{ending}")
        blob = Blobs(Path(order.blobs)).path(order.blob)
        try:
            os.link(blob, path)
        except OSError:
            path.write_bytes(blob.read_bytes())
        yield path


def _read(order: Order) -> dict[str, Any]:
    form = form_of(order.edition)
    document = Document(Blobs(Path(order.blobs)).read(order.blob), PurePosixPath(order.name).name)
    _check_form(document, form, [form_of(e) for e in order.others])
    checked = check(form, document, rules=rules_for(order.edition))
    machine = {
        "data": checked.result.data,
        "texts": checked.result.texts,
        "problems": [problem_shown(p, kind) for kind, group in checked.groups.items() for p in group],
        "due": [d.to_dict() for d in checked.due],
        "drawn": dict(checked.drawn),
    }
    for picture in _pictures(checked.result.data):
        Blobs(Path(order.blobs)).put(picture)
    if document.package.is_converted:
        machine["docx"] = Blobs(Path(order.blobs)).put(document.package.data)
    known = {path: value for path, value in order.corrections if records.has(machine["data"], path)}
    return {"state": "read", "machine": machine, **corrected(order.edition, machine, known)}


def _check_form(document: Document, form: Form, others: Sequence[Form]) -> None:
    """Nothing, where a document is of the form, or might as well be of another; DocfillError says what it is."""
    try:
        found = recognise(document, [form, *others])
    except DocfillError:
        found = form  # it fits several, or none
    if found is not form:
        raise DocfillError(f"这是“{found.title}”，不是“{form.title}”", f'this is "{found.title}", not "{form.title}"')
    try:
        recognise(document, [form])
    except DocfillError:
        raise DocfillError(
            f"不是“{form.title}”：表上的文字对不上", f'not "{form.title}": the words of the form are not there'
        ) from None


def corrected(edition: Edition, machine: Mapping[str, Any], corrections: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the corrections in it, and what is to be said of that: reading doubts about what was corrected
    are settled, missing answers and rules are looked at again.
    """
    record = records.changed(machine["data"], corrections)
    if not corrections:
        return {"record": record, "problems": machine["problems"]}
    form, book = form_of(edition), rules_for(edition)
    values = {f.path: records.value_at(record, f.path) for f in form.fields}
    texts = {k: v for k, v in machine["texts"].items() if not _is_settled(k, corrections)}
    rest = [
        p
        for p in machine["problems"]
        if p["kind"] not in ("answers", "rules") and not (p["path"] and _is_settled(p["path"], corrections))
    ]
    told = {p["path"] for p in rest if p["severity"] != "note"}
    answers = [problem_shown(p, "answers") for p in problems_of(form.records, values, book.by_hand, told)]
    beside = {"drawn": drawn_again(machine.get("drawn", {}))}
    rules = [problem_shown(p, "rules") for p in book.broken(Answers(form.fields, values, texts, beside))]
    return {"record": record, "problems": [*answers, *rules, *rest]}


def _is_settled(path: str, corrections: Mapping[str, Any]) -> bool:
    return any(path == c or path.startswith((f"{c}[", f"{c}.")) for c in corrections)


def problem_shown(problem: Problem, kind: str) -> dict[str, Any]:
    """A problem as it is kept: in both languages, with a name that stays the same from reading to reading."""
    known = problem.to_dict()
    known.pop("message")
    for name in ("found", "expected"):  # what Jinja says of a rule's expression is an error
        known[name] = str(known[name]) if isinstance(known[name], DocfillError) else known[name]
    place = {**known["place"], "zh": problem.place.words("zh"), "en": problem.place.words("en")}
    named = f"{kind}\0{problem.code}\0{problem.path}\0{problem.found!r}\0{problem.expected!r}\0{known.get('rule', '')}"
    sentences = {"zh": problem.sentence("zh"), "en": problem.sentence("en")}
    told = sha256(named.encode("utf-8", "replace")).hexdigest()[:16]
    return {**known, **sentences, "kind": kind, "id": told, "place": place}


def problem_from(told: Mapping[str, Any]) -> Problem:
    """A problem as it is kept, as the engine has it."""
    if told["kind"] == "rules":
        return Broken(
            *(told["code"], told["path"], told["found"], told["expected"], place_from(told)),
            *(told.get("rule", ""), told["severity"], told["zh"], told["en"], told.get("source", "")),
        )
    more = {"suggested": told.get("suggested"), "within": told.get("within", "")}
    return Problem(told["code"], told["path"], told["found"], told["expected"], place_from(told), **more)


def place_from(told: Mapping[str, Any]) -> Place:
    """Where a problem stands."""
    return Place(**{k: told["place"].get(k, "") for k in ("section", "row", "column", "xml")})


def asks(told: Mapping[str, Any]) -> dict[str, str]:
    """What a problem asks the applicant to do, in both languages."""
    problem = problem_from(told)
    with speaking("zh"):
        zh = to_do(problem)
    with speaking("en"):
        return {"zh": zh, "en": to_do(problem)}


def refusals(edition: Edition, blobs: str, path: str, value: Any) -> list[dict[str, Any]]:
    """Why a value cannot stand at a path, if it cannot; a cell of a row is judged with its column's kind."""
    form = form_of(edition)
    steps = records.steps_of(path)
    try:
        form.records.flatten(records.alone(steps, with_pictures(Blobs(Path(blobs)), value)))
    except InvalidData as error:
        return [problem_shown(p, "answers") for p in error.problems if p.code != "empty-row" or len(steps) == 1]
    return []


# --- pictures: a value names its picture by SHA-256, under which the file is kept ---


def pictured(blobs: str, blob: str, name: str) -> dict[str, Any]:
    """The value of a picture that was sent; DocfillError where it is none."""
    return dict(Picture.of(Blobs(Path(blobs)).read(blob), name))


def _pictures(value: Any) -> Iterator[bytes]:
    """The bytes of the pictures that were read."""
    if isinstance(value, Picture):
        yield value.data or b""
    elif isinstance(value, Mapping | list):
        yield from (
            data for inner in (value.values() if isinstance(value, Mapping) else value) for data in _pictures(inner)
        )


def with_pictures(blobs: Blobs, value: Any) -> Any:
    """A value with the bytes of those of its pictures that are kept."""
    if isinstance(value, Mapping) and set(records.pictures(value)) == {value.get("sha256")}:
        known = blobs.path(value["sha256"])
        return Picture.of(known.read_bytes(), value["file"]) if known.is_file() else Picture(dict(value))
    if isinstance(value, Mapping):
        return {k: with_pictures(blobs, v) for k, v in value.items()}
    return [with_pictures(blobs, v) for v in value] if isinstance(value, list) else value


def picture_drawn(blobs: str, blob: str) -> Drawn | None:
    """A kept picture as a browser may have it; None where it cannot be shown."""
    return drawn_anew(Blobs(Path(blobs)).read(blob))


# --- forms ---


def applicant(edition: Edition) -> tuple[str, ...]:
    """The fields that name the applicant, where the rules of the form say so."""
    return applicant_paths(form_of(edition))


def describe(template: str, name: str) -> dict[str, Any]:
    """What a template asks: its title, its fields as JSON; DocfillError where it is none."""
    form = Form.load(Path(template))
    rules_of(form)
    return {"title": form.title, "name": name, "fields": [field_shown(f) for f in form.fields]}


def describe_bytes(blobs: str, template: str, name: str, rules: bytes | None) -> dict[str, Any]:
    """The same of a template that is a file of the store, with the text of its rules; DocfillError also of those."""
    with Scratch() as folder:
        path = Path(folder, "form.docx")
        path.write_bytes(Blobs(Path(blobs)).read(template))
        if rules:
            path.with_suffix(".toml").write_bytes(rules)
        return describe(str(path), name)


def field_shown(f: Field) -> dict[str, Any]:
    """A field as pages and programs get it."""
    return {
        "path": f.path,
        "kind": f.kind.name,
        "is_numeric": f.kind.has_unit,
        "is_choice": f.kind.has_options or f.kind.is_flag,
        "is_short": not f.kind.is_long and not f.kind.has_records,
        "is_prose": f.kind.is_prose,
        "label": f.label,
        "unit": f.unit,
        "limit": f.most,
        "required": f.required,
        "options": list(f.options),
        "hint": list(f.hint),
        "section": f.place.section or f.path.partition(".")[0],
        "place": _place(f.place),
        "key": f.key,
        "keys": list(f.keys),
        "fields": [field_shown(c) for c in f.fields],
    }


def _place(place: Place) -> dict[str, str]:
    return {**place.to_dict(), "zh": place.words("zh"), "en": place.words("en")}


def apply_behind(task: tuple[Callable[..., Any], Sequence[Any]]) -> Any:
    """The same in a process that steps back for whoever waits for a page."""
    _step_back()
    return apply(task)


@lru_cache(maxsize=1)
def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(_BEHIND)


def apply(task: tuple[Callable[..., Any], Sequence[Any]]) -> Any:
    """A call that came by pickle."""
    called, given = task
    return called(*given)
