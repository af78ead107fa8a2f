"""What a person changed in a workbook of results: each cell that says something else than docfill had written.

A workbook of extract holds, on a sheet that is never shown, what the machine had read in
each file and what it wrote into the cells.  So rows may be sorted, filtered and deleted,
columns and rows added: each is found again by the file that it names.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docfill import files, late
from docfill.corrections import Correction, Log, Revised, as_written, conflict, log_beside
from docfill.data import set_value, value_at
from docfill.fields import Field
from docfill.files import json_from
from docfill.form import Form
from docfill.kinds import shown
from docfill.members import ARROW
from docfill.problems import DocfillError, Problem, SheetPlace, say
from docfill.tables.canvas import Canvas
from docfill.tables.cell import cell_from_value, value_from_cell
from docfill.tables.columns import CORRECTED, READ, SOURCE, WHY, letter_of
from docfill.tables.headers import Header
from docfill.tables.load import Sheets, load, main_sheet, open_book, sheet_words
from docfill.tables.rows import Record, source_of
from docfill.tables.standing import Standing, standing_of
from docfill.word import xml
from docfill.word.package import Package, contents

_PIECE = 16_000
_STEPS_A_FIELD = 3
"""What a row says of a field, compared with what was read and what was written there."""
_FOLDER, _STEP, _DEEPEST = late.pattern("/"), late.pattern(f"/|{re.escape(ARROW)}"), 64
"""What stands behind a folder, and behind a mail, too, that holds what follows; so many of them are looked at."""
_PATH, _CONFIRMED = ("项", "field"), ("确认", "confirmed")
"""The headings, in either language, of the fields that were corrected and of the column in which that is confirmed."""
_UNSAID = "2000-01-01"
"""The day that docfill's own workbooks say."""


@dataclass(frozen=True, slots=True)
class Written:
    """What docfill had read in a file and written into a workbook.

    Attributes:
        form: the form's name; "" of a file that could not be read.
        digest: the SHA-256 of the file.
        read: the record that was read, or None.
        shown: what was written instead, by path.
    """

    form: str
    digest: str
    read: Mapping[str, Any] | None
    shown: Mapping[str, Any]


class Files:
    """The files of a workbook, which a row may name with fewer folders before, or with more.

    Args:
        names: as they were written.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {*names}
        self._by_end: dict[str, list[str]] = {}
        for name in self._names:
            for end in _ends_of(name, _STEP):
                self._by_end.setdefault(end, []).append(name)

    def meant(self, source: str) -> str:
        """The file that a row is of: by its name as it was written, or by the end of it that one file only has, or by
        its name with folders before it; what the row says where that is no one's.
        """
        if source in self._names:
            return source
        longer = (end for end in _ends_of("/" + source.replace("\\", "/"), _FOLDER) if end in self._names)
        meant = {*self._by_end.get(source, ()), *longer}
        return meant.pop() if len(meant) == 1 else source


def _ends_of(name: str, step: re.Pattern[str]) -> Iterator[str]:
    """A name without its first step, without the first two, and so on."""
    return (name[found.end() :] for found in itertools.islice(step.finditer(name), _DEEPEST))


@dataclass(slots=True)
class Edited:
    """What a workbook says otherwise than docfill had written.

    Attributes:
        written: what docfill had written, by file.
        corrections: the cells that differ from the machine's reading; `old` is what docfill had written there.
        notes: what stands in columns that are no fields, by file and heading.
        headings: the headings of these columns.
        problems: what cannot be taken over, by file.
        confirmed: the files and paths of corrections that somebody confirmed.
        told: what cannot be taken over, or was not read, and is of no one file.
        files: those that were written, as rows name them.
    """

    written: dict[str, Written] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    confirmed: set[tuple[str, str]] = field(default_factory=set)
    told: list[Problem] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    """How many rows each file has."""
    files: Files = field(default_factory=Files)
    _by_hand: int = 0

    def by_hand(self, number: int) -> str:
        """What a row without a file is called that is the `number`-th of its sheet: as no other row, and no file.

        The numbers of those that follow are greater, so that crafted names are gone through once for all rows.
        """
        names = ((n, say(f"（手填）{n}", f"(by hand) {n}")) for n in itertools.count(max(number, self._by_hand + 1)))
        self._by_hand, name = next((n, name) for n, name in names if name not in self.written)
        return name

    def next_form(self) -> None:
        """The rows that follow are of another sheet, which counts its own."""
        self._by_hand = 0


class Readings:
    """The sheet that is never shown, while it is written.

    Args:
        canvas: the workbook.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas, self._row = canvas, 0
        self._sheet = canvas.book.add_worksheet(READ)
        self._sheet.very_hidden()

    def add(self, form: str, source: str, digest: str, read: Any, shown: Mapping[str, Any]) -> None:
        """What was read in a file and what was written instead."""
        text = json.dumps([read, shown], ensure_ascii=False)
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        for column, cell in enumerate((form, source, digest, *pieces)):
            self._canvas.write(self._sheet, self._row, column, cell, self._canvas.look("text"))
        self._row += 1


def shown_instead(made: Revised) -> dict[str, Any]:
    """What a workbook shows instead of what was read."""
    return {path: one.new for path, one in made.corrections.items()}


def is_revisable(path: Path) -> bool:
    """Whether a file is a workbook that extract has written."""
    if path.suffix.lower() != ".xlsx" or not (isinstance(path, files.Held) or path.is_file()):
        return False
    try:
        with closing(open_book(path)) as book:
            return READ in book.sheets
    except DocfillError:
        return False


def doubted(records: Iterable[Record], path: Path, form: Form) -> Iterator[Record]:
    """The records of a file of results, each with the doubts about corrections of it, beside the file: those that
    differ, and those of what is read otherwise by now.
    """
    log = None if isinstance(path, files.Held) else log_beside(path)
    doubts = log.doubts([form]) if log is not None else {}
    conflicts = _conflicts_in(path, form, log) if log is not None and is_revisable(path) else {}
    for record in records:
        changed = (p for f, one, p in conflicts.get(record.source, ()) if _says(record, f, one.new))
        told = [*doubts.get(record.source, ()), *changed]
        yield replace(record, problems=[*record.problems, *told]) if told else record


def _says(record: Record, f: Field, value: Any) -> bool:
    """Whether a record has a value at a field, or the text of it that cannot be read there."""
    unread = next((str(p.found) for p in record.problems if p.path == f.path), None)
    said = value_at(record.data, f.steps) if unread is None else unread
    return bool(as_written(f, said) == as_written(f, value))


def _conflicts_in(path: Path, form: Form, log: Log) -> Mapping[str, list[tuple[Field, Correction, Problem]]]:
    """By file, what docfill read otherwise for a workbook than when it was corrected, and nobody has confirmed."""
    found: dict[str, list[tuple[Field, Correction, Problem]]] = {}
    fields = {f.path: f for f in form.fields}
    with closing(open_book(path)) as book:
        confirmed = set(_confirmed(book))
        for source, written in _written(book, str(path)):
            for at, one in log.of(source, written.digest).items() if written.form == form.name else ():
                f = fields.get(at)
                if f is None or (source, at) in confirmed:
                    continue
                problem = conflict(f, one, value_at(written.read or {}, f.steps))
                found.setdefault(source, []).extend([(f, one, problem)] if problem is not None else ())
    return found


def has_lost_its_readings(path: Path, forms: Sequence[Form]) -> bool:
    """Whether a workbook has rows of files, and what was read in them is not in it any more."""
    if path.suffix.lower() != ".xlsx" or not path.is_file() or is_revisable(path):
        return False
    for form in forms:
        try:
            with closing(open_book(path)) as book:
                if SOURCE in main_sheet(book, path, form)[0].service:
                    return True
        except DocfillError:
            continue
    return False


def forms_in(path: Path, forms: Sequence[Form]) -> list[Form]:
    """Which of some forms a workbook of extract has records of; none of another file.

    Raises:
        DocfillError: it is damaged, or has records of other forms.
    """
    if not is_revisable(path):
        return []
    with closing(open_book(path)) as book:
        named = {written.form for _, written in _written(book, str(path))} - {""}
    _check_known(path, named, forms)
    return [form for form in forms if form.name in named]


def edits_in(path: Path, forms: Sequence[Form], is_partial: bool = False) -> Edited:
    """What a person changed in a workbook of extract.

    Args:
        path: the workbook, for which `is_revisable`.
        forms: the forms that its records may be of; one that goes by another name now is told by being the only one.
        is_partial: whether records of other forms are left out, and with them what was changed in them.

    Raises:
        DocfillError: it is damaged, or has records of other forms.
    """
    edited = Edited()
    who, when = made_by(path)
    with closing(open_book(path)) as book:
        edited.written = dict(_written(book, str(path)))
        edited.files = Files(edited.written)
        edited.confirmed = set(_confirmed(book))
        named = {w.form for w in edited.written.values()} - {""}
        if not is_partial and not len(named) == len(forms) == 1:
            _check_known(path, named, forms)
        for form in (f for f in forms if f.name in named or len(forms) == 1):
            edited.next_form()
            header, sheet, _ = main_sheet(book, path, form)
            standing = standing_of(book, sheet, header, form, edited.written, edited.files.meant)
            emptied = _take_notes(book, sheet, header, form, edited)
            is_whole = emptied == {s for s, written in edited.written.items() if written.form == form.name}
            table = load(path, form)
            for record in table.records:
                table.work.spend(_STEPS_A_FIELD * len(form.fields))
                emptied.discard(edited.files.meant(record.source))
                if record.number not in standing.sums:
                    _take(form, record, standing, edited, who, when)
            for source in sorted(emptied):
                _take(form, _without_answers(form, source, edited.written[source]), standing, edited, who, when)
            told = (p for p in table.problems if _is_told(p, standing, is_whole))
            edited.told += [p for p in told if p.code not in _OF_ALL_FORMS or p not in edited.told]
            edited.told += [Problem("not-a-return", "", words) for words in standing.sums.values()]
            edited.told += _columns_gone(form, standing, edited)
    _doubt_rows_that_differ(edited)
    _doubt_rows_that_moved(edited, {form.name: {f.path: f for f in form.fields} for form in forms})
    return edited


def _check_known(path: Path, named: Collection[str], forms: Sequence[Form]) -> None:
    """DocfillError where a workbook has records of other forms than some."""
    if others := sorted({*named} - {form.name for form in forms}):
        raise DocfillError(
            f"{path} 是“{'、'.join(others)}”的汇总，这次没有给出这种表，未作任何改动；"
            "请像汇总时那样用 --form 给出它的模板",
            f"{path} is a summary of {', '.join(others)}, which is not given this time; nothing was done. "
            "Give its template with --form, as when it was made",
            "bad-argument",
        )


_EXPECTED = ("unknown-column", "hidden-rows", "hidden-columns", "old-workbook")
"""What may be said of the sheet of records, where people add columns, hide and filter."""
_OF_CELL = (
    *("digits-lost", "number-format", "date-cell", "no-result", "cell-error"),
    *("merged-across", "merged-down", "void-cell"),
)
"""What makes of a cell something that nobody typed, so that its text is no answer."""
_OF_ALL_FORMS = ("only-printed",)
"""What is said of a sheet on which records of all forms stand, with each form that is read."""
_MOVED, _IN_A_COLUMN = 2, 3
"""So many answers that are all another file's are no chance, nor are so many in a column."""


def _is_told(problem: Problem, standing: Standing, is_whole: bool) -> bool:
    """Whether what is said of a table matters to its corrections; two rows of one file may well have one number, and
    repeated rows be left of a file whose row was taken out.
    """
    if problem.code in ("record-twice", "no-such-record"):
        return bool(standing.unclear) if problem.code == "record-twice" else is_whole
    return problem.code not in _EXPECTED or bool(problem.path)


def _columns_gone(form: Form, standing: Standing, edited: Edited) -> Iterator[Problem]:
    """The fields whose columns somebody took away, where docfill had written anything there."""
    ours = [w for w in edited.written.values() if w.form == form.name]
    for f in form.fields:
        if f.path in standing.gone and any(_before(f, w) not in (None, []) for w in ours):
            yield Problem("column-gone", f.path)


def _before(f: Field, known: Written | None) -> Any:
    """What docfill had written for a field."""
    return None if known is None else known.shown.get(f.path, value_at(known.read or {}, f.steps))


def _doubt_rows_that_moved(edited: Edited, fields: Mapping[str, Mapping[str, Field]]) -> None:
    """Doubts the rows of which somebody changed many cells into what stood in the row of one other file: they were
    sorted or pasted without their file.
    """
    of = {(one.source, one.path): fields[one.form][one.path] for one in edited.corrections}
    moved: dict[tuple[str, str], str] = {}
    changed = [one for one in edited.corrections if _is_fresh(of[one.source, one.path], one)]
    owners = _owners(edited, fields, {one.path for one in changed})
    for one in changed:
        at = one.source, one.path
        other = owners.get((one.path, repr(as_written(of[at], one.new))), "")
        if other not in ("", one.source):
            moved[at] = other
    columns, all_of_columns = Counter(path for _, path in moved), Counter(one.path for one in changed)
    sure = {path for path, n in columns.items() if n >= _IN_A_COLUMN and 2 * n >= all_of_columns[path]}
    votes: dict[str, Counter[str]] = {}
    for (source, path), other in moved.items():
        weight = _MOVED if path in sure or of[source, path].kind.has_records else 1
        votes.setdefault(source, Counter())[other] += weight
    counts = Counter(one.source for one in changed)
    for source, meant in votes.items():
        [(other, weight)] = meant.most_common(1)
        if weight >= _MOVED and 2 * weight >= counts[source]:
            edited.problems.setdefault(source, []).append(Problem("rows-moved", "", other))


def _is_fresh(f: Field, one: Correction) -> bool:
    """Whether a correction is of this time: the cell says something else than docfill had written there."""
    return bool(as_written(f, one.new) != as_written(f, one.old))


def _owners(
    edited: Edited, fields: Mapping[str, Mapping[str, Field]], paths: Collection[str]
) -> Mapping[tuple[str, str], str]:
    """The file that docfill had written a value for, by path and value; "" where there are several."""
    found: dict[tuple[str, str], str] = {}
    for source, known in edited.written.items():
        for path in paths:
            f = fields.get(known.form, {}).get(path)
            if f is not None and (before := as_written(f, _before(f, known))) is not None:
                key = path, repr(before)
                found[key] = source if key not in found else ""
    return found


def _doubt_rows_that_differ(edited: Edited) -> None:
    """Doubts what two rows of one file say differently; the lower one counts, or the one that says something new."""
    said: dict[tuple[str, str], list[Correction]] = {}
    for one in edited.corrections:
        said.setdefault((one.source, one.path), []).append(one)
    for (source, path), listed in said.items():
        last = listed[-1]
        others = [one.new for one in listed if one.new != last.new]
        others += [last.old] if len(listed) < edited.rows[source] and last.old != last.new else []
        if others:
            edited.problems.setdefault(source, []).append(
                Problem("rows-differ", path, shown(last.new), shown(others[0]))
            )


def _without_answers(form: Form, source: str, known: Written) -> Record:
    """A row of which a person has left nothing but the file's name; what repeats stands in sheets of its own."""
    data: dict[str, Any] = {}
    for f in form.fields:
        if f.kind.has_records:
            set_value(data, f.steps, known.shown.get(f.path, value_at(known.read or {}, f.steps)))
    return Record(data, 0, "", source=source)


def _written(book: Sheets, name: str) -> Iterator[tuple[str, Written]]:
    """What docfill had written, by file; DocfillError where somebody else has written there."""
    for _, cells in book.rows(READ):
        form, source, digest, *pieces = [*map(str, cells), *[""] * (3 - len(cells))]
        match json_from("".join(pieces), f"{name}，{READ}"):
            case [None | dict() as read, dict() as shown]:
                yield source, Written(form, digest, read, shown)
            case _:
                raise DocfillError(
                    f"{name}：隐藏的工作表“{READ}”已被改动，不能续用；请移走这个文件，再用 extract 生成",
                    f'{name}: the hidden sheet "{READ}" was changed; move the file away, and make it anew with extract',
                    "bad-data",
                )


def _confirmed(book: Sheets) -> Iterator[tuple[str, str]]:
    """The file and path of each correction that has something in the column of its list for that."""
    rows = (list(map(str, cells)) for _, cells in (book.rows(CORRECTED) if CORRECTED in book.sheets else ()))
    heads = next(rows, [])
    path, confirmed = (next((n for n, head in enumerate(heads) if head in words), -1) for words in (_PATH, _CONFIRMED))
    for cells in rows if min(path, confirmed) >= 0 else ():
        if len(cells) > max(path, confirmed) and cells[confirmed].strip():
            yield cells[0], cells[path]


def _take(form: Form, record: Record, standing: Standing, edited: Edited, who: str, when: str) -> None:
    """Takes note of what one row says otherwise."""
    source = edited.files.meant(record.source) if record.source else ""
    if not source:
        source = edited.by_hand(record.number)
    edited.rows[source] += 1
    known = edited.written.get(source)
    read = known.read if known is not None and known.read is not None else {}
    digest = known.digest if known is not None else ""
    why = edited.notes.get(source, {}).get(WHY, "")
    unread = {p.path: p for p in reversed(record.problems) if p.path}
    for f in form.fields:
        if f.kind.is_drawn or f.path in standing.gone:
            continue
        machine, before = value_at(read, f.steps), _before(f, known)
        now = _now(f, record, unread, before)
        if f.kind.has_records and record.number in standing.unclear:
            now = before if as_written(f, now) == as_written(f, before) else Problem("rows-unclear", f.path)
        if isinstance(now, Problem):
            edited.problems.setdefault(source, []).append(now)
        elif as_written(f, now) != as_written(f, machine) or as_written(f, now) != as_written(f, before):
            edited.corrections.append(
                Correction(source, f.path, machine, before, now, form.name, digest, "", who, when, why)
            )


def _now(f: Field, record: Record, unread: Mapping[str, Problem], before: Any) -> Any:
    """What the cells of a field say: a value, the text of a cell that cannot be read, or why it cannot be told."""
    value = value_at(record.data, f.steps)
    if f.kind.has_records:
        doubts = [p for path, p in unread.items() if path.startswith(f"{f.path}.")]
        return _rows(f, value, before, doubts[0]) if doubts else value
    problem = unread.get(f.path)
    if problem is None:
        return value
    if problem.code == "merged-down" and _says_the_same(f, str(problem.found), before):
        return before
    if not f.kind.is_written or problem.code in _OF_CELL:
        return problem
    return before if as_written(f, before) == str(problem.found).strip() else str(problem.found)


def _says_the_same(f: Field, text: str, before: Any) -> bool:
    """Whether the text of a cell is what docfill had written for a field."""
    value, problem = value_from_cell(f, text)
    return problem is None and bool(as_written(f, value) == as_written(f, before))


def _rows(f: Field, rows: Any, before: Any, doubt: Problem) -> Any:
    """Repeated rows of which a cell cannot be read: as they were, where nothing else is changed."""
    there = [{c.path: value_at(row, c.steps) for c in f.fields} for row in rows or ()]
    were = [{c.path: value_at(row, c.steps) for c in f.fields} for row in before or ()]
    if len(there) != len(were):
        return doubt
    for row, was in zip(there, were, strict=True):
        for c in f.fields:
            _, problem = value_from_cell(c, cell_from_value(c, was[c.path])) if was[c.path] else (None, None)
            if problem is None and as_written(c, row[c.path]) != as_written(c, was[c.path]):
                return doubt
    return before


def _take_notes(book: Sheets, sheet: str, header: Header, form: Form, edited: Edited) -> set[str]:
    """Takes note of the columns that a person added, and of the reasons for corrections; gives the files of the rows
    that were read as the form.
    """
    at = header.service.get(SOURCE)
    service = {i: title for title, i in header.service.items()}
    extra = {i: header.titles[i] for i in sorted(header.unread) if service.get(i, WHY) == WHY}
    if at is None:
        return set()
    edited.headings += [t for t in extra.values() if t not in (WHY, *edited.headings)]
    there = set()
    remarks = book.comments(sheet)
    for number, cells in itertools.islice(book.rows(sheet), header.last + 1, None):
        source = source_of(cells[at]) if at < len(cells) else ""
        there.add(source)
        for column, words in remarks.get(number, ()):
            asked = header.columns[column] if column < len(header.columns) else None
            file, path = edited.files.meant(source), asked.field.path if asked is not None else ""
            place = SheetPlace(sheet_words(sheet), str(number), letter_of(column))
            known = edited.written.get(file)
            if known is not None and known.form:
                edited.problems.setdefault(file, []).append(Problem("cell-comment", path, words))
            else:  # of a file that could not be read nothing else is told
                edited.told.append(Problem("cell-comment", path, words, place=place))
        notes = {title: str(cells[i]).strip() for i, title in extra.items() if i < len(cells)}
        if source and any(notes.values()):
            edited.notes[source] = {title: text for title, text in notes.items() if text}
    return {s for s in there if s in edited.written and edited.written[s].form == form.name}


def made_by(path: Path) -> tuple[str, str]:
    """Who saved a workbook last, and when, as its properties say; "" where they don't."""
    package = Package(*contents(path), program=xml.EXCEL)
    part = "docProps/core.xml"
    if part not in package:
        return "", ""
    root = package.parsed(part)
    told = {xml.local(e): (e.text or "").strip() for e in root.iterchildren("{*}*")}
    when = told.get("modified", "")
    return told.get("lastModifiedBy", ""), "" if when.startswith(_UNSAID) else when
