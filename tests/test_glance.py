"""What the bytes of a part tell before its elements are looked at: never less than the elements say themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from docfill.word.document import Document
from docfill.word.glance import UNKNOWN, Glance, glance
from tests.disturb import MAIN, W, package_of, parts_of
from tests.small_form import Xml, package, r

_TINY = Xml('<w:p><w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>4</w:t></w:r>' + r("7") + "</w:p>")
_TICKED = Xml(
    '<w:p><w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>&#xFE;</w:t></w:r></w:p>'
)


def _as_it_is(part: str) -> str:
    return part


def _with_another_prefix(part: str) -> str:
    return part.replace("<w:", "<q:").replace("</w:", "</q:").replace(" w:", " q:").replace("xmlns:w=", "xmlns:q=")


def _declared_again(part: str) -> str:
    return part.replace("<w:r>", f'<q:r xmlns:q="{W[1:-1]}">').replace("</w:r>", "</q:r>")


def _declared_in_numbers(part: str) -> str:
    name = W[1:-1].replace("m", "&#109;")
    return part.replace("<w:rPr>", f'<q:rPr xmlns:q="{name}">').replace("</w:rPr>", "</q:rPr>")


def _in_numbers(part: str) -> str:
    return part.replace('w:val="2"', 'w:val="&#50;"').replace("Wing", "W&#105;ng")


def _in_single_quotes(part: str) -> str:
    return part.replace('w:val="2"', "w:val='2'").replace('"Wingdings"', "'Wingdings'")


def _with_room(part: str) -> str:
    return part.replace('<w:sz w:val="2"/>', '<w:sz\n  w:val = "2"\t></w:sz>').replace("w:ascii=", "w:ascii\n=")


def _in_capitals(part: str) -> str:
    return part.replace("Wingdings", "WINGDINGS")


def _in_mixed_case(part: str) -> str:
    return part.replace("Wingdings", "wInGdInGs")


def _by_a_theme_too(part: str) -> str:
    return part.replace('w:val="2"', 'w:other="21" w:val="2"')


SPELLINGS = (
    *(_as_it_is, _with_another_prefix, _declared_again, _declared_in_numbers, _in_numbers, _in_single_quotes),
    *(_with_room, _in_capitals, _in_mixed_case, _by_a_theme_too),
)


def _spelt(body: str, spelling: Callable[[str], str], encoding: str = "UTF-8") -> Document:
    parts = parts_of(package(body))
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    part = spelling(parts[MAIN].decode().partition("?>")[2])
    return Document(package_of({**parts, MAIN: (declared + part).encode(encoding)}))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.__name__.strip("_"))
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_what_nobody_can_read_is_seen_however_it_is_written(spelling: Callable[[str], str], encoding: str) -> None:
    (paragraph, *_) = _spelt(_TINY, spelling, encoding).paragraphs
    assert (paragraph.text, [text for text, _ in paragraph.aside]) == ("7", ["4"])


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.__name__.strip("_"))
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_tick_in_a_symbol_font_is_seen_however_it_is_written(spelling: Callable[[str], str], encoding: str) -> None:
    (paragraph, *_) = _spelt(_TICKED, spelling, encoding).paragraphs
    assert paragraph.text == "☑"


def _told(body: str) -> Glance:
    data = parts_of(package(body))[MAIN]
    return glance(etree.fromstring(data), data)._replace(size=None)


def test_a_part_as_word_writes_it_is_known_from_its_bytes() -> None:
    said = '<w:rFonts w:ascii="宋体"/><w:sz w:val="21"/><w:szCs w:val="2"/>'
    plain = f"<w:p><w:r><w:rPr>{said}</w:rPr><w:t>甲</w:t></w:r></w:p>"
    assert _told(plain) == Glance(None, may_be_tiny=False, may_have_symbols=False)
    assert _told(_TINY) == Glance(None, may_be_tiny=True, may_have_symbols=False)
    assert _told(plain.replace("宋体", "Segoe UI Symbol")) == Glance(None, may_be_tiny=False, may_have_symbols=True)
    assert _told(plain.replace("甲", "&#30002;")) == UNKNOWN
