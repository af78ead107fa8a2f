"""Titles: what a list is called that nothing but the title of its form names."""

from __future__ import annotations

from docfill import late
from docfill.tag import words
from docfill.text import without_brackets

_BEFORE = late.pattern(
    r"(?:\d\s?学?年度?|学年度?|\d\s?[届期]|大学(?!生)|学院|[中小]学(?!生)|公司|集团|医院|委员会|[”\"》、：:\s])(?=[一-鿿]{4})"
)
"""The year, the body and whatever else stands in front of what a title is about."""
_LIST = late.pattern(r"(?:(?:信息|情况)?(?:汇总|一览|统计|登记|明细)?表|花?名[单册]|清单)$")
"""What the title of a list ends with that says nothing of what is listed."""
_KINDS_OF_LIST = late.pattern(
    r"(?:汇总|一览|统计|明细|分工|安排|签到|考勤|值班|记录|计划|日程|点名)表$|名[单册]$|清单$|登记[册簿]$"
)
_LEAST, _MOST = 2, 12


def title_of_form(line: str) -> str:
    """A line that is the title of a form, without the number of the attachment that it is; "" for any other line."""
    said = _ATTACHED.sub("", line.strip())
    return said if words.is_title(said) and words.FORM_TITLE.search(words.label_key(said)) else ""


_ATTACHED = late.pattern(r"^附[件表录]\s?[\d一二三四五六七八九十]{0,3}(?:[-—–.]\d{1,2})?\s{0,2}[：:]?\s*+")


def listed_by(title: str, *, is_whole: bool) -> str:
    """What a list holds by the title of its form: 2018-2019学年困难学生汇总表 lists 困难学生; "" where it does not say.

    Where the list is not the whole form, the title must be one of a list.
    """
    shown = without_brackets(title).strip()
    said = "".join(shown[max((m.end() for m in _BEFORE.finditer(shown)), default=0) :].split())
    if not is_whole and _KINDS_OF_LIST.search(said) is None:
        return ""
    named = _LIST.sub("", said)
    is_plain = all("一" <= c <= "鿿" for c in named)
    return named if is_plain and _LEAST <= len(named) <= _MOST else ""
