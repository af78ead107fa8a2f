"""Mailboxes in one file (mbox) are folders of mails: each mail, and each thing attached to one, is in the outcome."""

from __future__ import annotations

import mailbox
import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from docfill import limits, mailboxes
from docfill.sources import Met
from tests.test_archives import letter
from tests.test_growth import calls
from tests.test_sources import called, collected, refusals

DAY = "Thu, 05 Nov 2026 09:00:00 +0800"
DOCUMENT = bytes(random.Random(1).randbytes(3_001))


def dated(made: EmailMessage, day: str = DAY) -> EmailMessage:
    made["Date"] = day
    return made


def thunderbird(
    *mails: EmailMessage | bytes, line: bytes = b"From - Thu Nov 05 09:00:00 2026", end: bytes = b"\n"
) -> bytes:
    """A mailbox as Thunderbird keeps it."""
    written = b""
    for one in mails:
        content = one if isinstance(one, bytes) else one.as_bytes()
        written += line + b"\n" + b"X-Mozilla-Status: 0001\n" + content.rstrip(b"\n") + b"\n\n"
    return written.replace(b"\n", end)


def inside(met: Met, folder: Path) -> list[str]:
    return [name.removeprefix("信.mbox/") for name in called(met, folder)]


def test_each_mail_of_a_mailbox_is_opened_and_called_by_day_sender_and_subject(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "信.mbox")
    for name in ("浦东", "静安"):
        box.add(mailbox.mboxMessage(dated(letter({f"{name}.docx": DOCUMENT}, subject=f"{name}/申报表"))))
    box.add(mailbox.mboxMessage(letter({"转.eml": letter({"松江.docx": b"x"}, "转来")}, subject="")))
    box.close()
    found = collected(tmp_path)
    assert inside(found, tmp_path) == [
        "2026-11-05 甲 浦东_申报表.eml → 浦东.docx",
        "2026-11-05 甲 静安_申报表.eml → 静安.docx",
        "甲.eml → 转来.eml → 松江.docx",
    ]
    assert [s.read() for s in found] == [DOCUMENT, DOCUMENT, b"x"]
    assert found[0].dated == 1793840400.0


@pytest.mark.parametrize(
    "line", [b"From - Thu Nov 05 09:00:00 2026", b"From a@b.org Thu Nov  5 09:00:00 2026", b"From "]
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_mails_begin_as_any_program_writes_it(tmp_path: Path, line: bytes, end: bytes) -> None:
    mails = [letter({f"{n}.docx": DOCUMENT}, subject=str(n)) for n in range(3)]
    (tmp_path / "信.mbox").write_bytes(thunderbird(*mails, line=line, end=end))
    assert inside(collected(tmp_path), tmp_path) == [f"甲 {n}.eml → {n}.docx" for n in range(3)]
    (tmp_path / "信.mbox").write_bytes(
        thunderbird(*mails, line=line, end=end).replace(end * 2 + b"From ", end + b"From ")
    )
    assert len(collected(tmp_path)) == 3


def test_a_mailbox_that_an_editor_saved_with_its_mark_is_read_from_its_first_mail_on(tmp_path: Path) -> None:
    mails = [letter({f"{n}.docx": DOCUMENT}, subject=str(n)) for n in range(2)]
    (tmp_path / "信.mbox").write_bytes(b"\xef\xbb\xbf" + thunderbird(*mails))
    found = collected(tmp_path)
    assert inside(found, tmp_path) == [f"甲 {n}.eml → {n}.docx" for n in range(2)]
    assert [s.read() for s in found] == [DOCUMENT, DOCUMENT]


def test_mails_of_one_name_are_told_apart_and_keep_their_names_when_more_come(tmp_path: Path) -> None:
    mails = [dated(letter({"表.docx": bytes([n])}, subject="申报表")) for n in range(3)]
    (tmp_path / "信.mbox").write_bytes(thunderbird(*mails[:2]))
    before = collected(tmp_path)
    assert inside(before, tmp_path) == ["2026-11-05 甲 申报表.eml → 表.docx", "2026-11-05 甲 申报表-2.eml → 表.docx"]
    (tmp_path / "信.mbox").write_bytes(thunderbird(*mails))
    after = collected(tmp_path)
    assert [(s.name, s.stamp) for s in after][:2] == [(s.name, s.stamp) for s in before]


def test_words_in_a_mail_that_look_like_a_beginning_begin_none(tmp_path: Path) -> None:
    made = letter({"表.docx": DOCUMENT})
    text = made.as_bytes().replace("请查收。".encode(), b"")
    quoted = text.replace(b"\n\n", b"\n\nFrom here to there\nit is far.\n\n>From a@b.org\nSubject: x\n", 1)
    (tmp_path / "信.mbox").write_bytes(thunderbird(quoted))
    found = collected(tmp_path)
    assert len(found) == 1 and found[0].name.endswith("甲 报送.eml → 表.docx")


def test_what_was_deleted_and_waits_to_be_removed_is_set_aside_by_name(tmp_path: Path) -> None:
    kept, gone = letter({"甲.docx": b"x"}, subject="留"), letter({"乙.docx": b"x"}, subject="删")
    data = thunderbird(kept) + thunderbird(gone).replace(b"Status: 0001", b"Status: 0009")
    (tmp_path / "信.mbox").write_bytes(data)
    found = collected(tmp_path)
    assert inside(found, tmp_path) == ["甲 留.eml → 甲.docx"]
    assert found.aside == [f"{tmp_path}/信.mbox/已删除 甲 删.eml"]


def test_the_folder_of_apple_mail_and_the_index_of_thunderbird(tmp_path: Path) -> None:
    (tmp_path / "收件箱.mbox").mkdir()
    (tmp_path / "收件箱.mbox/mbox").write_bytes(thunderbird(letter({"表.docx": DOCUMENT})))
    (tmp_path / "收件箱.mbox/table_of_contents").write_bytes(b"\0\1")
    (tmp_path / "收件箱.msf").write_bytes(b"// <!-- <mdb:mork:z -->")
    found = collected(tmp_path)
    assert called(found, tmp_path) == ["收件箱.mbox/mbox/甲 报送.eml → 表.docx"]
    assert sorted(name.rpartition("/")[2] for name in found.aside) == ["table_of_contents", "收件箱.msf"]


def test_a_mailbox_under_another_name_is_told_how_to_be_called(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(thunderbird(letter({"表.docx": DOCUMENT})))
    (tmp_path / "全部.pst").write_bytes(b"!BDN\0")
    told = refusals(collected(tmp_path))
    assert told[0].endswith("Inbox：这是邮箱导出的一批邮件，请把名称改为以 .mbox 结尾")
    assert told[1].endswith(
        "这是 Outlook 的邮箱（.pst、.ost），请在 Outlook 中把各封邮件拖到一个文件夹里（另存为 .msg）"
    )


def test_mails_without_attachments_and_damaged_ones_have_their_reasons(tmp_path: Path) -> None:
    bad = b"Subject: x\n" + b"A" * 3 + b": " + b"y" * 9_000 + b"\nSubject: " + b"z" * 9_000 + b"\n\ntext"
    (tmp_path / "信.mbox").write_bytes(thunderbird(letter({}), bad, letter({"表.docx": DOCUMENT})))
    found = collected(tmp_path)
    assert len(found) == 3 and found[2].read() == DOCUMENT
    assert ["没有附件" in told or "已损坏" in told for told in refusals(found[:2])] == [True, True]


@pytest.mark.parametrize("content", [b"x", b"From \n", b"From a\n\n", b"\n\nSubject: x\n", bytes(5_000)])
def test_what_holds_no_mail_is_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "信.mbox").write_bytes(content)
    [told] = refusals(collected(tmp_path))
    assert "已损坏" in told or "没有附件" in told


def test_what_stands_before_the_first_mail_is_one_itself(tmp_path: Path) -> None:
    first, second = (letter({f"{name}.docx": DOCUMENT}, subject=name).as_bytes() for name in "甲乙")
    (tmp_path / "信.mbox").write_bytes(first + b"\n" + thunderbird(second))
    assert inside(collected(tmp_path), tmp_path) == ["甲 甲.eml → 甲.docx", "甲 乙.eml → 乙.docx"]
    for blank in (b"\n\n", b"\xef\xbb\xbf"):
        (tmp_path / "信.mbox").write_bytes(blank + b"\n" + thunderbird(second))
        assert inside(collected(tmp_path), tmp_path) == ["甲 乙.eml → 乙.docx"]


def test_beginnings_are_found_wherever_the_file_is_cut_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = thunderbird(*(letter({"表.docx": DOCUMENT[: 40 * n]}, subject=str(n)) for n in range(30)))
    (tmp_path / "信.mbox").write_bytes(data)
    expected = inside(collected(tmp_path), tmp_path)
    assert len(expected) == 30
    for size in (1, 7, 64, 999, 1_299, 1_301):
        monkeypatch.setattr(mailboxes, "_CHUNK", size)
        with (tmp_path / "信.mbox").open("rb") as stream:
            assert [m.name for m in mailboxes.opened(stream, "信").members] == [f"甲 {n}.eml" for n in range(30)]


def test_a_mailbox_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "信.mbox").write_bytes(thunderbird(*(letter({"表.docx": DOCUMENT}) for _ in range(5))))
    with limits.within(files=4):
        assert "files=4" in refusals(collected(tmp_path))[0]
    with limits.within(total=9_000):
        assert "total=9000" in refusals(collected(tmp_path))[0]
    with limits.within(file=3_000):
        assert all("file=3000" in told for told in refusals(collected(tmp_path)))


def test_work_is_in_proportion_to_the_mails(tmp_path: Path) -> None:
    counts = []
    for n in (50, 100, 200):
        path = tmp_path / f"{n}.mbox"
        path.write_bytes(thunderbird(*(letter({"表.docx": b"x" * 400}) for _ in range(n))))
        counts.append(calls(lambda path=path: collected(path)))  # type: ignore[misc]
    assert counts[2] - counts[1] < 3 * (counts[1] - counts[0])


def test_any_byte_changed_ends_in_files_or_one_error(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = thunderbird(*(letter({f"{n}.docx": b"x"}) for n in range(3)))
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "信.mbox").write_bytes(data)
        assert len(collected(tmp_path)) + len(collected(tmp_path).aside) >= 1
