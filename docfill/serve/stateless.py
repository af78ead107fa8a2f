"""Calls that keep nothing: a file in, an answer out; the applicant's door is one of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docfill.batch.handed import load_roster
from docfill.check import check
from docfill.files import Held
from docfill.lint import lint, to_be_linted
from docfill.problems import DocfillError
from docfill.recognise import recognise
from docfill.scratch import Scratch
from docfill.serve.work import Edition, form_of, problem_shown, rules_for
from docfill.tag.proposal import propose
from docfill.word.comments import suffix_of
from docfill.word.document import Document


def _opened(path: str, name: str, editions: Sequence[Edition]) -> tuple[Document, Edition]:
    document = Document(Path(path).read_bytes(), name)
    if len(editions) == 1:
        return document, editions[0]
    forms = {id(form_of(e)): e for e in editions}
    return document, forms[id(recognise(document, [form_of(e) for e in editions]))]


def extracted(path: str, name: str, editions: Sequence[Edition]) -> dict[str, Any]:
    """What a returned file says, as `docfill extract` has it; where there are several forms, it is recognised."""
    document, edition = _opened(path, name, editions)
    return form_of(edition).extract(document).to_dict()


def names(path: str, name: str) -> list[str]:
    """The names in a spreadsheet or list; DocfillError where there are none."""
    return list(load_roster(Held(name, Path(path).read_bytes())).names)


def checked(path: str, name: str, editions: Sequence[Edition], with_comments: bool) -> dict[str, Any]:
    """What is to be said of a returned file; with comments, the file with them as base64, where it can have them."""
    document, edition = _opened(path, name, editions)
    report = check(form_of(edition), document, rules=rules_for(edition))
    problems = [problem_shown(p, kind) for kind, group in report.groups.items() for p in group]
    found: dict[str, Any] = {
        "form": edition.name,
        "title": report.title,
        "is_fine": report.is_fine,
        "counts": report.counts,
        "problems": problems,
        "due": [d.to_dict() for d in report.due],
    }
    if with_comments:
        try:
            found["commented"] = base64.b64encode(report.commented()).decode()
            found["suffix"] = suffix_of(document)
        except DocfillError as error:
            found["not_commented"] = {"zh": error.zh, "en": error.en}
    return found


def filled(edition: Edition, record: Any) -> bytes:
    """The form with a record in its places; InvalidData where it refuses that."""
    return form_of(edition).fill(record)


def put(path: str, name: str, edition: Edition, changes: dict[str, Any]) -> bytes:
    """A returned file with other values at some paths, and nothing else touched."""
    return form_of(edition).put(Document(Path(path).read_bytes(), name), changes)


def tagged(path: str, name: str) -> dict[str, Any]:
    """A template for a blank form, as base64, and the places that are proposed."""
    made = propose(Document(Path(path).read_bytes(), name), name)
    places = [
        {"path": p.path, "kind": p.kind, "options": list(p.options), "where": made.place(p.at), "sure": p.confidence}
        for p in made.proposed
    ]
    return {"template": base64.b64encode(made.template).decode(), "places": places}


def linted(path: str, name: str) -> dict[str, Any]:
    """What is to be mended in a template before it goes out."""
    form = to_be_linted(Path(path).read_bytes(), name)
    return {"problems": [problem_shown(p, "lint") for p in lint(form)]}


def blank(edition: Edition) -> bytes:
    """The official blank form."""
    return form_of(edition).blank()


def schema(edition: Edition) -> dict[str, Any]:
    """The JSON Schema of a record."""
    return form_of(edition).schema


def sheet(edition: Edition) -> bytes:
    """The data-entry workbook."""
    from docfill.tables import write_entry

    with Scratch() as folder:
        path = Path(folder, "entry.xlsx")
        write_entry(form_of(edition), path)
        return path.read_bytes()
