"""What is met in archives and mails: opened as folders are, each file read, refused with its reason, or set aside."""

from __future__ import annotations

import base64
import io
import json
import shutil
import struct
import sys
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from email import headerregistry
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import py7zr
import pytest

from docfill import Form, limits, mails
from docfill.batch import extract_many
from docfill.sources import collect
from tests.burdens import attachments, pieces_of_a_sparse_file, tar_of
from tests.outlook import compound, mail
from tests.small_form import p, package
from tests.test_batch import form, names, record
from tests.test_cli import Run, run
from tests.test_sources import called, collected, refusals, zipped

__all__ = ["form", "run"]


def letter(attachments: Mapping[str, bytes | EmailMessage], subject: str = "报送") -> EmailMessage:
    """A mail with a text and attachments."""
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "甲 <a@example.org>"
    made.set_content("请查收。")
    for name, content in attachments.items():
        if isinstance(content, EmailMessage):
            made.add_attachment(content)
        else:
            made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def tarred(path: Path, members: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def seven_zipped(path: Path, members: Mapping[str, bytes], password: str | None = None) -> Path:
    with py7zr.SevenZipFile(path, "w", password=password) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return path


# --- each kind ---


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("收.zip", "/"),
        ("收.7z", "/"),
        ("收.tar", "/"),
        ("收.tar.gz", "/"),
        ("收.tgz", "/"),
        ("收.msg", " → "),
        ("收.eml", " → "),
    ],
)
def test_what_holds_files_is_opened(tmp_path: Path, form: Form, name: str, link: str) -> None:
    path = tmp_path / name
    members = {f"表{n}.docx": form.fill(record(n)) for n in range(3)} | {"照片.jpg": b"\xff\xd8\xff\xe0"}
    if name.endswith(".zip"):
        zipped(path, members)
    elif name.endswith(".7z"):
        seven_zipped(path, members)
    elif name.endswith(".msg"):
        path.write_bytes(compound(mail(members)))
    elif name.endswith(".eml"):
        path.write_bytes(letter(members).as_bytes())
    else:
        tarred(path, members)
    found = collected(tmp_path)
    assert called(found, tmp_path) == [f"{name}{link}{member}" for member in members]
    outcomes = list(extract_many(found, [form]))
    assert names(outcomes) == ["甲0", "甲1", "甲2"]
    told = f"{tmp_path}/{name}{link}照片.jpg：这是图片，请改交 Word 文件，照片和扫描件无法读取"
    assert str(outcomes[3].error) == told


def test_archives_and_mails_are_opened_in_one_another(tmp_path: Path, form: Form) -> None:
    document = form.fill(record(7))
    inner = zipped(tmp_path / "内.zip", {"表.docx": document}).read_bytes()
    (tmp_path / "内.zip").unlink()
    forwarded = letter({"内.zip": inner}, "转发")
    (tmp_path / "信.eml").write_bytes(letter({"甲.docx": document, "": forwarded}).as_bytes())
    tarred(tmp_path / "包.tgz", {"信.msg": compound(mail({"转": mail({"乙.docx": document})}))})
    found = collected(tmp_path)
    assert called(found, tmp_path) == [
        "信.eml → 甲.docx",
        "信.eml → 转发.eml → 内.zip/表.docx",
        "包.tgz/信.msg → 转.msg → 乙.docx",
    ]
    assert [s.stem for s in found] == ["信-甲", "信-转发-表", "信-转-乙"]
    assert [s.read() for s in found] == [document] * 3


def test_how_deep_is_a_limit(tmp_path: Path, form: Form) -> None:
    data = form.fill(record(1))
    for level in range(6):
        inner = tmp_path / f"{level}.zip"
        data = zipped(inner, {f"{level}.zip" if level else "表.docx": data}).read_bytes()
        inner.unlink()
    (tmp_path / "外.zip").write_bytes(data)
    (told,) = refusals(collected(tmp_path))
    assert "外.zip/5.zip/4.zip/3.zip/2.zip/1.zip：压缩包和邮件层层相套，过深，超出安全限额（nested=4）" in told
    with limits.within(nested=5):
        assert called(collected(tmp_path), tmp_path)[0].endswith("1.zip/表.docx")


def test_mails_in_mails_are_not_lost_where_they_are_too_deep(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter({"": letter({"甲.docx": b"x"}, "内")}).as_bytes())
    (tmp_path / "a.msg").write_bytes(compound(mail({"内": mail({"甲.docx": b"x"})})))
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml → 内.eml → 甲.docx", "a.msg → 内.msg → 甲.docx"]
    with limits.within(nested=1):
        (tmp_path / "b.eml").write_bytes(letter({"": letter({"": letter({"甲.docx": b"x"}, "再")}, "内")}).as_bytes())
        assert "b.eml → 内.eml → 再.eml" in called(collected(tmp_path), tmp_path)
        assert "nested=1" in refusals(collected(tmp_path / "b.eml"))[0]


# --- names ---


def test_a_name_in_gb_18030_and_one_of_info_zip_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("XXXXXX.docx", b"1")
        info = zipfile.ZipInfo("YYYY.docx")
        wide = "𠮷林.docx".encode()
        own = b"YYYY.docx".replace(b"YYYY", b"\xbc\xd7\xd2\xd2")
        info.extra = struct.pack("<HHBL", 0x7075, 5 + len(wide), 1, zlib.crc32(own)) + wide
        archive.writestr(info, b"2")
    data = out.getvalue().replace(b"XXXXXX", "𠮷川".encode("gb18030")).replace(b"YYYY", b"\xbc\xd7\xd2\xd2")
    (tmp_path / "a.zip").write_bytes(data)
    assert called(collected(tmp_path), tmp_path) == ["a.zip/𠮷川.docx", "a.zip/𠮷林.docx"]


@pytest.mark.parametrize(
    "header",
    [
        b'Content-Disposition: attachment; filename="\xc6\xd6\xb6\xab.docx"',
        b'Content-Disposition: attachment; filename="=?GBK?B?xta2qy5kb2N4?="',
        b"Content-Disposition: attachment; filename*=GBK''%C6%D6%B6%AB.docx",
        b'Content-Type: application/octet-stream; name="=?UTF-8?B?5rWm5LicLmRvY3g=?="',
        b'Content-Type: application/octet-stream; name="\xe6\xb5\xa6\xe4\xb8\x9c.docx"',
    ],
)
def test_the_names_of_attachments_are_read_as_clients_write_them(tmp_path: Path, header: bytes) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n"
        + header + b"\nContent-Transfer-Encoding: base64\n\neA==\n--b--\n"
    )  # fmt: skip
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.eml → 浦东.docx", b"x")


def test_old_outlook_writes_names_in_gbk(tmp_path: Path) -> None:
    (tmp_path / "a.msg").write_bytes(compound(mail({"浦东.docx": b"x" * 5000}, narrow=True)))
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.msg → 浦东.docx", b"x" * 5000)


# --- what is not read ---


def zip_of(members: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "a.pdf": (b"%PDF-1.7", "这是 PDF 文件，请改交 Word 文件"),
    "a.png": (b"\x89PNG\r\n\x1a\n", "这是图片"),
    "照片.docx": (b"\xff\xd8\xff\xe1", "这是图片"),
    "a.bmp": (b"BM\x10\0\0\0\0\0\0\0", "这是图片"),
    "a.lnk": (b"L\0\0\0\x01\x14\x02\0" + bytes(60), "这是快捷方式，不是文件本身，请发送它指向的 Word 文件"),
    "a.url": (b"[InternetShortcut]\r\nURL=x", "快捷方式"),
    "a.mp4": (b"\0\0\0\x20ftypisom", "音频或视频"),
    "a.exe": (b"MZ\x90\0", "请勿打开"),
    "空.docx": (b"", "文件是空的（0 字节）"),
    "a.rar": (b"Rar!\x1a\x07\x01\0", "这是 RAR 压缩包，请解压，或改存为 .zip"),
    "a.zip": (b"Rar!\x1a\x07\x01\0", "这是 RAR 压缩包，docfill 不打开；请解压，或改存为 .zip"),
    "a.tar.zst": (b"\x28\xb5\x2f\xfd\0", "这是压缩包，请解压，或改存为 .zip"),
    "会.ics": (b"BEGIN:VCALENDAR\r\n", "这是日程或名片，请改交 Word 文件"),
    "记.one": (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "这是 OneNote 笔记，请改交 Word 文件"),
    "winmail.dat": (b"\x78\x9f\x3e\x22", "邮件没有附件，请向发件人另要 Word 文件"),
    "无附件.eml": (letter({}).as_bytes(), "邮件没有附件，请向发件人另要 Word 文件"),
    "表.ofd": (zip_of({"OFD.xml": b"<x/>"}), "这是 OFD 版式文件，请改交 Word 文件"),
    "表.pages": (zip_of({"Index/Document.iwa": b"x"}), "这是 Pages 文稿，请改交 Word 文件"),
    "别的.wps": (zip_of({"a.xml": b"<x/>"}), "不是 Word 文件（没有正文部分）"),
    "a.avif": (b"\0\0\0\x1cftypavif", "这是图片"),
    "a.cab": (b"MSCF\0\0\0\0", "这是压缩包，请解压，或改存为 .zip"),
    "a.mp3": (b"\xff\xfb\x90\x44", "这是音频或视频"),
    "空.eml": (b"", "文件是空的（0 字节）"),
    "空.zip": (b"", "文件是空的（0 字节）"),
    "坏.eml": (b"\0\1\2", "邮件已损坏；请用邮件程序（Outlook、Foxmail 等）打开"),
    "坏.msg": (b"\xd0\xcf\x11\xe0", "邮件已损坏；请用邮件程序（Outlook、Foxmail 等）打开"),
    "断.msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "邮件已损坏；请用 Outlook 打开"),
    "坏.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "压缩包已损坏；请用解压软件打开"),
    "坏.tgz": (b"\x1f\x8b\x08\0" + bytes(40), "压缩包已损坏；请用解压软件打开"),
    "说明.txt": ("请按时上报".encode(), "不是 .docx 文件"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_word_file_is_in_the_outcome_with_its_reason(tmp_path: Path, form: Form, name: str) -> None:
    content, reason = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "好.docx").write_bytes(form.fill(record(1)))
    outcomes = list(extract_many(collected(tmp_path), [form]))
    told = [str(o.error) for o in outcomes if o.error]
    assert len(outcomes) == 2 and names(outcomes) == ["甲1"]
    assert reason in told[0]


def test_what_programs_leave_behind_is_set_aside_by_name(tmp_path: Path, form: Form, run: Run) -> None:
    for name in (
        "~$表.docx",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._表.docx",
        ".~lock.表.docx#",
        "~WRL0003.tmp",
        "ATT00001.htm",
    ):
        Path(name).write_bytes(b"x")
    Path(".git").mkdir()
    Path(".git/a.docx").write_bytes(b"x")
    Path("表.docx").write_bytes(form.fill(record(1)))
    found = collected(".")
    assert [s.name for s in found] == ["表.docx"]
    assert len(found.aside) == 9 and ".git/" in found.aside


def test_pictures_in_the_text_of_a_mail_are_set_aside(tmp_path: Path) -> None:
    made = letter({})
    made.add_related(b"\x89PNG", "image", "png", cid="<logo@x>", filename="logo.png", disposition="inline")
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="甲.docx")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    found = collected(tmp_path)
    assert (called(found, tmp_path), found.aside) == (["a.eml → 甲.docx"], [f"{tmp_path}/a.eml → logo.png"])


def test_a_picture_that_belongs_to_the_text_is_set_aside_though_it_is_said_to_be_attached(tmp_path: Path) -> None:
    made = EmailMessage()
    made.set_content("您好")
    made.add_alternative('<p>您好<img src="cid:logo"></p>', subtype="html")
    html = made.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="image001.png")
    assert html.get_payload(1).get_content_disposition() == "attachment"
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="甲.docx")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="盖章页.png", cid="<page>")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml → 甲.docx", "a.eml → 盖章页.png"]
    assert found.aside == [f"{tmp_path}/a.eml → image001.png"]


def test_a_picture_that_outlook_does_not_list_is_set_aside(tmp_path: Path) -> None:
    tree = dict(mail({"甲.docx": b"x", "image001.png": b"\x89PNG", "盖章页.png": b"\x89PNG"}))
    for number, value in ((1, b"\x01"), (2, b"\x00")):
        hidden = bytes.fromhex("0b00fe7f") + bytes(4) + value + bytes(7)
        storage = f"__attach_version1.0_#{number:08X}"
        tree[storage] = {**tree[storage], "__properties_version1.0": bytes(8) + bytes(16) + hidden}  # type: ignore[dict-item]
    (tmp_path / "a.msg").write_bytes(compound(tree))
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.msg → 甲.docx", "a.msg → 盖章页.png"]
    assert found.aside == [f"{tmp_path}/a.msg → image001.png"]


def test_a_mail_is_opened_by_what_it_is_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.msg").write_bytes(letter({"甲.docx": b"x"}).as_bytes())
    (tmp_path / "b.eml").write_bytes(compound(mail({"乙.docx": b"x"})))
    assert called(collected(tmp_path), tmp_path) == ["a.msg → 甲.docx", "b.eml → 乙.docx"]


def test_a_mail_of_apple_mail_is_opened(tmp_path: Path) -> None:
    made = letter({"甲.docx": b"x"}).as_bytes()
    (tmp_path / "a.emlx").write_bytes(b"%-10d\n" % len(made) + made + b"<plist><dict/></plist>")
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.emlx → 甲.docx", b"x")


def test_a_forwarded_mail_is_opened_though_it_was_packed(tmp_path: Path) -> None:
    inner = base64.encodebytes(letter({"甲.docx": b"x"}).as_bytes())
    headers = b"Content-Type: message/rfc822; name=z.eml\nContent-Transfer-Encoding: base64\n\n"
    outer = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    (tmp_path / "a.eml").write_bytes(outer + headers + inner + b"\n--b--\n")
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.eml → z.eml → 甲.docx", b"x")


def test_a_signature_of_a_mail_is_set_aside(tmp_path: Path) -> None:
    signed = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/signed; boundary=s\n\n--s\n"
    signature = b"\n--s\nContent-Type: %s; name=smime.p7s\nContent-Disposition: attachment\n\nx\n--s--\n"
    made = letter({"甲.docx": b"x"}).as_bytes()
    for number, kind in enumerate((b"application/pkcs7-signature", b"application/pgp-signature")):
        (tmp_path / f"{number}.eml").write_bytes(signed + made + signature % kind)
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["0.eml → 甲.docx", "1.eml → 甲.docx"]
    assert found.aside == [f"{tmp_path}/{n}.eml → smime.p7s" for n in (0, 1)]


def ber(tag: int, content: bytes, is_open: bool = False) -> bytes:
    """A thing of BER; its length may be left open."""
    if is_open:
        return bytes([tag, 0x80]) + content + b"\0\0"
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def cms(content: bytes, kind: int = 2, is_open: bool = False) -> bytes:
    """Something signed (2) or encrypted (3), in pieces where the lengths are left open."""
    name = ber(0x06, bytes.fromhex("2a864886f70d0107") + bytes([kind]))
    string = ber(0x24, ber(0x04, content[:9]) + ber(0x04, content[9:]), True) if is_open else ber(0x04, content)
    held = ber(0x30, ber(0x06, b"\x2a") + ber(0xA0, string, is_open), is_open)
    inside = ber(0x30, ber(0x02, b"\1") + ber(0x31, b"") + held + ber(0x31, b""), is_open)
    return ber(0x30, name + ber(0xA0, inside, is_open), is_open)


@pytest.mark.parametrize("is_open", [False, True])
def test_a_mail_that_is_signed_as_a_whole_is_opened(tmp_path: Path, is_open: bool) -> None:
    made = letter({"甲.docx": b"x"}).as_bytes()
    (tmp_path / "a.eml").write_bytes(letter({"smime.p7m": cms(made, is_open=is_open)}).as_bytes())
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.eml → smime.p7m → 甲.docx", b"x")


def test_an_encrypted_mail_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter({"smime.p7m": cms(b"x", kind=3)}).as_bytes())
    assert refusals(collected(tmp_path)) == [f"{tmp_path}/a.eml → smime.p7m：邮件是加密的，请发件人不加密重发"]


@pytest.mark.parametrize("data", [cms(b"x" * 99)[:60], ber(0x30, ber(0x06, bytes.fromhex("2a864886f70d010702")))])
def test_a_broken_signature_is_damage(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.p7m").write_bytes(data)
    [told] = refusals(collected(tmp_path))
    assert told.startswith(f"{tmp_path}/a.p7m：邮件已损坏；请用邮件程序（Outlook、Foxmail 等）打开")


def test_files_of_one_name_in_a_mail_or_an_archive_are_told_apart(tmp_path: Path, form: Form, run: Run) -> None:
    Path("人.docx").write_bytes(form.template)
    Path("收").mkdir()
    made = letter({})
    inner = letter({"表.docx": form.fill(record(4))}, subject="回复")
    for content in (form.fill(record(1)), form.fill(record(2)), form.fill(record(3))):
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename="表.docx")
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="表-2.docx")
    made.add_attachment(inner)
    made.add_attachment(letter({"表.docx": form.fill(record(5))}, subject="回复"))
    Path("收/a.eml").write_bytes(made.as_bytes())
    with zipfile.ZipFile("收/b.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("表.docx", "表.docx", "Thumbs.db", "Thumbs.db"):
            archive.writestr(name, form.fill(record(6)))
    done = run("extract", "收", "--form", "人.docx", "-o", "总.json")
    assert "共 8 份：" in done.stderr and "7 份无疑问，0 份有疑问，1 份无法读取" in done.stderr, done.stderr
    assert [r["source"] for r in json.loads(Path("总.json").read_bytes())] == [
        "收/a.eml → 表.docx", "收/a.eml → 表-3.docx", "收/a.eml → 表-4.docx", "收/a.eml → 表-2.docx",
        "收/a.eml → 回复.eml → 表.docx", "收/a.eml → 回复.eml → 表-2.docx", "收/b.zip/表.docx", "收/b.zip/表-2.docx",
        "收/b.zip/Thumbs.db", "收/b.zip/Thumbs-2.db",
    ]  # fmt: skip
    assert len(collected(Path("收")).aside) == 2


def test_a_tar_of_a_name_that_another_one_has_is_opened_too(tmp_path: Path, form: Form) -> None:
    data = tarred(tmp_path / "x.tar.gz", {"表.docx": form.fill(record(1))}).read_bytes()
    made = letter({})
    for _ in range(2):
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename="x.tar.gz")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    assert called(collected(tmp_path / "a.eml"), tmp_path) == ["a.eml → x.tar.gz/表.docx", "a.eml → x-2.tar.gz/表.docx"]


def test_what_an_earlier_run_wrote_is_set_aside(tmp_path: Path, form: Form, run: Run) -> None:
    Path("人.docx").write_bytes(form.template)
    Path("收").mkdir()
    Path("收/表.docx").write_bytes(form.fill(record(1)))
    for output in ("收/果/", "收/汇总.xlsx"):
        for _ in range(2):
            done = run("extract", "收", "--form", "人.docx", "-o", output, "--force")
            assert done.exit_code == 0, done.stderr
        shutil.rmtree("收/果", ignore_errors=True)


def test_a_folder_that_cannot_be_opened_is_in_the_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    (tmp_path / "甲.docx").write_bytes(b"x")
    walk = os.walk

    def closed(top: object, onerror: object) -> object:
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "密")))  # type: ignore[operator]
        return walk(top)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "walk", closed)
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["甲.docx", "密"]
    assert refusals(found[1:]) == [f"无法打开文件夹 {tmp_path}/密（没有权限）"]


# --- safety ---


@pytest.mark.parametrize("name", ["../外.docx", "/外.docx", "C:\\外.docx"])
def test_a_path_that_leads_out_of_a_tar_is_refused(tmp_path: Path, name: str) -> None:
    found = collected(tarred(tmp_path / "a.tar", {name: b"x", "好.docx": b"y"}))
    assert "压缩包中的路径指向包外，不予读取" in refusals(found[:1])[0]
    assert found[1].read() == b"y"


def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind.decode()}.docx")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert ["是链接或设备，不是文件" in told for told in refusals(collected(tmp_path))] == [True] * 4


def test_a_password_is_named(tmp_path: Path) -> None:
    seven_zipped(tmp_path / "a.7z", {"甲.docx": b"x"}, password="secret")
    assert refusals(collected(tmp_path)) == [f"{tmp_path}/a.7z：压缩包设有密码，请解压后再读"]


def test_bombs_are_refused(tmp_path: Path) -> None:
    seven_zipped(tmp_path / "a.7z", {"甲.docx": bytes(40_000_000)})
    tarred(tmp_path / "b.tgz", {"甲.docx": bytes(40_000_000), "乙.docx": b"x"})
    inner = zipped(tmp_path / "c.zip", {"甲.docx": b"x"}).read_bytes()
    zipped(tmp_path / "c.zip", {f"{n}.zip": inner for n in range(20)})
    with limits.within(total=30_000_000, file=30_000_000):
        seven, tar = refusals(s for s in collected(tmp_path) if s.refusal)
    assert "total=30000000" in seven and "total=30000000" in tar
    assert "ratio=400" in refusals(collected(tmp_path / "a.7z"))[0]
    with limits.within(files=30):
        told = refusals(s for s in collected(tmp_path / "c.zip") if s.refusal)
    assert len(told) == 10 and "c.zip/10.zip：压缩包中文件过多，超出安全限额（files=30）" in told[0]
    with limits.within(total=5 * len(inner)):
        told = refusals(s for s in collected(tmp_path / "c.zip") if s.refusal)
    assert len(told) == 15 and "层层相套，解压后过大" in told[0]


def test_an_archive_too_small_for_its_files_is_refused_as_one(tmp_path: Path) -> None:
    zipped(tmp_path / "好.zip", {f"{n}.docx": bytes([n % 256]) for n in range(2_500)})
    assert len(collected(tmp_path / "好.zip")) == 2_500
    zipped(tmp_path / "a.zip", {f"{n}.docx": bytes([n % 256]) for n in range(2_501)})
    tarred(tmp_path / "a.tgz", {f"{n}.docx": b"" for n in range(6_000)})
    for name, count in (("a.zip", 2_501), ("a.tgz", 6_000)):
        (told,) = refusals(collected(tmp_path / name))
        assert f"压缩包太小，装不下 {count} 个文件" in told


@pytest.mark.parametrize(
    ("count", "content"),
    [
        (3_000, package(p("数量：")).ljust(1_000)),  # a form that says nothing, without what most have
        (2_500, letter({"a.docx": b"x"}).as_bytes()),
    ],
    ids=["forms", "mails"],
)
def test_an_archive_of_the_least_that_anybody_sends_is_opened(tmp_path: Path, count: int, content: bytes) -> None:
    """However alike they are: a zip packs each by itself."""
    suffix = ".docx" if content.startswith(b"PK") else ".eml"
    zipped(tmp_path / "a.zip", {f"{n}{suffix}": content for n in range(count)})
    assert len([s for s in collected(tmp_path / "a.zip") if s.refusal is None]) == count


def test_a_mail_in_an_archive_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(tmp_path / "a.zip", {f"{n}.eml": letter({f"{n}.docx": b"x"}).as_bytes() for n in range(40)})
    opened = mails.opened
    seen: list[str] = []
    monkeypatch.setattr(mails, "opened", lambda stream, name: seen.append(name) or opened(stream, name))
    assert [s.read() for s in collected(tmp_path / "a.zip")] == [b"x"] * 40
    assert len(seen) == len(set(seen)) == 40


def test_a_tar_is_read_once_whatever_it_holds(tmp_path: Path, form: Form) -> None:
    members = {f"{n}.docx": form.fill(record(n)) for n in range(30)}
    found = collected(tarred(tmp_path / "a.tgz", members))
    assert names(list(extract_many(found, [form], jobs=2))) == [f"甲{n}" for n in range(30)]


def test_what_opens_a_kind_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    monkeypatch.setitem(sys.modules, "py7zr", None)
    (told,) = refusals(collected(tmp_path))
    assert told == f'{tmp_path}/a.7z：打开这种文件需要安装：pip install "docfill-forms[archives]"'


def test_a_mail_that_was_replaced_is_read_again(tmp_path: Path, form: Form, run: Run) -> None:
    Path("人.docx").write_bytes(form.template)
    command = ("extract", "a.eml", "--form", "人.docx", "-o", "果.json")
    Path("a.eml").write_bytes(letter({"甲.docx": form.fill(record(1)), "乙.docx": b"x"}).as_bytes())
    first = collected("a.eml")
    Path("a.eml").write_bytes(letter({"甲.docx": form.fill(record(2)), "乙.docx": b"x"}).as_bytes())
    again = collected("a.eml")
    assert first[0].stamp != again[0].stamp and first[1].stamp == again[1].stamp
    assert run(*command).exit_code == 1
    assert json.loads(Path("果.json").read_bytes())[0]["data"] == record(2)


def test_ten_thousand_members_are_listed_in_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docfill import archives

    looks: list[str] = []
    opened = archives.opened
    monkeypatch.setattr(archives, "opened", lambda stream, name: looks.append(name) or opened(stream, name))  # type: ignore[func-returns-value]
    found = collected(zipped(tmp_path / "a.zip", {f"{n}.docx": b"x" for n in range(1000)}))
    assert {s.read() for s in found} == {b"x"} and looks == [f"{tmp_path}/a.zip"]


def test_a_sparse_file_that_is_larger_than_is_read_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "收.tar.gz").write_bytes(pieces_of_a_sparse_file(0, goes_on=False))
    (source,) = collect(tmp_path / "收.tar.gz")
    assert source.refusal is not None and "file=" in source.refusal.zh


def test_the_members_of_a_packed_tar_are_read_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "收.tar.gz").write_bytes(tar_of((f"{n}.docx", 400_000 + n) for n in range(4)))
    assert [len(s.read()) for s in reversed(collect(tmp_path / "收.tar.gz"))] == [400_003, 400_002, 400_001, 400_000]


def test_archives_in_one_another_have_one_budget(tmp_path: Path) -> None:
    blanks = tar_of([("表.docx", 2**20)])
    path = tmp_path / "收.zip"
    path.write_bytes(zip_of({f"{n}.tar.gz": blanks for n in range(4)}))
    with limits.within(work=40_000):
        met = collect([str(path)])
    assert [bool(source.refusal) for source in met] == [False, False, True, True]
    assert next(str(source.refusal) for source in met if source.refusal).startswith(str(path))


def test_a_header_of_a_mail_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    find = headerregistry.HeaderRegistry.__getitem__

    def told(registry: Any, name: str) -> Any:
        parsed.append(name.lower())
        return find(registry, name)

    monkeypatch.setattr(headerregistry.HeaderRegistry, "__getitem__", told)
    path = tmp_path / "a.eml"
    path.write_bytes(attachments(20))
    mails._policy.cache_clear()
    assert len(collect([str(path)])) == 20
    assert len(parsed) <= 20 + 5
