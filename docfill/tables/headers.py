"""Headers: which column of anybody's sheet is which field, from the words that stand above it.

A heading may be a field's path, its label, or a group of merged cells above
one another; case, width, spaces, numbering, brackets and asterisks make no
difference.  The header may begin below a title and have several rows: the rows
are taken under which most headings are known.  What fits two fields is not
read but asked about, what fits almost is read with a warning, and what fits
none is listed with the nearest (law 5).  A number under another unit is not read.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from docfill import late, limits
from docfill.form import Form
from docfill.kinds import same_units
from docfill.problems import DocfillError, Problem, SheetPlace, say
from docfill.tables.cell import words_of
from docfill.tables.columns import SERVICE, Column, columns_of, letter_of, titles_of
from docfill.tables.kinds import face_of
from docfill.text import MEASURES, fold, gist, notes, undecorated

LOOKED_AT = 30
"""So many rows at the beginning of a sheet may hold titles and headings."""

_DEEPEST = 8
_LATEST = 12
_SURE, _APART = 90.0, 4.0
_DENYING = "非不未无否"
_LISTED = 6
_STEPS_A_TEXT, _STEPS_A_HEADING = 16, 4
_YEAR = late.pattern(r"((?:19|20)\d\d)年?度?")
_YEAR_IN_BRACKETS = late.pattern(r"[（(]\s*((?:19|20)\d\d)年?度?\s*[)）]")
_NUMBER = late.pattern(r"\d+")
_UNIT = late.pattern(rf"[十百千万亿]*(?:{MEASURES}|人民币|[%‰])(?:/.{{1,4}})?")


@dataclass(slots=True)
class Header:
    """What the columns of one sheet are.

    Attributes:
        columns: by index; None where no field is read from it.
        titles: what stands above each column, "" where there is nothing.
        service: the indexes of the columns of `SERVICE` that there are.
        unread: the indexes of columns with a heading that no field is read from.
        first, last: the rows of the header, by index among those looked at.
        problems: the columns that could not be placed, or only with a doubt.
        weight: how much of it is understood, to compare sheets.
    """

    columns: list[Column | None]
    titles: list[str]
    service: dict[str, int]
    unread: set[int] = field(default_factory=set)
    first: int = 0
    last: int = 0
    problems: list[Problem] = field(default_factory=list)
    weight: float = 0


class Names:
    """Everything by which the columns of a form may be called.

    Repeated rows may be a column, as JSON in a cell, and several choices one cell.

    Args:
        form: the form.
    """

    def __init__(self, form: Form) -> None:
        split = columns_of(form.fields)
        whole = [Column(f) for f in form.fields if "" not in face_of(f.kind).columns(f)]
        self._exact: dict[str, Column] = {}
        self._known: dict[str, dict[Column, int]] = {}
        last: dict[str, list[Column]] = {}
        for column, titles in zip(split, titles_of(split), strict=True):
            self._exact[_joined(titles)] = column
        for column in (*whole, *split):
            self._exact.setdefault(_joined(column.steps), column)
            if "_" in column.steps[-1]:
                last.setdefault(fold(column.steps[-1]), []).append(column)
            for name, rank in _calls_of(column):
                ranks = self._known.setdefault(name, {})
                ranks[column] = min(rank, ranks.get(column, rank))
        # 领域_其他 to the letter is the write-in, though 领域.其他 says the same
        self._exact |= {name: cs[0] for name, cs in last.items() if len(cs) == 1 and name not in self._exact}
        self._paths = {"".join(map(_key, c.steps)): c for c in (*whole, *split)}
        self._ends = {name[start:] for name in self._known for start in range(len(name) + 1)}
        self._exact_ends = {name[start:] for name in self._exact for start in range(len(name))}

    def may_end(self, text: str) -> bool:
        """Whether a text can be the lowest of the headings that name a column."""
        return _key(text) in self._ends or _folded(text) in self._exact_ends

    def match(self, headings: Sequence[str]) -> tuple[list[Column], float]:
        """The columns that the headings above a column name best, and how well: several if they fit equally."""
        if exact := self._exact.get(_joined(headings)):
            return [exact], 1
        for dropped in range(len(headings)):
            if ranks := self._known.get("".join(map(_key, headings[dropped:]))):
                best = min(ranks.values())
                fitting = [c for c, rank in ranks.items() if rank == best]
                above = set(map(_key, headings[:dropped]))
                within = [c for c in fitting if above <= set(map(_key, c.steps))]
                return within or fitting, 1 - 0.05 * best - 0.1 * dropped
        return [], 0

    def nearest(self, title: str) -> tuple[list[Column], bool]:
        """The columns whose names are most like a title, best first, and whether the first may be read."""
        limits.spend(len(self._known) // 2)
        name = _key(title)
        numbers = _NUMBER.findall(name)
        alike: dict[Column, float] = {}
        sure: set[Column] = set()
        for other, score, _ in process.extract(name, list(self._known), scorer=fuzz.ratio, limit=8):
            for column in self._known[other] if _NUMBER.findall(other) == numbers else ():
                alike.setdefault(column, score)
                if score >= _SURE and _only_adds(name, other):
                    sure.add(column)
        if not alike:
            found = process.extractOne(name, list(self._paths), scorer=fuzz.ratio)
            return [self._paths[found[0]]] if found else [], False
        listed = sorted(alike, key=lambda c: -alike[c])
        scores = [alike[c] for c in listed[:2]]
        return listed, listed[0] in sure and (len(scores) == 1 or scores[0] - scores[1] >= _APART)


@functools.lru_cache(maxsize=16)
def names_of(form: Form) -> Names:
    """Everything by which the columns of a form may be called."""
    return Names(form)


def _only_adds(one: str, other: str) -> bool:
    """Whether one name only has some characters more than the other, and none that turn its sense around."""
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    if not all(any(c == there for there in rest) for c in shorter):
        return False
    return not any(longer.count(c) > shorter.count(c) for c in _DENYING)


def header_of(rows: Sequence[Sequence[Any]], names: Names) -> Header | None:
    """The header among the first rows of a sheet, or None where no heading is known."""
    texts = [[" ".join(words_of(cell).split()) for cell in row] for row in rows[:LOOKED_AT]]
    best: tuple[float, int, int] | None = None
    matched, may_end = functools.cache(names.match), functools.cache(names.may_end)
    limits.spend(_STEPS_A_TEXT * sum(map(len, texts)))
    can_be_last = [any(text and may_end(text) for text in row) for row in texts]
    for first in range(min(len(texts), _LATEST)):
        for last in range(first, min(len(texts), first + _DEEPEST)):
            if not can_be_last[last]:  # with it, no column has a name that it did not have without
                continue
            limits.spend(_STEPS_A_HEADING * max(map(len, texts[first : last + 1])))
            found = (matched(h) for h in _headings(texts[first : last + 1]) if h and may_end(h[-1]))
            weight = sum(fit for columns, fit in found if len(columns) == 1)
            if weight > (best[0] if best else 0):
                best = weight, first, last
    if best is None:
        return None
    weight, first, last = best
    return _header(list(_headings(texts[first : last + 1])), names, first, last, weight)


def _header(headings: list[tuple[str, ...]], names: Names, first: int, last: int, weight: float) -> Header:
    header = Header([], [".".join(h) for h in headings], {}, first=first, last=last, weight=weight)
    for index, above in enumerate(headings):
        service = next((s for s in SERVICE if above and fold(above[-1]) == fold(s)), None)
        if service or not above:
            header.columns.append(None)
            if service:
                header.service.setdefault(service, index)
            continue
        column, problem = _placed(above, names)
        header.columns.append(column)
        if problem:
            header.problems.append(Problem(*problem, SheetPlace(column=letter_of(index))))
    header.unread |= {i for i, (c, h) in enumerate(zip(header.columns, headings, strict=True)) if h and not c}
    return header


def _placed(above: tuple[str, ...], names: Names) -> tuple[Column | None, tuple[str, str, str, str | None] | None]:
    """The column under some headings, and the problem with them: code, path, found, expected."""
    title = ".".join(above)
    columns, _ = names.match(above)
    if len(columns) > 1:
        return None, ("ambiguous-column", "", title, _several(columns))
    guessed = False
    if not columns:
        columns, guessed = names.nearest(title)
        if not guessed:
            return None, ("unknown-column", "", title, columns[0].path if columns else None)
    column = columns[0]
    unit = column.field.unit
    others = {n for a in above for n in notes(a) if _UNIT.fullmatch(n)} if unit else set()
    if others and others.isdisjoint(map(fold, (unit, *same_units(unit)))):
        return None, ("unit-differs", column.path, title, column.field.unit)
    return column, ("column-guessed", column.path, title, column.path) if guessed else None


def _several(columns: Sequence[Column]) -> str:
    """The paths of some columns, not more than can be read."""
    more = len(columns) - _LISTED
    listed = " | ".join(c.path for c in columns[:_LISTED])
    return listed + (say(f" | 等 {len(columns)} 项", f" | and {more} more") if more > 0 else "")


def check_columns(header: Header, where: str) -> None:
    """Nothing, where each field is given once.

    Raises:
        DocfillError: two columns hold the same.
    """
    first: dict[Column, int] = {}
    for index, column in enumerate(header.columns):
        if column is None:
            continue
        same = first.get(column, first.get(Column(column.field)) if column.option else None)
        if same is None and not column.option and column.field.kind.is_many:
            same = next((i for c, i in first.items() if c.field == column.field), None)
        if same is not None:
            letters = letter_of(same), letter_of(index)
            raise DocfillError(
                f"{where}：{letters[0]} 列和 {letters[1]} 列的表头都是“{column.path}”，请删去一列",
                f'{where}: columns {letters[0]} and {letters[1]} are both headed "{column.path}"; delete one',
                "bad-data",
            )
        first[column] = index


def no_header(where: str, form: Form) -> DocfillError:
    """That a sheet has no heading of the form, with the next step."""
    example = form.fields[0].path if form.fields else ""
    return DocfillError(
        f"{where}：表头中没有表单“{form.name}”的任何一项；表头应为各项的名称或路径，例如“{example}”，"
        f"见 docfill fields {form.name}；也可用 docfill sheet {form.name} 生成录入表",
        f'{where}: the header names no field of the form "{form.name}"; it should hold labels or paths such as '
        f'"{example}", see docfill fields {form.name}, or make a sheet with docfill sheet {form.name}',
        "bad-data",
    )


def _headings(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """What stands above each column, outermost first; an empty cell of an upper row belongs to the text at its left.

    Only the first cell of merged ones holds the text.  A cell that is empty
    because the one above it is merged down takes nothing from its left.
    """
    wide = max(map(len, rows), default=0)
    left = [""] * len(rows)
    for index in range(wide):
        above: list[str] = []
        inherits, own = True, False
        for level, row in enumerate(rows):
            text = row[index] if index < len(row) else ""
            if text:
                own, inherits = True, False
                left[level:] = [text, *([""] * (len(rows) - level - 1))]
            elif inherits and level < len(rows) - 1:
                text = left[level]
            if text:
                above.append(text)
        yield tuple(above) if own else ()


def _calls_of(column: Column) -> Iterator[tuple[str, int]]:
    """The names of a column, and how far each is from its path."""
    keys = [_key(step) for step in column.steps]
    for start in range(len(keys)):
        yield "".join(keys[start:]), 1 if start == 0 else 2
    if len(keys) > 1:
        yield keys[-1] + keys[-2], 2
    if not column.option:
        place, label = column.field.place, _key(column.field.label)
        if not place.column:
            yield label, 3
        elif label:
            row, head = _key(place.row), _key(place.column)
            yield row + head, 3
            yield head + row, 3


@functools.lru_cache(maxsize=65536)
def _key(title: str) -> str:
    """What a heading says, however it is decorated; 2021, 2021年 and 2021年度 are one."""
    title = _YEAR_IN_BRACKETS.sub(r"\1年", title)
    said = gist(title) or fold(undecorated(title))
    return _YEAR.sub(r"\1年", said)


def _joined(titles: Iterable[str]) -> str:
    return ".".join(map(_folded, titles))


_folded = functools.lru_cache(maxsize=65536)(fold)
