"""Mails, opened as folders are: what is attached to them, and to the mails that are attached to these.

A mail is RFC 5322 with MIME, read by Python, or one of Outlook's own (see `outlook`).  Apple Mail writes the length of
the mail before it, and notes of its own behind; what is signed as a whole (S/MIME, .p7m) is a mail in a signature.
What comes by other means than MIME is found, too: lines of uuencode in the text (see `uuencoded`), Outlook's
winmail.dat, and files that the text only leads to (see `linked`), which are refused by name.  What a mail shows in its
text (a logo), or proves with (a signature), and a mail in it that holds nothing, are set aside by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from docfill import late, limits, linked, outlook, signed, uuencoded
from docfill.container import OLE
from docfill.members import ARROW, MAILER, Archive, Attached, Letter, damaged, decoded, inside, printable, whole

if TYPE_CHECKING:  # few commands open mails
    from datetime import datetime
    from email.message import EmailMessage, Message
    from email.policy import EmailPolicy

_NAME = late.pattern(r"""name="?([^";]+)""", re.I)
_HEADERS = late.pattern(rb"^(?:content-[\w-]+|subject|date)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
"""The headers that are looked at, with the lines that they go on in."""
_LONGEST_HEADER = 8_192
"""Bytes of one of them; Python's parser of headers takes time that is squared in them."""
_HEADERS_KEPT = 32
_STEPS_A_PART, _STEPS_A_BOUNDARY = 100, 80
_LENGTH = late.pattern(rb"(\d{1,10})[ \t]*\r?\n")
"""What stands before a mail in a file of Apple Mail: how many bytes it has."""
_PROOFS = {
    "multipart/signed": ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    "multipart/encrypted": ("application/pgp-encrypted",),
}
"""What is said of the other part of a mail, and is nothing that anybody sent (RFC 1847), by the kind of both."""


def opened(stream: IO[bytes], name: str) -> Archive:
    """The mail in a stream, by its first bytes: programs save mails of their own under the other's name, too.

    Raises:
        DocfillError: it is damaged, too large or encrypted, or what opens its kind is not installed.
    """
    data = whole(stream, name)
    with limits.within_one(lambda: limits.Budget(name, len(data))):
        if data.startswith(OLE):
            return outlook.message(data, name)
        if outlook.is_wrapped(data):
            return Letter(name, outlook.unwrapped(data, name, limits.current().nested))
        try:
            message = _parsed(_unwrapped(data, name))
            if not message.keys():
                raise damaged(name, MAILER)
            return Letter(name, _attached(message, name, limits.current().nested), _seconds(message))
        except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
            raise damaged(name, MAILER) from None


def _unwrapped(data: bytes, name: str) -> bytes:
    """A mail without what its file has around it; DocfillError where that is encrypted, or no signature of a mail."""
    if signed.is_one(data):
        return signed.content_of(data, name)
    length = _LENGTH.match(data)
    return data if length is None else data[length.end() :][: int(length[1])]


def _parsed(data: bytes) -> Message:
    """A mail; ValueError where a header of it is too long."""
    from email.parser import BytesParser

    if any(len(header[0]) > _LONGEST_HEADER for header in _HEADERS.finditer(data)):
        raise ValueError
    limits.spend(_STEPS_A_BOUNDARY * data.count(b"\n--"))
    return BytesParser(policy=_policy()).parsebytes(data)


@lru_cache(maxsize=1)
def _policy() -> EmailPolicy[EmailMessage]:
    """How mails are parsed: a header, each look at which would parse it anew, once while it is looked at."""
    from email import policy
    from email.headerregistry import HeaderRegistry

    class Headers(HeaderRegistry):
        __getitem__ = lru_cache(maxsize=_HEADERS_KEPT)(HeaderRegistry.__getitem__)

        @lru_cache(maxsize=_HEADERS_KEPT)  # noqa: B019 (there is one)
        def __call__(self, name: str, value: str) -> Any:
            try:
                return super().__call__(name, value)
            except (IndexError, AttributeError):  # of Python's own parser, where addresses are written wrongly
                return self[""](name, value)

    return policy.default.clone(header_factory=Headers())


def head_of(data: bytes) -> Message:
    """The headers of a mail that begins so; none where one of them is too long, or what they are cannot be told."""
    from email.message import Message

    try:
        return _parsed(data.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n")
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
        return Message()


def sent(message: Message) -> datetime | None:
    """When a mail was sent; None where it does not say."""
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(str(message["date"]))
        found.timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return found


def _seconds(message: Message) -> float:
    moment = sent(message)
    return moment.timestamp() if moment is not None else 0.0


def _attached(message: Message, name: str, levels: int) -> Iterator[Attached]:
    """What is attached to a mail that messages call `name`; of a mail in it what that holds, `levels` deep."""
    before = name + ARROW
    texts: list[str] = []
    is_met = False
    for number, (part, holder) in enumerate(_leaves(message), 1):
        own = _file_name(part)
        if _is_text(part, own):
            content = _content(part)
            texts.append(_text_of(part, content))
            found = _in_text(content, before, number)
        else:
            found = _in_part(part, holder, own, before, number, levels)
        for one in found:
            is_met = is_met or not one.is_aside
            yield one
    yield from linked.attached(texts, name, str(message.get("subject", "") or ""), is_all=not is_met)


def _in_text(content: bytes, before: str, number: int) -> Iterator[Attached]:
    """What stands in the text of a mail as lines of uuencode."""
    for name, held in uuencoded.found(content):
        called = f"{before}{_last(decoded(name)) or f'附件{number}'}"
        if held is None:
            yield Attached(called, refusal=damaged(called, MAILER))
        else:
            yield Attached(called, held)


def _in_part(part: Message, holder: str, own: str, before: str, number: int, levels: int) -> Iterator[Attached]:
    """What a part that is called `own` is, or holds."""
    if (inner := _mail_in(part)) is not None:
        subject = printable(str(inner.get("subject", "") or "")).strip()
        called = before + (own or f"{subject or f'邮件{number}'}.eml")
        yield from inside(called, levels, lambda below: _attached(inner, called, below))
    elif outlook.is_wrapped(content := _content(part)):
        called = before + (own or "winmail.dat")
        yield from inside(called, levels, partial(outlook.unwrapped, content, called))
    else:
        called = f"{before}{own or f'附件{number}{_ending(part)}'}"
        yield Attached(called, content, is_aside=_is_shown(part, holder) or _is_proof(part, holder))


def _is_text(part: Message, own: str) -> bool:
    """Whether a part is the text of a mail, and nothing attached to it."""
    return part.get_content_maintype() == "text" and not own and part.get_content_disposition() != "attachment"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message, content: bytes) -> str:
    """The text of a part, in the encoding that it says, or that it is in."""
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (UnicodeDecodeError, LookupError):
        return decoded(content)


def _mail_in(part: Message) -> Message | None:
    """The mail that a part is, unpacked where it is in base64, which it must not be (RFC 2046, 5.2.1), but is."""
    from email.message import Message

    held = part.get_payload()
    if not (isinstance(held, list) and held and isinstance(held[0], Message)):
        return None
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64" or held[0].keys():
        return held[0]
    held[0]["Content-Transfer-Encoding"] = "base64"
    content = held[0].get_payload(decode=True)
    return _parsed(content) if isinstance(content, bytes) else held[0]


def _is_proof(part: Message, holder: str) -> bool:
    """Whether a part says that another one is signed, or encrypted (RFC 1847)."""
    return part.get_content_type() in _PROOFS.get(holder, ())


def _is_shown(part: Message, holder: str) -> bool:
    """Whether a part is a picture that stands in the text of a mail: one that the text can name, and that is not said
    to be attached or belongs to the text all the same (RFC 2387).
    """
    if part.get_content_maintype() != "image" or not part.get("content-id"):
        return False
    return holder == "multipart/related" or part.get_content_disposition() != "attachment"


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """The parts that are not made of parts, and the kind of what holds each; an attached mail is one."""
    from email.message import Message

    waiting = [(message, "")]
    while waiting:
        part, holder = waiting.pop()
        held = part.get_payload()
        kind = part.get_content_type()
        if kind.startswith("multipart/") and isinstance(held, list):
            waiting += [(p, kind) for p in reversed(held) if isinstance(p, Message)]
        else:
            limits.spend(_STEPS_A_PART)
            yield part, holder


def _file_name(part: Message) -> str:
    """The name of an attachment; "" where it has none."""
    name = str(part.get_filename() or "")
    if "\N{REPLACEMENT CHARACTER}" in name:
        # bytes as they are, without a word of their encoding: some clients write GBK
        raw = " ".join(v for k, v in part.raw_items() if k.lower() in ("content-disposition", "content-type"))
        found = _NAME.search(decoded(raw.encode("utf-8", "surrogateescape")))
        name = found[1] if found else name
    return _last(name)


def _last(name: str) -> str:
    """A name without the folders of somebody's machine."""
    return printable(PurePosixPath(name.replace("\\", "/")).name)


def _ending(part: Message) -> str:
    import mimetypes

    return mimetypes.guess_extension(part.get_content_type()) or ""
