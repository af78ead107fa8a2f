"""How people sign an opinion that they write: what of the answer is none of it.

A name below, or far behind the rest, or behind a sentence; a day; a seal; who signed for whom.  All of it is told by
its look alone, so that it is doubted and never taken away.
"""

from __future__ import annotations

import re

from docfill import late
from docfill.read.blanks import is_signature
from docfill.text import CLOSING, SEAL, SEALED, SIGNED

_SHORT = 48
"""Characters that a signed line may have."""
_IN_WORDS = "[一二三四五六七八九十]{1,3}"
DAY = (
    r"(?:(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*+日?+"
    rf"|[一二][〇零○九][〇零○一二三四五六七八九]{{2}}年{_IN_WORDS}月(?:{_IN_WORDS}日)?+)\s*+"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏苏潘葛范彭郎鲁韦马苗凤方俞袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江童颜郭梅盛林钟徐邱骆夏蔡田樊胡凌霍虞柯卢莫"
    "房缪丁邓郁洪包左石崔龚程邢裴陆荣翁焦谷车侯班秋仲伊宁仇甘武刘景詹龙叶司韶薄宿白蒲邰赖卓屠池乔翟谭申冉尚温庄晏柴瞿阎慕连习艾容向古"
    "易慎戈廖庾衡步都耿满弘匡寇广沃利师巩聂晁敖辛阚那简饶曾沙丰关游竺权盖益桓付肖闫覃欧"
)
NAME = rf"[{_SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}|[ \u3000]{{1,4}}[\u4e00-\u9fff])|[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+"
_GAP = r"[ \u3000\u00a0]"
_BARE = late.pattern(
    rf"(?:\n|{_GAP}{{2}}|(?<=[。！]){_GAP}?)(?:(?:{NAME})(?:[ \u3000]+{DAY})?|{DAY}(?:{NAME})?|{SEAL})$|{_GAP}{DAY}$"
)
"""A name, a day or a seal at the end of a text: below the rest, far behind it, or behind a sentence; or a day apart."""
_DAY, _NAMED, _SIGNED_BY = (
    late.pattern(DAY),
    late.pattern(NAME),
    late.pattern(rf"(?:{NAME})[ \u3000\u00a0]*(?:{DAY}|{SEAL})"),
)
"""A day and a name alone in their lines, and a name with a day or a seal."""
_BY = late.pattern(
    rf"(?:申请|填[表报写]|经办|承诺|签字?|审[核批]|批准|制表|推荐|评[审阅]|声明|法定代表)人\s*[:：]\s*(?:{NAME})\s*+(?:{DAY})?"
    rf"|[^\s:：。，]{{2,8}}[:：]\s*(?:{NAME})\s*+{DAY}"
)
"""Who says something: a label, a name, and a day."""
_BY_BEHIND = late.pattern(rf"(?<=[。！!；;]){_GAP}?(?:{_BY.pattern})$")
"""The same behind a sentence."""
_SEALED = late.pattern(f"{SEALED}$")
"""Where a seal is put, or whose, in brackets behind a text."""
_OF_A_LIST = 3
"""Characters up to which a line above a name may be one of a list of names."""
_OPINIONS = ("同意", "属实", "无误", "合格", "通过", "无异议", "可行", "已阅", "优秀", "良好", "推荐")
_ENDING = ("。", ".", "！", "!", "；", ";", *_OPINIONS)
_AGREED = late.pattern(r"(?:同意|批准|准予)[^\s。，,；;]{0,6}$|\b(?:approved|agreed?)$", re.I)
"""How an opinion ends."""
_SAYS = late.pattern(r"同意|批准|准予|不予|属实|无异议|已阅|\bapproved|\bagree", re.I)
_MAY_SAY = late.pattern(rf"{_SAYS.pattern}|{'|'.join(_OPINIONS)}", re.I)
"""What says an opinion, and what, at the end of one, does too."""
_SIGNS = frozenset(word[-1] for word in _OPINIONS) | frozenset("准予dDeE")
"""One of these characters each has."""
_BEHIND = (
    rf"(?:{_GAP}*(?:[（(【\[〔][ ]?(?:代[签办章]?|[印章]|签[章字名]?|盖章|手签)[ ]?[)）】\]〕]|代[章签]?|[印章签]))"
)
"""What stands behind a name: that somebody signed for another, or sealed."""
_ROLE = (
    r"[^\s:：。，,；;、]{0,8}"
    r"(?:[人长]|主[任席]|书记|经[理办]|审[核批]|签[批发章名字]|批示|复[核查]|代[签办理]|盖章|导师|教师)"
)
_DAYISH = rf"(?:{DAY}|\d{{1,2}}[ ]?[月./-][ ]?\d{{1,2}}[ ]?日?|[即当今]日)"
_ORGANISATION = r"[^\s。，,；;:：\d]{2,20}[局委办部处科厅院校司心府会团厂店所站社组队馆]"
_SIGNED_OFF = late.pattern(
    rf"(?:(?:\n|{_GAP})(?:{_ROLE}(?:[:：]{_GAP}*|{_GAP}+)(?:{NAME}){_BEHIND}?|/s/[ ]?(?:{NAME})|(?:{NAME}){_BEHIND})"
    rf"(?:{_GAP}*{_DAYISH})?"
    rf"|(?:\n|{_GAP}|(?<=[。！]))(?:{NAME}){_GAP}*{_DAYISH}|(?<=[。！])(?:{NAME}){_BEHIND}"
    rf"|(?:\n|{_GAP}{{2}}){_ORGANISATION}{_BEHIND}?(?:{_GAP}*{_DAYISH})?"
    rf"|(?:\n|{_GAP}){_DAYISH}|(?:{_GAP}|[，,；;])(?P<name>{NAME})|[（(](?:{NAME})[)）]"
    rf"|(?:\n|{_GAP})?[（(【\[〔][ ]?(?:代签?|[印章]|签[章字名]|盖章)[ ]?[)）】\]〕])$"
)
"""How people sign in a role, for another, with a seal, as an organisation, or with the month and day alone."""


def above_signature(text: str) -> str | None:
    """What an opinion says without the bare name or day that somebody signed it with; None where there is neither."""
    if text.isalnum():  # nothing stands apart in it
        return None
    shown = text.rstrip()
    if "\n" in shown and (said := _above_last_line(shown)) is not None:
        return said
    end = shown[-_SHORT:]
    if (said := _above_sign_off(shown)) is not None:
        return said
    if (by := _BY_BEHIND.search(end)) is not None:
        return shown[: len(shown) - len(by[0])]
    if end[-1:] in CLOSING and (seal := _SEALED.search(end)) is not None:
        return shown[: len(shown) - len(seal[0])].rstrip()
    signed = _BARE.search(end) if len(end.split(None, 1)) > 1 or "。" in end[:-1] or "！" in end[:-1] else None
    if signed is None:
        return None
    said = shown[: len(shown) - len(signed[0])].rstrip()
    return said if said.endswith(_ENDING) or _AGREED.search(said[-_SHORT:]) else None


def says_opinion(text: str) -> bool:
    """Whether a line that people sign on says an opinion, too."""
    return not _SIGNS.isdisjoint(text) and _SAYS.search(text) is not None


def _above_sign_off(text: str) -> str | None:
    """What an opinion says above a role, an organisation, a day without its year, or who signed for another."""
    end = text[-2 * _SHORT :]
    if _SIGNS.isdisjoint(end) or _MAY_SAY.search(end) is None:
        return None
    signed = _SIGNED_OFF.search(end[-_SHORT:])
    if signed is None:
        return None
    said = text[: len(text) - len(signed[0])].rstrip()
    is_opinion = said.rstrip("。.！!；;").endswith(_OPINIONS) or _AGREED.search(said) is not None
    says_one = signed["name"] is None and _SAYS.search(said[-_SHORT:]) is not None
    return said if is_opinion or says_one else None


def _above_last_line(text: str) -> str | None:
    """The lines of a text above the last, where that is signed, sealed or dated, or a name below a sentence."""
    above, _, last = text.rpartition("\n")
    last, above = last.strip(), above.rstrip()
    if not above or len(last) > _SHORT:
        return None
    before = above.rpartition("\n")[2].strip()
    is_signed = (SIGNED.search(last) is not None and is_signature(last)) or _BY.fullmatch(last) is not None
    if is_signed or _DAY.fullmatch(last) or _SIGNED_BY.fullmatch(last):
        return above if is_signed or not _DAY.fullmatch(before) else None
    is_name = len(before) > _OF_A_LIST and _NAMED.fullmatch(last) is not None and _NAMED.fullmatch(before) is None
    return above if is_name else None
