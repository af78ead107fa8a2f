"""What stands at a place and is no answer by its words: a program's prompt, a sample, how long an answer may be."""

from __future__ import annotations

from docfill import late
from docfill.text import counted
from docfill.word import ticks

_PLACEHOLDER = late.pattern(
    r"\s*(?:[$#%]?\{[^{}]*\}|\{\{[^{}]*\}\}|<{1,2}[^<>]*>{1,2}|\[{1,2}[^\[\]]*\]{1,2}"
    r"|[\[(（【]?(?:单击|点击|单击或点击)此处.{0,16}|[\[(（【]?(?:请在?此?处?|在?此处?)(?:填写|填入|输入|键入|选择|点选).{0,16}"
    r"|[\[(（【]?(?:点击|单击)?(?:选择|输入|键入)(?:一项|日期|文字|内容)?[。.\])）】]*"
    r"|(?i:(?:click (?:or tap )?here|choose an item|(?:type|enter) text)\b.{0,24}"
    r"|[\[(]?(?:required|to be (?:completed|filled in))[\])]?"
    r"|error(?:!\s.{0,48}|:\s?reference source not found)|null|undefined"
    r"|#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)|(?:MERGEFIELD|FORMTEXT)\b.{0,40})|错误[!！]\s*(?:未|不).{0,24}"
    r"|[\[(（【]?(?:请|须|应)?(?:如实|准确|完整|据实)填[写报][。.\])）】]?"
    r"|[\[(（【]?(?:必填项?|选填|待填写?|未填写?)[\])）】]?|[?？]+|#{3,}"
    rf"|[{ticks.BOXES}]"
    r"|[xX×＊*○〇]{2,}.{0,12}|某某.{0,12}|(?:示?例|例如|样例|如)[:：].{1,40}|[（(【\[](?:示?例|样例)[)）】\]].{1,40})\s*"
)
"""What a program puts where an answer is due, or a sample: a field never filled, a prompt that lost its control."""
_UNMERGED = late.pattern(
    "«[^«»]*»|(?:(?<![XxＸｘ×＊*○〇])[XxＸｘ×＊*○〇]{2,}+|某某)(?=[省市区县镇乡村])"
    "|(?<=[0-9])[×＊*]{3,}(?=[0-9]|$)|^[^×＊*\n]*(?<=[\u4e00-\u9fff])[×＊*]{2,4}(?=[\u4e00-\u9fff][^×＊*\n]*$)"
)
"""A field of a mail merge that was never filled (17.16.5.35), a sample's name of a place, and what somebody masked."""
_HELD = (
    r"(?:\$\{[^{}\n]{1,32}\}|\{[^\W\d][^{}\n]{1,31}\}|<[^\W\d][^<>\n]{1,31}>"
    r"|\[(?:[A-Z][a-z]+|insert)(?: [A-Za-z]+){1,4}\])"
)
_PLACE_HELD = late.pattern(rf"^\s*+{_HELD}\s*+|(?<![A-Za-z0-9\s])\s*+{_HELD}$")
"""A placeholder before or behind an answer that somebody typed beside it: ${name}, <name>, [Client Name]."""
_LIMIT = (
    r"[(（\[【]\s*(?:(?:限|不超过|控制在)?\s*\d{2,5}\s*字(?:以内|左右|内)|(?:限|不超过)\s*\d{2,5}\s*字)"
    r"[^()（）]{0,6}[)）\]】]"
)
_ALL = r"(?:(?:以上|全文|正文|本[段文项])(?:\s*+(?:总?共计?|合计|约))?|总?共计?|合计)"
_SIZED = r"字数(?:\s*+[:：])?\s*+\d{1,5}(?:\s*+字)?"
_COUNTED = (
    rf"(?:[(（\[【]\s*+(?:{_SIZED}|\d{{1,5}}\s*+[/／]\s*+\d{{2,5}}\s*+字|{_ALL}\s*+\d{{1,5}}\s*+字)\s*+[)）\]】]"
    rf"|(?:{_SIZED}|(?<![^\s。；;！]){_ALL}\s*+\d{{1,5}}\s*+字)。?)"
)
_LIMITED = late.pattern(rf"^{_LIMIT}\s*|(?<!\s)\s*+(?:{_LIMIT}|{_COUNTED})$")
"""How long an answer may be or is, as people say it: none of the answer that it stands before or behind."""
_SIZE = late.pattern(r"(?<!\s)\s*+[(（\[【]\s*+(?:约\s*+)?(\d{1,5})\s*+字\s*+[)）\]】]$")
"""So many characters, of what stands before it or of something that is spoken of."""
_ASKED = late.pattern(
    r"[(（\[【]\s*请(?:如实|准确|详细|简要|务必|据实)?(?:填|写|注明|说明|选|勾|用|按|附|提供|打印)[^()（）]{0,30}[)）\]】]$"
)
"""What tells to write something, in brackets behind an answer."""
_ENDED = ("。", "！", "!", "；", "\n")


def is_prompt(shown: str) -> bool:
    """Whether a text only holds the place of an answer, or holds that of a part of one."""
    return _PLACEHOLDER.fullmatch(shown) is not None or _UNMERGED.search(shown) is not None


def without_limit(shown: str) -> str:
    """A text without a note before or behind it that says how long it may be, or is."""
    size = _SIZE.search(shown)
    said = shown[: size.start()] if size is not None else ""
    if size is not None and (
        shown[: size.start(1)].rstrip("(（[【约 ").endswith(_ENDED) or _is_near(said, int(size[1]))
    ):
        return said
    return _LIMITED.sub("", shown)


def without_placeholder(shown: str) -> str:
    """A text without a placeholder that is left standing before or behind it."""
    return _PLACE_HELD.sub("", shown, count=1)


def without_request(shown: str) -> str:
    """A text without a note behind it that tells what to write: another edition of the form may print that."""
    asked = _ASKED.search(shown)
    return shown if asked is None else shown[: asked.start()].rstrip()


def _is_near(said: str, size: int) -> bool:
    """Whether a text is about so many characters long."""
    return abs(counted(said) - size) * 5 <= size
