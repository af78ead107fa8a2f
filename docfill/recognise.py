"""Which form a file is: the one whose words it has.

Each line of words of a form counts once for every form that prints it, so what
several forms share weighs little.  Editions of one form share most of them, and are
told apart by the others, the years among them.  A file that fits two forms alike, or
none, is refused with the candidates named: guessing the form would be the worst error.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from docfill import late
from docfill.extract import Result
from docfill.form import Form, bundled
from docfill.problems import DocfillError, Problem, listed
from docfill.template.units import FormRow, Line, Unit
from docfill.text import fold
from docfill.word.document import Document, paragraphs_of
from docfill.word.package import File

ENOUGH = 0.35
"""At least this share of a form's own words must be in the file."""
CLEAR = 1.5
"""The best form must fit this many times better than the next."""
EDITION = 0.6
"""Forms are editions of one where at least this share of all their words is in both."""
TOLD, APART = 2 / 3, 0.25
"""An edition is told where so much of what tells editions apart agrees with it, and so much less with any other."""

MISSING = 0.1
"""Where so many of a form's fields are missing, a file may be of another form."""

_YEAR = late.pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONG = 8


def words_of(form: Form) -> set[str]:
    """The folded lines of words that the form prints."""
    return {w for w in _words(form.skeleton.units) if len(w) > 1}


def _words(units: list[Unit]) -> list[str]:
    found: list[str] = []
    for unit in units:
        if isinstance(unit, Line):
            found.append(fold(unit.literal))
        elif isinstance(unit, FormRow):
            for cell in unit.cells:
                found += _words(cell.units)
    return found


@functools.lru_cache(maxsize=16)
def _weights(forms: tuple[Form, ...]) -> list[dict[str, float]]:
    """What each line of words of each form counts: less where other forms have it, too."""
    words = [words_of(form) for form in forms]
    shared = Counter(w for own in words for w in own)
    return [{w: len(w) / shared[w] ** 2 for w in own} for own in words]


def recognise(source: File | Document, forms: Sequence[Form] = ()) -> Form:
    """The form that a file was made from.

    Args:
        source: a path, the bytes of the file, an open file, or an opened document.
        forms: the forms it may be; the bundled ones if none are given.

    Raises:
        DocfillError: no form fits, or two fit alike; or the file cannot be read.
    """
    forms = forms or [Form.load(name) for name in bundled()]
    document = source if isinstance(source, Document) else Document(source)
    lines, text = _said(document)
    scores = _scores(lines, text, forms)
    name = document.name or "document.docx"
    known = listed(f.name for f in forms)
    if not scores or scores[0][0] < ENOUGH:
        raise DocfillError(
            f"{name}：不像任何已知的表（{known}），请用 --form 指明",
            f"{name}: none of the known forms fits ({known.en}); name one with --form",
            "unknown-form",
        )
    if len(scores) > 1 and scores[0][0] < scores[1][0] * CLEAR:
        near = [form for score, form in scores if scores[0][0] < score * CLEAR]
        if (edition := _edition(lines, text, near)) is not None:
            return edition
        first, second = scores[0][1].name, scores[1][1].name
        raise DocfillError(
            f"{name}：与“{first}”和“{second}”两种表都相像，请用 --form 指明",
            f'{name}: fits both "{first}" and "{second}"; name one with --form',
            "ambiguous-form",
        )
    return scores[0][1]


def _said(document: Document) -> tuple[set[str], str]:
    """What a document says, folded: its lines, and all of it."""
    shown = [p.text for p in paragraphs_of(document.blocks)]
    return set(map(fold, shown)), fold("\n".join(shown))


def _scores(lines: set[str], text: str, forms: Sequence[Form]) -> list[tuple[float, Form]]:
    """How much of what each form says alone, or almost, a document says; the best form first."""
    scores = []
    for form, weights in zip(forms, _weights(tuple(forms)), strict=True):
        total = sum(weights.values()) or 1.0
        scores.append((sum(v for w, v in weights.items() if w in lines or w in text) / total, form))
    return sorted(scores, key=lambda s: -s[0])


def remark(document: Document, form: Form, forms: Sequence[Form], problems: list[Problem]) -> None:
    """Puts before the problems of a document that was read as a form what may be wrong with that form.

    An older edition is told where a newer one is among `forms`; another form, where much is missing and a bundled one
    fits much better: that is why, whatever else is doubted.
    """
    if (remark := outdated(form, forms)) is not None:
        problems.insert(0, remark)
    if (other := _another(document, form, problems)) is not None:
        problems[:] = [other, *(replace(p, within=other.code) for p in problems)]


def _another(document: Document, form: Form, problems: Sequence[Problem]) -> Problem | None:
    missing = {p.path for p in problems if p.code == "place-missing"}
    if len(missing) < MISSING * len(form.fields):
        return None
    lines, text = _said(document)
    known = [Form.load(name) for name in bundled() if name != form.name]
    others = [other for other in known if not _are_editions(form, other)]
    scores = _scores(lines, text, [form, *others])
    (best, other), own = scores[0], next(score for score, scored in scores if scored is form)
    is_other = other is not form and best >= max(ENOUGH, own * CLEAR)
    return Problem("other-form", "", form.name, other.name) if is_other else None


def check_likeness(document: Document, form: Form, result: Result) -> None:
    """Nothing, where a document that was read as a form has something of it.

    A list of enterprises that came with the form, say, would else be a return without
    a single answer, and all its places missing.

    Raises:
        DocfillError: no field was found in it, and few of the form's words.
    """
    missing = {p.path for p in result.problems if p.code == "place-missing"}
    if not form.fields or any(f.path not in missing for f in form.fields):
        return
    lines, text = _said(document)
    words = words_of(form)
    if sum(len(w) for w in words if w in lines or w in text) < ENOUGH * sum(map(len, words)):
        name = document.name or "document.docx"
        raise DocfillError(
            f"{name}：不像“{form.title}”，表中的各项一个也找不到；是附件就不必管，是表请向填报人另要",
            f'{name}: not like "{form.title}", none of whose fields is in it; ask for the form, unless this is an '
            "attachment",
            "unknown-form",
        )


def outdated(form: Form, forms: Sequence[Form]) -> Problem | None:
    """That a file is of an older edition of a form, where a newer one is among `forms`."""
    newest = _newest(form, tuple(forms))
    return None if newest is None else Problem("old-edition", "", form.name, newest.name)


@functools.lru_cache(maxsize=64)
def _newest(form: Form, forms: tuple[Form, ...]) -> Form | None:
    """The edition of a form that speaks of later years than itself and any other; None where it is the latest."""
    later = [f for f in forms if f is not form and _are_editions(f, form) and _latest(f) > _latest(form)]
    return max(later, key=_latest, default=None)


def _latest(form: Form) -> int:
    """The latest year that a form prints; 0 where it prints none."""
    return max((int(y) for w in words_of(form) for y in _YEAR.findall(w)), default=0)


def _are_editions(one: Form, other: Form) -> bool:
    first, second = words_of(one), words_of(other)
    return len(first & second) >= EDITION * max(1, len(first | second))


def _edition(lines: set[str], text: str, near: Sequence[Form]) -> Form | None:
    """Which of some forms that a file fits alike it is, if they are editions of one and their differences say so."""
    if not all(_are_editions(near[0], form) for form in near[1:]):
        return None
    words = [words_of(form) for form in near]
    telling = {w for own in words for w in own if not all(w in other for other in words)}
    there = {w for w in telling if w in lines or (len(w) > _LONG and w in text)}
    total = sum(map(len, telling)) or 1
    agreeing = [sum(len(w) for w in telling if (w in there) == (w in own)) / total for own in words]
    best, next_best = sorted(agreeing, reverse=True)[:2]
    return near[agreeing.index(best)] if best >= TOLD and best - next_best >= APART else None
