"""Writing: the results of many documents as one file, each as it comes.

Nothing is kept but counts, so memory does not grow with the documents.  The
file appears whole or not at all.  A file that could not be read has its place,
too: nothing that was asked for is missing without a word.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from docfill import files
from docfill.data import value_at
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError, Problem, told
from docfill.tables.cell import cell_from_value
from docfill.tables.columns import ALONE, DOUBTS, SOURCE, STRAYS, Around
from docfill.tables.flat import Flat, check_one_form, escaped
from docfill.tables.shown import plainly

if TYPE_CHECKING:
    from docfill.corrections import Revised


_STEPS, _STEPS_PLAIN = {".xlsx": (90, 20, 40)}, (15, 1, 15)
"""A result, a field without an answer, and a problem, written into a workbook or another file."""


class Sink(Protocol):
    """One format that is being written: `target` is where the file will be, `path` where it is written.

    What a person changed in a result, and what stands around the results, only a workbook has room for.
    """

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None: ...

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None: ...

    def refuse(self, source: str, problem: Problem) -> None: ...

    def set_aside(self, name: str) -> None: ...

    def close(self) -> None: ...


class Writer:
    """A file of results, its format named by the suffix; use it in a with statement.

    Args:
        path: the file; it is replaced when all is written, and left alone if anything is raised.
        forms: the forms that there may be results of.
        around: what stands in a workbook besides the results.

    Raises:
        DocfillError: the suffix is none of `FORMATS`, or what it needs is not installed.
    """

    def __init__(self, path: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        suffix = path.suffix.lower()
        if suffix not in FORMATS:
            listed = " ".join(FORMATS)
            raise DocfillError(
                f"{path}：汇总的后缀应为 {listed} 之一", f"{path}: a summary ends in one of {listed}", "bad-output"
            )
        self._path, self._forms, self._around, self._make = path, forms, around, FORMATS[suffix]()
        self._stack = ExitStack()

    def __enter__(self) -> Writer:
        with ExitStack() as stack:
            beside = stack.enter_context(files.replacing(self._path))
            self._sink = self._make(beside, self._path, self._forms, self._around)
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def _finish(self, kind: Any, *_: object) -> None:
        """Names what was set aside and closes the sink; what that raises matters where nothing was raised before."""
        try:
            for name in self._around.aside if kind is None else ():
                self._sink.set_aside(name)
            self._sink.close()
        except Exception:
            if kind is None:
                raise

    def __exit__(self, *raised: Any) -> None:
        self._stack.__exit__(*raised)

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        """Adds what one document says; `revised` tells what of it a person said.

        Raises:
            DoesNotFit: a text is too long for the format; nothing of it was written, and others may follow.
            DocfillError: the format holds one form, and this is a second.
        """
        self._sink.add(form, result, revised)

    def steps(self, form: Form, result: Result) -> int:
        """About what it takes to add a result, see `limits`; cells without an answer cost the most, as they
        take nothing in the file that the result is made of.
        """
        row, field, problem = _STEPS.get(self._path.suffix.lower(), _STEPS_PLAIN)
        values = form.records.values(result.data).values()
        empty = sum(1 for value in values if value is None or value == [])
        return row + field * empty + (len(values) - empty) + problem * len(result.problems)

    def refuse(self, source: str, problem: Problem) -> None:
        """Adds a row for a file that could not be read, or that nobody handed in (`source` is "" then), and why."""
        self._sink.refuse(source, problem)


class _Jsonl(Flat):
    """A result a line."""

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        self._stream = files.opened(path, "wb", -1)

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        self._stream.write(files.dump_jsonl([_plain(result)]))

    def refuse(self, source: str, problem: Problem) -> None:
        self._stream.write(files.dump_jsonl([refused(source, problem)]))

    def close(self) -> None:
        self._stream.close()


class _Json(Flat):
    """A list of results."""

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        self._stream, self._before = files.opened(path, "wb", -1), b"[\n"

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        self._append(_plain(result))

    def refuse(self, source: str, problem: Problem) -> None:
        self._append(refused(source, problem))

    def _append(self, value: Any) -> None:
        lines = files.dump_json(value).rstrip(b"\n").split(b"\n")
        self._stream.write(self._before + b"\n".join(b"  " + line for line in lines))
        self._before = b",\n"

    def close(self) -> None:
        self._stream.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
        self._stream.close()


class _Csv(Flat):
    """A line a document: UTF-8 with a mark, for spreadsheets; a seeming formula has an apostrophe in front."""

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        self._stream: IO[str] = files.opened(path, "w", -1, encoding="utf-8-sig", newline="")
        self._lines = csv.writer(self._stream)
        self._form: Form | None = None
        self._waiting: list[tuple[str, Problem]] = []
        if len(forms) == 1:
            self._begin(forms[0])

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        if self._form is None:
            self._begin(form)
        check_one_form(self._form, form, ".csv")
        cells = [cell_from_value(f, value_at(result.data, f.steps)) for f in form.fields]
        doubts = "\n".join(str(p) for p in told(result.problems) if p.severity != "note")
        strays = "\n".join(x.text for x in result.leftovers)
        self._write([result.source, *cells, doubts or None, strays or None])

    def refuse(self, source: str, problem: Problem) -> None:
        if self._form is None:
            self._waiting.append((source, problem))
        else:
            self._write([source, *[None] * len(self._form.fields), str(problem), None])

    def close(self) -> None:
        with self._stream:
            if self._form is None:
                self._lines.writerow([SOURCE, DOUBTS])
                self._lines.writerows(map(_csv_from_cell, (source, str(p))) for source, p in self._waiting)

    def _begin(self, form: Form) -> None:
        self._form = form
        self._lines.writerow([SOURCE, *(f.path for f in form.fields), DOUBTS, STRAYS])
        for source, problem in self._waiting:
            self.refuse(source, problem)

    def _write(self, cells: list[Any]) -> None:
        self._lines.writerow([_csv_from_cell(c) for c in cells])


def write_results(path: str | os.PathLike[str], results: Iterable[Result], forms: Sequence[Form]) -> None:
    """Writes the results of many documents into one file, which is replaced when all is written.

    Args:
        path: the file; its suffix names the format: .json, .jsonl, .csv, .xlsx or .parquet.
        results: as `extract_many` or `Form.extract` give them.
        forms: the forms that they are of.

    Raises:
        DocfillError: there is no such format, what it needs is not installed, or a text is too long for it.
        OSError: the disk refuses.
    """
    by_name = {form.name: form for form in forms}
    with Writer(Path(path), forms) as writer:
        for result in results:
            writer.add(by_name[result.form], result)


def _csv_from_cell(cell: Any) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    return "" if cell is None else plainly(cell)


def _plain(result: Result) -> dict[str, Any]:
    """A result in the shape of the JSON contract."""
    return {
        "form": result.form,
        "source": result.source,
        "data": result.data,
        "problems": [p.to_dict() for p in result.problems],
        "leftovers": [x.to_dict() for x in result.leftovers],
    }


def refused(source: str, problem: Problem) -> dict[str, Any]:
    """A file that could not be read, in the shape of a result without form and data."""
    return {"form": None, "source": source, "data": None, "problems": [problem.to_dict()], "leftovers": []}


def _workbook() -> type[Sink]:
    from docfill.tables.summary import Workbook

    return Workbook


def _parquet() -> type[Sink]:
    from docfill.tables.parquet import Parquet

    return Parquet


FORMATS: Mapping[str, Callable[[], type[Sink]]] = {
    ".json": lambda: _Json,
    ".jsonl": lambda: _Jsonl,
    ".csv": lambda: _Csv,
    ".xlsx": _workbook,
    ".parquet": _parquet,
}
"""What writes the results of many documents, by suffix."""
