"""What was handed in, and by whom: the same file twice, versions of one applicant's form, who of a roster is missing.

Applicants are known by the fields that a form declares as its key (`key = [...]` in
the rules beside its template), whatever their spaces and width; unlike a label's, the
brackets of a name are part of it (东方（北京）, 东方（上海）).  Nothing is dropped: what is said of a file is a
problem of that file, which names the others and the newest.  A file is as new as the
time at which it was last saved, or its mail was sent; of equal ones, the one met last.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from docfill import late
from docfill.batch.work import Outcome
from docfill.beside import applicant_paths
from docfill.form import Form
from docfill.members import ARROW
from docfill.problems import DocfillError, Problem, Said, listed
from docfill.sources import Source
from docfill.text import LABEL, fold, gist
from docfill.word.package import File

CODES = frozenset({"same-file", "same-answers", "same-applicant", "not-on-roster"})
"""What is said here of a file that was read; of nobody's file it is `not-handed-in`."""

_NEAR = 75.0
"""From so many percent on, a name is shown as one that may be meant."""
_HEADING, _HEADING_LENGTH = late.pattern(r".*(?:名称|名单|单位|企业|姓名|对象|name).*", re.I), 12
"""What heads a column of names, where nobody says which it is."""
_NUMBERED = late.pattern(r"\s*[（(]?\d{1,5}\s*[)）.．、]\s*")
"""What each line of a list stands behind, where it is numbered."""
_NUMBER = late.pattern(r"[0-9]{1,20}|[一二三四五六七八九十百零〇]{1,20}")
"""What tells names apart that are else alike."""
_NUMBERS = late.pattern(r"[\d\s.,:/年月日-]+")


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is to hand in.

    Attributes:
        names: as the roster has them.
        path: the field of the form that says who handed in; "" for the first of the form's key.
        problems: what of its file wants to be known: rows that are hidden, sheets that were not read.
    """

    names: tuple[str, ...]
    path: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What there is to say when all has been read.

    Attributes:
        remarks: the problems of each file that has any.
        older: the files of which there is a newer version.
        missing: a problem for each name of the roster that nobody handed in.
        beside: the files that are no form and came in one mail with one that is, each with the name of that one.
    """

    remarks: Mapping[Source, Sequence[Problem]] = field(default_factory=dict)
    older: frozenset[Source] = frozenset()
    missing: Sequence[Problem] = ()
    beside: Mapping[Source, str] = field(default_factory=dict)

    def reason(self, source: Source, error: DocfillError) -> Problem:
        """Why a file could not be read, and that it may be an attachment of one that was."""
        form = self.beside.get(source)
        return error.problem() if form is None else Problem("beside-form", "", str(error), form)

    @property
    def has_doubts(self) -> bool:
        """Whether somebody has to decide something, or to be reminded."""
        return bool(self.missing or self.doubtful)

    @property
    def doubtful(self) -> list[Source]:
        """The files of which somebody has to decide something."""
        return [s for s, problems in self.remarks.items() if any(p.severity != "note" for p in problems)]


class _Read(Struct, frozen=True):
    """What is kept of a file that was read: little, since there may be a million."""

    source: Source
    form: str
    digest: str
    answers: bytes
    applicant: str
    name: str


class Register:
    """Takes note of each outcome, and tells at the end what they are to one another.

    Args:
        keys: the paths that name the applicant, by form; see `beside.applicant_paths`.
        roster: who is to hand in.
    """

    def __init__(self, keys: Mapping[str, Sequence[str]], roster: Roster | None = None) -> None:
        self._keys, self._roster = keys, roster
        self._read: list[_Read] = []
        self._unread: list[Source] = []
        self._foreign: list[Source] = []

    @property
    def remarks_on_roster(self) -> Sequence[Problem]:
        """What of the roster itself wants to be known."""
        return self._roster.problems if self._roster is not None else ()

    def add(self, outcome: Outcome) -> None:
        """Takes note of one outcome."""
        result = outcome.result
        if result is None:
            self._unread.append(outcome.source)
            if outcome.error is not None and outcome.error.code == "not-word":
                self._foreign.append(outcome.source)
            return
        said = json.dumps([result.form, result.data], sort_keys=True, ensure_ascii=False).encode()
        key = [_answer(result.data, path) for path in self._keys.get(result.form, ())]
        applicant = "\0".join(map(fold, key)) if key and all(key) else ""
        name = _answer(result.data, self._roster_path(result.form)) if self._roster else ""
        answers = hashlib.sha256(said).digest()
        self._read.append(_Read(outcome.source, result.form, outcome.digest, answers, applicant, name))

    def _roster_path(self, form: str) -> str:
        path = self._roster.path if self._roster else ""
        return path or next(iter(self._keys.get(form, ())), "")

    @cached_property
    def settled(self) -> Settled:
        """What there is to say of all that was taken note of, once that is all."""
        remarks: dict[Source, list[Problem]] = defaultdict(list)
        older: set[Source] = set()
        kinds: tuple[tuple[str, Callable[[_Read], Hashable]], ...] = (
            ("same-file", lambda r: r.digest),
            ("same-answers", lambda r: r.answers),
            ("same-applicant", lambda r: (r.form, r.applicant) if r.applicant else None),
        )
        told: dict[tuple[Source, Source], str] = {}
        for code, mark in kinds:
            for group in self._groups(mark):
                newest = max(range(len(group)), key=lambda n, g=group: (g[n].source.dated, n))  # type: ignore[misc]
                older.update(r.source for n, r in enumerate(group) if n != newest)
                for read in group:
                    others = [r.source.name for r in group if r is not read and (read.source, r.source) not in told]
                    told.update({(read.source, r.source): code for r in group})
                    if others:
                        path = self._roster_path(read.form) if code == "same-applicant" else ""
                        remarks[read.source].append(Problem(code, path, listed(others), group[newest].source.name))
        missing = self._compared(remarks)
        return Settled(remarks, frozenset(older), missing, self._beside())

    def _beside(self) -> Mapping[Source, str]:
        """The files that are no form, with the one form of their mail."""
        found = beside_forms([read.source.name for read in self._read], [source.name for source in self._foreign])
        return {source: found[source.name] for source in self._foreign if source.name in found}

    def _groups(self, mark: Callable[[_Read], Hashable]) -> Iterator[list[_Read]]:
        found: dict[Hashable, list[_Read]] = defaultdict(list)
        for read in self._read:
            if mark(read):
                found[mark(read)].append(read)
        return (group for group in found.values() if len(group) > 1)

    def _compared(self, remarks: dict[Source, list[Problem]]) -> list[Problem]:
        """Who of the roster is missing; who is unknown is told at the file."""
        if self._roster is None:
            return []
        expected = {fold(name): name for name in self._roster.names}
        handed = {fold(r.name): r.source.name for r in self._read}
        absent = [name for known, name in expected.items() if known not in handed]
        missing_names, known_names = Names(absent), Names(expected.values())
        strangers: dict[str, dict[str, str]] = defaultdict(dict)
        for read in self._read:
            if fold(read.name) not in expected:
                near = missing_names.nearest(read.name) or known_names.nearest(read.name)
                by = handed.get(fold(near)) if near else None
                strangers[near][read.name] = read.source.name
                path = self._roster_path(read.form)
                hint = Said(f"{near}（已交：{by}）", f"{near} (handed in: {by})") if by else near or None
                found = read.name or Said("（没有填）", "(not answered)")
                remarks[read.source].append(Problem("not-on-roster", path, found, hint))
        hints = _Hints(strangers, [source.name for source in self._unread])
        return [Problem("not-handed-in", "", name, hints.of(name)) for name in absent]


def beside_forms(read: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """Which of other files came in one mail with one form, by their names, each with the name of that form."""
    forms: dict[str, list[str]] = defaultdict(list)
    for name in read:
        mail, _, own = name.rpartition(ARROW)
        forms[mail].append(own)
    mails = ((name, name.rpartition(ARROW)[0]) for name in others)
    return {name: forms[mail][0] for name, mail in mails if mail and len(forms.get(mail, ())) == 1}


class Bearing:
    """Some files, to be asked which bear a name; each is folded once."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = [(file, fold(file)) for file in files]

    def of(self, name: str) -> list[str]:
        """The files whose names have this one in them."""
        known = fold(name)
        return [file for file, folded in self._files if known in folded]


class _Hints:
    """The files that may be those of somebody who is missing: handed in under another name, or not readable.

    Args:
        strangers: by the name of the roster that each may mean, the names that are not on it, with their files.
        unread: the files that could not be read.
    """

    def __init__(self, strangers: Mapping[str, Mapping[str, str]], unread: Sequence[str]) -> None:
        self._strangers = strangers
        self._unread = Bearing(unread)

    def of(self, name: str) -> Said | None:
        """What is said of one who is missing."""
        handed = (f"{source}（{called}）" for called, source in self._strangers.get(name, {}).items())
        found = [*handed, *self._unread.of(name)]
        return listed(found) if found else None


def _answer(data: Mapping[str, Any], path: str) -> str:
    value: Any = data
    for step in path.split(".") if path else ():
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value).strip() if isinstance(value, str | int | float) else ""


class Names:
    """Some names, to be asked which of them another one may mean; each is folded once.

    One with the same numbers comes before any other: of 第10中心（分中心）and 第12中心, 第10中心 means the former.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._known: dict[str, str] = {}
        self._numbered: dict[tuple[str, ...], dict[str, str]] = {}
        for name in names:
            if 0 < len(name) <= LABEL:
                known = fold(name)
                self._known.setdefault(known, name)
                self._numbered.setdefault(_numbers_in(known), {}).setdefault(known, name)

    def nearest(self, name: str) -> str:
        """Who may be meant by a name; "" where none is alike."""
        from rapidfuzz import fuzz, process

        if not 0 < len(name) <= LABEL:
            return ""
        asked = fold(name)
        for known in (self._numbered.get(_numbers_in(asked), {}), self._known):
            if found := process.extractOne(asked, known.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR):
                return known[found[0]]
        return ""


def _numbers_in(name: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(name))


def make_register(forms: Sequence[Form], roster: File | None = None, field: str | None = None) -> Register:
    """What takes note of who handed in what, for some forms; with a roster it tells who is missing.

    Args:
        forms: the forms that are handed in; their rules say which fields name the applicant.
        roster: who is to hand in; see `load_roster`.
        field: the path of the field that names the applicant on the roster, where the rules do not say.

    Raises:
        DocfillError: no form has such a field, none is known, or the roster cannot be used.
    """
    keys = {form.name: applicant_paths(form) for form in forms}
    if field and field not in {f.path for form in forms for f in form.fields}:
        raise DocfillError(
            f"--roster-field 中的“{field}”不是表中的项，见 docfill fields",
            f'"{field}" in --roster-field is no field of the form; see docfill fields',
            "bad-argument",
        )
    if roster is None:
        return Register(keys)
    heading = next((paths[0] for paths in keys.values() if paths), "")
    if not (field or heading):
        raise DocfillError(
            "这种表没有指明谁是申报者，请用 --roster-field 指明表中的项",
            "the form does not say what names the applicant; name a field with --roster-field",
            "bad-argument",
        )
    return Register(keys, load_roster(roster, field or "", heading))


def load_roster(source: File, field_path: str = "", heading: str = "") -> Roster:
    """The names in a spreadsheet or list.

    Args:
        source: an .xlsx, .xls or .csv with a header that names the field, or a file with one name a line; its path,
            its bytes, or an open file.
        field_path: the field of the form that says who handed in; see `Roster`.
        heading: what the column of names may be headed with, beside that; where both are "", the column that most
            looks like names is taken.

    Raises:
        DocfillError: it cannot be read, or none of its columns is headed so.
    """
    from docfill.tables.load import path_of, rows_of_any

    path = path_of(source, "roster")
    rows = [[cell.strip() for cell in row] for row in rows_of_any(path)]
    rows = [row for row in rows if any(row)]
    if not (field_path or heading):
        return _roster(path, _likely_names(rows), field_path)
    wanted = {gist(w) for p in (field_path, heading) if p for w in (p, p.rpartition(".")[2])}
    for at, row in enumerate(rows[:10]):
        for column, cell in enumerate(row):
            if gist(cell) in wanted:
                return _roster(path, [r[column] for r in rows[at + 1 :] if len(r) > column], field_path)
    if rows and all(len([c for c in row if c]) == 1 for row in rows):
        return _roster(path, [next(c for c in row if c) for row in rows], field_path)
    headed = listed(c for c in rows[0] if c) if rows else Said("", "")
    asked = field_path or heading
    raise DocfillError(
        f"{path}：名单中没有“{asked}”一列（表头：{headed}）；请用 --roster-field 指明表中的项",
        f'{path}: the roster has no column "{asked}" (headings: {headed.en}); name the field with --roster-field',
        "bad-data",
    )


def _likely_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """The column with the most different texts that are no numbers, without its heading."""
    columns = [[row[n] for row in rows if n < len(row)] for n in range(max(map(len, rows), default=0))]
    best = max(columns, key=_unlike_numbers, default=[])
    names = [text for text in best if text] if _unlike_numbers(best) else []
    has_heading = len(names) > 1 and len(names[0]) <= _HEADING_LENGTH and _HEADING.fullmatch(names[0])
    return names[1:] if has_heading else names


def _unlike_numbers(column: Sequence[str]) -> int:
    return len({text for text in column if text and not _NUMBERS.fullmatch(text)})


def _unnumbered(names: Sequence[str]) -> Sequence[str]:
    """Names of a list without the numbers that each of them stands behind."""
    numbers = [_NUMBERED.match(name) for name in names]
    is_numbered = len(names) > 1 and all(numbers)
    return [name[found.end() :] for name, found in zip(names, numbers, strict=True) if found] if is_numbered else names


def _roster(path: Path, names: Sequence[str], field_path: str) -> Roster:
    from docfill.tables.load import unread_in

    found = tuple(dict.fromkeys(filter(None, _unnumbered(names))))
    if not found:
        raise DocfillError(f"{path}：名单是空的", f"{path}: the roster is empty", "bad-data")
    return Roster(found, field_path, tuple(unread_in(path)))
