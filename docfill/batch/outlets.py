"""Where the outcomes of a batch go: a folder with a file for each, or one file for all.

Both leave whole files only, whatever interrupts them, and both know what is done
already when a run is resumed: a folder by the files in it, one file by its
journal.  The paths may be URLs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType

from docfill import files, remote
from docfill.batch import extract_many
from docfill.batch.journal import Journal
from docfill.batch.work import Outcome, save
from docfill.extract import Result
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.sources import Source
from docfill.tables import DoesNotFit, Writer
from docfill.word import office


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
        standing = check_targets(targets, [*local(sources), *templates], force or is_resumed)
        newest = max((_changed(p) for p in templates), default=0.0)
        self._known: set[Source] = set()
        for source, target in self._targets.items() if is_resumed else ():
            if target in standing and self._is_of(source, target) and standing[target] > max(source.changed, newest):
                self._known.add(source)

    def _is_of(self, source: Source, target: str) -> bool:
        """Whether a file is a result of a source; DocfillError where it is not even a result."""
        try:
            result = _loaded(target)
        except (ValueError, KeyError, TypeError):
            raise DocfillError(
                f"{target} 不是 extract 的结果，未改动；请移走它，或另选位置",
                f"{target} is no result of extract and was left alone; move it, or choose another place",
                "output-exists",
            ) from None
        return result.source == source.name and result.form in self._names

    def known(self, source: Source) -> bool:
        """Whether a source is done."""
        return source in self._known

    def result(self, source: Source) -> Result:
        """The result of a source that is done."""
        return _loaded(self._targets[source])

    def add(self, outcome: Outcome) -> Outcome:
        """Writes a result; OSError or DocfillError where it cannot be written."""
        if outcome.result is not None and not self.known(outcome.source):
            save(self._targets[outcome.source], files.dump_json(outcome.result.to_dict()), is_resumed=False)
        return outcome

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class OneFile:
    """One data file with all results, which appears when all is done; until then they are in its journal.

    Args:
        output: the file, a path or URL, whose suffix is a format of `tables`.
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
        self._forms = {form.name: form for form in forms}
        self._folder = tempfile.TemporaryDirectory(prefix="docfill-") if remote.is_url(output) else None
        own = PurePosixPath(output).name
        self._path = Path(self._folder.name, own) if self._folder else Path(output)
        # an object cannot be appended to, so the journal of one is here
        self._journal = Journal(Path(own + ".part" if self._folder else output + ".part"), forms, is_resumed, force)
        self._sources = sources
        self._known: set[Source] = set()
        self._writer = Writer(self._path, forms)
        self._is_over = False

    def known(self, source: Source) -> bool:
        """Whether a source is done."""
        return source in self._known

    def result(self, source: Source) -> Result:
        """The result of a source that is done."""
        result = self._journal.result(source)
        assert result is not None
        return result

    def add(self, outcome: Outcome) -> Outcome:
        """Takes an outcome, and gives what became of it: the format may refuse it. OSError where it cannot be kept."""
        if outcome.source not in self._known:
            self._journal.add(outcome)
        with self._needed():
            if outcome.result is not None:
                try:
                    self._writer.add(self._forms[outcome.result.form], outcome.result)
                except DoesNotFit as error:
                    outcome = Outcome(outcome.source, error=error)
            if outcome.error is not None:
                self._writer.refuse(outcome.source.name, str(outcome.error))
        return outcome

    @contextmanager
    def _needed(self) -> Iterator[None]:
        """Where the format refuses what was read, the journal is of no use to another run."""
        try:
            yield
        except DocfillError:
            self._is_over = True
            raise

    def __enter__(self) -> OneFile:
        self._journal.open()
        self._known = {s for s in self._sources if self._journal.result(s) is not None}
        self._writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            with self._needed():
                self._writer.__exit__(kind, error, traceback)
            if kind is None and self._folder and self._path.exists():
                remote.write(self._output, self._path.read_bytes())
            self._is_over = self._is_over or kind is None
        finally:
            self._journal.close(self._is_over)
            if self._folder:
                self._folder.cleanup()


def extract_into(
    outlet: Folder | OneFile,
    sources: Sequence[Source],
    forms: Sequence[Form],
    executor: Executor | None = None,
    jobs: int | None = None,
    timeout: float = office.TIMEOUT,
) -> Generator[Outcome, None, None]:
    """`extract_many` into an outlet: each outcome in order once it is kept, also of what was done in an earlier run.

    The outlet is whole when the iterator is exhausted; closed before, it can be resumed.
    """
    with outlet:
        rest = [s for s in sources if not outlet.known(s)]
        with closing(extract_many(rest, forms, executor, jobs, timeout)) as fresh:
            for source in sources:
                outcome = Outcome(source, outlet.result(source)) if outlet.known(source) else next(fresh)
                yield outlet.add(outcome)


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


def _loaded(target: str) -> Result:
    if remote.is_url(target):
        with remote.opened(target) as stream:
            return Result.from_dict(json.load(stream))
    return Result.from_dict(json.loads(Path(target).read_bytes()))


def _changed(path: Path) -> float:
    status = path.stat()
    return max(status.st_mtime, status.st_ctime)
