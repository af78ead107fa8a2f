"""Files in the text of a mail as lines of uuencode (POSIX, uuencode), as programs older than MIME send them.

A file is a line "begin MODE NAME", lines of which the first character says how many bytes they hold, and a line "end".
Words that only begin so are none.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from docfill import late, limits

_BEGIN = late.pattern(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,512})\r?\n", re.M)
_FIRST, _LAST = 0x20, 0x60
"""The characters of a line; both stand for 0."""
_STEPS_A_LINE = 2


def found(text: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    """The name and the content of each file in a text; no content where its lines are cut off or damaged."""
    at = 0
    while (begun := _BEGIN.search(text, at)) is not None:
        at = begun.end()
        lines: list[bytes] = []
        content: bytes | None = None
        while at < len(text):
            limits.spend(_STEPS_A_LINE)
            ends = text.find(b"\n", at)
            ends = len(text) if ends < 0 else ends
            line = text[at:ends].rstrip(b"\r")
            if line.strip() == b"end":
                at, content = ends, b"".join(lines)
                break
            if (held := _bytes_of(line)) is None:
                break
            lines.append(held)
            at = ends + 1
        if lines:
            yield begun[1].strip(), content


def _bytes_of(line: bytes) -> bytes | None:
    """The bytes that a line holds; None where it is no line of uuencode.

    Blanks at its end may be missing, which mail programs take away, and one character more may stand there, which some
    encoders write.
    """
    if not line:
        return b""
    size = (line[0] - _FIRST) & 0x3F
    written = -(-size // 3) * 4
    if not _FIRST <= min(line) <= max(line) <= _LAST or len(line) - 2 > written:
        return None
    try:
        return binascii.a2b_uu(line[: written + 1])
    except binascii.Error:
        return None
