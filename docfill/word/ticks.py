"""The drawings of a tick: which mark is an empty box, which a ticked one, and in which font.

One table for characters (`MARKS`) and one for symbol fonts (`SYMBOLS`, ECMA-376
17.3.3.30 w:sym, whose w:char may carry the F000 offset or not).  A newly met
drawing is one line here.  The marks that stand for a box in every document are
told from those that only mean something beside the other options of a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docfill import late

EMPTY, TICKED = "□", "☑"

BOXES, CIRCLES = "□☐◻▢❏❐❑❒⬜▯", "○◯〇⭕⚪"
"""Boxes wherever they stand, and circles that are boxes only beside others (〇 is also a digit)."""
TICKED_BOXES, TICKED_CIRCLES = "☑☒■✅▣◼⬛⊠⊡🗹🗵", "●◉⚫🔘"
EMPTIED = {**dict.fromkeys(TICKED_BOXES, "□"), **dict.fromkeys("☑☒✅🗹🗵", "☐"), **dict.fromkeys(TICKED_CIRCLES, "○")}
"""The empty box that each ticked one was before."""
TYPED_CHECKS = "√✓✔"
"""What people type over an empty box to tick it."""
_CHECKS, _CROSSES, _LETTERS = TYPED_CHECKS + "🗸∨", "×✗✘✕✖❌", "xXvV"
IN_BRACKETS = _CHECKS + _CROSSES + _LETTERS + TICKED_CIRCLES
"""What stands in brackets that are ticked, but for what is a box without them."""
EMPTY_MARKS = BOXES + CIRCLES
TICKED_MARKS = TICKED_BOXES + TICKED_CIRCLES + _CHECKS
MARKS: dict[str, bool] = {**dict.fromkeys(EMPTY_MARKS, False), **dict.fromkeys(TICKED_MARKS, True)}

SYMBOLS: dict[tuple[str, int], str] = {
    ("wingdings", 0x6C): "●",
    ("wingdings", 0x6E): "■",
    ("wingdings", 0x6F): "□",
    ("wingdings", 0x70): "□",
    ("wingdings", 0x71): "□",
    ("wingdings", 0x72): "□",
    ("wingdings", 0x78): "☒",
    ("wingdings", 0xA1): "○",
    ("wingdings", 0xA8): "□",
    ("wingdings", 0xFB): "✗",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑",
    ("wingdings 2", 0x2A): "□",
    ("wingdings 2", 0x4F): "✗",
    ("wingdings 2", 0x50): "✓",
    ("wingdings 2", 0x51): "☒",
    ("wingdings 2", 0x52): "☑",
    ("wingdings 2", 0x53): "☒",
    ("wingdings 2", 0x54): "☒",
    ("wingdings 2", 0x81): "○",
    ("wingdings 2", 0xA2): "■",
    ("wingdings 2", 0xA3): "□",
    ("webdings", 0x61): "✓",
    ("webdings", 0x63): "□",
    ("webdings", 0x67): "■",
    ("webdings", 0x72): "✗",
}
SYMBOL_FONTS = frozenset(font for font, _ in SYMBOLS)

UNKNOWN = "\ufffc"


_STATES = {"wingdings": (0xA8, 0xFE), "wingdings 2": (0xA3, 0x52)}


def symbol_of(font: str, is_ticked: bool) -> tuple[str, int]:
    """The font and code of an empty or a ticked box, in the same symbol font where it has both."""
    name = font.strip().lower()
    own, codes = (font, _STATES[name]) if name in _STATES else ("Wingdings 2", _STATES["wingdings 2"])
    return own, codes[is_ticked]


def character_from_symbol(font: str, code: int) -> str:
    """The plain character that a symbol font draws at `code`; UNKNOWN where the table has none."""
    font, code = font.strip().lower(), code & 0xFF if 0xF000 <= code <= 0xF0FF else code
    if (char := SYMBOLS.get((font, code))) is not None:
        return char
    is_plain = font not in SYMBOL_FONTS and 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_plain else UNKNOWN


def text_from_symbols(font: str, text: str) -> str:
    """Text whose run has a symbol font: letters become what the font draws, Chinese stays."""
    return "".join(c if c.isspace() or 0x100 <= ord(c) < 0xF000 else character_from_symbol(font, ord(c)) for c in text)


# --- reading what people draw ---

CHECKS = frozenset("☑✅🗹" + _CHECKS)
_UNBOXED = frozenset(_CHECKS)
CROSSES = frozenset(_CROSSES + "☒⊠🗵")
_CROSSING = CROSSES - {"☒", "⊠", "🗵"}
"""What crosses out beside a tick or a ring; alone it may mean either. ☒ is the ticked state of check boxes."""

_OPENING, _CLOSING = "（(\\[【〔［『", "）)\\]】〕］』"
_ANY = "".join(MARKS) + _CROSSES
TOKEN = late.pattern(f"[{_OPENING}]\\s*+([{_ANY}{_LETTERS}]?)\\s*[{_CLOSING}]|([{_ANY}])[\ufe0e\ufe0f]?")
"""One drawing: a mark, as an emoji or not, or a bracket pair around a mark or around nothing."""
_DRAWING = frozenset(_OPENING.replace("\\", "") + _ANY)
LETTERS = "VvＶｖ"
_LOW = r"[^\W_]"
_HAN = "[^\0-\u2e7f\U00010000-\U0010ffff]"
TYPED = late.pattern(rf"{TOKEN.pattern}|(?:(?<!{_LOW})|(?<={_HAN}))([{LETTERS}])(?:(?!{_LOW})|(?={_HAN}))")
"""As TOKEN, and a V by itself, which people type for a tick where nothing but marks stands."""


def typed_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The drawings between two characters of a text, a V by itself among them (`TYPED`)."""
    has_letters = any(letter in text for letter in LETTERS)
    return (TYPED if has_letters else TOKEN).finditer(text, start, end)


PRINTED = late.pattern(
    f"[{_OPENING}]\\s*+([{_ANY}]?)\\s*[{_CLOSING}]|([{BOXES}{TICKED_BOXES}]|(?<![○◯〇\\w])[○◯●◉](?![○◯〇]))[\ufe0e\ufe0f]?"
)
"""A box among the words of a form: not every circle is one (○○公司, 二〇二四), nor a √ that the words speak of."""


BOXED = late.pattern(rf"[{BOXES}{TICKED_BOXES}](?=[\ufe0e\ufe0f]?\s*+\w)")
"""A box before words."""


class Option(NamedTuple):
    """One option of a group as the document has it: its label, if it is there, and the marks beside it.

    `has_box` tells whether the form draws anything where it is not ticked, `has_ring` whether that is a ring.
    """

    name: str
    is_present: bool
    marks: tuple[str, ...] = ()
    has_box: bool = True
    has_ring: bool = False


def may_draw(char: str) -> bool:
    """Whether a drawing (TOKEN) may begin with a character."""
    return char in _DRAWING


def emptied(drawn: str) -> str | None:
    """The empty box that a drawing was before somebody ticked it: □ of ■ and √, [ ] of [√]; None of one that is none.

    Args:
        drawn: one character, or brackets with what stands in them; nothing where no box is drawn.
    """
    if len(drawn) > 1:
        inside = drawn[1:-1]
        return f"{drawn[0]}{' ' * len(inside)}{drawn[-1]}" if not _TICKING.isdisjoint(inside) else None
    return EMPTY if drawn in set(TYPED_CHECKS) else EMPTIED.get(drawn)


_TICKING = frozenset((*IN_BRACKETS, *TICKED_BOXES))
"""What stands in brackets that are ticked."""


_BRACKETED = {"": EMPTY, "x": "☒", "X": "☒", "v": "√", "V": "√"}


def mark_of(token: re.Match[str]) -> str:
    """The plain mark of a drawing: "(√)" is √, "（ ）" is an empty box, "[x]" is ☒."""
    inside, alone, *letter = token.groups()
    if letter and letter[0]:
        return "√"
    if alone is not None:
        return alone
    return _BRACKETED.get(inside, inside)


_DRAWN_RING = "⭕"
"""A ring that no form prints for a box: with nothing but rings in a group, it may mean either."""


def states_of(group: Sequence[Option]) -> list[bool | None]:
    """Whether each option of a group is ticked; None where it can't be told.

    The rules, each for a habit (see docs/understood.md): a box with a tick in or
    beside it is ticked; so is a ring beside boxes or crosses; × beside √ or a ring means
    no, and alone or beside a tick of the same option can't be told, and ☒ beside ☑ yes only
    where empty boxes mean no, beside a typed √, or a ring where no box is and the form draws none, neither; where no
    box is drawn at all and options were deleted, those that are left were chosen; where the
    others kept empty boxes and one lost its own, that one can't be told, nor one that is left
    with an empty box; where the form draws no boxes, no mark means no.
    """
    drawn = {m for option in group for m in option.marks}
    has_empty = any(MARKS.get(m) is False for m in drawn)
    rings = drawn & set(CIRCLES)
    ringed = rings if drawn & (set(BOXES) | _CROSSING) else set()
    typed = set() if any(o.has_ring for o in group) else rings - ringed
    is_mixed = bool(drawn & _UNBOXED or typed)
    crossed_out = bool(drawn & CHECKS or ringed or typed) and bool(drawn & CROSSES)
    states: list[bool | None] = []
    is_short = any(not o.is_present for o in group)
    only_left = not drawn and is_short
    for option in group:
        found = {m for m in option.marks if MARKS.get(m, m in CROSSES) or m in ringed}
        if not option.is_present:
            states.append(False)
        elif crossed_out and found and found <= CROSSES:
            states.append(False if found <= _CROSSING else True if has_empty and not is_mixed else None)
        elif found:
            states.append(None if found & _CROSSING else True)
        elif option.marks:
            states.append(None if _DRAWN_RING in option.marks else False)
        else:
            states.append(True if only_left else None if option.has_box or is_short else False)
    if is_short and True not in states and None not in states:
        # An empty box that is left alone, the other options deleted, may be the choice.
        return [None if o.is_present and o.marks else state for o, state in zip(group, states, strict=True)]
    return states
