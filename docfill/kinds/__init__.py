"""The kinds of value that a form asks for: one class a kind, and the registry that everything else goes by.

A new kind is a class here, its face in `docfill.tables.kinds`, and a line in
`_KINDS`; the template language, reading, filling, the schema, lint and the laws
take it from there.
"""

from __future__ import annotations

from docfill.kinds.date import Date
from docfill.kinds.kind import NOTHING, Asked, Boxed, Kind, Marked, Reading, Standing, Written, said_of, shown
from docfill.kinds.marks import Boolean, Choice, Choices
from docfill.kinds.number import LARGEST, Integer, Number, is_one_unit, same_units
from docfill.kinds.picture import OnePicture, SeveralPictures
from docfill.kinds.repeated import Rows, Texts, object_schema
from docfill.kinds.text import LongText, Text, tidied
from docfill.kinds.time import Time

TEXT, LONGTEXT, NUMBER, INTEGER, DATE, TIME = Text(), LongText(), Number(), Integer(), Date(), Time()
CHOICE, CHOICES, BOOLEAN, TEXTS, ROWS = Choice(), Choices(), Boolean(), Texts(), Rows()
ONE_PICTURE, SEVERAL_PICTURES = OnePicture(), SeveralPictures()

_KINDS: tuple[Kind, ...] = (
    TEXT,
    LONGTEXT,
    NUMBER,
    INTEGER,
    DATE,
    TIME,
    CHOICE,
    CHOICES,
    BOOLEAN,
    TEXTS,
    ROWS,
    ONE_PICTURE,
    SEVERAL_PICTURES,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
"""Every kind, by its name."""

WRITTEN: dict[str, Written] = {kind.name: kind for kind in _KINDS if isinstance(kind, Written)}
"""The kinds that are one text each, which are the filters of the template language."""


def kind_named(name: str) -> Kind:
    """The kind of a name; KeyError if there is none."""
    return KINDS[name]


__all__ = [
    "BOOLEAN", "CHOICE", "CHOICES", "DATE", "INTEGER", "KINDS", "LARGEST", "LONGTEXT", "NOTHING", "NUMBER",
    "ONE_PICTURE", "ROWS", "SEVERAL_PICTURES", "TEXT", "TEXTS", "TIME", "WRITTEN", "Asked", "Boxed", "Kind", "Marked",
    "Reading", "Standing", "Written",
    "is_one_unit", "kind_named", "object_schema", "said_of", "same_units", "shown", "tidied",
]  # fmt: skip
