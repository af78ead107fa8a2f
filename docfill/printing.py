"""Printing: Word files as PDF, one each or all in one file, by LibreOffice in its cage.

for printed in print_many(sources.collect(["填好/"])):
    ...                                  # printed.pdf, or printed.error

Any kind of Word file is taken.  LibreOffice lays pages out by the fonts that it
finds, so each printing tells its pages and which fonts were not there; what took
their place is told as far as it can be.  The PDF of a file carries the time at
which it was made, so it is not the same byte for byte when it is made again.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from docfill import files
from docfill.batch.flow import Job, run
from docfill.batch.work import unexpected
from docfill.problems import DocfillError
from docfill.sources import Source
from docfill.word import fonts, office

try:
    from pypdf import PdfReader, PdfWriter
except ImportError:
    raise DocfillError(
        '打印需要安装 pypdf：pip install "docfill-forms[print]"',
        'printing needs pypdf: pip install "docfill-forms[print]"',
        "needs-package",
    ) from None


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of one Word file.

    Attributes:
        source: the file.
        pdf: its PDF; empty where it could not be printed.
        pages: how many pages it has.
        replaced: the fonts that it asks for and that are not there, each with what took its place, or "".
        error: why there is no PDF.
    """

    source: Source
    pdf: bytes = b""
    pages: int = 0
    replaced: dict[str, str] = field(default_factory=dict)
    error: DocfillError | None = None


@dataclass(frozen=True, slots=True)
class Printing:
    """Prints a source.

    Attributes:
        timeout: seconds that one conversion by LibreOffice may take.
    """

    timeout: float = office.TIMEOUT

    def __call__(self, source: Source) -> Printed:
        try:
            data = source.read()
            wanted = fonts.asked(office.opened(data, source.name, self.timeout))
            pdf = office.pdf_of(data, source.name, self.timeout)
            reader = PdfReader(io.BytesIO(pdf))
            return Printed(source, pdf, len(reader.pages), fonts.replaced(wanted, _held(reader)))
        except DocfillError as error:
            return Printed(source, error=error)
        except Exception as error:
            return Printed(source, error=unexpected(source.name, error))


def print_many(
    sources: Sequence[Source], jobs: int | None = None, timeout: float = office.TIMEOUT
) -> Generator[Printed, None, None]:
    """The PDF of each file, in the order of the files.

    The iterator holds workers until it is exhausted or closed.

    Args:
        sources: the files, from `sources.collect`.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        timeout: seconds that LibreOffice may take over one file.
    """
    job: Job[Source, Source, Printed] = Job(Printing(timeout), _itself, _placed, _lost, chunk=1)
    return run(job, sources, jobs=jobs)


def _itself(source: Source) -> Source:
    return source


def _placed(printed: Printed, source: Source) -> Printed:
    return replace(printed, source=source)


class Album:
    """One PDF of many, with an outline that names each.

    Args:
        is_odd: whether each begins on an odd page, as sheets printed on both sides need it.
    """

    def __init__(self, is_odd: bool = False) -> None:
        self._is_odd = is_odd
        self._writer = PdfWriter()

    @property
    def pages(self) -> int:
        """How many pages it has, empty ones included."""
        return len(self._writer.pages)

    def add(self, name: str, pdf: bytes) -> None:
        """One more PDF, under a name."""
        if self._is_odd and self.pages % 2:
            self._writer.add_blank_page()  # as large as the page before
        self._writer.append(io.BytesIO(pdf), outline_item=name, import_outline=False)

    def write(self, path: Path) -> None:
        """Writes the file; it is put together in memory."""
        self._writer.compress_identical_objects()
        with files.opened(path, "wb", -1) as stream:
            self._writer.write(stream)


def _held(reader: PdfReader) -> Iterable[str]:
    """The fonts in a PDF, by the names that stand there."""
    found: dict[str, None] = {}
    for page in reader.pages:
        resources = page.get("/Resources")
        listed = resources.get_object().get("/Font") if resources is not None else None
        for font in listed.get_object().values() if listed is not None else ():
            found[str(font.get_object().get("/BaseFont", "")).lstrip("/")] = None
    return found


def _lost(source: Source) -> Printed:
    return Printed(
        source,
        error=DocfillError(
            f"{source.name}：打印它的进程两次意外中止（可能内存不足），未打印",
            f"{source.name}: the process that printed it died twice (for want of memory, perhaps); it was not printed",
            "worker-lost",
        ),
    )
