"""A kind of value: everything that is its own, whichever way a value travels.

A subclass says, in one place, how a value is read from what stands at a place
(`read`) and what a document that fill made has there (`standing`), how it is
written (`format`, or `is_chosen` for a box), what of given data is refused and
in which words (`refusals`), its JSON Schema, what stands for no answer, and a
sample.  What is true of several kinds is a trait that the engine asks for; no
module outside kinds and their faces in tables asks which kind it is.

Nothing here knows Word: a place is its texts, marks, items or records (`Standing`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from msgspec import Struct

from docfill.pictures import Picture
from docfill.problems import Place, Problem, Said
from docfill.values import is_blank


class Reading(Struct, frozen=True):
    """What a text says.

    Attributes:
        value: the value, or the text where it could not be read.
        problem: the code of the problem if there is a doubt.
        suggested: what a text that could not be read nearly certainly means.
        rest: what stands beside the value and is none of it.
        beside: the code of the problem that says so.
    """

    value: Any
    problem: str = ""
    suggested: Any = None
    rest: str = ""
    beside: str = "leftover"


class Asked(Protocol):
    """What a kind needs to know of a field (`fields.Field` is one)."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def fields(self) -> Sequence[Asked]: ...
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def longest(self) -> int | None: ...
    @property
    def hint(self) -> tuple[str, ...]: ...
    @property
    def place(self) -> Place: ...
    @property
    def key(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def separators(self) -> tuple[str, ...]: ...
    @property
    def is_readable(self) -> bool: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value."""
        ...


class Marked(Protocol):
    """What is drawn at one option: ticked or not, or None where that can't be told."""

    @property
    def option(self) -> str: ...
    @property
    def is_ticked(self) -> bool | None: ...
    @property
    def drawn(self) -> str: ...


class Boxed(Struct, frozen=True):
    """A mark that stands in no document."""

    option: str
    is_ticked: bool | None
    drawn: str = ""


class Standing(Struct, frozen=True):
    """What stands at the place of a field; None of what its kind is not read from, or of what was not found.

    `records` are those of a repetition, each with what stands at its columns.
    """

    text: str | None = None
    marks: Sequence[Marked] | None = None
    items: Sequence[str] | None = None
    records: Sequence[Mapping[str, Standing]] | None = None
    pictures: Sequence[Picture] | None = None


NOTHING = Standing()
"""What stands at a place that was not found."""


class Kind:
    """One kind of value.  There is one object of each class, compared by identity and kept so by pickles.

    Attributes:
        name: what data, field lists and templates call it.
        label: what people call it, in Chinese and English.
        words: what is expected, as problems say it, in Chinese and English.
        absent: what stands for no answer in a record.
        blank: what is drawn where there is no answer, if not nothing; a line without words is known by it.
        unanswered: the code of the problem that a required answer is missing.
        picked: how a date is written that a calendar lets one pick, if it is one.
        is_written: whether it is one text, so that a template may name it as a filter.
        is_unsaid: whether it is the kind of an answer whose tag names none.
        is_prose: whether any words will do, and the form may limit their number.
        is_long: whether it is paragraphs, in a template's `{%p`.
        goes_on: whether lines that follow its own may be more of it.
        has_unit: whether words behind it may be its unit.
        is_flag: whether only its presence matters.
        is_many: whether it is a list of the options that were chosen.
        has_options: whether it is boxes with an option each.
        has_records: whether it is a list of records.
        is_day: whether it is a day of the calendar.
        is_drawn: whether it is pictures, whose tag may say how large they are.
    """

    name: ClassVar[str]
    label: ClassVar[tuple[str, str]]
    words: ClassVar[tuple[str, str]]
    absent: ClassVar[Any] = None
    blank: ClassVar[str] = ""
    unanswered: ClassVar[str] = "unanswered"
    picked: ClassVar[str] = ""
    is_written: ClassVar[bool] = False
    is_unsaid: ClassVar[bool] = False
    is_prose: ClassVar[bool] = False
    is_long: ClassVar[bool] = False
    goes_on: ClassVar[bool] = False
    has_unit: ClassVar[bool] = False
    is_flag: ClassVar[bool] = False
    is_many: ClassVar[bool] = False
    has_options: ClassVar[bool] = False
    has_records: ClassVar[bool] = False
    is_day: ClassVar[bool] = False
    is_drawn: ClassVar[bool] = False

    def __str__(self) -> str:
        return self.name

    @property
    def as_filter(self) -> str:
        """How a tag says it behind a path."""
        return "" if self.is_unsaid else f" | {self.name}"

    def __repr__(self) -> str:
        return f"<kind {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        from docfill.kinds import kind_named

        return kind_named, (self.name,)

    # --- reading ---

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        """The value that stands at the place of a field, and the doubts; `path` is what problems call it."""
        raise NotImplementedError

    def is_missing(self, found: Standing, f: Asked) -> bool:
        """Whether nothing was found at the place of a field, not even a blank."""
        raise NotImplementedError

    def standing(self, shown: Any, f: Asked) -> Standing:
        """What stands at the place of a field in a document that fill made.

        `shown` is what was written there; of records, what stands at the columns of each.
        """
        raise NotImplementedError

    # --- writing ---

    def format(self, value: Any) -> str:
        """The text that is written for a value, of a kind that is written."""
        raise NotImplementedError

    def is_chosen(self, value: Any, option: str) -> bool:
        """Whether a value chooses an option, of a kind that has options."""
        raise NotImplementedError

    # --- data ---

    def refusals(self, f: Asked, value: Any) -> Sequence[Problem]:
        """What is wrong with a value that is given for a field."""
        raise NotImplementedError

    def expectation(self, f: Asked) -> str:
        """What a field wants, as problems say it."""
        return Said(*self.words)

    def is_usable(self, value: Any) -> bool:
        """Whether a value that was read is of the kind, and not the text that could not be read."""
        return True

    def canonical(self, f: Asked, value: Any) -> Any:
        """A value that is not refused, as it is read back."""
        return value

    def shape(self, f: Asked) -> dict[str, Any]:
        """The JSON Schema of its values, null among them where that is what is absent."""
        raise NotImplementedError

    def sample(self, f: Asked, turn: int) -> Any:
        """A value for a field: none for turn 0, then one and another."""
        raise NotImplementedError

    def more_samples(self, f: Asked, value: Any) -> Sequence[Any]:
        """Other values for a field than the sample `value`, which a form's rules may want."""
        return ()

    def sample_in_row(self, f: Asked, number: int, turn: int) -> Any:
        """A value for a column of the record of a number."""
        return self.sample(f, turn)


class Written(Kind):
    """A kind whose value is one text on the form.

    `parse(format(v)).value == v` for every value that is not refused.  A text that
    cannot be read stays text, with a problem's code (law 5).
    """

    is_written = True
    samples: ClassVar[tuple[Any, Any]]
    more: ClassVar[tuple[Any, ...]] = ()
    edges: ClassVar[tuple[Any, ...]] = ()
    """Values that are easily lost: the least, the largest, 无 where it is one."""
    doubtful: ClassVar[tuple[str, str]] = ("", "")
    """How an answer is written by people who are not sure, so that it cannot be read; "" where any words will do."""
    unread: ClassVar[str] = "wrong-type"
    """The code of the problem with a text that could not be read."""

    def nth(self, number: int) -> Any:
        """A value of the kind for any number from 0 on, another one for the next; for samples and tests."""
        return self.samples[number % 2]

    def parse(self, text: str, unit: str | None = None) -> Reading:
        """What a text says, freely written."""
        raise NotImplementedError

    def refusal(self, value: Any) -> tuple[str, str] | None:
        """Why a value may not be given: the code of a problem and what was found, or None."""
        raise NotImplementedError

    def suggestion(self, text: str, f: Asked) -> Any:
        """What a text that cannot be read nearly certainly means without what repeats its field; None as a rule."""
        return None

    def parse_cell(self, text: str, unit: str | None = None) -> Reading:
        """What the text in a cell of a spreadsheet says."""
        return self.parse(text, unit)

    def is_blank(self, text: str) -> bool:
        """Whether a text is nothing but the blank that the form draws."""
        return is_blank(text)

    def looks_like(self, text: str) -> bool:
        """Whether a line is an answer of the kind, or its empty blank."""
        reading = self.parse(text)
        return reading.value is not None and not reading.problem

    def may_be_meant(self, text: str) -> bool:
        """Whether a line that does not look like an answer of the kind may be meant for one all the same."""
        return self.looks_like(text)

    def read(self, found: Standing, f: Asked, path: str) -> tuple[Any, list[Problem]]:
        if found.text is None:
            return None, []
        reading = self.parse(found.text, f.unit or None)
        told = [Problem(reading.beside, path, reading.rest)] if reading.rest else []
        if not reading.problem:
            return reading.value, told
        wanted = self.expectation(f)
        suggested = self.suggestion(found.text, f) if reading.suggested is None else reading.suggested
        return reading.value, [Problem(reading.problem, path, found.text.strip(), wanted, suggested=suggested), *told]

    def is_missing(self, found: Standing, f: Asked) -> bool:
        return found.text is None

    def standing(self, shown: Any, f: Asked) -> Standing:
        return Standing("\n".join(shown) if isinstance(shown, list) else shown or "")

    def refusals(self, f: Asked, value: Any) -> Sequence[Problem]:
        if not f.is_readable and isinstance(value, int | float):
            return ()
        if refused := self.refusal(value):
            return [Problem(refused[0], f.path, refused[1], self.expectation(f), f.place)]
        if (too_long := self.too_long(f, value)) is not None:
            return [too_long]
        return self.refusals_of_text(f, value) if isinstance(value, str) else ()

    def too_long(self, f: Asked, value: Any) -> Problem | None:
        """That an answer is longer, as it is written, than its field takes, in characters."""
        if f.longest is None:
            return None
        written = self.format(value) if self.is_usable(value) else shown(value)
        return Problem("over-limit", f.path, len(written), f.longest, f.place) if len(written) > f.longest else None

    def refusals_of_text(self, f: Asked, value: str) -> Sequence[Problem]:
        """What the words of the form around a field forbid."""
        if f.separators and (separator := next((t for t in f.separators if t in value), "")):
            return [Problem("holds-separator", f.path, value, separator, f.place)]
        return ()

    def is_usable(self, value: Any) -> bool:
        return self.refusal(value) is None

    def sample(self, f: Asked, turn: int) -> Any:
        return self.samples[turn - 1] if turn else None

    def more_samples(self, f: Asked, value: Any) -> Sequence[Any]:
        return self.more


LIST = Said("列表（[…]）", "a list ([…])")
RECORDS = Said("若干条记录（[{…}]）", "a list of records ([{…}])")
"""What is expected where there may be several."""


def shown(value: Any) -> str:
    """A value in the words of data, to be quoted in a message: texts as they are, anything else as JSON has it.

    What JSON has no words for is told by its type, and by what it says of itself where that is meant for people.
    """
    if isinstance(value, str) and value.strip():
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=_told) if _is_json(value) else _told(value)
    except (TypeError, ValueError, RecursionError):  # keys that are no texts, rings, or nested without end
        return type(value).__name__


def said_of(value: Any) -> str:
    """A value as a person reads it in a table: several texts one after the other, a record a line, else as `shown`."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "；".join(value)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "\n".join("，".join(f"{k}：{shown(v)}" for k, v in row.items() if v not in (None, [])) for row in value)
    return shown(value)


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | list | tuple | dict)


def _told(value: Any) -> str:
    said, kind = str(value), type(value).__name__
    return kind if said == repr(value) else f"{kind} {said}"
