"""The mark of an edition: which form a document is, where a person does not look.

It is a custom property of the package (ECMA-376 part 1, 22.3), which Word, WPS and
LibreOffice keep when they save.  It is a witness and no more: whoever hands a file
in can have changed it, so it never decides what is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from docfill.word import xml
from docfill.word.package import Package, Writer

NAME = "docfill"
"""The property's name."""

_PART = "docProps/custom.xml"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_SPACE}"></Properties>'
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_SAID = re.compile(r"(?P<template>[0-9a-f]{64}) (?P<form>.+)")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a document says that it is.

    Attributes:
        form: the form's name.
        template: the SHA-256 of the template that it was made from.
    """

    form: str
    template: str


def mark_of(package: Package) -> Mark | None:
    """The mark of a package, if it has one that can be read."""
    for part in package.related("", "custom-properties"):
        if part in package:
            for found in xml.parse(package.read(part), part):
                said = (
                    _SAID.fullmatch("".join(map(str, found.itertext())).strip()) if found.get("name") == NAME else None
                )
                if said is not None:
                    return Mark(said["form"], said["template"])
    return None


def marked(package: Package, mark: Mark) -> bytes:
    """The package with a mark, and else as it was; one that has a mark keeps it."""
    if mark_of(package) is not None:
        return package.data
    known = [part for part in package.related("", "custom-properties") if part in package]
    part = known[0] if known else _PART
    before = package.read(part).decode() if known else _EMPTY
    number = max([1, *(int(n) for n in re.findall(r'\bpid="(\d{1,9})"', before))]) + 1
    said = f'<vt:lpwstr xmlns:vt="{_VALUES}">{mark.template} {escape(mark.form)}</vt:lpwstr>'
    made = f'<property xmlns="{_SPACE}" fmtid="{_FORMAT}" pid="{number}" name="{NAME}">{said}</property>'
    parts = {part: _within(before, made)}
    if not known:
        own = f'<Relationship Id="docfill" Type="{_KIND}" Target="{_PART}"/>'
        parts["_rels/.rels"] = _within(package.read("_rels/.rels").decode(), own)
        override = f'<Override PartName="/{_PART}" ContentType="{_TYPE}"/>'
        parts["[Content_Types].xml"] = _within(package.read("[Content_Types].xml").decode(), override)
    return Writer(package, frozenset(parts)).write(parts)


def _within(text: str, added: str) -> bytes:
    """The XML with an element more at the end of its root."""
    at = text.rindex("</")
    prefix = re.match(r"</(\w+:)?", text[at:])
    name = prefix[1] if prefix is not None and prefix[1] else ""
    return f"{text[:at]}{added if not name else _prefixed(added, name)}{text[at:]}".encode()


def _prefixed(added: str, prefix: str) -> str:
    """An element of the root's namespace, where the root writes that with a prefix."""
    return re.sub(r"<(/?)(?=(?:Relationship|Override)\b)", rf"<\1{prefix}", added)
