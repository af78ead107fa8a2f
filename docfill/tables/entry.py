"""The data-entry workbook of a form: a row a record, with guidance from the form's own words.

Everything in it comes from the template: headings, kinds, units, limits and
options from its fields, the guidance from its notes (sentences and bracketed
notes without a place to fill in).  What is entered is read back by `load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docfill import late
from docfill.form import Form
from docfill.problems import say
from docfill.scratch import Scratch
from docfill.tables.canvas import Canvas
from docfill.tables.columns import GUIDE
from docfill.tables.kinds import advice_on, face_of
from docfill.tables.layout import RecordSheet
from docfill.template.units import FormRow, Line, Unit
from docfill.text import CLOSING, OPENING, width
from docfill.values import NONE

NUMBERED = 300
"""So many rows have the number of the record already, by which repeated rows name it."""

_SENTENCE = late.pattern(r"[。；！？!?]\s*$")
_NOTE = late.pattern(r"^\s*(?:\d+[.．、]|[*＊※]|注|说明|备注|提示|note\b)", re.I)
_BRACKETED = late.pattern(f"^[{re.escape(OPENING)}].*[{re.escape(CLOSING)}]$")
_WIDE = (52, 26, 18, 10, 70)
_LINE = 16.5
_TALLEST = 400.0


def write_entry(form: Form, path: Path, records: Iterable[Mapping[str, Any]] = ()) -> None:
    """Writes a workbook for entering records of a form.

    Args:
        form: the form.
        path: the file to write; see `files.replacing` for one that appears whole.
        records: what is entered already, in the shape of the contract.

    Raises:
        DocfillError: a text is longer than a cell can hold.
    """
    canvas = Canvas(path)
    sheet = RecordSheet(canvas, form, [])
    first = sheet.following
    for record in records:
        sheet.write(record)
    if any(f.kind.has_records for f in form.fields):
        for row in range(sheet.following, first + NUMBERED):
            canvas.write(sheet.sheet, row, 0, row - first + 1, canvas.look("integer"))
    _write_guide(canvas, form)
    sheet.sheet.activate()
    canvas.close()


def make_entry_sheet(form: Form, records: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """The workbook that `write_entry` writes, as bytes; arguments and errors as there."""
    with Scratch() as folder:
        path = Path(folder, "entry.xlsx")
        write_entry(form, path, records)
        return path.read_bytes()


def notes_of(form: Form) -> list[str]:
    """The form's own notes, in their order: its sentences, and the notes beside the places to fill in."""
    found: dict[str, None] = {}
    _collect(form.skeleton.units, "", found)
    return list(found)


def _collect(units: Iterable[Unit], label: str, found: dict[str, None]) -> None:
    for unit in units:
        if isinstance(unit, FormRow):
            beside = next((c.top or c.literal for c in unit.cells if not c.has_slots and (c.top or c.literal)), "")
            for cell in unit.cells:
                if cell.has_slots:
                    _collect(cell.units, " ".join((beside or label).split()), found)
        elif isinstance(unit, Line) and all(isinstance(t, str) for t in unit.tokens):
            words = " ".join(unit.literal.split())
            if _SENTENCE.search(words) or _NOTE.match(words):
                found[words] = None
            elif label and _BRACKETED.match(words):
                found[f"{label}：{words}"] = None


def _write_guide(canvas: Canvas, form: Form) -> None:
    sheet = canvas.sheet(GUIDE)
    sheet.fit_to_pages(1, 0)
    rows: list[tuple[str, str]] = [(form.title, "title"), ("", "said")]
    rows += [(say("怎样填写", "How to fill this in"), "head"), *((text, "said") for text in _advice(form))]
    if notes := notes_of(form):
        rows += [("", "said"), (say("表上的说明", "Notes on the form"), "head"), *((n, "said") for n in notes)]
    rows += [("", "said"), (say("各项", "Fields"), "head")]
    for index, wide in enumerate(_WIDE):
        sheet.set_column(index, index, wide)
    for row, (text, look) in enumerate(rows):
        sheet.set_row(row, 30 if look == "title" else _height(text, sum(_WIDE)))
        canvas.write(sheet, row, 0, text or None, canvas.look(look))
        if look == "said" and text:
            sheet.merge.append([row, 0, row, len(_WIDE) - 1])
    heads = say("项|填什么|单位|字数上限|选项或提示", "field|what|unit|limit|options or hints").split("|")
    for index, head in enumerate(heads):
        canvas.write(sheet, len(rows), index, head, canvas.look("group"))
    for row, f in enumerate(form.fields, len(rows) + 1):
        said = " | ".join(f.options) or "\n".join(f.hint) or " | ".join(f.columns)
        what = face_of(f.kind).words(f)
        sheet.set_row(row, max(_height(f.path, _WIDE[0]), _height(said, _WIDE[-1]), _height(what, _WIDE[1])))
        for index, cell in enumerate((f.path, what, f.unit or None, f.most, said or None)):
            canvas.write(sheet, row, index, cell, canvas.look("said"))


def _advice(form: Form) -> Iterator[str]:
    """How to use the workbook, in sentences; each for what the form has."""
    zh_en = [
        (
            "每行填一份表，从表头下面第一行填起。不要改动表头；整列不填可以删去。表头上的批注写明填什么、单位和字数上限。",
            "One row is one form, from the first row below the header. Leave the header as it is; whole columns may be "
            "deleted. The notes on the headings say what to enter, the unit and the limit.",
        ),
        (
            f"表头有 * 的必填；没有相应情况的，文字、数字和日期都可以填“{NONE}”。",
            f'Headings with * are required; where there is nothing to say, enter "{NONE}".',
        ),
    ]
    zh_en += advice_on(form.fields)
    name = form.name
    zh_en.append(
        (
            f"填好后保存为 .xlsx，用 docfill fill {name} 这个文件.xlsx -o 文件夹 生成各份表。",
            f"Save it as .xlsx; docfill fill {name} FILE.xlsx -o FOLDER makes the documents.",
        )
    )
    return (say(zh, en) for zh, en in zh_en)


def _height(text: str, room: float) -> float:
    lines = sum(max(1, -(-width(line) // max(1, int(room) - 2))) for line in text.split("\n"))
    return min(_TALLEST, _LINE * lines + 2)
