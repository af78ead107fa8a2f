"""The door for every kind of Word file: what is not a package becomes one with the help of LibreOffice.

What a file is, its content decides, never its name: a .doc may be a .docx inside.
Packages are read as they are.  .doc, .wps, .odt, .rtf and their like are
converted to .docx in a cage (see `cage`).  Files with a password are refused by that
name.  What LibreOffice does not carry over of an OpenDocument text is found and told (see `carried`); of the others it
keeps text, marks and tables.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator, Sequence

from docfill import late
from docfill.container import OLE, encrypted, has_password, stream_of
from docfill.problems import DocfillError
from docfill.word import cage, xml
from docfill.word.carried import Uncarried, uncarried, worked_out
from docfill.word.older import lines_of_doc, lines_of_rtf
from docfill.word.package import HEAD, File, Package, Writer, contents

TIMEOUT = 60.0
"""Seconds that a conversion may take."""

_OTHER_PARTS = {"xl/": "Excel", "ppt/": "PowerPoint", "visio/": "Visio"}
"""In which folder of a package each program that is not Word has its main part."""
_OTHER_OLE = {"Workbook": "Excel", "Book": "Excel", "PowerPoint Document": "PowerPoint", "VisioDocument": "Visio"}
_ODF_TEXT = b"application/vnd.oasis.opendocument.text"
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_SAID_IN = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
"""The parts of what LibreOffice makes in which the words of a body stand."""
_LINES = {".doc": lines_of_doc, ".rtf": lines_of_rtf}
"""What tells the words of each kind of file that is no package."""
_INPUT = late.pattern(rb"<w:instrText[^>]*>\s*(?:FILLIN|FORMTEXT)")
_INPUT_TAG = late.pattern(rb"</?text:text-input\b[^<>]*>")


def opened(source: File, name: str | None = None, timeout: float = TIMEOUT) -> Package:
    """The package of any Word file.

    Args:
        source: a path, the file's bytes, or an open file.
        name: how messages call the file; its own name if not given.
        timeout: seconds that LibreOffice may take, where it is needed.

    Raises:
        DocfillError: the file cannot be read, is no Word file or has a password; or
            LibreOffice is missing, fails, or takes too long.
    """
    data, called = contents(source, name)
    suffix, package = _known(data, called)
    if package is not None:
        return package
    made = Package(_docx_from(data, suffix, called, timeout), called, is_converted=True)
    made.uncarried = _uncarried(data, suffix, made)
    return made


def pdf_of(source: File, name: str | None = None, timeout: float = TIMEOUT) -> bytes:
    """The PDF that LibreOffice prints of any Word file; arguments and errors as of `opened`."""
    data, called = contents(source, name)
    suffix, package = _known(data, called)
    return cage.converted(package.data if package else data, suffix, "pdf:writer_pdf_Export", called, timeout)


# --- what a file is ---


def _known(data: bytes, name: str) -> tuple[str, Package | None]:
    """The suffix under which LibreOffice knows a file, and its package where it is one of Word's."""
    suffix = _foreign(data, name)
    if suffix:
        return suffix, None
    package = Package(data, name)
    main = package.related("", "officeDocument")
    if main and (program := next((p for folder, p in _OTHER_PARTS.items() if main[0].startswith(folder)), "")):
        raise _of_program(program, name)
    if "mimetype" not in package or main:
        return ".docx", package
    _check_open_document(package)
    return ".odt", None


def _foreign(data: bytes, name: str) -> str:
    """The suffix under which LibreOffice knows a file that is no zip; "" where it has nothing to do."""
    if data.startswith(OLE):
        return _ole(data, name)
    if data.startswith(b"PK"):
        return ""
    if data.startswith(rb"{\rt"):
        return ".rtf"
    head = data[:HEAD]
    if _WORD_2003 in head:
        return ".xml"
    return ".fodt" if _ODF_TEXT in head else ""


def _ole(data: bytes, name: str) -> str:
    """The suffix of a compound file; DocfillError where it has a password, or is another program's."""
    if has_password(data):
        raise encrypted(name)
    if stream_of(data, "WordDocument") is not None:
        return ".doc"
    for stream, program in _OTHER_OLE.items():
        if stream_of(data, stream) is not None:
            raise _of_program(program, name)
    return ".wps"


def _of_program(program: str, name: str) -> DocfillError:
    return DocfillError(
        f"{name}：这是 {program} 文件，不是 Word 文件", f"{name}: this is a file of {program}, not of Word", "not-word"
    )


def _check_open_document(package: Package) -> None:
    """Nothing, where a package is an OpenDocument text without a password (ODF 1.3 part 2, 3.3 and 4.8)."""
    kind = package.read("mimetype").strip()
    if not kind.startswith((_ODF_TEXT, b"application/vnd.sun.xml.writer")):
        raise DocfillError(
            f"{package.name}：不是文字文档（{kind[:80].decode('ascii', 'replace')}）",
            f"{package.name}: not a text document ({kind[:80].decode('ascii', 'replace')})",
            "not-word",
        )
    manifest = "META-INF/manifest.xml"
    if manifest in package and b"encryption-data" in package.read(manifest):
        raise encrypted(package.name)


# --- LibreOffice ---


def _docx_from(data: bytes, suffix: str, name: str, timeout: float) -> bytes:
    """The .docx that LibreOffice makes of a file.

    LibreOffice 7.4 writes the text of an input field to .docx several times over (the
    field then is a FILLIN or FORMTEXT), but to .odt once; so a file that has one goes
    through an .odt in which the text stands without its field.
    """
    made = cage.converted(data, suffix, "docx:MS Word 2007 XML", name, timeout)
    if not any(_INPUT.search(part) for part in _xml_parts(Package(made, name))):
        return made
    text = Package(cage.converted(data, suffix, "odt:writer8", name, timeout), name)
    parts = {part: _INPUT_TAG.sub(b"", text.read(part)) for part in ("content.xml", "styles.xml")}
    plain = Writer(text, frozenset(parts)).write(parts)
    return cage.converted(plain, ".odt", "docx:MS Word 2007 XML", name, timeout)


def _uncarried(data: bytes, suffix: str, made: Package) -> Sequence[Uncarried]:
    """What of a file is not in what was made of it; nothing of one that only LibreOffice can read."""
    parts = (made.parsed(part) for part in _SAID_IN if part in made)
    if suffix in _LINES:
        with contextlib.suppress(ValueError, IndexError, struct.error):
            return worked_out(_LINES[suffix](data), parts)
    with contextlib.suppress(DocfillError):
        if suffix not in (".odt", ".fodt"):
            return ()
        flat = xml.parse(data, made.name, is_flat=True) if suffix == ".fodt" else None
        content = flat if flat is not None else Package(data, made.name).parsed("content.xml")
        return uncarried(content, parts)
    return ()


def _xml_parts(package: Package) -> Iterator[bytes]:
    return (package.read(part) for part in package.infos if part.startswith("word/") and part.endswith(".xml"))
