"""What people send in place of a Word file: known by its first bytes, refused with what to ask for.

Names prove nothing: a photo may be called .docx.  What is not in this table is for
`office` and `package` to tell.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from docfill.problems import DocfillError

HEAD = 512
"""Bytes that tell."""

_PICTURE = (
    "图片",
    "a picture",
    "请改交 Word 文件，照片和扫描件无法读取",
    "a Word file is needed, photos and scans cannot be read",
)
_FILM = ("音频或视频", "sound or film", "请改交 Word 文件", "a Word file is needed")
_LINK = (
    "快捷方式，不是文件本身",
    "a shortcut, not the file itself",
    "请发送它指向的 Word 文件",
    "ask for the Word file that it leads to",
)
_PROGRAM = ("程序", "a program", "请勿打开，请向填报人另要 Word 文件", "do not open it; ask for the Word file")
_RAR = ("RAR 压缩包", "a RAR archive", "请解压，或改存为 .zip", "unpack it, or save it as .zip")
_ARCHIVE = (
    "压缩包",
    "an archive",
    "请解压，或改回压缩包的后缀",
    "unpack it, or give it the suffix of an archive again",
)
_PACKED = ("压缩包", "an archive", "请解压，或改存为 .zip", "unpack it, or save it as .zip")
_MAILBOX = (
    "邮箱导出的一批邮件",
    "a mailbox of many mails",
    "请把名称改为以 .mbox 结尾",
    "call it something that ends in .mbox",
)
_OUTLOOK = (
    "Outlook 的邮箱（.pst、.ost）",
    "a mailbox of Outlook (.pst, .ost)",
    "请在 Outlook 中把各封邮件拖到一个文件夹里（另存为 .msg）",
    "drag the mails into a folder (they are saved as .msg)",
)
_NOTEBOOK = ("OneNote 笔记", "a notebook of OneNote", "请改交 Word 文件", "a Word file is needed")
_NOTED = ("日程或名片", "an appointment or a card", "请改交 Word 文件", "a Word file is needed")
_MAILED = (
    "Outlook 的 winmail.dat",
    "Outlook's winmail.dat",
    "请把名称改回 winmail.dat",
    "call it winmail.dat again",
)
_LOCKED = ("PGP 加密的文件", "a file encrypted by PGP", "请发件人不加密重发", "have it sent again without")
_KINDS: tuple[tuple[int, bytes, tuple[str, str, str, str]], ...] = (
    (0, b"%PDF", ("PDF 文件", "a PDF", "请改交 Word 文件", "a Word file is needed")),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"\x89PNG\r\n", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (4, b"ftyphei", _PICTURE),
    (4, b"ftypmif1", _PICTURE),
    (4, b"ftypavif", _PICTURE),
    (4, b"jP  \r\n\x87\n", _PICTURE),
    (0, b"8BPS", _PICTURE),
    (0, b"AT&TFORM", _PICTURE),
    (0, b"\xd7\xcd\xc6\x9a", _PICTURE),
    (4, b"ftyp", _FILM),
    (8, b"AVI ", _FILM),
    (8, b"WAVE", _FILM),
    (0, b"ID3", _FILM),
    (0, b"\xff\xfb", _FILM),
    (0, b"fLaC", _FILM),
    (0, b"OggS", _FILM),
    (0, b"#!AMR", _FILM),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _FILM),
    (0, b"\x1aE\xdf\xa3", _FILM),
    (0, b"L\0\0\0\x01\x14\x02\0", _LINK),
    (0, b"[InternetShortcut]", _LINK),
    (0, b"[Desktop Entry]", _LINK),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"Rar!\x1a\x07", _RAR),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _PACKED),
    (0, b"\xfd7zXZ\0", _PACKED),
    (0, b"BZh", _PACKED),
    (0, b"MSCF", _PACKED),
    (0, b"\x78\x9f\x3e\x22", _MAILED),
    (0, b"-----BEGIN PGP MESSAGE", _LOCKED),
    (0, b"From ", _MAILBOX),
    (0, b"!BDN", _OUTLOOK),
    (0, b"BEGIN:VC", _NOTED),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _NOTEBOOK),
)
"""Where which bytes stand, what the file is then (Chinese, English), and what to do (Chinese, English)."""


_PACKAGES: Mapping[str, tuple[str, str]] = {
    "ofd.xml": ("OFD 版式文件", "an OFD document"),
    "fixeddocseq.fdseq": ("XPS 文件", "an XPS document"),
    "index/document.iwa": ("Pages 文稿", "a document of Pages"),
}
"""What a zip is that has such a member, in small letters (Chinese, English)."""


def packed(members: Container[str], name: str) -> DocfillError:
    """Why a zip that has no main document part is not read.

    Args:
        members: the names of its members, in small letters.
        name: how messages call it.
    """
    for member, (zh, en) in _PACKAGES.items():
        if member in members:
            return DocfillError(
                f"{name}：这是 {zh}，请改交 Word 文件", f"{name}: this is {en}; a Word file is needed", "not-word"
            )
    return DocfillError(
        f"{name}：不是 Word 文件（没有正文部分），请另存为 .docx 再试",
        f"{name}: not a Word file (it has no main part); save it as .docx and try again",
        "not-word",
    )


def empty(name: str) -> DocfillError:
    """That a file has no bytes."""
    return DocfillError(f"{name}：文件是空的（0 字节）", f"{name}: the file is empty (0 bytes)", "empty")


def refusal(head: bytes, name: str) -> DocfillError | None:
    """Why a file that begins so is not read; None where it may be a Word file.

    Args:
        head: its first bytes.
        name: how messages call it.
    """
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        kind: tuple[str, str, str, str] | None = _PICTURE
    else:
        kind = next((k for at, magic, k in _KINDS if head.startswith(magic, at)), None)
    if kind is None:
        return None
    zh, en, next_zh, next_en = kind
    zh = f" {zh}" if zh[0].isascii() else zh
    return DocfillError(f"{name}：这是{zh}，{next_zh}", f"{name}: this is {en}; {next_en}", "not-word")
