"""What comes with a mail by other means than MIME: Outlook's winmail.dat, uuencode in the text, links, objects."""

from __future__ import annotations

import binascii
import random
import struct
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

import pytest

from docfill import DocfillError, limits
from docfill.sources import Source
from tests.outlook import compound, mail, wrapped
from tests.test_archives import called, collected, letter, zip_of

DOCUMENT = bytes(random.Random(1).randbytes(3_001))


def refusals(found: Iterable[Source]) -> list[str]:
    """Why those that are not read are not."""
    told = []
    for source in found:
        try:
            source.read()
        except DocfillError as error:
            told.append(str(error))
    return told


def winmail(content: bytes, name: str = "winmail.dat") -> EmailMessage:
    made = letter({})
    made.add_attachment(content, maintype="application", subtype="ms-tnef", filename=name)
    return made


def uuencoded(name: str, content: bytes, end: str = "`\nend\n") -> str:
    lines = [content[at : at + 45] for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n" + "".join(binascii.b2a_uu(line, backtick=True).decode() for line in lines) + end


# --- winmail.dat ---


@pytest.mark.parametrize("long", [True, False])
@pytest.mark.parametrize("name", ["winmail.dat", "ATT0001.dat", ""])
def test_what_outlook_wraps_is_opened(tmp_path: Path, long: bool, name: str) -> None:
    inside = {"浦东.docx": DOCUMENT, "转发": {"静安.docx": b"x"}}
    (tmp_path / "a.eml").write_bytes(winmail(wrapped(inside, long), name).as_bytes())
    found = collected(tmp_path)
    box = name or "winmail.dat"
    assert called(found, tmp_path) == [f"a.eml → {box} → 浦东.docx", f"a.eml → {box} → 转发.msg → 静安.docx"]
    assert [s.read() for s in found] == [DOCUMENT, b"x"] and found.aside == []


def test_a_winmail_by_itself_is_opened(tmp_path: Path) -> None:
    for name in ("winmail.dat", "2-Winmail.dat", "信.tnef"):
        (tmp_path / name).write_bytes(wrapped({"表.docx": DOCUMENT}))
    (tmp_path / "winmail(1).dat").write_bytes(wrapped({"表.docx": DOCUMENT}))
    found = collected(tmp_path)
    names = ["2-Winmail.dat → 表.docx", "winmail(1).dat", "winmail.dat → 表.docx", "信.tnef → 表.docx"]
    assert called(found, tmp_path) == names
    assert refusals(found) == [f"{tmp_path}/winmail(1).dat：这是 Outlook 的 winmail.dat，请把名称改回 winmail.dat"]


def test_a_winmail_that_holds_nothing_is_set_aside_and_told_where_there_is_nothing_else(tmp_path: Path) -> None:
    made = winmail(wrapped({}))
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="甲.docx")
    (tmp_path / "b.eml").write_bytes(made.as_bytes())
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml", "b.eml → 甲.docx"]
    assert refusals(found) == [f"{tmp_path}/a.eml：邮件没有附件，请向发件人另要 Word 文件"]
    assert found.aside == [f"{tmp_path}/{n}.eml → winmail.dat" for n in "ab"]


def test_what_a_winmail_only_leads_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(winmail(wrapped({"表.docx": None})).as_bytes())
    assert "只有链接" in refusals(collected(tmp_path))[0]


@pytest.mark.parametrize("cut", [20, 300, 3_000])
def test_a_winmail_that_is_cut_off_is_damage_of_its_own(tmp_path: Path, cut: int) -> None:
    made = winmail(wrapped({"表.docx": DOCUMENT})[:-cut])
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="甲.docx")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml → winmail.dat", "a.eml → 甲.docx"]
    assert refusals(found) == [
        f"{tmp_path}/a.eml → winmail.dat：邮件已损坏；请用 Outlook 打开，把里面的文件另存后交来，打不开的请发件人重发"
    ]


def test_winmails_in_one_another_are_bounded(tmp_path: Path) -> None:
    inside: dict[str, object] = {"表.docx": b"x"}
    for _ in range(8):
        inside = {"转": inside}
    (tmp_path / "winmail.dat").write_bytes(wrapped(inside))  # type: ignore[arg-type]
    assert "nested=4" in refusals(collected(tmp_path))[0]


def test_a_winmail_with_any_byte_changed_ends_in_files_or_one_error(tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(wrapped({"浦东.docx": b"x" * 40, "转": {"静安.docx": b"y"}}))
        for _ in range(3):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        (tmp_path / "winmail.dat").write_bytes(data)
        assert len(collected(tmp_path)) >= 1


# --- uuencode ---


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_lines_of_uuencode_in_the_text_are_files(tmp_path: Path, encoding: str) -> None:
    made = EmailMessage()
    made["Subject"] = "x"
    text = f"see below\n\n{uuencoded('a b.docx', DOCUMENT)}\nregards\n\n{uuencoded('b.docx', b'x')}"
    made.set_content(text, cte=encoding)
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml → a b.docx", "a.eml → b.docx"]
    assert [s.read() for s in found] == [DOCUMENT, b"x"]


def test_a_mail_older_than_mime_has_its_file_by_a_name_in_gbk(tmp_path: Path) -> None:
    text = uuencoded("C:\\表\\浦东.docx", DOCUMENT).replace("`", " ").replace("\n", "\r\n")
    (tmp_path / "a.eml").write_bytes(b"From: a@b.c\r\nSubject: x\r\n\r\n" + text.encode("gbk"))
    (found,) = collected(tmp_path)
    assert (found.name, found.read()) == (f"{tmp_path}/a.eml → 浦东.docx", DOCUMENT)


def test_blanks_that_were_taken_from_the_ends_of_lines_are_put_back(tmp_path: Path) -> None:
    text = uuencoded("a.docx", b"ab\0" * 400).replace("`", " ")
    stripped = "\n".join(line.rstrip() for line in text.split("\n"))
    (tmp_path / "a.eml").write_bytes(b"Subject: x\n\n" + stripped.encode())
    (found,) = collected(tmp_path)
    assert found.read() == b"ab\0" * 400


def test_uuencode_that_is_cut_off_is_damage(tmp_path: Path) -> None:
    for number, end in enumerate(("", "~~~\nend\n")):
        (tmp_path / f"{number}.eml").write_bytes(b"Subject: x\n\n" + uuencoded("a.docx", DOCUMENT, end).encode())
    assert all(
        "a.docx：邮件已损坏；请用邮件程序（Outlook、Foxmail 等）打开" in r for r in refusals(collected(tmp_path))
    )
    assert len(refusals(collected(tmp_path))) == 2


@pytest.mark.parametrize(
    "text", ["begin 644 pages of the book\nand read on\n", "begin 644 甲\n请查收\nend\n", "begin 1 a\n"]
)
def test_words_that_begin_so_are_no_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: x\n\n" + text.encode())
    assert refusals(collected(tmp_path)) == [f"{tmp_path}/a.eml：邮件没有附件，请向发件人另要 Word 文件"]


# --- links ---

QQ = (
    '<div>从QQ邮箱发来的超大附件</div><a href="https://mail.qq.com/cgi-bin/ftnExs_download?k=1&amp;t=exs_ftn_download"'
    ' title="x"><span>申报表.docx</span></a> (12M) <a href="https://mail.qq.com/cgi-bin/ftnExs_download?k=1&amp;t='
    'exs_ftn_download">进入下载页面</a>'
)
NETEASE = (
    '<a href="https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT">下载</a>'
    "从网易163邮箱发来的云附件"
)
BAIDU = '材料见网盘：<a href="https://pan.baidu.com/s/1abc">https://pan.baidu.com/s/1abc</a> 提取码 1234'


def said(text: str, subject: str = "报送", **attached: bytes) -> EmailMessage:
    made = letter({})
    made.replace_header("Subject", subject)
    made.set_content("请查收。")
    made.add_alternative(text, subtype="html")
    for name, content in attached.items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"{name}.docx")
    return made


@pytest.mark.parametrize(
    ("text", "name"),
    [(QQ, "申报表.docx"), (NETEASE, "网上的附件"), (BAIDU, "网上的附件")],
    ids=["qq", "netease", "baidu"],
)
def test_a_mail_that_only_leads_to_its_file_is_told_so(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(said(text).as_bytes())
    assert refusals(collected(tmp_path)) == [
        f"{tmp_path}/a.eml → {name}：邮件里只有链接（超大附件、云附件、网盘），没有文件本身，请下载后放进来"
    ]


def test_a_link_beside_what_is_attached_is_told_where_a_provider_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(said(QQ, 甲=b"x").as_bytes())
    (tmp_path / "b.eml").write_bytes(said(BAIDU, 甲=b"x").as_bytes())
    assert called(collected(tmp_path), tmp_path) == ["a.eml → 甲.docx", "a.eml → 申报表.docx", "b.eml → 甲.docx"]


def test_what_a_reply_quotes_is_not_its_own_but_what_is_forwarded_is(tmp_path: Path) -> None:
    quoted = f"<div>好的</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>{QQ}"
    (tmp_path / "a.eml").write_bytes(said(quoted, "回复：报送", 甲=b"x").as_bytes())
    (tmp_path / "b.eml").write_bytes(said(quoted, "转发：报送", 甲=b"x").as_bytes())
    assert called(collected(tmp_path), tmp_path) == ["a.eml → 甲.docx", "b.eml → 甲.docx", "b.eml → 申报表.docx"]


def test_a_plain_text_leads_to_files_too(tmp_path: Path) -> None:
    made = letter({})
    made.set_content("超大附件：http://u.163.com/t/abc 请下载")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    tree = {**mail({}), "__substg1.0_1000001F": "见 https://pan.baidu.com/s/1abc".encode("utf-16-le")}
    (tmp_path / "a.msg").write_bytes(compound(tree))
    assert [r.partition("：")[0] for r in refusals(collected(tmp_path))] == [
        f"{tmp_path}/a.{kind} → 网上的附件" for kind in ("eml", "msg")
    ]


# --- what is encrypted, what is an object, what is empty ---


def test_a_mail_that_pgp_encrypts_is_told_as_such(tmp_path: Path) -> None:
    head = b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n"
    control = b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
    body = b'Content-Type: application/octet-stream; name="encrypted.asc"\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n--b--\n'
    (tmp_path / "a.eml").write_bytes(head + control + body)
    found = collected(tmp_path)
    assert refusals(found) == [f"{tmp_path}/a.eml → encrypted.asc：这是 PGP 加密的文件，请发件人不加密重发"]
    assert len(found.aside) == 1


def test_an_object_in_the_text_of_a_mail_of_outlook_is_told(tmp_path: Path) -> None:
    tree = mail({"甲.docx": b"x", "对象": {"CONTENTS": b"x"}})
    tree["__attach_version1.0_#00000001"]["__substg1.0_3701000D"] = {"CONTENTS": b"x"}  # type: ignore[call-overload, index]
    (tmp_path / "a.msg").write_bytes(compound(tree))
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.msg → 甲.docx", "a.msg → 对象"]
    assert refusals(found) == [f"{tmp_path}/a.msg → 对象：是插在邮件正文里的对象，不是附件，请发件人作为附件重发"]


def test_a_mail_in_a_mail_that_holds_nothing_is_set_aside_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter({"甲.docx": b"x", "": letter({}, "原信")}).as_bytes())
    (tmp_path / "b.msg").write_bytes(compound(mail({"甲.docx": b"x", "原信": mail({})})))
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["a.eml → 甲.docx", "b.msg → 甲.docx"]
    assert found.aside == [f"{tmp_path}/a.eml → 原信.eml", f"{tmp_path}/b.msg → 原信.msg"]


def test_many_links_and_attributes_cost_what_a_file_of_their_size_may(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(said("<a " * 200_000 + "<a href=http://a.cn>x</a>" * 20_000, 甲=b"x").as_bytes())
    (tmp_path / "winmail.dat").write_bytes(wrapped({}) + b"\1" + bytes(10) * 200_000)
    with limits.within(work=2_000_000):
        found = collected(tmp_path)
    assert called(found, tmp_path)[0] == "a.eml → 甲.docx" and len(refusals(found)) == 1


def test_a_mail_of_outlook_says_when_it_was_sent(tmp_path: Path) -> None:
    sent = struct.pack("<LLQ", 0x00390040, 6, 10_000_000 * (11_644_473_600 + 1_772_323_200))
    tree = {**mail({"甲.docx": b"x"}), "__properties_version1.0": bytes(32) + sent}
    (tmp_path / "a.msg").write_bytes(compound(tree))
    (tmp_path / "b.msg").write_bytes(compound({**tree, "__properties_version1.0": bytes(32) + sent[:9]}))
    first, second = collected(tmp_path)
    assert first.dated == 1_772_323_200.0
    assert second.dated != first.dated
    far = {**tree, "__properties_version1.0": bytes(32) + sent[:8] + b"\xff" * 8}
    (tmp_path / "b.msg").write_bytes(compound(far))
    assert collected(tmp_path)[1].dated < 1e10


def test_archives_mails_and_winmails_are_opened_in_one_another(tmp_path: Path) -> None:
    inner = zip_of({"表.docx": DOCUMENT})
    (tmp_path / "收.zip").write_bytes(zip_of({"信/a.eml": winmail(wrapped({"内.zip": inner})).as_bytes()}))
    (found,) = collected(tmp_path)
    assert found.name == f"{tmp_path}/收.zip/信/a.eml → winmail.dat → 内.zip/表.docx"
    assert (found.read(), found.stem) == (DOCUMENT, "a-winmail-表")
