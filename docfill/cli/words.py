"""What the command-line library says of its own accord (headings, wrong use), in the language of messages."""

from __future__ import annotations

import re

from docfill.problems import language

_ZH = (
    (r"^Usage: ", "用法："),
    (r"^Options:$", "选项："),
    (r"^Arguments:$", "参数："),
    (r"^Commands:$", "命令："),
    (r"^Error: ", "错误："),
    (r"^Try '(.+)' for help\.$", r"详见 \1"),
    (r"Show this message and exit\.", "显示本说明"),
    (r"\[required\]", "[必填]"),
    (r"\[default: ", "[默认："),
    (r"Missing argument (.+?)\.?$", r"缺少参数 \1"),
    (r"Missing option (.+?)\.?$", r"缺少选项 \1"),
    (r"Missing command\.", "缺少命令"),
    (r"No such command ('.+?')\.?", r"没有 \1 命令。"),
    (r"No such option: (\S+?)\.?(?=\s|$)", r"没有 \1 选项。"),
    (r" Did you mean (.+?)\?$", r"是不是 \1？"),
    (r" \(Possible options: (.+?)\)$", r"是不是 \1？"),
    (r"Invalid value for (.+?): ", r"\1 的值不对："),
    (r"('.*?') is not one of (.+)\.$", r"\1 应为 \2 之一"),
    (r"(\S+) is not in the range (.+)\.$", r"\1 不在 \2 之间"),
    (r"('.*?') is not a valid (?:integer|float)( range)?\.$", r"\1 不是数字"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)$", r"多余的参数：\1"),
    (r"Option (\S+) requires an argument\.$", r"选项 \1 后面缺少值"),
    (r"Option (\S+) does not take a value\.$", r"选项 \1 后面不能有值"),
)
"""What it says in English, and the same in Chinese; what is not here stays English."""


def in_words(text: str) -> str:
    """A text of the command-line library in the language of messages."""
    if language() == "en":
        return text
    for english, chinese in _ZH:
        text = re.sub(english, chinese, text, flags=re.M)
    return text
