"""Results as .parquet: a typed column a field, for those who go on with pandas, DuckDB or Spark.

A number or date column cannot hold 无, or an answer that could not be read; such
a text stands in the map `文字` under the field's path, so nothing is lost.
Needs pyarrow (`pip install docfill-forms[parquet]`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docfill import files
from docfill.data import value_at
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError, Problem
from docfill.tables.columns import ALONE, DOUBTS, SOURCE, STRAYS, Around
from docfill.tables.flat import Flat, check_one_form
from docfill.tables.kinds import face_of

if TYPE_CHECKING:
    from docfill.corrections import Revised

TEXTS = "文字"
"""The column of the answers that their own column cannot hold, by path."""

_GROUP = 512
"""Records in memory before they are written as a row group."""

_PROBLEM = ("code", "path", "severity", "message", "place")


class Parquet(Flat):
    """Writes results in row groups; the first form decides on the columns."""

    def __init__(self, path: Path, target: Path, forms: Sequence[Form], around: Around = ALONE) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise DocfillError(
                "写 .parquet 需要 pyarrow，请先运行 pip install docfill-forms[parquet]",
                "writing .parquet needs pyarrow; run pip install docfill-forms[parquet]",
                "needs-package",
            ) from None
        self._arrow, self._stream = pyarrow, files.opened(path, "wb", -1)
        self._form: Form | None = forms[0] if len(forms) == 1 else None
        self._writer: Any = None
        self._rows: list[dict[str, Any]] = []

    def add(self, form: Form, result: Result, revised: Revised | None = None) -> None:
        """One row."""
        self._form = self._form or form
        check_one_form(self._form, form, ".parquet")
        row: dict[str, Any] = {SOURCE: result.source}
        texts: list[tuple[str, str]] = []
        for f in form.fields:
            value = value_at(result.data, f.steps)
            row[f.path] = face_of(f.kind).arrow_value(f, value)
            if row[f.path] is None and value is not None:
                texts.append((f.path, str(value)))
        row[TEXTS] = texts
        row[DOUBTS] = [_described(p) for p in result.problems]
        row[STRAYS] = [{"place": str(x.place), "text": x.text} for x in result.leftovers]
        self._append(row)

    def refuse(self, source: str, problem: Problem) -> None:
        """A row of a file without answers, and why."""
        self._append({SOURCE: source, DOUBTS: [_described(problem)]})

    def close(self) -> None:
        """Writes what is left, and the file."""
        self._flush()
        self._writer.close()
        self._stream.close()

    def _append(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _GROUP and self._form is not None:
            self._flush()

    def _flush(self) -> None:
        schema = self._schema()
        if self._writer is None:
            self._writer = self._arrow.parquet.ParquetWriter(self._stream, schema)
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist(self._rows, schema=schema))
            self._rows = []

    def _schema(self) -> Any:
        pa = self._arrow
        columns = [(SOURCE, pa.string())]
        columns += [(f.path, face_of(f.kind).arrow(pa, f)) for f in (self._form.fields if self._form else ())]
        columns += [
            (TEXTS, pa.map_(pa.string(), pa.string())),
            (DOUBTS, pa.list_(pa.struct([(name, pa.string()) for name in _PROBLEM]))),
            (STRAYS, pa.list_(pa.struct([("place", pa.string()), ("text", pa.string())]))),
        ]
        return pa.schema(columns)


def _described(problem: Problem) -> dict[str, str]:
    shown = (problem.code, problem.path, problem.severity, problem.message, str(problem.place))
    return dict(zip(_PROBLEM, shown, strict=True))
