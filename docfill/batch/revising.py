"""What people corrected in one output, kept from run to run: in the workbook itself, and in the file beside it.

Before anything is read, the cells are found that somebody changed in the workbook of the
last run; they become lines of the file of corrections.  Whatever is read then has them in
it.  A row that a person typed in, for a file that cannot be read or a form on paper, is
kept; what was there last time and is not handed in any more is said.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from docfill import corrections, files
from docfill.batch.work import Outcome
from docfill.corrections import Correction, Log, Revised
from docfill.form import Form
from docfill.members import ARROW
from docfill.problems import DocfillError, Problem, say
from docfill.sources import Source
from docfill.tables.columns import READ, WHY
from docfill.tables.load import FORMER
from docfill.tables.revised import Edited, edits_in, has_lost_its_readings, is_revisable


def companions(output: str) -> list[str]:
    """What stands beside an output of results: the corrections, and the workbook of the run before."""
    path = Path(output)
    return [str(corrections.beside(path)), str(path.with_stem(path.stem + FORMER))]


class Revision:
    """The corrections of one output.

    Args:
        output: the file of results.
        forms: the forms that they may be of.
        sources: what is read this time.
        force: whether a workbook of other files may be replaced.

    Raises:
        DocfillError: the workbook is one of other files or of other forms, or cannot be read.
    """

    def __init__(self, output: Path, forms: Sequence[Form], sources: Sequence[Source], force: bool) -> None:
        self._output, self._forms = output, {form.name: form for form in forms}
        self._present = {s.name for s in sources}
        self.log = Log(corrections.beside(output))
        self.is_going_on = is_revisable(output)
        if not force and has_lost_its_readings(output, forms):
            raise DocfillError(
                f"{output} 里没有隐藏的“{READ}”页（复制、清理会丢），看不出改了哪些格，未改动；"
                "请移走它再运行，其中的值可用 docfill put 写进原件",
                f'{output} has no hidden sheet "{READ}", as copies have none, so what was changed '
                "can't be told; it was left alone. Move it away and run again; docfill put writes its values into the "
                "files",
                "output-exists",
            )
        self._edited = edits_in(output, forms, is_partial=force) if self.is_going_on else Edited()
        former = {name for name, w in self._edited.written.items() if w.digest}
        if former and self._present and not any(map(self._is_present, former)) and not force:
            raise DocfillError(
                f"{output} 是另一批文件的汇总，未改动；请另选位置，或加 --force",
                f"{output} is the summary of other files and was left alone; choose another place, or add --force",
                "output-exists",
            )
        self._counts: Counter[str] = Counter()
        for one in self._edited.corrections:
            self._take(one)

    def _take(self, one: Correction) -> None:
        """Adds what somebody changed; what stands there as docfill wrote it is known, if the file beside has it."""
        is_confirmed = (one.source, one.path) in self._edited.confirmed
        f = next((f for f in self._forms[one.form].fields if f.path == one.path), None)
        is_edited = f is None or corrections.as_written(f, one.old) != corrections.as_written(f, one.new)
        if is_edited or is_confirmed or one.path not in self.log.of(one.source, one.sha256_before):
            self._counts["new"] += self.log.add(one, is_confirmed)

    def _is_present(self, name: str) -> bool:
        """Whether a file of the last run is among those that are read now, by its name or the end of that of one: the
        page says no folders.
        """
        return name in self._present or sum(p.endswith((f"/{name}", ARROW + name)) for p in self._present) == 1

    @property
    def told(self) -> Sequence[Problem]:
        """What of the workbook could not be taken over, or was not read, and is of no one file."""
        return self._edited.told

    @property
    def headings(self) -> Sequence[str]:
        """The headings of the columns behind those of the fields: for reasons, and those that people added."""
        return (WHY, *self._edited.headings)

    def applied(self, outcome: Outcome) -> Outcome:
        """An outcome with the corrections of its file in it; of a file that cannot be read, what a person typed in."""
        made = self.revised(outcome)
        return outcome if made is None else replace(outcome, result=made.result, error=None)

    def revised(self, outcome: Outcome) -> Revised | None:
        """What became of an outcome by hand; None of a file that could not be read, for which nobody typed anything."""
        name, digest = outcome.source.name, outcome.digest
        known = self.log.history(name, digest, self._present)
        if outcome.result is not None:
            made = corrections.revised(self._forms[outcome.result.form], outcome.result, digest, known)
        elif (
            known
            and outcome.error is not None
            and (form := self._form_of([lines[-1] for lines in known.values()])) is not None
        ):
            made = corrections.typed_in(form, name, outcome.error.problem(), known)
        else:
            return None
        made.result.problems.extend(self._edited.problems.get(name, ()))
        return replace(made, notes=self._edited.notes.get(name, {}))

    def on_paper(self) -> Iterator[tuple[Source, Revised]]:
        """The records that people typed in without a file, each as if it were one of that moment."""
        for source, listed in self.log.sources().items():
            form = self._form_of(listed)
            was_read = any(one.sha256_before for one in listed)
            if source not in self._present and not was_read and form is not None:
                made = corrections.typed_in(form, source, None, self.log.history(source))
                made.result.problems.extend(self._edited.problems.get(source, ()))
                dated = max(_seconds(one.when) for one in listed)
                yield Source(source, "", dated=dated), replace(made, notes=self._edited.notes.get(source, {}))

    def gone(self, left_out: Collection[Source]) -> Iterator[tuple[str, Problem]]:
        """The files of the last run, or with corrections, that are none of this one's."""
        older = {s.name for s in left_out}
        listed = self.log.sources()
        read = [name for name, w in self._edited.written.items() if w.digest]
        read += [name for name, found in listed.items() if any(one.sha256_before for one in found)]
        for name in dict.fromkeys(read):
            count = len(listed.get(name, ()))
            if (name not in self._present and not self._is_renamed(name)) or (name in older and count):
                yield name, Problem("not-any-more", "", name, count)

    def _is_renamed(self, name: str) -> bool:
        """Whether a file is there under another name: the same bytes as it had last time, or when it was corrected."""
        written = self._edited.written.get(name)
        corrected = [one.sha256_before for one in self.log.of(name).values()]
        return not self._digests.isdisjoint([written.digest] if written is not None else corrected)

    _digests: frozenset[str] = frozenset()

    def met(self, digests: Collection[str]) -> None:
        """Takes note of what the files of this run hold."""
        self._digests = frozenset(digests)

    def save(self) -> None:
        """Writes the corrections, and keeps the workbook of the last run."""
        self.log.save()
        if self.is_going_on:
            files.write(Path(companions(str(self._output))[1]), self._output.read_bytes())

    def words(self) -> str:
        """What was kept, in words; "" where nothing was."""
        kept = [one for listed in self.log.sources().values() for one in listed]
        count = len({(one.sha256_before or one.source, one.path) for one in kept})  # a file may have had another name
        if not count:
            return ""
        zh = f"保留了 {count} 处人工改正（新增 {self._counts['new']} 处），记在 {self.log.path}"
        return say(zh, f"{count} corrections by hand were kept ({self._counts['new']} new), see {self.log.path}")

    def _form_of(self, listed: Collection[Correction]) -> Form | None:
        return next((self._forms[one.form] for one in listed if one.form in self._forms), None)


def _seconds(moment: str) -> float:
    """A moment of ISO 8601; 0 where it is none."""
    try:
        return datetime.datetime.fromisoformat(moment.strip().upper().replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
