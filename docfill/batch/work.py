"""What a worker does with one file or one record; everything here goes by pickle, to any machine that has docfill.

No file stops the others: whatever reading one of them raises is the outcome of
that one.  Only a disk that is full ends the batch, since nothing after it could
be kept.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from docfill import files, remote
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.recognise import check_likeness, recognise, remark
from docfill.sources import Source
from docfill.word.document import Document

if TYPE_CHECKING:
    from docfill.check import Report

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""The errors of a disk that takes no more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one returned file: a result, or the reason why there is none.

    Attributes:
        source: the file.
        result: what it says; None where it could not be read.
        error: why there is no result, or not all that was asked for.
        digest: the SHA-256 of its bytes.
        report: what is to be said about it, where it was checked.
        document: what it became: with comments, or with changes put into it.
        suffix: what that document ends in.
    """

    source: Source
    result: Result | None = None
    error: DocfillError | None = None
    digest: str = ""
    report: Report | None = None
    document: bytes | None = None
    suffix: str = ""


def read_as(source: Source, forms: Sequence[Form], timeout: float) -> tuple[Document, Form, str]:
    """A source opened, which of some forms it is, and its digest.

    Raises:
        DocfillError: it cannot be read, or is none of the forms.
    """
    data = source.read()
    document = Document(data, source.name, timeout)
    digest = hashlib.sha256(data).hexdigest()
    return document, forms[0] if len(forms) == 1 else recognise(document, forms), digest


class Reading(Struct, frozen=True):
    """Reads a source as one of some forms.

    Attributes:
        forms: which it may be; where there are several, it is recognised.
        timeout: seconds that one conversion by LibreOffice may take.
    """

    forms: tuple[Form, ...]
    timeout: float

    def __call__(self, source: Source) -> Outcome:
        try:
            document, form, digest = read_as(source, self.forms, self.timeout)
            result = form.extract(document)
            check_likeness(document, form, result)
            remark(document, form, self.forms, result.problems)
            return Outcome(source, result.plain(), digest=digest)
        except DocfillError as error:
            return Outcome(source, error=error.kept())
        except Exception as error:
            return Outcome(source, error=unexpected(source.name, error))


def save(target: str, data: bytes, is_resumed: bool, is_new: bool = False) -> None:
    """Writes a whole file, by path or URL.

    Args:
        target: where.
        data: what.
        is_resumed: whether a file that is there stays: the same one is done already, another is refused.
        is_new: whether none was there, so that one which came to stand there is refused.

    Raises:
        DocfillError: another file is there, or a storage refuses.
        OSError: the disk does.
    """
    if remote.is_url(target):
        if not is_resumed or not remote.exists(target) or _differs(remote.opened(target).read(), data, target):
            remote.write(target, data)
        return
    path = Path(target)
    if not is_resumed or not path.exists() or _differs(path.read_bytes(), data, target):
        files.write(path, data, is_new=is_new or is_resumed)


def _differs(standing: bytes, data: bytes, target: str) -> bool:
    if standing != data:
        raise DocfillError(
            f"{target} 已存在，内容与这次生成的不同，未改动；要覆盖请加 --force",
            f"{target} exists and differs from what would be written; it was left alone, add --force to replace it",
            "output-exists",
        )
    return False


def unexpected(name: str, error: Exception) -> DocfillError:
    """A fault of ours in one file; OSError where it is the disk's and concerns them all."""
    if isinstance(error, OSError) and error.errno in FULL:
        raise error
    reason = f"{type(error).__name__}: {error}"
    return DocfillError(
        f"{name}：处理时出错（{reason}），未处理；请把这个文件报告给开发者",
        f"{name}: docfill failed ({reason}) and left it out; please report this file",
        "failed",
    )
