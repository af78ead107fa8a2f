"""How far a batch is: the progress bar, what stops it, and what is said at the end."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from docfill.cli.app import INTERRUPTED, tell
from docfill.problems import DocfillError, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")

MANY = 10
"""Beyond so many files a progress bar is shown, and at the end the time and the rate."""
NAMED = 10
"""So many names are listed of what was not done."""


class Tally:
    """Counts what is done.

    Args:
        total: how many there are, None where that is not known before the end.
        is_resumable: whether the command has --resume.
    """

    def __init__(self, total: int | None, is_resumable: bool = True) -> None:
        self._total = total
        self._next = say("；加 --resume 可以接着做", "; go on with --resume") if is_resumable else ""
        self._started = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self.done = 0
        self.faulty: list[str] = []
        """Those that could not be done at all."""

    def add_faulty(self, name: str) -> None:
        """One more could not be done at all."""
        self.faulty.append(name)
        self.add(True)

    def add(self, has_problems: bool) -> None:
        """One more is done."""
        self.done += 1
        if self._bar is not None and self._task is not None:
            problems = self._bar.tasks[0].fields["problems"] + has_problems
            self._bar.update(self._task, completed=self.done, problems=problems)

    @contextmanager
    def running(self, names: Sequence[str] | None) -> Iterator[None]:
        """The time in which the batch runs; whatever ends it early, what was not done is told.

        Args:
            names: what is to be done, in order; None where that is not known before the end.
        """
        former = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
        try:
            with self._shown():
                yield
        except KeyboardInterrupt:
            tell(say("已中断", "interrupted"))
            self._tell_rest(names)
            raise typer.Exit(INTERRUPTED) from None
        except (DocfillError, OSError):
            if self.done:
                self._tell_rest(names)
            raise
        finally:
            signal.signal(signal.SIGTERM, former)

    def tell_rate(self) -> None:
        """The time and the rate of a large batch, and what could not be done, once more and together."""
        if self.done <= MANY:
            return
        seconds = max(time.monotonic() - self._started, 1e-9)
        if self.faulty:
            tell(say("未能处理：", "not done: ") + _listed(self.faulty))
        tell(
            say(
                f"用时 {_clock(seconds)}，每秒 {self.done / seconds:.1f} 份",
                f"took {_clock(seconds)}, {self.done / seconds:.1f} a second",
            )
        )

    def _tell_rest(self, names: Sequence[str] | None) -> None:
        """What was not done; nothing where that is a single file, or all of it is done."""
        if names is None:
            tell(say(f"已完成 {self.done} 份", f"{self.done} were done") + self._next)
        elif len(names) > max(self.done, 1):
            rest = names[self.done :]
            zh = f"已完成 {self.done} 份，未做 {len(rest)} 份"
            tell(say(zh, f"{self.done} were done, {len(rest)} were not") + self._next)
            tell(say("未做的：", "not done: ") + _listed(rest))

    @contextmanager
    def _shown(self) -> Iterator[None]:
        """A progress bar on a terminal, where there are many."""
        if not sys.stderr.isatty() or (self._total is not None and self._total <= MANY):
            yield
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            def render(self, task: Task) -> Text:
                return Text(f"{task.speed or 0:.1f}/s")

        problems = TextColumn(say("有问题 {task.fields[problems]}", "{task.fields[problems]} with problems"))
        columns: list[Any] = [BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), problems]
        with Progress(*columns, console=Console(stderr=True), transient=True) as self._bar:
            self._task = self._bar.add_task("", total=self._total, problems=0)
            yield


def tell_aside(names: Sequence[str], zh: str = "表", en: str = "forms") -> None:
    """What was met and is knowingly none of what was asked for."""
    if names:
        said = say(f"另有 {len(names)} 个文件不是{zh}，已略过：", f"{len(names)} files are no {en}, set aside: ")
        tell(said + _listed(names))


def tell_beside(names: Sequence[str]) -> None:
    """What was not read and may be attached to a form of the same mail."""
    if names:
        zh = f"其中 {len(names)} 份与读出的表在同一封邮件里，若是附件就不必管：{_listed(names)}"
        en = f"{len(names)} of these came in one mail with a form that was read: {_listed(names)}"
        tell(say(zh, en))


def _listed(names: Sequence[str]) -> str:
    more = say(f" 等 {len(names)} 份", f" and {len(names) - NAMED} more") if len(names) > NAMED else ""
    return say("、", ", ").join(names[:NAMED]) + more


def _clock(seconds: float) -> str:
    if seconds < 60:
        return say(f"{seconds:.1f} 秒", f"{seconds:.1f} s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def progress(items: Sequence[T]) -> Iterable[T]:
    """The items one after another, with a progress bar on a terminal where there are many."""
    if len(items) <= MANY or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description="", console=Console(stderr=True), transient=True)
