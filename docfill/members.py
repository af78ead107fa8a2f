"""What holds other files, as its reader has it: members with names, stamps and reasons, and what is said of damage.

Every member is read whole, within the limits that hold for any file (see `limits`).  Names are UTF-8 where they say so,
or what is valid as UTF-8 or GB 18030; controls in them are not let through.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, NamedTuple, Protocol

from msgspec import Struct

from docfill import limits
from docfill.problems import DocfillError

MAILS = (".eml", ".emlx", ".msg", ".p7m", ".tnef", "winmail.dat")
"""How the names of mails end, and of what Outlook wraps the attachments of a mail in."""
MAILBOXES = (".mbox", "/mbox")
"""How the names of mailboxes end; Apple Mail calls one so in a folder."""
ARROW = " → "
"""Between a mail and what is attached to it."""

_NOT_SHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")


class Member(Struct, frozen=True):
    """A file in an archive, or one attached to a mail.

    Attributes:
        name: how it is called inside, folders and all; controls are not let through.
        stamp: changes when the content does.
        refusal: why it is not to be read.
        dated: when it was last saved, or the mail was sent (seconds); 0 where unknown.
        is_aside: whether it is knowingly no file that anybody sent: a picture in the text of a mail.
    """

    name: str
    stamp: str
    refusal: DocfillError | None = None
    is_aside: bool = False
    dated: float = 0.0


class Attached(Struct, frozen=True):
    """What is attached to a mail.

    Attributes:
        name: how messages call it: by the mails that it stands in, and its own name.
        content: its bytes.
        refusal: why there are none.
        is_aside: whether it is knowingly no file that anybody sent.
    """

    name: str
    content: bytes = b""
    refusal: DocfillError | None = None
    is_aside: bool = False


class Archive(Protocol):
    """An archive or a mail that is open for reading."""

    @property
    def members(self) -> Sequence[Member]:
        """All that it holds but folders, in its own order."""
        ...

    def read(self, index: int, name: str) -> bytes:
        """The content of a member that messages call `name`; DocfillError where it is damaged or too large."""
        ...


class Letter:
    """A mail that is open: an `Archive` of what is attached to it.

    Args:
        name: how messages call the mail.
        attached: what is attached to it, called by all that it stands in.
        sent: when the mail was (seconds); 0 where unknown.

    Raises:
        DocfillError: too much is attached.
    """

    def __init__(self, name: str, attached: Iterable[Attached], sent: float = 0.0) -> None:
        found = list(attached)
        if len(found) > limits.current().files:
            raise limits.exceeded(name, "附件过多", "too many attachments", "files")
        self._contents = [one.content for one in found]
        self.members = [
            Member(one.name.removeprefix(name + ARROW), stamp_of(one.content), one.refusal, one.is_aside, sent)
            for one in found
        ]

    def read(self, index: int, name: str) -> bytes:
        return self._contents[index]


def between(name: str) -> str:
    """What stands between the name of an archive or mail and that of what it holds."""
    return ARROW if name.lower().endswith(MAILS) else "/"


def whole(stream: IO[bytes], name: str) -> bytes:
    """All of a stream, which is closed; DocfillError where it is too large."""
    with stream:
        return bounded(stream, name)


def bounded(stream: IO[bytes], name: str) -> bytes:
    """What is left of a stream; DocfillError where it is too large."""
    most = limits.current().file
    data = stream.read(most + 1)
    if len(data) > most:
        raise limits.exceeded(name, "文件过大", "the file is too large", "file")
    return data


class Opener(NamedTuple):
    """What a person opens a file with out of which others are taken, and what such a file is, in both languages."""

    kind: tuple[str, str]
    program: tuple[str, str]


_A_MAIL = "邮件", "mail"
ARCHIVER = Opener(("压缩包", "archive"), ("解压软件", "a program for archives"))
MAILER = Opener(_A_MAIL, ("邮件程序（Outlook、Foxmail 等）", "a mail program (Outlook, Foxmail)"))
OUTLOOK = Opener(_A_MAIL, (" Outlook ", "Outlook"))


def damaged(name: str, opener: Opener) -> DocfillError:
    """That an archive or mail cannot be opened, with the next step."""
    (zh, en), (zh_program, en_program) = opener
    return DocfillError(
        f"{name}：{zh}已损坏；请用{zh_program}打开，把里面的文件另存后交来，打不开的请发件人重发",
        f"{name}: the {en} is damaged; open it in {en_program} and save what is in it, "
        "or have it sent again where that cannot be done",
        "corrupt",
    )


def needs(name: str, extra: str) -> DocfillError:
    """That what opens a file is not installed."""
    return DocfillError(
        f'{name}：打开这种文件需要安装：pip install "docfill-forms[{extra}]"',
        f'{name}: to open this kind of file, install: pip install "docfill-forms[{extra}]"',
        "needs-package",
    )


def stamp_of(content: bytes) -> str:
    """What changes when a content does."""
    return f"{zlib.crc32(content)}-{len(content)}"


def too_deep(name: str) -> DocfillError:
    """That something stands in more archives and mails than are opened."""
    return limits.exceeded(name, "压缩包和邮件层层相套，过深", "archives and mails are nested too deeply", "nested")


def inside(name: str, levels: int, attached: Callable[[int], Iterable[Attached]]) -> Iterator[Attached]:
    """What is attached to a mail that is attached itself, or why that cannot be told; the mail, set aside, where
    nothing is.

    Args:
        name: how messages call the mail.
        levels: how deep it may stand.
        attached: what is attached to it, given how deep mails may stand in it.
    """
    if levels <= 0:
        yield Attached(name, refusal=too_deep(name))
        return
    is_empty = True
    try:
        for one in attached(levels - 1):
            is_empty = False
            yield one
    except DocfillError as error:
        yield Attached(name, refusal=error)
        return
    if is_empty:
        yield Attached(name, is_aside=True)


def decoded(raw: bytes) -> str:
    """A name that is not said to be UTF-8: it is where it can be, else GB 18030, which holds GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def printable(text: str) -> str:
    """A name as it may be shown: controls, and what turns the direction of writing, are not let through."""
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _NOT_SHOWN else c for c in text)
