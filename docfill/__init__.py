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
    from docfill.batch import Outcome, extract_many
    from docfill.batch.checking import Remarking, check_many
    from docfill.batch.filling import Filled, fill_many
    from docfill.batch.handed import Register, Roster, Settled, load_roster, make_register
    from docfill.batch.judging import Entries, Entry, check_records, load_entries
    from docfill.batch.ordering import Changes, load_changes
    from docfill.batch.putting import Put, put_many
    from docfill.check import Checked, Report, Unread, check_record
    from docfill.check import check as check_document
    from docfill.check.receipt import make_receipt, verify_receipt
    from docfill.check.report import make_report
    from docfill.compare import Comparison, Shift, compare_records
    from docfill.diff import Difference
    from docfill.diff import diff as compare_documents
    from docfill.editions.carry import Moved
    from docfill.editions.carry import carried as carry_record
    from docfill.editions.crossing import Crossing
    from docfill.editions.crossing import compared as compare_editions
    from docfill.editions.maps import dumped as make_edition_map
    from docfill.editions.maps import loaded as load_edition_map
    from docfill.editions.pages import page as make_edition_page
    from docfill.extract import Leftover, Result
    from docfill.fields import Field
    from docfill.form import Form, bundled
    from docfill.limits import within
    from docfill.lint import lint_template
    from docfill.printing import Album, Printed, print_many
    from docfill.put import Change, Corrected, Track
    from docfill.recognise import recognise as recognise_form
    from docfill.sample import Sample
    from docfill.sample import samples as make_samples
    from docfill.serve.run import run as run_server
    from docfill.serve.server import Settings as ServerSettings
    from docfill.sources import Source
    from docfill.sources import collect as collect_sources
    from docfill.tables.entry import make_entry_sheet
    from docfill.tables.load import load as load_records
    from docfill.tables.refused import write_refused
    from docfill.tables.rows import Record, Table
    from docfill.tables.writer import write_results
    from docfill.tag.proposal import Proposal
    from docfill.tag.review import page as make_review_page
    from docfill.tag.whole import propose_tags
    from docfill.word.document import Document

_HOME = {
    "Album": "printing:Album",
    "Change": "put:Change",
    "Changes": "batch.ordering:Changes",
    "Checked": "check:Checked",
    "Comparison": "compare:Comparison",
    "Corrected": "put:Corrected",
    "Crossing": "editions.crossing:Crossing",
    "Difference": "diff:Difference",
    "Document": "word.document:Document",
    "Entries": "batch.judging:Entries",
    "Entry": "batch.judging:Entry",
    "Field": "fields:Field",
    "Filled": "batch.filling:Filled",
    "Form": "form:Form",
    "Leftover": "extract:Leftover",
    "Moved": "editions.carry:Moved",
    "Outcome": "batch:Outcome",
    "Printed": "printing:Printed",
    "Proposal": "tag.proposal:Proposal",
    "Put": "batch.putting:Put",
    "Record": "tables.rows:Record",
    "Register": "batch.handed:Register",
    "Remarking": "batch.checking:Remarking",
    "Report": "check:Report",
    "Result": "extract:Result",
    "Roster": "batch.handed:Roster",
    "Sample": "sample:Sample",
    "ServerSettings": "serve.server:Settings",
    "Settled": "batch.handed:Settled",
    "Shift": "compare:Shift",
    "Source": "sources:Source",
    "Table": "tables.rows:Table",
    "Track": "put:Track",
    "Unread": "check:Unread",
    "bundled": "form:bundled",
    "carry_record": "editions.carry:carried",
    "check_document": "check:check",
    "check_many": "batch.checking:check_many",
    "check_record": "check:check_record",
    "check_records": "batch.judging:check_records",
    "collect_sources": "sources:collect",
    "compare_documents": "diff:diff",
    "compare_editions": "editions.crossing:compared",
    "compare_records": "compare:compare_records",
    "extract_many": "batch:extract_many",
    "fill_many": "batch.filling:fill_many",
    "lint_template": "lint:lint_template",
    "load_changes": "batch.ordering:load_changes",
    "load_edition_map": "editions.maps:loaded",
    "load_entries": "batch.judging:load_entries",
    "load_records": "tables.load:load",
    "load_roster": "batch.handed:load_roster",
    "make_edition_map": "editions.maps:dumped",
    "make_edition_page": "editions.pages:page",
    "make_entry_sheet": "tables.entry:make_entry_sheet",
    "make_receipt": "check.receipt:make_receipt",
    "make_register": "batch.handed:make_register",
    "make_report": "check.report:make_report",
    "make_review_page": "tag.review:page",
    "make_samples": "sample:samples",
    "print_many": "printing:print_many",
    "propose_tags": "tag.whole:propose_tags",
    "put_many": "batch.putting:put_many",
    "recognise_form": "recognise:recognise",
    "run_server": "serve.run:run",
    "verify_receipt": "check.receipt:verify_receipt",
    "within": "limits:within",
    "write_refused": "tables.refused:write_refused",
    "write_results": "tables.writer:write_results",
}
"""The module and name behind each public name that is imported when it is first used."""

__all__ = [
    "Album",
    "Change",
    "Changes",
    "Checked",
    "Comparison",
    "Corrected",
    "Crossing",
    "Difference",
    "DocfillError",
    "Document",
    "Entries",
    "Entry",
    "Field",
    "Filled",
    "Form",
    "InvalidData",
    "Leftover",
    "Moved",
    "Outcome",
    "Place",
    "Printed",
    "Problem",
    "Proposal",
    "Put",
    "Record",
    "Register",
    "Remarking",
    "Report",
    "Result",
    "Roster",
    "Sample",
    "ServerSettings",
    "Settled",
    "Shift",
    "Source",
    "Table",
    "Track",
    "Unread",
    "bundled",
    "carry_record",
    "check_document",
    "check_many",
    "check_record",
    "check_records",
    "collect_sources",
    "compare_documents",
    "compare_editions",
    "compare_records",
    "extract_many",
    "fill_many",
    "lint_template",
    "load_changes",
    "load_edition_map",
    "load_entries",
    "load_records",
    "load_roster",
    "make_edition_map",
    "make_edition_page",
    "make_entry_sheet",
    "make_receipt",
    "make_register",
    "make_report",
    "make_review_page",
    "make_samples",
    "print_many",
    "propose_tags",
    "put_many",
    "recognise_form",
    "run_server",
    "speaking",
    "verify_receipt",
    "within",
    "write_refused",
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
