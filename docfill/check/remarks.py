"""Remarks: problems as they are said to the applicant, at the characters that they are about.

A problem tells the official what was read; a remark tells who filled in the form
what to do.  It stands on the characters of the value, or of the words that were
altered, and else on the paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from docfill.extract import Result
from docfill.problems import Problem, say
from docfill.read.shape import DocLine, lines_of, units_of
from docfill.word.comments import Comment
from docfill.word.document import Document
from docfill.word.span import Span

_TO_DO: dict[str, tuple[str, str]] = {
    "unanswered": ("请填写；没有的请填“无”", "please answer, or write 无 where there is none"),
    "nothing-ticked": ("请勾选", "please tick"),
    "write-in-missing": ("已勾选，请在横线上写明", "ticked: please write what it is"),
    "write-in-unticked": ("写了内容，请勾选对应的选项", "written in: please tick its option"),
    "not-a-number": ("请填数字，现在是“{found}”", 'please give a number instead of "{found}"'),
    "not-an-integer": ("请填整数，现在是“{found}”", 'please give a whole number instead of "{found}"'),
    "not-a-date": ("请把年、月、日填全，现在是“{found}”", 'please give the full date instead of "{found}"'),
    "approximate": ("请填准确的数字，现在是“{found}”", 'please give the exact number instead of "{found}"'),
    "too-many-decimals": ("请最多保留两位小数，现在是“{found}”", 'please keep two decimals at most: "{found}"'),
    "several-ticks": ("只能选一项，现在选了：{found}", "please tick one only; ticked are {found}"),
    "unclear-tick": ("请重新勾选，“{found}”看不出是否选中", 'please tick again: "{found}" is not clear'),
    "over-limit": ("请压缩到 {expected} 字以内，现在 {found} 字", "please shorten to {expected}; there are {found}"),
    "words-altered": ("请恢复原表的文字“{expected}”", 'please restore the words "{expected}"'),
    "words-removed": ("请补回原表的文字“{expected}”", 'please put back the words "{expected}"'),
    "words-moved": ("请把原表的文字“{expected}”移回原处", 'please move the words "{expected}" back'),
    "words-added": ("请删去加在原表文字旁的内容：“{found}”", 'please take out what was added: "{found}"'),
    "exact-words-altered": ("这段文字不能改动，请恢复：“{expected}”", 'these words must stay: "{expected}"'),
    "leftover": ("这里不是填写处，请移到应填的位置或删去：“{found}”", 'this is no place for an answer: "{found}"'),
    "label-altered": ("请恢复原表的标签“{expected}”", 'please restore the label "{expected}"'),
    "place-missing": ("原表的这一处不见了，请补回：“{expected}”", 'a place of the form is missing: "{expected}"'),
}
"""What to do about a problem, by its code; of any other its own message is said."""


def remarks(document: Document, result: Result, problems: Sequence[Problem]) -> list[Comment]:
    """A comment for each problem, worded to the applicant."""
    lines = _lines_by_position(document)
    return [Comment(said(p), p.place.xml, span_of(result, p, lines)) for p in problems]


def said(problem: Problem) -> str:
    """What a comment says: where, what to do, and what that rests on."""
    level = say("请改正", "please mend") if problem.severity == "error" else say("请核实", "please check")
    where = problem.place.column or problem.place.row
    message = to_do(problem)
    text = f"{level}：{where}：{message}" if where else f"{level}：{message}"
    source = getattr(problem, "source", "")
    return f"{text}\n{say('依据', 'rests on')}：{source}" if source else text


def to_do(problem: Problem) -> str:
    """What the applicant is asked to do; what the official is told, where nothing else is known of its code."""
    asked = _TO_DO.get(problem.code)
    return problem.message if asked is None else say(*asked).format(found=problem.found, expected=problem.expected)


def span_of(result: Result, problem: Problem, lines: dict[str, DocLine]) -> Span | None:
    """The characters that a problem is about: its value's, or those of the words found; None where there are none."""
    path, _, rest = problem.path.partition("[")
    held = result.assignment.at(path)
    number, _, column = rest.partition("].")
    if held.records is not None and number.isdigit() and int(number) < len(held.records) and column:
        held = held.records[int(number)].at(column)
    if path:
        return next(iter(held.spans()), None)
    line, found = lines.get(problem.place.xml), str(problem.found or "").strip()
    at = line.text.find(found) if line is not None and found else -1
    return next(iter(line.spans(at, at + len(found))), None) if line is not None and at >= 0 else None


def _lines_by_position(document: Document) -> dict[str, DocLine]:
    """The lines of a body by the position at which they begin."""
    return {document.where(line.element()): line for line in lines_of(units_of(document.blocks)) if line.folded}
