"""Doubts about the whole: a copy that somebody filled in, or a text that is no form.

Both can be tagged all the same; the person who asked is told, because names and
numbers of one applicant would become words of the form.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from docfill import late
from docfill.kinds import kind_named
from docfill.tag import lines, words
from docfill.tag.spots import Reason, Spot
from docfill.word.document import Block, Table, paragraphs_of

FILLED = (
    "这份表像是填过的（有“{0}”等内容）；请用空白表，否则填表人的内容会成为表上的文字",
    "this looks filled in (it says “{0}”); use the blank form, or an applicant's words become words of the form",
)
PROSE = (
    "这份文件大多是成段的文字，像通知或信函而不是表格；只加了能确定的几处标签",
    "most of this is prose, like a letter; only what is certain was tagged",
)

_PERSONAL = late.pattern(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\w)|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?<!\d)(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}"
)
"""What one person's answers hold: mobile and identity numbers, mail addresses, dates."""
_NUMBERED = late.pattern(
    r"[A-Z]{0,3}\d{7,20}[A-Z]?|√|(?:19|20)\d{2}[.年]\d{1,2}月?\s*[-—–~～至]+\s*(?:(?:19|20)\d{2}[.年])?\d{1,2}月?"
)
"""What they hold in cells of their own: other numbers, ticks where the form draws none, stretches of time."""
_SEVERAL = 2
_LONG = 60
"""A paragraph so long is prose."""


def doubts_about(blocks: Sequence[Block], spots: Sequence[Spot]) -> list[Reason]:
    """What speaks against a document's being a blank form."""
    doubts = []
    if personal := _personal(blocks):
        doubts.append((FILLED[0].format(personal), FILLED[1].format(personal)))
    prose = sum(len(p.text) > _LONG for p in paragraphs_of(list(blocks)))
    is_letter = len(spots) <= _SEVERAL and _is_letter(blocks)
    if is_letter or (prose > 2 * len(spots) and all(kind_named(s.kind).is_prose for s in spots)):
        doubts.append(PROSE)
    return doubts


def _is_letter(blocks: Sequence[Block]) -> bool:
    """Whether a document without tables greets somebody, or ends as letters and notices do."""
    said = [p.text.strip() for p in blocks if not isinstance(p, Table)]
    is_greeting = any(words.SALUTATION.match(x) or _TO_ALL.fullmatch(x) for x in said if x.endswith(("：", ":")))
    return len(said) == len(blocks) and (is_greeting or any(map(_CLOSING.fullmatch, said)))


_TO_ALL = late.pattern(
    r"各?(?:有关|相关|直属|下属)?(?:单位|部门|学院|班级|处室|公司|同学|老师|同事|员工|代表)(?:[、，]各?[一-鿿]{2,6})*[：:]"
)
_CLOSING = late.pattern(r"(?:此致|敬礼|特此(?:通知|公告|函告|说明|证明))[！!。.]?")
"""What letters and notices to everybody begin and end with."""


def _personal(blocks: Sequence[Block]) -> str:
    """The first of several answers on lines drawn for them, alone in cells, or behind a colon; "" for none."""
    cells = [c.text.strip() for b in blocks if isinstance(b, Table) for r in b.rows for c in r.cells]
    behind = [re.split("[：:]", p.text)[-1].strip() for p in paragraphs_of(list(blocks)) if len(p.text) < _LONG]
    written = list(dict.fromkeys(x for p in paragraphs_of(list(blocks)) for x in lines.answers_on_lines(p.text)))
    if len(written) >= _SEVERAL:
        return written[0]
    alone = [t for t in cells if _PERSONAL.fullmatch(t) or _NUMBERED.fullmatch(t)]
    alone = list(dict.fromkeys([*alone, *(t for t in behind if _PERSONAL.fullmatch(t))]))
    named = _names(blocks)
    known = list(dict.fromkeys([*alone, *named]))
    return known[0] if len(known) >= _SEVERAL else ""


def _names(blocks: Sequence[Block]) -> list[str]:
    """What stands beside labels of cells, or behind those of lines, that ask for somebody, and reads as a name."""
    rows = (row for b in blocks if isinstance(b, Table) for row in b.rows)
    pairs = ((a.text, b.text) for row in rows for a, b in itertools.pairwise(row.cells))
    short = (p.text.replace("：", ":") for p in paragraphs_of(list(blocks)) if len(p.text) < _LONG)
    led = ((label, said) for label, colon, said in (text.partition(":") for text in short) if colon)
    asked = ((a, "".join(b.split())) for a, b in itertools.chain(pairs, led) if _WHO.search("".join(a.split())))
    return [name for label, name in asked if _NAME.fullmatch(name) and not words.ASKED.search(name)]


_WHO = late.pattern(r"(?:姓名|联系人|负责人|经办人|申请人|填表人|法人|法定代表人|经理|主管|组长|教师|导师|队长)$")
_NAME = late.pattern(
    r"[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦傅方白邹孟熊秦邱江尹薛"
    r"闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤][一-鿿]{1,2}"
)
"""A name in Chinese with one of the surnames that most people have."""
