"""Samples: filled returns of any form, and the answers that they were filled from, to try everything with.

The answers are the kinds' own samples, or others of theirs where the form's rules want
others, and the same each time.  Of the returns two are
plain, in one an answer is written as people write who are not sure (`Written.doubtful`),
and in one an answer that the form wants is missing; a form that asks for nothing which
could be doubted or missed has no such return.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from docfill.check import answers
from docfill.check.rules import Answers, Rulebook, rules_of
from docfill.fields import Field
from docfill.form import Form
from docfill.kinds import Written
from docfill.problems import say
from docfill.put.texts import put_text
from docfill.template.units import paths_of
from docfill.word.document import Document
from docfill.word.edit import Editor
from docfill.word.package import Writer


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample return.

    Attributes:
        name: what its file may be called, in the language of messages, without a suffix.
        record: what is meant by it, as `Form.fill` takes it.
        document: the .docx.
        path: the field of the answer that is in doubt or missing; "" where all is plain.
    """

    name: str
    record: dict[str, Any]
    document: bytes
    path: str = ""


_Fault: TypeAlias = tuple[str, str]
"""A rule's name, or a problem's code, and a path."""


def record_of(form: Form, turn: int) -> dict[str, Any]:
    """A record that answers everything that can be read back, with the one or the other sample (`turn` 1 or 2).

    What is printed only where there is no answer is left without one.
    """
    return form.records.nested(_values(form, turn))


def samples(form: Form) -> list[Sample]:
    """The sample returns of a form, always the same.

    Raises:
        DocfillError: its template cannot be filled.
    """
    judge = _Judge(form)
    one = _agreeing(judge, _numbered(form, _values(form, 1), 1))
    told = {f.path for f in form.fields if f.kind.is_prose or f.kind.has_records}
    second = {path: value if path in told else one.get(path, value) for path, value in _values(form, 2).items()}
    two = _agreeing(judge, _numbered(form, second, 2))
    made = [_sample(form, say("完整", "plain"), values) for values in (one, two)]
    values = _renumbered(form, one, 3)
    if doubted := next((f for f in form.fields if f.path in values and _doubtful(f)), None):
        plain = _sample(form, say("有疑问", "doubtful"), values)
        document = _retyped(form, plain.document, doubted.path, _doubtful(doubted))
        made.append(replace(plain, document=document, path=doubted.path))
    if missed := next((f for f in form.fields if f.path in values and f.required), None):
        values = _renumbered(form, one, 4)
        rest = {path: value for path, value in values.items() if path != missed.path}
        made.append(replace(_sample(form, say("漏填", "missing"), rest), path=missed.path))
    return [replace(s, name=say(f"样例{n}-{s.name}", f"sample{n}-{s.name}")) for n, s in enumerate(made, 1)]


def _sample(form: Form, name: str, values: dict[str, Any]) -> Sample:
    record = form.records.nested(values)
    return Sample(name, record, form.fill(record))


def _values(form: Form, turn: int) -> dict[str, Any]:
    """The samples by path."""
    otherwise = {path for s in form.skeleton.sections if s.is_otherwise for path in paths_of(s.units)}
    asked = [f for f in form.fields if f.is_readable and f.path not in otherwise]
    return {f.path: f.kind.sample(f, turn) for f in asked}


def _numbered(form: Form, values: dict[str, Any], number: int) -> dict[str, Any]:
    """The samples with the number of the return in every text, so that no two are the same applicant's."""
    words = {f.path for f in form.fields if f.kind.is_prose}
    return {path: f"{value}{number}" if path in words else value for path, value in values.items()}


def _renumbered(form: Form, values: dict[str, Any], number: int) -> dict[str, Any]:
    """The values of the first return as those of another."""
    was, now = (_numbered(form, _values(form, 1), n) for n in (1, number))
    words = {f.path for f in form.fields if f.kind.is_prose}
    return {path: v.replace(was[path], now[path]) if path in words else v for path, v in values.items()}


def _agreeing(judge: _Judge, values: dict[str, Any]) -> dict[str, Any]:
    """The samples with others in their places where the form's rules want others, one rule after another.

    A value is exchanged where that leaves less to be said of the record; where nothing does, the rule stays broken.
    """
    tried: set[_Fault] = set()
    while (wrong := judge.said(values)) and (fault := next((w for w in wrong if w not in tried), None)):
        tried.add(fault)
        better = min(judge.others(values, fault), key=lambda other: len(judge.said(other)), default=values)
        if len(judge.said(better)) < len(wrong):
            values, tried = better, set()
    return values


class _Judge:
    """What is to be said of the answers of records of a form, by its rules and by what it asks."""

    def __init__(self, form: Form) -> None:
        self._records = form.records
        self._fields = {f.path: f for f in form.fields}
        self._book = rules_of(form)
        self._rules = {rule.name: rule for rule in self._book.rules}

    def said(self, values: Mapping[str, Any], book: Rulebook | None = None) -> list[_Fault]:
        """The rules that a record breaks, and the answers that do not fit one another, each with its field."""
        fields = list(self._fields.values())
        record = {path: values.get(path) for path in self._fields}
        written = {p: f.kind for p, f in self._fields.items() if isinstance(f.kind, Written) and p in values}
        texts = {path: kind.format(values[path]) for path, kind in written.items()}
        broken = (book or self._book).broken(Answers(fields, record, texts))
        others = [] if book else answers.problems_of(self._records, record, self._book.by_hand, set())
        return [*((b.rule, b.path) for b in broken), *((p.code, p.path) for p in others)]

    def others(self, values: Mapping[str, Any], fault: _Fault) -> Iterator[dict[str, Any]]:
        """The record with another value in the fault's field, where that mends the fault."""
        name, path = fault
        book = replace(self._book, rules=(self._rules[name],)) if name in self._rules else None
        for value in self._fields[path].kind.more_samples(self._fields[path], values.get(path)):
            other = {**values, path: value}
            if fault not in self.said(other, book):
                yield other


def _doubtful(f: Field) -> str:
    """How an answer is written in doubt; "" where any words will do."""
    return say(*f.kind.doubtful) if isinstance(f.kind, Written) else ""


def _retyped(form: Form, document: bytes, path: str, text: str) -> bytes:
    """The document with other words for one answer, typed over it."""
    opened = Document(document, form.name)
    editor = Editor(opened)
    held = form.extract(opened).assignment.text_at(path)
    if held is None:
        return document
    put_text(editor, held, text)
    parts = editor.written()
    return Writer(opened.package, frozenset(parts)).write(parts)
