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
from docfill.tag.spots import A_DATE, Reason, Spot
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
_LONG, _LONG_SENTENCE = 60, 40
"""A paragraph so long is prose; a sentence in Chinese, where it is so long."""


def doubts_about(blocks: Sequence[Block], spots: Sequence[Spot]) -> list[Reason]:
    """What speaks against a document's being a blank form."""
    doubts = []
    if personal := _personal(blocks):
        doubts.append((FILLED[0].format(personal), FILLED[1].format(personal)))
    prose = sum(_is_prose(p.text.strip()) for p in paragraphs_of(list(blocks)))
    is_letter = len(spots) <= _SEVERAL and _is_letter(blocks)
    is_plain = all(kind_named(s.kind).is_prose or s.evidence is A_DATE for s in spots)
    if is_letter or (prose > 2 * len(spots) and is_plain):
        doubts.append(PROSE)
    return doubts


def _is_prose(said: str) -> bool:
    is_sentence = said.endswith("。") and len(said) > _LONG_SENTENCE and not words.is_latin(said)
    return is_sentence or len(said) > _LONG


def _is_letter(blocks: Sequence[Block]) -> bool:
    """Whether a document without tables greets somebody, or ends as letters and notices do."""
    said = [p.text.strip() for p in blocks if not isinstance(p, Table)]
    is_greeting = any(words.greets(x) or _TO_ALL.fullmatch(x) for x in said if x.endswith(("：", ":")))
    return len(said) == len(blocks) and (is_greeting or any(map(_CLOSING.fullmatch, said)))


_TO_ALL = late.pattern(
    r"各?(?:有关|相关|直属|下属)?(?:单位|部门|学院|班级|处室|公司|同学|老师|同事|员工|代表)(?:[、，]各?[一-鿿]{2,6})*[：:]"
)
_CLOSING = late.pattern(r"(?:此致|敬礼|特此(?:通知|公告|函告|说明|证明))[！!。.]?")
"""What letters and notices to everybody begin and end with."""


def _personal(blocks: Sequence[Block]) -> str:
    """The first of several answers on lines drawn for them, alone in cells, or behind a colon; "" for none."""
    tables = [b for b in blocks if isinstance(b, Table) and not _is_of_office(b)]
    cells = [c.text.strip() for b in tables for r in b.rows for c in r.cells]
    behind = [re.split("[：:]", p.text)[-1].strip() for p in paragraphs_of(list(blocks)) if len(p.text) < _LONG]
    written = list(dict.fromkeys(x for p in paragraphs_of(list(blocks)) for x in lines.answers_on_lines(p.text)))
    if len(written) >= _SEVERAL:
        return written[0]
    alone = [t for t in cells if _PERSONAL.fullmatch(t) or _NUMBERED.fullmatch(t)]
    alone = list(dict.fromkeys([*alone, *(t for t in behind if _PERSONAL.fullmatch(t))]))
    pairs = _answers(blocks)
    named = _names([*pairs, *_headed(blocks)])
    applicant = _names([x for x in pairs if _APPLICANT.search("".join(x[0].split()))])
    known = list(dict.fromkeys([*alone, *named, *(_of_applicant(pairs) if applicant else ())]))
    return known[0] if len(known) >= _SEVERAL else ""


Pair = tuple[str, str]
"""A label and what stands beside it, or behind it."""


def _answers(blocks: Sequence[Block]) -> list[Pair]:
    """What stands beside the labels of cells, and behind the colons of short lines."""
    rows = (row for b in blocks if isinstance(b, Table) for row in b.rows)
    beside = ((a.text, b.text) for row in rows for a, b in itertools.pairwise(row.cells))
    short = (p.text.replace("：", ":") for p in paragraphs_of(list(blocks)) if len(p.text) < _LONG)
    parts = (part for text in short for part in _APART.split(text))
    led = ((label, said) for label, colon, said in (part.partition(":") for part in parts) if colon)
    return [(" ".join(a.split()), b.strip()) for a, b in itertools.chain(beside, led) if b.strip()]


_APART = late.pattern(r"(?<![ \u3000\t])[ \u3000\t]{1,40}(?=[^\s:]{2,12}:)")


def _headed(blocks: Sequence[Block]) -> list[Pair]:
    """What stands in the rows of tables below heads that ask for somebody, where it is more than one sample."""
    found: list[Pair] = []
    for table in (b for b in blocks if isinstance(b, Table) and len(b.rows) > _SEVERAL):
        for head, below in _columns(table):
            held = [(head, x) for x in below if x]
            found += held if _OF_OFFICE.search(head) is None and len(_names(held)) >= _SEVERAL else []
    return found


def _columns(table: Table) -> list[tuple[str, list[str]]]:
    """The words of each cell of a table's first row, with those that stand right below it."""
    below: dict[int, list[str]] = {}
    for row in table.rows[1:]:
        for cell in row.cells:
            below.setdefault(cell.column, []).append(cell.text.strip())
    return [(c.text.strip(), below.get(c.column, [])) for r in table.rows[:1] for c in r.cells]


def _names(pairs: Sequence[Pair]) -> list[str]:
    """What reads as a name beside labels that ask for somebody."""
    said = ((a, b, "".join(b.split())) for a, b in pairs)
    named = (squeezed for a, _, squeezed in said if _WHO.search("".join(a.split())) and _NAME.fullmatch(squeezed))
    in_letters = (b for a, b in pairs if _NAME_ASKED.fullmatch(a) and _NAME_IN_LETTERS.fullmatch(b))
    return [x for x in (*named, *in_letters) if not words.ASKED.search(x)]


def _of_applicant(pairs: Sequence[Pair]) -> list[str]:
    """The institutions, addresses and numbers that stand beside labels as those of whoever applies do."""
    asked = ((_WHERE, _INSTITUTION), (_PHONE_ASKED, _PHONE), (_ADDRESS_ASKED, _ADDRESS), (_NUMBER_ASKED, _NUMBERED))
    return [b for a, b in pairs for label, said in asked if label.fullmatch("".join(a.split())) and said.fullmatch(b)]


def _is_of_office(table: Table) -> bool:
    """Whether a table lists whom to ask, which the office prints: names below the head of a column."""
    asked = (below for head, below in _columns(table) if _OF_OFFICE.search(head))
    return any(below and all(map(_NAME.fullmatch, below)) for below in asked)


_OF_OFFICE = late.pattern(r"联系人|咨询|主办|承办|受理|监督|收件|经办|contact", re.I)
"""Who an office names itself, on every copy of its form."""
_APPLICANT = late.pattern(
    r"(?:姓名|申请人|填表人|报名人|应聘人|参赛者|学生|考生|作者)$|^(?:(?:full|your|student)?name|applicant)", re.I
)
"""Who fills in a form, and is no name that its office prints."""
_NAME_ASKED = late.pattern(r"(?:\w+['’]?s? )?(?:full |legal |student |applicant )?name|applicant", re.I)
_NAME_IN_LETTERS = late.pattern(
    r"(?!(?i:your|full|first|last|name|company|student|dr|mr|mrs|ms|prof(?:essor)?)\b)"
    r"[A-Z][a-z]{1,15}(?: [A-Z]\.?)?(?: [A-Z][a-z'’-]{1,20}){1,2}"
)
_WHERE = late.pattern(r"(?:工作|所在|申请|申报|就读|推荐)?(?:单位|学校|学院|公司|院系|部门)(?:名称)?")
_INSTITUTION = late.pattern(
    r"[一-鿿（）()]{2,24}(?:大学|学院|公司|集团|研究院|研究所|中学|小学|学校|医院|工厂|银行|委员会|[市县区]局)"
)
_PHONE_ASKED = late.pattern(
    r"(?:联系)?电话|手机号?码?|(?:tele|mobile|cell)?phone(?:no\.?|number)?|mobile|tel\.?|cell", re.I
)
_ADDRESS_ASKED = late.pattern(r"(?:home|postal|mailing|street)?address", re.I)
_ADDRESS = late.pattern(
    r"\d{1,5} [A-Z][A-Za-z ]{2,30} (?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way|Court|Place|Boulevard|Blvd)\b"
    r".{0,40}"
)
_NUMBER_ASKED = late.pattern(r"学号|工号|考号|准考证号|student(?:id|no\.?|number)", re.I)
_PHONE = late.pattern(r"\+?[\d(][\d() .-]{6,18}\d")


_WHO = late.pattern(
    r"(?:姓名|联系人|负责人|经办人|申请人|填表人|报名人|应聘人|参赛者|学生|考生|作者|法人|法定代表人|经理|主管|组长|教师|导师|队长)$"
)
_NAME = late.pattern(
    r"[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦傅方白邹孟熊秦邱江尹薛"
    r"闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤][一-鿿]{1,2}"
)
"""A name in Chinese with one of the surnames that most people have."""
