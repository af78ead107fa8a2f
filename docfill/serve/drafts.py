"""A form that is being made: a blank, and the steps that a person has changed of what is proposed for it.

Every look at a draft is made anew from the blank and the steps, so undo is a shorter list, and nothing that a person
did is in the bytes of a template only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from docfill import limits
from docfill.form import Form
from docfill.lint import lint
from docfill.problems import DocfillError
from docfill.sample import record_of
from docfill.serve.blobs import Blobs
from docfill.serve.database import dumped
from docfill.serve.work import field_shown, problem_shown
from docfill.tag.proposal import DROPPED, UNSURE, Proposal, Proposed, propose
from docfill.word.document import Document
from docfill.word.package import Package


@lru_cache(maxsize=4)
def _proposal(blobs: str, blank: str, name: str, steps: str) -> Proposal:
    return propose(Document(Blobs(Path(blobs)).read(blank), name), name, steps=json.loads(steps))


def proposed(blobs: str, blank: str, name: str, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is proposed for a blank after some steps: places with their marks, what was left alone, the template.

    Raises:
        DocfillError: the last step cannot be: its place would make the form unreadable.
    """
    made = _proposal(blobs, blank, name, dumped(list(steps)))
    paths = {p.path for p in made.proposed}
    last = steps[-1] if steps else {}
    wanted = last.get("to") if last.get("do") in ("rename", "join") else last.get("path")
    if (
        wanted
        and last["do"] in ("add", "rename", "kind", "join")
        and not any(p == wanted or p.endswith(wanted) for p in paths)
    ):
        raise DocfillError(*DROPPED)
    form = _form_in(made.template, name)
    fields = {f.path: field_shown(f) for f in form.fields}
    return {
        "template": Blobs(Path(blobs)).put(made.template),
        "title": form.title,
        "fields": list(fields.values()),
        "places": [
            {
                "path": p.path,
                "kind": p.kind,
                "options": list(p.options),
                "where": made.place(p.at),
                "row": "/" in p.at,
                "zh": p.reason[0],
                "en": p.reason[1],
                "sure": p.confidence,
                "is_unsure": p.confidence < UNSURE,
                "marks": [
                    {"paragraph": m.paragraph, "start": m.start, "end": m.end, "option": m.option} for m in p.marks
                ],
            }
            for p in _as_they_stand(made.proposed)
        ],
        "left": [{"text": x.text, "where": made.place(x.at), "zh": x.reason[0], "en": x.reason[1]} for x in made.left],
    }


def _as_they_stand(proposed: Sequence[Proposed]) -> list[Proposed]:
    """The places in the order of the blank; one without a mark stays behind the one before it."""
    order, at = [], (-1, 0)
    for place in proposed:
        at = min(((m.paragraph, m.start) for m in place.marks), default=at)
        order.append((at, place))
    return [place for _, place in sorted(order, key=lambda o: o[0])]


def linted(blobs: str, template: str, name: str) -> list[dict[str, Any]]:
    """What is to be mended before the form goes out."""
    return [problem_shown(p, "lint") for p in lint(form_of(blobs, template, name))]


def sample(blobs: str, template: str, name: str) -> dict[str, Any]:
    """A record that says something everywhere, to try the form with."""
    return record_of(form_of(blobs, template, name), 1)


def tried(blobs: str, template: str, name: str, record: Mapping[str, Any]) -> str:
    """The form filled with a record; the name of the file.  InvalidData where the form refuses it."""
    return Blobs(Path(blobs)).put(form_of(blobs, template, name).fill(record))


def form_of(blobs: str, template: str, name: str) -> Form:
    """The form of a draft."""
    return _form_in(Blobs(Path(blobs)).read(template), name)


def _form_in(template: bytes, name: str) -> Form:
    """The form of a template, which may ask for no more work than one that is loaded from a file."""
    package = Package(template, name)
    with limits.within_one(lambda: limits.Budget(name, package.weight)):
        return Form(package, name)
