"""How well forms are tagged that nobody had seen: python benchmarks/tagging.py FOLDER [BATCH…] [--quiet]

FOLDER holds the forms, of any names: public files, not ours to publish, which are known by their
sha256.  `tagging/` holds what a person listed from the page before looking at any proposal, a file a
form: on lines that begin with # the `source` (where it was found) and the `sha256`; then, parted by
tabs, the place as `docfill` counts it (block, or block/row/column), whether it is a blank, a tick or
rows, the words on the form, `yes`, or `no` for what may be proposed or not, and the names that a
person would keep, with | between them (none where nobody judged).
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from dataclasses import astuple, dataclass
from pathlib import Path

from docfill.problems import DocfillError
from docfill.tag.proposal import Proposal, propose

TRUTH = Path(__file__).resolve().parent / "tagging"


@dataclass(frozen=True)
class Place:
    at: str
    sort: str
    label: str
    counted: str
    names: str = ""


@dataclass
class Score:
    """Places found, missed but in the list, missed without a line, and proposed without being any; names kept, and
    judged."""

    found: int = 0
    listed: int = 0
    silent: int = 0
    extra: int = 0
    kept: int = 0
    judged: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def row(self, name: str) -> str:
        places = self.found + self.listed + self.silent
        shares = (
            _share(self.found, self.found + self.extra),
            _share(self.found, places),
            _share(self.found + self.listed, places),
            _share(self.kept, self.judged),
        )
        return f"| {name} | {places} | {' | '.join(shares)} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def sort_of(kind: str) -> str:
    return "tick" if kind in ("choice", "choices", "tick") else "rows" if kind == "rows" else "blank"


def truth_of(file: Path) -> tuple[dict[str, str], list[Place]]:
    """What the file says of the form, and its places."""
    lines = file.read_text(encoding="utf-8").splitlines()
    about = dict(line[1:].strip().split(": ", 1) for line in lines if line.startswith("#") and ": " in line)
    places = [Place(*line.split("\t")) for line in lines if line and not line.startswith(("#", "at\t"))]
    return about, [Place(p.at, sort_of(p.sort), p.label, p.counted, p.names) for p in places]


def proposed(form: Path) -> Proposal:
    """What is proposed for a form: nothing where no place is found in it."""
    try:
        return propose(form)
    except DocfillError:
        return Proposal(b"", [], [])


def score_of(places: list[Place], proposal: Proposal, tell: bool) -> Score:
    wanted = Counter((p.at, p.sort) for p in places if p.counted == "yes")
    allowed = Counter((p.at, p.sort) for p in places if p.counted == "no")
    found = Counter((p.at, sort_of(p.kind)) for p in proposal.proposed)
    extra, missed = (found - wanted) - allowed, wanted - found
    spoken = Counter({at for x in proposal.left if (at := x.at) is not None})
    listed = sum(n for (at, _), n in missed.items() if any(_is_in(at, x) for x in spoken))
    names: dict[tuple[str, str], list[str]] = {}
    for p in proposal.proposed:
        names.setdefault((p.at, sort_of(p.kind)), []).append(p.path)
    kept = judged = 0
    for key in {(p.at, p.sort) for p in places if p.names}:
        wishes = [p.names.split("|") for p in places if (p.at, p.sort) == key and p.names]
        for wish, name in zip(wishes, names.get(key, []), strict=False):
            judged += 1
            good = any(f".{name}".endswith(f".{w}") for w in wish)
            kept += good
            if tell and not good:
                print(f"  name {key[0]} {name} for {' | '.join(wish)}")
    if tell:
        labels = {(p.at, p.sort): p.label for p in places}
        for (at, sort), n in sorted(missed.items()):
            how = "listed" if any(_is_in(at, x) for x in spoken) else "SILENT"
            print(f"  {how} {at} {sort} {n} {labels[at, sort]}")
        for (at, sort), n in sorted(extra.items()):
            print(f"  extra {at} {sort} {n} {'; '.join(names[at, sort])}")
    return Score((found & wanted).total(), listed, missed.total() - listed, extra.total(), kept, judged)


def _is_in(at: str, listed: str) -> bool:
    """Whether a line of the list is about this place, its row or its table."""
    return at == listed or at.startswith(f"{listed}/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("batches", nargs="*")
    parser.add_argument("--quiet", action="store_true", help="sums only")
    given = parser.parse_args()
    forms = {hashlib.sha256(f.read_bytes()).hexdigest(): f for f in given.folder.rglob("*.docx")}
    print("| 批 / batch | 填写处 / places | P | R | 连同列出的 / listed | 名称 / names |")
    print(f"|{' --- |' * 6}")
    for batch in sorted(f for f in TRUTH.iterdir() if f.is_dir() and f.name in (given.batches or [f.name])):
        total = Score()
        for file in sorted(batch.glob("*.tsv")):
            about, places = truth_of(file)
            if about["sha256"] not in forms:
                print(f"  {file.stem}: not in the folder")
                continue
            score = score_of(places, proposed(forms[about["sha256"]]), not given.quiet)
            if not given.quiet:
                print(score.row(file.stem))
            total += score
        print(total.row(batch.name))


if __name__ == "__main__":
    main()
