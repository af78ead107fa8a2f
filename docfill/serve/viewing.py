"""Viewing: documents drawn for pages: a return with the owner of every character and the place of every problem, a
blank with its proposed places, a sample filled in.

Done by the desk, in another process than the server's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from lxml import etree

from docfill import __version__
from docfill.check import Drawn
from docfill.check.rules import Answers, parse
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import Problem, speaking
from docfill.read.assignment import Assignment
from docfill.serve import drafts, records
from docfill.serve.blobs import Blobs
from docfill.serve.work import Edition, form_of, problem_shown
from docfill.view import Mark, Owner, Picture, View
from docfill.view.words import both
from docfill.word.document import Document
from docfill.word.span import Span

_ALTERED = ("words-altered", "words-added", "exact-words-altered")


@lru_cache(maxsize=16)
def _opened(blobs: str, blob: str, name: str) -> Document:
    return Document(Blobs(Path(blobs)).read(blob), name)


@dataclass(frozen=True, slots=True)
class Asked:
    """A returned file that is to be drawn.

    Attributes:
        blobs: the folder of all contents.
        blob: the file.
        name: how it is called.
        edition: the form that it is.
        problems: those of the reading.
        pictures: the address that the names of pictures are put behind.
    """

    blobs: str
    blob: str
    name: str
    edition: Edition
    problems: Sequence[Mapping[str, Any]]
    pictures: str

    @property
    def digest(self) -> str:
        """What tells it from all that would be drawn otherwise."""
        told = [__version__, self.blob, self.name, self.edition.id, self.problems, self.pictures]
        return sha256(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def drawn(asked: Asked) -> bytes:
    """A returned file as it is drawn, as JSON, in both languages (`view.words`)."""
    return json.dumps(returned(asked), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def returned(asked: Asked) -> dict[str, Any]:
    """A returned file as `_shown` has it, but bilingual; and `places`: paragraph, start, end of each problem, by id."""
    document = _opened(asked.blobs, asked.blob, asked.name)
    bare = View(document, (), asked.pictures)
    places = _Places(bare, document)
    result = form_of(asked.edition).extract(document)
    drawn = bare.marked([*_owned(bare, result), *places.altered(asked.problems)])
    told = {"html": drawn.bilingual, "css": drawn.css, "width": drawn.width}
    return {**told, "places": places.of(asked.problems)}


def _shown(drawn: View) -> dict[str, Any]:
    """A view as a page has it: `html`, `css`, and the `width` of its widest page in points."""
    return {"html": drawn.html, "css": drawn.css, "width": drawn.width}


def ready(edition: Edition) -> None:
    """Draws a blank for nobody, so that returns of the edition are drawn at once."""
    form = form_of(edition)
    document = Document(form.blank(), edition.name)
    bare = View(document)
    bare.marked([*_owned(bare, form.extract(document, by_meaning=True))])


def picture(blobs: str, blob: str, name: str, called: str) -> Picture | None:
    """A picture of a file, drawn anew; None where there is none that can be shown."""
    return View(_opened(blobs, blob, name)).picture(called)


def blank(
    blobs: str, blob: str, name: str, places: Sequence[Mapping[str, Any]], pictures: str, lang: str
) -> dict[str, Any]:
    """A blank form as `_shown` has it, its proposed places marked.

    Args:
        blobs: the folder of all contents.
        blob: the file.
        name: how it is called.
        places: as `drafts.proposed` has them.
        pictures: the address that the names of pictures are put behind.
        lang: the language of the reasons that are told to who points at a place.
    """
    marks = [
        Mark(m["paragraph"], m["start"], m["end"], owner, place["path"], f"{place['path']}: {place[lang]}")
        for place in places
        for owner in [Owner.UNSURE if place["is_unsure"] else Owner.PROPOSED]
        for m in place["marks"]
    ]
    with speaking("en" if lang == "en" else "zh"):
        return _shown(View(_opened(blobs, blob, name), marks, pictures))


def trial(blobs: str, template: str, name: str, rules: str, lang: str) -> dict[str, Any]:
    """A draft filled with a sample, and read again: as `_shown` has it; the record; what is told of it.

    `problems` are those of the reading, `faults` what is wrong with the rules, `said` what the rules say of the sample.
    """
    form = drafts.form_of(blobs, template, name)
    record = drafts.sample(blobs, template, name)
    document = Document(form.fill(record), name)
    result = form.extract(document, by_meaning=True)
    book, faults = parse(rules.encode(), form.fields)
    values = {f.path: records.value_at(result.data, f.path) for f in form.fields}
    beside = {"drawn": Drawn(form, document)}
    said = [] if faults else list(book.broken(Answers(form.fields, values, result.texts, beside)))
    with speaking("en" if lang == "en" else "zh"):
        bare = View(document)
        shown = _shown(bare.marked(_owned(bare, result)))
    told = [*result.problems, *(_differences(form, record, result.data))]
    return {
        **shown,
        "record": record,
        "problems": [problem_shown(p, "reading") for p in told],
        "faults": [problem_shown(p, "rules") for p in faults],
        "said": [problem_shown(p, "rules") for p in said],
    }


def _differences(form: Form, record: Mapping[str, Any], read: Mapping[str, Any]) -> Iterator[Problem]:
    """What reads back as something else than was filled in."""
    for f in form.fields:
        filled, found = records.value_at(record, f.path), records.value_at(read, f.path)
        if f.is_readable and filled != found:
            yield Problem("reads-back-otherwise", f.path, records.shown(found), records.shown(filled), f.place)


def _owned(view: View, result: Result) -> Iterator[Mark]:
    """The owner of every character that is not the form's, and the position of every answer that is not there."""
    for owned in result.owners():
        if owned.owner != "form":
            yield _mark(view, owned.span, Owner(owned.owner), owned.path)
    for path, span in _positions(result.assignment, ""):
        yield _mark(view, span, Owner.BLANK, path)


def _positions(assignment: Assignment, before: str) -> Iterator[tuple[str, Span]]:
    """Where answers would stand that have no characters at all, not even of a blank."""
    for path, held in assignment.places.items():
        spans = held.text.spans if held.text is not None else ()
        if spans and all(span.start == span.end for span in spans):
            yield before + path, spans[0]
        for index, record in enumerate(held.records or ()):
            yield from _positions(record, f"{before}{path}[{index}].")


def _mark(view: View, span: Span, owner: Owner, path: str) -> Mark:
    return Mark(view.number(span.paragraph), span.start, span.end, owner, path)


class _Places:
    """Finds the positions that problems name in the paragraphs of a view."""

    def __init__(self, view: View, document: Document) -> None:
        self._view, self._document = view, document
        self._starts = {owner: (number, start) for number, p in enumerate(view.paragraphs) for start, owner in p.owners}
        self._paragraphs = {p.element: number for number, p in enumerate(view.paragraphs)}

    def of(self, problems: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
        """Paragraph, start and end of the problems that have a place; the words that they quote, where those stand."""
        found = {}
        for problem in problems:
            at = self._at(problem["place"].get("xml", ""))
            if at is not None:
                number, start = at
                text = self._view.paragraphs[number].text
                quoted = problem["found"] if isinstance(problem["found"], str) else ""
                index = text.find(quoted, start) if quoted else -1
                index = text.find(quoted) if quoted and index < 0 else index
                found[problem["id"]] = [number, index, index + len(quoted)] if index >= 0 else [number, start, start]
        return found

    def altered(self, problems: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
        """The words of the form that were changed, with those that stood there."""
        told = [p for p in problems if p["code"] in _ALTERED]
        for problem, (number, start, end) in ((p, at) for p in told if (at := self.of([p]).get(p["id"]))):
            words = problem["expected"]
            says = both(f"原表文字为“{words}”", f'the form says "{words}"')
            yield Mark(number, start, end, Owner.ALTERED, "", says)

    def _at(self, where: str) -> tuple[int, int] | None:
        """The paragraph and offset of a position as `Document.where` gives it."""
        part, _, path = where.partition("#")
        if part != self._document.main or not path:
            return None
        root = self._document.root
        spaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
        try:
            found = root.xpath(path, namespaces=spaces)
        except (etree.XPathError, ValueError):
            return None
        element = found[0] if isinstance(found, list) and found else None
        if not isinstance(element, etree._Element):
            return None
        if element in self._starts:
            return self._starts[element]
        around = (self._paragraphs[a] for a in (element, *element.iterancestors()) if a in self._paragraphs)
        number = next(around, None)
        return None if number is None else (number, 0)
