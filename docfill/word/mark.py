"""The mark of an edition: which form a document is, where a person does not look.

It is a custom property of the package (ECMA-376 part 1, 22.3), which Word, WPS and
LibreOffice keep when they save, and the tag of a locked content control around the
first words of the form, for whatever keeps no properties.  It is a witness and no
more: whoever hands a file in can have changed it, so it never decides what is read.
"""

from __future__ import annotations

import itertools
import re
from html import escape

from msgspec import Struct

from docfill import late
from docfill.word import xml
from docfill.word.document import Element
from docfill.word.package import Package, Writer
from docfill.word.part import Part, utf8, with_child
from docfill.word.relations import Relation, with_relations, with_types
from docfill.word.xml import W

NAME = "docfill"
"""The property's name."""

_PART = "docProps/custom.xml"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_SPACE}"></Properties>'
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_SAID = late.pattern(r"(?P<template>[0-9a-f]{64}) (?P<form>.+)")
_TAG = late.pattern(r"docfill (?P<template>[0-9a-f]{16}) (?P<form>.+)")
_LONGEST, _LOOKED_AT = 39, 30
"""Characters of a form's name in a tag, which has 64 at most, and the blocks among which its control stands."""


class Mark(Struct, frozen=True):
    """What a document says that it is.

    Attributes:
        form: the form's name, or as much of it as there was room for.
        template: the SHA-256 of the template that it was made from, or its beginning.
    """

    form: str
    template: str

    def is_of(self, other: Mark) -> bool:
        """Whether it says the same as another, as far as it goes."""
        return other.form.startswith(self.form) and other.template.startswith(self.template)


def mark_of(package: Package) -> Mark | None:
    """The mark of a package, if it has one that can be read."""
    for part in package.related("", "custom-properties"):
        if part in package:
            for found in package.parsed(part):
                said = (
                    _SAID.fullmatch("".join(map(str, found.itertext())).strip()) if found.get("name") == NAME else None
                )
                if said is not None:
                    return Mark(said["form"], said["template"])
    return None


def mark_in(root: Element) -> Mark | None:
    """The mark that the control of a main part has, if there is one that can be read."""
    body = root.find(W + "body")
    for control in itertools.islice(body if body is not None else root, _LOOKED_AT):
        tag = control.find(f"{W}sdtPr/{W}tag") if control.tag == W + "sdt" else None
        if tag is not None and (said := _TAG.fullmatch(tag.get(W + "val") or "")) is not None:
            return Mark(said["form"], said["template"])
    return None


def _in_control(data: bytes, mark: Mark) -> bytes:
    """A main part with its first words in a locked control whose tag is the mark; as it was where there are none."""
    root = xml.parse(data, "")
    body = root.find(W + "body")
    for paragraph in itertools.islice(body if body is not None else root, _LOOKED_AT):
        words = "".join(text.text or "" for text in paragraph.iter(W + "t"))
        if paragraph.tag == W + "p" and paragraph.prefix == "w" and words.strip() and not set("{}") & set(words):
            where = Part("", root, data).where(paragraph)
            said = escape(f"docfill {mark.template[:16]} {mark.form[:_LONGEST]}")
            before = (
                f'<w:sdt><w:sdtPr><w:tag w:val="{said}"/><w:lock w:val="sdtContentLocked"/></w:sdtPr><w:sdtContent>'
            )
            behind = "</w:sdtContent></w:sdt>"
            inside = data[where.start : where.end]
            return data[: where.start] + before.encode() + inside + behind.encode() + data[where.end :]
    return data


def marked(package: Package, mark: Mark) -> bytes:
    """The package with a mark, and else as it was; one that has a mark keeps it."""
    if mark_of(package) is not None:
        return package.data
    known = [part for part in package.related("", "custom-properties") if part in package]
    part = known[0] if known else _PART
    before = package.read(part) if known else _EMPTY.encode()
    number = max([1, *(int(n) for n in re.findall(rb'\bpid="(\d{1,9})"', before))]) + 1
    said = f'<vt:lpwstr xmlns:vt="{_VALUES}">{mark.template} {escape(mark.form)}</vt:lpwstr>'
    made = f'<property xmlns="{_SPACE}" fmtid="{_FORMAT}" pid="{number}" name="{NAME}">{said}</property>'
    parts = {
        part: with_child(package.called(part), before, made),
        package.main: _in_control(utf8(package.read(package.main), package.called(package.main)), mark),
    }
    if not known:
        parts |= with_relations(package, "", [Relation("docfill", _KIND, _PART)])
        parts |= with_types(package, parts=[(_PART, _TYPE)])
    return Writer(package, frozenset(parts)).write(parts)
