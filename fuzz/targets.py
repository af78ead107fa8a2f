"""The doors that strangers' bytes come through, each as a function of bytes, with the laws as the judge.

A target returns, or has met one DocfillError; any other exception is a bug
(law 6).  What takes longer than `SLOW` seconds is one, too, and so is text that
was planted in a document where a reader of the page sees it and that is neither
in the data nor among the problems and leftovers (law 4), a file that was planted in
an archive and is met nowhere (law 8), and a value put that does not read back.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import tarfile
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from docfill import DocfillError, Form, files, sources, tables
from docfill.check import check
from docfill.check.expression import Expression, Unanswered
from docfill.check.functions import FUNCTIONS
from docfill.data import value_at
from docfill.pictures import Picture, from_url
from docfill.problems import Problem
from docfill.recognise import recognise
from docfill.template import language
from docfill.view import View
from docfill.view.pictures import drawn_anew
from docfill.word import cage
from docfill.word.document import Document
from docfill.word.package import Package
from fuzz import grammar
from fuzz.choices import Choices
from fuzz.edits import edited, planted, visible
from fuzz.parcels import parcel
from tests.disturb import MAIN, changed, package_of, parts_of
from tests.small_form import form_named, p, template_of
from tests.strategies import filled_everywhere, record_of

SLOW = 10.0
"""Seconds of the processor; the attacks of tests/test_attacks.py are held to two."""


class Lost(Exception):
    """Text that stands in the document and nowhere in the result."""


@cache
def small() -> Form:
    """The form of the tests that has a place of every kind."""
    return form_named("small")


@cache
def answered(name: str = "small") -> bytes:
    """A form with an answer at every field, its members not packed, so that a changed byte is a changed byte."""
    form = form_named(name)
    return stored(form.fill(record_of(filled_everywhere(form))))


def stored(package: bytes) -> bytes:
    """The package with its members as they are, unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts_of(package).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


@cache
def workbook() -> bytes:
    """A workbook with a record, not packed."""
    return stored(_table(".xlsx"))


def _table(suffix: str) -> bytes:
    """A record as `extract` writes it into a table."""
    form = small()
    with tempfile.TemporaryDirectory(prefix="docfill-fuzz-") as folder:
        path = Path(folder, f"data{suffix}")
        with tables.Writer(path, [form]) as writer:
            writer.add(form, form.extract(form.fill(record_of(filled_everywhere(form)))))
        return path.read_bytes()


def _accounted(result: Any) -> str:
    """All that a result says, without white space."""
    return "".join(json.dumps(result.to_dict(), ensure_ascii=False, default=str).split())


# --- documents ---


def whole(data: bytes) -> None:
    """The bytes of a returned file, as they are."""
    result = small().extract(data, "file")
    _accounted(result)


def part(data: bytes) -> None:
    """The bytes of one part of a whole package: the first byte says which."""
    parts = parts_of(answered())
    names = sorted(parts)
    name = names[data[0] % len(names)] if data else MAIN
    document = Document(package_of({**parts, name: data[1:]}), "file")
    _accounted(small().extract(document))
    recognise(document, [small(), form_named("shanghai")])


def structure(data: bytes) -> None:
    """The tree of a real form with its elements moved, wrapped, repeated and lost, and texts planted in it."""
    choices = Choices(data)
    name = choices.one_of(("small", "shanghai", "shandong"))
    planted_texts: list[str] = []

    def change(root: etree._Element) -> None:
        texts = planted(root, choices)
        edited(root, choices)
        planted_texts.extend(visible(root, texts))

    document = changed(answered(name), change)
    said = _accounted(form_named(name).extract(document, "file"))
    lost = [text for text in planted_texts if text not in said]
    if lost:
        raise Lost(f"{name}: {lost}")


_HOMES = {"block": ("body", "tc"), "row": ("tbl",), "cell": ("tr",), "inline": ("p",), "piece": ("r",)}
"""Where what a grammar's name stands for may stand."""
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }.items()
)
_KINDS_OF_PARTS = {"hdr": "header"}
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(data: bytes) -> None:
    """What the grammar of Word's XML allows, put into a form that somebody answered, and into parts beside it."""
    choices = Choices(data)
    texts_seen: list[str] = []

    def change(root: etree._Element) -> None:
        texts = planted(root, choices)
        for _ in range(1 + choices.below(4)):
            name = choices.one_of(tuple(_HOMES))
            made = etree.fromstring(f"<a {SPACES}>{grammar.grown(grammar.WORD, name, choices)}</a>")
            home = choices.one_of(list(root.iter(*(f"{{*}}{tag}" for tag in _HOMES[name]))))
            at = choices.below(1 + len(home))
            home[at:at] = made[:]
        texts_seen.extend(visible(root, texts))

    document = Document(_with_part(changed(answered(), change), choices), "file")
    said = _accounted(result := small().extract(document))
    if lost := [text for text in texts_seen if text not in said]:
        raise Lost(f"{lost}")
    View(document).html  # noqa: B018
    check(small(), document)
    with contextlib.suppress(DocfillError):
        if small().put(document, result.data) != document.package.data:
            raise AssertionError("putting what it says changes it")


def _with_part(document: bytes, choices: Choices) -> bytes:
    """The document with a part of a grown content, which its main part relates to; or without one."""
    name = choices.one_of(("", *grammar.PARTS))
    if not name:
        return document
    parts = parts_of(document)
    rels = "word/_rels/document.xml.rels"
    kind = _KINDS_OF_PARTS.get(name, name)
    related = f'<Relationship Id="rIdGrown" Type="{_OFFICE}/{kind}" Target="grown.xml"/></Relationships>'
    grown = f"<w:{name} {SPACES}>{grammar.grown(grammar.WORD, name, choices)}</w:{name}>".encode()
    kept = "\n".join(line for line in parts[rels].decode().split("<Relationship ") if f'/{kind}"' not in line)
    joined = "<Relationship ".join(kept.split("\n")) if choices.below(2) else parts[rels].decode()
    return package_of({**parts, rels: joined.replace("</Relationships>", related).encode(), "word/grown.xml": grown})


_VALUES = (
    "",
    "甲",
    "两行\n之间",
    "3",
    "-2.5",
    "2021-03-04",
    "是",
    "□是",
    "部门",
    "x" * 90,
    "{{ 甲 }}",
    "无",
    "　",
    "\t",
)


def put(data: bytes) -> None:
    """Values into documents whose tree was edited: what comes out says them, and what it said before elsewhere."""
    choices = Choices(data)
    form = small()
    document = changed(answered(), lambda root: edited(root, choices))
    before = form.extract(document, "file")
    with contextlib.suppress(DocfillError):  # what was read need not be what the form takes
        if form.put(document, before.data) != document:
            raise AssertionError("putting what it says changes it")
    f = choices.one_of(form.fields)
    first, second = (_value_for(f, choices) for _ in range(2))
    once = form.put(document, record_of({f.path: first}))
    after = form.extract(once, "file")
    for other in form.fields:
        due = value_at(before.data, other.steps) if other is not f else value_at(after.data, f.steps)
        if value_at(after.data, other.steps) != due:
            raise AssertionError(f"{f.path} was put, {other.path} changed")
    if form.put(once, record_of({f.path: value_at(after.data, f.steps)})) != once:
        raise AssertionError("putting it again changes it")
    twice, at_once = (form.extract(form.put(d, record_of({f.path: second})), "file") for d in (once, document))
    if twice.data != at_once.data:
        raise AssertionError(f"the last put of {f.path} does not win")


def _value_for(f: Any, choices: Choices) -> Any:
    """A value that a field may take, or nearly."""
    if f.kind.has_records:
        columns = {c.path: _value_for(c, choices) for c in f.fields}
        return [{k: v for k, v in columns.items() if choices.below(3)} for _ in range(choices.below(4))]
    if f.kind.is_many:
        return [o for o in f.options if choices.below(2)]
    if f.kind.has_options and choices.below(6):
        return choices.one_of((*f.options, None))
    filled = filled_everywhere(small()).get(f.path)
    return choices.one_of((filled, filled, filled, None, *_VALUES))


# --- templates ---


def template(data: bytes) -> None:
    """Tags of any spelling in a template, which is then filled and read, if it can be used at all."""
    choices = Choices(data)

    def change(root: etree._Element) -> None:
        paragraphs = list(root.iter("{*}p"))
        for _ in range(1 + choices.below(3)):
            at = choices.one_of(paragraphs)
            made = etree.fromstring(f"<a xmlns:w='{etree.QName(root).namespace}'>{p('甲')}</a>")[0]
            for text in made.iter("{*}t"):
                text.text = choices.tag()
            at.addnext(made) if choices.below(2) else at.append(made[-1])

    form = Form(Package(changed(template_of("small"), change), "file"), "file")
    form.extract(form.blank())
    record = {f.path: "甲" for f in form.fields if f.kind.is_prose}
    _accounted(form.extract(form.fill(form.records.nested(record))))


def expression(data: bytes) -> None:
    """A derived value or a rule: its value is data, never an object of the program."""
    record = {"甲": {"乙": 3, "丙": "文", "丁": None}, "行": [{"列": "一"}, {"列": None}], "选": ["一", "二"]}
    source = Choices(data).expression()
    with contextlib.suppress(DocfillError, Unanswered, TypeError):
        if not _is_data(ruled := Expression(source)({**record, **FUNCTIONS})):
            raise AssertionError(f"{type(ruled)} came out of a rule")
    value = language.expression(source)(record)
    if not _is_data(value):
        raise AssertionError(f"{type(value)} came out")


def _is_data(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(map(_is_data, value.values()))
    return value is None or isinstance(value, str | int | float)


# --- data files ---


def _load(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory(prefix="docfill-fuzz-") as folder:
        path = Path(folder, f"data{suffix}")
        path.write_bytes(data)
        loaded = tables.load(path, small())
        records = list(loaded.records)
    for record in records:
        with contextlib.suppress(DocfillError):
            small().fill(record.data)
        name = files.name_from("{申请.申请人}-{申请.部门}", record.data) if isinstance(record.data, dict) else ""
        if "/" in name or "\\" in name or len(name.encode()) > files.LONGEST or name in (".", ".."):
            raise AssertionError(f"the name {name!r} is not safe")
    problems: list[Problem] = [*loaded.problems, *(x for r in records for x in r.problems)]
    for problem in problems:
        str(problem)


def xlsx(data: bytes) -> None:
    """The bytes of a workbook, as they are."""
    _load(data, ".xlsx")


def sheet(data: bytes) -> None:
    """The bytes of one part of a whole workbook: the first byte says which."""
    parts = parts_of(workbook())
    names = sorted(parts)
    name = names[data[0] % len(names)] if data else names[0]
    _load(package_of({**parts, name: data[1:]}), ".xlsx")


def csv(data: bytes) -> None:
    """The bytes of a .csv."""
    _load(data, ".csv")


def json_(data: bytes) -> None:
    """The bytes of a .json."""
    _load(data, ".json")


def jsonl(data: bytes) -> None:
    """The bytes of a .jsonl."""
    _load(data, ".jsonl")


def grid(data: bytes) -> None:
    """What the grammar of a workbook's XML allows, in the rows under headings that are known."""
    choices = Choices(data)
    parts = parts_of(workbook())
    name = next(n for n in sorted(parts) if n.startswith("xl/worksheets/sheet"))
    head, _, tail = parts[name].decode().partition("</sheetData>")
    rows = grammar.grown(grammar.SHEET, "rows", choices)
    more = grammar.grown(grammar.SHEET, "tail", choices)
    parts[name] = f"{head}{rows}</sheetData>{more}{tail}".encode()
    for part, content in (("xl/styles.xml", "styles"), ("xl/sharedStrings.xml", "sharedStrings")):
        if not choices.below(3):
            root = "styleSheet" if content == "styles" else "sst"
            grown = grammar.grown(grammar.SHEET, content, choices)
            parts[part] = f'<{root} xmlns="{_SHEETS}">{grown}</{root}>'.encode()
    _load(package_of(parts), ".xlsx")


_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


# --- what holds files ---


def _met(data: bytes, suffix: str) -> tuple[list[bytes], int]:
    """What is read of an archive or mail, and how much of it is refused or set aside by name."""
    with tempfile.TemporaryDirectory(prefix="docfill-fuzz-") as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(data)
        met = sources.collect([str(path)])
        read, told = [], len(met.aside)
        for source in met:
            shown = {unicodedata.category(c) for c in source.name}
            if shown & {"Cc", "Cf", "Cs", "Zl", "Zp"} or "/" in source.stem or not source.stem:
                raise AssertionError(f"the name {source.name!r} or {source.stem!r} is not safe")
            try:
                read.append(source.read())
            except DocfillError as refused:
                if not refused.zh or not refused.en:
                    raise AssertionError("a refusal without words") from refused
                told += 1
        if [p.name for p in Path(folder).iterdir()] != [path.name]:
            raise AssertionError("something was unpacked")
        return read, told


def holder(suffix: str) -> Callable[[bytes], None]:
    """The bytes of an archive or a mail with this suffix."""

    def target(data: bytes) -> None:
        read, _ = _met(data, suffix)
        if not read:
            raise DocfillError("没有读到什么", "nothing was read")

    return target


def parcels(data: bytes) -> None:
    """Archives and mails that are honest, in one another: each file of theirs is met."""
    (suffix, packed), inside = parcel(Choices(data))
    read, told = _met(packed, suffix)
    if len(read) + told < len(inside):  # what holds nothing but what is set aside is refused besides
        raise Lost(f"{len(inside)} files, {len(read)} read, {told} refused or set aside")
    if strange := [content for content in read if content not in inside]:
        raise Lost(f"read otherwise than they are: {strange}")


# --- pictures, and the server ---


def picture(data: bytes) -> None:
    """The bytes of a picture: what it says of itself, and as it is drawn for a browser."""
    drawn_anew(data)
    known = Picture.of(data)
    if not (known["width"] > 0 and known["height"] > 0 and known == Picture.of(data)):
        raise AssertionError(f"{dict(known)}")


def url(data: bytes) -> None:
    """A picture in a data URL."""
    if from_url(data.decode("utf-8", "replace")) is None:
        raise DocfillError("不是图片", "no picture")


def upload(data: bytes) -> None:
    """A request to a door of the server, with a file or a form that is filled in."""
    from fuzz import uploads

    status = uploads.asked(Choices(data), _sent())
    if status >= 400:
        raise DocfillError(f"{status}", f"{status}")


@cache
def _sent() -> tuple[bytes, ...]:
    """What may be sent to the server."""
    drawn = [packed for _, packed in (parcel(Choices(bytes([n] * 40)))[0] for n in (7, 90))]
    return (small().fill({}), answered(), answered("shanghai"), workbook(), *drawn, b"", b"PK", b"{}", pictures()[0])


@cache
def pictures() -> tuple[bytes, ...]:
    """A picture of each format."""
    from tests.test_pictures import drawn, metafile

    formats = ("png", "jpeg", "gif", "bmp", "tiff", "webp")
    return (*(drawn(suffix) for suffix in formats), drawn("jpeg", turn=6), metafile("emf"), metafile("wmf"))


# --- the doors by name ---


def _drawn() -> list[bytes]:
    return [bytes(range(start, start + 64)) for start in (0, 64, 128, 190)]


def _of_parts(made: Callable[[], bytes]) -> Callable[[], list[bytes]]:
    def seeds() -> list[bytes]:
        parts = parts_of(made())
        return [bytes([n]) + parts[member] for n, member in enumerate(sorted(parts))]

    return seeds


def _record() -> dict[str, Any]:
    return record_of(filled_everywhere(small()))


def _held() -> dict[str, bytes]:
    return {"表.docx": small().blank(), "图.jpg": b"\xff\xd8\xff\xe0", "~$表.docx": b"x"}


def _letters() -> list[bytes]:
    from tests.test_archives import letter

    return [letter(_held()).as_bytes(), letter({"": letter(_held()), "甲.docx": b"x"}, "转").as_bytes()]


def _mailboxes() -> list[bytes]:
    return [b"".join(b"From - Thu Nov 05 09:00:00 2026\n" + mail + b"\n" for mail in _letters())]


def _messages() -> list[bytes]:
    from tests.outlook import compound, mail

    return [compound(mail(_held())), compound(mail({"转": mail({"甲.docx": b"x"})}, narrow=True))]


def _wrapped() -> list[bytes]:
    from tests.outlook import wrapped

    return [wrapped(_held()), wrapped({"转发": {"甲.docx": b"x"}}, long=False)]


def _seven_zips() -> list[bytes]:
    import py7zr

    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, content in _held().items():
            archive.writestr(content, name)
    return [out.getvalue()]


def _tars() -> list[bytes]:
    made = []
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            for name, content in _held().items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        made.append(out.getvalue())
    return made


def _zips() -> list[bytes]:
    return [package_of(_held()), stored(package_of({**_held(), "内.zip": package_of(_held())}))]


@dataclass(frozen=True)
class Door:
    """Where bytes come in.

    Attributes:
        target: what is done with them.
        seeds: inputs that it lets in, to begin with.
        is_chosen: whether the bytes are choices, so that any will do.
        share: of the time that all doors are fuzzed for; more where one input takes long.
    """

    target: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]] = _drawn
    is_chosen: bool = False
    share: int = 1


_SAMPLE = bytes.fromhex("5d9388b3e27c16756f897adc8f78b8fad267eaa1177771")

DOORS: dict[str, Door] = {
    "package": Door(whole, lambda: [answered()]),
    "part": Door(part, _of_parts(answered)),
    "structure": Door(structure, is_chosen=True, share=6),
    "word": Door(word, is_chosen=True, share=6),
    "put": Door(put, is_chosen=True, share=6),
    "template": Door(template, lambda: [*_drawn(), _SAMPLE], is_chosen=True, share=2),
    "expression": Door(expression, is_chosen=True),
    "xlsx": Door(xlsx, lambda: [workbook()]),
    "sheet": Door(sheet, _of_parts(workbook)),
    "grid": Door(grid, is_chosen=True, share=2),
    "csv": Door(csv, lambda: [_table(".csv")]),
    "json": Door(json_, lambda: [files.dump_json(_record())]),
    "jsonl": Door(jsonl, lambda: [files.dump_jsonl([_record()] * 2)]),
    "eml": Door(holder(".eml"), _letters),
    "msg": Door(holder(".msg"), _messages),
    "mbox": Door(holder(".mbox"), _mailboxes),
    "winmail": Door(holder("winmail.dat"), _wrapped),
    "zip": Door(holder(".zip"), _zips),
    "7z": Door(holder(".7z"), _seven_zips),
    "tar": Door(holder(".tar"), _tars),
    "parcel": Door(parcels, is_chosen=True),
    "picture": Door(picture, pictures),
    "url": Door(url, lambda: [b"data:image/png;base64," + base64.b64encode(p) for p in pictures()]),
    "upload": Door(upload, is_chosen=True, share=6),
}


def attempt(name: str, data: bytes) -> str:
    """What becomes of some bytes at a door: "read" or "refused".

    Raises:
        Exception: anything but a DocfillError; or it took too long, or text was lost.
    """
    begun = time.process_time()
    programs, cage.PROGRAMS = cage.PROGRAMS, ()  # LibreOffice is not what is tried here
    try:
        DOORS[name].target(data)
        outcome = "read"
    except DocfillError as refused:
        outcome = "refused"
        if not refused.zh or not refused.en:
            raise AssertionError("a refusal without words") from refused
    finally:
        cage.PROGRAMS = programs
    took = time.process_time() - begun
    if took > SLOW:
        raise AssertionError(f"took {took:.1f} seconds")
    return outcome
