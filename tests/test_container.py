"""The one door for containers: what lies in a zip, what it is packed with, and whose the limits are."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable

import pytest

from docfill import DocfillError, limits
from docfill.container import SMALL, Container, NoContainer, has_password
from tests.attacks import Member, zip_of

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def container(data: bytes) -> Container:
    return Container(io.BytesIO(data), "收.zip")


def packed(method: int, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("甲", content)
    return out.getvalue()


def both_ways(opened: Container) -> tuple[bytes, bytes]:
    info = opened.members[0]
    with opened.opened(info, "甲", "part") as stream:
        return opened.read(info, "甲", "part"), b"".join(iter(lambda: stream.read(1000), b""))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("content", [b"", b"x", os.urandom(SMALL + 77) * 2], ids=["empty", "short", "long"])
def test_a_member_is_unpacked_whole_at_once_and_by_pieces(method: str, content: bytes) -> None:
    assert both_ways(container(packed(METHODS[method], content))) == (content, content)


def _one_byte_more(member: Member) -> None:
    member.size -= 1


def _with_the_sum_of_its_beginning(member: Member) -> None:
    member.size, member.crc = 3, 0x352441C2


def _one_byte_less(member: Member) -> None:
    member.size += 1


def _another_sum(member: Member) -> None:
    member.crc ^= 1


def _cut_off(member: Member) -> None:
    member.packed = member.packed[:-2]


def _in_an_unknown_way(member: Member) -> None:
    member.method = 99


LIES = (_one_byte_more, _with_the_sum_of_its_beginning, _one_byte_less, _another_sum, _cut_off, _in_an_unknown_way)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__.strip("_"))
@pytest.mark.parametrize("method", ["stored", "deflated"])
def test_a_member_that_is_not_what_is_said_of_it_is_refused_both_ways(
    lie: Callable[[Member], None], method: str
) -> None:
    member = Member.of("甲", b"abcdefgh") if method == "deflated" else Member.plain("甲", "abcdefgh")
    lie(member)
    opened = container(zip_of([member]))
    with pytest.raises(DocfillError, match=r"^甲 部分已损坏，或压缩方式不能识别"):
        opened.read(opened.members[0], "甲", "part")
    with opened.opened(opened.members[0], "甲", "part") as stream, pytest.raises(DocfillError, match="已损坏"):
        stream.read()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__.strip("_"))
def test_a_member_that_files_have_alike_is_what_it_is_whatever_was_read_before(lie: Callable[[Member], None]) -> None:
    good, bad = Member.of("甲", b"abcdefgh"), Member.of("乙", b"abcdefgh")
    lie(bad)
    for members in ([good, bad], [bad, good]) * 2:
        for member in members:
            opened = container(zip_of([member]))
            info = opened.members[0]
            if member is good:
                assert opened.shared(info, "甲", "part") == b"abcdefgh"
                with limits.within(part=7), pytest.raises(DocfillError, match="part=7"):
                    opened.shared(info, "甲", "part")
            else:
                with pytest.raises(DocfillError, match=r"^乙 部分已损坏，或压缩方式不能识别"):
                    opened.shared(info, "乙", "part")


def test_a_dictionary_of_four_gigabytes_is_not_made() -> None:
    data = bytearray(packed(zipfile.ZIP_LZMA, b"abcdefgh"))
    at = data.index("甲".encode()) + 3
    data[at + 5 : at + 9] = b"\xff" * 4
    opened = container(bytes(data))
    with pytest.raises(DocfillError, match="已损坏"):
        opened.read(opened.members[0], "甲", "part")


def test_every_limit_of_a_container_can_be_raised_by_its_name() -> None:
    data = packed(zipfile.ZIP_DEFLATED, b"\0" * 2 * SMALL)
    for limit, allowed in {"part": 2 * SMALL, "ratio": 2000, "name": 1, "members": 1}.items():
        loose = {"part": 2 * SMALL, "ratio": 2000, "name": 1, "members": 1, limit: allowed}
        with limits.within(**loose):
            assert len(both_ways(container(data))[0]) == 2 * SMALL
    for limit, short in {"part": 2 * SMALL - 1, "ratio": 50}.items():
        with limits.within(**{"ratio": 2000, limit: short}), pytest.raises(DocfillError, match=f"{limit}={short}"):
            both_ways(container(data))
    two = zip_of([Member.of("甲", b"1"), Member.of("乙乙", b"2")])
    for limit in ("members", "name"):
        with limits.within(**{limit: 1}), pytest.raises(DocfillError, match=f"{limit}=1"):
            container(two)


@pytest.mark.parametrize("data", [b"", b"PK", b"nothing", b"PK\5\6" + b"\xff" * 18, b"PK\6\7" + b"\xff" * 99])
def test_what_is_no_zip_is_told_apart(data: bytes) -> None:
    with pytest.raises(NoContainer, match=r"收\.zip：不是压缩包，或已损坏"):
        container(data)


def test_a_compound_file_that_names_no_stream_has_no_password() -> None:
    named = "EncryptedPackage\0".encode("utf-16-le")
    entry = named.ljust(64, b"\0") + bytes([len(named)]) + bytes(63)
    assert has_password(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry)
    assert not has_password(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"x" + entry)
    assert not has_password(b"PK".ljust(512, b"\0") + entry)
