"""Headings that have no number of a section, and ask all the same for what is written in the room under them.

A question counted by letters or as Q2., a sentence that tells to write something, a title that is drawn as one, by its
style or in bold, and what ends as the name of a longer answer does (申请理由).  What stands under such a title and
tells how to answer is a hint, in brackets or not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docfill import late
from docfill.tag import lines, words
from docfill.tag.cells import counted_as, ends_asking, has_boxes_text, in_text_box, is_listed
from docfill.text import NUMBERING
from docfill.word.document import Block, Paragraph, paragraphs_of
from docfill.word.xml import W

Level = tuple[str, str]
"""How a heading is marked, by its style and its number, as `heading_level` says it."""

_BIDS = late.pattern(r"(?:describe|explain|list|state|discuss|outline|summari[sz]e|name) \w", re.I)
BOLD, ASKED = "bold", "asked"
"""How titles are marked: by nothing but their weight; by nothing but what they are called."""
_COUNTED = late.pattern(
    r"\s*(?:(Q\.? ?\d{1,2}|第 ?\d{1,2} ?题)[.:：、)）]?|问题 ?\d{1,2}[.:：、)）]?"
    r"|[(（]?[A-Za-z][)）.．、]|[(（]?[ivx]{1,4}[)）.]|\d{1,2}[)）])"
    r"(?:[ \u3000\u00a0]+(?=\S)|(?=[一-鿿]))"
)
"""What counts a question, and is no number of a section: Q2., a), 1）, 第1题."""
_TELLS = late.pattern(
    r"(?:请|可|应|需|须)?(?:简要|简单|详细|具体|重点|主要|如实|分别|从|围绕|结合|对)?.{0,24}?"
    r"(?:说明|描述|阐述|简述|概述|介绍|列[出举明]|写[出明]|填写|分析|论述|叙述|总结)(?!书|表|会|人).{2,}"
)
"""What tells in Chinese to write something, in brackets or not."""
_NAMES = late.pattern(r"\w+ of\b")
"""What begins as a sentence that tells to write something, and only names it: List of tests."""
_ANSWERS = late.pattern(
    r"(?:理由|原因|事由|缘由|经过|自述|陈述|总结|评语|评价|鉴定|小结|体会|感想|概述|简介|建议|意见|事迹|业绩|成绩|简历|经历"
    r"|计划|方案|措施|设想|目标|(?:申请|情况|补充)说明)$"
)
"""What the name of an answer of several lines ends with."""
_FRAMED = late.pattern(r"【([^【】]{2,24})】")
_LONGEST, _LONGEST_TOLD = 20, 240
"""Characters of a title in Chinese at most (twice as many letters), and of what tells how to answer."""
_LARGE = 40
"""Half-points of a title from which it is that of the whole form, or of its cover."""


def tells_how(text: str) -> bool:
    """Whether words under a heading tell how to answer it: how long, or of what, in brackets or not."""
    shown = text.strip().strip("（()）[]【】。. ")
    if not shown or len(shown) > _LONGEST_TOLD or words.SIGNED.search(shown) or words.NOTE.match(shown):
        return False
    if ends_asking(shown) or lines.looks_like_a_place(shown) or has_boxes_text(shown):
        return False
    is_limit = words.LIMIT.search(shown) is not None and len(shown) <= 2 * _LONGEST
    told = words.ASKS_TO_TELL.fullmatch(shown) if words.is_latin(shown) else _TELLS.fullmatch(shown)
    return is_limit or (told is not None and _NAMES.match(shown) is None)


def is_counted(text: str) -> bool:
    """Whether a line begins with the number of a question."""
    return _COUNTED.match(text) is not None or NUMBERING.match(text) is not None


def asks_by_number(text: str) -> bool:
    """Whether a line says of itself that it is a question, which has no sign of one: Q2. Describe …."""
    counted = _COUNTED.match(text)
    return counted is not None and counted[1] is not None and words.is_label(text[counted.end() :])


def is_limited(text: str) -> bool:
    """Whether a short line says in brackets at its end how long the answer may be: 工作计划（不超过300字）."""
    noted = _NOTED.search(text.rstrip())
    return noted is not None and _MANY.search(noted[0]) is not None and len(noted.string) <= 2 * _LONGEST


_MANY = late.pattern(r"\d{2,5} ?字|\d{2,5} (?:words|characters)", re.I)
_NOTED = late.pattern(r"[（(][^（()）]{2,24}[)）]$")


def question_level(block: Block) -> Level | None:
    """How a question is marked that is counted as no section is, or tells to write something."""
    if not isinstance(block, Paragraph) or not block.text.strip() or lines.looks_like_a_place(block.text):
        return None
    shown = block.text.strip()
    counted, number = _COUNTED.match(shown), NUMBERING.match(shown)
    said = shown[counted.end() :] if counted is not None else shown[number.end() :] if number is not None else shown
    tells = words.ASKS_TO_TELL.fullmatch(said.strip()) is not None
    if counted is not None:
        is_asking = counted[1] is not None or said.endswith(("?", "？")) or _BIDS.match(said) is not None
        is_title = words.is_title(said.rstrip(" 。"), _LONGEST_TOLD) and not has_boxes_text(said)
        return (_style_of(block), _kind_of_number(counted[0])) if is_title and (is_asking or tells) else None
    if not tells or (number is None and not is_listed(block)):
        return None
    return _style_of(block), counted_as(shown) or "auto"


def _kind_of_number(number: str) -> str:
    """A number without what it counts, so that those of one series are the same."""
    return _FIGURES.sub("0", _CAPITALS.sub("A", _LETTERS.sub("a", number.strip())))


_FIGURES, _LETTERS, _CAPITALS = late.pattern(r"\d+"), late.pattern("[a-z]+"), late.pattern("[A-Z]+")


def title_level(block: Block) -> Level | None:
    """How a title without a number is marked; None for what is none, or that of a whole form."""
    if not isinstance(block, Paragraph) or in_text_box(block) or not 1 < len(block.text.strip()) <= 2 * _LONGEST:
        return None
    shown = block.text.strip()
    framed = _FRAMED.fullmatch(shown)
    shown = shown if framed is None else framed[1]
    longest = _LONGEST * (1 + words.is_latin(shown))
    if not words.is_title(shown, longest) or ends_asking(shown) or not any(map(str.isalpha, shown)):
        return None
    if lines.looks_like_a_place(shown) or has_boxes_text(shown) or lines.options_printed_in(shown):
        return None
    kept = (words.SIGNED, words.STATEMENT, words.OFFICE, words.INTRODUCTION)
    is_kept = any(x.search(shown) for x in kept) or words.DATED.match(shown) is not None or words.is_hint(shown)
    if is_kept or words.FORM_TITLE.search(words.label_key(shown)) or _is_centred(block):
        return None
    style = _style_of(block)
    looks = [look for s, e, look in block.looks(0, len(block.text)) if block.text[s:e].strip()]
    if any(look.size >= _LARGE for look in looks):
        return None
    if framed is not None or block.formats.is_heading(style):
        return style, "title" if framed is None else "framed"
    if looks and all(look.bold for look in looks):
        return style, BOLD
    is_answer = not words.is_latin(shown) and _ANSWERS.search(words.label_key(shown)) is not None
    return (style, ASKED) if is_answer or is_limited(shown) else None


def are_all_bold(blocks: Sequence[Block]) -> bool:
    """Whether a form is written in bold throughout, which so marks no title."""
    said = [p for p in paragraphs_of([*blocks]) if p.text.strip()]
    return all(look.bold for p in said for s, e, look in p.looks(0, len(p.text)) if p.text[s:e].strip())


def _style_of(paragraph: Paragraph) -> str:
    style = paragraph.element.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(W + "val", "")


def _is_centred(paragraph: Paragraph) -> bool:
    drawn = paragraph.element.find(f"{W}pPr/{W}jc")
    return drawn is not None and drawn.get(W + "val") == "center"
