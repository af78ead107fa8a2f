"""Placeholders: what other systems and letters print where a value goes, and what they write around what is repeated.

${x}, «x», {x}, [[x]], [Client Name]: the placeholder is the place and gives its name.  Loops, conditions and
expressions are told of, and prompts in square brackets ([State the goal]) stand where an answer goes.  Plain text in,
positions out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docfill import late
from docfill.tag import words
from docfill.tag.marks import Span

_PLACEHOLDER = late.pattern(
    r"\$!?\{\s*([^\W\d][\w.\- ]{0,40}?)\s*\}|«\s*([^«»\n]{1,40}?)\s*»"
    r"|(?<![{$!])\{\s*([^\W\d][\w.\- ]{0,40}?)\s*\}(?!\})"
    r"|\[<\s*([^\W\d][\w.]{0,40})\s*>\]"
    r"|(?:(?<=[：:])|(?<=[：:] )|^)<([^\W\d][\w.]{0,30})>|<<\s*([^\W\d][\w. ]{0,40}?)\s*>>"
    r"|\[\[\s*([^\W\d][\w. ]{0,40}?)\s*\]\]|(?<![\w%])%([A-Za-z_一-鿿]\w{1,40})%(?![\w%])"
    r"|(?<![\w@.])@([A-Za-z_一-鿿]\w{1,40})@(?![\w@])|(?<![\w#])#([A-Za-z_]\w{1,40})#(?![\w#])"
    r"|(?<![\w#＃])[#＃]([一-鿿][\w（）]{1,24})[#＃](?![\w#＃])"
    r"|(?:(?<=[：:])|(?<=[：:] )|^[ \u3000]*)【([一-鿿][^【】：:。，；\n]{1,15})】(?=\s*$|[ \u3000]{2})"
    r"|(?<![\w$])\$([A-Za-z_一-鿿]\w{1,40})\$(?![\w$])"
)
"""What other systems write where a value goes: ${x}, «x», {x}, <x>, [<x>], <<x>>, [[x]], %x%, @x@, #x#, $x$,
【姓名】.
"""
_WORDS_OF_LOOPS = (
    r"(?:(?:if|unless|elseif|for|foreach|each|loop|repeat|while)\b[^{}«»\n]{1,60}|else"
    r"|end[ _]?(?:if|for|foreach|each|loop|repeat|while)?)"
)
_LOOP = late.pattern(
    r"(?<!\{)\{[#/^@?*+-][^{}\n]{1,40}(?<!#)\}(?!\})|\$\{[#/?][^{}\n]{1,40}\}|«[/#?][^«»\n]{1,40}»"
    rf"|(?<!\{{)\{{\s*+{_WORDS_OF_LOOPS}\s*\}}(?!\}})|«\s*+{_WORDS_OF_LOOPS}\s*»"
    r"|\+\+\+[^+\n]{1,80}\+\+\+|#(?:foreach|if|elseif)\s*\(|(?<![#\w])#end\b",
    re.I,
)
"""What other systems write around what is repeated or optional."""
_EXPRESSION = late.pattern(
    r"(?<![{$])\{\s*+(?:=[^{}\n]{1,60}|[^\W\d][\w.]{0,40}\s*+[|+*/()=!<>&][^{}\n]{0,60})\}(?!\})"
)
"""What another system works out: {=total}, {name | upper}, {paid == 1}."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where another system puts a value, and what it calls it."""

    start: int
    end: int
    name: str


def placeholders_in(text: str) -> list[Placeholder]:
    """The placeholders of other systems in a text, and what letters and contracts print in square brackets."""
    if not _SIGNS.search(text):
        return []
    loops = {at for m in _LOOP.finditer(text) for at in range(*m.span())}
    found = [
        Placeholder(m.start(), m.end(), next(g for g in m.groups() if g).strip())
        for m in _PLACEHOLDER.finditer(text)
        if m.start() not in loops and not _OF_PAGE.fullmatch(m[0]) and (text[m.end() - 1] != "】" or _is_named(text, m))
    ]
    if not found and "[" in text:
        found = [Placeholder(m.start(), m.end(), m[1] or m[2]) for m in _IN_SQUARES.finditer(text)]
    return found


_OF_PAGE = late.pattern(
    r"<(?:html|head|body|div|span|table|thead|tbody|tr|t[dh]|[uo]l|li|[pabi]|[bh]r|h[1-6]|script|style|meta|link|img|input"
    r"|form|button|label|select|option|nav|header|footer|section|main|template)>",
    re.I,
)
"""What the code of a page of the net is written with, which a report prints and nobody fills in."""
_IN_SQUARES = late.pattern(
    r"\[(?i:insert|enter|your|type)(?i: the| your)? ([A-Za-z][\w’' /-]{1,40})\]"
    r"|\[((?![A-Z]{1,2}/OL\])[A-Z][\w’']*+(?:,? ?[ /-](?:[A-Z][\w’']*+|of|and|the|&|#)){1,5}"
    r"|(?i:name|date|address|company|title|e-?mail|phone))\]"
)
"""What stands where an answer goes: [Client Name], [insert date]."""


_SIGNS = late.pattern(r"[{«<\[%@#＃$【]")
_NAMED = late.pattern(
    r"(?:姓名|名称|性别|日期|时间|电话|手机|地址|邮箱|编号|号码|单位|部门|职[务称]|专业|学号|金额|年龄|民族|学历|住址|身份证号?)$"
)
"""What ends the name of a value that stands between 【 and 】."""


def _is_named(text: str, between: re.Match[str]) -> bool:
    """Whether words between 【 and 】 name a value: as its label in front does, or as values are named."""
    name = next(filter(None, between.groups()))
    label = text[: between.start()].rstrip("：: \u3000")
    return _NAMED.search(name) is not None or (label != "" and label.endswith(name))


def expressions_in(text: str) -> list[str]:
    """What another system works out from its values: {=total}, {name | upper}."""
    return [m[0] for m in _EXPRESSION.finditer(text)] if "{" in text else []


_PROMPT = late.pattern(r"\s*(\[([A-Za-z][^\[\]]{2,400})\])\s*")


def is_prompt(text: str) -> bool:
    """Whether a text is nothing but words in square brackets, in English, as stand where an answer goes."""
    prompt = _PROMPT.fullmatch(text) if text.lstrip().startswith("[") else None
    if prompt is None or not words.is_latin(prompt[2]) or OF_PICTURE.search(prompt[2]):
        return False
    return " " in prompt[2] or (prompt[2].isalpha() and prompt[2][1:].islower())


OF_PICTURE = late.pattern(r"\b(?:figure|image|logo|photo|screenshot|diagram|chart|picture|signature)\b|^to be\b", re.I)
"""What words in brackets stand for that no answer in words takes the place of."""


def prompt_in(text: str) -> Span | None:
    """Where words in square brackets stand, several of them and nothing else, that an answer takes the place of."""
    prompt = _PROMPT.fullmatch(text) if text.lstrip().startswith("[") else None
    is_told = prompt is not None and len(prompt[2].split()) > 1 and words.is_latin(prompt[2])
    is_told = is_told and prompt is not None and OF_PICTURE.search(prompt[2]) is None
    return prompt.span(1) if prompt is not None and is_told and not placeholders_in(text) else None


_KEY = late.pattern(r"\[[a-z_][\w.]{0,40}\]")


def are_keys(texts: Sequence[str], over: Sequence[str]) -> bool:
    """Whether the cells of a row are the keys of a record, [price], and those `over` it hold the tag of its list."""
    said = [x.strip() for x in texts if x.strip()]
    return bool(said) and all(map(_KEY.fullmatch, said)) and any("{{" in x for x in over)


_ASKED_HERE = late.pattern(
    r"\s*(\[请?(?:(?:单击|点击)(?:此处|这里)?(?:以?(?:输入|填写|录入))?|在?此处?(?:输入|填写|录入))([一-鿿][^\[\]]{1,60})\])\s*"
)


def asked_here(text: str) -> Placeholder | None:
    """The prompt in Chinese that a text is, which says to write something in its place: [单击此处输入参考文献]."""
    asked = _ASKED_HERE.fullmatch(text) if text.lstrip().startswith("[") else None
    return None if asked is None else Placeholder(*asked.span(1), asked[2])


def opens_loop(text: str, is_open: bool) -> bool:
    """Whether a loop of another system is open behind a text."""
    for match in _LOOP.finditer(text):
        inner = match[0].lstrip("${«+").lstrip()
        if inner[:1] in ("/", "#", "?", "^"):
            is_open = inner[0] != "/" and not inner.lower().startswith("#end")
        elif (word := _WORD_OF_LOOP.match(inner)) is not None:
            is_open = not word[0].lower().startswith("end")
    return is_open


_WORD_OF_LOOP = late.pattern(r"(?:if|unless|for|foreach|each|loop|repeat|while|end)", re.I)


def has_loop(text: str) -> bool:
    """Whether a text holds the loop or condition of another system."""
    return _LOOP.search(text) is not None
