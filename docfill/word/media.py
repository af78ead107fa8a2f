"""Pictures in a package: drawn in a line (DrawingML, ECMA-376 part 1, 20.1 and 20.4), and kept as parts of it.

The bytes of a picture are a part as they are; turning and cropping are said beside
them.  The part and its relationship are named by its content, so that the same picture is kept
once, and what was drawn can be told from any other drawing and undone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from docfill import late
from docfill.pictures import TYPES, Frame, Picture
from docfill.problems import DocfillError
from docfill.word.document import Document, Element
from docfill.word.package import Package
from docfill.word.relations import CONTENT_TYPES, Relation, with_relations, with_types
from docfill.word.xml import R, W

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_R = R[1:-1]
_IMAGE = f"{_R}/image"
_ID = "rIdPicture"
_TURNS = {1: "", 2: ' flipH="1"', 3: ' rot="10800000"', 4: ' flipV="1"', 5: ' rot="16200000" flipH="1"',
          6: ' rot="5400000"', 7: ' rot="5400000" flipH="1"', 8: ' rot="16200000"'}  # fmt: skip
"""What each orientation of EXIF is in DrawingML, where flipping comes before turning."""
_NUMBER = late.pattern(rb'(<wp:docPr id=")(0)(" name="picture ' + _ID.encode() + rb")")
_ANY_NUMBER = late.pattern(rb'<wp:docPr[^>]{0,400}?\sid="(\d{1,9})"')
_DRAWN = late.pattern(rb"<w:drawing><wp:inline [^<]*<(?:(?!</w:drawing>).){0,3000}?</w:drawing>", re.S)
_EMBED = late.pattern(rb'r:embed="(' + _ID.encode() + rb'[0-9a-f]{20})"')
_EMU, _POINT, _HALF_TURN = 360_000, 72 / 2.54, 180 * 60_000
"""A centimetre in Word's units and in points; half a turn in those of DrawingML."""
_WHOLE = late.pattern(r"-?[0-9]{1,12}")
_POINTS = late.pattern(r"(?<![\w-])(width|height):([0-9]{1,6}(?:\.[0-9]{1,6})?)pt")


def id_of(picture: Picture) -> str:
    """The id of a picture's relationship."""
    return _ID + str(picture["sha256"])[:20]


def drawing_of(picture: Picture, frame: Frame, words: str) -> bytes:
    """A picture in a line of text, as it is fitted into a frame; `words` are told instead of it to who can't see it."""
    width, height, (across, down) = frame.fitted(picture)
    aside = (0, 0)
    if picture.is_on_its_side:
        width, height, across, down = height, width, down, across
        aside = (max(height - width, 0) // 2, max(width - height, 0) // 2)
    crop = f'<a:srcRect l="{across}" t="{down}" r="{across}" b="{down}"/>' if across or down else ""
    known, said = id_of(picture), escape(words)
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:effectExtent l="{aside[0]}" t="{aside[1]}" r="{aside[0]}" b="{aside[1]}"/>'
        f'<wp:docPr id="0" name="picture {known}" descr="{said}"/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}">'
        f'<pic:nvPicPr><pic:cNvPr id="0" name="{known}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="{_R}" r:embed="{known}"/>{crop}<a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm{_TURNS[picture.turn]}><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    ).encode()


class Drawn(str):
    """The id of a picture's relationship, where the picture itself is not known yet."""

    __slots__ = ()


def resolved(shown: Any, known: Mapping[str, Picture]) -> Any:
    """What was read, with the pictures in the place of their ids; KeyError where one is not known."""
    if isinstance(shown, Drawn):
        return known[shown]
    if isinstance(shown, dict):
        return {key: resolved(value, known) for key, value in shown.items()}
    return [resolved(value, known) for value in shown] if isinstance(shown, list) else shown


def drawn_from(data: bytes, at: int) -> tuple[list[Drawn], int]:
    """The ids of the pictures that `drawing_of` drew one after another from an offset on, and where they end."""
    found: list[Drawn] = []
    while drawing := _DRAWN.match(data, at):
        embedded = _EMBED.search(drawing[0])
        if embedded is None:
            break
        found.append(Drawn(embedded[1].decode()))
        at = drawing.end()
    return found, at


def with_media(package: Package, parts: Mapping[str, bytes], pictures: Iterable[Picture]) -> dict[str, bytes]:
    """Parts in which pictures are drawn, with what a package needs so that they are seen: media, relationships, types.

    The drawings are numbered anew behind those of the parts, since no two may have one number.
    """
    known = {id_of(p): p for p in pictures}
    out: dict[str, bytes] = {}
    kept: dict[str, Picture] = {}
    for part, data in parts.items():
        shown = [i for i in dict.fromkeys(m[1].decode() for m in _EMBED.finditer(data)) if i in known]
        if shown:
            others = [int(m[1]) for m in _ANY_NUMBER.finditer(data)]
            data = _numbered(data, max(others, default=0))
            there = package.links(part)
            relations = [Relation(i, _IMAGE, f"word/{_file_of(known[i])}") for i in shown if i not in there]
            out |= with_relations(package, part, relations)
            kept.update((i, known[i]) for i in shown)
        out[part] = data
    if kept:
        listed = package.parsed(CONTENT_TYPES)
        named = {e.get("Extension", "").lower() for e in listed}
        suffixes = sorted({p.suffix for p in kept.values()} - named)
        out |= with_types(package, suffixes=[(suffix, TYPES[suffix]) for suffix in suffixes])
        out.update({f"word/{_file_of(p)}": p.data or b"" for p in kept.values()})
    return out


def _numbered(data: bytes, last: int) -> bytes:
    number = last

    def one(matched: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        return matched[1] + str(number).encode() + matched[3]

    return _NUMBER.sub(one, data)


def _file_of(picture: Picture) -> str:
    return f"media/{id_of(picture)}.{picture.suffix}"


def pictures_in(package: Package) -> dict[str, Picture]:
    """The pictures that fill put into a package, by the ids of their relationships; none where one is no picture."""
    found: dict[str, Picture] = {}
    for name in package.infos:
        if name.startswith(f"word/media/{_ID}"):
            try:
                picture = _picture(package, name)
            except DocfillError:
                return {}
            found[id_of(picture)] = picture
    return found


def pictures_of(value: Any) -> Iterator[Picture]:
    """The pictures in some values, lists of them and records too."""
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from pictures_of(inner)


def shown_by(document: Document, drawing: Element) -> Iterator[Picture]:
    """The pictures of a drawing in the main part; DocfillError where one is elsewhere or none that can be used."""
    links = document.package.links(document.main)
    for element in drawing.iter(f"{{{_A}}}blip", "{urn:schemas-microsoft-com:vml}imagedata"):
        known = element.get(R + "embed") or element.get(R + "id") or ""
        if known not in links or links[known] not in document.package:
            raise DocfillError("图片不在文件里", "the picture is not in the file", "bad-data")
        yield _picture(document.package, links[known])


def paper_of(drawing: Element) -> tuple[float, float] | None:
    """How wide and how high a drawing is as it is seen on paper, in centimetres; None where it does not say."""
    around = outermost(drawing)
    for extent in around.iter(f"{{{_WP}}}extent"):
        wide, high = (round(_whole(extent, name) / _EMU, 2) for name in ("cx", "cy"))
        turned = next((_whole(x, "rot") for x in around.iter(f"{{{_A}}}xfrm")), 0)
        return (high, wide) if turned % _HALF_TURN else (wide, high)
    for shape in around.iter("{urn:schemas-microsoft-com:vml}shape"):
        sizes = {name: round(float(points) / _POINT, 2) for name, points in _POINTS.findall(shape.get("style", ""))}
        return (sizes["width"], sizes["height"]) if len(sizes) == 2 else None
    return None


def _whole(element: Element, name: str) -> int:
    value = element.get(name, "")
    return int(value) if _WHOLE.fullmatch(value) else 0


def _picture(package: Package, part: str) -> Picture:
    return Picture.of(package.read(part), posixpath.basename(part))


def outermost(drawing: Element) -> Element:
    """A drawing with what is around it in its run, as alternatives for older readers."""
    while (parent := drawing.getparent()) is not None and parent.tag != W + "r":
        drawing = parent
    return drawing
