"""Mailboxes that a mail program keeps, or exports, as one file (mbox), opened as folders of mails.

A mail begins behind a line "From " (RFC 4155) that a header follows, as Thunderbird, Apple Mail, Gmail and mutt write
it, whatever stands behind "From " and before the line: a beginning that was missed would lose a mail without a word.
Each mail is called by its day, sender and subject, which stay when more is exported, and is opened as an .eml is (see
`mails`).  What was deleted in Thunderbird, and waits to be removed from the file, is set aside by name.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING

from docfill import files, late, limits, mails
from docfill.members import Archive, Member, stamp_of

if TYPE_CHECKING:  # few commands open mails
    from email.message import Message

_BEGINNING = late.pattern(rb"\nFrom [^\n]{0,998}\n(?=[!-9;-~]{1,200}:)")
_AT_MOST = 1_300
"""Bytes that a beginning takes, with the name of the header behind it."""
_CHUNK = 2**20
_HEAD = 2**16
"""Bytes of a mail in which its headers are looked for."""
_MARK = b"\xef\xbb\xbf"
"""What editors write before a text that they save."""
_BLANK = 1_000
"""Blank bytes that may stand before the first mail."""
_STEPS_A_MAIL = 400
_DELETED = 0x0008
"""A bit of X-Mozilla-Status."""
_LONGEST = 60
"""Characters of a sender, and of a subject, in the name of a mail."""


def opened(stream: IO[bytes], name: str) -> Archive:
    """The mailbox in a stream, which it keeps; what is before the first mail, or the whole, is one, too."""
    size = stream.seek(0, os.SEEK_END)
    with limits.within_one(lambda: limits.Budget(name, size)):
        return _Mailbox(stream, name, size)


class _Mailbox:
    """Looked through once for where mails begin; each is read from there."""

    def __init__(self, stream: IO[bytes], name: str, size: int) -> None:
        weakref.finalize(self, stream.close)
        self._stream, self._turn = stream, threading.Lock()
        if size > limits.current().total:
            raise limits.exceeded(name, "邮箱过大", "the mailbox is too large", "total")
        starts: list[tuple[int, int]] = []
        for start in _beginnings(stream):
            limits.spend(_STEPS_A_MAIL)
            starts.append(start)
            if len(starts) > limits.current().files:
                raise limits.exceeded(name, "邮箱中的邮件过多", "too many mails in the mailbox", "files")
        if not starts or self._is_said(starts[0][0]):
            starts.insert(0, (0, 0))
        ends = [*(line for line, _ in starts[1:]), size]
        self._spans = [(mail, end) for (_, mail), end in zip(starts, ends, strict=True)]
        self.members = [self._member(number, name) for number in range(len(starts))]

    def read(self, index: int, name: str) -> bytes:
        with self._turn:
            return self._stream_at(*self._spans[index])

    def _stream_at(self, start: int, end: int) -> bytes:
        self._stream.seek(start)
        return self._stream.read(end - start)

    def _is_said(self, until: int) -> bool:
        """Whether there is anything before the first beginning, which then is a mail, too."""
        return until > _BLANK or bool(self._stream_at(0, until).removeprefix(_MARK).strip())

    def _member(self, index: int, called: str) -> Member:
        start, end = self._spans[index]
        content = self.read(index, called) if end - start <= limits.current().file else b""
        head = mails.head_of(content[:_HEAD])
        sent = mails.sent(head)
        name = _name_of(head, sent) or f"邮件{index + 1}"
        refusal = None if content else limits.exceeded(f"{called}/{name}", "邮件过大", "the mail is too large", "file")
        dated = sent.timestamp() if sent is not None else 0.0
        return Member(f"{name}.eml", stamp_of(content), refusal, _is_deleted(head), dated)


def _beginnings(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Where the line before each mail begins, and where the mail does."""
    stream.seek(0)
    mark = len(_MARK) if stream.read(len(_MARK)) == _MARK else 0
    stream.seek(mark)
    data, at = b"\n", mark - 1  # the first line has one before it, too
    while True:
        chunk = stream.read(_CHUNK)
        data += chunk
        sure = len(data) - _AT_MOST if chunk else len(data)
        for found in _BEGINNING.finditer(data):
            if found.start() < sure:
                yield at + found.start() + 1, at + found.end()
        if not chunk:
            return
        data, at = data[max(sure, 0) :], at + max(sure, 0)


def _name_of(head: Message, sent: datetime | None) -> str:
    """What a mail is called: when it was sent, by whom, and about what."""
    from email.utils import parseaddr

    sender, address = parseaddr(str(head.get("from", "") or ""))
    subject = str(head.get("subject", "") or "")
    words = [sent.date().isoformat() if sent is not None else "", (sender or address)[:_LONGEST], subject[:_LONGEST]]
    said = files.safe_name(" ".join(filter(None, words)))
    return f"已删除 {said}" if _is_deleted(head) else said


def _is_deleted(head: Message) -> bool:
    status = str(head.get("x-mozilla-status", "") or "").strip()
    try:
        return bool(int(status, 16) & _DELETED)
    except ValueError:
        return False
