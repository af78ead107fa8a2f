"""docfill: one tagged Word template, read in both directions.

>>> from docfill import Form
>>> form = Form.load("shanghai")
>>> form.extract(form.blank()).problems
[]

The names below are imported when they are first used, so that the command line
can print its help without loading an XML parser and a template engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from docfill.problems import DocfillError, InvalidData, Place, Problem, speaking

if TYPE_CHECKING:
    from docfill.batch import extract_many, fill_many
    from docfill.batch.checking import check_many
    from docfill.batch.putting import put_many
    from docfill.extract import Leftover, Result
    from docfill.fields import Field
    from docfill.form import Form, bundled
    from docfill.sources import collect

__all__ = [
    "DocfillError",
    "Field",
    "Form",
    "InvalidData",
    "Leftover",
    "Place",
    "Problem",
    "Result",
    "bundled",
    "check_many",
    "collect",
    "extract_many",
    "fill_many",
    "put_many",
    "speaking",
]
__version__ = "0.1.0"

_HOME = {
    "Field": "fields",
    "Form": "form",
    "Leftover": "extract",
    "Result": "extract",
    "bundled": "form",
    "check_many": "batch.checking",
    "collect": "sources",
    "extract_many": "batch",
    "fill_many": "batch",
    "put_many": "batch.putting",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
