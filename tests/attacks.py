"""Attacks as real files, and a process of its own to try each in: what it says, how long it takes, what memory.

python -m tests.attacks        # tries the files that the lines of the input name, ["door", "path"], and prints outcomes
"""

from __future__ import annotations

import atexit
import base64
import io
import json
import os
import resource
import shutil
import struct
import sys
import tarfile
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.asked import Asked
from tests.disturb import MAIN, package_of, parts_of
from tests.small_form import p, package, r

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>'
_TAIL = "</w:body></w:document>"
HANG = 20
"""Seconds of the processor after which a trial is ended; what is promised is two."""


# --- one file in a process of its own ---


@dataclass(frozen=True)
class Outcome:
    """What became of a file: "read", "refused" or "broken"; the message; seconds of CPU in docfill; MiB at the peak."""

    kind: str
    message: str
    seconds: float
    mebibytes: int


class Trials(Asked):
    """Doors that are open, in a process from which each file gets a copy of its own."""

    def __init__(self) -> None:
        super().__init__("tests.attacks")

    def outcome(self, door: str, path: Path, most: int = HANG) -> Outcome:
        """What becomes of a file at a door; after `most` seconds of the processor it is given up."""
        return Outcome(**self.answer([door, str(path), most]))


def _serve() -> None:
    """Tries each file that a line of the input names, in a copy of this process."""
    doors = _doors()
    for line in sys.stdin:
        door, path, most = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
            with os.fdopen(writing, "w") as out:
                json.dump(_try(doors[door], Path(path)), out, ensure_ascii=False)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as said:
            text = said.read()
        _, status = os.waitpid(child, 0)
        broken = {"kind": "broken", "message": f"ended with {status}", "seconds": most, "mebibytes": 0}
        print(text or json.dumps(broken), flush=True)


def _doors() -> dict[str, Callable[[Path], Any]]:
    from typer.testing import CliRunner

    from docfill import DocfillError, Form, editions, files, sources, tables
    from docfill.batch import extract_many
    from docfill.batch.judging import check_records, load_entries
    from docfill.check import check, rules
    from docfill.diff import diff
    from docfill.lint import lint
    from docfill.tag.proposal import propose
    from docfill.template import language
    from docfill.view import View
    from docfill.view.pictures import drawn_anew
    from docfill.word.document import Document
    from tests.commands import app
    from tests.small_form import loaded, p, package, row, table

    form = Form.load("shanghai")
    form.extract(form.blank(), by_meaning=True)
    small = loaded(
        package(
            p("表甲：{{ 表.甲 }}") + table(1, row("{%tr for x in 表.行 %}"), row("{{ x.列 }}"), row("{%tr endfor %}"))
        )
    )
    numbers = loaded(package(p("数量：{{ 数量 | number }}")))
    many = loaded(package("".join(p(f"项{n}：{{{{ 项{n} }}}}") for n in range(300))))
    last_year = loaded(package("".join(p(f"旧的{n}：{{{{ 旧.甲{n} }}}}") for n in range(1_200))))
    answered = many.fill({f"项{n}": "答" * 99 for n in range(300)})

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    own, to_itself = folder / "many.docx", folder / "map.toml"
    own.write_bytes(many.template)
    to_itself.write_bytes(editions.dumped(editions.compared(*[Form.load(own)] * 2), to_itself))

    def told(path: Path, *arguments: str) -> str:
        """What a command says of a data file of the form of many fields; what is written stands beside it."""
        places = {"FORM": str(own), "MAP": str(to_itself), "DATA": str(path)}
        given = [places.get(word, str(path.with_name(word)) if word.startswith("out") else word) for word in arguments]
        said = CliRunner().invoke(app, [*given, *(["--force"] if "-o" in given else [])]).output
        if "work=" in said:
            raise DocfillError(said, said)
        return said

    return {
        "form": lambda path: json.dumps(form.extract(path).to_dict(), ensure_ascii=False),
        "check": lambda path: len(check(form, path).problems),
        "diff": lambda path: len(diff(form, path, form.blank()).leftovers),
        "number": lambda path: json.dumps(numbers.extract(path).to_dict(), ensure_ascii=False),
        "template": lambda path: len(Form.load(path).blank()),
        "lint": lambda path: len(lint(Form.load(path))),
        "edition": lambda path: len(editions.compared(Form.load(path), last_year).matches),
        "tag": lambda path: len(propose(Document(path)).template),
        "data": lambda path: len(list(tables.load(path, form).records)),
        "small": lambda path: [r.problems or small.fill(r.data) for r in tables.load(path, small).records],
        "records": lambda path: [*check_records(load_entries([path], [numbers]).records, [numbers], jobs=1)],
        "records told": lambda path: told(path, "check", "DATA", "--form", "FORM"),
        "records reported": lambda path: told(path, "check", "DATA", "--form", "FORM", "-o", "out.xlsx"),
        "records filled": lambda path: told(path, "fill", "FORM", "DATA", "-o", "out"),
        "records migrated": lambda path: told(path, "migrate", "DATA", "--map", "MAP", "-o", "out.xlsx"),
        "records compared": lambda path: told(path, "compare", "DATA", "DATA", "--form", "FORM", "--key", "项1"),
        "records put": lambda path: told(path, "put", "FORM", "DATA", "--form", "FORM", "--dry-run"),
        "rules": lambda path: rules.rules_of(Form.load(numbers.template, rules=path)),
        "ruled": lambda path: len(check(Form.load(many.template, rules=path), answered).problems),
        "rule": lambda path: language.expression(path.read_text(encoding="utf-8"))(form.context({})),
        "mail": lambda path: [s.refusal or s.read() for s in sources.collect([str(path)])],
        "picture": lambda path: drawn_anew(path.read_bytes()),
        "view": lambda path: len(View(Document(path)).html),
        "put": lambda path: len(form.put(path, {"封面": {"集群名称": "甲"}})),
        "put rows": lambda path: small.put(small.blank(), files.load_json(path)),
        "zip": lambda path: len(list(extract_many(sources.collect([str(path)]), [form], jobs=1))),
    }


def _try(door: Callable[[Path], Any], path: Path) -> dict[str, Any]:
    from docfill import DocfillError

    begun = _spent()
    try:
        kind, message = "read", str(door(path))
    except DocfillError as refused:
        kind, message = "refused", refused.zh
    except BaseException:
        kind, message = "broken", traceback.format_exc()
    took = _spent() - begun
    return {"kind": kind, "message": message[-500:], "seconds": took, "mebibytes": _peak()}


def _spent() -> float:
    """The seconds of the processor that this process and those that it waited for have had."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def _peak() -> int:
    """The most memory that this process or one that it started has held, in MiB (Linux)."""
    status = Path("/proc/self/status").read_text()  # what getrusage says of this one includes the parent's
    own = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


# --- zip files that lie ---


@dataclass
class Member:
    """A member as its headers declare it, which need not be what it is."""

    name: bytes
    packed: bytes
    size: int
    crc: int
    method: int = 8

    @classmethod
    def of(cls, name: str, content: bytes) -> Member:
        """An honest member."""
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflate.compress(content) + deflate.flush()
        return cls(name.encode(), packed, len(content), zlib.crc32(content))

    @classmethod
    def plain(cls, name: str, content: str) -> Member:
        """An honest member that is not packed, and so as large as the file."""
        data = content.encode()
        return cls(name.encode(), data, len(data), zlib.crc32(data), 0)

    @classmethod
    def repeated(cls, name: str, head: bytes, chunk: bytes, times: int, tail: bytes = b"") -> Member:
        """An honest member of any length, without ever holding it: `chunk` is packed once."""
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        first = deflate.compress(head) + deflate.flush(zlib.Z_FULL_FLUSH)
        middle = deflate.compress(chunk) + deflate.flush(zlib.Z_FULL_FLUSH)
        last = deflate.compress(tail) + deflate.flush()
        crc = zlib.crc32(head)
        for _ in range(times):
            crc = zlib.crc32(chunk, crc)
        size = len(head) + len(chunk) * times + len(tail)
        return cls(name.encode(), first + middle * times + last, size, zlib.crc32(tail, crc))


def zip_of(members: Iterable[Member], *, overlapping: int = 0) -> bytes:
    """A zip of the members; the last stands in the list `overlapping` more times, under other names."""
    out, directory = bytearray(), bytearray()
    count = 0

    def entry(member: Member, name: bytes, offset: int) -> None:
        nonlocal directory, count
        fields = (20, 0, member.method, 0, 33, member.crc, len(member.packed), member.size, len(name), 0)
        directory += b"PK\1\2\x14\0" + struct.pack("<HHHHHIIIHH", *fields) + struct.pack("<HHHII", 0, 0, 0, 0, offset)
        directory += name
        count += 1

    for member in members:
        at = len(out)
        entry(member, member.name, at)
        fields = (20, 0, member.method, 0, 33, member.crc, len(member.packed), member.size, len(member.name), 0)
        out += b"PK\3\4" + struct.pack("<HHHHHIIIHH", *fields) + member.name + member.packed
    for number in range(overlapping):
        entry(member, member.name + str(number).encode(), at)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(out), 0)
    return bytes(out + directory + end)


def form_with(*members: Member) -> bytes:
    """A .docx whose parts of these names are these."""
    named = {m.name for m in members}
    honest = [Member.of(n, c) for n, c in parts_of(package(p("甲：{{ 乙 }}"))).items() if n.encode() not in named]
    return zip_of([*honest, *members])


def document(body: str) -> Member:
    """A document's main part."""
    return Member.plain(MAIN, _HEAD + body + _TAIL)


def _main(head: str, chunk: str, times: int, tail: str) -> bytes:
    return form_with(Member.repeated(MAIN, (_HEAD + head).encode(), chunk.encode(), times, (tail + _TAIL).encode()))


# --- documents ---


def flat_bomb() -> bytes:
    """4 GB of blanks in the main part."""
    return _main("<w:p><w:r><w:t>", " " * 2**20, 4000, "</w:t></w:r></w:p>")


def bomb_below_the_limits() -> bytes:
    """30 MB of blanks, which is no more than a part may have."""
    return _main("<w:p><w:r><w:t>", " " * 2**20, 30, "</w:t></w:r></w:p>")


def overlapping_below_the_limits() -> bytes:
    """A hundred names for one member of 1 MB."""
    members = [Member.of(n, c) for n, c in parts_of(package(p("甲"))).items()]
    return zip_of([*members, Member.repeated("a", b"", b"\0" * 2**20, 1)], overlapping=100)


def nested_bomb() -> bytes:
    """A hundred zips inside each other, the innermost of 1 GB, embedded in a form."""
    inner = zip_of([Member.repeated("a.bin", b"", b"\0" * 2**20, 1000)])
    for _ in range(100):
        inner = zip_of([Member.of("a.zip", inner)])
    return form_with(Member.of("word/embeddings/a.zip", inner))


def many_small_members() -> bytes:
    """Half a million members with nothing in them."""
    return zip_of(Member(f"a{n}".encode(), b"", 0, 0, 0) for n in range(500_000))


def overlapping_members() -> bytes:
    """A thousand names for one member of 100 MB, so that 10 MB of file are 100 GB (as David Fifield's zip bomb)."""
    return zip_of(
        [
            *(Member.of(n, c) for n, c in parts_of(package(p("甲"))).items()),
            Member.repeated("a", b"", b"\0" * 2**20, 100),
        ],
        overlapping=1000,
    )


def size_declared_too_small() -> bytes:
    """1 GB that says it is 1 KB."""
    member = Member.repeated(MAIN, (_HEAD + "<w:p/>").encode(), b" " * 2**20, 1000, _TAIL.encode())
    member.size = 1024
    return form_with(member)


def size_declared_too_small_with_a_sum_that_fits() -> bytes:
    """1 GB that says it is the few bytes it begins with, with the checksum of those."""
    begin = (_HEAD + "<w:p/>").encode()
    member = Member.repeated(MAIN, begin, b" " * 2**20, 1000, _TAIL.encode())
    member.size, member.crc = len(begin), zlib.crc32(begin)
    return form_with(member)


def size_declared_too_large() -> bytes:
    """A few bytes that say they are 4 GB."""
    member = document("<w:p/>")
    member.size = 2**32 - 2
    return form_with(member)


def lzma_member() -> bytes:
    """A part packed by a method that may ask for 4 GB before it begins."""
    member = document("<w:p/>")
    member.method, member.packed = 14, b"\x09\x14\x05\0\x5d\xff\xff\xff\xff" + b"\0" * 64
    return form_with(member)


def _entities(declared: str, body: str) -> bytes:
    text = f'<?xml version="1.0"?><!DOCTYPE a [{declared}]><w:document xmlns:w="{W}"><w:body>{body}{_TAIL}'
    return form_with(Member.of(MAIN, text.encode()))


def billion_laughs() -> bytes:
    """Ten entities, each ten times the one before."""
    declared = '<!ENTITY a0 "哈哈">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    return _entities(declared, "<w:p><w:r><w:t>&a10;</w:t></w:r></w:p>")


def billion_laughs_in_an_attribute() -> bytes:
    """The same in an attribute, where parsers put entities in even if told not to."""
    declared = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    return _entities(declared, '<w:p w:rsidR="&a10;"/>')


def quadratic_entity() -> bytes:
    """One long entity, used often."""
    return _entities(f'<!ENTITY a "{"哈" * 50_000}">', f"<w:p><w:r><w:t>{'&a;' * 50_000}</w:t></w:r></w:p>")


def entity_of_a_file() -> bytes:
    """The password file as an answer."""
    return _entities('<!ENTITY a SYSTEM "file:///etc/passwd">', "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")


def entities_in_utf_16() -> bytes:
    """A DOCTYPE that no search for its ASCII letters finds."""
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="{W}"/>'
    return form_with(Member.of(MAIN, text.encode("utf-16")))


def entities_in_utf_7() -> bytes:
    """A DOCTYPE without the character "<"."""
    doctype = '+ADw-!DOCTYPE a [+ADw-!ENTITY b "c"+AD4-]+AD4-'
    text = f'<?xml version="1.0" encoding="UTF-7"?>{doctype}<w:document xmlns:w="{W}"/>'
    return form_with(Member.of(MAIN, text.encode()))


def entities_behind_a_comment() -> bytes:
    """A DOCTYPE behind a megabyte of comment."""
    text = f'<?xml version="1.0"?><!--{"x" * 10**6}--><!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="{W}"/>'
    return form_with(Member.of(MAIN, text.encode()))


def flat_with_entities() -> bytes:
    """A flat package, for which the parser's own limits are off, with a DOCTYPE."""
    pkg = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><pkg:package xmlns:pkg="{pkg}"/>'.encode()


def ten_million_cells() -> bytes:
    """Ten million empty cells."""
    return _main("<w:tbl><w:tr>", "<w:tc><w:p/></w:tc>" * 10_000, 1000, "</w:tr></w:tbl>")


def as_many_cells_as_the_parser_takes() -> bytes:
    """Empty cells up to the limit of tags."""
    return form_with(document("<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 260_000 + "</w:tr></w:tbl>"))


def deep_nesting() -> bytes:
    """100 000 tables inside each other."""
    return form_with(document("<w:tbl><w:tr><w:tc>" * 100_000 + "</w:tc></w:tr></w:tbl>" * 100_000))


def nesting_as_deep_as_the_parser_takes() -> bytes:
    """Eighty tables inside each other, which is read."""
    return form_with(document("<w:tbl><w:tr><w:tc>" * 80 + p("甲") + "</w:tc></w:tr></w:tbl>" * 80))


def gigabyte_attribute() -> bytes:
    """An attribute of 1 GB."""
    return _main('<w:p w:rsidR="', "A" * 2**20, 1024, '"/>')


def long_attribute() -> bytes:
    """An attribute of 30 MB, which is within the limit of a part."""
    return form_with(document(f'<w:p w:rsidR="{"A" * 30 * 2**20}"/>'))


def million_attributes() -> bytes:
    """An element with a million attributes."""
    return form_with(document("<w:p " + " ".join(f'a{n}="{n}"' for n in range(1_000_000)) + "/>"))


def _named(name: bytes) -> Callable[[], bytes]:
    def make() -> bytes:
        return form_with(Member(name, b"x", 1, zlib.crc32(b"x"), 0))

    return make


def repeated_member() -> bytes:
    """Two main parts: one for the checker, one for the reader."""
    parts = parts_of(package(p("甲")))
    return zip_of([*(Member.of(n, c) for n, c in parts.items()), Member.of(MAIN, parts[MAIN])])


def repeated_member_in_other_case() -> bytes:
    """The same in other letters, which make no difference (part 2, 6.2.2.3)."""
    return form_with(Member.of("word/document.xml", b"<a/>"), Member.of("WORD/Document.xml", b"<a/>"))


def external_relationships() -> bytes:
    """Every relationship leads elsewhere: a template, a header, a picture, a sub-document."""
    kinds = ("attachedTemplate", "header", "image", "subDocument", "aFChunk", "oleObject")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<Relationship Id="x{n}" Type="{office}/{kind}" TargetMode="External" Target="{target}"/>'
        for n, kind in enumerate(kinds)
        for target in ("http://127.0.0.1:9/a",)
    )
    rels = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listed}</Relationships>'
    )
    parts = parts_of(package(p("甲") + '<w:altChunk r:id="x4"/><w:p><w:subDoc r:id="x3"/></w:p>'))
    return package_of({**parts, "word/_rels/document.xml.rels": rels.encode()})


def climbing_relationship() -> bytes:
    """The main part is a file of the system."""
    parts = parts_of(package(p("甲")))
    rels = parts["_rels/.rels"].replace(b"word/document.xml", b"../../../../../etc/passwd")
    return package_of({**parts, "_rels/.rels": rels})


def with_programs() -> bytes:
    """Macros, an ActiveX control and an OLE object in a form."""
    more = {"word/vbaProject.bin": b"x", "word/activeX/activeX1.bin": b"x", "word/embeddings/oleObject1.bin": b"x"}
    return package_of({**parts_of(package(p("甲"))), **more})


# --- archives ---


def archives_of_blanks() -> bytes:
    """40 .tar.gz of 20 MB of blanks each, in a zip of 10 KB."""
    blanks = io.BytesIO()
    with tarfile.open(fileobj=blanks, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.docx")
        info.size = 20 * 2**20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    return zip_of(Member.of(f"{n}.tar.gz", blanks.getvalue()) for n in range(40))


def zip_in_itself(depth: int = 40) -> bytes:
    """Zips in one another, each of which holds the next twice, packed."""
    inner = zip_of([Member.of("a.docx", b"x")])
    for _ in range(depth):
        inner = zip_of([Member.of(f"{n}.zip", inner) for n in range(2)])
    return inner


# --- templates ---


def injected(tag: str) -> Callable[[], bytes]:
    """A template with a tag in a line, or alone in a paragraph."""

    def make() -> bytes:
        return package(p("名称：{{ 甲.乙 }}") + p(tag) + p("完"))

    return make


def unclosed_tags() -> bytes:
    """400 000 tags that never end."""
    return package(p("{{ 甲 }}") + p(r("{{" * 400_000)))


# --- data files ---


def book_parts() -> dict[str, bytes]:
    """The parts of a workbook with a heading and a record."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("shanghai")
        sheet.write_string(0, 0, "封面.集群名称")
        sheet.write_string(1, 0, "甲")
    return parts_of(out.getvalue())


SHEET = "xl/worksheets/sheet1.xml"


def book_with(rows: str) -> bytes:
    """A workbook whose sheet has these rows after its header."""
    parts = book_parts()
    head, _, tail = parts[SHEET].partition(b"</sheetData>")
    return package_of({**parts, SHEET: head + rows.encode() + b"</sheetData>" + tail})


def cells_in_opposite_corners() -> bytes:
    """Two cells, between which there are seventeen thousand million; they are read one row at a time."""
    return book_with('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>甲</t></is></c></row>')


def sheet_bomb() -> bytes:
    """A sheet of 4 GB."""
    parts = book_parts()
    head, _, tail = parts[SHEET].partition(b"</sheetData>")
    sheet = Member.repeated(SHEET, head, b"<row></row>" * 100_000, 3900, b"</sheetData>" + tail)
    return zip_of([*(Member.of(n, c) for n, c in parts.items() if n != SHEET), sheet])


def sheet_that_lies() -> bytes:
    """A sheet of 1 GB that says it is as long as its beginning, with the checksum of that."""
    parts = book_parts()
    whole = parts[SHEET]
    sheet = Member.repeated(SHEET, whole, b" " * 2**20, 1000)
    sheet.size, sheet.crc = len(whole), zlib.crc32(whole)
    return zip_of([*(Member.of(n, c) for n, c in parts.items() if n != SHEET), sheet])


def one_string_in_every_cell() -> bytes:
    """A shared string of 1 MB that 90 000 cells name: 90 GB once each has its own."""
    parts = book_parts()
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(
        "甲".encode(), "甲".encode() + base64.b64encode(zlib.compress(bytes(range(256)) * 9999) * 400)[: 10**6]
    )
    cells = '<c t="s"><v>1</v></c>' * 90
    rows = "".join(f'<row r="{n}">{cells}</row>' for n in range(3, 1003))
    head, _, tail = parts[SHEET].partition(b"</sheetData>")
    return package_of({**parts, SHEET: head + rows.encode() + b"</sheetData>" + tail})


def open_document_under_another_name() -> bytes:
    """An OpenDocument table with a cell repeated a thousand million times, called .xlsx."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet><table:table '
        'table:name="a"><table:table-row table:number-rows-repeated="1000000000"><table:table-cell '
        'office:value-type="float" office:value="1" table:number-columns-repeated="1000000000"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return package_of({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": b"<a/>"})


def entities_in_a_sheet() -> bytes:
    """Entities in a sheet."""
    parts = book_parts()
    return package_of(
        {**parts, SHEET: parts[SHEET].replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')}
    )


def deep_json() -> bytes:
    """A million lists inside each other."""
    return b"[" * 1_000_000 + b"]" * 1_000_000


def wide_json() -> bytes:
    """Thirty million empty lists."""
    return b"[" + b"[]," * 30_000_000 + b"[]]"


def long_number() -> bytes:
    """A number of ten million digits."""
    return b'{"a":' + b"9" * 10_000_000 + b"}"


def lines_of_nothing() -> bytes:
    """A hundred million empty lines."""
    return b"\n" * 100_000_000


_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def old_cells(*cells: tuple[int, int]) -> bytes:
    """The records of an .xls for a number in each of some cells."""
    return b"".join(_record(0x203, struct.pack("<HHHd", *cell, 0, 1.0)) for cell in cells)


def old_words(words: str, cells: int) -> tuple[bytes, bytes]:
    """The records of an .xls for so many cells of a column that hold a shared text, and for that."""
    listed = struct.pack("<IIHB", 1, 1, len(words), 1) + words.encode("utf-16-le")
    return b"".join(_record(0xFD, struct.pack("<HHHI", n, 0, 0, 0)) for n in range(cells)), _record(0xFC, listed)


def old_book(cells: bytes, shared: bytes = b"", sheets: int = 1, ring: int | None = None) -> bytes:
    """An .xls ([MS-XLS], [MS-CFB]).

    Args:
        cells: the records of its sheet.
        shared: the records of its shared texts.
        sheets: how many sheets are that one.
        ring: a sector that leads to itself, from the last: -1 is the directory's.
    """
    names = [str(n).encode() for n in range(sheets)]
    at = len(_begin(5) + shared + _record(0x0A, b"")) + sum(12 + len(name) for name in names)
    listed = b"".join(_record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name) for name in names)
    book = _begin(5) + listed + shared + _record(0x0A, b"")
    stream = (book + _begin(0x10) + cells + _record(0x0A, b"")).ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    count = len(stream) // 512
    tables = -(-(count + 2) // 127)
    next_of = [*range(1, count), _END, _END, *[_TABLE] * tables]
    next_of += [_FREE] * (128 * tables - len(next_of))
    if ring is not None:
        next_of[count + 1 + ring] = count + 1 + ring

    def entry(name: str, kind: int, first: int, size: int, child: int) -> bytes:
        letters = (name + "\0").encode("utf-16-le")
        head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, _FREE, _FREE, child)
        return head + bytes(36) + struct.pack("<IQ", first, size)

    folder = (entry("Root Entry", 5, _END, 0, 1) + entry("Workbook", 2, 0, len(stream), _FREE)).ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, count, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(count + 1, count + 1 + tables), *[_FREE] * (109 - tables))
    return head + stream + folder + struct.pack(f"<{len(next_of)}I", *next_of)


@dataclass(frozen=True)
class Attack:
    """One attack: the door it comes to, how it is made, and the words of the refusal, or "" where it is harmless."""

    door: str
    suffix: str
    make: Callable[[], bytes]
    says: str


ATTACKS: dict[str, Attack] = {
    "zip bomb, flat": Attack("form", ".docx", flat_bomb, "total="),
    "zip bomb, flat, below the limits of size": Attack("form", ".docx", bomb_below_the_limits, "ratio="),
    "zip bomb, nested a hundred deep": Attack("form", ".docx", nested_bomb, ""),
    "zip bomb, overlapping members": Attack("form", ".docx", overlapping_members, "重叠"),
    "overlapping members, below the limits of size": Attack("form", ".docx", overlapping_below_the_limits, "重叠"),
    "zip of half a million members": Attack("form", ".docx", many_small_members, "members="),
    "declared size too small": Attack("form", ".docx", size_declared_too_small, "已损坏"),
    "declared size too small, checksum to match": Attack(
        "form", ".docx", size_declared_too_small_with_a_sum_that_fits, "已损坏"
    ),
    "declared size too large": Attack("form", ".docx", size_declared_too_large, "total="),
    "LZMA with a dictionary of 4 GB": Attack("form", ".docx", lzma_member, "已损坏"),
    "embedded bomb in a template": Attack("template", ".docx", nested_bomb, ""),
    "billion laughs": Attack("form", ".docx", billion_laughs, "DOCTYPE"),
    "billion laughs in an attribute": Attack("form", ".docx", billion_laughs_in_an_attribute, "DOCTYPE"),
    "quadratic entity": Attack("form", ".docx", quadratic_entity, "DOCTYPE"),
    "XXE, a file": Attack("form", ".docx", entity_of_a_file, "DOCTYPE"),
    "DOCTYPE in UTF-16": Attack("form", ".docx", entities_in_utf_16, "DOCTYPE"),
    "DOCTYPE in UTF-7": Attack("form", ".docx", entities_in_utf_7, "少见的编码"),
    "DOCTYPE behind a comment": Attack("form", ".docx", entities_behind_a_comment, "DOCTYPE"),
    "DOCTYPE in a flat package": Attack("form", ".xml", flat_with_entities, "DOCTYPE"),
    "ten million empty cells": Attack("form", ".docx", ten_million_cells, "part="),
    "cells up to the limit of tags": Attack("form", ".docx", as_many_cells_as_the_parser_takes, "blocks="),
    "nesting 100 000 deep": Attack("form", ".docx", deep_nesting, "已损坏"),
    "nesting as deep as is read": Attack("form", ".docx", nesting_as_deep_as_the_parser_takes, ""),
    "attribute of 1 GB": Attack("form", ".docx", gigabyte_attribute, "total=|part="),
    "attribute of 30 MB": Attack("form", ".docx", long_attribute, "已损坏"),
    "element with a million attributes": Attack("form", ".docx", million_attributes, "属性过多"),
    "member named ../…": Attack("form", ".docx", _named(b"../../../etc/cron.d/x"), "指向别处"),
    "member named /…": Attack("form", ".docx", _named(b"/etc/passwd"), "指向别处"),
    "member named C:\\…": Attack("form", ".docx", _named(b"C:\\Windows\\x"), "指向别处"),
    "member with a NUL in its name": Attack("form", ".docx", _named(b"word/a.xml\0.png"), "指向别处"),
    "member with a name of 60 000 characters": Attack("form", ".docx", _named(b"a" * 60_000), "name="),
    "member twice": Attack("form", ".docx", repeated_member, "出现了两次"),
    "member twice, in other case": Attack("form", ".docx", repeated_member_in_other_case, "出现了两次"),
    "external relationships": Attack("form", ".docx", external_relationships, ""),
    "relationship to /etc/passwd": Attack("form", ".docx", climbing_relationship, "缺少"),
    "40 .tar.gz of blanks in a zip": Attack("zip", ".zip", archives_of_blanks, ""),
    "zips in one another, two in each": Attack("zip", ".zip", zip_in_itself, ""),
    "macros, ActiveX, OLE": Attack("form", ".docx", with_programs, ""),
    "unclosed tags, 400 000": Attack("template", ".docx", unclosed_tags, "work="),
    "two cells in opposite corners": Attack("data", ".xlsx", cells_in_opposite_corners, ""),
    "sheet of 4 GB": Attack("data", ".xlsx", sheet_bomb, "total="),
    "sheet whose declared size lies": Attack("data", ".xlsx", sheet_that_lies, "已损坏"),
    "one long string in every cell": Attack("data", ".xlsx", one_string_in_every_cell, "sheet="),
    "OpenDocument under the name .xlsx": Attack("data", ".xlsx", open_document_under_another_name, "不是 .xlsx"),
    "DOCTYPE in a sheet": Attack("data", ".xlsx", entities_in_a_sheet, "DOCTYPE"),
    "an .xls with two cells in opposite corners": Attack(
        "data", ".xls", lambda: old_book(old_cells((0, 0), (65535, 255))), "表头"
    ),
    "an .xls of a diagonal": Attack(
        "data", ".xls", lambda: old_book(old_cells(*((n, n % 256) for n in range(40_000)))), "过多"
    ),
    "an .xls whose directory leads to itself": Attack(
        "data", ".xls", lambda: old_book(old_cells((0, 0)), ring=-1), "已损坏"
    ),
    "an .xls whose sheet leads to itself": Attack(
        "data", ".xls", lambda: old_book(old_cells((0, 0)), ring=-2), "已损坏"
    ),
    "an .xls of 15 000 sheets that are one": Attack(
        "data", ".xls", lambda: old_book(old_cells(*((n, 0) for n in range(40_000))), sheets=15_000), "内容过多"
    ),
    "an .xls of 300 sheets with two cells far apart": Attack(
        "data", ".xls", lambda: old_book(old_cells((0, 0), (6_553, 14)), sheets=300), "内容过多"
    ),
    "an .xls with a long text in every cell": Attack(
        "data", ".xls", lambda: old_book(*old_words("甲" * 4_000, 60_000)), "内容过多"
    ),
    "JSON a million deep": Attack("data", ".json", deep_json, "JSON"),
    "JSON of thirty million lists": Attack("data", ".json", wide_json, "cells="),
    "number of ten million digits": Attack("data", ".json", long_number, "JSON"),
    "a hundred million empty lines": Attack("data", ".jsonl", lines_of_nothing, "cells="),
    "a .csv of empty lines": Attack("data", ".csv", lines_of_nothing, "cells="),
}

INJECTIONS = (
    "{{ 甲.__class__.__mro__ }}",
    '{{ 甲["__class__"] }}',
    '{{ ""["__class__"]["__mro__"] }}',
    "{{ self._TemplateReference__context }}",
    "{{ self }}",
    '{{ cycler.__init__.__globals__.os.popen("id").read() }}',
    '{{ "{0.__class__}".format(甲) }}',
    "{{ 甲.乙.upper() }}",
    "{{ range(1000000000) }}",
    '{{ "a" * 10**9 }}',
    "{{ 9 ** 9 ** 9 }}",
    '{{ 甲 | attr("__class__") }}',
    '{{ 甲 | map(attribute="__class__") }}',
    "{{ 甲 | blank(1000000000) }}",
    "{{ 甲[乙] }}",
    "{{ 甲[1:2] }}",
    "{{ " + "(" * 900 + "甲" + ")" * 900 + " }}",
    "{{ " + "1+" * 900 + "1 }}",
    "{{ " + "甲" * 3000 + " }}",
    "{% for x in range(1000000000) %}{% endfor %}",
    "{%p for x in [1] * 10**9 %}",
    "{%p for x in 甲.__class__.__subclasses__() %}",
    "{%tr for x in lipsum.__globals__ %}",
    "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}",
    "{% if 甲.__class__ %}{% endif %}",
    '{% if cycler.__init__.__globals__.os.system("id") %}{% endif %}',
    '{% set x = "a" * 10**9 %}',
    '{% include "/etc/passwd" %}',
    '{% import "os" as os %}',
    '{% extends "a" %}',
    "{% macro a() %}{{ a() }}{% endmacro %}",
    "{% call a() %}{% endcall %}",
    "{% filter upper %}{% endfilter %}",
    "{% raw %}",
    "{{r 甲.__class__.__mro__ }}",
    "{%r if 甲.__class__() %}",
    "{%tc for x in 甲() %}",
)
"""Template injections, at least one in each kind of tag."""


if __name__ == "__main__":
    _serve()
