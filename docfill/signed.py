"""What is signed as a whole (S/MIME, RFC 8551): the mail inside, read without judging the signature.

Such a file is CMS (RFC 5652) in BER: a sequence of what it is and of that, in which what was signed is one string of
bytes, or many.  Lengths may be left open.  Nothing else of it is looked at; what is encrypted is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from docfill import limits
from docfill.members import MAILER, damaged
from docfill.problems import DocfillError

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_AUTHENTICATED = bytes.fromhex("2a864886f70d0109100117")
"""The object identifiers of what is signed, and of what is encrypted in two ways (RFC 5652, 5.1 and 6.1; RFC 5083)."""
_SEQUENCE, _STRING, _STRINGS, _INSIDE, _NAME = 0x30, 0x04, 0x24, 0xA0, 0x06
"""The tags that are met: a string of bytes, whole or in pieces; what stands in another thing; an identifier."""
_DEEPEST, _STEPS_A_THING = 16, 20


def is_one(data: bytes) -> bool:
    """Whether something may be CMS: no mail begins so."""
    return data[:1] == bytes([_SEQUENCE]) and any(name in data[:32] for name in (_SIGNED, _ENVELOPED, _AUTHENTICATED))


def content_of(data: bytes, name: str) -> bytes:
    """What was signed.

    Raises:
        DocfillError: it is encrypted, or damaged.
    """
    try:
        kind, inside = list(_things(_only(data, _SEQUENCE)))[:2]
        if kind[1] in (_ENVELOPED, _AUTHENTICATED):
            raise DocfillError(
                f"{name}：邮件是加密的，请发件人不加密重发",
                f"{name}: the mail is encrypted; have it sent again without",
                "encrypted",
            )
        parts = list(_things(_only(inside[1], _SEQUENCE)))
        held = next(content for tag, content in parts if tag == _SEQUENCE)
        said = next(content for tag, content in _things(held) if tag == _INSIDE)
        return b"".join(_strings(said, 0))
    except (ValueError, IndexError, StopIteration):
        raise damaged(name, MAILER) from None


def _only(data: bytes, tag: int) -> bytes:
    """The content of the first thing, which is of a kind; ValueError where it is of another."""
    found, content = next(_things(data))
    if found != tag:
        raise ValueError
    return content


def _strings(data: bytes, depth: int) -> Iterator[bytes]:
    for tag, content in _things(data):
        if tag == _STRING:
            yield content
        elif tag == _STRINGS and depth < _DEEPEST:
            yield from _strings(content, depth + 1)
        else:
            raise ValueError


def _things(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and content of the things that stand one behind another (X.690, 8.1); ValueError where one is cut off."""
    at = 0
    while at < len(data) and data[at : at + 2] != b"\0\0":
        limits.spend(_STEPS_A_THING)
        begins, ends, at_next = _extent(data, at, 0)
        yield data[at], data[begins:ends]
        at = at_next


def _extent(data: bytes, at: int, depth: int) -> tuple[int, int, int]:
    """Where the content of a thing begins and ends, and the next thing begins."""
    if depth > _DEEPEST:
        raise ValueError
    first = data[at + 1]
    begins = at + 2 + (first & 0x7F if first > 0x80 else 0)
    if first != 0x80:
        length = int.from_bytes(data[at + 2 : begins], "big") if first > 0x80 else first
        if begins + length > len(data):
            raise ValueError
        return begins, begins + length, begins + length
    here = begins
    while data[here : here + 2] != b"\0\0":
        limits.spend(_STEPS_A_THING)
        here = _extent(data, here, depth + 1)[2]
    return begins, here, here + 2
