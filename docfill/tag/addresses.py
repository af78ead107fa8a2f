"""Addresses with a blank in front of each of their parts: 地址：____省____市____县（市、区）____.

Plain text in, positions out.
"""

from __future__ import annotations

from dataclasses import dataclass

from docfill import late
from docfill.tag.marks import SPACE, Span
from docfill.text import without_brackets

_UNIT = r"(?:省|自治区|直辖市|市|州|盟|县|区|旗|乡|镇|街道?|路|村|社区|小区|居委会|村委会|组|弄|号|栋|幢|楼|单元|层|室)"
_UNITS = rf"{_UNIT}(?:[、/／]?{_UNIT}){{0,2}}(?:[（(]{_UNIT}(?:[、，,/／]?{_UNIT}){{0,3}}[)）])?"
_ROOM = rf"[{SPACE}_＿]{{2,}}+"
_ADDRESS = late.pattern(rf"(?:([^：:_＿\n]{{1,16}})[：:])?(?:{_ROOM}{_UNITS}){{2,8}}[{SPACE}_＿]*+")
_NEXT = late.pattern(r"[^\s：:_＿]{2,8}[：:]")
_PART = late.pattern(rf"(?<![{SPACE}_＿])({_ROOM})({_UNITS})")
_REST = "详细地址"
"""What is written behind the last part that is named."""
_LONGEST = 240
_LEAST_REST = 3
"""Blanks at the end of the line that are room for more, at least."""


@dataclass(frozen=True, slots=True)
class PartOfAddress:
    """The blank of one part of an address, and what is written there."""

    span: Span
    name: str


def parts_of_address(text: str) -> tuple[str, list[PartOfAddress], int] | None:
    """The label of a line that begins with an address with blanks for its parts, "" for none, these, and its end; None
    for any other.  Nothing or another label stands behind it.
    """
    address = _ADDRESS.match(text) if len(text) <= _LONGEST else None
    if address is None or (address.end() < len(text) and _NEXT.match(text, address.end()) is None):
        return None
    label = (address[1] or "").strip()
    found = [
        PartOfAddress(m.span(1), "".join(filter(str.isalnum, without_brackets(m[2])))) for m in _PART.finditer(text)
    ]
    end = len(address[0].rstrip(f"{SPACE}_＿"))
    last = len(address[0].rstrip(" \t\u3000")) if set(address[0][end:]) & {*"_＿"} else address.end()
    if last - end >= _LEAST_REST and (last == len(text) or last < address.end()):
        found.append(PartOfAddress((end, last), _REST))
    return label, found, address.end()
