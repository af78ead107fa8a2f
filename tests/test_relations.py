"""Parts that are new in a package: what points to them and says their type is added however that is spelt."""

from __future__ import annotations

import pytest

from docfill.word import xml
from docfill.word.package import Package
from docfill.word.relations import CONTENT_TYPES, Relation, with_relations, with_types
from tests.disturb import package_of, parts_of
from tests.small_form import p, package

_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = "word/_rels/document.xml.rels"


@pytest.mark.parametrize(
    "spelt",
    [
        f'<Relationships xmlns="{_SPACE}"></Relationships>',
        f'<Relationships xmlns="{_SPACE}"/>',
        f'<r:Relationships xmlns:r="{_SPACE}" ></r:Relationships ><!-- </r:Relationships> -->',
        f'<?xml version="1.0" encoding="UTF-16"?><Relationships xmlns="{_SPACE}"/>',
    ],
)
def test_a_relation_is_added_however_the_part_is_spelt(spelt: str) -> None:
    data = spelt.encode("utf-16" if "UTF-16" in spelt else "utf-8")
    made = Package(package_of({**parts_of(package(p("甲"))), _RELS: data}), "表")
    written = with_relations(made, "word/document.xml", [Relation("a", "urn:b", "word/c&d.xml")])
    again = Package(package_of({**parts_of(made.data), **written}), "表")
    assert again.links("word/document.xml") == {"a": "word/c&d.xml"}
    if "UTF-16" not in spelt:
        before, _, behind = spelt.replace("/>", "></Relationships>").partition("></")
        assert written[_RELS].startswith(before.encode()) and written[_RELS].endswith(b"</" + behind.encode())


def test_relations_of_a_part_that_has_none_yet() -> None:
    parts = parts_of(package(p("甲")))
    made = Package(package_of({name: data for name, data in parts.items() if name != _RELS}), "表")
    written = with_relations(made, "word/document.xml", [Relation("a", "urn:b", "word/c.xml")])
    assert Package(package_of({**parts, **written}), "表").links("word/document.xml") == {"a": "word/c.xml"}


def test_types_of_parts_and_suffixes() -> None:
    made = Package(package(p("甲")), "表")
    written = with_types(made, parts=[("word/c.xml", "a/b")], suffixes=[("png", "image/png")])
    found = [*xml.parse(written[CONTENT_TYPES], CONTENT_TYPES)][-2:]
    assert [dict(e.attrib) for e in found] == [
        {"Extension": "png", "ContentType": "image/png"},
        {"PartName": "/word/c.xml", "ContentType": "a/b"},
    ]
    assert len({e.tag.rpartition("}")[0] for e in found}) == 1 and all(e.tag.startswith("{http") for e in found)
