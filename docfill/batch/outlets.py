"""Where the outcomes of a run go: a folder with a file for each, or one file for all.

All leave whole files only, whatever interrupts them, and know what is done already
when a run is resumed: a folder by the files in it, one file by its journal.  What can
only be said when all has been read (who handed in twice, who is missing) is in every
output, too.  The paths may be URLs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from docfill import files, remote
from docfill.batch import pictures
from docfill.batch.handed import CODES, Settled
from docfill.batch.journal import Journal
from docfill.batch.work import Outcome, save
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.scratch import Scratch
from docfill.sources import Met, Source

if TYPE_CHECKING:  # spreadsheets are imported where one is written
    from docfill.batch.revising import Revision
    from docfill.tables import Writer

O = TypeVar("O", bound=Outcome)  # noqa: E741


class Folder:
    """A .json for each source.

    Args:
        targets: the file of each source, a path or URL, all in one folder.
        sources: all sources of the batch.
        forms: the forms they may be.
        templates: the templates of these forms.
        is_resumed: whether a result in the folder counts as done: one that is newer than its source
            and the templates.  Older results are replaced.
        force: whether any file may be replaced.

    Raises:
        DocfillError: a file is in the way.
    """

    def __init__(
        self,
        targets: Sequence[str],
        sources: Sequence[Source],
        forms: Sequence[Form],
        templates: Collection[Path],
        is_resumed: bool = False,
        force: bool = False,
    ) -> None:
        self._targets = dict(zip(sources, targets, strict=True))
        self._names = {form.name for form in forms}
        self._may_replace = force or is_resumed
        standing = check_targets(targets, [*local(sources), *templates], self._may_replace)
        newest = max((_changed(p) for p in templates), default=0.0)
        self._known: set[Source] = set()
        for source, target in self._targets.items() if is_resumed else ():
            if target in standing and self._is_of(source, target) and standing[target] > max(source.changed, newest):
                self._known.add(source)

    def _is_of(self, source: Source, target: str) -> bool:
        """Whether a file is a result of a source; DocfillError where it is not even a result."""
        try:
            known = _loaded(target)
            if known["data"] is None:  # it could not be read, or was not to be
                return False
            result = Result.from_dict(known)
        except (DocfillError, ValueError, KeyError, TypeError, AttributeError):
            raise DocfillError(
                f"{target} 不是 extract 的结果，未改动；请移走它，或另选位置",
                f"{target} is no result of extract and was left alone; move it, or choose another place",
                "output-exists",
            ) from None
        return result.source == source.name and result.form in self._names

    def known(self, source: Source) -> Outcome | None:
        """The result of a source that is done."""
        if source not in self._known:
            return None
        result = Result.from_dict(_loaded(self._targets[source]))
        result.problems[:] = [p for p in result.problems if p.code not in CODES]
        return Outcome(source, result)

    def add(self, outcome: Outcome) -> Outcome:
        """Writes a result, or why there is none; OSError or DocfillError where it cannot be written."""
        from docfill.tables.writer import refused

        if outcome.source in self._known:
            return outcome
        if outcome.result is not None:
            target = self._targets[outcome.source]
            result = pictures.kept(
                outcome.result, _folder_of(target), PurePosixPath(target).stem, is_new=not self._may_replace
            )
            self._write(outcome.source, files.dump_json(result.to_dict()))
        elif outcome.error is not None:
            self._write(outcome.source, files.dump_json(refused(outcome.source.name, outcome.error.problem())))
        return outcome

    def _write(self, source: Source, data: bytes) -> None:
        save(self._targets[source], data, is_resumed=False)

    def settle(self, settled: Settled, latest: bool) -> Iterable[Outcome]:
        """Adds to the files that are there what is said of them."""
        for source, problems in settled.remarks.items():
            if latest and source in settled.older and not remote.is_url(self._targets[source]):
                Path(self._targets[source]).unlink(missing_ok=True)
                continue
            known = _loaded(self._targets[source])
            known["problems"] = [p for p in known["problems"] if p["code"] not in CODES]
            known["problems"] += [p.to_dict() for p in problems]
            self._write(source, files.dump_json(known))
        return ()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Kept:
    """Outcomes that are kept in a journal until all is read, and then are written in one go by `write`.

    Args:
        output: the file, a path or URL.
        sources: all sources of the batch.
        forms: the forms they may be.
        templates: the templates of these forms.
        is_resumed: whether what the journal holds counts as done.
        force: whether the file, and a journal, may be replaced.

    Raises:
        DocfillError: the file is in the way, or the journal of another run.
    """

    def __init__(
        self,
        output: str,
        sources: Sequence[Source],
        forms: Sequence[Form],
        templates: Collection[Path],
        is_resumed: bool = False,
        force: bool = False,
    ) -> None:
        check_targets([output], [*local(sources), *templates], force)
        self._output = output
        self._folder = None
        if remote.is_url(output):
            self._folder = Scratch()
        own = PurePosixPath(output).name
        self._path = Path(self._folder.path, own) if self._folder else Path(output)
        # an object cannot be appended to, so the journal of one is here
        self._journal = Journal(Path(own + ".part" if self._folder else output + ".part"), forms, is_resumed, force)
        self._sources = sources
        self._old: set[Source] = set()
        self._errors: dict[Source, DocfillError] = {}
        self._is_over = False

    def known(self, source: Source) -> Outcome | None:
        """What the journal has of a source."""
        return self._journal.outcome(source) if source in self._old else None

    def add(self, outcome: Outcome) -> Outcome:
        """Keeps an outcome; OSError where the disk is full."""
        if outcome.source not in self._old:
            if outcome.result is not None:
                under = f"{PurePosixPath(self._output).stem}-pictures"
                result = pictures.kept(outcome.result, _folder_of(self._output), outcome.source.stem, under)
                outcome = replace(outcome, result=result)
            self._journal.add(outcome)
        if outcome.result is None and outcome.error is not None:
            self._errors[outcome.source] = outcome.error
        return outcome

    def outcomes(self, settled: Settled, latest: bool) -> Iterator[Outcome]:
        """All outcomes in order, each with what is said of it at the end; without older versions where `latest`."""
        for source in self._sources:
            if latest and source in settled.older:
                continue
            if source in self._errors:
                yield Outcome(source, error=self._errors[source])
            elif (kept := self._journal.outcome(source)) is not None:
                assert kept.result is not None
                kept.result.problems += settled.remarks.get(source, ())
                yield kept

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Where the format refuses what was read, the journal is of no use to another run."""
        try:
            yield
        except DocfillError:
            self._is_over = True
            raise

    def __enter__(self) -> Kept:
        self._journal.open()
        self._old = {s for s in self._sources if self._journal.outcome(s) is not None}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._folder and self._path.exists():
                remote.write(self._output, self._path.read_bytes())
            self._is_over = self._is_over or kind is None
        finally:
            self._journal.close(self._is_over)
            if self._folder:
                self._folder.close()


class OneFile(Kept):
    """One data file with all results, its suffix a format of `tables`; see `Kept`.

    What people corrected in it, or beside it, is kept: a workbook that docfill wrote needs
    no `force` to be written anew.

    Attributes:
        revision: the corrections; None where the output is a URL.
    """

    def __init__(
        self,
        output: str,
        sources: Sequence[Source],
        forms: Sequence[Form],
        templates: Collection[Path],
        is_resumed: bool = False,
        force: bool = False,
    ) -> None:
        from docfill.batch.revising import Revision
        from docfill.tables import Writer
        from docfill.tables.columns import Around

        self.revision = None if remote.is_url(output) else Revision(Path(output), forms, sources, force)
        is_going_on = self.revision is not None and self.revision.is_going_on
        super().__init__(output, sources, forms, templates, is_resumed, force or is_going_on)
        self._forms = {form.name: form for form in forms}
        headings = self.revision.headings if self.revision is not None else ()
        aside = sources.aside if isinstance(sources, Met) else ()
        self._writer = Writer(self._path, forms, Around(headings, aside))

    def on_paper(self) -> list[Outcome]:
        """What people typed in without a file."""
        typed = self.revision.on_paper() if self.revision is not None else ()
        return [Outcome(source, revised.result) for source, revised in typed]

    def add(self, outcome: Outcome) -> Outcome:
        """Keeps an outcome as it was read, and gives it with what people corrected in it."""
        kept = super().add(outcome)
        return kept if self.revision is None else self.revision.applied(kept)

    def settle(self, settled: Settled, latest: bool) -> Iterable[Outcome]:
        """Writes the file; gives the outcomes that its format cannot hold."""
        from docfill.tables import DoesNotFit

        unfit = []
        digests = set()
        if self.revision is not None:
            self.revision.save()
        with self.needed(), self._writer as writer:
            for outcome in self.outcomes(settled, latest):
                digests.add(outcome.digest)
                try:
                    self._write(writer, outcome, settled)
                except DoesNotFit as error:
                    unfit.append(Outcome(outcome.source, error=error))
                    writer.refuse(outcome.source.name, error.problem())
            for problem in settled.missing:
                writer.refuse("", problem)
            if self.revision is not None:
                self._write_by_hand(writer, self.revision, digests, settled, latest)
        return unfit

    def _write(self, writer: Writer, outcome: Outcome, settled: Settled) -> None:
        """One row; DoesNotFit where the format cannot hold it."""
        revised = self.revision.revised(outcome) if self.revision is not None else None
        result = revised.result if revised is not None else outcome.result
        if result is not None:
            writer.add(self._forms[result.form], result, revised)
        elif outcome.error is not None:
            writer.refuse(outcome.source.name, settled.reason(outcome.source, outcome.error))

    def _write_by_hand(
        self, writer: Writer, revision: Revision, digests: Collection[str], settled: Settled, latest: bool
    ) -> None:
        """What was typed in without a file, and what is not there any more."""
        for source, revised in revision.on_paper():
            if not (latest and source in settled.older):
                revised.result.problems.extend(settled.remarks.get(source, ()))
                writer.add(self._forms[revised.result.form], revised.result, revised)
        revision.met(digests)
        for name, problem in revision.gone(settled.older if latest else ()):
            writer.refuse(name, problem)


class Documents:
    """A Word file for each source: what it became.

    Args:
        output: a folder, or the one file, a path or URL.
        stems: what the files in the folder are called, by source; "" where `output` is the file.
        inputs: the files that are read, which are never written over.
        is_compared: whether a file that is there and the same counts as done; another is an error.
        force: whether a file that is there may be replaced.
    """

    def __init__(
        self,
        output: str,
        stems: Mapping[Source, str],
        inputs: Sequence[Path],
        is_compared: bool = False,
        force: bool = False,
    ) -> None:
        self._output, self._stems, self._inputs = output, stems, inputs
        self._is_compared, self._force = is_compared, force

    def target(self, source: Source, suffix: str) -> str:
        """The path or URL of what a source becomes."""
        stem = self._stems[source]
        return joined(self._output, stem + suffix) if stem else self._output

    def add(self, outcome: O) -> O:
        """Writes the file; an error in the outcome where it is in the way, or would be none that Word opens."""
        if outcome.document is None:
            return outcome
        target = self.target(outcome.source, outcome.suffix)
        try:
            if PurePosixPath(target).suffix.lower() != outcome.suffix:
                raise DocfillError(
                    f"{outcome.source.name}：输出文件的后缀应为 {outcome.suffix}，否则 Word 打不开",
                    f"{outcome.source.name}: the output should end in {outcome.suffix}, or Word does not open it",
                    "bad-output",
                )
            check_targets([target], self._inputs, self._force or self._is_compared)
            save(target, outcome.document, is_resumed=self._is_compared and not self._force)
        except DocfillError as error:
            return replace(outcome, error=error.kept())
        return outcome

    def settle(self, settled: Settled, latest: bool) -> tuple[()]:
        """Nothing: what is written tells of a place in the file."""
        return ()

    def __enter__(self) -> Documents:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _folder_of(target: str) -> str:
    """The folder of a file, a path or URL."""
    return target.rpartition("/")[0] if remote.is_url(target) else str(Path(target).parent)


def joined(folder: str, name: str) -> str:
    """The path or URL of a file in a folder."""
    return f"{folder.rstrip('/')}/{name}" if remote.is_url(folder) else str(Path(folder, name))


def local(sources: Iterable[Source]) -> list[Path]:
    """The files of this machine that sources are read from."""
    return [Path(w) for w in dict.fromkeys(s.where for s in sources) if not remote.is_url(w)]


def check_targets(targets: Sequence[str], inputs: Iterable[Path], force: bool) -> dict[str, float]:
    """Which targets, all paths or all URLs in one folder, exist, and since when (seconds).

    Raises:
        DocfillError: as `files.check_targets`.
    """
    if not any(map(remote.is_url, targets)):
        files.check_targets(map(Path, targets), inputs, force)
        return {t: Path(t).stat().st_mtime for t in targets if Path(t).exists()}
    inside = remote.listing(targets[0].rpartition("/")[0])
    known = {t: remote.canonical(t) for t in targets} if inside else {}
    standing = {t: inside[url].changed for t, url in known.items() if url in inside}
    if standing and not force:
        raise files.in_the_way(list(standing))
    return standing


def _loaded(target: str) -> dict[str, Any]:
    if remote.is_url(target):
        with remote.opened(target) as stream:
            data = stream.read()
    else:
        data = Path(target).read_bytes()
    known = files.json_from(data.decode(), target)
    if not isinstance(known, dict) or not isinstance(known.get("data"), dict | None):
        raise TypeError
    return known


def _changed(path: Path) -> float:
    status = path.stat()
    return max(status.st_mtime, status.st_ctime)
