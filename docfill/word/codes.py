"""Fields without a result: what a legacy form field and an EQ field show (ECMA-376 17.16)."""

from __future__ import annotations

import re

from lxml import etree

from docfill.word import ticks, xml
from docfill.word.xml import W

_EQ = re.compile(r'\\([(),;\\])|\\\*\s*(?:"[^"]*"|\w+)|\\[a-z]+(?:\s*-?\d+)?(?=\s*[\\(])|[(),;]', re.I)


def number_of(element: etree._Element | None, default: int) -> int:
    """The whole number in w:val, if it is a reasonable one."""
    value = "" if element is None else element.get(W + "val", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def drawn_by(mark: etree._Element) -> str:
    """What a legacy form field shows: a check box its state, a list the entry chosen (17.16.7, 17.16.9)."""
    box, choice = mark.find(f"{W}ffData/{W}checkBox"), mark.find(f"{W}ffData/{W}ddList")
    if box is not None:
        checked = box.find(W + "checked")
        return ticks.TICKED if xml.is_on(box.find(W + "default") if checked is None else checked) else ticks.EMPTY
    entries = [] if choice is None else [e.get(W + "val", "") for e in choice.iterfind(W + "listEntry")]
    result, default = (None if choice is None else choice.find(W + n) for n in ("result", "default"))
    chosen = number_of(result, number_of(default, 0))
    return entries[chosen] if chosen < len(entries) else ""


def text_from_eq(code: str) -> str:
    """What an EQ field without a result draws: its arguments.

    Those of \\o lie on one another: a tick on a box is a tick, a letter in a ring the letter.
    """
    name, _, arguments = code.strip().partition(" ")
    if name.lower() != "eq":
        return ""
    overlaid = "\\o" in arguments.lower()
    between = "" if overlaid else " "
    text = _EQ.sub(lambda m: m[1] or (between if m[0] in "(),;" else ""), arguments).strip()
    letters = "".join(c for c in text if c not in ticks.MARKS).strip()
    if letters or not text:
        return letters if overlaid else text
    return ticks.TICKED if any(ticks.MARKS[c] for c in text if c in ticks.MARKS) else ticks.EMPTY
