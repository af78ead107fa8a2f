"""The journal of an unfinished run: what became of each file that was read, a line each: its hash, and JSON.

It stands beside the output as `<output>.part`, holds what is to be written until all
is known of the batch, and goes when the output is whole.  A result is found again only
for the same name and content, the same forms and rules, and the same version of
docfill.  A line that was cut off by an interruption is cut away, and one that does not
match its hash is passed over; what could not be read is not kept, and is tried again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import docfill
from docfill import files, late, locks
from docfill.batch.plain import built, plain
from docfill.batch.work import Outcome
from docfill.beside import rules_file
from docfill.fields import Field
from docfill.form import Form
from docfill.problems import DocfillError
from docfill.sources import Source


class Journal:
    """The outcomes of one run, kept until they are written.

    Args:
        path: the journal's file.
        forms: the forms that sources are read as.
        is_resumed: whether what the file holds counts.
        force: whether a file that is there may be thrown away.

    Raises:
        DocfillError: a journal is there, and it was asked neither to go on nor to start anew.
    """

    def __init__(self, path: Path, forms: Sequence[Form], is_resumed: bool, force: bool) -> None:
        self.path = path
        self._is_new = not is_resumed and not force
        if self._is_new and os.path.lexists(path):
            raise self._unfinished()
        known = "\0".join(f"{form.name}\0{form.fingerprint}\0{_rules(form)}" for form in forms)
        self._salt = f"{docfill.__version__}\0{known}"
        self._fields = {form.name: _all_fields(form) for form in forms}
        self._is_resumed = is_resumed
        self._offsets: dict[str, int] = {}

    def _unfinished(self) -> DocfillError:
        return DocfillError(
            f"上次没有做完，已完成的保存在 {self.path}；加 --resume 接着做，或加 --force 重新做",
            f"the last run was not finished, see {self.path}; add --resume to go on, or --force to start anew",
            "unfinished",
        )

    def open(self) -> None:
        """Takes hold of the file, and of what it has; until then none is made.

        Raises:
            DocfillError: another run has hold of it, a link stands there, or what is no journal.
            OSError: it cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(self.path) and (self.path.is_symlink() or self.path.stat().st_nlink > 1):
            raise DocfillError(
                f"{self.path} 是一个链接，未改动；请移开它，或另选输出位置",
                f"{self.path} is a link and was left alone; move it away, or choose another output",
                "bad-output",
            )
        # unbuffered, so that a line the disk refuses is not tried again when the file is closed
        try:
            self._file = files.opened(self.path, "xb" if self._is_new else "ab")
        except FileExistsError:
            raise self._unfinished() from None
        if not locks.lock(self._file):
            self._file.close()
            raise DocfillError(
                f"另一个 docfill 正在写同一个输出（{self.path} 被占用）；请等它做完，或另选输出位置",
                f"another docfill is writing the same output ({self.path} is in use); wait for it, or choose another",
                "bad-output",
            )
        self._kept = self.path.open("rb")
        if not _BEGINNING.fullmatch(self._kept.read(_DIGITS + 1)):
            self._file.close()
            self._kept.close()
            raise DocfillError(
                f"{self.path} 不是 docfill 留下的，未改动；请移开它，或另选输出位置",
                f"{self.path} was not left by docfill and was left alone; move it away, or choose another output",
                "bad-output",
            )
        self._kept.seek(0)
        end = self._index() if self._is_resumed else 0
        self._file.truncate(end)
        self._end = end

    def _index(self) -> int:
        """Takes note of the results that are whole; where the last line ends."""
        end = 0
        for line in self._kept:
            if not line.endswith(b"\n"):
                break
            seal, _, said = line[:-1].partition(b" ")
            if seal == _seal(said):
                self._offsets[json.loads(said)["key"]] = end
            end += len(line)
        return end

    def outcome(self, source: Source) -> Outcome | None:
        """What is kept for a source, if there is something."""
        offset = self._offsets.get(self._key(source))
        if offset is None:
            return None
        self._kept.seek(offset)
        known = json.loads(self._kept.readline().partition(b" ")[2])
        fields = self._fields[known["form"]]
        result, report = built(known["result"], fields), built(known["report"], fields)
        return Outcome(source, result or report.result, None, str(known["digest"]), report)

    def add(self, outcome: Outcome) -> None:
        """Keeps a result, not an error; OSError where the disk is full."""
        if outcome.result is None:
            return
        key = self._key(outcome.source)
        known = {
            "key": key,
            "form": outcome.result.form,
            "digest": outcome.digest,
            # a report holds its result
            "result": plain(outcome.result) if outcome.report is None else None,
            "report": plain(outcome.report),
        }
        said = json.dumps(known).encode()
        line = _seal(said) + b" " + said + b"\n"
        with files.named(self.path):
            files.write_all(self._file, line)
        self._offsets[key] = self._end
        self._end += len(line)

    def close(self, is_finished: bool) -> None:
        """Lets go of the file, and removes it where the output is whole or there is nothing in it."""
        is_empty = self.path.stat().st_size == 0
        self._file.close()
        self._kept.close()
        if is_finished or is_empty:
            self.path.unlink()

    def _key(self, source: Source) -> str:
        # a file whose content nothing is known of is never the same as before
        stamp = source.stamp or f"{id(self)}"
        return hashlib.sha256(f"{source.name}\0{stamp}\0{self._salt}".encode()).hexdigest()[:32]


_DIGITS = 32
_BEGINNING = late.pattern(rb"[0-9a-f]{32} |[0-9a-f]{,32}")
"""How a journal begins, even one of which little was written."""


def _seal(said: bytes) -> bytes:
    """What stands in front of a line, so that nothing is believed that the run did not write."""
    return hashlib.sha256(said).hexdigest()[:_DIGITS].encode()


def _rules(form: Form) -> str:
    found = rules_file(form)
    return hashlib.sha256(found[0]).hexdigest() if found is not None else ""


def _all_fields(form: Form) -> dict[str, Field]:
    """The fields of a form by path, those of records among them."""
    found: dict[str, Field] = {}
    waiting = list(form.fields)
    while waiting:
        f = waiting.pop()
        found[f.path] = f
        waiting += f.fields
    return found
