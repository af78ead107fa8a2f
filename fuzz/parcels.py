"""Archives and mails with files in them, nested and named as people and programs do it, by choices.

What was packed is known, so that what is met can be counted against it: every file
is read as it is, refused with a reason, or set aside by name (law 8).
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from email.header import Header

from fuzz.choices import Choices
from tests.outlook import compound
from tests.outlook import mail as outlook_mail

_NAMES = (
    *(
        "表.docx",
        "附件 1.docx",
        "a.docx",
        "报送/甲.docx",
        "~$表.docx",
        ".DS_Store",
        "照片.jpg",
        "Thumbs.db",
        "con.docx",
    ),
    *("__MACOSX/._a.docx", "x\u202ey.docx", "很" * 60 + ".docx", "a.DOC", "a;b.docx", 'q"q.docx', "  .docx", "é.docx"),
)
_KINDS = ("zip", "tar", "tgz", "eml", "msg", "mbox")
_BREAKS = ("\r\n", "\n")

Packed = tuple[str, bytes]
"""A name and what is in it."""


def parcel(choices: Choices, depth: int = 2) -> tuple[Packed, list[bytes]]:
    """An archive or mail, and the contents of the files in it at any depth."""
    inside: list[Packed] = []
    planted: list[bytes] = []
    for number in range(1 + choices.below(3)):
        if depth and not choices.below(4):
            packed, deeper = parcel(choices, depth - 1)
            inside.append((f"{number}{packed[0]}", packed[1]))
            planted += deeper
        else:
            content = f"内容{depth}-{number}-{choices.below(256)}".encode() * (1 + choices.below(40))
            inside.append((f"{number}{choices.one_of(_NAMES)}", content))
            planted.append(content)
    kind = choices.one_of(_KINDS)
    return (f".{kind}", _PACKERS[kind](inside, choices)), planted


def _zip(inside: list[Packed], choices: Choices) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in inside:
            method = choices.one_of((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
            archive.writestr(name, content, method)
    return out.getvalue()


def _tar(inside: list[Packed], choices: Choices) -> bytes:
    out = io.BytesIO()
    kind = choices.one_of((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, content in inside:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _tgz(inside: list[Packed], choices: Choices) -> bytes:
    import gzip

    return gzip.compress(_tar(inside, choices), mtime=0)


def _eml(inside: list[Packed], choices: Choices) -> bytes:
    """A mail, written by hand, since mail programs write more than one library would."""
    end = choices.one_of(_BREAKS)
    boundary = choices.one_of(("=_a", "b", "----=_Part_1.2", "甲".encode().hex()))
    while any(f"--{boundary}".encode() in content for _, content in inside):  # a mail in it may have chosen the same
        boundary += "_"
    head = [
        "From: =?utf-8?B?55Sy?= <a@example.org>",
        f"Subject: {_encoded('报送', choices)}",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "MIME-Version: 1.0",
        "",
        choices.one_of(("", "preamble")),
    ]
    body = f"{end.join(head)}{end}--{boundary}{end}Content-Type: text/plain; charset=gbk{end}{end}x{end}".encode()
    for name, content in inside:
        body += f"--{boundary}{end}{end.join(_heads(name, choices))}{end}".encode(errors="replace")
        encoding, encoded = _transferred(content, choices, end)
        body += f"Content-Transfer-Encoding: {encoding}{end}{end}".encode() + encoded + end.encode()
    return body + f"--{boundary}--{end}".encode() + choices.one_of(("", "epilogue")).encode()


def _heads(name: str, choices: Choices) -> list[str]:
    clean = name.replace('"', "").rpartition("/")[2]
    quoted = "".join(f"%{b:02X}" for b in clean.encode())
    spelt = choices.one_of(
        (
            f'filename="{_encoded(clean, choices)}"',
            f"filename*=utf-8''{quoted}",
            f"filename*0*=utf-8''{quoted[:30]};{' '}filename*1*={quoted[30:]}"
            if quoted[30:]
            else f"filename*0*={quoted}",
            f'filename="{clean}"',
        )
    )
    kind = choices.one_of(("application/octet-stream", "application/msword", "image/png", "text/plain", "x"))
    return [f"Content-Type: {kind}", f"Content-Disposition: attachment; {spelt}"]


def _encoded(text: str, choices: Choices) -> str:
    charset = choices.one_of(("utf-8", "gb18030"))
    return choices.one_of((text, Header(text, charset).encode(), f"=?{charset}?Q?{text.encode(charset).hex('=')}?="))


def _transferred(content: bytes, choices: Choices, end: str) -> tuple[str, bytes]:
    encoding = choices.one_of(("base64", "BASE64", "quoted-printable"))
    if encoding != "quoted-printable":
        return encoding, base64.encodebytes(content).replace(b"\n", end.encode()).rstrip(b"\r\n")
    made = binascii.b2a_qp(content, istext=False)
    return encoding, re.sub(rb"^From ", b"=46rom ", made, flags=re.MULTILINE)  # no beginning of a mail in a mailbox


def _msg(inside: list[Packed], choices: Choices) -> bytes:
    named = {
        f"{at}{n.rpartition('/')[2]}".encode("gbk", "replace").decode("gbk"): c for at, (n, c) in enumerate(inside)
    }
    return compound(outlook_mail(named, narrow=bool(choices.below(2))))


_BEGINNINGS = (
    *("From - Thu Nov 05 09:00:00 2026", "From a@b.org Thu Nov  5 09:00:00 2026", "From "),
    *("From 1850000000000000001@xxx Thu Nov 05 01:00:00 +0000 2026", f"From 甲{'x' * 900}"),
)
_ABOVE = ("", "X-Mozilla-Status: 0001", "X-Mozilla-Status: zz", "X-Gmail-Labels: =?UTF-8?B?55Sy?=", "Status: RO")


def _mbox(inside: list[Packed], choices: Choices) -> bytes:
    """Mails with one file each, behind the lines that programs write before them, told apart by blank lines or none."""
    written = choices.one_of((b"", b"\xef\xbb\xbf", b"\n"))
    for packed in inside:
        end = choices.one_of(_BREAKS)
        head = [choices.one_of(_BEGINNINGS), *filter(None, (choices.one_of(_ABOVE),))]
        mail = _eml([packed], choices)
        written += f"{end.join(head)}{end}".encode() + mail + (end * (1 + choices.below(2))).encode()
    return written


_PACKERS: dict[str, Callable[[list[Packed], Choices], bytes]] = {
    "zip": _zip,
    "tar": _tar,
    "tgz": _tgz,
    "eml": _eml,
    "msg": _msg,
    "mbox": _mbox,
}
