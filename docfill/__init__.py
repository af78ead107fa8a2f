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
    from docfill.batch import Filled, Outcome, extract_many, fill_many
    from docfill.batch.checking import Remarking, check_many
    from docfill.batch.putting import Put, put_many
    from docfill.check import Checked, Report, Unread
    from docfill.check import check as check_document
    from docfill.check.receipt import make_receipt, verify_receipt
    from docfill.check.report import make_report
    from docfill.diff import Difference
    from docfill.diff import diff as compare_documents
    from docfill.extract import Leftover, Result
    from docfill.fields import Field
    from docfill.form import Form, bundled
    from docfill.limits import within
    from docfill.lint import lint_template
    from docfill.printing import Printed, print_many
    from docfill.put import Change, Corrected, Track
    from docfill.recognise import recognise as recognise_form
    from docfill.sample import Sample
    from docfill.sample import samples as make_samples
    from docfill.sources import Source
    from docfill.sources import collect as collect_sources
    from docfill.tables.entry import make_entry_sheet
    from docfill.tables.load import load as load_records
    from docfill.tables.rows import Record, Table
    from docfill.tables.writer import write_results
    from docfill.tag.proposal import Proposal
    from docfill.tag.review import page as make_review_page
    from docfill.tag.whole import propose_tags
    from docfill.word.document import Document

_HOME = {
    "Change": "put:Change",
    "Checked": "check:Checked",
    "Corrected": "put:Corrected",
    "Difference": "diff:Difference",
    "Document": "word.document:Document",
    "Field": "fields:Field",
    "Filled": "batch:Filled",
    "Form": "form:Form",
    "Leftover": "extract:Leftover",
    "Outcome": "batch:Outcome",
    "Printed": "printing:Printed",
    "Proposal": "tag.proposal:Proposal",
    "Put": "batch.putting:Put",
    "Record": "tables.rows:Record",
    "Remarking": "batch.checking:Remarking",
    "Report": "check:Report",
    "Result": "extract:Result",
    "Sample": "sample:Sample",
    "Source": "sources:Source",
    "Table": "tables.rows:Table",
    "Track": "put:Track",
    "Unread": "check:Unread",
    "bundled": "form:bundled",
    "check_document": "check:check",
    "check_many": "batch.checking:check_many",
    "collect_sources": "sources:collect",
    "compare_documents": "diff:diff",
    "extract_many": "batch:extract_many",
    "fill_many": "batch:fill_many",
    "lint_template": "lint:lint_template",
    "load_records": "tables.load:load",
    "make_entry_sheet": "tables.entry:make_entry_sheet",
    "make_receipt": "check.receipt:make_receipt",
    "make_report": "check.report:make_report",
    "make_review_page": "tag.review:page",
    "make_samples": "sample:samples",
    "print_many": "printing:print_many",
    "propose_tags": "tag.whole:propose_tags",
    "put_many": "batch.putting:put_many",
    "recognise_form": "recognise:recognise",
    "verify_receipt": "check.receipt:verify_receipt",
    "within": "limits:within",
    "write_results": "tables.writer:write_results",
}
"""The module and name behind each public name that is imported when it is first used."""

__all__ = [
    "Change",
    "Checked",
    "Corrected",
    "Difference",
    "DocfillError",
    "Document",
    "Field",
    "Filled",
    "Form",
    "InvalidData",
    "Leftover",
    "Outcome",
    "Place",
    "Printed",
    "Problem",
    "Proposal",
    "Put",
    "Record",
    "Remarking",
    "Report",
    "Result",
    "Sample",
    "Source",
    "Table",
    "Track",
    "Unread",
    "bundled",
    "check_document",
    "check_many",
    "collect_sources",
    "compare_documents",
    "extract_many",
    "fill_many",
    "lint_template",
    "load_records",
    "make_entry_sheet",
    "make_receipt",
    "make_report",
    "make_review_page",
    "make_samples",
    "print_many",
    "propose_tags",
    "put_many",
    "recognise_form",
    "speaking",
    "verify_receipt",
    "within",
    "write_results",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, own = _HOME[name].partition(":")
    value = getattr(import_module(f"{__name__}.{module}"), own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
