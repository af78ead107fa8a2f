"""Viewing: a returned document drawn for the review, every character with its owner, every problem at its place.

Done by the desk, in another process than the server's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from docfill.extract import Result
from docfill.problems import speaking
from docfill.read.assignment import Assignment
from docfill.serve.blobs import Blobs
from docfill.serve.work import Edition, form_of
from docfill.view import Mark, Owner, Picture, View
from docfill.word.document import Document
from docfill.word.span import Span

_ALTERED = ("words-altered", "words-added", "exact-words-altered")
_SAYS = {"zh": "原表文字为“{}”", "en": 'the form says "{}"'}


@lru_cache(maxsize=16)
def _opened(blobs: str, blob: str, name: str) -> Document:
    return Document(Blobs(Path(blobs)).read(blob), name)


def returned(
    blobs: str, blob: str, name: str, edition: Edition, problems: Sequence[Mapping[str, Any]], pictures: str, lang: str
) -> dict[str, Any]:
    """A returned file as `html` and `css`, and `places`: paragraph, start, end of each problem, by its id.

    Args:
        blobs: the folder of all contents.
        blob: the file.
        name: how it is called.
        edition: the form that it is.
        problems: those of the reading.
        pictures: the address that the names of pictures are put behind.
        lang: the language of what it says to who points at it.
    """
    document = _opened(blobs, blob, name)
    with speaking("en" if lang == "en" else "zh"):
        bare = View(document, (), pictures)
        places = _Places(bare, document)
        result = form_of(edition).extract(document)
        drawn = bare.marked([*_owned(bare, result), *places.altered(problems, lang)])
    return {"html": drawn.html, "css": drawn.css, "places": places.of(problems)}


def picture(blobs: str, blob: str, name: str, called: str) -> Picture | None:
    """A picture of a file, drawn anew; None where there is none that can be shown."""
    return View(_opened(blobs, blob, name)).picture(called)


def blank(blobs: str, blob: str, name: str, pictures: str, lang: str) -> dict[str, Any]:
    """A blank form as `html` and `css`."""
    with speaking("en" if lang == "en" else "zh"):
        drawn = View(_opened(blobs, blob, name), (), pictures)
    return {"html": drawn.html, "css": drawn.css}


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

    def altered(self, problems: Iterable[Mapping[str, Any]], lang: str) -> Iterator[Mark]:
        """The words of the form that were changed, with those that stood there."""
        told = [p for p in problems if p["code"] in _ALTERED]
        for problem, (number, start, end) in ((p, at) for p in told if (at := self.of([p]).get(p["id"]))):
            says = _SAYS["en" if lang == "en" else "zh"].format(problem["expected"])
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
