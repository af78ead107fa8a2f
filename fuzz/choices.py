"""Bytes as a row of choices: what a fuzzer changes byte by byte becomes other edits, other tags, other texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORDS = (
    *("申请", "甲", "乙", "x", "loop", "self", "range", "lipsum", "__class__", "__globals__", "cycler", "dict"),
    *(".", "[", "]", "(", ")", "|", ",", ":", '"', "'", "{{", "}}", "{%", "%}", "{#", "#}", "=", "==", "!=", "<", ">"),
    *("+", "-", "*", "**", "/", "//", "%", "~", " ", " in ", " is ", " not ", " and ", " or ", " if ", " else "),
    *("0", "1", "9", "10", "999999999", "1e308", "none", "true", '"☑"', '"□"', '"__class__"', "\n", "“", "”", "　"),
    *("blank", "text", "number", "integer", "date", "choice", "choices", "lines", "runs", "optional"),
    *("attr", "map", "join", "format", "select", "defined", "none", "callable"),
)
_TAGS = ("{{ ", "{% if ", "{% for ", "{%p for ", "{%p if ", "{%tr for ", "{%tr if ", "{%r ", "{%tc ", "{{r ", "{# ", "")
_WHOLE = ("{% else %}", "{% endif %}", "{% endfor %}", "{%p endfor %}", "{%p endif %}", "{%tr endfor %}", "{% vm %}")
_ENDS = (" }}", " %}", " #}", "")
_EXPRESSIONS = (
    *("甲.乙", "甲.丙", "行[0].列", "甲.丁", "选", '"文"', "7", "甲.乙 + 1", '甲.丙 ~ "x"', "甲.乙 > 2", '"一" in 选'),
    *("申请.申请人", "申请.新", "清单", "清单 | lines", '清单 | runs("类别")', '新 == "是"', '新 | choice("是")'),
    *("新.旧 | number | blank(8)", "新 | date", "(新.甲 or '') ~ 旧", "x in 申请.理由 | lines", "行 in 新", "条 in 条"),
)


class Choices:
    """Reads choices off bytes; when they are used up, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1, of one byte, or two where one is not enough."""
        taken = self._data[self._at : self._at + (1 if limit <= 256 else 2)]
        self._at += len(taken)
        return int.from_bytes(taken, "big") % limit

    def one_of(self, things: Sequence[T]) -> T:
        """One of several things."""
        return things[self.below(len(things))]

    def rest(self) -> bytes:
        """All bytes that no choice has taken."""
        taken, self._at = self._data[self._at :], len(self._data)
        return taken

    def words(self) -> str:
        """Some words of the tag language in any order."""
        return "".join(self.one_of(_WORDS) for _ in range(self.below(12)))

    def expression(self) -> str:
        """An expression, mostly a sensible one, in part or wholly made of words."""
        start = self.one_of((*_EXPRESSIONS, "", ""))
        for _ in range(self.below(4)):
            start += self.one_of((" + ", " ~ ", " * ", " and ", " | ", "", "."))
            start += self.one_of((*_EXPRESSIONS, self.words()))
        return start

    def tag(self) -> str:
        """A tag, or what looks like one."""
        if self.below(6) == 0:
            return self.one_of(_WHOLE)
        return self.one_of(_TAGS) + self.expression() + self.one_of(_ENDS)
