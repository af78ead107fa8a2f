"""Put: values into a document at their places, and everything else left as it is.

The third verb of the lens (docs/putting.md): `extract` gets, `fill` creates, `put`
changes what a document of the form says, whoever made it.  The document is read;
what is to change is written where its place is certain; what came out is read
again and must say just what was asked for, with no doubt that was not there.
All of one call is written, or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from docfill.data import Records, value_at
from docfill.extract import Result
from docfill.fields import Field
from docfill.problems import InvalidData, Problem
from docfill.put.changes import Change, changes_of
from docfill.put.places import put_value
from docfill.read.kept import by_element, day_of, stores_at
from docfill.word.document import Document
from docfill.word.edit import Editor, Track
from docfill.word.package import Writer
from docfill.word.part import Unplaceable
from docfill.word.stores import in_step, stores_of


class Lens(Protocol):
    """What putting needs of a form."""

    fields: list[Field]
    records: Records
    hints: Mapping[str, Sequence[str]]

    def extract(self, source: Document) -> Result:
        """What a document says."""
        ...


OF_THE_VALUE = frozenset(
    {
        "not-a-number",
        "not-an-integer",
        "not-a-date",
        "not-a-time",
        "year-unlikely",
        "approximate",
        "too-many-decimals",
        "out-of-range",
        "several-ticks",
        "unclear-tick",
        "over-limit",
        "duplicate-key",
        "unknown-key",
        "store-differs",
    }
)
"""Doubts about what an answer says, and not about where it stands."""
FOLLOWING = frozenset({"derived-differs", "section-differs", "write-in-unticked", "copies-differ"})
"""Doubts that follow from other fields' values, or from what stands beside them in the file, which is left alone."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document with values put into it.

    Attributes:
        document: its bytes; those that were given where nothing had to change.
        changes: what it says otherwise than before, in form order.
        is_converted: whether it came in another format and was converted to .docx first.
    """

    document: bytes
    changes: list[Change]
    is_converted: bool


def corrected(
    form: Lens,
    document: Document,
    given: Mapping[str, Any],
    rewritten: Collection[str] = (),
    track: Track | None = None,
) -> Corrected:
    """A document that says what is given, and all else as before.

    Args:
        form: the form that it is of.
        document: any document of the form.
        given: a part of a record; null takes an answer out, a field that is not there is left alone.
        rewritten: the paths of fields to be written as docfill writes them, though their value stays.
        track: who changes it, where the changes are to be tracked ones in Word.

    Raises:
        InvalidData: a value is refused by the form's schema, has no certain place, or can't be put so that it
            reads back; every reason is listed.
    """
    result = form.extract(document)
    changes = changes_of(form.fields, form.records, result.data, given, rewritten)
    package = document.package
    if not changes:
        return Corrected(package.data, [], package.is_converted)
    _refuse_doubtful(result, changes)
    parts = _written(form, Editor(document, track), result, changes)
    if not parts:
        return Corrected(package.data, [], package.is_converted)
    out = Writer(package, frozenset(parts)).write(parts)
    _prove(form, document.name, result, changes, out)
    return Corrected(out, changes, package.is_converted)


def _refuse_doubtful(result: Result, changes: Iterable[Change]) -> None:
    """Nothing, where the place of each change is certain."""
    doubts: dict[str, list[Problem]] = {}
    for problem in result.problems:
        if problem.severity != "note" and problem.code not in OF_THE_VALUE | FOLLOWING:
            doubts.setdefault(problem.path.partition("[")[0], []).append(problem)
    refused = [
        Problem("place-uncertain", change.path, None, doubt.message, doubt.place)
        for change in changes
        for doubt in doubts.get(change.path, ())[:1]
    ]
    if refused:
        raise InvalidData(refused)


def _written(form: Lens, editor: Editor, result: Result, changes: Sequence[Change]) -> dict[str, bytes]:
    """The parts of the document with each change at its place; every change that has none is listed."""
    fields = {f.path: f for f in form.fields}
    refused = []
    for change in changes:
        f, held = fields[change.path], result.assignment.at(change.path)
        try:
            put_value(editor, f, held, change.old, change.new, form.hints)
        except Unplaceable as reason:
            refused.append(Problem("not-placed", change.path, None, reason.said, f.place))
    if not refused:
        try:
            return _in_step(editor.document, result, changes, editor.written())
        except Unplaceable as reason:
            refused += [Problem("not-placed", change.path, None, reason.said, change.place) for change in changes]
    raise InvalidData(refused)


def _in_step(
    document: Document, result: Result, changes: Iterable[Change], parts: dict[str, bytes]
) -> dict[str, bytes]:
    """Some new parts, with what Word keeps beside what it shows made what the changed places show."""
    shown: dict[str, set[str]] = {}
    stores = [*stores_of(document.package, document.main, document.root)]
    for store in stores:
        shown.setdefault(store.key, set()).add(store.shown)
    if not shown:
        return parts
    package, main = document.package, document.main
    held = (result.assignment.at(change.path) for change in changes if change.old == change.new)
    known = by_element(stores)
    rewritten = {store.key for x in held if x.text for store in stores_at(x.text, known)}
    new = in_step(
        package,
        main,
        {main: package.read(main), **parts},
        lambda store: store.key in rewritten or (store.key in shown and store.shown not in shown[store.key]),
        day_of,
    )
    return {name: data for name, data in new.items() if name not in package or data != package.read(name)}


def _prove(form: Lens, name: str, result: Result, changes: Sequence[Change], out: bytes) -> None:
    """Nothing, where the document reads as it was asked to and as before everywhere else."""
    again = form.extract(Document(out, name))
    asked = {change.path: change.new for change in changes}
    refused = []
    for f in form.fields:
        read = value_at(again.data, f.steps)
        due = asked[f.path] if f.path in asked else value_at(result.data, f.steps)
        if read != due:
            refused.append(Problem("put-reads-otherwise", f.path, read, due, f.place))
    before, after = _doubts(result), _doubts(again)
    refused += [Problem("put-raises-doubt", path, found, code) for code, path, found in sorted(after - before)]
    strays = Counter(x.text for x in again.leftovers) - Counter(x.text for x in result.leftovers)
    refused += [Problem("put-raises-doubt", "", text, "leftover") for text in sorted(strays)]
    if refused:
        raise InvalidData(refused)


def _doubts(result: Result) -> Counter[tuple[str, str, str]]:
    """The doubts of a reading, but for those that follow from the values of other fields."""
    problems = (p for p in result.problems if p.severity != "note" and p.code not in FOLLOWING)
    return Counter((p.code, p.path, str(p.found)) for p in problems)


__all__ = ["Change", "Corrected", "Track", "corrected"]
