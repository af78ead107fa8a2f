"""Editions of a form: what a field of last year's is called this year, and records carried over.

crossing = compared(Form.load("2022.docx"), Form.load("2023.docx"))
moved = carried(record, crossing)      # moved.data for the new form, moved.problems for what stayed behind

Promises: a form compared with itself maps every field to itself, and carries every
record as it is; two fields that speak of different years are never one; what was only
found to be alike is shown and not carried until a person confirms it; a value that is
not carried is a problem, never silence.
"""

from __future__ import annotations

from docfill.editions.carry import Left, Moved, carried
from docfill.editions.crossing import Change, Crossing, Match, compared, perhaps
from docfill.editions.maps import dumped, loaded
from docfill.editions.pages import page, workbook

__all__ = [
    "Change",
    "Crossing",
    "Left",
    "Match",
    "Moved",
    "carried",
    "compared",
    "dumped",
    "loaded",
    "page",
    "perhaps",
    "workbook",
]
