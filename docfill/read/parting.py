"""Signs beside options that may only part them: a comma, a slash, an asterisk before a line that must be filled in.

Where something is ticked they say nothing.  In a group without a tick, such a sign at one option may be the writer's
mark, unless it parts options: between two of them and no nearer to one, or alike at each place of its sort.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from msgspec import Struct

from docfill.template.tree import Tick
from docfill.text import gist
from docfill.values import DRAWN

REQUIRED = ("*", "＊", "※")
"""What stands before a line that must be filled in."""
_PAUSES = "、，,；;。.：:"
"""What ends an option, wherever it does."""
_LEADING = "：:"
"""What may stand before the first option, behind the words that introduce it."""
_SPACE = DRAWN.replace("_", "").replace("＿", "")
PARTING = DRAWN + _PAUSES + "/|／｜·…—–-~～"
"""What stands between options and may mean nothing."""


class Beside(Struct, frozen=True):
    """A stretch of text beside options: between two of one line, or at the end or the beginning of one.

    `option` is the one that it says something of, if it does.
    """

    option: str
    text: str
    is_first: bool
    is_last: bool

    @property
    def sort(self) -> tuple[bool, bool]:
        """At which sort of place it stands."""
        return self.is_first, self.is_last

    @property
    def sign(self) -> str:
        """What stands in it."""
        return self.text.strip(_SPACE)


class Parting:
    """What stands beside the options of each group of a document, by path."""

    def __init__(self) -> None:
        self._beside: dict[str, list[Beside]] = defaultdict(list)

    def add(self, before: Tick | None, behind: Tick | None, line: str, start: int, end: int) -> None:
        """One gap of a line of options.

        Args:
            before: the option in front of it.
            behind: the option behind it.
            line: what the line, or the lines of the group, say.
            start, end: where what stands in the gap besides marks begins, and where it ends.
        """
        text = line[start:end]
        signs = text.strip(PARTING)
        if signs and (gist(text) or text.strip() not in REQUIRED):
            return
        if before is not None and behind is not None and before.path == behind.path and "\n" not in text:
            is_nearer = text[:1].isspace() and not text[-1:].isspace()
            option = behind.option if is_nearer else before.option
            self._beside[before.path].append(Beside(option, text, False, False))
            return
        if before is not None:
            self._beside[before.path].append(Beside(before.option, text.partition("\n")[0], False, True))
        if behind is not None and (before is None or "\n" in text):
            last = text.rpartition("\n")[2]
            is_led = last == text and line[line.rfind("\n", 0, start) + 1 : start].strip() != ""
            self._beside[behind.path].append(
                Beside(behind.option, last.lstrip(_LEADING) if is_led else last, True, False)
            )

    def marks_in(self, path: str) -> Iterator[Beside]:
        """The signs that part nothing, in a group that has no tick."""
        beside = self._beside.get(path, [])
        of_sort = Counter(one.sort for one in beside)
        alike = Counter((one.sort, one.sign) for one in beside)
        for one in beside:
            if not one.sign or (not one.is_first and not one.sign.strip(_PAUSES)):
                continue
            if one.is_first or one.is_last or of_sort[one.sort] > 1:
                is_parting = alike[one.sort, one.sign] == of_sort[one.sort] > 1
            else:
                is_parting = one.text[:1].isspace() == one.text[-1:].isspace()
            if not is_parting:
                yield one
