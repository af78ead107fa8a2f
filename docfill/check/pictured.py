"""Pictures that stand where words are due, for whoever looks at a report: drawn anew, small, as data URLs.

Only what a doubt is about is shown, and nothing but pixels reaches the page (`view.pictures`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

from docfill.extract import Result
from docfill.problems import DocfillError, Problem
from docfill.read.anchored import drawn_at
from docfill.view.pictures import Allowance, drawn_anew
from docfill.word import media
from docfill.word.document import Document

ABOUT = frozenset({"look-here", "several-pictures", "words-for-picture"})
"""The doubts that are about pictures."""
_WIDEST = 360
_MOST, _MOST_OF_ONE = 40, 3


def pictures_of(document: Document, result: Result, problems: Iterable[Problem]) -> dict[str, list[str]]:
    """The pictures at the places that some problems are about, by path, as far as they can be shown."""
    wanted = {p.path for p in problems if p.code in ABOUT}
    found: dict[str, list[str]] = {}
    allowance = Allowance()
    for at in drawn_at(result.assignment, document.blocks) if wanted else ():
        own = found.setdefault(at.path, []) if at.path in wanted else []
        if at.path not in wanted or len(own) >= _MOST_OF_ONE or sum(map(len, found.values())) >= _MOST:
            continue
        try:
            for picture in media.shown_by(document, at.drawn.element):
                drawn = drawn_anew(picture.data or b"", _WIDEST, allowance)
                if drawn is not None:
                    own.append(f"data:{drawn.media_type};base64,{base64.b64encode(drawn.data).decode()}")
        except DocfillError:  # it is elsewhere, or damaged: the problem tells its place
            continue
    return {path: urls for path, urls in found.items() if urls}
