"""Many compositions of the habits of `tests.messy`, and what of them is read silently wrong: by hand, never in CI.

    python -m tests.compositions --count 50000 --seed 1 --processes 2

Each composition is a form, a record and up to four habits, drawn by the seed and its own number alone, so that any of
them can be tried again: `--first 4711 --count 1`.  A silent one is printed when it is met, with its number, its habits
and what was read; the end is a summary, habit by habit.  Ctrl-C or SIGTERM ends a run with the
summary of what was done.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docfill import Field, Form, Result
from docfill.fields import ticked
from docfill.kinds import Written
from tests.messy import HABITS, Habit, Page, spoilt
from tests.small_form import NAMES, form_named
from tests.strategies import filled_everywhere, record_of
from tests.test_laws import silent

_LETTERS = "鑫淼焱垚犇骉羴"
_SHARES = (0.1, 0.4, 0.8, 1.0)
"""How many of the places of a record are filled in."""
_WEIGHTS = {"small": 4}
"""How much oftener a form is drawn than the others; the small one is read quickly and has every kind."""


# --- how a reading is judged ---


def doubted(result: Result) -> set[str]:
    """The paths with an error or a warning."""
    return {problem.path for problem in result.problems if problem.severity != "note"}


def unsaid(result: Result, page: Page) -> dict[str, Any]:
    """The answers that are wrong without a doubt, and those that are right only with one and have none."""
    doubts = doubted(result)
    over = {path for path in page.must for doubt in doubts if f"{path}.".startswith((f"{doubt}.", f"{doubt}["))}
    over |= {path for path in page.must for doubt in doubts if doubt.startswith(f"{path}[")}
    over |= {path for path in page.must if path.rpartition("_")[0] in doubts}  # a write-in, and whether it is chosen
    return {**silent(result, page.truth()), **dict.fromkeys(page.must - over, "not doubted")}


# --- one composition ---


@dataclass(frozen=True)
class Composition:
    """A form, a record and some habits, each with its pick."""

    form: str
    record: dict[str, Any]
    habits: tuple[tuple[Habit, int], ...]

    def __str__(self) -> str:
        return f"{self.form}: {' + '.join(f'{habit.name} ({pick})' for habit, pick in self.habits)}"


def composition(seed: int, number: int) -> Composition:
    """The composition of this number; the same one whenever it is asked for."""
    drawn = random.Random(f"{seed}:{number}")
    name = drawn.choices(NAMES, [_WEIGHTS.get(name, 1) for name in NAMES])[0]
    habits: dict[str, tuple[Habit, int]] = {}
    for habit in drawn.sample(HABITS, drawn.randint(1, 4)):
        habits.setdefault(habit.kin, (habit, drawn.randrange(10)))
    return Composition(name, _record(form_named(name), drawn), tuple(habits.values()))


def _record(form: Form, drawn: random.Random) -> dict[str, Any]:
    share = drawn.choice(_SHARES)
    full = filled_everywhere(form)
    answers = {f.path: _answer(f, full[f.path], drawn) for f in form.fields if drawn.random() < share}
    return record_of(ticked(form.fields, answers))


def _answer(f: Field, full: Any, drawn: random.Random) -> Any:
    """An answer to a field; of what repeats, a part of `full`."""
    kind = f.kind
    if kind.has_records:
        return full[: drawn.randint(0, len(full))]
    if kind.is_many:
        return [option for option in f.options if drawn.random() < 0.4]
    if kind.has_options:
        return drawn.choice(f.options)
    if not isinstance(kind, Written):
        return full
    if not kind.is_prose:
        return drawn.choice((kind.nth(drawn.randrange(2**24)), *kind.edges))
    lines = ["".join(drawn.choices(_LETTERS, k=drawn.randint(1, 9))) for _ in range(drawn.randint(1, 3))]
    return "\n".join(lines) if kind.is_long else lines[0]


# --- many ---


@dataclass
class Tally:
    """What was tried: how many compositions, how often with each habit, and which were silent."""

    tried: int = 0
    told: int = 0
    """Compositions in which anything was doubted."""
    habits: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    guilty: Counter[str] = field(default_factory=Counter)
    """How often each habit was one of a silent composition."""

    def add(self, tried: Tried) -> None:
        """Takes in one more."""
        self.tried += 1
        self.told += tried.is_told
        self.habits.update(tried.habits)
        if tried.unsaid:
            self.silent.append(f"{tried.number}: {tried.words}: {tried.unsaid}")
            self.guilty.update(tried.habits)

    def lines(self) -> Iterator[str]:
        """The summary."""
        yield f"{self.tried} compositions, {len(self.silent)} silent, {self.told} doubted, {len(self.habits)} habits"
        yield from (f"silent {line}" for line in self.silent)
        yield from (f"  {count} of {self.habits[name]} with “{name}”" for name, count in self.guilty.most_common())


@dataclass(frozen=True)
class Tried:
    """How one composition was read; `unsaid` in words, "" where nothing is."""

    number: int
    words: str
    habits: tuple[str, ...]
    is_told: bool
    unsaid: str


def tried(number: int, seed: int) -> Tried:
    """The composition of this number, read; what breaks the reader is as bad as what it reads wrongly."""
    drawn = composition(seed, number)
    try:
        page = spoilt(form_named(drawn.form), drawn.record, drawn.habits)
        result = form_named(drawn.form).extract(page.document())
        wrong, is_told = unsaid(result, page), bool(doubted(result))
        said = "; ".join(f"{path} {found!r:.80}" for path, found in [*wrong.items()][:4])
    except Exception as error:
        is_told, said = False, f"{type(error).__name__}: {error}"
    return Tried(number, str(drawn), tuple(habit.name for habit, _ in drawn.habits), is_told, said)


def _heeding_nothing() -> None:
    """Lets the process that asked alone say when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run(numbers: Sequence[int], seed: int, processes: int) -> Tally:
    """Reads the compositions of these numbers; the silent ones are printed as they are met."""
    tally, began = Tally(), time.monotonic()
    read = functools.partial(tried, seed=seed)
    with multiprocessing.Pool(processes, _heeding_nothing) as pool, contextlib.suppress(KeyboardInterrupt):
        for one in pool.imap_unordered(read, numbers, chunksize=20):
            tally.add(one)
            if one.unsaid:
                print(f"SILENT {tally.silent[-1]}", flush=True)
            if not tally.tried % 1000:
                print(f"{tally.tried} in {time.monotonic() - began:.0f} s, {len(tally.silent)} silent", flush=True)
        pool.close()
        pool.join()
    return tally


def main() -> None:
    """Tries as many as the command line says."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=1000, help="how many compositions")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--first", type=int, default=0, help="the number of the first one")
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally = run(range(given.first, given.first + given.count), given.seed, given.processes)
    print("\n".join(tally.lines()))
    raise SystemExit(bool(tally.silent))


if __name__ == "__main__":
    main()
