"""Times as people read them: by the clock of the machine that serves, on every page and in every file that it makes.

So colleagues in front of other clocks, and what is printed, say the same.  The pages' own modules get the clock
along (`ahead_of_utc`).
"""

from __future__ import annotations

import datetime
import time
from functools import lru_cache

_DAY = 86400
_YEARS = 10


def day(seconds: float | None) -> str:
    """A day of the calendar."""
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d") if seconds else ""


def moment(seconds: float | None) -> str:
    """A minute."""
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M") if seconds else ""


def exactly(seconds: float) -> str:
    """A second, as ISO 8601 has it."""
    return datetime.datetime.fromtimestamp(seconds).isoformat(timespec="seconds")


def ahead_of_utc() -> str:
    """By how many seconds the clock is ahead of UTC, and from when on: "0:28800", or more where summers differ."""
    return _ahead_of_utc(int(time.time()) // _DAY)


@lru_cache(maxsize=1)
def _ahead_of_utc(today: int) -> str:
    known = [(0, _ahead((today - _YEARS * 366) * _DAY))]
    for number in range(today - _YEARS * 366, today + 2):
        begun, ended = number * _DAY, (number + 1) * _DAY
        if (ahead := _ahead(ended)) != known[-1][1]:
            while ended - begun > 1:
                middle = (begun + ended) // 2
                begun, ended = (begun, middle) if _ahead(middle) == ahead else (middle, ended)
            known.append((ended, ahead))
    return " ".join(f"{since}:{ahead}" for since, ahead in known)


def _ahead(seconds: int) -> int:
    return time.localtime(seconds).tm_gmtoff
