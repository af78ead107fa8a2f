"""The doors that strangers' bytes come through, each as a function of bytes, with the laws as the judge.

A target returns, or has met one DocfillError; any other exception is a bug
(law 6).  What takes longer than `SLOW` seconds is one, too, and so is text that
was planted in a document where a reader of the page sees it and that is neither
in the data nor among the problems and leftovers (law 4).
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from docfill import DocfillError, Form, files, tables
from docfill.check.expression import Expression, Unanswered
from docfill.check.functions import FUNCTIONS
from docfill.problems import Problem
from docfill.recognise import recognise
from docfill.template import language
from docfill.word import cage
from docfill.word.document import Document
from docfill.word.package import Package
from fuzz.choices import Choices
from fuzz.edits import edited, planted, visible
from tests.disturb import MAIN, changed, package_of, parts_of
from tests.small_form import form_named, p, template_of
from tests.strategies import filled_everywhere, record_of

SLOW = 10.0
"""Seconds of the processor; the attacks of tests/test_attacks.py are held to two."""


class Lost(Exception):
    """Text that stands in the document and nowhere in the result."""


@cache
def small() -> Form:
    """The form of the tests that has a place of every kind."""
    return form_named("small")


@cache
def answered(name: str = "small") -> bytes:
    """A form with an answer at every field, its members not packed, so that a changed byte is a changed byte."""
    form = form_named(name)
    return stored(form.fill(record_of(filled_everywhere(form))))


def stored(package: bytes) -> bytes:
    """The package with its members as they are, unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts_of(package).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


@cache
def workbook() -> bytes:
    """A workbook with a record, not packed."""
    return stored(_table(".xlsx"))


def _table(suffix: str) -> bytes:
    """A record as `extract` writes it into a table."""
    form = small()
    with tempfile.TemporaryDirectory(prefix="docfill-fuzz-") as folder:
        path = Path(folder, f"data{suffix}")
        with tables.Writer(path, [form]) as writer:
            writer.add(form, form.extract(form.fill(record_of(filled_everywhere(form)))))
        return path.read_bytes()


def _accounted(result: Any) -> str:
    """All that a result says, without white space."""
    return "".join(json.dumps(result.to_dict(), ensure_ascii=False, default=str).split())


# --- documents ---


def package(data: bytes) -> None:
    """The bytes of a returned file, as they are."""
    result = small().extract(data, "file")
    _accounted(result)


def part(data: bytes) -> None:
    """The bytes of one part of a whole package: the first byte says which."""
    parts = parts_of(answered())
    names = sorted(parts)
    name = names[data[0] % len(names)] if data else MAIN
    document = Document(package_of({**parts, name: data[1:]}), "file")
    _accounted(small().extract(document))
    recognise(document, [small(), form_named("shanghai")])


def structure(data: bytes) -> None:
    """The tree of a real form with its elements moved, wrapped, repeated and lost, and texts planted in it."""
    choices = Choices(data)
    name = choices.one_of(("small", "shanghai", "shandong"))
    planted_texts: list[str] = []

    def change(root: etree._Element) -> None:
        texts = planted(root, choices)
        edited(root, choices)
        planted_texts.extend(visible(root, texts))

    document = changed(answered(name), change)
    said = _accounted(form_named(name).extract(document, "file"))
    lost = [text for text in planted_texts if text not in said]
    if lost:
        raise Lost(f"{name}: {lost}")


# --- templates ---


def template(data: bytes) -> None:
    """Tags of any spelling in a template, which is then filled and read, if it can be used at all."""
    choices = Choices(data)

    def change(root: etree._Element) -> None:
        paragraphs = list(root.iter("{*}p"))
        for _ in range(1 + choices.below(3)):
            at = choices.one_of(paragraphs)
            made = etree.fromstring(f"<a xmlns:w='{etree.QName(root).namespace}'>{p('甲')}</a>")[0]
            for text in made.iter("{*}t"):
                text.text = choices.tag()
            at.addnext(made) if choices.below(2) else at.append(made[-1])

    form = Form(Package(changed(template_of("small"), change), "file"), "file")
    form.extract(form.blank())
    record = {f.path: "甲" for f in form.fields if f.kind.is_prose}
    _accounted(form.extract(form.fill(form.records.nested(record))))


def expression(data: bytes) -> None:
    """A derived value or a rule: its value is data, never an object of the program."""
    record = {"甲": {"乙": 3, "丙": "文", "丁": None}, "行": [{"列": "一"}, {"列": None}], "选": ["一", "二"]}
    source = Choices(data).expression()
    with contextlib.suppress(DocfillError, Unanswered, TypeError):
        if not _is_data(ruled := Expression(source)({**record, **FUNCTIONS})):
            raise AssertionError(f"{type(ruled)} came out of a rule")
    value = language.expression(source)(record)
    if not _is_data(value):
        raise AssertionError(f"{type(value)} came out")


def _is_data(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(map(_is_data, value.values()))
    return value is None or isinstance(value, str | int | float)


# --- data files ---


def _load(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory(prefix="docfill-fuzz-") as folder:
        path = Path(folder, f"data{suffix}")
        path.write_bytes(data)
        loaded = tables.load(path, small())
        records = list(loaded.records)
    for record in records:
        with contextlib.suppress(DocfillError):
            small().fill(record.data)
        name = files.name_from("{申请.申请人}-{申请.部门}", record.data) if isinstance(record.data, dict) else ""
        if "/" in name or "\\" in name or len(name.encode()) > files.LONGEST or name in (".", ".."):
            raise AssertionError(f"the name {name!r} is not safe")
    problems: list[Problem] = [*loaded.problems, *(x for r in records for x in r.problems)]
    for problem in problems:
        str(problem)


def xlsx(data: bytes) -> None:
    """The bytes of a workbook, as they are."""
    _load(data, ".xlsx")


def sheet(data: bytes) -> None:
    """The bytes of one part of a whole workbook: the first byte says which."""
    parts = parts_of(workbook())
    names = sorted(parts)
    name = names[data[0] % len(names)] if data else names[0]
    _load(package_of({**parts, name: data[1:]}), ".xlsx")


def csv(data: bytes) -> None:
    """The bytes of a .csv."""
    _load(data, ".csv")


def json_(data: bytes) -> None:
    """The bytes of a .json."""
    _load(data, ".json")


def jsonl(data: bytes) -> None:
    """The bytes of a .jsonl."""
    _load(data, ".jsonl")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "package": package,
    "part": part,
    "structure": structure,
    "template": template,
    "expression": expression,
    "xlsx": xlsx,
    "sheet": sheet,
    "csv": csv,
    "json": json_,
    "jsonl": jsonl,
}


def attempt(name: str, data: bytes) -> str:
    """What becomes of some bytes at a door: "read" or "refused".

    Raises:
        Exception: anything but a DocfillError; or it took too long, or text was lost.
    """
    begun = time.process_time()
    programs, cage.PROGRAMS = cage.PROGRAMS, ()  # LibreOffice is not what is tried here
    try:
        TARGETS[name](data)
        outcome = "read"
    except DocfillError as refused:
        outcome = "refused"
        if not refused.zh or not refused.en:
            raise AssertionError("a refusal without words") from refused
    finally:
        cage.PROGRAMS = programs
    took = time.process_time() - begun
    if took > SLOW:
        raise AssertionError(f"took {took:.1f} seconds")
    return outcome


def seeds(name: str) -> list[bytes]:
    """Inputs that a door lets in, to begin with."""
    if name in ("package", "xlsx"):
        return [answered() if name == "package" else workbook()]
    if name in ("part", "sheet"):
        parts = parts_of(answered() if name == "part" else workbook())
        return [bytes([n]) + parts[member] for n, member in enumerate(sorted(parts))]
    record = record_of(filled_everywhere(small()))
    if name == "csv":
        return [_table(".csv")]
    if name in ("json", "jsonl"):
        return [files.dump_json(record) if name == "json" else files.dump_jsonl([record, record])]
    drawn = [bytes(range(start, start + 64)) for start in (0, 64, 128, 190)]
    return [*drawn, bytes.fromhex("5d9388b3e27c16756f897adc8f78b8fad267eaa1177771")] if name == "template" else drawn
