"""Phrases: what a blank within a sentence is called, as in a contract.

The words in front of such a blank are no label but a clause: 租赁期为____个月, 致____监理项目部：. Of these the
noun stays, and where nothing stays, the words behind the blank name it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from docfill import late
from docfill.values import DRAWN

if TYPE_CHECKING:
    from docfill.tag.lines import Blank

_FRONT = late.pattern(
    r"^\s*(?:注(?=[：:\s])[：:\s]*|\d{1,2}\s*[)）]\s*|\d{1,2}(?:[.．]\d{1,2}){1,2}[.．、]?\s*(?=[一-鿿])|[①-⑳]\s*)"
)
"""A number or a word in front of a clause that is no part of a name."""
_CURRENCY = late.pattern(r"(?:[（(]?(?:大写|小写)?[)）]?(?:人民币|RMB)[¥￥]?|[¥￥$])$")
_VERB = late.pattern(r"(?<=[一-鿿]{2})(?<!的)(?:分别)?(?:为|是|(?<![关联体院])系|共计|合计|于|自|从|即)$")
"""What a clause ends with in front of its blank."""
_PERSON = late.pattern(r"[ \u3000]*(?:同志|先生|女士|同学)(?!们)")
"""How somebody is called whose name is the blank in front: 兹有____同志."""
_POST = late.pattern(r"(?:担任|就读于|毕业于|任职于|从事)$")
"""What leads on to a blank that the words behind it name: 担任____职务."""
_EMPTY = frozenset("致在由于自给从每向经即共有将被") | {
    "即从",
    "起至",
    "兹有",
    "玆有",
    "特此",
    "现报上",
    "现将",
    "关于",
}
"""Words in front of a blank that say nothing of it."""
_BEHIND = late.pattern(r"[ \u3000）)]*([一-鿿]{2,12}?)(?=[，。；：:、的（(\s_＿]|$)")
_NUMBERED_BEHIND = late.pattern(r"号([一-鿿]{2,8}?)(?=[，。；：:、的（(\s_＿》]|指出|规定|要求|$)")
_DAY_BEHIND = late.pattern(r"[之以]?[前后内]，?([一-鿿]{4,12})(?=[，。；]|$)")
_BY_THEN = late.pattern(r"(?:^|[一-鿿])[在于]$")
_BY_BEHIND = late.pattern(r"[ \u3000]*[之以]?[前后内]，?([一-鿿]{4,12}?)(?=[，。；]|并[一-鿿]|$)")
"""What is to be done by a day that is a blank: 在____前办理手续."""
_AGREED = late.pattern(
    r"^(?:(?:甲[、和]?乙|甲|乙|买卖|租赁)?双?方|各方)(?:(?:协商|约定|同意|商定|承诺|保证|确认|一致)+(?:将|以|按|自|该|上述)?|(?=[在于自].{2,10}(?:日|时)))"
    r"(?=.{2})|^(?:在|于|自).{2,10}?(?:之日起?|当日|时)(?=[^起].)|^该(?=.{2})"
)
"""Who agrees to what, and when, in front of what is named."""
_OF_UNIT = late.pattern(r"^(?:[天日年月周元个]|个月|平方?米)(?:为|[之以]?[内后前])?(?=[一-鿿]{2})")
"""What goes on from the blank before: ____天为免费装修期."""
_SEATED = late.pattern(r"(?:[位坐座]落?|处)[于在]$")
"""Where something stands, which the words behind name: 位于____的房屋."""
_SEAT_BEHIND = late.pattern(r"[ \u3000]*的?([一-鿿]{2,4}?)(?=出租|转让|租|，|。|、|的|给|$)")
_LINE = late.pattern(r"[_＿]{2,}|\s{2,}")
_LONG, _TITLE = 12, 3
"""Characters of a label of which the last clause is taken, and of one that stands behind dashes to write on."""
_AMOUNT_IN_WORDS = late.pattern(r"[）)]?\s*(?:万?元)?整")


def phrased(blank: Blank, text: str) -> Blank:
    """A blank of a line with the name that its sentence gives it."""
    before, behind = text[: blank.start], text[blank.end :]
    if blank.label and not any(c > "\u2e7f" for c in blank.label):
        return blank  # in letters
    if before.rstrip(DRAWN).endswith(("（", "(")) and blank.before and _AMOUNT_IN_WORDS.match(behind):
        return replace(blank, label=f"{_noun(blank.before, is_asked=False, is_date=False)}大写", suffix="")
    if (said := _BY_BEHIND.match(behind)) and _BY_THEN.search(blank.label):
        return replace(blank, label=f"{said[1]}日期", suffix="")
    is_asked = before.rstrip(DRAWN).endswith(("：", ":"))
    if _PERSON.match(behind) and not is_asked and not blank.is_date:
        return replace(blank, label="姓名", suffix="")
    if _POST.search(blank.label) and not is_asked and (said := _BEHIND.match(behind)):
        return replace(blank, label=said[1], suffix="")
    label = _noun(blank.label, is_asked=is_asked, is_date=blank.is_date)
    if blank.is_date and _PERSON.fullmatch(label):
        return replace(blank, label="")
    if _SEATED.search(label) and (said := _SEAT_BEHIND.match(behind)):
        return replace(blank, label=f"{said[1]}位置", suffix="")
    if label == "第" and (said := _NUMBERED_BEHIND.match(behind)):
        return replace(blank, label=f"{said[1]}编号", suffix="")
    if label in _EMPTY and blank.is_date and (said := _DAY_BEHIND.match(behind)):
        return replace(blank, label=f"{said[1]}日期")
    if label in _EMPTY and not blank.is_date and (said := _BEHIND.match(behind)):
        return replace(blank, label=said[1], suffix="")
    return replace(blank, label=label)


def _noun(label: str, *, is_asked: bool, is_date: bool) -> str:
    """The end of a clause, without what leads on to the blank."""
    bare = _FRONT.sub("", label).strip()
    last = bare.rsplit("：", 1)[-1].rstrip("；; ")
    bare = last if "——" in bare and len(last) >= _TITLE else bare
    if is_date or (len(bare) > _LONG and not (is_asked and "、" in bare)):
        clauses = [_OF_UNIT.sub("", _LINE.split(x)[-1].strip()) for x in _clauses(bare)]
        clauses = [c for c in clauses if len(_cut(c)) > 1 and _cut(c) not in _EMPTY and not c.startswith("请")]
        bare = clauses[-1] if clauses else bare
    return _cut(bare)


def _clauses(label: str) -> list[str]:
    """The parts of a label between commas that stand in no brackets."""
    parts, depth = [""], 0
    for char in label:
        depth += (char in "（(") - (char in "）)")
        if char in "，,；;。" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return [x for x in parts if x.strip()]


def _cut(clause: str) -> str:
    """A clause without its verb, and the currency that stands before an amount."""
    bare = _CURRENCY.sub("", clause.strip())
    before = ""
    while bare != before:
        before, bare = bare, _AGREED.sub("", bare)
    bare = bare.removesuffix("的") if bare.endswith("起的") else bare
    return _VERB.sub("", bare) if len(bare) > 2 and not _SEATED.search(bare) else bare
