"""What .doc and .rtf say in fields, and behind the last column, is held against what LibreOffice makes of it.

The files are built here, byte by byte; the last tests let LibreOffice convert them and are skipped where that is not
installed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docfill.compound import streams_of
from docfill.word.carried import Uncarried, worked_out
from docfill.word.document import Document
from docfill.word.older import Line, lines_of_doc, lines_of_rtf
from tests.small_form import cell, loaded, p, package, row, table

required = os.environ.get("DOCFILL_TEST_LIBREOFFICE") == "required"
converting = pytest.mark.skipif(shutil.which("soffice") is None and not required, reason="not installed: soffice")
_SECTOR = 512


def compound(**streams: bytes) -> bytes:
    """A compound file ([MS-CFB]) with large streams at its root."""
    entries, body, table = [], b"", []
    start = 2

    def entry(name: str, kind: int, first: int, size: int, beside: int = -1, below: int = -1) -> bytes:
        called = f"{name}\0".encode("utf-16-le")
        head = called.ljust(64, b"\0") + struct.pack("<HBBiii", len(called), kind, 1, -1, beside, below) + b"\0" * 36
        return head + struct.pack("<IQ", first, size)

    for number, (name, content) in enumerate(streams.items(), 1):
        count = -(-max(len(content), 4096) // _SECTOR)
        entries.append(entry(name, 2, start, max(len(content), 4096), number + 1 if number < len(streams) else -1))
        body += content.ljust(count * _SECTOR, b"\0")
        table += [*range(start + 1, start + count), 0xFFFFFFFE]
        start += count
    fat = struct.pack(f"<{_SECTOR // 4}I", *([0xFFFFFFFD, 0xFFFFFFFE, *table] + [0xFFFFFFFF] * 128)[: _SECTOR // 4])
    directory = (entry("Root Entry", 5, 0xFFFFFFFE, 0, below=1) + b"".join(entries)).ljust(_SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return (head + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)).ljust(_SECTOR, b"\0") + fat + directory + body


def doc(*pieces: str, version: int = 0xC1) -> bytes:
    """A .doc whose body stands in pieces, of one byte a character where that will do."""
    main = bytearray(0x600)
    listed, places, at = b"", [0], len(main)
    for piece in pieces:
        raw = piece.encode("latin-1") if piece.isascii() else piece.encode("utf-16-le")
        main += raw
        listed += struct.pack("<HIH", 0, at * 2 | 1 << 30 if piece.isascii() else at, 0)
        places.append(places[-1] + len(piece))
        at += len(raw)
    table = b"\1" + struct.pack("<H", 3) + b"abc\2" + struct.pack("<I", 4 * len(places) + len(listed))
    table += struct.pack(f"<{len(places)}I", *places) + listed
    struct.pack_into("<HH", main, 0, 0xA5EC, version)
    struct.pack_into("<H", main, 10, 0x200)
    struct.pack_into("<I", main, 0x4C, places[-1])
    struct.pack_into("<II", main, 0x1A2, 0, len(table))
    return compound(WordDocument=bytes(main), **{"1Table": table})


def rtf(body: str) -> bytes:
    """An .rtf in which Chinese is written as Word does."""
    escaped = "".join(c if c.isascii() else f"\\u{(ord(c) + 0x8000) % 0x10000 - 0x8000}?" for c in body)
    return f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0\\fcharset134 SimSun;}}}}{{\\info{{\\title x}}}}{escaped}}}".encode()


def field(code: str, shown: str) -> str:
    return f"{{\\field{{\\*\\fldinst {{ {code} }}}}{{\\fldrslt{{{shown}}}}}}}"


_CELLS = "\\trowd\\cellx2000\\cellx4000 "


# --- what the files say ---


def test_the_lines_of_a_doc_are_its_words_with_what_its_fields_show() -> None:
    made = doc("编号：", "\x13 SEQ a \x147\x15", " No.\r姓名\x07", "李明\x07\x07完\r")
    assert [line.text for line in lines_of_doc(made)] == ["编号：7 No.", "姓名", "李明", "完"]
    first = lines_of_doc(made)[0]
    assert (first.before, first.told, first.behind) == ("编号：", "7", " No.")


@pytest.mark.parametrize("code", ["HYPERLINK http://x.cn", "PAGE", "DATE", "FORMCHECKBOX"])
def test_fields_whose_words_are_kept_or_told_elsewhere_are_not_told_here(code: str) -> None:
    assert [line.told for line in lines_of_doc(doc(f"甲：\x13{code}\x147\x15\r"))] == [""]
    assert [line.told for line in lines_of_rtf(rtf(f"甲：{field(code, '7')}\\par"))] == ["", ""]


def test_an_eq_field_of_a_doc_says_what_its_code_does() -> None:
    assert lines_of_doc(doc("占\x13EQ \\f(1,2)\x15\r"))[0] == Line("占1/2", "1/2", "占", "")


def test_a_field_over_several_lines_is_told_in_each() -> None:
    told = lines_of_doc(doc("甲：\x13IF 1=1 \x14乙\r丙\x15丁\r"))
    assert [(line.told, line.behind) for line in told] == [("乙", ""), ("丙", "丁")]


def test_word_95_and_what_is_damaged_have_no_lines() -> None:
    assert lines_of_doc(doc("甲\r", version=0x68)) == []
    with pytest.raises(ValueError, match="damaged"):
        lines_of_doc(doc("甲\r")[:1000])


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("甲：\\'bc\\'d7\\par{\\b 丙}\\line 丁\\par", ["甲：甲", "丙\n丁", ""]),
        ("{\\*\\bkmkstart a}甲{\\header 乙}{\\pict 00}{\\listtext 1.}\\par", ["甲", ""]),
        ("\\uc2\\u30002  ?b\\uc0\\u30002 c\\par", ["甲b甲c", ""]),
        ("\\{甲\\}\\\\\\par\\bin3 }}}乙", ["{甲}\\", "乙"]),
        (f"{_CELLS}甲\\cell 乙\\cell\\row 丙", ["甲", "乙", "丙"]),
        ("\\loch\n\\u30002 ?\r\n乙\\\n丙", ["甲乙", "丙"]),
    ],
)
def test_the_lines_of_an_rtf_are_its_words(body: str, lines: list[str]) -> None:
    assert [line.text for line in lines_of_rtf(rtf(body))] == lines


def test_a_cell_behind_the_last_column_of_an_rtf_is_told_with_the_words_of_its_row() -> None:
    told = [x for x in lines_of_rtf(rtf(f"{_CELLS}甲\\cell 乙\\cell 丙\\cell\\row")) if x.told]
    assert told == [Line("丙", "丙", row=("甲",))]
    assert not [x for x in lines_of_rtf(rtf(f"{_CELLS}甲\\cell 乙\\cell\\row 丙\\par")) if x.told]


@given(st.binary(max_size=200), st.integers(0, 3000))
def test_whatever_bytes_are_no_more_than_damaged(noise: bytes, at: int) -> None:
    whole = doc("甲\x13SEQ a\x147\x15\r")
    for damaged in (whole[:at], whole[:at] + noise + whole[at + len(noise) :]):
        with contextlib.suppress(ValueError, IndexError, struct.error):
            assert isinstance(lines_of_doc(damaged), list)
    assert isinstance(lines_of_rtf(b"{\\rtf1 " + noise), list)


def test_a_chain_of_sectors_that_follows_itself_is_unpacked_no_further_than_the_file_is_long() -> None:
    looped = bytearray(doc("甲\r"))
    struct.pack_into("<I", looped, _SECTOR + 4 * 2, 2)
    assert sum(map(len, streams_of(bytes(looped), lambda path: True).values())) <= len(looped)
    endless = looped.replace(struct.pack("<Q", 4096), struct.pack("<Q", 1 << 30))
    with pytest.raises(ValueError, match="larger"):
        streams_of(bytes(endless), lambda path: True)


# --- held against what was made ---


def told(lines: list[Line], made: str) -> list[Uncarried]:
    return worked_out(lines, [Document(package(made), "表.docx").root])


def test_what_a_field_showed_is_told_beside_what_was_made_of_it() -> None:
    lines = [Line("编号：7号", "7", "编号：", "号"), Line("甲")]
    assert told(lines, p("编号：7号") + p("甲")) == []
    assert told(lines, p("编号：1号") + p("甲")) == [Uncarried("7", "编号1号")]
    assert told(lines, p("编号：号") + p("甲")) == [Uncarried("7", "编号号")]


def test_what_stands_alone_in_its_cell_is_told_of_what_stands_beside_it() -> None:
    lines = [Line("编号"), Line("7", "7", row=("编号", "甲")), Line("甲")]
    assert told(lines, table(2, row("编号", "")) + p("甲")) == [Uncarried("7", row="编号"), Uncarried("7", row="甲")]


def test_the_same_words_elsewhere_do_not_stand_for_those_that_are_lost() -> None:
    lines = [Line("7"), Line("编号"), Line("7", "7", row=("编号",))]
    assert told(lines, p("7") + table(2, row("编号", ""))) == [Uncarried("7", row="编号")]


# --- as LibreOffice converts them ---

_FORM = loaded(
    package(
        p("登记表")
        + table(2, row("姓名", cell(p("{{ 姓名 }}"))), row("编号", cell(p("{{ 编号 }}"))))
        + p("结论：{{ 结论 }}")
        + p("完")
    )
)


@converting
def test_answers_that_are_fields_of_an_rtf_or_stand_behind_its_columns_are_doubted() -> None:
    rows = f"{_CELLS}姓名\\cell 李明\\cell 内线\\cell\\row{_CELLS}编号\\cell 7\\cell\\row"
    result = _FORM.extract(
        Document(rtf(f"登记表\\par{rows}\\pard 结论：{field('AUTONUM', '合格')}\\par 完\\par"), "表.rtf")
    )
    assert (result.data["姓名"], result.data["编号"]) == ("李明", "7")
    doubts = [(x.code, x.path, x.found) for x in result.problems]
    assert doubts == [("lost-by-conversion", "姓名", "内线"), ("lost-by-conversion", "结论", "合格")]
