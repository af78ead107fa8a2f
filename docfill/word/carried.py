"""What LibreOffice does not carry over when it makes a .docx of an OpenDocument text, and what it shows though hidden.

Of .doc and .rtf it keeps every word (145 real .doc were compared paragraph by paragraph).  Of .odt (ODF 1.3 part 3) it
drops what stands in covered cells (9.1.5) and beyond the last column, what form controls hold (13), repeated rows
(19.675), and shows some fields anew; and it shows hidden sections (5.4), hidden paragraphs (7.7.12) and rows that are
not visible (19.751).  Both are found by comparing paragraphs, whose letters and digits alone count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree
from msgspec import Struct

from docfill import limits
from docfill.text import fold
from docfill.word.older import Line
from docfill.word.xml import W

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _DRAW, _FORM = (f"{_OASIS}{name}:1.0}}" for name in ("text", "table", "drawing", "form"))
_OFFICE = f"{_OASIS}office:1.0}}"
_PARAGRAPHS = (_TEXT + "p", _TEXT + "h")
_COVERED, _CELL, _ROW = _TABLE + "covered-table-cell", _TABLE + "table-cell", _TABLE + "table-row"
_ASIDE = frozenset(
    (
        *(_TEXT + n for n in ("tracked-changes", "script", "ruby-text", "note-citation", "label")),
        *(
            _TEXT + n
            for n in ("page-number", "page-count", "placeholder", "index-source-styles", "index-title-template")
        ),
        *(_OFFICE + n for n in ("annotation", "forms", "change-info")),
    )
)
_MOST = 200
"""Paragraphs that are looked for one by one; where more are amiss, what was made is another document."""
_DELETED_TOO = (W + "t", W + "delText")
_FEW = 8
"""And so many that say the same may each be the one that is lost."""


class Uncarried(Struct, frozen=True):
    """Words that only the file shows, or, if `is_hidden`, only what was made of it.

    `line` is what else their line says, as it is in what was made; where it says nothing else, `row` is what the
    first cell with words of their row does.
    """

    text: str
    line: str = ""
    row: str = ""
    is_hidden: bool = False


class _Line(Struct, frozen=True):
    """A paragraph of the file: its pieces, what controls in it hold, and how it stands there."""

    pieces: tuple[str, ...]
    held: tuple[str, ...] = ()
    row: str = ""
    is_hidden: bool = False
    is_covered: bool = False
    times: int = 1

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(self.pieces)

    @property
    def signs(self) -> str:
        """Its letters and digits."""
        return signs_of(self.text)

    def lost(self, said: str) -> Uncarried:
        """What it says or holds, lost."""
        return Uncarried(said.strip(), "".join(p for p in self.pieces if p not in said).strip(), self.row)


def signs_of(text: str) -> str:
    """The letters and digits of a text, as they are compared."""
    return "".join(c for c in fold(text) if c.isalnum())


def uncarried(content: etree._Element, made: Iterable[etree._Element]) -> list[Uncarried]:
    """What of an OpenDocument text was lost or appeared on conversion.

    Args:
        content: the root of its content.
        made: the roots of the parts that were made of it.
    """
    parts = list(made)
    there, shown = (Counter(s for root in parts for s in _said(root, all_of_it)) for all_of_it in (True, False))
    lines = list(_lines_of(content))
    seen = [line for line in lines if not line.is_hidden]
    hidden = (line for line in lines if line.is_hidden and shown[line.signs])
    found = [Uncarried(line.text.strip(), line.text.strip(), is_hidden=True) for line in hidden]
    found += [line.lost(said) for line in seen for said in line.held]
    return found + _lost([line for line in seen if line.signs], there)


def worked_out(lines: Sequence[Line], made: Iterable[etree._Element]) -> list[Uncarried]:
    """What of the fields of a .doc or .rtf, and of cells behind the last column, was lost or changed on conversion.

    Args:
        lines: the lines of its body.
        made: the roots of the parts that were made of it.
    """
    if not any(line.told for line in lines):
        return []
    there = Counter(signs for root in made for signs in _said(root, True, _DELETED_TOO))
    asked = Counter(signs_of(line.text) for line in lines)
    missing, others = asked - there, [*(there - asked)]
    lost = [line for line in lines if line.told and signs_of(line.told) and missing[signs_of(line.text)] > 0]
    if len(lost) > _MOST:
        return [Uncarried(f"{len(lost)} ¶")]
    return [found for line, near in zip(lost, _rests(lost, others), strict=True) for found in _worked_out(line, near)]


def _rests(lost: Sequence[Line], others: Sequence[str]) -> Iterator[str]:
    """What was made of each of some lines, as it is compared, which stands in their order; "" where none is known."""
    last = 0
    for line in lost:
        before, behind = signs_of(line.before), signs_of(line.behind)
        limits.spend(len(others) - last)
        rests = (
            at
            for at in range(last, len(others) if before or behind else 0)
            if len(others[at]) >= len(before + behind) and others[at].startswith(before) and others[at].endswith(behind)
        )
        found = next(rests, None)
        last = last if found is None else found + 1
        yield "" if found is None else others[found]


def _worked_out(line: Line, near: str) -> Iterator[Uncarried]:
    """What a line lost: near what was made of it, else in its row."""
    said = line.told.strip()
    if near or not line.row:
        yield Uncarried(said, near)
    else:
        yield from (Uncarried(said, row=row) for row in line.row)


def _lost(lines: list[_Line], there: Counter[str]) -> list[Uncarried]:
    """What some paragraphs say that is not `there`, in a paragraph of its own or in another one."""
    asked = Counter[str]()
    for line in lines:
        asked[line.signs] += line.times
    missing = asked - there
    rest = "\0".join((there - asked).elements())
    count = missing.total()
    if count > _MOST:
        return [Uncarried(f"{count} ¶")]
    for signs in list(missing):
        while missing[signs] > 0 and (at := rest.find(signs)) >= 0:
            rest = f"{rest[:at]}\0{rest[at + len(signs) :]}"
            missing[signs] -= 1
    alike: dict[str, list[_Line]] = {}
    for line in lines:
        if missing[line.signs] > 0:
            alike.setdefault(line.signs, []).append(line)
    found = []
    for group in alike.values():
        rivals = [line for line in group if line.is_covered] or group
        gone = "".join(p for p in rivals[0].pieces if (signs := signs_of(p)) and signs not in rest)
        said = gone or rivals[0].text
        found += [line.lost(said) for line in rivals] if len(rivals) <= _FEW else [Uncarried(said.strip())]
    return found


def _lines_of(content: etree._Element) -> Iterator[_Line]:
    """The paragraphs of the body, in order."""
    body = content.find(f".//{_OFFICE}text")
    if body is None:
        return
    controls = {c.get(f"{_FORM}id", ""): said for c in body.iter(_FORM + "*") if (said := _said_in(c))}
    hiding: dict[etree._Element, bool] = {}
    begun: dict[etree._Element, str] = {}
    for element in body.iter(*_PARAGRAPHS):
        around = [*element.iterancestors()]
        if any(map(_is_aside, around)):
            continue
        pieces = (*_pieces(element),)
        held = [controls.get(c.get(_DRAW + "control", ""), "") for c in element.iterchildren(_DRAW + "control")]
        row = next((a for a in around if a.tag == _ROW), None)
        if row is not None and row not in begun:
            begun[row] = _first_of(row)
        for a in around:
            if a not in hiding:
                hiding[a] = _is_hiding(a)
        is_hidden = any(h.get(_TEXT + "is-hidden") == "true" for h in element.iterchildren(_TEXT + "hidden-paragraph"))
        yield _Line(
            pieces,
            tuple(filter(None, held)),
            begun[row] if row is not None else "",
            is_hidden or any(hiding[a] for a in around),
            any(a.tag == _COVERED for a in around),
            2 if row is not None and row.get(_TABLE + "number-rows-repeated", "1") != "1" else 1,
        )


def _is_aside(element: etree._Element) -> bool:
    """Whether what an element holds does not stand on the page, or every program works it out anew."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _ASIDE:
        return True
    is_hidden = tag == _TEXT + "hidden-text" and element.get(_TEXT + "is-hidden") != "false"
    return is_hidden or (tag != _TEXT + "section" and element.get(_TEXT + "display") == "none")


def _is_hiding(element: etree._Element) -> bool:
    """Whether an element hides what is in it: a section or a row."""
    if element.tag == _TEXT + "section":
        shown = element.get(_TEXT + "display")
        return shown == "none" or (shown == "condition" and element.get(_TEXT + "is-hidden") != "false")
    return element.tag == _ROW and element.get(_TABLE + "visibility", "visible") != "visible"


def _said_in(control: etree._Element) -> str:
    """What a control of a form shows: what was typed or chosen, a box with its state."""
    if control.tag in (_FORM + "checkbox", _FORM + "radio"):
        is_on = control.get(_FORM + "current-state") == "checked" or control.get(_FORM + "current-selected") == "true"
        return ("☑" if is_on else "☐") + control.get(_FORM + "label", "")
    if control.tag == _FORM + "listbox":
        return "、".join(
            o.get(_FORM + "label", "")
            for o in control.iter(_FORM + "option")
            if o.get(_FORM + "current-selected") == "true"
        )
    return control.get(_FORM + "current-value", "") if control.tag != _FORM + "button" else ""


def _first_of(row: etree._Element) -> str:
    """What the first cell of a row with words says."""
    cells = row.iterchildren(_CELL)
    return next((said for c in cells if (said := "".join(map(str, c.itertext())).strip())), "")


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    """The texts of a paragraph that are its own, not those of a box in it."""
    waiting: list[tuple[etree._Element, bool]] = [(paragraph, True)]
    while waiting:
        element, is_begin = waiting.pop()
        if not is_begin:
            if element.tail:
                yield element.tail
            continue
        if element.text:
            yield element.text
        for child in reversed(element):
            waiting.append((child, False))
            if not (_is_aside(child) or child.tag.startswith(_DRAW) or child.tag == _TEXT + "note"):
                waiting.append((child, True))


def _said(root: etree._Element, all_of_it: bool, kinds: Sequence[str] = (W + "t",)) -> Iterator[str]:
    """What each paragraph of a part of a .docx says in texts of some kinds, as it is compared; `all_of_it`, what is
    hidden, too.
    """
    texts: dict[etree._Element, list[str]] = {}
    for run in root.iter(W + "r"):
        around = next(run.iterancestors(W + "p", W + "rt"), None)
        if around is None or around.tag == W + "rt" or not (all_of_it or run.find(f"{W}rPr/{W}vanish") is None):
            continue
        texts.setdefault(around, []).extend(t.text for t in run.iterchildren(*kinds) if t.text)
    return (signs for said in texts.values() if (signs := signs_of("".join(said))))
