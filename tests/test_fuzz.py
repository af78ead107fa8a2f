"""Every door lets in or refuses whatever comes, a little of it here and more with ./run fuzz SECONDS (law 6).

The inputs are the same every time.  What a longer run found is kept in
fuzz/regressions, a folder a door, and is tried here for good.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fuzz import mutate, targets
from fuzz.edits import planted, visible
from tests.disturb import W, changed
from tests.small_form import form_named

REGRESSIONS = Path(targets.__file__).parent / "regressions"
FOUND = sorted(REGRESSIONS.glob("*/*"))

BUDGET = {
    "package": 2000,
    "part": 150,
    "structure": 40,
    "template": 120,
    "expression": 1500,
    "xlsx": 400,
    "sheet": 200,
    "csv": 800,
    "json": 800,
    "jsonl": 800,
    "word": 25,
    "put": 12,
    "grid": 60,
    "eml": 60,
    "mbox": 60,
    "msg": 200,
    "winmail": 400,
    "zip": 300,
    "7z": 60,
    "tar": 200,
    "parcel": 120,
    "picture": 500,
    "url": 500,
    "upload": 50,
}
"""Inputs for each door: about two seconds' worth."""
NEVER_READ = ("7z",)
"""What has checksums of all its parts."""
NEVER_REFUSED = ("structure", "word", "parcel", "mbox")


@pytest.mark.parametrize("door", targets.DOORS)
def test_a_door_lets_in_or_refuses_whatever_comes(door: str) -> None:
    tried_at = targets.DOORS[door]
    seeds = tried_at.seeds()
    assert tried_at.is_chosen or "read" in {targets.attempt(door, seed) for seed in seeds}
    tried = Counter(targets.attempt(door, x) for x in mutate.inputs(seeds, door, BUDGET[door], tried_at.is_chosen))
    assert tried.total() == BUDGET[door]
    assert (tried["read"] > 0 or door in NEVER_READ) and (tried["refused"] > 0 or door in NEVER_REFUSED)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_fuzzing_found_stays_mended(path: Path) -> None:
    assert targets.attempt(path.parent.name, path.read_bytes()) in ("read", "refused")


def test_a_text_that_is_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_accounted", lambda _: "")
    with pytest.raises(targets.Lost):
        for data in mutate.inputs([b""], "structure", 40, of_choices=True):
            targets.attempt("structure", data)


def test_a_planted_text_counts_only_where_a_reader_sees_it() -> None:
    from fuzz.choices import Choices

    seen: list[list[str]] = []

    def change(root: targets.etree._Element) -> None:
        texts = planted(root, Choices(bytes([1, 0, 0])))
        seen.append(visible(root, texts))
        run = next(iter(texts.values())).getparent()
        assert run is not None
        run.insert(0, run.makeelement(W + "rPr"))
        run[0].append(run.makeelement(W + "vanish"))
        seen.append(visible(root, texts))

    changed(form_named("small").blank(), change)
    assert seen == [["植入甲木"], []]
