"""Text and paragraphs of text: any words that a Word file can keep and a reader can tell from the blank around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docfill import late
from docfill.kinds.kind import Asked, Reading, Written, shown
from docfill.problems import Problem
from docfill.text import TELLING, counted, fold
from docfill.values import BLANK, DRAWN, INVISIBLE, is_blank

_LINE_END = late.pattern(r"\r\n?|\n")
_CONTROL = late.pattern("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INSIDE = " -~·—‘’“”…\u3001-\u301f\u4e00-\u9fff\uff01-\uff3e\uff40-\uff60"
_LINE = f"(?![ _])[{_INSIDE}]+(?<![ _])"
_ORDINARY = late.pattern(f"{_LINE}(?:\n{_LINE})*")
"""Lines of letters, digits and punctuation as most answers are: nothing in them can be refused."""


class Text(Written):
    """Words."""

    name = "text"
    label = ("文字", "text")
    words = ("文字", "text")
    is_unsaid = True
    is_prose = True
    goes_on = True
    samples = ("试填", "试填二")

    def parse(self, text: str, unit: str | None = None) -> Reading:
        said = "" if is_blank(text) else text.strip(DRAWN)
        if "\n" in said:
            said = "\n".join(line for part in said.split("\n") if (line := part.strip(DRAWN)))
        return Reading(said or None)

    def parse_cell(self, text: str, unit: str | None = None) -> Reading:
        return self.parse(tidied(text))

    def format(self, value: Any) -> str:
        return str(value)

    def refusal(self, value: Any) -> tuple[str, str] | None:
        if not isinstance(value, str):
            return "wrong-type", shown(value)
        if _ORDINARY.fullmatch(value) and not is_blank(value):
            return None
        if is_blank(value):
            return "blank-ends", value
        for number, line in enumerate(value.split("\n"), 1):
            if not line:
                return "empty-line", str(number)
            if refused := _refusal_of_line(line):
                return refused
        return None

    def too_long(self, f: Asked, value: Any) -> Problem | None:
        """That an answer is longer than the form allows, in 字, or than its field takes, in characters."""
        if isinstance(value, str) and f.limit is not None and len(value) > f.limit < counted(value):
            return Problem("over-limit", f.path, counted(value), f.limit, f.place)
        return super().too_long(f, value)

    def refusals_of_text(self, f: Asked, value: str) -> Sequence[Problem]:
        for line in value.split("\n") if f.hint else ():
            if _reads_as_hint(fold(line), [fold(hint) for hint in f.hint]):
                return [Problem("same-as-hint", f.path, line, None, f.place)]
        return super().refusals_of_text(f, value)

    def shape(self, f: Asked) -> dict[str, Any]:
        if not f.is_readable:
            return {"type": ["string", "number", "boolean", "null"]}
        return {
            "type": ["string", "null"],
            "minLength": 1,
            "pattern": r"^[^\s_＿](.*[^\s_＿])?(\n[^\s_＿](.*[^\s_＿])?)*$",
        }

    def more_samples(self, f: Asked, value: Any) -> Sequence[Any]:
        return (f"{value}，13800000000", "2024年7月1日")

    def sample_in_row(self, f: Asked, number: int, turn: int) -> Any:
        return f"试填{number}{f.path}"


class LongText(Text):
    """Paragraphs, joined by "\\n"."""

    name = "longtext"
    label = ("多段文字", "paragraphs")
    words = ("多段文字", "paragraphs of text")
    is_unsaid = False
    is_long = True
    goes_on = False
    samples = ("试填一段", "试填一段\n又一段")

    def sample_in_row(self, f: Asked, number: int, turn: int) -> Any:
        return self.sample(f, turn)


def tidied(text: str) -> str:
    """A text of any source of data as an answer may be: without blank lines, or blanks at the ends of lines."""
    if text.isprintable():  # so it is one line
        return "" if BLANK.fullmatch(text) else text.strip()
    return "\n".join(line.strip() for line in _LINE_END.split(text) if not BLANK.fullmatch(line))


def _refusal_of_line(value: str) -> tuple[str, str] | None:
    """Why `value` cannot be kept exactly in a Word file, or None."""
    if bad := _CONTROL.search(value):
        return "control-character", f"U+{ord(bad[0]):04X}"
    if value != value.strip(DRAWN) or BLANK.fullmatch(INVISIBLE.sub("", value)):
        return "blank-ends", value
    return None


def _reads_as_hint(line: str, hints: Sequence[str]) -> bool:
    """Whether a line is a hint of the form, or an answer before or behind one; both folded."""
    return line in hints or any(len(h) >= TELLING and (line.startswith(h) or line.endswith(h)) for h in hints)
