"""Diff: what two versions of a submission say, field by field.

difference = diff(form, "first.docx", "second.docx")

Fields are compared as values, so that another font, another drawing of a tick or
"1,200" for "1200" is no difference; texts are shown word by word.  Text that
belongs to no field, and words of the form, are compared as well.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docfill import late, limits
from docfill.check import STEPS_A_PROBLEM
from docfill.check.tampering import compared, most_shown, tampering
from docfill.data import value_at
from docfill.extract import Result
from docfill.fields import Field
from docfill.form import Form
from docfill.problems import Problem
from docfill.text import equal_pairs
from docfill.word.document import Document
from docfill.word.package import File

Kind = Literal["added", "removed", "changed"]
Piece = tuple[Literal["same", "removed", "added"], str]

_WORD = late.pattern(r"[A-Za-z0-9.%]+|\s+|.", re.S)
LONGEST = 20_000
"""Words of a text beyond which it is shown as a whole: comparing takes the square of them."""
MOST_PAIRS = 4_000_000
"""Pairs of the same word, likewise; two texts of two thousand words have a tenth of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: how, both values, and for texts the pieces, kept, removed and added."""

    field: Field
    kind: Kind
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        shown = {
            "path": self.field.path,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "place": self.field.place.to_dict(),
        }
        return {**shown, "words": [list(p) for p in self.pieces]} if self.pieces else shown


@dataclass(slots=True)
class Difference:
    """What differs between two documents of a form.

    Attributes:
        before: the reading of the first.
        after: the reading of the second.
        changes: the fields that differ, in form order.
        leftovers: (kind, text) of what belongs to no field and stands in one of them only.
        words: (kind, problem) of changes of the form's own words that one of them has.
    """

    before: Result
    after: Result
    changes: list[Change] = field(default_factory=list)
    leftovers: list[tuple[Kind, str]] = field(default_factory=list)
    words: list[tuple[Kind, Problem]] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return not (self.changes or self.leftovers or self.words)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "form": self.before.form,
            "before": self.before.source,
            "after": self.after.source,
            "changes": [c.to_dict() for c in self.changes],
            "leftovers": [{"kind": kind, "text": text} for kind, text in self.leftovers],
            "words": [{"kind": kind, **problem.to_dict()} for kind, problem in self.words],
        }


def diff(form: Form, before: File | Document, after: File | Document) -> Difference:
    """What two documents of a form say otherwise.

    Args:
        form: the form of both.
        before: the first, as `Form.extract` takes it.
        after: the second.

    Raises:
        DocfillError: one of them cannot be read.
    """
    documents = [d if isinstance(d, Document) else Document(d) for d in (before, after)]
    (first, told_first), (second, told_second) = (_read(form, d) for d in documents)
    changes = []
    for f in form.fields:
        old, new = value_at(first.data, f.steps), value_at(second.data, f.steps)
        if old != new:
            changes.append(_change(f, old, new))
    strays = [[x.text for x in result.leftovers] for result in (first, second)]
    keyed = [{(p.code, p.found, p.expected): p for p in problems} for problems in (told_first, told_second)]
    words: list[tuple[Kind, Problem]] = [("removed", p) for k, p in keyed[0].items() if k not in keyed[1]]
    words += [("added", p) for k, p in keyed[1].items() if k not in keyed[0]]
    return Difference(first, second, changes, _moved(*strays), words)


def _read(form: Form, document: Document) -> tuple[Result, list[Problem]]:
    """What a document says, and what is said of its words; both draw on its budget."""
    with document.budget():
        result = form.extract(document)
        limits.spend(most_shown(document, result))
        words = tampering(compared(form.skeleton, document, result), form.fields, document, result)
        limits.spend(STEPS_A_PROBLEM * (len(words) + len(result.leftovers)))
        return result, words


def _change(f: Field, old: Any, new: Any) -> Change:
    is_absent, will_be_absent = old in (None, []), new in (None, [])
    kind: Kind = "added" if is_absent else "removed" if will_be_absent else "changed"
    is_text = f.kind.is_prose and isinstance(old, str) and isinstance(new, str)
    return Change(f, kind, old, new, words_of(old, new) if is_text else ())


def words_of(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as pieces that both have, that only the first has, and that only the second has.

    A Chinese character is a word, and so is a number or a run of Latin letters.
    """
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) + len(b) > LONGEST or equal_pairs(a, b) > MOST_PAIRS:
        return (("removed", old), ("added", new))
    pieces: list[Piece] = []
    for tag, a0, a1, b0, b1 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(a[a0:a1])))
            continue
        pieces += [("removed", "".join(a[a0:a1]))] if a1 > a0 else []
        pieces += [("added", "".join(b[b0:b1]))] if b1 > b0 else []
    return tuple(pieces)


def _moved(old: Sequence[str], new: Sequence[str]) -> list[tuple[Kind, str]]:
    stayed = Counter(old) & Counter(new)
    return [*(("removed", t) for t in _but(stayed, old)), *(("added", t) for t in _but(stayed, new))]


def _but(stayed: Counter[str], texts: Sequence[str]) -> Iterator[str]:
    """The texts but as many of each, from the first, as stayed."""
    left = stayed.copy()
    for text in texts:
        if left[text]:
            left[text] -= 1
        else:
            yield text
