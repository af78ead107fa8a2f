"""What is made when it is first needed: a process that reads one file needs few of all patterns.

A pattern is compiled in a tenth of a millisecond to some milliseconds, and docfill has some three hundred.  So modules
write `late.pattern(…)` where they would write `re.compile(…)`, and the first search compiles it.  A pattern that is
wrongly spelt is therefore told by its first search; `tests/test_patterns.py` compiles every one.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_SEARCHES = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")


class Pattern:
    """Stands for the compiled pattern; once it is asked to search, it has the compiled one's own methods."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _SEARCHES:
            raise AttributeError(f"a late pattern has no {name}")
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update((search, getattr(compiled, search)) for search in _SEARCHES)
        return getattr(compiled, name)


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, compiled by its first search."""
    return cast("re.Pattern[AnyStr]", Pattern(source, int(flags)))
