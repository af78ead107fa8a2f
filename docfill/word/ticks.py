"""The drawings of a tick: which mark is an empty box, which a ticked one, and in which font.

One table for characters (`MARKS`) and one for symbol fonts (`SYMBOLS`, ECMA-376
17.3.3.30 w:sym, whose w:char may carry the F000 offset or not).  A newly met
drawing is one line here.  The marks that stand for a box in every document are
told from those that only mean something beside the other options of a group.
"""

from __future__ import annotations

EMPTY, TICKED = "□", "☑"

EMPTY_MARKS = "□☐◻▢❏❐❑❒⬜▯○◯〇"
TICKED_MARKS = "☑☒■√✓✔✅▣◼⬛●◉⊠⊡"
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
    ("wingdings", 0xFB): "☒",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑",
    ("wingdings 2", 0x2A): "□",
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
}
SYMBOL_FONTS = frozenset(font for font, _ in SYMBOLS)

UNKNOWN = "\ufffc"


def character_from_symbol(font: str, code: int) -> str:
    """The plain character that a symbol font draws at `code`; UNKNOWN where the table has none."""
    font, code = font.strip().lower(), code & 0xFF if code >= 0xF000 else code
    if (char := SYMBOLS.get((font, code))) is not None:
        return char
    return chr(code) if font not in SYMBOL_FONTS and 0x20 < code < 0x10000 else UNKNOWN


def text_from_symbols(font: str, text: str) -> str:
    """Text whose run has a symbol font: letters become what the font draws, Chinese stays."""
    return "".join(c if c.isspace() or 0x100 <= ord(c) < 0xF000 else character_from_symbol(font, ord(c)) for c in text)
