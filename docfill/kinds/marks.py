"""Boxes: one option of several, any number of them, or a flag.

A mark that says neither yes nor no is a problem, not a guess, and so are two
chosen options where one is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from docfill.kinds.kind import LIST, Asked, Boxed, Kind, Marked, Standing, shown
from docfill.problems import Problem


class Marks(Kind):
    """A kind that is read from the marks at its options."""

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        marks = found.marks or ()
        unclear = [Problem("unclear-tick", path, m.drawn, m.option) for m in marks if m.is_ticked is None]
        value, problems = self.value_of(f, path, marks)
        return value, unclear + problems

    def value_of(self, f: Asked, path: str, marks: Sequence[Marked]) -> tuple[Any, list[Problem]]:
        """The value that marks amount to, and the doubts but for the unclear ones."""
        raise NotImplementedError


class _Options(Marks):
    """Options with a box each."""

    has_options = True

    def expectation(self, f: Asked) -> str:
        return " | ".join(f.options)

    def is_missing(self, found: Standing, f: Asked) -> bool:
        marks = found.marks or ()
        return len(marks) < len(f.options) and {m.option for m in marks} < set(f.options)

    def standing(self, shown: Any, f: Asked) -> Standing:
        ticked = [shown] if isinstance(shown, str) else shown or []
        return Standing(marks=[Boxed(o, o in ticked) for o in f.options])


class Choice(_Options):
    """The text of the one option that is chosen."""

    name = "choice"
    label = ("单选", "one option")
    words = ("选项之一", "one of the options")

    def value_of(self, f: Asked, path: str, marks: Sequence[Marked]) -> tuple[Any, list[Problem]]:
        chosen = [m.option for m in marks if m.is_ticked]
        if len(set(chosen)) > 1:
            return None, [Problem("several-ticks", path, " | ".join(chosen), None)]
        return (chosen[0] if chosen else None), []

    def is_chosen(self, value: Any, option: str) -> bool:
        return bool(value == option)

    def refusals(self, f: Asked, value: Any) -> list[Problem]:
        return [] if value in f.options else [_not_an_option(f, value)]

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"enum": [*f.options, None]}

    def sample(self, f: Asked, turn: int) -> Any:
        return f.options[-turn % len(f.options)] if turn else None

    def more_samples(self, f: Asked, value: Any) -> Sequence[Any]:
        return f.options


class Choices(_Options):
    """The texts of the options that are chosen, in form order."""

    name = "choices"
    label = ("多选", "several options")
    words = ("选项若干", "any of the options")
    absent: ClassVar[Any] = []
    unanswered = "nothing-ticked"
    is_many = True

    def value_of(self, f: Asked, path: str, marks: Sequence[Marked]) -> tuple[Any, list[Problem]]:
        chosen = {m.option for m in marks if m.is_ticked}
        return [o for o in f.options if o in chosen], []

    def is_chosen(self, value: Any, option: str) -> bool:
        return value is not None and option in value

    def refusals(self, f: Asked, value: Any) -> list[Problem]:
        if not isinstance(value, list):
            return [Problem("wrong-type", f.path, shown(value), LIST, f.place)]
        found = [_not_an_option(f, v) for v in value if v not in f.options]
        twice = dict.fromkeys(shown(v) for v in value if value.count(v) > 1)
        return found + [Problem("duplicate-option", f.path, v, None, f.place) for v in twice]

    def canonical(self, f: Asked, value: Any) -> Any:
        return [o for o in f.options if o in value]

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(f.options)}, "uniqueItems": True}

    def sample(self, f: Asked, turn: int) -> Any:
        return (list(f.options[turn - 1 :: turn]) or None) if turn else None

    def more_samples(self, f: Asked, value: Any) -> Sequence[Any]:
        return [*([option] for option in f.options), list(f.options)]


class Boolean(Marks):
    """Whether something is there: a part of the form, or words that are printed."""

    name = "boolean"
    label = ("是否", "yes or no")
    words = ("是或不是", "true or false")
    absent = False
    is_flag = True

    def value_of(self, f: Asked, path: str, marks: Sequence[Marked]) -> tuple[Any, list[Problem]]:
        is_contradictory = len({m.is_ticked for m in marks}) > 1
        problems = [Problem("ambiguous", path, True, False)] if is_contradictory else []
        return any(m.is_ticked for m in marks), problems

    def is_missing(self, found: Standing, f: Asked) -> bool:
        return not found.marks

    def standing(self, shown: Any, f: Asked) -> Standing:
        return Standing(marks=[Boxed("", bool(shown))])

    def is_chosen(self, value: Any, option: str) -> bool:
        return value not in (None, "", [], False)

    def refusals(self, f: Asked, value: Any) -> list[Problem]:
        is_right = isinstance(value, bool)
        return [] if is_right else [Problem("wrong-type", f.path, shown(value), "true / false", f.place)]

    def shape(self, f: Asked) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}

    def sample(self, f: Asked, turn: int) -> Any:
        return True if turn else None


def _not_an_option(f: Asked, value: Any) -> Problem:
    return Problem("not-an-option", f.path, shown(value), f.kind.expectation(f), f.place)
