"""Checks: many returned files over cores, as `batch.extract_many` reads them; see `docfill.check`.

A module of its own, since reading needs none of what checking does.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from docfill.batch import FEW, pool
from docfill.batch.work import read_as, unexpected
from docfill.check import Report, check
from docfill.check.rules import Rulebook, rules_of
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.sources import Source
from docfill.word import office
from docfill.word.comments import suffix_of


@dataclass(frozen=True, slots=True)
class Review:
    """What became of one returned file.

    Attributes:
        source: the file.
        report: what is to be said about it; None where it could not be read.
        commented: the file with comments, where these were asked for.
        suffix: what the file with comments ends in.
        error: why there is no report, or no file with comments.
    """

    source: Source
    report: Report | None = None
    commented: bytes | None = None
    suffix: str = ""
    error: DocfillError | None = None


@dataclass(frozen=True, slots=True)
class Checking:
    """Checks a source as one of some forms.

    Attributes:
        forms: which it may be; where there are several, it is recognised.
        timeout: seconds that one conversion by LibreOffice may take.
        with_comments: whether the file is wanted back, with comments.
        rules: the rules of the forms, by name, read when they are needed first.
    """

    forms: tuple[Form, ...]
    timeout: float
    with_comments: bool
    rules: dict[str, Rulebook] = field(default_factory=dict)

    def __call__(self, source: Source) -> Review:
        try:
            document, form = read_as(source, self.forms, self.timeout)
            if form.name not in self.rules:
                self.rules[form.name] = rules_of(form.path, form.fields)
            checked = check(form, document, rules=self.rules[form.name])
        except DocfillError as error:
            return Review(source, error=error)
        except Exception as error:
            return Review(source, error=unexpected(source.name, error))
        review = Review(source, checked.plain())
        if not self.with_comments:
            return review
        try:
            return replace(review, commented=checked.commented(), suffix=suffix_of(document))
        except DocfillError as error:
            return replace(review, error=error)


def check_many(
    sources: Sequence[Source],
    forms: Sequence[Form],
    jobs: int | None = None,
    timeout: float = office.TIMEOUT,
    with_comments: bool = False,
) -> Generator[Review, None, None]:
    """What is to be said about each returned file, in the order of the files.

    The iterator holds workers until it is exhausted or closed.

    Args:
        sources: the files, from `sources.collect`.
        forms: the forms they may be; where there are several, each file's is recognised.
        jobs: how many work at once, by default one a core; 1 is this process itself.
        timeout: seconds that LibreOffice may take over one file.
        with_comments: whether the files are wanted back, with comments.

    Raises:
        DocfillError: the rules of a form cannot be used.
    """
    rules = {form.name: rules_of(form.path, form.fields) for form in forms}
    crew = pool.Crew(1 if len(sources) <= FEW else min(jobs or pool.cores(), len(sources)))
    checking = Checking(tuple(forms), timeout, with_comments, rules if crew.jobs == 1 else {})
    for source, review in pool.in_order(checking, ((s, s) for s in sources), crew, _lost, 1):
        yield replace(review, source=source)


def _lost(source: Source) -> Review:
    return Review(
        source,
        error=DocfillError(
            f"{source.name}：核对它的进程两次意外中止（可能内存不足），未核对",
            f"{source.name}: the process that checked it died twice (for want of memory, perhaps); it was not checked",
            "worker-lost",
        ),
    )
