"""Tampering: the words of the official form that a returned document lacks, alters or adds to.

The form's skeleton, with the answers as they were written in their places, is
compared with the document's lines (see `wording`).  Answers stand in the
comparison so that one which quotes the form is not mistaken for its words.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docfill.check import wording
from docfill.check.wording import Change, Piece, Shown, letters
from docfill.data import value_at
from docfill.extract import Result
from docfill.fields import Field
from docfill.problems import Place, Problem
from docfill.template import language
from docfill.template.skeleton import Skeleton
from docfill.template.tree import Answer, Computed, Tick, Words, within
from docfill.template.units import FormRow, Line, Lines, Rows, Unit
from docfill.text import fold, says_the_same
from docfill.word.document import Document

_KEPT = 32


@dataclass
class Compared:
    """The words of a form beside those of a document: the lines that show something, and what is otherwise.

    `changes` is None where the document is too long to be compared; `printed` is the form where all of its words are
    known to stand in the document.
    """

    document: Document
    changes: list[Change] | None = None
    printed: Skeleton | None = None

    @cached_property
    def lines(self) -> list[Shown]:
        """The lines of its body that show something."""
        return shown_lines(self.document)

    @property
    def size(self) -> int:
        """How many characters the document shows."""
        return sum(len(line.text) for line in self.lines)

    def say(self, words: str) -> bool:
        """Whether the document says some words to the letter."""
        wanted = _to_the_letter(words)
        return (self.printed is not None and _is_always_said(self.printed, wanted)) or wanted in self._all_said

    @cached_property
    def _all_said(self) -> str:
        return _to_the_letter("".join(line.text for line in self.lines))


def compared(skeleton: Skeleton, document: Document, result: Result) -> Compared:
    """The words of a form's body, with the answers between them, compared with what a document shows."""
    found = Compared(document)
    if _is_the_forms_own(document, result):
        found.changes, found.printed = [], skeleton
    elif found.size <= wording.LONGEST:
        found.changes = wording.changes(_pieces(skeleton, result), found.lines)
    return found


def _is_the_forms_own(document: Document, result: Result) -> bool:
    """Whether a document is no longer than is compared, and what fill writes, so that all words stand in it."""
    return result.in_document.is_undone and _bytes_of(document) <= wording.LONGEST


def _bytes_of(document: Document) -> int:
    return document.package.infos[document.main].file_size


def most_shown(document: Document, result: Result) -> int:
    """How many characters a document's body shows at most."""
    if _is_the_forms_own(document, result):
        return _bytes_of(document)
    return sum(len(paragraph.text) for paragraph in document.paragraphs)


def tampering(
    words: Compared, fields: Sequence[Field], document: Document, result: Result, exact: Sequence[str] = ()
) -> list[Problem]:
    """The words of the form that are otherwise in a document, in form order, each with its place.

    Args:
        words: the comparison of both.
        fields: the form's fields.
        document: what was returned.
        result: what was read from it.
        exact: words that must stand there to the letter, punctuation included.
    """
    by_path = {f.path: f for f in fields}
    if words.changes is None:
        return [Problem("too-long-to-compare", "", words.size)]
    changes = words.changes
    struck = _struck(changes, result, by_path)
    found = []
    for change in changes:
        f = by_path.get(change.piece.path)
        element = change.line.element if change.line is not None else None
        place = f.place if f is not None else Place()
        place = Place(place.section, place.row, place.column, document.where(element))
        option = change.piece.option
        if option in struck:
            if change.piece is struck[option][0]:
                gone = "、".join(p.text.strip() for p in struck[option])
                found.append(Problem("options-struck", option, None, gone, place))
        elif not _is_trifle(change) and not (change.is_addition and _is_left_over(change, result)):
            found.append(_problem(change, exact, place))
    told = [str(p.expected) for p in found]
    loose = [said for said in exact if not any(_is_part(w, said) for w in told) and not words.say(said)]
    return [*found, *(Problem("exact-words-altered", "", "", said) for said in loose)]


def _problem(change: Change, exact: Sequence[str], place: Place) -> Problem:
    before, after = change.piece.text.strip(), change.after or None
    if change.is_moved:
        return Problem("words-moved", "", None, before, place)
    if any(_is_part(before, words) for words in exact):
        return Problem("exact-words-altered", "", after or "", before, place)
    code = "words-added" if change.is_addition else "words-altered" if after else "words-removed"
    if after and says_the_same(before, after) and says_the_same(after, before):
        code = "words-respelt"
    return Problem(code, "", after, before, place)


def _is_part(words: str, whole: str) -> bool:
    """Whether one text is a part of the other, and no mere word of it."""
    shorter, longer = sorted((letters(words), letters(whole)), key=len)
    return len(shorter) >= wording.WHOLE and shorter in longer


def _is_left_over(change: Change, result: Result) -> bool:
    """Whether what was added was found by the reader, as text of no field."""
    words, after = letters(change.piece.text), letters(change.after)
    if words not in after:
        return False
    added = after.replace(words, "", 1)
    left = [letters(x.text) for x in result.leftovers]
    return any(added and added in text and words not in text for text in left)


def _is_trifle(change: Change) -> bool:
    """Whether a single letter beside an answer is gone, as the unit of a count that somebody typed over."""
    return not change.piece.option and not change.after and len(letters(change.piece.text)) < 2


def _to_the_letter(words: str) -> str:
    """Words without blanks, and with half-width and full-width brackets and commas as one."""
    said = "".join(words.split())
    for wide, narrow in zip("（），；：", "(),;:", strict=True):
        said = said.replace(wide, narrow)
    return said


@functools.lru_cache(maxsize=_KEPT)
def _is_always_said(skeleton: Skeleton, wanted: str) -> bool:
    """Whether words, to the letter, stand in every document that fill writes."""
    long = (said for said in _always_said(skeleton.units) if len(said) >= len(wanted))
    return any(wanted in _to_the_letter(said) for said in long)


def _always_said(units: Sequence[Unit]) -> Iterator[str]:
    """The words of units that stand in every document that fill writes."""
    for unit in units:
        if isinstance(unit, FormRow) and not unit.sections:
            yield from (said for cell in unit.cells for said in _always_said(cell.units))
        elif isinstance(unit, Line) and not unit.sections:
            yield from (token for token in unit.tokens if isinstance(token, str))


def _struck(changes: Sequence[Change], result: Result, by_path: Mapping[str, Field]) -> dict[str, list[Piece]]:
    """The fields of which just the chosen options were left standing, and nothing is doubtful: the options gone."""
    doubted = {p.path for p in result.problems if p.severity != "note"}
    gone: dict[str, list[Piece]] = {}
    for change in changes:
        if change.piece.option and not change.after and change.piece.option not in doubted:
            gone.setdefault(change.piece.option, []).append(change.piece)
    struck = {}
    for path, pieces in gone.items():
        f = by_path[path]
        node: Any = result.data
        for step in f.steps:
            node = node[step]
        chosen = node if isinstance(node, list) else [node] if node else []
        if chosen and len(pieces) == len(f.options) - len(chosen):
            struck[path] = pieces
    return struck


def shown_lines(document: Document) -> list[Shown]:
    """The lines of a document's body that show something."""
    lines: list[Shown] = []
    for paragraph in document.paragraphs:
        at = 0
        for part in paragraph.text.split("\n") if paragraph.text else ():
            if fold(part):
                lines.append(Shown(part, paragraph, at))
            at += len(part) + 1
    return lines


Said = Piece | Callable[[Result], Iterable[Piece]]
"""Words of the form, or what gives the answers that stand between them."""


def _pieces(skeleton: Skeleton, result: Result) -> list[Piece]:
    """The words of the form, with the answers as they were written between them."""
    pieces: list[Piece] = []
    for said in _script(skeleton):
        if isinstance(said, Piece):
            pieces.append(said)
        else:
            pieces += said(result)
    return pieces


@functools.lru_cache(maxsize=_KEPT)
def _script(skeleton: Skeleton) -> list[Said]:
    """What a form says whatever was answered, and between it what gives the answers."""
    return [*_Walk(skeleton.hints).container(skeleton.units)]


class _Walk:
    """Walks a skeleton in reading order, remembering the field that words stand nearest to."""

    def __init__(self, hints: Mapping[str, list[str]]) -> None:
        self._hints = hints
        self._here = ""

    def container(self, units: Sequence[Unit], is_cell: bool = False) -> Iterator[Said]:
        """The pieces of a container; in the body, words belong to the field after them."""
        following = _following(units) if not is_cell else []
        for index, unit in enumerate(units):
            if not is_cell and not (isinstance(unit, FormRow) and _is_remark(unit)):
                self._here = following[index] or self._here
            if isinstance(unit, Line):
                yield from self._line(unit)
            elif isinstance(unit, Lines):
                yield from self._answer(unit.path)
            elif isinstance(unit, FormRow):
                for cell in unit.cells:
                    yield from self.container(cell.units, is_cell=True)
            else:
                self._here = unit.path
                yield functools.partial(_repeated, unit)

    def _line(self, line: Line) -> Iterator[Said]:
        self._here = _first_path(line) or self._here
        tick: Tick | None = None
        for token in line.tokens:
            if isinstance(token, str):
                words = token
                if tick is not None and words.lstrip().startswith(tick.option):
                    yield Piece(tick.option, path=self._here, option=tick.path, is_optional=line.optional)
                    words = words.lstrip().removeprefix(tick.option)
                yield Piece(words, path=self._here, is_optional=line.optional)
                tick = None
            elif isinstance(token, Tick):
                tick = token
            elif isinstance(token, Computed):
                yield functools.partial(_computed, token, self._here)
            elif isinstance(token, Answer) and token.words is not None:
                yield functools.partial(_chosen, token, token.words)
            elif isinstance(token, Answer) and token.series is not None:
                yield functools.partial(_listed, token.path, self._here)
                for text in (*token.series.texts, token.series.between):
                    yield Piece(text, path=token.path, is_optional=True)
            elif isinstance(token, Answer):
                yield from self._answer(token.path)

    def _answer(self, path: str) -> Iterator[Said]:
        self._here = path
        for hint in self._hints.get(path, ()):
            yield Piece(hint, path=path, is_optional=True, is_hint=True)
        yield functools.partial(_written, path)


def _written(path: str, result: Result) -> list[Piece]:
    return [Piece(text, False, path) for text in result.texts.get(path, "").split("\n")]


def _computed(node: Computed, here: str, result: Result) -> list[Piece]:
    value = language.expression(node.source)(result.data)
    return [Piece("" if value is None else str(value), False, here)]


def _chosen(slot: Answer, words: Words, result: Result) -> list[Piece]:
    chosen = value_at(result.data, slot.path.split("."))
    options = [("" if chosen is True else chosen) == o for o in words.options]
    return [Piece(words.texts[options.index(True) if any(options) else -1], False, slot.path)]


def _listed(path: str, here: str, result: Result) -> Iterator[Piece]:
    return _texts(value_at(result.data, path.split(".")), here)


def _repeated(unit: Rows, result: Result) -> Iterator[Piece]:
    records = value_at(result.data, unit.path.split("."))
    if records:
        yield from _records(unit, records, unit.path, unit.path, result)
    else:
        yield from (Piece(text, True, unit.path, "", True) for row in unit.printed_texts for text in row)


def _records(unit: Rows, records: Sequence[Any], at: str, here: str, result: Result) -> Iterator[Piece]:
    """The pieces of repeated records; `at` is the path of the repetition in the data, `here` of the outermost one."""
    for index, record in enumerate(records):
        if isinstance(record, str):
            yield Piece(record, False, here)
        else:
            yield from _record(unit.body, record, f"{at}[{index}]", here, result)


def _record(units: Sequence[Unit], record: Mapping[str, Any], at: str, here: str, result: Result) -> Iterator[Piece]:
    for unit in units:
        if isinstance(unit, FormRow):
            for cell in unit.cells:
                yield from _record(cell.units, record, at, here, result)
        elif isinstance(unit, Rows):
            column = within(unit.path)
            yield from _records(unit, value_at(record, column.split(".")) or (), f"{at}.{column}", here, result)
        elif isinstance(unit, Line):
            for token in unit.tokens:
                if isinstance(token, str):
                    yield Piece(token, path=here, is_optional=True)
                elif isinstance(token, Answer) and token.level:
                    written = result.texts.get(f"{at}.{token.column}")
                    yield from _texts(written or value_at(record, token.column.split(".")), here)


def _texts(value: Any, here: str) -> Iterator[Piece]:
    """What is written for a value: a line each, or an item each."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, here)
    elif value is not None:
        yield from (Piece(text, False, here) for text in str(value).split("\n"))


def _is_remark(row: FormRow) -> bool:
    """Whether a row is words about the rows above it: one cell, and no answer."""
    return not _first_path(row) and sum(not c.continues and bool(c.literal.strip()) for c in row.cells) == 1


def _following(units: Sequence[Unit]) -> list[str]:
    """For each unit the path of the first field in it or behind it, or ""."""
    paths: list[str] = []
    for unit in reversed(units):
        paths.append(_first_path(unit) or (paths[-1] if paths else ""))
    return paths[::-1]


def _first_path(unit: Unit) -> str:
    """The path of the first field in a unit, or ""."""
    return next(iter(unit.paths), "")
