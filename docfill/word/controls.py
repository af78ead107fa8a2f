"""Content controls that name a place (ECMA-376 part 1, 17.5.2): how one is written, and what one is called.

A control has its name three times: as its tag, as its title, and as the name of its
placeholder, which Word keeps in the glossary.  LibreOffice 7.4 drops tag, title, lock and
number of a control that can be typed in, and keeps the placeholder's name (what survives
where is told in docs/fillable.md).  It also leaves w:showingPlcHdr when something is typed; so a control
of ours shows what it shows, and its placeholder is the blank or the hint of the form itself,
which says nothing anyway.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape

from msgspec import Struct

from docfill import late
from docfill.word.blocks import Element
from docfill.word.xml import MC, W14, W15, W

LONGEST = 64
"""Characters that Word takes in a tag or title."""
_OWN = "docfill:"
"""In front of the names of our placeholders."""

_CODE = late.pattern("[0-9A-Fa-f]{1,6}")

RICH = ""
"""The kind of a control for text with its looks: the only one for text that LibreOffice 7.4 can fill in."""
PICTURE = "<w:picture/>"
SECTION = "<w15:repeatingSection/>"
ITEM = "<w15:repeatingSectionItem/>"
END = "</w:sdtContent></w:sdt>"


def name_of_path(path: str) -> str:
    """What the control of a path is called: the path, or where that is too long its beginning and a hash of it."""
    if len(path) <= LONGEST:
        return path
    return f"{path[: LONGEST - 9]}#{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def name_of(control: Element) -> str:
    """What a control is called; "" for one that is none of ours."""
    properties = control.find(W + "sdtPr")
    if properties is None:
        return ""
    if placeholder := _placeholder(properties):
        return placeholder
    tag, title = (properties.find(W + n) for n in ("tag", "alias"))
    named = "" if tag is None else tag.get(W + "val", "")
    return named if title is not None and title.get(W + "val") == named else ""


def is_own(properties: Element) -> bool:
    """Whether the properties of a control say that its placeholder is one of ours."""
    return bool(_placeholder(properties))


def _placeholder(properties: Element) -> str:
    part = properties.find(f"{W}placeholder/{W}docPart")
    named = "" if part is None else part.get(W + "val", "")
    return named[len(_OWN) :] if named.startswith(_OWN) else ""


def around(element: Element) -> Iterator[Element]:
    """The controls of ours that an element stands in, the nearest first."""
    return (control for control in element.iterancestors(W + "sdt") if name_of(control))


def item_of(row: Element) -> Element:
    """A row with the item of a repeating section that is around it alone, if there is one."""
    content = row.getparent()
    control = content.getparent() if content is not None and len(content) == 1 else None
    is_item = control is not None and control.find(f"{W}sdtPr/{W15}repeatingSectionItem") is not None
    return control if control is not None and is_item else row


def date(shown: str) -> str:
    """The kind of a control for a date, written as `shown` has it (yyyy年M月d日)."""
    return (
        f'<w:date><w:dateFormat w:val="{escape(shown)}"/><w:lid w:val="zh-CN"/>'
        '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
    )


def drop_down(texts: Iterable[str]) -> str:
    """The kind of a control that offers texts."""
    items = "".join(f'<w:listItem w:displayText="{escape(t)}" w:value="{escape(t)}"/>' for t in texts)
    return f"<w:dropDownList>{items}</w:dropDownList>"


def sign_of(box: Element, is_ticked: bool) -> tuple[str, str]:
    """What a check box (w14:checkbox) draws in a state, and in which font; "" where that is not said."""
    state = box.find(W14 + ("checkedState" if is_ticked else "uncheckedState"))
    code, font = ("", "") if state is None else (state.get(W14 + name, "") for name in ("val", "font"))
    is_code = _CODE.fullmatch(code) is not None and 0x20 <= int(code, 16) < 0xD800
    return chr(int(code, 16)) if is_code else "☒" if is_ticked else "☐", font


def check_box(on: tuple[str, int], off: tuple[str, int]) -> str:
    """The kind of a control that is ticked by a click ([MS-DOCX] 2.6.1); font and code of each drawing."""
    states = "".join(
        f'<w14:{name} w14:val="{code:04X}" w14:font="{escape(font)}"/>'
        for name, (font, code) in (("checkedState", on), ("uncheckedState", off))
    )
    return f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'


class Control(Struct, frozen=True):
    """A control to be written: its name, its kind, its number, and the properties that text typed in it has.

    `is_prompt`: what it holds is its placeholder, which a click selects as a whole.
    """

    name: str
    kind: str
    number: int
    look: str = ""
    is_prompt: bool = False
    is_locked: bool = True

    @property
    def opening(self) -> str:
        """Its beginning, up to its content."""
        named = escape(self.name)
        called = f'<w:alias w:val="{named}"/><w:tag w:val="{named}"/>' if named else ""
        lock = '<w:lock w:val="sdtLocked"/>' if self.is_locked else ""
        kept = f'<w:placeholder><w:docPart w:val="{_OWN}{named}"/></w:placeholder>' if named else ""
        prompt = "<w:showingPlcHdr/>" if self.is_prompt else ""
        properties = f'{self.look}{called}<w:id w:val="{self.number}"/>{lock}{kept}{prompt}{self.kind}'
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>"


def placeholder(name: str, runs: str) -> str:
    """The entry of the glossary from which Word takes a control's placeholder again when it is emptied (17.12.5)."""
    digest = hashlib.sha256(name.encode()).hexdigest().upper()
    guid = "-".join(digest[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    return (
        f'<w:docPart><w:docPartPr><w:name w:val="{_OWN}{escape(name)}"/><w:category><w:name w:val="docfill"/>'
        '<w:gallery w:val="placeholder"/></w:category><w:types><w:type w:val="bbPlcHdr"/></w:types><w:behaviors>'
        f'<w:behavior w:val="content"/></w:behaviors><w:guid w:val="{{{guid}}}"/></w:docPartPr>'
        f"<w:docPartBody><w:p>{runs}</w:p></w:docPartBody></w:docPart>"
    )


_PREFIXES = {"w": W, "w14": W14, "w15": W15, "mc": MC}
_IGNORABLE = late.pattern(r"(\s[\w.-]+:Ignorable\s*=\s*[\"'])([^\"']*)")


def with_prefixes(tag: str) -> str:
    """The start tag of a part's root with the prefixes that controls are written with; older readers may skip them."""
    for prefix, space in _PREFIXES.items():
        if not re.search(rf"\sxmlns:{prefix}\s*=", tag):
            tag = f'{tag[:-1]} xmlns:{prefix}="{space[1:-1]}">'
    skipped = _IGNORABLE.search(tag)
    known = skipped[2].split() if skipped else []
    names = " ".join(dict.fromkeys([*known, "w14", "w15"]))
    if skipped is None:
        return f'{tag[:-1]} mc:Ignorable="{names}">'
    return tag[: skipped.start(2)] + names + tag[skipped.end(2) :]
