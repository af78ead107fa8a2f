"""Work grows in proportion to what is read: of each thing that can be many, n, 2n and 4n in one run.

Calls of functions are counted, Python's and those written in C, never seconds.  From
n to 2n as much comes on top as n things cost, from 2n to 4n twice as much where the
work is linear and four times as much where it is squared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docfill import DocfillError
from tests.attacks import _doors
from tests.burdens import BURDENS

MOST = 3.0
"""How many times the second step may cost what the first does."""
LITTLE = 4_000
"""Fewer calls more than this are no growth."""


@pytest.fixture(scope="module")
def doors() -> dict[str, Callable[[Path], Any]]:
    return _doors()


def calls(does: Callable[[], Any]) -> int:
    """How many functions are called."""
    count = 0

    def told(_: Any, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(told)
    try:
        does()
    except DocfillError:
        pass
    finally:
        sys.setprofile(None)
    return count


def growth(works: Callable[[int], int], size: int) -> float:
    """How many times more the step from 2n to 4n costs than that from n to 2n; 0 where nothing much grows."""
    works(size)  # what is learnt once is no growth
    first, second, third = works(size), works(2 * size), works(4 * size)
    return (third - second) / max(second - first, 1) if third - second > LITTLE else 0.0


@pytest.mark.parametrize("name", [n for n, b in BURDENS.items() if b.door != "zip"])
def test_work_is_in_proportion(name: str, tmp_path: Path, doors: dict[str, Callable[[Path], Any]]) -> None:
    burden = BURDENS[name]

    def works(n: int) -> int:
        path = tmp_path / f"{n}{burden.suffix}"
        path.write_bytes(burden.make(n))
        return calls(lambda: doors[burden.door](path))

    assert growth(works, burden.few) <= MOST


def test_work_that_is_squared_is_told() -> None:
    assert growth(lambda n: calls(lambda: [abs(a) for a in range(n) for _ in range(n)]), 50) > MOST
    assert growth(lambda n: calls(lambda: [abs(a) for a in range(100 * n)]), 50) <= MOST
