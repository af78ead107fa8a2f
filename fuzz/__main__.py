"""Fuzzes the doors one after another with atheris: ./run fuzz SECONDS [DOOR…]; or slow files: ./run fuzz SECONDS slow

Each door gets its share of the seconds, one whose files take longer a larger one.  What it learns is kept in
out/fuzz/DOOR/corpus, so the next run goes on from there; each bug is one file
out/fuzz/DOOR/crash-…, which becomes a regression when it is copied to
fuzz/regressions/DOOR.  A table of executions is printed at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

OUT = Path(__file__).parent.parent / "out" / "fuzz"

LIMITS = ("-timeout=30", "-rss_limit_mb=900", "-max_len=100000", "-close_fd_mask=1", "-verbosity=0")


def signature(error: BaseException) -> str:
    """What tells one bug from another: the kind of error and the last places of docfill that it passed."""
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    return hashlib.sha1(f"{type(error).__name__} {places[-2:]}".encode()).hexdigest()[:12]


def worker(door: str, seconds: int) -> None:
    """Fuzzes one door in this process, which ends when the time is up or a limit is broken."""
    import atheris

    from fuzz import targets

    folder = OUT / door
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for seed in targets.DOORS[door].seeds():
        (folder / "corpus" / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    counts = {"runs": 0, "read": 0, "refused": 0, "bugs": 0, "slowest": 0.0}
    log = folder / f"runs-{time.time_ns()}.json"

    def try_one(data: bytes) -> None:
        begun = time.monotonic()
        counts["runs"] += 1
        try:
            counts[targets.attempt(door, data)] += 1
        except Exception as error:
            counts["bugs"] += 1
            crash = folder / f"crash-{signature(error)}"
            if not crash.exists():
                crash.write_bytes(data)
                crash.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        counts["slowest"] = max(counts["slowest"], time.monotonic() - begun)
        if counts["runs"] % 20 == 0:
            log.write_text(json.dumps(counts))

    arguments = [*LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", str(folder / "corpus")]
    atheris.Setup([sys.argv[0], *arguments], try_one)
    atheris.Fuzz()


def _apart(door: str, seconds: int) -> None:
    """Fuzzes one door in a copy of this process, which has all modules in it."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        worker(door, seconds)
    finally:
        os._exit(1)


def main(seconds: int, doors: list[str]) -> int:
    """Fuzzes each door, or all, for its share of the seconds; the number of files with bugs."""
    import atheris

    with atheris.instrument_imports(include=["docfill"]):
        from fuzz.targets import DOORS

    doors = doors or list(DOORS)
    shares = sum(DOORS[door].share for door in doors)
    begun = time.time_ns()
    for door in doors:
        end = time.monotonic() + seconds * DOORS[door].share / shares
        while (left := int(end - time.monotonic())) > 0:
            _apart(door, left)
    print("| door | executions | read | refused | slowest (s) | bugs |\n| --- | --- | --- | --- | --- | --- |")
    bugs = 0
    for door in doors:
        logs = [p for p in (OUT / door).glob("runs-*.json") if int(p.stem.partition("-")[2]) >= begun]
        counts = [json.loads(p.read_text()) for p in logs]
        found = [p.name for p in (OUT / door).iterdir() if p.stem.partition("-")[0] in ("crash", "timeout", "oom")]
        bugs += len(found)
        runs, read, refused = (sum(c[k] for c in counts) for k in ("runs", "read", "refused"))
        slowest = max((c["slowest"] for c in counts), default=0.0)
        print(f"| {door} | {runs} | {read} | {refused} | {slowest:.2f} | {', '.join(sorted(found)) or 'none'} |")
    return bugs


if __name__ == "__main__":
    if sys.argv[2:3] == ["slow"]:
        from fuzz import slow

        slow.main(int(sys.argv[1]), sys.argv[3:])
    else:
        sys.exit(1 if main(int(sys.argv[1]), sys.argv[2:]) else 0)
