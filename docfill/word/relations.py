"""New parts of a package: what points to them and what says their types (ECMA-376 part 2), added where those stand."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from html import escape

from msgspec import Struct

from docfill.word import xml
from docfill.word.package import Package
from docfill.word.part import with_child

CONTENT_TYPES = "[Content_Types].xml"
"""The part that says the type of every other."""

_SPACE = xml.RELATIONSHIPS[1:-1]
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class Relation(Struct, frozen=True):
    """A relationship of a part: its id, what it is (a URI), and the part that it leads to."""

    id: str
    kind: str
    target: str


def with_relations(package: Package, part: str, relations: Iterable[Relation]) -> dict[str, bytes]:
    """The part of the relationships of a part ("" for the package), by its name, with more of them."""
    folder, base = posixpath.split(part)
    name = posixpath.join(folder, "_rels", base + ".rels")
    added = "".join(
        f'<Relationship xmlns="{_SPACE}" Id="{r.id}" Type="{r.kind}" Target="/{escape(r.target)}"/>' for r in relations
    )
    empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_SPACE}"/>'
    before = package.read(name) if name in package else empty.encode()
    return {name: with_child(package.called(name), before, added)}


def with_types(
    package: Package, *, parts: Iterable[tuple[str, str]] = (), suffixes: Iterable[tuple[str, str]] = ()
) -> dict[str, bytes]:
    """The part of the types, by its name, with those of some parts, and of all whose names end in some suffixes."""
    added = [f'<Default xmlns="{_TYPES}" Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in suffixes]
    added += [f'<Override xmlns="{_TYPES}" PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts]
    return {CONTENT_TYPES: with_child(package.called(CONTENT_TYPES), package.read(CONTENT_TYPES), "".join(added))}
