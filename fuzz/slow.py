"""Looks for small files that ask for much work: ./run fuzz SECONDS slow [word|sheet|template|tag|csv|json|rules…]

A *recipe* is data: a list of pieces, each grown from a grammar or a word of a format,
with how often it is repeated and what it is wrapped in.  Recipes that cost most
processor time a byte are kept, changed and joined; each trial runs in a copy of one
process, within limits of time and memory.  What takes more than two seconds or 300 MiB in a file of
at most a megabyte is a finding: it is printed with its recipe, and kept in out/fuzz/slow.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from docfill.container import SMALL
from fuzz import grammar
from fuzz.choices import Choices
from fuzz.targets import SPACES
from tests.attacks import SHEET, Member, Outcome, Trials, book_parts, form_with, zip_of
from tests.burdens import tight
from tests.disturb import MAIN
from tests.small_form import package

OUT = Path(__file__).parent.parent / "out" / "fuzz" / "slow"
SECONDS, MEBIBYTES = 2.0, 300
LARGEST = 2**20
"""Bytes of a file."""
LONGEST = 24 * 2**20
"""Characters of a part."""
KEPT = 12
"""Recipes of a door that are kept."""


@dataclass(frozen=True)
class Piece:
    """So many times one text, between two others that stand once, or around each one inside the other.

    In the text, "#" is the number of the repetition.
    """

    text: str
    times: int = 1
    before: str = ""
    after: str = ""
    is_nested: bool = False

    @property
    def written(self) -> str:
        """The text of the piece."""
        if self.is_nested and "|" in self.text:
            opening, _, closing = self.text.partition("|")
            deep = min(self.times, 70)
            return (self.before + opening * deep + closing * deep + self.after) * (self.times // deep)
        text = self.text.replace("|", "")
        many = text * self.times if "#" not in text else "".join(text.replace("#", str(n)) for n in range(self.times))
        return self.before + many + self.after


Recipe = tuple[Piece, ...]


@dataclass(frozen=True)
class Kitchen:
    """What a door takes: where it is tried, its files' suffix, what a piece may be, and how pieces become a file."""

    doors: tuple[str, ...]
    suffix: str
    piece: Callable[[Random], str]
    wraps: tuple[tuple[str, str], ...]
    file: Callable[[str], bytes]


def _grown(of: grammar.Grammar, *names: str) -> Callable[[Random], str]:
    return lambda random: grammar.grown(of, random.choice(names), Choices(random.randbytes(60)))


def _any_of(*texts: str) -> Callable[[Random], str]:
    return lambda random: "".join(random.choices(texts, k=random.randrange(1, 5)))


def _document(body: str) -> bytes:
    return form_with(tight(MAIN, f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"))


def _part(name: str, kind: str) -> Callable[[str], bytes]:
    """A document with a part that its main part relates to."""
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = (
        f'<Relationships xmlns="{rels}"><Relationship Id="a" Type="{office}/{kind}" Target="a.xml"/></Relationships>'
    )

    def made(content: str) -> bytes:
        part = tight("word/a.xml", f"<w:{name} {SPACES}>{content}</w:{name}>")
        return form_with(part, Member.of("word/_rels/document.xml.rels", related.encode()))

    return made


def _sheet(rows: str) -> bytes:
    parts = book_parts()
    head, _, tail = parts[SHEET].decode().partition("</sheetData>")
    honest = [Member.of(n, c) for n, c in parts.items() if n != SHEET]
    return zip_of([*honest, tight(SHEET, f"{head}{rows}</sheetData>{tail}")])


_WORDS = (
    "甲",
    "乙#",
    "：",
    "____",
    "□",
    "（",
    "）",
    "年",
    " ",
    "　",
    "1",
    "一、",
    ",",
    '"',
    "\t",
    "、",
    "/",
    "-",
    ".",
    "％",
    "。",
)
_XML = (("<w:p>", "</w:p>"), ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), ("<w:p><w:r>", "</w:r></w:p>"),
        ("<w:tbl><w:tr>", "</w:tr></w:tbl>"), ("<w:tbl>", "</w:tbl>"),
        ("<w:p><w:r><w:t>", "</w:t></w:r></w:p>"), ("", ""))  # fmt: skip
_NEST = (
    "<w:p>|</w:p>",
    "<w:sdt><w:sdtContent>|</w:sdtContent></w:sdt>",
    "<w:tbl><w:tr><w:tc>|</w:tc></w:tr></w:tbl>",
    "<w:ins>|</w:ins>",
    "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>|</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    "<mc:AlternateContent><mc:Choice>|</mc:Choice></mc:AlternateContent>",
)
_TAGS = (
    *("{{ a# }}", "{{ a.b | blank(9) }}", "{% if a %}", "{% endif %}", '{{ a | choices("甲#") }}', "甲#：", "{{ a }}"),
    *("{%p for x in a# | lines %}", "{%p endfor %}", "{{ x }}", "{% else %}", "<w:p><w:r><w:t>甲#</w:t></w:r></w:p>"),
)


def _word(random: Random) -> str:
    if random.random() < 0.25:
        return random.choice(_NEST)
    if random.random() < 0.2:
        return _any_of(*_WORDS)(random)
    return _grown(grammar.WORD, "block", "row", "cell", "inline", "piece")(random)


_LIGHT = (("", ""),)
_CSV = ("甲#", ",", "\n", '"', "封面.集群名称", "表.行", "[", "{", ";", "\t", "'=1")
_JSON = ('"a#":1,', "[", "]", "{", "}", ",", '"封面":', "1", "1e9", '"\\u0000"')
_TOML = ("a#=1\n", "[a#]\n", "[[rule]]\n", "a.b#=[", "'", '"', "]", "exact=[", "{a=", "}", '"甲#",')
_MIME = (
    *("--b#\n", "--b\n", "Content-Type: multipart/mixed; boundary=b#\n\n", "Content-Type: message/rfc822\n\n"),
    *("a: b\n", "\n", "=?utf-8?B?5a2X?= ", 'filename*#="a"; ', "(", ",", "甲", ";", " x@y, ", "\\", '"', "<"),
)
_MAILS = (
    ("Content-Type: multipart/mixed; boundary=b\n\n", "\n--b--"),
    ("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; ", "\n\nx\n--b--"),
    *((f"{head}: ", "\n\n") for head in ("Subject", "Date", "Content-Type", "From", "Content-Disposition")),
)


def _part_of(name: str, kind: str, *pieces: str) -> Kitchen:
    return Kitchen(("form", "view"), ".docx", _grown(grammar.WORD, *pieces), _LIGHT, _part(name, kind))


KITCHENS: dict[str, Kitchen] = {
    "word": Kitchen(("form", "check", "view", "put"), ".docx", _word, _XML, _document),
    "styles": _part_of("styles", "styles", "styled"),
    "numbering": _part_of("numbering", "numbering", "abstract", "list"),
    "comments": _part_of("comments", "comments", "comment"),
    "footnotes": _part_of("footnotes", "footnotes", "footnote"),
    "header": Kitchen(("form", "view"), ".docx", _word, _XML, _part("hdr", "header")),
    "template": Kitchen(("template", "lint"), ".docx", _any_of(*_TAGS), _XML[-2:-1], lambda body: package(body)),
    "tag": Kitchen(("tag",), ".docx", _word, _XML, _document),
    "sheet": Kitchen(("data",), ".xlsx", _grown(grammar.SHEET, "row", "cell"), (("<row>", "</row>"), *_LIGHT), _sheet),
    "csv": Kitchen(("data", "small"), ".csv", _any_of(*_CSV), _LIGHT, str.encode),
    "json": Kitchen(("data", "small"), ".json", _any_of(*_JSON), (("[", "]"), ("{", "}"), *_LIGHT), str.encode),
    "rules": Kitchen(("rules",), ".toml", _any_of(*_TOML), _LIGHT, str.encode),
    "eml": Kitchen(("mail",), ".eml", _any_of(*_MIME), _MAILS, str.encode),
}


def _new(kitchen: Kitchen, random: Random) -> Piece:
    before, after = random.choice(kitchen.wraps)
    text = kitchen.piece(random)
    return Piece(text, 2 ** random.randrange(0, 17), before, after, "|" in text)


def _changed(recipe: Recipe, others: list[Recipe], kitchen: Kitchen, random: Random) -> Recipe:
    pieces = list(recipe)
    at = random.randrange(len(pieces))
    kind = random.randrange(6)
    if kind == 0:
        pieces[at] = replace(pieces[at], times=min(pieces[at].times * random.choice((2, 4, 16)), 2**21))
    elif kind == 1:
        pieces[at] = replace(pieces[at], times=max(1, pieces[at].times // random.choice((2, 3, 8))))
    elif kind == 2:
        before, after = random.choice(kitchen.wraps)
        pieces[at] = replace(pieces[at], before=before, after=after)
    elif kind == 3:
        pieces[at] = replace(
            pieces[at], text=kitchen.piece(random) + (pieces[at].text if random.random() < 0.5 else "")
        )
        pieces[at] = replace(pieces[at], is_nested="|" in pieces[at].text)
    elif kind == 4 or len(pieces) == 1:
        pieces.insert(at, random.choice(random.choice(others)) if random.random() < 0.5 else _new(kitchen, random))
    else:
        del pieces[at]
    return tuple(pieces)[:6]


def _fits(recipe: Recipe) -> bool:
    return sum(len(p.text) * p.times + len(p.before) for p in recipe) <= LONGEST


def search(name: str, seconds: float, trials: Trials, folder: Path) -> tuple[int, list[tuple[float, Outcome, str]]]:
    """How many files were tried at a door, and the costliest: seconds, outcome and recipe."""
    kitchen, random = KITCHENS[name], Random(name)
    best: dict[str, list[tuple[float, Recipe, Outcome, str]]] = {door: [] for door in kitchen.doors}
    end, tried = time.monotonic() + seconds, 0
    for door in itertools.cycle(kitchen.doors):
        if time.monotonic() > end:
            break
        known = [recipe for _, recipe, _, _ in best[door]]
        recipe = _changed(random.choice(known), known, kitchen, random) if len(known) > 3 else (_new(kitchen, random),)
        if not recipe or not _fits(recipe):
            continue
        data = b""
        with contextlib.suppress(ValueError):  # texts that no file can hold
            data = kitchen.file("".join(p.written for p in recipe))
        if not 0 < len(data) <= LARGEST:
            continue
        path = folder / f"slow{kitchen.suffix}"
        path.write_bytes(data)
        outcome = trials.outcome(door, path)
        tried += 1
        shown = [(p.before, p.text[:300], p.times, p.after) for p in recipe]
        size = f"{outcome.seconds:.1f} s {outcome.mebibytes} MiB of {len(data):,}"
        told = f"{name} at {door}: {outcome.kind} {size}: {shown}"
        rate = outcome.seconds / max(len(data), SMALL // 16)
        best[door] = sorted([*best[door], (rate, recipe, outcome, told)], key=lambda one: -one[0])[:KEPT]
        if outcome.kind == "broken" or outcome.seconds > SECONDS or outcome.mebibytes > MEBIBYTES:
            OUT.mkdir(parents=True, exist_ok=True)
            (OUT / f"{name}-{door}-{tried}{kitchen.suffix}").write_bytes(data)
            print(told, outcome.message[-300:] if outcome.kind == "broken" else "", flush=True)
    costliest = [(o.seconds, o, told) for kept in best.values() for _, _, o, told in kept]
    return tried, sorted(costliest, key=lambda one: -one[0])[:3]


def main(seconds: float, names: list[str]) -> None:
    """Searches at each of these doors, or at all, for its share of the seconds."""
    names = names or list(KITCHENS)
    trials = Trials()
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            tried, costliest = search(name, seconds / len(names), trials, Path(folder))
            told = {"door": name, "tried": tried, "slowest": [t for _, _, t in costliest]}
            print(json.dumps(told, ensure_ascii=False), flush=True)
    trials.close()
