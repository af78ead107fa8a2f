"""Words: what a drawn document says of itself, in both languages until it is known which of them is wanted.

A document is drawn once, for readers of either language.  What is said stands between characters that no XML document
holds (U+FFFE, U+FFFF; XML 1.0, 2.2) and that JSON leaves as they are, so the language can be chosen in either.
"""

from __future__ import annotations

from docfill import late
from docfill.problems import Language

_EDGE, _MIDDLE = "\ufffe", "\uffff"
# what is said stands escaped in one text or attribute: no match goes beyond
_SAID = late.pattern(rb"\xef\xbf\xbe([^<>\"]*?)\xef\xbf\xbf([^<>\"]*?)\xef\xbf\xbe")


def both(zh: str, en: str) -> str:
    """A sentence in both languages."""
    return f"{_EDGE}{zh}{_MIDDLE}{en}{_EDGE}"


def spoken(drawn: bytes, language: Language) -> bytes:
    """What was drawn, HTML or JSON that holds it in UTF-8, in one language."""
    return _SAID.sub(rb"\2" if language == "en" else rb"\1", drawn)
