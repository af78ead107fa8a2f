"""Fields without a result: what a legacy form field and an EQ field show (ECMA-376 17.16)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from docfill import late
from docfill.word import symbols, ticks, xml
from docfill.word.xml import W

_EQ = late.pattern(r'\\([(),;\\])|\\\*\s*(?:"[^"]*"|\w+)|\\[a-z]+(?:\s*-?\d+)?(?=\s*[\\(])|[(),;]', re.I)

_SCRIPT = late.pattern(r"\\s\s*\\(up|do)\s*(?:-?\d+\s*)?\(([^()]*)\)", re.I)
_RUNS_OF_A_FIELD = 16
"""So many runs before a text its field may begin."""
_OVERLAID = late.pattern(r"\s*eq\b[^(]*\\o", re.I)
_FRAMED = late.pattern(r"\s*eq\b[^(]*\\x", re.I)
_SYMBOL = late.pattern(r'\s*symbol\s+(0x[0-9a-f]{1,5}|\d{1,6})(?:.{0,99}?\\f\s*"?([^"\\]{1,60}))?', re.I | re.S)
_BUTTON = late.pattern(r"\s*macrobutton\s+\S{1,99}\s(.{0,200})", re.I | re.S)
_RENEWED = late.pattern(r"\s*(?:DATE|TIME)\b", re.I)
"""Fields that show another day whenever the file is opened."""
_UPDATED = late.pattern(
    r"\s*(?:DATE|TIME|FILENAME|SAVEDATE|PRINTDATE|CREATEDATE|EDITTIME|(?:NUM|SECTION)PAGES|NUMWORDS|NUMCHARS|REVNUM)\b",
    re.I,
)
"""And all that LibreOffice works out when it converts or saves a file."""
_TAKEN = late.pattern(
    rf"{_UPDATED.pattern}|\s*(?:TITLE|SUBJECT|AUTHOR|KEYWORDS|COMMENTS|DOCPROPERTY|LASTSAVEDBY)\b", re.I
)
"""What it takes from the properties of a file, too: it shows nothing where they have nothing."""
_VAL = W + "val"
FIELDS = (W + "instrText", W + "fldSimple")
"""What says that a part has fields."""
_STROKES = frozenset("—–-─━_/\\／＼×✕")
"""What is laid over words to strike them."""


def number_of(element: etree._Element | None, default: int) -> int:
    """The whole number in w:val, if it is a reasonable one."""
    value = "" if element is None else element.get(_VAL, "")
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


def is_unset(mark: etree._Element) -> bool:
    """Whether a legacy list shows its first entry, and may do so only because nobody ever chose one.

    LibreOffice, which gives such fields names of its own, says that the first was chosen where nobody did.
    """
    choice, named = mark.find(f"{W}ffData/{W}ddList"), mark.find(f"{W}ffData/{W}name")
    if choice is None or choice.find(W + "default") is not None:
        return False
    is_of_office = named is not None and named.get(_VAL, "").startswith("__Fieldmark__")
    result = choice.find(W + "result")
    return result is None or (is_of_office and number_of(result, 1) == 0)


class _Field(msgspec.Struct):
    """A field that has begun: its code so far, and whether it shows anything."""

    said: list[str] = msgspec.field(default_factory=list)
    shows: bool = False


def renewed_in(root: etree._Element, *, is_converted: bool) -> Iterator[etree._Element]:
    """The runs of the fields that show something else when the file is opened, or was converted.

    Nobody may have locked them (17.16.18).
    """
    begun: list[tuple[bool, list[str]]] = []
    for element in root.iter(W + "r", W + "fldChar", *FIELDS):
        tag = element.tag
        if tag == W + "r":
            if any(not is_locked and _is_renewed("".join(said), is_converted) for is_locked, said in begun):
                yield element
        elif tag == W + "fldSimple":
            if not _is_locked(element) and _is_renewed(element.get(W + "instr", ""), is_converted):
                yield from element.iter(W + "r")
        elif tag == W + "instrText":
            if begun and len(said := begun[-1][1]) < _RUNS_OF_A_FIELD:
                said.append(element.text or "")
        elif element.get(W + "fldCharType") == "begin":
            begun.append((_is_locked(element), []))
        elif element.get(W + "fldCharType") == "end" and begun:
            begun.pop()


def emptied_in(root: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs of fields that show nothing since LibreOffice worked them out."""
    begun: list[_Field] = []
    for element in root.iter(W + "t", W + "fldChar", *FIELDS):
        if element.tag == W + "t":
            for field in begun if element.text else ():
                field.shows = True
        elif element.tag == W + "fldSimple":
            if _TAKEN.match(element.get(W + "instr", "")) and not any(t.text for t in element.iter(W + "t")):
                yield from itertools.islice(element.iterancestors(W + "p"), 1)
        elif element.tag == W + "instrText":
            if begun and len(begun[-1].said) < _RUNS_OF_A_FIELD:
                begun[-1].said.append(element.text or "")
        elif element.get(W + "fldCharType") == "begin":
            begun.append(_Field())
        elif element.get(W + "fldCharType") == "end" and begun:
            field = begun.pop()
            if not field.shows and _TAKEN.match("".join(field.said)):
                yield from itertools.islice(element.iterancestors(W + "p"), 1)


def _is_renewed(code: str, is_converted: bool) -> bool:
    return (_UPDATED.match(code) if is_converted else _RENEWED.match(code)) is not None


def _is_locked(element: etree._Element) -> bool:
    return element.get(W + "fldLock") in ("1", "true", "on")


def longest_in(owner: etree._Element) -> int:
    """The most characters that the legacy text field takes in whose result an element stands (17.16.26); 0 for none."""
    run = owner if owner.tag == W + "r" else next(owner.iterancestors(W + "r"), owner)
    inside = 0
    for before in itertools.islice(run.itersiblings(preceding=True), _RUNS_OF_A_FIELD):
        for mark in reversed(before.findall(W + "fldChar")):
            kind = mark.get(W + "fldCharType")
            if kind == "begin" and not inside:
                return number_of(mark.find(f"{W}ffData/{W}textInput/{W}maxLength"), 0)
            inside += {"end": 1, "begin": -1}.get(kind or "", 0)
    return 0


def is_laid(code: str) -> bool:
    """Whether an EQ field lays things over one another or frames them, which no result that is kept of it shows."""
    return (_OVERLAID.match(code) or _FRAMED.match(code)) is not None and "(" in code and text_from_eq(code) != ""


def is_ringed(code: str) -> bool:
    """Whether an EQ field draws a ring or box around words, as one does by hand (带圈字符)."""
    is_framed = _FRAMED.match(code) is not None
    if not is_framed and not _OVERLAID.match(code):
        return False
    text = _laid(code)
    return (is_framed or any(c in ticks.MARKS for c in text)) and any(c.isalnum() for c in text)


def is_struck(code: str) -> bool:
    """Whether an EQ field lays strokes over words."""
    text = _laid(code) if _OVERLAID.match(code) else ""
    strokes = [c for c in text if not c.isalnum() and not c.isspace()]
    return len(strokes) < len(text) and strokes != [] and _STROKES.issuperset(strokes)


def _laid(code: str) -> str:
    """What the arguments of an EQ field say, one behind another."""
    return _EQ.sub("", code.strip().partition(" ")[2])


def text_from(code: str) -> str:
    """What a field without a result draws: an EQ field, a SYMBOL (17.16.5.62), a box that a MACROBUTTON is."""
    if symbol := _SYMBOL.match(code):
        number = int(symbol[1], 0)
        return symbols.character_at((symbol[2] or "").strip(), number) if number else ""
    if button := _BUTTON.match(code):
        return "".join(c for c in button[1] if c in ticks.MARKS)
    return text_from_eq(code)


def text_from_eq(code: str) -> str:
    """What an EQ field without a result draws: its arguments.

    Those of \\o lie on one another: a tick on a box is a tick, a letter in a ring the letter.
    """
    name, _, arguments = code.strip().partition(" ")
    if name.lower() != "eq":
        return ""
    overlaid = "\\o" in arguments.lower()
    between = "" if overlaid else "/" if "\\f" in arguments.lower() else " "
    if not overlaid:
        arguments = _SCRIPT.sub(lambda m: symbols.beside_the_line(m[2], 1 if m[1].lower() == "up" else -1), arguments)
    inner = _EQ.sub(lambda m: m[1] or {",": between, ";": between}.get(m[0], "\0" if m[0] in "()" else ""), arguments)
    text = inner.replace("\0", "" if overlaid or between == "/" else " ").strip()
    letters = "".join(c for c in text if c not in ticks.MARKS).strip()
    if letters or not text:
        return letters if overlaid else text
    return ticks.TICKED if any(ticks.MARKS[c] for c in text if c in ticks.MARKS) else ticks.EMPTY
