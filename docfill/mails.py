"""Mails, opened as folders are: what is attached to them, and to the mails that are attached to these.

A mail is RFC 5322 with MIME, read by Python, or [MS-OXMSG], a compound file read by olefile, which is optional.  Apple
Mail writes the length of the mail before it, and notes of its own behind; what is signed as a whole (S/MIME, .p7m) is a
mail in a signature.  What a mail shows in its text (a logo) or proves with (a signature) is set aside by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from docfill import late, limits, signed
from docfill.container import OLE
from docfill.members import ARROW, Member, damaged, decoded, needs, printable, stamp_of, whole
from docfill.problems import DocfillError

if TYPE_CHECKING:  # few commands open mails
    from email.message import Message

_NAME = late.pattern(r"""name="?([^";]+)""", re.I)
_PROPERTY = "__substg1.0_"
_ATTACHMENT, _EMBEDDED = "__attach_version1.0_#", "__substg1.0_3701000D"
"""The storages of an attachment, and of a mail that is one ([MS-OXMSG] 2.2.2 and 2.2.2.1)."""
_PROPERTIES, _ENTRIES, _ENTRY = "__properties_version1.0", 8, 16
"""The stream of the properties of a fixed length, where they begin, and the bytes of one."""
_HIDDEN = bytes.fromhex("0b00fe7f")
"""The tag of PidTagAttachmentHidden as it stands there."""
_CONTENT, _NAMES = "37010102", ("3707", "3704", "3001")
"""The properties of an attachment: its content; its long, short and shown name ([MS-OXCMSG] 2.2.2)."""


_HEADERS = late.pattern(rb"^(?:content-[\w-]+|subject|date)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
"""The headers that are looked at, with the lines that they go on in."""
_LONGEST_HEADER = 8_192
"""Bytes of one of them; Python's parser of headers takes time that is squared in them."""
_STEPS_A_PART, _STEPS_A_BOUNDARY = 800, 250
_LENGTH = late.pattern(rb"(\d{1,10})[ \t]*\r?\n")
"""What stands before a mail in a file of Apple Mail: how many bytes it has."""
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
"""What proves the other part of a mail, and is nothing that anybody sent (RFC 1847)."""


def kind_of(stream: IO[bytes]) -> type[Mail] | type[OutlookMail]:
    """What reads a mail, as its first bytes say: programs save mails of their own under the other's name, too."""
    head = stream.read(len(OLE))
    stream.seek(0)
    return OutlookMail if head == OLE else Mail


class Mail:
    """A mail in MIME: what is attached to it, and to the mails that are attached to it."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        from email import policy

        data = whole(stream, name)
        try:
            with limits.within_one(lambda: limits.Budget(name, len(data))):
                message = _parsed(_unwrapped(data, name))
                if not message.keys():
                    raise damaged(name)
                found = list(_attached(message, "", limits.current().nested))
            # folding a long parameter of a header anew may never end
            as_sent = policy.default.clone(refold_source="none")
            stamps = [stamp_of(part.as_bytes(policy=as_sent)) for _, part, _ in found]
        except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
            raise damaged(name) from None
        if len(found) > limits.current().files:
            raise limits.exceeded(name, "附件过多", "too many attachments", "files")
        self._parts = [part for _, part, _ in found]
        sent = _sent(message)
        self.members = [
            Member(called, stamp, None if _is_file(part) else _too_deep(called), is_aside, sent)
            for (called, part, is_aside), stamp in zip(found, stamps, strict=True)
        ]

    def read(self, index: int, name: str) -> bytes:
        try:
            content = self._parts[index].get_payload(decode=True)
        except (ValueError, LookupError, TypeError):
            raise damaged(name) from None
        return content if isinstance(content, bytes) else b""


def _unwrapped(data: bytes, name: str) -> bytes:
    """A mail without what its file has around it; DocfillError where that is encrypted, or no signature of a mail."""
    if signed.is_one(data):
        return signed.content_of(data, name)
    length = _LENGTH.match(data)
    return data if length is None else data[length.end() :][: int(length[1])]


def _parsed(data: bytes) -> Message:
    """A mail; ValueError where a header of it is too long."""
    from email import policy
    from email.parser import BytesParser

    if any(len(header[0]) > _LONGEST_HEADER for header in _HEADERS.finditer(data)):
        raise ValueError
    limits.spend(_STEPS_A_BOUNDARY * data.count(b"\n--"))
    return BytesParser(policy=policy.default).parsebytes(data)


def _sent(message: Message) -> float:
    """When a mail was sent; 0 where it does not say."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(str(message["date"])).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _is_file(part: Message) -> bool:
    """Whether an attachment is one; a mail that is left as it is stands too deep."""
    return part.get_content_type() != "message/rfc822"


def _attached(message: Message, before: str, levels: int) -> Iterator[tuple[str, Message, bool]]:
    """The name and the part of what is attached to a mail, and whether it is none that anybody sent; of a mail in it
    what is attached to that, `levels` deep.
    """
    for number, (part, holder) in enumerate(_leaves(message), 1):
        own = _file_name(part)
        if (inside := _mail_in(part)) is not None:
            subject = printable(str(inside.get("subject", "") or "")).strip()
            called = before + (own or f"{subject or f'邮件{number}'}.eml")
            if levels > 0:
                yield from _attached(inside, called + ARROW, levels - 1)
            else:
                yield called, part, False
        elif own or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            called = f"{before}{own or f'附件{number}{_ending(part)}'}"
            yield called, part, _is_shown(part, holder) or _is_signature(part, holder)


def _mail_in(part: Message) -> Message | None:
    """The mail that a part is, unpacked where it is in base64, which it must not be (RFC 2046, 5.2.1), but is."""
    from email.message import Message

    inside = part.get_payload()
    if not (isinstance(inside, list) and inside and isinstance(inside[0], Message)):
        return None
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64" or inside[0].keys():
        return inside[0]
    inside[0]["Content-Transfer-Encoding"] = "base64"
    content = inside[0].get_payload(decode=True)
    return _parsed(content) if isinstance(content, bytes) else inside[0]


def _is_signature(part: Message, holder: str) -> bool:
    return holder == "multipart/signed" and part.get_content_type() in _SIGNATURES


def _is_shown(part: Message, holder: str) -> bool:
    """Whether a part is a picture that stands in the text of a mail: one that the text can name, and that is not said
    to be attached or belongs to the text all the same (RFC 2387).
    """
    if part.get_content_maintype() != "image" or not part.get("content-id"):
        return False
    return holder == "multipart/related" or part.get_content_disposition() != "attachment"


def _too_deep(name: str) -> DocfillError:
    return limits.exceeded(name, "压缩包和邮件层层相套，过深", "archives and mails are nested too deeply", "nested")


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """The parts that are not made of parts, and the kind of what holds each; an attached mail is one."""
    from email.message import Message

    waiting = [(message, "")]
    while waiting:
        part, holder = waiting.pop()
        inside = part.get_payload()
        kind = part.get_content_type()
        if kind.startswith("multipart/") and isinstance(inside, list):
            waiting += [(p, kind) for p in reversed(inside) if isinstance(p, Message)]
        else:
            limits.spend(_STEPS_A_PART)  # each look at a header parses it anew
            yield part, holder


def _file_name(part: Message) -> str:
    """The name of an attachment; "" where it has none."""
    name = str(part.get_filename() or "")
    if "\N{REPLACEMENT CHARACTER}" in name:
        # bytes as they are, without a word of their encoding: some clients write GBK
        raw = " ".join(v for k, v in part.raw_items() if k.lower() in ("content-disposition", "content-type"))
        found = _NAME.search(decoded(raw.encode("utf-8", "surrogateescape")))
        name = found[1] if found else name
    return printable(PurePosixPath(name.replace("\\", "/")).name)


def _ending(part: Message) -> str:
    import mimetypes

    return mimetypes.guess_extension(part.get_content_type()) or ""


class OutlookMail:
    """A mail as Outlook saves it: a compound file, in which an attachment is a storage of streams."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        data = whole(stream, name)
        try:
            from olefile import OleFileIO
        except ImportError:
            raise needs(name, "mail") from None
        if not _has_room_for_its_tables(data):
            raise damaged(name)
        try:
            with OleFileIO(data) as compound:
                streams = _streams(compound, name)
        except DocfillError:
            raise
        except Exception:  # olefile raises whatever the damage leads to
            raise damaged(name) from None
        if (_PROPERTIES,) not in streams:
            raise damaged(name)
        found = list(_attached_to(streams, (), "", limits.current().nested))
        self._contents = [one.content for one in found]
        self.members = [Member(one.name, stamp_of(one.content or b""), one.refusal, one.is_shown) for one in found]

    def read(self, index: int, name: str) -> bytes:
        return self._contents[index] or b""


_SECTOR, _TABLES = 30, (44, 64, 72)
"""Where the header of a compound file says how large a sector is, as a power of two, and how many each of its tables
has ([MS-CFB] 2.2)."""


def _has_room_for_its_tables(data: bytes) -> bool:
    """Whether a compound file is as large as its tables are said to be, for which olefile makes room unasked."""
    sector = 1 << min(int.from_bytes(data[_SECTOR : _SECTOR + 2], "little"), 16)
    return all(int.from_bytes(data[at : at + 4], "little") * sector <= len(data) for at in _TABLES)


class _Attachment(NamedTuple):
    """What is attached to a mail: its name, its content or why there is none, and whether the mail's text shows it."""

    name: str
    content: bytes | None
    refusal: DocfillError | None = None
    is_shown: bool = False


_Streams = Mapping[tuple[str, ...], bytes]
"""The streams of a compound file by path."""


def _streams(compound: Any, name: str) -> _Streams:
    """What concerns attachments; DocfillError where it is more than the file can hold, since streams share sectors."""
    wanted = [tuple(path) for path in compound.listdir() if path[0].startswith(("__attach", "__properties"))]
    if sum(compound.get_size(list(path)) for path in wanted) > limits.current().file:
        raise limits.exceeded(name, "邮件过大", "the mail is too large", "file")
    return {path: compound.openstream(list(path)).read() for path in wanted}


def _attached_to(streams: _Streams, mail: tuple[str, ...], before: str, levels: int) -> Iterator[_Attachment]:
    """What is attached to a mail; of a mail in it what that holds."""
    depth = len(mail)
    own = (p[depth] for p in streams if p[:depth] == mail and len(p) > depth + 1)
    for number, storage in enumerate(dict.fromkeys(s for s in own if s.startswith(_ATTACHMENT)), 1):
        here = (*mail, storage)
        called = before + printable(_outlook_name(streams, here) or f"附件{number}")
        if any(path[: depth + 2] == (*here, _EMBEDDED) for path in streams):
            called = called if called.lower().endswith(".msg") else f"{called}.msg"
            if levels > 0:
                yield from _attached_to(streams, (*here, _EMBEDDED), called + ARROW, levels - 1)
            else:
                yield _Attachment(called, None, _too_deep(called))
            continue
        content = streams.get((*here, f"{_PROPERTY}{_CONTENT}"))
        yield _Attachment(called, content, _linked(called) if content is None else None, _is_hidden(streams, here))


def _is_hidden(streams: _Streams, attachment: tuple[str, ...]) -> bool:
    """Whether Outlook does not list an attachment, since the text shows it ([MS-OXCMSG] 2.2.2.24): the value of that
    property stands among those of a fixed length ([MS-OXMSG] 2.4.2).
    """
    fixed = streams.get((*attachment, _PROPERTIES), b"")
    entries = (fixed[at : at + _ENTRY] for at in range(_ENTRIES, len(fixed), _ENTRY))
    return any(entry[:4] == _HIDDEN and entry[8:9] == b"\1" for entry in entries)


def _outlook_name(streams: _Streams, attachment: tuple[str, ...]) -> str:
    """The name of an attachment: the long one, or else the short one, or the one that is shown."""
    for identifier in _NAMES:
        wide = streams.get((*attachment, f"{_PROPERTY}{identifier}001F"))
        narrow = streams.get((*attachment, f"{_PROPERTY}{identifier}001E"))
        name = wide.decode("utf-16-le", "replace") if wide else decoded(narrow or b"")
        if name := PurePosixPath(name.strip("\0 ").replace("\\", "/")).name:
            return name
    return ""


def _linked(name: str) -> DocfillError:
    """Why an attachment without content cannot be read."""
    return DocfillError(
        f"{name}：邮件里只有链接，没有附件本身，请另要文件",
        f"{name}: the mail holds a link, not the file; ask for the file itself",
        "no-access",
    )
