"""Mails as Outlook keeps them: a file of its own (.msg), and winmail.dat, in which it wraps what it attaches to others.

The first is [MS-OXMSG], a compound file; the second [MS-OXTNEF], attributes one
behind another, of which those of attachments are read here.  Both say the same of an attachment by the same properties
([MS-OXCMSG] 2.2.2).  A mail that is attached is opened in turn; what was put into the text as an object of another
program, and what is only a link, is refused by name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from docfill import limits, linked
from docfill.compound import Streams, streams_of
from docfill.members import ARROW, OUTLOOK, Attached, Letter, damaged, decoded, inside, printable
from docfill.problems import DocfillError

_PROPERTY = "__substg1.0_"
_ATTACHMENT, _EMBEDDED = "__attach_version1.0_#", "__substg1.0_3701000D"
"""The storages of an attachment, and of what is in it: a mail, or an object ([MS-OXMSG] 2.2.2 and 2.2.2.1)."""
_PROPERTIES, _ENTRIES, _ENTRY = "__properties_version1.0", 8, 16
"""The stream of the properties of a fixed length, where they begin, and the bytes of one."""
_IS_HIDDEN = bytes.fromhex("0b00fe7f")
"""The tag of PidTagAttachmentHidden as it stands there."""
_OF_MAIL, _MOMENTS = 32, (bytes.fromhex("40003900"), bytes.fromhex("4000060e"))
"""Where the properties of a mail that stands in no other begin, and the tags of when it was sent, and when it came."""
_EPOCH = 11_644_473_600
"""Seconds from 1601, where Windows begins to count, to 1970."""
_LAST_DAY = 253_402_300_800
"""Seconds from 1970 to the year 10000, where days of Python end."""
_CONTENT, _NAMES = 0x3701, (0x3707, 0x3704, 0x3001)
"""The properties of an attachment: its content; its long, short and shown name ([MS-OXCMSG] 2.2.2)."""
_HIDDEN, _SUBJECT, _TEXT, _HTML = 0x7FFE, 0x0037, 0x1000, 0x1013
_SHORT, _LONG, _FLAG, _OBJECT, _NARROW, _WIDE, _BINARY = 0x02, 0x03, 0x0B, 0x0D, 0x1E, 0x1F, 0x102
"""The types of properties that are met ([MS-OXCDATA] 2.11.1)."""


def message(data: bytes, name: str) -> Letter:
    """A mail as Outlook saves it: a compound file, in which an attachment is a storage of streams.

    Raises:
        DocfillError: it is damaged or too large.
    """
    try:
        streams = streams_of(data, lambda path: path[0].startswith(_WANTED))
    except ValueError:
        raise damaged(name, OUTLOOK) from None
    if (_PROPERTIES,) not in streams:
        raise damaged(name, OUTLOOK)
    return Letter(name, _attached_to(streams, (), name, limits.current().nested), _sent(streams))


_WANTED = ("__attach", "__properties", *(f"{_PROPERTY}{p:04X}" for p in (_SUBJECT, _TEXT, _HTML)))
"""How what concerns attachments is called, and what the mail says."""


def _sent(streams: Streams) -> float:
    """When a mail was sent, or else when it came; 0 where it does not say."""
    fixed = streams[(_PROPERTIES,)]
    entries = {fixed[at : at + 4]: fixed[at + 8 : at + _ENTRY] for at in range(_OF_MAIL, len(fixed), _ENTRY)}
    moment = next((int.from_bytes(entries[tag], "little") for tag in _MOMENTS if tag in entries), 0)
    seconds = moment / 10_000_000 - _EPOCH
    return seconds if 0 <= seconds < _LAST_DAY else 0.0


def _attached_to(streams: Streams, mail: tuple[str, ...], name: str, levels: int) -> Iterator[Attached]:
    """What is attached to a mail that messages call `name`; of a mail in it what that holds."""
    depth = len(mail)
    own = (p[depth] for p in streams if p[:depth] == mail and len(p) > depth + 1)
    is_met = False
    for number, storage in enumerate(dict.fromkeys(s for s in own if s.startswith(_ATTACHMENT)), 1):
        here = (*mail, storage)
        called = name + ARROW + (_name_of(_named(streams, here)) or f"附件{number}")
        for one in _of_storage(streams, here, called, levels):
            is_met = is_met or not one.is_aside
            yield one
    said = [_said(streams, mail, identifier) for identifier in (_HTML, _TEXT)]
    yield from linked.attached(said, name, _said(streams, mail, _SUBJECT), is_all=not is_met)


def _of_storage(streams: Streams, here: tuple[str, ...], called: str, levels: int) -> Iterator[Attached]:
    """What one attachment is, or holds."""
    held = (*here, _EMBEDDED)
    content = streams.get((*here, f"{_PROPERTY}{_CONTENT:04X}{_BINARY:04X}"))
    is_aside = _is_hidden(streams, here)
    if (*held, _PROPERTIES) in streams:
        called = called if called.lower().endswith(".msg") else f"{called}.msg"
        yield from inside(called, levels, lambda below: _attached_to(streams, held, called, below))
    elif content is not None:
        yield Attached(called, content, is_aside=is_aside)
    elif any(path[: len(held)] == held for path in streams):
        yield Attached(called, refusal=_is_object(called), is_aside=is_aside)
    else:
        yield Attached(called, refusal=linked.refusal(called), is_aside=is_aside)


def _is_hidden(streams: Streams, attachment: tuple[str, ...]) -> bool:
    """Whether Outlook does not list an attachment, since the text shows it ([MS-OXCMSG] 2.2.2.24): the value of that
    property stands among those of a fixed length ([MS-OXMSG] 2.4.2).
    """
    fixed = streams.get((*attachment, _PROPERTIES), b"")
    entries = (fixed[at : at + _ENTRY] for at in range(_ENTRIES, len(fixed), _ENTRY))
    return any(entry[:4] == _IS_HIDDEN and entry[8:9] == b"\1" for entry in entries)


def _named(streams: Streams, attachment: tuple[str, ...]) -> Iterator[str]:
    """The names of an attachment, the best first."""
    return (_said(streams, attachment, identifier) for identifier in _NAMES)


def _said(streams: Streams, holder: tuple[str, ...], identifier: int) -> str:
    """A property that is text, in whatever it is written; "" where there is none."""
    for kind in (_WIDE, _NARROW, _BINARY):
        if value := streams.get((*holder, f"{_PROPERTY}{identifier:04X}{kind:04X}")):
            return _text_of(kind, value)
    return ""


def _text_of(kind: int, value: bytes) -> str:
    return (value.decode("utf-16-le", "replace") if kind == _WIDE else decoded(value)).strip("\0 ")


def _name_of(names: Iterator[str]) -> str:
    """The first name of a file that there is."""
    paths = (PurePosixPath(name.replace("\\", "/")).name for name in names)
    return printable(next(filter(None, paths), ""))


def _is_object(name: str) -> DocfillError:
    """Why an object of another program, in the text of a mail, is not read."""
    return DocfillError(
        f"{name}：是插在邮件正文里的对象，不是附件，请发件人作为附件重发",
        f"{name}: an object in the text of the mail, no attachment; have it sent again as one",
        "embedded-file",
    )


# --- winmail.dat ---

_WRAPPING = b"\x78\x9f\x3e\x22"
_HEADER, _ATTRIBUTE = 6, struct.Struct("<BLL")
"""The bytes of the header, and what stands before an attribute: its level, what it is, and how many bytes it has."""
_BEGINS, _TITLE, _DATA, _MORE = 0x69002, 0x18010, 0x6800F, 0x69005
"""The attributes of an attachment: that it begins, its name, its content and its properties ([MS-OXTNEF] 2.1.3.3)."""
_MAIL = bytes.fromhex("0703020000000000c000000000000046")
"""What an object begins with that is a mail (IID_IMessage)."""
_SIZES = {_SHORT: 4, _LONG: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, _FLAG: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a property of a fixed length, by its type, as it is padded."""
_NAMED, _SEVERAL = 0x8000, 0x1000
"""From where a property has a name, and the bit of a type that says that there are several values."""
_STEPS_AN_ATTRIBUTE = 5


def is_wrapped(data: bytes) -> bool:
    """Whether something is a winmail.dat, by its first bytes."""
    return data.startswith(_WRAPPING)


def unwrapped(data: bytes, name: str, levels: int) -> Iterator[Attached]:
    """What is attached in a winmail.dat that messages call `name`; of a mail in it what that holds.

    Raises:
        DocfillError: it is damaged.
    """
    try:
        attachments = list(_attachments(data))
    except (struct.error, ValueError, IndexError):
        raise damaged(name, OUTLOOK) from None
    for number, (title, content, known) in enumerate(attachments, 1):
        names = (_text_of(kind, value) for wanted in _NAMES for kind, value in known.get(wanted, ()))
        called = name + ARROW + (_name_of(names) or _name_of(iter([title])) or f"附件{number}")
        kind, held = next(iter(known.get(_CONTENT, ())), (0, b""))
        is_aside = any(value[:1] == b"\1" for _, value in known.get(_HIDDEN, ()))
        if kind == _OBJECT and held.startswith(_MAIL):
            called = called if called.lower().endswith(".msg") else f"{called}.msg"
            mail = held[len(_MAIL) :]
            yield from inside(called, levels, partial(unwrapped, mail, called))
        elif kind == _OBJECT:
            yield Attached(called, refusal=_is_object(called), is_aside=is_aside)
        elif content is None:
            yield Attached(called, refusal=linked.refusal(called), is_aside=is_aside)
        else:
            yield Attached(called, content, is_aside=is_aside)


_Properties = dict[int, list[tuple[int, bytes]]]
"""The types and values of properties by what they are."""


def _attachments(data: bytes) -> list[tuple[str, bytes | None, _Properties]]:
    """The name, the content and the properties of each attachment."""
    if not is_wrapped(data):
        raise ValueError
    found: list[tuple[str, bytes | None, _Properties]] = []
    at = _HEADER
    while at + _ATTRIBUTE.size <= len(data):
        limits.spend(_STEPS_AN_ATTRIBUTE)
        _, kind, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        value = _taken(data, at, size)
        at += size + 2  # a checksum stands behind it
        if kind == _BEGINS:
            found.append(("", None, {}))
        elif found and kind == _TITLE:
            found[-1] = (_text_of(_NARROW, value), *found[-1][1:])
        elif found and kind == _DATA:
            found[-1] = (found[-1][0], value, found[-1][2])
        elif found and kind == _MORE:
            found[-1] = (*found[-1][:2], _properties(value))
    if at < len(data):
        raise ValueError
    return found


def _properties(data: bytes) -> _Properties:
    """The properties that are listed one behind another ([MS-OXTNEF] 2.1.3.4)."""
    found: _Properties = {}
    at = 4
    for _ in range(_number(data, 0)):
        limits.spend(_STEPS_AN_ATTRIBUTE)
        kind, identifier = _number(data, at) & 0xFFFF, _number(data, at) >> 16
        at += 4
        if identifier >= _NAMED:  # a set of properties, and its number or name in it
            at += 24 if _number(data, at + 16) == 0 else 24 + _padded(_number(data, at + 20))
        is_sized = kind & ~_SEVERAL not in _SIZES
        count = 1
        if is_sized or kind & _SEVERAL:
            count = _number(data, at)
            at += 4
        for _ in range(count):
            limits.spend(1)
            size = _number(data, at) if is_sized else _SIZES[kind & ~_SEVERAL]
            at += 4 * is_sized
            found.setdefault(identifier, []).append((kind, _taken(data, at, size)))
            at += _padded(size)
    return found


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(_taken(data, at, 4), "little")


def _taken(data: bytes, at: int, size: int) -> bytes:
    """So many bytes from a place; ValueError where there are fewer."""
    if at + size > len(data):
        raise ValueError
    return data[at : at + size]


def _padded(size: int) -> int:
    return size + -size % 4
