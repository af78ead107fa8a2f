"""What repeats, taken apart: the lines and rows of each record, and the items in a line.

Both are told apart by the form's own words, and not at all where these are missing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from docfill import late
from docfill.read.blanks import is_instruction, is_signature
from docfill.read.plan import ContainerPlan
from docfill.read.shape import DocLine, DocRow, DocUnit
from docfill.template.tree import Series
from docfill.text import CLOSING, OPENING, gist
from docfill.values import says_none

_NO_RECORD = late.pattern(
    "(?:[本当全上].{0,2}|以上|\\d{4}年|(?:以上)?共?\\d{1,4}[^\\W\\d]{1,2})?(?:合|总|小|共|累)计(?:数|金额)?|总[和数额量价]|求和"
    "|承前页|过次页|平均(?:值|数)?|(?:填[写报]|举)?(?:示?例|样例|范例)\\d*|以下(?:空白|无正文|无内容|无)|此[处行]空白"
    "|(?:sub)?total|sum|average|(?:example|sample)\\d*"
)
"""What a row says that is none of the records in it."""
_MAY_BE_NONE = late.pattern(
    r"^.{0,8}(?:计|总\s*[和数额量价]|求\s*和|平均|例)|以下|空白|[前次]页|^.{0,3}(?:total|sum|average|example|sample)",
    re.I,
)
"""What asks for a closer look at a cell of a record."""
_SUMMED = late.pattern(r"(?:(?:合|总|小|共|累)计(?:数|金额)?\s*[:：]?|以上|(?:以上)?共有?)\s*\d.{0,40}")
"""A sum in words, and how many there are."""
_NOTED, _TOLD = late.pattern(r"[(（【\[].*[)）】\]]", re.S), late.pattern(r"[^\d:：]{2,8}[:：].*", re.S)
"""A note in brackets, and who made a table: 制表人：张三."""
_REFERRED = late.pattern(
    "(?:详见|参见|参照|另附|后附|见)\\s*.{0,6}附[件表录页].{0,16}|(?:详见|另见|见|另附).{0,8}[清明]单.{0,4}|[详另]见.{1,8}"
    "|见?附后|另附|等等?|其[余他]略|以下[省从]?略|略|[（(]?(?:续上?|接上|上接).*"
    "|(?:please )?(?:see|refer to|as(?: per)?) (?:the )?(?:attach\\w+|enclosed|list|annex|appendix|below|above).{0,24}"
    "|etc",
    re.S | re.I,
)
"""Where the records stand that are not here, and what the row above goes on with."""
_SEVERAL = 3
_SIGNS_OF_SUMS = frozenset("∑Σ")


def records_of(plan: ContainerPlan, units: list[DocUnit]) -> tuple[list[list[DocUnit]], list[DocUnit]]:
    """The lines and rows of each record, and those before the first.

    Where every record has as many as the form prints for one, each in its place,
    they are counted; else a record begins where its first words stand.
    """
    members = [a for a, p in enumerate(plan.plans) if p is None or not p.is_empty]
    size = len(members)
    is_fixed = not any(plan.is_open(a) for a in members)
    is_even = is_fixed and size > 0 and len(units) % size == 0
    if is_even and all(plan.may_be(members[b % size], unit) for b, unit in enumerate(units)):
        return [units[b : b + size] for b in range(0, len(units), size)], []
    worded = [n for n, a in enumerate(members) if plan.has_words(a) and not plan.units[a].sections]
    if not worded:
        return (by_paragraph(units), []) if size == 1 else ([], units)
    first = worded[0]
    starts = [max(b - first, 0) for b, unit in enumerate(units) if plan.may_be(members[first], unit)]
    if not starts or (first and plan.is_open(members[0])):
        return [], units
    ends = [*starts[1:], len(units)]
    return [units[b:e] for b, e in zip(starts, ends, strict=True)], units[: starts[0]]


def by_paragraph(units: list[DocUnit]) -> list[list[DocUnit]]:
    """Lines of one paragraph together; a row alone."""
    groups = itertools.groupby(units, lambda u: id(u.paragraph) if isinstance(u, DocLine) else id(u))
    return [list(group) for _, group in groups]


def items_of(series: Series, shown: str) -> list[tuple[str, ...]] | None:
    """The columns of each item in a line; None where the words between them are not there."""
    shown, before, between = shown.strip(), series.texts[0], series.between
    if not shown:
        return []
    ends = series.texts[-1]
    separator = ends + between + before
    body, start, end = shown, before.lstrip(), ends.rstrip()
    if not body.startswith(start) or not body.endswith(end):
        return None
    body = body[len(start) : len(body) - len(end) if end else None]
    items = []
    for item in body.split(separator) if separator else [body]:
        columns = []
        for text in series.texts[1:-1]:
            column, found, item = item.partition(text)
            if not found or text in item:
                return None
            columns.append(column.strip())
        items.append((*columns, item.strip()))
    return items


def is_no_record(said: str) -> bool:
    """Whether a cell says that its row is none of the records: 合计, 示例, 以下空白."""
    if said in _SIGNS_OF_SUMS:
        return True
    if _MAY_BE_NONE.search(said) is None:
        return False
    return _NO_RECORD.fullmatch(gist(said) or gist(said.strip(OPENING + CLOSING))) is not None


def is_none_of(said: Sequence[str], size: int) -> bool:
    """Whether the columns of a row of so many, as far as they say anything, say that it is none of the records.

    They say that there is nothing, or one of several says what stands below a table.
    """
    if len(said) == 1 < size:
        is_noted = _NOTED.fullmatch(said[0]) is not None or (size >= _SEVERAL and _TOLD.fullmatch(said[0]) is not None)
        return is_noted or _is_beside(said[0]) or _REFERRED.fullmatch(said[0].strip(" 。.")) is not None
    worded = [x for x in said if any(map(str.isalpha, x))]
    if len(worded) == 1 < size and _SUMMED.fullmatch(worded[0].strip()) is not None:
        return True
    return bool(said) and all(says_none(x) or is_signs(x) for x in said)


def is_signs(said: str) -> bool:
    """Whether a text is signs alone: ……, ——, ※."""
    return not any(map(str.isalnum, said))


def is_beside_records(row: DocRow) -> bool:
    """Whether a row of one cell is plainly none of the records: a signature, a note, a sum, or signs alone."""
    return len(row.own) == 1 and all(_is_beside(line.text) for line in row.lines)


def _is_beside(said: str) -> bool:
    is_told = is_signature(said) or is_instruction(said) or is_no_record(said) or says_none(said)
    return is_told or is_signs(said) or _SUMMED.fullmatch(said.strip()) is not None
